//! How an error is shown: a page with what to do next, or `application/problem+json` (RFC 9457)
//! under `/api/`.

use crate::answer::set;
use crate::codes::{
    METHOD, NOT_SIGNED_IN, RATE_ACCOUNT, RATE_ADDRESS, TOKEN_EXPIRED, TOKEN_WRONG, TOO_LARGE,
    TOO_SLOW, UNREADABLE,
};
use crate::frame::Frame;
use crate::nav::Section;
use crate::pipeline::Site;
use crate::reply::Reply;
use crate::req::{FORM_FIELD, Req};
use axum::body::Body;
use axum::http::{Method, Response, StatusCode, header};
use kernel::{Error, Kind, Say};

/// The page of an error.
#[derive(askama::Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    picture: &'static str,
    text: String,
    trace: String,
    /// Whether the trace number helps: our own faults only.
    show_trace: bool,
    resend: Option<Resend>,
    sign_in: bool,
    /// The page the form stood on, when it cannot be sent again from here.
    back: Option<String>,
}

/// A form that did not go through, ready to be sent again with what was typed.
struct Resend {
    action: String,
    fields: Vec<(String, String)>,
    form_id: String,
    /// Files were in the form; they have to be chosen again.
    files: bool,
}

/// The status of an error.
pub(crate) fn status(e: &Error, api: bool) -> u16 {
    if e.is(TOO_LARGE) {
        413
    } else if e.is(UNREADABLE) {
        400
    } else if e.is(METHOD) {
        405
    } else if e.is(NOT_SIGNED_IN) && api {
        401
    } else {
        e.kind().status()
    }
}

/// Somebody asked too often.
fn rated(e: &Error) -> bool {
    e.is(RATE_ACCOUNT) || e.is(RATE_ADDRESS)
}

/// Logs an error once. Causes are technical; they hold no personal data.
fn log(e: &Error, trace: &str, route: &str) {
    let (code, cause) = (e.code().id, e.cause());
    match e.kind() {
        // The sender's line, not our fault: nobody has to be woken.
        _ if e.is(TOO_SLOW) => tracing::info!(trace, route, code, cause, "refused"),
        // Counted in the metrics: a flood must not become a flood of lines.
        _ if rated(e) => tracing::debug!(trace, route, code, "refused"),
        Kind::Bug => tracing::error!(trace, route, code, cause, "bug"),
        Kind::Unavailable => tracing::error!(trace, route, code, cause, "unavailable"),
        Kind::Busy => tracing::warn!(trace, route, code, cause, "busy"),
        _ => tracing::info!(trace, route, code, cause, "refused"),
    }
}

/// What a handler's error becomes.
pub(crate) fn reply(req: &Req, e: &Error, site: Site) -> Reply {
    log(e, &req.trace, &req.route);
    let wants_page = !req.is_api()
        && req.header("accept").is_none_or(|a| a.contains("text/html") || a.contains("*/*"))
        && req.header("sec-fetch-dest").is_none_or(|d| d == "document" || d == "iframe");
    if !wants_page {
        let reply = Reply::Text("application/problem+json", problem(req, e).to_string());
        return with_retry(reply.status(status(e, true)), e);
    }
    let reading = matches!(*req.method(), Method::GET | Method::HEAD);
    if e.is(NOT_SIGNED_IN) && reading {
        let back = crate::paths::query_value(&req.here());
        return Reply::redirect(format!("/dang-nhap?tiep={back}"));
    }
    let page = ErrorPage {
        picture: picture(e),
        text: e.text(&req.say),
        trace: req.trace.clone(),
        show_trace: matches!(e.kind(), Kind::Bug | Kind::Unavailable | Kind::Busy) && !rated(e),
        resend: resend(req, e, site),
        sign_in: e.is(NOT_SIGNED_IN),
        back: page_before(req, site),
        frame: req.frame(heading(&req.say, e), Section::None),
    };
    let reply = match askama::Template::render(&page) {
        Ok(html) => Reply::Status(status(e, false), html),
        Err(_) => Reply::Text("text/plain; charset=utf-8", page.text).status(500),
    };
    with_retry(reply, e)
}

fn with_retry(reply: Reply, e: &Error) -> Reply {
    match e.kind() {
        Kind::Busy => reply.header("retry-after", "5"),
        Kind::Unavailable => reply.header("retry-after", "30"),
        _ => reply,
    }
}

/// The heading of an error's page.
fn heading(say: &Say, e: &Error) -> String {
    let key = match e.kind() {
        _ if rated(e) => "web-error-often",
        Kind::BadInput => "web-error-input",
        Kind::NotAllowed if e.is(TOKEN_WRONG) || e.is(TOKEN_EXPIRED) => "web-error-token",
        Kind::NotAllowed if e.is(NOT_SIGNED_IN) => "web-error-sign-in",
        Kind::NotAllowed => "web-error-not-allowed",
        Kind::NotFound => "web-error-not-found",
        Kind::Conflict => "web-error-conflict",
        Kind::Busy => "web-error-busy",
        Kind::Unavailable => "web-error-unavailable",
        Kind::Bug => "web-error-bug",
    };
    say.t(key)
}

