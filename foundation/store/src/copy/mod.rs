//! A whole database into another one, of either engine: `lienthong database copy`.
//!
//! Rows go table by table in the order of their keys, a batch a transaction, so that whatever stands in
//! the target is the beginning of each table and a copy that was cut off goes on behind it. The plain
//! indexes are made at the end. Then every row of both sides is read once more and compared, and the
//! journal of the copy is recomputed from its entries. Until all that has gone well the target says that
//! it is an unfinished copy, and nobody can open it for work.
//!
//! Both sides are of the same version, and nobody else has them open. No column counts by itself (there
//! is no `SERIAL`, no sequence): numbers are given by the program out of the rows, so nothing is to be
//! set right behind the rows.

mod compare;

use crate::{
    Clock, Hash, ReadTx, Rows, Schema, Store, Value, WriteTx, errors, params,
    schema::{self, Index, Table},
    with_own,
};
use kernel::{Error, Result};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes of a batch, about.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Rows of a batch.
const BATCH_ROWS: usize = 50_000;
/// Batches that wait between reading and writing.
const BATCHES_WAITING: usize = 2;
/// Rows asked for at once; they are passed on as they come.
const PAGE_ROWS: usize = 200_000;
/// Tables whose rows stay where they are: the copy's own mark, and what waits for a number, of which
/// nothing is left before a copy begins.
const LEFT_OUT: [&str; 2] = ["database_copy", "journal_pending"];

/// What a copy is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copying {
    /// Rows.
    Rows,
    /// Indexes.
    Indexes,
    /// Rows of both sides, read again.
    Comparing,
}

/// A copy that was made to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Rows of the copy.
    pub rows: u64,
    /// Of these, those that this run has copied.
    pub now: u64,
    /// Tables.
    pub tables: usize,
    /// Entries of the journal.
    pub entries: i64,
    /// Root of their tree, recomputed from the copy's entries.
    pub root: Hash,
}

/// Whose database this is at the moment: an unfinished copy is nobody's.
pub(crate) fn refuse_unfinished(tx: &mut ReadTx<'_>) -> Result<()> {
    let sql = "SELECT 1 FROM database_copy WHERE done_at IS NULL LIMIT 1";
    match tx.row(sql, params![], |_| Ok(()))? {
        Some(()) => Err(Error::new(errors::COPY_UNFINISHED)),
        None => Ok(()),
    }
}

/// Copies the database of `source` ([`Store::open_as_it_is`]) into the one at the address `target`: a new
/// or empty one, or an unfinished copy of the same source, which goes on. `told` hears what is done, how
/// much of it, and of how much.
pub fn copy(
    source: &Store,
    target: &str,
    schemas: &[Schema],
    told: &mut dyn FnMut(Copying, u64, u64),
) -> Result<Copied> {
    source.settle()?;
    let mark = mark_of(source)?;
    let all = with_own(schemas);
    let tables: Vec<Table> =
        schema::tables(&all).into_iter().filter(|t| !LEFT_OUT.contains(&t.name.as_str())).collect();
    let indexes: Vec<Index> = all.iter().flat_map(schema::indexes).collect();
    let to = Store::open_as(target, Clock::system(), Some("copy"), &mut |tx, dialect| {
        begin(tx, &all, dialect, &tables, &mark)
    })?;
    let _loading = to.loading()?;
    to.write_here(|tx| indexes.iter().try_for_each(|index| tx.drop_index(index)))?;
    let now = rows(source, &to, &tables, told)?;
    for (done, index) in (1..).zip(&indexes) {
        to.write_here(|tx| tx.create_index(index))?;
        told(Copying::Indexes, done, indexes.len() as u64);
    }
    to.refresh_statistics()?;
    let rows = compare::tables(source, &to, &tables, told)?;
    if source.others()? > 0 || mark_of(source)? != mark {
        return Err(Error::new(errors::COPY_CHANGED));
    }
    let health = to.verify_journal()?;
    if !health.is_sound() || mark_text(health.size, health.root) != mark {
        return Err(Error::new(errors::JOURNAL_DAMAGED));
    }
    to.write_here(|tx| {
        let now = tx.now();
        tx.execute_one(
            "UPDATE database_copy SET done_at = ?1 WHERE source = ?2",
            params![now, &mark],
        )
    })?;
    to.fold_log()?;
    Ok(Copied { rows, now, tables: tables.len(), entries: health.size, root: health.root })
}

/// By what a copy knows its source again: entries and root of its journal.
fn mark_of(source: &Store) -> Result<String> {
    source.read(|tx| Ok(mark_text(tx.journal_head()?, tx.journal_tree_root()?)))
}

fn mark_text(entries: i64, root: Hash) -> String {
    format!("{entries} {}", crate::journal::leaf::hex(&root))
}

