//! Verification as a stranger with a browser sees it. The file is a real letter, signed with real keys.

use super::*;
use crate::app::{Env, Settings};
use crate::definition::Catalogue;
use crate::issued::NewIssued;
use crate::vault::Vault;
use kernel::{Localized, PersonalId};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Clock, Store};
use trust::{Keys, SignerName};
use web::testing::{Answer, Client, NOW};

const PLAIN: &[u8] = include_bytes!("../../../../../foundation/trust/tests/letter.pdf");
const CODE: &str = "HK8S-23QA-M5ZJ";
const HOLDER: &str = "Nguyễn Thị Ngọc Lan";
const HOLDER_PID: &str = "035198004217";
const AGENCY: &str = "Công an xã Trần Thương";

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static N: AtomicU32 = AtomicU32::new(0);
        let n = N.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("lt-verify-{}-{n}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Site {
    services: Services,
    router: axum::Router,
    _folder: Folder,
}

fn sign(keys: &Keys) -> Vec<u8> {
    let seal = "Con dấu điện tử".to_owned();
    let signer = SignerName { name: AGENCY.into(), post: seal, agency: AGENCY.into() };
    keys.sign_pdf(PLAIN, &signer, "Bản trích sổ hộ khẩu điện tử", NOW).unwrap()
}

impl Site {
    fn new() -> Self {
        let folder = Folder::new();
        let schemas = [measures::SCHEMA, registers::SCHEMA, identity::SCHEMA, crate::SCHEMA];
        let store = Store::open_with("sqlite::memory:", &schemas, Clock::manual(NOW)).unwrap();
        let words = web::testing::words(&[
            trust::TEXT,
            registers::TEXT,
            crate::TEXT,
            crate::definition::TEXT,
        ]);
        let settings = Settings {
            province: "37".into(),
            province_name: Localized::new("Tỉnh Ninh Bình", "Ninh Bình Province"),
            code_prefix: "H37".into(),
            url: "https://lienthong.example".into(),
            demo: true,
            treasury: crate::vietqr::Account {
                bank: "970415".into(),
                number: "000000000000".into(),
                name: "KHO BAC".into(),
            },
            payment_secret: vec![7; 32].into(),
        };
        let services = Services {
            store,
            env: Env {
                law: registers::Law::load().unwrap(),
                catalogue: Catalogue::built_in().unwrap(),
                settings: Arc::new(settings),
                words: words.clone(),
                vault: Arc::new(Vault::new(&[7; 32]).unwrap()),
            },
            indicators: Arc::new(measures::Indicators::load().unwrap()),
            paper: Arc::new(paper::Paper::new(PathBuf::from("/no/program"))),
            keys: Arc::new(Keys::open_at(&folder.0, NOW).unwrap()),
        };
        let web = web::Web::new(web::testing::settings(), words, Arc::new(web::NoSessions));
        let router = web.mount(routes(&services));
        Self { services, router, _folder: folder }
    }
    /// A letter that was given out: its file.
    fn give_out(&self) -> Vec<u8> {
        let pdf = sign(&self.services.keys);
        let kept = pdf.clone();
        self.services
            .store
            .write(move |tx| {
                let new = NewIssued {
                    pid: PersonalId::parse(HOLDER_PID)?,
                    letter: "household-book",
                    subject: "H-1 3".into(),
                    place: "13594".into(),
                    agency: AGENCY.into(),
                    post: "Con dấu điện tử".into(),
                    number: "01/TSHK-CAX".into(),
                    holder: HOLDER.into(),
                    code: CODE.into(),
                    pdf: kept.clone(),
                    hash: sha256_hex(&kept),
                    signed_at: NOW,
                };
                issued::keep(tx, &new)
            })
            .unwrap();
        pdf
    }
    async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let mut client = Client::new(self.router.clone());
        client.get(PATH).await;
        client.post_files(PATH, &[], &[(FILE, name, bytes)]).await
    }
    async fn outcome(&self, bytes: &[u8]) -> String {
        let answer = self.upload("van-ban.pdf", bytes).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let text = answer.text();
        assert!(!text.contains('⟦'), "a missing word");
        text
    }
}

const GOOD: &str = "Văn bản có thật.";
const BAD: &str = "Không phải văn bản do chúng tôi phát hành, hoặc đã bị sửa.";

