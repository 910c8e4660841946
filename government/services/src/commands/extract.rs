//! Bản trích sổ hộ khẩu điện tử: read through the door, set, sealed by the agency, kept so that
//! anybody can verify it.

use super::letters::{heading, letter_number, set_and_sign, verification_code};
use crate::app::{Env, Services};
use crate::errors::EXTRACTS_MANY;
use crate::issued::{self, NewIssued};
use crate::vault::sha256_hex;
use kernel::{Actor, Error, HouseholdId, PersonalId, Result, error};
use registers::{Book, Reading};
use serde_json::{Map, Value as Json, json};
use store::{Entry, WriteTx};

/// The kind of letter.
const LETTER: &str = "household-book";
const TEMPLATE: &str = "trich-so-ho-khau";
/// Short sign in its number: trích sổ hộ khẩu.
const SIGN: &str = "TSHK";
/// A page opened again gives the same file for this long, unless the book has changed: seconds.
const SAME_SECONDS: i64 = 600;
/// Extracts one person is given in a day; each is stored.
const A_DAY_MAX: i64 = 20;
const DAY_SECONDS: i64 = 86_400;

/// What is to be set, or the file given out a moment ago.
enum Ordered {
    Again(Vec<u8>),
    New(Box<Order>),
    Refused(Error),
}

struct Order {
    data: Map<String, Json>,
    subject: String,
    place: String,
    agency: String,
    number: String,
    code: String,
}

/// Who asks for an extract.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Who acts.
    pub actor: Actor,
    /// Whose household it is: the actor, or the child they act for.
    pub subject: PersonalId,
    /// The actor's name.
    pub name: String,
}

/// The signed extract of the book of one of the person's households.
pub fn issue_extract(s: &Services, asker: &Asker, household: &HouseholdId) -> Result<Vec<u8>> {
    let (of, house) = (asker.clone(), household.clone());
    let ordered = s.write(move |tx, env| order(tx, env, &of, &house))?;
    let order = match ordered {
        Ordered::Again(pdf) => return Ok(pdf),
        Ordered::Refused(refusal) => return Err(refusal),
        Ordered::New(order) => order,
    };
    let Order { mut data, subject, place, agency, number, code } = *order;
    let at = s.store.clock().now();
    data.insert("signed_at".into(), json!(at.rfc3339()));
    let post = s.env.say_vi("letter-seal", &[]);
    data.insert("signer".into(), json!({"title": post, "name": agency}));
    let signer =
        trust::SignerName { name: agency.clone(), post: post.clone(), agency: agency.clone() };
    let reason = s.env.say_vi("letter-household-book", &[]);
    let pdf = set_and_sign(s, TEMPLATE, &Json::Object(data), &signer, &reason, at)?;
    let hash = sha256_hex(&pdf);
    let actor = asker.actor.clone();
    let new = NewIssued {
        pid: asker.subject.clone(),
        letter: LETTER,
        subject,
        place,
        agency,
        post,
        number,
        holder: asker.name.clone(),
        code,
        pdf: pdf.clone(),
        hash,
        signed_at: at,
    };
    s.write(move |tx, _| {
        issued::keep(tx, &new)?;
        tx.record(
            Entry::new("letter.issued", &actor)
                .at(&new.place)
                .about(&new.pid)
                .body(json!({"letter": new.letter, "sha256": new.hash})),
        )?;
        Ok(())
    })?;
    Ok(pdf)
}

fn order(tx: &mut WriteTx, env: &Env, asker: &Asker, household: &HouseholdId) -> Result<Ordered> {
    let found = match registers::books(tx, &env.law, &asker.actor, &asker.subject)? {
        Reading::Granted(books) => books,
        Reading::Refused(refusal) => return Ok(Ordered::Refused(refusal)),
    };
    // Somebody else's household is not told from one that does not exist.
    let Some(book) = found.iter().find(|b| &b.household == household) else {
        return Ok(Ordered::Refused(Error::new(error::NOT_FOUND)));
    };
    let now = tx.now();
    let subject = format!("{} {}", book.household, book.version);
    let since = now.plus_seconds(-SAME_SECONDS);
    if let Some(pdf) = issued::given_since(tx, &asker.subject, LETTER, &subject, since)? {
        return Ok(Ordered::Again(pdf));
    }
    let day_ago = now.plus_seconds(-DAY_SECONDS);
    if issued::count_since(tx, &asker.subject, LETTER, day_ago)? >= A_DAY_MAX {
        return Ok(Ordered::Refused(Error::new(EXTRACTS_MANY).number("max", A_DAY_MAX)));
    }
    let code = verification_code(tx)?;
    let number = letter_number(tx, &book.commune, SIGN, now)?;
    let mut data = heading(env, &book.commune, now)?;
    let agency = data["agency"]["name"].as_str().unwrap_or_default().to_owned();
    data.insert("form".into(), Json::Null);
    data.insert("number".into(), json!(number));
    data.insert(
        "verify".into(),
        json!({"url": format!("{}/xac-minh?ma={code}", env.settings.url), "code": code}),
    );
    data.extend(household_data(env, book, asker, now));
    let place = book.commune.clone();
    Ok(Ordered::New(Box::new(Order { data, subject, place, agency, number, code })))
}

/// The household as the letter tells of it.
fn household_data(
    env: &Env,
    book: &Book,
    asker: &Asker,
    now: kernel::Instant,
) -> Map<String, Json> {
    let mut data = book.extract(&env.law);
    data["book"]["as_of"] = json!(now.rfc3339());
    data["book"]["copy_for"] = json!(asker.name);
    if data["household"]["head"].is_null() {
        let collective = book.kind == "collective";
        let key = if collective { "letter-head-collective" } else { "letter-head-awaited" };
        data["household"]["head"] = json!(env.say_vi(key, &[]));
    }
    match data {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}
