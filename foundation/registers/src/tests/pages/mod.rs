//! The pages as a browser without scripts sees them, in the small world.

mod communes;
mod dwelling;
mod pairs;
mod regroup;

use crate::access_log::AccessLog;
use crate::journal::{READ, READ_OWN, REFUSED_LISTED};
use crate::pages::{Registers, routes};
use crate::population::dispute;
use crate::tests::*;
use kernel::{ActingFor, Actor, Level};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{leaf_hash, verify_inclusion};
use web::testing::{Answer, Client};
use web::{Sessions, Visitor, Web, cookie};

const OWN: &str = "/du-lieu-cua-toi";
const LOG: &str = "/du-lieu-cua-toi/ai-da-doc";

/// Sessions whose cookie is a name of this table.
struct Known(BTreeMap<&'static str, Actor>);

impl Sessions for Known {
    fn visitor(&self, cookie: &str) -> Result<Option<Visitor>> {
        Ok(self.0.get(cookie).map(|actor| Visitor {
            actor: actor.clone(),
            name: "Nguyễn Thị Thử".into(),
            initials: "NT".into(),
            posts: actor.appointment.iter().cloned().collect(),
            unread: 0,
        }))
    }
}

struct Site {
    w: World,
    web: Web,
    router: axum::Router,
    keys: trust::Keys,
    _folder: Folder,
}

/// A folder of keys that vanishes.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("registers-keys-{}-{n}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn mother_of_an() -> Actor {
    let acting_for = Some(ActingFor { person: pid(AN), as_: "parent".into() });
    Actor { acting_for, ..citizen(LAN) }
}

impl Site {
    fn new() -> Self {
        let w = World::new();
        let known = BTreeMap::from([
            ("lan", citizen(LAN)),
            ("hung", citizen(HUNG)),
            ("lan-for-an", mother_of_an()),
            ("level-one", Actor { level: Level::One, ..citizen(LAN) }),
            ("officer", officer(HERE)),
            ("head", in_post("037080000098", "commune-police.head", HERE)),
            ("auditor", in_post(HOA, "auditor", "37")),
            ("operator", in_post(HOA, "operator", "37")),
        ]);
        let clock = w.clock.clone();
        let settings =
            web::Settings { clock: Arc::new(move || clock.now()), ..web::testing::settings() };
        let words = web::testing::words(&[crate::TEXT, places::TEXT]);
        let web = Web::new(settings, words, Arc::new(Known(known)));
        let folder = Folder::new();
        let keys = trust::Keys::open_at(&folder.0, w.clock.now()).unwrap();
        let state = Registers {
            store: w.store.clone(),
            journal: evidence::pages::Journal { store: w.store.clone(), keys: keys.clone() },
            law: Arc::clone(&w.law),
            correction: "/cu-tru/dieu-chinh-thong-tin".into(),
            report: String::new(),
            own_dossier: Some(Arc::new(
                |_, of, code| Ok(of == &pid(LAN) && code.as_str() == "D-1"),
            )),
        };
        let router = web.mount(routes(state.clone()).merge(crate::api::routes(state)));
        Self { w, web, router, keys, _folder: folder }
    }
    fn client(&self, who: &str) -> Client {
        Client::new(self.router.clone()).with_cookie(cookie::SESSION, who)
    }
    async fn get(&self, who: &str, path: &str) -> Answer {
        self.client(who).get(path).await
    }
    async fn page(&self, who: &str, path: &str) -> String {
        let a = self.get(who, path).await;
        assert_eq!(a.status, 200, "{path} for {who}: {}", a.text());
        let text = a.text();
        assert!(!text.contains('⟦'), "a missing word in {path}");
        text
    }
    fn follow(&self) {
        self.w.store.catch_up(&mut AccessLog).unwrap();
    }
    /// An officer reads two items for dossier D-1, and is refused once.
    fn read_by_officer(&self) {
        self.w
            .write(|tx, _| {
                let purpose = PurposeId::from("residence.temporary.register");
                crate::cases::open(tx, &DossierCode::from("D-1"), HERE, &purpose, &[pid(LAN)])
            })
            .unwrap();
        let purpose = "residence.temporary.register";
        self.w.read_for(&officer(HERE), purpose, LAN, &["name", "permanent"], "D-1").unwrap();
        self.w.read(&officer(HERE), "person.find", LAN, &["name"]).unwrap_err();
    }
}

