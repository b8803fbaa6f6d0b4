//! A program under construction: each different operation is entered once, and
//! whoever needs it again gets the slot it has.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use super::cost::{self, Estimate};
use super::operation::{AggregateOp, Op, Operation, PairsOp, Program, Slot};
use super::presence::{self, Known};
use super::statistics::Statistics;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::Subject;

/// A program under construction.
pub(super) struct Builder<'s> {
    operations: Vec<Operation>,
    sizes: Vec<Option<f64>>,
    estimates: Vec<Estimate>,
    uses: Vec<usize>,
    slots: HashMap<String, Slot>,
    kinds: Vec<Kind>,
    subject: Option<Subject>,
    statistics: &'s Statistics,
    labels_differ: bool,
}

impl<'s> Builder<'s> {
    /// For customers (`None`) or the facts of a subject.
    pub fn new(subject: Option<Subject>, statistics: &'s Statistics) -> Self {
        Self {
            operations: Vec::new(),
            sizes: Vec::new(),
            estimates: Vec::new(),
            uses: Vec::new(),
            slots: HashMap::new(),
            kinds: Vec::new(),
            subject,
            statistics,
            labels_differ: false,
        }
    }

    /// Keeps operations apart that bring missing values in under different labels, so that
    /// each goes on being blamed under its own.
    #[must_use]
    pub fn keeping_labels(mut self) -> Self {
        self.labels_differ = true;
        self
    }

    /// A builder for the facts of a subject, or for pairs of customers, with the same ways.
    pub fn nested(&self, subject: Option<Subject>) -> Self {
        let mut nested = Self::new(subject, self.statistics);
        nested.labels_differ = self.labels_differ;
        nested
    }

    /// The slot of an operation, entered if it is new. Its inputs are slots of this builder.
    pub fn push(&mut self, op: Op, kind: Kind, label: impl FnOnce() -> Arc<str>) -> Slot {
        let mut key = self.key(&op, &kind);
        let missing = matches!(op, Op::Constant(None));
        if !missing && !self.labels_differ {
            if let Some(slot) = self.slots.get(&key) {
                return *slot;
            }
            let label = label();
            return self.enter(key, op, kind, label);
        }
        let label = label();
        if missing || self.brings_missing(&op, &kind) {
            let _ = write!(key, " {label}");
        }
        match self.slots.get(&key) {
            Some(slot) => *slot,
            None => self.enter(key, op, kind, label),
        }
    }

    /// The slot that reads a slot of the program around this one.
    pub fn outer(&mut self, slot: Slot, around: &Builder) -> Slot {
        self.handed_in(Op::Outer(slot), slot, around)
    }

    /// The slot that reads, at the other customer, a slot of the program around this one.
    pub fn other(&mut self, slot: Slot, around: &Builder) -> Slot {
        self.handed_in(Op::Other(slot), slot, around)
    }

    /// The slot that names a slot of the program around this one for programs inside it.
    pub fn carried(&mut self, slot: Slot, around: &Builder) -> Slot {
        self.handed_in(Op::Carried(slot), slot, around)
    }

    fn handed_in(&mut self, op: Op, slot: Slot, around: &Builder) -> Slot {
        let Some(operation) = around.operation(slot) else {
            return self.push(Op::Constant(None), Kind::Bool, || "missing".into());
        };
        if let Op::Constant(value) = &operation.op {
            return self.push(Op::Constant(value.clone()), operation.kind.clone(), || {
                operation.label.clone()
            });
        }
        let key = format!("{op:?}");
        if let Some(known) = self.slots.get(&key) {
            return *known;
        }
        let entered = Operation {
            op,
            ..operation.clone()
        };
        let size = around.sizes.get(slot.0 as usize).copied().flatten();
        let estimate = Estimate {
            cost: cost::OUTER_COST,
            ..around.estimate(slot)
        };
        self.record(key, entered, size, estimate)
    }

    fn enter(&mut self, key: String, op: Op, kind: Kind, label: Arc<str>) -> Slot {
        let known = self.known();
        let may_miss = presence::may_miss(&op, &kind, &known);
        let size = presence::size(&op, &kind, &known);
        let operation = Operation {
            op,
            kind,
            may_miss,
            label,
        };
        let estimate = cost::estimate(
            &operation,
            &self.operations,
            &self.estimates,
            self.statistics,
        );
        self.record(key, operation, size, estimate)
    }

