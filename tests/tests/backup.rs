//! Backup and restore as the engineer meets them: the real program, people at work meanwhile, kill -9,
//! damage, yesterday's copy.

use crate::disk::Small;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use tests::{
    built,
    folder::Folder,
    program::{Options, Program, Ran, run, write_settings},
    rows::{self, Rows},
    walks::{Cast, Walker},
};

/// A folder with a pair of keys and a place for backups beside the province.
struct Bed {
    folder: Folder,
}

impl Bed {
    fn new() -> Self {
        let bed = Self { folder: Folder::new() };
        good(&run(&["backup", "key", &bed.at("key")], "").unwrap());
        bed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn backup(&self, data: &Path) -> Ran {
        self.backup_with(data, &[])
    }

    fn backup_with(&self, data: &Path, more: &[&str]) -> Ran {
        let (store, key, data) = (self.at("store"), self.at("key.pub"), data.display().to_string());
        let args = ["backup", &store, "--key", &key, "--data", &data, "--lang", "en"];
        run(&[&args, more].concat(), "").unwrap()
    }

    fn command(&self, command: &[&str], key: &str, more: &[&str]) -> Ran {
        let (store, key) = (self.at("store"), self.at(key));
        let args = [command, &[&store, "--key", &key, "--lang", "en"], more].concat();
        run(&args, "").unwrap()
    }

    fn verify(&self, key: &str) -> Ran {
        self.command(&["backup", "verify"], key, &[])
    }

    fn restore(&self, into: &str, more: &[&str]) -> Ran {
        let into = self.at(into);
        self.command(&["restore"], "key", &[&["--data", into.as_str()], more].concat())
    }

    /// The manifests, the oldest first.
    fn manifests(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = fs::read_dir(self.path("store/backups"))
            .map(|dir| dir.map(|f| f.unwrap().path()).collect())
            .unwrap_or_default();
        all.retain(|f| f.extension().is_some_and(|e| e == "json"));
        all.sort();
        all
    }

    /// A moment at which exactly this backup is the newest, as an operator writes it.
    fn moment_of(manifest: &Path) -> String {
        let name = manifest.file_stem().unwrap().to_str().unwrap();
        let (day, clock) = name.split_once('T').unwrap();
        format!("{day} {}", clock.replace('-', ":"))
    }
}

#[track_caller]
fn good(ran: &Ran) {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.out.contains('⟦') && !ran.err.contains('⟦'), "{ran:?}");
}

#[track_caller]
fn bad(ran: &Ran, words: &str) {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.contains(words) || ran.err.contains(words), "{words}: {ran:?}");
    assert!(!ran.err.contains("panicked") && !ran.err.contains('⟦'), "{ran:?}");
}

/// Entries and root as `journal verify` recomputes them.
fn journal(data: &Path) -> String {
    let ran = run(&["journal", "verify", "--data", data.to_str().unwrap(), "--lang", "en"], "");
    let ran = ran.unwrap();
    good(&ran);
    ran.out.lines().next().unwrap().to_owned()
}

/// Every row of every table, as text.
fn everything(data: &Path) -> Vec<(String, Vec<String>)> {
    let rows = Rows::of(data);
    let tables = rows.texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
        [],
    );
    let dump = |table: &String| {
        let columns =
            rows.texts("SELECT 'quote(' || name || ')' FROM pragma_table_info(?1)", [table]);
        let sql = format!("SELECT {} FROM {table} ORDER BY 1", columns.join(" || ',' || "));
        rows.texts(&sql, [])
    };
    tables.iter().map(|t| (t.clone(), dump(t))).collect()
}

/// The journal's rows up to an entry, byte by byte.
fn entries(data: &Path, to: i64) -> Vec<String> {
    let sql = "SELECT seq || id || kind || at || actor || subjects || body || hex(salt) || hex(leaf) \
               FROM journal WHERE seq <= ?1 ORDER BY seq";
    Rows::of(data).texts(sql, [to])
}