#[tokio::test]
async fn a_code_tells_what_was_signed_and_no_personal_data() {
    let site = Site::new();
    let pdf = site.give_out();
    for typed in [CODE, "hk8s23qam5zj", "HK8S%2023QA%20M5ZJ"] {
        let answer = Client::new(site.router.clone()).get(&format!("{PATH}?ma={typed}")).await;
        assert_eq!(answer.status, 200, "{typed}");
        let page = answer.text();
        let hash = sha256_hex(&pdf);
        for text in [GOOD, AGENCY, "01/TSHK-CAX", "N. T. N. L.", "09:42 23/11/2026", hash.as_str()]
        {
            assert!(page.contains(text), "{typed}: {text}");
        }
        assert!(!page.contains('⟦'));
        for secret in [HOLDER, HOLDER_PID, "035 198 004 217"] {
            assert!(!page.contains(secret), "{typed}: {secret}");
        }
    }
}

#[tokio::test]
async fn an_unknown_code_is_said_at_the_field() {
    let site = Site::new();
    site.give_out();
    for typed in ["HK8S-23QA-M5ZK", "%25", "'%20OR%201=1", "%E2%80%A6"] {
        let answer = Client::new(site.router.clone()).get(&format!("{PATH}?ma={typed}")).await;
        assert_eq!(answer.status, 404, "{typed}");
        let page = answer.text();
        assert!(page.contains("f-ma-error") && !page.contains(GOOD), "{typed}");
    }
}

#[tokio::test]
async fn the_file_itself_is_found_and_right() {
    let site = Site::new();
    let pdf = site.give_out();
    let page = site.outcome(&pdf).await;
    assert!(page.contains(GOOD) && page.contains("Toàn bộ tệp") && page.contains(CODE));
    assert!(!page.contains(HOLDER) && !page.contains(HOLDER_PID));
}

#[tokio::test]
async fn a_changed_file_is_not_ours_whatever_was_changed() {
    let site = Site::new();
    let pdf = site.give_out();
    let mut changed = pdf.clone();
    let at = changed.windows(6).position(|w| w == b"stream").unwrap() + 20;
    changed[at] ^= 1;
    let mut longer = pdf.clone();
    longer.extend_from_slice(b"\n% more\n%%EOF\n");
    let (told, other) = (site.outcome(&changed).await, site.outcome(&longer).await);
    for page in [&told, &other, &site.outcome(PLAIN).await] {
        assert!(page.contains(BAD) && !page.contains(GOOD));
        assert!(!page.contains("N. T. N. L."), "nothing of the real letter");
    }
    assert!(told.contains("Nội dung tệp đã bị sửa sau khi ký."), "{told}");
}

#[tokio::test]
async fn another_keys_signature_is_no_proof() {
    let site = Site::new();
    site.give_out();
    let elsewhere = Folder::new();
    let forged = sign(&Keys::open_at(&elsewhere.0, NOW).unwrap());
    let page = site.outcome(&forged).await;
    assert!(page.contains(BAD) && page.contains("tin cậy"), "{page}");
    assert!(!page.contains("<dd>Con dấu điện tử"), "a false signature is not quoted");
}

#[tokio::test]
async fn rightly_signed_but_not_in_our_books_is_a_warning() {
    let site = Site::new();
    let page = site.outcome(&sign(&site.services.keys)).await;
    assert!(page.contains("Chữ ký đúng, nhưng không có trong sổ phát hành."));
    assert!(!page.contains(GOOD) && !page.contains(BAD));
}

#[tokio::test]
async fn only_a_pdf_can_be_checked() {
    let site = Site::new();
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0; 60], b"IEND\xaeB\x60\x82"].concat();
    for (name, bytes) in [("anh.png", &png[..]), ("van-ban.pdf", &b"hello"[..]), ("", &b""[..])] {
        let answer = site.upload(name, bytes).await;
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.text().contains("f-file-error"), "{name}");
    }
}

#[tokio::test]
async fn too_many_checks_are_asked_to_wait() {
    let site = Site::new();
    let mut client = Client::new(site.router.clone());
    let address = format!("{PATH}?ma={CODE}");
    for _ in 0..A_MINUTE_MAX {
        assert_eq!(client.get(&address).await.status, 404);
    }
    let answer = client.get(&address).await;
    assert_eq!(answer.status, 429);
    assert!(answer.text().contains("Hãy chờ một phút"));
}

#[test]
fn turns_are_counted_by_address_and_minute() {
    let turns = Turns::default();
    for _ in 0..A_MINUTE_MAX {
        turns.take("a", NOW).unwrap();
    }
    assert!(turns.take("a", NOW).unwrap_err().is(VERIFY_MANY));
    turns.take("b", NOW).unwrap();
    turns.take("a", NOW.plus_seconds(60)).unwrap();
}
