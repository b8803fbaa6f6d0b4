//! Every row by itself: what a report asks of customers or of facts, a batch of lanes at
//! a time, so that what is made of them takes no more room than the result. Grouping is
//! not done here.

use std::rc::Rc;
use std::sync::Arc;

use super::aggregate::facts::LANE_MASK;
use super::aggregate::sweep::{FactLanes, Sweep};
use super::blame;
use super::block::{Block, Blocks};
use super::evaluate::{Around, Evaluator, Run};
use super::external::External;
use super::gather::{check, taken};
use super::outcome::{Rows, RunError, RunOptions};
use super::run::prepared;
use super::text::from_values;
use super::vector::Place;
use super::{pool, window, words};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::columns::Snapshot;
use crate::columns::bits::Bits;
use crate::columns::column::BLOCK_ROWS;
use crate::language::typed::{Given, Subject};
use crate::plan::operation::{FactPlan, Operation, Output, Plan, WindowOp};

pub use super::gather::Gathered;

/// Blocks whose results are held at once.
const BLOCKS_AT_ONCE: usize = 64;

/// What is asked of which rows.
#[derive(Clone, Copy, Debug)]
pub enum RowPlan<'p> {
    /// Of customers.
    Customers(&'p Plan),
    /// Of facts not later than now.
    Facts(&'p FactPlan),
}

impl<'p> RowPlan<'p> {
    /// What is asked of customers, on the way at least.
    pub fn customers(self) -> &'p Plan {
        match self {
            RowPlan::Customers(plan) => plan,
            RowPlan::Facts(plan) => &plan.customers,
        }
    }

    fn outputs(self) -> &'p [Output] {
        match self {
            RowPlan::Customers(plan) => &plan.outputs,
            RowPlan::Facts(plan) => &plan.outputs,
        }
    }
}

/// What the rows are looked at with.
#[derive(Clone, Copy)]
pub struct RowView<'a> {
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// What plugins said of all customers.
    pub external: &'a External,
    /// The instant.
    pub now: Instant,
    /// How to run.
    pub options: &'a RunOptions,
}

/// A batch of rows; what is asked of them is worked out on demand.
pub struct Lanes<'e> {
    evaluator: Evaluator<'e>,
    operations: &'e [Operation],
    outputs: &'e [Output],
    counted: Vec<u64>,
}

impl Lanes<'_> {
    /// How many lanes.
    pub fn len(&self) -> usize {
        self.evaluator.lanes()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lanes that are rows: the others are of hidden customers, or later than now.
    pub fn counted(&self) -> Bits {
        Bits {
            words: self.counted.clone(),
            len: self.len(),
        }
    }

    /// One output over all lanes; lanes that do not count mean nothing.
    pub fn column(&mut self, output: usize) -> Result<Gathered, RunError> {
        let output = self.outputs.get(output);
        let slot = output
            .ok_or(RunError::Malformed("an output that is none"))?
            .slot;
        let vector = self.evaluator.slot(slot)?;
        let operation = self.evaluator.operation(slot)?;
        Ok(taken(&vector, &operation.kind, self.len()))
    }

    /// Whom to blame where that output is missing, among these lanes: labels with their number of lanes.
    pub fn blame(&mut self, output: usize, among: &Bits) -> Result<Vec<(Arc<str>, u64)>, RunError> {
        let output = self.outputs.get(output);
        let output = output.ok_or(RunError::Malformed("an output that is none"))?;
        let vector = self.evaluator.slot(output.slot)?;
        let others = words::not(&among.words, self.len());
        let counts = blame::count(&mut self.evaluator, &vector, &output.origins, Some(&others))?;
        let label = |at: usize| self.operations.get(at).map(|it| Arc::clone(&it.label));
        let blamed = output.origins.iter().zip(counts);
        Ok(blamed
            .filter(|(_, count)| *count > 0)
            .filter_map(|(origin, count)| Some((label(origin.0 as usize)?, count)))
            .collect())
    }

    /// Says what is given of the group of each lane, before anything is asked that reads it.
    pub fn give(&mut self, given: Given, values: Vec<Option<Value>>, kind: &Kind) {
        let vector = Rc::new(from_values(values, kind));
        self.evaluator.given.push((given, vector));
    }
}

