//! A form on its way back to the page: what was typed and what is wrong with it.

use crate::ui;
use kernel::{Error, Say};

/// The mistakes of a form, by field, as sentences in the reader's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors {
    items: Vec<(String, String)>,
    general: Option<String>,
}

impl FormErrors {
    /// No mistake.
    pub fn none() -> Self {
        Self::default()
    }
    /// The mistakes an error carries; one without fields becomes a general sentence at the top.
    pub fn of(error: &Error, say: &Say) -> Self {
        let items: Vec<_> =
            error.field_errors().iter().map(|f| (f.field.clone(), f.text(say))).collect();
        let general = items.is_empty().then(|| error.text(say));
        Self { items, general }
    }
    /// Adds a mistake.
    pub fn add(&mut self, field: &str, text: impl Into<String>) {
        self.items.push((field.to_owned(), text.into()));
    }
    /// The first sentence about a field. `until` also answers for `until.day`.
    pub fn text(&self, field: &str) -> Option<&str> {
        let own =
            |f: &str| f == field || f.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'));
        self.items.iter().find(|(f, _)| own(f)).map(|(_, t)| t.as_str())
    }
    /// Anything wrong?
    pub fn any(&self) -> bool {
        !self.items.is_empty() || self.general.is_some()
    }
    /// The fields and sentences in order.
    pub fn items(&self) -> &[(String, String)] {
        &self.items
    }
    /// The sentence that belongs to no field.
    pub fn general(&self) -> Option<&str> {
        self.general.as_deref()
    }
}

/// What was typed (or saved in a draft) and what is wrong with it. Templates ask it for questions:
/// `{{ form.text("line", say.t("…")) }}`; each comes filled in and with its mistake beside it.
#[derive(Clone, Debug)]
pub struct Form {
    values: Vec<(String, String)>,
    /// The mistakes.
    pub errors: FormErrors,
    labels: Vec<(String, String)>,
    say: Say,
}

