//! The history of entered and left: match records in the store, numbered without gaps,
//! packed in blocks. Who entered is found elsewhere; who listens is served elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::members::{Cause, Change};
use crate::base::calendar::Instant;
use crate::base::limit::MATCHES_BLOCK_MAX;
use crate::columns::Snapshot;
use crate::store::{Record, Shelf};
use crate::store::{Store, StoreError};

/// First byte of the keys of blocks on the shelf of memberships.
pub(super) const BLOCK: u8 = b'b';
/// Row of a record that is about a whole filter.
const NOBODY: u32 = u32::MAX;

/// In the place of the filter where a record was about somebody who is erased; read as that of a
/// condition nobody sees.
const FORGOTTEN: &str = "care \u{0}";

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A customer entered.
    Entered,
    /// A customer left.
    Left,
    /// The filter is new and starts with so many members.
    Initial {
        /// How many.
        members: u64,
    },
    /// The filter is no more.
    Dropped,
}

/// One record of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// From 1, without gaps; audiences of care plans leave their numbers unused, and so does what a compaction
    /// has taken away of erased customers.
    pub sequence: u64,
    /// First name of the filter.
    pub rule: Arc<str>,
    /// Who; `None` for [`What::Initial`] and [`What::Dropped`], and for whoever has been erased since.
    pub customer: Option<Arc<str>>,
    /// What happened.
    pub what: What,
    /// When.
    pub at: Instant,
    /// Why.
    pub cause: Cause,
}

/// A record about a row or a whole filter, before it has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub rule: Arc<str>,
    pub row: Option<u32>,
    pub what: What,
    pub at: Instant,
    pub cause: Cause,
}

