//! The program as the engineer who runs an installation meets it: settings, and the doctor.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command},
};
use tests::{
    built,
    folder::Folder,
    http::{Answer, Client},
    program::{Options, Program, run, write_settings},
    walks::{self, Walker},
};

#[test]
fn the_printed_example_is_right_and_a_mistake_is_told_at_its_line() {
    let folder = Folder::new();
    let file = folder.path().join("lienthong.toml");
    let name = file.to_str().unwrap();
    let example = run(&["config", "example"], "").unwrap();
    assert_eq!(example.code, Some(0));
    fs::write(&file, &example.out).unwrap();
    assert_eq!(run(&["config", "check", name], "").unwrap().code, Some(0));

    fs::write(&file, example.out.replace("province = \"37\"", "provinz = \"37\"")).unwrap();
    let line = 1 + example.out.lines().position(|l| l.starts_with("province")).unwrap();
    for args in [vec!["config", "check", name], vec!["serve", "--config", name]] {
        let refused = run(&args, "").unwrap();
        assert_eq!(refused.code, Some(1), "{args:?}");
        assert!(refused.err.contains(&format!("line {line}: ")), "{args:?}: {}", refused.err);
        assert!(refused.err.contains("provinz"), "{args:?}: {}", refused.err);
    }
    let missing = run(&["config", "check", "/nowhere/lienthong.toml"], "").unwrap();
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("cannot be read"), "{}", missing.err);
}

#[test]
fn a_database_address_in_a_file_stays_secret() {
    let folder = Folder::new();
    let secret = folder.path().join("database");
    fs::write(&secret, "postgres://lt:geheim@localhost/lt\n").unwrap();
    let file = folder.path().join("lienthong.toml");
    write_settings(&file, folder.path(), "127.0.0.1:0");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("database_file = {:?}\n{text}", secret.to_str().unwrap())).unwrap();
    let check = || run(&["config", "check", file.to_str().unwrap()], "").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let open = check();
    assert_eq!(open.code, Some(1));
    assert!(open.err.contains("0600") && !open.err.contains("geheim"), "{}", open.err);
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(check().code, Some(0));
}

/// Two programs on one SQLite folder would number one journal twice; who starts the second is told
/// where the first one is, and a folder is never emptied under a running program.
#[test]
fn a_second_program_on_one_folder_is_refused() {
    let folder = Folder::new();
    let mut program = Program::start(&Options::kept_in(folder.path())).unwrap();
    let data = folder.path().to_str().unwrap();
    let list = folder.path().join("people.csv");
    fs::write(&list, "pid,name,birth,sex\n").unwrap();
    let list = list.to_str().unwrap();
    for command in [
        vec!["demo", "--port", "0"],
        vec!["demo", "--port", "0", "--fresh"],
        vec!["generate", "--persons", "10"],
        vec!["import", "population", list],
        vec!["match", "population"],
        vec!["export", "population", list],
    ] {
        let args: Vec<&str> = command.into_iter().chain(["--data", data]).collect();
        let refused = run(&args, "").unwrap();
        assert_eq!(refused.code, Some(1), "{args:?}: {refused:?}");
        assert!(refused.err.contains(data) && refused.err.contains("--data"), "{}", refused.err);
    }
    assert_eq!(program.client().get("/health").unwrap().status, 200);
    assert!(program.stop());
    assert!(Program::start(&Options::kept_in(folder.path())).unwrap().stop(), "free again");
}

fn serve(settings: &Path) -> Child {
    let settings = settings.to_str().unwrap();
    Command::new(built("lienthong")).args(["serve", "--config", settings]).spawn().unwrap()
}

/// The home page of a program that has just been started, if there is one within a minute.
fn first_page(listen: &str) -> Option<Answer> {
    let mut client = Client::new(&format!("http://{listen}"));
    (0..600).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        client.get("/").ok()
    })
}

