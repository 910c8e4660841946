//! From a block of people to rows, and the rows into the database.

use super::assemble::{Block, House, Human, UNPLACED};
use super::people::{Namer, Numbers, Profile};
use super::rng::Rng;
use super::tables::Tables;
use crate::person::{self, STORED};
use crate::rules;
use kernel::{Date, Instant, Result, time, vietnamese};
use serde_json::{Map, Value as Json, json};
use store::{ReadTx, Value, WriteTx};

/// Rows of one batch, in the order of their tables' columns.
#[derive(Default)]
pub(super) struct Batch {
    pub persons: u64,
    pub households: u64,
    person: Vec<Vec<Value>>,
    act: Vec<Vec<Value>>,
    dwelling: Vec<Vec<Value>>,
    household: Vec<Vec<Value>>,
    event: Vec<Vec<Value>>,
    member: Vec<Vec<Value>>,
    residence: Vec<Vec<Value>>,
}

const DWELLING: &str = "INSERT INTO dwelling (id, commune, line, line_key, kind, owner, owner_org, \
    title, version)";
const HOUSEHOLD: &str =
    "INSERT INTO household (id, dwelling, file, kind, head, opened_on, version)";
const EVENT: &str = "INSERT INTO household_event (household, version, at, kind, detail)";
const MEMBER: &str = "INSERT INTO household_member (household, n, pid, kind, relation, since, \
    recorded_at)";
const RESIDENCE: &str = "INSERT INTO residence (pid, id, kind, commune, dwelling, household, since, \
    until, detail, recorded_at, version)";

impl Batch {
    /// Whether it was written before: a batch is one transaction, so its first row speaks for it.
    pub(super) fn is_there(&self, tx: &mut ReadTx) -> Result<bool> {
        let (sql, rows) = match self.person.is_empty() {
            true => ("SELECT 1 FROM dwelling WHERE id = ?1", &self.dwelling),
            false => ("SELECT 1 FROM person WHERE pid = ?1", &self.person),
        };
        let Some(first) = rows.first() else { return Ok(true) };
        Ok(tx.row(sql, &first[..1], |_| Ok(()))?.is_some())
    }

    pub(super) fn write(&self, tx: &mut WriteTx) -> Result<()> {
        let tables = [
            (DWELLING, &self.dwelling),
            (HOUSEHOLD, &self.household),
            (EVENT, &self.event),
            (person::INTO_PERSON, &self.person),
            (person::INTO_ACTS, &self.act),
            (MEMBER, &self.member),
            (RESIDENCE, &self.residence),
        ];
        for (into, rows) in tables {
            // A copy: the transaction may have to run again.
            tx.insert_many(into, rows.clone())?;
        }
        Ok(())
    }
}

/// A dwelling with its household, placed.
#[derive(Clone, Debug)]
struct Placed {
    home: usize,
    dwelling: String,
    household: String,
    line: String,
    file: String,
}

/// Somebody's temporary residence.
struct Lodging {
    host: Placed,
    relation: &'static str,
    since: Date,
    until: Date,
}

/// Makes batches, one block of people each; everything that must not repeat is counted here.
pub(super) struct Maker {
    pub tables: Tables,
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

impl Maker {
    fn id(kind: char, n: u64) -> String {
        format!("{kind}{n:010}")
    }

    /// House numbers and hamlets: each address once in its commune.
    fn line(&mut self, home: usize, rng: &mut Rng) -> String {
        let n = self.counts[home];
        self.counts[home] += 1;
        let hamlet = n % 11 + 1;
        let number = n / 11 + 1;
        if self.tables.homes[home].ward {
            let street = rng.pick(&self.tables.streets).map_or("Trần Hưng Đạo", String::as_str);
            format!("Số {number}, đường {street}, tổ dân phố {hamlet}")
        } else {
            format!("Số nhà {number}, thôn {hamlet}")
        }
    }

