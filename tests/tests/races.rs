//! Many at once: decisions on one dossier, one form sent again and again, four eyes.

use std::sync::Barrier;
use tests::{
    forms::{self, Form},
    http::{Answer, File},
    program::{Options, Program, run},
    rows::Rows,
    walks::{self, Cast, TEMPORARY_RESIDENCE, Walker, code_of},
};

const HEAD: &str = "commune-police.head";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n";

/// Everybody does it at the same moment; the answers in order.
fn together<T: Send>(walkers: Vec<Walker>, act: impl Fn(usize, &mut Walker) -> T + Sync) -> Vec<T> {
    let gate = Barrier::new(walkers.len());
    let (gate, act) = (&gate, &act);
    std::thread::scope(|scope| {
        let all: Vec<_> = walkers
            .into_iter()
            .enumerate()
            .map(|(n, mut walker)| {
                scope.spawn(move || {
                    gate.wait();
                    act(n, &mut walker)
                })
            })
            .collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    })
}

fn is_told(answer: &Answer) {
    let text = forms::words(&answer.text());
    assert!(text.len() > 80 && !text.contains('⟦'), "a sentence, not {text}");
}

/// A second head of the same police: the clerk, appointed by the operator.
fn second_head(program: &Program) -> Walker {
    let number = Walker::as_citizen(program, "clerk").unwrap().number().unwrap();
    let mut operator = Walker::as_role(program, "operator").unwrap();
    walks::appoint(&mut operator, &number, "CA.13594", HEAD).unwrap();
    let mut second = Walker::as_role(program, "clerk").unwrap();
    second.work_as("Trưởng Công an").unwrap();
    second
}

#[test]
fn of_many_decisions_at_once_exactly_one_counts() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.proposed().unwrap();
    let path = format!("/ban-lam-viec/{code}");
    let mut second = second_head(&program);
    let forms: Vec<Form> = [&mut cast.head, &mut second]
        .map(|head| Form::of(&head.open(&path).unwrap(), &path).unwrap())
        .into();
    let heads: Vec<Walker> =
        (0..24).map(|n| if n % 2 == 0 { &cast.head } else { &second }.clone()).collect();
    let answers = together(heads, |n, head| {
        let mut form = forms[n % 2].clone();
        if n % 3 == 0 {
            form.set("action", "refuse");
            form.set("reason", "Chỗ ở không đủ điều kiện");
            form.set("basis", "Luật Cư trú Điều 23");
        } else {
            form.set("action", "approve");
        }
        head.client.post(&path, &form.pairs()).unwrap()
    });
    let won = answers.iter().filter(|a| a.status == 303).count();
    assert_eq!(won, 1, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
    for lost in answers.iter().filter(|a| a.status != 303) {
        assert_eq!(lost.status, 409);
        is_told(lost);
    }
    let rows = Rows::of(program.data());
    let ended = "SELECT COUNT(*) FROM journal WHERE dossier = ?1 \
                 AND kind IN ('dossier.done', 'dossier.refused', 'dossier.withdrawn')";
    assert_eq!(rows.count(ended, [&code]), 1, "one decision in the journal");
    let acts = "SELECT COUNT(*) FROM dossier_act WHERE dossier = ?1 AND from_state = 'proposed'";
    assert_eq!(rows.count(acts, [&code]), 1, "one decision in the dossier");
    let state = rows.texts("SELECT state FROM dossier WHERE dossier = ?1", [&code]);
    let written = rows.count("SELECT COUNT(*) FROM residence WHERE dossier = ?1", [&code]);
    assert_eq!(written, i64::from(state == ["done"]), "{state:?}");
    let letters = "SELECT COUNT(*) FROM dossier_letter WHERE dossier = ?1 \
                   AND letter IN ('result', 'refusal')";
    assert_eq!(rows.count(letters, [&code]), 1);
}

