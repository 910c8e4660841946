//! The definitions that come with the program.

use super::{LIBRARY, TODAY, findings, text_of};
use crate::definition::{Catalogue, built_in_files, check_cli, json_schema};
use kernel::{Lang, ProcedureCode};
use std::path::PathBuf;

#[test]
fn nothing_is_wrong_with_any_of_them() {
    let found = findings(built_in_files());
    let lines: Vec<String> = found.iter().map(|f| f.line_in(Lang::En)).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    assert!(built_in_files().len() >= 7);
}

#[test]
fn a_file_fits_on_a_few_screens() {
    for (name, text) in built_in_files() {
        assert!(text.lines().count() <= 150, "{name}: {} lines", text.lines().count());
    }
}

#[test]
fn the_services_of_residence_are_there_with_stable_addresses() {
    let catalogue = Catalogue::built_in().expect("catalogue");
    for (code, path) in [
        ("1.004194", "/cu-tru/dang-ky-tam-tru"),
        ("1.002755", "/cu-tru/gia-han-tam-tru"),
        ("1.010028", "/cu-tru/xoa-dang-ky-tam-tru"),
        ("1.003677", "/cu-tru/khai-bao-tam-vang"),
        ("2.001159", "/cu-tru/thong-bao-luu-tru"),
        ("1.010041", "/cu-tru/xac-nhan-thong-tin-cu-tru"),
        ("1.010039", "/cu-tru/dieu-chinh-thong-tin"),
    ] {
        let p = catalogue.by_path(path, TODAY).expect("a procedure at this address");
        assert_eq!(p.code(), &ProcedureCode::from(code));
        assert_eq!(p.version(), 1);
    }
    assert_eq!(catalogue.all_in_force(TODAY).len(), 7);
}

/// `docs/procedure.schema.json` is made from the model. To renew it: `lienthong check --schema`.
#[test]
fn the_published_schema_is_current() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/procedure.schema.json");
    let published = std::fs::read_to_string(file).expect("docs/procedure.schema.json");
    assert!(published == json_schema(), "docs/procedure.schema.json is not current");
}

#[test]
fn the_guide_names_every_key_function_and_operation() {
    let guide = include_str!("../../../../../docs/procedures.md");
    let schema: serde_json::Value = serde_json::from_str(&json_schema()).expect("JSON");
    let mut keys: Vec<String> = Vec::new();
    let mut take = |s: &serde_json::Value| {
        keys.extend(s["properties"].as_object().into_iter().flat_map(|p| p.keys().cloned()));
    };
    take(&schema);
    schema["$defs"].as_object().expect("definitions").values().for_each(&mut take);
    keys.extend(crate::definition::expressions::functions::NAMES.map(String::from));
    keys.extend(crate::definition::operations::OPERATIONS.iter().map(|o| o.id.to_owned()));
    keys.extend(crate::definition::check::ACTIONS.map(String::from));
    let missing: Vec<&String> = keys.iter().filter(|k| !guide.contains(k.as_str())).collect();
    assert!(missing.is_empty(), "docs/procedures.md does not speak of {missing:?}");
}

#[test]
fn every_finding_has_its_words_in_both_languages() {
    let (vi, en) = crate::definition::TEXT;
    let words = kernel::Words::build(&[kernel::TEXT, (vi, en)]).expect("no fault in the words");
    let keys = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()));
        lines.filter_map(|l| l.split_once(" =").map(|(k, _)| k.to_owned())).collect()
    };
    assert_eq!(keys(vi), keys(en));
    for key in keys(vi) {
        assert!(words.has(&key), "{key}");
        let pair = key.strip_suffix("-fix").map_or_else(|| format!("{key}-fix"), str::to_owned);
        assert!(!key.starts_with("finding-") || words.has(&pair), "{key} without {pair}");
    }
    for code in crate::definition::CODES {
        assert!(words.has(&code.key()), "{}", code.key());
    }
    // every code written in the program has words
    for source in [
        include_str!("../typing.rs"),
        include_str!("../schema.rs"),
        include_str!("../load.rs"),
        include_str!("../expressions/mod.rs"),
        include_str!("../expressions/infer.rs"),
        include_str!("../check/asks.rs"),
        include_str!("../check/fees.rs"),
        include_str!("../check/letters.rs"),
        include_str!("../check/routes.rs"),
        include_str!("../check/states.rs"),
        include_str!("../check/versions.rs"),
    ] {
        for code in source.split('"').skip(1).step_by(2).filter(|s| is_code(s)) {
            let key = format!("finding-{code}");
            assert!(words.has(&key) && words.has(&format!("{key}-fix")), "{key} has no words");
        }
    }
}

/// Whether a literal looks like the code of a finding.
fn is_code(s: &str) -> bool {
    let heads = [
        "shape-",
        "expression-",
        "ask-",
        "id-",
        "known-",
        "step-",
        "state-",
        "result-",
        "row-",
        "fee-",
        "letter-",
        "route-",
        "valid-",
        "version-",
        "path-",
        "write-",
        "limit-",
    ];
    !crate::definition::check::ACTIONS.contains(&s)
        && heads.iter().any(|h| s.starts_with(h))
        && s.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

#[test]
fn the_command_line_prints_findings_and_says_how_many() {
    let (lines, code) = check_cli(&[], Lang::Vi, TODAY);
    assert_eq!(code, 0, "{lines:?}");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("không có lỗi nào"), "{lines:?}");

    let folder = std::env::temp_dir().join(format!("check-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let broken = text_of("1.010028").replace("theme ", "thmee ");
    std::fs::write(folder.join("a.toml"), broken).expect("a file");
    let (lines, code) = check_cli(std::slice::from_ref(&folder), Lang::En, TODAY);
    let (more, gone) = check_cli(&[PathBuf::from("/nowhere/x.toml")], Lang::En, TODAY);
    std::fs::remove_dir_all(&folder).expect("removed");
    assert_eq!((code, gone), (1, 1));
    assert!(
        lines.iter().any(|l| l.contains("a.toml:9:1: There is no key “thmee” here.")),
        "{lines:?}"
    );
    assert!(lines.iter().any(|l| l.contains("Did you mean “theme”?")), "{lines:?}");
    assert!(more.iter().any(|l| l.contains("/nowhere/x.toml")), "{more:?}");
}

#[test]
fn every_commune_of_today_has_its_police() {
    let role = LIBRARY.roles.get("commune-police").expect("the role");
    let mut agencies = std::collections::BTreeSet::new();
    for commune in places::all().communes(TODAY) {
        let route = LIBRARY.route(&role.id, &commune.code(), TODAY).expect("a route");
        assert_eq!(route.place, commune.code_str());
        assert!(agencies.insert(route.agency.as_str().to_owned()));
    }
    assert_eq!(agencies.len(), 3_321);
    assert!(agencies.contains("CA.13594"));
}
