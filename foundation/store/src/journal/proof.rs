//! Hashes of subtrees read from the database; the root, proofs and tiles made of them.

use super::tree::{Hash, TILE_HEIGHT, Tree, empty_root, node_hash};
use crate::{JOURNAL_DAMAGED, ReadTx, params};
use kernel::{Error, Result, error::NOT_FOUND};

/// Most hashes of one tile.
pub(super) const TILE_WIDTH: i64 = 1 << TILE_HEIGHT;

fn hash(bytes: Vec<u8>) -> Result<Hash> {
    bytes.try_into().map_err(|_| Error::bug("a stored hash is not 32 bytes"))
}

/// The stored hashes of a level, `from..to`. Level 0 are the leaves.
fn stored(tx: &mut ReadTx<'_>, level: u32, from: i64, to: i64) -> Result<Vec<Hash>> {
    let hashes = if level == 0 {
        leaves(tx, from, to)?
    } else {
        tx.rows(
            "SELECT hash FROM journal_node WHERE level = ?1 AND n >= ?2 AND n < ?3 ORDER BY n",
            params![level, from, to],
            |r| hash(r.get(0)?),
        )?
    };
    if i64::try_from(hashes.len()) == Ok(to - from) {
        Ok(hashes)
    } else {
        Err(Error::new(JOURNAL_DAMAGED).because(format_args!("the tree has gaps at level {level}")))
    }
}

/// Leaves number `from` to `to` (from 0): of the rows, or where they were dropped, of the tiles.
fn leaves(tx: &mut ReadTx<'_>, from: i64, to: i64) -> Result<Vec<Hash>> {
    let rows = tx.rows(
        "SELECT leaf FROM journal WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
        params![from, to],
        |r| hash(r.get(0)?),
    )?;
    if i64::try_from(rows.len()) == Ok(to - from) {
        return Ok(rows);
    }
    let mut all = Vec::new();
    tx.each(
        "SELECT n, hashes FROM journal_leaf_tile WHERE n >= ?1 AND n <= ?2 ORDER BY n",
        params![from / TILE_WIDTH, (to - 1) / TILE_WIDTH],
        |r| {
            let first = r.get::<i64>(0)? * TILE_WIDTH;
            let hashes: Vec<u8> = r.get(1)?;
            let inside = hashes.as_chunks::<32>().0.iter().zip(first..);
            all.extend(inside.filter(|(_, n)| (from..to).contains(n)).map(|(h, _)| *h));
            Ok(true)
        },
    )?;
    all.extend(rows);
    Ok(all)
}

/// The right edge of the tree of the first `size` entries: at most 255 hashes of each level.
pub(super) fn edge(tx: &mut ReadTx<'_>, size: i64) -> Result<Tree> {
    let mut tree = Tree::default();
    for level in (0..i64::BITS / TILE_HEIGHT - 1).rev() {
        let to = size >> (TILE_HEIGHT * level);
        let from = (size >> (TILE_HEIGHT * (level + 1))) << TILE_HEIGHT;
        if from < to {
            for hash in stored(tx, level, from, to)? {
                tree.push_subtree(level, hash);
            }
        }
    }
    Ok(tree)
}

