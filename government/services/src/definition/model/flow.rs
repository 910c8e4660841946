//! Fees, the clock, steps and results.

use super::{Both, Channel};
use crate::definition::expressions::Expr;
use kernel::Localized;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One row of the fee table.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Fee {
    /// Its id, `snake_case`.
    pub id: String,
    /// The condition; left out in the last row.
    pub when: Option<Expr>,
    /// Charged once for a dossier or once for each person.
    #[serde(default)]
    pub per: Per,
    /// The number of people, where it is charged for each.
    pub count: Option<Expr>,
    /// Whole đồng by channel. Each channel has its own amount: a percentage would be wrong.
    #[schemars(schema_with = "by_channel")]
    pub vnd: BTreeMap<Channel, i64>,
    /// An exemption: which one, in words for the citizen.
    #[schemars(with = "Option<Both>")]
    pub exemption: Option<Localized>,
    /// The law that sets it.
    pub basis: String,
}

fn by_channel(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let amount = schemars::json_schema!({ "type": "integer", "minimum": 0 });
    schemars::json_schema!({
        "type": "object",
        "properties": { "online": amount, "assisted": amount, "counter": amount },
        "additionalProperties": false,
    })
}

/// What a fee is counted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// Each dossier.
    #[default]
    Dossier,
    /// Each person.
    Person,
}

/// The clock: a budget, where it starts, where it stops.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Clock {
    /// The working calendar; `vn-admin`, the only one, if left out.
    #[serde(default = "vn_admin")]
    #[schemars(regex(pattern = r"^vn-admin$"))]
    pub calendar: String,
    /// Time limits: the first row whose condition holds applies.
    #[schemars(length(min = 1))]
    pub limit: Vec<Limit>,
    /// The state in which it starts.
    pub starts: String,
    /// States in which it stands still: at least those that wait for the applicant.
    pub stops: Vec<String>,
    /// Warnings before the end; `[]` for none.
    pub warn: Vec<Warning>,
    /// The apology when the limit cannot be kept.
    pub late: Option<Late>,
}

fn vn_admin() -> String {
    "vn-admin".to_owned()
}

/// One time limit: exactly one of the units.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Limit {
    /// The condition; left out in the last row.
    pub when: Option<Expr>,
    /// Ngày làm việc.
    #[schemars(range(min = 1, max = 400))]
    pub working_days: Option<u32>,
    /// Ngày.
    #[schemars(range(min = 1, max = 400))]
    pub days: Option<u32>,
    /// Giờ, day and night.
    #[schemars(range(min = 1, max = 400))]
    pub hours: Option<u32>,
    /// Trong ngày; received after 15:00, the next working day.
    pub same_day: Option<bool>,
    /// The law that sets it.
    pub basis: String,
}

/// A warning before the limit.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Warning {
    /// When so many units of the limit are left; 0 is the last day, or the last quarter of a limit in
    /// hours.
    #[schemars(range(min = 0, max = 60))]
    pub left: i64,
    /// To whom.
    pub to: WarnWhom,
}

/// Who is warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WarnWhom {
    /// Those who may take the present step.
    Officer,
    /// The head of the deciding agency.
    Supervisor,
}

/// The late letter.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Late {
    /// Its template in `data/letters`.
    pub letter: String,
    /// How many new appointments may be made.
    #[schemars(range(min = 1, max = 3))]
    pub max: i64,
}

/// One step: a state in which somebody has to act.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Step {
    /// The state.
    pub id: String,
    /// Its name on pages; states every procedure has are named already.
    #[schemars(with = "Option<Both>")]
    pub name: Option<Localized>,
    /// `system`, `applicant`, or a post such as `commune-police.officer`.
    pub who: String,
    /// For `system`: which action is taken when its condition holds.
    #[serde(default)]
    pub auto: BTreeMap<String, Expr>,
    /// Actions, and the state each leads to.
    #[serde(rename = "do")]
    pub does: BTreeMap<String, String>,
    /// What an action must be given: `note`, `reason`, `basis`.
    #[serde(default)]
    pub needs: BTreeMap<String, Vec<Given>>,
    /// How often a dossier may come into this state.
    #[schemars(range(min = 1, max = 9))]
    pub max: Option<i64>,
    /// The state in which another person must have acted (four eyes).
    pub not_same_person_as: Option<String>,
    /// The time this step should take at most: a service norm, not the legal limit.
    pub within: Option<Within>,
}

/// A service norm: exactly one of the units.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Within {
    /// Ngày làm việc.
    #[schemars(range(min = 1, max = 400))]
    pub working_days: Option<u32>,
    /// Ngày.
    #[schemars(range(min = 1, max = 400))]
    pub days: Option<u32>,
    /// Giờ, day and night.
    #[schemars(range(min = 1, max = 400))]
    pub hours: Option<u32>,
}

impl Step {
    /// Where an action leads.
    pub fn goes(&self, action: &str) -> Option<&str> {
        self.does.get(action).map(String::as_str)
    }
}

/// What an action or a result must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    /// Words to the applicant or the next officer.
    Note,
    /// Why it is refused.
    Reason,
    /// By which law.
    Basis,
}

/// What happens in states that end a dossier.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Outcome {
    /// The states.
    #[schemars(length(min = 1))]
    pub on: Vec<String>,
    /// Whether the person got what they asked for.
    pub outcome: Ending,
    /// What must be known to end here.
    #[serde(default)]
    pub needs: Vec<Given>,
    /// What is written into registers.
    #[serde(default)]
    pub writes: Vec<Write>,
    /// The letter's template in `data/letters`.
    pub template: String,
    /// Number of the paper form the letter follows.
    pub form: Option<String>,
    /// The letter's own variables; what every letter has is given already.
    #[serde(default)]
    pub letter: BTreeMap<String, Expr>,
    /// The post that signs, or `system` for the receiving system in the agency's name; the head of the
    /// deciding agency if left out.
    pub sign: Option<String>,
    /// The forms in which it is given out; `["pdf-pades"]` if left out.
    #[serde(rename = "as", default = "pdf")]
    #[schemars(length(min = 1))]
    pub as_: Vec<Form>,
}

fn pdf() -> Vec<Form> {
    vec![Form::PdfPades]
}

/// How a dossier ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Done as asked.
    Granted,
    /// Refused.
    Refused,
}

/// A form of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// PDF/A with a PAdES signature.
    PdfPades,
}

/// One operation of a register.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Write {
    /// The operation, for example `residence.register_temporary`.
    pub op: String,
    /// Written only if this holds.
    pub when: Option<Expr>,
    /// Its arguments.
    pub with: BTreeMap<String, Expr>,
}

/// Who is told of what.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Notify {
    /// Always the applicant.
    #[schemars(regex(pattern = r"^applicant$"))]
    pub to: String,
    /// States, and `late`.
    pub on: Vec<String>,
}

/// How long dossiers are kept.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Retention {
    /// Drafts, days since the last change.
    #[schemars(range(min = 1, max = 365))]
    pub draft_days: i64,
    /// Dossiers that were granted, years.
    #[schemars(range(min = 1, max = 70))]
    pub granted_years: i64,
    /// Dossiers that were refused or taken back, years.
    #[schemars(range(min = 1, max = 70))]
    pub refused_years: i64,
}

/// A notice before something runs out.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Remind {
    /// The register's item and its end, for example `temporary.until`.
    pub item: String,
    /// So many days before.
    #[schemars(range(min = 1, max = 120))]
    pub days_before: i64,
}
