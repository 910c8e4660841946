//! Indexes on tables in use. Making one inside of the transaction that brings a schema up to date would
//! stop everybody who writes to the table, for minutes on ten million rows. PostgreSQL can make an index
//! beside the work (`CONCURRENTLY`), but not within a transaction: so the schema file only writes down
//! which are due, and they are made behind it, one after the other. Until then what they are for is slow.

use super::{Index, Schema, Statement, statements};
use crate::{ReadTx, WriteTx, params};
use kernel::Result;

/// The table of what is due.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_index_due (
    name TEXT PRIMARY KEY, made TEXT NOT NULL)";

/// What is done with a statement of a file that is applied to a database in use.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It runs.
    Now,
    /// An index to be made later.
    Later(Index),
    /// An index is taken away that is made again: the old one stays until then.
    Never,
}

/// The tables that a schema's files make, from the one at `done` on: they are empty.
pub(super) fn made_here(schema: &Schema, done: usize) -> Vec<String> {
    let new = schema.files.iter().skip(done).flat_map(|file| statements(file));
    new.filter_map(|s| {
        let words: Vec<&str> = s.sql.split_whitespace().take(3).collect();
        let table = words.first()?.eq_ignore_ascii_case("CREATE")
            && words.get(1)?.eq_ignore_ascii_case("TABLE");
        table.then(|| words[2].split('(').next().unwrap_or_default().to_owned())
    })
    .collect()
}

/// When a statement's turn is, in a file with these statements.
pub(super) fn turn(statement: &Statement, file: &[Statement], made_here: &[String]) -> Turn {
    if let Some(index) = plain(&statement.sql) {
        let fresh = made_here.contains(&index.table);
        return if fresh { Turn::Now } else { Turn::Later(index) };
    }
    let gone = dropped(&statement.sql);
    let again = |s: &Statement| {
        plain(&s.sql)
            .is_some_and(|i| Some(i.name.as_str()) == gone && !made_here.contains(&i.table))
    };
    if gone.is_some() && file.iter().any(again) { Turn::Never } else { Turn::Now }
}

/// The plain index that a statement makes.
pub(super) fn plain(sql: &str) -> Option<Index> {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let [create, index, name, on, table, ..] = words.as_slice() else { return None };
    let made = create.eq_ignore_ascii_case("CREATE")
        && index.eq_ignore_ascii_case("INDEX")
        && on.eq_ignore_ascii_case("ON");
    made.then(|| Index {
        name: (*name).to_owned(),
        table: table.split('(').next().unwrap_or_default().to_owned(),
        on: words[3..].join(" "),
    })
}

/// The index that a statement takes away.
pub(super) fn dropped(sql: &str) -> Option<&str> {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let is = |i: usize, word: &str| words.get(i).is_some_and(|w| w.eq_ignore_ascii_case(word));
    if !is(0, "DROP") || !is(1, "INDEX") {
        return None;
    }
    words.get(if is(2, "IF") && is(3, "EXISTS") { 4 } else { 2 }).copied()
}

/// Writes down that an index is due.
pub(super) fn put_off(tx: &mut WriteTx<'_>, name: &str, on: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO schema_index_due (name, made) VALUES (?1, ?2) \
         ON CONFLICT (name) DO UPDATE SET made = excluded.made",
        params![name, on],
    )?;
    Ok(())
}

/// Names of the indexes that are due, and what makes each: `ON table (…)`.
pub(crate) fn all(tx: &mut ReadTx<'_>) -> Result<Vec<(String, String)>> {
    let sql = "SELECT name, made FROM schema_index_due ORDER BY name";
    tx.rows(sql, params![], |r| Ok((r.get(0)?, r.get(1)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_indexes_of_tables_in_use_wait() {
        const FILE: &str = "CREATE TABLE b (x TEXT PRIMARY KEY); CREATE INDEX b_x ON b (x);
            CREATE INDEX a_y ON a (y) WHERE y > 1; DROP INDEX IF EXISTS a_z; CREATE INDEX a_z ON a(z, y);
            DROP INDEX old; CREATE UNIQUE INDEX b_one ON b (x); ALTER TABLE a ADD COLUMN n BIGINT;";
        let schema = Schema { name: "s", files: &["CREATE TABLE a (y TEXT PRIMARY KEY)", FILE] };
        let made = made_here(&schema, 1);
        assert_eq!(made, ["b"]);
        let file = statements(FILE);
        let turns: Vec<Turn> = file.iter().map(|s| turn(s, &file, &made)).collect();
        let later = |name: &str, on: &str| {
            Turn::Later(Index { name: name.into(), table: "a".into(), on: on.into() })
        };
        let wanted = [
            Turn::Now,
            Turn::Now,
            later("a_y", "ON a (y) WHERE y > 1"),
            Turn::Never,
            later("a_z", "ON a(z, y)"),
            Turn::Now,
            Turn::Now,
            Turn::Now,
        ];
        assert_eq!(turns, wanted);
    }
}
