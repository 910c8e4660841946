//! Thường trú, and nơi ở hiện tại of people who have neither residence.

use super::moving::{self, Drawn, Moving, NewRow, day_of};
use super::{Registered, reason};
use crate::Law;
use crate::errors::*;
use crate::household;
use crate::journal::{self, MovedBody};
use crate::model::{Companion, Join, Kind, Source, Where};
use crate::person::Under;
use kernel::{Actor, Date, Error, PersonalId, Result};
use serde_json::{Value as Json, json};
use store::{Entry, WriteTx};

/// Đăng ký thường trú: who, where, from when.
#[derive(Clone, Debug)]
pub struct PermanentInput {
    /// The person whose request it is.
    pub person: PersonalId,
    /// Who comes along, each with the relation to the head of the household they come into.
    pub with: Vec<Companion>,
    /// The dwelling or address.
    pub to: Where,
    /// Into a household that is there, or a new one.
    pub join: Join,
    /// From this day; not after today.
    pub since: Date,
    /// Who has consented; the register looks only for a parent or guardian of each minor.
    pub consents: Vec<PersonalId>,
}

/// Registers permanent residence (Luật Cư trú 68/2020 Điều 20): the old one ends, a temporary one in
/// the same dwelling is taken up by it, one elsewhere stays.
pub fn register_permanent(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    input: &PermanentInput,
    source: &Source,
) -> Result<Registered> {
    let under = Under { act: journal::REGISTERED, actor, source };
    let today = tx.now().date();
    if input.since > today {
        return Err(Error::new(TRUE_FROM_FUTURE).field("since"));
    }
    let first = match &input.join {
        Join::Household { relation, .. } => relation.as_str(),
        Join::New => "head",
        Join::Collective => "collective",
    };
    let mut people = moving::people(tx, (&input.person, first), &input.with, input.since)?;
    moving::check_relations(law, &people)?;
    moving::check_minors(&people, &input.consents, today)?;
    let dwelling = moving::settle(tx, &input.to, "home")?;
    for m in &mut people {
        give_up(tx, m, dwelling.id.as_str(), input.since, &under)?;
    }
    let mut house =
        moving::join(tx, &dwelling, (&input.join, Drawn::default()), &mut people, input.since)?;
    let pids: Vec<PersonalId> = people.iter().map(|m| m.person.pid.clone()).collect();
    for mut m in people {
        let row = NewRow {
            kind: "permanent",
            commune: Some(&dwelling.commune),
            dwelling: Some(&dwelling.id),
            household: Some(&house.id),
            since: input.since,
            until: None,
            detail: json!({"relation": m.relation}),
        };
        moving::insert_row(tx, &m.person.pid, &row, &under)?;
        moving::enter(tx, &mut house, &m, Kind::Permanent, input.since, &json!({}), &under)?;
        let value = json!({
            "dwelling": dwelling.id.as_str(), "commune": dwelling.commune, "line": dwelling.line,
            "household": house.id.as_str(), "since": input.since.to_string(),
        });
        m.set("permanent", value, input.since);
        m.set_abode(input.since)?;
        m.set_book(json!(m.relation), json!(house.file), input.since);
        m.write(tx, &under)?;
    }
    let there = household::in_dwelling(tx, &dwelling.id)?;
    moving::tell_neighbours(tx, there, &house.id, &under)?;
    let body = MovedBody {
        kind: "permanent".into(),
        persons: i64::try_from(pids.len()).unwrap_or(i64::MAX),
        household: Some(house.id.as_str().to_owned()),
        dwelling: Some(dwelling.id.as_str().to_owned()),
        since: Some(input.since.to_string()),
        until: None,
        reason: None,
    };
    moving::record(tx, journal::REGISTERED, &dwelling.commune, &pids, &body, &under)?;
    Ok(Registered {
        household: house.id,
        household_version: house.version,
        dwelling: dwelling.id,
        commune: dwelling.commune,
        since: input.since,
        until: None,
    })
}

