//! Whether an expression may be missing, as far as its form tells: what a reader of the
//! rule would expect. Sums that overflow and plugins' whims are not what is meant here.

use crate::base::recursion::deep;
use crate::base::value::Value;

use super::super::typed::{
    Aggregate, AggregateFunction, ArithmeticOp, Choice, DefinitionId, Function, Node, Typed, Window,
};
use super::definition::Definitions;
use super::{Checker, Slot};

impl Checker<'_> {
    /// `false`: it is there for every customer.
    pub(super) fn may_be_missing(&self, typed: &Typed) -> bool {
        deep(|| self.node_may_miss(typed))
    }

    /// What a name stands for, where it was checked and is sound.
    pub(super) fn expression_of(&self, id: DefinitionId) -> Option<&Typed> {
        match &self.definitions {
            Definitions::Ready(list) => list.get(id.0 as usize).map(|item| &item.expression),
            Definitions::Checking { slots, .. } => match slots.get(id.0 as usize) {
                Some(Slot::Done(_, checked, _)) => Some(&checked.0),
                _ => None,
            },
        }
    }

    fn any_may_miss<'t>(&self, parts: impl IntoIterator<Item = &'t Typed>) -> bool {
        parts.into_iter().any(|part| self.may_be_missing(part))
    }

    fn node_may_miss(&self, typed: &Typed) -> bool {
        match &typed.node {
            Node::Literal(_)
            | Node::Param(_)
            | Node::Today
            | Node::Now
            | Node::CustomerId
            | Node::RelationTexts(_)
            | Node::Key
            | Node::IsMissing { .. } => false,
            Node::Definition(id) => {
                let expression = self.expression_of(*id);
                expression.is_none_or(|expression| self.may_be_missing(expression))
            }
            Node::Default { value, fallback } => {
                self.may_be_missing(value) && self.may_be_missing(fallback)
            }
            Node::If {
                condition,
                then,
                otherwise,
            } => self.any_may_miss([&**condition, &**then, &**otherwise]),
            Node::Case { arms, otherwise } => match otherwise {
                None => true,
                Some(otherwise) => {
                    self.may_be_missing(otherwise)
                        || self.any_may_miss(arms.iter().flat_map(|(a, b)| [a, b]))
                }
            },
            Node::Aggregate(aggregate) => self.aggregate_may_miss(aggregate),
            Node::RelatedAggregate { function, .. } => !gives_of_nothing(*function),
            Node::Related { condition, .. } => self.may_be_missing(condition),
            _ => self.operation_may_miss(typed),
        }
    }

    fn operation_may_miss(&self, typed: &Typed) -> bool {
        match &typed.node {
            Node::Not(inner)
            | Node::Negate(inner)
            | Node::Convert(inner)
            | Node::DateAdd { base: inner, .. }
            | Node::Since { from: inner, .. }
            | Node::Matches { value: inner, .. } => self.may_be_missing(inner),
            Node::And(parts) | Node::Or(parts) | Node::AtLeast { of: parts, .. } => {
                self.any_may_miss(parts)
            }
            Node::Arithmetic {
                op: ArithmeticOp::Divide,
                left,
                right,
            } => self.may_be_missing(left) || !self.is_not_zero(right),
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
            } => self.any_may_miss([&**left, &**right]),
            Node::Between {
                value, low, high, ..
            } => self.any_may_miss([&**value, &**low, &**high]),
            Node::In { value, choices, .. } => {
                self.may_be_missing(value)
                    || choices.iter().any(|choice| match choice {
                        Choice::One(one) => self.may_be_missing(one),
                        Choice::Range { low, high, .. } => {
                            self.any_may_miss(low.iter().chain(high).map(|end| &**end))
                        }
                    })
            }
            Node::InWindow { value, window, .. } => {
                self.may_be_missing(value) || self.window_may_miss(window)
            }
            // Values and weights by turns: one value is enough.
            Node::Call {
                function: Function::Weighted,
                arguments,
            } => arguments
                .iter()
                .step_by(2)
                .all(|value| self.may_be_missing(value)),
            Node::Call {
                function,
                arguments,
            } => !is_total(*function) || self.any_may_miss(arguments),
            // Attributes, fields, plugins.
            _ => true,
        }
    }

    fn is_not_zero(&self, divisor: &Typed) -> bool {
        match self.constant(divisor) {
            Some(Value::Int(number)) => number != 0,
            Some(Value::Number(number)) => number != 0.0,
            Some(Value::Money(money)) => money.0 != 0,
            _ => false,
        }
    }

    fn aggregate_may_miss(&self, aggregate: &Aggregate) -> bool {
        !gives_of_nothing(aggregate.function) || self.window_may_miss(&aggregate.window)
    }

    fn window_may_miss(&self, window: &Window) -> bool {
        match window {
            Window::Since(bound)
            | Window::Before(bound)
            | Window::WithinAfter { from: bound, .. } => self.may_be_missing(bound),
            Window::Between(low, high) => self.any_may_miss([&**low, &**high]),
            _ => false,
        }
    }
}

/// Whether it gives something over no facts at all.
fn gives_of_nothing(function: AggregateFunction) -> bool {
    matches!(
        function,
        AggregateFunction::Count
            | AggregateFunction::Sum
            | AggregateFunction::Distinct
            | AggregateFunction::Any
            | AggregateFunction::None
            | AggregateFunction::Decay(_)
    )
}

/// Whether it gives something for every argument that a rule would hand it.
fn is_total(function: Function) -> bool {
    !matches!(
        function,
        Function::Log
            | Function::Exp
            | Function::Sqrt
            | Function::Before
            | Function::After
            | Function::ToNumber
            | Function::ToDate
            | Function::ToTime
            | Function::MissingIf
            | Function::Read
    )
}
