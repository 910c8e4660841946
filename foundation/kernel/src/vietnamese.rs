//! Vietnamese text: one way to write each letter, keys for searching and sorting, parts of a name.
//!
//! - Stored text is Unicode NFC ([`nfc`]); a name keeps the spelling of the civil record.
//! - *hoà* and *hòa*, *thuý* and *thúy* are one syllable: [`fold_tone_placement`] for comparing.
//!   *i* and *y* (Lý, Lí) are different names in law and are never folded.
//! - People are listed by tên, then họ, then chữ đệm ([`name_sort_key`]).

mod syllable;

pub use syllable::is_syllable;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

/// Tone marks in the order of dictionaries after ngang: huyền, hỏi, ngã, sắc, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];
/// Circumflex, breve, horn: they make another letter, not another tone.
const QUALITIES: [char; 3] = ['\u{302}', '\u{306}', '\u{31b}'];

/// Unicode NFC, with the look-alikes Ð (U+00D0) and ð (U+00F0) of old data turned into Đ and đ.
pub fn nfc(text: &str) -> String {
    composed(text).into_owned()
}

/// As [`nfc`], of a text that mostly is so already.
pub fn composed(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| !b.is_ascii()) {
        let mut chars = rest[at..].chars();
        if !chars.next().is_none_or(is_composed) {
            return text.nfc().map(straight).collect();
        }
        rest = chars.as_str();
    }
    Cow::Borrowed(text)
}

/// Whether a letter is as NFC has it whatever stands beside it: the letters that Vietnamese text is made
/// of. Nearly every text is, and need not be taken apart.
fn is_composed(c: char) -> bool {
    c < '\u{300}' && !matches!(c, '\u{d0}' | '\u{f0}') || ('\u{1ea0}'..='\u{1ef9}').contains(&c)
}

fn straight(c: char) -> char {
    match c {
        '\u{d0}' => 'Đ',
        '\u{f0}' => 'đ',
        c => c,
    }
}

/// What a person typed into a one-line field: NFC, no control or zero-width characters, one space
/// between words, none around.
pub fn tidy(typed: &str) -> String {
    if is_tidy(typed) {
        return typed.to_owned();
    }
    let kept: String = typed
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
        .collect();
    nfc(&kept).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is surely as [`tidy`] would leave it. Nearly every text is, and need not be copied; of a
/// rare one that is too it may say `false`.
pub fn is_tidy(text: &str) -> bool {
    let plain =
        |c: char| c > '\u{a0}' && c != '\u{ad}' && is_composed(c) || ('!'..='~').contains(&c);
    let mut after_space = true;
    for c in text.chars() {
        if !plain(c) && (c != ' ' || after_space) {
            return false;
        }
        after_space = c == ' ';
    }
    !after_space || text.is_empty()
}

/// Khóa tìm kiếm: lower case, without marks, đ as d, one space between words.
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() && !key.ends_with(' ') {
            key.push(' ');
        }
        for c in word.chars() {
            match key_letter(c) {
                Some(letter) => key.push(letter),
                None => key.extend(key_letters(c)),
            }
        }
    }
    if key.ends_with(' ') {
        key.pop();
    }
    key
}

/// What a letter is in a search key.
fn key_letters(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase().nfd().filter(|m| !is_combining_mark(*m)).map(plain)
}

/// The same where it is one ASCII letter, as it is for all Vietnamese ones: worked out once.
fn key_letter(c: char) -> Option<char> {
    static LETTERS: OnceLock<Vec<u8>> = OnceLock::new();
    if c.is_ascii() {
        return Some(c.to_ascii_lowercase());
    }
    let letters = LETTERS.get_or_init(|| {
        let one = |c: char| {
            let mut all = key_letters(c);
            let first = all.next().and_then(|l| u8::try_from(l).ok()).filter(u8::is_ascii);
            first.filter(|_| all.next().is_none()).unwrap_or(0)
        };
        (0..KEY_LETTERS_END).map(|n| char::from_u32(n).map_or(0, one)).collect()
    });
    let letter = letters.get(usize::try_from(u32::from(c)).ok()?)?;
    (*letter != 0).then(|| char::from(*letter))
}

