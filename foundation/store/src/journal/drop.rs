//! Entries that were sealed elsewhere leave the database, a tile of 256 at a time, oldest first;
//! their hashes stay, so that the tree, its proofs and its tiles are the same as before.

use super::proof::TILE_WIDTH;
use super::{INSERT, RawEntry, head_of, put_row};
use crate::{JOURNAL_DAMAGED, JOURNAL_DROPPED, JOURNAL_KEPT, ReadTx, Rows, WriteTx, params};
use kernel::{Error, Result};

/// Most entries dropped or put back in one transaction.
const AT_ONCE: i64 = 16 * TILE_WIDTH;

/// Why the entries between `seq` and `first` are not there.
pub(super) fn missing(tx: &mut ReadTx<'_>, seq: i64, first: i64) -> Error {
    match tx.journal_dropped() {
        Ok(dropped) if dropped > seq => Error::new(JOURNAL_DROPPED).arg("n", dropped.to_string()),
        Ok(_) => Error::new(JOURNAL_DAMAGED).because(format_args!("a gap before entry {first}")),
        Err(e) => e,
    }
}

impl ReadTx<'_> {
    /// Entries 1 to this number were dropped; 0 if none was.
    pub fn journal_dropped(&mut self) -> Result<i64> {
        let sql = "SELECT COALESCE(MAX(n) + 1, 0) FROM journal_leaf_tile";
        self.one(sql, params![], |r| Ok(r.get::<i64>(0)? * TILE_WIDTH))
    }

    /// The last entry that may be dropped now: whole tiles that every follower has seen, and never
    /// the newest entry, on which the numbering goes on.
    pub fn journal_droppable(&mut self) -> Result<i64> {
        let head = head_of(self)?;
        let sql = "SELECT MIN(cursor) FROM follower";
        let slowest: Option<i64> = self.one(sql, params![], |r| r.get(0))?;
        let last = (head - 1).min(slowest.unwrap_or(head));
        Ok(last.max(0) / TILE_WIDTH * TILE_WIDTH)
    }
}

impl WriteTx<'_> {
    /// Drops entries up to `to` (the end of a tile), at most a few thousand in this transaction;
    /// returns up to which number they are dropped now. Call it until that is `to`. The caller has
    /// made sure that they are sealed. Refused if a follower has not seen them ([`JOURNAL_KEPT`]).
    pub fn journal_drop(&mut self, to: i64) -> Result<i64> {
        let from = self.journal_dropped()?;
        let to = to.min(from + AT_ONCE);
        if to <= from {
            return Ok(from);
        }
        let most = self.journal_droppable()?;
        if to > most || to % TILE_WIDTH != 0 {
            return Err(Error::new(JOURNAL_KEPT).arg("n", most.to_string()));
        }
        let mut tiles: Vec<Vec<u8>> = Vec::new();
        let mut people = Vec::new();
        self.each(
            "SELECT seq, leaf, subjects FROM journal WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
            params![from, to],
            |r| {
                let seq: i64 = r.get(0)?;
                if (seq - 1) % TILE_WIDTH == 0 {
                    tiles.push(Vec::new());
                }
                if let Some(tile) = tiles.last_mut() {
                    tile.extend(r.get::<Vec<u8>>(1)?);
                }
                people.push((seq, r.get::<String>(2)?));
                Ok(true)
            },
        )?;
        let first = from / TILE_WIDTH;
        for (tile, n) in tiles.into_iter().zip(first..) {
            if i64::try_from(tile.len()) != Ok(32 * TILE_WIDTH) {
                let gaps = format_args!("tile {n} has gaps");
                return Err(Error::new(JOURNAL_DAMAGED).because(gaps));
            }
            self.execute(
                "INSERT INTO journal_leaf_tile (n, hashes) VALUES (?1, ?2)",
                params![n, tile],
            )?;
        }
        for (seq, subjects) in people {
            self.forget_subjects(seq, &subjects)?;
        }
        self.execute("DELETE FROM journal WHERE seq > ?1 AND seq <= ?2", params![from, to])?;
        Ok(to)
    }

    /// Puts one dropped tile back: the newest of those that were dropped. Its 256 entries must be
    /// the ones that were hashed; anything else is refused.
    pub fn journal_restore(&mut self, entries: Vec<RawEntry>) -> Result<()> {
        let dropped = self.journal_dropped()?;
        let (n, first) = (dropped / TILE_WIDTH - 1, dropped - TILE_WIDTH + 1);
        let wrong = || Error::new(crate::JOURNAL_FOREIGN).arg("n", first.max(0).to_string());
        let hashes: Vec<u8> = entries.iter().flat_map(RawEntry::hash).collect();
        let numbers = entries.iter().map(|e| e.seq);
        let sql = "SELECT hashes FROM journal_leaf_tile WHERE n = ?1";
        let kept: Option<Vec<u8>> = self.row(sql, params![n], |r| r.get(0))?;
        if kept != Some(hashes) || !numbers.eq(first..=dropped) {
            return Err(wrong());
        }
        let (mut rows, mut erased) = (Rows::new(12), Vec::new());
        for entry in entries {
            let (seq, hash) = (entry.seq, entry.hash());
            let stored = entry.into_stored().map_err(|e| wrong().because(e))?;
            put_row(&mut rows, seq, &stored, &hash);
            erased.extend(stored.erased.map(|text| (seq, text)));
        }
        self.insert_rows(INSERT, "", &rows)?;
        // Erased parts stay erased.
        for (seq, text) in erased {
            let sql = "UPDATE journal SET erased = ?2 WHERE seq = ?1";
            self.execute_one(sql, params![seq, text])?;
        }
        self.execute("DELETE FROM journal_leaf_tile WHERE n = ?1", params![n])?;
        Ok(())
    }
}
