//! `tamis care`: how plans stand, what one would do, what one achieved, read from a store that no
//! server holds. Orders are given to a running server.

use std::process::ExitCode;

use serde::Serialize;

use super::arguments::{Care, CareVerb, Place, Summary};
use super::failure::Failure;
use super::output::Output;
use super::workplace::Workplace;
use crate::care::preview::{Preview, preview};
use crate::care::report::{Report, Side, report};
use crate::care::state::State;
use crate::care::status::{PlanStatus, status};
use crate::engine::RunOptions;
use crate::ingest::erasure;
use crate::language::typed::CarePlan;
use crate::live::members::{Members, View};
use crate::live::moment::Moment;

/// Answers about care plans.
pub(super) fn run(place: &Place, options: &Care, output: &mut Output) -> Result<ExitCode, Failure> {
    let workplace = Workplace::load(place)?;
    let store = workplace.open_store()?;
    let snapshot = erasure::snapshot(&store, &workplace.rules.schema, workplace.zone.clone())?;
    let state = State::open(&store, workplace.zone.clone()).map_err(Failure::Store)?;
    store.close()?;
    let now = workplace.instant(None)?;
    let moment = workplace.with_snapshot(snapshot, now);
    let options_of_run = RunOptions::default();
    let view = View {
        snapshot: &moment.snapshot,
        plugins: &*moment.plugins,
        now,
        options: &options_of_run,
    };
    let members =
        Members::compute(&moment.rules, view).map_err(|fault| Failure::Store(fault.to_string()))?;
    match &options.verb {
        CareVerb::Status => {
            let all = status(&moment, &members, &state);
            write(&all, options.format, output, |all| {
                all.iter().map(status_line).collect()
            })?;
        }
        CareVerb::Preview { plan } => {
            let plan = named(&moment, plan)?;
            let found = preview(&moment, &members, &state, plan).map_err(Failure::Store)?;
            write(&found, options.format, output, preview_lines)?;
        }
        CareVerb::Report { plan } => {
            let plan = named(&moment, plan)?;
            let found = report(&moment, &state, plan).map_err(Failure::Input)?;
            write(&found, options.format, output, report_lines)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn named<'m>(moment: &'m Moment, name: &str) -> Result<&'m CarePlan, Failure> {
    moment.rules.care_plan(name).ok_or_else(|| {
        let message = format!("no care plan is called `{name}`");
        Failure::Usage(format!("{message}\nhelp: `tamis care status` lists them"))
    })
}

fn write<T: Serialize>(
    answer: &T,
    format: Summary,
    output: &mut Output,
    lines: impl Fn(&T) -> Vec<String>,
) -> Result<(), Failure> {
    match format {
        Summary::Json => {
            let text =
                serde_json::to_string(answer).map_err(|error| Failure::Store(error.to_string()))?;
            output.line(&text)
        }
        Summary::Table => lines(answer).iter().try_for_each(|line| output.line(line)),
    }
}

fn status_line(status: &PlanStatus) -> String {
    let standing = match (status.in_rules, status.running) {
        (false, _) => "not in the rules",
        (true, true) => "running",
        (true, false) => "stopped",
    };
    let suppressed: u64 = status.suppressed.values().sum();
    let messages: Vec<String> = status
        .messages
        .iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    format!(
        "{}: {standing}, for {} customers; {} entered, {} held out, {suppressed} suppressed, {} wait for an approval; tasks {}; messages {}",
        status.plan,
        status.members,
        status.recipients,
        status.held_out,
        status.held,
        status.tasks,
        if messages.is_empty() {
            "none".to_owned()
        } else {
            messages.join(", ")
        }
    )
}

fn preview_lines(found: &Preview) -> Vec<String> {
    let suppressed: u64 = found.suppressed.values().sum();
    let mut lines = vec![format!(
        "{} at {}: {} members = {} recipients + {} held out + {suppressed} suppressed",
        found.plan, found.at, found.members, found.recipients, found.held_out
    )];
    if found.already_in > 0 {
        lines.push(format!(
            "{} are in already and enter only when they come again",
            found.already_in
        ));
    }
    for (word, samples) in &found.samples {
        let count = match *word {
            "recipient" => found.recipients,
            "held_out" => found.held_out,
            reason => found.suppressed.get(reason).copied().unwrap_or(0),
        };
        lines.push(format!("  {word}: {count} ({})", samples.join(", ")));
    }
    lines
}

fn report_lines(found: &Report) -> Vec<String> {
    let side = |name: &str, side: &Side| {
        let share = side.share.map_or_else(|| "no share".to_owned(), percent);
        format!(
            "  {name}: {} of {} reached the goal ({share}), {} unknown, {} still running",
            side.reached, side.measured, side.unknown, side.still_running
        )
    };
    let mut lines = vec![
        format!("{} at {}", found.plan, found.at),
        side("treated", &found.treated),
        side("held out", &found.held_out),
    ];
    lines.push(match &found.difference {
        Some(it) => format!(
            "  difference: {} ({} to {}); {}",
            percent(it.uplift),
            percent(it.low),
            percent(it.high),
            found.method
        ),
        None => "  difference: not while one side is empty".to_owned(),
    });
    lines
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}
