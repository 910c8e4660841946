//! A synthetic province: people who never lived, calibrated to public statistics (`data/people`,
//! `data/names`). For demonstrations and measurements only.

mod assemble;
mod cast;
mod people;
mod record;
mod rng;
mod tables;
mod write;

pub use cast::{Cast, Player, cast};

use crate::errors::{PERSONS_TOO_MANY, REGISTER_NOT_EMPTY};
use crate::indexes;
use kernel::{Actor, Error, Instant, Result, limits};
use serde_json::json;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use store::{Entry, ReadTx, Store, WriteTx, params};
use tables::Tables;
use write::{Batch, Maker};

/// People of one block: large enough for families to find each other.
const BLOCK: u64 = 2_500;
/// Blocks made ahead of the writer.
const AHEAD: usize = 4;
/// Blocks in one commit: what many people touch is then written once.
const COMMIT: usize = 16;
/// Tables whose indexes are made after the rows: sorting once is quicker than finding each row's place.
const TABLES: [&str; 4] = ["person", "dwelling", "household", "residence"];

/// What to generate.
#[derive(Clone, Debug)]
pub struct Demo {
    /// How many people, about; households are never cut in half.
    pub persons: u64,
    /// The same seed on the same day gives the same province.
    pub seed: u64,
    /// Province code of today, `37` for Ninh Bình.
    pub province: String,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// People written.
    pub persons: u64,
    /// Households written.
    pub households: u64,
}

impl Demo {
    /// Writes the province into an empty register. `progress` is called after each batch. A run that
    /// was cut off goes on where it stood when it is called again with the same numbers.
    ///
    /// One thread makes the people, the caller's thread writes them; memory stays the same however
    /// many there are.
    pub fn run(&self, store: &Store, progress: &mut dyn FnMut(Progress)) -> Result<Progress> {
        if self.persons > limits::GENERATED_PERSONS_MAX {
            let max = limits::GENERATED_PERSONS_MAX;
            return Err(Error::new(PERSONS_TOO_MANY).number("max", max));
        }
        let tables = Arc::new(Tables::load(&self.province)?);
        let demo = self.clone();
        let at = store.write(move |tx| demo.begin(tx))?;
        let loading = store.loading()?;
        let maker = Maker::new(tables, self, at);
        let (send, receive) = sync_channel::<Batch>(AHEAD);
        let mut done = Progress::default();
        std::thread::scope(|scope| -> Result<()> {
            let persons = self.persons;
            scope.spawn(move || maker.make(persons, &send));
            // In here, so that the maker hears of it when the writer gives up.
            let made = receive;
            // A closed channel is the end: all blocks are made.
            while write_some(store, &made, &mut done)? {
                progress(done);
            }
            Ok(())
        })?;
        indexes::restore(store)?;
        drop(loading);
        store.refresh_statistics()?;
        let (body, demo) =
            (json!({"persons": done.persons, "households": done.households}), self.clone());
        store.write(move |tx| {
            let (actor, now) = (Actor::system("generate"), tx.now());
            tx.execute_one(
                "UPDATE generated SET done_at = ?1 WHERE province = ?2 AND done_at IS NULL",
                params![now, &demo.province],
            )?;
            let entry = Entry::new("registers.generated", &actor).at(&demo.province);
            tx.record(entry.body(body.clone()))
        })?;
        Ok(done)
    }

    /// The moment the province was begun at: the whole of it is as on that day.
    fn begin(&self, tx: &mut WriteTx) -> Result<Instant> {
        let (seed, persons) = (self.seed.cast_signed(), self.persons.cast_signed());
        let begun = tx.row(
            "SELECT begun_at FROM generated \
             WHERE province = ?1 AND seed = ?2 AND persons = ?3 AND done_at IS NULL",
            params![&self.province, seed, persons],
            |r| r.get(0),
        )?;
        if let Some(at) = begun {
            return Ok(at);
        }
        let there = tx.row("SELECT 1 FROM person LIMIT 1", params![], |_| Ok(()))?;
        if there.is_some() {
            return Err(Error::new(REGISTER_NOT_EMPTY));
        }
        let now = tx.now();
        indexes::put_away(tx, &TABLES)?;
        tx.execute("DELETE FROM generated", params![])?;
        tx.execute(
            "INSERT INTO generated (province, seed, persons, begun_at) VALUES (?1, ?2, ?3, ?4)",
            params![&self.province, seed, persons, now],
        )?;
        Ok(now)
    }
}

/// Writes the blocks of one commit as they come. `false`: there are no more.
fn write_some(store: &Store, made: &Receiver<Batch>, done: &mut Progress) -> Result<bool> {
    let mut held: Vec<Batch> = Vec::with_capacity(COMMIT);
    store.write_here(|tx| {
        // The transaction may have to run again.
        for batch in &held {
            batch.write_once(tx)?;
        }
        while held.len() < COMMIT {
            let Ok(batch) = made.recv() else { break };
            batch.write_once(tx)?;
            held.push(batch);
        }
        Ok(())
    })?;
    for batch in &held {
        done.persons += batch.persons;
        done.households += batch.households;
    }
    Ok(!held.is_empty())
}

/// Whether a province was generated to its end.
pub fn complete(tx: &mut ReadTx) -> Result<bool> {
    let sql = "SELECT 1 FROM generated WHERE done_at IS NOT NULL LIMIT 1";
    Ok(tx.row(sql, params![], |_| Ok(()))?.is_some())
}
