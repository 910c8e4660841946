//! The tables of the whole project: the rules of [`store::schema::check`], and both engines.

use crate::Engine;
use std::{path::Path, time::Duration};
use store::{Schema, Store};

/// The schema files of all crates but this one, as they lie in the tree.
fn all() -> Vec<Schema> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut schemas = Vec::new();
    for part in ["foundation", "government", "society", "economy"] {
        let Ok(rooms) = std::fs::read_dir(root.join(part)) else { continue };
        for room in rooms.map(|r| r.unwrap()) {
            let name = room.file_name().into_string().unwrap();
            let Ok(files) = std::fs::read_dir(room.path().join("schema")) else { continue };
            let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
            files.sort();
            let texts: Vec<&'static str> = files
                .iter()
                .map(|f| &*Box::leak(std::fs::read_to_string(f).unwrap().into_boxed_str()))
                .collect();
            if name != "store" {
                schemas
                    .push(Schema { name: Box::leak(name.into_boxed_str()), files: texts.leak() });
            }
        }
    }
    assert!(!schemas.is_empty(), "no schema file found");
    schemas.sort_by_key(|s| s.name);
    schemas
}

pub fn every_crates_tables_keep_the_rules_and_can_be_made(engine: Engine) {
    let schemas = all();
    assert_eq!(store::schema::check(&schemas), Vec::<String>::new());
    let url = match engine {
        Engine::Sqlite => "sqlite::memory:".to_owned(),
        Engine::Postgres => store::testing::postgres(),
    };
    Store::open(&url, &schemas).unwrap();
}

/// Looks for the making, ten milliseconds apart.
const LOOKS_MAX: usize = 3_000;
const PLAIN: &str = "-- shard key: none: a test
    CREATE TABLE thing (id TEXT PRIMARY KEY, n BIGINT NOT NULL);
    CREATE INDEX thing_n ON thing (n)";
const INDEXED: &str = "CREATE INDEX thing_both ON thing (n, id);
    DROP INDEX IF EXISTS thing_n; CREATE INDEX thing_n ON thing (n, id);
    -- shard key: none: a test
    CREATE TABLE other (id TEXT PRIMARY KEY); CREATE INDEX other_id ON other (id)";
const BEFORE: Schema = Schema { name: "things", files: &[PLAIN] };
const AFTER: Schema = Schema { name: "things", files: &[PLAIN, INDEXED] };

fn add(store: &Store, id: &'static str) -> kernel::Result<u64> {
    store
        .write(move |tx| tx.execute("INSERT INTO thing (id, n) VALUES (?1, 1)", store::params![id]))
}

/// Names of the indexes that can be used, what they are on behind each.
fn usable(client: &mut postgres::Client) -> Vec<String> {
    let sql = "SELECT c.relname || ' ' || substr(pg_get_indexdef(c.oid), strpos(pg_get_indexdef(c.oid), '(')) \
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
        WHERE t.relname IN ('thing', 'other') AND i.indisvalid AND NOT i.indisprimary ORDER BY 1";
    client.query(sql, &[]).unwrap().iter().map(|r| r.get(0)).collect()
}

#[test]
fn an_index_of_a_newer_program_is_made_beside_who_writes() {
    let url = store::testing::postgres();
    let old = Store::open(&url, &[BEFORE]).unwrap();
    add(&old, "a").unwrap();
    let mut other = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    let mut slow = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    // A making was cut off before, and somebody has been writing to the table for a while.
    other.batch_execute("CREATE INDEX thing_n_due ON thing (id)").unwrap();
    slow.batch_execute("BEGIN; INSERT INTO thing (id, n) VALUES ('slow', 1)").unwrap();
    let newer = std::thread::spawn({
        let url = url.clone();
        move || Store::open(&url, &[AFTER])
    });
    // It waits for them, and nobody waits for it.
    let waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
        AND wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX CONCURRENTLY%'";
    let mut waiting = false;
    for _ in 0..LOOKS_MAX {
        waiting = !other.query(waits, &[]).unwrap().is_empty();
        if waiting || newer.is_finished() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(waiting, "the index waits for who writes");
    add(&old, "b").unwrap();
    // A third one that starts meanwhile does not wait either.
    let third = Store::open(&url, &[AFTER]).unwrap();
    add(&third, "c").unwrap();
    slow.batch_execute("COMMIT").unwrap();
    newer.join().unwrap().unwrap();
    let made = ["other_id (id)", "thing_both (n, id)", "thing_n (n, id)"];
    assert_eq!(usable(&mut other), made);
    let left = other.query_one("SELECT COUNT(*) FROM schema_index_due", &[]).unwrap();
    assert_eq!(left.get::<_, i64>(0), 0);
}
