//! The pages as a browser without scripts sees them.

use super::authenticator::Authenticator;
use super::*;
use crate::pages;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use web::testing::{Answer, Client};
use web::{Web, cookie};

const NEW: &str = "chiều lan nở bên sông";

struct Site {
    town: Town,
    router: axum::Router,
}

fn site_of(town: &Town) -> axum::Router {
    let (clock, words) = (town.store.clock().clone(), web::testing::words(&[crate::TEXT]));
    let settings = web::Settings {
        clock: Arc::new(move || clock.now()),
        assets: pages::ASSETS.to_vec(),
        ..web::testing::settings()
    };
    let web = Web::new(settings, words, Arc::new(town.identity.clone()));
    web.mount(pages::routes(town.identity.clone()))
}

impl Site {
    fn new() -> Self {
        let town = Town::new();
        let router = site_of(&town);
        Self { town, router }
    }
    fn client(&self) -> Client {
        Client::new(self.router.clone())
    }
    async fn sign_in(&self, number: &str) -> Client {
        let mut c = self.client();
        c.get("/dang-nhap").await;
        let a = c.post("/dang-nhap", &[("pid", number), ("password", PASSWORD)]).await;
        assert_eq!(a.status, 303, "{}", a.text());
        c
    }
    /// Signed in and at work in the only post.
    async fn at_work(&self, number: &str, name: &str, post: &str, agency: &str) -> Client {
        let account = self.town.account(number, name, Level::Two);
        let id = self.town.appoint(&account, post, agency);
        let mut c = self.sign_in(number).await;
        c.get("/vai-tro").await;
        let a = c.post("/vai-tro", &[("post", id.as_str())]).await;
        assert_eq!(a.status, 303, "{}", a.text());
        c
    }
}

fn to(a: &Answer) -> &str {
    a.header("location")
}

#[tokio::test]
async fn sign_in_sets_guarded_cookies_and_leads_back_to_our_own_pages_only() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::One);
    for (next, leads) in [
        ("/ho-so?trang=2", "/ho-so?trang=2"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/dang-xuat", "/"),
    ] {
        let mut c = site.client();
        c.get("/dang-nhap").await;
        let form = [("pid", "037 198 004 217"), ("password", PASSWORD), ("tiep", next)];
        let a = c.post("/dang-nhap", &form).await;
        assert_eq!((a.status.as_u16(), to(&a)), (303, leads));
        let set: Vec<_> =
            a.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
        for name in [cookie::SESSION, pages::DEVICE] {
            let line = set.iter().find(|l| l.starts_with(&format!("{name}="))).expect(name);
            assert!(line.contains("; Secure; HttpOnly; SameSite=Lax"), "{line}");
            assert!(!line.contains(LAN), "no number in a cookie");
        }
    }
}

#[tokio::test]
async fn a_refused_sign_in_keeps_the_number_and_never_the_password() {
    let site = Site::new();
    let mut c = site.client();
    c.get("/dang-nhap").await;
    let a = c.post("/dang-nhap", &[("pid", LAN), ("password", "sai rồi nhé")]).await;
    assert_eq!(a.status, 422);
    let html = a.text();
    assert!(html.contains(&format!("value=\"{LAN}\"")) && !html.contains("sai rồi nhé"));
    assert!(html.contains("không khớp"));
    let a = c.post("/dang-nhap", &[("pid", "123"), ("password", "")]).await;
    let html = a.text();
    assert!(html.contains("f-pid-error") && html.contains("f-password-error"), "both at once");
    assert!(
        site.town.journal().iter().filter(|r| r.kind == "identity.sign_in_failed").count() == 1
    );
}

#[tokio::test]
async fn signing_out_by_the_page_kills_a_copied_cookie() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::One);
    let mut c = site.sign_in(LAN).await;
    let stolen = c.cookies()[cookie::SESSION].clone();
    let mut thief = site.client().with_cookie(cookie::SESSION, &stolen);
    assert_eq!(thief.get("/tai-khoan").await.status, 200);
    c.get("/dang-xuat").await;
    let a = c.post("/dang-xuat", &[]).await;
    assert_eq!((a.status.as_u16(), to(&a)), (303, "/"));
    assert!(!c.cookies().contains_key(cookie::SESSION));
    let a = thief.get("/tai-khoan").await;
    assert_ne!(a.status, 200, "dead");
    assert!(to(&a).starts_with("/dang-nhap"));
}

