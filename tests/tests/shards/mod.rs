//! What Citus asks of the tables and of every statement in the source. Citus itself is in no package
//! registry, so its rules are checked here: keys hold the shard key, joins follow it, and a statement
//! that reaches more than the nodes of its keys stands in docs/database.md with a reason.

mod route;
mod source;

use route::{Reach, Tables, judge};
use source::Statement;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use store::Schema;
use store::schema::{Shard, tables};
use tests::{program::run, root};

const PAGE: &str = "docs/database.md";
/// Before the statements of one reason.
const BLOCK: &str = "```sql reaches-more";
/// A table that only the demo has, made in its source.
const OF_DEMO: &str = "demo_role";

/// The schema files as they lie in the tree.
fn schemas() -> Vec<Schema> {
    let mut found = vec![store::SCHEMA];
    for part in ["foundation", "government", "society", "economy"] {
        let Ok(rooms) = fs::read_dir(root().join(part)) else { continue };
        let mut rooms: Vec<_> = rooms.map(|r| r.unwrap().path()).collect();
        rooms.sort();
        for room in rooms.iter().filter(|r| !r.ends_with("store")) {
            let Ok(files) = fs::read_dir(room.join("schema")) else { continue };
            let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
            files.sort();
            let texts: Vec<&'static str> =
                files.iter().map(|f| &*fs::read_to_string(f).unwrap().leak()).collect();
            let name = room.file_name().unwrap().to_str().unwrap().to_owned();
            found.push(Schema { name: name.leak(), files: texts.leak() });
        }
    }
    assert!(found.len() > 4, "{found:?}");
    found
}

fn by_name() -> Tables {
    tables(&schemas()).into_iter().map(|t| (t.name.clone(), t)).collect()
}

#[test]
fn keys_and_unique_constraints_hold_the_shard_key() {
    let schemas = schemas();
    let tables = tables(&schemas);
    assert!(tables.len() > 40, "{}", tables.len());
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for table in &tables {
        assert!(!table.primary.is_empty(), "{}: no primary key", table.name);
        match &table.shard {
            Shard::Key { column, group } => {
                *groups.entry(group).or_default() += 1;
                let kind = table.columns.iter().find(|c| c.name == *column).map(|c| c.kind);
                assert_eq!(kind, Some(store::schema::Kind::Text), "{}.{column}", table.name);
                for key in table.unique.iter().chain([&table.primary]) {
                    assert!(key.contains(column), "{}: key {key:?} without {column}", table.name);
                }
            }
            Shard::Reference => {}
            Shard::Local(reason) => {
                assert!(reason.split(' ').count() > 1, "{}: {reason:?}", table.name);
            }
        }
    }
    // Rows about one person, one account, one dossier lie together.
    for group in ["pid", "account", "dossier", "household"] {
        assert!(groups[group] > 2, "{groups:?}");
    }
    // Foreign keys would have to follow the shard key too; there are none.
    let files = schemas.iter().flat_map(|s| s.files).map(|f| f.to_ascii_uppercase());
    let bound = |f: &String| {
        f.lines().any(|l| !l.trim_start().starts_with("--") && l.contains(" REFERENCES "))
    };
    assert_eq!(files.filter(bound).count(), 0);
}

/// What the program prints is about exactly the tables of the files.
#[test]
fn every_table_is_distributed_or_copied_or_stays_with_a_reason() {
    let said = run(&["database", "distribute"], "").unwrap();
    let mut rest = by_name();
    for line in said.out.lines() {
        let (table, shard) = match line.strip_prefix("-- ") {
            Some(local) => {
                let (table, reason) = local.split_once(": ").unwrap();
                (table, Shard::Local(reason.to_owned()))
            }
            None => {
                let mut quoted = line.split('\'').skip(1).step_by(2);
                let table = quoted.next().unwrap();
                match line.contains("create_reference_table") {
                    true => (table, Shard::Reference),
                    false => {
                        let known = rest.get(table).unwrap().shard.clone();
                        let Shard::Key { column, .. } = &known else { panic!("{line}") };
                        assert_eq!(quoted.next(), Some(column.as_str()), "{line}");
                        (table, known)
                    }
                }
            }
        };
        match rest.remove(table) {
            Some(known) => assert_eq!(known.shard, shard, "{line}"),
            None => assert_eq!(table, OF_DEMO, "{line}"),
        }
    }
    assert!(rest.is_empty(), "{:?}", rest.keys());
}

