//! Making a backup of a province that runs.

use super::cli::MakeArgs;
use super::{About, Bar, DATABASE, MADE, database, named, say, schemas, shown, size, when};
use crate::folder::{KEYS, SNAPSHOT, hold_file};
use crate::{BACKUP_SPACE, config, province};
use backup::rules::Keep;
use backup::{Content, Key, Place, Saved, Source};
use kernel::{Actor, Error, Instant, Result, Say};
use serde_json::json;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;
use store::{Entry, Store};

/// Tries when keys change while the database is copied.
const TRIES_MAX: usize = 3;
/// Space that stays free beside the copy.
const SPARE_BYTES: u64 = 64 * 1024 * 1024;
/// Largest file of the keys, bytes.
const KEY_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Makes a backup, and lets go of old ones if that is wanted.
#[allow(clippy::print_stdout)]
pub fn make(args: &MakeArgs) -> Result<ExitCode> {
    let settings = args.at.config.as_deref().map(config::read).transpose()?;
    let (data, database_url) = match &settings {
        Some(c) => (c.data.as_path(), c.database()?),
        None => (args.at.data.as_path(), args.at.database.clone()),
    };
    let set = settings.as_ref().map(|c| c.backup.clone()).unwrap_or_default();
    let say = say(&args.at.lang)?;
    let file = database(data, database_url.as_deref())?;
    let key = Key::read_public(&named(args.key.as_ref(), set.key.as_ref(), "--key")?)?;
    let place = Place::make(&named(args.dir.as_ref(), set.folder.as_ref(), "DIR")?, &key)?;
    let scratch = args.scratch.as_deref().unwrap_or(data);
    let still = match &file {
        Some(file) => still(file, &data.join(KEYS), scratch)?,
        None => keys_alone(&data.join(KEYS))?,
    };
    let Still { copy, at, about, sources } = still;
    let mut bar = Bar::new("backup");
    let value = serde_json::to_value(&about)?;
    let saved = backup::save(&place, &key, at, value, &sources, &mut |n, of| bar.told(n, of))?;
    drop((bar, copy));
    tell(&saved, &about, &say);
    match file {
        Some(_) => record(data, database_url.as_deref(), &saved, &about, &say)?,
        None => println!("{}", say.t("app-backup-keys-only")),
    }
    let keep = Keep { newest: args.keep.or(set.keep), days: args.keep_days.or(set.keep_days) };
    if keep != Keep::default() {
        let gone = backup::prune(&place, &key, keep, store::Clock::system().now())?;
        let values = [("n", say.number(gone.backups.len() as i64)), ("size", size(gone.bytes))];
        println!("{}", say.with("app-backup-pruned", &values));
    }
    Ok(ExitCode::SUCCESS)
}

#[allow(clippy::print_stdout)]
fn tell(saved: &Saved, about: &About, say: &Say) {
    let values = [
        ("time", when(saved.at)),
        ("size", size(saved.bytes)),
        ("chunks", say.number(saved.chunks as i64)),
        ("new", say.number(saved.new_chunks as i64)),
        ("written", size(saved.new_bytes)),
        ("file", shown(&saved.file)),
    ];
    println!("{}", say.with("app-backup-done", &values));
    if let Some(state) = &about.journal {
        let values = [("entries", say.number(state.entries)), ("root", state.root.clone())];
        println!("{}", say.with("app-backup-journal", &values));
    }
}

/// A copy of the database, removed when dropped; the lock goes with it.
struct Copy {
    path: PathBuf,
    _held: crate::folder::Held,
}

impl Copy {
    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = remove(&self.path);
    }
}

