//! Look-ups by code and date.

use crate::errors::{PLACE_NOT_ON_DATE, PLACE_UNKNOWN, PROVINCE_NOT_ON_DATE, PROVINCE_UNKNOWN};
use crate::model::{Commune, Former, Province, Regime};
use crate::{Places, load};
use kernel::time::day as shown;
use kernel::{CommuneCode, Date, Error, ProvinceCode, Result, vietnamese};

/// The words of a commune that letters need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommuneText {
    /// «Trần Thương»
    pub name: &'static str,
    /// «xã»
    pub kind_lower: &'static str,
    /// «Xã Trần Thương»
    pub title: &'static str,
    /// «xã Trần Thương, tỉnh Ninh Bình»
    pub full: String,
    /// «tỉnh Ninh Bình»
    pub province: String,
}

impl Places {
    /// The communes of a day in order of code (before July 2025 without those gone before 2025).
    pub fn communes(&self, on: Date) -> Vec<&'static Commune> {
        match Regime::on(on) {
            Regime::Before2025 => self.old[..self.old_count].iter().collect(),
            Regime::Since2025 => {
                self.new.iter().filter(|c| self.heir(c.index, on) == c.index).collect()
            }
        }
    }
    /// The provinces in force on a day, in order of code.
    pub fn provinces(&self, on: Date) -> &'static [Province] {
        self.provinces[usize::from(Regime::on(on) == Regime::Since2025)]
    }

    pub(crate) fn earlier_of(&self, commune: &Commune) -> Option<load::Earlier> {
        let i = usize::from(commune.index).checked_sub(self.old_count)?;
        if commune.regime == Regime::Before2025 { self.earlier.get(i).copied() } else { None }
    }
    fn in_regime(&self, code: &CommuneCode, regime: Regime) -> Option<&'static Commune> {
        let wanted = load::number(code.as_str());
        let find = |list: &'static [Commune], codes: &[u32]| {
            codes.binary_search(&wanted).ok().map(|i| &list[i])
        };
        let [new, old] = &self.codes;
        match regime {
            Regime::Since2025 => find(self.new, new),
            Regime::Before2025 => {
                let (lasting, gone) = self.old.split_at(self.old_count);
                let codes = old.split_at(self.old_count);
                find(lasting, codes.0).or_else(|| find(gone, codes.1))
            }
        }
    }

    /// The commune of this code on that day, if there was one.
    pub fn find(&self, code: &CommuneCode, on: Date) -> Option<&'static Commune> {
        let regime = Regime::on(on);
        let found = self.in_regime(code, regime)?;
        let merged = regime == Regime::Since2025 && self.heir(found.index, on) != found.index;
        let gone = self.earlier_of(found).is_some_and(|e| on > e.gone_by);
        (!gone && !merged).then_some(found)
    }

    /// The commune of this code on that day. A code of the other regime is refused with a sentence
    /// that says what the place is called on that day.
    pub fn commune(&self, code: &CommuneCode, on: Date) -> Result<&'static Commune> {
        let regime = Regime::on(on);
        let found = self.in_regime(code, regime);
        if let Some(c) = found {
            let merged = regime == Regime::Since2025 && self.heir(c.index, on) != c.index;
            return match self.earlier_of(c) {
                Some(e) if on > e.gone_by => Err(self.gone(c, on)),
                _ if merged => Err(self.merged_by(c, on)),
                _ => Ok(c),
            };
        }
        let other = match regime {
            Regime::Before2025 => Regime::Since2025,
            Regime::Since2025 => Regime::Before2025,
        };
        Err(match self.in_regime(code, other) {
            Some(c) if regime == Regime::Since2025 => self.gone(c, on),
            Some(c) => self.not_yet(c, on),
            None => Error::new(PLACE_UNKNOWN).arg("code", code.as_str()),
        })
    }
    fn not_on_date(c: &Commune, on: Date, when: &str, others: &str) -> Error {
        Error::new(PLACE_NOT_ON_DATE)
            .arg("code", c.code)
            .arg("place", c.full_name())
            .arg("on", shown(on))
            .arg("when", when)
            .arg("others", others)
    }
    /// A code of before, asked for on a day after it ended.
    fn gone(&self, c: &'static Commune, on: Date) -> Error {
        let name = |c: &Commune| format!("{} ({})", c.full_name(), c.code);
        match self.earlier_of(c) {
            Some(e) if Regime::on(on) == Regime::Before2025 => {
                let heir = &self.old[usize::from(e.absorbed_by)];
                Self::not_on_date(c, on, "earlier", &name(heir))
            }
            _ => {
                let heirs: Vec<String> = self.successors(c).map(name).collect();
                Self::not_on_date(c, on, "gone", &heirs.join("; "))
            }
        }
    }
    /// A code of the 2025 map, asked for on a day after it was merged.
    fn merged_by(&self, c: &'static Commune, on: Date) -> Error {
        let heir = &self.new[usize::from(self.heir(c.index, on))];
        let end = self.end_of(c.index).map_or(on, |m| m.on);
        let others = format!("{} ({})", heir.full_name(), heir.code);
        Self::not_on_date(c, on, "merged", &others)
            .arg("last", shown(kernel::time::plus_days(end, -1)))
    }
    /// A code of today, asked for on a day before it began.
    fn not_yet(&self, c: &'static Commune, on: Date) -> Error {
        let from: Vec<String> = self.formers(c).iter().map(Former::full_name).collect();
        Self::not_on_date(c, on, "early", &from.join("; "))
    }

    /// The province of this code on that day.
    pub fn province(&self, code: &ProvinceCode, on: Date) -> Result<&'static Province> {
        let find = |list: &'static [Province]| {
            list.binary_search_by(|p| p.code.cmp(code.as_str())).ok().map(|i| &list[i])
        };
        if let Some(p) = find(self.provinces(on)) {
            return Ok(p);
        }
        let Some(old) = find(self.provinces[0]).or_else(|| find(self.provinces[1])) else {
            return Err(Error::new(PROVINCE_UNKNOWN).arg("code", code.as_str()));
        };
        let heir = self.province_today(old);
        Err(Error::new(PROVINCE_NOT_ON_DATE)
            .arg("code", code.as_str())
            .arg("place", old.label())
            .arg("on", shown(on))
            .arg("others", format!("{} ({})", heir.label(), heir.code)))
    }
    /// The province of today in which a province of any time lies.
    pub fn province_today(&self, province: &Province) -> &'static Province {
        &self.provinces[1][usize::from(province.today)]
    }
    /// The communes of a province on that day, in the order of the Vietnamese alphabet.
    pub fn communes_of(&self, code: &ProvinceCode, on: Date) -> Result<Vec<&'static Commune>> {
        let province = self.province(code, on)?;
        let mut list: Vec<_> =
            self.communes(on).into_iter().filter(|c| c.province.code == province.code).collect();
        list.sort_by_cached_key(|c| (vietnamese::collate_key(c.name()), c.code));
        Ok(list)
    }
    /// «xã Trần Thương, tỉnh Ninh Bình»
    pub fn full_name(&self, code: &CommuneCode, on: Date) -> Result<String> {
        Ok(self.commune(code, on)?.full_name())
    }
    /// The words that letters need, from a code held as text, which may have been merged since.
    pub fn commune_text(&self, code: &str, on: Date) -> Result<CommuneText> {
        let c = self.lies_in(&CommuneCode::parse(code)?, on)?;
        Ok(CommuneText {
            name: c.name(),
            kind_lower: c.kind.word(),
            title: c.title,
            full: c.full_name(),
            province: c.province.label(),
        })
    }
}
