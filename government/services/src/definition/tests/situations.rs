//! Whole requests, from facts and answers to what is written.

use super::TODAY;
use crate::definition::answers::{self, Form};
use crate::definition::model::{Ending, Need};
use crate::definition::{
    Catalogue, Channel, Inputs, Procedure, Signals, Situation, Subject, WritePlan,
};
use kernel::calendar::Budget;
use kernel::{Instant, Lang, ProcedureCode, Say, Vnd, Words};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn procedure(code: &str) -> Arc<Procedure> {
    let catalogue = Catalogue::built_in().expect("catalogue");
    catalogue.in_force(&ProcedureCode::from(code), TODAY).expect("in force")
}

fn place(commune: &str, line: &str, dwelling: &str) -> Json {
    json!({
        "kind": "permanent", "commune": commune, "province": "37", "line": line,
        "dwelling": dwelling, "household": "h-1", "text": format!("{line}, xã …"), "since": "2010-01-01",
    })
}

/// Vũ Thị Lan, 28, of Vũ Lăng in Lạng Sơn, with a son; synthetic.
fn lan() -> Json {
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
fn dwelling() -> Json {
    json!({
        "id": "d-12", "owner": {"pid": "035068001122", "name": "Trần Văn Lập"}, "owner_org": null,
        "head": {"pid": "035068001122", "name": "Trần Văn Lập"}, "household": "h-12",
        "title": {"number": "CH 00123"},
    })
}

fn with(mut known: Json, path: &str, value: Json) -> Json {
    *known.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
    known
}

fn look(p: &Arc<Procedure>, chosen: &str, known: &Json, answers: &Json) -> Situation {
    let inputs = Inputs { today: TODAY, channel: Channel::Online, chosen, known, answers };
    Situation::new(p, inputs).expect("a situation")
}

fn asked(s: &Situation) -> Vec<&str> {
    s.questions().iter().map(|q| q.ask.id.as_str()).collect()
}

/// `field: sentence` of every problem, in Vietnamese.
fn problems(s: &Situation) -> Vec<String> {
    let words =
        Words::build(&[kernel::TEXT, places::TEXT, crate::definition::TEXT]).expect("words");
    let say = Say::new(words, Lang::Vi);
    s.problems().iter().map(|e| format!("{}: {}", e.field, e.text(&say))).collect()
}

fn with_dwelling(known: &Json) -> Json {
    let mut known = known.clone();
    known["dwelling"] = dwelling();
    known
}

fn abode() -> Json {
    json!({"commune": "13594", "line": "Số 12, thôn Đội Xuyên"})
}

#[test]
fn lan_registers_temporary_residence_with_two_answers_at_first() {
    let p = procedure("1.004194");
    // the form opens: two questions, one child to tick
    let s = look(&p, "", &lan(), &json!({}));
    assert_eq!(asked(&s), ["abode", "until", "with", "exemption"]);
    assert!(s.obstacles().is_empty());
    let until = s.questions().into_iter().find(|q| q.ask.id == "until").expect("asked");
    assert_eq!(until.proposed, Some(&json!("2028-11-22")));
    let fees: Vec<(Channel, Vnd)> =
        s.fees().expect("fees").iter().map(|f| (f.channel, f.vnd)).collect();
    assert_eq!(
        fees,
        [
            (Channel::Online, Vnd(7_000)),
            (Channel::Assisted, Vnd(7_000)),
            (Channel::Counter, Vnd(15_000))
        ]
    );
    assert_eq!(s.limit().expect("a limit").1, Budget::WorkingDays(3));
    assert_eq!(s.route().expect("no error"), None);
    assert!(!s.is_complete() && s.ready().is_err());

    // the place is answered: facts about it are needed
    let answers = json!({"abode": abode(), "until": "2028-11-22"});
    let s = look(&p, "", &lan(), &answers);
    let [read] = s.reads() else { panic!("one group to read: {:?}", s.reads()) };
    assert_eq!((read.group.as_str(), read.items.len()), ("dwelling", 3));
    let Subject::Place(at) = &read.of else { panic!("{read:?}") };
    assert_eq!(at["text"], "Số 12, thôn Đội Xuyên, xã Trần Thương, tỉnh Ninh Bình");

    // with them, whether to join the household there, and as what
    let known = with_dwelling(&lan());
    assert_eq!(
        asked(&look(&p, "", &known, &answers)),
        ["abode", "until", "join", "with", "exemption"]
    );
    let answers = json!({"abode": abode(), "until": "2028-11-22", "join": "join",
        "relation": "not_related", "with": ["035219000318"]});
    let s = look(&p, "", &known, &answers);
    assert_eq!(asked(&s), ["abode", "until", "join", "relation", "with", "exemption"]);
    assert_eq!(problems(&s), Vec::<String>::new());
    s.ready().expect("may be filed");
    assert_eq!(s.case().id, "usual");
    assert_eq!(s.fee().expect("a fee").vnd, Vnd(7_000));
    let route = s.route().expect("no error").expect("a route");
    assert_eq!((route.agency.as_str(), route.place.as_str()), ("CA.13594", "13594"));
    assert_eq!(route.posts, ["commune-police.officer", "commune-police.head"]);

    // head and owner are one person and are asked once; so is the boy's father
    let consents: Vec<(String, String)> = s
        .consents()
        .expect("consents")
        .into_iter()
        .map(|c| (c.id, c.people.iter().map(|p| p.1.as_str()).collect::<Vec<_>>().join(", ")))
        .collect();
    assert_eq!(
        consents,
        [
            ("head".to_owned(), "Trần Văn Lập".to_owned()),
            ("other_parent".to_owned(), "Phạm Văn Tú".to_owned())
        ]
    );
    let texts = s.consents().expect("consents");
    assert_eq!(
        texts[0].text.vi,
        "Tôi đồng ý cho Vũ Thị Lan vào hộ của tôi và tạm trú đến ngày 22/11/2028."
    );
    assert!(
        texts[1].text.vi.contains("Phạm Gia Huy") && texts[1].text.vi.contains("xã Trần Thương")
    );
    assert!(s.evidence().expect("evidence").is_empty(), "land data prove the abode");

    // what is written and what the letter says
    let done = p.results_on("done").next().expect("a result");
    let writes = s.writes(&done.writes).expect("writes");
    let [WritePlan { op, args }] = writes.as_slice() else { panic!("{writes:?}") };
    assert_eq!(op, "residence.register_temporary");
    assert_eq!(args["person"], "035198004217");
    assert_eq!(args["until"], "2028-11-22");
    assert_eq!((&args["join"], &args["household"]), (&json!("join"), &json!("h-12")));
    assert_eq!(args["relation"], "not_related");
    assert_eq!(args["address"]["commune"], "13594");
    assert_eq!(args["with"][0]["pid"], "035219000318");
    assert_eq!(args["with"][0]["relation"], "not_related");
    let letter = s.letter(done, Instant::start_of(TODAY)).expect("a letter");
    assert_eq!(letter["result"]["kind"], "registered");
    assert_eq!(letter["household"]["head"], "Trần Văn Lập");
    assert_eq!(letter["household"]["relation"], "Ở nhờ, ở thuê, không có quan hệ họ hàng");
    assert_eq!(letter["members"][0]["name"], "Phạm Gia Huy");
    assert_eq!(s.answers()["with"], json!(["035219000318"]));
    assert_eq!(s.shown(&p.file().ask[3]).en, "Lodger, not related");
}

#[test]
fn a_new_household_needs_the_owner_and_a_proof_where_none_is_known() {
    let p = procedure("1.004194");
    let mut known = with_dwelling(&lan());
    known["dwelling"]["title"] = Json::Null;
    known["dwelling"]["owner"] = json!({"pid": "035075000003", "name": "Đỗ Thị Hoa"});
    let answers = json!({"abode": abode(), "until": "2027-01-01", "join": "new"});
    let s = look(&p, "", &known, &answers);
    let ids: Vec<String> = s.consents().expect("consents").into_iter().map(|c| c.id).collect();
    assert_eq!(ids, ["owner"]);
    let papers: Vec<&str> = s.evidence().expect("evidence").iter().map(|e| e.id.as_str()).collect();
    assert_eq!(papers, ["abode_proof"]);
    // joining relatives needs no paper about the abode; a lodger does
    for (relation, count) in [("child", 0), ("not_related", 1), ("helper", 1)] {
        let answers = json!({"abode": abode(), "until": "2027-01-01", "join": "join",
            "relation": relation});
        let s = look(&p, "", &known, &answers);
        assert_eq!(s.evidence().expect("evidence").len(), count, "{relation}");
        let ids: Vec<String> = s.consents().expect("consents").into_iter().map(|c| c.id).collect();
        assert_eq!(ids, ["head", "owner"]);
    }
    // a place no register knows: nobody to ask, a proof is needed, and no household to join
    known["dwelling"] = json!({});
    let s = look(&p, "", &known, &json!({"abode": abode(), "until": "2027-01-01"}));
    s.ready().expect("may be filed");
    assert!(s.consents().expect("consents").is_empty());
    assert_eq!(s.evidence().expect("evidence").len(), 1);
    // the owner moves into a house of their own
    let mut own = with_dwelling(&lan());
    own["dwelling"]["owner"] = json!({"pid": "035198004217", "name": "Vũ Thị Lan"});
    own["dwelling"]["head"] = Json::Null;
    let s = look(&p, "", &own, &json!({"abode": abode(), "until": "2027-01-01"}));
    assert!(s.consents().expect("consents").is_empty());
}

#[test]
fn bad_answers_are_told_field_by_field_with_what_to_do() {
    let p = procedure("1.004194");
    let known = with_dwelling(&lan());
    let wrong = |answers: Json| problems(&look(&p, "", &known, &answers));
    let none = wrong(json!({}));
    assert_eq!(none.len(), 2, "{none:?}");
    assert!(none[0].starts_with("abode: ") && none[1].starts_with("until: "));

    let late = wrong(json!({"abode": abode(), "until": "2028-11-24", "join": "new"}));
    assert_eq!(
        late,
        [
            "until: Thời hạn tạm trú phải sau hôm nay và nhiều nhất 2 năm. Hãy chọn ngày không quá 23/11/2028."
        ]
    );
    for until in ["2028-02-30", "31/02/2027", "0000-00-00", "9999-01-01", ""] {
        let e = wrong(json!({"abode": abode(), "until": until, "join": "new"}));
        assert!(e.len() == 1 && e[0].starts_with("until: "), "{until}: {e:?}");
    }
    let past = wrong(json!({"abode": abode(), "until": "2026-11-23", "join": "new"}));
    assert!(past[0].starts_with("until: Thời hạn tạm trú phải sau hôm nay"), "{past:?}");
    // a commune code of before 2025: the sentence names what it is today
    let old = json!({"commune": "13600", "line": "Số 1"});
    let e = wrong(json!({"abode": old, "until": "2027-01-01"}));
    assert!(e[0].starts_with("abode.commune: "), "{e:?}");
    let e = wrong(json!({"abode": {"commune": "13594"}, "until": "2027-01-01"}));
    assert!(e[0].starts_with("abode.line: "), "{e:?}");
    let e = wrong(json!({"abode": abode(), "until": "2027-01-01", "join": "marry"}));
    assert!(e[0].starts_with("join: "), "{e:?}");
    // «head» is a relation, but not one that can be chosen here
    let e =
        wrong(json!({"abode": abode(), "until": "2027-01-01", "join": "join", "relation": "head"}));
    assert!(e[0].starts_with("relation: "), "{e:?}");
    // somebody else's child cannot be taken along
    let e = wrong(
        json!({"abode": abode(), "until": "2027-01-01", "join": "new", "with": ["035219999999"]}),
    );
    assert!(e[0].starts_with("with: "), "{e:?}");
    // answers of the wrong shape are mistakes of the sender, never of the program
    for junk in [json!(7), json!([1]), json!({"x": 1}), json!("…"), json!(true)] {
        let e = wrong(json!({"abode": junk, "until": junk, "join": junk, "with": junk}));
        assert!(e.len() >= 2, "{junk}: {e:?}");
    }
}

#[test]
fn the_law_stops_what_it_must() {
    let p = procedure("1.004194");
    let answers = json!({"abode": abode(), "until": "2027-01-01", "join": "new"});
    let stopped = |known: &Json| problems(&look(&p, "", known, &answers));
    let known = with_dwelling(&lan());

    let dead = with(known.clone(), "/applicant/death", json!({"on": "2026-01-01", "kind": "dead"}));
    let s = look(&p, "", &dead, &json!({}));
    assert_eq!(s.obstacles().len(), 1);
    assert_eq!(s.obstacles()[0].check.id, "alive");
    assert!(stopped(&dead)[0].starts_with("check.alive: "));

    let same = with(known.clone(), "/applicant/permanent/commune", json!("13594"));
    assert_eq!(
        stopped(&same),
        [
            "check.other_commune: Nơi này cùng xã với nơi thường trú của bạn nên không cần đăng ký tạm trú."
        ]
    );
    let homeless = with(known.clone(), "/applicant/permanent", Json::Null);
    assert_eq!(stopped(&homeless), Vec::<String>::new());

    let mut there = place("13594", "Số 12", "d-12");
    there["until"] = json!("2026-12-05");
    there["in_force"] = json!(true);
    let already = with(known.clone(), "/applicant/temporary", there.clone());
    assert!(stopped(&already)[0].starts_with("check.not_there_already: Bạn đang có tạm trú"));
    there["in_force"] = json!(false);
    assert!(stopped(&with(known.clone(), "/applicant/temporary", there.clone())).is_empty());
    there["in_force"] = json!(true);
    there["dwelling"] = json!("d-99");
    assert!(stopped(&with(known.clone(), "/applicant/temporary", there)).is_empty());

    // under 18: a parent agrees; without a known parent the start page says where to go
    let young = with(known.clone(), "/applicant/birth", json!("2010-01-01"));
    let s = look(&p, "", &young, &answers);
    let consents = s.consents().expect("consents");
    assert_eq!(consents[0].id, "guardian");
    assert_eq!((consents[0].need, consents[0].people.len()), (Need::One, 1));
    let alone = with(young, "/applicant/relatives", Json::Null);
    assert_eq!(look(&p, "", &alone, &json!({})).obstacles()[0].check.id, "parent_known");
}

#[test]
fn fees_follow_age_claim_case_and_channel() {
    let p = procedure("1.004194");
    let known = with_dwelling(&lan());
    let answers = json!({"abode": abode(), "until": "2027-01-01", "join": "new"});
    let row = |known: &Json, answers: &Json, chosen: &str| {
        let s = look(&p, chosen, known, answers);
        let fee = s.fee().expect("a fee");
        (fee.row.id.clone(), fee.vnd, fee.count)
    };
    assert_eq!(row(&known, &answers, ""), ("usual".to_owned(), Vnd(7_000), 1));
    let old = with(known.clone(), "/applicant/birth", json!("1966-11-23"));
    assert_eq!(row(&old, &answers, ""), ("exempt".to_owned(), Vnd(0), 1));
    let almost = with(known.clone(), "/applicant/birth", json!("1966-11-24"));
    assert_eq!(row(&almost, &answers, "").0, "usual");
    // born in 1966, the day not known: the register's first day of that year counts
    let year_only = with(known.clone(), "/applicant/birth", json!("1966"));
    assert_eq!(row(&year_only, &answers, "").0, "exempt");
    // the elderly are not asked for an exemption; others may claim one and must prove it
    assert!(!asked(&look(&p, "", &old, &json!({}))).contains(&"exemption"));
    let mut claimed = answers.clone();
    claimed["exemption"] = json!("poor");
    assert_eq!(row(&known, &claimed, "").0, "claimed");
    let s = look(&p, "", &known, &claimed);
    let papers: Vec<&str> = s.evidence().expect("papers").iter().map(|e| e.id.as_str()).collect();
    assert_eq!(papers, ["exemption_proof"]);
    // by list: for each person
    let person = |n: i64| {
        json!({"name": format!("Nguyễn Văn {n}"), "birth": "12/05/1998", "sex": "nam",
        "pid": format!("0351980042{n:02}")})
    };
    let list = json!({"abode": abode(), "until": "2027-01-01", "people": [person(1), person(2), person(3)]});
    let s = look(&p, "list", &known, &list);
    assert_eq!(problems(&s), Vec::<String>::new());
    assert_eq!(asked(&s), ["abode", "until", "people"]);
    assert_eq!(row(&known, &list, "list"), ("list".to_owned(), Vnd(15_000), 3));
    let counter = s.fees().expect("fees").into_iter().find(|f| f.channel == Channel::Counter);
    assert_eq!(counter.expect("at the counter").vnd, Vnd(30_000));
    let done = p.results_on("done").next().expect("a result");
    let writes = s.writes(&done.writes).expect("writes");
    assert_eq!(writes[0].op, "residence.register_list");
    assert_eq!(writes[0].args["people"][2]["pid"], "035198004203");
    assert_eq!(writes[0].args["people"][0]["birth"], "1998-05-12");
    // the same number twice, a birthday ahead, a number too short
    for (key, value, field) in [
        ("pid", json!("035198004201"), "people.1.pid"),
        ("birth", json!("24/11/2026"), "people.1.birth"),
        ("birth", json!("31/02/1999"), "people.1.birth"),
        ("pid", json!("03519800420"), "people.1.pid"),
        ("sex", json!("x"), "people.1.sex"),
        ("name", json!(" "), "people.1.name"),
    ] {
        let mut bad = list.clone();
        bad["people"][1][key] = value;
        let e = look(&p, "list", &known, &bad).errors().to_vec();
        assert_eq!(e.first().map(|e| e.field.as_str()), Some(field), "{key}");
    }
}

fn staying(until: &str) -> Json {
    let mut stay = place("13594", "Số 12", "d-12");
    stay["until"] = json!(until);
    stay["since"] = json!("2024-12-06");
    stay["in_force"] = json!(true);
    with(lan(), "/applicant/temporary", stay)
}

#[test]
fn renewal_opens_fifteen_days_before_the_end() {
    let p = procedure("1.002755");
    let obstacle = |known: &Json| {
        let s = look(&p, "", known, &json!({}));
        let first = s.obstacles().first().map(|o| (o.check.id.clone(), o.sentence.vi.clone()));
        first
    };
    assert_eq!(obstacle(&lan()).expect("stopped").0, "in_force");
    assert_eq!(obstacle(&staying("2026-12-08")), None);
    let (id, sentence) = obstacle(&staying("2026-12-09")).expect("too early");
    assert_eq!(id, "window");
    assert_eq!(
        sentence,
        "Tạm trú của bạn còn đến ngày 09/12/2026. Bạn có thể gia hạn từ ngày 24/11/2026."
    );
    let known = staying("2026-12-05");
    let s = look(&p, "", &known, &json!({"until": "2028-12-05"}));
    s.ready().expect("may be filed");
    assert_eq!(s.questions()[0].proposed, None);
    assert_eq!(s.route().expect("no error").expect("a route").agency.as_str(), "CA.13594");
    let s = look(&p, "", &known, &json!({"until": "2028-12-06"}));
    assert_eq!(s.errors()[0].field, "until");
    let s = look(&p, "", &known, &json!({}));
    assert_eq!(s.questions()[0].proposed, Some(&json!("2028-12-05")));
    // one tap: what is proposed is what is sent
    let s = look(&p, "", &known, &json!({"until": "2028-12-05"}));
    let done = p.results_on("done").next().expect("a result");
    assert_eq!(
        s.writes(&done.writes).expect("writes"),
        [WritePlan {
            op: "residence.extend_temporary".into(),
            args: json!({"person": "035198004217", "until": "2028-12-05"}),
        }]
    );
    // by list: the place is asked, because nothing says which it is
    let s = look(&p, "list", &lan(), &json!({}));
    assert_eq!(asked(&s), ["place", "people", "until"]);
    assert!(s.obstacles().is_empty());
    assert_eq!(p.file().remind.as_ref().map(|r| r.days_before), Some(15));
}

#[test]
fn removal_absence_lodging() {
    let p = procedure("1.010028");
    let s = look(&p, "", &lan(), &json!({}));
    assert_eq!(s.obstacles()[0].check.id, "registered");
    let known = staying("2026-12-05");
    let s = look(&p, "", &known, &json!({"reason": "moved", "on": "2026-11-20"}));
    s.ready().expect("may be filed");
    assert_eq!(s.limit().expect("a limit").1, Budget::WorkingDays(2));
    assert_eq!(s.fee().expect("a fee").vnd, Vnd(0));
    let early = look(&p, "", &known, &json!({"reason": "moved", "on": "2026-11-24"}));
    assert_eq!(early.errors()[0].field, "on");
    let s = look(&p, "", &known, &json!({"reason": "permanent", "on": "2026-11-20"}));
    assert!(problems(&s)[0].starts_with("check.permanent_there: "));

    let p = procedure("1.003677");
    let to = json!({"commune": "25747", "line": "Khu công nghiệp"});
    let away = |kind: &str, until: &str, known: &Json| {
        let answers = json!({"kind": kind, "since": "2026-12-01", "until": until,
            "destination": to, "reason": "Đi làm"});
        look(&p, "", known, &answers)
    };
    away("long", "2027-12-01", &lan()).ready().expect("twelve months");
    assert!(problems(&away("long", "2027-11-30", &lan()))[0].starts_with("check.long_enough: "));
    away("military_age", "2027-03-01", &lan()).ready().expect("three months");
    assert!(!problems(&away("military_age", "2027-02-28", &lan())).is_empty());
    let s = away("accused", "2026-12-03", &lan());
    s.ready().expect("any length");
    assert_eq!(
        (s.case().id.as_str(), s.limit().expect("limit").1),
        ("supervised", Budget::WorkingDays(2))
    );
    assert_eq!(s.evidence().expect("papers").len(), 1);
    let s = away("long", "2027-12-01", &lan());
    assert_eq!(
        (s.case().id.as_str(), s.limit().expect("limit").1),
        ("usual", Budget::WorkingDays(1))
    );
    let gone =
        with(lan(), "/applicant/absence", json!({"since": "2026-01-01", "until": "2026-12-31"}));
    assert!(
        problems(&away("long", "2027-12-01", &gone))[0].starts_with("check.not_absent_already: ")
    );
    // a reminder does not stop anybody
    let answers = json!({"kind": "long", "since": "2026-11-20", "until": "2027-12-01",
        "destination": to, "reason": "Đi làm"});
    let s = look(&p, "", &lan(), &answers);
    s.ready().expect("late, but sent");
    let late: Vec<&str> =
        s.checks().iter().filter(|c| c.holds == Some(false)).map(|c| c.check.id.as_str()).collect();
    assert_eq!(late, ["in_advance"]);

    let p = procedure("2.001159");
    let guest =
        json!({"name": "Y Ngọc Niê", "birth": "30/01/1990", "sex": "nữ", "pid": "066190005566"});
    let answers = |until: &str| {
        json!({"at": abode(), "guests": [guest], "since": "2026-11-23",
        "until": until, "reason": "family"})
    };
    let s = look(&p, "", &lan(), &answers("2026-12-22"));
    s.ready().expect("29 days");
    assert_eq!(s.limit().expect("limit").1, Budget::Hours(1));
    let s = look(&p, "", &lan(), &answers("2026-12-23"));
    assert!(problems(&s)[0].starts_with("until: Lưu trú là ở lại dưới 30 ngày."));
    let s = look(&p, "", &lan(), &json!({}));
    let at = s.questions().into_iter().find(|q| q.ask.id == "at").expect("asked");
    assert_eq!(at.proposed.expect("one's own home")["commune"], "06367");
    let s = look(&p, "", &lan(), &answers("2026-11-26"));
    let done = p.results_on("done").next().expect("a result");
    let filed = Instant::from_local(TODAY.at(21, 10, 45, 0));
    let letter = s.letter(done, filed).expect("a letter");
    assert_eq!(letter["stay"]["received_at"], "2026-11-23T21:10:45+07:00");
    assert_eq!(letter["guests"][0]["until"], "2026-11-26");
    assert_eq!(letter["stay"]["reason"], "Thăm người thân, bạn bè");
    assert_eq!(p.signer(done), "commune-police.officer");
}

#[test]
fn confirmation_and_correction() {
    let p = procedure("1.010041");
    let s = look(&p, "", &lan(), &json!({"scope": "household", "purpose": "nhập học cho con"}));
    s.ready().expect("may be filed");
    assert_eq!(
        (s.case().id.as_str(), s.limit().expect("limit").1),
        ("in_database", Budget::WorkingDays(1))
    );
    let done = p.results_on("done").next().expect("a result");
    let letter = s.letter(done, Instant::start_of(TODAY)).expect("a letter");
    assert_eq!(letter["members"].as_array().map(Vec::len), Some(2), "the others of the household");
    assert_eq!(letter["members"][0]["relation"], "Chủ hộ");
    assert_eq!(letter["household"]["relation"], "Con");
    assert_eq!(letter["valid_until"], "2027-11-23");
    assert!(s.writes(&done.writes).expect("writes").is_empty());
    // nowhere registered: the place is asked, and it takes longer
    let mut nowhere = lan();
    for item in ["permanent", "temporary", "abode", "household"] {
        nowhere["applicant"][item] = Json::Null;
    }
    let s = look(&p, "", &nowhere, &json!({"place": abode(), "scope": "me"}));
    s.ready().expect("may be filed");
    assert_eq!(
        (s.case().id.as_str(), s.limit().expect("limit").1),
        ("verify", Budget::WorkingDays(3))
    );
    assert_eq!(s.route().expect("no error").expect("a route").place, "13594");

    let p = procedure("1.010039");
    let s = look(&p, "", &lan(), &json!({"item": "birth", "right_day": "1998-05-13"}));
    s.ready().expect("may be filed");
    assert_eq!(asked(&s), ["item", "right_day"]);
    let done = p.results_on("done").next().expect("a result");
    let args = |s: &Situation| s.writes(&done.writes).expect("writes")[0].args.clone();
    assert_eq!(
        args(&s),
        json!({"date": "1998-05-13", "item": "birth", "person": "035198004217", "text": null})
    );
    let filed = s.writes(&p.file().on_filed).expect("writes");
    assert_eq!(
        (filed[0].op.as_str(), &filed[0].args["item"]),
        ("population.dispute", &json!("birth"))
    );
    assert_eq!(s.writes(&p.file().on_withdrawn).expect("writes")[0].op, "population.drop_dispute");
    let refused = p.results_on("refused").next().expect("a result");
    assert_eq!(refused.outcome, Ending::Refused);
    assert_eq!(s.writes(&refused.writes).expect("writes")[0].op, "population.uphold");
    let s = look(&p, "", &lan(), &json!({"item": "birth", "right_day": "1998-05-12"}));
    assert!(problems(&s)[0].contains("12/05/1998"), "{:?}", problems(&s));
    let s = look(&p, "", &lan(), &json!({"item": "sex", "right_sex": "male"}));
    assert_eq!(args(&s)["text"], "male");
    // an answer left over from another choice is not part of the request
    let s = look(
        &p,
        "",
        &lan(),
        &json!({"item": "name", "right_text": "Vũ Thị Loan", "right_day": "1999-01-01"}),
    );
    assert_eq!(
        args(&s),
        json!({"date": null, "item": "name", "person": "035198004217", "text": "Vũ Thị Loan"})
    );
    assert_eq!(s.answers(), json!({"item": "name", "right_text": "Vũ Thị Loan"}));
}

#[test]
fn steps_and_who_may_take_them() {
    let p = procedure("1.004194");
    assert_eq!(p.first_step(), "filed");
    let yes =
        Signals { checks: true, consents: true, paid: true, evidence: true, ..Signals::default() };
    assert_eq!(p.automatic("filed", &yes).expect("ok"), Some(("accept", "accepted")));
    assert_eq!(p.automatic("filed", &Signals { paid: false, ..yes }).expect("ok"), None);
    let no = Signals { consent_refused: true, consents: false, ..yes };
    assert_eq!(p.automatic("filed", &no).expect("ok"), Some(("reject", "refused-intake")));
    assert_eq!(p.automatic("accepted", &yes).expect("ok"), None);
    assert_eq!(
        p.actions("accepted", "commune-police.officer"),
        [
            ("propose", "proposed"),
            ("propose-refuse", "proposed-refusal"),
            ("ask-more", "wait-supplement")
        ]
    );
    assert!(p.actions("accepted", "commune-police.head").is_empty());
    assert_eq!(
        p.actions("wait-supplement", "applicant"),
        [("send", "accepted"), ("withdraw", "withdrawn")]
    );
    assert_eq!(p.actions("accepted", "applicant"), [("withdraw", "withdrawn")]);
    assert!(p.actions("done", "applicant").is_empty());
    let proposed = p.step("proposed").expect("a step");
    assert_eq!(proposed.not_same_person_as.as_deref(), Some("accepted"));
    assert_eq!(proposed.goes("approve"), Some("done"));
    assert_eq!(p.step("wait-supplement").and_then(|s| s.max), Some(1));
    assert!(p.is_final("done") && p.is_final("withdrawn") && !p.is_final("proposed"));
    assert!(p.refuses("refused") && p.refuses("refused-intake") && !p.refuses("done"));
    assert!(p.clock_starts_at("accepted") && p.clock_stops_in("wait-supplement"));
    assert!(p.tells_applicant("late") && !p.tells_applicant("filed"));
    assert_eq!(p.signer(p.results_on("done").next().expect("a result")), "commune-police.head");
    assert!(p.state_name("proposed-refusal").is_some() && p.state_name("proposed").is_none());
}

#[test]
fn nobody_is_signed_in_yet() {
    for code in ["1.004194", "1.002755", "1.010028", "1.003677", "2.001159", "1.010041", "1.010039"]
    {
        let p = procedure(code);
        let s = look(&p, "", &Json::Null, &json!({}));
        assert!(s.fees().is_ok() && s.limit().is_ok() && s.consents().is_ok(), "{code}");
        assert_eq!(s.route().expect("no error"), None, "{code}");
        assert_eq!(s.reads().first().map(|r| r.of.clone()), Some(Subject::Login), "{code}");
        assert_eq!(p.first_reads().len(), 1, "{code}");
        assert!(s.ready().is_err(), "{code}");
    }
}

#[test]
fn facts_without_their_shape_are_our_mistake() {
    let p = procedure("1.004194");
    let known = with(lan(), "/applicant/birth", json!(null));
    let inputs = Inputs {
        today: TODAY,
        channel: Channel::Online,
        chosen: "",
        known: &known,
        answers: &json!({}),
    };
    let e = Situation::new(&p, inputs).expect_err("no date of birth");
    assert!(e.is(kernel::error::BUG));
    assert!(!format!("{e:?}").contains("Lan"), "{e:?}");
}

struct Sent(BTreeMap<&'static str, Vec<&'static str>>);

impl Form for Sent {
    fn one(&self, name: &str) -> Option<String> {
        self.0.get(name)?.first().map(|v| (*v).to_owned())
    }
    fn all(&self, name: &str) -> Vec<String> {
        self.0.get(name).into_iter().flatten().map(|v| (*v).to_owned()).collect()
    }
}

#[test]
fn a_form_becomes_answers_and_keeps_what_was_typed() {
    let p = procedure("1.004194");
    let form = Sent(
        [
            ("abode.commune", vec!["13594"]),
            ("abode.line", vec!["Số 12"]),
            ("until.day", vec!["22"]),
            ("until.month", vec!["11"]),
            ("until.year", vec!["2028"]),
            ("with", vec!["035219000318"]),
            ("join", vec![" "]),
            (
                "people.paste",
                vec!["Trần A; 1/2/1990; nam; 035090000001\n\nLê B\t12.3.1991\tNữ\t035191000002"],
            ),
        ]
        .into(),
    );
    assert_eq!(
        answers::from_form(p.file(), &form),
        json!({
            "abode": {"commune": "13594", "line": "Số 12"},
            "until": "2028-11-22",
            "with": ["035219000318"],
            "people": [
                {"name": "Trần A", "birth": "1990-02-01", "sex": "male", "pid": "035090000001"},
                {"name": "Lê B", "birth": "1991-03-12", "sex": "female", "pid": "035191000002"},
            ],
        })
    );
    let unreal = Sent(
        [("until.day", vec!["31"]), ("until.month", vec!["2"]), ("until.year", vec!["2027"])]
            .into(),
    );
    let kept = answers::from_form(p.file(), &unreal);
    assert_eq!(kept["until"], json!({"day": "31", "month": "2", "year": "2027"}));
    let s = look(&p, "", &with_dwelling(&lan()), &kept);
    let error = s.errors().iter().find(|e| e.field == "until").expect("an error");
    assert_eq!(error.code.id, "date.unreal");
}
