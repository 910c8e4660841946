//! The line icons of `assets/icons.svg`, put into pages where they stand: no further request, and a
//! page pays only for the ones it shows.

use crate::markup::Markup;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static FILE: &str = include_str!("../assets/icons.svg");

static ICONS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let mut icons = BTreeMap::new();
    for part in FILE.split("<symbol id=\"").skip(1) {
        let Some((id, rest)) = part.split_once('"') else { continue };
        let Some((_, rest)) = rest.split_once('>') else { continue };
        let Some((inner, _)) = rest.split_once("</symbol>") else { continue };
        icons.insert(id, inner.trim());
    }
    icons
});

/// The icon of this name, hidden from screen readers: the words beside it say the same. An unknown
/// name draws a ring.
pub fn icon(name: &str) -> Markup {
    let inner = ICONS.get(name).copied().unwrap_or("<circle cx=\"12\" cy=\"12\" r=\"8\"/>");
    Markup::trusted(format!(
        "<svg class=\"i\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">{inner}</svg>"
    ))
}

/// All names, for the page that shows them.
pub fn names() -> Vec<&'static str> {
    ICONS.keys().copied().collect()
}

/// The state mark: a gold star over joined hands on red.
pub fn mark() -> Markup {
    Markup::trusted(
        "<svg class=\"mark\" width=\"38\" height=\"38\" viewBox=\"0 0 40 40\" aria-hidden=\"true\"><rect width=\"40\" \
         height=\"40\" rx=\"8\" fill=\"#b3131b\"/><path d=\"M20 6l2.6 5.6 6.1.7-4.5 4.1 1.2 6-5.4-3-5.4 \
         3 1.2-6-4.5-4.1 6.1-.7z\" fill=\"#f4b400\"/><path d=\"M9 30a5 5 0 0 1 5-5h3M31 30a5 5 0 0 \
         0-5-5h-3M15 30h10\" stroke=\"#fff\" stroke-width=\"3\" fill=\"none\" \
         stroke-linecap=\"round\"/></svg>",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_of_the_file_is_found_and_plain() {
        let count = FILE.matches("<symbol ").count();
        assert_eq!(names().len(), count, "two icons share a name, or one cannot be read");
        for name in names() {
            let svg = icon(name);
            assert!(
                !svg.as_str().contains("style") && !svg.as_str().contains("fill=\"#"),
                "{name}"
            );
        }
    }
}
