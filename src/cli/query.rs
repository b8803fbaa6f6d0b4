//! `tamis query`: ask a filter.

use std::process::ExitCode;
use std::time::Instant;

use super::arguments::{Form, Place, Query};
use super::failure::Failure;
use super::format::{count, rows};
use super::output::{Output, say};
use super::workplace::Workplace;
use crate::engine::RunOptions;
use crate::live::question::Question;

/// Answers one question.
pub(super) fn run(
    place: &Place,
    options: &Query,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let wants_rows = options.ids || options.show.is_some();
    if !wants_rows && (options.limit.is_some() || options.order_by.is_some()) {
        return Err(Failure::Usage(
            "--limit and --order-by say how rows are given, and no rows are asked for\nhelp: add --ids or --show".into(),
        ));
    }
    let dataless = Workplace::load(place)?.without_data(options.as_of.as_deref())?;
    let question = Question {
        filter: &options.filter,
        show: options.show.as_deref(),
        order_by: options.order_by.as_deref(),
        limit: options.limit,
        rows: wants_rows,
        left_aside: true,
        after: None,
    };
    dataless.moment.check(&question)?;
    let moment = dataless.with_data()?;
    let started = Instant::now();
    let answer = moment.ask(&question, &RunOptions::default())?;
    let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    if !wants_rows {
        count::write(output, &moment, &answer, elapsed_us, options.format)?;
    } else if options.ids {
        rows::write_ids(output, &moment, &answer, options.format)?;
    } else {
        rows::write(output, &moment, &answer, elapsed_us, options.format)?;
    }
    let given = answer.rows.as_ref().map_or(0, Vec::len) as u64;
    if wants_rows && options.format != Form::Json {
        if given < answer.count {
            say(&format!(
                "{given} of {} customers given (--limit)",
                answer.count
            ));
        }
        if answer.unknown > 0 {
            say(&count::unknown_line(&answer));
        }
        count::left_aside_lines(&answer)
            .iter()
            .for_each(|line| say(line));
    }
    Ok(ExitCode::SUCCESS)
}
