//! The text format of dates and of `lienthong calendar due`.

use super::{Budget, Calendar, due};
use crate::error::{self, Error, Result};
use crate::time::{Date, DateTime, Instant};

/// Reads exactly `YYYY-MM-DD`; a day that does not exist is refused.
pub fn iso_date(text: &str) -> Result<Date> {
    parse_date(text).ok_or_else(|| Error::new(error::DATE_UNREAL))
}

/// Reads exactly `YYYY-MM-DDTHH:MM` or `YYYY-MM-DDTHH:MM:SS`, the wall clock in Viet Nam.
pub fn iso_datetime(text: &str) -> Result<DateTime> {
    parse_datetime(text).ok_or_else(|| Error::new(error::DATE_UNREAL))
}

fn digits<T: std::str::FromStr>(text: &str, len: usize) -> Option<T> {
    let right = text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    if right { text.parse().ok() } else { None }
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    Date::new(year, month, digits(parts.next()?, 2)?).ok()
}

fn parse_datetime(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once('T')?;
    let mut parts = time.splitn(3, ':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = match parts.next() {
        Some(s) => digits(s, 2)?,
        None => 0,
    };
    let time = super::Time::new(hour, minute, second, 0).ok()?;
    Some(parse_date(date)?.to_datetime(time))
}

/// One line of `lienthong calendar due`: `START AMOUNT UNIT` in, the due date or moment out.
///
/// START is `2026-02-12` (the beginning of that day) or `2026-02-12T15:30`; UNIT is
/// `working-days`, `days`, `hours` or `same-day` (which needs no amount). Days come out as
/// `2026-02-24`, hours as `2026-02-12T16:30`.
pub fn calendar_due_line(line: &str) -> Result<String> {
    let bad = || {
        let shown: String = line.trim().chars().take(60).collect();
        Error::new(error::CALENDAR_LINE).arg("line", shown)
    };
    let (start, budget) = line.trim().split_once(char::is_whitespace).ok_or_else(bad)?;
    let start = parse_date(start)
        .map(Instant::start_of)
        .or_else(|| parse_datetime(start).map(Instant::from_local))
        .ok_or_else(bad)?;
    let budget = Budget::parse(budget)?;
    match due(Calendar::vietnam(), budget, start, &[])? {
        Some(due) => Ok(due.to_string()),
        None => Err(Error::bug("a clock without stops stands still")),
    }
}
