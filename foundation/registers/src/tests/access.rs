//! The citizen's access log.

use crate::access_log::{AccessLog, Show, access_log, audit_log};
use crate::errors::*;
use crate::tests::*;
use crate::{AccessPage, Reading, cases, search};
use kernel::{ActingFor, Actor, DossierCode, PurposeId, Result};

fn log(w: &World, actor: Actor, of: &str, show: Show) -> Result<AccessPage> {
    w.store.catch_up(&mut AccessLog).unwrap();
    let of = pid(of);
    w.store.read(|tx| access_log(tx, &w.law, &actor, &of, show, 0))
}

#[test]
fn every_reading_stands_in_the_log_with_names_in_both_languages() {
    let w = World::new();
    let code = DossierCode::from("D-1");
    w.write(move |tx, _| {
        let purpose = PurposeId::from("residence.temporary.register");
        cases::open(tx, &code, HERE, &purpose, &[pid(LAN)])
    })
    .unwrap();
    let purpose = "residence.temporary.register";
    w.read_for(&officer(HERE), purpose, LAN, &["name", "permanent"], "D-1").unwrap();
    refused(w.read(&officer(HERE), "person.find", LAN, &["name"]), ACCESS_OUTSIDE);
    w.own(LAN, &["name"]);
    w.own(MINH, &["household"]);
    let page = log(&w, citizen(LAN), LAN, Show::Others).unwrap();
    assert_eq!((page.rows.len(), page.total, page.more), (3, 3, false));
    let (by_minh, refused_one, read) = (&page.rows[0], &page.rows[1], &page.rows[2]);
    assert_eq!(by_minh.item_ids, ["household"]);
    assert!(refused_one.refused && !read.refused);
    assert_eq!(read.agency.as_ref().unwrap().en, "Commune police");
    assert_eq!(read.post.as_ref().unwrap().vi, "Cán bộ");
    assert_eq!(read.purpose_name.vi, "Đăng ký tạm trú");
    assert_eq!(read.items[1].vi, "Nơi thường trú");
    assert_eq!(read.items[1].en, "Permanent residence");
    assert_eq!(read.dossier, Some(DossierCode::from("D-1")));
    assert_eq!(read.at, w.clock.now());
    let in_dossier = Show::Dossier(DossierCode::from("D-1"));
    assert_eq!(log(&w, citizen(LAN), LAN, in_dossier).unwrap().total, 1);
    let all = log(&w, citizen(LAN), LAN, Show::All).unwrap();
    assert_eq!(all.total, 4);
    assert!(all.rows.iter().any(|r| r.by == "self"));
}

#[test]
fn each_person_of_a_reading_finds_their_own_items() {
    let w = World::new();
    // Her husband's and her mother's numbers stand before hers, her daughter's after.
    w.own(LAN, &["name", "marital", "household"]);
    let mine = log(&w, citizen(LAN), LAN, Show::All).unwrap();
    assert_eq!(mine.rows[0].item_ids, ["name", "marital", "household"]);
    for other in [MINH, BA] {
        let theirs = log(&w, citizen(other), other, Show::All).unwrap();
        assert_eq!(
            (theirs.total, &theirs.rows[0].item_ids[..]),
            (1, &["household".to_owned()][..])
        );
        assert_eq!(theirs.rows[0].by, "member");
    }
    let dwelling = w.home_here.dwelling.clone();
    w.write(move |tx, law| {
        let purpose = PurposeId::from("residence.household");
        crate::read_dwelling(tx, law, &officer(HERE), &purpose, &dwelling, &["head", "owner"], None)
    })
    .unwrap();
    let owner = log(&w, citizen(HUNG), HUNG, Show::Others).unwrap();
    assert_eq!(owner.rows[0].item_ids, ["dwelling.head", "dwelling.owner"]);
}

