//! Static files: embedded, named by the hash of their content, kept for ever by browsers, compressed
//! once at start.

use aws_lc_rs::digest;
use std::collections::BTreeMap;

/// A static file that a crate brings along.
#[derive(Clone)]
pub struct Asset {
    /// Its name, such as `passkey.js`; the ending decides the media type.
    pub name: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
}

/// One file ready to be sent.
pub(crate) struct Ready {
    pub(crate) path: String,
    pub(crate) media_type: &'static str,
    pub(crate) plain: Vec<u8>,
    pub(crate) gzip: Option<Vec<u8>>,
}

/// All static files.
pub(crate) struct Assets {
    by_name: BTreeMap<String, Ready>,
    by_file: BTreeMap<String, String>,
}

const OWN: [Asset; 9] = [
    Asset { name: "style.css", bytes: include_bytes!("../assets/style.css") },
    Asset { name: "wall.css", bytes: include_bytes!("../assets/wall.css") },
    Asset { name: "main.js", bytes: include_bytes!("../assets/main.js") },
    Asset { name: "address.js", bytes: include_bytes!("../assets/address.js") },
    Asset { name: "live.js", bytes: include_bytes!("../assets/live.js") },
    Asset { name: "desk.js", bytes: include_bytes!("../assets/desk.js") },
    Asset { name: "draft.js", bytes: include_bytes!("../assets/draft.js") },
    Asset { name: "favicon.svg", bytes: include_bytes!("../assets/favicon.svg") },
    Asset { name: "mask.svg", bytes: include_bytes!("../assets/mask.svg") },
];

impl Assets {
    pub(crate) fn build(others: Vec<Asset>) -> Self {
        let mut assets = Self { by_name: BTreeMap::new(), by_file: BTreeMap::new() };
        for asset in OWN.into_iter().chain(others) {
            assets.add(&asset);
        }
        assets
    }

    fn add(&mut self, asset: &Asset) {
        let (stem, ending) = asset.name.rsplit_once('.').unwrap_or((asset.name, "bin"));
        let plain = match ending {
            "css" => shrink_css(&String::from_utf8_lossy(asset.bytes)).into_bytes(),
            "js" => shrink_js(&String::from_utf8_lossy(asset.bytes)).into_bytes(),
            _ => asset.bytes.to_vec(),
        };
        let hash = digest::digest(&digest::SHA256, &plain);
        let hex: String = hash.as_ref()[..6].iter().map(|b| format!("{b:02x}")).collect();
        let file = format!("{stem}.{hex}.{ending}");
        let gzip = gzip(&plain, 9);
        let ready = Ready {
            path: format!("/a/{file}"),
            media_type: media_type(ending),
            gzip: (gzip.len() < plain.len()).then_some(gzip),
            plain,
        };
        self.by_file.insert(file, asset.name.to_owned());
        self.by_name.insert(asset.name.to_owned(), ready);
    }

    /// The address of a file by its name. An unknown name is our mistake; it shows as a 404 that
    /// names the file.
    pub(crate) fn path(&self, name: &str) -> String {
        match self.by_name.get(name) {
            Some(ready) => ready.path.clone(),
            None => format!("/a/unknown-{name}"),
        }
    }

    /// The file of an address.
    pub(crate) fn file(&self, file: &str) -> Option<&Ready> {
        self.by_file.get(file).and_then(|name| self.by_name.get(name))
    }

    /// The file of a name.
    pub(crate) fn named(&self, name: &str) -> Option<&Ready> {
        self.by_name.get(name)
    }
}

fn media_type(ending: &str) -> &'static str {
    match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "woff2" => "font/woff2",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

/// gzip at a level from 0 to 9.
pub(crate) fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(
        Vec::with_capacity(bytes.len() / 3 + 64),
        flate2::Compression::new(level),
    );
    // Writing into memory does not fail.
    let _ = out.write_all(bytes);
    out.finish().unwrap_or_default()
}

/// Takes comments and needless space out of our own CSS. Knows strings; not a general minifier.
fn shrink_css(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            continue;
        }
        if c == '"' {
            let end = rest[1..].find('"').map_or(rest.len(), |e| e + 2);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        if c.is_ascii_whitespace() {
            rest = rest.trim_ascii_start();
            let next = rest.chars().next();
            let glued = |c: char| matches!(c, '{' | '}' | ';' | ',' | '>');
            let before = out.chars().next_back();
            let open = before.is_none_or(|b| glued(b) || b == ':') || next.is_none_or(glued);
            if !open && !rest.starts_with("/*") {
                out.push(' ');
            }
            continue;
        }
        if c == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Takes whole-line comments and indentation out of our own modules (which keep no text over more
/// than one line).
fn shrink_js(js: &str) -> String {
    let lines = js.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_shrinks_and_keeps_its_meaning() {
        let css = "/* a */\n:root {\n  --x: 1px;\n}\na > b ,\nc d { font: 18px/1.5 \"Be  Vietnam\" ; margin: 0 -1px }\n@media (min-width: 60rem) {\n .a:not(.b) .c { --f: calc( 1px + 2px ); }\n}\n";
        assert_eq!(
            shrink_css(css),
            ":root{--x:1px}a>b,c d{font:18px/1.5 \"Be  Vietnam\";margin:0 -1px}@media (min-width:60rem){.a:not(.b) .c{--f:calc( 1px + 2px )}}"
        );
    }

    #[test]
    fn a_changed_file_has_another_address() {
        let one = Assets::build(vec![Asset { name: "x.js", bytes: b"// c\nlet a = 1;\n" }]);
        let two = Assets::build(vec![Asset { name: "x.js", bytes: b"let a = 2;\n" }]);
        assert_ne!(one.path("x.js"), two.path("x.js"));
        let file = one.path("x.js");
        assert_eq!(one.file(file.strip_prefix("/a/").unwrap()).unwrap().plain, b"let a = 1;");
        assert!(one.file("x.js").is_none());
    }

    #[test]
    fn the_first_page_stays_small() {
        let assets = Assets::build(Vec::new());
        let size = |name: &str| assets.named(name).unwrap().gzip.as_ref().unwrap().len();
        let css = size("style.css");
        let js: usize = ["main.js", "address.js", "live.js", "desk.js", "draft.js"]
            .iter()
            .map(|n| size(n))
            .sum();
        assert!(css <= 8 * 1024, "style.css is {css} bytes compressed");
        assert!(js <= 5 * 1024, "the modules are {js} bytes compressed");
    }
}
