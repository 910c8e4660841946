//! Who lives in a dwelling, and moving all of them, on the officer's pages.

use super::*;

fn home(site: &Site) -> String {
    format!("/tra-cuu/cho-o/{}", site.w.home_here.dwelling.as_str())
}

/// What an officer types to move Hùng's household within the commune.
fn typed<'a>(house: &'a str, line: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("household", house),
        ("to.commune", "xã Trần Thương, tỉnh Ninh Bình"),
        ("to.shown", ""),
        ("to.line", line),
        ("on.day", "22"),
        ("on.month", "11"),
        ("on.year", "2026"),
        ("basis", "Quyết định 12/QĐ-UBND"),
        ("step", "check"),
    ]
}

/// The hidden fields of a page's form.
pub(super) fn hidden(page: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let from = tag.split(&format!("{name}=\"")).nth(1)?;
        from.split('"').next().map(|v| v.replace("&quot;", "\"").replace("&amp;", "&"))
    };
    page.split("<input type=\"hidden\"")
        .skip(1)
        .filter_map(|rest| {
            let tag = rest.split('>').next()?;
            Some((attribute(tag, "name")?, attribute(tag, "value")?))
        })
        .filter(|(name, _)| !name.starts_with('_'))
        .collect()
}

#[tokio::test]
async fn an_officer_sees_who_lives_in_a_dwelling_today_and_on_an_earlier_day() {
    let site = Site::new();
    let mut c = site.client("officer");
    c.get("/tra-cuu").await;
    let person = c.post("/tra-cuu/nguoi", &[("pid", HUNG)]).await.text();
    let path = home(&site);
    assert!(person.contains(&format!("href=\"{path}\"")), "the way there: {person}");
    let page = site.page("officer", &path).await;
    for said in ["Số 12, thôn 3, xã Trần Thương", "4 người", "Trần Minh Tú", "Hộ của Trần Văn Hùng"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let then =
        site.page("officer", &format!("{path}?ngay.day=3&ngay.month=1&ngay.year=2021")).await;
    assert!(then.contains("Ngày 03/01/2021 có 0 người") && !then.contains("Hùng"), "{then}");
    let then =
        site.page("officer", &format!("{path}?ngay.day=4&ngay.month=1&ngay.year=2021")).await;
    assert!(then.contains("Ngày 04/01/2021 có 4 người") && then.contains("Hùng"), "{then}");
    assert!(!then.contains(&format!("{path}/chuyen")), "nobody is moved out of the past");
    for wrong in
        ["ngay.day=31&ngay.month=2&ngay.year=2021", "ngay.day=1&ngay.month=1&ngay.year=2030"]
    {
        let a = site.get("officer", &format!("{path}?{wrong}")).await;
        assert_eq!(a.status, 422, "{wrong}");
        assert!(a.text().contains("f-ngay-error"), "{}", a.text());
    }
    site.follow();
    assert!(site.page("hung", LOG).await.contains("chuyển cả chỗ ở"));
}

#[tokio::test]
async fn an_officer_moves_a_whole_dwelling_in_three_steps() {
    let site = Site::new();
    let (path, house) = (home(&site), site.w.home_here.household.as_str().to_owned());
    let way = format!("{path}/chuyen");
    let mut c = site.client("officer");
    assert!(c.get(&path).await.text().contains(&format!("href=\"{way}\"")));
    let page = c.get(&way).await.text();
    assert!(page.contains("Số 12, thôn 3") && !page.contains('⟦'), "{page}");
    let a = c.post(&way, &typed(&house, "Số 7, thôn 9")).await;
    let check = a.text();
    assert_eq!(a.status, 200, "{check}");
    for said in ["Số 7, thôn 9, xã Trần Thương", "22/11/2026", "Trần Minh Tú", "Chuyển 4 người"]
    {
        assert!(check.contains(said), "{said}: {check}");
    }
    assert!(site.w.entries(crate::journal::RESETTLED).is_empty(), "nothing has changed yet");
    let fields = hidden(&check);
    let with = |step: &'static str| -> Vec<(&str, &str)> {
        let mut all: Vec<(&str, &str)> =
            fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        all.push(("step", step));
        all
    };
    // Back to what was typed.
    let again = c.post(&way, &with("change")).await.text();
    assert!(again.contains("Số 7, thôn 9") && again.contains("Quyết định 12/QĐ-UBND"), "{again}");
    let read = site.w.entries(READ).len();
    let a = c.post(&way, &with("confirm")).await;
    assert_eq!(a.status, 303, "{}", a.text());
    assert_eq!(site.w.entries(READ).len(), read, "nobody is read again for the act");
    let new = a.header("location").to_owned();
    assert!(new.starts_with("/tra-cuu/cho-o/") && new != path);
    let page = c.get(&new).await.text();
    assert!(page.contains("4 người") && page.contains("Trần Minh Tú"), "{page}");
    assert!(page.contains("Đã chuyển 4 người"), "{page}");
    // The same form sent again finds the household gone.
    let a = c.post(&way, &with("confirm")).await;
    assert_eq!(a.status, 409, "{}", a.text());
    assert_eq!(site.w.entries(crate::journal::RESETTLED).len(), 1);
    // Every member's book tells it.
    let book = site.page("hung", "/so-ho-khau").await;
    for said in ["Cả hộ chuyển chỗ ở", "trước đó: Số 12, thôn 3, xã Trần Thương", "Số 7, thôn 9"]
    {
        assert!(book.contains(said), "{said}: {book}");
    }
}

