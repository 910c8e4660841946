//! The command line.

use crate::backup::cli::{BackupArgs, RestoreArgs};
use crate::database::cli::DatabaseCommand;
use crate::journal::cli::{JournalCommand, JournalOptions};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Liên Thông: a digital province in one program.
#[derive(Debug, Parser)]
#[command(name = "lienthong", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make (once) and run a demo province with synthetic people.
    Demo(DemoArgs),
    /// Run a province.
    Serve(ServeArgs),
    /// Settings of an installation.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Give somebody of the register a post: the first operator, the first officers. Later the operator
    /// does it on a page.
    Appoint(AppointArgs),
    /// Look whether an installation is well, and say what to do where it is not.
    Doctor(DoctorArgs),
    /// Fill an empty register with synthetic people; goes on where it stood if it was cut off.
    Generate(GenerateArgs),
    /// Take data over from other systems.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Give data out to other systems.
    #[command(subcommand)]
    Export(ExportCommand),
    /// Look for records that may be one person.
    #[command(subcommand)]
    Match(MatchCommand),
    /// Check procedure files; without names, those that come with the program.
    Check {
        /// Procedure files (TOML).
        files: Vec<PathBuf>,
        /// Language of the findings: vi or en.
        #[arg(long, default_value = "vi")]
        lang: String,
        /// Print the JSON Schema of procedure files instead.
        #[arg(long)]
        schema: bool,
    },
    /// Working calendar.
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// Communes and provinces through time.
    #[command(subcommand)]
    Places(PlacesCommand),
    /// Communes that are merged into another one on a date.
    #[command(subcommand)]
    Communes(CommunesCommand),
    /// The journal as evidence: check, export, prove, seal.
    #[command(subcommand)]
    Journal(JournalCommand),
    /// The database as a whole: into another one, or over many nodes.
    #[command(subcommand)]
    Database(DatabaseCommand),
    /// Copy a province into a folder of backups while it runs: encrypted to a public key, only what is
    /// new, read back. Of a province on PostgreSQL only the keys; see docs/backup.md.
    Backup(BackupArgs),
    /// Put a province back out of a folder of backups.
    Restore(RestoreArgs),
    /// Set one letter: a request on standard input, a PDF on standard output.
    #[command(hide = true)]
    Letter,
    /// List every address of a demo province, a line each: method, path.
    #[command(hide = true)]
    Routes {
        /// An empty folder, or a data folder nobody works on.
        #[arg(long)]
        data: PathBuf,
    },
    /// Print the OpenAPI description.
    Openapi,
}

/// Options of `demo`.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// The data folder.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Port on this machine; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// How many synthetic people.
    #[arg(long, default_value_t = 20_000)]
    pub persons: u64,
    /// The seed they are made from.
    #[arg(long, default_value_t = 2026)]
    pub seed: u64,
    /// Pretend that today is this day (YYYY-MM-DD).
    #[arg(long)]
    pub today: Option<String>,
    /// Database address; by default SQLite in the data folder.
    #[arg(long)]
    pub database: Option<String>,
    /// Throw the old demo data away first.
    #[arg(long)]
    pub fresh: bool,
    /// How often somebody may ask: a file that holds what stands in the section `[rates]` of the
    /// settings, or `off` (for measuring). By default the usual budgets.
    #[arg(long)]
    pub rates: Option<PathBuf>,
    /// Port of /metrics on this machine; 0 takes a free one. By default there is none.
    #[arg(long)]
    pub metrics_port: Option<u16>,
    /// Where traces go, as OTLP over HTTP: http://127.0.0.1:4318. By default nowhere.
    #[arg(long)]
    pub traces: Option<String>,
    /// The journal's name and witnesses.
    #[command(flatten)]
    pub journal: JournalOptions,
}

/// Options of `generate`.
#[derive(Args, Clone, Debug)]
pub struct GenerateArgs {
    /// How many people.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub persons: u64,
    /// The seed they are made from.
    #[arg(long, default_value_t = 2026)]
    pub seed: u64,
    /// Code of the province they live in, two digits.
    #[arg(long, default_value = "37")]
    pub province: String,
    /// The data folder.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Database address; by default SQLite in the data folder.
    #[arg(long)]
    pub database: Option<String>,
    /// Pretend that today is this day (YYYY-MM-DD).
    #[arg(long)]
    pub today: Option<String>,
}

/// Options of `serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// The settings; `lienthong config example` prints one with every key explained.
    #[arg(long)]
    pub config: PathBuf,
    /// Go on although the database contradicts a signed checkpoint (an older copy was restored). The
    /// journal will say so, and the checkpoint is kept as evidence.
    #[arg(long)]
    pub accept_fork: bool,
}

/// `config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print an example with every key explained.
    Example,
    /// Say what is wrong with a file.
    Check {
        /// The file.
        file: PathBuf,
    },
}

