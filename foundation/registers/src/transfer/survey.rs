//! A file before it is read: its hash, its length, what it seems to be written in.

use super::encoding::{Detected, Detector};
use crate::errors::FILE_UNREADABLE;
use aws_lc_rs::digest::{Context, SHA256};
use kernel::{Error, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes read at once.
const PIECE_BYTES: usize = 1 << 18;

pub(crate) struct Survey {
    /// SHA-256, hexadecimal.
    pub hash: String,
    pub bytes: u64,
    pub detected: Detected,
}

pub(crate) fn unreadable(path: &Path, e: &std::io::Error) -> Error {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Error::new(FILE_UNREADABLE).arg("file", name).because(e)
}

/// Reads a file to its end: for its hash, and on another thread for its encoding. `told` hears of the bytes
/// read.
pub(crate) fn survey(path: &Path, told: &mut dyn FnMut(u64)) -> Result<Survey> {
    let (mut hash, mut detector) = (Context::new(&SHA256), Detector::default());
    let mut bytes = 0;
    std::thread::scope(|scope| {
        let detecting = scope.spawn(|| each_piece(path, |piece| detector.feed(piece)));
        each_piece(path, |piece| {
            hash.update(piece);
            bytes += piece.len() as u64;
            told(bytes);
        })?;
        detecting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    let hash = hash.finish().as_ref().iter().fold(String::with_capacity(64), |mut hex, b| {
        use std::fmt::Write as _;
        let _ = write!(hex, "{b:02x}");
        hex
    });
    Ok(Survey { hash, bytes, detected: detector.finish() })
}

fn each_piece(path: &Path, mut f: impl FnMut(&[u8])) -> Result<()> {
    let failed = |e: std::io::Error| unreadable(path, &e);
    let mut file = File::open(path).map_err(failed)?;
    let mut buffer = vec![0; PIECE_BYTES];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok(()),
            n => f(&buffer[..n]),
        }
    }
}
