//! Facts unit by unit: `streak trend rising falling peak`, `count(… by day)`, and
//! conditions over periods. Units and dates are gone through one after the other.

use std::collections::BTreeSet;

use super::aggregate::{consider, taken};
use super::evaluate::truth;
use super::fold::{count, fold};
use super::place::{Fact, Place, Question};
use super::statistics::money;
use super::window::{self, Ready};
use crate::base::calendar::{Date, Instant, Unit};
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::value::Value;
use crate::language::typed::{
    Aggregate, AggregateFunction, FactMeasure, Series, Subject, Typed, Window,
};

/// The facts that count, with what the aggregate takes of each.
pub(super) struct Counted<'a> {
    /// In order.
    pub facts: &'a [Fact<'a>],
    /// Of each fact.
    pub values: Vec<Option<Value>>,
}

impl Counted<'_> {
    /// Dates of dated facts, in order.
    fn dates(&self, question: &Question) -> Vec<Date> {
        let dates = self.facts.iter().filter_map(|fact| fact.at);
        dates.map(|at| question.zone.date_of(at)).collect()
    }

    /// Facts with a date between two, both included: how many, and their values.
    fn between(&self, question: &Question, first: Date, last: Date) -> (usize, Vec<Value>) {
        let mut facts = 0;
        let mut values = Vec::new();
        for (fact, value) in self.facts.iter().zip(&self.values) {
            let date = fact.at.map(|at| question.zone.date_of(at));
            if date.is_some_and(|date| first <= date && date <= last) {
                facts += 1;
                values.extend(value.clone());
            }
        }
        (facts, values)
    }
}

/// The greatest number of days between neighbours.
pub(super) fn gap(question: &Question, counted: &Counted) -> Option<Value> {
    let mut dates = counted.dates(question);
    dates.sort();
    let neighbours = dates.iter().zip(dates.iter().skip(1));
    let days = neighbours.map(|(one, next)| i64::from(next.0) - i64::from(one.0));
    days.max().map(Value::Int)
}

/// What a series gives over the facts that count; `kind` is that of the expression.
pub(super) fn series(
    place: &Place,
    aggregate: &Aggregate,
    series: Series,
    counted: &Counted,
    kind: &Kind,
) -> Option<Value> {
    let question = place.question;
    match series {
        Series::Units(unit) => Some(count(units_with_facts(question, counted, unit).len())),
        Series::Streak(unit) => Some(count(streak(question, counted, unit))),
        Series::Peak { of, dates } => peak(question, counted, of, dates, kind),
        Series::Trend { of, unit } => trend(&measured(place, aggregate, counted, of, unit)?, kind),
        Series::Rising { of, unit } => {
            let values = measured(place, aggregate, counted, of, unit)?;
            monotonous(&values, std::cmp::Ordering::Less).map(Value::Bool)
        }
        Series::Falling { of, unit } => {
            let values = measured(place, aggregate, counted, of, unit)?;
            monotonous(&values, std::cmp::Ordering::Greater).map(Value::Bool)
        }
    }
}

fn units_with_facts(question: &Question, counted: &Counted, unit: Unit) -> BTreeSet<Date> {
    let dates = counted.dates(question).into_iter();
    dates.map(|date| date.start_of(unit)).collect()
}

fn streak(question: &Question, counted: &Counted, unit: Unit) -> usize {
    let units = units_with_facts(question, counted, unit);
    let mut longest = 0;
    for first in &units {
        let mut length = 1;
        let mut at = *first;
        while let Some(next) = at.add(1, unit).filter(|next| units.contains(next)) {
            length += 1;
            at = next;
        }
        longest = longest.max(length);
    }
    longest
}

/// Of each run of so many dates in which a fact lies, the greatest. What a run holds changes only where
/// a fact enters or leaves it.
fn peak(
    question: &Question,
    counted: &Counted,
    of: FactMeasure,
    dates: u16,
    kind: &Kind,
) -> Option<Value> {
    let length = i32::from(dates);
    let mut greatest: Option<Value> = None;
    for date in counted.dates(question) {
        for start in [
            date.0 - length,
            date.0 - length + 1,
            date.0,
            date.0.saturating_add(1),
        ] {
            let last = start.saturating_add(length - 1);
            let Some(value) = run(question, counted, of, (Date(start), Date(last)), kind)? else {
                continue;
            };
            if greatest
                .as_ref()
                .is_none_or(|best| super::compare::order(&value, best).is_gt())
            {
                greatest = Some(value);
            }
        }
    }
    greatest.or_else(|| fold(of.function(), &[], kind))
}

