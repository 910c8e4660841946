//! `lienthong database …`: the command line.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `database …`
#[derive(Debug, Subcommand)]
pub enum DatabaseCommand {
    /// Copy a whole province from one database into another, empty one, and compare them; a copy that
    /// was cut off goes on. The province is stopped meanwhile. See docs/database.md.
    Copy(CopyArgs),
    /// Spread the tables over the nodes of a Citus cluster, by their shard keys; without --apply only
    /// print the statements.
    Distribute(DistributeArgs),
}

/// Options of `database copy`.
#[derive(Args, Clone, Debug)]
pub struct CopyArgs {
    /// Where from: a data folder, sqlite:FILE, postgres://…, or @FILE: a file (mode 0600) that holds the
    /// address, when it carries a password.
    pub from: String,
    /// Where to, likewise.
    pub to: String,
}

/// Options of `database distribute`.
#[derive(Args, Clone, Debug)]
pub struct DistributeArgs {
    /// Run the statements that have not been run yet.
    #[arg(long)]
    pub apply: bool,
    /// The settings of the installation, for --apply.
    #[arg(long, conflicts_with = "database")]
    pub config: Option<PathBuf>,
    /// Database address, for --apply: postgres://… or @FILE.
    #[arg(long)]
    pub database: Option<String>,
}
