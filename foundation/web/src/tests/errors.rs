//! Error pages and problem documents; what the log holds.

use super::Site;
use axum::http::StatusCode;
use std::io::Write;
use std::sync::{Arc, Mutex};

const KINDS: [(&str, u16); 7] = [
    ("input", 422),
    ("not-allowed", 403),
    ("not-found", 404),
    ("conflict", 409),
    ("busy", 429),
    ("unavailable", 503),
    ("bug", 500),
];

#[tokio::test]
async fn every_kind_has_its_page_in_both_languages() {
    let site = Site::new();
    for (how, status) in KINDS {
        let mut texts = Vec::new();
        for lang in ["vi", "en"] {
            let mut client = site.client().with_cookie(crate::cookie::LANGUAGE, lang);
            let a = client.get(&format!("/hong/{how}")).await;
            assert_eq!(a.status.as_u16(), status, "{how}");
            let html = a.text();
            assert!(html.contains(&format!("<html lang=\"{lang}\"")), "{how}");
            assert!(!html.contains('⟦') && !html.contains("secret"), "{how}");
            texts.push(html);
        }
        assert_ne!(texts[0], texts[1]);
    }
    assert_eq!(site.client().get("/hong/busy").await.header("retry-after"), "5");
}

#[tokio::test]
async fn apis_get_a_problem_document() {
    let site = Site::new();
    for (how, status) in KINDS {
        let a = site.client().get(&format!("/api/v1/hong/{how}")).await;
        assert_eq!(a.header("content-type"), "application/problem+json");
        let body = a.json();
        assert_eq!((a.status.as_u16(), body["status"].as_u64()), (status, Some(u64::from(status))));
        assert_eq!(body["trace"], a.header("x-trace"));
        assert!(
            body["title"].is_string() && body["detail"].is_string() && body["code"].is_string()
        );
        assert!(!a.text().contains("secret"));
    }
    let body = site.client().get("/api/v1/hong/input").await.json();
    assert_eq!(body["errors"][0]["field"], "until");
    assert_eq!(body["type"], "urn:lien-thong:error:date.unreal");
}

#[tokio::test]
async fn a_bug_shows_its_trace_number_and_nothing_else() {
    let site = Site::new();
    for how in ["bug", "panic"] {
        let a = site.client().get(&format!("/hong/{how}")).await;
        assert_eq!(a.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(a.text().contains(a.header("x-trace")));
        assert!(!a.text().contains("secret"));
    }
}

#[tokio::test]
async fn no_such_page_and_no_such_method() {
    let site = Site::new();
    let mut client = site.client();
    let a = client.get("/khong-co?q=x").await;
    assert_eq!(a.status, StatusCode::NOT_FOUND);
    assert!(a.text().contains("Không tìm thấy"));
    assert_eq!(client.get("/gui").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(
        client.get("/api/v1/khong-co").await.header("content-type"),
        "application/problem+json"
    );
    assert_eq!(client.post("/khong-co", &[("a", "b")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_module_is_not_sent_to_the_sign_in_page() {
    let site = Site::new();
    let mut client = site.client();
    client.headers.retain(|(n, _)| n != "accept");
    client.headers.push(("accept".into(), "text/event-stream".into()));
    let a = client.get("/rieng").await;
    assert_eq!(
        (a.status, a.header("content-type")),
        (StatusCode::UNAUTHORIZED, "application/problem+json")
    );
}

#[tokio::test]
async fn a_form_that_met_a_passing_fault_can_be_sent_again() {
    let site = Site::new();
    for (how, again) in [
        ("busy", true),
        ("unavailable", true),
        ("bug", true),
        ("conflict", false),
        ("input", false),
    ] {
        let mut client = site.signed_in("lan");
        client.get("/form").await;
        let html = client.post(&format!("/hong/{how}"), &[("ten", "đã gõ")]).await.text();
        assert_eq!(html.contains("đã gõ"), again, "{how}");
        assert_eq!(html.contains("Gửi lại"), again, "{how}");
    }
}

#[tokio::test]
async fn a_refused_form_leads_back_to_its_page_and_nowhere_else() {
    let site = Site::new();
    for (referer, back) in [
        ("http://localhost:8080/form?a=1", Some("/form?a=1")),
        ("http://localhost:8080//evil.test/x", None),
        ("http://localhost:8080/", None),
        ("http://localhost:8080", None),
        ("nonsense", None),
    ] {
        let mut client = site.signed_in("lan");
        client.get("/form").await;
        client.headers.push(("referer".into(), referer.into()));
        let html = client.post("/hong/conflict", &[("ten", "đã gõ")]).await.text();
        let link = back.map_or("Về trang chủ".to_owned(), |b| format!("href=\"{b}\""));
        assert!(html.contains(&link), "{referer}: {html}");
        assert_eq!(html.contains("Quay lại trang trước"), back.is_some(), "{referer}");
    }
}

#[tokio::test]
async fn sessions_that_are_away_are_said_so() {
    let site = Site::new();
    let a = site.signed_in("broken").get("/").await;
    assert_eq!(a.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);
impl Write for Kept {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(buf);
        Ok(buf.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The log holds the trace number and the pattern, and nothing of what the person sent. One
/// collector for the whole process: a scoped one may miss lines while other tests run.
#[tokio::test]
async fn the_log_holds_no_path_no_query_no_form() {
    let kept = Kept::default();
    let writer = kept.clone();
    let collector = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    tracing::subscriber::set_global_default(collector).expect("no other collector in this process");
    let site = Site::new();
    let mut client = site.signed_in("lan");
    client.headers.push(("user-agent".into(), "Agent Lan".into()));
    let mut traces = Vec::new();
    let path = "/ho-so/H42.13594-261123-0007?q=035198004217";
    traces.push(client.get(path).await.header("x-trace").to_owned());
    client.get("/form").await;
    for to in ["/gui", "/hong/bug", "/hong/input"] {
        let answer = client.post(to, &[("ten", "Vũ Thị Lan")]).await;
        traces.push(answer.header("x-trace").to_owned());
    }
    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    let mine = |l: &&str| traces.iter().any(|t| l.contains(t.as_str()));
    let lines: Vec<&str> = log.lines().filter(mine).collect();
    for trace in &traces {
        assert!(lines.iter().any(|l| l.contains(trace.as_str())), "{trace} is not in the log");
    }
    assert!(lines.iter().any(|l| l.contains("/ho-so/{code}")));
    assert!(lines.iter().any(|l| l.contains("secret inside")), "a bug's cause is in the log");
    for personal in ["261123", "035198004217", "Vũ", "Lan", "\"lan\""] {
        assert!(!lines.iter().any(|l| l.contains(personal)), "{personal} is in the log:\n{log}");
    }
}
