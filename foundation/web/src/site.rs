//! The site: settings, the shared state behind every request, and how the whole is mounted.

use crate::assets::{Asset, Assets};
use crate::gate::Gate;
use crate::headers::Security;
use crate::limits;
use crate::metrics::Metrics;
use crate::nav::{self, NavItem};
use crate::peer::Proxy;
use crate::rates::{Budget, Budgets, Rates};
use crate::readers::Readers;
use crate::routes::Pages;
use crate::token::Sealer;
use crate::{live, own, pipeline};
use axum::{Router, middleware};
use kernel::{Actor, Appointment, Instant, Lang, Localized, Result, Say, Words};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, watch};
use zeroize::Zeroize;

/// Who is behind a session: filled by `identity`.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// What every command is given.
    pub actor: Actor,
    /// The person's name, shown in the header.
    pub name: String,
    /// Two letters for the round mark.
    pub initials: String,
    /// Every appointment that is valid now; the one in use is `actor.appointment`.
    pub posts: Vec<Appointment>,
    /// Unread notices in the inbox.
    pub unread: i64,
}

/// Looks a session up. Implemented by `identity`, wired by `app`.
pub trait Sessions: Send + Sync {
    /// The visitor of this session cookie; `None` when it is unknown, ended or signed out. Called
    /// for every request of a signed-in person, on the blocking pool: it must be quick.
    fn visitor(&self, cookie: &str) -> Result<Option<Visitor>>;
}

/// Nobody is ever signed in: for sites and tests without sessions.
#[derive(Debug)]
pub struct NoSessions;
impl Sessions for NoSessions {
    fn visitor(&self, _cookie: &str) -> Result<Option<Visitor>> {
        Ok(None)
    }
}

/// What a handler recorded, on its way to the disk.
pub trait Durable: Send {
    /// Has `then` called with the outcome when it is durable or cannot be, on whichever thread: it is quick.
    fn then(self: Box<Self>, then: Box<dyn FnOnce(Result<()>) + Send>);
}

/// Lets handlers that only read go on before what they recorded is on the disk. Their answers are kept
/// here until it is. Implemented and wired by `app`; without one each handler waits by itself.
pub trait Ledger: Send + Sync {
    /// Runs a handler on this thread; nothing if it recorded nothing.
    fn hold(&self, work: &mut dyn FnMut()) -> Option<Box<dyn Durable>>;
}

/// One thing `/health` asks: its name and whether it works.
pub type HealthCheck = (&'static str, Box<dyn Fn() -> Result<()> + Send + Sync>);
/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// What distinguishes one site from another.
pub struct Settings {
    /// The product: «Liên Thông».
    pub name: Localized,
    /// Where it serves: «Tỉnh Ninh Bình».
    pub place: Localized,
    /// Who runs it, for the footer.
    pub owner: Localized,
    /// The support telephone number; empty hides it.
    pub support: String,
    /// The public address without a slash at the end: `https://dichvu.example.vn`.
    pub origin: String,
    /// The key of tokens and sealed cookies. Keep it between starts, else open forms must be resent.
    /// Wiped here once the site is built.
    pub secret: [u8; 32],
    /// Demo mode: a banner says so, `/design` exists.
    pub demo: bool,
    /// The sections of the header, see [`nav::standard`].
    pub nav: Vec<NavItem>,
    /// Links at the foot: `(text key, href)`.
    pub footer: Vec<(String, String)>,
    /// Further static files, by other crates.
    pub assets: Vec<Asset>,
    /// The proxy before the program, if there is one.
    pub proxy: Option<Proxy>,
    /// How often somebody may ask.
    pub budgets: Budgets,
    /// Where the time comes from.
    pub clock: Clock,
    /// What `/health` asks.
    pub health: Vec<HealthCheck>,
    /// Who keeps what reading handlers record; none if each waits by itself.
    pub ledger: Option<Arc<dyn Ledger>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: Localized::new("Liên Thông", "Liên Thông"),
            place: Localized::new("Tỉnh Ninh Bình", "Ninh Bình Province"),
            owner: Localized::new(
                "Ủy ban nhân dân tỉnh Ninh Bình",
                "People’s Committee of Ninh Bình Province",
            ),
            support: String::new(),
            origin: "http://localhost:8080".to_owned(),
            secret: crate::token::random(),
            demo: false,
            nav: nav::standard(),
            footer: Vec::new(),
            assets: Vec::new(),
            proxy: None,
            budgets: Budgets::default(),
            clock: Arc::new(system_now),
            health: Vec::new(),
            ledger: None,
        }
    }
}

/// Only where nobody gives a clock; `app` gives the store's.
#[allow(clippy::disallowed_methods)]
fn system_now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Instant(since.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX)))
}

/// The shared state behind every request. Cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

