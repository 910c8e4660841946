//! The journal on the command line, and its watch at start. What is done here is recorded where it
//! gives personal data away.

pub mod cli;
pub mod page;

use crate::DATA_NONE;
use crate::folder::database_file;
use crate::province::{Options, open_store};
use cli::{At, JournalCommand};
use evidence::archive::Archive;
use evidence::export::{Wanted, export};
use evidence::{Health, Outside, checkpoints, guard, journal, proofs, seal};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Actor, Error, Result};
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
    if health.forked { Err(Error::new(evidence::JOURNAL_FORKED)) } else { Ok(()) }
}

/// A province that is there already: no command of the journal makes one by a slip of the fingers.
fn open(at: &At) -> Result<(Store, Keys)> {
    let keys = keys_folder(&at.data);
    if !keys.is_dir() || (at.database.is_none() && !database_file(&at.data).is_file()) {
        return Err(Error::new(DATA_NONE).arg("folder", at.data.display().to_string()));
    }
    let store = open_store(&at.data, at.database.as_deref())?;
    let keys = Keys::open_at(&keys, store.clock().now())?;
    Ok((store, keys))
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let name = path.display().to_string();
    move |e| Error::new(store::NO_SPACE).because(format_args!("{name}: {e}"))
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
            let (store, keys) = open(&at)?;
            let parts = if with_bodies { &proofs::PARTS[..] } else { &[] };
            let file = proofs::inclusion(&store, &keys, seq, parts)?;
            if with_bodies {
                record(&store, journal::PROVED, json!({ "seq": seq }))?;
            }
            print(&file, out.as_deref())?;
        }
        JournalCommand::Consistency { old, new, out, at } => {
            let (store, keys) = open(&at)?;
            let file = proofs::consistency(&store, &keys, older(&old, &keys)?, new)?;
            print(&file, out.as_deref())?;
        }
        JournalCommand::Checkpoint { at } => {
            let (store, keys) = open(&at)?;
            store.settle()?;
            let kept = checkpoints::write(&store, &keys)?;
            let kept = kept.ok_or_else(|| Error::new(evidence::RANGE_UNREAL).arg("size", "0"))?;
            print!("{}", kept.note);
        }
        JournalCommand::Seal { before, to, drop, at } => seal_away(&before, &to, drop, &at)?,
        JournalCommand::Restore { sealed, from, at } => {
            let (store, _) = open(&at)?;
            let archive = archive(&sealed)?;
            let bar = bar("restore");
            let first = seal::restore(&store, &archive, from, &mut |n, of| told(&bar, n, of))?;
            bar.finish_and_clear();
            println!("entries from {first}");
        }
        JournalCommand::Key { rotate, origin, at } => {
            let (store, keys) = open(&at)?;
            if rotate {
                // The last word of the old key covers everything so far.
                store.settle()?;
                checkpoints::write(&store, &keys)?;
                keys.rotate_journal(store.clock().now(), origin.as_deref())?;
                let key = keys.journal_keys().first().cloned();
                record(&store, journal::KEY_ROTATED, json!({ "key": key }))?;
            }
            for key in keys.journal_keys() {
                println!("{key}");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the place of sealed segments; a bucket's keys come from the environment, as its own tools
/// have it.
fn archive(place: &str) -> Result<Archive> {
    let settings: Vec<(String, String)> =
        std::env::vars().filter(|(name, _)| name.starts_with("AWS_")).collect();
    Archive::open(place, &settings)
}

#[allow(clippy::print_stdout)]
fn seal_away(before: &str, to: &str, drop: bool, at: &At) -> Result<()> {
    let unreal = |_| Error::new(kernel::error::DATE_UNREAL).field("before");
    let before: kernel::Date = before.parse().map_err(unreal)?;
    let (store, keys) = open(at)?;
    let archive = archive(to)?;
    let sealing = bar("seal");
    let made = seal::seal(&store, &keys, &archive, before, &mut |n, of| told(&sealing, n, of))?;
    sealing.finish_and_clear();
    for s in &made {
        println!("{} · entries {}–{} · SHA-256 {}", s.file, s.first, s.last, s.sha256);
    }
    println!("segments {} · sealed to {}", made.len(), store.read(seal::sealed_to)?);
    if drop {
        let dropping = bar("drop");
        let last = seal::drop_sealed(&store, &archive, &mut |n, of| told(&dropping, n, of))?;
        dropping.finish_and_clear();
        println!("dropped to {last}");
    }
    Ok(())
}

/// The size of the older state: a number, or that of a checkpoint of ours in a file.
fn older(old: &str, keys: &Keys) -> Result<i64> {
    if let Ok(size) = old.parse() {
        return Ok(size);
    }
    let path = Path::new(old);
    let note = std::fs::read_to_string(path).map_err(failed(path))?;
    Ok(trust::verify_checkpoint(&note, &keys.journal_keys())?.0)
}

fn record(store: &Store, kind: &'static str, body: Value) -> Result<()> {
    let entry = Entry::new(kind, &Actor::system("operator")).body(body);
    store.write(move |tx| tx.record(entry.clone()).map(drop))?;
    store.settle()
}

#[allow(clippy::print_stdout)]
fn print(file: &Value, out: Option<&Path>) -> Result<()> {
    let text = format!("{file:#}\n");
    match out {
        Some(path) => std::fs::write(path, text).map_err(failed(path)),
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
    let (store, keys) = open(at)?;
    if wanted.bodies {
        // Before anything leaves, so that no export goes unrecorded.
        let body = json!({ "from": wanted.from, "to": wanted.to });
        record(&store, journal::EXPORTED, body)?;
    }
    let bar = bar("export");
    let done = export(&store, &keys, dir, wanted, &mut |n, of| told(&bar, n, of))?;
    bar.finish_and_clear();
    println!(
        "{}: checkpoint {} · entries {}–{} · bundles written {}, left as they were {} · sealed {}",
        dir.display(),
        done.size,
        done.range.0,
        done.range.1,
        done.written,
        done.left,
        done.sealed
    );
    Ok(())
}

#[allow(clippy::print_stdout)]
fn verify(at: &At) -> Result<ExitCode> {
    let (store, keys) = open(at)?;
    let health = store.verify_journal()?;
    let root = evidence::rules::hex(&health.root);
    println!(
        "entries {} · root {root} · sealed {} · erased {} · faults {}",
        health.size, health.dropped, health.erased, health.faults_count
    );
    for fault in &health.faults {
        println!("{fault:?}");
    }
    if !health.is_sound() {
        return Ok(ExitCode::FAILURE);
    }
    let outside = Outside::new(&keys_folder(&at.data), &[])?;
    guard::watch(&store, &keys, &outside, false)?;
    let (kept, wrong) = store.read(checkpoints::check_all)?;
    println!("kept checkpoints {kept} · of another history {wrong}");
    Ok(ExitCode::SUCCESS)
}

#[allow(clippy::print_stdout)]
fn verify_folder(dir: &Path, keys: Option<&Path>, at: &At) -> Result<ExitCode> {
    let text = match keys {
        Some(path) => std::fs::read_to_string(path).map_err(failed(path))?,
        None => open(at)?.1.journal_keys().join("\n"),
    };
    let words = lienthong_verify::words::Words::vietnamese();
    let bar = bar("verify");
    let checked = lienthong_verify::note::keys(&text).and_then(|keys| {
        lienthong_verify::folder::verify(dir, &keys, &mut |n, of| {
            bar.set_length(of);
            bar.set_position(n);
        })
    });
    bar.finish_and_clear();
    match checked {
        Ok(r) => {
            let root = evidence::rules::hex(&r.state.root);
            println!(
                "entries {} · root {root} · opened parts {} · checkpoints {} · sealed {}",
                r.entries, r.opened, r.checkpoints, r.sealed
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            println!("{}\n{fault}", words.say(fault.key, &fault.values));
            Ok(ExitCode::FAILURE)
        }
    }
}
