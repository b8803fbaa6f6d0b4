//! Which results may be missing. `false` is a promise that kernels build on; `true`
//! is a possibility. Beside it the greatest size of whole and floating numbers, as
//! far as it follows from the operations alone: it proves sums that cannot overflow.

use super::inputs::window_inputs;
use super::operation::{AggregateOp, ChoiceOp, Op, Operation, PairsFold, PairsOp, Slot, WindowOp};
use super::statistics::Statistics;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{
    AggregateFunction, ArithmeticOp, FactMeasure, Figure, Function, RankMeasure, Series, Subfield,
    Subject,
};

/// Sizes below it are exact in a float and far from overflow in a whole number.
const SAFE_MAX: f64 = 4_503_599_627_370_496.0;
/// More facts than one customer can have: positions of the log have fewer bits.
const FACTS_MAX: f64 = 281_474_976_710_656.0;
/// More days than lie between any two dates; months and years are fewer.
const DAYS_MAX: f64 = 4_294_967_296.0;

/// What is known of the program an operation stands in.
pub(super) struct Known<'a> {
    /// Inputs of the operation judged.
    pub operations: &'a [Operation],
    /// By slot: no number there is greater than this, either way; `None` = nothing known.
    pub sizes: &'a [Option<f64>],
    /// Of a fact program.
    pub subject: Option<Subject>,
    /// Promises about attributes.
    pub statistics: &'a Statistics,
    /// Judge as if no input were missing: then `true` says that the operation itself brings missing values in.
    pub inputs_present: bool,
}

impl Known<'_> {
    fn misses(&self, slot: Slot) -> bool {
        !self.inputs_present
            && self
                .operations
                .get(slot.0 as usize)
                .is_none_or(|operation| operation.may_miss)
    }

    fn any_misses(&self, slots: &[Slot]) -> bool {
        slots.iter().any(|slot| self.misses(*slot))
    }

    fn window_misses(&self, window: &WindowOp) -> bool {
        self.any_misses(&window_inputs(window))
    }

    fn size(&self, slot: Slot) -> Option<f64> {
        self.sizes.get(slot.0 as usize).copied().flatten()
    }

    fn constant(&self, slot: Slot) -> Option<&Value> {
        match self.operations.get(slot.0 as usize).map(|item| &item.op) {
            Some(Op::Constant(value)) => value.as_ref(),
            _ => None,
        }
    }

    /// Whether a constant among them decides.
    fn any_is(&self, slots: &[Slot], yes: bool) -> bool {
        slots
            .iter()
            .any(|slot| self.constant(*slot) == Some(&Value::Bool(yes)))
    }

    fn kind(&self, slot: Slot) -> Option<&Kind> {
        self.operations
            .get(slot.0 as usize)
            .map(|operation| &operation.kind)
    }
}

