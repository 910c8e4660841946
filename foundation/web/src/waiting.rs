//! What somebody is told for whom there is no turn: that many people are here, that their place in the
//! line is kept, and when the page comes back by itself. Needs no session, no database and no script, so
//! that it costs nearly nothing when everything else is taken.

use crate::cookie::{Cookie, WAITING};
use crate::pipeline::Site;
use crate::req::Req;
use crate::{errors, limits, token};
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use kernel::{Error, Instant, Say, error};

const PURPOSE: &str = "waiting";

/// When this visitor first came to a full house; now, for everybody else.
pub(crate) fn since(req: &Req) -> Instant {
    let kept = req.cookie(WAITING).and_then(|sealed| req.web.sealer.open(PURPOSE, sealed));
    let first = kept.and_then(|text| text.parse().ok()).map_or(req.now, Instant);
    let oldest = req.now.plus_seconds(-limits::PLACE_IN_LINE_SECONDS);
    if first < oldest || first > req.now { req.now } else { first }
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct Page<'a> {
    say: &'a Say,
    lang: &'a str,
    site: &'a str,
    owner: &'a str,
    /// The support's telephone number; empty: there is none.
    support: &'a str,
    style: String,
    seconds: u32,
    /// A form that was sent: to be sent again as it was.
    form: Option<Form>,
    /// A form that cannot be kept: with files, or with a password.
    unkept: bool,
}

struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

/// Spread, so that those who were told at the same moment do not come back at the same moment.
fn seconds() -> u32 {
    let [byte] = token::random::<1>();
    limits::COME_AGAIN_SECONDS + u32::from(byte) % limits::COME_AGAIN_SECONDS
}

/// Told to come again.
pub(crate) fn page(req: &Req, since: Instant, site: Site) -> Response<Body> {
    if req.is_api() || *req.method() == Method::HEAD {
        return errors::bare(req, &Error::new(error::BUSY));
    }
    let reading = *req.method() == Method::GET;
    let own = *req.method() == Method::POST && site == Site::Own;
    let files = !req.files().is_empty() || !req.file_problems().is_empty();
    let kept = own && !files && !errors::has_secret(req);
    let fields = || req.posted.fields.clone();
    let form = kept.then(|| Form { action: req.here(), fields: fields() });
    let seconds = seconds();
    let settings = req.web.settings();
    let page = Page {
        say: &req.say,
        lang: req.say.lang.tag(),
        site: req.say.local(&settings.name),
        owner: req.say.local(&settings.owner),
        support: &settings.support,
        style: req.web.asset("style.css"),
        seconds,
        unkept: !reading && form.is_none(),
        form,
    };
    let Ok(html) = page.render() else { return errors::bare(req, &Error::new(error::BUSY)) };
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    if reading {
        headers.insert(header::REFRESH, HeaderValue::from(seconds));
    }
    let sealed = req.web.sealer.seal(PURPOSE, &since.0.to_string());
    let cookie = Cookie::new(WAITING, &sealed).lasting(limits::PLACE_IN_LINE_SECONDS);
    if let Ok(line) = HeaderValue::from_str(&cookie.header()) {
        headers.append(header::SET_COOKIE, line);
    }
    response
}
