//! The journal on the command line, and its watch at start. What is done here is recorded where it
//! gives personal data away.

pub mod cli;
pub mod page;

use crate::folder::database_file;
use crate::province::{self, Options, open_store};
use crate::{DATA_NONE, config};
use cli::{At, JournalCommand};
use evidence::archive::Archive;
use evidence::export::{Wanted, export};
use evidence::{FILE_AWAY, Health, Outside, checkpoints, guard, journal, proofs, rules, seal};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Actor, Error, Lang, Result, Say};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use store::{Entry, Store};
use trust::Keys;

/// Where a data folder has its keys.
pub fn keys_folder(data: &Path) -> PathBuf {
    data.join("keys")
}

/// Compares the database with the checkpoints kept outside of it; refuses another history.
pub fn watch(options: &Options, store: &Store, keys: &Keys) -> Result<Outside> {
    let outside = Outside::new(&keys_folder(&options.data), &options.journal.witness)?;
    guard::watch(store, keys, &outside, options.journal.accept_fork)?;
    Ok(outside)
}

/// What `/health` says of the journal.
pub fn sound(health: &Mutex<Health>) -> Result<()> {
    let health = health.lock().unwrap_or_else(PoisonError::into_inner);
    match &health.fault {
        Some(e) if e.is(evidence::JOURNAL_FORKED) || e.is(store::JOURNAL_DAMAGED) => Err(e.clone()),
        _ => Ok(()),
    }
}

/// Where a province lies. No command of the journal makes one by a slip of the fingers.
struct Place {
    data: PathBuf,
    database: Option<String>,
    witness: Vec<PathBuf>,
}

impl Place {
    fn of(at: &At) -> Result<Self> {
        let settings = at.config.as_deref().map(config::read).transpose()?;
        Ok(match settings {
            Some(c) => {
                Self { database: c.database()?, data: c.data.clone(), witness: c.journal.witness }
            }
            None => {
                Self { data: at.data.clone(), database: at.database.clone(), witness: Vec::new() }
            }
        })
    }

    fn none(&self) -> Error {
        Error::new(DATA_NONE).arg("folder", self.data.display().to_string())
    }

    fn store(&self) -> Result<Store> {
        if self.database.is_none() && !database_file(&self.data).is_file() {
            return Err(self.none());
        }
        open_store(&self.data, self.database.as_deref())
    }

    /// Keys are made when a province is first served; a register that was only filled has none yet.
    fn has_keys(&self) -> bool {
        keys_folder(&self.data).is_dir()
    }
}

/// The province a command is about.
struct Here {
    store: Store,
    keys: Keys,
    outside: Outside,
}

impl Here {
    /// A province that is there already.
    fn open(at: &At) -> Result<Self> {
        let place = Place::of(at)?;
        if !place.has_keys() {
            return Err(place.none());
        }
        let store = place.store()?;
        Self::with(&place, store)
    }

    fn with(place: &Place, store: Store) -> Result<Self> {
        let keys = keys_folder(&place.data);
        let outside = Outside::new(&keys, &place.witness)?;
        let keys = Keys::open_at(&keys, store.clock().now())?;
        Ok(Self { store, keys, outside })
    }

    fn record(&self, kind: &'static str, body: Value) -> Result<()> {
        let entry = Entry::new(kind, &Actor::system("operator")).body(body);
        self.store.write(move |tx| tx.record(entry.clone()).map(drop))?;
        self.store.settle()
    }
}

fn away(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let name = path.display().to_string();
    move |e| Error::new(FILE_AWAY).arg("file", name).because(e)
}

