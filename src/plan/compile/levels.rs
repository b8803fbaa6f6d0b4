//! Programs under construction inside each other: the customer program is level 0, one
//! that an operation of level n holds is level n + 1. Values go inwards level by level.

use super::super::builder::Builder;
use super::super::operation::{Program, Slot};
use crate::language::typed::Subject;

/// The customer program and what is open inside it.
pub(super) struct Levels<'s> {
    customers: Builder<'s>,
    inner: Vec<Builder<'s>>,
}

impl<'s> Levels<'s> {
    /// Nothing is open.
    pub fn new(customers: Builder<'s>) -> Self {
        Self {
            customers,
            inner: Vec::new(),
        }
    }

    /// The innermost level.
    pub fn top(&self) -> usize {
        self.inner.len()
    }

    /// The program of a level.
    pub fn builder(&mut self, level: usize) -> &mut Builder<'s> {
        let inner = level.checked_sub(1).and_then(|at| self.inner.get_mut(at));
        inner.unwrap_or(&mut self.customers)
    }

    /// A level with the one around it.
    fn pair(&mut self, level: usize) -> Option<(&mut Builder<'s>, &Builder<'s>)> {
        let at = level.checked_sub(1)?;
        let (around, within) = self.inner.split_at_mut_checked(at)?;
        let around = around.last().unwrap_or(&self.customers);
        Some((within.first_mut()?, around))
    }

    /// Opens a program inside the innermost one: about facts, or about pairs of customers.
    pub fn open(&mut self, subject: Option<Subject>) -> usize {
        let around = self.inner.last().unwrap_or(&self.customers);
        let within = around.nested(subject);
        self.inner.push(within);
        self.top()
    }

    /// Ends the innermost program.
    pub fn close(&mut self) -> Program {
        self.inner
            .pop()
            .map_or_else(Program::default, Builder::program)
    }

    /// Puts what lies inside a level aside.
    pub fn cut(&mut self, level: usize) -> Vec<Builder<'s>> {
        self.inner.split_off(level.min(self.inner.len()))
    }

    /// Takes up what was put aside.
    pub fn resume(&mut self, waiting: Vec<Builder<'s>>) {
        self.inner.extend(waiting);
    }

    /// A slot of one level as a slot of a level inside it.
    pub fn hand_in(&mut self, slot: Slot, from: usize, to: usize) -> Slot {
        let mut slot = slot;
        for level in from + 1..=to {
            if let Some((within, around)) = self.pair(level) {
                slot = within.outer(slot, around);
            }
        }
        slot
    }

    /// A slot of the customer program as a slot of a level about pairs, read at the other customer.
    pub fn elsewhere(&mut self, slot: Slot, to: usize) -> Slot {
        let mut slot = slot;
        for level in 1..=to {
            if let Some((within, around)) = self.pair(level) {
                slot = match level == to {
                    true => within.other(slot, around),
                    false => within.carried(slot, around),
                };
            }
        }
        slot
    }

    /// The customer program.
    pub fn into_customers(self) -> Builder<'s> {
        self.customers
    }
}
