//! The law beside the procedure files: code lists, exempt groups, the legal fee table, roles of the
//! deciding agencies, and what other rooms declare (letters' variables, purposes, register items).

use super::expressions::functions::{Group, Tables};
use super::model::{Channel, Check, Consent, Per};
use kernel::{Date, Error, Localized, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

// The data files, embedded; written by build.rs from what is in the folders.
include!(concat!(env!("OUT_DIR"), "/data_files.rs"));

/// Danh mục: a list of codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// What questions call it: `code:ID`.
    pub id: String,
    /// Its name.
    pub name: Localized,
    /// The law it comes from.
    pub basis: String,
    /// Whether the law's own list was read.
    pub certain: bool,
    /// The codes, in the order they are shown.
    pub code: Vec<CodeRow>,
}

/// One code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRow {
    /// As stored.
    pub id: String,
    /// As shown.
    pub label: Localized,
    /// A word of help.
    pub hint: Option<Localized>,
}

/// A group of people who need not pay.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptGroup {
    /// Its id.
    pub id: String,
    /// As shown.
    pub label: Localized,
    /// The law.
    pub basis: String,
    /// Younger than this, full years.
    pub younger_than: Option<i32>,
    /// At least this old, full years.
    pub from_age: Option<i32>,
    /// A mark in the register's item `other`.
    pub mark: Option<String>,
}

/// A list of exempt groups.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptList {
    /// What `exempt(person, ID)` calls it.
    pub id: String,
    /// The law.
    pub basis: String,
    /// The groups.
    pub group: Vec<ExemptGroup>,
}

/// One row of the legal fee table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalFee {
    /// Mã thủ tục.
    pub procedure: String,
    /// The case.
    pub case: String,
    /// The channel.
    pub channel: Channel,
    /// What it is counted by.
    pub per: Per,
    /// Whole đồng.
    pub vnd: i64,
    /// First day.
    pub from: Date,
    /// Last day, if it has one.
    pub to: Option<Date>,
    /// The law.
    pub basis: String,
}

/// A role in the deciding of dossiers: which agency of a place, which posts work in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// As procedure files say it.
    pub id: String,
    /// `commune` or `province`.
    pub level: String,
    /// The agency's code; `{commune}` or `{province}` stands for the place's code.
    pub agency: String,
    /// The posts that may act in it, officers first, the head last.
    pub posts: Vec<String>,
}

/// A purpose of reading, as far as procedures need it.
#[derive(Clone, Debug, Deserialize)]
pub struct Purpose {
    /// Its id.
    pub id: String,
    /// The items that may be read for it at most.
    #[serde(default)]
    pub items: Vec<String>,
}

impl Purpose {
    /// Whether it covers an item (`dwelling.owner`, `household.minors`, `name`).
    pub fn covers(&self, item: &str) -> bool {
        self.items.iter().any(|own| {
            own == "*"
                || own == item
                || own.strip_suffix('*').is_some_and(|head| item.starts_with(head))
                || item.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with('.'))
        })
    }
}

/// Words that name a register item: a question that uses them asks what is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemWords {
    /// The item.
    pub item: String,
    /// Ids under which people would ask for it.
    pub ids: Vec<String>,
    /// Vietnamese words.
    pub vi: Vec<String>,
    /// English words.
    pub en: Vec<String>,
}

/// Everything beside the procedure files.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Code lists by id.
    pub codes: BTreeMap<String, CodeList>,
    /// Exempt lists by id.
    pub exempt_lists: BTreeMap<String, ExemptList>,
    /// What the functions of the language look up in them.
    pub tables: Arc<Tables>,
    /// The legal fee table.
    pub legal: Vec<LegalFee>,
    /// Roles by id.
    pub roles: BTreeMap<String, Role>,
    /// Letter templates by file name.
    pub letters: BTreeMap<String, paper::Uses>,
    /// Purposes by id.
    pub purposes: BTreeMap<String, Purpose>,
    /// Words of register items.
    pub words: Vec<ItemWords>,
    /// Checks that several procedures share.
    pub shared_checks: BTreeMap<String, Arc<Check>>,
    /// Consents that several procedures share.
    pub shared_consents: BTreeMap<String, Arc<Consent>>,
}

