//! The JSON Schema of procedure files, made from the model, and the check of a file against it.
//!
//! The same schema is published (`docs/procedure.schema.json`) and used here, so an editor that knows
//! JSON Schema and this program agree.

use super::check::Findings;
use super::check::words::nearest;
use super::model::ProcedureFile;
use super::source::Source;
use serde_json::Value as Json;
use std::sync::LazyLock;
use toml::de::{DeTable, DeValue};

static SCHEMA: LazyLock<Json> = LazyLock::new(|| {
    let mut schema = schemars::schema_for!(ProcedureFile).to_value();
    schema["title"] = "Procedure file dvc/1".into();
    schema
});

/// The schema.
pub fn schema() -> &'static Json {
    &SCHEMA
}

/// As published in `docs/procedure.schema.json`.
pub fn published() -> String {
    let mut text = serde_json::to_string_pretty(schema()).unwrap_or_default();
    text.push('\n');
    text
}

/// Reports everything in the file that does not have the shape the schema describes.
pub(super) fn check_shape(source: &Source, root: &DeTable, findings: &mut Findings) {
    Shape { source, findings }.table("", root, schema());
}

struct Shape<'a> {
    source: &'a Source,
    findings: &'a mut Findings,
}

impl Shape<'_> {
    fn report(&mut self, path: &str, code: &'static str, args: &[(&'static str, String)]) {
        self.findings.add(self.source, path, code, args);
    }

    fn table(&mut self, path: &str, table: &DeTable, schema: &Json) {
        let empty = serde_json::Map::new();
        let known = schema["properties"].as_object().unwrap_or(&empty);
        let rest = &schema["additionalProperties"];
        for (key, value) in table {
            let name: &str = key.get_ref();
            let inner = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            match known.get(name) {
                Some(s) => self.value(&inner, value.get_ref(), s),
                None if rest.is_object() => self.value(&inner, value.get_ref(), rest),
                None => {
                    let near = nearest(name, known.keys().map(String::as_str)).unwrap_or("none");
                    let args = [("key", name.to_owned()), ("near", near.to_owned())];
                    self.report(&inner, "shape-unknown-key", &args);
                }
            }
        }
        for needed in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            if !table.contains_key(needed) {
                let at = if path.is_empty() { "schema" } else { path };
                self.report(at, "shape-missing-key", &[("key", needed.to_owned())]);
            }
        }
    }

    fn value(&mut self, path: &str, value: &DeValue, schema: &Json) {
        let schema = resolve(schema);
        if let Some(options) = options(schema) {
            return self.one_of(path, value, &options);
        }
        let (wanted, fits) = match first_type(schema) {
            Some("object") => ("table", matches!(value, DeValue::Table(_))),
            Some("array") => ("list", matches!(value, DeValue::Array(_))),
            Some("integer") => ("number", matches!(value, DeValue::Integer(_))),
            Some("boolean") => ("true/false", matches!(value, DeValue::Boolean(_))),
            Some("string") if schema["format"] == "date" => {
                ("date", matches!(value, DeValue::Datetime(d) if d.time.is_none()))
            }
            Some("string") => ("text", matches!(value, DeValue::String(_))),
            _ => return,
        };
        if !fits {
            let args = [("wanted", wanted.to_owned()), ("got", sort(value).to_owned())];
            return self.report(path, "shape-type", &args);
        }
        match value {
            DeValue::Table(t) => self.table(path, t, schema),
            DeValue::Array(a) => {
                if schema["minItems"].as_u64().is_some_and(|n| (a.len() as u64) < n) {
                    self.report(path, "shape-empty", &[]);
                }
                for (i, item) in a.iter().enumerate() {
                    self.value(&format!("{path}[{i}]"), item.get_ref(), &schema["items"]);
                }
            }
            DeValue::Integer(i) => self.range(path, &i.to_string().replace('_', ""), schema),
            DeValue::String(s) => self.text(path, s, schema),
            _ => {}
        }
    }

    fn one_of(&mut self, path: &str, value: &DeValue, options: &[&str]) {
        match value {
            DeValue::String(s) if options.contains(&s.as_ref()) => {}
            DeValue::String(s) => {
                let near = nearest(s, options.iter().copied()).unwrap_or("none").to_owned();
                let args =
                    [("value", s.to_string()), ("options", options.join(", ")), ("near", near)];
                self.report(path, "shape-option", &args);
            }
            other => {
                let args = [("wanted", "text".to_owned()), ("got", sort(other).to_owned())];
                self.report(path, "shape-type", &args);
            }
        }
    }

    fn range(&mut self, path: &str, digits: &str, schema: &Json) {
        let number: Option<i64> = digits.parse().ok();
        let low = schema["minimum"].as_f64().unwrap_or(f64::MIN);
        let high = schema["maximum"].as_f64().unwrap_or(f64::MAX);
        #[allow(clippy::cast_precision_loss)] // limits are small
        let inside = number.is_some_and(|n| (n as f64) >= low && (n as f64) <= high);
        if !inside {
            let shown = |k: &str| schema[k].as_i64().map_or("…".to_owned(), |n| n.to_string());
            let args = [("low", shown("minimum")), ("high", shown("maximum"))];
            self.report(path, "shape-range", &args);
        }
    }

    fn text(&mut self, path: &str, text: &str, schema: &Json) {
        let count = text.chars().count() as u64;
        let short = schema["minLength"].as_u64().is_some_and(|n| count < n);
        if short || text.trim().is_empty() {
            return self.report(path, "shape-blank", &[]);
        }
        if schema["maxLength"].as_u64().is_some_and(|n| count > n) {
            return self.report(path, "shape-long", &[("max", schema["maxLength"].to_string())]);
        }
        if let Some(pattern) = schema["pattern"].as_str()
            && !matches(pattern, text)
        {
            let args = [("value", text.to_owned()), ("pattern", pattern.to_owned())];
            self.report(path, "shape-pattern", &args);
        }
    }
}

