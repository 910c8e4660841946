//! Sealed segments (`lienthong-segment/1`): entries taken out of the database by the month, each
//! file with the hashes that lead from it to a signed root.

use crate::entry::{Entry, Leaf, hashes, hex};
use crate::note::{Checkpoint, Key, checkpoint};
use crate::tree::{Pieces, cover, sha256};
use crate::{Fault, Result, read};
use flate2::read::GzDecoder;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// Format of the description beside each segment.
pub const FORMAT: &str = "lienthong-segment/1";
/// Longest line of a segment, bytes.
const LINE_BYTES_MAX: u64 = 1024 * 1024;
/// Deepest folder below the one that is named.
const DEPTH_MAX: u32 = 4;

/// One segment that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// First entry.
    pub from: u64,
    /// Last entry.
    pub to: u64,
    /// Opened parts that agree with their leaf.
    pub opened: u64,
    /// The signed state that its entries lead to.
    pub state: Checkpoint,
}

/// The descriptions in a folder and the folders in it, by name.
pub fn list(dir: &Path) -> Result<Vec<PathBuf>> {
    fn walk(dir: &Path, depth: u32, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() && depth < DEPTH_MAX {
                walk(&path, depth + 1, out)?;
            } else if path.extension().is_some_and(|e| e == "json") {
                out.push(path);
            }
        }
        Ok(())
    }
    let mut out = Vec::new();
    walk(dir, 0, &mut out).map_err(|e| {
        Fault::unreadable("verify-file-unreadable").with("file", dir.display()).with("why", e)
    })?;
    out.sort();
    Ok(out)
}

/// Checks one segment by its description: the file's hash, every leaf and opened part, and that all
/// its entries together stand in the signed tree.
pub fn verify(description: &Path, keys: &[Key]) -> Result<Report> {
    let about = read::json(description)?;
    read::format(&about, FORMAT)?;
    let unreadable = || Fault::unreadable("verify-format-other").with("format", FORMAT);
    let number = |name: &str| about[name].as_u64().ok_or_else(unreadable);
    let (from, to) = (number("from")?, number("to")?);
    let file =
        about["file"].as_str().filter(|f| !f.contains(['/', '\\'])).ok_or_else(unreadable)?;
    let state = checkpoint(about["checkpoint"].as_str().unwrap_or_default(), keys)?;
    if from == 0 || from > to || to > state.size {
        return Err(Fault::wrong("verify-range-wrong").with("from", from).with("to", to));
    }
    let data = description.with_file_name(file);
    let bytes = read::bytes(&data)?;
    if about["sha256"] != hex(&sha256(&[&bytes])) {
        return Err(Fault::wrong("verify-file-changed").with("file", data.display()));
    }
    let mut tree = Pieces::default();
    let beside = |name: &str, from, to| -> Result<Vec<_>> {
        let hashes = hashes(&about[name]).ok_or_else(unreadable)?;
        let cut = cover(from, to);
        if cut.len() == hashes.len() {
            Ok(cut.into_iter().zip(hashes).collect())
        } else {
            Err(unreadable())
        }
    };
    for ((_, height), hash) in beside("left", 0, from - 1)? {
        tree.push(height, hash).ok_or_else(unreadable)?;
    }
    let opened = entries(&bytes, &data, (from, to), &mut tree)?;
    for ((_, height), hash) in beside("right", to, state.size)? {
        tree.push(height, hash).ok_or_else(unreadable)?;
    }
    if tree.size() != state.size || tree.root() != state.root {
        return Err(Fault::wrong("verify-path-wrong").with("seq", from));
    }
    Ok(Report { from, to, opened, state })
}

/// The entries of the file, dense from `from` to `to`.
fn entries(bytes: &[u8], path: &Path, (from, to): (u64, u64), tree: &mut Pieces) -> Result<u64> {
    let wrong = |seq: u64| Fault::wrong("verify-leaf-wrong").with("seq", seq);
    let mut lines = BufReader::new(GzDecoder::new(bytes));
    let mut opened = 0;
    let mut line = Vec::new();
    for seq in from..=to {
        line.clear();
        let ended = lines.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if ended.is_err() || line.pop() != Some(b'\n') {
            return Err(wrong(seq));
        }
        let entry = Entry::read(&read::parsed(&line, path)?)?;
        if entry.seq != seq || !matches!(entry.leaf, Leaf::Lines(_)) {
            return Err(wrong(seq));
        }
        opened += entry.opened.len() as u64;
        tree.push(0, entry.hash()).ok_or_else(|| wrong(seq))?;
    }
    let mut more = [0u8];
    match lines.read(&mut more) {
        Ok(0) => Ok(opened),
        _ => Err(wrong(to + 1)),
    }
}
