//! Finding people: any order of words, marks or not, year, address, household, page by page; the same on
//! both engines.

use crate::generate::Demo;
use crate::search::Place;
use crate::tests::*;
use crate::{Found, HITS_MAX, Query, Reading, search};
use std::collections::BTreeSet;
use store::params;

fn find(store: &Store, actor: &Actor, query: &Query) -> Found {
    let (law, by, query) = (Law::load().unwrap(), actor.clone(), query.clone());
    store.write(move |tx| search(tx, &law, &by, &query)).map(Reading::into_result).unwrap().unwrap()
}

/// All pages of a query.
fn all(store: &Store, actor: &Actor, query: &Query) -> Vec<String> {
    let mut query = query.clone();
    let mut out = Vec::new();
    loop {
        let found = find(store, actor, &query);
        assert!(found.hits.len() <= HITS_MAX);
        out.extend(found.hits.iter().map(|h| h.pid.as_str().to_owned()));
        match found.more {
            // Through its text, as a form carries it.
            Some(place) => query.after = Place::from_text(&place.to_text()),
            None => return out,
        }
    }
}

struct One {
    pid: String,
    name: String,
    birth: String,
    here: bool,
    line: String,
}

/// Everybody, looked through one by one: what the index must agree with.
fn everybody(store: &Store) -> Vec<One> {
    let sql = "SELECT p.pid, p.name, p.birth, p.commune, p.stay_commune, d.line FROM person p \
         LEFT JOIN household h ON h.id = CASE WHEN p.commune = ?1 THEN p.household ELSE p.stay_household END \
         LEFT JOIN dwelling d ON d.id = h.dwelling ORDER BY p.pid";
    let all = store.read(|tx| {
        tx.rows(sql, params![HERE], |r| {
            let commune: (Option<String>, Option<String>) = (r.get(3)?, r.get(4)?);
            let here = Some(HERE.to_owned());
            Ok(One {
                pid: r.get(0)?,
                name: r.get(1)?,
                birth: r.get(2)?,
                here: commune.0 == here || commune.1 == here,
                line: r.get::<Option<String>>(5)?.unwrap_or_default(),
            })
        })
    });
    all.unwrap()
}

/// Names of every length, the same words in every place.
const NAMES: [&str; 10] = [
    "Hoa",
    "Lê Hoa",
    "Hoa Lê",
    "Xuân Hoa An",
    "Lê Thị Xuân Hoa",
    "Lê Hoa Thị An",
    "Lê Xuân Thị An",
    "Nguyễn Phúc Hoa Mỹ An",
    "Nguyễn Thị Phúc Xuân Mỹ Lê",
    "Hoa Hoa Hoa Hoa",
];

fn rename_some(store: &Store) {
    let renamed = store.write(|tx| {
        let sql = "SELECT pid FROM person WHERE commune = ?1 OR stay_commune = ?1 ORDER BY pid";
        let pids = tx.rows(sql, params![HERE], |r| r.get::<String>(0))?;
        for (pid, name) in pids.iter().step_by(3).zip(NAMES.iter().cycle()).take(60) {
            let (whole, given) = crate::person::keys(name);
            let sql = "UPDATE person SET name = ?2, name_key = ?3, given_key = ?4 WHERE pid = ?1";
            tx.execute(sql, params![pid, *name, whole, given])?;
        }
        Ok(pids.len())
    });
    assert!(renamed.unwrap() > 180);
}

/// What the database does for a query, a step a line.
fn plans(store: &Store, actor: &Actor, query: &Query) -> String {
    let (law, by, query) = (Law::load().unwrap(), actor.clone(), query.clone());
    let postgres = store.engine() == "PostgreSQL";
    let lines = store.write(move |tx| {
        tx.listen();
        search(tx, &law, &by, &query)?;
        let mut lines = Vec::new();
        for statement in tx.heard().iter().filter(|s| s.0.starts_with("SELECT")) {
            lines.extend(super::plans::plan(tx, postgres, statement));
        }
        Ok(lines)
    });
    lines.unwrap().join("\n")
}

fn key(text: &str) -> String {
    kernel::vietnamese::search_key(text)
}