    fn place(&mut self, home: usize, dwelling: Option<&Placed>, rng: &mut Rng) -> Placed {
        self.houses += 1;
        let code = self.tables.homes[home].code;
        let household = Self::id('H', self.houses);
        let file = format!("{code}-{:08}", self.houses);
        match dwelling {
            Some(d) => Placed { household, file, ..d.clone() },
            None => Placed {
                home,
                dwelling: Self::id('D', self.houses),
                line: self.line(home, rng),
                household,
                file,
            },
        }
    }

    /// Three dormitories in the wards with most people.
    pub(super) fn dormitories(&mut self) -> Batch {
        let mut rng = Rng::new(self.seed, u64::MAX);
        let mut wards: Vec<usize> =
            (0..self.tables.homes.len()).filter(|i| self.tables.homes[*i].ward).collect();
        wards.sort_by_key(|i| std::cmp::Reverse(self.tables.homes[*i].before.len()));
        let mut batch = Batch::default();
        for (n, home) in wards.into_iter().take(3).enumerate() {
            let mut p = self.place(home, None, &mut rng);
            p.line = format!("Ký túc xá sinh viên khu {}", ["A", "B", "C"][n]);
            let name = format!("Trường Đại học Mẫu số {}", n + 1);
            self.push_dwelling(&mut batch, &p, "dormitory", None, Some(name), None);
            self.push_household(&mut batch, &p, "collective", None, self.today);
            self.dormitories.push(Dormitory(p));
        }
        batch
    }

    fn push_dwelling(
        &self,
        batch: &mut Batch,
        p: &Placed,
        kind: &str,
        owner: Option<&str>,
        owner_org: Option<String>,
        title: Option<Json>,
    ) {
        batch.dwelling.push(vec![
            p.dwelling.clone().into(),
            self.tables.homes[p.home].code.into(),
            p.line.clone().into(),
            vietnamese::search_key(&p.line).into(),
            kind.into(),
            owner.map(str::to_owned).into(),
            owner_org.into(),
            title.map(|t| t.to_string()).into(),
            1i64.into(),
        ]);
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
        batch.household.push(vec![
            p.household.clone().into(),
            p.dwelling.clone().into(),
            p.file.clone().into(),
            kind.into(),
            head.map(str::to_owned).into(),
            since.into(),
            1i64.into(),
        ]);
        let event = vec![
            p.household.clone().into(),
            1i64.into(),
            self.at.into(),
            "opened".into(),
            "{}".into(),
        ];
        batch.event.push(event);
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
        let mut numbers = std::mem::take(&mut self.numbers);
        let mut batch = Batch::default();
        let mut namer = Namer {
            tables: &self.tables,
            rng: &mut rng,
            numbers: &mut numbers,
            seed: self.seed,
            today: self.today,
        };
        let profiles = namer.profiles(&block.humans, &block.houses, &homes);
        let items: Vec<Map<String, Json>> = (0..block.humans.len())
            .map(|id| namer.items(&block.humans, &profiles, id, self.serial + id as u64))
            .collect();
        self.numbers = numbers;
        self.serial += block.humans.len() as u64;
        let lodgings = self.lodgings(block, &placed, &profiles, &mut batch, &mut rng);
        for (i, house) in block.houses.iter().enumerate() {
            self.push_house(&mut batch, house, &placed[i], &profiles, &mut rng);
        }
        let mut home_of: Vec<Option<(usize, &'static str)>> = vec![None; block.humans.len()];
        for (i, house) in block.houses.iter().enumerate() {
            for (id, relation) in &house.members {
                home_of[*id] = Some((i, relation));
            }
        }
        for (id, values) in items.into_iter().enumerate() {
            let human = &block.humans[id];
            if human.age == UNPLACED {
                continue;
            }
            let home = home_of[id].map(|(i, relation)| (&placed[i], relation));
            self.push_person(&mut batch, human, &profiles[id], values, home, lodgings[id].as_ref());
        }
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
            let title = json!({
                "number": format!("MẪU {:06}", rng.below(1_000_000)),
                "kind": "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất",
            });
            self.push_dwelling(
                batch,
                p,
                "home",
                known.then_some(owner),
                None,
                known.then_some(title),
            );
        }
        self.push_household(batch, p, "family", Some(head_pid), since.unwrap_or(self.today));
    }

