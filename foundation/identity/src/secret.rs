//! Secrets that leave the program once and are kept as their SHA-256 only. They carry enough
//! randomness that a plain hash cannot be turned back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use kernel::{AccountId, Result};
use store::WriteTx;
use zeroize::Zeroizing;

/// Letters and digits that cannot be mistaken for one another (Crockford).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_CHARS: usize = 12;

/// SHA-256, base64url.
pub(crate) fn digest(secret: &str) -> String {
    B64.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes()))
}

/// 256 random bits, base64url (43 characters).
pub(crate) fn token(tx: &mut WriteTx<'_>) -> Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    tx.random(bytes.as_mut())?;
    Ok(Zeroizing::new(B64.encode(bytes.as_ref())))
}

/// A code for people: 60 random bits, three groups of four.
pub(crate) fn code(tx: &mut WriteTx<'_>) -> Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0u8; CODE_CHARS]);
    tx.random(bytes.as_mut())?;
    let mut out = Zeroizing::new(String::with_capacity(CODE_CHARS + 2));
    for (i, b) in bytes.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push('-');
        }
        out.push(char::from(ALPHABET[usize::from(b & 31)]));
    }
    Ok(out)
}

/// A code as typed, brought to the form that is hashed: capitals, no separators, `O` is zero, `I` and
/// `L` are one. Longer input is cut, so that it cannot be a burden.
pub(crate) fn code_typed(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .take(CODE_CHARS + 1)
        .collect()
}

/// The value of a session cookie: the account, so that one indexed read finds the session, and the
/// secret.
pub(crate) fn cookie(account: &AccountId, secret: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("{account}.{secret}"))
}

/// A session cookie taken apart: account and the hash of its secret.
pub(crate) fn cookie_parts(cookie: &str) -> Option<(AccountId, String)> {
    let (account, secret) = cookie.split_once('.')?;
    let fits = account.len() == 26
        && secret.len() == 43
        && account.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| (AccountId::new(account), digest(secret)))
}

/// The 128 bits of an account's identifier: what a passkey knows the account by.
pub(crate) fn account_bits(account: &AccountId) -> Option<u128> {
    let text = account.as_str().as_bytes();
    if text.len() != 26 || text.first().is_none_or(|c| *c > b'7') {
        return None;
    }
    text.iter().try_fold(0u128, |n, c| {
        let digit = ALPHABET.iter().position(|a| a == c)?;
        Some((n << 5) | u128::try_from(digit).ok()?)
    })
}

/// The identifier of these bits.
pub(crate) fn account_from_bits(bits: u128) -> AccountId {
    let digit = |i: u32| {
        let five = usize::try_from((bits >> (5 * i)) & 31).unwrap_or(0);
        char::from(ALPHABET[five])
    };
    AccountId::new((0..26).rev().map(digit).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is secret is wiped where it is dropped: its types say so, and nobody can take that away
    /// without this test.
    #[test]
    fn secrets_are_wiped_when_they_are_dropped() {
        use crate::model::{Browser, Issued, SignedIn};
        use zeroize::ZeroizeOnDrop;
        fn wiped<T, S: ZeroizeOnDrop>(_: fn(&T) -> Option<&S>) {}
        wiped(|s: &SignedIn| Some(&s.session_cookie));
        wiped(|s: &SignedIn| Some(&s.device_cookie));
        wiped(|b: &Browser| b.device.as_ref());
        wiped(|b: &Browser| b.old_session.as_ref());
        wiped(|i: &Issued| Some(&i.code));
        let browser =
            Browser { old_session: Some("A.geheim".to_owned().into()), ..Browser::default() };
        assert!(!format!("{browser:?}").contains("geheim"));
    }

    #[test]
    fn codes_forgive_how_they_are_typed() {
        assert_eq!(code_typed(" 7k3m q9tx-2wab "), "7K3MQ9TX2WAB");
        assert_eq!(code_typed("oilO-ILAA-BBBB"), "011011AABBBB");
        assert_eq!(code_typed(&"A".repeat(1000)).len(), 13, "too long stays wrong");
    }

    #[test]
    fn a_passkey_leads_back_to_its_account() {
        for id in [
            "01KAZ00000000000000000000A",
            "00000000000000000000000000",
            "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        ] {
            let id = AccountId::new(id);
            assert_eq!(account_from_bits(account_bits(&id).unwrap()), id);
        }
        for bad in ["8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "system:clock", "01kaz00000000000000000000A"] {
            assert_eq!(account_bits(&AccountId::new(bad)), None, "{bad}");
        }
    }

    #[test]
    fn only_cookies_of_our_shape_reach_the_database() {
        let secret = "x".repeat(43);
        let account = AccountId::new("01KAZ00000000000000000000A");
        let c = cookie(&account, &secret);
        assert_eq!(cookie_parts(&c), Some((account, digest(&secret))));
        for bad in ["", ".", "a.b", &c[1..], &format!("{}x", c.as_str())] {
            assert!(cookie_parts(bad).is_none(), "{bad}");
        }
    }
}
