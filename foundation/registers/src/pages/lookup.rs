//! `/tra-cuu`: an officer finds people of the own commune, and opens one of them. What is looked for is
//! posted, never in an address; every page of hits and every opened record is an entry.

use super::Registers;
use super::show::{day, number, relation};
use crate::door;
use crate::errors::{ACCESS_OUTSIDE, SEARCH_SHORT};
use crate::model::{Facts, Reading};
use crate::search::{Found, ITEMS, PURPOSE, Place, Query, search};
use kernel::{Actor, Error, Kind, PersonalId, PurposeId, Result, Say};
use serde_json::Value as Json;
use web::markup::escape;
use web::ui::{Banner, Cell, Column, Empty, Fact, Facts as Card, Row, Table};
use web::{Form, Frame, Markup, Reply, Req, Section, Template, Tone};

/// The purpose under which an officer opens one person's record outside of any dossier.
const OPEN: &str = "residence.household";
/// What is then read.
const OPENED: [&str; 9] = [
    "name",
    "pid",
    "birth",
    "sex",
    "permanent",
    "temporary",
    "relation",
    "household",
    "residence_file",
];

#[derive(Template)]
#[template(path = "registers_lookup.html")]
struct LookupPage {
    frame: Frame,
    place: String,
    form: Form,
    found: Option<Shown>,
    /// Records that may be one person are looked at here too.
    pairs: bool,
}

/// A page of hits.
struct Shown {
    heading: String,
    broad: Option<Banner>,
    list: Table,
    hits: bool,
    /// What was typed, for the next page's form.
    typed: Vec<(String, String)>,
    /// Behind which place the next page begins.
    next: Option<String>,
    later: bool,
}

#[derive(Template)]
#[template(path = "registers_lookup_person.html")]
struct PersonPage {
    frame: Frame,
    name: String,
    facts: Card,
    members: Table,
    /// Pages of the dwellings of the officer's commune this person lives in, with their addresses.
    dwellings: Vec<(String, String)>,
}

/// Whoever may find people in some commune may look them up.
fn officer(s: &Registers, req: &Req) -> Result<Actor> {
    let actor = req.actor()?;
    let post = actor.appointment.as_ref().map(|a| a.post.as_str().to_owned()).unwrap_or_default();
    if s.law.may_ever(&post, PURPOSE, &ITEMS) {
        Ok(actor.clone())
    } else {
        Err(Error::new(web::codes::NOT_IN_POST))
    }
}

fn may_open(s: &Registers, actor: &Actor) -> bool {
    let post = actor.appointment.as_ref().map(|a| a.post.as_str()).unwrap_or_default();
    s.law.may_ever(post, OPEN, &OPENED)
}

/// The form.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    officer(s, req)?;
    render(s, req, Form::new(&req.say), None)
}

fn render(s: &Registers, req: &Req, form: Form, found: Option<Shown>) -> Result<Reply> {
    let area = req.actor()?.appointment.as_ref().map(|a| a.place.clone()).unwrap_or_default();
    let page = LookupPage {
        frame: req.frame(req.say.t("registers-lookup"), Section::Lookup),
        place: crate::geo::commune(&area, req.now.date()).map_or(area, |c| c.label()),
        form,
        found,
        pairs: super::pairs::may(s, req.actor()?),
    };
    Reply::page(&page)
}

/// The hits.
pub(super) fn find(s: &Registers, req: &Req) -> Result<Reply> {
    let actor = officer(s, req)?;
    let found = query(req).and_then(|query| {
        let reading = s.store.record(|tx| search(tx, &s.law, &actor, &query))?;
        Reading::into_result(reading)
    });
    match found {
        Ok(found) => render(s, req, req.typed(), Some(shown(s, req, &actor, &found))),
        Err(e) if e.kind() == Kind::BadInput || e.is(SEARCH_SHORT) => {
            Ok(render(s, req, req.typed().wrong(&e), None)?.status(422))
        }
        Err(e) => Err(e),
    }
}

fn query(req: &Req) -> Result<Query> {
    let line = |name: &str| match req.form(name) {
        Some(_) => req.form_line(name),
        None => Ok(String::new()),
    };
    let year = match req.form_number("year")? {
        None => None,
        Some(n) => {
            let year = i16::try_from(n).ok().filter(|y| (1850..=req.now.date().year()).contains(y));
            Some(year.ok_or_else(|| Error::new(kernel::error::DATE_UNREAL).field("year"))?)
        }
    };
    Ok(Query {
        name: line("name")?,
        year,
        address: line("address")?,
        file: line("file")?,
        after: req.form("after").and_then(Place::from_text),
    })
}

