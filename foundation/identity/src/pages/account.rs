//! `/tai-khoan`: level, passkeys, sessions, devices, password.

use super::{again, browser, json_refused, said, secret, typed_twice};
use crate::commands::{self, passkeys, sessions};
use crate::model::{Account, DeviceRow, PasskeyRow, SessionRow};
use crate::queries;
use crate::service::Identity;
use kernel::{Actor, Level, Result, SessionId, time};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use web::ui::{Fact, Facts};
use web::{Form, Frame, Reply, Req, Section, Template, Tone};

#[derive(Template)]
#[template(path = "identity_account.html")]
struct AccountPage {
    frame: Frame,
    form: Form,
    facts: Facts,
    level_one: bool,
    has_posts: bool,
    has_password: bool,
    passkeys_on: bool,
    fresh: bool,
    keys: Vec<KeyLine>,
    sessions: Vec<SessionLine>,
    devices: Vec<DeviceLine>,
}

struct KeyLine {
    id: String,
    label: String,
    created: String,
    used: String,
}

struct SessionLine {
    id: String,
    label: String,
    how: String,
    seen: String,
    here: bool,
}

struct DeviceLine {
    id: String,
    label: String,
    used: String,
}

fn label(req: &Req, label: &str) -> String {
    if label.is_empty() { req.say.t("identity-device-unknown") } else { label.to_owned() }
}

fn key_line(req: &Req, k: PasskeyRow) -> KeyLine {
    let used =
        k.used_at.map_or_else(|| req.say.t("identity-used-never"), kernel::Instant::clock_and_day);
    KeyLine { id: k.id, label: k.label, created: time::day(k.created_at.date()), used }
}

fn session_line(req: &Req, actor: &Actor, s: SessionRow) -> SessionLine {
    SessionLine {
        here: actor.session.as_ref() == Some(&s.id),
        id: s.id.as_str().to_owned(),
        label: label(req, &s.label),
        how: req.say.t(&format!("identity-session-how-{}", s.how)),
        seen: s.seen_at.clock_and_day(),
    }
}

fn device_line(req: &Req, d: DeviceRow) -> DeviceLine {
    DeviceLine { id: d.id, label: label(req, &d.label), used: d.last_at.clock_and_day() }
}

fn facts(req: &Req, a: &Account) -> Facts {
    let say = &req.say;
    let (level, since) = match a.level {
        Level::One => ("identity-level-1", a.level_at),
        Level::Two => ("identity-level-2", a.level_at),
    };
    let password = a.password_at.map_or_else(
        || say.t("identity-password-none"),
        |at| say.t1("identity-password-set", "day", time::day(at.date())),
    );
    let items = vec![
        Fact::new(say.t("identity-name"), &a.name),
        Fact::new(say.t("identity-pid"), a.pid.spaced()),
        Fact::new(say.t("identity-level"), say.t(level)).small(say.t1(
            "identity-level-since",
            "day",
            time::day(since.date()),
        )),
        Fact::new(say.t("identity-password"), password),
    ];
    Facts::new(say.t("identity-account-facts"), items).source(say.t("identity-account-source"))
}

fn render(id: &Identity, req: &Req, form: Form) -> Result<Reply> {
    let visitor = req.signed_in()?;
    let actor = &visitor.actor;
    let (a, fresh, keys, open, devices) = id.store().read(|tx| {
        Ok((
            commands::account(tx, &actor.account)?,
            sessions::is_fresh(tx, actor)?,
            queries::passkeys_of(tx, &actor.account)?,
            queries::sessions_of(tx, &actor.account)?,
            queries::devices_of(tx, &actor.account)?,
        ))
    })?;
    let suggestion = match crate::rules::browser_label(req.header("user-agent").unwrap_or_default())
    {
        l if l.is_empty() => req.say.t("identity-passkey-label-plain"),
        l => req.say.t1("identity-passkey-label-default", "device", l),
    };
    Reply::page(&AccountPage {
        frame: req.frame(req.say.t("identity-account"), Section::Account),
        facts: facts(req, &a),
        level_one: a.level == Level::One,
        has_posts: !visitor.posts.is_empty(),
        has_password: a.has_password(),
        passkeys_on: id.passkeys_on(),
        fresh,
        keys: keys.into_iter().map(|k| key_line(req, k)).collect(),
        sessions: open.into_iter().map(|s| session_line(req, actor, s)).collect(),
        devices: devices.into_iter().map(|d| device_line(req, d)).collect(),
        form: form.with("label", suggestion),
    })
}

