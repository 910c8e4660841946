//! The tests' own tools do what they say: the client and the load generator against a bare server.

use tests::{bare, http::Client, load};

#[test]
fn client_and_load_generator_agree_with_a_bare_server() {
    let host = bare::serve().unwrap().to_string();
    let mut client = Client::new(&host);
    let answer = client.get("/").unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (200, "Xin chào"));
    assert_eq!(client.get("/nowhere").unwrap().status, 404);

    let plan = |path: &str| load::Plan {
        host: host.clone(),
        connections: 4,
        seconds: 0.5,
        requests: vec![client.lasting_request("GET", path, b"")],
    };
    let good = load::run(&plan("/")).unwrap();
    assert!(good.good > 0 && good.bad == 0, "{good:?}");
    let bad = load::run(&plan("/nowhere")).unwrap();
    assert!(bad.good == 0 && bad.bad > 0, "{bad:?}");
    let mut away = plan("/");
    away.host = "192.0.2.1:80".into();
    assert!(load::run(&away).is_err(), "only this machine may be loaded");
}
