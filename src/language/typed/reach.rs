//! Which other customers a relation leads to.

use crate::schema::RelationId;

/// One relation in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationStep {
    /// Which kind; its end is a customer.
    pub relation: RelationId,
    /// By its inverse name: to → from.
    pub inverse: bool,
}

/// Customers that some steps lead to, each of any of the kinds. Whoever is asked about is among them
/// only where an edge leads straight back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reach {
    /// One or more, each once.
    pub kinds: Vec<RelationStep>,
    /// At most so many steps; at least 1.
    pub steps: u32,
}

impl From<RelationStep> for Reach {
    fn from(step: RelationStep) -> Self {
        Self {
            kinds: vec![step],
            steps: 1,
        }
    }
}
