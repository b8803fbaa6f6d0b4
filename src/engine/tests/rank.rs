//! Rank tables of a few customers, and of many.

use super::trees::*;
use super::world::{World, ask, now, plan};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::Rows;
use crate::engine::outcome::OutputResult;
use crate::engine::rank::{Members, RankTable, Standing};
use crate::language::typed::Figure;

fn ages(world: &World) -> OutputResult {
    let snapshot = world.snapshot();
    let outcome = ask(&plan(&attribute(AGE)), &snapshot, &Rows::All);
    outcome.outputs.into_iter().next().unwrap()
}

fn table(world: &World, ties_by_id: bool) -> RankTable {
    let value = ages(world);
    let members = Members {
        value: &value,
        among: None,
        per: &[],
        ties_by_id,
    };
    RankTable::build(members, &world.snapshot(), now())
}

fn inside(smaller: u32, greater: u32, population: u32) -> Standing {
    Standing::Inside {
        smaller,
        greater,
        population,
    }
}

#[test]
fn values_at_places_are_those_of_whoever_stands_there() {
    let mut world = World::of(5);
    for (row, age) in [(0, 30), (1, 20), (2, 30), (3, 10)] {
        world = world.attribute(row, AGE, Value::Int(age));
    }
    let table = table(&world, false);
    assert_eq!(table.standing(0), inside(2, 0, 4));
    assert_eq!(table.standing(1), inside(1, 2, 4));
    assert_eq!(table.standing(4), Standing::Unknown);
    assert_eq!(table.standing(99), Standing::Unknown);
    let from_above = |place| table.value_at(0, place, false);
    let from_below = |place| table.value_at(0, place, true);
    assert_eq!(from_above(1), Some(Value::Int(30)));
    assert_eq!(from_above(3), Some(Value::Int(20)));
    assert_eq!(from_above(5), None);
    assert_eq!(from_above(0), None);
    assert_eq!(from_below(1), Some(Value::Int(10)));
    assert_eq!(from_below(4), Some(Value::Int(30)));
    assert_eq!(table.value_at(4, 1, false), None);
    assert_eq!(table.figure(Figure::Median), Some(Value::Number(25.0)));
}

#[test]
fn ties_by_id_give_every_place_once() {
    let world = (0..1_000).fold(World::of(1_000), |world, row| {
        world.attribute(row, AGE, Value::Int(i64::from(row % 7)))
    });
    let table = table(&world, true);
    let mut places: Vec<u32> = (0..1_000)
        .map(|row| match table.standing(row) {
            Standing::Inside {
                smaller, greater, ..
            } => {
                assert_eq!(smaller + greater, 999);
                smaller
            }
            other => panic!("{other:?}"),
        })
        .collect();
    places.sort_unstable();
    assert_eq!(places, (0..1_000).collect::<Vec<u32>>());
}

#[test]
fn numbers_are_ordered_as_numbers() {
    let numbers = [-1.5, 0.0, f64::MIN, 3.25, -0.25, f64::MAX];
    let value = OutputResult {
        values: Some(crate::engine::outcome::ResultColumn {
            kind: Kind::Number,
            data: crate::engine::outcome::ResultData::Numbers(numbers.to_vec()),
            presence: crate::columns::bits::Bits {
                words: vec![0b11_1111],
                len: 6,
            },
        }),
        ..OutputResult::default()
    };
    let members = Members {
        value: &value,
        among: None,
        per: &[],
        ties_by_id: false,
    };
    let table = RankTable::build(members, &World::of(6).snapshot(), now());
    let ranks = [0, 1, 2, 3, 4, 5].map(|row| match table.standing(row) {
        Standing::Inside { greater, .. } => greater + 1,
        _ => 0,
    });
    assert_eq!(ranks, [5, 3, 6, 2, 4, 1]);
    assert_eq!(table.value_at(0, 2, false), Some(Value::Number(3.25)));
    assert_eq!(table.value_at(0, 2, true), Some(Value::Number(-1.5)));
    assert_eq!(table.figure(Figure::Min), Some(Value::Number(f64::MIN)));
}
