//! Transactions as the crates see them.

use crate::{
    Clock, Entry, Row, Value, errors, ids,
    journal::{Pending, leaf::SALTS_BYTES},
    postgres::link::Link,
    schema::{Dialect, Index},
    sqlite,
};
use kernel::{EntryId, Error, Instant, Result, chance};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A consistent snapshot. Also the reading half of a [`WriteTx`].
///
/// After a statement has failed the transaction can only be given up (as PostgreSQL wants it): every
/// further statement gives the same error, and the closure's outcome is that error even if it
/// returns `Ok`. To try something that may fail and go on, use [`WriteTx::attempt`].
pub struct ReadTx<'a> {
    pub(crate) conn: Conn<'a>,
    clock: &'a Clock,
    at: Instant,
    pub(crate) failed: Option<Error>,
    /// Statements run since [`ReadTx::listen`].
    heard: Option<Vec<Heard>>,
}

/// A statement that was run, and its values.
pub type Heard = (String, Vec<Value>);

/// The connection under a transaction.
pub(crate) enum Conn<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut Link),
}

impl<'a> ReadTx<'a> {
    pub(crate) fn new(conn: Conn<'a>, clock: &'a Clock) -> Self {
        Self { conn, clock, at: clock.now(), failed: None, heard: None }
    }

    /// Ends a transaction: a failure that the closure swallowed is its outcome all the same.
    pub(crate) fn outcome<T>(&self, outcome: Result<T>) -> Result<T> {
        match (&self.failed, outcome) {
            (Some(e), Ok(_)) => Err(e.clone()),
            (_, outcome) => outcome,
        }
    }

    /// Keeps the failure of a statement, after which nothing more can be run.
    pub(crate) fn spoiled_by<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if let Err(e) = &outcome {
            self.failed = Some(e.clone());
        }
        outcome
    }

    pub(crate) fn usable(&self) -> Result<()> {
        self.failed.as_ref().map_or(Ok(()), |e| Err(e.clone()))
    }
}

impl ReadTx<'_> {
    /// Now, by the store's clock: when this transaction began, the same for all of it.
    pub fn now(&self) -> Instant {
        self.at
    }
    /// The store's clock, for what must see time pass within one transaction.
    pub fn clock(&self) -> &Clock {
        self.clock
    }

    /// For tests of how statements are carried out: from here on they are kept, until [`Self::heard`].
    pub fn listen(&mut self) {
        self.heard = Some(Vec::new());
    }
    /// The statements since [`Self::listen`], in their order.
    pub fn heard(&mut self) -> Vec<Heard> {
        self.heard.take().unwrap_or_default()
    }
    fn hear(&mut self, sql: &str, params: &[Value]) {
        if let Some(heard) = &mut self.heard {
            heard.push((sql.to_owned(), params.to_vec()));
        }
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
        mut f: impl FnMut(&Row) -> Result<bool>,
    ) -> Result<()> {
        self.usable()?;
        self.hear(sql, params);
        // An error of `f` is the caller's own matter; only one of the engine spoils the transaction.
        let mut own = None;
        let mut row = |row: &Row| match f(row) {
            Ok(more) => more,
            Err(e) => {
                own = Some(e);
                false
            }
        };
        let outcome = match &mut self.conn {
            Conn::Sqlite(c) => sqlite::each(c, sql, params, &mut row),
            Conn::Postgres(link) => link.each(sql, params, &mut row),
        };
        self.spoiled_by(outcome)?;
        own.map_or(Ok(()), Err)
    }

    /// Says what will be asked in a moment: queries of few rows that do not hang on each other. PostgreSQL is
    /// asked all of them before it has answered the first. Whether they are asked then, and in which order,
    /// is free; one whose table is written to first is asked again.
    pub fn foresee(&mut self, asked: &[(&str, &[Value])]) -> Result<()> {
        for (sql, params) in asked {
            self.usable()?;
            let Conn::Postgres(link) = &mut self.conn else { return Ok(()) };
            let outcome = link.foresee(sql, params);
            self.spoiled_by(outcome)?;
        }
        Ok(())
    }
}

/// A snapshot whose reading leaves entries in the journal: it records and changes nothing else. Also
/// the recording half of a [`WriteTx`].
pub struct RecordTx<'a> {
    read: ReadTx<'a>,
    entries: Vec<Arc<Pending>>,
}

/// A transaction that may change things. Everything of [`ReadTx`] and [`RecordTx`] works on it too.
pub struct WriteTx<'a> {
    record: RecordTx<'a>,
    jobs: bool,
    /// A statement that may change something was run.
    pub(crate) wrote: bool,
    pub(crate) drawn: Drawn,
}

