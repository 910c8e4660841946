//! One entry: what its leaf says, and the parts that were opened.
//!
//! ```json
//! {"seq": 17, "leaf": "lienthong-entry/1\n…", "body": {"salt": "…", "text": "…"}}
//! ```

use crate::tree::{self, Hash};
use crate::{Fault, Result};
use serde_json::Value;
use std::fmt::Write as _;

/// First line of every leaf.
pub const LEAF: &str = "lienthong-entry/1";
/// The parts of an entry, in the leaf's order.
pub const PARTS: [&str; 3] = ["actor", "subjects", "body"];
/// Bytes of a part's salt.
const SALT_BYTES: usize = 16;

/// An entry as a file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// The leaf's lines, or only its hash where the entry was sealed away.
    pub leaf: Leaf,
    /// The opened parts: name and text.
    pub opened: Vec<(&'static str, String)>,
    /// The dossier, if the subjects were opened.
    pub dossier: Option<String>,
}

/// What is known of the leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Its lines.
    Lines(Lines),
    /// Its hash alone.
    Hash(Hash),
}

/// The lines of a leaf: open to everybody who has it, no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// As hashed.
    pub data: String,
    /// `area.what-happened`.
    pub kind: String,
    /// Microseconds UTC.
    pub at: i64,
    /// The place; may be empty.
    pub place: String,
    /// The purpose; may be empty.
    pub purpose: String,
    /// Commitments to actor, subjects and body, hexadecimal.
    pub commitments: [String; 3],
}

/// Hexadecimal, small letters.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// Bytes of a hexadecimal text in small letters.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |d: u8| match d {
        b'0'..=b'9' => Some(d - b'0'),
        b'a'..=b'f' => Some(d - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|p| Some(digit(p[0])? << 4 | digit(*p.get(1)?)?)).collect()
}

/// A hash of a file, hexadecimal.
pub fn hash(value: &Value) -> Option<Hash> {
    unhex(value.as_str()?)?.try_into().ok()
}

/// Hashes of a file.
pub fn hashes(value: &Value) -> Option<Vec<Hash>> {
    value.as_array()?.iter().map(hash).collect()
}

impl Lines {
    /// Reads the nine lines of a leaf.
    pub fn parse(data: &str) -> Option<Self> {
        let lines: Vec<&str> = data.strip_suffix('\n')?.split('\n').collect();
        let [LEAF, id, kind, at, place, purpose, actor, subjects, body] = lines[..] else {
            return None;
        };
        let whole = |c: &str| c.len() == 64 && unhex(c).is_some();
        if id.is_empty() || kind.is_empty() || ![actor, subjects, body].into_iter().all(whole) {
            return None;
        }
        Some(Self {
            data: data.to_owned(),
            kind: kind.to_owned(),
            at: at.parse::<i64>().ok().filter(|n| n.to_string() == at)?,
            place: place.to_owned(),
            purpose: purpose.to_owned(),
            commitments: [actor, subjects, body].map(str::to_owned),
        })
    }
}

impl Entry {
    /// Reads an entry and checks every opened part against the leaf's commitment to it.
    pub fn read(value: &Value) -> Result<Self> {
        let unreadable = || Fault::unreadable("verify-entry-unreadable");
        let seq = value["seq"].as_u64().filter(|n| *n > 0).ok_or_else(unreadable)?;
        let leaf = match (value["leaf"].as_str(), hash(&value["hash"])) {
            (Some(data), None) => {
                Leaf::Lines(Lines::parse(data).ok_or_else(|| unreadable().with("seq", seq))?)
            }
            (None, Some(hash)) => Leaf::Hash(hash),
            _ => return Err(unreadable().with("seq", seq)),
        };
        let mut entry = Self { seq, leaf, opened: Vec::new(), dossier: None };
        for (part, name) in PARTS.into_iter().enumerate() {
            if !value[name].is_null() {
                entry.open(part, name, &value[name])?;
            }
        }
        Ok(entry)
    }

    fn open(&mut self, part: usize, name: &'static str, value: &Value) -> Result<()> {
        let seq = self.seq;
        let unreadable = || Fault::unreadable("verify-entry-unreadable").with("seq", seq);
        let Leaf::Lines(lines) = &self.leaf else { return Err(unreadable()) };
        let salt = value["salt"].as_str().and_then(unhex).ok_or_else(unreadable)?;
        let text = value["text"].as_str().ok_or_else(unreadable)?;
        if salt.len() != SALT_BYTES {
            return Err(unreadable());
        }
        let mut parts = vec![salt.as_slice(), name.as_bytes(), b"\n", text.as_bytes()];
        if name == "subjects" {
            let dossier = value["dossier"].as_str().ok_or_else(unreadable)?;
            parts.extend([b"\n".as_slice(), dossier.as_bytes()]);
            self.dossier = Some(dossier.to_owned()).filter(|d| !d.is_empty());
        }
        if hex(&tree::sha256(&parts)) != lines.commitments[part] {
            return Err(Fault::wrong("verify-part-changed").with("seq", seq).with("part", name));
        }
        self.opened.push((name, text.to_owned()));
        Ok(())
    }

