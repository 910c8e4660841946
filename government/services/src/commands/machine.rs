//! The state machine of a dossier: moving from step to step, the clock's ledger, the acts.

use super::course::Course;
use super::{finish, letters};
use crate::app::Env;
use crate::definition::{Procedure, WITHDRAWN};
use crate::inbox;
use crate::model::{Consent, ConsentState, Dossier};
use crate::plan;
use crate::queries;
use kernel::{Actor, DossierCode, Error, Instant, PersonalId, Result};
use serde_json::json;
use std::sync::Arc;
use store::{Entry, WriteTx, params};

/// Automatic steps one command may take in a row; more is a fault in the procedure file.
const AUTOMATIC_STEPS_MAX: usize = 8;

/// What an officer or applicant wrote while taking a step.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// To the applicant, or to the next officer.
    pub note: String,
    /// Why it is refused.
    pub reason: String,
    /// By which law.
    pub basis: String,
    /// Name of the person who acts, as shown on the timeline.
    pub name: String,
}

/// Takes every automatic step whose condition holds.
pub(super) fn advance(tx: &mut WriteTx, env: &Env, code: &DossierCode) -> Result<()> {
    let d = queries::dossier(tx, code)?;
    advance_from(tx, &mut Course::of(env), d).map(drop)
}

/// As [`advance`], for a dossier that is known as it stands. Returns it as it stands then. If it takes a step,
/// that it is paid is written too.
pub(super) fn advance_from(
    tx: &mut WriteTx,
    course: &mut Course,
    mut d: Dossier,
) -> Result<Dossier> {
    let (env, system) = (course.env, Actor::system("clock"));
    for _ in 0..AUTOMATIC_STEPS_MAX {
        let procedure = env.catalogue.version(&d.procedure, d.version)?;
        // Most steps wait for a person: nothing more has to be looked at.
        if d.is_done() || procedure.step(&d.state).is_none_or(|s| s.who != "system") {
            return Ok(d);
        }
        let now = tx.now();
        let consents = course.consents(tx, &d.code)?;
        let signals = plan::signals(&procedure, &d, consents, now)?;
        let Some((action, to)) = procedure.automatic(&d.state, &signals)? else { return Ok(d) };
        let written = match refused_by(env, &d, consents, now).filter(|_| procedure.refuses(to)) {
            Some(reason) => Written {
                reason,
                basis: procedure.file().basis.first().cloned().unwrap_or_default(),
                ..Written::default()
            },
            None => Written::default(),
        };
        d = move_to(tx, course, &d, &procedure, &system, action, to, &written)?;
    }
    Err(Error::bug(format_args!("{}: automatic steps do not end", d.code)))
}

/// Which consent stands in the way, in words.
fn refused_by(env: &Env, d: &Dossier, consents: &[Consent], now: Instant) -> Option<String> {
    let refused = consents.iter().find(|c| c.state == ConsentState::Refused);
    let silent = || consents.iter().find(|c| c.state == ConsentState::Asked && c.expires_at < now);
    let (c, key) = match refused {
        Some(c) => (c, "act-consent-refused"),
        None => (silent()?, "act-consent-expired"),
    };
    Some(env.say_vi(key, &[("name", plan::person_name(d, &c.person))]))
}

/// Moves a dossier into a state: row, ledger, act, entry, notices, letters, and the results of a
/// final state. Returns it as it stands then.
#[allow(clippy::too_many_arguments)]
pub(super) fn move_to(
    tx: &mut WriteTx,
    course: &mut Course,
    d: &Dossier,
    procedure: &Arc<Procedure>,
    actor: &Actor,
    action: &str,
    to: &str,
    written: &Written,
) -> Result<Dossier> {
    let now = tx.now();
    let ended = procedure.is_final(to);
    let accepted_at = match d.accepted_at {
        None if procedure.clock_starts_at(to) => Some(now),
        other => other,
    };
    // The due date follows from the ledger: where no line is added it stays what it is.
    let due_at = match ticks(d, procedure, to, accepted_at, ended) {
        Some(what) => due(tx, d, procedure, accepted_at, (what, to))?,
        None => d.due_at,
    };
    let more = action == "ask-more";
    tx.send_one(
        "UPDATE dossier SET state = ?2, state_at = ?3, accepted_at = ?4, due_at = ?5, \
         done_at = ?6, supplements = supplements + ?7, paid_at = ?8, \
         row_version = row_version + 1 WHERE dossier = ?1 AND row_version = ?9",
        params![
            &d.code,
            to,
            now,
            accepted_at,
            due_at,
            ended.then_some(now),
            more,
            d.paid_at,
            d.row_version
        ],
    )?;
    let act = Step { action, from: &d.state, to };
    write_act(tx, course, &d.code, actor, act, written)?;
    let after = Dossier {
        state: to.to_owned(),
        state_at: now,
        accepted_at,
        due_at,
        done_at: ended.then_some(now),
        supplements: d.supplements + i64::from(more),
        row_version: d.row_version + 1,
        ..d.clone()
    };
    let kind = kind_of(procedure, to, ended);
    let on_time = d.due_at.is_none_or(|due| now <= due);
    let minutes = now.seconds_since(d.filed_at) / 60;
    tx.record(Entry::new(kind, actor).at(&d.place).about(&d.applicant).dossier(&d.code).body(
        json!({
            "procedure": d.procedure, "action": action, "from": d.state, "to": to,
            "on_time": on_time, "minutes": minutes, "channel": d.channel.as_str(),
        }),
    ))?;
    if ended {
        finish::finish(tx, course, &after, procedure, actor, written)?;
    } else {
        letters::order_for_state(tx, course.env, &after, procedure, actor, written)?;
    }
    if procedure.tells_applicant(to)
        && let Some(kind) = notice(d, procedure, to)
    {
        let due = after.due_at.map_or(String::new(), |t| kernel::time::day(t.date()));
        let args = json!({"code": d.code, "due": due});
        inbox::send(tx, &d.applicant, &kind, &args, &d.path())?;
    }
    Ok(after)
}

