use crate::{Engine, record};
use evidence::{Checkpointer, Health, JOURNAL_FORKED, Kept, Outside, checkpoints};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Moment};
use store::params;

/// Waits until the newest kept checkpoint covers `size`.
fn wait_for(store: &store::Store, size: i64) -> Kept {
    let end = Moment::now() + Duration::from_secs(60);
    loop {
        match store.read(checkpoints::newest).unwrap() {
            Some(kept) if kept.size >= size => return kept,
            _ => assert!(Moment::now() < end, "no checkpoint of {size} entries"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn each_state_is_signed_once_and_the_newest_is_kept_everywhere(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    assert_eq!(checkpoints::write(&store, &place.keys).unwrap(), None, "nothing to sign");
    assert!(checkpoints::covering(&store, &place.keys, 1).is_err());
    record(&store, 0, 300);
    let first = checkpoints::write(&store, &place.keys).unwrap().unwrap();
    assert_eq!(
        checkpoints::write(&store, &place.keys).unwrap().unwrap(),
        first,
        "not signed twice"
    );
    record(&store, 300, 310);
    let covering = checkpoints::covering(&store, &place.keys, 300).unwrap();
    assert_eq!(covering, first, "the kept one is enough");
    let second = checkpoints::covering(&store, &place.keys, 305).unwrap();
    assert_eq!(second.size, 310);
    let keys = place.public();
    for kept in store.read(|tx| checkpoints::after(tx, 0)).unwrap() {
        let seen = lienthong_verify::note::checkpoint(&kept.note, &keys).unwrap();
        assert_eq!((seen.size, seen.root), (kept.size as u64, kept.root));
        assert_eq!(seen.origin, crate::ORIGIN);
    }
    let witness = place.folder.join("witness");
    let own = place.folder.join("own");
    assert!(Outside::new(&own, std::slice::from_ref(&witness)).is_err(), "no such folder yet");
    std::fs::create_dir(&witness).unwrap();
    let outside = Outside::new(&own, std::slice::from_ref(&witness)).unwrap();
    assert!(outside.found(&place.keys).unwrap().is_empty());
    assert_eq!(outside.put(&second.note, crate::ORIGIN), Vec::<String>::new());
    let found = outside.found(&place.keys).unwrap();
    assert_eq!(found.iter().map(|f| f.size).collect::<Vec<_>>(), [310, 310]);
    std::fs::remove_dir_all(&witness).unwrap();
    std::fs::write(&witness, "no folder").unwrap();
    assert_eq!(outside.put(&second.note, crate::ORIGIN).len(), 1, "said, not hidden");
}

pub fn the_thread_signs_what_comes_and_the_last_before_it_ends(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    let own = place.folder.join("own");
    let outside = Outside::new(&own, &[]).unwrap();
    let health = Arc::<Mutex<Health>>::default();
    let start =
        || Checkpointer::start(&store, &place.keys, outside.clone(), health.clone()).unwrap();
    let thread = start();
    record(&store, 0, 5);
    wait_for(&store, 5);
    record(&store, 5, 9);
    wait_for(&store, 9);
    record(&store, 9, 10);
    drop(thread);
    let last = store.read(checkpoints::newest).unwrap().unwrap();
    assert_eq!(last.size, 10);
    assert_eq!(outside.found(&place.keys).unwrap()[0].note, last.note);
    // Somebody changes history behind its back: it signs nothing more, and says why.
    store
        .write(|tx| {
            tx.execute(
                "UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE seq = 1) WHERE seq = 2",
                params![],
            )
        })
        .unwrap();
    let thread = start();
    let end = Moment::now() + Duration::from_secs(60);
    while !health.lock().unwrap().fault.as_ref().is_some_and(|e| e.is(JOURNAL_FORKED)) {
        assert!(Moment::now() < end);
        std::thread::sleep(Duration::from_millis(20));
    }
    record(&store, 10, 12);
    assert!(checkpoints::write(&store, &place.keys).unwrap_err().is(JOURNAL_FORKED));
    drop(thread);
    assert_eq!(store.read(checkpoints::newest).unwrap().unwrap(), last);
}

pub fn old_ones_are_thinned_out_and_the_tree_still_proves_them(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    let now = store.clock().now();
    let mut notes = Vec::new();
    // Three an hour for six hours, the day before yesterday.
    for n in 0..18 {
        record(&store, n, n + 1);
        let kept = checkpoints::write(&store, &place.keys).unwrap().unwrap();
        let hour = now.0 / 3_600_000_000 * 3_600_000_000 - 48 * 3_600_000_000;
        let at = hour + n * 20 * 60_000_000;
        store
            .write(move |tx| {
                tx.execute_one(
                    "UPDATE journal_checkpoint SET at = ?2 WHERE size = ?1",
                    params![kept.size, at],
                )
            })
            .unwrap();
        notes.push(kept.note);
    }
    record(&store, 18, 20);
    checkpoints::write(&store, &place.keys).unwrap();
    assert_eq!(store.write(checkpoints::prune).unwrap(), 12);
    assert_eq!(store.write(checkpoints::prune).unwrap(), 0);
    let left = store.read(|tx| checkpoints::after(tx, 0)).unwrap();
    let sizes: Vec<i64> = left.iter().map(|k| k.size).collect();
    assert_eq!(sizes, [3, 6, 9, 12, 15, 18, 20]);
    for note in notes {
        assert!(place.keys.check_checkpoint(&store, &note).is_ok());
    }
    let days = store.read(|tx| checkpoints::daily(tx, 30)).unwrap();
    assert_eq!(days[0].size, 20);
    assert!((2..=3).contains(&days.len()), "the hours may lie on two days");
}
