//! `lienthong journal …`: the command line.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Options of the journal that `serve` and `demo` take.
#[derive(Args, Clone, Debug, Default)]
pub struct JournalOptions {
    /// Name of the journal in its checkpoints (origin line), chosen at the first start; for example
    /// `province.example.vn/journal`.
    #[arg(long)]
    pub journal_origin: Option<String>,
    /// Folder on another machine in which the newest checkpoint is kept too; may be repeated. At start
    /// the database must agree with every checkpoint kept.
    #[arg(long)]
    pub witness: Vec<PathBuf>,
    /// Go on although the database contradicts a signed checkpoint (an older copy was restored). The
    /// journal will say so, and the checkpoint is kept as evidence.
    #[arg(long)]
    pub accept_fork: bool,
}

/// Which province, and how to talk.
#[derive(Args, Clone, Debug)]
pub struct At {
    /// The settings of the installation (data folder, database, witnesses).
    #[arg(long, conflicts_with_all = ["data", "database"])]
    pub config: Option<PathBuf>,
    /// The data folder (keys, database), where there are no settings.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Database address; by default SQLite in the data folder.
    #[arg(long)]
    pub database: Option<String>,
    /// Language of the answers: vi or en.
    #[arg(long, default_value = "vi")]
    pub lang: String,
}

/// `journal …`
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Recompute the journal's tree and compare: of the database, or of an exported folder.
    Verify {
        /// An exported folder instead of the database.
        #[arg(long)]
        export: Option<PathBuf>,
        /// Public keys for the exported folder; by default those of the data folder.
        #[arg(long, requires = "export")]
        keys: Option<PathBuf>,
        #[command(flatten)]
        at: At,
    },
    /// Write checkpoints, tiles, leaves and public keys into a folder; again to go on.
    Export {
        /// The folder.
        dir: PathBuf,
        /// First entry.
        #[arg(long)]
        from: Option<i64>,
        /// Last entry.
        #[arg(long)]
        to: Option<i64>,
        /// Also the parts with personal data and their salts. Recorded in the journal.
        #[arg(long)]
        with_bodies: bool,
        #[command(flatten)]
        at: At,
    },
    /// The proof that an entry stands in the journal (lienthong-proof/1).
    Prove {
        /// Number of the entry.
        seq: i64,
        /// File to write; standard output by default.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Open the parts with personal data. Recorded in the journal.
        #[arg(long)]
        with_bodies: bool,
        #[command(flatten)]
        at: At,
    },
    /// The proof that an older state is the beginning of a newer one (lienthong-consistency/1).
    Consistency {
        /// The older state: a number of entries, or a file with a checkpoint.
        old: String,
        /// The newer state: a number of entries of a kept checkpoint; the newest by default.
        new: Option<i64>,
        /// File to write; standard output by default.
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        at: At,
    },
    /// Print the newest checkpoint, signing one if there are newer entries.
    Checkpoint {
        #[command(flatten)]
        at: At,
    },
    /// Print the journal's public keys; with --rotate make a new key first.
    Key {
        /// A new signing key; the old secret is deleted, its public key stays.
        #[arg(long)]
        rotate: bool,
        /// Another name for the journal from now on.
        #[arg(long, requires = "rotate")]
        origin: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// Write entries from before a day into files by the month, checked and provable.
    Seal {
        /// The first day whose entries stay (YYYY-MM-DD).
        #[arg(long)]
        before: String,
        /// A folder, or s3://BUCKET/PREFIX (feature s3; AWS_… from the environment).
        #[arg(long)]
        to: String,
        /// Then take out of the database what is sealed there and found right.
        #[arg(long)]
        drop: bool,
        #[command(flatten)]
        at: At,
    },
    /// Put dropped entries back from their files: to rebuild a follower, to erase a part.
    Restore {
        /// Where they were sealed to.
        #[arg(long)]
        sealed: String,
        /// Down to this entry.
        #[arg(long, default_value_t = 1)]
        from: i64,
        #[command(flatten)]
        at: At,
    },
}
