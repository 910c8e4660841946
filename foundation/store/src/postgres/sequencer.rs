//! Numbers for entries on PostgreSQL.
//!
//! A transaction leaves its entries in `journal_pending`; the one node that holds the advisory lock
//! moves them into the journal, in dense order, on the connection that holds the lock: if the
//! connection is lost, so is the lock, and nothing half-done can commit. A holder says something to the
//! server twice a second; the connection of one that fell silent (frozen, or cut off without the
//! server knowing) is ended by the node that wants the lock, so that a commit of the old holder is
//! impossible before the new one begins. Two threads for each open
//! store: the sequencer, and a listener for what other nodes tell (`NOTIFY` outside of the writers'
//! transactions, because a notifying commit would make all commits wait for each other).

use super::{SEQUENCER_LOCK, link::Link};
use crate::{
    Clock, Value, WriteTx,
    journal::{Pending, Sequence, stored},
    notice::Notice,
    params,
    tx::Conn,
};
use kernel::{Error, Result};
use postgres::{NoTls, fallible_iterator::FallibleIterator};
use std::sync::{
    Arc, Condvar, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Moment};
use tokio_postgres::Config;

/// Most entries numbered in one commit.
const BATCH: i64 = 1_000;
/// Longest wait for news.
const LOOK: Duration = Duration::from_millis(500);
/// A holder that has asked the server for nothing for so long has fallen silent: some [`LOOK`]s.
const SILENT: Duration = Duration::from_millis(1_300);
/// Until the server has ended a connection.
const ENDING: Duration = Duration::from_millis(20);
/// Wait after entries got their numbers: what was recorded meanwhile shares the next commit. After many,
/// others will come, and each round costs followers one too.
const fn gather(numbered: i64) -> Duration {
    Duration::from_millis(match numbered {
        ..8 => 4,
        8..24 => 12,
        24.. => 25,
    })
}
/// Entries that waited longer than this while others were taken are looked for twice a second only, microseconds.
/// Whoever looks for them goes through all that is gone and not yet cleared away by the server.
const OLD: i64 = 2_000_000;
/// Wait after a connection was lost.
const AWAY: Duration = Duration::from_millis(500);

const PENDING: &str = "lienthong_pending";
const HEAD: &str = "lienthong_head";
const STOP: &str = "lienthong_stop";

/// What the sequencer's thread is woken by.
#[derive(Default)]
pub(super) struct Bell {
    state: Mutex<Rung>,
    rung: Condvar,
    stop: AtomicBool,
    /// This process holds the lock.
    leads: AtomicBool,
}

#[derive(Default, Clone, Copy)]
struct Rung {
    /// Entries were committed here.
    here: bool,
    /// Another node says that entries were committed.
    elsewhere: bool,
}

impl Bell {
    pub(super) fn ring(&self) {
        self.set(|r| r.here = true);
    }

    fn ring_from_elsewhere(&self) {
        self.set(|r| r.elsewhere = true);
    }

    fn set(&self, f: impl FnOnce(&mut Rung)) {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.rung.notify_all();
    }

