//! The real program as a child process: started on a folder, watched, stopped or killed.

use crate::{built, folder::Folder, http::Client};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

const START_MAX: Duration = Duration::from_secs(600);
const STOP_MAX: Duration = Duration::from_secs(20);
/// A command that should end and serves instead does not hold up the whole run.
const COMMAND_MAX: Duration = Duration::from_secs(300);
/// Lines of the program's words that are kept.
const LINES_MAX: usize = 200_000;

/// So many of its last lines are shown with a test that failed.
const LAST_WORDS: usize = 40;

/// How to start a demo province.
#[derive(Clone, Debug)]
pub struct Options {
    /// Synthetic persons.
    pub persons: u64,
    /// The seed they are made from.
    pub seed: u64,
    /// What day the program believes it is.
    pub today: Option<String>,
    /// The data folder; without one a new folder is made, and removed at the end.
    pub data: Option<PathBuf>,
    /// How often somebody may ask, as the section `[rates]` of the settings holds it; none: as they like.
    pub rates: Option<String>,
    /// More arguments, such as `--database URL`.
    pub more: Vec<String>,
    /// A command that starts the program, such as `prlimit --fsize=…`; empty: it starts by itself.
    pub under: Vec<String>,
    /// Further variables of its environment.
    pub variables: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        let (under, variables) = (Vec::new(), Vec::new());
        Self {
            persons: 2_000,
            seed: 1,
            today: None,
            data: None,
            rates: None,
            more: Vec::new(),
            under,
            variables,
        }
    }
}

impl Options {
    /// A province that is made in a moment and still has everybody of the cast.
    pub fn small() -> Self {
        Self { persons: 500, ..Self::default() }
    }

    /// A small province that is kept in this folder.
    pub fn kept_in(data: &std::path::Path) -> Self {
        Self { data: Some(data.to_path_buf()), ..Self::small() }
    }
}

/// What a command of the program said.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs a command of the program to its end, with this on its standard input.
pub fn run(args: &[&str], input: &str) -> Result<Ran, String> {
    let program = built("lienthong");
    let mut child = Command::new(&program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}; build it first", program.display()))?;
    let (pipe, input) = (child.stdin.take(), input.to_owned());
    // On a thread of its own: a program that answers each line would fill its pipe meanwhile. One
    // that reads nothing closes its end, which is its right.
    let writer = thread::spawn(move || pipe.map(|mut p| p.write_all(input.as_bytes())));
    let pid = child.id().to_string();
    let (ended, end) = sync_channel::<()>(0);
    let watch = thread::spawn(move || {
        if end.recv_timeout(COMMAND_MAX) == Err(RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").args(["-9", &pid]).status();
        }
    });
    let out = child.wait_with_output().map_err(|e| e.to_string())?;
    drop(ended);
    let _ = (writer.join(), watch.join());
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    Ok(Ran { code: out.status.code(), out: text(&out.stdout), err: text(&out.stderr) })
}

/// A running demo province.
#[derive(Debug)]
pub struct Program {
    child: Child,
    /// `http://localhost:PORT`.
    pub address: String,
    data: PathBuf,
    said: Arc<Mutex<Vec<String>>>,
    _own: Option<Folder>,
}

