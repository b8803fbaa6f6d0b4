//! `top 10% by x`, and the clauses that say among whom a customer is placed.

use super::grammar::{Node, Rule};
use super::mistake;
use super::reader::{Part, Reader};
use super::token::fold;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::LIST_ITEMS_MAX;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{Expr, ExprNode, Top};

/// `among F per A ties by id`, as far as it is said.
#[derive(Debug, Default)]
pub struct Ranked {
    /// `among F`
    pub among: Option<Expr>,
    /// `per A`, `per (A, B)`
    pub per: Vec<Expr>,
    /// `ties by id`
    pub ties_by_id: bool,
}

impl Reader<'_> {
    /// `top 10% by x …`
    pub(super) fn top(&mut self, node: Node<'_>) -> Option<Part> {
        let span = self.span(&node);
        let (mut head, mut by) = (None, None);
        let mut ranked = Ranked::default();
        let (mut height, mut good) = (0, true);
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::top_head => head = self.top_head(inner),
                Rule::top_by => {
                    by = Some(self.clause(inner, "by", "top 10% by assets"));
                }
                _ => {
                    let found = self.ranked(inner, place, &mut ranked);
                    height = height.max(found.unwrap_or(0));
                    good &= found.is_some();
                }
            }
        }
        let Some(by) = by else {
            self.report(
                Diagnostic::error(codes::MISSING_VALUE, "this does not say by what", span)
                    .help("write `top 10% by assets`, 前列 10% 按 资产"),
            );
            return None;
        };
        let (head, by) = (head?, by?);
        if !good {
            return None;
        }
        let (bottom, count, share) = head;
        let node = ExprNode::Top(Box::new(Top {
            bottom,
            count,
            share,
            by: Box::new(by.expr),
            among: ranked.among.map(Box::new),
            per: ranked.per,
            ties_by_id: ranked.ties_by_id,
        }));
        self.over(node, span, height.max(by.height))
    }

    pub(super) fn top_head(
        &mut self,
        node: Node<'_>,
    ) -> Option<(bool, crate::base::decimal::Decimal, bool)> {
        let mut bottom = false;
        let mut count = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::kw_bottom | Rule::zh_bottom => bottom = true,
                Rule::number => {
                    let share = fold(inner.as_str()).contains('%');
                    count = self.number(&inner).map(|number| (number, share));
                }
                _ => {}
            }
        }
        let (count, share) = count?;
        Some((bottom, count, share))
    }

    /// One of `among F`, `per A`, `ties by id`: its height, `None` when at fault.
    pub(super) fn ranked(
        &mut self,
        node: Node<'_>,
        place: Span,
        ranked: &mut Ranked,
    ) -> Option<u32> {
        let rule = node.as_rule();
        let said = match rule {
            Rule::ties_clause => ranked.ties_by_id,
            Rule::per_clause => !ranked.per.is_empty(),
            _ => ranked.among.is_some(),
        };
        if said {
            let name = self.shown(place);
            self.report(
                Diagnostic::error(codes::SAID_TWICE, format!("{name} says this again"), place)
                    .help("several groupings stand in brackets: `per (branch, city)`"),
            );
            return None;
        }
        let late = match rule {
            Rule::among_clause | Rule::among_part => !ranked.per.is_empty() || ranked.ties_by_id,
            Rule::per_clause => ranked.ties_by_id,
            _ => false,
        };
        if late {
            self.report(
                Diagnostic::error(
                    codes::MISSING_OPERATOR,
                    "these stand in another order",
                    place,
                )
                .help("write `among F`, then `per A`, then `ties by id`"),
            );
            return None;
        }
        match rule {
            Rule::ties_clause => {
                ranked.ties_by_id = true;
                Some(0)
            }
            Rule::per_clause => self.per(node, ranked),
            _ => {
                let part = self.clause(node, "among", "percentile(assets among active)")?;
                ranked.among = Some(part.expr);
                Some(part.height)
            }
        }
    }

    fn per(&mut self, node: Node<'_>, ranked: &mut Ranked) -> Option<u32> {
        let list = node
            .clone()
            .into_inner()
            .find(|inner| inner.as_rule() == Rule::arguments);
        let Some(list) = list else {
            let part = self.clause(node, "per", "rank(assets per branch)")?;
            ranked.per.push(part.expr);
            return Some(part.height);
        };
        let span = self.span(&list);
        let (per, height) = self.plain_list(list)?;
        if per.len() > LIST_ITEMS_MAX {
            self.report(mistake::too_many(span));
            return None;
        }
        ranked.per = per;
        Some(height)
    }

    /// What stands after a word; reported when nothing does.
    pub(super) fn clause(&mut self, node: Node<'_>, word: &str, example: &str) -> Option<Part> {
        let span = self.span(&node);
        let value = node
            .into_inner()
            .find(|inner| matches!(inner.as_rule(), Rule::expr | Rule::bound));
        if value.is_none() {
            self.report(
                Diagnostic::error(
                    codes::MISSING_VALUE,
                    format!("nothing follows `{word}`"),
                    span,
                )
                .help(format!("write `{example}`")),
            );
        }
        self.flat(value?)
    }
}
