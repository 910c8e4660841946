//! The electronic household book.

use crate::errors::*;
use crate::journal::READ;
use crate::model::{Join, Source, Where};
use crate::residence::{TemporaryInput, register_temporary};
use crate::tests::*;
use crate::{Book, Reading, books};
use kernel::{ActingFor, Actor, Result};

fn open(w: &World, actor: Actor, of: &'static str) -> Result<Vec<Book>> {
    w.write(move |tx, law| books(tx, law, &actor, &pid(of))).and_then(Reading::into_result)
}

fn lan_lodges_here(w: &World) {
    let input = TemporaryInput {
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
    };
    w.write(move |tx, law| register_temporary(tx, law, &officer(HERE), &input, &Source::default()))
        .unwrap();
}

#[test]
fn a_member_sees_the_whole_household_and_its_history() {
    let w = World::new();
    lan_lodges_here(&w);
    let book = open(&w, citizen(HUNG), HUNG).unwrap().remove(0);
    assert_eq!(book.head.as_deref(), Some("Trần Văn Hùng"));
    assert_eq!(book.address, "Số 12, thôn 3, xã Trần Thương, tỉnh Ninh Bình");
    let names: Vec<&str> = book.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names[0], "Trần Văn Hùng");
    let lan = book.members.iter().find(|m| m.pid == pid(LAN)).unwrap();
    assert_eq!((lan.residence.as_str(), lan.until.as_deref()), ("temporary", Some("2027-11-23")));
    assert_eq!(book.history[0].what, "joined_temporarily");
    assert_eq!(book.history[0].name.as_deref(), Some("Nguyễn Thị Lan"));
    // Every member named in it is told.
    let left = w.entries(READ).pop().unwrap();
    assert_eq!(left.subjects.len(), 5);
    assert_eq!(left.body["who"], "member");
}

#[test]
fn a_person_with_two_households_has_two_books() {
    let w = World::new();
    lan_lodges_here(&w);
    let books = open(&w, citizen(LAN), LAN).unwrap();
    assert_eq!(books.len(), 2);
    let at_home = books[0].members.iter().find(|m| m.pid == pid(LAN)).unwrap();
    let (place, until) = at_home.staying.clone().unwrap();
    assert_eq!(place, "Số 12, thôn 3, xã Trần Thương, tỉnh Ninh Bình");
    assert_eq!(until.as_deref(), Some("2027-11-23"));
    assert_eq!(books[0].history[0].what, "staying_elsewhere");
    assert_eq!(books[1].members.len(), 5);
}

#[test]
fn the_book_is_for_members_only() {
    let w = World::new();
    refused(open(&w, citizen(LAN), HUNG), ACCESS_REFUSED);
    refused(open(&w, officer(HERE), HUNG), ACCESS_REFUSED);
    refused(open(&w, in_post(HUNG, "commune-police.officer", HERE), HUNG), ACCESS_REFUSED);
    let acting = Actor {
        acting_for: Some(ActingFor { person: pid(HUNG), as_: "parent".into() }),
        ..citizen(LAN)
    };
    refused(open(&w, acting, HUNG), ACCESS_REFUSED);
    refused(open(&w, citizen(LAN), "001195999999"), PERSON_UNKNOWN);
    // The mother opens it for her child: she is a member herself.
    assert_eq!(open(&w, citizen(LAN), AN).unwrap()[0].members.len(), 4);
}

#[test]
fn the_extract_is_in_words() {
    let w = World::new();
    lan_lodges_here(&w);
    let book = open(&w, citizen(HOA), HOA).unwrap().remove(0);
    let extract = book.extract(&w.law);
    assert_eq!(extract["members"][0]["relation"], "Chủ hộ");
    assert_eq!(extract["members"][1]["relation"], "Vợ");
    assert_eq!(extract["household"]["head"], "Trần Văn Hùng");
    assert_eq!(extract["household"]["head_pid"], HUNG);
    assert_eq!(extract["members"].as_array().map(Vec::len), Some(4), "the lodger stands apart");
    assert_eq!(extract["temporary"][0]["name"], "Nguyễn Thị Lan");
    assert_eq!(extract["temporary"][0]["until"], "2027-11-23");
    assert_eq!(extract["book"]["address"], "Số 12, thôn 3, xã Trần Thương, tỉnh Ninh Bình");
    let alone = open(&w, citizen(MINH), MINH).unwrap().remove(0).extract(&w.law);
    assert!(alone["temporary"].is_null());
}
