//! `import population` and `export population`: lists of people in and out, with progress and a report;
//! `match population`: records that may be one person.

use crate::cli::{ExportArgs, ImportArgs, MatchArgs};
use crate::folder;
use crate::progress::Progress;
use crate::province::open_store;
use kernel::{Error, Result, Say};
use registers::transfer::{
    self, Encoding, Export, Format, Import, Run, Stage, State, totals, write_report,
};
use registers::{Certainty, Law};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::Store;

/// Takes lists over, one after another. Fails if a list was refused; bad rows alone do not.
pub fn import(args: &ImportArgs, say: &[Say; 2]) -> Result<ExitCode> {
    let _held = folder::hold_own(&args.data, args.database.as_deref())?;
    let store = open_store(&args.data, args.database.as_deref())?;
    let law = Law::load()?;
    let mut code = ExitCode::SUCCESS;
    for file in &args.files {
        let run = one(args, file, &store, &law)?;
        tell(&store, &run, say)?;
        let report = args.report.clone().unwrap_or_else(|| beside(file));
        if run.counts.remarks > 0 {
            report_to(&store, &run, say, &report)?;
        }
        if run.state == State::Refused {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

fn one(args: &ImportArgs, file: &Path, store: &Store, law: &Law) -> Result<Run> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let wanted = Import {
        path: file.to_owned(),
        format: args.format.as_deref().and_then(Format::parse),
        encoding: args.encoding.as_deref().and_then(Encoding::parse),
        source: args.source.clone().unwrap_or(name),
        certainty: Certainty::parse(&args.certainty).unwrap_or(Certainty::Stated),
        whole: args.all_or_nothing,
    };
    let mut shown: Option<(Stage, Progress)> = None;
    let run = transfer::import(store, law, &wanted, &mut |p| {
        if shown.as_ref().is_none_or(|(stage, _)| *stage != p.stage) {
            if let Some((_, bar)) = shown.take() {
                bar.end();
            }
            let what = match p.stage {
                Stage::Surveying => "survey",
                Stage::Checking => "check",
                Stage::Writing => "import",
                Stage::Indexing => "index",
            };
            shown = Some((p.stage, Progress::new(what, p.of)));
        }
        if let Some((_, bar)) = &shown {
            bar.set(p.bytes);
        }
    })?;
    if let Some((_, bar)) = shown {
        bar.end();
    }
    Ok(run)
}

/// What became of the rows, and how many remarks for which reason.
#[allow(clippy::print_stdout)]
fn tell(store: &Store, run: &Run, say: &[Say; 2]) -> Result<()> {
    let found = store.read(|tx| totals(tx, &run.id))?;
    let c = run.counts;
    let numbers = [
        ("rows", c.rows),
        ("added", c.added),
        ("filled", c.filled),
        ("same", c.same),
        ("disputed", c.disputed),
        ("bad", c.bad),
    ];
    for s in say {
        let values = numbers.map(|(name, n)| (name, s.number(n)));
        let key = match run.state {
            State::Refused => "app-import-refused",
            _ => "app-import-done",
        };
        println!("{}: {}", run.file, s.with(key, &values));
        if c.rows == 0 {
            println!("  {}", s.t("app-import-nobody"));
        }
        for total in &found {
            let words = s.t(&total.reason.key());
            println!("  {} × {words}", s.number(total.count));
        }
    }
    Ok(())
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".report.csv");
    PathBuf::from(name)
}

#[allow(clippy::print_stdout)]
fn report_to(store: &Store, run: &Run, say: &[Say; 2], path: &Path) -> Result<()> {
    let failed = |e: std::io::Error| Error::new(registers::FILE_UNWRITTEN).because(e);
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).map_err(failed)?);
    store.read(|tx| write_report(tx, &run.id, [&say[0], &say[1]], &mut out))?;
    for s in say {
        println!("{}", s.t1("app-import-report", "file", path.display()));
    }
    Ok(())
}

/// Gives the population out.
#[allow(clippy::print_stdout)]
pub fn export(args: &ExportArgs, say: &[Say; 2]) -> Result<()> {
    let _held = folder::hold_own(&args.data, args.database.as_deref())?;
    let store = open_store(&args.data, args.database.as_deref())?;
    let law = Law::load()?;
    let asked = args.format.as_deref().and_then(Format::parse);
    let format = asked.or_else(|| Format::of(&args.file));
    let day = args
        .day
        .as_deref()
        .map(|d| d.parse().map_err(|_| Error::new(kernel::error::DATE_UNREAL).field("day")));
    let wanted = Export {
        path: args.file.clone(),
        format: format.ok_or_else(|| Error::new(registers::FORMAT_UNKNOWN))?,
        day: day.transpose()?,
    };
    let mut bar = None;
    let done = transfer::export(&store, &law, &wanted, &mut |n, of| {
        bar.get_or_insert_with(|| Progress::new("export", of)).set(n);
    })?;
    if let Some(bar) = bar {
        bar.end();
    }
    for s in say {
        let persons = s.number(i64::try_from(done.persons).unwrap_or(i64::MAX));
        println!("{}", s.t2("app-export-done", "persons", persons, "hash", &done.file_hash));
    }
    Ok(())
}

/// Compares the register with itself.
#[allow(clippy::print_stdout)]
pub fn compare(args: &MatchArgs, say: &[Say; 2]) -> Result<()> {
    let _held = folder::hold_own(&args.data, args.database.as_deref())?;
    let store = open_store(&args.data, args.database.as_deref())?;
    let mut bar = None;
    let found = registers::matching::find(&store, &mut |p| {
        bar.get_or_insert_with(|| Progress::new("match", p.of)).set(p.pairs);
    })?;
    if let Some(bar) = bar {
        bar.end();
    }
    let numbers = [("compared", found.compared), ("new", found.new), ("common", found.too_common)];
    for s in say {
        let said = numbers.map(|(key, n)| (key, s.number(i64::try_from(n).unwrap_or(i64::MAX))));
        println!("{}", s.with("app-match-done", &said));
    }
    Ok(())
}
