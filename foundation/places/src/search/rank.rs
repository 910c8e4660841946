//! Compares one name with a query, and orders what was found.

use super::Tier;
use super::query::{Answer, Mask, Query, mask_below};
use crate::Places;
use crate::model::{Commune, District};
use std::cmp::Reverse;

/// How much is allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Every word is there.
    Strict,
    /// One wrong letter, unfinished words.
    Loose,
    /// A whole name is there; other words may be something else.
    Among,
}

/// Where a whole name of a district or province stands in the query.
#[derive(Clone, Copy, Default)]
struct Whole {
    /// Where it most likely is meant.
    here: Mask,
    /// Where else it stands, in case the other place is the commune's own name.
    again: Mask,
}

impl Whole {
    /// The words it accounts for beside the commune's own name.
    fn beside(self, own: Mask) -> Mask {
        [self.here, self.again].into_iter().find(|m| m & own == 0).unwrap_or(0)
    }
}

/// Which words of the query the surroundings of a commune account for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Context {
    pub any: Mask,
    /// Of these, the words that are right to the letter.
    sure: Mask,
    /// District, province of then, province of today.
    whole: [Whole; 3],
    /// Taken from the other regime.
    borrowed: bool,
}

impl Context {
    /// Both together; where each has a whole name in the same place, `other`'s stays.
    pub fn joined(&self, other: &Self) -> Self {
        let mut whole = self.whole;
        for (mine, theirs) in whole.iter_mut().zip(other.whole) {
            if theirs.here != 0 {
                *mine = theirs;
            }
        }
        Self {
            any: self.any | other.any,
            sure: self.sure | other.sure,
            whole,
            borrowed: self.borrowed || other.borrowed,
        }
    }
    pub fn borrowed(mut self) -> Self {
        self.borrowed = true;
        self
    }
    fn whole_beside(&self, own: Mask) -> Mask {
        self.whole.iter().fold(0, |m, w| m | w.beside(own))
    }
}

/// How a name answers by itself.
pub(crate) struct NameHit {
    /// Words of the query that are words of the name.
    any: Mask,
    /// Of these, the words that are right to the letter.
    sure: Mask,
    /// The longest run of words of the query that begins the name.
    run: Mask,
    /// Words of the name in that run.
    run_len: usize,
    name_len: usize,
    /// The last word of the run is unfinished.
    unfinished: bool,
    /// The run is written with the same marks.
    spelled: bool,
}

/// What a name leads to.
pub(crate) struct Candidate {
    /// The commune whose name matched.
    pub commune: &'static Commune,
    /// Index of the commune that is answered, in the regime asked for.
    pub unit: u16,
    /// The name is one of the other regime, and this is the n-th heir of its commune.
    pub via: Option<usize>,
    /// Not in the province that comes first.
    pub far: bool,
}

/// The order of finds: field by field, smaller is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub tier: Tier,
    /// Words of the query not accounted for.
    missing: u32,
    /// Words that are one letter off, or unfinished.
    nearly: u32,
    /// Words that are neither in the name nor in a whole name of what is around it.
    loose: u32,
    /// Words of the query that the name itself holds.
    held: Reverse<u32>,
    far: bool,
    other_kind: bool,
    /// Where in the query the name begins: people write it first.
    start: usize,
    borrowed_context: bool,
    /// The second, third … heir of a divided commune.
    nth_heir: usize,
    other_regime: bool,
    other_marks: bool,
    name_left: usize,
    code: &'static str,
}

pub(crate) struct Found {
    pub rank: Rank,
    pub unit: u16,
    pub matched: &'static Commune,
}

pub(crate) struct Matcher<'a> {
    query: &'a Query,
    answers: &'a [Answer],
    attempt: Attempt,
    /// Each district with its province of then and of today.
    districts: Vec<Context>,
    /// The provinces of today.
    provinces: Vec<Context>,
}

