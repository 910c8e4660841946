//! PDF objects: a strict, bounded parser and a writer. Nothing is decompressed, nothing recurses
//! deeper than [`DEPTH_MAX`], and no input can make it panic.

use std::ops::Range;

/// Deepest nesting of arrays and dictionaries that is read.
const DEPTH_MAX: usize = 32;

/// One object. Numbers keep their text, so that what is written back is what was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    Null,
    Bool(bool),
    Number(Vec<u8>),
    Name(Vec<u8>),
    /// A literal string, unescaped.
    Text(Vec<u8>),
    /// A hexadecimal string and where it stands in the file, brackets included.
    Hex(Vec<u8>, Span),
    Array(Vec<Object>),
    Dict(Dict),
    Ref(u32, u16),
}

/// A place in the file. Two objects are equal wherever they stand.
#[derive(Clone, Debug)]
pub struct Span(pub Range<usize>);

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A dictionary in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Dict(pub Vec<(Vec<u8>, Object)>);

impl PartialEq for Dict {
    /// Order does not matter.
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().all(|(k, v)| other.get_bytes(k).is_some_and(|w| v == w))
    }
}

impl Dict {
    /// The value of a key; a key given twice makes a file ambiguous and has no value.
    pub fn get(&self, key: &str) -> Option<&Object> {
        self.get_bytes(key.as_bytes())
    }
    fn get_bytes(&self, key: &[u8]) -> Option<&Object> {
        let mut found = self.0.iter().filter(|(k, _)| k == key);
        let first = found.next()?;
        if found.next().is_some() { None } else { Some(&first.1) }
    }
    /// Sets a key.
    pub fn set(&mut self, key: &str, value: Object) {
        self.remove(key);
        self.0.push((key.as_bytes().to_vec(), value));
    }
    /// Takes a key away.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(k, _)| k != key.as_bytes());
    }
    /// Whether `/Type` (or another name entry) has this value.
    pub fn is(&self, key: &str, name: &str) -> bool {
        matches!(self.get(key), Some(Object::Name(n)) if n == name.as_bytes())
    }
}

