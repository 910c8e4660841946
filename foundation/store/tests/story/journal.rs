use crate::Engine;
use kernel::{Actor, DossierCode, Error, Instant, PersonalId};
use serde_json::json;
use store::{
    Clock, Entry, JournalFault, Part, Store, leaf_hash, params, verify_consistency,
    verify_inclusion,
};

fn pid(n: u32) -> PersonalId {
    PersonalId::parse(&format!("0371980{n:05}")).unwrap()
}

fn record(store: &Store, n: u32) {
    store
        .write(move |tx| {
            tx.record(
                Entry::new("test.done", &Actor::system("test"))
                    .at("13594")
                    .about(&pid(n % 7))
                    .about(&pid(n % 7))
                    .dossier(&DossierCode::new(format!("D{}", n % 5)))
                    .body(json!({ "n": n })),
            )
        })
        .unwrap();
}

pub fn a_recorded_reading_leaves_its_entries_or_gives_nothing(engine: Engine) {
    let store = engine.store();
    record(&store, 1);
    store.settle().unwrap();
    fn read() -> Entry {
        Entry::new("test.read", &Actor::system("test")).about(&pid(3))
    }
    // It sees the snapshot, not its own entries; a writer goes on while it reads.
    let seen = store
        .record(|tx| {
            let before = tx.journal_head()?;
            tx.record(read())?;
            tx.record(read())?;
            record(&store, 2);
            store.settle()?;
            Ok((before, tx.journal_head()?))
        })
        .unwrap();
    assert_eq!(seen, (1, 1));
    store.settle().unwrap();
    let all = store.read(|tx| tx.journal_after(0, 10)).unwrap();
    let kinds: Vec<&str> = all.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["test.done", "test.done", "test.read", "test.read"]);
    assert!(all[2..].iter().all(|e| e.subjects == [pid(3)]));
    // Who fails leaves nothing; who records nothing writes nothing.
    let failed = store.record(|tx| {
        tx.record(read())?;
        Err::<(), _>(Error::bug("changed its mind"))
    });
    assert!(failed.is_err());
    store.record(|tx| tx.journal_head()).unwrap();
    // Inside of a write it would wait for itself.
    let other = store.clone();
    let inside = store.write(move |tx| {
        tx.now();
        Ok(other.record(|tx| tx.record(read()).map(drop)).is_err())
    });
    assert!(inside.unwrap());
    store.settle().unwrap();
    let health = store.verify_journal().unwrap();
    assert!(health.is_sound() && health.size == 4, "{:?}", health.faults);
}

pub fn the_newest_entry_of_the_programs_own_kinds_is_found(engine: Engine) {
    let begun = Instant(1_000_000);
    let clock = Clock::manual(begun);
    let store = engine.store_with(clock.clone());
    let made = || Entry::new("test.made", &Actor::system("test"));
    let newest = || store.read(|tx| tx.journal_newest("test.made")).unwrap();
    assert_eq!(newest(), None);
    let other = Entry::new("test.other", &Actor::system("test"));
    for (n, entry) in (1..).zip([made(), made(), made().about(&pid(3)), other]) {
        clock.set(begun.plus_seconds(n));
        store.write(move |tx| tx.record(entry.clone()).map(drop)).unwrap();
    }
    store.settle().unwrap();
    // Not the one about a person.
    assert_eq!(newest(), Some(begun.plus_seconds(2)));
}

