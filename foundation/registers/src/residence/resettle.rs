//! Chuyển cả chỗ ở: whole households go to another dwelling together, by one act of the residence
//! authority (a resettlement, a dormitory that moves, a house number that was wrong). The household
//! stays what it is, book and number; residence of everybody in it ends there and begins here.

use super::moving::{self, Moving, NewRow, day_of};
use super::reason;
use crate::Law;
use crate::errors::*;
use crate::geo;
use crate::household::{self, Dwelling, Household, Member};
use crate::journal::{self, ResettledBody};
use crate::law::Role;
use crate::model::{Kind, Source, Where};
use crate::person::Under;
use crate::rules::DWELLING_PEOPLE_MAX;
use kernel::error::CHANGED_MEANWHILE;
use kernel::{Actor, Date, DwellingId, Error, HouseholdId, PersonalId, Result};
use serde_json::{Value as Json, json};
use store::{Entry, WriteTx};

/// Which households of a dwelling go where, and from when.
#[derive(Clone, Debug)]
pub struct WholeMove {
    /// The dwelling they leave.
    pub from: DwellingId,
    /// Each household with the version of its book that was looked at; whoever is not named stays.
    pub households: Vec<(HouseholdId, i64)>,
    /// The dwelling or address they come to.
    pub to: Where,
    /// The first day there; not after today.
    pub on: Date,
}

/// What a move did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resettled {
    /// The dwelling they live in now.
    pub dwelling: DwellingId,
    /// Its commune.
    pub commune: String,
    /// How many households.
    pub households: usize,
    /// How many people.
    pub persons: usize,
}

/// Moves whole households (Luật Cư trú 68/2020 Điều 20, 24, 27, 28): the residence of every member
/// ends in the old dwelling and begins in the new one on the same day, permanent as permanent,
/// temporary as temporary with the same end. One entry `residence.resettled` a household.
///
/// By an officer of the commune the dwelling lies in, on a paper named in `source.basis`: whose
/// consent it needs is for that paper. Refused if a household's book has changed since it was looked
/// at. A temporary residence that had run out by then is ended as lapsed and does not move.
pub fn resettle(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    input: &WholeMove,
    source: &Source,
) -> Result<Resettled> {
    let under = Under { act: journal::RESETTLED, actor, source };
    let from = household::dwelling(tx, &input.from)?;
    permitted(law, actor, places::code_on(&from.commune, tx.now().date()))?;
    if source.basis.as_deref().is_none_or(|b| b.trim().is_empty()) {
        return Err(Error::new(MOVE_BASIS).field("basis"));
    }
    if input.on > tx.now().date() {
        return Err(Error::new(TRUE_FROM_FUTURE).field("on"));
    }
    if let Where::Address { commune, .. } = &input.to
        && !geo::is_there(commune.as_str(), input.on.max(places::REFORM))
    {
        return Err(Error::new(COMMUNE_UNKNOWN).arg("code", commune.as_str()).field("to.commune"));
    }
    let to = moving::settle(tx, &input.to, &from.kind)?;
    if to.id == from.id {
        return Err(Error::new(MOVE_SAME).field("to.line"));
    }
    let houses = looked_at(tx, input)?;
    let mut persons = 0;
    for (house, members) in &houses {
        persons += carry(tx, house, members, (&from, &to), input.on, &under)?;
    }
    let moved = |id: &HouseholdId| houses.iter().any(|(h, _)| &h.id == id);
    for dwelling in [&from.id, &to.id] {
        for beside in household::in_dwelling(tx, dwelling)? {
            if !moved(&beside.id) {
                let nobody = json!({});
                household::touch(tx, &beside.id, "dwelling_changed", None, &nobody, &under)?;
            }
        }
    }
    Ok(Resettled { dwelling: to.id, commune: to.commune, households: houses.len(), persons })
}

/// Whether [`resettle`] would do it now, and if not, why: nothing is changed.
pub fn rehearse_resettle(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    input: &WholeMove,
    source: &Source,
) -> Result<Resettled> {
    tx.rehearse(|tx| resettle(tx, law, actor, input, source))
}

/// Who keeps the households of a commune may move them, in their own commune only.
pub(crate) fn permitted(law: &Law, actor: &Actor, commune: &str) -> Result<()> {
    let role = Role::towards(actor, None).name();
    if !law.may_ever(&role, crate::residents::PURPOSE, &crate::residents::ITEMS) {
        return Err(Error::new(ACCESS_REFUSED));
    }
    match actor.appointment.as_ref().is_some_and(|a| a.place == commune) {
        true => Ok(()),
        false => Err(Error::new(ACCESS_OUTSIDE)),
    }
}

/// The households as they were looked at, with their members.
fn looked_at(tx: &mut WriteTx, input: &WholeMove) -> Result<Vec<(Household, Vec<Member>)>> {
    let mut out: Vec<(Household, Vec<Member>)> = Vec::new();
    let mut people = 0;
    for (id, version) in &input.households {
        if out.iter().any(|(h, _)| &h.id == id) {
            continue;
        }
        let house = household::get(tx, id)?;
        let there = house.dwelling == input.from && house.closed_on.is_none();
        if !there || house.version != *version {
            return Err(Error::new(CHANGED_MEANWHILE));
        }
        let members = household::members(tx, id)?;
        if members.is_empty() {
            return Err(Error::new(MOVE_NOBODY).field("household"));
        }
        people += members.len();
        if people > DWELLING_PEOPLE_MAX {
            return Err(Error::new(TOO_MANY).number("max", DWELLING_PEOPLE_MAX));
        }
        out.push((house, members));
    }
    match out.is_empty() {
        true => Err(Error::new(MOVE_NOBODY).field("household")),
        false => Ok(out),
    }
}

