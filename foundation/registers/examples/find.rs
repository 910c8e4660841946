//! How quickly a register is filled and people are found in it: `find DATABASE-ADDRESS PERSONS [ROUNDS]`.
//! Fills an empty database first; prints percentiles of an officer's searches through the door (durable
//! entry included) and of reading by number. On the database of a province it does not run: a copy.
#![allow(clippy::print_stdout)]

use kernel::{Actor, Appointment, Level, Localized, PersonalId, PurposeId, Result};
use registers::generate::Demo;
use registers::{Law, Query, Reading};
use std::time::Instant;
use store::{Store, params};

fn officer(place: &str) -> Actor {
    Actor {
        account: "measure".into(),
        person: None,
        level: Level::Two,
        acting_for: None,
        appointment: Some(Appointment {
            id: "measure".into(),
            agency: "measure".into(),
            agency_name: Localized::default(),
            post: "commune-police.officer".into(),
            post_name: Localized::default(),
            place: place.to_owned(),
        }),
        session: None,
    }
}

fn told(what: &str, mut ms: Vec<f64>) {
    ms.sort_by(f64::total_cmp);
    let at = |p: usize| {
        ms.get((ms.len() * p / 100).min(ms.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    println!(
        "{what:34} n {:5}  p50 {:8.3} ms  p95 {:8.3} ms  p99 {:8.3} ms  max {:8.3} ms",
        ms.len(),
        at(50),
        at(95),
        at(99),
        at(100)
    );
}

fn timed(f: impl FnOnce() -> Result<usize>) -> Result<f64> {
    let begun = Instant::now();
    std::hint::black_box(f()?);
    Ok(begun.elapsed().as_secs_f64() * 1e3)
}

struct Someone {
    pid: PersonalId,
    name: String,
    birth: String,
    commune: String,
    line: String,
    file: String,
}

/// People far apart, each with a home.
fn some(store: &Store, most: i64) -> Result<Vec<Someone>> {
    store.read(|tx| {
        let all = tx.one("SELECT COUNT(*) FROM household", params![], |r| r.get::<i64>(0))?;
        println!("{all} households, {}", store.engine());
        let mut out = Vec::new();
        for n in 0..most {
            let id = format!("H{:010}", 1 + n * 7_919 * 13 % all.max(1));
            let found = tx.row(
                "SELECT p.pid, p.name, p.birth, d.commune, d.line, h.file FROM household h \
                 JOIN dwelling d ON d.id = h.dwelling JOIN person p ON p.pid = h.head WHERE h.id = ?1 \
                 AND p.household = h.id",
                params![id],
                |r| {
                    Ok(Someone {
                        pid: r.get(0)?,
                        name: r.get(1)?,
                        birth: r.get(2)?,
                        commune: r.get(3)?,
                        line: r.get(4)?,
                        file: r.get(5)?,
                    })
                },
            )?;
            out.extend(found);
        }
        Ok(out)
    })
}

type Asked = (&'static str, fn(&Someone) -> Query);

const QUERIES: [Asked; 10] = [
    ("whole name", |s| Query::name(&s.name)),
    ("whole name without marks", |s| Query::name(&kernel::vietnamese::search_key(&s.name))),
    ("given name", |s| {
        Query::name(&kernel::vietnamese::search_key(s.name.split(' ').next_back().unwrap_or("")))
    }),
    ("surname, given name", |s| {
        let mut words = s.name.split(' ');
        let surname = words.next().unwrap_or("");
        Query::name(&format!("{} {surname}", words.next_back().unwrap_or("")))
    }),
    ("surname alone", |s| Query::name(s.name.split(' ').next().unwrap_or(""))),
    ("name and year of birth", |s| Query {
        year: s.birth.get(..4).and_then(|y| y.parse().ok()),
        ..Query::name(&s.name)
    }),
    ("nobody (looks through the commune)", |_| Query::name("khong-co ai-ca")),
    ("address", |s| Query { address: s.line.clone(), ..Query::default() }),
    ("name and hamlet", |s| Query {
        address: s.line.rsplit(", ").next().unwrap_or("").to_owned(),
        ..Query::name(s.name.split(' ').next_back().unwrap_or(""))
    }),
    ("household by file", |s| Query { file: s.file.clone(), ..Query::default() }),
];

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "sqlite::memory:".to_owned());
    let persons: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let rounds: i64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(200);
    let store = Store::open(&url, &[registers::SCHEMA])?;
    if !store.read(registers::generate::complete)? {
        let begun = Instant::now();
        let demo = Demo { persons, seed: 2026, province: "37".to_owned() };
        let mut told = 0;
        let done = demo.run(&store, &mut |p| {
            if p.persons >= told {
                println!("{} after {:.1} s", p.persons, begun.elapsed().as_secs_f64());
                told = p.persons + persons / 10;
            }
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{} persons in {seconds:.1} s, {:.0}/s",
            done.persons,
            done.persons as f64 / seconds
        );
    }
    let law = Law::load()?;
    let people = some(&store, rounds)?;
    let mut all = Vec::new();
    for (what, query) in QUERIES {
        let mut took = Vec::new();
        for s in &people {
            let (law, by, q) = (law.clone(), officer(&s.commune), query(s));
            let ms = timed(|| {
                let found = store.write(move |tx| registers::search(tx, &law, &by, &q))?;
                Reading::into_result(found).map(|f| f.hits.len())
            })?;
            took.push(ms);
        }
        all.extend_from_slice(&took);
        told(what, took);
    }
    told("all searches", all);
    let purpose = PurposeId::from("residence.household");
    let items = ["name", "birth", "sex", "permanent", "temporary", "relation"];
    let mut inside = Vec::new();
    for s in &people {
        let by = officer(&s.commune);
        let (law, purpose, pid) = (law.clone(), purpose.clone(), s.pid.clone());
        let took = store.write(move |tx| {
            timed(|| {
                registers::read(tx, &law, &by, &purpose, &pid, &items, None)
                    .map(|r| usize::from(r.granted().is_some()))
            })
        })?;
        inside.push(took);
    }
    told("read by number through the door", inside);
    let sql = "SELECT * FROM person WHERE pid = ?1";
    let keys: Vec<PersonalId> = people.iter().map(|s| s.pid.clone()).collect();
    let row = store.read(|tx| {
        keys.iter()
            .map(|pid| timed(|| Ok(usize::from(tx.row(sql, params![pid], |_| Ok(()))?.is_some()))))
            .collect::<Result<Vec<f64>>>()
    })?;
    told("row by number", row);
    Ok(())
}
