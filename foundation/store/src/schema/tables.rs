//! What the schema files leave: tables with their columns, keys and shard keys.

use super::{Schema, pieces, statements};

/// How the rows of a table are spread when one database is not enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shard {
    /// By a column. Rows with the same value lie together in all tables of one group; the group has the
    /// column's name unless the comment says another: `shard key: id as account`.
    Key {
        /// The column.
        column: String,
        /// What its values are.
        group: String,
    },
    /// A small table, a copy of which lies on every node.
    Reference,
    /// Not at all, for this reason.
    Local(String),
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// BIGINT
    Int,
    /// DOUBLE PRECISION
    Real,
    /// TEXT
    Text,
    /// BLOB
    Blob,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
}

/// A table as the files leave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The columns of its primary key.
    pub primary: Vec<String>,
    /// The columns of each further unique constraint or index.
    pub unique: Vec<Vec<String>>,
    /// How its rows are spread.
    pub shard: Shard,
}

impl Table {
    /// The names of the columns, as a statement lists them.
    pub fn list(&self) -> String {
        self.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// All tables that the files leave, in the order of their making. Files that [`super::check`] finds
/// fault with may give tables with parts missing.
pub fn tables(schemas: &[Schema]) -> Vec<Table> {
    let mut all: Vec<Table> = Vec::new();
    let files = schemas.iter().flat_map(|s| s.files.iter());
    for statement in files.flat_map(|file| statements(file)) {
        let sql = statement.sql.as_str();
        let words: Vec<&str> = pieces(sql).into_iter().filter(|p| !p.trim().is_empty()).collect();
        let upper: Vec<String> = words.iter().take(6).map(|w| w.to_ascii_uppercase()).collect();
        let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
        match upper.as_slice() {
            ["CREATE", "TABLE", ..] => {
                let shard = shard_of(&statement.comment).unwrap_or(Shard::Reference);
                all.push(table(words.get(2).copied().unwrap_or_default(), sql, shard));
            }
            ["DROP", "TABLE", "IF", "EXISTS", _, ..] => all.retain(|t| t.name != words[4]),
            ["DROP", "TABLE", ..] => all.retain(|t| words.get(2) != Some(&t.name.as_str())),
            ["ALTER", "TABLE", _, "ADD", "COLUMN", ..] => {
                let of = all.iter_mut().find(|t| t.name == words[2]);
                if let (Some(of), Some((_, text))) = (of, split_at_word(sql, "COLUMN")) {
                    of.columns.extend(column(text));
                }
            }
            ["ALTER", "TABLE", _, "DROP", "COLUMN", gone] => {
                let named = |c: &Column| c.name.eq_ignore_ascii_case(gone);
                all.iter_mut()
                    .filter(|t| t.name == words[2])
                    .for_each(|t| t.columns.retain(|c| !named(c)));
            }
            ["CREATE", "UNIQUE", "INDEX", ..] => {
                let on = words.iter().position(|w| w.eq_ignore_ascii_case("on"));
                let on = on.and_then(|i| words.get(i + 1));
                if let Some(of) = all.iter_mut().find(|t| on == Some(&t.name.as_str())) {
                    of.unique.push(columns_in(sql));
                }
            }
            _ => {}
        }
    }
    all
}

fn split_at_word<'a>(sql: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let at = sql.to_ascii_uppercase().find(word)?;
    Some((&sql[..at], &sql[at + word.len()..]))
}

fn column(text: &str) -> Option<Column> {
    let mut words = text.split_whitespace();
    let name = words.next()?.to_owned();
    let kind = match words.next()?.to_ascii_uppercase().as_str() {
        "BIGINT" => Kind::Int,
        "DOUBLE" => Kind::Real,
        "TEXT" => Kind::Text,
        _ => Kind::Blob,
    };
    Some(Column { name, kind })
}

fn table(name: &str, sql: &str, shard: Shard) -> Table {
    let body = sql.split_once('(').and_then(|(_, b)| b.rsplit_once(')')).map_or("", |(b, _)| b);
    let name = name.to_owned();
    let (columns, primary, unique) = (Vec::new(), Vec::new(), Vec::new());
    let mut table = Table { name, columns, primary, unique, shard };
    for part in parts(body) {
        let upper = part.to_ascii_uppercase();
        let constraint = upper.strip_prefix("CONSTRAINT ").map_or(upper.as_str(), |rest| {
            rest.trim_start().split_once(' ').map_or("", |(_, rest)| rest)
        });
        if constraint.starts_with("PRIMARY KEY") {
            table.primary = columns_in(part);
        } else if constraint.starts_with("UNIQUE") {
            table.unique.push(columns_in(part));
        } else if !constraint.starts_with("FOREIGN KEY") && !constraint.starts_with("CHECK") {
            let Some(column) = column(part) else { continue };
            if upper.contains("PRIMARY KEY") {
                table.primary = vec![column.name.clone()];
            } else if upper.contains(" UNIQUE") {
                table.unique.push(vec![column.name.clone()]);
            }
            table.columns.push(column);
        }
    }
    table
}

/// What the comment before a table says of its shard key.
pub(super) fn shard_of(comment: &str) -> std::result::Result<Shard, &'static str> {
    let comment = comment.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((_, named)) = comment.rsplit_once("shard key:") else {
        return if comment.to_ascii_lowercase().contains("reference table") {
            Ok(Shard::Reference)
        } else {
            Err("no comment «shard key: …» or «reference table» before it")
        };
    };
    let named = named.trim();
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let column = word(named);
    let rest = named[column.len()..].trim_start_matches([':', ' ', '(']).trim_end_matches(')');
    match column.as_str() {
        "none" if !rest.contains(char::is_alphabetic) => Err("«shard key: none» needs a reason"),
        "none" => Ok(Shard::Local(rest.to_owned())),
        _ => {
            let group = rest.strip_prefix("as ").map_or_else(|| column.clone(), word);
            Ok(Shard::Key { column, group })
        }
    }
}

