//! The word files: their keys, the values each sentence takes, and where they stand.

use super::{Fault, source::line_of};
use fluent_syntax::{ast, parser};
use std::collections::{BTreeMap, BTreeSet};

/// One sentence of a word file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its line.
    pub line: usize,
    /// The values put into it (`$name`).
    pub values: BTreeSet<String>,
    /// The other sentences it uses.
    pub uses: BTreeSet<String>,
    /// Its words, values left out.
    pub words: String,
}

/// The sentences of one file by key; mistakes of the file are added to `faults`.
pub fn read(path: &str, text: &str, faults: &mut Vec<Fault>) -> BTreeMap<String, Message> {
    let resource = match parser::parse(text) {
        Ok(resource) => resource,
        Err((resource, errors)) => {
            for e in errors {
                let line = line_of(text, e.pos.start);
                faults.push(Fault::new(path, line, format!("cannot be read: {}", e.kind)));
            }
            resource
        }
    };
    if let Some(at) = text.find(|c| matches!(c, '\u{0300}'..='\u{036f}')) {
        let what = "a letter with a separate mark: write it composed (NFC)";
        faults.push(Fault::new(path, line_of(text, at), what));
    }
    let mut messages = BTreeMap::new();
    for entry in &resource.body {
        let ast::Entry::Message(message) = entry else { continue };
        let key = message.id.name;
        let line = key_line(text, key);
        let Some(pattern) = &message.value else {
            faults.push(Fault::new(path, line, format!("`{key}` has no sentence")));
            continue;
        };
        let mut found =
            Message { line, values: BTreeSet::new(), uses: BTreeSet::new(), words: String::new() };
        walk(pattern, &mut found);
        if messages.insert(key.to_owned(), found).is_some() {
            faults.push(Fault::new(path, line, format!("`{key}` is given twice")));
        }
    }
    messages
}

fn key_line(text: &str, key: &str) -> usize {
    text.lines()
        .position(|l| l.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')))
        .map_or(0, |n| n + 1)
}

fn walk(pattern: &ast::Pattern<&str>, found: &mut Message) {
    for element in &pattern.elements {
        match element {
            ast::PatternElement::TextElement { value } => found.words.push_str(value),
            ast::PatternElement::Placeable { expression } => expression_(expression, found),
        }
    }
}

fn expression_(expression: &ast::Expression<&str>, found: &mut Message) {
    match expression {
        ast::Expression::Inline(inline) => inline_(inline, found),
        ast::Expression::Select { selector, variants } => {
            inline_(selector, found);
            for variant in variants {
                walk(&variant.value, found);
            }
        }
    }
}

fn inline_(inline: &ast::InlineExpression<&str>, found: &mut Message) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            found.values.insert(id.name.to_owned());
        }
        ast::InlineExpression::MessageReference { id, .. } => {
            found.uses.insert(id.name.to_owned());
        }
        ast::InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                inline_(argument, found);
            }
            for argument in &arguments.named {
                inline_(&argument.value, found);
            }
        }
        ast::InlineExpression::Placeable { expression } => expression_(expression, found),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_wherever_they_stand() {
        let mut faults = Vec::new();
        let text = "a = Hi { $name }\nb = { $n ->\n    [one] { $n } day of { $what }\n   *[other] { NUMBER($n) } days\n } { a }\n";
        let messages = read("en.ftl", text, &mut faults);
        assert_eq!(faults, []);
        let values: Vec<_> = messages["b"].values.iter().cloned().collect();
        assert_eq!(values, ["n", "what"]);
        assert!(messages["b"].uses.contains("a"));
        assert_eq!(messages["b"].line, 2);
    }

    #[test]
    fn mistakes_of_a_file_are_told() {
        let mut faults = Vec::new();
        read("vi.ftl", "a = Một\na = Hai\nb = { $\nc = U\u{0309}\n", &mut faults);
        assert_eq!(faults.len(), 3, "{faults:?}");
    }
}