/// From nothing to somebody who can appoint everybody else: list of people, first operator, password.
#[test]
fn an_empty_installation_gets_its_first_operator() {
    let folder = Folder::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let (file, data) = (folder.path().join("lienthong.toml"), folder.path().join("data"));
    write_settings(&file, &data, &listen);
    let list = folder.path().join("people.csv");
    fs::write(&list, "pid,name,birth,sex\n037070000101,Trần Thị Ngát,12/03/1980,Nữ\n").unwrap();
    let import = ["import", "population", list.to_str().unwrap(), "--data", data.to_str().unwrap()];
    let imported = run(&import, "").unwrap();
    assert_eq!(imported.code, Some(0), "{}", imported.err);

    let settings = file.to_str().unwrap();
    let appoint = |person: &str, more: &[&str]| {
        let args = ["appoint", "--config", settings, "--person", person];
        run(&[&args[..], more].concat(), "").unwrap()
    };
    for (person, more, said) in [
        ("0370", &[][..], "12 digits"),
        ("037070000999", &[][..], "No person has this number"),
        ("037070000101", &["--post", "king"][..], "post"),
        ("037070000101", &["--agency", "CA.00000"][..], "agency"),
        ("037070000101", &["--post", "commune-police.head"][..], "agency"),
    ] {
        let refused = appoint(person, more);
        assert_eq!(refused.code, Some(1), "{person} {more:?}: {}", refused.out);
        assert!(refused.err.contains(said), "{person} {more:?}: {}", refused.err);
    }
    let done = appoint("037070000101", &[]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let code = done.out.lines().last().unwrap();
    assert_eq!(appoint("037070000101", &[]).code, Some(1), "twice");

    let mut child = serve(&file);
    let home = first_page(&listen);
    let walked = home.ok_or("no answer within a minute".to_owned()).and_then(|_| {
        let mut by = Walker { client: Client::new(&format!("http://{listen}")).lasting() };
        let page = by.open("/khoi-phuc").map_err(|e| e.to_string())?;
        let password = "mưa phùn trên bến cũ";
        let fields = [
            ("pid", "037070000101"),
            ("otp", code),
            ("password_new", password),
            ("password_again", password),
        ];
        let set = by.send(&page, "/khoi-phuc", &fields).map_err(|e| e.to_string())?;
        walks::expect("set a password", 303, set).map_err(|e| e.to_string())?;
        by.work_as("Quản trị hệ thống").map_err(|e| e.to_string())?;
        by.open("/quan-tri/nhan-su").map_err(|e| e.to_string()).map(|page| page.text())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let page = walked.unwrap();
    assert!(page.contains("Trần Thị Ngát"), "{page}");
}

#[test]
fn a_province_is_served_by_its_settings() {
    let folder = Folder::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let file = folder.path().join("lienthong.toml");
    write_settings(&file, &folder.path().join("data"), &listen);
    let mut child = serve(&file);
    let home = first_page(&listen);
    let doctor = run(&["doctor", "--config", file.to_str().unwrap(), "--lang", "en"], "").unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let home = home.expect("no answer within a minute");
    assert_eq!(home.status, 200);
    assert!(!home.text().contains("/trinh-dien"), "a real province has no people to be");
    assert_eq!(doctor.code, Some(0), "{}", doctor.out);
    assert!(doctor.out.contains(&format!("A program listens at {listen}")), "{}", doctor.out);
}

#[test]
fn the_doctor_finds_what_is_ill_and_changes_nothing() {
    let folder = Folder::new();
    let mut program = Program::start(&Options::kept_in(folder.path())).unwrap();
    assert!(program.stop());
    let data = folder.path().to_str().unwrap();
    let doctor = || run(&["doctor", "--data", data, "--lang", "en", "--thorough"], "").unwrap();
    let well = doctor();
    assert_eq!(well.code, Some(0), "{}", well.out);
    for line in
        ["Letters can be set", "Signing key issuing-0001-0001", "recomputed from first to last"]
    {
        assert!(well.out.contains(line), "{line} not in\n{}", well.out);
    }
    let secret = folder.path().join("keys/vault.secret");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o640)).unwrap();
    let ill = doctor();
    assert_eq!(ill.code, Some(1));
    assert!(ill.out.contains("Others can read vault.secret"), "{}", ill.out);
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();

    let nothing = Folder::new();
    let empty = nothing.path().to_str().unwrap();
    let none = run(&["doctor", "--data", empty, "--lang", "en"], "").unwrap();
    assert_eq!(none.code, Some(1), "{}", none.out);
    assert_eq!(fs::read_dir(nothing.path()).unwrap().count(), 0, "looking makes nothing");
}
