//! The program `lienthong`: command line, wiring, the demo province. Holds no business rule.

mod appoint;
mod backup;
mod cli;
mod communes;
mod config;
mod database;
mod demo;
mod doctor;
mod folder;
mod generate;
mod journal;
mod lines;
mod lists;
mod log;
mod pages;
mod progress;
mod province;
mod serve;
mod traces;

use clap::Parser;
use cli::{Cli, Command, ConfigCommand, ExportCommand, ImportCommand, MatchCommand};
use kernel::{Error, Lang, Result, Say, codes};
use province::{Options, Province};
use std::process::ExitCode;

/// A request makes thousands of small texts on one thread and drops them on another: a fifth of the
/// processor's time was the system allocator's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

codes! {
    /// The address is in use or may not be listened on.
    ADDRESS_TAKEN = "app.address_taken", Unavailable;
    /// A secret file can be read by others, or is damaged.
    SECRET_OPEN = "app.secret_open", Unavailable;
    /// Another program works on the data folder.
    DATA_BUSY = "app.data_busy", Unavailable;
    /// The folder has no province to look at.
    DATA_NONE = "app.data_none", NotFound;
    /// The settings cannot be read.
    CONFIG_UNREADABLE = "app.config_unreadable", NotFound;
    /// The settings are wrong.
    CONFIG_WRONG = "app.config_wrong", BadInput;
    /// A file with a secret can be read by others.
    CONFIG_SECRET_OPEN = "app.config_secret_open", Unavailable;
    /// What a backup needs was named neither on the command line nor in the settings (`option`).
    BACKUP_UNNAMED = "app.backup_unnamed", BadInput;
    /// A rehearsal of a backup without a database: that is PostgreSQL.
    BACKUP_ENGINE = "app.backup_engine", BadInput;
    /// No room for the copy of the database (`folder`, `size`).
    BACKUP_SPACE = "app.backup_space", Unavailable;
    /// What was restored is not what was backed up.
    BACKUP_DIFFERS = "app.backup_differs", Conflict;
    /// The checkpoint to compare with is later than the backup (`size`, `entries`).
    BACKUP_LATER = "app.backup_later", BadInput;
    /// A database was to be copied into itself.
    DATABASE_SAME = "app.database_same", BadInput;
    /// No database was named where one is needed.
    DATABASE_UNNAMED = "app.database_unnamed", BadInput;
    /// `--today` is no day.
    TODAY_UNREAL = "app.today", BadInput;
}

/// This crate's words, `(vi, en)`.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Letter) {
        return paper::child_main();
    }
    let settings = match &cli.command {
        Command::Serve(args) => config::read(&args.config).map(Some),
        _ => Ok(None),
    };
    let settings = match settings {
        Ok(settings) => settings,
        Err(e) => {
            tell(&e);
            return ExitCode::FAILURE;
        }
    };
    let endpoint = match (&cli.command, &settings) {
        (Command::Demo(args), _) => args.traces.clone(),
        (_, settings) => settings.as_ref().and_then(|c| c.traces.endpoint.clone()),
    };
    let traces = match endpoint.as_deref().map(traces::Endpoint::parse).transpose() {
        Ok(endpoint) => {
            let sample = settings.as_ref().map_or(traces::Sample::ALL, |c| c.traces.sample);
            endpoint.map(|to| traces::start(to, sample))
        }
        Err(why) => {
            tell(
                &Error::new(CONFIG_WRONG).arg("file", "--traces").arg("line", "1").arg("why", why),
            );
            return ExitCode::FAILURE;
        }
    };
    let serves = matches!(cli.command, Command::Serve(_) | Command::Demo(_));
    let shape = settings.as_ref().map(|c| c.log.clone()).unwrap_or_default();
    let lines = log::start(&shape, serves, traces);
    let ran = run(cli.command, settings);
    traces::finish();
    drop(lines);
    ran.unwrap_or_else(|e| {
        tell(&e);
        ExitCode::FAILURE
    })
}

/// An error on the command line: the sentence in both languages, then the cause.
#[allow(clippy::print_stderr)]
fn tell(e: &Error) {
    match province::words() {
        Ok(words) => {
            for lang in [Lang::Vi, Lang::En] {
                eprintln!("{}", e.text(&Say::new(words.clone(), lang)));
            }
            eprintln!("({e})");
        }
        Err(other) => eprintln!("{e} ({other})"),
    }
}

