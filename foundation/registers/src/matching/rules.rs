//! How much two records look like one person. Pure: points for what agrees, points off for what does
//! not; from [`LIKELY`] on somebody should look. The weights are ours, chosen so that a name and a birth
//! alone are not enough in a country where many share both.

use crate::person::Person;
use kernel::vietnamese;
use serde_json::Value as Json;

/// Points from which a pair is looked at.
pub(crate) const LIKELY: i64 = 50;
/// Points from which a pair is very much alike: name, birth and something else.
pub const VERY: i64 = 70;

/// One thing that speaks for or against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The name, but for where a tone mark stands.
    Name,
    /// The name without marks.
    NameFolded,
    /// The date of birth.
    Birth,
    /// Day and month swapped.
    BirthSwapped,
    /// One knows less of the date than the other.
    BirthPart,
    /// Số chứng minh nhân dân 9 số.
    OldId,
    /// Two old numbers.
    OldIdOther,
    /// Two sexes.
    SexOther,
    /// The father, by number or name.
    Father,
    /// Two fathers.
    FatherOther,
    /// The mother, by number or name.
    Mother,
    /// Two mothers.
    MotherOther,
    /// The spouse, by number or name.
    Spouse,
    /// Quê quán.
    Native,
    /// Two native places.
    NativeOther,
    /// Nơi sinh.
    BirthPlace,
    /// The address.
    Home,
    /// The commune, not the address.
    Commune,
}

/// All of them: code, sign, points.
pub const SIGNS: [(&str, Sign, i64); 18] = [
    ("name", Sign::Name, 20),
    ("name_folded", Sign::NameFolded, 15),
    ("birth", Sign::Birth, 20),
    ("birth_swapped", Sign::BirthSwapped, 15),
    ("birth_part", Sign::BirthPart, 8),
    ("old_id", Sign::OldId, 40),
    ("old_id_other", Sign::OldIdOther, -25),
    ("sex_other", Sign::SexOther, -25),
    ("father", Sign::Father, 15),
    ("father_other", Sign::FatherOther, -15),
    ("mother", Sign::Mother, 15),
    ("mother_other", Sign::MotherOther, -15),
    ("spouse", Sign::Spouse, 15),
    ("native", Sign::Native, 8),
    ("native_other", Sign::NativeOther, -8),
    ("birth_place", Sign::BirthPlace, 5),
    ("home", Sign::Home, 15),
    ("commune", Sign::Commune, 5),
];

impl Sign {
    /// As it is stored, and as the end of its sentence's key.
    pub fn code(self) -> &'static str {
        SIGNS.iter().find(|(_, s, _)| *s == self).map_or("", |(code, ..)| code)
    }
    /// By its code.
    pub fn parse(code: &str) -> Option<Self> {
        SIGNS.iter().find(|(c, ..)| *c == code).map(|(_, sign, _)| *sign)
    }
    /// What it weighs.
    pub fn points(self) -> i64 {
        SIGNS.iter().find(|(_, s, _)| *s == self).map_or(0, |(.., points)| *points)
    }
}

/// A birth as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Birth {
    pub year: u16,
    /// 0: not known.
    pub month: u8,
    /// 0: not known.
    pub day: u8,
}

impl Birth {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next()?.parse().ok()?;
        let mut part = || parts.next().map_or(Some(0), |p| p.parse().ok());
        Some(Self { year, month: part()?, day: part()? })
    }
    pub(crate) fn whole(self) -> bool {
        self.day > 0
    }
    /// The same for a date and for the same with day and month swapped.
    pub(crate) fn either_way(self) -> (u16, u8, u8) {
        (self.year, self.day.min(self.month), self.day.max(self.month))
    }
    fn sign(self, other: Self) -> Option<Sign> {
        if self == other {
            return Some(if self.whole() { Sign::Birth } else { Sign::BirthPart });
        }
        if self.whole() && other.whole() {
            return (self.either_way() == other.either_way()).then_some(Sign::BirthSwapped);
        }
        let month = self.month == 0 || other.month == 0 || self.month == other.month;
        (self.year == other.year && month).then_some(Sign::BirthPart)
    }
}

/// A relative as a record names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kin {
    pid: Option<String>,
    name: Option<String>,
}

