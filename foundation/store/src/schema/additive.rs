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
    let added: Vec<(&str, &str)> = words
        .iter()
        .filter(|w| {
            begins(w, &["ALTER", "TABLE"])
                && begins(w.get(3..).unwrap_or_default(), &["ADD", "COLUMN"])
        })
        .filter_map(|w| Some((*w.get(2)?, *w.get(5)?)))
        .collect();
    let own = Own { made, plain, added };
    words.iter().filter_map(|w| fault(w, &own)).collect()
}

/// What the same file makes.
struct Own<'f> {
    /// Tables.
    made: Vec<&'f str>,
    /// Indexes without a rule.
    plain: Vec<&'f str>,
    /// Columns of tables that were there.
    added: Vec<(&'f str, &'f str)>,
}

fn words(sql: &str) -> Vec<&str> {
    pieces(sql).into_iter().filter(|p| !p.trim().is_empty()).collect()
}

fn begins(words: &[&str], with: &[&str]) -> bool {
    words.len() >= with.len() && words.iter().zip(with).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

fn fault(words: &[&str], own: &Own<'_>) -> Option<String> {
    let at = |i: usize| words.get(i).copied().unwrap_or_default();
    let has = |word: &str| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    if begins(words, &["CREATE", "TABLE"]) || begins(words, &["CREATE", "INDEX"]) {
        return None;
    }
    if begins(words, &["CREATE", "UNIQUE", "INDEX"]) {
        let on = words.iter().position(|w| w.eq_ignore_ascii_case("on"));
        let on = on.map_or("", |i| at(i + 1));
        return (!own.made.contains(&on)).then(|| format!("a new rule on the table {on}"));
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
        return (!own.plain.contains(&name)).then(|| format!("the index {name}"));
    }
    // Filling what is new changes nothing for whoever does not know it.
    if begins(words, &["INSERT", "INTO"]) && own.made.contains(&at(2)) {
        return None;
    }
    if begins(words, &["UPDATE"])
        && set_columns(words).iter().all(|c| own.added.contains(&(at(1), *c)))
    {
        return None;
    }
    Some(words.iter().take(6).copied().collect::<Vec<_>>().join(" "))
}

/// The columns that an UPDATE sets.
fn set_columns<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let begin = words.iter().position(|w| w.eq_ignore_ascii_case("SET")).unwrap_or(words.len());
    let (mut out, mut depth, mut next) = (Vec::new(), 0, true);
    for word in words.iter().skip(begin + 1) {
        match *word {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => next = true,
            w if depth == 0 && w.eq_ignore_ascii_case("WHERE") => break,
            w => {
                if std::mem::take(&mut next) {
                    out.push(w);
                }
            }
        }
    }
    out
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
            "CREATE TABLE b (x TEXT PRIMARY KEY); INSERT INTO b (x) SELECT y FROM a;",
            "ALTER TABLE a ADD COLUMN n BIGINT; ALTER TABLE a ADD COLUMN m BIGINT;
             UPDATE a SET n = (SELECT MAX(x, 1) FROM b), m = 2 WHERE x = 1;",
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
            "ALTER TABLE a ADD COLUMN n BIGINT; UPDATE a SET n = 1, x = 'y';",
            "ALTER TABLE a ADD COLUMN n BIGINT; UPDATE b SET n = 1;",
            "INSERT INTO a (x) VALUES ('y');",
            "DELETE FROM a;",
        ] {
            assert_eq!(taken(takes).len(), 1, "{takes}");
        }
    }
}