/// One household with everybody in it; how many came along.
fn carry(
    tx: &mut WriteTx,
    house: &Household,
    members: &[Member],
    (from, to): (&Dwelling, &Dwelling),
    on: Date,
    under: &Under,
) -> Result<usize> {
    for m in members {
        if m.since > on {
            return Err(Error::new(BEFORE_LAST_CHANGE).field("on"));
        }
        if let Some(until) = ran_out(tx, m, on)? {
            let one = std::slice::from_ref(&m.pid);
            let (actor, source) = (under.actor, under.source);
            super::remove_temporary(tx, actor, one, until, reason::LAPSED, source)?;
        }
    }
    let coming = household::members(tx, &house.id)?;
    if coming.is_empty() {
        return Err(Error::new(MOVE_NOBODY).field("household"));
    }
    let detail = json!({"on": on.to_string(), "line": from.line, "commune": from.commune});
    let version = household::touch(tx, &house.id, "moved", None, &detail, under)?;
    household::resettle(tx, house, &to.id, on, version)?;
    let mut people = Vec::with_capacity(coming.len());
    for m in coming {
        household::renew_member(tx, &house.id, &m, on, version)?;
        residence(tx, &house.id, &m, to, on, under)?;
        people.push(m.pid);
    }
    record(tx, house, &people, (from, to), on, under)?;
    Ok(people.len())
}

/// The last day of a temporary residence that had run out before the move.
fn ran_out(tx: &mut WriteTx, m: &Member, on: Date) -> Result<Option<Date>> {
    if m.kind == Kind::Permanent {
        return Ok(None);
    }
    let value = Moving::load(tx, &m.pid, &m.relation)?.person.value("temporary")?;
    Ok(day_of(&value, "until").filter(|u| *u < on))
}

/// The residence of one member ends there and begins here.
fn residence(
    tx: &mut WriteTx,
    house: &HouseholdId,
    m: &Member,
    to: &Dwelling,
    on: Date,
    under: &Under,
) -> Result<()> {
    let mut p = Moving::load(tx, &m.pid, &m.relation)?;
    let item = if m.kind == Kind::Permanent { "permanent" } else { "temporary" };
    let old = p.person.value(item)?;
    if day_of(&old, "since").is_some_and(|s| s > on) {
        return Err(Error::new(BEFORE_LAST_CHANGE).field("on"));
    }
    let until = day_of(&old, "until");
    let home = p.person.commune.as_deref();
    let home_there = home.is_some_and(|home| geo::same(home, &to.commune, tx.now().date()));
    if m.kind == Kind::Temporary && home_there {
        return Err(Error::new(MOVE_GUEST_HOME).field("to.line"));
    }
    let mut stays = m.kind == Kind::Permanent && p.person.raw("temporary").is_some();
    if stays && p.person.value("temporary")?["dwelling"].as_str() == Some(to.id.as_str()) {
        // Where they stayed for a time becomes their home.
        moving::end_row(tx, &m.pid, "temporary", on, reason::PERMANENT)?;
        if let Some(there) = p.person.stay_household.clone() {
            moving::leave(tx, &there, &m.pid, on, reason::PERMANENT, under)?;
        }
        p.set("temporary", Json::Null, on);
        stays = false;
    }
    moving::end_row(tx, &m.pid, item, on, reason::MOVED)?;
    let row = NewRow {
        kind: item,
        commune: Some(&to.commune),
        dwelling: Some(&to.id),
        household: Some(house),
        since: on,
        until,
        detail: json!({"relation": m.relation}),
    };
    let id = moving::insert_row(tx, &m.pid, &row, under)?;
    let mut value = json!({
        "dwelling": to.id.as_str(), "commune": to.commune, "line": to.line,
        "household": house.as_str(), "since": on.to_string(),
    });
    if let Some(until) = until {
        value["until"] = json!(until.to_string());
        value["registration"] = json!(id);
    }
    p.set(item, value, on);
    if !stays {
        p.set_abode(on)?;
    }
    p.write(tx, under)
}

fn record(
    tx: &mut WriteTx,
    house: &Household,
    people: &[PersonalId],
    (from, to): (&Dwelling, &Dwelling),
    on: Date,
    under: &Under,
) -> Result<()> {
    let body = ResettledBody {
        persons: i64::try_from(people.len()).unwrap_or(i64::MAX),
        household: house.id.as_str().to_owned(),
        from: from.id.as_str().to_owned(),
        from_commune: from.commune.clone(),
        dwelling: to.id.as_str().to_owned(),
        since: on.to_string(),
    };
    let body = serde_json::to_value(body)?;
    let mut entry = Entry::new(journal::RESETTLED, under.actor).at(&to.commune).body(body);
    for pid in people {
        entry = entry.about(pid);
    }
    if let Some(code) = &under.source.dossier {
        entry = entry.dossier(code);
    }
    tx.record(entry)?;
    Ok(())
}
