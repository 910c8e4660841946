//! What identity reads of a person: through the registers' door, for the purpose `eid.account`.

use crate::model::PersonFacts;
use crate::rules::acting::Family;
use crate::rules::ages::GuardianStanding;
use kernel::{ActingFor, Actor, Date, Level, PersonalId, PurposeId, Result, time};
use registers::{Facts, Reading};
use serde_json::Value as Json;
use store::RecordTx;

/// The purpose of every reading here.
pub const PURPOSE: &str = "eid.account";

/// The officer as they read the record of the person who stands before them: in that person's
/// presence, but not acting for them.
pub(crate) fn before_me(officer: &Actor, pid: &PersonalId) -> Actor {
    let acting_for = ActingFor { person: pid.clone(), as_: "present".to_owned() };
    Actor { acting_for: Some(acting_for), ..officer.clone() }
}

/// A person's facts. A refusal is `None`; its entry stands in the journal, so let `tx` commit.
pub(crate) fn person(
    tx: &mut RecordTx<'_>,
    law: &registers::Law,
    actor: &Actor,
    pid: &PersonalId,
    items: &[&str],
) -> Result<Option<PersonFacts>> {
    let purpose = PurposeId::new(PURPOSE);
    match registers::read(tx, law, actor, &purpose, pid, items, None)? {
        Reading::Granted(f) => Ok(facts(pid, &f, tx.now().date())),
        Reading::Refused(_) => Ok(None),
    }
}

fn facts(pid: &PersonalId, f: &Facts, today: Date) -> Option<PersonFacts> {
    let birth_text = f.text("birth")?.to_owned();
    let numbers = |who: &[&str]| {
        let number = |w: &&str| f.part("relatives", &format!("/{w}/pid")).and_then(Json::as_str);
        who.iter().filter_map(number).filter_map(|p| PersonalId::parse(p).ok()).collect()
    };
    let card_valid = f.get("card").map(|card| {
        let expires: Option<Date> = card["expires"].as_str().and_then(|d| d.parse().ok());
        // A card without an end is for life (issued at 60 or later).
        card.is_object() && expires.is_none_or(|d| today <= d)
    });
    Some(PersonFacts {
        pid: pid.clone(),
        name: f.text("name")?.to_owned(),
        birth: registers::birth_date(&birth_text)?,
        birth_text,
        dead: f.get("death").is_some_and(|d| !d.is_null()),
        card_valid,
        parents: numbers(&["father", "mother"]),
        guardians: numbers(&["guardian"]),
    })
}

/// Items with which a person is recognised.
pub(crate) const RECOGNISE: &[&str] = &["name", "birth", "death"];
/// Items an officer sees before granting level 2.
pub(crate) const GRANT: &[&str] = &["name", "birth", "death", "card", "relatives"];
/// Items that tell who may act for a person.
const FAMILY: &[&str] = &["name", "birth", "death", "relatives"];

/// The standing of a guardian towards a child.
pub(crate) fn guardian(
    tx: &mut RecordTx<'_>,
    law: &registers::Law,
    child: &PersonFacts,
    guardian: &PersonalId,
    minor_under: i32,
) -> Result<GuardianStanding> {
    let by_register = child.parents.contains(guardian) || child.guardians.contains(guardian);
    let level = crate::commands::account_of(tx, guardian)?.filter(|a| !a.closed).map(|a| a.level);
    let system = Actor::system("eid");
    let today = tx.now().date();
    // A stranger's record is not opened: the answer is no anyway.
    let of_age = match by_register {
        true => person(tx, law, &system, guardian, RECOGNISE)?
            .is_some_and(|g| !g.dead && time::age_on(g.birth, today) >= minor_under),
        false => false,
    };
    Ok(GuardianStanding { by_register, of_age, level2: level == Some(Level::Two) })
}

/// What the person's record says of the one who wants to act, and the person's name.
pub(crate) fn family(
    tx: &mut RecordTx<'_>,
    law: &registers::Law,
    actor: &PersonalId,
    of: &PersonalId,
) -> Result<Option<(Family, String)>> {
    let found = person(tx, law, &Actor::system("eid"), of, FAMILY)?.filter(|f| !f.dead);
    Ok(found.map(|f| {
        let child = f.parents.contains(actor);
        let represents = f.guardians.contains(actor);
        (Family { child, represents, birth: f.birth }, f.name)
    }))
}

/// The minors in the person's household who are their children or wards: number and name.
pub(crate) fn own_minors(
    tx: &mut RecordTx<'_>,
    law: &registers::Law,
    actor: &Actor,
) -> Result<Vec<(PersonalId, String)>> {
    let Some(me) = actor.person.clone() else { return Ok(Vec::new()) };
    let purpose = PurposeId::new("own.data");
    let read = registers::read(tx, law, actor, &purpose, &me, &["household.minors"], None)?;
    let Some(facts) = read.granted() else { return Ok(Vec::new()) };
    let list = facts.part("household", "/minors").and_then(Json::as_array).cloned();
    let person = |m: &Json| {
        let pid = PersonalId::parse(m["pid"].as_str()?).ok()?;
        Some((pid, m["name"].as_str()?.to_owned()))
    };
    Ok(list.unwrap_or_default().iter().filter_map(person).collect())
}
