//! Questions of a form: label, hint, the mistake beside the box, what was typed.

use super::{described_by, field_id};
use crate::markup::Markup;
use askama::Template;
use kernel::{Say, limits};

/// A line (or several lines) of text, or an amount of money.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/text.html")]
pub struct Text {
    pub(crate) say: Say,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    /// What stands in the box.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
    pub(crate) kind: &'static str,
    pub(crate) inputmode: &'static str,
    pub(crate) autocomplete: String,
    pub(crate) width: &'static str,
    pub(crate) max: usize,
    pub(crate) rows: usize,
    pub(crate) suffix: String,
    pub(crate) optional: bool,
    pub(crate) disabled: bool,
    pub(crate) heading: bool,
}

impl Text {
    /// A question answered with one line of at most [`limits::LINE_CHARS_MAX`] characters.
    pub fn new(say: &Say, name: &str, label: &str) -> Self {
        Self {
            say: say.clone(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            value: String::new(),
            error: None,
            kind: "text",
            inputmode: "",
            autocomplete: "off".to_owned(),
            width: "",
            max: limits::LINE_CHARS_MAX,
            rows: 0,
            suffix: String::new(),
            optional: false,
            disabled: false,
            heading: false,
        }
    }
    fn id(&self) -> String {
        field_id(&self.name)
    }
    fn described(&self) -> String {
        described_by(&self.id(), !self.hint.is_empty(), self.error.is_some())
    }
    /// A sentence of help under the label.
    #[must_use]
    pub fn hint(mut self, text: impl AsRef<str>) -> Self {
        self.hint = text.as_ref().to_owned();
        self
    }
    /// What stands in the box.
    #[must_use]
    pub fn value(mut self, text: impl AsRef<str>) -> Self {
        self.value = text.as_ref().to_owned();
        self
    }
    /// What is wrong with it.
    #[must_use]
    pub fn error(mut self, text: impl AsRef<str>) -> Self {
        self.error = Some(text.as_ref().to_owned());
        self
    }
    /// May be left empty; the label says so.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
    /// Cannot be changed now.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
    /// The question is the page's heading.
    #[must_use]
    pub fn heading(mut self) -> Self {
        self.heading = true;
        self
    }
    /// At most so many characters.
    #[must_use]
    pub fn max(mut self, characters: usize) -> Self {
        self.max = characters;
        self
    }
    /// A narrow box, for a few characters.
    #[must_use]
    pub fn short(mut self) -> Self {
        self.width = "short";
        self
    }
    /// A box for about a dozen characters.
    #[must_use]
    pub fn medium(mut self) -> Self {
        self.width = "medium";
        self
    }
    /// Several lines.
    #[must_use]
    pub fn lines(mut self, rows: usize) -> Self {
        (self.rows, self.max) = (rows, limits::ANSWER_CHARS_MAX);
        self
    }
    /// Digits only on a phone's keyboard.
    #[must_use]
    pub fn digits(mut self) -> Self {
        self.inputmode = "numeric";
        self
    }
    /// Twelve digits of a personal number.
    #[must_use]
    pub fn personal_id(mut self) -> Self {
        (self.inputmode, self.width, self.max) = ("numeric", "medium", 20);
        self
    }
    /// An amount in đồng.
    #[must_use]
    pub fn money(mut self) -> Self {
        (self.inputmode, self.width, self.max) = ("numeric", "medium", 20);
        self.suffix = "đ".to_owned();
        self
    }
    /// A telephone number.
    #[must_use]
    pub fn phone(mut self) -> Self {
        (self.kind, self.width, self.max) = ("tel", "medium", 20);
        self.autocomplete = "tel".to_owned();
        self
    }
    /// An e-mail address.
    #[must_use]
    pub fn email(mut self) -> Self {
        self.kind = "email";
        self.autocomplete = "email".to_owned();
        self
    }
    /// A password; `purpose` is `current-password` or `new-password`. Never shown again.
    #[must_use]
    pub fn password(mut self, purpose: &str) -> Self {
        (self.kind, self.autocomplete) = ("password", purpose.to_owned());
        self.value = String::new();
        self
    }
    /// HTML's `autocomplete`.
    #[must_use]
    pub fn autocomplete(mut self, token: &str) -> Self {
        token.clone_into(&mut self.autocomplete);
        self
    }
    /// A unit after the box.
    #[must_use]
    pub fn suffix(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.suffix);
        self
    }
}

/// A date in three boxes: day, month, year.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/date.html")]
pub struct DateQuestion {
    pub(crate) say: Say,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) day: String,
    pub(crate) month: String,
    pub(crate) year: String,
    /// What is wrong with it.
    pub error: Option<String>,
    pub(crate) optional: bool,
    pub(crate) disabled: bool,
    pub(crate) birth: bool,
    pub(crate) heading: bool,
}

