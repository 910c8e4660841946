//! Proof files: `lienthong-proof/1` for entries, `lienthong-consistency/1` for two states
//! (docs/journal.md).

use crate::checkpoints::Kept;
use crate::{RANGE_UNREAL, rules};
use kernel::{Error, Result};
use serde_json::{Map, Value, json};
use store::{Part, RawEntry, ReadTx, Store};
use trust::Keys;

/// Format of a proof that entries stand in the journal.
pub const INCLUSION: &str = "lienthong-proof/1";
/// Format of a proof that one state is the beginning of another.
pub const CONSISTENCY: &str = "lienthong-consistency/1";
/// The parts of an entry.
pub const PARTS: [Part; 3] = [Part::Actor, Part::Subjects, Part::Body];

/// An entry as files tell it: its leaf, and the openings of the parts that may be shown.
pub fn entry(raw: &RawEntry, shown: &[Part]) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("seq".into(), raw.seq.into());
    out.insert("leaf".into(), raw.leaf.as_str().into());
    for part in PARTS.into_iter().filter(|p| shown.contains(p)) {
        let Some(opening) = raw.opening(part) else { continue };
        let mut open = Map::new();
        open.insert("salt".into(), rules::hex(&opening.salt).into());
        open.insert("text".into(), opening.text.as_str().into());
        if let Some(dossier) = &opening.dossier {
            open.insert("dossier".into(), dossier.as_str().into());
        }
        out.insert(part.name().into(), open.into());
    }
    out
}

/// The proof that entry `seq` stands under a checkpoint, with the parts that `shown` allows. Of an
/// entry that was sealed and dropped only the hash can be given.
pub fn proved(
    tx: &mut ReadTx<'_>,
    seq: i64,
    kept: &Kept,
    shown: &dyn Fn(&RawEntry) -> Vec<Part>,
) -> Result<Map<String, Value>> {
    if seq < 1 || seq > kept.size {
        return Err(Error::new(RANGE_UNREAL).arg("size", kept.size.to_string()));
    }
    let mut out = Map::new();
    tx.journal_raw(seq, seq, |raw| {
        out = entry(&raw, &shown(&raw));
        Ok(true)
    })?;
    if out.is_empty() {
        let tile = (seq - 1) / rules::TILE_WIDTH;
        let hashes = tx.journal_tile(0, tile, (seq - 1) % rules::TILE_WIDTH + 1)?;
        let hash = hashes.last_chunk::<32>().ok_or_else(|| Error::bug("a tile without hashes"))?;
        out.insert("seq".into(), seq.into());
        out.insert("hash".into(), rules::hex(hash).into());
    }
    out.insert("path".into(), hashes(&tx.journal_inclusion(seq, kept.size)?));
    Ok(out)
}

fn hashes(all: &[store::Hash]) -> Value {
    all.iter().map(|h| Value::from(rules::hex(h))).collect()
}

/// A proof file of entries that [`proved`] gave.
pub fn file(kept: &Kept, entries: Vec<Map<String, Value>>) -> Value {
    json!({ "format": INCLUSION, "checkpoint": kept.note, "entries": entries })
}

/// The proof file of one entry.
pub fn inclusion(store: &Store, keys: &Keys, seq: i64, shown: &[Part]) -> Result<Value> {
    let kept = crate::checkpoints::covering(store, keys, seq)?;
    let shown = shown.to_vec();
    let entry = store.read(|tx| proved(tx, seq, &kept, &|_| shown.clone()))?;
    Ok(file(&kept, vec![entry]))
}

/// The proof that the journal of `old` entries is the beginning of the journal as the newest
/// checkpoint has it. Its `old.root` is what this journal holds at that size: who has a checkpoint of
/// that size with another root has shown a fork.
pub fn consistency(store: &Store, keys: &Keys, old: i64, new: Option<i64>) -> Result<Value> {
    let kept = match new {
        Some(size) => store
            .read(|tx| crate::checkpoints::of_size(tx, size))?
            .ok_or_else(|| Error::new(RANGE_UNREAL).arg("size", store.head().to_string()))?,
        None => crate::checkpoints::covering(store, keys, old.max(1))?,
    };
    if !(0..=kept.size).contains(&old) {
        return Err(Error::new(RANGE_UNREAL).arg("size", kept.size.to_string()));
    }
    store.read(|tx| {
        Ok(json!({
            "format": CONSISTENCY,
            "old": { "size": old, "root": rules::hex(&tx.journal_root_at(old)?) },
            "checkpoint": kept.note,
            "path": hashes(&tx.journal_consistency(old, kept.size)?),
        }))
    })
}
