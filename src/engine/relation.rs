//! Relations: conditions and values are first worked out for the customers at the
//! other end, then carried over the edges. A relation inside such a condition is
//! worked out before it, for the others of the others.

use std::collections::BTreeMap;

use super::block::{Block, Blocks};
use super::evaluate::Run;
use super::gather::{Gathered, Wanted, gather};
use super::outcome::{Rows, RunError, RunOptions};
use super::tally::tally;
use super::text::from_values;
use super::vector::{Place, Truth, Vector};
use super::words;
use crate::base::value::Value;
use crate::columns::column::{BLOCK_ROWS, CHUNK_ROWS};
use crate::columns::edge::Edges;
use crate::language::typed::{Quantifier, RelationStep};
use crate::plan::operation::{Op, Operation, Program, Slot};

/// What is known of the customers at the other end of one relation operation.
#[derive(Debug)]
pub struct Neighbours {
    /// Ascending; `None` = everyone.
    rows: Option<Vec<u32>>,
    /// The condition of `any`, `all`, `none`, or the filter of an aggregate.
    condition: Option<Gathered>,
    /// What an aggregate takes.
    value: Option<Gathered>,
}

impl Neighbours {
    fn index(&self, row: u32) -> Option<usize> {
        match &self.rows {
            None => Some(row as usize),
            Some(rows) => rows.binary_search(&row).ok(),
        }
    }

    fn verdict(&self, row: u32) -> Option<bool> {
        match (&self.condition, self.index(row)) {
            (None, _) => Some(true),
            (Some(Gathered::Condition(condition)), Some(index)) => condition.get(index),
            _ => None,
        }
    }

    fn value(&self, row: u32) -> Option<Value> {
        self.value.as_ref()?.value(self.index(row)?)
    }
}

/// The step and the slots about the others.
fn parts(op: &Op) -> Option<(RelationStep, Option<Slot>, Option<Slot>)> {
    match op {
        Op::Related {
            step, condition, ..
        } => Some((*step, Some(*condition), None)),
        Op::RelatedAggregate {
            step,
            value,
            filter,
            ..
        } => Some((*step, *filter, *value)),
        _ => None,
    }
}

/// Relation operations that the slots reach without going through another one.
fn reached(program: &Program, starts: impl IntoIterator<Item = Slot>) -> Vec<Slot> {
    let mut seen = vec![false; program.operations.len()];
    let mut open: Vec<Slot> = starts.into_iter().collect();
    let mut found = Vec::new();
    while let Some(slot) = open.pop() {
        let at = slot.0 as usize;
        let (Some(operation), Some(seen)) = (program.operations.get(at), seen.get_mut(at)) else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        if parts(&operation.op).is_some() {
            found.push(slot);
        } else {
            open.extend(operation.op.reads());
        }
    }
    found
}

/// Adds rows to those for which a relation is needed.
fn demand(demands: &mut BTreeMap<Slot, Rows>, slot: Slot, rows: &Rows) {
    match (demands.get_mut(&slot), rows) {
        (None, rows) => {
            demands.insert(slot, rows.clone());
        }
        (Some(Rows::All), _) => {}
        (Some(known), Rows::All) => *known = Rows::All,
        (Some(Rows::List(known)), Rows::List(more)) => {
            known.extend(more);
            known.sort_unstable();
            known.dedup();
        }
    }
}

/// Works out what the relations reached by `starts`, asked for `rows`, need to know of other customers.
pub fn prepare(
    run: &mut Run<'_>,
    starts: &[Slot],
    rows: &Rows,
    options: &RunOptions,
) -> Result<(), RunError> {
    let program = run.program;
    let mut demands = BTreeMap::new();
    for slot in reached(program, starts.iter().copied()) {
        demand(&mut demands, slot, rows);
    }
    // What a relation reads lies below it, so that going down meets every demand before it is used.
    let mut ready: Vec<(Slot, Rows)> = Vec::new();
    while let Some((slot, rows)) = demands.pop_last() {
        let Some((step, condition, value)) = operation(program, slot).and_then(|it| parts(&it.op))
        else {
            continue;
        };
        let others = others(run, step, &rows);
        for inner in reached(program, condition.into_iter().chain(value)) {
            demand(&mut demands, inner, &others);
        }
        ready.push((slot, others));
    }
    for (slot, others) in ready.into_iter().rev() {
        let Some((_, condition, value)) = operation(program, slot).and_then(|it| parts(&it.op))
        else {
            continue;
        };
        let wanted: Vec<Wanted> = condition
            .into_iter()
            .chain(value)
            .map(|slot| Wanted {
                slot,
                origins: Vec::new(),
            })
            .collect();
        let blocks = Blocks::new(&others, run.snapshot.rows())?;
        let mut slots = gather(run, &wanted, &blocks, options)?.slots.into_iter();
        let neighbours = Neighbours {
            condition: condition.and_then(|_| slots.next()),
            value: value.and_then(|_| slots.next()),
            rows: match others {
                Rows::All => None,
                Rows::List(rows) => Some(rows),
            },
        };
        run.neighbours.insert(slot, neighbours);
    }
    Ok(())
}

