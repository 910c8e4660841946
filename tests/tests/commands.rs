//! The program's commands as a person at a terminal, or a script, uses them.

use std::{collections::BTreeSet, fs};
use tests::{
    folder::Folder,
    program::{Options, Program, Ran, run},
    root,
    rows::{self, Rows},
    walks::Cast,
};

fn ran(args: &[&str], input: &str) -> Ran {
    let ran = run(args, input).unwrap();
    assert!(!ran.out.contains('⟦') && !ran.err.contains('⟦'), "{ran:?}");
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

/// A mistake of a procedure file: what stands there once, what is put in its place.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("1.010028", "theme     = \"residence\"", "theme     = \"residence"),
    ("1.010028", "code      = \"1.010028\"", "code      = 01.010028"),
    ("1.010028", "form      = \"CT01\"", "theme     = \"data\""),
    ("1.010028", "check   = \"self <= today", "chek    = \"true\"\ncheck   = \"self <= today"),
    ("1.010028", "assurance = 2", "assurance = \"2\""),
    ("1.010028", "valid     = { from = 2026-01-01 }", "valid     = { from = \"2026-01-01\" }"),
    ("1.010028", "version   = 1", "version   = 0"),
    ("1.010028", "assurance = 2", "assurance = 3"),
    ("1.010028", "schema    = \"dvc/1\"", "schema    = \"dvc/2\""),
    ("1.010028", "path      = \"/cu-tru/xoa-dang-ky-tam-tru\"", "path      = \"/cư-trú/xóa\""),
    (
        "1.010028",
        "channels  = [\"online\", \"assisted\", \"counter\"]",
        "channels  = [\"online\", \"assisted\", \"conter\"]",
    ),
    ("1.010028", "type    = \"date\"", "type    = \"dat\""),
    (
        "1.010028",
        "basis     = [\"Luật Cư trú 68/2020/QH14 Đ29\", \"NĐ 154/2024/NĐ-CP\", \"TT 53/2025/TT-BCA\"]",
        "basis     = []",
    ),
    (
        "1.010028",
        "name      = { vi = \"Xóa đăng ký tạm trú\", en = \"Remove temporary residence\" }",
        "name      = { vi = \"Xóa đăng ký tạm trú\" }",
    ),
    (
        "1.010028",
        "label = { vi = \"Vì sao bạn xóa tạm trú?\", en = \"Why do you remove it?\" }",
        "label = { vi = \"Vì sao bạn xóa tạm trú?\", en = \" \" }",
    ),
    (
        "1.010028",
        "self <= today && self >= today - days(400)",
        "self <= today && (self >= today - days(400)",
    ),
    ("1.010028", "self >= today - days(400)", "self >= today - days(1.5)"),
    ("1.010028", "days(400)", "day(400)"),
    ("1.010028", "self <= today && self >=", "self <= tody && self >="),
    ("1.010028", "\"ask.reason == 'permanent'\"", "\"ask.raeson == 'permanent'\""),
    (
        "1.010028",
        "known.applicant.permanent.dwelling == known",
        "known.applicant.permanent.dweling == known",
    ),
    ("1.010028", "self <= today && self >=", "self <= 'today' && self >="),
    (
        "1.004194",
        "ask.abode.commune != known.applicant.permanent.commune",
        "ask.abode.commune != known.applicant.pid",
    ),
    ("1.004194", "household = \"ask.join == 'join' ?", "household = \"ask.join == 'jion' ?"),
    (
        "1.003677",
        "ask.until >= months_after(ask.since, 12)",
        "ask.until >= months_after(ask.since)",
    ),
    ("1.010028", "default = \"today\"", "default = \"date('2026-02-30')\""),
    (
        "1.004194",
        "case != 'list' && exempt(known.applicant, 'TT75-D4')",
        "case != 'list' && exempt(known.applicant, 'TT75-D5')",
    ),
    ("1.010028", "when = \"ask.reason == 'permanent'\"", "when = \"ask.reason\""),
    (
        "1.010028",
        "\"abode\", \"relatives\", \"death\"",
        "\"abode\", \"relatves\", \"relatives\", \"death\"",
    ),
    (
        "1.010028",
        "purpose = \"residence.temporary.remove\"",
        "purpose = \"residence.temporary.rmove\"",
    ),
    ("1.010028", "\"death\", \"contact\"]", "\"death\", \"contact\", \"religion\"]"),
    ("1.010028", "type  = \"code:removal-reason\"", "type  = \"code:removal-reasons\""),
    ("1.004194", "except = [\"head\", \"collective\"]", "except = [\"head\", \"colective\"]"),
    ("1.010028", "id   = \"permanent_there\"", "id   = \"after_start\""),
    ("1.010028", "who = \"commune-police.officer\"", "who = \"commune-police.oficer\""),
    ("1.010028", "do = { propose = \"proposed\",", "do = { propse = \"proposed\","),
    (
        "1.010028",
        "checks && consents && evidence && paid",
        "checks && consents && evidence && payed",
    ),
    (
        "1.010028",
        "{ id = \"proposed\", who = \"commune-police.head\"",
        "{ id = \"proposed\", who = \"commune-police.officer\"",
    ),
    ("1.010028", "starts = \"accepted\"", "starts = \"acepted\""),
    ("1.010028", "op = \"residence.remove_temporary\"", "op = \"residence.remove_temporray\""),
    ("1.010028", "on = \"ask.on\", reason = \"ask.reason\" }", "on = \"ask.on\" }"),
    (
        "1.004194",
        "{ id = \"usual\", vnd = { online = 7_000, assisted = 7_000, counter = 15_000 }",
        "{ id = \"usual\", vnd = { online = 7_000, counter = 15_000 }",
    ),
    (
        "1.004194",
        "{ id = \"usual\", vnd = { online = 7_000,",
        "{ id = \"usual\", vnd = { online = 7_500,",
    ),
    ("1.010028", "{ working_days = 2,", "{ working_days = 2, days = 2,"),
    ("1.010028", "template = \"thong-bao-ket-qua.typ\"", "template = \"thong-bao-ket-quả.typ\""),
    (
        "1.010028",
        "valid     = { from = 2026-01-01 }",
        "valid     = { from = 2026-01-01, to = 2025-12-31 }",
    ),
];

