//! The procedure file as it is written: schema `dvc/1`. Each type here is one table of the file; its
//! doc comment becomes the description in the published JSON Schema.

use super::expressions::Expr;
use kernel::{Date, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The format this program reads.
pub const FORMAT: &str = "dvc/1";

/// A day, written as TOML writes dates: `2026-01-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let written = toml::value::Datetime::deserialize(d)?;
        written.to_string().parse().map(Day).map_err(serde::de::Error::custom)
    }
}
impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A day, written without quotes: 2026-01-01.",
            "type": "string",
            "format": "date",
        })
    }
}

/// Words in both languages.
#[derive(JsonSchema)]
#[schemars(rename = "Both", deny_unknown_fields)]
#[allow(dead_code)] // describes `kernel::Localized` in the schema
struct Both {
    /// Tiếng Việt
    vi: String,
    /// English
    en: String,
}

/// By which way a dossier comes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Trực tuyến: the person, on their own account.
    Online,
    /// Có người giúp: a community team member or relative, confirmed by the person.
    Assisted,
    /// Tại quầy: a clerk of the one-stop shop, for the person present.
    Counter,
}

impl Channel {
    /// All channels, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Online, Self::Assisted, Self::Counter];
    /// As stored, and as procedure files say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Assisted => "assisted",
            Self::Counter => "counter",
        }
    }
    /// From the stored word; unknown words are the counter, which claims the least.
    pub fn parse(s: &str) -> Self {
        Self::ALL.into_iter().find(|c| c.as_str() == s).unwrap_or(Self::Counter)
    }
}

/// Thủ tục hành chính: one version of one procedure, everything in one file.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ProcedureFile {
    /// The format of this file: always `dvc/1`.
    #[schemars(regex(pattern = r"^dvc/1$"))]
    pub schema: String,
    /// Mã thủ tục on the National Public Service Portal. Text: codes keep their zeros and dots.
    #[schemars(regex(pattern = r"^[0-9]\.[0-9]{6}$"))]
    pub code: String,
    /// 1, 2, 3 …: a dossier keeps the version under which it was filed.
    #[schemars(range(min = 1))]
    pub version: i64,
    /// From which day to which day this version is in force.
    pub valid: Valid,
    /// The web address: Vietnamese words without marks, stable for years.
    #[schemars(regex(pattern = r"^(/[a-z0-9]+(-[a-z0-9]+)*)+$"))]
    pub path: String,
    /// Its name, as the law has it.
    #[schemars(with = "Both")]
    pub name: Localized,
    /// One or two sentences: who needs it, and when.
    #[schemars(with = "Both")]
    pub summary: Localized,
    /// The chapter of the catalogue in which it stands: a code of the list `theme`.
    pub theme: String,
    /// Sector code of the portal.
    pub sector: String,
    /// Number of the paper form it replaces.
    pub form: Option<String>,
    /// Legal basis, most general first.
    #[schemars(length(min = 1))]
    pub basis: Vec<String>,
    /// Level of electronic identity needed to file online.
    #[schemars(range(min = 1, max = 2))]
    pub assurance: i64,
    /// The ways in which it may be filed.
    #[schemars(length(min = 1))]
    pub channels: Vec<Channel>,
    /// Who decides.
    pub decider: Decider,
    /// States from which the applicant may take the request back.
    #[serde(default)]
    pub withdraw: Vec<String>,
    /// Checks and consents of `data/shared.toml` that apply here too; they come first.
    #[serde(default)]
    pub shared: Vec<String>,
    /// What is not certain in this file: shown to whoever runs the province.
    #[serde(default)]
    pub uncertain: Vec<Uncertain>,
    /// What is known already: read from registers, shown as facts, never asked.
    pub known: Known,
    /// The cases, which may differ in fee and time limit. The first whose condition holds applies.
    #[schemars(length(min = 1))]
    pub case: Vec<Case>,
    /// Everything the citizen may be asked, in order.
    #[serde(default)]
    pub ask: Vec<Ask>,
    /// What must hold.
    #[serde(default)]
    pub check: Vec<Check>,
    /// Consent of other people, given on their own account.
    #[serde(default)]
    pub consent: Vec<Consent>,
    /// Papers, only where no register proves the matter.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The fee table: the first row whose condition holds applies.
    #[schemars(length(min = 1))]
    pub fee: Vec<Fee>,
    /// The clock.
    pub clock: Clock,
    /// The steps. A dossier begins in the first one.
    #[schemars(length(min = 1))]
    pub step: Vec<Step>,
    /// What happens in the states that end a dossier.
    #[schemars(length(min = 1))]
    pub result: Vec<Outcome>,
    /// Written into registers when the dossier is filed.
    #[serde(default)]
    pub on_filed: Vec<Write>,
    /// Written into registers when the applicant takes the request back.
    #[serde(default)]
    pub on_withdrawn: Vec<Write>,
    /// Who is told of what.
    pub notify: Notify,
    /// How long dossiers are kept.
    pub retention: Retention,
    /// Tells the person before something the registers hold runs out.
    pub remind: Option<Remind>,
}

