//! The writer under faults.

use crate::{Clock, Entry, Schema, Store, errors, params};
use kernel::{Actor, Error, Result};
use std::sync::{
    Arc, Barrier,
    atomic::{AtomicBool, Ordering},
};
use std::thread::JoinHandle;

const SCHEMA: Schema = Schema {
    name: "faults",
    files: &["
        -- shard key: id
        CREATE TABLE parent (id TEXT PRIMARY KEY);
        -- shard key: id
        CREATE TABLE child (
            id TEXT PRIMARY KEY, data BLOB, parent TEXT REFERENCES parent (id)
        );
    "],
};

type Write = Box<dyn FnMut(&mut crate::WriteTx<'_>) -> Result<()> + Send>;

fn store() -> Store {
    Store::temporary(&[SCHEMA], Clock::system()).unwrap()
}

fn put(store: &Store, id: &str, bytes: usize) -> Result<()> {
    let id = id.to_owned();
    store.write(move |tx| {
        tx.execute("INSERT INTO child (id, data) VALUES (?1, ?2)", params![&id, vec![7u8; bytes]])?;
        tx.record(Entry::new("test.done", &Actor::system("test"))).map(drop)
    })
}

fn ids(store: &Store) -> Vec<String> {
    store.read(|tx| tx.rows("SELECT id FROM child ORDER BY id", params![], |r| r.get(0))).unwrap()
}

fn pragma(store: &Store, text: &'static str) {
    store.write(move |tx| tx.rows(text, params![], |_| Ok(())).map(drop)).unwrap();
}

fn sound(store: &Store, entries: usize) {
    let health = store.verify_journal().unwrap();
    assert!(health.is_sound(), "{:?}", health.faults);
    assert_eq!(usize::try_from(health.size).unwrap(), entries);
    let integrity: String =
        store.read(|tx| tx.one("PRAGMA integrity_check", params![], |r| r.get(0))).unwrap();
    assert_eq!(integrity, "ok");
}

/// Makes the writer wait while `writes` are queued behind each other, so that they share a group.
fn in_one_group(store: &Store, writes: Vec<Write>) -> Vec<Result<()>> {
    let held = Arc::new(Barrier::new(2));
    let (blocker, hold) = (store.clone(), Arc::clone(&held));
    let mut first = true;
    let blocker: JoinHandle<Result<()>> = std::thread::spawn(move || {
        blocker.write(move |_| {
            if std::mem::take(&mut first) {
                hold.wait();
                hold.wait();
            }
            Ok(())
        })
    });
    held.wait();
    let crate::Engine::Sqlite(sqlite) = &store.engine else { panic!("SQLite") };
    let answers: Vec<_> = writes.into_iter().map(|f| sqlite.submit(f).unwrap()).collect();
    held.wait();
    blocker.join().unwrap().unwrap();
    answers.iter().map(super::outcome).collect()
}

fn read(store: &Store) -> Result<()> {
    store.record(|tx| tx.record(Entry::new("test.read", &Actor::system("test"))).map(drop))
}

/// Runs `f` while the writer waits for its end.
fn while_the_writer_waits(store: &Store, f: impl FnOnce()) {
    let held = Arc::new(Barrier::new(2));
    let (blocker, hold) = (store.clone(), Arc::clone(&held));
    let blocker = std::thread::spawn(move || {
        blocker.write_here(|_| {
            hold.wait();
            hold.wait();
            Ok(())
        })
    });
    held.wait();
    f();
    held.wait();
    blocker.join().unwrap().unwrap();
}

#[test]
fn held_readings_of_a_group_that_has_to_run_again_are_on_record_once() {
    let store = store();
    let mut receipts = Vec::new();
    while_the_writer_waits(&store, || {
        receipts.extend(store.held(|| read(&store).unwrap()).1);
        let crate::Engine::Sqlite(sqlite) = &store.engine else { panic!("SQLite") };
        let failing = sqlite.submit(|tx| {
            tx.execute("INSERT INTO child (id) VALUES ('gone')", params![])?;
            tx.record(Entry::new("test.done", &Actor::system("test")))?;
            Err::<(), _>(Error::bug("after a change"))
        });
        drop(failing.unwrap());
        receipts.extend(store.held(|| [read(&store).unwrap(), read(&store).unwrap()]).1);
        assert_eq!(store.head(), 0, "nothing is on record yet");
    });
    assert_eq!(receipts.len(), 2);
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    receipts.remove(0).then(move |outcome| tell.send(outcome).unwrap());
    receipts.remove(0).wait().unwrap();
    told.recv().unwrap().unwrap();
    assert!(ids(&store).is_empty());
    sound(&store, 3);
}

#[test]
fn held_readings_that_the_full_queue_does_not_take_are_told() {
    let store = store();
    let mut receipt = None;
    let most = kernel::limits::WRITE_QUEUE_MAX;
    while_the_writer_waits(&store, || {
        let (outcomes, held) = store.held(|| (0..=most).map(|_| read(&store)).collect::<Vec<_>>());
        assert!(outcomes[..most].iter().all(Result::is_ok));
        assert!(outcomes[most].as_ref().unwrap_err().is(errors::QUEUE_FULL));
        receipt = held;
    });
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    receipt.unwrap().then(move |outcome| tell.send(outcome).unwrap());
    assert!(told.recv().unwrap().unwrap_err().is(errors::QUEUE_FULL));
    read(&store).unwrap();
    sound(&store, most + 1);
}

#[test]
fn a_full_database_fails_the_large_write_and_goes_on() {
    let store = store();
    put(&store, "before", 10).unwrap();
    pragma(&store, "PRAGMA max_page_count = 60");
    let writers: Vec<_> = (0..4)
        .map(|t| {
            let store = store.clone();
            std::thread::spawn(move || {
                (0..20)
                    .filter(|n| match put(&store, &format!("{t}-{n:02}"), 20_000) {
                        Ok(()) => true,
                        Err(e) => {
                            assert!(e.is(errors::NO_SPACE), "{e:?}");
                            false
                        }
                    })
                    .count()
            })
        })
        .collect();
    let kept: usize = writers.into_iter().map(|w| w.join().unwrap()).sum();
    assert!(kept < 80, "the database never filled up");
    assert_eq!(ids(&store).len(), kept + 1);
    sound(&store, kept + 1);
    pragma(&store, "PRAGMA max_page_count = 100000");
    put(&store, "after", 20_000).unwrap();
    sound(&store, kept + 2);
}

#[test]
fn a_lost_transaction_is_made_good_for_the_others_of_its_group() {
    let store = store();
    let insert = |id: &'static str| -> Write {
        Box::new(move |tx| {
            tx.execute("INSERT INTO child (id) VALUES (?1)", params![id])?;
            tx.record(Entry::new("test.done", &Actor::system("test"))).map(drop)
        })
    };
    // What a full disk does in the worst case: the whole transaction is gone.
    let lose = |fails: bool| -> Write {
        Box::new(move |tx| {
            tx.execute("ROLLBACK", params![])?;
            if fails { Err(Error::bug("and it fails")) } else { Ok(()) }
        })
    };
    for (round, fails) in [("1", true), ("2", false)] {
        let names: [&'static str; 3] =
            if round == "1" { ["1a", "1b", "1c"] } else { ["2a", "2b", "2c"] };
        let outcomes = in_one_group(
            &store,
            vec![insert(names[0]), insert(names[1]), lose(fails), insert(names[2])],
        );
        assert_eq!(
            outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [true, true, false, true]
        );
    }
    assert_eq!(ids(&store), ["1a", "1b", "1c", "2a", "2b", "2c"]);
    sound(&store, 6);
}

#[test]
fn what_a_failed_write_changed_is_gone_whatever_changed_it() {
    let store = store();
    put(&store, "there", 1).unwrap();
    let insert = |id: &'static str| -> Write {
        Box::new(move |tx| {
            tx.execute("INSERT INTO child (id) VALUES (?1)", params![id])?;
            tx.record(Entry::new("test.done", &Actor::system("test"))).map(drop)
        })
    };
    let refused = || Err(Error::bug("refused"));
    let before: Write = Box::new(move |tx| {
        tx.rows("SELECT id FROM child", params![], |_| Ok(()))?;
        tx.record(Entry::new("test.never", &Actor::system("test")))?;
        refused()
    });
    let later: Write = Box::new(move |tx| {
        tx.execute("INSERT INTO child (id) VALUES ('no')", params![])?;
        refused()
    });
    let returning: Write = Box::new(move |tx| {
        let sql = "DELETE FROM child WHERE id = 'there' RETURNING id";
        tx.rows(sql, params![], |_| Ok(()))?;
        refused()
    });
    let panics: Write = Box::new(move |tx| {
        tx.execute("DELETE FROM child", params![])?;
        panic!("in a write");
    });
    let writes =
        vec![insert("a"), before, insert("b"), later, insert("c"), returning, panics, insert("d")];
    let kept: Vec<bool> = in_one_group(&store, writes).iter().map(Result::is_ok).collect();
    assert_eq!(kept, [true, false, true, false, true, false, false, true]);
    assert_eq!(ids(&store), ["a", "b", "c", "d", "there"]);
    sound(&store, 5);
}

#[test]
fn a_commit_that_fails_fails_only_the_guilty() {
    let store = store();
    let insert = |id: &'static str, parent: Option<&'static str>| -> Write {
        Box::new(move |tx| {
            // Checked at the commit, when the savepoint is long released.
            tx.execute("PRAGMA defer_foreign_keys = ON", params![])?;
            tx.execute("INSERT INTO child (id, parent) VALUES (?1, ?2)", params![id, parent])?;
            tx.record(Entry::new("test.done", &Actor::system("test"))).map(drop)
        })
    };
    let outcomes = in_one_group(
        &store,
        vec![insert("a", None), insert("b", Some("nobody")), insert("c", None)],
    );
    assert!(outcomes[0].is_ok() && outcomes[2].is_ok());
    assert!(outcomes[1].as_ref().unwrap_err().is(errors::CONSTRAINT));
    assert_eq!(ids(&store), ["a", "c"]);
    sound(&store, 2);
}

#[test]
fn a_locked_database_fails_one_write_and_the_next_goes_through() {
    let store = store();
    let crate::Engine::Sqlite(sqlite) = &store.engine else { panic!("SQLite") };
    pragma(&store, "PRAGMA busy_timeout = 50");
    let other = rusqlite::Connection::open(&sqlite.place.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(put(&store, "a", 1).unwrap_err().is(errors::DATABASE_AWAY));
    assert_eq!(ids(&store).len(), 0, "reading goes on");
    // Another process may write between ours, entries included.
    other.execute_batch("INSERT INTO parent VALUES ('x'); COMMIT").unwrap();
    put(&store, "b", 1).unwrap();
    let twin = Store::open(&format!("sqlite:{}", sqlite.place.path.display()), &[SCHEMA]).unwrap();
    put(&twin, "c", 1).unwrap();
    put(&store, "d", 1).unwrap();
    put(&twin, "e", 1).unwrap();
    assert_eq!(ids(&store), ["b", "c", "d", "e"]);
    sound(&store, 4);
}

#[test]
fn the_log_stays_bounded_under_readers_that_overlap_without_end() {
    let store = store();
    let crate::Engine::Sqlite(sqlite) = &store.engine else { panic!("SQLite") };
    let log = super::log_path(&sqlite.place.path);
    let length = || std::fs::metadata(&log).map_or(0, |m| m.len());
    let pause = std::time::Duration::from_millis(20);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    store
                        .read(|tx| {
                            tx.journal_head()?;
                            std::thread::sleep(pause);
                            Ok(())
                        })
                        .unwrap();
                }
            });
        }
        // No assertion before the readers are told to end: they would be waited for.
        let (mut longest, mut last) = (0, 0);
        for n in 0..3_000 {
            let bytes = if longest == 0 { 1 << 20 } else { 1 };
            if put(&store, &format!("{n:06}"), bytes).is_err() {
                break;
            }
            last = length();
            if last > super::writer::WAL_BYTES_MAX {
                longest = longest.max(last);
                std::thread::sleep(pause);
            } else if longest > 0 || n > 500 {
                break;
            }
        }
        done.store(true, Ordering::Relaxed);
        assert!(longest > 0, "the log never grew");
        assert!(last <= super::writer::WAL_BYTES_MAX, "the log stays at {last} bytes");
    });
}

