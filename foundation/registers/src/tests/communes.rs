//! A commune that is merged into another one on a day: Trần Thương (HERE) into Nam Xang, far enough
//! ahead that no other test's day is touched. On both engines.

use crate::communes::{adopt, merge, mergers, withdraw};
use crate::errors::*;
use crate::journal::{COMMUNE_MERGED, MERGER_WITHDRAWN};
use crate::matching;
use crate::model::{Join, Source, Where};
use crate::residence::*;
use crate::search::{Found, Query, search};
use crate::tests::plans::{check, heard};
use crate::tests::resettle::{basis, both};
use crate::tests::*;
use crate::{Reading, cases, dwellings, read_as_of, residence_history};
use kernel::{DossierCode, Instant, Result};
use places::Merger;
use serde_json::json;

const NAM_XANG: &str = "13591";
const FROM: &str = "2031-01-01";
const BEFORE: &str = "2030-12-31";

fn merger() -> Merger {
    let code = |c: &str| CommuneCode::parse(c).unwrap();
    Merger { code: code(HERE), into: code(NAM_XANG), on: day(FROM) }
}

fn decided(w: &World) {
    let resolution = "Nghị quyết 15/NQ-HĐND";
    w.write(move |tx, _| merge(tx, &Actor::system("test"), &merger(), resolution)).unwrap();
    adopt(&w.store).unwrap();
}

fn on(w: &World, date: &str) {
    w.clock.set(Instant::from_local(day(date).at(9, 0, 0, 0)));
}

fn find(w: &World, place: &'static str, query: Query) -> Found {
    let found = w.write(move |tx, law| search(tx, law, &officer(place), &query));
    found.unwrap().granted().unwrap()
}

fn found(w: &World, place: &'static str, query: Query) -> Vec<String> {
    find(w, place, query).hits.iter().map(|h| h.pid.as_str().to_owned()).collect()
}

#[test]
fn from_the_day_on_the_other_commune_s_officers_read_and_find_its_people() {
    both(|w| {
        decided(&w);
        let address = |words: &str| Query { address: words.into(), ..Query::default() };
        let file = w.own(HUNG, &["residence_file"]).text("residence_file").unwrap().to_owned();
        let of_file = Query { file, ..Query::default() };
        let items = ["name", "permanent"];
        for (date, theirs, others, name) in
            [(BEFORE, HERE, NAM_XANG, "xã Trần Thương"), (FROM, NAM_XANG, HERE, "xã Nam Xang")]
        {
            on(&w, date);
            let seen = w.read(&officer(theirs), "person.find", HUNG, &items).unwrap();
            assert_eq!(seen.part("permanent", "/commune"), Some(&json!(theirs)), "{date}");
            let text = format!("Số 12, thôn 3, {name}, tỉnh Ninh Bình");
            assert_eq!(seen.part("permanent", "/text"), Some(&json!(text)));
            refused(w.read(&officer(others), "person.find", HUNG, &items), ACCESS_OUTSIDE);
            for query in [Query::name("hung tran"), of_file.clone(), address("số 12")] {
                assert!(found(&w, theirs, query.clone()).contains(&HUNG.to_owned()), "{date}");
                assert!(found(&w, others, query).is_empty(), "{date}");
            }
            assert!(find(&w, theirs, Query::name("hung tran")).hits.iter().all(|h| !h.stays));
            // A whole family name, so that the pages of both parts go together in order.
            assert_eq!(found(&w, theirs, Query::name("tran")).len(), 3);
        }
    });
}

#[test]
fn two_parts_of_a_commune_are_found_in_one_order() {
    let w = World::new();
    w.write(|tx, law| {
        let mut people = Vec::new();
        for n in 10..40 {
            let number = format!("0352050001{n}");
            let name = format!("Trần Văn {}", ["An", "Bình", "Chi"][n % 3]);
            let new = newborn(&number, &name, "2005-01-20", "male", &[]);
            register_of_people::register(tx, &Actor::system("test"), &new, &Source::default())?;
            people.push(number);
        }
        for (i, number) in people.iter().enumerate() {
            let to = at_address(if i % 2 == 0 { HERE } else { NAM_XANG }, &format!("Số {i}"));
            moved_in(tx, law, number, &[], to)?;
        }
        Ok(())
    })
    .unwrap();
    decided(&w);
    on(&w, FROM);
    let first = find(&w, NAM_XANG, Query::name("tran van"));
    let next = Query { after: first.more.clone(), ..Query::name("tran van") };
    let second = find(&w, NAM_XANG, next);
    let all: Vec<_> = first.hits.iter().chain(&second.hits).collect();
    assert_eq!((first.hits.len(), all.len()), (20, 32), "thirty, Hùng and Nam");
    let given: Vec<_> = all.iter().map(|h| h.name.rsplit(' ').next().unwrap()).collect();
    assert!(given.is_sorted_by_key(|g| kernel::vietnamese::search_key(g)), "{given:?}");
    let mut once: Vec<_> = all.iter().map(|h| h.pid.clone()).collect();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 32);
}

