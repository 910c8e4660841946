//! Đồng hồ hồ sơ: a budget and a ledger of stops; the due date is derived, never stored as truth.
//!
//! ## What a stop does
//! A stop is an interval from the moment the clock was stopped (a supplement or a payment was
//! asked for) to the moment it ran again.
//! - **Working days, days**: a day is counted only if the clock ran on all of it. The day of the
//!   stop, the days between and the day on which it runs again are not counted, so the first
//!   counted day after a stop is the next (working) day, exactly as after the start. A stop that
//!   begins after the last counted day changes nothing: what is late stays late.
//! - **Hours**: the duration of each stop that began before the limit is added.
//! - **Same day**: running again counts as being received again; the cut-off applies anew.
//!
//! While a clock stands still before its limit there is no due date at all.

use super::{Budget, Calendar};
use crate::error::{Error, Result};
use crate::time::{Date, Instant, days_from_epoch, plus_days};
use crate::words::Say;
use serde::{Deserialize, Serialize};
use std::fmt;

const HOUR_SECONDS: i64 = 3_600;

/// Tạm dừng: the clock stands still from a moment until another, or until further notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// When it was stopped.
    pub from: Instant,
    /// When it ran again; `None`: it still stands.
    pub until: Option<Instant>,
}

/// Hạn: until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// On this date, at the latest at the closing hour.
    On(Date),
    /// At this moment.
    At(Instant),
}

impl Due {
    /// The day on which it is due.
    pub fn date(self) -> Date {
        match self {
            Self::On(day) => day,
            Self::At(at) => at.date(),
        }
    }
    /// The last moment that is still in time: for a date, the closing hour of that day.
    pub fn latest(self, cal: &Calendar) -> Instant {
        match self {
            Self::On(day) => Instant::from_local(day.to_datetime(cal.closing())),
            Self::At(at) => at,
        }
    }
    /// Quá hạn: whether this moment is too late.
    pub fn is_over(self, cal: &Calendar, now: Instant) -> bool {
        now > self.latest(cal)
    }
}

impl fmt::Display for Due {
    /// `2026-02-24`, or the Vietnamese wall clock `2026-02-24T16:30` (with seconds if any).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(day) => write!(f, "{day}"),
            Self::At(at) => {
                let t = at.local();
                write!(f, "{}T{:02}:{:02}", t.date(), t.hour(), t.minute())?;
                if t.second() != 0 { write!(f, ":{:02}", t.second()) } else { Ok(()) }
            }
        }
    }
}

/// An amount of time in the unit of its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Ngày làm việc.
    WorkingDays(u32),
    /// Ngày.
    Days(u32),
    /// Phút, for budgets in hours.
    Minutes(u32),
}

/// How a clock stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// Còn: so much is left. 0 days: it is due today.
    Left(Amount),
    /// Quá hạn: late by so much. 0 days: since the closing hour of its last day.
    Over(Amount),
    /// Tạm dừng: the clock stands still with so much left.
    Stopped(Amount),
}

impl Remaining {
    /// In words: «còn 2 ngày làm việc», «hạn hôm nay», «quá hạn 1 ngày», «tạm dừng, còn 2 ngày».
    pub fn text(self, say: &Say) -> String {
        let (state, amount) = match self {
            Self::Left(a) => ("left", a),
            Self::Over(a) => ("over", a),
            Self::Stopped(a) => ("stopped", a),
        };
        let (unit, n) = match amount {
            Amount::WorkingDays(n) => ("working-days", n),
            Amount::Days(n) => ("days", n),
            Amount::Minutes(n) if n < 60 => ("minutes", n),
            Amount::Minutes(n) => ("hours", n / 60),
        };
        say.count(&format!("clock-{state}-{unit}"), n.into())
    }
}

/// The due date or moment. `None`: the clock stands still, so there is none yet.
///
/// `stops` are in order of time and do not overlap (see [`Ledger`]).
pub fn due(cal: &Calendar, budget: Budget, start: Instant, stops: &[Stop]) -> Result<Option<Due>> {
    Ok(match run(cal, budget, start, stops)? {
        Run::Ends(due) => Some(due),
        Run::Stands(_) => None,
    })
}

/// How the clock stands at `now`.
pub fn remaining(
    cal: &Calendar,
    budget: Budget,
    start: Instant,
    stops: &[Stop],
    now: Instant,
) -> Result<Remaining> {
    let due = match run(cal, budget, start, stops)? {
        Run::Stands(left) => return Ok(Remaining::Stopped(left)),
        Run::Ends(due) => due,
    };
    let over = due.is_over(cal, now);
    let amount = match (due, budget) {
        (Due::At(at), _) => Amount::Minutes(minutes(at, now)),
        (Due::On(day), Budget::Days(_)) => {
            let apart = days_from_epoch(day) - days_from_epoch(now.date());
            Amount::Days(apart.unsigned_abs())
        }
        (Due::On(day), _) => {
            let (from, to) = if over { (day, now.date()) } else { (now.date(), day) };
            Amount::WorkingDays(cal.working_days_between(from, to)?)
        }
    };
    Ok(if over { Remaining::Over(amount) } else { Remaining::Left(amount) })
}

fn minutes(a: Instant, b: Instant) -> u32 {
    u32::try_from((a.seconds_since(b).abs()) / 60).unwrap_or(u32::MAX)
}

/// Where the walk through the ledger ended.
enum Run {
    Ends(Due),
    Stands(Amount),
}

