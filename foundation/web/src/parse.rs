//! Reading what a browser sends: queries, forms, files.

use crate::codes::{TOO_LARGE, TOO_SLOW, UNREADABLE, UPLOAD_TOO_LARGE, UPLOAD_TOO_MANY};
use crate::hold::Hold;
use crate::limits::{
    FIELD_NAME_BYTES_MAX, FIELDS_MAX, FILES_PER_FORM_MAX, UPLOAD_ROOM_WAIT_MAX, UPLOAD_SILENCE_MAX,
};
use crate::upload::{Upload, clean_name};
use axum::extract::Multipart;
use kernel::{Error, FieldError, Result, limits};
use tokio::time::timeout;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What a form carried.
#[derive(Default)]
pub(crate) struct Posted {
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) files: Vec<Upload>,
    /// What is wrong with files that were refused.
    pub(crate) problems: Vec<FieldError>,
    /// The memory it holds, until the request is over.
    pub(crate) hold: Option<Hold>,
}

/// Text as we keep it: NFC, line ends `\n`, no control, direction-changing or invisible characters,
/// nothing at either end. With `lines` false it is one line with single spaces.
pub(crate) fn clean(text: &str, lines: bool) -> String {
    let text: String = if is_nfc(text) { text.to_owned() } else { text.nfc().collect() };
    let mut out = String::with_capacity(text.len());
    let mut chars = text.trim().chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            '\u{a0}' => out.push(' '),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    // A mark may have stood behind a character that is gone.
    let out = if is_nfc(&out) { out } else { out.nfc().collect() };
    if lines {
        return out.trim().to_owned();
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Pairs of a query or of an urlencoded body.
pub(crate) fn pairs(bytes: &[u8]) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        if out.len() >= FIELDS_MAX || name.len() > FIELD_NAME_BYTES_MAX {
            return Err(Error::new(UNREADABLE).because("too many fields or too long a name"));
        }
        out.push((name.into_owned(), clean(&value, true)));
    }
    Ok(out)
}

/// The next piece of a form with files, which may not be silent for too long.
async fn heard<T>(next: impl Future<Output = T>) -> Result<T> {
    timeout(UPLOAD_SILENCE_MAX, next).await.map_err(|_| Error::new(TOO_SLOW))
}

/// Reads a `multipart/form-data` body piece by piece, counting as it comes. `room` is what the page
/// reads in all; `hold` is given when it takes files.
pub(crate) async fn multipart(
    mut body: Multipart,
    room: usize,
    mut hold: Option<Hold>,
) -> Result<Posted> {
    let mut posted = Posted::default();
    let mut left = room;
    let files = hold.is_some();
    let unreadable = |e: axum::extract::multipart::MultipartError| {
        let code = if e.status() == 413 { TOO_LARGE } else { UNREADABLE };
        Error::new(code).because(format_args!("multipart: status {}", e.status()))
    };
    while let Some(mut field) = heard(body.next_field()).await?.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        if posted.fields.len() >= FIELDS_MAX || name.len() > FIELD_NAME_BYTES_MAX {
            return Err(Error::new(UNREADABLE).because("too many fields or too long a name"));
        }
        let one_max =
            if file_name.is_some() { limits::UPLOAD_BYTES_MAX } else { limits::FORM_BYTES_MAX };
        let (mut bytes, mut over) = (Vec::new(), false);
        while let Some(chunk) = heard(field.chunk()).await?.map_err(unreadable)? {
            left = left.checked_sub(chunk.len()).ok_or_else(|| Error::new(TOO_LARGE))?;
            // A file over its own limit is read to its end, so that the rest of the form is kept,
            // but its bytes are not.
            over |= bytes.len() + chunk.len() > one_max;
            if over {
                bytes = Vec::new();
            } else {
                if let Some(hold) = &mut hold {
                    hold.take(chunk.len(), UPLOAD_ROOM_WAIT_MAX).await?;
                }
                bytes.extend_from_slice(&chunk);
            }
        }
        match file_name {
            None if over => return Err(Error::new(TOO_LARGE)),
            None => {
                let text = String::from_utf8_lossy(&bytes);
                posted.fields.push((name, clean(&text, true)));
            }
            // A file field left empty is sent as a nameless empty file.
            Some(n) if n.is_empty() && bytes.is_empty() && !over => {}
            Some(_) if !files => {
                return Err(Error::new(UNREADABLE).because("this page takes no files"));
            }
            Some(n) => take_file(&mut posted, name, &n, bytes, over),
        }
    }
    posted.hold = hold;
    Ok(posted)
}

fn take_file(posted: &mut Posted, field: String, name: &str, bytes: Vec<u8>, over: bool) {
    if posted.files.len() + posted.problems.len() >= FILES_PER_FORM_MAX {
        let max = FILES_PER_FORM_MAX.to_string();
        posted.problems.push(FieldError::new(field, UPLOAD_TOO_MANY).arg("max", max));
    } else if over {
        let max = (limits::UPLOAD_BYTES_MAX / 1024 / 1024).to_string();
        let problem = FieldError::new(field, UPLOAD_TOO_LARGE);
        posted.problems.push(problem.arg("name", clean_name(name)).arg("max", max));
    } else {
        match Upload::check(&field, name, bytes) {
            Ok(upload) => posted.files.push(upload),
            Err(e) => posted.problems.extend_from_slice(e.field_errors()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_composed_trimmed_and_harmless() {
        // «Vũ» typed with a combining tilde.
        assert_eq!(clean("  Vu\u{303}  Thị\u{a0}Lan \u{202e}", false), "Vũ Thị Lan");
        assert_eq!(clean("một\r\nhai\rba\u{0}\u{7}", true), "một\nhai\nba");
        assert_eq!(clean("\u{feff}a\u{200b}b", true), "ab");
        assert_eq!(clean(" \n\t ", true), "");
        assert_eq!(clean("n\u{200b}\u{323}", true), "\u{1e47}", "composed over what was taken out");
    }

    #[test]
    fn pairs_keep_their_order_and_repeats() {
        let got =
            pairs("with=a&with=b&q=%C4%91%E1%BB%95i+ch%E1%BB%97&empty=&%ff=x".as_bytes()).unwrap();
        let got: Vec<_> = got.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(
            got,
            [("with", "a"), ("with", "b"), ("q", "đổi chỗ"), ("empty", ""), ("\u{fffd}", "x")]
        );
    }

    #[test]
    fn a_flood_of_fields_is_refused() {
        let flood = "a=1&".repeat(FIELDS_MAX + 1);
        assert!(pairs(flood.as_bytes()).unwrap_err().is(UNREADABLE));
        let long = format!("{}=1", "n".repeat(FIELD_NAME_BYTES_MAX + 1));
        assert!(pairs(long.as_bytes()).is_err());
    }
}
