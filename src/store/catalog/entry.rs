//! Entries of the catalog as they lie on disk, and the tables they add up to.

use serde::{Deserialize, Serialize};

use crate::base::kind::Kind;
use crate::schema::RelationEnd;

/// Kind of a single value on disk. The numbers are the format: never change one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scalar {
    /// 0
    Bool,
    /// 1
    Int,
    /// 2
    Number,
    /// 3
    Money,
    /// 4
    Text,
    /// 5
    Enum,
    /// 6
    Date,
    /// 7
    Time,
}

const SCALARS: [Scalar; 8] = [
    Scalar::Bool,
    Scalar::Int,
    Scalar::Number,
    Scalar::Money,
    Scalar::Text,
    Scalar::Enum,
    Scalar::Date,
    Scalar::Time,
];
const SET: u8 = 0x10;

/// Kind of a field on disk: a scalar or a set of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiskKind {
    scalar: Scalar,
    set: bool,
}

impl DiskKind {
    /// What a kind of the schema is on disk.
    pub fn of(kind: &Kind) -> DiskKind {
        let scalar = match kind {
            Kind::Bool => Scalar::Bool,
            Kind::Int => Scalar::Int,
            Kind::Number => Scalar::Number,
            Kind::Money => Scalar::Money,
            Kind::Text => Scalar::Text,
            Kind::Enum(_) => Scalar::Enum,
            Kind::Date => Scalar::Date,
            Kind::Time => Scalar::Time,
            Kind::Set(item) => {
                return DiskKind {
                    scalar: DiskKind::of(item).scalar,
                    set: true,
                };
            }
        };
        DiskKind { scalar, set: false }
    }

    /// Its byte on disk.
    pub fn code(self) -> u8 {
        let at = SCALARS.iter().position(|scalar| *scalar == self.scalar);
        at.unwrap_or(0) as u8 | if self.set { SET } else { 0 }
    }

    /// Out of its byte.
    pub fn from_code(code: u8) -> Option<DiskKind> {
        Some(DiskKind {
            scalar: *SCALARS.get((code & !SET) as usize)?,
            set: code & SET != 0,
        })
    }

    /// Its single values.
    pub fn scalar(self) -> Scalar {
        self.scalar
    }

    /// Whether it is a set.
    pub fn is_set(self) -> bool {
        self.set
    }

    /// In messages.
    pub fn describe(self) -> String {
        let scalar = match self.scalar {
            Scalar::Bool => "yes or no",
            Scalar::Int => "a whole number",
            Scalar::Number => "a number",
            Scalar::Money => "money",
            Scalar::Text => "text",
            Scalar::Enum => "one of a list",
            Scalar::Date => "a date",
            Scalar::Time => "an instant",
        };
        if self.set {
            format!("a set of {}", scalar.trim_start_matches("a "))
        } else {
            scalar.to_owned()
        }
    }
}

/// Whose field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Owner {
    /// The customer's: an attribute.
    Customer,
    /// Of the event kind with that number on disk.
    Event(u16),
    /// Of the holding kind with that number on disk.
    Holding(u16),
}

/// One addition to the catalog. Its number on disk is how many of its like came before it.
/// The order of these variants is the format: add at the end only.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Entry {
    /// A kind of event.
    Event {
        /// Its first name.
        name: String,
    },
    /// A kind of holding.
    Holding {
        /// Its first name.
        name: String,
    },
    /// A kind of relation.
    Relation {
        /// Its first name.
        name: String,
        /// Whether it ends at a customer.
        to_customer: bool,
    },
    /// A field.
    Field {
        /// Whose.
        owner: Owner,
        /// Its first name.
        name: String,
        /// [`DiskKind::code`].
        kind: u8,
    },
    /// A value of a list.
    ListValue {
        /// Whose field.
        owner: Owner,
        /// The field's number on disk.
        field: u16,
        /// The value's name.
        name: String,
    },
}

/// A field as the catalog knows it.
#[derive(Clone, PartialEq, Debug)]
pub struct DiskField {
    /// First name.
    pub name: String,
    /// Kind of its values.
    pub kind: DiskKind,
    /// Names of list values, by code.
    pub values: Vec<String>,
}

/// A kind of event or holding as the catalog knows it.
#[derive(Clone, PartialEq, Debug)]
pub struct DiskFacts {
    /// First name.
    pub name: String,
    /// By number on disk.
    pub fields: Vec<DiskField>,
}

/// All entries added up. Positions in these lists are the numbers on disk.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tables {
    /// Fields of the customer.
    pub attributes: Vec<DiskField>,
    /// Kinds of events.
    pub events: Vec<DiskFacts>,
    /// Kinds of holdings.
    pub holdings: Vec<DiskFacts>,
    /// Kinds of relations and where they end.
    pub relations: Vec<(String, RelationEnd)>,
    /// Entries so far = number of the next one.
    pub entries: u32,
}

impl Tables {
    /// Adds one; `None` when it names what is not there or would pass 65,536 of its like.
    pub fn add(&mut self, entry: &Entry) -> Option<()> {
        const SLOTS_MAX: usize = u16::MAX as usize;
        match entry {
            Entry::Event { name } => {
                (self.events.len() < SLOTS_MAX).then_some(())?;
                self.events.push(DiskFacts::named(name));
            }
            Entry::Holding { name } => {
                (self.holdings.len() < SLOTS_MAX).then_some(())?;
                self.holdings.push(DiskFacts::named(name));
            }
            Entry::Relation { name, to_customer } => {
                (self.relations.len() < SLOTS_MAX).then_some(())?;
                let end = if *to_customer {
                    RelationEnd::Customer
                } else {
                    RelationEnd::Text
                };
                self.relations.push((name.clone(), end));
            }
            Entry::Field { owner, name, kind } => {
                let kind = DiskKind::from_code(*kind)?;
                let fields = self.fields_mut(*owner)?;
                (fields.len() < SLOTS_MAX).then_some(())?;
                fields.push(DiskField {
                    name: name.clone(),
                    kind,
                    values: Vec::new(),
                });
            }
            Entry::ListValue { owner, field, name } => {
                let field = self.fields_mut(*owner)?.get_mut(*field as usize)?;
                let free = field.kind.scalar() == Scalar::Enum && field.values.len() < SLOTS_MAX;
                free.then_some(())?;
                field.values.push(name.clone());
            }
        }
        self.entries = self.entries.checked_add(1)?;
        Some(())
    }

    /// The fields of an owner.
    pub fn fields(&self, owner: Owner) -> Option<&[DiskField]> {
        Some(match owner {
            Owner::Customer => &self.attributes,
            Owner::Event(slot) => &self.events.get(slot as usize)?.fields,
            Owner::Holding(slot) => &self.holdings.get(slot as usize)?.fields,
        })
    }

    fn fields_mut(&mut self, owner: Owner) -> Option<&mut Vec<DiskField>> {
        Some(match owner {
            Owner::Customer => &mut self.attributes,
            Owner::Event(slot) => &mut self.events.get_mut(slot as usize)?.fields,
            Owner::Holding(slot) => &mut self.holdings.get_mut(slot as usize)?.fields,
        })
    }
}

impl DiskFacts {
    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            fields: Vec::new(),
        }
    }
}