    fn record(
        &mut self,
        key: String,
        operation: Operation,
        size: Option<f64>,
        estimate: Estimate,
    ) -> Slot {
        let slot = Slot(u32::try_from(self.operations.len()).unwrap_or(u32::MAX));
        self.operations.push(operation);
        self.sizes.push(size);
        self.estimates.push(estimate);
        self.uses.push(0);
        self.slots.insert(key, slot);
        slot
    }

    fn known(&self) -> Known<'_> {
        Known {
            operations: &self.operations,
            sizes: &self.sizes,
            subject: self.subject,
            statistics: self.statistics,
            inputs_present: false,
        }
    }

    fn brings_missing(&self, op: &Op, kind: &Kind) -> bool {
        let known = Known {
            inputs_present: true,
            ..self.known()
        };
        presence::may_miss(op, kind, &known)
    }

    /// The operation in a slot of this builder.
    pub fn operation(&self, slot: Slot) -> Option<&Operation> {
        self.operations.get(slot.0 as usize)
    }

    /// Whether the slot may be missing.
    pub fn may_miss(&self, slot: Slot) -> bool {
        self.operation(slot).is_none_or(|item| item.may_miss)
    }

    /// The value of a constant; `Some(None)` = always missing.
    pub fn constant(&self, slot: Slot) -> Option<Option<&Value>> {
        match self.operation(slot).map(|operation| &operation.op) {
            Some(Op::Constant(value)) => Some(value.as_ref()),
            _ => None,
        }
    }

    /// What a slot is thought to cost and give.
    pub fn estimate(&self, slot: Slot) -> Estimate {
        self.estimates
            .get(slot.0 as usize)
            .copied()
            .unwrap_or_default()
    }

    /// Adds to the count of those who will read a slot.
    pub fn note_uses(&mut self, slot: Slot, uses: usize) {
        if let Some(count) = self.uses.get_mut(slot.0 as usize) {
            *count += uses;
        }
    }

    /// How many operations and outputs read a slot in the plan before the pass, as far as the walk has come.
    pub fn uses(&self, slot: Slot) -> usize {
        self.uses.get(slot.0 as usize).copied().unwrap_or(0)
    }

    /// The program as it stands.
    pub fn program(self) -> Program {
        Program {
            operations: self.operations,
        }
    }

    /// Text that two operations share exactly when they do the same.
    fn key(&mut self, op: &Op, kind: &Kind) -> String {
        let kind = self.kind_number(kind);
        let mut key = format!("{kind} ");
        self.write_op(op, &mut key);
        key
    }

    fn write_op(&mut self, op: &Op, key: &mut String) {
        // Writing to a text cannot fail.
        match op {
            Op::Aggregate(aggregate) => {
                let AggregateOp {
                    function,
                    subject,
                    field,
                    filter,
                    window,
                } = &**aggregate;
                let _ = write!(key, "{function:?} {subject:?} {field:?} {window:?}");
                filter.iter().for_each(|it| self.write_program(it, key));
            }
            Op::Pairs(pairs) => {
                let PairsOp {
                    fold,
                    reach,
                    program,
                    condition,
                    value,
                } = &**pairs;
                let _ = write!(key, "{fold:?} {reach:?} {condition:?} {value:?}");
                self.write_program(program, key);
            }
            Op::Followed(followed) => {
                for step in &followed.steps {
                    let (absent, event, within) = (step.absent, step.event, step.within);
                    let _ = write!(key, "\nstep {absent} {event:?} {within:?}");
                    let filter = step.filter.iter();
                    filter.for_each(|program| self.write_program(program, key));
                }
            }
            op => {
                let _ = write!(key, "{op:?}");
            }
        }
    }

    /// Lines in brackets, so that one program never reads as two.
    fn write_program(&mut self, program: &Program, key: &mut String) {
        key.push('{');
        for operation in &program.operations {
            let kind = self.kind_number(&operation.kind);
            let _ = write!(key, "\n{kind} ");
            self.write_op(&operation.op, key);
        }
        key.push('}');
    }

    fn kind_number(&mut self, kind: &Kind) -> usize {
        match self.kinds.iter().position(|known| known == kind) {
            Some(at) => at,
            None => {
                self.kinds.push(kind.clone());
                self.kinds.len() - 1
            }
        }
    }
}
