//! docs/decisions: one page a decision, numbers without gaps or twins, consequences both ways.

use super::Fault;
use crate::workspace::Workspace;

const FOLDER: &str = "docs/decisions/";
/// What every page has, in this order.
const HEADINGS: &[&str] = &["## Context", "## Decision", "## What it gives", "## What it costs"];
const WORDS_MAX: usize = 600;

/// Pages that break the frame of docs/decisions/README.md.
pub fn faults(ws: &Workspace) -> Vec<Fault> {
    let pages: Vec<(String, String)> = ws
        .files(&[".md"])
        .into_iter()
        .filter(|f| f.starts_with(FOLDER) && !f.ends_with("/README.md"))
        .map(|f| (f.clone(), ws.text(&f)))
        .collect();
    judge(&pages, &ws.text("docs/decisions/README.md"))
}

fn judge(pages: &[(String, String)], index: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (n, (file, text)) in pages.iter().enumerate() {
        let name = file.trim_start_matches(FOLDER);
        let number = format!("{:04}", n + 1);
        if !name.starts_with(&format!("{number}-")) {
            faults.push(Fault::new(
                file,
                0,
                format!("the next number is {number}: numbers have no gaps and no twins"),
            ));
        }
        if !text.starts_with(&format!("# {}. ", &name[..name.len().min(4)])) {
            faults.push(Fault::new(
                file,
                1,
                "begins with `# NNNN. Title`, the number of its file name",
            ));
        }
        let mut from = 0;
        for heading in HEADINGS {
            match text[from..].find(heading) {
                Some(at) => from += at,
                None => faults.push(Fault::new(file, 0, format!("lacks `{heading}` in its place"))),
            }
        }
        if !text.lines().any(|l| l.starts_with("Date: 20") && l.contains("Status: ")) {
            faults.push(Fault::new(file, 0, "lacks the line `Date: YYYY-MM-DD · Status: …`"));
        }
        let words = text.split_whitespace().count();
        if words > WORDS_MAX {
            faults.push(Fault::new(
                file,
                0,
                format!("{words} words: one page is at most {WORDS_MAX}"),
            ));
        }
        if !index.contains(name) {
            faults.push(Fault::new(file, 0, "is not listed in docs/decisions/README.md"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# 0001. One\n\nDate: 2026-11-23 · Status: accepted\n\n## Context\n\n## Decision\n\n## What it gives\n\n## What it costs\n";

    fn page(name: &str, text: &str) -> (String, String) {
        (format!("docs/decisions/{name}"), text.to_owned())
    }

    #[test]
    fn frame_and_numbers() {
        assert_eq!(judge(&[page("0001-one.md", GOOD)], "0001-one.md"), []);
        let twin = judge(
            &[page("0001-one.md", GOOD), page("0001-two.md", GOOD)],
            "0001-one.md 0001-two.md",
        );
        assert_eq!(twin.len(), 1, "{twin:?}");
        assert_eq!(judge(&[page("0001-one.md", GOOD)], "").len(), 1);
        let bare = judge(&[page("0001-one.md", "# 0001. One")], "0001-one.md");
        assert_eq!(bare.len(), 5, "{bare:?}");
    }
}