/// `communes …`
#[derive(Subcommand, Clone, Debug)]
pub enum CommunesCommand {
    /// Record that a commune becomes part of another one of its province on a day. No record is
    /// rewritten: from that day on everything reads the other commune, before it the old one.
    Merge {
        /// Code of the commune that ends, five digits.
        code: String,
        /// Code of the commune it becomes part of.
        into: String,
        /// The first day on which it is (YYYY-MM-DD).
        #[arg(long)]
        on: String,
        /// The resolution, in one line.
        #[arg(long)]
        basis: String,
        /// Which province.
        #[command(flatten)]
        at: DataArgs,
    },
    /// Take back a merger whose day has not come.
    Withdraw {
        /// Code of the commune that was to end.
        code: String,
        /// Why, in one line.
        #[arg(long)]
        basis: String,
        /// Which province.
        #[command(flatten)]
        at: DataArgs,
    },
    /// What has been recorded.
    List {
        /// Which province.
        #[command(flatten)]
        at: DataArgs,
    },
}

/// Where a province lies.
#[derive(Args, Clone, Debug)]
pub struct DataArgs {
    /// The data folder.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Database address; by default SQLite in the data folder.
    #[arg(long)]
    pub database: Option<String>,
}

/// Options of `appoint`.
#[derive(Args, Clone, Debug)]
pub struct AppointArgs {
    /// The settings of the installation.
    #[arg(long)]
    pub config: PathBuf,
    /// Personal number, 12 digits; the person stands in the population register.
    #[arg(long)]
    pub person: String,
    /// The post (data/identity/posts.toml).
    #[arg(long, default_value = "operator")]
    pub post: String,
    /// Code of the agency: UBND.PROVINCE, CA.COMMUNE (police), HCC.COMMUNE (one-stop centre). By
    /// default the province's committee.
    #[arg(long)]
    pub agency: Option<String>,
}

/// Options of `doctor`.
#[derive(Args, Clone, Debug)]
pub struct DoctorArgs {
    /// The settings of the installation to look at.
    #[arg(long, conflicts_with = "data")]
    pub config: Option<PathBuf>,
    /// Its data folder, where there are no settings (a demo province).
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Also recompute the whole journal, which takes a while.
    #[arg(long)]
    pub thorough: bool,
    /// vi or en.
    #[arg(long, default_value = "vi")]
    pub lang: String,
}

/// `import …`
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Lists of people: CSV, JSON Lines, or XML of QCVN 109:2017/BTTTT. A run that was cut off goes on;
    /// the same list twice changes nothing; what a list says otherwise than the register is disputed.
    Population(ImportArgs),
}

/// Options of `import population`.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// The files, one list each.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Whose list it is, in words; shown to the people in it. By default the file's name.
    #[arg(long)]
    pub source: Option<String>,
    /// How sure the source is.
    #[arg(long, default_value = "stated", value_parser = ["confirmed", "stated", "doubtful"])]
    pub certainty: String,
    /// csv, jsonl or xml; by default by the file's name.
    #[arg(long, value_parser = ["csv", "jsonl", "xml"])]
    pub format: Option<String>,
    /// Encoding of the file; asked for where it cannot be told.
    #[arg(long, value_parser = ["utf-8", "tcvn3", "vni", "viscii", "vps"])]
    pub encoding: Option<String>,
    /// Take all rows, or none if one is bad.
    #[arg(long)]
    pub all_or_nothing: bool,
    /// Where to write the report (CSV); by default beside the file.
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// The data folder.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Database address; by default SQLite in the data folder.
    #[arg(long)]
    pub database: Option<String>,
}

/// `match …`
#[derive(Debug, Subcommand)]
pub enum MatchCommand {
    /// Compares the population register with itself; likely pairs go on the list of the commune police.
    /// Safe to repeat: what was decided stays decided.
    Population(MatchArgs),
}

/// Options of `match population`.
#[derive(Args, Clone, Debug)]
pub struct MatchArgs {
    /// The data folder.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Database address; by default SQLite in the data folder.
    #[arg(long)]
    pub database: Option<String>,
}

/// `export …`
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Everybody of the population register, in the order of numbers. A run that was cut off goes on.
    Population(ExportArgs),
}

/// Options of `export population`.
#[derive(Args, Clone, Debug)]
pub struct ExportArgs {
    /// Where to write.
    pub file: PathBuf,
    /// csv, jsonl or xml; by default by the file's name.
    #[arg(long, value_parser = ["csv", "jsonl", "xml"])]
    pub format: Option<String>,
    /// The day that the XML names as that of its data (YYYY-MM-DD); today by default.
    #[arg(long)]
    pub day: Option<String>,
    /// The data folder.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Database address; by default SQLite in the data folder.
    #[arg(long)]
    pub database: Option<String>,
}

/// `calendar …`
#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// Read lines `START AMOUNT UNIT`, print a due date or instant for each.
    Due,
}

/// `places …`
#[derive(Debug, Subcommand)]
pub enum PlacesCommand {
    /// Find communes by old or new name, with or without diacritics.
    Find {
        /// What to look for.
        query: Vec<String>,
        /// On which day (YYYY-MM-DD); today by default.
        #[arg(long)]
        on: Option<String>,
        /// vi or en.
        #[arg(long, default_value = "vi")]
        lang: String,
    },
    /// Today's commune or communes of a code that was valid on a day.
    Resolve {
        /// Commune code, five digits.
        code: String,
        /// The day on which the code was valid.
        #[arg(long)]
        on: String,
        /// vi or en.
        #[arg(long, default_value = "vi")]
        lang: String,
    },
}
