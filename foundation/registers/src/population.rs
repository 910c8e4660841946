//! Commands on the population register: a person's first record, corrections, disputes, death.

use crate::errors::*;
use crate::journal;
use crate::law::Law;
use crate::model::{Sex, Source, birth_date};
use crate::person::{self, Change, OF_RESIDENCE, STORED, Under};
use crate::residence::{Moving, leave, reason};
use crate::rules::{self, NumberWarning};
use kernel::{Actor, Date, DossierCode, Error, PersonalId, Result};
use serde_json::{Map, Value as Json, json};
use store::{Entry, WriteTx, params};

/// A person who enters the register: by birth or for the first time.
#[derive(Clone)]
pub struct NewPerson {
    /// The number, for life.
    pub pid: PersonalId,
    /// Item id → value. `name`, `birth` and `sex` are needed; items of residence are written by the
    /// residence commands and may not be among them.
    pub items: Map<String, Json>,
}

/// Writes a person's first record. What the number says otherwise than the record comes back as
/// warnings; it never blocks.
pub fn register(
    tx: &mut WriteTx,
    actor: &Actor,
    new: &NewPerson,
    source: &Source,
) -> Result<Vec<NumberWarning>> {
    let under = Under { act: journal::PERSON_REGISTERED, actor, source };
    let today = tx.now().date();
    for (item, value) in &new.items {
        check_shape(item, value, today)?;
    }
    for needed in ["name", "birth", "sex"] {
        if !new.items.contains_key(needed) {
            return Err(Error::new(ITEM_SHAPE).arg("item", needed).field(needed));
        }
    }
    if person::find(tx, &new.pid)?.is_some() {
        return Err(Error::new(PERSON_EXISTS));
    }
    person::insert(tx, &new.pid, &new.items, &under)?;
    record(tx, journal::PERSON_REGISTERED, &new.pid, json!({}), &under)?;
    let text = |k: &str| new.items.get(k).and_then(Json::as_str).unwrap_or_default();
    let sex = Sex::parse(text("sex")).unwrap_or(Sex::Male);
    Ok(rules::number_warnings(&new.pid, text("birth"), sex, crate::number::PREFIXES))
}

/// Corrects or changes one item: from a date on, it has this value. The wide row follows the acts.
/// An open dispute about the item is settled as corrected.
#[allow(clippy::too_many_arguments)]
pub fn amend(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    pid: &PersonalId,
    item: &str,
    value: Json,
    true_from: Date,
    source: &Source,
) -> Result<()> {
    let under = Under { act: journal::PERSON_CHANGED, actor, source };
    let today = tx.now().date();
    let stored = STORED
        .iter()
        .find(|s| **s == item)
        .filter(|_| law.item_label(item).is_some())
        .ok_or_else(|| Error::new(ITEM_SHAPE).arg("item", item))?;
    if OF_RESIDENCE.contains(stored) {
        return Err(Error::new(ITEM_DERIVED).arg("item", item));
    }
    check_shape(item, &value, today)?;
    let p = person::get(tx, pid)?;
    person::change(tx, &p, &[Change::new(stored, value, true_from)], &under)?;
    settle(tx, pid, item, "corrected")?;
    record(tx, journal::PERSON_CHANGED, pid, json!({"items": [item]}), &under)
}

/// The person says that an item is wrong: until it is settled, every reading says so too.
pub fn dispute(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    pid: &PersonalId,
    item: &str,
    dossier: Option<&DossierCode>,
) -> Result<()> {
    if law.item_label(item).is_none() || item.contains('.') {
        return Err(Error::new(ITEM_SHAPE).arg("item", item));
    }
    let p = person::get(tx, pid)?;
    let mut items = p.disputed();
    if items.iter().any(|i| i == item) {
        return Ok(());
    }
    items.push(item.to_owned());
    let now = tx.now();
    tx.send(
        "INSERT INTO person_dispute (pid, item, raised_at, dossier) VALUES (?1, ?2, ?3, ?4)",
        params![pid, item, now, dossier.map(|d| d.as_str().to_owned())],
    )?;
    person::set_disputed(tx, pid, &items)?;
    let source = Source { dossier: dossier.cloned(), ..Source::default() };
    let under = Under { act: journal::DISPUTED, actor, source: &source };
    record(tx, journal::DISPUTED, pid, json!({"item": item, "outcome": null}), &under)
}

/// How a dispute ended without a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The record is right.
    Upheld,
    /// The person withdrew.
    Withdrawn,
}

/// Settles a dispute without changing the item.
pub fn settle_dispute(
    tx: &mut WriteTx,
    actor: &Actor,
    pid: &PersonalId,
    item: &str,
    outcome: Outcome,
    source: &Source,
) -> Result<()> {
    let word = match outcome {
        Outcome::Upheld => "upheld",
        Outcome::Withdrawn => "withdrawn",
    };
    settle(tx, pid, item, word)?;
    let under = Under { act: journal::DISPUTED, actor, source };
    record(tx, journal::DISPUTED, pid, json!({"item": item, "outcome": word}), &under)
}

