//! Reading files with limits.

use crate::{Fault, Result};
use serde_json::Value;
use std::io::Read as _;
use std::path::Path;

/// Largest file that is read whole, bytes.
pub const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// A file of at most [`FILE_BYTES_MAX`] bytes.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    let fault = |why: String| {
        Fault::unreadable("verify-file-unreadable").with("file", path.display()).with("why", why)
    };
    let file = std::fs::File::open(path).map_err(|e| fault(e.to_string()))?;
    let mut out = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut out).map_err(|e| fault(e.to_string()))?;
    if out.len() as u64 > FILE_BYTES_MAX { Err(fault("too large".into())) } else { Ok(out) }
}

/// A text.
pub fn text(path: &Path) -> Result<String> {
    String::from_utf8(bytes(path)?).map_err(|e| {
        Fault::unreadable("verify-file-unreadable").with("file", path.display()).with("why", e)
    })
}

/// JSON.
pub fn json(path: &Path) -> Result<Value> {
    parsed(&bytes(path)?, path)
}

/// JSON of bytes that came from `path`.
pub fn parsed(bytes: &[u8], path: &Path) -> Result<Value> {
    serde_json::from_slice(bytes).map_err(|e| {
        Fault::unreadable("verify-file-unreadable").with("file", path.display()).with("why", e)
    })
}

/// The value must say that it is of this format.
pub fn format(value: &Value, format: &'static str) -> Result<()> {
    if value["format"] == format {
        Ok(())
    } else {
        Err(Fault::unreadable("verify-format-other").with("format", format))
    }
}
