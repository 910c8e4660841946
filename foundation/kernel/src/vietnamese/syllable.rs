//! Whether a word could be one Vietnamese syllable: what tells Vietnamese text from text that was read
//! in a wrong encoding.

use super::{Letter, nfc, take_apart};

const ONSETS: [&str; 28] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh",
    "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x",
];
const NUCLEI: [&str; 57] = [
    "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "ai", "ao", "au", "ay", "âu", "ây",
    "eo", "êu", "ia", "iê", "iu", "oa", "oă", "oe", "oi", "oo", "ôi", "ơi", "ua", "uă", "uâ", "uê",
    "ui", "uô", "uơ", "uy", "ưa", "ưi", "ươ", "ưu", "yê", "iêu", "oai", "oao", "oay", "oeo", "uay",
    "uây", "uôi", "uya", "uyê", "uyu", "ươi", "ươu", "yêu",
];
const CODAS: [&str; 9] = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"];

/// Whether a word has the build of one Vietnamese syllable: an onset, a nucleus and a coda that exist,
/// at most one tone, and letters of one case after the first.
pub fn is_syllable(word: &str) -> bool {
    let word = nfc(word);
    let upper = word.chars().filter(|c| c.is_uppercase()).count();
    let first = usize::from(word.chars().next().is_some_and(char::is_uppercase));
    if upper != first && upper != word.chars().count() {
        return false;
    }
    let Some(letters) = word.chars().map(take_apart).collect::<Option<Vec<Letter>>>() else {
        return false;
    };
    let mut tones = letters.iter().filter_map(|l| l.tone);
    let tone = tones.next();
    if tones.next().is_some() {
        return false;
    }
    let plain: String = letters.iter().flat_map(|l| l.letter.to_lowercase()).collect();
    ONSETS.iter().any(|onset| {
        let Some(rhyme) = plain.strip_prefix(onset) else { return false };
        CODAS.iter().any(|coda| {
            let Some(nucleus) = rhyme.strip_suffix(coda) else { return false };
            // Before c, ch, p and t a syllable has sắc or nặng, in writing at least one of them.
            let stopped = matches!(*coda, "c" | "ch" | "p" | "t");
            NUCLEI.contains(&nucleus) && (!stopped || matches!(tone, Some(3 | 4)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_told_from_what_a_wrong_encoding_makes_of_them() {
        for word in [
            "Nguyễn", "NGUYỄN", "thị", "Khuyên", "Đức", "giặt", "Quỳnh", "Ỷ", "nghiêng", "Hòa",
            "Hoà", "thuyền", "gì", "Yến", "khoét", "Huế",
        ] {
            assert!(is_syllable(word), "{word}");
            let apart: String = unicode_normalization::UnicodeNormalization::nfd(word).collect();
            assert!(is_syllable(&apart), "{word} in parts");
        }
        for word in
            ["NguyÔn", "thÞ", "V¨n", "Hïng", "Nguyeãn", "Ðức2", "ớờ", "hoc", "zéro", "", "aô"]
        {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
