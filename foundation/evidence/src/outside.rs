//! The newest checkpoint outside of the database: beside the keys, and in witness folders on other
//! machines. Whoever restores an old database restores it alone, or meets these.

use crate::rules::file_stem;
use crate::{WITNESS_AWAY, WITNESS_DAMAGED, rules};
use kernel::{Error, Result};
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use store::Hash;
use trust::Keys;

/// Ending of the file's name.
const ENDING: &str = "checkpoint";
/// Largest file that is read, bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// The folders in which the newest checkpoint is kept.
#[derive(Clone, Debug)]
pub struct Outside {
    folders: Vec<PathBuf>,
}

/// A checkpoint found outside.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its file.
    pub file: PathBuf,
    /// The signed note.
    pub note: String,
    /// Entries.
    pub size: i64,
    /// Root.
    pub root: Hash,
}

impl Outside {
    /// The data folder's own place (made if need be), and witness folders, which must be there.
    pub fn new(own: &Path, witnesses: &[PathBuf]) -> Result<Self> {
        for folder in witnesses {
            if !folder.is_dir() {
                return Err(Error::new(WITNESS_AWAY).arg("file", folder.display().to_string()));
            }
        }
        let mut folders = vec![own.to_owned()];
        folders.extend(witnesses.iter().cloned());
        Ok(Self { folders })
    }

    fn file(folder: &Path, origin: &str) -> PathBuf {
        folder.join(format!("{}.{ENDING}", file_stem(origin)))
    }

    /// The checkpoints that are kept; a folder without one is new. A file that is no checkpoint
    /// signed by one of our keys is refused.
    pub fn found(&self, keys: &Keys) -> Result<Vec<Found>> {
        let mut all = Vec::new();
        for folder in &self.folders {
            let file = Self::file(folder, &keys.journal_name());
            let shown = file.display().to_string();
            let mut note = String::new();
            match File::open(&file) {
                Ok(open) => {
                    open.take(FILE_BYTES_MAX).read_to_string(&mut note).map_err(|e| {
                        Error::new(WITNESS_AWAY).arg("file", shown.as_str()).because(e)
                    })?;
                }
                Err(e) if e.kind() == ErrorKind::NotFound => continue,
                Err(e) => return Err(Error::new(WITNESS_AWAY).arg("file", shown).because(e)),
            }
            let (size, root) = trust::verify_checkpoint(&note, &keys.journal_keys())
                .map_err(|e| Error::new(WITNESS_DAMAGED).arg("file", shown).because(e))?;
            all.push(Found { file, note, size, root });
        }
        Ok(all)
    }

    /// Writes the newest checkpoint everywhere, whole or not at all; returns what failed, in words
    /// for the log.
    pub fn put(&self, note: &str, origin: &str) -> Vec<String> {
        let mut failed = Vec::new();
        for folder in &self.folders {
            let file = Self::file(folder, origin);
            if let Err(e) = write_whole(&file, note.as_bytes()) {
                failed.push(format!("{}: {e}", file.display()));
            }
        }
        failed
    }
}

impl Found {
    /// Moves the file aside as evidence of another history.
    pub(crate) fn set_aside(&self) -> Result<()> {
        let print = &rules::hex(&self.root)[..8];
        let name = format!("{}.forked-{}-{print}", self.file.display(), self.size);
        fs::rename(&self.file, name).map_err(|e| {
            Error::new(WITNESS_AWAY).arg("file", self.file.display().to_string()).because(e)
        })
    }
}

/// Writes a file so that after a power cut it is the old or the new one.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut draft = file.as_os_str().to_owned();
    draft.push(".new");
    let draft = PathBuf::from(draft);
    let mut open = File::create(&draft)?;
    open.write_all(bytes)?;
    open.sync_all()?;
    fs::rename(&draft, file)?;
    File::open(folder)?.sync_all()
}
