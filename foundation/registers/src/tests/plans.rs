//! Acts on a household cost what the household is large, not what the commune is: no statement of theirs
//! goes through a table or an index from end to end.

use crate::households::{change_head, merge, split};
use crate::model::{Companion, Source};
use crate::population::record_death;
use crate::residence::{WholeMove, resettle};
use crate::residents::residents;
use crate::tests::resettle::{basis, lan_comes};
use crate::tests::*;
use store::{Heard, ReadTx, Value};

/// What an act runs, on this world.
pub fn heard(
    w: &World,
    mut act: impl FnMut(&mut WriteTx, &Law) -> Result<()> + Send + 'static,
) -> Vec<Heard> {
    w.write(move |tx, law| {
        tx.listen();
        act(tx, law)?;
        Ok(tx.heard())
    })
    .unwrap()
}

/// How the database goes about a statement, a step a line.
pub fn plan(tx: &mut ReadTx, postgres: bool, (sql, values): &Heard) -> Vec<String> {
    let explain = if postgres { "EXPLAIN" } else { "EXPLAIN QUERY PLAN" };
    let column = if postgres { 0 } else { 3 };
    tx.rows(&format!("{explain} {sql}"), values, |r| r.get::<String>(column)).unwrap()
}

/// The steps of a plan that look at everything.
fn scans(plan: &[String], postgres: bool) -> Vec<String> {
    let bad = |i: usize, line: &str| match postgres {
        // Forbidden to go through a table it goes through an index, without a condition on it.
        true => {
            let index = line.contains("Index Scan") || line.contains("Index Only Scan");
            let bounded = plan.get(i + 1).is_some_and(|next| next.contains("Index Cond"));
            line.contains("Seq Scan") || (index && !bounded)
        }
        // What a statement within the statement gives is gone through; its own steps are in the plan.
        false => line.strip_prefix("SCAN ").is_some_and(|of| {
            let inner = plan.iter().any(|l| l.strip_prefix("CO-ROUTINE ") == Some(of));
            !inner && !line.contains("CONSTANT ROW")
        }),
    };
    plan.iter().enumerate().filter(|(i, l)| bad(*i, l)).map(|(_, l)| l.clone()).collect()
}

#[track_caller]
pub fn check(w: &World, postgres: bool, what: &str, statements: Vec<Heard>) {
    assert!(statements.len() > 5, "{what} runs statements");
    w.write(move |tx, _| {
        if postgres {
            tx.execute("SET LOCAL enable_seqscan = off", &[])?;
        }
        Ok(statements
            .iter()
            .map(|s| (s.0.clone(), scans(&plan(tx, postgres, s), postgres)))
            .filter(|(_, scans)| !scans.is_empty())
            .collect::<Vec<_>>())
    })
    .map(|found| assert!(found.is_empty(), "{what}: {found:#?}"))
    .unwrap();
}

fn with(list: &[(&str, &str)]) -> Vec<Companion> {
    list.iter().map(|(p, r)| Companion { person: pid(p), relation: (*r).into() }).collect()
}

fn acts_look_at_the_household_alone(w: &World, postgres: bool) {
    let none = Source::default;
    lan_comes(w, "2027-11-20");
    let home = w.home_here.household.clone();
    let house = home.clone();
    let split_off = heard(w, move |tx, law| {
        let tu = with(&[(TU, "younger_sibling")]);
        split(tx, law, &officer(HERE), &house, &pid(NAM), &tu, &none()).map(|_| ())
    });
    check(w, postgres, "split", split_off);
    let nam = w.own(NAM, &["household"]).part("household", "/id").unwrap().clone();
    let (from, into) = (kernel::HouseholdId::from(nam.as_str().unwrap()), home.clone());
    let merged = heard(w, move |tx, law| {
        let back = with(&[(NAM, "child"), (TU, "child")]);
        merge(tx, law, &officer(HERE), &from, &into, &back, &none())
    });
    check(w, postgres, "merge", merged);
    let house = home.clone();
    let head = heard(w, move |tx, law| {
        let all =
            with(&[(HUNG, "husband"), (NAM, "child"), (TU, "child"), (LAN, "other_relative")]);
        change_head(tx, law, &officer(HERE), &house, &pid(HOA), &all, &none())
    });
    check(w, postgres, "change of head", head);
    let house = home.clone();
    let from = w.home_here.dwelling.clone();
    let moved = heard(w, move |tx, law| {
        let version = crate::household::get(tx, &house)?.version;
        let input = WholeMove {
            from: from.clone(),
            households: vec![(house.clone(), version)],
            to: at_address("13591", "Số 7, thôn 9"),
            on: today(),
        };
        resettle(tx, law, &officer(HERE), &input, &basis()).map(|_| ())
    });
    check(w, postgres, "move of a dwelling", moved);
    let dwelling = w.home_here.dwelling.clone();
    let lived = heard(w, move |tx, law| {
        let known = tx.now();
        let on = day("2026-11-22");
        residents(tx, law, &officer(HERE), &dwelling, on, known).map(|_| ())
    });
    check(w, postgres, "who lived there", lived);
    let died = heard(w, move |tx, _| {
        record_death(tx, &officer("13591"), &pid(HOA), today(), "dead", &none())
    });
    check(w, postgres, "the head's death", died);
}

#[test]
fn acts_look_at_the_household_alone_on_sqlite() {
    acts_look_at_the_household_alone(&World::new(), false);
}

#[test]
fn acts_look_at_the_household_alone_on_postgresql() {
    acts_look_at_the_household_alone(&World::on(&store::testing::postgres()), true);
}

#[test]
fn a_statement_that_looks_at_everything_is_found_out() {
    let by_name: Heard = ("SELECT pid FROM person WHERE name = ?1".into(), vec![Value::from("x")]);
    for (w, postgres) in [(World::new(), false), (World::on(&store::testing::postgres()), true)] {
        let by_name = by_name.clone();
        let found = w.write(move |tx, _| {
            if postgres {
                tx.execute("SET LOCAL enable_seqscan = off", &[])?;
            }
            Ok(scans(&plan(tx, postgres, &by_name), postgres))
        });
        assert_eq!(found.unwrap().len(), 1, "postgres: {postgres}");
    }
}