/// From which day to which day a version is in force.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Valid {
    /// First day.
    pub from: Day,
    /// Last day; left out while no successor is known.
    pub to: Option<Day>,
}

/// Who decides: a role of `data/routing.toml`, and the place.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Decider {
    /// A role, for example `commune-police`.
    pub role: String,
    /// An expression that gives a commune code.
    pub at: Expr,
}

/// One thing that is not certain.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Uncertain {
    /// Where in this file: a path such as `clock.starts` or `result.done.template`.
    pub at: String,
    /// What is not certain about it.
    #[schemars(with = "Both")]
    pub note: Localized,
}

/// What is known already.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Known {
    /// The purpose of reading, listed in `data/purposes.toml`.
    pub purpose: String,
    /// Code of the procedure by which a wrong fact is corrected.
    pub dispute: Option<String>,
    /// Groups of facts, each read in one go.
    pub facts: BTreeMap<String, Fact>,
}

/// Facts read from one register about one subject.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Fact {
    /// The register.
    pub from: Register,
    /// About whom or what: `login` (the person whose matter it is) or `ask.ID` (a place or people
    /// from an answer).
    #[schemars(regex(pattern = r"^(login|ask\.[a-z][a-z0-9_]*)$"))]
    pub of: String,
    /// Which items.
    #[schemars(length(min = 1))]
    pub items: Vec<String>,
}

/// The registers procedures read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Register {
    /// Cơ sở dữ liệu quốc gia về dân cư.
    Population,
    /// Dữ liệu về chỗ ở.
    Dwelling,
}

/// One case of the procedure.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Case {
    /// Its id, `snake_case`.
    pub id: String,
    /// Its name.
    #[schemars(with = "Both")]
    pub label: Localized,
    /// The condition; left out in the last one, which applies to everybody else.
    pub when: Option<Expr>,
    /// Chosen by the applicant on the start page, before the questions.
    #[serde(default)]
    pub chosen: bool,
}

/// One question.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ask {
    /// Its id, `snake_case`: expressions say `ask.ID`.
    pub id: String,
    /// What sort of answer.
    #[serde(rename = "type")]
    pub kind: AskKind,
    /// The question.
    #[schemars(with = "Both")]
    pub label: Localized,
    /// A word of help below it.
    #[schemars(with = "Option<Both>")]
    pub hint: Option<Localized>,
    /// Why no register can answer it. Needed for every question except `pick`.
    pub why: Option<Why>,
    /// Asked only if this holds.
    pub when: Option<Expr>,
    /// May be left empty; shown folded.
    #[serde(default)]
    pub optional: bool,
    /// The answer proposed.
    pub default: Option<Expr>,
    /// What the answer, called `self`, must satisfy.
    pub check: Option<Expr>,
    /// What is said if it does not.
    #[serde(rename = "else")]
    pub else_: Option<Sentence>,
    /// The options of a `choice`.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// Codes of the list that are not offered here.
    #[serde(default)]
    pub except: Vec<String>,
    /// The columns of `people`.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// Smallest number, or fewest rows or ticks.
    pub min: Option<i64>,
    /// Largest number, most rows or ticks, or most characters.
    pub max: Option<i64>,
}

/// Why a question cannot be answered from a register.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Why {
    /// Tiếng Việt
    pub vi: String,
    /// English
    pub en: String,
    /// The register item that looks the same but is not.
    pub not: Option<String>,
}

/// One option of a choice.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Choice {
    /// Its id, `snake_case`.
    pub id: String,
    /// As shown.
    #[schemars(with = "Both")]
    pub label: Localized,
}

/// A column of a list of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Họ, chữ đệm và tên.
    Name,
    /// Ngày sinh.
    Birth,
    /// Giới tính.
    Sex,
    /// Số định danh cá nhân.
    Pid,
}

impl Column {
    /// As files say it, and as the answer's key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::Pid => "pid",
        }
    }
}

