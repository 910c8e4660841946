use super::*;
use crate::rules::acting::{Confirmation, Family};

const CHILD: &str = "037215004321";

struct Case {
    town: Town,
    s: SignedIn,
    parent: Actor,
}

impl Case {
    fn new() -> Self {
        let town = Town::new();
        town.account(LAN, "Phạm Thị Lan", Level::Two);
        let s = town.sign_in(LAN, &browser("203.0.113.7"));
        let parent = town.actor(&s);
        Self { town, s, parent }
    }
    fn act(&self, family: Family, purpose: &str) -> Result<String, Error> {
        let (law, actor, purpose) =
            (self.town.law.clone(), self.parent.clone(), purpose.to_owned());
        self.town.identity.change(&self.parent.account, move |tx| {
            act_for_family(tx, &law, &actor, (&pid(CHILD), "Trần Gia Bảo"), family, &purpose)
        })
    }
    fn now_for(&self) -> Option<(PersonalId, String)> {
        self.town.actor(&self.s).acting_for.map(|a| (a.person, a.as_))
    }
}

const MOTHER: Family =
    Family { child: true, represents: false, birth: jiff::civil::date(2015, 5, 5) };

#[test]
fn a_parent_acts_for_the_child_and_the_child_sees_it() {
    let c = Case::new();
    let id = c.act(MOTHER, PURPOSE_SERVICES).unwrap();
    assert_eq!(c.now_for(), Some((pid(CHILD), "parent".to_owned())));
    let e = c.town.last("acting.granted");
    assert_eq!((e.subjects, e.body["confirmed"].as_str()), (vec![pid(CHILD)], Some("register")));
    let actor = c.town.actor(&c.s);
    assert_eq!(actor.subject(), Some(&pid(CHILD)));
    assert!(c.town.store.read(|tx| check_acting(tx, &actor, "1.004194")).unwrap().is_some());
    // Back to one's own matters, and to the child's again while the choice lasts.
    let me = c.parent.clone();
    c.town.identity.change(&c.parent.account, move |tx| stop_acting(tx, &me)).unwrap();
    assert_eq!(c.now_for(), None);
    let (me, again) = (c.parent.clone(), id.clone());
    c.town
        .identity
        .change(&c.parent.account, move |tx| choose_acting(tx, &me, &pid(CHILD), &again))
        .unwrap();
    assert!(c.now_for().is_some());
    // Ended, it is ended.
    let me = c.parent.clone();
    c.town
        .identity
        .change(&c.parent.account, move |tx| end_acting(tx, &me, &pid(CHILD), &id))
        .unwrap();
    assert_eq!(c.now_for(), None);
    let r = c.town.store.read(|tx| check_acting(tx, &actor, "1.004194"));
    assert_eq!(code_of(r), "identity.acting_over", "also for an actor read before the end");
}

#[test]
fn the_choice_ends_by_itself() {
    let c = Case::new();
    c.act(MOTHER, PURPOSE_SERVICES).unwrap();
    for _ in 0..6 {
        c.town.pass(3_600);
        assert!(c.now_for().is_some());
    }
    c.town.pass(6 * 3_600 - 1);
    assert!(!c.town.alive(&c.s), "idle for so long the session is over too");
    let s = c.town.sign_in(LAN, &browser("203.0.113.7"));
    c.town.pass(1);
    let actor = c.town.actor(&s);
    let held = c.town.store.read(|tx| queries::acting_by(tx, &actor.account)).unwrap();
    assert!(held.is_empty(), "twelve hours");
}

#[test]
fn acting_is_for_its_purpose_only() {
    let c = Case::new();
    c.act(MOTHER, "1.004194").unwrap();
    let actor = c.town.actor(&c.s);
    let check = |purpose: &str| c.town.store.read(|tx| check_acting(tx, &actor, purpose));
    assert!(check("1.004194").unwrap().is_some());
    assert_eq!(code_of(check("1.002755")), "identity.acting_over");
    assert!(c.town.store.read(|tx| check_acting(tx, &c.parent, "1.002755")).unwrap().is_none());
}

#[test]
fn strangers_do_not_act() {
    let c = Case::new();
    let stranger = Family { child: false, ..MOTHER };
    assert_eq!(code_of(c.act(stranger, PURPOSE_SERVICES)), "identity.acting_not_family");
    let grown = Family { birth: date(2000, 1, 1), ..MOTHER };
    assert_eq!(code_of(c.act(grown, PURPOSE_SERVICES)), "identity.acting_not_family");
    assert_eq!(c.now_for(), None);
}

struct Desk {
    town: Town,
    s: SignedIn,
    clerk: Actor,
    lan: Actor,
}

impl Desk {
    fn new() -> Self {
        let town = Town::new();
        let (s, clerk) = town.officer(HOA, "Lê Thị Hoa", "one-stop.clerk", "HCC.13594");
        town.account(LAN, "Phạm Thị Lan", Level::Two);
        let lan = town.actor(&town.sign_in(LAN, &browser("203.0.113.7")));
        Self { town, s, clerk, lan }
    }
    fn code(&self, purpose: &str) -> String {
        let (law, lan, purpose) = (self.town.law.clone(), self.lan.clone(), purpose.to_owned());
        self.town
            .store
            .write(move |tx| let_counter_act(tx, &law, &lan, &purpose))
            .unwrap()
            .code
            .to_string()
    }
    fn act(&self, confirmation: Confirmation) -> Result<Option<String>, Error> {
        let (law, clerk) = (self.town.law.clone(), self.clerk.clone());
        self.town.identity.change(&self.clerk.account, move |tx| {
            let from = browser("198.51.100.1");
            act_at_counter(tx, &law, &clerk, &pid(LAN), PURPOSE_SERVICES, &confirmation, &from)
        })
    }
}

