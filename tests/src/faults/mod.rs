//! Faults, drawn from a seed: `kill -9` under mixed load, on either engine, and what must hold after it.
//! A sample runs with the tests; `cargo xtask faults --rounds N` runs as many as wanted and writes
//! docs/faults.md.

pub mod crowd;
pub mod ledger;
pub mod people;
pub mod report;

use crate::{
    engine::Engine,
    folder::Folder,
    program::{Options, Program, run},
    rows::Rows,
    until,
    walks::Walker,
};
use ledger::{Told, check, followers_equal_the_journal};
use people::{People, live};
use std::sync::{Mutex, PoisonError};
use store::testing::Chance;

/// One province that was killed again and again.
#[derive(Clone, Debug, Default)]
pub struct Chapter {
    /// Times it was killed.
    pub kills: u64,
    /// Dossiers filed, fees paid, consents given, decisions taken: each acknowledged to somebody.
    pub told: [usize; 4],
    /// Visits of somebody to their own data, acknowledged.
    pub visits: i64,
    /// Entries of the journal at the end.
    pub entries: i64,
}

/// Where a province of a chapter lives.
struct Place {
    folder: Folder,
    url: Option<String>,
}

impl Place {
    fn new(engine: Engine) -> Self {
        let url = (engine == Engine::Postgres).then(store::testing::postgres);
        Self { folder: Folder::new(), url }
    }

    fn options(&self) -> Options {
        let mut options = Options::kept_in(self.folder.path());
        if let Some(url) = &self.url {
            options.more = vec!["--database".into(), url.clone()];
        }
        options
    }

    /// What is there now.
    fn rows(&self) -> Rows {
        match &self.url {
            None => Rows::of(self.folder.path()),
            Some(url) => Rows::copied(url),
        }
    }

    /// What is there once everything that was committed has its number; the program runs.
    fn numbered(&self) -> Rows {
        let mut rows = self.rows();
        until("every entry has its number", || {
            rows = self.rows();
            rows.count("SELECT COUNT(*) FROM journal_pending", []) == 0
        });
        rows
    }

    fn verified(&self) {
        let data = self.folder.path().display().to_string();
        let mut args = vec!["journal", "verify", "--data", &data];
        if let Some(url) = &self.url {
            args.extend(["--database", url]);
        }
        let verified = run(&args, "").expect("the program starts");
        assert_eq!(verified.code, Some(0), "{verified:?}");
    }
}

/// Lets people work, kills the program, looks at what is left, starts it again on that: so many times.
///
/// # Panics
/// If anything that somebody was told is lost or doubled, a follower differs from the journal, or the
/// journal does not verify.
pub fn killed(engine: Engine, seed: u64, kills: u64) -> Chapter {
    let mut chance = Chance::of(seed);
    let place = Place::new(engine);
    let options = place.options();
    let mut program = started(&options);
    let mut people = People::of(&program).unwrap_or_else(|e| panic!("{e}"));
    let entries = "SELECT COUNT(*) FROM journal WHERE kind LIKE 'data.read%'";
    let before = place.numbered().count(entries, []);
    open_own(&mut people.reader);
    let reads_per_visit = place.numbered().count(entries, []) - before;
    assert!(reads_per_visit > 0, "a look at one's own data is recorded");
    let told = Mutex::new(Told { read: 1, ..Told::default() });
    for kill in 1..=kills {
        live(&mut program, &mut people, &told, &mut chance);
        place.verified();
        program = started(&options);
        people.moved(&program.address);
        let told = told.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(told.faults.is_empty(), "seed {seed}, kill {kill}: {}", told.faults.join("\n"));
        check(&place.numbered(), &told, kill, reads_per_visit);
    }
    assert!(program.stop(), "it stops when it is asked");
    let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    let counts = [told.filed.len(), told.paid.len(), told.consented.len(), told.decided.len()];
    let least = usize::try_from(kills / 6).unwrap_or(usize::MAX);
    assert!(counts.iter().all(|n| *n >= least), "only {counts:?}: too little for a test");
    the_day_after(&place, &options);
    let rows = place.rows();
    followers_equal_the_journal(&rows, usize::try_from(kills * 16).unwrap_or(usize::MAX));
    check(&rows, &told, kills, reads_per_visit);
    place.verified();
    let entries = rows.count("SELECT COUNT(*) FROM journal", []);
    Chapter { kills, told: counts, visits: told.read, entries }
}

fn started(options: &Options) -> Program {
    Program::start(options).unwrap_or_else(|why| panic!("{why}"))
}

fn open_own(reader: &mut Walker) {
    reader.open("/du-lieu-cua-toi").unwrap_or_else(|e| panic!("{e}"));
}

/// Leases of killed workers are over: every letter gets set and signed, once, and nothing waits.
fn the_day_after(place: &Place, options: &Options) {
    let next_day = "SELECT date(MAX(at) / 1000000 + 25200 + 86400, 'unixepoch') FROM journal";
    let today = Some(place.rows().texts(next_day, []).remove(0));
    let mut program = started(&Options { today, ..options.clone() });
    for (what, left) in [
        ("every letter is signed", "SELECT COUNT(*) FROM dossier_letter WHERE signed_at IS NULL"),
        ("no job is left", "SELECT COUNT(*) FROM job WHERE state <> 'done'"),
        (
            "the followers have caught up",
            "SELECT COUNT(*) FROM follower WHERE cursor < (SELECT MAX(seq) FROM journal)",
        ),
    ] {
        until(what, || place.numbered().count(left, []) == 0);
    }
    assert!(program.stop(), "it stops when it is asked");
    let rows = place.rows();
    assert_eq!(
        rows.count("SELECT COUNT(*) FROM journal WHERE kind = 'letter.signed'", []),
        rows.count("SELECT COUNT(*) FROM dossier_letter", []),
        "each letter was signed once"
    );
}