#[test]
fn applicant_withdraws_while_the_head_approves() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.proposed().unwrap();
    let (desk, own) = (format!("/ban-lam-viec/{code}"), format!("/ho-so/{code}"));
    let withdraw = format!("{own}/rut");
    let mut approve = Form::of(&cast.head.open(&desk).unwrap(), &desk).unwrap();
    approve.set("action", "approve");
    let give_up = Form::of(&cast.citizen.open(&own).unwrap(), &withdraw).unwrap();
    let both = (0..8).map(|n| if n % 2 == 0 { &cast.head } else { &cast.citizen }.clone());
    let answers = together(both.collect(), |n, walker| {
        let (path, form) = if n % 2 == 0 { (&desk, &approve) } else { (&withdraw, &give_up) };
        walker.client.post(path, &form.pairs()).unwrap().status
    });
    assert_eq!(answers.iter().filter(|s| **s == 303).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|s| matches!(s, 303 | 409)), "{answers:?}");
    let rows = Rows::of(program.data());
    let state = rows.texts("SELECT state FROM dossier WHERE dossier = ?1", [&code]);
    let written = rows.count("SELECT COUNT(*) FROM residence WHERE dossier = ?1", [&code]);
    assert_eq!(written, i64::from(state == ["done"]), "{state:?}");
}

#[test]
fn one_form_sent_twenty_times_at_once_is_one_dossier() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let check = walks::answer_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let path = format!("{TEMPORARY_RESIDENCE}/gui");
    let form = Form::of(&check, &path).unwrap();
    // A paper nobody asked for comes along: also what was uploaded is kept once.
    let paper = File {
        field: "abode_proof",
        name: "hợp đồng.pdf",
        media_type: "application/pdf",
        bytes: PDF,
    };
    let answers = together(vec![cast.citizen.clone(); 20], |_, citizen| {
        let answer =
            citizen.client.post_files(&path, &form.pairs(), std::slice::from_ref(&paper)).unwrap();
        (answer.status, code_of(&answer).unwrap_or_default())
    });
    assert!(answers.iter().all(|a| *a == answers[0] && a.0 == 303), "{answers:?}");
    let later = cast.citizen.client.post_files(&path, &form.pairs(), &[paper]).unwrap();
    assert_eq!(code_of(&later).unwrap(), answers[0].1);
    let rows = Rows::of(program.data());
    assert_eq!(rows.count("SELECT COUNT(*) FROM dossier", []), 1);
    let filed = "SELECT COUNT(*) FROM journal WHERE kind = 'dossier.filed'";
    assert_eq!(rows.count(filed, []), 1);
    assert_eq!(rows.count("SELECT COUNT(*) FROM dossier_consent", []), 1);
    assert!(rows.count("SELECT COUNT(*) FROM dossier_file", []) <= 1);
    assert_eq!(rows.count("SELECT COUNT(*) FROM draft", []), 0, "nothing is left half-typed");
}

#[test]
fn consent_payment_and_supplement_pressed_twice_count_once() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = walks::file_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let pay_page = format!("/ho-so/{code}/nop-phi");
    let pay = format!("{pay_page}/mo-phong");
    let form = Form::of(&cast.citizen.open(&pay_page).unwrap(), &pay).unwrap();
    let paid = together(vec![cast.citizen.clone(); 8], |_, c| {
        c.client.post(&pay, &form.pairs()).unwrap().status
    });
    assert!(paid.contains(&303) && paid.iter().all(|s| matches!(s, 303 | 409)), "{paid:?}");
    let link = walks::consents_asked(&mut cast.owner).unwrap().remove(0);
    let mut yes = Form::of(&cast.owner.open(&link).unwrap(), &link).unwrap();
    yes.set("answer", "yes");
    let mut no = yes.clone();
    no.set("answer", "no");
    let answered = together(vec![cast.owner.clone(); 8], |n, o| {
        let form = if n % 2 == 0 { &yes } else { &no };
        o.client.post(&link, &form.pairs()).unwrap().status
    });
    assert_eq!(answered.iter().filter(|s| **s == 303).count(), 1, "{answered:?}");
    assert!(answered.iter().all(|s| matches!(s, 303 | 409)), "{answered:?}");
    let rows = Rows::of(program.data());
    let of = |sql: &str| rows.count(sql, [&code]);
    assert_eq!(of("SELECT COUNT(*) FROM dossier_payment WHERE dossier = ?1"), 1);
    let told = "SELECT COUNT(*) FROM journal WHERE dossier = ?1 AND kind = 'consent.answered'";
    assert_eq!(of(told), 1);
    let state = rows.texts("SELECT state FROM dossier WHERE dossier = ?1", [&code]);
    assert!(state == ["accepted"] || state == ["refused-intake"], "{state:?}");
}

