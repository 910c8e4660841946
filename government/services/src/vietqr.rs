//! VietQR: the EMVCo merchant-presented QR as banks in Viet Nam read it. Tag, two-digit length, value;
//! lengths count bytes, so everything is kept ASCII.

use kernel::Vnd;

/// Tài khoản thu: the account fees go to.
#[derive(Clone, Debug)]
pub struct Account {
    /// The bank's BIN, six digits.
    pub bank: String,
    /// The account number.
    pub number: String,
    /// Its holder, ASCII upper case.
    pub name: String,
}

/// Longest purpose text.
const PURPOSE_CHARS_MAX: usize = 25;

fn field(tag: &str, value: &str) -> String {
    format!("{tag}{:02}{value}", value.len())
}

/// The text of the QR for one amount.
pub fn payload(account: &Account, amount: Vnd, purpose: &str) -> String {
    let purpose: String = purpose.chars().filter(char::is_ascii).take(PURPOSE_CHARS_MAX).collect();
    let bank = field("00", &account.bank) + &field("01", &account.number);
    let merchant = field("00", "A000000727") + &field("01", &bank) + &field("02", "QRIBFTTA");
    let mut out = field("00", "01") + &field("01", "12") + &field("38", &merchant);
    out += &field("52", "0000");
    out += &field("53", "704");
    out += &field("54", &amount.0.to_string());
    out += &field("58", "VN");
    out += &field("59", &account.name);
    out += &field("62", &field("08", &purpose));
    out += "6304";
    let check = crc16(out.as_bytes());
    format!("{out}{check:04X}")
}

/// CRC-16/CCITT-FALSE.
fn crc16(bytes: &[u8]) -> u16 {
    let mut crc = 0xffffu16;
    for b in bytes {
        crc ^= u16::from(*b) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        }
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_vector() {
        let account = Account {
            bank: "970415".into(),
            number: "0000000000".into(),
            name: "KHO BAC NHA NUOC".into(),
        };
        let text = payload(&account, Vnd(70_000), "HS0001");
        assert!(text.starts_with("00020101021238540010A000000727012400069704150110000000000002"));
        // The published vector of the same account and amount, its own check sum over its own bytes.
        let known = "00020101021238540010A00000072701240006970415011000000000000208QRIBFTTA\
                     520400005303704540470005802VN5916KHO BAC NHA NUOC62100806HS00016304";
        assert_eq!(format!("{:04X}", crc16(known.as_bytes())), "CA44");
        assert_eq!(payload(&account, Vnd(7000), "HS0001"), format!("{known}CA44"));
    }
}