impl DateQuestion {
    /// A date question with empty boxes.
    pub fn new(say: &Say, name: &str, label: &str) -> Self {
        Self {
            say: say.clone(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            day: String::new(),
            month: String::new(),
            year: String::new(),
            error: None,
            optional: false,
            disabled: false,
            birth: false,
            heading: false,
        }
    }
    fn id(&self) -> String {
        field_id(&self.name)
    }
    fn described(&self) -> String {
        described_by(&self.id(), !self.hint.is_empty(), self.error.is_some())
    }
    /// A sentence of help.
    #[must_use]
    pub fn hint(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.hint);
        self
    }
    /// What is wrong with it.
    #[must_use]
    pub fn error(mut self, text: impl AsRef<str>) -> Self {
        self.error = Some(text.as_ref().to_owned());
        self
    }
    /// What stands in the boxes.
    #[must_use]
    pub fn value(mut self, date: kernel::Date) -> Self {
        self.day = date.day().to_string();
        self.month = date.month().to_string();
        self.year = date.year().to_string();
        self
    }
    /// May be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
    /// Cannot be changed now.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
    /// The person's own date of birth (browsers may fill it in).
    #[must_use]
    pub fn birth(mut self) -> Self {
        self.birth = true;
        self
    }
    /// The question is the page's heading.
    #[must_use]
    pub fn heading(mut self) -> Self {
        self.heading = true;
        self
    }
}

/// One choice of a question or of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub text: String,
    /// A line under it.
    pub hint: String,
    /// Questions that belong to this choice alone, shown under it. Empty for most.
    pub more: Markup,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), ..Self::default() }
    }
    /// With a line under it.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = text.into();
        self
    }
    /// With questions of its own: seen once it is chosen, and always by browsers too old to hide
    /// them.
    #[must_use]
    pub fn more(mut self, questions: impl Into<Markup>) -> Self {
        self.more = questions.into();
        self
    }
}

/// A few choices: one of them (radio) or any number (boxes to tick).
#[derive(Clone, Debug, Template)]
#[template(path = "ui/choices.html")]
pub struct Choices {
    pub(crate) say: Say,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) options: Vec<Choice>,
    pub(crate) many: bool,
    pub(crate) chosen: Vec<String>,
    /// What is wrong with it.
    pub error: Option<String>,
    pub(crate) optional: bool,
    pub(crate) disabled: bool,
    pub(crate) inline: bool,
    pub(crate) heading: bool,
}

impl Choices {
    /// A question with choices.
    pub fn new(say: &Say, name: &str, label: &str, options: Vec<Choice>, many: bool) -> Self {
        Self {
            say: say.clone(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            options,
            many,
            chosen: Vec::new(),
            error: None,
            optional: false,
            disabled: false,
            inline: false,
            heading: false,
        }
    }
    fn id(&self) -> String {
        field_id(&self.name)
    }
    fn described(&self) -> String {
        described_by(&self.id(), !self.hint.is_empty(), self.error.is_some())
    }
    fn option_id(&self, index: &usize) -> String {
        if *index == 0 { self.id() } else { format!("{}-{index}", self.id()) }
    }
    fn is_chosen(&self, value: &str) -> bool {
        self.chosen.iter().any(|c| c == value)
    }
    /// A sentence of help.
    #[must_use]
    pub fn hint(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.hint);
        self
    }
    /// What is wrong with it.
    #[must_use]
    pub fn error(mut self, text: impl AsRef<str>) -> Self {
        self.error = Some(text.as_ref().to_owned());
        self
    }
    /// Chosen already.
    #[must_use]
    pub fn chosen(mut self, value: impl AsRef<str>) -> Self {
        self.chosen.push(value.as_ref().to_owned());
        self
    }
    /// May be left without choice.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
    /// Cannot be changed now.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
    /// Side by side, for two or three short choices.
    #[must_use]
    pub fn inline(mut self) -> Self {
        self.inline = true;
        self
    }
    /// The question is the page's heading.
    #[must_use]
    pub fn heading(mut self) -> Self {
        self.heading = true;
        self
    }
}

/// One of many choices, in a list that opens.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/select.html")]
pub struct Select {
    pub(crate) say: Say,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) options: Vec<Choice>,
    pub(crate) chosen: String,
    pub(crate) empty: String,
    /// What is wrong with it.
    pub error: Option<String>,
    pub(crate) optional: bool,
    pub(crate) disabled: bool,
}

impl Select {
    /// A list whose first line asks to choose.
    pub fn new(say: &Say, name: &str, label: &str, options: Vec<Choice>) -> Self {
        Self {
            empty: say.t("web-choose"),
            say: say.clone(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            options,
            chosen: String::new(),
            error: None,
            optional: false,
            disabled: false,
        }
    }
    fn id(&self) -> String {
        field_id(&self.name)
    }
    fn described(&self) -> String {
        described_by(&self.id(), !self.hint.is_empty(), self.error.is_some())
    }
    /// A sentence of help.
    #[must_use]
    pub fn hint(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.hint);
        self
    }
    /// What is wrong with it.
    #[must_use]
    pub fn error(mut self, text: impl AsRef<str>) -> Self {
        self.error = Some(text.as_ref().to_owned());
        self
    }
    /// Chosen already.
    #[must_use]
    pub fn chosen(mut self, value: impl AsRef<str>) -> Self {
        value.as_ref().clone_into(&mut self.chosen);
        self
    }
    /// The words of the line that means no choice; empty leaves that line out.
    #[must_use]
    pub fn first_line(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.empty);
        self
    }
    /// May be left without choice.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
    /// Cannot be changed now.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}
