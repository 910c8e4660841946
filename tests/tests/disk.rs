//! A disk that is full while people file, for real: on a small file system of its own, and under a
//! limit on the size of files. Told plainly, nothing half-done, and got over without a new start.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};
use tests::{
    folder::Folder,
    forms::{self, Form},
    program::{Options, Program, run},
    rows::{self, Rows},
    until,
    walks::{self, Cast, TEMPORARY_RESIDENCE, Walker, Wrong},
};

/// Filed dossiers until the disk must be full.
const FILED_MAX: usize = 400;
/// Readings on a full disk until one is refused.
const SMALL_MAX: usize = 200;

/// A file system in memory, as large as said; unmounted when dropped.
pub struct Small(PathBuf);

impl Small {
    /// The error says why nothing can be mounted here.
    pub fn mount(at: &Path, size: &str) -> Result<Self, String> {
        let size = format!("size={size}");
        let out = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(at)
            .output()
            .map_err(|e| e.to_string())?;
        if out.status.success() {
            return Ok(Self(at.to_path_buf()));
        }
        Err(String::from_utf8_lossy(&out.stderr).trim().to_owned())
    }
}

impl Small {
    /// Makes it larger, with what is on it.
    pub fn grow(&self, size: &str) {
        self.remount(&format!("size={size}"));
    }

    /// Mounts it anew with this option.
    fn remount(&self, option: &str) {
        let option = format!("remount,{option}");
        let done = Command::new("mount").args(["-o", &option]).arg(&self.0).status();
        assert!(done.is_ok_and(|s| s.success()));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// Takes all the room that is left but a little.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("ballast");
    let mut file = fs::File::create(&path).unwrap();
    let piece = [7u8; 4096];
    while file.write_all(&piece).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(800 * 1024)).unwrap();
    path
}

/// Files until the disk is full; gives the codes and the answer that told it.
fn file_until_full(cast: &mut Cast) -> (Vec<String>, tests::http::Answer) {
    let mut codes = Vec::new();
    for _ in 0..FILED_MAX {
        match walks::file_temporary_residence(&mut cast.citizen, &cast.home) {
            Ok(code) => codes.push(code),
            Err(Wrong::Answer { answer, .. }) => return (codes, *answer),
            Err(other) => panic!("{other}"),
        }
    }
    panic!("the disk was never full");
}

/// What an applicant can hold against us is there, whole; what failed is not there at all.
fn whole(data: &Path, codes: &[String]) {
    let rows = Rows::of(data);
    let there = rows.texts("SELECT dossier FROM dossier ORDER BY dossier", []);
    let mut acknowledged = codes.to_vec();
    acknowledged.sort();
    assert_eq!(there, acknowledged, "exactly the acknowledged dossiers");
    for sql in [
        "SELECT dossier FROM journal WHERE kind = 'dossier.filed' ORDER BY dossier",
        "SELECT dossier FROM form_sent ORDER BY dossier",
        "SELECT dossier FROM dossier_consent ORDER BY dossier",
        "SELECT dossier FROM dossier_act WHERE action = 'file' ORDER BY dossier",
        "SELECT dossier FROM dossier_letter WHERE letter = 'receipt' ORDER BY dossier",
    ] {
        assert_eq!(rows.texts(sql, []), acknowledged, "{sql}");
    }
    assert_eq!(rows.texts("PRAGMA integrity_check", []), ["ok"]);
}

