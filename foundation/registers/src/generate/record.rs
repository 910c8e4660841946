//! One person's row: every item written as its column holds it (see `person::encode`).

use super::assemble::{FEMALE, Human, MALE};
use super::people::{Namer, Profile, push_date, push_digits};
use super::tables::before_reform;
use super::write::{Lodging, Placed};
use kernel::{Date, time};
use places::{Commune, REFORM};
use std::fmt::Write as _;
use store::Rows;

/// A person of a block, with where they live.
pub(super) struct Record<'b, 't> {
    pub humans: &'b [Human],
    pub profiles: &'b [Profile<'t>],
    pub id: usize,
    pub serial: u64,
    /// The household of permanent residence and the relation to its head.
    pub home: Option<(&'b Placed, &'static str)>,
    pub lodging: Option<&'b Lodging>,
}

/// Text in JSON. The names of the tables need no escaping, but an address might.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn dated(out: &mut String, before: &str, day: Date, after: &str) {
    out.push_str(before);
    push_date(out, day);
    out.push_str(after);
}

impl Record<'_, '_> {
    pub(super) fn push(&self, namer: &mut Namer, rows: &mut Rows) {
        let (h, p) = (&self.humans[self.id], &self.profiles[self.id]);
        let home = self.home.map(|(placed, _)| placed);
        let host = self.lodging.map(|l| &l.host);
        rows.text(&p.pid);
        rows.int(1);
        rows.build(|o| p.push_key(' ', o));
        rows.text(p.given.map_or("", |g| g.key.as_str()));
        rows.maybe(home.map(|p| p.code));
        rows.maybe(host.map(|p| p.code));
        rows.maybe(home.map(|p| p.household.as_str()));
        rows.maybe(host.map(|p| p.household.as_str()));
        rows.null();
        rows.build(|o| p.push_name(o));
        rows.null();
        rows.build(|o| push_date(o, h.birth));
        rows.text(if h.sex == MALE { "male" } else { "female" });
        let birth_place = birth_commune(p, h.birth);
        for place in [birth_place, birth_place, p.native.map(Commune::code_str)] {
            coded(rows, "commune", place);
        }
        let tables = namer.tables;
        coded(rows, "code", tables.ethnic.things().get(p.ethnic).map(|e| e.code.as_str()));
        let religion = tables.religions.things().get(p.religion).and_then(Option::as_deref);
        coded(rows, "code", religion);
        coded(rows, "code", Some("VN"));
        rows.null();
        let papers = Papers::draw(namer, h, self.serial);
        match papers.old_id {
            Some(n) => rows.build(|o| {
                o.push_str("000");
                push_digits(o, n, 6);
            }),
            None => rows.null(),
        }
        match &papers.card {
            Some(card) => rows.build(|o| card.push(o)),
            None => rows.null(),
        }
        rows.build(|o| self.relatives(namer, o));
        self.residence(rows, h);
        rows.text(h.marital);
        rows.maybe(self.home.map(|(_, relation)| relation));
        match h.died {
            Some(on) => rows.build(|o| dated(o, "{\"on\":\"", on, "\",\"kind\":\"dead\"}")),
            None => rows.null(),
        }
        match papers.contact {
            Some(email) => rows.build(|o| self.contact(p, email, o)),
            None => rows.null(),
        }
        rows.null();
    }

    /// `permanent`, `temporary`, `abode`, `absence`, `residence_file`.
    fn residence(&self, rows: &mut Rows, h: &Human) {
        let since = self.profiles[self.id].since.unwrap_or(h.birth);
        match self.home {
            Some((placed, _)) => rows.build(|o| address(o, placed, since, |_| {})),
            None => rows.null(),
        }
        match self.lodging {
            Some(l) => rows.build(|o| {
                address(o, &l.host, l.since, |o| {
                    dated(o, ",\"until\":\"", l.until, "\",\"registration\":\"T");
                    o.push_str(&self.profiles[self.id].pid);
                    o.push('"');
                });
            }),
            None => rows.null(),
        }
        let abode = match (self.lodging, self.home) {
            (Some(l), _) => Some(("{\"kind\":\"temporary\",\"since\":\"", l.since)),
            (None, Some(_)) => Some(("{\"kind\":\"permanent\",\"since\":\"", since)),
            (None, None) => None,
        };
        match abode {
            Some((kind, since)) => rows.build(|o| dated(o, kind, since, "\"}")),
            None => rows.null(),
        }
        rows.null();
        rows.maybe(self.home.map(|(placed, _)| placed.file.as_str()));
    }

    /// Numbers and addresses that cannot be anybody's.
    fn contact(&self, p: &Profile, email: bool, o: &mut String) {
        o.push_str("{\"phone\":\"0000");
        push_digits(o, self.serial % 1_000_000, 6);
        o.push_str("\",\"email\":");
        if email {
            o.push('"');
            let from = o.len();
            p.push_key('-', o);
            let slug = o[from..].replace(' ', "-");
            o.truncate(from);
            let _ = write!(o, "{slug}.{}@vi-du.invalid\"", self.serial);
        } else {
            o.push_str("null");
        }
        o.push('}');
    }

