//! A few connections, lent one at a time: bounded, with a bounded wait and a clear error.

use super::link::{Aside, Link};
use crate::errors::{DATABASE_AWAY, QUEUE_FULL};
use kernel::{Error, Result, limits};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Moment};
use tokio_postgres::Config;

pub(super) struct Pool {
    config: Config,
    aside: Arc<Aside>,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Link>,
    /// Connections lent or idle.
    open: usize,
}

impl Pool {
    pub(super) fn new(config: Config) -> Self {
        let aside = Arc::new(Aside::new(config.clone()));
        Self { config, aside, state: Mutex::default(), freed: Condvar::new() }
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends a connection on which `begin` has just succeeded. Idle ones that the server has closed
    /// meanwhile (a restart) are passed over.
    pub(super) fn begin(&self, begin: &'static str) -> Result<Loan<'_>> {
        let end = Moment::now() + Duration::from_secs(limits::PG_WAIT_SECONDS_MAX);
        loop {
            let (mut loan, fresh) = self.lend(end)?;
            let Some(link) = loan.link.as_mut() else { return Err(Error::bug("no connection")) };
            match link.begin(begin) {
                Ok(()) => return Ok(loan),
                Err(e) if fresh || !link.is_closed() => return Err(e),
                Err(_) => {}
            }
        }
    }

    fn lend(&self, end: Moment) -> Result<(Loan<'_>, bool)> {
        let mut state = self.state();
        loop {
            if let Some(link) = state.idle.pop() {
                return Ok((Loan { pool: self, link: Some(link) }, false));
            }
            if state.open < limits::PG_CONNECTIONS_MAX {
                state.open += 1;
                drop(state);
                // Without a link, so that the place is given back if connecting fails.
                let mut loan = Loan { pool: self, link: None };
                loan.link = Some(Link::connect(&self.config)?.beside(&self.aside));
                return Ok((loan, true));
            }
            let left = end.saturating_duration_since(Moment::now());
            if left.is_zero() {
                return Err(Error::new(QUEUE_FULL).because("every connection was busy"));
            }
            state = self.freed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Closing talks to the server, which must not happen on a thread that drives async tasks.
        let mut idle = std::mem::take(&mut self.state().idle);
        idle.extend(self.aside.close());
        if !idle.is_empty() {
            let _ = std::thread::spawn(move || drop(idle)).join();
        }
    }
}

/// A connection on loan. Given back when dropped: what it left open is undone first.
pub(super) struct Loan<'a> {
    pool: &'a Pool,
    link: Option<Link>,
}

impl Loan<'_> {
    pub(super) fn link(&mut self) -> Result<&mut Link> {
        self.link.as_mut().ok_or_else(|| Error::new(DATABASE_AWAY))
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let link = self.link.take().and_then(|mut link| link.tidy().then_some(link));
        let mut state = self.pool.state();
        match link {
            Some(link) => state.idle.push(link),
            None => state.open -= 1,
        }
        drop(state);
        self.pool.freed.notify_one();
    }
}
