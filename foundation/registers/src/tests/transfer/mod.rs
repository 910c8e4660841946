//! Lists in and out: golden files of every encoding, the same bytes again, twice, cut off, with mistakes,
//! and what becomes of a list that says otherwise.

mod cut;

use crate::generate::Demo;
use crate::journal;
use crate::tests::*;
use crate::transfer::{
    Counts, Encoding, Export, Format, Import, Reason, Run, State, export, import, totals,
    write_report,
};
use crate::{Certainty, ENCODING_UNKNOWN, HEADING_LACKS, REGISTER_NOT_EMPTY, own_record};
use kernel::{Lang, Say, Words};
use std::path::{Path, PathBuf};
use store::params;

/// A folder of this test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lists-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/lists").join(name)
}

fn empty(url: &str) -> Store {
    let clock = Clock::manual(Instant::from_local(today().at(8, 0, 0, 0)));
    Store::open_with(url, &[crate::SCHEMA], clock).unwrap()
}

fn list(path: &Path) -> Import {
    Import {
        path: path.to_owned(),
        format: None,
        encoding: None,
        source: "Sổ giấy xã Trần Thương".into(),
        certainty: Certainty::Stated,
        whole: false,
    }
}

fn take(store: &Store, wanted: &Import) -> Result<Run> {
    import(store, &Law::load().unwrap(), wanted, &mut |_| {})
}

fn give(store: &Store, path: &Path, format: Format) -> Vec<u8> {
    let wanted = Export { path: path.to_owned(), format, day: None };
    export(store, &Law::load().unwrap(), &wanted, &mut |_, _| {}).unwrap();
    std::fs::read(path).unwrap()
}

fn names(store: &Store) -> Vec<String> {
    let sql = "SELECT name FROM person ORDER BY pid";
    store.read(|tx| tx.rows(sql, params![], |r| r.get(0))).unwrap()
}

#[test]
fn every_encoding_gives_the_same_people() {
    let wanted = [
        "Nguyễn Thị Ngọc ánh",
        "Vũ Hoàng Quỳnh",
        "Trần Đức Thiện Phước",
        "Lê Hữu Nghĩa",
        "Đỗ Văn Khuyến",
    ];
    let lists = [
        ("utf-8.csv", Encoding::Utf8),
        ("utf-8-decomposed.csv", Encoding::Utf8),
        ("vni.csv", Encoding::Vni),
        ("viscii.csv", Encoding::Viscii),
        ("tcvn3.csv", Encoding::Tcvn3),
        ("tcvn3-as-utf-8.csv", Encoding::Tcvn3),
        ("vps.csv", Encoding::Vps),
    ];
    let rows = |store: &Store| {
        let sql = "SELECT pid, birth, sex, ethnic, marital, permanent FROM person ORDER BY pid";
        let all = store.read(|tx| {
            tx.rows(sql, params![], |r| {
                let text = |i| r.get::<Option<String>>(i);
                let mut home: Json = serde_json::from_str(&text(5)?.unwrap()).unwrap();
                home["dwelling"] = json!(null);
                Ok(format!("{:?} {:?} {:?} {:?} {home}", text(0)?, text(1)?, text(3)?, text(4)?))
            })
        });
        all.unwrap()
    };
    let mut first = None;
    for (file, encoding) in lists {
        let store = empty("sqlite::memory:");
        let mut wanted_list = list(&golden(file));
        if encoding == Encoding::Vps {
            // Nobody can tell it from the others for sure: it is asked for.
            refused(take(&store, &wanted_list), ENCODING_UNKNOWN);
            wanted_list.encoding = Some(encoding);
        }
        let run = take(&store, &wanted_list).unwrap();
        assert_eq!((run.encoding, run.counts.bad, run.counts.added), (encoding, 0, 5), "{file}");
        assert_eq!(names(&store), wanted, "{file}");
        assert_eq!(rows(&store), *first.get_or_insert_with(|| rows(&store)), "{file}");
    }
    let told = first.unwrap().join("\n");
    assert!(
        told.contains(
            "\"035168000102\") Some(\"1968\") Some(\"{\\\"code\\\":\\\"01\\\"}\") Some(\"widowed\")"
        ),
        "{told}"
    );
    assert!(told.contains("\"line\":\"số nhà 10, ngõ bưởi ổi\""), "{told}");
}

