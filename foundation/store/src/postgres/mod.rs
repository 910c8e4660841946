//! The PostgreSQL engine: serializable transactions, run again after a serialization failure or a
//! deadlock; entries numbered by one sequencer among all nodes.
//!
//! Connections go without TLS: over a Unix socket, or a network that is private or encrypted below
//! (the address may say `host=/var/run/postgresql`). Texts are compared byte by byte, as on SQLite
//! (`COLLATE "C"` is put into the schema), whatever the database's own collation is.

mod foresee;
mod indexes;
pub(crate) mod link;
mod pool;
mod sequencer;
mod text;
mod wire;

use crate::{
    Clock, Prepare, ReadTx, RecordTx, WriteTx,
    errors::{DATABASE_AWAY, DATABASE_URL, DATABASE_USED, QUEUE_FULL},
    inside,
    notice::Notice,
    params,
    schema::Dialect,
    tx::{Conn, Drawn},
};
use kernel::{Error, Result, limits};
use link::Link;
use pool::Pool;
use sequencer::Sequencer;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant as Moment};

const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
const WRITE_PLAIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// Runs that met others before a transaction gets a run of its own.
const ALONE_AFTER: u32 = 3;
/// First wait before a transaction runs again, microseconds; doubled each time.
const AGAIN_US: u64 = 500;
/// Settings of a connection at the server. It too gives up a client that the network has swallowed, whose
/// locks would stand in the way. On today's disks a page found by an index costs little more than the next
/// one of a scan, and a plan made while a table was small must serve when it has grown.
const OPTIONS: &str = "-c random_page_cost=1.1 -c lock_timeout=10000 \
    -c idle_in_transaction_session_timeout=60000 -c tcp_user_timeout=10000 -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 \
    -c tcp_keepalives_count=3";
/// A connection on which nothing is answered any more, not even that it was received, is given up after
/// about so long.
const SILENCE_MAX: Duration = Duration::from_secs(10);
/// Our name among the server's clients.
const NAME: &str = "lienthong";
/// Longest wait for connections of others to end.
const ALONE_MAX: Duration = Duration::from_secs(5);
/// Longest wait of [`Postgres::settle`].
const SETTLE_MAX: Duration = Duration::from_secs(20);

/// Advisory locks: numbers that nobody else uses.
const SCHEMA_LOCK: i64 = 7_116_201_541;
const SEQUENCER_LOCK: i64 = 7_116_201_542;
const INDEX_LOCK: i64 = 7_116_201_543;

pub(crate) struct Postgres {
    // First, so that its threads end before the connections do.
    sequencer: Sequencer,
    pool: Pool,
    clock: Clock,
    notice: Arc<Notice>,
    /// Transactions that met others run again one at a time: where everybody wants the same row, a
    /// lottery among them would leave somebody without luck for ever.
    again: Mutex<()>,
    /// Runs share it; one that met others again and again takes it for itself, and has this node's
    /// writing to itself for one run.
    turns: RwLock<()>,
}

/// How a run of a closure ended.
enum Ran<T> {
    Done(T),
    Failed(Error),
    Again,
    Panicked(Box<dyn std::any::Any + Send>),
}

