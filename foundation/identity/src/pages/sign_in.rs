//! `/dang-nhap`, `/dang-xuat`.

use super::{
    again, browser, json_refused, landing, number, secret, signed_in, together, with_session,
};
use crate::model::SignedIn;
use crate::service::Identity;
use kernel::Result;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use web::{Cookie, Form, Frame, Reply, Req, Section, Template, Tone, cookie};

#[derive(Template)]
#[template(path = "identity_sign_in.html")]
struct SignInPage {
    frame: Frame,
    form: Form,
    next: String,
    passkeys: bool,
}

fn render(id: &Identity, req: &Req, form: Form, next: &str) -> Result<Reply> {
    let frame = req.frame(req.say.t("identity-sign-in"), Section::SignIn);
    let (next, passkeys) = (web::paths::own(next).to_owned(), id.passkeys_on());
    Reply::page(&SignInPage { frame, form, next, passkeys })
}

pub(super) fn page(id: &Identity, req: &Req) -> Result<Reply> {
    let next = req.query("tiep").unwrap_or("/");
    if req.visitor.is_some() {
        return Ok(Reply::redirect(landing(next, false)));
    }
    render(id, req, Form::new(&req.say), next)
}

pub(super) fn send(id: &Identity, req: &Req) -> Result<Reply> {
    let next = req.form("tiep").unwrap_or("/");
    match with_password(id, req) {
        Ok(s) => Ok(signed_in(&s, &landing(next, s.has_posts))),
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render(id, req, form, next)?.status(status))
        }
    }
}

fn with_password(id: &Identity, req: &Req) -> Result<SignedIn> {
    let (pid, password) = match (number(req, "pid"), secret(req, "password")) {
        (Ok(n), Ok(p)) => (n, p),
        (a, b) => return Err(together([a.err(), b.err()])),
    };
    id.sign_in_password(&pid, &password, &browser(req)?)
}

pub(super) fn passkey_begin(id: &Identity, req: &Req) -> Result<Reply> {
    let begun = browser(req).and_then(|_| id.passkey_sign_in_begin());
    Ok(begun.map_or_else(|e| json_refused(req, &e), Reply::Json))
}

#[derive(Deserialize)]
struct Finish {
    ceremony: String,
    credential: Json,
    #[serde(default)]
    next: String,
}

pub(super) fn passkey_finish(id: &Identity, req: &Req) -> Result<Reply> {
    let done = req.json::<Finish>().and_then(|f| {
        let s = id.passkey_sign_in_finish(&f.ceremony, &f.credential, &browser(req)?)?;
        Ok((s, f.next))
    });
    match done {
        Ok((s, next)) => {
            let next = landing(&next, s.has_posts);
            Ok(with_session(Reply::Json(json!({ "next": next })), &s))
        }
        Err(e) => Ok(json_refused(req, &e)),
    }
}

#[derive(Template)]
#[template(path = "identity_sign_out.html")]
struct SignOutPage {
    frame: Frame,
}

pub(super) fn out_page(_: &Identity, req: &Req) -> Result<Reply> {
    if req.visitor.is_none() {
        return Ok(Reply::redirect("/"));
    }
    Reply::page(&SignOutPage { frame: req.frame(req.say.t("identity-sign-out"), Section::None) })
}

pub(super) fn out(id: &Identity, req: &Req) -> Result<Reply> {
    if let Some(v) = &req.visitor {
        id.sign_out(&v.actor)?;
    }
    Ok(Reply::redirect("/")
        .cookie(Cookie::gone(cookie::SESSION))
        .flash(Tone::Info, req.say.t("identity-signed-out")))
}
