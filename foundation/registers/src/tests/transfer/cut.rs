//! Runs that are cut off, and what is there then.

use super::*;

#[test]
fn a_run_that_was_cut_off_goes_on_and_ends_the_same() {
    let folder = Folder::new("cut");
    let store = empty("sqlite::memory:");
    let demo = Demo { persons: 20_000, seed: 3, province: "37".into() };
    demo.run(&store, &mut |_| {}).unwrap();
    for format in [Format::Csv, Format::JsonLines, Format::Xml] {
        let file = folder.0.join(format!("all.{}", format.name()));
        let all = give(&store, &file, format);
        for whole in [false, true] {
            let other = empty("sqlite::memory:");
            let wanted = Import { whole, ..list(&file) };
            let law = Law::load().unwrap();
            let mut cuts = 0;
            // Cut off after every third step, again and again.
            let run = loop {
                let mut steps = 0;
                let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    import(&other, &law, &wanted, &mut |p| {
                        steps += i64::from(p.bytes > 0 && p.counts.rows > 0);
                        assert!(steps < 3, "cut off");
                    })
                }));
                match ran {
                    Ok(run) => break run.unwrap(),
                    Err(_) => cuts += 1,
                }
            };
            assert!(cuts >= 2, "{cuts} cuts");
            assert_eq!(run.counts.rows, run.counts.added);
            assert!(give(&other, &folder.0.join("again"), format) == all, "{}", format.name());
        }
    }
}

#[test]
fn households_of_a_run_that_was_cut_off_are_there_for_whoever_opens_next() {
    let folder = Folder::new("aside");
    let store = empty("sqlite::memory:");
    let demo = Demo { persons: 20_000, seed: 3, province: "37".into() };
    demo.run(&store, &mut |_| {}).unwrap();
    let file = folder.0.join("all.csv");
    let all = give(&store, &file, Format::Csv);
    let other = empty("sqlite::memory:");
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        import(&other, &Law::load().unwrap(), &list(&file), &mut |p| {
            assert!(p.counts.rows < 5_000, "cut off");
        })
    }));
    assert!(cut.is_err());
    let count =
        |sql: &str| -> i64 { other.read(|tx| tx.one(sql, params![], |r| r.get(0))).unwrap() };
    let named = "SELECT COUNT(DISTINCT household) FROM person";
    let (persons, households) = (count("SELECT COUNT(*) FROM person"), count(named));
    assert!(persons > 1_000 && households > 300, "{persons} {households}");
    assert_eq!(count("SELECT COUNT(*) FROM household"), 0);
    assert!(other.read(crate::is_loading).unwrap());
    crate::bring_over(&other).unwrap();
    assert!(!other.read(crate::is_loading).unwrap());
    let joined = "SELECT COUNT(*) FROM person p JOIN household h ON h.id = p.household \
        JOIN household_member m ON m.household = h.id AND m.pid = p.pid \
        JOIN dwelling d ON d.id = h.dwelling";
    let at_home = count("SELECT COUNT(*) FROM person WHERE household IS NOT NULL");
    assert_eq!(count(joined), at_home);
    let events = count("SELECT COUNT(*) FROM household_event");
    assert_eq!(events, count("SELECT COUNT(*) FROM household"));
    assert!(events >= households);
    // The run itself goes on in the register as it is now.
    let run = take(&other, &list(&file)).unwrap();
    assert_eq!((run.state, run.counts.rows), (State::Done, run.counts.added));
    assert!(give(&other, &folder.0.join("again"), Format::Csv) == all);
    assert_eq!(count("SELECT COUNT(*) FROM index_away"), 0);
    same_lines(&tables(&other), &tables(&store));
}

#[test]
fn an_export_that_was_cut_off_goes_on() {
    let folder = Folder::new("export");
    let store = empty("sqlite::memory:");
    let demo = Demo { persons: 50_000, seed: 3, province: "37".into() };
    demo.run(&store, &mut |_| {}).unwrap();
    let path = folder.0.join("list.csv");
    let whole = give(&store, &path, Format::Csv);
    std::fs::remove_file(&path).unwrap();
    let wanted = Export { path: path.clone(), format: Format::Csv, day: None };
    let law = Law::load().unwrap();
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        export(&store, &law, &wanted, &mut |n, _| assert!(n < 45_000, "cut off"))
    }));
    assert!(cut.is_err());
    assert!(!path.exists());
    let mut first = None;
    export(&store, &law, &wanted, &mut |n, _| {
        first.get_or_insert(n);
    })
    .unwrap();
    assert!(first.unwrap() > 20_000, "it began again");
    assert!(std::fs::read(&path).unwrap() == whole);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1);
}
