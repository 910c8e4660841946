//! What only PostgreSQL has: several nodes on one database, connections that run out or break.

use crate::{Engine, SCHEMA, followers::counter, followers::seen, followers::until};
use kernel::{Actor, limits};
use std::sync::{Arc, Barrier};
use store::{Clock, Entry, Store, params};

fn record(store: &Store) {
    store.write(|tx| tx.record(Entry::new("test.done", &Actor::system("test")))).unwrap();
}

#[test]
fn two_nodes_share_one_dense_journal_and_count_each_entry_once() {
    let place = Engine::Postgres.place();
    let nodes: Vec<Store> =
        (0..2).map(|_| Engine::Postgres.open(&place, Clock::system())).collect();
    let followers: Vec<_> =
        nodes.iter().map(|n| n.follow(vec![Box::new(counter("both"))])).collect();
    let threads: Vec<_> = (0..8)
        .map(|t| {
            let node = nodes[t % 2].clone();
            std::thread::spawn(move || (0..50).for_each(|_| record(&node)))
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    for node in &nodes {
        node.settle().unwrap();
    }
    until("both nodes know the head", || nodes.iter().all(|n| n.head() == 400));
    until("the followers have counted", || seen(&nodes[0], "both").0 >= 400);
    drop(followers);
    assert_eq!(seen(&nodes[0], "both"), (400, 400 * 401 / 2));
    assert!(nodes[1].verify_journal().unwrap().is_sound());
    // The node that numbers goes; the other takes over.
    let mut nodes = nodes.into_iter();
    drop(nodes.next());
    let last = nodes.next().unwrap();
    record(&last);
    last.settle().unwrap();
    assert_eq!(last.read(|tx| tx.journal_head()).unwrap(), 401);
}

/// Another node, as the server sees it: a connection that holds the sequencer's lock.
struct Other(postgres::Client);

impl Other {
    /// Takes the lock that this store's sequencer holds, as soon as it is free.
    fn after(store: Store, url: &str) -> Self {
        const HELD: &str = "SELECT CAST(l.classid AS BIGINT), CAST(l.objid AS BIGINT) \
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
            WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()";
        let held = || {
            store.read(|tx| tx.rows(HELD, params![], |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?))))
        };
        until("the first node holds the lock", || held().unwrap().len() == 1);
        let (high, low) = held().unwrap()[0];
        drop(store);
        let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
        client.execute("SELECT pg_advisory_lock($1)", &[&(high << 32 | low)]).unwrap();
        Self(client)
    }

    /// Works for some seconds.
    fn works(mut self) -> Self {
        for _ in 0..40 {
            self.0.batch_execute("SELECT pg_sleep(0.1)").unwrap();
        }
        self
    }
}

#[test]
fn a_node_that_is_alive_keeps_the_numbering() {
    let place = Engine::Postgres.place();
    let other = Other::after(Engine::Postgres.open(&place, Clock::system()), &place.url);
    let works = std::thread::spawn(move || other.works());
    let store = Engine::Postgres.open(&place, Clock::system());
    record(&store);
    let other = works.join().unwrap();
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), 0, "two would number the same entry");
    drop(other);
    store.settle().unwrap();
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), 1);
}

/// Frozen in the middle of a numbering: it holds the lock, and the rows it was about to number.
#[test]
fn a_node_that_fell_silent_is_followed_by_another_and_no_number_is_lost_or_given_twice() {
    let place = Engine::Postgres.place();
    let store = Engine::Postgres.open(&place, Clock::system());
    (0..3).for_each(|_| record(&store));
    store.settle().unwrap();
    let other = Other::after(store, &place.url);
    let works = std::thread::spawn(move || other.works());
    let store = Engine::Postgres.open(&place, Clock::system());
    let follower = store.follow(vec![Box::new(counter("watching"))]);
    (0..5).for_each(|_| record(&store));
    let mut other = works.join().unwrap();
    let taken = "BEGIN; DELETE FROM journal_pending; \
                 UPDATE journal SET leaf = leaf WHERE seq = 3";
    other.0.batch_execute(taken).unwrap();
    (0..5).for_each(|_| record(&store));
    until("somebody else numbers", || store.head() == 13);
    until("the follower has counted", || seen(&store, "watching").0 >= 13);
    // It wakes up and wants to go on.
    let late = other.0.batch_execute("COMMIT");
    assert!(late.is_err(), "what it had begun is void");
    record(&store);
    store.settle().unwrap();
    until("the follower has counted on", || seen(&store, "watching").0 >= 14);
    drop(follower);
    assert_eq!(seen(&store, "watching"), (14, 14 * 15 / 2));
    assert!(store.verify_journal().unwrap().is_sound());
}

#[test]
fn connections_are_bounded_and_the_wait_is_told() {
    let store = Engine::Postgres.store();
    let all_busy = Arc::new(Barrier::new(limits::PG_CONNECTIONS_MAX + 1));
    let told = Arc::new(Barrier::new(limits::PG_CONNECTIONS_MAX + 1));
    let holders: Vec<_> = (0..limits::PG_CONNECTIONS_MAX)
        .map(|_| {
            let (store, busy, told) = (store.clone(), Arc::clone(&all_busy), Arc::clone(&told));
            std::thread::spawn(move || {
                store.read(|tx| {
                    tx.journal_head()?;
                    busy.wait();
                    told.wait();
                    Ok(())
                })
            })
        })
        .collect();
    all_busy.wait();
    let refused = store.read(|tx| tx.journal_head());
    told.wait();
    assert!(refused.unwrap_err().is(store::QUEUE_FULL));
    holders.into_iter().for_each(|h| h.join().unwrap().unwrap());
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), 0);
}

#[test]
fn lost_connections_are_replaced() {
    let store = Engine::Postgres.store();
    record(&store);
    store.settle().unwrap();
    // The server ends every other connection: the pool's idle ones, the sequencer's, the listener's.
    store
        .read(|tx| {
            tx.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
                params![],
                |r| r.get::<bool>(0),
            )
        })
        .unwrap();
    record(&store);
    store.settle().unwrap();
    let own = store
        .write(|tx| tx.row("SELECT pg_terminate_backend(pg_backend_pid())", params![], |_| Ok(())));
    assert!(own.is_err());
    record(&store);
    store.settle().unwrap();
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), 3);
}

/// Unheard, the next statement would fail without a cause, and a transaction that met another would
/// not be run again.
#[test]
fn a_failure_behind_the_row_that_was_wanted_is_told() {
    let store = Engine::Postgres.store();
    let division = "SELECT 6 / (3 - n) FROM generate_series(1, 3) AS n";
    let first = store.read(|tx| tx.row(division, params![], |r| r.get::<i64>(0)));
    let error = first.unwrap_err();
    assert!(error.cause().is_some_and(|c| c.contains("22012")), "{error:?}");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let nowhere = Store::open("postgres://nobody@127.0.0.1:1/none", &[SCHEMA]);
    assert!(nowhere.err().unwrap().is(store::DATABASE_AWAY));
    assert!(Store::open("mysql://x", &[SCHEMA]).err().unwrap().is(store::DATABASE_URL));
}
