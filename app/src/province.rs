//! The wiring: every crate's tables, words, pages, followers and jobs, put together once. No rule
//! lives here.

use crate::{TODAY_UNREAL, folder};
use kernel::{Date, Error, Instant, Localized, Result, Words};
use services::commands::{LETTER_JOB, remind, set_letter, tick};
use services::{Env, Services, Settings, Vault};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use store::{Clock, FollowerThread, JobThreads, Schema, Store};
use web::Web;

/// All tables of the program, in the order they depend on each other.
pub const SCHEMAS: &[Schema] = &[
    evidence::SCHEMA,
    measures::SCHEMA,
    registers::SCHEMA,
    identity::SCHEMA,
    services::SCHEMA,
    crate::demo::SCHEMA,
];

/// Letters are set by so many workers at once.
const JOB_THREADS: usize = 2;
/// Điều chỉnh thông tin: the procedure by which a wrong fact is corrected.
const CORRECTION: &str = "1.010039";
/// Terms ended by one transaction.
const DAILY_ROWS_MAX: i64 = 200;
/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(30);
/// So many looks between two sweeps of sessions and codes that have expired: an hour.
const SWEEP_TICKS: u64 = 120;

/// All words of the program.
pub fn words() -> Result<Arc<Words>> {
    Words::build(&[
        kernel::TEXT,
        places::TEXT,
        store::TEXT,
        trust::TEXT,
        evidence::TEXT,
        backup::TEXT,
        paper::TEXT,
        measures::TEXT,
        registers::TEXT,
        identity::TEXT,
        web::TEXT,
        services::TEXT,
        services::definition::TEXT,
        crate::TEXT,
    ])
    .map_err(|faults| Error::bug(faults.join("; ")))
}

/// What one installation is run with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder: database, keys, secrets.
    pub data: PathBuf,
    /// The address people use.
    pub url: String,
    /// Province code of today.
    pub province: String,
    /// Demo mode.
    pub demo: bool,
    /// The proxy in front of the program, if there is one.
    pub proxy: Option<web::Proxy>,
    /// How often somebody may ask.
    pub budgets: web::Budgets,
    /// Telephone number of the support; empty if there is none.
    pub support: String,
    /// First part of dossier codes; H and the province code by default.
    pub dossier_prefix: Option<String>,
    /// The account fees go to.
    pub treasury: services::vietqr::Account,
    /// The journal's name and witnesses.
    pub journal: crate::journal::cli::JournalOptions,
}

/// A province that can be served.
pub struct Province {
    /// The database.
    pub store: Store,
    /// Accounts and sessions.
    pub identity: identity::Identity,
    /// The site.
    pub web: Web,
    /// Services with all they need.
    pub services: Services,
    /// The options it was opened with.
    pub options: Options,
    /// Where the newest checkpoint is kept outside of the database.
    pub outside: evidence::Outside,
    /// How the keeping of checkpoints goes.
    pub journal_health: Arc<std::sync::Mutex<evidence::Health>>,
}

/// What runs beside the server; dropping it stops it.
struct Background {
    _followers: FollowerThread,
    _jobs: JobThreads,
    _clock: Clockwork,
    // Last, so that it signs what the others still wrote.
    _checkpoints: evidence::Checkpointer,
}

/// Opens the database of a data folder.
pub fn open_store(data: &Path, database: Option<&str>) -> Result<Store> {
    std::fs::create_dir_all(data).map_err(|e| Error::new(store::NO_SPACE).because(e))?;
    let file = format!("sqlite:{}", folder::database_file(data).display());
    let store = Store::open(database.unwrap_or(&file), SCHEMAS)?;
    registers::bring_over(&store)?;
    registers::communes::adopt(&store)?;
    Ok(store)
}

