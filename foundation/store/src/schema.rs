//! Numbered schema files, forward only, applied in one transaction at start.

/// One crate's tables: a name and its numbered files, oldest first. A file that has been released
/// never changes; the next change is the next file. Statements end with `;` at the end of a line.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The crate's name.
    pub name: &'static str,
    /// The files' texts, `001.sql` first.
    pub files: &'static [&'static str],
}

/// The table that remembers which files have been applied.
pub(crate) const APPLIED: &str = "CREATE TABLE IF NOT EXISTS schema_applied (
    name TEXT NOT NULL, number BIGINT NOT NULL, applied_at BIGINT NOT NULL,
    PRIMARY KEY (name, number))";

/// The statements of a file, comments left out.
pub(crate) fn statements(file: &str) -> Vec<String> {
    let text: String = file
        .lines()
        .map(|l| l.split("--").next().unwrap_or(""))
        .collect::<Vec<_>>()
        .join("\n");
    text.split(';').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}
