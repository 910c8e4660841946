//! `kill -9`: the test starts itself as a child that writes under load, kills it at random moments,
//! and looks at what is left.

use crate::{Engine, SCHEMA, followers::counter, followers::until};
use kernel::{Actor, limits};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use store::{Clock, Entry, Handlers, Job, Store, params};

/// Tells the child where to write.
const PLACE: &str = "LIENTHONG_STORE_TEST_PLACE";
/// Tells the child how to name what it writes.
const ROUND: &str = "LIENTHONG_STORE_TEST_ROUND";
const ROUNDS: u64 = 8;
const WRITERS: usize = 4;

/// One write: a row, its entry and its job.
fn write(store: &Store, id: &str) -> kernel::Result<()> {
    let id = id.to_owned();
    store.write(move |tx| {
        tx.execute("INSERT INTO account (id, amount, version) VALUES (?1, 0, 1)", params![&id])?;
        tx.record(Entry::new("test.done", &Actor::system("test")).body(json!({ "id": id })))?;
        tx.enqueue(Job { kind: "add", key: &id, payload: json!({ "id": id }), not_before: None })
    })
}

/// Adds one to the row. Idempotent as jobs must be: by the row's version.
fn handlers() -> Handlers {
    let mut handlers = Handlers::new();
    handlers.insert(
        "add",
        Box::new(|store, payload| {
            let id = payload["id"].as_str().unwrap_or_default().to_owned();
            store
                .write(move |tx| {
                    tx.execute(
                        "UPDATE account SET amount = amount + 1, version = 2 \
                         WHERE id = ?1 AND version = 1",
                        params![&id],
                    )
                })
                .map(drop)
        }),
    );
    handlers
}

/// The child. Does nothing when the tests are run as usual.
#[test]
fn child() {
    let (Ok(url), Ok(round)) = (std::env::var(PLACE), std::env::var(ROUND)) else { return };
    let store = Store::open(&url, &[SCHEMA]).unwrap();
    let _followers = store.follow(vec![Box::new(counter("a")), Box::new(counter("b"))]);
    let _jobs = store.run_jobs(handlers(), 2);
    let threads: Vec<_> = (0..WRITERS)
        .map(|t| {
            let (store, round) = (store.clone(), round.clone());
            std::thread::spawn(move || {
                // Bounded, so that a child whose parent has gone ends by itself.
                for n in 0..20_000 {
                    let id = format!("{round}-{t}-{n}");
                    if write(&store, &id).is_ok() {
                        let line = format!("\nack {id}\n");
                        let _ = std::io::stdout().lock().write_all(line.as_bytes());
                    }
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
}

/// Runs the child, kills it somewhere within 300 ms after its first acknowledgement, and returns
/// what it acknowledged.
fn killed_child(url: &str, round: u64, chance: u64) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture", "--test-threads=1"])
        .env(PLACE, url)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
    let ack = |line: Vec<u8>| {
        let line = String::from_utf8(line).ok()?;
        line.strip_prefix("ack ").map(str::to_owned)
    };
    let mut acks: Vec<String> = Vec::new();
    while acks.is_empty() {
        let line = lines.next().expect("the child writes before it ends").unwrap();
        acks.extend(ack(line));
    }
    let reader = std::thread::spawn(move || {
        let rest: Vec<String> = lines.map_while(Result::ok).filter_map(ack).collect();
        rest
    });
    std::thread::sleep(Duration::from_micros(chance % 300_000));
    child.kill().unwrap();
    child.wait().unwrap();
    acks.extend(reader.join().unwrap());
    acks
}

pub fn random() -> u64 {
    let mut bytes = [0u8; 8];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes)
}

pub fn killed_at_random_moments_nothing_acknowledged_is_lost_or_doubled(engine: Engine) {
    let place = engine.place();
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let acks = killed_child(&place.url, round, random());
        acknowledged.extend(acks);
        check(engine, &place, &acknowledged, round == ROUNDS - 1);
    }
}

/// Connections of nodes that were there before this store was opened.
fn older_nodes(store: &Store) -> i64 {
    let sql = "SELECT COUNT(*) FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name = 'lienthong' \
               AND backend_start < \
               (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())";
    store.read(|tx| tx.one(sql, params![], |r| r.get(0))).unwrap()
}

fn check(engine: Engine, place: &crate::Place, acknowledged: &BTreeSet<String>, last: bool) {
    // The leases of the killed workers are over.
    let real = Clock::system().now();
    let clock = Clock::manual(real.plus_seconds(limits::JOB_LEASE_SECONDS + 60));
    let store = engine.open(place, clock);
    if engine == Engine::Postgres {
        until("the server has ended the killed child's transactions", || older_nodes(&store) == 0);
    }
    store.settle().unwrap();
    let health = store.verify_journal().unwrap();
    assert!(health.is_sound() && health.pending == 0, "{:?}", health.faults);
    let rows: Vec<String> = store
        .read(|tx| tx.rows("SELECT id FROM account ORDER BY id", params![], |r| r.get(0)))
        .unwrap();
    let rows: BTreeSet<String> = rows.into_iter().collect();
    assert!(acknowledged.is_subset(&rows), "an acknowledged write is lost");
    // Not acknowledged, and yet durable: at most what was under way in each writer of each round.
    assert!(rows.len() <= acknowledged.len() + WRITERS * ROUNDS as usize);
    let entries = store.read(|tx| tx.journal_after(0, i64::MAX)).unwrap();
    let named: BTreeSet<String> =
        entries.iter().map(|e| e.body["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(named, rows, "each row has its entry, each entry its row");
    assert_eq!(entries.len(), rows.len(), "no entry twice");
    if last {
        for name in ["a", "b"] {
            store.catch_up(&mut counter(name)).unwrap();
            let n = rows.len() as i64;
            assert_eq!(crate::followers::seen(&store, name), (n, n * (n + 1) / 2));
        }
        let workers = store.run_jobs(handlers(), 8);
        until("all jobs are done", || {
            let jobs = store.read(|tx| tx.jobs_overview()).unwrap();
            jobs.iter().all(|j| j.state == "done")
        });
        workers.stop();
        let (n, sum): (i64, i64) = store
            .read(|tx| {
                tx.one(
                    "SELECT COUNT(*), CAST(SUM(amount) AS BIGINT) FROM account",
                    params![],
                    |r| Ok((r.get(0)?, r.get(1)?)),
                )
            })
            .unwrap();
        assert_eq!((n, sum), (rows.len() as i64, n), "each job had its effect once");
    }
}
