//! One point: a population of one size on one engine, made, read, searched, served, listed, taken over.

use crate::bench::text;
use crate::{
    bench::{bare_engines, middle, timed},
    built,
    engine::Engine,
    folder::Folder,
    inside::{PROGRAM_SCHEMAS, officer},
    program::{Options, Program},
};
use kernel::PersonalId;
use registers::{Law, Query, Reading};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use store::{Store, params};

/// People who are looked for, far apart.
const LOOKED_FOR: i64 = 200;
/// Records read by number.
const READS: i64 = 5_000;
/// The longest a command may take.
const COMMAND_MAX: Duration = Duration::from_secs(3_600);

type Figures = BTreeMap<String, f64>;

/// A database of its own, gone when dropped.
struct Place {
    folder: Folder,
    postgres: Option<String>,
}

impl Place {
    fn new(engine: Engine) -> Self {
        let postgres = (engine == Engine::Postgres).then(store::testing::postgres_large);
        Self { folder: Folder::new(), postgres }
    }
    fn url(&self) -> String {
        self.postgres.clone().unwrap_or_else(|| format!("sqlite:{}", self.file().display()))
    }
    fn file(&self) -> PathBuf {
        self.folder.path().join("province.db")
    }
    fn args(&self) -> Vec<String> {
        let mut args = vec!["--data".to_owned(), self.folder.path().display().to_string()];
        if let Some(url) = &self.postgres {
            args.extend(["--database".to_owned(), url.clone()]);
        }
        args
    }
    fn bytes(&self) -> Result<f64, String> {
        match &self.postgres {
            None => fs::metadata(self.file()).map(|m| m.len() as f64).map_err(|e| e.to_string()),
            Some(url) => bare_engines::postgres_size(url),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(url) = &self.postgres {
            store::testing::drop_database(url);
        }
    }
}

/// Runs a command of the program; gives seconds and the most memory it held, MB.
fn command(args: &[String]) -> Result<(f64, f64), String> {
    let begun = Instant::now();
    let mut child = Command::new(built("lienthong"))
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| e.to_string())?;
    let status = format!("/proc/{}/status", child.id());
    let mut kib = 0.0_f64;
    loop {
        if let Some(ended) = child.try_wait().map_err(|e| e.to_string())? {
            let seconds = begun.elapsed().as_secs_f64();
            return match ended.success() {
                true => Ok((seconds, kib * 1024.0 / 1e6)),
                false => Err(format!("{} ended with {ended}", args.join(" "))),
            };
        }
        if begun.elapsed() > COMMAND_MAX {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{} took too long", args.join(" ")));
        }
        let now = fs::read_to_string(&status).unwrap_or_default();
        let mark = now.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let mark = mark.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
        kib = kib.max(mark.unwrap_or(0.0));
        thread::sleep(Duration::from_millis(20));
    }
}

fn words(start: &[&str], place: &Place) -> Vec<String> {
    start.iter().map(|w| (*w).to_owned()).chain(place.args()).collect()
}

/// Everything, in an order that needs the least room on the disk.
///
/// `lists`: also written to a list and taken over from it, which takes longer than all the rest.
pub fn measure(engine: Engine, persons: u64, lists: bool) -> Result<(Figures, Figures), String> {
    let (mut figures, mut references) = (Figures::new(), Figures::new());
    let scratch = Folder::new();
    let list = scratch.path().join("people.csv");
    let place = Place::new(engine);
    let (seconds, memory) =
        command(&words(&["generate", "--seed", "1", "--persons", &persons.to_string()], &place))?;
    let people = count(&place)?;
    figures.insert("generate".into(), people / seconds);
    figures.insert("generate-memory".into(), memory);
    figures.insert("disk".into(), place.bytes()? / people);
    inside(&place, engine, &mut figures, &mut references)?;
    if lists {
        let export = words(&["export", "population", &list.display().to_string()], &place);
        figures.insert("export".into(), people / command(&export)?.0);
    }
    served(&place, persons, &mut figures)?;
    drop(place);
    if lists {
        import(engine, &list, people, &mut figures)?;
    }
    Ok((figures, references))
}

/// Takes the list over into an empty register.
fn import(engine: Engine, list: &Path, people: f64, figures: &mut Figures) -> Result<(), String> {
    let place = Place::new(engine);
    let (seconds, memory) =
        command(&words(&["import", "population", &list.display().to_string()], &place))?;
    let taken = count(&place)?;
    if (taken - people).abs() > people * 0.001 {
        return Err(format!("{taken} of {people} persons were taken over"));
    }
    figures.insert("import".into(), taken / seconds);
    figures.insert("import-memory".into(), memory);
    Ok(())
}

fn count(place: &Place) -> Result<f64, String> {
    let store = Store::open(&place.url(), PROGRAM_SCHEMAS).map_err(text)?;
    let count = store
        .read(|tx| tx.one("SELECT COUNT(*) FROM person", params![], |r| r.get::<i64>(0)))
        .map_err(text)?;
    Ok(count as f64)
}

/// Somebody with a home.
struct Someone {
    pid: PersonalId,
    name: String,
    birth: String,
    commune: String,
    line: String,
    file: String,
}

