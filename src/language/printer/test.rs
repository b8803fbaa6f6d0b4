//! The lines of a test.

use super::sign::local_time;
use super::{comma, expression, name, quoted};
use crate::language::syntax::Assignment;
use crate::language::syntax::test::{Dated, End, Expectation, Expected, Line, Test};
use crate::language::words::{self, Tongue};

/// `as of 2024-06-30`.
pub fn as_of(test: &Test, tongue: Tongue) -> String {
    format!("{} {}", words::AS_OF.text(tongue), dated(test.as_of))
}

fn dated(dated: Dated) -> String {
    if dated.day_only {
        dated.time.date.to_string()
    } else {
        local_time(dated.time)
    }
}

/// One line each, in their order.
pub fn lines(
    test: &Test,
    tongue: Tongue,
    assignment: impl Fn(&Assignment, Tongue) -> String,
) -> Vec<String> {
    let given = |assignments: &[Assignment]| {
        let list: Vec<String> = assignments
            .iter()
            .map(|each| assignment(each, tongue))
            .collect();
        match list.is_empty() {
            true => "{ }".to_owned(),
            false => format!("{{ {} }}", list.join(comma(tongue))),
        }
    };
    let of = words::OF.text(tongue);
    let line = |line: &Line| match line {
        Line::Customer {
            name: customer,
            assignments,
            ..
        } => {
            let word = words::CUSTOMER.text(tongue);
            format!("{word} {} {}", name(customer, tongue), given(assignments))
        }
        Line::Fact {
            subject,
            customer,
            assignments,
            ..
        } => {
            let (subject, customer) = (name(subject, tongue), name(customer, tongue));
            format!("{subject} {of} {customer} {}", given(assignments))
        }
        Line::Edge {
            relation,
            customer,
            end,
            ..
        } => {
            let (relation, customer) = (name(relation, tongue), name(customer, tongue));
            let end = match end {
                End::Customer(other) => name(other, tongue),
                End::Text(text) => quoted(text),
            };
            format!("{relation} {of} {customer} -> {end}")
        }
        Line::Start { plan, at, .. } => {
            let word = words::STARTED.text(tongue);
            format!("{} {word} {}", name(plan, tongue), dated(*at))
        }
        Line::Expect(expectations) => {
            let list: Vec<String> = expectations
                .iter()
                .map(|each| expectation(each, tongue))
                .collect();
            let word = words::EXPECT.text(tongue);
            format!("{word} {}", list.join(comma(tongue)))
        }
    };
    test.lines.iter().map(line).collect()
}

fn expectation(expectation: &Expectation, tongue: Tongue) -> String {
    let customer = name(&expectation.customer, tongue);
    match &expectation.expected {
        Expected::Holds(condition) => format!("{customer}.{}", expression(condition, tongue)),
        Expected::Member { filter, negated } => {
            let word = if *negated { words::NOT_IN } else { words::IN };
            format!("{customer} {} {}", word.text(tongue), name(filter, tongue))
        }
        Expected::Receives {
            plan,
            step,
            negated,
        } => {
            let word = if *negated {
                words::DOES_NOT_RECEIVE
            } else {
                words::RECEIVES
            };
            let step = step
                .as_ref()
                .map_or(String::new(), |step| format!(".{}", name(step, tongue)));
            let plan = name(plan, tongue);
            format!("{customer} {} {plan}{step}", word.text(tongue))
        }
    }
}
