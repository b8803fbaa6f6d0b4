//! One node of the typed tree → one operation over the slots of its parts.
//! Knows nothing of sharing, nor of the place (customer or fact) it is lowered in.

use std::sync::Arc;

use super::operation::{ChoiceOp, Op, RankedOp, Slot, WindowOp};
use crate::language::printer;
use crate::language::typed::{Choice, Node, Population, RankMeasure, Rules, Typed, Window};

/// The operation of a node whose parts all stand in the node's own context; `part`
/// gives the slot of each, called in the order in which the operation names them.
/// `None` for nodes that open a context of their own (aggregates, relations, sequences) and for names.
pub(super) fn lower<'t>(
    rules: &Rules,
    node: &'t Node,
    part: &mut dyn FnMut(&'t Typed) -> Slot,
) -> Option<Op> {
    Some(match node {
        Node::Literal(value) => Op::Constant(Some(value.clone())),
        Node::Param(id) => Op::Constant(rules.param(*id).map(|param| param.value.clone())),
        // The last four stand in sources only, which are never asked as questions.
        Node::Missing
        | Node::Clear
        | Node::Column(_)
        | Node::RecordNumber
        | Node::Lookup { .. } => Op::Constant(None),
        Node::Today => Op::Today,
        Node::Now => Op::Now,
        Node::CustomerId => Op::CustomerId,
        Node::Attribute(id) => Op::Attribute(*id),
        Node::Recorded(id) => Op::Recorded(*id),
        Node::Reviewed(tiers) => Op::Reviewed(Arc::clone(tiers)),
        Node::RelationTexts(id) => Op::RelationTexts(*id),
        Node::Field(id) => Op::Field(*id),
        Node::At => Op::At,
        Node::Key => Op::Key,
        Node::Given { given, .. } => Op::Given(*given),
        Node::Definition(_)
        | Node::Named(_)
        | Node::Part(_)
        | Node::OfSelf(_)
        | Node::Followed(_)
        | Node::Aggregate(_)
        | Node::Periods { .. }
        | Node::Related { .. }
        | Node::RelatedAggregate { .. } => return None,
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
        | Node::IsMissing { .. } => return lower_condition(node, part),
        Node::Ranked {
            measure,
            population,
        } => lower_ranked(rules, *measure, population, part),
        _ => return lower_value(node, part),
    })
}

fn lower_ranked<'t>(
    rules: &Rules,
    measure: RankMeasure,
    population: &'t Population,
    part: &mut dyn FnMut(&'t Typed) -> Slot,
) -> Op {
    Op::Ranked(Box::new(RankedOp {
        measure,
        table: printer::population(rules, population).into(),
        value: part(&population.value),
        among: population.among.as_ref().map(&mut *part),
        per: population.per.iter().map(part).collect(),
        ties_by_id: population.ties_by_id,
    }))
}

fn lower_condition<'t>(node: &'t Node, part: &mut dyn FnMut(&'t Typed) -> Slot) -> Option<Op> {
    Some(match node {
        Node::Not(a) => Op::Not(part(a)),
        Node::And(list) => Op::And(list.iter().map(part).collect()),
        Node::Or(list) => Op::Or(list.iter().map(part).collect()),
        Node::AtLeast { count, of } => Op::AtLeast(*count, of.iter().map(part).collect()),
        Node::Compare { op, left, right } => Op::Compare(*op, part(left), part(right)),
        Node::Between {
            value,
            low,
            low_included,
            high,
            high_included,
            negated,
        } => Op::Between {
            value: part(value),
            low: part(low),
            low_included: *low_included,
            high: part(high),
            high_included: *high_included,
            negated: *negated,
        },
        Node::In {
            value,
            choices,
            negated,
        } => Op::In {
            value: part(value),
            choices: choices
                .iter()
                .map(|item| lower_choice(item, part))
                .collect(),
            negated: *negated,
        },
        Node::InWindow {
            value,
            window,
            negated,
        } => Op::InWindow {
            value: part(value),
            window: lower_window(window, part),
            negated: *negated,
        },
        _ => return lower_text_test(node, part),
    })
}

