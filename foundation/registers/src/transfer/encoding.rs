//! The encodings in which lists of people still arrive: Unicode in any normal form, and those of
//! before (`data/encodings/legacy.csv`).
//!
//! An old encoding is guessed only where a wrong guess would show: the text must read as Vietnamese in
//! one of them and in no other. VPS is never guessed.

use kernel::vietnamese;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Bảng mã: how a file writes its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// Unicode, in UTF-8; composed or decomposed.
    Utf8,
    /// TCVN 5712:1993 («.VnTime»).
    Tcvn3,
    /// VNI for Windows.
    Vni,
    /// VISCII 1.1.
    Viscii,
    /// VPS.
    Vps,
}

/// All of them, as `--encoding` names them.
pub const ENCODINGS: [(&str, Encoding); 5] = [
    ("utf-8", Encoding::Utf8),
    ("tcvn3", Encoding::Tcvn3),
    ("vni", Encoding::Vni),
    ("viscii", Encoding::Viscii),
    ("vps", Encoding::Vps),
];

impl Encoding {
    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        ENCODINGS.iter().find(|(n, _)| *n == name || n.replace('-', "") == name).map(|(_, e)| *e)
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        ENCODINGS.iter().find(|(_, e)| *e == self).map_or("utf-8", |(n, _)| n)
    }

    /// Reads a piece of a file, a whole line or record. `None`: it holds bytes that are no letter of
    /// this encoding. The result is NFC.
    ///
    /// An old text may also have been saved as UTF-8 without being converted: each of its bytes is then
    /// a character of Latin-1. That is read too.
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        if bytes.is_ascii() && !bytes.iter().any(|b| is_letter_below(self, *b)) {
            return std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
        }
        if self == Self::Utf8 {
            return std::str::from_utf8(bytes).ok().map(vietnamese::composed);
        }
        let surface: Cow<'_, [u8]> = match std::str::from_utf8(bytes) {
            Ok(text) => match text.chars().map(latin1).collect::<Option<Vec<u8>>>() {
                Some(surface) => Cow::Owned(surface),
                None => return None,
            },
            Err(_) => Cow::Borrowed(bytes),
        };
        Some(vietnamese::nfc(&table(self).decode(&surface)?).into())
    }
}

/// Whether a byte below 128 is a letter of an encoding.
fn is_letter_below(encoding: Encoding, byte: u8) -> bool {
    byte < 0x20 && encoding != Encoding::Utf8 && table(encoding).one[usize::from(byte)].is_some()
}

/// The byte a character stands for where a text of bytes was saved character by character. Windows has
/// printing characters where Latin-1 has controls.
fn latin1(c: char) -> Option<u8> {
    const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match u8::try_from(u32::from(c)) {
        Ok(byte) => Some(byte),
        Err(_) => {
            let at = WINDOWS.chars().position(|w| w == c)?;
            u8::try_from(0x80 + at).ok()
        }
    }
}

/// «.VnTimeH» shows small letters with a tone as capitals. A cell whose ASCII letters are all capitals,
/// two of them in one word, was written in it.
pub(crate) fn raise_capitals(cell: &str) -> Option<String> {
    let capitals = |word: &str| word.bytes().filter(u8::is_ascii_uppercase).count();
    let raised = !cell.bytes().any(|b| b.is_ascii_lowercase())
        && !cell.is_ascii()
        && cell.split_whitespace().any(|word| capitals(word) >= 2);
    raised.then(|| cell.to_uppercase())
}

/// What bytes mean.
struct Table {
    one: [Option<char>; 256],
    /// A letter and the mark behind it.
    two: HashMap<(u8, u8), char>,
}

impl Table {
    fn decode(&self, bytes: &[u8]) -> Option<String> {
        let mut out = String::with_capacity(bytes.len() * 2);
        let mut rest = bytes;
        while let [first, after @ ..] = rest {
            if let Some(second) = after.first()
                && let Some(c) = self.two.get(&(*first, *second))
            {
                out.push(*c);
                rest = &after[1..];
                continue;
            }
            match self.one[usize::from(*first)] {
                Some(c) => out.push(c),
                None if first.is_ascii() => out.push(char::from(*first)),
                // A space that does not break.
                None if *first == 0xa0 => out.push(' '),
                None => return None,
            }
            rest = after;
        }
        Some(out)
    }
}

