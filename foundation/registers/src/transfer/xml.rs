//! The message to the population database of QCVN 109:2017/BTTTT (TT 02/2017): `CongDan` in
//! `CongdanCollection`. Only its outline was read, not its lists of values: the codes of sex, marital
//! status and blood group are ours, and what the outline does not name is not carried.

use super::columns::{Cells, column};
use super::remark::Reason;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::fmt::Write as _;

/// The name space.
const SPACE: &str = "http://www.mic.gov.vn/dancu/1.0";

/// Elements that hold one value, and its column.
const PLAIN: [(&str, &str); 19] = [
    ("SoDinhDanh", "pid"),
    ("SoCMND", "old_id"),
    ("GioiTinh", "sex"),
    ("DanToc/MaDanToc", "ethnic.code"),
    ("TonGiao/MaTonGiao", "religion.code"),
    ("TinhTrangHonNhan", "marital"),
    ("NhomMau", "blood"),
    ("NgayThangNamSinh/NgayThangNam", "birth"),
    ("NoiDangKyKhaiSinh/MaDonViHanhChinh", "birth_registration.commune"),
    ("NoiDangKyKhaiSinh/ChiTiet", "birth_registration.line"),
    ("QueQuan/MaDonViHanhChinh", "native_place.commune"),
    ("QueQuan/ChiTiet", "native_place.line"),
    ("QuocTich", "nationality.code"),
    ("ThuongTru/MaDonViHanhChinh", "permanent.commune"),
    ("ThuongTru/ChiTiet", "permanent.line"),
    ("Cha/SoDinhDanh", "relatives.father.pid"),
    ("Cha/QuocTich", "relatives.father.nationality"),
    ("Me/SoDinhDanh", "relatives.mother.pid"),
    ("Me/QuocTich", "relatives.mother.nationality"),
];
/// Names in three parts, and their columns.
const NAMES: [(&str, &str); 3] = [
    ("HoVaTen", "name"),
    ("Cha/HoVaTen", "relatives.father.name"),
    ("Me/HoVaTen", "relatives.mother.name"),
];
/// «Not known» of the blood groups.
const BLOOD_UNKNOWN: &str = "00";
/// Codes of sex and marital status in their order: 1, 2, …
const CODED: [(&str, &[&str]); 2] =
    [("sex", &["male", "female"]), ("marital", &["single", "married", "divorced", "widowed"])];

