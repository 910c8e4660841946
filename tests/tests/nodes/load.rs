//! Nodes and servers that go away while people work: what was acknowledged is there, once.

use super::{Nodes, balancer::Balancer, number, server::Server, signal, texts};
use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};
use tests::{
    forms,
    program::Program,
    until,
    walks::{self, Abode, Walker, Wrong},
};

/// What people were told.
#[derive(Default)]
struct Told {
    filed: Mutex<Vec<String>>,
    read: AtomicU64,
    faults: Mutex<Vec<String>>,
    over: AtomicBool,
}

impl Told {
    fn filed(&self) -> usize {
        self.filed.lock().unwrap().len()
    }
}

/// People in front of the balancer.
struct People {
    newcomers: Vec<Walker>,
    reader: Walker,
    number: String,
    home: Abode,
}

impl People {
    fn of(node: &Program, balancer: &Balancer) -> Self {
        let moved = |w: Walker| Walker { client: w.client.moved(&balancer.address) };
        let mut owner = Walker::as_role(node, "owner").unwrap();
        let mut reader = Walker::as_citizen(node, "viewer").unwrap();
        Self {
            home: walks::home_of(&mut owner).unwrap(),
            newcomers: ["citizen", "parent", "next-door"]
                .map(|who| moved(Walker::as_citizen(node, who).unwrap()))
                .to_vec(),
            number: reader.number().unwrap(),
            reader: moved(reader),
        }
    }

    /// Lets everybody work while `meanwhile` runs. `patient` people try again when something fails;
    /// for the others it is a fault.
    fn work(&mut self, told: &Told, patient: bool, meanwhile: impl FnOnce()) {
        let home = &self.home;
        let go_on = |outcome: Result<(), Wrong>| match outcome {
            Err(_) if patient => thread::sleep(Duration::from_millis(100)),
            Err(e) => told.faults.lock().unwrap().push(e.to_string()),
            Ok(()) => {}
        };
        thread::scope(|scope| {
            for walker in &mut self.newcomers {
                scope.spawn(move || {
                    while !told.over.load(Ordering::Relaxed) {
                        go_on(file_and_withdraw(walker, home, told));
                    }
                });
            }
            let reader = &mut self.reader;
            scope.spawn(move || {
                while !told.over.load(Ordering::Relaxed) {
                    go_on(reader.open("/du-lieu-cua-toi").map(|_| {
                        told.read.fetch_add(1, Ordering::Relaxed);
                    }));
                }
            });
            // A test that fails in the middle lets its people go home.
            let _home = GoHome(&told.over);
            meanwhile();
        });
    }
}

struct GoHome<'a>(&'a AtomicBool);

impl Drop for GoHome<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn file_and_withdraw(walker: &mut Walker, home: &Abode, told: &Told) -> Result<(), Wrong> {
    let code = walks::file_temporary_residence(walker, home)?;
    told.filed.lock().unwrap().push(code.clone());
    let path = format!("/ho-so/{code}");
    let page = walker.open(&path)?;
    let answer = walker.send(&page, &format!("{path}/rut"), &[])?;
    match answer.status {
        // The first try was heard, its answer was not.
        409 => Ok(()),
        _ => walks::expect("withdraw", 303, answer).map(drop),
    }
}

