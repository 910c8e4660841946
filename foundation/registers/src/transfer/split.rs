//! Cuts a file into rows without reading what they say: each with the byte and the line it begins at, so
//! that a cut-off run goes on there, and so that one bad row never swallows the next.

use super::Format;
use super::remark::Reason;
use kernel::limits::IMPORT_ROW_BYTES_MAX;
use memchr::{memchr, memchr_iter};
use std::collections::VecDeque;
use std::io::{BufRead, Result};

/// One row as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Raw {
    /// Its first line, from 1.
    pub line: u64,
    /// The byte behind it, and the line there: where the next row begins.
    pub end: Place,
    pub bytes: Vec<u8>,
    /// It cannot be a row.
    pub fault: Option<Reason>,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub byte: u64,
    /// From 1.
    pub line: u64,
}

impl Default for Place {
    fn default() -> Self {
        Self { byte: 0, line: 1 }
    }
}

/// A piece of the file up to a certain byte.
struct Piece {
    at: Place,
    bytes: Vec<u8>,
    /// The end of the file, or of what a row may hold, came before the byte.
    cut: bool,
}

pub(crate) struct Splitter<R> {
    reader: R,
    format: Format,
    delimiter: u8,
    at: Place,
    /// Pieces read ahead and given back.
    back: VecDeque<Piece>,
}

impl<R: BufRead> Splitter<R> {
    /// Of a reader that stands at `at`.
    pub(crate) fn new(reader: R, format: Format, delimiter: u8, at: Place) -> Self {
        Self { reader, format, delimiter, at, back: VecDeque::new() }
    }

