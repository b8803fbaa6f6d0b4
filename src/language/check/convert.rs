//! From one kind to another: the widenings that happen silently, and the finding
//! when there is none.

use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::typed::{Function, Node, Typed};
use super::{Checker, codes, describe, literal};

/// Whether values of the two kinds may be compared as they are.
pub(super) fn same_kind(a: &Kind, b: &Kind) -> bool {
    match (a, b) {
        (Kind::Enum(a), Kind::Enum(b)) => a.same_values(b),
        (Kind::Set(a), Kind::Set(b)) => same_kind(a, b),
        (a, b) => a == b,
    }
}

/// Whether the expression is the same for every customer at every instant.
pub(super) fn is_constant(typed: &Typed) -> bool {
    match &typed.node {
        Node::Literal(_) | Node::Param(_) => true,
        Node::Negate(inner) | Node::Convert(inner) => is_constant(inner),
        Node::Arithmetic { left, right, .. } => is_constant(left) && is_constant(right),
        Node::Call {
            function,
            arguments,
        } => *function != Function::Anniversary && arguments.iter().all(is_constant),
        Node::DateAdd { base, .. } => is_constant(base),
        _ => false,
    }
}

/// The call of a function of one argument.
pub(super) fn call_of(function: Function, argument: Typed, kind: Kind) -> Typed {
    let span = argument.span;
    Typed {
        node: Node::Call {
            function,
            arguments: vec![argument],
        },
        kind,
        span,
    }
}

/// Why one kind does not become another, as a help line.
fn help_for(from: &Kind, to: &Kind) -> Option<&'static str> {
    Some(match (from, to) {
        (Kind::Number, Kind::Money) => "`number(…)` reads money as a number",
        (Kind::Text, Kind::Int | Kind::Number | Kind::Money) => {
            "`number(…)` reads a text as a number"
        }
        (Kind::Text, Kind::Date) => "write a date as 2024-06-30, or read a text with `date(…)`",
        (Kind::Text, Kind::Time) => {
            "write an instant as 2024-06-30T09:30, or read a text with `time(…)`"
        }
        (Kind::Text, Kind::Enum(_)) | (Kind::Enum(_), Kind::Text) => {
            "`text(…)` makes a text of a value of a list"
        }
        (Kind::Number, Kind::Int) => "`round(…)` makes a whole number",
        (Kind::Int | Kind::Number | Kind::Money, Kind::Date | Kind::Time) => {
            "give a length with its unit, as in `90 days`"
        }
        (Kind::Set(_), _) | (_, Kind::Set(_)) => "a set is asked with `contains`",
        (Kind::Text, Kind::Bool) => "write yes or no without quotes",
        (Kind::Int | Kind::Number | Kind::Money, Kind::Text) => {
            "a text stands in quotes; `text(…)` makes one of a number"
        }
        _ => return None,
    })
}

impl Checker<'_> {
    /// The value as `kind`, which it can become silently. Reports when it cannot.
    pub(super) fn coerce(&mut self, typed: Typed, kind: &Kind) -> Option<Typed> {
        if same_kind(&typed.kind, kind) {
            return Some(typed);
        }
        if matches!(typed.node, Node::Missing | Node::Clear) {
            return Some(Typed {
                kind: kind.clone(),
                ..typed
            });
        }
        if let Node::Literal(value) = &typed.node
            && let Some(value) = self.widened(value, kind)
        {
            return Some(literal(value, kind.clone(), typed.span));
        }
        match (&typed.kind, kind) {
            (Kind::Int, Kind::Number | Kind::Money) | (Kind::Date, Kind::Time) => {
                Some(convert(typed, kind))
            }
            (Kind::Number, Kind::Money) if is_constant(&typed) => Some(convert(typed, kind)),
            (Kind::Time, Kind::Date) => Some(call_of(Function::ToDate, typed, Kind::Date)),
            _ => {
                let finding = mismatch(&typed.kind, kind, typed.span);
                self.fail(finding)
            }
        }
    }

    /// A literal's value as that kind.
    pub(super) fn widened(&self, value: &Value, kind: &Kind) -> Option<Value> {
        match (value, kind) {
            (Value::Int(whole), Kind::Number) => Some(Value::Number(
                Decimal::parse(&whole.to_string())?.to_number(),
            )),
            (Value::Int(whole), Kind::Money) => Money::from_int(*whole).map(Value::Money),
            (Value::Number(number), Kind::Money) => Decimal::parse(&number.to_string())?
                .to_money()
                .map(Value::Money),
            (Value::Date(date), Kind::Time) => Some(Value::Time(self.world.zone.start_of(*date))),
            (Value::Time(instant), Kind::Date) => {
                Some(Value::Date(self.world.zone.date_of(*instant)))
            }
            _ => None,
        }
    }

    /// The two kinds named, the second place marked too.
    pub(super) fn kinds_differ<T>(
        &mut self,
        left: (&Kind, Span),
        right: (&Kind, Span),
    ) -> Option<T> {
        let mut finding = Diagnostic::error(
            codes::MISMATCH,
            format!(
                "{} and {} do not go together",
                describe(left.0),
                describe(right.0)
            ),
            right.1,
        )
        .saying(format!("this is {}", describe(right.0)))
        .also(left.1, format!("this is {}", describe(left.0)));
        if let Some(help) = help_for(right.0, left.0).or_else(|| help_for(left.0, right.0)) {
            finding = finding.help(help);
        }
        self.fail(finding)
    }
}

/// Wraps a widening.
pub(super) fn convert(typed: Typed, kind: &Kind) -> Typed {
    let span = typed.span;
    Typed {
        node: Node::Convert(Box::new(typed)),
        kind: kind.clone(),
        span,
    }
}

/// `from` stands where `to` is wanted.
pub(super) fn mismatch(from: &Kind, to: &Kind, span: Span) -> Diagnostic {
    let finding = Diagnostic::error(
        codes::MISMATCH,
        format!(
            "{} is wanted here, and this is {}",
            describe(to),
            describe(from)
        ),
        span,
    );
    match help_for(from, to) {
        Some(help) => finding.help(help),
        None => finding,
    }
}
