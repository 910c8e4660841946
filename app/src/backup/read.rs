//! Looking at backups, restoring one, and rehearsing that.

use super::cli::{ReadArgs, RehearseArgs, RestoreArgs};
use super::{About, Bar, DATABASE, REHEARSED, State, database, named, say, shown, size, when};
use crate::folder;
use crate::journal::keys_folder;
use crate::{BACKUP_DIFFERS, BACKUP_ENGINE, BACKUP_LATER, config, province};
use backup::rules::{moment, not_later};
use backup::{BACKUP_NONE, Key, Manifest, PLACE_NONE, Place, Private, Report};
use evidence::{Outside, checkpoints, guard};
use kernel::{Actor, Error, Instant, Result, Say};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::{Entry, Store};
use trust::Keys;

/// Folder and key of a command that only reads.
fn opened(args: &ReadArgs) -> Result<(Place, Key)> {
    let settings = args.config.as_deref().map(config::read).transpose()?;
    let set = settings.map(|c| c.backup).unwrap_or_default();
    let key = Key::read(&named(args.key.as_ref(), set.key.as_ref(), "--key")?)?;
    let dir = named(args.dir.as_ref(), set.folder.as_ref(), "DIR")?;
    Ok((Place::open(&dir, key.public())?, key))
}

/// Lists backups, the oldest first.
#[allow(clippy::print_stdout)]
pub fn list(args: &ReadArgs) -> Result<ExitCode> {
    let (place, key) = opened(args)?;
    let say = say(&args.lang)?;
    let mut code = ExitCode::SUCCESS;
    for named in place.backups()? {
        match place.manifest(&named, key.public()) {
            Ok(m) => {
                let about = About::of(&m)?;
                let values = [
                    ("time", when(named.at)),
                    ("size", size(m.bytes())),
                    (
                        "entries",
                        about.journal.map_or_else(|| "—".into(), |j| say.number(j.entries)),
                    ),
                    ("program", about.program),
                ];
                println!("{}", say.with("app-backup-line", &values));
            }
            Err(e) => {
                println!("✗ {}", e.text(&say));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// Reads everything back.
#[allow(clippy::print_stdout)]
pub fn verify(args: &ReadArgs) -> Result<ExitCode> {
    let (place, key) = opened(args)?;
    let say = say(&args.lang)?;
    let mut bar = Bar::new("backup-verify");
    let report = backup::verify(&place, &key, &mut |n, of| bar.told(n, of))?;
    drop(bar);
    for fault in &report.faults {
        println!("✗ {}", fault.error.text(&say));
        for named in &fault.of {
            println!("    {}", say.t1("app-backup-hit", "time", when(named.at)));
        }
    }
    println!("{}", verdict(&report, &say));
    Ok(if report.faults_count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verdict(report: &Report, say: &Say) -> String {
    if report.faults_count > 0 {
        return say.count("app-backup-faults", report.faults_count as i64);
    }
    let values = [
        ("n", say.number(report.backups as i64)),
        ("chunks", say.number(report.chunks as i64)),
        ("size", size(report.bytes)),
    ];
    say.with(if report.opened { "app-backup-opened" } else { "app-backup-whole" }, &values)
}

/// The newest backup not later than `to`.
fn chosen(place: &Place, key: &Private, to: Option<&str>) -> Result<Manifest> {
    let to = to.map(moment).transpose()?;
    let all = place.backups()?;
    let times: Vec<Instant> = all.iter().map(|n| n.at).collect();
    match (not_later(&times, to), to, times.first()) {
        (Some(n), ..) => place.manifest(&all[n], key.public()),
        (None, Some(to), Some(oldest)) => {
            Err(Error::new(BACKUP_NONE).arg("time", when(to)).arg("oldest", when(*oldest)))
        }
        _ => Err(Error::new(PLACE_NONE).arg("folder", shown(place.dir()))),
    }
}

/// A province that was restored and looked at.
struct Restored {
    at: Instant,
    journal: Option<State>,
}

/// Restores a backup into a folder, where nothing has its name before the province is found right.
fn restored(
    place: &Place,
    key: &Private,
    to: Option<&str>,
    into: &Path,
    more: impl FnOnce(&Store, &Keys) -> Result<()>,
) -> Result<Restored> {
    let manifest = chosen(place, key, to)?;
    let about = About::of(&manifest)?;
    about.is_known()?;
    let _held = folder::hold(into)?;
    let mut bar = Bar::new("restore");
    let told = &mut |n, of| bar.told(n, of);
    backup::restore(place, &manifest, key, into, &[folder::LOCK], told, |draft| {
        match &about.journal {
            Some(state) => {
                let (store, keys) = judged(draft, &about, state)?;
                more(&store, &keys)?;
                folded(draft, store)
            }
            None => Ok(()),
        }
    })?;
    Ok(Restored { at: manifest.at, journal: about.journal })
}

/// Closes a database whose file alone is moved to its place: nothing of it may be left in the log.
fn folded(draft: &Path, store: Store) -> Result<()> {
    store.fold_log()?;
    drop(store);
    let log = draft.join(format!("{DATABASE}-wal"));
    match std::fs::metadata(&log).map_or(0, |m| m.len()) {
        0 => Ok(()),
        n => Err(Error::bug(format_args!("{n} bytes of log beside a restored database"))),
    }
}

/// Every page, every entry, the root, the signed checkpoints that lie in the province itself.
fn judged(draft: &Path, about: &About, state: &State) -> Result<(Store, Keys)> {
    let file = draft.join(DATABASE);
    store::check_pages(&file)?;
    let differs = |what: String| Error::new(BACKUP_DIFFERS).because(what);
    let found = About::new(Some(&store::describe(&file)?));
    if found.schema != about.schema || found.journal.as_ref() != Some(state) {
        return Err(differs(format!("{:?}", found.journal)));
    }
    let store = province::open_store(draft, None)?;
    let health = store.verify_journal()?;
    let root = evidence::rules::hex(&health.root);
    if !health.is_sound() || health.size != state.entries || root != state.root {
        return Err(differs(format!("{} faults, root {root}", health.faults_count)));
    }
    let folder = keys_folder(draft);
    let keys = Keys::open_at(&folder, store.clock().now())?;
    guard::watch(&store, &keys, &Outside::new(&folder, &[])?, false)?;
    let public = keys.journal_keys();
    let compared = store.read(|tx| checkpoints::compare_all(tx, &public))?;
    if compared.contradict > 0 {
        return Err(differs(format!("{} checkpoints contradict", compared.contradict)));
    }
    Ok((store, keys))
}

/// Restores a province.
#[allow(clippy::print_stdout)]
pub fn restore(args: &RestoreArgs) -> Result<ExitCode> {
    let key = Key::read_private(&args.key)?;
    let place = Place::open(&args.dir, key.public())?;
    let say = say(&args.lang)?;
    let done = restored(&place, &key, args.to.as_deref(), &args.data, |_, _| Ok(()))?;
    let Some(state) = done.journal else {
        let values = [("folder", shown(&args.data)), ("time", when(done.at))];
        println!("{}", say.with("app-restored-keys", &values));
        return Ok(ExitCode::SUCCESS);
    };
    let values = [
        ("folder", shown(&args.data)),
        ("time", when(done.at)),
        ("entries", say.number(state.entries)),
        ("newest", state.newest_at.map_or_else(|| "—".into(), when)),
        ("root", state.root),
    ];
    println!("{}", say.with("app-restored", &values));
    println!("{}", say.t("app-restored-next"));
    Ok(ExitCode::SUCCESS)
}

/// A folder that goes when it is done with, also after a failure.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The name of a scratch folder; the number of its process follows.
const SCRATCH: &str = "lienthong-rehearsal-";

/// A scratch folder for this process. Those of processes that are gone go.
fn scratch(within: &Path) -> Scratch {
    for entry in std::fs::read_dir(within).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|n| n.strip_prefix(SCRATCH));
        if process.is_some_and(|p| !Path::new("/proc").join(p).exists()) {
            drop(Scratch(entry.path()));
        }
    }
    Scratch(within.join(format!("{SCRATCH}{}", std::process::id())))
}

/// Restores for trial and compares the journal.
#[allow(clippy::print_stdout)]
pub fn rehearse(args: &RehearseArgs) -> Result<ExitCode> {
    let settings = args.config.as_deref().map(config::read).transpose()?;
    let set = settings.as_ref().map(|c| c.backup.clone()).unwrap_or_default();
    let key = Key::read_private(&args.key)?;
    let place = Place::open(&named(args.dir.as_ref(), set.folder.as_ref(), "DIR")?, key.public())?;
    let say = say(&args.lang)?;
    let into = scratch(&args.scratch.clone().unwrap_or_else(std::env::temp_dir));
    let done = restored(&place, &key, args.to.as_deref(), &into.0, |store, keys| {
        args.checkpoint.as_deref().map_or(Ok(()), |file| agrees(store, keys, file))
    })?;
    let Some(state) = &done.journal else { return Err(Error::new(BACKUP_ENGINE)) };
    let living = match (&settings, &args.data) {
        (Some(c), _) => Some((c.data.clone(), c.database()?)),
        (None, Some(data)) => Some((data.clone(), None)),
        (None, None) => None,
    };
    let values = [
        ("time", when(done.at)),
        ("entries", say.number(state.entries)),
        ("root", state.root.clone()),
    ];
    if let Some((data, url)) = living {
        database(&data, url.as_deref())?;
        let living = province::open_store(&data, url.as_deref())?;
        is_beginning(&living, done.at, state)?;
        println!("{}", say.with("app-rehearsed-living", &values));
    } else {
        println!("{}", say.with("app-rehearsed", &values));
    }
    Ok(ExitCode::SUCCESS)
}

/// A checkpoint that was kept elsewhere is true of the restored journal.
fn agrees(store: &Store, keys: &Keys, file: &Path) -> Result<()> {
    let failed =
        |e: std::io::Error| Error::new(backup::FILE_AWAY).arg("file", shown(file)).because(e);
    let note = std::fs::read_to_string(file).map_err(failed)?;
    let (size, root) = trust::verify_checkpoint(&note, &keys.journal_keys())?;
    let head = store.head();
    if size > head {
        return Err(Error::new(BACKUP_LATER).number("size", size).number("entries", head));
    }
    match store.read(|tx| tx.journal_root_at(size))? == root {
        true => Ok(()),
        false => Err(Error::new(BACKUP_DIFFERS).because(format_args!("at {size} entries"))),
    }
}

/// What was restored is how the living journal began; that is worth an entry.
fn is_beginning(living: &Store, at: Instant, state: &State) -> Result<()> {
    let (entries, root) = (state.entries, state.root.clone());
    let here = living.read(|tx| {
        let head = tx.journal_head()?;
        if head < entries { Ok(None) } else { tx.journal_root_at(entries).map(Some) }
    })?;
    if here.map(|r| evidence::rules::hex(&r)) != Some(root.clone()) {
        return Err(Error::new(BACKUP_DIFFERS).because("the living journal began otherwise"));
    }
    let body = json!({ "at": at, "entries": entries, "root": root });
    let entry = Entry::new(REHEARSED, &Actor::system("operator")).body(body);
    living.write(move |tx| tx.record(entry.clone()).map(drop))?;
    living.settle()
}
