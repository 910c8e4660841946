//! The bare engines, without our store around them: what its figures are compared with.

use super::timed;
use crate::folder::Folder;
use postgres::{Client, NoTls};
use rusqlite::Connection;
use std::{path::Path, thread, time::Duration};

/// What a row of the references carries besides its key, bytes: about what a journal entry does.
const BODY_BYTES: usize = 400;

fn why(e: impl std::fmt::Display) -> String {
    e.to_string()
}

/// A connection with the store's own settings: write-ahead log, commits on the disk.
pub fn sqlite(path: &Path) -> Result<Connection, String> {
    let conn = Connection::open(path).map_err(why)?;
    conn.execute_batch(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA cache_size = -16000;",
    )
    .map_err(why)?;
    Ok(conn)
}

/// Microseconds of one read of a whole row by its key, statement prepared.
pub fn sqlite_read_us(path: &Path, sql: &str, keys: &[String]) -> Result<f64, String> {
    let took = sqlite_reads(path, sql, keys)?;
    Ok(took.iter().sum::<f64>() / took.len().max(1) as f64)
}

/// Microseconds of each read of a whole row by its key, statement prepared.
pub fn sqlite_reads(path: &Path, sql: &str, keys: &[String]) -> Result<Vec<f64>, String> {
    let conn = sqlite(path)?;
    let mut statement = conn.prepare(sql).map_err(why)?;
    let columns = statement.column_count();
    let mut one = |key: &String| -> rusqlite::Result<usize> {
        let mut rows = statement.query([key])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            for i in 0..columns {
                if let rusqlite::types::ValueRef::Text(t) = row.get_ref(i)? {
                    bytes += t.to_vec().len();
                }
            }
        }
        Ok(bytes)
    };
    keys.iter()
        .map(|key| timed(|| one(key).map_err(why)).map(|(_, time)| time.as_secs_f64() * 1e6))
        .collect()
}

/// The same on PostgreSQL: a person's row, statement prepared.
pub fn postgres_reads(url: &str, keys: &[String]) -> Result<Vec<f64>, String> {
    let mut client = Client::connect(url, NoTls).map_err(why)?;
    let statement = client.prepare("SELECT * FROM person WHERE pid = $1").map_err(why)?;
    let mut one = |key: &String| client.query_one(&statement, &[key]).map(drop).map_err(why);
    keys.iter().map(|key| timed(|| one(key)).map(|(_, time)| time.as_secs_f64() * 1e6)).collect()
}

/// Bytes that a PostgreSQL database takes on the disk.
pub fn postgres_size(url: &str) -> Result<f64, String> {
    let mut client = Client::connect(url, NoTls).map_err(why)?;
    let row = client.query_one("SELECT pg_database_size(current_database())", &[]).map_err(why)?;
    Ok(row.get::<_, i64>(0) as f64)
}

/// Inserts a second into a table with a key, so many rows to a commit on the disk.
pub fn sqlite_inserts(rows_per_commit: usize, commits: usize) -> Result<f64, String> {
    let folder = Folder::new();
    let conn = sqlite(&folder.path().join("bare.db"))?;
    conn.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT, body TEXT) STRICT;")
        .map_err(why)?;
    let body = "x".repeat(BODY_BYTES);
    let mut n = 0_i64;
    let (_, time) = timed(|| {
        let mut insert =
            conn.prepare("INSERT INTO t (id, k, body) VALUES (?1, ?2, ?3)").map_err(why)?;
        for _ in 0..commits {
            conn.execute_batch("BEGIN IMMEDIATE").map_err(why)?;
            for _ in 0..rows_per_commit {
                n += 1;
                insert.execute((n, "key", &body)).map_err(why)?;
            }
            conn.execute_batch("COMMIT").map_err(why)?;
        }
        Ok(())
    })?;
    Ok((rows_per_commit * commits) as f64 / time.as_secs_f64())
}

/// Tables that a person and a household have rows in, and what they are in the order of.
const PROVINCE: [(&str, &str); 7] = [
    ("dwelling", "id"),
    ("household", "id"),
    ("household_event", "household, version"),
    ("household_member", "household, n, pid"),
    ("person", "rowid"),
    ("person_act", "pid, n"),
    ("residence", "pid, id"),
];

/// Persons a second, copied with all their rows by the engine alone: nothing read or checked, each table in the
/// order of its key in one commit, its indexes afterwards.
pub fn sqlite_copy_province(from: &Path) -> Result<f64, String> {
    let folder = Folder::new();
    let target = sqlite(&folder.path().join("copy.db"))?;
    let attach = format!("ATTACH 'file:{}?mode=ro' AS source; PRAGMA threads = 1", from.display());
    target.execute_batch(&attach).map_err(why)?;
    let shapes = |table: &str, kind: &str| -> Result<Vec<String>, String> {
        let sql = "SELECT sql FROM source.sqlite_schema \
            WHERE tbl_name = ?1 AND type = ?2 AND sql IS NOT NULL";
        let mut select = target.prepare(sql).map_err(why)?;
        let found = select.query_map([table, kind], |r| r.get(0)).map_err(why)?;
        found.collect::<rusqlite::Result<_>>().map_err(why)
    };
    let (_, time) = timed(|| {
        for (table, order) in PROVINCE {
            let copy = format!(
                "INSERT INTO main.{table} SELECT * FROM source.{table} ORDER BY {order}; COMMIT"
            );
            let tables = shapes(table, "table")?;
            let begin = vec!["BEGIN IMMEDIATE".to_owned()];
            for sql in [begin, tables, vec![copy], shapes(table, "index")?].concat() {
                target.execute_batch(&sql).map_err(why)?;
            }
        }
        target.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(why)
    })?;
    let persons = target.query_row("SELECT COUNT(*) FROM main.person", [], |r| r.get::<_, i64>(0));
    Ok(persons.map_err(why)? as f64 / time.as_secs_f64())
}

/// Inserts a second from so many connections at once, so many rows to a commit on the disk. The
/// engine groups commits of several connections by itself.
pub fn postgres_inserts(
    url: &str,
    connections: usize,
    rows_per_commit: usize,
    commits: usize,
) -> Result<f64, String> {
    let mut client = Client::connect(url, NoTls).map_err(why)?;
    client
        .batch_execute("CREATE TABLE bare (id BIGSERIAL PRIMARY KEY, k TEXT, body TEXT)")
        .map_err(why)?;
    let each = commits.div_ceil(connections);
    let one = || -> Result<(), String> {
        let body = "x".repeat(BODY_BYTES);
        let mut client = Client::connect(url, NoTls).map_err(why)?;
        let insert = client.prepare("INSERT INTO bare (k, body) VALUES ($1, $2)").map_err(why)?;
        for _ in 0..each {
            let mut tx = client.transaction().map_err(why)?;
            for _ in 0..rows_per_commit {
                tx.execute(&insert, &[&"key", &body]).map_err(why)?;
            }
            tx.commit().map_err(why)?;
        }
        Ok(())
    };
    let (_, time) = timed(|| {
        thread::scope(|scope| {
            let workers: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
            workers
                .into_iter()
                .try_for_each(|w| w.join().map_err(|_| "a worker died".to_owned())?)
        })
    })?;
    Ok((each * connections * rows_per_commit) as f64 / time.as_secs_f64())
}

/// Durable commits a second, one after the other: what the disk allows.
pub fn sqlite_commits() -> Result<f64, String> {
    sqlite_inserts(1, 300)
}

/// How long one answer may be waited for before a row gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);
