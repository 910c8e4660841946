//! Residence: the states of services.md §1b, and what cannot be true.

use crate::errors::*;
use crate::journal;
use crate::model::{Companion, Join, Source, Where};
use crate::residence::*;
use crate::tests::*;
use kernel::{DossierCode, Instant, Result};
use serde_json::{Value as Json, json};

fn with(list: &[(&str, &str)]) -> Vec<Companion> {
    list.iter().map(|(p, r)| Companion { person: pid(p), relation: (*r).into() }).collect()
}

fn lan_to_here(w: &World) -> TemporaryInput {
    TemporaryInput {
        person: pid(LAN),
        with: vec![],
        to: Where::Dwelling(w.home_here.dwelling.clone()),
        join: Join::Household {
            household: w.home_here.household.clone(),
            relation: "niece_nephew".into(),
        },
        since: today(),
        until: day("2027-11-23"),
        consents: vec![],
    }
}

fn register(w: &World, input: &TemporaryInput) -> Result<Registered> {
    let input = input.clone();
    w.write(move |tx, law| {
        let source = Source::dossier(&DossierCode::from("D-1"));
        register_temporary(tx, law, &officer(HERE), &input, &source)
    })
}

fn members(w: &World, of: &str) -> Vec<(String, String)> {
    let facts = w.own(of, &["household"]);
    let list = facts.part("household", "/members").and_then(Json::as_array).cloned();
    let text = |m: &Json, k: &str| m[k].as_str().unwrap_or_default().to_owned();
    list.unwrap_or_default().iter().map(|m| (text(m, "pid"), text(m, "relation"))).collect()
}

fn version(w: &World, of: &str) -> i64 {
    w.own(of, &["household"]).part("household", "/version").and_then(Json::as_i64).unwrap()
}

#[test]
fn temporary_residence_changes_person_book_and_journal_together() {
    let w = World::new();
    let (before_here, before_home) = (version(&w, HUNG), version(&w, MINH));
    let done = register(&w, &lan_to_here(&w)).unwrap();
    assert_eq!(done.household, w.home_here.household);
    let lan = w.own(LAN, &["temporary", "abode", "permanent", "relation", "household"]);
    assert_eq!(lan.part("temporary", "/commune"), Some(&json!(HERE)));
    assert_eq!(lan.part("temporary", "/until"), Some(&json!("2027-11-23")));
    assert_eq!(lan.part("temporary", "/in_force"), Some(&json!(true)));
    assert_eq!(lan.part("abode", "/kind"), Some(&json!("temporary")));
    // Her permanent home, her place in it and its book stay hers.
    assert_eq!(lan.part("permanent", "/commune"), Some(&json!(ELSEWHERE)));
    assert_eq!(lan.text("relation"), Some("head"));
    // Everybody in both households sees a newer book.
    assert_eq!(version(&w, HUNG), done.household_version);
    assert!(version(&w, HUNG) > before_here);
    assert!(version(&w, MINH) > before_home);
    assert!(members(&w, HUNG).contains(&(LAN.into(), "niece_nephew".into())));
    let entries = w.entries(journal::REGISTERED);
    let entry = entries.last().unwrap();
    assert_eq!(entry.place.as_deref(), Some(HERE));
    assert_eq!(entry.subjects, [pid(LAN)]);
    assert_eq!(entry.dossier, Some(DossierCode::from("D-1")));
    assert_eq!(entry.body["kind"], "temporary");
}

#[test]
fn a_new_household_in_the_same_dwelling_stands_beside_the_old_one() {
    let w = World::new();
    let before = version(&w, HUNG);
    let input = TemporaryInput {
        join: Join::New,
        with: with(&[(MINH, "husband"), (AN, "child")]),
        ..lan_to_here(&w)
    };
    let done = register(&w, &input).unwrap();
    assert_ne!(done.household, w.home_here.household);
    assert_eq!(members(&w, HUNG).len(), 4);
    // The neighbours' book notes that the dwelling changed, without a name.
    assert_eq!(version(&w, HUNG), before + 1);
    let facts = w.own(AN, &["temporary", "household"]);
    assert_eq!(facts.part("temporary", "/household"), Some(&json!(done.household.as_str())));
    let entry = &w.entries(journal::REGISTERED).pop().unwrap();
    assert_eq!(entry.body["persons"], 3);
}

