//! How a report is worked out, as people read it: the plan of each pass over its rows,
//! then what is made of the groups.

use std::fmt::Write as _;

use super::layout::Layout;
use super::run::subject;
use crate::language::printer;
use crate::language::typed::{Report, ReportSubject, Rules};
use crate::language::words::Tongue;
use crate::plan::{self, Statistics};

/// The plans and the measures of a report.
pub fn explain(report: &Report, rules: &Rules, statistics: &Statistics) -> String {
    let mut text = String::new();
    let passes = report
        .tallies
        .iter()
        .map(|tally| tally.pass)
        .max()
        .unwrap_or(0);
    for pass in 0..=passes {
        let layout = Layout::of(report, pass);
        let asked = layout.questions();
        let rows = subject(rules, report);
        // Writing to a text cannot fail.
        let _ = writeln!(text, "pass {} over each {rows}", pass + 1);
        text.push_str(&match report.subject {
            ReportSubject::Customers => {
                let plan = plan::optimise(plan::compile(rules, &asked), statistics);
                plan::explain(&plan, rules, statistics)
            }
            ReportSubject::Facts(subject) => {
                let plan = plan::facts(rules, subject, &asked);
                plan::explain_facts(&plan::optimise_facts(plan, statistics), rules, statistics)
            }
            ReportSubject::Records(_) => {
                let lines = asked.iter().map(|asked| format!("  {}\n", asked.name));
                lines.collect()
            }
        });
    }
    let _ = writeln!(text, "of each group");
    for measure in &report.measures {
        let value = printer::typed(rules, None, &measure.value, Tongue::English);
        let _ = writeln!(text, "  {} = {value}", measure.name);
    }
    for (value, descending) in &report.order {
        let value = printer::typed(rules, None, value, Tongue::English);
        let direction = if *descending { " descending" } else { "" };
        let _ = writeln!(text, "order by {value}{direction}");
    }
    if let Some(top) = report.top {
        let _ = writeln!(text, "top {top}");
    }
    text
}