/// The hash of a complete, aligned subtree of 2^height leaves that begins at `from`.
fn complete(tx: &mut ReadTx<'_>, height: u32, from: i64) -> Result<Hash> {
    let (level, rest) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
    let first = from >> (TILE_HEIGHT * level);
    let mut hashes = stored(tx, level, first, first + (1i64 << rest))?;
    while hashes.len() > 1 {
        hashes = hashes.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    hashes.pop().ok_or_else(|| Error::bug("an empty subtree"))
}

/// MTH of the leaves `from..to`, where `from` is aligned as RFC 9162 splits trees.
fn range(tx: &mut ReadTx<'_>, from: i64, to: i64) -> Result<Hash> {
    let n = to - from;
    if n <= 0 {
        return Ok(empty_root());
    }
    if n.count_ones() == 1 {
        return complete(tx, n.trailing_zeros(), from);
    }
    let k = split(n);
    let left = complete(tx, k.trailing_zeros(), from)?;
    Ok(node_hash(&left, &range(tx, from + k, to)?))
}

/// The largest power of two smaller than `n` (n ≥ 2).
fn split(n: i64) -> i64 {
    1i64 << (i64::BITS - 1 - (n - 1).leading_zeros())
}

impl ReadTx<'_> {
    /// The root of the tree over the whole journal.
    pub fn journal_tree_root(&mut self) -> Result<Hash> {
        let head = self.journal_head()?;
        Ok(edge(self, head)?.root())
    }

    /// The root of the tree over the first `size` entries.
    pub fn journal_root_at(&mut self, size: i64) -> Result<Hash> {
        self.within(size)?;
        Ok(edge(self, size)?.root())
    }

    /// The proof that entry `seq` is in the tree of the first `size` entries, for
    /// [`crate::verify_inclusion`] with index `seq − 1`.
    pub fn journal_inclusion(&mut self, seq: i64, size: i64) -> Result<Vec<Hash>> {
        self.within(size)?;
        if seq < 1 || seq > size {
            return Err(Error::new(NOT_FOUND));
        }
        let (mut from, mut to, index) = (0, size, seq - 1);
        let mut proof = Vec::new();
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                proof.push(range(self, middle, to)?);
                to = middle;
            } else {
                proof.push(range(self, from, middle)?);
                from = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// The proof that the tree of `old` entries is the beginning of that of `new` entries, for
    /// [`crate::verify_consistency`].
    pub fn journal_consistency(&mut self, old: i64, new: i64) -> Result<Vec<Hash>> {
        self.within(new)?;
        if old < 0 || old > new {
            return Err(Error::new(NOT_FOUND));
        }
        let mut proof = Vec::new();
        if old == 0 || old == new {
            return Ok(proof);
        }
        let (mut from, mut to, mut whole) = (0, new, true);
        while to != old {
            let middle = from + split(to - from);
            if old <= middle {
                proof.push(range(self, middle, to)?);
                to = middle;
            } else {
                proof.push(range(self, from, middle)?);
                from = middle;
                whole = false;
            }
        }
        if !whole {
            proof.push(range(self, from, to)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// The data of the leaf of entry `seq`, as hashed into the tree: no personal data.
    pub fn journal_leaf(&mut self, seq: i64) -> Result<String> {
        let sql = format!("SELECT {} FROM journal WHERE seq = ?1", super::verify::STORED);
        self.row(&sql, params![seq], super::verify::stored)?
            .ok_or_else(|| Error::new(NOT_FOUND))?
            .leaf_data()
    }

    /// The root of the complete subtree of 2^`height` leaves whose first is number `first` (from 0,
    /// aligned to its size).
    pub fn journal_subtree(&mut self, first: i64, height: u32) -> Result<Hash> {
        let leaves = 1i64.checked_shl(height).filter(|n| *n > 0 && first >= 0 && first % n == 0);
        let end = leaves.and_then(|n| first.checked_add(n)).ok_or_else(|| Error::new(NOT_FOUND))?;
        self.within(end)?;
        complete(self, height, first)
    }

    /// One tile of C2SP tlog-tiles: `width` (1 to 256) hashes of `level` from `index·256` on,
    /// 32 bytes each, one after the other.
    pub fn journal_tile(&mut self, level: u32, index: i64, width: i64) -> Result<Vec<u8>> {
        if !(1..=TILE_WIDTH).contains(&width) || level > 5 || !(0..1 << 40).contains(&index) {
            return Err(Error::new(NOT_FOUND));
        }
        let to = index * TILE_WIDTH + width;
        if self.journal_head()? >> (TILE_HEIGHT * level) < to {
            return Err(Error::new(NOT_FOUND));
        }
        Ok(stored(self, level, index * TILE_WIDTH, to)?.concat())
    }

    fn within(&mut self, size: i64) -> Result<()> {
        if (0..=self.journal_head()?).contains(&size) { Ok(()) } else { Err(Error::new(NOT_FOUND)) }
    }
}
