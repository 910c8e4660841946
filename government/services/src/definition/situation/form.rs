//! The form: questions with their options, and answers as they are stored and shown.

use super::{Asked, Situation};
use crate::definition::expressions::Value;
use crate::definition::library::Library;
use crate::definition::model::{Ask, AskKind};
use kernel::{FieldError, Localized, Vnd};
use serde_json::{Map, Value as Json};

/// A question as a page shows it.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The question.
    pub ask: &'a Ask,
    /// What was answered so far, as stored; null if nothing.
    pub given: &'a Json,
    /// The answer proposed, while nothing was answered.
    pub proposed: Option<&'a Json>,
    /// What can be chosen, ticked or picked.
    pub options: Vec<Opt>,
    /// What is wrong with the answer.
    pub error: Option<&'a FieldError>,
}

/// One option of a question.
#[derive(Clone, Debug)]
pub struct Opt {
    /// Its value.
    pub id: String,
    /// As shown.
    pub label: Localized,
    /// A word of help.
    pub hint: Option<Localized>,
}

impl Situation {
    /// The questions to show, given what has been answered so far.
    pub fn questions(&self) -> Vec<Question<'_>> {
        let all = self.procedure.file().ask.iter().zip(&self.asked);
        all.filter(|(_, a)| a.visible).map(|(ask, a)| self.question(ask, a)).collect()
    }

    fn question<'a>(&'a self, ask: &'a Ask, a: &'a Asked) -> Question<'a> {
        let error = self.errors.iter().find(|e| e.field.split('.').next() == Some(&ask.id));
        let proposed = a.proposed.as_ref().filter(|_| a.given.is_null());
        let library = self.procedure.library();
        let options = match &ask.kind {
            AskKind::Choice => ask
                .options
                .iter()
                .map(|o| Opt { id: o.id.clone(), label: o.label.clone(), hint: None })
                .collect(),
            AskKind::Code(list) => library.codes.get(list).map_or(Vec::new(), |l| {
                let kept = l.code.iter().filter(|c| !ask.except.contains(&c.id));
                kept.map(|c| Opt { id: c.id.clone(), label: c.label.clone(), hint: c.hint.clone() })
                    .collect()
            }),
            AskKind::Pick(_) => a
                .people
                .iter()
                .filter_map(|p| {
                    let name = p.field("name").text()?;
                    let birth = p.field("birth").date().map(kernel::time::day);
                    let hint = birth.map(|b| Localized::new(b.clone(), b));
                    let id = p.field("pid").text()?.to_owned();
                    Some(Opt { id, label: Localized::new(name, name), hint })
                })
                .collect(),
            _ => Vec::new(),
        };
        Question { ask, given: &a.given, proposed, options, error }
    }

    /// The answers of the questions that were asked, as checked: what is stored with the dossier.
    pub fn answers(&self) -> Json {
        let file = self.procedure.file();
        let mut out = Map::new();
        for (ask, a) in file.ask.iter().zip(&self.asked).filter(|(_, a)| a.visible) {
            let value = self.scope.get("ask").field(&ask.id);
            let json = match &ask.kind {
                AskKind::Pick(_) => {
                    let pids = value.list().iter().map(|p| p.field("pid").to_json());
                    Json::Array(pids.collect())
                }
                _ => value.to_json(),
            };
            out.insert(ask.id.clone(), if json.is_null() { a.given.clone() } else { json });
        }
        Json::Object(out)
    }

    /// An answer as people read it: label of a code, `dd/MM/yyyy`, names. Empty if not answered.
    pub fn shown(&self, ask: &Ask) -> Localized {
        let value = self.scope.get("ask").field(&ask.id);
        let same = |s: String| Localized::new(s.clone(), s);
        match (&ask.kind, value.text()) {
            (AskKind::Code(list), Some(code)) => self.procedure.library().label(list, code),
            (AskKind::Choice, Some(id)) => ask
                .options
                .iter()
                .find(|o| o.id == id)
                .map_or_else(Localized::default, |o| o.label.clone()),
            (AskKind::Money, _) => match value {
                Value::Int(n) => same(Vnd(*n).to_string()),
                _ => Localized::default(),
            },
            _ => same(value.shown()),
        }
    }
}

/// The ids that may be chosen.
pub(super) fn option_ids<'a>(ask: &'a Ask, library: &'a Library) -> Vec<&'a str> {
    match &ask.kind {
        AskKind::Choice => ask.options.iter().map(|o| o.id.as_str()).collect(),
        AskKind::Code(list) => {
            let codes = library.codes.get(list).map_or(&[][..], |l| &l.code);
            codes
                .iter()
                .map(|c| c.id.as_str())
                .filter(|c| !ask.except.iter().any(|e| e == c))
                .collect()
        }
        _ => Vec::new(),
    }
}
