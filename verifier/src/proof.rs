//! Proof files: that entries stand in the journal, that one state of it is the beginning of another,
//! that two states are not.

use crate::entry::{Entry, hash, hashes, hex};
use crate::note::{Checkpoint, Key, checkpoint};
use crate::read;
use crate::tree::{Hash, Tiles, root, root_from_tiles, root_of_inclusion, roots_of_consistency};
use crate::{Fault, Result};
use serde_json::Value;

/// Format of a proof that entries stand in the journal.
pub const INCLUSION: &str = "lienthong-proof/1";
/// Format of a proof that one tree is the beginning of another.
pub const CONSISTENCY: &str = "lienthong-consistency/1";

/// Checks a file of the format [`INCLUSION`]: its checkpoint is signed by one of the keys, and each
/// entry's path leads to the root.
pub fn inclusion(file: &Value, keys: &[Key]) -> Result<(Checkpoint, Vec<Entry>)> {
    read::format(file, INCLUSION)?;
    let unreadable = || Fault::unreadable("verify-entry-unreadable");
    let state = checkpoint(file["checkpoint"].as_str().unwrap_or_default(), keys)?;
    let mut entries = Vec::new();
    for value in file["entries"].as_array().ok_or_else(unreadable)? {
        let entry = Entry::read(value)?;
        let path = hashes(&value["path"]).ok_or_else(unreadable)?;
        if root_of_inclusion(entry.seq - 1, state.size, &entry.hash(), &path) != Some(state.root) {
            return Err(Fault::wrong("verify-path-wrong").with("seq", entry.seq));
        }
        entries.push(entry);
    }
    Ok((state, entries))
}

/// What a consistency file proves: the older tree as the newer one contains it, and the newer one.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// Entries of the older tree.
    pub old_size: u64,
    /// Its root, as the newer tree contains it.
    pub old_root: Hash,
    /// The newer state, signed.
    pub new: Checkpoint,
}

/// Checks a file of the format [`CONSISTENCY`].
pub fn consistency(file: &Value, keys: &[Key]) -> Result<Beginning> {
    read::format(file, CONSISTENCY)?;
    let unreadable = || Fault::unreadable("verify-consistency-unreadable");
    let new = checkpoint(file["checkpoint"].as_str().unwrap_or_default(), keys)?;
    let old_size = file["old"]["size"].as_u64().ok_or_else(unreadable)?;
    let old_root = hash(&file["old"]["root"]).ok_or_else(unreadable)?;
    let path = hashes(&file["path"]).ok_or_else(unreadable)?;
    let good = if old_size == 0 {
        path.is_empty() && old_root == root(&[])
    } else {
        roots_of_consistency(old_size, new.size, &old_root, &path) == Some((old_root, new.root))
    };
    if good {
        Ok(Beginning { old_size, old_root, new })
    } else {
        Err(Fault::wrong("verify-consistency-wrong"))
    }
}

/// Two signed states side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pair {
    /// The same tree.
    Same,
    /// The older is the beginning of the newer.
    Continued,
    /// Different sizes: a consistency file or a folder is needed to tell.
    Unknown,
}

/// The older and the newer of two states of one journal, in this order.
pub fn in_order(a: Checkpoint, b: Checkpoint) -> Result<(Checkpoint, Checkpoint)> {
    if a.origin != b.origin {
        return Err(Fault::unreadable("verify-origins-differ")
            .with("one", a.origin)
            .with("other", b.origin));
    }
    Ok(if a.size <= b.size { (a, b) } else { (b, a) })
}

/// Compares what two checkpoints alone can tell. A contradiction is a fork.
pub fn compare(old: &Checkpoint, new: &Checkpoint) -> Result<Pair> {
    match (old.size == new.size, old.root == new.root) {
        (true, true) => Ok(Pair::Same),
        (true, false) => Err(Fault::forked(old.size, new.size)),
        (false, _) => Ok(Pair::Unknown),
    }
}

/// Compares with the help of a consistency file from the older size to the newer state: what the
/// newer tree holds at the older size is proved by it, so another root there is a fork.
pub fn compare_by_proof(old: &Checkpoint, new: &Checkpoint, proof: &Beginning) -> Result<Pair> {
    if proof.old_size != old.size || proof.new != *new {
        return Err(Fault::unreadable("verify-proof-of-others")
            .with("old", proof.old_size)
            .with("new", proof.new.size));
    }
    if proof.old_root == old.root {
        Ok(Pair::Continued)
    } else {
        Err(Fault::forked(old.size, new.size))
    }
}

/// Compares with the help of the newer tree's tiles.
pub fn compare_by_tiles(
    old: &Checkpoint,
    new: &Checkpoint,
    tiles: &mut impl Tiles,
) -> Result<Pair> {
    if root_from_tiles(tiles, new.size)? != new.root {
        return Err(Fault::wrong("verify-tiles-wrong").with("root", hex(&new.root)));
    }
    if root_from_tiles(tiles, old.size)? == old.root {
        Ok(Pair::Continued)
    } else {
        Err(Fault::forked(old.size, new.size))
    }
}
