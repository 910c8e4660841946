//! `lienthong.toml`: how one installation is run. `data/config/lienthong.toml` documents every key.

use crate::{CONFIG_SECRET_OPEN, CONFIG_UNREADABLE, CONFIG_WRONG};
use kernel::{Error, ProvinceCode, Result};
use serde::{Deserialize, Serialize};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The documented example: every key with its usual value.
pub const EXAMPLE: &str = include_str!("../../data/config/lienthong.toml");

/// Longest configuration file, bytes.
const CONFIG_BYTES_MAX: u64 = 64 * 1024;

/// The settings of one installation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Province code, two digits.
    pub province: String,
    /// The address people use.
    pub url: String,
    /// Where to listen.
    #[serde(default = "listen")]
    pub listen: String,
    /// One trusted proxy stands in front.
    #[serde(default)]
    pub behind_proxy: bool,
    /// Where the proxy speaks from.
    #[serde(default = "proxies")]
    pub proxies: Vec<String>,
    /// The header in which it names the caller.
    #[serde(default = "proxy_header")]
    pub proxy_header: String,
    /// Where measurements are given out; empty: nowhere.
    #[serde(default = "metrics_listen")]
    pub metrics_listen: String,
    /// Address of the database.
    pub database: Option<String>,
    /// A file that holds it.
    pub database_file: Option<PathBuf>,
    /// Telephone number of the support.
    #[serde(default)]
    pub support: String,
    /// First part of dossier codes.
    pub dossier_prefix: Option<String>,
    /// The account fees go to.
    pub treasury: Treasury,
    /// The log.
    #[serde(default)]
    pub log: Log,
    /// The journal.
    #[serde(default)]
    pub journal: Journal,
    /// Backups.
    #[serde(default)]
    pub backup: Backup,
    /// How often somebody may ask.
    #[serde(default)]
    pub rates: web::Budgets,
    /// Traces.
    #[serde(default)]
    pub traces: Traces,
}

/// Where traces go.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Traces {
    /// The collector: `http://127.0.0.1:4318`. None: no traces.
    pub endpoint: Option<String>,
    /// Which part of the requests is traced.
    pub sample: crate::traces::Sample,
}

impl Default for Traces {
    fn default() -> Self {
        Self { endpoint: None, sample: crate::traces::Sample::ALL }
    }
}

/// Where `lienthong backup` writes, and how many stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Backup {
    /// The folder of backups.
    pub folder: Option<PathBuf>,
    /// The public key file.
    pub key: Option<PathBuf>,
    /// The newest so many stay.
    pub keep: Option<usize>,
    /// Those of the last so many days stay.
    pub keep_days: Option<u32>,
    /// The doctor warns when the newest is older than so many days; 2 by default.
    pub warn_days: Option<u32>,
}

/// The journal's name and witnesses.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Journal {
    /// Its name in its checkpoints, chosen at the first start.
    pub origin: Option<String>,
    /// Folders on other machines in which the newest checkpoint is kept too.
    pub witness: Vec<PathBuf>,
}

/// Tài khoản thu: the account fees go to.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Treasury {
    /// The bank's BIN, six digits.
    pub bank: String,
    /// The account number.
    pub number: String,
    /// Its holder, plain capitals.
    pub name: String,
}

/// How the log is written.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// The shape of its lines.
    pub format: LogFormat,
    /// How much of it, as in `RUST_LOG`.
    pub filter: String,
}

/// The shape of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For a person.
    #[default]
    Text,
    /// For a machine.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info,tower_http=warn".to_owned() }
    }
}

fn listen() -> String {
    "127.0.0.1:8080".to_owned()
}

fn proxies() -> Vec<String> {
    vec!["127.0.0.0/8".to_owned(), "::1".to_owned()]
}

fn proxy_header() -> String {
    "X-Forwarded-For".to_owned()
}

fn metrics_listen() -> String {
    "127.0.0.1:9464".to_owned()
}

/// The budgets of a demo province: the usual ones, none (`off`), or a file that holds what stands in the
/// section `[rates]` of the settings.
pub fn budgets(given: Option<&Path>) -> Result<web::Budgets> {
    let Some(file) = given else { return Ok(web::Budgets::default()) };
    if file == Path::new("off") {
        return Ok(web::Budgets { on: false, ..web::Budgets::default() });
    }
    let name = || file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|e| Error::new(CONFIG_UNREADABLE).arg("file", name()).because(e))?;
    from_toml(&text).map_err(|(line, why)| {
        let e = Error::new(CONFIG_WRONG).arg("file", name());
        e.arg("line", line.to_string()).arg("why", why)
    })
}

/// Reads a file and checks it; the error names the line or the key, and what to do.
pub fn read(path: &Path) -> Result<Config> {
    let unreadable = |e: std::io::Error| {
        Error::new(CONFIG_UNREADABLE).arg("file", path.display().to_string()).because(e)
    };
    let wrong = |(line, why): (usize, String)| {
        Error::new(CONFIG_WRONG)
            .arg("file", path.display().to_string())
            .arg("line", line.to_string())
            .arg("why", why)
    };
    if std::fs::metadata(path).map_err(unreadable)?.len() > CONFIG_BYTES_MAX {
        return Err(wrong((1, format!("over {CONFIG_BYTES_MAX} bytes"))));
    }
    parse(&std::fs::read_to_string(path).map_err(unreadable)?).map_err(wrong)
}