#[test]
fn a_clerk_acts_with_the_persons_code_once_and_for_what_the_person_said() {
    let d = Desk::new();
    let code = d.code("1.004194");
    assert_eq!(d.act(Confirmation::Code("AAAA-BBBB-CCCC".into())).unwrap(), None);
    d.act(Confirmation::Code(code.clone())).unwrap().expect("confirmed");
    let actor = d.town.actor(&d.s);
    assert_eq!(actor.acting_for.as_ref().unwrap().as_, "counter");
    let check = |purpose: &str| d.town.store.read(|tx| check_acting(tx, &actor, purpose));
    assert!(check("1.004194").unwrap().is_some());
    assert_eq!(code_of(check("1.002755")), "identity.acting_over");
    assert_eq!(d.act(Confirmation::Code(code)).unwrap(), None, "single use");
    let e = d.town.last("acting.granted");
    assert_eq!((e.place.as_deref(), e.body["confirmed"].as_str()), (Some("13594"), Some("code")));
    // Lan sees who acts for her, and ends it.
    let list = d.town.store.read(|tx| queries::acting_for(tx, &pid(LAN))).unwrap();
    assert_eq!((list.len(), list[0].by_name.as_str()), (1, "Lê Thị Hoa"));
    let (lan, id) = (d.lan.clone(), list[0].id.clone());
    d.town.identity.change_many(move |tx| end_acting(tx, &lan, &pid(LAN), &id)).unwrap();
    assert_eq!(d.town.actor(&d.s).acting_for, None);
}

#[test]
fn presence_confirms_too_when_the_card_was_read_and_the_person_agreed() {
    let d = Desk::new();
    let r = d.act(Confirmation::Presence { card: true, agreed: false });
    assert_eq!(code_of(r), "identity.acting_unconfirmed");
    d.act(Confirmation::Presence { card: true, agreed: true }).unwrap().expect("confirmed");
    assert_eq!(d.town.last("acting.granted").body["confirmed"], "presence");
    // It ends with the visit …
    d.town.pass(d.town.law.counter_s - 60 * 60);
    assert_eq!(d.town.actor(&d.s).acting_for, None, "the pause closed the desk");
    let (clerk, post) = (d.clerk.clone(), working(&d.clerk).id.clone());
    d.town
        .identity
        .change(&d.clerk.account, move |tx| choose_post(tx, &clerk, Some(&post)))
        .unwrap();
    // … and taking up the post again does not take up the person.
    assert_eq!(d.town.actor(&d.s).acting_for, None);
}

#[test]
fn only_a_post_that_helps_may_act_at_a_counter() {
    let d = Desk::new();
    let (_, officer) = d.town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    let law = d.town.law.clone();
    let r = d.town.store.write(move |tx| {
        let seen = Confirmation::Presence { card: true, agreed: true };
        let from = browser("198.51.100.1");
        act_at_counter(tx, &law, &officer, &pid(LAN), PURPOSE_SERVICES, &seen, &from)
    });
    assert_eq!(code_of(r), "access.not_allowed");
}

#[test]
fn a_third_person_cannot_end_or_take_up_what_is_not_theirs() {
    let d = Desk::new();
    let id = d.act(Confirmation::Presence { card: true, agreed: true }).unwrap().unwrap();
    d.town.account(MINH, "Trần Văn Minh", Level::Two);
    let minh = d.town.actor(&d.town.sign_in(MINH, &browser("203.0.113.99")));
    let (m, i) = (minh.clone(), id.clone());
    let r = d.town.store.write(move |tx| end_acting(tx, &m, &pid(LAN), &i));
    assert_eq!(code_of(r), "access.not_allowed");
    let r = d.town.store.write(move |tx| choose_acting(tx, &minh, &pid(LAN), &id));
    assert_eq!(code_of(r), "identity.acting_over");
}

#[test]
fn when_the_person_leaves_the_counter_the_clerk_cannot_take_them_up_again() {
    let d = Desk::new();
    let id = d.act(Confirmation::Presence { card: true, agreed: true }).unwrap().unwrap();
    let clerk = d.town.actor(&d.s);
    d.town.identity.change(&clerk.account.clone(), move |tx| stop_acting(tx, &clerk)).unwrap();
    assert_eq!(d.town.last("acting.ended").subjects, [pid(LAN)]);
    let clerk = d.clerk.clone();
    let r = d.town.store.write(move |tx| choose_acting(tx, &clerk, &pid(LAN), &id));
    assert_eq!(code_of(r), "identity.acting_over");
}

#[test]
fn a_confirmation_counts_at_the_counter_where_it_was_given() {
    let d = Desk::new();
    let id = d.act(Confirmation::Presence { card: true, agreed: true }).unwrap().unwrap();
    assert!(d.town.actor(&d.s).acting_for.is_some());
    let post = d.town.appoint(&d.clerk.account, "one-stop.clerk", "HCC.13600");
    let clerk = d.clerk.clone();
    d.town
        .identity
        .change(&d.clerk.account, move |tx| {
            choose_post(tx, &clerk, Some(&post))?;
            choose_acting(tx, &clerk, &pid(LAN), &id)
        })
        .unwrap();
    assert_eq!(d.town.actor(&d.s).acting_for, None);
}
