//! Making the indexes that a change of the schema has left due, beside everybody's work.

use super::{INDEX_LOCK, link::Link};
use crate::{Clock, WriteTx, params, schema::due, tx::Conn};
use kernel::Result;
use tokio_postgres::Config;

/// Makes what is due. A failure (a full disk) stops nobody: what the index is for is slow until the next
/// start tries again.
pub(super) fn make_due(config: &Config, clock: &Clock) {
    if let Err(e) = all(config, clock) {
        tracing::error!(error = %e, cause = e.cause(), "an index that a change of the schema needs is not made");
    }
}

fn all(config: &Config, clock: &Clock) -> Result<()> {
    let mut link = Link::connect(config)?;
    let mut tx = WriteTx::new(Conn::Postgres(&mut link), clock);
    if due::all(&mut tx)?.is_empty() {
        return Ok(());
    }
    // Held by the one node that makes them, ends with its connection. Nobody waits for it: who waits has a
    // snapshot, for whose end the making would wait.
    let sql = "SELECT pg_try_advisory_lock(?1)";
    if !tx.one(sql, params![INDEX_LOCK], |r| r.get::<bool>(0))? {
        return Ok(());
    }
    // It waits for transactions that began before it, however long they last.
    tx.batch("SET lock_timeout = 0")?;
    for (name, on) in due::all(&mut tx)? {
        tracing::info!(index = name, "making an index beside the work");
        // What is left of a making that was cut off is no index.
        tx.batch(&format!("DROP INDEX CONCURRENTLY IF EXISTS {name}_due"))?;
        tx.batch(&format!("CREATE INDEX CONCURRENTLY {name}_due {on}"))?;
        tx.batch("BEGIN")?;
        tx.batch(&format!("DROP INDEX IF EXISTS {name}"))?;
        tx.batch(&format!("ALTER INDEX {name}_due RENAME TO {name}"))?;
        tx.execute("DELETE FROM schema_index_due WHERE name = ?1", params![&name])?;
        tx.batch("COMMIT")?;
    }
    Ok(())
}
