//! Identifiers in the order of time (ULID).

use kernel::Instant;
use std::sync::{Mutex, PoisonError};

/// Crockford base 32: 48 bits of milliseconds, 80 random bits.
pub(crate) fn ulid(at: Instant, random: [u8; 10]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let ms = u128::try_from(at.0.max(0) / 1000).unwrap_or(0) & 0xffff_ffff_ffff;
    let mut n = ms << 80;
    for (i, b) in random.iter().enumerate() {
        n |= u128::from(*b) << (72 - 8 * i);
    }
    (0..26)
        .rev()
        .map(|i| char::from(ALPHABET[usize::try_from((n >> (5 * i)) & 31).unwrap_or(0)]))
        .collect()
}

/// The last identifier of a clock: its millisecond and what is random in it.
#[derive(Debug, Default)]
pub(crate) struct Last(Mutex<(i64, [u8; 10])>);

impl Last {
    /// As [`ulid`], behind every one that was given at the same moment: what was recorded later sorts later. To
    /// be guessed from the one before it, so for nothing that must not be guessed.
    pub(crate) fn behind(&self, at: Instant, mut random: [u8; 10]) -> String {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ms = at.0.div_euclid(1000);
        if last.0 == ms && random <= last.1 {
            random = next(last.1).unwrap_or(random);
        }
        *last = (ms, random);
        ulid(at, random)
    }
}

fn next(mut n: [u8; 10]) -> Option<[u8; 10]> {
    for byte in n.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            return Some(n);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_sort_by_time() {
        let a = ulid(Instant(1_000_000), [255; 10]);
        let b = ulid(Instant(1_001_000), [0; 10]);
        assert_eq!(a.len(), 26);
        assert!(a < b);
        assert_eq!(ulid(Instant(0), [0; 10]), "00000000000000000000000000");
    }

    #[test]
    fn those_of_one_moment_sort_as_they_were_given() {
        let (last, at) = (Last::default(), Instant(77_000_000));
        let ids = [[9, 0, 0, 0, 0, 0, 0, 0, 0, 255], [1; 10], [0; 10], [200; 10]];
        let ids = ids.map(|random| last.behind(at, random));
        assert!(ids.is_sorted() && ids[0] != ids[1] && ids[1] != ids[2]);
        assert!(last.behind(Instant(76_000_000), [1; 10]) < ids[0]);
        assert_eq!(next([255; 10]), None);
    }
}
