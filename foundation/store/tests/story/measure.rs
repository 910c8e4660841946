//! Figures, not checks: `cargo test --release -p store --test story measure -- --ignored --nocapture`.

#![allow(clippy::print_stdout)]

use crate::{Engine, followers::counter};
use kernel::{Actor, PersonalId};
use serde_json::json;
use std::time::Instant;
use store::{Clock, Entry, Store, params};

fn write(store: &Store, id: String) {
    let pid = PersonalId::parse("037198004217").unwrap();
    store
        .write(move |tx| {
            tx.execute(
                "INSERT INTO account (id, amount, version) VALUES (?1, 0, 1)",
                params![&id],
            )?;
            tx.record(
                Entry::new("data.read", &Actor::system("test"))
                    .at("13594")
                    .about(&pid)
                    .body(json!({ "items": ["name", "birth", "permanent"] })),
            )
        })
        .unwrap();
}

fn per_second(what: &str, n: usize, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    println!("{what:<60} {:>10.0}/s", n as f64 / seconds);
}

fn measure(engine: Engine, name: &str) {
    let place = engine.place();
    let store = engine.open(&place, Clock::system());
    for (threads, each) in [(1, 500), (8, 500), (64, 300), (256, 100)] {
        let began = Instant::now();
        std::thread::scope(|scope| {
            for t in 0..threads {
                let store = &store;
                scope.spawn(move || {
                    (0..each).for_each(|n| write(store, format!("{threads}-{t}-{n}")));
                });
            }
        });
        per_second(
            &format!("{name}: row + entry, durable, {threads} threads"),
            threads * each,
            began,
        );
    }
    let began = Instant::now();
    store.settle().unwrap();
    println!("{name}: settled after {:?}", began.elapsed());
    let n = 50_000;
    let began = Instant::now();
    for _ in 0..n {
        let sql = "SELECT amount FROM account WHERE id = ?1";
        store.read(|tx| tx.one(sql, params!["64-7-200"], |r| r.get::<i64>(0))).unwrap();
    }
    per_second(&format!("{name}: read by key, 1 thread"), n, began);
    let head = usize::try_from(store.head()).unwrap();
    let began = Instant::now();
    store.catch_up(&mut counter("figure")).unwrap();
    per_second(&format!("{name}: a follower that writes a row an entry"), head, began);
    let began = Instant::now();
    assert!(store.verify_journal().unwrap().is_sound());
    per_second(&format!("{name}: entries verified"), head, began);
    let began = Instant::now();
    for n in 0..100 {
        let seq = store.head();
        write(&store, format!("late-{n}"));
        store.wait_past(seq, std::time::Duration::from_secs(5));
    }
    println!("{name}: write to head known {:?} each", began.elapsed() / 100);
}

#[test]
#[ignore = "figures, not a check"]
fn on_sqlite() {
    measure(Engine::Sqlite, "sqlite");
}

#[test]
#[ignore = "figures, not a check"]
fn on_postgres() {
    measure(Engine::Postgres, "postgres");
}
