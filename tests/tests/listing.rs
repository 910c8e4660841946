//! No test file is forgotten: each is a module of main.rs.

use std::fs;

#[test]
fn every_test_file_is_a_module() {
    let folder = tests::root().join("tests/tests");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        if module != "main" {
            files += 1;
            assert!(
                main.contains(&format!("mod {module};")),
                "tests/tests/{name} is not in main.rs"
            );
        }
    }
    assert!(files > 1);
}
