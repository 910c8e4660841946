//! The entries this crate and the commands of the journal write. No body holds personal data.

/// A fork was accepted. Body: `forks` (`size`, `root` of each contradicting checkpoint), `size` and
/// `root` of the journal from which it goes on.
pub const FORK_ACCEPTED: &str = "journal.fork_accepted";
/// Entries were exported with the parts that hold personal data. Body: `from`, `to` (null: to the
/// ends).
pub const EXPORTED: &str = "journal.exported";
/// The parts of an entry were opened in a proof. Body: `seq`.
pub const PROVED: &str = "journal.proved";
/// The journal has a new signing key. Body: `key`, the public one.
pub const KEY_ROTATED: &str = "journal.key_rotated";
/// Entries were sealed into a file. Body: `from`, `to`, `file`, `sha256`.
pub const SEALED: &str = "journal.sealed";
/// Sealed entries were dropped from the database. Body: `to`, the last of them.
pub const DROPPED: &str = "journal.dropped";
/// Dropped entries were put back. Body: `from`, the first that is here again.
pub const RESTORED: &str = "journal.restored";

/// Every kind.
pub const KINDS: &[&str] =
    &[FORK_ACCEPTED, EXPORTED, PROVED, KEY_ROTATED, SEALED, DROPPED, RESTORED];
