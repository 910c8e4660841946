//! Readings that are asked for before anybody wants their answers, so that several are waited for together.

use crate::Value;
use postgres::Row;
use std::sync::{Arc, Mutex, PoisonError};

/// Readings under way; none is kept beyond the transaction.
#[derive(Default)]
pub(super) struct Foreseen(Vec<Reading>);

struct Reading {
    sql: String,
    params: Vec<Value>,
    answer: Answer,
}

/// Where the rows of a reading come to.
#[derive(Clone, Default)]
pub(super) struct Answer(Arc<Mutex<Option<Vec<Row>>>>);

impl Answer {
    pub(super) fn put(&self, rows: Vec<Row>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(rows);
    }
    pub(super) fn take(&self) -> Option<Vec<Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Foreseen {
    /// Where the answer is to come to; none if it was foreseen already.
    pub(super) fn add(&mut self, sql: &str, params: &[Value]) -> Option<Answer> {
        if self.find(sql, params).is_some() {
            return None;
        }
        let answer = Answer::default();
        let (sql, params) = (sql.to_owned(), params.to_vec());
        self.0.push(Reading { sql, params, answer: answer.clone() });
        Some(answer)
    }

    /// The answer of this very reading. It is given once: who asks again, asks the server.
    pub(super) fn take(&mut self, sql: &str, params: &[Value]) -> Option<Answer> {
        self.find(sql, params).map(|i| self.0.swap_remove(i).answer)
    }

    fn find(&self, sql: &str, params: &[Value]) -> Option<usize> {
        self.0.iter().position(|r| r.params == params && r.sql == sql)
    }

    /// A statement is about to be run: what it may change, is not known any more.
    pub(super) fn doubt(&mut self, sql: &str) {
        match changed_by(sql) {
            Changed::Nothing => {}
            Changed::Table(table) => self.0.retain(|r| !mentions(&r.sql, table)),
            Changed::Anything => self.clear(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Changed<'s> {
    Nothing,
    Table(&'s str),
    Anything,
}

fn changed_by(sql: &str) -> Changed<'_> {
    let mut words = words(sql);
    let table = match (words.next(), words.next()) {
        (Some("SELECT"), _) if !mentions(sql, "INTO") => return Changed::Nothing,
        (Some("UPDATE"), table) => table,
        (Some("INSERT"), Some("INTO")) | (Some("DELETE"), Some("FROM")) => words.next(),
        _ => None,
    };
    table.map_or(Changed::Anything, Changed::Table)
}

fn mentions(sql: &str, word: &str) -> bool {
    words(sql).any(|w| w == word)
}

fn words(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_casts_doubt_on_readings_of_its_table_alone() {
        let mut foreseen = Foreseen::default();
        let (act, joined) =
            ("SELECT n FROM act WHERE d = ?1", "SELECT 1 FROM a JOIN act x ON x.d = a.d");
        let home = "SELECT n FROM act_home";
        for sql in [act, joined, home] {
            assert!(foreseen.add(sql, &[]).is_some());
        }
        assert!(foreseen.add(act, &[]).is_none() && foreseen.add(act, &[1i64.into()]).is_some());
        foreseen.doubt("SELECT 1 FROM act");
        foreseen.doubt("UPDATE other SET n = 1");
        assert_eq!(foreseen.0.len(), 4);
        foreseen.doubt("INSERT INTO act (n) VALUES (?1)");
        assert!(foreseen.take(act, &[]).is_none() && foreseen.take(joined, &[]).is_none());
        assert!(foreseen.take(home, &[]).is_some() && foreseen.take(home, &[]).is_none());
    }

    #[test]
    fn what_is_not_understood_changes_anything() {
        assert_eq!(changed_by("UPDATE act SET n = 1 RETURNING n"), Changed::Table("act"));
        assert_eq!(changed_by("DELETE FROM act WHERE n = 1"), Changed::Table("act"));
        assert_eq!(changed_by("SELECT n FROM act"), Changed::Nothing);
        for sql in
            ["WITH x AS (DELETE FROM act) SELECT 1", "SELECT 1 INTO act", "COPY act FROM STDIN"]
        {
            assert_eq!(changed_by(sql), Changed::Anything, "{sql}");
        }
    }
}
