//! A file that outgrows about 600 lines becomes a folder of the same name.

use super::Fault;
use crate::workspace::Workspace;

/// Lines of a source file.
const LINES_MAX: usize = 600;

/// Files that were longer when the rule came, with the length they may not grow beyond. Empty is
/// the aim; a file that has shrunk below its figure must have it lowered, one below 600 goes out.
const LONGER: &[(&str, usize)] = &[];

/// Files over the limit, and entries of the list that are no longer true.
pub fn faults(ws: &Workspace) -> Vec<Fault> {
    let files: Vec<(String, usize)> = ws
        .files(&[".rs", ".html", ".css", ".js", ".mjs", ".sql", ".ftl"])
        .into_iter()
        .map(|f| (f.clone(), ws.text(&f).lines().count()))
        .collect();
    judge(&files, LONGER)
}

fn judge(files: &[(String, usize)], longer: &[(&str, usize)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (file, lines) in files {
        let known = longer.iter().find(|(f, _)| f == file).map(|(_, n)| *n);
        if let Some(max) = known {
            if *lines > max {
                faults.push(Fault::new(file, 0, format!("{lines} lines; it may not grow beyond {max}: make it a folder of the same name")));
            } else if *lines < max {
                faults.push(Fault::new(file, 0, format!("has shrunk to {lines} lines: lower or remove its figure in xtask/src/checks/sizes.rs")));
            }
        } else if *lines > LINES_MAX {
            faults.push(Fault::new(
                file,
                0,
                format!("{lines} lines, over {LINES_MAX}: make it a folder of the same name"),
            ));
        }
    }
    for (file, _) in longer.iter().filter(|(f, _)| !files.iter().any(|(known, _)| known == f)) {
        faults.push(Fault::new(*file, 0, "is gone: remove it from xtask/src/checks/sizes.rs"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_found_and_the_list_only_shrinks() {
        let files = [("a.rs".to_owned(), 601), ("b.rs".to_owned(), 600), ("c.rs".to_owned(), 700)];
        assert_eq!(judge(&files, &[("c.rs", 700)]).len(), 1);
        assert_eq!(judge(&files, &[("c.rs", 650)]).len(), 2);
        assert_eq!(judge(&files, &[("c.rs", 800), ("gone.rs", 900)]).len(), 3);
    }
}