/// Makes the target's tables, or looks what stands there.
fn begin(
    tx: &mut WriteTx<'_>,
    all: &[Schema],
    dialect: schema::Dialect,
    tables: &[Table],
    mark: &str,
) -> Result<()> {
    if schema::is_bare(tx, dialect)? {
        schema::migrate(tx, all, dialect)?;
    } else {
        match schema::is_current(tx, all, dialect) {
            Err(e) if e.is(errors::DATABASE_FOREIGN) => {
                return Err(Error::new(errors::COPY_TARGET));
            }
            other => other?,
        }
        let sql = "SELECT source, done_at FROM database_copy";
        let known =
            tx.row(sql, params![], |r| Ok((r.get::<String>(0)?, r.get::<Option<i64>>(1)?)))?;
        match known {
            Some((_, Some(_))) => return Err(Error::new(errors::COPY_FINISHED)),
            Some((source, None)) if source == mark => return Ok(()),
            Some(_) => return Err(Error::new(errors::COPY_CHANGED)),
            None => {}
        }
        for table in tables {
            let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
            if tx.row(&sql, params![], |_| Ok(()))?.is_some() {
                return Err(Error::new(errors::COPY_TARGET).because(&table.name));
            }
        }
    }
    let now = tx.now();
    tx.execute("INSERT INTO database_copy (source, begun_at) VALUES (?1, ?2)", params![mark, now])?;
    Ok(())
}

/// Copies what is missing; gives how many rows that were.
fn rows(
    from: &Store,
    to: &Store,
    tables: &[Table],
    told: &mut dyn FnMut(Copying, u64, u64),
) -> Result<u64> {
    let (of, mut there) = (count(from, tables)?, count(to, tables)?);
    let before = there;
    told(Copying::Rows, there, of);
    for table in tables {
        let after = last_key(to, table)?;
        let (send, batches) = sync_channel(BATCHES_WAITING);
        let (read, wrote) = std::thread::scope(|scope| {
            let reader = scope.spawn(move || read(from, table, after, &send));
            let wrote = write(to, table, batches, &mut |n| {
                there += n;
                told(Copying::Rows, there, of);
            });
            let read = reader.join().unwrap_or_else(|_| Err(Error::bug("the reader panicked")));
            (read, wrote)
        });
        wrote?;
        read?;
    }
    Ok(there - before)
}

fn count(store: &Store, tables: &[Table]) -> Result<u64> {
    let mut all = 0;
    for table in tables {
        let sql = format!("SELECT COUNT(*) FROM {}", table.name);
        all += store.read(|tx| tx.one(&sql, params![], |r| r.get::<i64>(0)))?;
    }
    Ok(u64::try_from(all).unwrap_or(0))
}

/// The key of the last row that is there.
fn last_key(to: &Store, table: &Table) -> Result<Option<Vec<Value>>> {
    let (key, back) = (table.primary.join(", "), table.primary.join(" DESC, "));
    let sql = format!("SELECT {key} FROM {} ORDER BY {back} DESC LIMIT 1", table.name);
    to.read(|tx| {
        tx.row(&sql, params![], |r| (0..table.primary.len()).map(|i| value(r.cell(i)?)).collect())
    })
}

#[allow(clippy::unnecessary_wraps, reason = "a step of a chain of results")]
fn value(cell: crate::Cell<'_>) -> Result<Value> {
    Ok(match cell {
        crate::Cell::Null => Value::Null,
        crate::Cell::Int(n) => Value::Int(n),
        crate::Cell::Real(n) => Value::Real(n),
        crate::Cell::Text(t) => Value::Text(t.to_owned()),
        crate::Cell::Blob(b) => Value::Blob(b.to_vec()),
    })
}

/// The statement that reads a page behind a key, or from the beginning.
fn page(table: &Table, behind: bool) -> String {
    let (key, columns, name) = (table.primary.join(", "), table.list(), &table.name);
    let marks: Vec<String> = (1..=table.primary.len()).map(|n| format!("?{n}")).collect();
    let behind =
        if behind { format!("WHERE ({key}) > ({}) ", marks.join(", ")) } else { String::new() };
    format!("SELECT {columns} FROM {name} {behind}ORDER BY {key} LIMIT {PAGE_ROWS}")
}

/// Reads a table behind a key and passes it on in batches, until it ends or nobody takes them.
fn read(
    from: &Store,
    table: &Table,
    mut after: Option<Vec<Value>>,
    send: &SyncSender<Rows>,
) -> Result<()> {
    let place = |name: &String| table.columns.iter().position(|c| c.name == *name);
    let key: Vec<usize> = table.primary.iter().filter_map(place).collect();
    let width = table.columns.len();
    from.read(|tx| {
        loop {
            let (sql, mut batch, mut seen) = (page(table, after.is_some()), Rows::new(width), 0);
            let params = after.take().unwrap_or_default();
            let mut taken = true;
            tx.each(&sql, &params, |row| {
                for i in 0..width {
                    batch.cell(row.cell(i)?);
                }
                seen += 1;
                if seen == PAGE_ROWS {
                    after = Some(key.iter().map(|i| value(row.cell(*i)?)).collect::<Result<_>>()?);
                }
                if batch.size() >= BATCH_BYTES || batch.len() >= BATCH_ROWS {
                    let full = std::mem::replace(&mut batch, Rows::new(width));
                    taken = send.send(full).is_ok();
                }
                Ok(taken)
            })?;
            // Whoever does not take it has failed, and says so.
            if !taken || (!batch.is_empty() && send.send(batch).is_err()) || after.is_none() {
                return Ok(());
            }
        }
    })
}

fn write(
    to: &Store,
    table: &Table,
    batches: Receiver<Rows>,
    wrote: &mut dyn FnMut(u64),
) -> Result<()> {
    let columns = table.list();
    for batch in batches {
        to.write_here(|tx| tx.bulk(&table.name, &columns, &batch))?;
        wrote(batch.len() as u64);
    }
    Ok(())
}
