//! Where things are: the checkout, the compiled tree, the cache, the files of the project.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Folders that hold nothing of ours.
const NOT_OURS: &[&str] = &["target", "node_modules", ".git", "demo-data"];

/// This checkout.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder of the root Cargo.toml.
    pub root: PathBuf,
    /// The folder of compiled programs (`…/release`).
    pub programs: PathBuf,
}

impl Workspace {
    /// Finds the checkout from where cargo started us.
    pub fn find() -> Result<Self, String> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().ok_or("xtask has no parent folder")?.to_path_buf();
        let me = env::current_exe().map_err(|e| format!("Cannot find my own program: {e}"))?;
        let programs = me
            .ancestors()
            .find(|a| a.file_name().is_some_and(|n| n == "release"))
            .map_or_else(|| root.join("target/release"), Path::to_path_buf);
        Ok(Self { root, programs })
    }

    /// The folder of tools and compiled trees that outlive a checkout.
    pub fn cache() -> PathBuf {
        env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| env::var_os("HOME").map(|h| PathBuf::from(h).join(".cache")))
            .unwrap_or_else(env::temp_dir)
            .join("lien-thong")
    }

    /// Files with one of these endings, as paths relative to the root, sorted.
    pub fn files(&self, endings: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.root, &self.root, endings, &mut found);
        found.sort();
        found
    }

    /// The text of a file; an unreadable one is empty (a check of its own says so).
    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }
}

fn walk(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_ref()) {
                walk(root, &path, endings, found);
            }
        } else if endings.iter().any(|e| name.ends_with(e))
            && let Ok(relative) = path.strip_prefix(root)
        {
            found.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}
