//! Jobs: work that may take long or fail (a letter, a notice, a callback, an import).
//!
//! A job is a row. A worker takes it with a lease, runs its handler **outside** of any transaction,
//! and marks it done afterwards. If the program dies between the effect and the mark, the job runs
//! again when the lease is over: **handlers must be idempotent** (write with `ON CONFLICT`, or look
//! whether the effect is there). A handler that fails is tried again after 10 s, 20 s, 40 s … up to
//! an hour; after [`limits::JOB_ATTEMPTS_MAX`] attempts the job is set aside with its cause until an
//! operator sends it on again.

use crate::{ReadTx, Store, WriteTx, params};
use kernel::{Error, Instant, Result, limits};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Moment};

/// Longest wait for news: due times and other nodes' jobs are found by looking.
const LOOK: Duration = Duration::from_secs(1);
/// First wait after a failure, seconds; doubled each time.
const FIRST_WAIT_SECONDS: i64 = 10;

/// Work to be done after the transaction that enqueues it.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// Which handler: `letter.set`.
    pub kind: &'a str,
    /// Unique within the kind: a repeat is ignored, also for [`limits::JOB_KEPT_SECONDS`] after the
    /// job is done. Stands on the operator's page, so no personal data.
    pub key: &'a str,
    /// What the handler needs. Emptied when the job is done.
    pub payload: Json,
    /// Not before this instant.
    pub not_before: Option<Instant>,
}

/// What does one kind of job. It gets the store and the payload, and runs outside of a write.
pub type Handler = Box<dyn Fn(&Store, &Json) -> Result<()> + Send + Sync>;
/// Handlers by kind.
pub type Handlers = BTreeMap<&'static str, Handler>;

/// How many jobs of a kind are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// `waiting`, `running`, `done`, `dead`.
    pub state: String,
    /// How many.
    pub count: i64,
    /// When the oldest of them was enqueued.
    pub oldest: Instant,
}

/// A job that failed: set aside (`dead`), or to be tried again (`waiting`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedJob {
    /// Its identifier, for [`WriteTx::job_retry`].
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// Set aside: it waits for an operator.
    pub dead: bool,
    /// Attempts so far.
    pub attempts: i64,
    /// Why the last attempt failed (code and cause, no personal data).
    pub cause: String,
    /// When it was enqueued.
    pub created_at: Instant,
    /// When it is tried again; for a dead job when it was set aside.
    pub due_at: Instant,
}

impl ReadTx<'_> {
    /// Jobs counted by kind and state.
    pub fn jobs_overview(&mut self) -> Result<Vec<JobCount>> {
        self.rows(
            "SELECT kind, state, COUNT(*), MIN(created_at) FROM job GROUP BY kind, state \
             ORDER BY kind, state",
            params![],
            |r| {
                Ok(JobCount {
                    kind: r.get(0)?,
                    state: r.get(1)?,
                    count: r.get(2)?,
                    oldest: r.get(3)?,
                })
            },
        )
    }

    /// Jobs that failed, those set aside first, at most [`limits::PAGE_ROWS_MAX`].
    pub fn jobs_failed(&mut self) -> Result<Vec<FailedJob>> {
        self.rows(
            "SELECT id, kind, key, state, attempts, cause, created_at, due_at FROM job \
             WHERE state = 'dead' OR (state = 'waiting' AND attempts > 0) \
             ORDER BY state, due_at, id LIMIT ?1",
            params![limits::PAGE_ROWS_MAX],
            |r| {
                Ok(FailedJob {
                    id: r.get(0)?,
                    kind: r.get(1)?,
                    key: r.get(2)?,
                    dead: r.get::<String>(3)? == "dead",
                    attempts: r.get(4)?,
                    cause: r.get::<Option<String>>(5)?.unwrap_or_default(),
                    created_at: r.get(6)?,
                    due_at: r.get(7)?,
                })
            },
        )
    }
}

