//! What the typed tree promises to everyone who reads it: operand kinds.

use super::super::convert::same_kind;
use super::super::walk::every_node;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{
    Aggregate, AggregateFunction, ArithmeticOp, Choice, CompareOp, FactMeasure, Node, RouteTarget,
    Rules, Subject, Typed, Window,
};

/// Every expression of the set keeps its promises.
pub fn assert(rules: &Rules) {
    let mut all: Vec<Typed> = rules
        .definitions
        .iter()
        .map(|definition| definition.expression.clone())
        .collect();
    for plan in &rules.care {
        for condition in plan.conditions() {
            boolean(&[condition]);
            all.push(condition.clone());
        }
    }
    for source in &rules.sources {
        all.extend(source.key.iter().map(|(key, _)| key.clone()));
        all.extend(source.skip.iter().cloned());
        for route in &source.routes {
            all.extend(route.when.clone());
            match &route.target {
                RouteTarget::Customer { fields, .. } => {
                    for (id, typed) in fields {
                        assert_eq!(typed.kind, rules.schema.attribute(*id).unwrap().kind);
                        all.push(typed.clone());
                    }
                }
                RouteTarget::Event { event, fields, .. } => {
                    for (id, typed) in fields {
                        let field = &rules.schema.event(*event).unwrap().fields[id.0 as usize];
                        assert_eq!(typed.kind, field.kind);
                        all.push(typed.clone());
                    }
                }
                _ => {}
            }
        }
    }
    for typed in all {
        every_node(&typed, &mut |node| node_is_sound(node));
    }
}

fn boolean(parts: &[&Typed]) {
    for part in parts {
        assert_eq!(part.kind, Kind::Bool, "{part:?}");
    }
}

fn alike(parts: &[&Typed]) {
    for pair in parts.windows(2) {
        assert!(same_kind(&pair[0].kind, &pair[1].kind), "{parts:?}");
    }
}

fn ordered(typed: &Typed) {
    let none = matches!(typed.kind, Kind::Bool | Kind::Enum(_) | Kind::Set(_));
    assert!(!none, "{typed:?}");
}

fn node_is_sound(typed: &Typed) {
    match &typed.node {
        Node::Not(inner) => boolean(&[inner]),
        Node::And(parts) | Node::Or(parts) | Node::AtLeast { of: parts, .. } => {
            parts.iter().for_each(|part| boolean(&[part]));
        }
        Node::Compare { op, left, right } => {
            alike(&[left, right]);
            match op {
                CompareOp::Equal | CompareOp::NotEqual => {}
                CompareOp::Like => assert_eq!(left.kind, Kind::Text),
                _ => ordered(left),
            }
        }
        Node::Between {
            value, low, high, ..
        } => {
            alike(&[value, low, high]);
            ordered(value);
        }
        Node::In { value, choices, .. } => {
            for choice in choices {
                match choice {
                    Choice::One(one) => alike(&[value, one]),
                    Choice::Range { low, high, .. } => {
                        ordered(value);
                        for end in low.iter().chain(high) {
                            alike(&[value, end]);
                        }
                    }
                }
            }
        }
        Node::Default { value, fallback } => alike(&[typed, value, fallback]),
        Node::If {
            condition,
            then,
            otherwise,
        } => {
            boolean(&[condition]);
            alike(&[typed, then, otherwise]);
        }
        Node::Case { arms, otherwise } => {
            for (condition, value) in arms {
                boolean(&[condition]);
                alike(&[typed, value]);
            }
            otherwise.iter().for_each(|value| alike(&[typed, value]));
        }
        _ => value_is_sound(typed),
    }
}