impl Kin {
    fn of(value: &Json) -> Self {
        let text = |key: &str| value[key].as_str().filter(|t| !t.is_empty());
        Self { pid: text("pid").map(str::to_owned), name: text("name").map(vietnamese::search_key) }
    }
    /// `None`: one of them says nothing.
    fn agrees(&self, other: &Self) -> Option<bool> {
        if let (Some(a), Some(b)) = (&self.pid, &other.pid)
            && a == b
        {
            return Some(true);
        }
        match (&self.name, &other.name) {
            (Some(a), Some(b)) => Some(a == b),
            _ => match (&self.pid, &other.pid) {
                (Some(_), Some(_)) => Some(false),
                _ => None,
            },
        }
    }
}

/// What is compared of a person.
#[derive(Clone, Debug)]
pub(crate) struct Traits {
    pid: String,
    name: String,
    birth: Option<Birth>,
    sex: Option<String>,
    old_id: Option<String>,
    father: Kin,
    mother: Kin,
    spouse: Kin,
    native: Option<String>,
    birth_place: Option<String>,
    commune: Option<String>,
    line: Option<String>,
    /// Numbers of everybody the record names as a relative.
    relatives: Vec<String>,
}

impl Traits {
    pub(crate) fn of(p: &Person) -> kernel::Result<Self> {
        let relatives = p.value("relatives")?;
        let place = |item: &str| -> kernel::Result<Option<String>> {
            Ok(p.value(item)?["commune"].as_str().map(str::to_owned))
        };
        let mut named = Vec::new();
        numbers(&relatives, &mut named);
        Ok(Self {
            pid: p.pid.as_str().to_owned(),
            name: vietnamese::fold_tone_placement(p.name()).to_lowercase(),
            birth: p.raw("birth").and_then(Birth::parse),
            sex: p.raw("sex").map(str::to_owned),
            old_id: p.raw("old_id").map(str::to_owned),
            father: Kin::of(&relatives["father"]),
            mother: Kin::of(&relatives["mother"]),
            spouse: Kin::of(&relatives["spouse"]),
            native: place("native_place")?,
            birth_place: place("birth_place")?,
            commune: p.commune.clone(),
            line: p.value("permanent")?["line"].as_str().map(vietnamese::search_key),
            relatives: named,
        })
    }
}

/// Every number under a value.
pub(crate) fn numbers(value: &Json, out: &mut Vec<String>) {
    match value {
        Json::Object(map) => {
            out.extend(map.get("pid").and_then(Json::as_str).map(str::to_owned));
            map.values().for_each(|v| numbers(v, out));
        }
        Json::Array(list) => list.iter().for_each(|v| numbers(v, out)),
        _ => {}
    }
}

