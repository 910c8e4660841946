//! Whole households that move together, and who lived where on which day; on both engines.

use crate::errors::*;
use crate::journal::{REGISTERED, REMOVED, RESETTLED};
use crate::model::{Companion, Join, Source, Where};
use crate::residence::*;
use crate::residents::{Residents, residents};
use crate::tests::*;
use crate::{Reading, households, residence_history};
use kernel::error::CHANGED_MEANWHILE;
use kernel::{DwellingId, HouseholdId, Result};
use serde_json::{Value as Json, json};

const NAM_XANG: &str = "13591"; // a commune of the same province

pub fn both(mut check: impl FnMut(World)) {
    check(World::new());
    check(World::on(&store::testing::postgres()));
}

pub fn basis() -> Source {
    Source { basis: Some("Quyết định 12/QĐ-UBND".into()), ..Source::default() }
}

/// Lan stays with Hùng's family until November 2027.
pub fn lan_comes(w: &World, until: &str) -> Registered {
    let input = TemporaryInput {
        person: pid(LAN),
        with: vec![],
        to: Where::Dwelling(w.home_here.dwelling.clone()),
        join: Join::Household {
            household: w.home_here.household.clone(),
            relation: "niece_nephew".into(),
        },
        since: day("2026-11-20"),
        until: day(until),
        consents: vec![],
    };
    w.write(move |tx, law| register_temporary(tx, law, &officer(HERE), &input, &Source::default()))
        .unwrap()
}

fn version(w: &World, id: &HouseholdId) -> i64 {
    let id = id.clone();
    w.store.read(|tx| crate::household::get(tx, &id)).unwrap().version
}

/// Everybody of Hùng's household goes there, as things stand.
fn all_to(w: &World, to: Where, on: &str) -> WholeMove {
    let house = w.home_here.household.clone();
    let seen = version(w, &house);
    let from = w.home_here.dwelling.clone();
    WholeMove { from, households: vec![(house, seen)], to, on: day(on) }
}

fn go(w: &World, input: &WholeMove) -> Result<Resettled> {
    let input = input.clone();
    w.write(move |tx, law| resettle(tx, law, &officer(HERE), &input, &basis()))
}

fn lived(w: &World, by: &str, dwelling: &DwellingId, on: &str) -> Result<Residents> {
    let (dwelling, by, on) = (dwelling.clone(), officer(by), day(on));
    let read = w.write(move |tx, law| {
        let known = tx.now();
        residents(tx, law, &by, &dwelling, on, known)
    });
    Reading::into_result(read?)
}

fn names(r: &Residents) -> Vec<&str> {
    r.households.iter().flat_map(|h| &h.members).map(|m| m.pid.as_str()).collect()
}

