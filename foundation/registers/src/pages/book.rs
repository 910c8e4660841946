//! `/so-ho-khau`: the electronic books of the households a person belongs to.

use super::show::{day, number, relation};
use super::{Registers, citizen, for_another};
use crate::Reading;
use crate::book::{Book, BookLine, BookMember, books};
use kernel::{Instant, Result, Say};
use web::ui::{Banner, Cell, Column, Empty, Fact, Facts, Moment, Row, Table, Tag, Timeline};
use web::{Frame, Reply, Req, Section, Template, Tone};

struct Shown {
    title: String,
    facts: Facts,
    members: Table,
    note: String,
    history: Option<Timeline>,
    extract: String,
}

#[derive(Template)]
#[template(path = "registers_book.html")]
struct BookPage {
    frame: Frame,
    acting: Option<Banner>,
    books: Vec<Shown>,
    empty: Empty,
}

/// The books.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    let (actor, subject) = citizen(req)?;
    let acting = for_another(&actor);
    let found = s.store.record(|tx| books(tx, &s.law, &actor, &subject))?;
    let found = Reading::into_result(found)?;
    let say = &req.say;
    let page = BookPage {
        frame: req
            .frame(say.t("registers-book"), Section::Data)
            .crumb(say.t("registers-own"), "/du-lieu-cua-toi"),
        acting: acting.then(|| Banner::new(Tone::Info, say.t("registers-log-acting"), "")),
        books: found.iter().map(|b| shown(s, say, b, req.now)).collect(),
        empty: Empty::new(
            "document",
            say.t("registers-book-none"),
            say.t("registers-book-none-text"),
        ),
    };
    Reply::page(&page)
}

fn shown(s: &Registers, say: &Say, book: &Book, now: Instant) -> Shown {
    let collective = book.kind == "collective";
    let title = match &book.head {
        Some(head) => say.t1("registers-book-of", "name", head),
        None if collective => say.t("registers-book-collective"),
        None => say.t("registers-book-no-head"),
    };
    let mut facts = vec![
        Fact::new(say.t("registers-book-address"), &book.address),
        Fact::new(say.t("registers-book-file"), &book.file),
    ];
    if !collective {
        let count = |kind| book.members.iter().filter(|m| m.residence == kind).count();
        let words = say.t2(
            "registers-book-sizes",
            "permanent",
            count("permanent"),
            "temporary",
            count("temporary"),
        );
        facts.push(Fact::new(say.t("registers-book-size"), words));
    }
    facts.push(Fact::new(say.t("registers-book-version"), book.version.to_string()));
    let columns = ["name", "birth", "relation", "residence"]
        .map(|k| Column::new(say.t(&format!("registers-book-{k}"))));
    let rows = book.members.iter().map(|m| member(s, say, m)).collect();
    let history: Vec<Moment> = book.history.iter().map(|line| moment(s, say, line, now)).collect();
    Shown {
        members: Table::new(&title, columns.to_vec(), rows),
        facts: Facts::new(&title, facts).source(say.t1(
            "registers-own-read",
            "time",
            now.clock_and_day(),
        )),
        note: if collective { say.t("registers-book-collective-note") } else { String::new() },
        history: (!history.is_empty()).then(|| Timeline::new(say, history)),
        extract: format!("/so-ho-khau/{}/trich.pdf", book.household),
        title,
    }
}

fn member(s: &Registers, say: &Say, m: &BookMember) -> Row {
    let sex = say.t(&format!("registers-sex-{}", m.sex));
    Row::new(vec![
        Cell::two(&m.name, number(m.pid.as_str())),
        Cell::text(format!("{} · {sex}", day(&m.birth))),
        Cell::text(relation(&s.law, say, &m.relation)),
        Cell::with(web::Markup::trusted(residence(say, m))),
    ])
}

/// The kind of residence as a tag, and under it since when, until when, where they stay meanwhile.
fn residence(say: &Say, m: &BookMember) -> String {
    let key = format!("registers-residence-{}", m.residence);
    let tone = if m.residence == "permanent" { Tone::Good } else { Tone::Info };
    let mut html = Tag::new(tone, say.t(&key)).to_string();
    let mut lines = vec![match &m.until {
        Some(until) => say.t2("registers-since-until", "since", day(&m.since), "until", day(until)),
        None => say.t1("registers-since", "date", day(&m.since)),
    }];
    match &m.staying {
        Some((place, Some(until))) => {
            lines.push(say.t2("registers-staying-until", "place", place, "until", day(until)));
        }
        Some((place, None)) => lines.push(say.t1("registers-staying", "place", place)),
        None => {}
    }
    match m.absent_until.as_deref() {
        Some("") => lines.push(say.t("registers-absent")),
        Some(until) => lines.push(say.t1("registers-absent-until", "date", day(until))),
        None => {}
    }
    for line in lines {
        html.push_str("<br><span class=\"small muted\">");
        html.push_str(&web::markup::escape(&line));
        html.push_str("</span>");
    }
    html
}

/// One line of the history.
fn moment(s: &Registers, say: &Say, line: &BookLine, now: Instant) -> Moment {
    let key = format!("registers-event-{}", line.what.replace('_', "-"));
    let key = if say.has(&key) { key } else { "registers-event-other".to_owned() };
    let name = line.name.clone().unwrap_or_default();
    let mut moment = Moment::done(say.t1(&key, "name", name)).at(line.at, now, say);
    let text = |part: &str| line.detail[part].as_str().unwrap_or_default();
    let mut detail = Vec::new();
    if !text("relation").is_empty() {
        detail.push(relation(&s.law, say, text("relation")));
    }
    if !text("until").is_empty() {
        detail.push(say.t1("registers-until", "date", day(text("until"))));
    }
    let from = crate::geo::address(Some(text("line")), text("commune"), line.at.date());
    if let Some(from) = from.filter(|_| line.what == "moved") {
        detail.push(say.t1("registers-event-moved-from", "address", from));
    }
    if let Some(code) = line.dossier.as_deref().filter(|c| !c.is_empty()) {
        detail.push(say.t1("registers-by-dossier", "code", code));
    }
    if !detail.is_empty() {
        moment = moment.detail(detail.join(" · "));
    }
    moment
}
