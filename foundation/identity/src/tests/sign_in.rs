use super::*;
use crate::hash::Phc;
use crate::rules::session::{IDLE_S, LIFE_S};
use crate::rules::throttle::{FREE_TRIES, FREE_TRIES_KNOWN};
use std::sync::Arc;

#[test]
fn one_account_a_person() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let again = NewAccount {
        pid: pid(LAN),
        name: "Người Khác".to_owned(),
        level: Level::Two,
        password: None,
        origin: Origin::Online,
    };
    let r = town.store.write(move |tx| create_account(tx, &Actor::system("x"), &again));
    assert_eq!(code_of(r), "identity.account_exists");
}

#[test]
fn number_and_password_open_a_session_and_the_session_names_the_person() {
    let town = Town::new();
    let account = town.account(LAN, "Phạm Thị Lan", Level::Two);
    let s = town.sign_in(LAN, &browser("203.0.113.7"));
    let (p, unread) = town.identity.present(&s.session_cookie).unwrap().unwrap();
    assert_eq!((p.name.as_str(), p.actor.account, unread), ("Phạm Thị Lan", account, 0));
    assert_eq!(p.actor.person, Some(pid(LAN)));
    assert_eq!((p.actor.level, p.actor.appointment, p.actor.acting_for), (Level::Two, None, None));
    assert_eq!(town.last("identity.signed_in").body["device"], "new");
    assert!(town.identity.present("x").unwrap().is_none());
    let other = format!("{}x", &s.session_cookie[..s.session_cookie.len() - 1]);
    assert!(town.identity.present(&other).unwrap().is_none());
}

#[test]
fn unknown_number_wrong_password_and_no_password_take_the_same_path() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let bare = NewAccount {
        pid: pid(HOA),
        name: "Lê Thị Hoa".to_owned(),
        level: Level::One,
        password: None,
        origin: Origin::Counter,
    };
    town.store.write(move |tx| create_account(tx, &Actor::system("x"), &bare)).unwrap();
    let mut paths = Vec::new();
    for number in [LAN, HOA, "037000000000"] {
        let (hashes, entries) = (town.identity.hasher().computed(), town.journal().len());
        let code = town.refuse(number, &browser("203.0.113.7"));
        paths.push((
            code,
            town.identity.hasher().computed() - hashes,
            town.journal().len() - entries,
            town.journal().pop().unwrap().kind,
        ));
    }
    assert_eq!(paths[0], ("identity.sign_in_wrong", 1, 1, "identity.sign_in_failed".to_owned()));
    assert!(paths.iter().all(|p| *p == paths[0]), "{paths:?}");
    // A number without an account is in no entry at all.
    assert!(town.journal().pop().unwrap().subjects.is_empty());
}

#[test]
fn a_sign_in_rotates_the_session_and_a_stolen_copy_is_dead() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let first = town.sign_in(LAN, &browser("203.0.113.7"));
    let mut same_browser = browser("203.0.113.7");
    same_browser.old_session = Some(first.session_cookie.clone());
    same_browser.device = Some(first.device_cookie.clone());
    assert!(town.alive(&first));
    let second = town.sign_in(LAN, &same_browser);
    assert_ne!(first.session_cookie, second.session_cookie);
    assert!(!town.alive(&first), "the old secret is worth nothing");
    assert!(town.alive(&second));
    assert_eq!(town.last("identity.signed_in").body["device"], "known");
    assert_eq!(first.device_cookie, second.device_cookie);
}

#[test]
fn sign_out_kills_the_cookie_at_once_also_a_copy_just_read() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let s = town.sign_in(LAN, &browser("203.0.113.7"));
    let thief = s.clone();
    let actor = town.actor(&thief); // now it is in the cache
    town.identity.sign_out(&actor).unwrap();
    assert!(!town.alive(&thief));
    assert_eq!(town.kinds_about(LAN).last().unwrap(), "identity.signed_out");
    // Signing out twice is no error and leaves no second entry.
    let n = town.journal().len();
    town.identity.sign_out(&actor).unwrap();
    assert_eq!(town.journal().len(), n);
}