#[tokio::test]
async fn the_account_page_lists_and_ends() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::One);
    let mut there = site.sign_in(LAN).await;
    let mut here = site.sign_in(LAN).await;
    let html = here.get("/tai-khoan").await.text();
    assert!(html.contains("Phạm Thị Lan") && html.contains("037 198 004 217"));
    assert!(html.contains("máy này") && html.contains("Đăng xuất mọi máy khác"));
    assert!(!html.contains("⟦"), "every word is there");
    let a = here.post("/tai-khoan/phien/ket-thuc-khac", &[]).await;
    assert_eq!(a.status, 303);
    assert_eq!(here.get("/tai-khoan").await.status, 200);
    assert_ne!(there.get("/tai-khoan").await.status, 200);
}

#[tokio::test]
async fn the_password_is_changed_on_its_page() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::One);
    let mut c = site.sign_in(LAN).await;
    c.get("/tai-khoan/mat-khau").await;
    let form = |old: &'static str, new: &'static str, again: &'static str| {
        [("password_old", old), ("password_new", new), ("password_again", again)]
    };
    let a = c.post("/tai-khoan/mat-khau", &form(PASSWORD, NEW, "khác hẳn nhau")).await;
    assert!(a.text().contains("f-password_again-error"));
    let a = c.post("/tai-khoan/mat-khau", &form("sai rồi nhé", NEW, NEW)).await;
    assert!(a.text().contains("f-password_old-error"));
    let a = c.post("/tai-khoan/mat-khau", &form(PASSWORD, "matkhau123", "matkhau123")).await;
    assert!(a.text().contains("f-password_new-error"));
    let a = c.post("/tai-khoan/mat-khau", &form(PASSWORD, NEW, NEW)).await;
    assert_eq!((a.status.as_u16(), to(&a)), (303, "/tai-khoan"));
}

async fn json(c: &mut Client, path: &str, body: &Json) -> Answer {
    let request = c
        .request("POST", path)
        .header("origin", "http://localhost:8080")
        .header("content-type", "application/json")
        .header("x-form-token", c.token().unwrap_or_default())
        .body(axum::body::Body::from(body.to_string()));
    c.send(request).await
}

#[tokio::test]
async fn a_passkey_is_added_and_signs_in_through_the_pages() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::One);
    let mut c = site.sign_in(LAN).await;
    c.get("/tai-khoan").await;
    let begun = json(&mut c, "/tai-khoan/khoa/bat-dau", &json!({})).await.json();
    let mut device = Authenticator::new();
    let credential = device.create(&begun["options"]);
    let finish =
        json!({"ceremony": begun["ceremony"], "credential": credential, "label": "Máy của Lan"});
    let a = json(&mut c, "/tai-khoan/khoa/xong", &finish).await;
    assert_eq!(a.json()["next"], "/tai-khoan", "{}", a.text());
    assert!(c.get("/tai-khoan").await.text().contains("Máy của Lan"));

    let mut c = site.client();
    let html = c.get("/dang-nhap").await.text();
    assert!(html.contains("data-passkey=\"sign-in\"") && html.contains("username webauthn"));
    assert!(html.contains("/a/passkey."), "the module is served with the hash of its content");
    let begun = json(&mut c, "/dang-nhap/khoa/bat-dau", &json!({})).await.json();
    let credential = device.get(&begun["options"]);
    let finish = json!({"ceremony": begun["ceremony"], "credential": credential, "next": "/ho-so"});
    let a = json(&mut c, "/dang-nhap/khoa/xong", &finish).await;
    assert_eq!(a.json()["next"], "/ho-so", "{}", a.text());
    assert_eq!(c.get("/tai-khoan").await.status, 200);
    // The same answer once more: refused, in words the page shows.
    let a = json(&mut c, "/dang-nhap/khoa/xong", &finish).await;
    assert_eq!(a.status, 409);
    assert!(a.json()["error"].as_str().unwrap().contains("hết hạn"));
}

