//! Everything that can be seen in a snapshot, as plain values.

use std::sync::Arc;

use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::columns::column::CHUNK_ROWS;
use crate::columns::person::Person;
use crate::columns::snapshot::Snapshot;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};

/// An event as a scan meets it: row, instant, sequence, fields.
pub type SeenEvent = (u32, Instant, i64, Vec<Option<Value>>);
/// A holding in force: owner, since, key, fields.
pub type SeenHolding = (u32, Option<Instant>, Arc<str>, Vec<Option<Value>>);

/// What is seen at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// By attribute, then by row asked.
    pub attributes: Vec<Vec<Option<Value>>>,
    /// By kind.
    pub holdings: Vec<Vec<SeenHolding>>,
    /// By relation: far ends as text, by row asked.
    pub edges: Vec<Vec<Vec<String>>>,
    /// By relation: near ends, by row asked.
    pub back: Vec<Vec<Vec<u32>>>,
    /// Managers, by row asked.
    pub texts: Vec<Option<Value>>,
}

/// What is seen at several instants, of some rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub rows: u32,
    pub position: u64,
    pub ids: Vec<String>,
    pub first_by_id: Vec<u32>,
    /// By kind, by row.
    pub events: Vec<Vec<SeenEvent>>,
    pub people: Vec<Person>,
    pub seen: Vec<Seen>,
}

/// Looks at a snapshot in every way there is.
pub fn observe(snapshot: &Snapshot, rows: &[u32], instants: &[Instant]) -> Observed {
    let schema = snapshot.schema();
    let kinds = schema.events.len() as u16;
    Observed {
        rows: snapshot.rows(),
        position: snapshot.position(),
        ids: rows
            .iter()
            .map(|row| snapshot.id(*row).to_owned())
            .collect(),
        first_by_id: snapshot.by_id().iter().copied().take(50).collect(),
        events: (0..kinds)
            .map(|kind| events(snapshot, EventId(kind)))
            .collect(),
        people: rows.iter().map(|row| person(snapshot, *row)).collect(),
        seen: instants
            .iter()
            .map(|now| seen(snapshot, rows, *now))
            .collect(),
    }
}

/// A person, whose standing is what of it is its own.
fn person(snapshot: &Snapshot, row: u32) -> Person {
    let person = snapshot.person(row);
    let mut own = Person {
        events: Vec::new(),
        relations_in: Vec::new(),
        ..person.clone()
    };
    for histories in &mut own.holdings {
        for history in &mut *histories {
            history.states.retain(|state| state.owner.0 == row);
        }
    }
    assert_eq!(snapshot.standing(row), own);
    person
}

fn events(snapshot: &Snapshot, id: EventId) -> Vec<SeenEvent> {
    let events = snapshot.events(id);
    let fields = &snapshot.schema().events[usize::from(id.0)].fields;
    let mut seen = Vec::new();
    for cell in &events.cells {
        assert!(!cell.is_empty());
        assert_eq!(cell.blocks[16] as usize, cell.len());
        for block in 0..16 {
            for at in cell.block(block) {
                let row = cell.row_start() + u32::from(cell.rows[at]);
                assert_eq!(usize::from(cell.rows[at]) / 4_096, block);
                assert!(cell.row_range(cell.rows[at]).contains(&at));
                assert!(events.contains(row, cell.instant(at)));
                assert!(
                    snapshot.zone().date_of(cell.instant(at)).0
                        == cell.day_start() + i32::from(cell.days[at])
                );
                let values = fields.iter().enumerate();
                let values =
                    values.map(|(field, known)| events.value(cell, at, field, &known.kind));
                seen.push((row, cell.instant(at), cell.sequence(at), values.collect()));
            }
        }
    }
    assert_eq!(seen.len() as u64, events.count);
    // Cells lie by chunk and time; within a row that is the order of time.
    seen.sort_by_key(|event| event.0);
    seen
}

fn seen(snapshot: &Snapshot, rows: &[u32], now: Instant) -> Seen {
    let schema = snapshot.schema();
    let attributes = (0..schema.attributes.len() as u16).map(|id| {
        let column = snapshot.attribute(AttributeId(id), now);
        let last = snapshot.rows() as usize % CHUNK_ROWS as usize;
        if let Some(Some(chunk)) = column.chunks.last() {
            assert_eq!(
                chunk.len() % CHUNK_ROWS as usize,
                last,
                "the last chunk ends with the last row"
            );
        }
        assert_eq!(
            column.chunks.len(),
            snapshot.rows().div_ceil(CHUNK_ROWS) as usize
        );
        rows.iter().map(|row| column.get(*row)).collect()
    });
    let relations = 0..schema.relations.len() as u16;
    let edges = |id: u16| snapshot.edges(RelationId(id), now);
    let far = |id: u16| {
        let edges = edges(id);
        let text = |code: &u32| match &edges.texts {
            Some(texts) => texts.get(*code).unwrap().to_string(),
            None => code.to_string(),
        };
        let of = |row: &u32| {
            let mut far: Vec<String> = edges.from(*row).iter().map(text).collect();
            far.sort();
            far
        };
        assert_eq!(edges.pairs().count() as u64, edges.count);
        rows.iter().map(of).collect()
    };
    Seen {
        attributes: attributes.collect(),
        holdings: (0..schema.holdings.len() as u16)
            .map(|id| holdings(snapshot, HoldingId(id), now))
            .collect(),
        edges: relations.clone().map(far).collect(),
        back: relations
            .map(|id| rows.iter().map(|row| edges(id).to(*row).to_vec()).collect())
            .collect(),
        texts: {
            let column = snapshot.relation_texts(RelationId(1), now);
            rows.iter().map(|row| column.get(*row)).collect()
        },
    }
}

fn holdings(snapshot: &Snapshot, id: HoldingId, now: Instant) -> Vec<SeenHolding> {
    let holdings = snapshot.holdings(id, now);
    let fields = &snapshot.schema().holdings[usize::from(id.0)].fields;
    let mut seen = Vec::new();
    for (number, chunk) in holdings.chunks.iter().enumerate() {
        let Some(chunk) = chunk else { continue };
        for at in 0..chunk.len() {
            let row = number as u32 * CHUNK_ROWS + u32::from(chunk.rows[at]);
            assert!(holdings.of(row).unwrap().1.contains(&at));
            let values = fields.iter().enumerate();
            let values = values.map(|(field, known)| holdings.value(chunk, at, field, &known.kind));
            let key = holdings.key(chunk, at).unwrap();
            seen.push((row, chunk.since(at), Arc::clone(key), values.collect()));
        }
    }
    assert_eq!(seen.len() as u64, holdings.count);
    seen
}