#[test]
fn sessions_end_by_age_and_by_idleness_and_activity_keeps_them() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let s = town.sign_in(LAN, &browser("203.0.113.7"));
    town.pass(IDLE_S - 1);
    assert!(town.alive(&s), "and this notes that it was seen");
    town.pass(IDLE_S - 1);
    assert!(town.alive(&s));
    town.pass(IDLE_S);
    assert!(!town.alive(&s), "idle");
    let s = town.sign_in(LAN, &browser("203.0.113.7"));
    let until = town.now().plus_seconds(LIFE_S);
    while town.now().plus_seconds(3_600) < until {
        town.pass(3_600);
        assert!(town.alive(&s));
    }
    town.pass(3_600);
    assert!(!town.alive(&s), "twelve hours, whatever is done in it");
}

#[test]
fn a_person_sees_and_ends_their_other_sessions() {
    let town = Town::new();
    let account = town.account(LAN, "Phạm Thị Lan", Level::One);
    let (a, b, c) = (
        town.sign_in(LAN, &browser("203.0.113.1")),
        town.sign_in(LAN, &browser("203.0.113.2")),
        town.sign_in(LAN, &browser("203.0.113.3")),
    );
    let list = town.store.read(|tx| sessions_of(tx, &account)).unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(list[0].label, "Chrome · Android");
    let (actor, of_b) = (town.actor(&a), b.session.clone());
    town.identity.change(&account, move |tx| revoke_session(tx, &actor, &of_b)).unwrap();
    assert!(town.alive(&a) && !town.alive(&b) && town.alive(&c));
    let actor = town.actor(&a);
    town.identity.change(&account, move |tx| revoke_other_sessions(tx, &actor)).unwrap();
    assert!(town.alive(&a) && !town.alive(&c));
    // Another person's session cannot be ended by naming it.
    town.account(MINH, "Trần Văn Minh", Level::One);
    let m = town.sign_in(MINH, &browser("203.0.113.9"));
    let (actor, of_m) = (town.actor(&a), m.session.clone());
    town.store.write(move |tx| revoke_session(tx, &actor, &of_m)).unwrap();
    assert!(town.alive(&m));
}

#[test]
fn wrong_tries_slow_the_one_who_makes_them_and_nobody_else() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let home = town.sign_in(LAN, &browser("203.0.113.7"));
    let attacker = browser("198.51.100.66");
    for _ in 0..FREE_TRIES {
        assert_eq!(town.refuse(LAN, &attacker), "identity.sign_in_wrong");
    }
    assert_eq!(town.refuse(LAN, &attacker), "identity.sign_in_wait");
    // Even the right password does not help from there now.
    let r = town.identity.sign_in_password(&pid(LAN), PASSWORD, &attacker);
    assert_eq!(code_of(r), "identity.sign_in_wait");
    // The owner, on the known device, behind the attacker's own address even, and on a new device.
    let known = Browser { device: Some(home.device_cookie.clone()), ..attacker.clone() };
    assert!(town.identity.sign_in_password(&pid(LAN), PASSWORD, &known).is_ok());
    assert!(town.identity.sign_in_password(&pid(LAN), PASSWORD, &browser("203.0.113.8")).is_ok());
    // And the attacker may go on after the wait, ever more slowly.
    town.pass(30);
    assert_eq!(town.refuse(LAN, &attacker), "identity.sign_in_wrong");
    town.pass(30);
    assert_eq!(town.refuse(LAN, &attacker), "identity.sign_in_wait");
    town.pass(30);
    assert_eq!(town.refuse(LAN, &attacker), "identity.sign_in_wrong");
}

