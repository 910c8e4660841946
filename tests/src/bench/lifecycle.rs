//! Rows about dossiers: the whole life of one, every step durable.

use super::{Bench, Figure, bare_engines, spread, text, timed};
use crate::{
    inside::{Case, Inside, SCHEMAS},
    walks::{
        Cast, NEWCOMERS, Walker, Wrong, consent_to_all, decide, file_temporary_residence, pay,
    },
};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use store::{Store, params};

/// Dossiers at work at the same time: as many commits meet in a group.
const AT_ONCE: usize = 32;
/// The same on PostgreSQL, which shares the cores. More wait for each other: with 8 a twentieth fewer live in a
/// second, with 16 a tenth.
const AT_ONCE_POSTGRES: usize = 6;
/// Lives before the measured ones: of dossiers of nearly every commune, so that what is copied from them lies in
/// all of them.
const WARM: usize = 512;
/// Lives measured.
const LIVES: usize = 1_500;
/// Lives measured where two provinces are compared: the log of SQLite is carried over every third of a thousand.
const LIVES_AMONG: usize = 4_500;
/// Turns in which they are lived.
const TURNS: usize = 5;
/// Dossiers that are there.
const MILLION: u64 = 1_000_000;
/// Writing transactions of one life: filed, agreed, paid, opened, proposed, approved.
const COMMITS: usize = 6;
/// To the database and back, where that is another machine.
const AWAY: Duration = Duration::from_micros(500);
/// Lives there before the measured ones, and measured.
const AWAY_WARM: usize = 10;
const AWAY_LIVES: usize = 60;
/// How long lives over HTTP go on.
const HTTP_TIME: Duration = Duration::from_secs(10);
/// Persons of the measured province: a tenth of a real one, so that those who move at the same time are as far
/// from each other as they are there.
const PERSONS: u64 = 200_000;

/// On SQLite.
pub fn sqlite(bench: &mut Bench) -> Result<Figure, String> {
    let inside = Inside::sqlite(PERSONS).map_err(|e| e.to_string())?;
    let (rate, rows) = lives(bench, &inside, AT_ONCE)?;
    // A life is one unit: as many rows in as many commits shared by as many writers.
    let bare = bare_engines::sqlite_inserts(rows * AT_ONCE / COMMITS, 60)?;
    figure(bench, rate, rows, bare, "SQLite")
}

/// On SQLite with a million dossiers present, against the same before they were there.
pub fn sqlite_million(_: &mut Bench) -> Result<Figure, String> {
    million(AT_ONCE, || Inside::sqlite(PERSONS))
}

/// The same on PostgreSQL.
pub fn postgres_million(_: &mut Bench) -> Result<Figure, String> {
    million(AT_ONCE_POSTGRES, || Inside::at(&store::testing::postgres_large(), PERSONS))
}

fn million(at_once: usize, province: fn() -> kernel::Result<Inside>) -> Result<Figure, String> {
    let empty = Among::ready(0, at_once, province)?;
    let full = Among::ready(MILLION, at_once, province)?;
    // By turns: machines have quick and slow minutes.
    let (mut before, mut now) = (Duration::ZERO, Duration::ZERO);
    for turn in 0..TURNS {
        before += empty.live(turn, at_once)?;
        now += full.live(turn, at_once)?;
    }
    let rate = |time: Duration| LIVES_AMONG as f64 / time.as_secs_f64();
    Ok(Figure::of(rate(now)).against("the same with no dossiers before, /s", rate(before)).note(
        format!(
            "{LIVES_AMONG} lives each, by turns of {}; copied in {:.0} s",
            LIVES_AMONG / TURNS,
            full.copied.as_secs_f64()
        ),
    ))
}

/// A province where so many dossiers are present. One of its own each time: the same people move to the
/// same houses.
struct Among {
    inside: Inside,
    cases: Vec<Case>,
    /// How long it took to copy the dossiers.
    copied: Duration,
}

