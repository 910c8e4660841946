//! Addresses of tiles (C2SP tlog-tiles), the names of files, which checkpoints are kept. Pure.

use std::fmt::Write as _;

/// Hashes of one tile.
pub const TILE_WIDTH: i64 = 256;
/// Highest level of tiles that a journal of 2⁶³ entries could have.
const LEVEL_MAX: u32 = 7;

/// A tile that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileAddress {
    /// 0: leaves.
    pub level: u32,
    /// Its number.
    pub index: i64,
    /// How many hashes: 256, or fewer at the right edge.
    pub width: i64,
}

/// Reads `LEVEL/NNN`, `LEVEL/xNNN/NNN.p/W`. Only the one spelling of each address counts.
pub fn tile_address(path: &str) -> Option<TileAddress> {
    let (level, rest) = path.split_once('/')?;
    let level: u32 = plain(level)?.try_into().ok()?;
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, plain(width).filter(|w| (1..TILE_WIDTH).contains(w))?),
        None => (rest, TILE_WIDTH),
    };
    let mut index: i64 = 0;
    let groups: Vec<&str> = number.split('/').collect();
    for (i, group) in groups.iter().enumerate() {
        let last = i + 1 == groups.len();
        let digits = if last { *group } else { group.strip_prefix('x')? };
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    let address = TileAddress { level, index, width };
    (level <= LEVEL_MAX && groups.len() <= 6 && tile_name(index) == number).then_some(address)
}

/// A number as it is written: no sign, no leading zeros.
fn plain(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|n| *n >= 0 && n.to_string() == text)
}

/// `001`, `x001/x234/067`: a tile's number.
pub fn tile_name(index: i64) -> String {
    let mut name = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        name = format!("x{:03}/{name}", rest % 1000);
        rest /= 1000;
    }
    name
}

/// The file of a tile under its level's folder, for a tree with `count` items on that level.
pub fn tile_file(index: i64, count: i64) -> String {
    let name = tile_name(index);
    if index < count / TILE_WIDTH { name } else { format!("{name}.p/{}", count % TILE_WIDTH) }
}

/// A journal's name as a file name: letters, digits and hyphens.
pub fn file_stem(origin: &str) -> String {
    origin.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
}

/// Hexadecimal, small letters.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// Cuts the leaves `from..to` (from 0) into the largest aligned complete subtrees: (first, height).
pub fn cover(mut from: i64, to: i64) -> Vec<(i64, u32)> {
    let mut out = Vec::new();
    while from < to {
        let fits = 63 - (to - from).leading_zeros();
        let height = if from == 0 { fits } else { fits.min(from.trailing_zeros()) };
        out.push((from, height));
        from += 1 << height;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

        #[test]
        fn an_address_has_one_spelling(
            level in 0u32..9, index in 0i64..2_000_000_000_000, width in 1i64..300, noise in "[0-9x/.p]{0,24}", any in "\\PC{0,30}",
        ) {
            let _ = tile_address(&any);
            let written = |a: TileAddress| match a.width {
                TILE_WIDTH => format!("{}/{}", a.level, tile_name(a.index)),
                w => format!("{}/{}.p/{w}", a.level, tile_name(a.index)),
            };
            if let Some(address) = tile_address(&noise) {
                proptest::prop_assert_eq!(written(address), noise);
            }
            let address = TileAddress { level, index, width };
            let read = tile_address(&written(address));
            let real = level <= LEVEL_MAX && width <= TILE_WIDTH;
            proptest::prop_assert_eq!(read, real.then_some(address));
        }
    }

    #[test]
    fn each_tile_has_one_address() {
        let tile = |level, index, width| Some(TileAddress { level, index, width });
        for (path, address) in [
            ("0/000", tile(0, 0, 256)),
            ("0/000.p/1", tile(0, 0, 1)),
            ("1/067.p/255", tile(1, 67, 255)),
            ("0/x001/x234/067", tile(0, 1_234_067, 256)),
            ("2/x001/000.p/8", tile(2, 1000, 8)),
        ] {
            assert_eq!(tile_address(path), address, "{path}");
        }
        for bad in [
            "",
            "0",
            "0/",
            "00/000",
            "-1/000",
            "8/000",
            "0/0",
            "0/0000",
            "0/000/",
            "0/x000/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/x001",
            "0/001/000",
            "0/x001/x00/000",
            "0/+01",
            "entries/000",
            "0/000.p/1/2",
            "0/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(tile_address(bad), None, "{bad}");
        }
        let text = include_str!("../../../docs/journal-vectors.json");
        let vectors: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let names = vectors["tile_names"].as_object().map_or(0, |names| {
            for (n, name) in names {
                assert_eq!(tile_name(n.parse().unwrap_or(-1)), name.as_str().unwrap_or_default());
            }
            names.len()
        });
        assert_eq!(names, 4);
        assert_eq!(tile_file(0, 256), "000");
        assert_eq!(tile_file(1, 300), "001.p/44");
    }

    #[test]
    fn a_cover_is_aligned_and_has_no_gaps() {
        for (from, to) in [(0, 0), (0, 7), (3, 11), (256, 300), (0, 70_001), (65_536, 70_001)] {
            let mut next = from;
            for (first, height) in cover(from, to) {
                assert_eq!(first, next);
                assert_eq!(first % (1 << height), 0);
                next += 1 << height;
            }
            assert_eq!(next, to);
        }
    }

    #[test]
    fn names_of_files_stay_in_their_folder() {
        assert_eq!(file_stem("lienthong/journal/0a1b"), "lienthong-journal-0a1b");
        assert_eq!(file_stem("tỉnh/../x y"), "t-nh-..-x-y");
    }
}
