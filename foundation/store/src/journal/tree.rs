//! The RFC 9162 Merkle tree over the journal, in the layout of C2SP tlog-tiles: beside the leaf
//! hashes only the roots of complete subtrees of 256, 256², … leaves are stored, so an append costs
//! one hash in memory and, every 256 entries, one row.

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Levels of the binary tree between two stored levels (a tile is 2⁸ hashes wide).
pub(crate) const TILE_HEIGHT: u32 = 8;

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0u8; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// The hash of several parts in a row.
pub(crate) fn hash_of(parts: &[&[u8]]) -> Hash {
    sha256(parts)
}

/// The hash of a leaf: SHA-256(0x00 ‖ data).
pub fn leaf_hash(data: &[u8]) -> Hash {
    sha256(&[&[0], data])
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The root of an empty tree: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// A subtree root that is to be stored: of the leaves `index·256^level …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) level: i64,
    pub(crate) index: i64,
    pub(crate) hash: Hash,
}

/// The right edge of the tree: roots of complete subtrees, largest first. At most 64 of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    size: i64,
    edge: Vec<(u32, Hash)>,
}

impl Tree {
    /// Leaves so far.
    pub(crate) fn size(&self) -> i64 {
        self.size
    }

    /// Adds a leaf; `keep` gets each subtree root that is to be stored.
    pub(crate) fn push(&mut self, leaf: Hash, mut keep: impl FnMut(Node)) {
        self.size += 1;
        self.edge.push((0, leaf));
        self.merge(Some(&mut keep));
    }

    /// Adds a whole stored subtree while the edge is read back. Larger ones come first.
    pub(crate) fn push_subtree(&mut self, level: u32, hash: Hash) {
        self.size += 1i64 << (TILE_HEIGHT * level);
        self.edge.push((TILE_HEIGHT * level, hash));
        self.merge(None);
    }

    fn merge(&mut self, mut keep: Option<&mut dyn FnMut(Node)>) {
        while let [.., (left_height, left), (height, right)] = self.edge.as_slice()
            && left_height == height
        {
            let (height, hash) = (height + 1, node_hash(left, right));
            self.edge.truncate(self.edge.len() - 2);
            self.edge.push((height, hash));
            if height % TILE_HEIGHT == 0
                && let Some(keep) = keep.as_mut()
            {
                let level = i64::from(height / TILE_HEIGHT);
                keep(Node { level, index: (self.size >> height) - 1, hash });
            }
        }
    }

    /// The root of the tree as it is now.
    pub(crate) fn root(&self) -> Hash {
        let mut hashes = self.edge.iter().rev().map(|(_, h)| *h);
        let Some(last) = hashes.next() else { return empty_root() };
        hashes.fold(last, |right, left| node_hash(&left, &right))
    }
}

/// Checks that `leaf` is the leaf number `index` (from 0) of the tree of `size` leaves with this
/// root (RFC 9162 §2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut f, mut s, mut r) = (index, size - 1, *leaf);
    for p in proof {
        if s == 0 {
            return false;
        }
        if f & 1 == 1 || f == s {
            r = node_hash(p, &r);
            while f & 1 == 0 && f != 0 {
                f >>= 1;
                s >>= 1;
            }
        } else {
            r = node_hash(&r, p);
        }
        f >>= 1;
        s >>= 1;
    }
    s == 0 && r == *root
}

/// Checks that the tree of `old_size` leaves is the beginning of the tree of `new_size` leaves
/// (RFC 9162 §2.1.4.2).
pub fn verify_consistency(
    old_size: u64,
    new_size: u64,
    old_root: &Hash,
    new_root: &Hash,
    proof: &[Hash],
) -> bool {
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let whole = old_size.is_power_of_two().then_some(*old_root);
    let mut path = whole.into_iter().chain(proof.iter().copied());
    let Some(first) = path.next() else { return false };
    let (mut f, mut s) = (old_size - 1, new_size - 1);
    while f & 1 == 1 {
        f >>= 1;
        s >>= 1;
    }
    let (mut old, mut new) = (first, first);
    for c in path {
        if s == 0 {
            return false;
        }
        if f & 1 == 1 || f == s {
            old = node_hash(&c, &old);
            new = node_hash(&c, &new);
            while f & 1 == 0 && f != 0 {
                f >>= 1;
                s >>= 1;
            }
        } else {
            new = node_hash(&new, &c);
        }
        f >>= 1;
        s >>= 1;
    }
    s == 0 && old == *old_root && new == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(n: u64) -> Hash {
        leaf_hash(&n.to_be_bytes())
    }

    /// RFC 9162 §2.1.1, by its definition.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            many => {
                let k = many.len().next_power_of_two() / 2;
                node_hash(&mth(&many[..k]), &mth(&many[k..]))
            }
        }
    }

    #[test]
    fn known_roots_of_certificate_transparency() {
        // The test vectors of RFC 6962's reference implementation.
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Tree::default();
        for (input, root) in inputs.iter().zip(roots) {
            tree.push(leaf_hash(input), |_| {});
            let hex: String = tree.root().iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(hex, root);
        }
    }

    #[test]
    fn the_edge_gives_the_root_of_the_definition_and_the_stored_nodes() {
        let leaves: Vec<Hash> = (0..600).map(leaf).collect();
        let mut tree = Tree::default();
        let mut nodes = Vec::new();
        for (i, l) in leaves.iter().enumerate() {
            tree.push(*l, |n| nodes.push(n));
            if i % 37 == 0 {
                assert_eq!(tree.root(), mth(&leaves[..=i]));
            }
        }
        assert_eq!(nodes.len(), 2);
        assert_eq!(nodes[1], Node { level: 1, index: 1, hash: mth(&leaves[256..512]) });
        let mut back = Tree::default();
        back.push_subtree(1, nodes[0].hash);
        back.push_subtree(1, nodes[1].hash);
        leaves[512..].iter().for_each(|l| back.push_subtree(0, *l));
        assert_eq!((back.size(), back.root()), (600, tree.root()));
    }
}