#[test]
fn who_read_is_said_in_words() {
    let w = World::new();
    let words = kernel::Words::build(&[crate::TEXT]).unwrap();
    let say = kernel::Say::new(words, kernel::Lang::En);
    w.read(&officer(HERE), "residence.household", HUNG, &["name"]).unwrap();
    w.own(HOA, &["household"]);
    w.own(HUNG, &["name"]);
    let page = log(&w, citizen(HUNG), HUNG, Show::All).unwrap();
    let said: Vec<String> = page.rows.iter().map(|r| r.who(&say)).collect();
    assert_eq!(said, ["You", "A member of your household", "Commune police · Officer"]);
    for by in ["self", "member", "representative", "post", "person", "system"] {
        assert!(say.has(&format!("access-by-{by}")), "no words for {by}");
    }
}

#[test]
fn nobody_else_sees_the_log() {
    let w = World::new();
    w.own(LAN, &["name"]);
    for other in [citizen(MINH), officer(HERE), in_post(LAN, "commune-police.officer", HERE)] {
        refused(log(&w, other, LAN, Show::All), ACCESS_REFUSED);
    }
    let mother = Actor {
        acting_for: Some(ActingFor { person: pid(AN), as_: "parent".into() }),
        ..citizen(LAN)
    };
    assert!(log(&w, mother, AN, Show::All).is_ok());
    let son = Actor {
        acting_for: Some(ActingFor { person: pid(NAM), as_: "parent".into() }),
        ..citizen(HOA)
    };
    refused(log(&w, son, NAM, Show::All), ACCESS_REFUSED);
}

#[test]
fn the_auditor_sees_the_log_and_is_in_it() {
    let w = World::new();
    w.own(LAN, &["name"]);
    w.store.catch_up(&mut AccessLog).unwrap();
    let audit = |actor: Actor| {
        w.write(move |tx, law| audit_log(tx, law, &actor, &pid(LAN), 0))
            .and_then(Reading::into_result)
    };
    assert_eq!(audit(in_post(HOA, "auditor", "37")).unwrap().total, 1);
    refused(audit(in_post(HOA, "operator", "37")), ACCESS_REFUSED);
    let page = log(&w, citizen(LAN), LAN, Show::Others).unwrap();
    assert_eq!(page.rows.len(), 2);
    assert_eq!(page.rows[1].purpose.as_str(), "audit");
    assert_eq!(page.rows[1].item_ids, ["access_log"]);
}

#[test]
fn an_investigation_is_told_late() {
    let w = World::new();
    w.write(|tx, _| {
        let purpose = PurposeId::from("investigation");
        cases::open(tx, &DossierCode::from("V-1"), HERE, &purpose, &[pid(HUNG)])
    })
    .unwrap();
    let head = in_post(HOA, "commune-police.head", HERE);
    w.read_for(&head, "investigation", HUNG, &["name", "abode"], "V-1").unwrap();
    refused(w.read_for(&officer(HERE), "investigation", HUNG, &["name"], "V-1"), ACCESS_REFUSED);
    // The refused officer is told late too: the purpose decides.
    assert_eq!(log(&w, citizen(HUNG), HUNG, Show::All).unwrap().total, 0);
    w.clock.set(w.clock.now().plus_seconds(181 * 86_400));
    assert_eq!(log(&w, citizen(HUNG), HUNG, Show::All).unwrap().total, 2);
}

#[test]
fn a_search_is_told_to_whoever_was_found() {
    let w = World::new();
    w.write(|tx, law| search(tx, law, &officer(HERE), &crate::Query::name("hoa"))).unwrap();
    let page = log(&w, citizen(HOA), HOA, Show::Others).unwrap();
    assert_eq!((page.rows[0].what.as_str(), page.rows[0].by.as_str()), ("search", "post"));
    assert_eq!(log(&w, citizen(HUNG), HUNG, Show::All).unwrap().total, 0);
}

#[test]
fn following_twice_counts_once() {
    let w = World::new();
    w.own(LAN, &["name"]);
    let first = log(&w, citizen(LAN), LAN, Show::All).unwrap();
    let again = log(&w, citizen(LAN), LAN, Show::All).unwrap();
    assert_eq!((first.total, again.total), (1, 1));
}

