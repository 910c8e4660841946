//! Finding a commune by its name of today or of before, with or without diacritics, with words of
//! its district and province in any order.
//!
//! Every distinct word of the tables (some thousands) is compared with the query once; then each
//! name is a handful of numbers, and going through all 13,000 of them takes well under a
//! millisecond. There is no cache and nothing to warm up.
//!
//! Three attempts, each only if the one before found nothing: all words are there; one wrong letter
//! or an unfinished word is allowed anywhere; a full name is there and the rest is something else
//! (a street, a hamlet).

mod query;
mod rank;
mod words;

pub(crate) use words::Index;

use crate::Places;
use crate::model::{Commune, Former, Regime};
use kernel::{Date, ProvinceCode};
use query::{Answer, Query};
use rank::{Attempt, Candidate, Context, Found, Matcher};

/// How well a name answers a query, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The whole name as it is written, with diacritics.
    Spelled,
    /// The whole name without regard to diacritics.
    Whole,
    /// The beginning of the name.
    Beginning,
    /// Some words of the name, in any order.
    Words,
    /// Only the district or province.
    Around,
    /// With one wrong letter or unfinished words.
    Nearly,
    /// A whole name among other words.
    Among,
}

/// A commune that was found.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// The commune of the day asked for.
    pub commune: &'static Commune,
    /// The unit of before by whose name it was found: of before July 2025, or merged since.
    pub was: Option<Former>,
    /// That unit was divided; this commune is one of several.
    pub divided: bool,
    /// How well it answers.
    pub tier: Tier,
}

impl Places {
    /// Finds communes of the day `on`, best first, at most `limit`. `near`: the province of today
    /// whose communes come first among equals.
    ///
    /// Pure and bounded: [`kernel::limits::PLACE_QUERY_CHARS_MAX`] characters are looked at.
    pub fn search(&self, q: &str, on: Date, near: Option<&ProvinceCode>, limit: usize) -> Vec<Hit> {
        let query = Query::parse(q);
        if query.len() == 0 || limit == 0 {
            return Vec::new();
        }
        let strict = query.answers(&self.index, false);
        let mut found = self.attempt(&query, &strict, on, near, Attempt::Strict);
        if found.is_empty() {
            let loose = query.answers(&self.index, true);
            found = self.attempt(&query, &loose, on, near, Attempt::Loose);
        }
        if found.is_empty() {
            found = self.attempt(&query, &strict, on, near, Attempt::Among);
        }
        self.best(found, on, limit)
    }

    fn attempt(
        &self,
        query: &Query,
        answers: &[Answer],
        on: Date,
        near: Option<&ProvinceCode>,
        attempt: Attempt,
    ) -> Vec<Found> {
        let matcher = Matcher::new(self, query, answers, attempt);
        // A province that is none today makes nothing nearer.
        let near =
            near.and_then(|n| self.provinces[1].binary_search_by(|p| p.code.cmp(n.as_str())).ok());
        let search = Search { places: self, matcher, on, near };
        match Regime::on(on) {
            Regime::Since2025 => search.today(),
            Regime::Before2025 => search.before(),
        }
    }

    /// Sorts, keeps the best find of each commune, at most `limit`.
    fn best(&self, mut found: Vec<Found>, on: Date, limit: usize) -> Vec<Hit> {
        found.sort_unstable_by_key(|f| f.rank);
        let mut seen = std::collections::HashSet::new();
        let since = Regime::on(on) == Regime::Since2025;
        let mut hits = Vec::new();
        for f in found {
            if hits.len() == limit {
                break;
            }
            if !seen.insert(f.unit) {
                continue;
            }
            let list = if since { self.new } else { self.old };
            let of_before = f.matched.regime == Regime::Before2025;
            let by_old_name = of_before || f.matched.index != f.unit;
            let divided = since && of_before && self.heirs(f.matched, on).len() > 1;
            let was = (since && by_old_name)
                .then_some(Former::Commune { commune: f.matched, whole: !divided });
            let commune = &list[usize::from(f.unit)];
            hits.push(Hit { commune, was, divided, tier: f.rank.tier });
        }
        hits
    }
}