#[test]
fn who_proposed_may_not_approve_in_another_post() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.accepted().unwrap();
    // The head is an officer too, and proposes as one.
    let number = Walker::as_citizen(&program, "head").unwrap().number().unwrap();
    let mut operator = Walker::as_role(&program, "operator").unwrap();
    walks::appoint(&mut operator, &number, "CA.13594", "commune-police.officer").unwrap();
    let mut both = Walker::as_role(&program, "head").unwrap();
    both.work_as("Cán bộ Công an").unwrap();
    walks::decide(&mut both, &code, "propose", &[]).unwrap();
    both.work_as("Trưởng Công an").unwrap();
    let path = format!("/ban-lam-viec/{code}");
    let rows = Rows::of(program.data());
    for action in ["approve", "refuse", "return"] {
        let words = [("action", action), ("reason", "x"), ("basis", "Luật Cư trú"), ("note", "y")];
        // The page offers nothing any more; whoever sends a form all the same is refused.
        let page = both.open(&path).unwrap();
        assert!(Form::of(&page, &path).is_none());
        let mut form = Form::of(&page, "/dang-xuat").unwrap();
        let version = rows.count("SELECT row_version FROM dossier WHERE dossier = ?1", [&code]);
        form.set("version", &version.to_string());
        words.iter().for_each(|(name, value)| form.set(name, value));
        let answer = both.client.post(&path, &form.pairs()).unwrap();
        assert_eq!(answer.status, 403, "{action}");
        assert!(
            answer.text().contains("Người đề xuất không được"),
            "{}",
            forms::words(&answer.text())
        );
    }
    walks::decide(&mut second_head(&program), &code, "approve", &[]).unwrap();
}

/// The same story on PostgreSQL, where writers do not share one thread: looked at from outside only.
#[test]
fn on_postgresql_one_decision_counts_and_one_form_is_one_dossier() {
    let url = store::testing::postgres();
    let more = vec!["--database".to_owned(), url.clone()];
    let mut program = Program::start(&Options { more, ..Options::small() }).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    let check = walks::answer_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let path = format!("{TEMPORARY_RESIDENCE}/gui");
    let form = Form::of(&check, &path).unwrap();
    let sent = together(vec![cast.citizen.clone(); 12], |_, citizen| {
        let answer = citizen.client.post_files(&path, &form.pairs(), &[]).unwrap();
        (answer.status, code_of(&answer).unwrap_or_default())
    });
    assert!(sent.iter().all(|a| *a == sent[0] && a.0 == 303), "{sent:?}");
    let code = sent[0].1.clone();
    let listed = cast.citizen.open("/ho-so").unwrap().text();
    assert_eq!(listed.matches(&format!("href=\"/ho-so/{code}\"")).count(), 1);
    assert_eq!(listed.matches("href=\"/ho-so/H").count(), 1, "one dossier");
    walks::pay(&mut cast.citizen, &code).unwrap();
    assert_eq!(walks::consent_to_all(&mut cast.owner).unwrap(), 1);
    walks::decide(&mut cast.officer, &code, "propose", &[]).unwrap();
    let desk = format!("/ban-lam-viec/{code}");
    let mut second = second_head(&program);
    let forms = [&mut cast.head, &mut second]
        .map(|head| Form::of(&head.open(&desk).unwrap(), &desk).unwrap());
    let heads = (0..12).map(|n| if n % 2 == 0 { &cast.head } else { &second }.clone());
    let decided = together(heads.collect(), |n, head| {
        let mut form = forms[n % 2].clone();
        form.set("action", "approve");
        head.client.post(&desk, &form.pairs()).unwrap().status
    });
    assert_eq!(decided.iter().filter(|s| **s == 303).count(), 1, "{decided:?}");
    assert!(decided.iter().all(|s| matches!(s, 303 | 409)), "{decided:?}");
    let page = forms::words(&cast.citizen.open(&format!("/ho-so/{code}")).unwrap().text());
    assert_eq!(page.matches("Lãnh đạo đã phê duyệt").count(), 1, "{page}");
    assert!(program.stop());
    let data = program.data().to_str().unwrap();
    let verify = ["journal", "verify", "--data", data, "--database", &url];
    let verified = run(&verify, "").unwrap();
    assert_eq!(verified.code, Some(0), "{verified:?}");
}