#[test]
fn a_thousand_attackers_do_not_lock_the_owner_out() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let home = town.sign_in(LAN, &browser("203.0.113.7"));
    // Sixty addresses with one wrong try each; the counting is what matters here, not the hash.
    for i in 0..60 {
        let (from, number) = (browser(&format!("198.51.100.{i}")), pid(LAN));
        town.store.write(move |tx| commands::signin::begin(tx, &number, &from).map(drop)).unwrap();
    }
    // Under attack a new address has one try at once …
    let cafe = browser("192.0.2.1");
    assert_eq!(town.refuse(LAN, &cafe), "identity.sign_in_wrong");
    assert_eq!(town.refuse(LAN, &cafe), "identity.sign_in_wait");
    // … so the owner who types it right gets in from anywhere, and is not slowed at home.
    assert!(town.identity.sign_in_password(&pid(LAN), PASSWORD, &browser("192.0.2.2")).is_ok());
    let known = Browser { device: Some(home.device_cookie), ..browser("198.51.100.1") };
    for _ in 0..3 {
        assert_eq!(town.refuse(LAN, &known), "identity.sign_in_wrong");
    }
    assert!(town.identity.sign_in_password(&pid(LAN), PASSWORD, &known).is_ok());
}

#[test]
fn a_stolen_device_guesses_no_faster() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let home = town.sign_in(LAN, &browser("203.0.113.7"));
    let known = Browser { device: Some(home.device_cookie), ..browser("203.0.113.7") };
    for _ in 0..FREE_TRIES_KNOWN {
        assert_eq!(town.refuse(LAN, &known), "identity.sign_in_wrong");
    }
    assert_eq!(town.refuse(LAN, &known), "identity.sign_in_wait");
}

#[test]
fn tries_sent_at_the_same_moment_all_count() {
    let town = Arc::new(Town::new());
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let threads: Vec<_> = (0..12)
        .map(|_| {
            let town = town.clone();
            std::thread::spawn(move || town.refuse(LAN, &browser("198.51.100.66")))
        })
        .collect();
    let codes: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    let free = codes.iter().filter(|c| **c == "identity.sign_in_wrong").count();
    assert_eq!(free, usize::try_from(FREE_TRIES).unwrap(), "{codes:?}");
}

#[test]
fn a_try_that_met_a_full_queue_does_not_count() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let (from, number) = (browser("198.51.100.66"), pid(LAN));
    for _ in 0..20 {
        let (from, number) = (from.clone(), number.clone());
        town.store
            .write(move |tx| {
                let t = commands::signin::begin(tx, &number, &from)?;
                commands::signin::cancel(tx, &t)
            })
            .unwrap();
    }
    assert!(town.identity.sign_in_password(&number, PASSWORD, &from).is_ok());
}

#[test]
fn an_old_hash_is_renewed_at_sign_in() {
    let town = Town::new();
    // "password" under weaker parameters, from the reference implementation's test.
    let old =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let new = NewAccount {
        pid: pid(LAN),
        name: "Phạm Thị Lan".to_owned(),
        level: Level::One,
        password: Some(Phc::stored(old.to_owned())),
        origin: Origin::Import,
    };
    town.store.write(move |tx| create_account(tx, &Actor::system("import"), &new)).unwrap();
    let stored = || {
        let a = town.identity.account_of(&pid(LAN)).unwrap().unwrap();
        a.password.unwrap().as_str().to_owned()
    };
    let b = browser("203.0.113.7");
    town.identity.sign_in_password(&pid(LAN), "password", &b).unwrap();
    let renewed = stored();
    assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "renewed");
    town.identity.sign_in_password(&pid(LAN), "password", &b).unwrap();
    assert_eq!(stored(), renewed, "and not again");
}

#[test]
fn a_new_password_ends_the_other_sessions_and_the_old_one_is_asked_for() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let b = browser("203.0.113.7");
    let (here, there) = (town.sign_in(LAN, &b), town.sign_in(LAN, &browser("203.0.113.9")));
    let actor = town.actor(&here);
    let change = |old: &str, new: &str| town.identity.change_password(&actor, old, new, &b);
    assert_eq!(
        code_of(change("không phải", "chiều lan nở bên sông")),
        "identity.password_old_wrong"
    );
    assert_eq!(code_of(change(PASSWORD, "ngắn")), "identity.password_short");
    assert!(town.alive(&there));
    change(PASSWORD, "chiều lan nở bên sông").unwrap();
    assert!(town.alive(&here) && !town.alive(&there));
    assert_eq!(town.refuse(LAN, &b), "identity.sign_in_wrong");
    let r = town.identity.sign_in_password(&pid(LAN), PASSWORD, &b);
    assert_eq!(code_of(r), "identity.sign_in_wrong");
    assert!(town.identity.sign_in_password(&pid(LAN), "chiều lan nở bên sông", &b).is_ok());
    assert!(town.kinds_about(LAN).contains(&"identity.password_changed".to_owned()));
}

