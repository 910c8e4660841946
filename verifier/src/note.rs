//! C2SP signed notes with Ed25519, and checkpoints (C2SP tlog-checkpoint).

use crate::entry::hex;
use crate::tree::{Hash, sha256};
use crate::words::Words;
use crate::{Fault, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};

/// Longest note that is looked at, bytes.
const NOTE_BYTES_MAX: usize = 64 * 1024;
/// Most signature lines of a note.
const SIGNATURES_MAX: usize = 16;
/// Most keys of a file.
const KEYS_MAX: usize = 1_000;
/// C2SP's number of Ed25519.
const ED25519: u8 = 1;

/// A public key with its name.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name: the origin line of the checkpoints it signs.
    pub name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Key {
    /// Reads `NAME+HASH+KEY`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.trim().split_once('+')?;
        let (said, key) = rest.split_once('+')?;
        let bytes = STANDARD.decode(key).ok()?;
        let id: [u8; 4] = sha256(&[name.as_bytes(), b"\n", &bytes])[..4].try_into().ok()?;
        let (ED25519, public) = bytes.split_first().map(|(k, p)| (*k, p))? else { return None };
        if name.is_empty() || said != hex(&id) {
            return None;
        }
        let key = VerifyingKey::from_bytes(public.try_into().ok()?).ok()?;
        Some(Self { name: name.to_owned(), id, key })
    }
}

/// Public keys, one a line; empty lines and lines that begin with `#` are passed over.
pub fn keys(text: &str) -> Result<Vec<Key>> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let keys: Option<Vec<Key>> = lines.take(KEYS_MAX).map(Key::parse).collect();
    match keys {
        Some(keys) if !keys.is_empty() => Ok(keys),
        _ => Err(Fault::unreadable("verify-keys-unreadable")),
    }
}

/// A signed statement about the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which journal.
    pub origin: String,
    /// Entries of its tree.
    pub size: u64,
    /// Root of its tree.
    pub root: Hash,
}

impl Checkpoint {
    /// What it says, for a person.
    pub fn text(&self, words: &Words) -> String {
        let values = [
            ("origin", self.origin.clone()),
            ("size", self.size.to_string()),
            ("root", hex(&self.root)),
        ];
        words.say("verify-state", &values)
    }
}

fn invalid() -> Fault {
    Fault::wrong("verify-note-invalid")
}

/// Checks a signed note: its text, and who of our keys signed it (at least one). A signature that
/// claims to be by one of our keys and is not refuses the note; those of strangers are passed over.
fn verified<'a>(note: &str, keys: &'a [Key]) -> Result<(String, Vec<&'a Key>)> {
    if note.len() > NOTE_BYTES_MAX || note.chars().any(|c| c < ' ' && c != '\n') {
        return Err(invalid());
    }
    let (text, signatures) = note.rsplit_once("\n\n").ok_or_else(invalid)?;
    let text = format!("{text}\n");
    let Some(signatures) = signatures.strip_suffix('\n') else { return Err(invalid()) };
    let mut signers = Vec::new();
    for (n, line) in signatures.split('\n').enumerate() {
        let line = line.strip_prefix("— ").ok_or_else(invalid)?;
        let (name, bytes) = line.split_once(' ').ok_or_else(invalid)?;
        let bytes = STANDARD.decode(bytes).map_err(|_| invalid())?;
        if n >= SIGNATURES_MAX || bytes.len() < 5 {
            return Err(invalid());
        }
        let Some(key) = keys.iter().find(|k| k.name == name && k.id == bytes[..4]) else {
            continue;
        };
        let signature = Signature::from_slice(&bytes[4..]).map_err(|_| invalid())?;
        key.key.verify_strict(text.as_bytes(), &signature).map_err(|_| invalid())?;
        signers.push(key);
    }
    if signers.is_empty() { Err(Fault::wrong("verify-note-stranger")) } else { Ok((text, signers)) }
}

/// Checks a checkpoint. Its origin must be the name of a key that signed it.
pub fn checkpoint(note: &str, keys: &[Key]) -> Result<Checkpoint> {
    let (text, signers) = verified(note, keys)?;
    let mut lines = text.lines();
    let origin = lines.next().unwrap_or_default();
    if !signers.iter().any(|k| k.name == origin) {
        return Err(Fault::wrong("verify-note-stranger"));
    }
    let size = lines.next().and_then(number).ok_or_else(invalid)?;
    let root = lines.next().and_then(|l| STANDARD.decode(l).ok()).ok_or_else(invalid)?;
    let root = Hash::try_from(root).map_err(|_| invalid())?;
    Ok(Checkpoint { origin: origin.to_owned(), size, root })
}

/// A number without sign or leading zeros.
fn number(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|n| n.to_string() == text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// The example of the Go project's note package, which C2SP's specification came from.
    #[test]
    fn the_published_example_verifies() {
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let note = format!(
            "{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ\
             SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
        let known =
            keys("# ours\n\nPeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n")
                .unwrap();
        assert_eq!(verified(&note, &known).unwrap().0, text);
        for i in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[i] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(verified(&changed, &known).is_err(), "byte {i}");
            }
        }
        let error = checkpoint(&note, &known).unwrap_err();
        assert_eq!(error.key, "verify-note-stranger", "a note that is no checkpoint");
    }

    #[test]
    fn files_that_hold_no_keys_are_refused() {
        for bad in [
            "",
            "# only words",
            "PeterNeumann",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq",
            "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert_eq!(keys(bad).unwrap_err().key, "verify-keys-unreadable", "{bad}");
        }
        for bad in ["", "-1", "+1", "01", "1.0", "18446744073709551616"] {
            assert_eq!(number(bad), None, "{bad}");
        }
    }
}