impl Program {
    /// Starts it and waits for its address.
    pub fn start(options: &Options) -> Result<Self, String> {
        let program = built("lienthong");
        let own = options.data.is_none().then(Folder::new);
        let data = match (&options.data, &own) {
            (Some(data), _) => data.clone(),
            (None, Some(own)) => own.path().to_path_buf(),
            (None, None) => unreachable!("one of the two is there"),
        };
        let mut words = options.under.iter();
        let mut command = Command::new(words.next().map_or(program.as_os_str(), |w| w.as_ref()));
        command.args(words);
        if !options.under.is_empty() {
            command.arg(&program);
        }
        command.envs(options.variables.iter().map(|(name, value)| (name, value)));
        command.args(["demo", "--port", "0", "--data"]).arg(&data);
        command.args(["--persons", &options.persons.to_string()]);
        command.args(["--seed", &options.seed.to_string()]);
        let rates = data.with_extension("rates.toml");
        let rates = match &options.rates {
            None => Path::new("off"),
            Some(text) => {
                fs::write(&rates, text).map_err(|e| e.to_string())?;
                rates.as_path()
            }
        };
        command.arg("--rates").arg(rates).args(["--metrics-port", "0"]);
        if let Some(today) = &options.today {
            command.args(["--today", today]);
        }
        let mut child = command
            .args(&options.more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{}: {e}; build it first", program.display()))?;
        let (said, heard) = sync_channel(64);
        listen(child.stdout.take(), said.clone());
        listen(child.stderr.take(), said);
        let said_so_far = Arc::new(Mutex::new(Vec::new()));
        let begun = Instant::now();
        while begun.elapsed() < START_MAX {
            match heard.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => {
                    let address = address_in(&line);
                    keep(&said_so_far, line);
                    if let Some(address) = address {
                        let said = Arc::clone(&said_so_far);
                        // Somebody must go on reading, or the program blocks on a full pipe.
                        thread::spawn(move || heard.iter().for_each(|line| keep(&said, line)));
                        return Ok(Self { child, address, data, said: said_so_far, _own: own });
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let _ = child.kill();
        let _ = child.wait();
        let last = said_so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = last[last.len().saturating_sub(20)..].join("\n");
        Err(format!("The program gave no address. It said:\n{tail}"))
    }

    /// Starts a small province of its own folder: what most tests need.
    pub fn small() -> Self {
        Self::start(&Options::small()).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Everything it has said so far, on both of its outputs.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of its process (of the command it was started under, if that does not go over into
    /// the program).
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A client with an empty cookie jar.
    pub fn client(&self) -> Client {
        Client::new(&self.address)
    }

    /// `localhost:PORT`.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// Its measurements, read where they are given out.
    pub fn metrics(&self) -> String {
        let said = self.said();
        let line = said.iter().find_map(|l| l.strip_prefix("http://")?.strip_suffix("/metrics"));
        let Some(host) = line else { panic!("no address of measurements in {said:?}") };
        match Client::new(host).get("/metrics") {
            Ok(answer) => answer.text(),
            Err(e) => panic!("measurements at {host}: {e}"),
        }
    }

    /// The data folder.
    pub fn data(&self) -> &PathBuf {
        &self.data
    }

    /// Memory that the process holds now, KiB (Linux).
    pub fn resident_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Asks it to stop (SIGTERM) and waits; true when it ended by itself and well.
    pub fn stop(&mut self) -> bool {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < STOP_MAX {
            match self.child.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                Err(_) => break,
            }
        }
        self.kill();
        false
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    #[allow(clippy::print_stderr, reason = "a test that fails shows what it knows")]
    fn drop(&mut self) {
        let ended = self.child.try_wait();
        if thread::panicking() {
            // What the test saw is half of it: the other half is what the program said, and whether it ended.
            let said = self.said();
            let tail = said[said.len().saturating_sub(LAST_WORDS)..].join("\n");
            eprintln!("The program ({}) ended: {ended:?}. It said last:\n{tail}", self.address);
        }
        if matches!(ended, Ok(None)) {
            self.kill();
        }
    }
}

fn listen(stream: Option<impl Read + Send + 'static>, said: SyncSender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            if said.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
}

fn keep(said: &Mutex<Vec<String>>, line: String) {
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    if said.len() < LINES_MAX {
        said.push(line);
    }
}

fn address_in(line: &str) -> Option<String> {
    let at = line.find("http://localhost:")?;
    let port: String =
        line[at + "http://localhost:".len()..].chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty()).then(|| format!("http://localhost:{port}"))
}

/// Settings of an installation on a data folder, for `serve --config`.
pub fn write_settings(file: &Path, data: &Path, listen: &str) {
    let text = format!(
        "data = {data:?}\nprovince = \"37\"\nurl = \"http://localhost\"\nlisten = {listen:?}\n\
         metrics_listen = \"127.0.0.1:0\"\n\
         [treasury]\nbank = \"970415\"\nnumber = \"000000000000\"\nname = \"KHO BAC\"\n"
    );
    if let Err(e) = std::fs::write(file, text) {
        panic!("{}: {e}", file.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_any_line() {
        let line = "Mở trình duyệt: http://localhost:41234/ (Ctrl-C để dừng)";
        assert_eq!(address_in(line).as_deref(), Some("http://localhost:41234"));
        assert_eq!(address_in("http://localhost:"), None);
    }

    #[test]
    fn a_missing_program_is_told_plainly() {
        let mut options = Options::default();
        options.more.push("--no-such-option".into());
        let why = Program::start(&options).unwrap_err();
        assert!(!why.is_empty());
    }
}
