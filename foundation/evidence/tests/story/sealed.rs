use crate::{Engine, Place, open_with, record};
use evidence::archive::Archive;
use evidence::export::{Wanted, export};
use evidence::{ARCHIVE_AWAY, ARCHIVE_UNKNOWN, SEGMENT_WRONG, checkpoints, proofs, seal};
use kernel::{Date, Error, Instant};
use lienthong_verify::{folder, proof, segment};
use std::fs;
use std::path::PathBuf;
use store::{
    Clock, Follower, JOURNAL_DROPPED, JOURNAL_FOREIGN, JOURNAL_KEPT, Part, Recorded, Store, WriteTx,
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// 600 entries of September, 500 of October, 300 of November 2026.
fn three_months(place: &Place) -> Store {
    let clock = Clock::manual(Instant::from_local(day("2026-09-10").at(9, 0, 0, 0)));
    let store = open_with(&place.url, clock.clone());
    let on = |text: &str| clock.set(Instant::from_local(day(text).at(9, 0, 0, 0)));
    record(&store, 0, 600);
    on("2026-10-10");
    record(&store, 600, 1100);
    on("2026-11-10");
    record(&store, 1100, 1400);
    store
}

fn archive(place: &Place) -> (PathBuf, Archive) {
    let dir = place.folder.join("sealed");
    let archive = Archive::make(dir.to_str().unwrap(), &[]).unwrap();
    (dir, archive)
}

fn all(place: &Place, store: &Store, archive: &Archive) -> Vec<seal::Segment> {
    let made = seal::seal(store, &place.keys, archive, day("2026-11-01"), &mut |_, _| {}).unwrap();
    store.settle().unwrap();
    made
}

fn sound(store: &Store) -> i64 {
    store.settle().unwrap();
    let health = store.verify_journal().unwrap();
    assert!(health.is_sound(), "{:?}", health.faults);
    health.dropped
}

fn checked(place: &Place, dir: &std::path::Path) -> Vec<(u64, u64)> {
    let keys = place.public();
    let found = segment::list(dir).unwrap();
    found.iter().map(|f| segment::verify(f, &keys).map(|r| (r.from, r.to)).unwrap()).collect()
}

struct Counter(usize);

impl Follower for Counter {
    fn name(&self) -> &'static str {
        "counter"
    }
    fn apply(&mut self, _: &mut WriteTx<'_>, entries: &[Recorded]) -> Result<(), Error> {
        self.0 += entries.len();
        Ok(())
    }
}

