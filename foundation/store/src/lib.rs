//! Transactions on SQLite or PostgreSQL, numbered schema files, the journal and its tree, jobs.
//!
//! Three verbs: [`Store::read`] gives a consistent snapshot; [`Store::record`] the same, and leaves
//! journal entries about it; [`Store::write`] returns when the change is durable. On SQLite all
//! writers share one thread and one commit per group; one that fails undoes
//! only itself. On PostgreSQL each closure is a serializable transaction and runs again after a
//! serialization failure, so closures do nothing but use `tx`: the clock ([`ReadTx::now`]) and new
//! identifiers ([`RecordTx::new_id`]) come from it too.
//!
//! `store` does **not** know what any table means, who a person is, or what the web is.
//!
//! ```no_run
//! use store::{Schema, Store, params};
//! let store = Store::open("sqlite:province.db", &[])?;
//! let n = store.read(|tx| tx.one("SELECT COUNT(*) FROM job", params![], |r| r.get::<i64>(0)))?;
//! store.write(move |tx| tx.execute("UPDATE t SET n = ?1 WHERE id = ?2", params![n, "a"]))?;
//! # Ok::<(), kernel::Error>(())
//! ```
//!
//! # What holds on both engines
//! - Types are `BIGINT`, `TEXT`, `DOUBLE PRECISION`, `BLOB`; a column takes only its own type. Texts
//!   are compared and sorted byte by byte; `LIKE` sees case. `?1` are the placeholders.
//! - A statement that failed spoils the transaction: its outcome is that error. What may fail and
//!   go on is an [`WriteTx::attempt`].
//! - A duplicate is [`CONSTRAINT`], a lost race [`kernel::error::CHANGED_MEANWHILE`] (from
//!   [`WriteTx::execute_one`]), a full disk [`NO_SPACE`], too much at once [`QUEUE_FULL`], an engine
//!   that cannot be reached [`DATABASE_AWAY`].
//! - A write inside a write is refused; a write inside a read is fine.
//! - A panic in a closure undoes that closure and is a bug of that request only.
//!
//! # The journal
//! [`RecordTx::record`] holds an entry until the transaction commits; then one sequencer gives it the
//! next number and its leaf in an RFC 9162 tree. Numbers are dense and in the order of commits, so a
//! [`Follower`] is a cursor, kept in the transaction of its effects: each entry counts exactly once.
//! A transaction does not see its own entries. On PostgreSQL the number comes a moment after the
//! commit; [`Store::settle`] waits for it. Personal data stand in the leaf only as salted
//! commitments ([`WriteTx::journal_erase`]); [`Store::verify_journal`] recomputes everything. Entries
//! that were sealed elsewhere may be dropped ([`WriteTx::journal_drop`]); their hashes stay, and
//! whoever needs the entries themselves is refused.
//!
//! # Jobs
//! [`WriteTx::enqueue`] leaves work to be done after the commit; [`Store::run_jobs`] does it outside
//! of any transaction, again if it failed or the program died: handlers are idempotent.
//!
//! # Tests
//! `Store::open_with("sqlite::memory:", …)` or [`Store::temporary`] is a store of its own, the same
//! engine as the real one; `testing::postgres()` is the address of a new database on a PostgreSQL
//! that the test run starts itself. [`schema::check`] tells what is wrong with a crate's tables.

mod aside;
mod clock;
mod copy;
mod distribute;
mod errors;
mod follow;
mod held;
mod ids;
mod insert;
mod inside;
mod jobs;
mod journal;
mod notice;
mod passing;
mod postgres;
mod rows;
pub mod schema;
mod sqlite;
#[doc(hidden)]
pub mod testing;
mod tx;
mod value;

