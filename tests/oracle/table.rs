//! Random reports, and the law that the kernel's table is the reference's: over customers
//! and over facts, with one thread and with two, whatever the order of facts.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test; places come from the report at hand"
)]

use tamis::base::calendar::{Unit, Zone};
use tamis::base::decimal::Decimal;
use tamis::base::kind::Kind;
use tamis::base::quantile::Quantile;
use tamis::base::span::Span;
use tamis::base::value::Value;
use tamis::engine::external::NoPlugins;
use tamis::engine::reference::people;
use tamis::engine::{External, Rows, RunOptions};
use tamis::language::typed::{
    ArithmeticOp, CompareOp, Given, Group, Measure, Node, Report, ReportSubject, Rules, Subject,
    Tally, TallyFunction, Typed,
};
use tamis::live::run::{Prepared, View as LiveView};
use tamis::plan::Statistics;
use tamis::report::reference::{self, Answer};
use tamis::report::{Table, View, run};
use tamis::schema::{EventId, HoldingId};

use crate::answers::{same, snapshot};
use crate::case::Case;
use crate::expression::{DATE_UNITS, expression, typed};
use crate::scope::Scope;
use crate::tape::Tape;

const VALUE_KINDS: [Kind; 3] = [Kind::Money, Kind::Number, Kind::Int];

/// A report over the case's rules.
pub fn report(tape: &mut Tape, rules: &Rules, zone: &Zone, depth: u32) -> Report {
    let subject = subject(tape, rules);
    let scope = Scope {
        subject: match subject {
            ReportSubject::Facts(subject) => Some(subject),
            _ => None,
        },
        ..Scope::new(rules, zone)
    };
    let filter = tape
        .chance(60)
        .then(|| expression(tape, scope, &Kind::Bool, depth.min(3)));
    let groups = (0..tape.below(3))
        .map(|at| group(tape, scope, at))
        .collect();
    let mut report = Report {
        name: "table".into(),
        label: None,
        description: None,
        subject,
        columns: Vec::new(),
        filter,
        groups,
        tallies: Vec::new(),
        measures: Vec::new(),
        order: Vec::new(),
        top: tape.chance(20).then(|| 1 + tape.below(4) as u64),
        span: Span::default(),
    };
    for at in 0..1 + tape.below(4) {
        measure(tape, scope, &mut report, at);
    }
    if tape.chance(50) {
        let at = tape.below(report.measures.len());
        let measure = &report.measures[at];
        let kind = measure.value.kind.clone();
        let typed = given(Given::Measure(at as u32), kind);
        report.order.push((typed, tape.chance(50)));
    }
    report
}

fn subject(tape: &mut Tape, rules: &Rules) -> ReportSubject {
    let (events, holdings) = (rules.schema.events.len(), rules.schema.holdings.len());
    match tape.below(3) {
        0 if events > 0 => ReportSubject::Facts(Subject::Event(EventId(tape.below(events) as u16))),
        1 if holdings > 0 => {
            ReportSubject::Facts(Subject::Holding(HoldingId(tape.below(holdings) as u16)))
        }
        _ => ReportSubject::Customers,
    }
}

fn group(tape: &mut Tape, scope: Scope, at: usize) -> Group {
    let kinds = [
        Kind::Bool,
        Kind::Text,
        Kind::Int,
        Kind::Date,
        Kind::Number,
        Kind::Time,
    ];
    let kind = tape.one(&kinds).clone();
    let period = (kind == Kind::Date && tape.chance(70)).then(|| *tape.one(&DATE_UNITS));
    Group {
        name: format!("g{at}").into(),
        label: None,
        value: expression(tape, scope, &kind, 2),
        period: period.filter(|unit| *unit != Unit::Hour),
    }
}

fn given(given: Given, kind: Kind) -> Typed {
    let name = "given".into();
    typed(Node::Given { given, name }, kind)
}

/// A tally by itself, or with a number made of it; now and then about an earlier measure.
fn measure(tape: &mut Tape, scope: Scope, report: &mut Report, at: usize) {
    let tally = tally(tape, scope, report);
    let kind = tally.kind.clone();
    report.tallies.push(tally);
    let mut value = given(Given::Tally(report.tallies.len() as u32 - 1), kind.clone());
    let numeric = kind.is_numeric();
    let earlier = report
        .measures
        .iter()
        .rposition(|known| known.value.kind == kind);
    match (earlier, tape.below(4)) {
        (Some(earlier), 0) if numeric => {
            let other = given(Given::Measure(earlier as u32), kind.clone());
            let node = Node::Arithmetic {
                op: ArithmeticOp::Add,
                left: Box::new(value),
                right: Box::new(other),
            };
            value = typed(node, kind);
        }
        (_, 1) if numeric => {
            let node = Node::Default {
                fallback: Box::new(typed(Node::Negate(Box::new(value.clone())), kind.clone())),
                value: Box::new(value),
            };
            value = typed(node, kind);
        }
        _ => {}
    }
    report.measures.push(Measure {
        name: format!("m{at}").into(),
        label: None,
        value,
    });
}

