//! Checkpoints: what stands in the write-ahead log is carried over into the database, beside the writer.
//!
//! Pages that many commits have changed lie all over the file: each is read from the log and written, and
//! the disk is waited for at the end. A thread of its own does that while the writer goes on. What is added
//! meanwhile is little; the writer carries it over between two groups, and the log begins anew.
//!
//! The engine waits for the disk only in the checkpoint that reaches the end of the log: that is the writer's,
//! with all that the thread has written. So the thread waits for the disk itself, apart from the engine.
//! Decisions 0023 and 0025.

use super::{Place, connect, sql};
use crate::errors;
use kernel::Result;
use rusqlite::Connection;
use std::fs::File;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
    mpsc::{Receiver, SyncSender, sync_channel},
};
use std::thread::JoinHandle;

/// Pages of log after which they are carried over (128 MB): a page that many commits touch, as the newest of
/// the journal, is carried over once for all of them.
const AFTER: u32 = 32_000;
/// Of so many parts of that, what is added to the log during a checkpoint must be less than one for the
/// writer to carry it over itself. If it is more, that goes to the thread once more.
const REST_PARTS: u32 = 8;
/// Checkpoints that wait for the thread: it is asked for one when it has nothing to do.
const ORDERS_MAX: usize = 1;
/// What the thread's connection may hold in its cache: a checkpoint goes past it.
const CACHE: &str = "-100";
/// As far as readers allow, without waiting for them.
const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// How long the log is, and who carries it over.
pub(super) struct Checkpoints {
    after: u32,
    /// Pages in the log since the newest commit; zero while the engine carries over by itself.
    pages: Arc<AtomicU32>,
    /// The first pages of the log: carried over, or about to be.
    carried: u32,
    /// The thread has carried over, and the writer not yet what was added meanwhile.
    rest: bool,
    /// The database, for nothing but waiting for the disk. Never closed: with any handle of a file a process
    /// gives back all its locks upon it, and the engine holds such locks.
    disk: Option<&'static File>,
    thread: Option<Thread>,
}

impl Checkpoints {
    pub(super) fn new() -> Self {
        Self {
            after: AFTER,
            pages: Arc::default(),
            carried: 0,
            rest: false,
            disk: None,
            thread: None,
        }
    }

    /// Hears of each commit how long the log is then. The engine does not carry over by itself any more.
    pub(super) fn watch(&mut self, conn: &mut Connection) -> Result<()> {
        let pages = Arc::clone(&self.pages);
        let heard = move |_: &mut rusqlite::hooks::Wal, n| {
            pages.store(u32::try_from(n).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        conn.wal_hook(Some(heard)).map_err(|e| errors::sqlite(&e))
    }

    /// Waits for a checkpoint that is under way. No connection is open for another one then.
    pub(super) fn pause(&mut self) {
        self.thread = None;
        (self.carried, self.rest) = (0, false);
        self.pages.store(0, Ordering::Relaxed);
    }

    /// Between two groups of the writer, whose connection this is.
    pub(super) fn look(&mut self, place: &Place, conn: &Connection) {
        if self.thread.as_ref().is_some_and(Thread::is_at_it) {
            return;
        }
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.carried {
            (self.carried, self.rest) = (0, false); // it has begun anew
        }
        let (more, part) = (pages - self.carried, self.after / REST_PARTS);
        if self.rest && more < part {
            (self.carried, self.rest) = (pages, false);
            // What a reader still needs stays in the log, and goes with what follows.
            let _ = sql::batch(conn, PASSIVE);
        } else if more >= if self.carried == 0 { self.after } else { part } {
            if self.thread.is_none() {
                self.thread = Thread::start(place, self.disk(place));
            }
            match &self.thread {
                Some(thread) if thread.ask() => (self.carried, self.rest) = (pages, true),
                // No thread, no connection: as the engine would do it.
                _ => drop(sql::batch(conn, PASSIVE)),
            }
        }
    }

    /// `None`: not to be waited for, or not to be opened; then the engine waits alone.
    fn disk(&mut self, place: &Place) -> Option<&'static File> {
        if self.disk.is_none() && !place.passing {
            self.disk = File::open(&place.path).ok().map(|file| &*Box::leak(Box::new(file)));
        }
        self.disk
    }
}

/// Carries over when it is asked to.
struct Thread {
    orders: Option<SyncSender<()>>,
    at_it: Arc<AtomicBool>,
    handle: Option<JoinHandle<()>>,
}

impl Thread {
    fn start(place: &Place, disk: Option<&'static File>) -> Option<Self> {
        let conn = connect(place, CACHE).ok()?;
        let (orders, taken) = sync_channel(ORDERS_MAX);
        let at_it = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&at_it);
        let run = move || carry_over(&conn, disk, &taken, &told);
        let handle = std::thread::Builder::new().name("checkpoint".into()).spawn(run).ok()?;
        Some(Self { orders: Some(orders), at_it, handle: Some(handle) })
    }

