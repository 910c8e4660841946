//! The table of runs: which lists were taken over, how far, with what outcome.

use super::import::{Progress, Stage};
use super::remark::Remark;
use super::split::Place;
use super::{Encoding, Format};
use crate::errors::IMPORT_REMARKS;
use crate::model::Certainty;
use kernel::{Error, Instant, Result, limits};
use store::{Row, Rows, WriteTx, params};

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All rows are looked at before any is written.
    Checking,
    /// Rows are written.
    Writing,
    /// All rows were taken, or told.
    Done,
    /// A row was bad and all or none were asked for: nothing was written.
    Refused,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Writing => "writing",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
    fn parse(s: &str) -> Self {
        let all = [Self::Checking, Self::Writing, Self::Done];
        all.into_iter().find(|x| x.as_str() == s).unwrap_or(Self::Refused)
    }
}

/// What became of the rows of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read.
    pub rows: i64,
    /// Persons new to the register.
    pub added: i64,
    /// Persons some of whose empty items were filled in.
    pub filled: i64,
    /// Persons of whom the register knew all of it.
    pub same: i64,
    /// Persons about whom the list says something else.
    pub disputed: i64,
    /// Rows left out.
    pub bad: i64,
    /// Remarks made.
    pub remarks: i64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, o: Self) {
        self.rows += o.rows;
        self.added += o.added;
        self.filled += o.filled;
        self.same += o.same;
        self.disputed += o.disputed;
        self.bad += o.bad;
        self.remarks += o.remarks;
    }
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its identifier.
    pub id: String,
    /// SHA-256 of the file.
    pub file_hash: String,
    /// The file's name.
    pub file: String,
    /// Its length.
    pub bytes: i64,
    /// Its shape.
    pub format: Format,
    /// Its encoding.
    pub encoding: Encoding,
    /// Whose list it is.
    pub source: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// All rows or none.
    pub whole: bool,
    /// How far it is.
    pub state: State,
    /// The byte at which the next row begins.
    pub position: i64,
    /// The line there.
    pub line: i64,
    /// What became of the rows so far.
    pub counts: Counts,
    /// When it began: everything it writes is recorded as of then.
    pub begun_at: Instant,
}

const COLUMNS: &str = "id, file_hash, file, bytes, format, encoding, source, certainty, whole, state, \
    position, line, rows_read, added, filled, same, disputed, bad, remarks, begun_at";

impl Run {
    fn from_row(r: &Row) -> Result<Self> {
        let text = |i| r.get::<String>(i);
        Ok(Self {
            id: text(0)?,
            file_hash: text(1)?,
            file: text(2)?,
            bytes: r.get(3)?,
            format: Format::parse(&text(4)?).unwrap_or(Format::Csv),
            encoding: Encoding::parse(&text(5)?).unwrap_or(Encoding::Utf8),
            source: text(6)?,
            certainty: Certainty::parse(&text(7)?).unwrap_or(Certainty::Doubtful),
            whole: r.get(8)?,
            state: State::parse(&text(9)?),
            position: r.get(10)?,
            line: r.get(11)?,
            counts: Counts {
                rows: r.get(12)?,
                added: r.get(13)?,
                filled: r.get(14)?,
                same: r.get(15)?,
                disputed: r.get(16)?,
                bad: r.get(17)?,
                remarks: r.get(18)?,
            },
            begun_at: r.get(19)?,
        })
    }

