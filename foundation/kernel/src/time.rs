//! Instants and dates. Viet Nam keeps UTC+7 without summer time, so the offset is a constant.

use crate::words::Say;
use serde::{Deserialize, Serialize};

pub use jiff::civil::{Date, DateTime};

/// Minutes in a day, hours in an offset: the offset of Viet Nam from UTC, in microseconds.
const OFFSET_US: i64 = 7 * 3_600_000_000;
const DAY_US: i64 = 86_400_000_000;

/// A moment: microseconds since 1970-01-01 UTC. What the database and the journal hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// The moment of a Vietnamese wall clock reading.
    pub fn from_local(local: DateTime) -> Self {
        let days = i64::from(days_from_epoch(local.date()));
        let time = local.time();
        let us = ((i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60
            + i64::from(time.second()))
            * 1_000_000
            + i64::from(time.subsec_nanosecond()) / 1_000;
        Self(days * DAY_US + us - OFFSET_US)
    }
    /// Start of a Vietnamese day.
    pub fn start_of(day: Date) -> Self {
        Self(i64::from(days_from_epoch(day)) * DAY_US - OFFSET_US)
    }
    /// The wall clock in Viet Nam.
    pub fn local(self) -> DateTime {
        let shifted = self.0 + OFFSET_US;
        let day = shifted.div_euclid(DAY_US);
        let us = shifted.rem_euclid(DAY_US);
        let date = date_from_epoch(i32::try_from(day).unwrap_or(0));
        let (s, ns) = (us / 1_000_000, (us % 1_000_000) * 1_000);
        let part = |n: i64| i8::try_from(n).unwrap_or(0);
        date.at(part(s / 3600), part(s / 60 % 60), part(s % 60), i32::try_from(ns).unwrap_or(0))
    }
    /// The calendar day in Viet Nam.
    pub fn date(self) -> Date {
        self.local().date()
    }
    /// `HH:MM` in Viet Nam.
    pub fn clock(self) -> String {
        let t = self.local();
        format!("{:02}:{:02}", t.hour(), t.minute())
    }
    /// `HH:MM:SS` in Viet Nam.
    pub fn clock_seconds(self) -> String {
        let t = self.local();
        format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
    }
    /// `HH:MM dd/MM/yyyy` in Viet Nam.
    pub fn clock_and_day(self) -> String {
        format!("{} {}", self.clock(), day(self.date()))
    }
    /// RFC 3339 with the offset of Viet Nam, for APIs.
    pub fn rfc3339(self) -> String {
        let t = self.local();
        format!("{}T{:02}:{:02}:{:02}+07:00", t.date(), t.hour(), t.minute(), t.second())
    }
    /// This moment plus so many seconds.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1_000_000)
    }
    /// Whole seconds from `earlier` to this moment (negative if it lies before).
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1_000_000)
    }
}

fn epoch() -> Date {
    jiff::civil::date(1970, 1, 1)
}

/// Days from 1970-01-01 to `day`.
pub fn days_from_epoch(day: Date) -> i32 {
    day.since((jiff::Unit::Day, epoch())).map_or(0, |span| span.get_days())
}

/// The day so many days after 1970-01-01; out of range gives the epoch.
pub fn date_from_epoch(days: i32) -> Date {
    epoch().checked_add(jiff::Span::new().days(days)).unwrap_or_else(|_| epoch())
}

/// `day` plus so many calendar days (before or after), held inside the calendar's range.
pub fn plus_days(day: Date, days: i32) -> Date {
    date_from_epoch(days_from_epoch(day) + days)
}

/// Full years of age on a day.
pub fn age_on(birth: Date, on: Date) -> i32 {
    let mut years = i32::from(on.year()) - i32::from(birth.year());
    if (on.month(), on.day()) < (birth.month(), birth.day()) {
        years -= 1;
    }
    years
}

/// `dd/MM/yyyy`, the way dates are written in Viet Nam.
pub fn day(d: Date) -> String {
    format!("{:02}/{:02}/{:04}", d.day(), d.month(), d.year())
}

/// With the weekday in the reader's language: «thứ Sáu 27/11/2026».
pub fn weekday_and_day(d: Date, say: &Say) -> String {
    let key = match d.weekday() {
        jiff::civil::Weekday::Monday => "weekday-1",
        jiff::civil::Weekday::Tuesday => "weekday-2",
        jiff::civil::Weekday::Wednesday => "weekday-3",
        jiff::civil::Weekday::Thursday => "weekday-4",
        jiff::civil::Weekday::Friday => "weekday-5",
        jiff::civil::Weekday::Saturday => "weekday-6",
        jiff::civil::Weekday::Sunday => "weekday-7",
    };
    format!("{} {}", say.t(key), day(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_is_seven_hours_ahead_and_round_trips() {
        let local = jiff::civil::date(2026, 11, 23).at(9, 42, 10, 0);
        let at = Instant::from_local(local);
        assert_eq!(at.0, 1_795_401_730_000_000);
        assert_eq!(at.local(), local);
        assert_eq!(at.rfc3339(), "2026-11-23T09:42:10+07:00");
        assert_eq!(Instant(at.0 - 10 * 3_600_000_000).date(), jiff::civil::date(2026, 11, 22));
    }

    #[test]
    fn age_turns_on_the_birthday() {
        let birth = jiff::civil::date(2008, 2, 29);
        assert_eq!(age_on(birth, jiff::civil::date(2026, 2, 28)), 17);
        assert_eq!(age_on(birth, jiff::civil::date(2026, 3, 1)), 18);
    }
}