/// The path of elements within `CongDan`, and the text of each.
fn texts(text: &str) -> Result<Vec<(String, String)>, Reason> {
    let mut reader = Reader::from_str(text);
    let (mut path, mut out): (Vec<String>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_owned();
    let mut put = |path: &[String], text: &str| {
        let at = path.get(1..).unwrap_or_default().join("/");
        match out.last_mut().filter(|(last, _)| *last == at) {
            Some((_, before)) => before.push_str(text),
            None => out.push((at, text.to_owned())),
        }
    };
    loop {
        match reader.read_event().map_err(|_| Reason::Broken)? {
            Event::Start(e) => path.push(local(e.name().as_ref())),
            Event::End(_) => drop(path.pop()),
            Event::Text(t) => put(&path, &t),
            Event::CData(t) => put(&path, &t),
            Event::GeneralRef(r) => {
                let resolved = match r.resolve_char_ref().map_err(|_| Reason::Broken)? {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&r)
                        .ok_or(Reason::Broken)?
                        .to_owned(),
                };
                put(&path, &resolved);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if path.is_empty() { Ok(out) } else { Err(Reason::Broken) }
}

/// The cells of one `CongDan`.
pub(crate) fn read(text: &str) -> Result<Cells, Reason> {
    let found = texts(text)?;
    let get = |path: &str| {
        let at = found.iter().filter(|(p, _)| p == path);
        at.map(|(_, text)| text.trim()).find(|t| !t.is_empty())
    };
    let mut cells = Vec::new();
    let mut put = |name: &str, text: String| cells.extend(column(name).map(|c| (c, text)));
    for (path, name) in PLAIN {
        // A code may also stand in the element itself.
        let whole = path.split_once('/').filter(|(_, part)| part.starts_with("Ma")).map(|(w, _)| w);
        let Some(text) = get(path).or_else(|| get(whole?)) else { continue };
        if name == "blood" && text == BLOOD_UNKNOWN {
            continue;
        }
        let coded = CODED.iter().find(|(n, _)| *n == name);
        let value = coded.and_then(|(_, values)| {
            let n: usize = text.parse().ok()?;
            values.get(n.checked_sub(1)?).copied()
        });
        put(name, value.unwrap_or(text).to_owned());
    }
    for (path, name) in NAMES {
        let parts = ["Ho", "ChuDem", "Ten"].map(|part| get(&format!("{path}/{part}")));
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let whole =
            if joined.is_empty() { get(path).unwrap_or_default().to_owned() } else { joined };
        put(name, whole);
    }
    let abode = ["MaDonViHanhChinh", "ChiTiet"].map(|p| get(&format!("NoiOHienTai/{p}")));
    let home = ["MaDonViHanhChinh", "ChiTiet"].map(|p| get(&format!("ThuongTru/{p}")));
    match abode {
        [None, None] => {}
        _ if abode == home => put("abode.kind", "permanent".to_owned()),
        [commune, line] => {
            put("abode.kind", "declared".to_owned());
            put("abode.commune", commune.unwrap_or_default().to_owned());
            put("abode.line", line.unwrap_or_default().to_owned());
        }
    }
    Ok(Cells::sorted(cells))
}

/// The head of a collection: of which day, how many.
pub(crate) fn head(day: &str, count: u64) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CongdanCollection xmlns=\"{SPACE}\">\n\
         <ThoiDiemDuLieu>{day}</ThoiDiemDuLieu>\n<SoCongDan>{count}</SoCongDan>\n"
    )
}

/// The end of a collection.
pub(crate) const FOOT: &str = "</CongdanCollection>\n";

/// One `CongDan`.
pub(crate) fn write(cells: &Cells, out: &mut String) {
    out.push_str("<CongDan>\n");
    element(cells, out, &["SoDinhDanh", "SoCMND"]);
    name(out, cells.get("name"));
    element(cells, out, &["GioiTinh"]);
    group(cells, out, "DanToc", &["MaDanToc"]);
    group(cells, out, "TonGiao", &["MaTonGiao"]);
    element(cells, out, &["TinhTrangHonNhan"]);
    tag(out, "NhomMau", cells.get("blood").unwrap_or(BLOOD_UNKNOWN));
    group(cells, out, "NgayThangNamSinh", &["NgayThangNam"]);
    for place in ["NoiDangKyKhaiSinh", "QueQuan"] {
        group(cells, out, place, &["MaDonViHanhChinh", "ChiTiet"]);
    }
    element(cells, out, &["QuocTich"]);
    group(cells, out, "ThuongTru", &["MaDonViHanhChinh", "ChiTiet"]);
    abode(cells, out);
    for (who, whose) in [("Cha", "relatives.father"), ("Me", "relatives.mother")] {
        let named = cells.get(&format!("{whose}.name"));
        if named.is_none() && cells.get(&format!("{whose}.pid")).is_none() {
            continue;
        }
        let _ = writeln!(out, "<{who}>");
        for part in ["SoDinhDanh", "QuocTich"] {
            if let Some(text) = value(cells, &format!("{who}/{part}")) {
                tag(out, part, text);
            }
        }
        name(out, named);
        let _ = writeln!(out, "</{who}>");
    }
    out.push_str("</CongDan>\n");
}

fn value<'c>(cells: &'c Cells, path: &str) -> Option<&'c str> {
    let (_, name) = PLAIN.iter().find(|(p, _)| *p == path)?;
    let text = cells.get(name)?;
    let coded = CODED.iter().find(|(n, _)| n == name);
    Some(match coded.and_then(|(_, values)| values.iter().position(|v| *v == text)) {
        Some(at) => ["1", "2", "3", "4"].get(at).copied().unwrap_or(text),
        None => text,
    })
}

fn tag(out: &mut String, name: &str, text: &str) {
    let text = quick_xml::escape::escape(text);
    let _ = writeln!(out, "<{name}>{text}</{name}>");
}

