//! Names, numbers and birth places for the people of a block.

use super::assemble::{FEMALE, House, Human, MALE, UNPLACED};
use super::rng::Rng;
use super::tables::{Tables, Word};
use kernel::{Date, time};
use places::Commune;

/// Gives out personal numbers: each once, `PPP G YY RRRRRR`. The last six digits rise with chance
/// gaps: a register is filled much faster when the numbers of a year come in their order.
#[derive(Default)]
pub(super) struct Numbers {
    seed: u64,
    /// The gaps.
    step: u64,
    /// Given out so far, by province (two digits), then century, sex and year (three digits).
    counts: Vec<u32>,
}

/// Numbers of one province, sex and year of birth.
const GROUP: u64 = 1_000_000;

impl Numbers {
    /// For about so many people.
    pub(super) fn new(seed: u64, persons: u64) -> Self {
        // A year's births of one sex are under one in ninety.
        let step = (GROUP / (persons / 90 + 1_000)).max(1);
        Self { seed, step, counts: vec![0; 100 * 1_000] }
    }

    /// Appends the next number.
    fn push(&mut self, province: &str, sex: usize, birth: Date, out: &mut String) {
        let year = u64::from(birth.year().unsigned_abs());
        let group = (year.saturating_sub(1900) / 100) * 2 + sex as u64;
        let (group, yy) = (group % 10, year % 100);
        let code: u64 = province.parse().unwrap_or(0);
        let at = usize::try_from((code % 100) * 1_000 + group * 100 + yy).unwrap_or(0);
        let count = u64::from(self.counts[at]);
        self.counts[at] += 1;
        let mixed = (self.seed ^ (at as u64) << 32 ^ count).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let start = self.seed.wrapping_mul(31).wrapping_add(year * 7) % GROUP;
        let random = (start + count * self.step + (mixed >> 33) % self.step) % GROUP;
        out.push('0');
        out.push_str(province);
        push_digits(out, group, 1);
        push_digits(out, yy, 2);
        push_digits(out, random, 6);
    }
}

/// A number with leading zeros.
pub(super) fn push_digits(out: &mut String, n: u64, width: u32) {
    for place in (0..width).rev() {
        let digit = u8::try_from(n / 10u64.pow(place) % 10).unwrap_or(0);
        out.push(char::from(b'0' + digit));
    }
}

/// `YYYY-MM-DD`
pub(super) fn push_date(out: &mut String, d: Date) {
    let part = |n: i8| u64::from(n.unsigned_abs());
    push_digits(out, u64::from(d.year().unsigned_abs()), 4);
    out.push('-');
    push_digits(out, part(d.month()), 2);
    out.push('-');
    push_digits(out, part(d.day()), 2);
}

/// What a person is besides age and family.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile<'t> {
    pub pid: String,
    pub surname: Option<&'t Word>,
    pub middle: Option<&'t Word>,
    pub given: Option<&'t Word>,
    pub ethnic: usize,
    pub religion: usize,
    pub birth_place: Option<&'static Commune>,
    pub native: Option<&'static Commune>,
    pub home: usize,
    /// First day of permanent residence.
    pub since: Option<Date>,
}

impl Profile<'_> {
    /// Họ, chữ đệm, tên, as far as there are any.
    pub(super) fn words(&self) -> impl Iterator<Item = &Word> {
        let all = [self.surname, self.middle, self.given];
        all.into_iter().flatten().filter(|w| !w.text.is_empty())
    }
    pub(super) fn push_name(&self, out: &mut String) {
        for (i, word) in self.words().enumerate() {
            if i > 0 {
                out.push(' ');
            }
            out.push_str(&word.text);
        }
    }
    /// The search key of the name, words parted by `between`.
    pub(super) fn push_key(&self, between: char, out: &mut String) {
        for (i, word) in self.words().enumerate() {
            if i > 0 {
                out.push(between);
            }
            out.push_str(&word.key);
        }
    }
}

