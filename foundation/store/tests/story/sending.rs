//! Statements whose outcome nobody waits for, and readings asked together.

use crate::Engine;
use kernel::{Error, Result, error};
use store::{ReadTx, Store, WriteTx, params};

const INSERT: &str = "INSERT INTO account (id, amount, version) VALUES (?1, ?2, 1)";
const AMOUNT: &str = "SELECT amount FROM account WHERE id = ?1";
const RAISE: &str = "UPDATE account SET version = version + 1 WHERE id = ?1 AND version = ?2";

/// More than are on their way at once.
const MANY: i64 = 150;

fn send(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    tx.send(INSERT, params![id, 0])
}

fn ids(store: &Store) -> Vec<String> {
    store.read(|tx| tx.rows("SELECT id FROM account ORDER BY id", params![], |r| r.get(0))).unwrap()
}

fn version(store: &Store, id: &str) -> i64 {
    let sql = "SELECT version FROM account WHERE id = ?1";
    store.read(|tx| tx.one(sql, params![id], |r| r.get(0))).unwrap()
}

pub fn what_is_sent_is_there_for_the_next_reading_and_after_the_commit(engine: Engine) {
    let store = engine.store();
    let count = "SELECT COUNT(*) FROM account";
    let seen = store.write(move |tx| {
        for n in 0..MANY {
            tx.send(INSERT, params![format!("{n:03}"), n])?;
        }
        let seen = tx.one(count, params![], |r| r.get::<i64>(0))?;
        send(tx, "last")?;
        Ok(seen)
    });
    assert_eq!(seen.unwrap(), MANY);
    assert_eq!(ids(&store).len(), 151);
}

pub fn a_failure_of_what_was_sent_undoes_all_of_it(engine: Engine) {
    let store = engine.store();
    store.write(|tx| send(tx, "a")).unwrap();
    // Nothing is waited for behind it.
    let last = store.write(|tx| {
        send(tx, "b")?;
        send(tx, "a")
    });
    assert!(last.unwrap_err().is(store::CONSTRAINT));
    // A reading is, and says why.
    let read = store.write(|tx| {
        send(tx, "c")?;
        let _ = send(tx, "a");
        tx.one("SELECT COUNT(*) FROM account", params![], |r| r.get::<i64>(0))
    });
    assert!(read.unwrap_err().is(store::CONSTRAINT));
    let own = store.write(|tx| {
        send(tx, "d")?;
        Err::<(), _>(Error::new(error::NOT_ALLOWED))
    });
    assert!(own.unwrap_err().is(error::NOT_ALLOWED));
    assert_eq!(ids(&store), ["a"]);
    store.write(|tx| send(tx, "e")).unwrap();
    assert_eq!(ids(&store), ["a", "e"]);
}

pub fn an_attempt_answers_for_what_was_sent_in_it(engine: Engine) {
    let store = engine.store();
    store
        .write(|tx| {
            send(tx, "a")?;
            let tried = tx.attempt(|tx| {
                send(tx, "b")?;
                send(tx, "a")
            });
            assert!(tried.unwrap_err().is(store::CONSTRAINT));
            let tried = tx.attempt(|tx| tx.send_one(RAISE, params!["a", 7]));
            assert!(tried.unwrap_err().is(error::CHANGED_MEANWHILE));
            let own = tx.attempt(|tx| {
                send(tx, "b")?;
                tx.send_one(RAISE, params!["a", 7])
                    .and(Err::<(), _>(Error::new(error::NOT_ALLOWED)))
            });
            assert!(own.is_err());
            let tried = tx.rehearse(|tx| tx.send_one(RAISE, params!["a", 7]));
            assert!(tried.unwrap_err().is(error::CHANGED_MEANWHILE));
            tx.rehearse(|tx| tx.send_one(RAISE, params!["a", 1]))?;
            tx.attempt(|tx| send(tx, "c"))?;
            send(tx, "d")
        })
        .unwrap();
    assert_eq!(ids(&store), ["a", "c", "d"]);
    assert_eq!(version(&store, "a"), 1);
}

