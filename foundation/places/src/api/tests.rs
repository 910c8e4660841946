use super::*;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt;

struct Got {
    status: u16,
    headers: HeaderMap,
    body: String,
}

fn get_it(path: &str, headers: &[(&str, &str)]) -> Got {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let response = routes::<()>(std::sync::Arc::new(|| crate::REFORM))
            .with_state(())
            .oneshot(request)
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Got { status: parts.status.as_u16(), headers: parts.headers, body }
    })
}

#[test]
fn suggestions_as_json() {
    let got = get_it("/api/v1/places?q=tran+hung+dao+ha+nam&on=2026-11-23", &[]);
    assert_eq!(got.status, 200);
    assert_eq!(got.headers["content-type"], "application/json");
    assert_eq!(got.headers["cache-control"], "public, max-age=3600");
    assert_eq!(
        got.body,
        r#"{"on":"2026-11-23","hits":[{"code":"13594","name":"Xã Trần Thương","province":"tỉnh Ninh Bình","was":"xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam"}]}"#
    );
}

#[test]
fn an_answer_that_is_known_is_not_sent_again() {
    let path = "/api/v1/places?q=lung%20cu";
    let tag = get_it(path, &[]).headers["etag"].to_str().unwrap().to_owned();
    let again = get_it(path, &[("if-none-match", &format!("\"x\", W/{tag}"))]);
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(again.headers["etag"], tag.as_str());
    assert_eq!(get_it(path, &[("if-none-match", "\"other\"")]).status, 200);
    assert_ne!(get_it("/api/v1/places?q=chieu+vu", &[]).headers["etag"], tag.as_str());
}

#[test]
fn the_day_and_the_province_decide() {
    let old = get_it("/api/v1/places?q=tran+hung+dao&on=1998-05-17&near=37", &[]).body;
    assert!(old.contains(r#""hits":[{"code":"13594","name":"Xã Trần Hưng Đạo","district":"huyện Lý Nhân","province":"tỉnh Hà Nam","now":"xã Trần Thương, tỉnh Ninh Bình"}"#), "{old}");
    assert_eq!(get_it("/api/v1/places", &[]).body, r#"{"on":"2025-07-01","hits":[]}"#);
}

#[test]
fn one_code() {
    let got = get_it("/api/v1/places/06358?on=2020-01-01", &[]);
    assert_eq!(
        got.body,
        r#"{"on":"2020-01-01","unit":{"code":"06358","name":"Xã Chiêu Vũ","full":"xã Chiêu Vũ, huyện Bắc Sơn, tỉnh Lạng Sơn","province":"20"},"today":[{"code":"06367","name":"Xã Vũ Lăng","full":"xã Vũ Lăng, tỉnh Lạng Sơn","province":"20"}],"divided":false}"#
    );
    let island = get_it("/api/v1/places/26732", &[]).body;
    assert!(island.contains(r#""made_of":[{"code":"755","name":"Huyện Côn Đảo""#), "{island}");
}

#[test]
fn mistakes_are_explained_in_the_language_asked_for() {
    let vi = get_it("/api/v1/places?q=a&on=2026-02-30", &[]);
    assert_eq!(vi.status, 422);
    assert_eq!(vi.headers["content-type"], "application/problem+json");
    assert_eq!(vi.headers["cache-control"], "no-store");
    assert!(vi.body.contains(r#""detail":"Ngày này không có trong lịch. Hãy gõ lại ngày, tháng, năm.","code":"date.unreal","errors":[{"field":"on""#), "{}", vi.body);
    let en = get_it("/api/v1/places/06358", &[("accept-language", "en-GB,vi;q=0.5")]);
    assert_eq!(en.status, 422);
    assert!(en.body.contains("Since 1 July 2025 this place has been: xã Vũ Lăng"), "{}", en.body);
    let chosen = get_it("/api/v1/places/1?lang=vi", &[("accept-language", "en")]);
    assert!(chosen.body.contains("Mã xã có đúng 5 chữ số"), "{}", chosen.body);
    assert_eq!(get_it("/api/v1/places?near=x", &[]).status, 422);
}
