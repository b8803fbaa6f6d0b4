//! What programs inside an operation are handed from further out: vectors of the program
//! around them, and by which names they know what was worked out of other customers.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::kind::Kind;
use crate::engine::aggregate::facts::LANE_MASK;
use crate::engine::relation::Neighbours;
use crate::engine::vector::Vector;
use crate::plan::operation::{Op, Program, Slot};

/// One slot of the program around, over its lanes.
#[derive(Clone, Debug)]
pub struct Outer<'b> {
    /// Which.
    pub slot: Slot,
    /// Its kind.
    pub kind: &'b Kind,
    /// One lane for each of the program around.
    pub vector: Rc<Vector<'b>>,
}

impl<'b> Outer<'b> {
    /// The same with one lane for each of `lanes`, which name lanes of this one, after the mask; `len`: how
    /// many this one has.
    pub fn gathered<'g>(&self, lanes: &[u16], len: usize) -> Outer<'g>
    where
        'b: 'g,
    {
        let vector = self.vector.gathered(lanes, LANE_MASK, len, self.kind);
        Outer {
            slot: self.slot,
            kind: self.kind,
            vector: Rc::new(vector),
        }
    }
}

/// By which names a program knows slots of the customer program at other customers.
#[derive(Clone, Debug, Default)]
pub struct Around<'b> {
    /// What was worked out of other customers, if anything.
    pub known: Option<&'b Neighbours>,
    /// By slot of this program; `None`: this is the customer program.
    names: Option<Rc<BTreeMap<Slot, Slot>>>,
}

impl<'b> Around<'b> {
    /// Of an operation of the customer program.
    pub fn customers(known: Option<&'b Neighbours>) -> Self {
        Self { known, names: None }
    }

    /// The slot of the customer program that a slot of this one stands for.
    pub fn name(&self, slot: Slot) -> Option<Slot> {
        match &self.names {
            None => Some(slot),
            Some(names) => names.get(&slot).copied(),
        }
    }

    /// Of a program inside this one.
    pub fn inside(&self, program: &Program) -> Self {
        let operations = (0u32..).map(Slot).zip(&program.operations);
        let names = operations.filter_map(|(at, operation)| match operation.op {
            Op::Other(slot) | Op::Carried(slot) => Some((at, self.name(slot)?)),
            _ => None,
        });
        Self {
            known: self.known,
            names: Some(Rc::new(names.collect())),
        }
    }
}
