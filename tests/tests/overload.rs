//! More people than the program can serve (`tests::faults::crowd`), and ten thousand screens left open.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use std::{
    net::ToSocketAddrs,
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};
use tests::{
    faults::crowd::crowd,
    http::Client,
    program::{Options, Program},
    rows::Rows,
    walks::{Cast, Walker},
    within,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Screens left open at the same time.
const SCREENS: usize = 10_000;
/// Screens of one session; a person has a few windows.
const OF_ONE: usize = 10;
/// How long it may take until all of them are open, on a machine that does much else.
const OPEN_MAX: Duration = Duration::from_secs(300);
/// One of the two at a time: each takes a machine for itself.
static ALONE: Mutex<()> = Mutex::new(());
/// What the program may hold with all of them open, MB.
const MEMORY_MAX_MB: u64 = 700;

/// Twice as many come until it is more than one core serves, whatever the machine.
const PER_SECOND: [f64; 4] = [2_500.0, 5_000.0, 10_000.0, 20_000.0];

#[test]
fn too_many_at_once_are_told_to_wait_and_nobody_is_failed() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut told = Vec::new();
    for per_second in PER_SECOND {
        let outcome = crowd(per_second, 6.0, &["taskset", "--cpu-list", "0"]).outcome;
        if outcome.with(429) > 100 {
            return;
        }
        told.push((per_second, outcome.statuses, outcome.stayed));
    }
    panic!("it was no overload: {told:?}");
}

/// So many further sessions of an officer, written behind the program's back: to sign in a thousand people
/// is another test.
fn windows(program: &Program, officer: &Walker, wanted: usize) -> Vec<Client> {
    let (name, cookie) =
        officer.client.cookies.iter().find(|(_, value)| value.contains('.')).unwrap();
    let (account, own) = cookie.split_once('.').unwrap();
    let digest = |secret: &str| BASE64.encode(digest(&SHA256, secret.as_bytes()));
    let rows = Rows::of(program.data());
    rows.change("BEGIN IMMEDIATE", []);
    let copy = "INSERT INTO session SELECT account, id || ?1, ?2, level, how, label, device, created_at, \
                seen_at, fresh_at, expires_at, appointment, acting, acting_person FROM session \
                WHERE account = ?3 AND secret = ?4";
    let clients = (0..wanted)
        .map(|n| {
            let secret = format!("{n:043}");
            let made = rows.change(copy, (n.to_string(), digest(&secret), account, digest(own)));
            assert_eq!(made, 1);
            let mut client = officer.client.clone();
            client.cookies.insert(name.clone(), format!("{account}.{secret}"));
            client
        })
        .collect();
    rows.change("COMMIT", []);
    clients
}

/// Keeps one open, as a page does: told to come again, it does so a little later.
async fn screen(
    address: std::net::SocketAddr,
    request: Vec<u8>,
    again: Duration,
    granted: Arc<AtomicUsize>,
    shown: Arc<AtomicUsize>,
) {
    // A connection that the crowd broke off is tried again too.
    loop {
        let _ = held(address, &request, &granted, &shown).await;
        tokio::time::sleep(again).await;
    }
}

/// Counts when it is granted, and each time it shows something. Ends when it is told to come again, or cut
/// off.
async fn held(
    address: std::net::SocketAddr,
    request: &[u8],
    granted: &AtomicUsize,
    shown: &AtomicUsize,
) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request).await?;
    let (mut heard, mut chunk, mut open) = (Vec::new(), vec![0; 16 * 1024], false);
    loop {
        let n = stream.read(&mut chunk).await?;
        if n == 0 {
            return Ok(());
        }
        heard.extend_from_slice(&chunk[..n]);
        if !open && heard.starts_with(b"HTTP/1.1 429") {
            return Ok(());
        }
        if !open && heard.starts_with(b"HTTP/1.1 200") {
            open = true;
            granted.fetch_add(1, Ordering::Relaxed);
        }
        if heard.windows(7).any(|w| w == b"\nevent:" || w == b"\ndata: ") {
            shown.fetch_add(1, Ordering::Relaxed);
            heard.clear();
            heard.extend_from_slice(b"HTTP/1.1 200");
        }
    }
}

/// Lets this process, and those it starts, hold so many connections open; false where that is forbidden.
fn handles_allowed(wanted: usize) -> bool {
    let pid = std::process::id().to_string();
    let limit = format!("--nofile={wanted}:");
    Command::new("prlimit").args(["--pid", &pid, &limit]).status().is_ok_and(|s| s.success())
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that cannot run here says so")]
fn ten_thousand_open_screens_are_told_and_nobody_else_waits_for_them() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    if !handles_allowed(SCREENS + 2_000) {
        eprintln!("skipped: this machine allows a process fewer than {SCREENS} connections");
        return;
    }
    let program = Program::start(&Options::small()).unwrap();
    let address = program.host().to_socket_addrs().unwrap().find(|a| a.is_ipv4()).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    let page = cast.officer.open("/ban-lam-viec").unwrap().text();
    let at = page.split("\"/ban-lam-viec/truc-tiep").nth(1).unwrap();
    let live =
        format!("/ban-lam-viec/truc-tiep{}", at.split('"').next().unwrap()).replace("&amp;", "&");
    let sessions = windows(&program, &cast.officer, SCREENS / OF_ONE);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (granted, shown) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for (n, client) in sessions.iter().flat_map(|c| std::iter::repeat_n(c, OF_ONE)).enumerate() {
        let request = client.lasting_request("GET", &live, b"");
        // As pages do: not all of them at the same moment.
        let again = Duration::from_millis(2_000 + n as u64 * 7 % 4_000);
        runtime.spawn(screen(address, request, again, Arc::clone(&granted), Arc::clone(&shown)));
        if n % 200 == 0 {
            thread::sleep(Duration::from_millis(20));
        }
    }
    within(OPEN_MAX, "every screen is open", || granted.load(Ordering::Relaxed) >= SCREENS);
    let before = shown.load(Ordering::Relaxed);
    // Others work as ever, and what they do is on every screen.
    let code = cast.accepted().unwrap();
    within(OPEN_MAX, "every screen shows it", || shown.load(Ordering::Relaxed) >= before + SCREENS);
    let memory = program.resident_kib().unwrap_or(0) / 1024;
    assert!(memory < MEMORY_MAX_MB, "{memory} MB");
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    assert_eq!(citizen.get(&format!("/ho-so/{code}")).unwrap().status, 200);
    runtime.shutdown_background();
}
