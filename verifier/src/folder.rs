//! An exported folder (`lienthong-export/1`): tiles against the signed root, entries against the
//! tiles, opened parts against the entries, kept checkpoints against the tree.
//!
//! ```text
//! export.json  checkpoint  keys  checkpoints.jsonl
//! tile/0/…  tile/1/…       hashes, C2SP tlog-tiles
//! tile/entries/…           leaves, as tlog-tiles bundles them
//! opened/….jsonl           entries with their opened parts
//! ```

use crate::entry::{Entry, Leaf, Lines, hex};
use crate::note::{Checkpoint, Key, checkpoint, keys};
use crate::tree::{Hash, TILE, Tiles, leaf, root, root_from_tiles, tile_name};
use crate::words::Words;
use crate::{Fault, Result, read};
use std::path::{Path, PathBuf};

/// Format of the folder.
pub const FORMAT: &str = "lienthong-export/1";

/// What was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The state the folder was taken from.
    pub state: Checkpoint,
    /// Entries whose leaf was recomputed.
    pub entries: u64,
    /// Opened parts that agree with their leaf.
    pub opened: u64,
    /// Kept checkpoints that agree with the tree.
    pub checkpoints: u64,
    /// Kept checkpoints whose tiles are outside of the exported range.
    pub unchecked: u64,
    /// Entries 1 to this number were sealed away: only their hashes are here.
    pub sealed: u64,
}

impl Report {
    /// What to tell a person.
    pub fn lines(&self, words: &Words) -> Vec<String> {
        let values = [
            ("entries", self.entries.to_string()),
            ("opened", self.opened.to_string()),
            ("checkpoints", self.checkpoints.to_string()),
        ];
        let mut lines = vec![self.state.text(words), words.say("verify-folder-good", &values)];
        for (key, n) in
            [("verify-folder-sealed", self.sealed), ("verify-folder-unchecked", self.unchecked)]
        {
            if n > 0 {
                lines.push(words.say(key, &[("n", n.to_string())]));
            }
        }
        lines
    }
}

/// The tiles of a folder, for a tree of `size` leaves.
pub struct FolderTiles {
    dir: PathBuf,
    size: u64,
}

impl FolderTiles {
    /// Tiles under `dir/tile/`.
    pub fn new(dir: &Path, size: u64) -> Self {
        Self { dir: dir.to_owned(), size }
    }

    fn path(&self, level: u32, index: u64) -> PathBuf {
        named(&self.dir.join("tile").join(level.to_string()), index, self.size >> (8 * level))
    }
}

/// `NNN`, or `NNN.p/W` for the tile at the right edge of `count` items.
fn named(dir: &Path, index: u64, count: u64) -> PathBuf {
    let name = tile_name(index);
    if index < count / TILE {
        dir.join(name)
    } else {
        dir.join(format!("{name}.p/{}", count % TILE))
    }
}

impl Tiles for FolderTiles {
    fn tile(&mut self, level: u32, index: u64, width: u64) -> Result<Vec<Hash>> {
        let path = self.path(level, index);
        let bytes = read::bytes(&path)?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        let there = (self.size >> (8 * level)).saturating_sub(index * TILE).min(TILE);
        if !rest.is_empty() || hashes.len() as u64 != there || there < width {
            return Err(Fault::wrong("verify-tile-length").with("file", path.display()));
        }
        Ok(hashes[..width as usize].to_vec())
    }
}

/// The keys that came with a folder. They show only that the folder agrees with itself.
pub fn own_keys(dir: &Path) -> Result<Vec<Key>> {
    keys(&read::text(&dir.join("keys"))?)
}

/// Its checkpoint, checked.
pub fn state(dir: &Path, keys: &[Key]) -> Result<Checkpoint> {
    checkpoint(&read::text(&dir.join("checkpoint"))?, keys)
}

/// Checks a whole folder. `told` hears how many entries have been looked at.
pub fn verify(dir: &Path, keys: &[Key], told: &mut dyn FnMut(u64, u64)) -> Result<Report> {
    let about = read::json(&dir.join("export.json"))?;
    read::format(&about, FORMAT)?;
    let state = state(dir, keys)?;
    let number = |name: &str| about[name].as_u64();
    let (Some(from), Some(to), Some(sealed)) = (number("from"), number("to"), number("sealed"))
    else {
        return Err(Fault::unreadable("verify-format-other").with("format", FORMAT));
    };
    if from == 0 || to > state.size || (from > to && state.size > 0) || sealed > state.size {
        return Err(Fault::wrong("verify-range-wrong").with("from", from).with("to", to));
    }
    let mut report = Report { state, entries: 0, opened: 0, checkpoints: 0, unchecked: 0, sealed };
    let mut tiles = FolderTiles::new(dir, report.state.size);
    inner(&mut tiles, report.state.size)?;
    if root_from_tiles(&mut tiles, report.state.size)? != report.state.root {
        let root = hex(&report.state.root);
        return Err(Fault::wrong("verify-tiles-wrong").with("root", root));
    }
    if to > 0 {
        for n in (from - 1) / TILE..=(to - 1) / TILE {
            bundle(dir, &mut tiles, n, &mut report)?;
            told(((n + 1) * TILE).min(to), to);
        }
    }
    kept(dir, keys, &mut tiles, &mut report)?;
    Ok(report)
}

