//! From a block of people to rows, and the rows into the database.

use super::assemble::{self, Block, House, Human, UNPLACED};
use super::people::{Namer, Numbers, Profile, push_date, push_digits};
use super::record::Record;
use super::rng::Rng;
use super::tables::Tables;
use super::{BLOCK, Demo, cast};
use crate::packed::{EVENT_ROW, HOUSEHOLD_ROW, MEMBER_ROW, RESIDENCE_ROW};
use crate::person;
use crate::rules;
use kernel::{Date, Instant, Result, time};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use store::{ReadTx, Rows, WriteTx};

/// Rows of one batch.
pub(super) struct Batch {
    pub persons: u64,
    pub households: u64,
    /// Table and key of a row that says whether the batch was written before.
    first: Option<(&'static str, String)>,
    person: Rows,
    act: Rows,
    dwelling: Rows,
    household: Rows,
    event: Rows,
    member: Rows,
    residence: Rows,
}

const ACT: &str = "pid, n, item, true_from, recorded_at, act";
const DWELLING: &str = "id, commune, line, line_key, kind, owner, owner_org, title, version";

impl Batch {
    fn new() -> Self {
        Self {
            persons: 0,
            households: 0,
            first: None,
            person: Rows::new(person::WIDTH),
            act: Rows::new(6),
            dwelling: Rows::new(9),
            household: Rows::new(7),
            event: Rows::new(5),
            member: Rows::new(7),
            residence: Rows::new(11),
        }
    }

    /// Whether it was written before: a batch is in one transaction, so one row speaks for it.
    fn is_there(&self, tx: &mut ReadTx) -> Result<bool> {
        let Some((table, key)) = &self.first else { return Ok(true) };
        let sql = match *table {
            "person" => "SELECT 1 FROM person WHERE pid = ?1",
            _ => "SELECT 1 FROM dwelling WHERE id = ?1",
        };
        Ok(tx.row(sql, store::params![key], |_| Ok(()))?.is_some())
    }

    /// Writes the rows, unless a run that was cut off has done so.
    pub(super) fn write_once(&self, tx: &mut WriteTx) -> Result<()> {
        if self.is_there(tx)? {
            return Ok(());
        }
        let tables = [
            ("dwelling", DWELLING, &self.dwelling),
            ("household", HOUSEHOLD_ROW, &self.household),
            ("household_event", EVENT_ROW, &self.event),
            ("person", person::COLUMNS, &self.person),
            ("person_act", ACT, &self.act),
            ("household_member", MEMBER_ROW, &self.member),
            ("residence", RESIDENCE_ROW, &self.residence),
        ];
        for (table, columns, rows) in tables {
            tx.bulk(table, columns, rows)?;
        }
        Ok(())
    }
}

/// A dwelling with its household, placed.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    home: usize,
    /// Code of the commune.
    pub code: &'static str,
    pub dwelling: String,
    pub household: String,
    pub line: String,
    line_key: String,
    pub file: String,
}

/// Somebody's temporary residence.
pub(super) struct Lodging {
    pub host: Placed,
    pub relation: &'static str,
    pub since: Date,
    pub until: Date,
}

/// Makes batches, one block of people each; everything that must not repeat is counted here.
pub(super) struct Maker {
    pub tables: Arc<Tables>,
    pub seed: u64,
    pub today: Date,
    pub at: Instant,
    pub numbers: Numbers,
    pub serial: u64,
    pub houses: u64,
    /// Dwellings per commune, for house numbers.
    pub counts: Vec<u32>,
    pub dormitories: Vec<Dormitory>,
    /// Commune in which the demo's story is set: its first households are placed there.
    pub stage: Option<usize>,
}

/// Ký túc xá: a collective household of students.
#[derive(Clone, Debug)]
pub(super) struct Dormitory(Placed);

/// A residence of one person.
struct Stay<'a> {
    kind: &'static str,
    at: &'a Placed,
    relation: &'static str,
    since: Date,
    until: Option<Date>,
}

impl Maker {
    /// A maker at its beginning.
    pub(super) fn new(tables: Arc<Tables>, demo: &Demo, at: Instant) -> Self {
        let stage = tables.homes.iter().position(|h| h.code == cast::STAGE);
        Self {
            counts: vec![0; tables.homes.len()],
            tables,
            seed: demo.seed,
            today: at.date(),
            at,
            numbers: Numbers::new(demo.seed, demo.persons),
            serial: 1,
            houses: 0,
            dormitories: Vec::new(),
            stage: stage.or(Some(0)),
        }
    }

