//! Reads for pages and commands.

use crate::errors::DOSSIER_UNKNOWN;
use crate::model::{Act, Consent, ConsentState, Dossier, Evidence, Letter};
use kernel::{DossierCode, Error, Instant, PersonalId, Result, limits};
use store::{ReadTx, Row, Value, params};

/// A dossier belongs to the place in which its commune lies now: from the day on which it was merged into
/// another one, that one's officers go on with it.
fn row(now: Instant) -> impl Fn(&Row) -> Result<Dossier> {
    let today = now.date();
    move |r| {
        let d = Dossier::from_row(r)?;
        Ok(Dossier { place: places::code_on(&d.place, today).to_owned(), ..d })
    }
}

/// `place IN (…)`: the codes under which the dossiers of a place stand today.
fn within(tx: &ReadTx, place: &str) -> (String, Vec<Value>) {
    let codes = places::codes_of(place, tx.now().date());
    let marks: Vec<String> = (1..=codes.len()).map(|n| format!("?{n}")).collect();
    (format!("place IN ({})", marks.join(", ")), codes.iter().map(Value::from).collect())
}

/// What belongs to a dossier and is read by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// [`dossier`].
    Dossier,
    /// [`acts`].
    Acts,
    /// [`consents`].
    Consents,
    /// [`letters`].
    Letters,
}

impl Part {
    fn sql(self) -> String {
        match self {
            Self::Dossier => format!("SELECT {} FROM dossier WHERE dossier = ?1", Dossier::COLUMNS),
            Self::Acts => ACTS.to_owned(),
            Self::Consents => format!(
                "SELECT {CONSENT_COLUMNS} FROM dossier_consent WHERE dossier = ?1 \
                 ORDER BY asked_at, consent"
            ),
            Self::Letters => format!(
                "SELECT {LETTER_COLUMNS} FROM dossier_letter WHERE dossier = ?1 ORDER BY at, n"
            ),
        }
    }
}

/// These parts are going to be read: where the database is another machine, on one way there and back.
pub fn foresee(tx: &mut ReadTx, code: &DossierCode, parts: &[Part]) -> Result<()> {
    for part in parts {
        tx.foresee(&[(&part.sql(), params![code])])?;
    }
    Ok(())
}

/// The dossier of this code.
pub fn dossier(tx: &mut ReadTx, code: &DossierCode) -> Result<Dossier> {
    tx.row(&Part::Dossier.sql(), params![code], row(tx.now()))?
        .ok_or_else(|| Error::new(DOSSIER_UNKNOWN))
}

/// A person's dossiers, newest first.
pub fn dossiers_of(tx: &mut ReadTx, pid: &PersonalId, page: i64) -> Result<Vec<Dossier>> {
    let sql = format!(
        "SELECT {} FROM dossier WHERE applicant = ?1 ORDER BY filed_at DESC LIMIT ?2 OFFSET ?3",
        Dossier::COLUMNS
    );
    let rows = limits::PAGE_ROWS_MAX;
    tx.rows(&sql, params![pid, rows, rows * page.clamp(0, 1000)], row(tx.now()))
}

/// The dossier that this form of the person's became, if it was sent before.
pub fn sent_before(tx: &mut ReadTx, pid: &PersonalId, form: &str) -> Result<Option<DossierCode>> {
    tx.row(SENT, params![pid, form], |r| r.get(0))
}

const SENT: &str = "SELECT dossier FROM form_sent WHERE pid = ?1 AND form = ?2";

/// A form of this person is about to be taken: whether it was sent before, and the person, will be asked.
pub fn foresee_form(tx: &mut ReadTx, pid: &PersonalId, form: &str) -> Result<()> {
    tx.foresee(&[(SENT, params![pid, form])])?;
    registers::foresee(tx, pid)
}

