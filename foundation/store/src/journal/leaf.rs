//! What the tree holds of an entry: never personal data, only salted commitments to them.
//!
//! The leaf's data are the lines
//!
//! ```text
//! lienthong-entry/1
//! ID
//! KIND
//! AT (microseconds UTC)
//! PLACE (or empty)
//! PURPOSE (or empty)
//! commitment to the actor, hexadecimal
//! commitment to subjects and dossier
//! commitment to the body
//! ```
//!
//! each ended by a line feed. A commitment is SHA-256(salt ‖ name ‖ 0x0A ‖ text), where `name` is
//! `actor`, `subjects` or `body`, the salt is 16 random bytes of its own, and `text` is the stored
//! JSON (for `subjects` followed by a line feed and the dossier code). Without its salt a
//! commitment tells nothing, also not to one who guesses: so erasing a part erases its salt too.

use super::tree::{Hash, hash_of, leaf_hash};
use kernel::{Error, Result};
use serde_json::Value as Json;

/// First line of every leaf.
pub(crate) const LEAF: &str = "lienthong-entry/1";
/// Bytes of the salt of one part.
const SALT_BYTES: usize = 16;
/// Bytes of an entry's salts.
pub(crate) const SALTS_BYTES: usize = 3 * SALT_BYTES;

/// A part of an entry that may hold personal data and can be erased without breaking the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Who did it.
    Actor,
    /// Whom it concerns, and the dossier's code.
    Subjects,
    /// What happened, in detail.
    Body,
}

impl Part {
    pub(crate) const ALL: [Self; 3] = [Self::Actor, Self::Subjects, Self::Body];

    /// Its name in leaves and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Subjects => "subjects",
            Self::Body => "body",
        }
    }

    pub(crate) fn salt(self, salts: &[u8]) -> Result<&[u8]> {
        let from = self as usize * SALT_BYTES;
        salts.get(from..from + SALT_BYTES).ok_or_else(|| Error::bug("an entry without its salts"))
    }

    pub(crate) fn salt_mut(self, salts: &mut [u8]) -> Result<&mut [u8]> {
        let from = self as usize * SALT_BYTES;
        salts
            .get_mut(from..from + SALT_BYTES)
            .ok_or_else(|| Error::bug("an entry without its salts"))
    }

    /// The salts with this part's forgotten.
    pub(crate) fn forget_salt(self, salts: &mut [u8]) {
        if let Ok(salt) = self.salt_mut(salts) {
            salt.fill(0);
        }
    }
}

/// An entry as stored, texts exactly as in the database.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) at: i64,
    pub(crate) place: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) dossier: Option<String>,
    pub(crate) actor: String,
    pub(crate) subjects: String,
    pub(crate) body: String,
    pub(crate) salt: Vec<u8>,
    pub(crate) erased: Option<String>,
}

impl Stored {
    /// The commitment that was kept when a part was erased.
    fn kept(&self, part: Part) -> Result<Option<String>> {
        let Some(erased) = &self.erased else { return Ok(None) };
        let kept: Json = serde_json::from_str(erased)?;
        Ok(kept.get(part.name()).and_then(Json::as_str).map(str::to_owned))
    }

    /// Whether a part was erased.
    pub(crate) fn is_erased(&self, part: Part) -> Result<bool> {
        Ok(self.kept(part)?.is_some())
    }

    /// The commitment to a part, hexadecimal: of the text, or the one kept when it was erased.
    pub(crate) fn commitment(&self, part: Part) -> Result<String> {
        if let Some(hex) = self.kept(part)? {
            return Ok(hex);
        }
        let salt = part.salt(&self.salt)?;
        let name = part.name().as_bytes();
        let hash = match part {
            Part::Actor => hash_of(&[salt, name, b"\n", self.actor.as_bytes()]),
            Part::Subjects => {
                let dossier = self.dossier.as_deref().unwrap_or("");
                hash_of(&[salt, name, b"\n", self.subjects.as_bytes(), b"\n", dossier.as_bytes()])
            }
            Part::Body => hash_of(&[salt, name, b"\n", self.body.as_bytes()]),
        };
        Ok(hex(&hash))
    }

    /// The leaf's data: what a proof shows of this entry.
    pub(crate) fn leaf_data(&self) -> Result<String> {
        let mut data = format!(
            "{LEAF}\n{}\n{}\n{}\n{}\n{}\n",
            self.id,
            self.kind,
            self.at,
            self.place.as_deref().unwrap_or(""),
            self.purpose.as_deref().unwrap_or(""),
        );
        for part in Part::ALL {
            data.push_str(&self.commitment(part)?);
            data.push('\n');
        }
        Ok(data)
    }

    /// The leaf's hash.
    pub(crate) fn leaf(&self) -> Result<Hash> {
        Ok(leaf_hash(self.leaf_data()?.as_bytes()))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for b in bytes {
        out.push(char::from(DIGITS[usize::from(b >> 4)]));
        out.push(char::from(DIGITS[usize::from(b & 15)]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Stored {
        Stored {
            id: "01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            kind: "test.done".into(),
            at: 1,
            place: Some("13594".into()),
            purpose: None,
            dossier: None,
            actor: "{}".into(),
            subjects: "[\"037198004217\"]".into(),
            body: "{\"n\":1}".into(),
            salt: (0..48).collect(),
            erased: None,
        }
    }

    #[test]
    fn the_leaf_shows_no_personal_data_and_depends_on_every_part() {
        let whole = entry();
        let data = whole.leaf_data().unwrap();
        assert!(!data.contains("037198004217"));
        assert!(
            data.starts_with(
                "lienthong-entry/1\n01ARZ3NDEKTSV4RRFFQ69G5FAV\ntest.done\n1\n13594\n\n"
            )
        );
        let leaf = whole.leaf().unwrap();
        let changes: [fn(&mut Stored); 8] = [
            |e| e.id.push('x'),
            |e| e.kind.push('x'),
            |e| e.at += 1,
            |e| e.place = None,
            |e| e.dossier = Some("D".into()),
            |e| e.actor.push(' '),
            |e| e.body.push(' '),
            |e| e.salt[47] ^= 1,
        ];
        for change in changes {
            let mut other = entry();
            change(&mut other);
            assert_ne!(other.leaf().unwrap(), leaf);
        }
    }

    #[test]
    fn erasing_a_part_keeps_the_leaf() {
        let mut e = entry();
        let leaf = e.leaf().unwrap();
        e.erased = Some(format!("{{\"body\":\"{}\"}}", e.commitment(Part::Body).unwrap()));
        e.body = "null".into();
        Part::Body.forget_salt(&mut e.salt);
        assert_eq!(e.leaf().unwrap(), leaf);
        assert_eq!(&e.salt[32..], &[0; 16]);
        assert_ne!(&e.salt[..16], &[0; 16]);
    }
}
