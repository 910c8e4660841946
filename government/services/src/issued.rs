//! Letters given out, as whoever holds one may check it: those of dossiers and those without.

use crate::model::Letter;
use crate::queries;
use kernel::{DossierCode, Instant, PersonalId, Result};
use serde_json::Value as Json;
use store::{ReadTx, Row, WriteTx, params};

/// What the public may know of a letter: never whose data are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The kind: the words are `letter-KIND`.
    pub letter: String,
    /// The procedure's name, if a dossier led to it.
    pub procedure: Option<String>,
    /// The dossier.
    pub dossier: Option<DossierCode>,
    /// Its number.
    pub number: String,
    /// The agency.
    pub agency: String,
    /// The post whose signature it carries.
    pub post: String,
    /// First letters of the name of whom it was given to: «N. T. L.».
    pub holder: String,
    /// The code printed on it.
    pub code: String,
    /// SHA-256 of the signed file, hexadecimal; none while it is being made.
    pub hash: Option<String>,
    /// When it was signed; none while it is being made.
    pub signed_at: Option<Instant>,
}

/// A signed letter without a dossier, ready to be kept.
pub(crate) struct NewIssued {
    pub pid: PersonalId,
    pub letter: &'static str,
    pub subject: String,
    pub place: String,
    pub agency: String,
    pub post: String,
    pub number: String,
    pub holder: String,
    pub code: String,
    pub pdf: Vec<u8>,
    pub hash: String,
    pub signed_at: Instant,
}

/// First letters of each word of a name.
pub fn first_letters(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| c.is_alphabetic());
    let letters: Vec<String> = name
        .split_whitespace()
        .filter_map(letter)
        .map(|c| format!("{}.", c.to_uppercase()))
        .collect();
    letters.join(" ")
}

/// A code as it was typed, brought into the form it is printed in: `HK8S-13QA-M5ZJ`.
pub fn tidy_code(typed: &str) -> String {
    let bare: Vec<char> = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(CODE_CHARS_MAX)
        .collect();
    let groups: Vec<String> = bare.chunks(4).map(|c| c.iter().collect()).collect();
    groups.join("-")
}

/// Letters and digits of a typed code that are looked at.
const CODE_CHARS_MAX: usize = 24;

fn of_dossier(l: &Letter) -> Issued {
    let text = |v: &Json| v.as_str().unwrap_or_default().to_owned();
    Issued {
        letter: l.letter.clone(),
        procedure: l.data["dossier"]["procedure"].as_str().map(str::to_owned),
        dossier: Some(l.dossier.clone()),
        number: text(&l.data["number"]),
        agency: text(&l.data["agency"]["name"]),
        post: text(&l.signer["title"]),
        holder: first_letters(l.data["person"]["name"].as_str().unwrap_or_default()),
        code: l.code.clone(),
        hash: l.hash.clone(),
        signed_at: l.signed_at,
    }
}

fn row(r: &Row) -> Result<Issued> {
    Ok(Issued {
        letter: r.get(0)?,
        procedure: None,
        dossier: None,
        number: r.get(1)?,
        agency: r.get(2)?,
        post: r.get(3)?,
        holder: first_letters(&r.get::<String>(4)?),
        code: r.get(5)?,
        hash: Some(r.get(6)?),
        signed_at: Some(r.get(7)?),
    })
}

const COLUMNS: &str = "letter, number, agency, post, holder, code, hash, signed_at";

/// The letter that carries this code.
pub fn by_code(tx: &mut ReadTx, code: &str) -> Result<Option<Issued>> {
    if let Some(letter) = queries::letter_by_code(tx, code)? {
        return Ok(Some(of_dossier(&letter)));
    }
    let sql = format!("SELECT {COLUMNS} FROM issued_letter WHERE code = ?1");
    tx.row(&sql, params![code], row)
}

/// The letter whose signed file has this SHA-256.
pub fn by_hash(tx: &mut ReadTx, hash: &str) -> Result<Option<Issued>> {
    if let Some(letter) = queries::letter_by_hash(tx, hash)? {
        return Ok(Some(of_dossier(&letter)));
    }
    let sql = format!("SELECT {COLUMNS} FROM issued_letter WHERE hash = ?1");
    tx.row(&sql, params![hash], row)
}

/// The newest file of this kind about the same thing that the person was given since a moment.
pub(crate) fn given_since(
    tx: &mut ReadTx,
    pid: &PersonalId,
    letter: &str,
    subject: &str,
    since: Instant,
) -> Result<Option<Vec<u8>>> {
    tx.row(
        "SELECT pdf FROM issued_letter WHERE pid = ?1 AND letter = ?2 AND subject = ?3 \
         AND signed_at >= ?4 ORDER BY signed_at DESC, id LIMIT 1",
        params![pid, letter, subject, since],
        |r| r.get(0),
    )
}

/// How many letters of this kind the person was given since a moment.
pub(crate) fn count_since(
    tx: &mut ReadTx,
    pid: &PersonalId,
    letter: &str,
    since: Instant,
) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) FROM issued_letter WHERE pid = ?1 AND letter = ?2 AND signed_at >= ?3",
        params![pid, letter, since],
        |r| r.get(0),
    )
}

pub(crate) fn keep(tx: &mut WriteTx, new: &NewIssued) -> Result<()> {
    let id = tx.new_id()?;
    tx.send(
        "INSERT INTO issued_letter (pid, id, letter, subject, place, agency, post, number, holder, \
         code, pdf, hash, signed_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            &new.pid,
            id,
            new.letter,
            new.subject.as_str(),
            new.place.as_str(),
            new.agency.as_str(),
            new.post.as_str(),
            new.number.as_str(),
            new.holder.as_str(),
            new.code.as_str(),
            new.pdf.clone(),
            new.hash.as_str(),
            new.signed_at,
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_learn_first_letters_only() {
        assert_eq!(first_letters("Nguyễn Thị Ngọc Lan"), "N. T. N. L.");
        assert_eq!(first_letters("  đặng   Ếch "), "Đ. Ế.");
        assert_eq!(first_letters(""), "");
    }

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        for typed in ["hk8s-13qa-m5zj", " HK8S 13QA M5ZJ ", "HK8S13QAM5ZJ", "hk8s–13qa–m5zj"] {
            assert_eq!(tidy_code(typed), "HK8S-13QA-M5ZJ", "{typed}");
        }
        assert_eq!(tidy_code(&"A".repeat(1000)).len(), 29);
        assert_eq!(tidy_code("<script>"), "SCRI-PT");
        assert_eq!(tidy_code("…"), "");
    }
}
