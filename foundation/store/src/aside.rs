//! Rows that a long load sets aside: written one behind the other into a table without keys, and brought
//! over in the order of their keys at the end, as an index is made. SQLite only: there a load whose rows lie
//! all over a table changes nearly every page of it in every commit.

use crate::{WriteTx, params, sqlite, tx::Conn};
use kernel::{Error, Result};

impl WriteTx<'_> {
    /// Makes a table without keys beside those of the schema. Whoever does so writes down in the same
    /// transaction that its rows are to come over.
    pub fn make_aside(&mut self, name: &str, columns: &str) -> Result<()> {
        self.batch(&format!("CREATE TABLE IF NOT EXISTS {name} ({columns})"))
    }

    /// As [`WriteTx::make_aside`], of rows that follow from others: `select` gives them when they come over.
    pub fn tell_aside(&mut self, name: &str, select: &str) -> Result<()> {
        self.batch(&format!("CREATE VIEW IF NOT EXISTS {name} AS {select}"))
    }

    /// Runs the statement that brings rows over, with little memory for its sorting.
    pub fn bring_over(&mut self, insert: &str) -> Result<()> {
        let Conn::Sqlite(conn) = &self.conn else { return Err(Error::bug("nothing is set aside")) };
        self.usable()?;
        let outcome = sqlite::sorted(conn, insert);
        self.wrote = true;
        self.spoiled_by(outcome)
    }

    /// Takes the table, or the view, away when its rows have come over.
    pub fn drop_aside(&mut self, name: &str) -> Result<()> {
        let kind = "SELECT upper(type) FROM sqlite_schema WHERE name = ?1";
        let kind: String = self.one(kind, params![name], |r| r.get(0))?;
        self.batch(&format!("DROP {kind} {name}"))
    }
}
