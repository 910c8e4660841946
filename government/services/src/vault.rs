//! Uploaded files at rest: AES-256-GCM under a key of this installation, found again by the hash of
//! their content. The hash is keyed too, so that nobody can ask whether a known file is here.

use crate::errors::VAULT;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{digest, hmac};
use kernel::{Error, Result};
use std::fmt::Write as _;
use store::{ReadTx, WriteTx, params};

const NONCE_BYTES: usize = 12;

/// Seals and opens uploads.
pub struct Vault {
    seal: LessSafeKey,
    name: hmac::Key,
}

impl Vault {
    /// From the installation's 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Result<Self> {
        let derive = |label: &str| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            hmac::sign(&key, label.as_bytes())
        };
        let seal = UnboundKey::new(&AES_256_GCM, derive("seal").as_ref())
            .map_err(|_| Error::new(VAULT))?;
        Ok(Self {
            seal: LessSafeKey::new(seal),
            name: hmac::Key::new(hmac::HMAC_SHA256, derive("name").as_ref()),
        })
    }

    /// The name under which these bytes are found once they are stored.
    pub fn name(&self, bytes: &[u8]) -> String {
        let mut hash = String::with_capacity(64);
        for b in hmac::sign(&self.name, bytes).as_ref() {
            let _ = write!(hash, "{b:02x}");
        }
        hash
    }

    /// Stores the bytes once and gives the name under which they are found.
    pub fn put(&self, tx: &mut WriteTx, bytes: &[u8]) -> Result<String> {
        let hash = self.name(bytes);
        let mut nonce = [0u8; NONCE_BYTES];
        tx.random(&mut nonce)?;
        let mut sealed = bytes.to_vec();
        self.seal
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(hash.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| Error::new(VAULT))?;
        let mut row = nonce.to_vec();
        row.append(&mut sealed);
        let at = tx.now();
        tx.execute(
            "INSERT INTO upload (hash, sealed, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![hash.as_str(), row, at],
        )?;
        Ok(hash)
    }

    /// The bytes stored under this name.
    pub fn get(&self, tx: &mut ReadTx, hash: &str) -> Result<Vec<u8>> {
        let row: Vec<u8> = tx
            .row("SELECT sealed FROM upload WHERE hash = ?1", params![hash], |r| r.get(0))?
            .ok_or_else(|| Error::new(kernel::error::NOT_FOUND))?;
        let (nonce, sealed) = row.split_at_checked(NONCE_BYTES).ok_or_else(|| Error::new(VAULT))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::new(VAULT))?;
        let mut bytes = sealed.to_vec();
        let plain = self
            .seal
            .open_in_place(nonce, Aad::from(hash.as_bytes()), &mut bytes)
            .map_err(|_| Error::new(VAULT))?
            .len();
        bytes.truncate(plain);
        Ok(bytes)
    }
}

/// SHA-256 of a file as hexadecimal, for the verification page.
pub fn sha256_hex(bytes: &[u8]) -> String {
    digest::digest(&digest::SHA256, bytes).as_ref().iter().fold(String::new(), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}
