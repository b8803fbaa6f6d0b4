//! From the flat list to a tree: `if`, `or`, `and`, `not`, comparisons, `+`, `*`, a
//! leading minus, `default`, operands, loosest first. Traps are refused, not resolved.

mod compare;

use std::cell::Cell;

use super::element::{Element, Sign, called};
use super::grammar::{Node, Rule};
use super::mistake;
use super::reader::{Part, Reader};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::{LIST_ITEMS_MAX, PREFIX_NESTING_MAX};
use crate::base::recursion::deep;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{ArithmeticOp, ExprNode};

impl<'t> Reader<'t> {
    /// The tree of an `expr` or `bound`; `None` when at fault, and reported.
    pub fn flat(&mut self, node: Node<'_>) -> Option<Part> {
        let before = self.diagnostics.len();
        let span = self.span(&node);
        let part = self.joined(node, span);
        self.reported(part.is_none(), before, span);
        part
    }

    fn joined(&mut self, node: Node<'_>, span: Span) -> Option<Part> {
        // Most expressions are one operand: a choice, an argument, a bound.
        let mut inner = node.clone().into_inner();
        if let (Some(only), None) = (inner.next(), inner.next())
            && only.as_rule() == Rule::operand
        {
            return deep(|| self.operand(only));
        }
        let elements = deep(|| self.elements(node));
        self.tree(&elements, span)
    }

    /// The tree of a part and of what goes on behind it.
    pub fn continued(&mut self, first: Part, rest: Node<'_>) -> Option<Part> {
        let before = self.diagnostics.len();
        let span = first.outer.to(self.span(&rest));
        let mut elements = vec![Element {
            span: first.outer,
            sign: Sign::Operand(Cell::new(Some(first))),
        }];
        elements.extend(deep(|| self.elements(rest)));
        let part = self.tree(&elements, span);
        self.reported(part.is_none(), before, span);
        part
    }

    fn tree(&mut self, elements: &[Element], span: Span) -> Option<Part> {
        if elements
            .iter()
            .any(|element| matches!(element.sign, Sign::Foreign))
        {
            return None;
        }
        let mut pass = Pass {
            reader: self,
            elements,
            at: 0,
            nested: 0,
            span,
        };
        let part = pass.choice()?;
        match pass.peek() {
            None => Some(part),
            Some(element) => {
                let diagnostic = mistake::left_over(pass.reader, element);
                pass.reader.report(diagnostic);
                None
            }
        }
    }
}

/// One walk over a flat list.
struct Pass<'a, 'r, 't> {
    reader: &'r mut Reader<'t>,
    elements: &'a [Element],
    at: usize,
    /// Prefixes open at once.
    nested: usize,
    /// The whole list.
    span: Span,
}

