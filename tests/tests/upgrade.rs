//! From the last landed version to this one, and back: a province that the landed program made is stored
//! in `tests/data/landed`; newer schema files only add, so that programs of both versions work side by
//! side and the way back stays open.

use std::{fs, path::Path, path::PathBuf, process::Command};
use store::{Schema, Store};
use tests::{
    folder::Folder,
    program::{Options, Program, run},
    root,
    rows::{self, Rows},
    walks::{Cast, Walker},
};

/// As the stored province was made.
const PERSONS: u64 = 500;
/// A schema file that takes something away says so, and why it may.
const CONTRACT: &str = "-- contract:";

fn stored(name: &str) -> PathBuf {
    root().join("tests/data/landed").join(name)
}

/// How many schema files of each crate had landed.
fn landed() -> Vec<(String, usize)> {
    let text = fs::read_to_string(stored("schema.tsv")).unwrap();
    text.lines()
        .map(|line| {
            let (name, n) = line.split_once('\t').unwrap();
            (name.to_owned(), n.parse().unwrap())
        })
        .collect()
}

/// The schema files of the tree, all of them or those that had landed.
fn schemas(only_landed: bool) -> Vec<Schema> {
    let landed = landed();
    let mut found = Vec::new();
    for part in ["foundation", "government", "society", "economy"] {
        let Ok(rooms) = fs::read_dir(root().join(part)) else { continue };
        for room in rooms.map(|r| r.unwrap().path()) {
            let Ok(files) = fs::read_dir(room.join("schema")) else { continue };
            let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
            files.sort();
            let name = room.file_name().unwrap().to_str().unwrap().to_owned();
            let known = landed.iter().find(|(n, _)| *n == name).map_or(0, |(_, n)| *n);
            files.truncate(if only_landed { known } else { usize::MAX });
            let texts: Vec<&'static str> =
                files.iter().map(|f| &*fs::read_to_string(f).unwrap().leak()).collect();
            if !texts.is_empty() {
                found.push(Schema { name: name.leak(), files: texts.leak() });
            }
        }
    }
    assert!(found.len() >= landed.len() - 1, "a crate is missing: {found:?}");
    found
}

#[test]
fn files_behind_the_landed_ones_only_add() {
    let landed = landed();
    for schema in schemas(false) {
        let known = landed.iter().find(|(n, _)| n == schema.name).map_or(0, |(_, n)| *n);
        for index in known..schema.files.len() {
            let taken = store::schema::taken_away(&schema, index);
            let file = format!("{} {:03}.sql", schema.name, index + 1);
            assert!(
                taken.is_empty() || schema.files[index].contains(CONTRACT),
                "{file} takes away: {}. The landed program could not work beside it; let it go a \
                 version later, in a file that says «{CONTRACT} why».",
                taken.join("; ")
            );
        }
    }
}

fn well(command: &mut Command) {
    let out = command.output().unwrap();
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
}

