//! Checks the signatures of a PDF for the public verification page. Strict on purpose: it accepts
//! what this program signs, and says what is wrong with anything else. Never panics.

use super::file::{File, covered};
use super::object::{Dict, Object};
use crate::certificates::{
    OID_COMMON_NAME, OID_ORGANIZATION, OID_TITLE, is_for_signing, issued_by, subject_part, valid_at,
};
use crate::cms;
use aws_lc_rs::digest;
use der::Decode;
use kernel::{Instant, limits};
use x509_cert::Certificate;

/// Most signatures of one file that are looked at.
const SIGNATURES_MAX: usize = 16;

/// What is wrong. Its sentence for people is the message [`Problem::key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Problem {
    /// Over the limit.
    TooLarge,
    /// Not a PDF, cut off, or not of this program's making.
    Damaged,
    /// A readable PDF that nobody signed.
    NotSigned,
    /// Something was added after the last signature.
    AddedAfterSigning,
    /// The signature does not cover what it should.
    RangeWrong,
    /// The signature is of a kind this program does not make.
    SignatureUnreadable,
    /// The document is not the one that was signed.
    ContentChanged,
    /// The signature is not by the key of its certificate.
    SignatureWrong,
    /// The signer's certificate is not in the file.
    CertificateMissing,
    /// The certificate does not lead to a root we trust.
    NotTrusted,
    /// The certificate is not meant for signing documents.
    CertificateUse,
    /// The certificate was not valid when the document was signed.
    NotValidThen,
    /// The signature does not say when it was made.
    TimeMissing,
    /// A later revision changed more than adding a signature.
    ChangedLater,
}

impl Problem {
    /// Every problem; the test of words walks it.
    pub const ALL: &'static [Self] = &[
        Self::TooLarge,
        Self::Damaged,
        Self::NotSigned,
        Self::AddedAfterSigning,
        Self::RangeWrong,
        Self::SignatureUnreadable,
        Self::ContentChanged,
        Self::SignatureWrong,
        Self::CertificateMissing,
        Self::NotTrusted,
        Self::CertificateUse,
        Self::NotValidThen,
        Self::TimeMissing,
        Self::ChangedLater,
    ];
    /// The key of its sentence in the word files.
    pub fn key(self) -> &'static str {
        match self {
            Self::TooLarge => "trust-problem-too-large",
            Self::Damaged => "trust-problem-damaged",
            Self::NotSigned => "trust-problem-not-signed",
            Self::AddedAfterSigning => "trust-problem-added-after-signing",
            Self::RangeWrong => "trust-problem-range-wrong",
            Self::SignatureUnreadable => "trust-problem-signature-unreadable",
            Self::ContentChanged => "trust-problem-content-changed",
            Self::SignatureWrong => "trust-problem-signature-wrong",
            Self::CertificateMissing => "trust-problem-certificate-missing",
            Self::NotTrusted => "trust-problem-not-trusted",
            Self::CertificateUse => "trust-problem-certificate-use",
            Self::NotValidThen => "trust-problem-not-valid-then",
            Self::TimeMissing => "trust-problem-time-missing",
            Self::ChangedLater => "trust-problem-changed-later",
        }
    }
}

/// One signature, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureReport {
    /// Nothing is wrong with it.
    pub ok: bool,
    /// The signer's name, from the certificate.
    pub signer: String,
    /// The post, from the certificate.
    pub post: String,
    /// The agency, from the certificate.
    pub agency: String,
    /// When, as the signature says.
    pub at: Option<Instant>,
    /// Why, as the signature says.
    pub reason: String,
    /// Where, as the signature says.
    pub location: String,
    /// Whether it covers every byte of the file but its own.
    pub covers_whole_file: bool,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// What the verification page shows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Signed, every signature is right, and nothing was added after the last.
    pub ok: bool,
    /// In the order of signing.
    pub signatures: Vec<SignatureReport>,
    /// What is wrong with the file itself.
    pub problems: Vec<Problem>,
}

impl Verification {
    fn failed(problem: Problem) -> Self {
        Self { ok: false, signatures: Vec::new(), problems: vec![problem] }
    }
    /// The newest signature.
    pub fn last(&self) -> Option<&SignatureReport> {
        self.signatures.last()
    }
    /// Everything wrong, of the file and of its signatures, each once.
    pub fn all_problems(&self) -> Vec<Problem> {
        let mut all = self.problems.clone();
        all.extend(self.signatures.iter().flat_map(|s| s.problems.iter().copied()));
        all.sort();
        all.dedup();
        all
    }
}

