//! Pages, headers, languages, static files, messages, redirects.

use super::Site;
use crate::cookie;
use axum::body::Body;
use axum::http::StatusCode;

#[tokio::test]
async fn every_answer_is_guarded() {
    let site = Site::new();
    let style = site.web.asset("style.css");
    for path in
        ["/", "/form", "/khong-co", "/hong/bug", "/rieng", "/api/v1/hong/x", &style, "/robots.txt"]
    {
        let a = site.client().get(path).await;
        let csp = a.header("content-security-policy");
        assert!(
            csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"),
            "{path}: {csp}"
        );
        assert!(!csp.contains("unsafe"), "{path}: {csp}");
        assert_eq!(a.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(a.header("referrer-policy"), "same-origin", "{path}");
        let kind = a.header("content-type");
        let page = kind.is_empty() || kind.starts_with("text/html");
        assert_eq!(a.header("cross-origin-opener-policy") == "same-origin", page, "{path}");
        assert_eq!(a.header("permissions-policy").contains("camera=()"), page, "{path}");
        assert_eq!(a.header("x-trace").len(), 9, "{path}");
        assert!(
            a.header("strict-transport-security").is_empty(),
            "plain http says nothing of https"
        );
    }
    let safe =
        Site::with(|s| crate::Settings { origin: "https://dv.example.vn".into(), ..s }, |w| w);
    let a = safe.client().get("/").await;
    assert!(a.header("strict-transport-security").starts_with("max-age="));
    assert!(a.header("content-security-policy").contains("upgrade-insecure-requests"));
}

#[tokio::test]
async fn pages_hold_nothing_inline() {
    let site = Site::new();
    for path in
        ["/", "/form", "/khong-co", "/design", "/design/mau/ban-lam-viec", "/design/mau/man-hinh"]
    {
        let html = site.client().get(path).await.text();
        for bad in [" style=", " onclick=", "<style", "javascript:"] {
            assert!(!html.contains(bad), "{path}: {bad}");
        }
        for script in html.split("<script").skip(1) {
            assert!(script.trim_start().starts_with("type=\"module\" src=\"/a/"), "{path}");
        }
    }
}

#[tokio::test]
async fn pages_shrink_for_browsers_that_can() {
    let site = Site::new();
    let mut client = site.client();
    let plain = client.get("/form").await;
    assert!(plain.header("content-encoding").is_empty());
    client.headers.push(("accept-encoding".into(), "br, gzip;q=0.8".into()));
    let small = client.get("/form").await;
    assert_eq!(small.header("content-encoding"), "gzip");
    assert!(small.header("vary").contains("Accept-Encoding"));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&small.body[..]), &mut text)
        .unwrap();
    assert!(text.contains("Trang thử"));
    client.headers.pop();
    client.headers.push(("accept-encoding".into(), "gzip;q=0".into()));
    assert!(client.get("/form").await.header("content-encoding").is_empty());
}

#[tokio::test]
async fn static_files_are_kept_for_ever_under_their_hash() {
    let site = Site::new();
    let mut client = site.client();
    client.headers.push(("accept-encoding".into(), "gzip".into()));
    for name in ["style.css", "wall.css", "main.js", "address.js", "live.js", "desk.js", "draft.js"]
    {
        let path = site.web.asset(name);
        let a = client.get(&path).await;
        assert_eq!(a.status, StatusCode::OK, "{path}");
        assert_eq!(a.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(a.header("content-encoding"), "gzip");
        assert!(a.header("content-type").starts_with("text/"));
    }
    assert_eq!(client.get("/a/style.css").await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get("/favicon.ico").await.header("content-type"), "image/svg+xml");
    assert_eq!(client.get("/manifest.webmanifest").await.json()["start_url"], "/");
    assert!(client.get("/robots.txt").await.text().contains("Disallow: /"));
}

/// EXPERIENCE.md: the first page, all of it, at most 14 KB compressed.
#[tokio::test]
async fn the_first_page_with_all_it_loads_is_small() {
    let site = Site::new();
    let mut client = site.client();
    client.headers.push(("accept-encoding".into(), "gzip".into()));
    let mut bytes = 0;
    for path in ["/design/mau/cau-hoi".to_owned()].into_iter().chain(
        ["style.css", "main.js", "address.js", "draft.js", "favicon.svg"]
            .map(|n| site.web.asset(n)),
    ) {
        bytes += client.get(&path).await.body.len();
    }
    assert!(bytes <= 14 * 1024, "{bytes} bytes");
}

#[tokio::test]
async fn language_by_choice_then_by_browser_then_vietnamese() {
    let site = Site::new();
    let mut client = site.client();
    assert!(client.get("/").await.text().contains("<html lang=\"vi\""));
    client.headers.push(("accept-language".into(), "en-GB,en".into()));
    assert!(client.get("/").await.text().contains("<html lang=\"en\""));
    let a = client.post("/ngon-ngu", &[("lang", "vi"), ("tiep", "/ho-so/X1?q=a")]).await;
    assert_eq!((a.status, a.header("location")), (StatusCode::SEE_OTHER, "/ho-so/X1?q=a"));
    assert_eq!(client.cookies().get(cookie::LANGUAGE).map(String::as_str), Some("vi"));
    assert!(client.get("/").await.text().contains("<html lang=\"vi\""));
    let a = client.post("/ngon-ngu", &[("lang", "en"), ("tiep", "//evil.example")]).await;
    assert_eq!(a.header("location"), "/");
}

#[tokio::test]
async fn a_message_is_shown_once_and_cannot_be_made_up() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    client.post("/gui", &[("ten", "<b>Lan</b>")]).await;
    let shown = client.get("/").await.text();
    assert!(
        shown.contains("Đã nhận &#60;b&#62;Lan") || shown.contains("Đã nhận &lt;b&gt;Lan"),
        "{shown}"
    );
    assert!(!client.get("/").await.text().contains("Đã nhận"));
    client.set_cookie(cookie::FLASH, Some("Z29vZHxYaW4gY2jDoG8.AAAA"));
    assert!(!client.get("/").await.text().contains("Xin chào"));
}