/// Whether the operation's result may be missing. Not for [`Op::Outer`] and [`Op::Other`], which are as their slot is.
pub(super) fn may_miss(op: &Op, kind: &Kind, known: &Known) -> bool {
    match op {
        Op::Constant(value) => value.is_none(),
        Op::Today | Op::Now | Op::CustomerId | Op::RelationTexts(_) | Op::Key => false,
        Op::Followed(_) | Op::Carried(_) => false,
        Op::IsMissing { .. } | Op::CountYes(_) => false,
        // It may hold without a date, and there may be no review.
        Op::Recorded(_) | Op::Reviewed(_) => true,
        Op::Attribute(id) => !known
            .statistics
            .attributes
            .get(id)
            .is_some_and(|attribute| attribute.always_present),
        Op::Field(_) | Op::Outer(_) | Op::Other(_) | Op::Given(_) => true,
        Op::Bound { take, .. } => *take != Subfield::At,
        Op::At => !matches!(known.subject, Some(Subject::Event(_))),
        Op::Default(value, fallback) => known.misses(*value) && known.misses(*fallback),
        Op::Case(arms, otherwise) => {
            otherwise.is_none()
                || arms
                    .iter()
                    .any(|(condition, value)| known.misses(*condition) || known.misses(*value))
                || otherwise.is_some_and(|slot| known.misses(slot))
        }
        // It may keep silent though it was told everything.
        Op::Plugin { .. } => true,
        // Whoever `among` leaves out has no place; a population may be empty.
        Op::Ranked(_) => true,
        // The calendar ends; a sum of dates may lie past it.
        Op::DateAdd { .. } => true,
        Op::Arithmetic(op, left, right) => arithmetic(*op, *left, *right, kind, known),
        Op::Negate(a) => match kind {
            Kind::Number => known.misses(*a),
            _ => known.misses(*a) || known.size(*a).is_none(),
        },
        Op::Convert(a) => match kind {
            Kind::Money => known.misses(*a) || known.size(*a).is_none_or(|size| size > 1e12),
            _ => known.misses(*a),
        },
        // One value that is there is enough; only what does not fit a float is missing then.
        Op::Call(Function::Weighted, _) => true,
        Op::Call(function, arguments) => {
            known.any_misses(arguments) || leaves_domain(*function, arguments, kind, known)
        }
        Op::And(list) => !known.any_is(list, false) && known.any_misses(list),
        Op::Or(list) => !known.any_is(list, true) && known.any_misses(list),
        Op::Aggregate(aggregate) => aggregate_may_miss(aggregate, known),
        Op::Related { condition, .. } => {
            // Read at other customers: as an origin the relation itself is to blame.
            known
                .operations
                .get(condition.0 as usize)
                .is_none_or(|operation| operation.may_miss)
        }
        Op::RelatedAggregate { function, .. } => !is_never_missing(*function),
        Op::Pairs(pairs) => pairs_may_miss(pairs),
        Op::InWindow { value, window, .. } => known.misses(*value) || known.window_misses(window),
        Op::In { value, choices, .. } => {
            known.misses(*value)
                || choices.iter().any(|choice| match choice {
                    ChoiceOp::One(slot) => known.misses(*slot),
                    ChoiceOp::Range { low, high, .. } => {
                        low.is_some_and(|slot| known.misses(slot))
                            || high.is_some_and(|slot| known.misses(slot))
                    }
                })
        }
        _ => known.any_misses(&op.inputs()),
    }
}

/// Whether no row can bring a missing bound in.
pub(super) fn window_is_fixed(window: &WindowOp) -> bool {
    window_inputs(window).is_empty()
}

/// Functions that give something over nothing and cannot overflow.
fn is_never_missing(function: AggregateFunction) -> bool {
    matches!(
        function,
        AggregateFunction::Count
            | AggregateFunction::Distinct
            | AggregateFunction::Any
            | AggregateFunction::None
            | AggregateFunction::Modes(_)
            | AggregateFunction::Series(
                Series::Units(_)
                    | Series::Streak(_)
                    | Series::Peak {
                        of: FactMeasure::Count,
                        ..
                    }
            )
    )
}

/// Functions that count facts, so that there is a greatest number.
fn is_count(function: AggregateFunction) -> bool {
    is_never_missing(function) && !matches!(function, AggregateFunction::Modes(_))
}

fn aggregate_may_miss(aggregate: &AggregateOp, known: &Known) -> bool {
    !is_never_missing(aggregate.function) || known.window_misses(&aggregate.window)
}

/// Like a relation, it is itself to blame.
fn pairs_may_miss(pairs: &PairsOp) -> bool {
    match pairs.fold {
        PairsFold::Aggregate(function) => !is_never_missing(function),
        PairsFold::Quantified(_) => pairs.condition.is_some_and(|slot| {
            let operation = pairs.program.operations.get(slot.0 as usize);
            operation.is_none_or(|operation| operation.may_miss)
        }),
    }
}

fn arithmetic(op: ArithmeticOp, left: Slot, right: Slot, kind: &Kind, known: &Known) -> bool {
    if known.misses(left) || known.misses(right) {
        return true;
    }
    if op == ArithmeticOp::Divide {
        // By a number that is not zero nothing small can leave the range of floats.
        let divisor = match known.constant(right) {
            Some(Value::Int(number)) => *number != 0,
            Some(Value::Number(number)) => number.abs() > 1e-9,
            _ => false,
        };
        let plain = !matches!(known.kind(left), Some(Kind::Money));
        return !(divisor && plain && known.size(left).is_some_and(|size| size <= SAFE_MAX));
    }
    match kind {
        Kind::Int | Kind::Number => size_of_arithmetic(op, left, right, known).is_none(),
        _ => true,
    }
}

