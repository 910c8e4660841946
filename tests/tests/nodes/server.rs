//! A PostgreSQL of the test's own, which can be restarted, and stand behind a network that can be cut.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};
use store::testing::{as_server, give_to_server, postgres_programs};
use tests::folder::Folder;

/// The server; it ends with the value.
pub struct Server {
    folder: Folder,
    /// The namespace it runs in.
    space: Option<Space>,
}

impl Server {
    pub fn start() -> Self {
        Self::made(None)
    }

    /// In a network of its own, with so many ways to it from here.
    pub fn behind(space: Space) -> Self {
        Self::made(Some(space))
    }

    fn made(space: Option<Space>) -> Self {
        let server = Self { folder: Folder::new(), space };
        give_to_server(server.folder.path());
        let data = server.data();
        let text = data.to_str().unwrap();
        server.run(
            "initdb",
            &["-D", text, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"],
        );
        let addresses = if server.space.is_some() { "*" } else { "" };
        let settings = format!(
            "listen_addresses = '{addresses}'\nunix_socket_directories = '{}'\nfsync = off\n\
             shared_buffers = 32MB\nmax_connections = 200\n",
            server.folder.path().display()
        );
        let append = |name: &str, more: &str| {
            let file = data.join(name);
            let text = fs::read_to_string(&file).unwrap() + more;
            fs::write(&file, text).unwrap();
        };
        append("postgresql.conf", &settings);
        append("pg_hba.conf", "host all all 10.0.0.0/8 trust\n");
        server.control(&["start"]);
        server
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// By the socket.
    pub fn url(&self) -> String {
        let socket = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{socket}/postgres")
    }

    /// By one of the ways.
    pub fn url_by(&self, way: usize) -> String {
        format!("postgres://postgres@{}/postgres", Space::address(self.space().name, way, 2))
    }

    pub fn space(&self) -> &Space {
        self.space.as_ref().unwrap()
    }

    pub fn restart(&self, mode: &str) {
        self.control(&["restart", "-m", mode]);
    }

    fn control(&self, words: &[&str]) {
        let (data, log) = (self.data(), self.folder.path().join("data/log"));
        let fixed = ["-D", data.to_str().unwrap(), "-w", "-l", log.to_str().unwrap()];
        self.run("pg_ctl", &[&fixed[..], words].concat());
    }

    /// As the server's user, where the server runs.
    fn run(&self, program: &str, args: &[&str]) {
        let inner = as_server(postgres_programs().join(program).to_str().unwrap());
        let mut command = match &self.space {
            None => inner,
            Some(space) => {
                let mut command = Command::new("ip");
                command.args(["netns", "exec", &space.label()]).arg(inner.get_program());
                command.args(inner.get_args());
                command
            }
        };
        let said = fs::File::create(self.folder.path().join("said")).unwrap();
        let status = command
            .args(args)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .status()
            .unwrap();
        let said = fs::read_to_string(self.folder.path().join("said")).unwrap_or_default();
        assert!(status.success(), "{program} {args:?}: {said}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.data().join("postmaster.pid").exists() && !std::thread::panicking() {
            self.control(&["stop", "-m", "immediate"]);
        } else if let Ok(pid) = fs::read_to_string(self.data().join("postmaster.pid")) {
            let _ =
                Command::new("kill").args(["-QUIT", pid.lines().next().unwrap_or("0")]).status();
        }
    }
}

/// A network of its own with some pairs of ends: one here, one there.
pub struct Space {
    name: u32,
    ways: usize,
}

fn ip(words: &str) -> Result<(), String> {
    let out = Command::new("ip").args(words.split(' ')).output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    out.status.success().then_some(()).ok_or(format!("ip {words}: {said}"))
}

impl Space {
    /// Needs the tool `ip` and the right to make networks; else says what is missing.
    pub fn new(ways: usize) -> Result<Self, String> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // Addresses and names that nothing else of this machine has.
        let name = std::process::id() % 50_000 + NEXT.fetch_add(1, Ordering::Relaxed);
        let space = Self { name, ways };
        let label = space.label();
        ip(&format!("netns add {label}"))?;
        ip(&format!("-n {label} link set lo up"))?;
        for way in 0..ways {
            let (here, there) = (space.end(way), space.far_end(way));
            ip(&format!("link add {here} type veth peer name {there} netns {label}"))?;
            ip(&format!("addr add {}/30 dev {here}", Self::address(name, way, 1)))?;
            ip(&format!("link set {here} up"))?;
            ip(&format!("-n {label} addr add {}/30 dev {there}", Self::address(name, way, 2)))?;
            ip(&format!("-n {label} link set {there} up"))?;
        }
        Ok(space)
    }

    fn label(&self) -> String {
        format!("ltn{}", self.name)
    }

    fn end(&self, way: usize) -> String {
        format!("lth{}x{way}", self.name)
    }

    fn address(name: u32, way: usize, end: u32) -> String {
        let (high, low) = (name / 63 % 256, name % 63 * 4);
        format!("10.{}.{high}.{}", 180 + way, low + end)
    }

    /// What is sent on this way is lost from now on, in both directions.
    pub fn cut(&self, way: usize) {
        ip(&format!("-n {} link set {} down", self.label(), self.far_end(way))).unwrap();
    }

    /// The way is open again.
    pub fn heal(&self, way: usize) {
        ip(&format!("-n {} link set {} up", self.label(), self.far_end(way))).unwrap();
    }

    fn far_end(&self, way: usize) -> String {
        format!("ltn{}x{way}", self.name)
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        for way in 0..self.ways {
            let _ = ip(&format!("link del {}", self.end(way)));
        }
        let _ = ip(&format!("netns del {}", self.label()));
    }
}
