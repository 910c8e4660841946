//! Who is at the other end: the connection's address, or what a proxy of our own says it saw. Nobody
//! else is believed.

use axum::extract::{ConnectInfo, Request};
use std::net::{IpAddr, SocketAddr};

/// The proxy in front of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Where it speaks from. What comes from elsewhere has its own address, whatever it says.
    pub from: Vec<Network>,
    /// The header whose last entry is the caller, as the proxy saw it; lower case.
    pub header: String,
}

impl Proxy {
    /// A proxy on the same machine that writes `X-Forwarded-For`.
    pub fn local() -> Self {
        let local = ["127.0.0.0/8", "::1"].iter().filter_map(|n| Network::parse(n));
        Self { from: local.collect(), header: "x-forwarded-for".to_owned() }
    }
}

/// An address, or all that begin with the same bits: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let digits = |b: &str| b.bytes().all(|c| c.is_ascii_digit());
        let bits = bits.map_or(Some(most), |b| b.parse().ok().filter(|_| digits(b)))?;
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether the address belongs to it.
    pub fn holds(&self, address: IpAddr) -> bool {
        fn same(a: u128, b: u128, bits: u32, all: u32) -> bool {
            bits == 0 || (a ^ b) >> (all - bits) == 0
        }
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                same(u32::from(a).into(), u32::from(b).into(), self.bits, 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => same(a.into(), b.into(), self.bits, 128),
            _ => false,
        }
    }
}

/// The caller's address.
pub(crate) fn of(proxy: Option<&Proxy>, request: &Request) -> Option<IpAddr> {
    let direct = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip())?;
    let told = proxy.filter(|p| p.from.iter().any(|n| n.holds(direct))).and_then(|p| {
        let lines = request.headers().get_all(p.header.as_str());
        let last = lines.iter().next_back()?.to_str().ok()?.rsplit(',').next()?;
        entry(last.trim())
    });
    Some(told.unwrap_or(direct))
}

/// An entry as proxies write it: an address, perhaps with its port.
fn entry(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches('"');
    let alone = text.parse::<IpAddr>().ok();
    alone.or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn seen(proxy: Option<&Proxy>, from: [u8; 4], headers: &[&str]) -> String {
        let mut r = Request::new(Body::empty());
        r.extensions_mut().insert(ConnectInfo(SocketAddr::from((from, 99))));
        for h in headers {
            r.headers_mut().append("x-forwarded-for", h.parse().unwrap());
        }
        of(proxy, &r).unwrap().to_string()
    }

    #[test]
    fn the_caller_behind_a_proxy_is_the_one_the_proxy_saw() {
        let local = Proxy::local();
        let seen = |headers: &[&str]| seen(Some(&local), [127, 0, 0, 1], headers);
        assert_eq!(seen(&["1.2.3.4, 5.6.7.8"]), "5.6.7.8", "earlier entries may be made up");
        assert_eq!(seen(&["1.2.3.4", "9.9.9.9"]), "9.9.9.9");
        assert_eq!(seen(&["9.9.9.9:4711"]), "9.9.9.9");
        assert_eq!(seen(&["\"[2001:db8::7]:4711\""]), "2001:db8::7");
        for nothing in [&["nonsense"][..], &["1.2.3.4,"], &[]] {
            assert_eq!(seen(nothing), "127.0.0.1", "{nothing:?}");
        }
    }

    #[test]
    fn nobody_but_the_proxy_says_who_calls() {
        let proxy = Proxy { from: vec![Network::parse("10.1.0.0/16").unwrap()], ..Proxy::local() };
        assert_eq!(seen(Some(&proxy), [10, 1, 2, 3], &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(seen(Some(&proxy), [10, 2, 2, 3], &["1.2.3.4"]), "10.2.2.3");
        assert_eq!(seen(None, [10, 1, 2, 3], &["1.2.3.4"]), "10.1.2.3");
    }

    #[test]
    fn networks_as_they_are_written() {
        let holds = |n: &str, a: &str| Network::parse(n).unwrap().holds(a.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("10.0.0.7", "::ffff:10.0.0.7"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "fe80::1"));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/+8", "10.0.0.0/", "host"] {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }
}
