//! People who file, pay, consent, decide and read at the same time, until the program is killed.

use super::ledger::Told;
use crate::{
    forms,
    http::{Answer, File},
    program::Program,
    until,
    walks::{self, Abode, NEWCOMERS, TEMPORARY_RESIDENCE, Walker, Wrong},
};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use store::testing::Chance;

/// Longest life after the first dossier, microseconds.
const LIFE_US_MAX: u64 = 700_000;

/// Everybody who does something; their sessions outlive the program.
#[derive(Debug)]
pub struct People {
    newcomers: Vec<Walker>,
    owner: Walker,
    officer: Walker,
    head: Walker,
    /// Looks at their own data, again and again.
    pub reader: Walker,
    home: Abode,
}

impl People {
    /// Signs everybody in.
    pub fn of(program: &Program) -> Result<Self, Wrong> {
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

    /// They go on at another address of the program.
    pub fn moved(&mut self, address: &str) {
        let four = [&mut self.owner, &mut self.officer, &mut self.head, &mut self.reader];
        for walker in self.newcomers.iter_mut().chain(four) {
            walker.client = walker.client.clone().moved(address);
        }
    }
}

/// One turn of one person.
type Turn<'a> = Box<dyn FnMut(&Mutex<Told>, &mut Chance) -> Result<(), Wrong> + Send + 'a>;

fn note<T>(told: &Mutex<Told>, what: impl FnOnce(&mut Told) -> T) {
    what(&mut told.lock().unwrap_or_else(PoisonError::into_inner));
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
            // Agreed to, proposed or decided between opening and sending: they are told, and it goes on.
            if answer.status != 409 {
                walks::expect("withdraw", 303, answer)?;
                note(told, |t| t.decided.insert((code, "withdraw".into())));
            }
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
pub fn live(program: &mut Program, people: &mut People, told: &Mutex<Told>, chance: &mut Chance) {
    let over = AtomicBool::new(false);
    let before = told.lock().unwrap_or_else(PoisonError::into_inner).filed.len();
    let People { newcomers, owner: o, officer, head, reader: r, home } = people;
    let mut turns: Vec<Turn<'_>> = newcomers.iter_mut().map(|w| newcomer(w, home)).collect();
    turns.push(owner(o));
    turns.push(desk(officer, &["propose"]));
    turns.push(desk(head, &["approve", "refuse", "refuse"]));
    turns.push(reader(r));
    thread::scope(|scope| {
        for (n, mut turn) in turns.into_iter().enumerate() {
            let mut own = Chance::of(chance.below(u64::MAX) ^ (n as u64 + 1));
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
            let told = told.lock().unwrap_or_else(PoisonError::into_inner);
            told.filed.len() > before || !told.faults.is_empty()
        });
        thread::sleep(Duration::from_micros(chance.below(LIFE_US_MAX)));
        program.kill();
        over.store(true, Ordering::Relaxed);
    });
}
