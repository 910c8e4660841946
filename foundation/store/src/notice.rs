//! Who is told what when a commit is done: waiting threads, hooks, followers and job workers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{
    Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};
use std::time::{Duration, Instant as Moment};

type Hook = Arc<dyn Fn(i64) + Send + Sync>;

/// The head of the journal and the count of job changes as this process knows them.
#[derive(Default)]
pub(crate) struct Notice {
    state: Mutex<State>,
    /// The head moved.
    moved: Condvar,
    /// Jobs changed: their workers are not woken by every commit with entries.
    jobs: Condvar,
    hooks: RwLock<Vec<Hook>>,
}

#[derive(Default, Clone, Copy)]
struct State {
    head: i64,
    jobs: u64,
}

impl Notice {
    fn state(&self) -> MutexGuard<'_, State> {
        // The state is two numbers: a panic elsewhere cannot have left it half-done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn head(&self) -> i64 {
        self.state().head
    }

    /// Raises the head, wakes who waits, calls the hooks. A head that is not new is ignored.
    pub(crate) fn advance(&self, head: i64) {
        {
            let mut state = self.state();
            if head <= state.head {
                return;
            }
            state.head = head;
        }
        self.moved.notify_all();
        let hooks = self.hooks.read().unwrap_or_else(PoisonError::into_inner).clone();
        for hook in hooks {
            if catch_unwind(AssertUnwindSafe(|| hook(head))).is_err() {
                tracing::error!("a hook on commit panicked");
            }
        }
    }

    pub(crate) fn on_commit(&self, hook: Hook) {
        self.hooks.write().unwrap_or_else(PoisonError::into_inner).push(hook);
    }

    /// Jobs were added or may be due again.
    pub(crate) fn jobs_changed(&self) {
        self.state().jobs += 1;
        self.jobs.notify_all();
    }

    pub(crate) fn jobs_seen(&self) -> u64 {
        self.state().jobs
    }

    /// Waits until the head is past `seq`, `stop` is set, or the time is over; returns the head.
    pub(crate) fn wait_past(&self, seq: i64, timeout: Duration, stop: &AtomicBool) -> i64 {
        self.wait(&self.moved, timeout, |s| s.head > seq || stop.load(Ordering::Relaxed)).head
    }

    /// Waits until jobs changed since `seen`, `stop` is set, or the time is over.
    pub(crate) fn wait_jobs(&self, seen: u64, timeout: Duration, stop: &AtomicBool) {
        self.wait(&self.jobs, timeout, |s| s.jobs != seen || stop.load(Ordering::Relaxed));
    }

    /// Waits until `stop` is set or the time is over.
    pub(crate) fn wait_stop(&self, timeout: Duration, stop: &AtomicBool) {
        self.wait(&self.jobs, timeout, |_| stop.load(Ordering::Relaxed));
    }

    fn wait(&self, news: &Condvar, timeout: Duration, done: impl Fn(&State) -> bool) -> State {
        let end = Moment::now().checked_add(timeout);
        let mut state = self.state();
        loop {
            let left = end.map_or(timeout, |e| e.saturating_duration_since(Moment::now()));
            if done(&state) || left.is_zero() {
                return *state;
            }
            state = news.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Sets `stop` so that no waiting thread misses it.
    pub(crate) fn stop(&self, stop: &AtomicBool) {
        let state = self.state();
        stop.store(true, Ordering::Relaxed);
        drop(state);
        self.moved.notify_all();
        self.jobs.notify_all();
    }
}
