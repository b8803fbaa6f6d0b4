//! A fact as the log holds it. Ids of kinds and fields are those of the schema the
//! store was opened with; on disk they are names, so that a schema may grow.

use std::sync::Arc;

use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};

/// Dense number of a customer: the order in which customers entered the log, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Row(pub u32);

/// The far end of an edge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// Another customer.
    Customer(Row),
    /// A text.
    Text(Arc<str>),
}

/// An event as the log holds it: its identity, and its values by field.
pub type Told = (u64, Vec<Option<Value>>);

/// One fact. Its log position is its place in the log, from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A customer enters; `row` is the number of customers before it.
    Customer {
        /// The next row.
        row: Row,
        /// The id given from outside, NFC, unique.
        id: Arc<str>,
    },
    /// Attributes of a customer. `since` none: holds timelessly and replaces what these
    /// attributes held before, dated or not. Dated: holds from `since`; of equal `since` the later in the log wins.
    Attributes {
        /// Whose.
        row: Row,
        /// From when.
        since: Option<Instant>,
        /// Given attributes; `None` clears.
        fields: Vec<(AttributeId, Option<Value>)>,
    },
    /// An event, immutable.
    Event {
        /// Which kind.
        event: EventId,
        /// Whose.
        row: Row,
        /// When.
        at: Instant,
        /// Order within one instant as the source gives it; else the log position decides.
        sequence: Option<i64>,
        /// Hash of its id (or of its content and occurrence): with (row, kind, at) its identity.
        identity: u64,
        /// By `FieldId`, as long as the kind has fields.
        fields: Vec<Option<Value>>,
    },
    /// State of a holding under its key, unique over all customers. `since` as for attributes.
    Holding {
        /// Which kind.
        holding: HoldingId,
        /// Whose from then on.
        row: Row,
        /// The key.
        key: Arc<str>,
        /// From when.
        since: Option<Instant>,
        /// By `FieldId`.
        fields: Vec<Option<Value>>,
    },
    /// An edge. A repeated edge (relation, from, to) counts once; an undated one holds timelessly,
    /// of several dated ones the earliest counts.
    Relation {
        /// Which kind.
        relation: RelationId,
        /// From whom.
        from: Row,
        /// To whom or what.
        to: Target,
        /// From when.
        since: Option<Instant>,
    },
}

impl Fact {
    /// One that says nothing, in the place of one that is lost or erased.
    pub fn nothing(row: Row) -> Fact {
        Fact::Attributes {
            row,
            since: None,
            fields: Vec::new(),
        }
    }
}
