//! Lịch làm việc: which days are worked, what a time limit means, and when it ends.
//!
//! The table is data, given year by year (`data/calendar/`): holidays, and weekdays made free
//! with the Saturdays worked for them. Nothing is computed past its last year: the Government
//! fixes Tết and the other blocks each year, and a guess would become somebody's late dossier.

mod budget;
mod clock;
mod line;

pub use budget::{Budget, CUTOFF};
pub use clock::{Amount, Due, Ledger, Remaining, Stop, due, remaining};
pub use jiff::civil::Time;
pub use line::{calendar_due_line, iso_date, iso_datetime};

use crate::error::{self, Error, Result};
use crate::time::{Date, date_from_epoch, days_from_epoch};
use crate::words::Localized;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Giờ kết thúc ngày làm việc: a due date means this hour of the day, unless the calendar is told
/// otherwise ([`Calendar::with_closing`]).
pub const CLOSING: Time = jiff::civil::time(17, 0, 0, 0);

static VIETNAM: LazyLock<Calendar> = LazyLock::new(|| {
    Calendar::from_csv(
        include_str!("../../../../data/calendar/holidays.csv"),
        include_str!("../../../../data/calendar/swapped_days.csv"),
    )
    .unwrap_or_else(|e| unreachable!("the embedded working calendar: {e}"))
});

/// Lịch làm việc của cơ quan nhà nước: Monday to Friday, holidays off, swapped days swapped
/// (Bộ luật Lao động 2019 Điều 111–112; QĐ 188/1999/QĐ-TTg for the five-day week).
#[derive(Clone, Debug)]
pub struct Calendar {
    first: i32,
    /// `worked_before[i]`: working days among the first `i` days of the table.
    worked_before: Vec<u32>,
    holidays: BTreeMap<Date, Localized>,
    settled_until: Date,
    closing: Time,
}

impl Calendar {
    /// The embedded table of `data/calendar/`, 2020 to 2030.
    pub fn vietnam() -> &'static Self {
        &VIETNAM
    }

    /// Reads a table. `holidays`: `date,name_vi,name_en,status` (status `published` or
    /// `computed`); `swapped`: `off_date,worked_date,…`. The table covers whole years, from the
    /// first to the last year that has a holiday; a year between without one is refused.
    pub fn from_csv(holidays: &str, swapped: &str) -> Result<Self> {
        let (named, computed) = read_holidays(holidays)?;
        let swaps = read_swaps(swapped)?;
        let (Some((first, _)), Some((last, _))) = (named.first_key_value(), named.last_key_value())
        else {
            return Err(fault("holidays.csv", 1, "no holiday"));
        };
        let (first, last) = (year_start(first.year())?, year_start(last.year() + 1)?);
        for year in date_from_epoch(first).year()..date_from_epoch(last).year() {
            if !named.keys().any(|d| d.year() == year) {
                return Err(fault("holidays.csv", 1, &format!("no holiday in {year}")));
            }
        }
        let settled = match computed {
            Some(year) => year_start(year)? - 1,
            None => last - 1,
        };
        let off: BTreeSet<i32> = swaps.iter().map(|s| s.0).collect();
        let worked: BTreeSet<i32> = swaps.iter().map(|s| s.1).collect();
        let mut worked_before = vec![0];
        let mut count = 0;
        for day in first..last {
            let date = date_from_epoch(day);
            let free = is_weekend(date) || named.contains_key(&date) || off.contains(&day);
            count += u32::from(!free || worked.contains(&day));
            worked_before.push(count);
        }
        let settled_until = date_from_epoch(settled);
        Ok(Self { first, worked_before, holidays: named, settled_until, closing: CLOSING })
    }

    /// The same calendar with another closing hour.
    #[must_use]
    pub fn with_closing(mut self, closing: Time) -> Self {
        self.closing = closing;
        self
    }
    /// The hour at which a due date ends.
    pub fn closing(&self) -> Time {
        self.closing
    }
    /// First day of the table.
    pub fn first_day(&self) -> Date {
        date_from_epoch(self.first)
    }
    /// Last day of the table.
    pub fn last_day(&self) -> Date {
        date_from_epoch(self.first + self.days() - 1)
    }
    /// The last day of the years whose holidays were published; later years are computed from the
    /// law's rules and may still be moved by the yearly decision.
    pub fn settled_until(&self) -> Date {
        self.settled_until
    }
    /// The holiday on this day, if there is one.
    pub fn holiday(&self, day: Date) -> Option<&Localized> {
        self.holidays.get(&day)
    }

    fn days(&self) -> i32 {
        i32::try_from(self.worked_before.len() - 1).unwrap_or(i32::MAX)
    }
    fn worked(&self, index: usize) -> u32 {
        self.worked_before[index]
    }
    fn past_end(&self) -> Error {
        Error::new(error::CALENDAR_END).arg("year", self.last_day().year().to_string())
    }
    fn index(&self, day: Date) -> Result<usize> {
        let offset = days_from_epoch(day) - self.first;
        if offset >= self.days() {
            return Err(self.past_end());
        }
        usize::try_from(offset).map_err(|_| {
            Error::new(error::CALENDAR_START).arg("year", self.first_day().year().to_string())
        })
    }

    /// Ngày làm việc: whether offices work on this day.
    pub fn is_working(&self, day: Date) -> Result<bool> {
        let i = self.index(day)?;
        Ok(self.worked(i + 1) > self.worked(i))
    }
    /// The `n`-th working day after `day` (`day` itself is never counted). `n` = 0 is `day`.
    pub fn add_working_days(&self, day: Date, n: u32) -> Result<Date> {
        let i = self.index(day)?;
        if n == 0 {
            return Ok(day);
        }
        let wanted = self.worked(i + 1).saturating_add(n);
        let after = self.worked_before.partition_point(|&w| w < wanted);
        if after == self.worked_before.len() {
            return Err(self.past_end());
        }
        Ok(date_from_epoch(self.first + i32::try_from(after).unwrap_or(i32::MAX) - 1))
    }
    /// The `n`-th working day before `day` (`day` itself is never counted); for warnings such as
    /// «one working day before the limit». `n` = 0 is `day`.
    pub fn sub_working_days(&self, day: Date, n: u32) -> Result<Date> {
        let i = self.index(day)?;
        if n == 0 {
            return Ok(day);
        }
        let Some(wanted) = self.worked(i).checked_sub(n) else {
            return Err(
                Error::new(error::CALENDAR_START).arg("year", self.first_day().year().to_string())
            );
        };
        let at = self.worked_before.partition_point(|&w| w <= wanted);
        Ok(date_from_epoch(self.first + i32::try_from(at).unwrap_or(i32::MAX) - 1))
    }
    /// Working days after `from` and up to `to`, `to` included; 0 when `to` is not after `from`.
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<u32> {
        let (i, j) = (self.index(from)?, self.index(to)?);
        Ok(self.worked(j + 1).saturating_sub(self.worked(i + 1)))
    }
    /// The first working day after `day`.
    pub fn next_working_day(&self, day: Date) -> Result<Date> {
        self.add_working_days(day, 1)
    }
    /// `day` if it is worked, else the first working day after it.
    pub fn working_day_from(&self, day: Date) -> Result<Date> {
        if self.is_working(day)? { Ok(day) } else { self.next_working_day(day) }
    }
}

