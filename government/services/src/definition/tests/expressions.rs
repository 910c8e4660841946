//! The language: values, types, what is refused, and a second opinion.

use crate::definition::expressions::functions::{Group, Tables};
use crate::definition::expressions::types::CodeKind;
use crate::definition::expressions::{Env, Expr, Scope, Type};
use crate::definition::facts;
use kernel::Date;
use serde_json::{Value as Json, json};
use std::sync::Arc;

fn words(list: &[&str]) -> Type {
    Type::Word(Arc::new(list.iter().map(|s| (*s).to_owned()).collect()))
}

/// The types a small request has.
fn env() -> Env {
    let place =
        Type::record("place", &[("commune", Type::Code(CodeKind::Commune)), ("until", Type::Date)]);
    let person = Type::record(
        "person",
        &[
            ("pid", Type::Code(CodeKind::Pid)),
            ("name", Type::Text),
            ("birth", Type::Date),
            ("relatives", Type::Opaque.optional()),
            ("other", Type::Opaque.optional()),
            ("stay", place.clone().optional()),
        ],
    );
    let child = Type::record(
        "person",
        &[
            ("pid", Type::Code(CodeKind::Pid)),
            ("name", Type::Text),
            ("parents", Type::list(Type::person())),
        ],
    );
    let mut env = Env::default();
    env.add("today", Type::Date);
    env.add("known", Type::record("known", &[("applicant", person)]));
    env.add(
        "ask",
        Type::record(
            "ask",
            &[
                ("until", Type::Date),
                ("join", words(&["join", "new"]).optional()),
                ("with", Type::list(child)),
                ("rooms", Type::Int),
                ("note", Type::Text.optional()),
                ("at", place),
            ],
        ),
    );
    env.exemptions.insert("L".to_owned());
    env.lists.insert("reasons".to_owned());
    env.relations.insert("child".to_owned());
    env
}

fn scope() -> Scope {
    let tables = Tables {
        exemptions: [(
            "L".to_owned(),
            vec![
                Group { younger_than: Some(16), from_age: None, mark: None },
                Group { younger_than: None, from_age: None, mark: Some("poor".to_owned()) },
            ],
        )]
        .into(),
        labels: [("reasons".to_owned(), [("moved".to_owned(), "Đã chuyển đi".to_owned())].into())]
            .into(),
    };
    let mut scope = Scope::new(Date::constant(2026, 11, 23), Arc::new(tables));
    let person = |pid: &str, name: &str| json!({"pid": pid, "name": name});
    let facts = json!({
        "known": {"applicant": {
            "pid": "035198004217", "name": "Vũ Thị Lan", "birth": "1998-05-12",
            "relatives": {"father": person("035170000001", "Vũ Văn Ba"), "mother": {"name": "không rõ"}},
            "other": {"groups": ["poor"]},
            "stay": {"commune": "13594", "until": "2026-12-05"},
        }},
        "ask": {
            "until": "2028-11-22", "join": "join", "rooms": 3, "note": null,
            "with": [{"pid": "035219000318", "name": "Gia Huy", "parents": [
                person("035198004217", "Vũ Thị Lan"), person("035196000009", "Phạm Văn Tú")]}],
            "at": {"commune": "13594", "until": "2026-12-05"},
        },
    });
    let env = env();
    for name in ["known", "ask"] {
        let value = facts::value(&env.names[name], &facts[name]).expect("the shape of the types");
        scope.set(name, value);
    }
    scope
}

/// The value of an expression that passes the check.
fn value(text: &str) -> Json {
    let expr = Expr::new(text);
    let (_, faults) = env().type_of(&expr);
    assert!(faults.is_empty(), "{text}: {faults:?}");
    scope().value(&expr).unwrap_or_else(|e| panic!("{text}: {e}")).to_json()
}

