//! `/quay/dinh-danh`: level 2 and recovery with the person present; `/quay/lam-thay`: acting for the
//! person at the counter.

use super::{again, browser, desk, number};
use crate::commands::acting::PURPOSE_SERVICES;
use crate::law::{Asks, May};
use crate::model::{Issued, PersonFacts};
use crate::rules::acting::Confirmation;
use crate::rules::ages::Presence;
use crate::service::Identity;
use kernel::{Actor, Error, PersonalId, Result, time};
use web::codes::NOT_OFFERED;
use web::ui::{Choice, Fact, Facts, Panel};
use web::{Form, Frame, Reply, Req, Section, Template, Tone};

const LEVEL2: &str = "muc-2";
const RECOVER: &str = "khoi-phuc";

#[derive(Template)]
#[template(path = "identity_counter.html")]
struct CounterPage {
    frame: Frame,
    form: Form,
    options: Vec<Choice>,
}

/// The officer, if one of their posts lets them do something here.
fn officer<'r>(id: &Identity, req: &'r Req, what: &[May]) -> Result<&'r Actor> {
    let posts: Vec<&str> =
        what.iter().flat_map(|w| id.law().posts_that_may(*w)).map(|p| p.code.as_str()).collect();
    req.any_post(&posts)?;
    req.actor()
}

fn may(id: &Identity, actor: &Actor, what: May) -> bool {
    actor.appointment.as_ref().is_some_and(|a| id.law().may(&a.post, what))
}

fn render(id: &Identity, req: &Req, form: Form) -> Result<Reply> {
    let actor = officer(id, req, &[May::Level2, May::Recovery])?;
    let say = &req.say;
    let mut options = Vec::new();
    for (what, value, key) in [
        (May::Level2, LEVEL2, "identity-counter-level2"),
        (May::Recovery, RECOVER, "identity-counter-recover"),
    ] {
        if may(id, actor, what) {
            options.push(Choice::new(value, say.t(key)).hint(say.t(&format!("{key}-hint"))));
        }
    }
    let frame = req.frame(say.t("identity-counter"), Section::Counter);
    Reply::page(&CounterPage { frame, form, options })
}

pub(super) fn page(id: &Identity, req: &Req) -> Result<Reply> {
    render(id, req, Form::new(&req.say))
}

#[derive(Template)]
#[template(path = "identity_counter_check.html")]
struct CheckPage {
    frame: Frame,
    form: Form,
    facts: Facts,
    pid: String,
    action: &'static str,
    checks: Vec<Choice>,
    child: bool,
    send: String,
}

/// The action chosen.
fn action(req: &Req) -> Result<&'static str> {
    match req.form_line("action")?.as_str() {
        LEVEL2 => Ok(LEVEL2),
        RECOVER => Ok(RECOVER),
        _ => Err(Error::new(NOT_OFFERED).field("action")),
    }
}

fn record(req: &Req, f: &PersonFacts) -> Facts {
    let say = &req.say;
    let card = match f.card_valid {
        Some(true) => "identity-counter-card-valid",
        _ => "identity-counter-card-invalid",
    };
    // What the register knows of the day: a year alone stays a year.
    let birth = match f.birth_text.len() {
        10 => time::day(f.birth),
        _ => f.birth_text.clone(),
    };
    let items = vec![
        Fact::new(say.t("identity-name"), &f.name),
        Fact::new(say.t("identity-pid"), f.pid.spaced()),
        Fact::new(say.t("identity-birth"), birth),
        Fact::new(say.t("identity-counter-card"), say.t(card)),
    ];
    let tone = if f.card_valid == Some(true) { Tone::Good } else { Tone::Warn };
    Facts::new(say.t("identity-counter-record"), items)
        .source(say.t("identity-counter-source"))
        .tone(tone)
}

fn render_check(
    id: &Identity,
    req: &Req,
    form: Form,
    pid: &PersonalId,
    action: &'static str,
) -> Result<Reply> {
    let say = &req.say;
    let check = |c: &str| Choice::new(c, say.t(&format!("identity-counter-checked-{c}")));
    let (facts, child, checks, send) = if action == LEVEL2 {
        let f = id.see_person(req.actor()?, pid)?;
        let age = time::age_on(f.birth, req.now.date());
        let child = id.law().band(age).is_some_and(|b| b.asks == Asks::Guardian);
        let all = ["card", "biometrics", "consent"].map(check).to_vec();
        (record(req, &f), child, all, "identity-counter-grant")
    } else {
        let only = Fact::new(say.t("identity-pid"), pid.spaced());
        let facts = Facts::new(say.t("identity-counter-record"), vec![only]);
        (facts, false, vec![check("card")], "identity-counter-issue")
    };
    let frame = req
        .frame(say.t("identity-counter-check"), Section::Counter)
        .crumb(say.t("identity-counter"), "/quay/dinh-danh");
    let (pid, send) = (pid.as_str().to_owned(), say.t(send));
    Reply::page(&CheckPage { frame, form, facts, pid, action, checks, child, send })
}

