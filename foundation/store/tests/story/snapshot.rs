//! A copy of an SQLite database in use: one moment, whole, and nobody waits for it.

use crate::{Engine, SCHEMA};
use kernel::Actor;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Clock, Entry, Schema, Store, describe, params, snapshot};

const ACCOUNTS: i64 = 50;
const AMOUNT: i64 = 1_000;

fn file(url: &str) -> PathBuf {
    PathBuf::from(url.strip_prefix("sqlite:").unwrap())
}

/// Rows enough that a copy takes several steps.
fn filled(store: &Store) {
    for n in 0..ACCOUNTS {
        store
            .write(move |tx| {
                for part in 0..60 {
                    tx.execute(
                        "INSERT INTO account (id, amount, photo, version) VALUES (?1, ?2, ?3, 1)",
                        params![
                            format!("{n}-{part}"),
                            if part == 0 { AMOUNT } else { 0 },
                            vec![7u8; 8_000]
                        ],
                    )?;
                }
                Ok(())
            })
            .unwrap();
    }
}

/// Moves an amount between two accounts and says so.
fn transfer(store: &Store, n: i64) {
    store
        .write(move |tx| {
            for (account, sum) in [(n % ACCOUNTS, -1i64), ((n * 7 + 1) % ACCOUNTS, 1)] {
                tx.execute(
                    "UPDATE account SET amount = amount + ?1, version = version + 1 WHERE id = ?2",
                    params![sum, format!("{account}-0")],
                )?;
            }
            tx.record(Entry::new("test.moved", &Actor::system("test")))
        })
        .unwrap();
}

fn numbers(store: &Store) -> (i64, i64) {
    let sql = "SELECT SUM(amount), SUM(version) - COUNT(*) FROM account";
    store.read(|tx| tx.one(sql, params![], |r| Ok((r.get(0)?, r.get(1)?)))).unwrap()
}

fn copied(url: &str, to: &Path, told: &mut dyn FnMut(u64, u64)) -> Store {
    let _ = std::fs::remove_file(to);
    snapshot(&file(url), to, told).unwrap();
    store::check_pages(to).unwrap();
    Store::open(&format!("sqlite:{}", to.display()), &[SCHEMA]).unwrap()
}

#[test]
fn a_copy_under_writers_is_one_moment_and_holds_nobody_up() {
    let place = Engine::Sqlite.place();
    let store = Engine::Sqlite.open(&place, Clock::system());
    filled(&store);
    let to = place.folder.as_ref().unwrap().join("copy.db");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (store, stop) = (&store, &stop);
            scope.spawn(move || {
                let mut n = thread * 13;
                while !stop.load(Ordering::Relaxed) {
                    transfer(store, n);
                    n += 1;
                }
            });
        }
        let mut last = -1;
        for _ in 0..4 {
            let mut steps = 0;
            // In the middle of the copy a write is acknowledged: it waits for nothing.
            let copy = copied(&place.url, &to, &mut |_, _| {
                transfer(&store, steps);
                steps += 1;
            });
            assert!(steps > 2, "a copy in several steps");
            let known = describe(&to).unwrap();
            let health = copy.verify_journal().unwrap();
            assert!(health.is_sound(), "{:?}", health.faults);
            assert_eq!((health.size, health.root), (known.entries, known.root));
            // Rows and entries of the same moment: nothing half, nothing in between.
            assert_eq!(numbers(&copy), (ACCOUNTS * AMOUNT, 2 * known.entries));
            let now = store.read(|tx| tx.journal_root_at(known.entries)).unwrap();
            assert_eq!(now, known.root, "the copy is a beginning of the journal");
            assert!(known.entries > last && known.entries < store.head());
            last = known.entries;
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn two_copies_differ_only_where_something_changed() {
    let place = Engine::Sqlite.place();
    let store = Engine::Sqlite.open(&place, Clock::system());
    filled(&store);
    let (one, two) = {
        let folder = place.folder.as_ref().unwrap();
        (folder.join("one.db"), folder.join("two.db"))
    };
    snapshot(&file(&place.url), &one, &mut |_, _| ()).unwrap();
    transfer(&store, 1);
    snapshot(&file(&place.url), &two, &mut |_, _| ()).unwrap();
    let (one, two) = (std::fs::read(one).unwrap(), std::fs::read(two).unwrap());
    let changed = one.chunks(4_096).zip(two.chunks(4_096)).filter(|(a, b)| a != b).count();
    assert!(changed > 0 && changed < 20, "{changed} pages of {}", one.len() / 4_096);
}

const MORE: &str = "-- shard key: id\nCREATE TABLE more (id TEXT PRIMARY KEY);";
const COLUMN: &str = "ALTER TABLE more ADD COLUMN n BIGINT; UPDATE more SET n = 7;";

fn opened(url: &str, files: &'static [&'static str]) -> kernel::Result<Store> {
    Store::open(url, &[SCHEMA, Schema { name: "more", files }])
}

