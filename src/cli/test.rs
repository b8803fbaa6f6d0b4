//! `tamis test`: the tests of the rule files, one line each.

use std::process::ExitCode;
use std::sync::Arc;

use serde::Serialize;

use super::arguments::{Place, Summary, Test};
use super::check::{place_in_rules, reports};
use super::failure::Failure;
use super::output::{Output, say, talk_in_color};
use super::plugins;
use super::workplace::{data_folder, rules_folder};
use crate::base::diagnostic::Diagnostic;
use crate::base::render::render;
use crate::language::codes;
use crate::rules::testing::Tested;

/// One test in machine output.
#[derive(Serialize)]
struct Line<'t> {
    test: &'t str,
    passed: bool,
    expectations: usize,
    failures: Vec<Failed<'t>>,
}

/// One expectation that does not hold.
#[derive(Serialize)]
struct Failed<'t> {
    code: &'t str,
    message: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'t str>,
}

/// Runs the tests of the whole set, reports on those that were named.
pub(super) fn run(place: &Place, options: &Test, output: &mut Output) -> Result<ExitCode, Failure> {
    let folder = rules_folder(place);
    let plugins = plugins::load(place, &folder, &data_folder(place))?;
    let loaded = crate::rules::load_with(&folder, Arc::clone(plugins.signatures()))
        .map_err(|error| Failure::Input(error.to_string()))?;
    let wanted = place_in_rules(&folder, &options.paths)?;
    let broken: Vec<Diagnostic> = loaded
        .diagnostics
        .iter()
        .filter(|found| found.is_error() && !is_of_a_test(found))
        .cloned()
        .collect();
    if !broken.is_empty() {
        say(render(&loaded.sources, &broken, talk_in_color()).trim_end());
        say("the set is refused; no test was run");
        return Ok(ExitCode::from(3));
    }
    let tested: Vec<&Tested> = loaded
        .tested
        .iter()
        .filter(|test| wanted.is_empty() || reports(&loaded.sources, test.span, &wanted))
        .collect();
    let failed = tested
        .iter()
        .filter(|test| !test.failures.is_empty())
        .count();
    match options.format {
        Summary::Json => {
            let lines: Vec<Line<'_>> = tested.iter().map(|test| line(test)).collect();
            let text =
                serde_json::to_string(&lines).map_err(|error| Failure::Store(error.to_string()))?;
            output.line(&text)?;
        }
        Summary::Table => {
            for test in &tested {
                let is = if test.failures.is_empty() {
                    "ok    "
                } else {
                    "FAILED"
                };
                output.line(&format!("{is}  {}  ({})", test.name, test.expectations))?;
            }
            let failures: Vec<Diagnostic> = tested
                .iter()
                .flat_map(|test| test.failures.clone())
                .collect();
            if !failures.is_empty() {
                say(render(&loaded.sources, &failures, talk_in_color()).trim_end());
            }
            output.line(&format!("{} tests, {failed} failed", tested.len()))?;
        }
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

fn is_of_a_test(found: &Diagnostic) -> bool {
    [codes::TEST_FAILED, codes::TEST_TOO_LONG, codes::TEST_PLUGIN].contains(&found.code)
}

fn line(test: &Tested) -> Line<'_> {
    Line {
        test: &test.name,
        passed: test.failures.is_empty(),
        expectations: test.expectations,
        failures: test
            .failures
            .iter()
            .map(|failure| Failed {
                code: failure.code,
                message: &failure.message,
                reason: failure.help.as_deref(),
            })
            .collect(),
    }
}
