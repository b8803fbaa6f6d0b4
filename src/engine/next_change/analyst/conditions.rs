//! What conditions about facts read: those of aggregates, and those of the steps of a
//! sequence.

use std::collections::BTreeSet;

use super::Analyst;
use crate::engine::next_change::nested::{self, spans_of};
use crate::language::typed::Subject;
use crate::plan::operation::{FollowedOp, Op, Program, Slot};

impl<'p> Analyst<'p> {
    /// A condition about facts, and what is handed in to it.
    pub(super) fn condition(&mut self, filter: &'p Program, subject: Subject) {
        for operation in &filter.operations {
            if let Op::Outer(slot) = operation.op {
                self.visit(slot);
            }
        }
        let plain = |op: &Op| !(op.needs_rows() || matches!(op, Op::Bound { .. }));
        if filter.operations.iter().all(|it| plain(&it.op)) {
            self.filter(filter, subject);
        } else {
            nested::read(filter, self.program, &mut self.reads);
        }
    }

    /// Events one after the other.
    pub(super) fn followed(&mut self, followed: &'p FollowedOp) {
        spans_of(followed, &mut self.reads);
        for step in &followed.steps {
            if let Some(filter) = &step.filter {
                self.condition(filter, Subject::Event(step.event));
            }
        }
    }

    /// The condition of an aggregate, over its facts.
    fn filter(&mut self, filter: &'p Program, subject: Subject) {
        let Some(last) = filter
            .operations
            .len()
            .checked_sub(1)
            .and_then(|last| u32::try_from(last).ok())
        else {
            return;
        };
        let mut inner = Analyst {
            program: filter,
            subject: Some(subject),
            seen: BTreeSet::new(),
            reads: std::mem::take(&mut self.reads),
        };
        inner.visit(Slot(last));
        self.reads = inner.reads;
    }
}