/// Checks a file against root certificates (DER).
pub fn verify_pdf(bytes: &[u8], roots: &[Vec<u8>]) -> Verification {
    if bytes.len() > limits::SIGNED_PDF_BYTES_MAX {
        return Verification::failed(Problem::TooLarge);
    }
    let Some(file) = File::open(bytes) else { return Verification::failed(Problem::Damaged) };
    let roots: Vec<Certificate> =
        roots.iter().filter_map(|r| Certificate::from_der(r).ok()).collect();
    let found = file.signatures();
    if found.is_empty() {
        return Verification::failed(Problem::NotSigned);
    }
    if found.len() > SIGNATURES_MAX {
        return Verification::failed(Problem::Damaged);
    }
    let mut signatures: Vec<(usize, SignatureReport)> =
        found.iter().map(|(_, value)| check_one(&file, *value, &roots)).collect();
    signatures.sort_by_key(|(end, _)| *end);
    let mut problems = Vec::new();
    if signatures.last().is_none_or(|(_, s)| !s.covers_whole_file) {
        problems.push(Problem::AddedAfterSigning);
    }
    let signatures: Vec<SignatureReport> = signatures.into_iter().map(|(_, s)| s).collect();
    let ok = problems.is_empty() && signatures.iter().all(|s| s.ok);
    Verification { ok, signatures, problems }
}

/// One signature, and where in the file its part ends.
fn check_one(file: &File<'_>, id: u32, roots: &[Certificate]) -> (usize, SignatureReport) {
    let mut report = SignatureReport {
        ok: false,
        signer: String::new(),
        post: String::new(),
        agency: String::new(),
        at: None,
        reason: String::new(),
        location: String::new(),
        covers_whole_file: false,
        problems: Vec::new(),
    };
    let Some(Object::Dict(dict)) = file.get(id) else {
        report.problems.push(Problem::SignatureUnreadable);
        return (0, report);
    };
    let words = |key: &str| dict.get(key).and_then(Object::as_words).unwrap_or_default();
    report.reason = words("Reason");
    report.location = words("Location");
    report.at = dict.get("M").and_then(Object::as_words).and_then(|m| read_time(&m));
    if report.at.is_none() {
        report.problems.push(Problem::TimeMissing);
    }
    let mut end = 0;
    match signed_part(file.bytes, &dict) {
        Err(problem) => report.problems.push(problem),
        Ok(part) => {
            end = part.end;
            report.covers_whole_file = end == file.bytes.len();
            if !report.covers_whole_file && !only_signatures_added(file, end) {
                report.problems.push(Problem::ChangedLater);
            }
            match cms::check(&part.contents, &part.digest) {
                Err(problem) => report.problems.push(problem),
                Ok(checked) => {
                    let part = |oid| subject_part(&checked.signer, oid).unwrap_or_default();
                    report.signer = part(OID_COMMON_NAME);
                    report.post = part(OID_TITLE);
                    report.agency = part(OID_ORGANIZATION);
                    check_trust(&checked, roots, &mut report);
                }
            }
        }
    }
    report.ok = report.problems.is_empty();
    (end, report)
}

struct SignedPart {
    contents: Vec<u8>,
    digest: Vec<u8>,
    end: usize,
}

/// The range must begin the file and leave out nothing but this signature's own `/Contents`.
fn signed_part(bytes: &[u8], dict: &Dict) -> Result<SignedPart, Problem> {
    if !dict.is("SubFilter", "ETSI.CAdES.detached") || !dict.is("Filter", "Adobe.PPKLite") {
        return Err(Problem::SignatureUnreadable);
    }
    let range: Vec<usize> = dict
        .get("ByteRange")
        .and_then(Object::as_array)
        .ok_or(Problem::RangeWrong)?
        .iter()
        .map_while(Object::as_size)
        .collect();
    let range: [usize; 4] = range.try_into().map_err(|_| Problem::RangeWrong)?;
    let Some(Object::Hex(contents, gap)) = dict.get("Contents") else {
        return Err(Problem::SignatureUnreadable);
    };
    let (first, second) = covered(range).ok_or(Problem::RangeWrong)?;
    if first.start != 0 || first.end != gap.0.start || second.start != gap.0.end {
        return Err(Problem::RangeWrong);
    }
    // The gap is the one place the signature does not cover: it must hold nothing but the digits, as
    // this program writes them.
    let digits = bytes.get(gap.0.start + 1..gap.0.end - 1).ok_or(Problem::RangeWrong)?;
    let written = |i: usize, d: u8| contents.get(i / 2).map(|b| hex_digit(*b, i % 2)) == Some(d);
    if digits.len() != 2 * contents.len() || !digits.iter().enumerate().all(|(i, d)| written(i, *d))
    {
        return Err(Problem::RangeWrong);
    }
    let end = second.end;
    let (Some(before), Some(after)) = (bytes.get(first), bytes.get(second)) else {
        return Err(Problem::RangeWrong);
    };
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(before);
    context.update(after);
    Ok(SignedPart { contents: contents.clone(), digest: context.finish().as_ref().to_vec(), end })
}

/// The first or second lower-case hexadecimal digit of a byte.
fn hex_digit(byte: u8, which: usize) -> u8 {
    let half = if which == 0 { byte >> 4 } else { byte & 15 };
    b"0123456789abcdef"[usize::from(half)]
}

