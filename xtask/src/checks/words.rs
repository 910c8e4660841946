//! Every sentence a person may read: in both languages, asked for by a key that exists, given the
//! values it takes, and used somewhere. Every error code has its sentence.

use super::{
    Fault, fluent,
    fluent::Message,
    source::{Source, line_of},
};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// The sentences of one language over all crates: key to (file, sentence).
type Catalogue = BTreeMap<String, (String, Message)>;

/// Faults in the words.
pub fn faults(ws: &Workspace) -> Vec<Fault> {
    let files: Vec<(String, String)> =
        ws.files(&[".ftl"]).into_iter().map(|f| (f.clone(), ws.text(&f))).collect();
    let rust: Vec<Source> = ws
        .files(&[".rs"])
        .into_iter()
        .filter(|f| f.contains("/src/") && !f.starts_with("xtask/") && !f.starts_with("tests/"))
        .map(|f| Source::read(&f, ws.text(&f)))
        .collect();
    let pages: Vec<(String, String)> = ws
        .files(&[".html", ".js", ".toml", ".typ"])
        .into_iter()
        .filter(|f| !f.starts_with("tests/"))
        .map(|f| (f.clone(), ws.text(&f)))
        .collect();
    judge(&files, &rust, &pages)
}

fn judge(files: &[(String, String)], rust: &[Source], pages: &[(String, String)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let vi = catalogue("vi", files, &mut faults);
    let en = catalogue("en", files, &mut faults);
    faults.extend(pairs(&vi, &en));
    let codes = codes(rust);
    faults.extend(sentences_of_codes(&vi, &codes));
    for source in rust {
        faults.extend(calls(&source.path, &source.text, &source.code, &vi));
    }
    for (path, text) in pages.iter().filter(|(path, _)| path.ends_with(".html")) {
        faults.extend(calls(path, text, text, &vi));
    }
    faults.extend(unused(&vi, rust, pages));
    faults
}

fn catalogue(lang: &str, files: &[(String, String)], faults: &mut Vec<Fault>) -> Catalogue {
    let mut all = Catalogue::new();
    for (path, text) in files.iter().filter(|(path, _)| is_of(path, lang)) {
        for (key, message) in fluent::read(path, text, faults) {
            let line = message.line;
            if let Some((other, _)) = all.insert(key.clone(), (path.clone(), message)) {
                faults.push(Fault::new(path, line, format!("`{key}` stands in {other} too")));
            }
        }
    }
    all
}

/// `…/text/vi.ftl`, `…/text/vi/forms.ftl`, `…/text/vi-forms.ftl`.
fn is_of(path: &str, lang: &str) -> bool {
    path.split_once("/text/").is_some_and(|(_, rest)| {
        rest.strip_prefix(lang).is_some_and(|r| r.starts_with(['.', '/', '-']))
    })
}

fn pairs(vi: &Catalogue, en: &Catalogue) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (key, (file, message)) in vi {
        let Some((_, other)) = en.get(key) else {
            faults.push(Fault::new(file, message.line, format!("`{key}` has no English")));
            continue;
        };
        if values(vi, message) != values(en, other) {
            let what = format!(
                "`{key}` takes {:?} here and {:?} in English",
                message.values, other.values
            );
            faults.push(Fault::new(file, message.line, what));
        }
        if message.words == other.words && message.words.split_whitespace().count() >= 3 {
            let what = format!("`{key}` is the same in both languages: one is not translated");
            faults.push(Fault::new(file, message.line, what));
        }
    }
    for (key, (file, message)) in en.iter().filter(|(key, _)| !vi.contains_key(*key)) {
        faults.push(Fault::new(file, message.line, format!("`{key}` has no Vietnamese")));
    }
    faults
}

/// The values of a sentence and of the sentences it uses.
fn values(all: &Catalogue, message: &Message) -> BTreeSet<String> {
    let used = message.uses.iter().filter_map(|u| all.get(u)).flat_map(|(_, m)| m.values.iter());
    message.values.iter().chain(used).cloned().collect()
}

