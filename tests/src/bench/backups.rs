//! Rows about backups: the first, the next one, and back again.

use super::{Bench, Figure, timed};
use crate::{
    folder::Folder,
    program::{Options, Program, run},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// Persons of the province.
const PERSONS: u64 = 100_000;

/// A province, a pair of keys and a place for backups.
pub struct Bed {
    folder: Folder,
    /// Megabytes of the database.
    megabytes: f64,
}

impl Bed {
    /// Makes them, and the first backup; also how long that took.
    fn new() -> Result<(Self, f64), String> {
        let bed = Self { folder: Folder::new(), megabytes: 0.0 };
        let data = Some(bed.folder.path().join("data"));
        Program::start(&Options { persons: PERSONS, data, ..Options::default() })?.stop();
        command(&["backup", "key", &bed.at("key")])?;
        let bytes = fs::metadata(bed.database()).map_err(|e| e.to_string())?.len();
        let took = bed.backup()?;
        Ok((Self { megabytes: bytes as f64 / 1e6, ..bed }, took))
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("data/province.db")
    }

    fn backup(&self) -> Result<f64, String> {
        let (store, key, data) = (self.at("store"), self.at("key.pub"), self.at("data"));
        command(&["backup", &store, "--key", &key, "--data", &data])
    }

    fn rate(&self, seconds: f64) -> f64 {
        self.megabytes / seconds
    }

    fn note(&self) -> String {
        format!("{PERSONS} persons, {:.0} MB", self.megabytes)
    }

    /// Megabytes a second of a bare copy that is made durable and read again.
    fn bare(&self) -> Result<f64, String> {
        let copy = self.folder.path().join("copy");
        let (_, took) = timed(|| copied(&self.database(), &copy).map_err(|e| e.to_string()))?;
        fs::remove_file(copy).map_err(|e| e.to_string())?;
        Ok(self.rate(took.as_secs_f64()))
    }
}

fn copied(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()?;
    std::io::copy(&mut File::open(to)?, &mut std::io::sink()).map(drop)
}

/// Runs a command; seconds from its start to its end.
fn command(args: &[&str]) -> Result<f64, String> {
    let (ran, took) = timed(|| run(args, ""))?;
    if ran.code == Some(0) { Ok(took.as_secs_f64()) } else { Err(ran.err) }
}

fn bed(bench: &mut Bench) -> Result<&(Bed, f64), String> {
    bench.stop();
    if bench.backups.is_none() {
        bench.backups = Some(Bed::new()?);
    }
    bench.backups.as_ref().ok_or_else(|| "no backup".into())
}

/// All of it is new.
pub fn first(bench: &mut Bench) -> Result<Figure, String> {
    let (bed, took) = bed(bench)?;
    Ok(Figure::of(bed.rate(*took)).against("bare copy, MB/s", bed.bare()?).note(bed.note()))
}

/// Only what has changed since is written.
pub fn next(bench: &mut Bench) -> Result<Figure, String> {
    let (bed, _) = bed(bench)?;
    let took = bed.backup()?;
    Ok(Figure::of(bed.rate(took)).against("bare copy, MB/s", bed.bare()?).note(bed.note()))
}

/// Into an empty folder.
pub fn restored(bench: &mut Bench) -> Result<Figure, String> {
    let (bed, _) = bed(bench)?;
    let (store, key, into) = (bed.at("store"), bed.at("key"), bed.at("restored"));
    let took = command(&["restore", &store, "--key", &key, "--data", &into])?;
    fs::remove_dir_all(&into).map_err(|e| e.to_string())?;
    Ok(Figure::of(bed.rate(took)).against("bare copy, MB/s", bed.bare()?).note(bed.note()))
}
