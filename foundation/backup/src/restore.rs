//! Putting a backup back: into a folder beside the one that is wanted, which gets its name at the end.

use crate::CHUNK_BYTES;
use crate::errors::{TARGET_FULL, away};
use crate::key::Private;
use crate::manifest::{FileEntry, Manifest};
use crate::place::{Place, make_folder, sync_folder};
use kernel::{Error, Result};
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Whether a folder is empty, or not there.
pub fn empty_or_none(dir: &Path) -> Result<bool> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(true),
        Err(e) => Err(away(dir)(e)),
    }
}

/// Restores all files of a backup below `into`, looks at them with `judge`, and only then calls the
/// folder by its name. Refused if `into` holds anything. Cut off and begun again it goes on: what is
/// there already is compared, chunk by chunk, not trusted. `told` hears bytes and bytes in all.
pub fn restore<T>(
    place: &Place,
    manifest: &Manifest,
    key: &Private,
    into: &Path,
    told: &mut dyn FnMut(u64, u64),
    judge: impl FnOnce(&Path) -> Result<T>,
) -> Result<T> {
    let full = || Error::new(TARGET_FULL).arg("folder", into.display().to_string());
    let into = &std::path::absolute(into).map_err(away(into))?;
    if into.file_name().is_none() || !empty_or_none(into)? {
        return Err(full());
    }
    let draft = into.with_added_extension("restoring");
    make_folder(&draft)?;
    let (mut done, of) = (0, manifest.bytes());
    for entry in &manifest.files {
        file(place, entry, key, &draft, &mut |n| {
            done += n;
            told(done, of);
        })?;
    }
    leave_only(&draft, manifest)?;
    let judged = judge(&draft)?;
    // An empty folder may be in the way; one that is no longer empty is not removed.
    match fs::remove_dir(into) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(away(into)(e)),
        _ => {}
    }
    fs::rename(&draft, into).map_err(away(into))?;
    match into.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_folder(parent)?,
        _ => sync_folder(Path::new("."))?,
    }
    Ok(judged)
}

fn file(
    place: &Place,
    entry: &FileEntry,
    key: &Private,
    draft: &Path,
    told: &mut dyn FnMut(u64),
) -> Result<()> {
    let path = draft.join(&entry.name);
    let folder = path.parent().unwrap_or(draft);
    make_folder(folder)?;
    let mut options = OpenOptions::new();
    let out = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let out = out.map_err(away(&path))?;
    out.set_permissions(fs::Permissions::from_mode(entry.mode & 0o777)).map_err(away(&path))?;
    let mut at = 0;
    let mut there = vec![0; CHUNK_BYTES];
    for address in &entry.chunks {
        let length = (entry.bytes - at.min(entry.bytes)).min(CHUNK_BYTES as u64);
        let kept = &mut there[..usize::try_from(length).unwrap_or(CHUNK_BYTES)];
        let same = out.read_exact_at(kept, at).is_ok() && key.public().marks.name(kept) == *address;
        if !same {
            let (content, _) = place.get(key, address)?;
            out.write_all_at(&content, at).map_err(away(&path))?;
        }
        at += length;
        told(length);
    }
    out.set_len(entry.bytes).and_then(|()| out.sync_all()).map_err(away(&path))?;
    sync_folder(folder)
}

/// Removes what another try left that is not of this backup.
fn leave_only(draft: &Path, manifest: &Manifest) -> Result<()> {
    let mut folders = vec![draft.to_owned()];
    while let Some(dir) = folders.pop() {
        for entry in fs::read_dir(&dir).map_err(away(&dir))? {
            let path = entry.map_err(away(&dir))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if !manifest.files.iter().any(|f| draft.join(&f.name) == path) {
                fs::remove_file(&path).map_err(away(&path))?;
            }
        }
    }
    File::open(draft).and_then(|f| f.sync_all()).map_err(away(draft))
}
