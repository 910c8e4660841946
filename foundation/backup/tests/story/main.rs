//! The story of backups: made, added to, damaged, cut off, restored, let go of.

#![allow(clippy::unwrap_used, reason = "stories are tests through and through")]

use backup::rules::Keep;
use backup::{CHUNK_BYTES, Content, Key, Place, Saved, Source, key};
use kernel::{Error, Instant, Result};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that goes with the test.
struct Bed(PathBuf);

impl Bed {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("lt-backup-{}-{n}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        key::make(&path.join("key")).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn public(&self) -> Key {
        Key::read(&self.at("key.pub")).unwrap()
    }

    fn private(&self) -> Key {
        Key::read(&self.at("key")).unwrap()
    }

    fn place(&self) -> Result<Place> {
        Place::make(&self.at("store"), self.public().public())
    }

    fn save(&self, at: i64, files: &[(&str, &[u8])]) -> Result<Saved> {
        let sources: Vec<Source> = files
            .iter()
            .map(|(name, bytes)| Source {
                name: (*name).to_owned(),
                mode: 0o600,
                content: Content::Bytes(bytes.to_vec().into()),
            })
            .collect();
        let key = self.public();
        backup::save(
            &self.place()?,
            key.public(),
            Instant(at),
            json!({ "n": at }),
            &sources,
            &mut |_, _| (),
        )
    }

    fn restore(&self, n: usize, into: &str) -> Result<PathBuf> {
        let key = self.private();
        let place = Place::open(&self.at("store"), key.public())?;
        let manifest = place.manifest(&place.backups()?[n], key.public())?;
        let into = self.at(into);
        let private = key.private().unwrap();
        backup::restore(&place, &manifest, private, &into, &[], &mut |_, _| (), |_| Ok(()))?;
        Ok(into)
    }

    fn verify(&self, key: &Key) -> backup::Report {
        let place = Place::open(&self.at("store"), key.public()).unwrap();
        backup::verify(&place, key, &mut |_, _| ()).unwrap()
    }

    fn chunks(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for dir in fs::read_dir(self.at("store/chunks")).unwrap() {
            all.extend(fs::read_dir(dir.unwrap().path()).unwrap().map(|f| f.unwrap().path()));
        }
        all.sort();
        all
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Bytes that no packing makes shorter, the same for the same seed.
fn noise(seed: u64, n: usize) -> Vec<u8> {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = |_| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 24) as u8
    };
    (0..n).map(next).collect()
}

fn fault(done: Result<impl Sized>) -> Error {
    done.err().expect("refused")
}

#[test]
fn what_goes_in_comes_out_byte_by_byte() {
    let bed = Bed::new();
    let long = noise(1, CHUNK_BYTES * 3 + 17);
    let even = vec![b'a'; CHUNK_BYTES * 2];
    fs::write(bed.at("file"), &long).unwrap();
    let key = bed.public();
    let place = bed.place().unwrap();
    let source = |name: &str, mode, content| Source { name: name.to_owned(), mode, content };
    let sources = [
        source("long", 0o640, Content::File(bed.at("file"))),
        source("keys/even", 0o600, Content::Bytes(even.clone().into())),
        source("keys/empty", 0o644, Content::Bytes(Vec::new().into())),
    ];
    let mut told = (0, 0);
    let about = json!({ "root": "abc" });
    let saved = backup::save(&place, key.public(), Instant(5), about, &sources, &mut |n, of| {
        told = (n, of);
    })
    .unwrap();
    drop(place);
    let bytes = (long.len() + even.len()) as u64;
    assert_eq!((saved.bytes, told), (bytes, (bytes, bytes)));
    // The two equal chunks of `even` are one.
    assert_eq!((saved.chunks, saved.new_chunks), (6, 5));
    let into = bed.restore(0, "out").unwrap();
    assert_eq!(fs::read(into.join("long")).unwrap(), long);
    assert_eq!(fs::read(into.join("keys/even")).unwrap(), even);
    assert_eq!(fs::read(into.join("keys/empty")).unwrap(), b"");
    let mode = |name: &str| fs::metadata(into.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("long"), mode("keys/even"), mode("keys/empty")), (0o640, 0o600, 0o644));
    assert!(!into.join(backup::DRAFT).exists());
    let place = Place::open(&bed.at("store"), key.public()).unwrap();
    let manifest = place.manifest(&place.backups().unwrap()[0], key.public()).unwrap();
    assert_eq!((manifest.at, &manifest.about["root"]), (Instant(5), &json!("abc")));
}