#[test]
fn a_wrong_procedure_file_is_refused_at_its_line_with_what_to_do() {
    let folder = Folder::new();
    for (n, (file, find, put)) in MISTAKES.iter().enumerate() {
        let text = fs::read_to_string(root().join(format!("data/procedures/{file}.toml"))).unwrap();
        assert_eq!(text.matches(find).count(), 1, "{find}");
        let line = text[..text.find(find).unwrap()].matches('\n').count() + 1;
        let path = folder.path().join(format!("{n}.toml"));
        fs::write(&path, text.replace(find, put)).unwrap();
        let path = path.to_str().unwrap();
        let mut said = BTreeSet::new();
        let langs: &[&str] = if n % 4 == 0 { &["vi", "en"] } else { &["vi"] };
        for lang in langs {
            let checked = ran(&["check", path, "--lang", lang], "");
            assert_eq!(checked.code, Some(1), "{find}: {checked:?}");
            let mark = format!("{path}:{line}");
            let finding = checked.out.lines().find(|l| l.starts_with(&mark));
            let finding = finding.unwrap_or_else(|| panic!("{mark} is not in\n{}", checked.out));
            assert!(finding.len() > mark.len() + 30, "{finding}");
            said.insert(finding.to_owned());
        }
        assert_eq!(said.len(), langs.len(), "each in its language");
    }
}

