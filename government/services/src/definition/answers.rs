//! Answers: from form fields to JSON, and from JSON to checked values.

use super::errors::{
    ANSWER_COUNT, ANSWER_OPTION, ANSWER_RANGE, ANSWER_SHAPE, ANSWER_TWICE, BIRTH_AHEAD,
};
use super::expressions::Value;
use super::model::{Ask, AskKind, Column, ProcedureFile};
use kernel::error::{ANSWER_LONG, ANSWER_MISSING, DATE_UNREAL, PERSONAL_ID_SHAPE};
use kernel::{Code, CommuneCode, Date, FieldError, PersonalId, limits};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Most rows of one list of people; the register takes no more in one command.
pub const PEOPLE_MAX: i64 = 200;

/// The fields of a sent form.
pub trait Form {
    /// The first value of a field, trimmed; none if it was not sent.
    fn one(&self, name: &str) -> Option<String>;
    /// All its values.
    fn all(&self, name: &str) -> Vec<String>;
}

/// The answers in a form, as they are stored: what was typed is kept even where it is wrong.
///
/// Fields: `ID` (text, choice, code, number; repeated for `pick`), `ID.day` `ID.month` `ID.year`,
/// `ID.commune` `ID.line` `ID.dwelling`, `ID.0.name` `ID.0.birth` …, or `ID.paste` with one person a
/// line, columns separated by tabs or semicolons.
pub fn from_form(file: &ProcedureFile, form: &dyn Form) -> Json {
    let filled = |name: &str| form.one(name).filter(|v| !v.trim().is_empty());
    let mut out = Map::new();
    for ask in &file.ask {
        let parts = |names: &[&str]| -> Map<String, Json> {
            let found = names.iter().map(|p| (*p, filled(&format!("{}.{p}", ask.id))));
            found.filter_map(|(p, v)| Some((p.to_owned(), json!(v?)))).collect()
        };
        let value = match &ask.kind {
            AskKind::Date => {
                let typed = parts(&["day", "month", "year"]);
                iso(&typed).map(|d| json!(d)).or_else(|| some(typed))
            }
            AskKind::Address => some(parts(&["commune", "line", "dwelling"])),
            AskKind::Pick(_) => Some(json!(form.all(&ask.id))),
            AskKind::People => Some(people_from_form(ask, form)),
            _ => filled(&ask.id).map(|v| json!(v)),
        };
        if let Some(value) = value {
            out.insert(ask.id.clone(), value);
        }
    }
    Json::Object(out)
}

fn some(parts: Map<String, Json>) -> Option<Json> {
    (!parts.is_empty()).then_some(Json::Object(parts))
}

/// `{day, month, year}` as `YYYY-MM-DD`, if there is such a day.
fn iso(parts: &Map<String, Json>) -> Option<String> {
    let n = |k: &str| parts.get(k)?.as_str()?.trim().parse::<i16>().ok();
    let (d, m) = (i8::try_from(n("day")?).ok()?, i8::try_from(n("month")?).ok()?);
    Date::new(n("year")?, m, d).ok().map(|d| d.to_string())
}

/// `12/05/1998`, `12.5.1998` or `1998-05-12` as `YYYY-MM-DD`.
fn typed_day(text: &str) -> String {
    let parts: Vec<&str> = text.split(['/', '.', '-']).map(str::trim).collect();
    match parts[..] {
        [d, m, y] if y.len() == 4 => {
            let o = [("day", d), ("month", m), ("year", y)];
            let o = o.map(|(k, v)| (k.to_owned(), json!(v))).into_iter().collect();
            iso(&o).unwrap_or_else(|| text.to_owned())
        }
        _ => text.to_owned(),
    }
}

fn typed_sex(text: &str) -> String {
    match text.to_lowercase().as_str() {
        "nam" | "male" | "m" => "male".to_owned(),
        "nữ" | "nu" | "female" | "f" => "female".to_owned(),
        _ => text.to_owned(),
    }
}

fn typed(column: Column, text: &str) -> Json {
    json!(match column {
        Column::Birth => typed_day(text),
        Column::Sex => typed_sex(text),
        Column::Name | Column::Pid => text.to_owned(),
    })
}

