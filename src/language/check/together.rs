//! Expressions that must come out as one kind: both sides of a comparison, the ends
//! of a range, the branches of a choice. Those of a kind of their own go first;
//! literals and bare words then take that kind.

use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::syntax::{Expr, ExprNode, Name};
use super::super::typed::{Node, Typed};
use super::convert::{is_constant, same_kind};
use super::since::counts_in;
use super::{Checker, Scope, Want};

/// Why they must be one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A date beside an instant stands for its whole day.
    Comparing,
    /// A date among instants is its start.
    Choosing,
}

/// Which goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Has a kind of its own; a list's name, so that words beside it are its values.
    Own,
    /// A name that may also be a value of a list.
    Name,
    /// Takes the kind of its place.
    Open,
    /// `missing`: has a kind only by the others.
    Nothing,
}

/// Parts of a sum that are looked at to rank it; beyond, it counts as one of its own kind.
const RANK_DEPTH_MAX: usize = 32;

impl Checker<'_> {
    /// All of one kind, in the order given. Reports what does not fit.
    pub(super) fn together(
        &mut self,
        exprs: &[&Expr],
        want: Want<'_>,
        purpose: Purpose,
    ) -> Option<Vec<Typed>> {
        let (typed, kind) = self.gather(exprs, want, purpose)?;
        let mut out = Vec::with_capacity(typed.len());
        let mut failed = false;
        for part in typed {
            match self.coerce(part, &kind) {
                Some(part) => out.push(part),
                None => failed = true,
            }
        }
        (!failed).then_some(out)
    }

    /// Each as it is, with the kind that all of them can become.
    pub(super) fn gather(
        &mut self,
        exprs: &[&Expr],
        want: Want<'_>,
        purpose: Purpose,
    ) -> Option<(Vec<Typed>, Kind)> {
        let order = self.order_of(exprs, want)?;
        let mut slots: Vec<Option<Typed>> = vec![None; exprs.len()];
        let mut common: Option<(Kind, Span)> = None;
        let mut unit = None;
        let (mut failed, mut of_fault) = (false, false);
        for at in order {
            let Some(expr) = exprs.get(at) else { continue };
            if of_fault && self.means_nothing(expr) {
                continue;
            }
            let hint = match &common {
                Some((kind, _)) => Want::Hint(kind),
                None => want,
            };
            let Some(typed) = self.part(expr, hint, purpose, unit) else {
                failed = true;
                of_fault |= self.is_at_fault(expr);
                continue;
            };
            unit = unit.or(counts_in(&typed));
            if !matches!(typed.node, Node::Missing | Node::Clear) {
                failed |= self.meet(&mut common, &typed, purpose).is_none();
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = Some(typed);
            }
        }
        if failed {
            return None;
        }
        let typed: Vec<Typed> = slots.into_iter().collect::<Option<_>>()?;
        self.hours_beside_constants(&typed)?;
        let kind = match (common, want.kind()) {
            (Some((kind, _)), _) => kind,
            (None, Some(kind)) => kind.clone(),
            (None, None) => typed.first()?.kind.clone(),
        };
        Some((typed, kind))
    }

    /// Positions in the order in which they are looked at.
    fn order_of(&mut self, exprs: &[&Expr], want: Want<'_>) -> Option<Vec<usize>> {
        let mut order: Vec<(Rank, usize)> = Vec::with_capacity(exprs.len());
        for (at, expr) in exprs.iter().enumerate() {
            order.push((self.rank(expr, 0), at));
        }
        order.sort_unstable();
        if let (Some((Rank::Nothing, at)), Want::Any) = (order.first(), want) {
            let span = exprs.get(*at)?.span;
            return self.fail(Diagnostic::error(
                codes::KIND_UNKNOWN,
                "nothing here says of which kind the value is",
                span,
            ));
        }
        Some(order.into_iter().map(|(_, at)| at).collect())
    }

    fn part(
        &mut self,
        expr: &Expr,
        hint: Want<'_>,
        purpose: Purpose,
        unit: Option<Unit>,
    ) -> Option<Typed> {
        match &expr.node {
            ExprNode::Span {
                count,
                unit: written,
            } => self.length_as(*count, *written, unit, expr.span),
            ExprNode::Since { unit, from }
                if purpose == Purpose::Comparing && unit.is_duration() =>
            {
                self.since(*unit, from, true, expr.span)
            }
            _ => self.infer(expr, hint),
        }
    }

    /// Widens the common kind by one more part.
    fn meet(
        &mut self,
        common: &mut Option<(Kind, Span)>,
        typed: &Typed,
        purpose: Purpose,
    ) -> Option<()> {
        let Some((kind, span)) = common else {
            *common = Some((typed.kind.clone(), typed.span));
            return Some(());
        };
        match joined(kind, &typed.kind, purpose) {
            Some(joined) => *kind = joined,
            None => return self.kinds_differ((kind, *span), (&typed.kind, typed.span)),
        }
        Some(())
    }

    fn hours_beside_constants(&mut self, typed: &[Typed]) -> Option<()> {
        let hours = |part: &&Typed| counts_in(part).is_some_and(|unit| unit.is_duration());
        let Some(since) = typed.iter().find(hours) else {
            return Some(());
        };
        let span = since.span;
        let others = typed.iter().filter(|part| part.span != span);
        if typed.iter().filter(hours).count() == 1 && others.into_iter().all(is_constant) {
            return Some(());
        }
        self.hours_alone(span)
    }

    fn rank(&mut self, expr: &Expr, depth: usize) -> Rank {
        if depth > RANK_DEPTH_MAX {
            return Rank::Own;
        }
        let mut of = |part: &Expr| self.rank(part, depth + 1);
        match &expr.node {
            ExprNode::Number(_) | ExprNode::Text(_) | ExprNode::Span { .. } => Rank::Open,
            ExprNode::Missing | ExprNode::Clear => Rank::Nothing,
            ExprNode::Negate(inner) => of(inner),
            ExprNode::Arithmetic { left, right, .. } => of(left).min(of(right)),
            ExprNode::Default { value, fallback } => of(value).min(of(fallback)),
            ExprNode::If {
                then, otherwise, ..
            } => of(then).min(of(otherwise)),
            ExprNode::Case(arms) => arms
                .iter()
                .map(|arm| of(&arm.value))
                .min()
                .unwrap_or(Rank::Own),
            ExprNode::Name(name) => self.rank_of_name(name),
            _ => Rank::Own,
        }
    }

    fn rank_of_name(&mut self, name: &Name) -> Rank {
        if matches!(self.scope, Scope::Source(_)) {
            return Rank::Own;
        }
        if !self.stands_for_value(name) {
            return Rank::Open;
        }
        match self.kind_of_name(name) {
            Some(Kind::Enum(_)) => Rank::Own,
            _ => Rank::Name,
        }
    }
}

/// The kind that both can become silently.
fn joined(a: &Kind, b: &Kind, purpose: Purpose) -> Option<Kind> {
    if same_kind(a, b) {
        return Some(a.clone());
    }
    Some(match (a, b) {
        (Kind::Int, Kind::Number) | (Kind::Number, Kind::Int) => Kind::Number,
        (Kind::Int | Kind::Number, Kind::Money) | (Kind::Money, Kind::Int | Kind::Number) => {
            Kind::Money
        }
        (Kind::Date, Kind::Time) | (Kind::Time, Kind::Date) => match purpose {
            Purpose::Comparing => Kind::Date,
            Purpose::Choosing => Kind::Time,
        },
        _ => return None,
    })
}