    fn is_at_it(&self) -> bool {
        self.at_it.load(Ordering::Acquire)
    }

    /// Whether it will.
    fn ask(&self) -> bool {
        self.at_it.store(true, Ordering::Release);
        let asked = self.orders.as_ref().is_some_and(|o| o.try_send(()).is_ok());
        if !asked {
            self.at_it.store(false, Ordering::Release);
        }
        asked
    }
}

fn carry_over(conn: &Connection, disk: Option<&File>, orders: &Receiver<()>, at_it: &AtomicBool) {
    while orders.recv().is_ok() {
        // What fails, as on a full disk, stays in the log and is tried again with what follows.
        let _ = sql::batch(conn, PASSIVE);
        // Nobody relies on it: what it does not bring to the disk the engine does before the log begins anew, and
        // what the disk refuses is told to every handle of the file, the engine's too.
        let _ = disk.map(File::sync_data);
        at_it.store(false, Ordering::Release);
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(handle) = self.handle.take() {
            let _ = handle.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passing::Folder;

    /// A database with a log, and checkpoints after so many pages.
    fn database(after: u32) -> (Folder, Place, Connection, Checkpoints) {
        let folder = Folder::new().unwrap();
        let place = Place { path: folder.path().join("test.db"), passing: true };
        let mut conn = connect(&place, "-2000").unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER, x BLOB) STRICT")
            .unwrap();
        let mut checkpoints = Checkpoints { after, ..Checkpoints::new() };
        checkpoints.watch(&mut conn).unwrap();
        (folder, place, conn, checkpoints)
    }

    /// Commits one row of some pages.
    fn commit(conn: &Connection, n: u32) {
        conn.execute("INSERT INTO t VALUES (?1, zeroblob(20000))", [n]).unwrap();
    }

    fn pages(checkpoints: &Checkpoints) -> u32 {
        checkpoints.pages.load(Ordering::Relaxed)
    }

    fn wait(checkpoints: &Checkpoints) {
        while checkpoints.thread.as_ref().is_some_and(Thread::is_at_it) {
            std::thread::yield_now();
        }
    }

    /// What stands in the database file without its log.
    fn carried_over(place: &Place) -> i64 {
        let copy = place.path.with_extension("copy");
        std::fs::copy(&place.path, &copy).unwrap();
        let conn = Connection::open(&copy).unwrap();
        conn.query_row("SELECT COUNT(*) FROM t", [], |r| r.get(0)).unwrap()
    }

    /// Commits so many rows, and so many more that had begun before the thread was asked to carry over.
    fn meanwhile(place: &Place, conn: &Connection, checkpoints: &mut Checkpoints, rows: [u32; 2]) {
        for n in 0..rows[0] {
            assert!(checkpoints.thread.is_none(), "not before it is long");
            commit(conn, n);
        }
        conn.execute_batch("BEGIN IMMEDIATE").unwrap();
        for n in 0..rows[1] {
            commit(conn, n);
        }
        checkpoints.look(place, conn);
        wait(checkpoints);
        assert_eq!(carried_over(place), i64::from(rows[0]));
        conn.execute_batch("COMMIT").unwrap();
    }

    #[test]
    fn the_thread_carries_over_the_writer_the_rest_and_the_log_begins_anew() {
        let (_folder, place, conn, mut checkpoints) = database(100);
        meanwhile(&place, &conn, &mut checkpoints, [20, 1]);
        checkpoints.look(&place, &conn);
        assert_eq!(carried_over(&place), 21);
        assert!(pages(&checkpoints) > 100);
        commit(&conn, 21);
        assert!(pages(&checkpoints) < 20, "{} pages", pages(&checkpoints));
    }

    #[test]
    fn much_that_was_added_goes_to_the_thread_once_more() {
        let (_folder, place, conn, mut checkpoints) = database(100);
        meanwhile(&place, &conn, &mut checkpoints, [20, 10]);
        checkpoints.look(&place, &conn);
        assert!(checkpoints.rest);
        wait(&checkpoints);
        assert_eq!(carried_over(&place), 30);
    }

    #[test]
    fn what_a_reader_needs_stays_until_it_has_gone() {
        let (_folder, place, conn, mut checkpoints) = database(100);
        commit(&conn, 0);
        let reader = connect(&place, "-100").unwrap();
        reader.execute_batch("BEGIN").unwrap();
        let seen = || reader.query_row("SELECT COUNT(*) FROM t", [], |r| r.get::<_, i64>(0));
        assert_eq!(seen().unwrap(), 1);
        for n in 1..60 {
            commit(&conn, n);
            checkpoints.look(&place, &conn);
            wait(&checkpoints);
        }
        assert_eq!(seen().unwrap(), 1);
        let long = pages(&checkpoints);
        assert!(long > 200, "{long} pages");
        reader.execute_batch("COMMIT").unwrap();
        for n in 60..80 {
            commit(&conn, n);
            checkpoints.look(&place, &conn);
            wait(&checkpoints);
        }
        assert!(pages(&checkpoints) < long, "{} pages of {long}", pages(&checkpoints));
        assert!(carried_over(&place) >= 60);
    }

    #[test]
    fn none_is_under_way_once_it_was_told_to_pause() {
        let (_folder, place, conn, mut checkpoints) = database(100);
        for n in 0..20 {
            commit(&conn, n);
        }
        checkpoints.look(&place, &conn);
        checkpoints.pause();
        // Alone with the database: the kind of journal can be changed.
        let mode = conn.query_row("PRAGMA journal_mode = DELETE", [], |r| r.get::<_, String>(0));
        assert_eq!(mode.unwrap(), "delete");
        assert_eq!(carried_over(&place), 20);
    }

    /// Locks that this process holds on a file.
    fn locks_on(file: &std::path::Path) -> usize {
        use std::os::unix::fs::MetadataExt;
        let (me, inode) = (std::process::id().to_string(), file.metadata().unwrap().ino());
        let is = |line: &&str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.contains(&me.as_str()) && words.iter().any(|w| w.ends_with(&format!(":{inode}")))
        };
        std::fs::read_to_string("/proc/locks").unwrap().lines().filter(is).count()
    }

    #[test]
    fn the_engines_locks_outlive_the_handle_that_waits_for_the_disk() {
        let folder = Folder::new().unwrap();
        let place = Place { path: folder.path().join("test.db"), passing: false };
        let mut conn = connect(&place, "-2000").unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER, x BLOB) STRICT")
            .unwrap();
        let mut checkpoints = Checkpoints { after: 100, ..Checkpoints::new() };
        checkpoints.watch(&mut conn).unwrap();
        for n in 0..21 {
            commit(&conn, n);
        }
        assert!(locks_on(&place.path) > 0);
        checkpoints.look(&place, &conn);
        wait(&checkpoints);
        assert!(checkpoints.disk.is_some());
        checkpoints.pause();
        drop(checkpoints);
        assert!(locks_on(&place.path) > 0, "given back");
    }
}
