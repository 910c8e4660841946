//! Registers at size, as an operator fills and empties them: killed with SIGKILL in the middle, called
//! again, and in the end the same rows as without.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tests::{built, folder::Folder, program::run, rows};

const DAY: &str = "2026-11-23";
const WAIT_MAX: Duration = Duration::from_secs(600);

/// Runs a command to its end; what it printed.
#[track_caller]
fn ran(args: &[&str]) -> String {
    let ran = run(args, "").unwrap();
    assert_eq!(ran.code, Some(0), "{args:?}: {} {}", ran.out, ran.err);
    ran.out
}

/// A number out of a database that somebody may be writing, or not have made yet. Who was killed left a
/// journal, and the first to open the file undoes what stands in it: so not for reading only.
fn number(data: &Path, sql: &str) -> Option<i64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(rows::file(data), flags).ok()?;
    conn.query_row(sql, [], |r| r.get(0)).ok()
}

/// Starts a command and kills it as soon as a number of its database is past a limit.
#[track_caller]
fn killed(args: &[&str], data: &Path, sql: &str, limit: i64) {
    let mut child = Command::new(built("lienthong"))
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + WAIT_MAX;
    while number(data, sql).is_none_or(|n| n < limit) {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        assert!(Instant::now() < end, "it never came so far");
        std::thread::sleep(Duration::from_millis(2));
    }
    // SIGKILL: nothing in it can tidy up.
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn filling_and_importing_survive_being_killed() {
    let (one, two, three) = (Folder::new(), Folder::new(), Folder::new());
    let generate = |data: &Path| -> Vec<String> {
        let args = ["generate", "--persons", "150000", "--seed", "5", "--today", DAY, "--data"];
        args.iter().map(|a| (*a).to_owned()).chain([text(data).to_owned()]).collect()
    };
    let words = |args: &[String]| -> Vec<&'static str> {
        args.iter().map(|a| &*String::leak(a.clone())).collect()
    };
    ran(&words(&generate(one.path())));
    let all = number(one.path(), "SELECT COUNT(*) FROM person").unwrap();

    // Killed at 60 in a hundred, it goes on and ends with the same people.
    let again = words(&generate(two.path()));
    killed(&again, two.path(), "SELECT COUNT(*) FROM person", all * 6 / 10);
    let there = number(two.path(), "SELECT COUNT(*) FROM person").unwrap();
    assert!((all * 6 / 10..all).contains(&there), "{there} of {all}");
    ran(&again);
    let list = |folder: &Folder| -> Vec<u8> {
        let file = folder.path().join("all.csv");
        ran(&["export", "population", text(&file), "--data", text(folder.path())]);
        std::fs::read(&file).unwrap()
    };
    let whole = list(&one);
    assert!(whole == list(&two), "the same people");
    let indexes = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
    assert_eq!(number(two.path(), indexes), number(one.path(), indexes));
    assert_eq!(number(two.path(), "SELECT COUNT(*) FROM index_away"), Some(0));

    // The list of them, killed on the way into an empty register.
    let file = one.path().join("all.csv");
    let import =
        ["import", "population", text(&file), "--data", text(three.path()), "--source", "one"];
    let limit = i64::try_from(whole.len()).unwrap() * 6 / 10;
    killed(&import, three.path(), "SELECT MAX(position) FROM import_run", limit);
    // Half a list is not copied anywhere: its households are still aside.
    let (from, to) = (rows::file(three.path()), three.path().join("copy.db"));
    let addresses = [&from, &to].map(|file| format!("sqlite:{}", file.display()));
    let copy = run(&["database", "copy", &addresses[0], &addresses[1]], "").unwrap();
    assert!(copy.code == Some(1) && copy.err.contains("was cut off"), "{} {}", copy.out, copy.err);
    assert!(!to.exists());
    let out = ran(&import);
    let grouped = kernel::Lang::En.number(all);
    assert!(out.contains(&format!("{grouped} people added")), "{out}");
    assert_eq!(number(three.path(), "SELECT COUNT(*) FROM import_run"), Some(1));
    assert!(whole == list(&three), "the same bytes");
    // And once more: nothing changes, nobody is there twice.
    let out = ran(&import);
    assert!(
        out.contains("0 people added") && out.contains(&format!("{grouped} unchanged")),
        "{out}"
    );
    assert!(whole == list(&three));
    ran(&["journal", "verify", "--data", text(three.path())]);
}

#[test]
fn a_list_with_mistakes_is_told_in_both_languages() {
    let folder = Folder::new();
    let data = folder.path().join("data");
    let file = folder.path().join("xa.csv");
    let rows = "pid,name,birth,sex\n035070000101,Trần An,1970,Nam\n12,Trần Bình,1970,Nam\n";
    std::fs::write(&file, rows).unwrap();
    let import = ["import", "population", text(&file), "--data", text(&data)];
    let refused = run(&[&import[..], &["--all-or-nothing"]].concat(), "").unwrap();
    assert_eq!(refused.code, Some(1));
    assert!(refused.out.contains("Chưa ghi gì cả") && refused.out.contains("Nothing was written"));
    let out = ran(&import);
    assert!(out.contains("thêm mới 1 người") && out.contains("1 bad rows left out"), "{out}");
    let report = std::fs::read_to_string(folder.path().join("xa.csv.report.csv")).unwrap();
    assert!(report.contains("\n3,pid,number,,\"Số không đúng dạng"), "{report}");
    let nobody = folder.path().join("nobody.xml");
    std::fs::write(&nobody, "<CongdanCollection/>").unwrap();
    let out = ran(&["import", "population", text(&nobody), "--data", text(&data)]);
    assert!(out.contains("There is nobody in this file"), "{out}");
    let wrong = run(&["import", "population", "nowhere.csv", "--data", text(&data)], "").unwrap();
    assert!(wrong.code != Some(0) && wrong.err.contains("nowhere.csv"), "{}", wrong.err);
    let out = folder.path().join("out.docx");
    let wrong = run(&["export", "population", text(&out), "--data", text(&data)], "").unwrap();
    assert!(wrong.code != Some(0) && wrong.err.contains("--format"), "{}", wrong.err);
}
