//! The command line: one verb a file. Data on stdout, talk on stderr.
//! Exit codes: 0 fine, 1 the answer is "no", 2 usage, 3 bad rules or input, 4 store
//! or server trouble. Knows how things are said, not how they are found out.

mod arguments;
mod assembly;
mod backup;
mod care;
mod check;
mod compact;
mod demo;
mod explain;
mod failure;
mod fmt;
mod forget;
mod format;
mod import;
mod output;
mod plugin;
mod plugins;
mod preview;
mod query;
mod remote;
mod report;
mod restore;
mod salvage;
mod score;
mod serve;
mod test;
mod tour;
mod verify;
mod watch;
mod why;
mod workplace;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Verb};
use failure::Failure;
use output::Output;

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::new();
    let result = run(&arguments, &mut output).and_then(|code| output.finish().map(|()| code));
    match result {
        Ok(code) => code,
        Err(failure) => {
            failure.tell();
            failure.code()
        }
    }
}

fn run(arguments: &Arguments, output: &mut Output) -> Result<ExitCode, Failure> {
    let place = &arguments.place;
    match &arguments.verb {
        Verb::Demo(options) => demo::run(place, options, output),
        Verb::Import(options) => import::run(place, options, output),
        Verb::Query(options) => query::run(place, options, output),
        Verb::Report(options) => report::run(place, options, output),
        Verb::Why(options) => why::run(place, options, output),
        Verb::Explain(options) => explain::run(place, options, output),
        Verb::Care(options) => care::run(place, options, output),
        Verb::Check(options) => check::run(place, options, output),
        Verb::Test(options) => test::run(place, options, output),
        Verb::Fmt(options) => fmt::run(place, options, output),
        Verb::Score(options) => score::run(place, options, output),
        Verb::Serve(options) => serve::run(place, options, output),
        Verb::Watch(options) => watch::run(place, options, output),
        Verb::Preview(options) => preview::run(place, options, output),
        Verb::Verify(options) => verify::run(place, options, output),
        Verb::Backup(options) => backup::run(place, options, output),
        Verb::Compact(options) => compact::run(place, options, output),
        Verb::Restore(options) => restore::run(place, options, output),
        Verb::Plugin(verb) => plugin::run(place, verb, output),
    }
}