#[test]
fn a_message_of_qcvn_109() {
    let store = empty("sqlite::memory:");
    let run = take(&store, &list(&golden("qcvn109.xml"))).unwrap();
    assert_eq!((run.counts.rows, run.counts.added, run.counts.bad), (2, 1, 1));
    let row = store.read(|tx| {
        tx.one("SELECT name, sex, abode, relatives, blood FROM person", params![], |r| {
            let text = |i| r.get::<Option<String>>(i);
            Ok([text(0)?, text(1)?, text(2)?, text(3)?, text(4)?])
        })
    });
    let [name, sex, abode, relatives, blood] = row.unwrap().map(Option::unwrap_or_default);
    assert_eq!((name.as_str(), sex.as_str()), ("Nguyễn Thị Ngọc Ánh", "female"));
    assert_eq!(abode, "{\"kind\":\"permanent\",\"since\":\"2026-11-23\"}");
    assert_eq!(
        relatives,
        "{\"father\":{\"name\":\"Nguyễn Cả\"},\"mother\":{\"pid\":\"035145000109\"}}"
    );
    assert_eq!(blood, "");
}

/// What the tables hold, but for what a register makes up itself.
fn tables(store: &Store) -> String {
    let queries = [
        "SELECT pid || ' ' || COALESCE(household, '-') || ' ' || COALESCE(stay_household, '-') \
         || ' ' || name_key || ' ' || COALESCE(commune, '-') FROM person ORDER BY pid",
        "SELECT household || ' ' || pid || ' ' || kind || ' ' || relation || ' ' || since \
         FROM household_member ORDER BY household, pid, kind",
        // The number of a household in which nobody lives permanently is no part of a list.
        "SELECT h.id || ' ' || h.dwelling || ' ' || CASE WHEN EXISTS (SELECT 1 FROM household_member m \
         WHERE m.household = h.id AND m.kind = 'permanent') THEN h.file ELSE '-' END || ' ' || h.kind \
         || ' ' || COALESCE(h.head, '-') FROM household h ORDER BY h.id",
        "SELECT pid || ' ' || id || ' ' || kind || ' ' || COALESCE(household, '-') || ' ' || since \
         || ' ' || COALESCE(until, '-') FROM residence ORDER BY pid, id",
        "SELECT id || ' ' || commune || ' ' || line || ' ' || line_key FROM dwelling ORDER BY id",
        "SELECT pid || ' ' || item FROM person_dispute ORDER BY pid, item",
    ];
    let all = store.read(|tx| {
        let mut out = String::new();
        for sql in queries {
            tx.each(sql, params![], |r| {
                out.push_str(&r.get::<String>(0)?);
                out.push('\n');
                Ok(true)
            })?;
        }
        Ok(out)
    });
    all.unwrap()
}

/// The first line that differs says more than both texts.
#[track_caller]
fn same_lines(left: &str, right: &str) {
    let differs = left.lines().zip(right.lines()).find(|(l, r)| l != r);
    assert_eq!(differs, None);
    assert_eq!(left.lines().count(), right.lines().count());
}

