//! Letters as the program sets them: in a child, with limits.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use paper::{LETTERS, Limits, Paper};
use serde_json::{Value as Json, json};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The example program beside this test: it is what `lienthong letter` is in the real program.
fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let release = here.parent().unwrap().parent().unwrap();
    let program = release.join("examples").join("letter");
    assert!(program.exists(), "{} is missing: run the tests with cargo", program.display());
    program
}

fn paper() -> Paper {
    Paper::new(program())
}

fn example(name: &str) -> Json {
    serde_json::from_str(paper::template(name).unwrap().example).unwrap()
}

/// The words of a PDF, by poppler.
fn words(pdf: &[u8]) -> String {
    let mut child = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|_| panic!("pdftotext is missing: run cargo xtask setup"));
    let mut input = child.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut input, &bytes));
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn remove(data: &mut Json, path: &str) {
    let (parents, key) = path.rsplit_once('.').unwrap_or(("", path));
    let mut at = data;
    for p in parents.split('.').filter(|p| !p.is_empty()) {
        at = &mut at[p];
    }
    at.as_object_mut().unwrap().remove(key);
}

fn has(data: &Json, path: &str) -> bool {
    path.split('.').try_fold(data, |at, key| at.get(key)).is_some()
}

#[test]
fn every_letter_is_tagged_pdf_a_with_title_language_and_date() {
    let paper = paper();
    for t in LETTERS {
        let letter = paper.letter(t.name, &example(t.name)).unwrap();
        let raw = String::from_utf8_lossy(&letter.pdf);
        assert!(raw.starts_with("%PDF-1.7"), "{}", t.name);
        for mark in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "/StructTreeRoot", "+07'00"] {
            assert!(raw.contains(mark), "{} lacks {mark}", t.name);
        }
        assert!(raw.contains("<rdf:li>vi") || raw.contains("/Lang(vi"), "{}", t.name);
        assert_eq!(letter.pages, 1, "{}: the example fits one page", t.name);
        assert_eq!(letter.blanked, 0, "{}", t.name);
        let place = letter.signature.unwrap();
        assert_eq!((place.page, place.width), (1, 20409), "{}", t.name);
        let text = words(&letter.pdf);
        for sentence in [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "BẢN TRÌNH DIỄN",
            "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ",
        ] {
            assert!(text.contains(sentence), "{}: {sentence}", t.name);
        }
        assert!(!text.contains('\u{fffd}') && !text.contains("none"), "{}: {text}", t.name);
    }
}

/// The header's two lists are exactly right: with `uses` alone a letter is set; without any one of
/// them it is not; and the examples give all of both.
#[test]
fn the_lists_of_variables_are_neither_short_nor_long() {
    let paper = paper();
    for t in LETTERS {
        let uses = paper::uses(t.source);
        let full = example(t.name);
        for path in uses.needs.iter().chain(&uses.may) {
            assert!(has(&full, path), "{}: the example lacks {path}", t.name);
        }
        let mut bare = full.clone();
        for path in &uses.may {
            remove(&mut bare, path);
        }
        paper.letter(t.name, &bare).unwrap_or_else(|e| panic!("{} with uses alone: {e}", t.name));
        for path in &uses.needs {
            let mut short = full.clone();
            remove(&mut short, path);
            let e = paper.letter(t.name, &short).expect_err(&format!("{} without {path}", t.name));
            assert!(e.is(paper::LETTER_TEMPLATE), "{} {path}: {e}", t.name);
        }
        for path in &uses.may {
            let mut less = full.clone();
            remove(&mut less, path);
            if path == "verify.code" {
                continue; // goes with verify.url
            }
            paper.letter(t.name, &less).unwrap_or_else(|e| panic!("{} less {path}: {e}", t.name));
        }
    }
}

