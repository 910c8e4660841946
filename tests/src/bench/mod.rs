//! `cargo xtask bench`: rows of figures, each with how to get it again, a reference measured in the
//! same run and a budget. To add one: write a function in the file of its subject, add a [`Row`] to
//! `rows::ROWS`.

pub mod appends;
pub mod away;
pub mod backups;
pub mod bare_engines;
pub mod build;
pub mod chart;
pub mod growth;
pub mod journalled;
pub mod letters;
pub mod lifecycle;
pub mod live;
pub mod pages;
pub mod people;
pub mod preload;
pub mod report;
pub mod rows;
pub mod search;
pub mod signing_in;

use crate::{
    bare,
    folder::Folder,
    inside::Inside,
    load::{self, Load, Plan},
    program::{Options, Program},
};
use std::{
    net::SocketAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// What a row promises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    /// The figure is at most this.
    AtMost(f64),
    /// The figure is at least this.
    AtLeast(f64),
    /// Figure divided by reference is at least this.
    RatioAtLeast(f64),
    /// The figure is at least the first, and divided by reference at least the second.
    BothAtLeast(f64, f64),
    /// Recorded, not promised.
    None,
}

/// One line of docs/benchmarks.md.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name on the command line, for ever.
    pub id: &'static str,
    /// What is measured, for a stranger.
    pub what: &'static str,
    /// `s`, `ms`, `MB`, `bytes`, `/s`, `µs`.
    pub unit: &'static str,
    /// How: what runs, on how much data, with how many connections.
    pub how: &'static str,
    /// What is promised (ARCHITECTURE.md, «Budgets»).
    pub budget: Budget,
    /// Measured only when asked for by name or by `--fresh-build`; else the last figure stays.
    pub long: bool,
    /// The measurement.
    pub measure: fn(&mut Bench) -> Result<Figure, String>,
}

/// A measured figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// In the row's unit.
    pub value: f64,
    /// What it is compared with: name and value in the same unit.
    pub reference: Option<(String, f64)>,
    /// A remark for the page.
    pub note: String,
}

impl Figure {
    /// A figure without a reference.
    pub fn of(value: f64) -> Self {
        Self { value, ..Self::default() }
    }
    /// Compared with a reference measured in the same run.
    #[must_use]
    pub fn against(mut self, name: &str, value: f64) -> Self {
        self.reference = Some((name.to_owned(), value));
        self
    }
    /// With a remark.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
    /// Figure divided by reference.
    pub fn ratio(&self) -> Option<f64> {
        self.reference.as_ref().filter(|r| r.1 != 0.0).map(|r| self.value / r.1)
    }
}

/// Whether a figure keeps the promise; nothing when there is none.
pub fn kept(budget: Budget, figure: &Figure) -> Option<bool> {
    match budget {
        Budget::AtMost(max) => Some(figure.value <= max),
        Budget::AtLeast(min) => Some(figure.value >= min),
        Budget::RatioAtLeast(min) => figure.ratio().map(|r| r >= min),
        Budget::BothAtLeast(min, ratio) => {
            figure.ratio().map(|r| r >= ratio && figure.value >= min)
        }
        Budget::None => None,
    }
}

/// What rows share: one demo province, one yardstick server, made when first needed.
#[derive(Default)]
pub struct Bench {
    /// Synthetic persons of the province.
    pub persons: u64,
    /// Dossiers that are there before lives of dossiers are measured.
    pub dossiers: u64,
    /// Times from a decision to an open screen, once measured.
    live: Option<live::Samples>,
    inside: Option<Inside>,
    data: Option<Folder>,
    program: Option<Program>,
    /// A province that is backed up, and the seconds of its first backup.
    backups: Option<(backups::Bed, f64)>,
    bare: Option<SocketAddr>,
    bare_rates: Vec<(usize, f64)>,
}

/// Seconds that a load row measures.
const LOAD_SECONDS: f64 = 5.0;

impl Bench {
    /// A bench with a province of so many persons, and so many dossiers before a life is measured.
    pub fn new(persons: u64, dossiers: u64) -> Self {
        Self { persons, dossiers, ..Self::default() }
    }

