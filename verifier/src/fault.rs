//! What may be wrong, as a key of the word files with its values.

/// The outcome of a check.
pub type Result<T> = std::result::Result<T, Fault>;

/// How a check failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file cannot be read, or is not of the format it should be: nothing is proved either way.
    Unreadable,
    /// What the file claims is not so.
    False,
    /// Two signed statements contradict each other: the history was rewritten.
    Forked,
}

/// Why a check failed: a sentence's key and the values it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How.
    pub kind: Kind,
    /// The sentence (text/vi.ftl, text/en.ftl).
    pub key: &'static str,
    /// Its values.
    pub values: Vec<(&'static str, String)>,
}

impl Fault {
    /// Nothing can be said.
    pub fn unreadable(key: &'static str) -> Self {
        Self { kind: Kind::Unreadable, key, values: Vec::new() }
    }
    /// The claim is false.
    pub fn wrong(key: &'static str) -> Self {
        Self { kind: Kind::False, key, values: Vec::new() }
    }
    /// The history was rewritten.
    pub fn forked(old: u64, new: u64) -> Self {
        Self { kind: Kind::Forked, key: "verify-forked", values: Vec::new() }
            .with("old", old)
            .with("new", new)
    }
    /// Adds a value of the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::words::Words::english().say(self.key, &self.values))
    }
}

impl std::error::Error for Fault {}
