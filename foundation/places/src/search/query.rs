//! A query taken apart: its words, which of them only name a kind of unit, and how each distinct
//! word of the tables answers to them.

use super::words::{Index, Token, words_of};
use crate::model::CommuneKind;
use kernel::limits::{PLACE_QUERY_CHARS_MAX, PLACE_QUERY_WORDS_MAX};

/// Words of a query as bits.
pub(crate) type Mask = u32;
const _: () = assert!(PLACE_QUERY_WORDS_MAX <= Mask::BITS as usize);

/// How one distinct word of the tables answers to the words of a query.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answer {
    /// The same letters without marks.
    pub exact: Mask,
    /// The same with marks.
    pub spelled: Mask,
    /// Begins with it (the last word, which may still be in the typing).
    pub prefix: Mask,
    /// One letter off, or begins with it: only in the second attempt.
    pub near: Mask,
}

pub(crate) struct Query {
    pub tokens: Vec<Token>,
    /// Words that must be found; words such as «xã», «huyện» need not.
    pub required: Mask,
    /// For each word, the kind of commune that the words before it name.
    pub kind_before: Vec<Option<CommuneKind>>,
    /// Whether the person typed any diacritic.
    pub marked: bool,
}

/// Words that name a kind of unit, in full and as they are abbreviated.
const KINDS: &[(&[&str], Option<CommuneKind>)] = &[
    (&["đặc", "khu"], Some(CommuneKind::SpecialZone)),
    (&["thị", "trấn"], Some(CommuneKind::Town)),
    (&["thành", "phố"], None),
    (&["thị", "xã"], None),
    (&["phường"], Some(CommuneKind::Ward)),
    (&["huyện"], None),
    (&["quận"], None),
    (&["tỉnh"], None),
    (&["xã"], Some(CommuneKind::Rural)),
    (&["tp"], None),
    (&["tx"], None),
    (&["tt"], Some(CommuneKind::Town)),
];

/// Abbreviations of one letter count only before a point or a number («p.», «q3»).
const LETTERS: &[(&str, &str)] =
    &[("p", "phường"), ("q", "quận"), ("x", "xã"), ("h", "huyện"), ("t", "tỉnh")];

/// What people write for a whole name.
const SHORT_NAMES: &[(&str, &[&str])] = &[
    ("hcm", &["ho", "chi", "minh"]),
    ("hcmc", &["ho", "chi", "minh"]),
    ("tphcm", &["tp", "ho", "chi", "minh"]),
    ("hn", &["ha", "noi"]),
    ("hanoi", &["ha", "noi"]),
];

