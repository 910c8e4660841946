//! Signs by adding a revision: the bytes before stay as they are (ISO 32000-1 §7.5.6), the new ones
//! are the signature, its field, and the page, form and catalogue that now name it.

use super::file::{File, Page};
use super::object::{Dict, Object};
use crate::errors::{PDF_LARGE, PDF_UNSUPPORTED};
use aws_lc_rs::digest;
use kernel::{Error, Instant, Result, limits};
use std::collections::BTreeMap;

/// Room for the signature in the file, bytes: about two and a half kilobytes are used.
const CONTENTS_BYTES: usize = 8_192;
/// `/ByteRange` is written after the file's length is known, into room left for it.
const RANGE_BYTES: usize = 48;

/// Where the field goes: hundredths of a point from the top left corner of a page, as `paper` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// What the signature says to those who open it.
pub struct Statement<'a> {
    pub name: &'a str,
    pub reason: &'a str,
    pub location: &'a str,
    pub at: Instant,
    pub place: Option<Place>,
}

/// Adds a signature; `sign` makes the CMS over the SHA-256 of the covered bytes.
pub fn add_signature(
    pdf: &[u8],
    statement: &Statement<'_>,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    if pdf.len() > limits::SIGNED_PDF_BYTES_MAX {
        return Err(Error::new(PDF_LARGE));
    }
    let refused = || Error::new(PDF_UNSUPPORTED);
    let file = File::open(pdf).ok_or_else(refused)?;
    let size = file.trailer.get("Size").and_then(Object::as_int).ok_or_else(refused)?;
    let first_new = u32::try_from(size).map_err(|_| refused())?;
    let ids = Ids { signature: first_new, field: first_new + 1, look: first_new + 2 };
    let changed = changed_objects(&file, statement, &ids).ok_or_else(refused)?;

    let mut out = Revision::after(pdf);
    for (id, generation, object) in &changed {
        out.object(*id, *generation, object);
    }
    if statement.place.is_some() {
        out.empty_form(ids.look, &look(statement));
    }
    let gap = out.signature(ids.signature, statement);
    out.finish(&file, ids.look + 1).ok_or_else(refused)?;
    fill(out.bytes, &gap, sign)
}

struct Ids {
    signature: u32,
    field: u32,
    look: u32,
}

/// The field, and the page, form and catalogue changed to name it.
fn changed_objects(
    file: &File<'_>,
    statement: &Statement<'_>,
    ids: &Ids,
) -> Option<Vec<(u32, u16, Object)>> {
    let number = statement.place.map_or(1, |p| p.page);
    let mut page = file.page(number)?;
    let field_ref = Object::Ref(ids.field, 0);
    let mut changed = vec![(ids.field, 0, Object::Dict(field(file, &page, statement, ids)?))];

    match page.dict.get("Annots").cloned() {
        Some(Object::Ref(id, generation)) => {
            let Object::Array(mut list) = file.get(id)? else { return None };
            list.push(field_ref.clone());
            changed.push((id, generation, Object::Array(list)));
        }
        Some(Object::Array(mut list)) => {
            list.push(field_ref.clone());
            page.dict.set("Annots", Object::Array(list));
            changed.push((page.id, page.generation, Object::Dict(page.dict)));
        }
        None => {
            page.dict.set("Annots", Object::Array(vec![field_ref.clone()]));
            changed.push((page.id, page.generation, Object::Dict(page.dict)));
        }
        Some(_) => return None,
    }

    let (catalogue_id, mut catalogue) = file.catalogue()?;
    let (form_id, mut form) = file.form().unwrap_or_default();
    let mut fields = match file.lookup(&form, "Fields") {
        None => Vec::new(),
        Some(Object::Array(fields)) => fields,
        Some(_) => return None,
    };
    fields.push(field_ref);
    form.set("Fields", Object::Array(fields));
    // Signatures exist; the file may only grow (ISO 32000-1 table 219).
    form.set("SigFlags", Object::int(3));
    match form_id {
        Some(id) => changed.push((id, file.generation(id)?, Object::Dict(form))),
        None => {
            catalogue.set("AcroForm", Object::Dict(form));
            let generation = file.generation(catalogue_id)?;
            changed.push((catalogue_id, generation, Object::Dict(catalogue)));
        }
    }
    Some(changed)
}

