//! `/tai-khoan/lam-thay`: acting for children and wards, letting a clerk act, ending it.

use super::{again, desk, number};
use crate::commands::acting::{self, PURPOSE_SERVICES};
use crate::door;
use crate::errors::ACTING_OVER;
use crate::model::{Acting, Issued};
use crate::queries;
use crate::service::Identity;
use kernel::{Error, Level, PersonalId, Result};
use std::sync::Arc;
use web::ui::Panel;
use web::{Form, Frame, Reply, Req, Section, Template, Tone};

#[derive(Template)]
#[template(path = "identity_acting.html")]
struct ActingPage {
    frame: Frame,
    form: Form,
    now_for: Option<String>,
    level_two: bool,
    child_text: String,
    code_text: String,
    children: Vec<Child>,
    mine: Vec<Line>,
    of_me: Vec<Line>,
}

struct Child {
    pid: String,
    name: String,
}

struct Line {
    id: String,
    name: String,
    role: String,
    since: String,
    until: String,
    holds: bool,
    in_use: bool,
}

/// A person acted for, by name; by number when the name was not known.
fn named(a: &Acting) -> String {
    if a.person_name.is_empty() { a.person.spaced() } else { a.person_name.clone() }
}

fn line(req: &Req, a: &Acting, name: String) -> Line {
    let end = a.ended_at.unwrap_or(a.until_at);
    Line {
        id: a.id.clone(),
        name,
        role: req.say.t(&format!("identity-acting-role-{}", a.role.as_str())),
        since: a.from_at.clock_and_day(),
        until: req.say.t1("identity-acting-until", "when", end.clock_and_day()),
        holds: a.holds_at(req.now),
        in_use: req
            .visitor
            .as_ref()
            .is_some_and(|v| v.actor.acting_for.as_ref().is_some_and(|f| f.person == a.person)),
    }
}

fn render(id: &Identity, req: &Req, form: Form) -> Result<Reply> {
    let actor = req.actor()?;
    let me = actor.person.clone().ok_or_else(|| Error::new(kernel::error::NOT_ALLOWED))?;
    let (mine, of_me) = id
        .store()
        .read(|tx| Ok((queries::acting_by(tx, &actor.account)?, queries::acting_for(tx, &me)?)))?;
    let level_two = actor.level == Level::Two;
    let now = actor.acting_for.as_ref().and_then(|f| mine.iter().find(|a| a.person == f.person));
    let hours = |s: i64| (s / 3600).to_string();
    let say = &req.say;
    Reply::page(&ActingPage {
        frame: req
            .frame(say.t("identity-acting"), Section::Account)
            .crumb(say.t("identity-account"), "/tai-khoan"),
        form,
        now_for: now.map(named),
        level_two,
        child_text: say.t1("identity-acting-child-text", "hours", hours(id.law().family_s)),
        code_text: say.t2(
            "identity-acting-code-text",
            "minutes",
            (id.law().help_s / 60).to_string(),
            "hours",
            hours(id.law().counter_s),
        ),
        children: if level_two && actor.appointment.is_none() {
            children(id, req)?
        } else {
            Vec::new()
        },
        mine: mine.iter().map(|a| line(req, a, named(a))).collect(),
        of_me: of_me.iter().map(|a| line(req, a, a.by_name.clone())).collect(),
    })
}

/// The person's own minor children, from the household book: read through the door as any own data.
fn children(id: &Identity, req: &Req) -> Result<Vec<Child>> {
    let actor = kernel::Actor { acting_for: None, ..req.actor()?.clone() };
    let found = id.store().record(|tx| door::own_minors(tx, &id.registers, &actor))?;
    Ok(found.into_iter().map(|(pid, name)| Child { pid: pid.as_str().to_owned(), name }).collect())
}

pub(super) fn page(id: &Identity, req: &Req) -> Result<Reply> {
    render(id, req, Form::new(&req.say))
}

fn wrong(id: &Identity, req: &Req, e: Error) -> Result<Reply> {
    let (form, status) = again(req, e)?;
    Ok(render(id, req, form)?.status(status))
}