#[test]
fn an_address_keeps_its_history_and_a_day_before_is_told_with_the_old_name() {
    both(|w| {
        // Nam left while the commune was still there; his parents live on in it.
        w.write(|tx, law| {
            let input = PermanentInput {
                person: pid(NAM),
                with: vec![],
                to: at_address(ELSEWHERE, "Số 9, phố Đội Cấn"),
                join: Join::New,
                since: today(),
                consents: vec![],
            };
            register_permanent(tx, law, &officer(ELSEWHERE), &input, &Source::default())
        })
        .unwrap();
        decided(&w);
        on(&w, "2031-06-01");
        let history = |who: &'static str| -> Vec<String> {
            let lines = w.write(move |tx, law| {
                let own = PurposeId::from("own.data");
                residence_history(tx, law, &citizen(who), &own, &pid(who), None)
            });
            lines.unwrap().granted().unwrap().into_iter().map(|l| l.text.unwrap()).collect()
        };
        assert_eq!(history(HOA), ["Số 12, thôn 3, xã Nam Xang, tỉnh Ninh Bình"]);
        assert_eq!(history(NAM)[1], "Số 12, thôn 3, xã Trần Thương, tỉnh Ninh Bình");
        let as_of = |date: &str| {
            let date = day(date);
            let read = w.write(move |tx, law| {
                let (own, known) = (PurposeId::from("own.data"), tx.now());
                let items = ["permanent"];
                read_as_of(tx, law, &citizen(HOA), &own, &pid(HOA), &items, None, date, known)
            });
            let facts = read.unwrap().granted().unwrap();
            let part =
                |at| facts.part("permanent", at).and_then(|v| v.as_str()).unwrap().to_owned();
            (part("/commune"), part("/text"))
        };
        let old = "Số 12, thôn 3, xã Trần Thương, tỉnh Ninh Bình";
        assert_eq!(as_of(BEFORE), (HERE.to_owned(), old.to_owned()));
        assert_eq!(as_of(FROM), (NAM_XANG.to_owned(), old.replace("Trần Thương", "Nam Xang")));
        let lived = |date: &str| {
            let (home, date) = (w.home_here.dwelling.clone(), day(date));
            let read = w.write(move |tx, law| {
                let known = tx.now();
                crate::residents(tx, law, &officer(NAM_XANG), &home, date, known)
            });
            let then = Reading::into_result(read.unwrap()).unwrap();
            (then.text, then.households[0].members.len())
        };
        assert_eq!(lived("2026-11-22"), (old.to_owned(), 4));
        assert_eq!(lived(FROM).0, old.replace("Trần Thương", "Nam Xang"));
    });
}

#[test]
fn what_is_registered_afterwards_belongs_to_the_whole() {
    both(|w| {
        w.write(|tx, _| {
            let (code, purpose) = (DossierCode::from("D-1"), "residence.temporary.register".into());
            cases::open(tx, &code, HERE, &purpose, &[pid(LAN)])?;
            let spouse = [("spouse", HOA)];
            let new = newborn("035070000111", "TRẦN VĂN HÙNG", "1970-02-03", "male", &spouse);
            register_of_people::register(tx, &Actor::system("test"), &new, &Source::default())
        })
        .unwrap();
        matching::find(&w.store, &mut |_| {}).unwrap();
        decided(&w);
        on(&w, FROM);
        // A dossier that was opened there, and a pair that was found there, go on with the others.
        let purpose = "residence.temporary.register";
        w.read_for(&officer(NAM_XANG), purpose, LAN, &["name"], "D-1").unwrap();
        let pairs = w.store.read(|tx| matching::open_pairs(tx, NAM_XANG, 0)).unwrap();
        assert_eq!((pairs.0.len(), pairs.1), (1, 1));
        let id = pairs.0[0].id.clone();
        w.write(move |tx, law| {
            matching::keep_apart(tx, law, &officer(NAM_XANG), &id, "Đã gặp cả hai người")
        })
        .unwrap();
        // Nobody is registered under the code that has ended; the address is known under the new one.
        let temporary = |person: &'static str, to: Where, join: Join| {
            w.write(move |tx, law| {
                let input = TemporaryInput {
                    person: pid(person),
                    with: vec![],
                    to: to.clone(),
                    join: join.clone(),
                    since: day(FROM),
                    until: day("2031-12-01"),
                    consents: vec![],
                };
                register_temporary(tx, law, &officer(NAM_XANG), &input, &Source::default())
            })
        };
        refused(temporary(LAN, at_address(HERE, "Số 1"), Join::New), COMMUNE_UNKNOWN);
        refused(temporary(HOA, at_address(NAM_XANG, "Số 1"), Join::New), SAME_COMMUNE);
        let known = at_address(NAM_XANG, "số 12, thôn 3");
        let done = temporary(LAN, known, Join::New).unwrap();
        assert_eq!(done.dwelling, w.home_here.dwelling);
        let like = w
            .store
            .read(|tx| dwellings::like(tx, &CommuneCode::parse(NAM_XANG).unwrap(), "số 1", 10));
        assert_eq!(like.unwrap().len(), 1);
        // And the whole dwelling moves within the commune, by its officer.
        let house = w.home_here.household.clone();
        let moved = w.write(move |tx, law| {
            let version = crate::household::get(tx, &house)?.version;
            let input = WholeMove {
                from: crate::household::get(tx, &house)?.dwelling,
                households: vec![(house.clone(), version)],
                to: at_address(NAM_XANG, "Số 7, thôn 9"),
                on: day(FROM),
            };
            refused(resettle(tx, law, &officer(HERE), &input, &basis()), ACCESS_OUTSIDE);
            resettle(tx, law, &officer(NAM_XANG), &input, &basis())
        });
        assert_eq!(moved.unwrap().persons, 4);
    });
}

