//! Names as numbered words, so that a query is compared with each distinct word once and not with
//! each of 13,000 names.

use crate::load::{Links, small};
use crate::model::{Commune, District, Province};
use kernel::vietnamese::{fold_tone_placement, search_key};
use std::collections::HashMap;

/// A word of a name or of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Small letters with their marks, the tone where the older rule puts it.
    pub spelled: String,
    /// Without marks.
    pub folded: String,
}

impl Token {
    pub fn new(word: &str) -> Self {
        if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) {
            // Phường 01 is Phường 1.
            let short = word.trim_start_matches('0');
            let value = if short.is_empty() { "0" } else { short };
            return Self { spelled: value.to_owned(), folded: value.to_owned() };
        }
        let spelled = fold_tone_placement(&word.to_lowercase());
        let folded = search_key(&spelled);
        Self { spelled, folded }
    }
    /// Whether it was written without any mark, so that its marks say nothing.
    pub fn is_plain(&self) -> bool {
        self.spelled.is_ascii()
    }
}

/// Cuts a text into words. Apostrophes join («B' Lá» is «B'Lá» is «BLá»).
pub(crate) fn words_of(text: &str) -> impl Iterator<Item = String> {
    let mut joined = String::with_capacity(text.len());
    let mut after_apostrophe = false;
    for c in text.chars() {
        match c {
            '\'' | '’' | 'ʼ' | '`' => after_apostrophe = true,
            c if c.is_whitespace() && after_apostrophe => {}
            c => {
                after_apostrophe = false;
                joined.push(c);
            }
        }
    }
    let is_word = |c: char| c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c);
    let words: Vec<String> =
        joined.split(|c| !is_word(c)).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

/// The distinct words of all names, and each name as numbers of words.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Distinct words without marks.
    pub folded: Vec<Box<str>>,
    /// Distinct words with marks, each with the number of its form without.
    pub spelled: Vec<(Box<str>, u16)>,
    /// The communes' names: those of today, then those of before.
    pub communes: Links,
    pub districts: Links,
    /// By regime.
    pub provinces: [Links; 2],
}

#[derive(Default)]
struct Builder<'t> {
    raw: HashMap<&'t str, u16>,
    spelled: HashMap<String, u16>,
    folded: HashMap<String, u16>,
    index_folded: Vec<Box<str>>,
    index_spelled: Vec<(Box<str>, u16)>,
}

impl<'t> Builder<'t> {
    fn name(&mut self, name: &'t str) -> Vec<u16> {
        if name.contains('\'') {
            return words_of(name).map(|w| self.token(&Token::new(&w))).collect();
        }
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        words.map(|w| self.raw_word(w)).collect()
    }
    fn raw_word(&mut self, word: &'t str) -> u16 {
        if let Some(&known) = self.raw.get(word) {
            return known;
        }
        let number = self.token(&Token::new(word));
        self.raw.insert(word, number);
        number
    }
    fn token(&mut self, token: &Token) -> u16 {
        if let Some(&known) = self.spelled.get(&token.spelled) {
            return known;
        }
        let folded = match self.folded.get(&token.folded) {
            Some(&known) => known,
            None => {
                let number = small(self.index_folded.len());
                self.folded.insert(token.folded.clone(), number);
                self.index_folded.push(token.folded.as_str().into());
                number
            }
        };
        let number = small(self.index_spelled.len());
        self.spelled.insert(token.spelled.clone(), number);
        self.index_spelled.push((token.spelled.as_str().into(), folded));
        number
    }
}

impl Index {
    pub fn build(
        provinces: [&'static [Province]; 2],
        districts: &'static [District],
        new: &'static [Commune],
        old: &'static [Commune],
    ) -> Self {
        let mut b = Builder::default();
        let communes = Links::new(new.iter().chain(old).map(|c| b.name(c.name())));
        let districts = Links::new(districts.iter().map(|d| b.name(district_name(d))));
        let provinces = provinces.map(|list| Links::new(list.iter().map(|p| b.name(p.name()))));
        let (folded, spelled) = (b.index_folded, b.index_spelled);
        Self { folded, spelled, communes, districts, provinces }
    }
}

fn district_name(d: &District) -> &'static str {
    let kinds = ["Huyện ", "Quận ", "Thị xã ", "Thành phố "];
    kinds.iter().find_map(|k| d.title().strip_prefix(k)).unwrap_or(d.title())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apostrophes_join_and_signs_part() {
        let words = |t: &str| words_of(t).collect::<Vec<_>>();
        assert_eq!(words("B' Lá"), ["BLá"]);
        assert_eq!(words("Ea H’leo"), ["Ea", "Hleo"]);
        assert_eq!(words("Bà Rịa - Vũng Tàu,x."), ["Bà", "Rịa", "Vũng", "Tàu", "x"]);
        assert_eq!(words(" '' "), [""; 0]);
        assert_eq!(Token::new("01").spelled, "1");
        assert_eq!(Token::new("HOÀ"), Token { spelled: "hòa".into(), folded: "hoa".into() });
    }
}
