//! The population as a list, in the order of numbers. A run that was cut off goes on behind the last
//! person that is safely on the disk.

use super::columns::Cells;
use super::parse::{csv_heading, write_csv, write_json};
use super::survey::survey;
use super::{Format, xml};
use crate::errors::{EXPORT_REFUSED, FILE_UNWRITTEN};
use crate::journal;
use crate::law::Law;
use crate::many;
use crate::person::{self, Person};
use kernel::{Actor, Date, Error, PurposeId, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::{Entry, ReadTx, Store, params};

/// Persons read at once.
const AT_ONCE: i64 = 2_000;
/// Chunks between two moments at which the file is made safe.
const SAFE_EVERY: u64 = 10;
/// Chuyển dữ liệu dân cư giữa các hệ thống: the purpose of giving the whole population out.
pub(crate) const PURPOSE: &str = "register.transfer";

/// A list to write.
#[derive(Clone, Debug)]
pub struct Export {
    /// Where to. While it is written it is called `….part`.
    pub path: PathBuf,
    /// In which shape.
    pub format: Format,
    /// The day that the XML names as that of its data; today by default.
    pub day: Option<Date>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Persons.
    pub persons: u64,
    /// SHA-256 of the file.
    pub file_hash: String,
}

/// How far the file is safe.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Mark {
    format: String,
    /// The last person.
    pid: String,
    persons: u64,
    bytes: u64,
}

fn failed(e: std::io::Error) -> Error {
    Error::new(FILE_UNWRITTEN).because(e)
}

/// Writes everybody. The reading is an entry of its own in the journal, under the purpose
/// `register.transfer`; without a rule for it nothing is written.
pub fn export(
    store: &Store,
    law: &Law,
    wanted: &Export,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Exported> {
    let items: Vec<&str> = person::STORED.to_vec();
    if !law.may_ever("system", PURPOSE, &items) {
        return Err(Error::new(EXPORT_REFUSED));
    }
    let of =
        store.read(|tx| tx.one("SELECT COUNT(*) FROM person", params![], |r| r.get::<i64>(0)))?;
    let of = u64::try_from(of).unwrap_or(0);
    let day = wanted.day.unwrap_or_else(|| store.clock().now().date());
    let (part, mark_path) = (beside(&wanted.path, "part"), beside(&wanted.path, "part.mark"));
    let mut mark = read_mark(&mark_path, wanted.format);
    let mut file = open(&part, mark.bytes)?;
    let mut text = String::new();
    if mark.bytes == 0 {
        text.push_str(&match wanted.format {
            Format::Csv => csv_heading(),
            Format::JsonLines => String::new(),
            Format::Xml => xml::head(&day.to_string(), of),
        });
    }
    let mut chunks = 0;
    loop {
        let after = mark.pid.clone();
        let some = store.read(|tx| chunk(tx, &after))?;
        for (pid, cells) in &some {
            match wanted.format {
                Format::Csv => write_csv(cells, &mut text),
                Format::JsonLines => write_json(cells, &mut text),
                Format::Xml => xml::write(cells, &mut text),
            }
            mark.pid.clone_from(pid);
            mark.persons += 1;
        }
        file.write_all(text.as_bytes()).map_err(failed)?;
        mark.bytes += text.len() as u64;
        text.clear();
        progress(mark.persons, of.max(mark.persons));
        if some.is_empty() {
            break;
        }
        chunks += 1;
        if chunks % SAFE_EVERY == 0 {
            file.sync_data().map_err(failed)?;
            write_mark(&mark_path, &mark)?;
        }
    }
    if wanted.format == Format::Xml {
        file.write_all(xml::FOOT.as_bytes()).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    drop(file);
    let file_hash = survey(&part, &mut |_| {})?.hash;
    record(store, wanted.format, mark.persons, &file_hash)?;
    std::fs::rename(&part, &wanted.path).map_err(failed)?;
    let _ = std::fs::remove_file(&mark_path);
    Ok(Exported { persons: mark.persons, file_hash })
}

/// Written down before the file has its name: a list nobody knows of may not leave.
fn record(store: &Store, format: Format, persons: u64, file_hash: &str) -> Result<()> {
    let body = json!({"format": format.name(), "persons": persons, "file_hash": file_hash});
    store.write(move |tx| {
        let purpose = PurposeId::from(PURPOSE);
        let entry = Entry::new(journal::EXPORTED, &Actor::system("export")).purpose(&purpose);
        tx.record(entry.body(body.clone()))
    })?;
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// The file from its safe length on; whatever stands behind it is cut off. For its owner only.
fn open(path: &Path, bytes: u64) -> Result<File> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    file.set_len(bytes).map_err(failed)?;
    file.seek(SeekFrom::Start(bytes)).map_err(failed)?;
    Ok(file)
}

/// Where a run that was cut off stood; the beginning if there was none.
fn read_mark(path: &Path, format: Format) -> Mark {
    let held = std::fs::read(path).ok().and_then(|text| serde_json::from_slice::<Mark>(&text).ok());
    let fresh = Mark { format: format.name().to_owned(), ..Mark::default() };
    held.filter(|m| m.format == fresh.format).unwrap_or(fresh)
}

fn write_mark(path: &Path, mark: &Mark) -> Result<()> {
    let new = beside(path, "new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)
        .map_err(failed)?;
    file.write_all(&serde_json::to_vec(mark)?).map_err(failed)?;
    file.sync_data().map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)
}

/// The next persons behind a number.
fn chunk(tx: &mut ReadTx, after: &str) -> Result<Vec<(String, Cells)>> {
    let people = person::after(tx, after, AT_ONCE)?;
    let mut stays: Vec<String> = people
        .iter()
        .filter_map(|p| Some(p.stay_household.as_ref()?.as_str().to_owned()))
        .collect();
    stays.sort_unstable();
    stays.dedup();
    let sql = "SELECT household, pid, relation FROM household_member \
         WHERE kind = 'temporary' AND left_on IS NULL AND household";
    let relations: HashMap<(String, String), String> =
        many::rows(tx, sql, &stays, |r| Ok(((r.get(0)?, r.get(1)?), r.get(2)?)))?
            .into_iter()
            .collect();
    people
        .iter()
        .map(|p| {
            let stay = p
                .stay_household
                .as_ref()
                .and_then(|h| relations.get(&(h.as_str().to_owned(), p.pid.as_str().to_owned())));
            Ok((p.pid.as_str().to_owned(), cells(p, stay)?))
        })
        .collect()
}

fn cells(p: &Person, stay_relation: Option<&String>) -> Result<Cells> {
    let mut items: Vec<(&str, Json)> = vec![("pid", json!(p.pid.as_str()))];
    for item in person::STORED {
        let mut value = p.value(item)?;
        if let ("temporary", Some(relation)) = (item, stay_relation) {
            value["relation"] = json!(relation);
        }
        items.push((item, value));
    }
    items.push(("disputed", json!(p.disputed())));
    Ok(Cells::of(items))
}
