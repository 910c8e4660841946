//! All words of all crates fit into one catalogue, and real sentences come out of it. (That every
//! key exists, is used and takes its values is checked from the sources: xtask, checks/words.rs.)

use kernel::{Error, Lang, Say, Words};
use std::{fs, path::Path};

/// The word files of every crate, `(vi, en)`.
fn files() -> Vec<(String, String)> {
    let root = tests::root();
    let mut found = Vec::new();
    for group in ["foundation", "government", "society", "economy"] {
        let Ok(crates) = fs::read_dir(root.join(group)) else { continue };
        for one in crates {
            let text = one.unwrap().path().join("text");
            if text.is_dir() {
                found.push((read(&text, "vi"), read(&text, "en")));
            }
        }
    }
    if root.join("app/text").is_dir() {
        found.push((read(&root.join("app/text"), "vi"), read(&root.join("app/text"), "en")));
    }
    found
}

fn read(folder: &Path, lang: &str) -> String {
    fs::read_to_string(folder.join(format!("{lang}.ftl"))).unwrap()
}

fn build(files: &[(String, String)]) -> Result<std::sync::Arc<Words>, Vec<String>> {
    let pairs: Vec<(&str, &str)> = files.iter().map(|(v, e)| (v.as_str(), e.as_str())).collect();
    Words::build(&pairs)
}

#[test]
fn the_catalogue_builds_without_a_fault() {
    let files = files();
    assert!(files.len() >= 2, "only {} crates have words", files.len());
    if let Err(faults) = build(&files) {
        panic!("{}", faults.join("\n"));
    }
}

#[test]
fn a_key_given_twice_is_a_fault() {
    let one = ("x-a = Một\n".to_owned(), "x-a = One\n".to_owned());
    assert!(build(&[one.clone(), one]).is_err());
}

#[test]
fn every_code_of_the_crates_says_something_in_both_languages() {
    let words = build(&files()).unwrap();
    let codes = [kernel::error::CODES, store::CODES];
    for code in codes.into_iter().flatten() {
        for lang in [Lang::Vi, Lang::En] {
            let say = Say::new(words.clone(), lang);
            let sentence = Error::new(*code).text(&say);
            assert!(!sentence.contains('⟦') && sentence.len() > 15, "{}: {sentence}", code.id);
        }
    }
}
