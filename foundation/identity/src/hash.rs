//! Password hashes: Argon2id, 19 MiB, two passes, one lane, as a PHC string.
//!
//! Hashing is the only expensive step of a sign-in, so it has its own threads (one a core) and a
//! bounded queue: when [`kernel::limits::HASH_QUEUE_MAX`] people wait, the next one is told so at
//! once instead of making everybody slower.

use crate::errors::HASH_BUSY;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use kernel::{Error, Result, limits};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use zeroize::Zeroizing;

/// Memory of one hash, KiB.
pub const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const OUT_BYTES: usize = 32;
/// A worker gives its 19 MiB back after this long without work.
const KEEP_MEMORY: Duration = Duration::from_secs(10);

/// A stored password: a PHC string. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Phc(String);

impl Phc {
    /// Wraps a stored string.
    pub(crate) fn stored(phc: String) -> Self {
        Self(phc)
    }
    /// The string.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phc")
    }
}

/// Checked in place of a missing hash, so that an unknown number costs the same work. It is the hash
/// of 32 random bytes that nobody kept.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$VGtNZjVoio7DIy9GIJ9iNw\
                      $DEuqot+xMAk/00q+3QTTgkg1N6q1jaKCYECxbNFoI2Y";

/// What a check found.
#[derive(Debug)]
pub struct Checked {
    /// The password is right.
    pub right: bool,
    /// A new hash, when the stored one was made with other parameters.
    pub renewed: Option<Phc>,
}

struct Job {
    password: Zeroizing<String>,
    stored: Option<String>,
    make: bool,
    reply: SyncSender<Result<Done>>,
}

struct Done {
    right: bool,
    made: Option<Phc>,
}

/// The hash workers. Dropping it ends the threads.
pub struct Hasher {
    queue: SyncSender<Job>,
    done: Arc<AtomicU64>,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

impl Hasher {
    /// One worker a core and the queue of [`limits::HASH_QUEUE_MAX`].
    pub fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with(cores, limits::HASH_QUEUE_MAX)
    }

    /// So many workers and so long a queue (tests).
    pub(crate) fn with(workers: usize, queue_max: usize) -> Result<Self> {
        let (queue, jobs) = sync_channel(queue_max);
        let jobs = Arc::new(Mutex::new(jobs));
        let done = Arc::new(AtomicU64::new(0));
        for n in 0..workers {
            let (jobs, done) = (Arc::clone(&jobs), Arc::clone(&done));
            std::thread::Builder::new()
                .name(format!("hash-{n}"))
                .spawn(move || work(&jobs, &done))
                .map_err(|e| Error::new(kernel::error::UNAVAILABLE).because(e))?;
        }
        Ok(Self { queue, done })
    }