#[test]
fn a_letter_says_what_it_must() {
    let paper = paper();
    let mut data = example("thong-bao-ket-qua");
    let text = words(&paper.set("thong-bao-ket-qua", &data).unwrap());
    for s in [
        "Kính gửi: Bà Nguyễn Thị Ngọc Lan",
        "đã được đăng ký tạm trú",
        "từ ngày 23/11/2026 đến hết ngày 21/11/2028",
        "Trần Thương, ngày 23 tháng 11 năm 2026",
        "Mẫu CT08",
        "Phạm Ngọc Diễm Quỳnh",
        "Thời gian ký: 23/11/2026 15:42:10 +07:00",
        "Mã kiểm tra: TT7F-3K9Q-XW42",
    ] {
        assert!(text.contains(s), "{s} not in: {text}");
    }
    data["result"]["kind"] = json!("removed");
    data["result"]["removed_on"] = json!("2026-11-23");
    data["result"]["reason"] = json!("Đã chuyển đi nơi khác");
    data["demo"] = json!(false);
    data["form"] = Json::Null;
    data["person"]["sex"] = Json::Null;
    let text = words(&paper.set("thong-bao-ket-qua", &data).unwrap());
    assert!(text.contains("ông/bà đã được xóa đăng ký tạm trú"), "{text}");
    assert!(text.contains("Lý do xóa đăng ký: Đã chuyển đi nơi khác"), "{text}");
    assert!(!text.contains("TRÌNH DIỄN") && !text.contains("Mẫu") && !text.contains("Thời hạn"));

    let feb = words(&paper.set("khai-bao-tam-vang", &example("khai-bao-tam-vang")).unwrap());
    assert!(feb.contains("ngày 05 tháng 02 năm 2026"), "{feb}");
    let money = words(&paper.set("bien-nhan", &example("bien-nhan")).unwrap());
    assert!(money.contains("7.000 đồng") && money.contains("Bảy nghìn đồng"), "{money}");
}

#[test]
fn amounts_are_said_in_words() {
    let source = "#import \"/frame.typ\": *\n#set document(title: \"x\")\n\
                  #set text(font: \"Liberation Serif\")\n#for n in data.n [#in-words(n)| ]";
    let cases = [
        (0, "Không"),
        (5, "Năm"),
        (10, "Mười"),
        (15, "Mười lăm"),
        (21, "Hai mươi mốt"),
        (105, "Một trăm linh năm"),
        (1_005, "Một nghìn không trăm linh năm"),
        (15_000, "Mười lăm nghìn"),
        (1_284_000, "Một triệu hai trăm tám mươi bốn nghìn"),
        (2_000_011, "Hai triệu không trăm mười một"),
        (1_000_000_000, "Một tỷ"),
    ];
    let numbers: Vec<i64> = cases.iter().map(|c| c.0).collect();
    let letter =
        paper().letter_from(source, &json!({ "date": "2026-11-23", "n": numbers })).unwrap();
    let text = words(&letter.pdf);
    let said: Vec<&str> = text.split('|').map(str::trim).filter(|s| !s.is_empty()).collect();
    assert_eq!(said, cases.iter().map(|c| c.1).collect::<Vec<_>>());
}

#[test]
fn laws_are_named_in_full() {
    let source = "#import \"/frame.typ\": *\n#set document(title: \"x\")\n\
                  #set page(width: 90cm)\n\
                  #set text(font: \"Liberation Serif\")\n#for s in data.s [#law(s)| ]";
    let cases = [
        ("Luật Cư trú 68/2020/QH14 Đ26", "Điều 26 Luật Cư trú số 68/2020/QH14"),
        ("Luật 68/2020/QH14 Đ27-28", "Điều 27-28 Luật số 68/2020/QH14"),
        ("TT 75/2022/TT-BTC", "Thông tư số 75/2022/TT-BTC"),
        ("NĐ 154/2024/NĐ-CP Đ3", "Điều 3 Nghị định số 154/2024/NĐ-CP"),
        ("Luật Cư trú số 68/2020/QH14", "Luật Cư trú số 68/2020/QH14"),
        ("khoản 2 Điều 28 Luật Cư trú", "khoản 2 Điều 28 Luật Cư trú"),
    ];
    let short: Vec<&str> = cases.iter().map(|c| c.0).collect();
    let data = json!({ "date": "2026-11-23", "s": short });
    let text = words(&paper().letter_from(source, &data).unwrap().pdf);
    let said: Vec<&str> = text.split('|').map(str::trim).filter(|s| !s.is_empty()).collect();
    assert_eq!(said, cases.iter().map(|c| c.1).collect::<Vec<_>>());
}

#[test]
fn the_same_data_give_the_same_bytes_and_other_data_another_id() {
    let data = example("tu-choi");
    let a = paper().set("tu-choi", &data).unwrap();
    assert_eq!(a, paper().set("tu-choi.typ", &data).unwrap());
    assert_eq!(
        a,
        paper::set_here(paper::template("tu-choi").unwrap().source, &data, 9).unwrap().pdf
    );
    let mut other = data;
    other["number"] = json!("1210/TC-CAX");
    let b = paper().set("tu-choi", &other).unwrap();
    let id = |pdf: &[u8]| {
        let text = String::from_utf8_lossy(pdf).into_owned();
        text[text.rfind("/ID[").unwrap()..text.rfind("]>>").unwrap()].to_owned()
    };
    assert_ne!(id(&a), id(&b));
}