/// Runs one command.
#[allow(clippy::print_stdout)]
pub fn run(command: JournalCommand) -> Result<ExitCode> {
    match command {
        JournalCommand::Verify { export: Some(dir), keys, at } => {
            return verify_folder(&dir, keys.as_deref(), &at);
        }
        JournalCommand::Verify { at, .. } => return verify(&at),
        JournalCommand::Export { dir, from, to, with_bodies, at } => {
            let wanted = Wanted { from, to, bodies: with_bodies };
            export_into(&dir, &wanted, &at)?;
        }
        JournalCommand::Prove { seq, out, with_bodies, at } => {
            let here = Here::open(&at)?;
            let parts = if with_bodies { &proofs::PARTS[..] } else { &[] };
            let file = proofs::inclusion(&here.store, &here.keys, seq, parts)?;
            if with_bodies {
                here.record(journal::PROVED, json!({ "seq": seq }))?;
            }
            print(&file, out.as_deref())?;
        }
        JournalCommand::Consistency { old, new, out, at } => {
            let here = Here::open(&at)?;
            let old = older(&old, &here.keys)?;
            print(&proofs::consistency(&here.store, &here.keys, old, new)?, out.as_deref())?;
        }
        JournalCommand::Checkpoint { at } => {
            let here = Here::open(&at)?;
            here.store.settle()?;
            let kept = checkpoints::write(&here.store, &here.keys)?;
            let empty = || Error::new(evidence::RANGE_UNREAL).arg("size", "0");
            print!("{}", kept.ok_or_else(empty)?.note);
        }
        JournalCommand::Seal { before, to, drop, at } => seal_away(&before, &to, drop, &at)?,
        JournalCommand::Restore { sealed, from, at } => {
            let here = Here::open(&at)?;
            restore(&here, &sealed, from, &say(&at)?)?;
        }
        JournalCommand::Key { rotate, origin, at } => {
            let here = Here::open(&at)?;
            if rotate {
                rotate_key(&here, origin.as_deref())?;
            }
            for key in here.keys.journal_keys() {
                println!("{key}");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn say(at: &At) -> Result<Say> {
    Ok(Say::new(province::words()?, Lang::from_tag(&at.lang)))
}

fn rotate_key(here: &Here, origin: Option<&str>) -> Result<()> {
    // The last word of the old key covers everything so far.
    here.store.settle()?;
    checkpoints::write(&here.store, &here.keys)?;
    here.keys.rotate_journal(here.store.clock().now(), origin)?;
    let key = here.keys.journal_keys().first().cloned();
    here.record(journal::KEY_ROTATED, json!({ "key": key }))
}

/// A bucket's keys come from the environment, as its own tools have it.
fn bucket_settings() -> Vec<(String, String)> {
    std::env::vars().filter(|(name, _)| name.starts_with("AWS_")).collect()
}

#[allow(clippy::print_stdout)]
fn seal_away(before: &str, to: &str, drop: bool, at: &At) -> Result<()> {
    let before = kernel::calendar::iso_date(before).map_err(|e| e.field("before"))?;
    let (here, say) = (Here::open(at)?, say(at)?);
    let archive = Archive::make(to, &bucket_settings())?;
    let sealing = bar("seal");
    let made =
        seal::seal(&here.store, &here.keys, &archive, before, &mut |n, of| told(&sealing, n, of))?;
    sealing.finish_and_clear();
    for s in &made {
        let values =
            [("file", s.file.clone()), ("from", say.number(s.first)), ("to", say.number(s.last))];
        println!("{}\n    SHA-256 {}", say.with("journal-segment", &values), s.sha256);
    }
    let sealed = here.store.read(seal::sealed_to)?;
    if made.is_empty() {
        println!("{}", say.t("journal-sealed-nothing"));
    }
    if sealed > 0 {
        println!("{}", say.t1("journal-sealed-to", "n", say.number(sealed)));
    }
    if drop {
        let dropping = bar("drop");
        let last = seal::drop_sealed(&here.store, &archive, &mut |n, of| told(&dropping, n, of))?;
        dropping.finish_and_clear();
        if last > 0 {
            println!("{}", say.t1("journal-dropped-to", "n", say.number(last)));
        }
        if last < sealed {
            println!("{}", say.t1("journal-dropped-later", "n", say.number(last + 1)));
        }
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
fn restore(here: &Here, sealed: &str, from: i64, say: &Say) -> Result<()> {
    let archive = Archive::open(sealed, &bucket_settings())?;
    if here.store.read(|tx| tx.journal_dropped())? == 0 {
        println!("{}", say.t("journal-restored-nothing"));
        return Ok(());
    }
    let bar = bar("restore");
    let first = seal::restore(&here.store, &archive, from, &mut |n, of| told(&bar, n, of))?;
    bar.finish_and_clear();
    println!("{}", say.t1("journal-restored", "n", say.number(first)));
    Ok(())
}

/// The size of the older state: a number, or that of a checkpoint of ours in a file.
fn older(old: &str, keys: &Keys) -> Result<i64> {
    if let Ok(size) = old.parse() {
        return Ok(size);
    }
    let path = Path::new(old);
    let note = std::fs::read_to_string(path).map_err(away(path))?;
    Ok(trust::verify_checkpoint(&note, &keys.journal_keys())?.0)
}

#[allow(clippy::print_stdout)]
fn print(file: &Value, out: Option<&Path>) -> Result<()> {
    let text = format!("{file:#}\n");
    match out {
        Some(path) => std::fs::write(path, text).map_err(away(path)),
        None => {
            print!("{text}");
            Ok(())
        }
    }
}

pub(crate) fn bar(title: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = "{msg}  {bar:30} {human_pos}/{human_len} {elapsed}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.set_message(title);
    bar
}

/// A count for the bar.
pub(crate) fn told(bar: &ProgressBar, n: i64, of: i64) {
    bar.set_length(of.unsigned_abs());
    bar.set_position(n.unsigned_abs());
}

#[allow(clippy::print_stdout)]
fn export_into(dir: &Path, wanted: &Wanted, at: &At) -> Result<()> {
    let here = Here::open(at)?;
    if wanted.bodies {
        // Before anything leaves, so that no export goes unrecorded.
        here.record(journal::EXPORTED, json!({ "from": wanted.from, "to": wanted.to }))?;
    }
    let bar = bar("export");
    let done = export(&here.store, &here.keys, dir, wanted, &mut |n, of| told(&bar, n, of))?;
    bar.finish_and_clear();
    let say = say(at)?;
    let values = [
        ("dir", dir.display().to_string()),
        ("size", say.number(done.size)),
        ("from", say.number(done.range.0)),
        ("to", say.number(done.range.1)),
        ("written", say.number(done.written)),
        ("left", say.number(done.left)),
    ];
    println!("{}", say.with("journal-exported", &values));
    if done.sealed > 0 {
        println!("{}", say.t1("journal-exported-sealed", "n", say.number(done.sealed)));
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
fn verify(at: &At) -> Result<ExitCode> {
    let (place, say) = (Place::of(at)?, say(at)?);
    let store = place.store()?;
    let health = store.verify_journal()?;
    let values = [("n", say.number(health.size)), ("root", rules::hex(&health.root))];
    println!("{}", say.with("journal-counted", &values));
    if health.dropped > 0 {
        println!("{}", say.t1("journal-dropped-to", "n", say.number(health.dropped)));
    }
    if health.erased > 0 {
        println!("{}", say.t1("journal-erased", "n", say.number(health.erased)));
    }
    for fault in &health.faults {
        println!("✗ {}", fault.text(&say));
    }
    if !health.is_sound() {
        let count = i64::try_from(health.faults_count).unwrap_or(i64::MAX);
        println!("{}", say.count("journal-unsound", count));
        return Ok(ExitCode::FAILURE);
    }
    if !place.has_keys() {
        println!("{}", say.t("journal-sound-unsigned"));
        return Ok(ExitCode::SUCCESS);
    }
    let here = Here::with(&place, store)?;
    guard::watch(&here.store, &here.keys, &here.outside, false)?;
    let public = here.keys.journal_keys();
    let compared = here.store.read(|tx| checkpoints::compare_all(tx, &public))?;
    if compared.set_aside > 0 {
        println!("{}", say.t1("journal-forked-once", "n", say.number(compared.set_aside)));
    }
    if compared.contradict > 0 {
        println!("✗ {}", say.t1("journal-contradicted", "n", say.number(compared.contradict)));
        return Ok(ExitCode::FAILURE);
    }
    println!("{}", say.t1("journal-sound", "kept", say.number(compared.agree)));
    Ok(ExitCode::SUCCESS)
}

#[allow(clippy::print_stdout)]
fn verify_folder(dir: &Path, keys: Option<&Path>, at: &At) -> Result<ExitCode> {
    let text = match keys {
        Some(path) => std::fs::read_to_string(path).map_err(away(path))?,
        None => Here::open(at)?.keys.journal_keys().join("\n"),
    };
    let bar = bar("verify");
    let checked = lienthong_verify::note::keys(&text).and_then(|keys| {
        lienthong_verify::folder::verify(dir, &keys, &mut |n, of| {
            bar.set_length(of);
            bar.set_position(n);
        })
    });
    bar.finish_and_clear();
    let words = lienthong_verify::words::Words::from_tag(&at.lang);
    match checked {
        Ok(report) => {
            report.lines(&words).iter().for_each(|line| println!("{line}"));
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            println!("{}", words.say(fault.key, &fault.values));
            Ok(ExitCode::FAILURE)
        }
    }
}
