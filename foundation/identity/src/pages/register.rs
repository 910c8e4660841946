//! `/dang-ky` (level 1) and `/khoi-phuc` (one-time code from the counter).

use super::{again, browser, number, said, signed_in, together, typed_twice};
use crate::commands::accounts::Registration;
use crate::model::SignedIn;
use crate::service::Identity;
use kernel::{Error, Result};
use web::{Form, Frame, Reply, Req, Section, Template, Tone};

#[derive(Template)]
#[template(path = "identity_register.html")]
struct RegisterPage {
    frame: Frame,
    form: Form,
}

fn render(req: &Req, form: Form) -> Result<Reply> {
    let frame = req.frame(req.say.t("identity-register"), Section::SignIn);
    Reply::page(&RegisterPage { frame, form })
}

pub(super) fn page(_: &Identity, req: &Req) -> Result<Reply> {
    render(req, Form::new(&req.say))
}

pub(super) fn send(id: &Identity, req: &Req) -> Result<Reply> {
    match register(id, req) {
        Ok(s) => {
            Ok(signed_in(&s, "/tai-khoan").flash(Tone::Good, said(id, req, "identity-registered")))
        }
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render(req, form)?.status(status))
        }
    }
}

fn register(id: &Identity, req: &Req) -> Result<SignedIn> {
    let missing = || Error::new(kernel::error::ANSWER_MISSING).field("birth");
    let (pid, name, new) = (number(req, "pid"), req.form_line("name"), typed_twice(req));
    let birth = req.form_date("birth").and_then(|d| d.ok_or_else(missing));
    match (pid, name, birth, new) {
        (Ok(pid), Ok(name), Ok(birth), Ok(new)) => {
            id.register(&Registration { pid, name, birth }, &new, &browser(req)?)
        }
        (a, b, c, d) => Err(together([a.err(), b.err(), c.err(), d.err()])),
    }
}

#[derive(Template)]
#[template(path = "identity_recover.html")]
struct RecoverPage {
    frame: Frame,
    form: Form,
}

fn render_recover(req: &Req, form: Form) -> Result<Reply> {
    let frame = req.frame(req.say.t("identity-recover"), Section::SignIn);
    Reply::page(&RecoverPage { frame, form })
}

pub(super) fn recover_page(_: &Identity, req: &Req) -> Result<Reply> {
    render_recover(req, Form::new(&req.say))
}

pub(super) fn recover(id: &Identity, req: &Req) -> Result<Reply> {
    let done = match (number(req, "pid"), req.form_line("otp"), typed_twice(req)) {
        (Ok(pid), Ok(code), Ok(new)) => {
            browser(req).and_then(|b| id.recover(&pid, &code, &new, &b))
        }
        (a, b, c) => Err(together([a.err(), b.err(), c.err()])),
    };
    match done {
        Ok(s) => {
            Ok(signed_in(&s, "/tai-khoan").flash(Tone::Good, said(id, req, "identity-recovered")))
        }
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render_recover(req, form)?.status(status))
        }
    }
}
