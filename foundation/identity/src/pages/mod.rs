//! Pages: sign-in, registration, account, role, counter, staff. Forms work without scripts; only
//! passkeys need one (`passkey.js`).

mod account;
mod acting;
mod counter;
mod register;
mod role;
mod sign_in;
mod staff;

use crate::model::{Browser, SignedIn};
use crate::queries::Present;
use crate::rules::session::LIFE_S;
use crate::rules::{self, password};
use crate::service::Identity;
use kernel::{Error, Kind, PersonalId, Result};
use web::{Asset, Cookie, Form, Pages, Reply, Req, Routes, Sessions, Visitor, Who, cookie};
use zeroize::Zeroizing;

/// The cookie by which a browser is known again: no rights, only no waiting for strangers' mistakes.
pub const DEVICE: &str = "__Host-lt-may";
/// How long a browser is remembered, seconds: 400 days, the longest that browsers allow.
const DEVICE_S: i64 = 400 * 86_400;

/// The static files of these pages, for [`web::Settings::assets`].
pub const ASSETS: &[Asset] =
    &[Asset { name: "passkey.js", bytes: include_bytes!("../../assets/passkey.js") }];

impl Sessions for Identity {
    fn visitor(&self, cookie: &str) -> Result<Option<Visitor>> {
        let found = self.present(cookie)?;
        Ok(found.map(|(Present { actor, name, posts, .. }, unread)| {
            let initials = kernel::vietnamese::initials(&name);
            Visitor { actor, name, initials, posts, unread }
        }))
    }
}

/// The pages of this crate.
pub fn routes(identity: Identity) -> Pages {
    Routes::new(identity)
        .get("/dang-nhap", sign_in::page)
        .post_secret("/dang-nhap", sign_in::send)
        .post_secret("/dang-nhap/khoa/bat-dau", sign_in::passkey_begin)
        .post_secret("/dang-nhap/khoa/xong", sign_in::passkey_finish)
        .get("/dang-xuat", sign_in::out_page)
        .post("/dang-xuat", sign_in::out)
        .get("/dang-ky", register::page)
        .post_secret("/dang-ky", register::send)
        .get("/khoi-phuc", register::recover_page)
        .post_secret("/khoi-phuc", register::recover)
        .get("/tai-khoan", account::page)
        .post_secret("/tai-khoan/xac-nhan", account::confirm)
        .get("/tai-khoan/mat-khau", account::password_page)
        .post_secret("/tai-khoan/mat-khau", account::password)
        .post("/tai-khoan/khoa/bat-dau", account::passkey_begin)
        .post("/tai-khoan/khoa/xong", account::passkey_finish)
        .post("/tai-khoan/khoa/{id}/go", account::passkey_remove)
        .post("/tai-khoan/phien/{id}/ket-thuc", account::session_end)
        .post("/tai-khoan/phien/ket-thuc-khac", account::sessions_end)
        .post("/tai-khoan/thiet-bi/{id}/quen", account::device_forget)
        .get("/tai-khoan/lam-thay", acting::page)
        .post("/tai-khoan/lam-thay/con", acting::family)
        .post("/tai-khoan/lam-thay/ma", acting::code)
        .post("/tai-khoan/lam-thay/thoi", acting::stop)
        .post("/tai-khoan/lam-thay/{id}/chon", acting::choose)
        .post("/tai-khoan/lam-thay/{id}/het", acting::end)
        .get("/vai-tro", role::page)
        .post("/vai-tro", role::choose)
        .get("/quay/dinh-danh", counter::page)
        .post("/quay/dinh-danh", counter::check)
        .post("/quay/dinh-danh/cap", counter::issue)
        .get("/quay/lam-thay", counter::help_page)
        .post_secret("/quay/lam-thay", counter::help)
        .get("/quan-tri/nhan-su", staff::page)
        .post_search("/quan-tri/nhan-su", staff::search)
        .get("/quan-tri/nhan-su/phan-cong", staff::appoint_page)
        .post("/quan-tri/nhan-su/phan-cong", staff::appoint)
        .get("/quan-tri/nhan-su/{id}/ket-thuc", staff::end_page)
        .post("/quan-tri/nhan-su/{id}/ket-thuc", staff::end)
        .get("/.well-known/passkey-endpoints", passkey_endpoints)
        .into_pages()
}