impl Query {
    pub fn parse(typed: &str) -> Self {
        let typed: String = typed.chars().take(PLACE_QUERY_CHARS_MAX).collect();
        let mut words: Vec<String> = words_of(&open_abbreviations(&typed))
            .flat_map(|w| match SHORT_NAMES.iter().find(|(s, _)| w.eq_ignore_ascii_case(s)) {
                Some((_, names)) => names.iter().map(|n| (*n).to_owned()).collect(),
                None => vec![w],
            })
            .collect();
        // An address ends with the larger units: the last words say most.
        words.drain(..words.len().saturating_sub(PLACE_QUERY_WORDS_MAX));
        let tokens: Vec<Token> = words.iter().map(|w| Token::new(w)).collect();
        let all = mask_below(tokens.len());
        let (mut optional, kind_before) = kinds(&tokens);
        if optional == all {
            optional = 0;
        }
        let marked = tokens.iter().any(|t| !t.is_plain());
        Self { required: all & !optional, kind_before, marked, tokens }
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// How each distinct word of the tables answers. `loose`: the second attempt, which allows
    /// unfinished words and one wrong letter everywhere.
    pub fn answers(&self, index: &Index, loose: bool) -> Vec<Answer> {
        let folded: Vec<Answer> =
            index.folded.iter().map(|word| self.answer(word, loose)).collect();
        let spelled = index.spelled.iter().map(|(word, number)| {
            let mut answer = folded[usize::from(*number)];
            let mut exact = answer.exact;
            while exact != 0 {
                let i = exact.trailing_zeros() as usize;
                exact &= exact - 1;
                if self.tokens[i].spelled.as_str() == &**word {
                    answer.spelled |= 1 << i;
                }
            }
            answer
        });
        spelled.collect()
    }

    fn answer(&self, word: &str, loose: bool) -> Answer {
        let mut answer = Answer::default();
        let last = self.len().saturating_sub(1);
        for (i, token) in self.tokens.iter().enumerate() {
            let bit = 1 << i;
            if token.folded == word {
                answer.exact |= bit;
            } else if i == last && word.starts_with(&token.folded) {
                answer.prefix |= bit;
            } else if loose && (word.starts_with(&token.folded) || one_off(&token.folded, word)) {
                answer.near |= bit;
            }
        }
        answer
    }
}

pub(crate) fn mask_below(n: usize) -> Mask {
    if n >= Mask::BITS as usize { Mask::MAX } else { (1 << n) - 1 }
}

/// «p.12» and «Q3» in full: they are kinds and numbers, not names.
fn open_abbreviations(typed: &str) -> String {
    let mut out = String::with_capacity(typed.len());
    let mut rest = typed;
    let mut at_start = true;
    while let Some(c) = rest.chars().next() {
        let after = rest[c.len_utf8()..].chars().next();
        let full = LETTERS.iter().find(|(l, _)| c.to_lowercase().eq(l.chars()));
        match full {
            Some((_, word))
                if at_start && after.is_some_and(|a| a == '.' || a.is_ascii_digit()) =>
            {
                out.push_str(word);
                out.push(' ');
            }
            _ => out.push(c),
        }
        at_start = !c.is_alphanumeric();
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn kinds(tokens: &[Token]) -> (Mask, Vec<Option<CommuneKind>>) {
    let mut optional = 0;
    let mut before = vec![None; tokens.len()];
    let mut i = 0;
    while i < tokens.len() {
        let found = KINDS.iter().find(|(words, _)| {
            tokens.len() - i >= words.len()
                && words.iter().zip(&tokens[i..]).all(|(w, t)| names(t, w))
        });
        let Some((words, kind)) = found else {
            i += 1;
            continue;
        };
        optional |= mask_below(words.len()) << i;
        i += words.len();
        if let Some(slot) = before.get_mut(i) {
            *slot = *kind;
        }
    }
    (optional, before)
}

/// Whether a token is this word, with its marks or without any.
fn names(token: &Token, word: &str) -> bool {
    if token.is_plain() {
        token.folded == kernel::vietnamese::search_key(word)
    } else {
        token.spelled == word
    }
}

/// One letter more, less, other, or two neighbours changed places. Short words and numbers must be
/// right.
fn one_off(typed: &str, word: &str) -> bool {
    let (a, b) = (typed.as_bytes(), word.as_bytes());
    if a.len() < 3 || a.len().abs_diff(b.len()) > 1 || a[0].is_ascii_digit() {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[same..], &b[same..]);
    match (x, y) {
        _ if x.len() > y.len() => &x[1..] == y,
        _ if x.len() < y.len() => x == &y[1..],
        ([p, q, x @ ..], [r, s, y @ ..]) if p == s && q == r && x == y => true,
        ([_, x @ ..], [_, y @ ..]) => x == y,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn optional(typed: &str) -> Vec<String> {
        let q = Query::parse(typed);
        let kept = q.tokens.iter().enumerate().filter(|(i, _)| q.required >> i & 1 == 0);
        kept.map(|(_, t)| t.folded.clone()).collect()
    }

    #[test]
    fn kinds_of_units_need_not_be_found() {
        assert_eq!(
            optional("xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam"),
            ["xa", "huyen", "tinh"]
        );
        assert_eq!(optional("thi tran Vinh Tru TP Ha Noi"), ["thi", "tran", "tp"]);
        assert_eq!(optional("p.12 Q3 tphcm"), ["phuong", "quan", "tp"]);
        assert_eq!(optional("Trần Phú"), [""; 0]);
        assert_eq!(optional("Phương Quán"), [""; 0]);
        assert_eq!(optional("phường"), [""; 0]);
    }

    #[test]
    fn one_letter_off() {
        for (typed, word) in
            [("thuong", "thuongg"), ("thuon", "thuong"), ("thoung", "thuong"), ("thqong", "thuong")]
        {
            assert!(one_off(typed, word), "{typed} {word}");
        }
        for (typed, word) in [("ha", "he"), ("123", "124"), ("thuong", "thong1"), ("abc", "cba")] {
            assert!(!one_off(typed, word), "{typed} {word}");
        }
    }

    #[test]
    fn only_the_last_words_of_a_long_text_count() {
        let q = Query::parse(&"a ".repeat(90));
        assert_eq!(q.len(), PLACE_QUERY_WORDS_MAX);
        assert_eq!(Query::parse("").len(), 0);
    }
}
