//! The parts of an expression that stand in the same customer's context: what a
//! node's value is made of. Conditions about a fact or about another customer are
//! not among them. Values are not computed here.

use crate::language::typed::{Choice, Node, RankMeasure, Rules, Typed, Window};

/// Direct inputs of a node in the order they are written; of a name, what it stands for.
pub(crate) fn operands<'a>(rules: &'a Rules, typed: &'a Typed) -> Vec<&'a Typed> {
    match &typed.node {
        Node::Definition(id) => {
            let definition = rules.definition(*id);
            definition.map(|it| &it.expression).into_iter().collect()
        }
        Node::Not(of)
        | Node::Negate(of)
        | Node::Convert(of)
        | Node::IsMissing { value: of, .. }
        | Node::Matches { value: of, .. }
        | Node::DateAdd { base: of, .. }
        | Node::Since { from: of, .. }
        | Node::Lookup { key: of, .. } => vec![of],
        Node::And(of) | Node::Or(of) | Node::AtLeast { of, .. } => of.iter().collect(),
        Node::Compare { left, right, .. }
        | Node::Arithmetic { left, right, .. }
        | Node::DaysBetween { left, right } => vec![left, right],
        Node::Between {
            value, low, high, ..
        } => vec![value, low, high],
        Node::In { value, choices, .. } => with(value, choices.iter().flat_map(ends)),
        Node::InWindow { value, window, .. } => with(value, bounds(window)),
        Node::TextTest { value, pattern, .. } => vec![value, pattern],
        Node::SetContains { set, member, .. } => vec![set, member],
        Node::Default { value, fallback } => vec![value, fallback],
        Node::If {
            condition,
            then,
            otherwise,
        } => vec![condition, then, otherwise],
        Node::Case { arms, otherwise } => {
            let arms = arms.iter().flat_map(|(condition, then)| [condition, then]);
            arms.chain(otherwise.as_deref()).collect()
        }
        Node::Call { arguments, .. } => arguments.iter().collect(),
        Node::Plugin { inputs, .. } => inputs.iter().collect(),
        // Of a figure of all, nothing stands in the customer's context.
        Node::Ranked {
            measure: RankMeasure::Overall(_),
            ..
        } => Vec::new(),
        Node::Ranked { population, .. } => {
            with(&population.value, population.among.iter().chain(&population.per))
        }
        Node::Aggregate(aggregate) => bounds(&aggregate.window),
        Node::Literal(_)
        | Node::Missing
        | Node::Clear
        | Node::Today
        | Node::Now
        | Node::CustomerId
        | Node::Attribute(_)
        | Node::Field(_)
        | Node::At
        | Node::Key
        | Node::RelationTexts(_)
        | Node::Param(_)
        | Node::Given { .. }
        | Node::Column(_)
        | Node::RecordNumber
        | Node::Related { .. }
        | Node::RelatedAggregate { .. }
        | Node::Recorded(_)
        // Its condition stands in the context of each unit.
        | Node::Periods { .. } => Vec::new(),
    }
}

fn with<'a>(first: &'a Typed, others: impl IntoIterator<Item = &'a Typed>) -> Vec<&'a Typed> {
    std::iter::once(first).chain(others).collect()
}

fn ends(choice: &Choice) -> Vec<&Typed> {
    match choice {
        Choice::One(one) => vec![one],
        Choice::Range { low, high, .. } => low.iter().chain(high).collect(),
    }
}

/// Expressions that bound a window.
pub(crate) fn bounds(window: &Window) -> Vec<&Typed> {
    match window {
        Window::Since(of) | Window::Before(of) | Window::WithinAfter { from: of, .. } => vec![of],
        Window::Between(from, until) => vec![from, until],
        Window::All
        | Window::Last { .. }
        | Window::Previous { .. }
        | Window::Rolling { .. }
        | Window::Next { .. }
        | Window::This(_)
        | Window::PreviousCalendar(_) => Vec::new(),
    }
}
