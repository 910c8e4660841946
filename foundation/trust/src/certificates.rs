//! Certificates: made with rcgen, checked with x509-cert and aws-lc. Three steps: root → issuing →
//! signer.

use crate::errors::{KEY_NOT_VALID, KEYS_DAMAGED};
use aws_lc_rs::{digest, signature};
use der::{Decode, Encode};
use kernel::{Date, Error, Instant, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SerialNumber,
};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints as Basic, KeyUsage};

/// Years a root is valid.
const ROOT_YEARS: i16 = 20;
/// Years an issuing certificate is valid.
const ISSUING_YEARS: i16 = 5;
/// `title` (X.520): the post.
const TITLE: &[u64] = &[2, 5, 4, 12];

pub const OID_COMMON_NAME: &str = "2.5.4.3";
pub const OID_ORGANIZATION: &str = "2.5.4.10";
pub const OID_TITLE: &str = "2.5.4.12";
const OID_ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
const OID_EC_KEY: &str = "1.2.840.10045.2.1";
const OID_P256: &str = "1.2.840.10045.3.1.7";

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::new(KEYS_DAMAGED).because(e)
}

fn name(common: &str, organization: &str, title: Option<&str>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    if let Ok(country) = "VN".try_into() {
        name.push(DnType::CountryName, DnValue::PrintableString(country));
    }
    name.push(DnType::OrganizationName, limited(organization));
    if let Some(title) = title {
        name.push(DnType::from_oid(TITLE), limited(title));
    }
    name.push(DnType::CommonName, limited(common));
    name
}

/// X.520 allows 64 characters in these.
fn limited(text: &str) -> DnValue {
    DnValue::Utf8String(text.chars().take(64).collect())
}

fn params(name: DistinguishedName, from: Date, until: Date) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    let day = |d: Date| {
        let part = |n: i8| u8::try_from(n).unwrap_or(1);
        rcgen::date_time_ymd(i32::from(d.year()), part(d.month()), part(d.day()))
    };
    (params.not_before, params.not_after) = (day(from), day(until));
    let mut serial = [0u8; 16];
    aws_lc_rs::rand::fill(&mut serial).map_err(|_| Error::bug("no randomness"))?;
    serial[0] = serial[0] & 0x3f | 0x40;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    Ok(params)
}

/// `until` is one day and so many years after `from`; 29 February becomes 1 March.
fn years_after(from: Date, years: i16) -> Date {
    let span = jiff::Span::new().years(i64::from(years)).days(1);
    from.checked_add(span).unwrap_or(from)
}

/// The day of a moment in UTC, which is what certificates speak.
fn utc_day(at: Instant) -> Date {
    Instant(at.0 - 7 * 3_600_000_000).date()
}

fn authority(common: &str, from: Instant, years: i16, path: u8) -> Result<CertificateParams> {
    let from = utc_day(from);
    let mut p = params(name(common, "Liên Thông", None), from, years_after(from, years))?;
    p.is_ca = IsCa::Ca(BasicConstraints::Constrained(path));
    p.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    p.use_authority_key_identifier_extension = true;
    Ok(p)
}

fn root_name(number: u32) -> String {
    format!("Gốc chứng thư {number:04}")
}

fn issuing_name(root: u32, number: u32) -> String {
    format!("Cấp chứng thư {root:04}-{number:04}")
}

/// A new root certificate, signed by itself.
pub fn root(number: u32, key: &KeyPair, now: Instant) -> Result<String> {
    let p = authority(&root_name(number), now, ROOT_YEARS, 1)?;
    Ok(p.self_signed(key).map_err(damaged)?.pem())
}

/// A new issuing certificate under the root.
pub fn issuing(
    (root_number, root_key): (u32, &KeyPair),
    (number, key): (u32, &KeyPair),
    now: Instant,
) -> Result<String> {
    let issuer = Issuer::new(authority(&root_name(root_number), now, ROOT_YEARS, 1)?, root_key);
    let p = authority(&issuing_name(root_number, number), now, ISSUING_YEARS, 0)?;
    Ok(p.signed_by(key, &issuer).map_err(damaged)?.pem())
}

