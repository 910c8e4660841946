//! The small world a template sees, and the setting of one letter inside this process.

use crate::{errors, glyphs, letters, qr};
use kernel::{Error, Result, limits};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Label, Smart, Value};
use typst::introspection::{Introspector, MetadataElem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::{LazyHash, PicoStr};
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// A finished letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// PDF/A-2a, tagged.
    pub pdf: Vec<u8>,
    /// How many pages.
    pub pages: usize,
    /// Where the template left room for the signature.
    pub signature: Option<Place>,
    /// Characters of the data that no face could draw; they stand as □.
    pub blanked: usize,
}

impl std::fmt::Debug for Letter {
    /// Never the content: letters hold personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({} bytes, {} pages)", self.pdf.len(), self.pages)
    }
}

/// A rectangle on a page, in hundredths of a point from the page's top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The page, from 1.
    pub page: usize,
    /// From the left.
    pub left: i64,
    /// From the top.
    pub top: i64,
    /// Across.
    pub width: i64,
    /// Down.
    pub height: i64,
}

/// The faces in the program: Liberation Serif, four of them.
pub struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

pub static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let files: [&'static [u8]; 4] = [
        include_bytes!("../fonts/LiberationSerif-Regular.ttf"),
        include_bytes!("../fonts/LiberationSerif-Bold.ttf"),
        include_bytes!("../fonts/LiberationSerif-Italic.ttf"),
        include_bytes!("../fonts/LiberationSerif-BoldItalic.ttf"),
    ];
    let fonts: Vec<Font> = files.into_iter().flat_map(|f| Font::iter(Bytes::new(f))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

impl Fonts {
    /// Whether every face has this character.
    pub fn covers(&self, c: char) -> bool {
        self.fonts.iter().all(|f| f.info().coverage.contains(u32::from(c)))
    }
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

fn file_id(path: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern())
}

struct Ids {
    main: FileId,
    frame: FileId,
    data: FileId,
    qr: FileId,
}

static IDS: LazyLock<Option<Ids>> = LazyLock::new(|| {
    Some(Ids {
        main: file_id("/letter.typ")?,
        frame: file_id("/frame.typ")?,
        data: file_id("/data.json")?,
        qr: file_id("/qr.svg")?,
    })
});

/// Nothing but four files; no clock, no packages, no disk.
struct LetterWorld {
    ids: &'static Ids,
    main: Source,
    frame: Source,
    data: Bytes,
    qr: Option<Bytes>,
}

impl World for LetterWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }
    fn main(&self) -> FileId {
        self.ids.main
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.ids.main {
            Ok(self.main.clone())
        } else if id == self.ids.frame {
            Ok(self.frame.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.ids.data {
            Ok(self.data.clone())
        } else if id == self.ids.qr {
            self.qr.clone().ok_or(FileError::AccessDenied)
        } else {
            Err(FileError::AccessDenied)
        }
    }
    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Sets a letter in this process, without the child's limits. The server uses [`crate::Paper`]; this
/// is what the child runs, and what tests of templates use.
pub fn set_here(source: &str, data: &Json, pages_max: usize) -> Result<Letter> {
    let mut data = data.clone();
    let blanked = glyphs::clean(&mut data);
    let ids = IDS.as_ref().ok_or_else(|| Error::bug("virtual paths of letters"))?;
    let qr = match data.pointer("/verify/url").and_then(Json::as_str) {
        Some(url) => Some(Bytes::from_string(qr::svg(url)?)),
        None => None,
    };
    let text = serde_json::to_string(&data)?;
    let world = LetterWorld {
        ids,
        main: Source::new(ids.main, source.to_owned()),
        frame: Source::new(ids.frame, letters::FRAME.to_owned()),
        data: Bytes::from_string(text.clone()),
        qr,
    };
    let letter = compile(&world, &data, format!("{source}\0{text}"), pages_max);
    // Nothing of one person's letter stays in the memory of the next.
    typst::comemo::evict(0);
    letter.map(|l| Letter { blanked, ..l })
}

fn compile(world: &LetterWorld, data: &Json, ident: String, pages_max: usize) -> Result<Letter> {
    let document: PagedDocument = typst::compile(world).output.map_err(|e| fault(world, &e))?;
    let pages = document.pages().len();
    if pages > pages_max {
        return Err(Error::new(errors::LETTER_TOO_LARGE).because(format_args!("{pages} pages")));
    }
    let options = PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("Liên Thông".to_owned())),
        timestamp: timestamp(data),
        standards: PdfStandards::new(&[PdfStandard::A_2a])
            .map_err(|_| Error::bug("PDF/A-2a is not on offer"))?,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|e| fault(world, &e))?;
    if pdf.len() > limits::LETTER_BYTES_MAX {
        return Err(
            Error::new(errors::LETTER_TOO_LARGE).because(format_args!("{} bytes", pdf.len()))
        );
    }
    Ok(Letter { signature: signature_place(&document), pages, pdf, blanked: 0 })
}