impl Object {
    /// A name.
    pub fn name(text: &str) -> Self {
        Self::Name(text.as_bytes().to_vec())
    }
    /// A whole number.
    pub fn int(n: i64) -> Self {
        Self::Number(n.to_string().into_bytes())
    }
    /// A text string people read: UTF-16BE with its mark, which every reader of Vietnamese needs.
    pub fn words(text: &str) -> Self {
        let mut bytes = vec![0xfe, 0xff];
        bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        Self::Hex(bytes, Span(0..0))
    }
    /// As a whole number.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Number(n) => std::str::from_utf8(n).ok()?.parse().ok(),
            _ => None,
        }
    }
    /// As a position or count.
    pub fn as_size(&self) -> Option<usize> {
        usize::try_from(self.as_int()?).ok()
    }
    /// As a number with a fraction.
    pub fn as_real(&self) -> Option<f64> {
        match self {
            Self::Number(n) => std::str::from_utf8(n).ok()?.parse().ok(),
            _ => None,
        }
    }
    /// The bytes of a string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(b) | Self::Hex(b, _) => Some(b),
            _ => None,
        }
    }
    /// The words of a text string: UTF-16BE with its mark, UTF-8 with its mark, else one byte a
    /// letter (what PDFDocEncoding shares with Latin-1).
    pub fn as_words(&self) -> Option<String> {
        let bytes = self.as_bytes()?;
        Some(if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
            let units: Vec<u16> =
                rest.chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]])).collect();
            String::from_utf16_lossy(&units)
        } else if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
            String::from_utf8_lossy(rest).into_owned()
        } else {
            bytes.iter().map(|b| char::from(*b)).collect()
        })
    }
    /// As a dictionary.
    pub fn as_dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(d) => Some(d),
            _ => None,
        }
    }
    /// As an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(a) => Some(a),
            _ => None,
        }
    }

    /// Writes the object as PDF syntax.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend(b"null"),
            Self::Bool(b) => out.extend(if *b { &b"true"[..] } else { b"false" }),
            Self::Number(n) => out.extend(n),
            Self::Name(n) => write_name(n, out),
            Self::Text(bytes) | Self::Hex(bytes, _) => {
                out.push(b'<');
                for b in bytes {
                    out.extend(format!("{b:02X}").bytes());
                }
                out.push(b'>');
            }
            Self::Array(items) => {
                out.push(b'[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(b' ');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Dict(dict) => {
                out.extend(b"<<");
                for (key, value) in &dict.0 {
                    write_name(key, out);
                    out.push(b' ');
                    value.write(out);
                }
                out.extend(b">>");
            }
            Self::Ref(id, generation) => out.extend(format!("{id} {generation} R").bytes()),
        }
    }
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for b in name {
        if b.is_ascii_graphic() && !is_delimiter(*b) && *b != b'#' {
            out.push(*b);
        } else {
            out.extend(format!("#{b:02X}").bytes());
        }
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Reads objects from a file's bytes. Every method gives `None` on anything unexpected.
pub struct Parser<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Parser<'a> {
    /// Starts at a position.
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
    /// Skips white space and comments.
    pub fn space(&mut self) {
        while let Some(b) = self.peek() {
            if b == b'%' {
                while self.peek().is_some_and(|b| b != 10 && b != 13) {
                    self.at += 1;
                }
            } else if is_space(b) {
                self.at += 1;
            } else {
                return;
            }
        }
    }
    /// Takes exactly these bytes, after white space.
    pub fn word(&mut self, word: &[u8]) -> Option<()> {
        self.space();
        if self.bytes.get(self.at..)?.starts_with(word) {
            self.at += word.len();
            Some(())
        } else {
            None
        }
    }
    /// A whole number, not negative.
    pub fn number(&mut self) -> Option<usize> {
        self.space();
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?.parse().ok()
    }
    /// One object.
    pub fn object(&mut self) -> Option<Object> {
        self.object_at_depth(0)
    }
    fn object_at_depth(&mut self, depth: usize) -> Option<Object> {
        if depth > DEPTH_MAX {
            return None;
        }
        self.space();
        match self.peek()? {
            b'/' => Some(Object::Name(self.name()?)),
            b'(' => self.literal(),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.space();
                    if self.peek()? == b']' {
                        self.at += 1;
                        return Some(Object::Array(items));
                    }
                    items.push(self.object_at_depth(depth + 1)?);
                }
            }
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                let mut dict = Dict::default();
                loop {
                    self.space();
                    if self.peek()? == b'>' {
                        self.word(b">>")?;
                        return Some(Object::Dict(dict));
                    }
                    let key = self.name()?;
                    let value = self.object_at_depth(depth + 1)?;
                    dict.0.push((key, value));
                }
            }
            b'<' => self.hex(),
            b't' => self.word(b"true").map(|()| Object::Bool(true)),
            b'f' => self.word(b"false").map(|()| Object::Bool(false)),
            b'n' => self.word(b"null").map(|()| Object::Null),
            _ => self.number_or_reference(),
        }
    }
    fn name(&mut self) -> Option<Vec<u8>> {
        self.word(b"/")?;
        let mut name = Vec::new();
        while let Some(b) = self.peek().filter(|b| !is_space(*b) && !is_delimiter(*b)) {
            self.at += 1;
            if b == b'#' {
                let digits = self.bytes.get(self.at..self.at + 2)?;
                name.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
                self.at += 2;
            } else {
                name.push(b);
            }
        }
        Some(name)
    }
    fn literal(&mut self) -> Option<Object> {
        self.at += 1;
        let (mut out, mut open) = (Vec::new(), 0usize);
        loop {
            let b = self.peek()?;
            self.at += 1;
            match b {
                b'(' => open += 1,
                b')' if open == 0 => return Some(Object::Text(out)),
                b')' => open -= 1,
                b'\\' => {
                    self.escape(&mut out)?;
                    continue;
                }
                _ => {}
            }
            out.push(b);
        }
    }
    fn escape(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let b = self.peek()?;
        self.at += 1;
        match b {
            b'n' => out.push(10),
            b'r' => out.push(13),
            b't' => out.push(9),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'0'..=b'7' => {
                let mut value = u16::from(b - b'0');
                for _ in 0..2 {
                    let Some(d) = self.peek().filter(|d| (b'0'..=b'7').contains(d)) else { break };
                    self.at += 1;
                    value = value * 8 + u16::from(d - b'0');
                }
                out.push(value.to_le_bytes()[0]);
            }
            13 => {
                if self.peek() == Some(10) {
                    self.at += 1;
                }
            }
            10 => {}
            other => out.push(other),
        }
        Some(())
    }
    fn hex(&mut self) -> Option<Object> {
        let start = self.at;
        self.at += 1;
        let (mut out, mut high) = (Vec::new(), None);
        loop {
            let b = self.peek()?;
            self.at += 1;
            if b == b'>' {
                if let Some(h) = high {
                    out.push(h << 4);
                }
                return Some(Object::Hex(out, Span(start..self.at)));
            }
            if is_space(b) {
                continue;
            }
            let digit = u8::try_from(char::from(b).to_digit(16)?).ok()?;
            match high.take() {
                None => high = Some(digit),
                Some(h) => out.push(h << 4 | digit),
            }
        }
    }
    fn number_or_reference(&mut self) -> Option<Object> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        let text = self.bytes.get(start..self.at)?;
        if text.is_empty() {
            return None;
        }
        let after = self.at;
        if let Some(reference) = self.reference(text) {
            return Some(reference);
        }
        self.at = after;
        Some(Object::Number(text.to_vec()))
    }
    fn reference(&mut self, first: &[u8]) -> Option<Object> {
        let id: u32 = std::str::from_utf8(first).ok()?.parse().ok()?;
        let generation = u16::try_from(self.number()?).ok()?;
        self.word(b"R")?;
        match self.peek() {
            Some(b) if !is_space(b) && !is_delimiter(b) => None,
            _ => Some(Object::Ref(id, generation)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Object> {
        Parser::new(text.as_bytes(), 0).object()
    }

    #[test]
    fn objects_round_trip() {
        for (read, written) in [
            (
                "<< /A 1 /B [1 0 R 2.5 -3 (x\\)\\101) <4142> true null]/C#20D /E>>",
                "<</A 1/B [1 0 R 2.5 -3 <782941> <4142> true null]/C#20D /E>>",
            ),
            ("[ 1 2 R/X ]", "[1 2 R /X]"),
            ("12 0 obj", "12"),
        ] {
            let mut out = Vec::new();
            parse(read).unwrap().write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
    }

    #[test]
    fn vietnamese_words_survive() {
        let words = Object::words("Đồng ý cấp: Nguyễn Thị Ễ");
        assert_eq!(words.as_words().unwrap(), "Đồng ý cấp: Nguyễn Thị Ễ");
        assert_eq!(words.as_bytes().unwrap()[..2], [0xfe, 0xff]);
    }

    #[test]
    fn broken_objects_are_none() {
        for text in ["<< /A", "[1", "(x", "<4g>", "<</A 1 2>>", "", ">>", "/#zz", &"[".repeat(99)] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse("<</A 1/A 2>>").unwrap().as_dict().unwrap().get("A").is_none());
    }
}
