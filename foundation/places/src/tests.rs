use crate::*;
use kernel::calendar::iso_date;
use kernel::{CommuneCode, Date, Lang, ProvinceCode, Say, Words};
use std::collections::HashSet;

fn d(text: &str) -> Date {
    iso_date(text).unwrap()
}
fn code(text: &str) -> CommuneCode {
    CommuneCode::parse(text).unwrap()
}
fn today() -> Date {
    d("2026-11-23")
}
fn say(lang: Lang) -> Say {
    Say::new(Words::build(&[kernel::TEXT, TEXT]).unwrap(), lang)
}

#[test]
fn the_tables_have_the_official_numbers() {
    let places = all();
    let (old, new) = (d("2025-06-30"), d("2025-07-01"));
    assert_eq!((places.provinces(old).len(), places.provinces(new).len()), (63, 34));
    assert_eq!((places.communes(old).len(), places.communes(new).len()), (10_035, 3_321));
    assert_eq!(places.districts.len(), 696);
    let kinds = |k| places.communes(new).iter().filter(|c| c.kind() == k).count();
    assert_eq!(
        [kinds(CommuneKind::Rural), kinds(CommuneKind::Ward), kinds(CommuneKind::SpecialZone)],
        [2_621, 687, 13]
    );
    let cities = places.provinces(new).iter().filter(|p| p.title().starts_with("Thành phố"));
    assert_eq!(cities.count(), 6);
    let old_codes: HashSet<_> = places.communes(old).into_iter().map(Commune::code_str).collect();
    let fresh = places.communes(new).into_iter().filter(|c| !old_codes.contains(c.code_str()));
    let fresh: Vec<_> = fresh.map(Commune::code_str).collect();
    assert_eq!(fresh, ["11948", "19742", "20333", "21548", "26732"]);
}

#[test]
fn a_code_means_another_place_after_the_reform() {
    let name = |c: &str, on: &str| all().full_name(&code(c), d(on)).unwrap();
    assert_eq!(name("13594", "2025-06-30"), "xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam");
    assert_eq!(name("13594", "2025-07-01"), "xã Trần Thương, tỉnh Ninh Bình");
    assert_eq!(name("00715", "2020-01-01"), "xã Lũng Cú, huyện Đồng Văn, tỉnh Hà Giang");
    assert_eq!(name("00715", "2026-01-01"), "xã Lũng Cú, tỉnh Tuyên Quang");
    assert_eq!(name("06367", "2026-01-01"), "xã Vũ Lăng, tỉnh Lạng Sơn");
    assert_eq!(name("26732", "2026-01-01"), "đặc khu Côn Đảo, thành phố Hồ Chí Minh");
    let text = all().commune_text("13594", today()).unwrap();
    assert_eq!((text.kind_lower, text.name, text.title), ("xã", "Trần Thương", "Xã Trần Thương"));
    let c = all().commune(&code("27130"), d("2024-01-01")).unwrap();
    assert_eq!((c.name(), c.kind()), ("12", CommuneKind::Ward));
}

#[test]
fn a_code_of_the_wrong_regime_is_refused_with_what_to_do() {
    let refused = |c: &str, on: &str, lang| {
        let e = all().commune(&code(c), d(on)).unwrap_err();
        format!("{}: {}", e.code().id, e.text(&say(lang)))
    };
    assert_eq!(
        refused("06358", "2026-11-23", Lang::Vi),
        "place.not_on_date: Mã 06358 (xã Chiêu Vũ, huyện Bắc Sơn, tỉnh Lạng Sơn) chỉ dùng đến hết ngày 30/06/2025, nên không dùng được cho ngày 23/11/2026. Từ 01/07/2025, nơi này là: xã Vũ Lăng, tỉnh Lạng Sơn (06367). Hãy chọn lại xã."
    );
    assert_eq!(
        refused("26732", "2024-03-01", Lang::En),
        "place.not_on_date: The code 26732 (đặc khu Côn Đảo, thành phố Hồ Chí Minh) exists since 1 July 2025 only. On 01/03/2024 this place was: huyện Côn Đảo, tỉnh Bà Rịa - Vũng Tàu. Choose the commune again."
    );
    assert_eq!(
        refused("06454", "2025-02-01", Lang::En),
        "place.not_on_date: The code 06454 (xã Sơn Hà, huyện Hữu Lũng, tỉnh Lạng Sơn) was no longer in use on 01/02/2025; the place had been merged into thị trấn Hữu Lũng, huyện Hữu Lũng, tỉnh Lạng Sơn (06385). Choose the commune again."
    );
    assert!(
        refused("06454", "2026-02-01", Lang::Vi).contains("xã Hữu Lũng, tỉnh Lạng Sơn (06385)")
    );
    assert_eq!(
        refused("99999", "2026-02-01", Lang::Vi),
        "place.unknown: Không có xã, phường nào mang mã 99999. Hãy chọn xã từ danh sách gợi ý."
    );
    // A divided one names all its heirs.
    let divided = all().old.iter().find(|c| all().successors(c).count() == 5).unwrap();
    let gone = all().commune(&divided.code(), today());
    if let Err(e) = gone {
        assert_eq!(e.text(&say(Lang::Vi)).matches("; ").count(), 4);
    }
}

