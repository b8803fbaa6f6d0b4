//! Bodies: facts of the schema to and from groups of columns. The order of the facts is kept
//! by a column of group numbers.

use std::collections::BTreeMap;

use super::group::{self, Group, Shape, Sort};
use super::wire::{Reader, put_varint};
use super::{Fault, Summary, column, integers, texts};
use crate::base::calendar::Instant;
use crate::base::limit;
use crate::base::value::Value;
use crate::schema::EventId;
use crate::store::catalog::{Catalog, FieldName, FieldSlot};
use crate::store::fact::{Fact, Row, Target};

/// A packed body and what a head says of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body {
    /// Packed.
    pub bytes: Vec<u8>,
    /// For the head.
    pub summary: Summary,
}

const MISFIT: Fault = "a fact does not fit the catalog";
const NO_BODY: Fault = "its body is not one of this format";

/// Packs at most [`limit::BLOCK_FACTS_MAX`] facts that fit the catalog.
pub fn encode(facts: &[Fact], catalog: &Catalog) -> Result<Body, Fault> {
    let mut summary = Summary {
        count: facts.len() as u32,
        ..Summary::EMPTY
    };
    // Groups are numbered as they first appear, so that equal facts make equal bytes.
    let mut numbers: BTreeMap<Shape, usize> = BTreeMap::new();
    let mut groups: Vec<(Shape, Vec<&Fact>)> = Vec::new();
    let mut order = Vec::with_capacity(facts.len());
    // Events of a kind have one shape, and mostly follow each other.
    let mut last: Option<(EventId, usize)> = None;
    for fact in facts {
        let same =
            last.filter(|(kind, _)| matches!(fact, Fact::Event { event, .. } if event == kind));
        let number = match same {
            Some((_, number)) => number,
            None => {
                let shape = shape_of(fact, catalog).ok_or(MISFIT)?;
                *numbers.entry(shape).or_insert_with_key(|shape| {
                    groups.push((shape.clone(), Vec::new()));
                    groups.len() - 1
                })
            }
        };
        let (shape, members) = groups.get_mut(number).ok_or(MISFIT)?;
        match fact {
            Fact::Event { event, row, at, .. } => {
                summary.add_event(shape.slot, row.0, at.0);
                last = Some((*event, number));
            }
            Fact::Customer { .. } => summary.customers += 1,
            _ => {}
        }
        order.push(number as i64);
        members.push(fact);
    }
    let mut bytes = Vec::new();
    put_varint(&mut bytes, groups.len() as u64);
    for (shape, members) in &groups {
        let columns = columns_of(shape, members, catalog).ok_or(MISFIT)?;
        group::write(shape, members.len(), &columns, &mut bytes);
    }
    integers::encode(&order, &mut bytes);
    Ok(Body { bytes, summary })
}

fn shape_of(fact: &Fact, catalog: &Catalog) -> Option<Shape> {
    let slots = |fields: &[FieldSlot]| fields.iter().map(|field| field.slot).collect();
    let (sort, slot, fields) = match fact {
        Fact::Customer { .. } => (Sort::Customer, 0, Vec::new()),
        Fact::Attributes { fields, .. } => {
            let slots = fields.iter().map(|(id, _)| {
                let slot = catalog.attribute_slots.get(id.0 as usize)?;
                Some(slot.slot)
            });
            (Sort::Attributes, 0, slots.collect::<Option<_>>()?)
        }
        Fact::Event { event, .. } => {
            let kind = catalog.event_slots.get(event.0 as usize)?;
            (Sort::Event, kind.slot, slots(&kind.fields))
        }
        Fact::Holding { holding, .. } => {
            let kind = catalog.holding_slots.get(holding.0 as usize)?;
            (Sort::Holding, kind.slot, slots(&kind.fields))
        }
        Fact::Relation { relation, to, .. } => {
            let sort = match to {
                Target::Customer(_) => Sort::Edge,
                Target::Text(_) => Sort::TextEdge,
            };
            let slot = *catalog.relation_slots.get(relation.0 as usize)?;
            (sort, slot, Vec::new())
        }
    };
    Some(Shape { sort, slot, fields })
}

