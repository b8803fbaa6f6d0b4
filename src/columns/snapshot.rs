//! All facts up to a log position, laid out for scanning, never changed. What
//! comes later makes another snapshot that shares all it does not touch.

use std::sync::Arc;

use super::attribute::AttributeStore;
use super::builder::Builder;
use super::cell::{Cell, Events};
use super::column::{CHUNK_ROWS, Column};
use super::dictionary::Dictionary;
use super::edge::Edges;
use super::error::ColumnsError;
use super::hidden::Hidden;
use super::holding::Holdings;
use super::link::LinkStore;
use super::memory::Memory;
use super::person::{Edge, PastEvent, Person};
use super::starts::Almanac;
use super::tenure::TenureStore;
use crate::base::calendar::{Instant, Zone};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::schema::{AttributeId, EventId, Field, HoldingId, RelationId, Schema};
use crate::store::fact::Fact;

/// Facts up to a log position. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) schema: Arc<Schema>,
    pub(super) almanac: Almanac,
    pub(super) position: u64,
    /// Log position of the saved columns that it goes on from; `None` = it was made of the log.
    pub(super) saved: Option<u64>,
    pub(super) rows: u32,
    /// Codes are rows.
    pub(super) ids: Arc<Dictionary>,
    pub(super) attributes: Vec<Arc<AttributeStore>>,
    pub(super) events: Vec<Arc<Events>>,
    pub(super) holdings: Vec<Arc<TenureStore>>,
    pub(super) relations: Vec<Arc<LinkStore>>,
    /// Customers that are erased.
    pub(super) hidden: Hidden,
    /// What an unknown kind has.
    pub(super) no_events: Arc<Events>,
}

impl Snapshot {
    /// A snapshot with the facts that follow this one's log position; untouched parts are shared.
    pub fn refresh(&self, position: u64, facts: &[Fact]) -> Result<Self, ColumnsError> {
        let mut builder = Builder::resume(self);
        builder.apply(position, facts)?;
        Ok(builder.finish())
    }

    /// The same facts under a schema of the same shape, with its labels.
    #[must_use]
    pub fn described(&self, schema: &Schema) -> Self {
        Self {
            schema: Arc::new(schema.clone()),
            ..self.clone()
        }
    }

    /// The schema whose ids it is asked with.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// How many rows there are, those of hidden customers among them; rows are below.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// The log position after the last fact in it.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The business zone.
    pub fn zone(&self) -> &Zone {
        self.almanac.zone()
    }

    /// The id of a customer; empty where there is none, and where it is hidden.
    pub fn id(&self, row: u32) -> &str {
        self.seen(row).map_or("", |id| id)
    }

    fn seen(&self, row: u32) -> Option<&Arc<str>> {
        self.ids.get(row).filter(|_| !self.is_hidden(row))
    }

    /// The ids of all rows, of hidden customers too: codes are rows.
    pub fn ids(&self) -> &Arc<Dictionary> {
        &self.ids
    }

    /// The row of a customer that is not hidden.
    pub fn row(&self, id: &str) -> Option<u32> {
        self.ids.code(id).filter(|row| !self.is_hidden(*row))
    }

    /// Rows that are not hidden, sorted by the bytes of their ids; made when first asked for.
    pub fn by_id(&self) -> &[u32] {
        self.hidden.order(&self.ids)
    }

    /// An attribute as held at an instant; facts dated later are not seen.
    pub fn attribute(&self, id: AttributeId, now: Instant) -> Arc<Column> {
        match self.attributes.get(usize::from(id.0)) {
            Some(attribute) => attribute.at(now),
            None => Arc::new(Column::empty(Kind::Bool)),
        }
    }

    /// Since when each customer has its value of an attribute at an instant; absent where there is none or
    /// it holds timelessly.
    pub fn recorded(&self, id: AttributeId, now: Instant) -> Arc<Column> {
        let attribute = self.attributes.get(usize::from(id.0));
        Arc::new(attribute.map_or_else(
            || Column::empty(Kind::Time),
            |attribute| attribute.recorded(now),
        ))
    }

