//! What a room may hold: SQL, axum, clocks, randomness, files, the environment, words for people.

use super::{
    Fault,
    source::{Source, line_of},
};
use crate::workspace::Workspace;

/// Places where a rule does not hold, each with its reason: (path or folder, rule, reason). An
/// entry that no longer excuses anything is itself a fault.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("foundation/store/src/journal/", "sql", "the journal is the store's own noun"),
    ("foundation/web/", "axum", "`web` is where axum lives"),
    ("foundation/web/src/site.rs", "words", "defaults of settings, in both languages"),
    ("foundation/web/templates/ui/sheet.html", "words", "the State's motto is never translated"),
    ("foundation/web/src/gallery/", "words", "made-up contents of the examples on /design"),
    ("foundation/web/templates/gallery/", "words", "made-up contents of the examples on /design"),
    ("foundation/registers/src/generate/", "words", "names and places of made-up people"),
    ("foundation/places/", "words", "the kinds of places are law's own terms"),
    ("foundation/registers/src/codes.rs", "words", "the number of a decision, as data name it"),
    ("foundation/trust/src/certificates.rs", "words", "names in certificates have one language"),
];

/// Code that only some rooms may hold: (rule, words, rooms that may, what to do instead). `web`,
/// `app`, `verifier`, `tests` and `xtask` are outside these rules where the rule says so.
struct Rule {
    name: &'static str,
    words: &'static [&'static str],
    /// Files or folders of `src/` that may; empty: nobody.
    allowed: &'static [&'static str],
    /// If not empty, the rule concerns only these rooms.
    only: &'static [&'static str],
    instead: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        name: "axum",
        words: &["axum"],
        allowed: &["pages", "api"],
        only: &[],
        instead: "only pages.rs and api.rs know axum",
    },
    Rule {
        name: "environment",
        words: &[
            "env::var",
            "env::var_os",
            "env::vars",
            "env::args",
            "env::args_os",
            "env::current_dir",
            "env::current_exe",
        ],
        allowed: &[],
        only: &[],
        instead: "only `app` reads the environment and the command line; take it as an argument",
    },
    Rule {
        name: "print",
        words: &["println!", "eprintln!", "print!", "eprint!", "dbg!"],
        allowed: &[],
        only: &[],
        instead: "write a tracing event, or return the text to `app`",
    },
    Rule {
        name: "pure",
        words: &[
            "SystemTime",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "std::fs",
            "fs::read",
            "fs::write",
            "File::open",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "ToSocketAddrs",
            "std::thread",
            "SecureRandom",
            "SystemRandom",
            "aws_lc_rs::rand",
            "ReadTx",
            "WriteTx",
            "Store",
            "async fn",
        ],
        allowed: &[],
        only: &["rules", "model"],
        instead: "rules.rs and model.rs are pure: pass the value in as an argument",
    },
];

/// Rooms with another duty, where no SQL may stand. It belongs in queries.rs and commands.rs, or,
/// where one noun has a table of its own, in a file of that noun (`household.rs`).
const SQL_NEVER: &[&str] =
    &["lib", "model", "rules", "pages", "api", "journal", "errors", "codes", "definition"];

/// Faults in the rooms of the capability crates.
pub fn faults(ws: &Workspace) -> Vec<Fault> {
    let mut all = Vec::new();
    for path in ws.files(&[".rs"]) {
        if in_capability(&path) {
            all.extend(rust(&Source::read(&path, ws.text(&path))));
        }
    }
    for path in ws.files(&[".html"]) {
        if path.contains("/templates/") {
            all.extend(template(&path, &ws.text(&path)));
        }
    }
    excuse(all, EXCEPTIONS)
}

fn in_capability(path: &str) -> bool {
    path.contains("/src/")
        && !["app/", "verifier/", "tests/", "xtask/"].iter().any(|f| path.starts_with(f))
}

/// The names of a file's folders under `src/`, and its own.
fn rooms(path: &str) -> Vec<&str> {
    let inside = path.split_once("/src/").map_or(path, |p| p.1);
    inside.trim_end_matches(".rs").split('/').collect()
}

fn rust(source: &Source) -> Vec<(&'static str, Fault)> {
    let rooms = rooms(&source.path);
    // Files that hold only tests are no room.
    if rooms.iter().any(|r| *r == "tests" || *r == "testing") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rule in RULES {
        let concerned = rule.only.is_empty() || rooms.iter().any(|r| rule.only.contains(r));
        if !concerned || rooms.iter().any(|r| rule.allowed.contains(r)) {
            continue;
        }
        for word in rule.words {
            if let Some(at) = source.words(word).next() {
                let what = format!("`{word}` here: {}", rule.instead);
                found.push((rule.name, Fault::new(&source.path, source.line(at), what)));
            }
        }
    }
    let no_sql = rooms.iter().any(|r| SQL_NEVER.contains(r)) || !uses_store(&source.path);
    for (at, text) in &source.strings {
        if no_sql && is_sql(text) {
            let what = "SQL here: it belongs in queries.rs, commands.rs or the file of its noun";
            found.push(("sql", Fault::new(&source.path, source.line(*at), what)));
        }
        if is_sentence(text) {
            let what =
                "words for people here: put them into text/vi.ftl and text/en.ftl, or into data/";
            found.push(("words", Fault::new(&source.path, source.line(*at), what)));
        }
    }
    found
}

fn template(path: &str, text: &str) -> Vec<(&'static str, Fault)> {
    let mut rest = text;
    let mut found = Vec::new();
    let mut at = 0;
    // Comments may be Vietnamese.
    while let Some(start) = rest.find("{#") {
        check_words(path, text, at, &rest[..start], &mut found);
        let end = rest[start..].find("#}").map_or(rest.len(), |n| start + n + 2);
        at += end;
        rest = &rest[end..];
    }
    check_words(path, text, at, rest, &mut found);
    found
}

