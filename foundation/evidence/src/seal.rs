//! Niêm cất nhật ký: old entries leave the database for files by the month, each with the hashes that
//! lead from it to a signed root (`lienthong-segment/1`, docs/journal.md).
//!
//! Sealing writes files and changes nothing in the database; dropping takes out what is sealed, after
//! each file was read again and found right; restoring puts the newest dropped ones back. All three go
//! on where they were broken off.

use crate::archive::Archive;
use crate::checkpoints::{self, Kept};
use crate::rules::{TILE_WIDTH, cover, hex};
use crate::{SEGMENT_WRONG, journal, proofs};
use aws_lc_rs::digest::{SHA256, digest};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use kernel::{Actor, Date, Error, Instant, Result};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use store::{Entry, Opening, Part, RawEntry, ReadTx, Row, Store, params};
use trust::Keys;

/// Format of the description beside each segment.
pub const FORMAT: &str = "lienthong-segment/1";
/// Most entries of one segment: a tile of the second level.
const ENTRIES_MAX: i64 = TILE_WIDTH * TILE_WIDTH;
/// A segment with more text than this is closed, bytes.
const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Longest line of a segment, bytes.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// A sealed segment as the database remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// First entry.
    pub first: i64,
    /// Last entry.
    pub last: i64,
    /// Its file, under the place it was sealed to.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

fn segment(row: &Row) -> Result<Segment> {
    Ok(Segment { first: row.get(0)?, last: row.get(1)?, file: row.get(2)?, sha256: row.get(3)? })
}

const COLUMNS: &str = "first, last, file, sha256";

/// All segments, oldest first.
pub fn segments(tx: &mut ReadTx<'_>) -> Result<Vec<Segment>> {
    let sql = format!("SELECT {COLUMNS} FROM journal_segment ORDER BY first");
    tx.rows(&sql, params![], segment)
}

/// Entries 1 to this number are sealed.
pub fn sealed_to(tx: &mut ReadTx<'_>) -> Result<i64> {
    tx.one("SELECT COALESCE(MAX(last), 0) FROM journal_segment", params![], |r| r.get(0))
}

/// What is gathered for one segment.
#[derive(Default)]
struct Draft {
    month: String,
    last: i64,
    text: Vec<u8>,
}

/// Seals whole tiles whose entries are all from before the day `before`, by the month, into
/// `archive`. `told` hears up to which entry. Returns the new segments.
pub fn seal(
    store: &Store,
    keys: &Keys,
    archive: &Archive,
    before: Date,
    told: &mut dyn FnMut(i64, i64),
) -> Result<Vec<Segment>> {
    let limit = Instant::start_of(before);
    let (mut from, head) = store.read(|tx| Ok((sealed_to(tx)?, tx.journal_head()?)))?;
    let mut done = Vec::new();
    loop {
        let draft = gather(store, from, head, limit)?;
        if draft.last == 0 {
            return Ok(done);
        }
        let made = write(store, keys, archive, from + 1, &draft)?;
        from = made.last;
        told(from, head);
        done.push(made);
    }
}

/// The next segment's entries after `from`: one month, whole tiles, within the limits.
fn gather(store: &Store, from: i64, head: i64, limit: Instant) -> Result<Draft> {
    let mut draft = Draft::default();
    let mut tile = from;
    while tile + TILE_WIDTH <= head
        && tile - from < ENTRIES_MAX
        && draft.text.len() < TEXT_BYTES_MAX
    {
        let mut text = Vec::new();
        let mut newest = i64::MIN;
        store.read(|tx| {
            tx.journal_raw(tile + 1, tile + TILE_WIDTH, |raw| {
                newest = newest.max(at_of(&raw)?);
                let line = Value::from(proofs::entry(&raw, &proofs::PARTS));
                writeln!(text, "{line}").map_err(Error::bug)?;
                Ok(true)
            })
        })?;
        let month = Instant(newest).date().to_string()[..7].to_owned();
        if Instant(newest) >= limit || (draft.last > 0 && month != draft.month) {
            break;
        }
        tile += TILE_WIDTH;
        (draft.month, draft.last) = (month, tile);
        draft.text.append(&mut text);
    }
    Ok(draft)
}

