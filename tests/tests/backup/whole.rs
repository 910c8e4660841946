//! What comes back is what went in, also while people work.

use super::*;

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
        let told = journal(&bed.path(&name));
        let entries_told = format!("has {} entries", kernel::Lang::En.number(size));
        assert!(told.contains(&entries_told), "{size}: {told}");
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

/// The newest checkpoint beside the keys is written anew every second while a province works.
#[test]
fn keys_that_change_under_a_backup_are_told_from_those_that_only_come_and_go() {
    let bed = Bed::new();
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    assert!(program.stop());
    let keys = data.path().join("keys");
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let draft = keys.join("x.checkpoint.new");
                fs::write(&draft, "a checkpoint").unwrap();
                fs::rename(&draft, keys.join("x.checkpoint")).unwrap();
                let _ = fs::remove_file(keys.join("x.checkpoint"));
            }
        });
        for _ in 0..10 {
            let ran = bed.backup(data.path());
            stop.store(ran.code != Some(0), Ordering::Relaxed);
            good(&ran);
        }
        stop.store(true, Ordering::Relaxed);
        scope.spawn(|| {
            for n in 0..200u64 {
                fs::write(keys.join("journal-0002.key"), n.to_string()).unwrap();
                fs::remove_file(keys.join("journal-0002.key")).unwrap();
                thread::sleep(Duration::from_millis(5));
            }
        });
        // Whether it comes between them or gives up, it never takes half of a change for the whole.
        let ran = bed.backup(data.path());
        if ran.code != Some(0) {
            bad(&ran, "common.changed_meanwhile");
        }
    });
    good(&bed.backup(data.path()));
    good(&bed.verify("key"));
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
