//! One connection to PostgreSQL: statements kept prepared, values sent with their types.

use super::foresee::Foreseen;
use super::text::{is_null, kind, translate, types_of};
use super::wire::{Broken, Wire};
use crate::{Cell, Row, Rows, Value, errors, rows::Column, value::Held};
use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use kernel::{Error, Result};
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Moment};
use tokio_postgres::{Config, Statement};

/// Statements kept prepared per connection.
const STATEMENTS_CACHED: usize = 512;

/// A connection that was used so lately is still there, as far as anybody can know without asking.
const TRUSTED: Duration = Duration::from_millis(20);

/// Bytes that COPY sends at once.
const COPY_BYTES: usize = 64 * 1024;

pub(crate) struct Link {
    wire: Wire,
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
    /// The server has answered since [`Link::begin`].
    heard: bool,
    /// Something was sent whose outcome must be looked at before the commit.
    checks: bool,
    /// COMMIT has been asked for since [`Link::begin`]: whether it was done is unknown until it is answered.
    committing: bool,
    /// Asked for in this transaction before it was wanted.
    foreseen: Foreseen,
    /// When the last transaction ended.
    used: Moment,
}

impl Link {
    pub(crate) fn connect(config: &Config) -> Result<Self> {
        Ok(Self {
            wire: Wire::connect(config)?,
            statements: HashMap::new(),
            aside: None,
            retry: false,
            duplicate: false,
            open: false,
            heard: false,
            checks: false,
            committing: false,
            foreseen: Foreseen::default(),
            used: Moment::now(),
        })
    }

    /// Numbers are drawn over there.
    pub(super) fn beside(mut self, aside: &Arc<Aside>) -> Self {
        self.aside = Some(Arc::clone(aside));
        self
    }

