//! Letters, forms and reports as PDF/A-2a from Typst templates.
//!
//! [`Paper`] sets a letter of `data/letters/*.typ` with JSON data, in a child process of the same
//! program (`PROGRAM letter`, which calls [`child_main`]) that has an empty environment and limits on
//! time, memory, pages and bytes. The child has no file system, no packages and no network: a template
//! sees the other templates, `/data.json` and `/qr.svg`, nothing else. A child serves several letters,
//! because starting one costs more than setting one; between letters it forgets what it was given.
//!
//! The same template and data give the same bytes: the document's date comes from the data
//! (`signed_at`, else `date`), never from a clock.
//!
//! Each template says in its first lines which data it needs: see [`uses`]. The data shapes are in
//! `data/letters/*.example.json`, described in `data/letters/README.md`.
//!
//! `paper` does **not** know who may see a letter, what a procedure is, how a letter is signed
//! (`trust` does that) or where it is kept; and no other crate knows Typst.

mod child;
mod errors;
mod glyphs;
mod letters;
mod pool;
mod qr;
mod world;

pub use child::child_main;
pub use errors::{
    CODES, LETTER_BUSY, LETTER_CRASHED, LETTER_MEMORY, LETTER_NOT_STARTED, LETTER_SLOW,
    LETTER_TEMPLATE, LETTER_TOO_LARGE, LETTER_UNKNOWN,
};
pub use letters::{FRAME, LETTERS, Template, Uses, template, uses};
pub use pool::{Limits, Paper};
pub use world::{Letter, Place, set_here};

/// The crate's own words. `(vi, en)`, Fluent syntax.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));
