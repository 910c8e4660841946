//! Indicators by definition: counters, ratios and distributions by place and time, kept by a
//! follower of the journal. A screen reads sums, never rows.
//!
//! `measures` knows no person: it never sees a personal number, it reads only an entry's kind,
//! place, time and the numbers its body carries.

mod follower;
pub mod model;
pub mod pages;
mod queries;
pub mod rules;

pub use follower::Counter;
pub use model::{Indicator, Indicators};
pub use queries::{Reading, communes, median_minutes, ratio, series, value};

use store::Schema;

/// The sums' tables.
pub const SCHEMA: Schema = Schema { name: "measures", files: &[include_str!("../schema/001.sql")] };

/// Words of this crate.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

pub use model::CODES;
