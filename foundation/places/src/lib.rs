//! Địa giới hành chính: provinces and communes through time.
//!
//! Until 30/06/2025 there were 63 provinces, districts and 10,035 communes; since 01/07/2025 there
//! are 34 provinces and 3,321 communes without districts. Nearly every code of today was also a
//! code of before, more than half of them for a place of another name: so every look-up takes a
//! code **and a date**. The tables are files in `data/places/`, embedded in the program.
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
mod model;
mod queries;
mod resolve;
mod search;

pub use answer::{
    ResolveAnswer, SuggestAnswer, Suggestion, Unit, find_lines, meant, resolve_answer,
    resolve_lines, suggest,
};
pub use errors::*;
pub use model::{Commune, CommuneKind, District, Former, Province, REFORM, Regime};
pub use queries::CommuneText;
pub use resolve::Resolved;
pub use search::{Hit, Tier};

use kernel::Result;
use std::sync::OnceLock;

/// This crate's words, `(vi, en)`.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

/// All places of both regimes, with what is needed to find them.
#[derive(Debug)]
pub struct Places {
    /// By regime, in order of code.
    provinces: [&'static [Province]; 2],
    districts: &'static [District],
    /// In order of code; since 01/07/2025.
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
    index: search::Index,
}

impl Places {
    /// Reads the embedded tables. A mistake in them is ours: see the tests of `load`.
    pub fn load() -> Result<Self> {
        load::load(&load::EMBEDDED)
    }
}

/// The places of the embedded tables, read once.
pub fn all() -> &'static Places {
    static ALL: OnceLock<Places> = OnceLock::new();
    ALL.get_or_init(|| Places::load().unwrap_or_else(|e| unreachable!("embedded places: {e}")))
}

#[cfg(test)]
mod tests;
