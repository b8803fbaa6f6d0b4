//! Tiers.

use super::grammar::{Node, Rule};
use super::item::Named;
use super::ranked::Ranked;
use super::reader::Reader;
use super::score_item::Heading;
use super::token::fold;
use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::TIERS_MAX;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::score::{Tier, Tiers};
use crate::language::syntax::{Expr, ItemNode};

const TIER_LINES: &str =
    "tiers such as `gold \"金\": top 5%`, the last `NAME: else`, and `keep 2%`";
const TIERS_FORM: &str = "write `tiers NAME by SCORE { gold: top 5%  basic: else }`";

/// What stands between the brackets.
#[derive(Default)]
struct Body {
    tiers: Vec<Tier>,
    keep: Option<(Decimal, Span)>,
    /// Something in it was reported.
    failed: bool,
}

impl Reader<'_> {
    /// `tiers NAME by SCORE per A { diamond: top 1%  basic: else  keep 2% }`.
    pub(super) fn tiers_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let mut heading = Heading::default();
        let mut ranked = Ranked::default();
        let (mut by, mut body, mut good) = (None, None, true);
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::tiers_by => {
                    self.once(by.is_some(), span);
                    let part = self.clause(node, "by", "tiers grade by value { … }");
                    by = Some(part.map(|part| part.expr));
                }
                Rule::per_clause => good &= self.ranked(node, span, &mut ranked).is_some(),
                Rule::tiers_body => body = Some(self.tiers_body(node)),
                Rule::rest => self.stray(span, None),
                _ => self.heading(node, span, &mut heading),
            }
        }
        let named = self.named(heading.name, heading.label, head);
        let Some(body) = body else {
            return self.no_body(head, TIERS_FORM);
        };
        if by.is_none() {
            self.wanted(head, "this does not say by what", TIERS_FORM);
        }
        if body.tiers.is_empty() && !body.failed {
            self.wanted(
                head,
                "there are no tiers here",
                "write `gold: top 5%  basic: else`",
            );
        }
        if body.tiers.len() > TIERS_MAX {
            self.report(super::mistake::too_many(head));
        }
        let by: Option<Expr> = by?;
        let tiers = Tiers {
            by: by?,
            per: ranked.per,
            tiers: body.tiers,
            keep: body.keep,
        };
        let sound = good && !body.failed;
        let node = ItemNode::Tiers(Box::new(tiers));
        sound.then_some((named?, node))
    }

    fn tiers_body(&mut self, node: Node<'_>) -> Body {
        let mut body = Body::default();
        for line in node.into_inner() {
            let span = self.span(&line);
            match line.as_rule() {
                Rule::tier => {
                    let tier = self.tier(line, span);
                    body.failed |= tier.is_none();
                    body.tiers.extend(tier);
                }
                Rule::keep_line => {
                    self.once(body.keep.is_some(), span);
                    let keep = self.keep(line, span);
                    body.failed |= keep.is_none();
                    body.keep = keep.map(|keep| (keep, span));
                }
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::bad_line => self.bad_line(span, TIER_LINES),
                _ => {}
            }
        }
        body
    }

    fn tier(&mut self, node: Node<'_>, span: Span) -> Option<Tier> {
        let (mut name, mut label, mut top) = (None, None, None);
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::item_name => name = Some(self.name(&inner)),
                Rule::label => label = Some(self.quoted(&inner)),
                Rule::kw_else => top = Some(Some(None)),
                Rule::top_head => {
                    let place = self.span(&inner);
                    let head = self.top_head(inner);
                    let reach = head.and_then(|(bottom, count, share)| {
                        let of_best = !bottom && share;
                        of_best.then_some(count).or_else(|| self.no_share(place))
                    });
                    top = Some(reach.map(Some));
                }
                _ => {}
            }
        }
        let named = self.named(name, label, span);
        let Some(top) = top else {
            self.wanted(
                span,
                "how far this tier reaches is missing",
                "write `NAME: top 5%`, the last `NAME: else`",
            );
            return None;
        };
        let (named, top) = (named?, top?);
        Some(Tier {
            name: named.name,
            label: named.label,
            top,
            span,
        })
    }

    fn keep(&mut self, node: Node<'_>, span: Span) -> Option<Decimal> {
        let number = node.into_inner().find(|it| it.as_rule() == Rule::number);
        let Some(number) = number else {
            self.wanted(span, "a part of all is missing", "write `keep 2%`");
            return None;
        };
        if !fold(number.as_str()).contains('%') {
            return self.no_share(span);
        }
        self.number(&number)
    }

    fn no_share<T>(&mut self, span: Span) -> Option<T> {
        self.report(
            Diagnostic::error(
                codes::NUMBER_RANGE,
                "a tier reaches from the best down to a part of all, and `keep` is such a part",
                span,
            )
            .help("write `gold: top 5%` and `keep 2%`"),
        );
        None
    }
}
