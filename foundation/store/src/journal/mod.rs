//! The journal: everything that happened, in one append-only order.
//!
//! An entry is held by its transaction until that commits, then one sequencer gives it the next
//! number and its place in the Merkle tree: on SQLite the writer thread in the same commit, on
//! PostgreSQL the node that holds the lease, a moment later. So a transaction does not see its own
//! entries, and readers see only numbered ones.

mod drop;
pub(crate) mod leaf;
mod proof;
mod raw;
pub(crate) mod tree;
mod verify;

pub use leaf::Part;
pub use raw::{Opening, RawEntry};
pub use tree::{Hash, empty_root, leaf_hash, node_hash, verify_consistency, verify_inclusion};
pub use verify::{JournalFault, JournalHealth};
pub(crate) use verify::{stored, verify, verify_newest};

use crate::{ReadTx, Row, Rows, WriteTx, params};
use kernel::{Actor, DossierCode, EntryId, Error, Instant, PersonalId, PurposeId, Result, limits};
use leaf::Stored;
use serde_json::Value as Json;
use std::sync::Arc;
use tree::{Node, Tree};

/// Longest kind or purpose, bytes.
const NAME_BYTES_MAX: usize = 64;

/// What a crate writes into the journal, in the same transaction as the change it tells of.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `area.what-happened`, for example `dossier.filed`.
    pub kind: &'static str,
    /// The place concerned: a commune code of 5 digits or a province code of 2.
    pub place: Option<String>,
    /// Who did it.
    pub actor: Actor,
    /// For which purpose personal data were used.
    pub purpose: Option<PurposeId>,
    /// The people it concerns: they find it in their access log.
    pub subjects: Vec<PersonalId>,
    /// The dossier it belongs to.
    pub dossier: Option<DossierCode>,
    /// What happened, by the kind's own shape. Small; no free text of people.
    pub body: Json,
}

impl Entry {
    /// An entry with nothing but kind and actor.
    pub fn new(kind: &'static str, actor: &Actor) -> Self {
        Self {
            kind,
            place: None,
            actor: actor.clone(),
            purpose: None,
            subjects: Vec::new(),
            dossier: None,
            body: Json::Null,
        }
    }
    /// Sets the place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }
    /// Sets the purpose.
    #[must_use]
    pub fn purpose(mut self, purpose: &PurposeId) -> Self {
        self.purpose = Some(purpose.clone());
        self
    }
    /// Adds a person concerned.
    #[must_use]
    pub fn about(mut self, person: &PersonalId) -> Self {
        self.subjects.push(person.clone());
        self
    }
    /// Sets the dossier.
    #[must_use]
    pub fn dossier(mut self, code: &DossierCode) -> Self {
        self.dossier = Some(code.clone());
        self
    }
    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: Json) -> Self {
        self.body = body;
        self
    }
}

/// An entry as it stands in the journal.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its number: dense, from 1, in the order of commits.
    pub seq: i64,
    /// Its identifier.
    pub id: EntryId,
    /// `area.what-happened`.
    pub kind: String,
    /// When.
    pub at: Instant,
    /// Where.
    pub place: Option<String>,
    /// Who.
    pub actor: Actor,
    /// For which purpose.
    pub purpose: Option<PurposeId>,
    /// The people it concerns.
    pub subjects: Vec<PersonalId>,
    /// The dossier it belongs to.
    pub dossier: Option<DossierCode>,
    /// What happened.
    pub body: Json,
}

/// An entry recorded in a transaction that has not committed yet.
pub(crate) struct Pending {
    pub(crate) stored: Stored,
    /// Made with the entry, so that the one who numbers has less to do.
    leaf: Hash,
}

impl Pending {
    /// `salts` are [`leaf::SALTS_BYTES`] random bytes.
    pub(crate) fn new(at: Instant, id: &EntryId, entry: Entry, salts: &[u8]) -> Result<Self> {
        let body = serde_json::to_string(&entry.body)?;
        if body.len() > limits::ENTRY_BYTES_MAX {
            return Err(Error::bug(format_args!(
                "an entry {} of {} bytes",
                entry.kind,
                body.len()
            )));
        }
        if !is_word(entry.kind)
            || entry.place.as_deref().is_some_and(|p| !is_place(p))
            || entry.purpose.as_ref().is_some_and(|p| !is_word(p.as_str()))
        {
            let what =
                format_args!("an entry {:?} with a name that a leaf may not show", entry.kind);
            return Err(Error::bug(what));
        }
        let mut subjects = entry.subjects;
        subjects.sort();
        subjects.dedup();
        Self::of(Stored {
            id: id.as_str().to_owned(),
            kind: entry.kind.to_owned(),
            at: at.0,
            place: entry.place,
            purpose: entry.purpose.map(|p| p.as_str().to_owned()),
            dossier: entry.dossier.map(|d| d.as_str().to_owned()),
            actor: serde_json::to_string(&entry.actor)?,
            subjects: serde_json::to_string(&subjects)?,
            body,
            salt: salts.to_vec(),
            erased: None,
        })
    }

