//! Names, numbers, birth places and cards for the people of a block.

use super::assemble::{FEMALE, House, Human, MALE, UNPLACED};
use super::rng::Rng;
use super::tables::{Tables, before_reform};
use kernel::{Date, time, vietnamese};
use places::{Commune, REFORM};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Gives out personal numbers: each once, `PPP G YY RRRRRR`.
#[derive(Default)]
pub(super) struct Numbers(BTreeMap<(&'static str, String), u32>);

impl Numbers {
    fn next(&mut self, seed: u64, province: &'static str, sex: usize, birth: Date) -> String {
        let year = birth.year();
        let group = usize::try_from((year - 1900) / 100).unwrap_or(0) * 2 + sex;
        let middle = format!("{group}{:02}", year.rem_euclid(100));
        let count = self.0.entry((province, middle.clone())).or_default();
        // A walk through all six-digit numbers that meets none twice.
        let start = seed.wrapping_mul(31).wrapping_add(year.unsigned_abs().into()) % 1_000_000;
        let random = (start + u64::from(*count) * 386_117) % 1_000_000;
        *count += 1;
        format!("0{province}{middle}{random:06}")
    }
}

/// What a person is besides age and family.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    pub pid: String,
    pub name: String,
    surname: String,
    given: String,
    ethnic: usize,
    religion: usize,
    birth_place: Option<&'static Commune>,
    native: Option<&'static Commune>,
    pub home: usize,
    /// First day of permanent residence.
    pub since: Option<Date>,
}

pub(super) struct Namer<'a> {
    pub tables: &'a Tables,
    pub rng: &'a mut Rng,
    pub numbers: &'a mut Numbers,
    pub seed: u64,
    pub today: Date,
}