#[test]
fn the_next_backup_writes_only_what_is_new() {
    let bed = Bed::new();
    let mut data = noise(2, CHUNK_BYTES * 8);
    assert_eq!(bed.save(1, &[("db", &data)]).unwrap().new_chunks, 8);
    let again = bed.save(2, &[("db", &data)]).unwrap();
    assert_eq!((again.chunks, again.new_chunks, again.new_bytes), (8, 0, 0));
    data[CHUNK_BYTES * 5 + 100] ^= 1;
    data.extend_from_slice(b"more");
    let third = bed.save(3, &[("db", &data)]).unwrap();
    assert_eq!((third.chunks, third.new_chunks), (9, 2));
    assert_eq!(bed.chunks().len(), 10);
    // Each of them is whole by itself.
    let first = bed.restore(0, "first").unwrap();
    assert_eq!(fs::read(first.join("db")).unwrap(), noise(2, CHUNK_BYTES * 8));
    let last = bed.restore(2, "last").unwrap();
    assert_eq!(fs::read(last.join("db")).unwrap(), data);
}

#[test]
fn a_clock_that_was_set_back_does_not_make_the_newest_backup_an_old_one() {
    let bed = Bed::new();
    bed.save(3_600_000_000, &[("db", b"before")]).unwrap();
    let later = bed.save(7, &[("db", b"after")]).unwrap();
    assert_eq!(later.at, Instant(3_600_000_001));
    let newest = bed.restore(1, "newest").unwrap();
    assert_eq!(fs::read(newest.join("db")).unwrap(), b"after");
}

#[test]
fn a_strangers_look_at_the_folder_tells_nothing() {
    let (bed, other) = (Bed::new(), Bed::new());
    let secret = b"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b Lan 037301000001 ".repeat(2_000);
    bed.save(1, &[("db", &secret)]).unwrap();
    other.save(1, &[("db", &secret)]).unwrap();
    let (ours, theirs) = (bed.chunks(), other.chunks());
    // Who has the same data and another mark cannot find them here.
    assert_ne!(ours[0].file_name(), theirs[0].file_name());
    for file in [ours[0].clone(), bed.at("store/lienthong-backup.json")] {
        let bytes = fs::read(file).unwrap();
        assert!(!bytes.windows(8).any(|w| secret.windows(8).any(|s| s == w)));
    }
    // The same content sealed again is another file.
    let before = fs::read(&ours[0]).unwrap();
    fs::remove_file(&ours[0]).unwrap();
    bed.save(2, &[("db", &secret)]).unwrap();
    assert_ne!(fs::read(&ours[0]).unwrap(), before);
}

#[test]
fn every_damage_is_found_and_named() {
    let bed = Bed::new();
    let data = noise(3, CHUNK_BYTES * 3);
    bed.save(1, &[("db", &data[..CHUNK_BYTES * 2])]).unwrap();
    bed.save(2, &[("db", &data)]).unwrap();
    assert_eq!(bed.verify(&bed.private()).faults_count, 0);
    for (n, file) in bed.chunks().iter().enumerate() {
        let whole = fs::read(file).unwrap();
        let at = [3, 40, whole.len() - 1][n];
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        let mut cases = vec![(Some(changed), backup::CHUNK_WRONG)];
        cases.push((Some(whole[..whole.len() - 5].to_vec()), backup::CHUNK_WRONG));
        cases.push((Some(Vec::new()), backup::CHUNK_WRONG));
        cases.push((None, backup::CHUNK_MISSING));
        for (bytes, code) in cases {
            match bytes {
                Some(bytes) => fs::write(file, bytes).unwrap(),
                None => fs::remove_file(file).unwrap(),
            }
            // Found without the private key, and by who restores.
            for key in [bed.public(), bed.private()] {
                let report = bed.verify(&key);
                assert_eq!(report.faults_count, 1, "{file:?}");
                assert!(report.faults[0].error.is(code), "{:?}", report.faults);
                assert!(!report.faults[0].of.is_empty());
            }
            assert!(fault(bed.restore(1, "out")).is(code));
            assert!(!bed.at("out/db").exists(), "half a province has no name");
            fs::write(file, &whole).unwrap();
            let _ = fs::remove_dir_all(bed.at("out"));
        }
    }
    bed.restore(1, "out").unwrap();
}