#[tokio::test]
async fn keys_change_after_a_while_only_with_the_password_again() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::One);
    let mut c = site.sign_in(LAN).await;
    site.town.pass(16 * 60);
    let html = c.get("/tai-khoan").await.text();
    assert!(
        html.contains("action=\"/tai-khoan/xac-nhan\"") && !html.contains("data-passkey=\"add\"")
    );
    assert_eq!(json(&mut c, "/tai-khoan/khoa/bat-dau", &json!({})).await.status, 403);
    let a = c.post("/tai-khoan/xac-nhan", &[("password", PASSWORD)]).await;
    assert_eq!(a.status, 303, "{}", a.text());
    assert!(c.get("/tai-khoan").await.text().contains("data-passkey=\"add\""));
}

#[tokio::test]
async fn an_officer_chooses_the_role_and_lands_at_the_desk() {
    let site = Site::new();
    let account = site.town.account(MINH, "Trần Văn Minh", Level::Two);
    let post = site.town.appoint(&account, "commune-police.officer", "CA.13594");
    let mut c = site.client();
    c.get("/dang-nhap").await;
    let a = c.post("/dang-nhap", &[("pid", MINH), ("password", PASSWORD)]).await;
    assert_eq!(to(&a), "/vai-tro");
    let html = c.get("/vai-tro").await.text();
    assert!(html.contains("Cán bộ Công an xã") && html.contains("Công dân"));
    let a = c.post("/vai-tro", &[("post", post.as_str())]).await;
    assert_eq!(to(&a), "/ban-lam-viec");
    c.get("/vai-tro").await;
    let a = c.post("/vai-tro", &[("post", "citizen")]).await;
    assert_eq!(to(&a), "/");
    c.get("/vai-tro").await;
    assert_eq!(c.post("/vai-tro", &[("post", "01KAZ00000000000000000000A")]).await.status, 403);
}

#[tokio::test]
async fn the_clerk_issues_a_code_and_the_person_uses_it() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::Two);
    let mut clerk = site.at_work(HOA, "Lê Thị Hoa", "one-stop.clerk", "HCC.13594").await;
    let html = clerk.get("/quay/dinh-danh").await.text();
    assert!(html.contains("Cấp lại quyền truy cập") && !html.contains("Cấp tài khoản mức độ 2"));
    let ask = [("person", LAN), ("action", "khoi-phuc")];
    let a = clerk.post("/quay/dinh-danh", &ask).await;
    assert_eq!(a.status, 200);
    assert!(!a.text().contains("Phạm Thị Lan"), "no name without a reading in the journal");
    let a = clerk.post("/quay/dinh-danh/cap", &ask).await;
    assert!(a.text().contains("f-checked-error"), "not without the card");
    let a = clerk.post("/quay/dinh-danh/cap", &[ask[0], ask[1], ("checked", "card")]).await;
    let html = a.text();
    let code = html.split("id=\"ma\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(code.len(), 14, "{html}");
    assert!(html.contains("Dành cho Phạm Thị Lan"), "to be compared with the card");

    let mut lan = site.client();
    lan.get("/khoi-phuc").await;
    let form = [("pid", LAN), ("otp", &code), ("password_new", NEW), ("password_again", NEW)];
    let a = lan.post("/khoi-phuc", &form).await;
    assert_eq!((a.status.as_u16(), to(&a)), (303, "/tai-khoan"), "{}", a.text());
    assert!(lan.get("/tai-khoan").await.text().contains("Mật khẩu mới đã có hiệu lực"));
    let mut again = site.client();
    again.get("/khoi-phuc").await;
    assert_eq!(again.post("/khoi-phuc", &form).await.status, 422);
}

#[tokio::test]
async fn level_two_at_the_police_counter() {
    let v = people::Village::new();
    let site = Site { router: site_of(&v.town), town: v.town };
    let mut c =
        site.at_work("037070009999", "Đỗ Văn Khang", "commune-police.officer", "CA.13594").await;
    c.get("/quay/dinh-danh").await;
    let ask = [("person", LAN), ("action", "muc-2")];
    let html = c.post("/quay/dinh-danh", &ask).await.text();
    assert!(
        html.contains("Phạm Thị Lan") && html.contains("04/05/1998") && html.contains("còn hạn")
    );
    let ticks = [("checked", "card"), ("checked", "biometrics"), ("checked", "consent")];
    let a = c.post("/quay/dinh-danh/cap", &[ask[0], ask[1], ticks[0], ticks[1]]).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("f-checked-error"));
    let a = c.post("/quay/dinh-danh/cap", &[ask[0], ask[1], ticks[0], ticks[1], ticks[2]]).await;
    assert!(a.text().contains("Đã cấp mức độ 2"), "{}", a.text());
    let child = [("person", people::CHILD), ("action", "muc-2")];
    assert!(c.post("/quay/dinh-danh", &child).await.text().contains("name=\"guardian\""));
}

