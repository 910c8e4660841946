//! A file before it is read: its hash, its length, what it seems to be written in.

use super::encoding::{Detected, Detector};
use crate::errors::FILE_UNREADABLE;
use aws_lc_rs::digest::{Context, SHA256};
use kernel::{Error, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;

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

/// Reads a file once, to its end. `told` hears of the bytes read.
pub(crate) fn survey(path: &Path, told: &mut dyn FnMut(u64)) -> Result<Survey> {
    let mut file = File::open(path).map_err(|e| unreadable(path, &e))?;
    let (mut hash, mut detector) = (Context::new(&SHA256), Detector::default());
    let (mut buffer, mut bytes) = (vec![0; 1 << 20], 0);
    loop {
        let n = file.read(&mut buffer).map_err(|e| unreadable(path, &e))?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
        detector.feed(&buffer[..n]);
        bytes += n as u64;
        told(bytes);
    }
    let hash = hash.finish().as_ref().iter().fold(String::with_capacity(64), |mut hex, b| {
        use std::fmt::Write as _;
        let _ = write!(hex, "{b:02x}");
        hex
    });
    Ok(Survey { hash, bytes, detected: detector.finish() })
}
