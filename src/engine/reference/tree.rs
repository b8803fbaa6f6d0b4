//! The parts of an expression that stand in the same customer's context: what a
//! node's value is made of. Conditions about a fact or about another customer are
//! not among them. Values are not computed here.

use crate::base::recursion::deep;
use crate::language::typed::{Choice, NamedFact, Node, RankMeasure, Rules, Typed, Window};

/// Direct inputs of a node in the order they are written; of a name, what it stands for. What is
/// said of the customer asked about, inside the condition about another one, is not among them.
pub(crate) fn operands<'a>(rules: &'a Rules, typed: &'a Typed) -> Vec<&'a Typed> {
    match &typed.node {
        Node::Definition(id) => {
            let definition = rules.definition(*id);
            definition.map(|it| &it.expression).into_iter().collect()
        }
        Node::Part(id) => {
            let part = rules.event_part(*id);
            part.map(|it| &it.condition).into_iter().collect()
        }
        _ => written(typed),
    }
}

/// Those that stand there in so many words.
pub(super) fn written(typed: &Typed) -> Vec<&Typed> {
    match &typed.node {
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
        Node::Default { value, fallback } => either(value, fallback),
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
        | Node::Named(_)
        | Node::OfSelf(_)
        | Node::Part(_)
        | Node::Definition(_)
        | Node::Followed(_)
        | Node::RelationTexts(_)
        | Node::Param(_)
        | Node::Given { .. }
        | Node::Column(_)
        | Node::RecordNumber
        | Node::Related { .. }
        | Node::RelatedAggregate { .. }
        | Node::Recorded(_)
        | Node::Reviewed(_)
        // Its condition stands in the context of each unit.
        | Node::Periods { .. } => Vec::new(),
    }
}

/// Where no review gave a tier, nothing lacks but what stands in its place.
fn either<'a>(value: &'a Typed, fallback: &'a Typed) -> Vec<&'a Typed> {
    match value.node {
        Node::Reviewed(_) => vec![fallback],
        _ => vec![value, fallback],
    }
}

fn with<'a>(first: &'a Typed, others: impl IntoIterator<Item = &'a Typed>) -> Vec<&'a Typed> {
    std::iter::once(first).chain(others).collect()
}

/// Gives an expression and all below it to `visit`, conditions about facts and other customers among
/// them, not what names stand for; each with how many facts are bound on the way to it.
pub(crate) fn everything<'a>(
    typed: &'a Typed,
    bound: usize,
    visit: &mut dyn FnMut(&'a Typed, usize),
) {
    visit(typed, bound);
    for part in written(typed) {
        deep(|| everything(part, bound, visit));
    }
    for (condition, more) in conditions(typed) {
        deep(|| everything(condition, bound + more, visit));
    }
}

/// Gives the facts that an expression calls by name to `visit`: each with its place among those that
/// are bound around the expression, the innermost is 0.
pub(crate) fn names<'a>(typed: &'a Typed, visit: &mut dyn FnMut(&'a NamedFact, usize)) {
    everything(typed, 0, &mut |part, bound| {
        if let Node::Named(named) = &part.node
            && let Some(around) = (named.out as usize).checked_sub(bound)
        {
            visit(named, around);
        }
    });
}

/// What is said of facts, of other customers and of the one asked about, each with the number of facts
/// that it binds.
pub(crate) fn conditions(typed: &Typed) -> Vec<(&Typed, usize)> {
    match &typed.node {
        Node::Aggregate(aggregate) => aggregate.filter.iter().map(|it| (it, 1)).collect(),
        Node::Followed(followed) => {
            let steps = followed.steps.iter().enumerate();
            steps
                .filter_map(|(at, step)| Some((step.filter.as_ref()?, at + 1)))
                .collect()
        }
        Node::Related { condition, .. } => vec![(condition, 0)],
        Node::RelatedAggregate { value, filter, .. } => {
            let parts = value.iter().chain(filter);
            parts.map(|part| (&**part, 0)).collect()
        }
        Node::OfSelf(of) => vec![(of, 0)],
        Node::Periods { condition, .. } => vec![(condition, 0)],
        _ => Vec::new(),
    }
}

fn ends(choice: &Choice) -> Vec<&Typed> {
    match choice {
        Choice::One(one) => vec![one],
        Choice::Range { low, high, .. } => low.iter().chain(high).map(|end| &**end).collect(),
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
