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
use kernel::{Actor, Error, Result};
use rng::Rng;
use serde_json::json;
use std::sync::mpsc::sync_channel;
use store::{Entry, Store, params};
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
    /// Writes the province into an empty register. `progress` is called after each batch.
    ///
    /// One thread makes the people, the caller's thread writes them; memory stays the same however
    /// many there are.
    pub fn run(&self, store: &Store, progress: &mut dyn FnMut(Progress)) -> Result<Progress> {
        let there =
            store.read(|tx| tx.row("SELECT 1 FROM person LIMIT 1", params![], |_| Ok(())))?;
        if there.is_some() {
            return Err(Error::new(REGISTER_NOT_EMPTY));
        }
        let at = store.clock().now();
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
                store.write(move |tx| batch.write(tx))?;
                done.persons += persons;
                done.households += households;
                progress(done);
            }
            Ok(())
        })?;
        let body = json!({"persons": done.persons, "households": done.households});
        let place = self.province.clone();
        store.write(move |tx| {
            let actor = Actor::system("generate");
            tx.record(Entry::new("registers.generated", &actor).at(&place).body(body.clone()))
        })?;
        Ok(done)
    }
}
