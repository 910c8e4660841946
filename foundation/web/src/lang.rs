//! Which language: the choice kept in a cookie, else what the browser prefers, else Vietnamese.

use kernel::Lang;

/// `chosen` is the cookie, `accepted` the `Accept-Language` header of a first visit. English only
/// for a browser that asks for English and does not know Vietnamese at all.
pub(crate) fn choose(chosen: Option<&str>, accepted: Option<&str>) -> Lang {
    if let Some(tag @ ("vi" | "en")) = chosen {
        return Lang::from_tag(tag);
    }
    let tags = || accepted.unwrap_or_default().split(',').map(|t| t.trim().to_ascii_lowercase());
    let knows_vietnamese = tags().any(|t| t.starts_with("vi"));
    let wants_english = tags().next().is_some_and(|t| t.starts_with("en"));
    if wants_english && !knows_vietnamese { Lang::En } else { Lang::Vi }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_unless_english_is_plainly_wanted() {
        assert_eq!(choose(None, None), Lang::Vi);
        assert_eq!(choose(None, Some("en-GB,en;q=0.9")), Lang::En);
        assert_eq!(choose(None, Some("en-US,en;q=0.9,vi;q=0.8")), Lang::Vi);
        assert_eq!(choose(None, Some("fr,en;q=0.5")), Lang::Vi);
        assert_eq!(choose(Some("vi"), Some("en")), Lang::Vi);
        assert_eq!(choose(Some("en"), Some("vi")), Lang::En);
        assert_eq!(choose(Some("xx"), Some("vi")), Lang::Vi);
    }
}