/// Heads of households far apart.
fn some(store: &Store, most: i64) -> Result<Vec<Someone>, String> {
    let found = store.read(|tx| {
        let all = tx.one("SELECT COUNT(*) FROM household", params![], |r| r.get::<i64>(0))?;
        let mut out = Vec::new();
        for n in 0..most {
            let id = format!("H{:010}", 1 + n * (all / most).max(1) % all.max(1));
            out.extend(tx.row(
                "SELECT p.pid, p.name, p.birth, d.commune, d.line, h.file FROM household h \
                 JOIN dwelling d ON d.id = h.dwelling JOIN person p ON p.pid = h.head \
                 WHERE h.id = ?1 AND p.household = h.id",
                params![id],
                |r| {
                    Ok(Someone {
                        pid: r.get(0)?,
                        name: r.get(1)?,
                        birth: r.get(2)?,
                        commune: r.get(3)?,
                        line: r.get(4)?,
                        file: r.get(5)?,
                    })
                },
            )?);
        }
        Ok(out)
    });
    found.map_err(text)
}

fn last(text: &str, by: &str) -> String {
    text.rsplit(by).next().unwrap_or_default().to_owned()
}

/// The ten kinds of question an officer asks.
fn questions(s: &Someone) -> [Query; 10] {
    let plain = kernel::vietnamese::search_key(&s.name);
    let surname = plain.split(' ').next().unwrap_or_default().to_owned();
    let given = last(&plain, " ");
    [
        Query::name(&s.name),
        Query::name(&plain),
        Query::name(&given),
        Query::name(&format!("{given} {surname}")),
        Query::name(&surname),
        Query { year: s.birth.get(..4).and_then(|y| y.parse().ok()), ..Query::name(&s.name) },
        Query::name("khong-co ai-ca"),
        Query { address: s.line.clone(), ..Query::default() },
        Query { address: last(&s.line, ", "), ..Query::name(&given) },
        Query { file: s.file.clone(), ..Query::default() },
    ]
}

fn at(sorted: &[f64], of_hundred: usize) -> f64 {
    sorted
        .get((sorted.len() * of_hundred / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

/// Reading and searching inside the process.
fn inside(
    place: &Place,
    engine: Engine,
    figures: &mut Figures,
    references: &mut Figures,
) -> Result<(), String> {
    let store = Store::open(&place.url(), PROGRAM_SCHEMAS).map_err(text)?;
    let law = Law::load().map_err(text)?;
    let mut took = Vec::new();
    for s in some(&store, LOOKED_FOR)? {
        let by = officer("commune-police.officer", &s.commune, 1);
        for query in questions(&s) {
            let begun = Instant::now();
            let found = store.record(|tx| registers::search(tx, &law, &by, &query));
            match found.and_then(Reading::into_result) {
                Ok(_) => took.push(begun.elapsed().as_secs_f64() * 1e3),
                // A name of one letter: an officer is asked for more.
                Err(e) if e.is(registers::SEARCH_SHORT) => {}
                Err(e) => return Err(text(e)),
            }
        }
    }
    took.sort_by(f64::total_cmp);
    figures.insert("search-p95".into(), at(&took, 95));

    let keys: Vec<String> =
        some(&store, READS)?.into_iter().map(|s| s.pid.as_str().to_owned()).collect();
    let sql = "SELECT * FROM person WHERE pid = ?1";
    let mut took = Vec::new();
    for key in &keys {
        let begun = Instant::now();
        store.read(|tx| tx.row(sql, params![key], |r| r.get::<String>(9))).map_err(text)?;
        took.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    took.sort_by(f64::total_cmp);
    figures.insert("read-p99".into(), at(&took, 99));
    drop(store);
    let mut bare = match engine {
        Engine::Sqlite => bare_engines::sqlite_reads(&place.file(), sql, &keys)?,
        Engine::Postgres => bare_engines::postgres_reads(&place.url(), &keys)?,
    };
    bare.sort_by(f64::total_cmp);
    references.insert("read-p99".into(), at(&bare, 99));
    Ok(())
}

/// Starting on the data, and resting.
fn served(place: &Place, persons: u64, figures: &mut Figures) -> Result<(), String> {
    let data: &Path = place.folder.path();
    let mut options = Options { persons, ..Options::kept_in(data) };
    options.persons = persons;
    if let Some(url) = &place.postgres {
        options.more = vec!["--database".into(), url.clone()];
    }
    let start = || {
        let program = Program::start(&options)?;
        let answer = program.client().get("/").map_err(|e| e.to_string())?;
        if answer.status == 200 { Ok(program) } else { Err(format!("/ gave {}", answer.status)) }
    };
    start()?.stop(); // makes accounts for the cast
    let time = middle(3, || {
        let (mut program, time) = timed(start)?;
        program.stop();
        Ok(time)
    })?;
    figures.insert("start".into(), time.as_secs_f64());
    let program = start()?;
    thread::sleep(Duration::from_secs(5));
    let kib = program.resident_kib().ok_or("no /proc here")?;
    figures.insert("memory".into(), kib as f64 * 1024.0 / 1e6);
    Ok(())
}
