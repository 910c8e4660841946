//! QR codes as SVG made on the server.

use crate::markup::{Markup, escape};
use fast_qr::{ECL, QRBuilder};
use std::fmt::Write;

/// A QR code of a text (an address, as a rule), with its meaning for screen readers. One path of
/// horizontal runs with the quiet zone of four modules. A text too long for any QR code gives nothing.
pub fn svg(text: &str, label: &str) -> Markup {
    let Ok(code) = QRBuilder::new(text).ecl(ECL::M).build() else { return Markup::default() };
    let size = code.size;
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            if !code[y][x].value() {
                x += 1;
                continue;
            }
            let begin = x;
            while x < size && code[y][x].value() {
                x += 1;
            }
            let run = x - begin;
            let _ = write!(path, "M{} {}h{run}v1h-{run}z", begin + 4, y + 4);
        }
    }
    let side = size + 8;
    Markup::trusted(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path d=\"{path}\"/></svg>",
        escape(label)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_eyes_and_a_label() {
        let svg = svg("https://dichvu.example.vn/xac-minh/H42", "Mã \"xác minh\"");
        let svg = svg.as_str();
        assert!(svg.contains("aria-label=\"Mã &quot;xác minh&quot;\""));
        // The upper edge of the left eye: seven dark modules from the corner.
        assert!(svg.contains("M4 4h7v1h-7z"));
    }

    #[test]
    fn a_text_too_long_gives_nothing() {
        assert!(svg(&"x".repeat(8_000), "").is_empty());
    }
}
