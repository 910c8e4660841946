//! Reads: who is behind a cookie, lists for the account page, staff.

use crate::commands::{ACCOUNT_COLUMNS, account_row};
use crate::law::{Agency, IdentityLaw, May};
use crate::model::{Account, Acting, DeviceRow, Holder, PasskeyRow, SessionRow};
use crate::rules::acting::Role;
use crate::rules::session::{self, Times};
use crate::secret;
use kernel::{
    AccountId, ActingFor, Actor, AgencyCode, Appointment, AppointmentId, Error, Level, Localized,
    PersonalId, PostCode, Result, SessionId, limits, vietnamese,
};
use store::{ReadTx, Row, params};

/// Who is behind a session cookie.
#[derive(Clone, Debug)]
pub struct Present {
    /// Who acts, with the post worked in and the person acted for, as they hold now.
    pub actor: Actor,
    /// The person's name.
    pub name: String,
    /// The posts the person holds today.
    pub posts: Vec<Appointment>,
    /// Time to write «last seen».
    pub(crate) note_seen: bool,
}

struct Session {
    id: SessionId,
    level: Level,
    times: Times,
    appointment: Option<AppointmentId>,
    acting: Option<(PersonalId, String)>,
    pid: PersonalId,
    name: String,
    account_level: Level,
    active: bool,
}

/// The person behind a session cookie: one indexed read of session and account, one of the posts.
/// Everything is checked as of now: the session's age, the account, the post by today's date, the
/// right to act.
pub fn present(tx: &mut ReadTx<'_>, law: &IdentityLaw, cookie: &str) -> Result<Option<Present>> {
    let Some((account, hash)) = secret::cookie_parts(cookie) else { return Ok(None) };
    let now = tx.now();
    let found = tx.row(
        "SELECT s.id, s.level, s.seen_at, s.expires_at, s.appointment, s.acting_person, s.acting, \
         a.pid, a.name, a.level, a.state FROM session s JOIN account a ON a.id = s.account \
         WHERE s.account = ?1 AND s.secret = ?2",
        params![&account, hash],
        session_row,
    )?;
    let Some(s) = found.filter(|s| s.active && session::alive(s.times, now)) else {
        return Ok(None);
    };
    let posts = appointments_of(tx, &account)?;
    let appointment = s
        .appointment
        .filter(|_| session::may_work(s.times, now))
        .and_then(|id| posts.iter().find(|p| p.id == id).cloned());
    let acting_for = match &s.acting {
        Some((person, id)) => {
            let held = acting(tx, person, id)?.filter(|a| a.account == account && a.holds_at(now));
            // A clerk acts in the post only, at the counter where the person confirmed.
            let helps = |a: &Acting| {
                let here = |p: &Appointment| a.agency.as_ref() == Some(&p.agency);
                appointment.as_ref().is_some_and(|p| law.may(&p.post, May::Help) && here(p))
            };
            held.filter(|a| a.role != Role::Counter || helps(a))
                .map(|a| ActingFor { person: a.person, as_: a.role.as_str().to_owned() })
        }
        None => None,
    };
    Ok(Some(Present {
        actor: Actor {
            account,
            person: Some(s.pid),
            level: session::level(s.level, s.account_level),
            acting_for,
            appointment,
            session: Some(s.id),
        },
        name: s.name,
        posts,
        note_seen: session::note_seen(s.times, now),
    }))
}

fn session_row(r: &Row) -> Result<Session> {
    let person: Option<PersonalId> = r.get(5)?;
    Ok(Session {
        id: r.get(0)?,
        level: Level::from_number(r.get(1)?),
        times: Times { seen_at: r.get(2)?, expires_at: r.get(3)? },
        appointment: r.get(4)?,
        acting: person.zip(r.get(6)?),
        pid: r.get(7)?,
        name: r.get(8)?,
        account_level: Level::from_number(r.get(9)?),
        active: r.get::<String>(10)? == "active",
    })
}

/// The posts a person holds today, ready for [`Actor`].
pub fn appointments_of(tx: &mut ReadTx<'_>, account: &AccountId) -> Result<Vec<Appointment>> {
    let today = tx.now().date();
    let rows = tx.rows(
        "SELECT p.id, p.agency, g.name_vi, g.name_en, p.post, p.place \
         FROM appointment p JOIN agency g ON g.code = p.agency \
         WHERE p.account = ?1 AND p.valid_from <= ?2 \
         AND (p.valid_until IS NULL OR p.valid_until > ?2) ORDER BY p.valid_from, p.id",
        params![account, today],
        |r| {
            Ok(Appointment {
                id: r.get(0)?,
                agency: r.get(1)?,
                agency_name: Localized::new(r.get::<String>(2)?, r.get::<String>(3)?),
                post: r.get(4)?,
                post_name: Localized::default(),
                // Whoever was appointed to a commune that was merged goes on in the one it is part of.
                place: places::code_on(&r.get::<String>(5)?, today).to_owned(),
            })
        },
    )?;
    // The post's name is law, not a row. A post that the law no longer has gives nothing.
    let law = IdentityLaw::load()?;
    let name = |code: &PostCode| law.post(code).map(|p| p.name.clone());
    let with_name = |a: Appointment| name(&a.post).map(|post_name| Appointment { post_name, ..a });
    Ok(rows.into_iter().filter_map(with_name).collect())
}

