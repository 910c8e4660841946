//! Tests of the crate, in a small world: two families, two communes, a clock that is moved by hand.

mod access;
mod book;
mod communes;
mod door;
mod engines;
mod generate;
mod households;
mod law;
mod matching;
mod pages;
mod plans;
mod population;
mod regroup;
mod resettle;
mod residence;
mod search;
mod transfer;
mod words;

use crate::model::{Companion, Join, Source, Where};
use crate::population::NewPerson;
use crate::residence::{PermanentInput, Registered, register_permanent};
use crate::{Law, population as register_of_people};
use kernel::{
    Actor, Appointment, CommuneCode, Date, DossierCode, Instant, Level, Localized, PersonalId,
    PurposeId, Result,
};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use store::{Clock, Recorded, Store, WriteTx};

pub const HERE: &str = "13594"; // xã Trần Thương
pub const ELSEWHERE: &str = "00004"; // phường Ba Đình
pub const HUNG: &str = "035070000001"; // head and owner, HERE
pub const HOA: &str = "035172000002"; // his wife
pub const NAM: &str = "035205000003"; // their son, 21
pub const TU: &str = "035212000004"; // their son, 14
pub const LAN: &str = "001195000005"; // ELSEWHERE, heads her household
pub const MINH: &str = "001093000006"; // her husband
pub const AN: &str = "001320000007"; // their daughter, 6
pub const BA: &str = "001145000008"; // Lan's mother, 81

pub struct World {
    pub store: Store,
    pub law: Arc<Law>,
    pub clock: Clock,
    pub home_here: Registered,
    pub home_elsewhere: Registered,
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn pid(digits: &str) -> PersonalId {
    PersonalId::parse(digits).unwrap()
}

pub fn today() -> Date {
    day("2026-11-23")
}

pub fn citizen(digits: &str) -> Actor {
    Actor {
        account: format!("acc-{}", &digits[9..]).into(),
        person: Some(pid(digits)),
        level: Level::Two,
        acting_for: None,
        appointment: None,
        session: None,
    }
}

pub fn in_post(digits: &str, post: &str, place: &str) -> Actor {
    let mut a = citizen(digits);
    a.appointment = Some(Appointment {
        id: "ap".into(),
        agency: format!("CA.{place}").into(),
        agency_name: Localized::new("Công an xã", "Commune police"),
        post: post.into(),
        post_name: Localized::new("Cán bộ", "Officer"),
        place: place.into(),
    });
    a
}

pub fn officer(place: &str) -> Actor {
    in_post("037080000099", "commune-police.officer", place)
}

pub fn at_address(commune: &str, line: &str) -> Where {
    Where::Address { commune: CommuneCode::parse(commune).unwrap(), line: line.into() }
}

pub fn relatives(pairs: &[(&str, &str)]) -> Json {
    let mut r =
        json!({"father": null, "mother": null, "spouse": null, "children": [], "wards": []});
    for (who, p) in pairs {
        r[*who] = json!({"pid": p, "name": "x", "nationality": "VN"});
    }
    r
}

fn newborn(digits: &str, name: &str, birth: &str, sex: &str, of: &[(&str, &str)]) -> NewPerson {
    let mut items = Map::new();
    items.insert("name".into(), json!(name));
    items.insert("birth".into(), json!(birth));
    items.insert("sex".into(), json!(sex));
    let married = of.iter().any(|(w, _)| *w == "spouse");
    items.insert("marital".into(), json!(if married { "married" } else { "single" }));
    items.insert("relatives".into(), relatives(of));
    NewPerson { pid: pid(digits), items }
}

fn people() -> Vec<NewPerson> {
    vec![
        newborn(HUNG, "Trần Văn Hùng", "1970-03-02", "male", &[("spouse", HOA)]),
        newborn(HOA, "Phạm Thị Hoa", "1972-08-15", "female", &[("spouse", HUNG)]),
        newborn(NAM, "Trần Văn Nam", "2005-01-20", "male", &[("father", HUNG), ("mother", HOA)]),
        newborn(TU, "Trần Minh Tú", "2012-05-05", "male", &[("father", HUNG), ("mother", HOA)]),
        newborn(LAN, "Nguyễn Thị Lan", "1995-11-23", "female", &[("spouse", MINH), ("mother", BA)]),
        newborn(MINH, "Lê Đức Minh", "1993-02-28", "male", &[("spouse", LAN)]),
        newborn(AN, "Lê Bảo An", "2020-09-09", "female", &[("father", MINH), ("mother", LAN)]),
        newborn(BA, "Đỗ Thị Bưởi", "1945", "female", &[]),
    ]
}

fn moved_in(
    tx: &mut WriteTx,
    law: &Law,
    first: &str,
    with: &[(&str, &str)],
    to: Where,
) -> Result<Registered> {
    let with =
        with.iter().map(|(p, r)| Companion { person: pid(p), relation: (*r).to_owned() }).collect();
    let since = day("2021-01-04");
    let input =
        PermanentInput { person: pid(first), with, to, join: Join::New, since, consents: vec![] };
    register_permanent(tx, law, &Actor::system("test"), &input, &Source::default())
}

impl World {
    pub fn new() -> Self {
        Self::on("sqlite::memory:")
    }

