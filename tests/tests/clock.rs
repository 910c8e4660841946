//! A clock that goes wrong under a running program: an hour back, a day ahead. The program's own eyes see
//! it: the machine's clock is changed for this process alone (libfaketime).

use std::{
    fs,
    path::{Path, PathBuf},
};
use tests::{
    folder::Folder,
    program::{Options, Program, run},
    rows::Rows,
    until,
    walks::{Cast, Walker},
};

fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().filter_map(|e| Some(e.ok()?.path()));
    let found = folders.map(|f| f.join("faketime/libfaketimeMT.so.1")).find(|f| f.exists());
    found.expect("libfaketime: run `cargo xtask setup`")
}

/// Moved by so much, from now on.
fn jump(file: &Path, by: &str) {
    let next = file.with_extension("next");
    fs::write(&next, by).unwrap();
    fs::rename(next, file).unwrap();
}

#[test]
fn a_clock_that_jumps_an_hour_back_and_a_day_ahead_loses_and_doubles_nothing() {
    let (folder, clocks) = (Folder::new(), Folder::new());
    let clock = clocks.path().join("clock");
    jump(&clock, "+0");
    let mut options = Options::kept_in(folder.path());
    options.variables = [
        ("LD_PRELOAD", library().display().to_string()),
        ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        // A machine whose clock is set keeps counting its own seconds.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let program = Program::start(&options).unwrap();
    let rows = Rows::of(folder.path());
    let at = |rows: &Rows| rows.count("SELECT at FROM journal ORDER BY seq DESC LIMIT 1", []);
    let cast = |role: &str| {
        let citizen = Walker::as_citizen(&program, role).unwrap();
        Cast { citizen, ..Cast::of(&program).unwrap() }
    };
    let mut before = cast("viewer");
    let mut codes = vec![cast("citizen").done().unwrap()];
    let first = at(&rows);
    // Those who are signed in stay so, and their forms are taken.
    jump(&clock, "-3600");
    codes.push(before.proposed().unwrap());
    let back = at(&rows);
    assert!(back < first - 3_000_000_000, "the clock did not go back: {first} {back}");
    jump(&clock, "+86400");
    codes.push(cast("parent").accepted().unwrap());
    assert!(at(&rows) > first + 80_000_000_000, "the clock did not go ahead");
    jump(&clock, "+0");
    codes.push(cast("auditor").accepted().unwrap());
    let mut operator = Walker::as_role(&program, "operator").unwrap();
    assert_eq!(operator.get("/health").unwrap().status, 200);
    // A lease that a jump made long is waited for by nobody but its own job.
    jump(&clock, "+90000");
    for (what, left) in [
        ("every letter is signed", "SELECT COUNT(*) FROM dossier_letter WHERE signed_at IS NULL"),
        ("no job is left", "SELECT COUNT(*) FROM job WHERE state <> 'done'"),
        (
            "the followers have caught up",
            "SELECT COUNT(*) FROM follower WHERE cursor < (SELECT MAX(seq) FROM journal)",
        ),
    ] {
        until(what, || rows.count(left, []) == 0);
    }
    for sql in [
        "SELECT COUNT(*) FROM journal WHERE kind = 'dossier.filed'",
        "SELECT COUNT(DISTINCT dossier) FROM dossier",
    ] {
        assert_eq!(rows.count(sql, []), codes.len() as i64, "{sql}");
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 4, "a code was given twice");
    let readings = "SELECT COUNT(*) FROM journal j, json_each(j.subjects) WHERE j.kind \
                    IN ('data.read', 'data.read_own', 'data.read_refused')";
    assert_eq!(rows.count("SELECT COUNT(*) FROM access_record", []), rows.count(readings, []));
    drop(rows);
    let mut program = program;
    assert!(program.stop());
    let verified =
        run(&["journal", "verify", "--data", folder.path().to_str().unwrap()], "").unwrap();
    assert_eq!(verified.code, Some(0), "{verified:?}");
}