/// The old permanent residence ends; a temporary one ends too if it is in the dwelling or the commune
/// that now becomes permanent.
fn give_up(
    tx: &mut WriteTx,
    m: &mut Moving,
    dwelling: &str,
    since: Date,
    under: &Under,
) -> Result<()> {
    let old = m.person.value("permanent")?;
    if old["dwelling"].as_str() == Some(dwelling) {
        return Err(Error::new(ALREADY_THERE));
    }
    if day_of(&old, "since").is_some_and(|s| s > since) {
        return Err(Error::new(BEFORE_LAST_CHANGE).field("since"));
    }
    let stay = m.person.value("temporary")?;
    if stay["dwelling"].as_str() == Some(dwelling) {
        moving::end_row(tx, &m.person.pid, "temporary", since, reason::PERMANENT)?;
        if let Some(house) = m.person.stay_household.clone() {
            moving::leave(tx, &house, &m.person.pid, since, reason::PERMANENT, under)?;
        }
        m.set("temporary", Json::Null, since);
    }
    if !old.is_null() {
        moving::end_row(tx, &m.person.pid, "permanent", since, reason::MOVED)?;
        if let Some(house) = m.person.household.clone() {
            moving::leave(tx, &house, &m.person.pid, since, reason::MOVED, under)?;
        }
    }
    Ok(())
}

/// Xóa đăng ký thường trú (Luật Cư trú Điều 24): on a day, for a reason of [`reason`].
pub fn remove_permanent(
    tx: &mut WriteTx,
    actor: &Actor,
    person: &PersonalId,
    on: Date,
    why: &str,
    source: &Source,
) -> Result<()> {
    let under = Under { act: journal::REMOVED, actor, source };
    let mut m = Moving::load(tx, person, "")?;
    let old = m.person.value("permanent")?;
    let house = m.person.household.clone();
    if old.is_null() {
        return Err(Error::new(NOT_REGISTERED));
    }
    if day_of(&old, "since").is_some_and(|s| s > on) {
        return Err(Error::new(END_BEFORE_START).field("on"));
    }
    moving::end_row(tx, person, "permanent", on, why)?;
    if let Some(house) = &house {
        moving::leave(tx, house, person, on, why, &under)?;
    }
    m.set("permanent", Json::Null, on);
    m.set_abode(on)?;
    m.set_book(Json::Null, Json::Null, on);
    m.write(tx, &under)?;
    let body = MovedBody {
        kind: "permanent".into(),
        persons: 1,
        household: house.map(|h| h.as_str().to_owned()),
        dwelling: old["dwelling"].as_str().map(str::to_owned),
        since: None,
        until: Some(on.to_string()),
        reason: Some(why.to_owned()),
    };
    let place = old["commune"].as_str().unwrap_or_default();
    moving::record(tx, journal::REMOVED, place, std::slice::from_ref(person), &body, &under)
}

/// Khai báo nơi ở hiện tại of somebody who has neither permanent nor temporary residence (Luật Cư trú
/// Điều 19).
pub fn declare_abode(
    tx: &mut WriteTx,
    actor: &Actor,
    person: &PersonalId,
    to: &Where,
    since: Date,
    source: &Source,
) -> Result<()> {
    let under = Under { act: journal::PERSON_CHANGED, actor, source };
    if since > tx.now().date() {
        return Err(Error::new(TRUE_FROM_FUTURE).field("since"));
    }
    let mut m = Moving::load(tx, person, "")?;
    if m.person.raw("permanent").is_some() || m.person.raw("temporary").is_some() {
        return Err(Error::new(ALREADY_THERE));
    }
    if m.person.birth().is_some_and(|b| b > since) {
        return Err(Error::new(BEFORE_BIRTH).field("since"));
    }
    let dwelling = moving::settle(tx, to, "home")?;
    let value = json!({"kind": "declared", "dwelling": dwelling.id.as_str(),
        "commune": dwelling.commune, "line": dwelling.line, "since": since.to_string()});
    m.set("abode", value, since);
    m.write(tx, &under)?;
    let mut entry = Entry::new(journal::PERSON_CHANGED, actor)
        .at(dwelling.commune)
        .about(person)
        .body(json!({"items": ["abode"]}));
    if let Some(code) = &source.dossier {
        entry = entry.dossier(code);
    }
    tx.record(entry)?;
    Ok(())
}
