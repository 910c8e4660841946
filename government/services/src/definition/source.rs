//! A definition file as text: where each key stands, so that every finding has a line.

use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file's text, and the place of every key in it.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name, as findings show it.
    pub file: String,
    /// Its text.
    pub text: String,
    places: BTreeMap<String, Place>,
    /// `result.done` → `result[0]`: rows by their id.
    by_id: BTreeMap<String, String>,
}

/// Where a key and its value stand, in bytes.
#[derive(Clone, Debug)]
struct Place {
    key: Range<usize>,
    value: Range<usize>,
}

impl Source {
    /// Notes the places of all keys.
    pub fn new(file: &str, text: &str, root: &DeTable) -> Self {
        let mut source = Self {
            file: file.to_owned(),
            text: text.to_owned(),
            places: BTreeMap::new(),
            by_id: BTreeMap::new(),
        };
        source.table("", "", root);
        source
    }

    /// A file that could not be read as TOML: only lines by offset.
    pub fn unread(file: &str, text: &str) -> Self {
        Self::new(file, text, &DeTable::new())
    }

    fn table(&mut self, path: &str, by_id: &str, table: &DeTable) {
        for (key, value) in table {
            let name: &str = key.get_ref();
            let dot = |p: &str| if p.is_empty() { name.to_owned() } else { format!("{p}.{name}") };
            self.value(dot(path), dot(by_id), key.span(), value);
        }
    }

    fn value(&mut self, path: String, by_id: String, key: Range<usize>, value: &Spanned<DeValue>) {
        match value.get_ref() {
            DeValue::Table(t) => self.table(&path, &by_id, t),
            DeValue::Array(a) => {
                for (i, item) in a.iter().enumerate() {
                    let inner = format!("{path}[{i}]");
                    let names = names_of(item.get_ref());
                    for name in &names {
                        self.value(inner.clone(), format!("{by_id}.{name}"), item.span(), item);
                    }
                    if names.is_empty() {
                        self.value(inner, format!("{by_id}[{i}]"), item.span(), item);
                    }
                }
            }
            _ => {}
        }
        if path != by_id {
            self.by_id.insert(by_id, path.clone());
        }
        self.places.insert(path, Place { key, value: value.span() });
    }

    /// Whether the file has this key, by position (`ask[1].when`) or by id (`ask.until.when`).
    pub fn has(&self, path: &str) -> bool {
        self.places.contains_key(path) || self.by_id.contains_key(path)
    }

    /// The offset at which a key stands; of the nearest table around it, if it is not there.
    pub fn offset(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            if let Some(p) = self.places.get(path) {
                return p.key.start;
            }
            match path.rfind(['.', '[']) {
                Some(cut) => path = &path[..cut],
                None => return 0,
            }
        }
    }

    /// The offset of the `n`th character inside a text value (an expression).
    pub fn offset_inside(&self, path: &str, skip: usize) -> usize {
        let Some(p) = self.places.get(path) else { return self.offset(path) };
        let written = &self.text[p.value.clone()];
        let quotes =
            if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
        let inside = written.char_indices().nth(quotes + skip).map_or(0, |(i, _)| i);
        p.value.start + inside
    }

    /// Line and column of an offset, counted from 1; the column in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        (line, column)
    }
}

/// What a row of an array is called: its `id`, or the states `on` which it applies.
fn names_of(v: &DeValue) -> Vec<String> {
    let DeValue::Table(t) = v else { return Vec::new() };
    match (t.get("id").map(Spanned::get_ref), t.get("on").map(Spanned::get_ref)) {
        (Some(DeValue::String(s)), _) => vec![s.to_string()],
        (_, Some(DeValue::Array(list))) => {
            let states = list.iter().filter_map(|s| match s.get_ref() {
                DeValue::String(s) => Some(s.to_string()),
                _ => None,
            });
            states.collect()
        }
        _ => Vec::new(),
    }
}
