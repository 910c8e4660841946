//! Followers: views of the journal kept up to date, each entry counted exactly once.
//!
//! A follower's cursor is written in the same transaction as its effects, so a crash between two
//! batches repeats nothing and loses nothing. A follower that fails waits longer each time, shows
//! its error ([`ReadTx::follower_state`]), and holds up nobody else.

use crate::{ReadTx, Recorded, Store, WriteTx, journal::head_of, params};
use kernel::{Error, Instant, Result, error::CHANGED_MEANWHILE, limits};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Moment};

/// Longest wait for news: other processes' entries and an operator's wish to rebuild are found by
/// looking.
const LOOK: Duration = Duration::from_secs(1);

/// Wait after a step: under load the entries of so long share the next one, its commits, and the sums they
/// add to.
const GATHER: Duration = Duration::from_millis(10);
/// The same after a step of so many entries and more.
const GATHER_MANY: Duration = Duration::from_millis(30);
const MANY: usize = 48;

/// A view of the journal.
pub trait Follower: Send {
    /// Its name, unique in the program and stable for ever: its cursor hangs on it.
    fn name(&self) -> &'static str;

    /// Writes the effects of entries, oldest first, none left out. The same entries come again if
    /// the transaction did not commit, so nothing may be remembered outside of `tx`.
    fn apply(&mut self, tx: &mut WriteTx<'_>, entries: &[Recorded]) -> Result<()>;

    /// Clears its tables before it follows again from the first entry.
    fn reset(&mut self, tx: &mut WriteTx<'_>) -> Result<()> {
        let _ = tx;
        Ok(())
    }
}

/// How a follower is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerState {
    /// Its name.
    pub name: String,
    /// The last entry whose effects are written.
    pub cursor: i64,
    /// Entries it has still to see.
    pub lag: i64,
    /// Failures in a row; 0 if it is well.
    pub failures: i64,
    /// The last failure (code and cause, no personal data).
    pub error: Option<String>,
    /// When it failed last.
    pub failed_at: Option<Instant>,
    /// It is to be rebuilt from the first entry.
    pub rebuild: bool,
}