/// A certificate for one signer, from the day of signing to the end of the issuing certificate.
pub fn signer(
    (issuing_cert, issuing_key): (&Certificate, &KeyPair),
    (root_number, number): (u32, u32),
    key: &KeyPair,
    who: (&str, &str, &str),
    at: Instant,
) -> Result<Vec<u8>> {
    if !valid_at(issuing_cert, at) {
        return Err(Error::new(KEY_NOT_VALID));
    }
    let issuer = Issuer::new(
        authority(&issuing_name(root_number, number), at, ISSUING_YEARS, 0)?,
        issuing_key,
    );
    let end = issuing_cert.tbs_certificate.validity.not_after.to_unix_duration().as_secs();
    let end = i64::try_from(end).map_err(damaged)?;
    let (person, post, agency) = who;
    let mut p = params(
        name(person, agency, (!post.is_empty()).then_some(post)),
        utc_day(at),
        utc_day(Instant(end * 1_000_000)),
    )?;
    p.is_ca = IsCa::ExplicitNoCa;
    p.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    p.use_authority_key_identifier_extension = true;
    let der = p.signed_by(key, &issuer).map_err(damaged)?.der().to_vec();
    let made = Certificate::from_der(&der).map_err(damaged)?;
    if !issued_by(&made, issuing_cert) {
        return Err(damaged("the issuing certificate is another key's"));
    }
    Ok(der)
}

/// Reads a certificate file.
pub fn from_pem(pem: &str) -> Result<Certificate> {
    use der::DecodePem;
    Certificate::from_pem(pem).map_err(damaged)
}

/// Whether a certificate holds this key.
pub fn holds(certificate: &Certificate, key: &KeyPair) -> bool {
    use rcgen::PublicKeyData;
    public_key(certificate) == Some(key.der_bytes())
}

/// The point of a P-256 key.
pub fn public_key(certificate: &Certificate) -> Option<&[u8]> {
    let info = &certificate.tbs_certificate.subject_public_key_info;
    let curve = info.algorithm.parameters.as_ref()?.decode_as::<der::asn1::ObjectIdentifier>();
    let right = info.algorithm.oid.to_string() == OID_EC_KEY && curve.ok()?.to_string() == OID_P256;
    if right { info.subject_public_key.as_bytes() } else { None }
}

/// Whether this signature by the certificate's key is over these bytes.
pub fn signed_by_key(certificate: &Certificate, message: &[u8], signature: &[u8]) -> bool {
    public_key(certificate).is_some_and(|key| {
        signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, key)
            .verify(message, signature)
            .is_ok()
    })
}

/// Whether an algorithm is ECDSA with SHA-256, the only one in use here.
pub fn is_ecdsa_sha256(oid: &der::asn1::ObjectIdentifier) -> bool {
    oid.to_string() == OID_ECDSA_SHA256
}

/// Whether `issuer` may issue and did issue `certificate`.
pub fn issued_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    let (tbs, by) = (&certificate.tbs_certificate, &issuer.tbs_certificate);
    let authority = matches!(by.get::<Basic>(), Ok(Some((_, b))) if b.ca);
    let may = matches!(by.get::<KeyUsage>(), Ok(Some((_, u))) if u.key_cert_sign());
    let (Ok(message), Some(signature)) = (tbs.to_der(), certificate.signature.as_bytes()) else {
        return false;
    };
    authority
        && may
        && tbs.issuer == by.subject
        && tbs.signature == certificate.signature_algorithm
        && is_ecdsa_sha256(&tbs.signature.oid)
        && signed_by_key(issuer, &message, signature)
}

/// Whether a certificate is meant for signing documents, and only for that.
pub fn is_for_signing(certificate: &Certificate) -> bool {
    let tbs = &certificate.tbs_certificate;
    let authority = match tbs.get::<Basic>() {
        Ok(None) => false,
        Ok(Some((_, b))) => b.ca,
        Err(_) => true,
    };
    let usage = matches!(tbs.get::<KeyUsage>(),
        Ok(Some((_, u))) if u.digital_signature() && u.non_repudiation());
    !authority && usage
}

/// Whether a certificate is valid at a moment.
pub fn valid_at(certificate: &Certificate, at: Instant) -> bool {
    let v = &certificate.tbs_certificate.validity;
    let seconds = u64::try_from(at.0.div_euclid(1_000_000)).unwrap_or(0);
    (v.not_before.to_unix_duration().as_secs()..=v.not_after.to_unix_duration().as_secs())
        .contains(&seconds)
}

/// A part of the holder's name, by its number (`OID_…`).
pub fn subject_part(certificate: &Certificate, oid: &str) -> Option<String> {
    let name = &certificate.tbs_certificate.subject;
    let part = name.0.iter().flat_map(|r| r.0.iter()).find(|a| a.oid.to_string() == oid)?;
    let text = std::str::from_utf8(part.value.value()).ok()?;
    Some(text.to_owned())
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}
