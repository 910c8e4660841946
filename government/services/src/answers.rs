//! Answers between a page's form and the JSON that definitions read: communes typed as people name
//! them on the way in, what was typed shown again on the way out.

use crate::definition::answers::Form as Sent;
use crate::definition::model::{Ask, AskKind};
use kernel::vietnamese::first_upper;
use kernel::{CommuneCode, Date, time};
use serde_json::Value as Json;
use web::{Form, Req};

/// A sent form as definitions read it. A commune may be a code chosen from suggestions, or words.
pub struct FromReq<'a> {
    /// The request.
    pub req: &'a Req,
    /// Today: words name communes of today.
    pub today: Date,
}

impl Sent for FromReq<'_> {
    fn one(&self, name: &str) -> Option<String> {
        match name.strip_suffix(".commune") {
            Some(id)
                if self.req.form(&format!("{id}.line")).is_some() || self.typed(id).is_some() =>
            {
                self.commune(id)
            }
            _ => self.req.form(name).map(str::to_owned),
        }
    }
    fn all(&self, name: &str) -> Vec<String> {
        self.req.form_all(name).into_iter().map(str::to_owned).collect()
    }
}

impl FromReq<'_> {
    fn typed(&self, id: &str) -> Option<&str> {
        self.req.form(&format!("{id}.commune"))
    }

    /// The code stands only while the words beside it are those it was chosen with; other words are
    /// looked up, and if they can mean one commune only, that is it. Otherwise the words stay.
    fn commune(&self, id: &str) -> Option<String> {
        let part = |p: &str| self.req.form(&format!("{id}.{p}"));
        let typed = self.typed(id);
        if let Some(code) = part("code")
            && (typed.is_none() || typed == part("shown") || self.names(code, typed))
        {
            return Some(code.to_owned());
        }
        let typed = typed?;
        if CommuneCode::parse(typed).is_ok() {
            return Some(typed.to_owned());
        }
        let meant = places::meant(typed, self.today);
        Some(meant.map_or_else(|| typed.to_owned(), |c| c.as_str().to_owned()))
    }

    /// Whether the words are the full name of this commune, as the suggestions put it.
    fn names(&self, code: &str, typed: Option<&str>) -> bool {
        let Ok(code) = CommuneCode::parse(code) else { return false };
        places::all()
            .commune(&code, self.today)
            .is_ok_and(|c| typed.is_some_and(|t| same_words(t, &c.full_name())))
    }
}

fn same_words(a: &str, b: &str) -> bool {
    kernel::vietnamese::search_key(a) == kernel::vietnamese::search_key(b)
}

/// Puts answers into a form, right or wrong, as they were typed.
pub fn into_form(mut form: Form, asks: &[Ask], answers: &Json, today: Date) -> Form {
    for ask in asks {
        let id = &ask.id;
        let value = &answers[id];
        match (&ask.kind, value) {
            (AskKind::Address, Json::Object(a)) => {
                let text = |k: &str| a.get(k).and_then(Json::as_str).unwrap_or_default();
                let commune = text("commune");
                match CommuneCode::parse(commune)
                    .and_then(|c| places::all().commune(&c, today).map(places::Commune::full_name))
                {
                    Ok(name) => {
                        form.push(&format!("{id}.code"), commune);
                        form.push(&format!("{id}.commune"), &first_upper(&name));
                    }
                    Err(_) => form.push(&format!("{id}.commune"), commune),
                }
                form.push(&format!("{id}.line"), text("line"));
            }
            (AskKind::Date, Json::String(d)) => {
                if let Ok(d) = d.parse::<Date>() {
                    form = form.with_date(id, d);
                }
            }
            (AskKind::Date, Json::Object(parts)) => {
                for (part, typed) in parts {
                    form.push(&format!("{id}.{part}"), typed.as_str().unwrap_or_default());
                }
            }
            (AskKind::Pick(_), Json::Array(all)) => {
                for v in all.iter().filter_map(Json::as_str) {
                    form.push(id, v);
                }
            }
            (AskKind::People, Json::Array(rows)) => {
                for (i, row) in rows.iter().enumerate() {
                    for (column, v) in row.as_object().into_iter().flatten() {
                        let shown = v.as_str().unwrap_or_default();
                        let shown = match (column.as_str(), shown.parse::<Date>()) {
                            ("birth", Ok(d)) => time::day(d),
                            _ => shown.to_owned(),
                        };
                        form.push(&format!("{id}.{i}.{column}"), &shown);
                    }
                }
            }
            (_, Json::String(s)) => form.push(id, s),
            (_, Json::Number(n)) => form.push(id, &n.to_string()),
            _ => {}
        }
    }
    form
}