    /// All events of a kind, those after any instant too.
    pub fn events(&self, id: EventId) -> &Events {
        self.events
            .get(usize::from(id.0))
            .unwrap_or(&self.no_events)
    }

    /// What the events of a customer at that very instant say, by `FieldId`.
    pub fn events_at(&self, id: EventId, row: u32, at: Instant) -> Vec<Vec<Option<Value>>> {
        let events = self.events(id);
        let kind = self.schema.event(id);
        let fields = kind.map_or(&[][..], |kind| kind.fields.as_slice());
        let values = |(cell, place): (&Cell, usize)| {
            let fields = fields.iter().enumerate();
            let value = |(field, of): (usize, &Field)| events.value(cell, place, field, &of.kind);
            fields.map(value).collect()
        };
        events.at(row, at).map(values).collect()
    }

    /// Whether one of the events of a customer at that very instant says just that, by `FieldId`; of more than
    /// `looked_at` of them it is taken that one does.
    pub fn is_said_at(
        &self,
        id: EventId,
        (row, at): (u32, Instant),
        said: &[Option<Value>],
        looked_at: usize,
    ) -> bool {
        let events = self.events(id);
        let kind = self.schema.event(id);
        let fields = kind.map_or(&[][..], |kind| kind.fields.as_slice());
        let mut count = 0;
        let says = |(cell, place): (&Cell, usize)| {
            count += 1;
            let mut fields = fields.iter().enumerate();
            count > looked_at
                || fields.all(|(field, of)| {
                    let said = said.get(field).and_then(Option::as_ref);
                    events.value(cell, place, field, &of.kind).as_ref() == said
                })
        };
        events.at(row, at).any(says)
    }

    /// Holdings of a kind in the states they are in at an instant.
    pub fn holdings(&self, id: HoldingId, now: Instant) -> Arc<Holdings> {
        let holdings = self.holdings.get(usize::from(id.0));
        Arc::new(holdings.map_or_else(Holdings::default, |store| store.at(now, self.rows)))
    }

    /// Edges of a relation that hold at an instant.
    pub fn edges(&self, id: RelationId, now: Instant) -> Arc<Edges> {
        let edges = self.relations.get(usize::from(id.0));
        Arc::new(edges.map_or_else(Edges::default, |store| store.at(now, self.rows)))
    }

    /// The far ends of a relation to text as a set of text for each customer, never missing.
    pub fn relation_texts(&self, id: RelationId, now: Instant) -> Arc<Column> {
        let edges = self.relations.get(usize::from(id.0));
        Arc::new(match edges {
            Some(store) => store.texts_at(now, self.rows),
            None => LinkStore::default().texts_at(now, self.rows),
        })
    }

    /// For each of the rows (`None`: everyone; else ascending) at which something known now is dated after
    /// `now`, the first such instant: values of an attribute.
    pub fn attribute_ahead(
        &self,
        id: AttributeId,
        rows: Option<&[u32]>,
        now: Instant,
    ) -> Vec<(u32, Instant)> {
        let store = self.attributes.get(usize::from(id.0));
        instants(store.map(|store| store.ahead(rows, now.0)))
    }

    /// The same of holdings: states that begin, or end because the key's next one begins.
    pub fn holdings_ahead(
        &self,
        id: HoldingId,
        rows: Option<&[u32]>,
        now: Instant,
    ) -> Vec<(u32, Instant)> {
        let store = self.holdings.get(usize::from(id.0));
        instants(store.map(|store| store.ahead(rows, now.0)))
    }

    /// The same of edges from a customer, or with `inverse` to one.
    pub fn edges_ahead(
        &self,
        id: RelationId,
        inverse: bool,
        rows: Option<&[u32]>,
        now: Instant,
    ) -> Vec<(u32, Instant)> {
        let store = self.relations.get(usize::from(id.0));
        instants(store.map(|store| store.ahead(inverse, rows, now.0)))
    }

    /// Customers to whom a customer's edges lead, or with `inverse` from whom they come, in force or not; ascending.
    pub fn neighbours(&self, id: RelationId, inverse: bool, row: u32) -> Vec<u32> {
        let store = self.relations.get(usize::from(id.0));
        store.map_or_else(Vec::new, |store| store.others(inverse, row))
    }

