//! The SQLite engine: many readers, one writer thread, one commit per group of writes.

use crate::{
    Clock, ReadTx, Row, Schema, Value, WriteTx,
    errors::{self, DATABASE_NEWER, QUEUE_FULL},
    params, schema,
    tx::Conn,
};
use kernel::{Error, Result, limits};
use rusqlite::{Connection, OpenFlags, types::ValueRef};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{
    Mutex,
    mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
};

/// Statements kept prepared per connection.
const STATEMENTS_CACHED: usize = 256;
/// Idle reader connections kept open.
const READERS_IDLE_MAX: usize = 16;

pub(crate) struct Sqlite {
    path: String,
    clock: Clock,
    readers: Mutex<Vec<Connection>>,
    writer: SyncSender<Box<dyn Work>>,
}

/// One write waiting for the writer thread: run it, then tell its caller how it ended.
trait Work: Send {
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    fn answer(self: Box<Self>, commit: &Result<()>);
}

struct Waiting<F, T> {
    f: F,
    outcome: Option<Result<T>>,
    reply: SyncSender<Result<T>>,
}

impl<T: Send, F: FnMut(&mut WriteTx<'_>) -> Result<T> + Send> Work for Waiting<F, T> {
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool {
        // A panic in one closure is a bug of that request only: its savepoint is undone.
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.f)(tx)))
            .unwrap_or_else(|_| Err(Error::bug("a write panicked")));
        let ok = outcome.is_ok();
        self.outcome = Some(outcome);
        ok
    }
    fn answer(self: Box<Self>, commit: &Result<()>) {
        let answer = match (commit, self.outcome) {
            (_, Some(Err(e))) => Err(e),
            (Err(e), _) => Err(e.clone()),
            (Ok(()), Some(Ok(v))) => Ok(v),
            (Ok(()), None) => Err(Error::bug("a write was not run")),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.reply.send(answer);
    }
}

impl Sqlite {
    pub(crate) fn open(path: &str, schemas: &[Schema], clock: Clock) -> Result<Self> {
        let path = if path == ":memory:" {
            // A shared-cache memory database: readers and the writer see the same data.
            let mut name = [0u8; 8];
            aws_lc_rs::rand::fill(&mut name).map_err(|_| Error::bug("no randomness"))?;
            format!("file:mem{:x}?mode=memory&cache=shared", u64::from_le_bytes(name))
        } else {
            path.to_owned()
        };
        let mut conn = connect(&path)?;
        migrate(&mut conn, schemas, &clock)?;
        let (writer, queue) = sync_channel::<Box<dyn Work>>(limits::WRITE_QUEUE_MAX);
        let thread_clock = clock.clone();
        std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || write_loop(&conn, &queue, &thread_clock))
            .map_err(|e| Error::bug(e))?;
        Ok(Self { path, clock, readers: Mutex::new(Vec::new()), writer })
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn read<T>(&self, f: impl FnOnce(&mut ReadTx<'_>) -> Result<T>) -> Result<T> {
        let idle = self.readers.lock().map_err(|_| Error::bug("readers lock"))?.pop();
        let conn = match idle {
            Some(c) => c,
            None => connect(&self.path)?,
        };
        conn.execute_batch("BEGIN").map_err(|e| errors::sqlite(&e))?;
        let out = f(&mut ReadTx { conn: Conn::Sqlite(&conn), clock: &self.clock });
        conn.execute_batch("COMMIT").map_err(|e| errors::sqlite(&e))?;
        let mut readers = self.readers.lock().map_err(|_| Error::bug("readers lock"))?;
        if readers.len() < READERS_IDLE_MAX {
            readers.push(conn);
        }
        out
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = sync_channel(1);
        let work = Box::new(Waiting { f, outcome: None, reply });
        match self.writer.try_send(work) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(Error::new(QUEUE_FULL)),
            Err(TrySendError::Disconnected(_)) => return Err(Error::bug("the writer has ended")),
        }
        answer.recv().unwrap_or_else(|_| Err(Error::bug("the writer gave no answer")))
    }
}

fn connect(path: &str) -> Result<Connection> {
    let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(path, flags).map_err(|e| errors::sqlite(&e))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;",
    )
    .map_err(|e| errors::sqlite(&e))?;
    Ok(conn)
}

