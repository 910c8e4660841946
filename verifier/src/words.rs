//! The sentences of text/vi.ftl and text/en.ftl: one line each, values as `{ $name }`.

/// The sentences of one language.
#[derive(Clone, Copy, Debug)]
pub struct Words(&'static str);

impl Words {
    /// Tiếng Việt.
    pub fn vietnamese() -> Self {
        Self(include_str!("../text/vi.ftl"))
    }
    /// English.
    pub fn english() -> Self {
        Self(include_str!("../text/en.ftl"))
    }
    /// `en` is English, all else Vietnamese.
    pub fn from_tag(tag: &str) -> Self {
        if tag == "en" { Self::english() } else { Self::vietnamese() }
    }
    /// A sentence with its values put in.
    pub fn say(&self, key: &str, values: &[(&str, String)]) -> String {
        let found = self.0.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix(" = "));
        let mut text = found.unwrap_or(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{ ${name} }}"), value);
        }
        text
    }
    /// A sentence without values.
    pub fn t(&self, key: &str) -> String {
        self.say(key, &[])
    }
}