pub(super) fn family(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?;
    let chosen = number(req, "person").and_then(|person| {
        id.act_for_family(actor, &person, PURPOSE_SERVICES).map(|acting| (person, acting))
    });
    match chosen {
        Ok((person, acting)) => begun(id, req, &person, &acting, "/"),
        Err(e) => wrong(id, req, e),
    }
}

/// Goes on in the other person's matter, with a message that says so.
pub(super) fn begun(
    id: &Identity,
    req: &Req,
    person: &PersonalId,
    acting: &str,
    to: &str,
) -> Result<Reply> {
    let found = id.store().read(|tx| queries::acting(tx, person, acting))?;
    let name = found.map(|a| a.person_name).unwrap_or_default();
    let said = match name.is_empty() {
        true => req.say.t("identity-acting-granted-plain"),
        false => req.say.t1("identity-acting-granted", "name", name),
    };
    Ok(Reply::redirect(to).flash(Tone::Info, said))
}

pub(super) fn code(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?.clone();
    let law = Arc::clone(id.law());
    let issued =
        id.store().write(move |tx| acting::let_counter_act(tx, &law, &actor, PURPOSE_SERVICES))?;
    render_code(req, &issued)
}

#[derive(Template)]
#[template(path = "identity_acting_code.html")]
struct CodePage {
    frame: Frame,
    panel: Panel,
}

fn render_code(req: &Req, issued: &Issued) -> Result<Reply> {
    let say = &req.say;
    let until = issued.expires_at.clock_and_day();
    let panel = Panel::new(say.t("identity-acting-code-made"))
        .code(say, say.t("identity-otp"), &issued.code)
        .line(say.t1("identity-acting-code-until", "when", until));
    let frame = req
        .frame(say.t("identity-acting-code-made"), Section::Account)
        .crumb(say.t("identity-acting"), "/tai-khoan/lam-thay");
    Reply::page(&CodePage { frame, panel })
}

pub(super) fn stop(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?.clone();
    let (of, post) = (actor.account.clone(), actor.appointment.clone());
    id.change(&of, move |tx| acting::stop_acting(tx, &actor))?;
    Ok(match post {
        // A clerk goes on with the next person.
        Some(post) => Reply::redirect(desk(req, Some(post.post.as_str())))
            .flash(Tone::Good, req.say.t("identity-acting-left")),
        None => Reply::redirect("/tai-khoan/lam-thay")
            .flash(Tone::Info, req.say.t("identity-acting-stopped")),
    })
}

/// One of the rights that concern the visitor, by its identifier: numbers stay out of addresses.
fn mine(id: &Identity, req: &Req) -> Result<Acting> {
    let actor = req.actor()?;
    let wanted = req.param("id");
    let all = id.store().read(|tx| {
        let mut all = queries::acting_by(tx, &actor.account)?;
        if let Some(me) = &actor.person {
            all.extend(queries::acting_for(tx, me)?);
        }
        Ok(all)
    })?;
    all.into_iter().find(|a| a.id == wanted).ok_or_else(|| Error::new(ACTING_OVER))
}

pub(super) fn choose(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?.clone();
    let chosen = mine(id, req).and_then(|a| {
        let (of, person, acting) = (actor.account.clone(), a.person.clone(), a.id.clone());
        id.change(&of, move |tx| acting::choose_acting(tx, &actor, &person, &acting))?;
        Ok(a)
    });
    match chosen {
        Ok(a) => begun(id, req, &a.person, &a.id, "/"),
        Err(e) => wrong(id, req, e),
    }
}

pub(super) fn end(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = req.actor()?.clone();
    let ended = mine(id, req)
        .and_then(|a| id.change_many(move |tx| acting::end_acting(tx, &actor, &a.person, &a.id)));
    match ended {
        Ok(()) => Ok(Reply::redirect("/tai-khoan/lam-thay")
            .flash(Tone::Good, req.say.t("identity-acting-ended"))),
        Err(e) => wrong(id, req, e),
    }
}
