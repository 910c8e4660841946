//! One run: two threads read, check and, where they can, settle what becomes of the rows (`ahead`); the
//! caller's thread writes, some thousand rows a commit.

use super::ahead::{self, Batch, Batches, Source};
use super::encoding::Detected;
use super::known::Known;
use super::merge::{Said, merge};
use super::parse::Shape;
use super::remark::{Reason, Remark};
use super::rows::Made;
use super::rules::Against;
use super::run::{Counts, Run, State};
use super::settle::{How, Under, settle};
use super::sheet::Person;
use super::split::{Place, Splitter};
use super::survey::{survey, unreadable};
use super::{Encoding, Format};
use crate::aside;
use crate::errors::{ENCODING_UNKNOWN, FORMAT_UNKNOWN, HEADING_LACKS, REGISTER_NOT_EMPTY};
use crate::indexes;
use crate::journal;
use crate::law::Law;
use crate::many;
use crate::model::Certainty;
use kernel::{Actor, Error, Instant, Result, limits};
use serde_json::json;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::PathBuf;
use store::{Entry, ReadTx, Store, WriteTx, params};

/// Bytes of the file read at once.
const READ_BYTES: usize = 1 << 20;

/// A list to take over.
#[derive(Clone, Debug)]
pub struct Import {
    /// The file.
    pub path: PathBuf,
    /// Its shape; `None`: by the ending of its name.
    pub format: Option<Format>,
    /// Its encoding; `None`: what it seems to be, where that is sure.
    pub encoding: Option<Encoding>,
    /// Whose list it is: «Sổ hộ khẩu giấy xã Trần Thương, 2019». Shown beside what rests on it.
    pub source: String,
    /// How sure the source is.
    pub certainty: Certainty,
    /// All rows, or none if one is bad. Else the good ones.
    pub whole: bool,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The file is read once: hash, encoding.
    Surveying,
    /// Every row is checked, none is written.
    Checking,
    /// Rows are written.
    Writing,
    /// Indexes that were put away are made again.
    Indexing,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Bytes of the file done.
    pub bytes: u64,
    /// Bytes of the file.
    pub of: u64,
    /// What became of the rows so far.
    pub counts: Counts,
}

/// Takes a list over. A run of the same file for the same source that was cut off goes on; a list that
/// was taken over before changes nothing. `progress` is called now and then.
pub fn import(
    store: &Store,
    law: &Law,
    wanted: &Import,
    progress: &mut dyn FnMut(Progress),
) -> Result<Run> {
    let of = std::fs::metadata(&wanted.path).map_err(|e| unreadable(&wanted.path, &e))?.len();
    let told = Counts::default();
    let survey = survey(&wanted.path, &mut |bytes| {
        progress(Progress { stage: Stage::Surveying, bytes, of, counts: told });
    })?;
    let format = wanted.format.or_else(|| Format::of(&wanted.path));
    let format = format.ok_or_else(|| Error::new(FORMAT_UNKNOWN))?;
    let encoding = choose(wanted.encoding, survey.detected)?;
    let (shape, first) = shape(wanted, format, encoding)?;
    let name = wanted.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let new = Run {
        id: String::new(),
        file_hash: survey.hash,
        file: name,
        bytes: i64::try_from(survey.bytes).unwrap_or(i64::MAX),
        format,
        encoding,
        source: kernel::vietnamese::tidy(&wanted.source),
        certainty: wanted.certainty,
        whole: wanted.whole,
        state: if wanted.whole { State::Checking } else { State::Writing },
        position: 0,
        line: 1,
        counts: Counts::default(),
        begun_at: Instant(0),
    };
    let run = store.write_here(|tx| begin(tx, new.clone(), alone(store)))?;
    let mut work = Work { store, law, wanted, shape, first, of, progress, run };
    if work.run.state == State::Checking {
        work.check_all()?;
    }
    if work.run.state == State::Writing {
        work.write_all()?;
    }
    Ok(work.run)
}

/// A register that is still being made up is no place for a list. Into an empty one a list goes
/// without the indexes that nothing needs on the way.
fn begin(tx: &mut WriteTx, new: Run, alone: bool) -> Result<Run> {
    let made_up = "SELECT 1 FROM generated WHERE done_at IS NULL LIMIT 1";
    if tx.row(made_up, params![], |_| Ok(()))?.is_some() {
        return Err(Error::new(REGISTER_NOT_EMPTY));
    }
    if is_empty(tx, &[PEOPLE])? {
        indexes::put_away(tx, &["person", "residence"])?;
        if alone && is_empty(tx, &[DWELLINGS, HOUSEHOLDS])? {
            indexes::put_away_some(tx, &PLACES)?;
            aside::begin(tx)?;
        }
    }
    Run::begin(tx, new)
}

/// Indexes that a batch needs only if it has to look for places by their address, and that nothing needs.
const PLACES: [&str; 2] = [BY_ADDRESS, "household_in_dwelling"];
const BY_ADDRESS: &str = "dwelling_address";