fn table(encoding: Encoding) -> &'static Table {
    static TABLES: OnceLock<HashMap<&'static str, Table>> = OnceLock::new();
    static NONE: OnceLock<Table> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        let text = include_str!("../../../../data/encodings/legacy.csv");
        let mut tables: HashMap<&'static str, Table> = HashMap::new();
        for (name, _) in ENCODINGS.iter().filter(|(_, e)| *e != Encoding::Utf8) {
            tables.insert(name, Table { one: [None; 256], two: HashMap::new() });
        }
        for line in text.lines().skip(1) {
            let mut cells = line.split(',');
            let (Some(name), Some(bytes), Some(letter)) =
                (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let byte =
                |at: usize| bytes.get(at..at + 2).and_then(|h| u8::from_str_radix(h, 16).ok());
            let (Some(table), Some(letter)) = (tables.get_mut(name), letter.chars().next()) else {
                continue;
            };
            match (byte(0), byte(2)) {
                (Some(one), None) => table.one[usize::from(one)] = Some(letter),
                (Some(base), Some(mark)) => {
                    table.two.insert((base, mark), letter);
                }
                _ => {}
            }
        }
        tables
    });
    let none = || NONE.get_or_init(|| Table { one: [None; 256], two: HashMap::new() });
    tables.get(encoding.name()).unwrap_or_else(none)
}

/// Looks at a file while it passes by: whether it is UTF-8 to its end, and a sample of its words with
/// letters beyond ASCII.
#[derive(Debug, Default)]
pub struct Detector {
    /// Bytes of a letter cut off at the end of the last piece.
    cut: Vec<u8>,
    broken: bool,
    controls: bool,
    sample: Vec<u8>,
    line: Vec<u8>,
}

/// What a file seems to be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    /// This one, for sure enough.
    Sure(Encoding),
    /// No letters beyond ASCII, or Unicode that does not read as Vietnamese: taken as UTF-8.
    Plain,
    /// Not UTF-8, and no single old encoding fits: somebody has to say. The best guess, if any.
    Ask(Option<Encoding>),
}

/// Bytes of lines that are looked at.
const SAMPLE_BYTES: usize = 128 * 1024;
/// Share of words that must be syllables, in percent.
const SURE_PERCENT: usize = 85;
/// By how much the best must be ahead of the next, in percent.
const AHEAD_PERCENT: usize = 20;

impl Detector {
    /// The next piece of the file.
    pub fn feed(&mut self, piece: &[u8]) {
        self.validate(piece);
        for part in piece.split_inclusive(|b| *b == b'\n') {
            if self.sample.len() >= SAMPLE_BYTES {
                break;
            }
            self.line.extend_from_slice(&part[..part.len().min(4_096)]);
            if part.ends_with(b"\n") {
                self.take_line();
            }
        }
    }

    fn take_line(&mut self) {
        let telling = |b: &u8| !b.is_ascii() || (*b < 0x20 && !b"\t\r\n".contains(b));
        if self.line.iter().any(telling) {
            self.controls |= self.line.iter().any(|b| *b < 0x20 && !b"\t\r\n".contains(b));
            self.sample.extend_from_slice(&self.line);
        }
        self.line.clear();
    }

    fn validate(&mut self, piece: &[u8]) {
        if self.broken {
            return;
        }
        let joined: Cow<'_, [u8]> = match self.cut.is_empty() {
            true => Cow::Borrowed(piece),
            false => Cow::Owned([std::mem::take(&mut self.cut).as_slice(), piece].concat()),
        };
        if let Err(e) = std::str::from_utf8(&joined) {
            match e.error_len() {
                Some(_) => self.broken = true,
                None => self.cut = joined[e.valid_up_to()..].to_vec(),
            }
        }
    }

    /// At the end of the file.
    pub fn finish(mut self) -> Detected {
        self.take_line();
        let utf8 = !self.broken && self.cut.is_empty();
        if self.sample.is_empty() {
            return if utf8 { Detected::Plain } else { Detected::Ask(None) };
        }
        let own = if utf8 { share(Encoding::Utf8, &self.sample) } else { 0 };
        if utf8 && (own >= 50 || (self.controls && own > 0)) {
            return Detected::Sure(Encoding::Utf8);
        }
        let mut old: Vec<(usize, Encoding)> = ENCODINGS
            .iter()
            .filter(|(_, e)| *e != Encoding::Utf8)
            .map(|(_, e)| (share(*e, &self.sample), *e))
            .collect();
        old.sort_by_key(|(share, e)| (std::cmp::Reverse(*share), *e));
        let (best, second) = (old[0], old[1].0);
        let sure = best.0 >= SURE_PERCENT && best.0 >= second + AHEAD_PERCENT;
        match best.1 {
            Encoding::Vps if !utf8 => Detected::Ask((best.0 >= 50).then_some(Encoding::Vps)),
            encoding if sure && encoding != Encoding::Vps => Detected::Sure(encoding),
            _ if utf8 => Detected::Plain,
            encoding => Detected::Ask((best.0 >= 50).then_some(encoding)),
        }
    }
}

