//! A checked test: a few customers with their facts, and what is expected of them. Values are
//! expressions that depend on no customer; they are worked out as of the test's instant.

use std::sync::Arc;

use super::Typed;
use crate::base::calendar::Instant;
use crate::base::span::Span;
use crate::schema::{AttributeId, EventId, FieldId, HoldingId, RelationId};

/// A customer of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestCustomer {
    /// Its id, unique in the test.
    pub id: Arc<str>,
    /// From when the attributes hold, Date or Time.
    pub since: Option<Typed>,
    /// Attributes given, of their kinds.
    pub fields: Vec<(AttributeId, Typed)>,
    /// Tiers as reviewed: their name and that of the class.
    pub tiers: Vec<(Arc<str>, Arc<str>)>,
}

/// The far end of a relation.
#[derive(Clone, Debug, PartialEq)]
pub enum TestEnd {
    /// A customer by its place in the test.
    Customer(usize),
    /// A text.
    Text(Arc<str>),
}

/// A fact of a test. Customers by their place in it.
#[derive(Clone, Debug, PartialEq)]
pub enum TestFact {
    /// An event.
    Event {
        /// Which kind.
        event: EventId,
        /// Whose.
        customer: usize,
        /// Date or Time.
        at: Typed,
        /// Int.
        sequence: Option<Typed>,
        /// Fields given, of their kinds.
        fields: Vec<(FieldId, Typed)>,
    },
    /// A holding.
    Holding {
        /// Which kind.
        holding: HoldingId,
        /// Whose.
        customer: usize,
        /// Text; a test's own key when not given.
        key: Option<Typed>,
        /// Date or Time.
        since: Option<Typed>,
        /// Fields given, of their kinds.
        fields: Vec<(FieldId, Typed)>,
    },
    /// An edge.
    Edge {
        /// Which kind.
        relation: RelationId,
        /// From whom.
        from: usize,
        /// To whom or what.
        to: TestEnd,
    },
}

/// What is expected.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// The condition is yes; `negated`: it is no or unknown.
    Holds {
        /// Bool.
        condition: Typed,
        /// `not in`
        negated: bool,
    },
    /// A step of a care plan is taken by the customer.
    Receives {
        /// Its place in [`super::Rules::care`].
        plan: usize,
        /// First name of the step; any when not said.
        step: Option<Arc<str>>,
        /// `does not receive`
        negated: bool,
    },
}

/// One expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Of whom, by its place in the test.
    pub customer: usize,
    /// What.
    pub expected: Expected,
    /// Where.
    pub span: Span,
}

/// A test.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleTest {
    /// What it shows.
    pub name: Arc<str>,
    /// The comment above.
    pub description: Option<Arc<str>>,
    /// When the expectations are looked at.
    pub as_of: Instant,
    /// Customers, in order.
    pub customers: Vec<TestCustomer>,
    /// Facts, in order.
    pub facts: Vec<TestFact>,
    /// Care plans by their place, and when they start.
    pub starts: Vec<(usize, Instant)>,
    /// At least one.
    pub expectations: Vec<Expectation>,
    /// The head.
    pub span: Span,
}
