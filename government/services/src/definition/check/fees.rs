//! Fees and limits: every case and channel has an amount, the last row is for everybody else, and the
//! amounts are those of the legal table.

use super::Findings;
use crate::definition::expressions::{Expr, Node, NodeKind, Operator, Value};
use crate::definition::load::Procedure;
use crate::definition::model::{Channel, Fee, Limit, Per};

pub(super) fn check(p: &Procedure, findings: &mut Findings) {
    let f = p.file();
    last_row(p, "case", f.case.len(), |i| f.case[i].when.is_some() || f.case[i].chosen, findings);
    last_row(p, "fee", f.fee.len(), |i| f.fee[i].when.is_some(), findings);
    last_row(p, "clock.limit", f.clock.limit.len(), |i| f.clock.limit[i].when.is_some(), findings);
    units(p, findings);
    rows(p, findings);
    table(p, findings);
    channels(p, findings);
}

/// The last row applies to everybody else; no row before it does.
fn last_row(
    p: &Procedure,
    table: &str,
    rows: usize,
    conditional: impl Fn(usize) -> bool,
    findings: &mut Findings,
) {
    let Some(last) = rows.checked_sub(1) else { return };
    if conditional(last) {
        findings.add(p.source(), &format!("{table}[{last}]"), "row-last", &[]);
    }
    for i in (0..last).filter(|i| !conditional(*i)) {
        findings.add(p.source(), &format!("{table}[{i}]"), "row-hides", &[]);
    }
}

/// A limit has exactly one unit.
fn units(p: &Procedure, findings: &mut Findings) {
    for (i, l) in p.file().clock.limit.iter().enumerate() {
        if l.budget().is_none() {
            findings.add(p.source(), &format!("clock.limit[{i}]"), "limit-unit", &[]);
        }
    }
    for (i, w) in p.file().clock.warn.iter().enumerate() {
        let reach = |l: &Limit| i64::from(l.working_days.or(l.days).unwrap_or(0));
        if p.file().clock.limit.iter().all(|l| w.left > reach(l)) {
            findings.add(p.source(), &format!("clock.warn[{i}]"), "warn-early", &[]);
        }
    }
}

/// Each row has an amount for each open channel, and says what people it counts.
fn rows(p: &Procedure, findings: &mut Findings) {
    for (i, fee) in p.file().fee.iter().enumerate() {
        for channel in &p.file().channels {
            if !fee.vnd.contains_key(channel) {
                let args = [("channel", channel.to_string())];
                findings.add(p.source(), &format!("fee[{i}].vnd"), "fee-channel", &args);
            }
        }
        match (fee.per, &fee.count) {
            (Per::Person, None) => {
                findings.add(p.source(), &format!("fee[{i}].per"), "fee-count", &[]);
            }
            (Per::Dossier, Some(_)) => {
                findings.add(p.source(), &format!("fee[{i}].count"), "fee-count", &[]);
            }
            _ => {}
        }
    }
}

/// A fee row and its place in the file.
type At<'p> = (usize, &'p Fee);

/// The rows of a case: exemptions that may apply, then the row that certainly does.
fn rows_of<'p>(p: &'p Procedure, case: &str) -> (Vec<At<'p>>, Option<At<'p>>) {
    let mut maybe = Vec::new();
    for (i, fee) in p.file().fee.iter().enumerate() {
        match fee.when.as_ref().map_or(Some(true), |w| decided(w, case)) {
            Some(true) => return (maybe, Some((i, fee))),
            Some(false) => {}
            None => maybe.push((i, fee)),
        }
    }
    (maybe, None)
}