#[test]
fn readings_are_forgotten_when_their_purpose_says_so() {
    let w = World::new();
    w.own(LAN, &["name"]);
    w.read(&officer(HERE), "residence.household", HUNG, &["name"]).unwrap();
    let total = |of: &str| log(&w, citizen(of), of, Show::All).unwrap().total;
    assert_eq!((total(LAN), total(HUNG)), (1, 1));
    // own.data is kept two years, residence.household ten.
    w.clock.set(w.clock.now().plus_seconds(3 * 366 * 86_400));
    assert_eq!(w.write(crate::forget_old).unwrap(), 1);
    assert_eq!((total(LAN), total(HUNG)), (0, 1));
}

/// A log grows for a whole life with one's own readings. The page of a dossier shows a handful of it, as
/// does that of what others read and what was refused.
#[test]
fn the_pages_of_a_long_log_are_found_by_an_index_of_their_own() {
    let shows = [
        (Show::Dossier(DossierCode::from("D-1")), "access_record_of_dossier"),
        (Show::Others, "access_record_of_others"),
        (Show::Allowed, "access_record_of_others"),
        // Of one person or, where hardly any were refused, of all.
        (Show::Refused, "access_record_refused"),
    ];
    for (w, postgres) in [(World::new(), false), (World::on(&store::testing::postgres()), true)] {
        for _ in 0..200 {
            w.own(HUNG, &["name"]);
            w.read(&officer(HERE), "residence.household", HUNG, &["name"]).unwrap();
            refused(w.read(&officer(HERE), "person.find", LAN, &["name"]), ACCESS_OUTSIDE);
        }
        w.store.catch_up(&mut AccessLog).unwrap();
        if postgres {
            w.write(|tx, _| tx.execute("ANALYZE access_record", &[]).map(drop)).unwrap();
        }
        for (show, index) in shows.clone() {
            let heard = super::plans::heard(&w, move |tx, law| {
                access_log(tx, law, &citizen(HUNG), &pid(HUNG), show.clone(), 0).map(drop)
            });
            let of_log: Vec<_> =
                heard.into_iter().filter(|(sql, _)| sql.contains("FROM access_record")).collect();
            assert_eq!(of_log.len(), 2, "the rows and their number");
            for statement in of_log {
                let asked = statement.clone();
                let plan = w.write(move |tx, _| Ok(super::plans::plan(tx, postgres, &asked)));
                let plan = plan.unwrap().join("\n");
                assert!(plan.contains(index), "{}\n{plan}", statement.0);
            }
        }
    }
}

#[test]
fn a_log_is_counted_up_to_a_limit_and_read_to_its_end() {
    let w = World::new();
    let most = kernel::limits::LOG_COUNTED_MAX;
    w.own(LAN, &["name"]);
    let first = log(&w, citizen(LAN), LAN, Show::All).unwrap().rows[0].seq;
    let more = |n: i64| {
        w.write(move |tx, _| {
            let sql = "INSERT INTO access_record (pid, seq, at, visible_from, outcome, who, what, purpose, \
                       items) SELECT pid, seq + ?1, at, visible_from, outcome, who, what, purpose, items \
                       FROM access_record WHERE seq = ?2";
            tx.execute(sql, store::params![n, first]).map(drop)
        })
        .unwrap();
    };
    (1..most).for_each(more);
    let all = log(&w, citizen(LAN), LAN, Show::All).unwrap();
    assert_eq!((all.total, all.over, all.more), (most, false, true));
    more(most);
    let all = log(&w, citizen(LAN), LAN, Show::All).unwrap();
    assert_eq!((all.total, all.over, all.more), (most, true, true));
    let last = most / kernel::limits::PAGE_ROWS_MAX;
    let (by, of) = (citizen(LAN), pid(LAN));
    let end = w.store.read(|tx| access_log(tx, &w.law, &by, &of, Show::All, last)).unwrap();
    assert_eq!((end.rows.len(), end.more, end.rows[0].seq), (1, false, first));
}