/// A database that can be asked, of either engine.
enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Place {
    /// The stored province, unpacked; its keys lie in the folder.
    fn landed(folder: &Folder, postgres: bool) -> Self {
        let data = folder.path();
        let tar = |name: &str| {
            well(Command::new("tar").arg("-xpzf").arg(stored(name)).arg("-C").arg(data));
        };
        if !postgres {
            tar("sqlite.tar.gz");
            return Self::Sqlite(data.to_owned());
        }
        tar("postgresql.tar.gz");
        let url = store::testing::postgres();
        let psql = store::testing::postgres_programs().join("psql");
        let dump = data.join("province.sql");
        well(Command::new(psql).args(["-q", "-v", "ON_ERROR_STOP=1", "-d", &url, "-f"]).arg(dump));
        Self::Postgres(url)
    }

    fn new(folder: &Folder, postgres: bool) -> Self {
        match postgres {
            false => Self::Sqlite(folder.path().to_owned()),
            true => Self::Postgres(store::testing::postgres()),
        }
    }

    fn options(&self, folder: &Folder) -> Options {
        let mut options = Options::kept_in(folder.path());
        options.persons = PERSONS;
        if let Self::Postgres(url) = self {
            options.more = vec!["--database".into(), url.clone()];
        }
        options
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(data) => format!("sqlite:{}", rows::file(data).display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        match self {
            Self::Sqlite(data) => Rows::of(data).texts(sql, []),
            Self::Postgres(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.query(sql, &[]).unwrap().iter().map(|r| r.get(0)).collect()
            }
        }
    }

    fn change(&self, sql: &str) {
        match self {
            Self::Sqlite(data) => {
                Rows::of(data).change(sql, []);
            }
            Self::Postgres(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.batch_execute(sql).unwrap();
            }
        }
    }

    /// `table.column type`, and the indexes.
    fn shape(&self) -> Vec<String> {
        let sql: &[&str] = match self {
            Self::Sqlite(_) => &[
                "SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" \
                 FROM sqlite_schema t, pragma_table_info(t.name) c \
                 WHERE t.type = 'table' ORDER BY 1",
                "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1",
            ],
            Self::Postgres(_) => &[
                "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable \
                 FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
            ],
        };
        // An index that was put away for a load is the same with other spaces.
        let plain = |text: String| {
            let text = text.replace("IF NOT EXISTS ", "");
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let mut all: Vec<String> = sql.iter().flat_map(|sql| self.texts(sql)).map(plain).collect();
        all.retain(|line| !line.starts_with("sqlite_"));
        all.sort();
        all
    }
}

fn verified(place: &Place, folder: &Folder) {
    let data = folder.path().to_str().unwrap();
    let mut args = vec!["journal", "verify", "--data", data];
    let url = place.url();
    if let Place::Postgres(_) = place {
        args.extend(["--database", &url]);
    }
    let ran = run(&args, "").unwrap();
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

/// The landed version's province is brought up to date, works on, and the landed version's files still
/// fit it.
fn there_and_back(postgres: bool) {
    let folder = Folder::new();
    let place = Place::landed(&folder, postgres);
    let old = place.texts("SELECT dossier FROM dossier ORDER BY dossier");
    let people = place.texts("SELECT pid FROM person ORDER BY pid");
    assert_eq!((old.len(), people.len() >= 500), (1, true));
    let mut program = Program::start(&place.options(&folder)).unwrap();
    // What the old program's people did is there; with its passwords, sessions, keys.
    let mut citizen = Walker::as_citizen(&program, "citizen").unwrap();
    let page = citizen.open(&format!("/ho-so/{}", old[0])).unwrap();
    assert!(page.text().contains(&old[0]));
    let mut cast = Cast::of(&program).unwrap();
    cast.citizen = Walker::as_citizen(&program, "parent").unwrap();
    cast.done().unwrap();
    assert!(program.stop());
    assert_eq!(place.texts("SELECT pid FROM person ORDER BY pid"), people);
    verified(&place, &folder);
    // As if it had been made by this version.
    let fresh = Folder::new();
    let new = Place::new(&fresh, postgres);
    drop(Store::open(&new.url(), &with_demo(schemas(false))).unwrap());
    let (is, should) = (place.shape(), new.shape());
    let of = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|line| !b.contains(line)).cloned().collect()
    };
    assert_eq!((of(&is, &should), of(&should, &is)), (Vec::new(), Vec::new()));
    // Back: a program that knows the landed files alone works on it.
    let older = Store::open(&place.url(), &with_demo(schemas(true))).unwrap();
    let actor = kernel::Actor::system("test");
    older.write(move |tx| tx.record(store::Entry::new("test.back", &actor)).map(drop)).unwrap();
    older.settle().unwrap();
    drop(older);
    let mut program = Program::start(&place.options(&folder)).unwrap();
    Walker::as_citizen(&program, "citizen").unwrap().open("/du-lieu-cua-toi").unwrap();
    assert!(program.stop());
    verified(&place, &folder);
}

/// The store brings its own; the demo's table is in its source.
fn with_demo(mut all: Vec<Schema>) -> Vec<Schema> {
    all.retain(|s| s.name != "store");
    all.push(Schema {
        name: "demo",
        files: &[
            "-- reference table\nCREATE TABLE demo_role (account TEXT PRIMARY KEY, n BIGINT NOT NULL);",
        ],
    });
    all
}

#[test]
fn a_landed_province_on_sqlite_goes_there_and_back() {
    there_and_back(false);
}

#[test]
fn a_landed_province_on_postgresql_goes_there_and_back() {
    there_and_back(true);
}

/// A newer program has added to the database while this one runs, and when it starts again.
fn side_by_side(postgres: bool) {
    let folder = Folder::new();
    let place = Place::new(&folder, postgres);
    let mut program = Program::start(&place.options(&folder)).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.accepted().unwrap();
    let kind = if postgres { "BIGINT" } else { "INTEGER" };
    for table in ["person", "dossier", "session", "journal", "household", "inbox", "job"] {
        place.change(&format!("ALTER TABLE {table} ADD COLUMN later {kind}"));
        place.change(&format!("CREATE INDEX {table}_later ON {table} (later)"));
    }
    for (name, number) in [("registers", 900), ("later", 1)] {
        place.change(&format!(
            "INSERT INTO schema_applied (name, number, hash, applied_at) VALUES ('{name}', {number}, 'x', 0)"
        ));
        place.change(&format!(
            "INSERT INTO schema_added (name, number) VALUES ('{name}', {number})"
        ));
    }
    // It runs on…
    tests::walks::decide(&mut cast.officer, &code, "propose", &[]).unwrap();
    tests::walks::decide(&mut cast.head, &code, "approve", &[]).unwrap();
    assert!(program.stop());
    // … and starts again.
    let mut program = Program::start(&place.options(&folder)).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    cast.citizen = Walker::as_citizen(&program, "parent").unwrap();
    cast.done().unwrap();
    assert!(program.stop());
    verified(&place, &folder);
    // Where something was taken away it is refused.
    place.change("DELETE FROM schema_added WHERE name = 'later'");
    let refused = Program::start(&place.options(&folder)).unwrap_err();
    assert!(
        refused.contains("newer version") && refused.contains("bản chương trình mới hơn"),
        "{refused}"
    );
}

#[test]
fn a_program_works_on_an_expanded_sqlite_database() {
    side_by_side(false);
}

#[test]
fn a_program_works_on_an_expanded_postgresql_database() {
    side_by_side(true);
}

/// Makes the stored province anew with the program of this build: once before each landing, with
/// `LIENTHONG_LANDED_WRITE=1`.
#[test]
fn the_stored_province_can_be_made_anew() {
    let asked = std::env::var_os("LIENTHONG_LANDED_WRITE").is_some();
    if asked {
        fs::create_dir_all(stored("")).unwrap();
        for postgres in [false, true] {
            let folder = Folder::new();
            let place = Place::new(&folder, postgres);
            let mut program = Program::start(&place.options(&folder)).unwrap();
            Cast::of(&program).unwrap().done().unwrap();
            tests::until("the letters are signed", || {
                let open = "SELECT id FROM job WHERE state <> 'done'";
                place.texts(open).is_empty()
            });
            assert!(program.stop());
            let (name, file) = match &place {
                Place::Sqlite(_) => ("sqlite.tar.gz", "province.db"),
                Place::Postgres(url) => {
                    let dump = store::testing::postgres_programs().join("pg_dump");
                    let to = folder.path().join("province.sql");
                    let fixed = ["--no-owner", "--no-acl", "-d", url, "-f"];
                    well(Command::new(dump).args(fixed).arg(to));
                    ("postgresql.tar.gz", "province.sql")
                }
            };
            let into = stored(name);
            let fixed = ["--owner=0", "--group=0", "-C", folder.path().to_str().unwrap()];
            let mut tar = Command::new("tar");
            well(tar.arg("-czf").arg(into).args(fixed).args(["keys", file]));
            let files = place.texts(
                "SELECT name || '\t' || CAST(MAX(number) AS TEXT) FROM schema_applied \
                 GROUP BY name ORDER BY name",
            );
            fs::write(stored("schema.tsv"), files.join("\n") + "\n").unwrap();
        }
    }
    // What landed stays: files are added, never taken away.
    let tree = schemas(false);
    for (name, n) in landed().iter().filter(|(name, _)| name != "demo") {
        let known = tree.iter().find(|s| s.name == name).map_or(0, |s| s.files.len());
        assert!(known >= *n, "{name}: {n} files had landed, {known} are there");
    }
}

/// Synthetic people, and few.
#[test]
fn the_stored_province_is_small() {
    for name in ["sqlite.tar.gz", "postgresql.tar.gz"] {
        let size = fs::metadata(stored(name)).unwrap().len();
        assert!(size < 1_500_000, "{name}: {size}");
    }
    assert!(Path::new(&stored("README.md")).is_file());
}
