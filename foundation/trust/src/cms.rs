//! The signature inside a PDF: CMS SignedData, detached, with exactly the signed attributes of
//! PAdES B-B — content type, message digest, ESS signing-certificate-v2 — and no signing time, which
//! the PDF itself says in `/M` (EN 319 142-1).

use crate::certificates::{is_ecdsa_sha256, sha256, signed_by_key};
use crate::pdf::verify::Problem;
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Decode, Encode, Reader, Sequence, SliceReader};
use kernel::{Error, Result};
use rcgen::{KeyPair, SigningKey};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};
use x509_cert::serial_number::SerialNumber;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// RFC 5035: which certificate signed, bound into what is signed.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

/// The hash algorithm is left out: SHA-256 is its default.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct EssCertIdV2 {
    cert_hash: OctetString,
    issuer_serial: IssuerSerial,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct IssuerSerial {
    issuer: GeneralNames,
    serial_number: SerialNumber,
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> der::Result<Attribute> {
    let value = Any::from_der(&value.to_der()?)?;
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// Signs a digest. `chain` is the signer's certificate, then those above it, without the root.
pub fn sign(document_digest: &[u8], key: &KeyPair, chain: &[Vec<u8>]) -> Result<Vec<u8>> {
    let failed = |e: der::Error| Error::bug(format_args!("CMS: {e}"));
    let signer = chain.first().ok_or_else(|| Error::bug("no certificate"))?;
    let attributes = attributes(document_digest, signer).map_err(failed)?;
    let message = attributes.to_der().map_err(failed)?;
    let signature = key.sign(&message).map_err(|e| Error::bug(format_args!("signing: {e}")))?;
    assemble(attributes, &signature, chain).map_err(failed)
}

fn attributes(document_digest: &[u8], signer: &[u8]) -> der::Result<Attributes> {
    let tbs = Certificate::from_der(signer)?.tbs_certificate;
    let identified = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            cert_hash: OctetString::new(sha256(signer))?,
            issuer_serial: IssuerSerial {
                issuer: vec![GeneralName::DirectoryName(tbs.issuer)],
                serial_number: tbs.serial_number,
            },
        }],
    };
    SetOfVec::try_from(vec![
        attribute(CONTENT_TYPE, &DATA)?,
        attribute(MESSAGE_DIGEST, &OctetString::new(document_digest)?)?,
        attribute(SIGNING_CERTIFICATE, &identified)?,
    ])
}

fn assemble(attributes: Attributes, signature: &[u8], chain: &[Vec<u8>]) -> der::Result<Vec<u8>> {
    let certificates =
        chain.iter().map(|c| Certificate::from_der(c)).collect::<der::Result<Vec<_>>>()?;
    let first = &certificates.first().ok_or(der::ErrorKind::Failed)?.tbs_certificate;
    let sid = SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
        issuer: first.issuer.clone(),
        serial_number: first.serial_number.clone(),
    });
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid,
        digest_alg: algorithm(SHA256),
        signed_attrs: Some(attributes),
        signature_algorithm: algorithm(ECDSA_SHA256),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let choices: Vec<_> = certificates.into_iter().map(CertificateChoices::Certificate).collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm(SHA256)])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(choices)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![info])?),
    };
    ContentInfo { content_type: SIGNED_DATA, content: Any::from_der(&data.to_der()?)? }.to_der()
}

/// A signature whose mathematics hold; trust in its certificates is another question.
pub struct Checked {
    pub signer: Certificate,
    pub others: Vec<Certificate>,
}

/// Checks a signature over a digest. `contents` may end in zeros, the rest of its room.
pub fn check(contents: &[u8], document_digest: &[u8]) -> std::result::Result<Checked, Problem> {
    let data = parse(contents).ok_or(Problem::SignatureUnreadable)?;
    let [info] = data.signer_infos.0.as_slice() else { return Err(Problem::SignatureUnreadable) };
    if data.encap_content_info.econtent.is_some()
        || info.digest_alg.oid != SHA256
        || !is_ecdsa_sha256(&info.signature_algorithm.oid)
    {
        return Err(Problem::SignatureUnreadable);
    }
    let mut others: Vec<Certificate> = data.certificates.map_or_else(Vec::new, |set| {
        set.0
            .iter()
            .filter_map(|c| match c {
                CertificateChoices::Certificate(c) => Some(c.clone()),
                CertificateChoices::Other(_) => None,
            })
            .collect()
    });
    let SignerIdentifier::IssuerAndSerialNumber(sid) = &info.sid else {
        return Err(Problem::SignatureUnreadable);
    };
    let at = others
        .iter()
        .position(|c| {
            c.tbs_certificate.issuer == sid.issuer
                && c.tbs_certificate.serial_number == sid.serial_number
        })
        .ok_or(Problem::CertificateMissing)?;
    let signer = others.swap_remove(at);
    let attributes = info.signed_attrs.as_ref().ok_or(Problem::SignatureUnreadable)?;
    check_attributes(attributes, document_digest, &signer)?;
    let message = attributes.to_der().map_err(|_| Problem::SignatureUnreadable)?;
    if !signed_by_key(&signer, &message, info.signature.as_bytes()) {
        return Err(Problem::SignatureWrong);
    }
    Ok(Checked { signer, others })
}

fn parse(contents: &[u8]) -> Option<SignedData> {
    let mut reader = SliceReader::new(contents).ok()?;
    let info = ContentInfo::decode(&mut reader).ok()?;
    let rest = reader.remaining_len();
    let rest = usize::try_from(rest).ok()?;
    let padding = contents.get(contents.len().checked_sub(rest)?..)?;
    if info.content_type != SIGNED_DATA || padding.iter().any(|b| *b != 0) {
        return None;
    }
    SignedData::from_der(&info.content.to_der().ok()?).ok()
}

fn check_attributes(
    attributes: &Attributes,
    document_digest: &[u8],
    signer: &Certificate,
) -> std::result::Result<(), Problem> {
    let unreadable = Problem::SignatureUnreadable;
    if only::<ObjectIdentifier>(attributes, CONTENT_TYPE) != Some(DATA) {
        return Err(unreadable);
    }
    let digest = only::<OctetString>(attributes, MESSAGE_DIGEST).ok_or(unreadable)?;
    if digest.as_bytes() != document_digest {
        return Err(Problem::ContentChanged);
    }
    let identified =
        only::<SigningCertificateV2>(attributes, SIGNING_CERTIFICATE).ok_or(unreadable)?;
    let der = signer.to_der().map_err(|_| unreadable)?;
    match identified.certs.first() {
        Some(id) if id.cert_hash.as_bytes() == sha256(&der) => Ok(()),
        _ => Err(Problem::SignatureWrong),
    }
}

/// The one value of an attribute that may occur once.
fn only<T: for<'a> Decode<'a>>(attributes: &Attributes, oid: ObjectIdentifier) -> Option<T> {
    let mut found = attributes.iter().filter(|a| a.oid == oid);
    let attribute = found.next()?;
    if found.next().is_some() || attribute.values.len() != 1 {
        return None;
    }
    T::from_der(&attribute.values.get(0)?.to_der().ok()?).ok()
}