#[test]
fn out_and_in_and_out_again_are_the_same_bytes_on_both_engines() {
    let folder = Folder::new("round");
    let store = empty("sqlite::memory:");
    let demo = Demo { persons: 4_000, seed: 11, province: "37".into() };
    demo.run(&store, &mut |_| {}).unwrap();
    let law = Law::load().unwrap();
    let some = store
        .read(|tx| tx.rows("SELECT pid FROM person ORDER BY pid LIMIT 2", params![], |r| r.get(0)));
    let some: Vec<PersonalId> = some.unwrap();
    store
        .write(move |tx| {
            let system = Actor::system("test");
            register_of_people::dispute(tx, &law, &system, &some[0], "birth", None)?;
            register_of_people::dispute(tx, &law, &system, &some[1], "name", None)
        })
        .unwrap();
    let held = tables(&store);
    for format in [Format::Csv, Format::JsonLines] {
        let name = format!("first.{}", format.name());
        let first = give(&store, &folder.0.join(&name), format);
        for url in ["sqlite::memory:".to_owned(), store::testing::postgres()] {
            let other = empty(&url);
            let run = take(&other, &list(&folder.0.join(&name))).unwrap();
            let people = names(&store).len();
            assert_eq!(usize::try_from(run.counts.added).unwrap(), people, "{url}");
            assert_eq!((run.counts.bad, run.counts.remarks, run.state), (0, 0, State::Done));
            let again = give(&other, &folder.0.join("second"), format);
            assert!(first == again, "{} through {}", format.name(), other.engine());
            // Not only the list: households, members and registrations are there again.
            same_lines(&tables(&other), &held);
            assert_eq!(
                other
                    .read(|tx| tx
                        .one("SELECT COUNT(*) FROM index_away", params![], |r| r.get::<i64>(0)))
                    .unwrap(),
                0
            );
        }
    }
    // The XML carries less, but what it carries comes back.
    let first = give(&store, &folder.0.join("first.xml"), Format::Xml);
    let other = empty("sqlite::memory:");
    take(&other, &list(&folder.0.join("first.xml"))).unwrap();
    assert!(first == give(&other, &folder.0.join("second.xml"), Format::Xml));
    let left = other.read(|tx| tx.journal_after(0, 100)).unwrap();
    let kinds: Vec<&str> = left.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, [journal::IMPORTED, journal::EXPORTED]);
    assert_eq!(left[1].purpose.as_ref().unwrap().as_str(), "register.transfer");
}

#[test]
fn the_same_list_twice_changes_nothing() {
    let store = empty("sqlite::memory:");
    let first = take(&store, &list(&golden("utf-8.csv"))).unwrap();
    assert_eq!(first.counts, Counts { rows: 5, added: 5, remarks: 3, ..Counts::default() });
    let (before, head) = (tables(&store), store.head());
    let again = take(&store, &list(&golden("utf-8.csv"))).unwrap();
    // The remarks are those of the first time: numbers that say another sex than the row.
    assert_eq!(again.counts, Counts { rows: 5, same: 5, remarks: 3, ..Counts::default() });
    assert_eq!(tables(&store), before);
    // Only the run itself is told.
    assert_eq!(store.head(), head + 1);
}

const HEADING: &str =
    "pid,name,birth,sex,marital,permanent.commune,permanent.line,relatives.mother.name\n";