pub fn one_row_is_changed_or_nothing_at_all(engine: Engine) {
    let store = engine.store();
    store.write(|tx| send(tx, "a")).unwrap();
    let missed = store.write(|tx| {
        send(tx, "b")?;
        tx.send_one(RAISE, params!["a", 7])
    });
    assert!(missed.unwrap_err().is(error::CHANGED_MEANWHILE));
    let swallowed = store.write(|tx| {
        let _ = tx.send_one(RAISE, params!["nobody", 1]);
        let _ = tx.one("SELECT COUNT(*) FROM account", params![], |r| r.get::<i64>(0));
        send(tx, "c")
    });
    assert!(swallowed.is_err());
    let two = store.write(|tx| {
        send(tx, "d")?;
        tx.send_one("UPDATE account SET amount = 5", params![])
    });
    assert!(two.unwrap_err().is(error::CHANGED_MEANWHILE));
    assert_eq!(ids(&store), ["a"]);
    store.write(|tx| tx.send_one(RAISE, params!["a", 1])).unwrap();
    assert_eq!(version(&store, "a"), 2);
}

pub fn of_two_who_send_the_same_change_one_is_told(engine: Engine) {
    let store = engine.store();
    store.write(|tx| send(tx, "a")).unwrap();
    let all: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            std::thread::spawn(move || store.write(|tx| tx.send_one(RAISE, params!["a", 1])))
        })
        .collect();
    let outcomes: Vec<_> = all.into_iter().map(|t| t.join().unwrap()).collect();
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1);
    let told = |e: &Error| e.is(error::CHANGED_MEANWHILE);
    assert!(outcomes.iter().all(|o| o.as_ref().err().is_none_or(told)));
    assert_eq!(version(&store, "a"), 2);
}

pub fn readings_foreseen_are_those_that_would_have_been_read(engine: Engine) {
    let store = engine.store();
    store
        .write(|tx| (0..MANY).try_for_each(|n| tx.send(INSERT, params![format!("{n}"), n])))
        .unwrap();
    let of = |tx: &mut ReadTx<'_>, id: &str| tx.row(AMOUNT, params![id], |r| r.get::<i64>(0));
    store
        .read(|tx| {
            tx.foresee(&[(AMOUNT, params!["3"]), (AMOUNT, params!["none"])])?;
            tx.foresee(&[(AMOUNT, params!["3"]), (AMOUNT, params!["5"])])?;
            // In any order, more than once, or never.
            assert_eq!((of(tx, "4")?, of(tx, "5")?, of(tx, "none")?), (Some(4), Some(5), None));
            assert_eq!((of(tx, "3")?, of(tx, "3")?), (Some(3), Some(3)));
            tx.foresee(&[(AMOUNT, params!["6"])])
        })
        .unwrap();
    store
        .write(move |tx| {
            tx.foresee(&[(AMOUNT, params!["6"]), (AMOUNT, params!["7"]), (AMOUNT, params!["8"])])?;
            assert_eq!(of(tx, "6")?, Some(6));
            tx.send("UPDATE account SET amount = 70 WHERE id = ?1", params!["7"])?;
            assert_eq!((of(tx, "7")?, of(tx, "8")?), (Some(70), Some(8)));
            // What is undone is not what was there.
            let tried = tx.attempt(|tx| {
                tx.send("UPDATE account SET amount = 80 WHERE id = ?1", params!["8"])?;
                tx.foresee(&[(AMOUNT, params!["8"])])?;
                tx.execute(INSERT, params!["6", 0])
            });
            assert!(tried.is_err());
            assert_eq!(of(tx, "8")?, Some(8));
            // Not for the next transaction on this connection either.
            tx.foresee(&[(AMOUNT, params!["9"])])
        })
        .unwrap();
    store
        .write(|tx| tx.send("UPDATE account SET amount = 90 WHERE id = ?1", params!["9"]))
        .unwrap();
    assert_eq!(store.read(|tx| of(tx, "9")).unwrap(), Some(90));
    // One that cannot be run is told, at the latest by what is waited for next.
    let bad = store.read(|tx| {
        tx.foresee(&[("SELECT nothing FROM account WHERE id = ?1", params!["1"])])?;
        tx.row("SELECT nothing FROM account WHERE id = ?1", params!["1"], |_| Ok(()))
    });
    assert!(bad.unwrap_err().is(error::BUG));
}
