//! Mốc ký của nhật ký: signed statements «the journal has so many entries, their tree has this root».
//!
//! The node that numbers the entries signs one as soon as there are new ones, and not more often than
//! twice a second. Before it signs it makes sure that the newest kept statement is still true: a node
//! never signs two histories. All of the last day are kept, then the last of each hour for ever; what
//! is let go of can be worked out from the tree again.

use crate::outside::Outside;
use crate::{JOURNAL_FORKED, rules};
use kernel::{Error, Instant, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Moment};
use store::{Hash, ReadTx, Row, Store, WriteTx, params};
use trust::Keys;

/// Shortest time between two checkpoints.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the thread waits for news before it looks by itself.
const LOOK: Duration = Duration::from_millis(400);
/// Wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// All checkpoints of this time are kept.
const ALL_KEPT_SECONDS: i64 = 86_400;
/// Of older ones, the last of each such time.
const ONE_EACH_SECONDS: i64 = 3_600;
/// Most checkpoints let go of in one transaction.
const PRUNED_MAX: i64 = 10_000;
/// Checkpoints of one list.
pub const LIST_MAX: i64 = 1_000;

/// A checkpoint as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Entries of the tree.
    pub size: i64,
    /// Its root.
    pub root: Hash,
    /// When it was signed.
    pub at: Instant,
    /// The signed note.
    pub note: String,
}

const COLUMNS: &str = "size, root, at, note";

fn kept(row: &Row) -> Result<Kept> {
    let root: Vec<u8> = row.get(1)?;
    let root = root.try_into().map_err(|_| Error::bug("a kept root is not 32 bytes"))?;
    Ok(Kept { size: row.get(0)?, root, at: row.get(2)?, note: row.get(3)? })
}

/// The newest checkpoint.
pub fn newest(tx: &mut ReadTx<'_>) -> Result<Option<Kept>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM journal_checkpoint WHERE forked = 0 ORDER BY size DESC LIMIT 1"
    );
    tx.row(&sql, params![], kept)
}

/// The kept checkpoint of exactly this size.
pub fn of_size(tx: &mut ReadTx<'_>, size: i64) -> Result<Option<Kept>> {
    let sql = format!("SELECT {COLUMNS} FROM journal_checkpoint WHERE forked = 0 AND size = ?1");
    tx.row(&sql, params![size], kept)
}

/// Kept checkpoints with more than `size` entries, smallest first, at most [`LIST_MAX`].
pub fn after(tx: &mut ReadTx<'_>, size: i64) -> Result<Vec<Kept>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM journal_checkpoint WHERE forked = 0 AND size > ?1 \
         ORDER BY size LIMIT ?2"
    );
    tx.rows(&sql, params![size, LIST_MAX], kept)
}

/// The last checkpoint of each of the newest `days` days that have one, newest first.
pub fn daily(tx: &mut ReadTx<'_>, days: i64) -> Result<Vec<Kept>> {
    // Microseconds of a day, and of Viet Nam's offset.
    let sql = format!(
        "SELECT {COLUMNS} FROM journal_checkpoint WHERE forked = 0 AND size IN \
         (SELECT MAX(size) FROM journal_checkpoint WHERE forked = 0 \
          GROUP BY (at + 25200000000) / 86400000000) ORDER BY size DESC LIMIT ?1"
    );
    tx.rows(&sql, params![days], kept)
}

/// Checkpoints of another history, kept as evidence.
pub fn forked(tx: &mut ReadTx<'_>) -> Result<Vec<Kept>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM journal_checkpoint WHERE forked = 1 ORDER BY at DESC LIMIT ?1"
    );
    tx.rows(&sql, params![LIST_MAX], kept)
}

