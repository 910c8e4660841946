//! A PDF with classic cross-reference tables, as our letters are: objects by number, revision by
//! revision. Files of any other making are refused rather than guessed at.

use super::object::{Dict, Object, Parser};
use std::collections::BTreeMap;
use std::ops::Range;

/// Most revisions of one file (each signature is one).
const REVISIONS_MAX: usize = 64;
/// Deepest page tree.
const PAGE_DEPTH_MAX: usize = 16;
/// How far from its end a file says where its table is.
const TAIL_BYTES: usize = 1_024;

/// Where an object begins; `None` when it was deleted.
type Entry = Option<(usize, u16)>;

/// An opened file.
pub struct File<'a> {
    pub bytes: &'a [u8],
    entries: BTreeMap<u32, Entry>,
    /// The newest trailer.
    pub trailer: Dict,
    /// Where the newest table begins.
    pub table_at: usize,
}

/// A page found in the page tree.
pub struct Page {
    pub id: u32,
    pub generation: u16,
    pub dict: Dict,
    /// Lower left and upper right corner, points.
    pub media_box: [f64; 4],
}

impl<'a> File<'a> {
    /// Opens a file; `None` when it is damaged or not of our making.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(b"%PDF-") {
            return None;
        }
        let table_at = last_table(bytes)?;
        let mut file = Self { bytes, entries: BTreeMap::new(), trailer: Dict::default(), table_at };
        let mut next = Some(table_at);
        let mut newest = true;
        for _ in 0..REVISIONS_MAX {
            let Some(at) = next else { return Some(file) };
            let trailer = file.table(at)?;
            next = match trailer.get("Prev") {
                None => None,
                // Older tables lie before newer ones, so this ends.
                Some(prev) => Some(prev.as_size().filter(|p| *p < at)?),
            };
            if newest {
                file.trailer = trailer;
                newest = false;
            }
        }
        None
    }

    /// Reads one table; entries of newer ones stay.
    fn table(&mut self, at: usize) -> Option<Dict> {
        let mut p = Parser::new(self.bytes, at);
        p.word(b"xref")?;
        loop {
            p.space();
            if p.bytes.get(p.at..)?.starts_with(b"trailer") {
                p.word(b"trailer")?;
                let Object::Dict(trailer) = p.object()? else { return None };
                // A second, hidden set of objects: not of our making.
                return if trailer.get("XRefStm").is_some() { None } else { Some(trailer) };
            }
            let (first, count) = (p.number()?, p.number()?);
            for i in 0..count {
                let (offset, generation) = (p.number()?, u16::try_from(p.number()?).ok()?);
                p.space();
                let kind = *p.bytes.get(p.at)?;
                p.at += 1;
                let id = u32::try_from(first.checked_add(i)?).ok()?;
                let entry = match kind {
                    b'n' => Some((offset, generation)),
                    b'f' => None,
                    _ => return None,
                };
                self.entries.entry(id).or_insert(entry);
            }
        }
    }

    /// The numbers of all objects there are.
    pub fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.entries.iter().filter(|(_, e)| e.is_some()).map(|(id, _)| *id)
    }

    /// The generation of an object.
    pub fn generation(&self, id: u32) -> Option<u16> {
        Some((*self.entries.get(&id)?)?.1)
    }

    fn begin(&self, id: u32) -> Option<Parser<'a>> {
        let (offset, generation) = (*self.entries.get(&id)?)?;
        let mut p = Parser::new(self.bytes, offset);
        if p.number()? != usize::try_from(id).ok()? || p.number()? != usize::from(generation) {
            return None;
        }
        p.word(b"obj")?;
        Some(p)
    }

    /// An object by number; of a stream, its dictionary.
    pub fn get(&self, id: u32) -> Option<Object> {
        self.begin(id)?.object()
    }

    /// The bytes of an object from its number to `endobj`, stream included.
    pub fn raw(&self, id: u32) -> Option<&'a [u8]> {
        let (start, _) = (*self.entries.get(&id)?)?;
        let mut p = self.begin(id)?;
        let object = p.object()?;
        if p.word(b"stream").is_some() {
            let length = match object.as_dict()?.get("Length")? {
                Object::Ref(other, _) if *other != id => self.get(*other)?.as_size()?,
                length => length.as_size()?,
            };
            // The end of line after the keyword is not counted in the length.
            match self.bytes.get(p.at..p.at + 2)? {
                b"\r\n" => p.at += 2,
                [b'\n', _] => p.at += 1,
                _ => return None,
            }
            p.at = p.at.checked_add(length).filter(|at| *at <= self.bytes.len())?;
            p.word(b"endstream")?;
        }
        p.word(b"endobj")?;
        self.bytes.get(start..p.at)
    }

    /// Follows a reference, once.
    pub fn resolve(&self, object: &Object) -> Option<Object> {
        match object {
            Object::Ref(id, _) => self.get(*id),
            other => Some(other.clone()),
        }
    }

    /// The value of a key, following a reference.
    pub fn lookup(&self, dict: &Dict, key: &str) -> Option<Object> {
        self.resolve(dict.get(key)?)
    }

    /// The catalogue's number and dictionary.
    pub fn catalogue(&self) -> Option<(u32, Dict)> {
        let Some(Object::Ref(id, _)) = self.trailer.get("Root") else { return None };
        let Object::Dict(dict) = self.get(*id)? else { return None };
        dict.is("Type", "Catalog").then_some((*id, dict))
    }

    /// The page of this number, from 1.
    pub fn page(&self, number: usize) -> Option<Page> {
        let (_, catalogue) = self.catalogue()?;
        let Some(Object::Ref(root, _)) = catalogue.get("Pages") else { return None };
        let mut left = number.checked_sub(1)?;
        self.find_page(*root, &mut left, None, 0)
    }

    fn find_page(
        &self,
        id: u32,
        left: &mut usize,
        above: Option<[f64; 4]>,
        depth: usize,
    ) -> Option<Page> {
        if depth > PAGE_DEPTH_MAX {
            return None;
        }
        let Object::Dict(dict) = self.get(id)? else { return None };
        let own = self.lookup(&dict, "MediaBox").and_then(|b| corners(&b));
        let media_box = own.or(above);
        if dict.is("Type", "Page") {
            if *left == 0 {
                let generation = self.generation(id)?;
                return Some(Page { id, generation, dict, media_box: media_box? });
            }
            *left -= 1;
            return None;
        }
        for kid in self.lookup(&dict, "Kids")?.as_array()? {
            let Object::Ref(kid, _) = kid else { return None };
            if let Some(page) = self.find_page(*kid, left, media_box, depth + 1) {
                return Some(page);
            }
        }
        None
    }

    /// The form's number (if it is an object of its own) and dictionary.
    pub fn form(&self) -> Option<(Option<u32>, Dict)> {
        let (_, catalogue) = self.catalogue()?;
        match catalogue.get("AcroForm")? {
            Object::Ref(id, _) => match self.get(*id)? {
                Object::Dict(dict) => Some((Some(*id), dict)),
                _ => None,
            },
            Object::Dict(dict) => Some((None, dict.clone())),
            _ => None,
        }
    }

    /// The form's fields that hold a signature: number of the field, number of the signature.
    pub fn signatures(&self) -> Vec<(u32, u32)> {
        let Some((_, form)) = self.form() else { return Vec::new() };
        let fields = self.lookup(&form, "Fields");
        let fields = fields.as_ref().and_then(Object::as_array).unwrap_or_default();
        let mut found = Vec::new();
        for field in fields.iter().take(REVISIONS_MAX) {
            let Object::Ref(id, _) = field else { continue };
            let Some(Object::Dict(dict)) = self.get(*id) else { continue };
            if let (true, Some(Object::Ref(value, _))) = (dict.is("FT", "Sig"), dict.get("V")) {
                found.push((*id, *value));
            }
        }
        found
    }
}

fn corners(object: &Object) -> Option<[f64; 4]> {
    let n: Vec<f64> = object.as_array()?.iter().map_while(Object::as_real).collect();
    n.try_into().ok()
}

/// Where the newest table is, by the file's last lines; nothing may follow them.
fn last_table(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(TAIL_BYTES);
    let tail = bytes.get(from..)?;
    let at = find_last(tail, b"startxref")?;
    let mut p = Parser::new(bytes, from + at + b"startxref".len());
    let table = p.number()?;
    let rest = bytes.get(p.at..)?;
    let rest: Vec<u8> = rest.iter().copied().filter(|b| !matches!(b, 10 | 13)).collect();
    (rest == b"%%EOF").then_some(table)
}

fn find_last(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).rposition(|w| w == needle)
}

/// The byte range of the part of a file a signature covers: all but the gap.
pub fn covered(range: [usize; 4]) -> Option<(Range<usize>, Range<usize>)> {
    let first = range[0]..range[0].checked_add(range[1])?;
    let second = range[2]..range[2].checked_add(range[3])?;
    Some((first, second))
}
