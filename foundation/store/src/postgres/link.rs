//! One connection to PostgreSQL: statements kept prepared, values sent with their types.

use crate::{Cell, Row, Rows, Value, errors, rows::Column, value::Held};
use kernel::{Error, Result};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{FromSql, ToSql, Type};
use postgres::{Client, Config, NoTls, Statement};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// Statements kept prepared per connection.
const STATEMENTS_CACHED: usize = 512;

/// Bytes that COPY sends at once.
const COPY_BYTES: usize = 64 * 1024;

pub(crate) struct Link {
    client: Client,
    /// By our text.
    statements: HashMap<String, Vec<Known>>,
    /// Where numbers are drawn from counters, if not in the transaction itself.
    aside: Option<Arc<Aside>>,
    /// A statement since [`Link::begin`] met a serialization failure or a deadlock.
    retry: bool,
    /// A statement since [`Link::begin`] met a unique constraint.
    duplicate: bool,
    /// Within a transaction.
    open: bool,
}

impl Link {
    pub(crate) fn connect(config: &Config) -> Result<Self> {
        let client = config.connect(NoTls).map_err(|e| errors::postgres(&e))?;
        Ok(Self {
            client,
            statements: HashMap::new(),
            aside: None,
            retry: false,
            duplicate: false,
            open: false,
        })
    }

    /// Numbers are drawn over there.
    pub(super) fn beside(mut self, aside: &Arc<Aside>) -> Self {
        self.aside = Some(Arc::clone(aside));
        self
    }

    pub(crate) fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    pub(crate) fn begin(&mut self, sql: &str) -> Result<()> {
        (self.retry, self.duplicate) = (false, false);
        self.batch(sql)?;
        self.open = true;
        Ok(())
    }

    pub(crate) fn commit(&mut self) -> Result<()> {
        self.batch("COMMIT")?;
        self.open = false;
        Ok(())
    }

    /// Ends what is open. `false` if the connection is of no use any more.
    pub(crate) fn tidy(&mut self) -> bool {
        if self.open && self.client.batch_execute("ROLLBACK").is_ok() {
            self.open = false;
        }
        !self.open && !self.client.is_closed()
    }

    pub(crate) fn met_serialization(&self) -> bool {
        self.retry
    }

    pub(crate) fn met_duplicate(&self) -> bool {
        self.duplicate
    }

