//! `appoint`: the first officers of an installation; and the agencies every province has.

use crate::cli::AppointArgs;
use crate::province::open_store;
use crate::{config, folder};
use identity::{Agency, FirstOfficer, IdentityLaw, install_officer, put_agency};
use kernel::{Date, Localized, PersonalId, ProvinceCode, Result, Say};
use std::sync::Arc;
use store::Store;

/// Gives somebody a post and prints the code with which they set their password.
#[allow(clippy::print_stdout)]
pub fn run(args: &AppointArgs, say: &[Say; 2]) -> Result<()> {
    let settings = config::read(&args.config)?;
    let _held = folder::hold(&settings.data)?;
    let store = open_store(&settings.data, settings.database()?.as_deref())?;
    let law = Arc::new(IdentityLaw::load()?);
    let registers = registers::Law::load()?;
    let province = ProvinceCode::parse(&settings.province)?;
    keep_agencies(&store, &law, &province)?;
    let person = PersonalId::parse(&args.person).map_err(|e| e.field("person"))?;
    let agency = match &args.agency {
        Some(code) => code.as_str().into(),
        None => committee(&province).as_str().into(),
    };
    let new = FirstOfficer { person, agency, post: args.post.as_str().into() };
    let issued = store.write(move |tx| install_officer(tx, &law, &registers, &new))?;
    store.settle()?;
    let url = format!("{}/khoi-phuc", settings.url.trim_end_matches('/'));
    for say in say {
        println!("{}", say.t("appoint-done"));
        let until = issued.expires_at.clock_and_day();
        println!("{}", say.t2("appoint-code", "url", &url, "until", &until));
    }
    println!("{}", issued.code.as_str());
    Ok(())
}

/// The code of the province's committee.
fn committee(province: &ProvinceCode) -> String {
    format!("UBND.{}", province.as_str())
}

/// The agencies of a province on a day: its committee, and the police and the one-stop centre of each
/// commune.
pub fn agencies(province: &ProvinceCode, on: Date) -> Result<Vec<Agency>> {
    let name = places::all().province(province, on)?;
    let title = crate::province::lower_first(name.title());
    let english = crate::province::in_english(name.title(), name.name());
    let mut all = vec![Agency {
        code: committee(province).as_str().into(),
        name: Localized::new(
            format!("Ủy ban nhân dân {title}"),
            format!("People’s Committee of {english}"),
        ),
        kind: "province-committee".to_owned(),
        place: province.as_str().to_owned(),
    }];
    for c in places::all().communes_of(province, on)? {
        let (code, label) = (c.code_str(), c.label());
        all.push(Agency {
            code: format!("CA.{code}").into(),
            name: Localized::new(format!("Công an {label}"), format!("Police of {label}")),
            kind: "commune-police".to_owned(),
            place: code.to_owned(),
        });
        all.push(Agency {
            code: format!("HCC.{code}").into(),
            name: Localized::new(
                format!("Trung tâm Phục vụ hành chính công {label}"),
                format!("One-stop centre of {label}"),
            ),
            kind: "one-stop".to_owned(),
            place: code.to_owned(),
        });
    }
    Ok(all)
}

/// Writes the agencies that are not there yet.
pub fn keep_agencies(store: &Store, law: &Arc<IdentityLaw>, province: &ProvinceCode) -> Result<()> {
    let mut missing = agencies(province, store.clock().now().date())?;
    let known = store.read(identity::agencies)?;
    missing.retain(|a| !known.iter().any(|k| k.code == a.code));
    if missing.is_empty() {
        return Ok(());
    }
    let law = Arc::clone(law);
    store.write(move |tx| missing.iter().try_for_each(|a| put_agency(tx, &law, a)))
}
