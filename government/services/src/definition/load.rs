//! Reading procedure files, and the catalogue of all versions.

use super::check::{self, Finding, Findings};
use super::expressions::Type;
use super::library::{Library, PROCEDURES};
use super::model::{Check, Consent, Ending, Limit, Outcome, ProcedureFile, Step};
use super::schema;
use super::source::Source;
use super::typing::{self, Typed};
use crate::errors::PROCEDURE_UNKNOWN;
use kernel::calendar::Budget;
use kernel::{Date, Error, Localized, ProcedureCode, Result};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::de::DeTable;

/// The state of a request that was taken back: every procedure has it.
pub const WITHDRAWN: &str = "withdrawn";

/// The definitions that come with the program: file name and text.
pub fn built_in_files() -> &'static [(&'static str, &'static str)] {
    PROCEDURES
}

/// One version of a procedure, read and typed.
#[derive(Debug)]
pub struct Procedure {
    file: ProcedureFile,
    code: ProcedureCode,
    checks: Vec<Placed<Check>>,
    consents: Vec<Placed<Consent>>,
    source: Source,
    typed: Typed,
    library: Arc<Library>,
}

/// A row and where it stands in the file: its own table, or the key `shared`.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The row.
    pub row: Arc<T>,
    pub(super) path: String,
}

impl Procedure {
    /// Reads a file. `None` if it cannot be read far enough to look at the rest; findings say why.
    pub(super) fn read(
        name: &str,
        text: &str,
        library: &Arc<Library>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let source = Source::new(name, text, root.get_ref());
        for e in &errors {
            let offset = e.span().map_or(0, |s| s.start);
            let args = [("what", e.message().to_owned())];
            findings.add_at(&source, offset, "toml", &args);
        }
        if !errors.is_empty() {
            return None;
        }
        let before = findings.count();
        schema::check_shape(&source, root.get_ref(), findings);
        let mut file: ProcedureFile = match toml::from_str(text) {
            Ok(f) => f,
            Err(e) => {
                if findings.count() == before {
                    let offset = e.span().map_or(0, |s| s.start);
                    let args = [("what", e.message().to_owned())];
                    findings.add_at(&source, offset, "toml", &args);
                }
                return None;
            }
        };
        let mut checks: Vec<Placed<Check>> = Vec::new();
        let mut consents: Vec<Placed<Consent>> = Vec::new();
        for (i, id) in file.shared.iter().enumerate() {
            let path = format!("shared[{i}]");
            if let Some(row) = library.shared_checks.get(id) {
                checks.push(Placed { row: row.clone(), path });
            } else if let Some(row) = library.shared_consents.get(id) {
                consents.push(Placed { row: row.clone(), path });
            } else {
                let all = library.shared_checks.keys().chain(library.shared_consents.keys());
                let near = check::words::nearest(id, all.map(String::as_str)).unwrap_or("none");
                let args = [("id", id.clone()), ("near", near.to_owned())];
                findings.add(&source, &path, "shared-unknown", &args);
            }
        }
        checks.extend(placed("check", std::mem::take(&mut file.check)));
        consents.extend(placed("consent", std::mem::take(&mut file.consent)));
        let rows = typing::Rows { checks: &checks, consents: &consents };
        let typed = typing::type_file(&file, rows, library, &source, findings);
        let code = ProcedureCode::new(file.code.clone());
        Some(Self { file, code, checks, consents, source, typed, library: library.clone() })
    }

    /// The checks: shared ones first, then the file's own, in order.
    pub fn checks(&self) -> &[Placed<Check>] {
        &self.checks
    }
    /// The consents: shared ones first, then the file's own, in order.
    pub fn consents(&self) -> &[Placed<Consent>] {
        &self.consents
    }
    /// Who signs a result: a post, or `system`.
    pub fn signer<'a>(&'a self, outcome: &'a Outcome) -> &'a str {
        let head = || self.library.roles.get(&self.file.decider.role)?.posts.last();
        outcome.sign.as_deref().or_else(|| head().map(String::as_str)).unwrap_or("system")
    }

