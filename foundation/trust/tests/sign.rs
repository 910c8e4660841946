//! Signing, checking, rotation; poppler as the second opinion on signatures, lopdf on structure.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use kernel::Instant;
use proptest::prelude::*;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use trust::{Keys, Place, Problem, SignerName, verify_pdf};

/// A letter set by `paper`: data/letters/thong-bao-ket-qua.example.json.
const LETTER: &[u8] = include_bytes!("letter.pdf");
const REASON: &str = "Phê duyệt kết quả đăng ký tạm trú: Đồng ý, ưu tiên xử lý";
/// Where that letter leaves room for the signature.
const PLACE: Place = Place { page: 1, left: 33_449, top: 66_531, width: 20_409, height: 4_677 };

/// A folder of this test's own, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("trust-test-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn at() -> Instant {
    Instant::from_local(jiff::civil::date(2026, 11, 23).at(15, 42, 10, 0))
}

fn years_later(years: i16) -> Instant {
    Instant::from_local(jiff::civil::date(2026 + years, 11, 23).at(9, 0, 0, 0))
}

fn head() -> SignerName {
    SignerName {
        name: "Đỗ Quang Nghĩa".into(),
        post: "Trưởng Công an xã".into(),
        agency: "Công an xã Trần Thương".into(),
    }
}

fn keys(folder: &Folder) -> Keys {
    Keys::open_at(&folder.0, at()).unwrap()
}

fn signed(keys: &Keys) -> Vec<u8> {
    keys.sign_pdf_at(LETTER, &head(), REASON, at(), Some(PLACE)).unwrap()
}

fn run(mut command: Command) -> String {
    let out = command.output().unwrap_or_else(|e| {
        panic!("{:?}: {e}: run cargo xtask setup", command.get_program());
    });
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    text + &String::from_utf8_lossy(&out.stderr)
}

#[test]
fn a_signed_letter_is_right_and_says_who_when_and_why() {
    let folder = Folder::new();
    let keys = keys(&folder);
    for pdf in [signed(&keys), keys.sign_pdf(LETTER, &head(), REASON, at()).unwrap()] {
        assert!(pdf.starts_with(LETTER), "the original bytes stay");
        let v = verify_pdf(&pdf, &keys.roots());
        assert!(v.ok, "{:?}", v.all_problems());
        let s = v.last().unwrap();
        assert_eq!(s.signer, "Đỗ Quang Nghĩa");
        assert_eq!(s.post, "Trưởng Công an xã");
        assert_eq!(s.agency, "Công an xã Trần Thương");
        assert_eq!(s.reason, REASON);
        assert_eq!(s.location, "Công an xã Trần Thương");
        assert_eq!(s.at, Some(at()));
        assert!(s.covers_whole_file);
    }
}

#[test]
fn several_people_sign_one_after_another() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let mut pdf = signed(&keys);
    let seal =
        SignerName { name: "Công an xã Trần Thương".into(), post: String::new(), ..head() };
    for n in 1..4 {
        let at = at().plus_seconds(n * 60);
        let next = keys.sign_pdf_at(&pdf, &seal, "Đóng dấu", at, Some(PLACE)).unwrap();
        assert!(next.starts_with(&pdf));
        pdf = next;
    }
    let v = verify_pdf(&pdf, &keys.roots());
    assert!(v.ok, "{:?}", v.all_problems());
    assert_eq!(v.signatures.len(), 4);
    assert!(!v.signatures[0].covers_whole_file && v.signatures[3].covers_whole_file);
    assert_eq!(v.signatures[0].signer, "Đỗ Quang Nghĩa");
    assert_eq!(v.last().unwrap().signer, "Công an xã Trần Thương");
}

