//! Facts in log order become a snapshot. Facts are gathered, and merged into
//! columns when enough have come or the snapshot is wanted; when they are merged
//! changes nothing in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::attribute::{AttributeStage, AttributeStore};
use super::cell::Events;
use super::code;
use super::column::CHUNK_ROWS;
use super::dictionary::{Dictionary, Full};
use super::error::ColumnsError;
use super::hidden::Hidden;
use super::intake::{EventsStage, Place};
use super::link::{LinkStage, LinkStore};
use super::snapshot::Snapshot;
use super::starts::Almanac;
use super::tenure::{TenureStage, TenureStore};
use crate::base::calendar::{Instant, Zone};
use crate::base::limit::COLUMN_VALUES_STAGED_MAX;
use crate::base::value::Value;
use crate::schema::{AttributeId, EventId, Field, HoldingId, RelationId, Schema};
use crate::store::fact::{Fact, Row, Target};

/// Attributes that are not merged yet.
#[derive(Debug)]
pub(super) struct AttributesStage {
    pub dictionary: Option<Arc<Dictionary>>,
    pub count: u64,
    chunks: BTreeMap<u32, AttributeStage>,
}

/// What has been gathered on top of a snapshot.
#[derive(Debug)]
pub struct Builder {
    /// All but `position`, `rows` and `ids` is as of the last merge.
    pub(super) base: Snapshot,
    pub(super) attributes: BTreeMap<u16, AttributesStage>,
    pub(super) events: BTreeMap<u16, EventsStage>,
    pub(super) holdings: BTreeMap<u16, TenureStage>,
    pub(super) relations: BTreeMap<u16, LinkStage>,
    /// Values gathered since the last merge.
    staged: usize,
}

/// An empty dictionary for each field whose kind needs one.
fn dictionaries(fields: &[Field]) -> Vec<Option<Arc<Dictionary>>> {
    let needs = fields.iter().map(|field| code::has_texts(&field.kind));
    needs.map(|needs| needs.then(Arc::default)).collect()
}

impl Builder {
    /// Nothing yet, from log position 0.
    pub fn new(schema: &Schema, zone: Zone) -> Self {
        let attributes = schema.attributes.iter();
        let relations = schema.relations.iter();
        let event = |kind: &crate::schema::Event| Events {
            dictionaries: dictionaries(&kind.fields),
            ..Events::default()
        };
        let base = Snapshot {
            almanac: Almanac::new(zone),
            position: 0,
            saved: None,
            rows: 0,
            ids: Arc::default(),
            attributes: attributes
                .map(|field| Arc::new(AttributeStore::new(field.kind.clone())))
                .collect(),
            events: schema
                .events
                .iter()
                .map(|kind| Arc::new(event(kind)))
                .collect(),
            holdings: schema
                .holdings
                .iter()
                .map(|kind| Arc::new(TenureStore::new(dictionaries(&kind.fields))))
                .collect(),
            relations: relations
                .map(|kind| Arc::new(LinkStore::new(kind.end)))
                .collect(),
            hidden: Hidden::default(),
            no_events: Arc::default(),
            schema: Arc::new(schema.clone()),
        };
        Self::resume(&base)
    }

    /// On from a snapshot.
    pub fn resume(snapshot: &Snapshot) -> Self {
        Self {
            base: snapshot.clone(),
            attributes: BTreeMap::new(),
            events: BTreeMap::new(),
            holdings: BTreeMap::new(),
            relations: BTreeMap::new(),
            staged: 0,
        }
    }

    /// The log position that should come next.
    pub fn position(&self) -> u64 {
        self.base.position
    }

    /// Takes facts; `position` is the log position of the first. On an error the facts before the
    /// faulty one have been taken, it and those after it not: the builder is still a prefix of the log.
    pub fn apply(&mut self, position: u64, facts: &[Fact]) -> Result<(), ColumnsError> {
        if position != self.base.position {
            return Err(ColumnsError::Position {
                expected: self.base.position,
                found: position,
            });
        }
        for fact in facts {
            self.check(fact)?;
            self.stage(fact)?;
            self.base.position += 1;
            if self.staged >= COLUMN_VALUES_STAGED_MAX {
                self.merge();
            }
        }
        Ok(())
    }

    /// The snapshot of all facts taken.
    pub fn finish(mut self) -> Snapshot {
        self.merge();
        self.base.hidden = self.base.hidden.among_others();
        self.base
    }

    fn stage(&mut self, fact: &Fact) -> Result<(), ColumnsError> {
        match fact {
            Fact::Customer { id, .. } => {
                let intern = Arc::make_mut(&mut self.base.ids).intern(id);
                intern.map_err(|full| no_room("customers", full))?;
                self.base.rows += 1;
                self.staged += 1;
                Ok(())
            }
            Fact::Attributes { row, since, fields } => {
                for (id, value) in fields {
                    self.stage_attribute(*row, *since, *id, value.as_ref())?;
                }
                Ok(())
            }
            Fact::Event {
                event,
                row,
                at,
                sequence,
                fields,
                ..
            } => self.stage_event(*event, *row, *at, *sequence, fields),
            Fact::Holding {
                holding,
                row,
                key,
                since,
                fields,
            } => self.stage_holding(*holding, *row, (key, *since), fields),
            Fact::Relation {
                relation,
                from,
                to,
                since,
            } => self.stage_edge(*relation, *from, to, *since),
        }
    }