#[test]
fn an_address_that_is_not_known_becomes_a_dwelling_once() {
    let w = World::new();
    let to = at_address(HERE, " Nhà ông  Ba, thôn 9 ");
    let first = register(&w, &TemporaryInput { to, join: Join::New, ..lan_to_here(&w) }).unwrap();
    let to = at_address(HERE, "nhà ông ba, thôn 9");
    let input = TemporaryInput { to, join: Join::New, person: pid(MINH), ..lan_to_here(&w) };
    assert_eq!(register(&w, &input).unwrap().dwelling, first.dwelling);
    let line = w.own(LAN, &["temporary"]);
    assert_eq!(line.part("temporary", "/line"), Some(&json!("Nhà ông Ba, thôn 9")));
}

#[test]
fn a_head_s_household_is_the_one_they_head() {
    let w = World::new();
    let done =
        register(&w, &TemporaryInput { join: Join::New, person: pid(MINH), ..lan_to_here(&w) });
    let of = |p: &str| {
        let p = pid(p);
        w.store.read(|tx| household_of(tx, &p)).unwrap().unwrap()
    };
    assert_eq!(of(MINH), done.unwrap().household);
    assert_eq!(of(LAN), w.home_elsewhere.household);
    assert_eq!(of(AN), w.home_elsewhere.household);
}

