//! Signs and checks by hand, to look at a signature with other tools:
//! `cargo run --release -p trust --example sign -- KEYS_FOLDER letter.pdf > signed.pdf` writes the
//! signed file; the report goes to standard error, the root to `KEYS_FOLDER/root-0001.pem`.

use std::io::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, file] = args.as_slice() else { return Err("sign KEYS_FOLDER FILE".into()) };
    let keys = trust::Keys::open(Path::new(folder))?;
    let pdf = std::fs::read(file)?;
    let signer = trust::SignerName {
        name: "Đỗ Quang Nghĩa".into(),
        post: "Trưởng Công an xã".into(),
        agency: "Công an xã Trần Thương".into(),
    };
    let at = store::Clock::system().now();
    let place = trust::Place { page: 1, left: 33_449, top: 66_531, width: 20_409, height: 4_677 };
    let signed = keys.sign_pdf_at(&pdf, &signer, "Phê duyệt kết quả", at, Some(place))?;
    writeln!(std::io::stderr(), "{:#?}", trust::verify_pdf(&signed, &keys.roots()))?;
    std::io::stdout().write_all(&signed)?;
    Ok(())
}
