//! Scorecards: a base, rows of bins and points given under a condition. A row becomes a
//! `case` over its value. How the bins of a row lie to each other is told next door.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::syntax::score::{self as written, CardLine, Scorecard};
use super::super::syntax::{self, CompareOp, Expr, Quoted};
use super::super::typed::{Bin, BinTest, Choice, Detail, Node, PartOrigin, ScorePart, Typed};
use super::convert::is_constant;
use super::{Checker, Want, boolean, describe, literal};

impl Checker<'_> {
    /// A scorecard and its parts.
    pub(super) fn scorecard(&mut self, card: &Scorecard, span: Span) -> Option<(Typed, Detail)> {
        let range = self.score_range(card.range.as_ref());
        let mut parts = Vec::with_capacity(card.lines.len() + 1);
        if let Some(base) = &card.base {
            parts.push(self.points(base, "the base").map(|points| ScorePart {
                origin: PartOrigin::Base,
                expression: points,
            }));
        }
        for line in &card.lines {
            parts.push(match line {
                CardLine::Row { value, bins, span } => self.card_row(value, bins, *span),
                CardLine::When {
                    condition,
                    points,
                    reason,
                    span,
                } => self.card_when(condition, points, reason.as_ref(), *span),
            });
        }
        let parts: Option<Vec<ScorePart>> = parts.into_iter().collect();
        self.whole_score(parts?, range?, span)
    }

    fn card_when(
        &mut self,
        condition: &Expr,
        points: &Expr,
        reason: Option<&Quoted>,
        span: Span,
    ) -> Option<ScorePart> {
        let condition = self.condition(condition, "`when`");
        let points = self.points(points, "what `when` gives");
        let (condition, points) = (condition?, points?);
        // Who is not known to be so is not given the points.
        let known = known_to_hold(condition.clone());
        let expression = Typed {
            node: Node::If {
                condition: Box::new(known),
                then: Box::new(points),
                otherwise: Box::new(literal(Value::Number(0.0), Kind::Number, span)),
            },
            kind: Kind::Number,
            span,
        };
        Some(ScorePart {
            origin: PartOrigin::When {
                condition,
                reason: text_of(reason),
            },
            expression,
        })
    }

    fn card_row(&mut self, value: &Expr, bins: &[written::Bin], span: Span) -> Option<ScorePart> {
        let typed = self.infer(value, Want::Any)?;
        if let Kind::Set(_) = typed.kind {
            return self.fail(
                Diagnostic::error(
                    codes::WRONG_OPERATION,
                    format!("bins sort one value, and this is {}", describe(&typed.kind)),
                    typed.span,
                )
                .help("write `when SET contains \"…\" -> POINTS`"),
            );
        }
        self.order_of_bins(bins)?;
        let mut checked = Vec::with_capacity(bins.len());
        for bin in bins {
            checked.push(self.bin(value, bin));
        }
        let checked: Option<Vec<Bin>> = checked.into_iter().collect();
        let checked = checked?;
        self.judge_bins(&typed, &checked, bins, span)?;
        Some(ScorePart {
            expression: row_value(&typed, &checked, span),
            origin: PartOrigin::Row {
                value: typed,
                bins: checked,
            },
        })
    }

    /// `missing` and `else` once each, nothing after `else` but `missing`.
    fn order_of_bins(&mut self, bins: &[written::Bin]) -> Option<()> {
        let mut good = true;
        let (mut otherwise, mut missing): (Option<Span>, Option<Span>) = (None, None);
        for bin in bins {
            let (word, first) = match bin.test {
                written::BinTest::Missing => ("missing", missing.replace(bin.span)),
                written::BinTest::Else => ("else", otherwise.replace(bin.span)),
                _ => match otherwise {
                    Some(first) => ("", Some(first)),
                    None => continue,
                },
            };
            let Some(first) = first else { continue };
            good = false;
            let finding = match word {
                "" => Diagnostic::error(
                    codes::BIN_ORDER,
                    "this bin stands after `else` and can never hold",
                    bin.span,
                )
                .also(first, "this takes what is left")
                .help("write `else` last; only `missing` may follow it"),
                word => Diagnostic::error(
                    codes::BIN_ORDER,
                    format!("`{word}` stands twice in this row"),
                    bin.span,
                )
                .also(first, "the first one"),
            };
            self.found.push(finding);
        }
        good.then_some(())
    }

    fn bin(&mut self, value: &Expr, bin: &written::Bin) -> Option<Bin> {
        let test = match &bin.test {
            written::BinTest::Missing => Some(BinTest::Missing),
            written::BinTest::Else => Some(BinTest::Else),
            written::BinTest::Compare(op, end) => {
                self.compare(*op, value, end, bin.span).map(BinTest::Holds)
            }
            written::BinTest::Choices(choices) => match choices.as_slice() {
                [syntax::Choice::One(one)] => self
                    .compare(CompareOp::Equal, value, one, bin.span)
                    .map(BinTest::Holds),
                choices => self
                    .membership(value, choices, false, bin.span)
                    .map(BinTest::Holds),
            },
        };
        let points = self.points(&bin.points, "what a bin gives");
        let (test, points) = (test?, points?);
        if let BinTest::Holds(test) = &test {
            self.fixed_bounds(test)?;
        }
        Some(Bin {
            test,
            points,
            reason: text_of(bin.reason.as_ref()),
        })
    }

    /// Bounds are literals or params, so that bins can be told apart here.
    fn fixed_bounds(&mut self, test: &Typed) -> Option<()> {
        let mut moving = None;
        let mut look = |end: &Typed| {
            if !is_constant(end) {
                moving = Some(end.span);
            }
        };
        match &test.node {
            Node::Compare { right, .. } => look(right),
            Node::In { choices, .. } => choices.iter().for_each(|choice| match choice {
                Choice::One(one) => look(one),
                Choice::Range { low, high, .. } => low.iter().chain(high).for_each(|end| look(end)),
            }),
            _ => {}
        }
        match moving {
            None => Some(()),
            Some(span) => self.fail(
                Diagnostic::error(
                    codes::WANTED_CONSTANT,
                    "the bounds of bins are constants or params",
                    span,
                )
                .help("move what is computed before the colon, as in `assets / income: < 2 -> 5`"),
            ),
        }
    }
}

/// The condition, no where it is unknown.
pub(super) fn known_to_hold(condition: Typed) -> Typed {
    let span = condition.span;
    let no = literal(Value::Bool(false), Kind::Bool, span);
    boolean(
        Node::Default {
            value: Box::new(condition),
            fallback: Box::new(no),
        },
        span,
    )
}

/// The points of the first bin that holds; `missing` is asked first, whatever its place.
fn row_value(value: &Typed, bins: &[Bin], span: Span) -> Typed {
    let mut arms = Vec::with_capacity(bins.len());
    let mut otherwise = None;
    for bin in bins {
        match &bin.test {
            BinTest::Missing => {
                let test = Node::IsMissing {
                    value: Box::new(value.clone()),
                    negated: false,
                };
                arms.insert(0, (boolean(test, span), bin.points.clone()));
            }
            BinTest::Holds(test) => arms.push((test.clone(), bin.points.clone())),
            BinTest::Else => otherwise = Some(Box::new(bin.points.clone())),
        }
    }
    Typed {
        node: Node::Case { arms, otherwise },
        kind: Kind::Number,
        span,
    }
}

fn text_of(reason: Option<&Quoted>) -> Option<Arc<str>> {
    reason.map(|reason| Arc::from(reason.text.as_str()))
}
