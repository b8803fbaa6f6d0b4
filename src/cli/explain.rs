//! `tamis explain`: the plan of a filter, with rows and times when it is run.

use std::process::ExitCode;

use super::arguments::{Explain, Place};
use super::failure::Failure;
use super::output::Output;
use super::workplace::Workplace;
use crate::engine::RunOptions;
use crate::engine::outcome::Profile;
use crate::live::question::Question;
use crate::plan;
use crate::plan::explain::{Measured, SlotMeasured};

/// Shows the plan. Without `--analyze` no store is needed.
pub(super) fn run(
    place: &Place,
    options: &Explain,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let dataless = Workplace::load(place)?.without_data(options.as_of.as_deref())?;
    let plan = dataless.moment.explain(&options.filter)?;
    if !options.analyze {
        output.write(&plan::explain(&plan, &dataless.moment.rules))?;
        return Ok(ExitCode::SUCCESS);
    }
    let moment = dataless.with_data()?;
    let plan = moment.explain(&options.filter)?;
    let question = Question {
        filter: &options.filter,
        ..Question::default()
    };
    let answer = moment.ask(
        &question,
        &RunOptions {
            analyze: true,
            ..RunOptions::default()
        },
    )?;
    let measured = answer.profile.as_ref().map(measured).unwrap_or_default();
    output.write(&plan::explain_analyzed(
        &plan,
        &moment.rules,
        &moment.statistics,
        &measured,
    ))?;
    for line in super::format::count::lines(&moment, &answer) {
        output.line(&line)?;
    }
    Ok(ExitCode::SUCCESS)
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
            })
            .collect(),
    }
}
