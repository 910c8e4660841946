//! Checks, consents of other people, papers.

use super::{Both, Sentence};
use crate::definition::expressions::Expr;
use kernel::Localized;
use schemars::JsonSchema;
use serde::Deserialize;

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
    /// Who is asked, in a few words: the start page says it before anybody is known.
    #[schemars(with = "Both")]
    pub name: Localized,
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