fn columns_of(shape: &Shape, facts: &[&Fact], catalog: &Catalog) -> Option<Vec<Vec<u8>>> {
    let mut columns = Columns(Vec::new());
    let rows = facts.iter().map(|fact| match fact {
        Fact::Customer { row, .. }
        | Fact::Attributes { row, .. }
        | Fact::Event { row, .. }
        | Fact::Holding { row, .. }
        | Fact::Relation { from: row, .. } => i64::from(row.0),
    });
    columns.integers(rows.collect());
    let since = || {
        let since = facts.iter().map(|fact| match fact {
            Fact::Attributes { since, .. }
            | Fact::Holding { since, .. }
            | Fact::Relation { since, .. } => since.map(|at| at.0),
            Fact::Customer { .. } | Fact::Event { .. } => None,
        });
        since.collect::<Vec<Option<i64>>>()
    };
    match shape.sort {
        Sort::Customer => columns.texts(facts.iter().filter_map(|fact| match fact {
            Fact::Customer { id, .. } => Some(&**id),
            _ => None,
        })),
        Sort::Attributes => columns.optional(&since()),
        Sort::Event => event_columns(facts, &mut columns),
        Sort::Holding => {
            columns.texts(facts.iter().filter_map(|fact| match fact {
                Fact::Holding { key, .. } => Some(&**key),
                _ => None,
            }));
            columns.optional(&since());
        }
        Sort::Edge => {
            let to = facts.iter().filter_map(|fact| match fact {
                Fact::Relation {
                    to: Target::Customer(to),
                    ..
                } => Some(i64::from(to.0)),
                _ => None,
            });
            columns.integers(to.collect());
            columns.optional(&since());
        }
        Sort::TextEdge => {
            columns.texts(facts.iter().filter_map(|fact| match fact {
                Fact::Relation {
                    to: Target::Text(to),
                    ..
                } => Some(&**to),
                _ => None,
            }));
            columns.optional(&since());
        }
    }
    field_columns(facts, catalog, shape.fields.len(), &mut columns)?;
    Some(columns.0)
}

fn event_columns(facts: &[&Fact], columns: &mut Columns) {
    let (mut instants, mut sequences, mut identities) = (Vec::new(), Vec::new(), Vec::new());
    for fact in facts {
        if let Fact::Event {
            at,
            sequence,
            identity,
            ..
        } = fact
        {
            instants.push(at.0);
            sequences.push(*sequence);
            identities.push(*identity as i64);
        }
    }
    columns.integers(instants);
    columns.optional(&sequences);
    columns.integers(identities);
}

/// All facts of a group have the same fields, so that the first one names them.
fn field_columns(
    facts: &[&Fact],
    catalog: &Catalog,
    width: usize,
    columns: &mut Columns,
) -> Option<()> {
    for at in 0..width {
        let slot = match facts.first()? {
            Fact::Attributes { fields, .. } => {
                let (id, _) = fields.get(at)?;
                catalog.attribute_slots.get(id.0 as usize)?
            }
            Fact::Event { event, .. } => {
                let kind = catalog.event_slots.get(event.0 as usize)?;
                kind.fields.get(at)?
            }
            Fact::Holding { holding, .. } => {
                let kind = catalog.holding_slots.get(holding.0 as usize)?;
                kind.fields.get(at)?
            }
            Fact::Customer { .. } | Fact::Relation { .. } => return None,
        };
        let values: Option<Vec<Option<&Value>>> = facts
            .iter()
            .map(|fact| match fact {
                Fact::Attributes { fields, .. } => Some(fields.get(at)?.1.as_ref()),
                Fact::Event { fields, .. } | Fact::Holding { fields, .. } => {
                    Some(fields.get(at)?.as_ref())
                }
                Fact::Customer { .. } | Fact::Relation { .. } => None,
            })
            .collect();
        let mut out = Vec::new();
        column::encode(slot.kind, slot.codes.as_deref(), &values?, &mut out)?;
        columns.0.push(out);
    }
    Some(())
}

