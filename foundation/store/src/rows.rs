//! Many rows of one table, packed: all texts of a batch lie in one string, so that a row of thirty
//! columns costs no allocation. For [`crate::WriteTx::bulk`].

use crate::value::Value;
use std::fmt::Write as _;

/// One column of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    /// Where it lies in the batch's text.
    Text(usize, usize),
    /// Where it lies in the batch's bytes.
    Blob(usize, usize),
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
        let from = self.text.len();
        self.text.push_str(text);
        self.cells.push(Cell::Text(from, self.text.len()));
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
        self.cells.push(Cell::Text(from.min(self.text.len()), self.text.len()));
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
        self.cells.push(Cell::Blob(from, self.bytes.len()));
    }
    /// A whole row.
    pub fn row(&mut self, values: &[Value]) {
        values.iter().for_each(|v| self.value(v));
    }

    /// Whether the last row is whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.cells.len().is_multiple_of(self.width)
    }
    pub(crate) fn each_row(&self) -> impl Iterator<Item = impl Iterator<Item = Column<'_>>> {
        self.cells.chunks_exact(self.width).map(|row| row.iter().map(|cell| self.column(*cell)))
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
            Cell::Text(from, to) => Column::Text(&self.text[from..to]),
            Cell::Blob(from, to) => Column::Blob(&self.bytes[from..to]),
        }
    }
}
