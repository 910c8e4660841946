//! `kill -9` under load: the real program on SQLite, with people filing, paying, consenting, deciding
//! and reading over HTTP, is killed at moments drawn from a seed, and started again on what is left.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use tests::{
    folder::Folder,
    forms,
    http::{Answer, File},
    program::{Options, Program, run},
    rows::Rows,
    until,
    walks::{self, Abode, NEWCOMERS, TEMPORARY_RESIDENCE, Walker, Wrong},
};

const KILLS: u64 = 30;
/// Longest life after the first dossier, microseconds.
const LIFE_US_MAX: u64 = 700_000;
/// Names the seed of a run that is to be repeated.
const SEED: &str = "LIENTHONG_TEST_SEED";

/// A small generator: the moments depend on nothing but the seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// What people were told: nothing of it may ever be lost.
#[derive(Default)]
struct Told {
    filed: BTreeSet<String>,
    paid: BTreeSet<String>,
    /// The pages on which consent was given.
    consented: BTreeSet<String>,
    /// Dossier and step.
    decided: BTreeSet<(String, String)>,
    /// How often an officer was shown a dossier.
    opened: BTreeMap<String, i64>,
    /// How often the reader saw their own data.
    read: i64,
    faults: Vec<String>,
}

/// Everybody who does something; their sessions outlive the program.
struct People {
    newcomers: Vec<Walker>,
    owner: Walker,
    officer: Walker,
    head: Walker,
    reader: Walker,
    home: Abode,
}

impl People {
    fn of(program: &Program) -> Result<Self, Wrong> {
        let mut owner = Walker::as_role(program, "owner")?;
        Ok(Self {
            newcomers: NEWCOMERS
                .iter()
                .map(|role| Walker::as_citizen(program, role))
                .collect::<Result<_, _>>()?,
            home: walks::home_of(&mut owner)?,
            owner,
            officer: Walker::as_role(program, "officer")?,
            head: Walker::as_role(program, "head")?,
            reader: Walker::as_citizen(program, "clerk")?,
        })
    }

    fn moved(&mut self, address: &str) {
        let four = [&mut self.owner, &mut self.officer, &mut self.head, &mut self.reader];
        for walker in self.newcomers.iter_mut().chain(four) {
            walker.client = walker.client.clone().moved(address);
        }
    }
}

/// One turn of one person.
type Turn<'a> = Box<dyn FnMut(&Mutex<Told>, &mut Chance) -> Result<(), Wrong> + Send + 'a>;

fn note<T>(told: &Mutex<Told>, what: impl FnOnce(&mut Told) -> T) {
    what(&mut told.lock().unwrap());
}

/// What a person is told who asks for a residence they have.
const THERE_ALREADY: &str = "Bạn đang có tạm trú ở đúng chỗ này";

/// Stands where a page tells a mistake.
const TOLD: &str = "role=\"alert\"";

/// Whether an approval came first: the person is registered there by now and is told so, at the
/// questions or after sending. One more approval may have moved them away again meanwhile: then the
/// questions stand there without a mistake.
fn overtaken(answer: &Answer) -> bool {
    let text = answer.text();
    match answer.status {
        200 => text.contains(THERE_ALREADY) || !text.contains(TOLD),
        303 => answer.header("location").is_some_and(walks::is_wrong),
        status => status == 422,
    }
}

/// Files for a place the register does not know, with a paper about it.
fn file_elsewhere(walker: &mut Walker, line: &str) -> Result<String, Wrong> {
    let fields = [("abode.commune", walks::STAGE), ("abode.line", line)];
    let check = walks::answer(walker, TEMPORARY_RESIDENCE, &fields)?;
    let content = format!("%PDF-1.7\n% {line}\nstartxref\n9\n%%EOF\n");
    let paper = File {
        field: "abode_proof",
        name: "hop-dong.pdf",
        media_type: "application/pdf",
        bytes: content.as_bytes(),
    };
    let send = format!("{TEMPORARY_RESIDENCE}/gui");
    let answer = walker.send_files(&check, &send, &[], &[paper])?;
    walks::code_of(&walks::expect("send", 303, answer)?)
}