#[test]
fn two_houses_of_one_number_stay_two() {
    let w = World::new();
    let input = PermanentInput {
        person: pid(NAM),
        with: vec![],
        to: at_address(NAM_XANG, "Số 12, thôn 3"),
        join: Join::New,
        since: today(),
        consents: vec![],
    };
    let other = w.write(move |tx, law| {
        register_permanent(tx, law, &officer(NAM_XANG), &input, &Source::default())
    });
    let other = other.unwrap().dwelling;
    decided(&w);
    on(&w, FROM);
    let at = |code: &str, line: &'static str| {
        let code = CommuneCode::parse(code).unwrap();
        w.store.read(|tx| dwellings::at(tx, &code, line)).unwrap()
    };
    // Each is found under its own code, also one that has ended: a dossier may still name it.
    assert_eq!(at(HERE, "số 12, thôn 3"), Some(w.home_here.dwelling.clone()));
    assert_eq!(at(NAM_XANG, "số 12, thôn 3"), Some(other));
    assert_eq!(at(NAM_XANG, "số 13, thôn 3"), None);
}

/// However many parts a commune has, each is looked up in an index.
#[test]
fn searching_a_merged_commune_goes_by_the_index() {
    for (w, postgres) in [(World::new(), false), (World::on(&store::testing::postgres()), true)] {
        decided(&w);
        on(&w, FROM);
        let heard = heard(&w, |tx, law| {
            let by = officer(NAM_XANG);
            for query in [
                Query::name("hung tran"),
                Query { address: "số 12, thôn 3".into(), ..Query::default() },
                Query { file: "13594-00000000".into(), ..Query::default() },
                Query { address: "thôn 3".into(), ..Query::name("tran") },
            ] {
                search(tx, law, &by, &query)?;
            }
            let commune = CommuneCode::parse(NAM_XANG)?;
            dwellings::like(tx, &commune, "số", 10)?;
            matching::open_pairs(tx, NAM_XANG, 0).map(|_| ())
        });
        assert!(heard.iter().any(|(_, values)| values.contains(&store::Value::from(HERE))));
        check(&w, postgres, "search", heard);
    }
}

#[test]
fn a_merger_is_recorded_listed_and_taken_back_before_its_day() {
    both(|w| {
        let by = || Actor::system("test");
        let try_merge = |m: Merger, basis: &'static str| -> Result<()> {
            w.write(move |tx, _| merge(tx, &by(), &m, basis))
        };
        refused(try_merge(merger(), "  "), MERGER_BASIS);
        let same = Merger { into: merger().code, ..merger() };
        refused(try_merge(same, "Nghị quyết"), places::MERGED_ITSELF);
        assert!(w.store.read(mergers).unwrap().is_empty());
        try_merge(merger(), "Nghị quyết 15/NQ-HĐND").unwrap();
        refused(try_merge(merger(), "Lần nữa"), places::MERGED_TWICE);
        let all = w.store.read(mergers).unwrap();
        assert_eq!((all.len(), all[0].basis.as_str()), (1, "Nghị quyết 15/NQ-HĐND"));
        assert_eq!(all[0].merger, merger());
        let back = |basis: &'static str| -> Result<()> {
            w.write(move |tx, _| withdraw(tx, &by(), &merger().code, basis))
        };
        refused(back(""), MERGER_BASIS);
        back("Hoãn").unwrap();
        refused(back("Hoãn"), MERGER_UNKNOWN);
        try_merge(merger(), "Nghị quyết 16/NQ-HĐND").unwrap();
        on(&w, FROM);
        refused(back("Quá muộn"), MERGER_OVER);
        w.store.settle().unwrap();
        assert_eq!(w.entries(COMMUNE_MERGED).len(), 2);
        let gone = w.entries(MERGER_WITHDRAWN);
        assert_eq!(gone[0].place.as_deref(), Some(HERE));
        assert_eq!(
            gone[0].body,
            json!({"code": HERE, "into": NAM_XANG, "on": FROM, "basis": "Hoãn"})
        );
    });
}