fn statements(tables: &Tables) -> Vec<Statement> {
    let texts = source::all(&root());
    let mut names: Vec<&str> = tables.keys().map(String::as_str).collect();
    names.push(OF_DEMO);
    let found = source::statements(&texts, &names);
    assert!(found.len() > 300, "{}", found.len());
    found
}

/// As it stands in the page: its crate, and what decides whom it reaches.
fn short(s: &Statement) -> String {
    let sql = s.sql.replace(" hole IN (?9)", " {…}").replace("?9", "?").replace("hole = 1", "{…}");
    let sql = sql.replace("hole", "{…}").split_whitespace().collect::<Vec<_>>().join(" ");
    let sql = match (sql.strip_prefix("SELECT "), top_from(&sql)) {
        (Some(_), Some(at)) => format!("SELECT … {}", &sql[at..]),
        _ => sql,
    };
    format!("{}: {sql}", s.krate)
}

/// Where the FROM of the outermost query begins.
fn top_from(sql: &str) -> Option<usize> {
    let mut depth = 0;
    sql.char_indices().find_map(|(i, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0 && sql[i..].starts_with("FROM ")).then_some(i)
    })
}

#[test]
fn a_statement_that_reaches_more_than_its_keys_is_in_the_list() {
    let tables = by_name();
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let listed: BTreeSet<String> = page
        .split(BLOCK)
        .skip(1)
        .flat_map(|block| block.split("```").next().unwrap_or_default().lines().skip(1))
        .map(str::to_owned)
        .collect();
    let (mut reached, mut faults) = (BTreeSet::new(), Vec::new());
    let mut alone = 0;
    for s in statements(&tables) {
        let found = match judge(&s.sql, &tables) {
            Ok(found) => found,
            Err(why) => {
                faults.push(format!("{}: cannot be read: {why}\n    {}", s.place, s.sql));
                continue;
            }
        };
        if found.star {
            // A column that a newer program adds would come too.
            faults.push(format!("{}: names no columns: {}", s.place, s.sql));
        }
        if found.reach < Reach::All && !found.hole {
            alone += usize::from(found.reach == Reach::Keys);
            continue;
        }
        let line = short(&s);
        if !listed.contains(&line) {
            faults.push(format!("{} ({:?}) is not in {PAGE}:\n{line}", s.place, found.reach));
        }
        reached.insert(line);
    }
    faults.extend(listed.difference(&reached).map(|l| format!("in {PAGE} and nowhere else:\n{l}")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(alone > 100, "only {alone} statements were seen to name their keys");
}

#[test]
fn texts_are_put_together_as_the_program_does() {
    let root = tests::folder::Folder::new();
    let file = root.path().join("foundation/x/src/a.rs");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let source = r#"
        // "SELECT no FROM comment"
        const COLUMNS: &str = "a, b";
        const BEGIN: &str = "SELECT a FROM t";
        fn f() {
            one(&format!("SELECT {COLUMNS} FROM t \
                WHERE a = ?1 {filter}"), '"');
            two(&format!("{BEGIN} WHERE a = ?{}", n));
            sql.with("SELECT a FROM t WHERE b =", x);
            sql.push(" AND EXISTS (SELECT 1 FROM t WHERE a =");
            tx.bulk("t", COLUMNS, &rows);
            tx.bulk("t", "a, b", &rows);
            let wide = "a, b, c";
            tx.bulk("t", wide, &rows);
            tx.insert_many(&format!("INSERT INTO t ({COLUMNS})"), rows);
            tx.execute(&format!("UPDATE t SET {} WHERE a = ?1", all));
            say("Choose FROM the list");
        }
    "#;
    let tests = "#[cfg(test)]\nmod tests { fn f() { one(\"SELECT test FROM t\"); } }";
    fs::write(&file, format!("{source}{tests}")).unwrap();
    let found = source::statements(&source::all(root.path()), &["t"]);
    let sql: Vec<&str> = found.iter().map(|s| s.sql.trim_end()).collect();
    assert_eq!(
        sql,
        [
            "SELECT a, b FROM t WHERE a = ?1 hole",
            "SELECT a FROM t WHERE a = ?9",
            "SELECT a FROM t WHERE b = ?9",
            "SELECT 1 FROM hole WHERE EXISTS (SELECT 1 FROM t WHERE a = ?9)",
            "INSERT INTO t (a, b) VALUES (1)",
            "INSERT INTO t (a, b) VALUES (1)",
            "INSERT INTO t (a, b, c) VALUES (1)",
            "INSERT INTO t (a, b) VALUES (1)",
            "UPDATE t SET hole = 1 WHERE a = ?1",
        ]
    );
}
