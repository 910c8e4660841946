//! Numbered schema files, forward only, applied in one transaction at start.

mod additive;
pub(crate) mod due;
mod tables;

pub use additive::taken_away;
pub use tables::{Column, Kind, Shard, Table, tables};

use crate::{
    ReadTx, WriteTx,
    errors::{DATABASE_FOREIGN, DATABASE_NEWER, DATABASE_OLDER, SCHEMA_CHANGED},
    params,
};
use kernel::{Error, Result};
use tables::{columns_in, parts, shard_of};

/// One crate's tables: a name and its numbered files, oldest first. A file that has been released
/// never changes; the next change is the next file.
///
/// A file holds `CREATE TABLE`, `CREATE INDEX`, `ALTER TABLE` and such, in the words that both
/// engines share: types `BIGINT`, `TEXT`, `DOUBLE PRECISION`, `BLOB`, and `instr` for where a text stands
/// in another one. Before each table a comment names its shard key, see [`crate::schema::check`], and may
/// say that the table is clustered by its key.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The crate's name.
    pub name: &'static str,
    /// The files' texts, `001.sql` first.
    pub files: &'static [&'static str],
}

/// The words an engine has for our types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The table that remembers which files have been applied.
const APPLIED: &str = "CREATE TABLE IF NOT EXISTS schema_applied (
    name TEXT NOT NULL, number BIGINT NOT NULL, hash TEXT NOT NULL, applied_at BIGINT NOT NULL,
    PRIMARY KEY (name, number))";

/// Which of them only added: a program that does not know one of these works on beside it.
const ADDED: &str = "CREATE TABLE IF NOT EXISTS schema_added (
    name TEXT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (name, number))";

/// The files that were applied to a database.
struct Applied {
    /// Crate, number, hash.
    files: Vec<(String, i64, String)>,
    /// Crate and number of those that only added.
    added: Vec<(String, i64)>,
}