/// The actor's sessions, newest first.
pub fn sessions_of(tx: &mut ReadTx<'_>, account: &AccountId) -> Result<Vec<SessionRow>> {
    let now = tx.now();
    let rows = tx.rows(
        "SELECT id, how, label, created_at, seen_at, expires_at FROM session \
         WHERE account = ?1 ORDER BY seen_at DESC, id DESC",
        params![account],
        |r| {
            let times = Times { seen_at: r.get(4)?, expires_at: r.get(5)? };
            let row = SessionRow {
                id: r.get(0)?,
                how: r.get(1)?,
                label: r.get(2)?,
                created_at: r.get(3)?,
                seen_at: times.seen_at,
            };
            Ok((row, session::alive(times, now)))
        },
    )?;
    Ok(rows.into_iter().filter(|(_, alive)| *alive).map(|(row, _)| row).collect())
}

/// The actor's known devices, last used first.
pub fn devices_of(tx: &mut ReadTx<'_>, account: &AccountId) -> Result<Vec<DeviceRow>> {
    tx.rows(
        "SELECT id, label, first_at, last_at FROM device WHERE account = ?1 \
         ORDER BY last_at DESC, id DESC",
        params![account],
        |r| {
            Ok(DeviceRow {
                id: r.get(0)?,
                label: r.get(1)?,
                first_at: r.get(2)?,
                last_at: r.get(3)?,
            })
        },
    )
}

/// The actor's passkeys, oldest first.
pub fn passkeys_of(tx: &mut ReadTx<'_>, account: &AccountId) -> Result<Vec<PasskeyRow>> {
    tx.rows(
        "SELECT id, label, created_at, used_at FROM passkey WHERE account = ?1 ORDER BY id",
        params![account],
        |r| {
            Ok(PasskeyRow {
                id: r.get(0)?,
                label: r.get(1)?,
                created_at: r.get(2)?,
                used_at: r.get(3)?,
            })
        },
    )
}

/// An agency by its code.
pub fn agency(tx: &mut ReadTx<'_>, code: &AgencyCode) -> Result<Option<Agency>> {
    tx.row(
        "SELECT code, name_vi, name_en, kind, place FROM agency WHERE code = ?1",
        params![code],
        agency_row,
    )
}

/// All agencies, by place and name.
pub fn agencies(tx: &mut ReadTx<'_>) -> Result<Vec<Agency>> {
    tx.rows(
        "SELECT code, name_vi, name_en, kind, place FROM agency ORDER BY place, name_vi, code",
        params![],
        agency_row,
    )
}

fn agency_row(r: &Row) -> Result<Agency> {
    Ok(Agency {
        code: r.get(0)?,
        name: Localized::new(r.get::<String>(1)?, r.get::<String>(2)?),
        kind: r.get(3)?,
        place: r.get(4)?,
    })
}

const HOLDER: &str = "SELECT p.id, p.account, a.pid, a.name, p.agency, g.name_vi, g.name_en, \
     p.post, p.place, p.valid_from, p.valid_until FROM appointment p \
     JOIN account a ON a.id = p.account JOIN agency g ON g.code = p.agency";

fn holder_row(r: &Row) -> Result<Holder> {
    Ok(Holder {
        appointment: r.get(0)?,
        account: r.get(1)?,
        pid: r.get(2)?,
        name: r.get(3)?,
        agency: r.get(4)?,
        agency_name: Localized::new(r.get::<String>(5)?, r.get::<String>(6)?),
        post: r.get(7)?,
        place: r.get(8)?,
        from: r.get(9)?,
        until: r.get(10)?,
    })
}

/// One appointment with its person, running or ended.
pub fn holder(tx: &mut ReadTx<'_>, id: &AppointmentId) -> Result<Option<Holder>> {
    tx.row(&format!("{HOLDER} WHERE p.id = ?1"), params![id], holder_row)
}

/// Who holds a post at a place today.
pub fn holders(tx: &mut ReadTx<'_>, post: &PostCode, place: &str) -> Result<Vec<Holder>> {
    let today = tx.now().date();
    let codes = places::codes_of(place, today);
    let marks: Vec<String> = (3..codes.len() + 3).map(|n| format!("?{n}")).collect();
    let sql = format!(
        "{HOLDER} WHERE p.post = ?1 AND p.place IN ({}) AND p.valid_from <= ?2 \
         AND (p.valid_until IS NULL OR p.valid_until > ?2) ORDER BY p.id",
        marks.join(", ")
    );
    let mut values = params![post, today].to_vec();
    values.extend(codes.iter().map(store::Value::from));
    let mut all = tx.rows(&sql, &values, holder_row)?;
    all.sort_by_cached_key(|h| vietnamese::name_sort_key(&h.name));
    Ok(all)
}

