//! Communes of the 2025 map that were merged into another one later, each on a date.
//!
//! Nothing that was written under the old code is rewritten: what a code means on a day follows from
//! here. The embedded table holds what the law has decided; a province that has to act before the next
//! release of the program records a merger itself, and whoever runs the database hands it in by
//! [`crate::adopt`].

use crate::Places;
use crate::errors::{MERGED_EARLY, MERGED_GONE, MERGED_ITSELF, MERGED_PROVINCE, MERGED_TWICE};
use crate::model::{Commune, REFORM, Regime};
use kernel::time::day as shown;
use kernel::{CommuneCode, Date, Error, Result};

/// Nhập xã: from this day on, a commune is part of another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Merger {
    /// The commune that ends.
    pub code: CommuneCode,
    /// The commune it becomes part of.
    pub into: CommuneCode,
    /// The first day on which it is.
    pub on: Date,
}

/// A merger, by the places in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Merged {
    pub from: u16,
    pub into: u16,
    pub on: Date,
}

impl Places {
    /// The same places with more mergers, in order; refused if one cannot be.
    pub(crate) fn with(&self, mergers: &[Merger]) -> Result<Self> {
        let mut next = self.clone();
        for m in mergers {
            next.merged.push(self.placed(m)?);
        }
        next.merged.sort_by_key(|m| (m.from, m.on));
        for pair in next.merged.windows(2) {
            if pair[0].from == pair[1].from {
                let c = &next.new[usize::from(pair[0].from)];
                return Err(Error::new(MERGED_TWICE).arg("place", c.full_name()).field("code"));
            }
        }
        for m in &next.merged {
            // Whoever takes another one in is there on that day.
            if let Some(end) = next.end_of(m.into).filter(|end| end.on <= m.on) {
                let c = &next.new[usize::from(m.into)];
                return Err(Error::new(MERGED_GONE)
                    .arg("place", c.full_name())
                    .arg("on", shown(end.on))
                    .field("into"));
            }
        }
        Ok(next)
    }

    fn placed(&self, m: &Merger) -> Result<Merged> {
        let from = self.commune(&m.code, REFORM).map_err(|e| e.field("code"))?;
        let into = self.commune(&m.into, REFORM).map_err(|e| e.field("into"))?;
        if m.on <= REFORM {
            return Err(Error::new(MERGED_EARLY).arg("on", shown(REFORM)).field("on"));
        }
        if from.index == into.index {
            return Err(Error::new(MERGED_ITSELF).field("into"));
        }
        if from.province != into.province {
            return Err(Error::new(MERGED_PROVINCE).field("into"));
        }
        Ok(Merged { from: from.index, into: into.index, on: m.on })
    }

    /// How a commune of the 2025 map ended, if it has an end.
    pub(crate) fn end_of(&self, index: u16) -> Option<Merged> {
        let at = self.merged.binary_search_by_key(&index, |m| m.from).ok()?;
        Some(self.merged[at])
    }

    /// The commune of a day that a commune of the 2025 map is, or has become part of.
    pub(crate) fn heir(&self, index: u16, on: Date) -> u16 {
        let mut at = index;
        // Ends: each step is a later merger.
        while let Some(m) = self.end_of(at).filter(|m| m.on <= on) {
            at = m.into;
        }
        at
    }

    /// The commune in which what was registered under a code lies on a day: the commune itself, or the
    /// one it has become part of by then. Before July 2025 as [`Places::commune`].
    ///
    /// For stored codes; whether a code may be chosen on a day is [`Places::commune`]'s answer.
    pub fn lies_in(&self, code: &CommuneCode, on: Date) -> Result<&'static Commune> {
        if Regime::on(on) == Regime::Before2025 {
            return self.commune(code, on);
        }
        let began = self.commune(code, REFORM)?;
        Ok(&self.new[usize::from(self.heir(began.index, on))])
    }

    /// Under which codes the people and addresses of a commune of a day may be registered: its own, then
    /// those of the communes that became part of it, in order of code.
    pub fn parts(&self, code: &CommuneCode, on: Date) -> Result<Vec<&'static str>> {
        let whole = self.lies_in(code, on)?;
        let mut parts = vec![whole.code];
        if Regime::on(on) == Regime::Since2025 {
            let into = self.merged.iter().filter(|m| self.heir(m.from, on) == whole.index);
            let gone = into.filter(|m| m.from != whole.index);
            parts.extend(gone.map(|m| self.new[usize::from(m.from)].code));
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests;