    fn relatives(&self, namer: &mut Namer, o: &mut String) {
        let h = &self.humans[self.id];
        // Names of people with a number come from their own record.
        let with = |o: &mut String, p: usize| {
            o.push_str("{\"pid\":\"");
            o.push_str(&self.profiles[p].pid);
            o.push_str("\"}");
        };
        for (who, known, sex) in
            [("{\"father\":", h.father, MALE), (",\"mother\":", h.mother, FEMALE)]
        {
            o.push_str(who);
            match known {
                Some(p) => with(o, p),
                // A minor without a father on the birth certificate has none; grown-ups' parents are
                // recorded by name.
                None if h.age < 18 => o.push_str("null"),
                None => self.parent_by_name(namer, sex, o),
            }
        }
        if let Some(s) = h.spouse {
            o.push_str(",\"spouse\":");
            with(o, s);
        }
        for (i, c) in h.children.iter().enumerate() {
            o.push_str(if i == 0 { ",\"children\":[" } else { "," });
            with(o, *c);
        }
        o.push_str(if h.children.is_empty() { "}" } else { "]}" });
    }

    fn parent_by_name(&self, namer: &mut Namer, sex: usize, o: &mut String) {
        let p = &self.profiles[self.id];
        let (middle, given) =
            namer.middle_and_given(sex, self.humans[self.id].birth.year().saturating_sub(27));
        let surname = if sex == MALE { p.surname } else { namer.some_surname(p.ethnic) };
        let parent = Profile { surname, middle, given, ..Profile::default() };
        o.push_str("{\"name\":\"");
        parent.push_name(o);
        o.push_str("\"}");
    }
}

/// `{"KEY":"CODE"}`, or NULL.
fn coded(rows: &mut Rows, key: &str, code: Option<&str>) {
    match code {
        Some(code) => rows.build(|o| {
            for part in ["{\"", key, "\":\"", code, "\"}"] {
                o.push_str(part);
            }
        }),
        None => rows.null(),
    }
}

fn address(o: &mut String, p: &Placed, since: Date, more: impl FnOnce(&mut String)) {
    for part in ["{\"dwelling\":\"", &p.dwelling, "\",\"commune\":\"", p.code, "\",\"line\":"] {
        o.push_str(part);
    }
    quoted(o, &p.line);
    o.push_str(",\"household\":\"");
    o.push_str(&p.household);
    dated(o, "\",\"since\":\"", since, "\"");
    more(o);
    o.push('}');
}

/// The commune as it was on the day of birth.
fn birth_commune(p: &Profile, birth: Date) -> Option<&'static str> {
    let old = p.birth_place?;
    if birth < REFORM {
        return Some(old.code_str());
    }
    let usual = places::all().resolve(&old.code(), before_reform(), REFORM).ok();
    Some(usual.and_then(|r| r.usual()).map_or(old.code_str(), Commune::code_str))
}

/// Old number, card and contact of a living person.
struct Papers {
    old_id: Option<u64>,
    card: Option<Card>,
    /// Whether there is an e-mail address beside the telephone.
    contact: Option<bool>,
}

impl Papers {
    fn draw(namer: &mut Namer, h: &Human, serial: u64) -> Self {
        if h.died.is_some() {
            return Self { old_id: None, card: None, contact: None };
        }
        debug_assert!(serial > 0);
        let old = h.birth.year() <= 2001 && namer.rng.chance(0.8);
        let old_id = old.then(|| namer.rng.below(1_000_000) as u64);
        let card = (h.age >= 14 && namer.rng.chance(0.96)).then(|| Card::draw(namer, h));
        let share = if h.age < 70 { 0.95 } else { 0.5 };
        let contact =
            (h.age >= 14 && namer.rng.chance(share)).then(|| h.age < 55 && namer.rng.chance(0.45));
        Self { old_id, card, contact }
    }
}

struct Card {
    issued: Date,
    expires: Option<Date>,
}

impl Card {
    /// Cards run out at 25, 40 and 60; one made within two years before lasts to the next.
    fn draw(namer: &mut Namer, h: &Human) -> Self {
        let first = time::date_from_epoch(18_687); // 2021-03-01: chip cards begin
        let begin = first.max(crate::rules::plus_years(h.birth, 14));
        let span = time::days_from_epoch(namer.today) - time::days_from_epoch(begin);
        let mut issued = time::plus_days(begin, namer.rng.between(0, span.max(0)));
        loop {
            let age = time::age_on(h.birth, issued);
            let end = [25, 40, 60].into_iter().find(|e| e - age >= 2);
            let expires = end.map(|e| crate::rules::plus_years(h.birth, e));
            match expires {
                Some(e) if e <= namer.today => issued = e,
                _ => return Self { issued, expires },
            }
        }
    }

    fn push(&self, o: &mut String) {
        let by = match self.issued.year() >= 2025 {
            true => "Bộ Công an",
            false => "Cục Cảnh sát QLHC về TTXH",
        };
        dated(o, "{\"issued\":\"", self.issued, "\",\"by\":");
        quoted(o, by);
        match self.expires {
            Some(e) => dated(o, ",\"expires\":\"", e, "\"}"),
            None => o.push_str(",\"expires\":null}"),
        }
    }
}