    /// The run of the same file for the same source that was cut off, or the one given, from now on.
    pub(crate) fn begin(tx: &mut WriteTx, mut new: Self) -> Result<Self> {
        let cut_off = tx.row(
            &format!(
                "SELECT {COLUMNS} FROM import_run WHERE file_hash = ?1 AND source = ?2 \
                 AND encoding = ?3 AND format = ?4 AND whole = ?5 AND certainty = ?6 \
                 AND state IN ('checking', 'writing') ORDER BY id DESC LIMIT 1"
            ),
            params![
                &new.file_hash,
                &new.source,
                new.encoding.name(),
                new.format.name(),
                new.whole,
                new.certainty.as_str()
            ],
            Self::from_row,
        )?;
        if let Some(run) = cut_off {
            return Ok(run);
        }
        new.id = tx.new_id()?;
        new.begun_at = tx.now();
        tx.execute(
            &format!(
                "INSERT INTO import_run ({COLUMNS}) VALUES \
                 (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 1, 0, 0, 0, 0, 0, 0, 0, ?11)"
            ),
            params![
                &new.id,
                &new.file_hash,
                &new.file,
                new.bytes,
                new.format.name(),
                new.encoding.name(),
                &new.source,
                new.certainty.as_str(),
                new.whole,
                new.state.as_str(),
                new.begun_at
            ],
        )?;
        Ok(new)
    }

    /// Notes how far the run is, in the transaction that brought it there. Fails if another process
    /// works on the same run.
    pub(crate) fn advance(
        &self,
        tx: &mut WriteTx,
        to: Place,
        counts: Counts,
        remarks: &[Remark],
    ) -> Result<Self> {
        let mut next = self.clone();
        next.counts += counts;
        next.position = i64::try_from(to.byte).unwrap_or(i64::MAX);
        next.line = i64::try_from(to.line).unwrap_or(i64::MAX);
        next.counts.remarks += self.remember(tx, remarks)?;
        let c = next.counts;
        tx.execute_one(
            "UPDATE import_run SET position = ?1, line = ?2, rows_read = ?3, added = ?4, \
             filled = ?5, same = ?6, disputed = ?7, bad = ?8, remarks = ?9 \
             WHERE id = ?10 AND position = ?11",
            params![
                next.position,
                next.line,
                c.rows,
                c.added,
                c.filled,
                c.same,
                c.disputed,
                c.bad,
                c.remarks,
                &self.id,
                self.position
            ],
        )?;
        Ok(next)
    }

    fn remember(&self, tx: &mut WriteTx, remarks: &[Remark]) -> Result<i64> {
        let (there, more) = (self.counts.remarks, i64::try_from(remarks.len()).unwrap_or(i64::MAX));
        if there + more > limits::IMPORT_REMARKS_MAX {
            let max = limits::IMPORT_REMARKS_MAX;
            return Err(Error::new(IMPORT_REMARKS).number("max", max));
        }
        let mut rows = Rows::new(5);
        for (n, remark) in (there..).zip(remarks) {
            rows.text(&self.id);
            rows.int(i64::try_from(remark.line).unwrap_or(i64::MAX));
            rows.int(n);
            rows.text(remark.column);
            rows.text(remark.reason.code());
        }
        tx.bulk("import_remark", "run, line, n, item, reason", &rows)?;
        Ok(more)
    }

    /// How far it is.
    pub(super) fn progress(&self, stage: Stage, of: u64) -> Progress {
        let bytes = u64::try_from(self.position).unwrap_or(0);
        Progress { stage, bytes, of, counts: self.counts }
    }

    /// Ends a stage. Back at the beginning of the file when rows are to be written after a check.
    pub(crate) fn enter(&self, tx: &mut WriteTx, state: State) -> Result<Self> {
        let mut next = Self { state, ..self.clone() };
        let now = tx.now();
        let ended = matches!(state, State::Done | State::Refused);
        tx.execute_one(
            "UPDATE import_run SET state = ?1, done_at = ?2 WHERE id = ?3 AND state = ?4",
            params![state.as_str(), ended.then_some(now), &self.id, self.state.as_str()],
        )?;
        if (self.state, state) == (State::Checking, State::Writing) {
            tx.execute("DELETE FROM import_remark WHERE run = ?1", params![&self.id])?;
            tx.execute(
                "UPDATE import_run SET position = 0, line = 1, rows_read = 0, bad = 0, \
                 remarks = 0 WHERE id = ?1",
                params![&self.id],
            )?;
            (next.position, next.line, next.counts) = (0, 1, Counts::default());
        }
        Ok(next)
    }
}
