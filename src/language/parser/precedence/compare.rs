//! Comparisons, ranges and tests: what stands between arithmetic and `not`.

use super::{Pass, mistake, spanned};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::parser::element::{Element, Set, Sign};
use crate::language::parser::reader::Part;
use crate::language::syntax::{CompareOp, ExprNode, TextOp};

impl Pass<'_, '_, '_> {
    /// One comparison, a range, or tests after an operand.
    pub(super) fn comparison(&mut self) -> Option<Part> {
        if matches!(self.sign(), Some(Sign::If)) {
            return self.choice();
        }
        let mut part = self.sum()?;
        let mut tested = false;
        if matches!(self.sign(), Some(Sign::Compare(_))) {
            part = self.chain(part)?;
            tested = true;
        }
        loop {
            let before = self.at;
            part = self.test(part)?;
            if self.at == before {
                break;
            }
            if tested {
                let place = self
                    .elements
                    .get(before)
                    .map_or(self.span, |element| element.span);
                return self.fail(mistake::second_test(place));
            }
            tested = true;
        }
        if let Some(Element {
            sign: Sign::Compare(_),
            span,
        }) = self.peek()
        {
            return self.fail(mistake::second_test(*span));
        }
        Some(part)
    }

    /// An operand and what it is compared with.
    fn chain(&mut self, first: Part) -> Option<Part> {
        let mut values = vec![first];
        let mut ops: Vec<(CompareOp, Span)> = Vec::new();
        while let Some(Element {
            sign: Sign::Compare(op),
            span,
        }) = self.peek()
        {
            ops.push((*op, *span));
            self.at += 1;
            values.push(self.sum()?);
        }
        self.compared(values, &ops)
    }

    fn compared(&mut self, mut values: Vec<Part>, ops: &[(CompareOp, Span)]) -> Option<Part> {
        let span = spanned(&values)?;
        let height = values.iter().map(|part| part.height).max().unwrap_or(0);
        match (ops, values.len()) {
            ([(op, _)], 2) => {
                let right = values.pop()?;
                let left = values.pop()?;
                let node = ExprNode::Compare {
                    op: *op,
                    left: Box::new(left.expr),
                    right: Box::new(right.expr),
                };
                self.node(node, span, height)
            }
            ([_, _], 3) => self.range_chain(values, ops, span, height),
            _ => self.fail(mistake::chain(ops)),
        }
    }

    /// `18 <= age < 65`, in either direction.
    fn range_chain(
        &mut self,
        mut values: Vec<Part>,
        ops: &[(CompareOp, Span)],
        span: Span,
        height: u32,
    ) -> Option<Part> {
        use CompareOp::{Greater, GreaterEqual, Less, LessEqual};
        let last = values.pop()?;
        let middle = values.pop()?;
        let first_value = values.pop()?;
        let (low, low_op, high, high_op) = match ops {
            [
                (first @ (Less | LessEqual), _),
                (second @ (Less | LessEqual), _),
            ] => (first_value, first, last, second),
            [
                (first @ (Greater | GreaterEqual), _),
                (second @ (Greater | GreaterEqual), _),
            ] => (last, second, first_value, first),
            _ => return self.fail(mistake::chain(ops)),
        };
        let included = |op: &CompareOp| matches!(op, LessEqual | GreaterEqual);
        let node = ExprNode::Between {
            value: Box::new(middle.expr),
            low: Box::new(low.expr),
            low_included: included(low_op),
            high: Box::new(high.expr),
            high_included: included(high_op),
            negated: false,
        };
        self.node(node, span, height)
    }

    /// One test after its operand; gives the operand back when none follows.
    fn test(&mut self, part: Part) -> Option<Part> {
        let Some(element) = self.peek() else {
            return Some(part);
        };
        let end = element.span;
        match &element.sign {
            Sign::Missing { negated } => {
                self.at += 1;
                let span = part.outer.to(end);
                let node = ExprNode::IsMissing {
                    value: Box::new(part.expr),
                    negated: *negated,
                };
                self.node(node, span, part.height)
            }
            Sign::In { negated, set } => {
                self.at += 1;
                let (set, height) = set.take()?;
                let span = part.outer.to(end);
                let height = height.max(part.height);
                let value = Box::new(part.expr);
                let negated = *negated;
                let node = match set {
                    Set::Choices(choices) => ExprNode::In {
                        value,
                        choices,
                        negated,
                    },
                    Set::Window(window) => ExprNode::InWindow {
                        value,
                        window: Box::new(window),
                        negated,
                    },
                };
                self.node(node, span, height)
            }
            Sign::More(op, bound) => {
                self.at += 1;
                let bound = bound.take()?;
                self.compared(vec![part, bound], &[(*op, end)])
            }
            Sign::Text {
                op,
                folded,
                negated,
            } => {
                self.at += 1;
                self.text_test(part, *op, *folded, *negated)
            }
            Sign::Between { negated } => {
                self.at += 1;
                self.between(part, *negated, end)
            }
            _ => Some(part),
        }
    }

    fn text_test(&mut self, value: Part, op: TextOp, folded: bool, negated: bool) -> Option<Part> {
        let pattern = self.sum()?;
        let span = value.outer.to(pattern.outer);
        let height = value.height.max(pattern.height);
        let node = ExprNode::TextTest {
            op,
            folded,
            value: Box::new(value.expr),
            pattern: Box::new(pattern.expr),
        };
        let test = self.node(node, span, height)?;
        if negated {
            self.node(ExprNode::Not(Box::new(test.expr)), span, test.height)
        } else {
            Some(test)
        }
    }

    fn between(&mut self, value: Part, negated: bool, word: Span) -> Option<Part> {
        let low = self.sum()?;
        if !matches!(self.sign(), Some(Sign::And | Sign::BetweenAnd)) {
            return self.fail(
                Diagnostic::error(codes::MISSING_VALUE, "a range between has two ends", word)
                    .help("write `between A and B`, 介于 A 与 B"),
            );
        }
        self.at += 1;
        let high = self.sum()?;
        if matches!(self.sign(), Some(Sign::BetweenEnd)) {
            self.at += 1;
        }
        let span = value.outer.to(high.outer);
        let height = value.height.max(low.height).max(high.height);
        let node = ExprNode::Between {
            value: Box::new(value.expr),
            low: Box::new(low.expr),
            low_included: true,
            high: Box::new(high.expr),
            high_included: true,
            negated,
        };
        self.node(node, span, height)
    }
}
