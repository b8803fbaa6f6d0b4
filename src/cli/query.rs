//! `tamis query`: ask a filter.

use std::process::ExitCode;
use std::time::Instant;

use super::arguments::{Place, Query};
use super::failure::Failure;
use super::output::{Output, failed, say, terminal_width};
use super::remote;
use super::workplace::Workplace;
use crate::engine::RunOptions;
use crate::form::query::{self, Style, Wanted};
use crate::live::question::Question;

/// Answers one question.
pub(super) fn run(
    place: &Place,
    options: &Query,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    if options.by.is_some() || options.measure.is_some() {
        return super::report::query(place, options, output);
    }
    let style = style(options);
    let wants_rows = style.wanted != Wanted::Count;
    if !wants_rows && (options.limit.is_some() || options.order_by.is_some()) {
        return Err(Failure::Usage(
            "--limit and --order-by say how rows are given, and no rows are asked for\nhelp: add --ids or --show".into(),
        ));
    }
    if let Some(server) = remote::find(place)? {
        return server.query(options, style, output);
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
    query::write(output, &moment, &answer, elapsed_us, style).map_err(failed)?;
    query::notes(&moment, &answer, style)
        .iter()
        .for_each(|line| say(line));
    Ok(ExitCode::SUCCESS)
}

fn style(options: &Query) -> Style {
    Style {
        wanted: match (options.ids, &options.show) {
            (true, _) => Wanted::Ids,
            (false, Some(_)) => Wanted::Rows,
            (false, None) => Wanted::Count,
        },
        form: options.format.into(),
        columns: terminal_width(),
    }
}