#[test]
fn values() {
    for (text, expected) in [
        // dates
        ("today", json!("2026-11-23")),
        ("today + days(1)", json!("2026-11-24")),
        ("today - days(23)", json!("2026-10-31")),
        ("ask.until - today == days(730)", json!(true)),
        ("years_after(today, 2)", json!("2028-11-23")),
        ("years_after(date('2028-02-29'), 1)", json!("2029-02-28")),
        ("years_after(date('2028-02-29'), 4)", json!("2032-02-29")),
        ("months_after(date('2026-11-30'), 3)", json!("2027-02-28")),
        ("months_after(date('2026-01-31'), 1)", json!("2026-02-28")),
        ("months_after(date('2026-12-15'), -1)", json!("2026-11-15")),
        ("years_after(today, 2) - days(1) == ask.until", json!(true)),
        ("today < ask.until && ask.until <= years_after(today, 2)", json!(true)),
        ("age_on(known.applicant.birth, today)", json!(28)),
        ("age_on(known.applicant.birth, date('2016-05-11'))", json!(17)),
        // logic, left to right, without looking further than needed
        ("known.applicant.stay == null || known.applicant.stay.until > today", json!(true)),
        ("ask.note == null || size(ask.note) > 3", json!(true)),
        ("!(ask.join == 'new')", json!(true)),
        ("ask.join == 'join' ? 1 : 2", json!(1)),
        ("ask.note != null ? ask.note : 'không ghi'", json!("không ghi")),
        // numbers
        ("ask.rooms + 1", json!(4)),
        ("-ask.rooms", json!(-3)),
        ("ask.rooms - 5 < 0", json!(true)),
        ("9223372036854775807 + 1 == 9223372036854775807", json!(true)),
        // lists
        ("size(ask.with)", json!(1)),
        ("size(known.applicant.name)", json!(10)),
        ("ask.with.exists(c, c.name == 'Gia Huy')", json!(true)),
        ("ask.with.all(c, c.pid != known.applicant.pid)", json!(true)),
        ("ask.with.map(c, c.name)", json!(["Gia Huy"])),
        ("size(ask.with.filter(c, c.name == 'x'))", json!(0)),
        ("ask.rooms in [1, 2, 3]", json!(true)),
        ("ask.join in ['new']", json!(false)),
        // functions over people
        ("exempt(known.applicant, 'L')", json!(true)),
        ("guardians(known.applicant).map(g, g.name)", json!(["Vũ Văn Ba"])),
        ("other_parent(ask.with).map(p, p.pid)", json!(["035196000009"])),
        ("label('reasons', 'moved')", json!("Đã chuyển đi")),
        ("label('reasons', 'else')", json!("else")),
        ("child_of('child')", json!("grandchild")),
        ("with_relation(ask.with, child_of('head')).map(p, p.relation)", json!(["child"])),
        ("with_days(ask.with, today, ask.until).map(p, p.until)", json!(["2028-11-22"])),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

/// `text` → the codes of its faults with the column each is at.
fn faults(text: &str) -> Vec<String> {
    let (_, faults) = env().type_of(&Expr::new(text));
    faults
        .iter()
        .map(|f| format!("{}@{}", f.code.trim_start_matches("expression-"), f.at))
        .collect()
}

#[test]
fn what_is_refused() {
    for (text, expected) in [
        ("today +", "syntax@7"),
        ("'join", "syntax@0"),
        ("a b", "syntax@2"),
        ("todya", "name@0"),
        ("known.aplicant", "field@0"),
        ("today.year", "no-fields@0"),
        ("known.applicant.stay.until", "may-be-empty@0"),
        ("ask.note == null && size(ask.note) > 0", "may-be-empty@25"),
        ("known.applicant.stay != null || known.applicant.stay.until > today", "may-be-empty@32"),
        ("today == ask.join", "types@6"),
        ("today < 5", "types@6"),
        ("today + today", "types@6"),
        ("'a' + 'b'", "types@4"),
        ("ask.rooms && true", "types@0"),
        ("ask.at == known.applicant.stay", "types@7"),
        ("known.applicant.pid == ask.at.commune", "types@20"),
        ("known.applicant == null", "never-empty@0"),
        ("ask.join == 'joi'", "word@12"),
        ("'joi' == ask.join", "word@0"),
        ("ask.rooms > 1 ? 1 : 'x'", "types@14"),
        ("1 in today", "types@2"),
        ("'a' in [1, 2]", "types@4"),
        ("[1, 'a']", "types@0"),
        ("days(1, 2)", "arguments@4"),
        ("days(today)", "argument@5"),
        ("size(ask.rooms)", "argument@5"),
        ("age_on(known.applicant.name, today)", "argument@7"),
        ("guardians(ask.at)", "argument@10"),
        ("exempt(known.applicant, 'M')", "exempt@24"),
        ("exempt(known.applicant, known.applicant.name)", "argument@24"),
        ("date('2026-02-30')", "date@5"),
        ("ask.rooms.exists(x, true)", "no-list@0"),
        ("ask.with.exists(x, x.name)", "types@15"),
        ("has(ask.join)", "not-allowed@3"),
        ("ask.with.exists_one(c, true)", "not-allowed@19"),
        ("ask.with.map(c, true, c.name)", "not-allowed@12"),
        ("ask.with[0]", "not-allowed@8"),
        ("ask.rooms * 2", "not-allowed@10"),
        ("ask.rooms / 2", "not-allowed@10"),
        ("1.5 > 1.0", "not-allowed@0"),
        ("{'a': 1}", "not-allowed@0"),
        ("known.applicant.name.startsWith('V')", "not-allowed@31"),
        ("matches(known.applicant.name, '.*')", "function@7"),
        ("timestamp('2026-01-01T00:00:00Z')", "function@9"),
        ("b'x' == b'y'", "not-allowed@0"),
        ("with_relation(ask.with, 'chidl')", "code-unknown@24"),
        ("with_relation(ask.with, ask.rooms > 1 ? 'child' : 'chid')", "code-unknown@50"),
    ] {
        assert_eq!(faults(text).first().map(String::as_str), Some(expected), "{text}");
    }
}

/// A condition that has been asked is known afterwards, also through what it implies.
#[test]
fn what_has_been_asked_is_known() {
    let mut env = env();
    let join = Expr::new("known.applicant.stay != null");
    env.implied.insert("ask.join".to_owned(), env.sure_if(&join));
    env.rules.push((Expr::new("ask.join == 'join'"), ["ask.note".to_owned()].into()));
    let clean = |text: &str| env.type_of(&Expr::new(text)).1.is_empty();
    for text in [
        "known.applicant.stay != null && known.applicant.stay.until > today",
        "known.applicant.stay == null || known.applicant.stay.until > today",
        "!(known.applicant.stay == null) && known.applicant.stay.until > today",
        "known.applicant.stay == null ? true : known.applicant.stay.until > today",
        "ask.join == 'new' && known.applicant.stay.until > today",
        "(ask.join == 'new' || ask.join == 'join') && known.applicant.stay.until > today",
        "ask.join == 'join' && size(ask.note) > 0",
        "'join' == ask.join || ask.join != 'join' || true",
        "ask.join != 'join' || size(ask.note) > 0",
        "ask.join != 'join' ? true : size(ask.note) > 0",
    ] {
        assert!(clean(text), "{text}: {:?}", env.type_of(&Expr::new(text)).1);
    }
    for text in [
        "ask.join != 'new' && known.applicant.stay.until > today",
        "(ask.join == 'new' || ask.rooms > 1) && known.applicant.stay.until > today",
        "ask.join == 'new' && size(ask.note) > 0",
        "size(ask.note) > 0",
    ] {
        assert!(!clean(text), "{text} must be refused");
    }
}

/// CEL's own interpreter agrees where the expression means the same to it.
#[test]
fn a_second_opinion() {
    for text in [
        "1 + 2 == 3 && !(4 < 3)",
        "'a' in ['a', 'b'] || false",
        "[1, 2, 3].exists(x, x > 2)",
        "[1, 2, 3].all(x, x > 0 && x < 4)",
        "size([1, 2, 3].filter(x, x != 2))",
        "[1, 2, 3].map(x, x + 1)",
        "size('Nguyễn Thị Ngọc Lan')",
        "true ? 'có' : 'không'",
        "null == null",
        "-5 + 3",
        "(1 < 2) == (2 >= 2)",
        "[[1], [2, 3]].map(l, size(l))",
        "['x'].exists(a, ['x', 'y'].exists(b, a == b))",
    ] {
        let ours = Scope::new(Date::constant(2026, 1, 1), Arc::default()).value(&Expr::new(text));
        let program = cel::Program::compile(text).expect("CEL");
        let theirs = program.execute(&cel::Context::default()).expect("a value");
        assert_eq!(ours.expect("a value").to_json(), from_cel(&theirs), "{text}");
    }
}

fn from_cel(v: &cel::Value) -> Json {
    match v {
        cel::Value::Null => Json::Null,
        cel::Value::Bool(b) => json!(b),
        cel::Value::Int(i) => json!(i),
        cel::Value::String(s) => json!(s.as_str()),
        cel::Value::List(l) => l.iter().map(from_cel).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_text_crashes_the_parser_or_the_check() {
    use proptest::prelude::*;
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 1_500,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let token = prop::sample::select(vec![
        "ask.until",
        "ask.join",
        "ask.with",
        "known.applicant",
        "today",
        "'join'",
        "null",
        "3",
        "days",
        "size",
        "exempt",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        "&&",
        "||",
        "!",
        "==",
        "!=",
        "<=",
        "+",
        "-",
        "?",
        ":",
        "in",
        "exists",
        "all",
        "has",
        "x",
        "{",
        "}",
        "\"",
        "1.5",
        "'",
        "ễ",
        "`",
        "@",
        ".?",
    ]);
    runner
        .run(&prop::collection::vec(token, 0..24), |tokens| {
            let text = tokens.join(if tokens.len() % 2 == 0 { " " } else { "" });
            let expr = Expr::new(text.clone());
            let (t, faults) = env().type_of(&expr);
            if faults.is_empty() && t != Type::Unknown {
                prop_assert!(
                    scope().value(&expr).is_ok(),
                    "{text} passed the check but has no value"
                );
            }
            for f in faults {
                prop_assert!(f.at <= text.chars().count(), "{text}: {f:?}");
            }
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn long_and_deep_expressions_are_refused_without_a_crash() {
    let deep = format!("{}true{}", "(".repeat(300), ")".repeat(300));
    assert!(!env().type_of(&Expr::new(deep)).1.is_empty());
    let long = vec!["true"; 400].join(" && ");
    assert_eq!(faults(&long), ["long@0"]);
}

#[test]
fn personal_values_do_not_show_in_debug() {
    let shown = format!("{:?}", scope());
    assert!(!shown.contains("Lan") && !shown.contains("0351"), "{shown}");
}