/// Everything that was told is there, once. `exactly`: and nothing else.
fn check(nodes: &Nodes, told: &Told, number_of_reader: &str, exactly: bool) {
    assert!(told.faults.lock().unwrap().is_empty(), "{:?}", told.faults.lock().unwrap());
    let verified = nodes.journal(&["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let url = &nodes.url;
    let filed = told.filed.lock().unwrap().clone();
    let once: BTreeSet<String> = filed.iter().cloned().collect();
    assert_eq!(once.len(), filed.len(), "a code was given out twice");
    let there: BTreeSet<String> = texts(url, "SELECT dossier FROM dossier").into_iter().collect();
    assert!(once.is_subset(&there), "lost: {:?}", once.difference(&there));
    if exactly {
        assert_eq!(once, there, "more than anybody was told");
    }
    let entries = texts(url, "SELECT dossier FROM journal WHERE kind = 'dossier.filed' ORDER BY 1");
    assert_eq!(entries, there.iter().cloned().collect::<Vec<_>>(), "one entry each");
    let form = texts(url, "SELECT dossier FROM form_sent ORDER BY 1");
    assert_eq!(form, entries);
    let read = format!(
        "SELECT COUNT(*) FROM journal WHERE subjects LIKE '%\"{number_of_reader}\"%' \
         AND kind LIKE 'data.read%'"
    );
    let acknowledged = i64::try_from(told.read.load(Ordering::Relaxed)).unwrap();
    assert!(number(url, &read) >= acknowledged, "of {acknowledged} readings some left no entry");
}

#[test]
fn a_node_killed_under_load_costs_no_request_more_than_one_repetition() {
    let mut nodes = Nodes::start();
    let balancer = Balancer::before(&[nodes.first.host(), nodes.second.host()]);
    let mut people = People::of(&nodes.first, &balancer);
    let told = Told::default();
    let first = &mut nodes.first;
    people.work(&told, false, || {
        let going = |more: usize| {
            until("people work", || {
                told.filed() >= more || !told.faults.lock().unwrap().is_empty()
            });
        };
        going(3);
        // It is the one that numbers.
        first.kill();
        going(told.filed() + 6);
    });
    assert_eq!(balancer.failed(), Vec::<String>::new());
    assert!(balancer.retried() > 0, "it was to be missed");
    until("all entries have their numbers", || {
        number(&nodes.url, "SELECT COUNT(*) FROM journal_pending") == 0
    });
    check(&nodes, &told, &people.number, true);
    assert!(nodes.second.stop());
}

/// An upgrade: one node after another is stopped and started again, and the first that starts adds to the
/// database what only the newer program knows.
#[test]
fn nodes_upgraded_one_after_another_under_load_cost_no_request_more_than_one_repetition() {
    let mut nodes = Nodes::start();
    let balancer = Balancer::before(&[nodes.first.host(), nodes.second.host()]);
    let mut people = People::of(&nodes.first, &balancer);
    let told = Told::default();
    let Nodes { url, first, second, folders } = &mut nodes;
    people.work(&told, false, || {
        let going = |more: usize| {
            until("people work", || {
                told.filed() >= more || !told.faults.lock().unwrap().is_empty()
            });
        };
        going(3);
        for (node, folder) in [first, second].into_iter().zip(folders.iter()) {
            let was = node.host().to_owned();
            assert!(node.stop());
            going(told.filed() + 2);
            let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
            client.batch_execute(NEWER).unwrap();
            *node = Nodes::node(folder, url);
            balancer.replace(&was, node.host());
            going(told.filed() + 2);
        }
    });
    assert_eq!(balancer.failed(), Vec::<String>::new());
    assert!(balancer.retried() > 0, "a node was to be missed");
    until("all entries have their numbers", || {
        number(&nodes.url, "SELECT COUNT(*) FROM journal_pending") == 0
    });
    check(&nodes, &told, &people.number, true);
    assert!(nodes.first.stop() && nodes.second.stop());
}

/// What a newer program would add at its start, the first time.
const NEWER: &str = "
    ALTER TABLE person ADD COLUMN IF NOT EXISTS later BIGINT;
    ALTER TABLE dossier ADD COLUMN IF NOT EXISTS later TEXT;
    ALTER TABLE journal ADD COLUMN IF NOT EXISTS later TEXT;
    CREATE INDEX IF NOT EXISTS dossier_later ON dossier (later);
    CREATE TABLE IF NOT EXISTS later (pid TEXT PRIMARY KEY);
    INSERT INTO schema_applied (name, number, hash, applied_at) VALUES ('later', 1, 'x', 0)
        ON CONFLICT DO NOTHING;
    INSERT INTO schema_added (name, number) VALUES ('later', 1) ON CONFLICT DO NOTHING;";

#[test]
fn a_server_restarted_under_load_is_found_again_by_every_node() {
    let server = Server::start();
    let mut nodes = Nodes::on([server.url(), server.url()]);
    let balancer = Balancer::before(&[nodes.first.host(), nodes.second.host()]);
    let mut people = People::of(&nodes.first, &balancer);
    let told = Told::default();
    let well = |node: &Program| {
        let mut client = node.client();
        until("the node is well again", || client.get("/health").is_ok_and(|a| a.status == 200));
    };
    people.work(&told, true, || {
        for mode in ["fast", "immediate", "fast"] {
            let before = told.filed();
            until("people work", || told.filed() >= before + 3);
            server.restart(mode);
            well(&nodes.first);
            well(&nodes.second);
        }
        let before = told.filed();
        until("people work again", || told.filed() >= before + 3);
    });
    // Whoever had to wait was told so by a page.
    for fault in balancer.failed() {
        let last = fault.trim_end_matches("; ").rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(["503", "429"].contains(&last.as_str()), "{fault}");
    }
    until("all entries have their numbers", || {
        number(&nodes.url, "SELECT COUNT(*) FROM journal_pending") == 0
    });
    check(&nodes, &told, &people.number, false);
    assert!(nodes.first.stop() && nodes.second.stop());
}

/// Whoever numbered wakes up again and again to find that another one does.
#[test]
fn nodes_that_freeze_in_turn_leave_one_history() {
    let mut nodes = Nodes::start();
    let mut readers =
        [&nodes.first, &nodes.second].map(|node| Walker::as_citizen(node, "viewer").unwrap());
    let number_of_reader = readers[0].number().unwrap();
    let told = Told::default();
    let count = || number(&nodes.url, "SELECT COUNT(*) FROM journal");
    for round in 0..4 {
        let (frozen, awake) = (round % 2, (round + 1) % 2);
        signal([&nodes.first, &nodes.second][frozen], "-STOP");
        let before = count();
        until("the other one numbers", || {
            readers[awake].open("/du-lieu-cua-toi").unwrap();
            told.read.fetch_add(1, Ordering::Relaxed);
            count() > before
        });
        signal([&nodes.first, &nodes.second][frozen], "-CONT");
        readers[frozen].open("/du-lieu-cua-toi").unwrap();
        told.read.fetch_add(1, Ordering::Relaxed);
    }
    until("all entries have their numbers", || {
        number(&nodes.url, "SELECT COUNT(*) FROM journal_pending") == 0
    });
    let twice =
        "SELECT COUNT(*) FROM (SELECT id FROM journal GROUP BY id HAVING COUNT(*) > 1) AS t";
    assert_eq!(number(&nodes.url, twice), 0);
    assert_eq!(number(&nodes.url, "SELECT MAX(seq) - COUNT(*) FROM journal"), 0, "no gap");
    check(&nodes, &told, &number_of_reader, true);
    assert!(nodes.first.stop() && nodes.second.stop());
}

#[test]
fn a_pool_without_a_free_connection_says_so_and_recovers() {
    let nodes = Nodes::start();
    let mut walkers: Vec<Walker> = Vec::new();
    let walker = Walker::as_citizen(&nodes.first, "viewer").unwrap();
    walkers.resize(3 * kernel::limits::PG_CONNECTIONS_MAX, walker);
    // Somebody holds what every page needs.
    let mut other = postgres::Client::connect(&nodes.url, postgres::NoTls).unwrap();
    let mut hold = other.transaction().unwrap();
    hold.batch_execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE").unwrap();
    let answers: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = walkers
            .iter_mut()
            .map(|w| scope.spawn(move || w.get("/du-lieu-cua-toi").unwrap()))
            .collect();
        asked.into_iter().map(|a| a.join().unwrap()).collect()
    });
    for answer in &answers {
        let words = forms::words(&answer.text());
        assert!([429, 503].contains(&answer.status), "{} {words}", answer.status);
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
        assert!(words.len() > 60 && !words.contains('⟦'), "{words}");
    }
    drop(hold);
    let mut walker = walkers.remove(0);
    until("it serves again", || walker.get("/du-lieu-cua-toi").unwrap().status == 200);
    assert_eq!(walker.get("/health").unwrap().status, 200);
}