    /// The leaf's hash.
    pub fn hash(&self) -> Hash {
        match &self.leaf {
            Leaf::Lines(lines) => tree::leaf(lines.data.as_bytes()),
            Leaf::Hash(hash) => *hash,
        }
    }
}

/// `2026-11-23 08:15:02` of Viet Nam's clock (UTC+7, no summer time), from microseconds UTC.
pub fn clock(at: i64) -> String {
    let seconds = at.div_euclid(1_000_000).saturating_add(7 * 3600);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01, in eras of 400 years.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + next;
    let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {h:02}:{m:02}:{s:02}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::json;

    const SALT: &str = "000102030405060708090a0b0c0d0e0f";

    fn commitment(name: &str, text: &str) -> String {
        let salt = unhex(SALT).unwrap();
        hex(&tree::sha256(&[&salt, name.as_bytes(), b"\n", text.as_bytes()]))
    }

    fn entry() -> Value {
        let leaf = format!(
            "lienthong-entry/1\n01ARZ3NDEKTSV4RRFFQ69G5FAV\ntest.done\n1\n13594\n\n{}\n{}\n{}\n",
            commitment("actor", "{}"),
            commitment("subjects", "[\"037198004217\"]\nD-1"),
            commitment("body", "{\"n\":1}"),
        );
        json!({
            "seq": 17, "leaf": leaf,
            "actor": {"salt": SALT, "text": "{}"},
            "subjects": {"salt": SALT, "text": "[\"037198004217\"]", "dossier": "D-1"},
            "body": {"salt": SALT, "text": "{\"n\":1}"},
        })
    }

    #[test]
    fn opened_parts_must_be_those_of_the_leaf() {
        let read = Entry::read(&entry()).unwrap();
        assert_eq!(read.opened.len(), 3);
        assert_eq!(read.dossier.as_deref(), Some("D-1"));
        let Leaf::Lines(lines) = &read.leaf else { panic!() };
        assert_eq!((lines.kind.as_str(), lines.place.as_str()), ("test.done", "13594"));
        for (part, field, value) in [
            ("actor", "text", "{} "),
            ("subjects", "dossier", "D-2"),
            ("body", "salt", "000102030405060708090a0b0c0d0e0e"),
        ] {
            let mut changed = entry();
            changed[part][field] = value.into();
            assert_eq!(Entry::read(&changed).unwrap_err().key, "verify-part-changed", "{part}");
        }
        let mut without = entry();
        without.as_object_mut().unwrap().remove("body");
        assert_eq!(Entry::read(&without).unwrap().hash(), read.hash());
    }

    #[test]
    fn what_is_no_entry_is_said_to_be_none() {
        type Change = fn(&mut Value);
        let changes: [Change; 8] = [
            |v| v["seq"] = 0.into(),
            |v| v["seq"] = "17".into(),
            |v| v["leaf"] = "".into(),
            |v| v["leaf"] = v["leaf"].as_str().unwrap().trim_end().into(),
            |v| v["leaf"] = v["leaf"].as_str().unwrap().replace("entry/1", "entry/2").into(),
            |v| v["hash"] = hex(&[0; 32]).into(),
            |v| v["body"]["salt"] = "00".into(),
            |v| v["subjects"]["dossier"] = Value::Null,
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut changed = entry();
            change(&mut changed);
            let key = Entry::read(&changed).unwrap_err().key;
            assert_eq!(key, "verify-entry-unreadable", "change {n}");
        }
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("0A"), None);
        assert_eq!(unhex("é0"), None);
    }

    #[test]
    fn the_clock_of_viet_nam() {
        for (at, text) in [
            (0, "1970-01-01 07:00:00"),
            (1_795_395_302_000_000, "2026-11-23 07:55:02"),
            (1_709_226_000_000_000, "2024-03-01 00:00:00"),
            (1_709_225_999_999_999, "2024-02-29 23:59:59"),
            (-1, "1970-01-01 06:59:59"),
        ] {
            assert_eq!(clock(at), text);
        }
    }
}
