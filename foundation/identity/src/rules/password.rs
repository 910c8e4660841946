//! What a password must be. Length counts most; composition rules ("one capital, one sign") make
//! people choose worse ones, so there are none (NIST SP 800-63B).

use super::folded;
use crate::errors::{PASSWORD_COMMON, PASSWORD_LONG, PASSWORD_OWN, PASSWORD_SHORT};
use crate::law::IdentityLaw;
use kernel::{Code, PersonalId};
use std::collections::HashSet;
use zeroize::Zeroizing;

/// Fewest characters.
pub const CHARS_MIN: usize = 8;
/// Most characters.
pub const CHARS_MAX: usize = 128;

/// The password as it is hashed: NFC, so that «ệ» typed on any keyboard is the same.
pub fn normal(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(kernel::vietnamese::nfc(typed))
}

/// Whether a password is too long to be worth hashing; asked before any work is done.
pub fn absurd(typed: &str) -> bool {
    // A character has at most 4 bytes, and NFC may join up to 4 of them.
    typed.len() > CHARS_MAX * 16
}

/// Checks a new password against the rules.
pub fn check(password: &str, law: &IdentityLaw, pid: &PersonalId, name: &str) -> Result<(), Code> {
    let chars = password.chars().count();
    if chars < CHARS_MIN {
        return Err(PASSWORD_SHORT);
    }
    if chars > CHARS_MAX {
        return Err(PASSWORD_LONG);
    }
    let key = Zeroizing::new(folded(password));
    if own(&key, pid, name) {
        return Err(PASSWORD_OWN);
    }
    if law.is_common(&key) || one_character(&key) || stairs(&key) {
        return Err(PASSWORD_COMMON);
    }
    Ok(())
}

/// Made of the person's own number or name, with at most three more characters.
fn own(key: &str, pid: &PersonalId, name: &str) -> bool {
    let given: String = folded(name);
    let near = |own: &str| own.len() >= 4 && key.contains(own) && key.len() <= own.len() + 3;
    near(pid.as_str()) || near(&given) || pid.as_str().ends_with(key)
}

fn one_character(key: &str) -> bool {
    key.chars().collect::<HashSet<_>>().len() <= 2
}

/// Each character follows the one before: `23456789`, `abcdefgh`, `98765432`.
fn stairs(key: &str) -> bool {
    let steps: HashSet<i64> = key
        .chars()
        .zip(key.chars().skip(1))
        .map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)))
        .collect();
    steps.len() == 1 && steps.iter().all(|s| s.abs() == 1)
}

/// How hard a password is to guess: a hint in words, not a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Below what is accepted.
    Weak,
    /// Accepted.
    Fair,
    /// Good.
    Good,
    /// Very good.
    Strong,
}

impl Strength {
    /// The key of the hint.
    pub fn key(self) -> &'static str {
        match self {
            Self::Weak => "identity-strength-weak",
            Self::Fair => "identity-strength-fair",
            Self::Good => "identity-strength-good",
            Self::Strong => "identity-strength-strong",
        }
    }
}

/// A rough estimate: distinct characters and length, in bits.
pub fn strength(password: &str, law: &IdentityLaw) -> Strength {
    let chars = password.chars().count();
    let key = folded(password);
    if chars < CHARS_MIN || law.is_common(&key) || one_character(&key) || stairs(&key) {
        return Strength::Weak;
    }
    let distinct = password.chars().collect::<HashSet<_>>().len();
    let kinds = [
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_uppercase),
        password.chars().any(|c| !c.is_alphanumeric()),
    ];
    let kinds = kinds.iter().filter(|k| **k).count();
    // Repeated characters add little: count the distinct ones in full and the rest at a third.
    let weight = (distinct * 3 + (chars - distinct)) * (2 + kinds);
    match weight {
        0..=119 => Strength::Fair,
        120..=199 => Strength::Good,
        _ => Strength::Strong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str) -> Result<(), &'static str> {
        let law = IdentityLaw::load().unwrap();
        let pid = PersonalId::parse("037198004217").unwrap();
        check(&normal(password), &law, &pid, "Phạm Thị Lan").map_err(|c| c.id)
    }

    #[test]
    fn length_counts_characters_after_nfc() {
        assert_eq!(judged("ngắn7kt"), Err("identity.password_short"));
        // Eight letters typed with separate marks: 8 characters once joined.
        assert_eq!(normal("e\u{302}\u{323}").as_str(), "ệ");
        assert_eq!(judged("gạo nếp cái hoa"), Ok(()));
        assert_eq!(judged(&"gạo ".repeat(32)), Ok(()));
        assert_eq!(judged(&"gạo ".repeat(33)), Err("identity.password_long"));
    }

    #[test]
    fn what_everybody_tries_first() {
        for p in [
            "Mật khẩu 123",
            "12345678",
            "aaaaaaaa",
            "23456789",
            "hgfedcba",
            "ANHYEUEM",
            "anh yêu em",
        ] {
            assert_eq!(judged(p), Err("identity.password_common"), "{p}");
        }
    }

    #[test]
    fn what_anyone_knows_about_the_person() {
        for p in ["037198004217", "037198004217!a", "phamthilan1", "PhạmThịLan", "98004217"] {
            assert_eq!(judged(p), Err("identity.password_own"), "{p}");
        }
        assert_eq!(judged("chiều lan nở bên sông"), Ok(()));
    }

    #[test]
    fn strength_grows() {
        let law = IdentityLaw::load().unwrap();
        let of = |p: &str| strength(p, &law);
        assert_eq!(of("12345678"), Strength::Weak);
        assert_eq!(of("gaonepca"), Strength::Fair);
        assert!(of("gạo nếp cái hoa vàng") >= Strength::Good);
        assert_eq!(of("Gạo nếp cái hoa vàng 5 yến!"), Strength::Strong);
    }
}