/// What the journal says of a step.
fn kind_of(procedure: &Procedure, to: &str, ended: bool) -> &'static str {
    match (ended, to == WITHDRAWN) {
        (false, _) => "dossier.moved",
        (true, true) => "dossier.withdrawn",
        (true, false) if procedure.refuses(to) => "dossier.refused",
        (true, false) => "dossier.done",
    }
}

/// Which notice a step brings. A dossier that comes back to where its clock started was taken up again
/// after a supplement, or went from one desk to another, which is nobody's news.
fn notice(d: &Dossier, procedure: &Procedure, to: &str) -> Option<String> {
    let again = procedure.clock_starts_at(to) && d.accepted_at.is_some();
    match (again, procedure.clock_stops_in(&d.state)) {
        (false, _) => Some(format!("inbox-{to}")),
        (true, true) => Some("inbox-resumed".to_owned()),
        (true, false) => None,
    }
}

/// One step as the act table keeps it.
#[derive(Clone, Copy)]
struct Step<'a> {
    action: &'a str,
    from: &'a str,
    to: &'a str,
}

/// Writes an act that moves nothing (a payment, a consent asked).
pub(super) fn note_act(
    tx: &mut WriteTx,
    course: &mut Course,
    d: &Dossier,
    actor: &Actor,
    action: &str,
    note: &str,
) -> Result<()> {
    let written = Written { note: note.to_owned(), ..Written::default() };
    note_act_as(tx, course, d, actor, action, &written)
}

/// As [`note_act`], with the name of the one who acts.
pub(super) fn note_act_as(
    tx: &mut WriteTx,
    course: &mut Course,
    d: &Dossier,
    actor: &Actor,
    action: &str,
    written: &Written,
) -> Result<()> {
    let step = Step { action, from: &d.state, to: &d.state };
    write_act(tx, course, &d.code, actor, step, written)
}

fn write_act(
    tx: &mut WriteTx,
    course: &mut Course,
    code: &DossierCode,
    actor: &Actor,
    step: Step,
    written: &Written,
) -> Result<()> {
    let now = tx.now();
    let post = actor.appointment.as_ref();
    let values = params![
        code,
        step.action,
        step.from,
        step.to,
        now,
        &actor.account,
        actor.person.as_ref(),
        &written.name,
        post.map(|p| &p.post),
        post.map(|p| &p.agency),
        &written.note,
        &written.reason,
        &written.basis
    ];
    match course.next_act() {
        Some(n) => tx.send(ACT, &[values, &[n.into()]].concat()),
        None => tx.send(NEXT_ACT, values),
    }
}

/// Of a dossier the number of whose last act is known. Nothing is read for it: on PostgreSQL a reading beside
/// which others write would make transactions run again.
const ACT: &str = "INSERT INTO dossier_act (dossier, action, from_state, to_state, at, account, person, \
    name, post, agency, note, reason, basis, n) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
/// Behind the last act, whatever number that has.
const NEXT_ACT: &str = "INSERT INTO dossier_act (dossier, action, from_state, to_state, at, account, \
    person, name, post, agency, note, reason, basis, n) \
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, COALESCE(MAX(n), 0) + 1 \
    FROM dossier_act WHERE dossier = ?1";

/// Which line a step adds to the ledger: the clock starts, stops in the states the file names, and runs again.
fn ticks(
    d: &Dossier,
    procedure: &Procedure,
    to: &str,
    accepted_at: Option<Instant>,
    ended: bool,
) -> Option<&'static str> {
    if d.accepted_at.is_none() && accepted_at.is_some() {
        return Some(START);
    }
    match (procedure.clock_stops_in(&d.state), procedure.clock_stops_in(to), ended) {
        (false, true, _) => Some("stop"),
        (true, false, _) => Some("resume"),
        _ => None,
    }
}

/// The first line of every ledger.
const START: &str = "start";

/// Adds a line to the ledger. The due time derived from it and the budget; none before acceptance and while
/// the clock stands.
fn due(
    tx: &mut WriteTx,
    d: &Dossier,
    procedure: &Arc<Procedure>,
    accepted_at: Option<Instant>,
    (what, to): (&str, &str),
) -> Result<Option<Instant>> {
    let now = tx.now();
    let mut ledger = if what == START { Vec::new() } else { queries::clock(tx, &d.code)? };
    ledger.push((what.to_owned(), now, to.to_owned()));
    tx.send(
        "INSERT INTO dossier_clock (dossier, n, what, at, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![&d.code, i64::try_from(ledger.len()).unwrap_or(i64::MAX), what, now, to],
    )?;
    let Some(start) = accepted_at else { return Ok(None) };
    plan::due(procedure, d, start, &ledger)
}

/// The people a dossier concerns besides the applicant: they may not decide it.
pub(super) fn concerned(
    tx: &mut WriteTx,
    course: &mut Course,
    d: &Dossier,
) -> Result<Vec<PersonalId>> {
    let consents = course.consents(tx, &d.code)?;
    let mut people: Vec<PersonalId> = consents.iter().map(|c| c.person.clone()).collect();
    people.extend(plan::companions(d));
    Ok(people)
}