#[test]
fn a_forgotten_device_is_a_stranger_again() {
    let town = Town::new();
    let account = town.account(LAN, "Phạm Thị Lan", Level::One);
    let s = town.sign_in(LAN, &browser("203.0.113.7"));
    town.pass(1);
    let other = town.sign_in(LAN, &browser("203.0.113.9"));
    let devices = town.store.read(|tx| queries::devices_of(tx, &account)).unwrap();
    assert_eq!(devices.len(), 2);
    let (actor, id) = (town.actor(&other), devices[1].id.clone());
    town.identity.change(&account, move |tx| forget_device(tx, &actor, &id)).unwrap();
    assert!(!town.alive(&s), "its sessions end");
    let with_cookie = Browser { device: Some(s.device_cookie), ..browser("203.0.113.7") };
    town.sign_in(LAN, &with_cookie);
    assert_eq!(town.last("identity.signed_in").body["device"], "new");
}

#[test]
fn a_closed_account_signs_in_no_more() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let s = town.sign_in(LAN, &browser("203.0.113.7"));
    town.identity
        .change_many(|tx| close_account(tx, &Actor::system("registers"), &pid(LAN), "death"))
        .unwrap();
    assert!(!town.alive(&s));
    let r = town.identity.sign_in_password(&pid(LAN), PASSWORD, &browser("203.0.113.7"));
    assert_eq!(code_of(r), "identity.sign_in_wrong", "as if it had never been");
}

#[test]
fn registration_says_only_that_something_does_not_agree() {
    let town = Town::new();
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
    let phc = town.identity.new_password(PASSWORD, &pid(LAN), "").unwrap();
    let law = town.law.clone();
    let store = town.store.clone();
    let register = move |name: &str, birth: Date, facts: Option<PersonFacts>| {
        let typed = Registration { pid: pid(LAN), name: name.to_owned(), birth };
        let (law, phc) = (law.clone(), phc.clone());
        store.write(move |tx| commands::accounts::register(tx, &law, &typed, facts.as_ref(), &phc))
    };
    let born = date(1998, 5, 4);
    let dead = PersonFacts { dead: true, ..facts.clone() };
    for (name, birth, facts) in [
        ("Phạm Thị Lan", date(1998, 5, 5), Some(facts.clone())),
        ("Phạm Thị Liên", born, Some(facts.clone())),
        ("Phạm Thị Lan", born, None),
        ("Phạm Thị Lan", born, Some(dead)),
    ] {
        assert_eq!(code_of(register(name, birth, facts)), "identity.not_matched");
    }
    let child = PersonFacts { birth: date(2013, 1, 1), birth_text: "2013".into(), ..facts.clone() };
    let r = register("Phạm Thị Lan", date(2013, 1, 1), Some(child));
    assert_eq!(code_of(r), "identity.needs_guardian");
    register("PHAM THI LAN", born, Some(facts.clone())).expect("marks and capitals do not matter");
    let a = town.identity.account_of(&pid(LAN)).unwrap().unwrap();
    assert_eq!((a.level, a.name.as_str()), (Level::One, "Phạm Thị Lan"), "the register's spelling");
    let again = register("Phạm Thị Lan", born, Some(facts));
    assert_eq!(code_of(again), "identity.account_exists");
}

#[test]
fn what_has_expired_is_swept() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let s = town.sign_in(LAN, &browser("203.0.113.7"));
    town.refuse(LAN, &browser("198.51.100.66"));
    town.identity.passkey_sign_in_begin().unwrap();
    assert_eq!(town.store.write(sweep).unwrap(), 0, "nothing has expired yet");
    assert!(town.alive(&s));
    town.pass(2 * 86_400);
    assert_eq!(town.store.write(sweep).unwrap(), 3, "a session, a ceremony, the tries");
}