#[test]
fn a_chunk_in_anothers_place_is_not_taken() {
    let bed = Bed::new();
    bed.save(1, &[("db", &noise(4, CHUNK_BYTES * 2))]).unwrap();
    let files = bed.chunks();
    fs::copy(&files[0], &files[1]).unwrap();
    assert!(bed.verify(&bed.public()).faults[0].error.is(backup::CHUNK_WRONG));
    assert!(fault(bed.restore(0, "out")).is(backup::CHUNK_WRONG));
}

#[test]
fn a_manifest_that_was_cut_or_changed_is_refused_and_the_others_stand() {
    let bed = Bed::new();
    bed.save(1, &[("db", &noise(5, 1_000))]).unwrap();
    let second = bed.save(2, &[("db", &noise(6, 1_000))]).unwrap();
    let whole = fs::read(&second.file).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let bent = text.replace("\"bytes\":1000", "\"bytes\":1001");
    assert_ne!(bent, text);
    for bad in [&whole[..whole.len() / 2], &whole[..whole.len() - 1], b"", bent.as_bytes()] {
        fs::write(&second.file, bad).unwrap();
        assert!(fault(bed.restore(1, "out")).is(backup::BACKUP_WRONG));
        let report = bed.verify(&bed.public());
        assert!(report.faults[0].error.is(backup::BACKUP_WRONG) && report.backups == 2);
    }
    // Whole, but under the name of another time.
    fs::write(&second.file, &whole).unwrap();
    let other = second.file.with_file_name("2026-11-26T18-30-05.000000.json");
    fs::copy(&second.file, &other).unwrap();
    assert!(fault(bed.restore(2, "out")).is(backup::BACKUP_WRONG));
    bed.restore(0, "out").unwrap();
}

#[test]
fn only_its_own_key_opens_a_backup() {
    let (bed, other) = (Bed::new(), Bed::new());
    bed.save(1, &[("db", b"data")]).unwrap();
    let wrong = other.private();
    assert!(fault(Place::open(&bed.at("store"), wrong.public())).is(backup::KEY_OTHER));
    assert!(fault(Place::make(&bed.at("store"), wrong.public())).is(backup::KEY_OTHER));
    // One with the right mark and the wrong secret does not come further either.
    let (ours, theirs) = (bed.at("key"), other.at("key"));
    let line = |file: &Path, n: usize| {
        fs::read_to_string(file).unwrap().lines().nth(n).unwrap().to_owned()
    };
    let mixed = format!("{}\n{}\n{}\n", line(&ours, 0), line(&theirs, 1), line(&ours, 2));
    fs::write(&ours, mixed).unwrap();
    assert!(fault(bed.restore(0, "out")).is(backup::KEY_OTHER));
}

