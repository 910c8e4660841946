//! With real registers behind the door.

use super::*;
use crate::rules::acting::Confirmation;
use crate::rules::ages::Presence;
use ::registers::population::{self, NewPerson};
use ::registers::{Source as RegisterSource, journal as of_registers};
use serde_json::{Map, Value as Json, json};

pub const CHILD: &str = "037215004321";
const SEEN: Presence = Presence { card: true, biometrics: true, consent: true };
const NEW: &str = "chiều lan nở bên sông";

pub struct Village {
    pub town: Town,
}

impl Village {
    /// Lan (28), her child (11), Minh (41, another family), Hoa whose card has expired.
    pub fn new() -> Self {
        let v = Self { town: Town::new() };
        let card = |until: &str| json!({"issued": "2021-07-01", "by": "C06", "expires": until});
        v.person(LAN, "Phạm Thị Lan", "1998-05-04", card("2038-05-04"), json!({}));
        v.person(MINH, "Trần Văn Minh", "1985-02-01", card("2040-01-01"), json!({}));
        v.person(HOA, "Lê Thị Hoa", "1990", card("2026-11-22"), json!({}));
        let family = json!({"father": null, "mother": {"pid": LAN, "name": "Phạm Thị Lan", "nationality": "VN"}});
        v.person(CHILD, "Trần Gia Bảo", "2015-05-05", card("2029-05-05"), family);
        v
    }
    fn person(&self, number: &str, name: &str, birth: &str, card: Json, relatives: Json) {
        let mut items = Map::new();
        for (k, value) in [
            ("name", json!(name)),
            ("birth", json!(birth)),
            ("sex", json!("female")),
            ("card", card),
            ("relatives", relatives),
        ] {
            items.insert(k.to_owned(), value);
        }
        let new = NewPerson { pid: pid(number), items };
        self.town
            .store
            .write(move |tx| {
                population::register(tx, &Actor::system("test"), &new, &RegisterSource::default())
                    .map(drop)
            })
            .unwrap();
    }
    fn register(
        &self,
        number: &str,
        name: &str,
        birth: Date,
        from: &str,
    ) -> Result<SignedIn, Error> {
        let typed = Registration { pid: pid(number), name: name.to_owned(), birth };
        self.town.identity.register(&typed, PASSWORD, &browser(from))
    }
    fn officer(&self) -> Actor {
        let (_, a) =
            self.town.officer("037070009999", "Đỗ Văn Khang", "commune-police.officer", "CA.13594");
        a
    }
    fn reads_of(&self, number: &str) -> Vec<Recorded> {
        let all = self.town.journal().into_iter();
        all.filter(|r| r.kind.starts_with("data.read") && r.subjects.contains(&pid(number)))
            .collect()
    }
}

#[test]
fn a_person_registers_with_number_name_and_birth_and_is_signed_in() {
    let v = Village::new();
    let s = v.register(LAN, "phạm thị lan", date(1998, 5, 4), "203.0.113.7").unwrap();
    let actor = v.town.actor(&s);
    assert_eq!((actor.person, actor.level), (Some(pid(LAN)), Level::One));
    let reads = v.reads_of(LAN);
    assert_eq!(reads.len(), 1, "Lan sees that her record was opened for it");
    assert_eq!(reads[0].purpose.as_ref().unwrap().as_str(), "eid.account");
    assert_eq!(reads[0].body["items"], json!(["name", "birth", "death"]));
    // Only the year is known of Hoa: any day of it is right.
    v.register(HOA, "Lê Thị Hoa", date(1990, 6, 30), "203.0.113.8").unwrap();
}

#[test]
fn what_does_not_agree_is_refused_in_one_way_recorded_and_counted() {
    let v = Village::new();
    let from = "198.51.100.66";
    let born = date(1998, 5, 4);
    for (number, name, birth) in [
        (LAN, "Phạm Thị Liên", born),
        (LAN, "Phạm Thị Lan", date(1998, 4, 5)),
        ("037198000000", "Phạm Thị Lan", born),
    ] {
        assert_eq!(code_of(v.register(number, name, birth, from)), "identity.not_matched");
    }
    assert_eq!(v.reads_of(LAN).len(), 2, "Lan's log shows the attempts");
    for _ in 0..3 {
        v.register(LAN, "x y", born, from).unwrap_err();
    }
    assert_eq!(code_of(v.register(LAN, "x y", born, from)), "identity.sign_in_wait");
    let r = v.register(CHILD, "Trần Gia Bảo", date(2015, 5, 5), "203.0.113.9");
    assert_eq!(code_of(r), "identity.needs_guardian");
}

#[test]
fn level_two_through_the_door() {
    let v = Village::new();
    let officer = v.officer();
    let facts = v.town.identity.see_person(&officer, &pid(LAN)).unwrap();
    assert_eq!((facts.name.as_str(), facts.card_valid), ("Phạm Thị Lan", Some(true)));
    let read = v.reads_of(LAN).pop().unwrap();
    assert_eq!(read.actor.account, officer.account, "the officer reads, not the program");
    assert_eq!(read.place.as_deref(), Some("13594"));
    let issued = v.town.identity.grant_level2(&officer, &pid(LAN), SEEN, None).unwrap();
    let s = v.town.identity.recover(&pid(LAN), &issued.code, NEW, &browser("203.0.113.7")).unwrap();
    assert_eq!(v.town.actor(&s).level, Level::Two);
    let r = v.town.identity.grant_level2(&officer, &pid(HOA), SEEN, None);
    assert_eq!(code_of(r), "identity.card_needed", "expired yesterday");
    let r = v.town.identity.see_person(&officer, &pid("037198000000"));
    assert_eq!(code_of(r), "identity.not_matched");
}