    fn fail(&mut self, e: &postgres::Error) -> Error {
        use postgres::error::SqlState as S;
        self.retry |= e.code() == Some(&S::T_R_SERIALIZATION_FAILURE)
            || e.code() == Some(&S::T_R_DEADLOCK_DETECTED);
        self.duplicate |= e.code() == Some(&S::UNIQUE_VIOLATION);
        errors::postgres(e)
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).map_err(|e| self.fail(&e))
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let statement = self.prepare(sql, params)?;
        let bound = bind(&statement, params);
        let refs: Vec<&(dyn ToSql + Sync)> = bound.iter().map(AsRef::as_ref).collect();
        self.client.execute(&statement, &refs).map_err(|e| self.fail(&e))
    }

    /// Sends rows by COPY.
    pub(crate) fn copy(&mut self, sql: &str, rows: &Rows) -> Result<()> {
        let mut sent: std::result::Result<(), CopyError> = (|| {
            let mut writer = self.client.copy_in(sql)?;
            let mut text = String::with_capacity(COPY_BYTES * 2);
            for row in rows.each_row() {
                copy_line(row, &mut text);
                if text.len() >= COPY_BYTES {
                    writer.write_all(text.as_bytes())?;
                    text.clear();
                }
            }
            writer.write_all(text.as_bytes())?;
            writer.finish()?;
            Ok(())
        })();
        // A failure on the way is told by the server when it is asked next.
        if let Err(CopyError::Io(e)) = sent {
            sent = Err(match e.downcast::<postgres::Error>() {
                Ok(e) => CopyError::Server(e),
                Err(e) => CopyError::Io(e),
            });
        }
        sent.map_err(|e| match e {
            CopyError::Server(e) => self.fail(&e),
            CopyError::Io(e) => Error::new(errors::DATABASE_AWAY).because(e),
        })
    }

    /// Calls `f` for each row until it returns `false`. The rest is heard out: the server may still
    /// fail behind the row that was wanted, and the transaction with it.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        params: &[Value],
        f: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<()> {
        let statement = self.prepare(sql, params)?;
        let bound = bind(&statement, params);
        let outcome = self.client.query_raw(&statement, bound.iter().map(AsRef::as_ref)).and_then(
            |mut rows| {
                let mut wanted = true;
                while let Some(row) = rows.next()? {
                    wanted = wanted && f(&Row(Held::Postgres(&row)));
                }
                Ok(())
            },
        );
        outcome.map_err(|e| self.fail(&e))
    }

    /// Runs a statement that changes one row and answers with a number, outside of the transaction.
    pub(crate) fn draw(&mut self, sql: &str, params: &[Value]) -> Result<i64> {
        match &self.aside {
            Some(aside) => aside.draw(sql, params),
            None => self.number(sql, params),
        }
    }

    fn number(&mut self, sql: &str, params: &[Value]) -> Result<i64> {
        let mut number = None;
        self.each(sql, params, &mut |r| {
            number = r.get::<i64>(0).ok();
            false
        })?;
        number.ok_or_else(|| Error::bug("a counter gave no number"))
    }

    fn prepare(&mut self, sql: &str, params: &[Value]) -> Result<Statement> {
        if let Some(known) = self.statements.get(sql)
            && let Some(k) = known.iter().find(|k| k.takes(params))
        {
            return Ok(k.statement.clone());
        }
        let text = translate(sql, params);
        let types = types_of(&text, params);
        let statement = self.client.prepare_typed(&text, &types).map_err(|e| self.fail(&e))?;
        if self.statements.len() >= STATEMENTS_CACHED {
            self.statements.clear();
        }
        let nulls = vec![Value::Null; params.len()];
        let depends = translate(sql, &nulls) != translate(sql, &[]);
        let nulls = depends.then(|| params.iter().map(is_null).collect());
        let known = Known { nulls, statement: statement.clone() };
        self.statements.entry(sql.to_owned()).or_default().push(known);
        Ok(statement)
    }
}

/// A statement that the server knows.
struct Known {
    /// Which of its values are NULL, if its text depends on that.
    nulls: Option<Vec<bool>>,
    statement: Statement,
}

impl Known {
    /// Whether it can be run with these values. A NULL goes anywhere: the type is known, from the server
    /// or from a value that stood there before.
    fn takes(&self, params: &[Value]) -> bool {
        let same = |nulls: &Vec<bool>| nulls.iter().copied().eq(params.iter().map(is_null));
        self.nulls.as_ref().is_none_or(same)
            && self.statement.params().len() == params.len()
            && self.statement.params().iter().zip(params).all(|(t, v)| is_null(v) || *t == kind(v))
    }
}

/// A connection beside those of the transactions, where numbers are drawn from counters: the row of a
/// counter is held for one statement and not until somebody's transaction ends, and a number that was
/// drawn stays drawn. Its commits need not wait for the disk: they stand in the log before that of the
/// transaction that uses the number.
pub(super) struct Aside {
    config: Config,
    link: Mutex<Option<Link>>,
}

impl Aside {
    pub(super) fn new(config: Config) -> Self {
        Self { config, link: Mutex::new(None) }
    }

    /// Takes its connection away.
    pub(super) fn close(&self) -> Option<Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn draw(&self, sql: &str, params: &[Value]) -> Result<i64> {
        let mut held = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        // One that the server has closed meanwhile (a restart) is replaced.
        if held.as_ref().is_none_or(|link| link.client.is_closed()) {
            let mut link = Link::connect(&self.config)?;
            link.batch("SET synchronous_commit = off")?;
            *held = Some(link);
        }
        let Some(link) = held.as_mut() else { return Err(Error::bug("no connection")) };
        link.number(sql, params)
    }
}

enum CopyError {
    Server(postgres::Error),
    Io(std::io::Error),
}
impl From<postgres::Error> for CopyError {
    fn from(e: postgres::Error) -> Self {
        Self::Server(e)
    }
}
impl From<std::io::Error> for CopyError {
    fn from(e: std::io::Error) -> Self {
        Self::Io(e)
    }
}

