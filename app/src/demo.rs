//! The demo province: synthetic people, a cast of roles to be, and the page that lists them.

use crate::cli::DemoArgs;
use crate::journal::cli::JournalOptions;
use crate::province::{Options, Province, open_store, pretend};
use crate::{appoint, generate};
use crate::{folder, serve};
use identity::{Identity, NewAccount, NewAppointment, Origin};
use kernel::{AccountId, Actor, CommuneCode, Error, Level, ProvinceCode, Result};
use registers::generate::{Cast, Demo, Player, cast};
use std::path::Path;
use store::{Store, params};
use web::{Frame, Pages, Reply, Req, Routes, Section, Template};

/// The password of everybody in the cast. Shown on the page of roles: nobody here is real.
const PASSWORD: &str = "demo-lien-thong-2026";

/// Makes the province if it is not there, then serves it.
#[allow(clippy::print_stdout)]
pub fn run(args: &DemoArgs) -> Result<()> {
    let held = folder::hold(&args.data)?;
    if args.fresh {
        folder::clear(&args.data, &held)?;
    }
    let store = open_store(&args.data, args.database.as_deref())?;
    pretend(store.clock(), args.today.as_deref())?;
    let listener = serve::bind(&format!("127.0.0.1:{}", args.port))?;
    let port = listener.local_addr().map_err(Error::bug)?.port();
    let options = options(
        &args.data,
        port,
        args.journal.clone(),
        crate::config::budgets(args.rates.as_deref())?,
    );
    let province = Province::open(options, store)?;
    let demo = Demo { persons: args.persons, seed: args.seed, province: "37".to_owned() };
    make(&province, &demo)?;
    let metrics = match args.metrics_port {
        Some(port) => Some(serve::bind(&format!("127.0.0.1:{port}"))?),
        None => None,
    };
    let at = metrics.as_ref().and_then(|l| l.local_addr().ok());
    province.run(listener, metrics, || {
        if let Some(at) = at {
            println!("http://{at}/metrics");
        }
        println!("http://localhost:{port}");
    })
}

fn options(data: &Path, port: u16, journal: JournalOptions, budgets: web::Budgets) -> Options {
    Options {
        data: data.to_owned(),
        url: format!("http://localhost:{port}"),
        province: "37".to_owned(),
        demo: true,
        proxy: None,
        budgets,
        support: "1900 0000".to_owned(),
        dossier_prefix: None,
        // No such account exists: the demo's bank is simulated.
        treasury: services::vietqr::Account {
            bank: "970415".into(),
            number: "000000000000".into(),
            name: "KHO BAC NHA NUOC".into(),
        },
        journal,
    }
}

/// Every address of a demo province.
pub fn pages(data: &Path) -> Result<Vec<web::Listed>> {
    let _held = folder::hold_own(data, None)?;
    let store = open_store(data, None)?;
    let province = Province::open(
        options(data, 0, JournalOptions::default(), web::Budgets::default()),
        store,
    )?;
    Ok(province.web.all(province.pages()).listed())
}

/// People and cast, once. A start that was cut off in the middle begins again from where it stood.
fn make(province: &Province, demo: &Demo) -> Result<()> {
    let store = &province.store;
    if !generate::is_there(store)? {
        generate::people(store, demo)?;
    }
    let cast_there =
        store.read(|tx| tx.row("SELECT 1 FROM account LIMIT 1", params![], |_| Ok(())))?;
    if cast_there.is_none() {
        let demo = demo.clone();
        let cast = store.read(move |tx| cast(tx, &demo))?;
        enrol(&province.identity, store, &cast)?;
    }
    Ok(())
}

/// One role of the cast: who, where, which post.
struct Role<'a> {
    player: &'a Player,
    post: Option<(&'static str, String)>,
}

fn roles(c: &Cast) -> Vec<Role<'_>> {
    let role =
        |player, post: &'static str, agency: String| Role { player, post: Some((post, agency)) };
    let citizen = |player| Role { player, post: None };
    let here = c.commune.as_str();
    vec![
        citizen(&c.citizen),
        citizen(&c.other_parent),
        citizen(&c.owner),
        role(&c.officer, "commune-police.officer", format!("CA.{here}")),
        role(&c.police_head, "commune-police.head", format!("CA.{here}")),
        role(&c.clerk, "one-stop.clerk", format!("HCC.{here}")),
        role(&c.officer_next_door, "commune-police.officer", format!("CA.{}", c.commune_next_door)),
        role(&c.auditor, "auditor", "UBND.37".to_owned()),
        role(&c.viewer, "province.viewer", "UBND.37".to_owned()),
        role(&c.operator, "operator", "UBND.37".to_owned()),
    ]
}