/// The measure of a run of dates: the sums of its dates added in order. The inner nothing: no fact lies
/// in it; the outer: a sum does not fit.
fn run(
    question: &Question,
    counted: &Counted,
    of: FactMeasure,
    (first, last): (Date, Date),
    kind: &Kind,
) -> Option<Option<Value>> {
    let (facts, values) = counted.between(question, first, last);
    if facts == 0 {
        return Some(None);
    }
    if of == FactMeasure::Count {
        return Some(Some(count(facts)));
    }
    if !matches!(kind, Kind::Number) {
        return fold(of.function(), &values, kind).map(Some);
    }
    let mut sums = Vec::new();
    for date in counted.dates(question).into_iter().collect::<BTreeSet<_>>() {
        if first <= date && date <= last {
            let (_, values) = counted.between(question, date, date);
            sums.push(fold(of.function(), &values, kind)?);
        }
    }
    fold(of.function(), &sums, kind).map(Some)
}

/// First dates of the complete units of the window in order with the measure of each, missing ones included.
fn measured(
    place: &Place,
    aggregate: &Aggregate,
    counted: &Counted,
    of: FactMeasure,
    unit: Unit,
) -> Option<Vec<(Date, Option<Value>)>> {
    let question = place.question;
    let units = complete_units(place, aggregate, counted, unit)?;
    let of_kind = kind_of_values(counted);
    let values = units.into_iter().map(|first| {
        let last = last_of(first, unit).unwrap_or(first);
        let (facts, values) = counted.between(question, first, last);
        let value = match of {
            FactMeasure::Count => Some(count(facts)),
            of => fold(of.function(), &values, &of_kind),
        };
        (first, value)
    });
    Some(values.collect())
}

/// The kind that a sum has: that of the field's values; of none at all any will do, for all are 0.
fn kind_of_values(counted: &Counted) -> Kind {
    match counted.values.iter().flatten().next() {
        Some(Value::Number(_)) => Kind::Number,
        Some(Value::Money(_)) => Kind::Money,
        _ => Kind::Int,
    }
}

/// First dates of the complete units of the window of a trend or its like, with what is measured in each.
pub(crate) fn unit_values(
    place: &Place,
    aggregate: &Aggregate,
) -> Option<Vec<(Date, Option<Value>)>> {
    let AggregateFunction::Series(series) = aggregate.function else {
        return None;
    };
    let (Series::Trend { of, unit } | Series::Rising { of, unit } | Series::Falling { of, unit }) =
        series
    else {
        return None;
    };
    let considered = consider(place, aggregate)?;
    let facts = considered.iter().filter(|item| item.verdict == Some(true));
    let facts: Vec<Fact> = facts.map(|item| item.fact).collect();
    let values = facts.iter().map(|fact| taken(fact, aggregate.field));
    let counted = Counted {
        values: values.collect(),
        facts: &facts,
    };
    measured(place, aggregate, &counted, of, unit)
}

/// First dates of the units of which every date lies wholly in the window and is over.
fn complete_units(
    place: &Place,
    aggregate: &Aggregate,
    counted: &Counted,
    unit: Unit,
) -> Option<Vec<Date>> {
    let question = place.question;
    let ready = window::ready(place, &aggregate.window)?;
    let earliest = match over_period(question, aggregate) {
        Some((first, _)) => Some(first),
        None => earliest(question, &ready),
    };
    // A window without a beginning begins with the unit of the first fact.
    let mut start = match earliest {
        Some(date) => date.start_of(unit),
        None => match counted.dates(question).into_iter().min() {
            Some(date) => date.start_of(unit),
            None => return Some(Vec::new()),
        },
    };
    let mut units = Vec::new();
    let wholly = |date: Date| is_wholly_in(question, aggregate, &ready, date);
    while let Some(last) = last_of(start, unit).filter(|last| *last < question.today()) {
        // A window has no holes: what holds both ends of a unit holds all of it.
        if wholly(start) && wholly(last) {
            units.push(start);
        }
        start = Date(last.0 + 1);
    }
    Some(units)
}

fn last_of(first: Date, unit: Unit) -> Option<Date> {
    match first.add(1, unit) {
        Some(next) => Some(Date(next.0 - 1)),
        None => Date::from_ymd(9_999, 12, 31),
    }
}

/// The unit that the aggregate is read over instead of all time.
pub(super) fn over_period(question: &Question, aggregate: &Aggregate) -> Option<(Date, Date)> {
    match (&aggregate.window, aggregate.subject) {
        (Window::All, Subject::Event(_)) => question.period,
        _ => None,
    }
}

/// Whether the first and the last second of the date lie in the window.
fn is_wholly_in(question: &Question, aggregate: &Aggregate, ready: &Ready, date: Date) -> bool {
    if let Some((first, last)) = over_period(question, aggregate) {
        return first <= date && date <= last;
    }
    let zone = question.zone;
    let next = zone.start_of(Date(date.0.saturating_add(1)));
    [zone.start_of(date), Instant(next.0 - 1)]
        .into_iter()
        .filter_map(|at| window::moment(question, &Value::Time(at)))
        .all(|moment| window::holds(question, ready, moment))
}