#[test]
fn provinces_by_code_and_date() {
    let label = |c: &str, on: &str| {
        all().province(&ProvinceCode::parse(c).unwrap(), d(on)).map(Province::label)
    };
    assert_eq!(label("24", "2025-06-30").unwrap(), "tỉnh Bắc Giang");
    assert_eq!(label("24", "2025-07-01").unwrap(), "tỉnh Bắc Ninh");
    assert_eq!(label("01", "2025-07-01").unwrap(), "thành phố Hà Nội");
    let gone = label("35", "2026-01-01").unwrap_err();
    assert_eq!(
        gone.text(&say(Lang::Vi)),
        "Mã 35 (tỉnh Hà Nam) không dùng vào ngày 01/01/2026. Từ 01/07/2025, nơi này thuộc tỉnh Ninh Bình (37). Hãy chọn lại tỉnh."
    );
    assert!(label("99", "2026-01-01").unwrap_err().is(PROVINCE_UNKNOWN));
    let ninh_binh = all().communes_of(&ProvinceCode::parse("37").unwrap(), today()).unwrap();
    assert_eq!(ninh_binh.len(), 129);
    let names: Vec<_> = ninh_binh.iter().map(|c| c.name()).collect();
    assert_eq!(&names[..3], ["Bắc Lý", "Bình An", "Bình Giang"]);
    assert!(
        names.iter().position(|n| *n == "Duy Tân") < names.iter().position(|n| *n == "Đại Hoàng")
    );
    let total: usize = all()
        .provinces(today())
        .iter()
        .map(|p| all().communes_of(&p.code(), today()).unwrap().len())
        .sum();
    assert_eq!(total, 3_321);
}

#[test]
fn every_old_commune_resolves_and_back() {
    let (old, new) = (d("2025-06-30"), d("2025-07-01"));
    let (mut pairs, mut divided) = (0, 0);
    for c in all().communes(old) {
        let r = all().resolve(&c.code(), old, new).unwrap();
        assert_eq!(r.unit, c);
        assert_eq!(r.divided, r.units.len() > 1);
        assert!(r.usual().is_some());
        divided += usize::from(r.divided);
        for heir in &r.units {
            pairs += 1;
            assert_eq!(heir.regime(), Regime::Since2025);
            assert_eq!(heir.province(), all().province_today(c.province()));
            let back = all().resolve(&heir.code(), new, old).unwrap();
            assert!(back.units.contains(&c), "{heir:?}");
            let whole = !r.divided;
            assert!(
                all()
                    .history(&heir.code())
                    .unwrap()
                    .contains(&Former::Commune { commune: c, whole })
            );
        }
    }
    // 10,603 rows less 32 suspect ones and the 5 islands.
    assert_eq!((pairs, divided), (10_566, 441));
    for c in all().communes(new) {
        assert!(!all().history(&c.code()).unwrap().is_empty(), "{c:?}");
        assert_eq!(all().resolve(&c.code(), new, today()).unwrap().units, [c]);
    }
}

