//! Families out of a population: a block of people with the right ages and sexes is drawn first, then
//! married, given children and put under one roof, so that the ages stay right whatever the families
//! look like.

use super::rng::Rng;
use super::tables::AgeGroup;
use kernel::{Date, time};

pub(super) const MALE: usize = 0;
pub(super) const FEMALE: usize = 1;
const OLDEST: usize = 99;
/// A mother's age at a birth. Ages are whole years today, so the difference is kept a year inside.
const MOTHER: std::ops::RangeInclusive<usize> = 19..=41;
/// Age of a child for whom the block had no parents; it is left out.
pub(super) const UNPLACED: usize = usize::MAX;

/// Somebody, before name and number.
#[derive(Clone, Debug)]
pub(super) struct Human {
    pub sex: usize,
    pub age: usize,
    pub birth: Date,
    pub father: Option<usize>,
    pub mother: Option<usize>,
    pub spouse: Option<usize>,
    pub children: Vec<usize>,
    pub marital: &'static str,
    pub died: Option<Date>,
}

/// A household: members with their relation to the head, who stands first.
#[derive(Clone, Debug, Default)]
pub(super) struct House {
    pub members: Vec<(usize, &'static str)>,
    /// Lives in the dwelling of this other household.
    pub within: Option<usize>,
}

pub(super) struct Block {
    pub humans: Vec<Human>,
    pub houses: Vec<House>,
}

/// A couple or a single parent, or one person; perhaps with parents in the house.
#[derive(Clone, Debug, Default)]
struct Family {
    husband: Option<usize>,
    wife: Option<usize>,
    kids: Vec<usize>,
    /// The family of the parents living here, and whether they are the husband's.
    elders: Option<(usize, bool)>,
    /// Living with a younger family.
    taken_in: bool,
}

pub(super) struct Assembler<'r> {
    rng: &'r mut Rng,
    today: Date,
    humans: Vec<Human>,
    /// People not yet placed, by sex and age.
    free: [Vec<Vec<usize>>; 2],
    families: Vec<Family>,
}

/// A block of about `size` people.
pub(super) fn block(rng: &mut Rng, ages: &[AgeGroup], size: usize, today: Date) -> Block {
    let mut a = Assembler {
        rng,
        today,
        humans: Vec::with_capacity(size + 8),
        free: [vec![Vec::new(); OLDEST + 1], vec![Vec::new(); OLDEST + 1]],
        families: Vec::new(),
    };
    a.draw(ages, size);
    a.marry();
    a.single_parents();
    a.children();
    a.grown_up_children();
    a.everybody_else();
    a.take_in_elders();
    a.dead_husbands();
    let houses = a.houses();
    Block { humans: a.humans, houses }
}

