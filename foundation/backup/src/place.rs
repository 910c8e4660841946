//! The folder backups lie in: `chunks/AB/ABCD…`, `backups/TIME.json`, and what it is for.

use crate::chunk::{self, HEAD_BYTES, Unfit};
use crate::errors::{
    CHUNK_MISSING, CHUNK_WRONG, KEY_OTHER, PLACE_BUSY, PLACE_NONE, PLACE_OTHER, about, away,
};
use crate::key::{Private, Public};
use crate::manifest::{Address, FORMAT, Manifest, unhex};
use kernel::time::DateTime;
use kernel::{Code, Error, Instant, Result};
use rustix::fs::{Advice, fadvise};
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const ABOUT: &str = "lienthong-backup.json";
const LOCK: &str = "lock";
const CHUNKS: &str = "chunks";
const BACKUPS: &str = "backups";
/// A file that is being written.
const DRAFT: &str = "new";

/// What the folder says of itself.
#[derive(Serialize, Deserialize)]
struct About {
    format: String,
    /// For which key; base64.
    key: String,
    /// By which mark, without telling it.
    mark: String,
}

/// A backup that is in the folder; what it holds was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The moment whose state it holds.
    pub at: Instant,
    /// Its manifest.
    pub file: PathBuf,
}

/// A folder of backups, held as long as this lives: to write it alone, or to read it with others.
#[derive(Debug)]
pub struct Place {
    dir: PathBuf,
    _held: Option<File>,
}

fn folder(code: Code, dir: &Path) -> Error {
    Error::new(code).arg("folder", dir.display().to_string())
}

/// Makes a folder for its owner alone.
pub(crate) fn make_folder(dir: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(away(dir))
}

/// Makes what happened to the names in a folder durable.
pub(crate) fn sync_folder(dir: &Path) -> Result<()> {
    File::open(dir).and_then(|f| f.sync_all()).map_err(away(dir))
}

/// Writes a file that is there whole or not at all, also after a power cut once its folder is synced.
fn write_whole(file: &Path, bytes: &[u8]) -> Result<()> {
    let draft = file.with_added_extension(DRAFT);
    let mut options = OpenOptions::new();
    let mut open = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .map_err(away(&draft))?;
    open.write_all(bytes).and_then(|()| open.sync_all()).map_err(away(&draft))?;
    fs::rename(&draft, file).map_err(away(file))
}

/// Reads a file back, not from what the system remembers of writing it.
fn read_back(file: &Path) -> Result<Vec<u8>> {
    let mut open = File::open(file).map_err(away(file))?;
    // A file system that does not know the advice gives what it has.
    let _ = fadvise(&open, 0, None, Advice::DontNeed);
    let mut bytes = Vec::new();
    open.read_to_end(&mut bytes).map_err(away(file))?;
    Ok(bytes)
}

/// `2026-11-26T18-30-05.123456`: the clock of Viet Nam, so that names sort by time.
fn name_of(at: Instant) -> String {
    let t = at.local();
    let us = t.subsec_nanosecond() / 1_000;
    let (h, m, s) = (t.hour(), t.minute(), t.second());
    format!("{}T{h:02}-{m:02}-{s:02}.{us:06}.json", t.date())
}

fn time_of(name: &str) -> Option<Instant> {
    let (day, clock) = name.strip_suffix(".json")?.split_once('T')?;
    let local: DateTime = format!("{day}T{}", clock.replace('-', ":")).parse().ok()?;
    Some(Instant::from_local(local)).filter(|at| name_of(*at) == name)
}

