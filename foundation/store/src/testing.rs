//! For tests of this and other crates: a private PostgreSQL, started from the installed programs and
//! ended with the test process. Not for anything else.

use crate::passing::Folder;
use postgres::{Client, NoTls};
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};
use std::time::{Duration, Instant};

/// Names the server to use instead of starting one: `postgres://…`, with the right to create
/// databases.
pub const SERVER_VARIABLE: &str = "LIENTHONG_TEST_PG";
/// Names the folder of PostgreSQL's programs where it is not Debian's.
pub const PROGRAMS_VARIABLE: &str = "LIENTHONG_POSTGRES_PROGRAMS";
/// What to do if PostgreSQL is not installed.
const SETUP: &str =
    "PostgreSQL is not installed: run `cargo xtask setup` once, then the tests again";

/// Chance for tests: the same seed gives the same numbers.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub fn of(seed: u64) -> Self {
        Self(seed | 1)
    }
    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
    /// True one time in `n`.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// The address of a new, empty database on this process's own server.
///
/// # Panics
/// If there is no PostgreSQL, with a sentence that says what to do.
pub fn postgres() -> String {
    static SERVER: OnceLock<Result<String, String>> = OnceLock::new();
    database(SERVER.get_or_init(|| server(&QUICK)))
}

/// As [`postgres`], on a server whose commits wait for the disk: for measurements.
///
/// # Panics
/// As [`postgres`].
pub fn postgres_durable() -> String {
    static SERVER: OnceLock<Result<String, String>> = OnceLock::new();
    database(SERVER.get_or_init(|| server(&DURABLE)))
}

/// As [`postgres_durable`], with the memory that a server of a large province is given: for
/// measurements.
///
/// # Panics
/// As [`postgres`].
pub fn postgres_large() -> String {
    static SERVER: OnceLock<Result<String, String>> = OnceLock::new();
    database(SERVER.get_or_init(|| server(&LARGE)))
}

/// Ends a database of this process, so that its room on the disk is free again.
///
/// # Panics
/// If the server is gone.
pub fn drop_database(url: &str) {
    let mut client = Client::connect(&with_database(url, "postgres"), NoTls)
        .expect("a connection to the tests' PostgreSQL");
    client
        .batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", name_in(url)))
        .expect("a database that is nobody else's");
}

/// Settings of a server.
struct Server {
    fsync: &'static str,
    shared_buffers: &'static str,
    max_wal_size: &'static str,
}

/// For tests, which are many and small.
const QUICK: Server = Server { fsync: "off", shared_buffers: "32MB", max_wal_size: "256MB" };
const DURABLE: Server = Server { fsync: "on", ..QUICK };
const LARGE: Server = Server { fsync: "on", shared_buffers: "1GB", max_wal_size: "4GB" };

fn server(kind: &Server) -> Result<String, String> {
    std::env::var(SERVER_VARIABLE).or_else(|_| start(kind))
}

fn name_in(url: &str) -> &str {
    url.split('?').next().and_then(|u| u.rsplit('/').next()).unwrap_or_default()
}

/// A new database on this server.
fn database(server: &Result<String, String>) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = server.as_ref().unwrap_or_else(|why| panic!("{why}"));
    let name = format!(
        "test_{}_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed),
        crate::Clock::system().now().0
    );
    let mut client = Client::connect(server, NoTls).expect("a connection to the tests' PostgreSQL");
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .expect("the right to create databases");
    with_database(server, &name)
}

/// The address of a copy of a database of [`postgres`], as a backup would be. Nobody may have the
/// original open.
///
/// # Panics
/// If it cannot be copied.
pub fn postgres_copy(url: &str) -> String {
    let name = name_in(url);
    let copy = format!("{name}_copy_{}", crate::Clock::system().now().0);
    let mut client = Client::connect(&with_database(url, "postgres"), NoTls)
        .expect("a connection to the tests' PostgreSQL");
    client
        .batch_execute(&format!("CREATE DATABASE {copy} TEMPLATE {name}"))
        .expect("a copy of a closed database");
    with_database(url, &copy)
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, None), |(a, o)| (a, Some(o)));
    let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
    let host = rest.split('/').next().unwrap_or_default();
    let options = options.map_or(String::new(), |o| format!("?{o}"));
    format!("{scheme}://{host}/{name}{options}")
}

