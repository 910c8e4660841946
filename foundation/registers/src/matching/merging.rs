//! Two records become one, and two again: all by acts, with what was changed kept for the way back.

use super::rules::numbers;
use crate::errors::{PAIR_LIVES, PERSON_MERGED};
use crate::journal;
use crate::model::{Certainty, Source};
use crate::person::{self, Change, MERGED_INTO, OF_RESIDENCE, Person, STORED, Under};
use crate::population::{self, Outcome};
use crate::transfer::merge::{Standing, claim, dispute, from, standing};
use crate::transfer::settle;
use kernel::{Actor, Date, Error, Instant, PersonalId, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::{ReadTx, WriteTx, params};

/// One item of one record that the merging changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Changed {
    pid: PersonalId,
    item: String,
    before: Json,
    after: Json,
    /// `YYYY-MM-DD`.
    true_from: String,
}

/// What a merging changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Undo {
    /// Items filled in, and relatives who name the number that goes on.
    changed: Vec<Changed>,
    /// Items of the record that goes on which are disputed because of it.
    disputed: Vec<String>,
    /// Claims were recorded at this moment, from this source.
    at: Option<Instant>,
    source: String,
}

impl Undo {
    /// Others whose records were touched.
    pub(crate) fn touched(&self) -> Vec<PersonalId> {
        let mut all: Vec<PersonalId> = self.changed.iter().map(|c| c.pid.clone()).collect();
        all.sort();
        all.dedup();
        all
    }
}

fn item_name(item: &str) -> Option<&'static str> {
    STORED.iter().find(|s| **s == item).copied()
}

/// A record that is merged or lives somewhere cannot end.
fn check(tx: &mut ReadTx, keep: &Person, ends: &Person) -> Result<()> {
    if keep.merged_into.is_some() || ends.merged_into.is_some() {
        return Err(Error::new(PERSON_MERGED));
    }
    let home = ["permanent", "temporary", "absence"].iter().any(|i| ends.raw(i).is_some());
    let row = "SELECT 1 FROM residence WHERE pid = ?1 AND ended_on IS NULL LIMIT 1";
    if home || tx.row(row, params![&ends.pid], |_| Ok(()))?.is_some() {
        return Err(Error::new(PAIR_LIVES));
    }
    Ok(())
}

pub(crate) fn merge(
    tx: &mut WriteTx,
    actor: &Actor,
    keep: &PersonalId,
    ends: &PersonalId,
    basis: &str,
) -> Result<Undo> {
    let (held, other) = (person::get(tx, keep)?, person::get(tx, ends)?);
    check(tx, &held, &other)?;
    let (now, today) = (tx.now(), tx.now().date());
    let source = Source { basis: Some(basis.to_owned()), ..Source::default() };
    let under = Under { act: journal::MERGED, actor, source: &source };
    let mut undo = Undo { at: Some(now), source: basis.to_owned(), ..Undo::default() };
    let (mut changes, mut claims) = (Vec::new(), Vec::new());
    for item in STORED.into_iter().filter(|i| !OF_RESIDENCE.contains(i)) {
        let (has, said) = (held.value(item)?, other.value(item)?);
        if said.is_null() {
            continue;
        }
        match standing(item, &has, &said) {
            Standing::Same => {}
            Standing::Differs => claims.push((item, said)),
            Standing::Fills(whole) => {
                let true_from = from(tx, item, &held, today)?;
                undo.changed.push(Changed {
                    pid: keep.clone(),
                    item: item.to_owned(),
                    before: has,
                    after: whole.clone(),
                    true_from: true_from.to_string(),
                });
                changes.push(Change::new(item, whole, true_from));
            }
        }
    }
    person::change(tx, &held, &changes, &under)?;
    undo.disputed = differences(tx, keep, &claims, basis, actor)?;
    for pid in relatives(tx, &other, keep)? {
        undo.changed.extend(renumber(tx, &pid, (ends, keep), today, &under)?);
    }
    let ended = person::get(tx, ends)?;
    let mark = Change::new(MERGED_INTO, Json::from(keep.as_str()), today);
    person::change(tx, &ended, &[mark], &under)?;
    Ok(undo)
}

