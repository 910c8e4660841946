//! `/tra-cuu/cho-o/{id}/tach-ho`, `/nhap-ho`, `/chu-ho`: households of a dwelling are split, become one,
//! get another head. Each in three steps of one address, none of which needs scripts: who is what to
//! whom, the households before and after side by side, the act.

use super::Registers;
use super::dwelling::{self, look, officer, title};
use super::show::{day, number, relation};
use crate::errors::MOVE_BASIS;
use crate::law::Law;
use crate::model::{Companion, Source};
use crate::regroup::{Change, Regroup, regroup, rehearse_regroup};
use crate::residents::{HouseholdThen, Resident, Residents};
use kernel::error::{ANSWER_MISSING, CHANGED_MEANWHILE};
use kernel::vietnamese::{first_upper, tidy};
use kernel::{
    Actor, DwellingId, Error, FieldError, HouseholdId, Kind, PersonalId, Result, Say, limits,
};
use web::ui::{Cell, Choice, Column, Fact, Facts, Row, Select, Table, Tag};
use web::{Form, Frame, Markup, Reply, Req, Section, Template, Tone};

/// Which of the three.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Split,
    Merge,
    Head,
}

impl What {
    /// The end of its words' keys.
    fn key(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Merge => "merge",
            Self::Head => "head",
        }
    }
    fn path(self) -> &'static str {
        match self {
            Self::Split => "tach-ho",
            Self::Merge => "nhap-ho",
            Self::Head => "chu-ho",
        }
    }
    fn say(self, say: &Say, end: &str) -> String {
        say.t(&format!("registers-{}{end}", self.key()))
    }
}

/// What can be done with a household of today: words and address.
pub(super) fn links(say: &Say, then: &Residents, h: &HouseholdThen) -> Vec<(String, String)> {
    let family = |h: &&HouseholdThen| h.here && !h.collective;
    if !family(&h) {
        return Vec::new();
    }
    let headed = |h: &HouseholdThen| h.members.iter().any(|m| m.relation == "head");
    let beside = then.households.iter().filter(family).any(|o| o.id != h.id && headed(o));
    let several = h.members.len() > 1;
    let wanted = [
        (What::Split, several, "-begin"),
        (What::Merge, beside, "-begin"),
        (What::Head, several && headed(h), "-begin"),
        (What::Head, !headed(h), "-choose"),
    ];
    let at = dwelling::path(&then.dwelling);
    let wanted = wanted.into_iter().filter(|(_, may, _)| *may);
    wanted
        .map(|(w, _, end)| (w.say(say, end), format!("{at}/{}?ho={}", w.path(), h.id.as_str())))
        .collect()
}

#[derive(Template)]
#[template(path = "registers_regroup.html")]
struct AskPage {
    frame: Frame,
    form: Form,
    lead: String,
    household: String,
    /// Version of the household's book.
    seen: String,
    /// Which household takes them in, where there are several.
    into: Vec<Choice>,
    into_label: String,
    /// The only one that can, and how it is called.
    only: String,
    only_said: String,
    people_label: String,
    people_hint: String,
    people: Vec<Select>,
    who: Vec<String>,
    action: String,
    back: String,
}

#[derive(Template)]
#[template(path = "registers_regroup_check.html")]
struct CheckPage {
    frame: Frame,
    facts: Facts,
    before: Vec<Side>,
    after: Vec<Side>,
    hidden: Vec<(String, String)>,
    confirm: String,
    action: String,
    back: String,
}

/// One household before or after.
struct Side {
    title: String,
    file: String,
    members: Table,
}

pub(super) fn split(s: &Registers, req: &Req) -> Result<Reply> {
    page(s, req, What::Split)
}
pub(super) fn merge(s: &Registers, req: &Req) -> Result<Reply> {
    page(s, req, What::Merge)
}
pub(super) fn head(s: &Registers, req: &Req) -> Result<Reply> {
    page(s, req, What::Head)
}
pub(super) fn post_split(s: &Registers, req: &Req) -> Result<Reply> {
    post(s, req, What::Split)
}
pub(super) fn post_merge(s: &Registers, req: &Req) -> Result<Reply> {
    post(s, req, What::Merge)
}
pub(super) fn post_head(s: &Registers, req: &Req) -> Result<Reply> {
    post(s, req, What::Head)
}

