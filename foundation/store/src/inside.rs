//! Notices a write inside a write: it would wait for itself for ever.

use kernel::{Error, Result};
use std::cell::Cell;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// This thread runs a write until the value is dropped.
pub(crate) struct Inside(bool);

pub(crate) fn enter() -> Inside {
    Inside(INSIDE.replace(true))
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(self.0);
    }
}

/// Refuses a write that is asked for within a write.
pub(crate) fn refuse() -> Result<()> {
    if INSIDE.get() { Err(Error::bug("a write inside a write")) } else { Ok(()) }
}
