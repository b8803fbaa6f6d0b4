//! `tamis report`: a table over customers, their facts, or the records of a source; and
//! the same without a name for `query --by --measure`.

use std::process::ExitCode;
use std::time::Instant;

use super::arguments::{Place, Query, Report};
use super::failure::Failure;
use super::output::{Output, failed, say, terminal_width};
use super::remote;
use super::workplace::{Workplace, rules_folder};
use crate::engine::RunOptions;
use crate::form::report;
use crate::language::typed::ReportSubject;
use crate::live::table::TableQuestion;
use crate::report::Files;

/// Answers one report.
pub(super) fn run(
    place: &Place,
    options: &Report,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    if let Some(server) = remote::find(place)? {
        return server.report(options, output);
    }
    let dataless = Workplace::load(place)?.without_data(options.as_of.as_deref())?;
    let files = Files {
        rules: rules_folder(place),
    };
    let subject = dataless.moment.report(&options.name)?.subject;
    // The records of a file need no store.
    let moment = match subject {
        ReportSubject::Records(_) => dataless.moment,
        _ => dataless.with_data()?,
    };
    let dated = options.as_of.is_some();
    let table = moment.table_of(&options.name, dated, &files, &RunOptions::default())?;
    let form = options.format.into();
    report::write(output, &moment, &table, form, terminal_width()).map_err(failed)?;
    report::notes(&moment, &table)
        .iter()
        .for_each(|line| say(line));
    Ok(ExitCode::SUCCESS)
}

/// Answers `query --by --measure`.
pub(super) fn query(
    place: &Place,
    options: &Query,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    if let Some(server) = remote::find(place)? {
        return server.table(options, output);
    }
    let dataless = Workplace::load(place)?.without_data(options.as_of.as_deref())?;
    let question = TableQuestion {
        filter: &options.filter,
        by: options.by.as_deref(),
        measures: options.measure.as_deref().unwrap_or("count"),
        order_by: options.order_by.as_deref(),
        limit: options.limit,
    };
    dataless.moment.check_table(&question)?;
    let moment = dataless.with_data()?;
    let started = Instant::now();
    let checked = moment.check_table(&question)?;
    let table = moment.tabled(&checked, None, &RunOptions::default())?;
    let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let (form, columns) = (options.format.into(), terminal_width());
    report::write_nameless(output, &moment, &table, elapsed_us, form, columns).map_err(failed)?;
    report::notes(&moment, &table)
        .iter()
        .for_each(|line| say(line));
    Ok(ExitCode::SUCCESS)
}