impl Place {
    /// To make backups: makes the folder if need be, and has it alone. What a backup that was cut off
    /// left half-written is removed; its whole chunks are used.
    pub fn make(dir: &Path, key: &Public) -> Result<Self> {
        if !dir.join(ABOUT).exists() && !crate::restore::holds_only(dir, &[])? {
            return Err(folder(PLACE_OTHER, dir));
        }
        make_folder(dir)?;
        let mut options = OpenOptions::new();
        let lock = dir.join(LOCK);
        let held = options.create(true).truncate(false).write(true).mode(0o600).open(&lock);
        let held = held.map_err(away(&lock))?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(folder(PLACE_BUSY, dir)),
            Err(TryLockError::Error(e)) => return Err(away(&lock)(e)),
        }
        let place = Self { dir: dir.to_owned(), _held: Some(held) };
        let about = dir.join(ABOUT);
        if !about.exists() {
            let said = About {
                format: FORMAT.to_owned(),
                key: key.shown(),
                mark: place_mark(key).to_string(),
            };
            write_whole(&about, (serde_json::to_string(&said)? + "\n").as_bytes())?;
            sync_folder(dir)?;
        }
        place.is_for(key)?;
        for sub in [CHUNKS, BACKUPS] {
            make_folder(&dir.join(sub))?;
        }
        place.remove_drafts()?;
        Ok(place)
    }

    /// To read backups, beside others who read.
    pub fn open(dir: &Path, key: &Public) -> Result<Self> {
        if !dir.join(ABOUT).is_file() {
            return Err(folder(PLACE_NONE, dir));
        }
        // Where nothing may be written nobody can write meanwhile either.
        let held = File::open(dir.join(LOCK)).ok();
        let shared = held.as_ref().map(File::try_lock_shared);
        if let Some(Err(TryLockError::WouldBlock)) = shared {
            return Err(folder(PLACE_BUSY, dir));
        }
        let place = Self { dir: dir.to_owned(), _held: held };
        place.is_for(key)?;
        Ok(place)
    }

    /// To look which backups there are, also while one is being made.
    pub fn look(dir: &Path, key: &Public) -> Result<Self> {
        if !dir.join(ABOUT).is_file() {
            return Err(folder(PLACE_NONE, dir));
        }
        let place = Self { dir: dir.to_owned(), _held: None };
        place.is_for(key)?;
        Ok(place)
    }

    fn is_for(&self, key: &Public) -> Result<()> {
        let file = self.dir.join(ABOUT);
        let text = fs::read_to_string(&file).map_err(away(&file))?;
        let said: About =
            serde_json::from_str(&text).map_err(|_| folder(PLACE_OTHER, &self.dir))?;
        if said.format != FORMAT {
            return Err(folder(PLACE_OTHER, &self.dir));
        }
        let same = said.key == key.shown() && said.mark == place_mark(key).to_string();
        same.then_some(()).ok_or_else(|| folder(KEY_OTHER, &self.dir))
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn chunk_file(&self, address: &Address) -> PathBuf {
        let name = address.to_string();
        self.dir.join(CHUNKS).join(&name[..2]).join(name)
    }

    /// The backups in the order of time.
    pub fn backups(&self) -> Result<Vec<Named>> {
        let dir = self.dir.join(BACKUPS);
        let mut all = Vec::new();
        for entry in fs::read_dir(&dir).map_err(away(&dir))? {
            let entry = entry.map_err(away(&dir))?;
            if let Some(at) = entry.file_name().to_str().and_then(time_of) {
                all.push(Named { at, file: entry.path() });
            }
        }
        all.sort();
        Ok(all)
    }

    /// What a backup consists of.
    pub fn manifest(&self, named: &Named, key: &Public) -> Result<Manifest> {
        let found = Manifest::read(&named.file, &key.marks)?;
        // One that lies under another name would be taken for another time.
        (found.at == named.at)
            .then_some(found)
            .ok_or_else(|| about(crate::errors::BACKUP_WRONG, &named.file))
    }

    /// Writes a manifest: from here on there is a backup.
    pub(crate) fn put_manifest(&self, manifest: &Manifest, key: &Public) -> Result<PathBuf> {
        let dir = self.dir.join(BACKUPS);
        let file = dir.join(name_of(manifest.at));
        let text = manifest.to_text(&key.marks)?;
        write_whole(&file, text.as_bytes())?;
        sync_folder(&dir)?;
        match read_back(&file)? == text.as_bytes() {
            true => Ok(file),
            false => Err(about(crate::errors::BACKUP_WRONG, &file)),
        }
    }

    /// Whether a chunk is there, as long as it says it is.
    pub(crate) fn has(&self, address: &Address) -> bool {
        let whole = || -> std::io::Result<bool> {
            let mut file = File::open(self.chunk_file(address))?;
            let mut head = [0; HEAD_BYTES];
            file.read_exact(&mut head)?;
            Ok(chunk::length(&head) == Some(file.metadata()?.len()))
        };
        whole().unwrap_or(false)
    }

    /// Writes a chunk and reads it back; gives the bytes of its file. Its folder is synced by
    /// [`Place::sync`].
    pub(crate) fn put(&self, key: &Public, address: &Address, content: &[u8]) -> Result<u64> {
        let file = self.chunk_file(address);
        let packed = chunk::pack(key, address, content)?;
        make_folder(file.parent().unwrap_or(&self.dir))?;
        write_whole(&file, &packed)?;
        match read_back(&file)? == packed {
            true => Ok(packed.len() as u64),
            false => Err(about(CHUNK_WRONG, &file)),
        }
    }

    /// Makes the names of new chunks durable.
    pub(crate) fn sync(&self) -> Result<()> {
        for dir in self.folders()? {
            sync_folder(&dir)?;
        }
        sync_folder(&self.dir.join(CHUNKS))
    }

    fn read(&self, address: &Address) -> Result<Vec<u8>> {
        let file = self.chunk_file(address);
        fs::read(&file).map_err(|e| match e.kind() {
            ErrorKind::NotFound => about(CHUNK_MISSING, &file),
            _ => away(&file)(e),
        })
    }

    /// Whether a chunk is as it was written; gives the bytes of its file.
    pub(crate) fn check(&self, key: &Public, address: &Address) -> Result<u64> {
        let file = self.read(address)?;
        match chunk::signed(&key.marks, address, &file) {
            Some(_) => Ok(file.len() as u64),
            None => Err(about(CHUNK_WRONG, &self.chunk_file(address))),
        }
    }

    /// The content of a chunk, and the bytes of its file.
    pub(crate) fn get(
        &self,
        key: &Private,
        address: &Address,
    ) -> Result<(Zeroizing<Vec<u8>>, u64)> {
        let file = self.read(address)?;
        let content = chunk::unpack(key, address, &file).map_err(|why| match why {
            Unfit::Changed => about(CHUNK_WRONG, &self.chunk_file(address)),
            Unfit::Key => folder(KEY_OTHER, &self.dir),
        })?;
        Ok((content, file.len() as u64))
    }

    /// The folders of chunks.
    fn folders(&self) -> Result<Vec<PathBuf>> {
        let dir = self.dir.join(CHUNKS);
        let mut all = Vec::new();
        for entry in fs::read_dir(&dir).map_err(away(&dir))? {
            let path = entry.map_err(away(&dir))?.path();
            if path.is_dir() {
                all.push(path);
            }
        }
        Ok(all)
    }

    /// Every file of a chunk, and its name; files of other names are left alone.
    pub(crate) fn each_chunk(&self, f: &mut dyn FnMut(Address, &Path) -> Result<()>) -> Result<()> {
        for dir in self.folders()? {
            for entry in fs::read_dir(&dir).map_err(away(&dir))? {
                let entry = entry.map_err(away(&dir))?;
                if let Some(name) = entry.file_name().to_str().and_then(unhex) {
                    f(Address(name), &entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// Removes what a backup that was cut off had not finished writing.
    fn remove_drafts(&self) -> Result<()> {
        let mut folders = self.folders()?;
        folders.push(self.dir.join(BACKUPS));
        for dir in folders {
            for entry in fs::read_dir(&dir).map_err(away(&dir))? {
                let path = entry.map_err(away(&dir))?.path();
                if path.extension().is_some_and(|e| e == DRAFT) {
                    fs::remove_file(&path).map_err(away(&path))?;
                }
            }
        }
        Ok(())
    }
}

fn place_mark(key: &Public) -> Address {
    Address(key.marks.sign(&[b"place"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_times_and_sort_like_them() {
        let at = Instant(1_764_181_865_123_456);
        assert_eq!(time_of(&name_of(at)), Some(at));
        assert!(name_of(at) < name_of(Instant(at.0 + 1)));
        for other in ["x.json", "2026-11-26T18-30-05.json.new", "2026-11-26T18-30-05.json"] {
            assert_eq!(time_of(other), None, "{other}");
        }
    }
}
