//! The one error type: a stable code, a kind, the fields concerned and a sentence in both languages
//! that says what to do next. Pages and APIs (RFC 9457) render the same error.

use crate::words::Say;
use std::fmt;

/// Shorthand used everywhere.
pub type Result<T> = std::result::Result<T, Error>;

/// What sort of failure it is; decides the HTTP status and whether it is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The person gave something that cannot be used: 422.
    BadInput,
    /// Not signed in, or not permitted: 403.
    NotAllowed,
    /// No such thing, or not for this person to know of: 404.
    NotFound,
    /// Somebody else was first, or it was done already: 409.
    Conflict,
    /// Too much at once, try again shortly: 429.
    Busy,
    /// A part the program needs is not there now (disk full, database away): 503.
    Unavailable,
    /// Our mistake: 500. Never shows its inside.
    Bug,
}

impl Kind {
    /// The HTTP status of this kind.
    pub fn status(self) -> u16 {
        match self {
            Self::BadInput => 422,
            Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Busy => 429,
            Self::Unavailable => 503,
            Self::Bug => 500,
        }
    }
}

/// A stable error code, such as `residence.too_long`. Its sentence is the message
/// `error-residence-too-long` of the word files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `area.what`, lower case, stable for ever.
    pub id: &'static str,
    /// What sort of failure it is.
    pub kind: Kind,
}

impl Code {
    /// The key of the sentence in the word files.
    pub fn key(&self) -> String {
        format!("error-{}", self.id.replace(['.', '_'], "-"))
    }
}

/// Declares a crate's error codes and the list `CODES` that a test walks.
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $kind:ident;)+) => {
        $($(#[$doc])* pub const $name: $crate::Code = $crate::Code { id: $id, kind: $crate::Kind::$kind };)+
        /// Every code of this crate; the test of words walks it.
        pub const CODES: &[$crate::Code] = &[$($name),+];
    };
}

codes! {
    /// Not twelve digits.
    PERSONAL_ID_SHAPE = "person.id_shape", BadInput;
    /// Not five digits.
    COMMUNE_CODE_SHAPE = "place.commune_code_shape", BadInput;
    /// Not two digits.
    PROVINCE_CODE_SHAPE = "place.province_code_shape", BadInput;
    /// A date that does not exist, such as 31/02.
    DATE_UNREAL = "date.unreal", BadInput;
    /// A required answer is missing.
    ANSWER_MISSING = "form.missing", BadInput;
    /// An answer is longer than allowed.
    ANSWER_LONG = "form.too_long", BadInput;
    /// The working calendar does not reach so far.
    CALENDAR_END = "calendar.past_table", Unavailable;
    /// The working calendar begins later than this day.
    CALENDAR_START = "calendar.before_table", Unavailable;
    /// A line of the working calendar's files cannot be used.
    CALENDAR_FILE = "calendar.file", BadInput;
    /// A line of `calendar due` cannot be read.
    CALENDAR_LINE = "calendar.line", BadInput;
    /// A time limit that cannot be read.
    BUDGET_SHAPE = "calendar.budget_shape", BadInput;
    /// Not permitted.
    NOT_ALLOWED = "access.not_allowed", NotAllowed;
    /// No such thing.
    NOT_FOUND = "common.not_found", NotFound;
    /// Changed by somebody else meanwhile.
    CHANGED_MEANWHILE = "common.changed_meanwhile", Conflict;
    /// Too much at once.
    BUSY = "common.busy", Busy;
    /// Something the program needs is not there.
    UNAVAILABLE = "common.unavailable", Unavailable;
    /// Our mistake.
    BUG = "common.bug", Bug;
}

/// A value in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// As it stands: a name, a code, a year.
    Text(String),
    /// A number, in groups as the reader's language writes them.
    Number(i64),
}

impl Arg {
    fn shown(&self, say: &Say) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(n) => say.number(*n),
        }
    }
}

impl<T: Into<String>> From<T> for Arg {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// Which mistake.
    pub code: Code,
    /// Values put into the sentence.
    pub args: Vec<(String, Arg)>,
    /// A ready sentence that data gave (a procedure file's own words), instead of the code's.
    pub sentence: Option<crate::Localized>,
}

impl FieldError {
    /// A mistake in one field.
    pub fn new(field: impl Into<String>, code: Code) -> Self {
        Self { field: field.into(), code, args: Vec::new(), sentence: None }
    }
    /// Puts a value into the sentence.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Into<Arg>) -> Self {
        self.args.push((name.to_owned(), value.into()));
        self
    }
    /// Puts a number into the sentence.
    #[must_use]
    pub fn number(self, name: &str, n: impl TryInto<i64>) -> Self {
        self.arg(name, Arg::Number(n.try_into().unwrap_or(i64::MAX)))
    }
    /// Uses a sentence from data.
    #[must_use]
    pub fn saying(mut self, sentence: crate::Localized) -> Self {
        self.sentence = Some(sentence);
        self
    }
    /// The sentence in the reader's language.
    pub fn text(&self, say: &Say) -> String {
        sentence(self.sentence.as_ref(), &self.code, &self.args, say)
    }
}