/// What is asked.
fn page(s: &Registers, req: &Req, what: What) -> Result<Reply> {
    let actor = officer(s, req)?;
    let then = look(s, req, &actor, req.now.date())?;
    let id = req.query("ho").unwrap_or_default();
    ask(s, req, &then, id, Form::new(&req.say), what)
}

fn ask(
    s: &Registers,
    req: &Req,
    then: &Residents,
    id: &str,
    form: Form,
    what: What,
) -> Result<Reply> {
    let say = &req.say;
    let back = dwelling::path(&then.dwelling);
    let family = |h: &&HouseholdThen| h.here && !h.collective;
    let here = then.households.iter().filter(family).find(|h| h.id.as_str() == id);
    // It has ended, moved or changed since the link was made: the dwelling shows what is there now.
    let Some(here) = here else {
        return Ok(Reply::redirect(back).flash(Tone::Warn, say.t("registers-regroup-gone")));
    };
    let name = |m: &Resident| format!("{} · {}", m.name, day(&m.birth));
    let mut form =
        form.called("into", what.say(say, "-into")).called("basis", say.t("registers-pair-basis"));
    for (i, m) in here.members.iter().enumerate() {
        form.call(&format!("of.{i}"), name(m));
    }
    let options = relations(&s.law, say, what);
    let select = |(i, m): (usize, &Resident)| {
        let now = relation(&s.law, say, &m.relation);
        let asked = form.select(&format!("of.{i}"), name(m), &options);
        let asked = asked.hint(say.t1("registers-regroup-now", "relation", now));
        match what {
            What::Split => asked.first_line(say.t("registers-split-stays")),
            What::Merge | What::Head => asked,
        }
    };
    let people = here.members.iter().enumerate().map(select).collect();
    let others = then.households.iter().filter(family).filter(|h| h.id != here.id);
    let headed = |h: &&HouseholdThen| h.members.iter().any(|m| m.relation == "head");
    let others: Vec<&HouseholdThen> = others.filter(headed).collect();
    let choice = |h: &&HouseholdThen| Choice::new(with_version(h), title(say, h));
    let page = AskPage {
        frame: frame(req, &what.say(say, ""), then),
        lead: say.with(
            &format!("registers-{}-lead", what.key()),
            &[("household", title(say, here)), ("address", first_upper(&then.text))],
        ),
        household: id.to_owned(),
        seen: here.version.to_string(),
        into: match (what, others.as_slice()) {
            (What::Merge, [_, _, ..]) => others.iter().map(choice).collect(),
            _ => Vec::new(),
        },
        into_label: say.t("registers-merge-into"),
        only: match (what, others.as_slice()) {
            (What::Merge, [one]) => with_version(one),
            _ => String::new(),
        },
        only_said: match (what, others.as_slice()) {
            (What::Merge, [one]) => say.t1("registers-merge-only", "household", title(say, one)),
            _ => String::new(),
        },
        people_label: what.say(say, "-people"),
        people_hint: what.say(say, "-people-hint"),
        people,
        who: here.members.iter().map(|m| m.pid.as_str().to_owned()).collect(),
        action: format!("{back}/{}", what.path()),
        back,
        form,
    };
    Reply::page(&page)
}

fn frame(req: &Req, title: &str, then: &Residents) -> Frame {
    let say = &req.say;
    req.frame(title, Section::Lookup)
        .crumb(say.t("registers-lookup"), "/tra-cuu")
        .crumb(first_upper(&then.text), &dwelling::path(&then.dwelling))
}

/// `ID:version`
fn with_version(h: &HouseholdThen) -> String {
    format!("{}:{}", h.id.as_str(), h.version)
}

/// What somebody may become.
fn relations(law: &Law, say: &Say, what: What) -> Vec<Choice> {
    let all = law.relations().iter().filter(|r| what != What::Merge || r.code != "head");
    let words = |code: &str| match code {
        "head" => say.t("registers-regroup-head"),
        code => relation(law, say, code),
    };
    all.map(|r| Choice::new(r.code.as_str(), words(&r.code))).collect()
}

/// What was typed, as the command takes it.
struct Typed {
    input: Regroup,
    source: Source,
    /// The place on the page of each of `input.people`.
    places: Vec<usize>,
}

