//! The synthetic province: what it is made of against what it is calibrated to, and whether every
//! family in it could be one.

use crate::generate::{Cast, Demo, cast};
use crate::rules::{Candidate, check_family, number_warnings};
use crate::tests::day;
use crate::{Law, Sex, birth_date, number};
use kernel::{Date, Instant, PersonalId, time};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use store::{Clock, Store, params};

const PERSONS: u64 = 12_000;

struct Someone {
    pid: PersonalId,
    name: String,
    birth: Date,
    sex: Sex,
    marital: String,
    relatives: Json,
    relation: Option<String>,
    household: Option<String>,
    stay: Option<String>,
    dead: bool,
    ethnic: String,
    commune: Option<String>,
    until: Option<String>,
}

struct Province {
    store: Store,
    people: Vec<Someone>,
    cast: Cast,
}

fn today() -> Date {
    day("2026-11-23")
}

fn make(persons: u64, seed: u64, province: &str) -> (Store, Demo) {
    let clock = Clock::manual(Instant::from_local(today().at(8, 0, 0, 0)));
    let store = Store::open_with("sqlite::memory:", &[crate::SCHEMA], clock).unwrap();
    let demo = Demo { persons, seed, province: province.into() };
    let mut seen = 0;
    let done = demo.run(&store, &mut |p| seen = p.persons).unwrap();
    assert_eq!(seen, done.persons);
    (store, demo)
}

fn province() -> &'static Province {
    static ONE: OnceLock<Province> = OnceLock::new();
    ONE.get_or_init(|| {
        let (store, demo) = make(PERSONS, 7, "37");
        let json = |s: Option<String>| -> Json {
            s.map_or(Json::Null, |s| serde_json::from_str(&s).unwrap())
        };
        let (people, cast) = store
            .read(|tx| {
                let people = tx.rows(
                    "SELECT pid, name, birth, sex, marital, relatives, relation, household, \
                     stay_household, death, ethnic, commune, temporary FROM person ORDER BY pid",
                    params![],
                    |r| {
                        let birth: String = r.get(2)?;
                        let sex: String = r.get(3)?;
                        Ok(Someone {
                            pid: r.get(0)?,
                            name: r.get(1)?,
                            birth: birth_date(&birth).unwrap(),
                            sex: Sex::parse(&sex).unwrap(),
                            marital: r.get(4)?,
                            relatives: json(r.get(5)?),
                            relation: r.get(6)?,
                            household: r.get(7)?,
                            stay: r.get(8)?,
                            dead: r.get::<Option<String>>(9)?.is_some(),
                            ethnic: json(r.get(10)?)["code"].as_str().unwrap_or("").to_owned(),
                            commune: r.get(11)?,
                            until: json(r.get(12)?)["until"].as_str().map(str::to_owned),
                        })
                    },
                )?;
                Ok((people, cast(tx, &demo)?))
            })
            .unwrap();
        Province { store, people, cast }
    })
}

fn living() -> Vec<&'static Someone> {
    province().people.iter().filter(|p| !p.dead).collect()
}

fn by_pid() -> BTreeMap<&'static str, &'static Someone> {
    province().people.iter().map(|p| (p.pid.as_str(), p)).collect()
}

fn age(p: &Someone) -> i32 {
    time::age_on(p.birth, today())
}

fn near(what: &str, found: f64, wanted: f64, by: f64) {
    assert!((found - wanted).abs() <= by, "{what}: {found:.2}, calibrated to {wanted:.2} ± {by}");
}

fn share(list: &[&Someone], f: impl Fn(&Someone) -> bool) -> f64 {
    100.0 * list.iter().filter(|p| f(p)).count() as f64 / list.len() as f64
}

#[test]
fn as_many_people_as_asked_for() {
    let n = living().len() as f64;
    near("people", n, PERSONS as f64, PERSONS as f64 * 0.01);
}

