//! Embeds the data files this crate reads, so that adding a procedure or a code list is adding a
//! file: no list in the program has to name it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let data = here.join("../../data");
    let mut out = String::new();
    for (name, folder) in [("PROCEDURES", "procedures"), ("CODES", "codes")] {
        let _ = writeln!(out, "pub(super) const {name}: &[(&str, &str)] = &[");
        for path in files(&data.join(folder)) {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let shown = format!("data/{folder}/{file}");
            let _ =
                writeln!(out, "    ({shown:?}, include_str!({:?})),", path.display().to_string());
        }
        out.push_str("];\n");
    }
    for (name, file) in [
        ("PURPOSES", "purposes.toml"),
        ("POPULATION", "registers/population.toml"),
        ("EXEMPT", "fees/exempt.toml"),
        ("LEGAL", "fees/legal.csv"),
        ("ROUTING", "routing.toml"),
        ("SHARED", "shared.toml"),
        ("WORDS", "register-words.toml"),
    ] {
        let path = data.join(file);
        println!("cargo:rerun-if-changed={}", path.display());
        let _ =
            writeln!(out, "const {name}: &str = include_str!({:?});", path.display().to_string());
    }
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("data_files.rs");
    if let Err(e) = fs::write(&target, out) {
        panic!("{}: {e}", target.display());
    }
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .map(|list| list.filter_map(|e| e.ok().map(|e| e.path())).collect())
        .unwrap_or_default();
    found.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    found.sort();
    found
}