fn value_is_sound(typed: &Typed) {
    match &typed.node {
        Node::Literal(value) => literal_is_sound(value, &typed.kind),
        Node::Arithmetic { op, left, right } => {
            assert_eq!(
                result(*op, &left.kind, &right.kind),
                Some(typed.kind.clone())
            );
        }
        Node::Convert(inner) => {
            let pair = (&inner.kind, &typed.kind);
            let known = matches!(
                pair,
                (Kind::Int, Kind::Number | Kind::Money)
                    | (Kind::Number, Kind::Money)
                    | (Kind::Date, Kind::Time)
            );
            assert!(known, "{typed:?}");
        }
        Node::DaysBetween { left, right } => {
            assert_eq!((&left.kind, &right.kind), (&Kind::Date, &Kind::Date));
        }
        Node::DateAdd { base, unit, .. } => {
            alike(&[typed, base]);
            assert!(base.kind == Kind::Time || (base.kind == Kind::Date && !unit.is_duration()));
        }
        Node::Aggregate(aggregate) => aggregate_is_sound(aggregate),
        Node::OfSelf(inner) => alike(&[typed, inner]),
        Node::Part(_) => assert_eq!(typed.kind, Kind::Bool),
        Node::Followed(followed) => {
            assert!(followed.steps.len() > 1 && !followed.steps.first().unwrap().absent);
            let filters = followed.steps.iter().flat_map(|step| &step.filter);
            filters.for_each(|filter| boolean(&[filter]));
        }
        Node::Related { condition, .. } | Node::Periods { condition, .. } => {
            boolean(&[condition]);
        }
        Node::RelatedAggregate {
            filter,
            value,
            function,
            ..
        } => {
            filter.iter().for_each(|filter| boolean(&[filter]));
            let bare = matches!(
                function,
                AggregateFunction::Count | AggregateFunction::Any | AggregateFunction::None
            );
            assert_eq!(value.is_none(), bare);
        }
        _ => {}
    }
}

fn literal_is_sound(value: &Value, kind: &Kind) {
    let fits = match (value, kind) {
        (Value::Enum(code), Kind::Enum(values)) => (*code as usize) < values.values.len(),
        (Value::Number(number), Kind::Number) => number.is_finite(),
        (Value::Bool(_), Kind::Bool)
        | (Value::Int(_), Kind::Int)
        | (Value::Money(_), Kind::Money)
        | (Value::Text(_), Kind::Text)
        | (Value::Date(_), Kind::Date)
        | (Value::Time(_), Kind::Time) => true,
        _ => false,
    };
    assert!(fits, "{value:?} {kind:?}");
}

fn result(op: ArithmeticOp, left: &Kind, right: &Kind) -> Option<Kind> {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    Some(match (op, left, right) {
        (Divide, Kind::Int, Kind::Int) => Kind::Number,
        (_, Kind::Int, Kind::Int) => Kind::Int,
        (_, Kind::Number, Kind::Number) => Kind::Number,
        (Add | Subtract, Kind::Money, Kind::Money) => Kind::Money,
        (Divide, Kind::Money, Kind::Money) => Kind::Number,
        (Multiply | Divide, Kind::Money, Kind::Number) => Kind::Money,
        (Multiply, Kind::Number, Kind::Money) => Kind::Money,
        (Add, Kind::Text, Kind::Text) => Kind::Text,
        _ => return None,
    })
}

fn aggregate_is_sound(aggregate: &Aggregate) {
    aggregate
        .filter
        .iter()
        .for_each(|filter| boolean(&[filter]));
    let measured = match aggregate.function {
        AggregateFunction::Series(series) => series
            .measure()
            .map_or(AggregateFunction::Count, FactMeasure::function),
        function => function,
    };
    let bare = matches!(
        measured,
        AggregateFunction::Count
            | AggregateFunction::Any
            | AggregateFunction::None
            | AggregateFunction::Share
            | AggregateFunction::Gap
            | AggregateFunction::Elapsed(_)
    );
    assert_eq!(aggregate.field.is_none(), bare);
    if let Subject::Holding(_) = aggregate.subject {
        assert_eq!(aggregate.window, Window::All);
    }
    assert!(!matches!(aggregate.window, Window::Next { .. }));
}