#[tokio::test]
async fn redirects_stay_on_our_site() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    for (to, goes) in [
        ("/ho-so/1", "/ho-so/1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil", "/"),
    ] {
        let a = client.post("/ra-ngoai", &[("toi", to)]).await;
        assert_eq!((a.status, a.header("location")), (StatusCode::SEE_OTHER, goes));
    }
}

#[tokio::test]
async fn what_is_personal_is_not_kept_by_the_browser() {
    let site = Site::new();
    assert_eq!(
        site.signed_in("lan").get("/rieng").await.header("cache-control"),
        "private, no-store"
    );
    assert_eq!(site.client().get("/").await.header("cache-control"), "private, no-cache");
    let file = site.client().get("/tai-ve").await;
    assert_eq!(file.header("cache-control"), "private, no-store");
    assert!(file.header("content-security-policy").contains("sandbox"));
    assert!(
        file.header("content-disposition").contains("filename*=UTF-8''K%E1%BA%BFt%20qu%E1%BA%A3")
    );
}

#[tokio::test]
async fn only_a_page_with_a_form_sets_a_cookie() {
    let site = Site::new();
    let mut client = site.client();
    assert!(client.get("/").await.header("set-cookie").is_empty());
    let set = client.get("/form").await.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-lt-an="), "{set}");
    assert!(set.contains("Secure; HttpOnly; SameSite=Lax"), "{set}");
    assert!(client.get("/form").await.header("set-cookie").is_empty(), "one is enough");
    assert!(site.signed_in("lan").get("/form").await.header("set-cookie").is_empty());
}

#[tokio::test]
async fn who_is_signed_in_and_in_which_post() {
    let site = Site::new();
    let mut nobody = site.client();
    let a = nobody.get("/rieng?q=a+b").await;
    assert_eq!(
        (a.status, a.header("location")),
        (StatusCode::SEE_OTHER, "/dang-nhap?tiep=%2Frieng%3Fq%3Da%2Bb")
    );
    let mut lan = site.signed_in("lan");
    let html = lan.get("/rieng").await.text();
    assert!(html.contains("Vũ Thị Lan") && html.contains("Hộp thư"));
    assert_eq!(lan.get("/ban").await.status, StatusCode::FORBIDDEN);
    let mut binh = site.signed_in("binh");
    assert_eq!(binh.get("/ban").await.json(), "13594");
    let html = binh.get("/rieng").await.text();
    assert!(html.contains("Công an xã Trần Thương") && html.contains("Bàn làm việc"));
    assert!(!html.contains("Hộp thư"), "an officer at work has no inbox of that work");
    site.sign_all_out();
    assert_eq!(lan.get("/rieng").await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.signed_in("stolen").get("/rieng").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn acting_for_another_is_always_in_sight() {
    let site = Site::new();
    let html = site.signed_in("me").get("/rieng").await.text();
    assert!(html.contains("kết thúc bằng 217") && html.contains("/tai-khoan/lam-thay"));
    assert!(!html.contains("001120000217"), "never the whole number");
    assert!(!site.signed_in("lan").get("/rieng").await.text().contains("làm thay"));
}

#[tokio::test]
async fn health_tells_names_only() {
    let site = Site::new();
    let a = site.client().get("/health").await;
    assert_eq!((a.status, a.json()["status"].as_str()), (StatusCode::OK, Some("ok")));
    let ill = Site::with(
        |s| crate::Settings {
            health: vec![("store", Box::new(|| Err(kernel::Error::bug("password=1"))))],
            ..s
        },
        |w| w,
    );
    let a = ill.client().get("/health").await;
    assert_eq!(a.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(a.json()["checks"]["store"], "failed");
    assert!(!a.text().contains("password"));
}

#[tokio::test]
async fn requests_are_counted_by_pattern() {
    let site = Site::new();
    site.client().get("/ho-so/H42.13594-261123-0007").await;
    let text = site.web.metrics().text();
    assert!(
        text.contains(
            "web_requests_total{method=\"GET\",route=\"/ho-so/{code}\",status=\"2xx\"} 1"
        )
    );
    assert!(!text.contains("261123"), "no path in a metric");
}

#[tokio::test]
async fn head_has_the_head_only() {
    let site = Site::new();
    let mut client = site.client();
    let request = client.request("HEAD", "/form").body(Body::empty());
    let a = client.send(request).await;
    assert_eq!((a.status, a.body.len()), (StatusCode::OK, 0));
}
