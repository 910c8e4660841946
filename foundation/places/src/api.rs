//! `GET /api/v1/places?q=&on=&near=` and `GET /api/v1/places/CODE?on=`.
//!
//! Open to everyone, nothing personal, the same answer for all: so it may be kept by caches. Without
//! `on` the communes of today are meant; which day that is, whoever mounts the routes says.

use crate::answer::{resolve_answer, suggest};
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::calendar::iso_date;
use kernel::{CommuneCode, Date, Lang, ProvinceCode, Result, Say, Words};
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

/// Answers may be kept for an hour: they change with the program, and on the day of a merger.
const CACHE: &str = "public, max-age=3600";

/// Tells which day it is.
pub type Today = Arc<dyn Fn() -> Date + Send + Sync>;

/// The addresses of [`routes`].
pub const PATHS: &[&str] = &["/api/v1/places", "/api/v1/places/{code}"];

/// The routes, to be merged into the application's router.
pub fn routes<S: Clone + Send + Sync + 'static>(today: Today) -> Router<S> {
    let also = Arc::clone(&today);
    Router::new()
        .route(PATHS[0], get(move |headers, query| find(today(), headers, query)))
        .route(PATHS[1], get(move |headers, path, query| one(also(), headers, path, query)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    on: String,
    near: String,
    lang: String,
}

impl Asked {
    fn on(&self, today: Date) -> Result<Date> {
        let on = self.on.trim();
        if on.is_empty() { Ok(today) } else { iso_date(on).map_err(|e| e.field("on")) }
    }
    fn near(&self) -> Result<Option<ProvinceCode>> {
        let near = self.near.trim();
        if near.is_empty() {
            return Ok(None);
        }
        ProvinceCode::parse(near).map(Some).map_err(|e| e.field("near"))
    }
}

async fn find(today: Date, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let answer = asked.on(today).and_then(|on| {
        let near = asked.near()?;
        Ok(serde_json::to_string(&suggest(&asked.q, on, near.as_ref()))?)
    });
    respond(answer, &headers, &asked)
}

async fn one(
    today: Date,
    headers: HeaderMap,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = asked.on(today).and_then(|on| {
        let code = CommuneCode::parse(&code)?;
        Ok(serde_json::to_string(&resolve_answer(&code, on)?)?)
    });
    respond(answer, &headers, &asked)
}

fn respond(answer: Result<String>, headers: &HeaderMap, asked: &Asked) -> Response {
    let body = match answer {
        Ok(body) => body,
        Err(e) => return problem(&e, headers, asked),
    };
    let tag = format!("\"{:016x}\"", fnv1a(body.as_bytes()));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let same =
        known.is_some_and(|k| k.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let common = [(header::ETAG, tag), (header::CACHE_CONTROL, CACHE.to_owned())];
    if same {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (common, kind, body).into_response()
}

/// Names an answer for caches; not a protection of anything.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

/// RFC 9457, in the language asked for.
fn problem(e: &kernel::Error, headers: &HeaderMap, asked: &Asked) -> Response {
    static WORDS: LazyLock<Option<std::sync::Arc<Words>>> =
        LazyLock::new(|| Words::build(&[kernel::TEXT, crate::TEXT]).ok());
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let english = match asked.lang.as_str() {
        "" => accepted.is_some_and(|a| a.trim_start().starts_with("en")),
        tag => Lang::from_tag(tag) == Lang::En,
    };
    let say = WORDS.clone().map(|w| Say::new(w, if english { Lang::En } else { Lang::Vi }));
    let text = |f: &dyn Fn(&Say) -> String| say.as_ref().map_or_else(String::new, f);
    let status = e.kind().status();
    let fields: Vec<_> = e
        .field_errors()
        .iter()
        .map(|f| {
            serde_json::json!({
                "field": f.field, "code": f.code.id, "detail": text(&|say| f.text(say)),
            })
        })
        .collect();
    let mut body = serde_json::json!({
        "type": format!("urn:lien-thong:error:{}", e.code().id),
        "title": text(&|say| say.t("places-problem")),
        "status": status,
        "detail": text(&|say| e.text(say)),
        "code": e.code().id,
    });
    if !fields.is_empty() {
        body["errors"] = fields.into();
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    let fresh = [(header::CACHE_CONTROL, "no-store"), (header::VARY, "Accept-Language")];
    (status, kind, fresh, body.to_string()).into_response()
}

#[cfg(test)]
mod tests;