    /// An entry that waits for its number in the database.
    pub(crate) fn of(stored: Stored) -> Result<Self> {
        let leaf = stored.leaf()?;
        Ok(Self { stored, leaf })
    }
}

/// Kinds and purposes stand in the leaf for everybody who gets it: words of the code and of the
/// purposes' file, never something typed, and nothing that a personal number could hide in.
fn is_word(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || matches!(b, b'.' | b'_' | b'-');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (1..=NAME_BYTES_MAX).contains(&text.len())
        && digits <= 4
        && text.bytes().all(|b| letter(b) || b.is_ascii_digit())
}

/// A commune code of 5 digits or a province code of 2.
fn is_place(text: &str) -> bool {
    matches!(text.len(), 2 | 5) && text.bytes().all(|b| b.is_ascii_digit())
}

const COLUMNS: &str = "seq, id, kind, at, place, actor, purpose, subjects, dossier, body";

fn recorded(row: &Row) -> Result<Recorded> {
    Ok(Recorded {
        seq: row.get(0)?,
        id: row.get(1)?,
        kind: row.get(2)?,
        at: row.get(3)?,
        place: row.get(4)?,
        actor: actor(&row.get::<String>(5)?)?,
        purpose: row.get(6)?,
        subjects: serde_json::from_str(&row.get::<String>(7)?)?,
        dossier: row.get(8)?,
        body: serde_json::from_str(&row.get::<String>(9)?)?,
    })
}

/// An erased actor reads as the program itself.
fn actor(text: &str) -> Result<Actor> {
    if text == "null" { Ok(Actor::system("erased")) } else { Ok(serde_json::from_str(text)?) }
}

/// What the sequencer knows: the right edge of the tree, and with it the next number.
#[derive(Clone, Default)]
pub(crate) struct Sequence {
    tree: Option<Tree>,
}

impl Sequence {
    /// Forgets what it knows: the next append reads it from the database again.
    pub(crate) fn forget(&mut self) {
        self.tree = None;
    }

    /// The newest number, if known.
    pub(crate) fn head(&self) -> Option<i64> {
        self.tree.as_ref().map(Tree::size)
    }

    /// Makes sure that the edge is that of the database. To be called once in a transaction that
    /// holds the right to append, before the first [`Sequence::append`].
    pub(crate) fn sync(&mut self, tx: &mut ReadTx<'_>) -> Result<&mut Tree> {
        let head = tx.journal_head()?;
        if self.tree.as_ref().is_none_or(|t| t.size() != head) {
            self.tree = Some(proof::edge(tx, head)?);
        }
        self.tree.as_mut().ok_or_else(|| Error::bug("no tree"))
    }

    /// Numbers entries and writes them with their leaves and nodes.
    pub(crate) fn append(&mut self, tx: &mut WriteTx<'_>, entries: &[Arc<Pending>]) -> Result<()> {
        let Some(tree) = self.tree.as_mut() else {
            return Err(Error::bug("append before sync"));
        };
        let (mut rows, mut nodes) = (Rows::new(12), Rows::new(3));
        for entry in entries {
            let seq = tree.size() + 1;
            put_row(&mut rows, seq, &entry.stored, &entry.leaf);
            tree.push(entry.leaf, |n: Node| {
                nodes.int(n.level);
                nodes.int(n.index);
                nodes.blob(&n.hash);
            });
        }
        tx.insert_rows(INSERT, "", &rows)?;
        tx.insert_rows("INSERT INTO journal_node (level, n, hash)", "", &nodes)
    }
}

const INSERT: &str = "INSERT INTO journal \
    (seq, id, kind, at, place, purpose, dossier, actor, subjects, body, salt, leaf)";

fn put_row(rows: &mut Rows, seq: i64, e: &Stored, leaf: &Hash) {
    rows.int(seq);
    rows.text(&e.id);
    rows.text(&e.kind);
    rows.int(e.at);
    rows.maybe(e.place.as_deref());
    rows.maybe(e.purpose.as_deref());
    rows.maybe(e.dossier.as_deref());
    rows.text(&e.actor);
    rows.text(&e.subjects);
    rows.text(&e.body);
    rows.blob(&e.salt);
    rows.blob(leaf);
}