#[test]
fn a_dormitory_is_a_collective_without_a_head() {
    let w = World::new();
    let dorm = at_address(HERE, "Ký túc xá A");
    let join = |person: &str| TemporaryInput {
        person: pid(person),
        to: dorm.clone(),
        join: Join::Collective,
        ..lan_to_here(&w)
    };
    let first = register(&w, &join(LAN)).unwrap();
    let second = register(&w, &join(MINH)).unwrap();
    assert_eq!(first.household, second.household);
    let house = w.store.read(|tx| crate::household::get(tx, &first.household)).unwrap();
    assert!(house.collective && house.head.is_none());
    // Whoever lives in a dormitory sees themself in its book, not the others.
    let viewer = pid(LAN);
    let facts = w
        .store
        .read(|tx| {
            let seen = crate::facts::Seen::Now(today());
            crate::facts::household_facts(tx, &first.household, &viewer, None, seen, &mut vec![])
        })
        .unwrap();
    assert_eq!(facts["members"].as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_true_is_refused_and_changes_nothing() {
    let w = World::new();
    let head = w.store.head();
    let base = || lan_to_here(&w);
    let case = |change: &dyn Fn(&mut TemporaryInput)| {
        let mut input = base();
        change(&mut input);
        register(&w, &input)
    };
    let relation =
        |r: &str| Join::Household { household: w.home_here.household.clone(), relation: r.into() };
    refused(case(&|i| i.until = day("2028-11-24")), TOO_LONG);
    refused(case(&|i| i.until = today()), END_BEFORE_START);
    refused(case(&|i| i.since = day("2026-11-24")), TRUE_FROM_FUTURE);
    refused(case(&|i| i.since = day("1990-01-01")), TOO_LONG);
    refused(case(&|i| i.person = pid("001195999999")), PERSON_UNKNOWN);
    refused(case(&|i| i.join = relation("cousin of a friend")), RELATION_UNKNOWN);
    refused(case(&|i| i.join = relation("husband")), RELATION_SEX);
    refused(case(&|i| i.join = relation("wife")), RELATION_TAKEN);
    refused(case(&|i| i.join = relation("head")), RELATION_TAKEN);
    refused(case(&|i| i.with = with(&[(LAN, "child")])), PERSON_TWICE);
    refused(case(&|i| i.with = with(&[(HUNG, "other_relative")])), SAME_COMMUNE);
    refused(case(&|i| i.to = at_address(HERE, "  ")), ADDRESS_LINE);
    refused(case(&|i| i.to = at_address(HERE, &"x".repeat(201))), ADDRESS_LINE);
    // 00001 was a ward of Hà Nội until 2025-06-30 and is none today: the wrong regime.
    refused(case(&|i| i.to = at_address("00001", "Số 1")), COMMUNE_UNKNOWN);
    refused(case(&|i| i.to = at_address(HERE, "Số 99")), HOUSEHOLD_ELSEWHERE);
    refused(case(&|i| i.person = pid(AN)), MINOR_ALONE);
    refused(
        case(&|i| {
            i.person = pid(AN);
            i.consents = vec![pid(BA)];
        }),
        MINOR_ALONE,
    );
    assert_eq!(w.store.head(), head, "a refused command left an entry");
    assert_eq!(w.own(LAN, &["temporary"]).get("temporary"), Some(&Json::Null));
}

#[test]
fn a_rehearsal_says_what_would_happen_and_changes_nothing() {
    let w = World::new();
    let rehearse = |input: TemporaryInput| {
        w.write(move |tx, law| rehearse_temporary(tx, law, &citizen(LAN), &input))
    };
    let (head, before) = (w.store.head(), version(&w, HUNG));
    rehearse(lan_to_here(&w)).unwrap();
    let relation =
        Join::Household { household: w.home_here.household.clone(), relation: "husband".into() };
    refused(rehearse(TemporaryInput { join: relation, ..lan_to_here(&w) }), RELATION_SEX);
    refused(rehearse(TemporaryInput { until: day("2030-01-01"), ..lan_to_here(&w) }), TOO_LONG);
    assert_eq!(w.store.head(), head + 1, "only the look at the version was recorded");
    assert_eq!(version(&w, HUNG), before);
    assert_eq!(w.own(LAN, &["temporary"]).get("temporary"), Some(&Json::Null));
}

#[test]
fn a_minor_moves_with_a_parents_consent() {
    let w = World::new();
    let input = TemporaryInput {
        person: pid(AN),
        consents: vec![pid(MINH)],
        join: Join::Household {
            household: w.home_here.household.clone(),
            relation: "not_related".into(),
        },
        ..lan_to_here(&w)
    };
    register(&w, &input).unwrap();
}

#[test]
fn two_full_years_are_allowed_also_over_a_leap_day() {
    let w = World::new();
    let input = TemporaryInput { until: day("2028-11-23"), ..lan_to_here(&w) };
    register(&w, &input).unwrap();
}

#[test]
fn a_second_registration_moves_and_the_same_place_is_refused() {
    let w = World::new();
    let first = register(&w, &lan_to_here(&w)).unwrap();
    refused(register(&w, &lan_to_here(&w)), ALREADY_THERE);
    let to = at_address("13597", "Số 1");
    let moved = TemporaryInput { to, join: Join::New, ..lan_to_here(&w) };
    let second = register(&w, &moved).unwrap();
    assert_ne!(first.household, second.household);
    assert_eq!(members(&w, HUNG).len(), 4);
    assert_eq!(w.own(LAN, &["temporary"]).part("temporary", "/commune"), Some(&json!("13597")));
}

#[test]
fn extension_keeps_the_beginning_and_moves_the_end() {
    let w = World::new();
    let extend = |until: &'static str| {
        w.write(move |tx, _| {
            extend_temporary(tx, &officer(HERE), &[pid(LAN)], day(until), &Source::default())
        })
    };
    refused(extend("2028-01-01"), NOT_REGISTERED);
    register(&w, &lan_to_here(&w)).unwrap();
    refused(extend("2027-11-23"), NOT_LATER);
    refused(extend("2029-11-24"), TOO_LONG);
    w.clock.set(Instant::from_local(day("2027-11-20").at(8, 0, 0, 0)));
    let before = version(&w, HUNG);
    let done = extend("2029-11-23").unwrap();
    assert_eq!((done.since, done.until), (today(), Some(day("2029-11-23"))));
    assert_eq!(version(&w, HUNG), before + 1);
    assert_eq!(w.entries(journal::EXTENDED).len(), 1);
    assert_eq!(w.own(LAN, &["temporary"]).part("temporary", "/until"), Some(&json!("2029-11-23")));
}

#[test]
fn a_lapsed_residence_is_not_in_force_and_ends_after_the_grace() {
    let w = World::new();
    register(&w, &lan_to_here(&w)).unwrap();
    w.clock.set(Instant::from_local(day("2027-12-01").at(8, 0, 0, 0)));
    let late = w.own(LAN, &["temporary"]);
    assert_eq!(late.part("temporary", "/in_force"), Some(&json!(false)));
    let lapse_now =
        |w: &World| w.write(|tx, _| lapse(tx, &kernel::Actor::system("clock"), 100)).unwrap();
    assert_eq!(lapse_now(&w), 0);
    w.clock.set(Instant::from_local(day("2027-12-24").at(8, 0, 0, 0)));
    assert_eq!(lapse_now(&w), 1);
    assert_eq!(lapse_now(&w), 0);
    let after = w.own(LAN, &["temporary", "abode"]);
    assert_eq!(after.get("temporary"), Some(&Json::Null));
    assert_eq!(after.part("abode", "/kind"), Some(&json!("permanent")));
    assert_eq!(members(&w, HUNG).len(), 4);
}

#[test]
fn removal_brings_the_person_back_home() {
    let w = World::new();
    let remove = |who: &'static str, on: &'static str| {
        w.write(move |tx, _| {
            let s = Source::default();
            remove_temporary(tx, &officer(HERE), &[pid(who)], day(on), reason::ASKED, &s)
        })
    };
    refused(remove(LAN, "2026-11-23"), NOT_REGISTERED);
    register(&w, &lan_to_here(&w)).unwrap();
    refused(remove(LAN, "2026-11-22"), END_BEFORE_START);
    w.clock.set(Instant::from_local(day("2026-12-30").at(8, 0, 0, 0)));
    remove(LAN, "2026-12-30").unwrap();
    let lan = w.own(LAN, &["temporary", "abode"]);
    assert_eq!(lan.part("abode", "/commune"), Some(&json!(ELSEWHERE)));
    assert_eq!(w.entries(journal::REMOVED)[0].body["reason"], "asked");
    refused(remove(LAN, "2026-12-30"), NOT_REGISTERED);
}

#[test]
fn the_history_of_residence_is_read_through_the_door() {
    let w = World::new();
    register(&w, &lan_to_here(&w)).unwrap();
    w.write(|tx, _| {
        let s = Source::default();
        remove_temporary(tx, &officer(HERE), &[pid(LAN)], today(), reason::ASKED, &s)
    })
    .unwrap();
    let ask = |actor: kernel::Actor| {
        w.write(move |tx, law| {
            let purpose = PurposeId::from("residence.confirm");
            crate::residence_history(tx, law, &actor, &purpose, &pid(LAN), None)
        })
        .and_then(crate::Reading::into_result)
    };
    let lines = ask(citizen(LAN)).unwrap();
    let kinds: Vec<&str> = lines.iter().map(|l| l.kind.as_str()).collect();
    assert_eq!(kinds, ["temporary", "permanent"]);
    assert_eq!(lines[0].ended_on, Some(today()));
    assert_eq!(lines[0].text.as_deref(), Some("Số 12, thôn 3, xã Trần Thương, tỉnh Ninh Bình"));
    assert_eq!(lines[0].dossier, Some(DossierCode::from("D-1")));
    refused(ask(citizen(MINH)), ACCESS_REFUSED);
    assert_eq!(w.entries(journal::READ_REFUSED).len(), 1);
}

#[test]
fn the_dead_do_not_move() {
    let w = World::new();
    w.write(|tx, _| {
        let s = Source::default();
        crate::population::record_death(tx, &officer(ELSEWHERE), &pid(LAN), today(), "dead", &s)
    })
    .unwrap();
    refused(register(&w, &lan_to_here(&w)), PERSON_DEAD);
}

fn to_here_for_good(w: &World, person: &str, companions: &[(&str, &str)]) -> Result<Registered> {
    let input = PermanentInput {
        person: pid(person),
        with: with(companions),
        to: Where::Dwelling(w.home_here.dwelling.clone()),
        join: Join::Household {
            household: w.home_here.household.clone(),
            relation: "other_relative".into(),
        },
        since: today(),
        consents: vec![],
    };
    w.write(move |tx, law| register_permanent(tx, law, &officer(HERE), &input, &Source::default()))
}

#[test]
fn permanent_residence_leaves_the_old_household_and_takes_up_the_temporary_one() {
    let w = World::new();
    register(&w, &lan_to_here(&w)).unwrap();
    to_here_for_good(&w, LAN, &[(AN, "other_relative")]).unwrap();
    let lan = w.own(LAN, &["permanent", "temporary", "relation", "household", "residence_file"]);
    assert_eq!(lan.part("permanent", "/commune"), Some(&json!(HERE)));
    assert_eq!(lan.get("temporary"), Some(&Json::Null));
    assert_eq!(lan.text("relation"), Some("other_relative"));
    assert_eq!(lan.get("residence_file"), lan.part("household", "/file"));
    assert_eq!(members(&w, HUNG).len(), 6);
    // The household she headed waits for a new head.
    let left = w.own(MINH, &["household"]);
    assert_eq!(left.get("household").unwrap()["head"], Json::Null);
    assert_eq!(left.part("household", "/members").unwrap().as_array().unwrap().len(), 2);
    refused(to_here_for_good(&w, LAN, &[]), ALREADY_THERE);
}

#[test]
fn the_last_one_left_is_the_head_and_an_empty_household_closes() {
    let w = World::new();
    to_here_for_good(&w, LAN, &[(AN, "other_relative"), (MINH, "other_relative")]).unwrap();
    assert_eq!(members(&w, BA), [(BA.to_owned(), "head".to_owned())]);
    assert_eq!(w.own(BA, &["relation"]).text("relation"), Some("head"));
    to_here_for_good(&w, BA, &[]).unwrap();
    let old = w.home_elsewhere.household.clone();
    let closed = w.store.read(|tx| crate::household::get(tx, &old)).unwrap();
    assert_eq!(closed.closed_on, Some(today()));
}

#[test]
fn removal_of_permanent_residence_leaves_a_person_who_can_declare_an_abode() {
    let w = World::new();
    let s = Source::default;
    let declare = |w: &World| {
        w.write(move |tx, _| {
            declare_abode(tx, &officer(HERE), &pid(MINH), &at_address(HERE, "Lán 3"), today(), &s())
        })
    };
    refused(declare(&w), ALREADY_THERE);
    w.write(move |tx, _| {
        remove_permanent(tx, &officer(ELSEWHERE), &pid(MINH), today(), reason::AWAY, &s())
    })
    .unwrap();
    let minh = w.own(MINH, &["permanent", "household", "abode"]);
    assert!(minh.0.values().all(Json::is_null));
    declare(&w).unwrap();
    let minh = w.own(MINH, &["abode"]);
    assert_eq!(minh.part("abode", "/kind"), Some(&json!("declared")));
    assert_eq!(members(&w, LAN).len(), 3);
}

#[test]
fn absence_is_declared_once_for_a_time_and_ends() {
    let w = World::new();
    let declare = |since: &'static str, until: Option<&'static str>| {
        w.write(move |tx, _| {
            let input = AbsenceInput {
                person: pid(NAM),
                since: day(since),
                until: until.map(day),
                reason: "d".into(),
                destination: Destination { country: Some("JP".into()), ..Destination::default() },
            };
            declare_absence(tx, &officer(HERE), &input, &Source::default())
        })
    };
    refused(declare("2026-12-01", Some("2026-11-30")), END_BEFORE_START);
    let before = version(&w, HUNG);
    declare("2026-12-01", Some("2027-12-31")).unwrap();
    assert_eq!(version(&w, HUNG), before + 1);
    refused(declare("2027-06-01", None), ABSENT_ALREADY);
    let nam = w.own(NAM, &["absence", "abode"]);
    assert_eq!(nam.part("absence", "/destination/country"), Some(&json!("JP")));
    assert_eq!(nam.part("abode", "/commune"), Some(&json!(HERE)));
    w.clock.set(Instant::from_local(day("2027-02-01").at(8, 0, 0, 0)));
    w.write(|tx, _| {
        end_absence(tx, &officer(HERE), &pid(NAM), day("2027-01-31"), &Source::default())
    })
    .unwrap();
    assert_eq!(w.own(NAM, &["absence"]).get("absence"), Some(&Json::Null));
    assert_eq!(w.entries(journal::ABSENT).len(), 1);
    assert_eq!(w.entries(journal::ABSENCE_ENDED).len(), 1);
}

#[test]
fn a_lodging_notice_counts_guests_and_moves_nobody() {
    let w = World::new();
    let notify = |guests: &'static [&'static str], until: &'static str| {
        let at = Where::Dwelling(w.home_here.dwelling.clone());
        w.write(move |tx, _| {
            let input = StayInput {
                guests: guests.iter().map(|g| pid(g)).collect(),
                at: at.clone(),
                since: today(),
                until: day(until),
                reason: "visit".into(),
            };
            notify_stay(tx, &citizen(HUNG), &input, &Source::default())
        })
    };
    notify(&[LAN, MINH], "2026-11-25").unwrap();
    refused(notify(&[LAN], "2026-12-23"), STAY_LONG);
    refused(notify(&[LAN], "2026-11-22"), END_BEFORE_START);
    refused(notify(&[LAN, LAN], "2026-11-25"), PERSON_TWICE);
    refused(notify(&[HOA], "2026-11-25"), ALREADY_THERE);
    refused(notify(&[], "2026-11-25"), PERSON_UNKNOWN);
    // A guest registered nowhere here is in the notice, not in the register.
    notify(&["999090001234", LAN], "2026-11-25").unwrap();
    let with_stranger = &w.entries(journal::STAY)[1];
    assert_eq!((&with_stranger.body["guests"], with_stranger.subjects.len()), (&2.into(), 1));
    let entry = &w.entries(journal::STAY)[0];
    assert_eq!(entry.body["guests"], 2);
    assert_eq!(entry.subjects.len(), 2);
    assert_eq!(w.own(LAN, &["temporary"]).get("temporary"), Some(&Json::Null));
}

#[test]
fn commands_sent_twice_do_not_register_twice() {
    let w = World::new();
    let input = lan_to_here(&w);
    register(&w, &input).unwrap();
    refused(register(&w, &input), ALREADY_THERE);
    assert_eq!(members(&w, HUNG).len(), 5);
    assert_eq!(w.entries(journal::REGISTERED).len(), 3);
}