/// One row in the text format of COPY.
fn copy_line<'r>(row: impl Iterator<Item = Column<'r>>, out: &mut String) {
    for (i, column) in row.enumerate() {
        if i > 0 {
            out.push('\t');
        }
        // Infallible: writing to a String.
        match column {
            Column::Null => out.push_str("\\N"),
            Column::Int(n) => {
                let _ = write!(out, "{n}");
            }
            Column::Real(n) => {
                let _ = write!(out, "{n:e}");
            }
            Column::Text(text) => copy_text(text, out),
            Column::Blob(bytes) => {
                out.push_str("\\\\x");
                for b in bytes {
                    let _ = write!(out, "{b:02x}");
                }
            }
        }
    }
    out.push('\n');
}

fn copy_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '\n', '\r', '\t']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            _ => "\\\\",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

fn is_null(v: &Value) -> bool {
    matches!(v, Value::Null)
}

/// The type that a value has by itself.
fn kind(v: &Value) -> Type {
    match v {
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Real(_) => Type::FLOAT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

/// `?1` as `$1`, outside of quotes. The server cannot infer the type of a NULL from `?1 IS NULL`, so
/// that becomes the answer itself, and such a statement is kept by which of its values are NULL.
fn translate(sql: &str, params: &[Value]) -> String {
    let (mut out, mut quoted, mut rest) = (String::with_capacity(sql.len()), None, sql);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match (c, quoted) {
            ('\'' | '"', None) => quoted = Some(c),
            (c, Some(q)) if c == q => quoted = None,
            ('?', None) => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let number: usize = rest[..digits].parse().unwrap_or(0);
                let null = number > 0 && matches!(params.get(number - 1), Some(Value::Null));
                if null && let Some((answer, after)) = asked_for_null(&rest[digits..]) {
                    out.push_str(answer);
                    rest = after;
                    continue;
                }
                out.push(if digits > 0 { '$' } else { c });
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// What follows a NULL: `IS NULL` is true, `IS NOT NULL` is false.
fn asked_for_null(text: &str) -> Option<(&'static str, &str)> {
    let mut words = [""; 3];
    let mut rest = text;
    for word in &mut words {
        rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        (*word, rest) = rest.split_at(end);
        if word.eq_ignore_ascii_case("null") {
            break;
        }
    }
    let [is, not, null] = words.map(str::to_ascii_uppercase);
    match (is.as_str(), not.as_str(), null.as_str()) {
        ("IS", "NULL", "") => Some(("TRUE", rest)),
        ("IS", "NOT", "NULL") => Some(("FALSE", rest)),
        _ => None,
    }
}

/// The types to tell the server. A NULL has none, unless nothing is left to infer it from.
fn types_of(translated: &str, params: &[Value]) -> Vec<Type> {
    let named = |n: usize| {
        translated.match_indices(&format!("${n}")).any(|(at, found)| {
            !translated[at + found.len()..].starts_with(|c: char| c.is_ascii_digit())
        })
    };
    params
        .iter()
        .enumerate()
        .map(|(i, v)| match v {
            Value::Null if !named(i + 1) => Type::TEXT,
            v => kind(v),
        })
        .collect()
}

/// The values as the statement wants them. Only a NULL has a type that the server chose.
fn bind<'a>(statement: &Statement, params: &'a [Value]) -> Vec<Box<dyn ToSql + Sync + 'a>> {
    let typed = statement.params().iter().zip(params);
    typed
        .map(|(wanted, value)| -> Box<dyn ToSql + Sync + 'a> {
            match value {
                Value::Int(n) => Box::new(n),
                Value::Real(n) => Box::new(n),
                Value::Text(s) => Box::new(s),
                Value::Blob(b) => Box::new(b),
                Value::Null => match *wanted {
                    Type::INT8 => Box::new(None::<i64>),
                    Type::INT4 => Box::new(None::<i32>),
                    Type::FLOAT8 => Box::new(None::<f64>),
                    Type::BYTEA => Box::new(None::<Vec<u8>>),
                    Type::BOOL => Box::new(None::<bool>),
                    _ => Box::new(None::<String>),
                },
            }
        })
        .collect()
}

/// A column of a row.
pub(crate) fn cell(row: &postgres::Row, index: usize) -> Result<Cell<'_>> {
    row.try_get(index).map_err(Error::bug)
}

