//! Which questions a part of the file rests on.

use super::expressions::Expr;
use super::load::Procedure;
use super::model::Check;
use super::typing::placeholders;
use std::collections::BTreeSet;

impl Procedure {
    /// The questions an expression rests on: those it names, and those whose answers say about whom
    /// or what the facts are that it names. In the order of its text.
    fn questions_of(&self, expr: &Expr) -> Vec<&str> {
        let Ok(node) = expr.node() else { return Vec::new() };
        let known = |id: &str| self.file().ask.iter().find(|a| a.id == id).map(|a| a.id.as_str());
        let facts = &self.file().known.facts;
        let named = node.mentions().into_iter().filter_map(|(name, field)| match name {
            "ask" => known(field),
            "known" => facts.get(field)?.of.strip_prefix("ask.").and_then(known),
            _ => None,
        });
        named.collect()
    }

    /// The question beside which it is said that a check does not hold: the first it rests on.
    pub fn question_of(&self, check: &Check) -> Option<&str> {
        self.questions_of(&check.that).first().copied()
    }

    /// Questions whose answers stand once the request is filed: other people agreed to them, or fee,
    /// route, case or facts rest on them.
    pub fn bound_questions(&self) -> BTreeSet<&str> {
        let f = self.file();
        let mut all: Vec<Expr> = vec![f.decider.at.clone()];
        for c in self.consents().iter().map(|c| &c.row) {
            all.push(c.who.clone());
            all.extend(c.when.clone());
            all.extend(placeholders(&c.text.vi).map(Expr::new));
        }
        for fee in &f.fee {
            all.extend(fee.when.iter().chain(&fee.count).cloned());
        }
        all.extend(f.case.iter().filter_map(|c| c.when.clone()));
        let mut bound: BTreeSet<&str> = all.iter().flat_map(|e| self.questions_of(e)).collect();
        let of = f.known.facts.values().filter_map(|fact| fact.of.strip_prefix("ask."));
        bound.extend(f.ask.iter().map(|a| a.id.as_str()).filter(|id| of.clone().any(|o| o == *id)));
        bound
    }
}
