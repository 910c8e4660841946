//! Which backup is meant, and which ones stay.

use crate::errors::TIME_UNREAL;
use kernel::time::{Date, DateTime};
use kernel::{Error, Instant, Result, time};

/// How many backups stay. One that either rule keeps stays; without rules all do, and the newest
/// always does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// The newest so many.
    pub newest: Option<usize>,
    /// Those of the last so many days.
    pub days: Option<u32>,
}

/// Of backups in the order of time, those that may go.
pub fn may_go(times: &[Instant], keep: Keep, now: Instant) -> Vec<usize> {
    if keep.newest.is_none() && keep.days.is_none() {
        return Vec::new();
    }
    let counted = times.len().saturating_sub(keep.newest.unwrap_or(0).max(1));
    let since = keep.days.map(|d| now.plus_seconds(-i64::from(d) * 86_400));
    (0..counted).filter(|n| since.is_none_or(|since| times[*n] < since)).collect()
}

/// The newest backup that is not later, of those in the order of time.
pub fn not_later(times: &[Instant], than: Option<Instant>) -> Option<usize> {
    times.iter().rposition(|at| than.is_none_or(|than| *at <= than))
}

/// A moment as an operator writes it: `2026-11-26`, `2026-11-26 18:30[:00]` or with `T`, the clock of
/// Viet Nam; with `Z` at the end, UTC. Meant is the end of that day, minute or second, so that what a
/// list shows as 18:30:05 is found by these words.
pub fn moment(text: &str) -> Result<Instant> {
    let wrong = || Error::new(TIME_UNREAL).arg("time", text).field("to");
    let text = text.trim();
    if let Ok(day) = text.parse::<Date>()
        && text.len() == "2026-11-26".len()
    {
        return Ok(Instant(Instant::start_of(time::plus_days(day, 1)).0 - 1));
    }
    let (clock, utc) = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, true),
        None => (text, false),
    };
    // A day is no moment of its own in UTC, and a bare hour none anywhere.
    if !clock.contains(':') {
        return Err(wrong());
    }
    let read: DateTime = clock.replacen(' ', "T", 1).parse().map_err(|_| wrong())?;
    let unit = match clock.matches(':').count() {
        1 => 60_000_000,
        _ if clock.contains('.') => 1,
        _ => 1_000_000,
    };
    let local = Instant(Instant::from_local(read).0 + unit - 1);
    // What was read is the clock of Viet Nam; in UTC the same reading comes seven hours later.
    Ok(if utc { local.plus_seconds(7 * 3_600) } else { local })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        moment(text).unwrap()
    }

    #[test]
    fn moments_are_read_as_people_write_them() {
        assert_eq!(at("2026-11-26 18:30"), at("2026-11-26T18:30:59"));
        assert_eq!(at("2026-11-26 18:30:59"), at("2026-11-26 18:30:59.999999"));
        assert_eq!(at("2026-11-26T11:30Z"), at("2026-11-26 18:30"));
        assert_eq!(at("2026-11-26").plus_seconds(1).clock_and_day(), "00:00 27/11/2026");
        assert_eq!(at("1970-01-01T00:00:00Z"), Instant(999_999));
        assert_eq!(at("1970-01-01T00:00:00.000000Z"), Instant(0));
        for wrong in ["", "yesterday", "2026-11-31", "2026-11-26 25:00", "18:30", "2026-11-26Z"] {
            assert!(moment(wrong).unwrap_err().is(TIME_UNREAL), "{wrong}");
        }
    }

    #[test]
    fn the_newest_that_is_not_later_is_meant() {
        let times = [10, 20, 30].map(Instant);
        assert_eq!(not_later(&times, None), Some(2));
        assert_eq!(not_later(&times, Some(Instant(30))), Some(2));
        assert_eq!(not_later(&times, Some(Instant(29))), Some(1));
        assert_eq!(not_later(&times, Some(Instant(9))), None);
        assert_eq!(not_later(&[], None), None);
    }

    #[test]
    fn what_either_rule_keeps_stays_and_the_newest_always() {
        let now = at("2026-11-26 00:00:00.000000");
        let times: Vec<Instant> = (0..5).rev().map(|d| now.plus_seconds(-d * 86_400)).collect();
        let gone = |newest, days| may_go(&times, Keep { newest, days }, now);
        assert!(gone(None, None).is_empty());
        assert_eq!(gone(Some(2), None), [0, 1, 2]);
        assert_eq!(gone(Some(0), None), [0, 1, 2, 3]);
        assert_eq!(gone(None, Some(2)), [0, 1]);
        assert_eq!(gone(Some(4), Some(2)), [0]);
        assert_eq!(gone(Some(1), Some(0)), [0, 1, 2, 3]);
        assert!(may_go(&[], Keep { newest: Some(1), days: None }, now).is_empty());
    }
}
