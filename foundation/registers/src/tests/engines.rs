//! One story on both engines: what happened, what the door gives and what the logs say must be the
//! same on SQLite and on PostgreSQL.

use crate::access_log::{AccessLog, Show, access_log};
use crate::generate::{Demo, cast};
use crate::households::split;
use crate::model::{Companion, Join, Source, Where};
use crate::residence::{TemporaryInput, lapse, register_temporary};
use crate::tests::*;
use crate::{Query, Reading, books, cases, population, search};
use kernel::{DossierCode, Instant};
use std::fmt::Write;

fn story(url: &str) -> String {
    let w = World::on(url);
    let mut told = String::new();
    let purpose = "residence.temporary.register";
    let input = TemporaryInput {
        person: pid(LAN),
        with: vec![Companion { person: pid(AN), relation: "niece_nephew".into() }],
        to: Where::Dwelling(w.home_here.dwelling.clone()),
        join: Join::Household {
            household: w.home_here.household.clone(),
            relation: "niece_nephew".into(),
        },
        since: today(),
        until: day("2027-11-23"),
        consents: vec![],
    };
    w.write(move |tx, law| {
        let code = DossierCode::from("D-1");
        cases::open(tx, &code, HERE, &PurposeId::from(purpose), &[pid(LAN)])?;
        register_temporary(tx, law, &officer(HERE), &input, &Source::dossier(&code))
    })
    .unwrap();
    let items = ["name", "temporary", "abode", "household", "relatives"];
    let read = w.read_for(&officer(HERE), purpose, LAN, &items, "D-1").unwrap();
    let hide = [&w.home_here.household, &w.home_elsewhere.household].map(|h| h.as_str().to_owned());
    let _ = writeln!(told, "{}", read.into_json());
    refused(w.read(&officer(HERE), purpose, LAN, &items), crate::ACCESS_OUTSIDE);
    let found =
        w.write(|tx, law| search(tx, law, &officer(HERE), &Query::name("hung tran"))).unwrap();
    let _ = writeln!(told, "{:?}", found.granted());
    let from = w.home_elsewhere.household.clone();
    w.write(move |tx, law| {
        let with = [Companion { person: pid(BA), relation: "mother_in_law".into() }];
        split(tx, law, &officer(ELSEWHERE), &from, &pid(MINH), &with, &Source::default())
    })
    .unwrap();
    w.write(|tx, law| {
        let source = Source::default();
        population::dispute(tx, law, &citizen(HOA), &pid(HOA), "name", None)?;
        population::record_death(tx, &officer(HERE), &pid(HUNG), today(), "dead", &source)
    })
    .unwrap();
    w.clock.set(Instant::from_local(day("2027-12-30").at(9, 0, 0, 0)));
    let lapsed = w.write(|tx, _| lapse(tx, &kernel::Actor::system("clock"), 10)).unwrap();
    let _ = writeln!(told, "{lapsed} lapsed");
    for who in [HOA, LAN, MINH] {
        let book = w.write(move |tx, law| books(tx, law, &citizen(who), &pid(who))).unwrap();
        for b in book.granted().unwrap() {
            let lines: Vec<&str> = b.history.iter().map(|l| l.what.as_str()).collect();
            let _ = writeln!(told, "{who}: {:?} v{} {:?} {lines:?}", b.head, b.version, b.members);
        }
        let facts = w.own(who, &w.law.item_ids());
        let _ = writeln!(told, "{}", facts.into_json());
    }
    w.store.settle().unwrap();
    w.store.catch_up(&mut AccessLog).unwrap();
    let page = w.store.read(|tx| access_log(tx, &w.law, &citizen(LAN), &pid(LAN), Show::All, 0));
    // The clock stands still, so the order of entries of one moment is free.
    let mut lines: Vec<String> = page
        .unwrap()
        .rows
        .iter()
        .map(|r| format!("{} {} {} {:?} {}", r.by, r.what, r.purpose, r.item_ids, r.refused))
        .collect();
    lines.sort();
    told.push_str(&lines.join("\n"));
    // Identifiers made by the database differ; what they stand for does not.
    for (i, id) in hide.iter().enumerate() {
        told = told.replace(id, &format!("household {i}"));
    }
    let mut out = String::new();
    for word in told.split_inclusive(['"', ' ', '\n']) {
        let bare = word.trim_end_matches(['"', ' ', '\n', ',']);
        let made =
            bare.len() == 26 && bare.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        let file = bare.len() == 14 && bare.as_bytes()[5] == b'-';
        out.push_str(if made {
            "ID\" "
        } else if file {
            "FILE\" "
        } else {
            word
        });
    }
    out
}

#[test]
fn one_story_both_engines() {
    let lite = story("sqlite::memory:");
    assert!(lite.contains("1 lapsed") || lite.contains("2 lapsed"));
    let big = story(&store::testing::postgres());
    for (lite, big) in lite.lines().zip(big.lines()) {
        assert_eq!(lite, big);
    }
    assert_eq!(lite.lines().count(), big.lines().count());
}

#[test]
fn a_generated_province_is_the_same_on_both_engines() {
    let make = |url: &str| {
        let clock = store::Clock::manual(Instant::from_local(today().at(8, 0, 0, 0)));
        let store = store::Store::open_with(url, &[crate::SCHEMA], clock).unwrap();
        let demo = Demo { persons: 1_500, seed: 5, province: "37".into() };
        demo.run(&store, &mut |_| {}).unwrap();
        let c = store.read(|tx| cast(tx, &demo)).unwrap();
        let sums = store.read(|tx| {
            tx.one(
                "SELECT COUNT(*), MIN(pid), MAX(pid), CAST(SUM(LENGTH(permanent)) AS BIGINT), \
                 CAST(SUM(LENGTH(relatives)) AS BIGINT) FROM person",
                store::params![],
                |r| {
                    let n: (i64, i64, i64) = (r.get(0)?, r.get(3)?, r.get(4)?);
                    Ok((n, r.get::<String>(1)?, r.get::<String>(2)?))
                },
            )
        });
        (sums.unwrap(), c.citizen, c.owner, c.line)
    };
    assert_eq!(make("sqlite::memory:"), make(&store::testing::postgres()));
}

#[test]
fn a_reading_that_is_refused_leaves_its_entry_on_both_engines() {
    for url in ["sqlite::memory:".to_owned(), store::testing::postgres()] {
        let w = World::on(&url);
        refused(w.read(&citizen(MINH), "own.data", LAN, &["name"]), crate::ACCESS_REFUSED);
        w.store.settle().unwrap();
        assert_eq!(w.entries(crate::journal::READ_REFUSED).len(), 1);
        let reading = w.write(|tx, law| {
            let own = PurposeId::from("own.data");
            crate::read(tx, law, &citizen(LAN), &own, &pid(LAN), &["name"], None)
        });
        assert!(matches!(reading.unwrap(), Reading::Granted(_)));
    }
}
