//! Split, merge, change of head, relations; what the books and the histories then say.

use crate::errors::*;
use crate::households::{change_head, merge, split};
use crate::model::{Companion, Source};
use crate::tests::*;
use crate::{Reading, household};
use kernel::{HouseholdId, PurposeId, Result};
use serde_json::{Value as Json, json};

fn with(list: &[(&str, &str)]) -> Vec<Companion> {
    list.iter().map(|(p, r)| Companion { person: pid(p), relation: (*r).into() }).collect()
}

fn split_off(
    w: &World,
    head: &'static str,
    others: &'static [(&'static str, &'static str)],
) -> Result<HouseholdId> {
    let from = w.home_elsewhere.household.clone();
    w.write(move |tx, law| {
        split(tx, law, &officer(ELSEWHERE), &from, &pid(head), &with(others), &Source::default())
    })
}

fn family(w: &World, of: &str) -> (Json, Vec<(String, String)>) {
    let facts = w.own(of, &["household"]);
    let h = facts.get("household").unwrap();
    let text = |m: &Json, k: &str| m[k].as_str().unwrap_or_default().to_owned();
    let members = h["members"].as_array().unwrap();
    (
        h["head"]["pid"].clone(),
        members.iter().map(|m| (text(m, "pid"), text(m, "relation"))).collect(),
    )
}

#[test]
fn a_household_splits_in_its_dwelling() {
    let w = World::new();
    let new = split_off(&w, MINH, &[(AN, "child")]).unwrap();
    assert_eq!(family(&w, MINH).0, json!(MINH));
    assert_eq!(family(&w, MINH).1.len(), 2);
    assert_eq!(family(&w, LAN).1.len(), 2);
    let minh = w.own(MINH, &["permanent", "relation", "household"]);
    assert_eq!(minh.part("permanent", "/household"), Some(&json!(new.as_str())));
    assert_eq!(minh.part("permanent", "/commune"), Some(&json!(ELSEWHERE)));
    assert_eq!(minh.text("relation"), Some("head"));
    // Two households in one dwelling.
    let dwelling = w.home_elsewhere.dwelling.clone();
    assert_eq!(w.store.read(|tx| household::in_dwelling(tx, &dwelling)).unwrap().len(), 2);
}

#[test]
fn a_split_that_cannot_be_is_refused() {
    let w = World::new();
    refused(
        split_off(&w, MINH, &[(AN, "child"), (BA, "mother_in_law"), (LAN, "wife")]),
        SPLIT_EMPTY,
    );
    refused(split_off(&w, HUNG, &[]), MEMBER_UNKNOWN);
    refused(split_off(&w, AN, &[(MINH, "father")]), HEAD_MINOR);
    refused(split_off(&w, MINH, &[(AN, "wife")]), RELATION_AGE);
    refused(split_off(&w, MINH, &[(AN, "mother")]), RELATION_AGE);
}

#[test]
fn households_merge_within_one_dwelling() {
    let w = World::new();
    let new = split_off(&w, MINH, &[(AN, "child")]).unwrap();
    let into = w.home_elsewhere.household.clone();
    let join = |from: HouseholdId,
                into: HouseholdId,
                relations: &'static [(&'static str, &'static str)]| {
        w.write(move |tx, law| {
            merge(tx, law, &officer(ELSEWHERE), &from, &into, &with(relations), &Source::default())
        })
    };
    let here = w.home_here.household.clone();
    refused(join(new.clone(), here, &[(MINH, "other_relative"), (AN, "child")]), MERGE_ELSEWHERE);
    refused(join(new.clone(), into.clone(), &[(MINH, "husband")]), RELATION_UNKNOWN);
    refused(join(new.clone(), into.clone(), &[(MINH, "head"), (AN, "child")]), RELATION_TAKEN);
    join(new.clone(), into.clone(), &[(MINH, "husband"), (AN, "child")]).unwrap();
    assert_eq!(family(&w, LAN).1.len(), 4);
    let closed = w.store.read(|tx| household::get(tx, &new)).unwrap();
    assert!(closed.closed_on.is_some());
    refused(join(new, into, &[]), HOUSEHOLD_UNKNOWN);
}

#[test]
fn another_member_becomes_head_and_all_relations_follow() {
    let w = World::new();
    let house = w.home_elsewhere.household.clone();
    let change = |head: &'static str, relations: &'static [(&'static str, &'static str)]| {
        let house = house.clone();
        w.write(move |tx, law| {
            change_head(
                tx,
                law,
                &officer(ELSEWHERE),
                &house,
                &pid(head),
                &with(relations),
                &Source::default(),
            )
        })
    };
    refused(change(MINH, &[(LAN, "wife"), (AN, "child")]), MEMBER_UNKNOWN);
    refused(change(AN, &[(LAN, "mother"), (MINH, "father"), (BA, "grandmother")]), HEAD_MINOR);
    change(MINH, &[(LAN, "wife"), (AN, "child"), (BA, "mother_in_law")]).unwrap();
    let (head, members) = family(&w, LAN);
    assert_eq!(head, json!(MINH));
    assert_eq!(members.iter().filter(|m| m.1 == "head").count(), 1);
    assert_eq!(w.own(LAN, &["relation"]).text("relation"), Some("wife"));
    assert_eq!(w.own(BA, &["relation"]).text("relation"), Some("mother_in_law"));
    assert_eq!(w.entries("household.changed").len(), 1);
}

#[test]
fn the_household_of_an_earlier_day_is_still_told() {
    let w = World::new();
    split_off(&w, MINH, &[(AN, "child")]).unwrap();
    let reading = w.write(|tx, law| {
        let (own, known) = (PurposeId::from("own.data"), tx.now());
        crate::read_as_of(
            tx,
            law,
            &citizen(LAN),
            &own,
            &pid(LAN),
            &["household"],
            None,
            day("2026-06-01"),
            known,
        )
    });
    let Reading::Granted(facts) = reading.unwrap() else { panic!("refused") };
    assert_eq!(facts.part("household", "/members").unwrap().as_array().unwrap().len(), 4);
}