/// Files, pays, sometimes takes it back.
fn newcomer<'a>(walker: &'a mut Walker, home: &'a Abode) -> Turn<'a> {
    Box::new(move |told, chance| {
        let elsewhere = format!("Số {}, đường Thử Thách", chance.below(u64::MAX));
        let filed = match chance.one_in(2) {
            true => file_elsewhere(walker, &elsewhere),
            false => walks::file_temporary_residence(walker, home),
        };
        let code = match filed {
            Err(Wrong::Answer { answer, .. }) if overtaken(&answer) => {
                file_elsewhere(walker, &elsewhere)?
            }
            other => other?,
        };
        note(told, |t| assert!(t.filed.insert(code.clone()), "{code} was given out twice"));
        walks::pay(walker, &code)?;
        note(told, |t| t.paid.insert(code.clone()));
        if chance.one_in(6) {
            let path = format!("/ho-so/{code}");
            let page = walker.open(&path)?;
            let answer = walker.send(&page, &format!("{path}/rut"), &[])?;
            walks::expect("withdraw", 303, answer)?;
            note(told, |t| t.decided.insert((code, "withdraw".into())));
        }
        Ok(())
    })
}

fn owner(walker: &mut Walker) -> Turn<'_> {
    Box::new(move |told, _| {
        for link in walks::consents_asked(walker)? {
            let page = walker.open(&link)?;
            if forms::Form::of(&page, &link).is_some() {
                let answer = walker.send(&page, &link, &[("answer", "yes")])?;
                // Withdrawn between opening and answering.
                if answer.status != 409 {
                    walks::expect("consent", 303, answer)?;
                    note(told, |t| t.consented.insert(link));
                }
            }
        }
        let inbox = walker.open("/hop-thu")?;
        if forms::Form::of(&inbox, "/hop-thu/da-doc").is_some() {
            walker.send(&inbox, "/hop-thu/da-doc", &[])?;
        }
        Ok(())
    })
}

/// Takes a dossier from the queue, opens it, and takes one of these steps.
fn desk<'a>(walker: &'a mut Walker, steps: &'static [&'static str]) -> Turn<'a> {
    Box::new(move |told, chance| {
        let queue = walker.open("/ban-lam-viec")?.text();
        let mut waiting = forms::links(&queue);
        waiting.retain(|l| l.starts_with("/ban-lam-viec/H"));
        if waiting.is_empty() {
            thread::sleep(Duration::from_millis(5));
            return Ok(());
        }
        let path = waiting.swap_remove(chance.below(waiting.len() as u64) as usize);
        let code = path.trim_start_matches("/ban-lam-viec/").to_owned();
        let page = walker.get(&path)?;
        if page.status != 200 {
            return walks::expect("open a dossier", 403, page).map(drop);
        }
        note(told, |t| *t.opened.entry(code.clone()).or_default() += 1);
        if forms::Form::of(&page, &path).is_none() {
            return Ok(()); // withdrawn meanwhile
        }
        let mut step = steps[chance.below(steps.len() as u64) as usize];
        loop {
            let words = [
                ("action", step),
                ("reason", "Chỗ ở không đủ diện tích"),
                ("basis", "Luật Cư trú Điều 20"),
            ];
            let answer = walker.send(&page, &path, &words)?;
            match answer.status {
                303 => break,
                // One person registers at a place once; the next request for it is refused.
                409 | 422 if step == "approve" => step = "refuse",
                409 => return Ok(()),
                _ => return walks::expect(step, 303, answer).map(drop),
            }
        }
        note(told, |t| t.decided.insert((code, step.to_owned())));
        Ok(())
    })
}

fn reader(walker: &mut Walker) -> Turn<'_> {
    Box::new(move |told, _| {
        walker.open("/du-lieu-cua-toi")?;
        note(told, |t| t.read += 1);
        thread::sleep(Duration::from_millis(2));
        Ok(())
    })
}