#[test]
fn a_passing_database_is_private_and_leaves_nothing_behind() {
    let store = store();
    let crate::Engine::Sqlite(sqlite) = &store.engine else { panic!("SQLite") };
    let folder = sqlite.place.path.parent().unwrap().to_owned();
    put(&store, "a", 1).unwrap();
    for file in std::fs::read_dir(&folder).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "only the owner reads a database");
    }
    let clone = store.clone();
    drop(store);
    assert!(folder.exists() && ids(&clone) == ["a"]);
    drop(clone);
    assert!(!folder.exists());
}

fn journal(store: &Store) -> String {
    store.write(|tx| tx.one("PRAGMA journal_mode", params![], |r| r.get(0))).unwrap()
}

#[test]
fn a_load_has_no_log_and_it_comes_back() {
    let store = store();
    put(&store, "before", 10).unwrap();
    assert_eq!(ids(&store), ["before"]); // an idle reader of our own is not in the way
    let loading = store.loading().unwrap();
    assert_eq!(journal(&store), "delete");
    put(&store, "one", 10).unwrap();
    // What fails in it is undone.
    assert!(put(&store, "one", 10).unwrap_err().is(errors::CONSTRAINT));
    put(&store, "two", 100_000).unwrap();
    assert_eq!(ids(&store), ["before", "one", "two"]);
    drop(loading);
    assert_eq!(journal(&store), "wal");
    sound(&store, 3);
}

