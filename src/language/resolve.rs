//! What a name may mean: the index from names and labels to attributes, params,
//! definitions, kinds of facts and sources. Reports nothing; `check` does.
//!
//! Three name spaces: *values* (attributes, params, definitions, relations to text),
//! *subjects* (events, holdings, relations: what an aggregate or `any R (…)` takes),
//! *sources*. Each name and each label is unique in its space.

use std::collections::HashMap;
use std::sync::Arc;

use super::syntax::Name;
use super::typed::{DefinitionId, EventPartId, ParamId, RelationStep, Rules, SourceFileId};
use super::words;
use crate::schema::{
    AttributeId, EventId, Field, FieldId, HoldingId, RelationEnd, RelationId, Schema,
};

/// What a name stands for where a value is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// An attribute of the customer.
    Attribute(AttributeId),
    /// A relation to text, read as a set.
    Texts(RelationId),
    /// A param.
    Param(ParamId),
    /// A metric or filter.
    Definition(DefinitionId),
}

/// What a name stands for where something is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Events of one kind.
    Event(EventId),
    /// Some events of one kind.
    Part(EventPartId),
    /// Holdings of one kind.
    Holding(HoldingId),
    /// Customers at the other end of a relation.
    Relation(RelationStep),
    /// A relation to text, which has no customers at its end.
    Texts(RelationId),
}

/// The index. Where a name was declared twice the first declaration stands.
#[derive(Clone, Debug, Default)]
pub struct Names {
    values: HashMap<Arc<str>, Named>,
    subjects: HashMap<Arc<str>, Counted>,
    sources: HashMap<Arc<str>, SourceFileId>,
}

/// Words in the order of their bytes, whatever their places in the index.
fn sorted<T>(index: &HashMap<Arc<str>, T>) -> impl Iterator<Item = &str> {
    let mut words: Vec<&str> = index.keys().map(|word| &**word).collect();
    words.sort_unstable();
    words.into_iter()
}

impl Names {
    /// The names of a whole compiled set.
    pub fn of(rules: &Rules) -> Self {
        let mut names = Self::of_schema(&rules.schema);
        for (id, part) in (0u32..).map(EventPartId).zip(&rules.event_parts) {
            names.part(&part.name, part.label.as_ref(), id);
        }
        for (id, param) in (0u32..).map(ParamId).zip(&rules.params) {
            names.value(&param.name, param.label.as_ref(), Named::Param(id));
        }
        for (id, definition) in (0u32..).map(DefinitionId).zip(&rules.definitions) {
            let named = Named::Definition(id);
            names.value(&definition.name, definition.label.as_ref(), named);
        }
        for (id, source) in (0u32..).map(SourceFileId).zip(&rules.sources) {
            names.source(&source.name, source.label.as_ref(), id);
        }
        names
    }

    /// The names of a schema alone.
    pub fn of_schema(schema: &Schema) -> Self {
        let mut names = Self::default();
        for (id, field) in (0u16..).map(AttributeId).zip(&schema.attributes) {
            names.value(&field.name, field.label.as_ref(), Named::Attribute(id));
        }
        for (id, event) in (0u16..).map(EventId).zip(&schema.events) {
            names.subject(&event.name, event.label.as_ref(), Counted::Event(id));
        }
        for (id, holding) in (0u16..).map(HoldingId).zip(&schema.holdings) {
            names.subject(&holding.name, holding.label.as_ref(), Counted::Holding(id));
        }
        for (id, relation) in (0u16..).map(RelationId).zip(&schema.relations) {
            let label = relation.label.as_ref();
            match relation.end {
                RelationEnd::Text => {
                    names.value(&relation.name, label, Named::Texts(id));
                    names.subject(&relation.name, label, Counted::Texts(id));
                }
                RelationEnd::Customer => {
                    let step = |inverse| {
                        Counted::Relation(RelationStep {
                            relation: id,
                            inverse,
                        })
                    };
                    names.subject(&relation.name, label, step(false));
                    if let Some(inverse) = &relation.inverse {
                        names.subject(inverse, relation.inverse_label.as_ref(), step(true));
                    }
                }
            }
        }
        names
    }

