//! What the program is made of: a CycloneDX 1.5 list of every crate that is linked into it, with
//! version, licence and checksum. The same tree gives the same bytes, so that two builds can be compared.

use crate::workspace::Workspace;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Command,
};

/// The programs that are handed out.
const PROGRAMS: [&str; 2] = ["lienthong", "lienthong-verify"];
/// Where they run.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Writes the list into the folder of compiled programs; gives the file.
pub fn write(ws: &Workspace) -> Result<PathBuf, String> {
    let text = list(&metadata(ws)?, &ws.text("Cargo.lock"))?;
    let file = ws.programs.join("lienthong.cdx.json");
    let failed = |e: std::io::Error| format!("{}: {e}", file.display());
    fs::create_dir_all(&ws.programs).map_err(failed)?;
    fs::write(&file, text).map_err(failed)?;
    Ok(file)
}

fn metadata(ws: &Workspace) -> Result<Value, String> {
    let done = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(&ws.root)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET])
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !done.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&done.stderr)));
    }
    serde_json::from_slice(&done.stdout).map_err(|e| format!("cargo metadata: {e}"))
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_default()
}

fn array(of: &Value) -> &[Value] {
    of.as_array().map_or(&[], Vec::as_slice)
}

/// What a node links or runs while it is built: everything but what only its tests want.
fn needs(node: &Value) -> BTreeSet<&str> {
    let linked = |d: &&Value| array(&d["dep_kinds"]).iter().any(|k| text(k, "kind") != "dev");
    array(&node["deps"]).iter().filter(linked).map(|d| text(d, "pkg")).collect()
}

/// Everything the programs need, themselves among it.
fn reached<'a>(nodes: &BTreeMap<&'a str, &'a Value>, from: Vec<&'a str>) -> BTreeSet<&'a str> {
    let (mut open, mut all) = (from, BTreeSet::new());
    while let Some(id) = open.pop() {
        if all.insert(id)
            && let Some(node) = nodes.get(id)
        {
            open.extend(needs(node));
        }
    }
    all
}

/// Checksums of the lock file, by name and version.
fn checksums(lock: &str) -> BTreeMap<(&str, &str), &str> {
    let value = |block: &'_ str, key: &str| -> Option<(usize, usize)> {
        let at = block.find(&format!("\n{key} = \""))? + key.len() + 5;
        Some((at, at + block[at..].find('"')?))
    };
    let packages = lock.split("[[package]]").skip(1);
    let of = packages.filter_map(|block| {
        let part = |key: &str| value(block, key).map(|(from, to)| &block[from..to]);
        Some(((part("name")?, part("version")?), part("checksum")?))
    });
    of.collect()
}

/// A package's name in the list: no path of this machine stands in it.
fn purl(package: &Value) -> String {
    format!("pkg:cargo/{}@{}", text(package, "name"), text(package, "version").replace('+', "%2B"))
}

