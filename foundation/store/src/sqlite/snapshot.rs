//! A copy of a database that is in use, page by page, as of one moment.
//!
//! The engine's own backup copies pages inside one read transaction: writers go on in the log
//! meanwhile, and every page lies where it lay, so that two copies differ only where something was
//! changed. `VACUUM INTO` would move every page, and each copy would be new from end to end.
//!
//! Nothing here brings a schema up to date: a copy is what the database was, also one of a version
//! that this program would change, or does not know.

use crate::{Clock, Hash, ReadTx, errors, params, tx::Conn};
use kernel::{Instant, Result};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Pages copied between two words about how far it is (8 MB).
const STEP_PAGES: i32 = 2_048;
/// Tries of a step while the target or source is locked for a moment.
const STEP_TRIES_MAX: u32 = 200;
/// Wait before the next try.
const STEP_WAIT: Duration = Duration::from_millis(25);

/// What a database is, without opening it for work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Each crate's newest schema file, by name.
    pub schema: Vec<(String, i64)>,
    /// Entries of the journal.
    pub entries: i64,
    /// Root of their tree, from the stored hashes.
    pub root: Hash,
    /// When the newest entry was written.
    pub newest_at: Option<Instant>,
}

fn open(path: &Path) -> Result<Connection> {
    // To write nothing, and yet not read-only: a reader shares the memory beside the log.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|e| errors::sqlite(&e))?;
    super::batch(&conn, "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;")?;
    Ok(conn)
}

/// Copies the database `from` as it is at this moment into the new file `to`, readable by its owner
/// only; gives that moment, of which no entry in it is later. It needs as much space as the database;
/// it holds no writer up. `told` hears pages copied and pages in all. The copy is not yet safe from a
/// power cut.
pub fn snapshot(from: &Path, to: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<Instant> {
    let source = open(from)?;
    super::own_file(to)?;
    let mut target = Connection::open(to).map_err(|e| errors::sqlite(&e))?;
    super::batch(&target, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    // The moment: from the first reading on, the connection sees this state until it ends.
    super::batch(&source, "BEGIN; SELECT COUNT(*) FROM sqlite_schema;")?;
    let at = Clock::system().now();
    {
        let copy = Backup::new(&source, &mut target).map_err(|e| errors::sqlite(&e))?;
        let mut tries = 0;
        loop {
            let step = copy.step(STEP_PAGES).map_err(|e| errors::sqlite(&e))?;
            let p = copy.progress();
            let of = u64::try_from(p.pagecount).unwrap_or(0);
            told(of.saturating_sub(u64::try_from(p.remaining).unwrap_or(0)), of);
            match step {
                StepResult::Done => break,
                StepResult::More => tries = 0,
                _ if tries < STEP_TRIES_MAX => {
                    tries += 1;
                    std::thread::sleep(STEP_WAIT);
                }
                _ => return Err(kernel::Error::new(errors::DATABASE_AWAY)),
            }
        }
    }
    super::batch(&source, "ROLLBACK")?;
    Ok(at)
}

/// Reads what a database is; changes nothing in it.
pub fn describe(path: &Path) -> Result<Description> {
    let conn = open(path)?;
    let clock = Clock::system();
    super::batch(&conn, "BEGIN")?;
    let mut tx = ReadTx::new(Conn::Sqlite(&conn), &clock);
    let schema = tx.rows(
        "SELECT name, MAX(number) FROM schema_applied GROUP BY name ORDER BY name",
        params![],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let (entries, root) = (tx.journal_head()?, tx.journal_tree_root()?);
    let newest_at =
        tx.row("SELECT at FROM journal WHERE seq = ?1", params![entries], |r| r.get(0))?;
    Ok(Description { schema, entries, root, newest_at })
}

/// Looks at every page of a database; an error says that it is damaged.
pub fn check_pages(path: &Path) -> Result<()> {
    let conn = open(path)?;
    let clock = Clock::system();
    let mut tx = ReadTx::new(Conn::Sqlite(&conn), &clock);
    let said: String = tx.one("PRAGMA quick_check(1)", params![], |r| r.get(0))?;
    match said.as_str() {
        "ok" => Ok(()),
        _ => Err(kernel::Error::new(errors::DATABASE_DAMAGED).because(said)),
    }
}
