//! Code lists of items: ethnic groups, religions, nationalities. Records hold the code; its name is
//! put beside it when it is read.

use kernel::vietnamese;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The numbering of ethnic groups in use here; the statistics office counts in another order.
pub const ETHNIC_SYSTEM: &str = "QĐ 121-TCTK/PPCĐ 1979";

struct Lists {
    ethnic: BTreeMap<String, String>,
    religion: BTreeMap<String, String>,
    /// Code by the search key of the name.
    ethnic_codes: BTreeMap<String, String>,
    religion_codes: BTreeMap<String, String>,
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let column = |text: &str, name: usize| {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let rows = reader.records().filter_map(Result::ok);
            rows.filter_map(|r| Some((r.get(0)?.to_owned(), r.get(name)?.to_owned())))
                .filter(|(code, _)| !code.is_empty())
                .collect()
        };
        macro_rules! data {
            ($n:literal) => {
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/people/", $n))
            };
        }
        let by_name = |list: &BTreeMap<String, String>| {
            list.iter().map(|(code, name)| (vietnamese::search_key(name), code.clone())).collect()
        };
        let (ethnic, religion) =
            (column(data!("ethnic_groups.csv"), 2), column(data!("religions_unofficial.csv"), 1));
        Lists {
            ethnic_codes: by_name(&ethnic),
            religion_codes: by_name(&religion),
            ethnic,
            religion,
        }
    })
}

/// The name of an ethnic group by its code.
pub fn ethnic_name(code: &str) -> Option<&'static str> {
    lists().ethnic.get(code).map(String::as_str)
}

/// The name of a religion by its code; the list is **not official**.
pub fn religion_name(code: &str) -> Option<&'static str> {
    lists().religion.get(code).map(String::as_str)
}

/// The code of an ethnic group by its name, marks or not.
pub fn ethnic_code(name: &str) -> Option<&'static str> {
    lists().ethnic_codes.get(&vietnamese::search_key(name)).map(String::as_str)
}

/// The code of a religion by its name, marks or not; the list is **not official**.
pub fn religion_code(name: &str) -> Option<&'static str> {
    lists().religion_codes.get(&vietnamese::search_key(name)).map(String::as_str)
}

/// An item `{code}` with its name; what the record says itself stays.
pub(crate) fn named(item: &str, mut value: Json) -> Json {
    let Some(code) = value["code"].as_str().map(str::to_owned) else { return value };
    let name = match item {
        "ethnic" => ethnic_name(&code),
        "religion" => religion_name(&code),
        _ if code == "VN" => Some("Việt Nam"),
        _ => None,
    };
    if value["name"].is_null() {
        value["name"] = json!(name);
    }
    match item {
        "ethnic" if value["system"].is_null() => value["system"] = json!(ETHNIC_SYSTEM),
        "religion" => value["unofficial"] = json!(true),
        _ => {}
    }
    value
}
