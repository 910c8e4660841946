//! From a code of one time to the communes of another.

use crate::Places;
use crate::model::{Commune, Former, Regime};
use kernel::time::day as shown;
use kernel::{CommuneCode, Date, Result, Say};

/// What a commune of one day is on another day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The commune that was asked for, as it was on its day.
    pub unit: &'static Commune,
    /// The commune or communes of the other day. Never empty going forward; the usual one first.
    /// Going back: the communes it was made of.
    pub units: Vec<&'static Commune>,
    /// Whether it was divided between several communes, so that the code alone does not decide:
    /// the address does.
    pub divided: bool,
    /// It was gone before July 2025: into which commune, and by which day at the latest.
    pub earlier: Option<(&'static Commune, Date)>,
    /// A commune of the 2025 map that was merged into another by the other day: since when.
    pub merged: Option<Date>,
}

impl Resolved {
    /// The usual successor: what a form may propose and the person confirms.
    pub fn usual(&self) -> Option<&'static Commune> {
        self.units.first().copied()
    }
    /// What happened, in one sentence.
    pub fn sentence(&self, say: &Say) -> String {
        let unit = self.unit.full_name();
        if let Some((into, by)) = self.earlier {
            let args = [
                ("old", unit),
                ("into", into.full_name()),
                ("by", shown(by)),
                ("new", self.usual().map(Commune::full_name).unwrap_or_default()),
            ];
            return say.with("places-earlier", &args);
        }
        let count = i64::try_from(self.units.len()).unwrap_or(i64::MAX).to_string();
        match (self.unit.regime(), self.usual()) {
            (_, Some(into)) if self.merged.is_some() => {
                let on = self.merged.map(shown).unwrap_or_default();
                let args = [("on", on), ("old", unit), ("new", into.full_name())];
                say.with("places-merged", &args)
            }
            (_, Some(same)) if same == self.unit && self.units.len() == 1 => {
                say.t1("places-same", "unit", unit)
            }
            (Regime::Since2025, _) => {
                let from: Vec<String> = self.units.iter().map(|c| c.full_name()).collect();
                say.t2("places-made-of", "unit", unit, "from", from.join("; "))
            }
            (Regime::Before2025, Some(new)) if self.divided => {
                let args = [("old", unit), ("new", new.full_name()), ("count", count)];
                say.with("places-divided", &args)
            }
            (Regime::Before2025, new) => {
                let new = new.map(Commune::full_name).unwrap_or_default();
                say.t2("places-became", "old", unit, "new", new)
            }
        }
    }
}

impl Places {
    /// The communes of a day since July 2025 that a commune of before became, the usual one first.
    pub(crate) fn heirs(&self, old: &Commune, on: Date) -> Vec<&'static Commune> {
        let mut all: Vec<&'static Commune> = Vec::new();
        for c in self.successors(old) {
            let heir = &self.new[usize::from(self.heir(c.index, on))];
            if !all.contains(&heir) {
                all.push(heir);
            }
        }
        all
    }
    /// The communes of the 2025 map that a commune of before became, the usual one first.
    pub(crate) fn successors(
        &self,
        old: &Commune,
    ) -> impl Iterator<Item = &'static Commune> + use<'_> {
        let new = self.new;
        self.became.of(usize::from(old.index)).iter().map(move |&i| &new[usize::from(i)])
    }
    /// From which units a commune of today was made.
    pub(crate) fn formers(&self, new: &Commune) -> Vec<Former> {
        let communes = self.came_from.of(usize::from(new.index)).iter().map(|&i| {
            let i = usize::from(i);
            let whole = self.became.of(i).len() == 1;
            Former::Commune { commune: &self.old[i], whole }
        });
        let islands = self.whole_districts.iter().filter(|(_, to)| *to == new.index);
        let islands = islands.map(|&(d, _)| Former::District(&self.districts[usize::from(d)]));
        communes.chain(islands).collect()
    }

    /// What the commune that had this code on `from` is on `to`.
    ///
    /// Within one regime it is itself, unless it was merged. From before July 2025 to after: its successor or, if it was
    /// divided, its successors. Back: the communes it was made of.
    pub fn resolve(&self, code: &CommuneCode, from: Date, to: Date) -> Result<Resolved> {
        let unit = self.commune(code, from)?;
        let gone = self.earlier_of(unit).filter(|e| to > e.gone_by);
        let earlier = gone.map(|e| (&self.old[usize::from(e.absorbed_by)], e.gone_by));
        let mut merged = None;
        let (units, divided) = match (unit.regime(), Regime::on(to)) {
            (Regime::Before2025, Regime::Since2025) => {
                let units = self.heirs(unit, to);
                let divided = units.len() > 1;
                (units, divided)
            }
            (Regime::Since2025, Regime::Before2025) => {
                let parts = self.members(unit, from);
                let communes = parts.iter().flat_map(|i| self.came_from.of(usize::from(*i)));
                (communes.map(|&i| &self.old[usize::from(i)]).collect(), false)
            }
            (Regime::Since2025, Regime::Since2025) => {
                let mut units: Vec<&'static Commune> = Vec::new();
                for i in self.members(unit, from) {
                    let heir = &self.new[usize::from(self.heir(i, to))];
                    if !units.contains(&heir) {
                        units.push(heir);
                    }
                }
                merged = self.end_of(unit.index).map(|m| m.on).filter(|on| *on <= to);
                (units, false)
            }
            _ => (vec![earlier.map_or(unit, |(into, _)| into)], false),
        };
        Ok(Resolved { unit, units, divided, earlier, merged })
    }

    /// The communes of the 2025 map of which a commune of a day consists, itself first.
    fn members(&self, unit: &Commune, on: Date) -> Vec<u16> {
        let others = self.merged.iter().map(|m| m.from);
        let others = others.filter(|i| *i != unit.index && self.heir(*i, on) == unit.index);
        std::iter::once(unit.index).chain(others).collect()
    }

    /// From which units of before July 2025 a commune of today was made; islands that were
    /// districts without communes appear as districts.
    pub fn history(&self, code: &CommuneCode) -> Result<Vec<Former>> {
        Ok(self.formers(self.commune(code, crate::REFORM)?))
    }
}
