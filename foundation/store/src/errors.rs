//! The store's error codes, and how engine errors become ours.

use kernel::{Error, codes};

codes! {
    /// The database has schema files this program does not know.
    DATABASE_NEWER = "store.database_newer", Unavailable;
    /// The file is no database, or its pages are damaged.
    DATABASE_DAMAGED = "store.database_damaged", Unavailable;
    /// The database address is neither `sqlite:` nor `postgres://`.
    DATABASE_URL = "store.database_url", BadInput;
    /// The database is of an older version, where one of this version is needed.
    DATABASE_OLDER = "store.database_older", Conflict;
    /// There is no database of this program.
    DATABASE_FOREIGN = "store.database_foreign", NotFound;
    /// Another program of ours has the database open (`n`: connections).
    DATABASE_USED = "store.database_used", Unavailable;
    /// A copy was to be made into a database that holds something else.
    COPY_TARGET = "store.copy_target", Conflict;
    /// The copy of a database was not made to its end.
    COPY_UNFINISHED = "store.copy_unfinished", Unavailable;
    /// The database was copied to its end before.
    COPY_FINISHED = "store.copy_finished", Conflict;
    /// The source of a copy went on since the copy was begun.
    COPY_CHANGED = "store.copy_changed", Conflict;
    /// A table of a copy is not that of its source (`table`, `source`, `copy`: rows).
    COPY_DIFFERS = "store.copy_differs", Conflict;
    /// Tables were to be spread over nodes where there is no Citus.
    CITUS_NONE = "store.citus_none", Unavailable;
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
    /// Entries or hashes of the journal are missing in the database.
    JOURNAL_DAMAGED = "store.journal_damaged", Unavailable;
    /// Entries that are needed were sealed and dropped (`n`: up to which number).
    JOURNAL_DROPPED = "store.journal_dropped", Conflict;
    /// Entries that have to stay were to be dropped (`n`: up to which number they may).
    JOURNAL_KEPT = "store.journal_kept", Conflict;
    /// Entries to be put back are not those that were dropped (`n`: the first of them).
    JOURNAL_FOREIGN = "store.journal_foreign", BadInput;
}

/// An SQLite error as ours. The SQL text may be logged; parameters never are.
pub(crate) fn sqlite(e: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as C;
    let code = match e.sqlite_error_code() {
        Some(C::DiskFull | C::ReadOnly | C::SystemIoFailure | C::CannotOpen) => NO_SPACE,
        Some(C::ConstraintViolation) => CONSTRAINT,
        Some(C::NotADatabase | C::DatabaseCorrupt) => DATABASE_DAMAGED,
        Some(C::DatabaseBusy | C::DatabaseLocked) => DATABASE_AWAY,
        _ => kernel::error::BUG,
    };
    Error::new(code).because(e)
}

/// A PostgreSQL error as ours. Of the server's words only those are kept that cannot quote a value:
/// its state code, and the names of the constraint and table.
pub(crate) fn postgres(e: &postgres::Error) -> Error {
    use postgres::error::SqlState as S;
    let Some(db) = e.as_db_error() else {
        let code = if e.is_closed()
            || std::error::Error::source(e)
                .is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        {
            DATABASE_AWAY
        } else {
            kernel::error::BUG
        };
        return Error::new(code).because(e);
    };
    let state = db.code();
    let class = state.code().get(..2).unwrap_or_default();
    let code = match class {
        "23" => CONSTRAINT,
        "08" | "57" if *state != S::QUERY_CANCELED => DATABASE_AWAY,
        "53" if *state == S::DISK_FULL => NO_SPACE,
        "53" => DATABASE_AWAY,
        "28" | "3D" => DATABASE_AWAY,
        "40" => QUEUE_FULL,
        "55" | "57" => QUEUE_FULL,
        _ => kernel::error::BUG,
    };
    // Class 42: the statement itself is wrong; the message then speaks of our text only.
    let message =
        if matches!(class, "42" | "08" | "57" | "53" | "28" | "3D") { db.message() } else { "" };
    Error::new(code).because(format_args!(
        "PostgreSQL {} {} {} {message}",
        state.code(),
        db.table().unwrap_or_default(),
        db.constraint().unwrap_or_default(),
    ))
}