impl Namer<'_> {
    /// Profiles of a block; `homes` is the commune (index) of each household.
    pub(super) fn profiles(
        &mut self,
        humans: &[Human],
        houses: &[House],
        homes: &[usize],
    ) -> Vec<Profile> {
        let mut out = vec![Profile::default(); humans.len()];
        for (house, home) in houses.iter().zip(homes) {
            // The household moved in together; who was born later was registered then.
            let moved = time::plus_days(self.today, -self.rng.between(40, 7_000));
            for (id, _) in &house.members {
                out[*id].home = *home;
                let soon = time::plus_days(humans[*id].birth, self.rng.between(3, 60));
                out[*id].since = Some(moved.max(soon).min(self.today));
            }
        }
        let mut order: Vec<usize> =
            (0..humans.len()).filter(|i| humans[*i].age != UNPLACED).collect();
        order.sort_by_key(|i| (humans[*i].birth, *i));
        let mut of_mother: BTreeMap<usize, String> = BTreeMap::new();
        for id in order {
            self.belong(humans, &mut out, id);
            self.surname(humans, &mut out, id, &mut of_mother);
            self.given(humans, &mut out, id);
            self.birth_place(humans, &mut out, id);
            let province = out[id].birth_place.map_or("37", |c| c.province().code_str());
            out[id].pid = self.numbers.next(self.seed, province, humans[id].sex, humans[id].birth);
        }
        out
    }

    /// Ethnic group and religion: of the father, else mostly of the spouse.
    fn belong(&mut self, humans: &[Human], out: &mut [Profile], id: usize) {
        let h = &humans[id];
        let known = |p: &Option<usize>| p.filter(|p| !out[*p].name.is_empty());
        let parent = known(&h.father).or(known(&h.mother));
        let spouse = known(&h.spouse);
        out[id].ethnic = match (parent, spouse) {
            (Some(p), _) => out[p].ethnic,
            (None, Some(s)) if self.rng.chance(0.92) => out[s].ethnic,
            _ => self.tables.ethnic.draw_index(self.rng),
        };
        out[id].religion = match (parent, spouse) {
            (Some(p), _) => out[p].religion,
            (None, Some(s)) if self.rng.chance(0.85) => out[s].religion,
            _ => self.tables.religions.draw_index(self.rng),
        };
    }

    fn surname(
        &mut self,
        humans: &[Human],
        out: &mut [Profile],
        id: usize,
        of_mother: &mut BTreeMap<usize, String>,
    ) {
        let h = &humans[id];
        out[id].surname = match (h.father, h.mother) {
            (Some(f), _) => out[f].surname.clone(),
            (None, Some(m)) => match of_mother.get(&m) {
                Some(s) => s.clone(),
                None => {
                    let own = self.rng.chance(0.3);
                    let s = if own {
                        out[m].surname.clone()
                    } else {
                        self.some_surname(out[id].ethnic)
                    };
                    of_mother.insert(m, s.clone());
                    s
                }
            },
            (None, None) => self.some_surname(out[id].ethnic),
        };
    }

    fn some_surname(&mut self, ethnic: usize) -> String {
        let own = self.tables.ethnic.things().get(ethnic).map(|e| &e.surnames);
        let table = own.filter(|s| !s.is_empty()).unwrap_or(&self.tables.surnames);
        table.draw(self.rng).cloned().unwrap_or_default()
    }

    /// «Thị» and «Văn» were given to nearly everybody once, and to few now.
    fn middle_and_given(&mut self, sex: usize, year: i16) -> (String, String) {
        let Some((middle, given)) = self.rng.pick(&self.tables.given[sex]).cloned() else {
            return (String::new(), String::new());
        };
        let table =
            [(1955, 0.80, 0.97), (1970, 0.70, 0.93), (1985, 0.50, 0.80), (2000, 0.25, 0.45)];
        let (male, female) = table
            .iter()
            .find(|(until, ..)| year <= *until)
            .map_or((0.06, 0.12), |(_, m, f)| (*m, *f));
        match sex {
            MALE if self.rng.chance(male) => ("Văn".into(), given),
            FEMALE if self.rng.chance(female) => ("Thị".into(), given),
            _ => (middle, given),
        }
    }

    fn given(&mut self, humans: &[Human], out: &mut [Profile], id: usize) {
        let h = &humans[id];
        let family: Vec<usize> = [h.father, h.mother]
            .into_iter()
            .flatten()
            .flat_map(|p| humans[p].children.iter().copied().chain([p]))
            .collect();
        let mut name = self.middle_and_given(h.sex, h.birth.year());
        for _ in 0..6 {
            // Nobody is called like a brother, a sister or a parent.
            if family.iter().all(|f| *f == id || out[*f].given != name.1) {
                break;
            }
            name = self.middle_and_given(h.sex, h.birth.year());
        }
        out[id].name = [out[id].surname.as_str(), &name.0, &name.1]
            .iter()
            .filter(|p| !p.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        out[id].given = name.1;
    }

    /// Mostly in one of the communes of before 2025 that the home commune was made of.
    fn birth_place(&mut self, humans: &[Human], out: &mut [Profile], id: usize) {
        let child = humans[id].age < 12;
        let (here, province) = if child { (0.92, 0.06) } else { (0.76, 0.16) };
        let at = self.rng.unit();
        let home = if at < here || at >= here + province {
            out[id].home
        } else {
            self.tables.weights.draw(self.rng).copied().unwrap_or(0)
        };
        let before = &self.tables.homes[home].before;
        let near = self.rng.pick(before).copied();
        let tables = self.tables;
        out[id].birth_place = if at >= here + province || near.is_none() {
            let list = tables.elsewhere.draw(self.rng);
            list.and_then(|l| self.rng.pick(l)).copied()
        } else {
            near
        };
        let father = humans[id].father.and_then(|f| out[f].native);
        out[id].native = father.or(out[id].birth_place);
    }

    /// The items of a person that do not depend on residence.
    pub(super) fn items(
        &mut self,
        humans: &[Human],
        out: &[Profile],
        id: usize,
        serial: u64,
    ) -> Map<String, Json> {
        let (h, p) = (&humans[id], &out[id]);
        let mut m = Map::new();
        let mut set = |k: &str, v: Json| {
            m.insert(k.to_owned(), v);
        };
        set("name", json!(p.name));
        set("birth", json!(h.birth.to_string()));
        set("sex", json!(if h.sex == MALE { "male" } else { "female" }));
        let place = self.birth_commune(p, h.birth);
        set("birth_place", place.clone());
        set("birth_registration", place);
        set("native_place", json!(p.native.map(|c| json!({"commune": c.code_str()}))));
        if let Some(e) = self.tables.ethnic.things().get(p.ethnic) {
            set("ethnic", json!({"code": e.code}));
        }
        if let Some(Some(code)) = self.tables.religions.things().get(p.religion) {
            set("religion", json!({"code": code}));
        }
        set("nationality", json!({"code": "VN"}));
        set("marital", json!(h.marital));
        set("relatives", self.relatives(humans, out, id));
        if let Some(on) = h.died {
            set("death", json!({"on": on.to_string(), "kind": "dead"}));
            return m;
        }
        if h.birth.year() <= 2001 && self.rng.chance(0.8) {
            set("old_id", json!(format!("000{:06}", self.rng.below(1_000_000))));
        }
        if h.age >= 14 && self.rng.chance(0.96) {
            set("card", self.card(h));
        }
        if h.age >= 14 && self.rng.chance(if h.age < 70 { 0.95 } else { 0.5 }) {
            // Numbers and addresses that cannot be anybody's.
            let email = (h.age < 55 && self.rng.chance(0.45))
                .then(|| format!("{}.{serial}@vi-du.invalid", vietnamese::slug(&p.name)));
            set(
                "contact",
                json!({"phone": format!("0000{:06}", serial % 1_000_000), "email": email}),
            );
        }
        m
    }

    /// The commune as it was on the day of birth.
    fn birth_commune(&self, p: &Profile, birth: Date) -> Json {
        let Some(old) = p.birth_place else { return Json::Null };
        let code = if birth < REFORM {
            old.code_str()
        } else {
            let usual = places::all().resolve(&old.code(), before_reform(), REFORM).ok();
            usual.and_then(|r| r.usual()).map_or(old.code_str(), Commune::code_str)
        };
        json!({"commune": code})
    }

    /// Cards run out at 25, 40 and 60; one made within two years before lasts to the next.
    fn card(&mut self, h: &Human) -> Json {
        let first = kernel::time::date_from_epoch(18_687); // 2021-03-01: chip cards begin
        let fourteenth = crate::rules::plus_years(h.birth, 14);
        let span = time::days_from_epoch(self.today) - time::days_from_epoch(first.max(fourteenth));
        let mut issued = time::plus_days(first.max(fourteenth), self.rng.between(0, span.max(0)));
        loop {
            let age = time::age_on(h.birth, issued);
            let end = [25, 40, 60].into_iter().find(|e| e - age >= 2);
            let expires = end.map(|e| crate::rules::plus_years(h.birth, e));
            match expires {
                Some(e) if e <= self.today => issued = e,
                _ => {
                    let by = if issued.year() >= 2025 {
                        "Bộ Công an"
                    } else {
                        "Cục Cảnh sát QLHC về TTXH"
                    };
                    return json!({
                        "issued": issued.to_string(), "by": by,
                        "expires": expires.map(|e| e.to_string()),
                    });
                }
            }
        }
    }

    fn relatives(&mut self, humans: &[Human], out: &[Profile], id: usize) -> Json {
        let h = &humans[id];
        // Names of people with a number come from their own record.
        let with = |p: usize| json!({"pid": out[p].pid});
        let mut parent = |known: Option<usize>, sex: usize| match known {
            Some(p) => with(p),
            // A minor without a father on the birth certificate has none; grown-ups' parents are
            // recorded by name.
            None if h.age < 18 => Json::Null,
            None => {
                let year = h.birth.year() - 27;
                let (middle, given) = self.middle_and_given(sex, year);
                let surname = match sex {
                    MALE => out[id].surname.clone(),
                    _ => self.some_surname(out[id].ethnic),
                };
                json!({"name": format!("{surname} {middle} {given}")})
            }
        };
        let father = parent(h.father, MALE);
        let mother = parent(h.mother, FEMALE);
        let mut all = json!({"father": father, "mother": mother});
        if let Some(s) = h.spouse {
            all["spouse"] = with(s);
        }
        if !h.children.is_empty() {
            all["children"] = h.children.iter().map(|c| with(*c)).collect();
        }
        all
    }
}
