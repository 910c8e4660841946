//! Decisions of this crate: pure, no clock, no database, no randomness.

pub mod acting;
pub mod ages;
pub mod appointments;
pub mod password;
pub mod session;
pub mod throttle;

use kernel::vietnamese::search_key;

/// Lower case without marks, spaces or punctuation: for comparing names and passwords loosely.
pub fn folded(text: &str) -> String {
    search_key(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The name of a browser as its owner would know it: `Chrome · Android`. Never the whole header.
pub fn browser_label(user_agent: &str) -> String {
    let has = |s: &str| user_agent.contains(s);
    // Order matters: each of these browsers also names the ones below it.
    let browser = [
        ("CocCoc", "Cốc Cốc"),
        ("coc_coc", "Cốc Cốc"),
        ("Zalo", "Zalo"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    let system = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| list.iter().find(|(k, _)| has(k)).map(|(_, v)| *v);
    match (find(&browser), find(&system)) {
        (Some(b), Some(s)) => format!("{b} · {s}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

/// The part of an address that belongs to one household or office: an IPv4 address whole, an IPv6
/// address to 56 bits (what a provider hands to one line).
pub fn address_prefix(address: std::net::IpAddr) -> String {
    match address.to_canonical() {
        std::net::IpAddr::V4(a) => a.to_string(),
        std::net::IpAddr::V6(a) => {
            let s = a.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/56", s[0], s[1], s[2], s[3] & 0xff00)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_knows_vietnamese() {
        assert_eq!(folded("Mật Khẩu_ĐẶNG 1"), "matkhaudang1");
        assert_eq!(folded("Đặng"), "dang");
    }

    #[test]
    fn browsers_have_short_names() {
        let chrome = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/130.0.0.0 Mobile Safari/537.36";
        assert_eq!(browser_label(chrome), "Chrome · Android");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 \
                      Version/17.0 Mobile/15E148 Safari/604.1";
        assert_eq!(browser_label(safari), "Safari · iPhone");
        assert_eq!(browser_label("curl/8"), "");
    }

    #[test]
    fn prefixes() {
        let p = |a: &str| address_prefix(a.parse().unwrap());
        assert_eq!(p("203.0.113.7"), "203.0.113.7");
        assert_eq!(p("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(p("2001:db8:1:2ff::1"), p("2001:db8:1:200:ffff::9"));
        assert_ne!(p("2001:db8:1:2ff::1"), p("2001:db8:1:3ff::1"));
    }
}
