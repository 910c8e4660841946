//! The journal checked from its rows: numbers, leaves, tree.

use super::leaf::Stored;
use super::tree::{Hash, Node, Tree};
use crate::{ReadTx, Row, params};
use kernel::{Result, Say};

/// Most faults listed; more are only counted.
const FAULTS_MAX: usize = 100;

pub(super) const STORED: &str =
    "id, kind, at, place, purpose, dossier, actor, subjects, body, salt, erased, seq, leaf";

pub(crate) fn stored(r: &Row) -> Result<Stored> {
    Ok(Stored {
        id: r.get(0)?,
        kind: r.get(1)?,
        at: r.get(2)?,
        place: r.get(3)?,
        purpose: r.get(4)?,
        dossier: r.get(5)?,
        actor: r.get(6)?,
        subjects: r.get(7)?,
        body: r.get(8)?,
        salt: r.get(9)?,
        erased: r.get(10)?,
    })
}

/// What is wrong at one place of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalFault {
    /// The entry with this number is missing.
    Missing(i64),
    /// This entry's content is not the one that was hashed when it was written.
    Changed(i64),
    /// A stored hash of the tree (level, index) is missing or wrong.
    Tree(i64, i64),
}

impl JournalFault {
    /// What is wrong, for an operator.
    pub fn text(&self, say: &Say) -> String {
        let at = |key, n: i64| say.t1(key, "n", say.number(n));
        match *self {
            Self::Missing(n) => at("store-fault-missing", n),
            Self::Changed(n) => at("store-fault-changed", n),
            Self::Tree(level, n) => {
                let values = [("level", level.to_string()), ("n", say.number(n))];
                say.with("store-fault-tree", &values)
            }
        }
    }
}

/// The outcome of checking the whole journal.
#[derive(Clone, Debug)]
pub struct JournalHealth {
    /// Entries.
    pub size: i64,
    /// The root of their tree, computed from the stored leaves.
    pub root: Hash,
    /// Entries of which a part was erased.
    pub erased: i64,
    /// Entries 1 to this number were sealed and dropped: only their hashes are checked here.
    pub dropped: i64,
    /// Entries that are committed and wait for their number (PostgreSQL).
    pub pending: i64,
    /// Entries with an earlier time than the one before: a clock was set back, or transactions ran
    /// side by side. No fault.
    pub time_steps_back: i64,
    /// The first faults.
    pub faults: Vec<JournalFault>,
    /// All faults.
    pub faults_count: u64,
}

impl JournalHealth {
    /// No fault?
    pub fn is_sound(&self) -> bool {
        self.faults_count == 0
    }
    fn fault(&mut self, fault: JournalFault) {
        self.faults_count += 1;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }
}

fn unknown() -> JournalHealth {
    JournalHealth {
        size: 0,
        root: super::empty_root(),
        erased: 0,
        dropped: 0,
        pending: 0,
        time_steps_back: 0,
        faults: Vec::new(),
        faults_count: 0,
    }
}

/// Checks all entries in the snapshot of `tx`: numbers dense from 1, each leaf recomputed from its
/// row, each stored hash recomputed from the leaves.
pub(crate) fn verify(tx: &mut ReadTx<'_>) -> Result<JournalHealth> {
    let mut health = unknown();
    let mut tree = Tree::default();
    let mut nodes: Vec<Node> = Vec::new();
    health.dropped = dropped(tx, &mut tree, &mut nodes, &mut health)?;
    walk(tx, health.dropped, &mut tree, &mut nodes, &mut health)?;
    check_nodes(tx, nodes, &mut health)?;
    health.pending = tx.one("SELECT COUNT(*) FROM journal_pending", params![], |r| r.get(0))?;
    Ok(health)
}

