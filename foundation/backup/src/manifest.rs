//! What one backup consists of: a line of JSON, and a line that signs it.

use crate::errors::{BACKUP_WRONG, about, away};
use crate::key::Marks;
use kernel::{Error, Instant, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::path::{Component, Path};

/// The format's name; see docs/backup.md.
pub const FORMAT: &str = "lienthong-backup/1";
/// Largest manifest that is read, bytes: 8 TB of files.
const MANIFEST_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// Longest name of a file in a backup, bytes.
const NAME_BYTES_MAX: usize = 255;

/// The name of a chunk: a keyed hash of what it holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(pub(crate) [u8; 32]);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 32 bytes from 64 digits.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |d: u8| (d as char).to_digit(16).filter(|_| !d.is_ascii_uppercase());
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(out)
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        unhex(&text).map(Self).ok_or_else(|| serde::de::Error::custom("64 digits"))
    }
}

/// One file of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name below the folder it is restored into, with `/`.
    pub name: String,
    /// Its length, bytes.
    pub bytes: u64,
    /// Its permissions.
    pub mode: u32,
    /// Its content, chunk by chunk.
    pub chunks: Vec<Address>,
}

/// One backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    /// The moment whose state it holds.
    pub at: Instant,
    /// What its maker says about it.
    pub about: serde_json::Value,
    /// Its files.
    pub files: Vec<FileEntry>,
}

impl Manifest {
    pub(crate) fn new(at: Instant, about: serde_json::Value, files: Vec<FileEntry>) -> Self {
        Self { format: FORMAT.to_owned(), at, about, files }
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }

    pub(crate) fn to_text(&self, marks: &Marks) -> Result<String> {
        let mut text = serde_json::to_string(self)?;
        let sign = Address(marks.sign(&[b"manifest", text.as_bytes()]));
        text.push_str(&format!("\n{sign}\n"));
        Ok(text)
    }

    /// Reads a manifest; one that is cut off, was changed, or was made by somebody else is refused.
    pub(crate) fn read(file: &Path, marks: &Marks) -> Result<Self> {
        let wrong = || about(BACKUP_WRONG, file);
        if std::fs::metadata(file).map_err(away(file))?.len() > MANIFEST_BYTES_MAX {
            return Err(wrong());
        }
        let bytes = std::fs::read(file).map_err(away(file))?;
        Self::parse(&bytes, marks).ok_or_else(wrong)
    }

    fn parse(bytes: &[u8], marks: &Marks) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (json, rest) = text.split_once('\n')?;
        let sign = unhex(rest.strip_suffix('\n')?)?;
        if !marks.is_signed(&[b"manifest", json.as_bytes()], &sign) {
            return None;
        }
        let found: Self = serde_json::from_str(json).ok()?;
        let whole = found.format == FORMAT && found.files.iter().all(|f| is_plain(&f.name));
        whole.then_some(found)
    }
}

/// A name that stays below the folder it is put into.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && Path::new(name).components().all(|c| matches!(c, Component::Normal(_)))
}

/// A name that may stand in a backup.
pub(crate) fn plain(name: &str) -> Result<()> {
    match is_plain(name) {
        true => Ok(()),
        false => Err(Error::bug(format_args!("a file of a backup is called {name:?}"))),
    }
}
