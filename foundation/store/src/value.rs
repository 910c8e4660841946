//! Values that go into and come out of SQL, the same on both engines.

use crate::{postgres::link, sqlite};
use kernel::{
    AccountId, AgencyCode, AppointmentId, CommuneCode, Date, DossierCode, DwellingId, EntryId,
    Error, HouseholdId, Instant, PersonalId, PostCode, ProcedureCode, ProvinceCode, PurposeId,
    Result, SessionId, Vnd,
};

/// One value of a column.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// NULL
    Null,
    /// BIGINT
    Int(i64),
    /// DOUBLE PRECISION
    Real(f64),
    /// TEXT
    Text(String),
    /// BLOB / BYTEA
    Blob(Vec<u8>),
}

/// A list of values: `params![id, 3, None::<i64>]`.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Value] };
    ($($v:expr),+ $(,)?) => { &[$($crate::Value::from($v)),+] as &[$crate::Value] };
}

macro_rules! into_text {
    ($($t:ty),+) => {$(
        impl From<&$t> for Value { fn from(v: &$t) -> Self { Self::Text(v.as_str().to_owned()) } }
        impl From<$t> for Value { fn from(v: $t) -> Self { Self::Text(v.as_str().to_owned()) } }
        impl FromValue for $t {
            fn from_value(v: Cell<'_>) -> Result<Self> {
                <$t>::try_from(String::from_value(v)?).map_err(|_| mismatch(stringify!($t)))
            }
        }
    )+};
}
into_text!(
    PersonalId,
    AccountId,
    AgencyCode,
    AppointmentId,
    PostCode,
    DossierCode,
    DwellingId,
    HouseholdId,
    EntryId,
    ProcedureCode,
    PurposeId,
    SessionId,
    CommuneCode,
    ProvinceCode
);

impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Self {
        Self::Text(v.clone())
    }
}
impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Self::Int(v)
    }
}
impl From<i32> for Value {
    fn from(v: i32) -> Self {
        Self::Int(i64::from(v))
    }
}
impl From<u32> for Value {
    fn from(v: u32) -> Self {
        Self::Int(i64::from(v))
    }
}
impl From<usize> for Value {
    fn from(v: usize) -> Self {
        Self::Int(i64::try_from(v).unwrap_or(i64::MAX))
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Self::Int(i64::from(v))
    }
}
impl From<f64> for Value {
    fn from(v: f64) -> Self {
        Self::Real(v)
    }
}
impl From<Vec<u8>> for Value {
    fn from(v: Vec<u8>) -> Self {
        Self::Blob(v)
    }
}
impl From<&[u8]> for Value {
    fn from(v: &[u8]) -> Self {
        Self::Blob(v.to_vec())
    }
}
impl From<Instant> for Value {
    fn from(v: Instant) -> Self {
        Self::Int(v.0)
    }
}
impl From<Vnd> for Value {
    fn from(v: Vnd) -> Self {
        Self::Int(v.0)
    }
}
impl From<Date> for Value {
    fn from(v: Date) -> Self {
        Self::Text(v.to_string())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

/// One value of a column where the engine holds it: nothing is copied before it is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// NULL
    Null,
    /// BIGINT
    Int(i64),
    /// DOUBLE PRECISION
    Real(f64),
    /// TEXT
    Text(&'a str),
    /// BLOB / BYTEA
    Blob(&'a [u8]),
}

/// What a column can be read as.
pub trait FromValue: Sized {
    /// Reads the value, or says that the column holds something else (a bug).
    fn from_value(v: Cell<'_>) -> Result<Self>;
}

pub(crate) fn mismatch(wanted: &str) -> Error {
    Error::bug(format_args!("column does not hold {wanted}"))
}

impl FromValue for i64 {
    fn from_value(v: Cell<'_>) -> Result<Self> {
        match v {
            Cell::Int(n) => Ok(n),
            _ => Err(mismatch("an integer")),
        }
    }
}
impl FromValue for bool {
    fn from_value(v: Cell<'_>) -> Result<Self> {
        Ok(i64::from_value(v)? != 0)
    }
}
impl FromValue for f64 {
    #[allow(clippy::cast_precision_loss)]
    fn from_value(v: Cell<'_>) -> Result<Self> {
        match v {
            Cell::Real(n) => Ok(n),
            Cell::Int(n) => Ok(n as f64),
            _ => Err(mismatch("a number")),
        }
    }
}
impl FromValue for String {
    fn from_value(v: Cell<'_>) -> Result<Self> {
        match v {
            Cell::Text(s) => Ok(s.to_owned()),
            _ => Err(mismatch("text")),
        }
    }
}
impl FromValue for Vec<u8> {
    fn from_value(v: Cell<'_>) -> Result<Self> {
        match v {
            Cell::Blob(b) => Ok(b.to_vec()),
            _ => Err(mismatch("bytes")),
        }
    }
}
impl FromValue for Instant {
    fn from_value(v: Cell<'_>) -> Result<Self> {
        i64::from_value(v).map(Instant)
    }
}
impl FromValue for Vnd {
    fn from_value(v: Cell<'_>) -> Result<Self> {
        i64::from_value(v).map(Vnd)
    }
}
impl FromValue for Date {
    fn from_value(v: Cell<'_>) -> Result<Self> {
        match v {
            Cell::Text(s) => s.parse().map_err(|_| mismatch("a date")),
            _ => Err(mismatch("a date")),
        }
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(v: Cell<'_>) -> Result<Self> {
        match v {
            Cell::Null => Ok(None),
            v => T::from_value(v).map(Some),
        }
    }
}

/// One row of an answer, as long as the closure that is given it runs.
pub struct Row<'a>(pub(crate) Held<'a>);

/// Which engine holds the row.
pub(crate) enum Held<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The column at this place as the engine holds it.
    pub(crate) fn cell(&self, index: usize) -> Result<Cell<'_>> {
        match self.0 {
            Held::Sqlite(row) => sqlite::cell(row, index),
            Held::Postgres(row) => link::cell(row, index),
        }
    }

    /// The column at this place, counted from 0.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        self.cell(index)
            .and_then(T::from_value)
            .map_err(|e| e.because(format_args!("column {index} of the answer")))
    }
}
