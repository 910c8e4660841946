//! The door: who gets in, who does not, and what each leaves behind.

use crate::errors::*;
use crate::journal::{READ, READ_OWN, READ_REFUSED, SEARCHED};
use crate::tests::*;
use crate::{Reading, cases, read_dwelling, search};
use kernel::{ActingFor, Actor, DossierCode, Level, PurposeId};
use serde_json::{Value as Json, json};

const REGISTER: &str = "residence.temporary.register";

fn name_case(
    w: &World,
    dossier: &'static str,
    place: &'static str,
    purpose: &'static str,
    who: &'static [&'static str],
) {
    w.write(move |tx, _| {
        let people: Vec<_> = who.iter().map(|p| pid(p)).collect();
        cases::open(tx, &DossierCode::from(dossier), place, &PurposeId::from(purpose), &people)
    })
    .unwrap();
}

#[test]
fn a_person_reads_all_of_their_own_record() {
    let w = World::new();
    let facts = w.own(LAN, &w.law.item_ids());
    assert_eq!(facts.0.len(), 26);
    assert_eq!(facts.text("name"), Some("Nguyễn Thị Lan"));
    assert_eq!(facts.part("permanent", "/province"), Some(&json!("01")));
    let text = facts.part("permanent", "/text").unwrap().as_str().unwrap();
    assert_eq!(text, "Số 5, ngõ 7, phố Đội Cấn, phường Ba Đình, thành phố Hà Nội");
    assert_eq!(facts.get("temporary"), Some(&Json::Null));
    let left = w.entries(READ_OWN);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].body["who"], "self");
    // The household's other members are in it too, so they are told.
    assert_eq!(left[0].subjects.len(), 4);
    let of = |p: &str| {
        let i = left[0].subjects.iter().position(|s| *s == pid(p)).unwrap();
        left[0].body["of"][i].as_array().unwrap().len()
    };
    assert_eq!((of(LAN), of(MINH), of(AN)), (26, 1, 1));
}

#[test]
fn only_the_part_asked_for_is_given_and_recorded() {
    let w = World::new();
    let facts = w.own(LAN, &["name", "household.minors"]);
    let house = facts.get("household").unwrap().as_object().unwrap();
    assert_eq!(house.keys().collect::<Vec<_>>(), ["minors"]);
    assert_eq!(house["minors"][0]["pid"], AN);
    assert_eq!(house["minors"][0]["parents"][1]["as"], "mother");
    let left = w.entries(READ_OWN);
    assert_eq!(left[0].subjects, [pid(LAN), pid(AN)]);
}

#[test]
fn the_minors_are_the_persons_own_children_only() {
    let w = World::new();
    // The grandmother lives in the same household; its child is not hers to take along.
    let facts = w.own(BA, &["household"]);
    assert_eq!(facts.part("household", "/minors"), Some(&json!([])));
    assert_eq!(facts.part("household", "/members").unwrap().as_array().unwrap().len(), 4);
}

#[test]
fn nobody_reads_another_persons_record_as_a_citizen() {
    let w = World::new();
    for actor in [citizen(MINH), Actor { person: None, ..citizen(MINH) }] {
        for purpose in ["own.data", REGISTER, "person.find", "investigation"] {
            refused(w.read(&actor, purpose, LAN, &["name"]), ACCESS_REFUSED);
        }
    }
    let left = w.entries(READ_REFUSED);
    assert_eq!(left.len(), 8);
    assert!(left.iter().all(|e| e.subjects == [pid(LAN)]));
    assert_eq!(left[0].body["refused"], "access.refused");
    assert_eq!(w.entries(READ).len() + w.entries(READ_OWN).len(), 0);
}

#[test]
fn purpose_and_items_bind_everybody() {
    let w = World::new();
    refused(w.read(&citizen(LAN), "no.such", LAN, &["name"]), PURPOSE_UNKNOWN);
    refused(w.read(&citizen(LAN), REGISTER, LAN, &["religion"]), ITEM_OUTSIDE_PURPOSE);
    refused(w.read(&citizen(LAN), REGISTER, LAN, &["no_item"]), ITEM_OUTSIDE_PURPOSE);
    refused(w.read(&citizen(LAN), REGISTER, LAN, &[]), ITEM_OUTSIDE_PURPOSE);
    assert_eq!(w.entries(READ_REFUSED).len(), 4);
}

#[test]
fn a_parent_reads_for_a_minor_child_and_for_nobody_else() {
    let w = World::new();
    let acting = |me: &str, of: &str, how: &str| Actor {
        acting_for: Some(ActingFor { person: pid(of), as_: how.into() }),
        ..citizen(me)
    };
    assert!(w.read(&acting(LAN, AN, "parent"), "own.data", AN, &["name"]).is_ok());
    assert!(w.read(&acting(MINH, AN, "parent"), REGISTER, AN, &["name"]).is_ok());
    // A grandmother is no parent; a grown-up son has no guardian; an invented way of acting is none.
    refused(w.read(&acting(BA, AN, "parent"), "own.data", AN, &["name"]), ACCESS_OUTSIDE);
    refused(w.read(&acting(HOA, NAM, "parent"), "own.data", NAM, &["name"]), ACCESS_OUTSIDE);
    refused(w.read(&acting(LAN, AN, "friend"), "own.data", AN, &["name"]), ACCESS_REFUSED);
    refused(w.read(&acting(LAN, AN, "parent"), "own.data", MINH, &["name"]), ACCESS_REFUSED);
    assert_eq!(w.entries(READ)[0].body["who"], "representative");
}