/// How many files a dossier has.
pub fn evidence_count(tx: &mut ReadTx, code: &DossierCode) -> Result<usize> {
    let sql = "SELECT COUNT(*) FROM dossier_file WHERE dossier = ?1";
    let n: i64 = tx.one(sql, params![code], |r| r.get(0))?;
    Ok(usize::try_from(n).unwrap_or(0))
}

/// Which dossiers a desk shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Waiting for this post.
    Mine,
    /// Everything open at this place.
    Open,
    /// Ended, newest first.
    Ended,
}

/// A desk's queue: most urgent first. `states` are the steps the desk's post may take.
pub fn queue(
    tx: &mut ReadTx,
    place: &str,
    which: Queue,
    states: &[String],
    search_key: &str,
    page: i64,
) -> Result<Vec<Dossier>> {
    let (here, mut values) = within(tx, place);
    let mut sql = format!("SELECT {} FROM dossier WHERE {here} ", Dossier::COLUMNS);
    sql.push_str(match which {
        Queue::Ended => "AND done_at IS NOT NULL ",
        Queue::Mine | Queue::Open => "AND done_at IS NULL ",
    });
    if which == Queue::Mine {
        // The number of states is small and known; each is a bound value.
        let first = values.len() + 1;
        let marks: Vec<String> = (0..states.len()).map(|i| format!("?{}", i + first)).collect();
        sql.push_str(&format!("AND state IN ({}) ", marks.join(", ")));
        values.extend(states.iter().map(Value::from));
    }
    if !search_key.is_empty() {
        let n = values.len() + 1;
        sql.push_str(&format!("AND (sort_name LIKE ?{n} OR LOWER(dossier) LIKE ?{n}) "));
        let escaped = search_key.replace(['%', '_'], "");
        values.push(Value::from(format!("%{escaped}%")));
    }
    sql.push_str(match which {
        Queue::Ended => "ORDER BY done_at DESC",
        Queue::Mine | Queue::Open => {
            "ORDER BY CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, filed_at"
        }
    });
    let n = values.len();
    sql.push_str(&format!(" LIMIT ?{} OFFSET ?{}", n + 1, n + 2));
    values.push(Value::from(limits::PAGE_ROWS_MAX));
    values.push(Value::from(limits::PAGE_ROWS_MAX * page.clamp(0, 1000)));
    tx.rows(&sql, &values, row(tx.now()))
}

/// How many dossiers wait for these steps at this place.
pub fn queue_size(tx: &mut ReadTx, place: &str, states: &[String]) -> Result<i64> {
    let (here, mut values) = within(tx, place);
    let first = values.len() + 1;
    let marks: Vec<String> = (0..states.len()).map(|i| format!("?{}", i + first)).collect();
    let sql = format!(
        "SELECT COUNT(*) FROM dossier WHERE {here} AND done_at IS NULL AND state IN ({})",
        marks.join(", ")
    );
    values.extend(states.iter().map(Value::from));
    tx.one(&sql, &values, |r| r.get(0))
}

/// Open dossiers whose due time lies at or before `until`, oldest first.
pub fn due_before(tx: &mut ReadTx, until: Instant, limit: i64) -> Result<Vec<Dossier>> {
    let sql = format!(
        "SELECT {} FROM dossier WHERE done_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ?2",
        Dossier::COLUMNS
    );
    tx.rows(&sql, params![until, limit], row(tx.now()))
}

/// The steps taken, oldest first.
pub fn acts(tx: &mut ReadTx, code: &DossierCode) -> Result<Vec<Act>> {
    tx.rows(ACTS, params![code], |r| {
        Ok(Act {
            n: r.get(0)?,
            action: r.get(1)?,
            from: r.get(2)?,
            to: r.get(3)?,
            at: r.get(4)?,
            person: r.get(5)?,
            name: r.get(6)?,
            post: r.get(7)?,
            note: r.get(8)?,
            reason: r.get(9)?,
            basis: r.get(10)?,
        })
    })
}

const ACTS: &str = "SELECT n, action, from_state, to_state, at, person, name, post, note, reason, basis \
    FROM dossier_act WHERE dossier = ?1 ORDER BY n";