#[test]
fn poppler_accepts_the_signature_and_trusts_it_with_our_root() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let file = folder.0.join("signed.pdf");
    std::fs::write(&file, signed(&keys)).unwrap();
    let check = |database: &Path| {
        let mut c = Command::new("pdfsig");
        c.arg("-nssdir").arg(database).arg(&file).env("TZ", "UTC");
        run(c)
    };
    let database = |name: &str| {
        let dir = folder.0.join(name);
        std::fs::create_dir(&dir).unwrap();
        let mut c = Command::new("certutil");
        c.args(["-N", "--empty-password", "-d"]).arg(format!("sql:{}", dir.display()));
        run(c);
        dir
    };
    let (without, with) = (database("nss-empty"), database("nss-ours"));
    let root = folder.0.join("root.pem");
    std::fs::write(&root, keys.root_pem().unwrap()).unwrap();
    let mut c = Command::new("certutil");
    c.args(["-A", "-n", "root", "-t", ",C,", "-d"]).arg(format!("sql:{}", with.display()));
    c.arg("-i").arg(&root);
    run(c);

    let said = check(&without);
    assert!(said.contains("Signature is Valid."), "{said}");
    assert!(!said.contains("Certificate is Trusted."), "{said}");
    let said = check(&with);
    for line in [
        "Signer Certificate Common Name: Đỗ Quang Nghĩa",
        "Signing Time: Nov 23 2026 08:42:10",
        "Signing Hash Algorithm: SHA-256",
        "Signature Type: ETSI.CAdES.detached",
        "Total document signed",
        "Signature Validation: Signature is Valid.",
        "Certificate Validation: Certificate is Trusted.",
    ] {
        assert!(said.contains(line), "{line} not in:\n{said}");
    }

    let mut broken = signed(&keys);
    broken[2_000] ^= 1;
    std::fs::write(&file, broken).unwrap();
    let said = check(&with);
    assert!(!said.contains("Signature is Valid."), "{said}");
}

#[test]
fn the_page_still_looks_the_same() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let render = |name: &str, pdf: &[u8]| {
        let file = folder.0.join(format!("{name}.pdf"));
        std::fs::write(&file, pdf).unwrap();
        let mut c = Command::new("pdftoppm");
        c.args(["-r", "50", "-png", "-singlefile"]).arg(&file).arg(folder.0.join(name));
        run(c);
        std::fs::read(folder.0.join(format!("{name}.png"))).unwrap()
    };
    assert_eq!(render("before", LETTER), render("after", &signed(&keys)));
}

/// Another reader finds the same structure; Vietnamese text is UTF-16 with its mark.
#[test]
fn a_second_reader_finds_form_field_and_words() {
    let folder = Folder::new();
    let doc = lopdf::Document::load_mem(&signed(&keys(&folder))).unwrap();
    let follow = |o: &lopdf::Object| doc.dereference(o).unwrap().1.clone();
    let catalog = doc.catalog().unwrap();
    let form = follow(catalog.get(b"AcroForm").unwrap());
    let form = form.as_dict().unwrap();
    assert_eq!(form.get(b"SigFlags").unwrap().as_i64().unwrap(), 3);
    let fields = follow(form.get(b"Fields").unwrap());
    let field = follow(&fields.as_array().unwrap()[0]);
    let field = field.as_dict().unwrap();
    assert_eq!(field.get(b"F").unwrap().as_i64().unwrap(), 132);
    let value = follow(field.get(b"V").unwrap());
    let value = value.as_dict().unwrap();
    assert_eq!(value.get(b"M").unwrap().as_str().unwrap(), b"D:20261123154210+07'00'");
    let reason = value.get(b"Reason").unwrap();
    assert_eq!(reason.as_str().unwrap()[..2], [0xfe, 0xff]);
    assert_eq!(lopdf::decode_text_string(reason).unwrap(), REASON);
    // What PDF/A-2a asked of the letter is still there.
    for key in [&b"Metadata"[..], b"StructTreeRoot", b"MarkInfo", b"Lang", b"OutputIntents"] {
        assert!(catalog.has(key), "{}", String::from_utf8_lossy(key));
    }
    let page = doc.get_object(doc.get_pages()[&1]).unwrap().as_dict().unwrap();
    assert_eq!(follow(page.get(b"Annots").unwrap()).as_array().unwrap().len(), 1);
}

fn problems(pdf: &[u8], keys: &Keys) -> Vec<Problem> {
    let v = verify_pdf(pdf, &keys.roots());
    assert!(!v.ok, "accepted");
    v.all_problems()
}

