//! Registers: the people, where they live, and the one door through which data about them leave.
//!
//! - [`Law`]: items, purposes and access rules, read from `data/` and checked.
//! - [`read`], [`read_now`], [`read_as_of`], [`read_dwelling`], [`residents`], [`search`], [`books`]: the
//!   door. Every reading is checked (deny by default) and leaves a journal entry, refused ones too. A refusal is
//!   a value: let the transaction commit.
//! - [`cases`]: whoever runs dossiers says which people an open dossier names. **Without it an
//!   officer reads only people who live in the officer's own commune.**
//! - [`residence`], [`households`], [`population`]: commands. Each writes acts, rows, the household
//!   book and the journal in one transaction.
//! - [`access_log`], [`AccessLog`]: who read my data; [`own_record`]: what is held about me.
//! - [`pages`]: my data, who read them, the household book, the auditor's desk.
//! - [`communes`]: communes merged into others on a day.
//! - [`matching`]: records that may be one person, for somebody to look at.
//! - [`generate`]: a synthetic province. [`transfer`]: lists of people, in and out.
//!
//! Shapes of items (JSON): `name`, `other_name`, `pid`, `birth` (`YYYY-MM-DD`, `YYYY-MM` or `YYYY`),
//! `sex` (`male`, `female`), `marital` (`single`, `married`, `divorced`, `widowed`), `relation`
//! (a code of [`Law::relations`]), `residence_file`, `old_id`, `blood` are text or null.
//! `permanent`, `temporary`: `{dwelling, household, commune, province, line, text, since}` and, for
//! `temporary`, `{until, in_force, registration}`. `abode`: `{kind: permanent|temporary|declared,
//! dwelling, commune, province, line, text, since}`. `absence`: `{since, until, reason, destination,
//! registration}`. `birth_place`, `birth_registration`, `native_place`: `{commune, on, line?, text,
//! province}` with the names of that day. `ethnic`: `{code, name, system}`; `religion`: `{code, name,
//! unofficial}`; `nationality`: `{code, name}`; `card`: `{issued, by, expires}`; `relatives`:
//! `{father, mother, spouse, guardian: {pid?, name, nationality}, children: […], wards: […]}`;
//! `household`: `{id, file, version, kind, head: {pid, name}|null, members: [{pid, name, birth, sex,
//! relation, residence, since, until?}], minors: [members under 18 whose parent or guardian is the
//! person read, with parents: [{as, pid, name}]]}`; `death`: `{on, kind}`; `contact`: `{phone,
//! email}`. A dwelling: `{id, commune, province, line, text, kind, owner: {pid, name}|null, owner_org,
//! head: {pid, name}|null, household, title, households: [{id, kind, head, size}]}`. Items the person
//! disputes are listed under `disputed`.
//!
//! `registers` does **not** know what a dossier, a procedure, an account or a session is; it never
//! decides whether a citizen may have something, only whether a record can be true and who may see it.

mod access_log;
pub mod api;
mod aside;
mod book;
pub mod cases;
pub mod codes;
pub mod communes;
mod door;
pub mod dwellings;
mod errors;
mod facts;
pub mod generate;
mod geo;
pub mod history;
mod household;
pub mod households;
mod indexes;
pub mod journal;
mod law;
mod many;
pub mod matching;
mod model;
pub mod number;
mod own;
mod packed;
pub mod pages;
mod person;
pub mod population;
pub mod regroup;
pub mod residence;
mod residents;
pub mod rules;
mod search;
pub mod transfer;

pub use access_log::{
    AccessLog, AccessPage, AccessRow, Audit, Show, access_log, audit_log, audit_log_for,
    forget_old, log_cursor, refused_readings,
};
pub use aside::{is_any as is_loading, restore as bring_over};
pub use book::{Book, BookLine, BookMember, books};
pub use door::{
    ResidenceLine, foresee, read, read_as_of, read_dwelling, read_dwelling_at, read_now,
    residence_history,
};
pub use errors::*;
pub use indexes::restore as restore_indexes;
pub use law::{
    Fault, Item, Law, LawFile, LawFiles, Purpose, Relation, Role, Rule, SchemaVersion, ViewLine,
    files,
};
pub use model::{Certainty, Companion, Facts, Join, Kind, Reading, Sex, Source, Where, birth_date};
pub use own::{Claim, Origin, OwnRecord, own_record};
pub use residents::{HouseholdThen, Resident, Residents, residents};
pub use search::{Found, HITS_MAX, Hit, Place, Query, search};

use store::Schema;

/// The registers' tables.
pub const SCHEMA: Schema = Schema {
    name: "registers",
    files: &[
        include_str!("../schema/001.sql"),
        include_str!("../schema/002.sql"),
        include_str!("../schema/003.sql"),
        include_str!("../schema/004.sql"),
        include_str!("../schema/005.sql"),
        include_str!("../schema/006.sql"),
        include_str!("../schema/007.sql"),
        include_str!("../schema/008.sql"),
        include_str!("../schema/009.sql"),
        include_str!("../schema/010.sql"),
        include_str!("../schema/011.sql"),
        include_str!("../schema/012.sql"),
        include_str!("../schema/013.sql"),
        include_str!("../schema/014.sql"),
    ],
};

/// Words of this crate.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

#[cfg(test)]
mod tests;
