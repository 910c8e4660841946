//! `lienthong backup …` and `lienthong restore`: the command line.

use crate::journal::cli::At;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `backup`, `backup …`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BackupArgs {
    #[command(subcommand)]
    pub command: Option<BackupCommand>,
    #[command(flatten)]
    pub make: MakeArgs,
}

/// Options of `backup DIR`.
#[derive(Args, Debug)]
pub struct MakeArgs {
    /// The folder of backups, made if need be; by default that of the settings.
    pub dir: Option<PathBuf>,
    /// The public key file (ending in .pub); by default that of the settings.
    #[arg(long)]
    pub key: Option<PathBuf>,
    /// Afterwards keep only the newest so many, and those of --keep-days.
    #[arg(long)]
    pub keep: Option<usize>,
    /// Afterwards keep only those of the last so many days, and those of --keep.
    #[arg(long)]
    pub keep_days: Option<u32>,
    /// Where the copy of the database lies while it is packed: as much space as the database, for its
    /// owner alone. By default the data folder.
    #[arg(long)]
    pub scratch: Option<PathBuf>,
    #[command(flatten)]
    pub at: At,
}

/// `backup …`
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Make a pair of keys: FILE opens backups and is kept elsewhere, FILE.pub makes them.
    Key {
        /// The private key file to make.
        file: PathBuf,
        /// Language of the answers: vi or en.
        #[arg(long, default_value = "vi")]
        lang: String,
    },
    /// List the backups of a folder.
    List(ReadArgs),
    /// Read everything back and compare; with the private key open it too.
    Verify(ReadArgs),
    /// Restore the newest backup into a scratch folder, compare the journal, and remove it again. Meant
    /// to be run every month.
    Rehearse(RehearseArgs),
}

/// Options of `backup list` and `backup verify`.
#[derive(Args, Debug)]
pub struct ReadArgs {
    /// The folder of backups; by default that of the settings.
    pub dir: Option<PathBuf>,
    /// A key file, public or private; by default that of the settings.
    #[arg(long)]
    pub key: Option<PathBuf>,
    /// The settings of the installation.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// Language of the answers: vi or en.
    #[arg(long, default_value = "vi")]
    pub lang: String,
}

/// Options of `backup rehearse`.
#[derive(Args, Debug)]
pub struct RehearseArgs {
    /// The folder of backups; by default that of the settings.
    pub dir: Option<PathBuf>,
    /// The private key file.
    #[arg(long)]
    pub key: PathBuf,
    /// The newest backup not later than this, instead of the newest of all: 2026-11-26,
    /// "2026-11-26 18:30", 2026-11-26T11:30Z.
    #[arg(long)]
    pub to: Option<String>,
    /// Where to restore: as much space as the province. By default the system's temporary folder.
    #[arg(long)]
    pub scratch: Option<PathBuf>,
    /// A signed checkpoint from before the backup, kept elsewhere, to compare with.
    #[arg(long)]
    pub checkpoint: Option<PathBuf>,
    /// The settings of the living province, to compare with its journal.
    #[arg(long, conflicts_with = "data")]
    pub config: Option<PathBuf>,
    /// The data folder of the living province, to compare with its journal.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Language of the answers: vi or en.
    #[arg(long, default_value = "vi")]
    pub lang: String,
}

/// Options of `restore`.
#[derive(Args, Debug)]
pub struct RestoreArgs {
    /// The folder of backups.
    pub dir: PathBuf,
    /// The newest backup not later than this; by default the newest of all. 2026-11-26 (the end of that
    /// day), "2026-11-26 18:30" (clock of Viet Nam), 2026-11-26T11:30Z.
    #[arg(long)]
    pub to: Option<String>,
    /// The private key file.
    #[arg(long)]
    pub key: PathBuf,
    /// The data folder to restore into: empty, or not there.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Language of the answers: vi or en.
    #[arg(long, default_value = "vi")]
    pub lang: String,
}