#[tokio::test]
async fn own_data_show_every_item_with_source_and_a_way_to_object() {
    let site = Site::new();
    let page = site.page("lan", OWN).await;
    for item in site.w.law.items() {
        let at = page.split(&format!("id=\"muc-{}\"", item.id)).nth(1);
        let line = at.unwrap_or_else(|| panic!("{} is not shown", item.id));
        assert!(line.contains(&web::markup::escape(&item.label.vi)), "{}", item.id);
        let wrong = format!("href=\"/cu-tru/dieu-chinh-thong-tin?muc={}\"", item.id);
        assert!(line.contains(&wrong), "{}", item.id);
    }
    assert!(page.contains("001 195 000 005") && page.contains("Nguyễn Thị Lan"));
    assert!(page.contains("Đăng ký cư trú, ghi ngày"), "the residence says what it rests on");
    let left = site.w.entries(READ_OWN).pop().unwrap();
    assert!(left.subjects.contains(&pid(LAN)));
    assert_eq!(left.purpose.unwrap().as_str(), "own.data");
    assert!(left.subjects.contains(&pid(MINH)), "who is named in it is told too");
}

#[tokio::test]
async fn disputed_items_are_marked() {
    let site = Site::new();
    let before = site.page("lan", OWN).await;
    assert!(!before.contains("Đang được xem lại"));
    site.w.write(|tx, law| dispute(tx, law, &citizen(LAN), &pid(LAN), "birth", None)).unwrap();
    let page = site.page("lan", OWN).await;
    let marked: Vec<&str> = page
        .split("id=\"muc-")
        .skip(1)
        .filter(|p| p.contains("Đang được xem lại"))
        .filter_map(|p| p.split('"').next())
        .collect();
    assert_eq!(marked, ["birth"]);
    assert!(page.contains("1 mục đang được xem lại"));
}

#[tokio::test]
async fn the_older_list_numbers_its_eighteen_lines() {
    let site = Site::new();
    let page = site.page("lan", "/du-lieu-cua-toi?theo=18").await;
    assert!(page.contains("18.</span>") && !page.contains("19.</span>"));
    assert!(!page.contains("id=\"muc-contact\""), "no contact in that law's list");
    assert!(page.contains("id=\"muc-ethnic\""));
}

#[tokio::test]
async fn the_log_shows_who_what_why_and_refusals() {
    let site = Site::new();
    site.read_by_officer();
    site.page("lan", OWN).await;
    site.follow();
    let page = site.page("lan", LOG).await;
    assert_eq!(page.matches("<tr id=\"doc-").count(), 2, "own readings are hidden");
    for text in [
        "Công an xã",
        "Cán bộ",
        "Nơi thường trú",
        "Đăng ký tạm trú",
        "href=\"/ho-so/D-1\"",
        "Được phép",
        "Bị từ chối",
    ] {
        assert!(page.contains(text), "{text}");
    }
    for (filter, rows) in [("duoc-phep", 1), ("bi-tu-choi", 1), ("ca-toi", 3), ("gì-đó", 2)] {
        let page =
            site.page("lan", &format!("{LOG}?xem={}", web::paths::query_value(filter))).await;
        assert_eq!(page.matches("<tr id=\"doc-").count(), rows, "{filter}");
    }
}

#[tokio::test]
async fn the_log_is_of_the_person_alone() {
    let site = Site::new();
    site.read_by_officer();
    site.follow();
    let page = site.page("hung", LOG).await;
    assert_eq!(page.matches("<tr id=\"doc-").count(), 0);
    assert!(page.contains("Chưa có lần đọc nào"));
    let file = site.get("hung", &format!("{LOG}/tai-ve")).await.text();
    assert!(!file.contains("D-1"));
    let own = site.page("hung", OWN).await;
    assert!(!own.contains("Nguyễn Thị Lan") && !own.contains("001 195 000 005"));
}

