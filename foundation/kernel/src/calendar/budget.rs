//! Thời hạn: how much time the law gives, as a number and a unit.

use super::Time;
use crate::error::{self, Error, Result};
use crate::limits::BUDGET_AMOUNT_MAX;
use crate::words::Say;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// After this hour a «same day» dossier counts as received on the next working day.
pub const CUTOFF: Time = jiff::civil::time(15, 0, 0, 0);

/// Thời hạn giải quyết: a limit as the law states it. Printed and read as `3 working-days`,
/// `20 days`, `1 hours`, `same-day` (or `same-day@16:00` with another cut-off).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Budget {
    /// Ngày làm việc. A working day is a *date*, never 24 or 8 hours; the first counted day is
    /// the next working day after the start.
    WorkingDays(u32),
    /// Ngày: calendar days; the first counted day is the day after the start. Not moved when it
    /// ends on a day off: where the law moves it, apply [`super::Calendar::working_day_from`].
    Days(u32),
    /// Giờ: plain clock hours, day and night (a lodging notice has 1 hour, also on a Sunday).
    Hours(u32),
    /// Trong ngày: received on a working day up to the cut-off, due that day; later, or on a day
    /// off, due on the next working day.
    SameDay {
        /// The last moment that still counts as that day.
        cutoff: Time,
    },
}

impl Budget {
    /// «Trong ngày» with the usual cut-off at 15:00.
    pub const SAME_DAY: Self = Self::SameDay { cutoff: CUTOFF };

    /// Reads `AMOUNT UNIT`, or `same-day` with an optional amount of 0 or 1 before it.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = || {
            let shown: String = text.trim().chars().take(40).collect();
            Error::new(error::BUDGET_SHAPE).arg("text", shown)
        };
        let mut words = text.split_whitespace();
        let first = words.next().ok_or_else(bad)?;
        let second = words.next();
        if words.next().is_some() {
            return Err(bad());
        }
        let Some(unit) = second else {
            return same_day(first).ok_or_else(bad);
        };
        if first.is_empty() || !first.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let amount: u32 = first.parse().map_err(|_| bad())?;
        if amount > BUDGET_AMOUNT_MAX {
            return Err(bad());
        }
        match unit {
            "working-days" | "working-day" => Ok(Self::WorkingDays(amount)),
            "days" | "day" => Ok(Self::Days(amount)),
            "hours" | "hour" => Ok(Self::Hours(amount)),
            _ if amount <= 1 => same_day(unit).ok_or_else(bad),
            _ => Err(bad()),
        }
    }

    /// In words: «3 ngày làm việc», «1 giờ», «trong ngày (nhận sau 15:00 thì ngày làm việc tiếp theo)».
    pub fn text(self, say: &Say) -> String {
        match self {
            Self::WorkingDays(n) => say.count("budget-working-days", n.into()),
            Self::Days(n) => say.count("budget-days", n.into()),
            Self::Hours(n) => say.count("budget-hours", n.into()),
            Self::SameDay { cutoff } => say.t1("budget-same-day", "cutoff", clock(cutoff)),
        }
    }
}

fn clock(t: Time) -> String {
    format!("{:02}:{:02}", t.hour(), t.minute())
}

fn same_day(word: &str) -> Option<Budget> {
    let rest = word.strip_prefix("same-day")?;
    if rest.is_empty() {
        return Some(Budget::SAME_DAY);
    }
    let (h, m) = rest.strip_prefix('@')?.split_once(':')?;
    let two = |s: &str| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !two(h) || !two(m) {
        return None;
    }
    let cutoff = Time::new(h.parse().ok()?, m.parse().ok()?, 0, 0).ok()?;
    Some(Budget::SameDay { cutoff })
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WorkingDays(n) => write!(f, "{n} working-days"),
            Self::Days(n) => write!(f, "{n} days"),
            Self::Hours(n) => write!(f, "{n} hours"),
            Self::SameDay { cutoff } if cutoff == CUTOFF => f.write_str("same-day"),
            Self::SameDay { cutoff } => write!(f, "same-day@{}", clock(cutoff)),
        }
    }
}
impl FromStr for Budget {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}
impl TryFrom<String> for Budget {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}
impl From<Budget> for String {
    fn from(b: Budget) -> String {
        b.to_string()
    }
}
