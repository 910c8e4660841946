//! The law as data: the real files, and files with mistakes.

use crate::law::{Law, LawFile, files};
use crate::tests::*;

#[test]
fn the_laws_lists_have_15_17_18_and_26_lines() {
    let law = Law::load().unwrap();
    let lengths: Vec<usize> = law.schemas().iter().map(|s| s.lines.len()).collect();
    assert_eq!(lengths, [15, 18, 17, 26]);
    assert_eq!(law.items().len(), 26);
}

#[test]
fn a_view_lists_the_items_in_the_order_of_its_law() {
    let w = World::new();
    let facts = w.own(LAN, &w.law.item_ids());
    let view = |version| {
        let schema = w.law.schemas().iter().find(|s| s.version == version).unwrap();
        schema.view(&facts)
    };
    assert_eq!(view(26)[2].items[0].0, "pid");
    assert_eq!(view(18)[13].items[0].0, "relation");
    let seventeen = view(17);
    let joined: Vec<&str> = seventeen[15].items.iter().map(|i| i.0.as_str()).collect();
    assert_eq!(joined, ["relatives", "household"]);
    assert_eq!(view(15)[0].items[0].1, "Nguyễn Thị Lan");
}

/// Who may read what, in full: a change of the access rules must be seen in a review.
#[test]
fn the_access_matrix() {
    insta::assert_snapshot!(Law::load().unwrap().matrix());
}

#[test]
fn the_provincial_viewer_and_the_operator_read_nobody() {
    let law = Law::load().unwrap();
    for role in ["province.viewer", "operator", "nobody"] {
        assert!(!law.roles().contains(&role), "{role} reads people");
    }
}

#[track_caller]
fn faults(purposes: &'static str, access: &'static str) -> Vec<String> {
    let mut f = files();
    f.purposes = LawFile { name: "purposes.toml", text: purposes };
    f.access = vec![LawFile { name: "access/x.toml", text: access }];
    match Law::parse(&f) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

const PURPOSE: &str = r#"[[purpose]]
id = "p"
name = { vi = "a", en = "a" }
basis = ["Luật"]
who = { vi = "a", en = "a" }
items = ["name", "birth", "blood", "dwelling.owner"]
keep_years = 1
told = { vi = "a", en = "a" }
"#;

#[test]
fn good_files_are_taken() {
    let access = "[[rule]]\nrole = \"r\"\npurpose = \"p\"\nitems = [\"name\"]\nwhen = \"actor.place == subject.commune\"\n";
    assert_eq!(faults(PURPOSE, access), Vec::<String>::new());
}

#[test]
fn mistakes_in_access_rules_are_refused_at_their_line() {
    let rule = |items: &str, rest: &str| -> &'static str {
        format!("[[rule]]\nrole = \"r\"\npurpose = \"p\"\nitems = {items}\n{rest}\n").leak()
    };
    let cases = [
        (rule("[\"nmae\"]", ""), "access/x.toml:4: purpose `p` does not cover `nmae`"),
        (rule("[\"permanent\"]", ""), "access/x.toml:4: purpose `p` does not cover `permanent`"),
        (rule("[\"*\"]", ""), "access/x.toml:4: `*` would give `r` the sensitive item `blood`"),
        (rule("[]", ""), "access/x.toml:1: a rule needs a role, a purpose and items"),
        (
            rule("[\"name\"]", "when = \"actor.plcae == 'x'\""),
            "access/x.toml:5: `actor` has no `plcae`",
        ),
        (rule("[\"name\"]", "when = \"actor.place ==\""), "access/x.toml:5: not a condition"),
        (
            rule("[\"name\"]", "when = \"actor.place\""),
            "access/x.toml:5: a condition gives true or false",
        ),
        (rule("[\"name\"]", "when = \"level > 1\""), "access/x.toml:5: fails when it is used"),
        (rule("[\"name\"]", "whne = \"true\""), "access/x.toml:5: unknown field `whne`"),
        (
            "[[rule]]\nrole = \"r\"\npurpose = \"q\"\nitems = [\"name\"]\n",
            "access/x.toml:1: unknown purpose `q`",
        ),
    ];
    for (text, expected) in cases {
        let found = faults(PURPOSE, text);
        assert!(
            found.iter().any(|f| f.starts_with(expected)),
            "wanted {expected}, found {found:?}"
        );
    }
}

#[test]
fn mistakes_in_purposes_are_refused_at_their_line() {
    let with = |from: &str, to: &str| -> &'static str { PURPOSE.replace(from, to).leak() };
    let cases = [
        (with("\"birth\"", "\"brith\""), "purposes.toml:6: unknown item `brith`"),
        (with("keep_years = 1", "keep_years = 0"), "purposes.toml:2: keep_years is at least 1"),
        (with("[\"Luật\"]", "[]"), "purposes.toml:2: a purpose names at least one law"),
        (
            with("told = { vi = \"a\", en = \"a\" }", "told = { vi = \"a\", en = \"\" }"),
            "purposes.toml:2: name, who and told",
        ),
        (format!("{PURPOSE}\n{PURPOSE}").leak(), "purposes.toml:11: purpose `p` is listed twice"),
    ];
    for (text, expected) in cases {
        let found = faults(text, "");
        assert!(
            found.iter().any(|f| f.starts_with(expected)),
            "wanted {expected}, found {found:?}"
        );
    }
}

#[test]
fn mistakes_in_the_items_are_refused_at_their_line() {
    let real = files().population.text;
    let with = |from: &str, to: &str| -> &'static str {
        assert!(real.contains(from), "{from}");
        real.replacen(from, to, 1).leak()
    };
    let cases = [
        (with("id = \"name\"", "id = \"nmae\""), "the register holds no item `nmae`"),
        (with("id = \"other_name\"", "id = \"name\""), "item `name` is listed twice"),
        (with("en = \"Sex\"", "en = \" \""), "item `sex` needs a name in vi and en"),
        (with("[\"household\", \"relation\"], [\"death\"]", "[\"death\"]"), "list 15 has 14 lines"),
        (
            with("[\"relatives\", \"household\"]", "[\"relatives\", \"house\"]"),
            "list 17 names an unknown item `house`",
        ),
        (with("sensitive = true", "sensible = true"), "unknown field `sensible`"),
    ];
    for (text, expected) in cases {
        let mut f = files();
        f.population.text = text;
        let found: Vec<String> = match Law::parse(&f) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        };
        assert!(
            found
                .iter()
                .any(|f| f.starts_with("registers/population.toml:") && f.contains(expected)),
            "wanted {expected}, found {found:?}"
        );
    }
}
