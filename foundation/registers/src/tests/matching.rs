//! Records that may be one person: found, looked at, decided; the same on both engines.

use crate::matching::{
    self, Found, Pair, Sign, find, keep_apart, merge, merged_pairs, open_pairs, unmerge,
};
use crate::tests::*;
use crate::{
    ACCESS_REFUSED, PAIR_BASIS, PAIR_DECIDED, PAIR_KEEP, PAIR_LIVES, PAIR_NOT_MERGED, PAIR_UNKNOWN,
    PERSON_MERGED, Query, Reading, journal, own_record, search,
};
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

fn head(place: &str) -> Actor {
    in_post("037080000098", "commune-police.head", place)
}

/// Every row of everybody, but for the number of the last change.
fn rows(w: &World) -> Vec<String> {
    let sql = "SELECT pid || ' ' || name || ' ' || birth || ' ' || COALESCE(old_id, '-') || ' ' || \
         COALESCE(relatives, '-') || ' ' || COALESCE(marital, '-') || ' ' || COALESCE(disputed, '-') \
         || ' ' || COALESCE(merged_into, '-') || ' ' || COALESCE(permanent, '-') || ' ' || \
         name_key FROM person ORDER BY pid";
    w.store.read(|tx| tx.rows(sql, params![], |r| r.get(0))).unwrap()
}

/// The mother names the second record as her child.
fn with_a_child(w: &World) {
    w.write(|tx, law| {
        let child = json!({"children": [{"pid": LAN_AGAIN}]});
        let (system, source) = (Actor::system("test"), Source::default());
        register_of_people::amend(tx, law, &system, &pid(BA), "relatives", child, today(), &source)
    })
    .unwrap();
}

#[test]
fn two_become_one_and_two_again() {
    for w in worlds() {
        with_a_child(&w);
        run(&w);
        let before = rows(&w);
        let id = open(&w, ELSEWHERE)[0].id.clone();
        let (one, two) = (id.clone(), id.clone());
        w.write(move |tx, law| merge(tx, law, &head(ELSEWHERE), &one, &pid(LAN), "Biên bản 12"))
            .unwrap();
        // What only the other record held is there, with its source; what differs is beside.
        let lan = w.own(LAN, &["old_id", "name", "birth"]);
        assert_eq!(lan.text("old_id"), Some("012345678"));
        assert_eq!(lan.text("birth"), Some("1995-03-04"));
        assert_eq!(lan.disputed(), ["birth"]);
        let record = w.write(|tx, law| own_record(tx, law, &citizen(LAN), &pid(LAN))).unwrap();
        let record = record.granted().unwrap();
        assert_eq!(record.origins["old_id"].act, "person.merged");
        assert_eq!(record.origins["old_id"].basis.as_deref(), Some("Biên bản 12"));
        let mut claims: Vec<&str> = record.claims.iter().map(|c| c.item.as_str()).collect();
        claims.sort_unstable();
        assert_eq!(claims, ["birth", "marital"]);
        // The mother names the number that goes on; the other is found and registered nowhere.
        let mother = w.own(BA, &["relatives"]);
        assert_eq!(mother.part("relatives", "/children/0/pid"), Some(&json!(LAN)));
        let law = w.law.clone();
        let found =
            w.store.write(move |tx| search(tx, &law, &officer(ELSEWHERE), &Query::name(LAN_AGAIN)));
        assert!(found.unwrap().granted().unwrap().hits.is_empty());
        let moves =
            w.write(|tx, law| moved_in(tx, law, LAN_AGAIN, &[], at_address(HERE, "Số 1, thôn 1")));
        refused(moves, PERSON_MERGED);
        assert_eq!(run(&w).new, 0);
        let merged = w.store.read(|tx| merged_pairs(tx, ELSEWHERE)).unwrap();
        assert_eq!(merged.len(), 1);
        w.store.settle().unwrap();
        let told = w.entries(journal::PAIR_DECIDED).pop().unwrap();
        assert_eq!(told.body["outcome"], "merged");
        assert!([LAN, LAN_AGAIN, BA].iter().all(|p| told.subjects.contains(&pid(p))));
        // And back: every row as it was, by acts that say so.
        w.write(move |tx, law| unmerge(tx, law, &head(ELSEWHERE), &two, "Hai chị em họ")).unwrap();
        assert_eq!(rows(&w), before, "{}", w.store.engine());
        let acts = "SELECT DISTINCT act FROM person_act WHERE basis = 'Hai chị em họ'";
        let acts: Vec<String> = w.store.read(|tx| tx.rows(acts, params![], |r| r.get(0))).unwrap();
        assert_eq!(acts, ["person.unmerged"]);
        assert!(open(&w, ELSEWHERE).is_empty());
        assert!(w.store.read(|tx| merged_pairs(tx, ELSEWHERE)).unwrap().is_empty());
        let claims = "SELECT COUNT(*) FROM person_claim";
        assert_eq!(w.store.read(|tx| tx.one(claims, params![], |r| r.get::<i64>(0))).unwrap(), 0);
        // As known in between, it was one.
        let third = id.clone();
        refused(
            w.write(move |tx, law| unmerge(tx, law, &head(ELSEWHERE), &third, "Lần nữa")),
            PAIR_NOT_MERGED,
        );
    }
}

