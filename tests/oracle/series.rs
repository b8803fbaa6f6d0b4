//! Random aggregates unit by unit and conditions over periods.

use tamis::base::calendar::Unit;
use tamis::base::kind::Kind;
use tamis::language::typed::{
    AggregateFunction, Elapsed, FactMeasure, Node, Series, Subfield, Subject, Typed, Window,
};
use tamis::schema::{EventId, FieldId};

use crate::expression::{DATE_UNITS, expression, typed};
use crate::facts::{of_subject, subfields};
use crate::scope::Scope;
use crate::tape::Tape;

/// What each measure makes of a field, where it makes a number.
fn measures(scope: Scope, subject: Subject) -> Vec<(FactMeasure, Option<Subfield>, Kind)> {
    let mut found = vec![(FactMeasure::Count, None, Kind::Int)];
    for (field, kind) in subfields(scope, subject) {
        let field = Some(field);
        if !matches!(kind, Kind::Set(_)) {
            found.push((FactMeasure::Distinct, field, Kind::Int));
        }
        if !kind.is_numeric() {
            continue;
        }
        let mean = match kind {
            Kind::Money => Kind::Money,
            _ => Kind::Number,
        };
        for of in [FactMeasure::Sum, FactMeasure::Min, FactMeasure::Max] {
            found.push((of, field, kind.clone()));
        }
        for of in [FactMeasure::Avg, FactMeasure::Median, FactMeasure::Stddev] {
            found.push((of, field, mean.clone()));
        }
    }
    found
}

/// A series of that kind, now and then.
pub fn series_of(
    tape: &mut Tape,
    scope: Scope,
    subject: Subject,
    kind: &Kind,
    depth: u32,
) -> Option<Typed> {
    if !matches!(kind, Kind::Int | Kind::Number | Kind::Money | Kind::Bool) || !tape.chance(35) {
        return None;
    }
    let measures = measures(scope, subject);
    let (of, field, of_kind) = tape.one(&measures).clone();
    let unit = *tape.one(&DATE_UNITS);
    let runs = matches!(of, FactMeasure::Count | FactMeasure::Sum);
    let (series, field) = match kind {
        Kind::Bool => match tape.below(2) {
            0 => (Series::Rising { of, unit }, field),
            _ => (Series::Falling { of, unit }, field),
        },
        Kind::Int if tape.chance(60) => match tape.below(2) {
            0 => (Series::Units(unit), None),
            _ => (Series::Streak(unit), None),
        },
        kind if runs && of_kind == *kind && (*kind == Kind::Int || tape.chance(50)) => {
            let dates = *tape.one(&[1, 2, 7, 30, 366]);
            (Series::Peak { of, dates }, field)
        }
        Kind::Number if of_kind != Kind::Money => (Series::Trend { of, unit }, field),
        Kind::Money if of_kind == Kind::Money => (Series::Trend { of, unit }, field),
        _ => return None,
    };
    let function = AggregateFunction::Series(series);
    let mut made = of_subject(tape, scope, subject, function, field, kind.clone(), depth);
    if let Node::Aggregate(aggregate) = &mut made.node {
        aggregate.function = AggregateFunction::Series(fitting(series, &aggregate.window));
    }
    Some(made)
}

/// With a unit that the slow evaluator can go through one by one.
fn fitting(series: Series, window: &Window) -> Series {
    let days = |unit: Unit| match unit {
        Unit::Month => 31,
        Unit::Quarter => 92,
        Unit::Year => 366,
        unit => unit
            .seconds()
            .map_or(1, |seconds| seconds.div_euclid(86_400)),
    };
    let length = match window {
        Window::Last { count, unit, .. } | Window::Rolling { count, unit } => count * days(*unit),
        Window::Previous { count, unit } => 2 * count * days(*unit),
        Window::This(unit) | Window::PreviousCalendar(unit) => 2 * days(*unit),
        _ => i64::MAX,
    };
    let coarse = match length {
        ..500 => return series,
        500..5_000 => Unit::Quarter,
        _ => Unit::Year,
    };
    match series {
        Series::Trend { of, .. } => Series::Trend { of, unit: coarse },
        Series::Rising { of, .. } => Series::Rising { of, unit: coarse },
        Series::Falling { of, .. } => Series::Falling { of, unit: coarse },
        other => other,
    }
}

/// From events of a kind to those of any.
pub fn elapsed(
    tape: &mut Tape,
    scope: Scope,
    subject: Subject,
) -> Option<(AggregateFunction, Option<Subfield>)> {
    let Subject::Event(_) = subject else {
        return None;
    };
    let answer = EventId(tape.below(scope.schema().events.len()) as u16);
    let mut pairs: Vec<Option<(FieldId, FieldId)>> = Vec::new();
    for (at, asked) in scope.fields_of(subject).iter().enumerate() {
        for (to, given) in scope.fields_of(Subject::Event(answer)).iter().enumerate() {
            if asked.kind == given.kind && !matches!(asked.kind, Kind::Set(_)) {
                pairs.push(Some((FieldId(at as u16), FieldId(to as u16))));
            }
        }
    }
    pairs.extend([None, None]);
    // Pairs stand first, as they are written.
    let mut equal = [*tape.one(&pairs), *tape.one(&pairs)];
    equal.sort_by_key(Option::is_none);
    Some((AggregateFunction::Elapsed(Elapsed { answer, equal }), None))
}

/// In how many units a condition holds.
pub fn periods(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let unit = *tape.one(&DATE_UNITS);
    let count = *tape.one(&[1, 2, 3, 5]);
    let condition = expression(tape, scope.customer(), &Kind::Bool, depth.min(2));
    let node = Node::Periods {
        unit,
        count,
        condition: Box::new(condition),
    };
    typed(node, Kind::Int)
}
