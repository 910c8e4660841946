//! The tables of the whole project: the rules of [`store::schema::check`], and both engines.

use crate::Engine;
use std::path::Path;
use store::{Schema, Store};

/// The schema files of all crates but this one, as they lie in the tree.
fn all() -> Vec<Schema> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut schemas = Vec::new();
    for part in ["foundation", "government", "society", "economy"] {
        let Ok(rooms) = std::fs::read_dir(root.join(part)) else { continue };
        for room in rooms.map(|r| r.unwrap()) {
            let name = room.file_name().into_string().unwrap();
            let Ok(files) = std::fs::read_dir(room.path().join("schema")) else { continue };
            let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
            files.sort();
            let texts: Vec<&'static str> = files
                .iter()
                .map(|f| &*Box::leak(std::fs::read_to_string(f).unwrap().into_boxed_str()))
                .collect();
            if name != "store" {
                schemas
                    .push(Schema { name: Box::leak(name.into_boxed_str()), files: texts.leak() });
            }
        }
    }
    assert!(!schemas.is_empty(), "no schema file found");
    schemas.sort_by_key(|s| s.name);
    schemas
}

pub fn every_crates_tables_keep_the_rules_and_can_be_made(engine: Engine) {
    let schemas = all();
    assert_eq!(store::schema::check(&schemas), Vec::<String>::new());
    let url = match engine {
        Engine::Sqlite => "sqlite::memory:".to_owned(),
        Engine::Postgres => store::testing::postgres(),
    };
    Store::open(&url, &schemas).unwrap();
}
