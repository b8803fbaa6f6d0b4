//! Operations that hold programs of their own: pairs of customers, sequences of events,
//! and beside them aggregates. A program inside another one reads the slots of the one
//! around it, and of nobody further out: values are handed inwards level by level.

use super::inputs;
use super::operation::{Op, Program, Slot};
use crate::language::typed::{AggregateFunction, Quantifier, Reach, Within};
use crate::schema::EventId;

/// Other customers of each row, where what is asked of them also depends on the row.
#[derive(Clone, Debug, PartialEq)]
pub struct PairsOp {
    /// What becomes of them.
    pub fold: PairsFold,
    /// Which.
    pub reach: Reach,
    /// Over pairs of a row and one of its others. [`Op::Outer`] reads the row, [`Op::Other`] the other one.
    pub program: Program,
    /// Bool slot of the program; `None` = every pair counts.
    pub condition: Option<Slot>,
    /// Slot of the program.
    pub value: Option<Slot>,
}

/// How pairs become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairsFold {
    /// any, all, none
    Quantified(Quantifier),
    /// count, sum …
    Aggregate(AggregateFunction),
}

impl PairsOp {
    /// Slots of the program that it reads.
    pub fn roots(&self) -> Vec<Slot> {
        self.condition.into_iter().chain(self.value).collect()
    }
}

/// Events one after the other: Bool, never unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowedOp {
    /// Two or more; the first is never absent.
    pub steps: Vec<StepOp>,
}

/// One step of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct StepOp {
    /// `no`
    pub absent: bool,
    /// Events of which kind.
    pub event: EventId,
    /// Over events of that kind; its last operation is the condition (Bool). [`Op::Bound`] reads the
    /// events of earlier steps.
    pub filter: Option<Program>,
    /// How far from the event before.
    pub within: Option<Within>,
    /// Whether the condition as written speaks of other steps' events, whatever is left of it.
    pub names_others: bool,
}

impl StepOp {
    /// Earlier steps whose events the condition reads, ascending, each once.
    pub fn reads(&self) -> Vec<u32> {
        let operations = self.filter.iter().flat_map(|program| &program.operations);
        let mut found: Vec<u32> = operations
            .filter_map(|operation| match operation.op {
                Op::Bound { step, .. } => Some(step),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Op {
    /// The programs inside it, one level down.
    pub fn programs(&self) -> Vec<&Program> {
        match self {
            Op::Aggregate(aggregate) => aggregate.filter.iter().collect(),
            Op::Pairs(pairs) => vec![&pairs.program],
            Op::Followed(followed) => {
                let filters = followed.steps.iter().map(|step| step.filter.as_ref());
                filters.flatten().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether lanes of it have to know their customer's row: what is not read of the fact at hand
    /// or handed in.
    pub fn needs_rows(&self) -> bool {
        matches!(self, Op::Aggregate(_) | Op::Pairs(_) | Op::Followed(_))
    }

    /// Slots that the programs inside read of the rows at hand.
    pub fn outer(&self) -> Vec<Slot> {
        self.handed_in(|op| match op {
            Op::Outer(slot) => Some(*slot),
            _ => None,
        })
    }

    /// Slots that the programs inside read of other customers, however deep.
    pub fn elsewhere(&self) -> Vec<Slot> {
        self.handed_in(|op| match op {
            Op::Other(slot) | Op::Carried(slot) => Some(*slot),
            _ => None,
        })
    }

    fn handed_in(&self, slot: impl Fn(&Op) -> Option<Slot>) -> Vec<Slot> {
        let programs = self.programs().into_iter();
        let operations = programs.flat_map(|program| &program.operations);
        operations
            .filter_map(|operation| slot(&operation.op))
            .collect()
    }

    /// Calls `visit` with every operation inside, however deep.
    pub fn each_inside<'p>(&'p self, visit: &mut dyn FnMut(&'p Op)) {
        for program in self.programs() {
            for operation in &program.operations {
                visit(&operation.op);
                operation.op.each_inside(visit);
            }
        }
    }
}

/// The same program over other slots of the one around it.
fn moved(program: &Program, map: &mut dyn FnMut(Slot) -> Slot) -> Program {
    let operations = program.operations.iter().map(|operation| {
        let mut operation = operation.clone();
        if let Op::Outer(slot) | Op::Other(slot) | Op::Carried(slot) = &mut operation.op {
            *slot = map(*slot);
        }
        operation
    });
    Program {
        operations: operations.collect(),
    }
}

/// The operation with the programs inside it over other slots of the one around them, and its window.
pub(super) fn map_nested(op: Op, map: &mut dyn FnMut(Slot) -> Slot) -> Op {
    match op {
        Op::Aggregate(mut aggregate) => {
            aggregate.window = inputs::map_window(&aggregate.window, map);
            aggregate.filter = aggregate.filter.map(|program| moved(&program, map));
            Op::Aggregate(aggregate)
        }
        Op::Pairs(mut pairs) => {
            pairs.program = moved(&pairs.program, map);
            Op::Pairs(pairs)
        }
        Op::Followed(mut followed) => {
            for step in &mut followed.steps {
                step.filter = step.filter.take().map(|program| moved(&program, map));
            }
            Op::Followed(followed)
        }
        other => other,
    }
}