/// How many in a hundred words with letters beyond ASCII are syllables when read so. Lines that cannot
/// be read count as wrong words.
fn share(encoding: Encoding, sample: &[u8]) -> usize {
    let (mut good, mut all) = (0, 0);
    for line in sample.split(|b| *b == b'\n') {
        let Some(text) = encoding.decode(line) else {
            all += 8;
            continue;
        };
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_ascii()) {
            all += 1;
            good += usize::from(vietnamese::is_syllable(word));
        }
    }
    100 * good / all.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text looks like in an old encoding: the table read backwards.
    pub(crate) fn encode(encoding: Encoding, text: &str) -> Vec<u8> {
        let t = table(encoding);
        let mut out = Vec::new();
        for c in text.chars() {
            let one = (0..=255u8).find(|b| t.one[usize::from(*b)] == Some(c));
            let two = t.two.iter().find(|(_, l)| **l == c).map(|(b, _)| *b);
            match (one, two) {
                (Some(b), _) => out.push(b),
                (None, Some((base, mark))) => out.extend([base, mark]),
                (None, None) => out.push(u8::try_from(u32::from(c)).unwrap()),
            }
        }
        out
    }

    const OLD: [Encoding; 4] = [Encoding::Tcvn3, Encoding::Vni, Encoding::Viscii, Encoding::Vps];
    const TEXT: &str = "số,họ và tên,quê quán\n1,Nguyễn Thị Ngọc Ánh,xã Trần Hưng Đạo\n\
        2,Đỗ Văn Khuyến,phường Bồ Đề\n3,Vũ Hoàng Ỷ Lan,thôn Thượng Đỗ\n4,Lê Ngữ,xã Mỹ Hà\n";

    fn detect(bytes: &[u8], piece: usize) -> Detected {
        let mut d = Detector::default();
        bytes.chunks(piece).for_each(|p| d.feed(p));
        d.finish()
    }

    #[test]
    fn every_letter_comes_back() {
        let small = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";
        let capitals = small.to_uppercase();
        for encoding in OLD {
            assert_eq!(encoding.decode(&encode(encoding, small)).as_deref(), Some(small));
            if encoding != Encoding::Tcvn3 {
                let bytes = encode(encoding, &capitals);
                let back = encoding.decode(&bytes);
                assert_eq!(back.as_deref(), Some(capitals.as_str()), "{encoding:?}");
            }
        }
    }

    #[test]
    fn an_encoding_is_guessed_where_a_wrong_guess_would_show() {
        let small = |e| match e {
            // TCVN3 has no capitals with a tone.
            Encoding::Tcvn3 => TEXT.replace('Ỷ', "Y").replace('Á', "A"),
            _ => TEXT.to_owned(),
        };
        for encoding in OLD {
            let bytes = encode(encoding, &small(encoding));
            let wanted = match encoding {
                Encoding::Vps => Detected::Ask(Some(Encoding::Vps)),
                e => Detected::Sure(e),
            };
            for piece in [1, 7, 100_000] {
                assert_eq!(detect(&bytes, piece), wanted, "{encoding:?} by {piece}");
            }
            assert_eq!(encoding.decode(&bytes).as_deref(), Some(&*small(encoding)));
            // Saved as UTF-8 without being converted.
            let surface: String = bytes.iter().map(|b| char::from(*b)).collect();
            assert_eq!(encoding.decode(surface.as_bytes()).as_deref(), Some(&*small(encoding)));
        }
        assert_eq!(detect(TEXT.as_bytes(), 3), Detected::Sure(Encoding::Utf8));
        let apart: String = unicode_normalization::UnicodeNormalization::nfd(TEXT).collect();
        assert_eq!(detect(apart.as_bytes(), 2), Detected::Sure(Encoding::Utf8));
        assert_eq!(Encoding::Utf8.decode(apart.as_bytes()).as_deref(), Some(TEXT));
        assert_eq!(detect(b"so,ten\n1,An\n", 5), Detected::Plain);
        assert_eq!(detect("naïve café\n".as_bytes(), 5), Detected::Plain);
        assert_eq!(detect(&[0xff, 0xfe, b'a', 0, b'\n', 0], 9), Detected::Ask(None));
    }

    #[test]
    fn cells_of_capitals_are_raised() {
        assert_eq!(raise_capitals("NGUYễN THị Hà").as_deref(), Some("NGUYỄN THỊ HÀ"));
        for cell in ["Đỗ Văn Ái", "Hà Lý", "Hà", "TRAN", "", "Xã Hà"] {
            assert_eq!(raise_capitals(cell), None, "{cell}");
        }
    }

    #[test]
    fn names_of_encodings() {
        assert_eq!(Encoding::parse(" UTF8"), Some(Encoding::Utf8));
        assert_eq!(Encoding::parse("utf-16"), None);
        for (name, encoding) in ENCODINGS {
            assert_eq!(Encoding::parse(name), Some(encoding));
            assert_eq!(encoding.name(), name);
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_them_panic(bytes: Vec<u8>, piece in 1usize..50) {
            for (_, encoding) in ENCODINGS {
                let _ = encoding.decode(&bytes);
            }
            let _ = detect(&bytes, piece);
        }
    }
}
