//! A private PostgreSQL from the system's package: its own folder, its own port, no password,
//! gone when dropped. Never touches a server that is already there.

use crate::folder::Folder;
use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const START_MAX: Duration = Duration::from_secs(20);

/// A running private server.
#[derive(Debug)]
pub struct Postgres {
    child: Child,
    port: u16,
    programs: PathBuf,
    folder: Folder,
}

impl Postgres {
    /// Makes a cluster and starts it. An error says what is missing.
    pub fn start() -> Result<Self, String> {
        let programs = programs().ok_or("PostgreSQL is not installed: run `cargo xtask setup`.")?;
        let folder = Folder::new();
        let data = folder.path().join("data");
        fs::create_dir(&data).map_err(|e| e.to_string())?;
        if root() {
            // PostgreSQL refuses to run as root; Debian's package brings a user for it.
            done(Command::new("chown").args(["-R", "postgres:"]).arg(folder.path()))?;
        }
        let mut initdb = as_its_user(&programs.join("initdb"));
        initdb.args([
            "--auth=trust",
            "--username=lienthong",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]);
        done(initdb.args(["--no-sync", "-D"]).arg(&data))?;
        let port = free_port()?;
        let log = folder.path().join("log");
        let said = fs::File::create(&log).map_err(|e| e.to_string())?;
        let mut server = as_its_user(&programs.join("postgres"));
        let child = server
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", folder.path().display()))
            .args(["-c", "max_connections=64", "-c", "shared_buffers=64MB"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .map_err(|e| format!("postgres: {e}"))?;
        let mut this = Self { child, port, programs, folder };
        let (begun, mut last) = (Instant::now(), String::new());
        while begun.elapsed() < START_MAX && this.lives() {
            match this.sql("postgres", "SELECT 1") {
                Ok(_) => return Ok(this),
                Err(why) => last = why,
            }
            thread::sleep(Duration::from_millis(50));
        }
        let said = fs::read_to_string(log).unwrap_or_default() + &last;
        Err(format!("The private PostgreSQL did not start. It said:\n{said}"))
    }

    fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// A new empty database, as an address for `Store::open`.
    pub fn database(&self, name: &str) -> Result<String, String> {
        self.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(self.address(name))
    }

    /// The address of a database.
    pub fn address(&self, name: &str) -> String {
        format!("postgres://lienthong@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs one statement with psql; gives its rows as text.
    pub fn sql(&self, database: &str, statement: &str) -> Result<String, String> {
        let out = Command::new(self.programs.join("psql"))
            .args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-d"])
            .arg(self.address(database))
            .args(["-c", statement])
            .output()
            .map_err(|e| format!("psql: {e}"))?;
        if out.status.success() {
            Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
        } else {
            Err(String::from_utf8_lossy(&out.stderr).trim().to_owned())
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The postmaster's own number: when we are root, our child may be the program that
        // changed user, and killing it would orphan the server.
        let first = fs::read_to_string(self.folder.path().join("data/postmaster.pid"));
        let pid = first.ok().and_then(|t| t.lines().next().map(str::to_owned));
        if let Some(pid) = pid {
            let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        } else {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// The folder with initdb, postgres and psql.
fn programs() -> Option<PathBuf> {
    if let Some(given) = env::var_os("LIENTHONG_POSTGRES_PROGRAMS") {
        return Some(given.into());
    }
    let whole = |dir: &Path| ["initdb", "postgres", "psql"].iter().all(|p| dir.join(p).is_file());
    let on_path =
        env::var_os("PATH").and_then(|path| env::split_paths(&path).find(|dir| whole(dir)));
    on_path.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        versions.flatten().map(|e| e.path().join("bin")).filter(|dir| whole(dir)).max()
    })
}

fn root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|out| out.stdout.starts_with(b"0\n"))
}

fn as_its_user(program: &Path) -> Command {
    if !root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command.current_dir("/");
    command
}

fn done(command: &mut Command) -> Result<(), String> {
    let out = command.output().map_err(|e| format!("{:?}: {e}", command.get_program()))?;
    if out.status.success() {
        return Ok(());
    }
    Err(format!("{:?}: {}", command.get_program(), String::from_utf8_lossy(&out.stderr)))
}

fn free_port() -> Result<u16, String> {
    let taken = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| e.to_string())?;
    taken.local_addr().map(|a| a.port()).map_err(|e| e.to_string())
}
