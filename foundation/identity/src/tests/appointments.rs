use super::*;

#[test]
fn an_appointment_that_ended_this_morning_gives_nothing() {
    let town = Town::new();
    let (s, actor) = town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    let post = working(&actor);
    assert_eq!((post.agency.as_str(), post.place.as_str()), ("CA.13594", "13594"));
    assert_eq!(post.post_name.vi, "Cán bộ Công an xã");
    let (id, law, today) = (post.id.clone(), town.law.clone(), town.today());
    town.identity
        .change_many(move |tx| end_appointment(tx, &law, &Actor::system("demo"), &id, today))
        .unwrap();
    let (p, _) = town.identity.present(&s.session_cookie).unwrap().expect("still a citizen");
    assert_eq!(p.actor.appointment, None);
    assert!(p.posts.is_empty());
    assert!(
        town.store
            .read(|tx| holders(tx, &"commune-police.officer".into(), "13594"))
            .unwrap()
            .is_empty()
    );
    let e = town.last("appointment.ended");
    assert_eq!((e.place.as_deref(), e.subjects), (Some("13594"), vec![pid(MINH)]));
    assert_eq!(e.body["until"], "2026-11-23");
}

#[test]
fn a_planned_end_takes_effect_at_midnight_by_the_clock_of_the_transaction() {
    let town = Town::new();
    let account = town.account(MINH, "Trần Văn Minh", Level::Two);
    let id = town.appoint(&account, "commune-police.officer", "CA.13594");
    let (law, tomorrow) = (town.law.clone(), date(2026, 11, 24));
    town.store
        .write(move |tx| end_appointment(tx, &law, &Actor::system("demo"), &id, tomorrow))
        .unwrap();
    let held = || town.store.read(|tx| appointments_of(tx, &account)).unwrap().len();
    assert_eq!(held(), 1, "today still");
    town.store.clock().set(Instant::from_local(date(2026, 11, 23).at(23, 59, 59, 0)));
    assert_eq!(held(), 1);
    town.store.clock().set(Instant::from_local(date(2026, 11, 24).at(0, 0, 0, 0)));
    assert_eq!(held(), 0);
}

#[test]
fn a_person_works_in_one_post_at_a_time_and_may_be_a_citizen() {
    let town = Town::new();
    let (s, actor) = town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    let other = town.appoint(&actor.account, "commune-police.officer", "CA.13600");
    let of = actor.account.clone();
    let choose = |to: Option<kernel::AppointmentId>| {
        let actor = actor.clone();
        town.identity.change(&of, move |tx| choose_post(tx, &actor, to.as_ref()))
    };
    choose(Some(other)).unwrap();
    let (p, _) = town.identity.present(&s.session_cookie).unwrap().unwrap();
    assert_eq!((p.posts.len(), working(&p.actor).place.as_str()), (2, "13600"));
    choose(None).unwrap();
    assert_eq!(town.actor(&s).appointment, None);
    let lan = town.account(LAN, "Phạm Thị Lan", Level::Two);
    let hers = town.appoint(&lan, "one-stop.clerk", "HCC.13594");
    assert_eq!(code_of(choose(Some(hers))), "identity.appointment_over", "somebody else's post");
}

#[test]
fn after_a_pause_the_desk_is_closed_but_the_citizen_is_not_signed_out() {
    let town = Town::new();
    let (s, _) = town.officer(MINH, "Trần Văn Minh", "commune-police.officer", "CA.13594");
    town.pass(36 * 60);
    assert_eq!(town.actor(&s).appointment, None);
    assert!(town.alive(&s));
}

