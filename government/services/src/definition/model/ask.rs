//! Questions.

use super::Both;
use crate::definition::expressions::Expr;
use kernel::Localized;
use schemars::JsonSchema;
use serde::Deserialize;

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
    /// The parameter of a link that answers a `choice` or a code: another page leads here with
    /// `?muc=birth`, and the question is answered already.
    pub link: Option<String>,
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