    /// Waits until somebody rings, at most `longest`; returns what was rung.
    fn wait(&self, longest: Duration) -> Rung {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let quiet = |r: &mut Rung| !r.here && !r.elsewhere && !self.stopped();
        let (mut state, _) = self
            .rung
            .wait_timeout_while(state, longest, quiet)
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state)
    }

    pub(super) fn leads(&self) -> bool {
        self.leads.load(Ordering::Relaxed)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The two threads. They end when it is dropped.
pub(super) struct Sequencer {
    pub(super) bell: Arc<Bell>,
    threads: Vec<JoinHandle<()>>,
}

impl Sequencer {
    pub(super) fn start(config: &Config, clock: &Clock, notice: &Arc<Notice>) -> Result<Self> {
        let bell = Arc::new(Bell::default());
        let mut work = Work {
            config: config.clone(),
            clock: clock.clone(),
            notice: Arc::clone(notice),
            bell: Arc::clone(&bell),
            sequence: Sequence::default(),
            holds: false,
            newest: 0,
            looked: Moment::now(),
        };
        let mut sequencer = Self { bell: Arc::clone(&bell), threads: Vec::new() };
        sequencer.spawn("sequencer", move || work.run())?;
        let (config, notice) = (config.clone(), Arc::clone(notice));
        sequencer.spawn("listener", move || listen(&config, &notice, &bell))?;
        Ok(sequencer)
    }

    fn spawn(&mut self, name: &str, f: impl FnOnce() + Send + 'static) -> Result<()> {
        let thread = std::thread::Builder::new().name(name.into()).spawn(f).map_err(Error::bug)?;
        self.threads.push(thread);
        Ok(())
    }
}

impl Drop for Sequencer {
    fn drop(&mut self) {
        self.bell.stop.store(true, Ordering::Relaxed);
        self.bell.set(|_| {});
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

struct Work {
    config: Config,
    clock: Clock,
    notice: Arc<Notice>,
    bell: Arc<Bell>,
    sequence: Sequence,
    /// This connection holds the lock.
    holds: bool,
    /// The newest time of an entry that was taken.
    newest: i64,
    /// When the old ones were looked for.
    looked: Moment,
}

impl Work {
    fn run(&mut self) {
        while !self.bell.stopped() {
            self.hold(false);
            self.sequence.forget();
            let outcome = Link::connect(&self.config).and_then(|mut link| {
                let outcome = self.serve(&mut link);
                // The listener need not wait for the end of its own pause.
                let _ = link.execute("SELECT pg_notify(?1, '')", params![STOP]);
                outcome
            });
            if let Err(e) = outcome {
                tracing::warn!(error = ?e, "the sequencer lost the database");
                std::thread::sleep(AWAY);
            }
        }
    }

    fn hold(&mut self, holds: bool) {
        self.holds = holds;
        self.bell.leads.store(holds, Ordering::Relaxed);
    }

    fn serve(&mut self, link: &mut Link) -> Result<()> {
        loop {
            let rung = self.bell.wait(LOOK);
            if self.bell.stopped() {
                return Ok(());
            }
            if !self.holds {
                let lock = params![SEQUENCER_LOCK];
                let mut got = false;
                link.each("SELECT pg_try_advisory_lock(?1)", lock, &mut |r| {
                    got = r.get(0).unwrap_or(false);
                    false
                })?;
                self.hold(got);
                if !got && depose(link)? {
                    std::thread::sleep(ENDING);
                    self.bell.ring_from_elsewhere();
                }
            }
            if self.holds {
                let mut numbered = self.batch(link)?;
                while numbered == BATCH {
                    numbered = self.batch(link)?;
                }
                if numbered > 0 {
                    std::thread::sleep(gather(numbered));
                }
            } else if rung.here {
                link.execute("SELECT pg_notify(?1, '')", params![PENDING])?;
            }
        }
    }

    /// Numbers what waits, in one commit; returns how many.
    fn batch(&mut self, link: &mut Link) -> Result<i64> {
        link.begin("BEGIN ISOLATION LEVEL READ COMMITTED")?;
        let outcome = self.number(link);
        match outcome {
            Ok(0) => {
                link.tidy();
                Ok(0)
            }
            Ok(n) => {
                if let Err(e) = link.commit() {
                    self.sequence.forget();
                    return Err(e);
                }
                if let Some(head) = self.sequence.head() {
                    self.notice.advance(head);
                }
                Ok(n)
            }
            Err(e) => {
                self.sequence.forget();
                if link.tidy() { Err(e) } else { Err(e.because("and the connection is lost")) }
            }
        }
    }

    fn number(&mut self, link: &mut Link) -> Result<i64> {
        let mut tx = WriteTx::new(Conn::Postgres(link), &self.clock);
        let mut entries = Vec::new();
        if self.looked.elapsed() < LOOK {
            entries = take(&mut tx, self.newest - OLD)?;
        }
        if entries.is_empty() {
            entries = take(&mut tx, i64::MIN)?;
            self.looked = Moment::now();
        }
        let Some(newest) = entries.iter().map(|e| e.stored.at).max() else { return Ok(0) };
        self.newest = newest;
        self.sequence.sync(&mut tx)?;
        self.sequence.append(&mut tx, &entries)?;
        let head = self.sequence.head().unwrap_or(0).to_string();
        tx.send("SELECT pg_notify(?1, ?2)", params![HEAD, head])?;
        Ok(i64::try_from(entries.len()).unwrap_or(BATCH))
    }
}

/// Takes what waits, from this time on, in its order.
fn take(tx: &mut WriteTx, from: i64) -> Result<Vec<Arc<Pending>>> {
    let mut waiting = tx.rows(TAKE, params![BATCH, from], |r| {
        let stored = stored(r)?;
        let order: (i64, String, i64) = (stored.at, r.get(11)?, r.get(12)?);
        Ok((order, Pending::of(stored)?))
    })?;
    waiting.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(waiting.into_iter().map(|(_, e)| Arc::new(e)).collect())
}

/// Ends the connection that holds the lock if its node has fallen silent. While the server works on a
/// statement of it the node is not silent, except where the server waits for it to take the answer.
const DEPOSE: &str = "SELECT pg_terminate_backend(a.pid) FROM pg_locks l \
    JOIN pg_stat_activity a ON a.pid = l.pid \
    WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() \
    AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) \
    AND CAST(l.classid AS BIGINT) = ?1 AND CAST(l.objid AS BIGINT) = ?2 AND l.objsubid = 1 \
    AND (a.state <> 'active' OR a.wait_event = 'ClientWrite') \
    AND a.state_change < clock_timestamp() - make_interval(secs => ?3)";

/// Whether a silent holder was sent away.
fn depose(link: &mut Link) -> Result<bool> {
    let (high, low) = (SEQUENCER_LOCK >> 32, SEQUENCER_LOCK & 0xffff_ffff);
    let mut gone = false;
    link.each(DEPOSE, params![high, low, SILENT.as_secs_f64()], &mut |r| {
        gone |= r.get(0).unwrap_or(false);
        true
    })?;
    if gone {
        tracing::warn!("the node that numbered the journal fell silent; another one takes over");
    }
    Ok(gone)
}

/// Entries of one transaction follow each other in the order in which they were recorded.
const TAKE: &str = "DELETE FROM journal_pending WHERE (at, tx, n) IN \
    (SELECT at, tx, n FROM journal_pending WHERE at >= ?2 ORDER BY at, tx, n LIMIT ?1) \
    RETURNING id, kind, at, place, purpose, dossier, actor, subjects, body, salt, NULL AS erased, tx, n";

/// Leaves entries to the sequencer, in the transaction that recorded them.
pub(super) fn leave(tx: &mut WriteTx<'_>, entries: &[Arc<Pending>]) -> Result<()> {
    let Some(first) = entries.first() else { return Ok(()) };
    let group = first.stored.id.clone();
    let rows: Vec<Vec<Value>> = entries
        .iter()
        .zip(0i64..)
        .map(|(entry, n)| {
            let e = &entry.stored;
            vec![
                (&group).into(),
                n.into(),
                (&e.id).into(),
                (&e.kind).into(),
                e.at.into(),
                e.place.as_deref().into(),
                e.purpose.as_deref().into(),
                e.dossier.as_deref().into(),
                (&e.actor).into(),
                (&e.subjects).into(),
                (&e.body).into(),
                e.salt.as_slice().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO journal_pending \
         (tx, n, id, kind, at, place, purpose, dossier, actor, subjects, body, salt)",
        rows,
    )
}

/// Hears what other nodes tell: new heads for waiting threads, new entries for the sequencer.
fn listen(config: &Config, notice: &Notice, bell: &Bell) {
    while !bell.stopped() {
        if let Err(e) = hear(config, notice, bell) {
            tracing::warn!(error = ?e, "the listener lost the database");
            std::thread::sleep(AWAY);
        }
    }
}

fn hear(config: &Config, notice: &Notice, bell: &Bell) -> Result<()> {
    let told = |e| crate::errors::postgres(&e);
    let mut client = postgres::Config::from(config.clone()).connect(NoTls).map_err(told)?;
    let listen = format!("LISTEN {PENDING}; LISTEN {HEAD}; LISTEN {STOP}");
    client.batch_execute(&listen).map_err(told)?;
    // What was told before listening began.
    let head = client.query_one("SELECT COALESCE(MAX(seq), 0) FROM journal", &[]).map_err(told)?;
    notice.advance(head.try_get(0).map_err(told)?);
    while !bell.stopped() {
        let next = client.notifications().timeout_iter(LOOK).next();
        match next.map_err(told)? {
            Some(told) if told.channel() == HEAD => {
                notice.advance(told.payload().parse().unwrap_or(0));
            }
            Some(told) if told.channel() == PENDING => bell.ring_from_elsewhere(),
            Some(_) => {}
            None if client.is_closed() => {
                return Err(Error::new(crate::DATABASE_AWAY).because("the connection was closed"));
            }
            None => {}
        }
    }
    Ok(())
}
