//! Going through the facts of a block's customers, cell by cell: cells outside the
//! window are passed over, cells inside need no test of time, and of a list of
//! customers only their own facts are touched.

use super::edge_cell::EdgeCell;
use super::facts::{Batch, LANE_MASK, Table};
use crate::columns::cell::{CELL_DAYS, Cell};
use crate::columns::column::BLOCK_ROWS;
use crate::columns::packed::Packed;
use crate::engine::block::Block;
use crate::engine::evaluate::{Around, Bound, Evaluator, FactScope, Outer, Run};
use crate::engine::meter::{self, Meter};
use crate::engine::outcome::RunError;
use crate::engine::vector::{Place, Truth};
use crate::engine::window::{Span, Spans, day_stamp};
use crate::engine::words;
use crate::language::typed::Subject;
use crate::plan::operation::{Program, Slot};

/// Facts evaluated together.
const BATCH_FACTS: usize = BLOCK_ROWS as usize;

/// What is swept.
pub struct Sweep<'e, 'a> {
    /// The run.
    pub run: &'a Run<'a>,
    /// Whose facts.
    pub block: &'e Block<'a>,
    /// Which facts.
    pub subject: Subject,
    /// What each lane sees, already cut at now.
    pub spans: &'e Spans,
    /// Only facts with *yes*.
    pub filter: Option<&'a Program>,
    /// What the filter reads of the program around it.
    pub outer: &'e [Outer<'a>],
    /// What it knows of other customers.
    pub around: &'e Around<'a>,
}

/// Cells gone through and passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    /// Looked into.
    pub read: u64,
    /// Outside the window.
    pub skipped: u64,
    /// Facts of the block in those looked into.
    pub facts: u64,
    /// What the filter read of them.
    pub judged: Judged,
}

/// What a filter read of facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Facts something was read of.
    pub facts: u64,
    /// Bytes of theirs that were read.
    pub bytes: u64,
    /// Facts that were judged by the bounds of their cell alone.
    pub facts_spared: u64,
    /// Cells all of whose facts were.
    pub cells_spared: u64,
}

impl Cells {
    /// Adds those of another sweep.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.skipped += other.skipped;
        self.facts += other.facts;
        self.judged.facts += other.judged.facts;
        self.judged.bytes += other.judged.bytes;
        self.judged.facts_spared += other.judged.facts_spared;
        self.judged.cells_spared += other.judged.cells_spared;
    }
}

/// Facts of one block inside one table.
struct Stretch<'x> {
    place: Place<'x>,
    lanes: &'x [u16],
}

/// What is done with a batch; tells whether more is wanted.
pub type Visit<'v, 'a> =
    dyn FnMut(&mut Batch<'a, '_>, Option<&Truth>) -> Result<bool, RunError> + 'v;

