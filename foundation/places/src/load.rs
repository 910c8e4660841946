//! Reads the embedded tables: no copies of the text, everything checked, a mistake named by file
//! and line.

use crate::merged::Merger;
use crate::model::{Commune, CommuneKind, District, Province, Regime};
use crate::{Places, search};
use kernel::calendar::iso_date;
use kernel::{CommuneCode, Date, Error, Result};

/// The texts of the tables.
pub(crate) struct Tables {
    pub provinces_2024: &'static str,
    pub provinces_2025: &'static str,
    pub districts_2024: &'static str,
    pub communes_2024: &'static str,
    pub communes_2025: &'static str,
    pub communes_earlier: &'static str,
    pub communes_merged: &'static str,
}

macro_rules! table {
    ($name:literal) => {
        include_str!(concat!("../../../data/places/", $name, ".csv"))
    };
}

pub(crate) const EMBEDDED: Tables = Tables {
    provinces_2024: table!("provinces_2024"),
    provinces_2025: table!("provinces_2025"),
    districts_2024: table!("districts_2024"),
    communes_2024: table!("communes_2024"),
    communes_2025: table!("communes_2025"),
    communes_earlier: table!("communes_earlier"),
    communes_merged: table!("communes_merged"),
};

/// A commune that was gone before July 2025.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Earlier {
    /// Index in `Places::old` of the commune that took it in.
    pub absorbed_by: u16,
    /// It was gone on this day at the latest.
    pub gone_by: Date,
}

/// From each item of one list to items of another.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    starts: Vec<u32>,
    items: Vec<u16>,
}

impl Links {
    pub fn new(lists: impl Iterator<Item = Vec<u16>>) -> Self {
        let (mut starts, mut items) = (vec![0], Vec::new());
        for list in lists {
            items.extend(list);
            starts.push(u32::try_from(items.len()).unwrap_or(u32::MAX));
        }
        items.shrink_to_fit();
        starts.shrink_to_fit();
        Self { starts, items }
    }
    pub fn of(&self, i: usize) -> &[u16] {
        &self.items[self.starts[i] as usize..self.starts[i + 1] as usize]
    }
    /// The links of the first `count` items, seen from the other side.
    fn turned(&self, count: usize, other_len: usize) -> Self {
        let mut lists = vec![Vec::new(); other_len];
        for i in 0..count {
            for &to in self.of(i) {
                lists[usize::from(to)].push(small(i));
            }
        }
        Self::new(lists.into_iter())
    }
}

/// An index as it is kept. Tables are far below 65,536 rows (checked in [`rows`]).
pub(crate) fn small(i: usize) -> u16 {
    u16::try_from(i).unwrap_or(u16::MAX)
}

fn fault(file: &str, line: usize, what: &str) -> Error {
    Error::bug(format_args!("data/places/{file}.csv:{line}: {what}"))
}

struct Row<const N: usize> {
    file: &'static str,
    line: usize,
    cells: [&'static str; N],
}

impl<const N: usize> Row<N> {
    fn fault(&self, what: &str) -> Error {
        fault(self.file, self.line, what)
    }
}

/// The rows under the heading, which must be `head`, in order of their code without repeats.
fn rows<const N: usize>(
    file: &'static str,
    text: &'static str,
    head: [&str; N],
    code_len: usize,
) -> Result<Vec<Row<N>>> {
    let rows = rows_or_none(file, text, head, code_len)?;
    match rows.is_empty() {
        true => Err(fault(file, 1, "no rows")),
        false => Ok(rows),
    }
}

/// As [`rows`], of a table that may be empty.
fn rows_or_none<const N: usize>(
    file: &'static str,
    text: &'static str,
    head: [&str; N],
    code_len: usize,
) -> Result<Vec<Row<N>>> {
    let mut lines = text.lines();
    if lines.next() != Some(head.join(",").as_str()) {
        return Err(fault(file, 1, "another heading was expected"));
    }
    let mut rows: Vec<Row<N>> = Vec::new();
    for (i, text) in lines.enumerate() {
        let line = i + 2;
        if text.contains('"') {
            return Err(fault(file, line, "a quotation mark"));
        }
        let mut cells = [""; N];
        let mut parts = text.split(',');
        for cell in &mut cells {
            *cell = parts.next().ok_or_else(|| fault(file, line, "too few fields"))?;
        }
        if parts.next().is_some() {
            return Err(fault(file, line, "too many fields"));
        }
        let code = cells[0];
        if code.len() != code_len || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(fault(file, line, "not a code"));
        }
        if rows.last().is_some_and(|r| r.cells[0] >= code) {
            return Err(fault(file, line, "codes are not in order"));
        }
        rows.push(Row { file, line, cells });
    }
    if rows.len() >= usize::from(u16::MAX) {
        return Err(fault(file, 1, "too many rows"));
    }
    Ok(rows)
}

