//! What goes on ahead of the writer: one thread reads and checks rows, the next one settles what becomes of
//! them where that can be said apart from the database. Each takes about as long as the writing does.

use super::import::under;
use super::known::Known;
use super::parse::{Records, Shape};
use super::remark::Remark;
use super::rows::Made;
use super::rules::{Against, check};
use super::run::Run;
use super::settle::{How, is_complete, settle};
use super::sheet::{Person, Sheet};
use super::split::{Place, Splitter};
use super::survey::unreadable;
use kernel::{Result, limits};
use std::fs::File;
use std::io::BufReader;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;
use store::Store;

/// Batches that wait between two threads: none of the three waits long for another one.
const AHEAD: usize = 3;
/// Rows of a batch that is settled apart. Those that ask the database are larger, up to the limit.
const APART_ROWS: usize = 1_000;
/// Of these smaller ones more wait: while the writer waits for the disk, the others go on.
const APART_AHEAD: usize = 8;
/// Emptied ones on their way back.
const SPARE: usize = APART_AHEAD + 2;
/// Rows of the first batch; each next one is twice as large, up to the limit, and smaller again towards the
/// end: so the writer has work soon, and little of it when all is read.
const FIRST_ROWS: usize = 1_000;
/// A batch is at most this part of what is left.
const PART_OF_REST: u64 = 3;

/// Rows read and checked.
#[derive(Default)]
pub(super) struct Batch {
    sheet: Sheet,
    /// Whoever can be a person: line of the file, and which cells.
    people: Vec<(u64, Range<usize>)>,
    pub remarks: Vec<Remark>,
    pub rows: i64,
    pub bad: i64,
    pub end: Place,
    /// What it comes to, where that could be said apart from the database.
    pub made: Option<Made>,
}

impl Batch {
    pub(super) fn persons(&self) -> Vec<Person<'_>> {
        let one = |(line, cells): &(u64, Range<usize>)| Person::new(*line, self.sheet.line(cells));
        self.people.iter().map(one).collect()
    }
}

/// What is handed to the writer.
pub(super) struct Batches {
    receive: Receiver<Result<Batch>>,
    give_back: SyncSender<Made>,
}

impl Batches {
    /// The next one; `None` at the end, also when asked again.
    pub(super) fn next(&mut self) -> Result<Option<Batch>> {
        // A closed channel: those before have ended.
        let batch = self.receive.recv().unwrap_or_else(|_| Ok(Batch::default()))?;
        Ok((batch.rows > 0).then_some(batch))
    }

    /// To be filled again; nobody waits for it.
    pub(super) fn give_back(&self, batch: Batch) {
        if let Some(made) = batch.made {
            let _ = self.give_back.try_send(made);
        }
    }
}

/// What is read.
pub(super) struct Source<'a> {
    pub rows: Splitter<BufReader<File>>,
    pub shape: Shape,
    pub against: Against<'a>,
    pub path: PathBuf,
    /// Bytes of the file.
    pub of: u64,
}

/// Starts both threads. With `known` batches are settled, as long as that is possible.
pub(super) fn start<'s, 'e: 's>(
    scope: &'s Scope<'s, 'e>,
    source: Source<'s>,
    store: Store,
    run: Run,
    known: Option<Known>,
) -> Batches {
    let ahead = if known.is_some() { APART_AHEAD } else { AHEAD };
    let (hand_over, read) = sync_channel(ahead);
    let (send, receive) = sync_channel(ahead);
    let (give_back, spare) = sync_channel(SPARE);
    let (emptied, sheets) = sync_channel(SPARE);
    let records = source.shape.records();
    let most = if known.is_some() { APART_ROWS } else { limits::IMPORT_BATCH_ROWS_MAX };
    let reader = Reader { source, records, sheets, most };
    let settler = Settler { store, run, known, spare, emptied };
    scope.spawn(move || reader.run(&hand_over));
    scope.spawn(move || settler.run(&read, &send));
    Batches { receive, give_back }
}

struct Reader<'a> {
    source: Source<'a>,
    records: Records,
    /// Sheets that were settled.
    sheets: Receiver<Sheet>,
    /// Rows of a batch.
    most: usize,
}