    /// Everyone who owns or owned a holding in some state, in force or not; ascending.
    pub fn owners(&self, id: HoldingId, key: &str) -> Vec<u32> {
        let store = self.holdings.get(usize::from(id.0));
        let mut owners = store.map_or_else(Vec::new, |store| store.owners(key));
        owners.retain(|row| !self.is_hidden(*row));
        owners
    }

    /// Everything known of one customer, with its history; an empty person where there is none or it is hidden.
    pub fn person(&self, row: u32) -> Person {
        let Some(id) = self.seen(row) else {
            return Person::default();
        };
        let holdings = self.holdings.iter().zip(&self.schema.holdings);
        let relations = self.relations.iter();
        let edge = |(other, since)| Edge { other, since };
        Person {
            id: Arc::clone(id),
            events: (0..self.events.len())
                .map(|kind| self.past(kind, row))
                .collect(),
            holdings: holdings
                .map(|(store, kind)| store.histories(row, &kind.fields))
                .collect(),
            relations_in: relations
                .map(|store| store.to(row).into_iter().map(edge).collect())
                .collect(),
            ..self.standing(row)
        }
    }

    /// What a customer's facts without an instant of their own have made of it, with its history: attributes,
    /// holdings in the states in which they are its own, edges from it. Costs what is found, for everyone in turn too.
    pub fn standing(&self, row: u32) -> Person {
        let Some(id) = self.seen(row) else {
            return Person::default();
        };
        let holdings = self.holdings.iter().zip(&self.schema.holdings);
        let edge = |(other, since)| Edge { other, since };
        Person {
            id: Arc::clone(id),
            attributes: self
                .attributes
                .iter()
                .map(|attribute| attribute.held(row))
                .collect(),
            holdings: holdings
                .map(|(store, kind)| store.own_histories(row, &kind.fields))
                .collect(),
            relations_out: self
                .relations
                .iter()
                .map(|store| store.from(row).into_iter().map(edge).collect())
                .collect(),
            ..Person::default()
        }
    }

    fn past(&self, kind: usize, row: u32) -> Vec<PastEvent> {
        let (Some(events), Some(described)) = (self.events.get(kind), self.schema.events.get(kind))
        else {
            return Vec::new();
        };
        let cells = events.cells_of(row / CHUNK_ROWS);
        let mut past = Vec::new();
        for cell in cells {
            for at in cell.row_range((row % CHUNK_ROWS) as u16) {
                let fields = described.fields.iter().enumerate();
                past.push(PastEvent {
                    at: cell.instant(at),
                    sequence: cell.sequence(at),
                    fields: fields
                        .map(|(field, described)| events.value(cell, at, field, &described.kind))
                        .collect(),
                });
            }
        }
        past
    }

    /// Bytes by part.
    pub fn memory(&self) -> Memory {
        let mut memory = Memory {
            ids_bytes: self.ids.memory_bytes(),
            events_bytes: self.events.iter().map(|events| events.memory_bytes()).sum(),
            events: self.events.iter().map(|events| events.count).sum(),
            ..Memory::default()
        };
        let mut add = |(facts, versions): (usize, usize)| {
            memory.versions_bytes += versions;
            facts
        };
        let attributes: usize = self
            .attributes
            .iter()
            .map(|store| add(store.memory_bytes()))
            .sum();
        let holdings: usize = self
            .holdings
            .iter()
            .map(|store| add(store.memory_bytes()))
            .sum();
        let relations: usize = self
            .relations
            .iter()
            .map(|store| add(store.memory_bytes()))
            .sum();
        memory.attributes_bytes = attributes;
        memory.holdings_bytes = holdings;
        memory.relations_bytes = relations;
        memory
    }
}

fn instants(found: Option<Vec<(u32, i64)>>) -> Vec<(u32, Instant)> {
    let found = found.into_iter().flatten();
    found.map(|(row, at)| (row, Instant(at))).collect()
}