fn element(cells: &Cells, out: &mut String, names: &[&str]) {
    for name in names {
        if let Some(text) = value(cells, name) {
            tag(out, name, text);
        }
    }
}

fn group(cells: &Cells, out: &mut String, name: &str, parts: &[&str]) {
    let held: Vec<(&str, &str)> =
        parts.iter().filter_map(|p| Some((*p, value(cells, &format!("{name}/{p}"))?))).collect();
    if held.is_empty() {
        return;
    }
    let _ = writeln!(out, "<{name}>");
    held.iter().for_each(|(part, text)| tag(out, part, text));
    let _ = writeln!(out, "</{name}>");
}

/// Họ, chữ đệm, tên.
fn name(out: &mut String, full: Option<&str>) {
    let Some(full) = full else { return };
    let words: Vec<&str> = full.split(' ').collect();
    out.push_str("<HoVaTen>\n");
    match words.as_slice() {
        [only] => tag(out, "Ten", only),
        [surname, middle @ .., given] => {
            tag(out, "Ho", surname);
            if !middle.is_empty() {
                tag(out, "ChuDem", &middle.join(" "));
            }
            tag(out, "Ten", given);
        }
        [] => {}
    }
    out.push_str("</HoVaTen>\n");
}

/// Nơi ở hiện tại: the address it points to.
fn abode(cells: &Cells, out: &mut String) {
    let whose = match cells.get("abode.kind") {
        Some("permanent") => "permanent",
        Some("temporary") => "temporary",
        Some(_) => "abode",
        None => return,
    };
    let part = |p: &str| cells.get(&format!("{whose}.{p}"));
    out.push_str("<NoiOHienTai>\n");
    for (element, p) in [("MaDonViHanhChinh", "commune"), ("ChiTiet", "line")] {
        if let Some(text) = part(p) {
            tag(out, element, text);
        }
    }
    out.push_str("</NoiOHienTai>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(pairs: &[(&str, &str)]) -> Cells {
        Cells::sorted(pairs.iter().map(|(n, t)| (column(n).unwrap(), (*t).to_owned())).collect())
    }

    #[test]
    fn a_citizen_there_and_back() {
        let one = cells(&[
            ("pid", "035070000001"),
            ("name", "Trần Văn \"A & B\" Hùng"),
            ("birth", "1970-03-02"),
            ("sex", "male"),
            ("marital", "married"),
            ("ethnic.code", "01"),
            ("permanent.commune", "13594"),
            ("permanent.line", "Số 12 <thôn> 3"),
            ("abode.kind", "permanent"),
            ("relatives.father.name", "Trần Cả"),
            ("relatives.mother.pid", "035145000002"),
        ]);
        let mut text = String::new();
        write(&one, &mut text);
        assert_eq!(read(&text).unwrap(), one);
        assert!(text.contains("<Ho>Trần</Ho>\n<ChuDem>Văn &quot;A &amp; B&quot;</ChuDem>"));
        assert!(text.contains("<NhomMau>00</NhomMau>"));
    }

    #[test]
    fn prefixes_cdata_and_codes_in_the_element_itself() {
        let text = "<d:CongDan><d:SoDinhDanh>1</d:SoDinhDanh><d:DanToc>01</d:DanToc>\
            <d:HoVaTen><![CDATA[Lê <An>]]></d:HoVaTen><d:GioiTinh>2</d:GioiTinh>\
            <d:NoiOHienTai><d:MaDonViHanhChinh>00004</d:MaDonViHanhChinh></d:NoiOHienTai></d:CongDan>";
        let found = read(text).unwrap();
        assert_eq!(
            found,
            cells(&[
                ("pid", "1"),
                ("name", "Lê <An>"),
                ("sex", "female"),
                ("ethnic.code", "01"),
                ("abode.kind", "declared"),
                ("abode.commune", "00004"),
            ])
        );
        for broken in ["<CongDan><A></CongDan>", "<CongDan>&nix;</CongDan>", "<CongDan><A>"] {
            assert_eq!(read(broken), Err(Reason::Broken), "{broken}");
        }
    }
}
