//! Requests of the other procedures, steps, and forms.

use super::TODAY;
use super::people::{abode, asked, lan, look, problems, procedure, staying, with, with_dwelling};
use crate::definition::answers::{self, Form};
use crate::definition::model::Ending;
use crate::definition::{Channel, Inputs, Signals, Situation, Subject, WritePlan};
use kernel::calendar::Budget;
use kernel::{Instant, Vnd};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

#[test]
fn renewal_opens_fifteen_days_before_the_end() {
    let p = procedure("1.002755");
    let obstacle = |known: &Json| {
        let s = look(&p, "", known, &json!({}));
        let first = s.obstacles().into_iter().next();
        first.map(|o| (o.check.id.clone(), o.sentence.vi.clone()))
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
