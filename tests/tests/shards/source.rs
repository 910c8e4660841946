//! The SQL that stands in the source: every text that holds a statement, put together where it is put
//! together of constants, with a word where the program puts something in.

use std::collections::BTreeMap;
use std::path::Path;

/// What stands for something that the program puts in.
pub const HOLE: &str = "hole";

/// A text of the source.
#[derive(Clone, Debug)]
pub struct Text {
    pub krate: String,
    /// `foundation/store/src/jobs.rs:84`
    pub place: String,
    pub text: String,
    /// The constant that it is.
    name: Option<String>,
    /// The call it is the first argument of, such as `bulk`.
    call: Option<String>,
    /// The constant that is named right behind it.
    next: String,
}

/// The texts of one file, comments and unit tests left out.
fn texts(krate: &str, file: &str, source: &str) -> Vec<Text> {
    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < source.len() {
        let rest = &source[at..];
        let skip = |end: &str| rest.find(end).map_or(rest.len(), |i| i + end.len());
        if rest.starts_with("//") {
            at += skip("\n");
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\") {
            at += 2 + rest[2..].find('\'').unwrap_or(0) + 1;
        } else if let Some(inner) = rest.strip_prefix('"') {
            let (text, length) = read(inner);
            let line = source[..at].matches('\n').count() + 1;
            let before = source[..at].trim_end();
            out.push(Text {
                krate: krate.to_owned(),
                place: format!("{file}:{line}"),
                text,
                name: constant(before),
                call: before.strip_suffix('(').map(|b| last_word(b).to_owned()),
                next: named(&source[at + 1 + length..]),
            });
            at += 1 + length;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    out
}

/// A text up to its closing quote, and how long it was in the source.
fn read(rest: &str) -> (String, usize) {
    let (mut out, mut chars) = (String::new(), rest.char_indices().peekable());
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return (out, i + 1),
            '\\' => match chars.next() {
                Some((_, '\n')) => {
                    while chars.peek().is_some_and(|(_, c)| c.is_whitespace()) {
                        chars.next();
                    }
                }
                Some((_, 'n')) => out.push('\n'),
                Some((_, c)) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    (out, rest.len())
}

/// `, NAME` or `, module::NAME`
fn named(behind: &str) -> String {
    let behind = behind.strip_prefix(',').unwrap_or_default().trim_start();
    let end = behind.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    let path = &behind[..end.unwrap_or(behind.len())];
    path.to_owned()
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// `const NAME: &str =` or `let name =`
fn constant(before: &str) -> Option<String> {
    let head = before.strip_suffix('=')?.trim_end();
    let typed = head.strip_suffix("&str").and_then(|h| h.trim_end().strip_suffix(':'));
    let name = last_word(typed.unwrap_or(head));
    let is_local = || head.strip_suffix(name).is_some_and(|h| h.trim_end().ends_with("let"));
    (!name.is_empty() && (typed.is_some() || is_local())).then(|| name.to_owned())
}

/// Every text of the crates' sources, `{CONSTANT}` filled in.
pub fn all(root: &Path) -> Vec<Text> {
    let mut found = Vec::new();
    for part in ["foundation", "government", "society", "economy", "app"] {
        let home = root.join(part);
        let crates: Vec<_> = match part {
            "app" => vec![home],
            _ => std::fs::read_dir(home).into_iter().flatten().map(|e| e.unwrap().path()).collect(),
        };
        for krate in crates {
            let name = krate.file_name().unwrap().to_str().unwrap().to_owned();
            walk(root, &krate.join("src"), &name, &mut found);
        }
    }
    let mut known: BTreeMap<(String, String), String> = BTreeMap::new();
    for t in &found {
        if let Some(name) = &t.name {
            // One of a file stands before one of another file of its crate.
            let file = t.place.split(':').next().unwrap_or_default();
            for home in [file, &t.krate] {
                known.entry((home.to_owned(), name.clone())).or_insert_with(|| t.text.clone());
            }
        }
    }
    for t in &mut found {
        let file = t.place.split(':').next().unwrap_or_default().to_owned();
        let find = |path: &str| {
            let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
            let of = |home: &str| known.get(&(home.to_owned(), name.to_owned()));
            let named = known.iter().find(|((home, n), _)| {
                n == name && home.ends_with(&format!("/{module}.rs")) && home.contains(&t.krate)
            });
            let here = if module.is_empty() { of(&file).or_else(|| of(&t.krate)) } else { None };
            here.or_else(|| named.map(|(_, text)| text)).cloned()
        };
        t.text = filled(&t.text, &find);
        t.next = find(&t.next).unwrap_or_default();
    }
    found
}

fn walk(root: &Path, folder: &Path, krate: &str, found: &mut Vec<Text>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "tests" {
            walk(root, &path, krate, found);
        } else if name.ends_with(".rs") && !["tests.rs", "testing.rs"].contains(&name) {
            let file = path.strip_prefix(root).unwrap().to_str().unwrap();
            found.extend(texts(krate, file, &std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// `{CONSTANT}` as what it is, any other `{…}` as a hole.
fn filled(text: &str, find: &dyn Fn(&str) -> Option<String>) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else { return text.to_owned() };
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        match is_name.then(|| find(name)).flatten() {
            Some(value) => out.push_str(&value),
            // A placeholder that is counted.
            None if before.ends_with('?') => out.push('9'),
            None if before.trim_end().ends_with(" SET") => out.push_str("hole = 1"),
            None => out.push_str(" hole "),
        }
        rest = after;
    }
    out + rest
}

/// A statement of the source, so that it can be read.
#[derive(Clone, Debug)]
pub struct Statement {
    pub krate: String,
    pub place: String,
    pub sql: String,
}

/// All statements, and pieces of statements that name one of these tables.
pub fn statements(texts: &[Text], tables: &[&str]) -> Vec<Statement> {
    let mut out = Vec::new();
    for (i, t) in texts.iter().enumerate() {
        let text = t.text.split_whitespace().collect::<Vec<_>>().join(" ");
        // The beginning of others, which are whole.
        let begins =
            |o: &Text| o.krate == t.krate && o.place != t.place && o.text.starts_with(&t.text);
        if t.name.is_some() && texts.iter().any(begins) {
            continue;
        }
        let sql = if t.call.as_deref() == Some("bulk") {
            let columns = match t.next.as_str() {
                "" => texts.get(i + 1).map_or(HOLE, |next| next.text.as_str()),
                named => named,
            };
            format!("INSERT INTO {text} ({columns}) VALUES (1)")
        } else if is_whole(&text) {
            ended(&text)
        } else if names(&text, tables) {
            let text = text.trim_start_matches("AND ").trim_start_matches("OR ");
            ended(&format!("SELECT 1 FROM {HOLE} WHERE {text}"))
        } else {
            continue;
        };
        out.push(Statement { krate: t.krate.clone(), place: t.place.clone(), sql });
    }
    out
}

fn is_whole(text: &str) -> bool {
    let begins = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "WITH "];
    begins.iter().any(|b| text.starts_with(b))
        || text.starts_with("UPDATE ") && text.contains(" SET ")
}

/// Whether a piece of SQL reads or writes one of the tables.
fn names(text: &str, tables: &[&str]) -> bool {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    words
        .windows(2)
        .any(|w| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&w[0]) && tables.contains(&w[1]))
}

/// What the program adds behind the end of a statement, in the shortest form.
fn ended(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let last = words.last().copied().unwrap_or_default();
    let before = words.len().checked_sub(2).map_or("", |i| words[i]);
    let mut out = text.to_owned();
    if text.starts_with("INSERT INTO ") && !text.contains(" VALUES ") && !text.contains("SELECT ") {
        out.push_str(" VALUES (1)");
    } else if ["AND", "WHERE"].contains(&last) {
        out.push_str(" hole IN (?9)");
    } else if ["=", "<", ">", ">=", "<=", "<>", "LIMIT", "("].contains(&last) || last.ends_with('(')
    {
        out.push_str(" ?9");
    } else if ["AND", "WHERE"].contains(&before) && last != HOLE {
        out.push_str(" IN (?9)");
    }
    let open = out.matches('(').count().saturating_sub(out.matches(')').count());
    out + &")".repeat(open)
}