fn from_toml<T: serde::de::DeserializeOwned>(
    text: &str,
) -> std::result::Result<T, (usize, String)> {
    toml::from_str(text).map_err(|e| {
        let at = e.span().map_or(0, |s| s.start.min(text.len()));
        let before = text.as_bytes()[..at].iter();
        (before.filter(|b| **b == b'\n').count() + 1, e.message().to_owned())
    })
}

/// The settings, or the line that is wrong and why.
fn parse(text: &str) -> std::result::Result<Config, (usize, String)> {
    let config: Config = from_toml(text)?;
    judge(&config).map_err(|(key, why)| (line_of(text, key), format!("{key}: {why}")))?;
    Ok(config)
}

/// The line a key stands on.
fn line_of(text: &str, key: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key);
    let found = text.lines().position(|l| {
        l.trim_start().strip_prefix(last).is_some_and(|r| r.trim_start().starts_with('='))
    });
    found.map_or(1, |n| n + 1)
}

/// What the shape alone does not say.
fn judge(c: &Config) -> std::result::Result<(), (&'static str, String)> {
    if ProvinceCode::parse(&c.province).is_err() {
        return Err(("province", "two digits, in quotes: \"37\"".into()));
    }
    let host = c.url.strip_prefix("https://").or_else(|| c.url.strip_prefix("http://localhost"));
    if host.is_none_or(|h| h.contains('/')) {
        return Err(("url", "https://NAME without a path (http:// on localhost only)".into()));
    }
    if c.listen.parse::<std::net::SocketAddr>().is_err() {
        return Err(("listen", "an address and a port: 127.0.0.1:8080".into()));
    }
    if !c.metrics_listen.is_empty() && c.metrics_listen.parse::<std::net::SocketAddr>().is_err() {
        return Err(("metrics_listen", "an address and a port, or empty: 127.0.0.1:9464".into()));
    }
    if c.proxies.is_empty() || c.proxies.iter().any(|p| web::Network::parse(p).is_none()) {
        return Err(("proxies", "addresses or networks: [\"127.0.0.1\", \"10.0.0.0/8\"]".into()));
    }
    let name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if c.proxy_header.is_empty() || !c.proxy_header.bytes().all(name) {
        return Err(("proxy_header", "the name of a header: X-Forwarded-For".into()));
    }
    if let Some(Err(why)) = c.traces.endpoint.as_deref().map(crate::traces::Endpoint::parse) {
        return Err(("traces.endpoint", why.into()));
    }
    if c.database.is_some() && c.database_file.is_some() {
        return Err(("database_file", "give `database` or `database_file`, not both".into()));
    }
    if let Some(d) = &c.database
        && !d.starts_with("sqlite:")
        && !d.starts_with("postgres://")
    {
        return Err(("database", "begins with sqlite: or postgres://".into()));
    }
    let t = &c.treasury;
    if t.bank.len() != 6 || !t.bank.bytes().all(|b| b.is_ascii_digit()) {
        return Err(("treasury.bank", "the six digits of the bank's BIN".into()));
    }
    if t.number.is_empty() || !t.number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(("treasury.number", "letters and digits only".into()));
    }
    if t.name.is_empty() || !t.name.bytes().all(|b| b.is_ascii_uppercase() || b == b' ') {
        return Err(("treasury.name", "plain capitals without marks".into()));
    }
    if c.backup.folder.is_some() && c.backup.key.is_none() {
        return Err(("backup.folder", "a folder of backups wants `key` too".into()));
    }
    if tracing_subscriber::EnvFilter::try_new(&c.log.filter).is_err() {
        return Err(("log.filter", "as in RUST_LOG, for example info".into()));
    }
    Ok(())
}

impl Config {
    /// The proxy in front, if there is one.
    pub fn proxy(&self) -> Option<web::Proxy> {
        self.behind_proxy.then(|| web::Proxy {
            from: self.proxies.iter().filter_map(|n| web::Network::parse(n)).collect(),
            header: self.proxy_header.to_ascii_lowercase(),
        })
    }

    /// Address of the database, from the file that holds it if there is one.
    pub fn database(&self) -> Result<Option<String>> {
        match &self.database_file {
            Some(file) => secret_line(file).map(Some),
            None => Ok(self.database.clone()),
        }
    }
}

