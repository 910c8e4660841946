//! A statement that is put together from what was asked for.

use std::fmt::Write as _;
use store::Value;

/// A statement's text and its values.
#[derive(Default)]
pub(super) struct Sql {
    pub text: String,
    pub values: Vec<Value>,
}

impl Sql {
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }
    /// `TEXT ?n`
    pub fn with(&mut self, text: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        // Infallible: writing to a String.
        let _ = write!(self.text, "{text} ?{}", self.values.len());
    }
    /// `TEXT IN (?n, …)`; one value as `TEXT = ?n`, which is planned best.
    pub fn one_of(&mut self, text: &str, values: &[String]) {
        if let [one] = values {
            self.with(&format!("{text} ="), one);
            return;
        }
        self.push(text);
        self.push(" IN (");
        for (i, value) in values.iter().enumerate() {
            self.with(if i == 0 { "" } else { "," }, value);
        }
        self.push(")");
    }
    /// ` AND COLUMN LIKE '% WORD %'`: the word, or words that follow each other.
    pub fn like(&mut self, column: &str, word: &str) {
        self.pattern(column, &format!("% {} %", escaped(word)));
    }
    /// ` AND COLUMN LIKE '%WORD%'`
    pub fn holds(&mut self, column: &str, word: &str) {
        self.pattern(column, &format!("%{}%", escaped(word)));
    }
    fn pattern(&mut self, column: &str, pattern: &str) {
        self.with(&format!(" AND {column} LIKE"), pattern);
        self.push(" ESCAPE '!'");
    }
}

fn escaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
    }
    out
}