/// Where a password manager finds the page for passkeys (W3C passkey endpoints).
fn passkey_endpoints(_: &Identity, req: &Req) -> Result<Reply> {
    let page = format!("{}/tai-khoan", req.web().settings().origin);
    Ok(Reply::Json(serde_json::json!({ "enroll": page, "manage": page })))
}

/// What is known of the browser behind a request that tries a secret; an error when there were too many
/// tries from there.
pub fn browser(req: &Req) -> Result<Browser> {
    req.admitted()?;
    Ok(Browser {
        prefix: req.peer().map_or_else(|| "unknown".to_owned(), rules::address_prefix),
        device: req.cookie(DEVICE).map(|c| c.to_owned().into()),
        label: rules::browser_label(req.header("user-agent").unwrap_or_default()),
        old_session: req.session_cookie().map(|c| c.to_owned().into()),
    })
}

/// Goes on with a new session: sets its cookies and leads to one of our own pages.
pub fn signed_in(s: &SignedIn, to: &str) -> Reply {
    with_session(Reply::redirect(to), s)
}

fn with_session(reply: Reply, s: &SignedIn) -> Reply {
    reply
        .cookie(Cookie::new(cookie::SESSION, &s.session_cookie).lasting(LIFE_S))
        .cookie(Cookie::new(DEVICE, &s.device_cookie).lasting(DEVICE_S))
}

/// Where a sign-in leads: back to the page that asked for it, else to the choice of a post, else home.
fn landing(next: &str, has_posts: bool) -> String {
    match (web::paths::own(next), has_posts) {
        ("/" | "/dang-nhap" | "/dang-xuat", true) => "/vai-tro".to_owned(),
        ("/dang-nhap" | "/dang-xuat", false) => "/".to_owned(),
        (next, _) => next.to_owned(),
    }
}

/// The first page of a post, or home for a citizen.
fn desk(req: &Req, post: Option<&str>) -> String {
    let nav = &req.web().settings().nav;
    let own = |who: &Who| matches!((who, post), (Who::Post(p), Some(post)) if p == post);
    nav.iter().find(|n| own(&n.who)).map_or_else(|| "/".to_owned(), |n| n.href.clone())
}

/// Whether a form is shown again with this mistake; other errors are pages of their own.
fn shown(e: &Error) -> bool {
    e.kind() == Kind::BadInput
        || e.code().id.starts_with("rate.")
        || (e.code().id.starts_with("identity.") && e.kind() != Kind::Unavailable)
}

/// The form again, with what was typed (passwords never come back) and what is wrong.
fn again(req: &Req, e: Error) -> Result<(Form, u16)> {
    if shown(&e) { Ok((req.typed().wrong(&e), e.kind().status())) } else { Err(e) }
}

/// A mistake as a module reads it.
fn json_refused(req: &Req, e: &Error) -> Reply {
    if !shown(e) {
        tracing::warn!(error = %e, trace = req.trace, "passkey request failed");
    }
    Reply::Json(serde_json::json!({ "error": e.text(&req.say) })).status(e.kind().status())
}

/// The mistakes of several fields at once: nobody sends a form four times to hear of four mistakes.
fn together<const N: usize>(errors: [Option<Error>; N]) -> Error {
    Error::fields(errors.into_iter().flatten().flat_map(|e| e.field_errors().to_vec()).collect())
}

/// The personal number out of a form.
fn number(req: &Req, field: &str) -> Result<PersonalId> {
    PersonalId::parse(&req.form_line(field)?).map_err(|e| e.field(field))
}

/// A new password typed twice.
fn typed_twice(req: &Req) -> Result<Zeroizing<String>> {
    let new = secret(req, "password_new")?;
    if req.form("password_again") != Some(new.as_str()) {
        return Err(Error::new(crate::errors::PASSWORD_DIFFERS).field("password_again"));
    }
    Ok(new)
}

/// A message after a new password, with a word on its strength.
fn said(id: &Identity, req: &Req, key: &str) -> String {
    let new = req.form("password_new").unwrap_or_default();
    let how = req.say.t(password::strength(new, id.law()).key());
    format!("{} {}", req.say.t(key), req.say.t1("identity-strength", "how", how))
}

/// A password out of a form. Its length is judged by its own rules.
fn secret(req: &Req, field: &str) -> Result<Zeroizing<String>> {
    let missing = || Error::new(kernel::error::ANSWER_MISSING).field(field);
    req.form(field).map(|typed| typed.to_owned().into()).ok_or_else(missing)
}
