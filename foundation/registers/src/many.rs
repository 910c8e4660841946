//! Rows of many keys by one statement: one of a few numbers of places for values, the last key repeated, so
//! that there are few statements, each prepared once.

use kernel::Result;
use store::{ReadTx, Row, Value};

/// Keys one statement takes: those of a family, of a page, of a batch.
const AT_ONCE: [usize; 3] = [8, 50, 500];

/// Rows of `SELECT … WHERE COLUMN` with ` IN (…)` behind it, in no order; a key that is not there is left
/// out.
pub(crate) fn rows<K, T>(
    tx: &mut ReadTx,
    select_where: &str,
    keys: &[K],
    read: impl FnMut(&Row) -> Result<T>,
) -> Result<Vec<T>>
where
    for<'k> &'k K: Into<Value>,
{
    rows_with(tx, select_where, &[], keys, read)
}

/// As [`rows`], of a statement with values of its own in front of the keys.
pub(crate) fn rows_with<K, T>(
    tx: &mut ReadTx,
    select_where: &str,
    own: &[Value],
    keys: &[K],
    mut read: impl FnMut(&Row) -> Result<T>,
) -> Result<Vec<T>>
where
    for<'k> &'k K: Into<Value>,
{
    let [.., most] = AT_ONCE;
    let at_once = AT_ONCE.into_iter().find(|n| keys.len() <= *n).unwrap_or(most);
    let places: Vec<String> = (1..=at_once).map(|n| format!("?{}", own.len() + n)).collect();
    let sql = format!("{select_where} IN ({})", places.join(", "));
    let mut out = Vec::with_capacity(keys.len());
    for some in keys.chunks(at_once) {
        let last = some.last().into_iter().cycle();
        let keys = some.iter().chain(last).take(at_once).map(Into::into);
        let values: Vec<Value> = own.iter().cloned().chain(keys).collect();
        out.extend(tx.rows(&sql, &values, &mut read)?);
    }
    Ok(out)
}
