//! The clock of a store: the system's, or one that a test moves by hand.

use crate::ids::Last;
use kernel::Instant;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where transactions take the time from.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    /// The last identifier that was given by this clock.
    pub(crate) last: Arc<Last>,
}

#[derive(Clone, Debug)]
enum Source {
    System(Arc<AtomicI64>),
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock, shifted by nothing.
    pub fn system() -> Self {
        Self::of(Source::System(Arc::new(AtomicI64::new(0))))
    }
    /// A clock that stands still until [`Clock::set`].
    pub fn manual(at: Instant) -> Self {
        Self::of(Source::Manual(Arc::new(AtomicI64::new(at.0))))
    }
    fn of(source: Source) -> Self {
        Self { source, last: Arc::default() }
    }
    /// Now, in microseconds UTC.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    pub fn now(&self) -> Instant {
        match &self.source {
            Source::System(shift) => {
                let us = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX));
                Instant(us.saturating_add(shift.load(Ordering::Relaxed)))
            }
            Source::Manual(at) => Instant(at.load(Ordering::Relaxed)),
        }
    }
    /// Sets a manual clock, or shifts the system's so that it shows this time now (demo mode only).
    pub fn set(&self, at: Instant) {
        match &self.source {
            Source::Manual(cell) => cell.store(at.0, Ordering::Relaxed),
            Source::System(shift) => {
                shift.store(0, Ordering::Relaxed);
                let real = self.now();
                shift.store(at.0 - real.0, Ordering::Relaxed);
            }
        }
    }
}
