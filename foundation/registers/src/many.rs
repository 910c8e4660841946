//! Rows of many keys by one statement: always as many places for values, the last key repeated, so that
//! the statement is one and prepared once.

use kernel::Result;
use store::{ReadTx, Row, Value};

/// Keys one statement takes.
const AT_ONCE: usize = 50;

/// Rows of `SELECT … WHERE COLUMN` with ` IN (…)` behind it, in no order; a key that is not there is left
/// out.
pub(crate) fn rows<K, T>(
    tx: &mut ReadTx,
    select_where: &str,
    keys: &[K],
    mut read: impl FnMut(&Row) -> Result<T>,
) -> Result<Vec<T>>
where
    for<'k> &'k K: Into<Value>,
{
    let places: Vec<String> = (1..=AT_ONCE).map(|n| format!("?{n}")).collect();
    let sql = format!("{select_where} IN ({})", places.join(", "));
    let mut out = Vec::with_capacity(keys.len());
    for some in keys.chunks(AT_ONCE) {
        let values: Vec<Value> = some
            .iter()
            .chain(some.last().into_iter().cycle())
            .take(AT_ONCE)
            .map(Into::into)
            .collect();
        out.extend(tx.rows(&sql, &values, &mut read)?);
    }
    Ok(out)
}
