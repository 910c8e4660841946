//! Lists of people: taken over from other systems, and given out again.
//!
//! [`import`] reads CSV, JSON Lines and the XML of QCVN 109:2017/BTTTT, in Unicode or an old encoding.
//! A run goes on where it was cut off, and the same list twice changes nothing. Bad rows are left out
//! and told, row by row. **What a list says otherwise than the register never overwrites it**: the item
//! is disputed, both values stand beside each other, and the person sees it.
//! [`export`] writes the population in the order of numbers; importing that into an empty register
//! gives a register that exports the same bytes.

mod ahead;
mod columns;
mod encoding;
mod export;
mod houses;
mod import;
mod known;
pub(crate) mod merge;
mod parse;
mod remark;
mod render;
mod report;
mod rows;
mod rules;
mod run;
pub(crate) mod settle;
mod sheet;
mod split;
mod survey;
mod xml;

pub use columns::COLUMNS;
pub use encoding::{ENCODINGS, Encoding};
pub use export::{Export, Exported, export};
pub use import::{Import, Progress, Stage, import};
pub use remark::{REASONS, Reason};
pub use report::{Total, totals, write_report};
pub use run::{Counts, Run, State};

use std::path::Path;

/// The shape of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma, semicolon or tab; a heading line.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// `CongdanCollection` of QCVN 109:2017/BTTTT.
    Xml,
}

/// All of them, as `--format` names them.
pub const FORMATS: [(&str, Format); 3] =
    [("csv", Format::Csv), ("jsonl", Format::JsonLines), ("xml", Format::Xml)];

impl Format {
    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        FORMATS.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, f)| *f)
    }
    /// By the ending of a file's name.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "jsonl" | "ndjson" | "json" => Some(Self::JsonLines),
            "xml" => Some(Self::Xml),
            _ => None,
        }
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|(_, f)| *f == self).map_or("csv", |(n, _)| n)
    }
}
