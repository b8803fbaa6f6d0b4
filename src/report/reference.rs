//! The slow evaluator of reports: row by row and group by group, straight from the
//! meaning. It is the oracle of the kernel and shares nothing with it but the typed
//! report and the values.

use std::sync::Arc;

use crate::base::calendar::{Instant, Zone};
use crate::base::deviation::deviation;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::Money;
use crate::base::quantile::Quantile;
use crate::base::value::Value;
use crate::columns::person::Person;
use crate::engine::reference::People;
use crate::engine::reference::aggregate::facts_until_now;
use crate::engine::reference::place::{Fact, GivenValues, NOTHING_GIVEN, Place, Question};
use crate::engine::reference::{truth, value};
use crate::language::typed::{
    Given, Node, Report, ReportSubject, Rules, Tally, TallyFunction, Typed,
};

/// What a report answers, without names.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Answer {
    /// In order, cut at `top`.
    pub rows: Vec<Vec<Option<Value>>>,
    /// Groups before the cut.
    pub groups: usize,
    /// Rows grouped, left out, not judged.
    pub figures: (u64, u64, u64),
    /// By tally: rows that it could not judge.
    pub aside: Vec<u64>,
}

/// One row.
struct Row<'a> {
    person: &'a Person,
    number: u32,
    fact: Option<Fact<'a>>,
}

/// Rows that have one key.
struct Group {
    key: Vec<Option<Value>>,
    rows: Vec<usize>,
    given: GivenValues,
}

/// The answer over these customers.
pub fn answer(
    rules: &Rules,
    people: &dyn People,
    report: &Report,
    now: Instant,
    zone: &Zone,
) -> Answer {
    let question = Question::new(rules, people, now, zone);
    let persons: Vec<_> = (0..people.rows()).map(|row| people.person(row)).collect();
    let rows = rows_of(&question, &persons, report);
    let mut answer = Answer {
        aside: vec![0; report.tallies.len()],
        ..Answer::default()
    };
    let mut groups: Vec<Group> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let place = place(&question, row, &NOTHING_GIVEN);
        match report
            .filter
            .as_ref()
            .map_or(Some(true), |filter| truth(&place, filter))
        {
            Some(true) => answer.figures.0 += 1,
            Some(false) => {
                answer.figures.1 += 1;
                continue;
            }
            None => {
                answer.figures.2 += 1;
                continue;
            }
        }
        let key = report.groups.iter().map(|group| {
            let found = value(&place, &group.value)?;
            Some(match (found, group.period) {
                (Value::Date(date), Some(unit)) => Value::Date(date.start_of(unit)),
                (found, _) => found,
            })
        });
        let key: Vec<_> = key.collect();
        match groups.iter_mut().find(|group| same(&group.key, &key)) {
            Some(group) => group.rows.push(at),
            None => groups.push(Group {
                key,
                rows: vec![at],
                given: GivenValues::new(),
            }),
        }
    }
    if report.groups.is_empty() && groups.is_empty() {
        groups.push(Group {
            key: Vec::new(),
            rows: Vec::new(),
            given: GivenValues::new(),
        });
    }
    for group in &mut groups {
        fill(&question, report, &rows, group, &mut answer.aside);
    }
    ordered(&question, report, groups, &mut answer);
    answer
}

/// Every row of the report's subject.
fn rows_of<'a>(
    question: &'a Question<'a>,
    persons: &'a [Arc<Person>],
    report: &Report,
) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for (person, number) in persons.iter().zip(0u32..) {
        let row = |fact| Row {
            person,
            number,
            fact,
        };
        match report.subject {
            ReportSubject::Facts(subject) => {
                let facts = facts_until_now(&Place::of(question, number, person.as_ref()), subject);
                rows.extend(facts.into_iter().map(|fact| row(Some(fact))));
            }
            _ => rows.push(row(None)),
        }
    }
    rows
}

fn place<'a>(question: &'a Question<'a>, row: &'a Row<'a>, given: &'a GivenValues) -> Place<'a> {
    Place {
        bound: row.fact.as_slice(),
        fact: row.fact,
        given,
        ..Place::of(question, row.number, row.person)
    }
}

