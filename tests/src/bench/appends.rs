//! Rows about the journal alone: entries appended, each durable before whoever wrote it goes on.

use super::{Bench, Figure, bare_engines, spread, text, timed};
use crate::{folder::Folder, inside::SCHEMAS};
use kernel::{Actor, PersonalId, limits::PG_CONNECTIONS_MAX};
use serde_json::json;
use store::{Entry, Store, params};

/// Who append at the same time.
const AT_ONCE: usize = 64;
/// Entries on SQLite.
const SQLITE_ENTRIES: usize = 60_000;
/// Entries on PostgreSQL, whose commits are not shared.
const POSTGRES_ENTRIES: usize = 6_000;

/// On SQLite.
pub fn sqlite(_: &mut Bench) -> Result<Figure, String> {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.path().join("journal.db").display());
    let rate = appended(&url, AT_ONCE, SQLITE_ENTRIES)?;
    let bare = bare_engines::sqlite_inserts(AT_ONCE, 500)?;
    Ok(Figure::of(rate).against("bare inserts in the same groups, /s", bare))
}

/// On PostgreSQL.
pub fn postgres(_: &mut Bench) -> Result<Figure, String> {
    let url = store::testing::postgres_durable();
    let rate = appended(&url, PG_CONNECTIONS_MAX, POSTGRES_ENTRIES)?;
    let url = store::testing::postgres_durable();
    let bare = bare_engines::postgres_inserts(&url, PG_CONNECTIONS_MAX, 1, POSTGRES_ENTRIES)?;
    Ok(Figure::of(rate).against("bare inserts, one to a commit, /s", bare))
}

/// Entries a second until the last has its number in the tree.
fn appended(url: &str, at_once: usize, entries: usize) -> Result<f64, String> {
    let store = Store::open(url, SCHEMAS).map_err(text)?;
    let subject = PersonalId::parse("037198004217").map_err(text)?;
    let append = |_: &usize| {
        let subject = subject.clone();
        let by = Actor::system("bench");
        let body = json!({ "items": ["name", "birth", "permanent"] });
        let append = move |tx: &mut store::WriteTx<'_>| {
            let entry = Entry::new("data.read", &by).at("13594").about(&subject).body(body.clone());
            tx.record(entry)
        };
        store.write(append).map(drop).map_err(text)
    };
    let head = || {
        let sql = "SELECT COALESCE(MAX(seq), 0) FROM journal";
        store.read(|tx| tx.one(sql, params![], |r| r.get::<i64>(0))).map_err(text)
    };
    let jobs: Vec<usize> = (0..entries).collect();
    spread(at_once, &jobs[..entries / 10], append)?;
    store.settle().map_err(text)?;
    let before = head()?;
    let (_, time) = timed(|| {
        spread(at_once, &jobs, append)?;
        store.settle().map_err(text)
    })?;
    let grown = head()? - before;
    if usize::try_from(grown) != Ok(entries) {
        return Err(format!("{entries} entries made the journal {grown} longer"));
    }
    Ok(entries as f64 / time.as_secs_f64())
}
