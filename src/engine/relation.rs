//! Relations: conditions and values are first worked out for the customers at the
//! other end, then carried over the edges. A relation inside such a condition is
//! worked out before it, for the others of the others.

use std::collections::BTreeMap;

use super::block::{Block, Blocks};
use super::evaluate::Run;
use super::gather::{Gathered, Wanted, gather};
use super::outcome::{Rows, RunError, RunOptions};
use super::reach::Ways;
use super::tally::tally;
use super::text::from_values;
use super::vector::{Place, Truth, Vector};
use super::words;
use crate::base::value::Value;
use crate::columns::column::{BLOCK_ROWS, CHUNK_ROWS};
use crate::columns::edge::Edges;
use crate::language::typed::{Quantifier, Reach};
use crate::plan::operation::{Op, Operation, Program, Slot};

/// What is known of other customers for one operation.
#[derive(Debug)]
pub struct Neighbours {
    /// Ascending; `None` = everyone.
    rows: Option<Vec<u32>>,
    /// What is read of them, by slot.
    slots: BTreeMap<Slot, Gathered>,
    /// Of a condition's slot: who says yes and who no, a bit a row of the snapshot; only where many are asked.
    verdicts: Option<(Slot, Verdict)>,
    /// Of a condition over several steps: its answer for the customers asked.
    far: Option<Far>,
}

/// A condition by row: yes, no.
type Verdict = (Vec<u64>, Vec<u64>);

/// Customers for which lookups among a list cost more than a bit for everyone.
const LISTED_SHARE_MIN: usize = 256;

/// Answers of a relation over several steps, before they are turned for `all` and `none`: a bit for each
/// customer asked.
#[derive(Debug)]
struct Far {
    /// Ascending; `None` = everyone.
    rows: Option<Vec<u32>>,
    /// Somebody within reach decides.
    decided: Vec<u64>,
    /// Somebody within reach is unknown.
    open: Vec<u64>,
}

fn index(rows: Option<&Vec<u32>>, row: u32) -> Option<usize> {
    match rows {
        None => Some(row as usize),
        Some(rows) => rows.binary_search(&row).ok(),
    }
}

impl Neighbours {
    /// A slot at one of the others.
    pub fn value(&self, slot: Slot, row: u32) -> Option<Value> {
        let at = index(self.rows.as_ref(), row)?;
        self.slots.get(&slot)?.value(at)
    }

    /// Who gives that verdict, a bit a row; `None` = verdicts do not lie so.
    fn bits(&self, wanted: Option<bool>, rows: usize) -> Option<Vec<u64>> {
        let (_, (yes, no)) = self.verdicts.as_ref()?;
        Some(match wanted {
            Some(true) => yes.clone(),
            Some(false) => no.clone(),
            None => words::not(&words::or(yes, no), rows),
        })
    }

    /// A condition at one of the others; none holds of everybody.
    fn verdict(&self, condition: Option<Slot>, row: u32) -> Option<bool> {
        let Some(slot) = condition else {
            return Some(true);
        };
        if let Some((of, (yes, no))) = &self.verdicts
            && *of == slot
        {
            let at = row as usize;
            return match words::get(yes, at) {
                true => Some(true),
                false => words::get(no, at).then_some(false),
            };
        }
        let at = index(self.rows.as_ref(), row)?;
        match self.slots.get(&slot) {
            Some(Gathered::Condition(condition)) => condition.get(at),
            _ => None,
        }
    }
}

/// The verdicts of a condition as bits of all rows, where many are known.
fn by_row(
    slots: &BTreeMap<Slot, Gathered>,
    condition: Option<Slot>,
    known: Option<&Vec<u32>>,
    rows: usize,
) -> Option<(Slot, Verdict)> {
    let slot = condition?;
    let Gathered::Condition(condition) = slots.get(&slot)? else {
        return None;
    };
    let Some(known) = known else {
        let sides = (condition.yes.words.clone(), condition.no.words.clone());
        return Some((slot, sides));
    };
    if known.len() < rows / LISTED_SHARE_MIN {
        return None;
    }
    let spread = |side: &[u64]| {
        let mut all = words::none(rows);
        for row in words::positions(side).filter_map(|at| known.get(at)) {
            words::set(&mut all, *row as usize);
        }
        all
    };
    Some((
        slot,
        (spread(&condition.yes.words), spread(&condition.no.words)),
    ))
}

/// Whom a relation operation reaches, its condition and its value.
fn parts(op: &Op) -> Option<(Reach, Option<Slot>, Option<Slot>)> {
    match op {
        Op::Related {
            reach, condition, ..
        } => Some((reach.clone(), Some(*condition), None)),
        Op::RelatedAggregate {
            step,
            value,
            filter,
            ..
        } => Some((Reach::from(*step), *filter, *value)),
        _ => None,
    }
}

/// Slots that an operation reads of other customers.
fn read_elsewhere(op: &Op) -> Vec<Slot> {
    match parts(op) {
        Some((_, condition, value)) => condition.into_iter().chain(value).collect(),
        None => op.elsewhere(),
    }
}

