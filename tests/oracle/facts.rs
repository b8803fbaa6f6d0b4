//! Random aggregates over facts and over other customers, and their windows.

use tamis::base::calendar::Unit;
use tamis::base::kind::Kind;
use tamis::base::value::Value;
use tamis::language::typed::{
    Aggregate, AggregateFunction, Decay, Node, Subfield, Subject, Typed, Window,
};
use tamis::schema::{EventId, FieldId, HoldingId};

use crate::condition::step;
use crate::expression::{DATE_UNITS, UNITS, date_or_time, expression, leaf, typed};
use crate::scope::Scope;
use crate::tape::Tape;

/// A condition, mostly about what is at hand.
pub fn filter(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    match depth {
        0 => leaf(tape, scope, &Kind::Bool),
        _ => crate::condition::condition(tape, scope, depth - 1),
    }
}

fn subject(tape: &mut Tape, scope: Scope) -> Subject {
    let holdings = scope.schema().holdings.len();
    if holdings > 0 && tape.chance(30) {
        return Subject::Holding(HoldingId(tape.below(holdings) as u16));
    }
    Subject::Event(EventId(tape.below(scope.schema().events.len()) as u16))
}

/// Kinds of what a fact may give.
pub fn subfields(scope: Scope, subject: Subject) -> Vec<(Subfield, Kind)> {
    let fields = scope.fields_of(subject).iter().enumerate();
    let mut found: Vec<(Subfield, Kind)> = fields
        .map(|(at, field)| (Subfield::Field(FieldId(at as u16)), field.kind.clone()))
        .collect();
    found.push((Subfield::At, Kind::Time));
    if matches!(subject, Subject::Holding(_)) {
        found.push((Subfield::Key, Kind::Text));
    }
    found
}

/// An aggregate of that kind, if any function gives one.
pub fn aggregate_of(tape: &mut Tape, scope: Scope, kind: &Kind, depth: u32) -> Option<Typed> {
    use AggregateFunction::{
        Any, Avg, Count, Distinct, First, Gap, Last, Max, Median, Min, Mode, Modes,
        None as Nothing, Share, Stddev, Sum,
    };
    let of = subject(tape, scope);
    if let Some(series) = crate::series::series_of(tape, scope, of, kind, depth) {
        return Some(series);
    }
    let fields = subfields(scope, of);
    let decay = AggregateFunction::Decay(Decay {
        half_life_days: [1, 7, 30][tape.below(3)],
    });
    let mut found: Vec<(AggregateFunction, Option<Subfield>)> = Vec::new();
    for (field, field_kind) in &fields {
        let same = field_kind == kind;
        let ordered = field_kind.is_numeric() || matches!(field_kind, Kind::Date | Kind::Time);
        let mut add = |function| found.push((function, Some(*field)));
        if same {
            add(First);
            add(Last);
        }
        if same && ordered {
            add(Min);
            add(Max);
        }
        if same && field_kind.is_numeric() {
            add(Sum);
        }
        let averaged = match field_kind {
            Kind::Int | Kind::Number => *kind == Kind::Number,
            Kind::Money => *kind == Kind::Money,
            _ => false,
        };
        if averaged {
            add(Avg);
            add(Median);
            add(Stddev);
        }
        if same && !matches!(field_kind, Kind::Set(_)) {
            add(Mode);
        }
        if matches!(kind, Kind::Set(inner) if **inner == *field_kind) {
            found.extend([(Modes(1), Some(*field)), (Modes(2), Some(*field))]);
            continue;
        }
        if *kind == Kind::Number && field_kind.is_numeric() && matches!(of, Subject::Event(_)) {
            add(decay);
        }
        if *kind == Kind::Int && !matches!(field_kind, Kind::Set(_)) {
            add(Distinct);
        }
    }
    match kind {
        Kind::Int => found.extend([(Count, None), (Count, None), (Gap, None)]),
        Kind::Bool => found.extend([(Any, None), (Nothing, None)]),
        Kind::Number => {
            found.push((Share, None));
            found.extend(crate::series::elapsed(tape, scope, of));
            if matches!(of, Subject::Event(_)) {
                found.push((decay, None));
            }
        }
        _ => {}
    }
    if found.is_empty() {
        return None;
    }
    let (function, field) = *tape.one(&found);
    Some(of_subject(
        tape,
        scope,
        of,
        function,
        field,
        kind.clone(),
        depth,
    ))
}

/// An aggregate with that function over any subject.
pub fn aggregate(
    tape: &mut Tape,
    scope: Scope,
    function: AggregateFunction,
    field: Option<Subfield>,
    kind: Kind,
    depth: u32,
) -> Typed {
    let of = subject(tape, scope);
    of_subject(tape, scope, of, function, field, kind, depth)
}

