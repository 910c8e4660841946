//! Folders that pass with the process: of tests, and of stores that nobody misses.

use crate::errors::NO_SPACE;
use kernel::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::Once;

/// All of them begin so; the number of the process follows.
const NAME: &str = "lienthong-passing-";

/// A folder in the system's temporary folder, removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes one, and once a process removes those whose process is gone.
    pub(crate) fn new() -> Result<Self> {
        static ONCE: Once = Once::new();
        let all = std::env::temp_dir();
        ONCE.call_once(|| remove_left(&all));
        let mut name = [0u8; 8];
        aws_lc_rs::rand::fill(&mut name).map_err(|_| Error::bug("no randomness"))?;
        let name = format!("{NAME}{}-{:016x}", std::process::id(), u64::from_le_bytes(name));
        let path = all.join(name);
        std::fs::create_dir(&path).map_err(|e| Error::new(NO_SPACE).because(e))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What processes left that were killed.
fn remove_left(all: &Path) {
    for entry in std::fs::read_dir(all).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|n| n.strip_prefix(NAME)?.split('-').next());
        if process.is_some_and(|p| !Path::new("/proc").join(p).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
