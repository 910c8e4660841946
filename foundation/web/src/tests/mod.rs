//! The walk of a request, tried at the service level: a small site, a client that behaves like a
//! browser.

mod errors;
mod forgery;
mod ledger;
mod live;
mod nonsense;
mod pages;
mod rates;
mod uploads;
mod waiting;

use crate::routes::Pages;
use crate::testing::{self, Client};
use crate::{Live, LiveEvent, Reply, Req, Routes, Section, Sessions, Tone, Visitor, Web, cookie};
use axum::Router;
use kernel::{
    AccountId, ActingFor, Actor, AgencyCode, Appointment, AppointmentId, Error, Instant, Level,
    Localized, PersonalId, PostCode, Result, error,
};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What the handlers of the small site did.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) form_ids: Mutex<Vec<String>>,
    pub(super) runs: AtomicUsize,
    pub(super) looks: AtomicUsize,
    pub(super) events: Mutex<Vec<(i64, String)>>,
}

/// Two people: `lan` a citizen, `binh` an officer at work. A cookie ends when `over` is set.
pub(super) struct Two {
    over: AtomicBool,
}

pub(super) fn officer_post() -> Appointment {
    Appointment {
        id: AppointmentId::new("a1"),
        agency: AgencyCode::new("CA.13594"),
        agency_name: Localized::new("Công an xã Trần Thương", "Trần Thương Commune Police"),
        post: PostCode::new("commune-police.officer"),
        post_name: Localized::new("Cán bộ đăng ký cư trú", "Residence officer"),
        place: "13594".to_owned(),
    }
}

impl Sessions for Two {
    fn visitor(&self, cookie: &str) -> Result<Option<Visitor>> {
        if cookie == "broken" {
            return Err(Error::new(error::UNAVAILABLE).because("sessions are away"));
        }
        if self.over.load(Ordering::Relaxed) || !matches!(cookie, "lan" | "binh" | "me") {
            return Ok(None);
        }
        let at_work = cookie == "binh";
        let mut actor = Actor::system("test");
        (actor.account, actor.level) = (AccountId::new(cookie), Level::Two);
        actor.acting_for = (cookie == "me").then(|| ActingFor {
            person: PersonalId::parse("001 120 000 217").unwrap(),
            as_: "parent".to_owned(),
        });
        actor.appointment = at_work.then(officer_post);
        let posts = if at_work { vec![officer_post()] } else { Vec::new() };
        let name = if at_work { "Nguyễn Văn Bình" } else { "Vũ Thị Lan" };
        Ok(Some(Visitor { actor, name: name.into(), initials: "LV".into(), posts, unread: 3 }))
    }
}

pub(super) struct Site {
    pub(super) web: Web,
    pub(super) router: Router,
    pub(super) seen: Arc<Seen>,
    pub(super) sessions: Arc<Two>,
    pub(super) clock: Arc<AtomicI64>,
}

impl Site {
    pub(super) fn new() -> Self {
        Self::with(|s| s, |w| w)
    }
    pub(super) fn with(
        settings: impl FnOnce(crate::Settings) -> crate::Settings,
        web: impl FnOnce(Web) -> Web,
    ) -> Self {
        let clock = Arc::new(AtomicI64::new(testing::NOW.0));
        let ticking = clock.clone();
        let sessions = Arc::new(Two { over: AtomicBool::new(false) });
        let base = crate::Settings {
            clock: Arc::new(move || Instant(ticking.load(Ordering::Relaxed))),
            ..testing::settings()
        };
        let web = web(Web::new(settings(base), testing::words(&[]), sessions.clone()));
        let seen = Arc::new(Seen::default());
        let router = web.mount(routes(seen.clone()));
        Self { web, router, seen, sessions, clock }
    }
    pub(super) fn client(&self) -> Client {
        Client::new(self.router.clone())
    }
    pub(super) fn signed_in(&self, as_whom: &str) -> Client {
        self.client().with_cookie(cookie::SESSION, as_whom)
    }
    pub(super) fn sign_all_out(&self) {
        self.sessions.over.store(true, Ordering::Relaxed);
    }
    pub(super) fn hours_pass(&self, hours: i64) {
        self.clock.fetch_add(hours * 3_600_000_000, Ordering::Relaxed);
    }
    pub(super) fn runs(&self) -> usize {
        self.seen.runs.load(Ordering::Relaxed)
    }
}