    /// The next row; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Raw>> {
        match self.format {
            Format::Csv => self.record(),
            Format::JsonLines => self.text_line(),
            Format::Xml => self.element(),
        }
    }

    /// Reads on to `until` (and with it).
    fn piece(&mut self, until: u8) -> Result<Option<Piece>> {
        if let Some(piece) = self.back.pop_front() {
            return Ok(Some(piece));
        }
        let (at, mut bytes, mut skipped) = (self.at, Vec::new(), false);
        loop {
            let ready = self.reader.fill_buf()?;
            if ready.is_empty() {
                let piece = Piece { at, cut: true, bytes };
                return Ok((!piece.bytes.is_empty()).then_some(piece));
            }
            let found = memchr(until, ready);
            let take = found.map_or(ready.len(), |n| n + 1);
            // Too long to be a row: read over it, keep its beginning.
            let keep = take.min(IMPORT_ROW_BYTES_MAX.saturating_sub(bytes.len()));
            bytes.extend_from_slice(&ready[..keep]);
            skipped |= keep < take;
            self.at.byte += take as u64;
            self.at.line += memchr_iter(b'\n', &ready[..take]).count() as u64;
            self.reader.consume(take);
            if found.is_some() {
                return Ok(Some(Piece { at, bytes, cut: skipped }));
            }
        }
    }

    /// Where the next row begins.
    pub(crate) fn place(&self) -> Place {
        self.back.front().map_or(self.at, |p| p.at)
    }

    fn raw(&self, at: Place, bytes: Vec<u8>, fault: Option<Reason>) -> Raw {
        Raw { line: at.line, end: self.place(), bytes, fault }
    }

    fn text_line(&mut self) -> Result<Option<Raw>> {
        while let Some(piece) = self.piece(b'\n')? {
            if piece.bytes.trim_ascii().is_empty() {
                continue;
            }
            let long = piece.cut && piece.bytes.len() >= IMPORT_ROW_BYTES_MAX;
            return Ok(Some(self.raw(piece.at, piece.bytes, long.then_some(Reason::Long))));
        }
        Ok(None)
    }

    /// A record of CSV: more than one line where quotes hold line breaks.
    fn record(&mut self) -> Result<Option<Raw>> {
        let Some(first) = self.text_line()? else { return Ok(None) };
        if first.fault.is_some() {
            return Ok(Some(first));
        }
        let at = Place { line: first.line, byte: 0 };
        let mut quotes = Quotes::default();
        let mut bytes = first.bytes;
        let whole = bytes.len();
        if quotes.closed_after(&bytes, self.delimiter) {
            return Ok(Some(Raw { bytes, ..first }));
        }
        let mut ahead = Vec::new();
        let closed = loop {
            let Some(piece) = self.piece(b'\n')? else { break false };
            let over = bytes.len() + piece.bytes.len() > IMPORT_ROW_BYTES_MAX;
            bytes.extend_from_slice(&piece.bytes);
            let closed = !over && quotes.closed_after(&piece.bytes, self.delimiter);
            ahead.push(piece);
            if closed || over {
                break closed;
            }
        };
        if closed {
            return Ok(Some(self.raw(at, bytes, None)));
        }
        // The quote never closes: only the line it stands in is lost.
        ahead.into_iter().rev().for_each(|p| self.back.push_front(p));
        bytes.truncate(whole);
        Ok(Some(self.raw(at, bytes, Some(Reason::Broken))))
    }

    /// An element `CongDan`, whatever its prefix.
    fn element(&mut self) -> Result<Option<Raw>> {
        let mut open: Option<(Place, Vec<u8>)> = None;
        while let Some(piece) = self.piece(b'>')? {
            let piece = self.whole_tag(piece)?;
            let tag_at = tag_start(&piece.bytes);
            let tag = Tag::of(&piece.bytes[tag_at..]);
            match (&mut open, tag) {
                (None, Tag::Open) => {
                    let lines =
                        piece.bytes[..tag_at].iter().filter(|b| **b == b'\n').count() as u64;
                    let at =
                        Place { byte: piece.at.byte + tag_at as u64, line: piece.at.line + lines };
                    open = Some((at, piece.bytes[tag_at..].to_vec()));
                }
                (None, Tag::Empty) => {
                    return Ok(Some(self.raw(piece.at, piece.bytes[tag_at..].to_vec(), None)));
                }
                (None, _) => {}
                // Another begins before this one has ended.
                (Some((at, bytes)), Tag::Open | Tag::Empty) => {
                    let (at, bytes) = (*at, std::mem::take(bytes));
                    self.back.push_front(piece);
                    return Ok(Some(self.raw(at, bytes, Some(Reason::Broken))));
                }
                (Some((at, bytes)), tag) => {
                    bytes.extend_from_slice(&piece.bytes);
                    let (at, long) = (*at, bytes.len() > IMPORT_ROW_BYTES_MAX);
                    if long {
                        bytes.truncate(IMPORT_ROW_BYTES_MAX);
                    }
                    if tag == Tag::Close {
                        let bytes = std::mem::take(bytes);
                        let fault = (long || piece.cut).then_some(Reason::Long);
                        return Ok(Some(self.raw(at, bytes, fault)));
                    }
                }
            }
        }
        // The file ended within an element.
        Ok(open.map(|(at, bytes)| self.raw(at, bytes, Some(Reason::Broken))))
    }

    /// A comment or a CDATA section may hold `>`: read on to its end.
    fn whole_tag(&mut self, mut piece: Piece) -> Result<Piece> {
        loop {
            let tag = &piece.bytes[tag_start(&piece.bytes)..];
            let end: &[u8] = match tag {
                t if t.starts_with(b"<!--") => b"-->",
                t if t.starts_with(b"<![CDATA[") => b"]]>",
                _ => return Ok(piece),
            };
            if tag.ends_with(end) || piece.bytes.len() > IMPORT_ROW_BYTES_MAX {
                return Ok(piece);
            }
            let Some(more) = self.piece(b'>')? else { return Ok(piece) };
            piece.bytes.extend_from_slice(&more.bytes);
            piece.cut |= more.cut;
        }
    }
}

