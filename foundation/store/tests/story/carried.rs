//! `kill -9` while the log is carried over into the database (SQLite): the file is then partly new and partly
//! old, and what it lacks stands in the log alone.

use crate::{Engine, Place, SCHEMA};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::{Clock, Store, params};

/// Tells the child where to write.
const PLACE: &str = "LIENTHONG_STORE_TEST_CARRIED";
const ROUNDS: u64 = 5;
const WRITERS: usize = 4;
/// Rows that each writer changes, one after the other and again from the beginning.
const ROWS: usize = 50;
/// Bytes of a row: some five hundred changes are one checkpoint.
const PHOTO_BYTES: usize = 256 * 1024;
/// Changes of one writer at most, so that a child whose parent has gone ends by itself: some twenty checkpoints.
const CHANGES_MAX: usize = 2_500;
/// The child is killed within this time after a checkpoint began, microseconds. Most checkpoints take longer.
const KILLED_WITHIN_US: u64 = 60_000;
/// Nothing is waited for longer.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// What a row holds after so many changes: every byte says so.
fn photo(change: i64) -> Vec<u8> {
    vec![u8::try_from(change % 251).unwrap(); PHOTO_BYTES]
}

fn change(store: &Store, id: &str) -> kernel::Result<i64> {
    let id = id.to_owned();
    store.write(move |tx| {
        let sql = "SELECT amount FROM account WHERE id = ?1";
        let before: Option<i64> = tx.row(sql, params![&id], |r| r.get(0))?;
        let next = before.unwrap_or(0) + 1;
        let sql = "INSERT INTO account (id, amount, photo, version) VALUES (?1, ?2, ?3, ?2) \
            ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, photo = excluded.photo, \
            version = excluded.version";
        tx.execute(sql, params![&id, next, photo(next)])?;
        Ok(next)
    })
}

/// The child. Does nothing when the tests are run as usual.
#[test]
fn child() {
    let Ok(url) = std::env::var(PLACE) else { return };
    let store = Store::open(&url, &[SCHEMA]).unwrap();
    std::thread::scope(|scope| {
        for t in 0..WRITERS {
            let store = &store;
            scope.spawn(move || {
                for n in 0..CHANGES_MAX {
                    let id = format!("{t}-{}", n % ROWS);
                    let reached = change(store, &id).unwrap();
                    let line = format!("\nack {id} {reached}\n");
                    let _ = std::io::stdout().lock().write_all(line.as_bytes());
                }
            });
        }
    });
}

/// Starts the child; what it acknowledges is read on a thread.
fn begin(url: &str) -> (Child, std::thread::JoinHandle<Vec<(String, i64)>>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "carried::child", "--nocapture", "--test-threads=1"])
        .env(PLACE, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
    let ack = |line: Vec<u8>| {
        let line = String::from_utf8(line).ok()?;
        let (id, reached) = line.strip_prefix("ack ")?.split_once(' ')?;
        Some((id.to_owned(), reached.parse().ok()?))
    };
    let reader = std::thread::spawn(move || lines.map_while(Result::ok).filter_map(ack).collect());
    (child, reader)
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < WAIT_MAX, "{what}");
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Whether a checkpoint is under way, or was when everybody who had the database open was killed: more of the
/// log was attempted than is done. Both stand in the index of the log, where SQLite's description of its
/// files says (walformat, «the checkpoint information»).
fn is_carried_over(folder: &Path) -> bool {
    const DONE: usize = 96;
    const ATTEMPTED: usize = 128;
    let Ok(index) = std::fs::read(folder.join("store.db-shm")) else { return false };
    let number =
        |at: usize| index.get(at..at + 4).map(|n| u32::from_ne_bytes(n.try_into().unwrap()));
    number(ATTEMPTED) > number(DONE)
}

/// Every acknowledged change is there, and every row is as one change left it.
fn check(place: &Place, acknowledged: &[(String, i64)]) {
    let store = Engine::Sqlite.open(place, Clock::system());
    let sound: String =
        store.read(|tx| tx.one("PRAGMA integrity_check", params![], |r| r.get(0))).unwrap();
    assert_eq!(sound, "ok");
    let sql = "SELECT amount, version, photo FROM account WHERE id = ?1";
    for (id, reached) in acknowledged {
        let (amount, version, bytes): (i64, i64, Vec<u8>) = store
            .read(|tx| tx.one(sql, params![id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))))
            .unwrap();
        assert!(amount >= *reached, "{id}: {amount}, acknowledged was {reached}");
        assert_eq!(version, amount, "{id}");
        assert!(bytes == photo(amount), "{id}: bytes of another change");
    }
}

#[test]
fn killed_while_the_log_is_carried_over_nothing_is_lost_or_torn() {
    let place = Engine::Sqlite.place();
    let folder = place.folder.clone().unwrap();
    let mut midway = 0;
    for _ in 0..ROUNDS {
        let (mut child, reader) = begin(&place.url);
        until("the log is carried over", || is_carried_over(&folder));
        std::thread::sleep(Duration::from_micros(crate::crash::random() % KILLED_WITHIN_US));
        child.kill().unwrap();
        child.wait().unwrap();
        let acknowledged = reader.join().unwrap();
        assert!(acknowledged.len() > WRITERS, "the child wrote");
        midway += u32::from(is_carried_over(&folder));
        check(&place, &acknowledged);
    }
    assert!(midway > 0, "no kill fell into a checkpoint");
}
