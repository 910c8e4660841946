//! `cargo xtask trial`: what an installation is made from, really used. The Debian package in a Debian
//! booted for it, its service run by that systemd; the container file as an image that is started. Not
//! a step of `cargo xtask test`: it wants root, tools that no test needs, and Debian's packages.

use crate::{run, sbom, workspace::Workspace};
use std::{env, fs, path::PathBuf, process::Command};

/// The release of cargo-deb the package is made with.
const CARGO_DEB: &str = "3.8.0";

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// The Debian package and its units, under systemd.
    Systemd,
    /// The container file.
    Container,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Systemd => "systemd",
            Self::Container => "container",
        }
    }
    /// Programs it wants, with the Debian package of each.
    fn tools(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Systemd => &[
                ("mmdebstrap", "mmdebstrap"),
                ("systemd-nspawn", "systemd-container"),
                ("dpkg-deb", "dpkg"),
            ],
            Self::Container => &[
                ("mmdebstrap", "mmdebstrap"),
                ("podman", "podman"),
                ("runc", "runc"),
                ("curl", "curl"),
            ],
        }
    }
}

/// Tries these, or both.
pub fn run(ws: &Workspace, only: Option<What>) -> Result<(), String> {
    let wanted: Vec<What> = only.map_or(vec![What::Systemd, What::Container], |w| vec![w]);
    if run::output(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Err("It boots a system of its own: run it as root, on a machine for trying.".into());
    }
    let lacking: Vec<&str> = wanted
        .iter()
        .flat_map(|w| w.tools())
        .filter(|(program, _)| !run::on_path(program))
        .map(|(_, package)| *package)
        .collect();
    if !lacking.is_empty() {
        return Err(format!(
            "Install first: apt-get install --no-install-recommends {}",
            lacking.join(" ")
        ));
    }
    run::run(cargo(ws).args(["build", "--release", "--workspace", "--bins"]))?;
    let cache = Workspace::cache().join("trial");
    for what in wanted {
        println!("\n── {} ──", what.name());
        let from = match what {
            What::Systemd => package(ws)?,
            What::Container => ws.programs.clone(),
        };
        let script = ws.root.join("packaging/trial").join(what.name());
        run::run(Command::new(script).arg(from).arg(&cache))?;
    }
    Ok(())
}

/// Makes the Debian package from what is compiled.
fn package(ws: &Workspace) -> Result<PathBuf, String> {
    let tools = Workspace::cache().join("tools");
    let program = tools.join("bin/cargo-deb");
    if !program.is_file() {
        println!("Compiling cargo-deb {CARGO_DEB} into {} (once).", tools.display());
        run::run(
            Command::new("cargo")
                .args(["install", "--quiet", "--locked", "cargo-deb", "--version", CARGO_DEB])
                .arg("--root")
                .arg(&tools)
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env_remove("CARGO_MANIFEST_DIR"),
        )?;
    }
    sbom::write(ws)?;
    let folder = ws.programs.join("../debian");
    let _ = fs::remove_dir_all(&folder);
    // As cargo starts it: a subcommand gets its own name first.
    let mut deb = Command::new(program);
    deb.args(["deb", "-p", "lienthong", "--no-build", "--quiet"]).current_dir(&ws.root);
    run::run(&mut deb)?;
    let made = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    made.flatten()
        .map(|e| e.path())
        .find(|p| p.extension().is_some_and(|e| e == "deb"))
        .ok_or_else(|| "cargo-deb left no package".to_owned())
}

fn cargo(ws: &Workspace) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&ws.root);
    command
}
