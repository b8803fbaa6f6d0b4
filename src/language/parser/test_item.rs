//! Tests: their head and lines.

use super::grammar::{Node, Rule};
use super::item::Named;
use super::reader::Reader;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::test::{Dated, End, Expectation, Expected, Line, Test};
use crate::language::syntax::{Assignment, ExprNode, ItemNode, LocalTime, Name};

const HEAD: &str = "write `test \"WHAT IT SHOWS\" as of 2024-06-30 { … }`";
const LINES: &str = "`customer c1 { … }`, `EVENT of c1 { … }`, `RELATION of c1 -> c2`, `PLAN started DATE` and `expect …`";
const EXPECTATIONS: &str = "write `c1 in FILTER`, `c1.RULE = VALUE` or `c1 receives PLAN.STEP`";

impl Reader<'_> {
    pub(super) fn test_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let mut name = None;
        let mut label = None;
        let mut as_of = None;
        let mut lines = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::item_name => name = Some(self.name(&node)),
                Rule::quote_text => label = Some(self.quoted(&node)),
                Rule::as_of => as_of = Some(self.day_or_instant(node, span)),
                Rule::test_body => lines = Some(self.test_lines(node)),
                Rule::rest => self.stray(span, None),
                _ => {}
            }
        }
        let named = self.named(name, label, head);
        if as_of.is_none() {
            let message = "this test does not say as of when";
            self.report(Diagnostic::error(codes::ITEM_HEAD, message, head).help(HEAD));
        }
        if lines.is_none() {
            self.report(Diagnostic::error(codes::ITEM_HEAD, "`{` is missing", head).help(HEAD));
        }
        let test = Test {
            as_of: as_of??,
            lines: lines?,
        };
        Some((named?, ItemNode::Test(Box::new(test))))
    }

    fn day_or_instant(&mut self, node: Node<'_>, span: Span) -> Option<Dated> {
        let found = node.into_inner().find_map(|inner| {
            let place = self.span(&inner);
            let is_word = matches!(
                inner.as_rule(),
                Rule::kw_as_of | Rule::kw_started | Rule::item_name
            );
            (!is_word).then(|| (self.dated(&inner), place))
        });
        let Some((dated, place)) = found else {
            self.wanted(span, "a date is missing", "write it as 2024-06-30");
            return None;
        };
        let (time, day_only) = match dated? {
            ExprNode::Date(date) => (LocalTime { date, second: 0 }, true),
            ExprNode::Time(time) => (time, false),
            _ => return None,
        };
        Some(Dated {
            time,
            day_only,
            span: place,
        })
    }

    fn test_lines(&mut self, node: Node<'_>) -> Vec<Line> {
        let mut lines = Vec::new();
        for line in node.into_inner() {
            let span = self.span(&line);
            match line.as_rule() {
                Rule::test_customer | Rule::test_fact => {
                    lines.extend(self.test_fact(line, span));
                }
                Rule::test_start => {
                    let inner = line.clone().into_inner();
                    let plan = inner.into_iter().next().map(|node| self.name(&node));
                    let at = self.day_or_instant(line, span);
                    if let (Some(plan), Some(at)) = (plan, at) {
                        lines.push(Line::Start { plan, at, span });
                    }
                }
                Rule::expectation_line => {
                    let expectations = self.expectations(line, span);
                    lines.push(Line::Expect(expectations));
                }
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::bad_line => self.bad_line(span, LINES),
                _ => {}
            }
        }
        lines
    }

    /// A customer, an event, a holding or an edge.
    fn test_fact(&mut self, line: Node<'_>, span: Span) -> Option<Line> {
        let is_customer = line.as_rule() == Rule::test_customer;
        let mut names: Vec<Name> = Vec::new();
        let mut assignments: Option<Vec<Assignment>> = None;
        let mut arrow = false;
        let mut text = None;
        for node in line.into_inner() {
            match node.as_rule() {
                Rule::item_name => names.push(self.name(&node)),
                Rule::assignments => assignments = Some(self.assignments(node)),
                Rule::arrow => arrow = true,
                Rule::quote_text => text = Some(self.quoted(&node)),
                _ => {}
            }
        }
        let mut names = names.into_iter();
        let first = names.next()?;
        if is_customer {
            return Some(Line::Customer {
                name: first,
                assignments: assignments.unwrap_or_default(),
                span,
            });
        }
        let Some(customer) = names.next() else {
            self.wanted(
                span,
                "whose it is, is missing",
                "write `EVENT of c1 { … }`, or `RELATION of c1 -> c2`",
            );
            return None;
        };
        if arrow {
            let end = names.next().map(End::Customer).or(text.map(End::Text));
            let Some(end) = end else {
                let help = "write `RELATION of c1 -> c2`, or a text in quotes after `->`";
                self.wanted(span, "the far end is missing", help);
                return None;
            };
            return Some(Line::Edge {
                relation: first,
                customer,
                end,
                span,
            });
        }
        let Some(assignments) = assignments else {
            self.wanted(
                span,
                "it has no fields",
                "write `{ at = 2024-01-05, FIELD = VALUE }` after it",
            );
            return None;
        };
        Some(Line::Fact {
            subject: first,
            customer,
            assignments,
            span,
        })
    }

    fn expectations(&mut self, line: Node<'_>, span: Span) -> Vec<Expectation> {
        let mut list = Vec::new();
        let mut said = false;
        for node in line.into_inner() {
            if node.as_rule() == Rule::expectation {
                said = true;
                let place = self.span(&node);
                list.extend(self.expected(node, place));
            }
        }
        if !said {
            self.wanted(span, "nothing is expected here", EXPECTATIONS);
        }
        list
    }

    fn expected(&mut self, node: Node<'_>, span: Span) -> Option<Expectation> {
        let mut nodes = node.into_inner();
        let customer = nodes.next().map(|node| self.name(&node))?;
        let what = nodes.next()?;
        let place = self.span(&what);
        let rule = what.as_rule();
        let mut negated = false;
        let mut names: Vec<Name> = Vec::new();
        let mut expr = None;
        for inner in what.into_inner() {
            match inner.as_rule() {
                Rule::kw_not_in | Rule::kw_does_not_receive => negated = true,
                Rule::item_name => names.push(self.name(&inner)),
                Rule::expr => expr = Some(self.flat(inner).map(|part| part.expr)),
                _ => {}
            }
        }
        let mut names = names.into_iter();
        let expected = match rule {
            Rule::expected_value => expr.map(|expr| expr.map(Expected::Holds)),
            Rule::expected_member => names
                .next()
                .map(|filter| Some(Expected::Member { filter, negated })),
            _ => names.next().map(|plan| {
                let step = names.next();
                Some(Expected::Receives {
                    plan,
                    step,
                    negated,
                })
            }),
        };
        let Some(expected) = expected else {
            self.wanted(place, "this expectation is not finished", EXPECTATIONS);
            return None;
        };
        Some(Expectation {
            customer,
            expected: expected?,
            span,
        })
    }
}
