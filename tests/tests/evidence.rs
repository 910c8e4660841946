//! The journal as evidence, from outside: what a citizen takes away, what an export shows, what a
//! restored copy does. The outsider's verifier is the judge.

use lienthong_verify::entry::{Leaf, Lines};
use lienthong_verify::note::{self, Key};
use lienthong_verify::{folder, proof};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tests::{
    folder::Folder,
    program::{Options, Program, Ran, run},
    rows::{self, Rows},
    walks::{self, Cast, Walker},
};

fn journal(data: &Path, args: &[&str]) -> Ran {
    let data = data.to_str().unwrap();
    run(&[&["journal"], args, &["--data", data]].concat(), "").unwrap()
}

fn vkeys(data: &Path) -> Vec<String> {
    let ran = journal(data, &["key"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.out.lines().map(str::to_owned).collect()
}

fn keys(data: &Path) -> Vec<Key> {
    note::keys(&vkeys(data).join("\n")).unwrap()
}

/// Every file under a folder.
fn files(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

/// Much of what people do here, by hand: filed, paid, consented, refused, decided, read, looked for,
/// signed in wrongly, appointed, audited.
fn busy(program: &Program) {
    let mut cast = Cast::of(program).unwrap();
    cast.done().unwrap();
    let lan = cast.citizen.number().unwrap();
    assert!(Walker::sign_in(program, &lan, "không phải mật khẩu này").is_err());
    let mut operator = Walker::as_role(program, "operator").unwrap();
    walks::appoint(&mut operator, &lan, "HCC.13594", "one-stop.clerk").unwrap();
    audited(program, &lan);
    for path in ["/du-lieu-cua-toi", "/so-ho-khau", "/du-lieu-cua-toi/ai-da-doc"] {
        cast.owner.open(path).unwrap();
    }
    cast.owner.leave_work().unwrap_or_default();
}

#[test]
fn nobody_stands_in_a_leaf_a_tile_or_a_checkpoint_of_a_busy_province() {
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    busy(&program);
    assert!(program.stop());
    let out = Folder::new();
    let dir = out.path().join("export");
    let ran = journal(data.path(), &["export", dir.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let public = keys(data.path());
    let report = folder::verify(&dir, &public, &mut |_, _| {}).unwrap();
    assert!(report.entries > 40 && report.opened == 0 && report.checkpoints > 1, "{report:?}");

    let rows = Rows::of(data.path());
    let mut kinds: Vec<String> = rows.texts("SELECT DISTINCT kind FROM journal", []);
    kinds.sort();
    assert!(kinds.len() >= 15, "a busy province: {kinds:?}");
    let numbers = rows.texts("SELECT pid FROM person", []);
    let names = rows.texts("SELECT DISTINCT name FROM person", []);
    let purposes = fs::read_to_string(tests::root().join("data/purposes.toml")).unwrap();
    let seqs = rows.all("SELECT seq FROM journal ORDER BY seq", [], |r| r.get::<_, i64>(0));
    assert!(numbers.len() >= 500);
    // Each leaf, line by line: words of a closed vocabulary, a moment, a place, hashes; nothing else.
    for seq in seqs.iter().filter(|n| **n <= report.state.size as i64) {
        let ran = journal(data.path(), &["prove", &seq.to_string()]);
        let file = serde_json::from_str(&ran.out).unwrap();
        let (_, entries) = proof::inclusion(&file, &public).unwrap();
        let Leaf::Lines(leaf) = &entries[0].leaf else { panic!("no leaf of entry {seq}") };
        assert!(entries[0].opened.is_empty());
        only_closed_words(leaf, &kinds, &purposes);
    }
    let mut all = Vec::new();
    files(&dir, &mut all);
    for file in all {
        let bytes = fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        // Hexadecimal and base64 could hold any digits by chance, and say nothing by them.
        let open: String = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() < 26)
            .flat_map(|word| [word, " "])
            .collect();
        assert!(!numbers.iter().any(|n| open.contains(n.as_str())), "{}", file.display());
        assert!(!names.iter().any(|n| text.contains(n.as_str())), "{}", file.display());
    }
}

/// The auditor looks at who read somebody's data.
fn audited(program: &Program, number: &str) {
    let mut auditor = Walker::as_role(program, "auditor").unwrap();
    let page = auditor.open("/kiem-toan").unwrap();
    let fields = [("pid", number), ("reason", "Khiếu nại 12/2026")];
    auditor.send(&page, "/kiem-toan", &fields).unwrap();
}

fn only_closed_words(leaf: &Lines, kinds: &[String], purposes: &str) {
    let lines: Vec<&str> = leaf.data.lines().collect();
    assert_eq!(lines.len(), 9);
    let id = lines[1];
    assert!(id.len() == 26 && id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()));
    assert!(kinds.contains(&leaf.kind), "{}", leaf.kind);
    assert!(leaf.kind.bytes().all(|b| b.is_ascii_lowercase() || b".-_".contains(&b)));
    assert!(leaf.at > 1_500_000_000_000_000);
    assert!(
        matches!(leaf.place.len(), 0 | 2 | 5) && leaf.place.bytes().all(|b| b.is_ascii_digit())
    );
    let known = format!("id = \"{}\"", leaf.purpose);
    assert!(leaf.purpose.is_empty() || purposes.contains(&known), "{}", leaf.purpose);
}

#[test]
fn a_citizens_file_convinces_the_outsider_and_names_nobody_else() {
    let data = Folder::new();
    let program = Program::start(&Options::kept_in(data.path())).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    cast.done().unwrap();
    let lan = cast.citizen.number().unwrap();
    // What her dossier needed concerns her household too; what the auditor looks at, her alone.
    audited(&program, &lan);
    let path = "/du-lieu-cua-toi/ai-da-doc/bang-chung?xem=ca-toi";
    // The log follows the journal a moment later.
    let end = Instant::now() + Duration::from_secs(60);
    let (file, entries) = loop {
        let file = cast.citizen.open(path).unwrap().json();
        let (_, entries) = proof::inclusion(&file, &keys_of_site(&mut cast.citizen)).unwrap();
        if entries.iter().any(|e| !e.opened.is_empty()) {
            break (file, entries);
        }
        assert!(Instant::now() < end, "{file:#}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let others = Rows::of(data.path()).texts("SELECT pid FROM person WHERE pid <> ?1", [&lan]);
    let text = file.to_string();
    assert!(
        !others
            .iter()
            .any(|n| text.contains(&format!("\"{n}\"")) || text.contains(&format!("\\\"{n}\\\"")))
    );
    for e in &entries {
        for (part, text) in &e.opened {
            assert!(["subjects", "body"].contains(part));
            assert!(*part != "subjects" || *text == format!("[\"{lan}\"]"), "{text}");
        }
    }
    let mut changed = file.clone();
    let opened = changed["entries"].as_array_mut().unwrap();
    let one = opened.iter_mut().find(|e| e["subjects"].is_object()).unwrap();
    one["subjects"]["text"] = "[]".into();
    let fault = proof::inclusion(&changed, &keys_of_site(&mut cast.citizen)).unwrap_err();
    assert_eq!(fault.key, "verify-part-changed");
    let mut stranger = Walker::stranger(&program);
    assert_eq!(stranger.get(path).unwrap().status, 303, "for the person alone");
    assert_eq!(stranger.get("/tile/entries/000").unwrap().status, 404);
}

fn keys_of_site(walker: &mut Walker) -> Vec<Key> {
    note::keys(&walker.open("/nhat-ky/khoa").unwrap().text()).unwrap()
}

#[test]
fn an_export_goes_to_its_own_folder_and_bodies_are_on_record() {
    let data = Folder::new();
    let mut program = Program::start(&Options::kept_in(data.path())).unwrap();
    let out = Folder::new();
    let dir = out.path().join("x");
    let dir_text = dir.to_str().unwrap();
    // While it runs.
    let ran = journal(data.path(), &["export", dir_text, "--with-bodies"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let report = folder::verify(&dir, &keys(data.path()), &mut |_, _| {}).unwrap();
    assert_eq!(report.opened, 3 * report.entries);
    assert!(program.stop());
    let recorded = "SELECT COUNT(*) FROM journal WHERE kind = 'journal.exported'";
    assert_eq!(Rows::of(data.path()).count(recorded, []), 1);
    let again = journal(data.path(), &["export", dir_text, "--with-bodies"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    let checked = journal(data.path(), &["verify", "--export", dir_text]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    // Partial tiles of the first export may lie beside those of the second.
    let mut bundles = Vec::new();
    files(&dir.join("tile/0"), &mut bundles);
    bundles.iter().for_each(|bundle| fs::write(bundle, [7; 32]).unwrap());
    assert_eq!(journal(data.path(), &["verify", "--export", dir_text]).code, Some(1));
    let other = journal(data.path(), &["export", dir_text]);
    assert_eq!(other.code, Some(1), "another kind of export into the same folder");
    for bad in [
        vec!["prove", "0"],
        vec!["prove", "999999"],
        vec!["consistency", "nowhere"],
        vec!["export", dir_text, "--from", "9", "--to", "3"],
    ] {
        let ran = journal(data.path(), &bad);
        assert_eq!(ran.code, Some(1), "{bad:?}: {ran:?}");
        assert!(ran.err.chars().count() > 60, "says what to do: {}", ran.err);
    }
    let rotated = journal(data.path(), &["key", "--rotate"]);
    assert_eq!(rotated.out.lines().count(), 2, "{rotated:?}");
    assert_eq!(journal(data.path(), &["verify"]).code, Some(0));
}

#[test]
fn yesterdays_copy_does_not_start_until_the_fork_is_accepted() {
    let data = Folder::new();
    let witness = Folder::new();
    let mut options = Options::kept_in(data.path());
    options.more = vec!["--witness".into(), witness.path().to_str().unwrap().into()];
    let mut program = Program::start(&options).unwrap();
    assert!(program.stop());
    let backup = fs::read(rows::file(data.path())).unwrap();
    let mut program = Program::start(&options).unwrap();
    Cast::of(&program).unwrap().done().unwrap();
    assert!(program.stop());
    let mut kept = Vec::new();
    files(witness.path(), &mut kept);
    assert_eq!(kept.len(), 1, "{kept:?}");
    let known = fs::read_to_string(&kept[0]).unwrap();
    let known_file = witness.path().join("known");
    fs::write(&known_file, &known).unwrap();
    fs::write(rows::file(data.path()), &backup).unwrap();
    for ending in ["province.db-wal", "province.db-shm"] {
        let _ = fs::remove_file(data.path().join(ending));
    }
    let refused = Program::start(&options).unwrap_err();
    assert!(refused.contains("--accept-fork"), "{refused}");
    let checked = journal(data.path(), &["verify"]);
    assert_eq!(checked.code, Some(1), "the command tells of it too: {checked:?}");
    options.more.push("--accept-fork".into());
    let mut program = Program::start(&options).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    cast.done().unwrap();
    // On past the size that was signed before.
    let size_known = trust::verify_checkpoint(&known, &vkeys(data.path())).unwrap().0;
    while Rows::of(data.path()).count("SELECT MAX(seq) FROM journal", []) <= size_known {
        cast.owner.open("/du-lieu-cua-toi").unwrap();
    }
    assert!(program.stop());
    options.more.pop();
    let mut program = Program::start(&options).unwrap();
    assert!(program.stop(), "from here on it is one history again");
    let keys = keys(data.path());
    let old = note::checkpoint(&known, &keys).unwrap();
    let file = journal(data.path(), &["consistency", known_file.to_str().unwrap()]);
    assert_eq!(file.code, Some(0), "{file:?}");
    let proved = proof::consistency(&serde_json::from_str(&file.out).unwrap(), &keys).unwrap();
    let fork = proof::compare_by_proof(&old, &proved.new, &proved).unwrap_err();
    assert_eq!(fork.kind, lienthong_verify::Kind::Forked);
    let accepted = "SELECT COUNT(*) FROM journal WHERE kind = 'journal.fork_accepted'";
    assert_eq!(Rows::of(data.path()).count(accepted, []), 1);
}

/// Somebody with access to the database changes it under the running program.
#[test]
fn a_running_program_that_finds_its_journal_changed_signs_no_more_and_says_so() {
    let data = Folder::new();
    let program = Program::start(&Options::kept_in(data.path())).unwrap();
    let mut operator = Walker::as_role(&program, "operator").unwrap();
    let healthy = operator.get("/health").unwrap();
    assert_eq!(healthy.status, 200);
    let rows = Rows::of(data.path());
    let change = "UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE seq = 8) WHERE seq = 7";
    assert_eq!(rows.change(change, []), 1);
    // The next checkpoint would have to cover this entry.
    Walker::as_role(&program, "auditor").unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    while operator.get("/health").unwrap().status == 200 {
        assert!(Instant::now() < end, "{:?}", program.said());
        std::thread::sleep(Duration::from_millis(50));
    }
    let signed = "SELECT MAX(size) FROM journal_checkpoint";
    let last = rows.count(signed, []);
    let page = operator.open("/quan-tri/nhat-ky").unwrap().text();
    assert!(page.contains("Nhật ký không khớp"), "{page}");
    assert!(page.contains("Mục 7 không còn như khi được ghi"), "{page}");
    assert_eq!(rows.count(signed, []), last);
    assert!(last < rows.count("SELECT MAX(seq) FROM journal", []));
}

#[test]
fn killed_at_any_moment_the_history_is_still_one() {
    let data = Folder::new();
    let options = Options::kept_in(data.path());
    let mut last = 0;
    for n in 0..4 {
        let mut program = Program::start(&options).unwrap_or_else(|e| panic!("start {n}: {e}"));
        let mut cast = Cast::of(&program).unwrap();
        cast.proposed().unwrap();
        program.kill();
        let own: PathBuf = data.path().join("keys");
        let mut kept = Vec::new();
        files(&own, &mut kept);
        let file = kept.iter().find(|f| f.extension().is_some_and(|e| e == "checkpoint")).unwrap();
        let state =
            note::checkpoint(&fs::read_to_string(file).unwrap(), &keys_of_folder(&own)).unwrap();
        assert!(state.size > last, "it goes forward");
        last = state.size;
    }
    assert_eq!(journal(data.path(), &["verify"]).code, Some(0));
}

fn keys_of_folder(own: &Path) -> Vec<Key> {
    let mut all = Vec::new();
    files(own, &mut all);
    let vkeys = all.iter().filter(|f| f.extension().is_some_and(|e| e == "vkey"));
    let text: String = vkeys.map(|f| fs::read_to_string(f).unwrap()).collect();
    note::keys(&text).unwrap()
}
