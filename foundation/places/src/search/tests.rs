use super::*;
use crate::{SuggestAnswer, all, suggest};
use kernel::calendar::iso_date;
use kernel::limits::{PLACE_ANSWER_BYTES_MAX, PLACE_SUGGESTIONS_MAX};
use kernel::vietnamese::search_key;
use proptest::prelude::*;

fn today() -> Date {
    iso_date("2026-11-23").unwrap()
}
fn before() -> Date {
    iso_date("1998-05-17").unwrap()
}
fn near(code: &str) -> ProvinceCode {
    ProvinceCode::parse(code).unwrap()
}

/// The first hits of a query as text: code, full name, and what it was or is.
#[track_caller]
fn check(q: &str, on: Date, near: Option<&ProvinceCode>, expected: &[&str]) {
    let answer = suggest(q, on, near);
    let lines: Vec<String> = answer
        .hits
        .iter()
        .take(expected.len())
        .map(|h| {
            let mut line = format!("{} {}", h.code, h.full_name());
            let notes = [("←", &h.was), ("→", &h.now)];
            for (sign, note) in notes.into_iter().filter_map(|(s, n)| n.as_ref().map(|n| (s, n))) {
                line.push_str(&format!(" {sign} {note}"));
            }
            if h.divided { line + " (divided)" } else { line }
        })
        .collect();
    assert_eq!(lines, expected, "{q}");
}

#[test]
fn old_names_find_the_communes_of_today() {
    let now = |q, expected| check(q, today(), None, &[expected]);
    let tran_thuong =
        "13594 xã Trần Thương, tỉnh Ninh Bình ← xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam";
    now("tran hung dao ha nam", tran_thuong);
    now("Trần Hưng Đạo, Hà Nam", tran_thuong);
    now(
        "trần hưng đạo ninh bình",
        "13594 xã Trần Thương, tỉnh Ninh Bình ← xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam",
    );
    now("xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam", tran_thuong);
    now("ly nhan tran hung dao", tran_thuong);
    now("tran thuong", "13594 xã Trần Thương, tỉnh Ninh Bình");
    now("tran thuong ha nam", "13594 xã Trần Thương, tỉnh Ninh Bình");
    now("chieu vu", "06367 xã Vũ Lăng, tỉnh Lạng Sơn ← xã Chiêu Vũ, huyện Bắc Sơn, tỉnh Lạng Sơn");
    now(
        "son ha huu lung",
        "06385 xã Hữu Lũng, tỉnh Lạng Sơn ← xã Sơn Hà, huyện Hữu Lũng, tỉnh Lạng Sơn",
    );
    now("lung cu", "00715 xã Lũng Cú, tỉnh Tuyên Quang");
    now(
        "lung cu ha giang",
        "00715 xã Lũng Cú, tỉnh Tuyên Quang ← xã Lũng Cú, huyện Đồng Văn, tỉnh Hà Giang",
    );
    now("côn đảo", "26732 đặc khu Côn Đảo, thành phố Hồ Chí Minh");
    now("con dao ba ria vung tau", "26732 đặc khu Côn Đảo, thành phố Hồ Chí Minh");
    now(
        "p.12 Q3 TPHCM",
        "27142 phường Nhiêu Lộc, thành phố Hồ Chí Minh ← phường 12, quận 3, thành phố Hồ Chí Minh",
    );
    now(
        "Phường 05, Quận 3",
        "27154 phường Bàn Cờ, thành phố Hồ Chí Minh ← phường 5, quận 3, thành phố Hồ Chí Minh",
    );
}