#[test]
fn who_reads_keeps_the_log_or_is_waited_for() {
    let folder = crate::passing::Folder::new().unwrap();
    let path = folder.path().join("province.db");
    let url = format!("sqlite:{}", path.display());
    let store = Store::open(&url, &[SCHEMA]).unwrap();
    put(&store, "before", 10).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    let seen = |c: &rusqlite::Connection| -> i64 {
        c.query_row("SELECT COUNT(*) FROM child", [], |r| r.get(0)).unwrap()
    };
    other.execute_batch("BEGIN").unwrap();
    assert_eq!(seen(&other), 1);
    let loading = store.loading().unwrap();
    assert_eq!(journal(&store), "wal", "somebody reads");
    put(&store, "one", 10).unwrap();
    assert_eq!(seen(&other), 1, "as of its beginning");
    drop(loading);
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);

    let loading = store.loading().unwrap();
    assert_eq!(journal(&store), "delete");
    // A copy begins meanwhile: the next commit waits for its end.
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN").unwrap();
    assert_eq!(seen(&other), 2);
    let writer = std::thread::spawn({
        let store = store.clone();
        move || put(&store, "two", 10)
    });
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(seen(&other), 2);
    other.execute_batch("ROLLBACK").unwrap();
    writer.join().unwrap().unwrap();
    assert_eq!(seen(&other), 3);
    drop(other);
    drop(loading);
    assert_eq!(journal(&store), "wal");
    sound(&store, 3);
}