#[test]
fn what_a_list_says_otherwise_is_disputed_and_the_person_sees_it() {
    for url in ["sqlite::memory:".to_owned(), store::testing::postgres()] {
        let w = World::on(&url);
        let folder = Folder::new("conflict");
        let file = folder.file(
            "xa.csv",
            format!(
                "{HEADING}{HUNG},TRẦN VĂN HÙNG,02/03/1970,Nam,,13594,\"Số 99, thôn 3\",\n\
                 {HOA},PHẠM THỊ HOA,1972,Nữ,married,,,Đỗ Thị Mai\n\
                 {LAN},Nguyễn Thị Lan,23/11/1995,Nữ,đã ly hôn,,,\n"
            ),
        );
        let run = take(&w.store, &list(&file)).unwrap();
        assert_eq!(
            run.counts,
            Counts { rows: 3, filled: 1, disputed: 2, remarks: 2, ..Counts::default() }
        );
        // Nothing was overwritten.
        assert_eq!(w.own(LAN, &["marital"]).text("marital"), Some("married"));
        assert_eq!(w.own(LAN, &["marital"]).disputed(), ["marital"]);
        let here = w.own(HUNG, &["permanent"]);
        assert_eq!(here.part("permanent", "/line"), Some(&json!("Số 12, thôn 3")));
        assert_eq!(here.disputed(), ["permanent"]);
        // What was missing is there now, with its source.
        assert_eq!(
            w.own(HOA, &["relatives"]).part("relatives", "/mother/name"),
            Some(&json!("Đỗ Thị Mai"))
        );
        let record = w.write(|tx, law| own_record(tx, law, &citizen(HOA), &pid(HOA))).unwrap();
        let origin = record.granted().unwrap().origins["relatives"].clone();
        assert_eq!(
            (origin.act.as_str(), origin.basis.as_deref(), origin.certainty),
            ("population.imported", Some("Sổ giấy xã Trần Thương"), Some(Certainty::Stated))
        );
        let record = w.write(|tx, law| own_record(tx, law, &citizen(LAN), &pid(LAN))).unwrap();
        let claims = record.granted().unwrap().claims;
        assert_eq!(claims.len(), 1);
        assert_eq!((claims[0].item.as_str(), &claims[0].value), ("marital", &json!("divorced")));
        w.store.settle().unwrap();
        let told = w.entries(journal::DISPUTED);
        let mut about: Vec<_> = told.iter().map(|e| e.subjects[0].as_str().to_owned()).collect();
        about.sort();
        assert_eq!(about, [LAN, HUNG]);
        // Said again it is the same claim; settled, it does not come back.
        let again = take(&w.store, &list(&file)).unwrap();
        assert_eq!((again.counts.same, again.counts.disputed), (3, 0));
        w.write(|tx, _| {
            let upheld = register_of_people::Outcome::Upheld;
            register_of_people::settle_dispute(
                tx,
                &officer(HERE),
                &pid(LAN),
                "marital",
                upheld,
                &Source::default(),
            )
        })
        .unwrap();
        take(&w.store, &list(&file)).unwrap();
        assert!(w.own(LAN, &["marital"]).disputed().is_empty());
        // Another source may say it again.
        let other = Import { source: "Danh sách trường".into(), ..list(&file) };
        take(&w.store, &other).unwrap();
        assert_eq!(w.own(LAN, &["marital"]).disputed(), ["marital"]);
    }
}

#[test]
fn of_two_rows_with_one_number_the_second_is_another_source() {
    let store = empty("sqlite::memory:");
    let folder = Folder::new("twice");
    let file = folder.file(
        "twice.csv",
        "pid,name,birth,sex\n035070000101,Trần An,1970,Nam\n035070000101,Trần Bình,1970,Nam\n",
    );
    let run = take(&store, &list(&file)).unwrap();
    assert_eq!((run.counts.added, run.counts.disputed), (1, 1));
    assert_eq!(names(&store), ["Trần An"]);
}

fn say() -> [Say; 2] {
    let words = Words::build(&[crate::TEXT, kernel::TEXT]).unwrap();
    [Lang::Vi, Lang::En].map(|l| Say::new(words.clone(), l))
}

