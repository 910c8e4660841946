//! A seeded simulator: writes, refused writes, readings, followers that fail between effect and cursor, jobs
//! that fail, clocks that jump, power cuts with a torn log, second nodes; a model says what must be there.
//! The same seed makes the same steps. `LIENTHONG_SIMULATED_SEEDS` asks for more seeds than a test run has.

use crate::followers::{Counter, counter, seen};
use crate::{Engine, Place};
use kernel::{Actor, Error, Instant};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, io::Write, path::Path};
use store::testing::Chance;
use store::{Clock, Entry, Handlers, Job, Store, WriteTx, params};

const STEPS: u64 = 150;
const HOUR: i64 = 3_600;

/// How many seeds are tried.
fn seeds(engine: Engine) -> u64 {
    let asked = std::env::var("LIENTHONG_SIMULATED_SEEDS").ok().and_then(|n| n.parse().ok());
    asked.unwrap_or(if engine == Engine::Sqlite { 12 } else { 4 })
}

/// What must be there.
#[derive(Default)]
struct Model {
    /// Amount and version.
    accounts: BTreeMap<String, (i64, i64)>,
    /// The texts of the entries, each once.
    entries: BTreeSet<String>,
    jobs: BTreeSet<String>,
}

struct World {
    engine: Engine,
    seed: u64,
    chance: Chance,
    place: Place,
    clock: Clock,
    nodes: Vec<Store>,
    model: Model,
    counter: Counter,
    printer_broken: Arc<AtomicBool>,
    made: u64,
}

fn amount(tx: &mut WriteTx<'_>, id: &str, by: i64, version: i64) -> kernel::Result<()> {
    tx.execute_one(
        "UPDATE account SET amount = amount + ?1, version = version + 1 WHERE id = ?2 AND version = ?3",
        params![by, id, version],
    )
}

