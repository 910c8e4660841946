//! The walk of a request: trace number, guards and limits, body, session, anti-forgery, handler on
//! the blocking pool, answer, log line.

use crate::codes::{
    FOREIGN_ORIGIN, METHOD, TIMED_OUT, TOKEN_WRONG, TOO_LARGE, TOO_SLOW, UNREADABLE,
};
use crate::gate::Turn;
use crate::hold::Hold;
use crate::live::Place;
use crate::parse::{self, Posted};
use crate::rates::{self, Budget};
use crate::reply::Reply;
use crate::req::{Req, TOKEN_FIELD};
use crate::rest::Heard;
use crate::serve::Came;
use crate::site::{Durable, Ledger, Web};
use crate::{answer, errors, limits, live, peer, token, waiting};
use axum::body::Body;
use axum::extract::{FromRequest, MatchedPath, Multipart, Request, State};
use axum::http::{HeaderMap, Method, Response, header};
use axum::middleware::Next;
use kernel::{Error, Result, error};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A handler whose state is inside.
pub(crate) type Erased = Arc<dyn Fn(&Req) -> Result<Reply> + Send + Sync>;

/// What a route takes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Opts {
    /// Files in its form.
    pub(crate) files: bool,
    /// No anti-forgery token needed.
    pub(crate) open: bool,
    /// What it is counted against.
    pub(crate) budget: Option<Budget>,
}

impl Opts {
    pub(crate) fn of(budget: Budget) -> Self {
        Self { budget: Some(budget), ..Self::default() }
    }
}

/// The request's trace number, put in by [`around`].
#[derive(Clone)]
struct Trace(String);

