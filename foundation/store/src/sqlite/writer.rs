//! The writer: takes what waits, runs it, commits once, then answers.
//!
//! A group runs without savepoints, which would copy every page that is changed. A write that fails
//! before it has changed anything leaves nothing to undo. Only when one fails later is the group
//! undone and run again, this time each write in a savepoint of its own.

use super::{Place, checkpoint::Checkpoints, connect, log_path, sql};
use crate::{
    Clock, WriteTx, errors,
    held::Ticket,
    journal::{Pending, Sequence},
    notice::Notice,
    tx::Conn,
};
use kernel::{Error, Result, limits};
use rusqlite::{Connection, ErrorCode};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::{
    Arc,
    mpsc::{Receiver, SyncSender},
};
use std::time::{Duration, Instant as Moment};

/// The write-ahead log is cut back to this.
pub(super) const WAL_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The writer's cache, as SQLite wants it: KiB, negative. The inner pages of the indexes that are written to
/// stay in it, the system keeps the rest. Not larger: when a page was split, the engine goes through all of
/// its cache at the end of the commit (with 64 MB a twentieth of the processor's time).
const CACHE: &str = "-16000";
/// The same during a long load: what many rows in a row touch should not be read again and again.
const CACHE_LOADING: &str = "-96000";
/// Pages of log after which a long load is carried over into the database (256 MB): a page that many
/// commits touch is then carried over once.
const CHECKPOINT_LOADING: u32 = 65_536;
/// How long the writer waits for somebody who is in its way.
pub(super) const WAIT: Duration = Duration::from_secs(5);
/// The same during a load: for whoever takes a copy.
const WAIT_LOADING: Duration = Duration::from_secs(600);
/// How often the writer looks at the size of the log.
const WAL_LOOK: Duration = Duration::from_secs(1);

/// What reaches the writer thread.
pub(super) enum Message {
    /// A write.
    Work(Box<dyn Work>),
    /// Somebody wants the writer on their own thread, and gives it back through the second channel.
    Lend(SyncSender<Box<Writer>>, Receiver<Box<Writer>>),
}

/// One write waiting for the writer thread: run it, then tell its caller how it ended.
pub(super) trait Work: Send {
    fn run(&mut self, tx: &mut WriteTx<'_>) -> Result<()>;
    fn fail(&mut self, error: Error);
    fn answer(self: Box<Self>, commit: &Result<()>);
}

pub(super) struct Waiting<F, T> {
    f: F,
    outcome: Option<Result<T>>,
    reply: SyncSender<Result<T>>,
}

impl<F, T> Waiting<F, T> {
    pub(super) fn new(f: F, reply: SyncSender<Result<T>>) -> Self {
        Self { f, outcome: None, reply }
    }
}

impl<T: Send, F: FnMut(&mut WriteTx<'_>) -> Result<T> + Send> Work for Waiting<F, T> {
    fn run(&mut self, tx: &mut WriteTx<'_>) -> Result<()> {
        // A panic in one closure is a bug of that request only: its savepoint is undone.
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.f)(tx)))
            .unwrap_or_else(|_| Err(Error::bug("a write panicked")));
        let outcome = tx.outcome(outcome);
        let told = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
        self.outcome = Some(outcome);
        told
    }
    fn fail(&mut self, error: Error) {
        self.outcome = Some(Err(error));
    }
    fn answer(self: Box<Self>, commit: &Result<()>) {
        let answer = match (commit, self.outcome) {
            (_, Some(Err(e))) => Err(e),
            (Err(e), _) => Err(e.clone()),
            (Ok(()), Some(Ok(v))) => Ok(v),
            (Ok(()), None) => Err(Error::bug("a write was not run")),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.reply.send(answer);
    }
}

/// Entries of a reading, whose thread does not wait for them.
pub(super) struct Entries {
    entries: Vec<Arc<Pending>>,
    failed: Option<Error>,
    ticket: Ticket,
}

impl Entries {
    pub(super) fn new(entries: Vec<Arc<Pending>>, ticket: Ticket) -> Self {
        Self { entries, failed: None, ticket }
    }
}

impl Work for Entries {
    fn run(&mut self, tx: &mut WriteTx<'_>) -> Result<()> {
        self.failed = None;
        tx.adopt(&self.entries);
        Ok(())
    }
    fn fail(&mut self, error: Error) {
        self.failed = Some(error);
    }
    fn answer(self: Box<Self>, commit: &Result<()>) {
        self.ticket.done(self.failed.map_or_else(|| commit.clone(), Err));
    }
}

