//! The database of a data folder looked at from outside, past the program.

use postgres::{Client, IsolationLevel, NoTls, types::Type};
use rusqlite::{Connection, OpenFlags, Params, Row, types::Value};
use std::path::{Path, PathBuf};

/// Where the database of a data folder is.
pub fn file(data: &Path) -> PathBuf {
    data.join("province.db")
}

/// An SQLite database; also while the program runs.
#[derive(Debug)]
pub struct Rows(Connection);

impl Rows {
    /// To look at.
    pub fn of(data: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(file(data), flags).expect("a database");
        conn.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
        Self(conn)
    }

    /// A copy of a PostgreSQL database of one moment, so that both engines are looked at with the same
    /// statements.
    pub fn copied(url: &str) -> Self {
        let target = Connection::open_in_memory().expect("a database in memory");
        let mut client = Client::connect(url, NoTls).expect("a connection");
        let mut source = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .expect("a snapshot");
        let tables = "SELECT table_name, string_agg(column_name, ', ' ORDER BY ordinal_position) FROM \
                      information_schema.columns WHERE table_schema = 'public' GROUP BY table_name";
        for table in source.query(tables, &[]).expect(tables) {
            let (name, columns) = (table.get::<_, String>(0), table.get::<_, String>(1));
            target.execute_batch(&format!("CREATE TABLE {name} ({columns})")).expect("a table");
            let places = vec!["?"; columns.split(',').count()].join(", ");
            let mut insert = target
                .prepare(&format!("INSERT INTO {name} VALUES ({places})"))
                .expect("an insert");
            let select = format!("SELECT {columns} FROM {name}");
            for row in source.query(&select, &[]).expect("rows") {
                let values = (0..row.len()).map(|i| value(&row, i));
                insert.execute(rusqlite::params_from_iter(values)).expect("a row");
            }
        }
        Self(target)
    }

    /// One number.
    pub fn count(&self, sql: &str, params: impl Params) -> i64 {
        self.0.query_row(sql, params, |r| r.get(0)).expect(sql)
    }

    /// Every row.
    pub fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.0.prepare(sql).expect(sql);
        let rows = statement.query_map(params, read).expect(sql);
        rows.collect::<rusqlite::Result<_>>().expect(sql)
    }

    /// The first column of every row, as text.
    pub fn texts(&self, sql: &str, params: impl Params) -> Vec<String> {
        self.all(sql, params, |r| r.get(0))
    }

    /// Changes rows behind the program's back, while it does not run; gives how many.
    pub fn change(&self, sql: &str, params: impl Params) -> usize {
        self.0.execute(sql, params).expect(sql)
    }
}

/// A value of PostgreSQL as SQLite holds it.
fn value(row: &postgres::Row, i: usize) -> Value {
    let kind = row.columns()[i].type_();
    let found = if *kind == Type::INT8 {
        row.get::<_, Option<i64>>(i).map(Value::Integer)
    } else if *kind == Type::BYTEA {
        row.get::<_, Option<Vec<u8>>>(i).map(Value::Blob)
    } else if *kind == Type::FLOAT8 {
        row.get::<_, Option<f64>>(i).map(Value::Real)
    } else {
        row.get::<_, Option<String>>(i).map(Value::Text)
    };
    found.unwrap_or(Value::Null)
}