/// Around every answer: trace number, security headers, measurement, log line.
pub(crate) async fn around(
    State((web, counted)): State<(Web, Arc<HashMap<String, Budget>>)>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let begun = std::time::Instant::now();
    let trace = token::trace_number();
    let method = request.method().clone();
    let route = pattern(&request);
    request.extensions_mut().insert(Trace(trace.clone()));
    let heard = Heard::of(&mut request);
    let refused = counted.get(&route).and_then(|b| too_often(&web, *b, &route, &trace, &request));
    let mut response = match refused {
        Some(refused) => refused,
        None => next.run(request).await,
    };
    web.headers.add(&trace, response.headers_mut());
    heard.tell(response.headers_mut());
    let took = begun.elapsed();
    let status = response.status().as_u16();
    web.metrics.request(method.as_str(), &route, status, took);
    // The pattern, never the path: a path may hold a dossier's code.
    tracing::info!(
        trace,
        method = method.as_str(),
        route,
        status,
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

/// The refusal of an address that is served without the walk of a request, if there were too many.
fn too_often(
    web: &Web,
    budget: Budget,
    route: &str,
    trace: &str,
    request: &Request,
) -> Option<Response<Body>> {
    web.rates.as_ref()?;
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let mut req = Req::from_head(web, method, request.uri(), headers, trace.to_owned());
    (req.route, req.peer) = (route.to_owned(), peer::of(web.settings().proxy.as_ref(), request));
    let refusal = rates::count(&req, budget)?;
    let mut response = errors::bare(&req, &refusal.error());
    answer::set(&mut response, header::RETRY_AFTER, &refusal.seconds.to_string());
    Some(response)
}

fn pattern(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or_else(|| "(none)".to_owned(), |m| m.as_str().to_owned())
}

/// Runs a handler.
pub(crate) async fn run(
    web: Web,
    opts: Opts,
    handler: Erased,
    params: Vec<(String, String)>,
    request: Request,
) -> Response<Body> {
    let route = pattern(&request);
    let trace = request.extensions().get::<Trace>();
    let trace = trace.map_or_else(token::trace_number, |t| t.0.clone());
    let peer = peer::of(web.settings().proxy.as_ref(), &request);
    let late = request.extensions().get::<Came>().map_or(Duration::ZERO, |c| c.0.elapsed());
    let (mut parts, body) = request.into_parts();
    // Only the reading of a body asks for them again.
    let headers = match unsafe_method(&parts.method) {
        true => parts.headers.clone(),
        false => std::mem::take(&mut parts.headers),
    };
    let mut req = Req::from_head(&web, parts.method.clone(), &parts.uri, headers, trace);
    (req.route, req.params, req.peer) = (route, params, peer);
    let site = Site::of(&req);
    let mut early = None;
    // A stranger's files are not even read when there were too many; anybody else is known only later.
    let mut uncounted = opts.budget;
    if opts.files && req.session_cookie().is_none() {
        early = uncounted.take().and_then(|b| req.count(b));
    }
    if unsafe_method(&req.method) && early.is_none() {
        early = match site {
            Site::Foreign => Some(Error::new(FOREIGN_ORIGIN)),
            _ => read_body(&web, &mut req, opts, Request::from_parts(parts, body)).await.err(),
        };
    }
    let since = waiting::since(&req);
    let wait = limits::TURN_WAIT_MAX.saturating_sub(late);
    let turn = if wait.is_zero() { None } else { web.gate.enter(since, wait).await };
    let Some(turn) = turn else {
        web.metrics.told_to_wait(1);
        return waiting::page(&req, since, site);
    };
    let fallback = errors::Bare::of(&req);
    let span = tracing::info_span!(
        "request",
        trace = req.trace,
        route = req.route,
        method = req.method.as_str(),
        status = tracing::field::Empty
    );
    let work = Work { req, site, opts, uncounted, early, handler, span, turn };
    match timeout(limits::HANDLER_WAIT_MAX, answered(&web, work)).await {
        Ok(Ok(done)) => finish(&web, done),
        Ok(Err(e)) => fallback.response(&e),
        Err(_) => fallback.response(&Error::new(TIMED_OUT)),
    }
}

/// What a handler recorded, if anything.
type OnTheWay = Option<Box<dyn Durable>>;

/// A request on its way to its handler.
struct Work {
    req: Req,
    site: Site,
    opts: Opts,
    uncounted: Option<Budget>,
    early: Option<Error>,
    handler: Erased,
    span: tracing::Span,
    /// Held by the work, not by the waiting: a handler past its time still counts.
    turn: Turn,
}

impl Work {
    /// Has the handler answer, on this thread.
    fn answer(self) -> (Done, Turn) {
        let Self { req, site, opts, uncounted, early, handler, span, turn } = self;
        let _in = span.enter();
        let done = answer_on_pool(req, site, opts, uncounted, early, &handler);
        span.record("status", done.response.status().as_u16());
        (done, turn)
    }

    /// The same; also when what it recorded is durable.
    fn answer_held(self, ledger: &dyn Ledger) -> (Option<(Done, Turn)>, OnTheWay) {
        let (mut work, mut done) = (Some(self), None);
        let durable = ledger.hold(&mut || done = work.take().map(Self::answer));
        (done, durable)
    }
}

/// The handler's answer. One who changes something has waited for it in the handler; the answer of one who
/// only reads is kept here until the reading is on record.
async fn answered(web: &Web, work: Work) -> Result<Done> {
    let ended = || Error::bug("the worker ended");
    let reads = !unsafe_method(&work.req.method);
    let Some(ledger) = web.settings().ledger.clone().filter(|_| reads) else {
        // A thread of its own, where it does not stand in the way of those that accept and answer.
        let done = tokio::task::spawn_blocking(move || {
            stand_behind();
            work.answer()
        });
        return done.await.map(|(done, _turn)| done).map_err(|_| ended());
    };
    let (tell, told) = oneshot::channel();
    let work = move || {
        let (done, durable) = work.answer_held(ledger.as_ref());
        // Who asked may have gone; what was read is on record all the same.
        let tell = move |outcome: Result<()>| drop(tell.send(outcome.map(|()| done)));
        // To wake whoever answers costs more than some handlers: once, when the answer may go.
        match durable {
            Some(durable) => durable.then(Box::new(tell)),
            None => tell(Ok(())),
        }
    };
    web.readers.give(stand_behind, Box::new(work));
    let done = told.await.map_err(|_| ended())??;
    done.map(|(done, _turn)| done).ok_or_else(ended)
}

/// Puts this thread of the pool behind those that accept and answer, once; where the system does not let
/// it, it stays where it is.
pub(crate) fn stand_behind() {
    thread_local!(static DONE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) });
    if !DONE.replace(true) {
        let own = rustix::process::getpriority_process(None).unwrap_or(0);
        let _ = rustix::process::setpriority_process(None, own + limits::HANDLER_NICE);
    }
}

/// The 404 of the whole site.
pub(crate) async fn not_found(State(web): State<Web>, request: Request) -> Response<Body> {
    nothing_there(web, request, || Error::new(error::NOT_FOUND)).await
}