impl Province {
    /// Opens everything; makes keys and secrets on the first start.
    pub fn open(options: Options, store: Store) -> Result<Self> {
        let words = words()?;
        let law = registers::Law::load()?;
        let indicators = Arc::new(measures::Indicators::load()?);
        let catalogue = services::definition::Catalogue::built_in()?;
        let province = kernel::ProvinceCode::parse(&options.province)?;
        let today = store.clock().now().date();
        let name = places::all().province(&province, today)?;
        let secret = |name: &str| folder::secret(&options.data, name);
        let settings = Settings {
            province: options.province.clone(),
            province_name: Localized::new(name.title(), in_english(name.title(), name.name())),
            code_prefix: options
                .dossier_prefix
                .clone()
                .unwrap_or_else(|| format!("H{}", options.province)),
            url: options.url.clone(),
            demo: options.demo,
            treasury: options.treasury.clone(),
            payment_secret: secret("payment.secret")?.to_vec().into(),
        };
        let now = store.clock().now();
        let program = std::env::current_exe().map_err(Error::bug)?;
        let services = Services {
            store: store.clone(),
            env: Env {
                law: law.clone(),
                catalogue,
                settings: Arc::new(settings),
                words: words.clone(),
                vault: Arc::new(Vault::new(&*secret("vault.secret")?)?),
            },
            indicators,
            paper: Arc::new(paper::Paper::new(program)),
            keys: Arc::new(trust::Keys::open_as(
                &crate::journal::keys_folder(&options.data),
                now,
                options.journal.journal_origin.as_deref(),
            )?),
        };
        let outside = crate::journal::watch(&options, &store, &services.keys)?;
        let journal_health = Arc::default();
        let unread =
            |tx: &mut store::ReadTx<'_>, pid: &kernel::PersonalId| services::inbox::unread(tx, pid);
        let identity = identity::Identity::with_unread(
            store.clone(),
            law,
            &identity::Settings { origin: options.url.clone(), ..identity::Settings::default() },
            Some(Box::new(unread)),
        )?;
        let web = site(
            &options,
            &store,
            (name.title(), name.name()),
            *secret("web.secret")?,
            words,
            &identity,
            &journal_health,
        );
        Ok(Self { store, identity, web, services, options, outside, journal_health })
    }

    /// Every page and API of the program.
    pub fn router(&self) -> axum::Router {
        self.web.mount(self.pages())
    }

    /// All addresses, but for those that every site of this kind has.
    pub fn pages(&self) -> web::Pages {
        let mut routes = services::pages::routes(&self.services)
            .merge(identity::pages::routes(self.identity.clone()))
            .merge(measures::pages::routes(&measures::pages::Screen {
                store: self.store.clone(),
                indicators: self.services.indicators.clone(),
                province: self.options.province.clone(),
            }))
            .merge(registers::pages::routes(self.register_pages()))
            .merge(registers::api::routes(self.register_pages()))
            .merge(evidence::pages::routes(self.journal()))
            .merge(crate::journal::page::routes(self))
            .merge(
                web::Pages::plain(places::api::routes(self.today()), places::api::PATHS)
                    .counted(web::Budget::Searching),
            )
            .merge(crate::pages::routes(self));
        if self.options.demo {
            routes = routes.merge(crate::demo::routes(self));
        }
        routes
    }

    /// What pages need to prove something of the journal.
    pub fn journal(&self) -> evidence::pages::Journal {
        let keys = trust::Keys::clone(&self.services.keys);
        evidence::pages::Journal { store: self.store.clone(), keys }
    }

    fn register_pages(&self) -> registers::pages::Registers {
        let today = self.store.clock().now().date();
        let correction = self
            .services
            .env
            .catalogue
            .in_force(&CORRECTION.into(), today)
            .map_or_else(|_| "/dich-vu".to_owned(), |p| p.path().to_owned());
        registers::pages::Registers {
            store: self.store.clone(),
            law: self.services.env.law.clone(),
            journal: self.journal(),
            correction,
            report: String::new(),
            own_dossier: Some(Arc::new(
                |tx: &mut store::ReadTx<'_>,
                 pid: &kernel::PersonalId,
                 code: &kernel::DossierCode| {
                    Ok(services::queries::dossier(tx, code).is_ok_and(|d| d.applicant == *pid))
                },
            )),
        }
    }

    fn today(&self) -> places::api::Today {
        let clock = self.store.clock().clone();
        Arc::new(move || clock.now().date())
    }

