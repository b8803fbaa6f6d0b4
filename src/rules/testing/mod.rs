//! Tests of rules: the facts of each test and nothing else are laid before the slow evaluator, its
//! care plans are walked through day by day, and what is expected is looked at. Knows no store, no
//! clock and no plugin.

mod care;
mod reason;
#[cfg(test)]
mod tests;
mod world;

use std::sync::Arc;

use crate::base::calendar::Zone;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::{RULE_TEST_STEPS_MAX, TRACE_EVIDENCE_MAX};
use crate::base::span::Span;
use crate::language::codes;
use crate::language::typed::{Expectation, Expected, RuleTest, Rules};
use world::{Stopped, World};

/// How a test came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// What it shows.
    pub name: Arc<str>,
    /// Its head.
    pub span: Span,
    /// How many expectations it has.
    pub expectations: usize,
    /// What does not hold; empty when all does.
    pub failures: Vec<Diagnostic>,
}

/// Runs every test of a sound set, in order. Together they may take
/// [`RULE_TEST_STEPS_MAX`] steps; those that come after fail and say so.
pub fn run(rules: &Rules) -> Vec<Tested> {
    run_within(rules, RULE_TEST_STEPS_MAX)
}

fn run_within(rules: &Rules, steps_max: u64) -> Vec<Tested> {
    let zone = Zone::load(&rules.schema.settings.time_zone).unwrap_or_else(Zone::utc);
    let mut left = steps_max;
    let tests = rules.tests.iter();
    tests
        .map(|test| Tested {
            name: test.name.clone(),
            span: test.span,
            expectations: test.expectations.len(),
            failures: failures(rules, test, &zone, &mut left),
        })
        .collect()
}

fn failures(rules: &Rules, test: &RuleTest, zone: &Zone, left: &mut u64) -> Vec<Diagnostic> {
    let mut world = match World::of(rules, test, zone, *left) {
        Ok(world) => world,
        Err(failure) => return vec![failure],
    };
    let mut found = Vec::new();
    let result = look(test, &mut world, &mut found);
    *left = world.left;
    if let Err(stopped) = result {
        found.push(stopped_at(stopped, test.span));
    }
    found
}

fn look(
    test: &RuleTest,
    world: &mut World<'_>,
    found: &mut Vec<Diagnostic>,
) -> Result<(), Stopped> {
    let journal = care::walk(test, world)?;
    for expectation in &test.expectations {
        match one(test, expectation, world, &journal) {
            Ok(failure) => found.extend(failure),
            Err(Stopped::Plugin) => found.push(stopped_at(Stopped::Plugin, expectation.span)),
            Err(stopped) => return Err(stopped),
        }
    }
    Ok(())
}

fn one(
    test: &RuleTest,
    expectation: &Expectation,
    world: &mut World<'_>,
    journal: &care::Journal,
) -> Result<Option<Diagnostic>, Stopped> {
    let customer = expectation.customer;
    let id = test.customers.get(customer).map_or("", |each| &*each.id);
    match &expectation.expected {
        Expected::Holds { condition, negated } => {
            let answer = world.truth(customer, condition, test.as_of)?;
            if (answer == Some(true)) != *negated {
                return Ok(None);
            }
            let is = match answer {
                Some(true) => "yes",
                Some(false) => "no",
                None => "unknown",
            };
            let wanted = if *negated { "no or unknown" } else { "yes" };
            let message = format!("for `{id}` this is {is}, and {wanted} is expected");
            let reasons = reason::why(world, customer, condition, test.as_of, TRACE_EVIDENCE_MAX);
            let failure = Diagnostic::error(codes::TEST_FAILED, message, expectation.span);
            Ok(Some(match reasons.is_empty() {
                true => failure,
                false => failure.help(reasons),
            }))
        }
        Expected::Receives {
            plan,
            step,
            negated,
        } => {
            let received = journal.received(*plan, customer, step.as_deref(), test.as_of);
            if received.is_some() != *negated {
                return Ok(None);
            }
            let message = match received {
                Some(at) => format!("`{id}` receives it at {}", world.zone.format(at)),
                None => format!("`{id}` does not receive it"),
            };
            let failure = Diagnostic::error(codes::TEST_FAILED, message, expectation.span);
            Ok(Some(match journal.said(*plan, customer) {
                Some(said) if received.is_none() => failure.help(said),
                _ => failure,
            }))
        }
    }
}

fn stopped_at(stopped: Stopped, span: Span) -> Diagnostic {
    match stopped {
        Stopped::TooLong => Diagnostic::error(
            codes::TEST_TOO_LONG,
            "the tests of this set take too many steps; this one was not finished",
            span,
        )
        .help(format!(
            "together at most {RULE_TEST_STEPS_MAX} facts looked at: fewer customers and facts, or care plans started nearer to the test's date"
        )),
        Stopped::Plugin => Diagnostic::error(
            codes::TEST_PLUGIN,
            "this hangs on a plugin, and tests ask none",
            span,
        )
        .help("expect it of a rule that asks no plugin; `tamis plugin test` tries a plugin"),
    }
}
