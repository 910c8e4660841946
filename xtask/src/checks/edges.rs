//! Who may use whom: the arrows between our crates, and who alone links a heavy outside crate.

use super::Fault;
use crate::workspace::Workspace;
use serde_json::Value;
use std::process::Command;

/// Each foundation crate and the crates of ours that it may use (ARCHITECTURE.md, «Who may use
/// whom»). A crate that is not listed here may not exist in `foundation/`.
const FOUNDATION: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("web", &["kernel"]),
    ("places", &["kernel"]),
    ("store", &["kernel"]),
    ("paper", &["kernel"]),
    ("backup", &["kernel"]),
    ("trust", &["kernel", "web", "places", "store"]),
    ("measures", &["kernel", "web", "places", "store"]),
    // The outsider's verifier only in its tests, as the second opinion.
    ("evidence", &["kernel", "web", "store", "trust", "lienthong-verify"]),
    ("registers", &["kernel", "web", "places", "store", "trust", "evidence", "measures"]),
    (
        "identity",
        &["kernel", "web", "places", "store", "trust", "evidence", "measures", "registers"],
    ),
    (
        "exchange",
        &[
            "kernel",
            "web",
            "places",
            "store",
            "trust",
            "evidence",
            "measures",
            "registers",
            "identity",
        ],
    ),
];

/// Folders of pillar crates: they use the foundation, never one another.
const PILLARS: &[&str] = &["government", "society", "economy"];

/// Crates from outside that one room alone links, and why.
const OUTSIDE: &[(&str, &[&str], &str)] = &[
    ("typst", &["paper"], "only `paper` links Typst, in a child process"),
    ("typst-pdf", &["paper"], "only `paper` links Typst, in a child process"),
    (
        "rusqlite",
        &["store", "tests"],
        "only `store` knows an engine; `tests` looks from outside and measures the bare one",
    ),
    (
        "postgres",
        &["store", "tests"],
        "only `store` knows an engine; `tests` measures the bare one",
    ),
    ("webauthn-rs", &["identity"], "passkeys belong to `identity`"),
    (
        "argon2",
        &["identity"],
        "password hashes belong to `identity`, which also gives the bare rate",
    ),
    ("object_store", &["evidence"], "only sealed segments of the journal lie elsewhere"),
    ("lopdf", &["trust"], "signing of PDF belongs to `trust`"),
    ("cms", &["trust"], "signatures belong to `trust`"),
    ("rcgen", &["trust"], "certificates belong to `trust`"),
    ("ed25519-dalek", &["lienthong-verify"], "the verifier's own; the program uses aws-lc-rs"),
    ("sha2", &["lienthong-verify"], "the verifier's own; the program uses aws-lc-rs"),
    ("clap", &["lienthong", "xtask", "tests"], "only the program has a command line"),
];

/// One arrow of the tree: who, whom, in which manifest.
#[derive(Debug)]
struct Arrow {
    from: String,
    to: String,
    manifest: String,
    ours: bool,
}

/// Arrows that ARCHITECTURE.md does not allow.
pub fn faults(ws: &Workspace) -> Vec<Fault> {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(&ws.root)
        .output();
    let metadata = match out {
        Ok(out) if out.status.success() => out.stdout,
        Ok(out) => {
            let why = String::from_utf8_lossy(&out.stderr).into_owned();
            return vec![Fault::new("Cargo.toml", 0, why)];
        }
        Err(e) => return vec![Fault::new("Cargo.toml", 0, e.to_string())],
    };
    match serde_json::from_slice::<Value>(&metadata) {
        Ok(value) => {
            let root = format!("{}/", ws.root.display());
            let (arrows, crates) = arrows(&value, &root);
            judge(&arrows, &crates)
        }
        Err(e) => vec![Fault::new("Cargo.toml", 0, format!("cargo metadata: {e}"))],
    }
}

fn arrows(metadata: &Value, root: &str) -> (Vec<Arrow>, Vec<(String, String)>) {
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let packages = list(&metadata["packages"]);
    let crates: Vec<(String, String)> = packages
        .iter()
        .map(|p| (text(&p["name"]), text(&p["manifest_path"]).replace(root, "")))
        .collect();
    let mut arrows = Vec::new();
    for (package, (name, manifest)) in packages.iter().zip(&crates) {
        for dependency in list(&package["dependencies"]) {
            let to = text(&dependency["name"]);
            let ours = crates.iter().any(|c| c.0 == to);
            arrows.push(Arrow { from: name.clone(), to, manifest: manifest.clone(), ours });
        }
    }
    (arrows, crates)
}

