use crate::{Engine, SCHEMA};
use kernel::Actor;
use store::{Clock, Entry, Schema, Store, params};

pub fn what_was_written_is_there_again(engine: Engine) {
    let place = engine.place();
    for round in 1..=3i64 {
        let store = engine.open(&place, Clock::system());
        assert_eq!(store.head(), (round - 1) * 300);
        for n in 0..300 {
            store
                .write(move |tx| {
                    tx.execute(
                        "INSERT INTO account (id, amount, version) VALUES (?1, 0, 1)",
                        params![format!("{round}-{n}")],
                    )?;
                    tx.record(Entry::new("test.done", &Actor::system("test")))
                })
                .unwrap();
        }
        store.settle().unwrap();
        assert_eq!(store.head(), round * 300);
    }
    let store = engine.open(&place, Clock::system());
    let health = store.verify_journal().unwrap();
    assert!(health.is_sound() && health.size == 900, "{:?}", health.faults);
    let rows: i64 =
        store.read(|tx| tx.one("SELECT COUNT(*) FROM account", params![], |r| r.get(0))).unwrap();
    assert_eq!(rows, 900);
}

fn opened(place: &crate::Place, files: &'static [&'static str]) -> kernel::Result<Store> {
    Store::open(&place.url, &[SCHEMA, Schema { name: "more", files }])
}

const ONE: &str = "-- shard key: id\nCREATE TABLE more (id TEXT PRIMARY KEY);";
const TWO: &str = "ALTER TABLE more ADD COLUMN n BIGINT; ALTER TABLE more ADD COLUMN t TEXT;";
const GONE: &str = "ALTER TABLE more DROP COLUMN t;";

pub fn a_newer_database_is_refused(engine: Engine) {
    let place = engine.place();
    drop(opened(&place, &[ONE, TWO, GONE]).unwrap());
    let older = opened(&place, &[ONE, TWO]);
    assert!(older.err().unwrap().is(store::DATABASE_NEWER));
    let without = Store::open(&place.url, &[SCHEMA]);
    assert!(without.err().unwrap().is(store::DATABASE_NEWER));
    opened(&place, &[ONE, TWO, GONE]).unwrap();
}

/// Expand, then contract: side by side with the newer program, and after a step back.
pub fn a_newer_database_that_only_has_more_is_used(engine: Engine) {
    let place = engine.place();
    let insert = |store: &Store, id: &'static str| {
        store
            .write(move |tx| tx.execute("INSERT INTO more (id) VALUES (?1)", params![id]))
            .unwrap();
    };
    let before = opened(&place, &[ONE]).unwrap();
    insert(&before, "before");
    drop(before);
    drop(opened(&place, &[ONE, TWO]).unwrap());
    let older = opened(&place, &[ONE]).unwrap();
    insert(&older, "older");
    drop(older);
    // One that does not even know the crate.
    drop(Store::open(&place.url, &[SCHEMA]).unwrap());
    let newer = opened(&place, &[ONE, TWO]).unwrap();
    insert(&newer, "newer");
    let rows: i64 =
        newer.read(|tx| tx.one("SELECT COUNT(*) FROM more", params![], |r| r.get(0))).unwrap();
    assert_eq!(rows, 3);
}

pub fn a_changed_schema_file_is_refused(engine: Engine) {
    let place = engine.place();
    drop(opened(&place, &[ONE]).unwrap());
    opened(&place, &["-- a better comment\nCREATE  TABLE more (id TEXT PRIMARY KEY);\n"]).unwrap();
    let changed = opened(&place, &["CREATE TABLE more (id TEXT PRIMARY KEY, n BIGINT);"]);
    assert!(changed.err().unwrap().is(store::SCHEMA_CHANGED));
}

pub fn new_files_are_applied_to_old_databases(engine: Engine) {
    let place = engine.place();
    let store = opened(&place, &[ONE]).unwrap();
    store.write(|tx| tx.execute("INSERT INTO more (id) VALUES ('a')", params![])).unwrap();
    drop(store);
    // A file that fails half-way leaves nothing behind.
    let broken = opened(&place, &[ONE, "ALTER TABLE more ADD COLUMN n BIGINT; CREATE NONSENSE;"]);
    assert!(broken.is_err());
    let store = opened(&place, &[ONE, TWO]).unwrap();
    let row = store.read(|tx| {
        tx.one("SELECT id, n, t FROM more", params![], |r| {
            Ok((r.get::<String>(0)?, r.get::<Option<i64>>(1)?, r.get::<Option<String>>(2)?))
        })
    });
    assert_eq!(row.unwrap(), ("a".into(), None, None));
}
