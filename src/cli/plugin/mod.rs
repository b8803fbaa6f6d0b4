//! `tamis plugin`: start, build, try and list plugins.

mod build;
mod list;
mod new;
mod sample;
mod test;

use std::process::ExitCode;

use super::arguments::{Place, Plugin};
use super::failure::Failure;
use super::output::Output;
use crate::host::compiler;

/// Runs one of the verbs.
pub(super) fn run(place: &Place, verb: &Plugin, output: &mut Output) -> Result<ExitCode, Failure> {
    match verb {
        Plugin::New(options) => new::run(options, output),
        Plugin::Build(options) => build::run(options, output),
        Plugin::Test(options) => test::run(place, options, output),
        Plugin::List => list::run(place, output),
        Plugin::CompileOne { from, to } => {
            compiler::compile_one(from, to).map_err(Failure::Input)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