/// Field and widget in one. PDF/A wants the Print flag; Locked keeps it from being moved.
fn field(file: &File<'_>, page: &Page, statement: &Statement<'_>, ids: &Ids) -> Option<Dict> {
    let number = file.signatures().len() + 1;
    let mut dict = Dict::default();
    dict.set("Type", Object::name("Annot"));
    dict.set("Subtype", Object::name("Widget"));
    dict.set("FT", Object::name("Sig"));
    dict.set("T", Object::Text(format!("Signature{number}").into_bytes()));
    dict.set("F", Object::int(132));
    dict.set("P", Object::Ref(page.id, page.generation));
    dict.set("V", Object::Ref(ids.signature, 0));
    let rect = match statement.place {
        // A field of no size is invisible and needs no look.
        None => [0, 0, 0, 0].map(|_| points(0)),
        Some(p) => {
            let mut look = Dict::default();
            look.set("N", Object::Ref(ids.look, 0));
            dict.set("AP", Object::Dict(look));
            let left = to_hundredths(page.media_box[0])?.checked_add(p.left)?;
            let top = to_hundredths(page.media_box[3])?.checked_sub(p.top)?;
            let right = left.checked_add(p.width)?;
            [points(left), points(top.checked_sub(p.height)?), points(right), points(top)]
        }
    };
    dict.set("Rect", Object::Array(rect.to_vec()));
    Some(dict)
}

fn to_hundredths(points: f64) -> Option<i64> {
    (points.is_finite() && points.abs() < 1e7).then(|| (points * 100.0).round() as i64)
}

fn points(hundredths: i64) -> Object {
    let sign = if hundredths < 0 { "-" } else { "" };
    let n = hundredths.unsigned_abs();
    Object::Number(format!("{sign}{}.{:02}", n / 100, n % 100).into_bytes())
}

/// The look of the field draws nothing: the letter itself shows who signed and when, in its own
/// typeface; the field over it makes that block open the signature's particulars.
fn look(statement: &Statement<'_>) -> Dict {
    let (width, height) = statement.place.map_or((0, 0), |p| (p.width, p.height));
    let mut dict = Dict::default();
    dict.set("Type", Object::name("XObject"));
    dict.set("Subtype", Object::name("Form"));
    dict.set("BBox", Object::Array(vec![points(0), points(0), points(width), points(height)]));
    dict.set("Resources", Object::Dict(Dict::default()));
    dict.set("Length", Object::int(0));
    dict
}

/// `D:20261123094210+07'00'`
fn pdf_time(at: Instant) -> String {
    let t = at.local();
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}+07'00'",
        t.year(),
        t.month(),
        t.day(),
        t.hour(),
        t.minute(),
        t.second()
    )
}

/// Where the two late values stand.
struct Gap {
    range_at: usize,
    contents_at: usize,
}

/// The new part of the file.
struct Revision {
    bytes: Vec<u8>,
    offsets: BTreeMap<u32, (usize, u16)>,
}

impl Revision {
    fn after(pdf: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(pdf.len() + 4 * CONTENTS_BYTES);
        bytes.extend(pdf);
        if bytes.last() != Some(&b'\n') {
            bytes.push(b'\n');
        }
        Self { bytes, offsets: BTreeMap::new() }
    }

    fn begin(&mut self, id: u32, generation: u16) {
        self.offsets.insert(id, (self.bytes.len(), generation));
        self.bytes.extend(format!("{id} {generation} obj\n").bytes());
    }

    fn object(&mut self, id: u32, generation: u16, object: &Object) {
        self.begin(id, generation);
        object.write(&mut self.bytes);
        self.bytes.extend(b"\nendobj\n");
    }