impl Assembler<'_> {
    /// Exactly the shares of the model, rounded at random so that small blocks are right on average.
    fn draw(&mut self, ages: &[AgeGroup], size: usize) {
        let mut carry = self.rng.unit();
        for group in ages {
            let years = group.high - group.low + 1;
            for (sex, share) in [(MALE, group.male), (FEMALE, group.female)] {
                carry += share / 1e6 * size as f64;
                let n = carry.floor();
                carry -= n;
                for _ in 0..n as usize {
                    let age = if group.low >= 80 {
                        self.very_old()
                    } else {
                        group.low + self.rng.below(years)
                    };
                    self.born(sex, age);
                }
            }
        }
        for sex in [MALE, FEMALE] {
            for age in 0..=OLDEST {
                let mut list = std::mem::take(&mut self.free[sex][age]);
                self.rng.shuffle(&mut list);
                self.free[sex][age] = list;
            }
        }
    }

    /// 80 and more: each further year is reached by 88 in 100.
    fn very_old(&mut self) -> usize {
        let mut age = 80;
        while age < OLDEST && self.rng.chance(0.88) {
            age += 1;
        }
        age
    }

    fn born(&mut self, sex: usize, age: usize) -> usize {
        let days = self.rng.between(0, 364);
        let years = i32::try_from(age).unwrap_or(0);
        let last_birthday = crate::rules::plus_years(self.today, -years);
        let human = Human {
            sex,
            age,
            birth: time::plus_days(last_birthday, -days),
            father: None,
            mother: None,
            spouse: None,
            children: Vec::new(),
            marital: "single",
            died: None,
        };
        self.humans.push(human);
        let id = self.humans.len() - 1;
        self.free[sex][age].push(id);
        id
    }

    /// Somebody free of about this age, the nearest first.
    fn take(&mut self, sex: usize, age: i32, spread: i32, low: i32) -> Option<usize> {
        for d in 0..=spread {
            for a in [age + d, age - d] {
                let Ok(at) = usize::try_from(a) else { continue };
                if a >= low
                    && at <= OLDEST
                    && let Some(id) = self.free[sex][at].pop()
                {
                    return Some(id);
                }
            }
        }
        None
    }

    fn remove_free(&mut self, id: usize) {
        let h = &self.humans[id];
        self.free[h.sex][h.age].retain(|o| *o != id);
    }

    fn all_free(&mut self, sex: usize, ages: std::ops::RangeInclusive<usize>) -> Vec<usize> {
        let mut list: Vec<usize> = ages.flat_map(|a| self.free[sex][a].iter().copied()).collect();
        self.rng.shuffle(&mut list);
        list
    }

    fn marry(&mut self) {
        for wife in self.all_free(FEMALE, 18..=OLDEST) {
            let age = self.humans[wife].age;
            if !self.rng.chance(married_share(age)) {
                continue;
            }
            let wanted = i32::try_from(age).unwrap_or(0) + self.rng.around(2.5, 2.8);
            let Some(husband) = self.take(MALE, wanted.min(99), 9, 20) else { continue };
            self.remove_free(wife);
            for (a, b) in [(wife, husband), (husband, wife)] {
                self.humans[a].spouse = Some(b);
                self.humans[a].marital = "married";
            }
            self.families.push(Family {
                husband: Some(husband),
                wife: Some(wife),
                ..Family::default()
            });
        }
    }

    /// Widowed, divorced and single mothers, fewer fathers.
    fn single_parents(&mut self) {
        for (sex, share) in [(FEMALE, 0.22), (MALE, 0.04)] {
            for id in self.all_free(sex, 24..=54) {
                if !self.rng.chance(share) {
                    continue;
                }
                self.remove_free(id);
                self.humans[id].marital = match self.rng.below(10) {
                    0..=4 => "divorced",
                    5..=7 => "widowed",
                    _ => "single",
                };
                let mut f = Family::default();
                *(if sex == FEMALE { &mut f.wife } else { &mut f.husband }) = Some(id);
                self.families.push(f);
            }
        }
    }

    /// Families by the mother's age; a father alone stands in for her, three years younger.
    fn by_mother(&self) -> Vec<Vec<usize>> {
        let mut out = vec![Vec::new(); OLDEST + 1];
        for (i, f) in self.families.iter().enumerate() {
            let age = match (f.wife, f.husband) {
                (Some(w), _) => self.humans[w].age,
                (None, Some(h)) => self.humans[h].age.saturating_sub(3),
                (None, None) => continue,
            };
            out[age].push(i);
        }
        out
    }

    /// Every minor has a mother or a father in the block.
    fn children(&mut self) {
        let mothers = self.by_mother();
        for age in 0..18 {
            for sex in [MALE, FEMALE] {
                while let Some(child) = self.free[sex][age].pop() {
                    let found = [(2, 2), (3, 2), (5, 2), (9, 1), (99, 1)]
                        .iter()
                        .find_map(|(most, apart)| self.parent_for(&mothers, child, *most, *apart));
                    let Some(family) = found else {
                        // No woman of the right age at all (blocks of a few people): leave the child out.
                        self.humans[child].age = UNPLACED;
                        continue;
                    };
                    self.adopt(family, child);
                }
            }
        }
    }

    /// Unmarried children who still live with their parents.
    fn grown_up_children(&mut self) {
        let mothers = self.by_mother();
        for sex in [MALE, FEMALE] {
            for child in self.all_free(sex, 18..=44) {
                if !self.rng.chance(at_home_share(self.humans[child].age)) {
                    continue;
                }
                if let Some(family) = self.parent_for(&mothers, child, 4, 2) {
                    self.remove_free(child);
                    self.adopt(family, child);
                }
            }
        }
    }

    /// A family whose mother was of a likely age, with fewest children of a few looked at.
    fn parent_for(
        &mut self,
        mothers: &[Vec<usize>],
        child: usize,
        most: usize,
        apart: usize,
    ) -> Option<usize> {
        let age = self.humans[child].age;
        let (low, high) = (*MOTHER.start(), *MOTHER.end());
        let wanted = usize::try_from(self.rng.around(27.0, 4.8)).unwrap_or(low).clamp(low, high);
        for d in 0..=(high - low) {
            for gap in [wanted + d, wanted.wrapping_sub(d)] {
                if !MOTHER.contains(&gap) || age + gap > OLDEST {
                    continue;
                }
                let there = &mothers[age + gap];
                let mut best: Option<usize> = None;
                for _ in 0..6.min(there.len()) {
                    let f = there[self.rng.below(there.len())];
                    let fewer =
                        |b: usize| self.families[f].kids.len() < self.families[b].kids.len();
                    if self.can_have(f, child, most, apart) && best.is_none_or(fewer) {
                        best = Some(f);
                    }
                }
                if best.is_some() {
                    return best;
                }
            }
        }
        None
    }

    fn can_have(&self, family: usize, child: usize, most: usize, apart: usize) -> bool {
        let f = &self.families[family];
        let age = self.humans[child].age;
        let father_fits = f.husband.is_none_or(|h| self.humans[h].age >= age + 20);
        father_fits
            && f.kids.len() < most
            && f.kids.iter().all(|k| self.humans[*k].age.abs_diff(age) >= apart)
    }

    fn adopt(&mut self, family: usize, child: usize) {
        let f = &self.families[family];
        let (father, mother) = (f.husband, f.wife);
        // Brothers and sisters are a year apart, or the younger one is moved.
        let near = f.kids.iter().find(|k| {
            let days = time::days_from_epoch(self.humans[**k].birth)
                - time::days_from_epoch(self.humans[child].birth);
            days.abs() < 330
        });
        if let Some(near) = near.copied() {
            let twin = self.humans[near].birth;
            self.humans[child].birth = twin;
            self.humans[child].age = self.humans[near].age;
        }
        self.humans[child].father = father;
        self.humans[child].mother = mother;
        for p in [father, mother].into_iter().flatten() {
            self.humans[p].children.push(child);
        }
        self.families[family].kids.push(child);
    }

    /// Whoever is left lives alone; the older have mostly been married.
    fn everybody_else(&mut self) {
        for sex in [MALE, FEMALE] {
            for id in self.all_free(sex, 18..=OLDEST) {
                self.remove_free(id);
                let age = self.humans[id].age;
                self.humans[id].marital = match (age, self.rng.below(100)) {
                    (0..=29, _) => "single",
                    (30..=44, 0..=69) => "single",
                    (30..=44, 70..=94) => "divorced",
                    (30..=59, 0..=39) => "single",
                    (30..=59, 40..=59) => "divorced",
                    (60.., 0..=5) => "single",
                    (60.., 6..=8) => "divorced",
                    _ => "widowed",
                };
                let mut f = Family::default();
                *(if sex == FEMALE { &mut f.wife } else { &mut f.husband }) = Some(id);
                self.families.push(f);
            }
        }
    }

    /// Old people live with a son or daughter about half the time, mostly a son.
    fn take_in_elders(&mut self) {
        let mut younger: Vec<Vec<(usize, bool)>> = vec![Vec::new(); OLDEST + 1];
        for (i, f) in self.families.iter().enumerate() {
            for (who, is_husband) in [(f.husband, true), (f.wife, false)] {
                if let Some(id) = who.filter(|id| self.humans[*id].father.is_none()) {
                    let age = self.humans[id].age;
                    if is_husband || self.rng.chance(0.25) {
                        younger[age].push((i, is_husband));
                    }
                }
            }
        }
        for list in &mut younger {
            self.rng.shuffle(list);
        }
        for i in 0..self.families.len() {
            let f = &self.families[i];
            let Some(first) = f.wife.or(f.husband) else { continue };
            let age = self.humans[first].age;
            let share = match age {
                0..=49 => 0.0,
                50..=59 => 0.40,
                60..=69 => 0.62,
                _ => 0.76,
            };
            let busy = f.elders.is_some() || f.taken_in;
            let minors = f.kids.iter().any(|k| self.humans[*k].age < 18);
            if busy || minors || !self.rng.chance(share) {
                continue;
            }
            self.take_in(i, &mut younger);
        }
    }

    fn take_in(&mut self, elder: usize, younger: &mut [Vec<(usize, bool)>]) {
        let (father, mother) = (self.families[elder].husband, self.families[elder].wife);
        let Some(anchor) = mother.or(father) else { return };
        let age = self.humans[anchor].age;
        let wanted = self.rng.around(26.0, 4.5).clamp(20, 38);
        for d in 0..19 {
            for gap in [wanted + d, wanted - d] {
                let Ok(gap) = usize::try_from(gap) else { continue };
                if !MOTHER.contains(&gap) || age < gap + 20 {
                    continue;
                }
                while let Some((family, is_husband)) = younger[age - gap].pop() {
                    let y = &self.families[family];
                    let child = if is_husband { y.husband } else { y.wife };
                    let Some(child) = child else { continue };
                    let free = y.elders.is_none() && !y.taken_in && family != elder;
                    let fits =
                        father.is_none_or(|f| self.humans[f].age >= self.humans[child].age + 19);
                    let brothers = &self.families[elder].kids;
                    let apart = brothers
                        .iter()
                        .all(|k| self.humans[*k].age.abs_diff(self.humans[child].age) >= 2);
                    if !free || !fits || !apart || self.humans[child].father.is_some() {
                        continue;
                    }
                    self.humans[child].father = father;
                    self.humans[child].mother = mother;
                    for p in [father, mother].into_iter().flatten() {
                        self.humans[p].children.push(child);
                    }
                    self.families[family].elders = Some((elder, is_husband));
                    self.families[elder].taken_in = true;
                    return;
                }
            }
        }
    }

    /// Some widows' husbands still stand in the register, as dead.
    fn dead_husbands(&mut self) {
        for widow in 0..self.humans.len() {
            let w = &self.humans[widow];
            if w.marital != "widowed" || w.sex != FEMALE || w.age > 92 || !self.rng.chance(0.15) {
                continue;
            }
            let age = w.age + 3;
            let died = time::plus_days(self.today, -self.rng.between(30, 3_000));
            let id = self.born(MALE, age);
            self.free[MALE][age].pop();
            self.humans[id].died = Some(died);
            self.humans[id].marital = "married";
            self.humans[id].spouse = Some(widow);
            self.humans[widow].spouse = Some(id);
            for c in self.humans[widow].children.clone() {
                if self.humans[c].father.is_none() && self.humans[c].birth < died {
                    self.humans[c].father = Some(id);
                    self.humans[id].children.push(c);
                }
            }
        }
    }

    fn houses(&mut self) -> Vec<House> {
        let families = std::mem::take(&mut self.families);
        let mut houses = Vec::new();
        for f in families.iter().filter(|f| !f.taken_in) {
            let elders = f.elders.map(|(e, of_husband)| (&families[e], of_husband));
            // Tách hộ: parents sometimes keep a household of their own under the same roof.
            let apart = elders.is_some() && self.rng.chance(0.07);
            let with = elders.filter(|_| !apart);
            let members = self.under_one_head(f, with);
            houses.push(House { members, within: None });
            if let Some((e, _)) = elders.filter(|_| apart) {
                let within = Some(houses.len() - 1);
                let members = self.under_one_head(e, None);
                houses.push(House { members, within });
            }
        }
        houses
    }

    /// Chooses the head and says what everybody else is to the head.
    fn under_one_head(
        &mut self,
        f: &Family,
        elders: Option<(&Family, bool)>,
    ) -> Vec<(usize, &'static str)> {
        let mut all: Vec<(usize, Part)> = Vec::new();
        all.extend(f.husband.map(|h| (h, Part::Husband)));
        all.extend(f.wife.map(|w| (w, Part::Wife)));
        if let Some((e, _)) = elders {
            all.extend(e.husband.map(|h| (h, Part::ElderMan)));
            all.extend(e.wife.map(|w| (w, Part::ElderWoman)));
            all.extend(e.kids.iter().map(|k| (*k, Part::Sibling)));
        }
        all.extend(f.kids.iter().map(|k| (*k, Part::Kid)));
        let elder_first = elders.is_some() && self.rng.chance(0.35);
        let man_first = self.rng.chance(0.76);
        let order = match (elder_first, man_first) {
            (true, _) => [Part::ElderMan, Part::ElderWoman, Part::Husband, Part::Wife],
            (false, true) => [Part::Husband, Part::Wife, Part::ElderMan, Part::ElderWoman],
            (false, false) => [Part::Wife, Part::Husband, Part::ElderMan, Part::ElderWoman],
        };
        let head = order.iter().find_map(|p| all.iter().find(|(_, q)| q == p)).copied();
        let Some((head, part)) = head else { return Vec::new() };
        let of_husband = elders.is_none_or(|e| e.1);
        let mut out = vec![(head, "head")];
        for (id, p) in all.iter().filter(|(id, _)| *id != head) {
            let older = self.humans[*id].birth < self.humans[head].birth;
            out.push((*id, relation(part, *p, of_husband, self.humans[*id].sex, older)));
        }
        out
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Husband,
    Wife,
    Kid,
    ElderMan,
    ElderWoman,
    Sibling,
}

