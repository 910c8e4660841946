//! What pages, the API and the command line show: small answers, and lines of text.

use crate::model::{Commune, Former, Regime};
use crate::resolve::Resolved;
use crate::search::Hit;
use crate::{Places, REFORM};
use kernel::limits::{PLACE_ANSWER_BYTES_MAX, PLACE_SUGGESTIONS_MAX};
use kernel::time::day as shown;
use kernel::{CommuneCode, Date, ProvinceCode, Result, Say};
use serde::Serialize;

/// One proposal of the place search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// Code of the commune, valid on the day asked for.
    pub code: &'static str,
    /// «Xã Trần Thương»
    pub name: &'static str,
    /// «huyện Lý Nhân», before July 2025 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// «tỉnh Ninh Bình»
    pub province: String,
    /// The name of before July 2025 by which it was found:
    /// «xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam».
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// For a commune of before July 2025: what it is today, the usual heir if it was divided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// The old commune went to several communes of today.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub divided: bool,
}

/// The answer of `GET /api/v1/places`: at most [`PLACE_ANSWER_BYTES_MAX`] bytes of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SuggestAnswer {
    /// The day asked for, `YYYY-MM-DD`.
    pub on: String,
    /// Best first.
    pub hits: Vec<Suggestion>,
}

impl Suggestion {
    fn new(places: &Places, hit: &Hit) -> Self {
        let c = hit.commune;
        let old = c.regime() == Regime::Before2025;
        let heirs: Vec<&Commune> = if old { places.successors(c).collect() } else { Vec::new() };
        Self {
            code: c.code_str(),
            name: c.title(),
            district: c.district().map(crate::District::label),
            province: c.province().label(),
            was: hit.was.as_ref().map(Former::full_name),
            now: heirs.first().map(|h| h.full_name()),
            divided: hit.divided || heirs.len() > 1,
        }
    }
    /// «xã Trần Thương, tỉnh Ninh Bình»
    pub fn full_name(&self) -> String {
        let mut title = self.name.chars();
        let mut full: String = title.next().into_iter().flat_map(char::to_lowercase).collect();
        full.push_str(title.as_str());
        for part in self.district.iter().chain(Some(&self.province)) {
            full.push_str(", ");
            full.push_str(part);
        }
        full
    }
}

/// The one commune of a day that somebody's words can mean: its code, or its name if nothing else fits
/// as well. `None`: several do, or none.
pub fn meant(typed: &str, on: Date) -> Option<CommuneCode> {
    if let Ok(code) = CommuneCode::parse(typed) {
        return crate::all().commune(&code, on).ok().map(Commune::code);
    }
    let same = |h: &&Suggestion| {
        kernel::vietnamese::search_key(&h.full_name()) == kernel::vietnamese::search_key(typed)
    };
    let hits = suggest(typed, on, None).hits;
    let exact: Vec<&Suggestion> = hits.iter().filter(same).collect();
    let one = match (exact.as_slice(), hits.as_slice()) {
        ([one], _) => one.code,
        ([], [one]) => one.code,
        _ => return None,
    };
    CommuneCode::parse(one).ok()
}

/// Finds communes for a form's address question or the API.
pub fn suggest(q: &str, on: Date, near: Option<&ProvinceCode>) -> SuggestAnswer {
    let places = crate::all();
    let hits = places.search(q, on, near, PLACE_SUGGESTIONS_MAX);
    let hits = hits.iter().map(|h| Suggestion::new(places, h)).collect();
    let mut answer = SuggestAnswer { on: on.to_string(), hits };
    while !fits(&answer) && answer.hits.pop().is_some() {}
    answer
}

fn fits(answer: &SuggestAnswer) -> bool {
    serde_json::to_vec(answer).is_ok_and(|json| json.len() <= PLACE_ANSWER_BYTES_MAX)
}

/// A unit in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Five digits, or three for an island district of before.
    pub code: &'static str,
    /// «Xã Trần Thương»
    pub name: &'static str,
    /// «xã Trần Thương, tỉnh Ninh Bình»
    pub full: String,
    /// Code of its province in its time.
    pub province: &'static str,
    /// A divided commune: only a part of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub part: bool,
}

