//! A number that equal expressions share, wherever they stand: it tells which ones are worth
//! comparing whole. Different expressions mostly have different ones.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use super::super::typed::{Choice, Node, Typed, Window};
use super::interval::point;
use crate::base::recursion::deep;
use crate::base::value::Value;

/// Of the form of an expression, its names and its constants; places do not count.
pub(super) fn outline(typed: &Typed) -> u64 {
    let mut hasher = DefaultHasher::new();
    write(typed, &mut hasher);
    hasher.finish()
}

fn write(typed: &Typed, hasher: &mut DefaultHasher) {
    discriminant(&typed.node).hash(hasher);
    match &typed.node {
        Node::Literal(Value::Text(text)) => text.hash(hasher),
        Node::Literal(value) => point(value).hash(hasher),
        Node::Attribute(id) | Node::Recorded(id) => id.hash(hasher),
        Node::Field(id) => id.hash(hasher),
        Node::Definition(id) => id.hash(hasher),
        Node::Param(id) => id.hash(hasher),
        Node::And(parts) | Node::Or(parts) => all(parts, hasher),
        Node::AtLeast { count, of } => {
            count.hash(hasher);
            all(of, hasher);
        }
        Node::Call { arguments, .. } => all(arguments, hasher),
        Node::Not(part) | Node::Negate(part) | Node::Convert(part) | Node::OfSelf(part) => {
            deep(|| write(part, hasher));
        }
        Node::Since { from: part, .. } | Node::IsMissing { value: part, .. } => {
            deep(|| write(part, hasher));
        }
        Node::Compare { op, left, right } => {
            discriminant(op).hash(hasher);
            both(left, right, hasher);
        }
        Node::Arithmetic { op, left, right } => {
            discriminant(op).hash(hasher);
            both(left, right, hasher);
        }
        Node::TextTest { value, pattern, .. } => both(value, pattern, hasher),
        Node::SetContains { set, member, .. } => both(set, member, hasher),
        Node::Matches { value, pattern, .. } => {
            pattern.hash(hasher);
            deep(|| write(value, hasher));
        }
        Node::Between {
            value, low, high, ..
        } => {
            deep(|| write(value, hasher));
            both(low, high, hasher);
        }
        Node::In { value, choices, .. } => {
            deep(|| write(value, hasher));
            choices.iter().for_each(|choice| chosen(choice, hasher));
        }
        Node::InWindow { value, window, .. } => {
            deep(|| write(value, hasher));
            bounds(window, hasher);
        }
        Node::Aggregate(aggregate) => {
            discriminant(&aggregate.function).hash(hasher);
            bounds(&aggregate.window, hasher);
            if let Some(filter) = &aggregate.filter {
                deep(|| write(filter, hasher));
            }
        }
        _ => {}
    }
}

fn all(parts: &[Typed], hasher: &mut DefaultHasher) {
    parts.len().hash(hasher);
    parts.iter().for_each(|part| deep(|| write(part, hasher)));
}

fn both(left: &Typed, right: &Typed, hasher: &mut DefaultHasher) {
    deep(|| write(left, hasher));
    deep(|| write(right, hasher));
}

fn chosen(choice: &Choice, hasher: &mut DefaultHasher) {
    match choice {
        Choice::One(one) => deep(|| write(one, hasher)),
        Choice::Range { low, high, .. } => {
            for end in [low, high].into_iter().flatten() {
                deep(|| write(end, hasher));
            }
        }
    }
}

fn bounds(window: &Window, hasher: &mut DefaultHasher) {
    discriminant(window).hash(hasher);
    match window {
        Window::Last { count, unit, .. }
        | Window::Previous { count, unit }
        | Window::Rolling { count, unit }
        | Window::Next { count, unit } => (count, unit).hash(hasher),
        Window::This(unit) | Window::PreviousCalendar(unit) => unit.hash(hasher),
        Window::Since(bound) | Window::Before(bound) => deep(|| write(bound, hasher)),
        Window::Between(from, to) => both(from, to, hasher),
        Window::WithinAfter { count, unit, from } => {
            (count, unit).hash(hasher);
            deep(|| write(from, hasher));
        }
        Window::All => {}
    }
}
