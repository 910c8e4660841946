//! `cargo xtask setup`: what the tests need beyond Rust. It says what is missing and what it will
//! do before it does it; where it may not install, it says exactly what to do instead and fails.

use crate::{run, workspace::Workspace};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A part the tests need: its Debian package, how to see that it is there, what it is for.
struct Part {
    package: &'static str,
    here: fn() -> bool,
    for_what: &'static str,
}

const PARTS: &[Part] = &[
    Part { package: "nodejs", here: || run::on_path("node"), for_what: "drives the test browser" },
    Part { package: "npm", here: || run::on_path("npm"), for_what: "installs what drives it" },
    Part {
        package: "chromium",
        here: || browser().is_some(),
        for_what: "the browser of the journeys and pictures",
    },
    Part {
        package: "poppler-utils",
        here: || run::on_path("pdfsig") && run::on_path("pdftotext"),
        for_what: "reads signed letters as an outsider does",
    },
    Part {
        package: "libnss3-tools",
        here: || run::on_path("certutil"),
        for_what: "gives that reader our test certificate",
    },
    Part {
        package: "postgresql",
        here: || postgres_programs().is_some(),
        for_what: "the second engine of the store; the tests start a private one",
    },
    Part {
        package: "systemd",
        here: || run::on_path("systemd-analyze"),
        for_what: "reads the units of an installation as they will be read",
    },
    Part {
        package: "libfaketime",
        here: faketime,
        for_what: "lets the clock of one process go wrong",
    },
    Part {
        package: "fonts-noto-core",
        here: || {
            Path::new("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf").exists() || has_noto()
        },
        for_what: "Vietnamese letters in pictures",
    },
];

fn faketime() -> bool {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders.map(|f| f.path().join("faketime/libfaketimeMT.so.1")).any(|f| f.exists())
}

/// The release of cargo-deny that the tests use.
const CARGO_DENY: &str = "0.20.2";
/// The oldest Node.js that the journeys run on.
const NODE_MIN: u32 = 18;

/// Installs what is missing.
pub fn run(ws: &Workspace) -> Result<(), String> {
    components()?;
    packages()?;
    node(ws)?;
    deny()?;
    println!("Everything the tests need is here.");
    Ok(())
}