/// Behind ỹ.
const KEY_LETTERS_END: u32 = 0x1f00;

/// The text with its first letter as at the start of a sentence.
pub fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

fn plain(c: char) -> char {
    match c {
        'đ' | '\u{f0}' => 'd',
        c => c,
    }
}

/// A search key as part of an address: `dang-ky-tam-tru`.
pub fn slug(text: &str) -> String {
    let key = search_key(text);
    let words = key.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A letter taken apart: the letter with its quality (â, ơ, đ), and its tone (index in [`TONES`]).
#[derive(Clone, Copy)]
struct Letter {
    letter: char,
    tone: Option<usize>,
}

/// `None` when the letter carries marks that Vietnamese does not have.
fn take_apart(c: char) -> Option<Letter> {
    if c.is_ascii() {
        return Some(Letter { letter: c, tone: None });
    }
    let (mut letter, mut tone) = (c, None);
    for (i, part) in std::iter::once(straight(c)).nfd().enumerate() {
        if i == 0 {
            letter = part;
        } else if let Some(t) = TONES.iter().position(|&t| t == part) {
            tone = Some(t);
        } else if QUALITIES.contains(&part) {
            letter = compose(letter, part)?;
        } else {
            return None;
        }
    }
    Some(Letter { letter, tone })
}

fn is_vowel(letter: char) -> bool {
    letter.to_lowercase().next().is_some_and(|c| "aăâeêioôơuưy".contains(c))
}

/// Writes the tone of each syllable on the vowel where the older rule puts it (hòa, thúy, ủy, but
/// hoàn, quý, già), so that both rules compare equal. A word that is not one Vietnamese syllable
/// stays as it is; no letter is ever changed. The result is NFC.
pub fn fold_tone_placement(text: &str) -> String {
    let text = nfc(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let word = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        push_folded(&rest[..word], &mut out);
        rest = &rest[word..];
        let gap = rest.find(char::is_alphabetic).unwrap_or(rest.len());
        out.push_str(&rest[..gap]);
        rest = &rest[gap..];
    }
    // A mark that stood alone after a gap may now have a letter to join.
    if unicode_normalization::is_nfc(&out) { out } else { nfc(&out) }
}

fn push_folded(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.push_str(word);
        return;
    }
    let letters: Option<Vec<Letter>> = word.chars().map(take_apart).collect();
    let moved = letters.and_then(|mut letters| {
        let at = letters.iter().position(|l| l.tone.is_some())?;
        let to = tone_place(&letters, at)?;
        if at == to {
            return None;
        }
        letters[to].tone = letters[at].tone.take();
        Some(letters)
    });
    match moved {
        Some(letters) => out.extend(letters.iter().map(put_together)),
        None => out.push_str(word),
    }
}

fn put_together(l: &Letter) -> char {
    l.tone.and_then(|t| compose(l.letter, TONES[t])).unwrap_or(l.letter)
}

/// Where the tone that now stands at `at` belongs; `None` if this is no single syllable.
fn tone_place(letters: &[Letter], at: usize) -> Option<usize> {
    let is = |i: usize, what: char| {
        letters.get(i).is_some_and(|l| l.letter.to_lowercase().eq(std::iter::once(what)))
    };
    let vowel = |i: usize| letters.get(i).is_some_and(|l| is_vowel(l.letter));
    // In qu- and gi- the u and the i belong to the consonant.
    let glide = (is(0, 'q') && is(1, 'u') && vowel(2)) || (is(0, 'g') && is(1, 'i') && vowel(2));
    let first = if glide { 2 } else { (0..letters.len()).find(|&i| vowel(i))? };
    let end = (first..letters.len()).find(|&i| !vowel(i)).unwrap_or(letters.len());
    let tones = letters.iter().filter(|l| l.tone.is_some()).count();
    let in_reach = (first..end).contains(&at) || (glide && at == 1);
    if tones != 1 || !in_reach || end - first > 3 || (end..letters.len()).any(vowel) {
        return None;
    }
    let marked = |l: &Letter| !l.letter.is_ascii();
    if let Some(i) = (first..end).rev().find(|&i| marked(&letters[i])) {
        return Some(i);
    }
    Some(match end - first {
        3 => first + 1,
        2 if end < letters.len() => first + 1,
        _ => first,
    })
}