/// The error codes declared with `codes!`: (file, line, id).
fn codes(rust: &[Source]) -> Vec<(String, usize, String)> {
    let mut found = Vec::new();
    for source in rust {
        for at in source.words("codes!") {
            let rest = &source.code[at + "codes!".len()..];
            if !rest.trim_start().starts_with('{') || source.code[..at].ends_with("macro_rules! ") {
                continue;
            }
            let end = rest.find("\n}").map_or(source.code.len(), |n| at + n + "codes!".len());
            for (string, id) in source.strings.iter().filter(|(s, _)| (at..end).contains(s)) {
                found.push((source.path.clone(), source.line(*string), id.clone()));
            }
        }
    }
    found
}

fn sentences_of_codes(vi: &Catalogue, codes: &[(String, usize, String)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut known = BTreeMap::new();
    for (file, line, id) in codes {
        let key = format!("error-{}", id.replace(['.', '_'], "-"));
        if !vi.contains_key(&key) {
            faults.push(Fault::new(file, *line, format!("`{id}` has no sentence `{key}`")));
        }
        if let Some(other) = known.insert(key, file) {
            faults.push(Fault::new(file, *line, format!("`{id}` is declared in {other} too")));
        }
    }
    for (key, (file, message)) in vi.iter().filter(|(key, _)| key.starts_with("error-")) {
        if !known.contains_key(key) {
            faults.push(Fault::new(
                file,
                message.line,
                format!("`{key}` belongs to no error code"),
            ));
        }
    }
    faults
}

/// Calls that ask for words, and where the names of their values stand among the arguments.
const CALLS: &[(&str, &[usize])] = &[
    (".t(", &[]),
    (".t1(", &[1]),
    (".t2(", &[1, 3]),
    (".count(", &[]),
    (".with(", &[]),
    (".has(", &[]),
];

fn calls(path: &str, text: &str, code: &str, vi: &Catalogue) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (call, places) in CALLS {
        for (at, _) in code.match_indices(call) {
            let arguments = arguments(&text[at + call.len()..]);
            let Some(key) = arguments.first().and_then(|a| literal(a)) else { continue };
            let sure = matches!(*call, ".t(" | ".t1(" | ".t2(") || key.contains('-');
            let Some((_, message)) = vi.get(key) else {
                if sure {
                    faults.push(Fault::new(
                        path,
                        line_of(text, at),
                        format!("no sentence `{key}`"),
                    ));
                }
                continue;
            };
            let given: Option<BTreeSet<String>> = match *call {
                ".has(" => None,
                ".count(" => Some(BTreeSet::from(["n".to_owned()])),
                ".with(" => arguments.get(1).and_then(|a| names_of_list(a)),
                _ => places
                    .iter()
                    .map(|p| arguments.get(*p).and_then(|a| literal(a)).map(str::to_owned))
                    .collect(),
            };
            let Some(given) = given else { continue };
            for value in values(vi, message).difference(&given) {
                let what = format!("`{key}` takes ${value}, which this call does not give");
                faults.push(Fault::new(path, line_of(text, at), what));
            }
        }
    }
    faults
}

/// The arguments of a call whose opening bracket has just been passed.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut quoted, mut escaped) = (0_i32, 0, false, false);
    let mut found = Vec::new();
    for (n, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                found.push(text[start..n].trim());
                return found;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[start..n].trim());
                start = n + 1;
            }
            _ => {}
        }
    }
    Vec::new()
}

/// A plain string literal that is the whole argument.
fn literal(argument: &str) -> Option<&str> {
    let inside = argument.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains(['"', '\\'])).then_some(inside)
}

/// The names in `&[("a", x), ("b", y)]`; nothing when the list is made elsewhere.
fn names_of_list(argument: &str) -> Option<BTreeSet<String>> {
    let list = argument.strip_prefix("&[")?;
    arguments(list)
        .into_iter()
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let inside = arguments(pair.strip_prefix('(')?);
            inside.first().and_then(|n| literal(n)).map(str::to_owned)
        })
        .collect()
}