impl Applied {
    fn read(tx: &mut ReadTx<'_>) -> Result<Self> {
        let files = tx.rows(
            "SELECT name, number, hash FROM schema_applied ORDER BY name, number",
            params![],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )?;
        let added = tx.rows("SELECT name, number FROM schema_added", params![], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?;
        Ok(Self { files, added })
    }

    /// How many files of a crate.
    fn of(&self, schema: &Schema) -> usize {
        self.files.iter().filter(|(name, ..)| name == schema.name).count()
    }

    /// Refuses files that were changed, and those of a newer program that took something away. One that
    /// only added changes nothing for a program that does not know of it: while a province goes over
    /// from one version to the next, both run side by side, and the way back stays open.
    fn known(&self, schemas: &[Schema]) -> Result<()> {
        for (name, number, hash) in &self.files {
            let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
            let known = schemas.iter().find(|s| s.name == name).and_then(|s| s.files.get(index));
            let file = || format!("{name} {number:03}");
            match known {
                Some(text) if text_hash(text) == *hash => {}
                Some(_) => return Err(Error::new(SCHEMA_CHANGED).because(file())),
                None if self.added.iter().any(|(n, i)| n == name && i == number) => {
                    tracing::warn!(file = file(), "the database is of a newer program");
                }
                None => return Err(Error::new(DATABASE_NEWER).because(file())),
            }
        }
        Ok(())
    }
}

/// Refuses a database that is not exactly of this program's version; changes nothing.
pub(crate) fn is_current(tx: &mut ReadTx<'_>, schemas: &[Schema], dialect: Dialect) -> Result<()> {
    if !has_table(tx, "schema_applied", dialect)? {
        return Err(Error::new(DATABASE_FOREIGN));
    }
    if !has_table(tx, "schema_added", dialect)? {
        return Err(Error::new(DATABASE_OLDER));
    }
    let applied = Applied::read(tx)?;
    applied.known(schemas)?;
    let (mine, its): (usize, usize) =
        (schemas.iter().map(|s| s.files.len()).sum(), applied.files.len());
    match its.cmp(&mine) {
        std::cmp::Ordering::Less => Err(Error::new(DATABASE_OLDER)),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(Error::new(DATABASE_NEWER)),
    }
}

/// Whether the database has any table at all.
pub(crate) fn is_bare(tx: &mut ReadTx<'_>, dialect: Dialect) -> Result<bool> {
    Ok(tx.row(dialect.catalogue(), params![], |_| Ok(()))?.is_none())
}

/// Whether there is a table of this name.
pub(crate) fn has_table(tx: &mut ReadTx<'_>, name: &str, dialect: Dialect) -> Result<bool> {
    let sql = format!("{} AND name = ?1", dialect.catalogue());
    Ok(tx.row(&sql, params![name], |_| Ok(()))?.is_some())
}

/// Applies the files that are missing. All or nothing: it runs inside the caller's transaction.
pub(crate) fn migrate(tx: &mut WriteTx<'_>, schemas: &[Schema], dialect: Dialect) -> Result<()> {
    tx.batch(&dialect.translate(APPLIED))?;
    tx.batch(&dialect.translate(ADDED))?;
    tx.batch(&dialect.translate(due::TABLE))?;
    let applied = Applied::read(tx)?;
    applied.known(schemas)?;
    for schema in schemas {
        let done = applied.of(schema);
        let in_use = dialect == Dialect::Postgres && done > 0;
        let made_here = due::made_here(schema, done);
        for (index, file) in schema.files.iter().enumerate().skip(done) {
            let statements = statements(file);
            for statement in &statements {
                let turn = match in_use {
                    true => due::turn(statement, &statements, &made_here),
                    false => due::Turn::Now,
                };
                let outcome = match turn {
                    due::Turn::Now => tx.batch(&dialect.make(statement)),
                    due::Turn::Later(index) => {
                        due::put_off(tx, &index.name, &dialect.translate(&index.on))
                    }
                    due::Turn::Never => Ok(()),
                };
                outcome.map_err(|e| {
                    let cause = e.cause().unwrap_or_default().to_owned();
                    e.because(format_args!("{} {:03}: {cause}", schema.name, index + 1))
                })?;
            }
            let now = tx.now();
            tx.execute(
                "INSERT INTO schema_applied (name, number, hash, applied_at) VALUES (?1, ?2, ?3, ?4)",
                params![schema.name, index + 1, text_hash(file), now],
            )?;
            if taken_away(schema, index).is_empty() {
                tx.execute(
                    "INSERT INTO schema_added (name, number) VALUES (?1, ?2)",
                    params![schema.name, index + 1],
                )?;
            }
        }
    }
    Ok(())
}

/// The hash of what a file does: comments and spaces may still be mended.
fn text_hash(file: &str) -> String {
    let text: String = statements(file)
        .iter()
        .map(|s| s.sql.split_whitespace().collect::<Vec<_>>().join(" ") + ";")
        .collect();
    crate::journal::leaf::hex(&crate::journal::tree::hash_of(&[text.as_bytes()])[..16])
}

impl Dialect {
    /// The tables of the database, by name.
    fn catalogue(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            Self::Postgres => {
                "SELECT name FROM (SELECT c.relname::text AS name FROM pg_class c \
                 WHERE c.relnamespace = current_schema()::regnamespace \
                 AND c.relkind IN ('r', 'p')) AS t WHERE TRUE"
            }
        }
    }

    /// A statement of a schema file. A table whose comment says «clustered» lies in the order of its key
    /// on SQLite: one tree instead of two. Good for short rows that are found by their key; PostgreSQL
    /// has no such tables.
    fn make(self, statement: &Statement) -> String {
        let mut sql = self.translate(&statement.sql);
        if self == Self::Sqlite
            && sql.ends_with(" STRICT")
            && statement.comment.contains("lustered")
        {
            sql.push_str(", WITHOUT ROWID");
        }
        sql
    }