impl Among {
    fn ready(
        dossiers: u64,
        at_once: usize,
        province: fn() -> kernel::Result<Inside>,
    ) -> Result<Self, String> {
        let inside = province().map_err(text)?;
        let mut cases = cases(&inside, 2 * WARM + LIVES_AMONG)?;
        let measured = cases.split_off(2 * WARM);
        let (copied, warm) = cases.split_at(WARM);
        all_live(&inside, copied, at_once)?;
        let ((), copied) = timed(|| super::preload::dossiers(&inside, dossiers))?;
        // What the copying left in the log is not the lives' to carry over.
        inside.store.refresh_statistics().map_err(text)?;
        all_live(&inside, warm, at_once)?;
        Ok(Self { inside, cases: measured, copied })
    }

    /// The lives of one turn.
    fn live(&self, turn: usize, at_once: usize) -> Result<Duration, String> {
        let each = LIVES_AMONG / TURNS;
        let cases = &self.cases[turn * each..(turn + 1) * each];
        let rate = all_live(&self.inside, cases, at_once)?;
        Ok(Duration::from_secs_f64(cases.len() as f64 / rate))
    }
}

/// On PostgreSQL.
pub fn postgres(bench: &mut Bench) -> Result<Figure, String> {
    let inside =
        Inside::at(&store::testing::postgres_large(), PERSONS).map_err(|e| e.to_string())?;
    let (rate, rows) = lives(bench, &inside, AT_ONCE_POSTGRES)?;
    let url = store::testing::postgres_large();
    let bare =
        bare_engines::postgres_inserts(&url, AT_ONCE_POSTGRES, rows.div_ceil(COMMITS), 1_200)?;
    figure(bench, rate, rows, bare, "PostgreSQL")
}

/// On a PostgreSQL that is another machine: how long one life takes.
pub fn away(_: &mut Bench) -> Result<Figure, String> {
    let far = || super::away::postgres(&store::testing::postgres_durable(), AWAY / 2);
    let inside = Inside::at(&far()?, PERSONS).map_err(text)?;
    let cases = cases(&inside, AWAY_WARM + AWAY_LIVES)?;
    let (warm, measured) = cases.split_at(AWAY_WARM);
    all_live(&inside, warm, 1)?;
    let before = rows_in(&inside.store)?;
    let rate = all_live(&inside, measured, 1)?;
    let rows = (rows_in(&inside.store)? - before) / AWAY_LIVES;
    let bare = bare_engines::postgres_inserts(&far()?, 1, rows.div_ceil(COMMITS), 10 * COMMITS)?;
    Ok(Figure::of(1e3 / rate)
        .against("as many bare inserts, each waited for, ms", 1e3 * rows as f64 / bare)
        .note(format!("one after the other; {rows} new rows each")))
}

fn figure(
    bench: &Bench,
    rate: f64,
    rows: usize,
    bare: f64,
    engine: &str,
) -> Result<Figure, String> {
    Ok(Figure::of(rate)
        .against(&format!("as many bare inserts on {engine}, /s"), bare / rows as f64)
        .note(format!(
            "{} dossiers present before; a life is {COMMITS} commits and {rows} new rows, journal, \
             access log and sums included",
            bench.dossiers
        )))
}

/// Lives a second, and the rows each leaves behind.
fn lives(bench: &Bench, inside: &Inside, at_once: usize) -> Result<(f64, usize), String> {
    let cases = cases(inside, WARM + LIVES)?;
    let (warm, measured) = cases.split_at(WARM);
    all_live(inside, warm, at_once)?;
    super::preload::dossiers(inside, bench.dossiers)?;
    let before = rows_in(&inside.store)?;
    let rate = all_live(inside, measured, at_once)?;
    let rows = (rows_in(&inside.store)? - before) / LIVES;
    Ok((rate, rows))
}

/// So many people who can move.
fn cases(inside: &Inside, wanted: usize) -> Result<Vec<Case>, String> {
    let cases = inside.cases(wanted).map_err(|e| e.to_string())?;
    if cases.len() < wanted {
        return Err(format!("only {} people can move", cases.len()));
    }
    Ok(cases)
}

