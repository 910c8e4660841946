//! The routes of this crate: static files, language, robots, favicon, manifest, health.

use crate::assets::Ready;
use crate::cookie::{self, Cookie};
use crate::reply::Reply;
use crate::req::Req;
use crate::routes::{Pages, Routes};
use crate::site::Web;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use kernel::{Lang, Result};

pub(crate) fn routes(web: &Web) -> Pages {
    let files = Router::new()
        .route("/a/{file}", get(asset))
        .route("/favicon.ico", get(favicon))
        .route("/favicon.svg", get(favicon));
    let mut routes = Routes::new(())
        .post_open("/ngon-ngu", language)
        .get("/manifest.webmanifest", manifest)
        .get("/robots.txt", robots)
        .get_uncounted("/health", health)
        .into_pages()
        .merge(Pages::plain(files, &["/a/{file}", "/favicon.ico", "/favicon.svg"]));
    if web.settings().demo {
        routes = routes.merge(crate::gallery::routes());
    }
    routes
}

/// Chooses the language and returns to the page.
fn language(_: &(), req: &Req) -> Result<Reply> {
    let lang = Lang::from_tag(req.form("lang").unwrap_or_default());
    let back = crate::paths::own(req.form("tiep").unwrap_or("/")).to_owned();
    let cookie = Cookie::new(cookie::LANGUAGE, lang.tag()).lasting(400 * 86_400);
    Ok(Reply::redirect(back).cookie(cookie))
}

fn manifest(_: &(), req: &Req) -> Result<Reply> {
    let site = req.web().settings();
    let body = serde_json::json!({
        "name": format!("{} · {}", req.say.local(&site.name), req.say.local(&site.place)),
        "short_name": req.say.local(&site.name),
        "lang": req.lang.tag(),
        "start_url": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#b3131b",
        "icons": [
            { "src": req.web().asset("favicon.svg"), "sizes": "any", "type": "image/svg+xml" },
            { "src": req.web().asset("mask.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "maskable" },
        ],
    });
    Ok(Reply::Text("application/manifest+json", body.to_string()))
}

/// Public pages may be found; nobody's own pages, forms or APIs.
fn robots(_: &(), req: &Req) -> Result<Reply> {
    let body = if req.web().settings().demo {
        "User-agent: *\nDisallow: /\n"
    } else {
        "User-agent: *\nDisallow: /api/\nDisallow: /ho-so\nDisallow: /du-lieu-cua-toi\n\
         Disallow: /so-ho-khau\nDisallow: /hop-thu\nDisallow: /y-kien\nDisallow: /tai-khoan\n\
         Disallow: /ban-lam-viec\nDisallow: /quay\nDisallow: /quan-tri\nDisallow: /kiem-toan\n\
         Disallow: /tra-cuu\n"
    };
    Ok(Reply::Text("text/plain; charset=utf-8", body.to_owned()))
}

/// Whether the program and what it needs work. Tells names, never causes.
fn health(_: &(), req: &Req) -> Result<Reply> {
    let mut checks = serde_json::Map::new();
    let mut well = true;
    for (name, check) in &req.web().settings().health {
        let result = check();
        if let Err(e) = &result {
            tracing::error!(check = *name, code = e.code().id, cause = e.cause(), "health");
            well = false;
        }
        let word = if result.is_ok() { "ok" } else { "failed" };
        checks.insert((*name).to_owned(), word.into());
    }
    let word = if well { "ok" } else { "failed" };
    let body = serde_json::json!({ "status": word, "checks": checks });
    Ok(Reply::Json(body).status(if well { 200 } else { 503 }))
}

async fn asset(
    State(web): State<Web>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    match web.assets.file(&file) {
        Some(ready) => send(ready, &headers, "public, max-age=31536000, immutable"),
        None => {
            let mut r = Response::new(Body::empty());
            *r.status_mut() = StatusCode::NOT_FOUND;
            r
        }
    }
}

async fn favicon(State(web): State<Web>, headers: HeaderMap) -> Response<Body> {
    match web.assets.named("favicon.svg") {
        Some(ready) => send(ready, &headers, "public, max-age=86400"),
        None => Response::new(Body::empty()),
    }
}

fn send(ready: &Ready, headers: &HeaderMap, cache: &'static str) -> Response<Body> {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    let zip = accepted.is_some_and(|a| a.contains("gzip"));
    let (body, zipped) = match &ready.gzip {
        Some(gzip) if zip => (gzip.clone(), true),
        _ => (ready.plain.clone(), false),
    };
    let mut r = Response::new(Body::from(body));
    let h = r.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static(ready.media_type));
    h.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    h.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if zipped {
        h.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    r
}
