//! `/quan-tri/nhan-su`: people and appointments. Searching is a POST, so that no name or number of a
//! person stands in an address.

use super::{again, number, together};
use crate::commands::{account_of, appointments};
use crate::errors::ACCOUNT_NONE;
use crate::law::May;
use crate::model::{Holder, NewAppointment};
use crate::queries::{self, StaffFilter, StaffPage};
use crate::service::Identity;
use kernel::{Actor, AppointmentId, Date, Error, PostCode, Result, time};
use std::sync::Arc;
use web::codes::NOT_OFFERED;
use web::markup::escape;
use web::ui::{Cell, Choice, Column, Empty, Fact, Facts, Row, Table};
use web::{Form, Frame, Markup, Reply, Req, Section, Template, Tone};

#[derive(Template)]
#[template(path = "identity_staff.html")]
struct StaffListPage {
    frame: Frame,
    form: Form,
    posts: Vec<Choice>,
    table: Table,
    more: bool,
    next_page: i64,
}

/// The operator, working in a post that may appoint.
fn operator<'r>(id: &Identity, req: &'r Req) -> Result<&'r Actor> {
    let posts: Vec<&str> = id.law().posts_that_may(May::Appoint).map(|p| p.code.as_str()).collect();
    req.any_post(&posts)?;
    req.actor()
}

fn posts(id: &Identity, req: &Req) -> Vec<Choice> {
    id.law().posts().map(|p| Choice::new(p.code.as_str(), req.say.local(&p.name))).collect()
}

fn post_name(id: &Identity, req: &Req, code: &PostCode) -> String {
    id.law().post(code).map_or_else(|| code.to_string(), |p| req.say.local(&p.name).to_owned())
}

/// From the first to the last day; the row keeps the first day without the post.
fn span(req: &Req, h: &Holder) -> String {
    let from = time::day(h.from);
    match h.until {
        None => req.say.t1("identity-staff-from", "from", from),
        Some(u) => {
            let last = time::day(time::plus_days(u, -1).max(h.from));
            req.say.t2("identity-staff-from-to", "from", from, "to", last)
        }
    }
}

fn row(id: &Identity, req: &Req, h: &Holder) -> Row {
    let number = req.say.t1("identity-staff-number", "end", &h.pid.as_str()[8..]);
    let running = h.until.is_none_or(|u| req.now.date() < u);
    let end = match running {
        true => Cell::with(Markup::trusted(format!(
            "<a class=\"btn second small\" href=\"/quan-tri/nhan-su/{}/ket-thuc\" \
             aria-label=\"{}: {}\">{}</a>",
            h.appointment,
            escape(&req.say.t("identity-staff-end")),
            escape(&h.name),
            escape(&req.say.t("identity-staff-end")),
        ))),
        false => Cell::text(req.say.t("identity-acting-state-over")),
    };
    Row::new(vec![
        Cell::two(&h.name, number),
        Cell::two(post_name(id, req, &h.post), req.say.local(&h.agency_name)),
        span(req, h).into(),
        end,
    ])
}

fn table(id: &Identity, req: &Req, page: &StaffPage) -> Table {
    let say = &req.say;
    let columns = vec![
        Column::new(say.t("identity-staff-person")),
        Column::new(say.t("identity-staff-post")),
        Column::new(say.t("identity-staff-span")),
        Column::new(say.t("identity-here")).quiet(),
    ];
    let rows = page.rows.iter().map(|h| row(id, req, h)).collect();
    Table::new(say.t("identity-staff"), columns, rows).empty(Empty::new(
        "search",
        say.t("identity-staff-none"),
        say.t("identity-staff-none-text"),
    ))
}

fn render(id: &Identity, req: &Req, form: Form, filter: &StaffFilter, page: i64) -> Result<Reply> {
    operator(id, req)?;
    let found = id.store().read(|tx| queries::people_and_appointments(tx, filter, page))?;
    let say = &req.say;
    Reply::page(&StaffListPage {
        frame: req
            .frame(say.t("identity-staff"), Section::Operator)
            .crumb(say.t("web-nav-operator"), "/quan-tri"),
        form,
        posts: posts(id, req),
        table: table(id, req, &found),
        more: found.more,
        next_page: page + 1,
    })
}

pub(super) fn page(id: &Identity, req: &Req) -> Result<Reply> {
    render(id, req, Form::new(&req.say), &StaffFilter::default(), 0)
}

pub(super) fn search(id: &Identity, req: &Req) -> Result<Reply> {
    let filter = StaffFilter {
        text: req.form("q").unwrap_or_default().chars().take(100).collect(),
        post: req.form("post").map(PostCode::from),
        agency: None,
        ended: req.form("ended") == Some("1"),
    };
    let page = req.form("page").and_then(|p| p.parse().ok()).unwrap_or(0);
    render(id, req, req.typed(), &filter, page)
}

#[derive(Template)]
#[template(path = "identity_appoint.html")]
struct AppointPage {
    frame: Frame,
    form: Form,
    agencies: Vec<Choice>,
    posts: Vec<Choice>,
}