fn settle(tx: &mut WriteTx, pid: &PersonalId, item: &str, outcome: &str) -> Result<()> {
    let p = person::get(tx, pid)?;
    let mut items = p.disputed();
    if !items.iter().any(|i| i == item) {
        return Ok(());
    }
    items.retain(|i| i != item);
    let now = tx.now();
    tx.send(
        "UPDATE person_dispute SET settled_at = ?1, outcome = ?2 \
         WHERE pid = ?3 AND item = ?4 AND settled_at IS NULL",
        params![now, outcome, pid, item],
    )?;
    person::set_disputed(tx, pid, &items)
}

/// Chết, or mất tích by a court's decision: `kind` is `dead` or `missing`. All residence ends, the
/// households go on without the person, a spouse is widowed (death only).
pub fn record_death(
    tx: &mut WriteTx,
    actor: &Actor,
    pid: &PersonalId,
    on: Date,
    kind: &str,
    source: &Source,
) -> Result<()> {
    let under = Under { act: journal::PERSON_DIED, actor, source };
    let today = tx.now().date();
    if on > today {
        return Err(Error::new(TRUE_FROM_FUTURE).field("on"));
    }
    if !["dead", "missing"].contains(&kind) {
        return Err(Error::new(ITEM_SHAPE).arg("item", "death"));
    }
    let mut m = Moving::load(tx, pid, "")?;
    if m.person.birth().is_some_and(|b| b > on) {
        return Err(Error::new(BEFORE_BIRTH).field("on"));
    }
    for what in ["permanent", "temporary", "absence"] {
        tx.send(
            "UPDATE residence SET ended_on = ?1, ended_by = ?2, version = version + 1 \
             WHERE pid = ?3 AND kind = ?4 AND ended_on IS NULL",
            params![on, reason::DEAD, pid, what],
        )?;
    }
    let houses = [m.person.household.clone(), m.person.stay_household.clone()];
    for house in houses.iter().flatten() {
        leave(tx, house, pid, today, reason::DEAD, &under)?;
    }
    m.set("death", json!({"on": on.to_string(), "kind": kind}), on);
    // Residence is recorded as ended today: it moves forward only, and a death may be reported late.
    for item in ["permanent", "temporary", "abode", "absence", "relation", "residence_file"] {
        if m.person.raw(item).is_some() {
            m.set(item_name(item), Json::Null, today);
        }
    }
    let spouse = m.person.value("relatives")?["spouse"]["pid"].as_str().map(str::to_owned);
    m.write(tx, &under)?;
    if let Some(spouse) = spouse.filter(|_| kind == "dead") {
        widow(tx, &PersonalId::parse(&spouse)?, on, &under)?;
    }
    record(tx, journal::PERSON_DIED, pid, json!({"kind": kind}), &under)
}

fn item_name(item: &str) -> &'static str {
    STORED.iter().find(|s| **s == item).copied().unwrap_or("other")
}

fn widow(tx: &mut WriteTx, spouse: &PersonalId, on: Date, under: &Under) -> Result<()> {
    let Some(p) = person::find(tx, spouse)? else { return Ok(()) };
    if p.is_dead() || p.raw("marital") != Some("married") {
        return Ok(());
    }
    person::change(tx, &p, &[Change::new("marital", json!("widowed"), on)], under)
}

/// The shapes of items; see the crate's front page.
fn check_shape(item: &str, value: &Json, today: Date) -> Result<()> {
    let bad = || Err(Error::new(ITEM_SHAPE).arg("item", item).field(item));
    if OF_RESIDENCE.contains(&item) {
        return Err(Error::new(ITEM_DERIVED).arg("item", item));
    }
    let text = value.as_str();
    let fine = match item {
        "name" => text.is_some_and(|t| {
            !t.trim().is_empty() && t.chars().count() <= kernel::limits::LINE_CHARS_MAX
        }),
        "birth" => text.and_then(birth_date).is_some_and(|b| b <= today),
        "sex" => text.is_some_and(|t| Sex::parse(t).is_some()),
        "marital" => {
            value.is_null()
                || text.is_some_and(|t| ["single", "married", "divorced", "widowed"].contains(&t))
        }
        "old_id" => {
            value.is_null()
                || text.is_some_and(|t| t.len() == 9 && t.bytes().all(|b| b.is_ascii_digit()))
        }
        "blood" | "other_name" => value.is_null() || text.is_some_and(|t| t.len() <= 200),
        "birth_place" | "birth_registration" | "native_place" | "ethnic" | "religion"
        | "nationality" | "card" | "relatives" | "death" | "contact" | "other" => {
            value.is_null() || value.is_object()
        }
        _ => false,
    };
    if fine { Ok(()) } else { bad() }
}

fn record(
    tx: &mut WriteTx,
    kind: &'static str,
    pid: &PersonalId,
    body: Json,
    under: &Under,
) -> Result<()> {
    let place = person::find(tx, pid)?.and_then(|p| p.commune);
    let mut entry = Entry::new(kind, under.actor).about(pid).body(body);
    if let Some(place) = place {
        entry = entry.at(place);
    }
    if let Some(code) = &under.source.dossier {
        entry = entry.dossier(code);
    }
    tx.record(entry)?;
    Ok(())
}
