//! The parts of a typed expression, one level down, and expressions without their places.

use crate::base::recursion::deep;
use crate::base::span::Span;

use super::super::typed::{Choice, Node, Typed, Window};

/// The walk once, for trees that are read and for trees that are changed.
macro_rules! walk {
    ($part:ident, $many:ident, $end:ident, $bound:ident, $iter:ident, $($by:tt)+) => {
        /// Gives every direct part to `visit`, in the order written.
        pub(super) fn $part(typed: $($by)+ Typed, visit: &mut dyn FnMut($($by)+ Typed)) {
            match $($by)+ typed.node {
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
                } => parts.$iter().for_each(visit),
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
                node => $many(node, visit),
            }
        }

        fn $many(node: $($by)+ Node, visit: &mut dyn FnMut($($by)+ Typed)) {
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
                        .$iter()
                        .for_each(|choice| $end(choice, visit));
                }
                Node::InWindow { value, window, .. } => {
                    visit(value);
                    $bound(window, visit);
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
                    otherwise.$iter().for_each(|value| visit(value));
                }
                Node::Aggregate(aggregate) => {
                    aggregate.filter.$iter().for_each(&mut *visit);
                    $bound($($by)+ aggregate.window, visit);
                }
                Node::Ranked { population, .. } => {
                    visit($($by)+ population.value);
                    population.among.$iter().for_each(&mut *visit);
                    population.per.$iter().for_each(visit);
                }
                Node::Followed(followed) => {
                    let steps = followed.steps.$iter();
                    steps.for_each(|step| step.filter.$iter().for_each(&mut *visit));
                }
                Node::RelatedAggregate { value, filter, .. } => {
                    value.$iter().for_each(|part| visit(part));
                    filter.$iter().for_each(|part| visit(part));
                }
                // Names and literals have no parts, and what a plugin reads is not written here; every
                // other node is taken apart above.
                _ => {}
            }
        }

        fn $end(choice: $($by)+ Choice, visit: &mut dyn FnMut($($by)+ Typed)) {
            match choice {
                Choice::One(one) => visit(one),
                Choice::Range { low, high, .. } => {
                    low.$iter().for_each(|end| visit(end));
                    high.$iter().for_each(|end| visit(end));
                }
            }
        }

        fn $bound(window: $($by)+ Window, visit: &mut dyn FnMut($($by)+ Typed)) {
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
    };
}

walk!(each_part, each_of_many, each_end, each_bound, iter, &);
walk!(each_part_mut, each_of_many_mut, each_end_mut, each_bound_mut, iter_mut, &mut);

/// Forgets every place, so that equal expressions compare equal wherever they stand.
pub(super) fn forget_places(typed: &mut Typed) {
    typed.span = Span::default();
    each_part_mut(typed, &mut |part| deep(|| forget_places(part)));
}

/// Gives the expression and everything in it to `visit`, the whole before its parts.
pub(in super::super) fn every_node(typed: &Typed, visit: &mut dyn FnMut(&Typed)) {
    visit(typed);
    each_part(typed, &mut |part| deep(|| every_node(part, visit)));
}

/// The same for who changes them.
pub(in super::super) fn every_node_mut(typed: &mut Typed, visit: &mut dyn FnMut(&mut Typed)) {
    visit(typed);
    each_part_mut(typed, &mut |part| deep(|| every_node_mut(part, visit)));
}