    /// Adds a value's name and label.
    pub fn value(&mut self, name: &Arc<str>, label: Option<&Arc<str>>, named: Named) {
        for word in std::iter::once(name).chain(label) {
            self.values.entry(word.clone()).or_insert(named);
        }
    }

    fn subject(&mut self, name: &Arc<str>, label: Option<&Arc<str>>, counted: Counted) {
        for word in std::iter::once(name).chain(label) {
            self.subjects.entry(word.clone()).or_insert(counted);
        }
    }

    /// Adds the name and label of a named part of an event.
    pub fn part(&mut self, name: &Arc<str>, label: Option<&Arc<str>>, id: EventPartId) {
        self.subject(name, label, Counted::Part(id));
    }

    /// Adds a source's name and label.
    pub fn source(&mut self, name: &Arc<str>, label: Option<&Arc<str>>, id: SourceFileId) {
        for word in std::iter::once(name).chain(label) {
            self.sources.entry(word.clone()).or_insert(id);
        }
    }

    /// What the word means as a value.
    pub fn find_value(&self, word: &str) -> Option<Named> {
        self.values.get(word).copied()
    }

    /// What the word means as a subject.
    pub fn find_subject(&self, word: &str) -> Option<Counted> {
        self.subjects.get(word).copied()
    }

    /// Which source the word means.
    pub fn find_source(&self, word: &str) -> Option<SourceFileId> {
        self.sources.get(word).copied()
    }

    /// Every name and label of a value, sorted.
    pub fn value_words(&self) -> impl Iterator<Item = &str> {
        sorted(&self.values)
    }

    /// Every name and label of a subject, sorted.
    pub fn subject_words(&self) -> impl Iterator<Item = &str> {
        sorted(&self.subjects)
    }

    /// Every name and label of a source, sorted.
    pub fn source_words(&self) -> impl Iterator<Item = &str> {
        sorted(&self.sources)
    }
}

/// The field of that name, else of that label.
pub fn field_of(fields: &[Field], word: &str) -> Option<FieldId> {
    let at = fields
        .iter()
        .position(|field| &*field.name == word)
        .or_else(|| {
            fields
                .iter()
                .position(|field| field.label.as_deref() == Some(word))
        })?;
    u16::try_from(at).ok().map(FieldId)
}

/// Names and labels of fields, for help lines.
pub fn field_words(fields: &[Field]) -> impl Iterator<Item = &str> {
    fields
        .iter()
        .flat_map(|field| std::iter::once(&*field.name).chain(field.label.as_deref()))
}

/// Built-in names that stand where names of the schema do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// The instant of an event, the `since` of a holding.
    At,
    /// The customer's id.
    Id,
    /// A holding's key.
    Key,
    /// The number of a source's record.
    Row,
    /// The customer asked about.
    Myself,
    /// The customer of an event or a holding in a route; a reserved subject.
    Customer,
    /// Order within one instant, in a route.
    Sequence,
    /// From when a fact holds, in a route.
    Since,
    /// Where an edge starts, in a route.
    From,
    /// Where an edge ends, in a route.
    To,
    /// The raw record of a source; a reserved subject.
    Record,
}

impl BuiltIn {
    const WORDS: [(BuiltIn, &'static str); 11] = [
        (BuiltIn::At, "at"),
        (BuiltIn::Id, "id"),
        (BuiltIn::Key, "key"),
        (BuiltIn::Row, "row"),
        (BuiltIn::Myself, "self"),
        (BuiltIn::Customer, "customer"),
        (BuiltIn::Sequence, "sequence"),
        (BuiltIn::Since, "since"),
        (BuiltIn::From, "from"),
        (BuiltIn::To, "to"),
        (BuiltIn::Record, "record"),
    ];

    /// Which built-in name this is, in either tongue. A quoted name is none.
    pub fn of(name: &Name) -> Option<Self> {
        if name.quoted {
            return None;
        }
        let word = words::built_in(&name.text)?;
        Self::WORDS
            .iter()
            .find(|(_, english)| *english == word)
            .map(|(built_in, _)| *built_in)
    }

    /// Its English form.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(built_in, _)| *built_in == self)
            .map_or("", |(_, english)| *english)
    }
}
