//! Scores and scorecards.

use super::element::{Set, compare_sign};
use super::grammar::{Node, Rule};
use super::item::Named;
use super::reader::Reader;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::LIST_ITEMS_MAX;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::score::{Bin, BinTest, CardLine, Score, Scorecard};
use crate::language::syntax::{CompareOp, Expr, ExprNode, ItemNode, Name, Quoted};
use crate::language::words::{self, Role};

const CARD_LINES: &str =
    "rows such as `age: < 25 -> 5 | else -> 8 | missing -> 0`, and `when CONDITION -> POINTS`";

/// What stands before the body of a block.
#[derive(Default)]
pub(super) struct Heading {
    pub(super) name: Option<Name>,
    pub(super) label: Option<Quoted>,
    base: Option<Option<Expr>>,
    range: Option<Option<(Expr, Expr)>>,
}

/// Points with their reason; `None` inside: at fault, and reported.
struct Points {
    value: Option<Expr>,
    reason: Option<Quoted>,
}

impl Reader<'_> {
    /// `score NAME range 0..100: EXPR`.
    pub(super) fn score_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let parts = self.parts(nodes, head);
        self.says_something(&parts);
        let named = self.named(parts.name, parts.label, head);
        let range = match parts.range {
            Some(clause) => Some(self.range_clause(clause)?),
            None => None,
        };
        let expression = parts.expr??;
        let score = Score { range, expression };
        Some((named?, ItemNode::Score(Box::new(score))))
    }

    /// `scorecard NAME base 20 range 0..100 { … }`.
    pub(super) fn scorecard_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let mut heading = Heading::default();
        let mut body = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::card_body => body = Some(self.card_lines(node)),
                Rule::rest => self.stray(span, None),
                _ => self.heading(node, span, &mut heading),
            }
        }
        let named = self.named(heading.name, heading.label, head);
        let Some(lines) = body else {
            return self.no_body(
                head,
                "write `scorecard NAME base 20 { age: < 25 -> 5 | else -> 8 | missing -> 0 }`",
            );
        };
        if lines.is_empty() {
            self.wanted(
                head,
                "this scorecard has no rows",
                "write `age: < 25 -> 5 | else -> 8 | missing -> 0`",
            );
        }
        let base = match heading.base {
            Some(base) => Some(base?),
            None => None,
        };
        let range = match heading.range {
            Some(range) => Some(range?),
            None => None,
        };
        let card = Scorecard { base, range, lines };
        Some((named?, ItemNode::Scorecard(Box::new(card))))
    }

    pub(super) fn heading(&mut self, node: Node<'_>, span: Span, heading: &mut Heading) {
        match node.as_rule() {
            Rule::item_name => heading.name = Some(self.name(&node)),
            Rule::label => heading.label = Some(self.quoted(&node)),
            Rule::base_clause => {
                self.once(heading.base.is_some(), span);
                let value = node
                    .into_inner()
                    .find(|inner| inner.as_rule() == Rule::points_value);
                heading.base = Some(match value {
                    Some(value) => self.points_value(value),
                    None => {
                        self.wanted(
                            span,
                            "the points that everyone has are missing",
                            "write `base 20`",
                        );
                        None
                    }
                });
            }
            Rule::range_clause => {
                self.once(heading.range.is_some(), span);
                heading.range = Some(self.range_clause(node));
            }
            _ => {}
        }
    }

    /// A block without its braces.
    pub(super) fn no_body<T>(&mut self, head: Span, help: &str) -> Option<T> {
        self.report(Diagnostic::error(codes::ITEM_HEAD, "`{` is missing", head).help(help));
        None
    }

    fn card_lines(&mut self, node: Node<'_>) -> Vec<CardLine> {
        let mut lines = Vec::new();
        for line in node.into_inner() {
            let span = self.span(&line);
            match line.as_rule() {
                Rule::card_row => lines.extend(self.card_row(line, span)),
                Rule::card_when => lines.extend(self.card_when(line, span)),
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::bad_line => self.bad_line(span, CARD_LINES),
                _ => {}
            }
        }
        if lines.len() > LIST_ITEMS_MAX {
            let span = self.place(0, 0);
            self.report(super::mistake::too_many(span));
        }
        lines
    }

    fn card_when(&mut self, node: Node<'_>, span: Span) -> Option<CardLine> {
        let mut condition = None;
        let mut points = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::expr => condition = Some(self.flat(inner).map(|part| part.expr)),
                Rule::points => points = Some(self.points(inner)),
                _ => {}
            }
        }
        if condition.is_none() {
            self.wanted(
                span,
                "a condition is missing after `when`",
                "write `when any(complaint) -> -10`",
            );
        }
        let points = self.given(points, span);
        let (condition, points) = (condition??, points?);
        Some(CardLine::When {
            condition,
            points: points.value?,
            reason: points.reason,
            span,
        })
    }

    fn card_row(&mut self, node: Node<'_>, span: Span) -> Option<CardLine> {
        let mut value = None;
        let mut bins = Vec::new();
        let mut good = true;
        let mut said = false;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::expr => value = self.flat(inner).map(|part| part.expr),
                Rule::bins => {
                    said = true;
                    good &= self.bins(inner, &mut bins).is_some();
                }
                _ => {}
            }
        }
        if !said {
            self.wanted(
                span,
                "this row has no bins",
                "write `age: < 25 -> 5 | else -> 8 | missing -> 0`",
            );
            return None;
        }
        let value = value?;
        good.then_some(CardLine::Row { value, bins, span })
    }

    /// `None` when any is at fault.
    fn bins(&mut self, node: Node<'_>, bins: &mut Vec<Bin>) -> Option<()> {
        let mut good = true;
        let mut open = None;
        for inner in node.into_inner() {
            let span = self.span(&inner);
            if inner.as_rule() == Rule::bar {
                good &= open.is_none();
                self.empty_bin(open);
                open = Some(span);
                continue;
            }
            open = None;
            match self.bin(inner, span) {
                Some(bin) => bins.push(bin),
                None => good = false,
            }
        }
        good &= open.is_none();
        self.empty_bin(open);
        good.then_some(())
    }

    fn empty_bin(&mut self, bar: Option<Span>) {
        if let Some(bar) = bar {
            let help = "write `< 25 -> 5 | else -> 8`, or take the `|` away";
            self.wanted(bar, "a bin is missing after this `|`", help);
        }
    }

    fn bin(&mut self, node: Node<'_>, span: Span) -> Option<Bin> {
        let mut test = None;
        let mut points = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::bin_test => test = Some(self.bin_test(inner)),
                Rule::points => points = Some(self.points(inner)),
                _ => {}
            }
        }
        if test.is_none() {
            self.wanted(
                span,
                "it is not said when these points are given",
                "write `< 25 -> 5`, `1..9 -> 6`, `(\"a\", \"b\") -> 2`, `missing -> 0` or `else -> 1`",
            );
        }
        let points = self.given(points, span);
        let (test, points) = (test??, points?);
        Some(Bin {
            test,
            points: points.value?,
            reason: points.reason,
            span,
        })
    }

    fn given(&mut self, points: Option<Points>, span: Span) -> Option<Points> {
        if points.is_none() {
            self.wanted(
                span,
                "the points are missing",
                "write them after `->`, as in `< 25 -> 5`",
            );
        }
        points
    }

    fn bin_test(&mut self, node: Node<'_>) -> Option<BinTest> {
        let span = self.span(&node);
        let mut op = None;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::kw_missing => return Some(BinTest::Missing),
                Rule::kw_else => return Some(BinTest::Else),
                Rule::choices => {
                    return match self.choices(inner)?.0 {
                        Set::Choices(choices) => Some(BinTest::Choices(choices)),
                        Set::Window(_) => None,
                    };
                }
                Rule::range => {
                    let ends: Vec<Node<'_>> = inner.into_inner().collect();
                    let (choice, _) = self.range(ends, place)?;
                    return Some(BinTest::Choices(vec![choice]));
                }
                Rule::more_tail => return self.more_than(inner),
                Rule::bound => {
                    let end = self.flat(inner)?.expr;
                    return Some(BinTest::Compare(op?, end));
                }
                _ => op = Some(compared(inner.as_str())),
            }
        }
        self.wanted(
            span,
            "a value is missing after this sign",
            "write `< 25 -> 5`",
        );
        None
    }

    /// 50万以上
    fn more_than(&mut self, node: Node<'_>) -> Option<BinTest> {
        let mut op = CompareOp::GreaterEqual;
        let mut end = None;
        for inner in node.into_inner() {
            let span = self.span(&inner);
            match inner.as_rule() {
                Rule::number => {
                    end = self.number(&inner).map(|number| Expr {
                        node: ExprNode::Number(number),
                        span,
                    });
                }
                Rule::kw_or_less => op = CompareOp::LessEqual,
                _ => {}
            }
        }
        Some(BinTest::Compare(op, end?))
    }

    fn points(&mut self, node: Node<'_>) -> Points {
        let span = self.span(&node);
        let mut value = None;
        let mut reason = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::points_value => value = Some(self.points_value(inner)),
                Rule::label => reason = Some(self.quoted(&inner)),
                _ => {}
            }
        }
        if value.is_none() {
            self.wanted(
                span,
                "the points are missing after the arrow",
                "write `< 25 -> 5`",
            );
        }
        Points {
            value: value.flatten(),
            reason,
        }
    }

    /// A number or a param, with or without a minus.
    fn points_value(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(&node);
        let mut negative = false;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::minus => negative = true,
                Rule::number => {
                    let number = self.number(&inner)?;
                    let number = if negative { number.negated() } else { number };
                    let node = ExprNode::Number(number);
                    return Some(Expr { node, span });
                }
                Rule::bad_number => {
                    self.bad_number(&inner);
                    return None;
                }
                _ => {
                    let name = self.name(&inner);
                    let named = Expr {
                        node: ExprNode::Name(name),
                        span: place,
                    };
                    return Some(match negative {
                        false => named,
                        true => Expr {
                            node: ExprNode::Negate(Box::new(named)),
                            span,
                        },
                    });
                }
            }
        }
        None
    }
}

/// A comparison as a sign or in words.
fn compared(written: &str) -> CompareOp {
    let folded = super::token::fold(written);
    match words::find(folded.trim(), &[Role::Compare]) {
        Some(word) => compare_sign(word.english),
        None => compare_sign(folded.trim()),
    }
}
