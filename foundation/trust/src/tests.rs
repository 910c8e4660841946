//! Forged signatures that the public functions refuse to make.

use crate::certificates as certs;
use crate::pdf::sign::{Statement, add_signature};
use crate::{Problem, cms, verify_pdf};
use der::{Decode, Encode};
use kernel::{Instant, Result};
use rcgen::{CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use x509_cert::Certificate;

const LETTER: &[u8] = include_bytes!("../tests/letter.pdf");

fn at(year: i16) -> Instant {
    Instant::from_local(jiff::civil::date(year, 11, 23).at(9, 42, 10, 0))
}

struct Authority {
    root: Certificate,
    issuing: Certificate,
    issuing_key: KeyPair,
}

fn authority() -> Authority {
    let (root_key, issuing_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let root = certs::from_pem(&certs::root(1, &root_key, at(2026)).unwrap()).unwrap();
    let pem = certs::issuing((1, &root_key), (1, &issuing_key), at(2026)).unwrap();
    Authority { root, issuing: certs::from_pem(&pem).unwrap(), issuing_key }
}

fn statement(at: Instant) -> Statement<'static> {
    Statement { name: "N", reason: "R", location: "L", at, place: None }
}

fn problems(pdf: &[u8], roots: &[&Certificate]) -> Vec<Problem> {
    let roots: Vec<Vec<u8>> = roots.iter().map(|r| r.to_der().unwrap()).collect();
    let v = verify_pdf(pdf, &roots);
    assert_eq!(v.ok, v.all_problems().is_empty());
    v.all_problems()
}

fn leaf(a: &Authority, key: &KeyPair) -> Vec<u8> {
    let by = (&a.issuing, &a.issuing_key);
    certs::signer(by, (1, 1), key, ("N", "P", "A"), at(2026)).unwrap()
}

fn sign_with(statement: &Statement<'_>, f: impl FnOnce(&[u8]) -> Result<Vec<u8>>) -> Vec<u8> {
    add_signature(LETTER, statement, f).unwrap()
}

#[test]
fn a_certificate_that_was_not_valid_then_is_told() {
    let a = authority();
    let key = KeyPair::generate().unwrap();
    let chain = [leaf(&a, &key), a.issuing.to_der().unwrap()];
    for (year, expected) in
        [(2026, vec![]), (2040, vec![Problem::NotValidThen]), (2025, vec![Problem::NotValidThen])]
    {
        let pdf = sign_with(&statement(at(year)), |d| cms::sign(d, &key, &chain));
        assert_eq!(problems(&pdf, &[&a.root]), expected, "{year}");
    }
}

#[test]
fn chains_that_lead_nowhere_are_not_trusted() {
    let (a, b) = (authority(), authority());
    let key = KeyPair::generate().unwrap();
    let chain = [leaf(&a, &key), a.issuing.to_der().unwrap()];
    let pdf = sign_with(&statement(at(2026)), |d| cms::sign(d, &key, &chain));
    assert_eq!(problems(&pdf, &[&b.root]), [Problem::NotTrusted]);
    assert_eq!(problems(&pdf, &[]), [Problem::NotTrusted]);
    // The other authority's issuing certificate has the same name but another key.
    let chain = [leaf(&a, &key), b.issuing.to_der().unwrap()];
    let pdf = sign_with(&statement(at(2026)), |d| cms::sign(d, &key, &chain));
    assert_eq!(problems(&pdf, &[&b.root]), [Problem::NotTrusted]);
}

#[test]
fn a_signer_cannot_certify_another_signer() {
    let a = authority();
    let (officer, forger) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let officer_cert = leaf(&a, &officer);
    // Issued by the officer's own key under the officer's own name.
    let mut p = CertificateParams::default();
    p.not_before = rcgen::date_time_ymd(2026, 1, 1);
    p.not_after = rcgen::date_time_ymd(2027, 1, 1);
    p.is_ca = IsCa::ExplicitNoCa;
    p.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    let mut above = CertificateParams::default();
    above.distinguished_name = rcgen::DistinguishedName::new();
    let subject = Certificate::from_der(&officer_cert).unwrap().tbs_certificate.subject;
    let part = |oid: &str| {
        certs::subject_part(&Certificate::from_der(&officer_cert).unwrap(), oid).unwrap()
    };
    above.distinguished_name.push(
        rcgen::DnType::CountryName,
        rcgen::DnValue::PrintableString("VN".try_into().unwrap()),
    );
    above.distinguished_name.push(rcgen::DnType::OrganizationName, part(certs::OID_ORGANIZATION));
    above.distinguished_name.push(rcgen::DnType::from_oid(&[2, 5, 4, 12]), part(certs::OID_TITLE));
    above.distinguished_name.push(rcgen::DnType::CommonName, part(certs::OID_COMMON_NAME));
    let forged = p.signed_by(&forger, &Issuer::new(above, &officer)).unwrap().der().to_vec();
    assert_eq!(Certificate::from_der(&forged).unwrap().tbs_certificate.issuer, subject);
    let chain = [forged, officer_cert, a.issuing.to_der().unwrap()];
    let pdf = sign_with(&statement(at(2026)), |d| cms::sign(d, &forger, &chain));
    assert_eq!(problems(&pdf, &[&a.root]), [Problem::NotTrusted]);
}

#[test]
fn an_authority_certificate_does_not_sign_letters() {
    let a = authority();
    let chain = [a.issuing.to_der().unwrap()];
    let pdf = sign_with(&statement(at(2026)), |d| cms::sign(d, &a.issuing_key, &chain));
    assert_eq!(problems(&pdf, &[&a.root]), [Problem::CertificateUse]);
}

#[test]
fn another_key_or_another_digest_is_seen() {
    let a = authority();
    let (key, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let chain = [leaf(&a, &key), a.issuing.to_der().unwrap()];
    let pdf = sign_with(&statement(at(2026)), |d| cms::sign(d, &other, &chain));
    assert_eq!(problems(&pdf, &[&a.root]), [Problem::SignatureWrong]);
    let pdf = sign_with(&statement(at(2026)), |_| cms::sign(&[0; 32], &key, &chain));
    assert_eq!(problems(&pdf, &[&a.root]), [Problem::ContentChanged]);
    let pdf = sign_with(&statement(at(2026)), |_| Ok(b"nonsense".to_vec()));
    assert_eq!(problems(&pdf, &[&a.root]), [Problem::SignatureUnreadable]);
}

#[test]
fn the_certificate_limits_the_name_to_what_x509_allows() {
    let a = authority();
    let key = KeyPair::generate().unwrap();
    let long = "Nguyễn ".repeat(30);
    let by = (&a.issuing, &a.issuing_key);
    let der = certs::signer(by, (1, 1), &key, (&long, "", &long), at(2026)).unwrap();
    let cert = Certificate::from_der(&der).unwrap();
    let name = certs::subject_part(&cert, certs::OID_COMMON_NAME).unwrap();
    assert_eq!(name.chars().count(), 64);
    assert_eq!(certs::subject_part(&cert, certs::OID_TITLE), None);
}

/// Any file at all, also one that looks like a PDF: an answer, and never a good one.
#[test]
fn any_bytes_are_no_letter_of_ours() {
    use proptest::prelude::*;
    let root = authority().root;
    let roots = [root.to_der().unwrap()];
    let piece = prop_oneof![
        prop::sample::select(vec![
            "%PDF-1.7\n",
            "1 0 obj\n",
            "<</Type/Catalog",
            "/AcroForm 2 0 R",
            "/Fields[2 0 R]>>",
            ">>",
            "<<",
            "stream\n",
            "endstream\n",
            "endobj\n",
            "xref\n0 3\n0000000000 65535 f \n",
            "trailer<</Size 3/Root 1 0 R/Prev 0>>",
            "startxref\n0\n%%EOF\n",
            "startxref\n9\n%%EOF",
            "/ByteRange[0 1 2 3]",
            "/Contents<00",
            "(",
            ")",
            "[",
            "]",
            "[[[[[[[[",
            "99999999999999999999",
            "-1",
            "/Prev 9",
            "/Kids[1 0 R]",
        ])
        .prop_map(|s| s.as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..20),
    ];
    let file = proptest::collection::vec(piece, 0..60).prop_map(|p| p.concat());
    let config = ProptestConfig { cases: 800, failure_persistence: None, ..Default::default() };
    proptest::test_runner::TestRunner::new(config)
        .run(&file, |bytes| {
            let found = verify_pdf(&bytes, &roots);
            prop_assert!(!found.ok && !found.all_problems().is_empty());
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
    let deep = format!("%PDF-1.7\n1 0 obj\n{}\nstartxref\n9\n%%EOF", "[".repeat(200_000));
    assert!(!verify_pdf(deep.as_bytes(), &roots).ok, "nesting has an end");
}