fn check_words(
    path: &str,
    text: &str,
    offset: usize,
    part: &str,
    found: &mut Vec<(&'static str, Fault)>,
) {
    if let Some((at, _)) = part.char_indices().find(|(_, c)| vietnamese(*c)) {
        let what = "words for people here: put them into text/vi.ftl and text/en.ftl";
        found.push(("words", Fault::new(path, line_of(text, offset + at), what)));
    }
}

fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    let starts = |verb: &str| text.starts_with(verb);
    starts("SELECT ")
        || starts("INSERT INTO")
        || starts("DELETE FROM")
        || starts("CREATE TABLE")
        || starts("UPDATE ") && text.contains("SET ")
        || starts("WITH ") && text.contains(" AS (")
}

/// Vietnamese words in a row. One or two are names of things that the code must know («xã», «đ»).
fn is_sentence(text: &str) -> bool {
    text.chars().any(vietnamese) && text.split_whitespace().count() >= 3
}

/// Crates that may not know the store hold no SQL at all.
fn uses_store(path: &str) -> bool {
    !["foundation/kernel/", "foundation/web/", "foundation/places/", "foundation/paper/"]
        .iter()
        .any(|f| path.starts_with(f))
}

/// A letter that Vietnamese uses and English does not.
fn vietnamese(c: char) -> bool {
    matches!(c, '\u{1ea0}'..='\u{1ef9}')
        || "ăâđêôơưĂÂĐÊÔƠƯàáãèéìíòóõùúýÀÁÃÈÉÌÍÒÓÕÙÚÝ".contains(c)
        || matches!(c, 'ĩ' | 'Ĩ' | 'ũ' | 'Ũ')
}

fn excuse(found: Vec<(&'static str, Fault)>, exceptions: &[(&str, &str, &str)]) -> Vec<Fault> {
    let excused = |rule: &str, file: &str| {
        exceptions.iter().position(|(path, r, _)| *r == rule && file.starts_with(path))
    };
    let mut used = vec![false; exceptions.len()];
    let mut faults = Vec::new();
    let mut told: Vec<(&str, String, usize)> = Vec::new();
    for (rule, fault) in found {
        match excused(rule, &fault.file) {
            Some(n) => used[n] = true,
            // One line a file and rule is enough to send somebody there.
            None => match told.iter_mut().find(|t| t.0 == rule && t.1 == fault.file) {
                Some(same) => same.2 += 1,
                None => {
                    told.push((rule, fault.file.clone(), 0));
                    faults.push(fault);
                }
            },
        }
    }
    for (fault, (_, _, more)) in faults.iter_mut().zip(&told).filter(|(_, t)| t.2 > 0) {
        fault.what.push_str(&format!(" ({more} more in this file)"));
    }
    for ((path, rule, _), _) in exceptions.iter().zip(&used).filter(|(_, used)| !**used) {
        let what = format!(
            "the exception «{rule}» of xtask/src/checks/rooms.rs excuses nothing: remove it"
        );
        faults.push(Fault::new(*path, 0, what));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str) -> Vec<&'static str> {
        rust(&Source::read(path, text.to_owned())).iter().map(|f| f.0).collect()
    }

    #[test]
    fn each_rule_finds_its_mistake() {
        let rules = "foundation/x/src/rules.rs";
        let store = "foundation/x/src/thing/store.rs";
        assert_eq!(check(rules, "use axum::Router;"), ["axum"]);
        assert_eq!(check("foundation/x/src/pages/list.rs", "use axum::Router;"), [""; 0]);
        assert_eq!(check(rules, "let x = SystemTime::now();"), ["pure"]);
        assert_eq!(check(rules, "fn f(tx: &mut ReadTx<'_>) {}"), ["pure"]);
        assert_eq!(check("foundation/x/src/lib.rs", "std::env::var(\"X\")"), ["environment"]);
        assert_eq!(check("foundation/x/src/lib.rs", "tx.one(\"SELECT 1\")"), ["sql"]);
        assert_eq!(check(store, "tx.one(\"SELECT 1\")"), [""; 0]);
        assert_eq!(check(store, "println!(\"x\")"), ["print"]);
        assert_eq!(check(store, "\"Không tìm thấy\", \"xã\""), ["words"]);
        assert_eq!(
            check(store, "// Không\n#[cfg(test)]\nmod tests { const X: &str = \"Không\"; }"),
            [""; 0]
        );
    }

    #[test]
    fn english_that_looks_like_sql_is_not() {
        assert!(!is_sql("UPDATE your number"));
        assert!(!is_sql("WITH pleasure"));
        assert!(is_sql("\n  WITH a AS (SELECT 1) SELECT * FROM a"));
    }

    #[test]
    fn templates_hold_no_words() {
        assert_eq!(template("x/templates/a.html", "{# Ghi chú #}<p>{{ t }}</p>").len(), 0);
        let found = template("x/templates/a.html", "{# Ghi chú #}\n<p>Đồng ý</p>");
        assert_eq!(found[0].1.line, 2);
    }

    #[test]
    fn exceptions_must_excuse_something() {
        let fault = || vec![("sql", Fault::new("a/src/x.rs", 1, "SQL"))];
        assert_eq!(excuse(fault(), &[("a/src/x.rs", "sql", "why")]), []);
        assert_eq!(excuse(fault(), &[("a/src/y.rs", "sql", "why")]).len(), 2);
    }
}