    fn empty_form(&mut self, id: u32, dict: &Dict) {
        self.begin(id, 0);
        Object::Dict(dict.clone()).write(&mut self.bytes);
        self.bytes.extend(b"\nstream\n\nendstream\nendobj\n");
    }

    fn signature(&mut self, id: u32, statement: &Statement<'_>) -> Gap {
        self.begin(id, 0);
        self.bytes.extend(
            b"<</Type /Sig/Filter /Adobe.PPKLite/SubFilter /ETSI.CAdES.detached/ByteRange ",
        );
        let range_at = self.bytes.len();
        self.bytes.extend([b' '; RANGE_BYTES]);
        self.bytes.extend(b"/Contents ");
        let contents_at = self.bytes.len();
        self.bytes.push(b'<');
        self.bytes.extend([b'0'; 2 * CONTENTS_BYTES]);
        self.bytes.push(b'>');
        self.bytes.extend(format!("/M ({})", pdf_time(statement.at)).bytes());
        for (key, words) in [
            ("/Name ", statement.name),
            ("/Reason ", statement.reason),
            ("/Location ", statement.location),
        ] {
            self.bytes.extend(key.bytes());
            Object::words(words).write(&mut self.bytes);
        }
        self.bytes.extend(b">>\nendobj\n");
        Gap { range_at, contents_at }
    }

    /// The table and trailer of this revision.
    fn finish(&mut self, file: &File<'_>, size: u32) -> Option<()> {
        let at = self.bytes.len();
        self.bytes.extend(b"xref\n");
        let entries: Vec<(u32, (usize, u16))> =
            self.offsets.iter().map(|(k, v)| (*k, *v)).collect();
        for run in entries.chunk_by(|a, b| a.0 + 1 == b.0) {
            self.bytes.extend(format!("{} {}\n", run.first()?.0, run.len()).bytes());
            for (_, (offset, generation)) in run {
                self.bytes.extend(format!("{offset:010} {generation:05} n \n").bytes());
            }
        }
        let mut trailer = file.trailer.clone();
        trailer.set("Size", Object::int(i64::from(size)));
        trailer.set("Prev", Object::int(i64::try_from(file.table_at).ok()?));
        let id = file.trailer.get("ID").and_then(Object::as_array).unwrap_or_default();
        let new = digest::digest(&digest::SHA256, file.bytes).as_ref()[..16].to_vec();
        let first = id.first().and_then(Object::as_bytes).unwrap_or(&new).to_vec();
        trailer.set("ID", Object::Array(vec![Object::Text(first), Object::Text(new)]));
        self.bytes.extend(b"trailer\n");
        Object::Dict(trailer).write(&mut self.bytes);
        self.bytes.extend(format!("\nstartxref\n{at}\n%%EOF\n").bytes());
        Some(())
    }
}

/// Writes the range, has the covered bytes signed, writes the signature.
fn fill(
    mut bytes: Vec<u8>,
    gap: &Gap,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let after = gap.contents_at + 2 * CONTENTS_BYTES + 2;
    let range = format!("[0 {} {after} {}]", gap.contents_at, bytes.len() - after);
    let room = bytes
        .get_mut(gap.range_at..gap.range_at + RANGE_BYTES)
        .ok_or_else(|| Error::bug("no room for the byte range"))?;
    if range.len() > RANGE_BYTES {
        return Err(Error::bug("the byte range does not fit"));
    }
    room[..range.len()].copy_from_slice(range.as_bytes());

    let mut context = digest::Context::new(&digest::SHA256);
    context.update(&bytes[..gap.contents_at]);
    context.update(&bytes[after..]);
    let cms = sign(context.finish().as_ref())?;
    if cms.len() > CONTENTS_BYTES {
        return Err(Error::bug("the signature does not fit"));
    }
    for (i, b) in cms.iter().enumerate() {
        let at = gap.contents_at + 1 + 2 * i;
        bytes[at..at + 2].copy_from_slice(format!("{b:02x}").as_bytes());
    }
    Ok(bytes)
}
