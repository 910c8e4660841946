//! Forms from elsewhere, old forms, forms sent twice.

use super::Site;
use crate::testing::{Client, hidden};
use crate::{cookie, req};
use axum::body::Body;
use axum::http::StatusCode;

#[tokio::test]
async fn a_form_of_this_visitor_goes_through() {
    let site = Site::new();
    for mut client in [site.client(), site.signed_in("lan")] {
        client.get("/form").await;
        let a = client
            .post("/gui", &[("ten", " Lan "), ("with", "a"), ("with", ""), ("with", "b")])
            .await;
        assert_eq!(a.status, StatusCode::SEE_OTHER);
        assert!(client.get("/").await.text().contains("Đã nhận Lan|a,b"));
    }
}

#[tokio::test]
async fn missing_wrong_foreign_and_expired_tokens_are_refused_and_nothing_is_lost() {
    let site = Site::new();
    let mut other = site.client();
    other.get("/form").await;
    let others = other.token().unwrap().to_owned();
    let expired = {
        let mut client = site.signed_in("lan");
        client.get("/form").await;
        client.token().unwrap().to_owned()
    };
    site.hours_pass(13);
    for bad in ["", "nonsense", &others, &expired] {
        let mut client = site.signed_in("lan");
        let fields = [
            (req::TOKEN_FIELD, bad),
            (req::FORM_FIELD, "form-12345678"),
            ("ten", "Vũ \"Lan\""),
            ("with", "a"),
            ("with", "b"),
        ];
        let page = client.post("/gui", &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{bad}");
        assert_eq!(site.runs(), 0, "the handler must not run");
        let html = page.text();
        assert!(html.contains("Gửi lại"), "{html}");
        assert!(
            html.contains("<textarea name=\"ten\" hidden>Vũ &#34;Lan&#34;</textarea>"),
            "{html}"
        );
        // The page's own form, with its fresh token, is what the button sends.
        let main = html.split_once("<main").unwrap().1;
        assert_eq!(hidden(main, req::FORM_FIELD).as_deref(), Some("form-12345678"));
    }
    let mut client = site.signed_in("lan");
    client
        .post(
            "/gui",
            &[(req::TOKEN_FIELD, "x"), (req::FORM_FIELD, "form-12345678"), ("ten", "Lan")],
        )
        .await;
    let again = client.post("/gui", &[("ten", "Lan")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(*site.seen.form_ids.lock().unwrap(), ["form-12345678"], "the same form, sent again");
}

#[tokio::test]
async fn the_same_form_sent_twice_has_the_same_name_and_two_pages_have_two() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    client.post("/gui", &[]).await;
    client.post("/gui", &[]).await;
    client.get("/form").await;
    client.post("/gui", &[]).await;
    let ids = site.seen.form_ids.lock().unwrap().clone();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    // A name that is not one of ours is not taken over.
    client.get("/form").await;
    client.post("/gui", &[(req::FORM_FIELD, "../../x")]).await;
    let last = site.seen.form_ids.lock().unwrap().last().unwrap().clone();
    assert!(last.len() >= 22 && !last.contains('/'), "{last}");
}

#[tokio::test]
async fn another_site_cannot_send_a_form_nor_have_it_offered_again() {
    let site = Site::new();
    let mut client = site.signed_in("lan");
    client.get("/form").await;
    let token = client.token().unwrap().to_owned();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let body = format!("{}={token}&ten=Lan", req::TOKEN_FIELD);
        let request = client
            .request("POST", "/gui")
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body));
        let a = client.send(request).await;
        assert_eq!(a.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(!a.text().contains("<textarea"), "no resend for {name}: {value}");
    }
    assert_eq!(site.runs(), 0);
}

#[tokio::test]
async fn an_untold_origin_with_a_bad_token_is_not_offered_again() {
    let site = Site::new();
    let mut client = site.signed_in("lan");
    let request = client
        .request("POST", "/gui")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("_token=x&ten=Lan"));
    let a = client.send(request).await;
    assert_eq!(a.status, StatusCode::FORBIDDEN);
    assert!(!a.text().contains("<textarea"));
}

#[tokio::test]
async fn a_password_is_never_written_into_a_page() {
    let site = Site::new();
    let mut client = site.client();
    let fields = [("so", "035198004217"), ("password", "hoa-sen-2026")];
    let html = client.post("/gui", &fields).await.text();
    assert!(!html.contains("hoa-sen-2026") && !html.contains("<textarea"));
}

#[tokio::test]
async fn without_cookies_a_form_says_why() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    client.set_cookie(cookie::ANONYMOUS, None);
    let a = client.post("/gui", &[]).await;
    assert_eq!(a.status, StatusCode::FORBIDDEN);
    assert!(a.text().contains("cookie"));
}

async fn json(client: &mut Client, origin: Option<&str>) -> crate::testing::Answer {
    let mut request =
        client.request("POST", "/api/v1/ai").header("content-type", "application/json");
    if let Some(o) = origin {
        request = request.header("origin", o);
    }
    client.send(request.header("idempotency-key", "key-1234").body(Body::from("{\"a\":1}"))).await
}

#[tokio::test]
async fn json_counts_a_cookie_only_from_our_own_page() {
    let site = Site::new();
    let mut lan = site.signed_in("lan");
    let own = json(&mut lan, Some("http://localhost:8080")).await.json();
    assert_eq!((own["who"].as_str(), own["id"].as_str()), (Some("lan"), Some("key-1234")));
    let untold = json(&mut lan, None).await.json();
    assert_eq!(untold["who"], serde_json::Value::Null);
    let foreign = json(&mut lan, Some("https://evil.example")).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert_eq!(foreign.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_session_that_ended_cannot_act() {
    let site = Site::new();
    let mut lan = site.signed_in("lan");
    lan.get("/form").await;
    site.sign_all_out();
    let a = lan.post("/gui-kin", &[("ten", "x")]).await;
    assert_eq!(a.status, StatusCode::FORBIDDEN);
    assert!(a.text().contains("/dang-nhap?tiep="));
}