impl World {
    fn new(engine: Engine, seed: u64) -> Self {
        let clock = Clock::manual(Instant(1_800_000_000_000_000));
        let place = engine.place();
        let nodes = vec![engine.open(&place, clock.clone())];
        Self {
            engine,
            seed,
            chance: Chance::of(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            place,
            clock,
            nodes,
            model: Model::default(),
            counter: counter("simulated"),
            printer_broken: Arc::default(),
            made: 0,
        }
    }

    fn node(&mut self) -> Store {
        let n = self.chance.below(self.nodes.len() as u64) as usize;
        self.nodes[n].clone()
    }

    fn some_account(&mut self) -> Option<(String, (i64, i64))> {
        let n = self.chance.below(self.model.accounts.len().max(1) as u64) as usize;
        self.model.accounts.iter().nth(n).map(|(id, a)| (id.clone(), *a))
    }

    fn name(&mut self, what: &str) -> String {
        self.made += 1;
        format!("{what}-{}", self.made)
    }

    /// An account, an entry, sometimes a job, in one transaction.
    fn open_account(&mut self) {
        let (id, store) = (self.name("account"), self.node());
        let job = self.chance.one_in(3).then(|| self.name("job"));
        let (account, key) = (id.clone(), job.clone());
        let refused = self.chance.one_in(4);
        let outcome = store.write(move |tx| {
            tx.execute(
                "INSERT INTO account (id, amount, version) VALUES (?1, 100, 1)",
                params![&account],
            )?;
            if let Some(key) = &key {
                let payload = json!({ "id": key });
                tx.enqueue(Job { kind: "print", key, payload, not_before: None })?;
            }
            let entry = Entry::new("account.opened", &Actor::system("test"));
            tx.record(entry.body(json!({ "what": account })))?;
            if refused { Err(Error::bug("refused after all")) } else { Ok(()) }
        });
        assert_eq!(outcome.is_err(), refused, "seed {}", self.seed);
        if !refused {
            self.model.entries.insert(id.clone());
            self.model.accounts.insert(id, (100, 1));
            self.model.jobs.extend(job);
        }
    }

    /// From one account to another, by versions that are right, or one of them a moment too old.
    fn transfer(&mut self) {
        let (Some((from, a)), Some((to, b))) = (self.some_account(), self.some_account()) else {
            return;
        };
        let (stale, what, store) = (self.chance.one_in(4), self.name("transfer"), self.node());
        if from == to {
            return;
        }
        let (first, second, told) = (from.clone(), to.clone(), what.clone());
        let outcome = store.write(move |tx| {
            amount(tx, &first, -7, a.1)?;
            tx.record(
                Entry::new("account.moved", &Actor::system("test")).body(json!({ "what": told })),
            )?;
            amount(tx, &second, 7, if stale { b.1 - 1 } else { b.1 })
        });
        assert_eq!(outcome.is_err(), stale, "seed {}: {outcome:?}", self.seed);
        if !stale {
            self.model.accounts.insert(from, (a.0 - 7, a.1 + 1));
            self.model.accounts.insert(to, (b.0 + 7, b.1 + 1));
            self.model.entries.insert(what);
        }
    }

    fn look(&mut self) {
        let Some((id, expected)) = self.some_account() else { return };
        let found = self.node().read(|tx| {
            tx.one("SELECT amount, version FROM account WHERE id = ?1", params![&id], |r| {
                Ok((r.get::<i64>(0)?, r.get::<i64>(1)?))
            })
        });
        assert_eq!(found.unwrap(), expected, "seed {}: {id}", self.seed);
    }

    /// The follower's effect and its cursor stand or fall together.
    fn follow(&mut self) {
        let store = self.node();
        let broken = self.chance.one_in(3);
        self.counter.broken.store(broken, Ordering::Relaxed);
        let before = seen(&store, "simulated");
        match store.catch_up(&mut self.counter) {
            Ok(cursor) => {
                assert_eq!(seen(&store, "simulated"), (cursor, cursor * (cursor + 1) / 2));
            }
            Err(_) => {
                assert!(broken, "seed {}", self.seed);
                assert_eq!(seen(&store, "simulated"), before, "seed {}", self.seed);
            }
        }
        self.counter.broken.store(false, Ordering::Relaxed);
    }

    fn handlers(&self) -> Handlers {
        let broken = self.printer_broken.clone();
        let mut handlers = Handlers::new();
        handlers.insert(
            "print",
            Box::new(move |store, payload| {
                let id = payload["id"].as_str().unwrap_or_default().to_owned();
                store.write(move |tx| {
                    tx.execute(
                        "INSERT INTO account (id, amount, version) VALUES (?1, 0, 1) \
                         ON CONFLICT (id) DO UPDATE SET amount = account.amount + 1",
                        params![&id],
                    )
                })?;
                // Done, but nobody hears of it: it will be done again.
                match broken.load(Ordering::Relaxed) {
                    true => Err(Error::bug("the printer went away")),
                    false => Ok(()),
                }
            }),
        );
        handlers
    }

    fn work(&mut self) {
        let broken = self.chance.one_in(2);
        self.printer_broken.store(broken, Ordering::Relaxed);
        self.node().run_jobs_once(&self.handlers()).unwrap();
    }

    fn clock_jumps(&mut self) {
        let jumps = [1, 20, 90, -HOUR, HOUR, -24 * HOUR, 24 * HOUR];
        let by = jumps[self.chance.below(jumps.len() as u64) as usize];
        self.clock.set(self.clock.now().plus_seconds(by));
    }

    /// Opens the same data anew, as after a power cut: with what was on the disk, and, on SQLite, the
    /// beginning of a write that nobody was told of.
    fn power_cut(&mut self) {
        if let (Engine::Sqlite, Some(folder)) = (self.engine, self.place.folder.clone()) {
            let cut = folder.with_extension(format!("cut-{}", self.made));
            self.made += 1;
            let _ = fs::remove_dir_all(&cut);
            fs::create_dir_all(&cut).unwrap();
            for name in ["store.db", "store.db-wal"] {
                if folder.join(name).exists() {
                    fs::copy(folder.join(name), cut.join(name)).unwrap();
                }
            }
            self.torn(&cut.join("store.db-wal"));
            self.nodes.clear();
            let url = format!("sqlite:{}", cut.join("store.db").display());
            self.place = Place { url, folder: Some(cut) };
        } else {
            self.nodes.clear();
        }
        self.nodes.push(self.engine.open(&self.place, self.clock.clone()));
    }

    /// A piece of a frame: noise, or an old frame's bytes again.
    fn torn(&mut self, log: &Path) {
        let old = fs::read(log).unwrap_or_default();
        if old.len() < 32 {
            return;
        }
        let length = 1 + self.chance.below(9_000) as usize;
        let from = self.chance.below(old.len() as u64) as usize;
        let piece: Vec<u8> = match self.chance.one_in(2) {
            true => (0..length).map(|_| self.chance.below(256) as u8).collect(),
            false => old[from..(from + length).min(old.len())].to_vec(),
        };
        fs::OpenOptions::new().append(true).open(log).unwrap().write_all(&piece).unwrap();
    }

    fn second_node(&mut self) {
        if self.engine != Engine::Postgres {
            return;
        }
        if self.nodes.len() < 3 && self.chance.one_in(2) {
            // Its clock goes wrong by minutes.
            let by = self.chance.below(600) as i64 - 300;
            let clock = Clock::manual(self.clock.now().plus_seconds(by));
            self.nodes.push(self.engine.open(&self.place, clock));
        } else if self.nodes.len() > 1 {
            let n = self.chance.below(self.nodes.len() as u64) as usize;
            self.nodes.remove(n);
        }
    }

    fn step(&mut self) {
        match self.chance.below(20) {
            0..=5 => self.open_account(),
            6..=10 => self.transfer(),
            11..=12 => self.look(),
            13..=14 => self.follow(),
            15..=16 => self.work(),
            17 => self.clock_jumps(),
            18 => self.power_cut(),
            _ => self.second_node(),
        }
    }

    /// Everything is there, once, and the journal tells it in one order.
    fn check(&mut self) {
        let (store, seed) = (self.node(), self.seed);
        store.settle().unwrap();
        let health = store.verify_journal().unwrap();
        assert!(health.is_sound(), "seed {seed}: {:?}", health.faults);
        let rows = store
            .read(|tx| {
                tx.rows(
                    "SELECT id, amount, version FROM account WHERE id LIKE 'account-%'",
                    params![],
                    |r| Ok((r.get::<String>(0)?, (r.get::<i64>(1)?, r.get::<i64>(2)?))),
                )
            })
            .unwrap();
        assert_eq!(
            rows.into_iter().collect::<BTreeMap<_, _>>(),
            self.model.accounts,
            "seed {seed}"
        );
        let bodies = store
            .read(|tx| {
                tx.rows(
                    "SELECT body FROM journal WHERE kind LIKE 'account.%' ORDER BY seq",
                    params![],
                    |r| r.get::<String>(0),
                )
            })
            .unwrap();
        let told: Vec<String> = bodies
            .iter()
            .map(|b| serde_json::from_str::<serde_json::Value>(b).unwrap())
            .map(|b| b["what"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(told.len(), self.model.entries.len(), "seed {seed}: an entry twice, or lost");
        assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), self.model.entries, "seed {seed}");
    }

    /// The clock is right again, everything works: jobs end, the follower has seen each entry once.
    fn end(&mut self) {
        self.printer_broken.store(false, Ordering::Relaxed);
        let latest = self.clock.now().plus_seconds(40 * 24 * HOUR);
        self.nodes.clear();
        self.clock.set(latest);
        self.nodes.push(self.engine.open(&self.place, self.clock.clone()));
        let store = self.node();
        for failed in store.read(|tx| tx.jobs_failed()).unwrap().into_iter().filter(|j| j.dead) {
            store.write(move |tx| tx.job_retry(&failed.id)).unwrap();
        }
        while store.run_jobs_once(&self.handlers()).unwrap() > 0 {}
        let printed = store
            .read(|tx| {
                tx.rows("SELECT id FROM account WHERE id LIKE 'job-%'", params![], |r| {
                    r.get::<String>(0)
                })
            })
            .unwrap();
        let seed = self.seed;
        assert_eq!(printed.into_iter().collect::<BTreeSet<_>>(), self.model.jobs, "seed {seed}");
        let head = store.catch_up(&mut self.counter).unwrap();
        assert_eq!(seen(&store, "simulated"), (head, head * (head + 1) / 2), "seed {seed}");
        self.check();
    }
}

pub fn simulated_faults_leave_what_the_model_says(engine: Engine) {
    for seed in 1..=seeds(engine) {
        let mut world = World::new(engine, seed);
        for n in 1..=STEPS {
            world.step();
            if n % 50 == 0 {
                world.check();
            }
        }
        world.end();
    }
}
