//! Transactions as the crates see them.

use crate::{Clock, Entry, Row, Value, errors, sqlite};
use kernel::{EntryId, Error, Instant, Result};
use std::ops::{Deref, DerefMut};

/// A consistent snapshot. Also the reading half of a [`WriteTx`].
pub struct ReadTx<'a> {
    pub(crate) conn: Conn<'a>,
    pub(crate) clock: &'a Clock,
}

pub(crate) enum Conn<'a> {
    Sqlite(&'a rusqlite::Connection),
}

impl ReadTx<'_> {
    /// Now, by the store's clock.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// All rows of a query.
    pub fn rows<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        mut f: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut out = Vec::new();
        self.each(sql, params, |row| {
            out.push(f(row)?);
            Ok(true)
        })?;
        Ok(out)
    }

    /// The first row of a query, if there is one.
    pub fn row<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        f: impl FnOnce(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut f = Some(f);
        let mut out = None;
        self.each(sql, params, |row| {
            if let Some(f) = f.take() {
                out = Some(f(row)?);
            }
            Ok(false)
        })?;
        Ok(out)
    }

    /// The row of a query that always has one (an aggregate); none is a bug.
    pub fn one<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        f: impl FnOnce(&Row) -> Result<T>,
    ) -> Result<T> {
        self.row(sql, params, f)?.ok_or_else(|| Error::bug("a query that always answers did not"))
    }

    /// Calls `f` for each row until it returns `false`. For answers too large to hold.
    pub fn each(
        &mut self,
        sql: &str,
        params: &[Value],
        f: impl FnMut(&Row) -> Result<bool>,
    ) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(c) => sqlite::each(c, sql, params, f),
        }
    }
}

/// A transaction that may change things. Everything of [`ReadTx`] works on it too.
pub struct WriteTx<'a> {
    pub(crate) read: ReadTx<'a>,
    pub(crate) entries: Vec<EntryId>,
}

impl<'a> Deref for WriteTx<'a> {
    type Target = ReadTx<'a>;
    fn deref(&self) -> &Self::Target {
        &self.read
    }
}
impl DerefMut for WriteTx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.read
    }
}

impl WriteTx<'_> {
    /// Runs a statement and returns how many rows it changed.
    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        match &mut self.read.conn {
            Conn::Sqlite(c) => sqlite::execute(c, sql, params),
        }
    }

    /// Runs a statement that must change exactly one row, else somebody else was first.
    pub fn execute_one(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        match self.execute(sql, params)? {
            1 => Ok(()),
            _ => Err(Error::new(kernel::error::CHANGED_MEANWHILE)),
        }
    }

    /// A new identifier: 26 letters and digits, in the order of time (ULID).
    pub fn new_id(&mut self) -> Result<String> {
        let mut random = [0u8; 10];
        self.random(&mut random)?;
        Ok(ulid(self.now(), random))
    }

    /// Fills `bytes` from the operating system's generator.
    pub fn random(&mut self, bytes: &mut [u8]) -> Result<()> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| Error::new(errors::AWAY).because("no randomness"))
    }

    /// Writes a journal entry in this transaction. It gets its number when the transaction commits.
    pub fn record(&mut self, entry: Entry) -> Result<EntryId> {
        let id = EntryId::new(self.new_id()?);
        crate::journal::insert(self, &id, entry)?;
        self.entries.push(id.clone());
        Ok(id)
    }
}

/// Crockford base 32: 48 bits of milliseconds, 80 random bits.
fn ulid(at: Instant, random: [u8; 10]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let ms = u128::try_from(at.0.max(0) / 1000).unwrap_or(0) & 0xffff_ffff_ffff;
    let mut n = ms << 80;
    for (i, b) in random.iter().enumerate() {
        n |= u128::from(*b) << (72 - 8 * i);
    }
    (0..26).rev().map(|i| char::from(ALPHABET[usize::try_from((n >> (5 * i)) & 31).unwrap_or(0)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn identifiers_sort_by_time() {
        let a = ulid(Instant(1_000_000), [255; 10]);
        let b = ulid(Instant(1_001_000), [0; 10]);
        assert_eq!(a.len(), 26);
        assert!(a < b);
        assert_eq!(ulid(Instant(0), [0; 10]), "00000000000000000000000000");
    }
}
