//! `communes merge|withdraw|list`: communes that become part of another one on a date.

use crate::cli::{CommunesCommand, DataArgs};
use crate::folder;
use crate::province::open_store;
use kernel::calendar::iso_date;
use kernel::{Actor, CommuneCode, Result, Say, time};
use registers::communes::{Decided, merge, mergers, withdraw};
use store::Store;

/// Who records it: whoever may use the machine's command line.
const ACTOR: &str = "communes";

/// Records, takes back or lists.
pub fn run(command: &CommunesCommand, say: &[Say; 2]) -> Result<()> {
    match command {
        CommunesCommand::Merge { code, into, on, basis, at } => {
            let merger = places::Merger {
                code: CommuneCode::parse(code).map_err(|e| e.field("code"))?,
                into: CommuneCode::parse(into).map_err(|e| e.field("into"))?,
                on: iso_date(on).map_err(|e| e.field("on"))?,
            };
            let basis = basis.clone();
            change(at, say, move |tx| merge(tx, &Actor::system(ACTOR), &merger, &basis))
        }
        CommunesCommand::Withdraw { code, basis, at } => {
            let (code, basis) = (CommuneCode::parse(code)?, basis.clone());
            change(at, say, move |tx| withdraw(tx, &Actor::system(ACTOR), &code, &basis))
        }
        CommunesCommand::List { at } => list(&open(at)?.0, say),
    }
}

fn open(at: &DataArgs) -> Result<(Store, Option<folder::Held>)> {
    let held = folder::hold_own(&at.data, at.database.as_deref())?;
    Ok((open_store(&at.data, at.database.as_deref())?, held))
}

fn change(
    at: &DataArgs,
    say: &[Say; 2],
    mut f: impl FnMut(&mut store::WriteTx<'_>) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (store, _held) = open(at)?;
    store.write(move |tx| f(tx))?;
    store.settle()?;
    list(&store, say)
}

/// The mergers, a line each, in both languages.
#[allow(clippy::print_stdout)]
fn list(store: &Store, say: &[Say; 2]) -> Result<()> {
    let all = store.read(mergers)?;
    for say in say {
        if all.is_empty() {
            println!("{}", say.t("app-communes-none"));
        }
        for d in &all {
            println!("{}", line(d, say));
        }
    }
    Ok(())
}

fn line(d: &Decided, say: &Say) -> String {
    let on = places::REFORM;
    let name = |code: &CommuneCode| {
        places::all().full_name(code, on).unwrap_or_else(|_| code.as_str().to_owned())
    };
    let args = [
        ("on", time::day(d.merger.on)),
        ("old", format!("{} ({})", name(&d.merger.code), d.merger.code.as_str())),
        ("new", format!("{} ({})", name(&d.merger.into), d.merger.into.as_str())),
        ("basis", d.basis.clone()),
    ];
    say.with("app-communes-line", &args)
}