/// The 405 of the whole site.
pub(crate) async fn wrong_method(State(web): State<Web>, request: Request) -> Response<Body> {
    nothing_there(web, request, || Error::new(METHOD)).await
}

async fn nothing_there(web: Web, request: Request, why: fn() -> Error) -> Response<Body> {
    let handler: Erased = Arc::new(move |_| Err(why()));
    let opts = Opts { open: true, ..Opts::of(Budget::Reading) };
    run(web, opts, handler, Vec::new(), without_body(request)).await
}

fn without_body(request: Request) -> Request {
    let (mut parts, _) = request.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Request::from_parts(parts, Body::empty())
}

fn unsafe_method(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Where a request comes from, as the browser tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// Our own page.
    Own,
    /// Another site.
    Foreign,
    /// Not told: an old browser or no browser.
    Untold,
}

impl Site {
    fn of(req: &Req) -> Self {
        Self::told(&req.headers, &req.web.settings().origin)
    }
    fn told(headers: &HeaderMap, own_origin: &str) -> Self {
        let get = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        if let Some(origin) = get("origin") {
            let host_of = |o: &str| o.split_once("://").map(|(_, h)| h.to_ascii_lowercase());
            let host = get("host").map(str::to_ascii_lowercase);
            let same = origin == own_origin || (host.is_some() && host_of(origin) == host);
            return if same { Self::Own } else { Self::Foreign };
        }
        match get("sec-fetch-site") {
            Some("same-origin") => Self::Own,
            None | Some("none") => Self::Untold,
            Some(_) => Self::Foreign,
        }
    }
}

/// Reads the body within its limits into the request.
async fn read_body(web: &Web, req: &mut Req, opts: Opts, request: Request) -> Result<()> {
    let room =
        if opts.files { limits::UPLOAD_FORM_BYTES_MAX } else { kernel::limits::FORM_BYTES_MAX };
    // The length that is announced is enough to refuse; nothing has been read yet.
    let announced = req.header("content-length").and_then(|v| v.parse::<u64>().ok());
    if announced.is_some_and(|n| n > room as u64) {
        return Err(Error::new(TOO_LARGE));
    }
    let kind = req.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let wait = if opts.files { limits::UPLOAD_WAIT_MAX } else { limits::BODY_WAIT_MAX };
    let reading = async {
        if kind.starts_with("multipart/form-data") {
            let hold = opts.files.then(|| Hold::of(&web.upload_room));
            let request = if opts.files { request } else { bounded(request, room).await? };
            let body = Multipart::from_request(request, &()).await;
            let body = body.map_err(|_| Error::new(UNREADABLE).because("multipart head"))?;
            let posted = parse::multipart(body, room, hold).await?;
            return Ok::<_, Error>((posted, Vec::new()));
        }
        let bytes = all_of(request.into_body(), room).await?;
        if kind.starts_with("application/x-www-form-urlencoded") {
            let posted = Posted { fields: parse::pairs(&bytes)?, ..Posted::default() };
            return Ok((posted, Vec::new()));
        }
        Ok((Posted::default(), bytes.to_vec()))
    };
    let (posted, body) = timeout(wait, reading).await.map_err(|_| Error::new(TOO_SLOW))??;
    (req.posted, req.body) = (posted, body);
    Ok(())
}

/// The whole body, at most `room` bytes.
async fn all_of(body: Body, room: usize) -> Result<axum::body::Bytes> {
    axum::body::to_bytes(body, room).await.map_err(|e| {
        // The only way to be over the limit; anything else is a broken connection.
        let over = std::error::Error::source(&e).is_some_and(|s| s.to_string().contains("limit"));
        Error::new(if over { TOO_LARGE } else { UNREADABLE })
    })
}

/// The same request with its body read, so that no part of it can be larger than the page reads.
async fn bounded(request: Request, room: usize) -> Result<Request> {
    let (parts, body) = request.into_parts();
    Ok(Request::from_parts(parts, Body::from(all_of(body, room).await?)))
}

/// What the pool hands back.
pub(crate) struct Done {
    pub(crate) response: Response<Body>,
    pub(crate) live: Option<live::Opening>,
}