    /// Starts followers, jobs and the clock, and wakes live screens after each commit.
    fn start(&self) -> Result<Background> {
        registers::restore_indexes(&self.store)?;
        let live = self.web.clone();
        self.store.on_commit(Box::new(move |head| live.wake(head)));
        self.web.wake(self.store.head());
        let law = self.services.env.law.clone();
        let followers = self.store.follow(vec![
            Box::new(measures::Counter::new(self.services.indicators.clone())),
            Box::new(registers::AccessLog),
            Box::new(identity::RegisterNews::new(law)),
        ]);
        let services = self.services.clone();
        let mut handlers = store::Handlers::new();
        handlers.insert(LETTER_JOB, Box::new(move |_, payload| set_letter(&services, payload)));
        let jobs = self.store.run_jobs(handlers, JOB_THREADS);
        let clock = self.clockwork()?;
        let checkpoints = evidence::Checkpointer::start(
            &self.store,
            &self.services.keys,
            self.outside.clone(),
            self.journal_health.clone(),
        )?;
        Ok(Background {
            _followers: followers,
            _jobs: jobs,
            _clock: clock,
            _checkpoints: checkpoints,
        })
    }

    /// Serves until it is told to end, see [`crate::serve::run`]; then what ran beside the server stops,
    /// and the database's file is whole.
    pub fn run(
        &self,
        listener: std::net::TcpListener,
        metrics: Option<std::net::TcpListener>,
        ready: impl FnOnce(),
    ) -> Result<()> {
        let background = self.start()?;
        self.measure();
        let doors = crate::serve::Doors { pages: listener, metrics };
        let served = crate::serve::run(&self.web, doors, self.router(), ready);
        drop(background);
        if let Err(e) = self.store.fold_log() {
            tracing::warn!(error = %e, "the log stays beside the database");
        }
        served
    }

    /// What is measured beside requests.
    fn measure(&self) {
        let metrics = self.web.metrics();
        let store = self.store.clone();
        metrics.asked("journal_head", "Number of the newest journal entry", &[], move || {
            store.head() as f64
        });
        let store = self.store.clone();
        let help = "Entries a view of the journal has still to see";
        metrics.asked_each("store_follower_lag", help, "follower", move || {
            let all = store.read(|tx| tx.follower_state()).unwrap_or_default();
            all.into_iter().map(|f| (f.name, f.lag as f64)).collect()
        });
        let store = self.store.clone();
        let help = "Jobs that failed: set aside, or waiting to be tried again";
        metrics.asked("store_jobs_failed", help, &[], move || {
            store.read(|tx| tx.jobs_failed()).map_or(f64::NAN, |all| all.len() as f64)
        });
        let health = self.journal_health.clone();
        metrics.asked("journal_sound", "1 while checkpoints are kept as they should be", &[], {
            move || f64::from(u8::from(crate::journal::sound(&health).is_ok()))
        });
        let identity = self.identity.clone();
        let help = "Password hashes computed";
        metrics.asked_counter("identity_hashes_total", help, &[], move || {
            identity.hasher().computed()
        });
        crate::traces::measure(metrics);
        crate::log::measure(metrics);
    }

