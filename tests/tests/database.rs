//! A province moved into another database: `lienthong database copy`, killed in the middle and called
//! again; then the program goes on with the copy. And the statements that spread it over many nodes.

use postgres::{Client, NoTls};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tests::{
    built,
    folder::Folder,
    program::{Options, Program, Ran, run},
    rows::Rows,
    walks::{Cast, Walker},
};

const DAY: &str = "2026-11-23";
const WAIT_MAX: Duration = Duration::from_secs(600);

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Runs a command; nothing it says is a key without words.
#[track_caller]
fn said(args: &[&str]) -> Ran {
    let ran = run(args, "").unwrap();
    assert!(!ran.out.contains('⟦') && !ran.err.contains('⟦'), "{ran:?}");
    assert!(!ran.err.contains("panicked"), "{ran:?}");
    ran
}

#[track_caller]
fn well(args: &[&str]) -> String {
    let ran = said(args);
    assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
    ran.out
}

/// Fails, with this in its words.
#[track_caller]
fn refused(args: &[&str], vi: &str, en: &str) {
    let ran = said(args);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains(vi) && ran.err.contains(en), "{ran:?}");
}

fn number(url: &str, sql: &str) -> Option<i64> {
    Client::connect(url, NoTls).ok()?.query_one(sql, &[]).ok()?.try_get(0).ok()
}

/// The tables of an SQLite province.
fn tables(rows: &Rows) -> Vec<String> {
    rows.texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
         AND name NOT LIKE 'schema_%' AND name <> 'database_copy' ORDER BY name",
        [],
    )
}