fn picture(e: &Error) -> &'static str {
    match e.kind() {
        Kind::NotFound => "lost",
        Kind::NotAllowed => "closed",
        Kind::Busy | Kind::Unavailable => "pause",
        _ => "broken",
    }
}

/// Nothing typed is lost: a form that failed for a reason that passes can be sent again as it was.
/// Only when the browser said that it came from our own page, so that another site's form does not
/// become ours by one press; never with a password in it.
fn resend(req: &Req, e: &Error, site: Site) -> Option<Resend> {
    let passing = e.is(TOKEN_WRONG)
        || e.is(TOKEN_EXPIRED)
        || matches!(e.kind(), Kind::Busy | Kind::Unavailable | Kind::Bug);
    let fields: Vec<_> = req.form_fields().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let posted =
        *req.method() == Method::POST && (!fields.is_empty() || req.form(FORM_FIELD).is_some());
    if !passing || !posted || site != Site::Own || has_secret(req) {
        return None;
    }
    Some(Resend {
        action: req.here(),
        fields,
        form_id: req.form_id().to_owned(),
        files: !req.files().is_empty(),
    })
}

/// Whether a form holds something that is not written into a page again.
pub(crate) fn has_secret(req: &Req) -> bool {
    req.form_fields().any(|(name, _)| {
        let name = name.to_ascii_lowercase();
        ["password", "passphrase", "secret", "otp"].iter().any(|s| name.contains(s))
    })
}

/// The own page a form was sent from. Nothing on it was lost: pages keep what was typed.
fn page_before(req: &Req, site: Site) -> Option<String> {
    if *req.method() != Method::POST || site != Site::Own {
        return None;
    }
    let (_, rest) = req.header("referer")?.split_once("://")?;
    let path = &rest[rest.find('/')?..];
    (crate::paths::own(path) == path && path != "/").then(|| path.to_owned())
}

/// RFC 9457.
fn problem(req: &Req, e: &Error) -> serde_json::Value {
    let say = &req.say;
    let mut body = serde_json::json!({
        "type": format!("urn:lien-thong:error:{}", e.code().id),
        "title": heading(say, e),
        "status": status(e, true),
        "detail": e.text(say),
        "code": e.code().id,
        "trace": req.trace,
    });
    if !e.field_errors().is_empty() {
        let field = |f: &kernel::FieldError| serde_json::json!({ "field": f.field, "code": f.code.id, "detail": f.text(say) });
        body["errors"] = e.field_errors().iter().map(field).collect();
    }
    body
}

/// What is needed to say that something failed when nothing else can be done.
pub(crate) struct Bare {
    say: Say,
    trace: String,
    route: String,
    api: bool,
}

impl Bare {
    pub(crate) fn of(req: &Req) -> Self {
        let (say, trace, route) = (req.say.clone(), req.trace.clone(), req.route.clone());
        Self { say, trace, route, api: req.is_api() }
    }
    /// A page without frame, which needs neither a session nor a template.
    pub(crate) fn response(&self, e: &Error) -> Response<Body> {
        log(e, &self.trace, &self.route);
        let (text, tag) = (e.text(&self.say), self.say.lang.tag());
        let head = heading(&self.say, e);
        let (media_type, body) = if self.api {
            let body = serde_json::json!({
                "type": format!("urn:lien-thong:error:{}", e.code().id),
                "title": head, "status": status(e, true), "detail": text,
                "code": e.code().id, "trace": self.trace,
            });
            ("application/problem+json", body.to_string())
        } else {
            let trace = self.say.t1("web-error-trace", "trace", &self.trace);
            let page = format!(
                "<!doctype html><html lang=\"{tag}\"><meta charset=\"utf-8\">\
                 <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
                 <title>{head}</title><h1>{head}</h1><p>{text}</p><p>{trace}</p>"
            );
            ("text/html; charset=utf-8", page)
        };
        let mut r = Response::new(Body::from(body));
        let code = status(e, self.api);
        *r.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        set(&mut r, header::CONTENT_TYPE, media_type);
        set(&mut r, header::CACHE_CONTROL, "no-store");
        if matches!(e.kind(), Kind::Busy | Kind::Unavailable) {
            set(&mut r, header::RETRY_AFTER, "5");
        }
        r
    }
}

/// As [`Bare::response`], at once.
pub(crate) fn bare(req: &Req, e: &Error) -> Response<Body> {
    Bare::of(req).response(e)
}
