//! The QR code of a letter as one SVG path.

use crate::errors::LETTER_TEMPLATE;
use fast_qr::{ECL, QRBuilder};
use kernel::{Error, Result};
use std::fmt::Write;

/// Longest text of a QR code: keeps its squares readable at 2.5 cm.
const QR_BYTES_MAX: usize = 200;

/// Draws `text` with error correction M and the quiet zone of four modules the standard asks.
pub fn svg(text: &str) -> Result<String> {
    let fault = |why: &str| Error::new(LETTER_TEMPLATE).because(format_args!("QR: {why}"));
    if text.len() > QR_BYTES_MAX {
        return Err(fault("the address is too long"));
    }
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| fault("cannot be encoded"))?;
    let side = code.size + 8;
    let mut path = String::new();
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let start = x;
            while x < code.size && code[y][x].value() {
                x += 1;
            }
            if x > start {
                let width = x - start;
                let _ = write!(path, "M{} {}h{width}v1h-{width}z", start + 4, y + 4);
            } else {
                x += 1;
            }
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\">\
         <path d=\"M0 0h{side}v{side}h-{side}z\" fill=\"#fff\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the path back into modules and compares them with the encoder's matrix.
    #[test]
    fn the_path_draws_exactly_the_dark_modules() {
        let text = "https://lienthong.example/xac-minh?ma=TT-2026-7F3K-9QXW";
        let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
        let svg = svg(text).unwrap();
        let path = svg.rsplit("d=\"").next().unwrap().split('"').next().unwrap();
        let mut drawn = vec![vec![false; code.size]; code.size];
        for run in path.split('z').filter(|r| !r.is_empty()) {
            let numbers: Vec<usize> = run
                .trim_start_matches('M')
                .split(|c: char| !c.is_ascii_digit())
                .filter(|s| !s.is_empty())
                .map(|s| s.parse().unwrap())
                .collect();
            for x in numbers[0]..numbers[0] + numbers[2] {
                drawn[numbers[1] - 4][x - 4] = true;
            }
        }
        for (y, row) in drawn.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert_eq!(*dark, code[y][x].value(), "{x},{y}");
            }
        }
    }

    #[test]
    fn a_long_address_is_refused() {
        assert!(svg(&"x".repeat(201)).unwrap_err().is(LETTER_TEMPLATE));
    }
}
