//! Making a backup: cut, named, written where it is new.

use crate::CHUNK_BYTES;
use crate::errors::{FILE_AWAY, about, away};
use crate::key::Public;
use crate::manifest::{Address, FileEntry, Manifest, plain};
use crate::place::Place;
use kernel::{Error, Instant, Result};
use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Most threads that pack and write. A backup is made beside people's work: it takes half of the
/// machine at most.
const WRITERS_MAX: usize = 8;

/// What a file of a backup is made from.
pub enum Content {
    /// A file that stands still.
    File(PathBuf),
    /// Bytes.
    Bytes(Zeroizing<Vec<u8>>),
}

/// A file to be backed up.
pub struct Source {
    /// Its name in the backup.
    pub name: String,
    /// Its permissions.
    pub mode: u32,
    /// What is in it.
    pub content: Content,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The manifest.
    pub file: PathBuf,
    /// The moment whose state it holds.
    pub at: Instant,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Its chunks.
    pub chunks: u64,
    /// Of these, those that were not there yet.
    pub new_chunks: u64,
    /// Bytes of their files.
    pub new_bytes: u64,
}

/// Work for a writer.
type Job = (Address, Zeroizing<Vec<u8>>);

/// What the writers did.
#[derive(Default)]
struct Done {
    chunks: u64,
    bytes: u64,
    failed: Option<Error>,
}

/// Makes a backup of `sources` as of `at`; never before the newest there is, so that a clock that was set
/// back does not make the newest backup look like an old one. Until its manifest is written there is none: what was
/// written before is used by the next try. `told` hears bytes read and bytes in all.
pub fn save(
    place: &Place,
    key: &Public,
    at: Instant,
    about: serde_json::Value,
    sources: &[Source],
    told: &mut dyn FnMut(u64, u64),
) -> Result<Saved> {
    let writers = std::thread::available_parallelism().map_or(1, |n| n.get() / 2);
    let writers = writers.clamp(1, WRITERS_MAX);
    let done = Mutex::new(Done::default());
    let (send, jobs) = sync_channel::<Job>(writers * 2);
    let jobs = Mutex::new(jobs);
    let entries = std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| write(place, key, &jobs, &done));
        }
        let send = send;
        cut(place, key, sources, told, &mut |job| {
            let failed = done.lock().unwrap_or_else(PoisonError::into_inner).failed.clone();
            match failed {
                Some(e) => Err(e),
                None => send.send(job).map_err(|_| Error::bug("nobody writes")),
            }
        })
    })?;
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(e) = done.failed {
        return Err(e);
    }
    if done.chunks > 0 {
        place.sync()?;
    }
    let after =
        place.backups()?.last().map_or(Instant(i64::MIN), |newest| Instant(newest.at.0 + 1));
    let at = at.max(after);
    let manifest = Manifest::new(at, about, entries);
    let file = place.put_manifest(&manifest, key)?;
    Ok(Saved {
        file,
        at,
        bytes: manifest.bytes(),
        chunks: manifest.files.iter().map(|f| f.chunks.len() as u64).sum(),
        new_chunks: done.chunks,
        new_bytes: done.bytes,
    })
}

/// A writer's thread: ends when nothing comes any more. After a failure it only empties the queue.
fn write(place: &Place, key: &Public, jobs: &Mutex<Receiver<Job>>, done: &Mutex<Done>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((address, content)) = job else { return };
        let lost = done.lock().unwrap_or_else(PoisonError::into_inner).failed.is_some();
        if lost {
            continue;
        }
        let put = place.put(key, &address, &content);
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        match put {
            Ok(bytes) => {
                done.chunks += 1;
                done.bytes += bytes;
            }
            Err(e) => done.failed = Some(e),
        }
    }
}

/// Cuts the sources into chunks and gives those away that are not there yet.
fn cut(
    place: &Place,
    key: &Public,
    sources: &[Source],
    told: &mut dyn FnMut(u64, u64),
    give: &mut dyn FnMut(Job) -> Result<()>,
) -> Result<Vec<FileEntry>> {
    let mut of = 0;
    for source in sources {
        of += match &source.content {
            Content::File(path) => std::fs::metadata(path).map_err(away(path))?.len(),
            Content::Bytes(bytes) => bytes.len() as u64,
        };
    }
    let (mut read, mut seen) = (0, HashSet::new());
    let mut entries = Vec::with_capacity(sources.len());
    for source in sources {
        plain(&source.name)?;
        let mut entry = FileEntry {
            name: source.name.clone(),
            bytes: 0,
            mode: source.mode,
            chunks: Vec::new(),
        };
        let mut input: Box<dyn Read + '_> = match &source.content {
            Content::File(path) => Box::new(File::open(path).map_err(away(path))?),
            Content::Bytes(bytes) => Box::new(bytes.as_slice()),
        };
        loop {
            let mut chunk = Zeroizing::new(Vec::with_capacity(CHUNK_BYTES));
            let next = input.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk);
            next.map_err(|e| about(FILE_AWAY, source.name.as_ref()).because(e))?;
            if chunk.is_empty() {
                break;
            }
            let address = key.marks.name(&chunk);
            entry.bytes += chunk.len() as u64;
            entry.chunks.push(address);
            read += chunk.len() as u64;
            if seen.insert(address) && !place.has(&address) {
                give((address, chunk))?;
            }
            told(read, of);
        }
        entries.push(entry);
    }
    Ok(entries)
}
