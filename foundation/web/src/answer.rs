//! From a handler's reply to bytes: cookies, headers, compression.

use crate::assets::gzip;
use crate::cookie::{self, Cookie};
use crate::pipeline::{self, Done};
use crate::reply::{Dress, Reply, disposition};
use crate::req::Req;
use crate::{errors, limits, live, paths};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use kernel::{Error, error};
use std::sync::atomic::Ordering;

/// Builds the answer on the blocking pool, so that compression is not in the way of others.
pub(crate) fn build(req: &Req, reply: Reply) -> Done {
    let (reply, dress) = match reply {
        Reply::Dressed(inner, dress) => (*inner, dress),
        plain => (plain, Dress::default()),
    };
    let mut live = None;
    let mut response = match reply {
        Reply::Html(html) => page(req, 200, html),
        Reply::Status(status, html) => page(req, status, html),
        Reply::Redirect(to) => {
            let to = if dress.outside { to.as_str() } else { paths::own(&to) };
            let mut r = status_only(StatusCode::SEE_OTHER);
            set(&mut r, header::LOCATION, to);
            set(&mut r, header::CACHE_CONTROL, "no-store");
            r
        }
        Reply::Json(value) => json(req, 200, "application/json", &value),
        Reply::Text(media_type, text) => text_body(req, 200, media_type, text.into_bytes()),
        Reply::File(file) => {
            let mut r = Response::new(Body::from(file.bytes));
            set(&mut r, header::CONTENT_TYPE, &file.media_type);
            set(&mut r, header::CONTENT_DISPOSITION, &disposition(&file.name, file.inline));
            set(&mut r, header::CACHE_CONTROL, "private, no-store");
            // A file never runs as a page of ours.
            set(&mut r, header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
            r
        }
        Reply::Live(l) => match opening(req, l) {
            Ok(o) => {
                live = Some(o);
                status_only(StatusCode::OK)
            }
            Err(e) => errors::bare(req, &e),
        },
        Reply::Dressed(..) => errors::bare(req, &Error::bug("a reply dressed twice")),
    };
    dress_up(req, &mut response, dress);
    Done { response, live }
}

fn opening(req: &Req, live: live::Live) -> Result<live::Opening, Error> {
    let place = pipeline::live_place(req).ok_or_else(|| Error::new(error::BUSY))?;
    // `sau` stands in for the header when our module opens a connection anew.
    let last = req.header("last-event-id").or_else(|| req.query("sau"));
    let last_event_id = last.and_then(|v| v.trim().parse().ok());
    let session = match (req.session_cookie(), &req.visitor) {
        (Some(cookie), Some(v)) => Some((cookie.to_owned(), v.actor.clone())),
        _ => None,
    };
    Ok(live::Opening { live, last_event_id, session, place })
}

fn page(req: &Req, status: u16, html: String) -> Response<Body> {
    text_body(req, status, "text/html; charset=utf-8", html.into_bytes())
}

/// JSON with its media type.
fn json(req: &Req, status: u16, media_type: &str, value: &serde_json::Value) -> Response<Body> {
    // Not by its Display, which writes a character at a time. A value of ours can always be written.
    text_body(req, status, media_type, serde_json::to_vec(value).unwrap_or_default())
}

/// Text, compressed when the browser takes that.
pub(crate) fn text_body(req: &Req, status: u16, media_type: &str, body: Vec<u8>) -> Response<Body> {
    let zip = body.len() >= limits::GZIP_BYTES_MIN && takes_gzip(req);
    let body = if zip { gzip(&body, 5) } else { body };
    let mut r = Response::new(Body::from(body));
    *r.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut r, header::CONTENT_TYPE, media_type);
    set(&mut r, header::VARY, "Accept-Encoding, Cookie, Accept-Language");
    if zip {
        set(&mut r, header::CONTENT_ENCODING, "gzip");
    }
    // What a person may see must not be shown to the next one at the same machine.
    let cache = if req.visitor.is_some() { "private, no-store" } else { "private, no-cache" };
    set(&mut r, header::CACHE_CONTROL, cache);
    r
}

/// Whether the browser takes gzip.
pub(crate) fn takes_gzip(req: &Req) -> bool {
    let accepted = req.header("accept-encoding").unwrap_or_default();
    accepted.split(',').any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

fn dress_up(req: &Req, response: &mut Response<Body>, dress: Dress) {
    if let Some(status) = dress.status.and_then(|s| StatusCode::from_u16(s).ok()) {
        *response.status_mut() = status;
    }
    let mut cookies = dress.cookies;
    if let Some(id) = req.notes.anonymous.get() {
        cookies.push(Cookie::new(cookie::ANONYMOUS, id));
    }
    if let Some((tone, text)) = dress.flash {
        let text: String = text.chars().take(300).collect();
        let sealed = req.web.sealer.seal("flash", &format!("{}|{text}", tone.class()));
        cookies.push(Cookie::new(cookie::FLASH, &sealed).lasting(120));
    } else if req.notes.flash_shown.load(Ordering::Relaxed) {
        cookies.push(Cookie::gone(cookie::FLASH));
    }
    cookies.extend(known(req, response));
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie.header()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    let mut headers = dress.headers;
    if let Some(seconds) = req.notes.retry_after.get() {
        headers.push(("retry-after".to_owned(), seconds.to_string()));
    }
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name.as_str()), HeaderValue::from_str(&value))
        {
            response.headers_mut().insert(name, value);
        }
    }
}

/// Who is signed in is known on this browser from now on. Only with a page: nothing that others keep
/// carries a cookie.
fn known(req: &Req, response: &Response<Body>) -> Option<Cookie> {
    req.web.rates.as_ref()?;
    let account = req.visitor.as_ref()?.actor.account.to_string();
    let page = response.headers().get(header::CONTENT_TYPE)?.as_bytes().starts_with(b"text/html");
    if !page || req.known_account().as_ref() == Some(&account) {
        return None;
    }
    let sealed = req.web.sealer.seal("known", &account);
    Some(Cookie::new(cookie::KNOWN, &sealed).lasting(cookie::KNOWN_SECONDS))
}

fn status_only(status: StatusCode) -> Response<Body> {
    let mut r = Response::new(Body::empty());
    *r.status_mut() = status;
    r
}

/// Sets a header whose value is our own.
pub(crate) fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