#[allow(clippy::print_stdout)]
fn run(command: Command, settings: Option<config::Config>) -> Result<ExitCode> {
    let say = |lang| province::words().map(|w| Say::new(w, lang));
    match command {
        Command::Letter => Ok(ExitCode::SUCCESS),
        Command::Demo(args) => demo::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Generate(args) => generate::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Import(ImportCommand::Population(args)) => lists::import(&args, &both()?),
        Command::Match(MatchCommand::Population(args)) => {
            lists::compare(&args, &both()?).map(|()| ExitCode::SUCCESS)
        }
        Command::Export(ExportCommand::Population(args)) => {
            lists::export(&args, &both()?).map(|()| ExitCode::SUCCESS)
        }
        Command::Serve(args) => {
            let settings = settings.ok_or_else(|| Error::bug("no settings"))?;
            serve_province(&settings, args.accept_fork).map(|()| ExitCode::SUCCESS)
        }
        Command::Config(ConfigCommand::Example) => {
            print!("{}", config::EXAMPLE);
            Ok(ExitCode::SUCCESS)
        }
        Command::Config(ConfigCommand::Check { file }) => {
            config::read(&file)?.database()?;
            println!("{}", say(Lang::Vi)?.t1("config-good", "file", file.display()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Communes(command) => communes::run(&command, &both()?).map(|()| ExitCode::SUCCESS),
        Command::Appoint(args) => appoint::run(&args, &both()?).map(|()| ExitCode::SUCCESS),
        Command::Doctor(args) => {
            let well = doctor::run(&args, &say(Lang::from_tag(&args.lang))?)?;
            Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Check { files, lang, schema } => {
            if schema {
                print!("{}", services::definition::json_schema());
                return Ok(ExitCode::SUCCESS);
            }
            let today = store::Clock::system().now().date();
            let (lines, code) =
                services::definition::check_cli(&files, Lang::from_tag(&lang), today);
            for line in lines {
                println!("{line}");
            }
            Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
        }
        Command::Calendar(c) => {
            let good = lines::calendar(&c, &say(Lang::Vi)?)?;
            Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Places(c) => {
            let words = province::words()?;
            let found = lines::places(&c, |lang| Say::new(words.clone(), lang))?;
            Ok(if found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Journal(c) => journal::run(c),
        Command::Database(c) => database::run(&c, &both()?).map(|()| ExitCode::SUCCESS),
        Command::Backup(c) => backup::run(c),
        Command::Restore(c) => backup::restore(&c),
        Command::Routes { data } => {
            for page in demo::pages(&data)? {
                println!("{} {}", page.method, page.path);
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Openapi => {
            println!("{}", pages::openapi());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Runs a province until it is told to stop.
fn serve_province(c: &config::Config, accept_fork: bool) -> Result<()> {
    let _held = folder::hold(&c.data)?;
    let store = province::open_store(&c.data, c.database()?.as_deref())?;
    let options = Options {
        data: c.data.clone(),
        url: c.url.trim_end_matches('/').to_owned(),
        province: c.province.clone(),
        demo: false,
        proxy: c.proxy(),
        budgets: c.rates,
        support: c.support.clone(),
        dossier_prefix: c.dossier_prefix.clone(),
        treasury: services::vietqr::Account {
            bank: c.treasury.bank.clone(),
            number: c.treasury.number.clone(),
            name: c.treasury.name.clone(),
        },
        journal: journal::cli::JournalOptions {
            journal_origin: c.journal.origin.clone(),
            witness: c.journal.witness.clone(),
            accept_fork,
        },
    };
    let province = Province::open(options, store)?;
    let code = kernel::ProvinceCode::parse(&c.province)?;
    appoint::keep_agencies(&province.store, province.identity.law(), &code)?;
    let listener = serve::bind(&c.listen)?;
    let metrics = match c.metrics_listen.as_str() {
        "" => None,
        address => Some(serve::bind(address)?),
    };
    province.run(listener, metrics, || {})
}

/// Vietnamese and English: on the command line nobody has chosen yet.
fn both() -> Result<[Say; 2]> {
    let words = province::words()?;
    Ok([Lang::Vi, Lang::En].map(|lang| Say::new(words.clone(), lang)))
}
