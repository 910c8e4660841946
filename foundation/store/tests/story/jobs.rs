use crate::Engine;
use kernel::{Error, Instant, limits};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use store::{Clock, Handlers, Job, Store, params};

fn at(seconds: i64) -> Instant {
    Instant(1_800_000_000_000_000).plus_seconds(seconds)
}

fn store_at(engine: Engine) -> (Store, Clock) {
    let clock = Clock::manual(at(0));
    (engine.store_with(clock.clone()), clock)
}

fn enqueue(store: &Store, key: &'static str) {
    store
        .write(move |tx| {
            tx.enqueue(Job { kind: "note", key, payload: json!({"id": key}), not_before: None })
        })
        .unwrap();
}

/// Writes a row; a payload with `fail` fails.
fn handlers(runs: &Arc<AtomicUsize>, fail: bool) -> Handlers {
    let runs = Arc::clone(runs);
    let mut handlers = Handlers::new();
    handlers.insert(
        "note",
        Box::new(move |store, payload| {
            runs.fetch_add(1, Ordering::Relaxed);
            if fail {
                return Err(Error::bug("the printer is out of paper"));
            }
            let id = payload["id"].as_str().unwrap_or_default().to_owned();
            store.write(move |tx| {
                tx.execute(
                    "INSERT INTO account (id, amount, version) VALUES (?1, 1, 1) \
                     ON CONFLICT (id) DO NOTHING",
                    params![&id],
                )
            })?;
            Ok(())
        }),
    );
    handlers
}

fn states(store: &Store) -> Vec<(String, i64)> {
    store.read(|tx| tx.jobs_overview()).unwrap().into_iter().map(|c| (c.state, c.count)).collect()
}

pub fn a_job_runs_once_and_its_repeat_is_ignored(engine: Engine) {
    let (store, _) = store_at(engine);
    let runs = Arc::new(AtomicUsize::new(0));
    let handlers = handlers(&runs, false);
    for key in ["a", "a", "b"] {
        enqueue(&store, key);
    }
    assert_eq!(states(&store), [("waiting".into(), 2)]);
    assert_eq!(store.run_jobs_once(&handlers).unwrap(), 2);
    enqueue(&store, "a");
    assert_eq!(store.run_jobs_once(&handlers).unwrap(), 0);
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(states(&store), [("done".into(), 2)]);
}

pub fn a_failing_job_waits_longer_each_time_and_is_set_aside_with_its_cause(engine: Engine) {
    let (store, clock) = store_at(engine);
    let runs = Arc::new(AtomicUsize::new(0));
    let failing = handlers(&runs, true);
    enqueue(&store, "a");
    assert_eq!(store.run_jobs_once(&failing).unwrap(), 1);
    assert_eq!(store.run_jobs_once(&failing).unwrap(), 0, "not before its time");
    let failed = store.read(|tx| tx.jobs_failed()).unwrap();
    assert_eq!((failed[0].dead, failed[0].attempts, failed[0].due_at), (false, 1, at(10)));
    for n in 2..=limits::JOB_ATTEMPTS_MAX {
        clock.set(at(n * 4000));
        assert_eq!(store.run_jobs_once(&failing).unwrap(), 1);
    }
    clock.set(at(100_000));
    assert_eq!(store.run_jobs_once(&failing).unwrap(), 0);
    let failed = store.read(|tx| tx.jobs_failed()).unwrap();
    assert!(failed[0].dead && failed[0].cause.contains("out of paper"));
    let id = failed[0].id.clone();
    store.write(move |tx| tx.job_retry(&id)).unwrap();
    assert_eq!(store.run_jobs_once(&handlers(&runs, false)).unwrap(), 1);
    assert_eq!(states(&store), [("done".into(), 1)]);
    assert!(store.write(|tx| tx.job_retry("note:a")).is_err(), "a job that is done stays done");
}

pub fn a_job_whose_worker_died_runs_again_when_the_lease_is_over(engine: Engine) {
    let (store, clock) = store_at(engine);
    enqueue(&store, "a");
    let runs = Arc::new(AtomicUsize::new(0));
    let lost = store.clone();
    let mut dying = Handlers::new();
    dying.insert(
        "note",
        Box::new(move |_, _| {
            // What a crash after the effect and before the mark leaves: the lease of a dead worker.
            lost.write(|tx| tx.execute("UPDATE job SET lease = 'dead worker'", params![]))?;
            Ok(())
        }),
    );
    assert_eq!(store.run_jobs_once(&dying).unwrap(), 1);
    assert_eq!(states(&store), [("running".into(), 1)]);
    let handlers = handlers(&runs, false);
    assert_eq!(store.run_jobs_once(&handlers).unwrap(), 0);
    clock.set(at(limits::JOB_LEASE_SECONDS));
    assert_eq!(store.run_jobs_once(&handlers).unwrap(), 1);
    assert_eq!(states(&store), [("done".into(), 1)]);
}

pub fn workers_do_all_jobs_and_a_panic_is_a_failure(engine: Engine) {
    let (store, _) = store_at(engine);
    let runs = Arc::new(AtomicUsize::new(0));
    let mut all = handlers(&runs, false);
    all.insert("panic", Box::new(|_, _| panic!("a handler's mistake")));
    let threads = store.run_jobs(all, 3);
    for n in 0..40 {
        store
            .write(move |tx| {
                let key = format!("k{n}");
                tx.enqueue(Job {
                    kind: "note",
                    key: &key,
                    payload: json!({ "id": key }),
                    not_before: None,
                })
            })
            .unwrap();
    }
    store
        .write(|tx| {
            tx.enqueue(Job { kind: "panic", key: "p", payload: json!(null), not_before: None })
        })
        .unwrap();
    let done = || states(&store).contains(&("done".into(), 40));
    let failed = || store.read(|tx| tx.jobs_failed()).unwrap();
    for _ in 0..3000 {
        if done() && !failed().is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    threads.stop();
    assert!(done());
    assert!(failed()[0].cause.contains("panicked"));
    assert_eq!(runs.load(Ordering::Relaxed), 40);
}