fn people_from_form(ask: &Ask, form: &dyn Form) -> Json {
    let mut rows = Vec::new();
    for n in 0..=ask.max.unwrap_or(PEOPLE_MAX).min(PEOPLE_MAX) {
        let mut row = Map::new();
        for c in &ask.columns {
            let text = form.one(&format!("{}.{n}.{}", ask.id, c.as_str())).unwrap_or_default();
            if !text.trim().is_empty() {
                row.insert(c.as_str().to_owned(), typed(*c, text.trim()));
            }
        }
        if !row.is_empty() {
            rows.push(Json::Object(row));
        }
    }
    let pasted = form.one(&format!("{}.paste", ask.id)).unwrap_or_default();
    let rows_max = usize::try_from(PEOPLE_MAX).unwrap_or(0) + 1;
    for line in pasted.lines().filter(|l| !l.trim().is_empty()).take(rows_max) {
        let cells = line.split(['\t', ';']).map(str::trim);
        let row = ask.columns.iter().zip(cells).map(|(c, t)| (c.as_str().to_owned(), typed(*c, t)));
        rows.push(Json::Object(row.collect()));
    }
    Json::Array(rows)
}

/// What an answer is checked against.
pub(super) struct Against<'a> {
    /// The day of filing.
    pub today: Date,
    /// Ids that may be chosen: of a choice or a code list.
    pub options: Vec<&'a str>,
    /// People that may be picked.
    pub people: &'a [Value],
}

/// Reads one answer. `Ok(None)`: nothing was answered.
pub(super) fn read(ask: &Ask, json: &Json, against: &Against) -> Result<Option<Value>, FieldError> {
    let error = |code: Code| FieldError::new(&ask.id, code);
    let text = json.as_str().map(str::trim).filter(|t| !t.is_empty());
    if json.is_null() || (json.is_string() && text.is_none()) {
        return Ok(None);
    }
    Ok(Some(match &ask.kind {
        AskKind::Date => Value::Date(date(json).ok_or_else(|| error(DATE_UNREAL))?),
        AskKind::Choice | AskKind::Code(_) => {
            let id = text.filter(|t| against.options.contains(t));
            Value::Text(id.ok_or_else(|| error(ANSWER_OPTION))?.to_owned())
        }
        AskKind::Text => {
            let text = text.ok_or_else(|| error(ANSWER_SHAPE))?;
            let max = ask.max.unwrap_or(200).clamp(1, limits::ANSWER_CHARS_MAX as i64);
            if text.chars().count() as i64 > max {
                return Err(error(ANSWER_LONG).number("max", max));
            }
            Value::Text(kernel::vietnamese::nfc(text))
        }
        AskKind::Money | AskKind::Count => {
            let digits = |t: &str| t.replace(['.', ' ', '\u{a0}'], "").parse().ok();
            let n: Option<i64> = json.as_i64().or_else(|| text.and_then(digits));
            let n = n.ok_or_else(|| error(ANSWER_SHAPE))?;
            let most = limits::ANSWER_NUMBER_MAX;
            let (low, high) = (ask.min.unwrap_or(0), ask.max.unwrap_or(most).min(most));
            if n < low || n > high {
                return Err(error(ANSWER_RANGE).number("low", low).number("high", high));
            }
            Value::Int(n)
        }
        AskKind::Address => address(ask, json, against.today)?,
        AskKind::Pick(_) => pick(ask, json, against.people)?,
        AskKind::People => people(ask, json, against.today)?,
    }))
}

fn date(json: &Json) -> Option<Date> {
    let day: Date = json.as_str()?.trim().parse().ok()?;
    (1900..=2199).contains(&day.year()).then_some(day)
}

