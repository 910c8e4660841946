//! Rows by a list of keys.

use kernel::Result;
use store::{ReadTx, Row, Value};

/// Splits a long list, so that a statement has a bounded number of values.
const IN_MAX: usize = 500;

/// Asks for rows by a list of keys: `sql` ends before `IN (…)`.
pub(crate) fn by_keys<T>(
    tx: &mut ReadTx,
    sql: &str,
    keys: &[String],
    mut f: impl FnMut(&Row) -> Result<T>,
) -> Result<Vec<T>> {
    let mut out = Vec::new();
    for some in keys.chunks(IN_MAX) {
        let marks: Vec<String> = (1..=some.len()).map(|n| format!("?{n}")).collect();
        let values: Vec<Value> = some.iter().map(Value::from).collect();
        let sql = format!("{sql} IN ({})", marks.join(", "));
        tx.each(&sql, &values, |r| {
            out.push(f(r)?);
            Ok(true)
        })?;
    }
    Ok(out)
}
