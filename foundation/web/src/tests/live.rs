//! Live connections: news, resuming, ending.

use super::Site;
use crate::limits::LIVE_PER_VISITOR_MAX;
use crate::live::Pace;
use axum::body::{Body, BodyDataStream};
use axum::http::{Response, StatusCode};
use futures_util::StreamExt;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tower::ServiceExt;

fn quick() -> Site {
    let pace = Pace {
        pause: Duration::from_millis(1),
        heartbeat: Duration::from_millis(40),
        recheck: Duration::ZERO,
        life: Duration::from_secs(60),
    };
    Site::with(|s| s, |w| w.paced(pace))
}

async fn open(site: &Site, path: &str, last: Option<&str>) -> Response<Body> {
    let mut request = site.signed_in("lan").request("GET", path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    site.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

/// Reads on until the text holds this; heartbeats go by.
async fn read_until(stream: &mut BodyDataStream, wanted: &str) -> String {
    let mut all = String::new();
    while !all.contains(wanted) {
        let piece =
            stream.next().await.unwrap_or_else(|| panic!("ended before {wanted:?}: {all:?}"));
        all.push_str(&String::from_utf8_lossy(&piece.unwrap()));
    }
    all
}

fn happen(site: &Site, seq: i64, html: &str) {
    site.seen.events.lock().unwrap().push((seq, html.to_owned()));
    site.web.wake(seq);
}

#[tokio::test]
async fn news_come_with_their_number() {
    let site = quick();
    let response = open(&site, "/truc-tiep?tu=4", None).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    assert!(read_until(&mut stream, "\n\n").await.contains("id: 4"));
    happen(&site, 5, "<p id=\"a\">\n5</p>");
    let got = read_until(&mut stream, "id: 5").await + &read_until(&mut stream, "\n\n").await;
    assert!(
        got.contains("data: swap\ndata: <p id=\"a\">\ndata: 5</p>") || got.contains("id: 5"),
        "{got}"
    );
    happen(&site, 9, "<p id=\"b\">9</p>");
    read_until(&mut stream, "id: 9").await;
}

#[tokio::test]
async fn what_happened_between_page_and_connection_is_not_lost() {
    let site = quick();
    happen(&site, 5, "<p id=\"a\">5</p>");
    let mut stream = open(&site, "/truc-tiep?tu=4", None).await.into_body().into_data_stream();
    read_until(&mut stream, "id: 5").await;
}

#[tokio::test]
async fn a_connection_resumes_after_its_last_event() {
    let site = quick();
    for n in 1..=7 {
        happen(&site, n, &format!("<p id=\"n{n}\">x</p>"));
    }
    for (path, last) in [("/truc-tiep?tu=1", Some("5")), ("/truc-tiep?tu=1&sau=5", None)] {
        let mut stream = open(&site, path, last).await.into_body().into_data_stream();
        let got = read_until(&mut stream, "id: 7").await;
        assert!(got.contains("n6") && !got.contains("id=\"n5\""), "{got}");
    }
}

#[tokio::test]
async fn without_a_start_only_what_is_new_comes() {
    let site = quick();
    happen(&site, 3, "<p id=\"old\">x</p>");
    let mut stream = open(&site, "/truc-tiep", None).await.into_body().into_data_stream();
    read_until(&mut stream, "id: 3").await;
    happen(&site, 4, "<p id=\"new\">x</p>");
    let got = read_until(&mut stream, "id: 4").await;
    assert!(!got.contains("old"), "{got}");
}

#[tokio::test]
async fn a_quiet_connection_shows_that_it_lives_and_does_not_ask() {
    let site = quick();
    let mut stream = open(&site, "/truc-tiep", None).await.into_body().into_data_stream();
    for _ in 0..3 {
        read_until(&mut stream, ": nhịp").await;
    }
    assert_eq!(site.seen.looks.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn signing_out_ends_the_connection() {
    let site = quick();
    let mut stream = open(&site, "/truc-tiep", None).await.into_body().into_data_stream();
    read_until(&mut stream, "retry").await;
    site.sign_all_out();
    happen(&site, 1, "<p id=\"secret\">x</p>");
    let mut rest = String::new();
    while let Some(piece) = stream.next().await {
        rest.push_str(&String::from_utf8_lossy(&piece.unwrap()));
    }
    assert!(!rest.contains("secret"), "{rest}");
}

#[tokio::test]
async fn going_down_ends_all_connections() {
    let site = quick();
    let mut stream = open(&site, "/truc-tiep", None).await.into_body().into_data_stream();
    read_until(&mut stream, "retry").await;
    assert_eq!(site.web.metrics().live_open.value(), 1);
    site.web.close();
    while stream.next().await.is_some() {}
    drop(stream);
    assert_eq!(site.web.metrics().live_open.value(), 0);
}

#[tokio::test]
async fn one_visitor_holds_so_many_and_no_more() {
    let site = quick();
    let mut held = Vec::new();
    for _ in 0..LIVE_PER_VISITOR_MAX {
        let response = open(&site, "/truc-tiep", None).await;
        assert_eq!(response.status(), StatusCode::OK);
        held.push(response);
    }
    assert_eq!(open(&site, "/truc-tiep", None).await.status(), StatusCode::TOO_MANY_REQUESTS);
    held.pop();
    assert_eq!(open(&site, "/truc-tiep", None).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_lagging_page_catches_up_without_further_news() {
    let site = quick();
    let mut stream = open(&site, "/truc-tiep?tu=1", None).await.into_body().into_data_stream();
    // The journal has moved, the page's own view has not.
    site.web.wake(2);
    read_until(&mut stream, "retry").await;
    while site.seen.looks.load(Ordering::Relaxed) < 2 {
        tokio::time::timeout(Duration::from_millis(5), stream.next()).await.ok();
    }
    site.seen.events.lock().unwrap().push((2, "<p id=\"late\">x</p>".to_owned()));
    read_until(&mut stream, "late").await;
}