#[test]
fn made_while_people_work_each_backup_is_one_moment_of_the_province() {
    let bed = Bed::new();
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    let stop = AtomicBool::new(false);
    let mut cast = Cast::of(&program).unwrap();
    let mut readers: Vec<Walker> =
        ["parent", "clerk"].map(|r| Walker::as_citizen(&program, r).unwrap()).into();
    let dossier = thread::scope(|scope| {
        let dossiers = scope.spawn(|| {
            let mut last = cast.done().unwrap();
            while !stop.load(Ordering::Relaxed) {
                // Somebody who lives there already is told so: that is work too.
                match cast.done() {
                    Ok(code) => last = code,
                    Err(_) => drop(cast.owner.open("/so-ho-khau").unwrap()),
                }
            }
            last
        });
        for reader in &mut readers {
            let stop = &stop;
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    reader.open("/du-lieu-cua-toi").unwrap();
                }
            });
        }
        tests::until("somebody has done something", || {
            Rows::of(data.path()).count("SELECT COUNT(*) FROM dossier", []) > 0
        });
        for _ in 0..4 {
            good(&bed.backup(data.path()));
        }
        stop.store(true, Ordering::Relaxed);
        dossiers.join().unwrap()
    });
    assert!(program.stop());
    good(&bed.backup(data.path()));
    let manifests = bed.manifests();
    assert_eq!(manifests.len(), 5);
    let mut sizes = Vec::new();
    for (n, manifest) in manifests.iter().enumerate() {
        let name = format!("out{n}");
        let ran = bed.restore(&name, &["--to", &Bed::moment_of(manifest)]);
        good(&ran);
        let size = Rows::of(&bed.path(&name)).count("SELECT MAX(seq) FROM journal", []);
        assert!(journal(&bed.path(&name)).contains(&format!("has {size} entries")));
        assert_eq!(entries(&bed.path(&name), size), entries(data.path(), size));
        sizes.push(size);
    }
    assert!(sizes.windows(2).all(|w| w[0] < w[1]), "work went on between them: {sizes:?}");
    // Each backup is on record, the last one in the living province only.
    let made = "SELECT COUNT(*) FROM journal WHERE kind = 'backup.made'";
    assert_eq!(Rows::of(data.path()).count(made, []), 5);
    assert_eq!(Rows::of(&bed.path("out4")).count(made, []), 4);
    // The restored province works: the same sessions, keys, letters, dossiers.
    let mut options = Options::kept_in(&bed.path("out4"));
    options.persons = 500;
    let restored = Program::start(&options).unwrap();
    let mut citizen = Walker::as_role(&restored, "citizen").unwrap();
    assert!(citizen.open(&format!("/ho-so/{dossier}")).unwrap().text().contains(&dossier));
    let mut operator = Walker::as_role(&restored, "operator").unwrap();
    let page = operator.open("/quan-tri/nhat-ky").unwrap().text();
    let newest = page.split("Bản sao lưu gần nhất</dt><dd>").nth(1).unwrap();
    assert!(newest.starts_with(|c: char| c.is_ascii_digit()), "{newest}");
}

#[test]
fn what_comes_back_is_what_went_in_row_by_row_and_file_by_file() {
    let bed = Bed::new();
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    Cast::of(&program).unwrap().done().unwrap();
    assert!(program.stop());
    let before = everything(data.path());
    assert!(before.len() > 20 && before.iter().any(|(t, rows)| t == "dossier" && !rows.is_empty()));
    good(&bed.backup(data.path()));
    good(&bed.restore("out", &[]));
    let after = everything(&bed.path("out"));
    for (one, other) in before.iter().zip(&after) {
        assert_eq!(one, other);
    }
    assert_eq!(before.len(), after.len());
    let mut keys = 0;
    for file in fs::read_dir(data.path().join("keys")).unwrap() {
        let file = file.unwrap();
        let copy = bed.path("out/keys").join(file.file_name());
        assert_eq!(fs::read(file.path()).unwrap(), fs::read(&copy).unwrap(), "{copy:?}");
        let mode = |f: &Path| {
            use std::os::unix::fs::PermissionsExt;
            fs::metadata(f).unwrap().permissions().mode()
        };
        assert_eq!(mode(&file.path()), mode(&copy));
        keys += 1;
    }
    assert!(keys >= 8, "signing keys and secrets");
    // Nothing of the database is readable where backups lie, and no open copy stays behind.
    let names = Rows::of(data.path()).texts("SELECT name FROM person LIMIT 50", []);
    let mut folders = vec![bed.path("store")];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let found = names.iter().any(|n| bytes.windows(n.len()).any(|w| w == n.as_bytes()));
            assert!(!found, "{path:?}");
        }
    }
    assert!(!data.path().join("backup.copy").exists());
}

