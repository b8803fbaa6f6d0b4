//! The parts of a typed expression, one level down, and expressions without their places.

use crate::base::recursion::deep;
use crate::base::span::Span;

use super::super::typed::{Choice, Node, Typed, Window};

/// Gives every direct part to `visit`, in the order written.
pub(super) fn each_part(typed: &mut Typed, visit: &mut dyn FnMut(&mut Typed)) {
    match &mut typed.node {
        Node::Lookup { key: inner, .. }
        | Node::Not(inner)
        | Node::Negate(inner)
        | Node::Convert(inner)
        | Node::DateAdd { base: inner, .. }
        | Node::Since { from: inner, .. }
        | Node::IsMissing { value: inner, .. }
        | Node::Matches { value: inner, .. }
        | Node::OfSelf(inner)
        | Node::Periods {
            condition: inner, ..
        }
        | Node::Related {
            condition: inner, ..
        } => visit(inner),
        Node::And(parts)
        | Node::Or(parts)
        | Node::AtLeast { of: parts, .. }
        | Node::Call {
            arguments: parts, ..
        } => parts.iter_mut().for_each(visit),
        Node::Compare { left, right, .. }
        | Node::Arithmetic { left, right, .. }
        | Node::DaysBetween { left, right }
        | Node::TextTest {
            value: left,
            pattern: right,
            ..
        }
        | Node::SetContains {
            set: left,
            member: right,
            ..
        }
        | Node::Default {
            value: left,
            fallback: right,
        } => {
            visit(left);
            visit(right);
        }
        node => each_part_of_many(node, visit),
    }
}

fn each_part_of_many(node: &mut Node, visit: &mut dyn FnMut(&mut Typed)) {
    match node {
        Node::Between {
            value, low, high, ..
        } => {
            visit(value);
            visit(low);
            visit(high);
        }
        Node::In { value, choices, .. } => {
            visit(value);
            choices
                .iter_mut()
                .for_each(|choice| each_end(choice, visit));
        }
        Node::InWindow { value, window, .. } => {
            visit(value);
            each_bound(window, visit);
        }
        Node::If {
            condition,
            then,
            otherwise,
        } => {
            visit(condition);
            visit(then);
            visit(otherwise);
        }
        Node::Case { arms, otherwise } => {
            for (condition, value) in arms {
                visit(condition);
                visit(value);
            }
            otherwise.iter_mut().for_each(|value| visit(value));
        }
        Node::Aggregate(aggregate) => {
            aggregate.filter.iter_mut().for_each(&mut *visit);
            each_bound(&mut aggregate.window, visit);
        }
        Node::Ranked { population, .. } => {
            visit(&mut population.value);
            population.among.iter_mut().for_each(&mut *visit);
            population.per.iter_mut().for_each(visit);
        }
        Node::Followed(followed) => {
            let steps = followed.steps.iter_mut();
            steps.for_each(|step| step.filter.iter_mut().for_each(&mut *visit));
        }
        Node::RelatedAggregate { value, filter, .. } => {
            value.iter_mut().for_each(|part| visit(part));
            filter.iter_mut().for_each(|part| visit(part));
        }
        // Names and literals have no parts, and what a plugin reads is not written here; every
        // other node is taken apart above.
        _ => {}
    }
}

fn each_end(choice: &mut Choice, visit: &mut dyn FnMut(&mut Typed)) {
    match choice {
        Choice::One(one) => visit(one),
        Choice::Range { low, high, .. } => {
            low.iter_mut().for_each(&mut *visit);
            high.iter_mut().for_each(visit);
        }
    }
}

fn each_bound(window: &mut Window, visit: &mut dyn FnMut(&mut Typed)) {
    match window {
        Window::Since(bound) | Window::Before(bound) | Window::WithinAfter { from: bound, .. } => {
            visit(bound);
        }
        Window::Between(low, high) => {
            visit(low);
            visit(high);
        }
        _ => {}
    }
}

/// Forgets every place, so that equal expressions compare equal wherever they stand.
pub(super) fn forget_places(typed: &mut Typed) {
    typed.span = Span::default();
    each_part(typed, &mut |part| deep(|| forget_places(part)));
}

/// Gives the expression and everything in it to `visit`, the whole before its parts.
pub(in super::super) fn every_node(typed: &mut Typed, visit: &mut dyn FnMut(&mut Typed)) {
    visit(typed);
    each_part(typed, &mut |part| deep(|| every_node(part, visit)));
}