/// Numbers drawn from counters on PostgreSQL, where a number stays drawn: a transaction that runs again
/// gets those of its first run.
#[derive(Default)]
pub(crate) struct Drawn {
    numbers: Vec<(Heard, i64)>,
    used: usize,
}

impl Drawn {
    /// For the next run.
    pub(crate) fn again(&mut self) -> Self {
        Self { numbers: std::mem::take(&mut self.numbers), used: 0 }
    }

    /// The number that an earlier run drew at this place.
    fn known(&mut self, sql: &str, params: &[Value]) -> Option<i64> {
        let ((of, values), number) = self.numbers.get(self.used)?;
        if of != sql || values != params {
            self.numbers.truncate(self.used);
            return None;
        }
        self.used += 1;
        Some(*number)
    }

    fn keep(&mut self, sql: &str, params: &[Value], number: i64) {
        self.numbers.push(((sql.to_owned(), params.to_vec()), number));
        self.used = self.numbers.len();
    }
}

/// What a transaction leaves to be done when it commits.
#[derive(Default)]
pub(crate) struct Leavings {
    pub(crate) entries: Vec<Arc<Pending>>,
    pub(crate) jobs: bool,
}

impl<'a> Deref for RecordTx<'a> {
    type Target = ReadTx<'a>;
    fn deref(&self) -> &Self::Target {
        &self.read
    }
}
impl DerefMut for RecordTx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.read
    }
}
impl<'a> Deref for WriteTx<'a> {
    type Target = RecordTx<'a>;
    fn deref(&self) -> &Self::Target {
        &self.record
    }
}
impl DerefMut for WriteTx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.record
    }
}

impl<'a> RecordTx<'a> {
    pub(crate) fn new(conn: Conn<'a>, clock: &'a Clock) -> Self {
        Self { read: ReadTx::new(conn, clock), entries: Vec::new() }
    }

    pub(crate) fn take_entries(&mut self) -> Vec<Arc<Pending>> {
        std::mem::take(&mut self.entries)
    }
}

impl RecordTx<'_> {
    /// A new identifier: 26 letters and digits, in the order of time (ULID).
    pub fn new_id(&mut self) -> Result<String> {
        let mut random = [0u8; 10];
        self.random(&mut random)?;
        Ok(ids::ulid(self.now(), random))
    }

    /// Fills `bytes` from the operating system's generator.
    pub fn random(&mut self, bytes: &mut [u8]) -> Result<()> {
        aws_lc_rs::rand::fill(bytes)
            .map_err(|_| Error::new(errors::DATABASE_AWAY).because("no randomness"))
    }

    /// Writes a journal entry in this transaction. It gets its number when the transaction commits
    /// (that of a [`RecordTx`]: after the snapshot has been read); until then no reader sees it, this
    /// transaction included.
    pub fn record(&mut self, entry: Entry) -> Result<EntryId> {
        self.usable()?;
        let mut random = [0u8; 10 + SALTS_BYTES];
        chance::fill(&mut random)?;
        let mut name = [0u8; 10];
        name.copy_from_slice(&random[..10]);
        let id = EntryId::new(self.clock().last.behind(self.now(), name));
        let pending = Pending::new(self.now(), &id, entry, &random[10..])?;
        self.entries.push(Arc::new(pending));
        Ok(id)
    }
}

