//! How often somebody may ask, as a person meets it.

use super::Site;
use crate::rates::{Budgets, Pace, Paces};
use axum::body::Body;
use axum::http::StatusCode;

fn pace(at_once: u32) -> Pace {
    Pace::try_from((1, at_once)).unwrap()
}

/// So many at once of everything.
fn budgets(account: u32, device: u32, address: u32) -> Budgets {
    let of = |n| Paces {
        reading: pace(n),
        searching: pace(n),
        sending: pace(n),
        uploading: pace(n),
        signing_in: pace(n),
    };
    let account = of(account);
    Budgets { account, device: of(device), address: of(address), ..Budgets::default() }
}

fn site(budgets: Budgets) -> Site {
    Site::with(|s| crate::Settings { budgets, ..s }, |w| w)
}

#[tokio::test]
async fn who_is_signed_in_is_counted_by_account_and_strangers_keep_nobody_out() {
    let site = site(budgets(4, 4, 3));
    let mut stranger = site.client();
    for _ in 0..3 {
        assert_eq!(stranger.get("/form").await.status, StatusCode::OK);
    }
    // A new browser at the same address has nothing left.
    assert_eq!(site.client().get("/form").await.status, StatusCode::TOO_MANY_REQUESTS);
    let mut lan = site.client().with_cookie(crate::cookie::SESSION, "lan");
    for _ in 0..4 {
        assert_eq!(lan.get("/form").await.status, StatusCode::OK);
    }
    let refused = lan.get("/form").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let text = refused.text();
    assert!(text.contains(&format!("đợi {wait} giây")), "{text}");
    let mut binh = site.client().with_cookie(crate::cookie::SESSION, "binh");
    assert_eq!(binh.get("/form").await.status, StatusCode::OK, "the neighbour is served");
    assert_eq!(binh.get("/health").await.status, StatusCode::OK);
    // A second session of the same account has a device of its own, but no account of its own.
    let count = "web_rates_refused_total{scope=\"account\",budget=\"reading\"} 1";
    assert!(site.web.metrics().text().contains(count));
}

#[tokio::test]
async fn a_browser_known_from_before_has_a_budget_of_its_own() {
    let site = site(budgets(9, 9, 2));
    let mut lan = site.client().with_cookie(crate::cookie::SESSION, "lan");
    lan.get("/form").await;
    let known = lan.cookies().get(crate::cookie::KNOWN).expect("a page makes it known").clone();
    lan.get("/form").await;
    assert_eq!(lan.cookies()[crate::cookie::KNOWN], known, "once is enough");
    let mut others = site.client();
    while others.get("/form").await.status == StatusCode::OK {}
    let mut signed_out = site.client().with_cookie(crate::cookie::KNOWN, &known);
    assert_eq!(signed_out.get("/form").await.status, StatusCode::OK);
    // One that somebody made up is no better than none.
    let forged = known.replacen('.', "A.", 1);
    let mut liar = site.client().with_cookie(crate::cookie::KNOWN, &forged);
    assert_eq!(liar.get("/form").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn nothing_typed_is_lost_in_a_refusal() {
    let site = site(budgets(2, 2, 50));
    let mut lan = site.client().with_cookie(crate::cookie::SESSION, "lan");
    lan.get("/form").await;
    let mut last = lan.post("/gui", &[("ten", "Vũ Thị Lan")]).await;
    for _ in 0..2 {
        last = lan.post("/gui", &[("ten", "Đỗ <b>Minh</b>")]).await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    let text = last.text();
    assert!(text.contains("Đỗ &#60;b&#62;Minh") || text.contains("Đỗ &lt;b&gt;Minh"), "{text}");
    assert!(text.contains("Gửi lại"), "{text}");
    assert_eq!(site.runs(), 2, "the refused one did nothing");
}

#[tokio::test]
async fn a_strangers_files_are_refused_unread() {
    let site = site(budgets(9, 9, 1));
    let mut stranger = site.client();
    stranger.get("/form").await;
    let file: &[(&str, &str, &[u8])] = &[("giay", "a.pdf", b"%PDF-1.7\n%%EOF\n")];
    stranger.post_files("/tep", &[], file).await;
    let endless = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = stranger
        .request("POST", "/tep")
        .header("origin", "http://localhost:8080")
        .header("content-type", "multipart/form-data; boundary=XX")
        .body(Body::from_stream(endless));
    assert_eq!(stranger.send(request).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_secret_is_not_tried_when_there_were_too_many() {
    let site = site(budgets(9, 9, 2));
    let mut stranger = site.client();
    stranger.get("/form").await;
    for _ in 0..2 {
        let a = stranger.post("/thu", &[("so", "1")]).await;
        assert_eq!(a.text(), "tried");
    }
    let again = stranger.post("/thu", &[("so", "1")]).await;
    assert_eq!((again.status, again.text().as_str()), (StatusCode::TOO_MANY_REQUESTS, "again: 1"));
    assert!(!again.header("retry-after").is_empty());
    // A handler that forgets to ask is not believed.
    let forgot = stranger.post("/thu", &[("so", "forget")]).await;
    assert_eq!(forgot.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!forgot.text().contains("forgot"), "{}", forgot.text());
}
