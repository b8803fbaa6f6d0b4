//! Other customers and texts at the far ends.

use super::trees::*;
use super::world::{World, money, text};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{AggregateFunction, CompareOp, Node, Quantifier, RelationStep, Typed};
use crate::schema::RelationId;

/// 0 knows a rich one; 1 a poor one and a stranger; 2 a stranger and a rich one; 3 nobody; 4 rich, 5 poor, 6 unknown.
fn circle() -> World {
    let edges = [(0, 4), (0, 5), (1, 5), (1, 6), (2, 6), (2, 4)];
    let world = World::of(7)
        .attribute(4, ASSETS, money(100))
        .attribute(5, ASSETS, money(1));
    edges
        .into_iter()
        .fold(world, |world, (from, to)| world.friend(from, to))
}

fn rich() -> Typed {
    compare(attribute(ASSETS), CompareOp::Greater, literal(money(50)))
}

#[test]
fn any_all_and_none_weigh_the_unknown() {
    let of = |quantifier| circle().verdicts(&friends(quantifier, rich()))[..4].to_vec();
    assert_eq!(
        of(Quantifier::Any),
        [Some(true), None, Some(true), Some(false)]
    );
    assert_eq!(
        of(Quantifier::All),
        [Some(false), Some(false), None, Some(true)]
    );
    assert_eq!(
        of(Quantifier::None),
        [Some(false), None, Some(false), Some(true)]
    );
}

#[test]
fn a_relation_inside_a_relation_goes_one_step_further() {
    let world = circle().friend(6, 0).friend(4, 6);
    let further = friends(Quantifier::Any, friends(Quantifier::Any, rich()));
    assert_eq!(
        world.verdicts(&further),
        [None, None, None, Some(false), None, Some(false), Some(true)]
    );
}

fn folded(function: AggregateFunction, inverse: bool, value: Option<Typed>, kind: Kind) -> Typed {
    typed(
        Node::RelatedAggregate {
            function,
            step: RelationStep { inverse, ..FRIEND },
            value: value.map(Box::new),
            filter: None,
        },
        kind,
    )
}

#[test]
fn each_other_customer_is_folded_once_and_missing_values_are_skipped() {
    let world = circle().friend(0, 4);
    let count = folded(AggregateFunction::Count, false, None, Kind::Int);
    let counts = world.values(&count);
    assert_eq!(
        counts[..4],
        [2, 2, 2, 0].map(|count| Some(Value::Int(count)))
    );
    let sum = folded(
        AggregateFunction::Sum,
        false,
        Some(attribute(ASSETS)),
        Kind::Money,
    );
    let sums = world.values(&sum);
    assert_eq!(sums[..4], [101, 1, 100, 0].map(|units| Some(money(units))));
    let back = folded(AggregateFunction::Count, true, None, Kind::Int);
    assert_eq!(world.values(&back)[4], Some(Value::Int(2)));
    let best = folded(
        AggregateFunction::Max,
        false,
        Some(attribute(ASSETS)),
        Kind::Money,
    );
    assert_eq!(world.values(&best)[3], None);
}

#[test]
fn nobodys_texts_are_an_empty_set() {
    let world = World::of(2).manager(0, "Eva").manager(0, "Adam");
    let managers = typed(
        Node::RelationTexts(RelationId(1)),
        Kind::Set(Kind::Text.into()),
    );
    assert_eq!(
        world.values(&managers),
        [
            Some(Value::Set([text("Adam"), text("Eva")].into())),
            Some(Value::Set([].into()))
        ]
    );
    let hers = condition(Node::SetContains {
        folded: false,
        set: managers.into(),
        member: literal(text("Eva")).into(),
    });
    assert_eq!(world.verdicts(&hers), [Some(true), Some(false)]);
}
