//! Households as such: split, merge, change of head, relations. Residence does not change by these,
//! only who belongs together (Luật Cư trú 68/2020 Điều 10, 25, 26).

use crate::errors::*;
use crate::household::{self, Household};
use crate::journal;
use crate::model::{Companion, Kind, Source};
use crate::person::{self, Change, Under};
use crate::residence::{Drawn, Moving, leave};
use crate::rules::{self, Candidate};
use crate::{Law, model::Sex};
use kernel::{Actor, Date, Error, HouseholdId, PersonalId, Result};
use serde_json::{Value as Json, json};
use store::{Entry, WriteTx, params};

/// Tách hộ: these members, already living in the dwelling, become a household of their own there.
/// `head` heads it; `with` say their relation to the new head. If the old household loses its head,
/// it waits for a new one ([`change_head`]).
pub fn split(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    household: &HouseholdId,
    head: &PersonalId,
    with: &[Companion],
    source: &Source,
) -> Result<HouseholdId> {
    let under = Under { act: journal::HOUSEHOLD, actor, source };
    let today = tx.now().date();
    let old = open_family(tx, household)?;
    let present = household::members(tx, household)?;
    if with.len() + 1 >= present.len() {
        return Err(Error::new(SPLIT_EMPTY));
    }
    let mut leaving = vec![Companion { person: head.clone(), relation: "head".into() }];
    leaving.extend_from_slice(with);
    family(tx, law, Vec::new(), &leaving)?;
    let dwelling = household::dwelling(tx, &old.dwelling)?;
    let coming: Vec<_> = leaving.iter().map(|c| (&c.person, c.relation.as_str())).collect();
    let mut new =
        crate::residence::found(tx, &dwelling, ("family", Drawn::default()), today, &coming)?;
    for c in &leaving {
        let was =
            present.iter().find(|m| m.pid == c.person).ok_or_else(|| Error::new(MEMBER_UNKNOWN))?;
        carry(tx, household, &mut new, c, was.kind, today, "split", &under)?;
    }
    record(tx, "split", &new.id, &dwelling.commune, &under)?;
    Ok(new.id)
}

/// Nhập hộ: all members of `from` come into `into`, in the same dwelling; `relations` say each
/// one's relation to the head of `into`.
pub fn merge(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    from: &HouseholdId,
    into: &HouseholdId,
    relations: &[Companion],
    source: &Source,
) -> Result<()> {
    let under = Under { act: journal::HOUSEHOLD, actor, source };
    let today = tx.now().date();
    let (old, mut new) = (open_family(tx, from)?, open_family(tx, into)?);
    if old.dwelling != new.dwelling || old.id == new.id {
        return Err(Error::new(MERGE_ELSEWHERE));
    }
    let coming = household::members(tx, from)?;
    let there = crate::residence::candidates(tx, into)?;
    family(tx, law, there, relations)?;
    // Others first, the head last: the old household does not go through a change of head.
    let mut order = coming.clone();
    order.sort_by_key(|m| m.relation == "head");
    for m in &order {
        let c = relations
            .iter()
            .find(|c| c.person == m.pid)
            .ok_or_else(|| Error::new(RELATION_UNKNOWN).field("relation"))?;
        carry(tx, from, &mut new, c, m.kind, today, "merged", &under)?;
    }
    let commune = household::dwelling(tx, &new.dwelling)?.commune;
    record(tx, "merged", into, &commune, &under)
}

/// Thay chủ hộ: another member heads the household; `relations` say each other member's relation to
/// the new head. All members must be named.
pub fn change_head(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    household: &HouseholdId,
    head: &PersonalId,
    relations: &[Companion],
    source: &Source,
) -> Result<()> {
    let under = Under { act: journal::HOUSEHOLD, actor, source };
    let today = tx.now().date();
    let house = open_family(tx, household)?;
    let present = household::members(tx, household)?;
    let mut all = vec![Companion { person: head.clone(), relation: "head".into() }];
    all.extend_from_slice(relations);
    for m in &present {
        if !all.iter().any(|c| c.person == m.pid) {
            return Err(Error::new(MEMBER_UNKNOWN).field("relations"));
        }
    }
    family(tx, law, Vec::new(), &all)?;
    for c in &all {
        if !present.iter().any(|m| m.pid == c.person) {
            return Err(Error::new(MEMBER_UNKNOWN));
        }
        restate(tx, household, &c.person, &c.relation, today, &under)?;
    }
    household::touch(tx, household, "head_changed", Some(head), &json!({}), &under)?;
    let commune = household::dwelling(tx, &house.dwelling)?.commune;
    record(tx, "head_changed", household, &commune, &under)
}

