//! Versions by date: what is in force, what a dossier keeps.

use super::{LIBRARY, TODAY, built_in_files, findings, short, text_of};
use crate::definition::Catalogue;
use crate::errors::PROCEDURE_UNKNOWN;
use kernel::{Date, ProcedureCode};
use std::sync::Arc;

const CODE: &str = "1.010028";

/// The removal of temporary residence in two versions: the second from a day on.
fn two(first_to: &str, second_from: &str) -> Vec<(String, String)> {
    let first = text_of(CODE).replace(
        "valid     = { from = 2026-01-01 }",
        &format!("valid     = {{ from = 2026-01-01{first_to} }}"),
    );
    let second = text_of(CODE)
        .replace("version   = 1", "version   = 2")
        .replace("from = 2026-01-01", &format!("from = {second_from}"))
        .replace("working_days = 2", "working_days = 1")
        .replace("days(400)", "days(100)");
    vec![("v1.toml".to_owned(), first), ("v2.toml".to_owned(), second)]
}

fn catalogue(files: &[(String, String)]) -> Result<Arc<Catalogue>, Vec<String>> {
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    Catalogue::from_files(&files, &LIBRARY, TODAY).map_err(|f| short(&f))
}

fn correction() -> (String, String) {
    ("c.toml".to_owned(), text_of("1.010039").to_owned())
}

#[test]
fn each_day_has_its_version_and_a_dossier_keeps_its_own() {
    let mut files = two(", to = 2026-12-31", "2027-01-01");
    files.push(correction());
    let c = catalogue(&files).expect("nothing wrong");
    let code = ProcedureCode::from(CODE);
    let on = |day: Date| c.in_force(&code, day).map(|p| p.version());
    assert_eq!(on(Date::constant(2026, 1, 1)).expect("first day"), 1);
    assert_eq!(on(Date::constant(2026, 12, 31)).expect("last day"), 1);
    assert_eq!(on(Date::constant(2027, 1, 1)).expect("next day"), 2);
    assert!(on(Date::constant(2025, 12, 31)).is_err_and(|e| e.is(PROCEDURE_UNKNOWN)));
    let path = "/cu-tru/xoa-dang-ky-tam-tru";
    assert_eq!(c.by_path(path, Date::constant(2027, 6, 1)).expect("a version").version(), 2);
    assert!(c.by_path(path, Date::constant(2024, 6, 1)).is_err());
    // a dossier filed under version 1 still finds it, with its own rules
    let old = c.version(&code, 1).expect("version 1");
    assert_eq!(old.file().clock.limit[0].working_days, Some(2));
    assert_eq!(c.version(&code, 2).expect("version 2").file().clock.limit[0].working_days, Some(1));
    assert!(c.version(&code, 3).is_err_and(|e| e.is(PROCEDURE_UNKNOWN)));
    assert!(c.version(&ProcedureCode::from("9.999999"), 1).is_err());
}

#[test]
fn gaps_overlaps_and_repeated_versions_are_refused() {
    for (first_to, second_from, expected) in [
        ("", "2027-01-01", "5 valid-overlap"),
        (", to = 2027-01-31", "2027-01-01", "5 valid-overlap"),
        (", to = 2026-12-30", "2027-01-01", "5 valid-gap"),
    ] {
        let mut files = two(first_to, second_from);
        files.push(correction());
        assert_eq!(catalogue(&files).expect_err("refused"), [expected], "{first_to} {second_from}");
    }
    let mut same = two(", to = 2026-12-31", "2027-01-01");
    same[1].1 = same[1].1.replace("version   = 2", "version   = 1");
    same.push(correction());
    assert_eq!(catalogue(&same).expect_err("refused"), ["4 version-twice"]);
}

#[test]
fn the_gap_says_on_which_day_to_begin() {
    let files = two(", to = 2026-12-30", "2027-01-01");
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let found = findings(&files);
    let gap = found.iter().find(|f| f.code == "valid-gap").expect("a gap");
    assert_eq!(gap.file, "v2.toml");
    assert!(gap.fix.vi.contains("31/12/2026") && gap.fix.en.contains("31/12/2026"), "{gap:?}");
}

#[test]
fn a_broken_file_is_refused_as_a_whole() {
    let broken = text_of(CODE).replace("theme     = \"residence\"", "theme     = \"nowhere\"");
    let mut files: Vec<(&str, &str)> =
        built_in_files().iter().filter(|(n, _)| !n.contains(CODE)).copied().collect();
    files.push(("x.toml", &broken));
    let found = Catalogue::from_files(&files, &LIBRARY, TODAY).expect_err("refused");
    assert_eq!(short(&found), ["9 code-unknown"]);
}
