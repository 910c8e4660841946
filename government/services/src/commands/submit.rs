//! Filing a dossier.

use super::machine::{self, Written, advance_from};
use super::{consent, discard_draft, finish, letters};
use crate::app::Env;
use crate::definition::{Channel, ConsentNeeded, Procedure, Situation};
use crate::errors::{CHANNEL_CLOSED, EVIDENCE_MANY, EVIDENCE_MISSING, PROCEDURE_CHANGED};
use crate::inbox;
use crate::model::Dossier;
use crate::plan::{self, Asked, Known};
use crate::queries;
use kernel::{
    Actor, DossierCode, Error, FieldError, Instant, PersonalId, ProcedureCode, Result, limits,
};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::{Entry, WriteTx, params};

/// A file sent along, already in the vault.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Which evidence of the procedure file.
    pub evidence: String,
    /// The name it was sent under.
    pub name: String,
    /// Media type, found from the content.
    pub kind: String,
    /// Size.
    pub bytes: i64,
    /// Where the vault keeps it.
    pub hash: String,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The procedure.
    pub procedure: ProcedureCode,
    /// The version the person saw while answering.
    pub version: i64,
    /// The answers.
    pub answers: Json,
    /// By which way.
    pub channel: Channel,
    /// The form's own identifier: sending the same form again changes nothing.
    pub form: String,
    /// Files.
    pub files: Vec<NewFile>,
}

/// How filing ended.
#[derive(Clone, Debug)]
pub enum Submitted {
    /// A new dossier.
    New(DossierCode),
    /// The same form was sent before: its dossier.
    Again(DossierCode),
    /// The register refused the reading; the refusal stands in the access log.
    Refused(Error),
}

/// Files a dossier: reads the facts again, checks everything, writes dossier, consents and entry in
/// one transaction.
pub fn submit(tx: &mut WriteTx, env: &Env, actor: &Actor, s: &Submission) -> Result<Submitted> {
    let applicant =
        actor.subject().cloned().ok_or_else(|| Error::new(kernel::error::NOT_ALLOWED))?;
    if let Some(code) = queries::sent_before(tx, &applicant, &s.form)? {
        return Ok(Submitted::Again(code));
    }
    let now = tx.now();
    // Acting for another: the grant must hold now, for this procedure.
    let acting = identity::check_acting(tx, actor, s.procedure.as_str())?;
    let procedure = env.catalogue.in_force(&s.procedure, now.date())?;
    if procedure.version() != s.version {
        return Err(Error::new(PROCEDURE_CHANGED));
    }
    if !procedure.takes(s.channel.as_str()) {
        return Err(Error::new(CHANNEL_CLOSED));
    }
    if s.channel == Channel::Online {
        plan::level(&procedure, actor)?;
    }
    let asked = Asked {
        procedure: procedure.clone(),
        applicant: applicant.clone(),
        channel: s.channel,
        answers: s.answers.clone(),
    };
    let (known, situation) = match plan::read_known(tx, env, actor, &asked)? {
        Known::Facts(facts, situation) => (facts, situation),
        Known::Refused(e) => return Ok(Submitted::Refused(e)),
    };
    situation.ready()?;
    check_files(&situation, &s.files)?;
    let d = insert(tx, env, actor, s, &known, &situation, &applicant)?;
    note_filing(tx, actor, &d, acting.as_ref())?;
    after_insert(tx, env, actor, s, &procedure, &d, &situation)?;
    Ok(Submitted::New(d.code))
}

/// Whether a dossier may have so many files.
pub fn file_count(n: usize) -> Result<()> {
    let max = limits::UPLOADS_PER_DOSSIER_MAX;
    if n > max { Err(Error::new(EVIDENCE_MANY).number("max", max)) } else { Ok(()) }
}

fn check_files(situation: &Situation, files: &[NewFile]) -> Result<()> {
    file_count(files.len())?;
    let missing: Vec<FieldError> = plan::papers_needed(&situation.evidence()?)
        .into_iter()
        .filter(|id| !files.iter().any(|f| f.evidence == *id))
        .map(|id| FieldError::new(id, EVIDENCE_MISSING))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(Error::fields(missing)) }
}

/// The next code of this place and day: `PREFIX.PLACE-YYMMDD-SERIAL` (TT 01/2018/TT-VPCP Điều 19;
/// the structure of TT 03/2025 was not read, hence the configurable prefix).
fn next_code(tx: &mut WriteTx, env: &Env, place: &str, now: Instant) -> Result<DossierCode> {
    let day = now.date();
    let serial = tx.draw(letters::NEXT_SERIAL, params![place, day.to_string()])?;
    let (y, m, d) = (day.year().rem_euclid(100), day.month(), day.day());
    let prefix = &env.settings.code_prefix;
    Ok(DossierCode::new(format!("{prefix}.{place}-{y:02}{m:02}{d:02}-{serial:04}")))
}