/// The folder of `initdb` and `postgres`: the one named, else that of the newest installed version.
fn programs() -> Option<PathBuf> {
    if let Ok(named) = std::env::var(PROGRAMS_VARIABLE) {
        return Some(PathBuf::from(named));
    }
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            path.join("bin/initdb").is_file().then(|| (version, path.join("bin")))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, path)| path)
}

/// The folder of PostgreSQL's programs, for tests that run a server of their own.
///
/// # Panics
/// If there is no PostgreSQL, with a sentence that says what to do.
pub fn postgres_programs() -> PathBuf {
    programs().unwrap_or_else(|| panic!("{SETUP}"))
}

/// A command as the user under which a server may run. What it starts may outlive the test.
pub fn as_server(program: &str) -> Command {
    let Some((uid, gid)) = other_user() else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".into()]);
    command.arg(program);
    command
}

/// Gives a folder to that user.
///
/// # Panics
/// If it may not be given.
pub fn give_to_server(folder: &Path) {
    if let Some((uid, gid)) = other_user() {
        chown(folder, Some(uid), Some(gid)).expect("a folder for the server");
    }
}

/// PostgreSQL refuses to run as root: then it runs as the package's own user, or as nobody.
fn other_user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let of = |name: &str| {
        let line = users.lines().find(|l| l.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody")).or(Some((65_534, 65_534)))
}

/// A command run as the server's user that is told to end when the thread that started it does.
fn command(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new("setpriv");
    if let Some((uid, gid)) = user {
        command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".into()]);
    }
    command.args(["--pdeathsig", "QUIT"]).arg(program).stdin(Stdio::null());
    command
}

fn start(kind: &Server) -> Result<String, String> {
    let programs = programs().ok_or(SETUP)?;
    // Kept as long as the process, and removed by a later one: the server outlives our statics.
    let passing = std::mem::ManuallyDrop::new(Folder::new().map_err(|e| e.to_string())?);
    let folder = passing.path().to_owned();
    let user = other_user();
    let said = |what: &str, e: &dyn std::fmt::Display| format!("{what}: {e}");
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).map_err(|e| said("the server's folder", &e))?;
    }
    let data = folder.join("data");
    let made = command(&programs.join("initdb"), user)
        .arg("-D")
        .arg(&data)
        .args(["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        .current_dir(&folder)
        .output()
        .map_err(|e| said("initdb does not start", &e))?;
    if !made.status.success() {
        return Err(said("initdb failed", &String::from_utf8_lossy(&made.stderr)));
    }
    let log = folder.join("log");
    let file = fs::File::create(&log).map_err(|e| said("the server's log", &e))?;
    let mut server = command(&programs.join("postgres"), user);
    server
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(&folder)
        .args(["-c", "listen_addresses=", "-c", "max_connections=300"])
        .args(["-c", &format!("fsync={}", kind.fsync)])
        .args(["-c", &format!("shared_buffers={}", kind.shared_buffers)])
        .args(["-c", &format!("max_wal_size={}", kind.max_wal_size)])
        .current_dir(&folder)
        .stdout(Stdio::null())
        .stderr(file);
    // The signal comes when the starting thread ends, so that thread waits as long as the process.
    std::thread::Builder::new()
        .name("postgres".into())
        .spawn(move || {
            if let Ok(mut child) = server.spawn() {
                let _ = child.wait();
            }
        })
        .map_err(|e| said("a thread for the server", &e))?;
    let url = format!(
        "postgres://postgres@{}/postgres",
        folder.display().to_string().replace('/', "%2F")
    );
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        if Client::connect(&url, NoTls).is_ok() {
            return Ok(url);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(&log).unwrap_or_default();
    Err(format!("the tests' PostgreSQL does not answer; its log:\n{log}"))
}