#[test]
fn a_whole_household_moves_and_stays_the_household_it_was() {
    both(|w| {
        lan_comes(&w, "2027-11-20");
        let before = w.own(HUNG, &["residence_file", "relation"]);
        let done = go(&w, &all_to(&w, at_address(NAM_XANG, "Số 7, thôn 9"), "2026-11-22")).unwrap();
        assert_eq!((done.households, done.persons, done.commune.as_str()), (1, 5, NAM_XANG));
        for who in [HUNG, HOA, NAM, TU] {
            let now = w.own(who, &["permanent", "abode"]);
            let part =
                |at: &str| now.part("permanent", at).and_then(Json::as_str).map(str::to_owned);
            assert_eq!(part("/dwelling").as_deref(), Some(done.dwelling.as_str()), "{who}");
            assert_eq!(part("/commune").as_deref(), Some(NAM_XANG));
            assert_eq!(part("/household").as_deref(), Some(w.home_here.household.as_str()));
            assert_eq!(part("/since").as_deref(), Some("2026-11-22"));
            assert_eq!(now.part("abode", "/since"), Some(&json!("2026-11-22")));
        }
        // Head, relations and the number of the file are what they were.
        assert_eq!(w.own(HUNG, &["residence_file", "relation"]), before);
        // Who stays for a time goes along, until the same day, and keeps the permanent home.
        let lan = w.own(LAN, &["temporary", "permanent"]);
        assert_eq!(lan.part("temporary", "/until"), Some(&json!("2027-11-20")));
        assert_eq!(lan.part("temporary", "/commune"), Some(&json!(NAM_XANG)));
        assert_eq!(lan.part("permanent", "/commune"), Some(&json!(ELSEWHERE)));
        // The old address is kept, ended on the day the new one begins.
        let lines = w.write(|tx, law| {
            let own = PurposeId::from("own.data");
            residence_history(tx, law, &citizen(TU), &own, &pid(TU), None)
        });
        let lines = lines.unwrap().granted().unwrap();
        let told: Vec<_> =
            lines.iter().map(|l| (l.commune.as_deref(), l.since, l.ended_on)).collect();
        assert_eq!(
            told,
            [
                (Some(NAM_XANG), day("2026-11-22"), None),
                (Some(HERE), day("2021-01-04"), Some(day("2026-11-22"))),
            ]
        );
        // One entry for the household, with everybody in it, at the new place.
        w.store.settle().unwrap();
        let entries = w.entries(RESETTLED);
        let entry = &entries[0];
        assert_eq!((entries.len(), entry.subjects.len()), (1, 5));
        assert_eq!(entry.place.as_deref(), Some(NAM_XANG));
        assert_eq!(entry.body["from_commune"], HERE);
        assert_eq!(entry.body["persons"], 5);
        let book = w.write(|tx, law| crate::books(tx, law, &citizen(HOA), &pid(HOA)));
        let book = &book.unwrap().granted().unwrap()[0];
        assert_eq!(book.history[0].what, "moved");
        assert_eq!(book.history[0].detail["line"], "Số 12, thôn 3");
        assert!(book.address.starts_with("Số 7, thôn 9, xã Nam Xang"), "{}", book.address);
        assert!(book.members.iter().all(|m| m.since == "2026-11-22"));
    });
}

#[test]
fn who_lived_in_a_dwelling_on_a_day_and_where_somebody_lived() {
    both(|w| {
        let done = go(&w, &all_to(&w, at_address(HERE, "Số 7, thôn 9"), "2026-11-22")).unwrap();
        let (old, new) = (w.home_here.dwelling.clone(), done.dwelling);
        let (before, moved) = ("2026-11-21", "2026-11-22");
        // The day of the move belongs to the new dwelling, the day before it to the old one.
        assert_eq!(names(&lived(&w, HERE, &old, before).unwrap()), [HUNG, HOA, NAM, TU]);
        assert_eq!(names(&lived(&w, HERE, &old, moved).unwrap()), [""; 0]);
        assert_eq!(names(&lived(&w, HERE, &new, before).unwrap()), [""; 0]);
        assert_eq!(names(&lived(&w, HERE, &new, moved).unwrap()), [HUNG, HOA, NAM, TU]);
        // So does the day they came, and nobody was there before.
        assert_eq!(names(&lived(&w, HERE, &old, "2021-01-04").unwrap()).len(), 4);
        assert!(names(&lived(&w, HERE, &old, "2021-01-03").unwrap()).is_empty());
        let then = lived(&w, HERE, &old, before).unwrap();
        assert!(!then.households[0].here && then.text.starts_with("Số 12, thôn 3, xã Trần Thương"));
        assert!(lived(&w, HERE, &new, moved).unwrap().households[0].here);
        // Their own records say the same of those days.
        let of = |on: &str| {
            let on = day(on);
            let read = w.write(move |tx, law| {
                let (own, known) = (PurposeId::from("own.data"), tx.now());
                let (who, items) = (citizen(NAM), ["permanent", "household"]);
                crate::read_as_of(tx, law, &who, &own, &pid(NAM), &items, None, on, known)
            });
            let facts = read.unwrap().granted().unwrap();
            let line = facts.part("permanent", "/line").and_then(Json::as_str).map(str::to_owned);
            let size = facts.part("household", "/members").and_then(Json::as_array).map(Vec::len);
            (line, size)
        };
        assert_eq!(of(before), (Some("Số 12, thôn 3".into()), Some(4)));
        assert_eq!(of(moved), (Some("Số 7, thôn 9".into()), Some(4)));
        assert_eq!(of("2021-01-03"), (None, None));
        // What was not known yet was not so: yesterday nobody knew of the move. (Entries of several lanes
        // stand in no order of time within one step of the sequencer, so it takes its step first.)
        w.store.settle().unwrap();
        let known = kernel::Instant::start_of(day(moved));
        let asked = old.clone();
        let read =
            w.write(move |tx, law| residents(tx, law, &officer(HERE), &asked, today(), known));
        assert_eq!(names(&read.unwrap().granted().unwrap()), [HUNG, HOA, NAM, TU]);
        // Everybody named has the reading in the log; another commune's officer is refused.
        w.store.settle().unwrap();
        let read = w.entries(crate::journal::READ).pop().unwrap();
        assert_eq!((read.subjects.len(), read.body["what"].as_str()), (4, Some("dwelling")));
        refused(lived(&w, ELSEWHERE, &old, before), ACCESS_OUTSIDE);
        refused(lived(&w, HERE, &"nowhere".into(), before), ACCESS_OUTSIDE);
        w.store.settle().unwrap();
        assert_eq!(w.entries(crate::journal::READ_REFUSED).len(), 2);
    });
}