    fn push_person(
        &self,
        batch: &mut Batch,
        human: &Human,
        profile: &Profile,
        mut values: Map<String, Json>,
        home: Option<(&Placed, &'static str)>,
        lodging: Option<&Lodging>,
    ) {
        let pid = profile.pid.as_str();
        let since = profile.since.unwrap_or(human.birth);
        if let Some((p, relation)) = home {
            values.insert("permanent".into(), self.address(p, since));
            values.insert("abode".into(), json!({"kind": "permanent", "since": since.to_string()}));
            values.insert("relation".into(), json!(relation));
            values.insert("residence_file".into(), json!(p.file));
            self.push_member(batch, &p.household, pid, "permanent", relation, since);
            self.push_residence(batch, pid, "permanent", p, since, None, relation);
        }
        if let Some(l) = lodging {
            let mut value = self.address(&l.host, l.since);
            value["until"] = json!(l.until.to_string());
            value["registration"] = json!(format!("T{pid}"));
            values.insert("temporary".into(), value);
            values
                .insert("abode".into(), json!({"kind": "temporary", "since": l.since.to_string()}));
            self.push_member(batch, &l.host.household, pid, "temporary", l.relation, l.since);
            self.push_residence(
                batch,
                pid,
                "temporary",
                &l.host,
                l.since,
                Some(l.until),
                l.relation,
            );
        }
        self.push_record(batch, human, profile, &values);
    }

    fn address(&self, p: &Placed, since: Date) -> Json {
        json!({
            "dwelling": p.dwelling, "commune": self.tables.homes[p.home].code, "line": p.line,
            "household": p.household, "since": since.to_string(),
        })
    }

    fn push_record(
        &self,
        batch: &mut Batch,
        human: &Human,
        profile: &Profile,
        values: &Map<String, Json>,
    ) {
        let (name_key, given_key) = person::keys(&profile.name);
        let part = |item: &str, key: &str| -> Value {
            values.get(item).and_then(|v| v[key].as_str()).map(str::to_owned).into()
        };
        let mut row: Vec<Value> = Vec::with_capacity(9 + STORED.len());
        row.extend([
            profile.pid.clone().into(),
            1i64.into(),
            name_key.into(),
            given_key.into(),
            part("permanent", "commune"),
            part("temporary", "commune"),
            part("permanent", "household"),
            part("temporary", "household"),
            Value::Null,
        ]);
        row.extend(
            STORED.iter().map(|i| Value::from(values.get(*i).and_then(|v| person::encode(i, v)))),
        );
        batch.person.push(row);
        batch.act.push(vec![
            profile.pid.clone().into(),
            1i64.into(),
            person::FIRST.into(),
            Value::Null,
            Value::Null,
            human.birth.into(),
            self.at.into(),
            "registers.generated".into(),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
        ]);
        batch.persons += 1;
    }

    fn push_member(
        &self,
        batch: &mut Batch,
        household: &str,
        pid: &str,
        kind: &str,
        relation: &str,
        since: Date,
    ) {
        batch.member.push(vec![
            household.into(),
            1i64.into(),
            pid.into(),
            kind.into(),
            relation.into(),
            since.into(),
            self.at.into(),
        ]);
    }

    #[allow(clippy::too_many_arguments)]
    fn push_residence(
        &self,
        batch: &mut Batch,
        pid: &str,
        kind: &str,
        p: &Placed,
        since: Date,
        until: Option<Date>,
        relation: &str,
    ) {
        let letter = if kind == "permanent" { 'P' } else { 'T' };
        batch.residence.push(vec![
            pid.into(),
            format!("{letter}{pid}").into(),
            kind.into(),
            self.tables.homes[p.home].code.into(),
            p.dwelling.clone().into(),
            p.household.clone().into(),
            since.into(),
            until.into(),
            json!({"relation": relation}).to_string().into(),
            self.at.into(),
            1i64.into(),
        ]);
    }
}