pub fn old_entries_leave_by_the_month_and_every_proof_stays(engine: Engine) {
    let place = engine.place();
    let store = three_months(&place);
    let (dir, archive) = archive(&place);
    let before = proofs::inclusion(&store, &place.keys, 17, &proofs::PARTS).unwrap();
    let made = all(&place, &store, &archive);
    // The tile 513–768 ends in October, 1025–1280 in November.
    let ranges: Vec<(i64, i64)> = made.iter().map(|s| (s.first, s.last)).collect();
    assert_eq!(ranges, [(1, 512), (513, 1024)]);
    assert!(made[0].file.starts_with("2026-09/") && made[1].file.starts_with("2026-10/"));
    assert_eq!(checked(&place, &dir), [(1, 512), (513, 1024)]);
    assert!(all(&place, &store, &archive).is_empty(), "nothing twice");
    let root = store.read(|tx| tx.journal_root_at(1400)).unwrap();
    let dropped = seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap();
    assert_eq!((dropped, sound(&store)), (1024, 1024));
    assert_eq!(store.read(|tx| tx.journal_root_at(1400)).unwrap(), root);
    // Proofs made before and after, tiles, consistency, exports.
    let keys = place.public();
    assert!(proof::inclusion(&before, &keys).is_ok());
    for seq in [1, 256, 257, 1024, 1025, 1400] {
        let file = proofs::inclusion(&store, &place.keys, seq, &proofs::PARTS).unwrap();
        let (_, entries) = proof::inclusion(&file, &keys).unwrap();
        assert_eq!(entries[0].opened.is_empty(), seq <= 1024, "of a dropped one only the hash");
    }
    for old in [1, 300, 1024, 1025] {
        let file = proofs::consistency(&store, &place.keys, old, None).unwrap();
        assert!(proof::consistency(&file, &keys).is_ok());
    }
    record(&store, 1400, 1500);
    checkpoints::write(&store, &place.keys).unwrap();
    let out = place.folder.join("export");
    let wanted = Wanted { bodies: true, ..Wanted::default() };
    let done = export(&store, &place.keys, &out, &wanted, &mut |_, _| {}).unwrap();
    assert_eq!(done.sealed, 1024);
    let report = folder::verify(&out, &keys, &mut |_, _| {}).unwrap();
    assert_eq!((report.sealed, report.entries), (1024, done.size as u64 - 1024));
    let kinds = [evidence::journal::SEALED, evidence::journal::DROPPED];
    let left = store.read(|tx| tx.journal_after(1024, 10_000)).unwrap();
    let told = kinds.map(|kind| left.iter().filter(|e| e.kind == kind).count());
    assert_eq!(told, [2, 1]);
    assert!(Archive::make("gs://bucket", &[]).unwrap_err().is(ARCHIVE_UNKNOWN));
    let nowhere = place.folder.join("nowhere");
    assert!(Archive::open(nowhere.to_str().unwrap(), &[]).unwrap_err().is(ARCHIVE_AWAY));
    assert!(!nowhere.exists(), "looking makes nothing");
}

pub fn dropping_waits_for_followers_and_for_files_that_are_right(engine: Engine) {
    let place = engine.place();
    let store = three_months(&place);
    let (dir, archive) = archive(&place);
    let made = all(&place, &store, &archive);
    assert!(store.write(|tx| tx.journal_drop(100)).unwrap_err().is(JOURNAL_KEPT), "no whole tile");
    let beyond = store.write(|tx| tx.journal_drop(1 << 20)).unwrap_err();
    assert!(beyond.is(JOURNAL_KEPT), "the newest stay");
    // A follower that stands in the middle of the second tile.
    let mut counter = Counter(0);
    store.catch_up(&mut counter).unwrap();
    store.write(|tx| tx.execute("UPDATE follower SET cursor = 300", store::params![])).unwrap();
    assert_eq!(seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap(), 256);
    store.catch_up(&mut counter).unwrap();
    // A file that was changed, then one that is gone.
    let file = dir.join(&made[1].file);
    let good = fs::read(&file).unwrap();
    fs::write(&file, &good[1..]).unwrap();
    let refused = seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap_err();
    assert!(refused.is(SEGMENT_WRONG));
    assert_eq!(sound(&store), 512, "what was right before it is dropped");
    fs::remove_file(&file).unwrap();
    assert!(seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap_err().is(SEGMENT_WRONG));
    fs::write(&file, &good).unwrap();
    assert_eq!(seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap(), 1024);
    // Nobody may begin in what is no longer here.
    let refused = store.write(|tx| tx.follower_rebuild("counter")).unwrap_err();
    assert!(refused.is(JOURNAL_DROPPED));
    struct Late;
    impl Follower for Late {
        fn name(&self) -> &'static str {
            "late"
        }
        fn apply(&mut self, _: &mut WriteTx<'_>, _: &[Recorded]) -> Result<(), Error> {
            Ok(())
        }
    }
    assert!(store.catch_up(&mut Late).unwrap_err().is(JOURNAL_DROPPED));
    assert!(store.read(|tx| tx.journal_after(1023, 10)).unwrap_err().is(JOURNAL_DROPPED));
    assert_eq!(store.read(|tx| tx.journal_after(1024, 10)).unwrap().len(), 10);
    let refused = store.write(|tx| tx.journal_erase(5, &[Part::Body])).unwrap_err();
    assert!(refused.is(JOURNAL_DROPPED), "it says where the entry is");
}

