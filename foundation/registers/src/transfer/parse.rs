//! Reads one row into cells, and writes cells as one row: CSV, JSON Lines, and the XML of QCVN
//! 109:2017/BTTTT.

use super::Format;
use super::columns::{COLUMNS, Cells, by_heading, column};
use super::encoding::{Encoding, raise_capitals};
use super::remark::Reason;
use super::split::Raw;
use super::xml;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// Reads records of CSV (RFC 4180), one after another: to make a reader costs more than to read a record.
#[derive(Clone, Debug)]
pub(crate) struct Records {
    reader: csv_core::Reader,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Records {
    fn new(delimiter: u8) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Self { reader, bytes: Vec::new(), ends: vec![0; 256] }
    }

    /// The cells of one record.
    fn cells<'r>(&'r mut self, line: &str) -> impl Iterator<Item = Cow<'r, str>> {
        self.reader.reset();
        self.bytes.resize(self.bytes.len().max(line.len() + 8), 0);
        let (mut read, mut written, mut count) = (0, 0, 0);
        loop {
            // An empty input tells the reader that the record has ended.
            let (result, took, put, cells) = self.reader.read_record(
                &line.as_bytes()[read..],
                &mut self.bytes[written..],
                &mut self.ends[count..],
            );
            read += took;
            written += put;
            count += cells;
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => {
                    self.bytes.resize(self.bytes.len() * 2, 0);
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => break,
            }
        }
        let (mut from, bytes) = (0, &self.bytes);
        self.ends[..count].iter().map(move |end| {
            let cell = String::from_utf8_lossy(&bytes[from..*end]);
            from = *end;
            cell
        })
    }
}

/// How the rows of one file are read.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub format: Format,
    pub encoding: Encoding,
    /// What parts the cells of CSV.
    pub delimiter: u8,
    /// CSV: the column of each cell; `None` where the heading says nothing we know.
    pub heading: Vec<Option<usize>>,
}

/// What parts the cells: whatever of comma, semicolon and tab the heading has most of.
pub(crate) fn delimiter(heading: &[u8]) -> u8 {
    let count = |d: u8| heading.iter().filter(|b| **b == d).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|d| count(*d)).unwrap_or(b',')
}

impl Shape {
    /// Reads the heading of a CSV file.
    pub(crate) fn with_heading(mut self, heading: &[u8]) -> Result<Self, Reason> {
        self.delimiter = delimiter(heading);
        let text = self.encoding.decode(heading).ok_or(Reason::Letters)?;
        let mut records = Records::new(self.delimiter);
        self.heading =
            records.cells(text.trim_start_matches('\u{feff}')).map(|c| by_heading(&c)).collect();
        Ok(self)
    }