/// What sort of answer a question takes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum AskKind {
    /// A place of today: commune and line, perhaps a dwelling the register knows.
    Address,
    /// A day.
    Date,
    /// One of the options of this file.
    Choice,
    /// One code of a list in `data/codes`.
    Code(String),
    /// Any number of people out of a list that registers gave.
    Pick(Expr),
    /// Text, at most `max` characters.
    Text,
    /// An amount in đồng.
    Money,
    /// A whole number.
    Count,
    /// A list of people, typed.
    People,
}

/// The sorts as files say them.
pub const ASK_KINDS: [&str; 9] = [
    "address",
    "date",
    "choice",
    "text",
    "money",
    "count",
    "people",
    "code:LIST",
    "pick:EXPRESSION",
];

impl TryFrom<String> for AskKind {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        Ok(match s.split_once(':') {
            Some(("code", list)) => Self::Code(list.to_owned()),
            Some(("pick", expr)) => Self::Pick(Expr::new(expr)),
            _ => match s.as_str() {
                "address" => Self::Address,
                "date" => Self::Date,
                "choice" => Self::Choice,
                "text" => Self::Text,
                "money" => Self::Money,
                "count" => Self::Count,
                "people" => Self::People,
                _ => return Err(format!("`{s}` is not one of {}", ASK_KINDS.join(", "))),
            },
        })
    }
}

impl JsonSchema for AskKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AskKind".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "address, date, choice, text, money, count, people, code:LIST (a list of \
                data/codes) or pick:EXPRESSION (people out of a list that registers gave).",
            "type": "string",
            "pattern": r"^(address|date|choice|text|money|count|people|code:[a-z][a-z0-9-]*|pick:.+)$",
        })
    }
}

/// A sentence to the citizen, with its legal basis. `{known.…}` and `{ask.…}` put a value in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sentence {
    /// Tiếng Việt
    pub vi: String,
    /// English
    pub en: String,
    /// The law it rests on.
    pub basis: Option<String>,
}

impl Sentence {
    /// The words without the basis.
    pub fn words(&self) -> Localized {
        Localized::new(&self.vi, &self.en)
    }
}

/// A condition on the whole request.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Check {
    /// Its id, `snake_case`.
    pub id: String,
    /// What is checked, in a few words: officers see the list of what the program has checked.
    #[schemars(with = "Both")]
    pub name: Localized,
    /// Checked on the start page, from what is known, before anything is asked.
    #[serde(default)]
    pub before: bool,
    /// Checked only if this holds.
    pub when: Option<Expr>,
    /// What must hold.
    pub that: Expr,
    /// Says its sentence but does not stop anybody.
    #[serde(default)]
    pub warn: bool,
    /// What is said if it does not hold, and what to do then.
    #[serde(rename = "else")]
    pub else_: Sentence,
}

/// Consent of somebody else.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Consent {
    /// Its id, `snake_case`.
    pub id: String,
    /// Whose: an expression that gives a person or a list of people.
    pub who: Expr,
    /// Needed only if this holds.
    pub when: Option<Expr>,
    /// What the person agrees to.
    #[schemars(with = "Both")]
    pub text: Localized,
    /// Why their consent is needed.
    pub basis: String,
    /// Days until the question lapses.
    #[serde(default = "three")]
    #[schemars(range(min = 1, max = 60))]
    pub days: i64,
    /// Whether each of several people must agree, or one is enough.
    #[serde(default)]
    pub need: Need,
}

/// Whose agreement is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// Each of them.
    #[default]
    All,
    /// One of them.
    One,
}

/// A paper.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Evidence {
    /// Its id, `snake_case`.
    pub id: String,
    /// What it is.
    #[schemars(with = "Both")]
    pub label: Localized,
    /// A word of help.
    #[schemars(with = "Option<Both>")]
    pub hint: Option<Localized>,
    /// Needed only if this holds.
    pub when: Option<Expr>,
    /// May be left out.
    #[serde(default)]
    pub optional: bool,
    /// Kinds of paper that are taken: codes of the list `evidence-kind`.
    #[schemars(length(min = 1))]
    pub accept: Vec<String>,
    /// Most files.
    #[serde(default = "five")]
    #[schemars(range(min = 1, max = 20))]
    pub max: i64,
    /// Whether a certified copy is needed. Scans sent online never need one.
    #[serde(default)]
    pub notarised: bool,
    /// The law that asks for it.
    pub basis: Option<String>,
}

fn three() -> i64 {
    3
}

fn five() -> i64 {
    5
}

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
    /// States in which it stands still.
    #[serde(default)]
    pub stops: Vec<String>,
    /// Warnings before the end.
    #[serde(default)]
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

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