/// Tests of texts and sets, and of presence.
fn lower_text_test<'t>(node: &'t Node, part: &mut dyn FnMut(&'t Typed) -> Slot) -> Option<Op> {
    Some(match node {
        Node::TextTest {
            op,
            folded,
            value,
            pattern,
        } => Op::TextTest {
            op: *op,
            folded: *folded,
            value: part(value),
            pattern: part(pattern),
        },
        Node::Matches {
            folded,
            value,
            pattern,
        } => Op::Matches {
            folded: *folded,
            value: part(value),
            pattern: pattern.clone(),
        },
        Node::SetContains {
            folded,
            set,
            member,
        } => Op::SetContains {
            folded: *folded,
            set: part(set),
            member: part(member),
        },
        Node::IsMissing { value, negated } => Op::IsMissing {
            value: part(value),
            negated: *negated,
        },
        _ => return None,
    })
}

fn lower_value<'t>(node: &'t Node, part: &mut dyn FnMut(&'t Typed) -> Slot) -> Option<Op> {
    Some(match node {
        Node::Default { value, fallback } => Op::Default(part(value), part(fallback)),
        Node::If {
            condition,
            then,
            otherwise,
        } => Op::If(part(condition), part(then), part(otherwise)),
        Node::Case { arms, otherwise } => {
            let arms = arms
                .iter()
                .map(|(condition, value)| (part(condition), part(value)))
                .collect();
            Op::Case(arms, otherwise.as_deref().map(part))
        }
        Node::Arithmetic { op, left, right } => Op::Arithmetic(*op, part(left), part(right)),
        Node::Negate(a) => Op::Negate(part(a)),
        Node::Convert(a) => Op::Convert(part(a)),
        Node::DateAdd { base, count, unit } => Op::DateAdd {
            base: part(base),
            count: *count,
            unit: *unit,
        },
        Node::DaysBetween { left, right } => Op::DaysBetween(part(left), part(right)),
        Node::Since { unit, from } => Op::Since(*unit, part(from)),
        Node::Call {
            function,
            arguments,
        } => Op::Call(*function, arguments.iter().map(part).collect()),
        Node::Plugin { call, inputs } => Op::Plugin {
            call: call.clone(),
            inputs: inputs.iter().map(part).collect(),
        },
        _ => return None,
    })
}

fn lower_choice<'t>(choice: &'t Choice, part: &mut dyn FnMut(&'t Typed) -> Slot) -> ChoiceOp {
    match choice {
        Choice::One(value) => ChoiceOp::One(part(value)),
        Choice::Range {
            low,
            high,
            high_included,
        } => ChoiceOp::Range {
            low: low.as_deref().map(&mut *part),
            high: high.as_deref().map(part),
            high_included: *high_included,
        },
    }
}

/// A window over the slots of its bounds.
pub(super) fn lower_window<'t>(
    window: &'t Window,
    part: &mut dyn FnMut(&'t Typed) -> Slot,
) -> WindowOp {
    match window {
        Window::All => WindowOp::All,
        Window::Last { count, unit, whole } => WindowOp::Last {
            count: *count,
            unit: *unit,
            whole: *whole,
        },
        Window::Previous { count, unit } => WindowOp::Previous {
            count: *count,
            unit: *unit,
        },
        Window::Rolling { count, unit } => WindowOp::Rolling {
            count: *count,
            unit: *unit,
        },
        Window::Next { count, unit } => WindowOp::Next {
            count: *count,
            unit: *unit,
        },
        Window::This(unit) => WindowOp::This(*unit),
        Window::PreviousCalendar(unit) => WindowOp::PreviousCalendar(*unit),
        Window::Since(from) => WindowOp::Since(part(from)),
        Window::Before(to) => WindowOp::Before(part(to)),
        Window::Between(from, to) => WindowOp::Between(part(from), part(to)),
        Window::WithinAfter { count, unit, from } => WindowOp::WithinAfter {
            count: *count,
            unit: *unit,
            from: part(from),
        },
    }
}