#[test]
fn who_may_appoint_whom() {
    let town = Town::new();
    let (_, operator) = town.officer(HOA, "Lê Thị Hoa", "operator", "UBND.37");
    let minh = town.account(MINH, "Trần Văn Minh", Level::Two);
    let lan = town.account(LAN, "Phạm Thị Lan", Level::One);
    let (law, store) = (town.law.clone(), town.store.clone());
    let make =
        move |actor: &Actor, account: &AccountId, post: &str, agency: &str, until: Option<Date>| {
            let (law, actor) = (law.clone(), actor.clone());
            let new = NewAppointment {
                account: account.clone(),
                agency: agency.into(),
                post: post.into(),
                from: date(2026, 11, 23),
                until,
            };
            store.write(move |tx| appoint(tx, &law, &actor, &new))
        };
    let officer = "commune-police.officer";
    make(&operator, &minh, officer, "CA.13594", None).unwrap();
    let citizen = Actor { appointment: None, ..operator.clone() };
    for (actor, account, post, agency, until, wrong) in [
        (&citizen, &minh, officer, "CA.13600", None, "access.not_allowed"),
        (&operator, &operator.account, officer, "CA.13600", None, "identity.not_for_oneself"),
        (&operator, &lan, officer, "CA.13594", None, "identity.level2_needed"),
        (&operator, &minh, officer, "CA.13594", None, "identity.appointed_already"),
        (&operator, &minh, officer, "HCC.13594", None, "identity.post_elsewhere"),
        (&operator, &minh, "mayor", "UBND.37", None, "identity.post_unknown"),
        (&operator, &minh, officer, "CA.99999", None, "identity.agency_unknown"),
        (
            &operator,
            &minh,
            officer,
            "CA.13600",
            Some(date(2026, 11, 23)),
            "identity.dates_reversed",
        ),
    ] {
        assert_eq!(code_of(make(actor, account, post, agency, until)), wrong);
    }
    let e = town.last("appointment.made");
    assert_eq!((e.actor.account, e.place.as_deref()), (operator.account, Some("13594")));
}

#[test]
fn the_list_of_people_and_appointments_is_searched_and_filtered() {
    let town = Town::new();
    let minh = town.account(MINH, "Trần Văn Minh", Level::Two);
    let hoa = town.account(HOA, "Lê Thị Hoa", Level::Two);
    town.appoint(&minh, "commune-police.officer", "CA.13594");
    let old = town.appoint(&minh, "commune-police.head", "CA.13594");
    town.appoint(&hoa, "one-stop.clerk", "HCC.13594");
    let (law, today) = (town.law.clone(), town.today());
    town.store
        .write(move |tx| end_appointment(tx, &law, &Actor::system("demo"), &old, today))
        .unwrap();
    let found = |f: StaffFilter| {
        let page = town.store.read(|tx| people_and_appointments(tx, &f, 0)).unwrap();
        assert!(!page.more);
        page.rows.into_iter().map(|h| format!("{} {}", h.name, h.post)).collect::<Vec<_>>()
    };
    let all = StaffFilter::default;
    assert_eq!(found(all()), ["Lê Thị Hoa one-stop.clerk", "Trần Văn Minh commune-police.officer"]);
    assert_eq!(found(StaffFilter { ended: true, ..all() }).len(), 3);
    assert_eq!(found(StaffFilter { text: "tran van".into(), ..all() }).len(), 1);
    assert_eq!(found(StaffFilter { text: "MINH".into(), ..all() }).len(), 1);
    assert_eq!(found(StaffFilter { text: "037 190 007 777".into(), ..all() }).len(), 1);
    assert_eq!(found(StaffFilter { text: "%".into(), ..all() }).len(), 2);
    assert_eq!(found(StaffFilter { text: "không ai".into(), ..all() }).len(), 0);
    assert_eq!(found(StaffFilter { post: Some("one-stop.clerk".into()), ..all() }).len(), 1);
    assert_eq!(found(StaffFilter { agency: Some("CA.13594".into()), ..all() }).len(), 1);
    let at = |place: &str| {
        town.store.read(|tx| holders(tx, &"commune-police.officer".into(), place)).unwrap().len()
    };
    assert_eq!((at("13594"), at("13600")), (1, 0));
}

#[test]
fn who_was_appointed_to_a_commune_that_is_merged_goes_on_in_the_other_one() {
    // Far ahead, so that no other test's day is touched.
    let code = |c: &str| kernel::CommuneCode::parse(c).unwrap();
    let from = date(2031, 1, 1);
    places::adopt(&[places::Merger { code: code("13594"), into: code("13591"), on: from }])
        .unwrap();
    let town = Town::new();
    let account = town.account(MINH, "Trần Văn Minh", Level::Two);
    town.appoint(&account, "commune-police.officer", "CA.13594");
    let at = |day: kernel::Date, place: &str| {
        town.store.clock().set(Instant::from_local(day.at(9, 0, 0, 0)));
        let post = "commune-police.officer".into();
        let held = town.store.read(|tx| appointments_of(tx, &account)).unwrap();
        let holders = town.store.read(|tx| holders(tx, &post, place)).unwrap().len();
        (held[0].place.clone(), held[0].agency.as_str().to_owned(), holders)
    };
    let agency = || "CA.13594".to_owned();
    assert_eq!(at(date(2030, 12, 31), "13594"), ("13594".into(), agency(), 1));
    assert_eq!(at(date(2030, 12, 31), "13591"), ("13594".into(), agency(), 0));
    assert_eq!(at(from, "13591"), ("13591".into(), agency(), 1));
}