/// A place of today: a commune code of another time is refused with its successor's name.
fn address(ask: &Ask, json: &Json, today: Date) -> Result<Value, FieldError> {
    let part = |k: &str| json[k].as_str().map(str::trim).filter(|t| !t.is_empty());
    let field = |name: &str, code| FieldError::new(format!("{}.{name}", ask.id), code);
    let code = part("commune").ok_or_else(|| field("commune", ANSWER_MISSING))?;
    let place = CommuneCode::parse(code).and_then(|c| places::all().commune(&c, today));
    let place = place.map_err(|e| e.field(&format!("{}.commune", ask.id))).map_err(|e| {
        e.field_errors().first().cloned().unwrap_or_else(|| field("commune", ANSWER_SHAPE))
    })?;
    let dwelling = part("dwelling");
    let line = part("line").ok_or_else(|| field("line", ANSWER_MISSING))?;
    if line.chars().count() > limits::LINE_CHARS_MAX {
        return Err(field("line", ANSWER_LONG).number("max", limits::LINE_CHARS_MAX));
    }
    let line = kernel::vietnamese::nfc(line);
    let text = |t: &str| Value::Text(t.to_owned());
    let fields: BTreeMap<String, Value> = [
        ("text".to_owned(), Value::Text(format!("{line}, {}", place.full_name()))),
        ("line".to_owned(), Value::Text(line)),
        ("commune".to_owned(), text(code)),
        ("province".to_owned(), text(place.province().code_str())),
        ("dwelling".to_owned(), dwelling.map_or(Value::Null, text)),
    ]
    .into();
    Ok(Value::Record(fields))
}

/// People out of the list that registers gave: nobody else can be picked.
fn pick(ask: &Ask, json: &Json, from: &[Value]) -> Result<Value, FieldError> {
    let ids = json.as_array().ok_or_else(|| FieldError::new(&ask.id, ANSWER_SHAPE))?;
    let mut out: Vec<Value> = Vec::new();
    for id in ids {
        let person = from.iter().find(|p| p.field("pid").text() == id.as_str());
        let person = person.ok_or_else(|| FieldError::new(&ask.id, ANSWER_OPTION))?;
        if !out.contains(person) {
            out.push(person.clone());
        }
    }
    counted(ask, out.len(), ask.max)?;
    Ok(Value::List(out))
}

fn counted(ask: &Ask, n: usize, max: Option<i64>) -> Result<(), FieldError> {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let low = ask.min.unwrap_or(0);
    let high = max.unwrap_or(PEOPLE_MAX).min(PEOPLE_MAX);
    if n < low || n > high {
        let error = FieldError::new(&ask.id, ANSWER_COUNT);
        return Err(error.number("low", low).number("high", high));
    }
    Ok(())
}

fn people(ask: &Ask, json: &Json, today: Date) -> Result<Value, FieldError> {
    let rows = json.as_array().ok_or_else(|| FieldError::new(&ask.id, ANSWER_SHAPE))?;
    counted(ask, rows.len(), ask.max)?;
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let mut fields = BTreeMap::new();
        for c in &ask.columns {
            let name = c.as_str();
            let error = |code| FieldError::new(format!("{}.{n}.{name}", ask.id), code);
            let text = row[name].as_str().map(str::trim).filter(|t| !t.is_empty());
            let text = text.ok_or_else(|| error(ANSWER_MISSING))?;
            let value = cell(*c, text, today).map_err(error)?;
            if *c == Column::Pid && !seen.insert(value.text().unwrap_or_default().to_owned()) {
                return Err(error(ANSWER_TWICE));
            }
            fields.insert(name.to_owned(), value);
        }
        out.push(Value::Record(fields));
    }
    Ok(Value::List(out))
}

fn cell(column: Column, text: &str, today: Date) -> Result<Value, Code> {
    match column {
        Column::Name if text.chars().count() > limits::LINE_CHARS_MAX => Err(ANSWER_LONG),
        Column::Name => Ok(Value::Text(kernel::vietnamese::nfc(text))),
        Column::Birth => match date(&json!(typed_day(text))) {
            None => Err(DATE_UNREAL),
            Some(day) if day > today => Err(BIRTH_AHEAD),
            Some(day) => Ok(Value::Date(day)),
        },
        Column::Sex => match typed_sex(text).as_str() {
            sex @ ("male" | "female") => Ok(Value::Text(sex.to_owned())),
            _ => Err(ANSWER_OPTION),
        },
        Column::Pid => match PersonalId::parse(text) {
            Ok(pid) => Ok(Value::Text(pid.as_str().to_owned())),
            Err(_) => Err(PERSONAL_ID_SHAPE),
        },
    }
}