/// Tallies and measures of a group, each as soon as what it is about is known.
fn fill(
    question: &Question<'_>,
    report: &Report,
    rows: &[Row<'_>],
    group: &mut Group,
    aside: &mut [u64],
) {
    for (value, at) in group.key.iter().zip(0u32..) {
        group.given.insert(Given::Group(at), value.clone());
    }
    let passes = report
        .tallies
        .iter()
        .map(|tally| tally.pass)
        .max()
        .unwrap_or(0);
    for pass in 0..=passes {
        for (tally, at) in report.tallies.iter().zip(0u32..) {
            if tally.pass == pass {
                let (found, left) = tallied(question, tally, rows, group);
                group.given.insert(Given::Tally(at), found);
                if let Some(count) = aside.get_mut(at as usize) {
                    *count += left;
                }
            }
        }
        for (measure, at) in report.measures.iter().zip(0u32..) {
            let given = Given::Measure(at);
            if !group.given.contains_key(&given)
                && covered(question.rules, &measure.value, &group.given)
            {
                let found = of_group(question, &measure.value, &group.given);
                group.given.insert(given, found);
            }
        }
    }
}

fn covered(rules: &Rules, typed: &Typed, given: &GivenValues) -> bool {
    match &typed.node {
        Node::Given { given: wanted, .. } => given.contains_key(wanted),
        _ => crate::engine::reference::tree::operands(rules, typed)
            .into_iter()
            .all(|part| covered(rules, part, given)),
    }
}

fn of_group(question: &Question<'_>, typed: &Typed, given: &GivenValues) -> Option<Value> {
    let nobody = Person::default();
    let place = Place {
        given,
        ..Place::of(question, 0, &nobody)
    };
    value(&place, typed)
}

/// The aggregate of a group's rows, and how many it could not judge.
fn tallied(
    question: &Question<'_>,
    tally: &Tally,
    rows: &[Row<'_>],
    group: &Group,
) -> (Option<Value>, u64) {
    let mut left = 0;
    let mut count = 0;
    let mut values: Vec<Value> = Vec::new();
    for row in group.rows.iter().filter_map(|at| rows.get(*at)) {
        let place = place(question, row, &group.given);
        let verdict = tally
            .filter
            .as_ref()
            .map_or(Some(true), |filter| truth(&place, filter));
        if verdict != Some(true) {
            left += u64::from(verdict.is_none());
            continue;
        }
        count += 1;
        if let Some(of) = &tally.value {
            match value(&place, of) {
                Some(found) => values.push(found),
                None => left += u64::from(tally.function == TallyFunction::Share),
            }
        }
    }
    let found = match tally.function {
        TallyFunction::Count => Some(Value::Int(count)),
        _ => folded(tally, values),
    };
    (found, left)
}

fn folded(tally: &Tally, mut values: Vec<Value>) -> Option<Value> {
    values.sort_by(Value::order);
    let kind = &tally.kind;
    let whole = || {
        values.iter().map(|value| match value {
            Value::Int(number) => i128::from(*number),
            Value::Money(money) => i128::from(money.0),
            _ => 0,
        })
    };
    let numbers = || -> Vec<f64> {
        values
            .iter()
            .filter_map(|value| match value {
                Value::Number(number) => Some(*number),
                Value::Int(number) => Some(*number as f64),
                Value::Money(money) => Some(money.0 as f64),
                _ => None,
            })
            .collect()
    };
    let keys = || -> Vec<i64> { whole().filter_map(|key| i64::try_from(key).ok()).collect() };
    let is_number = matches!(values.first(), Some(Value::Number(_)));
    match tally.function {
        TallyFunction::Count => None,
        TallyFunction::Sum => match kind {
            Kind::Number => added(&numbers()).map(Value::Number),
            Kind::Money => Money::from_sum(whole().sum()).map(Value::Money),
            _ => i64::try_from(whole().sum::<i128>()).ok().map(Value::Int),
        },
        TallyFunction::Avg => {
            let count = values.len() as u64;
            match kind {
                _ if count == 0 => None,
                Kind::Money => Money::average(whole().sum(), count).map(Value::Money),
                _ if is_number => finite(added(&numbers())? / count as f64).map(Value::Number),
                _ => finite(whole().sum::<i128>() as f64 / count as f64).map(Value::Number),
            }
        }
        TallyFunction::Min => values.first().cloned(),
        TallyFunction::Max => values.last().cloned(),
        TallyFunction::Distinct => {
            values.dedup_by(|a, b| a.order(b).is_eq());
            i64::try_from(values.len()).ok().map(Value::Int)
        }
        TallyFunction::Median | TallyFunction::Cut(_) => {
            let quantile = match tally.function {
                TallyFunction::Cut(quantile) => quantile,
                _ => Quantile::MEDIAN,
            };
            match kind {
                Kind::Money => quantile.money(&keys()).map(Value::Money),
                _ if is_number => quantile.number(&numbers()).map(Value::Number),
                _ => quantile.whole(&keys()).map(Value::Number),
            }
        }
        TallyFunction::Stddev => scattered(kind, &numbers()),
        TallyFunction::Share => {
            let yes = values
                .iter()
                .filter(|value| **value == Value::Bool(true))
                .count();
            (!values.is_empty()).then(|| Value::Number(yes as f64 / values.len() as f64))
        }
    }
}

fn scattered(kind: &Kind, numbers: &[f64]) -> Option<Value> {
    let found = deviation(numbers)?;
    match kind {
        Kind::Money => Money::from_sum(found.round_ties_even() as i128).map(Value::Money),
        _ => Some(Value::Number(found)),
    }
}

/// The exact sum rounded once: parts that do not overlap, after J. R. Shewchuk, "Adaptive Precision
/// Floating-Point Arithmetic and Fast Robust Geometric Predicates" (1997), figure 5.
fn added(numbers: &[f64]) -> Option<f64> {
    let mut parts: Vec<f64> = Vec::new();
    for number in numbers {
        let mut number = *number;
        let mut kept = Vec::new();
        for part in parts {
            let (large, small) = match number.abs() < part.abs() {
                true => (part, number),
                false => (number, part),
            };
            let sum = large + small;
            let rest = small - (sum - large);
            if rest != 0.0 {
                kept.push(rest);
            }
            number = sum;
        }
        kept.push(number);
        parts = kept;
    }
    let mut parts = parts.into_iter().rev();
    let mut sum = parts.next().unwrap_or(0.0);
    while let Some(part) = parts.next() {
        let before = sum;
        sum = before + part;
        let rest = part - (sum - before);
        if rest != 0.0 {
            // Halfway between two floats what lies below decides.
            let below = parts.next().unwrap_or(0.0);
            let doubled = rest * 2.0;
            if (rest < 0.0 && below < 0.0 || rest > 0.0 && below > 0.0)
                && (sum + doubled) - sum == doubled
            {
                sum += doubled;
            }
            break;
        }
    }
    finite(sum + 0.0)
}

fn same(a: &[Option<Value>], b: &[Option<Value>]) -> bool {
    a.iter().zip(b).all(|(a, b)| match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.order(b).is_eq(),
        _ => false,
    })
}

/// By the order asked for, then by key; missing last.
fn ordered(question: &Question<'_>, report: &Report, groups: Vec<Group>, answer: &mut Answer) {
    answer.groups = groups.len();
    // Each with whether it descends.
    type Keys = Vec<(Option<Value>, bool)>;
    let mut keyed: Vec<(Keys, Group)> = Vec::new();
    for group in groups {
        let mut keys: Vec<_> = Vec::new();
        for (typed, descending) in &report.order {
            keys.push((of_group(question, typed, &group.given), *descending));
        }
        keys.extend(group.key.iter().map(|key| (key.clone(), false)));
        keyed.push((keys, group));
    }
    keyed.sort_by(|(a, _), (b, _)| {
        for ((a, descending), (b, _)) in a.iter().zip(b) {
            let order = match (a, b) {
                (Some(a), Some(b)) if *descending => b.order(a),
                (Some(a), Some(b)) => a.order(b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            };
            if order.is_ne() {
                return order;
            }
        }
        std::cmp::Ordering::Equal
    });
    let top = report
        .top
        .map_or(usize::MAX, |top| usize::try_from(top).unwrap_or(usize::MAX));
    for (_, group) in keyed.into_iter().take(top) {
        let measures = (0u32..).take(report.measures.len());
        let measures = measures.map(|at| group.given.get(&Given::Measure(at)).cloned().flatten());
        answer
            .rows
            .push(group.key.iter().cloned().chain(measures).collect());
    }
}