impl Unit {
    fn of(c: &Commune, part: bool) -> Self {
        let (code, name) = (c.code_str(), c.title());
        Self { code, name, full: c.full_name(), province: c.province().code_str(), part }
    }
    fn of_former(f: &Former) -> Self {
        match f {
            Former::Commune { commune, whole } => Self::of(commune, !whole),
            Former::District(d) => Self {
                code: d.code_str(),
                name: d.title(),
                full: d.full_name(),
                province: d.province().code_str(),
                part: false,
            },
        }
    }
}

/// The answer of `GET /api/v1/places/CODE`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResolveAnswer {
    /// The day on which the code was valid.
    pub on: String,
    /// The unit of that day.
    pub unit: Unit,
    /// Today's communes, the usual one first (only the unit itself if it is of today).
    pub today: Vec<Unit>,
    /// It was divided: the address decides which of `today` it is.
    pub divided: bool,
    /// For a commune of today: from which units of before July 2025 it was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub made_of: Vec<Unit>,
}

/// What the commune that had this code on `on` is today.
pub fn resolve_answer(code: &CommuneCode, on: Date) -> Result<ResolveAnswer> {
    let places = crate::all();
    let r = places.resolve(code, on, REFORM.max(on))?;
    let made_of = match r.unit.regime() {
        Regime::Since2025 => places.history(code)?.iter().map(Unit::of_former).collect(),
        Regime::Before2025 => Vec::new(),
    };
    Ok(ResolveAnswer {
        on: on.to_string(),
        unit: Unit::of(r.unit, false),
        today: r.units.iter().map(|c| Unit::of(c, r.divided)).collect(),
        divided: r.divided,
        made_of,
    })
}

/// The lines of `lienthong places find Q --on DATE`.
pub fn find_lines(q: &str, on: Date, say: &Say) -> Vec<String> {
    let answer = suggest(q, on, None);
    if answer.hits.is_empty() {
        return vec![say.t1("places-none", "q", q.trim())];
    }
    let line = |s: &Suggestion| {
        let mut line = format!("{}  {}", s.code, s.full_name());
        let mut add = |note: String| line.push_str(&format!(" · {note}"));
        if let Some(was) = &s.was {
            add(say.t1("places-was", "unit", was));
        }
        if let Some(now) = &s.now {
            add(say.t1("places-now", "unit", now));
        }
        if s.divided {
            add(say.t("places-divided-note"));
        }
        line
    };
    answer.hits.iter().map(line).collect()
}

/// The lines of `lienthong places resolve CODE --on DATE`: the unit of that day, what happened, and
/// one line for each commune of today (`*` marks the usual one of a divided commune).
pub fn resolve_lines(code: &str, on: Date, say: &Say) -> Result<Vec<String>> {
    let places = crate::all();
    let code = CommuneCode::parse(code)?;
    let r: Resolved = places.resolve(&code, on, REFORM.max(on))?;
    let at =
        [("code", r.unit.code_str().to_owned()), ("unit", r.unit.full_name()), ("on", shown(on))];
    let mut lines = vec![say.with("places-on-day", &at)];
    if r.unit.regime() == Regime::Since2025 {
        if let Some(end) = places.end_of(r.unit.index) {
            let into = &places.new[usize::from(end.into)];
            let args =
                [("on", shown(end.on)), ("old", r.unit.full_name()), ("new", into.full_name())];
            lines.push(say.with("places-merged", &args));
        }
        let formers = places.history(&code)?;
        lines.push(say.t("places-made-of-head"));
        for f in &formers {
            let unit = Unit::of_former(f);
            let part = if unit.part { say.t("places-part") } else { String::new() };
            lines.push(format!("  {}  {} {part}", unit.code, unit.full).trim_end().to_owned());
        }
        return Ok(lines);
    }
    lines.push(r.sentence(say));
    for (i, c) in r.units.iter().enumerate() {
        let mark = if r.divided && i == 0 { '*' } else { ' ' };
        lines.push(format!("{mark} {}  {}", c.code_str(), c.full_name()));
    }
    Ok(lines)
}