/// Removes a copy and what the engine may have left beside it.
fn remove(copy: &Path) -> Result<()> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = copy.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(&name) {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                return Err(Error::new(store::NO_SPACE).because(e));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A province of one moment.
struct Still {
    copy: Option<Copy>,
    at: Instant,
    about: About,
    sources: Vec<Source>,
}

/// Of a province whose database is backed up by its own tools.
fn keys_alone(keys: &Path) -> Result<Still> {
    let at = store::Clock::system().now();
    Ok(Still { copy: None, at, about: About::new(None), sources: read_keys(keys)? })
}

/// Database and keys. The keys are read first: a checkpoint beside them must not know entries that the
/// copy of the database does not have.
fn still(database: &Path, keys: &Path, scratch: &Path) -> Result<Still> {
    let held = hold_file(scratch, "backup.lock")?;
    let copy = Copy { path: scratch.join(SNAPSHOT), _held: held };
    for _ in 0..TRIES_MAX {
        // Left by a backup that was killed.
        remove(copy.path())?;
        room(database, scratch)?;
        let (before, mut sources) = (listed(keys)?, read_keys(keys)?);
        let mut bar = Bar::new("snapshot");
        let at = store::snapshot(database, copy.path(), &mut |n, of| bar.told(n, of))?;
        if listed(keys)? == before {
            let about = About::new(Some(&store::describe(copy.path())?));
            let content = Content::File(copy.path().to_owned());
            sources.insert(0, Source { name: DATABASE.to_owned(), mode: 0o600, content });
            return Ok(Still { copy: Some(copy), at, about, sources });
        }
    }
    Err(Error::new(kernel::error::CHANGED_MEANWHILE))
}

/// The copy may not fill the disk on which the province lives.
fn room(database: &Path, scratch: &Path) -> Result<()> {
    let failed = |e: std::io::Error| Error::new(store::NO_SPACE).because(e);
    let length = fs::metadata(database).map_err(failed)?.len() + SPARE_BYTES;
    let space = rustix::fs::statvfs(scratch).map_err(|e| failed(e.into()))?;
    if space.f_bavail.saturating_mul(space.f_frsize) < length {
        return Err(Error::new(BACKUP_SPACE)
            .arg("folder", shown(scratch))
            .arg("size", size(length)));
    }
    Ok(())
}

/// Nothing, of a file that went meanwhile: if it was one that lasts, the second look at the names tells.
fn unless_gone<T>(done: std::io::Result<T>) -> std::io::Result<Option<T>> {
    match done {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        done => done.map(Some),
    }
}

/// Files of the keys: name, path, permissions.
fn files(keys: &Path) -> Result<Vec<(String, PathBuf, fs::Metadata)>> {
    let failed = |e: std::io::Error| Error::new(store::NO_SPACE).because(e);
    let (mut all, mut folders) = (Vec::new(), vec![(KEYS.to_owned(), keys.to_owned())]);
    while let Some((prefix, folder)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
            // Drafts come and go: the newest checkpoint is written every second.
            if name.ends_with(".new") {
                continue;
            }
            // A key may be a link to where the house keeps its secrets; what counts is what it says.
            let about = unless_gone(fs::metadata(entry.path())).map_err(failed)?;
            let Some(about) = about else { continue };
            if entry.file_type().map_err(failed)?.is_dir() {
                folders.push((name, entry.path()));
            } else if about.is_file() {
                all.push((name, entry.path(), about));
            }
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}

/// What must not change meanwhile: all but the newest checkpoint, which changes every second.
fn listed(keys: &Path) -> Result<Vec<(String, u64, Option<SystemTime>)>> {
    let lasting = files(keys)?.into_iter().filter(|(name, ..)| !name.ends_with(".checkpoint"));
    Ok(lasting.map(|(name, _, about)| (name, about.len(), about.modified().ok())).collect())
}

fn read_keys(keys: &Path) -> Result<Vec<Source>> {
    let mut all = Vec::new();
    for (name, path, about) in files(keys)? {
        if about.len() > KEY_BYTES_MAX {
            all.push(Source {
                name,
                mode: about.permissions().mode(),
                content: Content::File(path),
            });
            continue;
        }
        let read = unless_gone(fs::read(&path))
            .map_err(|e| Error::new(backup::FILE_AWAY).arg("file", shown(&path)).because(e))?;
        let Some(bytes) = read else { continue };
        let content = Content::Bytes(bytes.into());
        all.push(Source { name, mode: about.permissions().mode(), content });
    }
    Ok(all)
}

/// Everybody's data were copied: that is an entry. A database of another version is left as it is.
#[allow(clippy::print_stdout)]
fn record(
    data: &Path,
    database: Option<&str>,
    saved: &Saved,
    about: &About,
    say: &Say,
) -> Result<()> {
    if about.schema != schemas() {
        println!("{}", say.t("app-backup-unrecorded"));
        return Ok(());
    }
    let store = province::open_store(data, database)?;
    let entry = Entry::new(MADE, &Actor::system("operator")).body(json!({
        "at": saved.at, "entries": about.journal.as_ref().map(|j| j.entries),
        "root": about.journal.as_ref().map(|j| &j.root), "bytes": saved.bytes, "new_bytes": saved.new_bytes,
    }));
    store.write(move |tx| tx.record(entry.clone()).map(drop))?;
    store.settle()
}

/// When the newest recorded backup was made.
pub fn newest_recorded(store: &Store) -> Result<Option<Instant>> {
    store.read(|tx| tx.journal_newest(MADE))
}
