//! The real program as a child process: started on a folder, watched, stopped or killed.

use crate::{built, folder::Folder, http::Client};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

const START_MAX: Duration = Duration::from_secs(600);
const STOP_MAX: Duration = Duration::from_secs(20);

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
    /// More arguments, such as `--database URL`.
    pub more: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { persons: 2_000, seed: 1, today: None, data: None, more: Vec::new() }
    }
}

/// A running demo province.
#[derive(Debug)]
pub struct Program {
    child: Child,
    /// `http://localhost:PORT`.
    pub address: String,
    data: PathBuf,
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
        let mut command = Command::new(&program);
        command.args(["demo", "--port", "0", "--data"]).arg(&data);
        command.args(["--persons", &options.persons.to_string()]);
        command.args(["--seed", &options.seed.to_string()]);
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
        let (mut last, begun) = (Vec::new(), Instant::now());
        while begun.elapsed() < START_MAX {
            match heard.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => {
                    if let Some(address) = address_in(&line) {
                        // Somebody must go on reading, or the program blocks on a full pipe.
                        thread::spawn(move || heard.iter().for_each(drop));
                        return Ok(Self { child, address, data, _own: own });
                    }
                    last.push(line);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let _ = child.kill();
        let _ = child.wait();
        let tail = last.split_off(last.len().saturating_sub(20)).join("\n");
        Err(format!("The program gave no address. It said:\n{tail}"))
    }

    /// A client with an empty cookie jar.
    pub fn client(&self) -> Client {
        Client::new(&self.address)
    }

    /// `localhost:PORT`.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
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
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
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

fn address_in(line: &str) -> Option<String> {
    let at = line.find("http://localhost:")?;
    let port: String =
        line[at + "http://localhost:".len()..].chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty()).then(|| format!("http://localhost:{port}"))
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