    /// The file as written.
    pub fn file(&self) -> &ProcedureFile {
        &self.file
    }
    /// The law beside it.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }
    pub(super) fn source(&self) -> &Source {
        &self.source
    }
    pub(super) fn group_type(&self, group: &str) -> Option<&Type> {
        self.typed.groups.get(group)
    }

    /// Mã thủ tục.
    pub fn code(&self) -> &ProcedureCode {
        &self.code
    }
    /// Its version; a dossier keeps the one it was filed under.
    pub fn version(&self) -> i64 {
        self.file.version
    }
    /// Its name.
    pub fn name(&self) -> &Localized {
        &self.file.name
    }
    /// Its web address.
    pub fn path(&self) -> &str {
        &self.file.path
    }
    /// Level of electronic identity needed to file online: 1 or 2.
    pub fn assurance(&self) -> i64 {
        self.file.assurance
    }
    /// Whether it may be filed this way: `online`, `assisted`, `counter`.
    pub fn takes(&self, channel: &str) -> bool {
        self.file.channels.iter().any(|c| c.as_str() == channel)
    }
    /// Whether it is in force on a day.
    pub fn in_force(&self, on: Date) -> bool {
        let v = self.file.valid;
        v.from.0 <= on && v.to.is_none_or(|to| on <= to.0)
    }

    /// The state in which a dossier begins.
    pub fn first_step(&self) -> &str {
        self.file.step.first().map_or("", |s| s.id.as_str())
    }
    /// The step of a state; none for states that end a dossier.
    pub fn step(&self, state: &str) -> Option<&Step> {
        self.file.step.iter().find(|s| s.id == state)
    }
    /// The name of a state, if the file gives it one; otherwise pages say `state-ID`.
    pub fn state_name(&self, state: &str) -> Option<&Localized> {
        self.step(state).and_then(|s| s.name.as_ref())
    }
    /// Whether a dossier ends in this state.
    pub fn is_final(&self, state: &str) -> bool {
        self.step(state).is_none()
    }
    /// Whether this state is a refusal.
    pub fn refuses(&self, state: &str) -> bool {
        self.results_on(state).any(|r| r.outcome == Ending::Refused)
    }
    /// What happens when a dossier ends in this state.
    pub fn results_on(&self, state: &str) -> impl Iterator<Item = &Outcome> {
        self.file.result.iter().filter(move |r| r.on.iter().any(|s| s == state))
    }
    /// Whether the applicant may take the request back in this state.
    pub fn may_withdraw(&self, state: &str) -> bool {
        self.file.withdraw.iter().any(|s| s == state)
    }
    /// Whether the clock starts in this state.
    pub fn clock_starts_at(&self, state: &str) -> bool {
        self.file.clock.starts == state
    }
    /// Whether the clock stands still in this state.
    pub fn clock_stops_in(&self, state: &str) -> bool {
        self.file.clock.stops.iter().any(|s| s == state)
    }
    /// Whether the applicant is told of this state (or of `late`).
    pub fn tells_applicant(&self, event: &str) -> bool {
        self.file.notify.on.iter().any(|s| s == event)
    }
    /// The actions somebody in this post may take in a state, with the state each leads to. The
    /// applicant is the post `applicant`.
    pub fn actions(&self, state: &str, post: &str) -> Vec<(&str, &str)> {
        let step = self.step(state).filter(|s| s.who == post);
        let own = step.into_iter().flat_map(|s| &s.does).map(|(a, to)| (a.as_str(), to.as_str()));
        let mut list: Vec<_> = own.collect();
        list.sort_by_key(|(a, _)| check::ACTIONS.iter().position(|known| known == a));
        if post == "applicant" && self.may_withdraw(state) {
            list.push(("withdraw", WITHDRAWN));
        }
        list
    }
}

fn placed<T>(table: &str, rows: Vec<T>) -> impl Iterator<Item = Placed<T>> {
    let table = table.to_owned();
    rows.into_iter()
        .enumerate()
        .map(move |(i, row)| Placed { row: Arc::new(row), path: format!("{table}[{i}]") })
}