    pub(crate) fn translate(self, statement: &str) -> String {
        let words: Vec<&str> =
            statement.split_whitespace().take(2).filter(|w| w.len() < 10).collect();
        let head = words.join(" ").to_ascii_uppercase();
        let table = head == "CREATE TABLE" || head == "ALTER TABLE";
        let mut out = String::with_capacity(statement.len() + 16);
        // The last word but spaces: after AS a type is that of a cast, not of a column.
        let mut last = String::new();
        for piece in pieces(statement) {
            let word = match (self, piece.to_ascii_uppercase().as_str()) {
                (Self::Postgres, "BLOB") => "BYTEA",
                (Self::Postgres, "INSTR") => "strpos",
                (Self::Postgres, "TEXT") if table && last != "AS" => "TEXT COLLATE \"C\"",
                (Self::Sqlite, "BIGINT") => "INTEGER",
                (Self::Sqlite, "DOUBLE") => "REAL",
                (Self::Sqlite, "PRECISION") if last == "DOUBLE" => "",
                _ => piece,
            };
            out.push_str(word);
            if !piece.trim().is_empty() {
                last = piece.to_ascii_uppercase();
            }
        }
        if self == Self::Sqlite && head == "CREATE TABLE" {
            out.push_str(" STRICT");
        }
        out
    }
}

/// Cuts a statement into words, quoted texts and what lies between, losing nothing.
fn pieces(sql: &str) -> Vec<&str> {
    let (mut out, mut rest) = (Vec::new(), sql);
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |i| i + 2),
            c if c.is_alphanumeric() || c == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        out.push(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

/// A statement and the comment lines that stand before it.
struct Statement {
    sql: String,
    comment: String,
}

/// The statements of a file. Quoted texts may hold anything.
fn statements(file: &str) -> Vec<Statement> {
    let mut out = Vec::new();
    let (mut sql, mut comment, mut quoted) = (String::new(), String::new(), false);
    let mut chars = file.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                quoted = !quoted;
                sql.push(c);
            }
            '-' if !quoted && chars.peek() == Some(&'-') => {
                let line: String = chars.by_ref().take_while(|c| *c != '\n').collect();
                if sql.trim().is_empty() {
                    comment.push_str(line.trim_start_matches('-').trim());
                    comment.push('\n');
                }
                sql.push('\n');
            }
            ';' if !quoted => {
                let (sql, comment) = (std::mem::take(&mut sql), std::mem::take(&mut comment));
                out.push(Statement { sql: sql.trim().to_owned(), comment });
            }
            c => sql.push(c),
        }
    }
    out.push(Statement { sql: sql.trim().to_owned(), comment });
    out.retain(|s| !s.sql.is_empty());
    out
}

/// Checks schema files against the rules for tables and returns what is wrong, one sentence each.
/// Each crate with tables has a test that this is empty.
///
/// - The comment before each table says `shard key: COLUMN` or `shard key: COLUMN as GROUP`, or
///   `reference table` (small, copied to every node), or `shard key: none: REASON`; see [`Shard`].
/// - The shard key is a column, `NOT NULL` or in the primary key, and part of the primary key and of
///   every unique constraint and unique index.
/// - Each table has a primary key. Types are `BIGINT`, `TEXT`, `DOUBLE PRECISION`, `BLOB`.
pub fn check(schemas: &[Schema]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut tables: Vec<(String, Shard)> = Vec::new();
    for schema in schemas {
        for (index, file) in schema.files.iter().enumerate() {
            for statement in statements(file) {
                let place = format!("{} {:03}.sql", schema.name, index + 1);
                for fault in check_statement(&statement, &mut tables) {
                    faults.push(format!("{place}: {fault}"));
                }
            }
        }
    }
    faults
}

/// A plain index, as a schema's files leave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// The table it is on.
    pub table: String,
    /// The statement that makes it, without its first two words and name: `ON table (…)`.
    pub(crate) on: String,
}

/// The plain indexes that a schema's files leave behind, in the order of their making. Unique ones and
/// keys are rules, not only help, and are not among them.
pub fn indexes(schema: &Schema) -> Vec<Index> {
    let mut all: Vec<Index> = Vec::new();
    for statement in schema.files.iter().flat_map(|file| statements(file)) {
        if let Some(gone) = due::dropped(&statement.sql) {
            all.retain(|i| i.name != gone);
        }
        all.extend(due::plain(&statement.sql));
    }
    all
}