fn shown(s: &Registers, req: &Req, actor: &Actor, found: &Found) -> Shown {
    let say = &req.say;
    let open = may_open(s, actor);
    let rows = found.hits.iter().map(|h| {
        let home = match (&h.line, &h.commune) {
            (Some(line), Some(code)) if h.stays => {
                crate::geo::address(Some(line), code, req.now.date())
                    .unwrap_or_else(|| line.clone())
            }
            (Some(line), _) => line.clone(),
            (None, _) => String::new(),
        };
        let kind =
            if h.stays { "registers-residence-temporary" } else { "registers-residence-permanent" };
        let mut cells = vec![
            Cell::two(&h.name, say.t1("registers-lookup-born", "year", &h.birth_year)),
            Cell::text(home),
            Cell::text(say.t(kind)),
        ];
        if open {
            cells.push(Cell::with(button(say, &h.pid, &h.name)));
        }
        Row::new(cells)
    });
    let mut columns = vec![
        Column::new(say.t("registers-lookup-who")),
        Column::new(say.t("registers-lookup-home")),
        Column::new(say.t("registers-book-residence")),
    ];
    if open {
        columns.push(Column::new(say.t("registers-lookup-open")).quiet());
    }
    let empty =
        Empty::new("search", say.t("registers-lookup-none"), say.t("registers-lookup-none-text"));
    let typed = ["name", "year", "address", "file"];
    let typed = typed.iter().filter_map(|n| Some(((*n).to_owned(), req.form(n)?.to_owned())));
    let count = i64::try_from(found.hits.len()).unwrap_or(0);
    let later = req.form("after").is_some();
    let heading = match (later, &found.more) {
        (false, Some(_)) => "registers-lookup-some",
        (false, None) => "registers-lookup-all",
        (true, Some(_)) => "registers-lookup-next",
        (true, None) if count > 0 => "registers-lookup-last",
        (true, None) => "registers-lookup-all",
    };
    let heading = say.count(heading, count);
    let broad = found.broad.then(|| {
        Banner::new(
            Tone::Info,
            say.t("registers-lookup-broad"),
            say.t("registers-lookup-broad-text"),
        )
    });
    Shown {
        heading,
        broad,
        list: Table::new(say.t("registers-lookup-list"), columns, rows.collect()).empty(empty),
        hits: count > 0,
        typed: typed.collect(),
        next: found.more.as_ref().map(Place::to_text),
        later,
    }
}

/// Opens one person: the button of a row in the form around the table.
fn button(say: &Say, pid: &PersonalId, name: &str) -> Markup {
    let (pid, name) = (escape(pid.as_str()), escape(name));
    let open = escape(&say.t("registers-lookup-open"));
    Markup::trusted(format!(
        "<button class=\"btn second\" name=\"pid\" value=\"{pid}\">{open}<span class=\"sr\">: {name}</span></button>"
    ))
}

/// One person's record, as far as keeping the households needs it.
pub(super) fn open(s: &Registers, req: &Req) -> Result<Reply> {
    let actor = officer(s, req)?;
    let pid = PersonalId::parse(req.form("pid").unwrap_or_default())
        .map_err(|_| Error::new(ACCESS_OUTSIDE))?;
    let purpose = PurposeId::from(OPEN);
    let facts = door::read_now(&s.store, &s.law, &actor, &purpose, &pid, &OPENED, None)?;
    let say = &req.say;
    let name = facts.text("name").unwrap_or_default().to_owned();
    let page = PersonPage {
        frame: req
            .frame(say.t("registers-lookup-person"), Section::Lookup)
            .crumb(say.t("registers-lookup"), "/tra-cuu"),
        facts: card(s, req, &facts),
        members: members(s, say, &facts),
        dwellings: dwellings(&actor, &facts),
        name,
    };
    Reply::page(&page)
}

fn dwellings(actor: &Actor, facts: &Facts) -> Vec<(String, String)> {
    let here = actor.appointment.as_ref().map(|a| a.place.as_str());
    let of = |item: &str| {
        let text = |at: &str| facts.part(item, at).and_then(Json::as_str);
        let id = text("/dwelling").filter(|_| text("/commune") == here)?;
        Some((super::dwelling::path(&id.into()), text("/text")?.to_owned()))
    };
    ["permanent", "temporary"].into_iter().filter_map(of).collect()
}

fn card(s: &Registers, req: &Req, facts: &Facts) -> Card {
    let say = &req.say;
    let label = |item: &str| {
        s.law.item_label(item).map_or_else(|| item.to_owned(), |l| say.local(l).to_owned())
    };
    let disputed = facts.disputed();
    let lines = OPENED.iter().filter(|i| **i != "name" && **i != "household").filter_map(|item| {
        let value = facts.get(item)?;
        let text = value.as_str().unwrap_or_default();
        let shown = match *item {
            "pid" => number(text),
            "birth" => day(text),
            "sex" => say.t(&format!("registers-sex-{text}")),
            "relation" if !text.is_empty() => relation(&s.law, say, text),
            "permanent" | "temporary" => home(say, value),
            _ => text.to_owned(),
        };
        if shown.is_empty() {
            return None;
        }
        let shown = match disputed.contains(item) {
            true => format!("{shown} ({})", say.t("registers-disputed")),
            false => shown,
        };
        Some(Fact::new(label(item), shown))
    });
    let read = say.t1("registers-own-read", "time", req.now.clock_and_day());
    Card::new(say.t("registers-lookup-person"), lines.collect()).source(read)
}

fn home(say: &Say, value: &Json) -> String {
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    match (text("text"), text("until")) {
        (address, "") => address.to_owned(),
        (address, until) => {
            format!("{address} ({})", say.t1("registers-until", "date", day(until)))
        }
    }
}

fn members(s: &Registers, say: &Say, facts: &Facts) -> Table {
    let columns = ["registers-lookup-who", "registers-book-relation", "registers-book-residence"];
    let columns = columns.map(|k| Column::new(say.t(k))).to_vec();
    let list = facts.part("household", "/members").and_then(Json::as_array);
    let rows = list.into_iter().flatten().map(|m| {
        let text = |key: &str| m[key].as_str().unwrap_or_default();
        Row::new(vec![
            Cell::two(text("name"), day(text("birth"))),
            Cell::text(relation(&s.law, say, text("relation"))),
            Cell::text(say.t(&format!("registers-residence-{}", text("residence")))),
        ])
    });
    let empty = Empty::new(
        "household",
        say.t("registers-lookup-alone"),
        say.t("registers-lookup-alone-text"),
    );
    Table::new(say.t("registers-group-household"), columns, rows.collect()).empty(empty)
}
