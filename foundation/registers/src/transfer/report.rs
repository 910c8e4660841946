//! What to tell about a run: how many rows for which reason, and every one of them.

use super::remark::Reason;
use kernel::{Result, Say};
use std::io::Write;
use store::{ReadTx, params};

/// How many remarks there are for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// Why.
    pub reason: Reason,
    /// How often.
    pub count: i64,
}

/// The remarks of a run by reason, most frequent first.
pub fn totals(tx: &mut ReadTx, run: &str) -> Result<Vec<Total>> {
    let found = tx.rows(
        "SELECT reason, COUNT(*) FROM import_remark WHERE run = ?1 GROUP BY reason \
         ORDER BY COUNT(*) DESC, reason",
        params![run],
        |r| Ok((r.get::<String>(0)?, r.get::<i64>(1)?)),
    )?;
    let known = found
        .into_iter()
        .filter_map(|(code, count)| Reason::parse(&code).map(|reason| Total { reason, count }));
    Ok(known.collect())
}

/// Writes the report of a run as CSV: first how many for each reason, then every remark in the order of
/// lines. It names lines and columns, never what stands there.
pub fn write_report(tx: &mut ReadTx, run: &str, say: [&Say; 2], out: &mut dyn Write) -> Result<()> {
    let words = |key: &str| say.map(|s| quoted(&s.t(key))).join(",");
    let mut lines = format!("line,item,reason,count,{}\n", words("registers-import-meaning"));
    for total in totals(tx, run)? {
        let words = words(&total.reason.key());
        lines.push_str(&format!(",,{},{},{words}\n", total.reason.code(), total.count));
    }
    let failed = |e: std::io::Error| crate::errors::report_unwritten(&e);
    out.write_all(lines.as_bytes()).map_err(failed)?;
    let mut trouble = None;
    tx.each(
        "SELECT line, item, reason FROM import_remark WHERE run = ?1 ORDER BY line, n",
        params![run],
        |r| {
            let (line, item, code): (i64, String, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
            let words =
                Reason::parse(&code).map_or_else(String::new, |reason| words(&reason.key()));
            trouble = writeln!(out, "{line},{item},{code},,{words}").err();
            Ok(trouble.is_none())
        },
    )?;
    match trouble {
        Some(e) => Err(failed(e)),
        None => out.flush().map_err(failed),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