fn check_statement(statement: &Statement, tables: &mut Vec<(String, Shard)>) -> Vec<String> {
    let words: Vec<&str> =
        pieces(&statement.sql).into_iter().filter(|p| !p.trim().is_empty()).collect();
    let upper: Vec<String> = words.iter().take(8).map(|w| w.to_ascii_uppercase()).collect();
    let begins =
        |with: &[&str]| upper.iter().zip(with).filter(|(a, b)| a == b).count() == with.len();
    if begins(&["CREATE", "TABLE"]) {
        let name = words.get(2).copied().unwrap_or_default().to_owned();
        let shard = match shard_of(&statement.comment) {
            Ok(shard) => shard,
            Err(fault) => return vec![format!("table {name}: {fault}")],
        };
        let faults = check_table(&name, &statement.sql, &shard);
        tables.push((name, shard));
        return faults;
    }
    if begins(&["CREATE", "UNIQUE", "INDEX"]) {
        let table =
            words.iter().position(|w| w.eq_ignore_ascii_case("on")).and_then(|i| words.get(i + 1));
        let shard = tables.iter().find(|(name, _)| table == Some(&name.as_str())).map(|(_, s)| s);
        let columns = columns_in(&statement.sql);
        return match shard {
            Some(Shard::Key { column: key, .. }) if !columns.contains(key) => {
                vec![format!(
                    "unique index {}: without the shard key {key}",
                    words.get(3).unwrap_or(&"")
                )]
            }
            Some(_) => Vec::new(),
            None => vec![format!("unique index on {table:?}: no such table in these files")],
        };
    }
    Vec::new()
}

