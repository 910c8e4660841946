//! Addresses that a page may send a person to.

use crate::limits::RETURN_PATH_BYTES_MAX;

/// The path if it is one of our own (`/…`), else the home page. A redirect never leaves the site:
/// `//evil`, `/\evil`, a scheme, a control character all give `/`.
pub fn own(path: &str) -> &str {
    let bytes = path.as_bytes();
    let own = bytes.first() == Some(&b'/')
        && !matches!(bytes.get(1), Some(b'/' | b'\\'))
        && bytes.len() <= RETURN_PATH_BYTES_MAX
        && bytes.iter().all(|b| (0x21..0x7f).contains(b) && *b != b'\\');
    if own { path } else { "/" }
}

/// Escapes a value for use inside a query: `tiep=…`.
pub fn query_value(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// The address with one query parameter set to a value (or taken away), others kept: for links that
/// sort, filter or turn pages.
pub fn with_query(
    path: &str,
    query: &[(String, String)],
    name: &str,
    value: Option<&str>,
) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (n, v) in query.iter().filter(|(n, v)| n != name && !v.is_empty()) {
        out.append_pair(n, v);
    }
    if let Some(v) = value {
        out.append_pair(name, v);
    }
    let query = out.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_followed() {
        for good in ["/", "/ho-so/H42.1-2?trang=2", "/a%20b"] {
            assert_eq!(own(good), good);
        }
        for bad in [
            "",
            "ho-so",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=y",
            "/a b",
            "/\t/evil.example",
            "/địa-chỉ",
        ] {
            assert_eq!(own(bad), "/", "{bad:?}");
        }
        assert_eq!(own(&format!("/{}", "a".repeat(RETURN_PATH_BYTES_MAX))), "/");
    }

    #[test]
    fn one_parameter_changes_and_the_others_stay() {
        let query = [("q".to_owned(), "con nhỏ".to_owned()), ("trang".to_owned(), "3".to_owned())];
        assert_eq!(with_query("/x", &query, "trang", Some("4")), "/x?q=con+nh%E1%BB%8F&trang=4");
        assert_eq!(with_query("/x", &query[1..], "trang", None), "/x");
    }
}