/// Where the tag at the end of a piece begins: at the last `<`, but a comment or CDATA section at its
/// own beginning.
fn tag_start(bytes: &[u8]) -> usize {
    let find = |what: &[u8]| bytes.windows(what.len()).position(|w| w == what);
    let special = [find(b"<!--"), find(b"<![CDATA[")].into_iter().flatten().min();
    special.or_else(|| bytes.iter().rposition(|b| *b == b'<')).unwrap_or(bytes.len())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Open,
    Empty,
    Close,
    Other,
}

impl Tag {
    fn of(tag: &[u8]) -> Self {
        let (closing, rest) = match tag {
            [b'<', b'/', rest @ ..] => (true, rest),
            [b'<', rest @ ..] => (false, rest),
            _ => return Self::Other,
        };
        let end = rest.iter().position(|b| b.is_ascii_whitespace() || b"/>".contains(b));
        let name = &rest[..end.unwrap_or(rest.len())];
        let local = name.rsplit(|b| *b == b':').next().unwrap_or(name);
        match (local == b"CongDan", closing, tag.ends_with(b"/>")) {
            (false, ..) => Self::Other,
            (true, true, _) => Self::Close,
            (true, false, true) => Self::Empty,
            (true, false, false) => Self::Open,
        }
    }
}

/// Whether a quote is open at the end of a line (RFC 4180: quotes count at the beginning of a cell).
#[derive(Default)]
struct Quotes {
    inside: bool,
}

