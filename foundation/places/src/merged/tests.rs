use crate::*;
use kernel::calendar::iso_date;
use kernel::{CommuneCode, Date, Lang, Say, Words};

fn d(text: &str) -> Date {
    iso_date(text).unwrap()
}
fn code(text: &str) -> CommuneCode {
    CommuneCode::parse(text).unwrap()
}
fn merger(from: &str, into: &str, on: &str) -> Merger {
    Merger { code: code(from), into: code(into), on: d(on) }
}
fn say() -> Say {
    Say::new(Words::build(&[kernel::TEXT, TEXT]).unwrap(), Lang::Vi)
}

/// Vĩnh Trụ (13597) into Trần Thương (13594), which goes into Nam Xang (13591) two years later.
fn merged() -> Places {
    let list = [merger("13597", "13594", "2027-01-01"), merger("13594", "13591", "2029-01-01")];
    Places::load().unwrap().with(&list).unwrap()
}

#[test]
fn a_code_leads_to_the_commune_it_lies_in_on_a_day() {
    let p = merged();
    let lies = |c: &str, on: &str| p.lies_in(&code(c), d(on)).unwrap().name();
    assert_eq!(lies("13597", "2026-12-31"), "Vĩnh Trụ");
    assert_eq!(lies("13597", "2027-01-01"), "Trần Thương");
    assert_eq!(lies("13597", "2028-12-31"), "Trần Thương");
    assert_eq!(lies("13597", "2029-01-01"), "Nam Xang");
    assert_eq!(lies("13594", "2029-01-01"), "Nam Xang");
    // Of the time before, the code means what it meant.
    assert_eq!(p.lies_in(&code("13594"), d("2025-06-30")).unwrap().name(), "Trần Hưng Đạo");
    let parts = |c: &str, on: &str| p.parts(&code(c), d(on)).unwrap();
    assert_eq!(parts("13594", "2026-12-31"), ["13594"]);
    assert_eq!(parts("13594", "2027-01-01"), ["13594", "13597"]);
    assert_eq!(parts("13591", "2029-01-01"), ["13591", "13594", "13597"]);
    // Whoever still asks under a code that has ended gets the whole it is part of.
    assert_eq!(parts("13597", "2029-01-01"), ["13591", "13594", "13597"]);
}

#[test]
fn a_merged_commune_cannot_be_chosen_any_more() {
    let p = merged();
    assert!(p.commune(&code("13597"), d("2026-12-31")).is_ok());
    let e = p.commune(&code("13597"), d("2027-01-01")).unwrap_err();
    assert_eq!(
        e.text(&say()),
        "Mã 13597 (xã Vĩnh Trụ, tỉnh Ninh Bình) chỉ dùng đến hết ngày 31/12/2026, nên không dùng được \
         cho ngày 01/01/2027. Nơi này đã nhập vào: xã Trần Thương, tỉnh Ninh Bình (13594). Hãy chọn \
         lại xã."
    );
    let count = |on: &str| p.communes(d(on)).len();
    assert_eq!(["2026-12-31", "2027-01-01", "2029-01-01"].map(count), [3_321, 3_320, 3_319]);
}

#[test]
fn it_is_found_by_its_name_as_the_commune_it_is_part_of() {
    let p = merged();
    let hit = |on: &str| {
        let hits = p.search("xã Vĩnh Trụ, Ninh Bình", d(on), None, 5);
        let best = hits.first().unwrap();
        (best.commune.name(), best.was.map(|w| w.full_name()))
    };
    assert_eq!(hit("2026-12-31"), ("Vĩnh Trụ", None));
    let was = Some("xã Vĩnh Trụ, tỉnh Ninh Bình".to_owned());
    assert_eq!(hit("2027-01-01"), ("Trần Thương", was.clone()));
    assert_eq!(hit("2029-01-01"), ("Nam Xang", was));
    // Names of before 2025 lead on too.
    let p = Places::load().unwrap();
    let old = p.communes(d("2025-06-30"));
    let heir = |p: &Places, c: &Commune, on: &str| {
        p.resolve(&c.code(), d("2025-06-30"), d(on)).unwrap().units
    };
    let from = old.iter().find(|c| {
        let units = heir(&p, c, "2026-01-01");
        units.len() == 1 && units[0].code_str() == "13597"
    });
    let from = from.unwrap();
    let p = merged();
    assert_eq!(heir(&p, from, "2027-01-01")[0].code_str(), "13594");
    let hits = p.search(&from.full_name(), d("2027-01-01"), None, 5);
    assert_eq!(hits[0].commune.code_str(), "13594");
}

