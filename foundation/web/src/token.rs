//! Anti-forgery tokens: `mask ‖ mask⊕(expiry ‖ HMAC-SHA256(key, binding ‖ expiry))`.
//!
//! Bound to the visitor's cookie (the session, or the anonymous one), so a token taken from one
//! visitor is worth nothing to another. Masked afresh in every answer, so that a compressed page
//! that repeats a person's input tells nothing about it (BREACH).

use crate::codes::{TOKEN_EXPIRED, TOKEN_WRONG};
use crate::limits::TOKEN_SECONDS_MAX;
use aws_lc_rs::{hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Instant, Result, chance};

const BODY: usize = 8 + 24;

/// The key that tokens and small signed cookies hang on.
pub(crate) struct Sealer(hmac::Key);

impl Sealer {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    fn tag(&self, purpose: &str, binding: &str, rest: &[u8]) -> [u8; 24] {
        let mut ctx = hmac::Context::with_key(&self.0);
        for part in [purpose.as_bytes(), binding.as_bytes(), rest] {
            ctx.update(&(part.len() as u64).to_be_bytes());
            ctx.update(part);
        }
        let mut out = [0; 24];
        out.copy_from_slice(&ctx.sign().as_ref()[..24]);
        out
    }

    /// A fresh token for forms of this visitor.
    pub(crate) fn issue(&self, binding: &str, now: Instant) -> String {
        let expires = now.plus_seconds(TOKEN_SECONDS_MAX).0.to_be_bytes();
        let mut body = [0u8; BODY];
        body[..8].copy_from_slice(&expires);
        body[8..].copy_from_slice(&self.tag("form", binding, &expires));
        let mask: [u8; BODY] = random();
        let mut out = Vec::with_capacity(2 * BODY);
        out.extend_from_slice(&mask);
        out.extend(body.iter().zip(mask).map(|(b, m)| b ^ m));
        URL_SAFE_NO_PAD.encode(out)
    }

    /// Whether the token was issued to this visitor and is still good.
    pub(crate) fn check(&self, token: &str, binding: &str, now: Instant) -> Result<()> {
        let wrong = || Error::new(TOKEN_WRONG);
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
        if bytes.len() != 2 * BODY || binding.is_empty() {
            return Err(wrong());
        }
        let (mask, masked) = bytes.split_at(BODY);
        let body: Vec<u8> = masked.iter().zip(mask).map(|(b, m)| b ^ m).collect();
        let want = self.tag("form", binding, &body[..8]);
        aws_lc_rs::constant_time::verify_slices_are_equal(&body[8..], &want)
            .map_err(|_| wrong())?;
        let mut expires = [0; 8];
        expires.copy_from_slice(&body[..8]);
        if i64::from_be_bytes(expires) < now.0 { Err(Error::new(TOKEN_EXPIRED)) } else { Ok(()) }
    }

    /// Text a browser keeps for us and cannot change: `base64(text).base64(tag)`.
    pub(crate) fn seal(&self, purpose: &str, text: &str) -> String {
        let tag = self.tag(purpose, "", text.as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(tag))
    }

    /// The text, if it is ours.
    pub(crate) fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        let (text, tag) = sealed.split_once('.')?;
        let text = URL_SAFE_NO_PAD.decode(text).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let want = self.tag(purpose, "", &text);
        aws_lc_rs::constant_time::verify_slices_are_equal(&tag, &want).ok()?;
        String::from_utf8(text).ok()
    }
}

/// Random bytes from the operating system's generator.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    // The generator does not fail once seeded; without randomness nothing may go on.
    #[allow(clippy::expect_used)]
    rand::fill(&mut out).expect("randomness of the operating system");
    out
}

/// A fresh unguessable name of 128 bits.
pub(crate) fn fresh_id() -> String {
    URL_SAFE_NO_PAD.encode(random::<16>())
}

/// A trace number people can read out over the telephone: eight letters and digits without the
/// ones that look alike, `7KQF-M2XD`.
pub(crate) fn trace_number() -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut letters = [0; 8];
    // A number that is there twice is no danger: it only helps to find a line of the log.
    let _ = chance::fill(&mut letters);
    let mut out = String::with_capacity(9);
    for (i, b) in letters.iter().enumerate() {
        if i == 4 {
            out.push('-');
        }
        out.push(char::from(LETTERS[usize::from(b & 31)]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&[7; 32])
    }
    const NOW: Instant = Instant(1_795_401_730_000_000);

    #[test]
    fn a_token_is_good_for_its_visitor_until_it_expires() {
        let s = sealer();
        let token = s.issue("session-a", NOW);
        s.check(&token, "session-a", NOW).unwrap();
        s.check(&token, "session-a", NOW.plus_seconds(TOKEN_SECONDS_MAX)).unwrap();
        let late = s.check(&token, "session-a", NOW.plus_seconds(TOKEN_SECONDS_MAX + 1));
        assert!(late.unwrap_err().is(TOKEN_EXPIRED));
        assert!(s.check(&token, "session-b", NOW).unwrap_err().is(TOKEN_WRONG));
        assert!(s.check(&token, "", NOW).unwrap_err().is(TOKEN_WRONG));
        assert!(Sealer::new(&[8; 32]).check(&token, "session-a", NOW).is_err());
    }

    #[test]
    fn each_page_masks_its_token_afresh() {
        let s = sealer();
        let (a, b) = (s.issue("v", NOW), s.issue("v", NOW));
        assert_ne!(a, b);
        assert_ne!(a.get(43..), b.get(43..), "the second half changes with the mask");
    }

    #[test]
    fn any_changed_bit_is_refused() {
        let s = sealer();
        let bytes = URL_SAFE_NO_PAD.decode(s.issue("v", NOW)).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut b = bytes.clone();
            b[bit / 8] ^= 1 << (bit % 8);
            assert!(s.check(&URL_SAFE_NO_PAD.encode(b), "v", NOW).is_err(), "bit {bit}");
        }
        for junk in ["", "x", "AAAA", "💥"] {
            assert!(s.check(junk, "v", NOW).is_err());
        }
    }

    #[test]
    fn sealed_text_cannot_be_changed_or_used_elsewhere() {
        let s = sealer();
        let sealed = s.seal("flash", "chào");
        assert_eq!(s.open("flash", &sealed).as_deref(), Some("chào"));
        assert_eq!(s.open("other", &sealed), None);
        assert_eq!(s.open("flash", &sealed.replace('.', "")), None);
        let other = s.seal("flash", "khác");
        let mixed =
            format!("{}.{}", other.split_once('.').unwrap().0, sealed.split_once('.').unwrap().1);
        assert_eq!(s.open("flash", &mixed), None);
    }

    #[test]
    fn trace_numbers_can_be_read_aloud() {
        let t = trace_number();
        assert_eq!(t.len(), 9);
        assert!(t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        assert!(!t.contains(['I', 'L', 'O', 'U']));
    }
}