#[derive(askama::Template)]
#[template(
    source = "{% extends \"frame.html\" %}{% block main %}<h1>{{ frame.title }}</h1>{% if form %}<form method=\"post\" action=\"/gui\">{{ frame.csrf() }}</form>{% endif %}<p>{{ said }}</p>{% endblock %}",
    ext = "html"
)]
struct Page {
    frame: crate::Frame,
    form: bool,
    said: String,
}

fn page(req: &Req, form: bool) -> Result<Reply> {
    let frame = req.frame("Trang thử", Section::Services);
    let said = req.query("q").unwrap_or_default().to_owned();
    Reply::page(&Page { frame, form, said })
}

/// A page whose handler fails on purpose, by name.
fn fails(req: &Req) -> Result<Reply> {
    Err(match req.param("how") {
        "input" => Error::new(error::DATE_UNREAL).field("until"),
        "not-allowed" => Error::new(error::NOT_ALLOWED),
        "conflict" => Error::new(error::CHANGED_MEANWHILE),
        "busy" => Error::new(error::BUSY),
        "unavailable" => Error::new(error::UNAVAILABLE).because("the disk is full"),
        "bug" => Error::bug("secret inside"),
        "panic" => panic!("secret inside"),
        _ => Error::new(error::NOT_FOUND),
    })
}

fn routes(seen: Arc<Seen>) -> Pages {
    Routes::new(seen)
        .get("/", |_, req| page(req, false))
        .get("/form", |_, req| page(req, true))
        .get("/rieng", |_, req| {
            req.actor()?;
            page(req, true)
        })
        .get("/ban", |_, req| Reply::json(&req.post("commune-police.officer")?.place))
        .get("/ho-so/{code}", |_, req| page(req, false))
        .get("/hong/{how}", |_, req| fails(req))
        .post("/hong/{how}", |_, req| fails(req))
        .get("/api/v1/hong/{how}", |_, req| fails(req))
        .post("/gui", |seen, req| {
            seen.runs.fetch_add(1, Ordering::Relaxed);
            seen.form_ids.lock().unwrap().push(req.form_id().to_owned());
            let said =
                format!("{}|{}", req.form("ten").unwrap_or("-"), req.form_all("with").join(","));
            Ok(Reply::redirect("/").flash(Tone::Good, format!("Đã nhận {said}")))
        })
        .post("/gui-kin", |seen, req| {
            seen.runs.fetch_add(1, Ordering::Relaxed);
            Ok(Reply::Html(req.actor()?.account.to_string()))
        })
        .post_secret("/thu", |_, req| match req.form("so") {
            Some("forget") => Ok(Reply::Html("forgot".to_owned())),
            typed => Ok(match req.admitted() {
                Ok(()) => Reply::Html("tried".to_owned()),
                Err(_) => Reply::Status(429, format!("again: {}", typed.unwrap_or_default())),
            }),
        })
        .post("/ra-ngoai", |_, req| Ok(Reply::redirect(req.form("toi").unwrap_or("/"))))
        .post("/api/v1/ai", |_, req| {
            let body: serde_json::Value = req.json()?;
            let who = req.visitor.as_ref().map(|v| v.actor.account.to_string());
            Reply::json(&serde_json::json!({ "who": who, "got": body, "id": req.form_id() }))
        })
        .post_files("/tep", |seen, req| {
            seen.runs.fetch_add(1, Ordering::Relaxed);
            let files = req.checked_files()?;
            let list: Vec<_> = files
                .iter()
                .map(|f| format!("{}:{}:{:?}:{}", f.field, f.name, f.kind, f.bytes.len()))
                .collect();
            Ok(Reply::Html(format!("{} {}", req.form("ten").unwrap_or("-"), list.join(" "))))
        })
        .get("/tai-ve", |_, _| {
            Ok(Reply::download("Kết quả Đặng Ễ.pdf", "application/pdf", b"%PDF-1.7 %%EOF".to_vec()))
        })
        .get("/truc-tiep", |seen, req| {
            let seen = seen.clone();
            let after = req.query("tu").and_then(|v| v.parse().ok());
            Ok(Reply::Live(Live::new(after, move |after| {
                seen.looks.fetch_add(1, Ordering::Relaxed);
                let all = seen.events.lock().unwrap();
                let fresh: Vec<_> = all.iter().filter(|(n, _)| *n > after).collect();
                let cursor = fresh.last().map_or(after, |(n, _)| *n);
                Ok((cursor, fresh.iter().map(|(_, h)| LiveEvent::swap(h.as_str())).collect()))
            })))
        })
        .into_pages()
}