#[test]
fn every_kind_of_tampering_has_its_name() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let pdf = signed(&keys);

    let mut changed = pdf.clone();
    changed[40_000] ^= 1;
    assert_eq!(problems(&changed, &keys), [Problem::ContentChanged]);

    assert_eq!(problems(&pdf[..pdf.len() - 200], &keys), [Problem::Damaged]);
    assert_eq!(problems(LETTER, &keys), [Problem::NotSigned]);
    assert_eq!(problems(b"not a pdf", &keys), [Problem::Damaged]);
    assert_eq!(problems(&vec![b'%'; 17 << 20], &keys), [Problem::TooLarge]);

    let other_folder = Folder::new();
    let other = Keys::open_at(&other_folder.0, at()).unwrap();
    assert_eq!(problems(&pdf, &other), [Problem::NotTrusted]);

    let mut longer = pdf.clone();
    longer.extend(b"\n");
    assert_eq!(
        problems(&longer, &keys),
        [Problem::AddedAfterSigning],
        "even a line break is an addition"
    );
    assert_eq!(problems(&[&pdf[..], b"% x\n"].concat(), &keys), [Problem::Damaged]);

    // A range that leaves more out than the signature.
    let mark = b"/ByteRange [0 ";
    let start = pdf.windows(mark.len()).position(|w| w == mark).unwrap() + mark.len();
    let mut range = pdf.clone();
    range[start] = if range[start] == b'1' { b'2' } else { b'1' };
    assert!(problems(&range, &keys).contains(&Problem::RangeWrong));
}

/// A revision that changes an object, written as anybody could.
fn revision(pdf: &[u8], id: u32, body: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(pdf);
    let prev = text[text.rfind("startxref").unwrap() + 9..].split_whitespace().next().unwrap();
    let trailer = &text[text.rfind("trailer").unwrap()..];
    let root = trailer[trailer.find("/Root ").unwrap() + 6..].split(' ').next().unwrap();
    let size = trailer[trailer.find("/Size ").unwrap() + 6..].split('/').next().unwrap();
    let mut out = pdf.to_vec();
    let at = out.len();
    out.extend(format!("{id} 0 obj\n{body}\nendobj\n").bytes());
    let table = out.len();
    out.extend(
        format!(
            "xref\n{id} 1\n{at:010} 00000 n \ntrailer\n<</Size {size}/Root {root} 0 R/Prev {prev}>>\n\
             startxref\n{table}\n%%EOF\n"
        )
        .bytes(),
    );
    out
}

#[test]
fn a_revision_after_signing_is_seen_even_under_a_later_signature() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let pdf = signed(&keys);
    let doc = lopdf::Document::load_mem(&pdf).unwrap();
    let page = doc.get_pages()[&1];
    let content = doc.get_page_contents(page)[0].0;
    let swapped = revision(&pdf, content, "<</Length 0>>\nstream\n\nendstream");
    assert_eq!(
        problems(&swapped, &keys),
        [Problem::AddedAfterSigning, Problem::ChangedLater],
        "a changed page"
    );
    let resigned = keys.sign_pdf(&swapped, &head(), REASON, at()).unwrap();
    assert_eq!(problems(&resigned, &keys), [Problem::ChangedLater]);
    let v = verify_pdf(&resigned, &keys.roots());
    assert!(!v.signatures[0].ok && v.signatures[1].ok);

    // The form taken away: the signature is no longer to be found.
    let root = doc.trailer.get(b"Root").unwrap().as_reference().unwrap().0;
    let pages = doc.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap().0;
    let bare = revision(&pdf, root, &format!("<</Type /Catalog/Pages {pages} 0 R>>"));
    assert_eq!(problems(&bare, &keys), [Problem::NotSigned]);
}

