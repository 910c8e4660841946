//! Checks before a definition may be published. Each finding has the file, the line, what is wrong
//! and what to do, in both languages; all findings are reported at once.

mod asks;
mod fees;
mod letters;
mod routes;
mod states;
mod versions;
pub mod words;

pub(super) use fees::decided;
pub use states::{ACTIONS, STATES};

use super::library::Library;
use super::load::Procedure;
use super::source::Source;
use kernel::{Date, Lang, Localized, Say, Words};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// Words of findings, `(vi, en)`.
pub const TEXT: (&str, &str) = (
    include_str!("../../../text/vi-definition.ftl"),
    include_str!("../../../text/en-definition.ftl"),
);

static WORDS: LazyLock<Arc<Words>> = LazyLock::new(|| {
    Words::build(&[TEXT]).unwrap_or_else(|faults| unreachable!("words of findings: {faults:?}"))
});

/// Something wrong in a definition file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// Which mistake; stable.
    pub code: &'static str,
    /// What is wrong.
    pub message: Localized,
    /// What to do.
    pub fix: Localized,
}

impl Finding {
    /// `data/procedures/1.004194.toml:12:9: what is wrong. What to do. [code]`
    pub fn line_in(&self, lang: Lang) -> String {
        format!(
            "{}:{}:{}: {} {} [{}]",
            self.file,
            self.line,
            self.column,
            self.message.get(lang),
            self.fix.get(lang),
            self.code
        )
    }
}

/// Collects findings.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Reports a mistake at a key.
    pub fn add(
        &mut self,
        source: &Source,
        path: &str,
        code: &'static str,
        args: &[(&'static str, String)],
    ) {
        self.add_at(source, source.offset(path), code, args);
    }
    /// Reports a mistake at an offset.
    pub fn add_at(
        &mut self,
        source: &Source,
        offset: usize,
        code: &'static str,
        args: &[(&'static str, String)],
    ) {
        let (line, column) = source.position(offset);
        let both = |key: &str| {
            let say = |lang| Say::new(WORDS.clone(), lang).with(key, args);
            Localized::new(say(Lang::Vi), say(Lang::En))
        };
        self.0.push(Finding {
            file: source.file.clone(),
            line,
            column,
            code,
            message: both(&format!("finding-{code}")),
            fix: both(&format!("finding-{code}-fix")),
        });
    }
    /// How many so far.
    pub fn count(&self) -> usize {
        self.0.len()
    }
    /// In order of file and line, each once.
    pub fn sorted(mut self) -> Vec<Finding> {
        self.0.sort_by(|a, b| {
            (&a.file, a.line, a.column, a.code).cmp(&(&b.file, b.line, b.column, b.code))
        });
        self.0.dedup();
        self.0
    }
}

/// Checks definition files together: each alone, and what they have to do with one another.
pub fn check(files: &[(&str, &str)], library: &Arc<Library>, today: Date) -> Vec<Finding> {
    read_checked(files, library, today).1
}

/// The procedures that could be read, and everything wrong with any of them.
pub(super) fn read_checked(
    files: &[(&str, &str)],
    library: &Arc<Library>,
    today: Date,
) -> (Vec<Arc<Procedure>>, Vec<Finding>) {
    let mut findings = Findings::default();
    let mut read = Vec::new();
    for (name, text) in files {
        let Some(p) = Procedure::read(name, text, library, &mut findings) else { continue };
        asks::check(&p, &mut findings);
        states::check(&p, &mut findings);
        fees::check(&p, &mut findings);
        letters::check(&p, &mut findings);
        routes::check(&p, today, &mut findings);
        read.push(Arc::new(p));
    }
    versions::check(&read, &mut findings);
    (read, findings.sorted())
}

/// `lienthong check`: the lines to print, and the exit code. Without paths, the definitions that come
/// with the program; a folder stands for the `.toml` files in it.
pub fn check_cli(paths: &[PathBuf], lang: Lang, today: Date) -> (Vec<String>, i32) {
    let say = Say::new(WORDS.clone(), lang);
    let library = match Library::built_in() {
        Ok(l) => l,
        Err(e) => return (vec![e.to_string()], 2),
    };
    let mut lines = Vec::new();
    let mut files: Vec<(String, String)> = Vec::new();
    if paths.is_empty() {
        files.extend(super::built_in_files().iter().map(|(n, t)| ((*n).into(), (*t).into())));
    }
    let mut named = Vec::new();
    for path in paths {
        let found = toml_files(path);
        if found.is_empty() {
            lines.push(say.t1("check-empty", "folder", path.display()));
        }
        named.extend(found);
    }
    for path in named {
        match std::fs::read_to_string(&path) {
            Ok(text) => files.push((path.display().to_string(), text)),
            Err(e) => {
                let mut line = say.t1("check-unreadable", "file", path.display());
                let _ = write!(line, " ({})", e.kind());
                lines.push(line);
            }
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let findings = check(&files, &library, today);
    lines.extend(findings.iter().map(|f| f.line_in(lang)));
    let bad = !lines.is_empty();
    let (n, files) = (lines.len().to_string(), files.len().to_string());
    let key = if bad { "check-bad" } else { "check-good" };
    lines.push(say.t2(key, "files", files, "findings", n));
    (lines, i32::from(bad))
}

/// The `.toml` files of a folder in order; a file is itself.
fn toml_files(path: &Path) -> Vec<PathBuf> {
    let Ok(list) = std::fs::read_dir(path) else { return vec![path.to_owned()] };
    let mut found: Vec<PathBuf> = list.filter_map(|e| e.ok().map(|e| e.path())).collect();
    found.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    found.sort();
    found
}