struct Columns(Vec<Vec<u8>>);

impl Columns {
    fn integers(&mut self, numbers: Vec<i64>) {
        let mut out = Vec::new();
        integers::encode(&numbers, &mut out);
        self.0.push(out);
    }

    fn optional(&mut self, numbers: &[Option<i64>]) {
        let mut out = Vec::new();
        column::encode_presence(numbers.iter().map(Option::is_some), &mut out);
        let present: Vec<i64> = numbers.iter().flatten().copied().collect();
        integers::encode(&present, &mut out);
        self.0.push(out);
    }

    fn texts<'a>(&mut self, list: impl Iterator<Item = &'a str>) {
        let mut out = Vec::new();
        texts::encode(&list.collect::<Vec<&str>>(), &mut out);
        self.0.push(out);
    }
}

/// Reads the `count` facts of a body. What the schema hides reads as attributes of the same
/// customer without any field: the fact keeps its position and says nothing.
pub fn decode(body: &[u8], count: usize, catalog: &Catalog) -> Result<Vec<Fact>, Fault> {
    let (groups, mut rest) = group::read_all(body, count).ok_or(NO_BODY)?;
    let order = integers::decode(&mut rest, count).ok_or(NO_BODY)?;
    if !rest.is_empty() {
        return Err("there are bytes behind its body");
    }
    let mut decoded = Vec::with_capacity(groups.len());
    for group in &groups {
        decoded.push(decode_group(group, catalog).ok_or(NO_BODY)?.into_iter());
    }
    let facts: Option<Vec<Fact>> = order
        .into_iter()
        .map(|number| decoded.get_mut(usize::try_from(number).ok()?)?.next())
        .collect();
    facts.ok_or(NO_BODY)
}

fn decode_group(group: &Group, catalog: &Catalog) -> Option<Vec<Fact>> {
    let slot = group.shape.slot as usize;
    match group.shape.sort {
        Sort::Customer => {
            let ids = texts::decode(&mut group.column(1)?, group.count)?;
            let facts = rows(group, 0)?.into_iter().zip(ids);
            Some(facts.map(|(row, id)| Fact::Customer { row, id }).collect())
        }
        Sort::Attributes => decode_attributes(group, catalog),
        Sort::Event => {
            let names = catalog.event_names.get(slot)?;
            let Some(event) = names.event() else {
                return hidden(group);
            };
            let mut fields = fields(group, &names.fields, names.width)?.into_iter();
            let facts = places(group)?.into_iter().map(|place| {
                Some(Fact::Event {
                    event,
                    row: place.row,
                    at: place.at,
                    sequence: place.sequence,
                    identity: place.identity,
                    fields: fields.next()?,
                })
            });
            facts.collect()
        }
        Sort::Holding => {
            let names = catalog.holding_names.get(slot)?;
            let Some(holding) = names.holding() else {
                return hidden(group);
            };
            let mut fields = fields(group, &names.fields, names.width)?.into_iter();
            let keys = texts::decode(&mut group.column(1)?, group.count)?;
            let since = optional(group, 2)?.into_iter();
            let facts = rows(group, 0)?.into_iter().zip(keys).zip(since);
            let facts = facts.map(|((row, key), since)| {
                Some(Fact::Holding {
                    holding,
                    row,
                    key,
                    since: since.map(Instant),
                    fields: fields.next()?,
                })
            });
            facts.collect()
        }
        Sort::Edge | Sort::TextEdge => decode_edges(group, catalog),
    }
}

