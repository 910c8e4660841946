//! Acts, corrections, «as it was on a date, as known on a date», disputes, death.

use crate::errors::*;
use crate::history::{self, Act};
use crate::model::Source;
use crate::person::{self, Change, STORED, Under};
use crate::population::{self, Outcome, amend, dispute, record_death, settle_dispute};
use crate::rules::{NumberWarning, number_warnings};
use crate::tests::*;
use crate::{Sex, number};
use kernel::{Actor, Instant, PurposeId};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn fix(
    w: &World,
    of: &'static str,
    item: &'static str,
    value: Json,
    from: &'static str,
) -> kernel::Result<()> {
    w.write(move |tx, law| {
        let source = Source::default();
        amend(tx, law, &officer(HERE), &pid(of), item, value.clone(), day(from), &source)
    })
}

#[test]
fn a_correction_leaves_the_old_value_in_the_history() {
    let w = World::new();
    let before = w.clock.now();
    w.clock.set(before.plus_seconds(60));
    fix(&w, HUNG, "name", json!("Trần Văn Hưng"), "1970-03-02").unwrap();
    assert_eq!(w.own(HUNG, &["name"]).text("name"), Some("Trần Văn Hưng"));
    let as_known = |known: Instant| {
        let reading = w.write(move |tx, law| {
            crate::read_as_of(
                tx,
                law,
                &citizen(HUNG),
                &PurposeId::from("own.data"),
                &pid(HUNG),
                &["name"],
                None,
                day("2000-01-01"),
                known,
            )
        });
        reading.unwrap().granted().unwrap().text("name").map(str::to_owned)
    };
    // The correction says how it always was; what was known before it is still told.
    assert_eq!(as_known(before).as_deref(), Some("Trần Văn Hùng"));
    assert_eq!(as_known(w.clock.now()).as_deref(), Some("Trần Văn Hưng"));
}

#[test]
fn a_record_of_an_earlier_fact_does_not_undo_a_later_one() {
    let w = World::new();
    fix(&w, LAN, "contact", json!({"phone": "new"}), "2026-06-01").unwrap();
    fix(&w, LAN, "contact", json!({"phone": "old"}), "2020-06-01").unwrap();
    assert_eq!(w.own(LAN, &["contact"]).part("contact", "/phone"), Some(&json!("new")));
}

#[test]
fn residence_items_and_wrong_shapes_are_refused() {
    let w = World::new();
    refused(fix(&w, LAN, "permanent", json!({}), "2026-01-01"), ITEM_DERIVED);
    refused(fix(&w, LAN, "birth", json!("1995-02-31"), "1995-02-01"), ITEM_SHAPE);
    refused(fix(&w, LAN, "birth", json!("2027-01-01"), "1995-02-01"), ITEM_SHAPE);
    refused(fix(&w, LAN, "marital", json!("maybe"), "2026-01-01"), ITEM_SHAPE);
    refused(fix(&w, LAN, "old_id", json!("12345678"), "2026-01-01"), ITEM_SHAPE);
    refused(fix(&w, LAN, "pid", json!("001195000005"), "2026-01-01"), ITEM_SHAPE);
    refused(fix(&w, LAN, "contact", json!({}), "2026-11-24"), TRUE_FROM_FUTURE);
    refused(fix(&w, "001195999999", "contact", json!({}), "2026-01-01"), PERSON_UNKNOWN);
}

#[test]
fn a_number_that_does_not_fit_warns_and_never_blocks() {
    let warn = |p: &str, birth: &str, sex| number_warnings(&pid(p), birth, sex, number::PREFIXES);
    assert_eq!(warn("001195000005", "1995-11-23", Sex::Female), []);
    assert_eq!(warn("003195000005", "1995-11-23", Sex::Female), [NumberWarning::UnknownProvince]);
    assert_eq!(warn("001195000005", "1996", Sex::Female), [NumberWarning::BirthDiffers]);
    assert_eq!(warn("001195000005", "1995-11", Sex::Male), [NumberWarning::SexDiffers]);
    assert_eq!(warn("035205000003", "2005-01-20", Sex::Male), []);
    let w = World::new();
    let mut stranger = super::newborn("999195000009", "Lạ", "1950", "male", &[]);
    stranger.items.insert("other_name".into(), json!("Bí danh"));
    let warnings = w
        .write(move |tx, _| population::register(tx, &officer(HERE), &stranger, &Source::default()))
        .unwrap();
    assert_eq!(warnings.len(), 3);
}

#[test]
fn the_same_number_twice_is_refused() {
    let w = World::new();
    let again = super::newborn(LAN, "Ai Đó", "1995-11-23", "female", &[]);
    let out =
        w.write(move |tx, _| population::register(tx, &officer(HERE), &again, &Source::default()));
    refused(out, PERSON_EXISTS);
}

#[test]
fn a_disputed_item_says_so_until_it_is_settled() {
    let w = World::new();
    w.write(|tx, law| dispute(tx, law, &citizen(LAN), &pid(LAN), "native_place", None)).unwrap();
    w.write(|tx, law| dispute(tx, law, &citizen(LAN), &pid(LAN), "marital", None)).unwrap();
    let items = ["native_place", "marital", "name"];
    assert_eq!(w.own(LAN, &items).disputed(), ["native_place", "marital"]);
    assert_eq!(w.own(LAN, &["name"]).disputed(), Vec::<&str>::new());
    let done = w.write(|tx, _| {
        let s = Source::default();
        settle_dispute(tx, &officer(ELSEWHERE), &pid(LAN), "native_place", Outcome::Upheld, &s)
    });
    done.unwrap();
    assert_eq!(w.own(LAN, &items).disputed(), ["marital"]);
    fix(&w, LAN, "marital", json!("divorced"), "2026-11-01").unwrap();
    assert_eq!(w.own(LAN, &items).disputed(), Vec::<&str>::new());
    assert_eq!(w.entries("person.disputed").len(), 3);
}