/// Keeps a checkpoint.
pub(crate) fn keep(tx: &mut WriteTx<'_>, kept: &Kept, forked: bool) -> Result<()> {
    tx.execute(
        "INSERT INTO journal_checkpoint (size, root, at, note, forked) \
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (size, root) DO NOTHING",
        params![kept.size, kept.root.as_slice(), kept.at, &kept.note, i64::from(forked)],
    )?;
    Ok(())
}

/// Marks kept checkpoints that the journal contradicts.
pub(crate) fn set_aside(tx: &mut WriteTx<'_>) -> Result<()> {
    let head = tx.journal_head()?;
    tx.execute("UPDATE journal_checkpoint SET forked = 1 WHERE size > ?1", params![head])?;
    // From the newest back to the first that agrees: all before it agree too.
    while let Some(last) = newest(tx)? {
        if tx.journal_root_at(last.size)? == last.root {
            break;
        }
        tx.execute(
            "UPDATE journal_checkpoint SET forked = 1 WHERE size = ?1 AND root = ?2",
            params![last.size, last.root.as_slice()],
        )?;
    }
    Ok(())
}

/// Whether a checkpoint of this size and root is true of the database's journal; the entries there.
pub(crate) fn agrees(tx: &mut ReadTx<'_>, size: i64, root: &Hash) -> Result<(bool, i64)> {
    let head = tx.journal_head()?;
    Ok((size <= head && tx.journal_root_at(size)? == *root, head))
}

/// Every kept checkpoint compared with its own signature and with the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// They are signed and agree.
    pub agree: i64,
    /// They do not: rows were changed.
    pub contradict: i64,
    /// Of another history, set aside when a fork was accepted.
    pub set_aside: i64,
}

/// Compares all of them.
pub fn compare_all(tx: &mut ReadTx<'_>, keys: &[String]) -> Result<Compared> {
    let count = "SELECT COUNT(*) FROM journal_checkpoint WHERE forked = 1";
    let set_aside = tx.one(count, params![], |r| r.get(0))?;
    let mut out = Compared { agree: 0, contradict: 0, set_aside };
    let mut from = 0;
    loop {
        let page = after(tx, from)?;
        let Some(last) = page.last() else { return Ok(out) };
        from = last.size;
        for kept in &page {
            let said = trust::verify_checkpoint(&kept.note, keys).ok();
            let signed = said == Some((kept.size, kept.root));
            if signed && agrees(tx, kept.size, &kept.root)?.0 {
                out.agree += 1;
            } else {
                out.contradict += 1;
            }
        }
    }
}

/// Signs and keeps a checkpoint if there are entries that the newest one does not cover; gives the
/// newest. `None`: an empty journal. Refused if the newest one is no longer true.
pub fn write(store: &Store, keys: &Keys) -> Result<Option<Kept>> {
    let (last, head, root) = store.read(|tx| {
        let last = newest(tx)?;
        if let Some(last) = &last {
            let (true, _) = agrees(tx, last.size, &last.root)? else {
                let here = tx.journal_head()?;
                return Err(Error::new(JOURNAL_FORKED)
                    .arg("file", "journal_checkpoint")
                    .arg("size", last.size.to_string())
                    .arg("here", here.to_string()));
            };
        }
        Ok((last, tx.journal_head()?, tx.journal_tree_root()?))
    })?;
    if last.as_ref().map_or(0, |k| k.size) == head {
        return Ok(last);
    }
    let note = keys.checkpoint_of(head, &root)?;
    store.write(move |tx| {
        let kept = Kept { size: head, root, at: tx.now(), note: note.clone() };
        keep(tx, &kept, false)?;
        Ok(Some(kept))
    })
}

/// A kept checkpoint that covers entry `seq`: the newest, or a new one.
pub fn covering(store: &Store, keys: &Keys, seq: i64) -> Result<Kept> {
    let last = match store.read(newest)? {
        Some(last) if last.size >= seq && seq > 0 => Some(last),
        _ => {
            store.settle()?;
            write(store, keys)?
        }
    };
    last.filter(|k| k.size >= seq)
        .ok_or_else(|| Error::new(crate::RANGE_UNREAL).arg("size", store.head().to_string()))
}

