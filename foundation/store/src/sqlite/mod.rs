//! The SQLite engine: many readers, one writer thread, one commit per group of writes.
//!
//! Settings, and why:
//! - `journal_mode = WAL`: readers never wait for the writer, nor it for them.
//! - `synchronous = FULL`: a commit is on the disk before its callers hear of it. `OFF` only for
//!   `sqlite::memory:`, whose data nobody misses.
//! - `cache_size`: 2 MB a reader, 16 MB for the writer; the rest is the operating system's cache.
//! - During a long load the writer's cache is larger, what is sorted goes to the disk, and a rollback
//!   journal takes the place of the log: see `tune`. The kind of journal is kept in the file, so the
//!   writer alone sets it.
//! - No `wal_autocheckpoint`: the log is carried over beside the writer, see `checkpoint`. It stays bounded
//!   (`journal_size_limit`, and a look at its size each second) also under readers that overlap without end.
//! - `query_only` for readers: what writes goes through the writer.
//! - `case_sensitive_like`: LIKE means the same as on PostgreSQL.
//! - The planner's stability guarantee: a statement keeps its plan whatever is bound to it. Without
//!   it SQLite prepares most statements anew at each use (a fifth of the writer's time). A LIKE with
//!   a bound pattern uses no index: search by a range of keys.
//! - Tables are `STRICT`, so that SQLite refuses what PostgreSQL would refuse.

mod checkpoint;
mod snapshot;
mod sql;
#[cfg(test)]
mod tests;
mod writer;

pub use snapshot::{Description, check_pages, describe, snapshot};
pub(crate) use sql::{batch, cell, each, execute, insert, sorted};

use crate::{
    Clock, Prepare, ReadTx, RecordTx, WriteTx,
    errors::{self, QUEUE_FULL},
    held::Ticket,
    journal::Pending,
    notice::Notice,
    passing::Folder,
    schema::Dialect,
    tx::Conn,
};
use kernel::{Error, Result, limits};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::path::{Path, PathBuf};
use std::sync::{
    Arc, Mutex, PoisonError,
    mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
};
use std::thread::JoinHandle;
use writer::{Entries, Message, Waiting, Work, Writer};

/// Statements kept prepared per connection.
const STATEMENTS_CACHED: usize = 256;
/// Idle reader connections kept open: as many as a crowd reads with at once. To open one reads the schema,
/// a millisecond; each holds 2 MB of pages at most.
const READERS_IDLE_MAX: usize = 64;

pub(crate) struct Sqlite {
    place: Place,
    clock: Clock,
    readers: Mutex<Vec<Connection>>,
    queue: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<()>>,
    // Last, so that it is removed when all connections are closed.
    _folder: Option<Folder>,
}

/// Where the database is.
#[derive(Clone)]
struct Place {
    path: PathBuf,
    /// Its data need not survive the process.
    passing: bool,
}