/// Which people and appointments to list.
#[derive(Clone, Debug, Default)]
pub struct StaffFilter {
    /// Part of a name, with or without marks, or a whole personal number.
    pub text: String,
    /// Only this post.
    pub post: Option<PostCode>,
    /// Only this agency.
    pub agency: Option<AgencyCode>,
    /// Ended ones too.
    pub ended: bool,
}

/// One page of people and appointments, and whether there are more.
#[derive(Clone, Debug)]
pub struct StaffPage {
    /// The rows.
    pub rows: Vec<Holder>,
    /// There is a next page.
    pub more: bool,
}

/// People and appointments, newest first; `page` counts from 0.
pub fn people_and_appointments(
    tx: &mut ReadTx<'_>,
    filter: &StaffFilter,
    page: i64,
) -> Result<StaffPage> {
    let today = tx.now().date();
    let text = vietnamese::search_key(&filter.text);
    let pid = PersonalId::parse(&filter.text).ok();
    let like = format!("%{}%", text.replace(['%', '_', '\\'], ""));
    let sql = format!(
        "{HOLDER} WHERE (?1 = '' OR a.name_key LIKE ?2 OR a.pid = ?3) \
         AND (?4 = '' OR p.post = ?4) AND (?5 = '' OR p.agency = ?5) \
         AND (CAST(?6 AS BIGINT) = 1 OR p.valid_until IS NULL OR p.valid_until > ?7) \
         ORDER BY p.id DESC LIMIT ?8 OFFSET ?9"
    );
    let size = limits::PAGE_ROWS_MAX;
    let mut rows = tx.rows(
        &sql,
        params![
            text,
            like,
            pid.as_ref().map_or("", PersonalId::as_str),
            filter.post.as_ref().map_or("", PostCode::as_str),
            filter.agency.as_ref().map_or("", AgencyCode::as_str),
            i64::from(filter.ended),
            today,
            size + 1,
            page.clamp(0, 10_000) * size,
        ],
        holder_row,
    )?;
    let full = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > full;
    rows.truncate(full);
    Ok(StaffPage { rows, more })
}

/// Accounts whose person has this number or a name like this: for choosing whom to appoint. Small.
pub fn find_accounts(tx: &mut ReadTx<'_>, text: &str) -> Result<Vec<Account>> {
    if let Ok(pid) = PersonalId::parse(text) {
        return Ok(crate::commands::account_of(tx, &pid)?.into_iter().collect());
    }
    let key = vietnamese::search_key(text).replace(['%', '_', '\\'], "");
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {ACCOUNT_COLUMNS} FROM account WHERE name_key LIKE ?1 AND state = 'active' \
         ORDER BY name_key, id LIMIT 20"
    );
    tx.rows(&sql, params![format!("%{key}%")], account_row)
}

const ACTING: &str = "SELECT c.id, c.person, c.account, a.name, c.role, c.purpose, c.confirmed, \
     c.agency, c.from_at, c.until_at, c.ended_at, c.person_name FROM acting c JOIN account a ON a.id = c.account";

fn acting_row(r: &Row) -> Result<Acting> {
    Ok(Acting {
        id: r.get(0)?,
        person: r.get(1)?,
        account: r.get(2)?,
        by_name: r.get(3)?,
        role: Role::parse(&r.get::<String>(4)?)
            .ok_or_else(|| Error::bug("acting: a role that does not exist"))?,
        purpose: r.get(5)?,
        confirmed: r.get(6)?,
        agency: r.get(7)?,
        from_at: r.get(8)?,
        until_at: r.get(9)?,
        ended_at: r.get(10)?,
        person_name: r.get(11)?,
    })
}

/// One right to act.
pub fn acting(tx: &mut ReadTx<'_>, person: &PersonalId, id: &str) -> Result<Option<Acting>> {
    tx.row(&format!("{ACTING} WHERE c.person = ?1 AND c.id = ?2"), params![person, id], acting_row)
}

/// Who acts or acted in a person's matters, newest first.
pub fn acting_for(tx: &mut ReadTx<'_>, person: &PersonalId) -> Result<Vec<Acting>> {
    tx.rows(
        &format!("{ACTING} WHERE c.person = ?1 ORDER BY c.id DESC LIMIT ?2"),
        params![person, limits::PAGE_ROWS_MAX],
        acting_row,
    )
}

/// In whose matters an account may act now, newest first.
pub fn acting_by(tx: &mut ReadTx<'_>, account: &AccountId) -> Result<Vec<Acting>> {
    let now = tx.now();
    tx.rows(
        &format!(
            "{ACTING} WHERE c.account = ?1 AND c.until_at > ?2 AND c.ended_at IS NULL \
             ORDER BY c.id DESC LIMIT ?3"
        ),
        params![account, now, limits::PAGE_ROWS_MAX],
        acting_row,
    )
}

/// Posts an account may choose from, whether it signs in at all: for the page of people to be.
pub fn demo_people(
    tx: &mut ReadTx<'_>,
    accounts: &[AccountId],
) -> Result<Vec<(Account, Vec<Appointment>)>> {
    accounts
        .iter()
        .map(|id| Ok((crate::commands::account(tx, id)?, appointments_of(tx, id)?)))
        .collect()
}