/// The signs and their points, if the two are likely to be one person. Never for two of whom one is the
/// other's relative; never without two of
/// name, birth and old number.
pub(crate) fn compare(a: &Traits, b: &Traits) -> Option<(i64, Vec<Sign>)> {
    if a.relatives.contains(&b.pid) || b.relatives.contains(&a.pid) {
        return None;
    }
    let mut signs = Vec::new();
    let folded = |t: &Traits| vietnamese::search_key(&t.name);
    if a.name == b.name {
        signs.push(Sign::Name);
    } else if folded(a) == folded(b) {
        signs.push(Sign::NameFolded);
    }
    let named = !signs.is_empty();
    let birth = a.birth.zip(b.birth).and_then(|(a, b)| a.sign(b));
    signs.extend(birth);
    let differ =
        |a: &Option<String>, b: &Option<String>| a.as_ref().zip(b.as_ref()).map(|(a, b)| a == b);
    let mut say = |agrees: Option<bool>, same: Option<Sign>, other: Option<Sign>| match agrees {
        Some(true) => signs.extend(same),
        Some(false) => signs.extend(other),
        None => {}
    };
    let old_id = differ(&a.old_id, &b.old_id);
    say(old_id, Some(Sign::OldId), Some(Sign::OldIdOther));
    say(differ(&a.sex, &b.sex), None, Some(Sign::SexOther));
    say(a.father.agrees(&b.father), Some(Sign::Father), Some(Sign::FatherOther));
    say(a.mother.agrees(&b.mother), Some(Sign::Mother), Some(Sign::MotherOther));
    say(a.spouse.agrees(&b.spouse), Some(Sign::Spouse), None);
    say(differ(&a.native, &b.native), Some(Sign::Native), Some(Sign::NativeOther));
    say(differ(&a.birth_place, &b.birth_place), Some(Sign::BirthPlace), None);
    if differ(&a.commune, &b.commune) == Some(true) {
        let home = differ(&a.line, &b.line) == Some(true);
        signs.push(if home { Sign::Home } else { Sign::Commune });
    }
    let score = signs.iter().map(|s| s.points()).sum();
    let agree = [named, birth.is_some(), old_id == Some(true)];
    // Two of the three that name a person.
    let worth = agree.into_iter().filter(|a| *a).count() >= 2;
    (worth && score >= LIKELY).then_some((score, signs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn somebody(pid: &str, name: &str, birth: &str) -> Traits {
        Traits {
            pid: pid.into(),
            name: vietnamese::fold_tone_placement(name).to_lowercase(),
            birth: Birth::parse(birth),
            sex: Some("male".into()),
            old_id: None,
            father: Kin::default(),
            mother: Kin::default(),
            spouse: Kin::default(),
            native: None,
            birth_place: None,
            commune: None,
            line: None,
            relatives: Vec::new(),
        }
    }

    fn told(a: &Traits, b: &Traits) -> String {
        assert_eq!(compare(a, b), compare(b, a), "either way round");
        compare(a, b).map_or_else(String::new, |(score, signs)| {
            let codes: Vec<&str> = signs.iter().map(|s| s.code()).collect();
            format!("{score} {}", codes.join(" "))
        })
    }

    fn kin(name: &str) -> Kin {
        Kin::of(&json!({"name": name}))
    }

    #[test]
    fn name_and_birth_alone_are_many_people() {
        let a = somebody("1", "Nguyễn Văn An", "1980-05-07");
        assert_eq!(told(&a, &somebody("2", "Nguyễn Văn An", "1980-05-07")), "");
        let with = |f: fn(&mut Traits)| {
            let (mut a, mut b) = (a.clone(), somebody("2", "Nguyễn Văn An", "1980-05-07"));
            f(&mut a);
            f(&mut b);
            told(&a, &b)
        };
        assert_eq!(with(|t| t.old_id = Some("162345678".into())), "80 name birth old_id");
        assert_eq!(with(|t| t.mother = kin("Trần Thị Bé")), "55 name birth mother");
        assert_eq!(with(|t| t.native = Some("13594".into())), "");
    }

    #[test]
    fn marks_tones_and_swapped_days() {
        let of = |name: &str, birth: &str| {
            let mother = kin("Trần Thị Bé");
            Traits {
                mother: mother.clone(), father: kin("Lê Cả"), ..somebody(name, name, birth)
            }
        };
        let a = of("Lê Thúy Hòa", "1980-05-07");
        assert_eq!(
            told(&a, &of("LÊ THUÝ HOÀ", "1980-07-05")),
            "65 name birth_swapped father mother"
        );
        assert_eq!(
            told(&a, &of("Le Thuy Hoa", "1980-07-05")),
            "60 name_folded birth_swapped father mother"
        );
        assert_eq!(told(&a, &of("Lê Thúy Hòa", "1980")), "58 name birth_part father mother");
        assert_eq!(told(&a, &of("Lê Thúy Hòa", "1981-05-07")), "");
        assert_eq!(told(&a, &of("Lê Thúy Hoàn", "1980-05-07")), "");
    }

    #[test]
    fn what_speaks_against() {
        let alike = |pid: &str| Traits {
            old_id: Some("162345678".into()),
            mother: kin("Trần Thị Bé"),
            ..somebody(pid, "Lê An", "1980-05-07")
        };
        let (a, mut b) = (alike("1"), alike("2"));
        b.sex = Some("female".into());
        assert_eq!(told(&a, &b), "70 name birth old_id sex_other mother");
        b.mother = kin("Trần Thị Lớn");
        assert_eq!(told(&a, &b), "");
        // Another name after all, but the same old number and birth.
        let renamed = Traits { name: "lê bình".into(), ..alike("3") };
        assert_eq!(told(&a, &renamed), "75 birth old_id mother");
        // A father and a son of one name, born on one day of the year, are not one person.
        let son = Traits { relatives: vec!["1".into()], ..alike("4") };
        assert_eq!(told(&a, &son), "");
    }

    #[test]
    fn codes_are_read_again() {
        for (code, sign, points) in SIGNS {
            assert_eq!((Sign::parse(code), sign.code(), sign.points()), (Some(sign), code, points));
        }
        assert_eq!(Sign::parse("x"), None);
    }
}
