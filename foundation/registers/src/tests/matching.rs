//! Records that may be one person: found, looked at, decided; the same on both engines.

use crate::matching::{self, Found, Pair, Sign, find, keep_apart, open_pairs};
use crate::tests::*;
use crate::{ACCESS_REFUSED, PAIR_BASIS, PAIR_DECIDED, PAIR_UNKNOWN, Reading, journal};
use store::params;

/// Lan a second time: without marks, day and month swapped, by another number.
const LAN_AGAIN: &str = "001195000055";
/// Somebody else of Lan's name and birth.
const OTHER_LAN: &str = "001195000066";

fn second_lan() -> NewPerson {
    let mut new = newborn(LAN_AGAIN, "NGUYEN THI LAN", "1995-04-03", "female", &[]);
    new.items.insert("relatives".into(), json!({"mother": {"pid": BA}, "spouse": {"pid": MINH}}));
    new.items.insert("old_id".into(), json!("012345678"));
    new
}

/// The small world with a pair in it; both engines.
fn worlds() -> Vec<World> {
    let urls = ["sqlite::memory:".to_owned(), store::testing::postgres()];
    urls.into_iter()
        .map(|url| {
            let w = World::on(&url);
            w.write(|tx, law| {
                let system = Actor::system("test");
                let birth = json!("1995-03-04");
                let source = Source::default();
                register_of_people::amend(
                    tx,
                    law,
                    &system,
                    &pid(LAN),
                    "birth",
                    birth,
                    day("1995-11-23"),
                    &source,
                )?;
                let mut other = newborn(OTHER_LAN, "Nguyễn Thị Lan", "1995-03-04", "female", &[]);
                other.items.insert("old_id".into(), json!("087654321"));
                for new in [second_lan(), other] {
                    register_of_people::register(tx, &system, &new, &source)?;
                }
                Ok(())
            })
            .unwrap();
            w
        })
        .collect()
}

fn open(w: &World, place: &str) -> Vec<Pair> {
    let (list, count) = w.store.read(|tx| open_pairs(tx, place, 0)).unwrap();
    assert_eq!(i64::try_from(list.len()).unwrap(), count);
    list
}

fn run(w: &World) -> Found {
    let mut seen = 0;
    let found = find(&w.store, &mut |p| {
        assert!(p.pairs > seen && p.pairs <= p.of);
        seen = p.pairs;
    });
    found.unwrap()
}

#[test]
fn likely_pairs_are_found_once_and_stay_decided() {
    for w in worlds() {
        // Lan and the second record; not the other woman of the same name and birth.
        let found = run(&w);
        assert_eq!(
            (found.compared, found.new, found.too_common),
            (3, 1, 0),
            "{}",
            w.store.engine()
        );
        let list = open(&w, ELSEWHERE);
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].people, [pid(LAN), pid(LAN_AGAIN)]);
        assert_eq!(
            list[0].signs,
            [Sign::NameFolded, Sign::BirthSwapped, Sign::Mother, Sign::Spouse]
        );
        assert!(open(&w, HERE).is_empty());
        // Again: nothing new.
        assert_eq!(run(&w).new, 0);
        let id = list[0].id.clone();
        w.write(move |tx, law| {
            keep_apart(tx, law, &officer(ELSEWHERE), &id, " Đã gặp  cả hai người. ")
        })
        .unwrap();
        assert!(open(&w, ELSEWHERE).is_empty());
        assert_eq!(run(&w).new, 0);
        assert!(open(&w, ELSEWHERE).is_empty());
        let basis: String = w
            .store
            .read(|tx| tx.one("SELECT basis FROM person_pair", params![], |r| r.get(0)))
            .unwrap();
        assert_eq!(basis, "Đã gặp cả hai người.");
        w.store.settle().unwrap();
        let told = w.entries(journal::PAIR_DECIDED);
        assert_eq!(told[0].subjects, [pid(LAN), pid(LAN_AGAIN)]);
        assert_eq!(told[0].body["outcome"], "apart");
        assert_eq!(w.entries(journal::MATCHED).len(), 3);
    }
}

#[test]
fn the_same_old_number_finds_people_of_two_names() {
    for w in worlds() {
        w.write(|tx, _| {
            let mut new = newborn("001195000077", "Nguyễn Ngọc Lan", "1995-04-03", "female", &[]);
            new.items.insert("old_id".into(), json!("012345678"));
            register_of_people::register(tx, &Actor::system("test"), &new, &Source::default())
        })
        .unwrap();
        run(&w);
        // Neither lives anywhere: nobody's list, but kept.
        let all: Vec<(String, String)> = w
            .store
            .read(|tx| {
                let sql = "SELECT place, signs FROM person_pair WHERE b = '001195000077'";
                tx.rows(sql, params![], |r| Ok((r.get(0)?, r.get(1)?)))
            })
            .unwrap();
        assert_eq!(all, [(String::new(), "[\"birth\",\"old_id\"]".to_owned())]);
    }
}

#[test]
fn both_records_are_read_by_the_door_and_only_there() {
    for w in worlds() {
        run(&w);
        let pair = open(&w, ELSEWHERE).remove(0);
        let look = |actor: Actor| {
            let pair = pair.clone();
            w.write(move |tx, law| matching::look(tx, law, &actor, &pair)).unwrap()
        };
        let both = look(officer(ELSEWHERE)).granted().unwrap();
        assert_eq!(both.map(|f| f.text("birth").unwrap().to_owned()), ["1995-03-04", "1995-04-03"]);
        w.store.settle().unwrap();
        let read = w.entries(journal::READ);
        assert_eq!(read.len(), 2);
        assert!(read.iter().all(|e| {
            e.purpose.as_ref().unwrap().as_str() == "register.match"
                && e.dossier.as_ref().unwrap().as_str() == format!("TRUNG-{}", pair.id)
        }));
        // Another commune, another post, a citizen: refused, and that is recorded too.
        for actor in [officer(HERE), in_post(HOA, "one-stop.clerk", ELSEWHERE), citizen(MINH)] {
            assert!(matches!(look(actor), Reading::Refused(_)));
        }
        let id = pair.id.clone();
        refused(w.store.read(|tx| matching::pair(tx, &officer(HERE), &id)), PAIR_UNKNOWN);
        // Once decided the case is over.
        let id = pair.id.clone();
        w.write(move |tx, law| keep_apart(tx, law, &officer(ELSEWHERE), &id, "Đã gặp.")).unwrap();
        assert!(matches!(look(officer(ELSEWHERE)), Reading::Refused(_)));
    }
}

#[test]
fn who_may_decide_and_how() {
    let w = worlds().remove(0);
    run(&w);
    let id = open(&w, ELSEWHERE)[0].id.clone();
    let decide = |actor: Actor, id: &str, basis: &str| {
        let (id, basis) = (id.to_owned(), basis.to_owned());
        w.write(move |tx, law| keep_apart(tx, law, &actor, &id, &basis))
    };
    refused(decide(officer(HERE), &id, "Đã gặp."), PAIR_UNKNOWN);
    refused(decide(citizen(LAN), &id, "Đã gặp."), ACCESS_REFUSED);
    refused(decide(officer(ELSEWHERE), "x", "Đã gặp."), PAIR_UNKNOWN);
    refused(decide(officer(ELSEWHERE), &id, "  "), PAIR_BASIS);
    refused(decide(officer(ELSEWHERE), &id, &"a".repeat(5_000)), PAIR_BASIS);
    decide(officer(ELSEWHERE), &id, "Đã gặp.").unwrap();
    refused(decide(officer(ELSEWHERE), &id, "Đã gặp."), PAIR_DECIDED);
}
