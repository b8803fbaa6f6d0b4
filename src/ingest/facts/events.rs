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
        let said = Said::of(&sought, &stored, snapshot, store)?;
        let mut facts = Vec::new();
        for event in sought {
            let (kind, row, at, identity) = event.identity;
            let same = match self.taken.get(&event.identity) {
                Some(fields) => Some(*fields == event.fields),
                None if stored.contains(&event.identity) => {
                    Some(!event.named || said.is_what(&event))
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

/// What stored events say whose ids a request sends again.
#[derive(Debug, Default)]
struct Said {
    /// Where one event lies alone.
    alone: HashMap<(EventId, Row, Instant), Fields>,
    /// Columns do not keep identities: of several events at one instant the log tells which is meant.
    among: HashMap<Identity, Vec<Fields>>,
}

impl Said {
    /// Every place is looked at once, however many events lie there or are sent for it.
    fn of(
        sought: &[Sought],
        stored: &HashSet<Identity>,
        snapshot: &Snapshot,
        store: &Store,
    ) -> Result<Self, StoreError> {
        let mut places: BTreeMap<EventId, Vec<(Row, Instant)>> = BTreeMap::new();
        let again = |event: &&Sought| event.named && stored.contains(&event.identity);
        for event in sought.iter().filter(again) {
            let (kind, row, at, _) = event.identity;
            places.entry(kind).or_default().push((row, at));
        }
        let mut said = Self::default();
        for (kind, mut places) in places {
            places.sort_unstable();
            places.dedup();
            places.retain(|(row, at)| {
                let mut there = snapshot.events_at(kind, row.0, *at);
                match (there.pop(), there.is_empty()) {
                    (Some(only), true) => {
                        said.alone.insert((kind, *row, *at), only);
                        false
                    }
                    _ => true,
                }
            });
            for (row, at, (identity, fields)) in store.told(kind, &places)? {
                let among = said.among.entry((kind, row, at, identity));
                among.or_default().push(fields);
            }
        }
        Ok(said)
    }

    /// Whether the stored event under the identity of this one says what it says.
    fn is_what(&self, event: &Sought) -> bool {
        let (kind, row, at, _) = event.identity;
        if let Some(only) = self.alone.get(&(kind, row, at)) {
            return *only == event.fields;
        }
        let among = self.among.get(&event.identity);
        let mut among = among.into_iter().flatten();
        among.any(|fields| same_fields(fields, &event.fields))
    }
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
