//! Copies of files for the worst day: cut into chunks, sealed to a public key, kept by content, read
//! back.
//!
//! The format is specified in docs/backup.md (`lienthong-backup/1`).
//!
//! - [`key`]: two files; the private one opens backups and stays off the machine, the public one makes
//!   them. [`seal`] is HPKE (RFC 9180) to the public one.
//! - [`Place`]: a folder of chunks and manifests. A chunk's name is a keyed hash of what it holds, so
//!   that a second backup writes only what is new, and the names tell a stranger nothing.
//! - [`save`], [`restore`], [`verify`], [`prune`].
//!
//! It does **not** know what the files are, how to copy a database that is in use, or what a journal
//! is: its callers bring files that stand still, and say about them what they like ([`Manifest::about`]).

mod chunk;
mod errors;
pub mod key;
mod manifest;
#[cfg(test)]
mod nonsense;
mod place;
mod prune;
mod restore;
pub mod rules;
mod save;
pub mod seal;
mod verify;

pub use errors::{
    BACKUP_NONE, BACKUP_WRONG, CHUNK_MISSING, CHUNK_WRONG, CODES, FILE_AWAY, KEY_NEEDED, KEY_OPEN,
    KEY_OTHER, KEY_PRIVATE_HERE, KEY_TAKEN, KEY_UNREADABLE, PLACE_BUSY, PLACE_NONE, PLACE_OTHER,
    TARGET_FULL, TIME_UNREAL,
};
pub use key::{Key, Private, Public};
pub use manifest::{Address, FileEntry, Manifest};
pub use place::{Named, Place};
pub use prune::{Pruned, prune};
pub use restore::{DRAFT, restore};
pub use save::{Content, Saved, Source, save};
pub use verify::{Fault, Report, verify};

/// Bytes of a chunk before it is packed. A multiple of a database's page, so that a change in one page
/// is a change in one chunk.
pub const CHUNK_BYTES: usize = 256 * 1024;

/// Words of this crate.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));
