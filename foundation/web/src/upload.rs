//! Uploaded files are typed by their content, never by what the browser or the name says.

use crate::codes::{
    UPLOAD_DAMAGED, UPLOAD_EMPTY, UPLOAD_KIND, UPLOAD_NAME_LIES, UPLOAD_PIXELS, UPLOAD_TOO_LARGE,
};
use kernel::{Error, Result, limits::UPLOAD_BYTES_MAX};

/// The types a person may hand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// PDF
    Pdf,
    /// JPEG photograph
    Jpeg,
    /// PNG picture
    Png,
    /// HEIC photograph, as iPhones make them
    Heic,
}

impl FileKind {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Heic => "image/heic",
        }
    }
    /// The usual ending of the name, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Heic => "heic",
        }
    }
    /// The type a name's ending claims.
    fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "jpg" | "jpeg" | "jpe" | "jfif" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "heic" | "heif" => Some(Self::Heic),
            _ => None,
        }
    }
    /// The type the first bytes show.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        let head = &bytes[..bytes.len().min(1024)];
        if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if head.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if head.len() >= 12 && &head[4..8] == b"ftyp" {
            const BRANDS: [&[u8]; 8] =
                [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
            // The major brand, else one of the compatible brands, inside the first box.
            let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
            let brands = &head[8..head.len().min(size.max(12))];
            brands.chunks_exact(4).any(|b| BRANDS.contains(&b)).then_some(Self::Heic)
        } else if find(head, b"%PDF-").is_some() {
            // Readers allow a little before the header; so do scanners' files.
            Some(Self::Pdf)
        } else {
            None
        }
    }
    /// Whether the end of the file is there. An upload that broke off is refused, not kept.
    fn is_whole(self, bytes: &[u8]) -> bool {
        let tail = &bytes[bytes.len().saturating_sub(2048)..];
        match self {
            Self::Pdf => find(tail, b"%%EOF").is_some(),
            Self::Png => find(tail, b"IEND").is_some(),
            Self::Jpeg => find(tail, &[0xff, 0xd9]).is_some(),
            Self::Heic => bytes.len() > 64,
        }
    }
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|w| w == needle)
}

/// One uploaded file, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// The form field.
    pub field: String,
    /// The name the person's device gave it, without folders.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// The type, by content.
    pub kind: FileKind,
}

impl std::fmt::Debug for Upload {
    /// Neither name nor content: both may be personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({}, {:?}, {} bytes)", self.field, self.kind, self.bytes.len())
    }
}

impl Upload {
    /// Checks a file as it came in.
    pub fn check(field: &str, name: &str, bytes: Vec<u8>) -> Result<Self> {
        let name = clean_name(name);
        let wrong = |code| Error::new(code).arg("name", name.clone());
        if bytes.is_empty() {
            return Err(wrong(UPLOAD_EMPTY).field(field));
        }
        if bytes.len() > UPLOAD_BYTES_MAX {
            let max = (UPLOAD_BYTES_MAX / 1024 / 1024).to_string();
            return Err(wrong(UPLOAD_TOO_LARGE).arg("max", max).field(field));
        }
        let Some(kind) = FileKind::sniff(&bytes) else {
            return Err(wrong(UPLOAD_KIND).field(field));
        };
        if FileKind::of_name(&name).is_none_or(|claimed| claimed != kind) {
            let real = kind.ending().to_uppercase();
            return Err(wrong(UPLOAD_NAME_LIES).arg("kind", real).field(field));
        }
        if !kind.is_whole(&bytes) {
            return Err(wrong(UPLOAD_DAMAGED).field(field));
        }
        if !crate::dimensions::bearable(kind, &bytes) {
            return Err(wrong(UPLOAD_PIXELS).field(field));
        }
        Ok(Self { field: field.to_owned(), name, bytes, kind })
    }
}

/// The last part of the name, without control characters, at most 120 characters.
pub(crate) fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean = crate::parse::clean(last, false);
    let kept: String = clean.chars().filter(|c| !c.is_control()).collect();
    let count = kept.chars().count();
    // The end is kept: it carries the ending.
    kept.chars().skip(count.saturating_sub(120)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....IHDR\0\0\0\x09\0\0\0\x09IEND\xaeB`\x82";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF....\xff\xd9";
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n";
    const HEIC: &[u8] = b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic";

    fn code(name: &str, bytes: &[u8]) -> &'static str {
        match Upload::check("f", name, bytes.to_vec()) {
            Ok(u) => u.kind.ending(),
            Err(e) => {
                assert_eq!(e.field_errors()[0].field, "f");
                e.code().id
            }
        }
    }

    #[test]
    fn content_decides_the_type() {
        let heic = [HEIC, &[0; 64]].concat();
        assert_eq!(code("a.png", PNG), "png");
        assert_eq!(code("a.JPEG", JPEG), "jpg");
        assert_eq!(code("hợp đồng.pdf", PDF), "pdf");
        assert_eq!(code("IMG_1.HEIC", &heic), "heic");
        assert_eq!(code("a.pdf", &[b"\xef\xbb\xbf\n", PDF].concat()), "pdf");
    }

    #[test]
    fn lies_emptiness_size_and_damage_are_refused() {
        assert_eq!(code("a.pdf", PNG), "upload.name_lies");
        assert_eq!(code("a", PNG), "upload.name_lies");
        assert_eq!(code("a.png.exe", PNG), "upload.name_lies");
        assert_eq!(code("a.pdf", b""), "upload.empty");
        assert_eq!(code("a.pdf", b"MZ\x90\0 a program"), "upload.kind");
        assert_eq!(code("a.html", b"<script>alert(1)</script>"), "upload.kind");
        assert_eq!(code("a.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42"), "upload.kind");
        assert_eq!(code("a.pdf", b"%PDF-1.7\n1 0 obj"), "upload.damaged");
        assert_eq!(code("a.png", &PNG[..20]), "upload.damaged");
        assert_eq!(code("a.pdf", &vec![b'x'; UPLOAD_BYTES_MAX + 1]), "upload.too_large");
    }

    #[test]
    fn names_lose_folders_and_tricks() {
        assert_eq!(clean_name("C:\\Users\\Lan\\ảnh.png"), "ảnh.png");
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("a\r\nb\u{202e}.png"), "a b.png");
        assert!(clean_name(&format!("{}.pdf", "a".repeat(500))).ends_with("aa.pdf"));
    }

    #[test]
    fn debug_tells_no_name() {
        let u = Upload::check("f", "Vũ Thị Lan.png", PNG.to_vec()).unwrap();
        assert!(!format!("{u:?}").contains("Lan"));
    }
}