#[test]
fn ages_and_sexes_follow_the_model() {
    let table = include_str!("../../../../data/people/age_sex_2019_model.csv");
    let all = living();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (low, high) = cells[0].split_once('-').unwrap_or(("80", "120"));
        let (low, high): (i32, i32) = (low.parse().unwrap(), high.parse().unwrap());
        for (sex, cell) in [(Sex::Male, cells[1]), (Sex::Female, cells[2])] {
            let wanted = cell.parse::<f64>().unwrap() / 10_000.0;
            let found = share(&all, |p| p.sex == sex && (low..=high).contains(&age(p)));
            near(&format!("{sex:?} {}", cells[0]), found, wanted, 0.12);
        }
    }
}

#[test]
fn households_have_the_census_size() {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for p in living() {
        *sizes.entry(p.household.as_deref().unwrap()).or_default() += 1;
    }
    let mean = living().len() as f64 / sizes.len() as f64;
    near("mean household", mean, 3.6, 0.15);
    let of =
        |n: usize| 100.0 * sizes.values().filter(|s| **s == n).count() as f64 / sizes.len() as f64;
    // The census of 2019 counts about 11 % of one person; most have two to four.
    near("alone", of(1), 11.0, 3.0);
    assert!(of(2) + of(3) + of(4) > 50.0);
    assert!(*sizes.values().max().unwrap() <= 14);
}

#[test]
fn marital_status_is_like_the_census() {
    let adults: Vec<&Someone> = living().into_iter().filter(|p| age(p) >= 15).collect();
    near("married", share(&adults, |p| p.marital == "married"), 69.0, 4.0);
    near("widowed", share(&adults, |p| p.marital == "widowed"), 6.0, 3.0);
    near("divorced", share(&adults, |p| p.marital == "divorced"), 2.0, 1.5);
}

#[test]
fn every_minor_lives_with_a_parent_who_could_be_one() {
    let all = by_pid();
    for p in living() {
        let parent = |who: &str| p.relatives[who]["pid"].as_str().and_then(|d| all.get(d));
        if age(p) < 18 {
            let home = ["father", "mother"].iter().filter_map(|w| parent(w));
            assert!(home.clone().any(|f| f.household == p.household), "a minor lives alone");
        }
        if let Some(m) = parent("mother") {
            let at = time::age_on(m.birth, p.birth);
            assert!((18..=42).contains(&at), "a mother of {at}");
            assert_eq!(m.sex, Sex::Female);
        }
        if let Some(f) = parent("father") {
            assert!(time::age_on(f.birth, p.birth) >= 18);
            assert_eq!(f.sex, Sex::Male);
            let surname = |n: &str| n.split(' ').next().unwrap_or("").to_owned();
            assert_eq!(surname(&f.name), surname(&p.name));
        }
    }
}

#[test]
fn brothers_and_sisters_could_be_born_by_one_mother() {
    let mut of_mother: BTreeMap<&str, Vec<&Someone>> = BTreeMap::new();
    for p in living() {
        if let Some(m) = p.relatives["mother"]["pid"].as_str() {
            of_mother.entry(m).or_default().push(p);
        }
    }
    let mut names_twice = 0;
    for mut children in of_mother.into_values() {
        children.sort_by_key(|c| c.birth);
        for pair in children.windows(2) {
            let days = time::days_from_epoch(pair[1].birth) - time::days_from_epoch(pair[0].birth);
            assert!(days == 0 || days > 270, "born {days} days apart");
            names_twice += usize::from(pair[0].name == pair[1].name);
        }
    }
    assert_eq!(names_twice, 0);
}

