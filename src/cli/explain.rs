//! `tamis explain`: the plan of a filter, with rows and times when it is run; any rule in plain words;
//! or the page of a code.

use std::process::ExitCode;

use super::arguments::{Explain, Place};
use super::failure::Failure;
use super::output::Output;
use super::remote;
use super::workplace::Workplace;
use crate::engine::RunOptions;
use crate::form::{count, explain};
use crate::manual;

/// Shows the plan that answers over the store. Without `--analyze` there need be none: order and cost are guessed then.
pub(super) fn run(
    place: &Place,
    options: &Explain,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    if manual::is_code(&options.filter) {
        return page(&options.filter, output);
    }
    if let Some(server) = remote::find(place)? {
        return server.explain(options, output);
    }
    let dataless = Workplace::load(place)?.without_data(options.as_of.as_deref())?;
    if let Some(words) = options.words {
        output.write(&explain::words(
            &dataless.moment,
            &options.filter,
            words.tongue(),
        )?)?;
        return Ok(ExitCode::SUCCESS);
    }
    // What is wrong with the text is told before a store is read.
    let guessed = explain::plan(&dataless.moment, &options.filter)?;
    if !options.analyze && !dataless.has_data() {
        output.write(&guessed)?;
        return Ok(ExitCode::SUCCESS);
    }
    let moment = dataless.with_data()?;
    if !options.analyze {
        output.write(&explain::plan(&moment, &options.filter)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let analyzed = explain::analyzed(&moment, &options.filter, &RunOptions::default())?;
    output.write(&analyzed.plan)?;
    for line in count::lines(&moment, &analyzed.answer) {
        output.line(&line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a code means. No rules and no store are needed: they may be what is wrong.
fn page(code: &str, output: &mut Output) -> Result<ExitCode, Failure> {
    let Some(page) = manual::find(code) else {
        return Err(Failure::Usage(format!(
            "no diagnostic has the code `{code}`\nhelp: a rule of that name is meant by `{code} = yes`; docs/DIAGNOSTICS.md lists the codes"
        )));
    };
    output.write(&manual::text(&manual::Entry::of(page)))?;
    Ok(ExitCode::SUCCESS)
}
