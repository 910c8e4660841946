//! Who belongs together in one dwelling, as an officer changes it on a page: a household is split, two
//! become one, another member heads one. The commands of [`crate::households`], for the officers who
//! keep the households of a commune, on a paper, against the books that were looked at.

use crate::errors::*;
use crate::household;
use crate::households;
use crate::law::Law;
use crate::model::{Companion, Source};
use crate::residence::permitted;
use crate::residents::{self, Residents};
use crate::rules::PEOPLE_MAX;
use kernel::error::CHANGED_MEANWHILE;
use kernel::{Actor, DwellingId, Error, HouseholdId, PersonalId, Result};
use store::WriteTx;

/// What is to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Tách hộ: these people become a household of their own in the dwelling.
    Split,
    /// Nhập hộ: everybody comes into this other household, with the version of its book.
    Merge(HouseholdId, i64),
    /// Thay chủ hộ: another member becomes head.
    Head,
}

/// A change within one dwelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regroup {
    /// The dwelling.
    pub dwelling: DwellingId,
    /// The household that is split, ends, or has another head.
    pub household: HouseholdId,
    /// The version of its book that was looked at.
    pub version: i64,
    /// What is done with it.
    pub change: Change,
    /// For a split those who leave, else everybody of the household, with their relations: `head`, or
    /// one to the head of the household they will be in.
    pub people: Vec<Companion>,
}

/// Changes households within their dwelling (Luật Cư trú 68/2020 Điều 10, 25, 26). Gives the household
/// the people are in afterwards.
///
/// By an officer of the dwelling's commune, on a paper named in `source.basis`: the consent of the
/// head or the owner that Điều 25 asks for is for that paper. Refused if a book has changed since it
/// was looked at. A relation that cannot be is named by its place in `people`: `relation.0`.
pub fn regroup(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    input: &Regroup,
    source: &Source,
) -> Result<HouseholdId> {
    let dwelling = household::dwelling(tx, &input.dwelling)?;
    permitted(law, actor, places::code_on(&dwelling.commune, tx.now().date()))?;
    if source.basis.as_deref().is_none_or(|b| b.trim().is_empty()) {
        return Err(Error::new(MOVE_BASIS).field("basis"));
    }
    if input.people.len() > PEOPLE_MAX {
        return Err(Error::new(TOO_MANY).number("max", PEOPLE_MAX));
    }
    looked_at(tx, input, &input.household, input.version)?;
    let (house, people) = (&input.household, input.people.as_slice());
    match &input.change {
        Change::Split => {
            let (head, with) = headed(people)?;
            households::split(tx, law, actor, house, &head, &with, source)
        }
        Change::Merge(into, version) => {
            looked_at(tx, input, into, *version)?;
            if household::get(tx, into)?.head.is_none() {
                return Err(Error::new(MERGE_HEADLESS).field("into"));
            }
            households::merge(tx, law, actor, house, into, people, source)?;
            Ok(into.clone())
        }
        Change::Head => {
            let (head, others) = headed(people)?;
            if household::get(tx, house)?.head.as_ref() == Some(&head) {
                return Err(Error::new(HEAD_SAME).field("head"));
            }
            households::change_head(tx, law, actor, house, &head, &others, source)?;
            Ok(house.clone())
        }
    }
}

/// Who would live together in the dwelling afterwards, or why it cannot be: nothing is changed. For
/// whoever has just looked at the dwelling through the door.
pub fn rehearse_regroup(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    input: &Regroup,
    source: &Source,
) -> Result<Residents> {
    tx.rehearse(|tx| {
        regroup(tx, law, actor, input, source)?;
        let dwelling = household::dwelling(tx, &input.dwelling)?;
        let (today, now) = (tx.now().date(), tx.now());
        residents::load(tx, &dwelling, today, now)
    })
}

/// The household is in this dwelling still, and its book is the one that was looked at.
fn looked_at(tx: &mut WriteTx, input: &Regroup, id: &HouseholdId, version: i64) -> Result<()> {
    let house = household::get(tx, id)?;
    let same = house.version == version && house.closed_on.is_none();
    match same && house.dwelling == input.dwelling {
        true => Ok(()),
        false => Err(Error::new(CHANGED_MEANWHILE)),
    }
}

/// The one who heads them, who comes first, and the others.
fn headed(people: &[Companion]) -> Result<(PersonalId, Vec<Companion>)> {
    match people.split_first() {
        Some((head, others)) if head.relation == "head" => {
            Ok((head.person.clone(), others.to_vec()))
        }
        _ => Err(Error::new(HEAD_NONE).field("head")),
    }
}
