//! Địa giới hành chính: provinces and communes through time.
//!
//! Until 30/06/2025 there were 63 provinces, districts and 10,035 communes; since 01/07/2025 there
//! are 34 provinces and 3,321 communes without districts. Nearly every code of today was also a
//! code of before, more than half of them for a place of another name: so every look-up takes a
//! code **and a date**. Communes that are merged later keep their code in everything written before;
//! [`Places::lies_in`] and [`Places::parts`] say what it means on a day. The tables are files in `data/places/`, embedded in the program.
//!
//! ```
//! let places = places::all();
//! let day = kernel::calendar::iso_date("2026-11-23").unwrap();
//! let code = kernel::CommuneCode::parse("13594").unwrap();
//! assert_eq!(places.full_name(&code, day).unwrap(), "xã Trần Thương, tỉnh Ninh Bình");
//! ```
//!
//! What this crate does **not** know: people, addresses below the commune, agencies and what they
//! are competent for, borders and points on a map. It has no database and no clock.

pub mod answer;
pub mod api;
mod errors;
mod load;
mod merged;
mod model;
mod queries;
mod resolve;
mod search;

pub use answer::{
    ResolveAnswer, SuggestAnswer, Suggestion, Unit, find_lines, meant, resolve_answer,
    resolve_lines, suggest,
};
pub use errors::*;
pub use merged::Merger;
pub use model::{Commune, CommuneKind, District, Former, Province, REFORM, Regime};
pub use queries::CommuneText;
pub use resolve::Resolved;
pub use search::{Hit, Tier};

use kernel::{CommuneCode, Date, Result};
use std::sync::{OnceLock, PoisonError, RwLock};

/// This crate's words, `(vi, en)`.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

/// All places of both regimes, with what is needed to find them.
#[derive(Clone, Debug)]
pub struct Places {
    /// By regime, in order of code.
    provinces: [&'static [Province]; 2],
    districts: &'static [District],
    /// In order of code; as of 01/07/2025, also those that were merged later.
    new: &'static [Commune],
    /// In order of code; until 30/06/2025. `earlier` follows them, also in order of code.
    old: &'static [Commune],
    /// How many of `old` lived until 30/06/2025; the rest are [`Earlier`].
    old_count: usize,
    earlier: Vec<load::Earlier>,
    /// From each of `old` to `new`, the usual successor first.
    became: load::Links,
    /// From each of `new` to `old`.
    came_from: load::Links,
    /// Districts without communes that became one commune (the island districts).
    whole_districts: Vec<(u16, u16)>,
    /// Of `new`, those that became part of another one since, in order of code.
    merged: Vec<merged::Merged>,
    /// The codes of `new` and of `old` as numbers, in the same order.
    codes: [Vec<u32>; 2],
    index: search::Index,
}

impl Places {
    /// Reads the embedded tables. A mistake in them is ours: see the tests of `load`.
    pub fn load() -> Result<Self> {
        load::load(&load::EMBEDDED)
    }
}

static ALL: OnceLock<RwLock<&'static Places>> = OnceLock::new();

fn embedded() -> &'static Places {
    static EMBEDDED: OnceLock<Places> = OnceLock::new();
    EMBEDDED.get_or_init(|| Places::load().unwrap_or_else(|e| unreachable!("embedded places: {e}")))
}

fn current() -> &'static RwLock<&'static Places> {
    ALL.get_or_init(|| RwLock::new(embedded()))
}

/// The places of the embedded tables, with the mergers adopted since.
pub fn all() -> &'static Places {
    *current().read().unwrap_or_else(PoisonError::into_inner)
}

/// From now on, [`all`] knows these mergers beside those of the embedded table (and no others). If one of
/// them cannot be, everything stays as it was. Costs nothing if they are known already; a change stays
/// in memory for as long as the program runs, so this is for the rare day on which the map changes.
pub fn adopt(mergers: &[Merger]) -> Result<()> {
    let next = embedded().with(mergers)?;
    let mut current = current().write().unwrap_or_else(PoisonError::into_inner);
    if current.merged != next.merged {
        *current = Box::leak(Box::new(next));
    }
    Ok(())
}

/// The code of the place that a stored code lies in on a day: of the commune it has become part of, if it
/// was merged; any other code (a province's) stays.
pub fn code_on(code: &str, on: Date) -> &str {
    let commune = CommuneCode::parse(code).and_then(|c| all().lies_in(&c, on));
    match commune {
        Ok(c) => c.code_str(),
        Err(_) => code,
    }
}

/// Under which codes what lies in a place on a day may be stored, its own first; see [`Places::parts`].
pub fn codes_of(code: &str, on: Date) -> Vec<String> {
    let parts = CommuneCode::parse(code).and_then(|c| all().parts(&c, on));
    parts.map_or_else(|_| vec![code.to_owned()], |all| all.into_iter().map(str::to_owned).collect())
}

/// Whether these mergers could be adopted.
pub fn check(mergers: &[Merger]) -> Result<()> {
    embedded().with(mergers).map(|_| ())
}

#[cfg(test)]
mod tests;