#[test]
fn long_lists_run_over_pages_with_the_head_repeated_and_the_signature_last() {
    let mut data = example("trich-so-ho-khau");
    let one = data["members"][2].clone();
    data["members"] = Json::Array(vec![one; 120]);
    let letter = paper().letter("trich-so-ho-khau", &data).unwrap();
    assert!(letter.pages >= 3);
    assert_eq!(letter.signature.unwrap().page, letter.pages);
    assert_eq!(words(&letter.pdf).matches("Họ, chữ đệm và tên").count(), letter.pages + 1);
}

#[test]
fn strange_characters_do_not_stop_a_letter() {
    let mut data = example("xin-loi-hen-lai");
    data["late"]["reason"] = json!("mưa lớn 🌧 và 洪水, ngập\u{202e} đường.");
    let letter = paper().letter("xin-loi-hen-lai", &data).unwrap();
    assert_eq!(letter.blanked, 3);
    assert!(words(&letter.pdf).contains("mưa lớn □ và □□, ngập đường."));
}

fn with(limits: Limits) -> Paper {
    Paper::with(program(), ["letter"], limits)
}

#[test]
fn each_limit_has_its_own_error_and_the_next_letter_works() {
    let data = example("tu-choi");
    let endless = "#let f(n, k) = if n == 0 { k } else { f(n - 1, 2 * k) + f(n - 1, 2 * k + 1) }\n\
                   #f(60, 0)";
    let paper =
        with(Limits { time: Duration::from_secs(3), memory_bytes: 700 << 20, ..Limits::default() });
    let greedy = "#let s = \"x\" * 900000000\n#s.len()";
    for (source, code) in [
        (endless, paper::LETTER_SLOW),
        (greedy, paper::LETTER_MEMORY),
        ("#for i in range(60) [#i #pagebreak()]", paper::LETTER_TOO_LARGE),
        ("#nothing", paper::LETTER_TEMPLATE),
    ] {
        let e = paper.letter_from(source, &json!({})).unwrap_err();
        assert_eq!(e.code().id, code.id, "{e}");
        paper.set("tu-choi", &data).unwrap();
    }
    let e = paper.set("tu-choi", &json!("x".repeat(2 << 20))).unwrap_err();
    assert!(e.is(paper::LETTER_TOO_LARGE));
    assert!(paper.set("no-such", &data).unwrap_err().is(paper::LETTER_UNKNOWN));
}

#[test]
fn a_child_that_dies_or_is_not_there_is_told_apart() {
    let data = example("tu-choi");
    let start = |p: &str| Paper::with(PathBuf::from(p), [""; 0], Limits::default());
    let e = start("/no/such/program").set("tu-choi", &data).unwrap_err();
    assert!(e.is(paper::LETTER_NOT_STARTED));
    let e = start("/bin/false").set("tu-choi", &data).unwrap_err();
    assert!(e.is(paper::LETTER_CRASHED), "{e}");
    // One that ends well and says nothing.
    let e = start("/bin/true").set("tu-choi", &data).unwrap_err();
    let cause = e.cause().unwrap().to_owned();
    assert!(cause.contains("UnexpectedEof") || cause.contains("BrokenPipe"), "{cause}");
}

#[test]
fn many_at_once_share_few_children_and_children_are_renewed() {
    let paper = with(Limits { children: 2, letters_per_child: 3, ..Limits::default() });
    let data = example("bien-nhan");
    let one = paper.set("bien-nhan", &data).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..4 {
                    assert_eq!(paper.set("bien-nhan", &data).unwrap(), one);
                }
            });
        }
    });
}

#[test]
fn too_many_at_once_are_told_to_wait() {
    let limits = Limits { children: 1, time: Duration::from_secs(2), ..Limits::default() };
    let paper = with(limits);
    let endless = "#let f(n, k) = if n == 0 { k } else { f(n - 1, 2 * k) + f(n - 1, 2 * k + 1) }\n\
                   #f(60, 0)";
    std::thread::scope(|scope| {
        let slow: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| paper.letter_from(endless, &json!({})).unwrap_err()))
            .collect();
        let codes: Vec<&str> = slow.into_iter().map(|t| t.join().unwrap().code().id).collect();
        assert!(codes.contains(&paper::LETTER_BUSY.id), "{codes:?}");
        assert!(codes.contains(&paper::LETTER_SLOW.id), "{codes:?}");
    });
}

#[test]
fn every_error_has_its_sentence_in_both_languages() {
    let words = kernel::Words::build(&[kernel::TEXT, paper::TEXT]).unwrap();
    for code in paper::CODES {
        assert!(words.has(&code.key()), "{}", code.key());
    }
}
