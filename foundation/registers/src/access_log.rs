//! Ai đã đọc dữ liệu của tôi: the log of readings a person can look at, a view of the journal.

use crate::door::{self, Ask};
use crate::errors::{ACCESS_REFUSED, PERSON_UNKNOWN};
use crate::journal::{READ, READ_OWN, READ_REFUSED, REFUSED_LISTED, ReadBody};
use crate::law::{Law, Role};
use crate::model::Reading;
use kernel::{
    Actor, DossierCode, Error, Instant, Localized, PersonalId, PurposeId, Result, Say, limits,
};
use serde::Deserialize;
use store::{Entry, Follower, ReadTx, RecordTx, Recorded, Row, Rows, WriteTx, params};

/// Keeps `access_record` in step with the journal.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccessLog;

const NAME: &str = "access_log";

const DAY_SECONDS: i64 = 86_400;

impl Follower for AccessLog {
    fn name(&self) -> &'static str {
        NAME
    }

    fn apply(&mut self, tx: &mut WriteTx<'_>, entries: &[Recorded]) -> Result<()> {
        let mut rows = Rows::new(16);
        for e in entries {
            if [READ, READ_OWN, READ_REFUSED].contains(&e.kind.as_str()) {
                project(&mut rows, e)?;
            }
        }
        tx.insert_rows(INSERT, "ON CONFLICT (pid, seq) DO NOTHING", &rows)
    }
}

const INSERT: &str = "INSERT INTO access_record (pid, seq, at, visible_from, outcome, who, what, agency, \
     agency_vi, agency_en, post, post_vi, post_en, purpose, items, dossier)";

/// One row for each person of a reading.
fn project(rows: &mut Rows, e: &Recorded) -> Result<()> {
    let body = ReadBody::deserialize(&e.body)?;
    let at = e.actor.appointment.as_ref();
    let reader = e.actor.person.as_ref();
    for (i, pid) in e.subjects.iter().enumerate() {
        let own = at.is_none() && reader == Some(pid);
        // One who reads their own household's data reads the other members' too.
        let who = match body.who.as_str() {
            _ if own => "self",
            "self" => "member",
            // The person let this clerk act for them, and confirmed it.
            "post" if helps(&e.actor, pid) => "helper",
            other => other,
        };
        // Whose data it is hears of it late only if somebody else read it.
        let wait = if own { 0 } else { body.notice_after_days * DAY_SECONDS };
        let items = body.of.get(i).unwrap_or(&body.items);
        rows.text(pid.as_str());
        rows.int(e.seq);
        rows.int(e.at.0);
        rows.int(e.at.plus_seconds(wait).0);
        rows.text(if e.kind == READ_REFUSED { "refused" } else { "read" });
        rows.text(who);
        rows.text(&body.what);
        rows.maybe(at.map(|a| a.agency.as_str()));
        rows.maybe(at.map(|a| a.agency_name.vi.as_str()));
        rows.maybe(at.map(|a| a.agency_name.en.as_str()));
        rows.maybe(at.map(|a| a.post.as_str()));
        rows.maybe(at.map(|a| a.post_name.vi.as_str()));
        rows.maybe(at.map(|a| a.post_name.en.as_str()));
        rows.text(e.purpose.as_ref().map_or("", |p| p.as_str()));
        rows.text(&serde_json::to_string(items)?);
        rows.maybe(e.dossier.as_ref().map(|d| d.as_str()));
    }
    Ok(())
}

/// Whether a clerk read in this person's own matter, at the counter.
fn helps(actor: &Actor, pid: &PersonalId) -> bool {
    actor.acting_for.as_ref().is_some_and(|a| &a.person == pid && a.as_ == "counter")
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessRow {
    /// Number of the journal entry.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// Whether it was refused.
    pub refused: bool,
    /// `self`, `member`, `representative`, `post`, `helper` (a post, with the person's confirmation),
    /// `person`, `system`.
    pub by: String,
    /// `record`, `history`, `dwelling`, `search`, `book`, `log`, `kept`.
    pub what: String,
    /// The agency, if a post read.
    pub agency: Option<Localized>,
    /// The post.
    pub post: Option<Localized>,
    /// The purpose's id.
    pub purpose: PurposeId,
    /// The purpose's name.
    pub purpose_name: Localized,
    /// What the person is told about this purpose.
    pub told: Localized,
    /// The laws it rests on.
    pub basis: Vec<String>,
    /// The items, as ids.
    pub item_ids: Vec<String>,
    /// The items' names.
    pub items: Vec<Localized>,
    /// The dossier.
    pub dossier: Option<DossierCode>,
}

impl AccessRow {
    /// Who read, in words: agency and post, or «Bạn», «Thành viên trong hộ» …
    pub fn who(&self, say: &Say) -> String {
        match (&self.agency, &self.post) {
            (Some(agency), Some(post)) => {
                format!("{} · {}", say.local(agency), say.local(post))
            }
            _ => say.t(&format!("access-by-{}", self.by)),
        }
    }
}

/// A page of the log, newest first.
#[derive(Clone, Debug, Default)]
pub struct AccessPage {
    /// The lines.
    pub rows: Vec<AccessRow>,
    /// Whether there is a next page.
    pub more: bool,
    /// How many lines there are in all (of the kind asked for, visible now), as far as they were counted.
    pub total: i64,
    /// There are more than `total`: a log grows for a whole life, and to count it all would take long.
    pub over: bool,
}

/// Which readings to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// By others.
    #[default]
    Others,
    /// Also the person's own.
    All,
    /// By others, in one dossier.
    Dossier(DossierCode),
    /// By others, those that were allowed.
    Allowed,
    /// Those that were refused.
    Refused,
}