/// What somebody is to the head. `of_husband`: the elders are the husband's parents.
fn relation(head: Part, who: Part, of_husband: bool, sex: usize, older: bool) -> &'static str {
    use Part::{ElderMan, ElderWoman, Husband, Kid, Sibling, Wife};
    let own_parents = (head == Husband) == of_husband;
    match (head, who) {
        (Husband, Wife) => "wife",
        (Wife, Husband) => "husband",
        (ElderMan, ElderWoman) => "wife",
        (ElderWoman, ElderMan) => "husband",
        (Husband | Wife, Kid) | (ElderMan | ElderWoman, Sibling) => "child",
        (ElderMan | ElderWoman, Kid) => "grandchild",
        (ElderMan | ElderWoman, Husband) => {
            if of_husband {
                "child"
            } else {
                "son_in_law"
            }
        }
        (ElderMan | ElderWoman, Wife) => {
            if of_husband {
                "daughter_in_law"
            } else {
                "child"
            }
        }
        (_, ElderMan) => {
            if own_parents {
                "father"
            } else {
                "father_in_law"
            }
        }
        (_, ElderWoman) => {
            if own_parents {
                "mother"
            } else {
                "mother_in_law"
            }
        }
        (_, Sibling) if own_parents => match (older, sex) {
            (false, _) => "younger_sibling",
            (true, MALE) => "elder_brother",
            (true, _) => "elder_sister",
        },
        _ => "other_relative",
    }
}

/// Share of women of this age who live with a husband. Together with who is left over this gives the
/// census: 69 % of those over 15 married, 2 % divorced, 6 % widowed.
fn married_share(age: usize) -> f64 {
    match age {
        0..=19 => 0.12,
        20..=24 => 0.44,
        25..=29 => 0.74,
        30..=34 => 0.84,
        35..=49 => 0.87,
        50..=54 => 0.84,
        55..=59 => 0.80,
        60..=64 => 0.73,
        65..=69 => 0.65,
        70..=74 => 0.55,
        75..=79 => 0.44,
        _ => 0.24,
    }
}

/// Share of the unmarried who are still registered with their parents.
fn at_home_share(age: usize) -> f64 {
    match age {
        0..=22 => 0.98,
        23..=29 => 0.93,
        30..=34 => 0.78,
        _ => 0.55,
    }
}
