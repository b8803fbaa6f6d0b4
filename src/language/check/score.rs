//! Scores: what is summed, each part rounded to the same places so that the parts add
//! up exactly to the whole, and the range that holds it. Scorecards hand their rows in here.

use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit::{SCORE_PARTS_MAX, SCORE_PLACES};
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::functions::Wants;
use super::super::syntax::score::Score;
use super::super::syntax::{ArithmeticOp, Expr, ExprNode};
use super::super::typed::{Detail, Function, Node, PartOrigin, ScoreDetail, ScorePart, Typed};
use super::{Checker, Want, literal};

impl Checker<'_> {
    /// A score and its parts.
    pub(super) fn score(&mut self, score: &Score, span: Span) -> Option<(Typed, Detail)> {
        let range = self.score_range(score.range.as_ref());
        let mut summands = Vec::new();
        flatten(&score.expression, false, &mut summands);
        let mut parts = Vec::with_capacity(summands.len());
        for (negated, summand) in summands {
            parts.push(self.summand(negated, summand));
        }
        let parts: Option<Vec<ScorePart>> = parts.into_iter().collect();
        self.whole_score(parts?, range?, span)
    }

    fn summand(&mut self, negated: bool, expr: &Expr) -> Option<ScorePart> {
        let mut written = self.infer(expr, Want::Hint(&Kind::Number))?;
        if negated {
            let (kind, span) = (written.kind.clone(), written.span);
            written = Typed {
                node: Node::Negate(Box::new(written)),
                kind,
                span,
            };
        }
        let number = self.fit(Wants::Number, written.clone())?;
        Some(ScorePart {
            origin: PartOrigin::Summand(written),
            expression: rounded(number),
        })
    }

    /// Both ends as numbers. The outer `None`: at fault, and reported.
    #[expect(
        clippy::option_option,
        reason = "no range is sound, a faulty one is not"
    )]
    pub(super) fn score_range(
        &mut self,
        range: Option<&(Expr, Expr)>,
    ) -> Option<Option<(Typed, Typed)>> {
        let Some((low, high)) = range else {
            return Some(None);
        };
        let span = low.span.to(high.span);
        let low = self.points(low, "an end of a range");
        let high = self.points(high, "an end of a range");
        let (low, high) = (low?, high?);
        let ends = self.constant(&low).zip(self.constant(&high));
        if ends.is_some_and(|(low, high)| low.order(&high).is_gt()) {
            return self.fail(
                Diagnostic::error(codes::SCORE_RANGE, "this range ends before it begins", span)
                    .help("write the lower end first, as in `range 0..100`"),
            );
        }
        Some(Some((low, high)))
    }

    /// A number literal or a param, as a Number of the places that a score has.
    pub(super) fn points(&mut self, expr: &Expr, what: &str) -> Option<Typed> {
        let typed = self.infer(expr, Want::Hint(&Kind::Number))?;
        let typed = self.fit(Wants::Number, typed)?;
        let Some(value) = self.constant(&typed) else {
            return self.fail(
                Diagnostic::error(
                    codes::WANTED_CONSTANT,
                    format!("{what} is a number or a param, not computed"),
                    expr.span,
                )
                .help("what is computed is a row of its own, or a `metric`"),
            );
        };
        if matches!(typed.node, Node::Literal(_)) && !is_short(&value) {
            return self.fail(
                Diagnostic::error(
                    codes::NUMBER_RANGE,
                    format!("a score counts to {SCORE_PLACES} decimal places"),
                    expr.span,
                )
                .help("round it, or multiply all points by the same number"),
            );
        }
        Some(rounded(typed))
    }

    /// The value of a literal or param, seen through what is always the same.
    pub(super) fn constant(&self, typed: &Typed) -> Option<Value> {
        match &typed.node {
            Node::Literal(value) => Some(value.clone()),
            Node::Param(id) => Some(self.world.params.get(id.0 as usize)?.value.clone()),
            Node::Convert(inner) => {
                let value = self.constant(inner)?;
                self.widened(&value, &typed.kind)
            }
            Node::Negate(inner) => match self.constant(inner)? {
                Value::Int(whole) => whole.checked_neg().map(Value::Int),
                Value::Number(number) => Some(Value::Number(-number)),
                Value::Money(money) => money.checked_neg().map(Value::Money),
                _ => None,
            },
            Node::Call {
                function: Function::Round,
                arguments,
            } if typed.kind == Kind::Number => match self.constant(arguments.first()?)? {
                Value::Number(number) => {
                    crate::base::math::round_half_away(number, SCORE_PLACES).map(Value::Number)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The sum of the parts within the range.
    pub(super) fn whole_score(
        &mut self,
        parts: Vec<ScorePart>,
        range: Option<(Typed, Typed)>,
        span: Span,
    ) -> Option<(Typed, Detail)> {
        if parts.len() > SCORE_PARTS_MAX {
            return self.fail(
                Diagnostic::error(
                    codes::TOO_MANY,
                    format!("this score has {} parts", parts.len()),
                    span,
                )
                .help(format!(
                    "at most {SCORE_PARTS_MAX}; give some of them together a name with `metric`"
                )),
            );
        }
        let of = |node| Typed {
            node,
            kind: Kind::Number,
            span,
        };
        let several = parts.len() > 1;
        let sum = parts
            .iter()
            .map(|part| part.expression.clone())
            .reduce(|left, right| {
                of(Node::Arithmetic {
                    op: ArithmeticOp::Add,
                    left: Box::new(left),
                    right: Box::new(right),
                })
            })?;
        // What floats lose on the way lies far below the last place.
        let sum = if several { rounded(sum) } else { sum };
        let whole = match &range {
            None => sum.clone(),
            Some((low, high)) => of(Node::Call {
                function: Function::Clamp,
                arguments: vec![sum.clone(), low.clone(), high.clone()],
            }),
        };
        let detail = ScoreDetail { range, sum, parts };
        Some((whole, Detail::Score(Box::new(detail))))
    }
}

/// The summands of the sum at the top, each with whether it is taken away. Dates moved by
/// a length of time are no sums.
fn flatten<'e>(expr: &'e Expr, negated: bool, summands: &mut Vec<(bool, &'e Expr)>) {
    let is_length = |expr: &Expr| matches!(expr.node, ExprNode::Span { .. });
    // The chain leans to the left: the stack grows with brackets alone.
    let mut rest = expr;
    let mut found = Vec::new();
    while let ExprNode::Arithmetic { op, left, right } = &rest.node
        && matches!(op, ArithmeticOp::Add | ArithmeticOp::Subtract)
        && !is_length(left)
        && !is_length(right)
    {
        found.push((negated != (*op == ArithmeticOp::Subtract), &**right));
        rest = left;
    }
    match found.is_empty() {
        true => summands.push((negated, rest)),
        false => flatten(rest, negated, summands),
    }
    for (negated, summand) in found.into_iter().rev() {
        crate::base::recursion::deep(|| flatten(summand, negated, summands));
    }
}

/// To the places of a score; a literal that has no more stays as it is.
pub(super) fn rounded(number: Typed) -> Typed {
    if let Node::Literal(value) = &number.node
        && is_short(value)
    {
        return number;
    }
    let span = number.span;
    let places = literal(Value::Int(i64::from(SCORE_PLACES)), Kind::Int, span);
    Typed {
        node: Node::Call {
            function: Function::Round,
            arguments: vec![number, places],
        },
        kind: Kind::Number,
        span,
    }
}

/// Whether it has no more places than a score.
fn is_short(value: &Value) -> bool {
    match value {
        Value::Number(number) => Decimal::parse(&number.to_string())
            .is_some_and(|decimal| decimal.places <= SCORE_PLACES),
        _ => false,
    }
}
