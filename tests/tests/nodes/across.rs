//! What begins on one node goes on at another.

use super::{Nodes, number};
use tests::{
    live::Live,
    until,
    walks::{self, Cast, Walker},
};

/// The same browser at the other node.
fn at(walker: &Walker, address: &str) -> Walker {
    Walker { client: walker.client.clone().moved(address) }
}

#[test]
fn a_session_a_form_and_a_live_screen_go_across_nodes() {
    let mut nodes = Nodes::start();
    let there = nodes.second.address.clone();
    let mut cast = Cast::of(&nodes.first).unwrap();
    // A desk is open on the other node, by a session that began on this one.
    let mut officer = at(&cast.officer, &there);
    officer.open("/ban-lam-viec").unwrap();
    let mut desk = Live::open(&officer.client, "/ban-lam-viec/truc-tiep").unwrap();
    // A form that is begun here and sent there.
    let check = walks::answer_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let mut citizen = at(&cast.citizen, &there);
    let code = walks::send(&mut citizen, walks::TEMPORARY_RESIDENCE, &check).unwrap();
    // The same form sent here too is the same dossier.
    let again = walks::send(&mut cast.citizen, walks::TEMPORARY_RESIDENCE, &check).unwrap();
    assert_eq!(code, again);
    // Paid and consented here; the desk there hears of it without asking.
    walks::pay(&mut cast.citizen, &code).unwrap();
    walks::consent_to_all(&mut cast.owner).unwrap();
    desk.says("data: swap").unwrap();
    assert!(officer.open("/ban-lam-viec").unwrap().text().contains(&code));
    // Signed out there, signed out here.
    let page = citizen.open("/tai-khoan").unwrap();
    let answer = citizen.send(&page, "/dang-xuat", &[]).unwrap();
    assert_eq!(answer.status, 303);
    // A node may believe for a moment what it has just read.
    until("signed out here too", || cast.citizen.get("/du-lieu-cua-toi").unwrap().status == 303);
    assert!(nodes.first.stop() && nodes.second.stop());
}

#[test]
fn work_left_on_one_node_is_done_once_by_whichever() {
    let mut nodes = Nodes::start();
    let mut codes = Vec::new();
    for (node, who) in
        [(&nodes.first, "citizen"), (&nodes.second, "parent"), (&nodes.first, "next-door")]
    {
        let mut cast = Cast::of(node).unwrap();
        cast.citizen = Walker::as_citizen(node, who).unwrap();
        codes.push(cast.done().unwrap());
    }
    let count = |sql: &str| number(&nodes.url, sql);
    until("every letter is signed", || {
        count("SELECT COUNT(*) FROM job WHERE state <> 'done'") == 0
            && count("SELECT COUNT(*) FROM dossier_letter WHERE signed_at IS NULL") == 0
    });
    assert!(count("SELECT COUNT(*) FROM job WHERE kind = 'services.letter'") >= 3);
    assert_eq!(count("SELECT COUNT(*) FROM job WHERE attempts <> 1"), 0, "each was done once");
    for code in codes {
        let letters = format!(
            "SELECT COUNT(*) FROM dossier_letter WHERE dossier = '{code}' AND letter = 'result'"
        );
        assert_eq!(count(&letters), 1);
    }
    assert!(nodes.first.stop() && nodes.second.stop());
}