#[test]
fn resolving_says_what_happened() {
    let p = merged();
    let to = |from: &str, on: &str, to: &str| {
        let r = p.resolve(&code(from), d(on), d(to)).unwrap();
        (r.units.iter().map(|c| c.code_str()).collect::<Vec<_>>(), r.sentence(&say()))
    };
    let (units, sentence) = to("13597", "2026-01-01", "2027-06-01");
    assert_eq!(units, ["13594"]);
    assert_eq!(
        sentence,
        "Từ 01/01/2027, xã Vĩnh Trụ, tỉnh Ninh Bình nhập vào xã Trần Thương, tỉnh Ninh Bình."
    );
    let (units, sentence) = to("13597", "2026-01-01", "2026-06-01");
    assert_eq!(units, ["13597"]);
    assert!(sentence.contains("vẫn giữ nguyên"), "{sentence}");
    // Back: what it was made of.
    assert_eq!(to("13591", "2029-06-01", "2026-06-01").0, ["13591", "13594", "13597"]);
    assert_eq!(to("13594", "2028-06-01", "2027-06-01").0, ["13594"]);
}

#[test]
fn a_merger_that_cannot_be_is_refused() {
    let check = |list: &[Merger], says: kernel::Code| {
        let e = Places::load().unwrap().with(list).unwrap_err();
        assert!(e.is(says), "{e:?}");
        assert!(!e.text(&say()).contains('⟦'));
    };
    check(&[merger("99999", "13594", "2027-01-01")], PLACE_UNKNOWN);
    check(&[merger("13597", "99999", "2027-01-01")], PLACE_UNKNOWN);
    check(&[merger("13597", "13597", "2027-01-01")], MERGED_ITSELF);
    check(&[merger("13597", "00004", "2027-01-01")], MERGED_PROVINCE);
    check(&[merger("13597", "13594", "2025-07-01")], MERGED_EARLY);
    let first = merger("13597", "13594", "2027-01-01");
    check(&[first.clone(), merger("13597", "13591", "2028-01-01")], MERGED_TWICE);
    // Into one that has ended by then; also the other way round in the list, and in a circle.
    check(&[first.clone(), merger("13591", "13597", "2027-01-01")], MERGED_GONE);
    check(&[merger("13594", "13597", "2028-01-01"), first], MERGED_GONE);
}

#[test]
fn mergers_of_the_database_are_taken_over_for_everybody() {
    // Far ahead, so that no other test's day is touched.
    let list = [merger("13606", "13600", "2091-01-01")];
    let known = |c: &str| all().commune(&code(c), d("2092-01-01")).is_ok();
    let there: Vec<&str> = all()
        .communes_of(&kernel::ProvinceCode::parse("37").unwrap(), d("2026-01-01"))
        .unwrap()
        .iter()
        .map(|c| c.code_str())
        .collect();
    let (from, into) = (there[0], there[1]);
    let list = list.map(|m| Merger { code: code(from), into: code(into), ..m });
    assert!(known(from));
    adopt(&list).unwrap();
    assert!(!known(from));
    assert_eq!(all().lies_in(&code(from), d("2092-01-01")).unwrap().code_str(), into);
    // One that cannot be leaves everything as it was.
    assert!(adopt(&[merger(from, from, "2091-01-01")]).is_err());
    assert!(!known(from));
    adopt(&[]).unwrap();
    assert!(known(from));
}