/// Follows `$ref`; «this or null» is this, for TOML has no null.
fn resolve(schema: &Json) -> &Json {
    let mut at = schema;
    loop {
        if let Some(name) = at["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
            at = &self::schema()["$defs"][name];
            continue;
        }
        let either = at["anyOf"].as_array().and_then(|a| a.iter().find(|s| s["type"] != "null"));
        match either {
            Some(inner) => at = inner,
            None => return at,
        }
    }
}

/// The type; of «text or null», text.
fn first_type(schema: &Json) -> Option<&str> {
    let types = schema["type"].as_array();
    types.map_or_else(
        || schema["type"].as_str(),
        |t| t.iter().filter_map(Json::as_str).find(|t| *t != "null"),
    )
}

/// The patterns the schema uses, each with what it means here. A test finds one that is missing.
fn matches(pattern: &str, text: &str) -> bool {
    let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
    match pattern {
        r"^dvc/1$" => text == super::model::FORMAT,
        r"^vn-admin$" => text == "vn-admin",
        r"^applicant$" => text == "applicant",
        r"^[0-9]\.[0-9]{6}$" => {
            text.split_once('.').is_some_and(|(a, b)| digits(a, 1) && digits(b, 6))
        }
        r"^(/[a-z0-9]+(-[a-z0-9]+)*)+$" => {
            let word = |w: &str| {
                !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            };
            text.strip_prefix('/')
                .is_some_and(|t| t.split('/').all(|part| part.split('-').all(word)))
        }
        r"^(login|ask\.[a-z][a-z0-9_]*)$" => {
            text == "login" || text.strip_prefix("ask.").is_some_and(is_snake)
        }
        p if p.starts_with("^(address|") => {
            super::model::AskKind::try_from(text.to_owned()).is_ok()
        }
        _ => false,
    }
}

/// `snake_case`: lower-case letters, digits and underscores, beginning with a letter.
pub(super) fn is_snake(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The words of an enumeration.
fn options(schema: &Json) -> Option<Vec<&str>> {
    if let Some(list) = schema["enum"].as_array() {
        return Some(list.iter().filter_map(Json::as_str).collect());
    }
    let list = schema["oneOf"].as_array()?;
    Some(list.iter().filter_map(|s| s["const"].as_str()).collect())
}

fn sort(v: &DeValue) -> &'static str {
    match v {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "number",
        DeValue::Float(_) => "decimal",
        DeValue::Boolean(_) => "true/false",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "list",
        DeValue::Table(_) => "table",
    }
}