/// Lets everybody work until the program is killed.
fn live(program: &mut Program, people: &mut People, told: &Mutex<Told>, chance: &mut Chance) {
    let over = AtomicBool::new(false);
    let before = told.lock().unwrap().filed.len();
    let People { newcomers, owner: o, officer, head, reader: r, home } = people;
    let mut turns: Vec<Turn<'_>> = newcomers.iter_mut().map(|w| newcomer(w, home)).collect();
    turns.push(owner(o));
    turns.push(desk(officer, &["propose"]));
    turns.push(desk(head, &["approve", "refuse", "refuse"]));
    turns.push(reader(r));
    thread::scope(|scope| {
        for (n, mut turn) in turns.into_iter().enumerate() {
            let mut own = Chance(chance.below(u64::MAX) ^ (n as u64 + 1));
            let over = &over;
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    match turn(told, &mut own) {
                        Ok(()) => {}
                        Err(Wrong::Broken(_)) => break,
                        Err(other) => {
                            note(told, |t| t.faults.push(format!("{n}: {other}")));
                            break;
                        }
                    }
                }
            });
        }
        // Not before somebody was told something, else a slow machine tests nothing.
        until("a dossier is filed", || {
            let told = told.lock().unwrap();
            told.filed.len() > before || !told.faults.is_empty()
        });
        thread::sleep(Duration::from_micros(chance.below(LIFE_US_MAX)));
        program.kill();
        over.store(true, Ordering::Relaxed);
    });
}

/// Everything that was told is there, once; what was not told is whole or not there at all.
fn check(data: &Path, told: &Told, kills: u64, reads_per_visit: i64) {
    let rows = Rows::of(data);
    let set = |sql: &str| rows.texts(sql, []).into_iter().collect::<BTreeSet<String>>();
    let once = |sql: &str| {
        let list = rows.texts(sql, []);
        let set: BTreeSet<String> = list.iter().cloned().collect();
        assert_eq!(list.len(), set.len(), "twice: {sql}");
        set
    };
    assert_eq!(rows.texts("PRAGMA quick_check", []), ["ok"]);
    let there = once("SELECT dossier FROM dossier");
    assert!(told.filed.is_subset(&there), "lost: {:?}", told.filed.difference(&there));
    let under_way = NEWCOMERS.len() as u64 * kills;
    assert!((there.len() - told.filed.len()) as u64 <= under_way, "more than anybody sent");
    for sql in [
        "SELECT dossier FROM journal WHERE kind = 'dossier.filed'",
        "SELECT dossier FROM form_sent",
        "SELECT dossier FROM dossier_act WHERE action = 'file'",
        "SELECT dossier FROM dossier_letter WHERE letter = 'receipt'",
    ] {
        assert_eq!(once(sql), there, "{sql}");
    }
    let paid = once("SELECT dossier FROM dossier_payment");
    assert!(told.paid.is_subset(&paid));
    assert_eq!(once("SELECT dossier FROM journal WHERE kind = 'payment.received'"), paid);
    let answered = "SELECT '/y-kien/' || token FROM dossier_consent WHERE state = 'given'";
    assert!(told.consented.is_subset(&once(answered)));
    assert_eq!(
        once("SELECT dossier FROM journal WHERE kind = 'consent.answered'"),
        once("SELECT dossier FROM dossier_consent WHERE state <> 'asked'")
    );
    let steps = once("SELECT dossier || ' ' || action FROM dossier_act WHERE action <> 'pay'");
    for (code, step) in &told.decided {
        assert!(steps.contains(&format!("{code} {step}")), "lost: {code} {step}");
    }
    // Each move of a dossier has its entry, in the same order.
    let moves = "SELECT dossier, group_concat(to_state, ' ') FROM (SELECT dossier, to_state FROM \
                 dossier_act WHERE from_state <> to_state ORDER BY dossier, n) GROUP BY dossier";
    let entries = "SELECT dossier, group_concat(json_extract(body, '$.to'), ' ') FROM (SELECT \
                   dossier, body FROM journal WHERE kind IN ('dossier.moved', 'dossier.done', \
                   'dossier.refused', 'dossier.withdrawn') ORDER BY dossier, seq) GROUP BY dossier";
    let pairs =
        |sql: &str| rows.all(sql, [], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)));
    assert_eq!(pairs(moves), pairs(entries));
    assert_eq!(
        once("SELECT dossier FROM residence WHERE dossier IS NOT NULL"),
        once("SELECT dossier FROM dossier WHERE state = 'done'"),
    );
    assert_eq!(
        once("SELECT dossier FROM dossier_letter WHERE letter IN ('result', 'refusal')"),
        set("SELECT dossier FROM dossier WHERE done_at IS NOT NULL AND state <> 'withdrawn'"),
    );
    let account = |n: i64| {
        let id = rows.texts("SELECT account FROM demo_role WHERE n = ?1", [n]).remove(0);
        format!("%\"{id}\"%")
    };
    let read = "SELECT COUNT(*) FROM journal WHERE kind LIKE 'data.read%' AND actor LIKE ?1 \
                AND dossier IS NULL";
    let visits = rows.count(read, [account(5)]) / reads_per_visit;
    let (least, most) = (told.read, told.read + i64::try_from(kills).unwrap());
    assert!((least..=most).contains(&visits), "{least} ≤ {visits} ≤ {most}");
    let seen: BTreeMap<String, i64> = rows
        .all(
            "SELECT dossier, COUNT(DISTINCT id) FROM journal WHERE kind = 'data.read' \
             AND dossier IS NOT NULL AND (actor LIKE ?1 OR actor LIKE ?2) GROUP BY dossier",
            [account(3), account(4)],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .into_iter()
        .collect();
    for (code, times) in &told.opened {
        assert!(
            seen.get(code) >= Some(times),
            "{code}: opened {times}, {:?} entries",
            seen.get(code)
        );
    }
}

