//! Stories over a real store in memory. All people are made up.

mod acting;
mod appointments;
mod authenticator;
mod counter;
mod pages;
mod passkeys;
mod people;
mod sign_in;
mod story;

use crate::*;
use jiff::civil::date;
use kernel::{
    AccountId, Actor, AgencyCode, Appointment, Date, Error, Instant, Level, Localized, PersonalId,
};
use store::{Clock, Recorded, Store};

/// A province with nobody in it yet, on a Monday morning.
struct Town {
    store: Store,
    identity: Identity,
    law: std::sync::Arc<IdentityLaw>,
}

const LAN: &str = "037198004217";
const MINH: &str = "037085001234";
const HOA: &str = "037190007777";
const PASSWORD: &str = "gạo nếp cái hoa vàng";

fn registers() -> std::sync::Arc<registers::Law> {
    registers::Law::load().unwrap()
}

fn pid(n: &str) -> PersonalId {
    PersonalId::parse(n).unwrap()
}

fn browser(prefix: &str) -> Browser {
    Browser {
        prefix: prefix.to_owned(),
        device: None,
        label: "Chrome · Android".to_owned(),
        old_session: None,
    }
}

impl Town {
    fn new() -> Self {
        Self::on("sqlite::memory:")
    }

    fn on(url: &str) -> Self {
        let monday = Instant::from_local(date(2026, 11, 23).at(9, 0, 0, 0));
        let store =
            Store::open_with(url, &[registers::SCHEMA, SCHEMA], Clock::manual(monday)).unwrap();
        let identity = Identity::new(store.clone(), registers(), &Settings::default()).unwrap();
        let law = identity.law().clone();
        let town = Self { store, identity, law };
        for (code, kind, place) in [
            ("CA.13594", "commune-police", "13594"),
            ("CA.13600", "commune-police", "13600"),
            ("HCC.13594", "one-stop", "13594"),
            ("HCC.13600", "one-stop", "13600"),
            ("UBND.37", "province-committee", "37"),
        ] {
            let agency = Agency {
                code: code.into(),
                name: Localized::new(code, code),
                kind: kind.to_owned(),
                place: place.to_owned(),
            };
            let law = town.law.clone();
            town.store.write(move |tx| put_agency(tx, &law, &agency)).unwrap();
        }
        town
    }

    fn now(&self) -> Instant {
        self.store.clock().now()
    }
    fn today(&self) -> Date {
        self.now().date()
    }
    fn pass(&self, seconds: i64) {
        self.store.clock().set(self.now().plus_seconds(seconds));
    }

    /// An account with [`PASSWORD`].
    fn account(&self, number: &str, name: &str, level: Level) -> AccountId {
        let new = NewAccount {
            pid: pid(number),
            name: name.to_owned(),
            level,
            password: Some(self.identity.new_password(PASSWORD, &pid(number), name).unwrap()),
            origin: Origin::Import,
        };
        self.store.write(move |tx| create_account(tx, &Actor::system("demo"), &new)).unwrap()
    }

    fn sign_in(&self, number: &str, b: &Browser) -> SignedIn {
        self.identity.sign_in_password(&pid(number), PASSWORD, b).unwrap()
    }
    fn refuse(&self, number: &str, b: &Browser) -> &'static str {
        let e = self.identity.sign_in_password(&pid(number), "sai rồi nhé", b).unwrap_err();
        e.code().id
    }
    fn actor(&self, s: &SignedIn) -> Actor {
        self.identity.present(&s.session_cookie).unwrap().expect("signed in").0.actor
    }
    fn alive(&self, s: &SignedIn) -> bool {
        self.identity.present(&s.session_cookie).unwrap().is_some()
    }

    fn appoint(&self, account: &AccountId, post: &str, agency: &str) -> kernel::AppointmentId {
        let new = NewAppointment {
            account: account.clone(),
            agency: AgencyCode::new(agency),
            post: post.into(),
            from: date(2026, 11, 1),
            until: None,
        };
        let law = self.law.clone();
        self.pass(1);
        self.store.write(move |tx| appoint(tx, &law, &Actor::system("demo"), &new)).unwrap()
    }

    /// A person of level 2 who works in a post, signed in.
    fn officer(&self, number: &str, name: &str, post: &str, agency: &str) -> (SignedIn, Actor) {
        let account = self.account(number, name, Level::Two);
        let id = self.appoint(&account, post, agency);
        let s = self.sign_in(number, &browser("198.51.100.1"));
        let actor = self.actor(&s);
        self.identity.change(&account, move |tx| choose_post(tx, &actor, Some(&id))).unwrap();
        let actor = self.actor(&s);
        assert!(actor.holds(post));
        (s, actor)
    }

    fn journal(&self) -> Vec<Recorded> {
        self.store.settle().unwrap();
        self.store.read(|tx| tx.journal_after(0, 1000)).unwrap()
    }
    /// Kinds about a person, in order.
    fn kinds_about(&self, number: &str) -> Vec<String> {
        let about = |r: &Recorded| r.subjects.contains(&pid(number));
        self.journal().into_iter().filter(about).map(|r| r.kind).collect()
    }
    fn last(&self, kind: &str) -> Recorded {
        self.journal().into_iter().rev().find(|r| r.kind == kind).expect("an entry of this kind")
    }
}

fn code_of<T: std::fmt::Debug>(r: Result<T, Error>) -> &'static str {
    r.unwrap_err().code().id
}

fn working(actor: &Actor) -> &Appointment {
    actor.appointment.as_ref().expect("at work")
}

#[test]
fn no_entry_carries_a_number_a_password_or_an_address_in_its_body() {
    let town = Town::new();
    town.account(LAN, "Phạm Thị Lan", Level::One);
    let b = browser("203.0.113.7");
    town.refuse(LAN, &b);
    town.refuse("037000000000", &b);
    let s = town.sign_in(LAN, &b);
    town.identity.sign_out(&town.actor(&s)).unwrap();
    assert!(town.journal().len() >= 5);
    for r in town.journal() {
        let body = r.body.to_string();
        for secret in [LAN, "037000000000", PASSWORD, "203.0.113.7", &s.session_cookie] {
            assert!(!body.contains(secret), "{}: {body}", r.kind);
        }
        assert!(journal::KINDS.contains(&r.kind.as_str()), "{} is not in the list", r.kind);
    }
}

#[test]
fn every_word_is_there_in_both_languages() {
    let words = web::testing::words(&[crate::TEXT]);
    for code in CODES {
        assert!(words.has(&code.key()), "{}", code.key());
    }
    for kind in journal::KINDS {
        let key = journal::notice_key(kind);
        assert!(words.has(&key), "{key}");
    }
    let keys = |text: &str| {
        let line = |l: &str| l.split_once(" = ").map(|(k, _)| k.to_owned());
        text.lines().filter(|l| !l.starts_with([' ', '#'])).filter_map(line).collect::<Vec<_>>()
    };
    assert_eq!(keys(crate::TEXT.0), keys(crate::TEXT.1), "the same keys in the same order");
}
