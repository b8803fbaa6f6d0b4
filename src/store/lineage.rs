//! Whether two logs are of one line: logs only grow, so that of two states of one store the one holds what
//! the other one held, as far as both go. Said of whole logs, wherever they lie; what is left of a damaged
//! one is held against a backup in `salvage`.

use super::Store;
use super::backup::Chain;
use super::block::body;
use super::catalog::Catalog;
use super::engine::Order;
use super::error::StoreError;
use super::fact::{Fact, Target};
use super::key;
use super::log::{self, damaged_block};
use super::open;
use super::salvage::says_nothing;
use super::tally::Tally;
use crate::base::checksum::Hasher;

/// In the place of a fact that erasing or a salvage may have put there: it proves nothing.
const NOTHING: u64 = 0;

/// A whole log.
#[derive(Clone, Copy)]
pub enum Log<'a> {
    /// Of an open store.
    Store(&'a Store),
    /// Of a backup.
    Backup(&'a Chain),
}

/// What two logs have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Common {
    /// So many facts, and wherever both say something they say the same.
    Facts(u64),
    /// Nothing tells.
    Nothing,
    /// At that position they hold other facts.
    OtherFacts(u64),
    /// The kinds of facts that they know are others.
    OtherKinds,
}

/// What is kept of a log to hold another one against it: eight bytes a fact.
pub struct Lineage {
    names: Vec<Vec<u8>>,
    marks: Vec<u64>,
}

impl Log<'_> {
    /// Names the log.
    pub fn epoch(&self) -> u64 {
        self.tally().epoch
    }

    /// Its commits; they are counted on where a log is written anew.
    pub fn commits(&self) -> u64 {
        self.tally().commits
    }

    fn tally(&self) -> Tally {
        match self {
            Log::Store(store) => store.tally(),
            Log::Backup(chain) => chain
                .last()
                .map_or_else(Tally::default, |last| last.manifest.tally()),
        }
    }

    /// Its list of names as it is stored: only ever added to, and copied wherever a log is written anew.
    fn names(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut names = Vec::new();
        match self {
            Log::Store(store) => {
                let (from, until) = ([key::CATALOG], [key::CATALOG + 1]);
                let engine = &store.shared()?.engine;
                engine.scan(&from, &until, Order::Rising, &mut |_, value| {
                    names.push(value.to_vec());
                    Ok(true)
                })?;
            }
            Log::Backup(chain) => {
                if let Some(last) = chain.last() {
                    last.records(&mut |key, value| {
                        if key.first() == Some(&key::CATALOG) {
                            names.push(value.to_vec());
                        }
                        Ok(())
                    })?;
                }
            }
        }
        Ok(names)
    }

    /// Visits its facts with their positions. What is damaged ends the reading of a store: it is what lies
    /// before that is held against the other one.
    fn facts(
        &self,
        names: &[Vec<u8>],
        visit: &mut dyn FnMut(u64, &Fact),
    ) -> Result<(), StoreError> {
        let catalog = open::tables_of(names)?.whole();
        let mut block = |first: u64, count: u32, bytes: &[u8]| {
            visit_block((first, count, bytes), &catalog, visit)
        };
        match self {
            Log::Store(store) => {
                let shared = store.shared()?;
                let read = log::walk(&shared.engine, &shared.tally(), 0, &mut |head, bytes| {
                    block(head.first, head.summary.count, bytes)
                });
                match read {
                    Err(StoreError::Damaged { .. }) => Ok(()),
                    other => other,
                }
            }
            Log::Backup(chain) => {
                chain.blocks(&mut |head, bytes| block(head.first, head.summary.count, bytes))
            }
        }
    }
}

fn visit_block(
    (first, count, bytes): (u64, u32, &[u8]),
    catalog: &Catalog,
    visit: &mut dyn FnMut(u64, &Fact),
) -> Result<(), StoreError> {
    let facts = body::decode(bytes, count as usize, catalog);
    let facts = facts.map_err(|fault| damaged_block(first, fault))?;
    for (position, fact) in (first..).zip(&facts) {
        visit(position, fact);
    }
    Ok(())
}

