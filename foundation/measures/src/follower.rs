//! The follower that keeps the sums.

use crate::model::Indicators;
use crate::rules::{Deltas, Seen, add};
use kernel::{CommuneCode, Result};
use std::sync::Arc;
use store::{Follower, Recorded, Rows, WriteTx};

/// For which places an entry of a place counts on a day: the commune it lies in by then (it may have been
/// merged) and its province. A place that is no commune counts for itself.
fn counting(place: &str, on: kernel::Date) -> Vec<String> {
    let commune = CommuneCode::parse(place).and_then(|c| places::all().lies_in(&c, on));
    commune.map_or_else(
        |_| vec![place.to_owned()],
        |c| vec![c.code_str().to_owned(), c.province().code_str().to_owned()],
    )
}

/// Follows the journal and keeps every indicator's sums.
pub struct Counter {
    indicators: Arc<Indicators>,
}

impl Counter {
    /// A counter over these indicators.
    pub fn new(indicators: Arc<Indicators>) -> Self {
        Self { indicators }
    }
}

impl Follower for Counter {
    fn name(&self) -> &'static str {
        "measures"
    }

    fn apply(&mut self, tx: &mut WriteTx<'_>, entries: &[Recorded]) -> Result<()> {
        let mut deltas = Deltas::default();
        for e in entries {
            let Some(place) = &e.place else { continue };
            let places = counting(place, e.at.date());
            let seen = Seen { kind: &e.kind, at: e.at, places: &places, body: &e.body };
            add(&mut deltas, &self.indicators, &seen);
        }
        let mut sums = Rows::new(5);
        for ((place, indicator, period), (n, at)) in deltas.sums {
            for name in [&place, &indicator, &period] {
                sums.text(name);
            }
            sums.int(n);
            sums.int(at);
        }
        tx.insert_rows(SUM, SUM_ADDED, &sums)?;
        let mut buckets = Rows::new(5);
        for ((place, indicator, period, bucket), n) in deltas.buckets {
            for name in [&place, &indicator, &period] {
                buckets.text(name);
            }
            buckets.int(bucket);
            buckets.int(n);
        }
        tx.insert_rows(BUCKET, BUCKET_ADDED, &buckets)
    }
}

const SUM: &str = "INSERT INTO measure_sum (place, indicator, period, value, as_of)";
const SUM_ADDED: &str = "ON CONFLICT (place, indicator, period) DO UPDATE SET \
    value = measure_sum.value + excluded.value, \
    as_of = CASE WHEN excluded.as_of > measure_sum.as_of THEN excluded.as_of \
    ELSE measure_sum.as_of END";
const BUCKET: &str = "INSERT INTO measure_bucket (place, indicator, period, bucket, n)";
const BUCKET_ADDED: &str = "ON CONFLICT (place, indicator, period, bucket) \
    DO UPDATE SET n = measure_bucket.n + excluded.n";

#[cfg(test)]
mod tests {
    use super::counting;
    use kernel::{CommuneCode, Date};

    #[test]
    fn an_entry_counts_for_the_commune_of_its_day_and_for_the_province() {
        let code = |c: &str| CommuneCode::parse(c).expect("a code");
        let from = Date::constant(2031, 1, 1);
        let merger = places::Merger { code: code("13594"), into: code("13591"), on: from };
        places::adopt(&[merger]).expect("possible");
        assert_eq!(counting("13594", Date::constant(2030, 12, 31)), ["13594", "37"]);
        assert_eq!(counting("13594", from), ["13591", "37"]);
        assert_eq!(counting("13591", from), ["13591", "37"]);
        // A province, or something unknown, counts for itself.
        assert_eq!(counting("37", from), ["37"]);
        assert_eq!(counting("00000", from), ["00000"]);
    }
}