impl Postgres {
    pub(crate) fn open(
        url: &str,
        alone: Option<&str>,
        prepare: Prepare<'_>,
        clock: Clock,
        notice: Arc<Notice>,
    ) -> Result<Self> {
        let mut config: tokio_postgres::Config =
            url.parse().map_err(|e| Error::new(DATABASE_URL).because(e))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(limits::PG_WAIT_SECONDS_MAX));
        }
        if config.get_options().is_none() {
            config.options(OPTIONS);
        }
        // A network that swallows everything tells nobody: without these a statement under way would
        // wait for a quarter of an hour, and keep its connection.
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE_MAX);
        }
        if config.get_keepalives_idle() > SILENCE_MAX {
            config.keepalives_idle(SILENCE_MAX / 2);
            config.keepalives_interval(SILENCE_MAX / 5).keepalives_retries(3);
        }
        config.application_name(name(alone));
        let pool = Pool::new(config);
        if alone.is_some() {
            wait_alone(&pool)?;
        }
        make(&pool, prepare, &clock)?;
        if alone.is_none() {
            indexes::make_due(pool.config(), &clock);
        }
        let sequencer = Sequencer::start(pool.config(), &clock, &notice)?;
        let opened =
            Self { sequencer, pool, clock, notice, again: Mutex::new(()), turns: RwLock::new(()) };
        let head = opened.read(crate::journal::head_of)?;
        opened.notice.advance(head);
        Ok(opened)
    }

    pub(crate) fn leads(&self) -> bool {
        self.sequencer.bell.leads()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn read<T>(&self, f: impl FnOnce(&mut ReadTx<'_>) -> Result<T>) -> Result<T> {
        self.look(|tx| f(tx))
    }

    /// Runs `f` on a snapshot; the entries it recorded are the caller's to write.
    pub(crate) fn look<T>(&self, f: impl FnOnce(&mut RecordTx<'_>) -> Result<T>) -> Result<T> {
        let mut loan = self.pool.begin(READ)?;
        let mut tx = RecordTx::new(Conn::Postgres(loan.link()?), &self.clock);
        let outcome = f(&mut tx);
        tx.outcome(outcome)
    }

    /// A panic in the closure is a bug of that request only.
    pub(crate) fn write<T>(&self, mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T>) -> Result<T> {
        self.repeat(WRITE, &mut f)?.unwrap_or_else(|_| Err(Error::bug("a write panicked")))
    }

    /// As [`Postgres::write`], READ COMMITTED.
    pub(crate) fn write_plain<T>(
        &self,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<T> {
        self.repeat(WRITE_PLAIN, &mut f)?.unwrap_or_else(|_| Err(Error::bug("a write panicked")))
    }

    /// A panic in the closure goes on to the caller.
    pub(crate) fn write_here<T>(
        &self,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<T> {
        self.repeat(WRITE, &mut f)?.unwrap_or_else(|panic| resume_unwind(panic))
    }

    fn repeat<T>(
        &self,
        begin: &'static str,
        f: &mut dyn FnMut(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<std::result::Result<Result<T>, Box<dyn std::any::Any + Send>>> {
        let (mut alone, mut drawn) = (None, Drawn::default());
        for run in 0..=limits::WRITE_RETRIES_MAX {
            if run == 1 {
                alone = Some(self.again.lock().unwrap_or_else(PoisonError::into_inner));
            }
            let ran = if run < ALONE_AFTER {
                let _shared = self.turns.read().unwrap_or_else(PoisonError::into_inner);
                self.once(begin, run, &mut drawn, f)
            } else {
                let _own = self.turns.write().unwrap_or_else(PoisonError::into_inner);
                self.once(begin, run, &mut drawn, f)
            };
            match ran? {
                Ran::Done(value) => return Ok(Ok(Ok(value))),
                Ran::Failed(e) => return Ok(Ok(Err(e))),
                Ran::Panicked(panic) => return Ok(Err(panic)),
                Ran::Again => std::thread::sleep(wait(run)),
            }
        }
        drop(alone);
        Err(Error::new(QUEUE_FULL).because("the transaction met too many others"))
    }

    fn once<T>(
        &self,
        begin: &'static str,
        run: u32,
        drawn: &mut Drawn,
        f: &mut dyn FnMut(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<Ran<T>> {
        let mut loan = self.pool.begin(begin)?;
        let link = loan.link()?;
        let mut tx = WriteTx::new(Conn::Postgres(link), &self.clock);
        tx.drawn = drawn.again();
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let _inside = inside::enter();
            let outcome = f(&mut tx);
            let value = tx.outcome(outcome)?;
            let left = tx.take_leavings();
            sequencer::leave(&mut tx, &left.entries)?;
            Ok((value, !left.entries.is_empty(), left.jobs))
        }));
        *drawn = std::mem::take(&mut tx.drawn);
        let ran: Result<(T, bool, bool)> = match ran {
            Ok(ran) => ran,
            Err(panic) => return Ok(Ran::Panicked(panic)),
        };
        let link = loan.link()?;
        // Whatever the closure made of such a failure: the transaction has to run again. A duplicate
        // key may be another transaction's doing that a second run sees, and for a lost connection there
        // is another one.
        let once_more = |link: &Link| link.met_duplicate() || link.is_lost_before_commit();
        let again = |link: &Link| link.met_serialization() || (run == 0 && once_more(link));
        if link.met_serialization() || (ran.is_err() && again(link)) {
            return Ok(Ran::Again);
        }
        let (value, entries, jobs) = match ran {
            Ok(ran) => ran,
            Err(e) => return Ok(Ran::Failed(e)),
        };
        match link.commit() {
            Ok(()) => {}
            Err(_) if again(link) => return Ok(Ran::Again),
            Err(e) if link.is_closed() => {
                let cause = format!("the outcome of a commit is unknown: {e:?}");
                return Ok(Ran::Failed(Error::new(DATABASE_AWAY).because(cause)));
            }
            Err(e) => return Ok(Ran::Failed(e)),
        }
        drop(loan);
        if entries {
            self.sequencer.bell.ring();
        }
        if jobs {
            self.notice.jobs_changed();
        }
        Ok(Ran::Done(value))
    }

    pub(crate) fn others(&self) -> Result<i64> {
        others(&self.pool)
    }

    /// Statistics and the visibility map of every table that has rows: without them a freshly filled table
    /// is read row by row where its index would do. One that is known to be empty is read row by row as
    /// well, also when it has filled, so an empty one stays unknown.
    pub(crate) fn refresh_statistics(&self) -> Result<()> {
        let filled: Vec<String> =
            self.read(|tx| tx.rows(FILLED, params![], |r| r.get::<String>(0)))?;
        if filled.is_empty() {
            return Ok(());
        }
        // VACUUM runs outside of any transaction, so nothing is begun here.
        let mut loan = self.pool.begin("SELECT 1")?;
        loan.link()?.batch(&format!("VACUUM (ANALYZE) {}", filled.join(", ")))
    }

    /// Waits until every entry committed so far has its number.
    pub(crate) fn settle(&self) -> Result<()> {
        let look = || {
            self.read(|tx| {
                let ids =
                    tx.rows("SELECT id FROM journal_pending", params![], |r| r.get::<String>(0))?;
                Ok((ids.into_iter().collect::<HashSet<_>>(), tx.journal_head()?))
            })
        };
        let end = Moment::now() + SETTLE_MAX;
        let (mut waiting, mut head) = look()?;
        while !waiting.is_empty() {
            if Moment::now() > end {
                return Err(Error::new(DATABASE_AWAY).because("entries stay without a number"));
            }
            self.sequencer.bell.ring();
            std::thread::sleep(Duration::from_millis(2));
            let (now, new_head) = look()?;
            waiting.retain(|id| now.contains(id));
            head = new_head;
        }
        self.notice.advance(head);
        Ok(())
    }
}

/// Tables that have rows, ready to stand in a statement.
const FILLED: &str = "SELECT quote_ident(schemaname) || '.' || quote_ident(relname) FROM pg_stat_user_tables \
    WHERE pg_relation_size(relid) > 0 ORDER BY 1";

/// As what the server lists our connections. One that wants the database for itself must tell its own
/// connections from those of others.
fn name(alone: Option<&str>) -> String {
    let at = Clock::system().now().0;
    alone.map_or_else(
        || NAME.to_owned(),
        |what| format!("{NAME} {what} {} {at}", std::process::id()),
    )
}

/// Connections of other programs of ours to this database.
fn others(pool: &Pool) -> Result<i64> {
    let mut loan = pool.begin(READ)?;
    let mut n = 0;
    loan.link()?.each(OTHERS, params![format!("{NAME}%")], &mut |r| {
        n = r.get(0).unwrap_or(0);
        false
    })?;
    Ok(n)
}

const OTHERS: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
    AND application_name LIKE ?1 AND application_name <> current_setting('application_name')";

/// Waits a moment for those that a program left behind when it was killed, then refuses.
fn wait_alone(pool: &Pool) -> Result<()> {
    let end = Moment::now() + ALONE_MAX;
    loop {
        match others(pool)? {
            0 => return Ok(()),
            n if Moment::now() > end => {
                return Err(Error::new(DATABASE_USED).number("n", n));
            }
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// One node at a time, in one transaction.
fn make(pool: &Pool, prepare: Prepare<'_>, clock: &Clock) -> Result<()> {
    let mut loan = pool.begin("BEGIN")?;
    let mut tx = WriteTx::new(Conn::Postgres(loan.link()?), clock);
    tx.execute("SELECT pg_advisory_xact_lock(?1)", params![SCHEMA_LOCK])?;
    prepare(&mut tx, Dialect::Postgres)?;
    loan.link()?.commit()
}

/// Waits double, and differ, so that two transactions that met do not meet again at once.
fn wait(run: u32) -> Duration {
    let longest = AGAIN_US << run.min(5);
    let mut random = [0u8; 8];
    let chance = match aws_lc_rs::rand::fill(&mut random) {
        Ok(()) => u64::from_le_bytes(random),
        Err(_) => 0,
    };
    Duration::from_micros(longest / 2 + chance % longest)
}
