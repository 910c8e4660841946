//! Many rows of one table, packed: all texts of a batch lie in one string, so that a row of thirty
//! columns costs no allocation. For [`crate::WriteTx::bulk`].

use crate::value::Value;
use std::fmt::Write as _;

/// One column of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    /// Where it lies in the batch's text: 32 bits, for there are many of them.
    Text(u32, u32),
    /// Where it lies in the batch's bytes.
    Blob(u32, u32),
}

/// A column as an engine takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column<'r> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'r str),
    Blob(&'r [u8]),
}

impl Column<'_> {
    fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Int(n) => Value::Int(n),
            Self::Real(n) => Value::Real(n),
            Self::Text(t) => Value::Text(t.to_owned()),
            Self::Blob(b) => Value::Blob(b.to_vec()),
        }
    }
}

/// Rows of one width, filled column by column: `rows.text("a"); rows.int(1); rows.null();`.
#[derive(Clone, Debug)]
pub struct Rows {
    width: usize,
    cells: Vec<Cell>,
    text: String,
    bytes: Vec<u8>,
}

impl Rows {
    /// No rows yet; each will have so many columns.
    pub fn new(width: usize) -> Self {
        Self { width: width.max(1), cells: Vec::new(), text: String::new(), bytes: Vec::new() }
    }
    /// Takes all rows out and keeps their memory.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
        self.bytes.clear();
    }
    /// Columns of a row.
    pub fn width(&self) -> usize {
        self.width
    }
    /// Whole rows.
    pub fn len(&self) -> usize {
        self.cells.len() / self.width
    }
    /// No row yet.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
    /// About how many bytes they hold.
    pub fn size(&self) -> usize {
        self.text.len() + self.bytes.len() + self.cells.len() * size_of::<Cell>()
    }
    /// NULL
    pub fn null(&mut self) {
        self.cells.push(Cell::Null);
    }
    /// BIGINT
    pub fn int(&mut self, n: i64) {
        self.cells.push(Cell::Int(n));
    }
    /// TEXT
    pub fn text(&mut self, text: &str) {
        if let Some(same) = self.above(text) {
            return self.cells.push(same);
        }
        let from = self.text.len();
        self.text.push_str(text);
        self.cells.push(Cell::Text(narrow(from), narrow(self.text.len())));
    }
    /// The same text in the row above: it lies there once.
    fn above(&self, text: &str) -> Option<Cell> {
        let cell = *self.cells.get(self.cells.len().checked_sub(self.width)?)?;
        matches!(cell, Cell::Text(from, to) if self.text.get(wide(from)..wide(to)) == Some(text))
            .then_some(cell)
    }
    /// TEXT, or NULL.
    pub fn maybe(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }
    /// TEXT that is written where it will lie. `write` only appends.
    pub fn build(&mut self, write: impl FnOnce(&mut String)) {
        let from = self.text.len();
        write(&mut self.text);
        let from = from.min(self.text.len());
        match self.above(&self.text[from..]) {
            Some(same) => {
                self.text.truncate(from);
                self.cells.push(same);
            }
            None => self.cells.push(Cell::Text(narrow(from), narrow(self.text.len()))),
        }
    }
    /// TEXT of something that can be shown.
    pub fn show(&mut self, thing: impl std::fmt::Display) {
        self.build(|out| {
            // Infallible: writing to a String.
            let _ = write!(out, "{thing}");
        });
    }
    /// Any value.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.null(),
            Value::Int(n) => self.int(*n),
            Value::Real(n) => self.cells.push(Cell::Real(*n)),
            Value::Text(t) => self.text(t),
            Value::Blob(b) => self.blob(b),
        }
    }
    /// A value where an engine holds it.
    pub(crate) fn cell(&mut self, cell: crate::Cell<'_>) {
        match cell {
            crate::Cell::Null => self.null(),
            crate::Cell::Int(n) => self.int(n),
            crate::Cell::Real(n) => self.cells.push(Cell::Real(n)),
            crate::Cell::Text(t) => self.text(t),
            crate::Cell::Blob(b) => self.blob(b),
        }
    }
    /// BLOB / BYTEA
    pub fn blob(&mut self, bytes: &[u8]) {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.cells.push(Cell::Blob(narrow(from), narrow(self.bytes.len())));
    }
    /// A whole row.
    pub fn row(&mut self, values: &[Value]) {
        values.iter().for_each(|v| self.value(v));
    }

    /// Brings whole rows into the order of their columns, the first one first, as far as those are texts
    /// or numbers: in the order of a key the pages of a table are touched one after the other.
    pub fn sort(&mut self) {
        let before = |a: &[Cell], b: &[Cell]| order(&self.text, a, b);
        let mut rows: Vec<&[Cell]> = self.cells.chunks_exact(self.width).collect();
        if rows.is_sorted_by(|a, b| before(a, b).is_le()) {
            return;
        }
        rows.sort_by(|a, b| before(a, b));
        self.cells = rows.concat();
    }

    /// Whether the last row is whole.
    pub(crate) fn is_whole(&self) -> bool {
        let held = self.text.len().max(self.bytes.len());
        self.cells.len().is_multiple_of(self.width) && u32::try_from(held).is_ok()
    }
    pub(crate) fn each_row(&self) -> impl Iterator<Item = impl Iterator<Item = Column<'_>>> {
        self.cells.chunks_exact(self.width).map(|row| row.iter().map(|cell| self.column(*cell)))
    }
    /// Of each row the columns, by their numbers, that are not known to be the same as in the row before.
    pub(crate) fn each_change(
        &self,
    ) -> impl Iterator<Item = impl Iterator<Item = (usize, Column<'_>)>> {
        let rows = self.cells.chunks_exact(self.width);
        let before = std::iter::once(None).chain(rows.clone().map(Some));
        rows.zip(before).map(|(row, before)| {
            let changed = move |i: &usize| before.is_none_or(|before| before[*i] != row[*i]);
            (0..row.len()).filter(changed).map(|i| (i, self.column(row[i])))
        })
    }
    /// Each row as values of its own.
    pub(crate) fn each_value(&self) -> impl Iterator<Item = Vec<Value>> {
        self.each_row().map(|row| row.map(Column::to_value).collect())
    }
    fn column(&self, cell: Cell) -> Column<'_> {
        match cell {
            Cell::Null => Column::Null,
            Cell::Int(n) => Column::Int(n),
            Cell::Real(n) => Column::Real(n),
            Cell::Text(from, to) => Column::Text(&self.text[wide(from)..wide(to)]),
            Cell::Blob(from, to) => Column::Blob(&self.bytes[wide(from)..wide(to)]),
        }
    }
}