#[test]
fn key_files_are_guarded() {
    let bed = Bed::new();
    assert!(fault(key::make(&bed.at("key"))).is(backup::KEY_TAKEN));
    fs::write(bed.at("half.pub"), "x").unwrap();
    assert!(fault(key::make(&bed.at("half"))).is(backup::KEY_TAKEN) && !bed.at("half").exists());
    assert!(fault(Key::read_public(&bed.at("key"))).is(backup::KEY_PRIVATE_HERE));
    assert!(fault(Key::read_private(&bed.at("key.pub"))).is(backup::KEY_NEEDED));
    assert!(fault(Key::read(&bed.at("none"))).is(backup::KEY_UNREADABLE));
    let text = fs::read_to_string(bed.at("key.pub")).unwrap();
    fs::write(bed.at("key.pub"), &text[..text.len() - 8]).unwrap();
    assert!(fault(Key::read(&bed.at("key.pub"))).is(backup::KEY_UNREADABLE));
    let mode = |name: &str| fs::metadata(bed.at(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("key"), mode("key.pub")), (0o600, 0o600));
    fs::set_permissions(bed.at("key"), fs::Permissions::from_mode(0o640)).unwrap();
    assert!(fault(Key::read(&bed.at("key"))).is(backup::KEY_OPEN));
}

#[test]
fn a_backup_that_was_cut_off_harms_none_and_is_used_by_the_next() {
    let bed = Bed::new();
    let data = noise(7, CHUNK_BYTES * 4);
    bed.save(1, &[("db", &data[..CHUNK_BYTES])]).unwrap();
    let needed = bed.chunks();
    // It stops between two files; and a chunk lies there half written, as after a power cut.
    let key = bed.public();
    let place = bed.place().unwrap();
    let source = |name: &str, content| Source { name: name.into(), mode: 0o600, content };
    let broken = [
        source("db", Content::Bytes(data.clone().into())),
        source("gone", Content::Bytes(Vec::new().into())),
        source("../out", Content::Bytes(Vec::new().into())),
    ];
    let stopped =
        backup::save(&place, key.public(), Instant(2), json!({}), &broken, &mut |_, _| ());
    assert!(stopped.is_err());
    drop(place);
    assert_eq!(bed.chunks().len(), 4, "chunks without a manifest");
    let torn = bed.chunks().into_iter().find(|c| !needed.contains(c)).unwrap();
    let length = fs::metadata(&torn).unwrap().len();
    fs::File::options().write(true).open(&torn).unwrap().set_len(length / 2).unwrap();
    fs::write(torn.with_extension("new"), "half").unwrap();
    assert_eq!(fs::read(bed.restore(0, "first").unwrap().join("db")).unwrap(), data[..CHUNK_BYTES]);
    let next = bed.save(3, &[("db", &data)]).unwrap();
    assert_eq!((next.chunks, next.new_chunks), (4, 1), "only the torn one is written again");
    assert!(!torn.with_extension("new").exists());
    assert_eq!(bed.verify(&bed.private()).faults_count, 0);
    assert_eq!(fs::read(bed.restore(1, "second").unwrap().join("db")).unwrap(), data);
}

#[test]
fn a_restore_that_was_cut_off_goes_on_and_trusts_nothing_that_lies_there() {
    let bed = Bed::new();
    let data = noise(8, CHUNK_BYTES * 4 + 5);
    bed.save(1, &[("db", &data)]).unwrap();
    let key = bed.private();
    let place = Place::open(&bed.at("store"), key.public()).unwrap();
    let manifest = place.manifest(&place.backups().unwrap()[0], key.public()).unwrap();
    let private = key.private().unwrap();
    let refused =
        backup::restore(&place, &manifest, private, &bed.at("out"), &[], &mut |_, _| (), |d| {
            assert!(d.join("db").is_file());
            Err::<(), _>(Error::bug("not what was expected"))
        });
    assert!(refused.is_err() && !bed.at("out/db").exists());
    // Something else lies in the half-made folder: cut, longer, changed, foreign.
    let draft = bed.at("out/.restoring");
    let mut bent = data.clone();
    bent[CHUNK_BYTES * 2] ^= 1;
    bent.extend_from_slice(b"tail");
    fs::write(draft.join("db"), bent).unwrap();
    fs::write(draft.join("province.db-wal"), "of another try").unwrap();
    // A chunk that is right already is not asked for again.
    fs::remove_file(
        bed.chunks().iter().find(|c| c.ends_with(manifest.files[0].chunks[0].to_string())).unwrap(),
    )
    .unwrap();
    let into = bed.restore(0, "out").unwrap();
    assert_eq!(fs::read(into.join("db")).unwrap(), data);
    assert!(!into.join("province.db-wal").exists() && !draft.exists());
    // Cut off while the files were moved: one is up already, the other not.
    fs::create_dir(&draft).unwrap();
    fs::write(draft.join("moving"), "").unwrap();
    assert_eq!(fs::read(bed.restore(0, "out").unwrap().join("db")).unwrap(), data);
    assert!(!draft.exists());
    // A folder that holds something is never touched.
    assert!(fault(bed.restore(0, "out")).is(backup::TARGET_FULL));
}

