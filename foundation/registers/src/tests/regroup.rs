//! What an officer changes about the households of a dwelling: on a paper, against the books that were
//! looked at, in the own commune; on both engines.

use crate::errors::*;
use crate::journal::HOUSEHOLD;
use crate::model::{Companion, Source};
use crate::regroup::*;
use crate::residents::Residents;
use crate::tests::resettle::{basis, both};
use crate::tests::*;
use kernel::error::CHANGED_MEANWHILE;
use kernel::{HouseholdId, Result};

type Said<'a> = &'a [(&'static str, &'static str)];

fn version(w: &World, id: &HouseholdId) -> i64 {
    let id = id.clone();
    w.store.read(|tx| crate::household::get(tx, &id)).unwrap().version
}

/// Lan's household, as things stand.
fn input(w: &World, change: Change, people: Said<'_>) -> Regroup {
    let household = w.home_elsewhere.household.clone();
    let of = |(p, r): &(&str, &str)| Companion { person: pid(p), relation: (*r).into() };
    Regroup {
        dwelling: w.home_elsewhere.dwelling.clone(),
        version: version(w, &household),
        household,
        change,
        people: people.iter().map(of).collect(),
    }
}

fn go(w: &World, input: &Regroup) -> Result<HouseholdId> {
    let input = input.clone();
    w.write(move |tx, law| regroup(tx, law, &officer(ELSEWHERE), &input, &basis()))
}

fn rehearsed(w: &World, input: &Regroup) -> Result<Residents> {
    let input = input.clone();
    w.write(move |tx, law| rehearse_regroup(tx, law, &officer(ELSEWHERE), &input, &basis()))
}

/// Who is in which household: number and relation.
fn told(of: &Residents) -> Vec<Vec<(String, String)>> {
    let member = |m: &crate::Resident| (m.pid.as_str().to_owned(), m.relation.clone());
    of.households.iter().map(|h| h.members.iter().map(member).collect()).collect()
}

fn now(w: &World) -> Vec<Vec<(String, String)>> {
    let id = w.home_elsewhere.dwelling.clone();
    let read = w.write(move |tx, _| {
        let dwelling = crate::household::dwelling(tx, &id)?;
        let (today, known) = (tx.now().date(), tx.now());
        crate::residents::load(tx, &dwelling, today, known)
    });
    told(&read.unwrap())
}

#[test]
fn what_is_shown_before_is_what_is_there_afterwards() {
    both(|w| {
        let before = now(&w);
        let apart = input(&w, Change::Split, &[(MINH, "head"), (AN, "child")]);
        let shown = told(&rehearsed(&w, &apart).unwrap());
        assert_eq!(now(&w), before, "nothing has changed");
        assert!(w.entries(HOUSEHOLD).is_empty());
        let new = go(&w, &apart).unwrap();
        assert_eq!(now(&w), shown);
        assert_eq!(shown.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);

        // Another head of those who stayed, then all in one again under that head.
        let head = input(&w, Change::Head, &[(BA, "head"), (LAN, "child")]);
        let shown = told(&rehearsed(&w, &head).unwrap());
        go(&w, &head).unwrap();
        assert_eq!(now(&w), shown);
        let back = Regroup {
            household: new.clone(),
            version: version(&w, &new),
            people: [(MINH, "son_in_law"), (AN, "grandchild")]
                .map(|(p, r)| Companion { person: pid(p), relation: r.into() })
                .to_vec(),
            ..input(&w, Change::Split, &[])
        };
        let into = w.home_elsewhere.household.clone();
        let back = Regroup { change: Change::Merge(into.clone(), version(&w, &into)), ..back };
        let shown = told(&rehearsed(&w, &back).unwrap());
        assert_eq!(go(&w, &back).unwrap(), into);
        assert_eq!(now(&w), shown);
        assert_eq!(shown.iter().map(Vec::len).collect::<Vec<_>>(), [4]);
        w.store.settle().unwrap();
        let what: Vec<_> = w.entries(HOUSEHOLD).iter().map(|e| e.body["what"].clone()).collect();
        assert_eq!(what, ["split", "head_changed", "merged"]);
    });
}

