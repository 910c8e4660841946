//! Dossiers that are there before a measurement begins: copies of the ones that have just lived.

use crate::inside::Inside;
use store::params;

/// Tables of a dossier, each with its column `dossier`.
const TABLES: [&str; 7] = [
    "dossier",
    "dossier_clock",
    "dossier_act",
    "dossier_consent",
    "dossier_payment",
    "dossier_letter",
    "case_subject",
];
/// The form a copy came by. By the dossier's key: that table has none by which a dossier's form is found.
const FORM: &str = "INSERT INTO form_sent (pid, form, dossier, at) ";
/// Dossiers whose copies are made in one transaction.
const CODES_AT_ONCE: usize = 4;
/// The numbers up to the second value.
const NUMBERS: &str = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL \
    SELECT i + 1 FROM n WHERE i < ?2)";
/// The code of a copy.
const CODE: &str = "dossier || '~' || SUBSTR(CAST(1000000 + i AS TEXT), 2)";

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
    let copies = (wanted - 1) / there;
    let first = inside
        .store
        .read(|tx| tx.rows("SELECT dossier FROM dossier", params![], |r| r.get::<String>(0)))
        .map_err(|e| e.to_string())?;
    let mut statements: Vec<String> = TABLES.iter().map(|t| copy_sql(t)).collect();
    statements.push(format!(
        "{FORM} {NUMBERS} SELECT applicant, {CODE}, {CODE}, filed_at FROM n, dossier \
         WHERE dossier = ?1"
    ));
    // All copies of one after the other: they lie beside each other, and are written beside each other.
    for some in first.chunks(CODES_AT_ONCE) {
        let (statements, some) = (statements.clone(), some.to_vec());
        inside
            .store
            .write(move |tx| {
                for code in &some {
                    for sql in &statements {
                        tx.execute(sql, params![code.as_str(), copies])?;
                    }
                }
                Ok(())
            })
            .map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Copies the rows of a dossier.
fn copy_sql(table: &str) -> String {
    let columns = columns(table);
    let values: Vec<&str> =
        columns.iter().map(|c| if *c == "dossier" { CODE } else { *c }).collect();
    format!(
        "INSERT INTO {table} ({}) {NUMBERS} SELECT {} FROM n, {table} WHERE dossier = ?1",
        columns.join(", "),
        values.join(", ")
    )
}

/// The columns of a table, from the crate's own schema files.
fn columns(table: &str) -> Vec<&'static str> {
    let mut columns = Vec::new();
    for file in services::SCHEMA.files.iter().chain(registers::SCHEMA.files) {
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