/// Keeps a table for as long as the program runs: it is read once.
fn keep<T>(list: Vec<T>) -> &'static [T] {
    Box::leak(list.into_boxed_slice())
}

fn place_of<T>(list: &[T], code: &str, code_of: impl Fn(&T) -> &'static str) -> Option<usize> {
    list.binary_search_by(|t| code_of(t).cmp(code)).ok()
}

/// A code of five digits as a number: in the same order, and compared without going to the text.
pub(crate) fn number(code: &str) -> u32 {
    code.bytes().fold(0, |n, b| 10 * n + u32::from(b.wrapping_sub(b'0')))
}

pub(crate) fn load(t: &Tables) -> Result<Places> {
    let provinces = provinces(t)?;
    let districts = keep(
        rows("districts_2024", t.districts_2024, ["code", "name", "province", "became"], 3)?
            .iter()
            .enumerate()
            .map(|(i, r)| {
                let at = place_of(provinces[0], r.cells[2], |p| p.code);
                let at = at.ok_or_else(|| r.fault("no such province"))?;
                let province = &provinces[0][at];
                Ok(District { code: r.cells[0], title: r.cells[1], province, index: small(i) })
            })
            .collect::<Result<Vec<_>>>()?,
    );
    let new = keep(
        rows("communes_2025", t.communes_2025, ["code", "name", "province"], 5)?
            .iter()
            .enumerate()
            .map(|(i, r)| {
                let at = place_of(provinces[1], r.cells[2], |p| p.code);
                let at = at.ok_or_else(|| r.fault("no such province"))?;
                commune(r, Regime::Since2025, None, &provinces[1][at], i)
            })
            .collect::<Result<Vec<_>>>()?,
    );
    let (old, old_count, earlier, became) = old_communes(t, districts, new)?;
    let came_from = became.turned(old_count, new.len());
    let whole_districts = whole_districts(t, new)?;
    let index = search::Index::build(provinces, districts, new, old);
    let places = Places {
        provinces,
        districts,
        new,
        old,
        old_count,
        earlier,
        became,
        came_from,
        whole_districts,
        merged: Vec::new(),
        codes: [new, old].map(|list| list.iter().map(|c| number(c.code)).collect()),
        index,
    };
    mergers(t)?.into_iter().try_fold(places, |places, (line, merger)| {
        let wrong = |e: Error| fault("communes_merged", line, e.code().id);
        places.with(&[merger]).map_err(wrong)
    })
}

/// Each with its line.
fn mergers(t: &Tables) -> Result<Vec<(usize, Merger)>> {
    let rows = rows_or_none("communes_merged", t.communes_merged, ["code", "into", "on"], 5)?;
    let read = |r: &Row<3>| {
        let code = |i: usize| CommuneCode::parse(r.cells[i]).map_err(|_| r.fault("not a code"));
        let on = iso_date(r.cells[2]).map_err(|_| r.fault("not a date"))?;
        Ok((r.line, Merger { code: code(0)?, into: code(1)?, on }))
    };
    rows.iter().map(read).collect()
}

fn provinces(t: &Tables) -> Result<[&'static [Province]; 2]> {
    let new = rows("provinces_2025", t.provinces_2025, ["code", "name"], 2)?;
    let new = keep(
        new.iter()
            .enumerate()
            .map(|(i, r)| {
                let ([code, title], i) = (r.cells, small(i));
                Province { code, title, regime: Regime::Since2025, index: i, today: i }
            })
            .collect(),
    );
    let old = rows("provinces_2024", t.provinces_2024, ["code", "name", "became"], 2)?;
    let old = old.iter().enumerate().map(|(i, r)| {
        let [code, title, today] = r.cells;
        let today = place_of(new, today, |p| p.code);
        let today = small(today.ok_or_else(|| r.fault("no such province today"))?);
        Ok(Province { code, title, regime: Regime::Before2025, index: small(i), today })
    });
    Ok([keep(old.collect::<Result<Vec<_>>>()?), new])
}

fn commune<const N: usize>(
    r: &Row<N>,
    regime: Regime,
    district: Option<&'static District>,
    province: &'static Province,
    index: usize,
) -> Result<Commune> {
    let title = r.cells[1];
    let kind = CommuneKind::ALL.iter().find(|(_, word)| title.starts_with(word));
    let Some(&(kind, _)) = kind else {
        return Err(r.fault("neither xã, phường, thị trấn nor đặc khu"));
    };
    Ok(Commune { code: r.cells[0], title, kind, regime, district, province, index: small(index) })
}

