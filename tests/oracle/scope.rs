//! What a random expression may speak of: whose fields and names stand around it.

use tamis::base::calendar::Zone;
use tamis::language::typed::{Rules, Subject};
use tamis::schema::{Field, Schema};

/// What an expression may speak of.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub rules: &'a Rules,
    pub zone: &'a Zone,
    /// Inside `where`: the fact's kind.
    pub subject: Option<Subject>,
    /// Facts bound around, the outermost first.
    pub bound: [Option<Subject>; BOUND_MAX],
    /// Whether it is about another customer than the one asked about.
    pub other: bool,
}

/// Facts bound inside each other.
pub const BOUND_MAX: usize = 6;

impl<'a> Scope<'a> {
    /// Nobody's, and nothing around.
    pub fn new(rules: &'a Rules, zone: &'a Zone) -> Self {
        Self {
            rules,
            zone,
            subject: None,
            bound: [None; BOUND_MAX],
            other: false,
        }
    }

    /// Inside a condition about a fact, if there is room for one more.
    pub fn about(mut self, subject: Subject) -> Option<Self> {
        *self.bound.iter_mut().find(|fact| fact.is_none())? = Some(subject);
        self.subject = Some(subject);
        Some(self)
    }

    /// The condition of a relation.
    pub fn of_other(self) -> Self {
        Self {
            subject: None,
            other: true,
            ..self
        }
    }

    /// The customer's context.
    pub fn customer(self) -> Self {
        Self {
            subject: None,
            ..self
        }
    }

    /// The kinds of facts.
    pub fn schema(&self) -> &'a Schema {
        &self.rules.schema
    }

    /// Fields of a fact's kind.
    pub fn fields_of(&self, subject: Subject) -> &'a [Field] {
        match subject {
            Subject::Event(id) => &self.rules.schema.events[usize::from(id.0)].fields,
            Subject::Holding(id) => &self.rules.schema.holdings[usize::from(id.0)].fields,
        }
    }
}
