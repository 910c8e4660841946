//! Keys, signatures of PDF, checkpoints of the journal.
//!
//! # The folder of keys
//! [`Keys::open`] owns one folder (mode 0700; secret files 0600, refused otherwise):
//!
//! ```text
//! root-0001.key            secret key of the root; may be kept elsewhere, it is needed only to rotate
//! root-0001.pem            its certificate, 20 years; every root-*.pem is trusted
//! issuing-0001-0001.key    secret key that certifies signers (root 1, first)
//! issuing-0001-0001.pem    its certificate, 5 years
//! journal-0001.key         secret Ed25519 key of the journal's checkpoints
//! journal-0001.vkey        its public key, as C2SP signed notes write it
//! ```
//!
//! A rotation adds the next number and deletes the old secret key; old certificates and public keys
//! stay, so what they signed stays valid. Moving a folder is copying it with its modes.
//!
//! # Signatures
//! [`Keys::sign_pdf`] makes PAdES B-B: ECDSA P-256, SHA-256, an incremental update (the signed bytes
//! stay as they are), `/M` with the offset of Viet Nam, reason and place in UTF-16. Each signature
//! has a fresh key and a certificate naming signer, post and agency; the key is forgotten at once.
//! The field's look draws nothing: letters show signer and time themselves (NĐ 30/2020/NĐ-CP), and
//! [`Keys::sign_pdf_at`] puts the clickable field over that block. PDF/A-2a survives: every entry
//! added is one the standard allows.
//!
//! [`verify_pdf`] is for the public verification page: it accepts what this program signs and names
//! what is wrong with anything else.
//!
//! # Checkpoints
//! [`Keys::checkpoint`] signs the journal's tree root; [`verify_checkpoint`] needs only the public
//! key.
//!
//! `trust` does **not** know who may sign what, what a letter says, or where a signed file is kept.

mod certificates;
mod cms;
mod errors;
mod files;
mod keys;
mod note;
mod pdf;

pub use errors::{
    CODES, KEY_NOT_VALID, KEYS_DAMAGED, KEYS_OPEN_TO_OTHERS, KEYS_UNREADABLE, NOTE_INVALID,
    ORIGIN_OTHER, ORIGIN_UNREAL, PDF_LARGE, PDF_UNSUPPORTED, ROOT_KEY_AWAY,
};
pub use keys::{KeyView, Keys, SignerName};
pub use note::{verify_checkpoint, verify_note};
pub use pdf::sign::Place;
pub use pdf::verify::{Problem, SignatureReport, Verification, verify_pdf};

/// The crate's own words. `(vi, en)`, Fluent syntax.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

#[cfg(test)]
mod tests;