/// Lets go of checkpoints that are older than a day and not the last of their hour. Returns how many.
pub fn prune(tx: &mut WriteTx<'_>) -> Result<u64> {
    let before = tx.now().plus_seconds(-ALL_KEPT_SECONDS);
    let hour = ONE_EACH_SECONDS * 1_000_000;
    tx.execute(
        "DELETE FROM journal_checkpoint WHERE size IN \
         (SELECT c.size FROM journal_checkpoint c WHERE c.forked = 0 AND c.at < ?1 AND EXISTS \
          (SELECT 1 FROM journal_checkpoint n WHERE n.forked = 0 AND n.size > c.size \
           AND n.at >= c.at AND n.at / ?2 = c.at / ?2) ORDER BY c.size LIMIT ?3) AND forked = 0",
        params![before, hour, PRUNED_MAX],
    )
}

/// How the keeping of checkpoints goes, for an operator.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// Why no checkpoint can be signed now.
    pub fault: Option<Error>,
    /// Folders that could not be written, each with its cause.
    pub folders: Vec<String>,
}

/// The thread that signs. It stops when this is dropped.
#[must_use = "it stops when this is dropped"]
pub struct Checkpointer {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts it. `health` tells whoever holds it how it goes.
    pub fn start(
        store: &Store,
        keys: &Keys,
        outside: Outside,
        health: Arc<Mutex<Health>>,
    ) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut work = Work {
            store: store.clone(),
            keys: keys.clone(),
            outside,
            stop: stop.clone(),
            health,
            told: 0,
            hour: None,
        };
        let thread = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || work.run())
            .map_err(Error::bug)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Work {
    store: Store,
    keys: Keys,
    outside: Outside,
    stop: Arc<AtomicBool>,
    health: Arc<Mutex<Health>>,
    /// Size of the checkpoint that the folders outside have.
    told: i64,
    hour: Option<Moment>,
}

impl Work {
    fn run(&mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            if !self.store.leads() {
                std::thread::sleep(LOOK);
                continue;
            }
            match self.once() {
                Ok(size) => {
                    self.pause(PAUSE);
                    self.store.wait_past(size, LOOK);
                }
                Err(e) => {
                    self.failed(&e);
                    self.pause(AFTER_FAILURE);
                }
            }
        }
        // The last entries before the end.
        if self.store.leads()
            && let Err(e) = self.once()
        {
            self.failed(&e);
        }
    }

    fn pause(&self, time: Duration) {
        let end = Moment::now() + time;
        while Moment::now() < end && !self.stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(20).min(time));
        }
    }

    fn once(&mut self) -> Result<i64> {
        let Some(kept) = write(&self.store, &self.keys)? else { return Ok(0) };
        if kept.size != self.told {
            let folders = self.outside.put(&kept.note, self.keys.journal_name().as_str());
            for fault in &folders {
                tracing::error!(error = fault, "a checkpoint could not be kept outside");
            }
            // A folder that failed is tried again with the next checkpoint.
            self.told = kept.size;
            self.set(Health { folders, ..Health::default() });
        }
        if self.hour.is_none_or(|h| h.elapsed().as_secs() >= ONE_EACH_SECONDS.unsigned_abs()) {
            self.hour = Some(Moment::now());
            self.store.write(prune)?;
        }
        Ok(kept.size)
    }

    fn set(&self, health: Health) {
        *self.health.lock().unwrap_or_else(PoisonError::into_inner) = health;
    }

    fn failed(&self, e: &Error) {
        tracing::error!(error = ?e, "no checkpoint could be signed");
        self.set(Health { fault: Some(e.clone()), folders: Vec::new() });
    }
}

/// What a checkpoint says, for people.
pub fn root_text(kept: &Kept) -> String {
    rules::hex(&kept.root)
}
