//! Holds the steps of care plans against the channels that there are. A channel that is not
//! there loses nothing: its messages wait until the settings have it.

use std::collections::BTreeSet;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::language::typed::{CareAction, CarePlan, Rules};
use crate::settings::{FILE_NAME, Settings, codes};

/// A warning for every step that sends by a channel that the settings do not have. The places are in
/// the rules.
pub fn check(rules: &Rules, settings: &Settings) -> Vec<Diagnostic> {
    let plans = rules.care.iter();
    plans.flat_map(|plan| check_plan(plan, settings)).collect()
}

/// As [`check`], of one plan.
pub fn check_plan(plan: &CarePlan, settings: &Settings) -> Vec<Diagnostic> {
    let names = settings.channels.iter();
    let known: BTreeSet<&str> = names.map(|channel| channel.name.as_str()).collect();
    let mut found = Vec::new();
    for step in &plan.steps {
        unknown(&step.action, step.span, &known, &mut found);
    }
    found
}

fn unknown(action: &CareAction, span: Span, known: &BTreeSet<&str>, found: &mut Vec<Diagnostic>) {
    match action {
        CareAction::Send { channel, .. } => {
            if !known.contains(&**channel) {
                let message =
                    format!("there is no channel `{channel}`: what this step sends will wait");
                let help = format!("add a section `[channel.{channel}]` to {FILE_NAME}");
                found.push(Diagnostic::warning(codes::UNKNOWN_CHANNEL, message, span).help(help));
            }
        }
        CareAction::If {
            then, otherwise, ..
        } => {
            unknown(then, span, known, found);
            unknown(otherwise, span, known, found);
        }
        CareAction::Task { .. } | CareAction::Tag(_) | CareAction::Wait(_) | CareAction::Stop => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::source::Sources;
    use crate::language::compile;
    use crate::settings;

    #[test]
    fn channels_that_are_not_there_are_named() {
        let mut sources = Sources::default();
        sources.add(
            "a.tamis",
            "customer { name: text  email: text, as email }\nfilter all: name is present\ncare hello {\n  for all\n  when enters\n  step first: if all then send email \"a\" else send crm \"b\"\n  step then_paper: send paper \"c\"\n}\n",
        );
        let compiled = compile::rules(&sources);
        assert!(
            compiled.diagnostics.is_empty(),
            "{:?}",
            compiled.diagnostics
        );
        let text = "[channel.paper]\nkind = \"recorder\"\n";
        let (settings, faults) =
            settings::parse(&mut Sources::default(), FILE_NAME, text.to_owned());
        assert!(faults.is_empty());
        let found = check(&compiled.rules, &settings);
        let messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "there is no channel `email`: what this step sends will wait",
                "there is no channel `crm`: what this step sends will wait",
            ]
        );
        assert!(found.iter().all(|it| it.code == "W709" && !it.is_error()));
    }
}
