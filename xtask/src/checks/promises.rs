//! docs/security.md: a promise names the tests that show it, and those tests exist.

use super::Fault;
use crate::workspace::Workspace;

const PAGE: &str = "docs/security.md";
/// The heading under which promises stand, up to the next of its rank.
const PROMISES: &str = "## Promises";

/// Promises without a test, and tests that are not there.
pub fn faults(ws: &Workspace) -> Vec<Fault> {
    let sources: Vec<(String, String)> =
        ws.files(&[".rs"]).into_iter().map(|f| (f.clone(), ws.text(&f))).collect();
    judge(&ws.text(PAGE), &sources)
}

fn judge(page: &str, sources: &[(String, String)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut inside = false;
    let mut promise: Option<(usize, usize)> = None; // its line, the tests it names
    for (n, line) in page.lines().enumerate() {
        if line.starts_with("## ") {
            inside = line == PROMISES;
        }
        let begins = line.starts_with("- ") || line.starts_with('#') || line.is_empty();
        if begins && let Some((at, 0)) = promise.take() {
            faults.push(Fault::new(PAGE, at, "name the test that shows this promise"));
        }
        if !inside {
            continue;
        }
        if line.starts_with("- ") {
            promise = Some((n + 1, 0));
        }
        for (owner, test) in tests_in(line) {
            if let Some((_, count)) = &mut promise {
                *count += 1;
            }
            if !exists(owner, test, sources) {
                let what =
                    format!("no test `{test}` in `{owner}`: it moved, or the promise is void");
                faults.push(Fault::new(PAGE, n + 1, what));
            }
        }
    }
    if let Some((at, 0)) = promise {
        faults.push(Fault::new(PAGE, at, "name the test that shows this promise"));
    }
    faults
}

/// `crate::test_name` in code marks.
fn tests_in(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::"))
}

/// A test function of this name in a file of that crate.
fn exists(owner: &str, test: &str, sources: &[(String, String)]) -> bool {
    let room = format!("{owner}/");
    let function = format!("fn {test}(");
    sources.iter().any(|(file, text)| {
        (file.starts_with(&room) || file.contains(&format!("/{room}"))) && text.contains(&function)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_without_tests_and_tests_that_are_gone_are_told() {
        let sources = [("foundation/web/src/tests/pages.rs".to_owned(), "fn good() {}".to_owned())];
        let page = "- `x::not_looked_at`\n## Promises\n- Kept:\n  `web::good`.\n- Gone: `web::gone`.\n\
                    - Elsewhere: `store::good`.\n- Bare.\n## Not promised\n- Anything.\n";
        let lines: Vec<usize> = judge(page, &sources).iter().map(|f| f.line).collect();
        assert_eq!(lines, [5, 6, 7]);
    }
}
