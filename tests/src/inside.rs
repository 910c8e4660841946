//! A province inside this process: database, law and followers wired together as `app` does, without
//! the web around them. For measurements and for tests that need several crates and no HTTP.

use crate::folder::Folder;
use kernel::{
    Actor, Appointment, DossierCode, Level, Localized, PersonalId, PurposeId, Result, Words,
};
use registers::generate::Demo;
use services::commands::{
    Decision, Payment, Submission, Submitted, act, answer_consent, pay, submit,
};
use services::definition::{Catalogue, Channel, Procedure};
use services::queries::{self, Part};
use services::{Env, Settings, Vault, model::Dossier};
use std::path::PathBuf;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::{FollowerThread, Schema, Store, params};

/// Province code of the demo.
pub const PROVINCE: &str = "37";
/// Đăng ký tạm trú.
const TEMPORARY: &str = "1.004194";

/// All tables that commands write to.
pub const SCHEMAS: &[Schema] =
    &[measures::SCHEMA, registers::SCHEMA, identity::SCHEMA, services::SCHEMA];

/// All tables of the program, as it opens a database.
pub const PROGRAM_SCHEMAS: &[Schema] = &[
    evidence::SCHEMA,
    measures::SCHEMA,
    registers::SCHEMA,
    identity::SCHEMA,
    services::SCHEMA,
    Schema { name: "demo", files: &[include_str!("../../app/schema/demo.sql")] },
];

/// A generated province and what commands need.
pub struct Inside {
    /// The database.
    pub store: Store,
    /// Law, catalogue, words.
    pub env: Env,
    /// Persons generated.
    pub persons: u64,
    /// Distinguishes the forms sent.
    forms: AtomicU64,
    _followers: FollowerThread,
    data: Option<Folder>,
}

impl Inside {
    /// In an SQLite file of its own, commits durable.
    pub fn sqlite(persons: u64) -> Result<Self> {
        let data = Folder::new();
        let url = format!("sqlite:{}", data.path().join("province.db").display());
        Self::open(&url, persons, Some(data))
    }

    /// In this empty database.
    pub fn at(url: &str, persons: u64) -> Result<Self> {
        Self::open(url, persons, None)
    }

    fn open(url: &str, persons: u64, data: Option<Folder>) -> Result<Self> {
        let store = Store::open(url, SCHEMAS)?;
        let demo = Demo { persons, seed: 1, province: PROVINCE.to_owned() };
        demo.run(&store, &mut |_| {})?;
        let law = registers::Law::load()?;
        let indicators = Arc::new(measures::Indicators::load()?);
        let followers = store.follow(vec![
            Box::new(measures::Counter::new(indicators)),
            Box::new(registers::AccessLog),
            Box::new(identity::RegisterNews::new(law.clone())),
        ]);
        let env = Env {
            law,
            catalogue: Catalogue::built_in()?,
            settings: Arc::new(settings()),
            words: words()?,
            vault: Arc::new(Vault::new(&[7; 32])?),
        };
        let forms = AtomicU64::new(0);
        Ok(Self { store, env, persons, forms, _followers: followers, data })
    }

    /// The database and, on SQLite, its file.
    pub fn store_and_file(&self) -> (Store, PathBuf) {
        let folder = self.data.as_ref().map(|d| d.path().join("province.db"));
        (self.store.clone(), folder.unwrap_or_default())
    }

    /// The procedure of temporary residence in force.
    pub fn procedure(&self) -> Result<Arc<Procedure>> {
        let today = self.store.clock().now().date();
        self.env.catalogue.in_force(&TEMPORARY.into(), today)
    }

    /// People who may register temporary residence, each with somebody's own house in another
    /// commune to move to; at most so many, from all over the province.
    pub fn cases(&self, most: usize) -> Result<Vec<Case>> {
        let (mut people, mut houses) = self.store.read(|tx| {
            let people = tx.rows(
                "SELECT pid, name, commune FROM person WHERE death IS NULL AND commune IS NOT NULL \
                 AND stay_commune IS NULL AND birth > '1970' AND birth < '2000' ORDER BY pid",
                params![],
                |r| Ok((r.get::<PersonalId>(0)?, r.get::<String>(1)?, r.get::<String>(2)?)),
            )?;
            let houses = tx.rows(
                "SELECT d.owner, d.commune, d.line FROM dwelling d JOIN household h ON h.dwelling = d.id \
                 WHERE d.title IS NOT NULL AND d.owner = h.head ORDER BY d.id",
                params![],
                |r| Ok((r.get::<PersonalId>(0)?, r.get::<String>(1)?, r.get::<String>(2)?)),
            )?;
            Ok((people, houses))
        })?;
        let mut chance = store::testing::Chance::of(7);
        shuffle(&mut people, &mut chance);
        shuffle(&mut houses, &mut chance);
        people.truncate(most);
        houses.truncate(most);
        let mut houses = houses.iter().cycle().take(houses.len() * 4 + people.len());
        let mut cases = Vec::new();
        for (applicant, name, home) in people {
            let fits = |h: &&(PersonalId, String, String)| h.1 != home && h.0 != applicant;
            let Some((owner, commune, line)) = houses.by_ref().find(fits).cloned() else { break };
            cases.push(Case { applicant, name, owner, commune, line });
        }
        Ok(cases)
    }