#[test]
fn a_copy_during_a_schema_change_is_the_old_one_whole_or_the_new_one_whole() {
    let place = Engine::Sqlite.place();
    let store = opened(&place.url, &[MORE]).unwrap();
    filled(&store);
    store.write(|tx| tx.execute("INSERT INTO more (id) VALUES ('a')", params![])).unwrap();
    let folder = place.folder.as_ref().unwrap();
    let (old, new) = (folder.join("old.db"), folder.join("new.db"));
    let url = |path: &Path| format!("sqlite:{}", path.display());
    // The change is made, begun to be committed and done, between two steps of the copy.
    let mut changed = None;
    snapshot(&file(&place.url), &old, &mut |_, _| {
        changed.get_or_insert_with(|| opened(&place.url, &[MORE, COLUMN]).unwrap());
    })
    .unwrap();
    snapshot(&file(&place.url), &new, &mut |_, _| ()).unwrap();
    let version = |path: &Path| {
        let known = describe(path).unwrap();
        known.schema.iter().find(|(name, _)| name == "more").map(|(_, n)| *n)
    };
    assert_eq!((version(&old), version(&new)), (Some(1), Some(2)));
    // A program that does not know the change works on it: it only added.
    drop(opened(&url(&new), &[MORE]).unwrap());
    // The old one opens as what it was, and is brought up to date by the newer program.
    drop(opened(&url(&old), &[MORE]).unwrap());
    for path in [&old, &new] {
        let store = opened(&url(path), &[MORE, COLUMN]).unwrap();
        let n: i64 =
            store.read(|tx| tx.one("SELECT n FROM more", params![], |r| r.get(0))).unwrap();
        assert_eq!(n, 7);
    }
    // One that is under way and not committed is not in a copy at all.
    let half = rusqlite::Connection::open(file(&place.url)).unwrap();
    half.execute_batch("BEGIN IMMEDIATE; ALTER TABLE more ADD COLUMN t TEXT; DELETE FROM more;")
        .unwrap();
    std::fs::remove_file(&new).unwrap();
    snapshot(&file(&place.url), &new, &mut |_, _| ()).unwrap();
    half.execute_batch("COMMIT").unwrap();
    let store = opened(&url(&new), &[MORE, COLUMN]).unwrap();
    let rows: i64 =
        store.read(|tx| tx.one("SELECT COUNT(*) FROM more", params![], |r| r.get(0))).unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_damaged_page_is_told() {
    let place = Engine::Sqlite.place();
    let store = Engine::Sqlite.open(&place, Clock::system());
    filled(&store);
    let copy = place.folder.as_ref().unwrap().join("copy.db");
    snapshot(&file(&place.url), &copy, &mut |_, _| ()).unwrap();
    let mut bytes = std::fs::read(&copy).unwrap();
    // Torn: half of a page in the middle is another.
    let at = bytes.len() / 8_192 * 4_096;
    bytes[at..at + 2_048].fill(0x5a);
    std::fs::write(&copy, bytes).unwrap();
    assert!(store::check_pages(&copy).unwrap_err().is(store::DATABASE_DAMAGED));
}
