//! Random sequences of events.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{Inner, name, unit};
use crate::base::span::Span;
use crate::language::syntax::*;

/// Any `followed`.
pub fn followed(inner: Inner) -> impl Strategy<Value = ExprNode> {
    let reach = (
        prop_oneof![2 => Just(0i64), 1 => 1i64..100],
        0i64..1000,
        unit(),
    )
        .prop_map(|(low, high, unit)| Reach {
            low,
            high,
            unit,
            span: Span::default(),
        });
    let step = (
        option::of(name()),
        prop::bool::weighted(0.3),
        name(),
        option::of(inner),
        option::of(reach),
    )
        .prop_map(|(name, absent, event, filter, within)| FollowedStep {
            name,
            absent,
            event,
            filter,
            within,
            span: Span::default(),
        });
    vec(step, 1..4).prop_map(ExprNode::Followed)
}
