//! Rows about building the program.

use super::{Bench, Figure, timed};
use crate::{built, folder::Folder, root};
use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Builds everything into an empty folder.
pub fn fresh(_: &mut Bench) -> Result<Figure, String> {
    let folder = Folder::new();
    let fetched = cargo().args(["fetch", "--quiet", "--locked"]).status();
    if !fetched.is_ok_and(|s| s.success()) {
        return Err("cargo fetch failed".into());
    }
    let (units, time) = timed(|| {
        let mut child = cargo()
            .args(["build", "--release", "--locked"])
            .env("CARGO_TARGET_DIR", folder.path())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        let said = child.stderr.take().ok_or("no output")?;
        let units = BufReader::new(said)
            .lines()
            .map_while(Result::ok)
            .filter(|l| l.trim_start().starts_with("Compiling "))
            .count();
        let status = child.wait().map_err(|e| e.to_string())?;
        if status.success() { Ok(units) } else { Err("the build failed".into()) }
    })?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Figure::of(time.as_secs_f64()).note(format!("{units} crates on {cores} cores")))
}

/// Crates of the program's dependency tree.
pub fn crates(_: &mut Bench) -> Result<Figure, String> {
    let out = cargo()
        .args(["tree", "--locked", "-p", "lienthong", "-e", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}"])
        .output()
        .map_err(|e| e.to_string())?;
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let mut names: Vec<&str> = text
        .lines()
        .map(|l| l.trim_end_matches(" (*)").trim_end_matches(" (proc-macro)"))
        .filter(|l| !l.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    let ours = names.iter().filter(|n| n.contains(" (")).count();
    Ok(Figure::of(names.len() as f64).note(format!("{ours} of them ours")))
}

/// The program's file.
pub fn size(_: &mut Bench) -> Result<Figure, String> {
    let bytes = fs::metadata(built("lienthong")).map_err(|e| e.to_string())?.len();
    Ok(Figure::of(bytes as f64 / 1e6))
}
