//! Entries as they are hashed: leaf, salts and stored texts, for exports, proofs and sealing.

use super::leaf::{LEAF, Part, SALTS_BYTES, Stored};
use super::tree::{Hash, leaf_hash};
use super::verify::{STORED, stored};
use crate::{ReadTx, params};
use kernel::{Error, Result};

/// What opens a commitment: whoever has salt and text can recompute it.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// 16 random bytes.
    pub salt: Vec<u8>,
    /// The stored JSON, byte by byte.
    pub text: String,
    /// The dossier's code, which is committed to with the subjects; empty if there is none.
    pub dossier: Option<String>,
}

/// An entry as it is hashed. May hold personal data: never for logs.
#[derive(Clone, PartialEq, Eq)]
pub struct RawEntry {
    /// Its number.
    pub seq: i64,
    /// The leaf's data: no personal data.
    pub leaf: String,
    /// Openings of actor, subjects, body; `None` where the part was erased.
    pub openings: [Option<Opening>; 3],
}

impl std::fmt::Debug for RawEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawEntry({})", self.seq)
    }
}

impl RawEntry {
    /// The leaf's hash.
    pub fn hash(&self) -> Hash {
        leaf_hash(self.leaf.as_bytes())
    }

    /// What opens a part.
    pub fn opening(&self, part: Part) -> Option<&Opening> {
        self.openings[part as usize].as_ref()
    }

    fn of(seq: i64, entry: &Stored) -> Result<Self> {
        let mut openings = [None, None, None];
        for part in Part::ALL {
            if !entry.is_erased(part)? {
                let (text, dossier) = match part {
                    Part::Actor => (&entry.actor, None),
                    Part::Subjects => {
                        (&entry.subjects, Some(entry.dossier.clone().unwrap_or_default()))
                    }
                    Part::Body => (&entry.body, None),
                };
                let salt = part.salt(&entry.salt)?.to_vec();
                openings[part as usize] = Some(Opening { salt, text: text.clone(), dossier });
            }
        }
        Ok(Self { seq, leaf: entry.leaf_data()?, openings })
    }

    /// The row it came from. Fails if an opening is not that of the leaf.
    pub(super) fn into_stored(self) -> Result<Stored> {
        let broken = || Error::bug(format_args!("entry {} cannot be put back", self.seq));
        let lines: Vec<&str> = self.leaf.split('\n').collect();
        let [LEAF, id, kind, at, place, purpose, _, _, _, ""] = lines[..] else {
            return Err(broken());
        };
        let full = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        let mut entry = Stored {
            id: id.to_owned(),
            kind: kind.to_owned(),
            at: at.parse().map_err(|_| broken())?,
            place: full(place),
            purpose: full(purpose),
            dossier: None,
            actor: "null".into(),
            subjects: "[]".into(),
            body: "null".into(),
            salt: vec![0; SALTS_BYTES],
            erased: None,
        };
        let mut erased = serde_json::Map::new();
        for part in Part::ALL {
            let Some(opening) = self.opening(part) else {
                let commitment = lines[6 + part as usize].to_owned();
                erased.insert(part.name().to_owned(), commitment.into());
                continue;
            };
            part.salt_mut(&mut entry.salt)?.copy_from_slice(
                opening
                    .salt
                    .get(..16)
                    .filter(|s| s.len() == opening.salt.len())
                    .ok_or_else(broken)?,
            );
            match part {
                Part::Actor => entry.actor.clone_from(&opening.text),
                Part::Subjects => {
                    entry.subjects.clone_from(&opening.text);
                    entry.dossier = full(opening.dossier.as_deref().unwrap_or_default());
                }
                Part::Body => entry.body.clone_from(&opening.text),
            }
        }
        if !erased.is_empty() {
            entry.erased = Some(serde_json::to_string(&erased)?);
        }
        if entry.leaf_data()? == self.leaf { Ok(entry) } else { Err(broken()) }
    }
}

impl ReadTx<'_> {
    /// Entries `from` to `to` as they are hashed, oldest first, until `f` returns `false`.
    pub fn journal_raw(
        &mut self,
        from: i64,
        to: i64,
        mut f: impl FnMut(RawEntry) -> Result<bool>,
    ) -> Result<()> {
        let sql =
            format!("SELECT {STORED} FROM journal WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq");
        self.each(&sql, params![from, to], |row| f(RawEntry::of(row.get(11)?, &stored(row)?)?))
    }

    /// Which entries of `from` to `to` have erased parts: number and the parts still there.
    pub fn journal_erased(&mut self, from: i64, to: i64) -> Result<Vec<(i64, Vec<Part>)>> {
        let sql = format!(
            "SELECT {STORED} FROM journal WHERE seq >= ?1 AND seq <= ?2 AND erased IS NOT NULL \
             ORDER BY seq"
        );
        self.rows(&sql, params![from, to], |row| {
            let entry = stored(row)?;
            let mut left = Vec::new();
            for part in Part::ALL {
                if !entry.is_erased(part)? {
                    left.push(part);
                }
            }
            Ok((row.get(11)?, left))
        })
    }
}