pub use clock::Clock;
pub use copy::{Copied, Copying, copy};
pub use distribute::{Spread, apply as distribute, spread};
pub use errors::{
    CITUS_NONE, CODES, CONSTRAINT, COPY_CHANGED, COPY_DIFFERS, COPY_FINISHED, COPY_TARGET,
    COPY_UNFINISHED, DATABASE_AWAY, DATABASE_DAMAGED, DATABASE_FOREIGN, DATABASE_NEWER,
    DATABASE_OLDER, DATABASE_URL, DATABASE_USED, JOURNAL_DAMAGED, JOURNAL_DROPPED, JOURNAL_FOREIGN,
    JOURNAL_KEPT, NO_SPACE, QUEUE_FULL, SCHEMA_CHANGED,
};
pub use follow::{Follower, FollowerState, FollowerThread};
pub use held::Receipt;
pub use jobs::{FailedJob, Handler, Handlers, Job, JobCount, JobThreads};
pub use journal::{
    Entry, Hash, JournalFault, JournalHealth, Opening, Part, RawEntry, Recorded, empty_root,
    leaf_hash, node_hash, verify_consistency, verify_inclusion,
};
pub use rows::Rows;
pub use schema::Schema;
pub use sqlite::{Description, check_pages, describe, snapshot};
pub use tx::{Heard, ReadTx, RecordTx, WriteTx};
pub use value::{Cell, FromValue, Row, Value};

use kernel::{Error, Result};
use notice::Notice;
use std::sync::{Arc, atomic::AtomicBool, mpsc::Receiver};
use std::time::Duration;

/// The store's own words.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

/// The store's own tables.
pub const SCHEMA: Schema = Schema {
    name: "store",
    files: &[
        include_str!("../schema/001.sql"),
        include_str!("../schema/002.sql"),
        include_str!("../schema/003.sql"),
        include_str!("../schema/004.sql"),
    ],
};

/// What is done with a database before it is used.
pub(crate) type Prepare<'p> = &'p mut dyn FnMut(&mut WriteTx<'_>, schema::Dialect) -> Result<()>;

/// The store's own tables, and then these.
pub(crate) fn with_own(schemas: &[Schema]) -> Vec<Schema> {
    let mut all = vec![SCHEMA];
    all.extend_from_slice(schemas);
    all
}

/// The open database. Cheap to clone; closed when the last clone is dropped.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    notice: Arc<Notice>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<sqlite::Sqlite>),
    Postgres(Arc<postgres::Postgres>),
}

/// See [`Store::loading`].
pub struct Loading<'s> {
    store: &'s Store,
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        if let Engine::Sqlite(s) = &self.store.engine {
            // A connection that cannot be set back goes on with a larger cache, no more.
            let _ = s.tune(false);
        }
    }
}

/// The outcome of a write that may still be under way.
pub(crate) enum Answer<T> {
    Later(Receiver<Result<T>>),
    Now(Result<T>),
}