/// The moment in a leaf.
fn at_of(raw: &RawEntry) -> Result<i64> {
    let at = raw.leaf.split('\n').nth(3).and_then(|at| at.parse().ok());
    at.ok_or_else(|| Error::bug(format_args!("entry {} has no moment", raw.seq)))
}

fn write(
    store: &Store,
    keys: &Keys,
    archive: &Archive,
    first: i64,
    draft: &Draft,
) -> Result<Segment> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::default());
    let bytes = zip.write_all(&draft.text).and_then(|()| zip.finish()).map_err(Error::bug)?;
    let stem = format!("{first:012}-{:012}", draft.last);
    let (file, sha256) = (format!("{stem}.jsonl.gz"), sha256(&bytes));
    let kept = checkpoints::covering(store, keys, draft.last)?;
    let about = store.read(|tx| {
        let (left, right) =
            (beside(tx, &cover(0, first - 1))?, beside(tx, &cover(draft.last, kept.size))?);
        Ok(describe(first, draft, &kept, (&file, bytes.len(), &sha256), (left, right)))
    })?;
    let made = Segment { first, last: draft.last, file: format!("{}/{file}", draft.month), sha256 };
    archive.put(&made.file, bytes)?;
    archive.put(&format!("{}/{stem}.json", draft.month), format!("{about:#}\n").into_bytes())?;
    read(archive, &made)?;
    let kept = made.clone();
    store.write(move |tx| {
        let now = tx.now();
        tx.execute(
            "INSERT INTO journal_segment (first, last, file, sha256, sealed_at) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![kept.first, kept.last, &kept.file, &kept.sha256, now],
        )?;
        tx.record(Entry::new(journal::SEALED, &Actor::system("operator")).body(json!({
            "from": kept.first, "to": kept.last, "file": kept.file, "sha256": kept.sha256,
        })))
    })?;
    Ok(made)
}

fn describe(
    first: i64,
    draft: &Draft,
    kept: &Kept,
    (file, bytes, sha256): (&str, usize, &str),
    (left, right): (Vec<String>, Vec<String>),
) -> Value {
    json!({
        "format": FORMAT, "from": first, "to": draft.last, "month": draft.month, "file": file,
        "bytes": bytes, "sha256": sha256, "checkpoint": kept.note, "left": left, "right": right,
    })
}