/// The journal entry up to which the log is complete: what a live page goes on from.
pub fn log_cursor(tx: &mut ReadTx) -> Result<i64> {
    let all = tx.follower_state()?;
    Ok(all.iter().find(|f| f.name == NAME).map_or(0, |f| f.cursor))
}

/// The log of one person for that person, or for whoever acts for them. It holds no data of theirs,
/// only who read them, so looking at it leaves no entry (a live page would otherwise feed itself).
pub fn access_log(
    tx: &mut ReadTx,
    law: &Law,
    actor: &Actor,
    pid: &PersonalId,
    show: Show,
    page: i64,
) -> Result<AccessPage> {
    let own = actor.appointment.is_none()
        && (actor.person.as_ref() == Some(pid) || may_act_for(tx, law, actor, pid)?);
    if !own {
        return Err(Error::new(ACCESS_REFUSED));
    }
    page_of(tx, law, pid, show, page)
}

/// What an auditor looks for.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Why: the number of a complaint, a decision. Recorded with the reading; no names.
    pub reason: String,
    /// Which readings.
    pub show: Show,
    /// Page, from 0.
    pub page: i64,
}

const AUDIT: &str = "audit";
const AUDIT_ITEMS: [&str; 1] = ["access_log"];

/// The log of one person for an auditor: itself a reading, and recorded as one.
pub fn audit_log(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    pid: &PersonalId,
    page: i64,
) -> Result<Reading<AccessPage>> {
    audit_log_for(tx, law, actor, pid, &Audit { show: Show::All, page, ..Audit::default() })
}

/// As [`audit_log`], with the auditor's reason, which is recorded too.
pub fn audit_log_for(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    pid: &PersonalId,
    audit: &Audit,
) -> Result<Reading<AccessPage>> {
    let purpose = PurposeId::from(AUDIT);
    let ask = Ask { law, actor, purpose: &purpose, dossier: None, what: "log" };
    let role = Role::towards(actor, Some(pid));
    let known = crate::person::find(tx, pid)?;
    let today = tx.now().date();
    let subject = known.as_ref().map(|p| p.subject(today)).unwrap_or_default();
    if let Err(refusal) = door::judge(&ask, &role, &subject, None, &AUDIT_ITEMS) {
        let subject = known.as_ref().map(|_| pid);
        door::leave_refused(tx, &ask, &role, subject, &AUDIT_ITEMS, &refusal)?;
        return Ok(Reading::Refused(refusal));
    }
    let (mut made, mut body) = door::entry(READ, &ask, &role, &AUDIT_ITEMS);
    body.because = Some(audit.reason.clone()).filter(|r| !r.is_empty());
    let Some(p) = known else {
        // A number that belongs to nobody has no log, but the look is recorded all the same.
        door::record(tx, (made, body), None)?;
        return Ok(Reading::Refused(Error::new(PERSON_UNKNOWN)));
    };
    made = made.about(pid);
    door::record(tx, (made, body), p.commune.as_deref())?;
    page_of(tx, law, pid, audit.show.clone(), audit.page).map(Reading::Granted)
}

/// Refused readings of the whole register, newest first, for an auditor: who tried, what for, which
/// items; not whose. The look is recorded.
pub fn refused_readings(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    page: i64,
) -> Result<Reading<AccessPage>> {
    let purpose = PurposeId::from(AUDIT);
    let role = Role::towards(actor, None);
    if !law.may_ever(&role.name(), AUDIT, &AUDIT_ITEMS) {
        return Ok(Reading::Refused(Error::new(ACCESS_REFUSED)));
    }
    let mut made = Entry::new(REFUSED_LISTED, actor).purpose(&purpose);
    if let Some(a) = &actor.appointment {
        made = made.at(&a.place);
    }
    tx.record(made)?;
    let rows = limits::PAGE_ROWS_MAX;
    let sql = format!(
        "SELECT {COLUMNS} FROM access_record WHERE outcome = 'refused' ORDER BY seq DESC, pid \
         LIMIT ?1 OFFSET ?2"
    );
    let offset = rows * page.clamp(0, 10_000);
    let list = tx.rows(&sql, params![rows + 1, offset], |r| row(law, r))?;
    let count = "SELECT COUNT(*) FROM (SELECT 1 FROM access_record WHERE outcome = 'refused' LIMIT ?1) AS \
                 counted";
    let total = tx.one(count, params![limits::LOG_COUNTED_MAX + 1], |r| r.get(0))?;
    Ok(Reading::Granted(cut(list, total)))
}