/// The story: filed until full, told in both languages, reading goes on; then room again.
fn story(program: &mut Program, free: impl FnOnce(&Program)) {
    let mut cast = Cast::of(program).unwrap();
    let mut english = cast.citizen.clone();
    english.client.cookies.insert("lang".into(), "en".into());
    let (mut codes, told) = file_until_full(&mut cast);
    assert_eq!(told.status, 503);
    assert!(told.header("retry-after").is_some());
    let words = forms::words(&told.text());
    assert!(words.contains("Ổ đĩa đã đầy") && words.contains("chưa lưu được gì"), "{words}");
    // A reading leaves a small entry, which may fit where a dossier did not. When it does not, that is
    // told, and nothing is given out; each page that writes nothing is there.
    let refused = (0..SMALL_MAX).find_map(|_| {
        let again = english.get(&format!("{TEMPORARY_RESIDENCE}/khai")).unwrap();
        (again.status != 200).then_some(again)
    });
    let refused = refused.expect("no room for a dossier, and none for a reading in the end");
    assert_eq!(refused.status, 503);
    assert!(forms::words(&refused.text()).contains("The disk is full"));
    for page in ["/", "/dich-vu", TEMPORARY_RESIDENCE, "/xac-minh", "/dang-nhap", "/ho-so"] {
        let answer = Walker::stranger(program).get(page).unwrap();
        assert!(matches!(answer.status, 200 | 303), "{page}: {}", answer.status);
    }
    assert_eq!(cast.citizen.get("/ho-so").unwrap().status, 200, "the list of dossiers");
    whole(program.data(), &codes);

    free(program);
    until("it writes again", || {
        cast.citizen.get(&format!("{TEMPORARY_RESIDENCE}/khai")).unwrap().status == 200
    });
    for _ in 0..3 {
        codes.push(walks::file_temporary_residence(&mut cast.citizen, &cast.home).unwrap());
    }
    let last = codes.last().unwrap().clone();
    walks::pay(&mut cast.citizen, &last).unwrap();
    walks::consent_to_all(&mut cast.owner).unwrap();
    walks::decide(&mut cast.officer, &last, "propose", &[]).unwrap();
    walks::decide(&mut cast.head, &last, "approve", &[]).unwrap();
    whole(program.data(), &codes);
    let rows = Rows::of(program.data());
    let behind = "SELECT COUNT(*) FROM follower WHERE cursor < (SELECT MAX(seq) FROM journal)";
    until("the followers have caught up", || rows.count(behind, []) == 0);
    let result = "SELECT COUNT(*) FROM dossier_letter WHERE dossier = ?1 AND letter = 'result' \
                  AND signed_at IS NOT NULL";
    until("the result is signed", || rows.count(result, [&last]) == 1);
    drop(rows);
    assert!(program.stop());
    let data = program.data().to_str().unwrap();
    let verified = run(&["journal", "verify", "--data", data], "").unwrap();
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that cannot run here says so")]
fn a_small_file_system_fills_up_and_is_emptied() {
    let folder = Folder::new();
    let disk = match Small::mount(folder.path(), "24m") {
        Ok(disk) => disk,
        Err(why) => {
            eprintln!("skipped: no file system can be mounted here ({why}); the other test holds");
            return;
        }
    };
    let data = folder.path().join("data");
    let mut program = Program::start(&Options::kept_in(&data)).unwrap();
    let ballast = fill(folder.path());
    story(&mut program, |_| fs::remove_file(&ballast).unwrap());
    drop(program);
    drop(disk);
}

#[test]
fn a_limit_on_files_is_a_full_disk_too() {
    let folder = Folder::new();
    let mut made = Program::start(&Options::kept_in(folder.path())).unwrap();
    assert!(made.stop());
    let bytes = fs::metadata(rows::file(folder.path())).unwrap().len();
    let kib = bytes / 1024 + 200;
    // Without the trap the signal would end the program.
    let limited = format!("trap '' XFSZ; ulimit -S -f {kib}; exec \"$@\"");
    let under = ["bash", "-c", &limited, "bash"].map(str::to_owned).to_vec();
    let options = Options { under, ..Options::kept_in(folder.path()) };
    let mut program = Program::start(&options).unwrap();
    story(&mut program, |program| {
        let lifted = Command::new("prlimit")
            .args(["--pid", &program.pid().to_string(), "--fsize=unlimited"])
            .status();
        assert!(lifted.unwrap().success());
    });
}

#[test]
fn a_full_disk_keeps_what_was_typed() {
    let folder = Folder::new();
    let mut made = Program::start(&Options::kept_in(folder.path())).unwrap();
    let mut cast = Cast::of(&made).unwrap();
    let check = walks::answer_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    assert!(made.stop());
    // No file may grow at all: the very next write fails.
    let limited = "trap '' XFSZ; ulimit -S -f 0; exec \"$@\"";
    let under = ["bash", "-c", limited, "bash"].map(str::to_owned).to_vec();
    let lift = |program: &Program| {
        let pid = program.pid().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status();
        assert!(lifted.unwrap().success());
    };
    let program = match Program::start(&Options { under, ..Options::kept_in(folder.path()) }) {
        Ok(program) => program,
        Err(why) => {
            assert!(why.contains("Ổ đĩa đã đầy"), "the start tells it: {why}");
            return;
        }
    };
    let action = format!("{TEMPORARY_RESIDENCE}/gui");
    let mut form = Form::of(&check, &action).unwrap();
    form.set("note", "x");
    let mut citizen = Walker { client: cast.citizen.client.moved(&program.address) };
    let refused = citizen.client.post_files(&action, &form.pairs(), &[]).unwrap();
    assert_eq!(refused.status, 503);
    let again = Form::of(&refused, &action).expect("offered to be sent again");
    lift(&program);
    let sent = citizen.client.post_files(&action, &again.pairs(), &[]).unwrap();
    walks::code_of(&walks::expect("send", 303, sent).unwrap()).unwrap();
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that cannot run here says so")]
fn a_read_only_file_system_is_told_at_the_start_and_harms_nothing() {
    let folder = Folder::new();
    let disk = match Small::mount(folder.path(), "64m") {
        Ok(disk) => disk,
        Err(why) => {
            eprintln!("skipped: no file system can be mounted here ({why})");
            return;
        }
    };
    let data = folder.path().join("data");
    let mut program = Program::start(&Options::kept_in(&data)).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.accepted().unwrap();
    assert!(program.stop());
    disk.remount("ro");
    let why = Program::start(&Options::kept_in(&data)).unwrap_err();
    assert!(why.contains("không ghi được") && why.contains("cannot be written"), "{why}");
    disk.remount("rw");
    let mut program = Program::start(&Options::kept_in(&data)).unwrap();
    whole(&data, std::slice::from_ref(&code));
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    assert_eq!(citizen.get(&format!("/ho-so/{code}")).unwrap().status, 200);
    assert!(program.stop());
    drop(disk);
}