#[test]
fn on_a_day_before_the_reform_old_communes_are_answered() {
    check(
        "tran hung dao ha nam",
        before(),
        None,
        &["13594 xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam → xã Trần Thương, tỉnh Ninh Bình"],
    );
    check(
        "son ha huu lung",
        before(),
        None,
        &["06454 xã Sơn Hà, huyện Hữu Lũng, tỉnh Lạng Sơn → xã Hữu Lũng, tỉnh Lạng Sơn"],
    );
    check(
        "son ha huu lung",
        iso_date("2025-03-01").unwrap(),
        None,
        &["06385 thị trấn Hữu Lũng, huyện Hữu Lũng, tỉnh Lạng Sơn → xã Hữu Lũng, tỉnh Lạng Sơn"],
    );
    // Today's name leads to the communes it was made of.
    check(
        "tran thuong",
        before(),
        None,
        &[
            "13594 xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam → xã Trần Thương, tỉnh Ninh Bình",
            "13612 xã Nhân Nghĩa, huyện Lý Nhân, tỉnh Hà Nam → xã Trần Thương, tỉnh Ninh Bình",
            "13618 xã Nhân Bình, huyện Lý Nhân, tỉnh Hà Nam → xã Trần Thương, tỉnh Ninh Bình",
        ],
    );
}

#[test]
fn our_own_province_first_among_equals() {
    let home = near("37");
    check(
        "tran hung dao",
        today(),
        Some(&home),
        &[
            "13594 xã Trần Thương, tỉnh Ninh Bình ← xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam",
            "13669 phường Nam Định, tỉnh Ninh Bình ← phường Trần Hưng Đạo, thành phố Nam Định, tỉnh Nam Định",
            "10570 phường Trần Hưng Đạo, thành phố Hải Phòng",
        ],
    );
    // A whole name elsewhere is better than the beginning of a name at home.
    check("tran", today(), Some(&home), &["13594 xã Trần Thương, tỉnh Ninh Bình"]);
    check("lũng cú", today(), Some(&home), &["00715 xã Lũng Cú, tỉnh Tuyên Quang"]);
}

#[test]
fn tiers_in_their_order() {
    let tiers = |q: &str| {
        let hits = all().search(q, today(), None, 400);
        hits.iter().map(|h| h.tier).collect::<Vec<_>>()
    };
    for q in ["Hoà Bình", "hoa binh", "ninh bi", "an", "thanh ha", "quan son", "huyen ly nhan"] {
        let tiers = tiers(q);
        assert!(tiers.is_sorted(), "{q}");
        assert!(!tiers.is_empty(), "{q}");
    }
    let first =
        |q: &str| all().search(q, today(), None, 1).first().map(|h| (h.tier, h.commune.name()));
    assert_eq!(first("Hoà Bình"), Some((Tier::Spelled, "Hòa Bình")));
    assert_eq!(first("hoa binh"), Some((Tier::Whole, "Hòa Bình")));
    assert_eq!(first("hòa bính"), Some((Tier::Whole, "Hòa Bình")));
    assert_eq!(first("lung c"), Some((Tier::Beginning, "Lũng Cú")));
    assert_eq!(first("thuong tran ninh binh"), Some((Tier::Words, "Trần Thương")));
    assert_eq!(first("tran thuonh"), Some((Tier::Nearly, "Trần Thương")));
    assert_eq!(
        first("thôn 3, xã Trần Thương, tỉnh Ninh Bình, Việt Nam"),
        Some((Tier::Among, "Trần Thương"))
    );
    assert_eq!(first("quan son"), Some((Tier::Whole, "Quan Sơn")));
    assert_eq!(first("quận hoàn kiếm hàng mã").map(|h| h.1), Some("Hoàn Kiếm"));
    for nothing in ["", "  ", "zzz", "'", "xqj wvb", "…"] {
        assert_eq!(first(nothing), None, "{nothing}");
    }
}

#[test]
fn a_divided_commune_offers_all_heirs_the_usual_one_first() {
    let divided = all().old.iter().filter(|c| all().became.of(usize::from(c.index)).len() > 1);
    let mut count = 0;
    for old in divided {
        let hits = all().search(&old.full_name(), today(), None, 50);
        let heirs: Vec<_> = all().successors(old).collect();
        let by_old: Vec<_> = hits
            .iter()
            .filter(|h| matches!(h.was, Some(Former::Commune { commune, whole: false }) if commune == old))
            .collect();
        // An heir may also be found by its own name, if that is the same.
        assert!(heirs.iter().all(|h| hits.iter().any(|hit| hit.commune == *h)), "{old:?}");
        assert!(by_old.iter().all(|h| h.divided));
        let first = hits.first().map(|h| h.commune);
        assert!(first.is_some_and(|f| heirs.contains(&f)), "{old:?}");
        if by_old.len() == heirs.len() {
            assert_eq!(first, Some(heirs[0]), "{old:?}");
        }
        count += 1;
    }
    assert_eq!(count, 441);
}

