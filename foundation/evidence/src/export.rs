//! The journal in a folder (`lienthong-export/1`, docs/journal.md): what anybody needs to check it
//! without this program.
//!
//! Begun again after a break it goes on: files appear whole or not at all, and what is there is
//! compared with the tree before it is left as it is.

use crate::checkpoints::{self, Kept};
use crate::outside::write_whole;
use crate::{FILE_AWAY, FOLDER_OTHER, RANGE_UNREAL, proofs, rules};
use kernel::{Error, Result};
use rules::TILE_WIDTH;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use store::{Part, RawEntry, ReadTx, Store, leaf_hash};
use trust::Keys;

/// Format of the folder.
pub const FORMAT: &str = "lienthong-export/1";
/// Tiles written in one snapshot.
const TILES_AT_ONCE: i64 = 16;

/// What to export.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// First entry; the bundle of 256 that holds it begins the export. 1 by default.
    pub from: Option<i64>,
    /// Last entry; its bundle ends the export. By default the newest.
    pub to: Option<i64>,
    /// Also the parts that hold personal data, with their salts.
    pub bodies: bool,
}

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The state it was taken from.
    pub size: i64,
    /// First and last entry.
    pub range: (i64, i64),
    /// Bundles that were there already and right.
    pub left: i64,
    /// Bundles written.
    pub written: i64,
    /// Entries 1 to this number are sealed elsewhere; only their hashes are in the folder.
    pub sealed: i64,
}

/// Exports into `dir`, made if need be. `told` hears how many entries of how many are done.
pub fn export(
    store: &Store,
    keys: &Keys,
    dir: &Path,
    wanted: &Wanted,
    told: &mut dyn FnMut(i64, i64),
) -> Result<Exported> {
    store.settle()?;
    let head = store.read(|tx| tx.journal_head())?;
    let kept = checkpoints::covering(store, keys, wanted.to.unwrap_or(head).max(1))?;
    let (from, to) = (wanted.from.unwrap_or(1), wanted.to.unwrap_or(kept.size));
    if !(1 <= from && from <= to && to <= kept.size) {
        return Err(Error::new(RANGE_UNREAL).arg("size", kept.size.to_string()));
    }
    let sealed = store.read(|tx| tx.journal_dropped())?;
    let mut out = Exported { size: kept.size, range: (from, to), left: 0, written: 0, sealed };
    let folder = Folder { dir, size: kept.size, bodies: wanted.bodies, range: (from, to) };
    folder.begin()?;
    let (first, last) = ((from - 1) / TILE_WIDTH, (to - 1) / TILE_WIDTH);
    let mut n = first;
    while n <= last {
        let end = (n + TILES_AT_ONCE).min(last + 1);
        store.read(|tx| {
            for n in n..end {
                let whole = (n + 1) * TILE_WIDTH;
                let wrote = folder.bundle(tx, n, whole <= sealed)?;
                out.left += i64::from(!wrote);
                out.written += i64::from(wrote);
                told(whole.min(to), to);
            }
            Ok(())
        })?;
        n = end;
    }
    folder.tiles(store)?;
    folder.checkpoints(store)?;
    folder.text("keys", &(keys.journal_keys().join("\n") + "\n"))?;
    folder.text("checkpoint", &kept.note)?;
    // Last: a folder with this file is complete.
    folder.about(&kept, sealed)?;
    Ok(out)
}

struct Folder<'a> {
    dir: &'a Path,
    size: i64,
    bodies: bool,
    range: (i64, i64),
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let name = path.display().to_string();
    move |e| Error::new(FILE_AWAY).arg("file", name).because(e)
}