/// What [`Web`] holds; its fields belong to this crate.
pub struct Inner {
    pub(crate) settings: Settings,
    pub(crate) words: Arc<Words>,
    pub(crate) sessions: Arc<dyn Sessions>,
    pub(crate) assets: Assets,
    pub(crate) sealer: Sealer,
    pub(crate) headers: Security,
    pub(crate) metrics: Metrics,
    pub(crate) rates: Option<Rates>,
    /// The journal's head as last told by [`Web::wake`].
    pub(crate) head: watch::Sender<i64>,
    /// Set when the program is going down: live connections end.
    pub(crate) closing: watch::Sender<bool>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) readers: Arc<Readers>,
    /// A permit is a byte, see [`crate::hold::Hold`].
    pub(crate) upload_room: Arc<Semaphore>,
    pub(crate) live_places: Arc<Semaphore>,
    pub(crate) live_looks: Arc<Semaphore>,
    pub(crate) live_visitors: Mutex<HashMap<String, usize>>,
    pub(crate) pace: live::Pace,
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Web")
    }
}

impl std::ops::Deref for Web {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Web {
    /// Builds the site. `words` must hold this crate's [`crate::TEXT`] among the others.
    pub fn new(mut settings: Settings, words: Arc<Words>, sessions: Arc<dyn Sessions>) -> Self {
        let assets = Assets::build(std::mem::take(&mut settings.assets));
        let gate = Gate::new(limits::HANDLERS_AT_ONCE_MAX, limits::WAITING_MAX);
        let (metrics, line) = (Metrics::new(), gate.clone());
        metrics.asked("web_waiting", "Requests that wait for a turn now", &[], move || {
            line.waiting() as f64
        });
        metrics.told_to_wait(0);
        let turns = gate.clone();
        metrics.asked("web_turns", "Handlers that may run at the same time now", &[], move || {
            turns.turns() as f64
        });
        let counted =
            |b: &Budgets| Rates::new(b, &metrics, governor::clock::DefaultClock::default());
        let rates = settings.budgets.on.then(|| counted(&settings.budgets));
        let sealer = Sealer::new(&settings.secret);
        settings.secret.zeroize();
        Self(Arc::new(Inner {
            sealer,
            headers: Security::of(&settings.origin),
            settings,
            words,
            sessions,
            assets,
            metrics,
            rates,
            head: watch::Sender::new(0),
            closing: watch::Sender::new(false),
            gate,
            readers: Readers::new(),
            upload_room: Arc::new(Semaphore::new(limits::UPLOAD_ROOM_BYTES_MAX)),
            live_places: Arc::new(Semaphore::new(kernel::limits::LIVE_CONNECTIONS_MAX)),
            live_looks: Arc::new(Semaphore::new(limits::LIVE_LOOKS_AT_ONCE_MAX)),
            live_visitors: Mutex::default(),
            pace: live::Pace::default(),
        }))
    }
    /// With so many handlers at once and so much room to wait, for tests.
    #[cfg(test)]
    pub(crate) fn with_gate(self, turns: usize, waiting: usize) -> Self {
        let mut inner = Arc::into_inner(self.0).expect("a site nobody shares yet");
        inner.gate = Gate::new(turns, waiting);
        Self(Arc::new(inner))
    }
    /// With live connections that move faster, for tests.
    #[cfg(test)]
    pub(crate) fn paced(self, pace: live::Pace) -> Self {
        let mut inner = Arc::into_inner(self.0).expect("a site nobody shares yet");
        inner.pace = pace;
        Self(Arc::new(inner))
    }
    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
    /// The words in one language.
    pub fn say(&self, lang: Lang) -> Say {
        Say::new(self.words.clone(), lang)
    }
    /// The time by the site's clock.
    pub fn now(&self) -> Instant {
        (self.settings.clock)()
    }
    /// The registry of `/metrics`.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }
    /// The address of a static file, with the hash of its content: `/a/style.1f3c….css`.
    pub fn asset(&self, name: &str) -> String {
        self.assets.path(name)
    }
    /// Tells live connections that the journal has reached `seq`. Cheap; called after each commit.
    pub fn wake(&self, seq: i64) {
        self.head.send_if_modified(|head| {
            let further = seq > *head;
            *head = (*head).max(seq);
            further
        });
    }
    /// Ends all live connections, so that the server can go down.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }
    /// These pages with the site's own beside them.
    pub fn all(&self, pages: Pages) -> Pages {
        pages.merge(own::routes(self))
    }
    /// Puts everything together: the crates' routes, this crate's own, the error pages, the guards
    /// around all of them.
    pub fn mount(&self, pages: Pages) -> Router {
        let pages = self.all(pages);
        let counted: Arc<HashMap<String, Budget>> = Arc::new(pages.counted_by_path());
        pages
            .into_router()
            .fallback(pipeline::not_found)
            .method_not_allowed_fallback(pipeline::wrong_method)
            .layer(axum::extract::DefaultBodyLimit::max(limits::UPLOAD_FORM_BYTES_MAX))
            .layer(middleware::from_fn_with_state((self.clone(), counted), pipeline::around))
            .with_state(self.clone())
    }
    /// Serves until `stop` is done; then live connections end and open requests are finished.
    pub async fn serve(
        &self,
        listener: tokio::net::TcpListener,
        router: Router,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        crate::serve::run(self, listener, router, stop, limits::HEAD_WAIT_MAX).await
    }
}
