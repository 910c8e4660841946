//! kill -9, full disks, damage, wrong keys.

use super::*;
use crate::disk::Small;

#[test]
fn killed_in_the_middle_the_earlier_backups_stay_and_the_next_goes_on() {
    let bed = Bed::new();
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    assert!(program.stop());
    // Enough that a backup takes its time, and something new for each.
    let rows = Rows::of(data.path());
    rows.change("CREATE TABLE ballast (id INTEGER PRIMARY KEY, b BLOB NOT NULL) STRICT", []);
    let more = "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 30) \
                INSERT INTO ballast SELECT i, randomblob(1000000) FROM n";
    rows.change(more, []);
    good(&bed.backup(data.path()));
    let reference = journal(data.path());
    let (store, key, dir) = (bed.at("store"), bed.at("key.pub"), data.path().to_str().unwrap());
    let mut cut_off = 0;
    for round in 0..8u64 {
        rows.change("UPDATE ballast SET b = randomblob(1000000)", []);
        let known = bed.manifests();
        let mut child = Command::new(built("lienthong"))
            .args(["backup", &store, "--key", &key, "--data", dir])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Different moments: while copying, while packing, near the end.
        thread::sleep(Duration::from_millis(20 + 130 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = bed.manifests();
        cut_off += usize::from(now == known);
        assert!(known.iter().all(|m| now.contains(m)));
        let whole = bed.verify("key");
        good(&whole);
        assert!(whole.out.starts_with(&format!("{} backups", now.len())), "{}", whole.out);
    }
    assert!(cut_off > 0, "a backup was cut off at all");
    let rest = Bed::moment_of(&bed.manifests()[0]);
    good(&bed.restore("first", &["--to", &rest]));
    assert_eq!(Rows::of(&bed.path("first")).count("SELECT COUNT(*) FROM ballast", []), 30);
    // The next one uses what was written before, and the open copy is gone.
    let next = bed.backup(data.path());
    good(&next);
    assert!(!data.path().join("backup.copy").exists());
    // So is a restore that is cut off: the folder is no province until all of it is right.
    let (private, into) = (bed.at("key"), bed.at("last"));
    for round in 0..4u64 {
        let mut child = Command::new(built("lienthong"))
            .args(["restore", &store, "--key", &private, "--data", &into])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(20 + 60 * round));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        assert!(status.success() || !bed.path("last/province.db").exists());
        if status.success() {
            fs::remove_dir_all(bed.path("last")).unwrap();
        }
    }
    good(&bed.restore("last", &[]));
    let hashes = "SELECT id || hex(b) FROM ballast ORDER BY id";
    assert_eq!(Rows::of(&bed.path("last")).texts(hashes, []), rows.texts(hashes, []));
    assert_ne!(journal(data.path()), reference);
    let drafts =
        |dir: &Path| fs::read_dir(dir).unwrap().any(|f| f.unwrap().path().extension().is_some());
    for dir in fs::read_dir(bed.path("store/chunks")).unwrap() {
        assert!(!drafts(&dir.unwrap().path()), "no half-written chunk stays");
    }
}

#[test]
fn a_full_disk_is_told_and_the_next_backup_goes_on() {
    let bed = Bed::new();
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    assert!(program.stop());
    for name in ["store", "small"] {
        fs::create_dir(bed.path(name)).unwrap();
    }
    let (store, small) =
        match (Small::mount(&bed.path("store"), "200k"), Small::mount(&bed.path("small"), "1m")) {
            (Ok(store), Ok(small)) => (store, small),
            (Err(why), _) | (_, Err(why)) => {
                eprintln!("skipped: no file system can be mounted here ({why})");
                return;
            }
        };
    bad(&bed.backup_with(data.path(), &["--scratch", &bed.at("small")]), "There is no room in");
    let full = bed.backup(data.path());
    bad(&full, "free space of the disk");
    assert!(full.err.contains("No space left"), "{full:?}");
    assert!(bed.manifests().is_empty() && !data.path().join("backup.copy").exists());
    store.grow("16m");
    let next = bed.backup(data.path());
    good(&next);
    good(&bed.verify("key"));
    good(&bed.restore("out", &[]));
    drop((store, small));
}

#[test]
fn damage_a_wrong_key_and_a_cut_list_are_each_told_in_words() {
    let bed = Bed::new();
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    assert!(program.stop());
    good(&bed.backup(data.path()));
    good(&bed.backup(data.path()));
    // A chunk that the entries about backups leave alone, and so the third would hold too.
    let names = |manifest: &Path| -> Vec<String> {
        let text = fs::read_to_string(manifest).unwrap();
        let json: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        let chunks = json["files"][0]["chunks"].as_array().unwrap();
        chunks.iter().map(|c| c.as_str().unwrap().to_owned()).collect()
    };
    let [one, two] = [0, 1].map(|n| names(&bed.manifests()[n]));
    let name = one.iter().find(|c| two.contains(c)).unwrap();
    let chunk = bed.path("store/chunks").join(&name[..2]).join(name);
    let whole = fs::read(&chunk).unwrap();
    let mut bent = whole.clone();
    bent[100] ^= 4;
    for (bytes, words) in [(Some(&bent), "not as it was written"), (None, "is missing")] {
        match bytes {
            Some(bytes) => fs::write(&chunk, bytes).unwrap(),
            None => fs::remove_file(&chunk).unwrap(),
        }
        for key in ["key.pub", "key"] {
            let ran = bed.verify(key);
            bad(&ran, words);
            assert!(
                ran.out.contains(name.as_str()) && ran.out.contains("cannot be restored"),
                "{ran:?}"
            );
        }
        let ran = bed.restore("out", &[]);
        bad(&ran, words);
        assert!(!bed.path("out/province.db").exists() && !bed.path("out/keys").exists());
    }
    // What is still the same today the next backup writes again.
    good(&bed.backup(data.path()));
    good(&bed.verify("key"));
    let manifest = bed.manifests().pop().unwrap();
    let list = fs::read(&manifest).unwrap();
    fs::write(&manifest, &list[..list.len() - 40]).unwrap();
    bad(&bed.verify("key.pub"), "is cut off, was changed");
    bad(&bed.restore("out", &[]), "Take an older one");
    bad(&bed.command(&["backup", "list"], "key", &[]), "is cut off");
    good(&bed.restore("out", &["--to", &Bed::moment_of(&bed.manifests()[0])]));
    fs::write(&manifest, list).unwrap();

    good(&run(&["backup", "key", &bed.at("other")], "").unwrap());
    bad(&bed.command(&["restore"], "other", &["--data", &bed.at("new")]), "made for another key");
    bad(&bed.verify("other.pub"), "made for another key");
    bad(
        &bed.command(&["restore"], "key.pub", &["--data", &bed.at("new")]),
        "Bring the private key",
    );
    bad(&bed.restore("out", &[]), "is not empty");
    bad(&bed.restore("new", &["--to", "2020-01-01"]), "The oldest one is of");
    bad(&bed.restore("new", &["--to", "soon"]), "soon is no time");
    let elsewhere = bed.backup_with(Path::new("/nowhere"), &[]);
    bad(&elsewhere, "There is no province");
    // A database of a newer program is not put where this one would have to work with it.
    let newer = "INSERT INTO schema_applied VALUES ('store', 99, 'x', 0)";
    assert_eq!(Rows::of(data.path()).change(newer, []), 1);
    let ran = bed.backup(data.path());
    good(&ran);
    assert!(ran.out.contains("not recorded in the journal"), "{}", ran.out);
    bad(&bed.restore("new", &[]), "(store.database_newer");
    assert!(!bed.path("new").exists());
}