impl Folder<'_> {
    /// A folder may be new, empty, or an export of the same range and kind.
    fn begin(&self) -> Result<()> {
        let other = || Error::new(FOLDER_OTHER).arg("file", self.dir.display().to_string());
        std::fs::create_dir_all(self.dir).map_err(failed(self.dir))?;
        let about = self.dir.join("export.json");
        let begun = self.dir.join("begun.json");
        let wanted = json!({ "format": FORMAT, "from": self.range.0, "bodies": self.bodies });
        for file in [about, begun] {
            if let Ok(bytes) = std::fs::read(&file) {
                let there: Value = serde_json::from_slice(&bytes).map_err(|_| other())?;
                let same = ["format", "from", "bodies"].iter().all(|k| there[*k] == wanted[*k]);
                return if same { Ok(()) } else { Err(other()) };
            }
        }
        let mut entries = std::fs::read_dir(self.dir).map_err(failed(self.dir))?;
        if entries.next().is_some() {
            return Err(other());
        }
        self.text("begun.json", &format!("{wanted}\n"))
    }

    fn about(&self, kept: &Kept, sealed: i64) -> Result<()> {
        let about = json!({
            "format": FORMAT, "from": self.range.0, "to": self.range.1, "bodies": self.bodies,
            "size": kept.size, "sealed": sealed,
        });
        self.text("export.json", &format!("{about:#}\n"))?;
        match std::fs::remove_file(self.dir.join("begun.json")) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(failed(self.dir)(e)),
            _ => Ok(()),
        }
    }

    fn text(&self, name: &str, text: &str) -> Result<()> {
        self.write(&self.dir.join(name), text.as_bytes())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        write_whole(path, bytes).map_err(failed(path))
    }

    fn tile_path(&self, level: u32, index: i64) -> PathBuf {
        let folder = self.dir.join("tile").join(level.to_string());
        folder.join(rules::tile_file(index, self.size >> (8 * level)))
    }

    /// One bundle with its tile of leaves. Whether anything was written.
    fn bundle(&self, tx: &mut ReadTx<'_>, n: i64, sealed: bool) -> Result<bool> {
        let first = n * TILE_WIDTH + 1;
        let last = (first + TILE_WIDTH - 1).min(self.size);
        let hashes = tx.journal_tile(0, n, last - first + 1)?;
        let tile = self.tile_path(0, n);
        if std::fs::read(&tile).ok().as_ref() != Some(&hashes) {
            self.write(&tile, &hashes)?;
        }
        if sealed {
            return Ok(false);
        }
        let name = rules::tile_file(n, self.size);
        let path = self.dir.join("tile/entries").join(&name);
        let opened = self.dir.join("opened").join(format!("{}.jsonl", rules::tile_name(n)));
        let right = std::fs::read(&path).is_ok_and(|bytes| hashes_of(&bytes) == Some(hashes));
        let (lo, hi) = (first.max(self.range.0), last.min(self.range.1));
        if right && (!self.bodies || opened_is_right(tx, &opened, lo, hi)?) {
            return Ok(false);
        }
        let mut entries = Vec::new();
        tx.journal_raw(first, last, |raw| {
            entries.push(raw);
            Ok(true)
        })?;
        self.write(&path, &bundle_of(&entries)?)?;
        if self.bodies {
            let mut lines = String::new();
            for raw in entries.iter().filter(|e| (lo..=hi).contains(&e.seq)) {
                let _ = writeln!(lines, "{}", Value::from(proofs::entry(raw, &proofs::PARTS)));
            }
            self.write(&opened, lines.as_bytes())?;
        }
        Ok(true)
    }

    /// The tiles above the leaves, and the edge of the leaves.
    fn tiles(&self, store: &Store) -> Result<()> {
        for level in 0..7u32 {
            let count = self.size >> (8 * level);
            if count == 0 {
                break;
            }
            // Of the leaves only the right edge: the rest belongs to the bundles asked for.
            let mut index = if level == 0 { count / TILE_WIDTH } else { 0 };
            while index * TILE_WIDTH < count {
                let width = (count - index * TILE_WIDTH).min(TILE_WIDTH);
                let hashes = store.read(|tx| tx.journal_tile(level, index, width))?;
                self.write(&self.tile_path(level, index), &hashes)?;
                index += 1;
            }
        }
        Ok(())
    }

    fn checkpoints(&self, store: &Store) -> Result<()> {
        let (mut lines, mut from) = (String::new(), 0);
        loop {
            let page = store.read(|tx| checkpoints::after(tx, from))?;
            let Some(last) = page.last() else { break };
            from = last.size;
            for kept in page.iter().filter(|k| k.size <= self.size) {
                let line = json!({ "at": kept.at.rfc3339(), "note": kept.note });
                let _ = writeln!(lines, "{line}");
            }
        }
        for kept in store.read(checkpoints::forked)? {
            let line = json!({ "at": kept.at.rfc3339(), "note": kept.note, "forked": true });
            let _ = writeln!(lines, "{line}");
        }
        self.text("checkpoints.jsonl", &lines)
    }
}

/// A bundle of tlog-tiles: each leaf after its length, two bytes, big end first.
fn bundle_of(entries: &[RawEntry]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for e in entries {
        let length = u16::try_from(e.leaf.len())
            .map_err(|_| Error::bug(format_args!("the leaf of entry {} is too long", e.seq)))?;
        out.extend(length.to_be_bytes());
        out.extend(e.leaf.as_bytes());
    }
    Ok(out)
}

/// The hashes of the leaves of a bundle, one after the other.
fn hashes_of(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (leaf, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        out.extend(leaf_hash(leaf));
        bytes = rest;
    }
    Some(out)
}

/// Whether a file of opened parts is there and still right: nothing in it was erased since.
fn opened_is_right(tx: &mut ReadTx<'_>, path: &Path, lo: i64, hi: i64) -> Result<bool> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(false) };
    let erased: BTreeMap<i64, Vec<Part>> = tx.journal_erased(lo, hi)?.into_iter().collect();
    let mut seq = lo;
    for line in text.lines() {
        let Ok(entry) = serde_json::from_str::<Value>(line) else { return Ok(false) };
        let left = erased.get(&seq).map_or(&proofs::PARTS[..], Vec::as_slice);
        let same = proofs::PARTS.iter().all(|p| entry.get(p.name()).is_some() == left.contains(p));
        if entry["seq"] != seq || !same {
            return Ok(false);
        }
        seq += 1;
    }
    Ok(seq == hi + 1)
}
