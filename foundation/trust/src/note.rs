//! C2SP signed notes with Ed25519, and the journal's checkpoints (C2SP tlog-checkpoint).
//!
//! ```text
//! lienthong/journal/0a1b2c3d4e5f
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — lienthong/journal/0a1b2c3d4e5f Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```

use crate::certificates::sha256;
use crate::errors::{KEYS_DAMAGED, NOTE_INVALID, ORIGIN_UNREAL};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::pem::{LineEnding, decode_vec, encode_string};
use kernel::{Error, Result};
use zeroize::Zeroizing;

/// C2SP's number of Ed25519.
const ED25519_KIND: u8 = 1;
/// What a signature line begins with: an em dash and a space.
const DASH: &str = "— ";
/// Longest note that is checked, bytes.
const NOTE_BYTES_MAX: usize = 64 * 1024;
/// Longest name of a key, bytes.
const NAME_BYTES_MAX: usize = 100;
/// Most signature lines of a note.
const SIGNATURES_MAX: usize = 16;

/// The journal's signing key.
pub struct Signer {
    name: String,
    key_hash: [u8; 4],
    key: Ed25519KeyPair,
}

fn invalid() -> Error {
    Error::new(NOTE_INVALID)
}

fn damaged(what: &str) -> Error {
    Error::new(KEYS_DAMAGED).because(what)
}

/// A key's name, which is also the origin line: visible characters without spaces and plus signs
/// (C2SP signed-note), at most 100 bytes.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.len() > NAME_BYTES_MAX || name.contains(bad) {
        return Err(Error::new(ORIGIN_UNREAL));
    }
    Ok(())
}

/// First four bytes of SHA-256 over name, line break, kind and key.
fn key_hash(name: &str, public: &[u8]) -> [u8; 4] {
    let mut text = name.as_bytes().to_vec();
    text.extend([b'\n', ED25519_KIND]);
    text.extend(public);
    let mut hash = [0; 4];
    hash.copy_from_slice(&sha256(&text)[..4]);
    hash
}

impl Signer {
    /// A new key: the secret file (PEM) and the verifier key.
    pub fn generate(name: &str) -> Result<(Zeroizing<String>, String)> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .map_err(|_| Error::bug("no new Ed25519 key"))?;
        let pem = encode_string("PRIVATE KEY", LineEnding::LF, document.as_ref())
            .map_err(|e| Error::bug(format_args!("PEM: {e}")))?;
        let key = Ed25519KeyPair::from_pkcs8(document.as_ref())
            .map_err(|_| Error::bug("a new key cannot be read"))?;
        Ok((Zeroizing::new(pem), verifier_key(name, key.public_key().as_ref())))
    }

    /// Reads the secret file; it must belong to the verifier key, which names it.
    pub fn open(pem: &str, vkey: &str) -> Result<Self> {
        let (_, der) = decode_vec(pem.as_bytes()).map_err(|_| damaged("journal key"))?;
        let der = Zeroizing::new(der);
        let key = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| damaged("journal key"))?;
        let verifier = Verifier::parse(vkey).ok_or_else(|| damaged("journal vkey"))?;
        if verifier.public != key.public_key().as_ref() {
            return Err(damaged("journal key and vkey do not belong together"));
        }
        Ok(Self { key_hash: verifier.key_hash, name: verifier.name, key })
    }

    /// The name in the note's signature line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Signs a text that ends with a line break.
    pub fn sign(&self, text: &str) -> Result<String> {
        if !text.ends_with('\n') || text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(Error::bug("a note ends with a line break and has no other controls"));
        }
        let mut bytes = self.key_hash.to_vec();
        bytes.extend(self.key.sign(text.as_bytes()).as_ref());
        Ok(format!("{text}\n{DASH}{} {}\n", self.name, STANDARD.encode(bytes)))
    }
}

fn verifier_key(name: &str, public: &[u8]) -> String {
    let hash: String = key_hash(name, public).iter().map(|b| format!("{b:02x}")).collect();
    let mut key = vec![ED25519_KIND];
    key.extend(public);
    format!("{name}+{hash}+{}", STANDARD.encode(key))
}

struct Verifier {
    name: String,
    key_hash: [u8; 4],
    public: Vec<u8>,
}

impl Verifier {
    /// `NAME+HASH+KEY`; the key in base64 may hold more plus signs.
    fn parse(vkey: &str) -> Option<Self> {
        let (name, rest) = vkey.split_once('+')?;
        let (hash, key) = rest.split_once('+')?;
        let key = STANDARD.decode(key).ok()?;
        let (kind, public) = key.split_first()?;
        let key_hash = key_hash(name, public);
        let said = key_hash.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let right = *kind == ED25519_KIND && public.len() == 32 && hash == said;
        right.then(|| Self { name: name.to_owned(), key_hash, public: public.to_vec() })
    }
}

/// Checks a signed note against verifier keys and gives its text. At least one signature must be by
/// a key we know; a wrong signature under a known name and hash refuses the note; unknown ones are
/// passed over, as C2SP says.
pub fn verify_note(note: &str, vkeys: &[String]) -> Result<String> {
    if note.len() > NOTE_BYTES_MAX {
        return Err(invalid());
    }
    let at = note.rfind("\n\n").ok_or_else(invalid)?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    if text.chars().any(|c| c < ' ' && c != '\n') || !signatures.ends_with('\n') {
        return Err(invalid());
    }
    let known: Vec<Verifier> = vkeys.iter().filter_map(|k| Verifier::parse(k)).collect();
    let mut right = 0;
    for (i, line) in signatures.lines().enumerate() {
        let (name, encoded) =
            line.strip_prefix(DASH).and_then(|l| l.split_once(' ')).ok_or_else(invalid)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| invalid())?;
        if i >= SIGNATURES_MAX || bytes.len() < 5 {
            return Err(invalid());
        }
        let (hash, signature) = bytes.split_at(4);
        let Some(key) = known.iter().find(|k| k.name == name && k.key_hash == hash) else {
            continue;
        };
        UnparsedPublicKey::new(&ED25519, &key.public)
            .verify(text.as_bytes(), signature)
            .map_err(|_| invalid())?;
        right += 1;
    }
    if right == 0 { Err(invalid()) } else { Ok(text.to_owned()) }
}

/// The text of a checkpoint: name, size, root.
pub fn checkpoint_text(name: &str, size: i64, root: &[u8; 32]) -> Result<String> {
    if size < 0 {
        return Err(Error::bug("a tree of negative size"));
    }
    Ok(format!("{name}\n{size}\n{}\n", STANDARD.encode(root)))
}

/// Checks a checkpoint; gives the size of the tree and its root hash.
pub fn verify_checkpoint(signed: &str, vkeys: &[String]) -> Result<(i64, [u8; 32])> {
    let text = verify_note(signed, vkeys)?;
    let mut lines = text.lines();
    let name = lines.next().ok_or_else(invalid)?;
    if !vkeys.iter().any(|k| k.split('+').next() == Some(name)) {
        return Err(invalid());
    }
    let written = lines.next().ok_or_else(invalid)?;
    let size: i64 = written.parse().map_err(|_| invalid())?;
    let root = STANDARD.decode(lines.next().ok_or_else(invalid)?).map_err(|_| invalid())?;
    let root: [u8; 32] = root.try_into().map_err(|_| invalid())?;
    if size < 0 || size.to_string() != written { Err(invalid()) } else { Ok((size, root)) }
}

#[cfg(test)]
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
        let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".to_owned();
        assert_eq!(verify_note(&note, std::slice::from_ref(&vkey)).unwrap(), text);
        let changed = note.replace("your problem is", "my problem is");
        assert!(verify_note(&changed, &[vkey]).unwrap_err().is(NOTE_INVALID));
    }

    fn signer() -> (Signer, String) {
        let (pem, vkey) = Signer::generate("lienthong/journal/test").unwrap();
        (Signer::open(&pem, &vkey).unwrap(), vkey)
    }

    #[test]
    fn notes_round_trip_and_every_changed_byte_is_seen() {
        let (signer, vkey) = signer();
        let text = "lienthong/journal/test\n42\nx\n";
        let note = signer.sign(text).unwrap();
        let keys = [vkey];
        assert_eq!(verify_note(&note, &keys).unwrap(), text);
        for i in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[i] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(verify_note(&changed, &keys).is_err(), "byte {i}");
            }
        }
        let other = super::tests::signer().1;
        assert!(verify_note(&note, &[other]).is_err());
        assert!(signer.sign("no line break").is_err());
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_is_a_note_of_ours_or_none(
            text in "([a-zA-Z0-9/+ .]{0,20}\n){0,4}",
            noise in "\\PC{0,30}",
            at in 0usize..400,
        ) {
            let (signer, vkey) = signer();
            let keys = [vkey.clone()];
            proptest::prop_assert!(verify_note(&noise, &keys).is_err());
            let _ = Verifier::parse(&noise);
            let _ = Verifier::parse(&format!("{noise}+{noise}+{noise}"));
            // What was signed comes back as it was, or was not to be signed.
            let Ok(note) = signer.sign(&text) else { return Ok(()) };
            let back = verify_note(&note, &keys);
            proptest::prop_assert_eq!(back.as_deref().ok(), Some(text.as_str()));
            if let Ok((size, root)) = verify_checkpoint(&note, &keys) {
                let said = checkpoint_text(signer.name(), size, &root).unwrap();
                proptest::prop_assert!(text.starts_with(&said), "{text:?} taken for {said:?}");
            }
            // Something put anywhere into it refuses it, or leaves the text as it was.
            let at = (0..=at.min(note.len())).rev().find(|i| note.is_char_boundary(*i)).unwrap();
            let changed = format!("{}{noise}{}", &note[..at], &note[at..]);
            if let Ok(found) = verify_note(&changed, &keys) {
                proptest::prop_assert_eq!(found, text);
            }
        }
    }

    #[test]
    fn checkpoints_say_size_and_root() {
        let (signer, vkey) = signer();
        let root = [7u8; 32];
        let text = checkpoint_text(signer.name(), 20_852_163, &root).unwrap();
        let signed = signer.sign(&text).unwrap();
        let keys = [vkey];
        assert_eq!(verify_checkpoint(&signed, &keys).unwrap(), (20_852_163, root));
        for bad in [
            "lienthong/journal/test\n042\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
            "lienthong/journal/test\n-1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
            "lienthong/journal/test\n1\nBwc=\n",
            "another\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
            "lienthong/journal/test\n1\n",
        ] {
            let signed = signer.sign(bad).unwrap();
            assert!(verify_checkpoint(&signed, &keys).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_second_signature_of_a_stranger_is_passed_over_and_a_forged_one_is_not() {
        let (ours, vkey) = signer();
        let text = "a\n";
        let note = ours.sign(text).unwrap();
        let stranger = format!("{note}{DASH}stranger AAAAAAAA\n");
        assert_eq!(verify_note(&stranger, std::slice::from_ref(&vkey)).unwrap(), text);
        let mut forged = ours.key_hash.to_vec();
        forged.extend([0u8; 64]);
        let forged = format!("{note}{DASH}{} {}\n", ours.name, STANDARD.encode(forged));
        assert!(verify_note(&forged, &[vkey]).is_err());
    }
}