/// Operations reading of other customers that the slots reach without going through another one's.
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
            continue;
        }
        if !operation.op.elsewhere().is_empty() {
            found.push(slot);
        }
        open.extend(operation.op.reads());
    }
    found
}

/// Adds rows to those for which an operation is needed.
fn demand(demands: &mut BTreeMap<Slot, Rows>, slot: Slot, rows: &Rows) {
    match demands.get_mut(&slot) {
        None => {
            demands.insert(slot, rows.clone());
        }
        Some(known) => join(known, rows),
    }
}

/// Takes more rows in; lists ascend, each row once.
fn join(known: &mut Rows, more: &Rows) {
    match (&mut *known, more) {
        (Rows::All, _) => {}
        (_, Rows::All) => *known = Rows::All,
        (Rows::List(known), Rows::List(more)) => {
            known.extend(more);
            known.sort_unstable();
            known.dedup();
        }
    }
}

/// Everybody of whom an operation for these rows reads something through other customers' programs:
/// near and far, so that each of its slots is asked once.
fn others(run: &Run<'_>, op: &Op, rows: &Rows) -> Rows {
    let reached = |reach: &Reach| match Ways::new(&run.edges, reach) {
        Some(ways) => ways.others(rows, run.snapshot.rows()),
        None => Rows::List(Vec::new()),
    };
    let (mut found, below) = match op {
        Op::Pairs(pairs) => {
            let near = reached(&pairs.reach);
            (near.clone(), near)
        }
        Op::Aggregate(_) | Op::Followed(_) => (Rows::List(Vec::new()), rows.clone()),
        op => return parts(op).map_or(Rows::List(Vec::new()), |(reach, ..)| reached(&reach)),
    };
    for operation in op.programs().iter().flat_map(|program| &program.operations) {
        if !operation.op.programs().is_empty() {
            let further = crate::base::recursion::deep(|| others(run, &operation.op, &below));
            join(&mut found, &further);
        }
    }
    found
}

/// Works out what the operations reached by `starts`, asked for `rows`, need to know of other customers.
pub fn prepare(
    run: &mut Run<'_>,
    starts: &[Slot],
    rows: &Rows,
    options: &RunOptions,
) -> Result<(), RunError> {
    let program = run.program;
    let rows = match rows {
        Rows::All => Rows::All,
        Rows::List(list) => {
            let mut list = list.clone();
            list.sort_unstable();
            list.dedup();
            Rows::List(list)
        }
    };
    let mut demands = BTreeMap::new();
    for slot in reached(program, starts.iter().copied()) {
        demand(&mut demands, slot, &rows);
    }
    // What an operation reads lies below it, so that going down meets every demand before it is used.
    let mut ready: Vec<(Slot, Rows, Rows)> = Vec::new();
    while let Some((slot, rows)) = demands.pop_last() {
        let Some(operation) = operation(program, slot) else {
            continue;
        };
        let others = others(run, &operation.op, &rows);
        for inner in reached(program, read_elsewhere(&operation.op)) {
            demand(&mut demands, inner, &others);
        }
        ready.push((slot, rows, others));
    }
    for (slot, rows, others) in ready.into_iter().rev() {
        let Some(operation) = operation(program, slot) else {
            continue;
        };
        let mut slots = read_elsewhere(&operation.op);
        slots.sort_unstable();
        slots.dedup();
        let wanted: Vec<Wanted> = slots
            .iter()
            .map(|slot| Wanted {
                slot: *slot,
                origins: Vec::new(),
            })
            .collect();
        let blocks = Blocks::new(&others, run.snapshot.rows())?;
        let gathered = gather(run, &wanted, &blocks, options)?.slots;
        let slots = slots.into_iter().zip(gathered).collect();
        let known = match others {
            Rows::All => None,
            Rows::List(rows) => Some(rows),
        };
        let condition = parts(&operation.op).and_then(|(_, condition, _)| condition);
        let all = run.snapshot.rows() as usize;
        let mut neighbours = Neighbours {
            verdicts: by_row(&slots, condition, known.as_ref(), all),
            slots,
            rows: known,
            far: None,
        };
        neighbours.far = far(run, &operation.op, &neighbours, rows, options)?;
        run.neighbours.insert(slot, neighbours);
    }
    Ok(())
}

/// The answers of a relation over several steps; nothing for other operations.
fn far(
    run: &Run<'_>,
    op: &Op,
    neighbours: &Neighbours,
    asked: Rows,
    options: &RunOptions,
) -> Result<Option<Far>, RunError> {
    let Op::Related {
        quantifier,
        reach,
        condition,
    } = op
    else {
        return Ok(None);
    };
    let Some(ways) = Ways::new(&run.edges, reach).filter(|ways| !ways.is_direct()) else {
        return Ok(None);
    };
    let all = run.snapshot.rows();
    let decisive = *quantifier != Quantifier::All;
    let verdict = |row| neighbours.verdict(Some(*condition), row);
    let any = |wanted: Option<bool>| {
        let bits = neighbours.bits(wanted, all as usize);
        ways.any(&asked, all, (bits, &|row| verdict(row) == wanted), options)
    };
    Ok(Some(Far {
        decided: any(Some(decisive))?,
        open: any(None)?,
        rows: match asked {
            Rows::All => None,
            Rows::List(rows) => Some(rows),
        },
    }))
}