#[test]
fn the_next_backup_is_small_and_old_ones_go_when_told_to() {
    let bed = Bed::new();
    let data = Folder::new();
    let program = Program::start(&Options::kept_in(data.path())).unwrap();
    let chunks = || {
        let dirs = fs::read_dir(bed.path("store/chunks")).unwrap();
        dirs.map(|d| fs::read_dir(d.unwrap().path()).unwrap().count()).sum::<usize>()
    };
    good(&bed.backup(data.path()));
    let first = chunks();
    Walker::as_role(&program, "citizen").unwrap().open("/du-lieu-cua-toi").unwrap();
    good(&bed.backup(data.path()));
    let new = chunks() - first;
    assert!(new > 0 && new < first / 2, "{new} new ones beside {first}");
    for _ in 0..2 {
        good(&bed.backup(data.path()));
    }
    let ran = bed.backup_with(data.path(), &["--keep", "2"]);
    good(&ran);
    assert!(ran.out.contains("Old backups removed: 3"), "{}", ran.out);
    assert_eq!(bed.manifests().len(), 2);
    let before = chunks();
    good(&bed.verify("key"));
    good(&bed.restore("out", &[]));
    assert_eq!(chunks(), before);
    let listed = bed.command(&["backup", "list"], "key.pub", &[]);
    good(&listed);
    assert_eq!(listed.out.lines().count(), 2, "{}", listed.out);
}

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
    let mut chunks: Vec<PathBuf> = fs::read_dir(bed.path("store/chunks"))
        .unwrap()
        .flat_map(|d| fs::read_dir(d.unwrap().path()).unwrap().map(|f| f.unwrap().path()))
        .collect();
    chunks.sort();
    let whole = fs::read(&chunks[3]).unwrap();
    let mut bent = whole.clone();
    bent[100] ^= 4;
    let name = chunks[3].file_name().unwrap().to_str().unwrap();
    for (bytes, words) in [(Some(&bent), "not as it was written"), (None, "is missing")] {
        match bytes {
            Some(bytes) => fs::write(&chunks[3], bytes).unwrap(),
            None => fs::remove_file(&chunks[3]).unwrap(),
        }
        for key in ["key.pub", "key"] {
            let ran = bed.verify(key);
            bad(&ran, words);
            assert!(ran.out.contains(name) && ran.out.contains("cannot be restored"), "{ran:?}");
        }
        let ran = bed.restore("out", &[]);
        bad(&ran, words);
        assert!(!bed.path("out/province.db").exists() && !bed.path("out/keys").exists());
    }
    // What is still the same today the next backup writes again.
    good(&bed.backup(data.path()));
    good(&bed.verify("key"));
    let manifest = bed.manifests().remove(1);
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

#[test]
fn a_restored_backup_of_yesterday_shows_as_a_fork_to_who_knows_more() {
    let bed = Bed::new();
    let (data, witness) = (Folder::new(), Folder::new());
    let witnessed = vec!["--witness".to_owned(), witness.path().display().to_string()];
    let mut options = Options::kept_in(data.path());
    options.more.clone_from(&witnessed);
    let program = Program::start(&options).unwrap();
    good(&bed.backup(data.path()));
    let mut program = program;
    Cast::of(&program).unwrap().done().unwrap();
    assert!(program.stop());
    let kept = fs::read_dir(witness.path()).unwrap().next().unwrap().unwrap().path();
    let known = fs::read_to_string(&kept).unwrap();
    let known_file = bed.path("known");
    fs::write(&known_file, &known).unwrap();

    good(&bed.restore("out", &[]));
    let mut options = Options::kept_in(&bed.path("out"));
    options.more.clone_from(&witnessed);
    let refused = Program::start(&options).unwrap_err();
    assert!(refused.contains("--accept-fork"), "{refused}");
    options.more.push("--accept-fork".into());
    let mut program = Program::start(&options).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    cast.done().unwrap();
    let keys = run(&["journal", "key", "--data", &bed.at("out")], "").unwrap().out;
    let vkeys: Vec<String> = keys.lines().map(str::to_owned).collect();
    let size = trust::verify_checkpoint(&known, &vkeys).unwrap().0;
    while Rows::of(&bed.path("out")).count("SELECT MAX(seq) FROM journal", []) <= size {
        cast.owner.open("/du-lieu-cua-toi").unwrap();
    }
    assert!(program.stop());
    let accepted = "SELECT COUNT(*) FROM journal WHERE kind = 'journal.fork_accepted'";
    assert_eq!(Rows::of(&bed.path("out")).count(accepted, []), 1);
    // An outsider, with nothing but files and public keys.
    let key_file = bed.path("vkeys");
    fs::write(&key_file, &keys).unwrap();
    let now = run(&["journal", "checkpoint", "--data", &bed.at("out")], "").unwrap();
    let now_file = bed.path("now");
    fs::write(&now_file, &now.out).unwrap();
    let export = bed.at("export");
    good(&run(&["journal", "export", &export, "--data", &bed.at("out")], "").unwrap());
    let judged = Command::new(built("lienthong-verify"))
        .args(["checkpoints", known_file.to_str().unwrap(), now_file.to_str().unwrap()])
        .args(["--keys", key_file.to_str().unwrap(), "--folder", &export])
        .output()
        .unwrap();
    assert_eq!(judged.status.code(), Some(3), "{judged:?}");
}