    /// What time alone brings: every half minute, every hour and once a day (after a start also at
    /// once: each part is safe to repeat).
    fn clockwork(&self) -> Result<Clockwork> {
        let services = self.services.clone();
        let (end, ended) = sync_channel::<()>(0);
        let run = move || {
            let mut done_on = None;
            for n in 0u64.. {
                if let Err(e) = services.write(tick) {
                    tracing::error!(error = %e, "the clock's work failed");
                }
                // Another node, or somebody at the command line, may have recorded a merger.
                if let Err(e) = registers::communes::adopt(&services.store) {
                    tracing::error!(error = %e, "the mergers of communes could not be read");
                }
                if n.is_multiple_of(SWEEP_TICKS)
                    && let Err(e) = services.store.write(identity::sweep)
                {
                    tracing::error!(error = %e, "the hour's work failed");
                }
                let today = services.store.clock().now().date();
                if done_on != Some(today) {
                    match daily(&services) {
                        Ok(()) => done_on = Some(today),
                        Err(e) => tracing::error!(error = %e, "the day's work failed"),
                    }
                }
                if ended.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
        };
        let thread =
            std::thread::Builder::new().name("clock".into()).spawn(run).map_err(Error::bug)?;
        Ok(Clockwork { end: Some(end), thread: Some(thread) })
    }
}

/// The clock's thread; dropping it ends the thread and waits for it.
struct Clockwork {
    end: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Clockwork {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Terms that ran out end, people hear in time of terms that will, and readings older than their
/// purpose allows are forgotten. A page at a time, so that nobody waits for a long transaction.
fn daily(services: &Services) -> Result<()> {
    let clock = kernel::Actor::system("clock");
    loop {
        let by = clock.clone();
        let ended =
            services.store.write(move |tx| registers::residence::lapse(tx, &by, DAILY_ROWS_MAX))?;
        if ended < DAILY_ROWS_MAX {
            break;
        }
    }
    let mut after = None;
    loop {
        let from = after.clone();
        after = services.write(move |tx, env| remind(tx, env, from.as_ref()))?;
        if after.is_none() {
            break;
        }
    }
    services.write(|tx, env| registers::forget_old(tx, &env.law)).map(drop)
}

fn site(
    options: &Options,
    store: &Store,
    (title, name): (&str, &str),
    secret: [u8; 32],
    words: Arc<Words>,
    identity: &identity::Identity,
    journal: &Arc<std::sync::Mutex<evidence::Health>>,
) -> Web {
    let clock = store.clock().clone();
    let (check, journal) = (store.clone(), journal.clone());
    let settings = web::Settings {
        place: Localized::new(title, in_english(title, name)),
        owner: Localized::new(
            format!("Ủy ban nhân dân {} · Trung tâm Phục vụ hành chính công", lower_first(title)),
            format!("People’s Committee of {} · One-stop centre", in_english(title, name)),
        ),
        support: options.support.clone(),
        proxy: options.proxy.clone(),
        budgets: options.budgets,
        origin: options.url.clone(),
        secret,
        demo: options.demo,
        footer: vec![
            ("app-foot-verify".to_owned(), "/xac-minh".to_owned()),
            ("app-foot-data".to_owned(), "/cach-giu-du-lieu".to_owned()),
            ("app-foot-journal".to_owned(), "/nhat-ky".to_owned()),
            ("app-foot-access".to_owned(), "/tiep-can".to_owned()),
        ],
        assets: identity::pages::ASSETS.to_vec(),
        clock: Arc::new(move || clock.now()),
        health: vec![
            ("database", Box::new(move || check.read(|tx| tx.journal_head()).map(drop))),
            ("journal", Box::new(move || crate::journal::sound(&journal))),
        ],
        ledger: store.holds().then(|| Arc::new(Ledger(store.clone())) as Arc<dyn web::Ledger>),
        ..web::Settings::default()
    };
    Web::new(settings, words, Arc::new(identity.clone()))
}

/// Readings are kept until they are on record in one place, not on a thread each.
struct Ledger(Store);

impl web::Ledger for Ledger {
    fn hold(&self, work: &mut dyn FnMut()) -> Option<Box<dyn web::Durable>> {
        let ((), receipt) = self.0.held(work);
        receipt.map(|receipt| Box::new(OnTheWay(receipt)) as Box<dyn web::Durable>)
    }
}

struct OnTheWay(store::Receipt);

impl web::Durable for OnTheWay {
    fn then(self: Box<Self>, then: Box<dyn FnOnce(Result<()>) + Send>) {
        self.0.then(then);
    }
}

/// What a province (Tỉnh) or a city of the same rank (Thành phố) is called in English.
pub fn in_english(title: &str, name: &str) -> String {
    let kind = if title.starts_with("Thành phố") { "City" } else { "Province" };
    format!("{name} {kind}")
}

/// A title within a sentence.
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// Moves a clock to another day, keeping the time of day.
pub fn pretend(clock: &Clock, today: Option<&str>) -> Result<()> {
    let Some(today) = today else { return Ok(()) };
    let day: Date = today.parse().map_err(|_| Error::new(TODAY_UNREAL))?;
    let now = clock.now().local();
    clock.set(Instant::from_local(day.to_datetime(now.time())));
    Ok(())
}