#[test]
fn relations_hold_both_ways_and_pass_the_register_s_own_rules() {
    let law = Law::load().unwrap();
    let all = by_pid();
    let mut houses: BTreeMap<&str, Vec<Candidate>> = BTreeMap::new();
    for p in living() {
        let relation = p.relation.clone().unwrap();
        let known = law.relation(&relation).unwrap_or_else(|| panic!("relation {relation}"));
        assert!(known.sex.as_deref().is_none_or(|s| s == p.sex.as_str()), "{relation}");
        houses.entry(p.household.as_deref().unwrap()).or_default().push(Candidate {
            pid: p.pid.clone(),
            sex: Some(p.sex),
            birth: Some(p.birth),
            relation,
        });
        if let Some(s) = p.relatives["spouse"]["pid"].as_str() {
            assert_eq!(all[s].relatives["spouse"]["pid"], p.pid.as_str());
        }
        for c in p.relatives["children"].as_array().into_iter().flatten() {
            let child = all[c["pid"].as_str().unwrap()];
            let of = ["father", "mother"].map(|w| child.relatives[w]["pid"].clone());
            assert!(of.contains(&Json::from(p.pid.as_str())));
        }
    }
    for members in houses.values() {
        check_family(members, today()).unwrap();
        assert_eq!(members.iter().filter(|m| m.relation == "head").count(), 1);
    }
}

#[test]
fn numbers_are_unique_and_fit_their_people() {
    let mut seen = BTreeSet::new();
    let mut here = 0;
    for p in &province().people {
        assert!(seen.insert(p.pid.as_str()));
        let birth = p.birth.to_string();
        assert_eq!(number_warnings(&p.pid, &birth, p.sex, number::PREFIXES), []);
        here += usize::from(["035", "036", "037"].contains(&p.pid.prefix()));
    }
    let share = 100.0 * here as f64 / province().people.len() as f64;
    assert!(share > 85.0, "only {share:.0} % were born in the province");
}

#[test]
fn the_prefixes_are_those_of_the_table() {
    let table = include_str!("../../../../data/people/id_number_province_codes.csv");
    let listed: Vec<&str> = table.lines().skip(1).map(|l| &l[..3]).collect();
    assert_eq!(listed, number::PREFIXES);
}

#[test]
fn names_have_the_shares_of_the_book() {
    let all = living();
    let with = |s: &str| share(&all, |p| p.name.starts_with(&format!("{s} ")));
    near("Nguyễn", with("Nguyễn"), 38.4, 4.0);
    near("Trần", with("Trần"), 12.1, 3.0);
    near("Phạm", with("Phạm"), 7.0, 2.5);
    let old: Vec<&Someone> =
        all.iter().copied().filter(|p| p.sex == Sex::Female && age(p) > 65).collect();
    let young: Vec<&Someone> =
        all.iter().copied().filter(|p| p.sex == Sex::Female && age(p) < 10).collect();
    let thi = |list: &[&Someone]| share(list, |p| p.name.contains(" Thị "));
    assert!(thi(&old) > 80.0 && thi(&young) < 25.0, "{} {}", thi(&old), thi(&young));
    assert!(all.iter().all(|p| !p.name.contains(['\u{d0}', '\u{f0}'])));
}

#[test]
fn ethnic_groups_follow_the_province() {
    let all = living();
    near("Kinh", share(&all, |p| p.ethnic == "01"), 99.0, 1.0);
    let (store, _) = make(4_000, 3, "20");
    let tay: f64 = store
        .read(|tx| {
            let count = |tx: &mut store::ReadTx, like: &str| {
                let sql = "SELECT COUNT(*) FROM person WHERE ethnic LIKE ?1";
                tx.one(sql, params![like], |r| r.get::<i64>(0))
            };
            Ok(100.0 * count(tx, "%\"02\"%")? as f64 / count(tx, "%")? as f64)
        })
        .unwrap();
    near("Tày in Lạng Sơn", tay, 36.1, 5.0);
}