fn operation(program: &Program, slot: Slot) -> Option<&Operation> {
    program.operations.get(slot.0 as usize)
}

/// The customers at the other end, each once, ascending.
fn others(run: &Run<'_>, step: RelationStep, rows: &Rows) -> Rows {
    let Some(edges) = run.edges.get(&step.relation) else {
        return Rows::List(Vec::new());
    };
    let mut found: Vec<u32> = match rows {
        Rows::All => {
            // Seen from the other end the near rows are the others, and they ascend.
            if step.inverse {
                edges.pairs().map(|(near, _)| near).collect()
            } else {
                edges.pairs_back().map(|(near, _)| near).collect()
            }
        }
        Rows::List(list) => {
            let of = |row: &u32| far(edges, step, *row).iter().copied();
            let mut found: Vec<u32> = list.iter().flat_map(of).collect();
            found.sort_unstable();
            found
        }
    };
    found.dedup();
    // Whole runs of rows are cheaper than a list of nearly all of them.
    if found.len() > run.snapshot.rows() as usize / 4 && matches!(rows, Rows::All) {
        return Rows::All;
    }
    Rows::List(found)
}

fn far(edges: &Edges, step: RelationStep, row: u32) -> &[u32] {
    if step.inverse {
        edges.to(row)
    } else {
        edges.from(row)
    }
}

/// Gives (lane, other customer) of each edge of the block, by lane, then by other.
fn each_edge(
    edges: &Edges,
    step: RelationStep,
    block: &Block<'_>,
    mut take: impl FnMut(usize, u32),
) {
    let Place::Range { from, .. } = block.place else {
        for lane in 0..block.len() {
            for other in far(edges, step, block.row(lane)) {
                take(lane, *other);
            }
        }
        return;
    };
    let chunks = if step.inverse {
        &edges.into
    } else {
        &edges.out
    };
    let Some(Some(chunk)) = chunks.get(block.chunk as usize) else {
        return;
    };
    debug_assert!(from < CHUNK_ROWS as usize);
    let range = chunk.block(from / BLOCK_ROWS as usize);
    let rows = chunk.rows.get(range.clone()).unwrap_or_default();
    let others = chunk.others.get(range).unwrap_or_default();
    for (row, other) in rows.iter().zip(others) {
        take(usize::from(*row) - from, *other);
    }
}

/// A relation operation for the lanes of a block.
pub fn related<'a>(
    run: &'a Run<'a>,
    block: &Block<'a>,
    slot: Slot,
    operation: &'a Operation,
) -> Result<Vector<'a>, RunError> {
    let unprepared = RunError::Malformed("a relation that was not prepared");
    let (step, ..) = parts(&operation.op).ok_or(RunError::Malformed("not a relation"))?;
    let known = run.neighbours.get(&slot).zip(run.edges.get(&step.relation));
    let (neighbours, edges) = known.ok_or(unprepared)?;
    if let Op::Related { quantifier, .. } = operation.op {
        return Ok(Vector::Truth(quantified(
            quantifier, neighbours, edges, step, block,
        )));
    }
    let Op::RelatedAggregate { function, .. } = operation.op else {
        return Err(RunError::Malformed("not a relation"));
    };
    let mut pairs: Vec<(usize, u32)> = Vec::new();
    each_edge(edges, step, block, |lane, other| {
        if neighbours.verdict(other) == Some(true) {
            pairs.push((lane, other));
        }
    });
    let mut rest = pairs.as_slice();
    let mut values = Vec::new();
    let results = (0..block.len()).map(|lane| {
        let count = rest.partition_point(|(of, _)| *of <= lane);
        let (own, later) = rest.split_at(count);
        rest = later;
        values.clear();
        values.extend(own.iter().filter_map(|(_, other)| neighbours.value(*other)));
        tally(function, own.len(), &values, &operation.kind)
    });
    Ok(from_values(results.collect(), &operation.kind))
}

/// any: yes if any yes, else unknown if any unknown, else no; all: no if any no, else unknown if any
/// unknown, else yes, also of nobody; none: not any.
fn quantified(
    quantifier: Quantifier,
    neighbours: &Neighbours,
    edges: &Edges,
    step: RelationStep,
    block: &Block<'_>,
) -> Truth {
    let len = block.len();
    let (mut yes, mut no, mut open) = (words::none(len), words::none(len), words::none(len));
    each_edge(edges, step, block, |lane, other| {
        let set = match neighbours.verdict(other) {
            Some(true) => &mut yes,
            Some(false) => &mut no,
            None => &mut open,
        };
        if let Some(word) = set.get_mut(lane / 64) {
            *word |= 1 << (lane % 64);
        }
    });
    let (decisive, is_all) = match quantifier {
        Quantifier::Any | Quantifier::None => (yes, false),
        Quantifier::All => (no, true),
    };
    words::and_not_into(&mut open, &decisive);
    let known = words::not(&open, len);
    let truth = Truth::of(decisive, (!words::is_none(&open)).then_some(known));
    let negated = is_all || quantifier == Quantifier::None;
    truth.turned(negated, len)
}
