//! Tests of definitions: the files that come with the program, files broken on purpose, the language,
//! fees, versions, and whole requests.

mod access;
mod broken;
mod built_in;
mod expressions;
mod fees;
mod people;
mod requests;
mod seeded;
mod situations;
mod versions;

use super::{Finding, Library, built_in_files, check};
use kernel::Date;
use std::sync::{Arc, LazyLock};

/// The day on which all tests stand.
const TODAY: Date = Date::constant(2026, 11, 23);

static LIBRARY: LazyLock<Arc<Library>> =
    LazyLock::new(|| Library::built_in().expect("the law beside the procedures"));

/// The text of the file of a procedure.
fn text_of(code: &str) -> &'static str {
    let ending = format!("/{code}.toml");
    let file = built_in_files().iter().find(|(name, _)| name.ends_with(&ending));
    file.unwrap_or_else(|| panic!("no file of {code}")).1
}

/// Findings in files given as text, with the built-in law beside them.
fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    check::check(files, &LIBRARY, TODAY)
}

/// `line code` of each finding, for comparing.
fn short(found: &[Finding]) -> Vec<String> {
    found.iter().map(|f| format!("{} {}", f.line, f.code)).collect()
}

/// A test file that is not named above would never run.
#[test]
fn no_test_file_is_forgotten() {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/src/definition/tests");
    let Ok(list) = std::fs::read_dir(here) else { panic!("{here} is not there") };
    let this = include_str!("mod.rs");
    for file in list.map(|f| f.expect("a file").file_name().into_string().expect("utf-8")) {
        let name = file.trim_end_matches(".rs");
        assert!(name == "mod" || this.contains(&format!("mod {name};")), "{file} is not a module");
    }
}