/// The names inside the first parentheses.
pub(super) fn columns_in(sql: &str) -> Vec<String> {
    let inside = sql.split_once('(').map_or("", |(_, rest)| rest);
    let inside = inside.split_once(')').map_or(inside, |(inside, _)| inside);
    inside.split(',').filter_map(|c| c.split_whitespace().next()).map(str::to_owned).collect()
}

/// Splits at commas that are not inside parentheses.
pub(super) fn parts(body: &str) -> Vec<&str> {
    let (mut out, mut depth, mut from) = (Vec::new(), 0i32, 0);
    for (i, c) in body.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                out.push(body[from..i].trim());
                from = i + 1;
            }
            _ => {}
        }
    }
    out.push(body[from..].trim());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_leave_tables_with_their_keys() {
        let files = &[
            "-- Of people. shard key: id as person\nCREATE TABLE a (\n  id TEXT NOT NULL,\n  n BIGINT, -- how many\n  \
             PRIMARY KEY (id, n), UNIQUE (n, id));\n-- shard key: none (one row)\nCREATE TABLE b (x TEXT PRIMARY KEY);",
            "ALTER TABLE a ADD COLUMN r DOUBLE PRECISION; ALTER TABLE a ADD COLUMN p BLOB;\n\
             CREATE UNIQUE INDEX u ON a (r, id); ALTER TABLE a DROP COLUMN p; DROP TABLE b;",
        ];
        let [a] = tables(&[Schema { name: "x", files }]).try_into().unwrap();
        assert_eq!(a.list(), "id, n, r");
        assert_eq!(a.columns[2].kind, Kind::Real);
        assert_eq!(a.primary, ["id", "n"]);
        assert_eq!(a.unique, [["n", "id"], ["r", "id"]]);
        assert_eq!(a.shard, Shard::Key { column: "id".into(), group: "person".into() });
        let b = tables(&[Schema { name: "x", files: &files[..1] }]).pop().unwrap();
        assert_eq!(b.shard, Shard::Local("one row".into()));
    }
}
