//! One run: a thread reads and checks rows, the caller's thread writes them, some thousand a commit.

use super::encoding::Detected;
use super::keys::by_keys;
use super::merge::merge;
use super::parse::{Records, Shape};
use super::remark::{Reason, Remark};
use super::rules::{Against, Checked, check};
use super::run::{Counts, Run, State};
use super::settle::{Under, add};
use super::split::{Place, Splitter};
use super::survey::{survey, unreadable};
use super::{Encoding, Format};
use crate::errors::{ENCODING_UNKNOWN, FORMAT_UNKNOWN, HEADING_LACKS, REGISTER_NOT_EMPTY};
use crate::indexes;
use crate::journal;
use crate::law::Law;
use crate::model::Certainty;
use kernel::{Actor, Error, Instant, Result, limits};
use serde_json::json;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use store::{Entry, Store, WriteTx, params};

/// Batches read ahead of the writer.
const AHEAD: usize = 3;
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

/// Rows read and checked.
struct Batch {
    checked: Vec<Checked>,
    remarks: Vec<Remark>,
    rows: i64,
    bad: i64,
    end: Place,
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
    let run = store.write_here(|tx| begin(tx, new.clone()))?;
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
fn begin(tx: &mut WriteTx, new: Run) -> Result<Run> {
    let made_up = "SELECT 1 FROM generated WHERE done_at IS NULL LIMIT 1";
    if tx.row(made_up, params![], |_| Ok(()))?.is_some() {
        return Err(Error::new(REGISTER_NOT_EMPTY));
    }
    if tx.row("SELECT 1 FROM person LIMIT 1", params![], |_| Ok(()))?.is_none() {
        indexes::put_away(tx, &["person", "residence"])?;
    }
    Run::begin(tx, new)
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
        let bytes = u64::try_from(self.run.position).unwrap_or(0);
        (self.progress)(Progress { stage, bytes, of: self.of, counts: self.run.counts });
    }

    /// Every batch from where the run stands to the end of the file.
    fn each_batch(&mut self, mut f: impl FnMut(&mut Self, &Batch) -> Result<()>) -> Result<()> {
        let mut rows = open(self.wanted, &self.shape, self.at())?;
        let (send, receive): (SyncSender<Result<Batch>>, Receiver<_>) = sync_channel(AHEAD);
        let (shape, law, path) = (self.shape.clone(), self.law, self.wanted.path.clone());
        let today = self.run.begun_at.date();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let against = Against { law, today };
                let mut records = shape.records();
                loop {
                    let batch = next_batch(&mut rows, &shape, &mut records, &against);
                    let batch = batch.map_err(|e| unreadable(&path, &e));
                    let last = batch.as_ref().map_or(true, |b| b.rows == 0);
                    // A closed channel: the writer failed, and says so itself.
                    if send.send(batch).is_err() || last {
                        break;
                    }
                }
            });
            for batch in receive {
                let batch = batch?;
                if batch.rows == 0 {
                    break;
                }
                f(self, &batch)?;
            }
            Ok(())
        })
    }

    /// Looks at all rows. If one is bad the run is refused, and nothing was written but remarks.
    fn check_all(&mut self) -> Result<()> {
        self.each_batch(|work, batch| {
            let counts = Counts { rows: batch.rows, bad: batch.bad, ..Counts::default() };
            let run = &work.run;
            work.run =
                work.store.write_here(|tx| run.advance(tx, batch.end, counts, &batch.remarks))?;
            work.tell(Stage::Checking);
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
        let actor = Actor::system("import");
        self.each_batch(|work, batch| {
            let run = &work.run;
            work.run = work.store.write_here(|tx| write(tx, run, batch, &actor))?;
            work.tell(Stage::Writing);
            Ok(())
        })?;
        self.tell(Stage::Indexing);
        indexes::restore(self.store)?;
        drop(loading);
        self.store.refresh_statistics()?;
        let run = &self.run;
        self.run = self.store.write_here(|tx| {
            tx.record(Entry::new(journal::IMPORTED, &actor).body(summary(run)))?;
            run.enter(tx, State::Done)
        })?;
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

fn next_batch(
    rows: &mut Splitter<BufReader<File>>,
    shape: &Shape,
    records: &mut Records,
    against: &Against,
) -> std::io::Result<Batch> {
    let mut batch = Batch {
        checked: Vec::with_capacity(limits::IMPORT_BATCH_ROWS_MAX),
        remarks: Vec::new(),
        rows: 0,
        bad: 0,
        end: Place::default(),
    };
    while usize::try_from(batch.rows).unwrap_or(0) < limits::IMPORT_BATCH_ROWS_MAX {
        let Some(raw) = rows.next()? else { break };
        batch.rows += 1;
        batch.end = raw.end;
        match shape.read(&raw, records) {
            Err(reason) => {
                batch.bad += 1;
                batch.remarks.push(Remark { line: raw.line, column: "", reason });
            }
            Ok(cells) => {
                let (checked, remarks) = check(raw.line, cells, against);
                batch.bad += i64::from(checked.is_none());
                batch.checked.extend(checked);
                batch.remarks.extend(remarks);
            }
        }
    }
    Ok(batch)
}

/// One batch in one transaction: new persons together, the others one by one.
fn write(tx: &mut WriteTx, run: &Run, batch: &Batch, actor: &Actor) -> Result<Run> {
    let under = Under { at: run.begun_at, source: &run.source, certainty: run.certainty };
    let pids: Vec<String> = batch.checked.iter().map(|p| p.pid.as_str().to_owned()).collect();
    let there = by_keys(tx, "SELECT pid FROM person WHERE pid", &pids, |r| r.get::<String>(0))?;
    let mut met: HashSet<String> = there.into_iter().collect();
    let (mut new, mut known) = (Vec::new(), Vec::new());
    for p in &batch.checked {
        // Of two rows with one number the first is the person, the second a source like any other.
        let list = if met.insert(p.pid.as_str().to_owned()) { &mut new } else { &mut known };
        list.push(p);
    }
    let mut remarks = batch.remarks.clone();
    let mut counts = Counts { rows: batch.rows, bad: batch.bad, ..Counts::default() };
    add(tx, &new, &under, &mut remarks)?;
    counts.added += i64::try_from(new.len()).unwrap_or(0);
    for p in known {
        let merged = merge(tx, p, &under, &run.id, actor)?;
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
