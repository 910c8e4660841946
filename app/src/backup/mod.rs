//! `lienthong backup …` and `lienthong restore`: a province's folder in and out of a folder of backups.
//!
//! What belongs to a province: its database, and `keys/` (signing keys, secrets, the newest checkpoint).
//! Letters and uploads are rows of the database, uploads encrypted by a secret of `keys/`.

pub mod cli;
mod make;
mod read;

use crate::folder::DATABASE;
use crate::progress::Progress;
use crate::{BACKUP_UNNAMED, DATA_NONE, config, folder, province};
use backup::{Key, Manifest, Place};
use cli::{BackupArgs, BackupCommand, RestoreArgs};
use kernel::{Error, Instant, Lang, Result, Say};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::Description;

pub use make::newest_recorded;

/// A backup was made. Body: `at` (the moment whose state it holds), `entries` and `root` of the journal
/// in it, `bytes`, `new_bytes`.
pub const MADE: &str = "backup.made";
/// A backup was restored for trial and agreed with this journal. Body: `at`, `entries`, `root`.
pub const REHEARSED: &str = "backup.rehearsed";

/// What a manifest says about the province in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    /// The version of the program that made it.
    program: String,
    /// Each crate's newest schema file.
    schema: BTreeMap<String, i64>,
    /// The journal; none where the database is elsewhere, and only the keys are here.
    journal: Option<State>,
}

/// A state of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// Entries.
    entries: i64,
    /// Root of their tree.
    root: String,
    /// When the newest entry was written.
    newest_at: Option<Instant>,
}

impl About {
    /// Of a database, or of none.
    fn new(d: Option<&Description>) -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            schema: d.map(|d| d.schema.iter().cloned().collect()).unwrap_or_default(),
            journal: d.map(|d| State {
                entries: d.entries,
                root: evidence::rules::hex(&d.root),
                newest_at: d.newest_at,
            }),
        }
    }

    fn of(manifest: &Manifest) -> Result<Self> {
        Ok(serde_json::from_value(manifest.about.clone())?)
    }

    /// Refuses a province that only a newer program knows.
    fn is_known(&self) -> Result<()> {
        let known = schemas();
        match self.schema.iter().find(|(name, n)| known.get(*name).is_none_or(|k| k < n)) {
            Some((name, n)) => {
                Err(Error::new(store::DATABASE_NEWER).because(format_args!("{name} {n:03}")))
            }
            None => Ok(()),
        }
    }
}

/// Each crate's newest schema file, as this program knows it.
fn schemas() -> BTreeMap<String, i64> {
    let all = [store::SCHEMA].into_iter().chain(province::SCHEMAS.iter().copied());
    all.map(|s| (s.name.to_owned(), i64::try_from(s.files.len()).unwrap_or(i64::MAX))).collect()
}

/// Runs `backup …`.
#[allow(clippy::print_stdout)]
pub fn run(args: BackupArgs) -> Result<ExitCode> {
    match args.command {
        None => make::make(&args.make),
        Some(BackupCommand::Key { file, lang }) => {
            let public = backup::key::make(&file)?;
            let values = [("private", shown(&file)), ("public", shown(&public))];
            println!("{}", say(&lang)?.with("app-backup-key", &values));
            Ok(ExitCode::SUCCESS)
        }
        Some(BackupCommand::List(args)) => read::list(&args),
        Some(BackupCommand::Verify(args)) => read::verify(&args),
        Some(BackupCommand::Rehearse(args)) => read::rehearse(&args),
    }
}

/// Runs `restore`.
pub fn restore(args: &RestoreArgs) -> Result<ExitCode> {
    read::restore(args)
}

/// When the newest backup of the settings was made; `None` if there is none yet.
pub fn newest(settings: &config::Backup) -> Result<Option<Instant>> {
    let (Some(dir), Some(key)) = (&settings.folder, &settings.key) else { return Ok(None) };
    let key = Key::read(key)?;
    let place = match Place::look(dir, key.public()) {
        Err(e) if e.is(backup::PLACE_NONE) => return Ok(None),
        place => place?,
    };
    match place.backups()?.last() {
        // Only one whose list is whole is a backup.
        Some(named) => place.manifest(named, key.public()).map(|m| Some(m.at)),
        None => Ok(None),
    }
}

fn say(lang: &str) -> Result<Say> {
    Ok(Say::new(province::words()?, Lang::from_tag(lang)))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A name of the command line, else of the settings.
fn named(given: Option<&PathBuf>, set: Option<&PathBuf>, option: &str) -> Result<PathBuf> {
    let found = given.or(set).cloned();
    found.ok_or_else(|| Error::new(BACKUP_UNNAMED).arg("option", option))
}

/// A moment for people, to the second: backups may be made every few minutes.
fn when(at: Instant) -> String {
    format!("{} {}", at.clock_seconds(), kernel::time::day(at.date()))
}

/// A length for people.
fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    match bytes {
        0..MIB => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MiB", bytes as f64 / MIB as f64),
    }
}

/// The SQLite file of a province that is there; none if its database is PostgreSQL.
fn database(data: &Path, named: Option<&str>) -> Result<Option<PathBuf>> {
    let file = match named {
        None => Some(folder::database_file(data)),
        Some(url) => url.strip_prefix("sqlite:").map(PathBuf::from),
    };
    let there = file.as_ref().is_none_or(|f| f.is_file()) && data.join(folder::KEYS).is_dir();
    there.then_some(file).ok_or_else(|| Error::new(DATA_NONE).arg("folder", shown(data)))
}

/// A bar that appears when the length is known.
struct Bar {
    what: &'static str,
    shown: Option<Progress>,
}

impl Bar {
    fn new(what: &'static str) -> Self {
        Self { what, shown: None }
    }

    fn told(&mut self, n: u64, of: u64) {
        self.shown.get_or_insert_with(|| Progress::new(self.what, of)).set(n);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.shown.take() {
            bar.end();
        }
    }
}
