//! Dossiers that are there before a measurement begins: copies of the ones that have just lived.

use crate::inside::Inside;
use store::{Value, params};

/// Tables of a dossier, each with its column `dossier`.
const TABLES: [&str; 6] = [
    "dossier",
    "dossier_clock",
    "dossier_act",
    "dossier_consent",
    "dossier_payment",
    "dossier_letter",
];
/// Copies of every dossier in one transaction.
const COPIES_AT_ONCE: usize = 200;

/// Makes as many copies as it takes until there are `wanted` dossiers. A copy has its own code; the
/// rest is that of the dossier it was made from.
pub fn dossiers(inside: &Inside, wanted: u64) -> Result<(), String> {
    let count = |sql: &'static str| {
        inside
            .store
            .read(|tx| tx.one(sql, params![], |r| r.get::<i64>(0)))
            .map_err(|e| e.to_string())
    };
    let there = count("SELECT COUNT(*) FROM dossier")?;
    let wanted = i64::try_from(wanted).unwrap_or(i64::MAX);
    if wanted <= there || there == 0 {
        return Ok(());
    }
    let copies = usize::try_from((wanted - 1) / there).unwrap_or(usize::MAX);
    let first = inside
        .store
        .read(|tx| tx.rows("SELECT dossier FROM dossier", params![], |r| r.get::<String>(0)))
        .map_err(|e| e.to_string())?;
    // By key: to look for them among a million copies would take longer than to copy them.
    let places: Vec<String> = (0..first.len()).map(|n| format!("?{}", n + 2)).collect();
    let statements: Vec<String> = TABLES.iter().map(|t| copy_sql(t, &places.join(", "))).collect();
    let from: Vec<Value> = first.iter().map(Value::from).collect();
    for first in (0..copies).step_by(COPIES_AT_ONCE) {
        let (statements, last) = (statements.clone(), copies.min(first + COPIES_AT_ONCE));
        let from = from.clone();
        inside
            .store
            .write(move |tx| {
                for n in first..last {
                    for sql in &statements {
                        let mut values = vec![Value::from(format!("~{n:06}"))];
                        values.extend_from_slice(&from);
                        tx.execute(sql, &values)?;
                    }
                }
                Ok(())
            })
            .map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Copies the rows of the dossiers with these codes.
fn copy_sql(table: &str, codes: &str) -> String {
    let columns = columns(table);
    let values: Vec<&str> = columns
        .iter()
        .map(|c| if *c == "dossier" { "dossier || CAST(?1 AS TEXT)" } else { *c })
        .collect();
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE dossier IN ({codes})",
        columns.join(", "),
        values.join(", ")
    )
}

/// The columns of a table, from the crate's own schema files.
fn columns(table: &str) -> Vec<&'static str> {
    let mut columns = Vec::new();
    for file in services::SCHEMA.files {
        let mut inside = false;
        for line in file.lines() {
            let first = line.split_whitespace().next().unwrap_or_default();
            if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                inside = rest.split_whitespace().next() == Some(table);
            } else if line.starts_with(')') {
                inside = false;
            } else if inside && first.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                columns.push(first);
            } else if let Some(rest) = line.strip_prefix("ALTER TABLE ")
                && let Some((of, added)) = rest.split_once(" ADD COLUMN ")
                && of == table
            {
                columns.extend(added.split_whitespace().next());
            }
        }
    }
    columns.retain(|c| !c.is_empty());
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_the_table() {
        let store =
            store::Store::temporary(crate::inside::SCHEMAS, store::Clock::system()).unwrap();
        for table in TABLES {
            let named = columns(table).join(", ");
            let sql = format!("SELECT {named} FROM {table}");
            store.read(|tx| tx.row(&sql, params![], |_| Ok(()))).unwrap();
            let all = format!("SELECT COUNT(*) FROM pragma_table_info('{table}')");
            let count: i64 = store.read(|tx| tx.one(&all, params![], |r| r.get(0))).unwrap();
            assert_eq!(columns(table).len(), usize::try_from(count).unwrap(), "{table}: {named}");
        }
    }
}