/// The moment of signing (`signed_at`), else the day of the letter (`date`), at UTC+7.
fn timestamp(data: &Json) -> Option<Timestamp> {
    let text = |key: &str| data.get(key).and_then(Json::as_str);
    let stamp = text("signed_at").or_else(|| text("date"))?;
    let part = |from: usize, to: usize| stamp.get(from..to)?.parse::<u8>().ok();
    let year: i32 = stamp.get(0..4)?.parse().ok()?;
    let (hour, minute, second) =
        (part(11, 13).unwrap_or(0), part(14, 16).unwrap_or(0), part(17, 19).unwrap_or(0));
    let at = Datetime::from_ymd_hms(year, part(5, 7)?, part(8, 10)?, hour, minute, second)?;
    Timestamp::new_local(at, 7 * 60)
}

/// Finds the `<signature>` mark: a metadata element with width and height in centimetres.
fn signature_place(document: &PagedDocument) -> Option<Place> {
    let introspector = document.introspector();
    let element = introspector.query_label(Label::new(PicoStr::intern("signature"))?).ok()?.clone();
    let at = introspector.position(element.location()?)?;
    let Value::Dict(size) = &element.to_packed::<MetadataElem>()?.value else { return None };
    let cm = |key: &str| match size.get(key).ok()? {
        Value::Float(n) => Some(n * 72.0 / 2.54),
        Value::Int(n) => Some(*n as f64 * 72.0 / 2.54),
        _ => None,
    };
    let hundredths = |points: f64| (points * 100.0).round() as i64;
    Some(Place {
        page: at.page.get(),
        left: hundredths(at.point.x.to_pt()),
        top: hundredths(at.point.y.to_pt()),
        width: hundredths(cm("width")?),
        height: hundredths(cm("height")?),
    })
}

/// The first fault, with file and line, for the log. Quoted text is masked unless it looks like a
/// name of ours: it might come from a person's data.
fn fault(world: &LetterWorld, faults: &[SourceDiagnostic]) -> Error {
    let cause = faults.first().map_or_else(String::new, |d| {
        let at = d.span.id().map_or_else(String::new, |id| {
            let line = world
                .source(id)
                .ok()
                .zip(world.range(d.span))
                .and_then(|(s, r)| s.lines().byte_to_line(r.start))
                .map_or(0, |l| l + 1);
            format!("{}:{line}: ", id.vpath().get_without_slash())
        });
        let hint = d.hints.first().map_or_else(String::new, |h| format!(" ({})", masked(&h.v)));
        format!("{at}{}{hint}", masked(&d.message))
    });
    Error::new(errors::LETTER_TEMPLATE).because(cause)
}

fn masked(message: &str) -> String {
    let mut out = String::new();
    for (i, part) in message.split(['"', '`']).enumerate() {
        let ours = part.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '.' | '-'));
        if i % 2 == 0 {
            out.push_str(part);
        } else {
            out.push_str(if ours { part } else { "…" });
        }
    }
    out.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_names_file_and_line_and_hides_values() {
        let e = set_here("\n#let x = json(\"/data.json\")\n#x.missing", &json!({}), 5).unwrap_err();
        assert!(e.is(errors::LETTER_TEMPLATE));
        assert_eq!(e.cause().unwrap(), "letter.typ:3: dictionary does not contain key missing");
        let e = set_here("#int(json(\"/data.json\").n)", &json!({"n": "Nguyễn Văn A"}), 5);
        assert!(!e.unwrap_err().cause().unwrap().contains("Nguyễn"));
    }

    #[test]
    fn a_template_reaches_nothing_outside() {
        for source in [
            "#read(\"/etc/passwd\")",
            "#read(\"../../../../etc/passwd\")",
            "#import \"@preview/cetz:0.3.0\"",
            "#image(\"/qr.svg\")",
            "#datetime.today()",
        ] {
            let e = set_here(source, &json!({}), 5).unwrap_err();
            assert!(e.is(errors::LETTER_TEMPLATE), "{source}");
        }
    }

    #[test]
    fn the_page_limit_holds() {
        let e = set_here("#for i in range(4) [#i #pagebreak()]", &json!({}), 3).unwrap_err();
        assert!(e.is(errors::LETTER_TOO_LARGE));
    }
}