fn migrate(conn: &mut Connection, schemas: &[Schema], clock: &Clock) -> Result<()> {
    let tx = conn
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(|e| errors::sqlite(&e))?;
    execute(&tx, schema::APPLIED, params![])?;
    let mut known = Vec::new();
    for s in schemas {
        let mut done = 0i64;
        each(&tx, "SELECT COALESCE(MAX(number), 0) FROM schema_applied WHERE name = ?1", params![s.name], |r| {
            done = r.get(0)?;
            Ok(true)
        })?;
        let files = i64::try_from(s.files.len()).unwrap_or(i64::MAX);
        if done > files {
            return Err(Error::new(DATABASE_NEWER).because(format_args!("{} has {done}, program {files}", s.name)));
        }
        for number in done + 1..=files {
            let file = s.files[usize::try_from(number - 1).unwrap_or(0)];
            for statement in schema::statements(file) {
                execute(&tx, &statement, params![])?;
            }
            execute(
                &tx,
                "INSERT INTO schema_applied (name, number, applied_at) VALUES (?1, ?2, ?3)",
                params![s.name, number, clock.now()],
            )?;
        }
        known.push(s.name);
    }
    tx.commit().map_err(|e| errors::sqlite(&e))
}

/// Takes what waits, runs each closure in a savepoint, commits once, then answers.
fn write_loop(conn: &Connection, queue: &Receiver<Box<dyn Work>>, clock: &Clock) {
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        let mut done: Vec<Box<dyn Work>> = Vec::new();
        let begun = conn.execute_batch("BEGIN IMMEDIATE").map_err(|e| errors::sqlite(&e));
        if let Err(e) = begun {
            for work in group {
                work.answer(&Err(e.clone()));
            }
            continue;
        }
        while let Some(mut work) = group.pop() {
            run_one(conn, clock, work.as_mut());
            done.push(work);
            if done.len() < limits::WRITE_GROUP_MAX
                && let Ok(next) = queue.try_recv()
            {
                group.push(next);
            }
        }
        let commit = conn.execute_batch("COMMIT").map_err(|e| errors::sqlite(&e));
        if commit.is_err() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        for work in done {
            work.answer(&commit);
        }
    }
}

fn run_one(conn: &Connection, clock: &Clock, work: &mut dyn Work) {
    let _ = conn.execute_batch("SAVEPOINT one");
    let mut tx =
        WriteTx { read: ReadTx { conn: Conn::Sqlite(conn), clock }, entries: Vec::new() };
    if work.run(&mut tx) {
        let _ = conn.execute_batch("RELEASE one");
    } else {
        let _ = conn.execute_batch("ROLLBACK TO one; RELEASE one");
    }
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, params: &[Value]) -> rusqlite::Result<()> {
    use rusqlite::types::{Null, ToSqlOutput};
    for (i, p) in params.iter().enumerate() {
        let value: ToSqlOutput<'_> = match p {
            Value::Null => Null.into(),
            Value::Int(n) => (*n).into(),
            Value::Real(n) => (*n).into(),
            Value::Text(s) => s.as_str().into(),
            Value::Blob(b) => b.as_slice().into(),
        };
        statement.raw_bind_parameter(i + 1, value)?;
    }
    Ok(())
}

pub(crate) fn execute(conn: &Connection, sql: &str, params: &[Value]) -> Result<u64> {
    let run = || -> rusqlite::Result<usize> {
        let mut statement = conn.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        statement.raw_execute()
    };
    run().map(|n| n as u64).map_err(|e| errors::sqlite(&e))
}

pub(crate) fn each(
    conn: &Connection,
    sql: &str,
    params: &[Value],
    mut f: impl FnMut(&Row) -> Result<bool>,
) -> Result<()> {
    let fail = |e: rusqlite::Error| errors::sqlite(&e);
    let mut statement = conn.prepare_cached(sql).map_err(fail)?;
    bind(&mut statement, params).map_err(fail)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(fail)? {
        let mut values = Vec::with_capacity(columns);
        for i in 0..columns {
            values.push(match row.get_ref(i).map_err(fail)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(n) => Value::Int(n),
                ValueRef::Real(n) => Value::Real(n),
                ValueRef::Text(t) => Value::Text(String::from_utf8_lossy(t).into_owned()),
                ValueRef::Blob(b) => Value::Blob(b.to_vec()),
            });
        }
        if !f(&Row { values })? {
            break;
        }
    }
    Ok(())
}
