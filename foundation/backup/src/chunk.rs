//! One chunk as a file: packed, sealed, signed.
//!
//! `LTB1`, the length of what is sealed (4 bytes, big end first), what is sealed, the sign (32 bytes).
//! Sealed is one byte (0: as it is, 1: deflate) and the content.

use crate::CHUNK_BYTES;
use crate::key::{Marks, Private, Public};
use crate::manifest::{Address, FORMAT};
use crate::seal::{self, SEAL_BYTES};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use kernel::{Error, Result};
use std::io::{Read as _, Write as _};
use zeroize::Zeroizing;

const MAGIC: &[u8; 4] = b"LTB1";
pub(crate) const HEAD_BYTES: usize = 8;
const SIGN_BYTES: usize = 32;
const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;

/// Why a chunk cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is not as it was written.
    Changed,
    /// It is, but this key does not open it.
    Key,
}

/// The file of a chunk.
pub(crate) fn pack(key: &Public, address: &Address, content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Zeroizing::new(Vec::with_capacity(content.len() + 1));
    packed.push(DEFLATED);
    let mut deflate = DeflateEncoder::new(&mut *packed, Compression::fast());
    deflate.write_all(content).and_then(|()| deflate.try_finish()).map_err(Error::bug)?;
    drop(deflate);
    if packed.len() > content.len() {
        packed.clear();
        packed.push(PLAIN);
        packed.extend_from_slice(content);
    }
    let sealed = seal::seal(&key.key, FORMAT.as_bytes(), &address.0, &packed)?;
    let length = u32::try_from(sealed.len()).map_err(Error::bug)?;
    let mut file = Vec::with_capacity(HEAD_BYTES + sealed.len() + SIGN_BYTES);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&length.to_be_bytes());
    file.extend_from_slice(&sealed);
    let sign = key.marks.sign(&[b"chunk", &address.0, &file]);
    file.extend_from_slice(&sign);
    Ok(file)
}

/// How long the file is, by its own first bytes.
pub(crate) fn length(head: &[u8; HEAD_BYTES]) -> Option<u64> {
    let (magic, length) = head.split_first_chunk::<4>()?;
    let length = u64::from(u32::from_be_bytes(length.try_into().ok()?));
    let most = (CHUNK_BYTES + 1 + SEAL_BYTES) as u64;
    let whole = magic == MAGIC && length <= most;
    whole.then_some(HEAD_BYTES as u64 + length + SIGN_BYTES as u64)
}

/// What is sealed in a file, if the file is as it was written. Needs no private key.
pub(crate) fn signed<'a>(marks: &Marks, address: &Address, file: &'a [u8]) -> Option<&'a [u8]> {
    let head = file.first_chunk::<HEAD_BYTES>()?;
    if length(head)? != file.len() as u64 {
        return None;
    }
    let (body, sign) = file.split_at(file.len() - SIGN_BYTES);
    marks.is_signed(&[b"chunk", &address.0, body], sign).then(|| &body[HEAD_BYTES..])
}

/// The content of a file.
pub(crate) fn unpack(
    key: &Private,
    address: &Address,
    file: &[u8],
) -> std::result::Result<Zeroizing<Vec<u8>>, Unfit> {
    let marks = &key.public().marks;
    let sealed = signed(marks, address, file).ok_or(Unfit::Changed)?;
    let packed =
        seal::open(&key.secret, FORMAT.as_bytes(), &address.0, sealed).ok_or(Unfit::Key)?;
    let content = match packed.split_first() {
        Some((&PLAIN, content)) => Zeroizing::new(content.to_vec()),
        Some((&DEFLATED, content)) => {
            let mut out = Zeroizing::new(Vec::with_capacity(CHUNK_BYTES + 1));
            // One more than may be, so that a longer one is seen as what it is.
            let mut inflate = DeflateDecoder::new(content).take(CHUNK_BYTES as u64 + 1);
            inflate.read_to_end(&mut out).map_err(|_| Unfit::Changed)?;
            out
        }
        _ => return Err(Unfit::Changed),
    };
    // The name says what has to be in it.
    (marks.name(&content) == *address).then_some(content).ok_or(Unfit::Changed)
}