#[test]
fn sentences_of_named_places() {
    let sentence = |c: &str, from: &str, to: &str, lang| {
        all().resolve(&code(c), d(from), d(to)).unwrap().sentence(&say(lang))
    };
    assert_eq!(
        sentence("06358", "2020-01-01", "2026-01-01", Lang::Vi),
        "Từ 01/07/2025, xã Chiêu Vũ, huyện Bắc Sơn, tỉnh Lạng Sơn thuộc xã Vũ Lăng, tỉnh Lạng Sơn."
    );
    assert_eq!(
        sentence("13594", "2026-01-01", "2020-01-01", Lang::En),
        "xã Trần Thương, tỉnh Ninh Bình was formed on 1 July 2025 from: xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam; xã Nhân Nghĩa, huyện Lý Nhân, tỉnh Hà Nam; xã Nhân Bình, huyện Lý Nhân, tỉnh Hà Nam."
    );
    assert_eq!(
        sentence("13594", "2026-01-01", "2027-01-01", Lang::Vi),
        "xã Trần Thương, tỉnh Ninh Bình vẫn giữ nguyên giữa hai ngày này."
    );
    let earlier = sentence("06454", "2023-01-01", "2026-01-01", Lang::En);
    assert!(earlier.ends_with("Today it is xã Hữu Lũng, tỉnh Lạng Sơn."), "{earlier}");
    assert!(earlier.contains("inferred"), "{earlier}");
    assert_eq!(
        sentence("00634", "2020-01-01", "2026-01-01", Lang::Vi)
            .matches("được chia vào 5 xã")
            .count(),
        1
    );
}

#[test]
fn islands_were_districts() {
    for (island, district) in [
        ("11948", "huyện Bạch Long Vĩ, thành phố Hải Phòng"),
        ("19742", "huyện Cồn Cỏ, tỉnh Quảng Trị"),
        ("20333", "huyện Hoàng Sa, thành phố Đà Nẵng"),
        ("21548", "huyện Lý Sơn, tỉnh Quảng Ngãi"),
        ("26732", "huyện Côn Đảo, tỉnh Bà Rịa - Vũng Tàu"),
    ] {
        let history = all().history(&code(island)).unwrap();
        assert_eq!(history.iter().map(Former::full_name).collect::<Vec<_>>(), [district]);
    }
    let zones =
        all().communes(today()).into_iter().filter(|c| c.kind() == CommuneKind::SpecialZone);
    assert!(zones.clone().all(|c| c.label().starts_with("đặc khu ")));
}

#[test]
fn lines_of_the_command_line() {
    assert_eq!(
        find_lines("tran hung dao ha nam", today(), &say(Lang::Vi)),
        [
            "13594  xã Trần Thương, tỉnh Ninh Bình · trước đây: xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam"
        ]
    );
    assert_eq!(
        find_lines(" xqj ", today(), &say(Lang::En)),
        ["No commune was found for “xqj”. Check the spelling, or add the name of the province."]
    );
    let lines = |c: &str, on: &str, lang| resolve_lines(c, d(on), &say(lang)).unwrap();
    assert_eq!(
        lines("06358", "2020-06-01", Lang::Vi),
        [
            "06358  xã Chiêu Vũ, huyện Bắc Sơn, tỉnh Lạng Sơn (ngày 01/06/2020)",
            "Từ 01/07/2025, xã Chiêu Vũ, huyện Bắc Sơn, tỉnh Lạng Sơn thuộc xã Vũ Lăng, tỉnh Lạng Sơn.",
            "  06367  xã Vũ Lăng, tỉnh Lạng Sơn",
        ]
    );
    let divided = lines("00634", "2020-06-01", Lang::En);
    assert_eq!(divided.len(), 7);
    assert!(divided[1].contains("divided between 5 communes"), "{}", divided[1]);
    assert!(divided[2].starts_with("* ") && divided[3].starts_with("  "));
    let of_today = lines("13594", "2026-06-01", Lang::Vi);
    assert_eq!(of_today[1], "Được lập ngày 01/07/2025 từ:");
    assert_eq!(of_today.len(), 5);
    assert!(resolve_lines("1359", today(), &say(Lang::Vi)).is_err());
}

#[test]
fn every_error_has_its_sentence_in_both_languages() {
    for c in CODES {
        assert!(say(Lang::Vi).has(&c.key()), "{}", c.id);
    }
}

#[test]
fn names_are_composed_and_carry_no_look_alikes() {
    for c in all().old.iter().chain(all().new) {
        assert_eq!(kernel::vietnamese::tidy(c.title()), c.title());
    }
}
