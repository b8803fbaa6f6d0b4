//! The plan of a filter as text, and with its rows and times when it was run.

use crate::engine::RunOptions;
use crate::engine::outcome::Profile;
use crate::language::reading::{self, Rule};
use crate::language::words::Tongue;
use crate::live::answer::Answer;
use crate::live::moment::{AskError, Moment};
use crate::live::question::Question;
use crate::plan;
use crate::plan::explain::{Measured, SlotMeasured};

/// The plan, as it would be made without knowing any data.
pub fn plan(moment: &Moment, filter: &str) -> Result<String, AskError> {
    // A report's name is no value, so that nothing else can be meant by it.
    if let (Ok(report), None) = (moment.report(filter), moment.rules.find(filter)) {
        return Ok(crate::report::explain(
            report,
            &moment.rules,
            &moment.statistics,
        ));
    }
    let plan = moment.explain(filter)?;
    Ok(plan::explain(&plan, &moment.rules))
}

/// A rule by its name, or any expression, in plain words of that tongue.
pub fn words(moment: &Moment, text: &str, tongue: Tongue) -> Result<String, AskError> {
    let rules = &moment.rules;
    match Rule::find(rules, text.trim()) {
        Some(rule) => Ok(reading::rule(rules, rule, tongue)),
        None => {
            let typed = moment.any_expression(text)?;
            Ok(reading::expression(rules, &typed, tongue))
        }
    }
}

/// The plan with what it cost, and the answer.
pub fn analyzed(
    moment: &Moment,
    filter: &str,
    options: &RunOptions,
) -> Result<(String, Answer), AskError> {
    let plan = moment.explain(filter)?;
    let question = Question {
        filter,
        ..Question::default()
    };
    let answer = moment.ask(
        &question,
        &RunOptions {
            analyze: true,
            ..options.clone()
        },
    )?;
    let measured = answer.profile.as_ref().map(measured).unwrap_or_default();
    let text = plan::explain_analyzed(&plan, &moment.rules, &moment.statistics, &measured);
    Ok((text, answer))
}

/// The engine's figures in the plan's terms.
fn measured(profile: &Profile) -> Measured {
    Measured {
        slots: profile
            .slots
            .iter()
            .map(|slot| SlotMeasured {
                rows: slot.rows,
                time_ns: slot.nanoseconds,
                cells_read: slot.cells_read,
                cells_skipped: slot.cells_skipped,
                blocks: slot.blocks,
                blocks_skipped: slot.blocks_skipped,
                facts: slot.facts,
                bytes: slot.bytes,
                rows_spared: slot.rows_spared,
                where_facts: slot.where_facts,
                where_bytes: slot.where_bytes,
                where_facts_spared: slot.where_facts_spared,
                where_cells_spared: slot.where_cells_spared,
            })
            .collect(),
    }
}