#[test]
fn a_child_has_level_two_with_a_parent_who_has_it() {
    let v = Village::new();
    let officer = v.officer();
    let grant = |guardian: Option<&str>| {
        let guardian = guardian.map(pid);
        v.town.identity.grant_level2(&officer, &pid(CHILD), SEEN, guardian.as_ref())
    };
    assert_eq!(code_of(grant(None)), "identity.needs_guardian");
    assert_eq!(code_of(grant(Some(LAN))), "identity.guardian_wrong", "no account yet");
    v.town.account(LAN, "Phạm Thị Lan", Level::Two);
    v.town.account(MINH, "Trần Văn Minh", Level::Two);
    assert_eq!(code_of(grant(Some(MINH))), "identity.guardian_wrong", "not of this family");
    assert!(v.reads_of(MINH).is_empty(), "and his record was not opened");
    grant(Some(LAN)).unwrap();
    assert_eq!(v.town.last("identity.level_raised").body["guardian"], true);
}

#[test]
fn whoever_is_not_at_the_police_counter_sees_nobody() {
    let v = Village::new();
    let (_, clerk) = v.town.officer(MINH, "Trần Văn Minh", "one-stop.clerk", "HCC.13594");
    let r = v.town.identity.see_person(&clerk, &pid(LAN));
    assert_eq!(code_of(r), "access.not_allowed");
    let own = v.officer();
    let r = v.town.identity.see_person(&own, own.person.as_ref().unwrap());
    assert_eq!(code_of(r), "identity.not_for_oneself");
    assert!(v.reads_of(LAN).is_empty());
}

#[test]
fn a_mother_acts_for_her_child_by_the_register() {
    let v = Village::new();
    v.town.account(LAN, "Phạm Thị Lan", Level::Two);
    v.town.account(MINH, "Trần Văn Minh", Level::Two);
    let lan = v.town.sign_in(LAN, &browser("203.0.113.7"));
    let act = |s: &SignedIn| {
        v.town.identity.act_for_family(&v.town.actor(s), &pid(CHILD), PURPOSE_SERVICES)
    };
    act(&lan).unwrap();
    assert_eq!(v.town.actor(&lan).acting_for.unwrap().person, pid(CHILD));
    // Her rights through the door follow at once: her child's own data.
    let (actor, law) = (v.town.actor(&lan), super::registers());
    let read = v.town.store.write(move |tx| {
        let purpose = kernel::PurposeId::new("own.data");
        ::registers::read(tx, &law, &actor, &purpose, &pid(CHILD), &["name"], None)
    });
    assert!(read.unwrap().granted().is_some());
    let minh = v.town.sign_in(MINH, &browser("203.0.113.8"));
    assert_eq!(code_of(act(&minh)), "identity.acting_not_family");
}

#[test]
fn level_one_opens_nobodys_record_for_acting() {
    let v = Village::new();
    v.town.account(LAN, "Phạm Thị Lan", Level::One);
    let lan = v.town.actor(&v.town.sign_in(LAN, &browser("203.0.113.7")));
    let r = v.town.identity.act_for_family(&lan, &pid(CHILD), PURPOSE_SERVICES);
    assert_eq!(code_of(r), "identity.level2_needed");
    assert!(v.reads_of(CHILD).is_empty());
}

#[test]
fn a_wrong_code_at_the_counter_is_an_error_at_the_field() {
    let v = Village::new();
    v.town.account(LAN, "Phạm Thị Lan", Level::Two);
    let (_, clerk) = v.town.officer(HOA, "Lê Thị Hoa", "one-stop.clerk", "HCC.13594");
    let act = |c: Confirmation| {
        let from = browser("198.51.100.1");
        v.town.identity.act_at_counter(&clerk, &pid(LAN), PURPOSE_SERVICES, &c, &from)
    };
    let e = act(Confirmation::Code("AAAA-BBBB-CCCC".into())).unwrap_err();
    assert_eq!(
        (e.code().id, e.field_errors()[0].field.as_str()),
        ("identity.acting_unconfirmed", "otp")
    );
    act(Confirmation::Presence { card: true, agreed: true }).unwrap();
}

#[test]
fn the_register_tells_of_deaths_and_new_names() {
    let v = Village::new();
    v.town.account(LAN, "Phạm Thị Lan", Level::Two);
    v.town.account(MINH, "Trần Văn Minh", Level::Two);
    let minh = v.town.sign_in(MINH, &browser("203.0.113.8"));
    let mut news = RegisterNews::new(super::registers());
    let law = super::registers();
    v.town
        .store
        .write(move |tx| {
            let (system, source) = (Actor::system("test"), RegisterSource::default());
            let today = tx.now().date();
            let name = json!("Phạm Ngọc Lan");
            population::amend(tx, &law, &system, &pid(LAN), "name", name, today, &source)?;
            population::record_death(tx, &system, &pid(MINH), today, "dead", &source)
        })
        .unwrap();
    assert_eq!(v.town.last("person.died").kind, of_registers::PERSON_DIED);
    v.town.store.catch_up(&mut news).unwrap();
    let account = |n: &str| v.town.identity.account_of(&pid(n)).unwrap().unwrap();
    assert_eq!(account(LAN).name, "Phạm Ngọc Lan");
    assert!(account(MINH).closed);
    v.town.pass(1);
    assert!(!v.town.alive(&minh));
    assert!(v.town.kinds_about(MINH).contains(&"identity.account_closed".to_owned()));
}