#[test]
fn pages_hold_exactly_those_who_fit() {
    for url in ["sqlite::memory:".to_owned(), store::testing::postgres()] {
        let clock = Clock::manual(Instant::from_local(today().at(8, 0, 0, 0)));
        let store = Store::open_with(&url, &[crate::SCHEMA], clock).unwrap();
        let demo = Demo { persons: 30_000, seed: 21, province: "37".into() };
        demo.run(&store, &mut |_| {}).unwrap();
        rename_some(&store);
        let people: Vec<One> = everybody(&store).into_iter().filter(|p| p.here).collect();
        assert!(people.len() > 150, "{}", people.len());
        let actor = officer(HERE);
        let one = &people[7];
        let words: Vec<String> = one.name.split(' ').map(key).collect();
        let backwards: Vec<&str> = one.name.split(' ').rev().collect();
        let queries = [
            "nguyen",
            "thi",
            "van an",
            "linh tran",
            "nguyễn",
            "khong co ai",
            "hoa",
            "hoa le",
            "xuân",
            "xuan thi",
            "phuc my",
            "hoa hoa an",
            "phuc xuan my",
            "my le xuân thi phuc",
            words.last().unwrap(),
            &words[1],
        ];
        for typed in queries {
            for year in [None, Some(1985), one.birth[..4].parse().ok()] {
                let query = Query { year, ..Query::name(typed) };
                let found = all(&store, &actor, &query);
                let wanted: BTreeSet<&str> = people
                    .iter()
                    .filter(|p| {
                        let name = key(&p.name);
                        let has = |w: &str| match w.is_ascii() {
                            true => name.split(' ').any(|n| n == w),
                            false => p.name.to_lowercase().split(' ').any(|n| n == w),
                        };
                        typed.split(' ').all(has)
                            && year.is_none_or(|y: i16| p.birth.starts_with(&y.to_string()))
                    })
                    .map(|p| p.pid.as_str())
                    .collect();
                let met: BTreeSet<&str> = found.iter().map(String::as_str).collect();
                assert_eq!(met, wanted, "{typed} {year:?} on {}", store.engine());
                assert_eq!(met.len(), found.len(), "somebody twice");
            }
        }
        // The whole name backwards, with marks; and the number.
        assert!(all(&store, &actor, &Query::name(&backwards.join(" "))).contains(&one.pid));
        assert_eq!(all(&store, &actor, &Query::name(&one.pid)), std::slice::from_ref(&one.pid));
        // By address, with a name and without.
        let address = |a: &str| Query { address: a.to_owned(), ..Query::default() };
        let there = |p: &&One| p.line == one.line;
        let wanted: BTreeSet<&str> = people.iter().filter(there).map(|p| p.pid.as_str()).collect();
        let found = all(&store, &actor, &address(&one.line));
        assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), wanted);
        let hamlet = "thôn 3";
        let typed = Query { name: "nguyen".into(), ..address(hamlet) };
        let wanted: BTreeSet<&str> = people
            .iter()
            .filter(|p| format!("{} ", key(&p.line).replace(',', "")).contains("thon 3 "))
            .filter(|p| key(&p.name).split(' ').any(|n| n == "nguyen"))
            .map(|p| p.pid.as_str())
            .collect();
        let found = all(&store, &actor, &typed);
        assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), wanted);
        // By household.
        let file: String = store
            .read(|tx| {
                tx.one(
                    "SELECT h.file FROM person p JOIN household h ON h.id = p.household WHERE p.commune = ?1 ORDER BY p.pid LIMIT 1",
                    params![HERE],
                    |r| r.get(0),
                )
            })
            .unwrap();
        let query = Query { file: file.clone(), ..Query::default() };
        assert!(!all(&store, &actor, &query).is_empty());
        assert!(all(&store, &officer("13597"), &query).is_empty());
        // Names are looked through in the index alone; three words beside the given name among the long ones.
        let plan = |typed: &str| plans(&store, &actor, &Query::name(typed));
        let covering = |plan: &str, index: &str| {
            ["COVERING INDEX", "Index Only Scan using"]
                .iter()
                .any(|scan| plan.contains(&format!("{scan} {index}")))
        };
        for (typed, index) in [
            ("phuc", "person_of_commune"),
            ("phuc my", "person_of_commune"),
            ("phuc xuan my", "person_long_name"),
        ] {
            let plan = plan(typed);
            assert!(covering(&plan, index), "{typed} on {}:\n{plan}", store.engine());
        }
    }
}

#[test]
fn nonsense_finds_nobody_and_breaks_nothing() {
    let w = World::new();
    for typed in ["%%", "__", "!!", "'; --", "a|b|c|d|e", "\u{0}\u{1}x", "🙂🙂", "  ấ ấ  "]
    {
        let query = Query { address: typed.into(), ..Query::name(typed) };
        let law = Law::load().unwrap();
        let reading = w.store.write(move |tx| search(tx, &law, &officer(HERE), &query));
        if let Ok(reading) = reading {
            assert!(reading.granted().unwrap().hits.is_empty(), "{typed}");
        }
    }
    for text in ["", "1", "1|a", "1|a|b|c|d|e", "x|a|b|c|d"] {
        let _ = Place::from_text(text);
    }
    assert_eq!(format!("{:?}", Query::name("Hùng")), "Query(…)");
}