fn tally(tape: &mut Tape, scope: Scope, report: &Report) -> Tally {
    let part = Decimal::parse(tape.one::<&str>(&["0", "0.25", "0.9", "1"])).unwrap();
    let function = *tape.one(&[
        TallyFunction::Count,
        TallyFunction::Sum,
        TallyFunction::Avg,
        TallyFunction::Min,
        TallyFunction::Max,
        TallyFunction::Distinct,
        TallyFunction::Median,
        TallyFunction::Stddev,
        TallyFunction::Cut(Quantile::new(part).unwrap()),
        TallyFunction::Share,
    ]);
    let of = match function {
        TallyFunction::Count => None,
        TallyFunction::Share => Some(Kind::Bool),
        TallyFunction::Distinct => {
            let kinds = [
                Kind::Text,
                Kind::Money,
                Kind::Number,
                Kind::Date,
                Kind::Bool,
            ];
            Some(tape.one(&kinds).clone())
        }
        TallyFunction::Min | TallyFunction::Max if tape.chance(30) => {
            Some(tape.one(&[Kind::Date, Kind::Time]).clone())
        }
        _ => Some(tape.one(&VALUE_KINDS).clone()),
    };
    let kind = match (function, &of) {
        (TallyFunction::Count | TallyFunction::Distinct, _) => Kind::Int,
        (TallyFunction::Sum | TallyFunction::Min | TallyFunction::Max, Some(kind)) => kind.clone(),
        (_, Some(Kind::Money)) => Kind::Money,
        _ => Kind::Number,
    };
    let (filter, pass) = filter(tape, scope, report);
    Tally {
        function,
        value: of.map(|kind| expression(tape, scope, &kind, 2)),
        filter,
        kind,
        text: "tally".into(),
        pass,
    }
}

/// Nothing, a condition, or a comparison with a measure of the row's group.
fn filter(tape: &mut Tape, scope: Scope, report: &Report) -> (Option<Typed>, u32) {
    match tape.below(4) {
        0 | 1 => (None, 0),
        2 => (Some(expression(tape, scope, &Kind::Bool, 2)), 0),
        _ if report.measures.is_empty() => (None, 0),
        _ => {
            let at = tape.below(report.measures.len());
            let measure = &report.measures[at];
            let kind = measure.value.kind.clone();
            let left = expression(tape, scope, &kind, 2);
            let node = Node::Compare {
                op: CompareOp::GreaterEqual,
                left: Box::new(left),
                right: Box::new(given(Given::Measure(at as u32), kind)),
            };
            (
                Some(typed(node, Kind::Bool)),
                1 + pass_of(report, &measure.value),
            )
        }
    }
}

/// After which pass a value of the group is known.
fn pass_of(report: &Report, value: &Typed) -> u32 {
    match &value.node {
        Node::Given {
            given: Given::Tally(at),
            ..
        } => report.tallies[*at as usize].pass,
        Node::Given {
            given: Given::Measure(at),
            ..
        } => pass_of(report, &report.measures[*at as usize].value),
        Node::Arithmetic { left, right, .. } => pass_of(report, left).max(pass_of(report, right)),
        Node::Default { value, .. } => pass_of(report, value),
        _ => 0,
    }
}

/// The law.
pub fn holds(case: &Case) -> Result<(), String> {
    let Case {
        rules, zone, now, ..
    } = case;
    let people = people::from_facts(&rules.schema, &case.facts);
    let expected = reference::answer(rules, &people, &case.table, *now, zone);
    let snapshot = snapshot(rules, zone, &case.facts);
    for threads in [1, 2] {
        let options = RunOptions {
            threads,
            ..RunOptions::default()
        };
        let view = View {
            rules,
            snapshot: &snapshot,
            statistics: &Statistics::default(),
            now: *now,
            options: &options,
            files: None,
            outside: &|plan| {
                let mut external = External::default();
                let asked = LiveView {
                    snapshot: &snapshot,
                    plugins: &NoPlugins,
                    now: *now,
                    ranks: None,
                    options: &options,
                };
                Prepared::new(plan.clone()).ask(asked, &Rows::All, false, &mut external)?;
                Ok(external)
            },
        };
        let table = run(&case.table, view).map_err(|error| error.to_string())?;
        if let Some(difference) = difference(&table, &expected, &case.table) {
            return Err(format!("{threads} threads: {difference}\n{:?}", case.table));
        }
    }
    Ok(())
}

fn difference(table: &Table, expected: &Answer, report: &Report) -> Option<String> {
    let figures = (table.counted, table.no, table.unknown);
    if figures != expected.figures || table.groups != expected.groups {
        return Some(format!(
            "{figures:?} rows in {} groups, not {:?} in {}",
            table.groups, expected.figures, expected.groups
        ));
    }
    let same_row = |(a, b): (&Vec<Option<Value>>, &Vec<Option<Value>>)| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
    };
    let same_rows = table.rows.len() == expected.rows.len()
        && table.rows.iter().zip(&expected.rows).all(same_row);
    if !same_rows {
        return Some(format!("{:?}\nnot {:?}", table.rows, expected.rows));
    }
    let left: u64 = expected.aside.iter().sum();
    let told: u64 = table.left_aside.iter().map(|aside| aside.rows).sum();
    if left != told {
        return Some(format!("{told} rows left aside, not {left}"));
    }
    let blamed: u64 = table.unknown_because.iter().map(|(_, rows)| rows).sum();
    let asked = report.filter.is_some();
    (asked && blamed < table.unknown)
        .then(|| format!("{blamed} of {} unknown explained", table.unknown))
}
