//! One walk over the operations of a program for the lanes of one block: slots on
//! demand, each once. What an operation does to its vectors is said by the kernels;
//! what it reads and when it may be left out is said here.

mod condition;
mod leaf;
mod value;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant as Clock;

use super::aggregate::facts::Table;
use super::block::Block;
use super::cache::Cache;
use super::external::External;
use super::outcome::{RunError, SlotProfile};
use super::relation::Neighbours;
use super::vector::{Place, Vector};
use super::window::{self, Moment, Spans};
use crate::base::kind::Kind;
use crate::base::recursion::deep;
use crate::columns::Snapshot;
use crate::columns::column::Column;
use crate::columns::edge::Edges;
use crate::columns::holding::Holdings;
use crate::language::typed::Given;
use crate::plan::operation::{Op, Operation, Program, Slot, WindowOp};
use crate::schema::{AttributeId, HoldingId, RelationId};

/// What all blocks of one run share. Columns are those of the run's instant.
pub struct Run<'r> {
    /// Over customers.
    pub program: &'r Program,
    /// The facts.
    pub snapshot: &'r Snapshot,
    /// What plugins said.
    pub external: &'r External,
    /// The instant.
    pub moment: Moment<'r>,
    /// What is worked out once.
    pub cache: Cache,
    /// Attributes that the program reads.
    pub attributes: BTreeMap<AttributeId, Arc<Column>>,
    /// Since when attributes have their values, where the program asks.
    pub recorded: BTreeMap<AttributeId, Arc<Column>>,
    /// Relations to text that the program reads.
    pub texts: BTreeMap<RelationId, Arc<Column>>,
    /// Holdings that the program reads.
    pub holdings: BTreeMap<HoldingId, Arc<Holdings>>,
    /// Relations to customers that the program reads.
    pub edges: BTreeMap<RelationId, Arc<Edges>>,
    /// What relations need to know of other customers, by the relation's slot.
    pub neighbours: BTreeMap<Slot, Neighbours>,
    /// Measure each slot.
    pub analyze: bool,
}

impl Run<'_> {
    /// The kind of a customer slot.
    pub fn kind(&self, slot: Slot) -> &Kind {
        let operation = self.program.operations.get(slot.0 as usize);
        operation.map_or(&Kind::Bool, |operation| &operation.kind)
    }
}

/// Facts as lanes, with what their filter reads of their customers.
pub struct FactScope<'b> {
    /// Where they lie.
    pub table: Table<'b>,
    /// Which of them.
    pub place: Place<'b>,
    /// Customer slots, one lane a fact.
    pub outer: Vec<(Slot, Rc<Vector<'b>>)>,
}

/// What lanes are.
enum Scope<'b> {
    Customers(&'b Block<'b>),
    Facts(FactScope<'b>),
}

/// Slots of one program over one block.
pub struct Evaluator<'b> {
    run: &'b Run<'b>,
    program: &'b Program,
    scope: Scope<'b>,
    len: usize,
    memo: Vec<Option<Rc<Vector<'b>>>>,
    /// By slot; empty unless measured.
    pub profile: Vec<SlotProfile>,
    /// What is given of each lane's group in a report.
    pub given: Vec<(Given, Rc<Vector<'b>>)>,
    /// Time that the operations below the present one took.
    below_nanoseconds: u64,
}

impl<'b> Evaluator<'b> {
    /// Over customers.
    pub fn customers(run: &'b Run<'b>, block: &'b Block<'b>) -> Self {
        let measured = if run.analyze {
            run.program.operations.len()
        } else {
            0
        };
        Self {
            profile: vec![SlotProfile::default(); measured],
            ..Self::new(run, run.program, Scope::Customers(block), block.len())
        }
    }

    /// Over facts.
    pub fn facts(run: &'b Run<'b>, program: &'b Program, scope: FactScope<'b>) -> Self {
        let len = scope.place.len();
        Self::new(run, program, Scope::Facts(scope), len)
    }

    fn new(run: &'b Run<'b>, program: &'b Program, scope: Scope<'b>, len: usize) -> Self {
        Self {
            run,
            program,
            scope,
            len,
            memo: vec![None; program.operations.len()],
            profile: Vec::new(),
            given: Vec::new(),
            below_nanoseconds: 0,
        }
    }

    /// How many lanes.
    pub fn lanes(&self) -> usize {
        self.len
    }