fn first_bit(mask: Mask) -> usize {
    mask.trailing_zeros() as usize
}

impl<'a> Matcher<'a> {
    pub fn new(places: &Places, query: &'a Query, answers: &'a [Answer], attempt: Attempt) -> Self {
        let mut matcher = Self { query, answers, attempt, districts: vec![], provinces: vec![] };
        let index = &places.index;
        let [then, today] = [0, 1].map(|r| {
            let count = places.provinces[r].len();
            let around = |i| matcher.around(index.provinces[r].of(i), r + 1);
            (0..count).map(around).collect::<Vec<_>>()
        });
        let districts = places.districts.iter().map(|d| {
            let own = matcher.around(index.districts.of(usize::from(d.index)), 0);
            let then = &then[usize::from(d.province.index)];
            own.joined(then).joined(&today[usize::from(d.province.today)])
        });
        matcher.districts = districts.collect();
        matcher.provinces = today;
        matcher
    }

    /// The words of the query that this word answers to.
    fn bits(&self, word: u16) -> Mask {
        let a = &self.answers[usize::from(word)];
        a.exact | a.prefix | a.near
    }
    fn sure(&self, word: u16) -> Mask {
        let a = &self.answers[usize::from(word)];
        a.exact | a.prefix
    }
    /// The words of the query that are words of the name.
    pub fn any(&self, name: &[u16]) -> Mask {
        name.iter().fold(0, |m, &w| m | self.bits(w))
    }

    /// How the name of a district (`level` 0) or province answers. A name stands for one place in
    /// the query only: in «thành phố Cao Bằng, tỉnh Cao Bằng» the district takes the first and the
    /// province the last.
    fn around(&self, name: &[u16], level: usize) -> Context {
        let any = self.any(name);
        if any == 0 {
            return Context::default();
        }
        let sure = name.iter().fold(0, |m, &w| m | self.sure(w));
        let (mut first, mut end) = (0, 0);
        let mut starts = self.bits(name[0]);
        while starts != 0 {
            let s = first_bit(starts);
            starts &= starts - 1;
            let fits = |(k, &w): (usize, &u16)| {
                s + k < self.query.len() && self.bits(w) >> (s + k) & 1 == 1
            };
            if name.iter().enumerate().all(fits) {
                end = mask_below(name.len()) << s;
                first = if first == 0 { end } else { first };
            }
        }
        let mut whole = [Whole::default(); 3];
        whole[level] = match level {
            0 => Whole { here: first, again: end },
            _ => Whole { here: end, again: first },
        };
        Context { any, sure, whole, borrowed: false }
    }
    /// The province of a commune of today.
    pub fn around_new(&self, commune: &Commune) -> &Context {
        &self.provinces[usize::from(commune.province.index)]
    }
    /// The district and the province of then, and the province of today, of a commune of before.
    pub fn around_old(&self, commune: &Commune) -> &Context {
        match commune.district {
            Some(d) => self.around_district(d),
            None => unreachable!("every commune of before was read with its district"),
        }
    }
    pub fn around_district(&self, district: &District) -> &Context {
        &self.districts[usize::from(district.index)]
    }

    /// Whether these words of a name, with what is around it, can be an answer.
    pub fn may_answer(&self, any: Mask, context: &Context) -> bool {
        match self.attempt {
            Attempt::Strict | Attempt::Loose => self.query.required & !(any | context.any) == 0,
            Attempt::Among => any & self.query.required != 0,
        }
    }
    /// Whether the name is part of the query, but name and surroundings leave some of it over.
    pub fn wants_more(&self, any: Mask, context: &Context) -> bool {
        let required = self.query.required;
        any & required != 0 && required & !(any | context.any) != 0
    }