#[tokio::test]
async fn the_doors_of_counter_and_staff_are_shut_to_others() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::Two);
    let mut citizen = site.sign_in(LAN).await;
    let mut officer =
        site.at_work(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594").await;
    let mut nobody = site.client();
    for page in ["/quay/lam-thay", "/quan-tri/nhan-su", "/quan-tri/nhan-su/phan-cong"] {
        assert_eq!(citizen.get(page).await.status, 403, "{page}");
        assert_eq!(officer.get(page).await.status, 403, "{page}");
        assert!(to(&nobody.get(page).await).starts_with("/dang-nhap"), "{page}");
    }
    assert_eq!(citizen.get("/quay/dinh-danh").await.status, 403);
    assert_eq!(officer.get("/quay/dinh-danh").await.status, 200);
    for page in ["/tai-khoan", "/tai-khoan/mat-khau", "/tai-khoan/lam-thay", "/vai-tro"] {
        assert!(to(&nobody.get(page).await).starts_with("/dang-nhap"), "{page}");
    }
    citizen.get("/tai-khoan").await;
    let forged = [("person", MINH), ("action", "khoi-phuc"), ("checked", "card")];
    assert_eq!(citizen.post("/quay/dinh-danh/cap", &forged).await.status, 403);
}

#[tokio::test]
async fn the_operator_lists_searches_appoints_and_ends() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::Two);
    let mut c = site.at_work(HOA, "Lê Thị Hoa", "operator", "UBND.37").await;
    let html = c.get("/quan-tri/nhan-su").await.text();
    assert!(html.contains("Lê Thị Hoa") && html.contains("…7777") && !html.contains(HOA));
    c.get("/quan-tri/nhan-su/phan-cong").await;
    let form = |number: &'static str, last: &'static str| {
        [
            ("person", number),
            ("agency", "HCC.13594"),
            ("post", "one-stop.clerk"),
            ("from.day", "23"),
            ("from.month", "11"),
            ("from.year", "2026"),
            ("until.day", last),
            ("until.month", "11"),
            ("until.year", "2026"),
        ]
    };
    let path = "/quan-tri/nhan-su/phan-cong";
    assert!(c.post(path, &form(MINH, "30")).await.text().contains("f-person-error"), "no account");
    assert!(c.post(path, &form(HOA, "30")).await.text().contains("f-person-error"), "oneself");
    assert!(c.post(path, &form(LAN, "22")).await.text().contains("f-until-error"));
    assert!(c.post(path, &form(LAN, "31")).await.text().contains("f-until-error"), "31/11");
    let a = c.post(path, &form(LAN, "30")).await;
    assert_eq!((a.status.as_u16(), to(&a)), (303, "/quan-tri/nhan-su"), "{}", a.text());
    let html = c.get("/quan-tri/nhan-su").await.text();
    assert!(html.contains("Phạm Thị Lan") && html.contains("23/11/2026 – 30/11/2026"));
    let html = c.post("/quan-tri/nhan-su", &[("q", "pham thi")]).await.text();
    assert!(html.contains("Phạm Thị Lan") && !html.contains("…7777"));
    let id = html.split("/quan-tri/nhan-su/").filter_map(|p| p.split_once("/ket-thuc\"")).next();
    let id = id.expect("a link to end it").0.to_owned();
    let end = format!("/quan-tri/nhan-su/{id}/ket-thuc");
    assert!(c.get(&end).await.text().contains("Phạm Thị Lan"));
    assert!(c.post(&end, &[]).await.text().contains("f-when-error"));
    let a = c.post(&end, &[("when", "now")]).await;
    assert_eq!(a.status, 303, "{}", a.text());
    let lan = site.town.identity.account_of(&pid(LAN)).unwrap().unwrap().id;
    assert!(site.town.store.read(|tx| appointments_of(tx, &lan)).unwrap().is_empty());
}