#[test]
fn a_copy_killed_in_the_middle_goes_on_with_nothing_missing_and_nothing_double() {
    let folder = Folder::new();
    let data = folder.path().join("data");
    let generate = ["generate", "--persons", "30000", "--seed", "7", "--today", DAY];
    well(&[&generate[..], &["--data", text(&data)]].concat());
    let rows = Rows::of(&data);
    let people = rows.count("SELECT COUNT(*) FROM person", []);
    let url = store::testing::postgres();
    let copy = ["database", "copy", text(&data), &url];

    let mut child = Command::new(built("lienthong"))
        .args(copy)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + WAIT_MAX;
    while number(&url, "SELECT COUNT(*) FROM person").is_none_or(|n| n < people / 3) {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        assert!(Instant::now() < end, "it never came so far");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(
        number(&url, "SELECT COUNT(*) FROM household_member").unwrap()
            < rows.count("SELECT COUNT(*) FROM household_member", []),
        "it was to be killed before its end"
    );
    // Nobody works on half a province.
    refused(
        &["generate", "--persons", "1", "--data", text(&data), "--database", &url],
        "chép chưa xong",
        "unfinished copy",
    );
    let out = well(&copy);
    assert!(out.contains("Copied and compared") && out.contains("giống hệt nguồn"), "{out}");
    for table in tables(&rows) {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(number(&url, &sql), Some(rows.count(&sql, [])), "{table}");
    }
    refused(&copy, "đã xong từ trước", "finished and compared before");
    // The same people, as a list has them.
    let list = |more: &[&str]| {
        let file = folder.path().join("all.csv");
        let _ = std::fs::remove_file(&file);
        well(&[&["export", "population", text(&file)], more].concat());
        std::fs::read(&file).unwrap()
    };
    let there = list(&["--data", text(&data)]);
    assert!(there == list(&["--data", text(&data), "--database", &url]), "the same bytes");
    // No column of ours counts by itself, so none has to be told where to go on.
    let counting = "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = 'public' \
                    AND (is_identity = 'YES' OR column_default LIKE 'nextval%')";
    assert_eq!(number(&url, counting), Some(0));
    assert_eq!(number(&url, "SELECT COUNT(*) FROM pg_sequences"), Some(0));
}

#[test]
fn a_living_province_moves_to_postgresql_and_back() {
    let folder = Folder::new();
    let mut program = Program::start(&Options::kept_in(folder.path())).unwrap();
    let first = Cast::of(&program).unwrap().done().unwrap();
    let url = store::testing::postgres();
    let copy = ["database", "copy", text(folder.path()), &url];
    refused(&copy, "Có chương trình khác đang chạy", "Another program is working");
    assert!(program.stop());
    let copied = well(&copy);
    let root = |out: &str| {
        let at = out.find("root ").unwrap() + 5;
        out[at..at + 64].to_owned()
    };

    // On PostgreSQL, with the folder's keys: what was is there, what comes gets the next numbers.
    let mut options = Options::kept_in(folder.path());
    options.more = vec!["--database".into(), url.clone()];
    let mut program = Program::start(&options).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    let page = cast.citizen.open(&format!("/ho-so/{first}")).unwrap();
    assert!(page.text().contains(&first));
    cast.citizen = Walker::as_citizen(&program, "parent").unwrap();
    let second = cast.done().unwrap();
    assert_ne!(first, second);
    let other = Folder::new();
    let back = ["database", "copy", &url, text(other.path())];
    refused(&back, "Đang có chương trình khác mở", "Another program has this database open");
    assert!(program.stop());
    let verified = ["journal", "verify", "--data", text(folder.path()), "--database", &url];
    well(&verified);

    // And back into a file, beside the same keys.
    let returned = well(&back);
    assert_ne!(root(&returned), root(&copied), "entries were added");
    let keys = folder.path().join("keys");
    let done = Command::new("cp").arg("-a").arg(keys).arg(other.path()).status().unwrap();
    assert!(done.success());
    let program = Program::start(&Options::kept_in(other.path())).unwrap();
    for (who, code) in [("citizen", &first), ("parent", &second)] {
        let mut walker = Walker::as_citizen(&program, who).unwrap();
        let page = walker.open(&format!("/ho-so/{code}")).unwrap();
        assert!(page.text().contains(code.as_str()));
    }
}

#[test]
fn what_cannot_be_copied_is_said_plainly() {
    let folder = Folder::new();
    let nowhere = folder.path().join("nowhere");
    let other = folder.path().join("other");
    let (from, to) = (text(&nowhere), text(&other));
    refused(&["database", "copy", from, to], "không có cơ sở dữ liệu", "There is no database");
    assert!(!nowhere.exists() && !other.exists(), "nothing was made");
    let wrong = ["database", "copy", "mysql://a/b", to];
    refused(&wrong, "phải bắt đầu bằng", "starts with “sqlite:” or “postgres://”");
    well(&["generate", "--persons", "50", "--today", DAY, "--data", from]);
    refused(&["database", "copy", from, from], "Nguồn và đích là một", "are the same");
    // The address may lie in a file, if nobody else can read it.
    let (url, file) = (store::testing::postgres(), folder.path().join("address"));
    std::fs::write(&file, format!("{url}\n")).unwrap();
    let named = format!("@{}", file.display());
    let mode = |m: &str| {
        assert!(Command::new("chmod").arg(m).arg(&file).status().unwrap().success());
    };
    mode("644");
    refused(&["database", "copy", from, &named], "người khác đọc được", "others can read it");
    mode("600");
    well(&["database", "copy", from, &named]);
    // Into something that is a province already.
    let again = text(&other);
    well(&["generate", "--persons", "50", "--today", DAY, "--data", again]);
    refused(&["database", "copy", from, again], "đích không trống", "is not empty");
    // A database of somebody else.
    let foreign = store::testing::postgres();
    Client::connect(&foreign, NoTls).unwrap().batch_execute("CREATE TABLE t (a INT)").unwrap();
    refused(&["database", "copy", from, &foreign], "đích không trống", "is not empty");
    refused(&["database", "copy", &foreign, to], "không có cơ sở dữ liệu", "There is no database");
}

#[test]
fn tables_are_spread_by_statements_that_can_be_read_first() {
    let out = well(&["database", "distribute"]);
    let lines: Vec<&str> = out.lines().collect();
    let at = |text: &str| lines.iter().position(|l| l.contains(text)).expect(text);
    assert!(
        at("create_reference_table('agency')") < at("create_distributed_table('person', 'pid'")
    );
    let person = lines[at("create_distributed_table('person', 'pid'")];
    let act = lines[at("create_distributed_table('person_act', 'pid'")];
    let beside = |line: &str| line.split("colocate_with => ").nth(1).unwrap().to_owned();
    assert!(beside(person) == beside(act) || beside(act).contains("'person'"), "{person} {act}");
    assert!(lines[at("-- journal:")].contains("sequencer"));
    refused(
        &["database", "distribute", "--apply"],
        "Chưa chỉ cơ sở dữ liệu",
        "No database was named",
    );
    let url = store::testing::postgres();
    let apply = ["database", "distribute", "--apply", "--database", &url];
    refused(&apply, "không có Citus", "has no Citus");
}