fn verified(data: &Path) {
    let verified = run(&["journal", "verify", "--data", data.to_str().unwrap()], "").unwrap();
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

/// The access log is the journal's readings, and every sum is the journal's count: exactly.
fn followers_equal_the_journal(rows: &Rows) {
    let log = |sql: &str| {
        rows.all(sql, [], |r| {
            let text = |i| r.get::<_, Option<String>>(i);
            Ok((text(0)?, r.get::<_, i64>(1)?, r.get::<_, i64>(2)?, text(3)?, text(4)?, text(5)?))
        })
    };
    let kept =
        log("SELECT pid, seq, at, outcome, purpose, dossier FROM access_record ORDER BY seq, pid");
    let due = log(
        "SELECT s.pid, s.seq, j.at, CASE j.kind WHEN 'data.read_refused' THEN 'refused' ELSE 'read' \
         END, j.purpose, j.dossier FROM journal_subject s JOIN journal j ON j.seq = s.seq \
         WHERE j.kind IN ('data.read', 'data.read_own', 'data.read_refused') ORDER BY s.seq, s.pid",
    );
    assert!(due.len() > 500, "{} readings", due.len());
    assert!(kept == due, "{} records, {} readings", kept.len(), due.len());

    let day = "strftime('%Y-%m-%d', at / 1000000 + 25200, 'unixepoch')";
    let month = "strftime('%Y-%m', at / 1000000 + 25200, 'unixepoch')";
    for (indicator, which) in [
        ("dossier.filed", "kind = 'dossier.filed'"),
        (
            "dossier.filed.online",
            "kind = 'dossier.filed' AND json_extract(body, '$.channel') = 'online'",
        ),
        ("dossier.done", "kind IN ('dossier.done', 'dossier.refused')"),
        (
            "dossier.done.on_time",
            "kind IN ('dossier.done', 'dossier.refused') AND json_extract(body, '$.on_time')",
        ),
        ("residence.temporary", "kind = 'residence.registered'"),
    ] {
        for period in [day, month] {
            let due = format!(
                "SELECT place || ' ' || p || ' ' || COUNT(*) FROM (SELECT place, {period} AS p FROM \
                 journal WHERE {which} UNION ALL SELECT '37', {period} FROM journal WHERE {which}) \
                 GROUP BY place, p ORDER BY place, p"
            );
            let due = rows.texts(&due, []);
            let length: i64 = if period == day { 10 } else { 7 };
            let kept = rows.texts(
                "SELECT place || ' ' || period || ' ' || value FROM measure_sum WHERE indicator = ?1 \
                 AND length(period) = ?2 ORDER BY place, period",
                (indicator, length),
            );
            assert_eq!(kept, due, "{indicator}");
            assert!(!due.is_empty(), "{indicator} was never counted");
        }
    }
    let spread = "SELECT SUM(n) FROM measure_bucket WHERE place = '37' AND length(period) = 4";
    let done = "SELECT COUNT(*) FROM journal WHERE kind = 'dossier.done'";
    assert_eq!(rows.count(spread, []), rows.count(done, []));
}

#[test]
#[allow(clippy::print_stderr, reason = "who repeats the run needs the seed")]
#[allow(clippy::disallowed_methods, reason = "the moment of the run is its seed")]
fn killed_at_thirty_moments_nothing_told_is_lost_or_doubled() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let given = std::env::var(SEED).ok().and_then(|s| s.parse().ok());
    let seed: u64 = given.unwrap_or(now.as_micros() as u64 | 1);
    eprintln!("seed of the moments: {SEED}={seed}");
    let mut chance = Chance(seed);
    let folder = Folder::new();
    let options = Options::kept_in(folder.path());
    let mut program = Program::start(&options).unwrap();
    let mut people = People::of(&program).unwrap();
    let rows = Rows::of(folder.path());
    let entries = "SELECT COUNT(*) FROM journal WHERE kind LIKE 'data.read%'";
    let before = rows.count(entries, []);
    people.reader.open("/du-lieu-cua-toi").unwrap();
    let reads_per_visit = rows.count(entries, []) - before;
    assert!(reads_per_visit > 0, "a look at one's own data is recorded");
    drop(rows);
    let told = Mutex::new(Told { read: 1, ..Told::default() });
    for kill in 1..=KILLS {
        live(&mut program, &mut people, &told, &mut chance);
        verified(folder.path());
        program = Program::start(&options).unwrap();
        people.moved(&program.address);
        let told = told.lock().unwrap();
        assert!(told.faults.is_empty(), "seed {seed}, kill {kill}: {}", told.faults.join("\n"));
        check(folder.path(), &told, kill, reads_per_visit);
    }
    assert!(program.stop());
    let told = told.into_inner().unwrap();
    for (what, n) in [
        ("filed", told.filed.len()),
        ("paid", told.paid.len()),
        ("consented", told.consented.len()),
        ("decided", told.decided.len()),
    ] {
        assert!(n >= 5, "only {n} {what}: too little for a test");
    }
    // The day after: leases of killed workers are over, every letter gets set and signed, once.
    let last = Rows::of(folder.path());
    let next_day = "SELECT date(MAX(at) / 1000000 + 25200 + 86400, 'unixepoch') FROM journal";
    let today = Some(last.texts(next_day, []).remove(0));
    drop(last);
    let mut program = Program::start(&Options { today, ..options }).unwrap();
    let rows = Rows::of(folder.path());
    let unsigned = "SELECT COUNT(*) FROM dossier_letter WHERE signed_at IS NULL";
    until("every letter is signed", || rows.count(unsigned, []) == 0);
    let behind = "SELECT COUNT(*) FROM follower WHERE cursor < (SELECT MAX(seq) FROM journal)";
    until("the followers have caught up", || rows.count(behind, []) == 0);
    let undone = "SELECT COUNT(*) FROM job WHERE state <> 'done'";
    until("no job is left", || rows.count(undone, []) == 0);
    assert_eq!(
        rows.count("SELECT COUNT(*) FROM journal WHERE kind = 'letter.signed'", []),
        rows.count("SELECT COUNT(*) FROM dossier_letter", []),
        "each letter was signed once"
    );
    until("the followers have caught up", || rows.count(behind, []) == 0);
    followers_equal_the_journal(&rows);
    check(folder.path(), &told, KILLS, reads_per_visit);
    drop(rows);
    assert!(program.stop());
    verified(folder.path());
}