#[test]
fn a_death_ends_residence_and_widows_the_spouse() {
    let w = World::new();
    let die = |w: &World, on: &'static str| {
        w.write(move |tx, _| {
            record_death(tx, &officer(HERE), &pid(HUNG), day(on), "dead", &Source::default())
        })
    };
    refused(die(&w, "2026-12-01"), TRUE_FROM_FUTURE);
    refused(die(&w, "1960-01-01"), BEFORE_BIRTH);
    die(&w, "2026-11-20").unwrap();
    let facts = w.own(HOA, &["marital", "household"]);
    assert_eq!(facts.text("marital"), Some("widowed"));
    assert_eq!(facts.get("household").unwrap()["head"], Json::Null);
    assert_eq!(facts.get("household").unwrap()["members"].as_array().unwrap().len(), 3);
    let dead = w.own(HUNG, &["death", "permanent", "relation", "abode"]);
    assert_eq!(dead.part("death", "/on"), Some(&json!("2026-11-20")));
    for gone in ["permanent", "relation", "abode"] {
        assert_eq!(dead.get(gone), Some(&Json::Null));
    }
    refused(die(&w, "2026-11-21"), PERSON_DEAD);
}

#[test]
fn before_birth_nothing_is_known() {
    let w = World::new();
    let reading = w.write(|tx, law| {
        let known = tx.now();
        crate::read_as_of(
            tx,
            law,
            &citizen(LAN),
            &PurposeId::from("own.data"),
            &pid(LAN),
            &["name", "permanent", "household"],
            None,
            day("1990-01-01"),
            known,
        )
    });
    let facts = reading.unwrap().granted().unwrap();
    assert!(facts.0.values().all(Json::is_null));
}

/// The row after any sequence of acts is what replaying the acts gives.
fn row_follows_acts(moves: Vec<(usize, u8, i32)>) {
    let w = World::new();
    let items = ["name", "contact", "marital", "other_name", "blood"];
    w.write(move |tx, _| {
        let source = Source::default();
        let actor = Actor::system("test");
        for (which, value, days) in &moves {
            let under = Under { act: "test", actor: &actor, source: &source };
            let item = items[*which];
            let new =
                if *value == 0 && item != "name" { Json::Null } else { json!(format!("v{value}")) };
            let from = kernel::time::plus_days(today(), -days);
            let p = person::get(tx, &pid(LAN))?;
            person::change(tx, &p, &[Change::new(item, new, from)], &under)?;
        }
        Ok(())
    })
    .unwrap();
    let (acts, row) =
        w.store.read(|tx| Ok((person::acts(tx, &pid(LAN))?, person::get(tx, &pid(LAN))?))).unwrap();
    let state = history::state_at(&acts, today(), w.clock.now());
    for item in STORED {
        let by_acts = state.get(item).copied().cloned().unwrap_or(Json::Null);
        assert_eq!(row.value(item).unwrap(), by_acts, "item {item}");
    }
    assert_eq!(row.version, acts.iter().map(|a| a.n).max().unwrap());
}

fn act() -> impl Strategy<Value = Act> {
    (1i64..50, 0usize..3, 0u8..9, 0i32..400, 0i64..400).prop_map(|(n, item, v, from, at)| Act {
        n,
        item: ["a", "b", "c"][item].into(),
        old: Json::Null,
        new: json!(v),
        true_from: kernel::time::date_from_epoch(from),
        recorded_at: Instant(at),
        act: String::new(),
        basis: None,
        agency: None,
        post: None,
        dossier: None,
        certainty: None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn replaying_the_acts_gives_the_row(moves in prop::collection::vec((0usize..5, 0u8..5, 0i32..900), 0..12)) {
        row_follows_acts(moves);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    /// The whole state and the single value agree; later knowledge never changes what was known.
    #[test]
    fn state_and_value_agree(acts in prop::collection::vec(act(), 0..30), on in 0i32..500, known in 0i64..500) {
        let (on, known) = (kernel::time::date_from_epoch(on), Instant(known));
        let state = history::state_at(&acts, on, known);
        for item in ["a", "b", "c"] {
            // Acts of equal date and number are the same act in a real record; compare values of unique ones.
            let same: Vec<&Act> = acts.iter().filter(|a| a.item == item && a.true_from <= on && a.recorded_at <= known).collect();
            let top = same.iter().map(|a| (a.true_from, a.n)).max();
            let unique = same.iter().filter(|a| Some((a.true_from, a.n)) == top).count() <= 1;
            if unique {
                prop_assert_eq!(history::value_at(&acts, item, on, known), state.get(item).copied());
            }
        }
        let mut more = acts.clone();
        more.push(Act { recorded_at: Instant(known.0 + 1), ..act_of("a") });
        prop_assert_eq!(history::state_at(&more, on, known), history::state_at(&acts, on, known));
    }
}

fn act_of(item: &str) -> Act {
    Act {
        n: 99,
        item: item.into(),
        old: Json::Null,
        new: json!(99),
        true_from: kernel::time::date_from_epoch(0),
        recorded_at: Instant(0),
        act: String::new(),
        basis: None,
        agency: None,
        post: None,
        dossier: None,
        certainty: None,
    }
}