#[test]
fn what_cannot_be_signed_is_refused() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let e = keys.sign_pdf(b"%PDF-1.7\nnothing", &head(), REASON, at()).unwrap_err();
    assert!(e.is(trust::PDF_UNSUPPORTED));
    let e = keys.sign_pdf(&vec![0; 17 << 20], &head(), REASON, at()).unwrap_err();
    assert!(e.is(trust::PDF_LARGE));
    let place = Place { page: 9, ..PLACE };
    let e = keys.sign_pdf_at(LETTER, &head(), REASON, at(), Some(place)).unwrap_err();
    assert!(e.is(trust::PDF_UNSUPPORTED));
    for at in [years_later(-1), years_later(6)] {
        let e = keys.sign_pdf(LETTER, &head(), REASON, at).unwrap_err();
        assert!(e.is(trust::KEY_NOT_VALID), "{e}");
    }
}

#[test]
fn rotation_keeps_old_signatures_valid_and_deletes_old_keys() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let first = signed(&keys);
    keys.rotate(years_later(4)).unwrap();
    let second = keys.sign_pdf(LETTER, &head(), REASON, years_later(6)).unwrap();
    keys.rotate_root(years_later(8)).unwrap();
    let third = keys.sign_pdf(LETTER, &head(), REASON, years_later(9)).unwrap();
    for pdf in [&first, &second, &third] {
        let v = verify_pdf(pdf, &keys.roots());
        assert!(v.ok, "{:?}", v.all_problems());
    }
    let list = keys.list().unwrap();
    let seen: Vec<(&str, bool, bool)> =
        list.iter().map(|k| (k.file.as_str(), k.secret_here, k.current)).collect();
    assert_eq!(
        seen,
        [
            ("root-0001", false, false),
            ("issuing-0001-0001", false, false),
            ("issuing-0001-0002", false, false),
            ("root-0002", true, true),
            ("issuing-0002-0001", true, true),
            ("journal-0001", true, true),
        ]
    );
    // A program that starts later sees the same.
    let again = Keys::open_at(&folder.0, years_later(9)).unwrap();
    assert_eq!(again.roots(), keys.roots());
    assert!(verify_pdf(&first, &again.roots()).ok);
}

#[test]
fn the_root_key_may_be_kept_elsewhere() {
    let folder = Folder::new();
    drop(keys(&folder));
    std::fs::remove_file(folder.0.join("root-0001.key")).unwrap();
    let keys = keys(&folder);
    assert!(verify_pdf(&signed(&keys), &keys.roots()).ok);
    assert!(keys.rotate(at()).unwrap_err().is(trust::ROOT_KEY_AWAY));
}

#[test]
fn keys_open_to_others_are_refused() {
    let mode = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let folder = Folder::new();
    drop(keys(&folder));
    for entry in std::fs::read_dir(&folder.0).unwrap() {
        let path = entry.unwrap().path();
        let is = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let secret = path.extension().unwrap() == "key";
        assert_eq!(is & 0o077 == 0, secret, "{}: {is:o}", path.display());
    }
    for name in ["issuing-0001-0001.key", "journal-0001.key"] {
        let path = folder.0.join(name);
        for bad in [0o640, 0o604, 0o660] {
            mode(&path, bad);
            let e = Keys::open_at(&folder.0, at()).unwrap_err();
            assert!(e.is(trust::KEYS_OPEN_TO_OTHERS), "{name} {bad:o}: {e}");
        }
        mode(&path, 0o600);
    }
    mode(&folder.0, 0o770);
    assert!(Keys::open_at(&folder.0, at()).unwrap_err().is(trust::KEYS_OPEN_TO_OTHERS));
    mode(&folder.0, 0o700);
    Keys::open_at(&folder.0, at()).unwrap();
}

#[test]
fn damaged_key_files_are_told() {
    let folder = Folder::new();
    drop(keys(&folder));
    let key = folder.0.join("issuing-0001-0001.key");
    let good = std::fs::read(&key).unwrap();
    std::fs::write(&key, &good[..60]).unwrap();
    assert!(Keys::open_at(&folder.0, at()).unwrap_err().is(trust::KEYS_DAMAGED));
    // The root's key under the issuing certificate: they do not belong together.
    std::fs::copy(folder.0.join("root-0001.key"), &key).unwrap();
    assert!(Keys::open_at(&folder.0, at()).unwrap_err().is(trust::KEYS_DAMAGED));
    std::fs::write(&key, good).unwrap();
    Keys::open_at(&folder.0, at()).unwrap();
    // A crash between key and certificate leaves a key alone: passed over.
    std::fs::copy(&key, folder.0.join("issuing-0001-0002.key")).unwrap();
    let keys = Keys::open_at(&folder.0, at()).unwrap();
    keys.rotate(at()).unwrap();
    assert!(keys.list().unwrap().iter().any(|k| k.file == "issuing-0001-0003" && k.current));
}