#[test]
fn every_bad_row_is_told_with_line_item_and_reason() {
    let folder = Folder::new("bad");
    let file = folder.file(
        "bad.csv",
        [
            HEADING.as_bytes(),
            "035070000101,Trần An,1970,Nam,,,,\n".as_bytes(),
            "12,Trần Bình,1970,Nam,,,,\n".as_bytes(),
            "035070000103,,31/02/1970,Nam,,,,\n".as_bytes(),
            "035070000104,Trần Dần,01/01/2030,Khác,,,,\n".as_bytes(),
            "035070000105,Trần Én,1970,Nam,,99999,Số 1,\n".as_bytes(),
            "035070000106,Trần Gia,1970,Nam\n".as_bytes(),
            "035070000107,\"Trần Hà,1970,Nam,,,,\n".as_bytes(),
            b"035070000108,Tr\xffn,1970,Nam,,,,\n",
            "035070000109,Trần Khang,1971,Nữ,,,,\n".as_bytes(),
        ]
        .concat(),
    );
    let store = empty("sqlite::memory:");
    let wanted = Import { encoding: Some(Encoding::Utf8), ..list(&file) };
    let run = take(&store, &wanted).unwrap();
    assert_eq!((run.counts.rows, run.counts.added, run.counts.bad), (9, 2, 7));
    assert_eq!(names(&store), ["Trần An", "Trần Khang"]);
    let s = say();
    let mut report = Vec::new();
    store.read(|tx| write_report(tx, &run.id, [&s[0], &s[1]], &mut report)).unwrap();
    let report = String::from_utf8(report).unwrap();
    let rows: Vec<String> = report
        .lines()
        .skip(1)
        .map(|l| l.splitn(5, ',').take(4).collect::<Vec<_>>().join(","))
        .filter(|l| !l.starts_with(",,"))
        .collect();
    assert_eq!(
        rows,
        [
            "3,pid,number,",
            "4,birth,date,",
            "4,name,missing,",
            "5,birth,future,",
            "5,sex,choice,",
            "6,permanent.commune,commune,",
            "7,,width,",
            "8,,broken,",
            "9,,letters,",
            "10,pid,number_birth,",
            "10,pid,number_sex,",
        ]
    );
    assert!(report.starts_with("line,item,reason,count,\"Ý nghĩa\",\"Meaning\"\n"));
    // Where, never what.
    assert!(!report.contains("Trần") && !report.contains("0350"));
    let sums = store.read(|tx| totals(tx, &run.id)).unwrap();
    assert_eq!(sums.iter().map(|t| t.count).sum::<i64>(), 11);
    assert!(sums.iter().any(|t| t.reason == Reason::Letters && t.count == 1));
    // All or nothing: nothing, and the same report.
    let store = empty("sqlite::memory:");
    let run = take(&store, &Import { whole: true, ..wanted }).unwrap();
    assert_eq!((run.state, run.counts.bad, run.counts.added), (State::Refused, 7, 0));
    assert!(names(&store).is_empty());
    assert_eq!(store.read(|tx| totals(tx, &run.id)).unwrap(), sums);
}

#[test]
fn all_or_nothing_takes_all_of_a_good_list() {
    let store = empty("sqlite::memory:");
    let run = take(&store, &Import { whole: true, ..list(&golden("utf-8.csv")) }).unwrap();
    assert_eq!((run.state, run.counts.added, run.counts.rows), (State::Done, 5, 5));
}

#[test]
fn a_file_that_is_no_list_is_refused_with_what_to_do() {
    let folder = Folder::new("none");
    let store = empty("sqlite::memory:");
    let take = |name: &str, bytes: &[u8]| take(&store, &list(&folder.file(name, bytes)));
    refused(take("a.csv", b"pid,name\n"), HEADING_LACKS);
    refused(take("b.csv", b""), HEADING_LACKS);
    refused(take("c.docx", b"x"), crate::FORMAT_UNKNOWN);
    refused(take("d.csv", &[0xff, 0xfe, b'p', 0]), ENCODING_UNKNOWN);
    let missing = super::transfer::take(&store, &list(&folder.0.join("nowhere.csv")));
    refused(missing, crate::FILE_UNREADABLE);
    assert_eq!(take("e.jsonl", b"").unwrap().counts.rows, 0);
    // A province that is still being made up takes no list.
    let demo = Demo { persons: 6_000, seed: 9, province: "37".into() };
    let other = empty("sqlite::memory:");
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        demo.run(&other, &mut |_| panic!("cut off"))
    }));
    assert!(cut.is_err());
    refused(super::transfer::take(&other, &list(&golden("utf-8.csv"))), REGISTER_NOT_EMPTY);
}

