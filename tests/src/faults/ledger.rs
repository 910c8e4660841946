//! What people were told, and whether all of it is in the database, once.

use crate::{rows::Rows, walks::NEWCOMERS};
use std::collections::{BTreeMap, BTreeSet};

/// What people were told: nothing of it may ever be lost.
#[derive(Debug, Default)]
pub struct Told {
    /// Codes given out.
    pub filed: BTreeSet<String>,
    /// Dossiers whose fee was taken.
    pub paid: BTreeSet<String>,
    /// The pages on which consent was given.
    pub consented: BTreeSet<String>,
    /// Dossier and step.
    pub decided: BTreeSet<(String, String)>,
    /// How often an officer was shown a dossier.
    pub opened: BTreeMap<String, i64>,
    /// How often the reader saw their own data.
    pub read: i64,
    /// What went wrong in a way that no kill explains.
    pub faults: Vec<String>,
}

/// Everything that was told is there, once; what was not told is whole or not there at all.
///
/// # Panics
/// If it is not so.
pub fn check(rows: &Rows, told: &Told, kills: u64, reads_per_visit: i64) {
    let set = |sql: &str| rows.texts(sql, []).into_iter().collect::<BTreeSet<String>>();
    let once = |sql: &str| {
        let list = rows.texts(sql, []);
        let set: BTreeSet<String> = list.iter().cloned().collect();
        assert_eq!(list.len(), set.len(), "twice: {sql}");
        set
    };
    assert_eq!(rows.texts("PRAGMA quick_check", []), ["ok"]);
    let there = once("SELECT dossier FROM dossier");
    assert!(told.filed.is_subset(&there), "lost: {:?}", told.filed.difference(&there));
    let under_way = NEWCOMERS.len() as u64 * kills;
    assert!((there.len() - told.filed.len()) as u64 <= under_way, "more than anybody sent");
    for sql in [
        "SELECT dossier FROM journal WHERE kind = 'dossier.filed'",
        "SELECT dossier FROM form_sent",
        "SELECT dossier FROM dossier_act WHERE action = 'file'",
        "SELECT dossier FROM dossier_letter WHERE letter = 'receipt'",
    ] {
        assert_eq!(once(sql), there, "{sql}");
    }
    let paid = once("SELECT dossier FROM dossier_payment");
    assert!(told.paid.is_subset(&paid));
    assert_eq!(once("SELECT dossier FROM journal WHERE kind = 'payment.received'"), paid);
    let answered = "SELECT '/y-kien/' || token FROM dossier_consent WHERE state = 'given'";
    assert!(told.consented.is_subset(&once(answered)));
    assert_eq!(
        once("SELECT dossier FROM journal WHERE kind = 'consent.answered'"),
        once("SELECT dossier FROM dossier_consent WHERE state <> 'asked'")
    );
    let steps = once("SELECT dossier || ' ' || action FROM dossier_act WHERE action <> 'pay'");
    for (code, step) in &told.decided {
        assert!(steps.contains(&format!("{code} {step}")), "lost: {code} {step}");
    }
    // Each move of a dossier has its entry, in the same order.
    let moves = "SELECT dossier, group_concat(to_state, ' ') FROM (SELECT dossier, to_state FROM \
                 dossier_act WHERE from_state <> to_state ORDER BY dossier, n) GROUP BY dossier";
    let entries = "SELECT dossier, group_concat(json_extract(body, '$.to'), ' ') FROM (SELECT \
                   dossier, body FROM journal WHERE kind IN ('dossier.moved', 'dossier.done', \
                   'dossier.refused', 'dossier.withdrawn') ORDER BY dossier, seq) GROUP BY dossier";
    let pairs =
        |sql: &str| rows.all(sql, [], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)));
    assert_eq!(pairs(moves), pairs(entries));
    assert_eq!(
        once("SELECT dossier FROM residence WHERE dossier IS NOT NULL"),
        once("SELECT dossier FROM dossier WHERE state = 'done'"),
    );
    assert_eq!(
        once("SELECT dossier FROM dossier_letter WHERE letter IN ('result', 'refusal')"),
        set("SELECT dossier FROM dossier WHERE done_at IS NOT NULL AND state <> 'withdrawn'"),
    );
    let account = |n: i64| {
        let id = rows.texts("SELECT account FROM demo_role WHERE n = ?1", [n]).remove(0);
        format!("%\"{id}\"%")
    };
    let read = "SELECT COUNT(*) FROM journal WHERE kind LIKE 'data.read%' AND actor LIKE ?1 \
                AND dossier IS NULL";
    let visits = rows.count(read, [account(5)]) / reads_per_visit;
    let (least, most) = (told.read, told.read + i64::try_from(kills).unwrap_or(i64::MAX));
    assert!((least..=most).contains(&visits), "{least} ≤ {visits} ≤ {most}");
    let seen: BTreeMap<String, i64> = rows
        .all(
            "SELECT dossier, COUNT(DISTINCT id) FROM journal WHERE kind = 'data.read' \
             AND dossier IS NOT NULL AND (actor LIKE ?1 OR actor LIKE ?2) GROUP BY dossier",
            [account(3), account(4)],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .into_iter()
        .collect();
    for (code, times) in &told.opened {
        assert!(
            seen.get(code) >= Some(times),
            "{code}: opened {times}, {:?} entries",
            seen.get(code)
        );
    }
}

