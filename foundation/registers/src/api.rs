//! `GET /api/v1/own-record?items=`: what the register holds about the person who is signed in, for
//! their own programs (the right to a copy of one's data, Luật Bảo vệ dữ liệu cá nhân).
//!
//! The same door, purpose and record of the reading as the page `/du-lieu-cua-toi`.

use crate::door;
use crate::pages::{Registers, citizen};
use kernel::{PurposeId, Result};
use serde_json::{Map, Value as Json, json};
use web::{Pages, Reply, Req, Routes};

/// The routes of this crate's API.
pub fn routes(state: Registers) -> Pages {
    Routes::new(state).get("/api/v1/own-record", own_record).into_pages()
}

/// The items asked for (`items=name,birth`), or all of the law's list. An item that does not exist is
/// refused like one that may not be read.
fn own_record(s: &Registers, req: &Req) -> Result<Reply> {
    let (actor, subject) = citizen(req)?;
    let items: Vec<String> = match req.query("items") {
        Some(list) => list.split(',').map(|i| i.trim().to_owned()).collect(),
        None => s.law.item_ids().into_iter().map(str::to_owned).collect(),
    };
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let purpose = PurposeId::from("own.data");
    let facts = door::read_now(&s.store, &s.law, &actor, &purpose, &subject, &items, None)?;
    let facts = facts.into_json();
    let mut answer = Map::new();
    answer.insert("pid".into(), json!(subject.as_str()));
    answer.insert("read_at".into(), json!(req.now.rfc3339()));
    answer.insert("items".into(), facts);
    Ok(Reply::Json(Json::Object(answer)))
}