impl WriteTx<'_> {
    /// Runs a statement and returns how many rows it changed.
    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.usable()?;
        self.hear(sql, params);
        self.wrote = true;
        let outcome = match &mut self.conn {
            Conn::Sqlite(c) => sqlite::execute(c, sql, params),
            Conn::Postgres(link) => link.execute(sql, params),
        };
        self.spoiled_by(outcome)
    }

    /// Runs a statement of which nothing is asked but that it be done: how many rows it changed is not told. On
    /// PostgreSQL it leaves with the next one that is waited for; what is wrong with it is told by that, or by
    /// the commit.
    pub fn send(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        match self.is_postgres() {
            true => self.sent(sql, params, Link::send),
            false => self.execute(sql, params).map(drop),
        }
    }

    /// As [`WriteTx::send`] of a statement that must change exactly one row. Where somebody else was first, what
    /// follows may still be run, and then all of it is undone.
    pub fn send_one(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        if self.is_postgres() {
            return self.sent(sql, params, Link::send_one);
        }
        let outcome = self.execute_one(sql, params);
        self.spoiled_by(outcome)
    }

    fn sent(
        &mut self,
        sql: &str,
        params: &[Value],
        send: fn(&mut Link, &str, &[Value]) -> Result<()>,
    ) -> Result<()> {
        self.usable()?;
        self.hear(sql, params);
        self.wrote = true;
        let Conn::Postgres(link) = &mut self.conn else { return Err(Error::bug("no connection")) };
        let outcome = send(link, sql, params);
        self.spoiled_by(outcome)
    }

    /// The next number of a counter: `sql` raises one row by one and gives it back. Nobody else gets it.
    /// On PostgreSQL those who draw do not wait for each other's transactions, so the number of one that
    /// is undone is left out; on SQLite, where one writes at a time, there is no gap. A counter's row is
    /// changed in this way always or never: a transaction that held it would wait for itself.
    pub fn draw(&mut self, sql: &str, params: &[Value]) -> Result<i64> {
        if !self.is_postgres() {
            return self.one(sql, params, |r| r.get(0));
        }
        self.usable()?;
        self.hear(sql, params);
        if let Some(number) = self.drawn.known(sql, params) {
            return Ok(number);
        }
        let Conn::Postgres(link) = &mut self.conn else { return Err(Error::bug("no connection")) };
        let outcome = link.draw(sql, params);
        let number = self.spoiled_by(outcome)?;
        self.drawn.keep(sql, params, number);
        Ok(number)
    }

    /// A statement without parameters or answer: of a schema file, or of the transaction itself.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.usable()?;
        self.wrote = true;
        let outcome = match &mut self.conn {
            Conn::Sqlite(c) => sqlite::batch(c, sql),
            Conn::Postgres(link) => link.batch(sql),
        };
        self.spoiled_by(outcome)
    }

    /// Takes an index away for the time of a long load. Whoever does so writes down that it is to come
    /// back, in the same transaction.
    pub fn drop_index(&mut self, index: &Index) -> Result<()> {
        self.batch(&format!("DROP INDEX IF EXISTS {}", index.name))
    }

    /// Makes an index again; nothing to do if it is there.
    pub fn create_index(&mut self, index: &Index) -> Result<()> {
        let sql = format!("CREATE INDEX IF NOT EXISTS {} {}", index.name, index.on);
        let Conn::Sqlite(conn) = &self.conn else {
            return self.batch(&Dialect::Postgres.translate(&sql));
        };
        self.usable()?;
        let outcome = sqlite::sorted(conn, &sql);
        self.wrote = true;
        self.spoiled_by(outcome)
    }

    /// Runs a part that may fail in a savepoint of its own. If it fails, everything it did is
    /// undone, its error is returned, and the transaction goes on.
    pub fn attempt<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (entries, jobs) = (self.entries.len(), self.jobs);
        self.batch("SAVEPOINT attempt")?;
        let outcome = f(self);
        let outcome = self.outcome(outcome).and_then(|value| self.settle().map(|()| value));
        if outcome.is_err() {
            self.failed = None;
            self.entries.truncate(entries);
            self.jobs = jobs;
            if let Conn::Postgres(link) = &mut self.conn {
                link.forget();
            }
            self.batch("ROLLBACK TO SAVEPOINT attempt")?;
        }
        self.batch("RELEASE SAVEPOINT attempt")?;
        outcome
    }

    /// Hears how what was sent has ended.
    fn settle(&mut self) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(link) => link.settle(),
        }
    }

    /// Runs a part to see what it would lead to: its value or its error stays, everything it did is undone.
    pub fn rehearse<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut done = None;
        let undone = self.attempt(|tx| {
            let value = f(tx)?;
            tx.settle()?;
            done = Some(value);
            // Any error undoes what was tried.
            Err::<(), _>(Error::new(kernel::error::CHANGED_MEANWHILE))
        });
        match (done, undone) {
            (Some(value), _) => Ok(value),
            (None, Err(e)) => Err(e),
            (None, Ok(())) => Err(Error::bug("a rehearsal that was not undone")),
        }
    }

    /// Runs a statement that must change exactly one row, else somebody else was first.
    pub fn execute_one(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        match self.execute(sql, params)? {
            1 => Ok(()),
            _ => Err(Error::new(kernel::error::CHANGED_MEANWHILE)),
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.conn, Conn::Postgres(_))
    }

    /// Job workers are to look for work when this transaction commits.
    pub(crate) fn wake_jobs(&mut self) {
        self.jobs = true;
    }

    pub(crate) fn wrote(&self) -> bool {
        self.wrote
    }

    /// Entries made elsewhere, to be written with this transaction.
    pub(crate) fn adopt(&mut self, entries: &[Arc<Pending>]) {
        self.entries.extend_from_slice(entries);
    }

    pub(crate) fn take_leavings(&mut self) -> Leavings {
        Leavings { entries: self.take_entries(), jobs: self.jobs }
    }
}

impl<'a> WriteTx<'a> {
    pub(crate) fn new(conn: Conn<'a>, clock: &'a Clock) -> Self {
        let record = RecordTx::new(conn, clock);
        Self { record, jobs: false, wrote: false, drawn: Drawn::default() }
    }
}