fn run(cal: &Calendar, budget: Budget, start: Instant, stops: &[Stop]) -> Result<Run> {
    match budget {
        Budget::WorkingDays(n) => count_days(&WorkingDays(cal), n, start.date(), stops),
        Budget::Days(n) => count_days(&AllDays, n, start.date(), stops),
        Budget::Hours(n) => Ok(hours(n, start, stops)),
        Budget::SameDay { cutoff } => same_day(cal, cutoff, start, stops),
    }
}

/// Which days of a calendar are counted.
trait Counting {
    /// Counted days after `from` up to `to`.
    fn between(&self, from: Date, to: Date) -> Result<u32>;
    /// The `n`-th counted day after `from`.
    fn add(&self, from: Date, n: u32) -> Result<Date>;
    fn amount(&self, n: u32) -> Amount;
}

struct WorkingDays<'c>(&'c Calendar);
impl Counting for WorkingDays<'_> {
    fn between(&self, from: Date, to: Date) -> Result<u32> {
        self.0.working_days_between(from, to)
    }
    fn add(&self, from: Date, n: u32) -> Result<Date> {
        self.0.add_working_days(from, n)
    }
    fn amount(&self, n: u32) -> Amount {
        Amount::WorkingDays(n)
    }
}

struct AllDays;
impl Counting for AllDays {
    fn between(&self, from: Date, to: Date) -> Result<u32> {
        Ok(u32::try_from(days_from_epoch(to) - days_from_epoch(from)).unwrap_or(0))
    }
    fn add(&self, from: Date, n: u32) -> Result<Date> {
        Ok(plus_days(from, i32::try_from(n).map_err(Error::bug)?))
    }
    fn amount(&self, n: u32) -> Amount {
        Amount::Days(n)
    }
}

fn count_days(days: &dyn Counting, n: u32, start: Date, stops: &[Stop]) -> Result<Run> {
    let (mut after, mut left) = (start, n);
    for stop in stops {
        let eve = plus_days(stop.from.date(), -1);
        let ran = if eve > after { days.between(after, eve)? } else { 0 };
        if left <= ran {
            break;
        }
        left -= ran;
        let Some(until) = stop.until else {
            return Ok(Run::Stands(days.amount(left)));
        };
        after = after.max(until.date());
    }
    Ok(Run::Ends(Due::On(days.add(after, left)?)))
}

fn hours(n: u32, start: Instant, stops: &[Stop]) -> Run {
    let mut due = start.plus_seconds(i64::from(n) * HOUR_SECONDS);
    for stop in stops {
        if stop.from >= due {
            break;
        }
        let Some(until) = stop.until else {
            return Run::Stands(Amount::Minutes(minutes(due, stop.from)));
        };
        due = Instant(due.0 + (until.0 - stop.from.0));
    }
    Run::Ends(Due::At(due))
}

fn same_day(cal: &Calendar, cutoff: super::Time, start: Instant, stops: &[Stop]) -> Result<Run> {
    let received = |at: Instant| {
        let local = at.local();
        if cal.is_working(local.date())? && local.time() <= cutoff {
            return Ok(local.date());
        }
        cal.next_working_day(local.date())
    };
    let mut day = received(start)?;
    for stop in stops {
        if stop.from.date() > day {
            break;
        }
        let Some(until) = stop.until else {
            return Ok(Run::Stands(Amount::WorkingDays(0)));
        };
        day = received(until)?;
    }
    Ok(Run::Ends(Due::On(day)))
}

/// Sổ thời gian của một hồ sơ: the budget, when its clock started and when it stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    budget: Budget,
    start: Instant,
    stops: Vec<Stop>,
}

impl Ledger {
    /// A clock that starts to run.
    pub fn new(budget: Budget, start: Instant) -> Self {
        Self { budget, start, stops: Vec::new() }
    }
    /// The time allowed.
    pub fn budget(&self) -> Budget {
        self.budget
    }
    /// When the clock started.
    pub fn start(&self) -> Instant {
        self.start
    }
    /// The stops, in order.
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }
    /// Whether the clock stands still now.
    pub fn is_stopped(&self) -> bool {
        self.stops.last().is_some_and(|s| s.until.is_none())
    }
    fn last_moment(&self) -> Instant {
        self.stops.last().map_or(self.start, |s| s.until.unwrap_or(s.from))
    }
    /// Stops the clock. Stopping a clock that stands, or in the past of the ledger, is our mistake.
    pub fn stop(&mut self, at: Instant) -> Result<()> {
        if self.is_stopped() || at < self.last_moment() {
            return Err(Error::bug("a clock was stopped that stands, or before its last event"));
        }
        self.stops.push(Stop { from: at, until: None });
        Ok(())
    }
    /// Lets the clock run again.
    pub fn resume(&mut self, at: Instant) -> Result<()> {
        let in_order = at >= self.last_moment();
        match self.stops.last_mut() {
            Some(stop) if stop.until.is_none() && in_order => {
                stop.until = Some(at);
                Ok(())
            }
            _ => Err(Error::bug("a clock was resumed that runs, or before its last event")),
        }
    }
    /// See [`due`].
    pub fn due(&self, cal: &Calendar) -> Result<Option<Due>> {
        due(cal, self.budget, self.start, &self.stops)
    }
    /// See [`remaining`].
    pub fn remaining(&self, cal: &Calendar, now: Instant) -> Result<Remaining> {
        remaining(cal, self.budget, self.start, &self.stops, now)
    }
}
