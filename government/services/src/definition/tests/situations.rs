//! Requests for temporary residence, from facts and answers to what is written.

use super::TODAY;
use super::people::{abode, asked, lan, look, place, problems, procedure, with, with_dwelling};
use crate::definition::model::Need;
use crate::definition::{Channel, Subject, WritePlan};
use kernel::calendar::Budget;
use kernel::{Instant, Vnd};
use serde_json::{Value as Json, json};

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

/// A failed check is said beside the question it rests on, also when it speaks of facts about the
/// answer only.
#[test]
fn a_check_stands_beside_its_question() {
    let p = procedure("1.004194");
    let of = |id: &str| {
        let check = p.checks().iter().find(|c| c.row.id == id).expect("a check");
        p.question_of(&check.row)
    };
    assert_eq!(of("other_commune"), Some("abode"));
    assert_eq!(of("not_there_already"), Some("abode"));
    assert_eq!(of("alive"), None);
}

/// A supplement must not change what others agreed to, what was paid for, or where it was sent.
#[test]
fn what_others_agreed_to_stands() {
    let p = procedure("1.004194");
    let bound: Vec<&str> = p.bound_questions().into_iter().collect();
    assert_eq!(bound, ["abode", "exemption", "join", "people", "until", "with"]);
}
