//! The database of a data folder looked at from outside, past the program.

use rusqlite::{Connection, OpenFlags, Params, Row};
use std::path::{Path, PathBuf};

/// Where the database of a data folder is.
pub fn file(data: &Path) -> PathBuf {
    data.join("province.db")
}

/// An SQLite database; also while the program runs.
#[derive(Debug)]
pub struct Rows(Connection);

impl Rows {
    /// To look at.
    pub fn of(data: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(file(data), flags).expect("a database");
        conn.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
        Self(conn)
    }

    /// One number.
    pub fn count(&self, sql: &str, params: impl Params) -> i64 {
        self.0.query_row(sql, params, |r| r.get(0)).expect(sql)
    }

    /// Every row.
    pub fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.0.prepare(sql).expect(sql);
        let rows = statement.query_map(params, read).expect(sql);
        rows.collect::<rusqlite::Result<_>>().expect(sql)
    }

    /// The first column of every row, as text.
    pub fn texts(&self, sql: &str, params: impl Params) -> Vec<String> {
        self.all(sql, params, |r| r.get(0))
    }

    /// Changes rows behind the program's back, while it does not run; gives how many.
    pub fn change(&self, sql: &str, params: impl Params) -> usize {
        self.0.execute(sql, params).expect(sql)
    }
}