fn operation(program: &Program, slot: Slot) -> Option<&Operation> {
    program.operations.get(slot.0 as usize)
}

/// Gives (lane, other customer) of each edge of one kind of the block, by lane, then by other.
fn each_edge(edges: &Edges, inverse: bool, block: &Block<'_>, mut take: impl FnMut(usize, u32)) {
    let Place::Range { from, .. } = block.place else {
        for lane in 0..block.len() {
            let row = block.row(lane);
            let far = if inverse {
                edges.to(row)
            } else {
                edges.from(row)
            };
            for other in far {
                take(lane, *other);
            }
        }
        return;
    };
    let chunks = if inverse { &edges.into } else { &edges.out };
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
    let unprepared = || RunError::Malformed("a relation that was not prepared");
    let (reach, condition, value) =
        parts(&operation.op).ok_or(RunError::Malformed("not a relation"))?;
    let neighbours = run.neighbours.get(&slot).ok_or_else(unprepared)?;
    let ways = Ways::new(&run.edges, &reach).ok_or_else(unprepared)?;
    let function = match operation.op {
        Op::Related { quantifier, .. } => {
            let mut verdicts = Verdicts::new(quantifier, block.len());
            match &neighbours.far {
                Some(far) => verdicts.far(far, block).ok_or_else(unprepared)?,
                None => {
                    for (edges, inverse) in ways.kinds() {
                        each_edge(edges, *inverse, block, |lane, other| {
                            verdicts.take(lane, neighbours.verdict(condition, other));
                        });
                    }
                }
            }
            return Ok(Vector::Truth(verdicts.finish()));
        }
        Op::RelatedAggregate { function, .. } => function,
        _ => return Err(RunError::Malformed("not a relation")),
    };
    let mut pairs: Vec<(usize, u32)> = Vec::new();
    for (edges, inverse) in ways.kinds() {
        each_edge(edges, *inverse, block, |lane, other| {
            if neighbours.verdict(condition, other) == Some(true) {
                pairs.push((lane, other));
            }
        });
    }
    let mut rest = pairs.as_slice();
    let mut values = Vec::new();
    let results = (0..block.len()).map(|lane| {
        let count = rest.partition_point(|(of, _)| *of <= lane);
        let (own, later) = rest.split_at(count);
        rest = later;
        values.clear();
        if let Some(value) = value {
            let value = |(_, other): &(usize, u32)| neighbours.value(value, *other);
            values.extend(own.iter().filter_map(value));
        }
        tally(function, own.len(), &values, &operation.kind)
    });
    Ok(from_values(results.collect(), &operation.kind))
}

/// any: yes if any yes, else unknown if any unknown, else no; all: no if any no, else unknown if any
/// unknown, else yes, also of nobody; none: not any.
pub struct Verdicts {
    quantifier: Quantifier,
    len: usize,
    /// Lanes with a yes, of `all` with a no.
    decisive: Vec<u64>,
    open: Vec<u64>,
}

impl Verdicts {
    /// Nobody is known yet.
    pub fn new(quantifier: Quantifier, len: usize) -> Self {
        Self {
            quantifier,
            len,
            decisive: words::none(len),
            open: words::none(len),
        }
    }

    /// What the condition says of one of the others of a lane.
    pub fn take(&mut self, lane: usize, verdict: Option<bool>) {
        let is_all = self.quantifier == Quantifier::All;
        self.decided(lane, verdict.map(|yes| yes != is_all));
    }

    /// Whether one of the others of a lane decides.
    fn decided(&mut self, lane: usize, decides: Option<bool>) {
        let set = match decides {
            Some(true) => &mut self.decisive,
            Some(false) => return,
            None => &mut self.open,
        };
        words::set(set, lane);
    }

    /// What several steps lead to, for all lanes; `None` = a customer who was not asked.
    fn far(&mut self, far: &Far, block: &Block<'_>) -> Option<()> {
        if let (None, Place::Range { .. }) = (&far.rows, block.place) {
            let from = block.row(0) as usize;
            self.decisive = words::slice(&far.decided, from, self.len);
            self.open = words::slice(&far.open, from, self.len);
            return Some(());
        }
        for lane in 0..self.len {
            let at = index(far.rows.as_ref(), block.row(lane))?;
            let is_open = words::get(&far.open, at);
            if words::get(&far.decided, at) {
                self.decided(lane, Some(true));
            } else if is_open {
                self.decided(lane, None);
            }
        }
        Some(())
    }

    /// The answers.
    pub fn finish(mut self) -> Truth {
        words::and_not_into(&mut self.open, &self.decisive);
        let known = words::not(&self.open, self.len);
        let truth = Truth::of(
            self.decisive,
            (!words::is_none(&self.open)).then_some(known),
        );
        truth.turned(self.quantifier != Quantifier::Any, self.len)
    }
}