type Old = (&'static [Commune], usize, Vec<Earlier>, Links);

/// The old communes, followed by those gone earlier, and what became of all of them.
fn old_communes(
    t: &Tables,
    districts: &'static [District],
    new: &'static [Commune],
) -> Result<Old> {
    let district_of = |code: &str| place_of(districts, code, |d| d.code).map(|i| &districts[i]);
    let mut old = Vec::new();
    let mut became = Vec::new();
    for r in rows("communes_2024", t.communes_2024, ["code", "name", "district", "became"], 5)? {
        let district = district_of(r.cells[2]).ok_or_else(|| r.fault("no such district"))?;
        old.push(commune(&r, Regime::Before2025, Some(district), district.province, old.len())?);
        let mut targets: Vec<u16> = Vec::new();
        for code in r.cells[3].split(' ') {
            let to = place_of(new, code, |c| c.code);
            let to = to.ok_or_else(|| r.fault("no such commune today"))?;
            if new[to].province.index != district.province.today {
                return Err(r.fault("it became a commune of another province than its province"));
            }
            if targets.contains(&small(to)) {
                return Err(r.fault("a successor stands twice"));
            }
            targets.push(small(to));
        }
        became.push(targets);
    }
    let old_count = old.len();
    let mut earlier = Vec::new();
    let head = ["code", "name", "district", "absorbed_by", "gone_by", "status"];
    for r in rows("communes_earlier", t.communes_earlier, head, 5)? {
        let district = district_of(r.cells[2]).ok_or_else(|| r.fault("no such district"))?;
        let by = place_of(&old[..old_count], r.cells[3], |c| c.code);
        let by = by.ok_or_else(|| r.fault("no such commune took it in"))?;
        let gone_by = iso_date(r.cells[4]).map_err(|_| r.fault("not a date"))?;
        if place_of(&old[..old_count], r.cells[0], |c| c.code).is_some() {
            return Err(r.fault("this code lived until June 2025"));
        }
        old.push(commune(&r, Regime::Before2025, Some(district), district.province, old.len())?);
        earlier.push(Earlier { absorbed_by: small(by), gone_by });
        let successors = became[by].clone();
        became.push(successors);
    }
    Ok((keep(old), old_count, earlier, Links::new(became.into_iter())))
}

fn whole_districts(t: &Tables, new: &[Commune]) -> Result<Vec<(u16, u16)>> {
    let head = ["code", "name", "province", "became"];
    let rows = rows("districts_2024", t.districts_2024, head, 3)?;
    let islands = rows.iter().enumerate().filter(|(_, r)| !r.cells[3].is_empty());
    islands
        .map(|(i, r)| {
            let to = place_of(new, r.cells[3], |c| c.code);
            Ok((small(i), small(to.ok_or_else(|| r.fault("no such commune today"))?)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the loader says of the embedded tables with one of them changed.
    #[track_caller]
    fn check(change: fn(&mut Tables), says: &str) {
        let mut tables = Tables { ..EMBEDDED };
        change(&mut tables);
        let error = load(&tables).err();
        assert_eq!(error.as_ref().and_then(Error::cause).unwrap_or("loaded"), says);
    }

    #[test]
    fn a_table_with_a_mistake_is_refused_at_its_line() {
        check(|_| {}, "loaded");
        check(
            |t| t.communes_2024 = "code,name\n",
            "data/places/communes_2024.csv:1: another heading was expected",
        );
        check(
            |t| t.communes_2024 = "code,name,district,became\n00001,Phường X,001\n",
            "data/places/communes_2024.csv:2: too few fields",
        );
        check(
            |t| t.communes_2024 = "code,name,district,became\n1,Phường X,001,00097\n",
            "data/places/communes_2024.csv:2: not a code",
        );
        check(
            |t| t.communes_2024 = "code,name,district,became\n00001,Làng X,001,00097\n",
            "data/places/communes_2024.csv:2: neither xã, phường, thị trấn nor đặc khu",
        );
        check(
            |t| t.communes_2024 = "code,name,district,became\n00001,Phường X,999,00097\n",
            "data/places/communes_2024.csv:2: no such district",
        );
        check(
            |t| t.communes_2024 = "code,name,district,became\n00001,Phường X,001,99999\n",
            "data/places/communes_2024.csv:2: no such commune today",
        );
        check(
            |t| t.communes_2024 = "code,name,district,became\n00001,Phường X,001,13594\n",
            "data/places/communes_2024.csv:2: it became a commune of another province than its province",
        );
        check(
            |t| t.communes_2024 = "code,name,district,became\n00001,Phường X,001,00097 00097\n",
            "data/places/communes_2024.csv:2: a successor stands twice",
        );
        check(
            |t| {
                t.communes_2024 =
                    "code,name,district,became\n00004,Xã X,001,00097\n00001,Xã Y,001,00097\n";
            },
            "data/places/communes_2024.csv:3: codes are not in order",
        );
        check(
            |t| t.communes_merged = "code,into,on\n13594,13594,2027-01-01\n",
            "data/places/communes_merged.csv:2: place.merged_itself",
        );
        check(
            |t| t.communes_merged = "code,into,on\n13594,13597,01/01/2027\n",
            "data/places/communes_merged.csv:2: not a date",
        );
        check(
            |t| t.communes_2025 = "code,name,province\n00004,Phường X,02\n",
            "data/places/communes_2025.csv:2: no such province",
        );
    }
}
