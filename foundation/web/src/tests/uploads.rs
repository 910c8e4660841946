//! Bodies: limits before reading, files by content.

use super::Site;
use axum::body::Body;
use axum::http::StatusCode;
use kernel::limits::{FORM_BYTES_MAX, UPLOAD_BYTES_MAX};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....IHDR\0\0\0\x09\0\0\0\x09IEND\xaeB`\x82";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n";

#[tokio::test]
async fn files_come_in_with_their_form() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    let files: &[(&str, &str, &[u8])] =
        &[("giay", "hợp đồng.pdf", PDF), ("anh", "a.png", PNG), ("khac", "", b"")];
    let a = client.post_files("/tep", &[("ten", "Vũ Lan")], files).await;
    assert_eq!(
        a.text(),
        format!("Vũ Lan giay:hợp đồng.pdf:Pdf:{} anh:a.png:Png:{}", PDF.len(), PNG.len())
    );
}

#[tokio::test]
async fn bad_files_are_named_at_their_field() {
    let site = Site::new();
    let mut client = site.client();
    let big = [PNG, &vec![0; UPLOAD_BYTES_MAX], b"IEND".as_slice()].concat();
    let cases: &[(&str, &[u8], &str)] = &[
        ("a.pdf", PNG, "thực ra là PNG"),
        ("a.pdf", b"", "không có nội dung"),
        ("a.exe", b"MZ\x90\0", "không phải PDF"),
        ("a.pdf", b"%PDF-1.7 cut", "bị cắt hoặc hỏng"),
        ("a.png", &big, "lớn quá 10 MB"),
    ];
    for (name, content, says) in cases {
        client.get("/form").await;
        let a = client.post_files("/tep", &[], &[("giay", name, content)]).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(a.text().contains(says), "{says}: {}", a.text());
    }
}

#[tokio::test]
async fn a_flood_of_files_is_refused() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    let files: Vec<(&str, &str, &[u8])> = (0..11).map(|_| ("giay", "a.pdf", PDF)).collect();
    let a = client.post_files("/tep", &[], &files).await;
    assert!(a.text().contains("nhiều nhất 10 tệp"));
}

#[tokio::test]
async fn an_announced_length_over_the_limit_is_refused_unread() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    let request = client
        .request("POST", "/gui")
        .header("origin", "http://localhost:8080")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("content-length", (FORM_BYTES_MAX + 1).to_string())
        // A body that would never end.
        .body(
            Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>()),
        );
    let a = client.send(request).await;
    assert_eq!(a.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(site.runs(), 0);
}

#[tokio::test]
async fn an_unannounced_body_is_cut_at_the_limit() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    let piece = || Ok::<_, std::io::Error>(vec![b'a'; 64 * 1024]);
    for kind in [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=XX",
        "application/json",
    ] {
        let body = futures_util::stream::repeat_with(piece);
        let request = client
            .request("POST", "/gui")
            .header("origin", "http://localhost:8080")
            .header("content-type", kind)
            .body(Body::from_stream(body));
        let a = client.send(request).await;
        assert!(
            matches!(a.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::BAD_REQUEST),
            "{kind}: {}",
            a.status
        );
    }
    assert_eq!(site.runs(), 0);
}

#[tokio::test]
async fn broken_bodies_are_the_senders_mistake() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/form").await;
    let token = client.token().unwrap().to_owned();
    for (kind, body) in [
        ("multipart/form-data", "no boundary"),
        (
            "multipart/form-data; boundary=XX",
            "--XX\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\ncut",
        ),
        ("multipart/form-data; boundary=XX", "nothing of the kind"),
        ("application/x-www-form-urlencoded", "%zz=%%%&&&===&"),
    ] {
        let request = client
            .request("POST", "/gui")
            .header("origin", "http://localhost:8080")
            .header("x-form-token", &token)
            .header("content-type", kind)
            .body(Body::from(body));
        let a = client.send(request).await;
        assert!(a.status.as_u16() < 500, "{kind}: {}", a.status);
    }
    // A page that takes no files says so instead of dropping them.
    client.get("/form").await;
    let a = client.post_files("/gui", &[], &[("giay", "a.pdf", PDF)]).await;
    assert_eq!(a.status, StatusCode::BAD_REQUEST);
    let request = client
        .request("POST", "/api/v1/ai")
        .header("content-type", "application/json")
        .body(Body::from("{\"so\":\"035198004217\",}"));
    let a = client.send(request).await;
    assert_eq!(a.status, StatusCode::BAD_REQUEST);
    assert!(!a.text().contains("035198004217"), "what was sent is not repeated");
}