#[test]
fn a_rehearsal_restores_compares_and_leaves_nothing_behind() {
    let bed = Bed::new();
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    let early =
        run(&["journal", "checkpoint", "--data", data.path().to_str().unwrap()], "").unwrap();
    fs::write(bed.path("early"), &early.out).unwrap();
    Cast::of(&program).unwrap().done().unwrap();
    good(&bed.backup(data.path()));
    Walker::as_role(&program, "citizen").unwrap().open("/du-lieu-cua-toi").unwrap();
    fs::create_dir(bed.path("scratch")).unwrap();
    let scratch = bed.at("scratch");
    // Left by a rehearsal that was killed: nobody's data stay lying about.
    fs::create_dir_all(bed.path("scratch/lienthong-rehearsal-99999999/keys")).unwrap();
    let rehearse = |more: &[&str]| {
        let more = [&["--scratch", scratch.as_str()], more].concat();
        let ran = bed.command(&["backup", "rehearse"], "key", &more);
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0, "{ran:?}");
        ran
    };
    good(&rehearse(&[]));
    good(&rehearse(&["--checkpoint", &bed.at("early")]));
    let living = ["--data", data.path().to_str().unwrap()];
    let ran = rehearse(&living);
    good(&ran);
    assert!(ran.out.contains("so the living journal began"), "{}", ran.out);
    let recorded = "SELECT COUNT(*) FROM journal WHERE kind = 'backup.rehearsed'";
    assert_eq!(Rows::of(data.path()).count(recorded, []), 1);
    let late = run(&["journal", "checkpoint", living[0], living[1]], "").unwrap();
    fs::write(bed.path("late"), &late.out).unwrap();
    bad(&rehearse(&["--checkpoint", &bed.at("late")]), "from before the backup");
    // The living journal is another one: somebody changed what was.
    assert!(program.stop());
    let change = "UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE seq = 4) WHERE seq = 3";
    assert_eq!(Rows::of(data.path()).change(change, []), 1);
    bad(&rehearse(&living), "not how the journal began");
    // So is a backup of such a journal told before anybody would need it.
    good(&bed.backup(data.path()));
    bad(&rehearse(&[]), "not what was backed up");
}

#[test]
fn a_torn_database_is_found_when_it_is_restored_for_trial() {
    let bed = Bed::new();
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    assert!(program.stop());
    let file = rows::file(data.path());
    let mut bytes = fs::read(&file).unwrap();
    let at = bytes.len() / 2 / 4_096 * 4_096;
    bytes[at..at + 2_048].fill(0xa5);
    fs::write(&file, bytes).unwrap();
    let ran = bed.backup(data.path());
    // At once where the page is one that a backup looks at, else by the rehearsal.
    match ran.code {
        Some(0) => {
            bad(&bed.command(&["backup", "rehearse"], "key", &[]), "(store.database_damaged");
        }
        _ => bad(&ran, "(store.database_damaged"),
    }
}

#[test]
fn the_settings_name_the_place_and_the_doctor_asks_for_backups() {
    let bed = Bed::new();
    let data = bed.path("data");
    let mut program = Program::start(&Options::kept_in(&data)).unwrap();
    assert!(program.stop());
    let file = bed.path("lienthong.toml");
    let set = |more: &str| {
        write_settings(&file, &data, "127.0.0.1:1");
        let (store, key) = (bed.path("store"), bed.path("key.pub"));
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{text}[backup]\nfolder = {store:?}\nkey = {key:?}\n{more}\n"))
            .unwrap();
    };
    let config = file.to_str().unwrap();
    let doctor = || run(&["doctor", "--config", config, "--lang", "en"], "").unwrap();
    set("keep = 1");
    let none = doctor();
    assert!(none.out.contains("! There is no backup in"), "{}", none.out);
    for _ in 0..2 {
        good(&run(&["backup", "--config", config], "").unwrap());
    }
    assert_eq!(bed.manifests().len(), 1);
    let fresh = doctor();
    assert!(fresh.out.contains("✓ Newest backup: "), "{}", fresh.out);
    set("warn_days = 0");
    let old = doctor();
    assert!(old.out.contains("! The newest backup is 0 days old"), "{}", old.out);
    fs::write(&bed.manifests()[0], "{}").unwrap();
    let damaged = doctor();
    bad(&damaged, "✗ The backups in");
    let unnamed = run(&["backup", "--data", data.to_str().unwrap()], "").unwrap();
    bad(&unnamed, "is missing: name it on the command line");
}