impl WriteTx<'_> {
    /// Adds a job, unless there was one of this kind and key already; workers see it when this transaction
    /// commits.
    pub fn enqueue(&mut self, job: Job<'_>) -> Result<()> {
        let now = self.now();
        self.send(
            "INSERT INTO job (id, kind, key, payload, state, due_at, attempts, created_at) \
             VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, 0, ?6) ON CONFLICT (id) DO NOTHING",
            params![
                format!("{}:{}", job.kind, job.key),
                job.kind,
                job.key,
                job.payload.to_string(),
                job.not_before.unwrap_or(now),
                now
            ],
        )?;
        self.wake_jobs();
        Ok(())
    }

    /// Sends a job that failed on again, as if it were new.
    pub fn job_retry(&mut self, id: &str) -> Result<()> {
        let now = self.now();
        self.execute_one(
            "UPDATE job SET state = 'waiting', due_at = ?2, attempts = 0, finished_at = NULL \
             WHERE id = ?1 AND state IN ('waiting', 'dead')",
            params![id, now],
        )?;
        self.wake_jobs();
        Ok(())
    }

    /// Takes the due job that has waited longest, of a kind there is a handler for.
    fn take(&mut self, kinds: &[&str], lease: &str) -> Result<Option<Taken>> {
        let now = self.now();
        // On PostgreSQL workers pass over what another one is just taking, instead of all waiting
        // for the same row.
        let sql = due_sql(kinds) + if self.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
        let job = self.row(&sql, params![now], |r| {
            Ok(Taken { id: r.get(0)?, kind: r.get(1)?, payload: r.get(2)?, attempts: r.get(3)? })
        })?;
        if let Some(job) = &job {
            self.execute_one(
                "UPDATE job SET state = 'running', attempts = attempts + 1, lease = ?2, due_at = ?3 \
                 WHERE id = ?1",
                params![&job.id, lease, now.plus_seconds(limits::JOB_LEASE_SECONDS)],
            )?;
        }
        Ok(job)
    }

    /// Writes how a job ended. Nothing happens if its lease was lost meanwhile.
    fn finish(&mut self, job: &Taken, lease: &str, outcome: &Result<()>) -> Result<()> {
        let now = self.now();
        let attempts = job.attempts + 1;
        let (state, due, cause) = match outcome {
            Ok(()) => ("done", now, None),
            Err(e) if attempts >= limits::JOB_ATTEMPTS_MAX => ("dead", now, Some(format!("{e:?}"))),
            Err(e) => ("waiting", now.plus_seconds(wait_seconds(attempts)), Some(format!("{e:?}"))),
        };
        self.execute(
            "UPDATE job SET state = ?3, due_at = ?4, cause = ?5, lease = NULL, \
             payload = CASE WHEN ?3 = 'done' THEN 'null' ELSE payload END, \
             finished_at = CASE WHEN ?3 = 'waiting' THEN NULL ELSE ?6 END \
             WHERE id = ?1 AND lease = ?2 AND state = 'running'",
            params![&job.id, lease, state, due, cause, now],
        )?;
        Ok(())
    }
}

/// Seconds to wait after so many attempts.
fn wait_seconds(attempts: i64) -> i64 {
    let doubled = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    (FIRST_WAIT_SECONDS << doubled).min(limits::JOB_WAIT_SECONDS_MAX)
}

/// The oldest due job. Kinds are names in the program, so they may stand in the text.
fn due_sql(kinds: &[&str]) -> String {
    let kinds: Vec<String> = kinds.iter().map(|k| format!("'{}'", k.replace('\'', ""))).collect();
    format!(
        "SELECT id, kind, payload, attempts FROM job WHERE state IN ('waiting', 'running') \
         AND due_at <= ?1 AND kind IN ({}) ORDER BY due_at, id LIMIT 1",
        kinds.join(", ")
    )
}

struct Taken {
    id: String,
    kind: String,
    payload: String,
    attempts: i64,
}

