//! The slots an operation reads, and the same operation over other slots.

use super::nested::map_nested;
use super::operation::{ChoiceOp, Op, RankedOp, Slot, WindowOp};

impl Op {
    /// The slots it reads, in the order in which it names them, repeats included.
    /// Of an operation with programs inside: those that its window and these programs
    /// read of the program around them, never those within.
    pub fn inputs(&self) -> Vec<Slot> {
        let mut found = Vec::new();
        let _same = self.map_inputs(&mut |slot| {
            found.push(slot);
            slot
        });
        found
    }

    /// The slots that are evaluated for it at the rows at hand: all its inputs, but none of a plugin's or a
    /// rank's, whose answer is handed in, nor those that programs inside read of other customers.
    pub fn reads(&self) -> Vec<Slot> {
        match self {
            Op::Plugin { .. } | Op::Ranked(_) => Vec::new(),
            Op::Aggregate(aggregate) => {
                let mut found = window_inputs(&aggregate.window);
                found.extend(self.outer());
                found
            }
            Op::Pairs(_) | Op::Followed(_) => self.outer(),
            op => op.inputs(),
        }
    }

    /// The same operation over other slots.
    #[must_use]
    pub fn map_inputs(&self, map: &mut dyn FnMut(Slot) -> Slot) -> Op {
        match self {
            Op::Constant(_)
            | Op::Today
            | Op::Now
            | Op::CustomerId
            | Op::Attribute(_)
            | Op::Recorded(_)
            | Op::Reviewed(_)
            | Op::RelationTexts(_)
            | Op::Field(_)
            | Op::At
            | Op::Key
            | Op::Outer(_)
            | Op::Other(_)
            | Op::Carried(_)
            | Op::Bound { .. }
            | Op::Given(_) => self.clone(),
            Op::Not(_)
            | Op::And(_)
            | Op::Or(_)
            | Op::AtLeast(..)
            | Op::Compare(..)
            | Op::Between { .. }
            | Op::In { .. }
            | Op::InWindow { .. }
            | Op::TextTest { .. }
            | Op::Matches { .. }
            | Op::SetContains { .. }
            | Op::IsMissing { .. } => map_condition(self, map),
            Op::Aggregate(_) | Op::Pairs(_) | Op::Followed(_) => map_nested(self.clone(), map),
            _ => map_value(self, map),
        }
    }
}

/// Operations that give yes or no, aggregates and relations aside.
fn map_condition(op: &Op, map: &mut dyn FnMut(Slot) -> Slot) -> Op {
    match op.clone() {
        Op::Not(a) => Op::Not(map(a)),
        Op::And(list) => Op::And(list.into_iter().map(map).collect()),
        Op::Or(list) => Op::Or(list.into_iter().map(map).collect()),
        Op::AtLeast(count, list) => Op::AtLeast(count, list.into_iter().map(map).collect()),
        Op::Compare(op, a, b) => Op::Compare(op, map(a), map(b)),
        Op::Between {
            value,
            low,
            low_included,
            high,
            high_included,
            negated,
        } => Op::Between {
            value: map(value),
            low: map(low),
            low_included,
            high: map(high),
            high_included,
            negated,
        },
        Op::In {
            value,
            choices,
            negated,
        } => Op::In {
            value: map(value),
            choices: choices
                .into_iter()
                .map(|choice| map_choice(choice, map))
                .collect(),
            negated,
        },
        Op::InWindow {
            value,
            window,
            negated,
        } => Op::InWindow {
            value: map(value),
            window: map_window(&window, map),
            negated,
        },
        other => map_text_test(other, map),
    }
}

/// Tests of texts and sets, and of presence.
fn map_text_test(op: Op, map: &mut dyn FnMut(Slot) -> Slot) -> Op {
    match op {
        Op::TextTest {
            op,
            folded,
            value,
            pattern,
        } => Op::TextTest {
            op,
            folded,
            value: map(value),
            pattern: map(pattern),
        },
        Op::Matches {
            folded,
            value,
            pattern,
        } => Op::Matches {
            folded,
            value: map(value),
            pattern,
        },
        Op::SetContains {
            folded,
            set,
            member,
        } => Op::SetContains {
            folded,
            set: map(set),
            member: map(member),
        },
        Op::IsMissing { value, negated } => Op::IsMissing {
            value: map(value),
            negated,
        },
        other => other,
    }
}

/// Operations that give any kind, and relations.
fn map_value(op: &Op, map: &mut dyn FnMut(Slot) -> Slot) -> Op {
    match op.clone() {
        Op::Default(a, b) => Op::Default(map(a), map(b)),
        Op::If(a, b, c) => Op::If(map(a), map(b), map(c)),
        Op::Case(arms, otherwise) => Op::Case(
            arms.into_iter().map(|(a, b)| (map(a), map(b))).collect(),
            otherwise.map(map),
        ),
        Op::Arithmetic(op, a, b) => Op::Arithmetic(op, map(a), map(b)),
        Op::Negate(a) => Op::Negate(map(a)),
        Op::Convert(a) => Op::Convert(map(a)),
        Op::DateAdd { base, count, unit } => Op::DateAdd {
            base: map(base),
            count,
            unit,
        },
        Op::DaysBetween(a, b) => Op::DaysBetween(map(a), map(b)),
        Op::Since(unit, a) => Op::Since(unit, map(a)),
        Op::CountYes(list) => Op::CountYes(list.into_iter().map(map).collect()),
        Op::Call(function, list) => Op::Call(function, list.into_iter().map(map).collect()),
        Op::Plugin { call, inputs } => Op::Plugin {
            call,
            inputs: inputs.into_iter().map(map).collect(),
        },
        Op::Ranked(ranked) => Op::Ranked(Box::new(RankedOp {
            value: map(ranked.value),
            among: ranked.among.map(&mut *map),
            per: ranked.per.iter().copied().map(map).collect(),
            ..*ranked
        })),
        Op::Related {
            quantifier,
            reach,
            condition,
        } => Op::Related {
            quantifier,
            reach,
            condition: map(condition),
        },
        Op::RelatedAggregate {
            function,
            step,
            value,
            filter,
        } => Op::RelatedAggregate {
            function,
            step,
            value: value.map(&mut *map),
            filter: filter.map(map),
        },
        other => other,
    }
}

fn map_choice(choice: ChoiceOp, map: &mut dyn FnMut(Slot) -> Slot) -> ChoiceOp {
    match choice {
        ChoiceOp::One(a) => ChoiceOp::One(map(a)),
        ChoiceOp::Range {
            low,
            high,
            high_included,
        } => ChoiceOp::Range {
            low: low.map(&mut *map),
            high: high.map(map),
            high_included,
        },
    }
}

/// The same window over other slots.
pub(super) fn map_window(window: &WindowOp, map: &mut dyn FnMut(Slot) -> Slot) -> WindowOp {
    match window.clone() {
        WindowOp::Since(a) => WindowOp::Since(map(a)),
        WindowOp::Before(a) => WindowOp::Before(map(a)),
        WindowOp::Between(a, b) => WindowOp::Between(map(a), map(b)),
        WindowOp::WithinAfter { count, unit, from } => WindowOp::WithinAfter {
            count,
            unit,
            from: map(from),
        },
        fixed => fixed,
    }
}

/// The slots a window reads.
pub(super) fn window_inputs(window: &WindowOp) -> Vec<Slot> {
    let mut found = Vec::new();
    map_window(window, &mut |slot| {
        found.push(slot);
        slot
    });
    found
}
