//! A full house: what people are told, what is kept for them, who is let in first.

use super::Site;
use crate::gate::Turn;
use crate::{cookie, req, testing};
use axum::http::StatusCode;
use std::time::Duration;

/// One turn, and no room to wait.
fn small() -> Site {
    Site::with(|s| s, |w| w.with_gate(1, 0))
}

async fn full(site: &Site) -> Turn {
    site.web.gate.enter(testing::NOW, Duration::ZERO).await.unwrap()
}

#[tokio::test]
async fn a_page_comes_back_by_itself_and_the_place_is_kept() {
    let site = small();
    let turn = full(&site).await;
    let mut client = site.client();
    let a = client.get("/ho-so/H37?q=1").await;
    assert_eq!(a.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = a.header("refresh").parse().unwrap();
    assert!((5..10).contains(&seconds));
    assert_eq!(a.header("retry-after"), seconds.to_string());
    assert_eq!(a.header("cache-control"), "no-store");
    let html = a.text();
    assert!(html.contains(&format!("sau {seconds} giây")), "{html}");
    assert!(!html.contains('⟦') && html.contains("lang=\"vi\""), "{html}");
    let english = site.client().with_cookie(cookie::LANGUAGE, "en").get("/").await.text();
    assert!(english.contains("Your place in the line is kept"), "{english}");

    // The place is that of the first arrival, for a quarter of an hour, and nobody can make one up.
    let kept = client.cookies()[cookie::WAITING].clone();
    let since = |sealed: &str| {
        let request = site.client().with_cookie(cookie::WAITING, sealed).request("GET", "/");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let trace = String::new();
        let req = crate::Req::from_head(&site.web, parts.method, &parts.uri, parts.headers, trace);
        crate::waiting::since(&req)
    };
    site.clock.fetch_add(60_000_000, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(since(&kept), testing::NOW);
    let now = testing::NOW.plus_seconds(60);
    assert_eq!(since("MTI.AAAA"), now);
    assert_eq!(since(&site.web.sealer.seal("flash", "12")), now);
    let ahead = testing::NOW.plus_seconds(900).0.to_string();
    assert_eq!(since(&site.web.sealer.seal("waiting", &ahead)), now);
    site.hours_pass(1);
    assert_eq!(since(&kept), now.plus_seconds(3_600));

    drop(turn);
    assert_eq!(client.get("/ho-so/H37?q=1").await.status, StatusCode::OK);
    let told = site.web.metrics().text();
    assert!(told.contains("web_told_to_wait_total 2"), "{told}");
}

#[tokio::test]
async fn a_form_is_kept_as_it_was_and_goes_through_when_it_is_sent_again() {
    let site = small();
    let mut client = site.signed_in("lan");
    client.get("/form").await;
    let token = client.token().unwrap().to_owned();
    let fields =
        [("ten", "Vũ \"Lan\""), ("with", "a"), (req::TOKEN_FIELD, &token), (req::FORM_FIELD, "f1")];
    let turn = full(&site).await;
    let a = client.post("/gui", &fields).await;
    assert_eq!(a.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(a.header("refresh"), "", "a form is not sent by itself");
    let html = a.text();
    assert!(html.contains("action=\"/gui\"") && html.contains("Gửi lại"), "{html}");
    for (name, value) in [("ten", "Vũ &#34;Lan&#34;"), ("with", "a"), (req::TOKEN_FIELD, &token)] {
        let field = format!("<textarea name=\"{name}\" hidden>{value}</textarea>");
        assert!(html.contains(&field), "{field} in {html}");
    }
    assert_eq!(site.runs(), 0);
    drop(turn);
    assert_eq!(client.post("/gui", &fields).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_cannot_be_kept_is_said_and_not_shown() {
    let site = small();
    let _turn = full(&site).await;
    let mut client = site.client();
    let secret = client.post("/gui", &[("password", "cua rieng toi")]).await.text();
    let files = client.post_files("/tep", &[("ten", "Lan")], &[("a", "a.pdf", b"%PDF-")]).await;
    client.headers.push(("origin".into(), "https://elsewhere.test".into()));
    for html in [secret, files.text()] {
        assert!(html.contains("Chưa có gì được gửi đi"), "{html}");
        assert!(!html.contains("<form") && !html.contains("cua rieng toi"), "{html}");
    }
    let api = site.client().get("/api/v1/hong/input").await;
    assert_eq!(api.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(api.header("content-type"), "application/problem+json");
    assert_eq!(api.json()["code"], "common.busy");
}