/// An error. Small (one pointer), so that `Result` stays cheap.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    fields: Vec<FieldError>,
    args: Vec<(String, Arg)>,
    sentence: Option<crate::Localized>,
    cause: Option<String>,
}

impl Error {
    /// An error of this code.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner {
            code,
            fields: Vec::new(),
            args: Vec::new(),
            sentence: None,
            cause: None,
        }))
    }
    /// Several fields are wrong at once: the code is that of the first.
    pub fn fields(fields: Vec<FieldError>) -> Self {
        let mut e = Self::new(fields.first().map_or(ANSWER_MISSING, |f| f.code));
        e.0.sentence = fields.first().and_then(|f| f.sentence.clone());
        e.0.args = fields.first().map(|f| f.args.clone()).unwrap_or_default();
        e.0.fields = fields;
        e
    }
    /// Our own mistake; `cause` goes to the log only. Never put personal data in it.
    pub fn bug(cause: impl fmt::Display) -> Self {
        Self::new(BUG).because(cause)
    }
    /// Names the field concerned.
    #[must_use]
    pub fn field(mut self, field: &str) -> Self {
        let mut f = FieldError::new(field, self.0.code);
        f.args.clone_from(&self.0.args);
        f.sentence.clone_from(&self.0.sentence);
        self.0.fields.push(f);
        self
    }
    /// Puts a value into the sentence. Call before [`Error::field`].
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Into<Arg>) -> Self {
        self.0.args.push((name.to_owned(), value.into()));
        self
    }
    /// Puts a number into the sentence.
    #[must_use]
    pub fn number(self, name: &str, n: impl TryInto<i64>) -> Self {
        self.arg(name, Arg::Number(n.try_into().unwrap_or(i64::MAX)))
    }
    /// Uses a sentence from data instead of the code's.
    #[must_use]
    pub fn saying(mut self, sentence: crate::Localized) -> Self {
        self.0.sentence = Some(sentence);
        self
    }
    /// The technical cause, for the log. Never put personal data in it.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }
    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }
    /// The kind.
    pub fn kind(&self) -> Kind {
        self.0.code.kind
    }
    /// The fields concerned.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.fields
    }
    /// The technical cause, if any.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
    /// Whether it is this code.
    pub fn is(&self, code: Code) -> bool {
        self.0.code.id == code.id
    }
    /// The sentence in the reader's language.
    pub fn text(&self, say: &Say) -> String {
        sentence(self.0.sentence.as_ref(), &self.0.code, &self.0.args, say)
    }
}

fn sentence(
    given: Option<&crate::Localized>,
    code: &Code,
    args: &[(String, Arg)],
    say: &Say,
) -> String {
    if let Some(s) = given {
        return say.local(s).to_owned();
    }
    let args: Vec<(&str, String)> = args.iter().map(|(k, v)| (k.as_str(), v.shown(say))).collect();
    say.with(&code.key(), &args)
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.code.id)?;
        for field in &self.0.fields {
            write!(f, " [{}: {}]", field.field, field.code.id)?;
        }
        if let Some(c) = &self.0.cause {
            write!(f, " ({c})")?;
        }
        Ok(())
    }
}
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
impl std::error::Error for Error {}

impl From<serde_json::Error> for Error {
    /// Only the place is kept: serde's sentence may quote the value, which may be personal.
    fn from(e: serde_json::Error) -> Self {
        Self::bug(format_args!("JSON {:?} at {}:{}", e.classify(), e.line(), e.column()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Lang, Words};

    #[test]
    fn numbers_in_a_sentence_are_the_readers_and_names_stay_as_they_are() {
        let text = "error-form-too-long = { $name }: { $max } at most\n";
        let words = Words::build(&[(text, text)]).expect("a catalogue");
        let wrong = FieldError::new("note", ANSWER_LONG).arg("name", "2026").number("max", 2_000);
        let error = Error::fields(vec![wrong.clone()]);
        let [vi, en] = [Lang::Vi, Lang::En].map(|lang| Say::new(words.clone(), lang));
        for (said, wanted) in [(&vi, "2026: 2.000 at most"), (&en, "2026: 2,000 at most")] {
            assert_eq!([wrong.text(said), error.text(said)], [wanted, wanted]);
        }
        let beyond = FieldError::new("note", ANSWER_LONG).number("max", u64::MAX);
        assert_eq!(beyond.args[0].1, Arg::Number(i64::MAX));
    }
}