impl<'a> Sweep<'_, 'a> {
    /// Gives each batch of facts in the window (`selected` says which), with the verdicts of the filter,
    /// in order of time or newest cell first.
    pub fn each(&self, newest_first: bool, visit: &mut Visit<'_, 'a>) -> Result<Cells, RunError> {
        let mut cells = Cells::default();
        match self.subject {
            Subject::Event(event) => {
                let events = self.run.snapshot.events(event);
                let of_chunk = events.cells_of(self.block.chunk);
                let (hull, core) = (self.spans.hull(), self.spans.core());
                for at in 0..of_chunk.len() {
                    let at = if newest_first {
                        of_chunk.len() - 1 - at
                    } else {
                        at
                    };
                    let Some(cell) = of_chunk.get(at) else { break };
                    let whole = extent(cell);
                    if hull.from >= whole.to || hull.to <= whole.from {
                        cells.skipped += 1;
                        continue;
                    }
                    cells.read += 1;
                    let timed = core.from > whole.from || core.to < whole.to;
                    let timed = timed.then(|| EdgeCell::new(cell, whole.from, self.spans));
                    let table = Table::Cell { cell, events };
                    cells.facts += self.count(table);
                    if !self.table(table, timed.as_ref(), visit, &mut cells.judged)? {
                        break;
                    }
                }
            }
            Subject::Holding(holding) => {
                if let Some(holdings) = self.run.holdings.get(&holding)
                    && let Some(Some(chunk)) = holdings.chunks.get(self.block.chunk as usize)
                {
                    cells.read += 1;
                    let table = Table::Holdings { chunk, holdings };
                    cells.facts += self.count(table);
                    self.table(table, None, visit, &mut cells.judged)?;
                }
            }
        }
        Ok(cells)
    }

    /// Facts of the block in a table; of a list of customers whatever the table holds.
    fn count(&self, table: Table<'_>) -> u64 {
        let facts = match self.block.place {
            Place::Range { from, .. } => table.block(from / BLOCK_ROWS as usize).len(),
            Place::Picks(_) => table.rows().len(),
        };
        facts as u64
    }

    /// The facts of the block in a table; `timed` where the window has to be tested.
    fn table(
        &self,
        table: Table<'a>,
        timed: Option<&EdgeCell<'_>>,
        visit: &mut Visit<'_, 'a>,
        judged: &mut Judged,
    ) -> Result<bool, RunError> {
        let before = *judged;
        let goes_on = self.stretches(table, timed, visit, judged)?;
        let is_spared = judged.facts == before.facts && judged.facts_spared > before.facts_spared;
        judged.cells_spared += u64::from(is_spared);
        Ok(goes_on)
    }

    fn stretches(
        &self,
        table: Table<'a>,
        timed: Option<&EdgeCell<'_>>,
        visit: &mut Visit<'_, 'a>,
        judged: &mut Judged,
    ) -> Result<bool, RunError> {
        match self.block.place {
            Place::Range { from, .. } => {
                let facts = table.block(from / BLOCK_ROWS as usize);
                let mut start = facts.start;
                while start < facts.end {
                    let len = BATCH_FACTS.min(facts.end - start);
                    let run = Stretch {
                        place: Place::Range { from: start, len },
                        lanes: table.rows().get(start..start + len).unwrap_or_default(),
                    };
                    if !self.batch((table, timed), &run, visit, judged)? {
                        return Ok(false);
                    }
                    start += len;
                }
                Ok(true)
            }
            Place::Picks(rows) => {
                let (mut picks, mut lanes) = (Vec::new(), Vec::new());
                for (lane, row) in (0u16..).zip(rows) {
                    let facts = table.row_range(u16::try_from(*row).unwrap_or(u16::MAX));
                    lanes.extend(facts.clone().map(|_| lane));
                    picks.extend(facts.map(|fact| fact as u32));
                }
                for (picks, lanes) in picks.chunks(BATCH_FACTS).zip(lanes.chunks(BATCH_FACTS)) {
                    let run = Stretch {
                        place: Place::Picks(picks),
                        lanes,
                    };
                    if !self.batch((table, timed), &run, visit, judged)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    fn batch(
        &self,
        (table, timed): (Table<'a>, Option<&EdgeCell<'_>>),
        run: &Stretch<'_>,
        visit: &mut Visit<'_, 'a>,
        judged: &mut Judged,
    ) -> Result<bool, RunError> {
        let selected = timed.map(|cell| cell.inside(run.place, run.lanes));
        if selected.as_deref().is_some_and(words::is_none) {
            return Ok(true);
        }
        let mut batch = Batch {
            table,
            place: run.place,
            lanes: run.lanes,
            selected,
        };
        let Some(filter) = self.filter else {
            meter::read(run.lanes.len(), size_of::<u16>());
            return visit(&mut batch, None);
        };
        let before = Meter::now();
        let verdicts = self.judge(filter, &batch)?;
        let cost = Meter::now() - before;
        let facts = run.lanes.len() as u64;
        if cost.bytes == 0 && cost.spared > 0 {
            judged.facts_spared += facts;
        } else {
            judged.facts += facts;
            judged.bytes += cost.bytes;
        }
        if !words::is_none(&verdicts.yes) {
            meter::read(run.lanes.len(), size_of::<u16>());
        }
        visit(&mut batch, Some(&verdicts))
    }

    fn judge(&self, filter: &Program, batch: &Batch<'_, '_>) -> Result<Truth, RunError> {
        let facts = FactLanes {
            block: self.block,
            lanes: batch.lanes,
            outer: self.outer,
            around: self.around,
        };
        facts.judge(self.run, filter, (batch.table, batch.place), None)
    }
}

/// Facts as lanes of a condition, by the lanes of their customers.
pub struct FactLanes<'e, 'a> {
    /// The customers.
    pub block: &'e Block<'a>,
    /// Of each fact its customer's lane, after [`LANE_MASK`].
    pub lanes: &'e [u16],
    /// What the condition reads of the program around it.
    pub outer: &'e [Outer<'a>],
    /// What it knows of other customers.
    pub around: &'e Around<'a>,
}

impl<'a> FactLanes<'_, 'a> {
    /// What a condition says of facts of one table.
    pub fn judge(
        &self,
        run: &Run<'_>,
        filter: &Program,
        (table, place): (Table<'_>, Place<'_>),
        bound: Option<&dyn Bound>,
    ) -> Result<Truth, RunError> {
        let last = u32::try_from(filter.operations.len())
            .ok()
            .and_then(|count| count.checked_sub(1))
            .ok_or(RunError::Malformed("a filter without operations"))?;
        let rows = self.rows(filter);
        let scope = FactScope {
            bound,
            ..self.scope(filter, (table, place), &rows)
        };
        let verdicts = Evaluator::facts(run, filter, scope).slot(Slot(last))?;
        verdicts.truth().cloned()
    }

    /// Rows of the facts' customers; none where nothing in the program asks for them.
    pub fn rows(&self, program: &Program) -> Vec<u32> {
        if !program.operations.iter().any(|it| it.op.needs_rows()) {
            return Vec::new();
        }
        let row = |lane: &u16| self.block.place.at(usize::from(lane & LANE_MASK)) as u32;
        self.lanes.iter().map(row).collect()
    }

    /// The facts as lanes of a program, with what is read of their customers; `rows` are these.
    pub fn scope<'b>(
        &self,
        program: &Program,
        (table, place): (Table<'b>, Place<'b>),
        rows: &'b [u32],
    ) -> FactScope<'b>
    where
        'a: 'b,
    {
        let outer = self.outer.iter();
        FactScope {
            table,
            place,
            block: Block {
                chunk: self.block.chunk,
                place: Place::Picks(rows),
            },
            outer: outer
                .map(|outer| outer.gathered(self.lanes, self.block.len()))
                .collect(),
            around: self.around.inside(program),
            bound: None,
        }
    }
}

/// Stamps of a cell.
pub fn extent(cell: &Cell) -> Span {
    let first = i64::from(cell.day_start());
    Span {
        from: day_stamp(first),
        to: day_stamp(first + i64::from(CELL_DAYS)),
    }
}

/// Smallest and greatest key of a field over all cells of a chunk.
pub fn bounds<'p>(fields: impl Iterator<Item = Option<&'p Packed>>) -> Option<(i64, i64)> {
    let bounds = fields.flatten().filter_map(|packed| packed.bounds);
    bounds.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
}