    /// A province inside this process, on SQLite, made when first needed. The program is stopped
    /// meanwhile, so that it takes nothing of the machine.
    pub fn inside(&mut self) -> Result<&Inside, String> {
        self.stop();
        if self.inside.is_none() {
            self.inside = Some(Inside::sqlite(self.persons).map_err(|e| e.to_string())?);
        }
        self.inside.as_ref().ok_or_else(|| "no province".into())
    }

    /// Options that reuse the province's data folder.
    pub fn options(&mut self) -> Options {
        let data = self.data.get_or_insert_with(Folder::new).path().to_path_buf();
        Options { persons: self.persons, data: Some(data), ..Options::default() }
    }

    /// The running province (its data are made at the first call, which may take a while).
    pub fn program(&mut self) -> Result<&mut Program, String> {
        self.inside = None;
        if self.program.is_none() {
            let options = self.options();
            self.program = Some(Program::start(&options)?);
        }
        self.program.as_mut().ok_or_else(|| "no program".into())
    }

    /// Stops the province; its data stay.
    pub fn stop(&mut self) {
        if let Some(mut program) = self.program.take() {
            program.stop();
        }
    }

    /// Sends requests to the province with so many connections.
    pub fn load(&mut self, connections: usize, requests: Vec<Vec<u8>>) -> Result<Load, String> {
        let host = self.program()?.host().to_owned();
        let plan = Plan { host, connections, seconds: LOAD_SECONDS, requests };
        let load = load::run(&plan).map_err(|e| e.to_string())?;
        if load.bad > 0 || load.good == 0 {
            return Err(format!("{} good answers, {} bad ones", load.good, load.bad));
        }
        Ok(load)
    }

    /// Answers a second of an axum server that does nothing, with as many connections.
    pub fn bare_rate(&mut self, connections: usize) -> Result<f64, String> {
        if let Some((_, rate)) = self.bare_rates.iter().find(|(n, _)| *n == connections) {
            return Ok(*rate);
        }
        let address = match self.bare {
            Some(address) => address,
            None => *self.bare.insert(bare::serve().map_err(|e| e.to_string())?),
        };
        let host = address.to_string();
        let request = format!("GET / HTTP/1.1\r\nhost: {host}\r\n\r\n").into_bytes();
        let plan = Plan { host, connections, seconds: LOAD_SECONDS, requests: vec![request] };
        let rate = load::run(&plan).map_err(|e| e.to_string())?.per_second();
        self.bare_rates.push((connections, rate));
        Ok(rate)
    }
}

/// The middle of several runs, so that one hiccup does not decide.
pub fn middle(
    runs: usize,
    mut one: impl FnMut() -> Result<Duration, String>,
) -> Result<Duration, String> {
    let mut times = (0..runs).map(|_| one()).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    times.get(runs / 2).copied().ok_or_else(|| "no runs".into())
}

/// An error with its cause, for whoever measures.
fn text(e: kernel::Error) -> String {
    format!("{e} {}", e.cause().unwrap_or_default())
}

/// How long `act` takes.
pub fn timed<T>(act: impl FnOnce() -> Result<T, String>) -> Result<(T, Duration), String> {
    let begun = Instant::now();
    act().map(|done| (done, begun.elapsed()))
}

/// Does every job, so many at once, each thread taking the next one; the first failure ends it.
pub fn spread<J: Sync>(
    at_once: usize,
    jobs: &[J],
    one: impl Fn(&J) -> Result<(), String> + Sync,
) -> Result<(), String> {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = one(job) {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
                        next.store(jobs.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_and_the_first_failure_is_told() {
        let sum = AtomicUsize::new(0);
        let jobs: Vec<usize> = (1..=100).collect();
        spread(7, &jobs, |n| {
            sum.fetch_add(*n, Ordering::Relaxed);
            Ok(())
        })
        .unwrap();
        assert_eq!(sum.into_inner(), 5_050);
        let why = spread(3, &jobs, |n| if *n == 40 { Err("forty".into()) } else { Ok(()) });
        assert_eq!(why, Err("forty".to_owned()));
    }
}
