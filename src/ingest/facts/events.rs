//! Which events of a request are new: held against the store, against what came since,
//! and against each other. The id of an event that says something else is refused.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::LineOutcome;
use super::fault::{self, LineFault};
use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::columns::Snapshot;
use crate::ingest::state::same_fields;
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};
use crate::store::{Store, StoreError};

/// What makes an event the same.
type Identity = (EventId, Row, Instant, u64);
/// Values by field.
type Fields = Vec<Option<Value>>;

/// An event of a request.
#[derive(Debug)]
pub struct Sought {
    /// Place of its line in the request.
    pub line: usize,
    /// What makes it the same.
    pub identity: Identity,
    /// Order within the instant.
    pub sequence: Option<i64>,
    /// Whether the id is from outside, so that another content under it is a fault.
    pub named: bool,
    /// What it says.
    pub fields: Fields,
}

/// Events taken since the snapshot.
#[derive(Debug, Default)]
pub struct Events {
    taken: HashMap<Identity, Fields>,
}

impl Events {
    /// Sorts the events of one request, in its order: what each comes to, and the facts of those that are new.
    pub fn take(
        &mut self,
        sought: Vec<Sought>,
        snapshot: &Snapshot,
        store: &Store,
        outcomes: &mut [LineOutcome],
    ) -> Result<Vec<Fact>, StoreError> {
        let stored = stored(&sought, snapshot, store)?;
        let mut facts = Vec::new();
        for event in sought {
            let (kind, row, at, identity) = event.identity;
            let same = match self.taken.get(&event.identity) {
                Some(fields) => Some(*fields == event.fields),
                None if stored.contains(&event.identity) => {
                    Some(!event.named || says_the_same(&event, snapshot, store)?)
                }
                None => None,
            };
            let outcome = match same {
                Some(false) if event.named => LineOutcome::Rejected(other_content()),
                Some(_) => LineOutcome::Repeated,
                None => LineOutcome::Accepted,
            };
            if same.is_none() {
                facts.push(Fact::Event {
                    event: kind,
                    row,
                    at,
                    sequence: event.sequence,
                    identity,
                    fields: event.fields.clone(),
                });
                self.taken.insert(event.identity, event.fields);
            }
            if let Some(place) = outcomes.get_mut(event.line) {
                *place = outcome;
            }
        }
        Ok(facts)
    }
}

/// Whether the stored event under the identity of this one says what it says.
fn says_the_same(event: &Sought, snapshot: &Snapshot, store: &Store) -> Result<bool, StoreError> {
    let (kind, row, at, identity) = event.identity;
    // Columns do not keep identities: of several events at one instant the log tells which is meant.
    if let [only] = snapshot.events_at(kind, row.0, at).as_slice() {
        return Ok(*only == event.fields);
    }
    let told = store.told(kind, row, at)?;
    let mut same = told.iter().filter(|(of, _)| *of == identity);
    Ok(same.any(|(_, fields)| same_fields(fields, &event.fields)))
}

fn other_content() -> LineFault {
    LineFault::key(
        fault::OTHER_CONTENT,
        "id",
        "this customer has an event of this kind, instant and id that says something else; \
         an event never changes: send another one with another id",
    )
}

/// Those of the events that the store has. Where the snapshot has no event of the kind at the
/// instant the store is not asked.
fn stored(
    sought: &[Sought],
    snapshot: &Snapshot,
    store: &Store,
) -> Result<HashSet<Identity>, StoreError> {
    let mut places: BTreeMap<EventId, Vec<(Row, Instant)>> = BTreeMap::new();
    for event in sought {
        let (kind, row, at, _) = event.identity;
        if snapshot.events(kind).contains(row.0, at) {
            places.entry(kind).or_default().push((row, at));
        }
    }
    let mut found = HashSet::new();
    for (kind, mut places) in places {
        places.sort_unstable();
        places.dedup();
        let known = store.identities(kind, &places)?;
        found.extend(
            known
                .into_iter()
                .map(|(row, at, identity)| (kind, row, at, identity)),
        );
    }
    Ok(found)
}