#[tokio::test]
async fn a_live_connection_tells_of_a_new_reading() {
    let site = Site::new();
    site.follow();
    let opened = site.page("lan", LOG).await;
    let at = opened.split("data-live=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(at.starts_with("/du-lieu-cua-toi/ai-da-doc/truc-tiep?tu="), "{at}");
    let request = site.client("lan").request("GET", at).body(axum::body::Body::empty()).unwrap();
    let answer = tower::ServiceExt::oneshot(site.router.clone(), request).await.unwrap();
    let mut body = answer.into_body().into_data_stream();
    site.read_by_officer();
    // The journal moves first; the log follows while the connection is looking.
    site.web.wake(site.w.store.head());
    site.follow();
    let mut got = String::new();
    while !got.contains("doc-") {
        let part = futures_util::StreamExt::next(&mut body).await.unwrap().unwrap();
        got.push_str(&String::from_utf8_lossy(&part));
    }
    assert!(got.contains("data: swap") && got.contains("id=\"nhat-ky\""), "{got}");
    assert!(got.contains("class=\"fresh\"") && got.contains("Công an xã"), "{got}");
}

#[tokio::test]
async fn the_table_opens_in_a_spreadsheet() {
    let site = Site::new();
    site.read_by_officer();
    site.follow();
    let a = site.get("lan", &format!("{LOG}/tai-ve")).await;
    assert!(a.header("content-type").starts_with("text/csv"));
    assert!(a.header("content-disposition").starts_with("attachment"));
    let text = a.text();
    assert!(text.starts_with('\u{feff}'));
    let mut rows = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(|r| r.unwrap()).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[1][2], &rows[1][6]), ("Công an xã · Cán bộ", "D-1"));
    assert_eq!((&rows[0][7], &rows[1][7]), ("Bị từ chối", "Được phép"));
}

#[tokio::test]
async fn each_line_can_be_proved() {
    let site = Site::new();
    site.read_by_officer();
    site.follow();
    let file = site.get("lan", &format!("{LOG}/bang-chung")).await.json();
    let hash = |v: &serde_json::Value| -> store::Hash {
        let text = v.as_str().unwrap();
        let bytes: Vec<u8> = (0..text.len() / 2)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
            .collect();
        bytes.try_into().unwrap()
    };
    assert_eq!(file["format"], "lienthong-proof/1");
    let note = file["checkpoint"].as_str().unwrap();
    let (size, root) = trust::verify_checkpoint(note, &site.keys.journal_keys()).unwrap();
    let entries = file["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    for e in entries {
        let leaf = leaf_hash(e["leaf"].as_str().unwrap().as_bytes());
        let path: Vec<store::Hash> = e["path"].as_array().unwrap().iter().map(hash).collect();
        let index = e["seq"].as_u64().unwrap() - 1;
        assert!(verify_inclusion(&leaf, index, size as u64, &path, &root));
        let other = leaf_hash(b"another");
        assert!(!verify_inclusion(&other, index, size as u64, &path, &root));
        assert!(!e["leaf"].as_str().unwrap().contains(LAN), "no number in a leaf");
        assert_eq!(e["subjects"]["text"], format!("[\"{LAN}\"]"));
        assert!(e["body"]["text"].as_str().unwrap().contains("items"), "what was read");
        assert!(e["actor"].is_null(), "who read is told by office, not by number");
        assert!(e["about"]["who"].is_string());
    }
}

#[tokio::test]
async fn own_pages_are_for_citizens_of_level_two() {
    let site = Site::new();
    for path in [OWN, LOG, "/so-ho-khau"] {
        for who in ["officer", "auditor", "level-one"] {
            assert_eq!(site.get(who, path).await.status, 403, "{path} for {who}");
        }
        let stranger = Client::new(site.router.clone()).get(path).await;
        assert!(stranger.header("location").starts_with("/dang-nhap"), "{path}");
    }
    let live = site.get("officer", &format!("{LOG}/truc-tiep")).await;
    assert_eq!(live.status, 403);
    assert!(site.w.entries(READ).is_empty() && site.w.entries(READ_OWN).is_empty());
}

#[tokio::test]
async fn a_mother_sees_her_childs_data_and_log() {
    let site = Site::new();
    let page = site.page("lan-for-an", OWN).await;
    assert!(page.contains("001 320 000 007"), "the child's number");
    assert!(page.contains("Bạn đang xem thay cho"));
    site.follow();
    assert_eq!(site.page("lan-for-an", LOG).await.matches("<tr id=\"doc-").count(), 1);
}

#[tokio::test]
async fn the_book_shows_the_household_and_its_extract() {
    let site = Site::new();
    let page = site.page("hung", "/so-ho-khau").await;
    for text in ["Hộ của Trần Văn Hùng", "Chủ hộ", "Vợ", "035 172 000 002", "Thường trú"]
    {
        assert!(page.contains(text), "{text}");
    }
    let household = &site.w.home_here.household;
    assert!(page.contains(&format!("/so-ho-khau/{household}/trich.pdf")));
    assert!(!page.contains("Nguyễn Thị Lan"), "another household");
    let left = site.w.entries(READ).pop().unwrap();
    assert_eq!(left.purpose.unwrap().as_str(), "own.household");
}

