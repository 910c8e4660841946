//! The vectors of docs/journal-vectors.json, and the program's exit codes.

#![allow(clippy::unwrap_used, reason = "tests")]

use base64::Engine as _;
use lienthong_verify::entry::{Entry, hash, hex};
use lienthong_verify::note::{Key, checkpoint, keys};
use lienthong_verify::{Kind, proof, segment, tree};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../docs/journal-vectors.json")).unwrap()
}

fn key(v: &Value) -> Vec<Key> {
    keys(v["key"].as_str().unwrap()).unwrap()
}

/// A folder that vanishes.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn leaves_roots_and_names() {
    let v = vectors();
    let mut leaves = Vec::new();
    for (n, value) in v["entries"].as_array().unwrap().iter().enumerate() {
        assert_eq!(hex(&tree::root(&leaves)), v["roots"][n].as_str().unwrap());
        let entry = Entry::read(value).unwrap();
        assert_eq!(entry.opened.len(), if entry.seq == 5 { 2 } else { 3 });
        assert_eq!(hex(&entry.hash()), v["leaf_hashes"][n].as_str().unwrap());
        leaves.push(entry.hash());
    }
    assert_eq!(hex(&tree::root(&leaves)), v["roots"][13].as_str().unwrap());
    for (n, name) in v["tile_names"].as_object().unwrap() {
        assert_eq!(tree::tile_name(n.parse().unwrap()), name.as_str().unwrap());
    }
}

#[test]
fn checkpoints_proofs_and_the_fork() {
    let v = vectors();
    let keys = key(&v);
    for c in v["checkpoints"].as_array().unwrap() {
        let state = checkpoint(c["note"].as_str().unwrap(), &keys).unwrap();
        assert_eq!(Some(state.root), hash(&v["roots"][state.size as usize]));
    }
    let (state, entries) = proof::inclusion(&v["proof"], &keys).unwrap();
    assert_eq!((state.size, entries.len()), (13, 4));
    let proved = proof::consistency(&v["consistency"], &keys).unwrap();
    let honest = checkpoint(v["checkpoints"][0]["note"].as_str().unwrap(), &keys).unwrap();
    let other = checkpoint(v["forked"]["note"].as_str().unwrap(), &keys).unwrap();
    let pair = proof::compare_by_proof(&honest, &state, &proved).unwrap();
    assert_eq!(pair, proof::Pair::Continued);
    let fork = proof::compare_by_proof(&other, &state, &proved).unwrap_err();
    assert_eq!(fork.kind, Kind::Forked);
    assert_eq!(proof::compare(&honest, &other).unwrap_err().kind, Kind::Forked);
}

#[test]
fn a_segment_and_every_change_of_it() {
    let v = vectors();
    let keys = key(&v);
    let folder = Folder::new("segment");
    let about = &v["segment"]["description"];
    let data = v["segment"]["data"].as_str().unwrap();
    let data = base64::engine::general_purpose::STANDARD.decode(data).unwrap();
    folder.put(about["file"].as_str().unwrap(), &data);
    let description = |about: &Value| PathBuf::from(folder.put("a.json", about.to_string()));
    let report = segment::verify(&description(about), &keys).unwrap();
    assert_eq!((report.from, report.to, report.opened), (5, 8, 11));
    assert_eq!(segment::list(&folder.0).unwrap().len(), 1);
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 8] = [
        (|a| a["from"] = 4.into(), "verify-format-other"),
        (|a| a["from"] = 0.into(), "verify-range-wrong"),
        (|a| a["to"] = 14.into(), "verify-range-wrong"),
        (|a| a["sha256"] = "00".into(), "verify-file-changed"),
        (|a| a["left"][0] = "00".repeat(32).into(), "verify-path-wrong"),
        (|a| a["right"][1] = a["right"][0].clone(), "verify-path-wrong"),
        (|a| a["file"] = "../x".into(), "verify-format-other"),
        (|a| a["checkpoint"] = "".into(), "verify-note-invalid"),
    ];
    for (n, (change, key)) in changes.into_iter().enumerate() {
        let mut about = about.clone();
        change(&mut about);
        assert_eq!(segment::verify(&description(&about), &keys).unwrap_err().key, key, "{n}");
    }
    for at in 0..data.len() {
        let mut bad = data.clone();
        bad[at] ^= 0x10;
        folder.put(about["file"].as_str().unwrap(), &bad);
        let fault = segment::verify(&description(about), &keys).unwrap_err();
        assert_eq!(fault.key, "verify-file-changed");
        // Somebody who mends the hash too: then the tree tells.
        let mut mended = about.clone();
        mended["sha256"] = hex(&tree::sha256(&[&bad])).into();
        let changed = segment::verify(&description(&mended), &keys);
        // Bits of the wrapping that unpack to the same entries are no lie.
        assert!(changed.is_err() || changed == Ok(report.clone()), "byte {at}");
    }
}