fn is_weekend(day: Date) -> bool {
    use jiff::civil::Weekday::{Saturday, Sunday};
    matches!(day.weekday(), Saturday | Sunday)
}

fn year_start(year: i16) -> Result<i32> {
    Date::new(year, 1, 1).map(days_from_epoch).map_err(Error::bug)
}

fn fault(file: &str, line: usize, what: &str) -> Error {
    Error::new(error::CALENDAR_FILE)
        .arg("file", file)
        .arg("line", line.to_string())
        .because(format_args!("{file}:{line}: {what}"))
}

/// The rows of a CSV text under its heading: line number and fields.
fn rows<'t>(
    text: &'t str,
    file: &'static str,
    at_least: usize,
) -> impl Iterator<Item = Result<(usize, csv::StringRecord)>> + 't {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let mut number = 1;
    std::iter::from_fn(move || {
        let mut record = csv::StringRecord::new();
        number += 1;
        match reader.read_record(&mut record) {
            Ok(false) => None,
            Ok(true) if record.len() >= at_least => Some(Ok((number, record))),
            Ok(true) => Some(Err(fault(file, number, "too few fields"))),
            Err(e) => Some(Err(fault(file, number, &e.to_string()))),
        }
    })
}

/// The named holidays, and the first year that is only computed.
fn read_holidays(text: &str) -> Result<(BTreeMap<Date, Localized>, Option<i16>)> {
    const FILE: &str = "holidays.csv";
    let mut named = BTreeMap::new();
    let mut computed: Option<i16> = None;
    for row in rows(text, FILE, 4) {
        let (n, r) = row?;
        let date = iso_date(&r[0]).map_err(|_| fault(FILE, n, "date"))?;
        match &r[3] {
            "published" => {}
            "computed" => {
                computed = Some(computed.map_or(date.year(), |y| y.min(date.year())));
            }
            _ => return Err(fault(FILE, n, "status is neither published nor computed")),
        }
        if r[1].is_empty() || r[2].is_empty() {
            return Err(fault(FILE, n, "a holiday needs its name in both languages"));
        }
        if named.insert(date, Localized::new(&r[1], &r[2])).is_some() {
            return Err(fault(FILE, n, "this day stands twice"));
        }
    }
    Ok((named, computed))
}

/// Pairs of (weekday made free, weekend day worked for it).
fn read_swaps(text: &str) -> Result<Vec<(i32, i32)>> {
    const FILE: &str = "swapped_days.csv";
    let mut swaps = Vec::new();
    for row in rows(text, FILE, 2) {
        let (n, r) = row?;
        let date = |i: usize| iso_date(&r[i]).map_err(|_| fault(FILE, n, "date"));
        let (off, worked) = (date(0)?, date(1)?);
        if is_weekend(off) || !is_weekend(worked) {
            return Err(fault(FILE, n, "a weekday is made free, a weekend day is worked for it"));
        }
        swaps.push((days_from_epoch(off), days_from_epoch(worked)));
    }
    Ok(swaps)
}

#[cfg(test)]
mod tests;