fn size_of_arithmetic(op: ArithmeticOp, left: Slot, right: Slot, known: &Known) -> Option<f64> {
    let (a, b) = (known.size(left)?, known.size(right)?);
    let size = match op {
        ArithmeticOp::Add | ArithmeticOp::Subtract => a + b,
        ArithmeticOp::Multiply => a * b,
        ArithmeticOp::Divide => match known.constant(right) {
            Some(Value::Int(number)) if *number != 0 => a,
            Some(Value::Number(number)) if number.abs() > 1e-9 => a / number.abs(),
            _ => return None,
        },
    };
    (size <= SAFE_MAX).then_some(size)
}

/// Whether a function may be missing though its arguments are present.
fn leaves_domain(function: Function, arguments: &[Slot], kind: &Kind, known: &Known) -> bool {
    let small = || {
        arguments
            .first()
            .and_then(|slot| known.size(*slot))
            .is_some_and(|size| size <= SAFE_MAX)
    };
    let from = || arguments.first().and_then(|slot| known.kind(*slot));
    match function {
        Function::Min
        | Function::Max
        | Function::Left
        | Function::Right
        | Function::Middle
        | Function::Length
        | Function::Trim
        | Function::ToText
        | Function::Year
        | Function::Quarter
        | Function::Month
        | Function::Day
        | Function::Weekday
        | Function::Anniversary => false,
        Function::Abs => !(matches!(kind, Kind::Number) || small()),
        Function::Round | Function::Floor => !(matches!(from(), Some(Kind::Int)) || small()),
        Function::Clamp => match arguments {
            [_, low, high] => !known
                .constant(*low)
                .zip(known.constant(*high))
                .is_some_and(|(low, high)| low.order(high).is_le()),
            _ => true,
        },
        Function::ToNumber => !matches!(from(), Some(Kind::Int | Kind::Money)),
        Function::ToDate => !matches!(from(), Some(Kind::Date | Kind::Time)),
        _ => true,
    }
}

/// A bound for the size of a number, if one follows from the operation.
pub(super) fn size(op: &Op, kind: &Kind, known: &Known) -> Option<f64> {
    if !matches!(kind, Kind::Int | Kind::Number) {
        return None;
    }
    match op {
        Op::Constant(Some(Value::Int(number))) => safe(number.unsigned_abs() as f64),
        Op::Constant(Some(Value::Number(number))) => safe(number.abs()),
        Op::Aggregate(aggregate) => is_count(aggregate.function).then_some(FACTS_MAX),
        Op::RelatedAggregate { function, .. } => is_count(*function).then_some(FACTS_MAX),
        Op::CountYes(_) => Some(FACTS_MAX),
        Op::Ranked(ranked) => match ranked.measure {
            RankMeasure::Percentile => Some(1.0),
            RankMeasure::Overall(figure) if figure != Figure::Count => None,
            _ => Some(f64::from(u32::MAX)),
        },
        Op::Since(unit, _) => (!unit.is_duration()).then_some(DAYS_MAX),
        Op::DaysBetween(..) => Some(DAYS_MAX),
        Op::Negate(a) | Op::Convert(a) => known.size(*a),
        Op::Arithmetic(op, left, right) => size_of_arithmetic(*op, *left, *right, known),
        Op::Default(a, b) | Op::If(_, a, b) => both(known.size(*a), known.size(*b)),
        Op::Case(arms, otherwise) => arms
            .iter()
            .map(|(_, value)| *value)
            .chain(*otherwise)
            .map(|slot| known.size(slot))
            .reduce(both)
            .flatten(),
        Op::Call(function, arguments) => match function {
            Function::Year
            | Function::Quarter
            | Function::Month
            | Function::Day
            | Function::Weekday => Some(DAYS_MAX),
            Function::Length => Some(DAYS_MAX),
            Function::Scale => Some(1.0),
            Function::Round | Function::Floor => safe(known.size(*arguments.first()?)? + 1.0),
            Function::Clamp => match arguments.as_slice() {
                [_, low, high] => both(known.size(*low), known.size(*high)),
                _ => None,
            },
            Function::Min | Function::Max | Function::Abs => arguments
                .iter()
                .map(|slot| known.size(*slot))
                .reduce(both)
                .flatten(),
            _ => None,
        },
        _ => None,
    }
}

fn safe(size: f64) -> Option<f64> {
    (size <= SAFE_MAX).then_some(size)
}

fn both(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    Some(a?.max(b?))
}
