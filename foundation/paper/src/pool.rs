//! The parent's side: a few children, each kept warm for a while, none trusted with time.

use crate::child::{Request, read_answer, write_frame};
use crate::errors::{
    LETTER_BUSY, LETTER_CRASHED, LETTER_MEMORY, LETTER_NOT_STARTED, LETTER_SLOW, LETTER_TOO_LARGE,
};
use crate::{Letter, letters};
use kernel::{Error, Result, limits};
use serde_json::Value as Json;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a child without work stays.
const IDLE: Duration = Duration::from_secs(20);
/// How long a child may take to end after its input was closed.
const GRACE: Duration = Duration::from_secs(1);

/// Limits of one letter. The defaults are the program's; lower ones serve tests.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time for one letter, and for waiting for one's turn.
    pub time: Duration,
    /// Address space of a child, bytes.
    pub memory_bytes: u64,
    /// Pages.
    pub pages: usize,
    /// Children at once.
    pub children: usize,
    /// Letters a child sets before a fresh one takes its place.
    pub letters_per_child: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(limits::LETTER_SECONDS_MAX),
            memory_bytes: limits::LETTER_MEMORY_BYTES_MAX,
            pages: limits::LETTER_PAGES_MAX,
            children: limits::LETTER_CHILDREN_MAX,
            letters_per_child: limits::LETTERS_PER_CHILD_MAX,
        }
    }
}

/// Sets letters in children of this program. Cheap to clone; all clones share the children.
#[derive(Clone)]
pub struct Paper(Arc<Inner>);

struct Inner {
    program: PathBuf,
    args: Vec<OsString>,
    limits: Limits,
    pool: Mutex<Pool>,
    freed: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Worker>,
    busy: usize,
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Paper({})", self.0.program.display())
    }
}

impl Paper {
    /// Letters set by `program letter`, as the program `lienthong` offers it.
    pub fn new(program: PathBuf) -> Self {
        Self::with(program, ["letter"], Limits::default())
    }

    /// With other arguments or lower limits.
    pub fn with<A: Into<OsString>>(
        program: PathBuf,
        args: impl IntoIterator<Item = A>,
        limits: Limits,
    ) -> Self {
        Self(Arc::new(Inner {
            program,
            args: args.into_iter().map(Into::into).collect(),
            limits,
            pool: Mutex::default(),
            freed: Condvar::new(),
        }))
    }

    /// Sets a letter of the program and returns its PDF.
    pub fn set(&self, template: &str, data: &Json) -> Result<Vec<u8>> {
        Ok(self.letter(template, data)?.pdf)
    }

    /// Sets a letter of the program; tells its pages and where the signature goes too.
    pub fn letter(&self, template: &str, data: &Json) -> Result<Letter> {
        if letters::template(template).is_none() {
            return Err(Error::new(crate::LETTER_UNKNOWN));
        }
        self.ask(Some(template.to_owned()), None, data)
    }

    /// Sets a letter from a template's text, for the preview of a changed letter.
    pub fn letter_from(&self, source: &str, data: &Json) -> Result<Letter> {
        self.ask(None, Some(source.to_owned()), data)
    }

    fn ask(&self, template: Option<String>, source: Option<String>, data: &Json) -> Result<Letter> {
        let limits = &self.0.limits;
        let request = serde_json::to_vec(&Request {
            template,
            source,
            data: data.clone(),
            pages_max: limits.pages,
            memory_bytes_max: limits.memory_bytes,
        })?;
        if request.len() > limits::LETTER_DATA_BYTES_MAX {
            return Err(Error::new(LETTER_TOO_LARGE).because("data"));
        }
        let turn = self.turn()?;
        loop {
            let idle = self.pool().idle.pop();
            let warm = idle.is_some();
            let mut worker = match idle {
                Some(w) => w,
                None => Worker::start(&self.0)?,
            };
            match worker.exchange(request.clone(), limits.time) {
                // It left for want of work just as it was asked: take another.
                Err(End::Gone) if warm => {}
                Err(end) => return Err(end.into()),
                Ok(answer) => {
                    worker.served += 1;
                    let crashed = matches!(&answer, Err(e) if e.is(LETTER_CRASHED));
                    if !crashed && worker.served < limits.letters_per_child {
                        self.pool().idle.push(worker);
                    }
                    drop(turn);
                    return answer;
                }
            }
        }
    }

    /// Waits for one of the places in which a child may work.
    fn turn(&self) -> Result<Turn<'_>> {
        let until = Instant::now() + self.0.limits.time;
        let mut pool = self.pool();
        while pool.busy >= self.0.limits.children {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::new(LETTER_BUSY));
            }
            let waited = self.0.freed.wait_timeout(pool, left);
            pool = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        pool.busy += 1;
        drop(pool);
        Ok(Turn(&self.0))
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.0.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One place taken; given back when dropped, however the letter ends.
struct Turn<'a>(&'a Inner);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.pool.lock().unwrap_or_else(PoisonError::into_inner).busy -= 1;
        self.0.freed.notify_one();
    }
}

