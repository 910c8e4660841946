//! Many rows by few statements.

use crate::{Rows, Value, WriteTx, sqlite, tx::Conn};
use kernel::{Error, Result};

/// Most rows of one INSERT on PostgreSQL; fewer if they are wide.
const ROWS_AT_ONCE: usize = 64;
/// Most values of one INSERT on PostgreSQL.
const ROWS_AT_ONCE_VALUES: usize = 2_048;
/// So many rows and fewer go in one INSERT on PostgreSQL.
const ROWS_EXACT: usize = 8;

/// Most rows of so many columns in one INSERT on PostgreSQL.
fn rows_at_once(width: usize) -> usize {
    few((ROWS_AT_ONCE_VALUES / width).clamp(1, ROWS_AT_ONCE))
}

/// How many of so many rows go into the next INSERT: each number is a statement of its own that the server
/// has to know, so beyond a few rows only powers of two.
fn few(rows: usize) -> usize {
    if rows <= ROWS_EXACT { rows } else { 1 << rows.ilog2() }
}

/// `INSERT … VALUES (?1, ?2), (?3, ?4)`, and what follows.
fn insert_sql(insert: &str, width: usize, rows: usize, tail: &str) -> String {
    // Written for nearly every change, so without the machinery of formatting.
    let mut sql = String::with_capacity(insert.len() + 11 + rows * (2 + 7 * width) + tail.len());
    sql.push_str(insert);
    sql.push_str(" VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..width {
            sql.push_str(if column == 0 { "?" } else { ", ?" });
            push_number(&mut sql, row * width + column + 1);
        }
        sql.push(')');
    }
    if !tail.is_empty() {
        sql.push(' ');
        sql.push_str(tail);
    }
    sql
}

/// A number up to the limit of placeholders.
fn push_number(out: &mut String, n: usize) {
    const POWERS: [usize; 5] = [10_000, 1_000, 100, 10, 1];
    for power in POWERS.into_iter().filter(|p| *p <= n) {
        let digit = u8::try_from(n / power % 10).unwrap_or(0);
        out.push(char::from(b'0' + digit));
    }
}

impl WriteTx<'_> {
    /// Inserts many rows: `insert` is `INSERT INTO table (columns)`, each row has as many values. On
    /// PostgreSQL many rows travel in one statement.
    pub fn insert_many(&mut self, insert: &str, rows: Vec<Vec<Value>>) -> Result<()> {
        let Some(width) = rows.first().map(Vec::len) else { return Ok(()) };
        if width == 0 || rows.iter().any(|r| r.len() != width) {
            return Err(Error::bug("rows of different widths"));
        }
        let at_once = match self.conn {
            Conn::Sqlite(_) => 1,
            Conn::Postgres(_) => rows_at_once(width),
        };
        self.insert_each(insert, "", width, at_once, rows.into_iter())
    }

    /// Inserts so many rows in a statement.
    fn insert_each(
        &mut self,
        insert: &str,
        tail: &str,
        width: usize,
        at_once: usize,
        mut rows: impl Iterator<Item = Vec<Value>>,
    ) -> Result<()> {
        // Most have fewer rows, for which the long text would be made in vain.
        let mut full: Option<String> = None;
        loop {
            let values: Vec<Value> = rows.by_ref().take(at_once).flatten().collect();
            let mut rest = values.as_slice();
            while !rest.is_empty() {
                let n = few(rest.len() / width);
                let (now, later) = rest.split_at(n * width);
                let sql = || insert_sql(insert, width, n, tail);
                if n == at_once {
                    self.send(full.get_or_insert_with(sql), now)?;
                } else {
                    self.send(&sql(), now)?;
                }
                rest = later;
            }
            if values.len() < at_once * width {
                return Ok(());
            }
        }
    }

    /// As [`WriteTx::insert_many`] for packed rows. `tail` is what follows the values: nothing, or what is
    /// to be done with a row that is there already (`ON CONFLICT …`).
    pub fn insert_rows(&mut self, insert: &str, tail: &str, rows: &Rows) -> Result<()> {
        self.usable()?;
        let width = rows.width();
        if !rows.is_whole() {
            return Err(Error::bug("a row of another width than its columns"));
        }
        if rows.is_empty() {
            return Ok(());
        }
        if self.is_postgres() {
            return self.insert_each(insert, tail, width, rows_at_once(width), rows.each_value());
        }
        self.wrote = true;
        let Conn::Sqlite(conn) = &self.conn else { return Ok(()) };
        let outcome = sqlite::insert(conn, &insert_sql(insert, width, 1, tail), rows);
        self.spoiled_by(outcome)
    }

    /// Puts many rows into a table the quickest way the engine has: COPY on PostgreSQL, one prepared
    /// statement on SQLite. `columns` is a list such as `pid, n, item`.
    pub fn bulk(&mut self, table: &str, columns: &str, rows: &Rows) -> Result<()> {
        self.usable()?;
        if !rows.is_whole() || columns.split(',').count() != rows.width() {
            return Err(Error::bug("rows of another width than their columns"));
        }
        if rows.is_empty() {
            return Ok(());
        }
        let outcome = match &mut self.conn {
            Conn::Sqlite(c) => {
                let insert = format!("INSERT INTO {table} ({columns})");
                sqlite::insert(c, &insert_sql(&insert, rows.width(), 1, ""), rows)
            }
            Conn::Postgres(link) => {
                link.copy(&format!("COPY {table} ({columns}) FROM STDIN"), rows)
            }
        };
        self.spoiled_by(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_through() {
        assert_eq!(
            insert_sql("INSERT INTO t (a, b)", 2, 2, ""),
            "INSERT INTO t (a, b) VALUES (?1, ?2), (?3, ?4)"
        );
        assert_eq!(
            insert_sql("INSERT INTO t (a)", 1, 1, "ON CONFLICT (a) DO NOTHING"),
            "INSERT INTO t (a) VALUES (?1) ON CONFLICT (a) DO NOTHING"
        );
        let wide = insert_sql("", 40, 51, "");
        let numbers = wide.split('?').skip(1).map(|n| n.trim_end_matches([',', ' ', '(', ')']));
        assert!(numbers.map(|n| n.parse::<i32>().unwrap()).eq(1..=2_040), "{wide}");
    }
}