/// All of these lives: how many a second. Before it begins and when it ends nothing waits.
fn all_live(inside: &Inside, cases: &[Case], at_once: usize) -> Result<f64, String> {
    let one = |case: &Case| -> Result<(), String> {
        let ended = inside.life(case).map_err(|e| format!("{e} {}", e.cause().unwrap_or("")))?;
        match ended.state.as_str() {
            "done" => Ok(()),
            other => Err(format!("a dossier ended as {other}")),
        }
    };
    settle(&inside.store)?;
    let (_, time) = timed(|| spread(at_once, cases, one))?;
    settle(&inside.store)?;
    Ok(cases.len() as f64 / time.as_secs_f64())
}

/// Waits until every entry has its number and every follower has seen it.
fn settle(store: &Store) -> Result<(), String> {
    let done = || -> kernel::Result<bool> {
        store.settle()?;
        store.read(|tx| {
            let state = tx.follower_state()?;
            Ok(state.len() == 3 && state.iter().all(|f| f.lag == 0))
        })
    };
    let begun = Instant::now();
    while begun.elapsed() < bare_engines::PATIENCE {
        if done().map_err(|e| e.to_string())? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err("the followers did not catch up".into())
}

/// Rows in all tables.
fn rows_in(store: &Store) -> Result<usize, String> {
    let tables = SCHEMAS.iter().chain([&store::SCHEMA]).flat_map(|s| s.files).flat_map(|file| {
        file.lines().filter_map(|l| l.strip_prefix("CREATE TABLE ")?.split_whitespace().next())
    });
    let counts: Vec<String> = tables.map(|t| format!("(SELECT COUNT(*) FROM {t})")).collect();
    let sql = format!("SELECT {}", counts.join(" + "));
    let rows = store.read(|tx| tx.one(&sql, params![], |r| r.get::<i64>(0)));
    Ok(usize::try_from(rows.map_err(|e| e.to_string())?).unwrap_or(0))
}

/// The same life as people live it: pages opened, forms filled and sent, over HTTP. The head
/// refuses at the end, so that the same people can file for the same home again.
pub fn http(bench: &mut Bench) -> Result<Figure, String> {
    let text = |e: Wrong| e.to_string();
    let program = bench.program()?;
    let cast = Cast::of(program).map_err(text)?;
    let (officer, head, home) = (&cast.officer, &cast.head, &cast.home);
    // One consents at a time, to everything there is: as one person does.
    let owner = Mutex::new(cast.owner);
    let newcomers: Vec<Walker> = NEWCOMERS
        .iter()
        .map(|role| Walker::as_citizen(program, role))
        .collect::<Result<_, _>>()
        .map_err(text)?;
    let (end, done) = (Instant::now() + HTTP_TIME, AtomicU32::new(0));
    let reason = [("reason", "Chưa đủ điều kiện."), ("basis", "Luật Cư trú 68/2020/QH14 Đ28")];
    let one = |newcomer: &Walker| -> Result<(), String> {
        let (mut by, mut officer, mut head) = (newcomer.clone(), officer.clone(), head.clone());
        while Instant::now() < end {
            let code = file_temporary_residence(&mut by, home).map_err(text)?;
            pay(&mut by, &code).map_err(text)?;
            let mut owner = owner.lock().unwrap_or_else(PoisonError::into_inner);
            consent_to_all(&mut owner).map_err(text)?;
            drop(owner);
            decide(&mut officer, &code, "propose", &[]).map_err(text)?;
            decide(&mut head, &code, "refuse", &reason).map_err(text)?;
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    let (_, time) = timed(|| spread(newcomers.len(), &newcomers, one))?;
    let done = f64::from(done.into_inner());
    Ok(Figure::of(done / time.as_secs_f64()).note(format!(
        "{} people file at the same time; a life is 15 requests; two letters each are set and signed \
         on the same cores meanwhile",
        newcomers.len()
    )))
}