const PEOPLE: &str = "SELECT 1 FROM person LIMIT 1";
const DWELLINGS: &str = "SELECT 1 FROM dwelling LIMIT 1";
const HOUSEHOLDS: &str = "SELECT 1 FROM household LIMIT 1";

/// Whether there are rows of none of these.
fn is_empty(tx: &mut ReadTx, of: &[&str]) -> Result<bool> {
    for sql in of {
        if tx.row(sql, params![], |_| Ok(()))?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// On SQLite one program holds the register, so that nobody else writes into it meanwhile.
fn alone(store: &Store) -> bool {
    store.engine() == "SQLite"
}

fn choose(asked: Option<Encoding>, detected: Detected) -> Result<Encoding> {
    match (asked, detected) {
        (Some(encoding), _) | (None, Detected::Sure(encoding)) => Ok(encoding),
        (None, Detected::Plain) => Ok(Encoding::Utf8),
        (None, Detected::Ask(guess)) => Err(Error::new(ENCODING_UNKNOWN)
            .arg("guess", guess.map_or("utf-8, tcvn3, vni, viscii, vps", Encoding::name))),
    }
}

/// How rows are read, and where the first one begins: behind the heading of CSV.
fn shape(wanted: &Import, format: Format, encoding: Encoding) -> Result<(Shape, Place)> {
    let shape = Shape { format, encoding, delimiter: b',', heading: Vec::new() };
    if format != Format::Csv {
        return Ok((shape, Place::default()));
    }
    let mut rows = open(wanted, &shape, Place::default())?;
    let heading = rows.next().map_err(|e| unreadable(&wanted.path, &e))?;
    let lacks = |names: &[&str]| Error::new(HEADING_LACKS).arg("columns", names.join(", "));
    let Some(heading) = heading else { return Err(lacks(&["pid", "name", "birth", "sex"])) };
    let shape = shape
        .with_heading(&heading.bytes)
        .map_err(|_| Error::new(ENCODING_UNKNOWN).arg("guess", encoding.name()))?;
    let missing = shape.missing();
    if missing.is_empty() { Ok((shape, heading.end)) } else { Err(lacks(&missing)) }
}

fn open(wanted: &Import, shape: &Shape, at: Place) -> Result<Splitter<BufReader<File>>> {
    let failed = |e: std::io::Error| unreadable(&wanted.path, &e);
    let mut file = File::open(&wanted.path).map_err(failed)?;
    file.seek(SeekFrom::Start(at.byte)).map_err(failed)?;
    let reader = BufReader::with_capacity(READ_BYTES, file);
    Ok(Splitter::new(reader, shape.format, shape.delimiter, at))
}

struct Work<'a> {
    store: &'a Store,
    law: &'a Law,
    wanted: &'a Import,
    shape: Shape,
    /// Where the first row begins.
    first: Place,
    of: u64,
    progress: &'a mut dyn FnMut(Progress),
    run: Run,
}

impl Work<'_> {
    fn at(&self) -> Place {
        let byte = u64::try_from(self.run.position).unwrap_or(0);
        match byte {
            0 => self.first,
            byte => Place { byte, line: u64::try_from(self.run.line).unwrap_or(1) },
        }
    }

    fn tell(&mut self, stage: Stage) {
        (self.progress)(self.run.progress(stage, self.of));
    }

    /// Every batch from where the run stands to the end of the file. With `known` they are settled as they
    /// are read, as long as that is possible.
    fn with_batches(
        &mut self,
        known: Option<Known>,
        f: impl FnOnce(&mut Self, &mut Batches) -> Result<()>,
    ) -> Result<()> {
        let source = Source {
            rows: open(self.wanted, &self.shape, self.at())?,
            shape: self.shape.clone(),
            against: Against::new(self.law, self.run.begun_at.date()),
            path: self.wanted.path.clone(),
            of: self.of,
        };
        let (store, run) = (self.store.clone(), self.run.clone());
        std::thread::scope(|scope| f(self, &mut ahead::start(scope, source, store, run, known)))
    }

    /// Looks at all rows. If one is bad the run is refused, and nothing was written but remarks.
    fn check_all(&mut self) -> Result<()> {
        self.with_batches(None, |work, batches| {
            while let Some(batch) = batches.next()? {
                let counts = Counts { rows: batch.rows, bad: batch.bad, ..Counts::default() };
                let run = &work.run;
                work.run = work
                    .store
                    .write_here(|tx| run.advance(tx, batch.end, counts, &batch.remarks))?;
                work.tell(Stage::Checking);
            }
            Ok(())
        })?;
        let next = if self.run.counts.bad > 0 { State::Refused } else { State::Writing };
        let run = &self.run;
        self.run = self.store.write_here(|tx| run.enter(tx, next))?;
        if next == State::Refused {
            indexes::restore(self.store)?;
        }
        Ok(())
    }

    fn write_all(&mut self) -> Result<()> {
        let loading = self.store.loading()?;
        let all = [PEOPLE, DWELLINGS, HOUSEHOLDS];
        let empty = alone(self.store) && self.store.read(|tx| is_empty(tx, &all))?;
        self.with_batches(empty.then(Known::default), Self::write_batches)?;
        self.tell(Stage::Indexing);
        indexes::restore(self.store)?;
        drop(loading);
        self.store.refresh_statistics()?;
        let run = &self.run;
        self.run = self.store.write_here(|tx| {
            tx.record(Entry::new(journal::IMPORTED, &Actor::system("import")).body(summary(run)))?;
            run.enter(tx, State::Done)
        })?;
        Ok(())
    }

    /// Writes all batches. Where nobody else writes several of them are one commit: households of a list by
    /// number lie all over their tables, and a page that many batches touch is then written once.
    fn write_batches(&mut self, batches: &mut Batches) -> Result<()> {
        let actor = Actor::system("import");
        let alone = alone(self.store);
        // The first batch is a commit; each next one is twice as large, up to the limit.
        let mut most = 0;
        let mut next = batches.next()?;
        while let Some(first) = next.take() {
            if first.made.is_none() {
                indexes::restore_some(self.store, &[BY_ADDRESS])?;
            }
            let (store, of, begun) = (self.store, self.of, &self.run);
            let run = store.write_here(|tx| {
                let mut run = write(tx, begun, &first, &actor)?;
                while alone && run.counts.rows - begun.counts.rows < most {
                    (self.progress)(run.progress(Stage::Writing, of));
                    next = batches.next()?;
                    let Some(batch) = next.take_if(|b| b.made.is_some() || first.made.is_none())
                    else {
                        break;
                    };
                    run = write(tx, &run, &batch, &actor)?;
                    batches.give_back(batch);
                }
                Ok(run)
            })?;
            most = (2 * (run.counts.rows - begun.counts.rows)).min(limits::IMPORT_COMMIT_ROWS_MAX);
            self.run = run;
            self.tell(Stage::Writing);
            batches.give_back(first);
            if next.is_none() {
                next = batches.next()?;
            }
        }
        Ok(())
    }
}

