//! Synthetic people and places that tests of requests share.

use super::TODAY;
use crate::definition::{Catalogue, Channel, Inputs, Procedure, Situation};
use kernel::{Lang, ProcedureCode, Say, Words};
use serde_json::{Value as Json, json};
use std::sync::Arc;

pub(super) fn procedure(code: &str) -> Arc<Procedure> {
    let catalogue = Catalogue::built_in().expect("catalogue");
    catalogue.in_force(&ProcedureCode::from(code), TODAY).expect("in force")
}

pub(super) fn place(commune: &str, line: &str, dwelling: &str) -> Json {
    json!({
        "kind": "permanent", "commune": commune, "province": "37", "line": line,
        "dwelling": dwelling, "household": "h-1", "text": format!("{line}, xã …"), "since": "2010-01-01",
    })
}

/// Vũ Thị Lan, 28, of Vũ Lăng in Lạng Sơn, with a son; synthetic.
pub(super) fn lan() -> Json {
    json!({"applicant": {
        "name": "Vũ Thị Lan", "birth": "1998-05-12", "sex": "female", "pid": "035198004217",
        "other_name": null, "marital": "married", "relation": "child", "disputed": [],
        "permanent": place("06367", "Thôn 3", "d-home"), "temporary": null,
        "abode": place("06367", "Thôn 3", "d-home"), "absence": null,
        "relatives": {"father": {"pid": "035170000001", "name": "Vũ Văn Ba"}, "mother": null},
        "household": {
            "id": "h-1", "head": {"pid": "035170000001", "name": "Vũ Văn Ba"},
            "members": [
                {"pid": "035170000001", "name": "Vũ Văn Ba", "birth": "1970-01-02", "sex": "male", "relation": "head"},
                {"pid": "035198004217", "name": "Vũ Thị Lan", "birth": "1998-05-12", "sex": "female", "relation": "child"},
                {"pid": "035219000318", "name": "Phạm Gia Huy", "birth": "2019-09-02", "sex": "male", "relation": "grandchild"},
            ],
            "minors": [{
                "pid": "035219000318", "name": "Phạm Gia Huy", "birth": "2019-09-02", "sex": "male",
                "relation": "grandchild", "parents": [
                    {"as": "mother", "pid": "035198004217", "name": "Vũ Thị Lan"},
                    {"as": "father", "pid": "035196000009", "name": "Phạm Văn Tú"}],
            }],
        },
        "death": null, "contact": {"phone": "0900000000", "email": null},
    }})
}

/// The dwelling she moves to, with head and owner one and the same.
pub(super) fn dwelling() -> Json {
    json!({
        "id": "d-12", "owner": {"pid": "035068001122", "name": "Trần Văn Lập"}, "owner_org": null,
        "head": {"pid": "035068001122", "name": "Trần Văn Lập"}, "household": "h-12",
        "title": {"number": "CH 00123"},
    })
}

pub(super) fn with(mut known: Json, path: &str, value: Json) -> Json {
    *known.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
    known
}

pub(super) fn look(p: &Arc<Procedure>, chosen: &str, known: &Json, answers: &Json) -> Situation {
    let inputs = Inputs { today: TODAY, channel: Channel::Online, chosen, known, answers };
    Situation::new(p, inputs).expect("a situation")
}

pub(super) fn asked(s: &Situation) -> Vec<&str> {
    s.questions().iter().map(|q| q.ask.id.as_str()).collect()
}

/// `field: sentence` of every problem, in Vietnamese.
pub(super) fn problems(s: &Situation) -> Vec<String> {
    let words =
        Words::build(&[kernel::TEXT, places::TEXT, crate::definition::TEXT]).expect("words");
    let say = Say::new(words, Lang::Vi);
    s.problems().iter().map(|e| format!("{}: {}", e.field, e.text(&say))).collect()
}

pub(super) fn with_dwelling(known: &Json) -> Json {
    let mut known = known.clone();
    known["dwelling"] = dwelling();
    known
}

pub(super) fn abode() -> Json {
    json!({"commune": "13594", "line": "Số 12, thôn Đội Xuyên"})
}

pub(super) fn staying(until: &str) -> Json {
    let mut stay = place("13594", "Số 12", "d-12");
    stay["until"] = json!(until);
    stay["since"] = json!("2024-12-06");
    stay["in_force"] = json!(true);
    with(lan(), "/applicant/temporary", stay)
}
