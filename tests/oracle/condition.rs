//! Random conditions.

use std::sync::Arc;

use tamis::base::kind::Kind;
use tamis::language::typed::{
    AggregateFunction, Choice, CompareOp, Node, Quantifier, Reach, RelationStep, TextOp, Typed,
    Window,
};
use tamis::schema::{RelationEnd, RelationId};

use crate::expression::{date_or_time, expression, leaf, typed};
use crate::facts::{aggregate, filter, window};
use crate::scope::Scope;
use crate::tape::Tape;
use crate::values::{PATTERNS, enum_kind};
use crate::world::field_kinds;

const QUANTIFIERS: [Quantifier; 3] = [Quantifier::Any, Quantifier::All, Quantifier::None];

/// A condition one step deeper than `depth`.
pub fn condition(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let node = match tape.below(17) {
        16 => crate::bound::followed(tape, scope, depth)
            .unwrap_or_else(|| compare(tape, scope, depth)),
        0..4 => compare(tape, scope, depth),
        4 | 5 => logic(tape, scope, depth),
        6 => Node::Not(Box::new(expression(tape, scope, &Kind::Bool, depth))),
        7 => between(tape, scope, depth),
        8 => membership(tape, scope, depth),
        9 => Node::InWindow {
            value: Box::new(date_or_time(tape, scope, depth)),
            window: Box::new(some_window(tape, scope, depth)),
            negated: tape.chance(30),
        },
        10 => text_test(tape, scope, depth),
        11 => set_contains(tape, scope, depth),
        12 => Node::IsMissing {
            value: Box::new({
                let kind = any_kind(tape);
                expression(tape, scope, &kind, depth)
            }),
            negated: tape.chance(50),
        },
        13 => related(tape, scope, depth),
        _ => {
            let function = *tape.one(&[AggregateFunction::Any, AggregateFunction::None]);
            return aggregate(tape, scope, function, None, Kind::Bool, depth);
        }
    };
    typed(node, Kind::Bool)
}

fn any_kind(tape: &mut Tape) -> Kind {
    tape.one(&field_kinds()).clone()
}

fn logic(tape: &mut Tape, scope: Scope, depth: u32) -> Node {
    let parts: Vec<Typed> = (0..2 + tape.below(3))
        .map(|_| expression(tape, scope, &Kind::Bool, depth))
        .collect();
    match tape.below(3) {
        0 => Node::And(parts),
        1 => Node::Or(parts),
        _ => Node::AtLeast {
            count: 1 + tape.below(parts.len() + 1) as u32,
            of: parts,
        },
    }
}

fn ordered_kind(tape: &mut Tape) -> Kind {
    [
        Kind::Int,
        Kind::Money,
        Kind::Number,
        Kind::Date,
        Kind::Time,
        Kind::Text,
    ][tape.below(6)]
    .clone()
}

fn compare(tape: &mut Tape, scope: Scope, depth: u32) -> Node {
    let equality = [CompareOp::Equal, CompareOp::NotEqual];
    let (kind, op) = match tape.below(8) {
        0 => (any_kind(tape), *tape.one(&equality)),
        1 => (Kind::Text, CompareOp::Like),
        _ => {
            let kind = ordered_kind(tape);
            let op = *tape.one(&[
                CompareOp::Less,
                CompareOp::LessEqual,
                CompareOp::Greater,
                CompareOp::GreaterEqual,
                CompareOp::Equal,
                CompareOp::NotEqual,
            ]);
            (kind, op)
        }
    };
    Node::Compare {
        op,
        left: Box::new(expression(tape, scope, &kind, depth)),
        right: Box::new(other_side(tape, scope, &kind, depth)),
    }
}

/// Mostly something simple, as rules are written.
fn other_side(tape: &mut Tape, scope: Scope, kind: &Kind, depth: u32) -> Typed {
    match tape.chance(70) {
        true => leaf(tape, scope, kind),
        false => expression(tape, scope, kind, depth),
    }
}

fn between(tape: &mut Tape, scope: Scope, depth: u32) -> Node {
    let kind = ordered_kind(tape);
    Node::Between {
        value: Box::new(expression(tape, scope, &kind, depth)),
        low: Box::new(other_side(tape, scope, &kind, depth)),
        low_included: tape.chance(70),
        high: Box::new(other_side(tape, scope, &kind, depth)),
        high_included: tape.chance(70),
        negated: tape.chance(30),
    }
}