const CONSENT_COLUMNS: &str =
    "dossier, consent, person, token, state, asked_at, expires_at, answered_at, note";

fn consent_row(r: &Row) -> Result<Consent> {
    Ok(Consent {
        dossier: r.get(0)?,
        consent: r.get(1)?,
        person: r.get(2)?,
        token: r.get(3)?,
        state: ConsentState::parse(&r.get::<String>(4)?),
        asked_at: r.get(5)?,
        expires_at: r.get(6)?,
        answered_at: r.get(7)?,
        note: r.get(8)?,
    })
}

/// The consents of a dossier.
pub fn consents(tx: &mut ReadTx, code: &DossierCode) -> Result<Vec<Consent>> {
    tx.rows(&Part::Consents.sql(), params![code], consent_row)
}

/// The consent whose page has this address.
pub fn consent_by_token(tx: &mut ReadTx, token: &str) -> Result<Option<Consent>> {
    let sql = format!("SELECT {CONSENT_COLUMNS} FROM dossier_consent WHERE token = ?1");
    tx.row(&sql, params![token], consent_row)
}

/// The files of a dossier.
pub fn evidence(tx: &mut ReadTx, code: &DossierCode) -> Result<Vec<Evidence>> {
    tx.rows(
        "SELECT file, evidence, name, kind, bytes, hash FROM dossier_file \
         WHERE dossier = ?1 ORDER BY at, file",
        params![code],
        |r| {
            Ok(Evidence {
                file: r.get(0)?,
                evidence: r.get(1)?,
                name: r.get(2)?,
                kind: r.get(3)?,
                bytes: r.get(4)?,
                hash: r.get(5)?,
            })
        },
    )
}

const LETTER_COLUMNS: &str =
    "dossier, letter, n, template, data, code, signer, hash, at, signed_at";

fn letter_row(r: &Row) -> Result<Letter> {
    Ok(Letter {
        dossier: r.get(0)?,
        letter: r.get(1)?,
        n: r.get(2)?,
        template: r.get(3)?,
        data: serde_json::from_str(&r.get::<String>(4)?)?,
        code: r.get(5)?,
        signer: serde_json::from_str(&r.get::<String>(6)?)?,
        hash: r.get(7)?,
        at: r.get(8)?,
        signed_at: r.get(9)?,
    })
}

/// The letters of a dossier, oldest first.
pub fn letters(tx: &mut ReadTx, code: &DossierCode) -> Result<Vec<Letter>> {
    tx.rows(&Part::Letters.sql(), params![code], letter_row)
}

/// The letter that carries this verification code.
pub fn letter_by_code(tx: &mut ReadTx, code: &str) -> Result<Option<Letter>> {
    let sql = format!("SELECT {LETTER_COLUMNS} FROM dossier_letter WHERE code = ?1");
    tx.row(&sql, params![code], letter_row)
}

/// The letter whose signed file has this SHA-256.
pub fn letter_by_hash(tx: &mut ReadTx, hash: &str) -> Result<Option<Letter>> {
    let sql = format!("SELECT {LETTER_COLUMNS} FROM dossier_letter WHERE hash = ?1");
    tx.row(&sql, params![hash], letter_row)
}

/// The signed file of a letter, once it exists.
pub fn letter_pdf(
    tx: &mut ReadTx,
    code: &DossierCode,
    letter: &str,
    n: i64,
) -> Result<Option<Vec<u8>>> {
    Ok(tx
        .row(
            "SELECT pdf FROM dossier_letter WHERE dossier = ?1 AND letter = ?2 AND n = ?3",
            params![code, letter, n],
            |r| r.get::<Option<Vec<u8>>>(0),
        )?
        .flatten())
}