#[test]
fn a_household_that_moves_twice_leaves_both_dwellings_behind() {
    let w = World::new();
    let first = go(&w, &all_to(&w, at_address(HERE, "Số 7, thôn 9"), "2026-11-10")).unwrap();
    let again = WholeMove {
        from: first.dwelling.clone(),
        ..all_to(&w, Where::Dwelling(w.home_here.dwelling.clone()), "2026-11-20")
    };
    go(&w, &again).unwrap();
    let at = |d: &DwellingId, on: &str| names(&lived(&w, HERE, d, on).unwrap()).len();
    let home = &w.home_here.dwelling;
    let days = ["2026-11-09", "2026-11-10", "2026-11-19", "2026-11-20"];
    assert_eq!(days.map(|on| at(home, on)), [4, 0, 0, 4]);
    assert_eq!(days.map(|on| at(&first.dwelling, on)), [0, 4, 4, 0]);
}

#[test]
fn households_beside_stay_and_hear_of_it() {
    let w = World::new();
    let old = w.home_here.household.clone();
    let nam = w
        .write({
            let old = old.clone();
            move |tx, law| {
                let tu = [Companion { person: pid(TU), relation: "younger_sibling".into() }];
                let none = Source::default();
                households::split(tx, law, &officer(HERE), &old, &pid(NAM), &tu, &none)
            }
        })
        .unwrap();
    let (seen, beside) = (version(&w, &nam), version(&w, &old));
    let one = |seen| WholeMove {
        from: w.home_here.dwelling.clone(),
        households: vec![(nam.clone(), seen)],
        to: at_address(HERE, "Số 7, thôn 9"),
        on: today(),
    };
    // Somebody changed the household since the officer looked at it.
    refused(go(&w, &one(seen - 1)), CHANGED_MEANWHILE);
    assert_eq!(go(&w, &one(seen)).unwrap().persons, 2);
    assert_eq!(version(&w, &old), beside + 1);
    assert_eq!(names(&lived(&w, HERE, &w.home_here.dwelling, "2026-11-23").unwrap()), [HUNG, HOA]);
    // It has gone: moving it from there again finds nobody.
    refused(go(&w, &one(version(&w, &nam))), CHANGED_MEANWHILE);
}