/// A place in a batch. One of 4 GB would not fit into memory beside the rest: it is caught as a row that
/// is not whole.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn wide(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn order(text: &str, a: &[Cell], b: &[Cell]) -> std::cmp::Ordering {
    let one = |a: &Cell, b: &Cell| match (*a, *b) {
        (Cell::Int(a), Cell::Int(b)) => a.cmp(&b),
        (Cell::Text(a, to_a), Cell::Text(b, to_b)) => {
            text[wide(a)..wide(to_a)].cmp(&text[wide(b)..wide(to_b)])
        }
        _ => std::cmp::Ordering::Equal,
    };
    let differing = a.iter().zip(b).map(|(a, b)| one(a, b)).find(|o| o.is_ne());
    differing.unwrap_or(std::cmp::Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_as_in_the_row_above_lies_there_once_and_is_no_change() {
        let mut rows = Rows::new(3);
        for (name, built, n) in [("a", "x", 1), ("a", "x", 1), ("b", "x", 1), ("a", "", 2)] {
            rows.text(name);
            rows.build(|out| out.push_str(built));
            rows.int(n);
        }
        assert_eq!(rows.text, "axba");
        let changes = |rows: &Rows| -> Vec<String> {
            rows.each_change().map(|r| format!("{:?}", r.collect::<Vec<_>>())).collect()
        };
        let first = r#"[(0, Text("a")), (1, Text("x")), (2, Int(1))]"#;
        let last = r#"[(0, Text("a")), (1, Text("")), (2, Int(2))]"#;
        assert_eq!(changes(&rows), [first, "[]", r#"[(0, Text("b"))]"#, last]);
        // In another order it is still the same rows.
        let whole = |rows: &Rows| -> Vec<String> {
            rows.each_row().map(|r| format!("{:?}", r.collect::<Vec<_>>())).collect()
        };
        let mut sorted = whole(&rows);
        sorted.sort();
        rows.sort();
        assert_eq!(whole(&rows), sorted);
    }

    #[test]
    fn rows_in_the_order_of_their_first_columns() {
        let mut rows = Rows::new(3);
        for (name, n, last) in [("b", 2, "x"), ("a", 9, "y"), ("b", 1, "z")] {
            rows.text(name);
            rows.int(n);
            rows.text(last);
        }
        rows.sort();
        let told: Vec<String> =
            rows.each_row().map(|r| format!("{:?}", r.collect::<Vec<_>>())).collect();
        assert_eq!(
            told,
            [
                r#"[Text("a"), Int(9), Text("y")]"#,
                r#"[Text("b"), Int(1), Text("z")]"#,
                r#"[Text("b"), Int(2), Text("x")]"#,
            ]
        );
    }
}