    /// How many hashes have been computed since start (a metric; a renewal counts as one more).
    pub fn computed(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Hashes a new password.
    pub fn hash(&self, password: &Zeroizing<String>) -> Result<Phc> {
        let done = self.run(password, None, true)?;
        done.made.ok_or_else(|| Error::bug("no hash made"))
    }

    /// Checks a password; without a stored hash the same work is done and the answer is no.
    pub fn check(&self, password: &Zeroizing<String>, stored: Option<&Phc>) -> Result<Checked> {
        let known = stored.is_some();
        let phc = stored.map_or(NOBODY, Phc::as_str).to_owned();
        let done = self.run(password, Some(phc), false)?;
        Ok(Checked { right: done.right && known, renewed: done.made })
    }

    fn run(
        &self,
        password: &Zeroizing<String>,
        stored: Option<String>,
        make: bool,
    ) -> Result<Done> {
        let (reply, answer) = sync_channel(1);
        let job = Job { password: password.clone(), stored, make, reply };
        match self.queue.try_send(job) {
            Ok(()) => answer.recv().unwrap_or_else(|_| Err(Error::bug("a hash worker died"))),
            Err(TrySendError::Full(_)) => Err(Error::new(HASH_BUSY)),
            Err(TrySendError::Disconnected(_)) => Err(Error::bug("no hash worker")),
        }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, done: &AtomicU64) {
    let mut memory: Vec<Block> = Vec::new();
    loop {
        // One worker at a time waits at the queue; the others wait for the lock.
        let next = match jobs.lock() {
            Ok(queue) => queue.recv_timeout(KEEP_MEMORY),
            Err(_) => return,
        };
        match next {
            Ok(job) => {
                let answer = one(&job, &mut memory, done);
                // The caller may have gone away; its answer goes with it.
                let _ = job.reply.send(answer);
            }
            Err(RecvTimeoutError::Timeout) => memory = Vec::new(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn one(job: &Job, memory: &mut Vec<Block>, done: &AtomicU64) -> Result<Done> {
    let mut made = None;
    let mut right = false;
    let mut renew = job.make;
    if let Some(stored) = &job.stored {
        let (ok, current) = verify(job.password.as_bytes(), stored, memory)?;
        done.fetch_add(1, Ordering::Relaxed);
        right = ok;
        renew = ok && !current;
    }
    if renew {
        made = Some(make(job.password.as_bytes(), memory)?);
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(Done { right, made })
}

fn params() -> Result<Params> {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(OUT_BYTES)).map_err(Error::bug)
}

fn fill(
    params: Params,
    password: &[u8],
    salt: &[u8],
    out: &mut [u8],
    memory: &mut Vec<Block>,
) -> Result<()> {
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, out, memory)
        .map_err(Error::bug)
}

fn make(password: &[u8], memory: &mut Vec<Block>) -> Result<Phc> {
    let mut salt = [0u8; SALT_BYTES];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| Error::bug("no randomness"))?;
    let mut out = Zeroizing::new([0u8; OUT_BYTES]);
    fill(params()?, password, &salt, out.as_mut(), memory)?;
    let b64 = base64::engine::general_purpose::STANDARD_NO_PAD;
    Ok(Phc(format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${}${}",
        b64.encode(salt),
        b64.encode(out.as_ref())
    )))
}

/// Whether the password is right, and whether the hash has today's parameters.
fn verify(password: &[u8], phc: &str, memory: &mut Vec<Block>) -> Result<(bool, bool)> {
    // The parser's error may quote the string: it goes nowhere.
    let bad = |_| Error::bug("a stored hash cannot be read");
    let parsed = PasswordHash::new(phc).map_err(bad)?;
    let used = Params::try_from(&parsed).map_err(|_| Error::bug("hash parameters"))?;
    let (Some(salt), Some(expected)) = (&parsed.salt, &parsed.hash) else {
        return Err(Error::bug("a stored hash without salt or output"));
    };
    let current = parsed.algorithm.as_str() == "argon2id"
        && (used.m_cost(), used.t_cost(), used.p_cost()) == (MEMORY_KIB, PASSES, LANES)
        && expected.len() == OUT_BYTES;
    let mut out = Zeroizing::new(vec![0u8; expected.len()]);
    fill(used, password, salt.as_ref(), &mut out, memory)?;
    let same = aws_lc_rs::constant_time::verify_slices_are_equal(&out, expected.as_bytes());
    Ok((same.is_ok(), current))
}

/// One bare hash on the calling thread with the parameters in use: the reference against which
/// sign-ins are measured.
pub fn bench_hash() -> Result<()> {
    let mut memory = Vec::new();
    make(b"bare reference password", &mut memory).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(p: &str) -> Zeroizing<String> {
        Zeroizing::new(p.to_owned())
    }

    #[test]
    fn right_is_right_and_wrong_is_wrong() {
        let h = Hasher::with(1, 4).unwrap();
        let phc = h.hash(&pass("gạo nếp cái hoa")).unwrap();
        assert!(phc.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(format!("{phc:?}"), "Phc");
        let good = h.check(&pass("gạo nếp cái hoa"), Some(&phc)).unwrap();
        assert!(good.right && good.renewed.is_none());
        assert!(!h.check(&pass("gạo nếp cái hoa "), Some(&phc)).unwrap().right);
        assert_ne!(h.hash(&pass("x")).unwrap(), h.hash(&pass("x")).unwrap(), "salted");
    }

    #[test]
    fn an_unknown_account_costs_the_same_work() {
        let h = Hasher::with(1, 4).unwrap();
        let phc = h.hash(&pass("gạo nếp cái hoa")).unwrap();
        let before = h.computed();
        assert!(!h.check(&pass("sai rồi nhé"), Some(&phc)).unwrap().right);
        let known = h.computed() - before;
        assert!(!h.check(&pass("sai rồi nhé"), None).unwrap().right);
        assert_eq!(h.computed() - before - known, known);
        // And it is the same hash function with the same cost.
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let p = Params::try_from(&nobody).unwrap();
        assert_eq!((p.m_cost(), p.t_cost(), p.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert_eq!(nobody.hash.unwrap().len(), OUT_BYTES);
        assert_eq!(nobody.salt.unwrap().as_ref().len(), SALT_BYTES);
    }

    #[test]
    fn agrees_with_the_reference_implementation_and_renews_old_parameters() {
        // From the reference implementation's own test (test.c, Argon2id, version 0x13).
        let old = Phc::stored(
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
                .to_owned(),
        );
        let h = Hasher::with(1, 4).unwrap();
        let checked = h.check(&pass("password"), Some(&old)).unwrap();
        assert!(checked.right);
        let renewed = checked.renewed.expect("made with other parameters");
        assert!(h.check(&pass("password"), Some(&renewed)).unwrap().renewed.is_none());
        assert!(h.check(&pass("Password"), Some(&old)).unwrap().renewed.is_none());
    }

    #[test]
    fn a_full_queue_says_busy_at_once() {
        // Nobody takes anything from this queue: two may wait, the third is told so.
        let (queue, _jobs) = sync_channel(2);
        let h = Hasher { queue, done: Arc::default() };
        for _ in 0..2 {
            let (reply, _) = sync_channel(1);
            let job = Job { password: pass("waiting"), stored: None, make: true, reply };
            assert!(h.queue.try_send(job).is_ok(), "room for two");
        }
        let err = h.hash(&pass("third")).unwrap_err();
        assert!(err.is(HASH_BUSY));
        assert_eq!(err.kind(), kernel::Kind::Busy);
    }
}
