//! The follower that keeps the sums.

use crate::model::Indicators;
use crate::rules::{Deltas, Seen, add};
use kernel::Result;
use std::sync::Arc;
use store::{Follower, Recorded, WriteTx, params};

/// Which places above a place also count its entries (a commune's province), on that date.
pub type Above = Arc<dyn Fn(&str, kernel::Date) -> Vec<String> + Send + Sync>;

/// Follows the journal and keeps every indicator's sums.
pub struct Counter {
    indicators: Arc<Indicators>,
    above: Above,
}

impl Counter {
    /// A counter over these indicators.
    pub fn new(indicators: Arc<Indicators>, above: Above) -> Self {
        Self { indicators, above }
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
            let mut places = vec![place.clone()];
            places.extend((self.above)(place, e.at.date()));
            let seen = Seen { kind: &e.kind, at: e.at, places: &places, body: &e.body };
            add(&mut deltas, &self.indicators, &seen);
        }
        for ((place, indicator, period), (n, at)) in deltas.sums {
            tx.execute(
                "INSERT INTO measure_sum (place, indicator, period, value, as_of) \
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (place, indicator, period) DO UPDATE SET \
                 value = measure_sum.value + excluded.value, \
                 as_of = CASE WHEN excluded.as_of > measure_sum.as_of THEN excluded.as_of \
                 ELSE measure_sum.as_of END",
                params![place, indicator, period, n, at],
            )?;
        }
        for ((place, indicator, period, bucket), n) in deltas.buckets {
            tx.execute(
                "INSERT INTO measure_bucket (place, indicator, period, bucket, n) \
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (place, indicator, period, bucket) \
                 DO UPDATE SET n = measure_bucket.n + excluded.n",
                params![place, indicator, period, bucket, n],
            )?;
        }
        Ok(())
    }
}