fn may_act_for(tx: &mut ReadTx, law: &Law, actor: &Actor, pid: &PersonalId) -> Result<bool> {
    let role = Role::towards(actor, Some(pid));
    if !matches!(role, Role::Acting(_)) {
        return Ok(false);
    }
    let purpose = PurposeId::from("own.data");
    let ask = Ask { law, actor, purpose: &purpose, dossier: None, what: "log" };
    let Some(p) = crate::person::find(tx, pid)? else { return Ok(false) };
    Ok(door::allows(tx, &ask, &p, &["name"]))
}

fn page_of(
    tx: &mut ReadTx,
    law: &Law,
    pid: &PersonalId,
    show: Show,
    page: i64,
) -> Result<AccessPage> {
    let dossier = match &show {
        Show::Dossier(code) => code.as_str().to_owned(),
        _ => String::new(),
    };
    // Each filter uses ?3, so that the values are the same for all.
    let filter = match show {
        Show::Others => "AND who <> 'self' AND ?3 = '' ",
        Show::All => "AND ?3 = '' ",
        Show::Dossier(_) => "AND who <> 'self' AND dossier = ?3 ",
        Show::Allowed => "AND who <> 'self' AND outcome = 'read' AND ?3 = '' ",
        Show::Refused => "AND outcome = 'refused' AND ?3 = '' ",
    };
    let now = tx.now();
    let rows = limits::PAGE_ROWS_MAX;
    let sql = format!(
        "SELECT {COLUMNS} FROM access_record WHERE pid = ?1 AND visible_from <= ?2 {filter}\
         ORDER BY seq DESC LIMIT ?4 OFFSET ?5"
    );
    let offset = rows * page.clamp(0, 10_000);
    let list = tx.rows(&sql, params![pid, now, &dossier, rows + 1, offset], |r| row(law, r))?;
    let count = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM access_record WHERE pid = ?1 AND visible_from <= ?2 \
         {filter}LIMIT ?4) AS counted"
    );
    let most = limits::LOG_COUNTED_MAX + 1;
    let total = tx.one(&count, params![pid, now, &dossier, most], |r| r.get(0))?;
    Ok(cut(list, total))
}

/// A page of what was read with one row more than fits, counted to one more than is told.
fn cut(mut rows: Vec<AccessRow>, total: i64) -> AccessPage {
    let fit = usize::try_from(limits::PAGE_ROWS_MAX).unwrap_or(0);
    let more = rows.len() > fit;
    rows.truncate(fit);
    let over = total > limits::LOG_COUNTED_MAX;
    AccessPage { rows, more, total: total.min(limits::LOG_COUNTED_MAX), over }
}

/// What [`row`] reads.
const COLUMNS: &str = "seq, at, outcome, who, what, agency_vi, agency_en, post_vi, post_en, \
    purpose, items, dossier";

fn row(law: &Law, r: &Row) -> Result<AccessRow> {
    let both = |vi: usize, en: usize| -> Result<Option<Localized>> {
        let (vi, en): (Option<String>, Option<String>) = (r.get(vi)?, r.get(en)?);
        Ok(vi.map(|vi| Localized::new(vi.clone(), en.unwrap_or(vi))))
    };
    let purpose: PurposeId = r.get(9)?;
    let items: Vec<String> = serde_json::from_str(&r.get::<String>(10)?)?;
    let named = |id: &String| {
        law.item_label(id).cloned().unwrap_or_else(|| Localized::new(id.clone(), id.clone()))
    };
    let known = law.purpose(&purpose);
    let bare = Localized::new(purpose.as_str(), purpose.as_str());
    Ok(AccessRow {
        seq: r.get(0)?,
        at: r.get(1)?,
        refused: r.get::<String>(2)? == "refused",
        by: r.get(3)?,
        what: r.get(4)?,
        agency: both(5, 6)?,
        post: both(7, 8)?,
        purpose_name: known.map_or(bare, |p| p.name.clone()),
        told: known.map(|p| p.told.clone()).unwrap_or_default(),
        basis: known.map(|p| p.basis.clone()).unwrap_or_default(),
        purpose,
        items: items.iter().map(named).collect(),
        item_ids: items,
        dossier: r.get::<Option<String>>(11)?.map(Into::into),
    })
}

/// Forgets readings older than their purpose allows to keep them (`keep_years`): for the clock, once a
/// day. The journal keeps its proof. Returns how many lines went.
pub fn forget_old(tx: &mut WriteTx, law: &Law) -> Result<u64> {
    let today = tx.now().date();
    let mut gone = 0;
    for p in law.purposes() {
        let years = i32::try_from(p.keep_years).unwrap_or(i32::MAX);
        let before = Instant::start_of(crate::rules::plus_years(today, -years));
        gone += tx.execute(
            "DELETE FROM access_record WHERE purpose = ?1 AND at < ?2",
            params![&p.id, before],
        )?;
    }
    Ok(gone)
}
