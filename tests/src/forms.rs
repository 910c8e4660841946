//! Forms as a browser reads them out of a page: every field with what stands in it, to be changed
//! and sent.

use crate::http::Answer;

/// A form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Whether by POST.
    pub post: bool,
    /// Names and values, in the page's order; unticked boxes and buttons are left out.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The page's first form that posts to this address.
    pub fn of(page: &Answer, action: &str) -> Option<Self> {
        all(&page.text()).into_iter().find(|f| f.post && f.action == action)
    }

    /// The first value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Puts one value in the place of all the field has.
    pub fn set(&mut self, name: &str, value: &str) {
        self.fields.retain(|(n, _)| n != name);
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// The fields, borrowed.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
    }
}

/// Every form of a page.
pub fn all(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let (mut open, mut select, mut first) = (false, None::<String>, None::<String>);
    for (tag, after) in tags(html) {
        let attribute = |name: &str| tag.attribute(name);
        if tag.name == "form" {
            let post = attribute("method").is_some_and(|m| m.eq_ignore_ascii_case("post"));
            let action = attribute("action").unwrap_or_default();
            forms.push(Form { action, post, fields: Vec::new() });
            open = true;
        }
        let Some(form) = forms.last_mut().filter(|_| open) else { continue };
        let mut push = |value: String| {
            if let Some(name) = attribute("name") {
                form.fields.push((name, value));
            }
        };
        match tag.name {
            "/form" => open = false,
            "input" => {
                let kind = attribute("type").unwrap_or_default();
                let boxed = kind == "checkbox" || kind == "radio";
                if !matches!(kind.as_str(), "submit" | "file" | "button")
                    && (!boxed || attribute("checked").is_some())
                {
                    let usual = if boxed { "on" } else { "" };
                    push(attribute("value").unwrap_or_else(|| usual.to_owned()));
                }
            }
            "textarea" => push(plain(after.split("</textarea").next().unwrap_or_default())),
            "select" => (select, first) = (attribute("name"), None),
            "option" => {
                let value = attribute("value").unwrap_or_default();
                if attribute("selected").is_some()
                    && let Some(name) = select.take()
                {
                    form.fields.push((name, value));
                } else {
                    first.get_or_insert(value);
                }
            }
            "/select" => {
                if let (Some(name), Some(value)) = (select.take(), first.take()) {
                    form.fields.push((name, value));
                }
            }
            _ => {}
        }
    }
    forms
}

/// The targets of all links of a page.
pub fn links(html: &str) -> Vec<String> {
    tags(html).filter(|(t, _)| t.name == "a").filter_map(|(t, _)| t.attribute("href")).collect()
}

/// The value of the choice (radio button, ticked box) of a question whose words hold this text.
pub fn choice(html: &str, name: &str, text: &str) -> Option<String> {
    tags(html).find_map(|(tag, after)| {
        let own = tag.name == "input" && tag.attribute("name").as_deref() == Some(name);
        let label = after.split("</label").next().filter(|_| own)?;
        words(&format!("<>{label}")).contains(text).then(|| tag.attribute("value"))?
    })
}

/// The text of a page as a person reads it: no tags, no scripts, single spaces.
pub fn words(html: &str) -> String {
    let mut out = String::new();
    for piece in html.split('<') {
        let text = piece.split_once('>').map_or("", |(_, text)| text);
        out.push(' ');
        out.push_str(text);
    }
    plain(&out).split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Tag<'a> {
    name: &'a str,
    rest: &'a str,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.rest;
        loop {
            rest = rest.trim_start_matches([' ', '\n', '\t', '\r', '/']);
            let end = rest.find([' ', '=', '\n', '\t']).unwrap_or(rest.len());
            let (found, after) = rest.split_at(end);
            if found.is_empty() {
                return None;
            }
            let (value, after) = match after.strip_prefix("=\"") {
                Some(quoted) => quoted.split_once('"')?,
                None => ("", after.strip_prefix('=').unwrap_or(after)),
            };
            if found == name {
                return Some(plain(value));
            }
            rest = after;
        }
    }
}

/// The tags of a page in their order, each with what follows it.
fn tags(html: &str) -> impl Iterator<Item = (Tag<'_>, &str)> {
    let mut rest = html;
    std::iter::from_fn(move || {
        rest = &rest[rest.find('<')? + 1..];
        let mut quoted = false;
        let end = rest.find(|c: char| {
            quoted ^= c == '"';
            c == '>' && !quoted
        })?;
        let (tag, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        let (name, attributes) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
        Some((Tag { name, rest: attributes }, after))
    })
}

/// Text without entities.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest[1..].split(';').next().unwrap_or_default();
        let number = entity.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => n.parse().ok(),
        });
        let meant = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "nbsp" => Some('\u{a0}'),
            _ => number.and_then(char::from_u32),
        };
        match meant {
            Some(c) => {
                out.push(c);
                rest = &rest[entity.len() + 2..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<a href=\"/x?a=1&amp;b=2\">x</a><form method=\"get\" action=\"/tim\"><input name=q></form>\
        <form method=\"post\" action=\"/gui\" data-guard>\
        <input type=\"hidden\" name=\"_token\" value=\"a-b&#39;c\"><input type=\"file\" name=\"f\">\
        <input type=\"radio\" name=\"r\" value=\"1\"><input type=\"radio\" name=\"r\" value=\"2\" checked>\
        <input type=\"checkbox\" name=\"c\" checked><input name=\"title\" value=\"a > b\">\
        <textarea name=\"t\" rows=\"5\">Vũ &amp; Lan</textarea>\
        <select name=\"s\"><option value=\"\">-</option><option value=\"b\" selected>B</option></select>\
        <select name=\"u\"><option value=\"first\">1</option><option value=\"two\">2</option></select>\
        <button name=\"action\" value=\"x\">Gửi</button></form>";

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let form = all(PAGE).into_iter().find(|f| f.action == "/gui").unwrap();
        assert_eq!(
            form.pairs(),
            [
                ("_token", "a-b'c"),
                ("r", "2"),
                ("c", "on"),
                ("title", "a > b"),
                ("t", "Vũ & Lan"),
                ("s", "b"),
                ("u", "first"),
            ]
        );
        let mut changed = form.clone();
        changed.set("r", "1");
        assert_eq!(changed.value("r"), Some("1"));
        assert_eq!(changed.fields.len(), form.fields.len());
    }

    #[test]
    fn links_and_words() {
        assert_eq!(links(PAGE), ["/x?a=1&b=2"]);
        let question = "<label><input type=\"radio\" name=\"r\" value=\"1\"><b>Một</b></label>\
            <label><input type=\"radio\" name=\"r\" value=\"2\"><b>Hai</b></label>";
        assert_eq!(choice(question, "r", "Hai").as_deref(), Some("2"));
        assert_eq!(choice(question, "q", "Hai"), None);
        assert_eq!(words("<p>Một <b>hai</b>&nbsp;ba &amp; &lá;\n</p>"), "Một hai ba & &lá;");
    }
}
