use crate::{Engine, Place, open, record};
use evidence::checkpoints::Compared;
use evidence::export::{Wanted, export};
use evidence::{JOURNAL_FORKED, Outside, WITNESS_DAMAGED, checkpoints, guard, journal, proofs};
use lienthong_verify::note::{Checkpoint, checkpoint};
use lienthong_verify::{Kind, folder, proof};
use store::{JOURNAL_DAMAGED, Store};

fn outside(place: &Place) -> Outside {
    let witness = place.folder.join("witness");
    std::fs::create_dir_all(&witness).unwrap();
    Outside::new(&place.folder.join("own"), &[witness]).unwrap()
}

/// 300 entries, a backup, 50 more that are signed and kept outside; then the backup is restored.
fn restored(place: &Place) -> (Store, Outside, Checkpoint) {
    let store = place.open();
    record(&store, 0, 300);
    checkpoints::write(&store, &place.keys).unwrap();
    drop(store);
    let backup = place.backup();
    let store = place.open();
    record(&store, 300, 350);
    let kept = checkpoints::write(&store, &place.keys).unwrap().unwrap();
    let outside = outside(place);
    outside.put(&kept.note, crate::ORIGIN);
    guard::watch(&store, &place.keys, &outside, false).unwrap();
    drop(store);
    let today = checkpoint(&kept.note, &place.public()).unwrap();
    (open(&backup), outside, today)
}

pub fn going_on_from_yesterdays_copy_is_refused_and_shown(engine: Engine) {
    let place = engine.place();
    let (store, outside, known) = restored(&place);
    let refused = guard::watch(&store, &place.keys, &outside, false).unwrap_err();
    assert!(refused.is(JOURNAL_FORKED), "entries that were signed are not there");
    // Somebody goes on all the same, past the size that was signed.
    record(&store, 1000, 1070);
    let refused = guard::watch(&store, &place.keys, &outside, false).unwrap_err();
    assert!(refused.is(JOURNAL_FORKED), "other entries stand in their place");
    let now = checkpoints::write(&store, &place.keys).unwrap().unwrap();
    let keys = place.public();
    let now = checkpoint(&now.note, &keys).unwrap();
    assert_eq!((known.size, now.size), (350, 370));
    assert_eq!(proof::compare(&known, &now).unwrap(), proof::Pair::Unknown);
    // By a consistency file.
    let file = proofs::consistency(&store, &place.keys, 350, None).unwrap();
    let proved = proof::consistency(&file, &keys).unwrap();
    let fork = proof::compare_by_proof(&known, &now, &proved).unwrap_err();
    assert_eq!(fork.kind, Kind::Forked);
    // By the new journal's tiles.
    let dir = place.folder.join("export");
    export(&store, &place.keys, &dir, &Wanted::default(), &mut |_, _| {}).unwrap();
    let mut tiles = folder::FolderTiles::new(&dir, now.size);
    let fork = proof::compare_by_tiles(&known, &now, &mut tiles).unwrap_err();
    assert_eq!(fork.kind, Kind::Forked);
    // By two checkpoints of one size.
    let place_of = place.keys.checkpoint_of(350, &[7; 32]).unwrap();
    let other = checkpoint(&place_of, &keys).unwrap();
    assert_eq!(proof::compare(&known, &other).unwrap_err().kind, Kind::Forked);
    // An honest pair is not called one.
    let yesterday = store.read(|tx| checkpoints::of_size(tx, 300)).unwrap().unwrap();
    let yesterday = checkpoint(&yesterday.note, &keys).unwrap();
    let pair = proof::compare_by_tiles(&yesterday, &now, &mut tiles).unwrap();
    assert_eq!(pair, proof::Pair::Continued);
}