pub(super) fn check(id: &Identity, req: &Req) -> Result<Reply> {
    officer(id, req, &[May::Level2, May::Recovery])?;
    let shown = number(req, "person")
        .and_then(|pid| render_check(id, req, Form::new(&req.say), &pid, action(req)?));
    shown.or_else(|e| {
        let (form, status) = again(req, e)?;
        Ok(render(id, req, form)?.status(status))
    })
}

#[derive(Template)]
#[template(path = "identity_counter_done.html")]
struct DonePage {
    frame: Frame,
    panel: Panel,
}

pub(super) fn issue(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = officer(id, req, &[May::Level2, May::Recovery])?;
    let (pid, action) = (number(req, "person")?, action(req)?);
    match grant(id, req, actor, &pid, action) {
        Ok(issued) => render_done(req, &issued, action),
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render_check(id, req, form, &pid, action)?.status(status))
        }
    }
}

fn grant(
    id: &Identity,
    req: &Req,
    actor: &Actor,
    pid: &PersonalId,
    action: &str,
) -> Result<Issued> {
    let ticked = |what: &str| req.form_all("checked").contains(&what);
    let in_field = |e: Error| match e.code().id {
        "identity.presence_incomplete" | "identity.card_needed" => e.field("checked"),
        "identity.needs_guardian" => e.field("guardian"),
        _ => e,
    };
    if action == RECOVER {
        return id.issue_recovery(actor, pid, ticked("card")).map_err(in_field);
    }
    let presence = Presence {
        card: ticked("card"),
        biometrics: ticked("biometrics"),
        consent: ticked("consent"),
    };
    let guardian = match req.form("guardian") {
        Some(_) => Some(number(req, "guardian")?),
        None => None,
    };
    id.grant_level2(actor, pid, presence, guardian.as_ref()).map_err(in_field)
}

fn render_done(req: &Req, issued: &Issued, action: &str) -> Result<Reply> {
    let say = &req.say;
    let title = if action == LEVEL2 {
        "identity-counter-done-level2"
    } else {
        "identity-counter-done-recover"
    };
    let panel = Panel::new(say.t(title))
        .code(say, say.t("identity-counter-code"), &issued.code)
        .line(say.t1("identity-counter-for", "name", &issued.name))
        .line(say.t1("identity-counter-until", "when", issued.expires_at.clock_and_day()))
        .line(say.t("identity-counter-hand"))
        .line(say.t("identity-counter-where"));
    let frame = req.frame(say.t(title), Section::Counter);
    Reply::page(&DonePage { frame, panel })
}

#[derive(Template)]
#[template(path = "identity_help.html")]
struct HelpPage {
    frame: Frame,
    form: Form,
    ways: Vec<Choice>,
    checks: Vec<Choice>,
}

fn render_help(id: &Identity, req: &Req, form: Form) -> Result<Reply> {
    officer(id, req, &[May::Help])?;
    let say = &req.say;
    let choice = |value: &str, key: &str| Choice::new(value, say.t(key));
    Reply::page(&HelpPage {
        frame: req
            .frame(say.t("identity-help-at-counter"), Section::Counter)
            .crumb(say.t("web-nav-counter"), "/quay"),
        form,
        ways: vec![
            choice("code", "identity-help-how-code"),
            choice("presence", "identity-help-how-presence"),
        ],
        checks: vec![
            choice("card", "identity-help-presence-card"),
            choice("agreed", "identity-help-presence-agreed"),
        ],
    })
}

pub(super) fn help_page(id: &Identity, req: &Req) -> Result<Reply> {
    render_help(id, req, Form::new(&req.say))
}

pub(super) fn help(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = officer(id, req, &[May::Help])?;
    let begun = number(req, "person").and_then(|pid| {
        let confirmation = confirmation(req)?;
        let from = browser(req)?;
        let acting = id
            .act_at_counter(actor, &pid, PURPOSE_SERVICES, &confirmation, &from)
            .map_err(|e| match &confirmation {
                Confirmation::Presence { .. } if e.field_errors().is_empty() => e.field("presence"),
                _ => e,
            })?;
        Ok((pid, acting))
    });
    match begun {
        Ok((pid, acting)) => {
            let post = actor.appointment.as_ref().map(|a| a.post.as_str());
            super::acting::begun(id, req, &pid, &acting, &desk(req, post))
        }
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render_help(id, req, form)?.status(status))
        }
    }
}

fn confirmation(req: &Req) -> Result<Confirmation> {
    match req.form_line("how")?.as_str() {
        "code" => Ok(Confirmation::Code(req.form_line("otp")?)),
        "presence" => {
            let ticked = |what: &str| req.form_all("presence").contains(&what);
            Ok(Confirmation::Presence { card: ticked("card"), agreed: ticked("agreed") })
        }
        _ => Err(Error::new(NOT_OFFERED).field("how")),
    }
}