/// rustfmt and clippy come with most toolchains, not with the smallest.
fn components() -> Result<(), String> {
    let missing: Vec<&str> = [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")]
        .iter()
        .filter(|(_, program)| !run::on_path(program))
        .map(|(component, _)| *component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing with rustup: {}", missing.join(", "));
    run::run(Command::new("rustup").args(["component", "add"]).args(&missing)).map_err(|e| {
        format!("{e}\nThe tests need rustfmt and clippy: install them for your Rust toolchain.")
    })
}

fn packages() -> Result<(), String> {
    let missing: Vec<&Part> = PARTS.iter().filter(|p| !(p.here)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("The tests need these Debian packages, which are not here:");
    for part in &missing {
        println!("  {:<16} {}", part.package, part.for_what);
    }
    let names: Vec<&str> = missing.iter().map(|p| p.package).collect();
    let by_hand = format!("apt-get install --no-install-recommends {}", names.join(" "));
    if !run::on_path("apt-get") {
        return Err(format!(
            "This system has no apt-get. Install the counterparts of: {}\n\
             (a browser elsewhere: set CHROMIUM=/path; PostgreSQL elsewhere: put initdb on the PATH), \
             then run this again.",
            names.join(" ")
        ));
    }
    let root = run::output(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !root && run::output(Command::new("sudo").args(["-n", "true"])).is_none() {
        return Err(format!(
            "I may not install here. Run this, then try again:\n\n  sudo {by_hand}\n"
        ));
    }
    println!("Installing them now: {by_hand}");
    apt(root, &["update", "-q"])?;
    let mut args = vec!["install", "-y", "-q", "--no-install-recommends"];
    args.extend(&names);
    apt(root, &args)?;
    match PARTS.iter().find(|p| !(p.here)()) {
        Some(part) => Err(format!("{} was installed, but I still cannot find it.", part.package)),
        None => Ok(()),
    }
}

fn apt(root: bool, args: &[&str]) -> Result<(), String> {
    let mut command = Command::new(if root { "apt-get" } else { "sudo" });
    if !root {
        command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    run::run(command.env("DEBIAN_FRONTEND", "noninteractive").args(args))
        .map_err(|e| format!("{e}\nThe package could not be installed; see the lines above."))
}

/// The journeys' Node packages, exactly as the lock file names them.
fn node(ws: &Workspace) -> Result<(), String> {
    let version = run::output(Command::new("node").arg("--version")).unwrap_or_default();
    let major: u32 =
        version.trim_start_matches('v').split('.').next().unwrap_or_default().parse().unwrap_or(0);
    if major < NODE_MIN {
        return Err(format!("The journeys need Node.js {NODE_MIN} or newer; here is {version}."));
    }
    let folder = ws.root.join("tests/browser");
    let stamp = folder.join("node_modules/.installed-from");
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .map_err(|e| format!("tests/browser/package-lock.json: {e}"))?;
    if fs::read_to_string(&stamp).is_ok_and(|s| s == lock) {
        return Ok(());
    }
    println!("Installing the journeys' Node packages (npm ci in tests/browser).");
    run::run(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder),
    )?;
    fs::write(&stamp, lock).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// cargo-deny, compiled once into the cache, unoptimised: it runs for a second, so fifty seconds of
/// compiling are better than five minutes.
fn deny() -> Result<(), String> {
    if cargo_deny().is_some() {
        return Ok(());
    }
    let cache = Workspace::cache();
    println!("Compiling cargo-deny {CARGO_DENY} into {} (once, about a minute).", cache.display());
    let build = cache.join("tools-build");
    let outcome = run::run(
        Command::new("cargo")
            .args([
                "install",
                "--quiet",
                "--locked",
                "cargo-deny",
                "--version",
                CARGO_DENY,
                "--root",
            ])
            .arg(cache.join("tools"))
            .env("CARGO_TARGET_DIR", &build)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
            .env_remove("CARGO_MANIFEST_DIR"),
    );
    let _ = fs::remove_dir_all(build);
    outcome
}

/// cargo-deny of the right release, in our cache or on the PATH.
pub fn cargo_deny() -> Option<PathBuf> {
    let cached = Workspace::cache().join("tools/bin/cargo-deny");
    [cached, PathBuf::from("cargo-deny")].into_iter().find(|program| {
        run::output(Command::new(program).arg("--version")).is_some_and(|v| v.ends_with(CARGO_DENY))
    })
}

/// The browser: `CHROMIUM`, else the first known name on the PATH.
pub fn browser() -> Option<PathBuf> {
    if let Some(given) = env::var_os("CHROMIUM").map(PathBuf::from) {
        return given.exists().then_some(given);
    }
    find_on_path(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
}

fn find_on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .flat_map(|dir| names.iter().map(move |n| dir.join(n)).collect::<Vec<_>>())
        .find(|p| p.is_file())
}

/// The folder with initdb, postgres and psql: Debian keeps the first two off the PATH.
pub fn postgres_programs() -> Option<PathBuf> {
    let whole = |dir: &Path| ["initdb", "postgres", "psql"].iter().all(|p| dir.join(p).is_file());
    let path = env::var_os("PATH")?;
    env::split_paths(&path).find(|dir| whole(dir)).or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        versions.flatten().map(|e| e.path().join("bin")).filter(|dir| whole(dir)).max()
    })
}

fn has_noto() -> bool {
    run::output(Command::new("fc-list").args([":family=Noto Sans:lang=vi", "family"]))
        .is_some_and(|fonts| !fonts.is_empty())
}
