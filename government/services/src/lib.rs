//! Public services: procedures as data, dossiers, deadlines, fees, the officer's desk, results.
//!
//! - [`definition`]: procedure files, their language, their checks.
//! - [`commands`]: file, consent, pay, decide, and what time alone brings.
//! - [`pages`]: the citizen's journey, the desk, the counter, verification.
//!
//! `services` knows no single procedure: a rule that names one belongs into its file. It does **not**
//! know how sessions are kept, how a letter is set or signed, or what a register's rows look like.

mod answers;
mod app;
pub mod commands;
pub mod definition;
pub mod errors;
pub mod inbox;
pub mod issued;
pub mod model;
pub mod pages;
pub mod plan;
pub mod queries;
pub mod rules;
mod vault;
pub mod vietqr;
mod writes;

pub use app::{Env, Services, Settings};
pub use vault::{Vault, sha256_hex};

use store::Schema;

/// This crate's tables.
pub const SCHEMA: Schema = Schema {
    name: "services",
    files: &[
        include_str!("../schema/001.sql"),
        include_str!("../schema/002.sql"),
        include_str!("../schema/003.sql"),
        include_str!("../schema/004.sql"),
        include_str!("../schema/005.sql"),
    ],
};

/// This crate's words, `(vi, en)`.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));
