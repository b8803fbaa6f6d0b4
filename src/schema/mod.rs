//! What a customer, an event, a holding and a relation have: names, labels,
//! kinds, parts played. Plain data made by `language` from rule files and read by
//! everyone; holds no facts and no expressions.

use std::sync::Arc;

use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::span::Span;

/// Index into [`Schema::attributes`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct AttributeId(pub u16);
/// Index into [`Schema::events`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct EventId(pub u16);
/// Index into [`Schema::holdings`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct HoldingId(pub u16);
/// Index into [`Schema::relations`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RelationId(pub u16);
/// Index into the fields of one event or holding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FieldId(pub u16);

/// What an attribute stands for beyond its kind: `as email`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    /// an address for mail
    Email,
    /// a number to call
    Phone,
    /// may be contacted for marketing
    Consent,
    /// must not be contacted
    DoNotContact,
    /// the customer's own zone
    TimeZone,
    /// the customer's own language
    Language,
    /// the branch that serves
    Branch,
    /// the person in charge
    Manager,
}

/// A field of the customer, an event or a holding.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// First name; answers use it.
    pub name: Arc<str>,
    /// Second name, in quotes after the first.
    pub label: Option<Arc<str>>,
    /// The comment above, if any.
    pub description: Option<Arc<str>>,
    /// Kind of its values.
    pub kind: Kind,
    /// Personal data: left out of logs and samples.
    pub sensitive: bool,
    /// The part it plays (customers only).
    pub part: Option<Part>,
    /// Where it is declared.
    pub span: Span,
}

/// A dated fact's kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// The comment above, if any.
    pub description: Option<Arc<str>>,
    /// Fields beside the built-in `at` and `id`.
    pub fields: Vec<Field>,
    /// Where it is declared.
    pub span: Span,
}

/// A kind of fact with a key and a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// The comment above, if any.
    pub description: Option<Arc<str>>,
    /// What its key is called in rules; its kind is text.
    pub key: Arc<str>,
    /// Fields beside the key and the built-in `at` (= `since`).
    pub fields: Vec<Field>,
    /// Where it is declared.
    pub span: Span,
}

/// What lies at the other end of a relation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RelationEnd {
    /// another customer
    Customer,
    /// a text; such a relation reads as a set of text
    Text,
}

/// A directed edge's kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// First name: from → to.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// The comment above, if any.
    pub description: Option<Arc<str>>,
    /// Name of the other direction, to → from.
    pub inverse: Option<Arc<str>>,
    /// Second name of the other direction.
    pub inverse_label: Option<Arc<str>>,
    /// The other end.
    pub end: RelationEnd,
    /// Where it is declared.
    pub span: Span,
}

/// What `settings` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// IANA name; `Asia/Shanghai` unless said.
    pub time_zone: String,
    /// `clock starts`: the instant a demo or test clock stands at; `None` = the real clock.
    pub clock_starts: Option<Instant>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_zone: "Asia/Shanghai".to_owned(),
            clock_starts: None,
        }
    }
}

/// All kinds of facts a rule set knows. Ids are positions in these lists.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Schema {
    /// Zone and clock.
    pub settings: Settings,
    /// Second name of `customer` itself.
    pub customer_label: Option<Arc<str>>,
    /// Fields of the customer beside the built-in `id`.
    pub attributes: Vec<Field>,
    /// Event kinds.
    pub events: Vec<Event>,
    /// Holding kinds.
    pub holdings: Vec<Holding>,
    /// Relation kinds.
    pub relations: Vec<Relation>,
}

impl Schema {
    /// The same without what only describes: places, labels, descriptions, the demo clock. Facts and columns
    /// under two schemas of one shape are the same.
    #[must_use]
    pub fn shape(&self) -> Self {
        fn plain(fields: &mut [Field]) {
            for field in fields {
                (field.label, field.description, field.span) = (None, None, Span::default());
                (field.sensitive, field.part) = (false, None);
            }
        }
        let mut shape = self.clone();
        shape.settings.clock_starts = None;
        shape.customer_label = None;
        plain(&mut shape.attributes);
        for event in &mut shape.events {
            (event.label, event.description, event.span) = (None, None, Span::default());
            plain(&mut event.fields);
        }
        for holding in &mut shape.holdings {
            (holding.label, holding.description, holding.span) = (None, None, Span::default());
            plain(&mut holding.fields);
        }
        for relation in &mut shape.relations {
            (relation.label, relation.description, relation.span) = (None, None, Span::default());
            relation.inverse_label = None;
        }
        shape
    }

    /// The attribute of that id; ids come from this schema.
    pub fn attribute(&self, id: AttributeId) -> Option<&Field> {
        self.attributes.get(id.0 as usize)
    }

    /// The event kind of that id.
    pub fn event(&self, id: EventId) -> Option<&Event> {
        self.events.get(id.0 as usize)
    }

    /// The holding kind of that id.
    pub fn holding(&self, id: HoldingId) -> Option<&Holding> {
        self.holdings.get(id.0 as usize)
    }

    /// The relation kind of that id.
    pub fn relation(&self, id: RelationId) -> Option<&Relation> {
        self.relations.get(id.0 as usize)
    }
}