/// Tiles of the levels above the leaves: each complete tile's root stands in the level above.
fn inner(tiles: &mut FolderTiles, size: u64) -> Result<()> {
    let mut level = 1;
    while level < 7 && size >> (8 * (level + 1)) > 0 {
        for index in 0..size >> (8 * (level + 1)) {
            tile_in_parent(tiles, level, index)?;
        }
        level += 1;
    }
    Ok(())
}

fn tile_in_parent(tiles: &mut FolderTiles, level: u32, index: u64) -> Result<Vec<Hash>> {
    let hashes = tiles.tile(level, index, TILE)?;
    let parent = tiles.tile(level + 1, index / TILE, index % TILE + 1)?;
    if parent.last() == Some(&root(&hashes)) {
        Ok(hashes)
    } else {
        let file = tiles.path(level, index);
        Err(Fault::wrong("verify-tile-wrong").with("file", file.display()))
    }
}

/// One bundle of up to 256 entries: its tile, its leaves, its opened parts.
fn bundle(dir: &Path, tiles: &mut FolderTiles, n: u64, report: &mut Report) -> Result<()> {
    let size = report.state.size;
    let hashes = if n < size / TILE {
        tile_in_parent(tiles, 0, n)?
    } else {
        tiles.tile(0, n, size % TILE)?
    };
    let first = n * TILE + 1;
    if first <= report.sealed {
        return Ok(());
    }
    let path = named(&dir.join("tile/entries"), n, size);
    let leaves = leaves(&read::bytes(&path)?)
        .ok_or_else(|| Fault::wrong("verify-tile-length").with("file", path.display()))?;
    if leaves.len() != hashes.len() {
        return Err(Fault::wrong("verify-tile-length").with("file", path.display()));
    }
    for ((data, hash), seq) in leaves.iter().zip(&hashes).zip(first..) {
        if Lines::parse(data).is_none() || leaf(data.as_bytes()) != *hash {
            return Err(Fault::wrong("verify-leaf-wrong").with("seq", seq));
        }
        report.entries += 1;
    }
    let opened = dir.join("opened").join(format!("{}.jsonl", tile_name(n)));
    if opened.exists() {
        let text = read::text(&opened)?;
        for line in text.lines() {
            let entry = Entry::read(&read::parsed(line.as_bytes(), &opened)?)?;
            let at = entry.seq.checked_sub(first).and_then(|i| leaves.get(i as usize));
            let same = match (&entry.leaf, at) {
                (Leaf::Lines(lines), Some(data)) => lines.data == *data,
                _ => false,
            };
            if !same {
                return Err(Fault::wrong("verify-leaf-wrong").with("seq", entry.seq));
            }
            report.opened += entry.opened.len() as u64;
        }
    }
    Ok(())
}

/// A bundle of tlog-tiles: each leaf after its length, two bytes, big end first.
fn leaves(mut bytes: &[u8]) -> Option<Vec<String>> {
    let mut out = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        if rest.len() < length {
            return None;
        }
        let (data, rest) = rest.split_at(length);
        out.push(String::from_utf8(data.to_vec()).ok()?);
        bytes = rest;
    }
    bytes.is_empty().then_some(out)
}

/// The checkpoints that the installation kept: each must be the root of the tree at its size.
fn kept(dir: &Path, keys: &[Key], tiles: &mut FolderTiles, report: &mut Report) -> Result<()> {
    let path = dir.join("checkpoints.jsonl");
    for line in read::text(&path)?.lines() {
        let value = read::parsed(line.as_bytes(), &path)?;
        let old = checkpoint(value["note"].as_str().unwrap_or_default(), keys)?;
        if old.size > report.state.size || old.origin != report.state.origin {
            report.unchecked += 1;
            continue;
        }
        match root_from_tiles(tiles, old.size) {
            Ok(root) if root == old.root => report.checkpoints += 1,
            Ok(_) => return Err(Fault::forked(old.size, report.state.size)),
            // Not in the exported range.
            Err(e) if e.key == "verify-file-unreadable" => report.unchecked += 1,
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_are_cut_at_their_lengths() {
        let bytes = [0, 1, b'a', 0, 0, 0, 2, b'b', b'c'];
        assert_eq!(leaves(&bytes), Some(vec!["a".into(), String::new(), "bc".into()]));
        assert_eq!(leaves(&bytes[..8]), None);
        assert_eq!(leaves(&[0]), None);
        assert_eq!(leaves(&[0, 1, 0xff]), None);
        assert_eq!(leaves(&[]), Some(vec![]));
    }

    #[test]
    fn names_at_the_edge_are_partial() {
        let dir = Path::new("t");
        assert_eq!(named(dir, 0, 256), Path::new("t/000"));
        assert_eq!(named(dir, 1, 257), Path::new("t/001.p/1"));
        assert_eq!(named(dir, 1_000, 256_512), Path::new("t/x001/000"));
    }
}
