//! `database copy` and `database distribute`: a province into another database, and over many nodes.

pub mod cli;

use crate::progress::Progress;
use crate::province::SCHEMAS;
use crate::{DATABASE_SAME, DATABASE_UNNAMED, config, folder};
use cli::{CopyArgs, DatabaseCommand, DistributeArgs};
use kernel::{Error, Result, Say};
use std::path::{Path, PathBuf};
use std::time::Instant;
use store::{Copying, Spread, Store};

/// Does what was asked.
pub fn run(command: &DatabaseCommand, say: &[Say; 2]) -> Result<()> {
    match command {
        DatabaseCommand::Copy(args) => copy(args, say),
        DatabaseCommand::Distribute(args) => distribute(args, say),
    }
}

/// A database as it was named.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Server(String),
}

impl Place {
    /// A folder of data holds its database under its own name.
    fn of(text: &str) -> Result<Self> {
        if let Some(file) = text.strip_prefix('@') {
            return Self::of(&config::secret_line(Path::new(file))?);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Server(text.to_owned()));
        }
        let (file, named) = match text.strip_prefix("sqlite:") {
            Some(file) => (Path::new(file), true),
            None if text.contains("://") => return Err(Error::new(store::DATABASE_URL)),
            None => (Path::new(text), false),
        };
        let is_file = named || file.is_file();
        Ok(Self::File(if is_file { file.to_owned() } else { folder::database_file(file) }))
    }

    fn url(&self) -> String {
        match self {
            Self::File(file) => format!("sqlite:{}", file.display()),
            Self::Server(url) => url.clone(),
        }
    }

    /// The folder that has to be held while somebody works on the database.
    fn folder(&self) -> Option<PathBuf> {
        let Self::File(file) = self else { return None };
        let parent = file.parent().filter(|p| !p.as_os_str().is_empty());
        Some(parent.map_or_else(|| PathBuf::from("."), Path::to_path_buf))
    }
}

/// Copies, compares, and says what to do next.
#[allow(clippy::print_stdout)]
fn copy(args: &CopyArgs, say: &[Say; 2]) -> Result<()> {
    let (from, to) = (Place::of(&args.from)?, Place::of(&args.to)?);
    if let Place::File(file) = &from
        && !file.is_file()
    {
        return Err(Error::new(store::DATABASE_FOREIGN).because(file.display()));
    }
    if from == to {
        return Err(Error::new(DATABASE_SAME));
    }
    let mut folders: Vec<PathBuf> = [&from, &to].into_iter().filter_map(Place::folder).collect();
    folders.dedup();
    let _held: Vec<_> = folders.iter().map(|f| folder::hold(f)).collect::<Result<_>>()?;
    let source = Store::open_as_it_is(&from.url(), SCHEMAS)?;
    if source.read(registers::is_loading)? {
        return Err(Error::new(registers::LIST_UNFINISHED));
    }
    let begun = Instant::now();
    let mut bar: Option<(Copying, Progress)> = None;
    let done = store::copy(&source, &to.url(), SCHEMAS, &mut |what, n, of| {
        if bar.as_ref().is_none_or(|(shown, _)| *shown != what) {
            if let Some((_, bar)) = bar.take() {
                bar.end();
            }
            let key = match what {
                Copying::Rows => "database-copy",
                Copying::Indexes => "index",
                Copying::Comparing => "database-compare",
            };
            bar = Some((what, Progress::new(key, of)));
        }
        if let Some((_, bar)) = &bar {
            bar.set(n);
        }
    })?;
    if let Some((_, bar)) = bar {
        bar.end();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let rate = (done.now as f64 / seconds.max(0.001)) as u64;
    for s in say {
        let count = |n: u64| s.number(i64::try_from(n).unwrap_or(i64::MAX));
        let values = [
            ("rows", count(done.rows)),
            ("now", count(done.now)),
            ("tables", done.tables.to_string()),
            ("entries", s.number(done.entries)),
            ("root", done.root.iter().map(|b| format!("{b:02x}")).collect()),
            ("seconds", format!("{seconds:.1}")),
            ("rate", count(rate)),
        ];
        println!("{}", s.with("app-database-copied", &values));
        println!("{}", s.t("app-database-copied-next"));
    }
    Ok(())
}

/// Prints the statements, or runs them.
#[allow(clippy::print_stdout)]
fn distribute(args: &DistributeArgs, say: &[Say; 2]) -> Result<()> {
    if !args.apply {
        for step in store::spread(SCHEMAS) {
            match &step {
                Spread::Local(table, reason) => println!("-- {table}: {reason}"),
                _ => println!("{};", step.statement().unwrap_or_default()),
            }
        }
        return Ok(());
    }
    let url = match (&args.config, &args.database) {
        (Some(file), _) => config::read(file)?.database()?,
        (None, Some(text)) => Some(Place::of(text)?.url()),
        (None, None) => None,
    };
    let url = url.ok_or_else(|| Error::new(DATABASE_UNNAMED))?;
    let ran = store::distribute(&url, SCHEMAS)?;
    for sql in &ran {
        println!("{sql};");
    }
    for s in say {
        println!("{}", s.t1("app-database-distributed", "n", ran.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_by_folder_file_or_address() {
        let place = |text| Place::of(text).unwrap();
        assert_eq!(place("some/data"), Place::File("some/data/province.db".into()));
        assert_eq!(place("sqlite:some/x.db"), Place::File("some/x.db".into()));
        assert_eq!(place("sqlite:x.db").folder(), Some(".".into()));
        assert_eq!(place("postgres://h/d"), Place::Server("postgres://h/d".into()));
        assert!(Place::of("mysql://h/d").unwrap_err().is(store::DATABASE_URL));
    }
}
