//! What an installation is made from: units of systemd, the Debian package, the container.

use std::{fs, path::Path, process::Command};
use tests::{built, folder::Folder, root};

/// Exposure that `systemd-analyze security` may find at most, in tenths of its scale of ten.
const EXPOSURE_MAX: &str = "--threshold=20";

fn units() -> Vec<String> {
    let names = fs::read_dir(root().join("packaging")).unwrap();
    let names = names.map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|n| n.ends_with(".service") || n.ends_with(".timer")).collect()
}

#[test]
fn systemd_takes_the_units_and_finds_them_closed() {
    let folder = Folder::new();
    let units = units();
    assert!(units.len() >= 3, "{units:?}");
    let program = built("lienthong");
    for unit in &units {
        let text = fs::read_to_string(root().join("packaging").join(unit)).unwrap();
        let text = text.replace("/usr/bin/lienthong", program.to_str().unwrap());
        fs::write(folder.path().join(unit), text).unwrap();
    }
    let verify = Command::new("systemd-analyze")
        .args(["--no-pager", "--man=no", "verify"])
        .args(units.iter().map(|u| folder.path().join(u)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verify.stderr);
    assert!(verify.status.success() && said.trim().is_empty(), "{said}");
    let security = Command::new("systemd-analyze")
        .args(["--no-pager", "security", "--offline=true", EXPOSURE_MAX])
        .arg(folder.path().join("lienthong.service"))
        .output()
        .unwrap();
    assert!(security.status.success(), "{}", String::from_utf8_lossy(&security.stdout));
}

#[test]
fn the_package_names_files_that_are_there() {
    let manifest = fs::read_to_string(root().join("app/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let deb = &manifest["package"]["metadata"]["deb"];
    let assets: Vec<&str> =
        deb["assets"].as_array().unwrap().iter().map(|a| a[0].as_str().unwrap()).collect();
    let here = root().join("app");
    for asset in assets.iter().filter(|a| !a.starts_with("target/")) {
        let path = asset.strip_suffix("*.md").unwrap_or(asset);
        assert!(here.join(path).exists(), "{asset}");
    }
    for unit in units() {
        let whole = format!("../packaging/{unit}");
        assert!(assets.contains(&whole.as_str()), "{unit} is in the package");
    }
    assert!(here.join(deb["maintainer-scripts"].as_str().unwrap()).join("postinst").is_file());
    let settings = deb["conf-files"][0].as_str().unwrap();
    assert_eq!(Path::new(settings), Path::new("/etc/lienthong.toml"));
    assert!(
        fs::read_to_string(root().join("packaging/lienthong.service")).unwrap().contains(settings)
    );
}
