//! Recording without waiting on the spot, see [`Store::held`](crate::Store::held): what was recorded is
//! handed to the writer, and a [`Receipt`] tells when all of it is durable.

use kernel::{Error, Result};
use std::cell::RefCell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What is to be done with the outcome.
type Then = Box<dyn FnOnce(Result<()>) + Send>;

thread_local! {
    /// Of the work that runs on this thread.
    static CURRENT: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Records whose commit is still to come.
    open: usize,
    /// Records so far.
    all: usize,
    error: Option<Error>,
    then: Option<Then>,
    /// A thread waits.
    waits: bool,
}

impl State {
    fn outcome(&self) -> Option<Result<()>> {
        (self.open == 0).then(|| self.error.clone().map_or(Ok(()), Err))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Numbers and an error: a panic elsewhere cannot have left them half-done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self, outcome: Result<()>) {
        let mut state = self.state();
        state.open -= 1;
        if let Err(e) = outcome {
            state.error.get_or_insert(e);
        }
        let Some(outcome) = state.outcome() else { return };
        let (then, waits) = (state.then.take(), state.waits);
        drop(state);
        // A call into the system, once a record: only if there is somebody to be told.
        if waits {
            self.changed.notify_all();
        }
        if let Some(then) = then {
            then(outcome);
        }
    }
}

/// Ready when everything that was recorded is durable, or with the first error if some of it is not:
/// until then nothing that was read may leave the program.
#[must_use = "what was read may be given out only when this is ready"]
pub struct Receipt(Arc<Shared>);

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receipt")
    }
}

impl Receipt {
    /// Waits for it on this thread.
    pub fn wait(self) -> Result<()> {
        let mut state = self.0.state();
        state.waits = true;
        loop {
            if let Some(outcome) = state.outcome() {
                return outcome;
            }
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Has `then` called with the outcome: at once if it is known, else later on the thread that commits, which
    /// has others to serve: it must be quick and must not panic.
    pub fn then(self, then: impl FnOnce(Result<()>) + Send + 'static) {
        let mut state = self.0.state();
        let Some(outcome) = state.outcome() else {
            state.then = Some(Box::new(then));
            return;
        };
        drop(state);
        then(outcome);
    }
}

/// One record on its way; told how it ended, also by being dropped.
pub(crate) struct Ticket(Option<Arc<Shared>>);

impl Ticket {
    pub(crate) fn done(mut self, outcome: Result<()>) {
        if let Some(shared) = self.0.take() {
            shared.done(outcome);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(shared) = self.0.take() {
            shared.done(Err(Error::bug("a record was not written")));
        }
    }
}

/// A ticket, if the work on this thread is held.
pub(crate) fn ticket() -> Option<Ticket> {
    CURRENT.with_borrow(|current| {
        let shared = current.as_ref()?;
        let mut state = shared.state();
        (state.open, state.all) = (state.open + 1, state.all + 1);
        drop(state);
        Some(Ticket(Some(Arc::clone(shared))))
    })
}

/// Puts back what was there before, also after a panic.
struct Before(Option<Arc<Shared>>);

impl Drop for Before {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Runs `work` so that its records do not wait. No receipt if it recorded nothing.
pub(crate) fn hold<T>(work: impl FnOnce() -> T) -> (T, Option<Receipt>) {
    let shared = Arc::new(Shared::default());
    let value = {
        let _before = Before(CURRENT.replace(Some(Arc::clone(&shared))));
        work()
    };
    let recorded = shared.state().all > 0;
    (value, recorded.then(|| Receipt(shared)))
}
