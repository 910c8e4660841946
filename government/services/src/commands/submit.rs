//! Filing a dossier.

use super::course::Course;
use super::machine::{self, Written, advance_from};
use super::{consent, discard_draft, finish, letters};
use crate::app::Env;
use crate::definition::{Channel, ConsentNeeded, Procedure, Situation};
use crate::errors::{CHANNEL_CLOSED, EVIDENCE_MANY, EVIDENCE_MISSING, PROCEDURE_CHANGED};
use crate::inbox;
use crate::model::{Consent, ConsentState, Dossier};
use crate::plan::{self, Asked, Known};
use crate::queries;
use kernel::{
    Actor, CommuneCode, DossierCode, Error, FieldError, Instant, PersonalId, ProcedureCode, Result,
    limits,
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
    queries::foresee_form(tx, &applicant, &s.form)?;
    foresee_addresses(tx, &s.answers)?;
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
    let mut course = Course::begun(env);
    note_filing(tx, &mut course, actor, &d, acting.as_ref())?;
    after_insert(tx, course, actor, s, &procedure, &d, &situation)?;
    Ok(Submitted::New(d.code))
}

/// Addresses among the answers are going to be looked for, if they are to be read at all.
fn foresee_addresses(tx: &mut WriteTx, answers: &Json) -> Result<()> {
    for answer in answers.as_object().into_iter().flat_map(serde_json::Map::values) {
        if let (Some(commune), Some(line)) = (answer["commune"].as_str(), answer["line"].as_str())
            && let Ok(commune) = CommuneCode::parse(commune)
            && answer["dwelling"].is_null()
        {
            registers::dwellings::foresee_at(tx, &commune, line)?;
        }
    }
    Ok(())
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
    let d = Dossier {
        code,
        procedure: s.procedure.clone(),
        version: s.version,
        case: situation.case().id.clone(),
        state: first,
        channel: s.channel,
        applicant: applicant.clone(),
        filed_by: actor.account.as_str().to_owned(),
        agency: route.agency,
        place: route.place,
        name,
        known: Arc::new(known.clone()),
        answers: Arc::new(situation.answers()),
        fee: fee.vnd,
        fee_row: fee.row.id.clone(),
        paid_at: (fee.vnd.0 == 0).then_some(now),
        filed_at: now,
        accepted_at: None,
        due_at: None,
        state_at: now,
        done_at: None,
        late_told: false,
        warned: 0,
        supplements: 0,
        row_version: 1,
    };
    tx.send(
        "INSERT INTO dossier (dossier, procedure, version, case_id, state, channel, applicant, \
         filed_by, agency, place, sort_name, name, known, answers, fee_vnd, fee_row, paid_at, \
         filed_at, accepted_at, due_at, state_at, done_at, late_told, warned, supplements, \
         row_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, \
         ?16, ?17, ?18, NULL, NULL, ?18, NULL, 0, 0, 0, 1)",
        params![
            &d.code,
            &d.procedure,
            d.version,
            &d.case,
            &d.state,
            d.channel.as_str(),
            &d.applicant,
            &d.filed_by,
            &d.agency,
            &d.place,
            kernel::vietnamese::search_key(&d.name),
            &d.name,
            serde_json::to_string(&*d.known)?,
            serde_json::to_string(&*d.answers)?,
            d.fee,
            &d.fee_row,
            d.paid_at,
            now
        ],
    )?;
    insert_files(tx, &d.code, &s.files)?;
    tx.send(
        "INSERT INTO form_sent (pid, form, dossier, at) VALUES (?1, ?2, ?3, ?4)",
        params![applicant, &s.form, &d.code, now],
    )?;
    Ok(d)
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
    mut course: Course,
    actor: &Actor,
    s: &Submission,
    procedure: &Arc<Procedure>,
    d: &Dossier,
    situation: &Situation,
) -> Result<()> {
    let env = course.env;
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
    let mut consents = Vec::with_capacity(wanted.len());
    for (c, person, _) in wanted {
        let mut asked = ask_consent(tx, d, c, person)?;
        if plan::files(actor, person) {
            consent::give_by_filing(tx, actor, d, &mut asked)?;
        } else {
            let token = &asked.token;
            let args = json!({"name": d.name, "procedure": procedure_name});
            inbox::send(tx, person, "inbox-consent-asked", &args, &format!("/y-kien/{token}"))?;
        }
        consents.push(asked);
    }
    course.know_consents(consents);
    finish::apply_writes(tx, env, actor, d, situation, &procedure.file().on_filed)?;
    letters::order_receipt(tx, env, d, situation, &s.files)?;
    advance_from(tx, &mut course, d.clone()).map(drop)
}

/// Who filed: the applicant, or somebody else as what and how that was confirmed. On the timeline and
/// in the journal.
fn note_filing(
    tx: &mut WriteTx,
    course: &mut Course,
    actor: &Actor,
    d: &Dossier,
    acting: Option<&identity::Acting>,
) -> Result<()> {
    let (action, name) = match acting {
        None => ("file".to_owned(), d.name.clone()),
        Some(a) => (format!("file-{}-{}", a.role.as_str(), a.confirmed), a.by_name.clone()),
    };
    let written = Written { name, ..Written::default() };
    machine::note_act_as(tx, course, d, actor, &action, &written)?;
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
) -> Result<Consent> {
    let now = tx.now();
    let asked = Consent {
        dossier: d.code.clone(),
        consent: c.id.clone(),
        person: person.clone(),
        token: tx.new_id()?,
        state: ConsentState::Asked,
        asked_at: now,
        expires_at: now.plus_seconds(c.days * 86_400),
        answered_at: None,
        note: String::new(),
    };
    tx.send(
        "INSERT INTO dossier_consent (dossier, consent, person, token, state, asked_at, \
         expires_at, answered_at, note) VALUES (?1, ?2, ?3, ?4, 'asked', ?5, ?6, NULL, '')",
        params![&d.code, &c.id, person, &asked.token, now, asked.expires_at],
    )?;
    Ok(asked)
}
