//! The nouns: provinces, districts, communes, and the two regimes they belong to.

use kernel::{CommuneCode, Date, ProvinceCode};

/// First day of the provinces and communes of today (Nghị quyết 202/2025/QH15).
pub const REFORM: Date = Date::constant(2025, 7, 1);

/// Which set of units, and of codes, is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Regime {
    /// Until 30/06/2025: province, district, commune.
    Before2025,
    /// Since 01/07/2025: province, commune.
    Since2025,
}

impl Regime {
    /// The regime in force on a day.
    pub fn on(day: Date) -> Self {
        if day < REFORM { Self::Before2025 } else { Self::Since2025 }
    }
}

/// Tỉnh, thành phố trực thuộc trung ương.
#[derive(Debug, PartialEq, Eq)]
pub struct Province {
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) regime: Regime,
    /// Its place in the table of its regime.
    pub(crate) index: u16,
    /// Place of the province of today that it is in.
    pub(crate) today: u16,
}

/// Huyện, quận, thị xã, thành phố thuộc tỉnh: until 30/06/2025 only.
#[derive(Debug, PartialEq, Eq)]
pub struct District {
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) province: &'static Province,
    /// Its place in the table.
    pub(crate) index: u16,
}

/// Loại đơn vị hành chính cấp xã.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommuneKind {
    /// Xã
    Rural,
    /// Phường
    Ward,
    /// Thị trấn: until 30/06/2025 only.
    Town,
    /// Đặc khu: since 01/07/2025 only.
    SpecialZone,
}

impl CommuneKind {
    pub(crate) const ALL: [(Self, &'static str); 4] = [
        (Self::Rural, "Xã "),
        (Self::Ward, "Phường "),
        (Self::Town, "Thị trấn "),
        (Self::SpecialZone, "Đặc khu "),
    ];
    /// As it stands before a name in a sentence: «xã», «phường», «thị trấn», «đặc khu».
    pub fn word(self) -> &'static str {
        match self {
            Self::Rural => "xã",
            Self::Ward => "phường",
            Self::Town => "thị trấn",
            Self::SpecialZone => "đặc khu",
        }
    }
}

/// Xã, phường, thị trấn, đặc khu, as it was in its regime.
#[derive(Debug, PartialEq, Eq)]
pub struct Commune {
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) kind: CommuneKind,
    pub(crate) regime: Regime,
    pub(crate) district: Option<&'static District>,
    pub(crate) province: &'static Province,
    /// Its place in the table of its regime.
    pub(crate) index: u16,
}

/// A title inside a sentence: its first letter small.
fn in_sentence(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

impl Province {
    /// The two digits. Codes are reused: keep the date beside it.
    pub fn code(&self) -> ProvinceCode {
        ProvinceCode::parse(self.code).unwrap_or_else(|e| unreachable!("{e}"))
    }
    /// The two digits as text.
    pub fn code_str(&self) -> &'static str {
        self.code
    }
    /// «Tỉnh Ninh Bình»
    pub fn title(&self) -> &'static str {
        self.title
    }
    /// «tỉnh Ninh Bình», inside a sentence.
    pub fn label(&self) -> String {
        in_sentence(self.title)
    }
    /// «Ninh Bình»
    pub fn name(&self) -> &'static str {
        let short = ["Tỉnh ", "Thành phố "].iter().find_map(|k| self.title.strip_prefix(k));
        short.unwrap_or(self.title)
    }
    /// To which regime it belongs.
    pub fn regime(&self) -> Regime {
        self.regime
    }
}

impl District {
    /// The three digits.
    pub fn code_str(&self) -> &'static str {
        self.code
    }
    /// «Huyện Lý Nhân»
    pub fn title(&self) -> &'static str {
        self.title
    }
    /// «huyện Lý Nhân», inside a sentence.
    pub fn label(&self) -> String {
        in_sentence(self.title)
    }
    /// Its province at that time.
    pub fn province(&self) -> &'static Province {
        self.province
    }
    /// «huyện Côn Đảo, tỉnh Bà Rịa - Vũng Tàu»
    pub fn full_name(&self) -> String {
        format!("{}, {}", self.label(), self.province.label())
    }
}

impl Commune {
    /// The five digits. Codes are reused: keep the date beside it.
    pub fn code(&self) -> CommuneCode {
        CommuneCode::parse(self.code).unwrap_or_else(|e| unreachable!("{e}"))
    }
    /// The five digits as text.
    pub fn code_str(&self) -> &'static str {
        self.code
    }
    /// Xã, phường, thị trấn or đặc khu.
    pub fn kind(&self) -> CommuneKind {
        self.kind
    }
    /// «Trần Thương»
    pub fn name(&self) -> &'static str {
        let kind = CommuneKind::ALL.iter().find(|(k, _)| *k == self.kind);
        kind.and_then(|(_, word)| self.title.strip_prefix(word)).unwrap_or(self.title)
    }
    /// «Xã Trần Thương», at the beginning of a line.
    pub fn title(&self) -> &'static str {
        self.title
    }
    /// «xã Trần Thương», inside a sentence.
    pub fn label(&self) -> String {
        in_sentence(self.title)
    }
    /// To which regime it belongs.
    pub fn regime(&self) -> Regime {
        self.regime
    }
    /// Its district; none since 01/07/2025.
    pub fn district(&self) -> Option<&'static District> {
        self.district
    }
    /// Its province in its regime.
    pub fn province(&self) -> &'static Province {
        self.province
    }
    /// «xã Trần Thương, tỉnh Ninh Bình»; before July 2025 with the district:
    /// «xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam».
    pub fn full_name(&self) -> String {
        match self.district {
            Some(d) => format!("{}, {}", self.label(), d.full_name()),
            None => format!("{}, {}", self.label(), self.province.label()),
        }
    }
}

/// A unit of before July 2025 from which a commune of today was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Former {
    /// A commune; `whole` is false when it was divided and only a part came here.
    Commune {
        /// The old commune.
        commune: &'static Commune,
        /// Whether all of it came here.
        whole: bool,
    },
    /// An island district that had no communes.
    District(&'static District),
}

impl Former {
    /// «xã Nhân Nghĩa, huyện Lý Nhân, tỉnh Hà Nam»
    pub fn full_name(&self) -> String {
        match self {
            Self::Commune { commune, .. } => commune.full_name(),
            Self::District(d) => d.full_name(),
        }
    }
}
