//! Hồ sơ and what belongs to it.

use crate::definition::Channel;
use kernel::{AgencyCode, DossierCode, Instant, PersonalId, ProcedureCode, Result, Vnd};
use serde_json::Value as Json;
use std::sync::Arc;
use store::Row;

/// Hồ sơ: one person's request under one version of one procedure.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The public code.
    pub code: DossierCode,
    /// The procedure.
    pub procedure: ProcedureCode,
    /// The version of its file under which the dossier was filed; it stays.
    pub version: i64,
    /// The case of the procedure.
    pub case: String,
    /// A step of the procedure file, or one of its final states.
    pub state: String,
    /// How it came.
    pub channel: Channel,
    /// Whose request it is.
    pub applicant: PersonalId,
    /// The account that pressed the button.
    pub filed_by: String,
    /// The agency that decides.
    pub agency: AgencyCode,
    /// The commune of that agency.
    pub place: String,
    /// The applicant's name.
    pub name: String,
    /// The facts as read at filing.
    pub known: Arc<Json>,
    /// The answers.
    pub answers: Arc<Json>,
    /// The fee due.
    pub fee: Vnd,
    /// Which row of the fee table it came from.
    pub fee_row: String,
    /// When it was paid; a fee of 0 counts as paid at filing.
    pub paid_at: Option<Instant>,
    /// When it was sent.
    pub filed_at: Instant,
    /// When the clock started.
    pub accepted_at: Option<Instant>,
    /// When a result is due at the latest; none before acceptance or while stopped.
    pub due_at: Option<Instant>,
    /// When it came into its present state.
    pub state_at: Instant,
    /// When it ended.
    pub done_at: Option<Instant>,
    /// Whether the late letter has been sent.
    pub late_told: bool,
    /// Warnings sent, a bit each in the order of the file.
    pub warned: i64,
    /// How many times more was asked.
    pub supplements: i64,
    /// Grows by one with each change.
    pub row_version: i64,
}

impl Dossier {
    /// The columns [`Dossier::from_row`] reads, in order.
    pub const COLUMNS: &str = "dossier, procedure, version, case_id, state, channel, applicant, \
        filed_by, agency, place, name, known, answers, fee_vnd, fee_row, paid_at, filed_at, \
        accepted_at, due_at, state_at, done_at, late_told, warned, supplements, row_version";

    /// Reads a row.
    pub fn from_row(r: &Row) -> Result<Self> {
        Ok(Self {
            code: r.get(0)?,
            procedure: r.get(1)?,
            version: r.get(2)?,
            case: r.get(3)?,
            state: r.get(4)?,
            channel: Channel::parse(&r.get::<String>(5)?),
            applicant: r.get(6)?,
            filed_by: r.get(7)?,
            agency: r.get(8)?,
            place: r.get(9)?,
            name: r.get(10)?,
            known: Arc::new(serde_json::from_str(&r.get::<String>(11)?)?),
            answers: Arc::new(serde_json::from_str(&r.get::<String>(12)?)?),
            fee: r.get(13)?,
            fee_row: r.get(14)?,
            paid_at: r.get(15)?,
            filed_at: r.get(16)?,
            accepted_at: r.get(17)?,
            due_at: r.get(18)?,
            state_at: r.get(19)?,
            done_at: r.get(20)?,
            late_told: r.get(21)?,
            warned: r.get(22)?,
            supplements: r.get(23)?,
            row_version: r.get(24)?,
        })
    }
    /// Ended, one way or another?
    pub fn is_done(&self) -> bool {
        self.done_at.is_some()
    }
    /// The path of its page.
    pub fn path(&self) -> String {
        format!("/ho-so/{}", self.code)
    }
}

/// One step somebody took, as shown on the timeline.
#[derive(Clone, Debug)]
pub struct Act {
    /// Its number in the dossier, from 1.
    pub n: i64,
    /// `file`, `accept`, `propose`, `ask-more`, `send`, `approve`, `refuse`, `return`, `withdraw`.
    pub action: String,
    /// State before.
    pub from: String,
    /// State after.
    pub to: String,
    /// When.
    pub at: Instant,
    /// The person, none for the program itself.
    pub person: Option<PersonalId>,
    /// The person's name, or empty.
    pub name: String,
    /// The post held.
    pub post: Option<String>,
    /// What was written to the applicant or the next officer.
    pub note: String,
    /// Reason of a refusal.
    pub reason: String,
    /// Legal basis of a refusal.
    pub basis: String,
}

/// Ý kiến đồng ý: one person asked to consent.
#[derive(Clone, Debug)]
pub struct Consent {
    /// The dossier.
    pub dossier: DossierCode,
    /// Its id in the procedure file.
    pub consent: String,
    /// Who is asked.
    pub person: PersonalId,
    /// The address of the page that asks.
    pub token: String,
    /// How it stands.
    pub state: ConsentState,
    /// Asked at.
    pub asked_at: Instant,
    /// No answer counts after this.
    pub expires_at: Instant,
    /// Answered at.
    pub answered_at: Option<Instant>,
    /// Words of the person who refused.
    pub note: String,
}

/// How a consent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    /// Not answered yet.
    Asked,
    /// Đồng ý.
    Given,
    /// Không đồng ý.
    Refused,
}

impl ConsentState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Given => "given",
            Self::Refused => "refused",
        }
    }
    /// From the stored word.
    pub fn parse(s: &str) -> Self {
        match s {
            "given" => Self::Given,
            "refused" => Self::Refused,
            _ => Self::Asked,
        }
    }
}

/// A file of the dossier.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its identifier in the dossier.
    pub file: String,
    /// Which evidence of the procedure file it is.
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

/// A letter of the dossier: receipt, supplement request, result, refusal, late letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The dossier.
    pub dossier: DossierCode,
    /// `receipt`, `supplement`, `result`, `refusal`, `late`.
    pub letter: String,
    /// Its number among letters of the same name.
    pub n: i64,
    /// The Typst template.
    pub template: String,
    /// What the template is given.
    pub data: Json,
    /// The code of the public verification page.
    pub code: String,
    /// Who signs: name, post, agency as JSON.
    pub signer: Json,
    /// SHA-256 of the signed file, once there is one.
    pub hash: Option<String>,
    /// When it was ordered.
    pub at: Instant,
    /// When it was signed.
    pub signed_at: Option<Instant>,
}
