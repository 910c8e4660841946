//! Money: whole đồng.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in đồng (VND has no smaller unit in use).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Vnd(pub i64);

impl fmt::Display for Vnd {
    /// `15.000 đ`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} đ", grouped(self.0))
    }
}

/// Digits in groups of three with dots, as they are written in Vietnamese: `1.284`. For a reader of either
/// language: [`Say::number`](crate::Say::number).
pub fn grouped(n: i64) -> String {
    grouped_by(n, '.')
}

pub(crate) fn grouped_by(n: i64, between: char) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(between);
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn groups_of_three() {
        assert_eq!(Vnd(0).to_string(), "0 đ");
        assert_eq!(Vnd(7_000).to_string(), "7.000 đ");
        assert_eq!(grouped(-1_234_567), "-1.234.567");
    }
}
