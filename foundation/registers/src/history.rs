//! The acts of one person, and what follows from them: «as it was on a date, as known on a date».
//! Pure.

use crate::model::Certainty;
use kernel::{Date, DossierCode, Instant};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// One act on one item: from a date on, it has this value.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Number of the act in the person's record; the first record has 1 for all items.
    pub n: i64,
    /// The item.
    pub item: String,
    /// Its value before, as then known.
    pub old: Json,
    /// Its value from `true_from` on.
    pub new: Json,
    /// The date from which it is true.
    pub true_from: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// What was done.
    pub act: String,
    /// The paper or decision.
    pub basis: Option<String>,
    /// The agency that recorded it.
    pub agency: Option<String>,
    /// The post of whoever recorded it.
    pub post: Option<String>,
    /// The dossier.
    pub dossier: Option<DossierCode>,
    /// How sure it is; none for an authority's own act.
    pub certainty: Option<Certainty>,
}

/// The value of an item on a day, by what was recorded up to `known`. A later record of an earlier
/// fact does not undo a fact that began later; of two records that begin on the same day the later
/// one holds (a correction).
pub fn value_at<'a>(acts: &'a [Act], item: &str, on: Date, known: Instant) -> Option<&'a Json> {
    acts.iter()
        .filter(|a| a.item == item && a.true_from <= on && a.recorded_at <= known)
        .max_by_key(|a| (a.true_from, a.n))
        .map(|a| &a.new)
}

/// The whole record on a day, as known at a moment.
pub fn state_at(acts: &[Act], on: Date, known: Instant) -> BTreeMap<&str, &Json> {
    let mut best: BTreeMap<&str, &Act> = BTreeMap::new();
    for a in acts.iter().filter(|a| a.true_from <= on && a.recorded_at <= known) {
        let slot = best.entry(a.item.as_str()).or_insert(a);
        if (a.true_from, a.n) >= (slot.true_from, slot.n) {
            *slot = a;
        }
    }
    best.into_iter().map(|(item, a)| (item, &a.new)).collect()
}