/// One member's relation to the head is stated anew: the old row ends, a new one begins.
pub(crate) fn restate(
    tx: &mut WriteTx,
    household: &HouseholdId,
    pid: &PersonalId,
    relation: &str,
    on: Date,
    under: &Under,
) -> Result<()> {
    let members = household::members(tx, household)?;
    let m = members.iter().find(|m| &m.pid == pid).ok_or_else(|| Error::new(MEMBER_UNKNOWN))?;
    if m.relation == relation {
        return Ok(());
    }
    let detail = json!({"relation": relation});
    let version = household::touch(tx, household, "relation", Some(pid), &detail, under)?;
    let now = tx.now();
    tx.execute_one(
        "UPDATE household_member SET left_on = ?1, left_recorded_at = ?2 \
         WHERE household = ?3 AND n = ?4 AND pid = ?5",
        params![on, now, household, m.n, pid],
    )?;
    tx.send(
        "INSERT INTO household_member (household, n, pid, kind, relation, since, recorded_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![household, version, pid, m.kind.as_str(), relation, on, now],
    )?;
    if relation == "head" {
        tx.send("UPDATE household SET head = ?1 WHERE id = ?2", params![pid, household])?;
    }
    let p = person::get(tx, pid)?;
    if p.household.as_ref().or(p.stay_household.as_ref()) == Some(household) {
        person::change(tx, &p, &[Change::new("relation", json!(relation), on)], under)?;
    }
    Ok(())
}

/// A member goes from one household to another of the same dwelling, residence unchanged.
#[allow(clippy::too_many_arguments)]
fn carry(
    tx: &mut WriteTx,
    from: &HouseholdId,
    to: &mut Household,
    c: &Companion,
    kind: Kind,
    on: Date,
    why: &str,
    under: &Under,
) -> Result<()> {
    leave(tx, from, &c.person, on, why, under)?;
    let mut m = Moving::load(tx, &c.person, &c.relation)?;
    let detail = json!({"reason": why});
    crate::residence::enter(tx, to, &m, kind, on, &detail, under)?;
    let item = if kind == Kind::Permanent { "permanent" } else { "temporary" };
    let mut value = m.person.value(item)?;
    value["household"] = json!(to.id.as_str());
    m.set(item, value, on);
    if kind == Kind::Permanent || m.person.household.is_none() {
        m.set_book(json!(c.relation), json!(to.file), on);
    }
    tx.send(
        "UPDATE residence SET household = ?1, version = version + 1 \
         WHERE pid = ?2 AND kind = ?3 AND ended_on IS NULL",
        params![&to.id, &c.person, kind.as_str()],
    )?;
    m.write(tx, under)
}

/// People with their stated relations, checked against the list, their sex, and whom else the
/// household has. A mistake names its person by the place in `stated`: `relation.0` is the first.
fn family(tx: &mut WriteTx, law: &Law, there: Vec<Candidate>, stated: &[Companion]) -> Result<()> {
    let (today, first) = (tx.now().date(), there.len());
    let mut all = there;
    for (i, c) in stated.iter().enumerate() {
        let wrong = |code| Error::new(code).field(&format!("relation.{i}"));
        let relation = law.relation(&c.relation).ok_or_else(|| wrong(RELATION_UNKNOWN))?;
        let p = person::living(tx, &c.person)?;
        if relation.sex.is_some() && relation.sex.as_deref() != p.raw("sex") {
            return Err(wrong(RELATION_SEX));
        }
        all.push(Candidate {
            pid: c.person.clone(),
            sex: p.raw("sex").and_then(Sex::parse),
            birth: p.birth(),
            relation: c.relation.clone(),
        });
    }
    match rules::family_fault(&all, today) {
        None => Ok(()),
        Some((i, code)) if i >= first => {
            Err(Error::new(code).field(&format!("relation.{}", i - first)))
        }
        Some((_, code)) => Err(Error::new(code).field("relation")),
    }
}

fn open_family(tx: &mut WriteTx, id: &HouseholdId) -> Result<Household> {
    let h = household::get(tx, id)?;
    if h.closed_on.is_some() || h.collective {
        return Err(Error::new(HOUSEHOLD_UNKNOWN));
    }
    Ok(h)
}

fn record(
    tx: &mut WriteTx,
    what: &str,
    household: &HouseholdId,
    place: &str,
    under: &Under,
) -> Result<()> {
    let body: Json = json!({"what": what, "household": household.as_str()});
    let mut entry = Entry::new(journal::HOUSEHOLD, under.actor).at(place).body(body);
    if let Some(code) = &under.source.dossier {
        entry = entry.dossier(code);
    }
    tx.record(entry)?;
    Ok(())
}
