//! The network between a node and the database is cut, and healed.

use super::{Nodes, checkpoint, grown, life, server::Server, server::Space};
use tests::{until, walks::Walker};

#[test]
#[allow(clippy::print_stderr)]
fn a_node_cut_off_from_the_database_says_so_and_comes_back() {
    let space = match Space::new(2) {
        Ok(space) => space,
        Err(why) => {
            // Not a failure of the program: the machine lets nobody make a network.
            eprintln!("not run, for want of the right to make a network: {why}");
            return;
        }
    };
    let server = Server::behind(space);
    let mut nodes = Nodes::on([server.url_by(0), server.url_by(1)]);
    nodes.url = server.url();
    let before = checkpoint(&mut Walker::stranger(&nodes.first));
    let mut citizen = Walker::as_citizen(&nodes.first, "viewer").unwrap();
    citizen.open("/du-lieu-cua-toi").unwrap();
    // The one that numbers hears nothing any more, and nobody tells it.
    server.space().cut(0);
    let during = life(&nodes.second, before.size);
    let answer = citizen.get("/du-lieu-cua-toi").unwrap();
    assert!([429, 503].contains(&answer.status), "{answer:?}");
    assert_ne!(citizen.get("/health").unwrap().status, 200);
    server.space().heal(0);
    until("the node is well again", || citizen.get("/health").unwrap().status == 200);
    citizen.open("/du-lieu-cua-toi").unwrap();
    let after = grown(&mut citizen, during.size);
    nodes.one_history(&before);
    nodes.one_history(&during);
    nodes.one_history(&after);
    assert!(nodes.first.stop() && nodes.second.stop());
}