/// Why a child gave no answer.
enum End {
    /// It had ended before it was asked.
    Gone,
    Slow,
    Memory,
    Crashed(String),
}

impl From<End> for Error {
    fn from(end: End) -> Self {
        match end {
            End::Slow => Self::new(LETTER_SLOW),
            End::Memory => Self::new(LETTER_MEMORY),
            End::Gone => Self::new(LETTER_CRASHED).because("ended before it was asked"),
            End::Crashed(how) => Self::new(LETTER_CRASHED).because(how),
        }
    }
}

struct Job {
    request: Vec<u8>,
    answer: SyncSender<std::result::Result<Result<Letter>, End>>,
}

/// A child and the thread that talks with it.
struct Worker {
    child: Arc<Mutex<Child>>,
    jobs: SyncSender<Job>,
    served: u32,
}

impl Worker {
    /// The thread starts its child itself: the child dies with the thread that started it.
    fn start(inner: &Inner) -> Result<Self> {
        let failed = |e: io::Error| Error::new(LETTER_NOT_STARTED).because(e);
        let mut command = Command::new(&inner.program);
        command
            .args(&inner.args)
            .env_clear()
            // The program's allocator would reserve a gigabyte of addresses before the child's own limit
            // holds, and no thread could be started within it any more.
            .env("MIMALLOC_ARENA_RESERVE", "64MiB")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let (jobs, inbox) = sync_channel(1);
        let (started, result) = sync_channel(1);
        std::thread::Builder::new()
            .name("letter".to_owned())
            .spawn(move || match Talk::start(&mut command) {
                Ok(talk) => {
                    let _ = started.send(Ok(talk.child.clone()));
                    talk.run(&inbox);
                }
                Err(e) => {
                    let _ = started.send(Err(e));
                }
            })
            .map_err(failed)?;
        let child = result.recv().map_err(Error::bug)?.map_err(failed)?;
        Ok(Self { child, jobs, served: 0 })
    }

    fn exchange(
        &mut self,
        request: Vec<u8>,
        time: Duration,
    ) -> std::result::Result<Result<Letter>, End> {
        let (answer, reply) = sync_channel(1);
        if self.jobs.send(Job { request, answer }).is_err() {
            return Err(End::Gone);
        }
        match reply.recv_timeout(time) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                let _ = lock(&self.child).kill();
                Err(End::Slow)
            }
            Err(RecvTimeoutError::Disconnected) => Err(End::Gone),
        }
    }
}

fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's side: blocking writes and reads, so that the asker can wait with a limit.
struct Talk {
    input: ChildStdin,
    output: ChildStdout,
    errors: ChildStderr,
    child: Arc<Mutex<Child>>,
}

impl Talk {
    fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.spawn()?;
        let (input, output, errors) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        match (input, output, errors) {
            (Some(input), Some(output), Some(errors)) => {
                Ok(Self { input, output, errors, child: Arc::new(Mutex::new(child)) })
            }
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn run(mut self, inbox: &Receiver<Job>) {
        while let Ok(job) = inbox.recv_timeout(IDLE) {
            let talked = write_frame(&mut self.input, &job.request)
                .and_then(|()| read_answer(&mut self.output));
            match talked {
                Ok(answer) => {
                    if job.answer.send(Ok(answer)).is_err() {
                        break;
                    }
                }
                Err(e) => {
                    let end = self.end(&e);
                    let _ = job.answer.send(Err(end));
                    return;
                }
            }
        }
        drop(self.input);
        bury(&self.child);
    }

    /// Finds out how the child ended.
    fn end(&mut self, e: &io::Error) -> End {
        let status = bury(&self.child);
        let mut said = Vec::new();
        let _ = (&mut self.errors).take(4_096).read_to_end(&mut said);
        let said = String::from_utf8_lossy(&said);
        if said.contains("memory allocation") || said.contains("Cannot allocate memory") {
            End::Memory
        } else {
            End::Crashed(format!("{:?}, {status}", e.kind()))
        }
    }
}

/// Waits for a child that is ending, and ends it if it does not.
fn bury(child: &Mutex<Child>) -> String {
    let until = Instant::now() + GRACE;
    loop {
        match lock(child).try_wait() {
            Ok(Some(status)) => return status.to_string(),
            Ok(None) if Instant::now() < until => {}
            _ => break,
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let mut child = lock(child);
    let _ = child.kill();
    child.wait().map_or_else(|e| e.to_string(), |s| s.to_string())
}