/// The access log is the journal's readings, and every sum is the journal's count: exactly.
///
/// # Panics
/// If it is not so, or if there are fewer readings than this: too little for a test.
pub fn followers_equal_the_journal(rows: &Rows, readings: usize) {
    let log = |sql: &str| {
        rows.all(sql, [], |r| {
            let text = |i| r.get::<_, Option<String>>(i);
            Ok((text(0)?, r.get::<_, i64>(1)?, r.get::<_, i64>(2)?, text(3)?, text(4)?, text(5)?))
        })
    };
    let kept =
        log("SELECT pid, seq, at, outcome, purpose, dossier FROM access_record ORDER BY seq, pid");
    let due = log(
        "SELECT s.value, j.seq, j.at, CASE j.kind WHEN 'data.read_refused' THEN 'refused' ELSE 'read' \
         END, j.purpose, j.dossier FROM journal j, json_each(j.subjects) s \
         WHERE j.kind IN ('data.read', 'data.read_own', 'data.read_refused') ORDER BY j.seq, s.value",
    );
    assert!(due.len() > readings, "{} readings", due.len());
    assert!(kept == due, "{} records, {} readings", kept.len(), due.len());

    let day = "strftime('%Y-%m-%d', at / 1000000 + 25200, 'unixepoch')";
    let month = "strftime('%Y-%m', at / 1000000 + 25200, 'unixepoch')";
    for (indicator, which) in [
        ("dossier.filed", "kind = 'dossier.filed'"),
        (
            "dossier.filed.online",
            "kind = 'dossier.filed' AND json_extract(body, '$.channel') = 'online'",
        ),
        ("dossier.done", "kind IN ('dossier.done', 'dossier.refused')"),
        (
            "dossier.done.on_time",
            "kind IN ('dossier.done', 'dossier.refused') AND json_extract(body, '$.on_time')",
        ),
        ("residence.temporary", "kind = 'residence.registered'"),
    ] {
        for period in [day, month] {
            let due = format!(
                "SELECT place || ' ' || p || ' ' || COUNT(*) FROM (SELECT place, {period} AS p FROM \
                 journal WHERE {which} UNION ALL SELECT '37', {period} FROM journal WHERE {which}) \
                 GROUP BY place, p ORDER BY place, p"
            );
            let due = rows.texts(&due, []);
            let length: i64 = if period == day { 10 } else { 7 };
            let kept = rows.texts(
                "SELECT place || ' ' || period || ' ' || value FROM measure_sum WHERE indicator = ?1 \
                 AND length(period) = ?2 ORDER BY place, period",
                (indicator, length),
            );
            assert_eq!(kept, due, "{indicator}");
            assert!(!due.is_empty(), "{indicator} was never counted");
        }
    }
    let spread = "SELECT SUM(n) FROM measure_bucket WHERE place = '37' AND length(period) = 4";
    let done = "SELECT COUNT(*) FROM journal WHERE kind = 'dossier.done'";
    assert_eq!(rows.count(spread, []), rows.count(done, []));
}