#[test]
fn what_was_changed_since_stays_when_two_are_parted() {
    for w in worlds() {
        run(&w);
        let id = open(&w, ELSEWHERE)[0].id.clone();
        let back = id.clone();
        w.write(move |tx, law| merge(tx, law, &head(ELSEWHERE), &id, &pid(LAN), "Biên bản 12"))
            .unwrap();
        w.write(|tx, law| {
            let (system, source) = (Actor::system("test"), Source::default());
            let value = json!("099999999");
            register_of_people::amend(
                tx,
                law,
                &system,
                &pid(LAN),
                "old_id",
                value,
                today(),
                &source,
            )
        })
        .unwrap();
        w.write(move |tx, law| unmerge(tx, law, &head(ELSEWHERE), &back, "Hai người")).unwrap();
        assert_eq!(w.own(LAN, &["old_id"]).text("old_id"), Some("099999999"));
    }
}

#[test]
fn who_may_merge_and_what() {
    let w = worlds().remove(0);
    run(&w);
    let id = open(&w, ELSEWHERE)[0].id.clone();
    let join = |actor: Actor, keep: &str| {
        let (id, keep) = (id.clone(), pid(keep));
        w.write(move |tx, law| merge(tx, law, &actor, &id, &keep, "Biên bản 12"))
    };
    let before = rows(&w);
    refused(join(officer(ELSEWHERE), LAN), ACCESS_REFUSED);
    refused(join(head(HERE), LAN), PAIR_UNKNOWN);
    refused(join(head(ELSEWHERE), HUNG), PAIR_KEEP);
    // Lan lives there: it is the other record that ends.
    refused(join(head(ELSEWHERE), LAN_AGAIN), PAIR_LIVES);
    assert_eq!(rows(&w), before);
    let back = id.clone();
    refused(
        w.write(move |tx, law| unmerge(tx, law, &head(ELSEWHERE), &back, "Hai")),
        PAIR_NOT_MERGED,
    );
    join(head(ELSEWHERE), LAN).unwrap();
    refused(join(head(ELSEWHERE), LAN), PAIR_DECIDED);
    // A list that names the number that has ended is told, and changes nothing.
    let before = rows(&w);
    let file = std::env::temp_dir().join(format!("merged-{}.csv", std::process::id()));
    let row = format!(
        "pid,name,birth,sex,marital\n{LAN_AGAIN},Nguyễn Thị Lan,1995-04-03,female,married\n"
    );
    std::fs::write(&file, row).unwrap();
    let list = crate::transfer::Import {
        path: file.clone(),
        format: None,
        encoding: None,
        source: "Sổ giấy".into(),
        certainty: crate::Certainty::Stated,
        whole: false,
    };
    let ran = crate::transfer::import(&w.store, &w.law, &list, &mut |_| {}).unwrap();
    std::fs::remove_file(&file).unwrap();
    let told = w.store.read(|tx| crate::transfer::totals(tx, &ran.id)).unwrap();
    assert!(told.iter().any(|t| t.reason == crate::transfer::Reason::Merged), "{told:?}");
    assert_eq!(rows(&w), before);
}