impl Library {
    /// The law that comes with the program.
    pub fn built_in() -> Result<Arc<Self>> {
        let mut library = Self::default();
        for (name, text) in CODES {
            let list: CodeList = read(name, text)?;
            library.codes.insert(list.id.clone(), list);
        }
        library.take_relations(POPULATION)?;
        library.exempt_lists =
            by_id(read::<Exempt>("data/fees/exempt.toml", EXEMPT)?.list, |l| &l.id);
        library.tables = Arc::new(library.make_tables());
        library.legal = legal_fees(LEGAL)?;
        library.roles = by_id(read::<Roles>("data/routing.toml", ROUTING)?.role, |r| &r.id);
        for t in paper::LETTERS {
            library.letters.insert(format!("{}.typ", t.name), paper::uses(t.source));
        }
        library.purposes =
            by_id(read::<Purposes>("data/purposes.toml", PURPOSES)?.purpose, |p| &p.id);
        let shared: Shared = read("data/shared.toml", SHARED)?;
        let checks = shared.check.into_iter().map(|c| (c.id.clone(), Arc::new(c)));
        library.shared_checks = checks.collect();
        let consents = shared.consent.into_iter().map(|c| (c.id.clone(), Arc::new(c)));
        library.shared_consents = consents.collect();
        library.words = read::<Words>("data/register-words.toml", WORDS)?.words;
        Ok(Arc::new(library))
    }

    /// Quan hệ với chủ hộ: the list belongs to the population register.
    fn take_relations(&mut self, text: &str) -> Result<()> {
        let file: Population = read("data/registers/population.toml", text)?;
        let code = file
            .relation
            .into_iter()
            .map(|r| CodeRow { id: r.code, label: r.label, hint: None })
            .collect();
        let item = file.item.into_iter().find(|i| i.id == "relation");
        let name = item.map(|i| i.label).unwrap_or_default();
        let basis = "data/registers/population.toml".to_owned();
        let id = "household-relation".to_owned();
        self.codes.insert(id.clone(), CodeList { id, name, basis, certain: false, code });
        Ok(())
    }

    fn make_tables(&self) -> Tables {
        let group = |g: &ExemptGroup| Group {
            younger_than: g.younger_than,
            from_age: g.from_age,
            mark: g.mark.clone(),
        };
        let labels = |l: &CodeList| {
            l.code.iter().map(|c| (c.id.clone(), c.label.vi.clone())).collect::<BTreeMap<_, _>>()
        };
        let groups = |l: &ExemptList| l.group.iter().map(group).collect::<Vec<_>>();
        Tables {
            exemptions: self.exempt_lists.iter().map(|(id, l)| (id.clone(), groups(l))).collect(),
            labels: self.codes.iter().map(|(id, l)| (id.clone(), labels(l))).collect(),
        }
    }

    /// The label of a code; the code itself if the list does not have it.
    pub fn label(&self, list: &str, code: &str) -> Localized {
        let row = self.codes.get(list).and_then(|l| l.code.iter().find(|c| c.id == code));
        row.map_or_else(|| Localized::new(code, code), |r| r.label.clone())
    }
}

#[derive(Deserialize)]
struct Roles {
    role: Vec<Role>,
}
#[derive(Deserialize)]
struct Purposes {
    purpose: Vec<Purpose>,
}
#[derive(Deserialize)]
struct Exempt {
    list: Vec<ExemptList>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    check: Vec<Check>,
    consent: Vec<Consent>,
}
#[derive(Deserialize)]
struct Words {
    words: Vec<ItemWords>,
}
#[derive(Deserialize)]
struct Population {
    item: Vec<Item>,
    relation: Vec<Relation>,
}
#[derive(Deserialize)]
struct Item {
    id: String,
    label: Localized,
}
#[derive(Deserialize)]
struct Relation {
    code: String,
    label: Localized,
}

fn read<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| {
        let at = e.span().map_or(0, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
        Error::bug(format_args!("{name}:{at}: {}", e.message()))
    })
}

fn by_id<T>(rows: Vec<T>, id: impl Fn(&T) -> &String) -> BTreeMap<String, T> {
    rows.into_iter().map(|r| (id(&r).clone(), r)).collect()
}

/// Reads `data/fees/legal.csv`.
pub fn legal_fees(text: &str) -> Result<Vec<LegalFee>> {
    let mut out = Vec::new();
    for (n, line) in text.lines().enumerate().skip(1) {
        let bad = || Error::bug(format_args!("data/fees/legal.csv:{}", n + 1));
        let cells: Vec<&str> = line.splitn(8, ',').map(str::trim).collect();
        let [procedure, case, channel, per, vnd, from, to, basis] = cells[..] else {
            return Err(bad());
        };
        let channel = Channel::ALL.into_iter().find(|c| c.as_str() == channel).ok_or_else(bad)?;
        let per = match per {
            "dossier" => Per::Dossier,
            "person" => Per::Person,
            _ => return Err(bad()),
        };
        let to = if to.is_empty() { None } else { Some(to.parse().map_err(|_| bad())?) };
        out.push(LegalFee {
            procedure: procedure.to_owned(),
            case: case.to_owned(),
            channel,
            per,
            vnd: vnd.parse().map_err(|_| bad())?,
            from: from.parse().map_err(|_| bad())?,
            to,
            basis: basis.trim_matches('"').to_owned(),
        });
    }
    Ok(out)
}