/// What stands in a file that only its owner may read.
pub fn secret_line(file: &Path) -> Result<String> {
    let failed = |e: std::io::Error| {
        Error::new(CONFIG_UNREADABLE).arg("file", file.display().to_string()).because(e)
    };
    if std::fs::metadata(file).map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(Error::new(CONFIG_SECRET_OPEN).arg("file", file.display().to_string()));
    }
    Ok(std::fs::read_to_string(file).map_err(failed)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(from: &str, to: &str) -> (usize, String) {
        let text = EXAMPLE.replacen(from, to, 1);
        assert_ne!(text, EXAMPLE, "{from} is not in the example");
        parse(&text).expect_err(to)
    }

    #[test]
    fn the_example_documents_every_key_and_is_right() {
        let config = parse(EXAMPLE).expect("the example");
        let table = |v: &Config| toml::Table::try_from(v).expect("a table");
        let mut written = table(&config);
        written.insert("database_file".into(), "".into());
        for (key, value) in &written {
            assert!(
                EXAMPLE.contains(&format!("{key} =")) || EXAMPLE.contains(&format!("[{key}]")),
                "{key}"
            );
            for inner in value.as_table().into_iter().flat_map(|t| t.keys()) {
                assert!(EXAMPLE.contains(&format!("{inner} =")), "{key}.{inner}");
            }
        }
        // A new key without a line in the example would be missing from this count.
        assert_eq!(written.len(), 18);
    }

    #[test]
    fn the_budgets_of_the_example_are_those_of_the_program() {
        assert_eq!(parse(EXAMPLE).unwrap().rates, web::Budgets::default());
        assert!(!from_toml::<web::Budgets>("on = false").unwrap().on);
        assert_eq!(from_toml::<web::Budgets>("nodes = 3").unwrap().nodes.get(), 3);
        assert_eq!(from_toml::<web::Budgets>("").unwrap(), web::Budgets::default());
    }

    #[test]
    fn mistakes_are_told_at_their_line() {
        let line =
            |needle: &str| EXAMPLE.lines().position(|l| l.starts_with(needle)).expect("a line") + 1;
        for (from, to, at) in [
            ("province = \"37\"", "province = \"Ninh Bình\"", "province"),
            ("https://dichvu", "ftp://dichvu", "url"),
            ("example.vn\"", "example.vn/duong\"", "url"),
            ("127.0.0.1:8080", "8080", "listen"),
            ("sqlite:/var", "mysql:/var", "database"),
            ("# database_file", "database_file", "database_file"),
            ("970415", "97041", "bank"),
            ("nodes = 1", "nodes = 0", "nodes"),
            ("sample = 1.0", "sample = 0.0", "sample"),
            ("sample = 1.0", "sample = 1.5", "sample"),
            ("sample = 1.0", "sample = nan", "sample"),
            ("KHO BAC", "KHO BẠC", "name"),
            ("\"000000000000\"", "\"\"", "number"),
            ("filter = \"info\"", "filter = \"=,=\"", "filter"),
            ("format = \"json\"", "format = \"xml\"", "format"),
            ("key = \"/etc", "# key = \"/etc", "folder"),
            ("warn_days = 2", "warn_days = -2", "warn_days"),
            ("behind_proxy = true", "behind_proxy = 1", "behind_proxy"),
            ("proxies = [\"127.0.0.0/8\"", "proxies = [\"127.0.0.0/80\"", "proxies"),
            ("\"X-Forwarded-For\"", "\"X Forwarded\"", "proxy_header"),
            ("127.0.0.1:9464", "9464", "metrics_listen"),
            (
                "# endpoint = \"http://127.0.0.1:4318\"",
                "endpoint = \"https://collector\"",
                "endpoint",
            ),
            ("account = { reading = [1200", "account = { reading = [0", "account"),
            ("device = { reading =", "device = { writing =", "device"),
        ] {
            let (found, why) = refused(from, to);
            let at = match at {
                "database_file" => "# database_file",
                "endpoint" => "# endpoint",
                at => at,
            };
            assert_eq!(found, line(at), "{to}: {why}");
        }
        let (_, why) = refused("support =", "suport =");
        assert!(why.contains("support"), "{why}");
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

        /// Any change of the file is read or refused at a line of it; what is read says the same when it
        /// is written and read again.
        #[test]
        fn any_settings_are_read_or_refused_at_a_line(
            at in 0usize..6_000, drop in 0usize..60, put in "[a-zđ=\\[\\]{}\"'.,0-9 #\n-]{0,12}", any in "\\PC{0,200}",
        ) {
            let _ = parse(&any);
            let starts: Vec<usize> = EXAMPLE.char_indices().map(|(i, _)| i).collect();
            let at = at.min(starts.len() - 1);
            let end = starts.get(at + drop).copied().unwrap_or(EXAMPLE.len());
            let text = format!("{}{put}{}", &EXAMPLE[..starts[at]], &EXAMPLE[end..]);
            match parse(&text) {
                Ok(config) => {
                    let written = toml::to_string(&config).unwrap();
                    let again = parse(&written).map_err(|(l, w)| format!("{l}: {w}\n{written}"));
                    let again = toml::to_string(&again.unwrap()).unwrap();
                    proptest::prop_assert_eq!(again, written);
                }
                Err((line, why)) => {
                    proptest::prop_assert!((1..=text.lines().count() + 1).contains(&line), "{line}: {why}");
                    proptest::prop_assert!(!why.is_empty());
                }
            }
        }
    }
}
