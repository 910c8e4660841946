//! Row about letters: set in a child process, signed, as the job does it.

use super::{Bench, Figure, spread, text, timed};
use crate::{built, folder::Folder};

/// Letters measured.
const LETTERS: usize = 40;
/// The letter: a result with the most in it.
const TEMPLATE: &str = "thong-bao-ket-qua";

/// Letters a second.
pub fn signed(_: &mut Bench) -> Result<Figure, String> {
    let folder = Folder::new();
    let at = store::Clock::system().now();
    let keys = trust::Keys::open_at(&folder.path().join("keys"), at).map_err(text)?;
    let paper = paper::Paper::new(built("lienthong"));
    let template = paper::LETTERS.iter().find(|l| l.name == TEMPLATE).ok_or("no such letter")?;
    let data: serde_json::Value =
        serde_json::from_str(template.example).map_err(|e| e.to_string())?;
    let signer = trust::SignerName {
        name: data["signer"]["name"].as_str().unwrap_or_default().to_owned(),
        post: data["signer"]["title"].as_str().unwrap_or_default().to_owned(),
        agency: data["agency"]["name"].as_str().unwrap_or_default().to_owned(),
    };
    let one = |(): &()| -> Result<(), String> {
        let letter = paper.letter(TEMPLATE, &data).map_err(text)?;
        let spot = letter.signature.ok_or("no place for a signature")?;
        let place = trust::Place {
            page: spot.page,
            left: spot.left,
            top: spot.top,
            width: spot.width,
            height: spot.height,
        };
        keys.sign_pdf_at(&letter.pdf, &signer, "Ban hành văn bản", at, Some(place))
            .map(drop)
            .map_err(text)
    };
    let at_once = kernel::limits::LETTER_CHILDREN_MAX;
    spread(at_once, &vec![(); at_once * 2], one)?;
    let (_, time) = timed(|| spread(at_once, &[(); LETTERS], one))?;
    Ok(Figure::of(LETTERS as f64 / time.as_secs_f64())
        .note(format!("{at_once} children, warm; the letter is `{TEMPLATE}`")))
}