/// Sentences that no string in code, template, script or data names. A string that ends in a hyphen
/// or goes on with a value (`"weekday-{n}"`) names all that begin so; one that begins with a value
/// (`"{key}-short"`) names all that end so.
fn unused(vi: &Catalogue, rust: &[Source], pages: &[(String, String)]) -> Vec<Fault> {
    let mut tokens = BTreeSet::new();
    let mut suffixes = BTreeSet::new();
    let strings = rust.iter().flat_map(|s| s.strings.iter().map(|(_, held)| held.as_str()));
    for text in strings.chain(pages.iter().map(|(_, text)| text.as_str())) {
        let other = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        tokens.extend(text.split(other).filter(|t| !t.is_empty()));
        suffixes.extend(
            text.split('}')
                .filter(|t| t.starts_with('-'))
                .map(|t| &t[..t.find(other).unwrap_or(t.len())]),
        );
    }
    let inside: BTreeSet<&str> =
        vi.values().flat_map(|(_, m)| m.uses.iter().map(String::as_str)).collect();
    let prefixes: Vec<&str> =
        tokens.iter().copied().filter(|t| t.len() > 2 && t.ends_with('-')).collect();
    vi.iter()
        .filter(|(key, _)| {
            let key = key.as_str();
            !key.starts_with("error-")
                && !tokens.contains(key)
                && !inside.contains(key)
                && !prefixes.iter().any(|p| key.starts_with(p))
                && !suffixes.iter().any(|s| s.len() > 2 && key.ends_with(s))
        })
        .map(|(key, (file, m))| Fault::new(file, m.line, format!("`{key}` is used nowhere")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(vi: &str, en: &str, rust: &str, page: &str) -> Vec<String> {
        let files = [
            ("a/text/vi.ftl".to_owned(), vi.to_owned()),
            ("a/text/en.ftl".to_owned(), en.to_owned()),
        ];
        let rust = [Source::read("a/src/x.rs", rust.to_owned())];
        let pages = [("a/templates/x.html".to_owned(), page.to_owned())];
        judge(&files, &rust, &pages).iter().map(|f| f.what.clone()).collect()
    }

    const VI: &str =
        "x-hi = Chào { $name }\nx-bye = Tạm biệt\nx-day-1 = thứ Hai\nerror-x-bad-one = Hỏng.\n";
    const EN: &str =
        "x-hi = Hello { $name }\nx-bye = Goodbye\nx-day-1 = Monday\nerror-x-bad-one = Broken.\n";
    const CODE: &str = "codes! {\n    /// Bad.\n    BAD = \"x.bad_one\", BadInput;\n}\nfn f() { say.t1(\"x-hi\", \"name\", who); say.t(&format!(\"x-day-{n}\")) }";
    const PAGE: &str = "<p>{{ frame.say.t(\"x-bye\") }}</p>";

    #[test]
    fn a_whole_set_of_words_passes() {
        assert_eq!(check(VI, EN, CODE, PAGE), Vec::<String>::new());
    }

    #[test]
    fn each_mistake_is_found() {
        let one = |vi: &str, en: &str, code: &str, page: &str, what: &str| {
            let found = check(vi, en, code, page);
            assert_eq!(found.len(), 1, "{what}: {found:?}");
            assert!(found[0].contains(what), "{what}: {found:?}");
        };
        one(VI, &EN.replace("x-bye = Goodbye\n", ""), CODE, PAGE, "no English");
        one(&VI.replace("x-day-1 = thứ Hai\n", ""), EN, CODE, PAGE, "no Vietnamese");
        one(VI, &EN.replace("$name", "$nam"), CODE, PAGE, "takes");
        one(VI, EN, &CODE.replace("\"name\"", "\"who\""), PAGE, "does not give");
        let other = check(VI, EN, &CODE.replace("bad_one", "other"), PAGE);
        assert_eq!(
            other.len(),
            2,
            "a code without a sentence, a sentence without a code: {other:?}"
        );
        one(
            VI,
            EN,
            CODE,
            "<p>{{ say.t(\"x-bye\") }}{{ say.t(\"x-byte\") }}</p>",
            "no sentence `x-byte`",
        );
        one(VI, EN, CODE, "", "used nowhere");
    }

    #[test]
    fn values_given_in_lists_and_numbers_are_read() {
        let vi = "x-a = { $n } của { $who }\nx-b = { $n } việc\n";
        let en = "x-a = { $n } of { $who }\nx-b = { $n } jobs\n";
        let good = "fn f() { say.with(\"x-a\", &[(\"n\", g(1, 2)), (\"who\", w)]); say.count(\"x-b\", 3) }";
        assert_eq!(check(vi, en, good, ""), Vec::<String>::new());
        let bad = "fn f() { say.with(\"x-a\", &[(\"n\", g(1, 2))]); say.t(\"x-b\") }";
        assert_eq!(check(vi, en, bad, "").len(), 2);
    }
}
