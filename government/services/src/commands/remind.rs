//! Nhắc gia hạn: before a term the register holds runs out, the person is told, with the service that
//! extends it. Once for each end of a term; safe to repeat.

use crate::app::Env;
use crate::inbox;
use kernel::{Date, PersonalId, Result, time};
use registers::residence;
use serde_json::json;
use store::{WriteTx, params};

/// People one transaction tells.
const REMIND_ROWS_MAX: i64 = 500;
const KIND: &str = "inbox-expiring";

/// One page of reminders; returns where to go on, or nothing at the end.
pub fn remind(
    tx: &mut WriteTx,
    env: &Env,
    after: Option<&(Date, PersonalId)>,
) -> Result<Option<(Date, PersonalId)>> {
    let today = tx.now().date();
    let all = env.catalogue.all_in_force(today);
    let Some((p, remind)) = all.iter().find_map(|p| Some((p, p.file().remind.as_ref()?))) else {
        return Ok(None);
    };
    let ahead = i32::try_from(remind.days_before).unwrap_or(i32::MAX);
    let last = time::plus_days(today, ahead);
    let page = residence::ending(tx, (today, last), after, REMIND_ROWS_MAX)?;
    for (until, pid) in &page {
        let args = json!({"until": time::day(*until)});
        let told = tx.row(
            "SELECT 1 FROM inbox WHERE pid = ?1 AND kind = ?2 AND args = ?3 LIMIT 1",
            params![pid, KIND, serde_json::to_string(&args)?],
            |_| Ok(()),
        )?;
        if told.is_none() {
            inbox::send(tx, pid, KIND, &args, p.path())?;
        }
    }
    let full = i64::try_from(page.len()).is_ok_and(|n| n == REMIND_ROWS_MAX);
    Ok(page.into_iter().next_back().filter(|_| full))
}