/// Sorts like a Vietnamese dictionary when compared byte by byte: letters a ă â b c d đ e ê … first,
/// then tones ngang, huyền, hỏi, ngã, sắc, nặng; upper and lower case are equal; numbers go by
/// value, before letters.
///
/// The key is made of `0`–`9` and `a`–`z` only, so that it can stand in a TEXT column and be
/// compared the same by every database.
pub fn collate_key(text: &str) -> String {
    let (mut key, mut tones) = (String::new(), String::new());
    // Apostrophes join (H'Mông), everything else that is no letter or digit parts.
    let text: String = nfc(text).chars().filter(|c| !matches!(c, '\'' | '’' | 'ʼ')).collect();
    let words = text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    for (i, word) in words.filter(|w| !w.is_empty()).enumerate() {
        if i > 0 {
            key.push('1');
        }
        push_word(word, &mut key, &mut tones);
    }
    key.push('0');
    key + &tones
}

fn push_word(word: &str, key: &mut String, tones: &mut String) {
    let mut toned = false;
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let end = rest.find(|d: char| !d.is_ascii_digit()).unwrap_or(rest.len());
            for run in rest.as_bytes()[..end].chunks(9) {
                let run = std::str::from_utf8(run).unwrap_or_default();
                let value = run.trim_start_matches('0');
                // Infallible: writing to a String.
                let _ = write!(key, "2{}{value}", value.len());
            }
            rest = &rest[end..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        for lower in c.to_lowercase().filter(|m| !is_combining_mark(*m)) {
            if let Some(tone) = push_letter(lower, key) {
                toned = true;
                tones.push(char::from(b'2' + u8::try_from(tone).unwrap_or(0)));
            }
        }
    }
    if !toned {
        tones.push('1');
    }
}

/// Puts one letter into the key and returns its tone. Letters that have sisters carry a digit.
fn push_letter(c: char, key: &mut String) -> Option<usize> {
    let apart = take_apart(c).unwrap_or_else(|| Letter {
        letter: std::iter::once(c).nfd().next().unwrap_or(c),
        tone: None,
    });
    let code = match apart.letter {
        'a' => "a1",
        'ă' => "a2",
        'â' => "a3",
        'd' => "d1",
        'đ' => "d2",
        'e' => "e1",
        'ê' => "e2",
        'o' => "o1",
        'ô' => "o2",
        'ơ' => "o3",
        'u' => "u1",
        'ư' => "u2",
        'z' => "z1",
        l if l.is_ascii_lowercase() => {
            key.push(l);
            return apart.tone;
        }
        // Letters of other scripts: after z, by code point.
        l => {
            let _ = write!(key, "z9{:06x}", u32::from(l));
            return None;
        }
    };
    key.push_str(code);
    apart.tone
}

/// Sorts people byte by byte by tên, then họ, then chữ đệm. See [`collate_key`].
pub fn name_sort_key(full_name: &str) -> String {
    let words: Vec<&str> = full_name.split_whitespace().collect();
    let Some((given, before)) = words.split_last() else {
        return collate_key("");
    };
    let (surname, middle) = before.split_first().map_or(("", &[][..]), |(s, m)| (*s, m));
    [collate_key(given), collate_key(surname), collate_key(&middle.join(" "))].join("0")
}

/// Tên: the last word of a full name, by which a person is addressed.
pub fn given_name(full_name: &str) -> String {
    nfc(full_name.split_whitespace().next_back().unwrap_or_default())
}

/// Two letters for a small picture: of the given name, then of the surname. «Vũ Thị Lan» → «LV».
/// Letters keep their quality (Đ, Ơ) and lose their tone.
pub fn initials(full_name: &str) -> String {
    let name = nfc(full_name);
    let mut words = name.split_whitespace();
    let surname = words.next();
    let given = words.next_back();
    [given, surname].into_iter().flatten().filter_map(initial).collect()
}

fn initial(word: &str) -> Option<char> {
    let first = word.chars().find(|c| c.is_alphabetic())?;
    let letter = take_apart(first).map_or(first, |l| l.letter);
    letter.to_uppercase().next()
}

#[cfg(test)]
mod tests;