impl<'a> Pass<'a, '_, '_> {
    fn peek(&self) -> Option<&'a Element> {
        self.elements.get(self.at)
    }

    fn sign(&self) -> Option<&'a Sign> {
        self.peek().map(|element| &element.sign)
    }

    fn previous(&self) -> Option<&'a Element> {
        self.at.checked_sub(1).and_then(|at| self.elements.get(at))
    }

    fn fail(&mut self, diagnostic: Diagnostic) -> Option<Part> {
        self.reader.report(diagnostic);
        None
    }

    fn node(&mut self, node: ExprNode, span: Span, height: u32) -> Option<Part> {
        self.reader.over(node, span, height)
    }

    /// Runs one level down; refuses too many prefixes.
    fn nest(&mut self, step: impl FnOnce(&mut Self) -> Option<Part>) -> Option<Part> {
        self.nested += 1;
        if self.nested > PREFIX_NESTING_MAX {
            let span = self.previous().map_or(self.span, |element| element.span);
            return self.fail(
                Diagnostic::error(codes::NESTED_TOO_DEEP, "too many parts are nested in each other here", span)
                    .help(format!("at most {PREFIX_NESTING_MAX}; `case {{ C1: A, C2: B, else: D }}` holds any number of choices")),
            );
        }
        let part = deep(|| step(self));
        self.nested -= 1;
        part
    }

    /// `if C then A else B`, or what is tighter.
    fn choice(&mut self) -> Option<Part> {
        if !matches!(self.sign(), Some(Sign::If)) {
            return self.either();
        }
        let opening = self.peek().map_or(self.span, |element| element.span);
        self.at += 1;
        let condition = self.nest(Self::choice)?;
        self.expect(&Sign::Then, "then", opening)?;
        let then = self.nest(Self::choice)?;
        self.expect(&Sign::Else, "else", opening)?;
        let otherwise = self.nest(Self::choice)?;
        let span = opening.to(otherwise.outer);
        let height = condition.height.max(then.height).max(otherwise.height);
        let node = ExprNode::If {
            condition: Box::new(condition.expr),
            then: Box::new(then.expr),
            otherwise: Box::new(otherwise.expr),
        };
        self.node(node, span, height)
    }

    fn expect(&mut self, sign: &Sign, word: &str, opening: Span) -> Option<()> {
        let found = self.sign();
        if found.is_some_and(|found| std::mem::discriminant(found) == std::mem::discriminant(sign))
        {
            self.at += 1;
            return Some(());
        }
        let place = self.peek().map_or(
            Span::new(self.span.source, self.span.end, self.span.end),
            |element| element.span,
        );
        let message = format!("`{word}` is missing");
        self.fail(
            Diagnostic::error(codes::INCOMPLETE_CHOICE, message, place)
                .also(opening, "of this `if`")
                .help("write `if CONDITION then VALUE else VALUE`, 若 … 则 … 否则 …"),
        );
        None
    }

    /// Parts joined by `and` or by `or`, never by both.
    fn either(&mut self) -> Option<Part> {
        let first = self.negation()?;
        if !matches!(self.sign(), Some(Sign::And | Sign::Or)) {
            return Some(first);
        }
        let mut parts = vec![first];
        let mut joins: Vec<(bool, Span)> = Vec::new();
        while let Some(element) = self.peek() {
            let is_and = match element.sign {
                Sign::And => true,
                Sign::Or => false,
                _ => break,
            };
            joins.push((is_and, element.span));
            self.at += 1;
            parts.push(self.negation()?);
        }
        let (is_and, _) = joins.first().copied()?;
        if joins.iter().any(|(other, _)| *other != is_and) {
            let diagnostic = mistake::mixed(self.reader, &parts, &joins);
            return self.fail(diagnostic);
        }
        let span = spanned(&parts)?;
        if parts.len() > LIST_ITEMS_MAX {
            return self.fail(mistake::too_many(span));
        }
        let height = parts.iter().map(|part| part.height).max().unwrap_or(0);
        let parts = parts.into_iter().map(|part| part.expr).collect();
        self.node(
            if is_and {
                ExprNode::And(parts)
            } else {
                ExprNode::Or(parts)
            },
            span,
            height,
        )
    }

    fn negation(&mut self) -> Option<Part> {
        let Some(Element {
            sign: Sign::Not,
            span,
        }) = self.peek()
        else {
            return self.comparison();
        };
        self.at += 1;
        let inner = self.nest(Self::negation)?;
        let whole = span.to(inner.outer);
        self.node(ExprNode::Not(Box::new(inner.expr)), whole, inner.height)
    }

    fn sum(&mut self) -> Option<Part> {
        let mut left = self.product()?;
        while let Some(Element {
            sign: Sign::Arithmetic(op),
            ..
        }) = self.peek()
        {
            if !matches!(op, ArithmeticOp::Add | ArithmeticOp::Subtract) {
                break;
            }
            self.at += 1;
            let right = self.product()?;
            left = self.arithmetic(*op, left, right)?;
        }
        Some(left)
    }

    fn product(&mut self) -> Option<Part> {
        let mut left = self.signed()?;
        while let Some(Element {
            sign: Sign::Arithmetic(op),
            ..
        }) = self.peek()
        {
            if !matches!(op, ArithmeticOp::Multiply | ArithmeticOp::Divide) {
                break;
            }
            self.at += 1;
            let right = self.signed()?;
            left = self.arithmetic(*op, left, right)?;
        }
        Some(left)
    }

    fn arithmetic(&mut self, op: ArithmeticOp, left: Part, right: Part) -> Option<Part> {
        let span = left.outer.to(right.outer);
        if left.bare_default || right.bare_default {
            return self.fail(mistake::default_beside_arithmetic(span));
        }
        let height = left.height.max(right.height);
        let node = ExprNode::Arithmetic {
            op,
            left: Box::new(left.expr),
            right: Box::new(right.expr),
        };
        self.node(node, span, height)
    }

    /// A leading minus; before a number it is part of the number.
    fn signed(&mut self) -> Option<Part> {
        let Some(Element {
            sign: Sign::Arithmetic(ArithmeticOp::Subtract),
            span,
        }) = self.peek()
        else {
            return self.defaulted();
        };
        self.at += 1;
        let inner = self.nest(Self::signed)?;
        let whole = span.to(inner.outer);
        if inner.bare_default {
            return self.fail(mistake::default_beside_arithmetic(whole));
        }
        match inner.expr.node {
            ExprNode::Number(value) if !inner.bracketed && value.mantissa > 0 => {
                self.node(ExprNode::Number(value.negated()), whole, 0)
            }
            _ => self.node(ExprNode::Negate(Box::new(inner.expr)), whole, inner.height),
        }
    }

    fn defaulted(&mut self) -> Option<Part> {
        let mut value = self.since()?;
        while matches!(self.sign(), Some(Sign::Default)) {
            self.at += 1;
            let minus = matches!(self.sign(), Some(Sign::Arithmetic(ArithmeticOp::Subtract)));
            let fallback = if minus {
                self.minus_number()?
            } else {
                self.since()?
            };
            let span = value.outer.to(fallback.outer);
            let height = value.height.max(fallback.height);
            let node = ExprNode::Default {
                value: Box::new(value.expr),
                fallback: Box::new(fallback.expr),
            };
            value = self.node(node, span, height)?;
            value.bare_default = true;
        }
        Some(value)
    }

    /// `default -1`
    fn minus_number(&mut self) -> Option<Part> {
        let minus = self.peek().map_or(self.span, |element| element.span);
        self.at += 1;
        let inner = self.since()?;
        let span = minus.to(inner.outer);
        match inner.expr.node {
            ExprNode::Number(value) if !inner.bracketed && value.mantissa > 0 => {
                self.node(ExprNode::Number(value.negated()), span, 0)
            }
            _ => self.node(ExprNode::Negate(Box::new(inner.expr)), span, inner.height),
        }
    }

    fn since(&mut self) -> Option<Part> {
        let Some(Element {
            sign: Sign::Since(unit),
            span,
        }) = self.peek()
        else {
            return self.operand();
        };
        self.at += 1;
        let from = self.nest(Self::since)?;
        let whole = span.to(from.outer);
        self.node(
            ExprNode::Since {
                unit: *unit,
                from: Box::new(from.expr),
            },
            whole,
            from.height,
        )
    }

    fn operand(&mut self) -> Option<Part> {
        match self.peek() {
            Some(Element {
                sign: Sign::Operand(part),
                ..
            }) => {
                self.at += 1;
                part.take()
            }
            Some(element) => {
                let diagnostic =
                    mistake::no_operand(self.reader, self.previous(), Some(element), self.span);
                self.fail(diagnostic)
            }
            None => {
                let diagnostic = mistake::no_operand(self.reader, self.previous(), None, self.span);
                self.fail(diagnostic)
            }
        }
    }
}

fn spanned(parts: &[Part]) -> Option<Span> {
    Some(parts.first()?.outer.to(parts.last()?.outer))
}

/// Names the sign before a place, if there is one.
pub fn after(reader: &Reader<'_>, element: Option<&Element>) -> String {
    element
        .map(|element| format!(" after {}", called(reader, element)))
        .unwrap_or_default()
}
