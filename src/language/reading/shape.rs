//! Which expressions can stand within a sentence, and which need lines of their own to be
//! understood one way only.

use crate::language::check::every_node;
use crate::language::typed::{
    AggregateFunction, Function, Node, RankMeasure, Series, Typed, Window,
};
use crate::language::words::Tongue;

/// Conditions that one sentence may join.
const JOINED_MAX: usize = 3;

/// Whether nothing within joins conditions, chooses, or tells of one thing after another.
fn is_single(typed: &Typed) -> bool {
    let mut single = true;
    every_node(typed, &mut |part| match &part.node {
        Node::And(_)
        | Node::Or(_)
        | Node::AtLeast { .. }
        | Node::If { .. }
        | Node::Case { .. }
        | Node::Periods { .. }
        | Node::Followed(_) => single = false,
        _ => {}
    });
    single && asides(typed) <= 1
}

/// How often something is said within of what else is spoken of: `a loan whose …`.
fn asides(typed: &Typed) -> usize {
    let mut asides = 0;
    every_node(typed, &mut |part| {
        let one = match &part.node {
            Node::Aggregate(aggregate) => aggregate.filter.is_some(),
            Node::Related { .. } => true,
            Node::RelatedAggregate { filter, .. } => filter.is_some(),
            Node::Ranked { population, .. } => population.among.is_some(),
            _ => false,
        };
        asides += usize::from(one);
    });
    asides
}

/// Whether it is one condition or a few that a sentence can join.
pub(super) fn is_sentence(typed: &Typed, tongue: Tongue) -> bool {
    match &typed.node {
        Node::And(parts) | Node::Or(parts) => {
            parts.len() <= JOINED_MAX && parts.iter().all(is_single) && joins(parts, tongue)
        }
        Node::AtLeast { .. } | Node::If { .. } | Node::Case { .. } => false,
        Node::Not(inner) => {
            let list = matches!(inner.node, Node::And(_) | Node::Or(_));
            !list && is_sentence(inner, tongue)
        }
        Node::Convert(inner) => is_sentence(inner, tongue),
        // One thing is said; what is too much within it stands apart by itself.
        _ => true,
    }
}

/// Whether what follows or precedes a part cannot be taken for something said within it: English says it
/// behind (`who have a guarantor whose A and whose B`), Chinese before.
fn joins(parts: &[Typed], tongue: Tongue) -> bool {
    match (tongue, parts) {
        (Tongue::English, [before @ .., _]) => before.iter().all(|part| asides(part) == 0),
        (Tongue::Chinese, [_, after @ ..]) => !after.iter().any(begins_with_an_aside),
        (_, []) => true,
    }
}

fn begins_with_an_aside(typed: &Typed) -> bool {
    match &typed.node {
        Node::Not(inner) | Node::Convert(inner) => begins_with_an_aside(inner),
        Node::Compare { left: value, .. }
        | Node::Between { value, .. }
        | Node::In { value, .. }
        | Node::InWindow { value, .. }
        | Node::TextTest { value, .. }
        | Node::Matches { value, .. }
        | Node::SetContains { set: value, .. }
        | Node::IsMissing { value, .. } => begins_with_an_aside(value),
        Node::Related { .. } => false,
        Node::Aggregate(aggregate) => {
            let verb = is_existence(aggregate.function);
            aggregate.filter.is_some() && !verb && aggregate.window == Window::All
        }
        Node::RelatedAggregate { function, .. } if is_existence(*function) => false,
        _ => asides(typed) > 0,
    }
}

/// Whether words may follow its words without seeming a part of it.
pub(super) fn is_tight(typed: &Typed) -> bool {
    match &typed.node {
        Node::Convert(inner) | Node::OfSelf(inner) => is_tight(inner),
        Node::Default { value, fallback } => is_tight(value) && is_tight(fallback),
        Node::Since { from, .. } => is_tight(from),
        Node::Aggregate(aggregate) => {
            let named = |filter: &Typed| matches!(filter.node, Node::Part(_));
            aggregate.filter.as_ref().is_none_or(named) && !holds_expressions(&aggregate.window)
        }
        Node::RelatedAggregate { filter, .. } => filter.is_none(),
        Node::Ranked { population, .. } => {
            population.among.is_none() && population.per.is_empty() && is_name(&population.value)
        }
        Node::Call {
            function,
            arguments,
        } => !trails(*function) && arguments.iter().all(is_name),
        _ => is_name(typed),
    }
}

/// Whether its words end with what is done to all that stands before them.
pub(super) fn ends_with_its_own(function: Function) -> bool {
    matches!(
        function,
        Function::Round | Function::Floor | Function::Clamp
    )
}

/// Whether what follows the words of a function would seem one of its arguments.
fn trails(function: Function) -> bool {
    matches!(
        function,
        Function::Min
            | Function::Max
            | Function::Clamp
            | Function::Round
            | Function::Floor
            | Function::Scale
            | Function::Weighted
            | Function::Replace
            | Function::Exp
    )
}

/// Whether it is a name or a value.
pub(super) fn is_name(typed: &Typed) -> bool {
    match &typed.node {
        Node::Convert(inner) | Node::OfSelf(inner) => is_name(inner),
        Node::Literal(_)
        | Node::Missing
        | Node::Today
        | Node::Now
        | Node::CustomerId
        | Node::Attribute(_)
        | Node::Field(_)
        | Node::At
        | Node::Key
        | Node::Named(_)
        | Node::RelationTexts(_)
        | Node::Definition(_)
        | Node::Param(_)
        | Node::Column(_)
        | Node::RecordNumber
        | Node::Plugin { .. }
        | Node::Recorded(_) => true,
        _ => false,
    }
}

/// Whether a window's bounds are worked out.
pub(super) fn holds_expressions(window: &Window) -> bool {
    match window {
        Window::Since(bound) | Window::Before(bound) | Window::WithinAfter { from: bound, .. } => {
            !is_name(bound)
        }
        Window::Between(low, high) => !(is_name(low) && is_name(high)),
        _ => false,
    }
}

/// Without what only widens a kind.
pub(super) fn as_written(typed: &Typed) -> &Typed {
    match &typed.node {
        Node::Convert(inner) => as_written(inner),
        Node::Call {
            function: Function::ToNumber,
            arguments,
        } => match arguments.as_slice() {
            [inner] if inner.kind.is_numeric() => as_written(inner),
            _ => typed,
        },
        _ => typed,
    }
}

/// Whether it says something of someone, other than by a value of yes or no.
pub(super) fn is_condition(typed: &Typed) -> bool {
    match &typed.node {
        Node::Not(_)
        | Node::And(_)
        | Node::Or(_)
        | Node::AtLeast { .. }
        | Node::Compare { .. }
        | Node::Between { .. }
        | Node::In { .. }
        | Node::InWindow { .. }
        | Node::TextTest { .. }
        | Node::Matches { .. }
        | Node::SetContains { .. }
        | Node::IsMissing { .. }
        | Node::Part(_)
        | Node::Followed(_)
        | Node::Related { .. } => true,
        Node::Ranked { measure, .. } => matches!(measure, RankMeasure::Top(_)),
        Node::RelatedAggregate { function, .. } => is_existence(*function),
        Node::Aggregate(aggregate) => {
            let rises = matches!(
                aggregate.function,
                AggregateFunction::Series(Series::Rising { .. } | Series::Falling { .. })
            );
            rises || is_existence(aggregate.function)
        }
        _ => false,
    }
}

fn is_existence(function: AggregateFunction) -> bool {
    matches!(function, AggregateFunction::Any | AggregateFunction::None)
}