fn render_appoint(id: &Identity, req: &Req, form: Form) -> Result<Reply> {
    operator(id, req)?;
    let agencies = id.store().read(queries::agencies)?;
    let say = &req.say;
    Reply::page(&AppointPage {
        frame: req
            .frame(say.t("identity-appoint"), Section::Operator)
            .crumb(say.t("identity-staff"), "/quan-tri/nhan-su"),
        form,
        agencies: agencies
            .iter()
            .map(|a| Choice::new(a.code.as_str(), say.local(&a.name)))
            .collect(),
        posts: posts(id, req),
    })
}

pub(super) fn appoint_page(id: &Identity, req: &Req) -> Result<Reply> {
    render_appoint(id, req, Form::new(&req.say).with_date("from", req.now.date()))
}

pub(super) fn appoint(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = operator(id, req)?;
    match make(id, req, actor) {
        Ok(name) => Ok(Reply::redirect("/quan-tri/nhan-su")
            .flash(Tone::Good, req.say.t1("identity-appointed", "name", name))),
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render_appoint(id, req, form)?.status(status))
        }
    }
}

fn make(id: &Identity, req: &Req, actor: &Actor) -> Result<String> {
    let missing = || Error::new(kernel::error::ANSWER_MISSING).field("from");
    let (pid, agency, post) =
        (number(req, "person"), req.form_line("agency"), req.form_line("post"));
    let from = req.form_date("from").and_then(|d| d.ok_or_else(missing));
    let (pid, agency, post, from) = match (pid, agency, post, from) {
        (Ok(pid), Ok(agency), Ok(post), Ok(from)) => (pid, agency, post, from),
        (a, b, c, d) => return Err(together([a.err(), b.err(), c.err(), d.err()])),
    };
    // People say the last day; the row keeps the first day without the post.
    let until = req.form_date("until")?.map(|last| time::plus_days(last, 1));
    let (law, actor) = (Arc::clone(id.law()), actor.clone());
    id.change_many(move |tx| {
        let none = || Error::new(ACCOUNT_NONE).field("person");
        let a = account_of(tx, &pid)?.ok_or_else(none)?;
        let new = NewAppointment {
            account: a.id.clone(),
            agency: agency.as_str().into(),
            post: post.as_str().into(),
            from,
            until,
        };
        appointments::appoint(tx, &law, &actor, &new)
            .map_err(|e| if e.field_errors().is_empty() { e.field("person") } else { e })?;
        Ok(a.name)
    })
}

#[derive(Template)]
#[template(path = "identity_end.html")]
struct EndPage {
    frame: Frame,
    form: Form,
    facts: Facts,
    action: String,
    options: Vec<Choice>,
}

fn render_end(id: &Identity, req: &Req, form: Form) -> Result<Reply> {
    operator(id, req)?;
    let appointment = AppointmentId::new(req.param("id"));
    let h = id
        .store()
        .read(|tx| queries::holder(tx, &appointment))?
        .ok_or_else(|| Error::new(kernel::error::NOT_FOUND))?;
    let say = &req.say;
    let facts = vec![
        Fact::new(say.t("identity-staff-person"), &h.name),
        Fact::new(say.t("identity-staff-post"), post_name(id, req, &h.post)),
        Fact::new(say.t("identity-staff-agency"), say.local(&h.agency_name)),
        Fact::new(say.t("identity-staff-span"), span(req, &h)),
    ];
    Reply::page(&EndPage {
        frame: req
            .frame(say.t("identity-end"), Section::Operator)
            .crumb(say.t("identity-staff"), "/quan-tri/nhan-su"),
        form,
        facts: Facts::new(say.t("identity-staff"), facts),
        action: format!("/quan-tri/nhan-su/{appointment}/ket-thuc"),
        options: vec![
            Choice::new("now", say.t("identity-end-now")).hint(say.t("identity-end-now-hint")),
            Choice::new("later", say.t("identity-end-later")),
        ],
    })
}

pub(super) fn end_page(id: &Identity, req: &Req) -> Result<Reply> {
    render_end(id, req, Form::new(&req.say))
}

pub(super) fn end(id: &Identity, req: &Req) -> Result<Reply> {
    let actor = operator(id, req)?.clone();
    let ended = last_day(req).and_then(|later| {
        let law = Arc::clone(id.law());
        let appointment = AppointmentId::new(req.param("id"));
        id.change_many(move |tx| {
            let until = later.unwrap_or_else(|| tx.now().date());
            appointments::end_appointment(tx, &law, &actor, &appointment, until)
        })
    });
    match ended {
        Ok(()) => {
            Ok(Reply::redirect("/quan-tri/nhan-su")
                .flash(Tone::Good, req.say.t("identity-end-done")))
        }
        Err(e) => {
            let (form, status) = again(req, e)?;
            Ok(render_end(id, req, form)?.status(status))
        }
    }
}

/// The first day without the post; none for «right now».
fn last_day(req: &Req) -> Result<Option<Date>> {
    match req.form_line("when")?.as_str() {
        "now" => Ok(None),
        "later" => {
            let missing = || Error::new(kernel::error::ANSWER_MISSING).field("until");
            let last = req.form_date("until")?.ok_or_else(missing)?;
            Ok(Some(time::plus_days(last, 1)))
        }
        _ => Err(Error::new(NOT_OFFERED).field("when")),
    }
}