fn judge(arrows: &[Arrow], crates: &[(String, String)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, manifest) in crates {
        if room(name, manifest).is_none() {
            faults.push(Fault::new(
                manifest,
                0,
                format!("`{name}` has no place in the map: add it to ARCHITECTURE.md and to the table of xtask/src/checks/edges.rs"),
            ));
        }
    }
    for arrow in arrows {
        let allowed = if arrow.ours {
            room(&arrow.from, &arrow.manifest).is_none_or(|allowed| allowed.has(&arrow.to))
        } else {
            true
        };
        if !allowed {
            faults.push(Fault::new(
                &arrow.manifest,
                0,
                format!(
                    "`{}` may not use `{}` (ARCHITECTURE.md, «Who may use whom»)",
                    arrow.from, arrow.to
                ),
            ));
        }
        for (outside, users, why) in OUTSIDE {
            if *outside == arrow.to && !users.contains(&arrow.from.as_str()) {
                faults.push(Fault::new(
                    &arrow.manifest,
                    0,
                    format!("`{}` may not link `{outside}`: {why}", arrow.from),
                ));
            }
        }
    }
    faults
}

/// What a crate of ours may use.
enum Allowed {
    Everyone,
    These(&'static [&'static str]),
    Foundation,
}

impl Allowed {
    fn has(&self, to: &str) -> bool {
        match self {
            Self::Everyone => true,
            Self::These(list) => list.contains(&to),
            Self::Foundation => FOUNDATION.iter().any(|(name, _)| *name == to),
        }
    }
}

fn room(name: &str, manifest: &str) -> Option<Allowed> {
    match manifest.split('/').next().unwrap_or_default() {
        "foundation" => FOUNDATION
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, allowed)| Allowed::These(allowed)),
        "app" | "tests" => Some(Allowed::Everyone),
        // The outsider shares no code with what it checks.
        "xtask" | "verifier" => Some(Allowed::These(&[])),
        pillar if PILLARS.contains(&pillar) => Some(Allowed::Foundation),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(crates: &[(&str, &str, &[&str])]) -> Vec<String> {
        let packages: Vec<Value> = crates
            .iter()
            .map(|(name, folder, uses)| {
                let dependencies: Vec<Value> =
                    uses.iter().map(|u| serde_json::json!({ "name": u })).collect();
                serde_json::json!({ "name": name, "manifest_path": format!("/r/{folder}/Cargo.toml"), "dependencies": dependencies })
            })
            .collect();
        let (arrows, crates) = super::arrows(&serde_json::json!({ "packages": packages }), "/r/");
        judge(&arrows, &crates).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_may_skip_but_never_turn_back() {
        let crates: &[(&str, &str, &[&str])] = &[
            ("kernel", "foundation/kernel", &["serde"]),
            ("store", "foundation/store", &["kernel", "rusqlite"]),
            ("registers", "foundation/registers", &["kernel", "store"]),
            ("services", "government/services", &["registers", "kernel"]),
            ("lienthong", "app", &["services", "clap"]),
        ];
        assert_eq!(tree(crates), Vec::<String>::new());
        let back = tree(&[
            ("kernel", "foundation/kernel", &[]),
            ("registers", "foundation/registers", &[]),
            ("store", "foundation/store", &["registers"]),
        ]);
        assert_eq!(back.len(), 1);
        assert!(back[0].contains("`store` may not use `registers`"), "{back:?}");
    }

    #[test]
    fn a_pillar_never_uses_a_pillar() {
        let found = tree(&[
            ("services", "government/services", &[]),
            ("tourism", "economy/tourism", &["services"]),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn heavy_crates_have_one_home_and_new_crates_a_place_on_the_map() {
        let found = tree(&[
            ("kernel", "foundation/kernel", &["rusqlite"]),
            ("surprise", "foundation/surprise", &[]),
            ("other", "somewhere/other", &[]),
        ]);
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