#[tokio::test]
async fn whoever_moves_out_of_the_commune_is_out_of_the_officer_s_sight() {
    let site = Site::new();
    let (path, house) = (home(&site), site.w.home_here.household.as_str().to_owned());
    let way = format!("{path}/chuyen");
    let mut c = site.client("officer");
    c.get(&way).await;
    let mut fields = typed(&house, "Số 7, thôn 9");
    fields[1].1 = "xã Nam Xang, tỉnh Ninh Bình";
    let check = c.post(&way, &fields).await.text();
    let hidden = hidden(&check);
    let mut fields: Vec<(&str, &str)> =
        hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.push(("step", "confirm"));
    let a = c.post(&way, &fields).await;
    assert_eq!(a.status, 303, "{}", a.text());
    assert_eq!(a.header("location"), path);
    let page = c.get(&path).await.text();
    assert!(page.contains("không có ai đăng ký ở đây") && !page.contains("Hùng"), "{page}");
    // What was is still told.
    let then = format!("{path}?ngay.day=21&ngay.month=11&ngay.year=2026");
    let then = c.get(&then).await.text();
    assert!(then.contains("Hùng") && then.contains("nay không còn ở đây"), "{then}");
    c.get("/tra-cuu").await;
    assert_eq!(c.post("/tra-cuu/nguoi", &[("pid", HUNG)]).await.status, 403);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() {
    let site = Site::new();
    let house = site.w.home_here.household.as_str().to_owned();
    let way = format!("{}/chuyen", home(&site));
    let mut c = site.client("officer");
    c.get(&way).await;
    let cases = [
        ("household", "", "f-household"),
        ("to.commune", "", "f-to-error"),
        ("to.commune", "xã không có đâu", "f-to-error"),
        ("to.line", "", "f-to-line-error"),
        ("to.line", "số 12, thôn 3", "f-to-line-error"),
        ("on.day", "31", "f-on-error"),
        ("on.day", "24", "f-on-error"),
        ("on.year", "2020", "f-on-error"),
        ("basis", " ", "f-basis-error"),
    ];
    for (name, value, at) in cases {
        let mut fields = typed(&house, "Số 7, thôn 9");
        for f in fields.iter_mut().filter(|f| f.0 == name) {
            f.1 = value;
        }
        let a = c.post(&way, &fields).await;
        let page = a.text();
        assert_eq!(a.status, 422, "{name}={value}: {page}");
        assert!(page.contains(at) && !page.contains('⟦'), "{name}={value}: {page}");
    }
    assert!(site.w.entries(crate::journal::RESETTLED).is_empty());
}

#[tokio::test]
async fn nobody_else_sees_or_moves_a_dwelling() {
    let site = Site::new();
    let (path, house) = (home(&site), site.w.home_here.household.as_str().to_owned());
    let elsewhere = format!("/tra-cuu/cho-o/{}", site.w.home_elsewhere.dwelling.as_str());
    for who in ["lan", "hung", "auditor", "operator"] {
        for way in [path.clone(), format!("{path}/chuyen")] {
            assert_eq!(site.get(who, &way).await.status, 403, "{who} {way}");
        }
        let mut c = site.client(who);
        c.get(if who == "lan" || who == "hung" { LOG } else { "/kiem-toan" }).await;
        let a = c.post(&format!("{path}/chuyen"), &typed(&house, "Số 7")).await;
        assert_eq!(a.status, 403, "{who}");
    }
    // An officer of another commune, and one who guesses.
    for way in [elsewhere.clone(), format!("{elsewhere}/chuyen"), "/tra-cuu/cho-o/x".into()] {
        assert_eq!(site.get("officer", &way).await.status, 403, "{way}");
    }
    let mut c = site.client("officer");
    c.get("/tra-cuu").await;
    let there = site.w.home_elsewhere.household.as_str().to_owned();
    let a = c.post(&format!("{elsewhere}/chuyen"), &typed(&there, "Số 7")).await;
    assert_eq!(a.status, 403);
}