#[test]
fn the_journal_is_checkpointed_and_a_changed_root_is_not_ours() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let store =
        store::Store::open_with("sqlite::memory:", &[], store::Clock::manual(at())).unwrap();
    let record = |n: i64| {
        store
            .write(move |tx| {
                let actor = kernel::Actor::system("test");
                for _ in 0..n {
                    tx.record(store::Entry::new("test.happened", &actor))?;
                }
                Ok(())
            })
            .unwrap();
    };
    record(5);
    let first = keys.checkpoint(&store).unwrap();
    record(3);
    let second = keys.checkpoint(&store).unwrap();
    assert_eq!(keys.check_checkpoint(&store, &first).unwrap(), 5);
    assert_eq!(keys.check_checkpoint(&store, &second).unwrap(), 8);
    let (size, root) = trust::verify_checkpoint(&second, &keys.journal_keys()).unwrap();
    assert_eq!(size, 8);
    let mut lie = root;
    lie[0] ^= 1;
    let signed_lie = keys.checkpoint_of(8, &lie).unwrap();
    assert!(keys.check_checkpoint(&store, &signed_lie).unwrap_err().is(trust::NOTE_INVALID));
    let future = keys.checkpoint_of(9, &root).unwrap();
    assert!(keys.check_checkpoint(&store, &future).is_err());

    keys.rotate_journal(at(), None).unwrap();
    assert_eq!(keys.journal_keys().len(), 2);
    assert_eq!(keys.check_checkpoint(&store, &first).unwrap(), 5, "old keys still check");
    let third = keys.checkpoint(&store).unwrap();
    assert!(trust::verify_checkpoint(&third, &keys.journal_keys()[1..]).is_err());
    assert!(third.starts_with(&format!("{}\n8\n", keys.journal_name())));
}

#[test]
fn a_journal_keeps_the_name_it_began_with_until_it_is_changed_on_purpose() {
    let folder = Folder::new();
    for bad in ["", "a b", "a+b", "a\nb", &"x".repeat(101)] {
        let refused = Keys::open_as(&folder.0, at(), Some(bad)).unwrap_err();
        assert!(refused.is(trust::ORIGIN_UNREAL), "{bad}");
    }
    let keys = Keys::open_as(&folder.0, at(), Some("ninhbinh.example.vn/nhat-ky")).unwrap();
    let first = keys.checkpoint_of(1, &[1; 32]).unwrap();
    assert!(first.starts_with("ninhbinh.example.vn/nhat-ky\n1\n"));
    let other = Keys::open_as(&folder.0, at(), Some("other")).unwrap_err();
    assert!(other.is(trust::ORIGIN_OTHER));
    assert_eq!(Keys::open_at(&folder.0, at()).unwrap().journal_name(), keys.journal_name());
    keys.rotate_journal(at(), Some("tinh.example.vn/nhat-ky")).unwrap();
    assert!(keys.rotate_journal(at(), Some("a b")).unwrap_err().is(trust::ORIGIN_UNREAL));
    assert_eq!(keys.journal_name(), "tinh.example.vn/nhat-ky");
    assert!(trust::verify_checkpoint(&first, &keys.journal_keys()).is_ok(), "old ones still hold");
}

#[test]
fn checkpoints_of_the_published_vectors() {
    let text = include_str!("../../../docs/journal-vectors.json");
    let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
    let keys = [vectors["key"].as_str().unwrap().to_owned()];
    for c in vectors["checkpoints"].as_array().unwrap() {
        let (size, root) = trust::verify_checkpoint(c["note"].as_str().unwrap(), &keys).unwrap();
        let hex: String = root.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(c["size"], size);
        assert_eq!(vectors["roots"][size as usize], hex);
    }
}

