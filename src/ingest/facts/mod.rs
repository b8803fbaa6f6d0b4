//! Facts that stream in as lines of JSON: cut and checked in the caller's thread
//! ([`parse_lines`]), then held against schema and data by the one thread that writes
//! ([`Resolver`]). Nothing here writes to the store; each line has its own outcome.

pub(super) mod calendar;
mod events;
pub mod fault;
pub(super) mod json;
mod line;
mod made;
mod names;
mod place;
mod resolver;
#[cfg(test)]
mod tests;
mod value;

use std::sync::Arc;

pub use fault::LineFault;
pub use json::Json;
pub use line::{ParsedLine, parse_lines};
pub use made::Made;
pub use resolver::{ResolveError, Resolver};

/// Which facts the lines of a request are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncomingKind {
    /// `{"id", "since"?, ATTRIBUTE: VALUE…}`
    Customers,
    /// `{"event", "customer", "at", "id"?, FIELD: VALUE…}`
    Events,
    /// `{"holding", "customer", "key", "since"?, FIELD: VALUE…}`
    Holdings,
    /// `{"relation", "from", "to", "since"?}`
    Relations,
}

/// A field as it was sent: its name, NFC, and its value.
pub type Sent = (Box<str>, Json);

/// One line of a request, before names and values are held against a schema. Ids are NFC, not
/// empty, and hold no control characters; instants are texts still.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// A customer and what is known of it.
    Customer {
        /// Its id.
        id: Arc<str>,
        /// From when the attributes hold.
        since: Option<Box<str>>,
        /// Attributes; null clears.
        fields: Vec<Sent>,
    },
    /// An event.
    Event {
        /// Name or label of its kind.
        event: Box<str>,
        /// Whose.
        customer: Arc<str>,
        /// When.
        at: Box<str>,
        /// Its id.
        id: Option<Arc<str>>,
        /// Fields; null is missing.
        fields: Vec<Sent>,
    },
    /// A state of a holding.
    Holding {
        /// Name or label of its kind.
        holding: Box<str>,
        /// Whose from then on.
        customer: Arc<str>,
        /// Its key.
        key: Arc<str>,
        /// From when.
        since: Option<Box<str>>,
        /// The whole state; null, and what is not given, is missing.
        fields: Vec<Sent>,
    },
    /// An edge.
    Relation {
        /// Name or label of its kind.
        relation: Box<str>,
        /// From whom.
        from: Arc<str>,
        /// To whom or what.
        to: Arc<str>,
        /// From when.
        since: Option<Box<str>>,
    },
    /// A fact that was made of a record: of ids of kinds and fields in the place of names.
    Made(Box<Made>),
}

/// What became of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineOutcome {
    /// It says something new.
    Accepted,
    /// All it says holds already.
    Repeated,
    /// Nothing of it is taken.
    Rejected(LineFault),
}