    /// How this name answers, if it does so well enough for the attempt.
    fn name(&self, name: &[u16], any: Mask) -> Option<NameHit> {
        let mut hit = NameHit {
            any,
            sure: name.iter().fold(0, |m, &w| m | self.sure(w)),
            run: 0,
            run_len: 0,
            name_len: name.len(),
            unfinished: false,
            spelled: false,
        };
        let mut starts = self.bits(*name.first()?);
        while starts != 0 {
            let s = first_bit(starts);
            starts &= starts - 1;
            self.run(name, s, &mut hit);
        }
        let enough = match self.attempt {
            Attempt::Among => hit.run_len == name.len() && !hit.unfinished,
            Attempt::Strict | Attempt::Loose => true,
        };
        enough.then_some(hit)
    }

    /// Follows the name from the `s`-th word of the query on; keeps the longest run.
    fn run(&self, name: &[u16], s: usize, best: &mut NameHit) {
        let (mut len, mut unfinished, mut spelled) = (0, false, true);
        for (k, &word) in name.iter().enumerate() {
            let at = s + k;
            if at >= self.query.len() || unfinished {
                break;
            }
            let a = &self.answers[usize::from(word)];
            if (a.exact | a.near) >> at & 1 == 1 {
                spelled &= a.spelled >> at & 1 == 1;
            } else if a.prefix >> at & 1 == 1 {
                (unfinished, spelled) = (true, false);
            } else {
                break;
            }
            len += 1;
        }
        let better = (len, !unfinished, spelled) > (best.run_len, !best.unfinished, best.spelled);
        if better {
            let run = mask_below(len) << s;
            *best = NameHit { run, run_len: len, unfinished, spelled, ..*best };
        }
    }

    /// The find, if it is one. `name` and `any` are of the candidate's commune.
    pub fn found(
        &self,
        name: &[u16],
        any: Mask,
        context: &Context,
        candidate: &Candidate,
    ) -> Option<Found> {
        if !self.may_answer(any, context) {
            return None;
        }
        let hit = self.name(name, any)?;
        let required = self.query.required;
        let known = (required & (hit.any | context.any)).count_ones();
        let sure = (required & (hit.sure | context.sure)).count_ones();
        let missing = required.count_ones() - known;
        let nearly = known - sure;
        let tier = match self.attempt {
            Attempt::Strict => self.tier(&hit, context, required),
            // One word may be wrong; more of them only in a long query.
            Attempt::Loose if nearly > 1 && 2 * nearly > sure => return None,
            Attempt::Loose => Tier::Nearly,
            Attempt::Among if missing > 2 * known => return None,
            Attempt::Among => Tier::Among,
        };
        let start = first_bit(hit.run);
        let asked = self.query.kind_before.get(start).copied().flatten();
        let whole = context.whole_beside(hit.run);
        let held = if tier == Tier::Words { hit.any & required & !whole } else { hit.run };
        let rank = Rank {
            tier,
            missing,
            nearly,
            loose: (mask_below(self.query.len()) & !held & !whole).count_ones(),
            held: Reverse(held.count_ones()),
            far: candidate.far,
            other_kind: asked.is_some_and(|kind| kind != candidate.commune.kind),
            start,
            borrowed_context: context.borrowed,
            nth_heir: candidate.via.unwrap_or(0),
            other_regime: candidate.via.is_some(),
            other_marks: !hit.spelled,
            name_left: hit.name_len - hit.run_len,
            code: candidate.commune.code,
        };
        Some(Found { rank, unit: candidate.unit, matched: candidate.commune })
    }

    fn tier(&self, hit: &NameHit, context: &Context, required: Mask) -> Tier {
        let beside = required & !hit.run & !context.any == 0;
        if hit.any & required == 0 {
            Tier::Around
        } else if hit.run_len == 0 || !beside {
            Tier::Words
        } else if hit.run_len < hit.name_len || hit.unfinished {
            Tier::Beginning
        } else if hit.spelled && self.query.marked {
            Tier::Spelled
        } else {
            Tier::Whole
        }
    }
}
