//! Forms that were not made by the page they claim to come from, and sessions that are over.

use tests::{
    folder::Folder,
    forms::{self, Form},
    http::Answer,
    live::Live,
    program::{Options, Program},
    walks::{self, Cast, TEMPORARY_RESIDENCE, Walker, code_of},
};

const SEND: &str = "/cu-tru/dang-ky-tam-tru/gui";

/// Sends the citizen's finished form with these headers.
fn sent(citizen: &mut Walker, form: &Form, headers: &[(&str, &str)]) -> Answer {
    let (kind, body) = tests::http::multipart(&form.pairs(), &[]);
    let mut all = vec![("content-type", kind.as_str())];
    all.extend_from_slice(headers);
    citizen.client.send("POST", SEND, &all, &body).unwrap()
}

fn without(form: &Form, name: &str) -> Form {
    let mut form = form.clone();
    form.fields.retain(|(n, _)| n != name);
    form
}

fn with(form: &Form, name: &str, value: &str) -> Form {
    let mut form = form.clone();
    form.set(name, value);
    form
}

/// Dossiers in the citizen's own list.
fn listed(citizen: &mut Walker) -> usize {
    let page = citizen.open("/ho-so").unwrap().text();
    let mut codes: Vec<String> =
        forms::links(&page).into_iter().filter(|l| l.starts_with("/ho-so/H")).collect();
    codes.sort();
    codes.dedup();
    codes.len()
}

#[test]
fn a_form_without_its_own_token_or_from_elsewhere_does_nothing() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let check = walks::answer_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let form = Form::of(&check, SEND).unwrap();
    let of_owner = Form::of(&cast.owner.open("/dang-xuat").unwrap(), "/dang-xuat").unwrap();
    let of_nobody =
        Form::of(&Walker::stranger(&program).open("/dang-nhap").unwrap(), "/dang-nhap").unwrap();
    let own = form.value("_token").unwrap().to_owned();
    let mut turned: Vec<char> = own.chars().collect();
    turned[60] = if turned[60] == 'A' { 'B' } else { 'A' };
    let turned: String = turned.into_iter().collect();
    let host = program.address.as_str();
    let forged = [
        ("no token", without(&form, "_token"), host),
        ("an empty token", with(&form, "_token", ""), host),
        ("nonsense", with(&form, "_token", "AAAA💥"), host),
        ("one character changed", with(&form, "_token", &turned), host),
        ("another person's", with(&form, "_token", of_owner.value("_token").unwrap()), host),
        ("a stranger's", with(&form, "_token", of_nobody.value("_token").unwrap()), host),
        ("another site", form.clone(), "https://evil.example"),
        ("a look-alike", form.clone(), "http://localhost.evil.example"),
        ("another port", form.clone(), "http://localhost:1"),
        ("a sandboxed frame", form.clone(), "null"),
    ];
    for (what, form, origin) in forged {
        let answer = sent(&mut cast.citizen, &form, &[("origin", origin)]);
        assert_eq!(answer.status, 403, "{what}");
        let text = forms::words(&answer.text());
        assert!(text.len() > 80 && !text.contains('⟦'), "{what}: a sentence, not {text}");
        assert_eq!(listed(&mut cast.citizen), 0, "{what}");
    }
    // Without Origin the browser's other word counts.
    let headers = [("origin", ""), ("sec-fetch-site", "cross-site")];
    assert_eq!(sent(&mut cast.citizen, &form, &headers).status, 403);
    // What was answered is still there, and the form's own token still goes through, once.
    let first = sent(&mut cast.citizen, &form, &[]);
    let code = code_of(&first).unwrap();
    let again = sent(&mut cast.citizen, &form, &[]);
    assert_eq!(code_of(&again).unwrap(), code, "the same form is the same dossier");
    assert_eq!(listed(&mut cast.citizen), 1);
}

