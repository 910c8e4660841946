//! Makes text printable. PDF/A forbids missing glyphs, so one emoji in a reason would otherwise stop
//! a letter: marks that no embedded face has are drawn as □ and counted, invisible ones are dropped.

use crate::world::FONTS;
use serde_json::Value as Json;

/// What stands for a character that cannot be drawn.
const BLANK: char = '□';

/// Cleans all strings inside `value`; returns how many characters could not be drawn.
pub fn clean(value: &mut Json) -> usize {
    match value {
        Json::String(s) => clean_text(s),
        Json::Array(items) => items.iter_mut().map(clean).sum(),
        Json::Object(map) => map.values_mut().map(clean).sum(),
        _ => 0,
    }
}

fn clean_text(text: &mut String) -> usize {
    if text.chars().all(|c| !invisible(c) && drawable(c)) {
        return 0;
    }
    let mut replaced = 0;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if invisible(c) {
            continue;
        }
        if c == '\t' {
            out.push(' ');
        } else if drawable(c) {
            out.push(c);
        } else {
            replaced += 1;
            out.push(BLANK);
        }
    }
    *text = out;
    replaced
}

fn drawable(c: char) -> bool {
    c == '\n' || FONTS.covers(c)
}

/// Controls, zero-width marks and direction overrides: nothing to print, and able to mislead.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_vietnamese_letter_is_drawable_in_every_face() {
        let letters = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụ\
                       ưừứửữựvxyỳýỷỹỵfjwz0123456789–—…«»“”‘’•₫";
        for c in letters.chars().flat_map(|c| std::iter::once(c).chain(c.to_uppercase())) {
            assert!(drawable(c), "{c}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_blanked_and_counted() {
        let mut v = json!({"a": ["Lễ\u{200b} hội 🎉", 3], "b": "Nguyễn Thị Ễ"});
        assert_eq!(clean(&mut v), 1);
        assert_eq!(v, json!({"a": ["Lễ hội □", 3], "b": "Nguyễn Thị Ễ"}));
    }
}
