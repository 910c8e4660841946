//! A synthetic province: people who never lived, calibrated to public statistics (`data/people`,
//! `data/names`). For demonstrations and measurements only.

mod assemble;
mod cast;
mod people;
mod rng;
mod tables;
mod write;

pub use cast::{Cast, Player, cast};

use crate::errors::REGISTER_NOT_EMPTY;
use kernel::{Actor, Error, Instant, Result};
use rng::Rng;
use serde_json::json;
use std::sync::mpsc::sync_channel;
use store::{Entry, ReadTx, Store, WriteTx, params};
use tables::Tables;
use write::{Batch, Maker};

/// People of one block: large enough for families to find each other, small enough for one commit.
const BLOCK: u64 = 2_500;
/// Batches made ahead of the writer.
const AHEAD: usize = 3;

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
        let demo = self.clone();
        let at = store.write(move |tx| demo.begin(tx))?;
        let tables = Tables::load(&self.province)?;
        let stage = tables.homes.iter().position(|h| h.code == cast::STAGE);
        let mut maker = Maker {
            counts: vec![0; tables.homes.len()],
            tables,
            seed: self.seed,
            today: at.date(),
            at,
            numbers: people::Numbers::default(),
            serial: 1,
            houses: 0,
            dormitories: Vec::new(),
            stage: stage.or(Some(0)),
        };
        let (send, receive) = sync_channel::<Batch>(AHEAD);
        let mut done = Progress::default();
        std::thread::scope(|scope| -> Result<()> {
            let demo = self.clone();
            scope.spawn(move || {
                let mut next = Some(maker.dormitories());
                let mut number = 0;
                let mut left = demo.persons;
                // A closed channel means that the writer failed and says so itself.
                while let Some(batch) = next.take() {
                    if send.send(batch).is_err() || left == 0 {
                        break;
                    }
                    let size = left.min(BLOCK);
                    // A last block of a few people could not make families: it joins the one before.
                    let size = if left - size < BLOCK / 5 { left } else { size };
                    left -= size;
                    let mut rng = Rng::new(demo.seed, number * 2);
                    let size = usize::try_from(size).unwrap_or(0);
                    let block = assemble::block(&mut rng, &maker.tables.ages, size, maker.today);
                    next = Some(maker.batch(&block, number));
                    number += 1;
                }
            });
            for batch in receive {
                let (persons, households) = (batch.persons, batch.households);
                store
                    .write(move |tx| if batch.is_there(tx)? { Ok(()) } else { batch.write(tx) })?;
                done.persons += persons;
                done.households += households;
                progress(done);
            }
            Ok(())
        })?;
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
        tx.execute("DELETE FROM generated", params![])?;
        tx.execute(
            "INSERT INTO generated (province, seed, persons, begun_at) VALUES (?1, ?2, ?3, ?4)",
            params![&self.province, seed, persons, now],
        )?;
        Ok(now)
    }
}

/// Whether a province was generated to its end.
pub fn complete(tx: &mut ReadTx) -> Result<bool> {
    let sql = "SELECT 1 FROM generated WHERE done_at IS NOT NULL LIMIT 1";
    Ok(tx.row(sql, params![], |_| Ok(()))?.is_some())
}
