//! What the register holds about a person, for that person: every item, and what each rests on.

use crate::door;
use crate::facts;
use crate::law::Law;
use crate::model::{Certainty, Facts, Reading};
use crate::person;
use kernel::{Actor, Date, DossierCode, Instant, PersonalId, PurposeId, Result};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use store::{RecordTx, params};

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
    /// How sure it is; none for an authority's own act.
    pub certainty: Option<Certainty>,
}

/// What another source says where the register says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The item.
    pub item: String,
    /// The value it gives, shaped as the item is read.
    pub value: Json,
    /// Whose list it stood in.
    pub source: String,
    /// How sure that list is.
    pub certainty: Certainty,
    /// When it became known.
    pub recorded_at: Instant,
}

/// A whole record as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnRecord {
    /// Every item of the law's list.
    pub facts: Facts,
    /// What the stored items rest on, by item; items made from others have none.
    pub origins: BTreeMap<String, Origin>,
    /// What other sources say of items that are disputed now.
    pub claims: Vec<Claim>,
}

/// Everything held about a person, under the purpose `own.data`: for the person, or for the parent
/// or guardian of a minor. `subject` is whose record it is. The reading is recorded.
pub fn own_record(
    tx: &mut RecordTx,
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
            certainty: act.certainty,
        };
        newest.insert(act.item, (order, origin));
    }
    let origins = newest.into_iter().map(|(item, (_, origin))| (item, origin)).collect();
    let claims = claims(tx, subject, &facts)?;
    Ok(Reading::Granted(OwnRecord { facts, origins, claims }))
}

/// What other sources say of the items that are disputed now, oldest first.
fn claims(tx: &mut RecordTx, subject: &PersonalId, facts: &Facts) -> Result<Vec<Claim>> {
    let disputed = facts.disputed();
    if disputed.is_empty() {
        return Ok(Vec::new());
    }
    let person = person::get(tx, subject)?;
    let today = tx.now().date();
    let mut all = tx.rows(
        "SELECT item, value, source, certainty, recorded_at FROM person_claim WHERE pid = ?1 \
         ORDER BY recorded_at, item, hash",
        params![subject],
        |r| {
            let value: String = r.get(1)?;
            Ok(Claim {
                item: r.get(0)?,
                value: serde_json::from_str(&value)?,
                source: r.get(2)?,
                certainty: Certainty::parse(&r.get::<String>(3)?).unwrap_or(Certainty::Doubtful),
                recorded_at: r.get(4)?,
            })
        },
    )?;
    all.retain(|c| disputed.contains(&c.item.as_str()));
    for c in &mut all {
        let value = std::mem::take(&mut c.value);
        c.value = facts::shown(tx, &person, &c.item, value, today)?;
    }
    Ok(all)
}