    /// Columns that every list needs and this heading lacks.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let has = |name: &str| self.heading.contains(&column(name));
        match self.format {
            Format::Csv => {
                ["pid", "name", "birth", "sex"].into_iter().filter(|n| !has(n)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What reads the rows of this shape.
    pub(crate) fn records(&self) -> Records {
        Records::new(self.delimiter)
    }

    /// The cells of one row.
    pub(crate) fn read(&self, raw: &Raw, records: &mut Records) -> Result<Cells, Reason> {
        if let Some(fault) = raw.fault {
            return Err(fault);
        }
        let text = self.encoding.decode(&raw.bytes).ok_or(Reason::Letters)?;
        let mut cells = match self.format {
            Format::Csv => self.csv(&text, records)?,
            Format::JsonLines => json(text.trim_start_matches('\u{feff}'))?,
            Format::Xml => xml::read(&text)?,
        };
        if self.encoding == Encoding::Tcvn3 {
            for (_, cell) in &mut cells.0 {
                if let Some(raised) = raise_capitals(cell) {
                    *cell = raised;
                }
            }
        }
        Ok(cells)
    }

    fn csv(&self, line: &str, records: &mut Records) -> Result<Cells, Reason> {
        let mut cells = Vec::with_capacity(self.heading.len());
        let mut width = 0;
        for (n, cell) in records.cells(line).enumerate() {
            width = n + 1;
            let text = cell.trim();
            if let (Some(Some(at)), false) = (self.heading.get(n), text.is_empty()) {
                cells.push((*at, text.to_owned()));
            }
        }
        if width == self.heading.len() { Ok(Cells::sorted(cells)) } else { Err(Reason::Width) }
    }
}

fn json(line: &str) -> Result<Cells, Reason> {
    let items: Map<String, Json> = serde_json::from_str(line).map_err(|_| Reason::Broken)?;
    let mut items: Vec<(String, Json)> = items.into_iter().collect();
    // What an export could not put into a column goes back to where it was.
    let more = items.iter().position(|(name, _)| name == "more").map(|at| items.remove(at).1);
    let mut cells = Cells::of(items.iter().map(|(name, value)| (name.as_str(), value.clone())));
    if let (Some(more @ Json::Object(_)), Some(at)) = (more, column("more")) {
        cells.0.retain(|(c, _)| *c != at);
        cells.0.push((at, more.to_string()));
    }
    Ok(cells)
}

/// The heading of a CSV file.
pub(crate) fn csv_heading() -> String {
    let mut line = COLUMNS.join(",");
    line.push('\n');
    line
}

/// One record of CSV, all columns.
pub(crate) fn write_csv(cells: &Cells, out: &mut String) {
    let mut next = cells.0.iter().peekable();
    for at in 0..COLUMNS.len() {
        if at > 0 {
            out.push(',');
        }
        let Some((_, text)) = next.next_if(|(column, _)| *column == at) else { continue };
        let plain = !text.contains(['"', ',', '\n', '\r', ';', '\t'])
            && !text.starts_with(' ')
            && !text.ends_with(' ');
        if plain {
            out.push_str(text);
        } else {
            out.push('"');
            out.push_str(&text.replace('"', "\"\""));
            out.push('"');
        }
    }
    out.push('\n');
}

/// One line of JSON: the items with their parts.
pub(crate) fn write_json(cells: &Cells, out: &mut String) {
    let more = column("more");
    let own = Cells(cells.0.iter().filter(|(c, _)| Some(*c) != more).cloned().collect());
    let mut items = own.items();
    if let Some(text) = cells.get("more") {
        items.insert("more".into(), serde_json::from_str(text).unwrap_or_default());
    }
    out.push_str(&Json::Object(items).to_string());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shape(format: Format) -> Shape {
        Shape { format, encoding: Encoding::Utf8, delimiter: b',', heading: Vec::new() }
    }

    fn raw(text: &str) -> Raw {
        Raw { line: 1, bytes: text.as_bytes().to_vec(), ..Raw::default() }
    }

    #[test]
    fn cells_of_a_record() {
        let mut records = Records::new(b',');
        let long = "x".repeat(5_000);
        for (line, expected) in [
            ("a,\"b \"\"c\"\"\",,d\r\n", vec!["a", "b \"c\"", "", "d"]),
            ("\"left open", vec!["left open"]),
            ("a,b", vec!["a", "b"]),
            ("", vec![]),
            (&format!("a,{long}"), vec!["a", &long]),
            ("c", vec!["c"]),
        ] {
            assert_eq!(records.cells(line).collect::<Vec<_>>(), expected, "{line}");
        }
        assert_eq!(Records::new(b';').cells("a;b").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(delimiter("a;b;c,d".as_bytes()), b';');
        assert_eq!(delimiter(b"a"), b',');
    }

    fn read(shape: &Shape, raw: &Raw) -> Result<Cells, Reason> {
        shape.read(raw, &mut shape.records())
    }

    #[test]
    fn headings_in_words_and_a_row_of_another_width() {
        let s = shape(Format::Csv)
            .with_heading("\u{feff}STT;Họ và tên;Số định danh;Ngày sinh;Giới tính\n".as_bytes())
            .unwrap();
        assert_eq!(s.delimiter, b';');
        assert!(s.missing().is_empty());
        let cells = read(&s, &raw("1; Trần Hùng ;035070000001;1970;Nam\n")).unwrap();
        assert_eq!(cells.get("name"), Some("Trần Hùng"));
        assert_eq!(read(&s, &raw("1;Trần Hùng\n")), Err(Reason::Width));
        let lacking = shape(Format::Csv).with_heading(b"pid,name\n").unwrap();
        assert_eq!(lacking.missing(), ["birth", "sex"]);
    }

    fn some_cells() -> impl Strategy<Value = Cells> {
        let json = [
            "other",
            "disputed",
            "more",
            "absence.destination",
            "relatives.children",
            "relatives.wards",
        ];
        let plain: Vec<usize> =
            (0..COLUMNS.len()).filter(|c| !json.contains(&COLUMNS[*c])).collect();
        proptest::collection::vec(
            (proptest::sample::select(plain), "[^\\s\\pC]\\PC{0,12}[^\\s\\pC]"),
            0..20,
        )
        .prop_map(|list| {
            Cells::sorted(list.into_iter().map(|(c, t)| (c, kernel::vietnamese::nfc(&t))).collect())
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(cells in some_cells()) {
            let mut line = String::new();
            write_csv(&cells, &mut line);
            let csv = shape(Format::Csv).with_heading(csv_heading().as_bytes()).unwrap();
            prop_assert_eq!(read(&csv, &raw(&line)).unwrap(), cells.clone());
            line.clear();
            write_json(&cells, &mut line);
            prop_assert_eq!(read(&shape(Format::JsonLines), &raw(&line)).unwrap(), cells);
        }

        #[test]
        fn nonsense_never_panics(text in "\\PC*", bytes: Vec<u8>) {
            for format in [Format::Csv, Format::JsonLines, Format::Xml] {
                for bytes in [text.as_bytes(), bytes.as_slice()] {
                    let Ok(s) = shape(format).with_heading(bytes) else { continue };
                    let _ = read(&s, &Raw { bytes: bytes.to_vec(), ..Raw::default() });
                    let _ = read(&shape(format), &Raw { bytes: bytes.to_vec(), ..Raw::default() });
                }
            }
        }
    }
}