impl Form {
    /// An empty form.
    pub fn new(say: &Say) -> Self {
        Self {
            values: Vec::new(),
            errors: FormErrors::none(),
            labels: Vec::new(),
            say: say.clone(),
        }
    }
    /// Puts a value in (again for a field with several).
    pub fn push(&mut self, name: &str, value: &str) {
        self.values.push((name.to_owned(), value.to_owned()));
    }
    /// The same, for building.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.push(name, value.as_ref());
        self
    }
    /// Puts a date into the three inputs of a date question.
    #[must_use]
    pub fn with_date(self, name: &str, date: kernel::Date) -> Self {
        self.with(&format!("{name}.day"), date.day().to_string())
            .with(&format!("{name}.month"), date.month().to_string())
            .with(&format!("{name}.year"), date.year().to_string())
    }
    /// With the mistakes of an error.
    #[must_use]
    pub fn wrong(mut self, error: &Error) -> Self {
        self.errors = FormErrors::of(error, &self.say);
        self
    }
    /// The first value of a field; empty when there is none.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
    /// All values of a field.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }
    /// Whether a field has this value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(n, v)| n == name && v == value)
    }
    /// The words.
    pub fn say(&self) -> &Say {
        &self.say
    }
    fn error(&self, name: &str) -> Option<String> {
        self.errors.text(name).map(str::to_owned)
    }
    /// The list of mistakes at the top of the page; empty when there is none.
    pub fn summary(&self) -> ui::ErrorSummary {
        let summary = ui::ErrorSummary::of(&self.errors, &self.say);
        self.labels.iter().fold(summary, |s, (field, label)| s.called(field, label))
    }
    /// A question answered with a line of text.
    pub fn text(&self, name: &str, label: impl AsRef<str>) -> ui::Text {
        let mut q = ui::Text::new(&self.say, name, label.as_ref());
        q.value = self.value(name).to_owned();
        q.error = self.error(name);
        q
    }
    /// A question answered with several lines.
    pub fn lines(&self, name: &str, label: impl AsRef<str>) -> ui::Text {
        self.text(name, label).lines(5)
    }
    /// A date in three inputs, `name.day`, `name.month`, `name.year`.
    pub fn date(&self, name: &str, label: impl AsRef<str>) -> ui::DateQuestion {
        let part = |p: &str| self.value(&format!("{name}.{p}")).to_owned();
        let mut q = ui::DateQuestion::new(&self.say, name, label.as_ref());
        (q.day, q.month, q.year) = (part("day"), part("month"), part("year"));
        q.error = self.error(name);
        q
    }
    /// One of a few choices.
    pub fn choice(
        &self,
        name: &str,
        label: impl AsRef<str>,
        options: &[ui::Choice],
    ) -> ui::Choices {
        let mut q = ui::Choices::new(&self.say, name, label.as_ref(), options.to_vec(), false);
        q.chosen = self.values(name).iter().map(|v| (*v).to_owned()).collect();
        q.error = self.error(name);
        q
    }
    /// Tells the list of mistakes at the top what a field is called: «Số nhà, thôn: bạn chưa trả lời
    /// câu này».
    #[must_use]
    pub fn called(mut self, field: &str, label: impl AsRef<str>) -> Self {
        self.call(field, label);
        self
    }
    /// The same, for a loop.
    pub fn call(&mut self, field: &str, label: impl AsRef<str>) {
        self.labels.push((field.to_owned(), label.as_ref().to_owned()));
    }
    /// Any number of a few choices.
    pub fn pick(&self, name: &str, label: impl AsRef<str>, options: &[ui::Choice]) -> ui::Choices {
        let mut q = ui::Choices::new(&self.say, name, label.as_ref(), options.to_vec(), true);
        q.chosen = self.values(name).iter().map(|v| (*v).to_owned()).collect();
        q.error = self.error(name);
        q
    }
    /// One of many choices, in a list that opens.
    pub fn select(&self, name: &str, label: impl AsRef<str>, options: &[ui::Choice]) -> ui::Select {
        let mut q = ui::Select::new(&self.say, name, label.as_ref(), options.to_vec());
        q.chosen = self.value(name).to_owned();
        q.error = self.error(name);
        q
    }
    /// A commune, with suggestions, and the line under it. Field names: `name.commune` (what was
    /// typed), `name.code` (the commune chosen), `name.line` (house, hamlet).
    pub fn address(&self, name: &str, label: impl AsRef<str>) -> ui::Address {
        let part = |p: &str| self.value(&format!("{name}.{p}")).to_owned();
        let mut q = ui::Address::new(&self.say, name, label.as_ref());
        (q.typed, q.code, q.line) = (part("commune"), part("code"), part("line"));
        q.error = self
            .error(&format!("{name}.commune"))
            .or_else(|| self.error(&format!("{name}.code")))
            .or_else(|| self.errors.items.iter().find(|(f, _)| f == name).map(|(_, t)| t.clone()));
        q.line_error = self.error(&format!("{name}.line"));
        q
    }
    /// Files.
    pub fn file(&self, name: &str, label: impl AsRef<str>) -> ui::FileQuestion {
        let mut q = ui::FileQuestion::new(&self.say, name, label.as_ref());
        q.error = self.error(name);
        q
    }
    /// An amount of money.
    pub fn money(&self, name: &str, label: impl AsRef<str>) -> ui::Text {
        self.text(name, label).money()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::say;
    use kernel::{FieldError, error};

    #[test]
    fn a_part_of_a_date_answers_for_the_date() {
        let e = Error::fields(vec![
            FieldError::new("until.day", error::DATE_UNREAL),
            FieldError::new("untilX", error::ANSWER_MISSING),
        ]);
        let errors = FormErrors::of(&e, &say());
        assert_eq!(errors.text("until"), Some(say().t("error-date-unreal").as_str()));
        assert_eq!(errors.text("unti"), None);
        assert_eq!(errors.general(), None);
    }

    #[test]
    fn an_error_without_fields_stands_at_the_top() {
        let errors = FormErrors::of(&Error::new(error::CHANGED_MEANWHILE), &say());
        assert!(errors.any());
        assert!(errors.items().is_empty());
        assert_eq!(errors.general(), Some(say().t("error-common-changed-meanwhile").as_str()));
    }

    #[test]
    fn what_was_typed_comes_back() {
        let form = Form::new(&say()).with("with", "a").with("with", "b").with("line", "<Số 1>");
        assert_eq!(form.values("with"), ["a", "b"]);
        assert!(form.has("with", "b"));
        assert!(form.text("line", "x").to_string().contains("value=\"&#60;Số 1&#62;\""));
    }
}