#[test]
fn an_officer_reads_people_of_an_open_dossier_of_the_commune_only() {
    let w = World::new();
    let items = ["name", "birth", "permanent"];
    let read = |who: &Actor, purpose: &str, of: &str| w.read_for(who, purpose, of, &items, "D-1");
    refused(read(&officer(HERE), REGISTER, LAN), ACCESS_OUTSIDE);
    name_case(&w, "D-1", HERE, REGISTER, &[LAN]);
    assert_eq!(read(&officer(HERE), REGISTER, LAN).unwrap().text("name"), Some("Nguyễn Thị Lan"));
    // The next commune, another purpose, another person, no dossier, another post: all refused.
    refused(read(&officer("13597"), REGISTER, LAN), ACCESS_OUTSIDE);
    refused(read(&officer(HERE), "residence.confirm", LAN), ACCESS_OUTSIDE);
    refused(read(&officer(HERE), REGISTER, MINH), ACCESS_OUTSIDE);
    refused(w.read(&officer(HERE), REGISTER, LAN, &items), ACCESS_OUTSIDE);
    refused(read(&in_post(HOA, "province.viewer", "37"), REGISTER, LAN), ACCESS_REFUSED);
    w.write(|tx, _| cases::close(tx, &DossierCode::from("D-1"))).unwrap();
    refused(read(&officer(HERE), REGISTER, LAN), ACCESS_OUTSIDE);
    let left = w.entries(READ);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].place.as_deref(), Some(HERE));
    assert_eq!(left[0].dossier, Some(DossierCode::from("D-1")));
    assert_eq!(w.entries(READ_REFUSED).len(), 7);
}

#[test]
fn numbers_cannot_be_tried_out() {
    let w = World::new();
    let who = officer(HERE);
    let unknown = w.read(&who, "residence.household", "001195123456", &["name"]).unwrap_err();
    let outside = w.read(&who, "residence.household", LAN, &["name"]).unwrap_err();
    assert_eq!(unknown.code().id, outside.code().id);
    // Nobody's number gets no log.
    assert!(w.entries(READ_REFUSED)[0].subjects.is_empty());
    assert!(w.read(&who, "residence.household", HUNG, &["name"]).is_ok());
}

#[test]
fn work_in_a_post_is_never_reading_ones_own_data() {
    let w = World::new();
    let who = in_post(HUNG, "commune-police.officer", HERE);
    refused(w.read(&who, "own.data", HUNG, &["name"]), ACCESS_REFUSED);
}

#[test]
fn the_clerk_reads_the_person_at_the_counter() {
    let w = World::new();
    let mut clerk = in_post(HOA, "one-stop.clerk", HERE);
    refused(w.read(&clerk, REGISTER, LAN, &["name"]), ACCESS_OUTSIDE);
    clerk.acting_for = Some(ActingFor { person: pid(LAN), as_: "counter".into() });
    assert!(w.read(&clerk, REGISTER, LAN, &["name", "contact"]).is_ok());
    refused(w.read(&clerk, REGISTER, MINH, &["name"]), ACCESS_OUTSIDE);
    refused(w.read(&clerk, "own.data", LAN, &["name"]), ACCESS_REFUSED);
}

#[test]
fn the_program_reads_for_a_dossier_under_its_purpose() {
    let w = World::new();
    let program = Actor::system("jobs");
    refused(w.read(&program, REGISTER, LAN, &["name"]), ACCESS_OUTSIDE);
    name_case(&w, "D-2", HERE, REGISTER, &[LAN]);
    assert!(w.read_for(&program, REGISTER, LAN, &["name"], "D-2").is_ok());
    refused(w.read_for(&program, "residence.confirm", LAN, &["name"], "D-2"), ACCESS_OUTSIDE);
    refused(w.read_for(&program, "own.data", LAN, &["name"], "D-2"), ACCESS_REFUSED);
    // The result's letter is made after the dossier closed.
    w.write(|tx, _| cases::close(tx, &DossierCode::from("D-2"))).unwrap();
    assert!(w.read_for(&program, REGISTER, LAN, &["name"], "D-2").is_ok());
}