/// The threads that do jobs. They stop when it is dropped, each after the job at hand.
#[must_use = "the workers stop when this is dropped"]
pub struct JobThreads {
    store: Store,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl JobThreads {
    /// Stops, each worker after the job at hand.
    pub fn stop(self) {}
}

impl Drop for JobThreads {
    fn drop(&mut self) {
        self.store.notice.stop(&self.stop);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Store {
    /// Starts workers for these kinds of jobs, and one thread that keeps their leases alive.
    ///
    /// # Panics
    /// If the operating system gives no thread.
    pub fn run_jobs(&self, handlers: Handlers, threads: usize) -> JobThreads {
        let stop = Arc::new(AtomicBool::new(false));
        let handlers = Arc::new(handlers);
        let lease = new_lease();
        let mut all = Vec::new();
        for n in 0..threads {
            let (store, handlers) = (self.clone(), Arc::clone(&handlers));
            let (stop, lease) = (Arc::clone(&stop), lease.clone());
            all.push(thread(&format!("job-{n}"), move || work(&store, &handlers, &lease, &stop)));
        }
        let (store, stopping) = (self.clone(), Arc::clone(&stop));
        all.push(thread("job-lease", move || look_after(&store, &lease, &stopping)));
        JobThreads { store: self.clone(), stop, threads: all }
    }

    /// Runs every job that is due now on this thread, each once; returns how many. For tests.
    pub fn run_jobs_once(&self, handlers: &Handlers) -> Result<usize> {
        let lease = new_lease();
        let mut next = self.next_job(handlers, &lease, None, true)?;
        let mut count = 0;
        while let Some(job) = next {
            let outcome = self.handle(handlers, &job);
            next = self.next_job(handlers, &lease, Some(&Arc::new((job, outcome))), true)?;
            count += 1;
        }
        Ok(count)
    }

    /// Marks the job that was done, and takes the next if `more`, in one transaction.
    fn next_job(
        &self,
        handlers: &Handlers,
        lease: &str,
        done: Option<&Arc<(Taken, Result<()>)>>,
        more: bool,
    ) -> Result<Option<Taken>> {
        let kinds: Vec<&'static str> = handlers.keys().copied().collect();
        let more = more && !kinds.is_empty();
        if done.is_none() {
            let now = self.clock().now();
            let due = |tx: &mut ReadTx<'_>| tx.row(&due_sql(&kinds), params![now], |_| Ok(()));
            if !more || self.read(due)?.is_none() {
                return Ok(None);
            }
        }
        let (lease, done) = (lease.to_owned(), done.cloned());
        self.write_plain(move |tx| {
            if let Some(done) = &done {
                tx.finish(&done.0, &lease, &done.1)?;
            }
            if more { tx.take(&kinds, &lease) } else { Ok(None) }
        })
    }

    fn handle(&self, handlers: &Handlers, job: &Taken) -> Result<()> {
        let handler = handlers
            .get(job.kind.as_str())
            .ok_or_else(|| Error::bug(format_args!("no handler for {}", job.kind)))?;
        let payload: Json = serde_json::from_str(&job.payload)?;
        let outcome = catch_unwind(AssertUnwindSafe(|| handler(self, &payload)))
            .unwrap_or_else(|_| Err(Error::bug("the job's handler panicked")));
        if let Err(e) = &outcome {
            tracing::warn!(job = job.kind, attempts = job.attempts + 1, error = ?e, "a job failed");
        }
        outcome
    }
}

fn thread(name: &str, f: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(f).expect("a thread for jobs")
}

/// Names this run of the program as the holder of leases.
fn new_lease() -> String {
    let mut bytes = [0u8; 8];
    // Without randomness the time tells runs apart well enough.
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        bytes = crate::Clock::system().now().0.to_be_bytes();
    }
    crate::journal::leaf::hex(&bytes)
}

fn work(store: &Store, handlers: &Handlers, lease: &str, stop: &AtomicBool) {
    let mut done: Option<Arc<(Taken, Result<()>)>> = None;
    loop {
        let stopping = stop.load(Ordering::Relaxed);
        let seen = store.notice.jobs_seen();
        match store.next_job(handlers, lease, done.as_ref(), !stopping) {
            Ok(Some(job)) => {
                let outcome = store.handle(handlers, &job);
                done = Some(Arc::new((job, outcome)));
            }
            Ok(None) if stopping => return,
            Ok(None) => {
                done = None;
                store.notice.wait_jobs(seen, LOOK, stop);
            }
            // What is done keeps until it can be marked; if we end before, it runs again.
            Err(e) => {
                tracing::warn!(error = ?e, "the jobs' table cannot be written");
                if stopping {
                    return;
                }
                store.notice.wait_jobs(store.notice.jobs_seen(), LOOK, stop);
            }
        }
    }
}

/// Renews the leases of jobs at hand, and forgets jobs done long ago.
fn look_after(store: &Store, lease: &str, stop: &AtomicBool) {
    let pause = Duration::from_secs(u64::try_from(limits::JOB_LEASE_SECONDS / 3).unwrap_or(20));
    while !stop.load(Ordering::Relaxed) {
        let holder = lease.to_owned();
        let outcome = store.read(|tx| {
            let now = tx.now();
            let old = now.plus_seconds(-limits::JOB_KEPT_SECONDS);
            tx.one(
                "SELECT COUNT(*) FROM job WHERE (state = 'running' AND lease = ?1) \
                 OR (state = 'done' AND due_at < ?2)",
                params![lease, old],
                |r| r.get::<i64>(0),
            )
        });
        let outcome = outcome.and_then(|n| {
            if n == 0 {
                return Ok(());
            }
            store.write(move |tx| {
                let now = tx.now();
                tx.execute(
                    "UPDATE job SET due_at = ?2 WHERE state = 'running' AND lease = ?1",
                    params![&holder, now.plus_seconds(limits::JOB_LEASE_SECONDS)],
                )?;
                tx.execute(
                    "DELETE FROM job WHERE state = 'done' AND due_at < ?1",
                    params![now.plus_seconds(-limits::JOB_KEPT_SECONDS)],
                )?;
                Ok(())
            })
        });
        if let Err(e) = outcome {
            tracing::warn!(error = ?e, "leases of jobs could not be renewed");
        }
        let end = Moment::now() + pause;
        while !stop.load(Ordering::Relaxed) && Moment::now() < end {
            // Job news is no reason to look; only the stop is.
            store.notice.wait_stop(end.saturating_duration_since(Moment::now()), stop);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let waits: Vec<i64> = (1..=12).map(wait_seconds).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]);
    }
}
