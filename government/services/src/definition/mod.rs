//! Thủ tục là dữ liệu: procedure files, their language, their checks, and what they say about one
//! request.
//!
//! - [`Catalogue`]: all versions of all procedures, by code, address and day.
//! - [`Procedure`]: one version. Its file is in [`model`]; the format is `docs/procedures.md`.
//! - [`Situation`]: one request under one procedure: questions to ask, errors, checks, consents,
//!   papers, fees, time limit, who decides, what is written.
//! - [`check`]: everything a file must satisfy before it may be published.
//! - [`expressions`]: the closed subset of CEL all of them use.
//!
//! Nothing here knows a particular procedure, and nothing here reads a clock, a database or a person.

pub mod answers;
pub mod check;
pub mod errors;
pub mod expressions;
pub mod facts;
pub mod library;
mod load;
mod mentions;
pub mod model;
pub mod operations;
mod routing;
mod schema;
pub mod situation;
mod source;
mod typing;

#[cfg(test)]
mod tests;

pub use check::{Finding, check_cli};
pub use errors::CODES;
pub use library::Library;
pub use load::{Catalogue, Procedure, WITHDRAWN, built_in_files};
pub use model::Channel;
pub use routing::Route;
pub use schema::published as json_schema;
pub use situation::{
    CheckOutcome, ConsentNeeded, FeeQuote, Inputs, Opt, Question, Read, Signals, Situation,
    Subject, WritePlan,
};

/// Words of definitions: error sentences and findings, `(vi, en)`.
pub use check::TEXT;
