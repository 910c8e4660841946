//! Row about signing in with number and password.

use super::{Bench, Figure, spread, text, timed};
use identity::{Browser, Identity, NewAccount, Origin, Settings};
use kernel::{Actor, Level, PersonalId};
use registers::Law;
use store::Store;

const PASSWORD: &str = "gạo nếp cái hoa vàng";
const PEOPLE: usize = 40;
/// Sign-ins measured.
const SIGN_INS: usize = 200;
/// Bare hashes a core.
const HASHES: usize = 40;

/// Sign-ins a second: tries counted, hash checked in the bounded queue, session and journal durable.
pub fn password(_: &mut Bench) -> Result<Figure, String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let folder = crate::folder::Folder::new();
    let url = format!("sqlite:{}", folder.path().join("accounts.db").display());
    let store = Store::open(&url, crate::inside::SCHEMAS).map_err(text)?;
    let settings = Settings::default();
    let law = Law::load().map_err(text)?;
    let identity = Identity::new(store.clone(), law, &settings).map_err(text)?;
    let people = enrol(&identity, &store)?;
    let tries: Vec<&PersonalId> = people.iter().cycle().take(SIGN_INS).collect();
    let one = |pid: &&PersonalId| {
        let browser = Browser { prefix: "198.51.100".into(), ..Browser::default() };
        identity.sign_in_password(pid, PASSWORD, &browser).map(drop).map_err(text)
    };
    spread(cores * 4, &tries[..PEOPLE], one)?;
    let (_, time) = timed(|| spread(cores * 4, &tries, one))?;
    let bare = vec![(); HASHES * cores];
    let (_, bare_time) = timed(|| spread(cores, &bare, |()| identity::bench_hash().map_err(text)))?;
    Ok(Figure::of(SIGN_INS as f64 / time.as_secs_f64())
        .against("bare Argon2id on all cores, /s", bare.len() as f64 / bare_time.as_secs_f64()))
}

/// Accounts with one password.
fn enrol(identity: &Identity, store: &Store) -> Result<Vec<PersonalId>, String> {
    let phc = identity.hasher().hash(&PASSWORD.to_owned().into()).map_err(text)?;
    let people: Vec<PersonalId> = (0..PEOPLE)
        .map(|n| PersonalId::parse(&format!("0371990{n:05}")))
        .collect::<kernel::Result<_>>()
        .map_err(text)?;
    let accounts = people.clone();
    store
        .write(move |tx| {
            for pid in &accounts {
                let account = NewAccount {
                    pid: pid.clone(),
                    name: "Nguyễn Thị Thử".into(),
                    level: Level::Two,
                    password: Some(phc.clone()),
                    origin: Origin::Import,
                };
                identity::create_account(tx, &Actor::system("bench"), &account)?;
            }
            Ok(())
        })
        .map_err(text)?;
    Ok(people)
}
