//! HTML that is already escaped.

use std::fmt;

/// A piece of HTML made by this crate's templates and functions: text inside it is escaped already,
/// so templates put it in as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// Takes HTML that the caller vouches for. Never pass what a person typed: use [`Markup::text`].
    pub fn trusted(html: impl Into<String>) -> Self {
        Self(html.into())
    }
    /// Plain text, escaped.
    pub fn text(text: &str) -> Self {
        Self(escape(text))
    }
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Nothing inside?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl askama::filters::HtmlSafe for Markup {}

/// Escapes text for an HTML text node or a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(
            Markup::text("<b onclick=\"x('y')\">&").as_str(),
            "&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;"
        );
    }
}