pub fn dropped_entries_come_back_and_an_erased_part_leaves_the_file(engine: Engine) {
    let place = engine.place();
    let store = three_months(&place);
    store.write(|tx| tx.journal_erase(700, &[Part::Actor])).unwrap();
    let (dir, archive) = archive(&place);
    let made = all(&place, &store, &archive);
    let before = store.read(|tx| tx.journal_after(0, 1100)).unwrap();
    seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap();
    assert_eq!(sound(&store), 1024);
    // Entries that were never here are not put in their place.
    let foreign = store.read(|tx| {
        let mut tile = Vec::new();
        tx.journal_raw(1025, 1280, |raw| {
            tile.push(raw);
            Ok(true)
        })?;
        Ok(tile)
    });
    let foreign = foreign.unwrap();
    let refused = store.write(move |tx| tx.journal_restore(foreign.clone())).unwrap_err();
    assert!(refused.is(JOURNAL_FOREIGN));
    let first = seal::restore(&store, &archive, 600, &mut |_, _| {}).unwrap();
    assert_eq!((first, sound(&store)), (513, 512));
    let first = seal::restore(&store, &archive, 1, &mut |_, _| {}).unwrap();
    assert_eq!((first, sound(&store)), (1, 0));
    let after = store.read(|tx| tx.journal_after(0, 1100)).unwrap();
    let plain = |all: &[Recorded]| all.iter().map(|e| format!("{e:?}")).collect::<Vec<_>>();
    assert_eq!(plain(&before), plain(&after), "as they were");
    let all_there = store.read(|tx| tx.journal_after(0, 2000)).unwrap();
    let about = all_there.iter().filter(|e| e.subjects.contains(&crate::pid(3)));
    assert_eq!(about.count(), 200, "they name whom they named");
    // A body is erased; the next sealing writes its file without it.
    let text = |made: &[seal::Segment]| {
        use std::io::Read as _;
        let bytes = fs::read(dir.join(&made[0].file)).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
        text.matches("Nguyễn Thị Lan").count()
    };
    assert_eq!(text(&made), 512);
    store.write(|tx| tx.journal_erase(5, &[Part::Body])).unwrap();
    let again = all(&place, &store, &archive);
    assert_eq!(again.len(), 2);
    assert_eq!(text(&again), 511);
    assert_eq!(checked(&place, &dir), [(1, 512), (513, 1024)]);
    assert_eq!(seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap(), 1024);
}

pub fn sealing_goes_on_where_it_was_broken_off(engine: Engine) {
    let place = engine.place();
    let store = three_months(&place);
    let (dir, archive) = archive(&place);
    // Broken off between the file and the row: the file is there, nobody knows of it.
    let made = all(&place, &store, &archive);
    store
        .write(|tx| tx.execute("DELETE FROM journal_segment WHERE first > 1", store::params![]))
        .unwrap();
    fs::write(dir.join(&made[1].file), b"torn").unwrap();
    let again = all(&place, &store, &archive);
    assert_eq!(again, made[1..], "the same file, whole");
    // Broken off while dropping.
    store.write(|tx| tx.journal_drop(256)).unwrap();
    assert_eq!(sound(&store), 256);
    assert_eq!(seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap(), 1024);
    assert_eq!(sound(&store), 1024);
    // And the numbering goes on, also after a restart.
    let head = store.read(|tx| tx.journal_head()).unwrap();
    drop(store);
    let store = place.open();
    record(&store, 2000, 2003);
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), head + 3);
    assert_eq!(sound(&store), 1024);
    // The next months join.
    let made =
        seal::seal(&store, &place.keys, &archive, day("2027-01-01"), &mut |_, _| {}).unwrap();
    assert_eq!(made[0].first, 1025);
    assert_eq!(seal::drop_sealed(&store, &archive, &mut |_, _| {}).unwrap(), 1280);
    assert_eq!(sound(&store), 1280);
}