/// Takes all rows: each block of customers into a result of its own, these one after the other
/// into `merge`, in an order that does not depend on the threads.
pub fn fold<T: Send>(
    plan: RowPlan<'_>,
    view: RowView<'_>,
    start: &(dyn Fn() -> T + Sync),
    take: &(dyn Fn(&mut T, &mut Lanes<'_>) -> Result<(), RunError> + Sync),
    merge: &mut dyn FnMut(T) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let RowView {
        snapshot,
        external,
        now,
        options,
    } = view;
    let blocks = Blocks::new(&Rows::All, snapshot.rows())?;
    let rows = (&Rows::All, &blocks);
    let mut run = prepared(plan.customers(), snapshot, external, rows, now, options)?;
    if let RowPlan::Facts(plan) = plan
        && let Subject::Holding(id) = plan.subject
    {
        let holdings = run.holdings.entry(id);
        holdings.or_insert_with(|| snapshot.holdings(id, now));
    }
    let run = &run;
    for parts in blocks.parts.chunks(BLOCKS_AT_ONCE) {
        let results = pool::map(options.threads, parts.len(), |at| {
            check(options)?;
            let part = parts.get(at).copied();
            let block = blocks.block(part.ok_or(RunError::Malformed("a block that is none"))?);
            let mut result = start();
            match plan {
                RowPlan::Customers(_) => {
                    let mut lanes = customers(run, plan.outputs(), &block);
                    take(&mut result, &mut lanes)?;
                }
                RowPlan::Facts(plan) => {
                    facts(run, plan, &block, &mut |lanes| take(&mut result, lanes))?
                }
            }
            Ok(result)
        })?;
        results.into_iter().try_for_each(&mut *merge)?;
    }
    Ok(())
}

fn customers<'e>(run: &'e Run<'e>, outputs: &'e [Output], block: &'e Block<'e>) -> Lanes<'e> {
    let mut counted = words::all(block.len());
    if let Some(hidden) = block.lanes_of(run.snapshot.hidden()) {
        words::and_not_into(&mut counted, &hidden);
    }
    Lanes {
        evaluator: Evaluator::customers(run, block),
        operations: &run.program.operations,
        outputs,
        counted,
    }
}

fn facts(
    run: &Run<'_>,
    plan: &FactPlan,
    block: &Block<'_>,
    take: &mut dyn FnMut(&mut Lanes<'_>) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let hidden = block.lanes_of(run.snapshot.hidden());
    let outer = Evaluator::customers(run, block).outer(Some(&plan.facts))?;
    // What is read of other customers is read by the customers' program.
    let around = Around::customers(None);
    let spans = window::spans(&WindowOp::All, &run.moment, &[], block.len())?;
    let spans = spans.cut(run.moment.end());
    let sweep = Sweep {
        run,
        block,
        subject: plan.subject,
        spans: &spans,
        filter: None,
        outer: &outer,
        around: &around,
    };
    sweep.each(false, &mut |batch, _| {
        let len = batch.place.len();
        let mut counted = batch.selected.clone().unwrap_or_else(|| words::all(len));
        if let Some(hidden) = &hidden {
            let of = |lane: u16| words::get(hidden, usize::from(lane & LANE_MASK));
            words::and_not_into(&mut counted, &words::from_slice(batch.lanes, of));
        }
        let facts = FactLanes {
            block,
            lanes: batch.lanes,
            outer: &outer,
            around: &around,
        };
        let rows = facts.rows(&plan.facts);
        let scope = facts.scope(&plan.facts, (batch.table, batch.place), &rows);
        let mut lanes = Lanes {
            evaluator: Evaluator::facts(run, &plan.facts, scope),
            operations: &plan.facts.operations,
            outputs: &plan.outputs,
            counted,
        };
        take(&mut lanes)?;
        Ok(true)
    })?;
    Ok(())
}

/// What is given of each group.
pub type GivenColumns = Vec<(Given, Kind, Vec<Option<Value>>)>;

/// The one output of a plan over what is given of groups, one value a group.
pub fn of_groups(
    plan: &Plan,
    view: RowView<'_>,
    given: &GivenColumns,
    groups: usize,
) -> Result<Vec<Option<Value>>, RunError> {
    let nobody = Blocks::new(&Rows::List(Vec::new()), view.snapshot.rows())?;
    let rows = (&Rows::List(Vec::new()), &nobody);
    let run = prepared(
        plan,
        view.snapshot,
        view.external,
        rows,
        view.now,
        view.options,
    )?;
    let output = plan.outputs.first();
    let slot = output
        .ok_or(RunError::Malformed("the plan gives nothing"))?
        .slot;
    let mut found = Vec::with_capacity(groups);
    while found.len() < groups {
        let from = found.len();
        let len = (groups - from).min(BLOCK_ROWS as usize);
        let block = Block {
            chunk: 0,
            place: Place::Range { from: 0, len },
        };
        let mut evaluator = Evaluator::customers(&run, &block);
        for (given, kind, values) in given {
            let values = values.get(from..from + len).unwrap_or_default();
            let vector = Rc::new(from_values(values.to_vec(), kind));
            evaluator.given.push((*given, vector));
        }
        let vector = evaluator.slot(slot)?;
        let kind = &evaluator.operation(slot)?.kind;
        found.extend((0..len).map(|lane| vector.value(lane, kind)));
    }
    Ok(found)
}