#[test]
fn a_dwelling_names_owner_and_head_and_they_are_told() {
    let w = World::new();
    let id = w.home_here.dwelling.clone();
    let read = move |w: &World, actor: Actor, items: &'static [&'static str]| {
        let id = id.clone();
        let out = w.write(move |tx, law| {
            read_dwelling(tx, law, &actor, &PurposeId::from(REGISTER), &id, items, None)
        });
        out.unwrap().into_result()
    };
    let facts = read(&w, citizen(LAN), &["owner", "head", "title", "line"]).unwrap();
    assert_eq!(facts.part("owner", "/pid"), Some(&json!(HUNG)));
    assert_eq!(facts.part("head", "/name"), Some(&json!("Trần Văn Hùng")));
    assert_eq!(facts.text("text"), Some("Số 12, thôn 3, xã Trần Thương, tỉnh Ninh Bình"));
    let left = w.entries(READ);
    assert_eq!(left[0].subjects, [pid(HUNG)]);
    assert_eq!(left[0].body["of"], json!([["dwelling.owner", "dwelling.head"]]));
    let weak = Actor { level: Level::One, ..citizen(LAN) };
    refused(read(&w, weak, &["owner"]), ACCESS_OUTSIDE);
    refused(read(&w, citizen(LAN), &["households"]), ACCESS_REFUSED);
    assert!(read(&w, officer(HERE), &["households"]).is_ok());
    refused(read(&w, officer("13597"), &["households"]), ACCESS_OUTSIDE);
}

#[test]
fn a_search_gives_little_and_tells_everybody_found() {
    let w = World::new();
    let find = |actor: Actor, typed: &'static str| {
        w.write(move |tx, law| search(tx, law, &actor, &crate::Query::name(typed)))
            .and_then(Reading::into_result)
    };
    let found = find(officer(HERE), "hung").unwrap();
    assert_eq!(found.hits.len(), 1);
    assert_eq!(found.hits[0].name, "Trần Văn Hùng");
    assert_eq!(found.hits[0].birth_year, "1970");
    assert_eq!(find(officer(HERE), "Trần Hùng").unwrap().hits.len(), 1);
    assert_eq!(find(officer(HERE), "tran van").unwrap().hits.len(), 2);
    assert_eq!(find(officer(HERE), "Hùng Văn Trần").unwrap().hits.len(), 1);
    assert_eq!(find(officer(HERE), "Hưng").unwrap().hits.len(), 0);
    // A person of another commune is not found, not even by the whole number.
    assert_eq!(find(officer(HERE), "Lan").unwrap().hits.len(), 0);
    assert_eq!(find(officer(HERE), LAN).unwrap().hits.len(), 0);
    assert_eq!(find(officer(HERE), HOA).unwrap().hits.len(), 1);
    refused(find(officer(HERE), "h"), SEARCH_SHORT);
    // Neither a citizen nor the viewer may search.
    refused(find(citizen(LAN), "hung"), ACCESS_REFUSED);
    refused(find(in_post(HOA, "province.viewer", "37"), "hung"), ACCESS_REFUSED);
    let told = w.entries(READ).iter().filter(|e| e.subjects.contains(&pid(HUNG))).count();
    assert_eq!(told, 4);
    assert_eq!(w.entries(SEARCHED).len(), 8);
}

#[test]
fn a_refused_reading_stays_a_value_inside_a_transaction() {
    let w = World::new();
    let reading = w
        .write(|tx, law| {
            let own = PurposeId::from("own.data");
            crate::read(tx, law, &citizen(MINH), &own, &pid(LAN), &["name"], None)
        })
        .unwrap();
    assert!(matches!(reading, Reading::Refused(_)));
    assert_eq!(w.entries(READ_REFUSED).len(), 1);
}

#[test]
fn facts_do_not_show_themselves_in_logs() {
    let w = World::new();
    let facts = w.own(LAN, &["name", "birth"]);
    assert_eq!(format!("{facts:?}"), r#"{"name", "birth"}"#);
}

/// An ended dossier closes the register to its officers, not the dossier itself; looking into it stands
/// in the person's log all the same.
#[test]
fn an_ended_dossier_is_looked_at_again_at_its_own_desk_only() {
    let w = World::new();
    name_case(&w, "D-9", HERE, REGISTER, &[LAN]);
    w.write(|tx, _| cases::close(tx, &DossierCode::from("D-9"))).unwrap();
    let look = |actor: Actor, purpose: &'static str, whom: &'static str| {
        let again = w.write(move |tx, law| {
            let purpose = PurposeId::from(purpose);
            cases::look_again(tx, law, &actor, &purpose, &pid(whom), &["name"], &"D-9".into())
        });
        again.unwrap().granted().is_some()
    };
    refused(w.read_for(&officer(HERE), REGISTER, LAN, &["name"], "D-9"), ACCESS_OUTSIDE);
    assert!(look(officer(HERE), REGISTER, LAN));
    assert_eq!(w.entries(READ).last().unwrap().body["what"], "kept");
    assert_eq!(w.entries(READ).last().unwrap().subjects, [pid(LAN)]);
    let before = w.entries(READ).len();
    assert!(!look(officer(ELSEWHERE), REGISTER, LAN));
    assert!(!look(officer(HERE), "investigation", LAN));
    assert!(!look(officer(HERE), REGISTER, MINH));
    assert!(!look(citizen(MINH), REGISTER, LAN));
    assert_eq!((w.entries(READ).len(), w.entries(READ_REFUSED).len()), (before, 5));
}
