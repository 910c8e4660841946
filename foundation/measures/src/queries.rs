//! Reading sums.

use crate::model::Indicator;
use crate::rules::median;
use kernel::{Instant, Result};
use store::{ReadTx, params};

/// One number of an indicator, with the time of the newest entry in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The sum.
    pub value: i64,
    /// The newest entry that counts in it; none when nothing has been counted.
    pub as_of: Option<Instant>,
}

/// The sum of a counter in a period (`2026`, `2026-11`, `2026-11-23`, `2026-11-23T09`).
pub fn value(tx: &mut ReadTx, place: &str, indicator: &str, period: &str) -> Result<Reading> {
    Ok(tx
        .row(
            "SELECT value, as_of FROM measure_sum \
             WHERE place = ?1 AND indicator = ?2 AND period = ?3",
            params![place, indicator, period],
            |r| Ok(Reading { value: r.get(0)?, as_of: Some(r.get(1)?) }),
        )?
        .unwrap_or(Reading { value: 0, as_of: None }))
}

/// A ratio in thousandths, or none when there is nothing to divide by.
pub fn ratio(tx: &mut ReadTx, place: &str, i: &Indicator, period: &str) -> Result<Option<i64>> {
    let Some(r) = &i.ratio else { return Ok(None) };
    let part = value(tx, place, &r.part, period)?.value;
    let whole = value(tx, place, &r.whole, period)?.value;
    Ok((whole > 0).then(|| part * 1000 / whole))
}

/// The median of a distribution in a day, month or year.
pub fn median_minutes(
    tx: &mut ReadTx,
    place: &str,
    indicator: &str,
    period: &str,
) -> Result<Option<i64>> {
    let buckets = tx.rows(
        "SELECT bucket, n FROM measure_bucket \
         WHERE place = ?1 AND indicator = ?2 AND period = ?3 ORDER BY bucket",
        params![place, indicator, period],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
    )?;
    Ok(median(&buckets))
}

/// The sums of several periods at once, in the order asked.
pub fn series(
    tx: &mut ReadTx,
    place: &str,
    indicator: &str,
    periods: &[String],
) -> Result<Vec<i64>> {
    periods.iter().map(|p| value(tx, place, indicator, p).map(|r| r.value)).collect()
}

/// A counter's sums of one period for many places (places without any are left out).
pub fn communes(
    tx: &mut ReadTx,
    places: &[String],
    indicator: &str,
    period: &str,
) -> Result<Vec<(String, i64)>> {
    let mut out = Vec::new();
    for place in places {
        let n = value(tx, place, indicator, period)?.value;
        if n > 0 {
            out.push((place.clone(), n));
        }
    }
    Ok(out)
}
