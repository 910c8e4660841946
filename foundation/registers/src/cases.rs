//! Which people a dossier names. An officer may read a person who lives elsewhere only because an
//! open dossier of their commune names that person; whoever runs dossiers says so here.

use crate::door::{self, Ask};
use crate::errors::ACCESS_OUTSIDE;
use crate::journal;
use crate::law::{Case, Law, Role};
use crate::model::Reading;
use kernel::{Actor, Date, DossierCode, Error, Instant, PersonalId, PurposeId, Result};
use store::{ReadTx, RecordTx, Row, Rows, WriteTx, params};

/// A dossier begins to name these people, for this purpose, at the place that decides it. Naming a
/// person twice does nothing.
pub fn open(
    tx: &mut WriteTx,
    dossier: &DossierCode,
    place: &str,
    purpose: &PurposeId,
    people: &[PersonalId],
) -> Result<()> {
    let (now, mut rows) = (tx.now(), Rows::new(5));
    for pid in people {
        rows.row(params![dossier, pid, purpose, place, now]);
    }
    tx.insert_rows(
        "INSERT INTO case_subject (dossier, pid, purpose, place, opened_at)",
        "ON CONFLICT (dossier, pid) DO NOTHING",
        &rows,
    )
}

/// The dossier has ended: officers can no longer read these people because of it. Closing twice
/// does nothing.
pub fn close(tx: &mut WriteTx, dossier: &DossierCode) -> Result<()> {
    let now = tx.now();
    tx.send(
        "UPDATE case_subject SET closed_at = ?1 WHERE dossier = ?2 AND closed_at IS NULL",
        params![now, dossier],
    )?;
    Ok(())
}

/// An officer looks again at what an ended dossier of their own place keeps about a person. Nothing is
/// read from the register; the person finds it in their log like any reading, and a refusal too.
pub fn look_again(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    purpose: &PurposeId,
    subject: &PersonalId,
    items: &[&str],
    dossier: &DossierCode,
) -> Result<Reading<()>> {
    let ask = Ask { law, actor, purpose, dossier: Some(dossier), what: "kept" };
    let role = Role::towards(actor, Some(subject));
    let here = |c: &Case| {
        let works = actor.appointment.as_ref().is_some_and(|a| a.place == c.place);
        works && c.purpose == purpose.as_str()
    };
    let case = about(tx, dossier, subject)?;
    if case.as_ref().is_some_and(here) && law.may_ever(&role.name(), purpose.as_str(), items) {
        let (made, body) = door::entry(journal::READ, &ask, &role, items);
        door::record(tx, (made.about(subject), body), None)?;
        return Ok(Reading::Granted(()));
    }
    let refusal = Error::new(ACCESS_OUTSIDE);
    door::leave_refused(tx, &ask, &role, case.map(|_| subject), items, &refusal)?;
    Ok(Reading::Refused(refusal))
}

fn case_row(dossier: &DossierCode, today: Date, r: &Row) -> Result<Case> {
    Ok(Case {
        code: dossier.clone(),
        purpose: r.get(0)?,
        place: places::code_on(&r.get::<String>(1)?, today).to_owned(),
        open: r.get::<Option<Instant>>(2)?.is_none(),
    })
}

/// The dossier, if it names this person.
pub(crate) fn about(
    tx: &mut ReadTx,
    dossier: &DossierCode,
    pid: &PersonalId,
) -> Result<Option<Case>> {
    let today = tx.now().date();
    tx.row(ABOUT, params![dossier, pid], |r| case_row(dossier, today, r))
}

const ABOUT: &str =
    "SELECT purpose, place, closed_at FROM case_subject WHERE dossier = ?1 AND pid = ?2";

/// [`about`] is going to be asked.
pub(crate) fn foresee_about(
    tx: &mut ReadTx,
    dossier: &DossierCode,
    pid: &PersonalId,
) -> Result<()> {
    tx.foresee(&[(ABOUT, params![dossier, pid])])
}

/// The dossier, whoever it names: for dwellings.
pub(crate) fn of_dossier(tx: &mut ReadTx, dossier: &DossierCode) -> Result<Option<Case>> {
    let today = tx.now().date();
    tx.row(
        "SELECT purpose, place, closed_at FROM case_subject WHERE dossier = ?1 \
         ORDER BY pid LIMIT 1",
        params![dossier],
        |r| case_row(dossier, today, r),
    )
}
