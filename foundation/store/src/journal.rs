//! The journal: everything that happened, in one append-only order.

use crate::{ReadTx, Row, WriteTx, params};
use kernel::{Actor, DossierCode, EntryId, Instant, PersonalId, PurposeId, Result};
use serde_json::Value as Json;

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

pub(crate) const COLUMNS: &str =
    "seq, id, kind, at, place, actor, purpose, subjects, dossier, body";

pub(crate) fn recorded(row: &Row) -> Result<Recorded> {
    Ok(Recorded {
        seq: row.get(0)?,
        id: row.get(1)?,
        kind: row.get(2)?,
        at: row.get(3)?,
        place: row.get(4)?,
        actor: serde_json::from_str(&row.get::<String>(5)?)?,
        purpose: row.get(6)?,
        subjects: serde_json::from_str(&row.get::<String>(7)?)?,
        dossier: row.get(8)?,
        body: serde_json::from_str(&row.get::<String>(9)?)?,
    })
}

/// On SQLite there is one writer, so an entry can take its number inside the transaction; the
/// savepoint of a failed closure gives the number back, so numbers stay dense.
pub(crate) fn insert(tx: &mut WriteTx<'_>, id: &EntryId, entry: Entry) -> Result<()> {
    let seq = tx.one("SELECT COALESCE(MAX(seq), 0) + 1 FROM journal", params![], |r| r.get::<i64>(0))?;
    let at = tx.now();
    tx.execute(
        "INSERT INTO journal (seq, id, kind, at, place, actor, purpose, subjects, dossier, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            seq,
            id,
            entry.kind,
            at,
            entry.place,
            serde_json::to_string(&entry.actor)?,
            entry.purpose,
            serde_json::to_string(&entry.subjects)?,
            entry.dossier,
            serde_json::to_string(&entry.body)?,
        ],
    )?;
    Ok(())
}

impl ReadTx<'_> {
    /// The number of the newest entry; 0 in an empty journal.
    pub fn journal_head(&mut self) -> Result<i64> {
        self.one("SELECT COALESCE(MAX(seq), 0) FROM journal", params![], |r| r.get(0))
    }
    /// Entries after `seq`, oldest first, at most `limit`.
    pub fn journal_after(&mut self, seq: i64, limit: i64) -> Result<Vec<Recorded>> {
        let sql = format!("SELECT {COLUMNS} FROM journal WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        self.rows(&sql, params![seq, limit], recorded)
    }
    /// Entries of one dossier, oldest first.
    pub fn journal_of_dossier(&mut self, code: &DossierCode) -> Result<Vec<Recorded>> {
        let sql = format!("SELECT {COLUMNS} FROM journal WHERE dossier = ?1 ORDER BY seq");
        self.rows(&sql, params![code], recorded)
    }
}
