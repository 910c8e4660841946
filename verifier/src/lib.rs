//! An outsider's second opinion on the journal of a Liên Thông installation: checkpoints, proofs,
//! exported folders and sealed segments, checked from public keys and files alone.
//!
//! The formats are those of docs/journal.md. The tree, the notes and the commitments are worked out
//! here a second time, by the recursive definitions of RFC 9162 instead of the program's running
//! edge, with other libraries for SHA-256 and Ed25519: a mistake would have to be made twice.
//!
//! It knows nothing of databases, networks, clocks, or of any other crate of this project.

pub mod entry;
mod fault;
pub mod folder;
pub mod note;
pub mod proof;
mod read;
pub mod segment;
pub mod tree;
pub mod words;

pub use fault::{Fault, Kind, Result};
