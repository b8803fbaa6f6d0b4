//! Why a part has no value though everything it is made of has one.

use crate::base::value::Value;
use crate::engine::reference::place::Place;
use crate::engine::reference::{consider, taken, unit_values, value};
use crate::language::typed::{
    Aggregate, AggregateFunction, ArithmeticOp, Function, Node, RankMeasure, Series, Typed,
};

/// A cause of a missing value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Something it is made of is missing; the children say what.
    Inputs,
    /// The customer has no value for the attribute.
    NotGiven,
    /// The rule says `missing`.
    Constant,
    /// A divisor was zero.
    DivisionByZero,
    /// The result does not fit its kind or the calendar.
    Overflow,
    /// A function was asked outside its domain.
    OutsideDomain,
    /// A text could not be read as the kind wanted.
    Unreadable,
    /// The text has no such mark.
    NoMark,
    /// Nothing counted.
    Nothing,
    /// What counted lacks the field.
    LacksField,
    /// There are fewer than two values, facts or units to compare.
    TooFew,
    /// A unit of the window has no value.
    UnitWithout,
    /// The value holds timelessly.
    Undated,
    /// A bound of the window is missing.
    MissingBound,
    /// No branch of the `case` holds and there is no `else`.
    NoBranch,
    /// It hangs on other customers for whom the condition is unknown.
    OthersUnknown,
    /// The plugin gave none.
    Plugin,
    /// The customer has no place among those ranked.
    NoPlace,
}

impl Reason {
    /// Its name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Inputs => "inputs",
            Reason::NotGiven => "not_given",
            Reason::Constant => "constant",
            Reason::DivisionByZero => "division_by_zero",
            Reason::Overflow => "overflow",
            Reason::OutsideDomain => "outside_domain",
            Reason::Unreadable => "unreadable",
            Reason::NoMark => "no_mark",
            Reason::Nothing => "nothing_counted",
            Reason::LacksField => "lacks_field",
            Reason::TooFew => "too_few",
            Reason::UnitWithout => "unit_without_value",
            Reason::Undated => "undated",
            Reason::MissingBound => "missing_bound",
            Reason::NoBranch => "no_branch",
            Reason::OthersUnknown => "others_unknown",
            Reason::Plugin => "plugin",
            Reason::NoPlace => "no_place",
        }
    }
}

/// The cause for a part that is missing; `inputs_missing`: whether one of its operands is.
pub(super) fn reason(place: &Place, typed: &Typed, inputs_missing: bool) -> Reason {
    if let Node::Aggregate(aggregate) = &typed.node {
        return match inputs_missing {
            true => Reason::MissingBound,
            false => of_aggregate(place, aggregate),
        };
    }
    if inputs_missing {
        return Reason::Inputs;
    }
    match &typed.node {
        Node::Attribute(_) => Reason::NotGiven,
        Node::Recorded(id) => match place.is_given(*id) {
            true => Reason::Undated,
            false => Reason::NotGiven,
        },
        Node::Arithmetic {
            op: ArithmeticOp::Divide,
            right,
            ..
        } if is_zero(value(place, right)) => Reason::DivisionByZero,
        Node::Arithmetic { .. }
        | Node::Negate(_)
        | Node::Convert(_)
        | Node::DateAdd { .. }
        | Node::DaysBetween { .. }
        | Node::Since { .. } => Reason::Overflow,
        Node::Case { .. } => Reason::NoBranch,
        Node::Call { function, .. } => match function {
            Function::ToNumber | Function::ToDate | Function::ToTime => Reason::Unreadable,
            Function::Before | Function::After => Reason::NoMark,
            _ => Reason::OutsideDomain,
        },
        Node::Plugin { .. } => Reason::Plugin,
        Node::Ranked {
            measure: RankMeasure::Overall(_),
            ..
        } => Reason::Nothing,
        Node::Ranked { .. } => Reason::NoPlace,
        Node::Related { .. } => Reason::OthersUnknown,
        Node::OfSelf(_) | Node::Named(_) | Node::Part(_) => Reason::Inputs,
        Node::RelatedAggregate { function, .. } => match function {
            AggregateFunction::Sum => Reason::Overflow,
            _ => Reason::Nothing,
        },
        _ => Reason::Constant,
    }
}

fn is_zero(value: Option<Value>) -> bool {
    match value {
        Some(Value::Int(number)) => number == 0,
        Some(Value::Number(number)) => number == 0.0,
        Some(Value::Money(money)) => money.0 == 0,
        _ => false,
    }
}

fn of_aggregate(place: &Place, aggregate: &Aggregate) -> Reason {
    let considered = consider(place, aggregate).unwrap_or_default();
    let mut counted = considered
        .iter()
        .filter(|item| item.verdict == Some(true))
        .map(|item| taken(&item.fact, aggregate.field))
        .peekable();
    let nothing = counted.peek().is_none();
    let given = counted.filter(Option::is_some).count();
    let (lacking, is_single) = (given == 0, given == 1);
    match aggregate.function {
        AggregateFunction::Series(
            Series::Rising { .. } | Series::Falling { .. } | Series::Trend { .. },
        ) => of_units(place, aggregate),
        _ if nothing => Reason::Nothing,
        AggregateFunction::First | AggregateFunction::Last => Reason::LacksField,
        AggregateFunction::Gap => Reason::TooFew,
        AggregateFunction::Share | AggregateFunction::Elapsed(_) => Reason::Nothing,
        _ if lacking => Reason::LacksField,
        AggregateFunction::Stddev if is_single => Reason::TooFew,
        _ => Reason::Overflow,
    }
}

fn of_units(place: &Place, aggregate: &Aggregate) -> Reason {
    let units = unit_values(place, aggregate).unwrap_or_default();
    let with_value = units.iter().filter(|(_, value)| value.is_some()).count();
    if with_value < 2 {
        Reason::TooFew
    } else if with_value < units.len() {
        Reason::UnitWithout
    } else {
        Reason::Overflow
    }
}
