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

#[cfg(test)]
mod tests {
    use super::super::tree::{Tree, verify_consistency, verify_inclusion};
    use super::*;
    use serde_json::Value;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../../../docs/journal-vectors.json")).unwrap()
    }

    fn bytes(value: &Value) -> Vec<u8> {
        let text = value.as_str().unwrap();
        let byte = |i| u8::from_str_radix(&text[i..i + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(byte).collect()
    }

    fn hash(value: &Value) -> Hash {
        bytes(value).try_into().unwrap()
    }

    fn entry(value: &Value) -> RawEntry {
        let opening = |part: Part| {
            let open = value.get(part.name())?;
            Some(Opening {
                salt: bytes(&open["salt"]),
                text: open["text"].as_str().unwrap().to_owned(),
                dossier: open["dossier"].as_str().map(str::to_owned),
            })
        };
        RawEntry {
            seq: value["seq"].as_i64().unwrap(),
            leaf: value["leaf"].as_str().unwrap().to_owned(),
            openings: Part::ALL.map(opening),
        }
    }

    #[test]
    fn leaves_and_roots_of_the_published_vectors() {
        let vectors = vectors();
        let mut tree = Tree::default();
        let entries = vectors["entries"].as_array().unwrap();
        for (n, value) in entries.iter().enumerate() {
            assert_eq!(tree.root(), hash(&vectors["roots"][n]));
            let raw = entry(value);
            assert_eq!(raw.hash(), hash(&vectors["leaf_hashes"][n]));
            let stored = raw.clone().into_stored().unwrap();
            assert_eq!(stored.leaf().unwrap(), raw.hash(), "commitments of entry {}", n + 1);
            assert!(RawEntry::of(raw.seq, &stored).unwrap() == raw, "there and back");
            tree.push(raw.hash(), |_| {});
        }
        assert_eq!(tree.root(), hash(&vectors["roots"][entries.len()]));
    }

    #[test]
    fn paths_of_the_published_vectors() {
        let vectors = vectors();
        let hashes = |v: &Value| v.as_array().unwrap().iter().map(hash).collect::<Vec<_>>();
        let root = hash(&vectors["roots"][13]);
        for e in vectors["proof"]["entries"].as_array().unwrap() {
            let seq = e["seq"].as_u64().unwrap();
            let leaf = hash(&vectors["leaf_hashes"][seq as usize - 1]);
            assert!(verify_inclusion(&leaf, seq - 1, 13, &hashes(&e["path"]), &root));
        }
        let c = &vectors["consistency"];
        assert!(verify_consistency(5, 13, &hash(&c["old"]["root"]), &root, &hashes(&c["path"])));
    }

    #[test]
    fn what_was_changed_cannot_be_put_back() {
        let good = entry(&vectors()["entries"][0]);
        type Change = fn(&mut RawEntry);
        let changes: [Change; 6] = [
            |e| e.leaf = e.leaf.replace("test.done", "test.gone\nx"),
            |e| e.leaf = e.leaf.replace("entry/1", "entry/2"),
            |e| e.openings[2].as_mut().unwrap().text.push(' '),
            |e| e.openings[1].as_mut().unwrap().dossier = Some("other".into()),
            |e| e.openings[0].as_mut().unwrap().salt[0] ^= 1,
            |e| e.openings[0].as_mut().unwrap().salt.push(0),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut bad = good.clone();
            change(&mut bad);
            assert!(bad.into_stored().is_err(), "change {n}");
        }
    }
}
