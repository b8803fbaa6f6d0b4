//! Literals: numbers take exactly the kind that their place wants, quoted texts may
//! name a value of a list, instants are read in the business zone.

use std::sync::Arc;

use crate::base::calendar::Unit;
use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::{EnumKind, Kind};
use crate::base::limit;
use crate::base::span::Span;
use crate::base::text;
use crate::base::value::Value;

use super::super::suggest;
use super::super::syntax::LocalTime;
use super::super::typed::{Node, Typed};
use super::{Checker, Scope, Want, codes, literal};

impl Checker<'_> {
    pub(super) fn number(&mut self, number: Decimal, want: Want<'_>, span: Span) -> Option<Typed> {
        match want.kind() {
            Some(Kind::Money) => match number.to_money() {
                Some(money) => Some(literal(Value::Money(money), Kind::Money, span)),
                None => self.fail(
                    Diagnostic::error(
                        codes::NUMBER_RANGE,
                        "money cannot hold this number exactly",
                        span,
                    )
                    .help("money has four places and at most about 922 trillion units"),
                ),
            },
            Some(Kind::Number) => self.float(number, span),
            _ => match number.to_int() {
                Some(whole) => Some(literal(Value::Int(whole), Kind::Int, span)),
                None => self.float(number, span),
            },
        }
    }

    fn float(&mut self, number: Decimal, span: Span) -> Option<Typed> {
        let value = number.to_number();
        if value.is_finite() {
            return Some(literal(Value::Number(value), Kind::Number, span));
        }
        self.fail(Diagnostic::error(
            codes::NUMBER_RANGE,
            "this number is too large",
            span,
        ))
    }

    pub(super) fn text(&mut self, written: &str, want: Want<'_>, span: Span) -> Option<Typed> {
        if written.len() > limit::TEXT_BYTES_MAX {
            return self.fail(Diagnostic::error(
                codes::TEXT_TOO_LONG,
                format!(
                    "this text is longer than {} bytes, the longest a value may be",
                    limit::TEXT_BYTES_MAX
                ),
                span,
            ));
        }
        if let Some(Kind::Enum(values)) = want.kind() {
            return match values.find(&text::nfc(written)) {
                Some(code) => Some(literal(Value::Enum(code), Kind::Enum(values.clone()), span)),
                None => self.unknown_choice(written, values, None, span),
            };
        }
        let value: Arc<str> = Arc::from(&*text::nfc(written));
        Some(literal(Value::Text(value), Kind::Text, span))
    }

    /// Reports a word that a list does not have; `beside`: a near name that is no value of it.
    pub(super) fn unknown_choice<T>(
        &mut self,
        word: &str,
        values: &EnumKind,
        beside: Option<String>,
        span: Span,
    ) -> Option<T> {
        let words = || {
            values
                .values
                .iter()
                .flat_map(|value| std::iter::once(&*value.name).chain(value.label.as_deref()))
        };
        let help = match (suggest::near(word, words()), beside) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(near)) => format!("did you mean the name `{near}`?"),
            (None, None) => {
                let names = values.values.iter().map(|value| &*value.name);
                format!("the values are {}", suggest::some_of(names, 12))
            }
        };
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_CHOICE,
                format!("`{word}` is not one of the values here"),
                span,
            )
            .help(help),
        )
    }

    pub(super) fn local_time(&mut self, time: LocalTime, span: Span) -> Typed {
        let instant = self.world.zone.instant(time.date, time.second);
        literal(Value::Time(instant), Kind::Time, span)
    }

    /// `today`, `now`: an import that depends on the clock could not be repeated.
    pub(super) fn clock(&mut self, node: Node, kind: Kind, span: Span) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            return self.fail(
                Diagnostic::error(codes::CLOCK, "a source cannot ask for the clock", span)
                    .help("an import must give the same facts on every day; name the date"),
            );
        }
        Some(Typed { node, kind, span })
    }

    pub(super) fn ago(&mut self, count: i64, unit: Unit, span: Span) -> Option<Typed> {
        let base = if unit.is_duration() {
            self.clock(Node::Now, Kind::Time, span)?
        } else {
            self.clock(Node::Today, Kind::Date, span)?
        };
        self.length_within_bounds(count, unit, span)?;
        let kind = base.kind.clone();
        Some(Typed {
            node: Node::DateAdd {
                base: Box::new(base),
                count: count.checked_neg()?,
                unit,
            },
            kind,
            span,
        })
    }

    /// Refuses lengths of time beyond what dates can hold.
    pub(super) fn length_within_bounds(
        &mut self,
        count: i64,
        unit: Unit,
        span: Span,
    ) -> Option<()> {
        let (numerator, denominator): (i64, i64) = match unit {
            Unit::Minute => (1, 1440),
            Unit::Hour => (1, 24),
            Unit::Day => (1, 1),
            Unit::Week => (7, 1),
            Unit::Month => (31, 1),
            Unit::Quarter => (92, 1),
            Unit::Year => (366, 1),
        };
        let days = count
            .checked_abs()
            .and_then(|count| count.checked_mul(numerator))
            .map(|parts| parts / denominator);
        if days.is_some_and(|days| days <= limit::WINDOW_DAYS_MAX) {
            return Some(());
        }
        self.fail(
            Diagnostic::error(
                codes::TIME_TOO_LONG,
                "this length of time is too long",
                span,
            )
            .help(format!("at most {} days", limit::WINDOW_DAYS_MAX)),
        )
    }

    pub(super) fn stray_span<T>(&mut self, span: Span) -> Option<T> {
        self.fail(
            Diagnostic::error(
                codes::TIME_LENGTH,
                "a length of time has no meaning alone",
                span,
            )
            .help("add it to a date, or compare it with `days since X` or with the days between two dates"),
        )
    }

    /// `missing`, `clear`: of the kind that is wanted.
    pub(super) fn nothing(
        &mut self,
        node: Node,
        word: &str,
        want: Want<'_>,
        span: Span,
    ) -> Option<Typed> {
        match want.kind() {
            Some(kind) => Some(Typed {
                node,
                kind: kind.clone(),
                span,
            }),
            None => self.fail(
                Diagnostic::error(
                    codes::CLEAR,
                    format!("`{word}` stands where nothing is assigned"),
                    span,
                )
                .help("ask `X is missing`, or give the kind by another branch"),
            ),
        }
    }
}
