//! Rows of a list, packed: the texts of a whole batch lie in one string and each cell is a place in it,
//! so that a row of thirty cells costs no allocation.

use super::columns::{COLUMNS, Cells, at};
use kernel::PersonalId;
use serde_json::{Map, Value as Json};
use std::ops::Range;

/// One cell: its column, and where its text lies.
#[derive(Clone, Copy, Debug)]
struct Spot {
    column: u8,
    from: u32,
    to: u32,
}

/// Many rows.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    text: String,
    spots: Vec<Spot>,
}

/// Where a row begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begin {
    text: usize,
    spots: usize,
}

fn narrow(n: usize) -> u32 {
    // A batch is bounded far below: rows of 64 KB, some thousand of them.
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Sheet {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.spots.clear();
    }

    /// The row that begins here ends with the last cell.
    pub(crate) fn begin(&self) -> Begin {
        Begin { text: self.text.len(), spots: self.spots.len() }
    }

    /// Takes a row out again.
    pub(crate) fn forget(&mut self, row: Begin) {
        self.text.truncate(row.text);
        self.spots.truncate(row.spots);
    }

    pub(crate) fn push(&mut self, column: usize, text: &str) {
        let from = self.text.len();
        self.text.push_str(text);
        self.spot(column, from);
    }

    fn spot(&mut self, column: usize, from: usize) {
        let column = u8::try_from(column).unwrap_or(u8::MAX);
        self.spots.push(Spot { column, from: narrow(from), to: narrow(self.text.len()) });
    }

    /// Brings the cells of the row into the order of columns; of two of one column the first counts.
    pub(crate) fn sort(&mut self, row: Begin) {
        let spots = &self.spots[row.spots..];
        if spots.windows(2).all(|two| two[0].column < two[1].column) {
            return;
        }
        let mut sorted = self.spots.split_off(row.spots);
        sorted.sort_by_key(|s| s.column);
        sorted.dedup_by_key(|s| s.column);
        self.spots.append(&mut sorted);
    }

    /// The last row.
    pub(crate) fn last(&self, row: Begin) -> Line<'_> {
        Line { text: &self.text, spots: &self.spots[row.spots..] }
    }

    /// The cells of the last row, as a place that stays.
    pub(crate) fn range(&self, row: Begin) -> Range<usize> {
        row.spots..self.spots.len()
    }

    /// A row.
    pub(crate) fn line(&self, cells: &Range<usize>) -> Line<'_> {
        Line { text: &self.text, spots: self.spots.get(cells.clone()).unwrap_or_default() }
    }
}

/// One row: cells in the order of columns, none empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'s> {
    text: &'s str,
    spots: &'s [Spot],
}

impl<'s> Line<'s> {
    fn text_of(&self, spot: Spot) -> &'s str {
        let range = usize::try_from(spot.from).unwrap_or(0)..usize::try_from(spot.to).unwrap_or(0);
        self.text.get(range).unwrap_or_default()
    }

    /// A cell, if it has one.
    pub(crate) fn get(&self, column: usize) -> Option<&'s str> {
        let spots = self.spots;
        let at = spots.binary_search_by_key(&column, |s| usize::from(s.column)).ok()?;
        Some(self.text_of(spots[at]))
    }

    /// All cells.
    pub(crate) fn iter(self) -> impl Iterator<Item = (usize, &'s str)> + Clone {
        self.spots.iter().map(move |s| (usize::from(s.column), self.text_of(*s)))
    }

    /// The cells before a column, and the others.
    pub(crate) fn split(&self, column: usize) -> (Self, Self) {
        let n = self.spots.iter().take_while(|s| usize::from(s.column) < column).count();
        let (before, after) = self.spots.split_at(n);
        (Self { spots: before, ..*self }, Self { spots: after, ..*self })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.spots.is_empty()
    }

    pub(crate) fn cells(self) -> Cells {
        Cells(self.iter().map(|(column, text)| (column, text.to_owned())).collect())
    }

    /// What the person is said to be, item by item, without what stands in tables of its own.
    pub(crate) fn items(&self) -> Map<String, Json> {
        let mut items = self.cells().items();
        items.remove(COLUMNS[at::PID]);
        items.remove(COLUMNS[at::DISPUTED]);
        if let Some(Json::Object(stay)) = items.get_mut("temporary") {
            stay.remove("relation");
        }
        items
    }
}

/// Somebody of a list who can be a person, their cells in the register's own writing.
#[derive(Clone, Debug)]
pub(crate) struct Person<'s> {
    /// Line of the file.
    pub line: u64,
    pub cells: Line<'s>,
    /// Item by item, where parts of items came that have no column.
    pub more: Option<Map<String, Json>>,
}

impl<'s> Person<'s> {
    pub(crate) fn new(line: u64, cells: Line<'s>) -> Self {
        let more = cells.get(at::MORE).map(|_| cells.items());
        Self { line, cells, more }
    }
    pub(crate) fn get(&self, column: usize) -> Option<&'s str> {
        self.cells.get(column)
    }
    /// The number, as the check left it.
    pub(crate) fn number(&self) -> &'s str {
        self.get(at::PID).unwrap_or_default()
    }
    pub(crate) fn pid(&self) -> kernel::Result<PersonalId> {
        PersonalId::parse(self.number())
    }
    /// A part of an item that has no column.
    pub(crate) fn extra(&self, item: &str, part: &str) -> Option<&Json> {
        self.more.as_ref()?.get(item)?.get(part).filter(|v| !v.is_null())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::columns::column;

    #[test]
    fn rows_in_one_text() {
        let mut sheet = Sheet::default();
        let first = sheet.begin();
        sheet.push(at::NAME, "Trần An");
        sheet.push(at::PID, "035070000001");
        sheet.push(at::NAME, "Trần Bình");
        sheet.sort(first);
        let place = sheet.range(first);
        let second = sheet.begin();
        sheet.push(at::PID, "2");
        assert_eq!(sheet.last(second).get(at::PID), Some("2"));
        sheet.forget(second);
        let line = sheet.line(&place);
        assert_eq!(
            (line.get(at::PID), line.get(at::NAME)),
            (Some("035070000001"), Some("Trần An"))
        );
        assert_eq!(line.get(column("sex").unwrap()), None);
        let (before, after) = line.split(at::NAME);
        assert_eq!((before.iter().count(), after.iter().next()), (1, Some((at::NAME, "Trần An"))));
        assert!(after.split(at::MORE).1.is_empty());
    }
}