#[test]
fn good_procedure_files_pass_and_missing_ones_do_not() {
    assert_eq!(ran(&["check"], "").code, Some(0));
    let folder = root().join("data/procedures");
    assert_eq!(ran(&["check", folder.to_str().unwrap()], "").code, Some(0));
    let one = folder.join("1.004194.toml");
    let alone = ran(&["check", one.to_str().unwrap()], "");
    assert_eq!(
        alone.code,
        Some(0),
        "a file is checked beside those that come along: {}",
        alone.out
    );
    let gone = ran(&["check", "/nowhere/x.toml"], "");
    assert_eq!(gone.code, Some(1));
    assert!(gone.out.contains("/nowhere/x.toml"), "{}", gone.out);
    let empty = Folder::new();
    let none = ran(&["check", empty.path().to_str().unwrap()], "");
    assert_eq!(none.code, Some(1), "a folder without files is a mistake: {}", none.out);
    let bytes = empty.path().join("bytes.toml");
    fs::write(&bytes, [0xff, 0xfe, 0x00]).unwrap();
    assert_eq!(ran(&["check", bytes.to_str().unwrap()], "").code, Some(1));
    let schema = ran(&["check", "--schema"], "");
    let schema: serde_json::Value = serde_json::from_str(&schema.out).unwrap();
    assert!(schema["properties"]["step"].is_object());
}

#[test]
fn due_dates_of_the_published_vectors() {
    let vectors = [
        ("2026-02-12 3 working-days", "2026-02-24"),
        ("2026-02-12 7 working-days", "2026-03-02"),
        ("2026-04-24 3 working-days", "2026-05-04"),
        ("2026-04-24 7 working-days", "2026-05-08"),
        ("2026-08-19 3 working-days", "2026-08-22"),
        ("2026-08-19 7 working-days", "2026-08-27"),
        ("2026-08-28 3 working-days", "2026-09-07"),
        ("2026-08-28 7 working-days", "2026-09-11"),
        ("2026-11-23 3 working-days", "2026-11-27"),
        ("2026-11-23 7 working-days", "2026-12-03"),
        ("2026-12-31 3 working-days", "2027-01-06"),
        ("2026-12-31 7 working-days", "2027-01-12"),
    ];
    let input: String = vectors.iter().map(|(line, _)| format!("{line}\n")).collect();
    let due = ran(&["calendar", "due"], &input);
    let expected: Vec<&str> = vectors.iter().map(|(_, due)| *due).collect();
    assert_eq!(due.out.lines().collect::<Vec<_>>(), expected);
    assert_eq!(due.code, Some(0));
    // A file made on Windows, blank lines, no end of line at the end.
    let other = ran(&["calendar", "due"], "2026-11-23 3 working-days\r\n\r\n\n2026-12-31 20 days");
    assert_eq!((other.out.as_str(), other.code), ("2026-11-27\n2027-01-20\n", Some(0)));
    assert_eq!(ran(&["calendar", "due"], "").code, Some(0));
}

#[test]
fn lines_of_nonsense_are_named_and_the_good_ones_answered() {
    let long = format!("2026-02-12 {} days\n", "9".repeat(2_000_000));
    let input = format!(
        "2026-02-12 3 working-days\nhôm nay\n2026-02-30 3 days\n2026-02-12 -3 days\n\
         2026-02-12 3 weeks\n2026-02-12\n2031-06-01 1 working-days\n1990-01-01 1 working-days\n\
         99999999999999999999 9 days\n{long}2026-11-23 3 working-days\n"
    );
    let due = ran(&["calendar", "due"], &input);
    let lines: Vec<&str> = due.out.lines().collect();
    assert_eq!(due.code, Some(1));
    assert_eq!((lines.len(), lines[0], lines[10]), (11, "2026-02-24", "2026-11-27"));
    for line in &lines[1..10] {
        assert!(line.starts_with("! ") && line.len() > 20 && line.len() < 1_000, "{line}");
    }
    // Bytes that are no text are a line that cannot be read, not the end.
    let bytes =
        "2026-02-12 3 working-days\n\u{1}\n2026-11-23 3 working-days\n".replace('\u{1}', "?");
    let folder = Folder::new();
    let file = folder.path().join("lines");
    let mut raw = bytes.into_bytes();
    let at = raw.iter().position(|b| *b == b'?').unwrap();
    raw[at] = 0xff;
    fs::write(&file, raw).unwrap();
    let program = tests::built("lienthong");
    let out = std::process::Command::new(program)
        .args(["calendar", "due"])
        .stdin(fs::File::open(&file).unwrap())
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[2]), (3, "2026-02-24", "2026-11-27"), "{text}");
    assert!(lines[1].starts_with("! ") && out.status.code() == Some(1));
}