fn check_trust(checked: &cms::Checked, roots: &[Certificate], report: &mut SignatureReport) {
    let signer = &checked.signer;
    if !is_for_signing(signer) {
        report.problems.push(Problem::CertificateUse);
    }
    let mut chain = vec![signer];
    let above = checked.others.iter().chain(roots).find(|c| issued_by(signer, c));
    let trusted = above.is_some_and(|issuing| {
        chain.push(issuing);
        if roots.contains(issuing) {
            return true;
        }
        roots.iter().find(|root| issued_by(issuing, root)).is_some_and(|root| {
            chain.push(root);
            true
        })
    });
    if !trusted {
        report.problems.push(Problem::NotTrusted);
    }
    if report.at.is_some_and(|at| !chain.iter().all(|c| valid_at(c, at))) {
        report.problems.push(Problem::NotValidThen);
    }
}

/// Whether everything after `end` is signatures: every object of the signed revision is as it was,
/// except that the catalogue, its form and the pages may name more fields. Otherwise a later
/// revision could show something else than what the first signer signed.
fn only_signatures_added(now: &File<'_>, end: usize) -> bool {
    let Some(then) = now.bytes.get(..end).and_then(File::open) else { return false };
    let (Some((root, _)), Some((root_now, _))) = (then.catalogue(), now.catalogue()) else {
        return false;
    };
    if root != root_now {
        return false;
    }
    let form = then.form().and_then(|(id, _)| id);
    let fields: Vec<u32> = now.signatures().into_iter().map(|(field, _)| field).collect();
    then.ids().all(|id| {
        let (Some(old), Some(new)) = (then.raw(id), now.raw(id)) else { return false };
        if old == new {
            return true;
        }
        let (mut a, mut b) = match (then.get(id), now.get(id)) {
            (Some(Object::Dict(a)), Some(Object::Dict(b))) => (a, b),
            // A page's list of fields may be an object of its own.
            (Some(Object::Array(a)), Some(Object::Array(b))) => return list_grew(&a, &b, &fields),
            _ => return false,
        };
        if id == root {
            same_form(&a, &b, &fields) && same_without(&mut a, &mut b, &["AcroForm"])
        } else if Some(id) == form {
            grew(&a, &b, "Fields", &fields) && same_without(&mut a, &mut b, &["Fields", "SigFlags"])
        } else {
            a.is("Type", "Page")
                && grew(&a, &b, "Annots", &fields)
                && same_without(&mut a, &mut b, &["Annots"])
        }
    })
}

fn same_form(a: &Dict, b: &Dict, fields: &[u32]) -> bool {
    match (a.get("AcroForm"), b.get("AcroForm")) {
        (Some(Object::Dict(a)), Some(Object::Dict(b))) => {
            grew(a, b, "Fields", fields)
                && same_without(&mut a.clone(), &mut b.clone(), &["Fields", "SigFlags"])
        }
        (a, b) => a == b,
    }
}

/// The list only grew, and only by fields of signatures.
fn grew(a: &Dict, b: &Dict, key: &str, fields: &[u32]) -> bool {
    let list = |d: &Dict| match d.get(key) {
        None => Some(Vec::new()),
        Some(Object::Array(items)) => Some(items.clone()),
        Some(_) => None,
    };
    let (Some(old), Some(new)) = (list(a), list(b)) else { return false };
    list_grew(&old, &new, fields)
}

fn list_grew(old: &[Object], new: &[Object], fields: &[u32]) -> bool {
    new.starts_with(old)
        && new[old.len()..].iter().all(|o| matches!(o, Object::Ref(id, _) if fields.contains(id)))
}

fn same_without(a: &mut Dict, b: &mut Dict, keys: &[&str]) -> bool {
    for key in keys {
        a.remove(key);
        b.remove(key);
    }
    a == b
}

/// `D:YYYYMMDDHHmmSS` with `+HH'mm'`, `-HH'mm'` or `Z`.
fn read_time(text: &str) -> Option<Instant> {
    let text = text.strip_prefix("D:")?;
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let date = kernel::Date::new(text.get(0..4)?.parse().ok()?, part(4, 6)?, part(6, 8)?).ok()?;
    let time = jiff::civil::Time::new(part(8, 10)?, part(10, 12)?, part(12, 14)?, 0).ok()?;
    let zone = text.get(14..)?;
    let minutes = match zone.chars().next()? {
        'Z' => 0,
        sign @ ('+' | '-') => {
            let hours: i64 = zone.get(1..3)?.parse().ok()?;
            let minutes: i64 = zone.get(4..6).map_or(Some(0), |m| m.parse().ok())?;
            (hours * 60 + minutes) * if sign == '+' { 1 } else { -1 }
        }
        _ => return None,
    };
    let as_local = Instant::from_local(date.to_datetime(time));
    Some(as_local.plus_seconds((7 * 60 - minutes) * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_all_zones_are_read() {
        let vn = read_time("D:20261123094210+07'00'").unwrap();
        assert_eq!(vn.rfc3339(), "2026-11-23T09:42:10+07:00");
        assert_eq!(read_time("D:20261123024210Z").unwrap(), vn);
        assert_eq!(read_time("D:20261122214210-05'00").unwrap(), vn);
        for bad in ["20261123", "D:20261323094210Z", "D:2026112309421", "D:20261123094210", "é"] {
            assert!(read_time(bad).is_none(), "{bad}");
        }
    }
}
