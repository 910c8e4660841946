//! `/tra-cuu/cho-o/{id}`: who lives in a dwelling of the officer's commune, today or on an earlier day.

use super::Registers;
use super::regroup;
use super::show::{day, number, relation};
use crate::model::{Kind, Reading};
use crate::residents::{HouseholdThen, ITEMS, PURPOSE, Residents, residents};
use kernel::{Actor, Date, DwellingId, Error, Result, Say, time};
use web::ui::{Cell, Column, Empty, Row, Table, Tag};
use web::{Form, Frame, Reply, Req, Section, Template, Tone};

/// Where a dwelling's page is.
pub(super) fn path(id: &DwellingId) -> String {
    format!("/tra-cuu/cho-o/{}", id.as_str())
}

#[derive(Template)]
#[template(path = "registers_dwelling.html")]
struct DwellingPage {
    frame: Frame,
    address: String,
    lead: String,
    households: Vec<Shown>,
    empty: Empty,
    /// Where the move begins; empty on an earlier day, or when nobody is there.
    moving: String,
    form: Form,
    action: String,
    today: bool,
}

/// One household on the page.
pub(super) struct Shown {
    /// «Hộ của Trần Văn Hùng»
    pub title: String,
    /// Số hồ sơ cư trú.
    pub file: String,
    /// Since then it has ended or moved away.
    pub gone: bool,
    /// Who is in it.
    pub members: Table,
    /// What can be done with it: words and address.
    pub links: Vec<(String, String)>,
}

/// Whoever keeps the households of some commune.
pub(super) fn officer(s: &Registers, req: &Req) -> Result<Actor> {
    let actor = req.actor()?;
    let post = actor.appointment.as_ref().map(|a| a.post.as_str().to_owned()).unwrap_or_default();
    match s.law.may_ever(&post, PURPOSE, &ITEMS) {
        true => Ok(actor.clone()),
        false => Err(Error::new(web::codes::NOT_IN_POST)),
    }
}

/// Reads a dwelling through the door; a refusal is an error after its entry is durable.
pub(super) fn look(s: &Registers, req: &Req, actor: &Actor, on: Date) -> Result<Residents> {
    let id = DwellingId::from(req.param("id"));
    let reading = s.store.record(|tx| {
        let known = tx.now();
        residents(tx, &s.law, actor, &id, on, known)
    })?;
    Reading::into_result(reading)
}

/// The page.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    let actor = officer(s, req)?;
    let today = req.now.date();
    let asked = req.query_date("ngay").and_then(|on| match on {
        Some(on) if on > today => Err(Error::new(crate::errors::TRUE_FROM_FUTURE).field("ngay")),
        on => Ok(on),
    });
    let mut form = Form::new(&req.say);
    for part in ["ngay.day", "ngay.month", "ngay.year"] {
        form.push(part, req.query(part).unwrap_or_default());
    }
    match asked {
        Ok(on) => render(s, req, &actor, on.unwrap_or(today), form),
        Err(e) => Ok(render(s, req, &actor, today, form.wrong(&e))?.status(422)),
    }
}

fn render(s: &Registers, req: &Req, actor: &Actor, on: Date, form: Form) -> Result<Reply> {
    let then = look(s, req, actor, on)?;
    let say = &req.say;
    let today = on == req.now.date();
    let here = path(&then.dwelling);
    let lead = match today {
        true => say.count("registers-dwelling-now", people(&then)),
        false => say.with(
            "registers-dwelling-then",
            &[("date", time::day(on)), ("n", people(&then).to_string())],
        ),
    };
    let household = |h: &HouseholdThen| match today {
        true => Shown { links: regroup::links(say, &then, h), ..shown(s, say, h) },
        false => shown(s, say, h),
    };
    let page = DwellingPage {
        frame: req
            .frame(say.t("registers-dwelling"), Section::Lookup)
            .crumb(say.t("registers-lookup"), "/tra-cuu"),
        address: kernel::vietnamese::first_upper(&then.text),
        lead,
        households: then.households.iter().map(household).collect(),
        empty: Empty::new(
            "household",
            say.t("registers-dwelling-nobody"),
            say.t("registers-dwelling-nobody-text"),
        ),
        moving: match today && !then.households.is_empty() {
            true => format!("{here}/chuyen"),
            false => String::new(),
        },
        form,
        action: here,
        today,
    };
    Reply::page(&page)
}

/// How many people.
pub(super) fn people(then: &Residents) -> i64 {
    let n: usize = then.households.iter().map(|h| h.members.len()).sum();
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What a household is called.
pub(super) fn title(say: &Say, h: &HouseholdThen) -> String {
    match h.members.iter().find(|m| m.relation == "head") {
        _ if h.collective => say.t("registers-book-collective"),
        Some(head) => say.t1("registers-book-of", "name", &head.name),
        None => say.t("registers-book-no-head"),
    }
}

/// One household with its members.
pub(super) fn shown(s: &Registers, say: &Say, h: &HouseholdThen) -> Shown {
    let columns = ["name", "birth", "relation", "residence"]
        .map(|k| Column::new(say.t(&format!("registers-book-{k}"))));
    let rows = h.members.iter().map(|m| {
        let sex = say.t(&format!("registers-sex-{}", m.sex));
        let tone = if m.residence == Kind::Permanent { Tone::Good } else { Tone::Info };
        let kind = say.t(&format!("registers-residence-{}", m.residence.as_str()));
        let since = say.t1("registers-since", "date", time::day(m.since));
        let residence = format!(
            "{}<br><span class=\"small muted\">{}</span>",
            Tag::new(tone, kind),
            web::markup::escape(&since)
        );
        Row::new(vec![
            Cell::two(&m.name, number(m.pid.as_str())),
            Cell::text(format!("{} · {sex}", day(&m.birth))),
            Cell::text(relation(&s.law, say, &m.relation)),
            Cell::with(web::Markup::trusted(residence)),
        ])
    });
    let title = title(say, h);
    Shown {
        members: Table::new(&title, columns.to_vec(), rows.collect()),
        file: say.t1("registers-dwelling-file", "file", &h.file),
        gone: !h.here,
        links: Vec::new(),
        title,
    }
}