#[test]
fn a_move_that_cannot_be_is_refused_and_changes_nothing() {
    both(|w| {
        lan_comes(&w, "2027-11-20");
        let there = || at_address(NAM_XANG, "Số 7, thôn 9");
        let state = |w: &World| {
            let items = ["permanent", "temporary", "abode", "household"];
            (w.own(HUNG, &items), w.own(LAN, &items), w.entries(RESETTLED).len())
        };
        let before = state(&w);
        let good = all_to(&w, there(), "2026-11-22");
        let empty = WholeMove { households: vec![], ..good.clone() };
        refused(go(&w, &empty), MOVE_NOBODY);
        let same = all_to(&w, at_address(HERE, "số 12,  THÔN 3"), "2026-11-22");
        refused(go(&w, &same), MOVE_SAME);
        refused(go(&w, &all_to(&w, there(), "2026-11-24")), TRUE_FROM_FUTURE);
        // Lan came on the 20th; a day before it the household was another one.
        refused(go(&w, &all_to(&w, there(), "2026-11-19")), BEFORE_LAST_CHANGE);
        refused(go(&w, &all_to(&w, at_address("99999", "Số 7"), "2026-11-22")), COMMUNE_UNKNOWN);
        refused(go(&w, &all_to(&w, at_address(NAM_XANG, " "), "2026-11-22")), ADDRESS_LINE);
        let home_of_lan = at_address(ELSEWHERE, "Số 9, phố Đội Cấn");
        refused(go(&w, &all_to(&w, home_of_lan, "2026-11-22")), MOVE_GUEST_HOME);
        let by = |actor: kernel::Actor, source: Source| {
            let good = good.clone();
            w.write(move |tx, law| resettle(tx, law, &actor, &good, &source))
        };
        refused(by(officer(HERE), Source::default()), MOVE_BASIS);
        refused(by(officer(ELSEWHERE), basis()), ACCESS_OUTSIDE);
        refused(by(citizen(HUNG), basis()), ACCESS_REFUSED);
        refused(by(in_post(HOA, "one-stop.clerk", HERE), basis()), ACCESS_REFUSED);
        // Trying it out leaves nothing either.
        let tried = good.clone();
        let would =
            w.write(move |tx, law| rehearse_resettle(tx, law, &officer(HERE), &tried, &basis()));
        assert_eq!(would.unwrap().persons, 5);
        let tried = empty.clone();
        let would =
            w.write(move |tx, law| rehearse_resettle(tx, law, &officer(HERE), &tried, &basis()));
        refused(would, MOVE_NOBODY);
        w.store.settle().unwrap();
        assert_eq!(state(&w), before);
        go(&w, &good).unwrap();
    });
}

#[test]
fn a_term_that_had_run_out_is_ended_and_does_not_move() {
    let w = World::new();
    lan_comes(&w, "2026-11-21");
    let done = go(&w, &all_to(&w, at_address(NAM_XANG, "Số 7, thôn 9"), "2026-11-22")).unwrap();
    assert_eq!(done.persons, 4);
    assert_eq!(w.own(LAN, &["temporary"]).part("temporary", "/commune"), None);
    w.store.settle().unwrap();
    assert_eq!(w.entries(REMOVED).len(), 1);
    assert_eq!(w.entries(REGISTERED).len(), 3, "two homes and Lan's stay");
    assert_eq!(names(&lived(&w, HERE, &w.home_here.dwelling, "2026-11-20").unwrap()).len(), 5);
}

#[test]
fn who_stayed_at_the_new_place_for_a_time_lives_there_from_now_on() {
    let w = World::new();
    let done = w.write(|tx, law| {
        let input = TemporaryInput {
            person: pid(NAM),
            with: vec![],
            to: at_address(NAM_XANG, "Số 7, thôn 9"),
            join: Join::New,
            since: day("2026-11-20"),
            until: day("2027-11-20"),
            consents: vec![],
        };
        register_temporary(tx, law, &officer(NAM_XANG), &input, &Source::default())
    });
    let stayed = done.unwrap();
    go(&w, &all_to(&w, Where::Dwelling(stayed.dwelling), "2026-11-23")).unwrap();
    let nam = w.own(NAM, &["permanent", "temporary", "abode", "household"]);
    assert_eq!(nam.part("temporary", "/commune"), None);
    assert_eq!(nam.part("abode", "/kind"), Some(&json!("permanent")));
    assert_eq!(nam.part("household", "/id"), Some(&json!(w.home_here.household.as_str())));
    let own = w.store.read(|tx| crate::household::get(tx, &stayed.household)).unwrap();
    assert!(own.closed_on.is_some(), "nobody is left in the household he kept there");
}