#[test]
fn places_are_found_by_any_name_and_codes_of_any_time() {
    let found = ran(&["places", "find", "tran", "thuong"], "");
    assert_eq!(found.code, Some(0));
    assert!(
        found.out.lines().next().unwrap().starts_with("13594  xã Trần Thương"),
        "{}",
        found.out
    );
    let old = ran(&["places", "find", "Trần Hưng Đạo, Lý Nhân", "--lang", "en"], "");
    assert!(old.out.contains("13594"), "{}", old.out);
    let then = ran(&["places", "find", "Trần Hưng Đạo", "--on", "2024-01-01"], "");
    assert_eq!(then.code, Some(0));
    let nobody = ran(&["places", "find", "xyzzy qwerty"], "");
    assert_eq!((nobody.code, nobody.out.contains("xyzzy")), (Some(1), true), "{}", nobody.out);
    assert_eq!(ran(&["places", "find", "Trần", "--on", "2026-02-30"], "").code, Some(1));
    assert_eq!(ran(&["places", "find"], "").code, Some(1), "nothing to look for");

    let gone = ran(&["places", "resolve", "00001", "--on", "2024-06-30"], "");
    assert_eq!(gone.code, Some(0));
    assert!(gone.out.contains("Phúc Xá") && gone.out.contains("00097"), "{}", gone.out);
    let divided = ran(&["places", "resolve", "00097", "--on", "2024-06-30"], "");
    assert!(divided.out.contains("00097") && divided.out.contains("00103"), "{}", divided.out);
    let now = ran(&["places", "resolve", "13594", "--on", "2026-11-23", "--lang", "en"], "");
    assert!(now.out.contains("Trần Hưng Đạo"), "{}", now.out);
    for (code, on) in [
        ("00001", "2026-01-01"),
        ("26732", "2024-06-30"),
        ("99999", "2024-06-30"),
        ("1359", "2024-06-30"),
        ("13594", "hôm nay"),
        ("13594", "2026-02-30"),
    ] {
        let refused = ran(&["places", "resolve", code, "--on", on], "");
        assert_eq!(refused.code, Some(1), "{code} {on}: {refused:?}");
        assert!(refused.out.is_empty() && refused.err.len() > 40, "{code} {on}: {refused:?}");
    }
}

#[test]
fn strange_commands_say_how_it_is_done() {
    for args in [vec![], vec!["dmeo"], vec!["serve"], vec!["journal"], vec!["places", "resolve"]] {
        let ran = ran(&args, "");
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(ran.err.contains("Usage"), "{args:?}: {}", ran.err);
    }
    let folder = Folder::new();
    let data = folder.path().to_str().unwrap();
    let day = ran(&["demo", "--data", data, "--port", "0", "--today", "2026-02-30"], "");
    assert_eq!(day.code, Some(1));
    assert!(day.err.contains("--today"), "{}", day.err);
    let url = ran(&["demo", "--data", data, "--port", "0", "--database", "mysql://x"], "");
    assert_eq!(url.code, Some(1));
    assert!(url.err.contains("sqlite:"), "{}", url.err);
    let openapi: serde_json::Value = serde_json::from_str(&ran(&["openapi"], "").out).unwrap();
    assert!(openapi["paths"]["/health"].is_object());
}

