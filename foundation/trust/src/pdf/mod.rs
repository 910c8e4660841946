//! PDF signatures, PAdES B-B: reading, signing, checking.

pub mod file;
pub mod object;
pub mod sign;
pub mod verify;