pub fn eight_writers_leave_a_dense_journal_that_verifies(engine: Engine) {
    let store = engine.store();
    let threads: Vec<_> = (0..8)
        .map(|t| {
            let store = store.clone();
            std::thread::spawn(move || {
                for n in 0..100 {
                    record(&store, t * 100 + n);
                    // Every other write fails after recording: its entry must leave no gap.
                    let failed = store.write(|tx| {
                        tx.record(Entry::new("test.undone", &Actor::system("test")))?;
                        Err::<(), _>(Error::bug("changed its mind"))
                    });
                    assert!(failed.is_err());
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    store.settle().unwrap();
    let health = store.verify_journal().unwrap();
    assert!(health.is_sound(), "{:?}", health.faults);
    assert_eq!((health.size, health.pending, health.erased), (800, 0, 0));
    assert_eq!(store.read(|tx| tx.journal_tree_root()).unwrap(), health.root);
    let all = store.read(|tx| tx.journal_after(0, 1000)).unwrap();
    let mut numbers: Vec<i64> = all.iter().map(|e| e.body["n"].as_i64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..800).collect::<Vec<_>>());
    assert!(all.iter().zip(1..).all(|(e, seq)| e.seq == seq && e.kind == "test.done"));
    let of = DossierCode::new("D2");
    let newest = all.iter().rev().find(|e| e.dossier.as_ref() == Some(&of)).unwrap().seq;
    let moved = |of: &DossierCode, seq| store.read(|tx| tx.journal_moved(of, seq)).unwrap();
    assert!(moved(&of, 0) && moved(&of, newest - 1) && !moved(&of, newest));
    assert!(!moved(&DossierCode::new("D9"), 0));
}

pub fn held_readings_are_on_record_when_their_receipt_is_ready(engine: Engine) {
    let store = engine.store();
    let read = |n: u32| {
        store.record(|tx| {
            tx.record(Entry::new("test.read", &Actor::system("test")).about(&pid(n)))?;
            Ok(n)
        })
    };
    let (values, receipt) = store.held(|| [read(1).unwrap(), read(2).unwrap()]);
    assert_eq!(values, [1, 2]);
    // On PostgreSQL they waited by themselves, so there is nothing more to wait for.
    assert_eq!(receipt.is_some(), store.holds());
    receipt.map_or(Ok(()), store::Receipt::wait).unwrap();
    store.settle().unwrap();
    let kinds = || store.read(|tx| Ok(tx.journal_after(0, 10)?.len())).unwrap();
    assert_eq!(kinds(), 2);
    // A write waits as ever, and what was recorded before it is durable with it.
    let ((), receipt) = store.held(|| {
        read(3).unwrap();
        record(&store, 1);
        store.settle().unwrap();
        assert_eq!(kinds(), 4);
    });
    receipt.map_or(Ok(()), store::Receipt::wait).unwrap();
    // Who records nothing has nothing to wait for; nor has one who fails.
    assert!(store.held(|| store.read(|tx| tx.journal_head()).unwrap()).1.is_none());
    let (failed, receipt) = store.held(|| {
        store.record(|tx| {
            tx.record(Entry::new("test.read", &Actor::system("test")))?;
            Err::<(), _>(Error::new(kernel::error::NOT_FOUND))
        })
    });
    assert!(failed.is_err() && receipt.is_none());
    // A panic in the work does not make the thread's later readings hold.
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = store.held(|| panic!("the work"));
    }));
    assert!(panicked.is_err());
    read(4).unwrap();
    store.settle().unwrap();
    assert_eq!(kinds(), 5);
    assert!(store.verify_journal().unwrap().is_sound());
}

pub fn any_change_behind_the_journals_back_is_found(engine: Engine) {
    let changes: [(&str, JournalFault); 4] = [
        ("UPDATE journal SET body = '{\"n\":1}' WHERE seq = 300", JournalFault::Changed(300)),
        ("UPDATE journal SET at = at + 1 WHERE seq = 300", JournalFault::Changed(300)),
        ("DELETE FROM journal WHERE seq = 300", JournalFault::Missing(300)),
        ("DELETE FROM journal_node WHERE level = 1 AND n = 0", JournalFault::Tree(1, 0)),
    ];
    for (change, fault) in changes {
        let store = engine.store();
        (0..400).for_each(|n| record(&store, n));
        store.settle().unwrap();
        store.write(move |tx| tx.execute_one(change, params![])).unwrap();
        let health = store.verify_journal().unwrap();
        assert_eq!(health.faults.first(), Some(&fault), "{change}");
    }
}

pub fn proofs_convince_and_false_ones_do_not(engine: Engine) {
    let store = engine.store();
    for n in 0..520 {
        record(&store, n);
    }
    store.settle().unwrap();
    let root_at = |size| store.read(|tx| tx.journal_root_at(size)).unwrap();
    for size in [1, 2, 3, 255, 256, 257, 511, 512, 513, 520] {
        let root = root_at(size);
        for seq in [1, 2, size / 2, size - 1, size] {
            if !(1..=size).contains(&seq) {
                continue;
            }
            let (proof, data) = store
                .read(|tx| Ok((tx.journal_inclusion(seq, size)?, tx.journal_leaf(seq)?)))
                .unwrap();
            let leaf = leaf_hash(data.as_bytes());
            let (index, n) = (seq as u64 - 1, size as u64);
            assert!(verify_inclusion(&leaf, index, n, &proof, &root), "{seq} of {size}");
            assert!(!verify_inclusion(&leaf_hash(b"other"), index, n, &proof, &root));
            if size > 1 {
                assert!(!verify_inclusion(&leaf, (index + 1) % n, n, &proof, &root));
            }
        }
        for old in [0, 1, 2, 100, 255, 256, 257, 512, size] {
            if old > size {
                continue;
            }
            let proof = store.read(|tx| tx.journal_consistency(old, size)).unwrap();
            let (o, n) = (old as u64, size as u64);
            assert!(verify_consistency(o, n, &root_at(old), &root, &proof), "{old} to {size}");
            if old > 0 && old != size {
                assert!(!verify_consistency(o, n, &leaf_hash(b"other"), &root, &proof));
            }
        }
    }
    let (tile, top) =
        store.read(|tx| Ok((tx.journal_tile(0, 1, 256)?, tx.journal_tile(1, 0, 2)?))).unwrap();
    assert_eq!((tile.len(), top.len()), (256 * 32, 64));
    assert_eq!(&top[..32], root_at(256));
    assert!(store.read(|tx| tx.journal_tile(0, 2, 9)).is_err(), "beyond the head");
}

pub fn erased_parts_keep_their_proof(engine: Engine) {
    let store = engine.store();
    (0..20).for_each(|n| record(&store, n));
    store.settle().unwrap();
    let before = store.read(|tx| tx.journal_tree_root()).unwrap();
    // As a program before this one did.
    let name = "INSERT INTO journal_subject (pid, seq) VALUES (?1, 5), (?1, 6)";
    store.write(|tx| tx.execute(name, params![&pid(4)])).unwrap();
    store.write(|tx| tx.journal_erase(5, &[Part::Body])).unwrap();
    store.write(|tx| tx.journal_erase(5, &[Part::Subjects, Part::Actor])).unwrap();
    let health = store.verify_journal().unwrap();
    assert!(health.is_sound(), "{:?}", health.faults);
    assert_eq!((health.erased, health.root), (1, before));
    let e = store.read(|tx| tx.journal_after(4, 1)).unwrap().remove(0);
    assert!(e.body.is_null() && e.subjects.is_empty() && e.dossier.is_none());
    assert!(e.actor.is_system());
    let named = "SELECT seq FROM journal_subject";
    assert_eq!(store.read(|tx| tx.rows(named, params![], |r| r.get::<i64>(0))).unwrap(), [6]);
    // The kept commitment cannot be swapped for another one either.
    store
        .write(|tx| tx.execute("UPDATE journal SET erased = REPLACE(erased, 'a', 'b')", params![]))
        .unwrap();
    assert_eq!(store.verify_journal().unwrap().faults, [JournalFault::Changed(5)]);
}

pub fn an_entry_that_would_break_its_leaf_is_refused(engine: Engine) {
    let store = engine.store();
    let system = Actor::system("test");
    let broken = [
        Entry::new("", &system),
        Entry::new("test.done\n1", &system),
        Entry::new("test.done", &system).at("13594\n"),
        Entry::new("test.done", &system).at(""),
        Entry::new("test.done", &system).at("037198004217"),
        Entry::new("test.done", &system).at("Lan"),
        Entry::new("test.done", &system).at("135940"),
        Entry::new("Nguyễn Thị Lan", &system),
        Entry::new("test.037198004217", &system),
        Entry::new("test.done", &system).purpose(&"0371980".into()),
        Entry::new("test.done", &system).purpose(&"x".repeat(65).into()),
        Entry::new("test.done", &system).purpose(&"a\nb".into()),
        Entry::new("test.done", &system).body(json!("x".repeat(kernel::limits::ENTRY_BYTES_MAX))),
    ];
    for entry in broken {
        let refused = store.write(move |tx| tx.record(entry.clone()));
        assert!(refused.unwrap_err().is(kernel::error::BUG));
    }
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), 0);
}
