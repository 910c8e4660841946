//! A power cut in the middle of a write: the last transaction in the log is torn at any byte. Everything
//! before it is there; it is there whole or not at all.

use crate::Engine;
use kernel::Actor;
use std::fs;
use store::{Clock, Entry, Store, params};

fn put(store: &Store, id: usize) {
    store
        .write(move |tx| {
            for part in 0..3 {
                let id = format!("{id}-{part}");
                tx.execute(
                    "INSERT INTO account (id, amount, version, note) VALUES (?1, 1, 1, ?2)",
                    params![&id, "x".repeat(3_000)],
                )?;
            }
            tx.record(Entry::new("test.done", &Actor::system("test")))
        })
        .unwrap();
}

#[test]
fn a_log_torn_at_any_byte_loses_at_most_what_nobody_was_told() {
    let place = Engine::Sqlite.place();
    let folder = place.folder.clone().unwrap();
    let store = Engine::Sqlite.open(&place, Clock::system());
    for id in 0..5 {
        put(&store, id);
    }
    let log = folder.join("store.db-wal");
    let before = fs::metadata(&log).unwrap().len();
    put(&store, 5);
    let after = fs::metadata(&log).unwrap().len();
    assert!(after > before, "the last write is at the end of the log");
    let (database, whole) = (fs::read(folder.join("store.db")).unwrap(), fs::read(&log).unwrap());
    drop(store);
    let cut = folder.join("cut");
    let mut lost = 0;
    // Every 512 bytes, as a disk writes, and a byte on either side.
    let cuts = (before..=after).step_by(512).flat_map(|n| [n.saturating_sub(1), n, n + 1]);
    for length in cuts.filter(|n| (before..=after).contains(n)) {
        let _ = fs::remove_dir_all(&cut);
        fs::create_dir_all(&cut).unwrap();
        fs::write(cut.join("store.db"), &database).unwrap();
        let mut torn = whole[..length as usize].to_vec();
        // What stood in the sectors before, and is still there.
        torn.resize(whole.len(), 0x5a);
        fs::write(cut.join("store.db-wal"), torn).unwrap();
        let url = format!("sqlite:{}", cut.join("store.db").display());
        let store = Store::open(&url, &[crate::SCHEMA]).unwrap();
        let rows: i64 = store
            .read(|tx| tx.one("SELECT COUNT(*) FROM account", params![], |r| r.get(0)))
            .unwrap();
        assert!(rows == 15 || rows == 18, "torn at {length}: {rows} rows");
        lost += i64::from(rows == 15);
        let health = store.verify_journal().unwrap();
        assert!(health.is_sound(), "torn at {length}: {:?}", health.faults);
        assert_eq!(health.size, rows / 3, "an entry without its rows, or rows without entry");
        // And it goes on working.
        put(&store, 6);
        assert!(store.verify_journal().unwrap().is_sound());
    }
    assert!(lost > 10, "nothing was torn");
}
