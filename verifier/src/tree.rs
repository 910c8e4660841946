//! The Merkle tree of RFC 9162, by its recursive definitions.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Hashes of one tile (C2SP tlog-tiles): 2⁸.
pub const TILE: u64 = 256;

/// SHA-256 of several parts in a row.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The hash of a leaf.
pub fn leaf(data: &[u8]) -> Hash {
    sha256(&[&[0], data])
}

/// The hash of an inner node.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// MTH (§2.1.1): the root over hashes of leaves, or of complete subtrees of one size of which the
/// last may be smaller.
pub fn root(items: &[Hash]) -> Hash {
    match items {
        [] => sha256(&[]),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(half(many.len() as u64) as usize);
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two smaller than `n` (n ≥ 2).
fn half(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// The root to which `path` leads from leaf number `index` (from 0) of a tree of `size` leaves
/// (§2.1.3); `None` if the path has not the length it must have.
pub fn root_of_inclusion(index: u64, size: u64, leaf: &Hash, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    if size == 1 {
        return path.is_empty().then_some(*leaf);
    }
    let (beside, rest) = path.split_last()?;
    let k = half(size);
    if index < k {
        Some(node(&root_of_inclusion(index, k, leaf, rest)?, beside))
    } else {
        Some(node(beside, &root_of_inclusion(index - k, size - k, leaf, rest)?))
    }
}

/// The roots of the older and of the newer tree that a consistency path gives (§2.1.4); `old_root`
/// is what the older root is said to be. `None` if the path has not the length it must have.
pub fn roots_of_consistency(
    old: u64,
    new: u64,
    old_root: &Hash,
    path: &[Hash],
) -> Option<(Hash, Hash)> {
    match old {
        _ if old > new => None,
        0 => None,
        _ if old == new => path.is_empty().then_some((*old_root, *old_root)),
        _ => subproof(old, new, path, Some(old_root)),
    }
}

/// SUBPROOF(m, D[n], b): `known` is the older root while `b` holds.
fn subproof(m: u64, n: u64, path: &[Hash], known: Option<&Hash>) -> Option<(Hash, Hash)> {
    if m == n {
        return match (known, path) {
            (Some(root), []) => Some((*root, *root)),
            (None, [root]) => Some((*root, *root)),
            _ => None,
        };
    }
    let (beside, rest) = path.split_last()?;
    let k = half(n);
    if m <= k {
        let (old, new) = subproof(m, k, rest, known)?;
        Some((old, node(&new, beside)))
    } else {
        let (old, new) = subproof(m - k, n - k, rest, None)?;
        Some((node(beside, &old), node(beside, &new)))
    }
}

/// Cuts the leaves `from..to` into the largest aligned complete subtrees: (first leaf, height).
pub fn cover(mut from: u64, to: u64) -> Vec<(u64, u32)> {
    let mut out = Vec::new();
    while from < to {
        let fits = 63 - (to - from).leading_zeros();
        let height = if from == 0 { fits } else { fits.min(from.trailing_zeros()) };
        out.push((from, height));
        from += 1 << height;
    }
    out
}

/// A tree put together from complete subtrees, left to right.
#[derive(Default)]
pub struct Pieces {
    next: u64,
    stack: Vec<(u32, Hash)>,
}

impl Pieces {
    /// Adds the next subtree; its first leaf must be aligned to its size.
    pub fn push(&mut self, height: u32, hash: Hash) -> Option<()> {
        let leaves = 1u64.checked_shl(height)?;
        if !self.next.is_multiple_of(leaves) {
            return None;
        }
        self.next = self.next.checked_add(leaves)?;
        self.stack.push((height, hash));
        while let [.., (a, left), (b, right)] = self.stack[..] {
            // Begun at 0 and merged at once, two neighbours of one height are halves of one subtree.
            if a != b {
                break;
            }
            self.stack.truncate(self.stack.len() - 2);
            self.stack.push((a + 1, node(&left, &right)));
        }
        Some(())
    }
    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.next
    }
    /// The root of all so far.
    pub fn root(&self) -> Hash {
        let mut from_right = self.stack.iter().rev().map(|(_, h)| *h);
        let Some(last) = from_right.next() else { return sha256(&[]) };
        from_right.fold(last, |right, left| node(&left, &right))
    }
}

/// Where hashes of complete subtrees of 256^level leaves come from.
pub trait Tiles {
    /// The first `width` (1 to 256) hashes of tile `index` of `level`.
    fn tile(&mut self, level: u32, index: u64, width: u64) -> crate::Result<Vec<Hash>>;
}

/// The root of the first `size` leaves, from the partial tiles at its right edge.
pub fn root_from_tiles(tiles: &mut impl Tiles, size: u64) -> crate::Result<Hash> {
    let mut edge: Option<Hash> = None;
    let mut level = 0;
    while size >> (8 * level) > 0 {
        let count = size >> (8 * level);
        let width = count % TILE;
        if width > 0 {
            let mut items = tiles.tile(level, count / TILE, width)?;
            items.extend(edge);
            edge = Some(root(&items));
        }
        level += 1;
        if level == 8 {
            break;
        }
    }
    Ok(edge.unwrap_or_else(|| root(&[])))
}

/// `001`, `x001/x234/067`: the number of a tile as tlog-tiles writes it.
pub fn tile_name(index: u64) -> String {
    let mut name = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        name = format!("x{:03}/{name}", rest % 1000);
        rest /= 1000;
    }
    name
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn leaves(n: u64) -> Vec<Hash> {
        (0..n).map(|i| leaf(&i.to_be_bytes())).collect()
    }

    /// PATH(m, D[n]), by its definition.
    fn path(m: usize, d: &[Hash]) -> Vec<Hash> {
        if d.len() == 1 {
            return Vec::new();
        }
        let (left, right) = d.split_at(half(d.len() as u64) as usize);
        let (mut path, beside) = if m < left.len() {
            (path(m, left), root(right))
        } else {
            (path(m - left.len(), right), root(left))
        };
        path.push(beside);
        path
    }

    /// SUBPROOF(m, D[n], b), by its definition.
    fn proof(m: usize, d: &[Hash], b: bool) -> Vec<Hash> {
        if m == d.len() {
            return if b { Vec::new() } else { vec![root(d)] };
        }
        let (left, right) = d.split_at(half(d.len() as u64) as usize);
        let (mut path, beside) = if m <= left.len() {
            (proof(m, left, b), root(right))
        } else {
            (proof(m - left.len(), right, false), root(left))
        };
        path.push(beside);
        path
    }

    #[test]
    fn every_leaf_and_every_beginning_of_small_trees() {
        for n in 1..40u64 {
            let d = leaves(n);
            let whole = root(&d);
            for m in 0..n {
                let p = path(m as usize, &d);
                assert_eq!(root_of_inclusion(m, n, &d[m as usize], &p), Some(whole));
                assert_ne!(root_of_inclusion(m, n, &leaf(b"other"), &p), Some(whole));
                let longer = [p.as_slice(), &[whole]].concat();
                assert_eq!(root_of_inclusion(m, n, &d[m as usize], &longer), None);
                assert_eq!(root_of_inclusion(n, n, &d[m as usize], &p), None);
            }
            for m in 1..=n {
                let old = root(&d[..m as usize]);
                let p = proof(m as usize, &d, true);
                assert_eq!(roots_of_consistency(m, n, &old, &p), Some((old, whole)));
                let mut longer = p.clone();
                longer.push(whole);
                assert_eq!(roots_of_consistency(m, n, &old, &longer), None);
                if m < n {
                    let shorter = &p[..p.len() - 1];
                    let wrong = roots_of_consistency(m, n, &old, shorter);
                    assert_ne!(wrong, Some((old, whole)));
                }
            }
        }
    }

    #[test]
    fn any_cut_into_pieces_gives_the_same_root() {
        for n in 1..70u64 {
            let d = leaves(n);
            for from in 0..n {
                for to in from + 1..=n {
                    let mut pieces = Pieces::default();
                    let cut = cover(0, from)
                        .into_iter()
                        .chain((from..to).map(|i| (i, 0)))
                        .chain(cover(to, n));
                    for (first, height) in cut {
                        let end = first + (1 << height);
                        pieces.push(height, root(&d[first as usize..end as usize])).unwrap();
                    }
                    assert_eq!(
                        (pieces.size(), pieces.root()),
                        (n, root(&d)),
                        "{from}..{to} of {n}"
                    );
                }
            }
        }
        assert!(Pieces { next: 1, stack: vec![] }.push(1, [0; 32]).is_none(), "not aligned");
        assert!(Pieces::default().push(64, [0; 32]).is_none(), "too high");
    }

    struct Whole(Vec<Vec<Hash>>);
    impl Tiles for Whole {
        fn tile(&mut self, level: u32, index: u64, width: u64) -> crate::Result<Vec<Hash>> {
            let from = (index * TILE) as usize;
            Ok(self.0[level as usize][from..from + width as usize].to_vec())
        }
    }

    #[test]
    fn the_right_edge_of_tiles_gives_every_root() {
        let d = leaves(70_000);
        let level1: Vec<Hash> = d.chunks_exact(256).map(root).collect();
        let level2: Vec<Hash> = level1.chunks_exact(256).map(root).collect();
        let mut tiles = Whole(vec![d.clone(), level1, level2]);
        for size in [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_793, 70_000] {
            let edge = root_from_tiles(&mut tiles, size).unwrap();
            assert_eq!(edge, root(&d[..size as usize]), "{size}");
        }
    }

    #[test]
    fn names_of_tiles() {
        for (n, name) in
            [(0, "000"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067")]
        {
            assert_eq!(tile_name(n), name);
        }
    }
}
