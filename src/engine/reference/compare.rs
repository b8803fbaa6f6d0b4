//! Comparisons, membership, texts and sets. Both sides have one kind; a missing
//! side makes the test unknown.

use std::cmp::Ordering;

use super::evaluate::value;
use super::logic;
use super::place::Place;
use super::window;
use crate::base::pattern::Pattern;
use crate::base::text::fold;
use crate::base::value::Value;
use crate::language::typed::{Choice, CompareOp, Node, TextOp, Typed};

/// Any of the tests; unknown is `None`.
pub(super) fn condition(place: &Place, node: &Node) -> Option<bool> {
    match node {
        Node::Compare { op, left, right } => {
            compare(*op, &value(place, left)?, &value(place, right)?)
        }
        Node::Between { negated, .. } => between(place, node).map(|yes| yes != *negated),
        Node::In {
            value: of,
            choices,
            negated,
        } => is_in(place, &value(place, of)?, choices).map(|yes| yes != *negated),
        Node::InWindow {
            value: of,
            window,
            negated,
        } => {
            let ready = window::ready(place, window)?;
            let moment = window::moment(place.question, &value(place, of)?)?;
            Some(window::holds(place.question, &ready, moment) != *negated)
        }
        Node::TextTest {
            op,
            folded,
            value: of,
            pattern,
        } => text(*op, *folded, &value(place, of)?, &value(place, pattern)?),
        Node::Matches {
            folded,
            value: of,
            pattern,
        } => match value(place, of)? {
            Value::Text(text) => Some(Pattern::new(pattern, *folded).ok()?.is_match(&text)),
            _ => None,
        },
        Node::SetContains {
            folded,
            set,
            member,
        } => set_contains(*folded, &value(place, set)?, &value(place, member)?),
        _ => None,
    }
}

/// Order of two values of one kind. Numbers by size, so that zero has no sign.
pub(super) fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        _ => left.order(right),
    }
}

fn compare(op: CompareOp, left: &Value, right: &Value) -> Option<bool> {
    let order = order(left, right);
    Some(match op {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterEqual => order.is_ge(),
        CompareOp::Like => like(left, right)?,
    })
}

fn like(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Some(fold(a) == fold(b)),
        _ => None,
    }
}

/// The two comparisons joined by `and`: below the lower end is no, known upper end or not.
fn between(place: &Place, node: &Node) -> Option<bool> {
    let Node::Between {
        value: of,
        low,
        low_included,
        high,
        high_included,
        ..
    } = node
    else {
        return None;
    };
    let of = value(place, of);
    let side = |end: &Typed, op: CompareOp| compare(op, of.as_ref()?, &value(place, end)?);
    let above = match low_included {
        true => CompareOp::GreaterEqual,
        false => CompareOp::Greater,
    };
    let below = match high_included {
        true => CompareOp::LessEqual,
        false => CompareOp::Less,
    };
    logic::all(&[side(low, above), side(high, below)])
}

/// One match suffices; without one, a missing choice or end leaves it open.
fn is_in(place: &Place, of: &Value, choices: &[Choice]) -> Option<bool> {
    let tests: Vec<Option<bool>> = choices
        .iter()
        .map(|choice| chosen(place, of, choice))
        .collect();
    logic::any(&tests)
}

/// Unknown when the choice or an end of it is missing.
fn chosen(place: &Place, of: &Value, choice: &Choice) -> Option<bool> {
    match choice {
        Choice::One(one) => Some(order(of, &value(place, one)?).is_eq()),
        Choice::Range {
            low,
            high,
            high_included,
        } => {
            let above = match low {
                Some(low) => order(of, &value(place, low)?).is_ge(),
                None => true,
            };
            let below = match high {
                Some(high) => {
                    let order = order(of, &value(place, high)?);
                    order.is_lt() || (*high_included && order.is_eq())
                }
                None => true,
            };
            Some(above && below)
        }
    }
}

fn text(op: TextOp, folded: bool, of: &Value, pattern: &Value) -> Option<bool> {
    let (Value::Text(of), Value::Text(pattern)) = (of, pattern) else {
        return None;
    };
    let (of, pattern) = match folded {
        true => (fold(of), fold(pattern)),
        false => (of.to_string(), pattern.to_string()),
    };
    match op {
        TextOp::Contains => Some(of.contains(&pattern)),
        TextOp::StartsWith => Some(of.starts_with(&pattern)),
        TextOp::EndsWith => Some(of.ends_with(&pattern)),
        TextOp::Matches => None,
    }
}

fn set_contains(folded: bool, set: &Value, member: &Value) -> Option<bool> {
    let Value::Set(items) = set else {
        return None;
    };
    Some(items.iter().any(|item| match (folded, item, member) {
        (true, Value::Text(a), Value::Text(b)) => fold(a) == fold(b),
        _ => order(item, member).is_eq(),
    }))
}