#[test]
fn a_mistake_names_whom_it_is_about_and_changes_nothing() {
    both(|w| {
        let before = now(&w);
        let wrong = |change: Change, people: Said<'_>, code: kernel::Code, field: &str| {
            let input = input(&w, change, people);
            for outcome in [rehearsed(&w, &input).map(drop), go(&w, &input).map(drop)] {
                let e = outcome.unwrap_err();
                let fields: Vec<_> = e.field_errors().iter().map(|f| f.field.as_str()).collect();
                let expected = Some(field).filter(|f| !f.is_empty());
                assert!(e.is(code) && fields == Vec::from_iter(expected), "{field}: {e:?}");
            }
        };
        let (split, head) = (|| Change::Split, || Change::Head);
        wrong(split(), &[], HEAD_NONE, "head");
        wrong(split(), &[(MINH, "wife")], HEAD_NONE, "head");
        wrong(split(), &[(MINH, "head"), (AN, "king")], RELATION_UNKNOWN, "relation.1");
        wrong(
            split(),
            &[(MINH, "head"), (BA, "child"), (AN, "father")],
            RELATION_SEX,
            "relation.2",
        );
        wrong(split(), &[(MINH, "head"), (AN, "mother")], RELATION_AGE, "relation.1");
        wrong(split(), &[(AN, "head"), (MINH, "father")], HEAD_MINOR, "relation.0");
        wrong(split(), &[(MINH, "head"), (AN, "head")], RELATION_TAKEN, "relation.1");
        let all: Said<'_> = &[(MINH, "head"), (LAN, "wife"), (AN, "child"), (BA, "mother_in_law")];
        wrong(split(), all, SPLIT_EMPTY, "");
        wrong(head(), &[(MINH, "head"), (LAN, "wife")], MEMBER_UNKNOWN, "relations");
        let same: Said<'_> = &[(LAN, "head"), (MINH, "husband"), (AN, "child"), (BA, "mother")];
        wrong(head(), same, HEAD_SAME, "head");
        assert_eq!(now(&w), before);
    });
}

#[test]
fn only_who_keeps_the_households_there_on_a_paper_and_as_they_were_looked_at() {
    let w = World::new();
    let apart = input(&w, Change::Split, &[(MINH, "head"), (AN, "child")]);
    let by = |actor: kernel::Actor, source: Source| {
        let apart = apart.clone();
        w.write(move |tx, law| regroup(tx, law, &actor, &apart, &source))
    };
    refused(by(officer(HERE), basis()), ACCESS_OUTSIDE);
    refused(by(citizen(LAN), basis()), ACCESS_REFUSED);
    refused(by(in_post("037080000098", "one-stop.clerk", ELSEWHERE), basis()), ACCESS_REFUSED);
    refused(by(officer(ELSEWHERE), Source::default()), MOVE_BASIS);
    let other = Regroup { dwelling: w.home_here.dwelling.clone(), ..apart.clone() };
    refused(go(&w, &other), ACCESS_OUTSIDE);
    let stale = Regroup { version: apart.version - 1, ..apart.clone() };
    refused(go(&w, &stale), CHANGED_MEANWHILE);
    let new = go(&w, &apart).unwrap();
    refused(go(&w, &apart), CHANGED_MEANWHILE);
    // Into a household whose book has changed since, or that waits for a head.
    let into = w.home_elsewhere.household.clone();
    let back = |version: i64| Regroup {
        household: new.clone(),
        version: crate::tests::regroup::version(&w, &new),
        ..input(&w, Change::Merge(into.clone(), version), &[(MINH, "husband"), (AN, "child")])
    };
    refused(go(&w, &back(0)), CHANGED_MEANWHILE);
    let lost = into.clone();
    w.write(move |tx, _| {
        tx.execute("UPDATE household SET head = NULL WHERE id = ?1", store::params![&lost])
    })
    .unwrap();
    refused(go(&w, &back(version(&w, &into))), MERGE_HEADLESS);
}
