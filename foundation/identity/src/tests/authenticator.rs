//! A small software authenticator after WebAuthn level 3 (§6.1 authenticator data, §6.5.4 «none»
//! attestation, §7 assertions): P-256, keys found by the site's name. It can be told to misbehave.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::{Value as Json, json};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_KEY: u8 = 0x40;

/// One key on one device.
pub struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    /// The account it was made for.
    pub handle: Vec<u8>,
    /// Signs so many times.
    pub counter: u32,
    /// The site the browser shows.
    pub origin: String,
    /// Whether it checks finger, face or PIN.
    pub verifies: bool,
}

impl Authenticator {
    pub fn new() -> Self {
        let mut id = vec![0; 32];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id,
            handle: Vec::new(),
            counter: 0,
            origin: "http://localhost:8080".to_owned(),
            verifies: true,
        }
    }

    fn client_data(&self, kind: &str, options: &Json) -> Vec<u8> {
        let challenge = options["publicKey"]["challenge"].as_str().unwrap();
        let data = json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false
        });
        data.to_string().into_bytes()
    }

    fn data(&self, rp: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = digest(&SHA256, rp.as_bytes()).as_ref().to_vec();
        data.push(PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// Answers `navigator.credentials.create`.
    pub fn create(&mut self, options: &Json) -> Json {
        let public = &options["publicKey"];
        assert_eq!(public["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(public["authenticatorSelection"]["userVerification"], "required");
        self.handle = B64.decode(public["user"]["id"].as_str().unwrap()).unwrap();
        let mut auth = self.data(public["rp"]["id"].as_str().unwrap(), HAS_KEY);
        auth.extend([0; 16]); // no model
        auth.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        auth.extend(&self.id);
        // COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
        let point = self.key.public_key().as_ref();
        auth.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        auth.extend(&point[1..33]);
        auth.extend([0x22, 0x58, 0x20]);
        auth.extend(&point[33..65]);
        // {"fmt": "none", "attStmt": {}, "authData": h'…'}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(auth.len()).unwrap());
        object.extend(auth);
        json!({
            "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key",
            "extensions": {},
            "response": {
                "attestationObject": B64.encode(object),
                "clientDataJSON": B64.encode(self.client_data("webauthn.create", options)),
            },
        })
    }

    /// Answers `navigator.credentials.get`.
    pub fn get(&mut self, options: &Json) -> Json {
        self.counter += 1;
        let auth = self.data(options["publicKey"]["rpId"].as_str().unwrap(), 0);
        let client = self.client_data("webauthn.get", options);
        let mut signed = auth.clone();
        signed.extend(digest(&SHA256, &client).as_ref());
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key",
            "extensions": {},
            "response": {
                "authenticatorData": B64.encode(auth),
                "clientDataJSON": B64.encode(client),
                "signature": B64.encode(signature.as_ref()),
                "userHandle": B64.encode(&self.handle),
            },
        })
    }
}