#[test]
fn the_ethnic_table_meets_the_census() {
    let groups = include_str!("../../../../data/people/ethnic_groups.csv");
    let shares = include_str!("../../../../data/people/ethnic_by_province.csv");
    let old = include_str!("../../../../data/people/population_2019_provinces_63.csv");
    let map = include_str!("../../../../data/places/provinces_2024.csv");
    let rows = |t: &'static str| t.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>());
    let now: BTreeMap<&str, &str> = rows(map).map(|r| (r[0], r[2])).collect();
    let mut people: BTreeMap<&str, f64> = BTreeMap::new();
    for r in rows(old) {
        *people.entry(now[r[0]]).or_default() += r[3].parse::<f64>().unwrap();
    }
    let mut totals: BTreeMap<&str, f64> = BTreeMap::new();
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for r in rows(shares) {
        let share: f64 = r[2].parse().unwrap();
        *totals.entry(r[1]).or_default() += share / 100.0 * people[r[0]];
        *sums.entry(r[0]).or_default() += share;
    }
    assert_eq!(sums.len(), 34);
    for (province, sum) in sums {
        near(province, sum, 100.0, 0.01);
    }
    for r in rows(groups).filter(|r| !r[0].is_empty()) {
        let census: f64 = r[5].parse().unwrap();
        if census > 100_000.0 {
            let ours = totals.get(r[0]).copied().unwrap_or(0.0) / census;
            near(r[2], ours, 1.0, 0.15);
        }
    }
}

#[test]
fn some_lodge_elsewhere_and_their_terms_can_be() {
    let all = living();
    let lodging: Vec<&&Someone> = all.iter().filter(|p| p.stay.is_some()).collect();
    assert!(lodging.len() > 50, "{} lodge", lodging.len());
    for p in &lodging {
        let until = day(p.until.as_deref().unwrap());
        assert!(until > today());
        assert!(p.stay != p.household);
    }
    let dormitory = province()
        .store
        .read(|tx| {
            tx.one(
                "SELECT COUNT(*) FROM household_member m JOIN household h ON h.id = m.household \
                 WHERE h.kind = 'collective'",
                params![],
                |r| r.get::<i64>(0),
            )
        })
        .unwrap();
    assert!(dormitory > 10);
}

#[test]
fn the_books_agree_with_the_records() {
    province()
        .store
        .read(|tx| {
            let wrong = tx.one(
                "SELECT COUNT(*) FROM person p LEFT JOIN household_member m ON m.pid = p.pid \
                 AND m.household = p.household AND m.kind = 'permanent' AND m.relation = p.relation \
                 WHERE p.death IS NULL AND m.pid IS NULL",
                params![],
                |r| r.get::<i64>(0),
            )?;
            assert_eq!(wrong, 0);
            let heads = tx.one(
                "SELECT COUNT(*) FROM household h LEFT JOIN household_member m \
                 ON m.household = h.id AND m.pid = h.head AND m.relation = 'head' \
                 WHERE h.kind = 'family' AND m.pid IS NULL",
                params![],
                |r| r.get::<i64>(0),
            )?;
            assert_eq!(heads, 0);
            let twice = tx.rows(
                "SELECT commune, line_key FROM dwelling GROUP BY commune, line_key HAVING COUNT(*) > 1",
                params![],
                |_| Ok(()),
            )?;
            assert!(twice.is_empty(), "{} addresses twice", twice.len());
            Ok(())
        })
        .unwrap();
}

