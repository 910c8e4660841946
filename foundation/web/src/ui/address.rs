//! The longer questions: an address, files; and the list of mistakes of a form.

use super::questions::Choice;
use super::{described_by, field_id};
use crate::form::FormErrors;
use askama::Template;
use kernel::{Say, limits};

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
            let sign = if label.ends_with('?') { "" } else { ":" };
            *text = format!("{label}{sign} {text}");
        }
        self
    }
    fn any(&self) -> bool {
        self.general.is_some() || !self.items.is_empty()
    }
}
