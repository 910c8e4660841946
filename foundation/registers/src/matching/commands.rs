//! What officers decide about a pair.

use super::merging::{self, Undo};
use super::queries::{self, Pair, PairState};
use super::{ITEMS, MERGE, PURPOSE, case_of};
use crate::cases;
use crate::errors::{ACCESS_REFUSED, PAIR_BASIS, PAIR_DECIDED, PAIR_KEEP, PAIR_NOT_MERGED};
use crate::journal;
use crate::law::{Law, Role};
use kernel::{Actor, Error, PersonalId, Result, limits, vietnamese};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// Whether an actor's post may do something for a purpose.
pub(crate) fn may(law: &Law, actor: &Actor, purpose: &str) -> bool {
    actor.appointment.is_some() && law.may_ever(&Role::towards(actor, None).name(), purpose, &ITEMS)
}

/// Who, why, and a pair of the actor's own commune in the state the decision needs.
fn decide(
    tx: &mut WriteTx,
    (law, actor, purpose): (&Law, &Actor, &str),
    id: &str,
    basis: &str,
    from: PairState,
) -> Result<(Pair, String)> {
    if !may(law, actor, purpose) {
        return Err(Error::new(ACCESS_REFUSED));
    }
    let basis = vietnamese::tidy(basis);
    if basis.is_empty() || basis.chars().count() > limits::LINE_CHARS_MAX {
        return Err(Error::new(PAIR_BASIS).field("basis"));
    }
    let pair = queries::pair(tx, actor, id)?;
    match (pair.state == from, from) {
        (true, _) => Ok((pair, basis)),
        (false, PairState::Merged) => Err(Error::new(PAIR_NOT_MERGED)),
        (false, _) => Err(Error::new(PAIR_DECIDED)),
    }
}

/// Notes the decision, ends the case, and tells both people and whoever else was touched.
fn note(
    tx: &mut WriteTx,
    actor: &Actor,
    pair: &Pair,
    (state, basis): (&str, &str),
    merged: Option<(&PersonalId, &Undo)>,
    others: &[PersonalId],
) -> Result<()> {
    let (now, post) = (tx.now(), actor.appointment.as_ref());
    let undo = merged.map(|(_, undo)| serde_json::to_string(undo)).transpose()?;
    tx.execute_one(
        "UPDATE person_pair SET state = ?1, decided_at = ?2, agency = ?3, post = ?4, basis = ?5, \
         kept = ?6, undo = ?7, version = version + 1 WHERE id = ?8 AND version = ?9",
        params![
            state,
            now,
            post.map(|a| a.agency.as_str().to_owned()),
            post.map(|a| a.post.as_str().to_owned()),
            basis,
            merged.map(|(kept, _)| kept.as_str().to_owned()),
            undo,
            &pair.id,
            pair.version
        ],
    )?;
    cases::close(tx, &case_of(&pair.id))?;
    let mut entry = Entry::new(journal::PAIR_DECIDED, actor)
        .at(&pair.place)
        .body(json!({"pair": &pair.id, "outcome": state}));
    for pid in pair.people.iter().chain(others) {
        entry = entry.about(pid);
    }
    tx.record(entry)?;
    Ok(())
}

/// Two people: the pair leaves the list for good, and neither record can be read because of it any more.
/// `basis` says why, in the officer's words.
pub fn keep_apart(tx: &mut WriteTx, law: &Law, actor: &Actor, id: &str, basis: &str) -> Result<()> {
    let (pair, basis) = decide(tx, (law, actor, PURPOSE), id, basis, PairState::Open)?;
    note(tx, actor, &pair, ("apart", &basis), None, &[])
}

/// One person: the record of `keep` goes on, the other ends. What only the other held is filled in, what
/// it held otherwise is kept beside and makes the item disputed, relatives name the number that goes on.
/// The record that ends may not live anywhere: its residence is ended first, by its own command.
pub fn merge(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    id: &str,
    keep: &PersonalId,
    basis: &str,
) -> Result<()> {
    let (pair, basis) = decide(tx, (law, actor, MERGE), id, basis, PairState::Open)?;
    let ends = match &pair.people {
        [a, b] if a == keep => b,
        [a, b] if b == keep => a,
        _ => return Err(Error::new(PAIR_KEEP).field("keep")),
    };
    let undo = merging::merge(tx, actor, keep, ends, &basis)?;
    let others = undo.touched();
    note(tx, actor, &pair, ("merged", &basis), Some((keep, &undo)), &others)
}

/// They were two people after all: everything the merging changed and nobody has changed since is as it
/// was, by acts of its own. The pair does not come back.
pub fn unmerge(tx: &mut WriteTx, law: &Law, actor: &Actor, id: &str, basis: &str) -> Result<()> {
    let (pair, basis) = decide(tx, (law, actor, MERGE), id, basis, PairState::Merged)?;
    let (kept, undo) =
        tx.one("SELECT kept, undo FROM person_pair WHERE id = ?1", params![id], |r| {
            Ok((r.get::<PersonalId>(0)?, r.get::<String>(1)?))
        })?;
    let undo: Undo = serde_json::from_str(&undo)?;
    let ended = pair.people.iter().find(|p| **p != kept).cloned();
    let ended = ended.ok_or_else(|| Error::bug("a pair of one"))?;
    merging::unmerge(tx, actor, &kept, &ended, &undo, &basis)?;
    let others = undo.touched();
    note(tx, actor, &pair, ("apart", &basis), None, &others)
}