    /// Makes all blocks, until they are done or nobody takes them any more: then the writer failed and
    /// says so itself.
    pub(super) fn make(mut self, persons: u64, send: &SyncSender<Batch>) {
        let mut next = Some(self.dormitories());
        let (mut number, mut left) = (0, persons);
        while let Some(batch) = next.take() {
            if send.send(batch).is_err() || left == 0 {
                break;
            }
            let size = left.min(BLOCK);
            // A last block of a few people could not make families: it joins the one before.
            let size = if left - size < BLOCK / 5 { left } else { size };
            left -= size;
            let mut rng = Rng::new(self.seed, number * 2);
            let size = usize::try_from(size).unwrap_or(0);
            let block = assemble::block(&mut rng, &self.tables.ages, size, self.today);
            next = Some(self.batch(&block, number));
            number += 1;
        }
    }

    fn id(kind: char, n: u64) -> String {
        let mut id = String::with_capacity(11);
        id.push(kind);
        push_digits(&mut id, n, 10);
        id
    }

    /// House numbers and hamlets, and their search key: each address once in its commune.
    fn line(&mut self, home: usize, rng: &mut Rng) -> (String, String) {
        let n = self.counts[home];
        self.counts[home] += 1;
        let hamlet = n % 11 + 1;
        let number = n / 11 + 1;
        match rng.pick(&self.tables.streets).filter(|_| self.tables.homes[home].ward) {
            Some(street) => (
                format!("Số {number}, đường {}, tổ dân phố {hamlet}", street.text),
                format!("so {number}, duong {}, to dan pho {hamlet}", street.key),
            ),
            None => (
                format!("Số nhà {number}, thôn {hamlet}"),
                format!("so nha {number}, thon {hamlet}"),
            ),
        }
    }

    fn place(&mut self, home: usize, dwelling: Option<&Placed>, rng: &mut Rng) -> Placed {
        self.houses += 1;
        let code = self.tables.homes[home].code;
        let household = Self::id('H', self.houses);
        let mut file = String::with_capacity(14);
        file.push_str(code);
        file.push('-');
        push_digits(&mut file, self.houses, 8);
        match dwelling {
            Some(d) => Placed { household, file, ..d.clone() },
            None => {
                let (line, line_key) = self.line(home, rng);
                let dwelling = Self::id('D', self.houses);
                Placed { home, code, dwelling, line, line_key, household, file }
            }
        }
    }

    /// Three dormitories in the wards with most people.
    pub(super) fn dormitories(&mut self) -> Batch {
        let mut rng = Rng::new(self.seed, u64::MAX);
        let homes = &self.tables.homes;
        let mut wards: Vec<usize> = (0..homes.len()).filter(|i| homes[*i].ward).collect();
        wards.sort_by_key(|i| std::cmp::Reverse(homes[*i].before.len()));
        let mut batch = Batch::new();
        for (n, home) in wards.into_iter().take(3).enumerate() {
            let mut p = self.place(home, None, &mut rng);
            p.line = format!("Ký túc xá sinh viên khu {}", ["A", "B", "C"][n]);
            p.line_key = format!("ky tuc xa sinh vien khu {}", ["a", "b", "c"][n]);
            let name = format!("Trường Đại học Mẫu số {}", n + 1);
            batch.first = Some(("dwelling", p.dwelling.clone()));
            batch.push_dwelling(&p, "dormitory", None, Some(&name), None);
            self.push_household(&mut batch, &p, "collective", None, self.today);
            self.dormitories.push(Dormitory(p));
        }
        batch
    }

    fn push_household(
        &self,
        batch: &mut Batch,
        p: &Placed,
        kind: &str,
        head: Option<&str>,
        since: Date,
    ) {
        batch.households += 1;
        let rows = &mut batch.household;
        for text in [&p.household, &p.dwelling, &p.file] {
            rows.text(text);
        }
        rows.text(kind);
        rows.maybe(head);
        rows.build(|o| push_date(o, since));
        rows.int(1);
        let rows = &mut batch.event;
        rows.text(&p.household);
        rows.int(1);
        rows.int(self.at.0);
        rows.text("opened");
        rows.text("{}");
    }

