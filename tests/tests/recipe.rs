//! The recipe of docs/backup.md for PostgreSQL, run as it stands there.

use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    process::{Command, Output},
};
use tests::{
    built,
    folder::Folder,
    program::{Options, Program, Ran, run},
    root,
    walks::{Cast, Walker},
};

/// The commands of the block with this name.
fn block(name: &str) -> String {
    let page = fs::read_to_string(root().join("docs/backup.md")).unwrap();
    let begin = format!("```sh {name}\n");
    let from = page.find(&begin).unwrap_or_else(|| panic!("no block {name}")) + begin.len();
    let to = page[from..].find("```").unwrap();
    page[from..from + to].to_owned()
}

/// A server of its own, its archive, and what the recipe calls them.
struct House {
    folder: Folder,
    programs: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl House {
    fn new() -> Self {
        let folder = Folder::new();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let socket = folder.path().display().to_string().replace('/', "%2F");
        let variables = vec![
            ("PGHOST", folder.path().display().to_string()),
            ("PGUSER", "postgres".to_owned()),
            ("PGDATA", at("server")),
            ("ARCHIVE", at("archive")),
            ("BASE", at("base")),
            ("NEW", at("new")),
            ("DATA", at("data")),
            ("NEWDATA", at("newdata")),
            ("KEYS", at("keys")),
            ("PUBLIC", at("key.pub")),
            ("PRIVATE", at("key")),
            ("DATABASE", format!("postgres://postgres@{socket}/postgres")),
        ];
        let programs = store::testing::postgres_programs();
        let house = Self { folder, programs, variables };
        for dir in ["server", "archive"] {
            fs::create_dir(house.path(dir)).unwrap();
        }
        store::testing::give_to_server(house.folder.path());
        for dir in ["server", "archive"] {
            store::testing::give_to_server(&house.path(dir));
        }
        house.as_server(
            "initdb -D \"$PGDATA\" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync\n\
             cat >> \"$PGDATA/postgresql.conf\" <<END\n\
             listen_addresses = ''\nunix_socket_directories = '$PGHOST'\nfsync = off\n\
             shared_buffers = 32MB\nEND\n\
             pg_ctl -D \"$PGDATA\" -w -l \"$PGDATA/log\" start",
        );
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn value(&self, name: &str) -> &str {
        &self.variables.iter().find(|(n, _)| *n == name).unwrap().1
    }

    /// Runs commands as a person at a shell: the first that fails ends them.
    fn shell(&self, mut shell: Command, commands: &str) -> Output {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let ours = built("lienthong").parent().unwrap().to_owned();
        let mut all = OsString::from(&self.programs);
        for more in [ours.as_os_str(), path.as_os_str()] {
            all.push(":");
            all.push(more);
        }
        // What a server says goes to no pipe of ours, which would stay open as long as it runs.
        let said = self.path("said");
        let out = fs::File::create(&said).unwrap();
        let done = shell
            .args(["-e", "-u", "-c", commands])
            .current_dir(self.folder.path())
            .env("PATH", all)
            .envs(self.variables.iter().map(|(n, v)| (n, v)))
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .status()
            .unwrap();
        let said = fs::read(said).unwrap();
        Output { status: done, stdout: said, stderr: Vec::new() }
    }

    #[track_caller]
    fn well(done: &Output, commands: &str) -> String {
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{commands}\n{said}");
        said
    }

    #[track_caller]
    fn as_server(&self, commands: &str) -> String {
        Self::well(&self.shell(store::testing::as_server("sh"), commands), commands)
    }

    #[track_caller]
    fn as_operator(&self, commands: &str) -> String {
        Self::well(&self.shell(Command::new("sh"), commands), commands)
    }

    /// The lines of a block that are ours, and those that are the server's.
    fn split(name: &str) -> (String, String) {
        let text = block(name);
        let (ours, servers): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with("lienthong "));
        (ours.join("\n"), servers.join("\n"))
    }

    fn province(&self) -> Program {
        let mut options = Options::kept_in(&self.path("data"));
        options.more = vec!["--database".into(), self.value("DATABASE").to_owned()];
        Program::start(&options).unwrap()
    }

    fn verify(&self, data: &str) -> Ran {
        let (data, url) = (self.value(data), self.value("DATABASE"));
        let args = ["journal", "verify", "--data", data, "--database", url, "--lang", "en"];
        run(&args, "").unwrap()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        for server in ["server", "new"] {
            if self.path(server).join("postmaster.pid").exists() {
                let stop = format!("pg_ctl -D \"$PGHOST/{server}\" -m immediate stop");
                let _ = self.shell(store::testing::as_server("sh"), &stop);
            }
        }
    }
}

fn counted(ran: &Ran) -> String {
    ran.out.lines().find(|l| l.starts_with("The journal has")).unwrap_or_default().to_owned()
}

#[test]
fn postgresql_comes_back_to_the_moment_and_the_journals_root_is_that_of_then() {
    let mut house = House::new();
    house.as_server(&block("archive"));
    house.as_operator("lienthong backup key \"$PRIVATE\"");
    let mut program = house.province();
    // The base is taken while people work.
    Walker::as_role(&program, "citizen").unwrap().open("/du-lieu-cua-toi").unwrap();
    let (ours, servers) = House::split("base");
    house.as_server(&servers);
    let mut cast = Cast::of(&program).unwrap();
    let dossier = cast.done().unwrap();
    assert!(program.stop());
    let then = house.verify("DATA");
    assert_eq!(then.code, Some(0), "{then:?}");
    let said = house.as_operator(&ours);
    assert!(said.contains("keys/"), "{said}");
    let now = "psql -At -d postgres -c 'SELECT clock_timestamp()'";
    let time = house.as_server(now).trim().to_owned();
    assert!(time.len() > 20, "{time}");
    // What comes later must not come back.
    let mut program = house.province();
    let mut cast = Cast::of(&program).unwrap();
    cast.owner.open("/so-ho-khau").unwrap();
    let _ = cast.done();
    assert!(program.stop());
    let later = house.verify("DATA");
    assert_ne!(counted(&later), counted(&then));
    house.as_server("psql -d postgres -c 'SELECT pg_switch_wal()'");
    let archived = "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) \
                    FROM pg_stat_archiver";
    tests::until("the log is archived", || {
        house.as_server(&format!("psql -At -d postgres -c \"{archived}\"")).trim() == "t"
    });
    // The worst day: the server is gone.
    house.as_server("pg_ctl -D \"$PGDATA\" -m immediate -w stop");
    fs::rename(house.path("server"), house.path("lost")).unwrap();
    house.variables.push(("TIME", time));
    house.as_server(&format!("{} -l \"$NEW/log\"", block("restore").trim_end()));
    tests::until("the server is promoted", || {
        let asked = "psql -At -d postgres -c 'SELECT pg_is_in_recovery()'";
        house.as_server(asked).trim() == "f"
    });
    let said = house.as_operator(&block("check"));
    assert!(said.contains("keys/"), "{said}");
    let restored = house.verify("NEWDATA");
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert_eq!(counted(&restored), counted(&then), "the root of then, and not an entry more");
    // With the keys of today the newest checkpoint knows more, and says so.
    let fork = house.verify("DATA");
    assert_eq!(fork.code, Some(1), "{fork:?}");
    assert!(fork.err.contains("--accept-fork"), "{fork:?}");
    // The province goes on from there.
    fs::rename(house.path("newdata"), house.path("data2")).unwrap();
    let mut options = Options::kept_in(&house.path("data2"));
    options.more = vec!["--database".into(), house.value("DATABASE").to_owned()];
    let program = Program::start(&options).unwrap();
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    assert!(citizen.open(&format!("/ho-so/{dossier}")).unwrap().text().contains(&dossier));
}

#[test]
fn every_block_of_the_recipe_is_run_here() {
    let page = fs::read_to_string(root().join("docs/backup.md")).unwrap();
    let blocks: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("```sh ")).collect();
    assert_eq!(blocks, ["archive", "base", "restore", "check"]);
}