/// Whether `commune` is the first hit, or stands among the first with hits of the same name.
fn leads(hits: &[Hit], commune: &Commune) -> bool {
    let key = search_key(commune.name());
    hits.iter()
        .take_while(|h| h.commune == commune || search_key(h.commune.name()) == key)
        .any(|h| h.commune == commune)
}

#[test]
fn every_commune_of_today_is_found_by_its_name_and_province() {
    for c in all().communes(today()) {
        let typed = format!("{} {}", c.name(), c.province().name());
        for q in [c.full_name(), typed.clone(), search_key(&typed)] {
            let hits = all().search(&q, today(), None, PLACE_SUGGESTIONS_MAX);
            assert!(leads(&hits, c), "{q}: {:?}", hits.first().map(|h| h.commune.full_name()));
        }
    }
}

#[test]
fn every_commune_of_before_leads_to_its_heir() {
    for c in all().communes(before()) {
        let heirs: Vec<_> = all().successors(c).collect();
        let q = search_key(&c.full_name());
        let hits = all().search(&q, today(), None, PLACE_SUGGESTIONS_MAX);
        // Without diacritics Minh Quân and Minh Quán of one district are the same.
        let first = hits.first().unwrap_or_else(|| panic!("{q}"));
        let same = first.was.is_some_and(|was| search_key(&was.full_name()) == q);
        assert!(same || heirs.contains(&first.commune), "{q}: {}", first.commune.full_name());
        let hits = all().search(&c.full_name(), today(), None, PLACE_SUGGESTIONS_MAX);
        assert!(hits.first().is_some_and(|h| heirs.contains(&h.commune)), "{}", c.full_name());
        let hits = all().search(&c.full_name(), before(), None, PLACE_SUGGESTIONS_MAX);
        assert_eq!(hits.first().map(|h| h.commune), Some(c), "{}", c.full_name());
    }
}

#[test]
fn every_answer_fits() {
    let bytes = |a: &SuggestAnswer| serde_json::to_vec(a).unwrap().len();
    let (mut most, mut shortened) = (0, false);
    let mut look = |q: &str, on: Date| {
        let answer = suggest(q, on, None);
        most = most.max(bytes(&answer));
        let all_hits = all().search(q, on, None, PLACE_SUGGESTIONS_MAX).len();
        shortened |= answer.hits.len() < all_hits;
    };
    for c in all().communes(before()).iter().step_by(7) {
        look(c.name(), before());
        look(c.name(), today());
    }
    for p in all().provinces(before()) {
        look(p.name(), before());
        look(p.name(), today());
    }
    assert!(most <= PLACE_ANSWER_BYTES_MAX, "{most}");
    assert!(most > 1_000, "answers are worth limiting");
    assert!(!shortened, "eight suggestions of real names fit");
}

proptest! {
    #[test]
    fn anything_may_be_typed(q in "\\PC{0,80}", old: bool) {
        let on = if old { before() } else { today() };
        let answer = suggest(&q, on, None);
        prop_assert!(serde_json::to_vec(&answer).unwrap().len() <= PLACE_ANSWER_BYTES_MAX);
        for hit in &answer.hits {
            let code = kernel::CommuneCode::parse(hit.code).unwrap();
            prop_assert_eq!(all().full_name(&code, on).unwrap(), hit.full_name());
        }
    }

    #[test]
    fn case_marks_of_tone_and_spaces_do_not_matter(i in 0..3_321usize) {
        let c = &all().communes(today())[i];
        let codes = |q: &str| {
            let hits = all().search(q, today(), None, 5);
            hits.iter().map(|h| h.commune.code_str()).collect::<Vec<_>>()
        };
        let plain = codes(&search_key(c.name()));
        prop_assert_eq!(&codes(&search_key(c.name()).to_uppercase()), &plain);
        prop_assert_eq!(&codes(&format!("  {} ", search_key(c.name()).replace(' ', "   "))), &plain);
        prop_assert_eq!(codes(c.name()), codes(&c.name().to_uppercase()));
    }
}