    pub fn on(url: &str) -> Self {
        let at = Instant::from_local(day("2026-11-01").at(9, 0, 0, 0));
        let clock = Clock::manual(at);
        let store =
            Store::open_with(url, &[evidence::SCHEMA, crate::SCHEMA], clock.clone()).unwrap();
        let law = Law::load().unwrap();
        let l = Arc::clone(&law);
        let (home_here, home_elsewhere) = store
            .write(move |tx| {
                for p in people() {
                    register_of_people::register(
                        tx,
                        &Actor::system("test"),
                        &p,
                        &Source::default(),
                    )?;
                }
                let here = at_address(HERE, "Số 12, thôn 3");
                let here =
                    moved_in(tx, &l, HUNG, &[(HOA, "wife"), (NAM, "child"), (TU, "child")], here)?;
                crate::dwellings::set_title(
                    tx,
                    &Actor::system("test"),
                    &here.dwelling,
                    Some(&pid(HUNG)),
                    Some(&json!({"number": "CS 012345", "kind": "Giấy chứng nhận"})),
                )?;
                let there = at_address(ELSEWHERE, "Số 5, ngõ 7, phố Đội Cấn");
                let there = moved_in(
                    tx,
                    &l,
                    LAN,
                    &[(MINH, "husband"), (AN, "child"), (BA, "mother")],
                    there,
                )?;
                Ok((here, there))
            })
            .unwrap();
        clock.set(Instant::from_local(today().at(9, 0, 0, 0)));
        Self { store, law, clock, home_here, home_elsewhere }
    }

    /// A command in its own transaction.
    pub fn write<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut WriteTx, &Law) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let law = Arc::clone(&self.law);
        self.store.write(move |tx| f(tx, &law))
    }

    /// Reads items of a person; the error is the refusal.
    pub fn read(
        &self,
        actor: &Actor,
        purpose: &str,
        of: &str,
        items: &[&str],
    ) -> Result<crate::Facts> {
        let purpose = PurposeId::from(purpose);
        crate::read_now(&self.store, &self.law, actor, &purpose, &pid(of), items, None)
    }

    /// Reads items of a person for a dossier.
    pub fn read_for(
        &self,
        actor: &Actor,
        purpose: &str,
        of: &str,
        items: &[&str],
        dossier: &str,
    ) -> Result<crate::Facts> {
        let (purpose, code) = (PurposeId::from(purpose), DossierCode::from(dossier));
        crate::read_now(&self.store, &self.law, actor, &purpose, &pid(of), items, Some(&code))
    }

    /// A person's own view of items.
    pub fn own(&self, of: &str, items: &[&str]) -> crate::Facts {
        self.read(&citizen(of), "own.data", of, items).unwrap()
    }

    pub fn entries(&self, kind: &str) -> Vec<Recorded> {
        let all = self.store.read(|tx| tx.journal_after(0, 10_000)).unwrap();
        all.into_iter().filter(|e| e.kind == kind).collect()
    }
}

/// `Err` of this code.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(outcome: Result<T>, code: kernel::Code) {
    match outcome {
        Ok(v) => panic!("expected {}, got {v:?}", code.id),
        Err(e) => assert!(e.is(code), "expected {}, got {e:?}", code.id),
    }
}
