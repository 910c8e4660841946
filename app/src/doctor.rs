//! `lienthong doctor`: looks whether an installation is well, and says what to do where it is not.

use crate::cli::DoctorArgs;
use crate::{config, province};
use kernel::{Error, Instant, Result, Say, limits};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use store::{Store, params};

/// Less free space than this is bad: letters, journal and database grow by the day.
const FREE_BYTES_BAD: u64 = 512 * 1024 * 1024;
/// Less than this wants attention.
const FREE_BYTES_LOW: u64 = 5 * 1024 * 1024 * 1024;
/// A signing certificate that ends sooner than this wants a rotation.
const KEY_DAYS_LOW: i64 = 90;
/// A backup that is so old wants another, unless the settings say otherwise.
const BACKUP_DAYS_MAX: u32 = 2;
/// A follower may lag this much while work goes on.
const LAG_MAX: i64 = 10 * limits::FOLLOW_BATCH_MAX;
/// An entry this far in the future means that the clock jumped.
const CLOCK_AHEAD_SECONDS_MAX: i64 = 5;
/// How long a running program may take to answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(3);

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    Warn,
    Bad,
}

/// One line of the report: the message is `doctor-KEY-STATE`.
struct Finding {
    key: &'static str,
    state: State,
    values: Vec<(&'static str, String)>,
}

fn finding(key: &'static str, state: State, values: Vec<(&'static str, String)>) -> Finding {
    Finding { key, state, values }
}

/// Prints the report; true when nothing is bad.
#[allow(clippy::print_stdout)]
pub fn run(args: &DoctorArgs, say: &Say) -> Result<bool> {
    let settings = args.config.as_deref().map(config::read).transpose()?;
    let data = settings.as_ref().map_or(args.data.as_path(), |c| c.data.as_path());
    let database = settings.as_ref().map(config::Config::database).transpose()?.flatten();
    let mut all = vec![folder(data)];
    if all.iter().all(|f| f.state != State::Bad) {
        all.push(space(data));
        all.extend(secrets(data));
        all.extend(keys(data));
        all.push(letters());
        all.extend(tables(data, database.as_deref(), args.thorough, say));
    }
    if let Some(c) = &settings {
        all.extend(backups(&c.backup));
        all.push(listens(&c.listen));
    }
    for f in &all {
        let (mark, word) = match f.state {
            State::Good => ("✓", "good"),
            State::Warn => ("!", "warn"),
            State::Bad => ("✗", "bad"),
        };
        println!("{mark} {}", say.with(&format!("doctor-{}-{word}", f.key), &f.values));
    }
    let bad = all.iter().filter(|f| f.state == State::Bad).count();
    let word = if bad == 0 { say.t("doctor-well") } else { say.count("doctor-ill", bad as i64) };
    println!("{word}");
    Ok(bad == 0)
}

/// The data folder is there and may be written.
fn folder(data: &Path) -> Finding {
    let values = vec![("folder", data.display().to_string())];
    let state = match std::fs::metadata(data) {
        Ok(m) if m.is_dir() && rustix::fs::access(data, rustix::fs::Access::WRITE_OK).is_ok() => {
            State::Good
        }
        _ => State::Bad,
    };
    finding("folder", state, values)
}

fn space(data: &Path) -> Finding {
    let Ok(s) = rustix::fs::statvfs(data) else {
        return finding("space", State::Warn, vec![("free", "?".into())]);
    };
    let free = s.f_bavail.saturating_mul(s.f_frsize);
    let state = match free {
        f if f < FREE_BYTES_BAD => State::Bad,
        f if f < FREE_BYTES_LOW => State::Warn,
        _ => State::Good,
    };
    let gib = format!("{:.1}", free as f64 / 1_073_741_824.0);
    finding("space", state, vec![("free", gib)])
}

/// Secret files are for their owner alone.
fn secrets(data: &Path) -> Vec<Finding> {
    let mut open = Vec::new();
    let entries = std::fs::read_dir(data.join("keys")).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let secret = name.ends_with(".key") || name.ends_with(".secret");
        let mode = entry.metadata().map_or(0, |m| m.permissions().mode());
        if secret && mode & 0o077 != 0 {
            open.push(name);
        }
    }
    let state = if open.is_empty() { State::Good } else { State::Bad };
    vec![finding("secrets", state, vec![("files", open.join(", "))])]
}

