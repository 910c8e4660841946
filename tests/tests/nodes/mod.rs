//! Several programs on one PostgreSQL database: one of them numbers the journal, and freezes, dies, or
//! loses the network; people go from one to the other.

mod across;
mod balancer;
mod cut;
mod load;
mod server;

use lienthong_verify::note::{self, Checkpoint};
use lienthong_verify::proof;
use std::process::Command;
use std::time::{Duration, Instant};
use tests::{
    folder::Folder,
    program::{Options, Program, Ran, run},
    walks::{Cast, Walker},
};

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(90);

/// Two nodes of one province: they share the database and have the same keys.
struct Nodes {
    url: String,
    first: Program,
    second: Program,
    folders: [Folder; 2],
}

impl Nodes {
    /// The first is alone when it starts, so it is the one that numbers.
    fn start() -> Self {
        let url = store::testing::postgres();
        Self::on([url.clone(), url])
    }

    fn node(folder: &Folder, url: &str) -> Program {
        let mut options = Options::kept_in(folder.path());
        options.more = vec!["--database".into(), url.to_owned()];
        Program::start(&options).unwrap()
    }

    /// Each by its own way to the database.
    fn on(urls: [String; 2]) -> Self {
        let folders = [Folder::new(), Folder::new()];
        let first = Self::node(&folders[0], &urls[0]);
        let [from, to] = [&folders[0], &folders[1]].map(|f| f.path().join("keys"));
        // A key that is just being put in its place has another name for a moment.
        let copy = || Command::new("cp").arg("-aT").arg(&from).arg(&to).status().unwrap().success();
        assert!((0..5).any(|_| copy()));
        let second = Self::node(&folders[1], &urls[1]);
        let [url, _] = urls;
        Self { url, first, second, folders }
    }

    fn journal(&self, args: &[&str]) -> Ran {
        let data = self.folders[1].path().to_str().unwrap();
        run(&[&["journal"], args, &["--data", data, "--database", &self.url]].concat(), "").unwrap()
    }

    /// What was signed before is the beginning of what is signed now, and all of it is sound.
    fn one_history(&self, before: &Checkpoint) {
        let verified = self.journal(&["verify"]);
        assert_eq!(verified.code, Some(0), "{verified:?}");
        let keys = note::keys(&self.journal(&["key"]).out).unwrap();
        let file = self.journal(&["consistency", &before.size.to_string()]);
        assert_eq!(file.code, Some(0), "{file:?}");
        let proved = proof::consistency(&serde_json::from_str(&file.out).unwrap(), &keys).unwrap();
        let pair = proof::compare_by_proof(before, &proved.new, &proved).unwrap();
        assert!(matches!(pair, proof::Pair::Continued | proof::Pair::Same), "{pair:?}");
    }
}

/// One number out of the database, past the program.
fn number(url: &str, sql: &str) -> i64 {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client.query_one(sql, &[]).unwrap().get(0)
}

/// The first column of every row.
fn texts(url: &str, sql: &str) -> Vec<String> {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client.query(sql, &[]).unwrap().iter().map(|r| r.get(0)).collect()
}

/// The newest checkpoint that a node shows.
fn checkpoint(walker: &mut Walker) -> Checkpoint {
    let keys = note::keys(&walker.open("/nhat-ky/khoa").unwrap().text()).unwrap();
    note::checkpoint(&walker.open("/checkpoint").unwrap().text(), &keys).unwrap()
}

/// Waits until the node shows a checkpoint with more entries than this.
fn grown(walker: &mut Walker, size: u64) -> Checkpoint {
    let end = Instant::now() + PATIENCE;
    loop {
        let now = checkpoint(walker);
        if now.size > size {
            return now;
        }
        assert!(Instant::now() < end, "nobody numbers: still {}", now.size);
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn signal(program: &Program, name: &str) {
    let sent = Command::new("kill").args([name, &program.pid().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// A dossier's life on one node; its readings reach the citizen's log there, which takes numbers.
fn life(node: &Program, before: u64) -> Checkpoint {
    let mut cast = Cast::of(node).unwrap();
    let code = cast.done().unwrap();
    let end = Instant::now() + PATIENCE;
    let log = "/du-lieu-cua-toi/ai-da-doc?xem=ca-toi";
    while !cast.citizen.open(log).unwrap().text().contains(&code) {
        assert!(Instant::now() < end, "the log never told of {code}");
        std::thread::sleep(Duration::from_millis(100));
    }
    grown(&mut cast.citizen, before)
}

#[test]
fn a_frozen_node_is_followed_by_another_and_there_is_one_history() {
    let mut nodes = Nodes::start();
    let before = checkpoint(&mut Walker::stranger(&nodes.first));
    signal(&nodes.first, "-STOP");
    let during = life(&nodes.second, before.size);
    // It wakes up, finds that it numbers no more, and serves on.
    signal(&nodes.first, "-CONT");
    let mut auditor = Walker::as_role(&nodes.first, "auditor").unwrap();
    let after = grown(&mut auditor, during.size);
    let seen = grown(&mut Walker::stranger(&nodes.second), during.size);
    assert!(after.size != seen.size || after.root == seen.root);
    assert_eq!(auditor.get("/health").unwrap().status, 200);
    nodes.one_history(&before);
    nodes.one_history(&during);
    assert!(nodes.first.stop() && nodes.second.stop());
}

#[test]
fn a_killed_node_is_followed_by_another_and_there_is_one_history() {
    let mut nodes = Nodes::start();
    let before = checkpoint(&mut Walker::stranger(&nodes.first));
    // In the middle of work.
    let mut cast = Cast::of(&nodes.first).unwrap();
    cast.accepted().unwrap();
    nodes.first.kill();
    let mut operator = Walker::as_role(&nodes.second, "operator").unwrap();
    let after = grown(&mut operator, before.size);
    assert_eq!(operator.get("/health").unwrap().status, 200);
    nodes.one_history(&before);
    nodes.one_history(&after);
    assert!(nodes.second.stop());
}
