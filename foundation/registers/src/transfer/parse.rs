//! Reads one row into cells, and writes cells as one row: CSV, JSON Lines, and the XML of QCVN
//! 109:2017/BTTTT.

use super::Format;
use super::columns::{COLUMNS, Cells, by_heading, column};
use super::encoding::{Encoding, raise_capitals};
use super::remark::Reason;
use super::sheet::Sheet;
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
    delimiter: u8,
    /// Where the cells of a plain record lie in its line.
    places: Vec<Place>,
    /// A cell without the doubles of its quotes.
    single: String,
}

/// A cell in its line.
#[derive(Clone, Copy, Debug)]
struct Place {
    from: usize,
    to: usize,
    /// It holds quotes, each written twice.
    doubled: bool,
}

impl Records {
    fn new(delimiter: u8) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        let (bytes, ends) = (Vec::new(), vec![0; 256]);
        Self { reader, bytes, ends, delimiter, places: Vec::new(), single: String::new() }
    }

    /// Each cell of one record, in its order.
    fn each(&mut self, line: &str, mut f: impl FnMut(&str)) {
        if !self.find_plain(line) {
            return self.cells(line).for_each(|cell| f(&cell));
        }
        for place in &self.places {
            let cell = line.get(place.from..place.to).unwrap_or_default();
            if !place.doubled {
                f(cell);
                continue;
            }
            self.single.clear();
            let mut rest = cell;
            while let Some(at) = rest.find('"') {
                self.single.push_str(&rest[..=at]);
                rest = rest.get(at + 2..).unwrap_or_default();
            }
            self.single.push_str(rest);
            f(&self.single);
        }
    }

    /// Finds the cells of a record in which quotes only stand around whole cells, or doubled in them: each
    /// is a piece of the line. Nearly every record is one; `false` for any other.
    fn find_plain(&mut self, line: &str) -> bool {
        self.places.clear();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let bytes = line.strip_suffix('\r').unwrap_or(line).as_bytes();
        let (mut at, end) = (0, bytes.len());
        if end == 0 {
            return false;
        }
        loop {
            let from = at;
            if bytes.get(at) == Some(&b'"') {
                let mut doubled = false;
                loop {
                    let rest = bytes.get(at + 1..).unwrap_or_default();
                    let Some(n) = rest.iter().position(|b| *b == b'"') else { return false };
                    at += n + 2;
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    doubled = true;
                }
                if bytes.get(at).is_some_and(|b| *b != self.delimiter) {
                    return false;
                }
                self.places.push(Place { from: from + 1, to: at - 1, doubled });
            } else {
                while at < end && bytes[at] != self.delimiter {
                    if matches!(bytes[at], b'"' | b'\r' | b'\n') {
                        return false;
                    }
                    at += 1;
                }
                self.places.push(Place { from, to: at, doubled: false });
            }
            if at >= end {
                return true;
            }
            at += 1; // A delimiter at the end has an empty cell behind it.
        }
    }

    /// The cells of one record, whatever it is.
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

    /// Reads one row: its cells stand behind those of `out`.
    pub(crate) fn read(
        &self,
        raw: &Raw,
        records: &mut Records,
        out: &mut Sheet,
    ) -> Result<(), Reason> {
        if let Some(fault) = raw.fault {
            return Err(fault);
        }
        let row = out.begin();
        let text = self.encoding.decode(&raw.bytes).ok_or(Reason::Letters)?;
        match self.format {
            Format::Csv => self.csv(&text, records, out)?,
            Format::JsonLines => self.put(&json(text.trim_start_matches('\u{feff}'))?, out),
            Format::Xml => self.put(&xml::read(&text)?, out),
        }
        out.sort(row);
        Ok(())
    }

    fn put(&self, cells: &Cells, out: &mut Sheet) {
        cells.0.iter().for_each(|(column, text)| self.cell(*column, text, out));
    }

    fn cell(&self, column: usize, text: &str, out: &mut Sheet) {
        let raised = if self.encoding == Encoding::Tcvn3 { raise_capitals(text) } else { None };
        out.push(column, raised.as_deref().unwrap_or(text));
    }

    fn csv(&self, line: &str, records: &mut Records, out: &mut Sheet) -> Result<(), Reason> {
        let mut width = 0;
        let put = |cell: &str| {
            if let (Some(Some(at)), false) = (self.heading.get(width), cell.is_empty()) {
                let text = cell.trim();
                if !text.is_empty() {
                    self.cell(*at, text, out);
                }
            }
            width += 1;
        };
        records.each(line, put);
        if width == self.heading.len() { Ok(()) } else { Err(Reason::Width) }
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
        let mut sheet = Sheet::default();
        let row = sheet.begin();
        shape.read(raw, &mut shape.records(), &mut sheet)?;
        Ok(sheet.last(row).cells())
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
        fn plain_records_are_read_as_all_others(line in "([ab\u{e9} ,\"]|,,|,\"([ab, \n]|\"\")*\"){0,20}(\r?\n)?") {
            let mut records = Records::new(b',');
            let mut found = Vec::new();
            records.each(&line, |cell| found.push(cell.to_owned()));
            let whole: Vec<String> = records.cells(&line).map(Cow::into_owned).collect();
            prop_assert_eq!(found, whole);
        }

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
