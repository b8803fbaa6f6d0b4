//! Answers of both sides in one form: one value a row, `None` for missing or unknown.

use std::sync::Arc;

use tamis::base::calendar::{Instant, Zone};
use tamis::base::value::Value;
use tamis::columns::{Builder, Snapshot};
use tamis::engine::external::NoPlugins;
use tamis::engine::reference::{People, evaluate_rows};
use tamis::engine::{Outcome, OutputResult, Rows, RunOptions};
use tamis::language::typed::{Rules, Typed};
use tamis::live::run::{Prepared, View};
use tamis::plan::{Asked, Plan, compile};
use tamis::store::fact::Fact;

/// The questions compiled together, unoptimised, named by their number.
pub fn plan(rules: &Rules, questions: &[Typed]) -> Plan {
    let asked: Vec<Asked> = questions
        .iter()
        .enumerate()
        .map(|(at, typed)| Asked {
            name: Arc::from(format!("q{at}")),
            typed,
        })
        .collect();
    compile(rules, &asked)
}

/// All facts at once.
pub fn snapshot(rules: &Rules, zone: &Zone, facts: &[Fact]) -> Snapshot {
    let mut builder = Builder::new(&rules.schema, zone.clone());
    builder.apply(0, facts).unwrap();
    builder.finish()
}

/// The facts in so many pieces, the first built, the others refreshed.
pub fn refreshed(rules: &Rules, zone: &Zone, facts: &[Fact], pieces: usize) -> Snapshot {
    let size = facts.len().div_ceil(pieces).max(1);
    let mut pieces = facts.chunks(size);
    let mut snapshot = snapshot(rules, zone, pieces.next().unwrap_or_default());
    let mut position = size as u64;
    for piece in pieces {
        snapshot = snapshot.refresh(position, piece).unwrap();
        position += piece.len() as u64;
    }
    snapshot
}

/// One run of the engine.
pub fn answer(
    plan: &Plan,
    snapshot: &Snapshot,
    rows: &Rows,
    now: Instant,
    threads: usize,
) -> Outcome {
    let options = RunOptions {
        threads,
        left_aside: true,
        ..RunOptions::default()
    };
    let view = View {
        snapshot,
        plugins: &NoPlugins,
        now,
        ranks: None,
        options: &options,
    };
    Prepared::new(plan.clone()).run(view, rows).unwrap()
}

/// What the engine says of one row.
pub fn given(output: &OutputResult, index: usize) -> Option<Value> {
    match (&output.condition, &output.values) {
        (Some(condition), _) => condition.get(index).map(Value::Bool),
        (None, Some(values)) => values.get(index),
        (None, None) => panic!("an output without an answer"),
    }
}

/// What the reference says of every row.
pub fn expected(
    rules: &Rules,
    people: &dyn People,
    typed: &Typed,
    now: Instant,
    zone: &Zone,
) -> Vec<Option<Value>> {
    let rows: Vec<u32> = (0..people.rows()).collect();
    evaluate_rows(rules, people, &rows, typed, (now, zone))
}

/// Equal to the last bit of a number.
pub fn same(a: &Option<Value>, b: &Option<Value>) -> bool {
    match (a, b) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}