impl Reader<'_> {
    fn run(mut self, send: &SyncSender<Result<Batch>>) {
        let (mut size, mut at) = (FIRST_ROWS, self.source.rows.place().byte);
        loop {
            let batch = self.next(size);
            let (rows, end) = batch.as_ref().map_or((0, at), |b| (b.rows, b.end.byte));
            // A closed channel: whoever comes behind failed, and says so itself.
            if send.send(batch).is_err() || rows == 0 {
                break;
            }
            let left = self.source.of.saturating_sub(end);
            size = next_size(size, (end - at) / rows.unsigned_abs(), left, self.most);
            at = end;
        }
    }

    fn next(&mut self, size: usize) -> Result<Batch> {
        let sheet = self.sheets.try_recv().unwrap_or_default();
        let mut batch = Batch { sheet, ..Batch::default() };
        self.fill(&mut batch, size).map_err(|e| unreadable(&self.source.path, &e))?;
        Ok(batch)
    }

    fn fill(&mut self, batch: &mut Batch, size: usize) -> std::io::Result<()> {
        let mut raw = Sheet::default();
        while usize::try_from(batch.rows).unwrap_or(0) < size {
            let Some(row) = self.source.rows.next()? else { break };
            batch.rows += 1;
            batch.end = row.end;
            raw.clear();
            let begin = raw.begin();
            let (sheet, remarks) = (&mut batch.sheet, &mut batch.remarks);
            let own = sheet.begin();
            let good = match self.source.shape.read(&row, &mut self.records, &mut raw) {
                Err(reason) => {
                    remarks.push(Remark { line: row.line, column: "", reason });
                    false
                }
                Ok(()) => check(row.line, raw.last(begin), &self.source.against, sheet, remarks),
            };
            if good {
                batch.people.push((row.line, sheet.range(own)));
            } else {
                sheet.forget(own);
                batch.bad += 1;
            }
        }
        Ok(())
    }
}

struct Settler {
    store: Store,
    run: Run,
    known: Option<Known>,
    /// Batches that were written.
    spare: Receiver<Made>,
    emptied: SyncSender<Sheet>,
}

impl Settler {
    fn run(mut self, read: &Receiver<Result<Batch>>, send: &SyncSender<Result<Batch>>) {
        for batch in read {
            // A closed channel: the writer failed, and says so itself.
            if send.send(batch.and_then(|batch| self.settle(batch))).is_err() {
                break;
            }
        }
    }

    fn settle(&mut self, mut batch: Batch) -> Result<Batch> {
        let Some(known) = &mut self.known else { return Ok(batch) };
        let people = batch.persons();
        if known.is_full() || !is_complete(&people, known) {
            self.known = None;
            return Ok(batch);
        }
        let mut made = self.spare.try_recv().unwrap_or_else(|_| Made::new(&under(&self.run)));
        self.store.record(|tx| settle(tx, &people, How::Apart(known), &mut made))?;
        batch.made = Some(made);
        batch.people.clear();
        let mut sheet = std::mem::take(&mut batch.sheet);
        sheet.clear();
        // If nobody takes it, it is dropped.
        let _ = self.emptied.try_send(sheet);
        Ok(batch)
    }
}

/// Rows of the next batch, by those of the last one, how long they were and how much is left.
fn next_size(last: usize, row_bytes: u64, left: u64, most: usize) -> usize {
    let part = left / row_bytes.max(1) / PART_OF_REST;
    let most = last.saturating_mul(2).min(most);
    usize::try_from(part).unwrap_or(usize::MAX).clamp(FIRST_ROWS.min(most), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_to_the_limit_and_shrink_towards_the_end() {
        let most = limits::IMPORT_BATCH_ROWS_MAX;
        let next = |last, left| next_size(last, 400, left, most);
        assert_eq!(next(FIRST_ROWS, 400_000_000), 2 * FIRST_ROWS);
        assert_eq!(next(most, 400_000_000), most);
        assert_eq!(next(most, 400 * 9_000), 3_000);
        assert_eq!(next(most, 10), FIRST_ROWS);
        assert_eq!(next_size(most, 0, u64::MAX, most), most);
        assert_eq!(next_size(FIRST_ROWS, 400, 400_000_000, APART_ROWS), APART_ROWS);
    }
}