impl<T> Answer<T> {
    pub(crate) fn outcome(self) -> Result<T> {
        match self {
            Self::Later(answer) => sqlite::outcome(&answer),
            Self::Now(outcome) => outcome,
        }
    }
}

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` (tests: a file of its own in the system's temporary
    /// folder, without fsync, removed when the store is closed) or `postgres://…`, and brings the
    /// schema up to date. A database newer than the program is refused ([`DATABASE_NEWER`]).
    ///
    /// Opening, reading and writing block: never on a thread that drives async tasks.
    pub fn open(url: &str, schemas: &[Schema]) -> Result<Self> {
        Self::open_with(url, schemas, Clock::system())
    }

    /// As [`Store::open`] with a clock of the caller's choice (tests, the simulator).
    pub fn open_with(url: &str, schemas: &[Schema], clock: Clock) -> Result<Self> {
        Self::open_as(url, clock, None, &mut |tx, dialect| {
            schema::migrate(tx, &with_own(schemas), dialect)?;
            copy::refuse_unfinished(tx)
        })
    }

    /// As [`Store::open`], but a database that is there and of exactly this version: nothing is made or
    /// brought up to date, and PostgreSQL must not be in use by another program of ours.
    pub fn open_as_it_is(url: &str, schemas: &[Schema]) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:")
            && !std::path::Path::new(path).is_file()
        {
            return Err(Error::new(DATABASE_FOREIGN).because(path));
        }
        Self::open_as(url, Clock::system(), Some("source"), &mut |tx, dialect| {
            schema::is_current(tx, &with_own(schemas), dialect)?;
            copy::refuse_unfinished(tx)
        })
    }

    /// `prepare` is run in a transaction before anything else is. `alone` says that nobody else may have
    /// the database open, and as what this program does.
    pub(crate) fn open_as(
        url: &str,
        clock: Clock,
        alone: Option<&str>,
        prepare: Prepare<'_>,
    ) -> Result<Self> {
        let notice = Arc::new(Notice::default());
        if let Some(path) = url.strip_prefix("sqlite:") {
            let sqlite = sqlite::Sqlite::open(path, prepare, clock, Arc::clone(&notice))?;
            return Ok(Self { engine: Engine::Sqlite(Arc::new(sqlite)), notice });
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let postgres =
                postgres::Postgres::open(url, alone, prepare, clock, Arc::clone(&notice))?;
            return Ok(Self { engine: Engine::Postgres(Arc::new(postgres)), notice });
        }
        Err(Error::new(DATABASE_URL))
    }

    /// A passing store of its own for a test: `sqlite::memory:`, see [`Store::open`].
    pub fn temporary(schemas: &[Schema], clock: Clock) -> Result<Self> {
        Self::open_with("sqlite::memory:", schemas, clock)
    }

    /// Runs `f` on a consistent snapshot.
    pub fn read<T>(&self, f: impl FnOnce(&mut ReadTx<'_>) -> Result<T>) -> Result<T> {
        match &self.engine {
            Engine::Sqlite(s) => s.read(f),
            Engine::Postgres(p) => p.read(f),
        }
    }

    /// Runs `f` on a consistent snapshot, on this thread, and returns when the entries it recorded are
    /// durable: for readings that must leave a trace, which so keep no writer waiting while they read.
    /// What `f` saw may be older than its entries by what was committed in between. An error drops
    /// the entries.
    pub fn record<T>(&self, f: impl FnOnce(&mut RecordTx<'_>) -> Result<T>) -> Result<T> {
        inside::refuse()?;
        let take = |tx: &mut RecordTx<'_>| Ok((f(tx)?, tx.take_entries()));
        let (value, entries) = match &self.engine {
            Engine::Sqlite(s) => s.look(take),
            Engine::Postgres(p) => p.look(take),
        }?;
        if entries.is_empty() {
            return Ok(value);
        }
        if let Engine::Sqlite(s) = &self.engine
            && let Some(ticket) = held::ticket()
        {
            s.submit_entries(entries, ticket)?;
        } else {
            self.write_plain(move |tx| {
                tx.adopt(&entries);
                Ok(())
            })?;
        }
        Ok(value)
    }

    /// Whether [`Store::held`] saves any waiting: on SQLite. On PostgreSQL a record is durable before
    /// [`Store::record`] returns in any case.
    pub fn holds(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// Runs `work` on this thread; what it records ([`Store::record`]) is handed to the writer without
    /// waiting, so that one thread can do others' work meanwhile and many records share a commit. The
    /// caller gives nothing of the outcome out before the receipt is ready, and nothing at all if that is an
    /// error. Writes wait as ever, and are durable only after everything recorded before them.
    pub fn held<T>(&self, work: impl FnOnce() -> T) -> (T, Option<Receipt>) {
        held::hold(work)
    }

    /// Runs `f` in a transaction and returns when it is durable. An error undoes everything `f` did.
    /// `f` may run more than once, never at the same time; it does nothing but use `tx`.
    pub fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        inside::refuse()?;
        match &self.engine {
            Engine::Sqlite(s) => s.write(f),
            Engine::Postgres(p) => p.write(f),
        }
    }

    /// As [`Store::write`], but on SQLite without waiting: several such writes share a commit.
    pub(crate) fn write_later<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        inside::refuse()?;
        match &self.engine {
            Engine::Sqlite(s) => s.submit(f).map(Answer::Later),
            Engine::Postgres(p) => Ok(Answer::Now(p.write(f))),
        }
    }

    /// As [`Store::write`], but on PostgreSQL each statement sees what is committed when it begins
    /// (READ COMMITTED): for the jobs' table, which is locked row by row.
    pub(crate) fn write_plain<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        inside::refuse()?;
        match &self.engine {
            Engine::Sqlite(s) => s.write(f),
            Engine::Postgres(p) => p.write_plain(f),
        }
    }

    /// As [`Store::write`] for a closure that borrows: it runs on this thread, in a commit of its
    /// own, so it is slower when many write. For tools and tests.
    pub fn write_here<T>(&self, f: impl FnMut(&mut WriteTx<'_>) -> Result<T>) -> Result<T> {
        inside::refuse()?;
        let _inside = inside::enter();
        match &self.engine {
            Engine::Sqlite(s) => s.write_here(f),
            Engine::Postgres(p) => p.write_here(f),
        }
    }

    /// Settings for a long load until the value is dropped: a larger cache, and sorting on the disk, so
    /// that an index over millions of rows stays within bounds. On SQLite new pages are written once and not
    /// through the log, and whoever reads waits for a commit meanwhile, and it for them; but while another
    /// program has the database open the log stays, and a commit does not wait for the disk: it is whole or
    /// not there, but a power cut (not a kill) may undo the last ones. A load notes how far it is in the same
    /// transactions, and ends with a commit after this value is dropped, or with [`Store::fold_log`]: then all
    /// of it is on the disk.
    pub fn loading(&self) -> Result<Loading<'_>> {
        if let Engine::Sqlite(s) = &self.engine {
            s.tune(true)?;
        }
        Ok(Loading { store: self })
    }

    /// After a long load: the planner's figures on PostgreSQL, the log carried over on SQLite.
    pub fn refresh_statistics(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(s) => s.fold_log(),
            Engine::Postgres(p) => p.refresh_statistics(),
        }
    }

    /// The engine's name, for an operator's page: `SQLite` or `PostgreSQL`.
    pub fn engine(&self) -> &'static str {
        match &self.engine {
            Engine::Sqlite(_) => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        }
    }

    /// The clock of this store.
    pub fn clock(&self) -> &Clock {
        match &self.engine {
            Engine::Sqlite(s) => s.clock(),
            Engine::Postgres(p) => p.clock(),
        }
    }

    /// The number of the newest journal entry that this process knows of. Right after
    /// [`Store::write`] it covers that write's entries (SQLite; on PostgreSQL they get their number a
    /// moment later, see [`Store::settle`]).
    pub fn head(&self) -> i64 {
        self.notice.head()
    }

    /// Waits until the head is past `seq` or the time is over; returns the head.
    pub fn wait_past(&self, seq: i64, timeout: Duration) -> i64 {
        self.notice.wait_past(seq, timeout, &AtomicBool::new(false))
    }

    /// Calls `hook` with the new head after each commit that added entries. It runs on the thread
    /// that committed, so it must be quick and must not write.
    pub fn on_commit(&self, hook: Box<dyn Fn(i64) + Send + Sync>) {
        self.notice.on_commit(Arc::from(hook));
    }

    /// Waits until every entry committed so far has its number.
    pub fn settle(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(p) => p.settle(),
        }
    }

    /// Connections that other programs of ours have to this database (PostgreSQL; none on SQLite, whose
    /// folder one program holds).
    pub(crate) fn others(&self) -> Result<i64> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(0),
            Engine::Postgres(p) => p.others(),
        }
    }

    /// Brings SQLite's log into the database file, so that this file alone is the whole database: before
    /// the program ends, or before a copy is taken. On PostgreSQL there is nothing to do.
    pub fn fold_log(&self) -> Result<()> {
        inside::refuse()?;
        match &self.engine {
            Engine::Sqlite(s) => s.fold_log(),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Whether this process numbers the entries now: always on SQLite; on PostgreSQL the node that
    /// holds the sequencer's lock.
    pub fn leads(&self) -> bool {
        match &self.engine {
            Engine::Sqlite(_) => true,
            Engine::Postgres(p) => p.leads(),
        }
    }

    /// Recomputes the whole journal from its rows: numbers, leaves, tree, index of people.
    pub fn verify_journal(&self) -> Result<JournalHealth> {
        self.read(journal::verify)
    }

    /// Recomputes about so many of the newest entries and the tree from there on; also how many it
    /// were. For a page that must answer soon.
    pub fn verify_journal_newest(&self, entries: i64) -> Result<(JournalHealth, i64)> {
        self.read(|tx| journal::verify_newest(tx, entries))
    }
}