/// The key that signs now is here and lasts.
fn keys(data: &Path) -> Vec<Finding> {
    let now = store::Clock::system().now();
    let folder = data.join("keys");
    // Looking makes nothing: opening an empty folder would make new keys.
    let listed = if folder.is_dir() {
        trust::Keys::open_at(&folder, now).and_then(|k| k.list()).unwrap_or_default()
    } else {
        Vec::new()
    };
    if listed.is_empty() {
        return vec![finding(
            "keys",
            State::Bad,
            vec![("file", "keys/".into()), ("days", "0".into())],
        )];
    }
    listed
        .iter()
        .filter(|k| k.current && k.until.is_some() && k.file.starts_with("issuing"))
        .map(|k| {
            let days = k.until.unwrap_or(Instant(0)).seconds_since(now) / 86_400;
            let state = match days {
                d if d <= 0 || !k.secret_here => State::Bad,
                d if d < KEY_DAYS_LOW => State::Warn,
                _ => State::Good,
            };
            finding("keys", state, vec![("file", k.file.clone()), ("days", days.to_string())])
        })
        .collect()
}

/// A letter can be set: the child process starts, its fonts are there.
fn letters() -> Finding {
    let tried = std::env::current_exe().map_err(Error::bug).and_then(|program| {
        let template = paper::LETTERS.first().ok_or_else(|| Error::bug("no letters"))?;
        let data = serde_json::from_str(template.example).map_err(Error::bug)?;
        paper::Paper::new(program).set(template.name, &data)
    });
    match tried {
        Ok(_) => finding("letters", State::Good, vec![]),
        Err(e) => finding("letters", State::Bad, vec![("cause", e.to_string())]),
    }
}

/// Database, clock, followers, jobs, journal.
fn tables(data: &Path, database: Option<&str>, thorough: bool, say: &Say) -> Vec<Finding> {
    if database.is_none() && !crate::folder::database_file(data).is_file() {
        return vec![finding("database", State::Bad, vec![("cause", "—".into())])];
    }
    let store = match province::open_store(data, database) {
        Ok(store) => store,
        Err(e) => return vec![finding("database", State::Bad, vec![("cause", e.to_string())])],
    };
    let mut all = vec![finding("database", State::Good, vec![("engine", store.engine().into())])];
    match looked(&store) {
        Ok(more) => all.extend(more),
        Err(e) => all.push(finding("database", State::Bad, vec![("cause", e.to_string())])),
    }
    if thorough {
        let sound = store.verify_journal().map(|h| (h.is_sound(), h.size));
        let state = if matches!(sound, Ok((true, _))) { State::Good } else { State::Bad };
        let size = sound.map_or(0, |s| s.1);
        all.push(finding("journal", state, vec![("n", say.number(size))]));
    }
    all
}

fn looked(store: &Store) -> Result<Vec<Finding>> {
    let now = store.clock().now();
    let (newest, followers, failed) = store.read(|tx| {
        let newest =
            tx.row("SELECT at FROM journal ORDER BY seq DESC LIMIT 1", params![], |r| {
                r.get::<Instant>(0)
            })?;
        Ok((newest, tx.follower_state()?, tx.jobs_failed()?))
    })?;
    let ahead = newest.map_or(0, |at| at.seconds_since(now));
    let clock = if ahead > CLOCK_AHEAD_SECONDS_MAX { State::Bad } else { State::Good };
    let mut all = vec![finding("clock", clock, vec![("seconds", ahead.to_string())])];
    let behind: Vec<String> = followers
        .iter()
        .filter(|f| f.lag > LAG_MAX || f.failures > 0)
        .map(|f| format!("{} ({})", f.name, f.error.clone().unwrap_or_else(|| f.lag.to_string())))
        .collect();
    let state = if behind.is_empty() { State::Good } else { State::Warn };
    all.push(finding("followers", state, vec![("names", behind.join(", "))]));
    let dead = failed.iter().filter(|f| f.dead).count();
    let state = if dead == 0 { State::Good } else { State::Warn };
    all.push(finding("jobs", state, vec![("n", dead.to_string())]));
    Ok(all)
}

/// The newest backup is there, whole and young enough.
fn backups(settings: &config::Backup) -> Option<Finding> {
    let folder = settings.folder.as_ref()?.display().to_string();
    let newest = match crate::backup::newest(settings) {
        Ok(Some(at)) => at,
        Ok(None) => return Some(finding("backup-none", State::Warn, vec![("folder", folder)])),
        Err(e) => {
            let values = vec![("folder", folder), ("cause", e.to_string())];
            return Some(finding("backup", State::Bad, values));
        }
    };
    let days = store::Clock::system().now().seconds_since(newest).max(0) / 86_400;
    let most = i64::from(settings.warn_days.unwrap_or(BACKUP_DAYS_MAX));
    let state = if days >= most { State::Warn } else { State::Good };
    let values = vec![("time", newest.clock_and_day()), ("days", days.to_string())];
    Some(finding("backup", state, values))
}

/// Somebody listens where the settings say.
fn listens(address: &str) -> Finding {
    let there = address
        .parse::<SocketAddr>()
        .is_ok_and(|a| TcpStream::connect_timeout(&a, ANSWER_WAIT_MAX).is_ok());
    let state = if there { State::Good } else { State::Warn };
    finding("listens", state, vec![("address", address.to_owned())])
}
