use crate::Engine;
use kernel::{Actor, Error, Result};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};
use std::time::Duration;
use store::{Entry, Follower, Recorded, Store, WriteTx, params};

/// Counts entries and adds up their numbers.
pub struct Counter {
    pub name: &'static str,
    pub broken: Arc<AtomicBool>,
}

impl Follower for Counter {
    fn name(&self) -> &'static str {
        self.name
    }
    fn apply(&mut self, tx: &mut WriteTx<'_>, entries: &[Recorded]) -> Result<()> {
        for e in entries {
            tx.execute(
                "INSERT INTO seen (name, n, total) VALUES (?1, 1, ?2) \
                 ON CONFLICT (name) DO UPDATE SET n = seen.n + 1, total = seen.total + ?2",
                params![self.name, e.seq],
            )?;
        }
        if self.broken.load(Ordering::Relaxed) {
            return Err(Error::bug("the counter is broken"));
        }
        Ok(())
    }
    fn reset(&mut self, tx: &mut WriteTx<'_>) -> Result<()> {
        tx.execute("DELETE FROM seen WHERE name = ?1", params![self.name]).map(drop)
    }
}

pub fn counter(name: &'static str) -> Counter {
    Counter { name, broken: Arc::default() }
}

pub fn seen(store: &Store, name: &str) -> (i64, i64) {
    store
        .read(|tx| {
            tx.row("SELECT n, total FROM seen WHERE name = ?1", params![name], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
        })
        .unwrap()
        .unwrap_or_default()
}

fn record(store: &Store, n: usize) {
    store
        .write(move |tx| {
            for _ in 0..n {
                tx.record(Entry::new("test.done", &Actor::system("test")))?;
            }
            Ok(())
        })
        .unwrap();
}

pub fn until(what: &str, f: impl Fn() -> bool) {
    for _ in 0..3000 {
        if f() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never came: {what}");
}

pub fn catching_up_counts_each_entry_once_and_again_after_a_rebuild(engine: Engine) {
    let store = engine.store();
    let mut counter = counter("a");
    assert_eq!(store.catch_up(&mut counter).unwrap(), 0);
    record(&store, 1203);
    assert_eq!(store.catch_up(&mut counter).unwrap(), 1203);
    assert_eq!(store.catch_up(&mut counter).unwrap(), 1203);
    assert_eq!(seen(&store, "a"), (1203, 1203 * 1204 / 2));
    store.write(|tx| tx.follower_rebuild("a")).unwrap();
    record(&store, 2);
    store.catch_up(&mut counter).unwrap();
    assert_eq!(seen(&store, "a").0, 1205);
}

pub fn a_failing_follower_shows_its_error_and_holds_up_nobody(engine: Engine) {
    let store = engine.store();
    let bad = counter("bad");
    let broken = Arc::clone(&bad.broken);
    broken.store(true, Ordering::Relaxed);
    let thread = store.follow(vec![Box::new(bad), Box::new(counter("good"))]);
    record(&store, 10);
    until("the good one has counted", || seen(&store, "good").0 == 10);
    let state = || store.read(|tx| tx.follower_state()).unwrap();
    until("the bad one has failed", || state()[0].failures > 0);
    let bad = &state()[0];
    assert_eq!((bad.name.as_str(), bad.cursor, bad.lag), ("bad", 0, 10));
    assert!(bad.error.as_deref().unwrap().contains("the counter is broken"));
    assert_eq!(seen(&store, "bad"), (0, 0));
    broken.store(false, Ordering::Relaxed);
    until("the bad one is mended", || seen(&store, "bad").0 == 10);
    let state = state();
    assert_eq!((state[0].failures, state[0].error.clone(), state[0].lag), (0, None, 0));
    thread.stop();
}

pub fn commits_tell_the_head_and_wake_who_waits(engine: Engine) {
    let store = engine.store();
    let told = Arc::new(AtomicI64::new(0));
    let hook = Arc::clone(&told);
    store.on_commit(Box::new(move |head| hook.store(head, Ordering::Relaxed)));
    record(&store, 3);
    store.settle().unwrap();
    assert_eq!(store.head(), 3);
    until("the hook is called", || told.load(Ordering::Relaxed) == 3);
    let waiting = store.clone();
    let thread = std::thread::spawn(move || waiting.wait_past(3, Duration::from_secs(60)));
    record(&store, 1);
    assert_eq!(thread.join().unwrap(), 4);
    assert_eq!(store.wait_past(4, Duration::from_millis(1)), 4);
}

pub fn a_running_follower_is_rebuilt_when_asked(engine: Engine) {
    let store = engine.store();
    let _thread = store.follow(vec![Box::new(counter("a"))]);
    record(&store, 5);
    until("counted", || seen(&store, "a").0 == 5);
    store
        .write(|tx| {
            tx.execute("UPDATE seen SET n = 99", params![])?;
            tx.follower_rebuild("a")
        })
        .unwrap();
    until("rebuilt", || seen(&store, "a") == (5, 15));
}