    /// The operation of a slot.
    pub fn operation(&self, slot: Slot) -> Result<&'b Operation, RunError> {
        self.program
            .operations
            .get(slot.0 as usize)
            .ok_or(RunError::Malformed("a slot that no operation fills"))
    }

    /// The vector of a slot; worked out when first asked for.
    pub fn slot(&mut self, slot: Slot) -> Result<Rc<Vector<'b>>, RunError> {
        if let Some(Some(known)) = self.memo.get(slot.0 as usize) {
            return Ok(Rc::clone(known));
        }
        let operation = self.operation(slot)?;
        let vector = if self.profile.is_empty() {
            deep(|| self.compute(slot, operation))?
        } else {
            deep(|| self.measured(slot, operation))?
        };
        let vector = Rc::new(vector);
        if let Some(place) = self.memo.get_mut(slot.0 as usize) {
            *place = Some(Rc::clone(&vector));
        }
        Ok(vector)
    }

    /// The slot with its kind.
    fn with_kind(&mut self, slot: Slot) -> Result<(Rc<Vector<'b>>, &'b Kind), RunError> {
        Ok((self.slot(slot)?, &self.operation(slot)?.kind))
    }

    fn measured(&mut self, slot: Slot, operation: &'b Operation) -> Result<Vector<'b>, RunError> {
        let above = std::mem::take(&mut self.below_nanoseconds);
        let start = Clock::now();
        let vector = self.compute(slot, operation)?;
        let spent = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let below = std::mem::replace(&mut self.below_nanoseconds, above + spent);
        let len = self.len as u64;
        if let Some(profile) = self.profile.get_mut(slot.0 as usize) {
            profile.rows += len;
            profile.blocks += 1;
            profile.nanoseconds += spent.saturating_sub(below);
        }
        Ok(vector)
    }

    fn compute(&mut self, slot: Slot, operation: &'b Operation) -> Result<Vector<'b>, RunError> {
        match &operation.op {
            Op::Constant(_)
            | Op::Today
            | Op::Now
            | Op::CustomerId
            | Op::Attribute(_)
            | Op::Recorded(_)
            | Op::RelationTexts(_)
            | Op::Plugin { .. }
            | Op::Ranked(_)
            | Op::Field(_)
            | Op::At
            | Op::Key
            | Op::Outer(_)
            | Op::Given(_) => self.leaf(operation),
            Op::Not(_)
            | Op::And(_)
            | Op::Or(_)
            | Op::AtLeast(..)
            | Op::Compare(..)
            | Op::Between { .. }
            | Op::In { .. }
            | Op::InWindow { .. }
            | Op::TextTest { .. }
            | Op::Matches { .. }
            | Op::SetContains { .. }
            | Op::IsMissing { .. } => Ok(Vector::Truth(self.condition(operation)?)),
            Op::Default(..)
            | Op::If(..)
            | Op::Case(..)
            | Op::Arithmetic(..)
            | Op::Negate(_)
            | Op::Convert(_)
            | Op::DateAdd { .. }
            | Op::DaysBetween(..)
            | Op::Since(..)
            | Op::CountYes(_)
            | Op::Call(..) => self.value(operation),
            Op::Aggregate(_) => self.aggregate(slot, operation),
            Op::Related { .. } | Op::RelatedAggregate { .. } => {
                super::relation::related(self.run, self.block()?, slot, operation)
            }
        }
    }

    /// The customers of the block.
    fn block(&self) -> Result<&'b Block<'b>, RunError> {
        match self.scope {
            Scope::Customers(block) => Ok(block),
            Scope::Facts(_) => Err(RunError::Malformed("a customer's operation among facts")),
        }
    }

    /// The window of each lane.
    pub fn spans(&mut self, window: &WindowOp) -> Result<Spans, RunError> {
        let mut bounds = Vec::new();
        for slot in window::bounds(window) {
            bounds.push(self.with_kind(slot)?);
        }
        let bounds: Vec<_> = bounds
            .iter()
            .map(|(vector, kind)| (&**vector, *kind))
            .collect();
        window::spans(window, &self.run.moment, &bounds, self.len)
    }

    /// What a fact program reads of its customers.
    pub fn outer(
        &mut self,
        filter: Option<&Program>,
    ) -> Result<Vec<(Slot, Rc<Vector<'b>>)>, RunError> {
        let mut outer: Vec<(Slot, Rc<Vector<'b>>)> = Vec::new();
        for operation in filter.iter().flat_map(|program| &program.operations) {
            if let Op::Outer(slot) = operation.op
                && outer.iter().all(|(known, _)| *known != slot)
            {
                outer.push((slot, self.slot(slot)?));
            }
        }
        Ok(outer)
    }

    fn aggregate(&mut self, slot: Slot, operation: &'b Operation) -> Result<Vector<'b>, RunError> {
        let Op::Aggregate(op) = &operation.op else {
            return Err(RunError::Malformed("not an aggregate"));
        };
        let spans = self.spans(&op.window)?.cut(self.run.moment.end());
        let outer = self.outer(op.filter.as_ref())?;
        let block = self.block()?;
        let (vector, cells) =
            super::aggregate::aggregate(self.run, block, op, &operation.kind, &spans, &outer)?;
        if let Some(profile) = self.profile.get_mut(slot.0 as usize) {
            profile.cells_read += cells.read;
            profile.cells_skipped += cells.skipped;
        }
        Ok(vector)
    }
}