impl Limit {
    /// The time limit as the calendar takes it; none if the file does not give exactly one unit.
    pub fn budget(&self) -> Option<Budget> {
        match (self.working_days, self.days, self.hours, self.same_day) {
            (Some(n), None, None, None) => Some(Budget::WorkingDays(n)),
            (None, Some(n), None, None) => Some(Budget::Days(n)),
            (None, None, Some(n), None) => Some(Budget::Hours(n)),
            (None, None, None, Some(true)) => Some(Budget::SAME_DAY),
            _ => None,
        }
    }
}

/// All versions of all procedures.
#[derive(Debug)]
pub struct Catalogue {
    library: Arc<Library>,
    /// By code, versions in order.
    by_code: BTreeMap<String, Vec<Arc<Procedure>>>,
    /// By the catalogue's chapters, then by names.
    as_shown: Vec<Arc<Procedure>>,
}

impl Catalogue {
    /// The definitions that come with the program.
    pub fn built_in() -> Result<Arc<Self>> {
        let library = Library::built_in()?;
        let mut findings = Findings::default();
        let read: Vec<_> = PROCEDURES
            .iter()
            .filter_map(|(name, text)| Procedure::read(name, text, &library, &mut findings))
            .map(Arc::new)
            .collect();
        match findings.sorted().first() {
            // their full check is part of the test run; here only what running them needs
            None => Ok(Arc::new(Self::of(library, read))),
            Some(f) => Err(Error::bug(format_args!("{}:{}: {}", f.file, f.line, f.code))),
        }
    }

    /// Definitions from elsewhere: refused as a whole if anything is wrong with any of them.
    pub fn from_files(
        files: &[(&str, &str)],
        library: &Arc<Library>,
        today: Date,
    ) -> std::result::Result<Arc<Self>, Vec<Finding>> {
        let (read, findings) = check::read_checked(files, library, today);
        if findings.is_empty() {
            Ok(Arc::new(Self::of(library.clone(), read)))
        } else {
            Err(findings)
        }
    }

    fn of(library: Arc<Library>, read: Vec<Arc<Procedure>>) -> Self {
        let mut by_code: BTreeMap<String, Vec<Arc<Procedure>>> = BTreeMap::new();
        for p in read {
            by_code.entry(p.file.code.clone()).or_default().push(p);
        }
        for versions in by_code.values_mut() {
            versions.sort_by_key(|p| p.version());
        }
        let themes = library.codes.get("theme").map_or(&[][..], |l| &l.code);
        let mut as_shown: Vec<_> = by_code.values().flatten().cloned().collect();
        as_shown.sort_by_cached_key(|p| {
            let theme = themes.iter().position(|t| t.id == p.file.theme);
            (theme, kernel::vietnamese::collate_key(&p.file.name.vi))
        });
        Self { library, by_code, as_shown }
    }

    /// The law beside the procedures.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }
    /// The version in force on a day.
    pub fn in_force(&self, code: &ProcedureCode, on: Date) -> Result<Arc<Procedure>> {
        let versions = self.by_code.get(code.as_str()).map_or(&[][..], Vec::as_slice);
        found(versions.iter().find(|p| p.in_force(on)))
    }
    /// The procedure at a web address on a day.
    pub fn by_path(&self, path: &str, on: Date) -> Result<Arc<Procedure>> {
        found(self.all().find(|p| p.file.path == path && p.in_force(on)))
    }
    /// One version, in force or not: what a dossier was filed under.
    pub fn version(&self, code: &ProcedureCode, version: i64) -> Result<Arc<Procedure>> {
        let versions = self.by_code.get(code.as_str()).map_or(&[][..], Vec::as_slice);
        found(versions.iter().find(|p| p.version() == version))
    }
    /// Every version of every procedure.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Procedure>> {
        self.by_code.values().flatten()
    }
    /// What can be filed on a day, in order of the catalogue's chapters, then of names.
    pub fn all_in_force(&self, on: Date) -> Vec<Arc<Procedure>> {
        self.as_shown.iter().filter(|p| p.in_force(on)).cloned().collect()
    }
}

fn found(p: Option<&Arc<Procedure>>) -> Result<Arc<Procedure>> {
    p.cloned().ok_or_else(|| Error::new(PROCEDURE_UNKNOWN))
}
