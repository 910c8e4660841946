//! What one journal entry adds to which sums. Pure.

use crate::model::{Count, Indicators};
use kernel::Instant;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Buckets per doubling of a distribution: the relative error of a median is under 10 %.
const BUCKETS_PER_DOUBLING: f64 = 4.0;

/// An entry as `measures` sees it: no person, no actor.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The entry's kind.
    pub kind: &'a str,
    /// When it happened.
    pub at: Instant,
    /// The places it counts for: the commune and all above it.
    pub places: &'a [String],
    /// Its body.
    pub body: &'a Json,
}

/// What to add, gathered over a batch of entries before anything is written.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deltas {
    /// (place, indicator, period) → (added, newest time)
    pub sums: BTreeMap<(String, String, String), (i64, i64)>,
    /// (place, indicator, period, bucket) → added
    pub buckets: BTreeMap<(String, String, String, i64), i64>,
}

/// The periods a moment belongs to: hour, day, month, year of Viet Nam.
pub fn periods(at: Instant) -> [String; 4] {
    let t = at.local();
    let day = t.date().to_string();
    [format!("{day}T{:02}", t.hour()), day.clone(), day[..7].to_owned(), day[..4].to_owned()]
}

/// The bucket of a value; values below 1 share bucket 0.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
pub fn bucket(value: i64) -> i64 {
    if value <= 1 { 0 } else { ((value as f64).log2() * BUCKETS_PER_DOUBLING).ceil() as i64 }
}

/// The value a bucket stands for: its upper bound.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
pub fn bucket_value(bucket: i64) -> i64 {
    (bucket as f64 / BUCKETS_PER_DOUBLING).exp2().floor() as i64
}

/// The median of a distribution given as (bucket, n) in ascending order.
pub fn median(buckets: &[(i64, i64)]) -> Option<i64> {
    let total: i64 = buckets.iter().map(|b| b.1).sum();
    let mut seen = 0;
    for (bucket, n) in buckets {
        seen += n;
        if seen * 2 >= total && total > 0 {
            return Some(bucket_value(*bucket));
        }
    }
    None
}

fn amount(count: &Count, seen: &Seen) -> Option<i64> {
    if !count.entries.iter().any(|k| k == seen.kind) {
        return None;
    }
    if count.only.iter().any(|(field, wanted)| seen.body.get(field) != Some(wanted)) {
        return None;
    }
    match &count.field {
        None => Some(1),
        Some(field) => seen.body.get(field).and_then(Json::as_i64),
    }
}

/// Adds one entry to the deltas.
pub fn add(deltas: &mut Deltas, indicators: &Indicators, seen: &Seen) {
    let periods = periods(seen.at);
    for i in indicators.all() {
        if let Some(n) = i.count.as_ref().and_then(|c| amount(c, seen)) {
            for place in seen.places {
                for period in &periods {
                    let key = (place.clone(), i.id.clone(), period.clone());
                    let sum = deltas.sums.entry(key).or_insert((0, 0));
                    sum.0 += n;
                    sum.1 = sum.1.max(seen.at.0);
                }
            }
        }
        if let Some(value) = i.spread.as_ref().and_then(|c| amount(c, seen)) {
            for place in seen.places {
                for period in &periods[1..] {
                    let key = (place.clone(), i.id.clone(), period.clone(), bucket(value));
                    *deltas.buckets.entry(key).or_insert(0) += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FILE: &str = r#"
[[indicator]]
id = "done"
name = { vi = "xong", en = "done" }
unit = { vi = "hồ sơ", en = "dossiers" }
method = { vi = "đếm", en = "counts" }
count = { entries = ["dossier.done"], where = { outcome = "granted" } }
[[indicator]]
id = "minutes"
name = { vi = "phút", en = "minutes" }
unit = { vi = "phút", en = "min" }
method = { vi = "trung vị", en = "median" }
spread = { entries = ["dossier.done"], field = "minutes" }
"#;

    #[test]
    fn an_entry_counts_for_commune_and_province_in_each_period() {
        let all = Indicators::parse(&[("t", FILE)]).expect("parses");
        let mut d = Deltas::default();
        let places = ["13594".to_owned(), "37".to_owned()];
        let at = Instant::from_local(jiff::civil::date(2026, 11, 23).at(9, 5, 0, 0));
        let body = json!({"outcome": "granted", "minutes": 38});
        add(&mut d, &all, &Seen { kind: "dossier.done", at, places: &places, body: &body });
        let other = json!({"outcome": "refused", "minutes": 38});
        add(&mut d, &all, &Seen { kind: "dossier.done", at, places: &places, body: &other });
        add(&mut d, &all, &Seen { kind: "dossier.filed", at, places: &places, body: &body });
        assert_eq!(d.sums.len(), 8);
        assert!(d.sums.values().all(|s| *s == (1, at.0)));
        let key = ("37".to_owned(), "minutes".to_owned(), "2026-11-23".to_owned(), bucket(38));
        assert_eq!(d.buckets.get(&key), Some(&2));
    }

    #[test]
    fn a_median_from_buckets_is_near_the_true_one() {
        for true_median in [1i64, 2, 7, 38, 500, 4_321, 100_000] {
            let b = bucket(true_median);
            let got = median(&[(bucket(1), 1), (b, 5), (bucket(1_000_000), 1)]).expect("some");
            let off = (got - true_median).abs() * 100 / true_median.max(1);
            assert!(off <= 20, "{true_median} gave {got}");
        }
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn two_indicators_of_one_name_are_refused() {
        let twice = format!("{FILE}{FILE}");
        assert!(Indicators::parse(&[("t", &twice)]).is_err());
    }
}
