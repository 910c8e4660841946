//! Reads Rust just well enough to tell code, comments and strings apart, and to leave out tests.

/// One Rust file.
#[derive(Debug)]
pub struct Source {
    /// Its path relative to the root.
    pub path: String,
    /// Its text as it stands.
    pub text: String,
    /// The same bytes with comments, strings and `#[cfg(test)]` items blanked out.
    pub code: String,
    /// The strings outside tests and comments: where the opening quote stands, and what they hold.
    pub strings: Vec<(usize, String)>,
}

impl Source {
    /// Reads one file.
    pub fn read(path: &str, text: String) -> Self {
        let (mut code, strings) = split(&text);
        let tests = blank_tests(&mut code);
        let strings =
            strings.into_iter().filter(|(at, _)| !tests.iter().any(|t| t.contains(at))).collect();
        Self { path: path.to_owned(), text, code, strings }
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, at: usize) -> usize {
        line_of(&self.text, at)
    }

    /// Where `word` stands in the code (not inside a longer name).
    pub fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code.match_indices(word).map(|(at, _)| at).filter(|&at| {
            let name = |c: char| c.is_alphanumeric() || c == '_';
            let before = self.code[..at].chars().next_back();
            let after = self.code[at + word.len()..].chars().next();
            let starts = word.starts_with(name);
            let ends = word.ends_with(name);
            !(starts && before.is_some_and(name) || ends && after.is_some_and(name))
        })
    }
}

/// The line of a byte offset, from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

fn split(text: &str) -> (String, Vec<(usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut strings = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                text[at..].find('\n').map_or(text.len(), |n| at + n)
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => block_comment(bytes, at),
            b'"' => {
                let (end, held) = plain_string(text, at);
                strings.push((at, held));
                end
            }
            b'r' if !after_name(bytes, at) => match raw_string(text, at) {
                Some((end, quote, held)) => {
                    strings.push((quote, held));
                    end
                }
                None => {
                    at += 1;
                    continue;
                }
            },
            b'\'' => char_literal(bytes, at),
            _ => {
                at += 1;
                continue;
            }
        };
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    (String::from_utf8_lossy(&code).into_owned(), strings)
}

fn after_name(bytes: &[u8], at: usize) -> bool {
    at > 0
        && (bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'b' || bytes[at - 1] == b'_')
}

fn block_comment(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from + 2, 1);
    while at < bytes.len() && depth > 0 {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (b'*', Some(b'/')) => {
                depth -= 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    at.min(bytes.len())
}

fn plain_string(text: &str, quote: usize) -> (usize, String) {
    let mut held = String::new();
    let mut chars = text[quote + 1..].char_indices();
    while let Some((n, c)) = chars.next() {
        match c {
            '"' => return (quote + 1 + n + 1, held),
            '\\' => match chars.next() {
                Some((_, '\n')) => held.push(' '),
                Some((_, 'n')) => held.push('\n'),
                Some((_, c)) => held.push(c),
                None => {}
            },
            c => held.push(c),
        }
    }
    (text.len(), held)
}

fn raw_string(text: &str, at: usize) -> Option<(usize, usize, String)> {
    let rest = &text[at + 1..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = rest[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&close)?;
    let quote = at + 1 + hashes;
    Some((quote + 1 + length + close.len(), quote, body[..length].to_owned()))
}

/// The end of a character literal; one past the quote when it is a lifetime.
fn char_literal(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at + 1) == Some(&b'\\') {
        return bytes[at + 3..].iter().position(|b| *b == b'\'').map_or(at + 1, |n| at + 4 + n);
    }
    let text = std::str::from_utf8(&bytes[at + 1..]).unwrap_or_default();
    let width = text.chars().next().map_or(1, char::len_utf8);
    if bytes.get(at + 1 + width) == Some(&b'\'') { at + 2 + width } else { at + 1 }
}

/// Blanks every item under `#[cfg(test)]`; gives back where they stood.
fn blank_tests(code: &mut String) -> Vec<std::ops::Range<usize>> {
    let mut tests = Vec::new();
    while let Some(start) = code.find("#[cfg(test)]") {
        let rest = &code[start..];
        let end = match (rest.find('{'), rest.find(';')) {
            (Some(open), semi) if semi.is_none_or(|s| open < s) => start + braces(rest, open),
            (_, Some(semi)) => start + semi + 1,
            _ => code.len(),
        };
        let blank: String =
            code[start..end].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
        code.replace_range(start..end, &blank);
        tests.push(start..end);
    }
    tests
}

fn braces(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (n, b) in text.bytes().enumerate().skip(open) {
        match b {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return n + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_comments_and_strings_are_told_apart() {
        let s = Source::read(
            "x.rs",
            "fn f<'a>() { // \"no\"\n let c = '\"'; let d = '\\''; g(\"yes \\\"é\\\"\", r#\"raw \"x\"\"#); /* \"no /* nested */\" */ }\n#[cfg(test)]\nmod tests { fn t() { h(\"no\") } }\nfn last() { k(\"end\") }\n".into(),
        );
        let held: Vec<&str> = s.strings.iter().map(|s| s.1.as_str()).collect();
        assert_eq!(held, ["yes \"é\"", "raw \"x\"", "end"]);
        assert!(s.code.contains("fn last()") && !s.code.contains("mod tests"));
        assert_eq!(s.code.len(), s.text.len());
        assert_eq!(s.words("last").map(|at| s.line(at)).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn words_are_whole_words() {
        let s = Source::read("x.rs", "use axum_extra; use axum::Router; my_axum".into());
        assert_eq!(s.words("axum").count(), 1);
    }
}
