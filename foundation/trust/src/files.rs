//! Key files: only their owner may read them, and they appear whole or not at all.

use crate::errors::{KEYS_OPEN_TO_OTHERS, KEYS_UNREADABLE};
use kernel::{Error, Result};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// Largest key or certificate file that is read, bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    move |e| Error::new(KEYS_UNREADABLE).because(format_args!("{name}: {e}"))
}

/// Makes the folder if need be; refuses one in which others may write.
pub fn folder(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unreadable(path))?;
    let mode = fs::metadata(path).map_err(unreadable(path))?.permissions().mode();
    if mode & 0o022 != 0 {
        return Err(Error::new(KEYS_OPEN_TO_OTHERS)
            .because(format_args!("folder of keys has mode {:o}", mode & 0o777)));
    }
    Ok(())
}

/// Reads a secret file; refuses one that group or others may read or write.
pub fn read_secret(path: &Path) -> Result<Zeroizing<String>> {
    let file = File::open(path).map_err(unreadable(path))?;
    let mode = file.metadata().map_err(unreadable(path))?.permissions().mode();
    if mode & 0o077 != 0 {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        return Err(Error::new(KEYS_OPEN_TO_OTHERS)
            .because(format_args!("{name} has mode {:o}, must be 600", mode & 0o777)));
    }
    let mut text = Zeroizing::new(String::with_capacity(4_096));
    file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(unreadable(path))?;
    Ok(text)
}

/// Reads a file that is no secret.
pub fn read_public(path: &Path) -> Result<String> {
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable(path))?;
    file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(unreadable(path))?;
    Ok(text)
}

/// Writes a file that must not exist yet, durable when this returns. Mode 0600 for a secret.
pub fn write_new(path: &Path, text: &str, secret: bool) -> Result<()> {
    let draft = path.with_extension("new");
    let _ = fs::remove_file(&draft);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(if secret { 0o600 } else { 0o644 })
        .open(&draft)
        .map_err(unreadable(&draft))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(unreadable(&draft))?;
    // A link fails if the name is taken, so two programs cannot both make the first key.
    let linked = fs::hard_link(&draft, path).map_err(unreadable(path));
    let _ = fs::remove_file(&draft);
    linked?;
    if let Some(folder) = path.parent() {
        File::open(folder).and_then(|f| f.sync_all()).map_err(unreadable(folder))?;
    }
    Ok(())
}
