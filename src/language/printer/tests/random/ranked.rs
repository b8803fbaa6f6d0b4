//! Random `top 10% by x`, and among whom.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{Inner, decimal};
use crate::base::decimal::Decimal;
use crate::language::syntax::*;

/// Any `top` or `bottom`.
pub fn top(inner: Inner) -> impl Strategy<Value = ExprNode> {
    (
        any::<bool>(),
        decimal(),
        any::<bool>(),
        inner.clone().prop_map(Box::new),
        clauses(inner.clone()),
    )
        .prop_map(|(bottom, count, share, by, (among, per, ties_by_id))| {
            let count = count.mantissa.abs();
            ExprNode::Top(Box::new(Top {
                bottom,
                count: Decimal::new(count, if share { 2 } else { 0 }).unwrap(),
                share,
                by,
                among,
                per,
                ties_by_id,
            }))
        })
}

/// `among`, `per`, `ties by id`.
pub type Ranked = (Option<Box<Expr>>, Vec<Expr>, bool);

pub fn clauses(inner: Inner) -> impl Strategy<Value = Ranked> {
    (
        option::weighted(0.2, inner.clone().prop_map(Box::new)),
        prop_oneof![4 => Just(Vec::new()), 1 => vec(inner, 1..3)],
        prop::bool::weighted(0.2),
    )
}
