//! Statements on an SQLite connection.

use crate::{
    Cell, Row, Rows, Value, errors,
    rows::Column,
    value::{Held, mismatch},
};
use kernel::Result;
use rusqlite::{CachedStatement, Connection, types::ValueRef};

fn bind(statement: &mut CachedStatement<'_>, params: &[Value]) -> rusqlite::Result<()> {
    use rusqlite::types::{Null, ToSqlOutput};
    for (i, p) in params.iter().enumerate() {
        let value: ToSqlOutput<'_> = match p {
            Value::Null => Null.into(),
            Value::Int(n) => (*n).into(),
            Value::Real(n) => (*n).into(),
            Value::Text(s) => s.as_str().into(),
            Value::Blob(b) => b.as_slice().into(),
        };
        statement.raw_bind_parameter(i + 1, value)?;
    }
    Ok(())
}

/// A statement of the transaction itself, kept prepared.
pub(crate) fn control(conn: &Connection, sql: &str) -> Result<()> {
    execute(conn, sql, &[]).map(drop)
}

pub(crate) fn batch(conn: &Connection, sql: &str) -> Result<()> {
    conn.execute_batch(sql).map_err(|e| errors::sqlite(&e))
}

/// What the sorting of many rows may hold in memory, as SQLite wants it: KiB, negative. It holds twice that: one part
/// is sorted while the next is filled. Many small parts keep both threads at work; few large ones keep one waiting for
/// the last of them.
const SORTING: &str = "-4000";

/// Runs a statement that sorts very many rows, such as the making of an index. It would take as much memory as
/// the cache may have, and twice that.
pub(crate) fn sorted(conn: &Connection, sql: &str) -> Result<()> {
    let cache = conn.query_row("PRAGMA cache_size", [], |r| r.get::<_, i64>(0));
    let cache = cache.map_err(|e| errors::sqlite(&e))?;
    batch(conn, &format!("PRAGMA cache_size = {SORTING}"))?;
    let ran = batch(conn, sql);
    batch(conn, &format!("PRAGMA cache_size = {cache}"))?;
    ran
}

pub(crate) fn execute(conn: &Connection, sql: &str, params: &[Value]) -> Result<u64> {
    let run = || -> rusqlite::Result<usize> {
        let mut statement = conn.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        statement.raw_execute()
    };
    run().map(|n| n as u64).map_err(|e| errors::sqlite(&e))
}

/// Inserts rows with one statement, which stays prepared. A value stays bound until another one is: of what is the same
/// in the row before, half of all, no copy is made.
pub(crate) fn insert(conn: &Connection, sql: &str, rows: &Rows) -> Result<()> {
    use rusqlite::types::{Null, ToSqlOutput};
    let run = || -> rusqlite::Result<()> {
        let mut statement = conn.prepare_cached(sql)?;
        for row in rows.each_change() {
            for (i, column) in row {
                let value: ToSqlOutput<'_> = match column {
                    Column::Null => Null.into(),
                    Column::Int(n) => n.into(),
                    Column::Real(n) => n.into(),
                    Column::Text(s) => s.into(),
                    Column::Blob(b) => b.into(),
                };
                statement.raw_bind_parameter(i + 1, value)?;
            }
            statement.raw_execute()?;
        }
        Ok(())
    };
    run().map_err(|e| errors::sqlite(&e))
}

/// A column of a row.
pub(crate) fn cell<'a>(row: &'a rusqlite::Row<'_>, index: usize) -> Result<Cell<'a>> {
    Ok(match row.get_ref(index).map_err(|_| mismatch("anything: there is no such column"))? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(n) => Cell::Int(n),
        ValueRef::Real(n) => Cell::Real(n),
        ValueRef::Text(t) => Cell::Text(std::str::from_utf8(t).map_err(|_| mismatch("UTF-8"))?),
        ValueRef::Blob(b) => Cell::Blob(b),
    })
}

/// Calls `f` for each row until it returns `false`.
pub(crate) fn each(
    conn: &Connection,
    sql: &str,
    params: &[Value],
    f: &mut dyn FnMut(&Row) -> bool,
) -> Result<()> {
    let mut run = || -> rusqlite::Result<()> {
        let mut statement = conn.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if !f(&Row(Held::Sqlite(row))) {
                break;
            }
        }
        Ok(())
    };
    run().map_err(|e| errors::sqlite(&e))
}