pub(super) fn page(id: &Identity, req: &Req) -> Result<Reply> {
    render(id, req, Form::new(&req.say))
}

/// Back to the account page with a message, or the mistake on it.
fn done(id: &Identity, req: &Req, result: Result<()>, said: &str, part: &str) -> Result<Reply> {
    match result {
        Ok(()) => {
            Ok(Reply::redirect(format!("/tai-khoan{part}")).flash(Tone::Good, req.say.t(said)))
        }
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render(id, req, form)?.status(status))
        }
    }
}

pub(super) fn confirm(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?;
    let proved = secret(req, "password").and_then(|p| id.confirm(actor, &p, &browser(req)?));
    done(id, req, proved, "identity-fresh-done", "#khoa")
}

#[derive(Template)]
#[template(path = "identity_password.html")]
struct PasswordPage {
    frame: Frame,
    form: Form,
    has_password: bool,
}

fn render_password(id: &Identity, req: &Req, form: Form) -> Result<Reply> {
    let actor = req.actor()?;
    let a = id.store().read(|tx| commands::account(tx, &actor.account))?;
    let frame = req
        .frame(req.say.t("identity-password-change"), Section::Account)
        .crumb(req.say.t("identity-account"), "/tai-khoan");
    Reply::page(&PasswordPage { frame, form, has_password: a.has_password() })
}

pub(super) fn password_page(id: &Identity, req: &Req) -> Result<Reply> {
    render_password(id, req, Form::new(&req.say))
}

pub(super) fn password(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?;
    let old = req.form("password_old").unwrap_or_default();
    let changed =
        typed_twice(req).and_then(|new| id.change_password(actor, old, &new, &browser(req)?));
    match changed {
        Ok(()) => Ok(Reply::redirect("/tai-khoan")
            .flash(Tone::Good, said(id, req, "identity-password-changed"))),
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render_password(id, req, form)?.status(status))
        }
    }
}

pub(super) fn passkey_begin(id: &Identity, req: &Req) -> Result<Reply> {
    let begun = id.passkey_add_begin(req.actor()?);
    Ok(begun.map_or_else(|e| json_refused(req, &e), Reply::Json))
}

#[derive(Deserialize)]
struct Finish {
    ceremony: String,
    credential: Json,
    #[serde(default)]
    label: String,
}

pub(super) fn passkey_finish(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?;
    let added = req.json::<Finish>().and_then(|f| {
        let label = match f.label.trim() {
            "" => req.say.t("identity-passkey-label-plain"),
            own => own.to_owned(),
        };
        id.passkey_add_finish(actor, &f.ceremony, &f.credential, &label)
    });
    match added {
        Ok(()) => Ok(Reply::Json(json!({ "next": "/tai-khoan" }))
            .flash(Tone::Good, req.say.t("identity-passkey-added"))),
        Err(e) => Ok(json_refused(req, &e)),
    }
}

pub(super) fn passkey_remove(id: &Identity, req: &Req) -> Result<Reply> {
    let (actor, key) = (req.actor()?.clone(), req.param("id").to_owned());
    let removed = id.store().write(move |tx| passkeys::remove(tx, &actor, &key));
    done(id, req, removed, "identity-passkey-removed", "#khoa")
}

pub(super) fn session_end(id: &Identity, req: &Req) -> Result<Reply> {
    let (actor, session) = (req.actor()?.clone(), SessionId::new(req.param("id")));
    let of = actor.account.clone();
    let ended = id.change(&of, move |tx| sessions::revoke_session(tx, &actor, &session));
    done(id, req, ended, "identity-session-ended", "#phien")
}

pub(super) fn sessions_end(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?.clone();
    let of = actor.account.clone();
    let ended = id.change(&of, move |tx| sessions::revoke_other_sessions(tx, &actor));
    done(id, req, ended, "identity-sessions-ended", "#phien")
}

pub(super) fn device_forget(id: &Identity, req: &Req) -> Result<Reply> {
    let (actor, device) = (req.actor()?.clone(), req.param("id").to_owned());
    let of = actor.account.clone();
    let forgotten = id.change(&of, move |tx| sessions::forget_device(tx, &actor, &device));
    done(id, req, forgotten, "identity-device-forgotten", "#thiet-bi")
}