fn beside(tx: &mut ReadTx<'_>, cut: &[(i64, u32)]) -> Result<Vec<String>> {
    cut.iter().map(|(first, height)| Ok(hex(&tx.journal_subtree(*first, *height)?))).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// A segment's file, if it is as it was written.
fn read(archive: &Archive, segment: &Segment) -> Result<Vec<u8>> {
    let wrong = || Error::new(SEGMENT_WRONG).arg("file", segment.file.as_str());
    let bytes = archive.get(&segment.file)?.ok_or_else(wrong)?;
    if sha256(&bytes) == segment.sha256 { Ok(bytes) } else { Err(wrong()) }
}

/// Drops sealed entries from the database, each file first read again from `archive`. Goes as far as
/// sealing and followers allow. Returns up to which entry they are dropped now.
pub fn drop_sealed(
    store: &Store,
    archive: &Archive,
    told: &mut dyn FnMut(i64, i64),
) -> Result<i64> {
    let (all, begun, most) =
        store.read(|tx| Ok((segments(tx)?, tx.journal_dropped()?, tx.journal_droppable()?)))?;
    let last = all.last().map_or(0, |s| s.last).min(most);
    let mut dropped = begun;
    let mut one = |s: &Segment| -> Result<()> {
        let to = s.last.min(last);
        if dropped < to {
            read(archive, s)?;
        }
        while dropped < to {
            dropped = store.write(move |tx| tx.journal_drop(to))?;
            told(dropped, last);
        }
        Ok(())
    };
    let outcome = all.iter().try_for_each(&mut one);
    // What is gone is on record, also when a later file was found wrong.
    if dropped > begun {
        record(store, journal::DROPPED, json!({ "to": dropped }))?;
    }
    outcome.map(|()| dropped)
}

/// Puts dropped entries back, newest first, down to the segment that holds entry `from`. From then on
/// the database has the word again: those segments are sealed anew by the next [`seal`]. Returns the
/// first entry that is here now.
pub fn restore(
    store: &Store,
    archive: &Archive,
    from: i64,
    told: &mut dyn FnMut(i64, i64),
) -> Result<i64> {
    let (all, begun) = store.read(|tx| Ok((segments(tx)?, tx.journal_dropped()?)))?;
    let mut dropped = begun;
    for s in all.iter().rev() {
        if s.last < from {
            break;
        }
        if s.first <= dropped {
            let mut tiles = unpack(&read(archive, s)?, s)?;
            while dropped >= s.first {
                let at = usize::try_from(dropped - TILE_WIDTH + 1 - s.first).unwrap_or(usize::MAX);
                let tile = if at <= tiles.len() { tiles.split_off(at) } else { Vec::new() };
                let tile: Vec<RawEntry> =
                    tile.into_iter().take_while(|e| e.seq <= dropped).collect();
                store.write(move |tx| tx.journal_restore(tile.clone()))?;
                dropped -= TILE_WIDTH;
                told(begun - dropped, begun - from.max(1) + 1);
            }
        }
        let first = s.first;
        store.write(move |tx| {
            tx.execute("DELETE FROM journal_segment WHERE first = ?1", params![first])
        })?;
    }
    if dropped < begun {
        record(store, journal::RESTORED, json!({ "from": dropped + 1 }))?;
    }
    Ok(dropped + 1)
}

fn record(store: &Store, kind: &'static str, body: Value) -> Result<()> {
    let entry = Entry::new(kind, &Actor::system("operator")).body(body);
    store.write(move |tx| tx.record(entry.clone()).map(drop))?;
    store.settle()
}

/// The entries of a segment's file.
fn unpack(bytes: &[u8], segment: &Segment) -> Result<Vec<RawEntry>> {
    let wrong = || Error::new(SEGMENT_WRONG).arg("file", segment.file.as_str());
    let mut lines = BufReader::new(GzDecoder::new(bytes));
    let mut entries = Vec::new();
    for seq in segment.first..=segment.last {
        let mut line = String::new();
        let read = lines.by_ref().take(LINE_BYTES_MAX).read_line(&mut line);
        let value: Value = match read {
            Ok(n) if n > 0 => serde_json::from_str(&line).map_err(|_| wrong())?,
            _ => return Err(wrong()),
        };
        let entry = raw(&value).filter(|e| e.seq == seq).ok_or_else(wrong)?;
        entries.push(entry);
    }
    Ok(entries)
}

/// An entry of a file, as it is hashed.
fn raw(value: &Value) -> Option<RawEntry> {
    let mut openings = [None, None, None];
    for part in proofs::PARTS {
        if let Some(open) = value.get(part.name()) {
            openings[part as usize] = Some(opening(part, open)?);
        }
    }
    Some(RawEntry {
        seq: value["seq"].as_i64()?,
        leaf: value["leaf"].as_str()?.to_owned(),
        openings,
    })
}

fn opening(part: Part, value: &Value) -> Option<Opening> {
    let text = value["salt"].as_str()?;
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let dossier = match part {
        Part::Subjects => Some(value["dossier"].as_str()?.to_owned()),
        Part::Actor | Part::Body => None,
    };
    Some(Opening {
        salt: pairs.iter().map(|[a, b]| a << 4 | b).collect(),
        text: value["text"].as_str()?.to_owned(),
        dossier,
    })
}
