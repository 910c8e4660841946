//! Rows about the registers inside the process: a record by key, through the door, many at once.

use super::{Bench, Figure, bare_engines, spread, text, timed};
use crate::{
    folder::Folder,
    inside::{PROVINCE, SCHEMAS, citizen},
    program::run,
};
use kernel::{PersonalId, PurposeId};
use registers::generate::Demo;
use std::time::Instant;
use store::{Store, params};

/// Records read by key.
const READS: usize = 20_000;
/// Readers through the door at the same time.
const AT_ONCE: usize = 64;
/// Persons generated in one run.
const GENERATED: u64 = 50_000;
/// Persons of a list: as many as a small province or a large town has, so that the first commits, which are small,
/// and the start of the program weigh as little as they do there.
const LISTED: u64 = 500_000;

/// What the disk allows.
pub fn commits(_: &mut Bench) -> Result<Figure, String> {
    Ok(Figure::of(bare_engines::sqlite_commits()?))
}

/// Personal numbers, far apart so that a page of the database is not read twice in a row.
fn numbers(store: &Store, most: usize) -> Result<Vec<String>, String> {
    let all = store
        .read(|tx| tx.rows("SELECT pid FROM person", params![], |r| r.get::<String>(0)))
        .map_err(text)?;
    let count = all.len().max(1);
    Ok((0..most).filter_map(|n| all.get(n * 7_919 % count).cloned()).collect())
}

/// One whole record by its key, in a snapshot of its own.
pub fn read_by_key(bench: &mut Bench) -> Result<Figure, String> {
    let (store, file) = bench.inside()?.store_and_file();
    let keys = numbers(&store, READS)?;
    let sql = "SELECT * FROM person WHERE pid = ?1";
    let mut took: Vec<f64> = Vec::with_capacity(keys.len());
    for key in &keys {
        let begun = Instant::now();
        let name =
            store.read(|tx| tx.row(sql, params![key], |r| r.get::<String>(9))).map_err(text)?;
        took.push(begun.elapsed().as_secs_f64() * 1e6);
        if name.is_none() {
            return Err("a record is missing".into());
        }
    }
    let mean = took.iter().sum::<f64>() / took.len().max(1) as f64;
    took.sort_by(f64::total_cmp);
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    let bare = bare_engines::sqlite_read_us(&file, sql, &keys)?;
    Ok(Figure::of(mean)
        .against("bare rusqlite, µs", bare)
        .note(format!("mean of {READS}; 99 % within {p99:.1} µs")))
}

/// Records through the one door: rules asked, entry in the journal, durable before the answer.
pub fn through_the_door(bench: &mut Bench) -> Result<Figure, String> {
    let inside = bench.inside()?;
    let (store, law) = (inside.store.clone(), inside.env.law.clone());
    let people: Vec<PersonalId> = numbers(&store, READS / 2)?
        .iter()
        .map(|n| PersonalId::parse(n))
        .collect::<kernel::Result<_>>()
        .map_err(text)?;
    let purpose = PurposeId::from("own.data");
    let items = ["name", "birth", "sex", "permanent", "temporary", "abode"];
    let read = |pid: &PersonalId| {
        registers::read_now(&store, &law, &citizen(pid), &purpose, pid, &items, None)
            .map(drop)
            .map_err(text)
    };
    spread(AT_ONCE, &people[..people.len() / 10], read)?;
    let (_, time) = timed(|| spread(AT_ONCE, &people, read))?;
    let rate = people.len() as f64 / time.as_secs_f64();
    let bare = bare_engines::sqlite_inserts(AT_ONCE, 100)?;
    Ok(Figure::of(rate).against("bare inserts in the same groups, /s", bare))
}

/// A province made and written, indexes included.
pub fn generate(_: &mut Bench) -> Result<Figure, String> {
    let folder = Folder::new();
    let file = folder.path().join("province.db");
    let store = Store::open(&format!("sqlite:{}", file.display()), SCHEMAS).map_err(text)?;
    let demo = Demo { persons: GENERATED, seed: 1, province: PROVINCE.to_owned() };
    let (made, time) = timed(|| demo.run(&store, &mut |_| {}).map_err(text))?;
    drop(store);
    let rate = made.persons as f64 / time.as_secs_f64();
    let bare = bare_engines::sqlite_copy_province(&file)?;
    Ok(Figure::of(rate)
        .against("the same rows copied by the engine alone, /s", bare)
        .note(format!("{} persons, {} households", made.persons, made.households)))
}

/// A list taken over into an empty register, indexes included.
pub fn import(_: &mut Bench) -> Result<Figure, String> {
    let (from, to) = (Folder::new(), Folder::new());
    let list = from.path().join("people.csv").display().to_string();
    let [source, target] = [&from, &to].map(|f| f.path().display().to_string());
    let command = |args: &[&str]| -> Result<(), String> {
        let ran = run(args, "")?;
        if ran.code == Some(0) { Ok(()) } else { Err(ran.err) }
    };
    command(&["generate", "--persons", &LISTED.to_string(), "--data", &source])?;
    command(&["export", "population", &list, "--data", &source])?;
    let (_, time) = timed(|| command(&["import", "population", &list, "--data", &target]))?;
    let taken = bare_engines::sqlite(&to.path().join("province.db"))?
        .query_row("SELECT COUNT(*) FROM person", [], |r| r.get::<_, i64>(0))
        .map_err(|e| e.to_string())?;
    let bare = bare_engines::sqlite_copy_province(&from.path().join("province.db"))?;
    Ok(Figure::of(taken as f64 / time.as_secs_f64())
        .against("the same rows copied by the engine alone, /s", bare)
        .note(format!("{taken} persons, CSV")))
}
