//! The plan of a filter as text, and with its rows and times when it was run.

use std::time::Instant;

use crate::engine::RunOptions;
use crate::engine::outcome::Profile;
use crate::language::reading::{self, Rule};
use crate::language::words::Tongue;
use crate::live::answer::Answer;
use crate::live::moment::{AskError, Moment};
use crate::live::question::Question;
use crate::plan;
use crate::plan::explain::{Measured, SlotMeasured};

/// At the foot of a plan that no data stand behind.
const WITHOUT_DATA: &str = "made without data: order and cost are guessed\n";

/// The plan that answers this moment's questions; where nothing is known of any customer that is said.
pub fn plan(moment: &Moment, filter: &str) -> Result<String, AskError> {
    let mut text = planned(moment, filter)?;
    if moment.snapshot.living() == 0 {
        text.push_str(WITHOUT_DATA);
    }
    Ok(text)
}

fn planned(moment: &Moment, filter: &str) -> Result<String, AskError> {
    // A report's name is no value, so that nothing else can be meant by it.
    if let (Ok(report), None) = (moment.report(filter), moment.rules.find(filter)) {
        return Ok(crate::report::explain(
            report,
            &moment.rules,
            &moment.statistics,
        ));
    }
    let plan = moment.explain(filter)?;
    Ok(plan::explain(&plan, &moment.rules, &moment.statistics))
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

/// A plan that was run.
pub struct Analyzed {
    /// With what it cost.
    pub plan: String,
    /// What it answered.
    pub answer: Answer,
    /// Microseconds from the question to the answer.
    pub elapsed_us: u64,
}

/// The plan with what it cost, and the answer.
pub fn analyzed(moment: &Moment, filter: &str, options: &RunOptions) -> Result<Analyzed, AskError> {
    let plan = moment.explain(filter)?;
    let question = Question {
        filter,
        ..Question::default()
    };
    let started = Instant::now();
    let answer = moment.ask(
        &question,
        &RunOptions {
            analyze: true,
            ..options.clone()
        },
    )?;
    let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let measured = Measured {
        elapsed_us,
        ..answer.profile.as_ref().map(measured).unwrap_or_default()
    };
    Ok(Analyzed {
        plan: plan::explain_analyzed(&plan, &moment.rules, &moment.statistics, &measured),
        answer,
        elapsed_us,
    })
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
        elapsed_us: 0,
    }
}
