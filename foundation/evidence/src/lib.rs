//! The journal as evidence: checkpoints kept and published, tiles for everybody, proofs and exports
//! for those who may have them, and the watch over forks.
//!
//! The formats are specified in docs/journal.md and checked by a program of its own,
//! `lienthong-verify`, which shares no code with this crate.
//!
//! - [`checkpoints`]: a signed statement at least once a second while there are new entries.
//! - [`outside`]: the newest one kept beside the database and in witness folders; [`guard`] compares
//!   at start and refuses to go on with another history.
//! - [`proofs`], [`export`]: what is given away, parts with personal data only when asked for.
//! - [`seal`]: entries by the month in files elsewhere ([`archive`]), then out of the database.
//! - [`pages`]: `/checkpoint` and `/tile/…` (C2SP tlog-tiles), `/nhat-ky`. Entries are never public.
//!
//! It does **not** know what an entry means, or who may see one: its callers decide.

pub mod archive;
pub mod checkpoints;
mod errors;
pub mod export;
pub mod guard;
pub mod journal;
pub mod outside;
pub mod pages;
pub mod proofs;
pub mod rules;
pub mod seal;

pub use checkpoints::{Checkpointer, Health, Kept};
pub use errors::{
    ARCHIVE_AWAY, ARCHIVE_UNKNOWN, CODES, FILE_AWAY, FOLDER_OTHER, JOURNAL_FORKED, RANGE_UNREAL,
    SEGMENT_WRONG, WITNESS_AWAY, WITNESS_DAMAGED,
};
pub use outside::Outside;

use store::Schema;

/// The kept checkpoints' table.
pub const SCHEMA: Schema = Schema {
    name: "evidence",
    files: &[include_str!("../schema/001.sql"), include_str!("../schema/002.sql")],
};

/// Words of this crate.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));