impl Sqlite {
    pub(crate) fn open(
        path: &str,
        make: Prepare<'_>,
        clock: Clock,
        notice: Arc<Notice>,
    ) -> Result<Self> {
        // A shared-cache memory database locks whole tables between reader and writer, so that tests
        // would see errors the real thing never gives. A file without fsync is as quick.
        let folder = if path == ":memory:" { Some(Folder::new()?) } else { None };
        let place = match &folder {
            Some(f) => Place { path: f.path().join("store.db"), passing: true },
            None => Place { path: PathBuf::from(path), passing: false },
        };
        own_file(&place.path)?;
        let writer = Writer::open(place.clone(), clock.clone(), notice)?;
        let writer = prepare(writer, make)?;
        let (queue, messages) = sync_channel(limits::WRITE_QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || writer::run(writer, &messages))
            .map_err(Error::bug)?;
        Ok(Self {
            place,
            clock,
            readers: Mutex::new(Vec::new()),
            queue: Some(queue),
            thread: Some(thread),
            _folder: folder,
        })
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn read<T>(&self, f: impl FnOnce(&mut ReadTx<'_>) -> Result<T>) -> Result<T> {
        self.look(|tx| f(tx))
    }

    /// Runs `f` on a snapshot; the entries it recorded are the caller's to write.
    pub(crate) fn look<T>(&self, f: impl FnOnce(&mut RecordTx<'_>) -> Result<T>) -> Result<T> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(c) => c,
            None => {
                let conn = connect(&self.place, "-2000")?;
                sql::batch(&conn, "PRAGMA query_only = ON")?;
                conn
            }
        };
        // Given back also when `f` fails or panics.
        let reader = Reader { home: self, conn: Some(conn) };
        let Some(conn) = &reader.conn else { return Err(Error::bug("no reader")) };
        sql::control(conn, "BEGIN")?;
        let mut tx = RecordTx::new(Conn::Sqlite(conn), &self.clock);
        let outcome = f(&mut tx);
        tx.outcome(outcome)
    }

    /// Queues a write; its outcome comes through the returned channel after the commit.
    pub(crate) fn submit<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Receiver<Result<T>>> {
        let (reply, answer) = sync_channel(1);
        self.send(Box::new(Waiting::new(f, reply)))?;
        Ok(answer)
    }

    /// Queues entries; their commit is told through the ticket.
    pub(crate) fn submit_entries(&self, entries: Vec<Arc<Pending>>, ticket: Ticket) -> Result<()> {
        self.send(Box::new(Entries::new(entries, ticket)))
    }

    fn send(&self, work: Box<dyn Work>) -> Result<()> {
        match self.queue()?.try_send(Message::Work(work)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(Message::Work(work))) => {
                let full = Error::new(QUEUE_FULL);
                work.answer(&Err(full.clone()));
                Err(full)
            }
            Err(_) => Err(Error::bug("the writer has ended")),
        }
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        outcome(&self.submit(f)?)
    }

    /// Runs `f` in a transaction of its own on the caller's thread: the writer thread lends its
    /// connection meanwhile.
    pub(crate) fn write_here<T>(
        &self,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<T> {
        self.borrow()?.writer()?.alone(&mut f)
    }

    /// Brings the write-ahead log into the database file.
    pub(crate) fn fold_log(&self) -> Result<()> {
        self.borrow()?.writer()?.fold_log()
    }

    /// Sets the writer's connection for a long load, or back.
    pub(crate) fn tune(&self, loading: bool) -> Result<()> {
        let mut lent = self.borrow()?;
        // Idle ones would be somebody who has the database open.
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        lent.writer()?.tune(loading)
    }

    /// The writer, on loan from its thread.
    fn borrow(&self) -> Result<writer::Lent> {
        let (give, taken) = sync_channel(1);
        let (back, returned) = sync_channel(1);
        let gone = || Error::bug("the writer has ended");
        self.queue()?.send(Message::Lend(give, returned)).map_err(|_| gone())?;
        Ok(writer::Lent { writer: Some(taken.recv().map_err(|_| gone())?), back })
    }

    fn queue(&self) -> Result<&SyncSender<Message>> {
        self.queue.as_ref().ok_or_else(|| Error::bug("the store is closed"))
    }
}

/// Waits for the outcome of a queued write.
pub(crate) fn outcome<T>(answer: &Receiver<Result<T>>) -> Result<T> {
    answer.recv().unwrap_or_else(|_| Err(Error::bug("the writer gave no answer")))
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // The writer thread ends when nobody can send to it, after what is queued.
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A reading connection on loan.
struct Reader<'a> {
    home: &'a Sqlite,
    conn: Option<Connection>,
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        if !conn.is_autocommit() && sql::control(&conn, "ROLLBACK").is_err() {
            return; // closed: the next reader opens another
        }
        let mut idle = self.home.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < READERS_IDLE_MAX {
            idle.push(conn);
        }
    }
}

/// Makes a new database readable by its owner only; the log beside it takes the same mode.
fn own_file(path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(Error::new(errors::NO_SPACE).because(format_args!("{}: {e}", path.display())))
        }
        _ => Ok(()),
    }
}

/// Opens a connection. `cache` is in pages, or in KiB if negative.
fn connect(place: &Place, cache: &str) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let conn = Connection::open_with_flags(&place.path, flags)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let synchronous = if place.passing { "OFF" } else { "FULL" };
        conn.execute_batch(&format!(
            "PRAGMA busy_timeout = {}; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = {cache}; PRAGMA temp_store = MEMORY;
             PRAGMA journal_size_limit = {};
             PRAGMA case_sensitive_like = ON;",
            writer::WAIT.as_millis(),
            writer::WAL_BYTES_MAX
        ))?;
        Ok(conn)
    };
    open().map_err(|e| errors::sqlite(&e))
}

/// Brings the schema up to date, or whatever is wanted, and learns the head of the journal.
fn prepare(mut writer: Box<Writer>, make: Prepare<'_>) -> Result<Box<Writer>> {
    writer.alone(&mut |tx| make(tx, Dialect::Sqlite))?;
    let head = writer.alone(&mut |tx| tx.journal_head())?;
    writer.notice().advance(head);
    Ok(writer)
}

/// The write-ahead log beside a database.
fn log_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}