fn membership(tape: &mut Tape, scope: Scope, depth: u32) -> Node {
    let ranges = tape.chance(50);
    let kind = match ranges {
        true => ordered_kind(tape),
        false => [
            enum_kind(3),
            Kind::Text,
            Kind::Bool,
            enum_kind(300),
            Kind::Int,
        ][tape.below(5)]
        .clone(),
    };
    let choices = (0..1 + tape.below(5))
        .map(|_| match ranges && tape.chance(60) {
            true => range(tape, scope, &kind, depth),
            false => Choice::One(other_side(tape, scope, &kind, depth)),
        })
        .collect();
    Node::In {
        value: Box::new(expression(tape, scope, &kind, depth)),
        choices,
        negated: tape.chance(30),
    }
}

/// With one end at least.
fn range(tape: &mut Tape, scope: Scope, kind: &Kind, depth: u32) -> Choice {
    let ends = tape.below(5);
    Choice::Range {
        low: (ends != 3).then(|| Box::new(other_side(tape, scope, kind, depth))),
        high: (ends != 4).then(|| Box::new(other_side(tape, scope, kind, depth))),
        high_included: tape.chance(60),
    }
}

/// Never `All`, which is no window to be in; `next` only here.
fn some_window(tape: &mut Tape, scope: Scope, depth: u32) -> Window {
    if tape.chance(15) {
        return Window::Next {
            count: tape.between(1, 40),
            unit: *tape.one(&crate::expression::DATE_UNITS),
        };
    }
    match window(tape, scope, depth) {
        Window::All => Window::Last {
            count: 30,
            unit: tamis::base::calendar::Unit::Day,
            whole: false,
        },
        other => other,
    }
}

fn text_test(tape: &mut Tape, scope: Scope, depth: u32) -> Node {
    let folded = tape.chance(40);
    let value = Box::new(expression(tape, scope, &Kind::Text, depth));
    if tape.chance(30) {
        return Node::Matches {
            folded,
            value,
            pattern: Arc::from(*tape.one(&PATTERNS)),
        };
    }
    Node::TextTest {
        op: *tape.one(&[TextOp::Contains, TextOp::StartsWith, TextOp::EndsWith]),
        folded,
        value,
        pattern: Box::new(other_side(tape, scope, &Kind::Text, depth)),
    }
}

fn set_contains(tape: &mut Tape, scope: Scope, depth: u32) -> Node {
    let inner = match tape.below(2) {
        0 => Kind::Text,
        _ => enum_kind(3),
    };
    Node::SetContains {
        folded: inner == Kind::Text && tape.chance(40),
        set: Box::new(expression(
            tape,
            scope,
            &Kind::Set(Arc::new(inner.clone())),
            depth,
        )),
        member: Box::new(other_side(tape, scope, &inner, depth)),
    }
}

/// One relation to customers in one direction, if the schema has any.
pub fn step(tape: &mut Tape, scope: Scope) -> Option<RelationStep> {
    let relations: Vec<RelationId> = scope
        .schema()
        .relations
        .iter()
        .enumerate()
        .filter(|(_, relation)| relation.end == RelationEnd::Customer)
        .map(|(at, _)| RelationId(at as u16))
        .collect();
    if relations.is_empty() {
        return None;
    }
    Some(RelationStep {
        relation: *tape.one(&relations),
        inverse: tape.chance(40),
    })
}

fn related(tape: &mut Tape, scope: Scope, depth: u32) -> Node {
    match step(tape, scope) {
        Some(first) => {
            let mut kinds = vec![first];
            kinds.extend(step(tape, scope).filter(|step| *step != first && tape.chance(30)));
            Node::Related {
                quantifier: *tape.one(&QUANTIFIERS),
                reach: Reach {
                    kinds,
                    steps: *tape.one(&[1, 1, 1, 2, 2, 3]),
                },
                condition: Box::new(filter(tape, scope.of_other(), depth)),
            }
        }
        None => compare(tape, scope, depth),
    }
}
