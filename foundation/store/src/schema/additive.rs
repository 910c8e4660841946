//! Expand, then contract: whether a schema file only adds.
//!
//! While nodes of the old and the new program run side by side, and after a step back, the old program
//! works on tables that a newer file has changed. It can as long as that file took nothing away from
//! it. What is to go, goes a version later, when no program in use knows it any more.

use super::{Schema, pieces, statements};

/// What this file of a schema (counted from 0) takes away from a program that knows only the files
/// before it, one sentence each; none: the file only adds.
pub fn taken_away(schema: &Schema, index: usize) -> Vec<String> {
    let Some(file) = schema.files.get(index) else { return Vec::new() };
    let statements = statements(file);
    let words: Vec<Vec<&str>> = statements.iter().map(|s| words(&s.sql)).collect();
    let made: Vec<&str> = words
        .iter()
        .filter(|w| begins(w, &["CREATE", "TABLE"]))
        .filter_map(|w| w.get(2).copied())
        .collect();
    let plain: Vec<&str> = words
        .iter()
        .filter(|w| begins(w, &["CREATE", "INDEX"]))
        .filter_map(|w| w.get(2).copied())
        .collect();
    words.iter().filter_map(|w| fault(w, &made, &plain)).collect()
}

fn words(sql: &str) -> Vec<&str> {
    pieces(sql).into_iter().filter(|p| !p.trim().is_empty()).collect()
}

fn begins(words: &[&str], with: &[&str]) -> bool {
    words.len() >= with.len() && words.iter().zip(with).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// `made` are the tables, `plain` the indexes without a rule, that the same file makes.
fn fault(words: &[&str], made: &[&str], plain: &[&str]) -> Option<String> {
    let at = |i: usize| words.get(i).copied().unwrap_or_default();
    let has = |word: &str| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    if begins(words, &["CREATE", "TABLE"]) || begins(words, &["CREATE", "INDEX"]) {
        return None;
    }
    if begins(words, &["CREATE", "UNIQUE", "INDEX"]) {
        let on = words.iter().position(|w| w.eq_ignore_ascii_case("on"));
        let on = on.map_or("", |i| at(i + 1));
        return (!made.contains(&on)).then(|| format!("a new rule on the table {on}"));
    }
    if begins(words, &["ALTER", "TABLE"])
        && begins(words.get(3..).unwrap_or_default(), &["ADD", "COLUMN"])
    {
        let needed = has("NOT") && !has("DEFAULT");
        let ruled = ["UNIQUE", "CHECK", "REFERENCES"].into_iter().any(has);
        let (table, column) = (at(2), at(5));
        return (needed || ruled).then(|| format!("{table}.{column} asks more of a new row"));
    }
    if begins(words, &["DROP", "INDEX"]) {
        // An index that is made anew with other columns; without it the old program would crawl.
        let name = if begins(words, &["DROP", "INDEX", "IF", "EXISTS"]) { at(4) } else { at(2) };
        return (!plain.contains(&name)).then(|| format!("the index {name}"));
    }
    Some(words.iter().take(6).copied().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_adds_and_what_takes_away() {
        let taken = |file: &'static str| {
            taken_away(&Schema { name: "x", files: Vec::leak(vec!["", file]) }, 1)
        };
        for adds in [
            "CREATE TABLE a (x TEXT PRIMARY KEY, y TEXT NOT NULL); CREATE UNIQUE INDEX i ON a (y);",
            "ALTER TABLE a ADD COLUMN x TEXT; ALTER TABLE a ADD COLUMN n BIGINT NOT NULL DEFAULT 0;",
            "CREATE INDEX i ON a (x); DROP INDEX IF EXISTS j; CREATE INDEX j ON a (y);",
        ] {
            assert_eq!(taken(adds), Vec::<String>::new(), "{adds}");
        }
        for takes in [
            "DROP TABLE a;",
            "ALTER TABLE a DROP COLUMN x;",
            "ALTER TABLE a RENAME COLUMN x TO y;",
            "ALTER TABLE a ADD COLUMN n BIGINT NOT NULL;",
            "ALTER TABLE a ADD COLUMN n TEXT UNIQUE;",
            "CREATE UNIQUE INDEX i ON a (x);",
            "DROP INDEX i;",
            "UPDATE a SET x = 'y';",
        ] {
            assert_eq!(taken(takes).len(), 1, "{takes}");
        }
    }
}
