//! Comparisons and tests of texts and sets.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::pattern::Pattern;
use crate::base::span::Span;

use super::super::codes;
use super::super::syntax::{CompareOp, Expr, ExprNode, TextOp};
use super::super::typed::{Node, Typed};
use super::together::Purpose;
use super::{Checker, Want, boolean, describe};

/// Whether `<` has a meaning.
pub(super) fn has_order(kind: &Kind) -> bool {
    !matches!(kind, Kind::Bool | Kind::Enum(_) | Kind::Set(_))
}

impl Checker<'_> {
    /// `= missing` is never yes: say what is meant.
    pub(super) fn refuse_missing(&mut self, exprs: &[&Expr]) -> Option<()> {
        let nothing = exprs
            .iter()
            .find(|expr| matches!(expr.node, ExprNode::Missing | ExprNode::Clear));
        match nothing {
            None => Some(()),
            Some(expr) => self.fail(
                Diagnostic::error(codes::CLEAR, "nothing compares with `missing`", expr.span)
                    .help("ask `X is missing` or `X is present`"),
            ),
        }
    }

    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Option<Typed> {
        self.refuse_missing(&[left, right])?;
        let mut sides = self
            .together(&[left, right], Want::Any, Purpose::Comparing)?
            .into_iter();
        let (left, right) = (sides.next()?, sides.next()?);
        let kind = &left.kind;
        let fits = match op {
            CompareOp::Equal | CompareOp::NotEqual => true,
            CompareOp::Like => *kind == Kind::Text,
            _ => has_order(kind),
        };
        if !fits {
            return self.no_order(op, &left, span);
        }
        let node = Node::Compare {
            op,
            left: Box::new(left),
            right: Box::new(right),
        };
        Some(boolean(node, span))
    }

    fn no_order<T>(&mut self, op: CompareOp, left: &Typed, span: Span) -> Option<T> {
        let kind = describe(&left.kind);
        let (message, help) = match op {
            CompareOp::Like => (
                format!("`~=` compares texts, and this is {kind}"),
                "use `=`, or make a text of it with `text(…)`",
            ),
            _ => (
                format!("{kind} has no order of size"),
                "use `=`, `!=` or `in (…)`",
            ),
        };
        self.fail(
            Diagnostic::error(codes::WRONG_OPERATION, message, span)
                .also(left.span, format!("this is {kind}"))
                .help(help),
        )
    }

    pub(super) fn text_test(
        &mut self,
        op: TextOp,
        folded: bool,
        value: &Expr,
        pattern: &Expr,
        span: Span,
    ) -> Option<Typed> {
        self.refuse_missing(&[pattern])?;
        let value = self.infer(value, Want::Hint(&Kind::Text));
        if let Some(Typed {
            kind: Kind::Set(inner),
            ..
        }) = &value
            && op == TextOp::Contains
        {
            let inner = inner.clone();
            return self.set_contains(value?, &inner, folded, pattern, span);
        }
        if op == TextOp::Matches {
            return self.matches(folded, value?, pattern, span);
        }
        let pattern = self.infer(pattern, Want::Hint(&Kind::Text));
        let value = self.testable(value?);
        let pattern = self.testable(pattern?);
        let node = Node::TextTest {
            op,
            folded,
            value: Box::new(value?),
            pattern: Box::new(pattern?),
        };
        Some(boolean(node, span))
    }

    fn testable(&mut self, typed: Typed) -> Option<Typed> {
        if typed.kind == Kind::Text {
            return Some(typed);
        }
        let finding = Diagnostic::error(
            codes::WRONG_OPERATION,
            format!("text is tested here, and this is {}", describe(&typed.kind)),
            typed.span,
        );
        self.fail(match typed.kind {
            Kind::Set(_) => finding.help("a set is asked with `contains` alone"),
            _ => finding.help("`text(…)` makes a text of it"),
        })
    }

    fn set_contains(
        &mut self,
        set: Typed,
        inner: &Arc<Kind>,
        folded: bool,
        member: &Expr,
        span: Span,
    ) -> Option<Typed> {
        let member = self.infer(member, Want::Hint(inner))?;
        let member = self.coerce(member, inner)?;
        if folded && **inner != Kind::Text {
            return self.fail(
                Diagnostic::error(
                    codes::WRONG_OPERATION,
                    "`~contains` ignores case, which only text has",
                    span,
                )
                .help("leave the `~` out"),
            );
        }
        let node = Node::SetContains {
            folded,
            set: Box::new(set),
            member: Box::new(member),
        };
        Some(boolean(node, span))
    }

    fn matches(&mut self, folded: bool, value: Typed, pattern: &Expr, span: Span) -> Option<Typed> {
        let value = self.testable(value)?;
        let ExprNode::Text(text) = &pattern.node else {
            return self.fail(Diagnostic::error(
                codes::WANTED_CONSTANT,
                "`matches` takes a pattern written in quotes",
                pattern.span,
            ));
        };
        if let Err(why) = Pattern::new(text, folded) {
            return self.fail(
                Diagnostic::error(
                    codes::PATTERN,
                    format!("this is no regular expression: {why}"),
                    pattern.span,
                )
                .help("for plain text use `contains`, `starts with` or `ends with`"),
            );
        }
        let node = Node::Matches {
            folded,
            value: Box::new(value),
            pattern: Arc::from(text.as_str()),
        };
        Some(boolean(node, span))
    }
}