/// [`ReadTx::journal_head`] as a function that every lifetime fits.
pub(crate) fn head_of(tx: &mut ReadTx<'_>) -> Result<i64> {
    tx.journal_head()
}

impl ReadTx<'_> {
    /// The number of the newest entry; 0 in an empty journal.
    pub fn journal_head(&mut self) -> Result<i64> {
        self.one("SELECT COALESCE(MAX(seq), 0) FROM journal", params![], |r| r.get(0))
    }
    /// Entries after `seq`, oldest first, at most `limit`. None may be missing in between: if they
    /// were sealed and dropped, that is refused ([`crate::JOURNAL_DROPPED`]).
    pub fn journal_after(&mut self, seq: i64, limit: i64) -> Result<Vec<Recorded>> {
        let sql = format!("SELECT {COLUMNS} FROM journal WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        let found = self.rows(&sql, params![seq, limit], recorded)?;
        match found.first() {
            Some(first) if first.seq > seq.max(0) + 1 => Err(drop::missing(self, seq, first.seq)),
            _ => Ok(found),
        }
    }
    /// Entries before `seq`, newest first, at most `limit`: a page of the auditor's list.
    pub fn journal_before(&mut self, seq: i64, limit: i64) -> Result<Vec<Recorded>> {
        let sql =
            format!("SELECT {COLUMNS} FROM journal WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2");
        self.rows(&sql, params![seq, limit], recorded)
    }
    /// When the newest entry of a kind was made. Of a kind that concerns no person and no dossier: only such
    /// entries stand in the index by kind.
    pub fn journal_newest(&mut self, kind: &str) -> Result<Option<Instant>> {
        let sql = "SELECT at FROM journal WHERE kind = ?1 AND dossier IS NULL AND subjects = '[]' \
            ORDER BY seq DESC LIMIT 1";
        self.row(sql, params![kind], |r| r.get(0))
    }
    /// Whether a dossier has entries after `seq`.
    pub fn journal_moved(&mut self, code: &DossierCode, seq: i64) -> Result<bool> {
        let sql = "SELECT 1 FROM journal WHERE dossier = ?1 AND seq > ?2 LIMIT 1";
        Ok(self.row(sql, params![code, seq], |_| Ok(()))?.is_some())
    }
    /// The entry with this identifier, once it has its number.
    pub fn journal_entry(&mut self, id: &EntryId) -> Result<Option<Recorded>> {
        let sql = format!("SELECT {COLUMNS} FROM journal WHERE id = ?1");
        self.row(&sql, params![id], recorded)
    }
}

impl WriteTx<'_> {
    /// Takes an entry out of the index of people that programs before this one wrote.
    fn forget_subjects(&mut self, seq: i64, subjects: &str) -> Result<()> {
        for pid in serde_json::from_str::<Vec<String>>(subjects)? {
            self.execute(
                "DELETE FROM journal_subject WHERE pid = ?1 AND seq = ?2",
                params![pid, seq],
            )?;
        }
        Ok(())
    }

    /// Erases parts of an entry that hold personal data, with their salts. What stays is the
    /// commitment, so that the journal still verifies.
    pub fn journal_erase(&mut self, seq: i64, parts: &[Part]) -> Result<()> {
        let sql = format!("SELECT {} FROM journal WHERE seq = ?1", verify::STORED);
        let e = self
            .row(&sql, params![seq], verify::stored)?
            .ok_or_else(|| Error::new(kernel::error::NOT_FOUND));
        let mut e = match e {
            Err(_) if (1..=self.journal_dropped()?).contains(&seq) => {
                return Err(Error::new(crate::JOURNAL_DROPPED).arg("n", seq.to_string()));
            }
            found => found?,
        };
        let mut kept: serde_json::Map<String, Json> = match &e.erased {
            Some(text) => serde_json::from_str(text)?,
            None => serde_json::Map::new(),
        };
        for part in parts {
            let commitment = e.commitment(*part)?;
            kept.insert(part.name().to_owned(), Json::String(commitment));
        }
        for part in parts {
            part.forget_salt(&mut e.salt);
            match part {
                Part::Actor => e.actor = "null".into(),
                Part::Body => e.body = "null".into(),
                Part::Subjects => {
                    self.forget_subjects(seq, &e.subjects)?;
                    (e.subjects, e.dossier) = ("[]".into(), None);
                }
            }
        }
        self.execute_one(
            "UPDATE journal SET actor = ?2, subjects = ?3, dossier = ?4, body = ?5, salt = ?6, \
             erased = ?7 WHERE seq = ?1",
            params![
                seq,
                e.actor,
                e.subjects,
                e.dossier,
                e.body,
                e.salt,
                serde_json::to_string(&kept)?
            ],
        )
    }
}
