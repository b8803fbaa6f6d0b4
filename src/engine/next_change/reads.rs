//! What an answer reads of the facts and of the clock: enough to say which facts
//! can change it, and when time does. Made from a plan alone.

use std::collections::{BTreeMap, BTreeSet};

use super::term::{Base, Term};
use crate::language::typed::{RelationStep, Subject};
use crate::plan::operation::{Output, Plan, Program, Slot};
use crate::schema::{AttributeId, RelationId};

/// How an answer depends on time, facts dated ahead aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeDependence {
    /// Not at all.
    Never,
    /// On the date in the business zone.
    Date,
    /// On instants within a date, and perhaps on the date too.
    Instants,
}

/// Changes that time brings to all rows at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// At each date change.
    pub date: bool,
    /// At each date change of `now` plus so many seconds.
    pub dates_moved: BTreeSet<i64>,
    /// At instants that are the same for every row.
    pub instants: BTreeSet<Term>,
    /// At any second.
    pub restless: bool,
    /// Whenever rank tables are built anew: at date changes, and as data come.
    pub ranks: bool,
}

/// What an answer reads. Names everything it may depend on, perhaps more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reads {
    /// Its own clock and that of all below.
    pub clock: Clock,
    /// Instants that follow from values of the row.
    pub terms: BTreeSet<Term>,
    /// Attributes.
    pub attributes: BTreeSet<AttributeId>,
    /// Relations to text.
    pub texts: BTreeSet<RelationId>,
    /// Facts, with the instants that follow from each of them.
    pub facts: BTreeMap<Subject, BTreeSet<Term>>,
    /// What is read of customers at the other end of any of some kinds.
    pub relations: Vec<(Vec<RelationStep>, Reads)>,
    /// Gives the slots that terms count from; its outputs are in the order of `slots`.
    pub(super) probe: Option<Plan>,
    /// Slots that terms count from, ascending.
    pub(super) slots: Vec<Slot>,
}

impl Clock {
    /// Whether it never moves.
    pub fn is_still(&self) -> bool {
        *self == Self::default()
    }

    /// Takes in what another does.
    pub(super) fn merge(&mut self, other: &Self) {
        self.date |= other.date;
        self.restless |= other.restless;
        self.ranks |= other.ranks;
        self.dates_moved.extend(&other.dates_moved);
        self.instants.extend(&other.instants);
    }
}

impl Reads {
    /// What some outputs of a plan read together.
    pub fn of<'o>(plan: &Plan, outputs: impl IntoIterator<Item = &'o Output>) -> Self {
        let starts = outputs.into_iter().map(|output| output.slot);
        super::analyst::reads(&plan.program, starts)
    }

    /// How the answer depends on time, facts dated ahead aside.
    pub fn dependence(&self) -> TimeDependence {
        let clock = &self.clock;
        let instants =
            clock.restless || !clock.instants.is_empty() || !clock.dates_moved.is_empty();
        if instants || self.has_terms() {
            TimeDependence::Instants
        } else if clock.date {
            TimeDependence::Date
        } else {
            TimeDependence::Never
        }
    }

    /// Whether any row's instants follow from its values or facts, other than from their being dated ahead.
    pub fn has_terms(&self) -> bool {
        let ahead = Term::At {
            base: Base::At,
            offset: 0,
        };
        !self.terms.is_empty()
            || self
                .facts
                .values()
                .any(|terms| terms.iter().any(|term| *term != ahead))
            || self.relations.iter().any(|(_, other)| other.has_terms())
    }

    /// Makes the plan that gives the slots that terms count from.
    pub(super) fn prepare(&mut self, program: &Program) {
        let bases = self.terms.iter().map(Term::base);
        let slots: BTreeSet<Slot> = bases
            .filter_map(|base| match base {
                Base::Slot(slot) => Some(slot),
                _ => None,
            })
            .collect();
        self.slots = slots.into_iter().collect();
        if self.slots.is_empty() {
            return;
        }
        let outputs = self.slots.iter().map(|slot| Output {
            name: "instant".into(),
            slot: *slot,
            origins: Vec::new(),
        });
        self.probe = Some(Plan {
            program: program.clone(),
            outputs: outputs.collect(),
        });
    }
}
