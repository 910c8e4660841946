//! How many points a picture claims to have. We never decode one, but an officer's browser does: a file
//! of a few kilobytes may ask it for gigabytes.

use crate::limits::{IMAGE_PIXELS_MAX, IMAGE_SIDE_MAX};
use crate::upload::FileKind;

/// Boxes and segments that are looked at.
const STEPS_MAX: usize = 4_096;

/// Whether the picture is no larger than a person's camera or scanner makes them. One whose size cannot
/// be found is taken as it is: viewers cannot find it either.
pub(crate) fn bearable(kind: FileKind, bytes: &[u8]) -> bool {
    let small = |(w, h): (u32, u32)| {
        w <= IMAGE_SIDE_MAX
            && h <= IMAGE_SIDE_MAX
            && u64::from(w) * u64::from(h) <= IMAGE_PIXELS_MAX
    };
    match kind {
        FileKind::Pdf => true,
        FileKind::Png => png(bytes).is_none_or(small),
        FileKind::Jpeg => jpeg(bytes).is_none_or(small),
        FileKind::Heic => heic(bytes).all(small),
    }
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(two.try_into().ok()?))
}

/// IHDR is the first chunk (PNG, 5.6).
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some((be32(bytes, 16)?, be32(bytes, 20)?))
}

/// The first frame header among the segments (ITU T.81, B.2.2).
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    for _ in 0..STEPS_MAX {
        (*bytes.get(at)? == 0xff).then_some(())?;
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((be16(bytes, at + 7)?.into(), be16(bytes, at + 5)?.into()));
            }
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::from(be16(bytes, at + 2)?),
        }
    }
    None
}

/// The `ispe` properties of the meta box (ISO/IEC 23008-12, 6.5.3), looked for by its name: the
/// boxes around it differ between makers.
fn heic(bytes: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let found = head.windows(4).enumerate().filter(|(_, w)| *w == b"ispe").take(STEPS_MAX);
    // After the name: version and flags, width, height.
    found.filter_map(|(at, _)| Some((be32(head, at + 8)?, be32(head, at + 12)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(w: u32, h: u32) -> Vec<u8> {
        let mut all = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        all.extend(w.to_be_bytes().into_iter().chain(h.to_be_bytes()));
        all
    }

    fn jpeg_of(w: u16, h: u16) -> Vec<u8> {
        let mut all = b"\xff\xd8\xff\xe0\0\x06abcd\xff\xff\xdb\0\x02\xff\xc2\0\x11\x08".to_vec();
        all.extend(h.to_be_bytes().into_iter().chain(w.to_be_bytes()));
        all
    }

    fn heic_of(w: u32, h: u32) -> Vec<u8> {
        let mut all =
            b"\0\0\0\x18ftypheic....ispe\0\0\0\0\0\0\x01\0\0\0\x01\0ispe\0\0\0\0".to_vec();
        all.extend(w.to_be_bytes().into_iter().chain(h.to_be_bytes()));
        all
    }

    #[test]
    fn a_bomb_is_told_from_a_photograph() {
        let side = IMAGE_SIDE_MAX;
        for (w, h, good) in [
            (4_000, 3_000, true),
            (12_000, 9_000, true),
            (side, 2, true),
            (side + 1, 2, false),
            (2, side + 1, false),
            (side, side, false),
        ] {
            assert_eq!(bearable(FileKind::Png, &png_of(w, h)), good, "{w} × {h}");
            assert_eq!(bearable(FileKind::Heic, &heic_of(w, h)), good, "{w} × {h}");
            let (w16, h16) = (u16::try_from(w).unwrap(), u16::try_from(h).unwrap());
            assert_eq!(bearable(FileKind::Jpeg, &jpeg_of(w16, h16)), good, "{w} × {h}");
        }
        assert!(!bearable(FileKind::Png, &png_of(u32::MAX, u32::MAX)));
        assert_eq!(jpeg(&jpeg_of(640, 480)), Some((640, 480)));
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]
        #[test]
        fn any_bytes_have_an_answer(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), cut in 0usize..80) {
            for kind in [FileKind::Pdf, FileKind::Jpeg, FileKind::Png, FileKind::Heic] {
                bearable(kind, &bytes);
            }
            for whole in [png_of(9, 9), jpeg_of(9, 9), heic_of(9, 9)] {
                let mut mixed = whole[..cut.min(whole.len())].to_vec();
                mixed.extend(&bytes);
                for kind in [FileKind::Jpeg, FileKind::Png, FileKind::Heic] {
                    bearable(kind, &mixed);
                }
            }
        }
    }
}