/// The writer on loan; given back when dropped, also by a panic.
pub(super) struct Lent {
    pub(super) writer: Option<Box<Writer>>,
    pub(super) back: SyncSender<Box<Writer>>,
}

impl Lent {
    pub(super) fn writer(&mut self) -> Result<&mut Writer> {
        self.writer.as_deref_mut().ok_or_else(|| Error::bug("no writer"))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            let _ = self.back.send(writer);
        }
    }
}

/// The one connection that writes, and what it knows of the journal.
pub(super) struct Writer {
    conn: Connection,
    place: Place,
    clock: Clock,
    notice: Arc<Notice>,
    sequence: Sequence,
    /// The sequence agrees with the database as of this transaction.
    synced: bool,
    checkpoints: Checkpoints,
    log: PathBuf,
    log_looked: Moment,
}

/// What the closures of one commit leave to be told after it.
#[derive(Default)]
struct After {
    /// Still without their numbers: a group's are written together before its commit.
    entries: Vec<Arc<Pending>>,
    numbered: bool,
    jobs: bool,
}

impl Writer {
    pub(super) fn open(place: Place, clock: Clock, notice: Arc<Notice>) -> Result<Box<Self>> {
        let mut conn = connect(&place, CACHE)?;
        sql::batch(&conn, "PRAGMA journal_mode = WAL")?;
        let mut checkpoints = Checkpoints::new();
        checkpoints.watch(&mut conn)?;
        Ok(Box::new(Self {
            conn,
            checkpoints,
            log: log_path(&place.path),
            place,
            clock,
            notice,
            sequence: Sequence::default(),
            synced: false,
            log_looked: Moment::now(),
        }))
    }

    pub(super) fn notice(&self) -> &Notice {
        &self.notice
    }

    /// Settings of a long load, or the usual ones. Sorting in memory is quick for a page of rows and
    /// ruinous for an index over millions.
    ///
    /// A load writes new pages, and through a write-ahead log each of them would be written twice and read
    /// once between. With a rollback journal a new page is written once, and only what was there before is
    /// kept for undoing. Readers wait for a commit then, so that is for as long as nobody else has the
    /// database open. Where somebody has, the log stays, and the disk is not waited for: a commit is whole or
    /// not there, but a power cut may undo the last ones, and the load goes on from the position that was
    /// undone with them.
    pub(super) fn tune(&mut self, loading: bool) -> Result<()> {
        self.checkpoints.pause();
        // Back at the end it waits as long as a commit of a load does.
        let apart = self.journal_mode(if loading { "DELETE" } else { "WAL" })? && loading;
        let (cache, sort, threads, wait) = match loading {
            true => (CACHE_LOADING, "FILE", 1, WAIT_LOADING),
            false => (CACHE, "MEMORY", 0, WAIT),
        };
        let synchronous = match (self.place.passing, loading && !apart) {
            (true, _) => "OFF",
            (false, true) => "NORMAL",
            (false, false) => "FULL",
        };
        sql::batch(
            &self.conn,
            &format!(
                "PRAGMA cache_size = {cache}; PRAGMA temp_store = {sort};
                 PRAGMA synchronous = {synchronous}; PRAGMA busy_timeout = {};
                 PRAGMA threads = {threads}; PRAGMA wal_autocheckpoint = {CHECKPOINT_LOADING};
                 PRAGMA shrink_memory;",
                wait.as_millis()
            ),
        )?;
        // The engine carries over by itself during a load only.
        if loading { Ok(()) } else { self.checkpoints.watch(&mut self.conn) }
    }

    /// Asks for a kind of journal. Whether it is that now: not while somebody else has the database open.
    fn journal_mode(&self, mode: &str) -> Result<bool> {
        let sql = format!("PRAGMA journal_mode = {mode}");
        match self.conn.query_row(&sql, [], |r| r.get::<_, String>(0)) {
            Ok(now) => Ok(now.eq_ignore_ascii_case(mode)),
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
            Err(e) => Err(errors::sqlite(&e)),
        }
    }