/// As [`verify`], only for the newest entries, about so many: the tree before them is taken from its
/// stored hashes. Gives also how many were checked.
pub(crate) fn verify_newest(tx: &mut ReadTx<'_>, entries: i64) -> Result<(JournalHealth, i64)> {
    let mut health = unknown();
    health.dropped = tx.journal_dropped()?;
    let from = (tx.journal_head()? - entries).max(health.dropped).max(0);
    let mut tree = super::proof::edge(tx, from)?;
    let mut nodes = Vec::new();
    walk(tx, from, &mut tree, &mut nodes, &mut health)?;
    for node in nodes {
        let sql = "SELECT hash FROM journal_node WHERE level = ?1 AND n = ?2";
        let kept: Option<Vec<u8>> = tx.row(sql, params![node.level, node.index], |r| r.get(0))?;
        if kept.as_deref() != Some(&node.hash[..]) {
            health.fault(JournalFault::Tree(node.level, node.index));
        }
    }
    health.pending = tx.one("SELECT COUNT(*) FROM journal_pending", params![], |r| r.get(0))?;
    let checked = health.size - from;
    Ok((health, checked))
}

/// Entries after `from`, whose tree is given.
fn walk(
    tx: &mut ReadTx<'_>,
    from: i64,
    tree: &mut Tree,
    nodes: &mut Vec<Node>,
    health: &mut JournalHealth,
) -> Result<()> {
    let (mut last, mut last_at) = (from, i64::MIN);
    let sql = format!("SELECT {STORED} FROM journal WHERE seq > ?1 ORDER BY seq");
    tx.each(&sql, params![from], |row| {
        let (entry, seq, leaf) = (stored(row)?, row.get::<i64>(11)?, row.get::<Vec<u8>>(12)?);
        if seq != last + 1 {
            health.fault(JournalFault::Missing(last + 1));
        }
        if entry.leaf()?.as_slice() != leaf {
            health.fault(JournalFault::Changed(seq));
        }
        health.erased += i64::from(entry.erased.is_some());
        health.time_steps_back += i64::from(entry.at < last_at);
        (last, last_at) = (seq, entry.at);
        tree.push(Hash::try_from(leaf).unwrap_or([0; 32]), |n| nodes.push(n));
        Ok(true)
    })?;
    (health.size, health.root) = (tree.size(), tree.root());
    Ok(())
}

/// Puts the leaves of dropped entries into the tree; their tiles must be dense and whole.
fn dropped(
    tx: &mut ReadTx<'_>,
    tree: &mut Tree,
    nodes: &mut Vec<Node>,
    health: &mut JournalHealth,
) -> Result<i64> {
    let sql = "SELECT n, hashes FROM journal_leaf_tile ORDER BY n";
    tx.each(sql, params![], |row| {
        let (n, hashes): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let (whole, rest) = hashes.as_chunks::<32>();
        let wide = i64::try_from(whole.len()) == Ok(super::proof::TILE_WIDTH);
        if n * super::proof::TILE_WIDTH != tree.size() || !wide || !rest.is_empty() {
            health.fault(JournalFault::Tree(0, n));
        }
        for hash in whole {
            tree.push(*hash, |n| nodes.push(n));
        }
        Ok(true)
    })?;
    Ok(tree.size())
}

fn check_nodes(
    tx: &mut ReadTx<'_>,
    mut nodes: Vec<Node>,
    health: &mut JournalHealth,
) -> Result<()> {
    nodes.sort_by_key(|n| (n.level, n.index));
    let mut wanted = nodes.into_iter().peekable();
    tx.each("SELECT level, n, hash FROM journal_node ORDER BY level, n", params![], |row| {
        let (at, hash) = ((row.get::<i64>(0)?, row.get::<i64>(1)?), row.get::<Vec<u8>>(2)?);
        while let Some(missing) = wanted.next_if(|n| (n.level, n.index) < at) {
            health.fault(JournalFault::Tree(missing.level, missing.index));
        }
        match wanted.next_if(|n| (n.level, n.index) == at) {
            Some(n) if n.hash.as_slice() == hash => {}
            _ => health.fault(JournalFault::Tree(at.0, at.1)),
        }
        Ok(true)
    })?;
    for missing in wanted {
        health.fault(JournalFault::Tree(missing.level, missing.index));
    }
    Ok(())
}