#[test]
fn replaying_the_acts_gives_the_generated_rows() {
    let some: Vec<PersonalId> =
        province().people.iter().step_by(97).map(|p| p.pid.clone()).collect();
    province()
        .store
        .read(|tx| {
            for pid in &some {
                let acts = crate::person::acts(tx, pid)?;
                let row = crate::person::get(tx, pid)?;
                let state = crate::history::state_at(&acts, today(), tx.now());
                for item in crate::person::STORED {
                    let by_acts = state.get(item).copied().cloned().unwrap_or(Json::Null);
                    assert_eq!(row.value(item)?, by_acts, "{item}");
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_cast_fits_its_parts_and_is_found_again() {
    let c = &province().cast;
    let all = by_pid();
    let of = |p: &crate::generate::Player| all[p.pid.as_str()];
    assert_eq!(c.commune.as_str(), "13594");
    assert_ne!(of(&c.citizen).commune, of(&c.owner).commune);
    assert!(age(of(&c.child)) < 18);
    assert_eq!(of(&c.child).relatives["mother"]["pid"], c.citizen.pid.as_str());
    assert_eq!(of(&c.child).relatives["father"]["pid"], c.other_parent.pid.as_str());
    assert_eq!(of(&c.owner).household.as_deref(), Some(c.household.as_str()));
    assert_eq!(of(&c.owner).relation.as_deref(), Some("head"));
    let players = [
        &c.citizen,
        &c.other_parent,
        &c.child,
        &c.owner,
        &c.officer,
        &c.police_head,
        &c.clerk,
        &c.auditor,
        &c.viewer,
        &c.operator,
        &c.officer_next_door,
    ];
    let distinct: BTreeSet<&str> = players.iter().map(|p| p.pid.as_str()).collect();
    assert_eq!(distinct.len(), players.len());
    for p in [&c.officer, &c.police_head, &c.clerk] {
        assert_eq!(of(p).commune.as_deref(), Some("13594"));
    }
    let (store, demo) = make(PERSONS, 7, "37");
    let again = store.read(|tx| cast(tx, &demo)).unwrap();
    assert_eq!((&again.citizen, &again.owner), (&c.citizen, &c.owner));
}

#[test]
fn small_provinces_have_a_cast_too() {
    for seed in 0..4 {
        let (store, demo) = make(1_500, seed, "37");
        store.read(|tx| cast(tx, &demo)).unwrap();
    }
}

#[test]
fn every_province_can_be_made() {
    for code in ["01", "04", "46", "79", "96"] {
        let (store, _) = make(600, 1, code);
        let n =
            store.read(|tx| tx.one("SELECT COUNT(*) FROM person", params![], |r| r.get::<i64>(0)));
        assert!(n.unwrap() > 550);
    }
    let clock = Clock::manual(Instant::from_local(today().at(8, 0, 0, 0)));
    let store = Store::open_with("sqlite::memory:", &[crate::SCHEMA], clock).unwrap();
    let demo = Demo { persons: 100, seed: 1, province: "99".into() };
    crate::tests::refused(demo.run(&store, &mut |_| {}), crate::PROVINCE_EMPTY);
}

#[test]
fn a_run_that_was_cut_off_goes_on() {
    let clock = Clock::manual(Instant::from_local(today().at(8, 0, 0, 0)));
    let store = Store::open_with("sqlite::memory:", &[crate::SCHEMA], clock.clone()).unwrap();
    let demo = Demo { persons: 6_000, seed: 9, province: "37".into() };
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        demo.run(&store, &mut |p| assert!(p.persons < 2_000, "cut off"))
    }));
    assert!(cut.is_err());
    assert!(!store.read(crate::generate::complete).unwrap());
    // The next day it goes on as on the first.
    clock.set(Instant::from_local(day("2026-11-24").at(8, 0, 0, 0)));
    let other = Demo { seed: 10, ..demo.clone() };
    crate::tests::refused(other.run(&store, &mut |_| {}), crate::REGISTER_NOT_EMPTY);
    demo.run(&store, &mut |_| {}).unwrap();
    assert!(store.read(crate::generate::complete).unwrap());
    let all = |s: &Store| {
        let sql = "SELECT pid, birth, permanent FROM person ORDER BY pid";
        s.read(|tx| {
            tx.rows(sql, params![], |r| {
                Ok((r.get::<String>(0)?, r.get::<String>(1)?, r.get::<Option<String>>(2)?))
            })
        })
        .unwrap()
    };
    let (whole, _) = make(6_000, 9, "37");
    assert_eq!(all(&store), all(&whole));
    crate::tests::refused(demo.run(&store, &mut |_| {}), crate::REGISTER_NOT_EMPTY);
}

#[test]
fn a_register_with_people_is_left_alone() {
    let w = crate::tests::World::new();
    let demo = Demo { persons: 100, seed: 1, province: "37".into() };
    crate::tests::refused(demo.run(&w.store, &mut |_| {}), crate::REGISTER_NOT_EMPTY);
}