impl Lineage {
    /// Reads a log.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(log: Log<'_>) -> Result<Lineage, StoreError> {
        let names = log.names()?;
        let mut marks = Vec::new();
        log.facts(&names, &mut |_, fact| marks.push(mark(fact)))?;
        Ok(Lineage { names, marks })
    }

    /// Reads another log and says what the two have in common.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn common(&self, log: Log<'_>) -> Result<Common, StoreError> {
        let names = log.names()?;
        if self
            .names
            .iter()
            .zip(&names)
            .any(|(one, other)| one != other)
        {
            return Ok(Common::OtherKinds);
        }
        let (mut shared, mut parted) = (0, None);
        log.facts(&names, &mut |position, fact| {
            let place = usize::try_from(position).ok();
            let own = place.and_then(|place| self.marks.get(place));
            let own = own.copied().unwrap_or(NOTHING);
            let other = mark(fact);
            if own == NOTHING || other == NOTHING || parted.is_some() {
                return;
            }
            match own == other {
                true => shared += 1,
                false => parted = Some(position),
            }
        })?;
        Ok(match (parted, shared) {
            (Some(position), _) => Common::OtherFacts(position),
            (None, 0) => Common::Nothing,
            (None, facts) => Common::Facts(facts),
        })
    }
}

/// A hash of whose fact it is, of which kind and of when; the values of an event are in its identity.
fn mark(fact: &Fact) -> u64 {
    if says_nothing(fact) {
        return NOTHING;
    }
    let mut hasher = Hasher::new();
    let since = |at: &Option<crate::base::calendar::Instant>| at.map_or(i64::MIN, |at| at.0);
    let (numbers, text) = match fact {
        Fact::Customer { row, id } => ([0, i64::from(row.0), 0, 0, 0], &**id),
        Fact::Attributes {
            row,
            since: at,
            fields,
        } => {
            for (field, _) in fields {
                hasher.write(&field.0.to_le_bytes());
            }
            ([1, i64::from(row.0), since(at), 0, 0], "")
        }
        Fact::Event {
            event,
            row,
            at,
            identity,
            ..
        } => {
            let (event, identity) = (i64::from(event.0), identity.cast_signed());
            ([2, event, i64::from(row.0), at.0, identity], "")
        }
        Fact::Holding {
            holding,
            row,
            key,
            since: at,
            ..
        } => {
            let (holding, row) = (i64::from(holding.0), i64::from(row.0));
            ([3, holding, row, since(at), 0], &**key)
        }
        Fact::Relation {
            relation,
            from,
            to,
            since: at,
        } => {
            let (row, text) = match to {
                Target::Customer(row) => (i64::from(row.0), ""),
                Target::Text(text) => (-1, &**text),
            };
            let (relation, from) = (i64::from(relation.0), i64::from(from.0));
            ([4 + (relation << 8), from, row, since(at), 0], text)
        }
    };
    for number in numbers {
        hasher.write(&number.to_le_bytes());
    }
    hasher.write(text.as_bytes());
    hasher.finish().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::backup::Job;
    use crate::store::tests::{facts_of, open, others_of, schema};

    fn backup_of(store: &Store, kept: &std::path::Path) -> Chain {
        let job = Job {
            folder: kept,
            incremental: false,
            stop: &|| false,
        };
        Chain::of(&store.backup(&job).unwrap().path).unwrap()
    }

    #[test]
    fn states_of_one_store_have_all_in_common_and_another_store_has_not() {
        let place = tempfile::tempdir().unwrap();
        let one = open(&place.path().join("one"), &schema()).unwrap();
        for row in 0..20 {
            one.append(facts_of(row)).unwrap();
        }
        let older = backup_of(&one, &place.path().join("kept"));
        for row in 20..30 {
            one.append(facts_of(row)).unwrap();
        }
        for (log, other) in [
            (Log::Store(&one), Log::Backup(&older)),
            (Log::Backup(&older), Log::Store(&one)),
        ] {
            let found = Lineage::of(log).unwrap().common(other).unwrap();
            assert!(
                matches!(found, Common::Facts(facts) if facts > 100),
                "{found:?}"
            );
        }
        let two = open(&place.path().join("two"), &schema()).unwrap();
        two.append((0..20).flat_map(others_of).collect()).unwrap();
        let found = Lineage::of(Log::Store(&two)).unwrap();
        let found = found.common(Log::Backup(&older)).unwrap();
        assert!(matches!(found, Common::OtherFacts(_)), "{found:?}");
        let empty = open(&place.path().join("empty"), &schema()).unwrap();
        let found = Lineage::of(Log::Store(&empty)).unwrap();
        assert_eq!(found.common(Log::Store(&one)).unwrap(), Common::Nothing);
    }

    #[test]
    fn a_store_of_other_kinds_of_facts_is_another_one() {
        let place = tempfile::tempdir().unwrap();
        let one = open(&place.path().join("one"), &schema()).unwrap();
        one.append(facts_of(0)).unwrap();
        let mut others = schema();
        others.events.reverse();
        others.attributes.clear();
        let two = open(&place.path().join("two"), &others).unwrap();
        let found = Lineage::of(Log::Store(&one)).unwrap();
        assert_eq!(found.common(Log::Store(&two)).unwrap(), Common::OtherKinds);
    }
}
