//! Two records that may be one person: somebody registered twice under two numbers.
//!
//! [`find`] compares the whole register and keeps a list of likely pairs: the same name (with or without
//! marks and tones) and the same birth (also with day and month swapped), or the same old nine-digit
//! number, weighed with parents, native place and home. A pair is opened as a case of the commune where
//! one of them lives, so that its officers may [`look`] at both records side by side, each look in both
//! people's logs. A person decides, never the program: [`keep_apart`] says that they are two, and
//! comparing again does not bring the pair back; [`merge`] that they are one, and [`unmerge`] takes that
//! back, all by acts.

mod commands;
mod find;
mod merging;
mod queries;
mod rules;

pub(crate) use commands::may;
pub use commands::{keep_apart, merge, unmerge};
pub use find::{Found, Progress, find};
pub use queries::{Pair, PairState, look, merged_pairs, open_pairs, pair};
pub use rules::{SIGNS, Sign, VERY};

use kernel::DossierCode;

/// The purpose under which both records are read.
pub const PURPOSE: &str = "register.match";
/// The purpose under which two records become one, or two again.
pub const MERGE: &str = "register.merge";
/// What is shown of each, in this order.
pub const ITEMS: [&str; 13] = [
    "name",
    "other_name",
    "pid",
    "old_id",
    "birth",
    "sex",
    "birth_place",
    "native_place",
    "relatives",
    "marital",
    "permanent",
    "temporary",
    "death",
];

/// The case under which a pair is read: what stands in the people's logs.
pub fn case_of(id: &str) -> DossierCode {
    DossierCode::from(format!("TRUNG-{id}"))
}
