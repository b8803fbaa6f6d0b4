//! `tamis score`: how a score spreads, and who is highest.

use std::process::ExitCode;
use std::time::Instant;

use super::arguments::{Place, Score};
use super::failure::Failure;
use super::output::{Output, failed};
use super::remote;
use super::workplace::Workplace;
use crate::engine::RunOptions;
use crate::form::score;
use crate::live::score::ScoreWanted;

/// Answers one score.
pub(super) fn run(
    place: &Place,
    options: &Score,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    if let Some(server) = remote::find(place)? {
        return server.score(options, output);
    }
    let dataless = Workplace::load(place)?.without_data(options.as_of.as_deref())?;
    dataless.moment.scored_definition(&options.name)?;
    let moment = dataless.with_data()?;
    let started = Instant::now();
    let answer = moment.score(&options.name, wanted(options), &RunOptions::default())?;
    let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    score::write(output, &moment, &answer, elapsed_us, options.format.into()).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}

fn wanted(options: &Score) -> ScoreWanted {
    match (options.top, options.histogram) {
        (Some(count), _) => ScoreWanted::Top(count),
        (None, true) => ScoreWanted::Histogram,
        (None, false) => ScoreWanted::Figures,
    }
}