type Read<T> = std::result::Result<T, Box<dyn std::error::Error + Sync + Send>>;

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Read<Self> {
        Ok(match *kind {
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i64::from(i32::from_sql(kind, raw)?)),
            Type::INT2 => Self::Int(i64::from(i16::from_sql(kind, raw)?)),
            Type::BOOL => Self::Int(i64::from(bool::from_sql(kind, raw)?)),
            Type::FLOAT8 => Self::Real(f64::from_sql(kind, raw)?),
            Type::FLOAT4 => Self::Real(f64::from(f32::from_sql(kind, raw)?)),
            Type::BYTEA => Self::Blob(raw),
            Type::NUMERIC => Self::Int(whole(raw)?),
            Type::VOID => Self::Null,
            _ => Self::Text(std::str::from_utf8(raw)?),
        })
    }
    fn from_sql_null(_: &Type) -> Read<Self> {
        Ok(Self::Null)
    }
    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::BOOL
                | Type::FLOAT8
                | Type::FLOAT4
                | Type::BYTEA
                | Type::NUMERIC
                | Type::VOID
                | Type::TEXT
                | Type::VARCHAR
                | Type::BPCHAR
                | Type::NAME
                | Type::UNKNOWN
        )
    }
}

/// A whole NUMERIC (what `SUM` of BIGINT gives): digits of base 10 000, the first weighing 10⁴ʷ.
fn whole(raw: &[u8]) -> Read<i64> {
    let words: Vec<i16> = raw.chunks_exact(2).map(|b| i16::from_be_bytes([b[0], b[1]])).collect();
    let [count, weight, sign, _, digits @ ..] = words.as_slice() else {
        return Err("a NUMERIC without a head".into());
    };
    if *sign != 0 && *sign != 0x4000 {
        return Err("a NUMERIC that is no number".into());
    }
    let mut n: i128 = 0;
    for place in 0..=i32::from(*weight) {
        let digit = usize::try_from(place).ok().and_then(|i| digits.get(i)).copied().unwrap_or(0);
        n = n
            .checked_mul(10_000)
            .and_then(|n| n.checked_add(i128::from(digit)))
            .ok_or("a NUMERIC too large")?;
    }
    if i32::from(*count) > i32::from(*weight) + 1 {
        return Err("a NUMERIC with a fraction; use DOUBLE PRECISION".into());
    }
    Ok(i64::try_from(if *sign == 0 { n } else { -n })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_change_outside_quotes_only() {
        let none = |sql| translate(sql, &[]);
        assert_eq!(none("SELECT '?1', \"?2\", ?1 + ?12"), "SELECT '?1', \"?2\", $1 + $12");
        assert_eq!(none("a = 'it''s ?1' AND b = ?2"), "a = 'it''s ?1' AND b = $2");
    }

    #[test]
    fn a_null_answers_whether_it_is_null() {
        let sql = "(?1 IS NULL OR a = ?1) AND (?2 is\n not null) AND ?1 IS NOT DISTINCT FROM b AND ?11 IS NULL";
        assert_eq!(
            translate(sql, &[Value::Null, Value::Null]),
            "(TRUE OR a = $1) AND (FALSE) AND $1 IS NOT DISTINCT FROM b AND $11 IS NULL"
        );
        assert_eq!(translate("?1 IS NULL", &[Value::Int(1)]), "$1 IS NULL");
        assert_eq!(
            types_of("a = $1 OR $10", &[Value::Null, Value::Int(1)]),
            [Type::UNKNOWN, Type::INT8]
        );
        assert_eq!(types_of("TRUE OR $10", &[Value::Null]), [Type::TEXT]);
    }

    #[test]
    fn whole_numerics_are_read() {
        let raw = |words: &[i16]| words.iter().flat_map(|w| w.to_be_bytes()).collect::<Vec<u8>>();
        assert!(matches!(whole(&raw(&[2, 1, 0, 0, 12, 3456])), Ok(123_456)));
        assert!(matches!(whole(&raw(&[1, 1, 0x4000, 0, 12])), Ok(-120_000)));
        assert!(matches!(whole(&raw(&[0, 0, 0, 0])), Ok(0)));
        assert!(whole(&raw(&[2, 0, 0, 1, 1, 5000])).is_err());
        assert!(whole(&raw(&[0, 0, -16384, 0])).is_err());
    }
}
