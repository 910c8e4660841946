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

/// The lines of a unit's section `[Service]`, as «name=value».
fn service(unit: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("packaging").join(unit)).unwrap();
    let section = text.split("[Service]").nth(1).unwrap().split("\n[").next().unwrap();
    let lines = section.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// The value of a line that stands there once.
fn value(lines: &[String], name: &str) -> String {
    let found: Vec<_> = lines.iter().filter_map(|l| l.strip_prefix(&format!("{name}="))).collect();
    assert_eq!(found.len(), 1, "{name} in {lines:?}");
    found[0].to_owned()
}

#[test]
fn the_service_is_kept_from_what_the_page_says() {
    let page = fs::read_to_string(root().join("docs/operating.md")).unwrap();
    let table = page.split("## What the service is kept from").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let said: Vec<&str> =
        table.lines().filter_map(|l| l.strip_prefix("| `")?.split('`').next()).collect();
    assert!(said.len() > 15, "{said:?}");
    let lines = service("lienthong.service");
    for line in &said {
        assert!(lines.iter().any(|l| l == line), "{line} is in the page, not in the unit");
    }
    // Beside the running program, with as few rights: only where it writes is said by the settings.
    let backup = service("lienthong-backup.service");
    let own = ["ProtectSystem", "StateDirectory", "PrivateUsers", "LimitCORE"];
    for line in said.iter().filter(|l| own.iter().all(|o| !l.starts_with(o))) {
        assert!(backup.iter().any(|l| l == line), "{line} is not in the unit of backups");
    }
}

#[test]
fn units_package_and_container_agree_on_user_and_places() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let sysusers = read("packaging/lienthong.sysusers");
    let words: Vec<&str> = sysusers.split_whitespace().collect();
    let (user, home) = (words[1], *words.last().unwrap());
    let container = read("packaging/Containerfile");
    let manifest: toml::Table = read("app/Cargo.toml").parse().unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"].as_array().unwrap();
    let binary = assets.iter().find(|a| a[0].as_str() == Some("target/release/lienthong")).unwrap();
    let binary = format!("/{}lienthong", binary[1].as_str().unwrap());
    for unit in ["lienthong.service", "lienthong-backup.service"] {
        let lines = service(unit);
        assert_eq!(value(&lines, "User"), user, "{unit}");
        assert_eq!(value(&lines, "Group"), user, "{unit}");
        let start = value(&lines, "ExecStart");
        assert!(start.starts_with(&format!("{binary} ")), "{unit}: {start}");
        assert!(start.ends_with("--config /etc/lienthong.toml"), "{unit}: {start}");
    }
    let lines = service("lienthong.service");
    assert_eq!(format!("/var/lib/{}", value(&lines, "StateDirectory")), home);
    assert_eq!(value(&lines, "WorkingDirectory"), home);
    let example: toml::Table = read("data/config/lienthong.toml").parse().unwrap();
    assert_eq!(example["data"].as_str(), Some(home));
    assert!(
        read("packaging/debian/postinst").contains(&format!("-o {user} -g {user} -m 0700 {home}"))
    );
    for said in [
        format!("VOLUME {home}\n"),
        format!("WORKDIR {home}\n"),
        format!("ENTRYPOINT [\"{binary}\"]\n"),
        format!("--home-dir {home} --create-home {user}"),
        "CMD [\"serve\", \"--config\", \"/etc/lienthong.toml\"]\n".to_owned(),
        "STOPSIGNAL SIGTERM\n".to_owned(),
    ] {
        assert!(container.contains(&said), "{said}");
    }
    // Never root, and by number, so that whoever runs it can see that.
    let runs_as = container.lines().rfind(|l| l.starts_with("USER ")).unwrap();
    let id: u32 = runs_as.trim_start_matches("USER ").split(':').next().unwrap().parse().unwrap();
    assert!(id > 0 && container.contains(&format!("--uid {id} ")), "{runs_as}");
    // A folder of compiled things is many gigabytes; it is no part of what is built from.
    assert!(read(".containerignore").lines().any(|l| l == "target"));
}