pub fn an_accepted_fork_is_recorded_and_the_evidence_kept(engine: Engine) {
    let place = engine.place();
    let (store, outside, known) = restored(&place);
    guard::watch(&store, &place.keys, &outside, true).unwrap();
    store.settle().unwrap();
    let all = store.read(|tx| tx.journal_after(0, 1000)).unwrap();
    let told: Vec<_> = all.into_iter().filter(|e| e.kind == journal::FORK_ACCEPTED).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].body["forks"][0]["size"], 350);
    assert_eq!((told[0].seq, told[0].body["size"].as_i64()), (301, Some(300)));
    let kept = store.read(checkpoints::forked).unwrap();
    assert_eq!(checkpoint(&kept[0].note, &place.public()).unwrap(), known);
    let aside = std::fs::read_dir(place.folder.join("witness")).unwrap();
    let names: Vec<String> = aside.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 1);
    assert!(names[0].contains(".checkpoint.forked-350-"), "{names:?}");
    // From here on it is one history again.
    guard::watch(&store, &place.keys, &outside, false).unwrap();
    let now = checkpoints::write(&store, &place.keys).unwrap().unwrap();
    outside.put(&now.note, crate::ORIGIN);
    guard::watch(&store, &place.keys, &outside, false).unwrap();
    guard::watch(&store, &place.keys, &outside, true).unwrap();
    store.settle().unwrap();
    let head = store.read(|tx| tx.journal_head()).unwrap();
    assert_eq!(head, 301, "nothing to accept, nothing written");
    // The export tells of it: the old checkpoint makes the verifier say that there was a fork.
    record(&store, 2000, 2100);
    let dir = place.folder.join("export");
    export(&store, &place.keys, &dir, &Wanted::default(), &mut |_, _| {}).unwrap();
    let fork = folder::verify(&dir, &place.public(), &mut |_, _| {}).unwrap_err();
    assert_eq!(fork.kind, Kind::Forked);
    let compared =
        || store.read(|tx| checkpoints::compare_all(tx, &place.keys.journal_keys())).unwrap();
    assert_eq!(compared(), Compared { agree: 3, contradict: 0, set_aside: 1 });
    // Somebody changes what a kept checkpoint says: its signature no longer covers it.
    let change = "UPDATE journal_checkpoint SET size = size - 1 WHERE size = 300";
    assert_eq!(store.write(|tx| tx.execute(change, store::params![])).unwrap(), 1);
    assert_eq!(compared(), Compared { agree: 2, contradict: 1, set_aside: 1 });
}

pub fn a_journal_with_gaps_is_told_of_and_is_no_fork_to_accept(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    record(&store, 0, 20);
    let last = checkpoints::write(&store, &place.keys).unwrap();
    let gone = "DELETE FROM journal WHERE seq = 12";
    assert_eq!(store.write(|tx| tx.execute(gone, store::params![])).unwrap(), 1);
    let refused = checkpoints::write(&store, &place.keys).unwrap_err();
    assert!(refused.is(JOURNAL_DAMAGED), "{refused:?}");
    for accept in [false, true] {
        let refused = guard::watch(&store, &place.keys, &outside(&place), accept).unwrap_err();
        assert!(refused.is(JOURNAL_DAMAGED), "{refused:?}");
    }
    assert_eq!(store.read(checkpoints::newest).unwrap(), last, "nothing is signed any more");
}

pub fn a_damaged_or_missing_witness_is_told_of(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    record(&store, 0, 3);
    let kept = checkpoints::write(&store, &place.keys).unwrap().unwrap();
    let outside = outside(&place);
    guard::watch(&store, &place.keys, &outside, false).unwrap();
    outside.put(&kept.note, crate::ORIGIN);
    let file = place.folder.join("witness/test.example.vn-nhat-ky.checkpoint");
    for bad in [String::new(), "nonsense".to_owned(), kept.note.replace('3', "4")] {
        std::fs::write(&file, bad).unwrap();
        let refused = guard::watch(&store, &place.keys, &outside, true).unwrap_err();
        assert!(refused.is(WITNESS_DAMAGED), "also when a fork would be accepted");
    }
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert!(guard::watch(&store, &place.keys, &outside, false).is_err());
}