#[test]
fn every_error_and_problem_has_its_sentence_in_both_languages() {
    let words = kernel::Words::build(&[kernel::TEXT, trust::TEXT]).unwrap();
    for code in trust::CODES {
        assert!(words.has(&code.key()), "{}", code.key());
    }
    for problem in Problem::ALL {
        assert!(words.has(problem.key()), "{}", problem.key());
    }
}

/// A PDF of so many pages and so much in them, with classic tables, as signing expects.
fn plain_pdf(pages: usize, filler: &[u8], revisions_apart: bool) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = vec![0];
    let mut add = |out: &mut Vec<u8>, body: Vec<u8>| {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", offsets.len() - 1).bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    };
    add(&mut out, b"<</Type/Catalog/Pages 2 0 R>>".to_vec());
    let kids: Vec<String> = (0..pages).map(|i| format!("{} 0 R", 3 + 2 * i)).collect();
    let head =
        format!("<</Type/Pages/MediaBox[0 0 595 842]/Count {pages}/Kids[{}]>>", kids.join(" "));
    add(&mut out, head.into_bytes());
    for i in 0..pages {
        let annots = if revisions_apart { "/Annots[]" } else { "" };
        let page = format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R{annots}>>", 4 + 2 * i);
        add(&mut out, page.into_bytes());
        let mut stream = format!("<</Length {}>>\nstream\n", filler.len()).into_bytes();
        stream.extend(filler);
        stream.extend(b"\nendstream");
        add(&mut out, stream);
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len()).bytes());
    for o in &offsets[1..] {
        out.extend(format!("{o:010} 00000 n \n").bytes());
    }
    let size = offsets.len();
    out.extend(format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF").bytes());
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_size_signs_and_verifies(
        pages in 1usize..12,
        filler in proptest::collection::vec(any::<u8>(), 0..3_000),
        annots: bool,
        page in 1usize..12,
        reason in "\\PC{0,80}",
    ) {
        let folder = Folder::new();
        let keys = keys(&folder);
        let pdf = plain_pdf(pages, &filler, annots);
        let place = Place { page, ..PLACE };
        let signed = keys.sign_pdf_at(&pdf, &head(), &reason, at(), Some(place));
        if page > pages {
            prop_assert!(signed.unwrap_err().is(trust::PDF_UNSUPPORTED));
        } else {
            let once = signed.unwrap();
            let twice = keys.sign_pdf(&once, &head(), &reason, at()).unwrap();
            for (pdf, n) in [(once, 1), (twice, 2)] {
                let v = verify_pdf(&pdf, &keys.roots());
                prop_assert!(v.ok, "{:?}", v.all_problems());
                prop_assert_eq!(v.signatures.len(), n);
                prop_assert_eq!(&v.last().unwrap().reason, &reason);
                prop_assert!(lopdf::Document::load_mem(&pdf).is_ok());
            }
        }
    }
}

/// Random damage of a signed file: never accepted, never a panic.
#[test]
fn no_mutation_is_accepted() {
    let folder = Folder::new();
    let keys = keys(&folder);
    let pdf = signed(&keys);
    let roots = keys.roots();
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let tail = pdf.len() - 24_000;
    for i in 0..3_000 {
        let mut bytes = pdf.clone();
        // Half of the damage goes where the structure is.
        let at = if i % 2 == 0 { random(bytes.len()) } else { tail + random(24_000) };
        match i % 5 {
            0 | 1 => bytes[at] = bytes[at].wrapping_add(1 + u8::try_from(random(254)).unwrap()),
            2 => {
                bytes.remove(at);
            }
            3 => bytes.insert(at, u8::try_from(random(256)).unwrap()),
            _ => bytes.truncate(at),
        }
        let v = verify_pdf(&bytes, &roots);
        assert!(!v.ok, "mutation {i} at {at} accepted");
        assert_eq!(v.ok, v.all_problems().is_empty());
    }
}