#[tokio::test]
async fn a_mother_acts_for_her_child_and_a_clerk_for_a_person() {
    let v = people::Village::new();
    let site = Site { router: site_of(&v.town), town: v.town };
    site.town.account(LAN, "Phạm Thị Lan", Level::Two);
    let mut lan = site.sign_in(LAN).await;
    lan.get("/tai-khoan/lam-thay").await;
    let a = lan.post("/tai-khoan/lam-thay/con", &[("person", MINH)]).await;
    assert!(a.text().contains("f-person-error"), "not hers");
    let a = lan.post("/tai-khoan/lam-thay/con", &[("person", people::CHILD)]).await;
    assert_eq!(a.status, 303, "{}", a.text());
    let html = lan.get("/tai-khoan/lam-thay").await.text();
    assert!(html.contains("Bạn đang làm thay cho Trần Gia Bảo"));
    assert_eq!(lan.post("/tai-khoan/lam-thay/thoi", &[]).await.status, 303);
    // Lan makes a code; Hoa, the clerk, types it.
    lan.get("/tai-khoan/lam-thay").await;
    let html = lan.post("/tai-khoan/lam-thay/ma", &[]).await.text();
    let code = html.split("id=\"ma\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let mut hoa = site.at_work(HOA, "Lê Thị Hoa", "one-stop.clerk", "HCC.13594").await;
    hoa.get("/quay/lam-thay").await;
    let a = hoa
        .post("/quay/lam-thay", &[("person", LAN), ("how", "presence"), ("presence", "card")])
        .await;
    assert!(a.text().contains("f-presence-error"));
    let a = hoa
        .post("/quay/lam-thay", &[("person", LAN), ("how", "code"), ("otp", "AAAA-BBBB-CCCC")])
        .await;
    assert!(a.text().contains("f-otp-error"));
    let a = hoa.post("/quay/lam-thay", &[("person", LAN), ("how", "code"), ("otp", &code)]).await;
    assert_eq!((a.status.as_u16(), to(&a)), (303, "/quay"), "{}", a.text());
    // Lan sees it and ends it.
    let html = lan.get("/tai-khoan/lam-thay").await.text();
    assert!(html.contains("Lê Thị Hoa") && html.contains("cán bộ một cửa"));
    let id =
        html.split("/tai-khoan/lam-thay/").filter_map(|p| p.split_once("/het\"")).last().unwrap().0;
    let a = lan.post(&format!("/tai-khoan/lam-thay/{id}/het"), &[]).await;
    assert_eq!(a.status, 303, "{}", a.text());
}

#[tokio::test]
async fn registration_by_the_page() {
    let v = people::Village::new();
    let site = Site { router: site_of(&v.town), town: v.town };
    let mut c = site.client();
    c.get("/dang-ky").await;
    let form = |name: &'static str, day: &'static str| {
        [
            ("pid", LAN),
            ("name", name),
            ("birth.day", day),
            ("birth.month", "5"),
            ("birth.year", "1998"),
            ("password_new", PASSWORD),
            ("password_again", PASSWORD),
        ]
    };
    let a = c.post("/dang-ky", &form("Phạm Thị Liên", "4")).await;
    let html = a.text();
    assert_eq!(a.status, 422);
    assert!(
        html.contains("không khớp với Cơ sở dữ liệu") && html.contains("value=\"Phạm Thị Liên\"")
    );
    assert!(!html.contains(PASSWORD));
    let a = c.post("/dang-ky", &form("Pham Thi Lan", "4")).await;
    assert_eq!((a.status.as_u16(), to(&a)), (303, "/tai-khoan"), "{}", a.text());
    assert!(c.get("/tai-khoan").await.text().contains("Mức độ 1"));
}

#[tokio::test]
async fn english_has_every_word_too() {
    let site = Site::new();
    site.town.account(LAN, "Phạm Thị Lan", Level::Two);
    let mut c = site.sign_in(LAN).await.with_cookie(cookie::LANGUAGE, "en");
    for page in [
        "/tai-khoan",
        "/tai-khoan/mat-khau",
        "/tai-khoan/lam-thay",
        "/vai-tro",
        "/dang-ky",
        "/khoi-phuc",
    ] {
        let html = c.get(page).await.text();
        assert!(html.contains("lang=\"en\"") && !html.contains('⟦'), "{page}: {html}");
    }
}
