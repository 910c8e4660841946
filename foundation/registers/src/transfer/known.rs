//! What one run has made itself, kept in memory: into an empty register nobody else writes meanwhile, so
//! what is not here is not there, and nothing need be looked up.

use kernel::limits::IMPORT_KEPT_MAX;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

/// A name by two keyed hashes: 128 bits, so that two of some million names are never taken for one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Print(u64, u64);

impl Hash for Print {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

/// Passes a hash on.
#[derive(Default)]
struct Passing(u64);

impl Hasher for Passing {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = self.0.rotate_left(8) ^ u64::from(*b));
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

type Build = BuildHasherDefault<Passing>;

/// A household of this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Where, see [`Known::place`].
    pub place: u64,
    pub head: bool,
    pub numbered: bool,
}

const HEAD: u64 = 1;
const NUMBERED: u64 = 2;

impl Kept {
    fn pack(self) -> u64 {
        (self.place & !3)
            | if self.head { HEAD } else { 0 }
            | if self.numbered { NUMBERED } else { 0 }
    }
    fn unpack(n: u64) -> Self {
        Self { place: n & !3, head: n & HEAD != 0, numbered: n & NUMBERED != 0 }
    }
}

#[derive(Default)]
pub(crate) struct Known {
    keys: [RandomState; 2],
    dwellings: HashSet<Print, Build>,
    houses: HashMap<Print, u64, Build>,
    /// The largest number of a person.
    pub highest: String,
}

impl Known {
    fn print(&self, name: &str) -> Print {
        Print(self.keys[0].hash_one(name), self.keys[1].hash_one(name))
    }

    /// What a dwelling is compared by.
    pub(crate) fn place(&self, dwelling: &str) -> u64 {
        self.print(dwelling).1 & !3
    }

    /// Notes a dwelling; `true` if it is new.
    pub(crate) fn is_new_dwelling(&mut self, id: &str) -> bool {
        let print = self.print(id);
        self.dwellings.insert(print)
    }

    pub(crate) fn house(&self, id: &str) -> Option<Kept> {
        self.houses.get(&self.print(id)).map(|n| Kept::unpack(*n))
    }

    pub(crate) fn keep(&mut self, id: &str, house: Kept) {
        let print = self.print(id);
        self.houses.insert(print, house.pack());
    }

    /// As many as memory is meant for.
    pub(crate) fn is_full(&self) -> bool {
        self.dwellings.len().max(self.houses.len()) >= IMPORT_KEPT_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_known_and_nothing_else() {
        let mut known = Known::default();
        let names: Vec<String> = (0..5_000).map(|n| format!("D{n:010}")).collect();
        assert!(names.iter().all(|n| known.is_new_dwelling(n)));
        assert!(!names.iter().any(|n| known.is_new_dwelling(n)));
        let place = known.place("D0000000007");
        assert_eq!(place, known.place("D0000000007"));
        assert_ne!(place, known.place("D0000000008"));
        for (head, numbered) in [(true, false), (false, true), (true, true), (false, false)] {
            let house = Kept { place, head, numbered };
            known.keep("H1", house);
            assert_eq!(known.house("H1"), Some(house));
        }
        assert_eq!(known.house("H2"), None);
        assert!(!known.is_full());
    }
}
