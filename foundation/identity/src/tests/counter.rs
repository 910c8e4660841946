use super::*;
use crate::rules::ages::Presence;

const SEEN: Presence = Presence { card: true, biometrics: true, consent: true };

fn lan() -> PersonFacts {
    PersonFacts {
        pid: pid(LAN),
        name: "Phạm Thị Lan".to_owned(),
        birth: date(1998, 5, 4),
        birth_text: "1998-05-04".to_owned(),
        dead: false,
        card_valid: Some(true),
        parents: Vec::new(),
        guardians: Vec::new(),
    }
}

fn grant(town: &Town, officer: &Actor, facts: PersonFacts) -> Result<Issued, Error> {
    let (law, officer) = (town.law.clone(), officer.clone());
    town.identity.change_many(move |tx| grant_level2(tx, &law, &officer, &facts, SEEN, None))
}

#[test]
fn level_two_is_granted_in_person_and_shuts_every_earlier_way_in() {
    let town = Town::new();
    let (_, officer) = town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    // Somebody registered Lan online; perhaps it was not Lan.
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let impostor = town.sign_in(LAN, &browser("198.51.100.66"));
    let issued = grant(&town, &officer, lan()).unwrap();
    assert!(!town.alive(&impostor), "rotated at level-up");
    let r = town.identity.sign_in_password(&pid(LAN), PASSWORD, &browser("198.51.100.66"));
    assert_eq!(code_of(r), "identity.sign_in_wrong", "the old password is gone");
    let e = town.last("identity.level_raised");
    assert_eq!((e.place.as_deref(), e.body["agency"].as_str()), (Some("13594"), Some("CA.13594")));
    assert_eq!((e.body["from"].as_i64(), e.body["to"].as_i64()), (Some(1), Some(2)));
    assert!(!e.body.to_string().contains(issued.code.as_str()));
    // Lan, with the code from the counter:
    let b = browser("203.0.113.7");
    let s = town.identity.recover(&pid(LAN), &issued.code, "chiều lan nở bên sông", &b).unwrap();
    assert_eq!(town.actor(&s).level, Level::Two);
    assert!(town.identity.sign_in_password(&pid(LAN), "chiều lan nở bên sông", &b).is_ok());
    assert_eq!(code_of(grant(&town, &officer, lan())), "identity.level_already");
}

#[test]
fn level_two_opens_an_account_for_a_person_without_one() {
    let town = Town::new();
    let (_, officer) = town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    grant(&town, &officer, lan()).unwrap();
    let a = town.identity.account_of(&pid(LAN)).unwrap().unwrap();
    assert_eq!((a.level, a.has_password()), (Level::Two, false));
    assert_eq!(
        town.kinds_about(LAN),
        ["identity.account_created", "identity.level_raised", "identity.recovery_issued"]
    );
}

#[test]
fn only_the_police_grant_level_two_and_nobody_to_themself() {
    let town = Town::new();
    let (_, clerk) = town.officer(HOA, "Lê Thị Hoa", "one-stop.clerk", "HCC.13594");
    assert_eq!(code_of(grant(&town, &clerk, lan())), "access.not_allowed");
    let (_, officer) = town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    let citizen = Actor { appointment: None, ..officer.clone() };
    assert_eq!(code_of(grant(&town, &citizen, lan())), "access.not_allowed");
    let own = PersonFacts { pid: pid(MINH), ..lan() };
    assert_eq!(code_of(grant(&town, &officer, own)), "identity.not_for_oneself");
    let dead = PersonFacts { dead: true, ..lan() };
    assert_eq!(code_of(grant(&town, &officer, dead)), "identity.not_matched");
    let small = PersonFacts { birth: date(2021, 1, 1), ..lan() };
    assert_eq!(code_of(grant(&town, &officer, small)), "identity.level_too_young");
}

struct Counter {
    town: Town,
    clerk: Actor,
}

impl Counter {
    fn new() -> Self {
        let town = Town::new();
        let (_, clerk) = town.officer(HOA, "Lê Thị Hoa", "one-stop.clerk", "HCC.13594");
        town.account(LAN, "Phạm Thị Lan", Level::Two);
        Self { town, clerk }
    }
    fn issue(&self, card: bool) -> Result<Issued, Error> {
        let (law, clerk) = (self.town.law.clone(), self.clerk.clone());
        self.town.store.write(move |tx| issue_recovery(tx, &law, &clerk, &pid(LAN), card))
    }
    fn recover(&self, code: &str, new: &str, from: &str) -> Result<SignedIn, Error> {
        self.town.identity.recover(&pid(LAN), code, new, &browser(from))
    }
}

