//! Holds the message templates against the rules: every template that a care plan sends is
//! there, and every value that one asks for exists. Fills nothing in.

use std::collections::BTreeSet;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::base::span::Span;
use crate::language::typed::{CareAction, Rules};
use crate::letters::{self, Letters};

/// Values that every message has beside the customer's attributes.
const ALWAYS: [&str; 3] = ["id", "plan", "step"];

/// What is wrong with the templates of a set. `so_far` is what was found in its rules: while they have
/// errors, names that seem missing may only be unread.
pub(super) fn check(rules: &Rules, sources: &Sources, so_far: &[Diagnostic]) -> Vec<Diagnostic> {
    let (letters, mut found) = letters::of(sources);
    if so_far.iter().any(Diagnostic::is_error) {
        return found;
    }
    let attributes = rules.schema.attributes.iter();
    let known: BTreeSet<String> = attributes
        .map(|field| field.name.to_string())
        .chain(ALWAYS.into_iter().map(str::to_owned))
        .collect();
    found.extend(letters.check(&known));
    // A template with a fault of its own is there all the same.
    let there: BTreeSet<&str> = sources
        .iter()
        .map(|(_, source)| source.name.as_str())
        .collect();
    for step in rules.care.iter().flat_map(|plan| &plan.steps) {
        missing(&step.action, step.span, &letters, &there, &mut found);
    }
    found
}

fn missing(
    action: &CareAction,
    span: Span,
    letters: &Letters,
    there: &BTreeSet<&str>,
    found: &mut Vec<Diagnostic>,
) {
    match action {
        CareAction::Send { template, .. } => {
            let file = format!("{}/{template}.txt", letters::FOLDER_NAME);
            if !letters.has(template) && !there.contains(file.as_str()) {
                found.push(letters::unknown_template(template, span));
            }
        }
        CareAction::If {
            then, otherwise, ..
        } => {
            missing(then, span, letters, there, found);
            missing(otherwise, span, letters, there, found);
        }
        CareAction::Task { .. } | CareAction::Tag(_) | CareAction::Wait(_) | CareAction::Stop => {}
    }
}