fn typed(req: &Req, what: What) -> Result<Typed> {
    let (people, places) = people(req, what)?;
    let into = req.form("into").unwrap_or_default();
    let change = match what {
        What::Split => Change::Split,
        What::Head => Change::Head,
        What::Merge => {
            let (id, version) = into
                .rsplit_once(':')
                .and_then(|(id, v)| Some((HouseholdId::from(id), v.parse().ok()?)))
                .ok_or_else(|| Error::new(ANSWER_MISSING).field("into"))?;
            Change::Merge(id, version)
        }
    };
    let basis = tidy(req.form("basis").unwrap_or_default());
    if basis.is_empty() || basis.chars().count() > limits::LINE_CHARS_MAX {
        return Err(Error::new(MOVE_BASIS).field("basis"));
    }
    let input = Regroup {
        dwelling: DwellingId::from(req.param("id")),
        household: HouseholdId::from(req.form("ho").unwrap_or_default()),
        version: req.form("seen").unwrap_or_default().parse().unwrap_or(0),
        change,
        people,
    };
    let source = Source { basis: Some(basis), ..Source::default() };
    Ok(Typed { input, source, places })
}

/// The people and their relations, the head first; and where each stands on the page. For a split
/// whoever has no relation stays.
fn people(req: &Req, what: What) -> Result<(Vec<Companion>, Vec<usize>)> {
    let mut out: Vec<(usize, Companion)> = Vec::new();
    let mut missing = Vec::new();
    for (i, who) in req.form_all("who").iter().enumerate() {
        let field = format!("of.{i}");
        let said = req.form(&field).unwrap_or_default();
        match (said, what) {
            ("", What::Split) => {}
            ("", What::Merge | What::Head) => {
                missing.push(FieldError::new(field, ANSWER_MISSING));
            }
            (said, _) => {
                let person = PersonalId::parse(who)?;
                out.push((i, Companion { person, relation: said.to_owned() }));
            }
        }
    }
    if !missing.is_empty() {
        return Err(Error::fields(missing));
    }
    out.sort_by_key(|(i, c)| (c.relation != "head", *i));
    let places = out.iter().map(|(i, _)| *i).collect();
    Ok((out.into_iter().map(|(_, c)| c).collect(), places))
}

/// A mistake of the command, at the question of the person it is about.
fn at_question(e: Error, places: &[usize]) -> Error {
    let place = |f: &FieldError| -> Option<usize> {
        let k = f.field.strip_prefix("relation.")?.parse::<usize>().ok()?;
        places.get(k).copied()
    };
    let moved = |f: &FieldError| {
        let mut f = f.clone();
        match f.field.as_str() {
            "head" | "relation" => f.field = "of.0".to_owned(),
            _ => {
                if let Some(i) = place(&f) {
                    f.field = format!("of.{i}");
                }
            }
        }
        f
    };
    match e.field_errors() {
        [] => e,
        fields => Error::fields(fields.iter().map(moved).collect()),
    }
}

/// The steps behind the first. Nobody's data are read again for the act itself.
fn post(s: &Registers, req: &Req, what: What) -> Result<Reply> {
    let actor = officer(s, req)?;
    let today = req.now.date();
    let id = req.form("ho").unwrap_or_default();
    let done = match req.form("step").unwrap_or_default() {
        "change" => {
            return ask(s, req, &look(s, req, &actor, today)?, id, req.typed(), what);
        }
        "confirm" => typed(req, what).and_then(|t| act(s, req, &actor, t, what)),
        _ => {
            let then = look(s, req, &actor, today)?;
            typed(req, what).and_then(|t| check(s, req, &actor, &then, t, what))
        }
    };
    let (e, status) = match done {
        Err(e) if e.kind() == Kind::BadInput || !e.field_errors().is_empty() => (e, 422),
        // Somebody changed a household meanwhile: the page shows it as it is now.
        Err(e) if e.kind() == Kind::Conflict => (e, 409),
        done => return done,
    };
    // The places on the page are those of the book that was looked at: of another one only the basis holds.
    let form = match e.is(CHANGED_MEANWHILE) {
        true => Form::new(&req.say).with("basis", req.form("basis").unwrap_or_default()),
        false => req.typed(),
    };
    Ok(ask(s, req, &look(s, req, &actor, today)?, id, form.wrong(&e), what)?.status(status))
}