const NEW: &str = "chiều lan nở bên sông";

#[test]
fn a_recovery_code_works_once_and_forces_a_new_password() {
    let c = Counter::new();
    let lost_phone = c.town.sign_in(LAN, &browser("203.0.113.7"));
    assert_eq!(code_of(c.issue(false)), "identity.presence_incomplete");
    let issued = c.issue(true).unwrap();
    assert_eq!(issued.code.len(), 14);
    assert!(c.town.alive(&lost_phone), "until the code is used nothing changes");
    assert_eq!(
        code_of(c.recover(&issued.code, "12345678", "203.0.113.9")),
        "identity.password_common"
    );
    let typed = issued.code.to_lowercase().replace('-', " ");
    let s = c.recover(&typed, NEW, "203.0.113.9").expect("forgiving about how it is typed");
    assert!(c.town.alive(&s) && !c.town.alive(&lost_phone));
    let again = c.recover(&issued.code, NEW, "203.0.113.9");
    assert_eq!(code_of(again), "identity.code_wrong", "single use");
    assert_eq!(c.town.refuse(LAN, &browser("203.0.113.9")), "identity.sign_in_wrong");
    let e = c.town.last("identity.recovered");
    assert_eq!(
        (e.body["use"].as_str(), e.body["sessions_ended"].as_i64()),
        (Some("recover"), Some(1))
    );
    assert_eq!(e.subjects, [pid(LAN)]);
    let e = c.town.last("identity.recovery_issued");
    assert_eq!(e.actor.account, c.clerk.account, "who issued it is on record");
}

#[test]
fn a_recovery_code_dies_with_its_time_and_when_another_is_issued() {
    let c = Counter::new();
    let first = c.issue(true).unwrap();
    let second = c.issue(true).unwrap();
    assert_eq!(code_of(c.recover(&first.code, NEW, "203.0.113.9")), "identity.code_wrong");
    c.town.pass(c.town.law.recover_s);
    assert_eq!(code_of(c.recover(&second.code, NEW, "203.0.113.9")), "identity.code_wrong");
}

#[test]
fn guessing_codes_is_slowed_and_does_not_burn_the_right_one() {
    let c = Counter::new();
    let issued = c.issue(true).unwrap();
    for _ in 0..5 {
        let r = c.recover("AAAA-BBBB-CCCC", NEW, "198.51.100.66");
        assert_eq!(code_of(r), "identity.code_wrong");
    }
    let r = c.recover("AAAA-BBBB-CCCC", NEW, "198.51.100.66");
    assert_eq!(code_of(r), "identity.sign_in_wait");
    assert!(c.recover(&issued.code, NEW, "203.0.113.9").is_ok());
}

#[test]
fn unknown_numbers_get_the_same_answer_for_the_same_work() {
    let c = Counter::new();
    let tried = |number: &str| {
        let before = c.town.identity.hasher().computed();
        let r = c.town.identity.recover(&pid(number), "AAAA-BBBB-CCCC", NEW, &browser("192.0.2.1"));
        (code_of(r), c.town.identity.hasher().computed() - before)
    };
    assert_eq!(tried(LAN), ("identity.code_wrong", 1));
    assert_eq!(tried("037000000000"), ("identity.code_wrong", 1));
}

#[test]
fn a_password_made_of_the_own_name_is_found_out_and_the_code_stays_good() {
    let c = Counter::new();
    let issued = c.issue(true).unwrap();
    let r = c.recover(&issued.code, "phamthilan98", "203.0.113.9");
    assert_eq!(code_of(r), "identity.password_own");
    assert!(c.recover(&issued.code, NEW, "203.0.113.9").is_ok());
}

#[test]
fn nobody_recovers_their_own_account_at_their_own_counter() {
    let c = Counter::new();
    let (law, clerk) = (c.town.law.clone(), c.clerk.clone());
    let r = c.town.store.write(move |tx| issue_recovery(tx, &law, &clerk, &pid(HOA), true));
    assert_eq!(code_of(r), "identity.not_for_oneself");
}

#[test]
fn the_account_of_a_person_in_a_post_is_given_back_by_the_police_only() {
    let c = Counter::new();
    let lan = c.town.identity.account_of(&pid(LAN)).unwrap().unwrap().id;
    c.town.appoint(&lan, "operator", "UBND.37");
    assert_eq!(code_of(c.issue(true)), "identity.staff_recovery");
    let (_, officer) = c.town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    let law = c.town.law.clone();
    c.town.store.write(move |tx| issue_recovery(tx, &law, &officer, &pid(LAN), true)).unwrap();
}