#[test]
fn a_refused_form_can_be_sent_again_with_what_was_typed() {
    let program = Program::small();
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    let page = citizen.open(&format!("{TEMPORARY_RESIDENCE}/khai")).unwrap();
    let action = format!("{TEMPORARY_RESIDENCE}/khai");
    let typed = [("abode.commune", "Trần Thương"), ("abode.line", "Nhà <b>số 7</b> & vườn")];
    let mut form = Form::of(&page, &action).unwrap();
    typed.iter().for_each(|(n, v)| form.set(n, v));
    form.set("_token", "wrong");
    let refused = citizen.client.post(&action, &form.pairs()).unwrap();
    assert_eq!(refused.status, 403);
    let again = Form::of(&refused, &action).expect("the page offers to send it again");
    assert_eq!(again.value("abode.line"), Some(typed[1].1));
    assert_eq!(again.value("_form"), form.value("_form"), "it stays the same form");
    let answer = citizen.client.post(&action, &again.pairs()).unwrap();
    let answer = citizen.follow(answer).unwrap();
    assert!(matches!(answer.status, 200 | 422), "{}", answer.status);
    assert!(Form::of(&answer, &action).unwrap().value("abode.line") == Some(typed[1].1));
    // Another site's form is not offered: one press would make it ours.
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example")];
    let foreign = citizen.client.send("POST", &action, &headers, b"abode.line=x").unwrap();
    assert_eq!(foreign.status, 403);
    assert!(Form::of(&foreign, &action).is_none());
}

#[test]
fn a_token_of_yesterday_has_expired_and_says_so() {
    let folder = Folder::new();
    let on = |day: &str| {
        let options = Options { today: Some(day.into()), ..Options::kept_in(folder.path()) };
        Program::start(&options).unwrap()
    };
    let mut program = on("2026-11-23");
    let mut cast = Cast::of(&program).unwrap();
    let check = walks::answer_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let form = Form::of(&check, SEND).unwrap();
    let mut stranger = Walker::stranger(&program);
    let door = Form::of(&stranger.open("/dang-nhap").unwrap(), "/dang-nhap").unwrap();
    assert!(program.stop());

    let program = on("2026-11-24");
    let mut citizen = Walker { client: cast.citizen.client.moved(&program.address) };
    let late = sent(&mut citizen, &form, &[]);
    assert_eq!(late.status, 403);
    let text = forms::words(&late.text());
    assert!(text.contains("mở quá lâu") || text.contains("hết hạn"), "{text}");
    // The session of yesterday is over too; signed in again, the answers are still there.
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    assert_eq!(listed(&mut citizen), 0);
    let check = citizen.open(&format!("{TEMPORARY_RESIDENCE}/kiem-tra")).unwrap();
    walks::send(&mut citizen, TEMPORARY_RESIDENCE, &check).unwrap();

    let mut stranger = Walker { client: stranger.client.moved(&program.address) };
    let mut typed = door;
    typed.set("pid", "037095001234");
    typed.set("password", "mật khẩu của tôi");
    let late = stranger.client.post("/dang-nhap", &typed.pairs()).unwrap();
    assert_eq!(late.status, 403);
    assert!(!late.text().contains("mật khẩu của tôi"), "a password is never sent back");
}

#[test]
fn a_session_stolen_before_sign_out_opens_nothing_after_it() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = walks::file_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let path = format!("/ho-so/{code}");
    let page = cast.citizen.open(&path).unwrap();
    let mut thief = cast.citizen.clone();
    assert_eq!(thief.get(&path).unwrap().status, 200, "stolen while the session lives");
    let live = Live::open(&thief.client, &format!("{path}/truc-tiep")).unwrap();
    let out = cast.citizen.open("/dang-xuat").unwrap();
    assert_eq!(cast.citizen.send(&out, "/dang-xuat", &[]).unwrap().status, 303);

    for page in [path.as_str(), "/ho-so", "/du-lieu-cua-toi", "/hop-thu", "/tai-khoan"] {
        let answer = thief.get(page).unwrap();
        assert_eq!(answer.status, 303, "{page}");
        assert!(answer.header("location").unwrap().starts_with("/dang-nhap"), "{page}");
    }
    for tail in ["/truc-tiep", "/van-ban/receipt/1", "/nop-phi"] {
        assert_ne!(thief.get(&format!("{path}{tail}")).unwrap().status, 200, "{tail}");
    }
    let withdraw = format!("{path}/rut");
    let answer = thief.send(&page, &withdraw, &[]).unwrap();
    assert_eq!(answer.status, 403);
    live.ends().unwrap();
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    let again = citizen.open(&path).unwrap();
    assert!(Form::of(&again, &withdraw).is_some(), "the dossier was not withdrawn");
}