fn run(args: &[&str]) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_lienthong-verify")).args(args).output().unwrap();
    let said = [out.stdout, out.stderr].concat();
    (out.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn the_program_answers_with_its_exit_code_and_a_sentence() {
    let v = vectors();
    let folder = Folder::new("program");
    let note = |v: &Value| v["note"].as_str().unwrap().to_owned();
    let keys = folder.put("keys", v["key"].as_str().unwrap());
    let old = folder.put("old", note(&v["checkpoints"][0]));
    let new = folder.put("new", note(&v["checkpoints"][1]));
    let forked = folder.put("forked", note(&v["forked"]));
    let proof = folder.put("proof.json", v["proof"].to_string());
    let beginning = folder.put("beginning.json", v["consistency"].to_string());
    let mut lie = v["proof"].clone();
    lie["entries"][0]["body"]["text"] = "{}".into();
    let lie = folder.put("lie.json", lie.to_string());
    let with = |args: &[&str]| run(&[args, &["--keys", &keys]].concat());
    for (args, code, said) in [
        (vec!["proof", &proof], 0, "Đúng"),
        (vec!["proof", &proof, "--lang", "en"], 0, "True"),
        (vec!["proof", &lie], 1, "body"),
        (vec!["proof", &beginning], 2, "lienthong-proof/1"),
        (vec!["proof", "/nowhere"], 2, "/nowhere"),
        (vec!["consistency", &beginning], 0, "5"),
        (vec!["consistency", &beginning, "--checkpoint", &old], 0, "Đúng"),
        (vec!["consistency", &beginning, "--checkpoint", &forked], 3, "RẼ NHÁNH"),
        (vec!["checkpoints", &old, &old], 0, "Đúng"),
        (vec!["checkpoints", &old, &new], 2, "--proof"),
        (vec!["checkpoints", &new, &old, "--proof", &beginning], 0, "không bị viết lại"),
        (vec!["checkpoints", &old, &forked], 3, "RẼ NHÁNH"),
        (vec!["checkpoints", &forked, &new, "--proof", &beginning, "--lang", "en"], 3, "FORKED"),
        (vec!["folder", "/nowhere"], 2, "/nowhere"),
        (vec!["segments", "/nowhere"], 2, "/nowhere"),
        (vec!["proof"], 2, "lienthong-verify"),
        (vec!["prove", &proof], 2, "prove"),
        (vec!["proof", &proof, "--nonsense"], 2, "nonsense"),
    ] {
        let (got, text) = with(&args);
        assert_eq!(got, code, "{args:?}: {text}");
        assert!(text.contains(said), "{args:?}: {text}");
    }
    assert_eq!(run(&["proof", &proof]).0, 2, "no keys, nothing proved");
    assert_eq!(run(&["--help"]).0, 0);
    assert_eq!(run(&["--version"]).0, 0);
}

#[test]
fn both_languages_have_every_sentence_with_the_same_values() {
    let read = |text: &str| -> Vec<(String, Vec<String>)> {
        let lines = text.lines().filter(|l| !l.is_empty());
        lines
            .map(|l| {
                let (key, words) = l.split_once(" = ").unwrap();
                let mut values: Vec<String> = words
                    .split("{ $")
                    .skip(1)
                    .map(|v| v.split(" }").next().unwrap().to_owned())
                    .collect();
                values.sort();
                (key.to_owned(), values)
            })
            .collect()
    };
    let vi = read(include_str!("../text/vi.ftl"));
    assert_eq!(vi, read(include_str!("../text/en.ftl")));
    assert!(vi.len() > 30);
}

mod nonsense {
    //! Whatever an outsider is handed: an answer, and no panic.

    use super::*;
    use lienthong_verify::entry::{LEAF, Lines, unhex};
    use proptest::prelude::*;

    fn config(cases: u32) -> ProptestConfig {
        ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
    }

    /// A JSON value with some of its parts replaced.
    fn spoilt(value: &mut Value, at: &mut usize, by: &Value) {
        if *at == 0 {
            *value = by.clone();
        }
        *at = at.wrapping_sub(1);
        match value {
            Value::Array(all) => all.iter_mut().for_each(|v| spoilt(v, at, by)),
            Value::Object(all) => all.values_mut().for_each(|v| spoilt(v, at, by)),
            _ => {}
        }
    }

    fn parts(value: &Value) -> usize {
        1 + match value {
            Value::Array(all) => all.iter().map(parts).sum(),
            Value::Object(all) => all.values().map(parts).sum(),
            _ => 0,
        }
    }

    fn anything() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            "\\PC{0,40}".prop_map(Value::from),
            "[0-9a-f]{64}".prop_map(Value::from),
            prop::collection::vec("[0-9a-f]{64}", 0..70).prop_map(Value::from),
        ]
    }

    #[test]
    fn a_spoilt_proof_is_refused_and_a_good_one_stays_good() {
        let v = vectors();
        let keys = key(&v);
        let proofs: Vec<Value> = ["proof", "consistency"]
            .iter()
            .filter_map(|name| v.get(*name))
            .flat_map(|p| p.as_array().cloned().unwrap_or_else(|| vec![p.clone()]))
            .collect();
        assert!(!proofs.is_empty(), "{:?}", v.as_object().map(|o| o.keys().collect::<Vec<_>>()));
        proptest::test_runner::TestRunner::new(config(600))
            .run(&(any::<prop::sample::Index>(), any::<usize>(), anything()), |(which, at, by)| {
                let mut proof = which.get(&proofs).clone();
                let mut at = at % parts(&proof);
                spoilt(&mut proof, &mut at, &by);
                let _ = proof::inclusion(&proof, &keys);
                let _ = proof::consistency(&proof, &keys);
                let _ = Entry::read(&proof);
                Ok(())
            })
            .unwrap_or_else(|e| panic!("{e}"));
    }

    proptest! {
        #![proptest_config(config(500))]

        #[test]
        fn any_text_is_a_leaf_a_key_a_note_or_none(
            text in "(\\PC{0,20}\n){0,10}", word in "\\PC{0,80}", hexed in "[0-9a-fg]{0,80}",
            at in "[0-9+-]{0,12}",
        ) {
            let keys = key(&vectors());
            let _ = Key::parse(&word);
            let _ = lienthong_verify::note::keys(&text);
            for note in [&text, &word, &format!("{text}\n\u{2014} a {hexed}\n")] {
                prop_assert!(checkpoint(note, &keys).is_err());
            }
            if let Some(bytes) = unhex(&hexed) {
                prop_assert_eq!(hex(&bytes), hexed.clone());
            }
            let c = "0".repeat(64);
            let leaf = format!("{LEAF}\nid\nkind\n{at}\n\n\n{c}\n{c}\n{c}\n");
            for data in [leaf, text] {
                if let Some(lines) = Lines::parse(&data) {
                    prop_assert_eq!(lines.data, data);
                    prop_assert_eq!(lines.at.to_string(), at.clone());
                }
            }
        }

        #[test]
        fn any_path_through_a_tree_gives_a_root_or_none(
            index: u64, size: u64, path in prop::collection::vec(any::<[u8; 32]>(), 0..70),
        ) {
            let leaf = [1; 32];
            if tree::root_of_inclusion(index, size, &leaf, &path).is_some() {
                prop_assert!(index < size);
            }
            let _ = tree::roots_of_consistency(index, size, &leaf, &path);
            for small in [(index % 40, size % 40), (size % 40, index % 40)] {
                if tree::root_of_inclusion(small.0, small.1, &leaf, &path).is_some() {
                    prop_assert!(path.len() <= 6);
                }
            }
        }
    }
}
