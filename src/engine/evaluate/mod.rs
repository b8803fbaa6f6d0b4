//! One walk over the operations of a program for the lanes of one block: slots on
//! demand, each once. What an operation does to its vectors is said by the kernels;
//! what it reads and when it may be left out is said here.

mod around;
mod condition;
mod leaf;
mod value;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant as Clock;

use super::aggregate::Given;
use super::aggregate::facts::Table;
use super::aggregate::families::Families;
use super::aggregate::sweep::Cells;
use super::aggregate::together::together;
use super::block::Block;
use super::cache::Cache;
use super::external::External;
use super::meter::Meter;
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
use crate::language::typed::{Given as OfGroup, Subfield};
use crate::plan::operation::{Op, Operation, Program, Slot, WindowOp};
use crate::schema::{AttributeId, HoldingId, RelationId};

pub use around::{Around, Outer};

/// Readers of a slot from which on laying its keys out narrowly costs less than it saves.
const NARROW_READERS_MIN: u16 = 4;

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
    /// How many operations read each slot.
    pub readers: Vec<u16>,
    /// Aggregates of the program that are swept together.
    pub families: Families,
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

/// Facts as lanes, with what their filter reads of the program around it.
pub struct FactScope<'b> {
    /// Where they lie.
    pub table: Table<'b>,
    /// Which of them.
    pub place: Place<'b>,
    /// Rows of their customers, one lane a fact; empty where nothing in the filter asks for them.
    pub block: Block<'b>,
    /// Slots of the program around, one lane a fact.
    pub outer: Vec<Outer<'b>>,
    /// Names of what is known of other customers.
    pub around: Around<'b>,
    /// In a sequence: events of earlier steps, one lane a fact.
    pub bound: Option<&'b dyn Bound>,
}

/// Events that earlier steps of a sequence picked.
pub trait Bound {
    /// Something of the event of a step, one lane for each event at hand.
    fn vector(&self, step: u32, take: Subfield, kind: &Kind) -> Vector<'static>;
}

/// Customers with one of their others as lanes.
pub struct PairScope<'b> {
    /// Rows of the others; they may repeat.
    pub block: Block<'b>,
    /// Slots of the program around, one lane a pair.
    pub outer: Vec<Outer<'b>>,
    /// Names of what is known of other customers.
    pub around: Around<'b>,
}