/// Amounts equal the legal table, case by case and channel by channel; what is not for everybody is
/// an exemption and says so.
fn table(p: &Procedure, findings: &mut Findings) {
    for case in &p.file().case {
        let (maybe, certain) = rows_of(p, &case.id);
        for (i, fee) in maybe {
            if fee.exemption.is_none() {
                let args = [("id", fee.id.clone())];
                findings.add(p.source(), &format!("fee[{i}].id"), "fee-not-exemption", &args);
            } else if fee.vnd.values().any(|v| *v != 0) {
                findings.add(p.source(), &format!("fee[{i}].vnd"), "fee-exemption-amount", &[]);
            }
        }
        let Some((i, fee)) = certain else { continue };
        for channel in &p.file().channels {
            legal(p, &case.id, *channel, i, fee, findings);
        }
    }
}

fn legal(
    p: &Procedure,
    case: &str,
    channel: Channel,
    i: usize,
    fee: &Fee,
    findings: &mut Findings,
) {
    let valid = p.file().valid;
    let row = p.library().legal.iter().find(|l| {
        l.procedure == p.file().code
            && (l.case == case || l.case == "*")
            && l.channel == channel
            && l.from <= valid.from.0
            && l.to.is_none_or(|to| to >= valid.from.0)
    });
    let args =
        |law: String| [("case", case.to_owned()), ("channel", channel.to_string()), ("law", law)];
    match (row, fee.vnd.get(&channel)) {
        (None, _) => {
            findings.add(p.source(), &format!("fee[{i}].id"), "fee-no-law", &args(String::new()));
        }
        (Some(law), Some(vnd)) if law.vnd != *vnd => {
            let path = format!("fee[{i}].vnd.{channel}");
            findings.add(p.source(), &path, "fee-not-law", &args(kernel::Vnd(law.vnd).to_string()));
        }
        (Some(law), _) if law.per != fee.per => {
            findings.add(p.source(), &format!("fee[{i}].id"), "fee-per", &args(String::new()));
        }
        _ => {}
    }
}

/// Each channel once.
fn channels(p: &Procedure, findings: &mut Findings) {
    let list = &p.file().channels;
    for (i, c) in list.iter().enumerate() {
        if list[..i].contains(c) {
            let args = [("id", c.to_string())];
            findings.add(p.source(), &format!("channels[{i}]"), "id-twice", &args);
        }
    }
}

/// Whether a condition holds in a case, if the case alone decides it.
pub(in crate::definition) fn decided(expr: &Expr, case: &str) -> Option<bool> {
    match known(expr.node().ok()?, case)? {
        Value::Bool(b) => Some(b),
        _ => None,
    }
}

fn known(node: &Node, case: &str) -> Option<Value> {
    let truth = |n: &Node| match known(n, case) {
        Some(Value::Bool(b)) => Some(b),
        _ => None,
    };
    match &node.kind {
        NodeKind::Literal(v) => Some(v.clone()),
        NodeKind::Name(n) if n == "case" => Some(Value::Text(case.to_owned())),
        NodeKind::List(items) => {
            items.iter().map(|i| known(i, case)).collect::<Option<_>>().map(Value::List)
        }
        NodeKind::Operator(op, args) => {
            let truths: Vec<Option<bool>> = args.iter().map(truth).collect();
            match op {
                Operator::And if truths.contains(&Some(false)) => Some(Value::Bool(false)),
                Operator::Or if truths.contains(&Some(true)) => Some(Value::Bool(true)),
                Operator::And if truths.iter().all(Option::is_some) => Some(Value::Bool(true)),
                Operator::Or if truths.iter().all(Option::is_some) => Some(Value::Bool(false)),
                Operator::Not => Some(Value::Bool(!truths.first().copied().flatten()?)),
                Operator::Equal | Operator::NotEqual => {
                    let (a, b) = (known(args.first()?, case)?, known(args.get(1)?, case)?);
                    Some(Value::Bool((a == b) == (*op == Operator::Equal)))
                }
                Operator::In => {
                    let (a, b) = (known(args.first()?, case)?, known(args.get(1)?, case)?);
                    Some(Value::Bool(b.list().contains(&a)))
                }
                _ => None,
            }
        }
        _ => None,
    }
}