impl Quotes {
    fn closed_after(&mut self, line: &[u8], delimiter: u8) -> bool {
        // Behind the quote that closed: another one there was half of a doubled one.
        let mut closed = None;
        // A line within quotes does not begin with a cell.
        let begins = !self.inside;
        for at in memchr_iter(b'"', line) {
            let before = at.checked_sub(1).and_then(|before| line.get(before));
            if self.inside {
                self.inside = false;
                closed = Some(at + 1);
            } else {
                self.inside =
                    closed == Some(at) || before.map_or(begins, |before| *before == delimiter);
            }
        }
        !self.inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn split(format: Format, bytes: &[u8], buffer: usize) -> Vec<Raw> {
        let reader = BufReader::with_capacity(buffer, bytes);
        let mut s = Splitter::new(reader, format, b',', Place::default());
        let mut out = Vec::new();
        while let Some(raw) = s.next().unwrap() {
            out.push(raw);
        }
        out
    }

    fn told(rows: &[Raw]) -> String {
        let line = |r: &Raw| {
            let text = String::from_utf8_lossy(&r.bytes).trim().replace('\n', "⏎");
            let fault = r.fault.map_or("", Reason::code);
            format!("{}-{} {text} {fault}", r.line, r.end.byte).trim_end().to_owned()
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    fn check(format: Format, text: &str, wanted: &str) {
        for buffer in [1, 3, 8_192] {
            assert_eq!(told(&split(format, text.as_bytes(), buffer)), wanted, "buffer {buffer}");
        }
        // From each row's end the same rows follow.
        let all = split(format, text.as_bytes(), 64);
        for (i, raw) in all.iter().enumerate() {
            let rest = &text.as_bytes()[usize::try_from(raw.end.byte).unwrap()..];
            let mut s = Splitter::new(BufReader::new(rest), format, b',', raw.end);
            let mut again = Vec::new();
            while let Some(raw) = s.next().unwrap() {
                again.push(raw);
            }
            assert_eq!(again, all[i + 1..]);
        }
    }

    #[test]
    fn records_of_csv() {
        check(
            Format::Csv,
            "a,b\n\n1,\"x\ny\"\r\n2,5\" pipe\n3",
            "1-4 a,b\n3-14 1,\"x⏎y\"\n5-24 2,5\" pipe\n6-25 3",
        );
        check(
            Format::Csv,
            "1,\"a\"\"b\"\n2,\"open\n3,c\n4,d",
            "1-9 1,\"a\"\"b\"\n2-17 2,\"open broken\n3-21 3,c\n4-24 4,d",
        );
    }

    /// Whether a quote is open, byte by byte.
    fn closed_by_bytes(lines: &[&str], delimiter: u8) -> Vec<bool> {
        let (mut inside, mut half) = (false, false);
        let one = |line: &&str| {
            let mut start = !inside;
            for b in line.bytes() {
                let was_half = std::mem::take(&mut half);
                match (b, inside) {
                    (b'"', true) => (inside, half) = (false, true),
                    (b'"', false) => inside = start || was_half,
                    _ => {}
                }
                start = b == delimiter && !inside;
            }
            half = false;
            !inside
        };
        lines.iter().map(one).collect()
    }

    proptest::proptest! {
        #[test]
        fn quotes_are_counted_as_byte_by_byte(text in "([a,]|\"|\"\"|\n){0,30}") {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let mut quotes = Quotes::default();
            let closed = lines.iter().map(|l| quotes.closed_after(l.as_bytes(), b','));
            proptest::prop_assert_eq!(closed.collect::<Vec<_>>(), closed_by_bytes(&lines, b','));
        }
    }

    #[test]
    fn lines_of_json() {
        check(Format::JsonLines, "{}\n \n{\"a\":1}\n", "1-3 {}\n3-13 {\"a\":1}");
    }

    #[test]
    fn elements_of_xml() {
        let text = "<?xml version=\"1.0\"?>\n<d:C xmlns:d=\"x\"><!-- <CongDan> > -->\n<d:CongDan>\n<A>1</A>\n</d:CongDan><d:CongDan/>\n\
            <d:CongDan><A><![CDATA[</CongDan> >]]></A></d:CongDan>\n<d:CongDan><A>\n<d:CongDan></d:CongDan></d:C>";
        let rows = split(Format::Xml, text.as_bytes(), 5);
        let said: Vec<(u64, Option<Reason>)> = rows.iter().map(|r| (r.line, r.fault)).collect();
        assert_eq!(said, [(3, None), (5, None), (6, None), (7, Some(Reason::Broken)), (8, None)]);
        assert_eq!(rows[0].bytes, b"<d:CongDan>\n<A>1</A>\n</d:CongDan>");
        assert!(rows[2].bytes.ends_with(b"]]></A></d:CongDan>"));
        check(
            Format::Xml,
            "<CongDan><A/></CongDan>\n<CongDan><B>",
            "1-23 <CongDan><A/></CongDan>\n2-36 <CongDan><B> broken",
        );
    }

    #[test]
    fn what_is_too_long_is_left_out_alone() {
        let long = "x".repeat(IMPORT_ROW_BYTES_MAX + 10);
        let text = format!("a,b\n{long},1\nc,d\n");
        let rows = split(Format::Csv, text.as_bytes(), 100);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1].fault, Some(Reason::Long));
        assert_eq!(rows[2].bytes, b"c,d\n");
        // A quote that never closes loses its own line, not the file.
        let text = format!("1,\"open\n{}", "2,b\n".repeat(40_000));
        let rows = split(Format::Csv, text.as_bytes(), 8_192);
        assert_eq!((rows.len(), rows[0].fault), (40_001, Some(Reason::Broken)));
    }

    proptest::proptest! {
        #[test]
        fn no_byte_is_lost_or_read_twice(bytes in proptest::collection::vec(proptest::sample::select(b"a,\"\n\r<>/!-[]CongDan{}".to_vec()), 0..200), buffer in 1usize..40) {
            for format in [Format::Csv, Format::JsonLines, Format::Xml] {
                let rows = split(format, &bytes, buffer);
                let mut before = 0;
                for r in &rows {
                    proptest::prop_assert!(r.end.byte >= before);
                    before = r.end.byte;
                }
                proptest::prop_assert!(before <= bytes.len() as u64);
                proptest::prop_assert_eq!(rows, split(format, &bytes, 7));
            }
        }
    }
}