/// The clock's ledger of a dossier: what happened to it, oldest first.
pub fn clock(tx: &mut ReadTx, code: &DossierCode) -> Result<Vec<(String, Instant, String)>> {
    tx.rows(
        "SELECT what, at, reason FROM dossier_clock WHERE dossier = ?1 ORDER BY n",
        params![code],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}

/// The draft a person keeps for a procedure.
pub fn draft(
    tx: &mut ReadTx,
    pid: &PersonalId,
    procedure: &str,
) -> Result<Option<(serde_json::Value, Instant)>> {
    tx.row(
        "SELECT answers, at FROM draft WHERE pid = ?1 AND procedure = ?2",
        params![pid, procedure],
        |r| Ok((serde_json::from_str(&r.get::<String>(0)?)?, r.get(1)?)),
    )
}

/// All drafts of a person: procedure and when it was last touched.
pub fn drafts(tx: &mut ReadTx, pid: &PersonalId) -> Result<Vec<(String, Instant)>> {
    tx.rows("SELECT procedure, at FROM draft WHERE pid = ?1 ORDER BY at DESC", params![pid], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })
}

/// Dossiers a clerk's account filed, newest first.
pub fn filed_by(tx: &mut ReadTx, account: &str, limit: i64) -> Result<Vec<Dossier>> {
    let sql = format!(
        "SELECT {} FROM dossier WHERE filed_by = ?1 ORDER BY filed_at DESC LIMIT ?2",
        Dossier::COLUMNS
    );
    tx.rows(&sql, params![account, limit], row(tx.now()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{Clock, Store, WriteTx};

    /// By which indexes SQLite goes about what was run.
    fn indexes(run: impl FnOnce(&mut WriteTx) -> Result<()> + Send + 'static) -> Vec<String> {
        let store = Store::temporary(&[crate::SCHEMA], Clock::system()).unwrap();
        let mut run = Some(run);
        store
            .write(move |tx| {
                tx.listen();
                run.take().map_or(Ok(()), |run| run(tx))?;
                let mut steps = Vec::new();
                for (sql, values) in tx.heard() {
                    let plan = format!("EXPLAIN QUERY PLAN {sql}");
                    steps.extend(tx.rows(&plan, &values, |r| r.get::<String>(3))?);
                }
                Ok(steps)
            })
            .unwrap()
    }

    fn by(steps: &[String], index: &str) -> bool {
        steps.iter().any(|s| s.contains(&format!("USING INDEX {index} ")))
            && !steps.iter().any(|s| s.starts_with("SCAN"))
    }

    #[test]
    fn a_desk_looks_through_what_is_open_or_what_has_ended_and_never_both() {
        let of = |which, states: &'static [&str]| {
            let states: Vec<String> = states.iter().map(|s| (*s).to_owned()).collect();
            indexes(move |tx| queue(tx, "13594", which, &states, "", 0).map(drop))
        };
        assert!(by(&of(Queue::Mine, &["checking"]), "dossier_desk"));
        assert!(by(&of(Queue::Open, &[]), "dossier_desk"));
        let ended = of(Queue::Ended, &[]);
        assert!(by(&ended, "dossier_ended"), "{ended:?}");
        let size = indexes(|tx| queue_size(tx, "13594", &["checking".to_owned()]).map(drop));
        assert!(by(&size, "dossier_desk"), "{size:?}");
    }

    #[test]
    fn what_is_due_is_looked_for_among_the_open() {
        let due = indexes(|tx| {
            let now = tx.now();
            due_before(tx, now, 10).map(drop)
        });
        assert!(
            by(&due, "dossier_due") && !due.iter().any(|s| s.contains("TEMP B-TREE")),
            "{due:?}"
        );
    }

    #[test]
    fn the_newest_notices_come_out_of_the_primary_key() {
        let pid = PersonalId::parse("037095000017").unwrap();
        let newest = indexes(move |tx| crate::inbox::list(tx, &pid, 0).map(drop));
        assert!(by(&newest, "sqlite_autoindex_inbox_1"), "{newest:?}");
        assert!(!newest.iter().any(|s| s.contains("TEMP B-TREE")), "{newest:?}");
    }
}
