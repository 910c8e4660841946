//! Transactions on SQLite or PostgreSQL, numbered schema files, the journal and its tree, jobs.
//!
//! Two verbs: [`Store::read`] gives a consistent snapshot; [`Store::write`] returns when the change
//! is durable. On SQLite all writers share one thread and one commit per group, each closure in its
//! own savepoint. On PostgreSQL each closure is a transaction and may run again after a
//! serialization failure, so closures do nothing but use `tx`: the clock ([`ReadTx::now`]) and new
//! identifiers ([`WriteTx::new_id`]) come from it too.
//!
//! `store` does **not** know what any table means, who a person is, or what the web is.
//!
//! ```no_run
//! use store::{Schema, Store, params};
//! let store = Store::open("sqlite:province.db", &[])?;
//! let n = store.read(|tx| tx.one("SELECT COUNT(*) FROM job", params![], |r| r.get::<i64>(0)))?;
//! store.write(move |tx| tx.execute("UPDATE t SET n = ?1 WHERE id = ?2", params![n, "a"]))?;
//! # Ok::<(), kernel::Error>(())
//! ```

mod clock;
mod errors;
mod journal;
mod schema;
mod sqlite;
mod tx;
mod value;

pub use clock::Clock;
pub use errors::{CODES, DATABASE_NEWER, DATABASE_URL, NO_SPACE, QUEUE_FULL};
pub use journal::{Entry, Recorded};
pub use schema::Schema;
pub use tx::{ReadTx, WriteTx};
pub use value::{FromValue, Row, Value};

use kernel::{Error, Result};
use std::sync::Arc;

/// The store's own words.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

/// The store's own tables.
pub const SCHEMA: Schema =
    Schema { name: "store", files: &[include_str!("../schema/001.sql")] };

/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<sqlite::Sqlite>),
}

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` (tests) or `postgres://…`, and brings the schema up to
    /// date. A database newer than the program is refused ([`DATABASE_NEWER`]).
    pub fn open(url: &str, schemas: &[Schema]) -> Result<Self> {
        Self::open_with(url, schemas, Clock::system())
    }

    /// As [`Store::open`] with a clock of the caller's choice (tests, the simulator).
    pub fn open_with(url: &str, schemas: &[Schema], clock: Clock) -> Result<Self> {
        let mut all = vec![SCHEMA];
        all.extend_from_slice(schemas);
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self {
                engine: Engine::Sqlite(Arc::new(sqlite::Sqlite::open(path, &all, clock)?)),
            });
        }
        Err(Error::new(DATABASE_URL))
    }

    /// Runs `f` on a consistent snapshot.
    pub fn read<T>(&self, f: impl FnOnce(&mut ReadTx<'_>) -> Result<T>) -> Result<T> {
        match &self.engine {
            Engine::Sqlite(s) => s.read(f),
        }
    }

    /// Runs `f` in a transaction and returns when it is durable. An error undoes everything `f` did.
    /// `f` may run more than once (PostgreSQL), never at the same time.
    pub fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.engine {
            Engine::Sqlite(s) => s.write(f),
        }
    }

    /// The clock of this store.
    pub fn clock(&self) -> &Clock {
        match &self.engine {
            Engine::Sqlite(s) => s.clock(),
        }
    }
}