fn decode_attributes(group: &Group, catalog: &Catalog) -> Option<Vec<Fact>> {
    let mut columns = Vec::new();
    for (slot, bytes) in group.fields() {
        let name = catalog.attribute_names.get(slot as usize)?;
        if let Some(id) = name.attribute() {
            columns.push((id, values(bytes, group.count, name)?.into_iter()));
        }
    }
    let since = optional(group, 1)?.into_iter();
    let facts = rows(group, 0)?.into_iter().zip(since).map(|(row, since)| {
        let fields: Option<Vec<_>> = columns
            .iter_mut()
            .map(|(id, values)| Some((*id, values.next()?)))
            .collect();
        Some(Fact::Attributes {
            row,
            since: since.map(Instant),
            fields: fields?,
        })
    });
    facts.collect()
}

fn decode_edges(group: &Group, catalog: &Catalog) -> Option<Vec<Fact>> {
    let slot = group.shape.slot as usize;
    let Some(relation) = *catalog.relation_names.get(slot)? else {
        return hidden(group);
    };
    let to: Vec<Target> = if group.shape.sort == Sort::Edge {
        rows(group, 1)?.into_iter().map(Target::Customer).collect()
    } else {
        let list = texts::decode(&mut group.column(1)?, group.count)?;
        list.into_iter().map(Target::Text).collect()
    };
    let since = optional(group, 2)?.into_iter();
    let facts = rows(group, 0)?.into_iter().zip(to).zip(since);
    let facts = facts.map(|((from, to), since)| Fact::Relation {
        relation,
        from,
        to,
        since: since.map(Instant),
    });
    Some(facts.collect())
}

fn hidden(group: &Group) -> Option<Vec<Fact>> {
    let facts = rows(group, 0)?.into_iter().map(|row| Fact::Attributes {
        row,
        since: None,
        fields: Vec::new(),
    });
    Some(facts.collect())
}

/// Where an event lies and who it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Whose.
    pub row: Row,
    /// When.
    pub at: Instant,
    /// Order within the instant, as given.
    pub sequence: Option<i64>,
    /// Hash of its id.
    pub identity: u64,
}

/// The events of a group.
pub fn places(group: &Group) -> Option<Vec<Place>> {
    let instants = integers::decode(&mut group.column(1)?, group.count)?;
    let sequences = optional(group, 2)?;
    let identities = integers::decode(&mut group.column(3)?, group.count)?;
    let places = rows(group, 0)?.into_iter().zip(instants);
    let places = places.zip(sequences).zip(identities);
    Some(
        places
            .map(|(((row, at), sequence), identity)| Place {
                row,
                at: Instant(at),
                sequence,
                identity: identity as u64,
            })
            .collect(),
    )
}

fn rows(group: &Group, column: usize) -> Option<Vec<Row>> {
    integers::decode(&mut group.column(column)?, group.count)?
        .into_iter()
        .map(|row| {
            let row = u32::try_from(row).ok()?;
            (row < limit::CUSTOMERS_MAX).then_some(Row(row))
        })
        .collect()
}

fn optional(group: &Group, column: usize) -> Option<Vec<Option<i64>>> {
    let mut reader = group.column(column)?;
    let presence = column::decode_presence(&mut reader, group.count)?;
    let present = presence.iter().filter(|there| **there).count();
    let mut numbers = integers::decode(&mut reader, present)?.into_iter();
    let list = presence
        .into_iter()
        .map(|there| there.then(|| numbers.next()).flatten());
    Some(list.collect())
}

fn values(bytes: &[u8], count: usize, name: &FieldName) -> Option<Vec<Option<Value>>> {
    column::decode(&mut Reader::new(bytes), count, name.kind, Some(&name.codes))
}

/// Fields of each fact of a group, by the schema's order; those it did not have yet are missing.
fn fields(group: &Group, names: &[FieldName], width: usize) -> Option<Vec<Vec<Option<Value>>>> {
    let mut facts: Vec<Vec<Option<Value>>> = vec![vec![None; width]; group.count];
    for (slot, bytes) in group.fields() {
        let name = names.get(slot as usize)?;
        let Some(id) = name.id else { continue };
        for (fact, value) in facts.iter_mut().zip(values(bytes, group.count, name)?) {
            *fact.get_mut(id as usize)? = value;
        }
    }
    Some(facts)
}
