//! From template to signed file: every letter is set, signed over its own signature block, accepted by
//! poppler, and still says what it said.

use std::process::Command;
use tests::folder::Folder;

fn poppler(tool: &str, args: &[&str]) -> String {
    let out = Command::new(tool)
        .args(args)
        .env("TZ", "Asia/Ho_Chi_Minh")
        .output()
        .unwrap_or_else(|e| panic!("{tool}: {e}: run cargo xtask setup"));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn every_letter_signs_over_its_own_block_and_keeps_its_words() {
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let at = kernel::Instant::from_local(kernel::Date::constant(2026, 11, 23).at(15, 42, 10, 0));
    let keys = trust::Keys::open_at(&folder.path().join("keys"), at).unwrap();
    for template in paper::LETTERS {
        let data: serde_json::Value = serde_json::from_str(template.example).unwrap();
        let letter = paper::set_here(template.source, &data, 10).unwrap();
        let spot = letter.signature.unwrap();
        let place = trust::Place {
            page: spot.page,
            left: spot.left,
            top: spot.top,
            width: spot.width,
            height: spot.height,
        };
        let agency = data["agency"]["name"].as_str().unwrap();
        let signer = trust::SignerName {
            name: data["signer"]["name"].as_str().unwrap().to_owned(),
            post: data["signer"]["title"].as_str().unwrap().to_owned(),
            agency: agency.to_owned(),
        };
        let signed =
            keys.sign_pdf_at(&letter.pdf, &signer, "Ban hành văn bản", at, Some(place)).unwrap();
        let checked = trust::verify_pdf(&signed, &keys.roots());
        assert!(checked.ok, "{}: {:?}", template.name, checked.all_problems());
        assert_eq!(checked.last().unwrap().agency, agency);

        let (plain, file) = (path("plain.pdf"), path("signed.pdf"));
        std::fs::write(&plain, &letter.pdf).unwrap();
        std::fs::write(&file, &signed).unwrap();
        let said = poppler("pdfsig", &["-nocert", &file]);
        for line in [
            "Signature Validation: Signature is Valid.",
            "Total document signed",
            "Signing Time: Nov 23 2026 15:42:10",
            &format!("Signer Certificate Common Name: {}", signer.name),
        ] {
            assert!(said.contains(line), "{}: {line} not in\n{said}", template.name);
        }
        let words = |file: &str| poppler("pdftotext", &["-raw", file, "-"]);
        assert_eq!(words(&plain), words(&file), "{}", template.name);
        assert!(words(&file).contains(&signer.name), "{}", template.name);
    }
}
