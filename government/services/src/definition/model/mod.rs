//! The procedure file as it is written: schema `dvc/1`. Each type here is one table of the file; its
//! doc comment becomes the description in the published JSON Schema.

mod ask;
mod flow;
mod people;

pub use ask::{ASK_KINDS, Ask, AskKind, Choice, Column, Sentence, Why};
pub use flow::{
    Clock, Ending, Fee, Form, Given, Late, Limit, Notify, Outcome, Per, Remind, Retention, Step,
    WarnWhom, Warning, Within, Write,
};
pub use people::{Check, Consent, Evidence, Need};

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

/// The line icon that stands beside a procedure's name: whoever would rather look than read finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say what they draw")]
pub enum Icon {
    Baby,
    Bed,
    Calendar,
    Car,
    Document,
    Edit,
    Elder,
    Heart,
    Home,
    Household,
    IdCard,
    Leaf,
    Logout,
    School,
    Shop,
    Travel,
    Users,
}

impl Icon {
    /// Its name among the icons of the site.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Baby => "baby",
            Self::Bed => "bed",
            Self::Calendar => "calendar",
            Self::Car => "car",
            Self::Document => "document",
            Self::Edit => "edit",
            Self::Elder => "elder",
            Self::Heart => "heart",
            Self::Home => "home",
            Self::Household => "household",
            Self::IdCard => "id-card",
            Self::Leaf => "leaf",
            Self::Logout => "logout",
            Self::School => "school",
            Self::Shop => "shop",
            Self::Travel => "travel",
            Self::Users => "users",
        }
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
    /// The line icon beside its name.
    pub icon: Icon,
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
    /// States from which the applicant may take the request back; `[]` if never.
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
    #[schemars(required)]
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

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
