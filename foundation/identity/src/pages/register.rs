//! `/dang-ky` (level 1) and `/khoi-phuc` (one-time code from the counter).

use super::{again, browser, number, said, signed_in, typed_twice};
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
    let typed = Registration {
        pid: number(req, "pid")?,
        name: req.form_line("name")?,
        birth: req.form_date("birth")?.ok_or_else(missing)?,
    };
    id.register(&typed, &typed_twice(req)?, &browser(id, req))
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
    let done = number(req, "pid").and_then(|pid| {
        let code = req.form_line("otp")?;
        id.recover(&pid, &code, &typed_twice(req)?, &browser(id, req))
    });
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