/// What the other record held otherwise stands beside, and the items are disputed; those that were not
/// before.
fn differences(
    tx: &mut WriteTx,
    keep: &PersonalId,
    claims: &[(&'static str, Json)],
    basis: &str,
    actor: &Actor,
) -> Result<Vec<String>> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let under = settle::Under { at: tx.now(), source: basis, certainty: Certainty::Stated };
    for (item, said) in claims {
        claim(tx, keep, item, said, &under, "")?;
    }
    let held = person::get(tx, keep)?;
    let before = held.disputed();
    dispute(tx, &held, &under, actor)?;
    let now = person::get(tx, keep)?.disputed();
    Ok(now.into_iter().filter(|i| !before.contains(i)).collect())
}

/// People of the register whom a record names as relatives.
fn relatives(tx: &mut ReadTx, of: &Person, but: &PersonalId) -> Result<Vec<PersonalId>> {
    let mut named = Vec::new();
    numbers(&of.value("relatives")?, &mut named);
    named.sort();
    named.dedup();
    let mut out = Vec::new();
    for pid in named.iter().filter_map(|n| PersonalId::parse(n).ok()).filter(|p| p != but) {
        if person::find(tx, &pid)?.is_some() {
            out.push(pid);
        }
    }
    Ok(out)
}

/// In somebody's relatives, one number for another.
fn renumber(
    tx: &mut WriteTx,
    pid: &PersonalId,
    (old, new): (&PersonalId, &PersonalId),
    today: Date,
    under: &Under,
) -> Result<Option<Changed>> {
    let p = person::get(tx, pid)?;
    let before = p.value("relatives")?;
    let mut after = before.clone();
    if !replace(&mut after, old.as_str(), new.as_str()) {
        return Ok(None);
    }
    person::change(tx, &p, &[Change::new("relatives", after.clone(), today)], under)?;
    let (pid, item) = (pid.clone(), "relatives".to_owned());
    Ok(Some(Changed { pid, item, before, after, true_from: today.to_string() }))
}

fn replace(value: &mut Json, old: &str, new: &str) -> bool {
    match value {
        Json::Object(map) => {
            let here = map.get("pid").and_then(Json::as_str) == Some(old);
            if here {
                map.insert("pid".to_owned(), Json::from(new));
            }
            map.values_mut().fold(here, |any, v| replace(v, old, new) | any)
        }
        Json::Array(list) => list.iter_mut().fold(false, |any, v| replace(v, old, new) | any),
        _ => false,
    }
}

pub(crate) fn unmerge(
    tx: &mut WriteTx,
    actor: &Actor,
    kept: &PersonalId,
    ended: &PersonalId,
    undo: &Undo,
    basis: &str,
) -> Result<()> {
    let source = Source { basis: Some(basis.to_owned()), ..Source::default() };
    let under = Under { act: journal::UNMERGED, actor, source: &source };
    for c in undo.changed.iter().rev() {
        let p = person::get(tx, &c.pid)?;
        let Some(item) = item_name(&c.item) else { continue };
        // Somebody has changed it since: that stays.
        if p.value(item)? == c.after {
            let true_from = c.true_from.parse().map_err(Error::bug)?;
            let back = Change::new(item, c.before.clone(), true_from);
            person::change(tx, &p, &[back], &under)?;
        }
    }
    for item in &undo.disputed {
        population::settle_dispute(tx, actor, kept, item, Outcome::Withdrawn, &source)?;
    }
    tx.execute(
        "DELETE FROM person_claim WHERE pid = ?1 AND source = ?2 AND recorded_at = ?3",
        params![kept, &undo.source, undo.at],
    )?;
    let p = person::get(tx, ended)?;
    person::change(tx, &p, &[Change::new(MERGED_INTO, Json::Null, tx.now().date())], &under)
}