    fn stage_attribute(
        &mut self,
        row: Row,
        since: Option<Instant>,
        id: AttributeId,
        value: Option<&Value>,
    ) -> Result<(), ColumnsError> {
        let Some(field) = self.base.schema.attributes.get(usize::from(id.0)) else {
            return Ok(());
        };
        let stage = self
            .attributes
            .entry(id.0)
            .or_insert_with(|| AttributesStage {
                dictionary: {
                    let store = self.base.attributes.get(usize::from(id.0));
                    let known = store.and_then(|store| store.dictionary().cloned());
                    known.or_else(|| code::has_texts(&field.kind).then(Arc::default))
                },
                count: 0,
                chunks: BTreeMap::new(),
            });
        let chunk = stage.chunks.entry(row.0 / CHUNK_ROWS);
        let chunk = chunk.or_insert_with(|| AttributeStage::new(&field.kind));
        let raw = chunk.push(row.0, since);
        raw.push(value, stage.dictionary.as_mut())
            .map_err(|full| no_room(&field.name, full))?;
        stage.count += 1;
        self.staged += 1 + members(value);
        Ok(())
    }

    fn stage_event(
        &mut self,
        id: EventId,
        row: Row,
        at: Instant,
        sequence: Option<i64>,
        values: &[Option<Value>],
    ) -> Result<(), ColumnsError> {
        let kinds = Arc::clone(&self.base.schema);
        let Some(kind) = kinds.events.get(usize::from(id.0)) else {
            return Ok(());
        };
        let Some((starts, day, seconds)) = self.base.almanac.place(at) else {
            return Err(ColumnsError::OutOfCalendar {
                event: Arc::clone(&kind.name),
                at,
            });
        };
        let place = Place {
            row: row.0,
            starts,
            day,
            seconds,
            sequence: sequence
                .unwrap_or_else(|| i64::try_from(self.base.position).unwrap_or(i64::MAX)),
        };
        let stage = self.events.entry(id.0).or_insert_with(|| {
            let known = self.base.events.get(usize::from(id.0));
            EventsStage::new(known.map_or_else(Vec::new, |events| events.dictionaries.clone()))
        });
        stage
            .push(&place, values, &kind.fields)
            .map_err(|full| no_room(&kind.name, full))?;
        self.staged += 1 + values
            .iter()
            .map(|value| 1 + members(value.as_ref()))
            .sum::<usize>();
        Ok(())
    }

    fn stage_holding(
        &mut self,
        id: HoldingId,
        row: Row,
        (key, since): (&Arc<str>, Option<Instant>),
        values: &[Option<Value>],
    ) -> Result<(), ColumnsError> {
        let at = usize::from(id.0);
        let (Some(kind), Some(store)) = (
            self.base.schema.holdings.get(at),
            self.base.holdings.get(at),
        ) else {
            return Ok(());
        };
        let stage = self.holdings.entry(id.0);
        let stage = stage.or_insert_with(|| store.stage(&kind.fields));
        stage
            .push(row.0, key, since, values)
            .map_err(|full| no_room(&kind.name, full))?;
        self.staged += 3 + values
            .iter()
            .map(|value| 1 + members(value.as_ref()))
            .sum::<usize>();
        Ok(())
    }

    fn stage_edge(
        &mut self,
        id: RelationId,
        from: Row,
        to: &Target,
        since: Option<Instant>,
    ) -> Result<(), ColumnsError> {
        let at = usize::from(id.0);
        let (Some(kind), Some(store)) = (
            self.base.schema.relations.get(at),
            self.base.relations.get(at),
        ) else {
            return Ok(());
        };
        // A hidden customer is nobody's relative.
        let is_hidden = |row: &Row| self.base.hidden.contains(row.0);
        if is_hidden(&from) || matches!(to, Target::Customer(row) if is_hidden(row)) {
            return Ok(());
        }
        let stage = self.relations.entry(id.0).or_insert_with(|| store.stage());
        stage
            .push(from.0, to, since)
            .map_err(|full| no_room(&kind.name, full))?;
        self.staged += 3;
        Ok(())
    }

    /// Puts what has been gathered into columns.
    fn merge(&mut self) {
        self.staged = 0;
        let rows = self.base.rows;
        let mut staged = std::mem::take(&mut self.attributes);
        for (id, store) in (0u16..).zip(&mut self.base.attributes) {
            if let Some(stage) = staged.remove(&id) {
                *store = Arc::new(store.merged(stage.chunks, stage.dictionary, rows));
            } else if !store.covers(rows) {
                let dictionary = store.dictionary().cloned();
                *store = Arc::new(store.merged(BTreeMap::new(), dictionary, rows));
            }
        }
        let schema = Arc::clone(&self.base.schema);
        let kinds = schema.events.iter().zip(&mut self.base.events);
        let mut staged = std::mem::take(&mut self.events);
        for (id, (kind, store)) in (0u16..).zip(kinds) {
            if let Some(stage) = staged.remove(&id) {
                *store = Arc::new(stage.merged(store, &kind.fields));
            }
        }
        let kinds = schema.holdings.iter().zip(&mut self.base.holdings);
        let mut staged = std::mem::take(&mut self.holdings);
        for (id, (kind, store)) in (0u16..).zip(kinds) {
            if let Some(stage) = staged.remove(&id) {
                *store = Arc::new(store.merged(stage, &kind.fields));
            }
        }
        let mut staged = std::mem::take(&mut self.relations);
        for (id, store) in (0u16..).zip(&mut self.base.relations) {
            if let Some(stage) = staged.remove(&id) {
                *store = Arc::new(store.merged(stage));
            }
        }
    }
}

fn no_room(what: &str, _: Full) -> ColumnsError {
    ColumnsError::Full {
        what: format!("texts of `{what}`"),
        max: crate::base::limit::DICTIONARY_TEXTS_MAX as u64,
    }
}

/// Members of a set; 0 for other values.
pub(super) fn members(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Set(members)) => members.len(),
        _ => 0,
    }
}
