//! More people than the program can serve: most are told to wait on an honest page, those let in are
//! served, nothing is lost, memory stays bounded, and afterwards all is as before.

use crate::{
    folder::Folder,
    forms,
    http::Client,
    program::{Options, Program, run},
    storm::{self, Arrivals, Outcome},
    walks::{self, Cast, Walker, Wrong},
};
use std::{
    net::ToSocketAddrs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

/// Requests a second of a province of four million on a normal morning: 1.2 million dossiers a year in 250
/// days of eight hours, fifteen requests each, and ten readers for each who files.
pub const NORMAL_PER_SECOND: f64 = 25.0;
/// What the program may hold at the worst moment, MB: thousands of connections and their answers.
const MEMORY_MAX_MB: u64 = 700;

/// A crowd that came and went.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// People a second.
    pub per_second: f64,
    /// For so long.
    pub seconds: f64,
    /// What became of them.
    pub outcome: Outcome,
    /// Dossiers filed in the middle of it.
    pub filed: usize,
    /// The most memory the program held, MB.
    pub memory_mb: u64,
}

/// Files, however often they are told to come again; nothing they typed is lost, as they send the same
/// form that they were given.
fn files_in_the_crowd(mut cast: Cast, over: &AtomicBool) -> (Vec<String>, u64) {
    let (mut filed, mut waited) = (Vec::new(), 0);
    while !over.load(Ordering::Relaxed) {
        match walks::file_temporary_residence(&mut cast.citizen, &cast.home) {
            Ok(code) => filed.push(code),
            Err(Wrong::Answer { answer, what }) => {
                assert_eq!(answer.status, 429, "{what}: {}", forms::words(&answer.text()));
                let seconds = answer.header("retry-after").and_then(|s| s.parse::<u64>().ok());
                assert!(seconds.is_some_and(|s| (1..=60).contains(&s)), "{seconds:?}");
                waited += 1;
                thread::sleep(Duration::from_millis(200));
            }
            Err(Wrong::Broken(_)) => thread::sleep(Duration::from_millis(200)),
            Err(other) => panic!("{other}"),
        }
    }
    (filed, waited)
}

/// Lets so many people come.
///
/// # Panics
/// If anybody gets another answer than the page or the place in the line, memory grows without bound,
/// something that was filed is lost, or the program does not recover.
pub fn crowd(per_second: f64, seconds: f64, under: &[&str]) -> Crowd {
    let folder = Folder::new();
    let under = under.iter().map(|w| (*w).to_owned()).collect();
    let options = Options { under, ..Options::kept_in(folder.path()) };
    let mut program = Program::start(&options).unwrap_or_else(|why| panic!("{why}"));
    let cast = Cast::of(&program).expect("a cast");
    let reader = Walker::as_citizen(&program, "parent").expect("a reader");
    let stranger = program.client();
    let get = |client: &Client, path: &str| client.head("GET", path, &[], 0);
    let requests = vec![
        get(&reader.client, "/du-lieu-cua-toi"),
        get(&stranger, "/"),
        get(&reader.client, "/du-lieu-cua-toi"),
        get(&stranger, "/dich-vu"),
    ];
    let address = program
        .host()
        .to_socket_addrs()
        .ok()
        .and_then(|mut all| all.find(std::net::SocketAddr::is_ipv4))
        .expect("an address");
    let arrivals = Arrivals { address, per_second, seconds, requests };
    let (over, mut worst) = (AtomicBool::new(false), 0);
    let (outcome, (filed, _)) = thread::scope(|scope| {
        let filing = scope.spawn(|| files_in_the_crowd(cast, &over));
        let crowd = scope.spawn(|| storm::run(&arrivals));
        while !crowd.is_finished() {
            worst = worst.max(program.resident_kib().unwrap_or(0) / 1024);
            thread::sleep(Duration::from_millis(50));
        }
        let outcome = crowd.join().expect("a crowd").expect("a runtime");
        // The crowd has gone: whoever files is served again at once.
        thread::sleep(Duration::from_secs(1));
        over.store(true, Ordering::Relaxed);
        (outcome, filing.join().expect("somebody who files"))
    });
    let told = format!(
        "{:?}, {} broken, {} stayed, half within {:.0} ms, 99 % within {:.0} ms",
        outcome.statuses,
        outcome.broken,
        outcome.stayed,
        outcome.served_within_ms(50),
        outcome.served_within_ms(99)
    );
    assert!(outcome.statuses.keys().all(|s| matches!(s, 200 | 429)), "{told}");
    assert!(outcome.served() > 100, "nobody was served: {told}");
    assert!(worst < MEMORY_MAX_MB, "{worst} MB");
    assert!(!filed.is_empty(), "nobody could file");
    // Everything is as before, and everything that was told is there.
    let mut walker = Walker::as_role(&program, "operator").expect("an operator");
    assert_eq!(walker.get("/health").expect("an answer").status, 200);
    let mut citizen = Walker::as_role(&program, "citizen").expect("a citizen");
    for code in &filed {
        let answer = citizen.get(&format!("/ho-so/{code}")).expect("an answer");
        assert_eq!(answer.status, 200, "{code}");
    }
    assert!(program.stop(), "it stops when it is asked");
    let data = folder.path().display().to_string();
    let verified = run(&["journal", "verify", "--data", &data], "").expect("the program starts");
    assert_eq!(verified.code, Some(0), "{verified:?}");
    Crowd { per_second, seconds, outcome, filed: filed.len(), memory_mb: worst }
}