pub(super) struct Namer<'t, 'a> {
    pub tables: &'t Tables,
    pub rng: &'a mut Rng,
    pub numbers: &'a mut Numbers,
    pub today: Date,
}

impl<'t> Namer<'t, '_> {
    /// Profiles of a block; `homes` is the commune (index) of each household.
    pub(super) fn profiles(
        &mut self,
        humans: &[Human],
        houses: &[House],
        homes: &[usize],
    ) -> Vec<Profile<'t>> {
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
        order.sort_unstable_by_key(|i| (humans[*i].birth, *i));
        let mut of_mother: Vec<Option<&'t Word>> = vec![None; humans.len()];
        for id in order {
            self.belong(humans, &mut out, id);
            self.surname(humans, &mut out, id, &mut of_mother);
            self.given(humans, &mut out, id);
            self.birth_place(humans, &mut out, id);
            let province = out[id].birth_place.map_or("37", |c| c.province().code_str());
            let mut pid = String::with_capacity(12);
            self.numbers.push(province, humans[id].sex, humans[id].birth, &mut pid);
            out[id].pid = pid;
        }
        out
    }

    /// Ethnic group and religion: of the father, else mostly of the spouse.
    fn belong(&mut self, humans: &[Human], out: &mut [Profile<'t>], id: usize) {
        let h = &humans[id];
        let known = |p: &Option<usize>| p.filter(|p| out[*p].given.is_some());
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
        out: &mut [Profile<'t>],
        id: usize,
        of_mother: &mut [Option<&'t Word>],
    ) {
        let h = &humans[id];
        out[id].surname = match (h.father, h.mother) {
            (Some(f), _) => out[f].surname,
            (None, Some(m)) => {
                if of_mother[m].is_none() {
                    let own = self.rng.chance(0.3);
                    of_mother[m] =
                        if own { out[m].surname } else { self.some_surname(out[id].ethnic) };
                }
                of_mother[m]
            }
            (None, None) => self.some_surname(out[id].ethnic),
        };
    }

    pub(super) fn some_surname(&mut self, ethnic: usize) -> Option<&'t Word> {
        let own = self.tables.ethnic.things().get(ethnic).map(|e| &e.surnames);
        let table = own.filter(|s| !s.is_empty()).unwrap_or(&self.tables.surnames);
        table.draw(self.rng)
    }

    /// «Thị» and «Văn» were given to nearly everybody once, and to few now.
    pub(super) fn middle_and_given(
        &mut self,
        sex: usize,
        year: i16,
    ) -> (Option<&'t Word>, Option<&'t Word>) {
        let Some((middle, given)) = self.rng.pick(&self.tables.given[sex]) else {
            return (None, None);
        };
        let table =
            [(1955, 0.80, 0.97), (1970, 0.70, 0.93), (1985, 0.50, 0.80), (2000, 0.25, 0.45)];
        let (male, female) = table
            .iter()
            .find(|(until, ..)| year <= *until)
            .map_or((0.06, 0.12), |(_, m, f)| (*m, *f));
        let usual = self.rng.chance(if sex == MALE { male } else { female });
        let middle =
            if usual { &self.tables.usual_middle[usize::from(sex == FEMALE)] } else { middle };
        (Some(middle), Some(given))
    }

    fn given(&mut self, humans: &[Human], out: &mut [Profile<'t>], id: usize) {
        let h = &humans[id];
        let mut name = self.middle_and_given(h.sex, h.birth.year());
        for _ in 0..6 {
            // Nobody is called like a brother, a sister or a parent.
            let taken = [h.father, h.mother].into_iter().flatten().any(|p| {
                let mut family = humans[p].children.iter().copied().chain([p]);
                family.any(|f| f != id && out[f].given == name.1)
            });
            if !taken {
                break;
            }
            name = self.middle_and_given(h.sex, h.birth.year());
        }
        (out[id].middle, out[id].given) = name;
    }

    /// Mostly in one of the communes of before 2025 that the home commune was made of.
    fn birth_place(&mut self, humans: &[Human], out: &mut [Profile<'t>], id: usize) {
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
}
