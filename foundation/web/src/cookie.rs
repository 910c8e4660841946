//! Cookies: always `Path=/; Secure; SameSite=Lax`, so that the `__Host-` prefix holds. Browsers
//! treat `http://localhost` as trustworthy, so development works without TLS.

/// The session's cookie. `identity` sets and clears it.
pub const SESSION: &str = "__Host-lt";
/// Binds forms of a visitor without a session.
pub const ANONYMOUS: &str = "__Host-lt-an";
/// One message shown on the next page.
pub const FLASH: &str = "__Host-lt-tin";
/// Since when somebody waits who was told to come again.
pub const WAITING: &str = "__Host-lt-cho";
/// Tells that somebody signed in on this browser before, and who: no rights, only a budget of its own.
pub const KNOWN: &str = "__Host-lt-quen";
/// How long that is remembered, seconds: 400 days, the longest that browsers allow.
pub const KNOWN_SECONDS: i64 = 400 * 86_400;
/// The chosen language, `vi` or `en`. Not secret, read by nobody else.
pub const LANGUAGE: &str = "lang";

/// A cookie to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Its name; use the `__Host-` prefix.
    pub name: String,
    /// Its value: letters, digits, `-`, `_`, `.`, `~` only; anything else is dropped.
    pub value: String,
    /// Seconds to keep it; `None` until the browser closes; 0 removes it.
    pub max_age_seconds: Option<i64>,
}

impl Cookie {
    /// Until the browser closes.
    pub fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_owned(), max_age_seconds: None }
    }
    /// Kept for so many seconds.
    #[must_use]
    pub fn lasting(mut self, seconds: i64) -> Self {
        self.max_age_seconds = Some(seconds);
        self
    }
    /// Removes the cookie.
    pub fn gone(name: &str) -> Self {
        Self::new(name, "").lasting(0)
    }
    /// The `Set-Cookie` line.
    pub fn header(&self) -> String {
        let value: String = self
            .value
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~'))
            .collect();
        let mut line = format!("{}={value}; Path=/; Secure; HttpOnly; SameSite=Lax", self.name);
        if let Some(seconds) = self.max_age_seconds {
            line.push_str(&format!("; Max-Age={seconds}"));
        }
        line
    }
}

/// Reads `Cookie` header lines. The first of a name wins.
pub(crate) fn parse<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for pair in lines.flat_map(|line| line.split(';')).take(64) {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let (name, value) = (name.trim(), value.trim());
        if !name.is_empty() && !out.iter().any(|(n, _)| n == name) {
            out.push((name.to_owned(), value.to_owned()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_has_every_guard() {
        let line = Cookie::new(SESSION, "ab;c\r\nd").lasting(60).header();
        assert_eq!(line, "__Host-lt=abcd; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60");
    }

    #[test]
    fn the_first_cookie_of_a_name_wins() {
        let got = parse(["a=1; b=2", "a=3;=x;nonsense"].into_iter());
        assert_eq!(got, [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]);
    }
}