#[tokio::test]
async fn the_auditor_looks_with_a_reason_and_is_seen() {
    let site = Site::new();
    site.read_by_officer();
    site.follow();
    let mut c = site.client("auditor");
    let first = c.get("/kiem-toan").await.text();
    assert!(first.contains("1 lần bị từ chối"), "{first}");
    assert!(!first.contains(LAN) && !first.contains("Nguyễn Thị Lan"), "not whose data");
    assert_eq!(site.w.entries(REFUSED_LISTED).len(), 1);
    let a = c.post("/kiem-toan", &[("pid", LAN), ("reason", "")]).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("f-reason-error"));
    assert!(site.w.entries(READ).iter().all(|e| e.body["what"] != "log"), "nothing was read");
    let a = c.post("/kiem-toan", &[("pid", LAN), ("reason", "Đơn 12/2026")]).await;
    assert_eq!(a.status, 200, "{}", a.text());
    let page = a.text();
    assert!(page.contains("Công an xã") && page.contains("Bị từ chối") && !page.contains('⟦'));
    assert!(!page.contains("Nguyễn Thị Lan"), "who read, never the data");
    let left = site.w.entries(READ).pop().unwrap();
    assert_eq!(
        (&left.subjects[..], &left.body["because"]),
        (&[pid(LAN)][..], &json!("Đơn 12/2026"))
    );
    site.follow();
    assert!(site.page("lan", LOG).await.contains("Kiểm tra việc đọc dữ liệu cá nhân"));
}

#[tokio::test]
async fn an_unknown_number_is_said_at_the_field_and_recorded() {
    let site = Site::new();
    let mut c = site.client("auditor");
    c.get("/kiem-toan").await;
    let form = [("pid", "001195009999"), ("reason", "Đơn 12/2026")];
    let a = c.post("/kiem-toan", &form).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("f-pid-error"));
    let left = site.w.entries(READ).pop().unwrap();
    assert!(left.subjects.is_empty() && left.body["because"] == "Đơn 12/2026");
}

#[tokio::test]
async fn nobody_but_the_auditor_audits() {
    let site = Site::new();
    for who in ["lan", "officer", "operator"] {
        assert_eq!(site.get(who, "/kiem-toan").await.status, 403, "{who}");
        let mut c = site.client(who);
        c.get(LOG).await;
        let a = c.post("/kiem-toan", &[("pid", HUNG), ("reason", "Đơn 12/2026")]).await;
        assert_eq!(a.status, 403, "{who}");
    }
    assert!(site.w.entries(READ).is_empty() && site.w.entries(REFUSED_LISTED).is_empty());
}

#[tokio::test]
async fn an_officer_looks_people_up_and_opens_one() {
    let site = Site::new();
    let mut c = site.client("officer");
    let first = c.get("/tra-cuu").await.text();
    assert!(first.contains("xã Trần Thương") && !first.contains('⟦'), "{first}");
    let a = c.post("/tra-cuu", &[("name", "hùng trần")]).await;
    let page = a.text();
    assert_eq!(a.status, 200, "{page}");
    assert!(page.contains("Tìm thấy 1 người") && page.contains("Trần Văn Hùng"), "{page}");
    assert!(page.contains("Sinh năm 1970") && page.contains("Số 12, thôn 3"));
    assert!(page.contains("value=\"hùng trần\""), "what was typed stays");
    assert!(!page.contains('⟦'));
    let a = c.post("/tra-cuu/nguoi", &[("pid", HUNG)]).await;
    let opened = a.text();
    assert_eq!(a.status, 200, "{opened}");
    assert!(opened.contains("035 070 000 001") && opened.contains("Phạm Thị Hoa"), "{opened}");
    assert!(opened.contains("02/03/1970") && !opened.contains('⟦'));
    let left = site.w.entries(READ).pop().unwrap();
    assert_eq!(left.purpose.unwrap().as_str(), "residence.household");
    assert!(left.subjects.contains(&pid(HUNG)) && left.subjects.contains(&pid(HOA)));
    // Both find it in their own logs.
    site.follow();
    assert!(site.page("hung", LOG).await.contains("Tìm người"));
}

