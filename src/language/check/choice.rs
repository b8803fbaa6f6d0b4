//! `if`, `case`, `default`: branches come out as one kind. In a route each branch is
//! read as the kind of the field it fills.

use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::syntax::{CaseArm, Expr};
use super::super::typed::{Node, Typed};
use super::together::Purpose;
use super::{Checker, Scope, Want};

impl Checker<'_> {
    /// Branches of one kind.
    fn branches(&mut self, exprs: &[&Expr], want: Want<'_>) -> Option<Vec<Typed>> {
        let Want::Target(kind) = want else {
            return self.together(exprs, want, Purpose::Choosing);
        };
        let mut typed = Vec::with_capacity(exprs.len());
        for expr in exprs {
            typed.push(self.assigned(expr, kind));
        }
        typed.into_iter().collect()
    }

    pub(super) fn fallback(
        &mut self,
        value: &Expr,
        fallback: &Expr,
        want: Want<'_>,
        span: Span,
    ) -> Option<Typed> {
        let mut parts = self.branches(&[value, fallback], want)?.into_iter();
        let value = Box::new(parts.next()?);
        let fallback = Box::new(parts.next()?);
        let kind = value.kind.clone();
        Some(Typed {
            node: Node::Default { value, fallback },
            kind,
            span,
        })
    }

    pub(super) fn choose(
        &mut self,
        condition: &Expr,
        then: &Expr,
        otherwise: &Expr,
        want: Want<'_>,
        span: Span,
    ) -> Option<Typed> {
        let condition = self.condition(condition, "`if`");
        let mut parts = self.branches(&[then, otherwise], want)?.into_iter();
        let then = Box::new(parts.next()?);
        let otherwise = Box::new(parts.next()?);
        let kind = then.kind.clone();
        Some(Typed {
            node: Node::If {
                condition: Box::new(condition?),
                then,
                otherwise,
            },
            kind,
            span,
        })
    }

    pub(super) fn case(&mut self, arms: &[CaseArm], want: Want<'_>, span: Span) -> Option<Typed> {
        let mut conditions = Vec::with_capacity(arms.len());
        for arm in arms {
            conditions.push(match &arm.condition {
                Some(condition) => self.condition(condition, "`case`").map(Some),
                None => Some(None),
            });
        }
        let values: Vec<&Expr> = arms.iter().map(|arm| &arm.value).collect();
        let values = self.branches(&values, want)?;
        let conditions: Vec<Option<Typed>> = conditions.into_iter().collect::<Option<_>>()?;
        let kind = values.first()?.kind.clone();
        let mut typed = Vec::with_capacity(arms.len());
        let mut otherwise = None;
        for (condition, value) in conditions.into_iter().zip(values) {
            match condition {
                Some(condition) => typed.push((condition, value)),
                None => otherwise = Some(Box::new(value)),
            }
        }
        Some(Typed {
            node: Node::Case {
                arms: typed,
                otherwise,
            },
            kind,
            span,
        })
    }

    /// A value assigned to something of that kind.
    pub(super) fn assigned(&mut self, expr: &Expr, kind: &Kind) -> Option<Typed> {
        let want = match self.scope {
            Scope::Source(_) => Want::Target(kind),
            _ => Want::Hint(kind),
        };
        let typed = self.infer(expr, want)?;
        self.read_as(typed, kind)
    }
}