/// Agencies of the whole province, accounts and appointments of the cast.
fn enrol(identity: &Identity, store: &Store, cast: &Cast) -> Result<()> {
    let today = store.clock().now().date();
    let agencies = appoint::agencies(&ProvinceCode::parse("37")?, today)?;
    let phc = identity.hasher().hash(&PASSWORD.to_owned().into())?;
    let law = identity.law().clone();
    let people: Vec<(NewAccount, Option<(&'static str, String)>)> = roles(cast)
        .into_iter()
        .map(|r| {
            let account = NewAccount {
                pid: r.player.pid.clone(),
                name: r.player.name.clone(),
                level: Level::Two,
                password: Some(phc.clone()),
                origin: Origin::Import,
            };
            (account, r.post)
        })
        .collect();
    identity.change_many(move |tx| {
        let actor = Actor::system("demo");
        for a in &agencies {
            identity::put_agency(tx, &law, a)?;
        }
        for (account, post) in &people {
            let id = identity::create_account(tx, &actor, account)?;
            tx.execute(
                "INSERT INTO demo_role (account, n) SELECT ?1, COUNT(*) FROM demo_role",
                params![&id],
            )?;
            if let Some((post, agency)) = post {
                let new = NewAppointment {
                    account: id,
                    agency: agency.as_str().into(),
                    post: (*post).into(),
                    from: today,
                    until: None,
                };
                identity::appoint(tx, &law, &actor, &new)?;
            }
        }
        Ok(())
    })
}

struct DemoState {
    identity: Identity,
    store: Store,
    stage: CommuneCode,
}

/// The page of people to be. Mounted in demo mode only.
pub fn routes(province: &Province) -> Pages {
    let state = DemoState {
        identity: province.identity.clone(),
        store: province.store.clone(),
        stage: CommuneCode::parse("13594").unwrap_or_else(|_| unreachable!("five digits")),
    };
    Routes::new(state).get("/trinh-dien", page).post("/trinh-dien", become_person).into_pages()
}

struct Person {
    /// Which role of the cast; the browser tests choose by it.
    key: &'static str,
    account: String,
    name: String,
    initials: String,
    what: String,
    who: String,
    number: String,
}

#[derive(Template)]
#[template(path = "demo.html")]
struct DemoPage {
    frame: Frame,
    people: Vec<Person>,
    password: String,
    place: String,
}

const WHAT: [&str; 10] = [
    "citizen",
    "parent",
    "owner",
    "officer",
    "head",
    "clerk",
    "next-door",
    "auditor",
    "viewer",
    "operator",
];

fn people(s: &DemoState) -> Result<Vec<AccountId>> {
    s.store.read(|tx| {
        tx.rows("SELECT account FROM demo_role ORDER BY n", params![], |r| r.get::<AccountId>(0))
    })
}

fn page(s: &DemoState, req: &Req) -> Result<Reply> {
    let say = &req.say;
    let ids = people(s)?;
    let found = s.store.read(move |tx| identity::queries::demo_people(tx, &ids))?;
    let people = found
        .iter()
        .enumerate()
        .map(|(i, (account, posts))| {
            let what = WHAT.get(i).copied().unwrap_or("citizen");
            Person {
                key: what,
                account: account.id.as_str().to_owned(),
                name: account.name.clone(),
                initials: kernel::vietnamese::initials(&account.name),
                what: say.t(&format!("demo-what-{what}")),
                who: posts.first().map_or_else(
                    || say.t("demo-citizen"),
                    |p| format!("{} · {}", say.local(&p.post_name), say.local(&p.agency_name)),
                ),
                number: account.pid.spaced(),
            }
        })
        .collect();
    let page = DemoPage {
        frame: req.frame(say.t("demo-title"), Section::None),
        people,
        password: PASSWORD.to_owned(),
        place: places::all().lies_in(&s.stage, req.now.date())?.full_name(),
    };
    Reply::page(&page)
}

/// Signs in as one of the cast, and nobody else.
fn become_person(s: &DemoState, req: &Req) -> Result<Reply> {
    let account = AccountId::new(req.form("account").unwrap_or_default());
    if !people(s)?.contains(&account) {
        return Err(Error::new(kernel::error::NOT_FOUND));
    }
    let browser = identity::pages::browser(req)?;
    let (id, b) = (account.clone(), browser.clone());
    let (signed, first) = s.identity.change_many(move |tx| {
        let signed = identity::demo_sign_in(tx, &id, &b)?;
        let first = identity::appointments_of(tx, &id)?.into_iter().next();
        Ok((signed, first))
    })?;
    let cookie = signed.session_cookie.clone();
    // Somebody with a post begins at work, in that post.
    if let Some(post) = first
        && let Some((present, _)) = s.identity.present(&cookie)?
    {
        let actor = present.actor;
        s.identity.change(&account, move |tx| identity::choose_post(tx, &actor, Some(&post.id)))?;
    }
    Ok(identity::pages::signed_in(&signed, "/"))
}

/// The roles' table belongs to the demo alone.
pub const SCHEMA: store::Schema =
    store::Schema { name: "demo", files: &[include_str!("../schema/demo.sql")] };
