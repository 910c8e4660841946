//! Names of places for addresses. Placeholder until `places` answers; see the note in `lib.rs`.

use kernel::Date;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A commune as it is called on a date.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub commune: String,
    pub district: Option<String>,
    pub province_code: String,
    pub province: String,
}

struct Table {
    now: BTreeMap<String, Named>,
    before: BTreeMap<String, Named>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = |text: &'static str| -> Vec<Vec<&'static str>> {
            text.lines().skip(1).map(|l| l.split(',').collect()).collect()
        };
        let cell = |r: &[&str], i: usize| r.get(i).copied().unwrap_or("").to_owned();
        let named = |text| -> BTreeMap<String, String> {
            rows(text).iter().map(|r| (cell(r, 0), cell(r, 1))).collect()
        };
        macro_rules! csv {
            ($n:literal) => {
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/places/", $n))
            };
        }
        let p25 = named(csv!("provinces_2025.csv"));
        let p24 = named(csv!("provinces_2024.csv"));
        let d24: BTreeMap<String, (String, String)> = rows(csv!("districts_2024.csv"))
            .iter()
            .map(|r| (cell(r, 0), (cell(r, 1), cell(r, 2))))
            .collect();
        let now = rows(csv!("communes_2025.csv"))
            .iter()
            .map(|r| {
                let code = cell(r, 2);
                let province = p25.get(&code).cloned().unwrap_or_default();
                (
                    cell(r, 0),
                    Named { commune: cell(r, 1), district: None, province_code: code, province },
                )
            })
            .collect();
        let before = rows(csv!("communes_2024.csv"))
            .iter()
            .map(|r| {
                let (district, code) = d24.get(&cell(r, 2)).cloned().unwrap_or_default();
                let province = p24.get(&code).cloned().unwrap_or_default();
                let named = Named {
                    commune: cell(r, 1),
                    district: Some(district),
                    province_code: code,
                    province,
                };
                (cell(r, 0), named)
            })
            .collect();
        Table { now, before }
    })
}

/// The commune of this code on that date.
pub(crate) fn commune(code: &str, on: Date) -> Option<&'static Named> {
    let t = table();
    if on >= jiff::civil::date(2025, 7, 1) { t.now.get(code) } else { t.before.get(code) }
}

/// The province of a commune on that date.
pub(crate) fn province_of(code: &str, on: Date) -> Option<&'static str> {
    commune(code, on).map(|c| c.province_code.as_str())
}

/// «Thôn 3, xã Trần Thương, tỉnh Ninh Bình»
pub(crate) fn address(line: Option<&str>, code: &str, on: Date) -> Option<String> {
    let c = commune(code, on)?;
    let mut parts: Vec<String> =
        line.filter(|l| !l.is_empty()).map(str::to_owned).into_iter().collect();
    parts.push(lower_first(&c.commune));
    parts.extend(c.district.as_deref().map(lower_first));
    parts.push(lower_first(&c.province));
    Some(parts.join(", "))
}

fn lower_first(s: &str) -> String {
    let mut chars = s.chars();
    chars.next().map_or(String::new(), |c| c.to_lowercase().chain(chars).collect())
}
