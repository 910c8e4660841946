//! What the register holds about a person, for that person: every item, and what each rests on.

use crate::door;
use crate::law::Law;
use crate::model::{Facts, Reading};
use crate::person;
use kernel::{Actor, Date, DossierCode, Instant, PersonalId, PurposeId, Result};
use std::collections::BTreeMap;
use store::WriteTx;

/// What a value rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// When it was recorded.
    pub recorded_at: Instant,
    /// From which day it is true.
    pub true_from: Date,
    /// What was done: the journal's kind, such as `residence.registered`.
    pub act: String,
    /// The paper or decision.
    pub basis: Option<String>,
    /// The dossier.
    pub dossier: Option<DossierCode>,
}

/// A whole record as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnRecord {
    /// Every item of the law's list.
    pub facts: Facts,
    /// What the stored items rest on, by item; items made from others have none.
    pub origins: BTreeMap<String, Origin>,
}

/// Everything held about a person, under the purpose `own.data`: for the person, or for the parent
/// or guardian of a minor. `subject` is whose record it is. The reading is recorded.
pub fn own_record(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    subject: &PersonalId,
) -> Result<Reading<OwnRecord>> {
    let purpose = PurposeId::from("own.data");
    let facts = match door::read(tx, law, actor, &purpose, subject, &law.item_ids(), None)? {
        Reading::Granted(facts) => facts,
        Reading::Refused(refusal) => return Ok(Reading::Refused(refusal)),
    };
    let (today, now) = (tx.now().date(), tx.now());
    let mut newest: BTreeMap<String, ((Date, i64), Origin)> = BTreeMap::new();
    for act in person::acts(tx, subject)? {
        let order = (act.true_from, act.n);
        let later = newest.get(&act.item).is_some_and(|(held, _)| *held > order);
        if later || act.true_from > today || act.recorded_at > now {
            continue;
        }
        let origin = Origin {
            recorded_at: act.recorded_at,
            true_from: act.true_from,
            act: act.act,
            basis: act.basis,
            dossier: act.dossier,
        };
        newest.insert(act.item, (order, origin));
    }
    let origins = newest.into_iter().map(|(item, (_, origin))| (item, origin)).collect();
    Ok(Reading::Granted(OwnRecord { facts, origins }))
}
