//! A statement's text as the server wants it, and the types of its values.

use crate::Value;
use postgres::types::Type;

pub(super) fn is_null(v: &Value) -> bool {
    matches!(v, Value::Null)
}

/// The type that a value has by itself.
pub(super) fn kind(v: &Value) -> Type {
    match v {
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Real(_) => Type::FLOAT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

/// `?1` as `$1`, outside of quotes. The server cannot infer the type of a NULL from `?1 IS NULL`, so that becomes the
/// answer itself, and such a statement is kept by which of its values are NULL.
pub(super) fn translate(sql: &str, params: &[Value]) -> String {
    let (mut out, mut quoted, mut rest) = (String::with_capacity(sql.len()), None, sql);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match (c, quoted) {
            ('\'' | '"', None) => quoted = Some(c),
            (c, Some(q)) if c == q => quoted = None,
            ('?', None) => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let number: usize = rest[..digits].parse().unwrap_or(0);
                let null = number > 0 && matches!(params.get(number - 1), Some(Value::Null));
                if null && let Some((answer, after)) = asked_for_null(&rest[digits..]) {
                    out.push_str(answer);
                    rest = after;
                    continue;
                }
                out.push(if digits > 0 { '$' } else { c });
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// What follows a NULL: `IS NULL` is true, `IS NOT NULL` is false.
fn asked_for_null(text: &str) -> Option<(&'static str, &str)> {
    let mut words = [""; 3];
    let mut rest = text;
    for word in &mut words {
        rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        (*word, rest) = rest.split_at(end);
        if word.eq_ignore_ascii_case("null") {
            break;
        }
    }
    let [is, not, null] = words.map(str::to_ascii_uppercase);
    match (is.as_str(), not.as_str(), null.as_str()) {
        ("IS", "NULL", "") => Some(("TRUE", rest)),
        ("IS", "NOT", "NULL") => Some(("FALSE", rest)),
        _ => None,
    }
}

/// The types to tell the server. A NULL has none, unless nothing is left to infer it from.
pub(super) fn types_of(translated: &str, params: &[Value]) -> Vec<Type> {
    let named = |n: usize| {
        translated.match_indices(&format!("${n}")).any(|(at, found)| {
            !translated[at + found.len()..].starts_with(|c: char| c.is_ascii_digit())
        })
    };
    params
        .iter()
        .enumerate()
        .map(|(i, v)| match v {
            Value::Null if !named(i + 1) => Type::TEXT,
            v => kind(v),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_change_outside_quotes_only() {
        let none = |sql| translate(sql, &[]);
        assert_eq!(none("SELECT '?1', \"?2\", ?1 + ?12"), "SELECT '?1', \"?2\", $1 + $12");
        assert_eq!(none("a = 'it''s ?1' AND b = ?2"), "a = 'it''s ?1' AND b = $2");
    }

    #[test]
    fn a_null_answers_whether_it_is_null() {
        let sql = "(?1 IS NULL OR a = ?1) AND (?2 is\n not null) AND ?1 IS NOT DISTINCT FROM b AND ?11 IS NULL";
        assert_eq!(
            translate(sql, &[Value::Null, Value::Null]),
            "(TRUE OR a = $1) AND (FALSE) AND $1 IS NOT DISTINCT FROM b AND $11 IS NULL"
        );
        assert_eq!(translate("?1 IS NULL", &[Value::Int(1)]), "$1 IS NULL");
        assert_eq!(
            types_of("a = $1 OR $10", &[Value::Null, Value::Int(1)]),
            [Type::UNKNOWN, Type::INT8]
        );
        assert_eq!(types_of("TRUE OR $10", &[Value::Null]), [Type::TEXT]);
    }
}
