//! Sealing to a public key: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! AES-256-GCM. Each message has a key of its own, so none is ever used twice.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use aws_lc_rs::{hmac, rand};
use kernel::{Error, Result};
use zeroize::Zeroizing;

/// Bytes of a key, public or secret.
pub const KEY_BYTES: usize = 32;
/// Bytes by which a sealed message is longer.
pub const SEAL_BYTES: usize = KEY_BYTES + 16;

const KEM: &[u8] = b"KEM\x00\x20";
const SUITE: &[u8] = b"HPKE\x00\x20\x00\x01\x00\x02";
const BASE_MODE: u8 = 0;

type Bytes32 = Zeroizing<[u8; 32]>;

fn mac(key: &[u8], parts: &[&[u8]]) -> Bytes32 {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|p| context.update(p));
    let mut out = Zeroizing::new([0; 32]);
    out.copy_from_slice(context.sign().as_ref());
    out
}

fn extract(salt: &[u8], suite: &[u8], label: &[u8], ikm: &[u8]) -> Bytes32 {
    mac(salt, &[b"HPKE-v1", suite, label, ikm])
}

/// HKDF-Expand of at most one block, which is all that is asked for here.
fn expand(prk: &[u8; 32], suite: &[u8], label: &[u8], info: &[&[u8]], bytes: u8) -> Bytes32 {
    let length = [0, bytes];
    let mut parts: Vec<&[u8]> = vec![&length, b"HPKE-v1", suite, label];
    parts.extend_from_slice(info);
    parts.push(&[1]);
    mac(prk, &parts)
}

fn wrong(_: impl Sized) -> Error {
    Error::bug("the key cannot be used")
}

/// The public half of a secret key.
pub fn public_of(secret: &[u8; KEY_BYTES]) -> Result<[u8; KEY_BYTES]> {
    let own = PrivateKey::from_private_key(&X25519, secret).map_err(wrong)?;
    let public = own.compute_public_key().map_err(wrong)?;
    public.as_ref().try_into().map_err(wrong)
}

/// The message key and nonce that both ends arrive at.
fn agreed(
    own: &[u8; KEY_BYTES],
    other: &[u8; KEY_BYTES],
    encapsulated: &[u8; KEY_BYTES],
    recipient: &[u8; KEY_BYTES],
    info: &[u8],
) -> Result<(LessSafeKey, Nonce)> {
    let own = PrivateKey::from_private_key(&X25519, own).map_err(wrong)?;
    let other = UnparsedPublicKey::new(&X25519, other);
    // A point that gives the zero secret is refused by the library.
    let shared = agree(&own, other, Error::bug("the key cannot be used"), |dh| {
        let prk = extract(&[], KEM, b"eae_prk", dh);
        Ok(expand(&prk, KEM, b"shared_secret", &[encapsulated, recipient], 32))
    })?;
    let psk_id = extract(&[], SUITE, b"psk_id_hash", &[]);
    let info = extract(&[], SUITE, b"info_hash", info);
    let context: [&[u8]; 3] = [&[BASE_MODE], &psk_id[..], &info[..]];
    let secret = extract(&shared[..], SUITE, b"secret", &[]);
    let key = expand(&secret, SUITE, b"key", &context, 32);
    let nonce = expand(&secret, SUITE, b"base_nonce", &context, 12);
    let key = UnboundKey::new(&AES_256_GCM, &key[..]).map_err(wrong)?;
    let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).map_err(wrong)?;
    Ok((LessSafeKey::new(key), nonce))
}

fn seal_with(
    passing: &[u8; KEY_BYTES],
    to: &[u8; KEY_BYTES],
    info: &[u8],
    aad: &[u8],
    message: &[u8],
) -> Result<Vec<u8>> {
    let encapsulated = public_of(passing)?;
    let (key, nonce) = agreed(passing, to, &encapsulated, to, info)?;
    let mut sealed = Vec::with_capacity(message.len() + SEAL_BYTES);
    sealed.extend_from_slice(&encapsulated);
    let mut body = message.to_vec();
    key.seal_in_place_append_tag(nonce, Aad::from(aad), &mut body).map_err(wrong)?;
    sealed.append(&mut body);
    Ok(sealed)
}

/// Seals a message to a public key. `info` says what for, `aad` is bound to the message.
pub fn seal(to: &[u8; KEY_BYTES], info: &[u8], aad: &[u8], message: &[u8]) -> Result<Vec<u8>> {
    let mut passing = Zeroizing::new([0; KEY_BYTES]);
    rand::fill(&mut passing[..]).map_err(|_| Error::bug("no randomness"))?;
    seal_with(&passing, to, info, aad, message)
}

/// Opens what was sealed; `None` if it was not sealed so, or was changed.
pub fn open(
    secret: &[u8; KEY_BYTES],
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (encapsulated, body) = sealed.split_first_chunk::<KEY_BYTES>()?;
    let public = public_of(secret).ok()?;
    let (key, nonce) = agreed(secret, encapsulated, encapsulated, &public, info).ok()?;
    let mut body = Zeroizing::new(body.to_vec());
    let length = key.open_in_place(nonce, Aad::from(aad), &mut body).ok()?.len();
    body.truncate(length);
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
    }

    fn key(hex: &str) -> [u8; 32] {
        bytes(hex).try_into().unwrap()
    }

    /// The published vector of this suite (`aead_id` 2, base mode, the first message).
    #[test]
    fn the_published_vector_comes_out() {
        let sealed = seal_with(
            &key("28e212563a8b6f068af7ff17400ff1baf23612b7a738bbaf5dfb321b2b5b431a"),
            &key("ac66bae9ffa270cf4a89ed9f274e30c0456babae2572aaaf002ff0d8884ab018"),
            &bytes("4f6465206f6e2061204772656369616e2055726e"),
            b"Count-0",
            b"Beauty is truth, truth beauty",
        )
        .unwrap();
        let body = "23ded2d5d90ea89d975dac4792b297240f194952d7421aacbff0474100052b6b\
                    b8aa58d18ef6c42b6960e2e28f";
        assert_eq!(sealed[32..], bytes(body));
    }

    #[test]
    fn only_the_right_key_purpose_and_place_open_it() {
        let (secret, other) = ([7; 32], [8; 32]);
        let to = public_of(&secret).unwrap();
        let sealed = seal(&to, b"info", b"aad", b"message").unwrap();
        assert_eq!(sealed.len(), 7 + SEAL_BYTES);
        assert_eq!(&open(&secret, b"info", b"aad", &sealed).unwrap()[..], b"message");
        assert!(open(&other, b"info", b"aad", &sealed).is_none());
        assert!(open(&secret, b"else", b"aad", &sealed).is_none());
        assert!(open(&secret, b"info", b"else", &sealed).is_none());
        assert!(open(&secret, b"info", b"aad", &sealed[..31]).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&secret, b"info", b"aad", &changed).is_none(), "byte {at}");
        }
        assert_ne!(seal(&to, b"info", b"aad", b"message").unwrap(), sealed);
    }
}
