//! Splitting, merging, another head on the officer's pages, without scripts.

use super::dwelling::hidden;
use super::*;

fn at(site: &Site, way: &str) -> String {
    format!("/tra-cuu/cho-o/{}/{way}", site.w.home_here.dwelling.as_str())
}

/// The form of a page as it came, with these answers: of Hùng, Hoa, Nam and Tú in this order.
fn answered(page: &str, of: &[&str], step: &str) -> Vec<(String, String)> {
    let mut all = hidden(page);
    all.extend(of.iter().enumerate().map(|(i, r)| (format!("of.{i}"), (*r).to_owned())));
    all.push(("basis".into(), "Tờ khai CT01 ngày 20/11/2026".into()));
    all.push(("step".into(), step.into()));
    all
}

fn lent(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
}

#[tokio::test]
async fn a_household_is_split_gets_another_head_and_is_one_again() {
    let site = Site::new();
    let home = format!("/tra-cuu/cho-o/{}", site.w.home_here.dwelling.as_str());
    let house = site.w.home_here.household.as_str();
    let mut c = site.client("officer");
    let page = c.get(&home).await.text();
    let way = format!("{home}/tach-ho?ho={house}");
    assert!(page.contains(&format!("href=\"{way}\"")) && !page.contains("/nhap-ho"), "{page}");

    // Hoa leaves with Tú; before and after stand side by side, and nothing has changed.
    let page = c.get(&way).await.text();
    assert!(page.contains("hiện nay: Vợ") && !page.contains('⟦'), "{page}");
    let fields = answered(&page, &["", "head", "", "child"], "check");
    let a = c.post(&at(&site, "tach-ho"), &lent(&fields)).await;
    let check = a.text();
    assert_eq!(a.status, 200, "{check}");
    for said in ["Hiện nay", "Sau khi thay đổi", "Hộ của Phạm Thị Hoa", "Tờ khai CT01"]
    {
        assert!(check.contains(said), "{said}: {check}");
    }
    assert_eq!(check.matches("thay đổi</span>").count(), 2, "Hoa and Tú: {check}");
    assert!(site.w.entries(crate::journal::HOUSEHOLD).is_empty());
    let back = [hidden(&check), vec![("step".into(), "change".into())]].concat();
    let again = c.post(&at(&site, "tach-ho"), &lent(&back)).await.text();
    assert!(again.contains("value=\"head\" selected") && again.contains("Tờ khai CT01"), "{again}");

    let read = site.w.entries(READ).len();
    let confirm = [hidden(&check), vec![("step".into(), "confirm".into())]].concat();
    let a = c.post(&at(&site, "tach-ho"), &lent(&confirm)).await;
    assert_eq!((a.status.as_u16(), a.header("location")), (303, home.as_str()), "{}", a.text());
    assert_eq!(site.w.entries(READ).len(), read, "nobody is read again for the act");
    let page = c.get(&home).await.text();
    for said in ["Hộ của Phạm Thị Hoa", "Hộ của Trần Văn Hùng", "Đã tách hộ", "/nhap-ho?ho="]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    // Sent again, the book is another one: said, and only the paper is kept.
    let a = c.post(&at(&site, "tach-ho"), &lent(&confirm)).await;
    let text = a.text();
    assert_eq!(a.status, 409, "{text}");
    assert!(text.contains("Tờ khai CT01") && !text.contains("value=\"head\" selected"), "{text}");

    // Nam heads what is left.
    let page = c.get(&format!("{home}/chu-ho?ho={house}")).await.text();
    let fields = answered(&page, &["father", "head"], "confirm");
    let a = c.post(&at(&site, "chu-ho"), &lent(&fields)).await;
    assert_eq!(a.status, 303, "{}", a.text());
    assert!(c.get(&home).await.text().contains("Hộ của Trần Văn Nam"));

    // Into Hoa's household, the only other one.
    let page = c.get(&format!("{home}/nhap-ho?ho={house}")).await.text();
    assert!(!page.contains("type=\"radio\" id=\"f-into"), "nothing to choose: {page}");
    assert!(page.contains("Nhập vào: Hộ của Phạm Thị Hoa"), "and which it is is said: {page}");
    let fields = answered(&page, &["child", "husband"], "confirm");
    let a = c.post(&at(&site, "nhap-ho"), &lent(&fields)).await;
    assert_eq!(a.status, 303, "{}", a.text());
    let page = c.get(&home).await.text();
    assert!(page.contains("Đã nhập hai hộ") && page.matches("Số hồ sơ cư trú").count() == 1);
    // A link kept from before leads to what is there now.
    let a = c.get(&way).await;
    assert_eq!((a.status.as_u16(), a.header("location")), (303, home.as_str()));
    assert!(site.page("hung", "/so-ho-khau").await.contains("Hộ của Phạm Thị Hoa"));
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_person_and_nothing_typed_is_lost() {
    let site = Site::new();
    let house = site.w.home_here.household.as_str();
    let mut c = site.client("officer");
    let page = c.get(&format!("{}?ho={house}", at(&site, "tach-ho"))).await.text();
    for (of, field, words) in [
        (["", "", "", ""], "f-of-0-error", "Chưa có ai được chọn làm chủ hộ"),
        (["", "child", "", ""], "f-of-0-error", "Chưa có ai được chọn làm chủ hộ"),
        (["", "head", "", "father"], "f-of-3-error", "Tuổi của hai người"),
        (["", "husband", "head", ""], "f-of-1-error", "không hợp với giới tính"),
        (["", "", "head", "head"], "f-of-3-error", "Hộ đã có người ở vị trí này"),
    ] {
        for step in ["check", "confirm"] {
            let fields = answered(&page, &of, step);
            let a = c.post(&at(&site, "tach-ho"), &lent(&fields)).await;
            let text = a.text();
            assert_eq!(a.status, 422, "{of:?}: {text}");
            assert!(text.contains(field) && text.contains(words), "{of:?}: {text}");
            assert!(text.contains("Tờ khai CT01"), "{text}");
            let chosen = of.iter().filter(|r| !r.is_empty()).count();
            assert_eq!(text.matches(" selected").count(), chosen, "{of:?}: {text}");
        }
    }
    // Everybody leaves; no paper; a head is asked for each of the others' relations.
    let all = answered(&page, &["head", "wife", "child", "child"], "check");
    let a = c.post(&at(&site, "tach-ho"), &lent(&all)).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("hộ cũ phải còn ít nhất một người"), "{}", a.text());
    let mut none = answered(&page, &["", "head", "", ""], "check");
    none.iter_mut().filter(|(n, _)| n == "basis").for_each(|(_, v)| v.clear());
    let a = c.post(&at(&site, "tach-ho"), &lent(&none)).await;
    assert!(a.status == 422 && a.text().contains("f-basis-error"), "{}", a.text());
    let page = c.get(&format!("{}?ho={house}", at(&site, "chu-ho"))).await.text();
    let a =
        c.post(&at(&site, "chu-ho"), &lent(&answered(&page, &["", "head", "", ""], "check"))).await;
    let text = a.text();
    for field in ["f-of-0-error", "f-of-2-error", "f-of-3-error"] {
        assert!(text.contains(field), "{field}: {text}");
    }
    assert!(site.w.entries(crate::journal::HOUSEHOLD).is_empty());
}
