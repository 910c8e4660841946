//! What may call out. The program fetches nothing by an address that somebody gave it; so nobody can
//! make it ask inside the machine's own network (SSRF). Where a call out stands, the list says whose
//! address it is.

use super::{Fault, source::Source};
use crate::workspace::Workspace;

/// Files that may, and where the address comes from. An entry that excuses nothing is itself a fault.
const MAY: &[(&str, &str)] = &[
    ("app/src/traces.rs", "the collector of the settings file"),
    ("app/src/doctor.rs", "its own address, out of the settings file"),
    ("foundation/store/src/postgres/", "the database of the settings file"),
    ("foundation/evidence/src/archive.rs", "the store named on the command line of `journal seal`"),
];

/// Names without which nothing calls out.
const WORDS: &[&str] = &[
    "TcpStream",
    "UdpSocket",
    "UnixStream",
    "TcpSocket",
    "ToSocketAddrs",
    "lookup_host",
    "postgres::Config",
    "postgres::Client",
    "object_store::parse_url",
    "object_store::parse_url_opts",
    "object_store::aws",
    "hyper::client",
    "client::conn",
    "reqwest",
    "ureq",
    "curl",
];

/// Crates that fetch, which the program never links without a feature of its own.
const CRATES: &[&str] = &["ureq", "curl", "isahc", "attohttpc", "minreq", "lettre", "rumqttc"];

/// Calls out where the list has none.
pub fn faults(ws: &Workspace) -> Vec<Fault> {
    let mut used = vec![false; MAY.len()];
    let mut all = Vec::new();
    for path in ws.files(&[".rs"]).iter().filter(|p| of_the_program(p)) {
        all.extend(in_file(&Source::read(path, ws.text(path)), &mut used));
    }
    for ((path, _), _) in MAY.iter().zip(&used).filter(|(_, used)| !**used) {
        let what = "its entry in xtask/src/checks/network.rs excuses nothing: remove it";
        all.push(Fault::new(*path, 0, what));
    }
    let lock = ws.text("Cargo.lock");
    for name in CRATES.iter().filter(|n| lock.contains(&format!("name = \"{n}\"\n"))) {
        let what = format!("`{name}` fetches: argue it in docs/decisions, then in this check");
        all.push(Fault::new("Cargo.lock", 0, what));
    }
    all
}

fn of_the_program(path: &str) -> bool {
    let rooms: Vec<&str> = path.split('/').collect();
    let inside = ["foundation", "government", "society", "economy", "app"];
    inside.contains(&rooms[0])
        && rooms.contains(&"src")
        && !rooms.iter().any(|r| *r == "tests" || r.starts_with("testing") || *r == "tests.rs")
}

fn in_file(source: &Source, used: &mut [bool]) -> Option<Fault> {
    let at = WORDS.iter().find_map(|w| source.words(w).next())?;
    if let Some(n) = MAY.iter().position(|(path, _)| source.path.starts_with(path)) {
        used[n] = true;
        return None;
    }
    let what = "a call out: it may only go to an address of the settings, and stands in the list of \
                xtask/src/checks/network.rs";
    Some(Fault::new(&source.path, source.line(at), what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_out_is_found_and_a_test_may_call() {
        let found = |path: &str, text: &str| {
            in_file(&Source::read(path, text.to_owned()), &mut vec![false; MAY.len()]).is_some()
        };
        assert!(found("foundation/web/src/x.rs", "let s = TcpStream::connect(host);"));
        assert!(found("government/services/src/x.rs", "use std::net::ToSocketAddrs;"));
        assert!(!found("foundation/web/src/x.rs", "// TcpStream\nconst A: &str = \"TcpStream\";"));
        assert!(!found("a/src/x.rs", "#[cfg(test)]\nmod tests { use std::net::TcpStream; }"));
        assert!(!found("app/src/traces.rs", "TcpStream::connect(host)"));
        assert!(!of_the_program("foundation/store/src/testing.rs"));
        assert!(of_the_program("app/src/serve.rs") && !of_the_program("tests/src/http.rs"));
    }
}