/// A date of the calendar not after the window's beginning; nothing when it has none.
fn earliest(question: &Question, ready: &Ready) -> Option<Date> {
    let first = Date::from_ymd(1, 1, 1);
    let date_of = |value: &Value| match value {
        Value::Date(date) => Some(*date),
        Value::Time(at) => Some(question.zone.date_of(*at)),
        _ => None,
    };
    let back = |count: i64, unit: Unit| match unit {
        Unit::Minute | Unit::Hour => {
            let seconds = unit.seconds().unwrap_or(0).saturating_mul(count);
            let past = question.zone.start_of(first?);
            let at = Instant(question.now.0.saturating_sub(seconds));
            Some(question.zone.date_of(at.max(past)))
        }
        unit => {
            let start = question.today().start_of(unit);
            start.add(count.saturating_add(1).saturating_neg(), unit)
        }
    };
    match ready {
        Ready::Fixed(window) => match window {
            Window::Last { count, unit, .. } | Window::Rolling { count, unit } => {
                back(*count, *unit).or(first)
            }
            Window::Previous { count, unit } => back(count.saturating_mul(2), *unit).or(first),
            Window::This(unit) | Window::PreviousCalendar(unit) => back(1, *unit).or(first),
            _ => None,
        },
        Ready::Since(from) | Ready::Between(from, _) | Ready::WithinAfter(_, _, from) => {
            date_of(from).max(first)
        }
        Ready::Before(_) => None,
    }
}

/// Slope of the line of least squares through the units that have a value, counted from 0.
fn trend(values: &[(Date, Option<Value>)], kind: &Kind) -> Option<Value> {
    let points: Vec<(f64, f64)> = values
        .iter()
        .enumerate()
        .filter_map(|(at, (_, value))| {
            let height = match value.as_ref()? {
                Value::Int(number) => *number as f64,
                Value::Number(number) => *number,
                Value::Money(money) => money.0 as f64,
                _ => return None,
            };
            Some((at as f64, height))
        })
        .collect();
    if points.len() < 2 {
        return None;
    }
    let mean = points.iter().map(|(at, _)| at).sum::<f64>() / points.len() as f64;
    let (mut across, mut along) = (0.0, 0.0);
    for (at, height) in &points {
        across += (at - mean) * height;
        along += (at - mean) * (at - mean);
    }
    match kind {
        Kind::Money => money(across / along),
        _ => finite(across / along).map(Value::Number),
    }
}

/// Whether each value stands so to the next; unknown where one has none and below two.
fn monotonous(values: &[(Date, Option<Value>)], wanted: std::cmp::Ordering) -> Option<bool> {
    let values: Option<Vec<&Value>> = values.iter().map(|(_, value)| value.as_ref()).collect();
    let values = values.filter(|values| values.len() >= 2)?;
    let mut neighbours = values.iter().zip(values.iter().skip(1));
    Some(neighbours.all(|(one, next)| super::compare::order(one, next) == wanted))
}

/// In how many of the whole units before this one the condition is yes.
pub(super) fn periods(place: &Place, unit: Unit, wanted: u16, condition: &Typed) -> Value {
    let verdicts = period_verdicts(place, unit, wanted, condition);
    let yes = verdicts
        .iter()
        .filter(|(_, verdict)| *verdict == Some(true));
    count(yes.count())
}

/// The first date of each unit with what the condition says of it, the latest first.
pub(crate) fn period_verdicts(
    place: &Place,
    unit: Unit,
    wanted: u16,
    condition: &Typed,
) -> Vec<(Date, Option<bool>)> {
    let mut verdicts = Vec::new();
    for (first, last) in units(place.question.today(), unit, wanted) {
        let question = place.question.over(first, last);
        let myself = place.myself.map(|myself| Place {
            question: &question,
            ..*myself
        });
        let there = Place {
            question: &question,
            myself: myself.as_ref(),
            ..*place
        };
        verdicts.push((first, truth(&there.customer(), condition)));
    }
    verdicts
}

/// First and last date of whole units before today's, the latest first.
pub(super) fn units(today: Date, unit: Unit, wanted: u16) -> Vec<(Date, Date)> {
    let mut found = Vec::new();
    let mut start = today.start_of(unit);
    for _ in 0..wanted {
        let last = Date(start.0.saturating_sub(1));
        // Before the calendar's beginning there are no facts.
        let first = start.add(-1, unit).unwrap_or(Date(i32::MIN));
        found.push((first, last));
        start = first;
    }
    found
}
