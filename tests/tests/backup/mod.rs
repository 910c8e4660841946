//! Backup and restore as the engineer meets them: the real program, people at work meanwhile, kill -9,
//! damage, yesterday's copy.

mod faults;
mod rehearsal;
mod whole;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use tests::{
    built,
    folder::Folder,
    program::{Options, Program, Ran, run, write_settings},
    rows::{self, Rows},
    walks::{Cast, Walker},
};

/// A folder with a pair of keys and a place for backups beside the province.
struct Bed {
    folder: Folder,
}

impl Bed {
    fn new() -> Self {
        let bed = Self { folder: Folder::new() };
        good(&run(&["backup", "key", &bed.at("key")], "").unwrap());
        bed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn backup(&self, data: &Path) -> Ran {
        self.backup_with(data, &[])
    }

    fn backup_with(&self, data: &Path, more: &[&str]) -> Ran {
        let (store, key, data) = (self.at("store"), self.at("key.pub"), data.display().to_string());
        let args = ["backup", &store, "--key", &key, "--data", &data, "--lang", "en"];
        run(&[&args, more].concat(), "").unwrap()
    }

    fn command(&self, command: &[&str], key: &str, more: &[&str]) -> Ran {
        let (store, key) = (self.at("store"), self.at(key));
        let args = [command, &[&store, "--key", &key, "--lang", "en"], more].concat();
        run(&args, "").unwrap()
    }

    fn verify(&self, key: &str) -> Ran {
        self.command(&["backup", "verify"], key, &[])
    }

    fn restore(&self, into: &str, more: &[&str]) -> Ran {
        let into = self.at(into);
        self.command(&["restore"], "key", &[&["--data", into.as_str()], more].concat())
    }

    /// The manifests, the oldest first.
    fn manifests(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = fs::read_dir(self.path("store/backups"))
            .map(|dir| dir.map(|f| f.unwrap().path()).collect())
            .unwrap_or_default();
        all.retain(|f| f.extension().is_some_and(|e| e == "json"));
        all.sort();
        all
    }

    /// A moment at which exactly this backup is the newest, as an operator writes it.
    fn moment_of(manifest: &Path) -> String {
        let name = manifest.file_stem().unwrap().to_str().unwrap();
        let (day, clock) = name.split_once('T').unwrap();
        format!("{day} {}", clock.replace('-', ":"))
    }
}

#[track_caller]
fn good(ran: &Ran) {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.out.contains('⟦') && !ran.err.contains('⟦'), "{ran:?}");
}

#[track_caller]
fn bad(ran: &Ran, words: &str) {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.contains(words) || ran.err.contains(words), "{words}: {ran:?}");
    assert!(!ran.err.contains("panicked") && !ran.err.contains('⟦'), "{ran:?}");
}

/// Entries and root as `journal verify` recomputes them.
fn journal(data: &Path) -> String {
    let ran = run(&["journal", "verify", "--data", data.to_str().unwrap(), "--lang", "en"], "");
    let ran = ran.unwrap();
    good(&ran);
    ran.out.lines().next().unwrap().to_owned()
}

/// Every row of every table, as text.
fn everything(data: &Path) -> Vec<(String, Vec<String>)> {
    let rows = Rows::of(data);
    let tables = rows.texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
        [],
    );
    let dump = |table: &String| {
        let columns =
            rows.texts("SELECT 'quote(' || name || ')' FROM pragma_table_info(?1)", [table]);
        let sql = format!("SELECT {} FROM {table} ORDER BY 1", columns.join(" || ',' || "));
        rows.texts(&sql, [])
    };
    tables.iter().map(|t| (t.clone(), dump(t))).collect()
}

/// The journal's rows up to an entry, byte by byte.
fn entries(data: &Path, to: i64) -> Vec<String> {
    let sql = "SELECT seq || id || kind || at || actor || subjects || body || hex(salt) || hex(leaf) \
               FROM journal WHERE seq <= ?1 ORDER BY seq";
    Rows::of(data).texts(sql, [to])
}