#[test]
fn old_backups_go_with_what_only_they_need() {
    let bed = Bed::new();
    let data: Vec<Vec<u8>> = (0..4).map(|n| noise(20 + n, CHUNK_BYTES)).collect();
    let shared = noise(30, CHUNK_BYTES);
    for (n, own) in data.iter().enumerate() {
        bed.save(n as i64 + 1, &[("own", own), ("shared", &shared)]).unwrap();
    }
    let key = bed.public();
    let prune = |keep: Keep| {
        let place = bed.place().unwrap();
        backup::prune(&place, key.public(), keep, Instant(100))
    };
    let two = Keep { newest: Some(2), days: None };
    // One that stays cannot be read: nobody knows what it needs, so nothing goes.
    let newest = bed.at("store/backups").join("1970-01-01T07-00-00.000004.json");
    let text = fs::read(&newest).unwrap();
    fs::write(&newest, &text[..10]).unwrap();
    assert!(fault(prune(two)).is(backup::BACKUP_WRONG));
    assert_eq!(bed.chunks().len(), 5);
    fs::write(&newest, text).unwrap();
    let gone = prune(two).unwrap();
    assert_eq!((gone.backups.len(), gone.chunks), (2, 2));
    assert!(gone.bytes > CHUNK_BYTES as u64);
    assert_eq!(bed.chunks().len(), 3);
    let report = bed.verify(&bed.private());
    assert_eq!((report.backups, report.chunks, report.faults_count), (2, 3, 0));
    let last = bed.restore(1, "last").unwrap();
    assert_eq!(fs::read(last.join("own")).unwrap(), data[3]);
    assert_eq!(fs::read(last.join("shared")).unwrap(), shared);
    // Without a rule nothing goes; the newest never does.
    assert!(prune(Keep::default()).unwrap().backups.is_empty());
    assert_eq!(prune(Keep { newest: Some(0), days: None }).unwrap().backups.len(), 1);
    assert_eq!(bed.verify(&bed.private()).backups, 1);
}

#[test]
fn a_folder_is_one_commands_at_a_time_and_nobody_elses() {
    let bed = Bed::new();
    let key = bed.public();
    assert!(fault(Place::open(&bed.at("store"), key.public())).is(backup::PLACE_NONE));
    let held = bed.place().unwrap();
    assert!(fault(bed.place()).is(backup::PLACE_BUSY));
    assert!(fault(Place::open(&bed.at("store"), key.public())).is(backup::PLACE_BUSY));
    drop(held);
    let reading = Place::open(&bed.at("store"), key.public()).unwrap();
    let beside = Place::open(&bed.at("store"), key.public()).unwrap();
    assert!(fault(bed.place()).is(backup::PLACE_BUSY));
    drop((reading, beside));
    bed.place().unwrap();
    fs::create_dir(bed.at("photos")).unwrap();
    fs::write(bed.at("photos/beach.jpg"), "x").unwrap();
    assert!(fault(Place::make(&bed.at("photos"), key.public())).is(backup::PLACE_OTHER));
    fs::write(bed.at("store/lienthong-backup.json"), "{\"format\":\"lienthong-backup/2\"}")
        .unwrap();
    assert!(fault(bed.place()).is(backup::PLACE_OTHER));
}
