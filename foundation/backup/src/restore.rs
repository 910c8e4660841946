//! Putting a backup back: into a folder inside the one that is wanted, and up into it at the end.

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

/// Where files lie until they are found right.
pub const DRAFT: &str = ".restoring";
/// Says that the files are right and are being moved.
const MOVING: &str = "moving";

/// Whether a folder is not there, or holds nothing but these.
pub(crate) fn holds_only(dir: &Path, names: &[&str]) -> Result<bool> {
    match fs::read_dir(dir) {
        Ok(entries) => {
            for entry in entries {
                let name = entry.map_err(away(dir))?.file_name();
                if !names.iter().any(|n| name == *n) {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(true),
        Err(e) => Err(away(dir)(e)),
    }
}

/// Restores all files of a backup into the folder `.restoring` of `into`, looks at them there with
/// `judge`, and only then moves them to where they belong. Refused if `into` holds anything but the files
/// called `besides`. Cut off and begun again it goes on: what is there already is compared, chunk by
/// chunk, not trusted. `told` hears bytes and bytes in all.
pub fn restore<T>(
    place: &Place,
    manifest: &Manifest,
    key: &Private,
    into: &Path,
    besides: &[&str],
    told: &mut dyn FnMut(u64, u64),
    judge: impl FnOnce(&Path) -> Result<T>,
) -> Result<T> {
    let draft = into.join(DRAFT);
    if draft.join(MOVING).exists() {
        take_back(into, &draft, manifest)?;
    }
    if !holds_only(into, &[besides, &[DRAFT]].concat())? {
        return Err(Error::new(TARGET_FULL).arg("folder", into.display().to_string()));
    }
    // Inside of the folder, which may be a disk of its own in a place where nothing else may be made.
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
    move_up(into, &draft, manifest)?;
    Ok(judged)
}

/// The names right below the folder, the first file's last: the others mean nothing without it.
fn tops(manifest: &Manifest) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for file in &manifest.files {
        let top = file.name.split('/').next().unwrap_or_default();
        if !all.contains(&top) {
            all.push(top);
        }
    }
    all.reverse();
    all
}

fn move_up(into: &Path, draft: &Path, manifest: &Manifest) -> Result<()> {
    let moving = draft.join(MOVING);
    File::create(&moving).and_then(|f| f.sync_all()).map_err(away(&moving))?;
    sync_folder(draft)?;
    for top in tops(manifest) {
        let to = into.join(top);
        fs::rename(draft.join(top), &to).map_err(away(&to))?;
    }
    sync_folder(into)?;
    fs::remove_dir_all(draft).map_err(away(draft))?;
    sync_folder(into)
}

/// After a cut in the middle of the moving: everything back to where it is compared once more.
fn take_back(into: &Path, draft: &Path, manifest: &Manifest) -> Result<()> {
    for top in tops(manifest) {
        let (from, to) = (into.join(top), draft.join(top));
        if from.exists() && !to.exists() {
            fs::rename(&from, &to).map_err(away(&from))?;
        }
    }
    let moving = draft.join(MOVING);
    fs::remove_file(&moving).map_err(away(&moving))
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