    /// All rows of one block.
    pub(super) fn batch(&mut self, block: &Block, number: u64) -> Batch {
        let mut rng = Rng::new(self.seed, number * 2 + 1);
        let homes = self.homes(block, number, &mut rng);
        let mut placed: Vec<Placed> = Vec::with_capacity(block.houses.len());
        for (i, house) in block.houses.iter().enumerate() {
            let shared = house.within.and_then(|w| placed.get(w).cloned());
            placed.push(self.place(homes[i], shared.as_ref(), &mut rng));
        }
        let tables = Arc::clone(&self.tables);
        let mut numbers = std::mem::take(&mut self.numbers);
        let mut namer =
            Namer { tables: &tables, rng: &mut rng, numbers: &mut numbers, today: self.today };
        let profiles = namer.profiles(&block.humans, &block.houses, &homes);
        let mut batch = Batch::new();
        let first = block.humans.iter().zip(&profiles).find(|(h, _)| h.age != UNPLACED);
        batch.first = first.map(|(_, p)| ("person", p.pid.clone()));
        let lodgings = self.lodgings(block, &placed, &profiles, &mut batch, namer.rng);
        for (house, p) in block.houses.iter().zip(&placed) {
            self.push_house(&mut batch, house, p, &profiles, namer.rng);
        }
        let mut home_of: Vec<Option<(&Placed, &'static str)>> = vec![None; block.humans.len()];
        for (house, p) in block.houses.iter().zip(&placed) {
            for (id, relation) in &house.members {
                home_of[*id] = Some((p, relation));
            }
        }
        for (id, human) in block.humans.iter().enumerate() {
            if human.age == UNPLACED {
                continue;
            }
            let record = Record {
                humans: &block.humans,
                profiles: &profiles,
                id,
                serial: self.serial + id as u64,
                home: home_of[id],
                lodging: lodgings[id].as_ref(),
            };
            record.push(&mut namer, &mut batch.person);
            self.push_stays(&mut batch, human, &record);
            batch.persons += 1;
        }
        self.numbers = numbers;
        self.serial += block.humans.len() as u64;
        batch
    }

    /// The commune of each household: drawn by weight; parents under the same roof share it; the first
    /// households of the first block stand on the demo's stage.
    fn homes(&self, block: &Block, number: u64, rng: &mut Rng) -> Vec<usize> {
        let mut homes: Vec<usize> = Vec::with_capacity(block.houses.len());
        for (i, house) in block.houses.iter().enumerate() {
            let drawn = self.tables.weights.draw(rng).copied().unwrap_or(0);
            let staged = self.stage.filter(|_| number == 0 && i % 4 == 0 && i < 64);
            homes.push(match house.within {
                Some(w) => homes[w],
                None => staged.unwrap_or(drawn),
            });
        }
        homes
    }

    /// Students in dormitories, young people in rented rooms, some whole couples.
    fn lodgings(
        &mut self,
        block: &Block,
        placed: &[Placed],
        profiles: &[Profile],
        batch: &mut Batch,
        rng: &mut Rng,
    ) -> Vec<Option<Lodging>> {
        let mut out: Vec<Option<Lodging>> = (0..block.humans.len()).map(|_| None).collect();
        for (i, house) in block.houses.iter().enumerate() {
            for (id, relation) in &house.members {
                let h = &block.humans[*id];
                let young = (18..=27).contains(&h.age) && *relation == "child";
                if !young || !rng.chance(0.16) {
                    continue;
                }
                let student = h.age <= 22 && rng.chance(0.6);
                let (since, until) = self.term(rng, h);
                let dormitory = rng.pick(&self.dormitories).map(|d| d.0.clone());
                let host = placed[rng.below(placed.len())].clone();
                out[*id] = match dormitory.filter(|d| student && d.home != placed[i].home) {
                    Some(host) => Some(Lodging { host, relation: "collective", since, until }),
                    None if host.home == placed[i].home => None,
                    None if rng.chance(0.4) => {
                        Some(Lodging { host, relation: "not_related", since, until })
                    }
                    None => {
                        // A household of their own in the host's dwelling.
                        let own = self.place(host.home, Some(&host), rng);
                        let head = profiles[*id].pid.as_str();
                        self.push_household(batch, &own, "family", Some(head), since);
                        Some(Lodging { host: own, relation: "head", since, until })
                    }
                };
            }
        }
        out
    }

    /// Two years or less, begun lately enough to be in force; some end within days.
    fn term(&self, rng: &mut Rng, h: &Human) -> (Date, Date) {
        let since = time::plus_days(self.today, -rng.between(20, 700)).max(h.birth);
        let longest = rules::plus_years(since, rules::TEMPORARY_YEARS_MAX);
        let until = time::plus_days(since, rng.between(180, 730)).min(longest);
        let soon = time::plus_days(self.today, rng.between(1, 60));
        (since, until.max(soon).min(longest))
    }

    fn push_house(
        &self,
        batch: &mut Batch,
        house: &House,
        p: &Placed,
        profiles: &[Profile],
        rng: &mut Rng,
    ) {
        let Some((head, _)) = house.members.first() else { return };
        let since = house.members.iter().filter_map(|(id, _)| profiles[*id].since).min();
        let head_pid = profiles[*head].pid.as_str();
        if house.within.is_none() {
            // Nine dwellings in ten have an owner the land register knows.
            let known = rng.chance(0.9);
            let spouse = house.members.iter().find(|(_, r)| ["wife", "husband"].contains(r));
            let owner = match spouse {
                Some((s, _)) if rng.chance(0.12) => profiles[*s].pid.as_str(),
                _ => head_pid,
            };
            let title = known.then(|| rng.below(1_000_000) as u64);
            batch.push_dwelling(p, "home", known.then_some(owner), None, title);
        }
        self.push_household(batch, p, "family", Some(head_pid), since.unwrap_or(self.today));
    }

    /// The first act, and the residences with their places in the households' books.
    fn push_stays(&self, batch: &mut Batch, human: &Human, record: &Record) {
        let profile = &record.profiles[record.id];
        let rows = &mut batch.act;
        rows.text(&profile.pid);
        rows.int(1);
        rows.text(person::FIRST);
        rows.build(|o| push_date(o, human.birth));
        rows.int(self.at.0);
        rows.text("registers.generated");
        if let Some((at, relation)) = record.home {
            let since = profile.since.unwrap_or(human.birth);
            let stay = Stay { kind: "permanent", at, relation, since, until: None };
            self.push_stay(batch, &profile.pid, &stay);
        }
        if let Some(l) = record.lodging {
            let stay = Stay {
                kind: "temporary",
                at: &l.host,
                relation: l.relation,
                since: l.since,
                until: Some(l.until),
            };
            self.push_stay(batch, &profile.pid, &stay);
        }
    }

    fn push_stay(&self, batch: &mut Batch, pid: &str, stay: &Stay) {
        let rows = &mut batch.member;
        rows.text(&stay.at.household);
        rows.int(1);
        for text in [pid, stay.kind, stay.relation] {
            rows.text(text);
        }
        rows.build(|o| push_date(o, stay.since));
        rows.int(self.at.0);
        let rows = &mut batch.residence;
        rows.text(pid);
        rows.build(|o| {
            o.push(if stay.kind == "permanent" { 'P' } else { 'T' });
            o.push_str(pid);
        });
        for text in [stay.kind, stay.at.code, &stay.at.dwelling, &stay.at.household] {
            rows.text(text);
        }
        rows.build(|o| push_date(o, stay.since));
        match stay.until {
            Some(until) => rows.build(|o| push_date(o, until)),
            None => rows.null(),
        }
        rows.build(|o| {
            let _ = write!(o, "{{\"relation\":\"{}\"}}", stay.relation);
        });
        rows.int(self.at.0);
        rows.int(1);
    }
}

impl Batch {
    fn push_dwelling(
        &mut self,
        p: &Placed,
        kind: &str,
        owner: Option<&str>,
        owner_org: Option<&str>,
        title: Option<u64>,
    ) {
        let rows = &mut self.dwelling;
        for text in [&p.dwelling, p.code, &p.line, &p.line_key, kind] {
            rows.text(text);
        }
        rows.maybe(owner);
        rows.maybe(owner_org);
        match title {
            Some(n) => rows.build(|o| {
                o.push_str("{\"number\":\"MẪU ");
                push_digits(o, n, 6);
                o.push_str(
                    "\",\"kind\":\"Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn \
                     liền với đất\"}",
                );
            }),
            None => rows.null(),
        }
        rows.int(1);
    }
}