/// What lanes are.
enum Scope<'b> {
    Customers(&'b Block<'b>),
    Facts(FactScope<'b>),
    Pairs(PairScope<'b>),
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
    pub given: Vec<(OfGroup, Rc<Vector<'b>>)>,
    /// Aggregates swept together with one asked before; `None` = each has to be swept alone.
    swept: BTreeMap<Slot, Option<Vector<'b>>>,
    /// Time that the operations below the present one took.
    below_nanoseconds: u64,
    /// What they read.
    below_read: Meter,
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

    /// Over pairs of customers.
    pub fn pairs(run: &'b Run<'b>, program: &'b Program, scope: PairScope<'b>) -> Self {
        let len = scope.block.len();
        Self::new(run, program, Scope::Pairs(scope), len)
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
            swept: BTreeMap::new(),
            below_nanoseconds: 0,
            below_read: Meter::default(),
        }
    }

    /// What all blocks share.
    pub fn run(&self) -> &'b Run<'b> {
        self.run
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
        let vector = Rc::new(if self.is_read_often(slot) {
            vector.narrowed()
        } else {
            vector
        });
        if let Some(place) = self.memo.get_mut(slot.0 as usize) {
            *place = Some(Rc::clone(&vector));
        }
        Ok(vector)
    }

    fn is_read_often(&self, slot: Slot) -> bool {
        let readers = self.run.readers.get(slot.0 as usize);
        matches!(self.scope, Scope::Customers(_))
            && readers.is_some_and(|readers| *readers >= NARROW_READERS_MIN)
    }

    /// The slot with its kind.
    fn with_kind(&mut self, slot: Slot) -> Result<(Rc<Vector<'b>>, &'b Kind), RunError> {
        Ok((self.slot(slot)?, &self.operation(slot)?.kind))
    }

    fn measured(&mut self, slot: Slot, operation: &'b Operation) -> Result<Vector<'b>, RunError> {
        let above = std::mem::take(&mut self.below_nanoseconds);
        let above_read = std::mem::take(&mut self.below_read);
        let (start, before) = (Clock::now(), Meter::now());
        let vector = self.compute(slot, operation)?;
        let spent = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let read = Meter::now() - before;
        let below = std::mem::replace(&mut self.below_nanoseconds, above + spent);
        let below_read = std::mem::replace(&mut self.below_read, above_read + read);
        let own = read - below_read;
        let len = self.len as u64;
        if let Some(profile) = self.profile.get_mut(slot.0 as usize) {
            profile.rows += len;
            profile.blocks += 1;
            profile.bytes += own.bytes;
            profile.rows_spared += own.spared;
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
            | Op::Reviewed(_)
            | Op::RelationTexts(_)
            | Op::Plugin { .. }
            | Op::Ranked(_)
            | Op::Field(_)
            | Op::At
            | Op::Key
            | Op::Bound { .. }
            | Op::Outer(_)
            | Op::Given(_) => self.leaf(operation),
            Op::Other(_) => self.other(slot, operation),
            Op::Carried(_) => Err(RunError::Malformed("a name is no value")),
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
                super::relation::related(self.run, &self.block()?, slot, operation)
            }
            Op::Pairs(pairs) => {
                let outer = self.outer([&pairs.program])?;
                let (block, around) = (self.block()?, self.around(slot));
                let asked = (&**pairs, &operation.kind);
                super::pairs::pairs(self.run, &block, asked, &outer, &around)
            }
            Op::Followed(followed) => {
                let outer = self.outer(operation.op.programs())?;
                let (block, around) = (self.block()?, self.around(slot));
                let (vector, pairs) =
                    super::followed::followed(self.run, &block, followed, &outer, &around)?;
                if let Some(profile) = self.profile.get_mut(slot.0 as usize) {
                    profile.pairs += pairs;
                }
                Ok(vector)
            }
        }
    }

    /// The customer of each lane.
    fn block(&self) -> Result<Block<'b>, RunError> {
        let block = match &self.scope {
            Scope::Customers(block) => **block,
            Scope::Facts(facts) => facts.block,
            Scope::Pairs(pairs) => pairs.block,
        };
        match block.len() == self.len {
            true => Ok(block),
            false => Err(RunError::Malformed("lanes whose customers are not at hand")),
        }
    }

    /// What programs inside an operation know of other customers.
    pub fn around(&self, slot: Slot) -> Around<'b> {
        match &self.scope {
            Scope::Customers(_) => Around::customers(self.run.neighbours.get(&slot)),
            Scope::Facts(facts) => facts.around.clone(),
            Scope::Pairs(pairs) => pairs.around.clone(),
        }
    }

    /// A slot of the customer program at the other customer of each pair.
    fn other(&self, slot: Slot, operation: &Operation) -> Result<Vector<'b>, RunError> {
        let unknown = RunError::Malformed("another customer of whom nothing is known");
        let Scope::Pairs(pairs) = &self.scope else {
            return Err(unknown);
        };
        let named = pairs.around.known.zip(pairs.around.name(slot));
        let (known, named) = named.ok_or(unknown)?;
        let value = |lane| known.value(named, pairs.block.row(lane));
        let values = (0..self.len).map(value).collect();
        Ok(super::text::from_values(values, &operation.kind))
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

    /// What programs inside an operation read of this one.
    pub fn outer<'p>(
        &mut self,
        programs: impl IntoIterator<Item = &'p Program>,
    ) -> Result<Vec<Outer<'b>>, RunError> {
        let mut outer: Vec<Outer<'b>> = Vec::new();
        for operation in programs.into_iter().flat_map(|program| &program.operations) {
            if let Op::Outer(slot) = operation.op
                && outer.iter().all(|known| known.slot != slot)
            {
                let (vector, kind) = self.with_kind(slot)?;
                outer.push(Outer { slot, kind, vector });
            }
        }
        Ok(outer)
    }

    fn aggregate(&mut self, slot: Slot, operation: &'b Operation) -> Result<Vector<'b>, RunError> {
        let Op::Aggregate(op) = &operation.op else {
            return Err(RunError::Malformed("not an aggregate"));
        };
        if let Some(vector) = self.swept_together(slot)? {
            return Ok(vector);
        }
        let spans = self.spans(&op.window)?.cut(self.run.moment.end());
        let outer = self.outer(&op.filter)?;
        let (block, around) = (self.block()?, self.around(slot));
        let given = Given {
            spans: &spans,
            outer: &outer,
            around: &around,
        };
        let kind = &operation.kind;
        let (vector, cells) = super::aggregate::aggregate(self.run, &block, op, kind, given)?;
        self.count_cells(slot, &cells);
        Ok(vector)
    }

    /// An aggregate whose family is swept at once, whoever of it is asked first.
    fn swept_together(&mut self, slot: Slot) -> Result<Option<Vector<'b>>, RunError> {
        let Scope::Customers(_) = self.scope else {
            return Ok(None);
        };
        if !self.swept.contains_key(&slot)
            && let Some(family) = self.run.families.get(slot)
        {
            match together(self.run, &self.block()?, family) {
                Some((vectors, cells)) => {
                    let vectors = vectors.into_iter();
                    self.swept
                        .extend(vectors.map(|(slot, vector)| (slot, Some(vector))));
                    self.count_cells(slot, &cells);
                }
                None => {
                    let slots = family.members.iter();
                    self.swept.extend(slots.map(|member| (member.slot, None)));
                }
            }
        }
        Ok(self.swept.get_mut(&slot).and_then(Option::take))
    }

    fn count_cells(&mut self, slot: Slot, cells: &Cells) {
        if let Some(profile) = self.profile.get_mut(slot.0 as usize) {
            profile.cells_read += cells.read;
            profile.cells_skipped += cells.skipped;
            profile.facts += cells.facts;
            profile.where_facts += cells.judged.facts;
            profile.where_bytes += cells.judged.bytes;
            profile.where_facts_spared += cells.judged.facts_spared;
            profile.where_cells_spared += cells.judged.cells_spared;
        }
    }
}