#[test]
fn a_lodger_before_the_family_leaves_the_household_its_number() {
    for url in ["sqlite::memory:".to_owned(), store::testing::postgres()] {
        let store = empty(&url);
        let folder = Folder::new("lodger");
        let heading = "pid,name,birth,sex,permanent.commune,permanent.line,permanent.household,relation,\
             residence_file,temporary.commune,temporary.line,temporary.until,temporary.household,\
             temporary.relation\n";
        let lodger = "001095000105,Lê An,1995,Nam,,,,,,13594,Số 1,2027-11-01,H1,not_related\n";
        // So many others that the family comes in another transaction.
        let others: String = (0..kernel::limits::IMPORT_BATCH_ROWS_MAX)
            .map(|n| format!("0350700{n:05},Trần An,1970,Nam,,,,,,,,,,\n"))
            .collect();
        let family = "037070000104,Lê Bình,1970,Nam,13594,Số 1,H1,head,13594-00000007,,,,,\n";
        let file = folder.file("list.csv", format!("{heading}{lodger}{others}{family}"));
        let run = take(&store, &list(&file)).unwrap();
        assert_eq!(run.counts.bad, 0);
        let sql = "SELECT h.file || ' ' || h.head || ' ' || p.stay_household FROM household h, person p \
             WHERE h.id = 'H1' AND p.pid = '001095000105'";
        let told: String = store.read(|tx| tx.one(sql, params![], |r| r.get(0))).unwrap();
        assert_eq!(told, "13594-00000007 037070000104 H1", "{url}");
    }
}

#[test]
fn a_list_that_stops_naming_places_goes_on_with_what_is_there() {
    for url in ["sqlite::memory:".to_owned(), store::testing::postgres()] {
        let store = empty(&url);
        let folder = Folder::new("places");
        let heading = "pid,name,birth,sex,permanent.dwelling,permanent.commune,permanent.line,\
             permanent.household,relation,residence_file\n";
        // More than a batch of people alone in their households, each child in the next batch or the same.
        let row = |n: usize, house: usize, relation: &str| {
            format!(
                "03507{n:07},Trần An,1970,Nam,D{house},13594,\"Số {house}, thôn 3\",H{house},{relation},\
                 13594-{house:08}\n"
            )
        };
        let children = (1..=1_500).map(|n| row(n, n, "child"));
        let heads = (1..=1_500).map(|n| row(n + 5_000, n, "head"));
        let named: String = children.chain(heads).collect();
        // Somebody in a dwelling by its address, in a household by its number, before all others.
        let other = "035070000000,Lê Bình,1971,Nữ,,13594,\"SỐ 7,  thôn 3\",,wife,13594-00000007\n";
        let elsewhere = row(9_000, 8, "wife").replace("D8,", "D9,");
        let file = folder.file("list.csv", format!("{heading}{named}{other}{elsewhere}"));
        let run = take(&store, &list(&file)).unwrap();
        assert_eq!((run.counts.added, run.counts.bad), (3_002, 0), "{url}");
        let told = |sql: &str| -> Vec<String> {
            store.read(|tx| tx.rows(sql, params![], |r| r.get(0))).unwrap()
        };
        let sums = "SELECT COUNT(*) || ' ' || COUNT(DISTINCT head) || ' ' || COUNT(DISTINCT file) \
             || ' ' || COUNT(DISTINCT dwelling) FROM household";
        assert_eq!(told(sums), ["1500 1500 1500 1500"], "{url}");
        let members = "SELECT pid || ' ' || relation FROM household_member WHERE household = 'H7' \
             ORDER BY pid";
        let wanted = ["035070000000 wife", "035070000007 child", "035070005007 head"];
        assert_eq!(told(members), wanted, "{url}");
        assert_eq!(told("SELECT head FROM household WHERE id = 'H7'"), ["035070005007"]);
        // Who says another dwelling than the household's is in no household, and that is told.
        let alone = "SELECT COALESCE(household, '-') || ' ' || permanent FROM person \
             WHERE pid = '035070009000'";
        assert!(
            told(alone)[0].starts_with("- {\"dwelling\":\"D9\",\"commune\":\"13594\""),
            "{url}"
        );
        let sums = store.read(|tx| totals(tx, &run.id)).unwrap();
        let household = sums.iter().find(|t| t.reason == Reason::Household);
        assert_eq!(household.map(|t| t.count), Some(1));
        assert!(told("SELECT name FROM index_away").is_empty());
    }
}