/// The list, from what cargo tells and the lock file.
fn list(metadata: &Value, lock: &str) -> Result<String, String> {
    let packages: BTreeMap<&str, &Value> =
        array(&metadata["packages"]).iter().map(|p| (text(p, "id"), p)).collect();
    let nodes: BTreeMap<&str, &Value> =
        array(&metadata["resolve"]["nodes"]).iter().map(|n| (text(n, "id"), n)).collect();
    let own: BTreeSet<&str> =
        array(&metadata["workspace_members"]).iter().filter_map(Value::as_str).collect();
    let named = |name: &str| {
        let id = own.iter().find(|id| packages.get(**id).is_some_and(|p| text(p, "name") == name));
        id.copied().ok_or_else(|| format!("{name} is no member of the workspace"))
    };
    let programs = PROGRAMS.iter().map(|n| named(n)).collect::<Result<Vec<_>, _>>()?;
    let sums = checksums(lock);
    let mut components: Vec<Value> = Vec::new();
    let mut dependencies: Vec<Value> = Vec::new();
    for id in reached(&nodes, programs) {
        let Some(package) = packages.get(id) else { return Err(format!("{id} has no package")) };
        let (name, version) = (text(package, "name"), text(package, "version"));
        let program = PROGRAMS.contains(&name);
        let mut component = json!({
            "type": if program { "application" } else { "library" },
            "bom-ref": purl(package), "name": name, "version": version, "purl": purl(package),
            "scope": "required",
        });
        match (text(package, "license"), own.contains(id)) {
            ("", true) => component["licenses"] = json!([{ "expression": "Apache-2.0" }]),
            ("", false) => {}
            // The old way to write «or».
            (licence, _) => {
                component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
            }
        }
        if let Some(sum) = sums.get(&(name, version)) {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
        }
        if let Some(repository) = package["repository"].as_str().filter(|r| r.starts_with("http")) {
            component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
        }
        components.push(component);
        let mut on: Vec<String> = nodes
            .get(id)
            .map(|n| {
                needs(n).into_iter().filter_map(|d| packages.get(d)).map(|p| purl(p)).collect()
            })
            .unwrap_or_default();
        on.sort();
        dependencies.push(json!({ "ref": purl(package), "dependsOn": on }));
    }
    let by = |key: &'static str| move |a: &Value, b: &Value| text(a, key).cmp(text(b, key));
    components.sort_by(by("bom-ref"));
    dependencies.sort_by(by("ref"));
    let version = packages.get(named(PROGRAMS[0])?).map(|p| text(p, "version")).unwrap_or_default();
    // No serial number and no time: they would make two lists of one tree differ.
    let list = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": "lien-thong", "name": "lien-thong", "version": version,
            "licenses": [{ "expression": "Apache-2.0" }],
        } },
        "components": components,
        "dependencies": dependencies,
    });
    let text = serde_json::to_string_pretty(&list).map_err(|e| e.to_string())?;
    Ok(text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_names_no_machine_and_is_the_same_twice() {
        let ws = Workspace::find().unwrap();
        let (metadata, lock) = (metadata(&ws).unwrap(), ws.text("Cargo.lock"));
        let written = list(&metadata, &lock).unwrap();
        assert_eq!(list(&metadata, &lock).unwrap(), written);
        let root = ws.root.to_string_lossy().into_owned();
        assert!(!written.contains(&root) && !written.contains("path+file"));
        let parsed: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(
            (&parsed["bomFormat"], &parsed["specVersion"]),
            (&json!("CycloneDX"), &json!("1.5"))
        );
        let components = array(&parsed["components"]);
        let named = |name: &str| components.iter().find(|c| text(c, "name") == name);
        for name in
            ["lienthong", "lienthong-verify", "axum", "rusqlite", "aws-lc-rs", "typst", "web"]
        {
            assert!(named(name).is_some(), "{name}");
        }
        for name in ["proptest", "insta", "tests", "xtask"] {
            assert!(named(name).is_none(), "{name} is not handed out");
        }
        let refs: BTreeSet<&str> = components.iter().map(|c| text(c, "bom-ref")).collect();
        assert_eq!(refs.len(), components.len(), "each once");
        for d in array(&parsed["dependencies"]) {
            assert!(refs.contains(text(d, "ref")));
            for on in array(&d["dependsOn"]).iter().filter_map(Value::as_str) {
                assert!(refs.contains(on), "{on}");
            }
        }
        for c in components {
            assert!(c["licenses"][0]["expression"].is_string(), "{c}");
            let sum = c["hashes"][0]["content"].as_str().unwrap_or_default();
            let from_registry = sum.len() == 64;
            assert!(from_registry || metadata_has_no_source(&metadata, text(c, "name")), "{c}");
        }
    }

    fn metadata_has_no_source(metadata: &Value, name: &str) -> bool {
        array(&metadata["packages"])
            .iter()
            .any(|p| text(p, "name") == name && p["source"].is_null())
    }

    #[test]
    fn what_only_tests_want_is_left_out() {
        let of = |name: &str| json!({ "id": name, "name": name, "version": "1.0.0+x", "license": "MIT/Apache-2.0" });
        let dep = |pkg: &str, kind: Value| json!({ "pkg": pkg, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [of("lienthong"), of("lienthong-verify"), of("lib"), of("make"), of("bench")],
            "workspace_members": ["lienthong", "lienthong-verify"],
            "resolve": { "nodes": [
                { "id": "lienthong", "deps": [dep("lib", Value::Null), dep("make", json!("build")), dep("bench", json!("dev"))] },
                { "id": "lienthong-verify", "deps": [] },
                { "id": "lib", "deps": [] }, { "id": "make", "deps": [] }, { "id": "bench", "deps": [] },
            ] },
        });
        let lock = "[[package]]\nname = \"lib\"\nversion = \"1.0.0+x\"\nchecksum = \"ab\"\n";
        let list: Value = serde_json::from_str(&list(&metadata, lock).unwrap()).unwrap();
        let names: Vec<&str> = array(&list["components"]).iter().map(|c| text(c, "name")).collect();
        assert_eq!(names, ["lib", "lienthong-verify", "lienthong", "make"]);
        let lib = &list["components"][0];
        assert_eq!(lib["hashes"][0]["content"], "ab");
        assert_eq!(lib["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(lib["purl"], "pkg:cargo/lib@1.0.0%2Bx");
    }
}