    /// The whole life of one dossier, each step a transaction of its own and durable when it
    /// returns: filed, the owner agrees, the fee arrives (the system accepts), the officer opens it
    /// (a recorded reading), proposes, the head approves (residence written), it is read back.
    pub fn life(&self, case: &Case) -> Result<Dossier> {
        let code = self.file(case)?;
        for consent in self.store.read(|tx| queries::consents(tx, &code))? {
            let (env, by) = (self.env.clone(), citizen(&consent.person));
            self.store.write(move |tx| answer_consent(tx, &env, &by, &consent.token, true, ""))?;
        }
        let fee = self.store.read(|tx| queries::dossier(tx, &code))?.fee;
        let payment = Payment {
            dossier: code.clone(),
            amount: fee,
            method: "bank",
            reference: code.as_str().to_owned(),
        };
        let env = self.env.clone();
        self.store.write(move |tx| pay(tx, &env, &Actor::system("bank"), &payment))?;
        self.open_as_officer(case, &code)?;
        self.decide(case, &code, "propose", officer("commune-police.officer", &case.commune, 1))?;
        self.decide(case, &code, "approve", officer("commune-police.head", &case.commune, 2))?;
        self.store.read(|tx| {
            queries::foresee(tx, &code, &[Part::Acts, Part::Letters, Part::Dossier])?;
            queries::acts(tx, &code)?;
            queries::letters(tx, &code)?;
            queries::dossier(tx, &code)
        })
    }

    /// Files the request.
    pub fn file(&self, case: &Case) -> Result<DossierCode> {
        let until = self.store.clock().now().plus_seconds(300 * 86_400).date();
        let procedure = self.procedure()?;
        let form = format!("bench-{:08}", self.forms.fetch_add(1, Ordering::Relaxed));
        let submission = Submission {
            procedure: procedure.code().clone(),
            version: procedure.version(),
            answers: serde_json::json!({
                "abode": {"commune": case.commune, "line": case.line},
                "until": until.to_string(), "join": "new",
            }),
            channel: Channel::Online,
            form,
            files: Vec::new(),
        };
        let (env, by) = (self.env.clone(), citizen(&case.applicant));
        match self.store.write(move |tx| submit(tx, &env, &by, &submission))? {
            Submitted::New(code) | Submitted::Again(code) => Ok(code),
            Submitted::Refused(e) => Err(e),
        }
    }

    /// The officer reads what the register says of the applicant, for this dossier.
    fn open_as_officer(&self, case: &Case, code: &DossierCode) -> Result<()> {
        let procedure = self.procedure()?;
        let purpose = PurposeId::from(procedure.file().known.purpose.as_str());
        let by = officer("commune-police.officer", &case.commune, 1);
        let items = ["name", "birth", "sex", "permanent", "temporary", "abode"];
        registers::read_now(
            &self.store,
            &self.env.law,
            &by,
            &purpose,
            &case.applicant,
            &items,
            Some(code),
        )
        .map(drop)
    }

    fn decide(&self, case: &Case, code: &DossierCode, action: &str, by: Actor) -> Result<()> {
        let seen = self.store.read(|tx| queries::dossier(tx, code))?;
        let decision = Decision {
            action: action.to_owned(),
            seen_version: seen.row_version,
            name: case.name.clone(),
            ..Decision::default()
        };
        let (env, code) = (self.env.clone(), code.clone());
        self.store.write(move |tx| act(tx, &env, &by, &code, &decision))
    }
}

/// Puts them into an order of chance.
fn shuffle<T>(all: &mut [T], chance: &mut store::testing::Chance) {
    for i in (1..all.len()).rev() {
        let below = u64::try_from(i).unwrap_or(u64::MAX).saturating_add(1);
        all.swap(i, usize::try_from(chance.below(below)).unwrap_or(i));
    }
}

/// Who moves where.
#[derive(Clone, Debug)]
pub struct Case {
    /// Registers.
    pub applicant: PersonalId,
    /// The applicant's name.
    pub name: String,
    /// Owns the dwelling and heads the household in it.
    pub owner: PersonalId,
    /// The dwelling's commune.
    pub commune: String,
    /// The dwelling's address line.
    pub line: String,
}

/// Somebody signed in with an account of level 2.
pub fn citizen(pid: &PersonalId) -> Actor {
    Actor {
        account: format!("account-{}", &pid.as_str()[6..]).into(),
        person: Some(pid.clone()),
        level: Level::Two,
        acting_for: None,
        appointment: None,
        session: None,
    }
}

/// Somebody working in a post of a commune's police. The person is nobody of the register.
pub fn officer(post: &str, commune: &str, n: u8) -> Actor {
    let pid = PersonalId::parse(&format!("0000000000{n:02}")).ok();
    Actor {
        account: format!("account-officer-{n}").into(),
        person: pid,
        level: Level::Two,
        acting_for: None,
        appointment: Some(Appointment {
            id: format!("appointment-{n}").into(),
            agency: format!("CA.{commune}").into(),
            agency_name: Localized::new("Công an xã", "Commune police"),
            post: post.into(),
            post_name: Localized::new("Cán bộ", "Officer"),
            place: commune.to_owned(),
        }),
        session: None,
    }
}

/// All words of the crates.
pub fn words() -> Result<Arc<Words>> {
    Words::build(&[
        kernel::TEXT,
        places::TEXT,
        store::TEXT,
        trust::TEXT,
        paper::TEXT,
        measures::TEXT,
        registers::TEXT,
        identity::TEXT,
        services::TEXT,
        services::definition::TEXT,
    ])
    .map_err(|faults| kernel::Error::bug(faults.join("; ")))
}

fn settings() -> Settings {
    Settings {
        province: PROVINCE.to_owned(),
        province_name: Localized::new("Tỉnh Ninh Bình", "Ninh Bình Province"),
        code_prefix: format!("H{PROVINCE}"),
        url: "http://localhost:8080".to_owned(),
        demo: true,
        treasury: services::vietqr::Account {
            bank: "970415".into(),
            number: "000000000000".into(),
            name: "KHO BAC NHA NUOC".into(),
        },
        payment_secret: vec![7; 32].into(),
    }
}