fn insert(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    s: &Submission,
    known: &Json,
    situation: &Situation,
    applicant: &PersonalId,
) -> Result<Dossier> {
    let now = tx.now();
    let route = situation.route()?.ok_or_else(|| Error::bug("a settled request has no route"))?;
    let fee = situation.fee()?;
    let code = next_code(tx, env, &route.place, now)?;
    let name = plan::applicant_name(known);
    let first = situation.procedure().first_step().to_owned();
    let paid = (fee.vnd.0 == 0).then_some(now);
    tx.send(
        "INSERT INTO dossier (dossier, procedure, version, case_id, state, channel, applicant, \
         filed_by, agency, place, sort_name, name, known, answers, fee_vnd, fee_row, paid_at, \
         filed_at, accepted_at, due_at, state_at, done_at, late_told, warned, supplements, \
         row_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, \
         ?16, ?17, ?18, NULL, NULL, ?18, NULL, 0, 0, 0, 1)",
        params![
            &code,
            &s.procedure,
            s.version,
            &situation.case().id,
            first,
            s.channel.as_str(),
            applicant,
            &actor.account,
            &route.agency,
            &route.place,
            kernel::vietnamese::search_key(&name),
            &name,
            serde_json::to_string(known)?,
            serde_json::to_string(&situation.answers())?,
            fee.vnd,
            &fee.row.id,
            paid,
            now
        ],
    )?;
    insert_files(tx, &code, &s.files)?;
    tx.send(
        "INSERT INTO form_sent (pid, form, dossier, at) VALUES (?1, ?2, ?3, ?4)",
        params![applicant, &s.form, &code, now],
    )?;
    queries::dossier(tx, &code)
}

/// Puts files of the vault into the dossier.
pub(super) fn insert_files(tx: &mut WriteTx, code: &DossierCode, files: &[NewFile]) -> Result<()> {
    let now = tx.now();
    for f in files {
        let id = tx.new_id()?;
        tx.send(
            "INSERT INTO dossier_file (dossier, file, evidence, name, kind, bytes, hash, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![code, id, &f.evidence, &f.name, &f.kind, f.bytes, &f.hash, now],
        )?;
    }
    Ok(())
}

fn after_insert(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    s: &Submission,
    procedure: &Arc<Procedure>,
    d: &Dossier,
    situation: &Situation,
) -> Result<()> {
    let needed = situation.consents()?;
    let wanted = plan::consents_wanted(&needed, actor);
    let applicant = &d.applicant;
    discard_draft(tx, applicant, s.procedure.as_str())?;
    let procedure_name = &procedure.name().vi;
    inbox::send(
        tx,
        applicant,
        "inbox-filed",
        &json!({"code": d.code, "procedure": procedure_name}),
        &d.path(),
    )?;
    let purpose = kernel::PurposeId::from(procedure.file().known.purpose.as_str());
    let mut named = vec![applicant.clone()];
    named.extend(wanted.iter().map(|(_, person, _)| (*person).clone()));
    named.extend(plan::companions(d));
    registers::cases::open(tx, &d.code, &d.place, &purpose, &named)?;
    for (c, person, _) in wanted {
        let token = ask_consent(tx, d, c, person)?;
        if plan::files(actor, person) {
            consent::give_by_filing(tx, actor, d, c, person)?;
        } else {
            let args = json!({"name": d.name, "procedure": procedure_name});
            inbox::send(tx, person, "inbox-consent-asked", &args, &format!("/y-kien/{token}"))?;
        }
    }
    finish::apply_writes(tx, env, actor, d, situation, &procedure.file().on_filed)?;
    letters::order_receipt(tx, env, d, situation)?;
    advance_from(tx, env, d.clone())
}

/// Who filed: the applicant, or somebody else as what and how that was confirmed. On the timeline and
/// in the journal.
fn note_filing(
    tx: &mut WriteTx,
    actor: &Actor,
    d: &Dossier,
    acting: Option<&identity::Acting>,
) -> Result<()> {
    let (action, name) = match acting {
        None => ("file".to_owned(), d.name.clone()),
        Some(a) => (format!("file-{}-{}", a.role.as_str(), a.confirmed), a.by_name.clone()),
    };
    machine::note_act_as(tx, d, actor, &action, &Written { name, ..Written::default() })?;
    let mut body = json!({
        "procedure": d.procedure, "case": d.case, "channel": d.channel.as_str(), "fee": d.fee.0,
    });
    if let Some(a) = acting {
        body["acting"] = json!({"as": a.role.as_str(), "confirmed": a.confirmed, "grant": a.id});
    }
    tx.record(
        Entry::new("dossier.filed", actor)
            .at(&d.place)
            .about(&d.applicant)
            .dossier(&d.code)
            .body(body),
    )?;
    Ok(())
}

fn ask_consent(
    tx: &mut WriteTx,
    d: &Dossier,
    c: &ConsentNeeded,
    person: &PersonalId,
) -> Result<String> {
    let now = tx.now();
    let token = tx.new_id()?;
    let expires_at = now.plus_seconds(c.days * 86_400);
    tx.send(
        "INSERT INTO dossier_consent (dossier, consent, person, token, state, asked_at, \
         expires_at, answered_at, note) VALUES (?1, ?2, ?3, ?4, 'asked', ?5, ?6, NULL, '')",
        params![&d.code, &c.id, person, token.as_str(), now, expires_at],
    )?;
    Ok(token)
}
