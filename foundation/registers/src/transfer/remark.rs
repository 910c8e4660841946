//! What can be wrong with, or worth saying about, a row of a list.

/// Why a row was left out, or what to look at in one that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The row cannot be read at all: quotes, brackets or tags do not close.
    Broken,
    /// Larger than a row may be.
    Long,
    /// Another number of cells than the heading.
    Width,
    /// Bytes that are no letters of the file's encoding.
    Letters,
    /// A needed item is not there.
    Missing,
    /// Not twelve digits.
    Number,
    /// No such day.
    Date,
    /// A day after today.
    Future,
    /// Neither a code nor a word of the item's list.
    Choice,
    /// A code that is no commune, or an address without one.
    Commune,
    /// Longer than an item may be.
    TooLong,
    /// Not of the item's shape.
    Shape,
    /// Taken, but the number's first digits are no province's.
    NumberProvince,
    /// Taken, but the number says another year of birth.
    NumberBirth,
    /// Taken, but the number says another sex.
    NumberSex,
    /// Taken, but the household lives elsewhere: the person is in no household.
    Household,
    /// Not taken over: the register says otherwise, so the item is disputed now.
    Disputed,
    /// Not taken over: the record of this number was merged into another one.
    Merged,
}

/// All of them, with their codes.
pub const REASONS: [(Reason, &str); 18] = [
    (Reason::Broken, "broken"),
    (Reason::Long, "long"),
    (Reason::Width, "width"),
    (Reason::Letters, "letters"),
    (Reason::Missing, "missing"),
    (Reason::Number, "number"),
    (Reason::Date, "date"),
    (Reason::Future, "future"),
    (Reason::Choice, "choice"),
    (Reason::Commune, "commune"),
    (Reason::TooLong, "too_long"),
    (Reason::Shape, "shape"),
    (Reason::NumberProvince, "number_province"),
    (Reason::NumberBirth, "number_birth"),
    (Reason::NumberSex, "number_sex"),
    (Reason::Household, "household"),
    (Reason::Disputed, "disputed"),
    (Reason::Merged, "merged"),
];

impl Reason {
    /// Whether a row with it is left out.
    pub fn is_bad(self) -> bool {
        self < Self::NumberProvince
    }
    /// As stored and reported.
    pub fn code(self) -> &'static str {
        REASONS.iter().find(|(r, _)| *r == self).map_or("shape", |(_, code)| code)
    }
    /// From its code.
    pub fn parse(code: &str) -> Option<Self> {
        REASONS.iter().find(|(_, c)| *c == code).map(|(r, _)| *r)
    }
    /// The key of its sentence.
    pub fn key(self) -> String {
        format!("registers-import-{}", self.code().replace('_', "-"))
    }
}

/// Something about one row. Says where, never what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column, or an empty text for the whole row.
    pub column: &'static str,
    /// Why.
    pub reason: Reason,
}