#[tokio::test]
async fn a_search_says_what_is_wrong_and_when_nobody_fits() {
    let site = Site::new();
    let mut c = site.client("officer");
    c.get("/tra-cuu").await;
    let a = c.post("/tra-cuu", &[("name", "h")]).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("f-name-error"));
    let a = c.post("/tra-cuu", &[("name", "hùng"), ("year", "một")]).await;
    assert_eq!(a.status, 422);
    assert!(a.text().contains("f-year-error") && a.text().contains("value=\"hùng\""));
    let page = c.post("/tra-cuu", &[("name", "không có ai")]).await.text();
    assert!(page.contains("Không có ai khớp") && page.contains("Không tìm thấy ai"), "{page}");
    // Somebody of another commune is neither found nor opened.
    let page = c.post("/tra-cuu", &[("name", LAN)]).await.text();
    assert!(page.contains("Không có ai khớp"));
    assert_eq!(c.post("/tra-cuu/nguoi", &[("pid", LAN)]).await.status, 403);
    assert_eq!(c.post("/tra-cuu/nguoi", &[("pid", "x")]).await.status, 403);
}

#[tokio::test]
async fn nobody_else_looks_people_up() {
    let site = Site::new();
    for who in ["lan", "auditor", "operator"] {
        assert_eq!(site.get(who, "/tra-cuu").await.status, 403, "{who}");
        let mut c = site.client(who);
        c.get(if who == "lan" { LOG } else { "/kiem-toan" }).await;
        assert_eq!(c.post("/tra-cuu", &[("name", "hùng")]).await.status, 403, "{who}");
        assert_eq!(c.post("/tra-cuu/nguoi", &[("pid", HUNG)]).await.status, 403, "{who}");
    }
}

#[tokio::test]
async fn what_another_source_says_stands_beside_the_item() {
    use crate::transfer::{Import, import};
    let site = Site::new();
    let file = std::env::temp_dir().join(format!("claim-{}.csv", std::process::id()));
    let row =
        format!("pid,name,birth,sex,marital\n{LAN},Nguyễn Thị Lan,1995-11-23,female,divorced\n");
    std::fs::write(&file, row).unwrap();
    let list = Import {
        path: file.clone(),
        format: None,
        encoding: None,
        source: "Sổ giấy 2019".into(),
        certainty: crate::Certainty::Doubtful,
        whole: false,
    };
    import(&site.w.store, &site.w.law, &list, &mut |_| {}).unwrap();
    std::fs::remove_file(&file).unwrap();
    let page = site.page("lan", OWN).await;
    let item = page.split("id=\"muc-marital\"").nth(1).unwrap().split("id=\"muc-").next().unwrap();
    for said in ["Đang được xem lại", "Đã kết hôn", "Nguồn khác ghi: Đã ly hôn", "Sổ giấy 2019"]
    {
        assert!(item.contains(said), "{said}: {item}");
    }
    assert!(item.contains("nguồn còn nghi ngờ"), "{item}");
}

#[tokio::test]
async fn the_own_record_as_data_gives_what_was_asked_and_records_it() {
    const RECORD: &str = "/api/v1/own-record";
    let site = Site::new();
    let a = site.get("lan", &format!("{RECORD}?items=name,permanent")).await;
    assert_eq!(a.status, 200, "{}", a.text());
    let json: serde_json::Value = serde_json::from_str(&a.text()).unwrap();
    assert_eq!(json["pid"], LAN);
    assert_eq!(json["items"]["name"], "Nguyễn Thị Lan");
    let keys: Vec<&String> = json["items"].as_object().unwrap().keys().collect();
    assert!(!keys.iter().any(|k| *k == "birth"), "{keys:?}");
    let left = site.w.entries(READ_OWN).pop().unwrap();
    assert_eq!(left.body["items"], serde_json::json!(["name", "permanent"]));
    // Without a choice everything; an item that is none is refused, and the refusal recorded.
    let all = site.get("lan", RECORD).await;
    assert!(all.text().contains("\"birth\""));
    let before = site.w.entries(crate::journal::READ_REFUSED).len();
    assert_eq!(site.get("lan", &format!("{RECORD}?items=name,shoe_size")).await.status, 403);
    assert_eq!(site.w.entries(crate::journal::READ_REFUSED).len(), before + 1);
    for (who, status) in [("nobody", 401), ("officer", 403), ("level-one", 403)] {
        assert_eq!(site.get(who, RECORD).await.status, status, "{who}");
    }
}
