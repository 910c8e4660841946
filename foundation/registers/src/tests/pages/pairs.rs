//! Two records that may be one person, on the officer's and the head's pages.

use super::*;

#[tokio::test]
async fn an_officer_compares_two_records_and_says_that_they_are_two_people() {
    let site = Site::new();
    let mut c = site.client("officer");
    let page = c.get("/tra-cuu").await.text();
    assert!(page.contains("/tra-cuu/co-the-trung"), "the way there");
    let page = c.get("/tra-cuu/co-the-trung").await.text();
    assert!(page.contains("Không có cặp nào cần xem") && !page.contains('⟦'), "{page}");
    site.w
        .write(|tx, _| {
            let spouse = [("spouse", HOA)];
            let new = newborn("035070000111", "TRẦN VĂN HÙNG", "1970-02-03", "male", &spouse);
            register_of_people::register(tx, &Actor::system("test"), &new, &Source::default())
        })
        .unwrap();
    assert_eq!(crate::matching::find(&site.w.store, &mut |_| {}).unwrap().new, 1);
    let list = c.get("/tra-cuu/co-the-trung").await.text();
    assert!(
        list.contains("1 cặp cần xem") && list.contains("Ngày và tháng sinh đổi chỗ"),
        "{list}"
    );
    // The list says nothing of the people, and nobody was read.
    assert!(!list.contains("Hùng") && !list.contains("1970"));
    assert!(site.w.entries(READ).is_empty());
    let path =
        list.split("href=\"/tra-cuu/co-the-trung/").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/tra-cuu/co-the-trung/{path}");
    let both = c.get(&path).await.text();
    for said in
        ["02/03/1970", "03/02/1970", "035 070 000 001", "035 070 000 111", "Khác", "Cùng họ tên"]
    {
        assert!(both.contains(said), "{said}: {both}");
    }
    assert!(!both.contains('⟦') && !path.contains("0350"));
    let read = site.w.entries(READ);
    assert_eq!(read.len(), 2);
    // Without a reason nothing is decided, and both stay on the page.
    let a = c.post(&path, &[("basis", " "), ("outcome", "apart")]).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("f-basis-error") && a.text().contains("03/02/1970"));
    let a = c.post(&path, &[("basis", "Đã gặp cả hai người"), ("outcome", "apart")]).await;
    assert_eq!(a.status, 303, "{}", a.text());
    let list = c.get("/tra-cuu/co-the-trung").await.text();
    assert!(list.contains("Không có cặp nào cần xem"), "{list}");
    assert_eq!(c.post(&path, &[("basis", "Lần nữa"), ("outcome", "apart")]).await.status, 409);
    assert_eq!(c.get(&path).await.status, 403, "the case is over");
    // Found by the person in their log.
    site.follow();
    assert!(site.page("hung", LOG).await.contains("Rà soát hai bản ghi"));
}

#[tokio::test]
async fn nobody_else_looks_at_pairs() {
    let site = Site::new();
    for who in ["lan", "auditor", "operator"] {
        assert_eq!(site.get(who, "/tra-cuu/co-the-trung").await.status, 403, "{who}");
        assert_eq!(site.get(who, "/tra-cuu/co-the-trung/x").await.status, 403, "{who}");
        let mut c = site.client(who);
        c.get(if who == "lan" { LOG } else { "/kiem-toan" }).await;
        let a = c.post("/tra-cuu/co-the-trung/x", &[("basis", "Đã gặp")]).await;
        assert_eq!(a.status, 403, "{who}");
    }
    assert_eq!(site.get("officer", "/tra-cuu/co-the-trung/x").await.status, 404);
}

#[tokio::test]
async fn the_head_merges_two_records_and_parts_them_again() {
    let site = Site::new();
    site.w
        .write(|tx, _| {
            let spouse = [("spouse", HOA)];
            let new = newborn("035070000111", "TRẦN VĂN HÙNG", "1970-02-03", "male", &spouse);
            register_of_people::register(tx, &Actor::system("test"), &new, &Source::default())
        })
        .unwrap();
    crate::matching::find(&site.w.store, &mut |_| {}).unwrap();
    let mut c = site.client("head");
    let list = c.get("/tra-cuu/co-the-trung").await.text();
    let id = list.split("href=\"/tra-cuu/co-the-trung/").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/tra-cuu/co-the-trung/{id}");
    // An officer sees no way to merge; posting it all the same is refused.
    let mut o = site.client("officer");
    let page = o.get(&path).await.text();
    assert!(!page.contains("value=\"merge\"") && page.contains("trưởng công an xã gộp"), "{page}");
    let merge = [("basis", "Biên bản 12"), ("outcome", "merge"), ("keep", "first")];
    assert_eq!(o.post(&path, &merge).await.status, 403);
    let page = c.get(&path).await.text();
    assert!(page.contains("value=\"merge\"") && !page.contains('⟦'), "{page}");
    // What is neither of the buttons decides nothing.
    for words in [vec![merge[0]], vec![merge[0], ("outcome", "perhaps")]] {
        assert_eq!(c.post(&path, &words).await.status, 422, "{words:?}");
        assert!(c.get(&path).await.text().contains("value=\"merge\""), "still open");
    }
    let a = c.post(&path, &merge[..2]).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("Hãy chọn bản ghi được giữ lại"));
    // The one who lives here cannot be the one that ends.
    let a = c.post(&path, &[merge[0], merge[1], ("keep", "second")]).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("vẫn còn đăng ký cư trú"), "{}", a.text());
    assert_eq!(c.post(&path, &merge).await.status, 303);
    let list = c.get("/tra-cuu/co-the-trung").await.text();
    assert!(list.contains("Cặp đã gộp") && list.contains("Gộp ngày 23/11/2026"), "{list}");
    let page = c.get(&path).await.text();
    assert!(page.contains("value=\"unmerge\"") && !page.contains("Hùng"), "{page}");
    let a = c.post(&path, &[("basis", ""), ("outcome", "unmerge")]).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("f-basis-error"));
    let a = c.post(&path, &[("basis", "Hai anh em họ"), ("outcome", "unmerge")]).await;
    assert_eq!(a.status, 303);
    let list = c.get("/tra-cuu/co-the-trung").await.text();
    assert!(!list.contains("Cặp đã gộp"));
}
