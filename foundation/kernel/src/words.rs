//! Words for people: every sentence a person may read lives in a Fluent file, in Vietnamese and in
//! English, and is asked for by key.

use crate::money;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// A language of the product. Vietnamese is the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Tiếng Việt
    #[default]
    Vi,
    /// English
    En,
}

impl Lang {
    /// `vi` or `en`, as in HTML's `lang`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
    /// Reads a tag; anything unknown is Vietnamese.
    pub fn from_tag(tag: &str) -> Self {
        if tag.eq_ignore_ascii_case("en") { Self::En } else { Self::Vi }
    }
    /// A number as this language writes it: `1.284`, `1,284`.
    pub fn number(self, n: i64) -> String {
        match self {
            Self::Vi => money::grouped_by(n, '.'),
            Self::En => money::grouped_by(n, ','),
        }
    }
}

/// A name or sentence that a data file gives in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// Tiếng Việt
    pub vi: String,
    /// English
    pub en: String,
}

impl Localized {
    /// Both languages at once.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// The catalogue of all words, built once at start from the crates' Fluent files.
pub struct Words {
    vi: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words")
    }
}

impl Words {
    /// Builds the catalogue. Each pair is one crate's `(vi, en)` file. The faults found (syntax, a
    /// key given twice) come back as lines to print; a program must not start with any.
    pub fn build(files: &[(&str, &str)]) -> std::result::Result<Arc<Self>, Vec<String>> {
        let mut faults = Vec::new();
        let vi = bundle("vi", files.iter().map(|f| f.0), &mut faults);
        let en = bundle("en", files.iter().map(|f| f.1), &mut faults);
        if faults.is_empty() { Ok(Arc::new(Self { vi, en })) } else { Err(faults) }
    }

    /// Whether both languages have this key.
    pub fn has(&self, key: &str) -> bool {
        self.vi.has_message(key) && self.en.has_message(key)
    }

    fn say(&self, lang: Lang, key: &str, args: Option<&FluentArgs>) -> String {
        let bundle = match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            return format!("⟦{key}⟧");
        };
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, args, &mut errors).into_owned()
    }
}

fn bundle<'a>(
    lang: &str,
    files: impl Iterator<Item = &'a str>,
    faults: &mut Vec<String>,
) -> FluentBundle<FluentResource> {
    let id: unic_langid::LanguageIdentifier = lang.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match Lang::from_tag(lang) {
        Lang::Vi => |value, _| whole(value, Lang::Vi),
        Lang::En => |value, _| whole(value, Lang::En),
    }));
    for text in files {
        let resource = match FluentResource::try_new(text.to_owned()) {
            Ok(r) => r,
            Err((r, errors)) => {
                faults.extend(errors.iter().map(|e| format!("{lang}.ftl: {e}")));
                r
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            faults.extend(errors.iter().map(|e| format!("{lang}.ftl: {e}")));
        }
    }
    bundle
}

/// Whole numbers in the language of the sentence.
fn whole(value: &FluentValue, lang: Lang) -> Option<String> {
    match value {
        FluentValue::Number(n) => Some(lang.number(n.into())),
        _ => None,
    }
}

/// The catalogue seen by one reader: what templates call.
#[derive(Clone, Debug)]
pub struct Say {
    words: Arc<Words>,
    /// The reader's language.
    pub lang: Lang,
}

impl Say {
    /// The catalogue in one language.
    pub fn new(words: Arc<Words>, lang: Lang) -> Self {
        Self { words, lang }
    }
    /// The sentence of this key; a missing key shows itself as `⟦key⟧` (a test finds it).
    pub fn t(&self, key: &str) -> String {
        self.words.say(self.lang, key, None)
    }
    /// The sentence with one value put in.
    pub fn t1(&self, key: &str, name: &str, value: impl fmt::Display) -> String {
        self.with(key, &[(name, value.to_string())])
    }
    /// The sentence with two values put in.
    pub fn t2(
        &self,
        key: &str,
        name: &str,
        value: impl fmt::Display,
        name2: &str,
        value2: impl fmt::Display,
    ) -> String {
        self.with(key, &[(name, value.to_string()), (name2, value2.to_string())])
    }
    /// A sentence about a number: the number chooses the form and is shown in it as `{$n}`.
    pub fn count(&self, key: &str, n: i64) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        self.words.say(self.lang, key, Some(&args))
    }
    /// A number as it is written in the reader's language: `1.284`, `1,284`.
    pub fn number(&self, n: i64) -> String {
        self.lang.number(n)
    }
    /// The sentence with any number of values. A value of digits only still counts as text.
    pub fn with(&self, key: &str, values: &[(&str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set((*name).to_owned(), FluentValue::from(value.as_str()));
        }
        self.words.say(self.lang, key, Some(&args))
    }
    /// The right language of a text that data give.
    pub fn local<'t>(&self, text: &'t Localized) -> &'t str {
        text.get(self.lang)
    }
    /// Whether both languages have this key.
    pub fn has(&self, key: &str) -> bool {
        self.words.has(key)
    }
    /// The shared catalogue.
    pub fn words(&self) -> &Arc<Words> {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let text = "some = { $n ->\n    [one] One reading.\n   *[other] { $n } readings.\n}\n";
        let words = Words::build(&[(text, text)]).expect("a catalogue");
        let [vi, en] = [Lang::Vi, Lang::En].map(|lang| Say::new(words.clone(), lang));
        assert_eq!([vi.number(-1_234_567), en.number(-1_234_567)], ["-1.234.567", "-1,234,567"]);
        assert_eq!(vi.count("some", 12_000), "12.000 readings.");
        assert_eq!(
            [en.count("some", 12_000), en.count("some", 1)],
            ["12,000 readings.", "One reading."]
        );
    }
}