fn summary(run: &Run) -> serde_json::Value {
    let c = run.counts;
    json!({
        "run": run.id, "file_hash": run.file_hash, "source": run.source,
        "certainty": run.certainty.as_str(), "rows": c.rows, "added": c.added, "filled": c.filled,
        "same": c.same, "disputed": c.disputed, "bad": c.bad,
    })
}

pub(super) fn under(run: &Run) -> Under<'_> {
    Under { at: run.begun_at, source: &run.source, certainty: run.certainty }
}

/// One batch in one transaction: new persons together, the others one by one.
fn write(tx: &mut WriteTx, run: &Run, batch: &Batch, actor: &Actor) -> Result<Run> {
    let mut counts = Counts { rows: batch.rows, bad: batch.bad, ..Counts::default() };
    let mut remarks = batch.remarks.clone();
    let mut add = |made: &Made, remarks: &mut Vec<Remark>| {
        counts.added += i64::try_from(made.added).unwrap_or(0);
        remarks.extend_from_slice(&made.remarks);
    };
    if let Some(made) = &batch.made {
        add(made, &mut remarks);
        made.write_aside(tx)?;
        return run.advance(tx, batch.end, counts, &remarks);
    }
    let (new, known) = part(tx, batch.persons())?;
    let under = under(run);
    let mut made = Made::new(&under);
    settle(tx, &new, How::Within, &mut made)?;
    add(&made, &mut remarks);
    made.write(tx)?;
    for p in known {
        let merged = merge(tx, &Said::of(&p)?, &under, &run.id, actor)?;
        counts.filled += i64::from(merged.filled);
        counts.disputed += i64::from(merged.disputed);
        counts.same += i64::from(!merged.filled && !merged.disputed);
        if merged.disputed {
            remarks.push(Remark { line: p.line, column: "", reason: Reason::Disputed });
        }
        if merged.ended {
            remarks.push(Remark { line: p.line, column: "pid", reason: Reason::Merged });
        }
    }
    run.advance(tx, batch.end, counts, &remarks)
}

/// Who is new to the register, and who is not. Of two rows with one number the first is the person, the
/// second a source like any other.
fn part<'b>(
    tx: &mut ReadTx,
    people: Vec<Person<'b>>,
) -> Result<(Vec<Person<'b>>, Vec<Person<'b>>)> {
    let highest: Option<String> = tx.one("SELECT MAX(pid) FROM person", params![], |r| r.get(0))?;
    let highest = highest.unwrap_or_default();
    let asked: Vec<String> =
        people.iter().map(Person::number).filter(|n| *n <= &*highest).map(str::to_owned).collect();
    let there = many::rows(tx, "SELECT pid FROM person WHERE pid", &asked, |r| r.get::<String>(0))?;
    let there: HashSet<String> = there.into_iter().collect();
    let mut met: HashSet<&str> = HashSet::with_capacity(people.len());
    Ok(people.into_iter().partition(|p| !there.contains(p.number()) && met.insert(p.number())))
}
