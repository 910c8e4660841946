//! The data folder: database, keys, secrets. One program at a time works on it.

use crate::{DATA_BUSY, SECRET_OPEN};
use kernel::{Error, Result};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What a province keeps in its folder.
const FILES: [&str; 5] = [DATABASE, "province.db-wal", "province.db-shm", SNAPSHOT, LOCK];
/// The database.
pub const DATABASE: &str = "province.db";
/// Keys and secrets.
pub const KEYS: &str = "keys";
/// A copy of the database while a backup is made.
pub const SNAPSHOT: &str = "backup.copy";
/// Held while a program works on the folder.
pub const LOCK: &str = "running.lock";

fn failed(e: std::io::Error) -> Error {
    Error::new(store::NO_SPACE).because(e)
}

/// The database of a data folder, unless another one is named.
pub fn database_file(data: &Path) -> PathBuf {
    data.join(DATABASE)
}

/// The right to work on a data folder, kept as long as this lives. The system takes it back also from
/// a program that was killed.
#[derive(Debug)]
pub struct Held(File);

/// Takes the right to work on a folder, which is made if need be; refused while another program has it,
/// for two would number one journal.
pub fn hold(data: &Path) -> Result<Held> {
    hold_file(data, LOCK)
}

/// The same for one kind of work, that may be done beside others.
pub fn hold_file(data: &Path, lock: &str) -> Result<Held> {
    fs::create_dir_all(data).map_err(failed)?;
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).mode(0o600);
    let file = file.open(data.join(lock)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Held(file)),
        Err(TryLockError::WouldBlock) => {
            Err(Error::new(DATA_BUSY).arg("folder", data.display().to_string()))
        }
        Err(TryLockError::Error(e)) => Err(failed(e)),
    }
}

/// The same for a command that works on the folder's own database. One that is named elsewhere numbers
/// its journal for any number of programs.
pub fn hold_own(data: &Path, database: Option<&str>) -> Result<Option<Held>> {
    database.is_none().then(|| hold(data)).transpose()
}

/// Throws a province away: its own files, and nothing else that lies in the folder.
pub fn clear(data: &Path, held: &Held) -> Result<()> {
    let gone = |done: std::io::Result<()>| match done {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(failed(e)),
        _ => Ok(()),
    };
    // The lock stays: it is held.
    held.0.sync_all().map_err(failed)?;
    for name in FILES.iter().filter(|f| **f != LOCK) {
        gone(fs::remove_file(data.join(name)))?;
    }
    gone(fs::remove_dir_all(data.join(KEYS)))
}

/// 32 secret bytes in a file only the owner may read; made on the first start, refused when others may
/// read it. The file appears whole or not at all, so that a start that was cut off can be repeated.
pub fn secret(data: &Path, name: &str) -> Result<Zeroizing<[u8; 32]>> {
    let folder = data.join(KEYS);
    fs::create_dir_all(&folder).map_err(failed)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    let path = folder.join(name);
    let open = || Error::new(SECRET_OPEN).arg("file", path.display().to_string());
    match fs::read(&path).map(Zeroizing::new) {
        Ok(bytes) => {
            let mode = fs::metadata(&path).map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(open());
            }
            bytes.as_slice().try_into().map(Zeroizing::new).map_err(|_| open())
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            let mut bytes = Zeroizing::new([0u8; 32]);
            aws_lc_rs::rand::fill(bytes.as_mut()).map_err(|_| Error::bug("no randomness"))?;
            let draft = folder.join(format!("{name}.new"));
            let mut options = OpenOptions::new();
            let file = options.create(true).truncate(true).write(true).mode(0o600);
            let mut file = file.open(&draft).map_err(failed)?;
            // A draft that was left by somebody else keeps its mode when it is opened.
            file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(failed)?;
            file.write_all(bytes.as_ref()).and_then(|()| file.sync_all()).map_err(failed)?;
            fs::rename(&draft, &path).map_err(failed)?;
            File::open(&folder).and_then(|f| f.sync_all()).map_err(failed)?;
            Ok(bytes)
        }
        Err(e) => Err(failed(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("lt-folder-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        path
    }

    #[test]
    fn one_at_a_time_and_free_again_afterwards() {
        let data = folder("hold");
        let held = hold(&data).unwrap();
        assert!(hold(&data).unwrap_err().is(DATA_BUSY));
        drop(held);
        drop(hold(&data).unwrap());
        fs::remove_dir_all(&data).unwrap();
    }

    #[test]
    fn a_secret_stays_and_one_that_was_cut_off_is_made_anew() {
        let data = folder("secret");
        fs::create_dir_all(data.join(KEYS)).unwrap();
        fs::write(data.join(KEYS).join("a.new"), [1, 2, 3]).unwrap();
        let a = secret(&data, "a").unwrap();
        assert_eq!(secret(&data, "a").unwrap(), a);
        assert_ne!(secret(&data, "b").unwrap(), a);
        let file = data.join(KEYS).join("a");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(secret(&data, "a").unwrap_err().is(SECRET_OPEN));
        fs::remove_dir_all(&data).unwrap();
    }

    #[test]
    fn only_a_provinces_own_files_are_thrown_away() {
        let data = folder("clear");
        let held = hold(&data).unwrap();
        fs::write(database_file(&data), "x").unwrap();
        secret(&data, "a").unwrap();
        fs::write(data.join("thesis.txt"), "three years").unwrap();
        clear(&data, &held).unwrap();
        assert!(!database_file(&data).exists() && !data.join(KEYS).exists());
        assert!(data.join("thesis.txt").exists());
        fs::remove_dir_all(&data).unwrap();
    }
}
