//! Secrets stay out of what is written: a walk under the most talkative log there is.

use tests::{
    program::{Options, Program},
    walks::{self, Cast, Walker},
};

const PASSWORD: &str = "demo-lien-thong-2026";
const WRONG: &str = "mot-mat-khau-sai-7319";

#[test]
fn the_most_talkative_log_holds_no_password_no_session_and_no_number() {
    let variables = vec![("RUST_LOG".to_owned(), "trace".to_owned())];
    let mut program = Program::start(&Options { variables, ..Options::small() }).unwrap();
    let mut secrets = vec![("password", PASSWORD.to_owned()), ("wrong password", WRONG.to_owned())];
    let mut cast = Cast::of(&program).unwrap();
    let number = cast.citizen.number().unwrap();
    let mut citizen = Walker::sign_in(&program, &number, PASSWORD).unwrap();
    let mut stranger = Walker::stranger(&program);
    let page = stranger.open("/dang-nhap").unwrap();
    secrets.push(("form token", page.hidden("_token").unwrap()));
    stranger.send(&page, "/dang-nhap", &[("pid", &number), ("password", WRONG)]).unwrap();
    let code = walks::file_temporary_residence(&mut citizen, &cast.home).unwrap();
    walks::pay(&mut citizen, &code).unwrap();
    walks::consent_to_all(&mut cast.owner).unwrap();
    walks::decide(&mut cast.officer, &code, "propose", &[]).unwrap();
    secrets.push(("personal number", number));
    for walker in [&citizen, &stranger, &cast.owner, &cast.officer] {
        for (name, value) in &walker.client.cookies {
            if name == "lang" {
                continue;
            }
            secrets.push(("cookie", value.clone()));
            // The secret part of a session, without the account before it.
            secrets
                .extend(value.rsplit('.').next().map(|part| ("part of a cookie", part.to_owned())));
        }
    }
    for file in std::fs::read_dir(program.data().join("keys")).unwrap().flatten() {
        if file.path().extension().is_some_and(|e| e == "secret") {
            let text = std::fs::read_to_string(file.path()).unwrap_or_default();
            secrets.push(("secret file", text.trim().to_owned()));
        }
    }
    assert!(program.stop());
    let said = program.said();
    let requests = said.iter().filter(|l| l.contains("route")).count();
    assert!(requests > 20, "it says what it does: {said:?}");
    secrets.retain(|(_, s)| s.len() >= 8);
    assert!(secrets.len() > 12, "{}", secrets.len());
    for line in &said {
        for (what, secret) in &secrets {
            assert!(!line.contains(secret.as_str()), "a {what} in: {line}");
        }
    }
}
