//! Yesterday's copy, rehearsals, the doctor.

use super::*;

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
