//! Questions of a form: label, hint, the mistake beside the box, what was typed.

use super::{described_by, field_id};
use crate::form::FormErrors;
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
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), hint: String::new() }
    }
    /// With a line under it.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = text.into();
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

/// A commune and the line under it (house, hamlet). With scripts the commune is suggested while it
/// is typed; without, the page comes back with the communes that fit as choices.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/address.html")]
pub struct Address {
    pub(crate) say: Say,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) typed: String,
    pub(crate) code: String,
    pub(crate) line: String,
    pub(crate) candidates: Vec<Choice>,
    pub(crate) source: String,
    pub(crate) with_line: bool,
    pub(crate) line_label: String,
    pub(crate) line_hint: String,
    /// What is wrong with the commune.
    pub error: Option<String>,
    /// What is wrong with the line.
    pub line_error: Option<String>,
    pub(crate) disabled: bool,
}

impl Address {
    /// Where suggestions come from, unless the page says otherwise.
    pub const SOURCE: &str = "/api/v1/places";

    /// An address question with empty boxes.
    pub fn new(say: &Say, name: &str, label: &str) -> Self {
        Self {
            hint: say.t("web-address-hint"),
            line_label: say.t("web-address-line"),
            line_hint: String::new(),
            say: say.clone(),
            name: name.to_owned(),
            label: label.to_owned(),
            typed: String::new(),
            code: String::new(),
            line: String::new(),
            candidates: Vec::new(),
            source: Self::SOURCE.to_owned(),
            with_line: true,
            error: None,
            line_error: None,
            disabled: false,
        }
    }
    fn id(&self) -> String {
        field_id(&self.name)
    }
    fn line_id(&self) -> String {
        format!("{}-line", self.id())
    }
    fn described(&self) -> String {
        described_by(&self.id(), !self.hint.is_empty(), self.error.is_some())
    }
    fn line_described(&self) -> String {
        described_by(&self.line_id(), !self.line_hint.is_empty(), self.line_error.is_some())
    }
    /// A sentence of help under the commune's label.
    #[must_use]
    pub fn hint(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.hint);
        self
    }
    /// What stands in the boxes: the commune as shown, its code, the line.
    #[must_use]
    pub fn value(mut self, shown: &str, code: &str, line: &str) -> Self {
        (self.typed, self.code, self.line) = (shown.into(), code.into(), line.into());
        self
    }
    /// The communes that fit what was typed, to choose from without scripts.
    #[must_use]
    pub fn candidates(mut self, choices: impl AsRef<[Choice]>) -> Self {
        self.candidates = choices.as_ref().to_vec();
        self
    }
    /// The commune only.
    #[must_use]
    pub fn without_line(mut self) -> Self {
        self.with_line = false;
        self
    }
    /// The words of the second box.
    #[must_use]
    pub fn line_label(mut self, label: impl AsRef<str>, hint: impl AsRef<str>) -> Self {
        label.as_ref().clone_into(&mut self.line_label);
        hint.as_ref().clone_into(&mut self.line_hint);
        self
    }
    /// Where suggestions come from; gets `?q=`.
    #[must_use]
    pub fn source(mut self, address: impl AsRef<str>) -> Self {
        address.as_ref().clone_into(&mut self.source);
        self
    }
    /// What is wrong with the commune.
    #[must_use]
    pub fn error(mut self, text: impl AsRef<str>) -> Self {
        self.error = Some(text.as_ref().to_owned());
        self
    }
    /// Cannot be changed now.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}

/// Files to hand in.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/file.html")]
pub struct FileQuestion {
    pub(crate) say: Say,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) many: bool,
    pub(crate) kept: Vec<String>,
    /// What is wrong with it.
    pub error: Option<String>,
    pub(crate) optional: bool,
    pub(crate) disabled: bool,
}

impl FileQuestion {
    /// One file: PDF, JPEG, PNG or HEIC.
    pub fn new(say: &Say, name: &str, label: &str) -> Self {
        let max = (limits::UPLOAD_BYTES_MAX / 1024 / 1024).to_string();
        Self {
            hint: say.t1("web-file-hint", "max", max),
            say: say.clone(),
            name: name.to_owned(),
            label: label.to_owned(),
            many: false,
            kept: Vec::new(),
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
    /// A sentence of help instead of the usual one.
    #[must_use]
    pub fn hint(mut self, text: impl AsRef<str>) -> Self {
        text.as_ref().clone_into(&mut self.hint);
        self
    }
    /// Several files.
    #[must_use]
    pub fn many(mut self) -> Self {
        self.many = true;
        self
    }
    /// A file that is kept already from an earlier visit to this page.
    #[must_use]
    pub fn kept(mut self, name: impl AsRef<str>) -> Self {
        self.kept.push(name.as_ref().to_owned());
        self
    }
    /// What is wrong with it.
    #[must_use]
    pub fn error(mut self, text: impl AsRef<str>) -> Self {
        self.error = Some(text.as_ref().to_owned());
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
}

/// The mistakes of a form at the top of the page, each a link to its box. Nothing when there is none.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/error_summary.html")]
pub struct ErrorSummary {
    title: String,
    general: Option<String>,
    items: Vec<(String, String)>,
}

impl ErrorSummary {
    /// From a form's mistakes.
    pub fn of(errors: &FormErrors, say: &Say) -> Self {
        let items: Vec<_> = errors.items().iter().map(|(f, t)| (field_id(f), t.clone())).collect();
        Self {
            title: say.count("web-errors-title", i64::try_from(items.len()).unwrap_or(i64::MAX)),
            general: errors.general().map(str::to_owned),
            items,
        }
    }
    /// Puts a field's name before its mistake.
    #[must_use]
    pub fn called(mut self, field: &str, label: impl AsRef<str>) -> Self {
        let (id, label) = (field_id(field), label.as_ref());
        for (_, text) in self.items.iter_mut().filter(|(i, _)| *i == id) {
            *text = format!("{label}: {text}");
        }
        self
    }
    fn any(&self) -> bool {
        self.general.is_some() || !self.items.is_empty()
    }
}