pub fn of_subject(
    tape: &mut Tape,
    scope: Scope,
    subject: Subject,
    function: AggregateFunction,
    field: Option<Subfield>,
    kind: Kind,
    depth: u32,
) -> Typed {
    // Its fields are all that its `where` says.
    let never = matches!(function, AggregateFunction::Elapsed(_));
    let inside = scope.about(subject).filter(|_| !never);
    let filter = match inside {
        Some(inside) => {
            let asked = function == AggregateFunction::Share || tape.chance(50);
            let rest = asked.then(|| filter(tape, inside, depth));
            crate::bound::parted(tape, inside, subject, rest)
        }
        // Its share of what, where no condition has room.
        None if function == AggregateFunction::Share => {
            Some(typed(Node::Literal(Value::Bool(true)), Kind::Bool))
        }
        None => None,
    };
    let around = scope.bound.iter().flatten().count();
    let window = match subject {
        Subject::Event(_) => window(tape, scope, depth),
        Subject::Holding(_) => Window::All,
    };
    let aggregate = Aggregate {
        function,
        subject,
        name: filter.is_some().then(|| crate::bound::name(around).into()),
        field,
        filter,
        window,
    };
    typed(Node::Aggregate(Box::new(aggregate)), kind)
}

/// Any window that an aggregate may have.
pub fn window(tape: &mut Tape, scope: Scope, depth: u32) -> Window {
    let scope = scope.customer();
    let depth = depth.min(1);
    let counts = [1, 2, 3, 7, 30, 90, 400];
    match tape.below(16) {
        0..3 => Window::All,
        3..6 => Window::Last {
            count: *tape.one(&counts),
            unit: *tape.one(&UNITS),
            whole: false,
        },
        6 => Window::Last {
            count: *tape.one(&counts),
            unit: *tape.one(&DATE_UNITS),
            whole: true,
        },
        7 => Window::Previous {
            count: *tape.one(&counts),
            unit: *tape.one(&UNITS),
        },
        8 => Window::Rolling {
            count: *tape.one(&counts),
            unit: *tape.one(&[Unit::Day, Unit::Hour, Unit::Week, Unit::Minute]),
        },
        9 => Window::This(*tape.one(&DATE_UNITS)),
        10 => Window::PreviousCalendar(*tape.one(&DATE_UNITS)),
        11 => Window::Since(Box::new(date_or_time(tape, scope, depth))),
        12 => Window::Before(Box::new(date_or_time(tape, scope, depth))),
        13 => Window::Between(
            Box::new(date_or_time(tape, scope, depth)),
            Box::new(date_or_time(tape, scope, depth)),
        ),
        _ => Window::WithinAfter {
            count: *tape.one(&[0, 1, 2, 30, 48, 365]),
            unit: *tape.one(&UNITS),
            from: Box::new(date_or_time(tape, scope, depth)),
        },
    }
}

/// A fold over other customers of that kind, if there is one.
pub fn related_aggregate_of(
    tape: &mut Tape,
    scope: Scope,
    kind: &Kind,
    depth: u32,
) -> Option<Typed> {
    use AggregateFunction::{
        Any, Avg, Count, Distinct, Max, Median, Min, Mode, None as Nothing, Stddev, Sum,
    };
    let step = step(tape, scope)?;
    let inside = scope.of_other();
    let ordered = kind.is_numeric() || matches!(kind, Kind::Date | Kind::Time);
    let mut found: Vec<(AggregateFunction, Option<Kind>)> = Vec::new();
    match kind {
        Kind::Int => found.extend([
            (Count, None),
            (Distinct, Some(Kind::Text)),
            (Distinct, Some(Kind::Number)),
        ]),
        Kind::Bool => found.extend([(Any, None), (Nothing, None)]),
        Kind::Number => found.extend([
            (Avg, Some(Kind::Number)),
            (Avg, Some(Kind::Int)),
            (Median, Some(Kind::Int)),
            (Stddev, Some(Kind::Number)),
        ]),
        Kind::Money => found.extend([
            (Avg, Some(Kind::Money)),
            (Median, Some(Kind::Money)),
            (Stddev, Some(Kind::Money)),
        ]),
        Kind::Text => found.push((Mode, Some(Kind::Text))),
        _ => {}
    }
    if kind.is_numeric() {
        found.push((Sum, Some(kind.clone())));
    }
    if ordered {
        found.extend([(Min, Some(kind.clone())), (Max, Some(kind.clone()))]);
    }
    if found.is_empty() {
        return None;
    }
    let (function, of) = tape.one(&found).clone();
    let node = Node::RelatedAggregate {
        function,
        step,
        value: of.map(|of| Box::new(expression(tape, inside, &of, depth.min(2)))),
        filter: tape
            .chance(50)
            .then(|| Box::new(filter(tape, inside, depth.min(2)))),
    };
    Some(typed(node, kind.clone()))
}