fn answer_on_pool(
    mut req: Req,
    site: Site,
    opts: Opts,
    uncounted: Option<Budget>,
    early: Option<Error>,
    handler: &Erased,
) -> Done {
    let result = match catch_unwind(AssertUnwindSafe(|| {
        find_visitor(&mut req)?;
        let refusal = uncounted.and_then(|b| req.count(b));
        // One who tries a secret gets the form back: the handler asks whether it may go on.
        let waits = opts.budget == Some(Budget::SigningIn);
        if let Some(e) = early.or(refusal.filter(|_| !waits)) {
            return Err(e);
        }
        if unsafe_method(&req.method) && !opts.open {
            check_forgery(&mut req, site)?;
        }
        let done = handler(&req);
        req.unasked_refusal().map_or(done, Err)
    })) {
        Ok(result) => result,
        Err(_) => Err(Error::bug("panic in a handler")),
    };
    let reply = result.unwrap_or_else(|e| errors::reply(&req, &e, site));
    let built = catch_unwind(AssertUnwindSafe(|| answer::build(&req, reply)));
    built.unwrap_or_else(|_| Done {
        response: errors::bare(&req, &Error::bug("panic while answering")),
        live: None,
    })
}

fn find_visitor(req: &mut Req) -> Result<()> {
    if let Some(cookie) = req.session_cookie().map(str::to_owned) {
        req.visitor = req.web.sessions.visitor(&cookie)?;
    }
    Ok(())
}

/// Forms carry a token. Other bodies (JSON, raw) cannot be made by a form of another site without
/// the browser telling so; when nothing is told, the caller is a machine and its cookies count for
/// nothing.
fn check_forgery(req: &mut Req, site: Site) -> Result<()> {
    let kind = req.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let is_form = kind.is_empty()
        || kind.starts_with("application/x-www-form-urlencoded")
        || kind.starts_with("multipart/form-data")
        || kind.starts_with("text/plain");
    let token = req.form(TOKEN_FIELD).or_else(|| req.header("x-form-token"));
    if token.is_some() || (is_form && !(req.is_api() && req.cookies.is_empty())) {
        let (token, binding) = (token.unwrap_or_default(), req.binding().unwrap_or_default());
        if token.is_empty() {
            return Err(Error::new(TOKEN_WRONG));
        }
        return req.web.sealer.check(token, binding, req.now);
    }
    if site != Site::Own {
        req.visitor = None;
    }
    Ok(())
}

fn finish(web: &Web, done: Done) -> Response<Body> {
    match done.live {
        None => done.response,
        Some(opening) => live::answer(web, opening),
    }
}

/// A place for a live connection of this visitor.
pub(crate) fn live_place(req: &Req) -> Option<Place> {
    // A cookie that stands for nobody does not open further places.
    let session = req.visitor.as_ref().and(req.session_cookie());
    let (who, most) = match (session, req.peer) {
        (Some(session), _) => (format!("s:{session}"), limits::LIVE_PER_VISITOR_MAX),
        (None, Some(peer)) => (format!("p:{peer}"), limits::LIVE_PER_ADDRESS_MAX),
        (None, None) => ("p:".to_owned(), limits::LIVE_PER_ADDRESS_MAX),
    };
    Place::take(&req.web, who, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(pairs: &[(&'static str, &'static str)]) -> Site {
        let mut headers = HeaderMap::new();
        for (n, v) in pairs {
            headers.insert(*n, v.parse().unwrap());
        }
        Site::told(&headers, "https://dichvu.example.vn")
    }

    #[test]
    fn a_browser_tells_where_a_form_was() {
        let host = ("host", "localhost:8080");
        assert_eq!(site(&[host, ("origin", "http://localhost:8080")]), Site::Own);
        assert_eq!(site(&[host, ("origin", "https://dichvu.example.vn")]), Site::Own);
        assert_eq!(site(&[host, ("origin", "http://localhost:8081")]), Site::Foreign);
        assert_eq!(site(&[host, ("origin", "null")]), Site::Foreign);
        assert_eq!(site(&[host, ("origin", "https://dichvu.example.vn.evil.test")]), Site::Foreign);
        assert_eq!(site(&[host, ("sec-fetch-site", "same-origin")]), Site::Own);
        assert_eq!(site(&[host, ("sec-fetch-site", "same-site")]), Site::Foreign);
        assert_eq!(site(&[host, ("sec-fetch-site", "cross-site")]), Site::Foreign);
        assert_eq!(site(&[host, ("sec-fetch-site", "none")]), Site::Untold);
        assert_eq!(site(&[host]), Site::Untold);
    }
}
