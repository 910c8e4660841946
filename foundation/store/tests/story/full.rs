//! A disk that is full, for real: the child's files may not grow past a limit of the operating
//! system, which the parent then lifts.

use crate::{Engine, SCHEMA};
use kernel::Actor;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use store::{Entry, Store, params};

const PLACE: &str = "LIENTHONG_STORE_TEST_FULL";

fn put(store: &Store, id: String) -> kernel::Result<()> {
    store.write(move |tx| {
        tx.execute(
            "INSERT INTO account (id, amount, version, photo) VALUES (?1, 0, 1, ?2)",
            params![&id, vec![1u8; 50_000]],
        )?;
        tx.record(Entry::new("test.done", &Actor::system("test"))).map(drop)
    })
}

fn say(line: &str) {
    std::io::stdout().lock().write_all(format!("\nsay {line}\n").as_bytes()).unwrap();
}

/// The child. Does nothing when the tests are run as usual.
#[test]
fn child() {
    let Ok(url) = std::env::var(PLACE) else { return };
    let store = Store::open(&url, &[SCHEMA]).unwrap();
    let mut kept = 0;
    let error = loop {
        match put(&store, format!("{kept:05}")) {
            Ok(()) => kept += 1,
            Err(e) => break e,
        }
        assert!(kept < 10_000, "never full");
    };
    assert!(error.is(store::NO_SPACE), "{error:?}");
    let still = put(&store, "refused".into());
    assert!(still.unwrap_err().is(store::NO_SPACE));
    assert_eq!(store.read(|tx| tx.journal_head()).unwrap(), kept, "reading goes on");
    say(&format!("full {kept}"));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    for n in 0..100 {
        put(&store, format!("after-{n:02}")).unwrap();
    }
    let health = store.verify_journal().unwrap();
    assert!(health.is_sound() && health.size == kept + 100, "{:?}", health.faults);
    say("recovered");
}

#[test]
fn a_full_disk_is_told_loses_nothing_and_is_got_over() {
    let place = Engine::Sqlite.place();
    let mut child = Command::new("bash")
        // 3 MiB a file; without the trap the signal would end the child.
        .args(["-c", "trap '' XFSZ; ulimit -S -f 3072; exec \"$@\"", "bash"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "full::child", "--nocapture", "--test-threads=1"])
        .env(PLACE, &place.url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said =
        lines.map_while(Result::ok).filter_map(|l| l.strip_prefix("say ").map(str::to_owned));
    let full = said.next().expect("the child fills its disk");
    assert!(full.starts_with("full "), "{full}");
    let lifted = Command::new("prlimit")
        .args(["--pid", &child.id().to_string(), "--fsize=unlimited"])
        .status()
        .unwrap();
    assert!(lifted.success());
    child.stdin.take().unwrap().write_all(b"go on\n").unwrap();
    assert_eq!(said.next().as_deref(), Some("recovered"));
    assert!(child.wait().unwrap().success());
    let kept: i64 = full["full ".len()..].parse().unwrap();
    let store = Store::open(&place.url, &[SCHEMA]).unwrap();
    let rows: i64 =
        store.read(|tx| tx.one("SELECT COUNT(*) FROM account", params![], |r| r.get(0))).unwrap();
    assert_eq!((rows, store.head()), (kept + 100, kept + 100));
}