    fn begin(&mut self) -> Result<()> {
        self.synced = false;
        if !self.conn.is_autocommit() {
            self.undo(); // what could not be rolled back when it failed
        }
        sql::control(&self.conn, "BEGIN IMMEDIATE")
    }

    fn commit(&mut self, after: &After) -> Result<()> {
        let commit = sql::control(&self.conn, "COMMIT");
        if commit.is_err() {
            self.undo();
            return commit;
        }
        if after.numbered
            && let Some(head) = self.sequence.head()
        {
            self.notice.advance(head);
        }
        if after.jobs {
            self.notice.jobs_changed();
        }
        Ok(())
    }

    /// Gives the whole transaction up.
    fn undo(&mut self) {
        self.sequence.forget();
        if !self.conn.is_autocommit() && sql::control(&self.conn, "ROLLBACK").is_err() {
            // A connection that cannot even roll back is replaced.
            if let Ok(mut conn) = connect(&self.place, CACHE)
                && self.checkpoints.watch(&mut conn).is_ok()
            {
                self.conn = conn;
            }
        }
    }

    /// Runs `f` and keeps the entries it recorded. On an error the caller undoes what was written; `wrote`
    /// tells whether that is anything.
    fn step(
        &mut self,
        after: &mut After,
        wrote: &mut bool,
        f: &mut dyn FnMut(&mut WriteTx<'_>) -> Result<()>,
    ) -> Result<()> {
        let before = self.conn.total_changes();
        let mut tx = WriteTx::new(Conn::Sqlite(&self.conn), &self.clock);
        let ran = f(&mut tx);
        // A reading statement may change rows too (RETURNING), a writing one something else.
        *wrote = tx.wrote() || self.conn.total_changes() != before;
        ran?;
        let left = tx.take_leavings();
        after.entries.extend(left.entries);
        after.jobs |= left.jobs;
        Ok(())
    }

    /// Gives the entries that were recorded their numbers and writes them.
    fn number(&mut self, after: &mut After) -> Result<()> {
        let entries = std::mem::take(&mut after.entries);
        if entries.is_empty() {
            return Ok(());
        }
        let mut tx = WriteTx::new(Conn::Sqlite(&self.conn), &self.clock);
        if !self.synced {
            self.sequence.sync(&mut tx)?;
            self.synced = true;
        }
        self.sequence.append(&mut tx, &entries)?;
        after.numbered = true;
        Ok(())
    }

    /// Runs `f` in a transaction of its own. A panic goes on to the caller after the roll-back.
    pub(super) fn alone<T>(
        &mut self,
        f: &mut dyn FnMut(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<T> {
        self.begin()?;
        let (mut after, mut value) = (After::default(), None);
        let ran = catch_unwind(AssertUnwindSafe(|| {
            self.step(&mut after, &mut false, &mut |tx| {
                let outcome = f(tx);
                value = Some(tx.outcome(outcome)?);
                Ok(())
            })?;
            self.number(&mut after)
        }));
        match ran {
            Ok(Ok(())) => self.commit(&after)?,
            Ok(Err(e)) => {
                self.undo();
                return Err(e);
            }
            Err(panic) => {
                self.undo();
                resume_unwind(panic);
            }
        }
        value.ok_or_else(|| Error::bug("a write gave nothing"))
    }

    /// Runs one write alone and answers it.
    fn alone_and_answer(&mut self, mut work: Box<dyn Work>) {
        let outcome = self.alone(&mut |tx| work.run(tx));
        work.answer(&outcome);
    }

    /// Runs one write in the group's transaction. Whether that holds only what it should: not if the
    /// write failed after it had changed something, nor if the engine gave the transaction up.
    fn straight(&mut self, work: &mut dyn Work, after: &mut After) -> bool {
        let mut wrote = false;
        if let Err(e) = self.step(after, &mut wrote, &mut |tx| work.run(tx)) {
            work.fail(e);
            if wrote {
                return false;
            }
        }
        !self.conn.is_autocommit()
    }

    /// Runs one write of a group in its savepoint. `Err` if the whole transaction is lost with it.
    fn saved(&mut self, work: &mut dyn Work, after: &mut After) -> Result<()> {
        if let Err(e) = sql::control(&self.conn, "SAVEPOINT one") {
            work.fail(e.clone());
            return Err(e);
        }
        let before = self.sequence.clone();
        let kept = after.entries.len();
        let ran = self.step(after, &mut false, &mut |tx| work.run(tx));
        if let Err(e) = ran.and_then(|()| self.number(after)) {
            after.entries.truncate(kept);
            self.sequence = before;
            work.fail(e.clone());
            // A full disk may have rolled everything back already.
            if self.conn.is_autocommit() {
                return Err(e);
            }
            sql::control(&self.conn, "ROLLBACK TO one")?;
        }
        sql::control(&self.conn, "RELEASE one")
    }

    /// One commit for `first` and what else waits. Returns a message that is not a write.
    fn group(&mut self, mut first: Box<dyn Work>, queue: &Receiver<Message>) -> Option<Message> {
        if let Err(e) = self.begin() {
            first.fail(e.clone());
            first.answer(&Err(e));
            return None;
        }
        let (mut after, mut done, mut other) = (After::default(), Vec::new(), None);
        let mut next = Some(first);
        while let Some(mut work) = next.take() {
            let sound = self.straight(work.as_mut(), &mut after);
            done.push(work);
            if !sound {
                self.undo();
                self.group_again(done);
                return None;
            }
            if done.len() < limits::WRITE_GROUP_MAX {
                match queue.try_recv() {
                    Ok(Message::Work(work)) => next = Some(work),
                    Ok(lend) => other = Some(lend),
                    Err(_) => {}
                }
            }
        }
        if self.number(&mut after).is_err() {
            self.undo();
            self.group_again(done);
        } else {
            self.end_group(done, &after);
        }
        other
    }

    /// The group once more, each write in a savepoint, so that only the guilty one fails.
    fn group_again(&mut self, mut group: Vec<Box<dyn Work>>) {
        if let Err(e) = self.begin() {
            for mut work in group {
                work.fail(e.clone());
                work.answer(&Err(e.clone()));
            }
            return;
        }
        let mut after = After::default();
        for i in 0..group.len() {
            if let Err(e) = self.saved(group[i].as_mut(), &mut after) {
                self.undo();
                group.remove(i).answer(&Err(e));
                self.each_alone(group);
                return;
            }
        }
        self.end_group(group, &after);
    }

    fn end_group(&mut self, group: Vec<Box<dyn Work>>, after: &After) {
        match self.commit(after) {
            Err(_) if group.len() > 1 => self.each_alone(group),
            commit => group.into_iter().for_each(|work| work.answer(&commit)),
        }
    }

    /// The group is lost: every write gets its own transaction, so that only the guilty one fails.
    fn each_alone(&mut self, group: Vec<Box<dyn Work>>) {
        for work in group {
            self.alone_and_answer(work);
        }
    }

    /// Keeps the write-ahead log bounded: readers that overlap without end would otherwise let it
    /// grow for ever. Waits a moment for them, never long.
    fn look_after_log(&mut self) {
        self.checkpoints.look(&self.place, &self.conn);
        if self.log_looked.elapsed() < WAL_LOOK {
            return;
        }
        self.log_looked = Moment::now();
        if std::fs::metadata(&self.log).map_or(0, |m| m.len()) > WAL_BYTES_MAX {
            let _ = self.fold_log();
        }
    }

    /// Brings the log into the database file, as far as readers allow within a moment.
    pub(super) fn fold_log(&mut self) -> Result<()> {
        self.checkpoints.pause();
        sql::batch(
            &self.conn,
            &format!(
                "PRAGMA busy_timeout = 200; PRAGMA wal_checkpoint(TRUNCATE);
                 PRAGMA busy_timeout = {};",
                WAIT.as_millis()
            ),
        )
    }
}

/// The writer thread.
pub(super) fn run(mut writer: Box<Writer>, queue: &Receiver<Message>) {
    let mut next = queue.recv().ok();
    while let Some(message) = next.take() {
        match message {
            Message::Work(work) => {
                let _inside = crate::inside::enter();
                next = writer.group(work, queue);
                writer.look_after_log();
            }
            Message::Lend(give, returned) => {
                writer = match give.send(writer) {
                    Ok(()) => match returned.recv() {
                        Ok(writer) => writer,
                        // Cannot happen (it is given back when dropped); without it there is no store.
                        Err(_) => return,
                    },
                    Err(not_taken) => not_taken.0,
                };
                writer.look_after_log();
            }
        }
        if next.is_none() {
            next = queue.recv().ok();
        }
    }
}
