//! Random places among others and figures of all.

use tamis::base::decimal::Decimal;
use tamis::base::kind::Kind;
use tamis::language::typed::{Figure, Node, Population, RankMeasure, RankReach, Typed};

use crate::expression::{expression, typed};
use crate::scope::Scope;
use crate::tape::Tape;
use crate::values::enum_kind;

/// Kinds that customers are ordered by.
const ORDERED: [Kind; 5] = [Kind::Int, Kind::Number, Kind::Money, Kind::Date, Kind::Time];

/// One of that kind, if there is any; about the customer, wherever it stands.
pub fn ranked_of(tape: &mut Tape, scope: Scope, kind: &Kind, depth: u32) -> Option<Typed> {
    let scope = Scope::new(scope.rules, scope.zone);
    let figures: &[Figure] = match kind {
        Kind::Bool => return Some(top(tape, scope, depth)),
        Kind::Int => &[Figure::Count, Figure::Sum, Figure::Min, Figure::Max],
        Kind::Number | Kind::Money => &[
            Figure::Sum,
            Figure::Avg,
            Figure::Min,
            Figure::Max,
            Figure::Median,
            Figure::Stddev,
        ],
        Kind::Date | Kind::Time => &[Figure::Min, Figure::Max],
        Kind::Text | Kind::Enum(_) | Kind::Set(_) => return None,
    };
    let measure = match kind {
        Kind::Int if tape.chance(60) => match tape.below(2) {
            0 => RankMeasure::Rank,
            _ => RankMeasure::Quantile([2, 3, 5, 10][tape.below(4)]),
        },
        Kind::Number if tape.chance(60) => RankMeasure::Percentile,
        _ => RankMeasure::Overall(*tape.one(figures)),
    };
    let RankMeasure::Overall(figure) = measure else {
        let of = tape.one(&ORDERED).clone();
        return Some(of_population(tape, scope, measure, (&of, kind), depth));
    };
    let of = match (figure, kind) {
        (Figure::Count, _) => tape.one(&crate::world::field_kinds()).clone(),
        (Figure::Avg | Figure::Median | Figure::Stddev, Kind::Number) => {
            [Kind::Int, Kind::Number][tape.below(2)].clone()
        }
        (_, kind) => kind.clone(),
    };
    Some(of_population(tape, scope, measure, (&of, kind), depth))
}

fn top(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let share = tape.chance(50);
    let (count, places) = match share {
        true => (i128::from(tape.between(1, 100)), 2),
        false => (i128::from(tape.between(1, 9)), 0),
    };
    let measure = RankMeasure::Top(RankReach {
        bottom: tape.chance(40),
        count: Decimal::new(count, places).unwrap(),
        share,
    });
    let of = tape.one(&ORDERED).clone();
    of_population(tape, scope, measure, (&of, &Kind::Bool), depth)
}

/// `kinds`: of what customers are ordered by, and of the whole.
fn of_population(
    tape: &mut Tape,
    scope: Scope,
    measure: RankMeasure,
    kinds: (&Kind, &Kind),
    depth: u32,
) -> Typed {
    let overall = matches!(measure, RankMeasure::Overall(_));
    let groups = [Kind::Text, enum_kind(3), Kind::Bool, Kind::Int, Kind::Date];
    let per = match overall {
        true => 0,
        false => [0, 0, 1, 2][tape.below(4)],
    };
    let population = Population {
        value: expression(tape, scope, kinds.0, depth),
        among: match tape.chance(40) {
            true => Some(expression(tape, scope, &Kind::Bool, depth)),
            false => None,
        },
        per: (0..per)
            .map(|_| {
                let kind = tape.one(&groups).clone();
                expression(tape, scope, &kind, depth)
            })
            .collect(),
        ties_by_id: !overall && tape.chance(30),
    };
    let node = Node::Ranked {
        measure,
        population: Box::new(population),
    };
    typed(node, kinds.1.clone())
}