impl From<&Change> for Entry {
    fn from(change: &Change) -> Self {
        Self {
            rule: Arc::clone(&change.filter),
            row: Some(change.row),
            what: if change.entered {
                What::Entered
            } else {
                What::Left
            },
            at: change.at,
            cause: change.cause.clone(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredBlock {
    /// Names that items point to.
    names: Vec<String>,
    items: Vec<StoredItem>,
}

#[derive(Serialize, Deserialize)]
struct StoredItem {
    rule: u32,
    row: u32,
    what: StoredWhat,
    at: i64,
    cause: StoredCause,
}

#[derive(Serialize, Deserialize)]
enum StoredWhat {
    Entered,
    Left,
    Initial(u64),
    Dropped,
}

#[derive(Serialize, Deserialize)]
enum StoredCause {
    Fact(u32),
    Time,
    Rule,
    Plugin,
    Restart,
    Erasure,
    Ranks,
}

/// Names by place, each once.
#[derive(Default)]
struct Names {
    places: BTreeMap<Arc<str>, u32>,
    list: Vec<String>,
}

impl Names {
    fn place(&mut self, name: &Arc<str>) -> u32 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.to_string());
        self.places.insert(Arc::clone(name), place);
        place
    }
}

/// The record of at most [`MATCHES_BLOCK_MAX`] entries, the first of which has that number.
pub(super) fn record(first: u64, entries: &[Entry]) -> Record {
    let mut names = Names::default();
    let items = entries
        .iter()
        .map(|entry| StoredItem {
            rule: names.place(&entry.rule),
            row: entry.row.unwrap_or(NOBODY),
            what: match &entry.what {
                What::Entered => StoredWhat::Entered,
                What::Left => StoredWhat::Left,
                What::Initial { members } => StoredWhat::Initial(*members),
                What::Dropped => StoredWhat::Dropped,
            },
            at: entry.at.0,
            cause: match &entry.cause {
                Cause::Fact { kind } => StoredCause::Fact(names.place(kind)),
                Cause::Time => StoredCause::Time,
                Cause::Rule => StoredCause::Rule,
                Cause::Plugin => StoredCause::Plugin,
                Cause::Restart => StoredCause::Restart,
                Cause::Erasure => StoredCause::Erasure,
                Cause::Ranks => StoredCause::Ranks,
            },
        })
        .collect();
    let block = StoredBlock {
        names: names.list,
        items,
    };
    Record {
        shelf: Shelf::Membership,
        key: key(first),
        // Plain numbers and texts always have a form.
        value: postcard::to_allocvec(&block).ok(),
    }
}

/// The record that takes a block away.
pub(super) fn removal(first: u64) -> Record {
    Record {
        shelf: Shelf::Membership,
        key: key(first),
        value: None,
    }
}

/// A block without what it says of these rows; `None` when it says nothing of them. Numbers go on without
/// gaps: in the place of each record is one that nobody is told of.
pub(super) fn without(value: &[u8], rows: &BTreeSet<u32>) -> Option<Vec<u8>> {
    let mut entries = entries(value)?;
    let mut found = false;
    for entry in &mut entries {
        if entry.row.is_some_and(|row| rows.contains(&row)) && *entry.rule != *FORGOTTEN {
            found = true;
            *entry = Entry {
                rule: FORGOTTEN.into(),
                row: entry.row,
                what: What::Left,
                at: Instant(0),
                cause: Cause::Erasure,
            };
        }
    }
    found.then(|| record(0, &entries).value).flatten()
}

fn key(first: u64) -> Vec<u8> {
    let mut key = vec![BLOCK];
    key.extend_from_slice(&first.to_be_bytes());
    key
}

fn entries(value: &[u8]) -> Option<Vec<Entry>> {
    let block: StoredBlock = postcard::from_bytes(value).ok()?;
    let names: Vec<Arc<str>> = block
        .names
        .iter()
        .map(|name| name.as_str().into())
        .collect();
    let name = |place: u32| names.get(place as usize).map(Arc::clone);
    block
        .items
        .into_iter()
        .map(|item| {
            Some(Entry {
                rule: name(item.rule)?,
                row: (item.row != NOBODY).then_some(item.row),
                what: match item.what {
                    StoredWhat::Entered => What::Entered,
                    StoredWhat::Left => What::Left,
                    StoredWhat::Initial(members) => What::Initial { members },
                    StoredWhat::Dropped => What::Dropped,
                },
                at: Instant(item.at),
                cause: match item.cause {
                    StoredCause::Fact(kind) => Cause::Fact { kind: name(kind)? },
                    StoredCause::Time => Cause::Time,
                    StoredCause::Rule => Cause::Rule,
                    StoredCause::Plugin => Cause::Plugin,
                    StoredCause::Restart => Cause::Restart,
                    StoredCause::Erasure => Cause::Erasure,
                    StoredCause::Ranks => Cause::Ranks,
                },
            })
        })
        .collect()
}

/// Visits the blocks that may hold records from that number on, with the number of their first; the visitor
/// says whether to go on.
pub(super) fn blocks(
    store: &Store,
    from: u64,
    visit: &mut dyn FnMut(u64, Vec<Entry>) -> bool,
) -> Result<(), StoreError> {
    // A block that begins before may reach so far.
    let start = from.saturating_sub(MATCHES_BLOCK_MAX as u64);
    store.records_between(
        Shelf::Membership,
        &key(start),
        &[BLOCK + 1],
        &mut |key, value| {
            let first = key
                .get(1..)
                .and_then(|bytes| bytes.try_into().ok())
                .map(u64::from_be_bytes);
            match first.zip(entries(value)) {
                Some((first, entries)) => Ok(visit(first, entries)),
                None => Err(StoreError::Damaged {
                    what: "a block of match records".to_owned(),
                }),
            }
        },
    )
}

/// Which records are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// Those after this number,
    pub after: u64,
    /// up to this one. It is what was published with the snapshot: the store is ahead of both for a moment, with
    /// records of customers that the snapshot does not know yet.
    pub last: u64,
    /// Records after this number reach a reader who was there when they came: they name whom they are about
    /// also where that customer was erased, else nobody would know who left.
    pub heard_after: u64,
}

/// Records of a span, at most so many, and the number up to which was looked. Those about customers erased since
/// are there without their ids, so that whoever counts along comes to what the filters count.
pub(super) fn after(
    store: &Store,
    snapshot: &Snapshot,
    span: Span,
    count_max: usize,
) -> Result<(Vec<Match>, u64), StoreError> {
    let Span {
        after,
        last,
        heard_after,
    } = span;
    let mut found = Vec::new();
    let mut seen = after;
    blocks(store, after + 1, &mut |first, entries| {
        for (sequence, entry) in (first..).zip(entries) {
            if sequence <= after {
                continue;
            }
            if sequence > last || found.len() >= count_max {
                return false;
            }
            seen = sequence;
            if is_audience(&entry.rule) {
                continue;
            }
            let heard = sequence > heard_after;
            let customer = entry.row.and_then(|row| named(snapshot, row, heard));
            found.push(Match {
                sequence,
                rule: entry.rule,
                customer,
                what: entry.what,
                at: entry.at,
                cause: entry.cause,
            });
        }
        true
    })?;
    Ok((found, seen))
}

/// Whether a watched condition is the audience of a care plan: no filter that anyone saved.
pub fn is_audience(name: &str) -> bool {
    name.starts_with("care ")
}

/// The id of a customer; of one that was erased only for whoever heard of it as it happened.
fn named(snapshot: &Snapshot, row: u32, heard: bool) -> Option<Arc<str>> {
    let id = snapshot.ids().get(row);
    id.filter(|_| heard || !snapshot.is_hidden(row)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_the_erased_goes_and_the_numbers_stay() {
        let entry = |rule: &str, row: u32| Entry {
            rule: rule.into(),
            row: Some(row),
            what: What::Entered,
            at: Instant(7),
            cause: Cause::Fact {
                kind: "purchase".into(),
            },
        };
        let given = [entry("rich", 3), entry("secretly", 4), entry("rich", 5)];
        let value = record(9, &given).value.unwrap();
        let rows = BTreeSet::from([4]);
        let rest = without(&value, &rows).unwrap();
        let read = entries(&rest).unwrap();
        assert_eq!(read.len(), 3);
        assert_eq!((&read[0], &read[2]), (&given[0], &given[2]));
        assert!(is_audience(&read[1].rule) && read[1].at == Instant(0));
        assert!(!rest.windows(8).any(|part| part == b"secretly"));
        // Nothing more to take away, and nothing of others.
        assert_eq!(without(&rest, &rows), None);
        assert_eq!(without(&value, &BTreeSet::from([9])), None);
    }
}
