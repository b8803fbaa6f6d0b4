//! Tiers: classes by rank. By rank alone they are a `case` over `top` tests of one population; the
//! class that a review gave stands before it. And where a test says that a review placed a customer.

use std::sync::Arc;

use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::{EnumKind, EnumValue, Kind};
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::resolve::field_of;
use super::super::syntax::Assignment;
use super::super::syntax::Name;
use super::super::syntax::score::{Tier, Tiers};
use super::super::typed::{Detail, Node, TiersDetail, Typed};
use super::route::Form;
use super::{Checker, Want, literal};

/// Names of tiers, and of the class that a review gave.
type StoredTiers = Vec<(Arc<str>, Arc<str>)>;

impl Checker<'_> {
    /// The class of a customer, and what it is made of.
    pub(super) fn tiers(
        &mut self,
        name: &str,
        tiers: &Tiers,
        span: Span,
    ) -> Option<(Typed, Detail)> {
        let population = self.grouped_population(&tiers.by, &tiers.per);
        let words = tiers
            .tiers
            .iter()
            .map(|tier| (&tier.name, tier.label.as_ref()));
        let named = self.distinct_classes(words);
        let ordered = self.tiers_in_order(&tiers.tiers, span);
        let keep = self.share_kept(tiers);
        let classes = Arc::new(EnumKind {
            values: tiers
                .tiers
                .iter()
                .map(|tier| EnumValue {
                    name: Arc::from(tier.name.text.as_str()),
                    label: tier
                        .label
                        .as_ref()
                        .map(|label| Arc::from(label.text.as_str())),
                })
                .collect(),
        });
        let (population, (), (), keep) = (population?, named?, ordered?, keep?);
        let kind = Kind::Enum(Arc::clone(&classes));
        let mut detail = TiersDetail {
            classes,
            population,
            reaches: tiers.tiers.iter().map(|tier| tier.top).collect(),
            keep,
            by_rank: Typed {
                node: Node::Missing,
                kind: kind.clone(),
                span,
            },
            sets: Vec::new(),
        };
        detail.by_rank = by_rank(&detail, &tiers.tiers, &kind, span);
        let reviewed = Typed {
            node: Node::Reviewed(Arc::from(name)),
            kind: kind.clone(),
            span,
        };
        let node = Node::Default {
            value: Box::new(reviewed),
            fallback: Box::new(detail.by_rank.clone()),
        };
        let typed = Typed { node, kind, span };
        Some((typed, Detail::Tiers(Box::new(detail))))
    }

    /// Each reaches further down than the one before, and `else` takes the rest.
    fn tiers_in_order(&mut self, tiers: &[Tier], span: Span) -> Option<()> {
        let order = |message, at| {
            Diagnostic::error(codes::TIER_ORDER, message, at)
                .help("write the best first: `diamond: top 1%  gold: top 5%  basic: else`")
        };
        let mut good = true;
        let mut last: Option<Decimal> = None;
        for (at, tier) in tiers.iter().enumerate() {
            let fault = match (tier.top, last) {
                (None, _) if at + 1 < tiers.len() => {
                    "`else` takes everyone, so that the tiers after it stay empty"
                }
                (Some(top), _) if !is_share(top) => "a tier reaches down to a part of all",
                (Some(top), Some(last)) if top.compared(last).is_le() => {
                    "this tier reaches no further than the one before, so that it stays empty"
                }
                _ => {
                    last = tier.top.or(last);
                    continue;
                }
            };
            good = false;
            self.found.push(order(fault, tier.span));
        }
        if good && last.is_none() {
            good = false;
            self.found
                .push(order("none of these tiers has a bound", span));
        }
        good.then_some(())
    }

    fn share_kept(&mut self, tiers: &Tiers) -> Option<Decimal> {
        let Some((keep, span)) = tiers.keep else {
            return Decimal::new(0, 0);
        };
        if is_share(keep) {
            return Some(keep);
        }
        self.fail(
            Diagnostic::error(codes::NUMBER_RANGE, "`keep` is a part of all", span)
                .help("write `keep 2%`"),
        )
    }

    /// Whether a test says by that name where a review placed a customer.
    fn is_of_tiers(&self, name: &Name, form: &Form<'_>) -> bool {
        field_of(form.fields, &name.text).is_none() && self.tiers_named(&name.text).is_some()
    }

    /// `grade = gold`: where the last review placed the customer; and the other assignments.
    pub(super) fn stored_tiers(
        &mut self,
        assignments: &[Assignment],
        form: &Form<'_>,
    ) -> (Option<StoredTiers>, Vec<Assignment>) {
        let (given, others): (Vec<&Assignment>, Vec<&Assignment>) = assignments
            .iter()
            .partition(|it| self.is_of_tiers(&it.name, form));
        let mut tiers = StoredTiers::new();
        let mut sound = true;
        for assignment in given {
            match self.stored_tier(assignment) {
                Some(tier) if tiers.iter().any(|(name, _)| *name == tier.0) => {
                    let name = &assignment.name;
                    let message = format!("`{}` is given twice", name.text);
                    self.found
                        .push(Diagnostic::error(codes::ASSIGNED_TWICE, message, name.span));
                    sound = false;
                }
                Some(tier) => tiers.push(tier),
                None => sound = false,
            }
        }
        let tiers = sound.then_some(tiers);
        (tiers, others.into_iter().cloned().collect())
    }

    fn stored_tier(&mut self, assignment: &Assignment) -> Option<(Arc<str>, Arc<str>)> {
        let (id, kind) = self.tiers_named(&assignment.name.text)?;
        let value = self.infer(&assignment.value, Want::Hint(&kind))?;
        let class = match (&value.node, &kind) {
            (Node::Literal(Value::Enum(code)), Kind::Enum(classes)) if value.kind == kind => {
                classes.values.get(usize::from(*code))
            }
            _ => None,
        };
        let Some(class) = class else {
            return self.fail(
                Diagnostic::error(
                    codes::WANTED_CONSTANT,
                    "where a review placed a customer is one of the tiers",
                    value.span,
                )
                .help("write the tier's name: `grade = gold`"),
            );
        };
        Some((self.definition_name(id)?, Arc::clone(&class.name)))
    }
}

/// Above 0 and at most 1.
fn is_share(share: Decimal) -> bool {
    let one = 10i128.saturating_pow(share.places);
    (1..=one).contains(&share.mantissa)
}

/// The first class that the rank lies within.
fn by_rank(detail: &TiersDetail, tiers: &[Tier], kind: &Kind, span: Span) -> Typed {
    let (mut arms, mut otherwise) = (Vec::new(), None);
    for (at, (code, tier)) in (0u16..).zip(tiers).enumerate() {
        let class = literal(Value::Enum(code), kind.clone(), tier.name.span);
        match detail.within(at, false, tier.span) {
            Some(within) => arms.push((within, class)),
            None => otherwise = Some(Box::new(class)),
        }
    }
    Typed {
        node: Node::Case { arms, otherwise },
        kind: kind.clone(),
        span,
    }
}