/// One attempt.
struct Search<'a> {
    places: &'a Places,
    matcher: Matcher<'a>,
    on: Date,
    near: Option<usize>,
}

impl<'a> Search<'a> {
    fn far(&self, commune: &Commune) -> bool {
        self.near.is_some_and(|near| near != usize::from(commune.province.today))
    }
    fn new_name(&self, commune: &Commune) -> &'a [u16] {
        self.places.index.communes.of(usize::from(commune.index))
    }
    fn old_name(&self, commune: &Commune) -> &'a [u16] {
        self.places.index.communes.of(self.places.new.len() + usize::from(commune.index))
    }

    /// Communes of today, by their own name and by the names of before.
    fn today(&self) -> Vec<Found> {
        let (m, places) = (&self.matcher, self.places);
        let mut found = Vec::new();
        for commune in places.new {
            let name = self.new_name(commune);
            let any = m.any(name);
            let here = m.around_new(commune);
            let far = self.far(commune);
            let unit = places.heir(commune.index, self.on);
            let via = (unit != commune.index).then_some(0);
            let candidate = Candidate { commune, unit, via, far };
            if m.wants_more(any, here) {
                let more = self.with_former(commune, here);
                found.extend(m.found(name, any, &more, &candidate));
            } else {
                found.extend(m.found(name, any, here, &candidate));
            }
        }
        for commune in places.old {
            let name = self.old_name(commune);
            let any = m.any(name);
            let context = m.around_old(commune);
            if !m.may_answer(any, context) {
                continue;
            }
            let far = self.far(commune);
            for (nth, &unit) in places.became.of(usize::from(commune.index)).iter().enumerate() {
                let unit = places.heir(unit, self.on);
                let candidate = Candidate { commune, unit, via: Some(nth), far };
                found.extend(m.found(name, any, context, &candidate));
            }
        }
        found
    }

    /// Communes of before July 2025, by their own name and by the names of today.
    fn before(&self) -> Vec<Found> {
        let (m, places) = (&self.matcher, self.places);
        let mut found = Vec::new();
        for commune in places.old {
            let name = self.old_name(commune);
            let any = m.any(name);
            let context = m.around_old(commune);
            if !m.may_answer(any, context) {
                continue;
            }
            let unit = match places.earlier_of(commune) {
                Some(e) if self.on > e.gone_by => e.absorbed_by,
                _ => commune.index,
            };
            let via = (unit != commune.index).then_some(0);
            let candidate = Candidate { commune, unit, via, far: self.far(commune) };
            found.extend(m.found(name, any, context, &candidate));
        }
        for commune in places.new {
            let name = self.new_name(commune);
            let any = m.any(name);
            if any == 0 {
                continue;
            }
            let far = self.far(commune);
            for &unit in places.came_from.of(usize::from(commune.index)) {
                let old = m.around_old(&places.old[usize::from(unit)]);
                let context = m.around_new(commune).joined(old).borrowed();
                let candidate = Candidate { commune, unit, via: Some(0), far };
                found.extend(m.found(name, any, &context, &candidate));
            }
        }
        found
    }

    /// The surroundings of a commune of today joined with those of the former unit that explains
    /// most of the query («Trần Thương, Hà Nam»).
    fn with_former(&self, commune: &Commune, here: &Context) -> Context {
        let formers = self.places.formers(commune);
        let contexts = formers.iter().map(|f| match f {
            Former::Commune { commune, .. } => self.matcher.around_old(commune),
            Former::District(d) => self.matcher.around_district(d),
        });
        let best = contexts.max_by_key(|c| c.any.count_ones());
        best.map_or(*here, |c| here.joined(c).borrowed())
    }
}

#[cfg(test)]
mod tests;