#[test]
fn the_journal_of_a_folder_without_one_is_not_called_sound() {
    let folder = Folder::new();
    let empty = folder.path().join("empty");
    let args = ["journal", "verify", "--data", empty.to_str().unwrap()];
    let nothing = ran(&args, "");
    assert_eq!(nothing.code, Some(1), "{nothing:?}");
    assert!(nothing.err.contains("empty"), "it names the folder: {}", nothing.err);
    assert!(!empty.exists(), "looking makes nothing");
    fs::create_dir(&empty).unwrap();
    fs::write(rows::file(&empty), "không phải cơ sở dữ liệu, nhưng đủ dài để đọc thử").unwrap();
    let other = ran(&args, "");
    assert_eq!(other.code, Some(1));
    assert!(other.err.len() > 60, "{}", other.err);
}

#[test]
fn a_changed_journal_is_found_out() {
    let folder = Folder::new();
    let mut program = Program::start(&Options::kept_in(folder.path())).unwrap();
    Cast::of(&program).unwrap().done().unwrap();
    assert!(program.stop());
    let args = ["journal", "verify", "--data", folder.path().to_str().unwrap()];
    let sound = ran(&args, "");
    assert_eq!(sound.code, Some(0), "{sound:?}");
    assert!(sound.out.contains("nguyên vẹn"), "{}", sound.out);
    let rows = Rows::of(folder.path());
    let entry = "(SELECT seq FROM journal WHERE kind = 'dossier.filed' LIMIT 1)";
    assert_eq!(rows.change(&format!("UPDATE journal SET at = at - 1 WHERE seq = {entry}"), []), 1);
    let changed = ran(&args, "");
    assert_eq!(changed.code, Some(1));
    assert!(changed.out.contains("không còn như khi được ghi"), "{}", changed.out);
    rows.change(&format!("UPDATE journal SET at = at + 1 WHERE seq = {entry}"), []);
    assert_eq!(ran(&args, "").code, Some(0), "put right again");
    rows.change(&format!("DELETE FROM journal WHERE seq = {entry}"), []);
    let missing = ran(&args, "");
    assert_eq!(missing.code, Some(1));
    assert!(missing.out.contains("Thiếu mục"), "{}", missing.out);
}

#[test]
fn a_database_newer_than_the_program_is_left_alone() {
    let folder = Folder::new();
    let mut program = Program::start(&Options::kept_in(folder.path())).unwrap();
    assert!(program.stop());
    let rows = Rows::of(folder.path());
    let newer = "INSERT INTO schema_applied (name, number, hash, applied_at) \
                 SELECT name, MAX(number) + 1, 'x', applied_at FROM schema_applied \
                 WHERE name = 'services'";
    assert_eq!(rows.change(newer, []), 1);
    rows.count("PRAGMA wal_checkpoint(TRUNCATE)", []);
    drop(rows);
    let before = fs::read(rows::file(folder.path())).unwrap();
    let data = folder.path().to_str().unwrap();
    let settings = folder.path().join("lienthong.toml");
    tests::program::write_settings(&settings, folder.path(), "127.0.0.1:0");
    let serve = ["serve", "--config", settings.to_str().unwrap()];
    for args in [
        vec!["demo", "--data", data, "--port", "0"],
        serve.to_vec(),
        vec!["journal", "verify", "--data", data],
    ] {
        let refused = ran(&args, "");
        assert_eq!(refused.code, Some(1), "{args:?}: {refused:?}");
        assert!(refused.err.contains("bản chương trình mới hơn"), "{args:?}: {}", refused.err);
        assert!(refused.err.contains("newer version"), "{args:?}: {}", refused.err);
        let after = fs::read(rows::file(folder.path())).unwrap();
        assert!(before == after, "{args:?}: the file has changed");
    }
    // A file of the program's own that was changed after it had been applied is refused too.
    let rows = Rows::of(folder.path());
    rows.change("DELETE FROM schema_applied WHERE hash = 'x'", []);
    rows.change("UPDATE schema_applied SET hash = 'y' WHERE name = 'measures' AND number = 1", []);
    let refused = ran(&["demo", "--data", data, "--port", "0"], "");
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("different version"), "{}", refused.err);
}