fn check_table(name: &str, sql: &str, shard: &Shard) -> Vec<String> {
    let mut faults = Vec::new();
    let body = sql.split_once('(').and_then(|(_, b)| b.rsplit_once(')')).map_or("", |(b, _)| b);
    let (mut columns, mut keys, mut primary) = (Vec::new(), Vec::new(), false);
    for part in parts(body) {
        let upper = part.to_ascii_uppercase();
        let constraint = upper.strip_prefix("CONSTRAINT ").map_or(upper.as_str(), |rest| {
            rest.trim_start().split_once(' ').map_or("", |(_, rest)| rest)
        });
        if constraint.starts_with("PRIMARY KEY") || constraint.starts_with("UNIQUE") {
            primary |= constraint.starts_with("PRIMARY KEY");
            keys.push(columns_in(part));
            continue;
        }
        if constraint.starts_with("FOREIGN KEY") || constraint.starts_with("CHECK") {
            continue;
        }
        let mut words = part.split_whitespace();
        let column = words.next().unwrap_or_default().to_owned();
        let kind = words.next().unwrap_or_default().to_ascii_uppercase();
        let allowed = match kind.as_str() {
            "BIGINT" | "TEXT" | "BLOB" => true,
            "DOUBLE" => words.next().is_some_and(|w| w.eq_ignore_ascii_case("precision")),
            _ => false,
        };
        if !allowed {
            faults.push(format!("table {name}: column {column} has type {kind}; use BIGINT, TEXT, DOUBLE PRECISION or BLOB"));
        }
        let is_key = upper.contains("PRIMARY KEY");
        if is_key || upper.contains(" UNIQUE") {
            primary |= is_key;
            keys.push(vec![column.clone()]);
        }
        columns.push(column);
    }
    if !primary {
        faults.push(format!("table {name}: no primary key"));
    }
    if let Shard::Key { column: key, .. } = shard {
        if !columns.contains(key) {
            faults.push(format!("table {name}: no column {key}, its shard key"));
        }
        for columns in keys.iter().filter(|k| !k.contains(key)) {
            faults.push(format!(
                "table {name}: key ({}) without the shard key {key}",
                columns.join(", ")
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_translated_and_quoted_words_left_alone() {
        let sql = "CREATE TABLE t (a BIGINT PRIMARY KEY, b DOUBLE PRECISION, c BLOB DEFAULT 'BLOB', d TEXT)";
        assert_eq!(
            Dialect::Sqlite.translate(sql),
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b REAL , c BLOB DEFAULT 'BLOB', d TEXT) STRICT"
        );
        assert_eq!(
            Dialect::Postgres.translate(sql),
            "CREATE TABLE t (a BIGINT PRIMARY KEY, b DOUBLE PRECISION, c BYTEA DEFAULT 'BLOB', \
             d TEXT COLLATE \"C\")"
        );
        let sql = "CREATE INDEX i ON t (instr(d, 'instr'))";
        assert_eq!(Dialect::Sqlite.translate(sql), sql);
        let there = "CREATE INDEX i ON t (strpos(d, 'instr'))";
        assert_eq!(Dialect::Postgres.translate(sql), there);
    }

    #[test]
    fn a_table_can_lie_in_the_order_of_its_key() {
        let file = "-- Clustered. shard key: a\nCREATE TABLE t (a TEXT PRIMARY KEY);\n\
                    -- clustered, but no table\nCREATE INDEX i ON t (a);";
        let made = |d: Dialect| statements(file).iter().map(|s| d.make(s)).collect::<Vec<_>>();
        assert!(made(Dialect::Sqlite)[0].ends_with(" STRICT, WITHOUT ROWID"));
        assert_eq!(made(Dialect::Sqlite)[1], "CREATE INDEX i ON t (a)");
        assert!(made(Dialect::Postgres)[0].ends_with(")"));
    }

    #[test]
    fn statements_end_at_semicolons_outside_quotes_and_comments() {
        let file = "-- one; two\nINSERT INTO t VALUES ('a;--b'); -- after; this\nDELETE FROM t;\n";
        let found: Vec<String> = statements(file).into_iter().map(|s| s.sql).collect();
        assert_eq!(found, ["INSERT INTO t VALUES ('a;--b')", "DELETE FROM t"]);
    }

    #[test]
    fn each_fault_is_found() {
        let faults = |file: &'static str| {
            check(&[Schema { name: "x", files: Vec::leak(vec![file]) }]).join("; ")
        };
        assert_eq!(
            faults("-- shard key: pid\nCREATE TABLE a (pid TEXT, n BIGINT, PRIMARY KEY (pid, n));"),
            ""
        );
        assert_eq!(
            faults("-- A view. Its shard\n-- key: x.\nCREATE TABLE a (x TEXT PRIMARY KEY);"),
            ""
        );
        assert_eq!(faults("-- Reference table\nCREATE TABLE a (x TEXT PRIMARY KEY);"), "");
        assert!(faults("CREATE TABLE a (x TEXT PRIMARY KEY);").contains("no comment"));
        assert!(
            faults("-- shard key: none\nCREATE TABLE a (x TEXT PRIMARY KEY);").contains("reason")
        );
        assert!(
            faults("-- shard key: pid\nCREATE TABLE a (x TEXT PRIMARY KEY);")
                .contains("no column pid")
        );
        assert!(
            faults(
                "-- shard key: pid\nCREATE TABLE a (pid TEXT, x TEXT UNIQUE, PRIMARY KEY (pid));"
            )
            .contains("key (x) without")
        );
        assert!(
            faults("-- shard key: pid\nCREATE TABLE a (pid TEXT PRIMARY KEY, x TEXT); CREATE UNIQUE INDEX i ON a (x);")
                .contains("index i: without")
        );
        assert!(
            faults("-- shard key: x\nCREATE TABLE a (x TEXT, y BIGINT);")
                .contains("no primary key")
        );
        assert!(
            faults("-- shard key: x\nCREATE TABLE a (x INTEGER PRIMARY KEY);")
                .contains("type INTEGER")
        );
    }

    #[test]
    fn the_last_word_on_an_index_counts() {
        let files = &[
            "CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT); CREATE INDEX one ON t (b);
             CREATE UNIQUE INDEX two ON t (b); CREATE INDEX three ON t(a) WHERE b IS NULL;",
            "DROP INDEX IF EXISTS one; CREATE INDEX one ON t (b, a); DROP INDEX three;",
        ];
        let found = indexes(&Schema { name: "x", files });
        let said: Vec<_> = found.iter().map(|i| (i.name.as_str(), i.on.as_str())).collect();
        assert_eq!(said, [("one", "ON t (b, a)")]);
        assert_eq!(found[0].table, "t");
    }

    #[test]
    fn the_stores_own_tables_keep_the_rules() {
        assert_eq!(check(&[crate::SCHEMA]), Vec::<String>::new());
    }
}
