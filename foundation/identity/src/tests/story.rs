//! One story through every table, on both engines.

use super::authenticator::Authenticator;
use super::*;
use crate::rules::acting::{Confirmation, Family};
use crate::rules::ages::Presence;

const NEW: &str = "chiều lan nở bên sông";
const CHILD: &str = "037215004321";

#[test]
fn on_sqlite() {
    story(&Town::new());
}

#[test]
fn on_postgresql() {
    story(&Town::on(&store::testing::postgres()));
}

fn story(town: &Town) {
    let id = &town.identity;
    // Signing in, wrong and right, and being known again.
    let lan = town.account(LAN, "Phạm Thị Lan", Level::One);
    let phone = browser("203.0.113.7");
    for _ in 0..5 {
        assert_eq!(town.refuse(LAN, &browser("198.51.100.66")), "identity.sign_in_wrong");
    }
    assert_eq!(town.refuse(LAN, &browser("198.51.100.66")), "identity.sign_in_wait");
    let first = town.sign_in(LAN, &phone);
    let known = Browser {
        device: Some(first.device_cookie.clone()),
        old_session: Some(first.session_cookie.clone()),
        ..phone
    };
    let second = town.sign_in(LAN, &known);
    assert!(!town.alive(&first) && town.alive(&second));

    // A passkey.
    let me = town.actor(&second);
    let mut device = Authenticator::new();
    let begun = id.passkey_add_begin(&me).unwrap();
    let answer = device.create(&begun["options"]);
    let name = begun["ceremony"].as_str().unwrap();
    id.passkey_add_finish(&me, name, &answer, "Điện thoại").unwrap();
    let begun = id.passkey_sign_in_begin().unwrap();
    let answer = device.get(&begun["options"]);
    let by_key =
        id.passkey_sign_in_finish(begun["ceremony"].as_str().unwrap(), &answer, &known).unwrap();
    assert!(town.alive(&by_key));

    // A post: appointed, worked in, searched for, ended.
    let (s, officer) = town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    let filter = StaffFilter { text: "tran van".into(), ended: true, ..StaffFilter::default() };
    let found = town.store.read(|tx| people_and_appointments(tx, &filter, 0)).unwrap();
    assert_eq!(found.rows.len(), 1);
    let held = |place| {
        town.store.read(|tx| holders(tx, &"commune-police.officer".into(), place)).unwrap().len()
    };
    assert_eq!((held("13594"), held("13600")), (1, 0));

    // Level 2 in person, the code used once.
    let facts = PersonFacts {
        pid: pid(LAN),
        name: "Phạm Thị Lan".to_owned(),
        birth: date(1998, 5, 4),
        birth_text: "1998-05-04".to_owned(),
        dead: false,
        card_valid: Some(true),
        parents: Vec::new(),
        guardians: Vec::new(),
    };
    let seen = Presence { card: true, biometrics: true, consent: true };
    let (law, by) = (town.law.clone(), officer.clone());
    let issued = id.change_many(move |tx| grant_level2(tx, &law, &by, &facts, seen, None)).unwrap();
    assert!(!town.alive(&by_key));
    let s2 = id.recover(&pid(LAN), &issued.code, NEW, &browser("203.0.113.7")).unwrap();
    let again = id.recover(&pid(LAN), &issued.code, NEW, &browser("203.0.113.7"));
    assert_eq!(code_of(again), "identity.code_wrong");
    assert_eq!(town.actor(&s2).level, Level::Two);

    // Acting for a child, and a clerk for Lan.
    let mother = Family { child: true, represents: false, birth: date(2015, 5, 5) };
    let (law, me) = (town.law.clone(), town.actor(&s2));
    id.change(&lan, move |tx| {
        let child = pid(CHILD);
        act_for_family(tx, &law, &me, (&child, "Trần Gia Bảo"), mother, PURPOSE_SERVICES)
    })
    .unwrap();
    assert_eq!(town.actor(&s2).acting_for.unwrap().person, pid(CHILD));
    let (_, clerk) = town.officer(HOA, "Lê Thị Hoa", "one-stop.clerk", "HCC.13594");
    let (law, me) = (town.law.clone(), town.actor(&s2));
    let code = town.store.write(move |tx| let_counter_act(tx, &law, &me, "1.004194")).unwrap();
    let confirmed = Confirmation::Code(code.code.to_string());
    let from = browser("198.51.100.1");
    id.act_at_counter(&clerk, &pid(LAN), PURPOSE_SERVICES, &confirmed, &from).unwrap();
    let acting = town.store.read(|tx| queries::acting_for(tx, &pid(LAN))).unwrap();
    assert_eq!(acting[0].purpose, "1.004194");

    // The end of the appointment, of the account, of everything expired.
    let (law, post) = (town.law.clone(), working(&officer).id.clone());
    let today = town.today();
    id.change_many(move |tx| end_appointment(tx, &law, &Actor::system("demo"), &post, today))
        .unwrap();
    assert_eq!(town.actor(&s).appointment, None);
    id.change_many(|tx| close_account(tx, &Actor::system("registers"), &pid(MINH), "death"))
        .unwrap();
    assert!(!town.alive(&s));
    assert!(id.sign_out(&town.actor(&s2)).is_ok() && !town.alive(&s2));
    town.pass(3 * 86_400);
    assert!(town.store.write(sweep).unwrap() > 0);
    assert_eq!(town.store.write(sweep).unwrap(), 0);

    let kinds = town.kinds_about(LAN);
    for kind in ["identity.passkey_added", "identity.level_raised", "identity.recovered"] {
        assert_eq!(kinds.iter().filter(|k| *k == kind).count(), 1, "{kind}");
    }
}