/// The thread that drives followers. They stop when it is dropped.
#[must_use = "the followers stop when this is dropped"]
pub struct FollowerThread {
    store: Store,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl FollowerThread {
    /// Stops after the batch at hand.
    pub fn stop(self) {}
}

impl Drop for FollowerThread {
    fn drop(&mut self) {
        self.store.notice.stop(&self.stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl ReadTx<'_> {
    /// All followers that have ever run, by name.
    pub fn follower_state(&mut self) -> Result<Vec<FollowerState>> {
        let head = self.journal_head()?;
        self.rows(
            "SELECT name, cursor, failures, error, failed_at, rebuild FROM follower ORDER BY name",
            params![],
            |r| {
                let cursor = r.get(1)?;
                Ok(FollowerState {
                    name: r.get(0)?,
                    cursor,
                    lag: head - cursor,
                    failures: r.get(2)?,
                    error: r.get(3)?,
                    failed_at: r.get(4)?,
                    rebuild: r.get(5)?,
                })
            },
        )
    }

    /// Where the follower stands, and whether it is to be rebuilt.
    fn cursor(&mut self, name: &str) -> Result<Option<(i64, bool)>> {
        self.row("SELECT cursor, rebuild FROM follower WHERE name = ?1", params![name], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
    }
}

impl WriteTx<'_> {
    /// Asks for a follower to clear its tables and follow again from the first entry. Refused while
    /// entries are dropped: it could not see them again.
    pub fn follower_rebuild(&mut self, name: &str) -> Result<()> {
        self.refuse_dropped()?;
        self.execute_one("UPDATE follower SET rebuild = 1 WHERE name = ?1", params![name])
    }

    /// Refuses to begin at the first entry when it is no longer here.
    fn refuse_dropped(&mut self) -> Result<()> {
        match self.journal_dropped()? {
            0 => Ok(()),
            n => Err(Error::new(crate::JOURNAL_DROPPED).arg("n", n.to_string())),
        }
    }

    /// Registers the follower if it is new, clears it if that was asked for; returns its cursor.
    fn ready(&mut self, follower: &mut dyn Follower) -> Result<i64> {
        let name = follower.name();
        match self.cursor(name)? {
            Some((cursor, false)) => Ok(cursor),
            Some((_, true)) => {
                self.refuse_dropped()?;
                follower.reset(self)?;
                self.execute(
                    "UPDATE follower SET cursor = 0, rebuild = 0 WHERE name = ?1",
                    params![name],
                )?;
                Ok(0)
            }
            None => {
                self.execute(
                    "INSERT INTO follower (name, cursor, rebuild, failures) VALUES (?1, 0, 0, 0) \
                     ON CONFLICT (name) DO NOTHING",
                    params![name],
                )?;
                Ok(0)
            }
        }
    }

    /// Effects and cursor in this one transaction. Somebody else's step in between is a conflict.
    fn step(
        &mut self,
        follower: &mut dyn Follower,
        from: i64,
        entries: &[Recorded],
    ) -> Result<i64> {
        let last = entries.last().map_or(from, |e| e.seq);
        self.execute_one(
            "UPDATE follower SET cursor = ?3, failures = 0, error = NULL \
             WHERE name = ?1 AND cursor = ?2 AND rebuild = 0",
            params![follower.name(), from, last],
        )?;
        follower.apply(self, entries)?;
        Ok(last)
    }
}

impl Store {
    /// Starts a thread that keeps these followers up to date, woken by each commit with entries.
    ///
    /// # Panics
    /// If two have the same name, or the operating system gives no thread.
    pub fn follow(&self, followers: Vec<Box<dyn Follower>>) -> FollowerThread {
        let mut names: Vec<&str> = followers.iter().map(|f| f.name()).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|w| w[0] != w[1]), "two followers of one name: {names:?}");
        let stop = Arc::new(AtomicBool::new(false));
        let (store, stopping) = (self.clone(), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("followers".into())
            .spawn(move || Drive::new(&store, followers).run(&stopping))
            .expect("a thread for the followers");
        FollowerThread { store: self.clone(), stop, thread: Some(thread) }
    }

    /// Brings one follower to the head of the journal now, on this thread. For tests and tools.
    pub fn catch_up(&self, follower: &mut dyn Follower) -> Result<i64> {
        self.settle()?;
        loop {
            let (cursor, done) = self.write_here(|tx| {
                let from = tx.ready(follower)?;
                let entries = tx.journal_after(from, limits::FOLLOW_BATCH_MAX)?;
                if entries.is_empty() {
                    return Ok((from, true));
                }
                Ok((tx.step(follower, from, &entries)?, false))
            })?;
            if done {
                return Ok(cursor);
            }
        }
    }
}

type Shared = Arc<Mutex<Box<dyn Follower>>>;

/// One follower of the thread.
struct Runner {
    name: &'static str,
    follower: Shared,
    /// As last written; `None`: ask the database.
    cursor: Option<i64>,
    failures: u32,
    not_before: Option<Moment>,
}

struct Drive<'a> {
    store: &'a Store,
    runners: Vec<Runner>,
}

impl<'a> Drive<'a> {
    fn new(store: &'a Store, followers: Vec<Box<dyn Follower>>) -> Self {
        let runner = |f: Box<dyn Follower>| Runner {
            name: f.name(),
            follower: Arc::new(Mutex::new(f)),
            cursor: None,
            failures: 0,
            not_before: None,
        };
        Self { store, runners: followers.into_iter().map(runner).collect() }
    }

    fn run(mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let head = self.store.head();
            if let Some(seen) = self.round() {
                let gather = if seen < MANY { GATHER } else { GATHER_MANY };
                self.store.notice.wait_stop(gather, stop);
            } else {
                self.store.notice.wait_past(head, LOOK, stop);
                // Nothing known is taken for granted after a rest: another process may have written,
                // an operator may have asked for a rebuild.
                if self.store.head() == head {
                    self.runners.iter_mut().for_each(|r| r.cursor = None);
                    if let Ok(head) = self.store.read(head_of) {
                        self.store.notice.advance(head);
                    }
                }
            }
        }
    }