/// The households before and after: nothing is changed.
fn check(
    s: &Registers,
    req: &Req,
    actor: &Actor,
    then: &Residents,
    t: Typed,
    what: What,
) -> Result<Reply> {
    let (law, by) = (s.law.clone(), actor.clone());
    let (input, source) = (t.input.clone(), t.source.clone());
    let after = s
        .store
        .write(move |tx| rehearse_regroup(tx, &law, &by, &input, &source))
        .map_err(|e| at_question(e, &t.places))?;
    let say = &req.say;
    let back = dwelling::path(&then.dwelling);
    let about = |h: &&HouseholdThen| {
        let of = |p: &PersonalId| h.members.iter().any(|m| &m.pid == p);
        h.id == t.input.household
            || t.input.people.iter().any(|c| of(&c.person))
            || into(&t) == Some(&h.id)
    };
    let was = |m: &Resident, home: &HouseholdId| {
        let before = then.households.iter().find(|h| h.members.iter().any(|o| o.pid == m.pid));
        let relation = before.and_then(|h| h.members.iter().find(|o| o.pid == m.pid));
        before.is_none_or(|h| &h.id != home) || relation.is_none_or(|o| o.relation != m.relation)
    };
    let basis = t.source.basis.clone().unwrap_or_default();
    let facts = vec![
        Fact::new(say.t("registers-regroup-where"), first_upper(&then.text)),
        Fact::new(say.t("registers-pair-basis"), &basis),
    ];
    let page = CheckPage {
        frame: frame(req, &what.say(say, "-check"), then),
        facts: Facts::new(what.say(say, "-check"), facts),
        before: then
            .households
            .iter()
            .filter(about)
            .map(|h| side(s, say, h, "before", |_| false))
            .collect(),
        after: after
            .households
            .iter()
            .filter(about)
            .map(|h| side(s, say, h, "after", |m| was(m, &h.id)))
            .collect(),
        hidden: hidden(&t, &basis),
        confirm: what.say(say, "-do"),
        action: format!("{back}/{}", what.path()),
        back,
    };
    Reply::page(&page)
}

/// The household that takes others in.
fn into(t: &Typed) -> Option<&HouseholdId> {
    match &t.input.change {
        Change::Merge(into, _) => Some(into),
        Change::Split | Change::Head => None,
    }
}

/// A household in two narrow columns; what is new in it is marked.
fn side(
    s: &Registers,
    say: &Say,
    h: &HouseholdThen,
    when: &str,
    new: impl Fn(&Resident) -> bool,
) -> Side {
    let columns = ["name", "relation"].map(|k| Column::new(say.t(&format!("registers-book-{k}"))));
    let row = |m: &Resident| {
        let words = web::markup::escape(&relation(&s.law, say, &m.relation)).to_string();
        let mark = match new(m) {
            true => format!("<br>{}", Tag::new(Tone::Info, say.t("registers-regroup-new"))),
            false => String::new(),
        };
        Row::new(vec![
            Cell::two(&m.name, number(m.pid.as_str())),
            Cell::with(Markup::trusted(format!("{words}{mark}"))),
        ])
    };
    let title = title(say, h);
    // The same household stands on both sides: heard, the two are told apart.
    let caption = format!("{}: {title}", say.t(&format!("registers-regroup-{when}")));
    Side {
        members: Table::new(caption, columns.to_vec(), h.members.iter().map(row).collect()).plain(),
        file: say.t1("registers-dwelling-file", "file", &h.file),
        title,
    }
}

/// What goes on to the next step.
fn hidden(t: &Typed, basis: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut push = |name: &str, value: &str| out.push((name.to_owned(), value.to_owned()));
    push("ho", t.input.household.as_str());
    push("seen", &t.input.version.to_string());
    push("basis", basis);
    if let Change::Merge(into, version) = &t.input.change {
        push("into", &format!("{}:{version}", into.as_str()));
    }
    // Those who stay in a split household have their place too; an empty value would not be heard of.
    let places = t.places.iter().max().map_or(0, |last| last + 1);
    for i in 0..places {
        let at = t.places.iter().position(|p| *p == i).and_then(|k| t.input.people.get(k));
        push("who", at.map_or("-", |c| c.person.as_str()));
        push(&format!("of.{i}"), at.map_or("", |c| c.relation.as_str()));
    }
    out
}

fn act(s: &Registers, req: &Req, actor: &Actor, t: Typed, what: What) -> Result<Reply> {
    let (law, by, Typed { input, source, places }) = (s.law.clone(), actor.clone(), t);
    let back = dwelling::path(&input.dwelling);
    s.store
        .write(move |tx| regroup(tx, &law, &by, &input, &source))
        .map_err(|e| at_question(e, &places))?;
    Ok(Reply::redirect(back).flash(Tone::Good, what.say(&req.say, "-done")))
}
