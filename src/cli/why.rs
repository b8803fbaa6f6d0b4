//! `tamis why`: why one customer matches a rule or not.

use std::process::ExitCode;

use super::arguments::{Place, Why, Words};
use super::failure::Failure;
use super::output::Output;
use super::remote;
use super::workplace::Workplace;
use crate::base::text::nfc;
use crate::engine::trace;
use crate::language::words::Tongue;

/// Explains one customer.
pub(super) fn run(place: &Place, options: &Why, output: &mut Output) -> Result<ExitCode, Failure> {
    if let Some(server) = remote::find(place)? {
        return server.why(options, output);
    }
    let dataless = Workplace::load(place)?.without_data(options.as_of.as_deref())?;
    dataless.moment.any_expression(&options.expression)?;
    let moment = dataless.with_data()?;
    let trace = moment.why(&nfc(&options.customer), &options.expression)?;
    output.write(&trace::render(
        &trace,
        tongue(options.words, &options.expression),
        moment.zone(),
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What was asked for, else the tongue of the question.
pub(super) fn tongue(words: Option<Words>, question: &str) -> Tongue {
    match words {
        Some(Words::Zh) => Tongue::Chinese,
        Some(Words::En) => Tongue::English,
        None => crate::form::trace::tongue_of(question),
    }
}