    /// The connection is of no use any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.wire.is_closed()
    }

    /// Begins a transaction, if the connection is still there. That it has begun is heard with the first
    /// answer; where nobody has spoken for a while, at once.
    pub(crate) fn begin(&mut self, sql: &'static str) -> Result<()> {
        (self.retry, self.duplicate) = (false, false);
        (self.heard, self.checks, self.committing) = (false, false, false);
        self.foreseen.clear();
        self.wire.hear();
        if self.is_closed() {
            return Err(Error::new(errors::DATABASE_AWAY).because("the connection was closed"));
        }
        self.open = true;
        self.batch_later(sql)?;
        if self.used.elapsed() > TRUSTED { self.settle() } else { Ok(()) }
    }

    /// Commits. Of a transaction in which something has failed the server makes a roll-back and calls that
    /// done: it is the failure that is heard here.
    pub(crate) fn commit(&mut self) -> Result<()> {
        // All of it in one go with the COMMIT, and of a lost connection nobody would know what was done.
        if !self.heard || self.checks {
            self.settle()?;
        }
        self.committing = true;
        self.batch("COMMIT")?;
        self.open = false;
        Ok(())
    }

    /// The connection is lost, and nothing of the transaction can have been committed.
    pub(crate) fn is_lost_before_commit(&self) -> bool {
        self.is_closed() && !self.committing
    }

    /// Ends what is open, without waiting for it. `false` if the connection is of no use any more.
    pub(crate) fn tidy(&mut self) -> bool {
        if self.open {
            self.forget();
            self.open = self.batch_later("ROLLBACK").is_err();
            self.wire.send();
        }
        self.used = Moment::now();
        !self.open && !self.is_closed()
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

    fn broken(&mut self, broken: &Broken) -> Error {
        match broken {
            Broken::Told(e) => self.fail(e),
            Broken::Missed => Error::new(kernel::error::CHANGED_MEANWHILE),
        }
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.foreseen.clear();
        let client = self.wire.client();
        self.wait_for(client.batch_execute(sql))
    }

    fn batch_later(&mut self, sql: &'static str) -> Result<()> {
        let client = self.wire.client();
        let asked = self.wire.ask(async move { Ok(client.batch_execute(sql).await?) });
        asked.map_err(|e| self.broken(&e))
    }

    /// Waits for what was sent.
    pub(crate) fn settle(&mut self) -> Result<()> {
        self.wait_for(std::future::ready(Ok(())))
    }

    /// How what was sent has ended is nobody's concern any more: it is about to be undone.
    pub(crate) fn forget(&mut self) {
        self.foreseen.clear();
        self.wire.forget();
        self.checks = false;
    }

    fn wait_for<T>(
        &mut self,
        asked: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let answer = self.wire.wait_for(asked).map_err(|e| self.broken(&e))?;
        (self.heard, self.checks) = (true, false);
        Ok(answer)
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.foreseen.doubt(sql);
        let statement = self.prepare(sql, params)?;
        let client = self.wire.client();
        let asked = client.execute_raw(&statement, params.iter().map(Bound));
        self.wait_for(asked)
    }

    /// As [`Link::execute`], without waiting: it leaves with what is waited for next, and its failure is told
    /// then.
    pub(crate) fn send(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        self.foreseen.doubt(sql);
        let statement = self.prepare(sql, params)?;
        let (client, params) = (self.wire.client(), params.to_vec());
        let asked = async move {
            client.execute_raw(&statement, params.iter().map(Bound)).await?;
            Ok(())
        };
        self.wire.ask(asked).map_err(|e| self.broken(&e))
    }

    /// As [`Link::send`], of a statement that must change one row.
    pub(crate) fn send_one(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        self.foreseen.doubt(sql);
        let statement = self.prepare(sql, params)?;
        let (client, params) = (self.wire.client(), params.to_vec());
        // That it changed none is no failure to the server, which would commit.
        self.checks = true;
        let asked = async move {
            match client.execute_raw(&statement, params.iter().map(Bound)).await? {
                1 => Ok(()),
                _ => Err(Broken::Missed),
            }
        };
        self.wire.ask(asked).map_err(|e| self.broken(&e))
    }

    /// Sends rows by COPY.
    pub(crate) fn copy(&mut self, sql: &str, rows: &Rows) -> Result<()> {
        self.foreseen.doubt(sql);
        let client = self.wire.client();
        let copied = async move {
            let mut sink = pin!(client.copy_in::<_, Bytes>(sql).await?);
            let mut text = String::with_capacity(COPY_BYTES * 2);
            for row in rows.each_row() {
                copy_line(row, &mut text);
                if text.len() >= COPY_BYTES {
                    let full = std::mem::replace(&mut text, String::with_capacity(COPY_BYTES * 2));
                    sink.send(Bytes::from(full)).await?;
                }
            }
            sink.send(Bytes::from(text)).await?;
            sink.finish().await
        };
        self.wait_for(copied).map(drop)
    }

    /// Calls `f` for each row until it returns `false`. The rest is heard out: the server may still
    /// fail behind the row that was wanted, and the transaction with it.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        params: &[Value],
        f: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<()> {
        if let Some(answer) = self.foreseen.take(sql, params) {
            let rows = match answer.take() {
                Some(rows) => rows,
                None => {
                    self.settle()?;
                    answer.take().ok_or_else(|| Error::bug("an answer that did not come"))?
                }
            };
            rows.iter().all(|row| f(&Row(Held::Postgres(row))));
            return Ok(());
        }
        self.foreseen.doubt(sql);
        let statement = self.prepare(sql, params)?;
        let client = self.wire.client();
        let heard = async move {
            let mut rows = pin!(client.query_raw(&statement, params.iter().map(Bound)).await?);
            let mut wanted = true;
            while let Some(row) = rows.try_next().await? {
                wanted = wanted && f(&Row(Held::Postgres(&row)));
            }
            Ok(())
        };
        self.wait_for(heard)
    }

    /// Asks what [`Link::each`] will want: it leaves with what is waited for next. Few rows, all of which are
    /// kept until then.
    pub(crate) fn foresee(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        let Some(answer) = self.foreseen.add(sql, params) else { return Ok(()) };
        let statement = self.prepare(sql, params)?;
        let (client, params) = (self.wire.client(), params.to_vec());
        let asked = async move {
            let rows = client.query_raw(&statement, params.iter().map(Bound)).await?;
            answer.put(rows.try_collect().await?);
            Ok(())
        };
        self.wire.ask(asked).map_err(|e| self.broken(&e))
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
        let client = self.wire.client();
        let statement = self.wait_for(client.prepare_typed(&text, &types))?;
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
        if held.as_ref().is_none_or(|link| link.is_closed()) {
            let mut link = Link::connect(&self.config)?;
            link.batch("SET synchronous_commit = off")?;
            *held = Some(link);
        }
        let Some(link) = held.as_mut() else { return Err(Error::bug("no connection")) };
        link.number(sql, params)
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

/// A value as it is sent.
struct Bound<'a>(&'a Value);

impl std::fmt::Debug for Bound<'_> {
    /// Not the value, which may be personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bound")
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, kind: &Type, out: &mut bytes::BytesMut) -> Read<IsNull> {
        match self.0 {
            Value::Int(n) => n.to_sql(kind, out),
            Value::Real(n) => n.to_sql(kind, out),
            Value::Text(s) => s.to_sql(kind, out),
            Value::Blob(b) => b.to_sql(kind, out),
            Value::Null => Ok(IsNull::Yes),
        }
    }
    /// A statement was prepared with the types of its values; only a NULL has one that the server chose.
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
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
    fn whole_numerics_are_read() {
        let raw = |words: &[i16]| words.iter().flat_map(|w| w.to_be_bytes()).collect::<Vec<u8>>();
        assert!(matches!(whole(&raw(&[2, 1, 0, 0, 12, 3456])), Ok(123_456)));
        assert!(matches!(whole(&raw(&[1, 1, 0x4000, 0, 12])), Ok(-120_000)));
        assert!(matches!(whole(&raw(&[0, 0, 0, 0])), Ok(0)));
        assert!(whole(&raw(&[2, 0, 0, 1, 1, 5000])).is_err());
        assert!(whole(&raw(&[0, 0, -16384, 0])).is_err());
    }
}
