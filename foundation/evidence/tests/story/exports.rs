use crate::{Engine, Folder, Place, record};
use evidence::export::{Exported, Wanted, export};
use evidence::{FOLDER_OTHER, RANGE_UNREAL, checkpoints, proofs};
use lienthong_verify::folder::{self, Report};
use lienthong_verify::{Fault, proof};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use store::{Part, Store};

fn out(place: &Place, store: &Store, dir: &Path, wanted: &Wanted) -> Exported {
    let (mut last, mut all) = (0, 0);
    let done = export(store, &place.keys, dir, wanted, &mut |n, of| {
        assert!(n > last && n <= of);
        (last, all) = (n, of);
    })
    .unwrap();
    assert_eq!(last, all);
    done
}

fn check(place: &Place, dir: &Path) -> Result<Report, Fault> {
    folder::verify(dir, &place.public(), &mut |_, _| {})
}

fn files(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

pub fn a_folder_convinces_the_outsider_and_every_change_in_it_is_seen(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    record(&store, 0, 256);
    checkpoints::write(&store, &place.keys).unwrap();
    record(&store, 256, 700);
    store.write(|tx| tx.journal_erase(5, &[Part::Body])).unwrap();
    let dir = place.folder.join("export");
    let done = out(&place, &store, &dir, &Wanted { bodies: true, ..Wanted::default() });
    assert_eq!((done.size, done.range, done.written, done.left), (700, (1, 700), 3, 0));
    let report = check(&place, &dir).unwrap();
    assert_eq!((report.entries, report.opened), (700, 700 * 3 - 1));
    assert_eq!((report.checkpoints, report.unchecked, report.sealed), (2, 0, 0));
    assert_eq!(report.state.root, store.read(|tx| tx.journal_root_at(700)).unwrap());
    let mut all = Vec::new();
    files(&dir, &mut all);
    assert!(all.iter().any(|f| f.ends_with("tile/1/000.p/2")), "{all:?}");
    for file in all.iter().filter(|f| !f.ends_with("keys") && !f.ends_with("export.json")) {
        let good = fs::read(file).unwrap();
        let middle = good.len() / 2;
        for at in [0, middle, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(file, &bad).unwrap();
            // In the list of checkpoints a bit of `at` is nobody's claim.
            if !file.ends_with("checkpoints.jsonl") {
                assert!(check(&place, &dir).is_err(), "{} byte {at}", file.display());
            }
        }
        fs::write(file, &good[..middle]).unwrap();
        let cut_at_a_line = file.extension().is_some_and(|e| e == "jsonl");
        assert!(cut_at_a_line || check(&place, &dir).is_err(), "{} cut", file.display());
        fs::write(file, &good).unwrap();
    }
    let stranger = Engine::Sqlite.place();
    let fault = folder::verify(&dir, &stranger.public(), &mut |_, _| {}).unwrap_err();
    assert_eq!(fault.key, "verify-note-stranger");
    assert!(check(&place, &dir).is_ok(), "put back as it was");
}

pub fn a_range_is_exported_with_the_bodies_of_that_range_alone(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    record(&store, 0, 1000);
    let dir = place.folder.join("range");
    let wanted = Wanted { from: Some(300), to: Some(520), bodies: true };
    let done = out(&place, &store, &dir, &wanted);
    assert_eq!((done.written, done.range), (2, (300, 520)));
    let report = check(&place, &dir).unwrap();
    assert_eq!((report.entries, report.opened), (512, 221 * 3));
    assert!(!dir.join("tile/0/000").exists() && !dir.join("tile/entries/000").exists());
    for (from, to) in [(0, 5), (5, 4), (1, 1001), (-1, 3)] {
        let wanted = Wanted { from: Some(from), to: Some(to), bodies: false };
        let refused = export(&store, &place.keys, &place.folder.join("x"), &wanted, &mut |_, _| {});
        assert!(refused.unwrap_err().is(RANGE_UNREAL), "{from}..{to}");
    }
    let other = Wanted { from: Some(300), to: Some(520), bodies: false };
    let refused = export(&store, &place.keys, &dir, &other, &mut |_, _| {}).unwrap_err();
    assert!(refused.is(FOLDER_OTHER), "another kind of export");
    let full = Folder::new();
    fs::write(full.join("something"), "else").unwrap();
    let refused = export(&store, &place.keys, &full.0, &other, &mut |_, _| {}).unwrap_err();
    assert!(refused.is(FOLDER_OTHER));
    assert!(full.join("something").exists());
}

pub fn a_broken_export_goes_on_and_an_erased_part_leaves_it(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    record(&store, 0, 600);
    let dir = place.folder.join("export");
    let wanted = Wanted { bodies: true, ..Wanted::default() };
    out(&place, &store, &dir, &wanted);
    // As after a break: the end is missing, one file is torn.
    fs::remove_file(dir.join("export.json")).unwrap();
    fs::write(dir.join("begun.json"), r#"{"format":"lienthong-export/1","from":1,"bodies":true}"#)
        .unwrap();
    fs::write(dir.join("tile/entries/001"), b"torn").unwrap();
    fs::remove_file(dir.join("tile/0/000")).unwrap();
    let again = out(&place, &store, &dir, &wanted);
    assert_eq!((again.left, again.written), (2, 1));
    assert!(check(&place, &dir).is_ok());
    // More entries, and a body is erased: the next export has the one and not the other.
    record(&store, 600, 640);
    store.write(|tx| tx.journal_erase(7, &[Part::Body, Part::Actor])).unwrap();
    let text = |dir: &Path| fs::read_to_string(dir.join("opened/000.jsonl")).unwrap();
    let bodies = |text: &str| text.matches("Nguyễn Thị Lan").count();
    assert_eq!(bodies(&text(&dir)), 256);
    let more = out(&place, &store, &dir, &wanted);
    assert_eq!((more.left, more.written), (1, 2));
    assert_eq!(bodies(&text(&dir)), 255);
    let report = check(&place, &dir).unwrap();
    assert_eq!((report.entries, report.opened), (640, 640 * 3 - 2));
}

pub fn proofs_and_consistency_files_convince_the_outsider(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    record(&store, 0, 300);
    let old = checkpoints::write(&store, &place.keys).unwrap().unwrap();
    let before = proofs::inclusion(&store, &place.keys, 17, &[Part::Body]).unwrap();
    store.write(|tx| tx.journal_erase(17, &[Part::Body])).unwrap();
    record(&store, 300, 321);
    let keys = place.public();
    for seq in [1, 2, 17, 256, 257, 300, 320, 321] {
        let file = proofs::inclusion(&store, &place.keys, seq, &proofs::PARTS).unwrap();
        let (state, entries) = proof::inclusion(&file, &keys).unwrap();
        assert_eq!((state.size >= seq as u64, entries.len()), (true, 1));
        assert_eq!(entries[0].opened.len(), if seq == 17 { 2 } else { 3 });
        let mut other = file.clone();
        other["entries"][0]["seq"] = (seq % 300 + 1).into();
        assert_eq!(proof::inclusion(&other, &keys).unwrap_err().key, "verify-path-wrong");
        let mut cut = file;
        cut["entries"][0]["path"].as_array_mut().unwrap().pop();
        assert_eq!(proof::inclusion(&cut, &keys).unwrap_err().key, "verify-path-wrong");
    }
    assert!(proof::inclusion(&before, &keys).is_ok(), "a proof outlives what it was made from");
    for bad in [0, -1, 322] {
        let refused = proofs::inclusion(&store, &place.keys, bad, &[]).unwrap_err();
        assert!(refused.is(RANGE_UNREAL), "{bad}");
    }
    let new = store.read(checkpoints::newest).unwrap().unwrap();
    assert_eq!(new.size, 321);
    for size in [0, 1, 255, 256, 257, 300, 321] {
        let file = proofs::consistency(&store, &place.keys, size, None).unwrap();
        let proved = proof::consistency(&file, &keys).unwrap();
        assert_eq!(proved.old_root, store.read(|tx| tx.journal_root_at(size)).unwrap());
        let mut wrong = file;
        let path = wrong["path"].as_array_mut().unwrap();
        match path.first_mut() {
            Some(hash) => *hash = "00".repeat(32).into(),
            None => path.push("00".repeat(32).into()),
        }
        assert_eq!(proof::consistency(&wrong, &keys).unwrap_err().key, "verify-consistency-wrong");
    }
    assert!(proofs::consistency(&store, &place.keys, 322, None).is_err());
    assert!(proofs::consistency(&store, &place.keys, 1, Some(299)).is_err(), "none was kept");
    assert!(proofs::consistency(&store, &place.keys, 301, Some(300)).is_err());
    let proved: Value = proofs::consistency(&store, &place.keys, 300, Some(321)).unwrap();
    let proved = proof::consistency(&proved, &keys).unwrap();
    let (old, new) = (
        lienthong_verify::note::checkpoint(&old.note, &keys).unwrap(),
        lienthong_verify::note::checkpoint(&new.note, &keys).unwrap(),
    );
    let pair = proof::compare_by_proof(&old, &new, &proved).unwrap();
    assert_eq!(pair, proof::Pair::Continued);
}
