//! What every crate and file carries, and what no file may carry.

use super::Fault;
use crate::workspace::Workspace;

/// Ways in which a crate's front page says what it does not know.
const ABSENCE: &[&str] = &["does **not** know", "does not know", "knows no ", "knows nothing"];

/// Faults of the tree as a whole.
pub fn faults(ws: &Workspace) -> Vec<Fault> {
    let mut faults = Vec::new();
    let rust = ws.files(&[".rs"]);
    for path in &rust {
        let text = ws.text(path);
        // A file of tests needs no heading: the module it tests has one.
        let tests = path.contains("/tests/") || path.ends_with("/tests.rs");
        if !tests && !text.starts_with("//!") {
            faults.push(Fault::new(path, 1, "begins with a `//!` line: what this file is for"));
        }
        if path.ends_with("/src/lib.rs") && !says_absence(&text) {
            faults.push(Fault::new(path, 1, "says what this crate does **not** know"));
        }
    }
    faults.extend(wiring(ws, &rust));
    faults.extend(on_the_map(ws, &rust));
    for readme in ["README.md", "README.vi.md"] {
        faults.extend(set_up(readme, &ws.text(readme)));
    }
    let here = ws.root.to_string_lossy().into_owned();
    for path in ws.files(&[
        ".rs", ".md", ".toml", ".html", ".js", ".mjs", ".css", ".ftl", ".sql", ".json", ".typ",
        ".yml", ".svg",
    ]) {
        if let Some(at) = ws.text(&path).find(&here) {
            let line = super::source::line_of(&ws.text(&path), at);
            faults.push(Fault::new(
                &path,
                line,
                "holds the path of this checkout: make it relative",
            ));
        }
    }
    faults
}

/// The only commands that a stranger is asked to type.
const SET_UP: &[&str] = &["cargo run --release -- demo", "cargo xtask test"];

fn set_up(file: &str, text: &str) -> Vec<Fault> {
    let commands = ["cargo ", "apt", "npm ", "sudo ", "docker ", "curl ", "rustup "];
    let is_command = |line: &str| commands.iter().any(|c| line.starts_with(c));
    let (mut faults, mut found, mut fenced) = (Vec::new(), Vec::new(), false);
    for (n, line) in text.lines().enumerate() {
        fenced ^= line.starts_with("```");
        let typed = line.trim().trim_start_matches("$ ");
        if !(fenced || line.starts_with("    ")) || !is_command(typed) {
            continue;
        }
        let command = typed.split('#').next().unwrap_or_default().trim();
        if !SET_UP.contains(&command) {
            faults.push(Fault::new(
                file,
                n + 1,
                format!("asks for more than the two commands: {command}"),
            ));
        }
        found.push(command);
    }
    for command in SET_UP.iter().filter(|c| !found.contains(c)) {
        faults.push(Fault::new(file, 0, format!("does not give the command `{command}`")));
    }
    faults
}

fn says_absence(text: &str) -> bool {
    let front: String = text
        .lines()
        .take_while(|l| l.starts_with("//!"))
        .map(|l| format!("{} ", l.trim_start_matches("//!").trim()))
        .collect();
    ABSENCE.iter().any(|a| front.contains(a))
}

/// A crate with words or tables that the program does not load would show `⟦key⟧` or fail late.
fn wiring(ws: &Workspace, rust: &[String]) -> Vec<Fault> {
    let app: String =
        rust.iter().filter(|p| p.starts_with("app/src/")).map(|p| ws.text(p)).collect();
    let mut faults = Vec::new();
    for (endings, constant) in [(".ftl", "TEXT"), (".sql", "SCHEMA")] {
        for folder in crates_with(&ws.files(&[endings])) {
            let name = folder.rsplit('/').next().unwrap_or_default();
            // The verifier is a program of its own and says its words itself.
            let own = ["app", "store", "verifier"].contains(&name);
            if !own && !app.contains(&format!("{name}::{constant}")) {
                let what = format!("`{name}::{constant}` is not wired in app/src");
                faults.push(Fault::new(folder, 0, what));
            } else if name == "store" && constant == "TEXT" && !app.contains("store::TEXT") {
                faults.push(Fault::new(folder, 0, "`store::TEXT` is not wired in app/src"));
            }
        }
    }
    faults
}

fn crates_with(files: &[String]) -> Vec<String> {
    let mut folders: Vec<String> = files
        .iter()
        .filter_map(|f| f.split_once("/text/").or_else(|| f.split_once("/schema/")))
        .map(|(folder, _)| folder.to_owned())
        .collect();
    folders.sort();
    folders.dedup();
    folders
}

/// ARCHITECTURE.md names every crate.
fn on_the_map(ws: &Workspace, rust: &[String]) -> Vec<Fault> {
    let map = ws.text("ARCHITECTURE.md");
    rust.iter()
        .filter_map(|p| p.strip_suffix("/src/lib.rs"))
        .filter_map(|folder| folder.rsplit('/').next())
        .filter(|name| !map.contains(&format!("`{name}`")) && !map.contains(&format!(" {name}/")))
        .map(|name| Fault::new("ARCHITECTURE.md", 0, format!("does not name the crate `{name}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_is_read_across_lines() {
        assert!(says_absence("//! Words. It does **not**\n//! know any agency.\nmod x;"));
        assert!(!says_absence("//! Words.\n/// does not know\nmod x;"));
    }

    #[test]
    fn readmes_ask_for_two_commands_only() {
        let good =
            "# X\n\n    cargo run --release -- demo   # builds\n\n```sh\n$ cargo xtask test\n```\n";
        assert_eq!(set_up("README.md", good), []);
        assert_eq!(
            set_up("README.md", &good.replace("$ cargo xtask test", "apt install x")).len(),
            2
        );
    }

    #[test]
    fn crates_are_found_from_their_rooms() {
        let files = ["foundation/web/text/vi.ftl", "foundation/web/text/en.ftl", "data/x.sql"];
        let files: Vec<String> = files.iter().map(ToString::to_string).collect();
        assert_eq!(crates_with(&files), ["foundation/web"]);
    }
}
