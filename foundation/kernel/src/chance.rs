//! Randomness in small portions. A call of the generator costs more than the bytes it gives, so each thread takes
//! some hundred at once.

use crate::{Error, Result};
use std::cell::RefCell;

/// Bytes taken at once.
const PORTION: usize = 512;
/// Whoever wants more than this goes to the generator.
const SMALL: usize = PORTION / 4;

struct Portion {
    bytes: [u8; PORTION],
    /// How many of them, from the front, were not given out.
    left: usize,
}

thread_local! {
    static OWN: RefCell<Portion> = const { RefCell::new(Portion { bytes: [0; PORTION], left: 0 }) };
}

/// Fills `into` with random bytes, each given out once and wiped here. For names, and for salts, which are stored
/// beside what they hide; keys, tokens and codes come from the generator itself.
pub fn fill(into: &mut [u8]) -> Result<()> {
    if into.len() > SMALL {
        return generate(into);
    }
    OWN.with_borrow_mut(|own| {
        if own.left < into.len() {
            // What is left if this fails is given out to nobody.
            own.left = 0;
            generate(&mut own.bytes)?;
            own.left = PORTION;
        }
        let from = own.left - into.len();
        let given = &mut own.bytes[from..own.left];
        into.copy_from_slice(given);
        given.fill(0);
        own.left = from;
        Ok(())
    })
}

fn generate(into: &mut [u8]) -> Result<()> {
    aws_lc_rs::rand::fill(into).map_err(|_| Error::bug("no randomness"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn nothing_is_given_out_twice_nor_left_as_it_was() {
        let mut seen = HashSet::new();
        let mut take = || {
            let mut eight = [0; 8];
            fill(&mut eight).unwrap();
            assert!(seen.insert(eight), "twice");
        };
        // More than one portion, and not in step with it.
        (0..PORTION).for_each(|_| take());
        let mut odd = [0; 13];
        fill(&mut odd).unwrap();
        take();
        let (mut large, mut none) = (vec![0; 3 * PORTION], []);
        fill(&mut large).unwrap();
        fill(&mut none).unwrap();
        assert!(large.chunks(64).all(|part| part.iter().any(|b| *b != 0)));
        let others = std::thread::spawn(|| {
            let mut eight = [0; 8];
            fill(&mut eight).map(|()| eight)
        });
        assert!(!seen.contains(&others.join().unwrap().unwrap()));
    }

    #[test]
    fn what_was_given_out_is_wiped() {
        let mut some = [0; 100];
        fill(&mut some).unwrap();
        OWN.with_borrow(|own| assert!(own.bytes[own.left..].iter().all(|b| *b == 0)));
    }
}
