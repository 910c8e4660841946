//! The store's error codes, and how engine errors become ours.

use kernel::{Error, codes};

codes! {
    /// The database has schema files this program does not know.
    DATABASE_NEWER = "store.database_newer", Unavailable;
    /// The database address is neither `sqlite:` nor `postgres://`.
    DATABASE_URL = "store.database_url", BadInput;
    /// The disk is full or cannot be written.
    NO_SPACE = "store.no_space", Unavailable;
    /// Too many writes are waiting.
    QUEUE_FULL = "store.queue_full", Busy;
    /// The database cannot be reached.
    DATABASE_AWAY = "store.away", Unavailable;
    /// A schema file was changed after it had been applied to this database.
    SCHEMA_CHANGED = "store.schema_changed", Unavailable;
    /// A unique or other constraint was violated.
    CONSTRAINT = "store.constraint", Conflict;
}

/// An SQLite error as ours. The SQL text may be logged; parameters never are.
pub(crate) fn sqlite(e: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as C;
    let code = match e.sqlite_error_code() {
        Some(C::DiskFull | C::ReadOnly | C::SystemIoFailure | C::CannotOpen) => NO_SPACE,
        Some(C::ConstraintViolation) => CONSTRAINT,
        Some(C::DatabaseBusy | C::DatabaseLocked) => DATABASE_AWAY,
        _ => kernel::error::BUG,
    };
    Error::new(code).because(e)
}