    /// One batch for each follower that has something to do. If anything moved, how many entries the largest
    /// batch had.
    fn round(&mut self) -> Option<usize> {
        let (mut moved, mut largest) = (false, 0);
        let mut batch: Option<(i64, Arc<Vec<Recorded>>)> = None;
        let mut waiting = Vec::new();
        for i in 0..self.runners.len() {
            if self.runners[i].not_before.is_some_and(|t| t > Moment::now()) {
                continue;
            }
            match self.begin(i, &mut batch) {
                Ok(Some(step)) => {
                    largest = largest.max(batch.as_ref().map_or(0, |(_, entries)| entries.len()));
                    waiting.push((i, step));
                }
                Ok(None) => {}
                Err(e) => self.failed(i, &e),
            }
        }
        // On SQLite all these steps wait in the writer's queue together and share one commit.
        for (i, step) in waiting {
            match step.outcome() {
                Ok(cursor) => {
                    let runner = &mut self.runners[i];
                    (runner.cursor, runner.failures, runner.not_before) = (Some(cursor), 0, None);
                    moved = true;
                }
                Err(e) if e.is(CHANGED_MEANWHILE) && self.overtaken(i) => moved = true,
                Err(e) => self.failed(i, &e),
            }
        }
        moved.then_some(largest)
    }

    /// Another process has moved this follower's cursor: no failure, only look again.
    fn overtaken(&mut self, i: usize) -> bool {
        let (name, known) = (self.runners[i].name, self.runners[i].cursor.take());
        match self.store.read(|tx| tx.cursor(name)) {
            Ok(Some((cursor, rebuild))) => rebuild || Some(cursor) != known,
            _ => false,
        }
    }

    fn begin(
        &mut self,
        i: usize,
        batch: &mut Option<(i64, Arc<Vec<Recorded>>)>,
    ) -> Result<Option<crate::Answer<i64>>> {
        let store = self.store;
        let runner = &mut self.runners[i];
        let cursor = match runner.cursor {
            Some(cursor) => cursor,
            None => {
                let name = runner.name;
                let cursor = match store.read(|tx| tx.cursor(name))? {
                    Some((cursor, false)) => cursor,
                    _ => {
                        let follower = Arc::clone(&runner.follower);
                        store.write(move |tx| tx.ready(lock(&follower).as_mut()))?
                    }
                };
                runner.cursor = Some(cursor);
                cursor
            }
        };
        if cursor >= store.head() {
            return Ok(None);
        }
        let entries = match batch {
            Some((from, entries)) if *from == cursor => Arc::clone(entries),
            _ => {
                let entries =
                    store.read(|tx| tx.journal_after(cursor, limits::FOLLOW_BATCH_MAX))?;
                Arc::clone(&batch.insert((cursor, Arc::new(entries))).1)
            }
        };
        if entries.is_empty() {
            return Ok(None);
        }
        let follower = Arc::clone(&runner.follower);
        store.write_later(move |tx| tx.step(lock(&follower).as_mut(), cursor, &entries)).map(Some)
    }

    /// Remembers the failure where an operator sees it, and waits 1, 2, 4 … seconds.
    fn failed(&mut self, i: usize, error: &Error) {
        let runner = &mut self.runners[i];
        runner.failures = runner.failures.saturating_add(1);
        runner.cursor = None;
        let wait = 1u64 << (runner.failures - 1).min(16);
        let wait = Duration::from_secs(wait.min(limits::FOLLOWER_WAIT_SECONDS_MAX));
        runner.not_before = Moment::now().checked_add(wait);
        let (name, text) = (runner.name, format!("{error:?}"));
        tracing::warn!(
            follower = name,
            failures = runner.failures,
            error = text,
            "a follower failed"
        );
        let told = self.store.write(move |tx| {
            let now = tx.now();
            tx.execute(
                "UPDATE follower SET failures = failures + 1, error = ?2, failed_at = ?3 \
                 WHERE name = ?1",
                params![name, &text, now],
            )
        });
        if let Err(e) = told {
            tracing::warn!(follower = name, error = ?e, "its failure could not be recorded");
        }
    }
}

fn lock(follower: &Shared) -> std::sync::MutexGuard<'_, Box<dyn Follower>> {
    // A follower that panicked has had its transaction undone and keeps no state outside of it.
    follower.lock().unwrap_or_else(PoisonError::into_inner)
}
