//! Reading the log: blocks in order with every checksum held, and the places of events.
//! Shared by readers and the committer; writes nothing.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::block::group::{self, Sort};
use super::block::{self, Head, Summary, body, column};
use super::catalog::{Catalog, Conflict, Owner, Subject};
use super::engine::{Engine, Order};
use super::error::StoreError;
use super::fact::{Fact, Row, Told};
use super::key;
use super::links::Links;
use super::pin::Pins;
use super::tail::Sight;
use super::tally::Tally;
use super::writer::Writer;
use crate::base::calendar::Instant;
use crate::schema::{EventId, RelationEnd};

/// What readers and the committer have in common.
pub struct Shared {
    /// The log.
    pub engine: Arc<Engine>,
    /// Names and numbers.
    pub catalog: Catalog,
    /// Held for each commit, and by whoever must see records between two.
    pub gate: Mutex<()>,
    /// Held by whoever goes through blocks; while somebody does, none are joined.
    pub layout: RwLock<()>,
    /// Records of an earlier commit, for who reads them.
    pub pins: Arc<Pins>,
    sight: RwLock<Sight>,
    /// Heads of all blocks that are seen, once someone asked for identities.
    index: RwLock<Option<Vec<Indexed>>>,
}

/// A block in the index.
#[derive(Clone, Copy, Debug)]
pub struct Indexed {
    /// Its first position.
    pub first: u64,
    /// Its head.
    pub summary: Summary,
}

impl Shared {
    /// Over the log that is written there.
    pub fn new(writer: &Writer, catalog: Catalog, sight: Sight) -> Self {
        Self {
            engine: Arc::clone(&writer.engine),
            catalog,
            gate: Mutex::new(()),
            layout: RwLock::new(()),
            pins: Arc::clone(&writer.pins),
            sight: RwLock::new(sight),
            index: RwLock::new(None),
        }
    }

    /// As committed, without the facts of an import that has not ended: what every reader goes by.
    pub fn tally(&self) -> Tally {
        self.sight().seen
    }

    /// How far the log is written, and how far it is seen.
    pub fn sight(&self) -> Sight {
        *self.sight.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a commit visible.
    pub fn publish(&self, sight: Sight, blocks: &[Indexed]) {
        *self.sight.write().unwrap_or_else(PoisonError::into_inner) = sight;
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = index.as_mut() {
            // One that was built meanwhile may hold them already.
            let last = index.last().map(|block| block.first);
            let new = blocks
                .iter()
                .filter(|block| last.is_none_or(|last| block.first > last));
            index.extend(new.copied());
        }
    }

    /// The places of blocks are others now.
    pub fn forget_index(&self) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Facts from a position on, block by block; `visit` gets the position of the first one.
    pub fn scan(
        &self,
        from: u64,
        visit: &mut dyn FnMut(u64, Vec<Fact>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let _layout = self.layout.read().unwrap_or_else(PoisonError::into_inner);
        walk(&self.engine, &self.tally(), from, &mut |head, body| {
            let count = head.summary.count as usize;
            let mut facts = body::decode(body, count, &self.catalog)
                .map_err(|fault| damaged_block(head.first, fault))?;
            let passed = from.saturating_sub(head.first);
            if passed > 0 {
                facts.drain(..(passed as usize).min(facts.len()));
            }
            visit(head.first.max(from), facts)
        })
    }

    /// Identities of the stored events of a kind at the wanted customers and instants.
    pub fn identities(
        &self,
        event: EventId,
        wanted: &[(Row, Instant)],
    ) -> Result<Vec<(Row, Instant, u64)>, StoreError> {
        let slot = self.catalog.event_slot(event);
        let slot = slot.ok_or_else(|| StoreError::bad("the schema has no such event"))?;
        let mut found = Vec::new();
        let _layout = self.layout.read().unwrap_or_else(PoisonError::into_inner);
        for first in self.blocks_with(slot, wanted)? {
            let stored = self.engine.get(&key::facts(first))?;
            let stored = stored.ok_or_else(|| damaged_block(first, "it is missing"))?;
            let (head, body, _) =
                block::open(&stored).map_err(|fault| damaged_block(first, fault))?;
            let no_body = || damaged_block(first, "its body is not one of this format");
            let count = head.summary.count as usize;
            let (groups, _) = group::read_all(body, count).ok_or_else(no_body)?;
            for group in &groups {
                if group.shape.sort != Sort::Event || group.shape.slot != slot {
                    continue;
                }
                for place in body::places(group).ok_or_else(no_body)? {
                    if wanted.binary_search(&(place.row, place.at)).is_ok() {
                        found.push((place.row, place.at, place.identity));
                    }
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// What the stored events of a kind say that lie at these customers and instants, in the order of both,
    /// with their identities. `wanted` is sorted.
    pub fn told(
        &self,
        event: EventId,
        wanted: &[(Row, Instant)],
    ) -> Result<Vec<(Row, Instant, Told)>, StoreError> {
        let slot = self.catalog.event_slot(event);
        let slot = slot.ok_or_else(|| StoreError::bad("the schema has no such event"))?;
        let mut found = Vec::new();
        let _layout = self.layout.read().unwrap_or_else(PoisonError::into_inner);
        for first in self.blocks_with(slot, wanted)? {
            let stored = self.engine.get(&key::facts(first))?;
            let stored = stored.ok_or_else(|| damaged_block(first, "it is missing"))?;
            let (head, body, _) =
                block::open(&stored).map_err(|fault| damaged_block(first, fault))?;
            let facts = body::decode(body, head.summary.count as usize, &self.catalog)
                .map_err(|fault| damaged_block(first, fault))?;
            for fact in facts {
                if let Fact::Event {
                    event: kind,
                    row,
                    at,
                    identity,
                    fields,
                    ..
                } = fact
                    && kind == event
                    && wanted.binary_search(&(row, at)).is_ok()
                {
                    found.push((row, at, (identity, fields)));
                }
            }
        }
        Ok(found)
    }

    /// First positions of the blocks that may hold such events there.
    fn blocks_with(&self, slot: u16, wanted: &[(Row, Instant)]) -> Result<Vec<u64>, StoreError> {
        let (Some(least), Some(greatest)) = (
            wanted.iter().map(|(_, at)| at.0).min(),
            wanted.iter().map(|(_, at)| at.0).max(),
        ) else {
            return Ok(Vec::new());
        };
        self.build_index()?;
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let holds = |block: &&Indexed| {
            let Summary {
                instants,
                rows,
                kinds,
                ..
            } = block.summary;
            let from = wanted.partition_point(|(row, _)| row.0 < rows.0);
            let until = wanted.partition_point(|(row, _)| row.0 <= rows.1);
            kinds & 1 << (slot % 64) != 0
                && instants.0 <= greatest
                && least <= instants.1
                && wanted.get(from..until).is_some_and(|near| {
                    near.iter()
                        .any(|(_, at)| instants.0 <= at.0 && at.0 <= instants.1)
                })
        };
        let blocks = index.iter().flatten().filter(holds);
        Ok(blocks.map(|block| block.first).collect())
    }

    fn build_index(&self) -> Result<(), StoreError> {
        let built = |index: &Option<Vec<Indexed>>| index.is_some();
        if built(&self.index.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if built(&index) {
            return Ok(());
        }
        let mut blocks = Vec::new();
        walk(&self.engine, &self.tally(), 0, &mut |head, _| {
            blocks.push(Indexed {
                first: head.first,
                summary: head.summary,
            });
            Ok(())
        })?;
        *index = Some(blocks);
        Ok(())
    }
}

/// Gets head and body of a block.
pub type VisitBlock<'a> = &'a mut dyn FnMut(&Head, &[u8]) -> Result<(), StoreError>;

/// Visits head and body of each block from the one that holds `from` up to the end of `tally`.
/// Every checksum, the chain between blocks and the last link are held.
pub fn walk(
    engine: &Engine,
    tally: &Tally,
    from: u64,
    visit: VisitBlock,
) -> Result<(), StoreError> {
    if from >= tally.position {
        return Ok(());
    }
    let start = block_at(engine, from)?;
    let mut links = Links::from(start, (start == 0).then_some(0));
    let until = key::facts(tally.position);
    engine.scan(
        &key::facts(start),
        &until,
        Order::Rising,
        &mut |key, value| {
            let first = key::facts_position(key)
                .ok_or_else(|| StoreError::damaged("a block lies under a key that is none"))?;
            links.place(first)?;
            let (head, body, checksum) =
                block::open(value).map_err(|fault| damaged_block(first, fault))?;
            links.hold(first, &head, checksum)?;
            visit(&head, body)?;
            Ok(true)
        },
    )?;
    links.end(tally)
}

/// First position of the block that holds a position.
fn block_at(engine: &Engine, position: u64) -> Result<u64, StoreError> {
    let mut start = 0;
    let until = key::facts(position.saturating_add(1));
    engine.scan(&key::facts(0), &until, Order::Falling, &mut |key, _| {
        start = key::facts_position(key).unwrap_or(0);
        Ok(false)
    })?;
    Ok(start)
}

/// How many facts each contradiction of a schema affects.
pub fn count_affected(
    engine: &Engine,
    tally: &Tally,
    conflicts: &[Conflict],
) -> Result<Vec<u64>, StoreError> {
    let mut counts = vec![0; conflicts.len()];
    walk(engine, tally, 0, &mut |head, body| {
        let no_body = || damaged_block(head.first, "its body is not one of this format");
        let count = head.summary.count as usize;
        let (groups, _) = group::read_all(body, count).ok_or_else(no_body)?;
        for group in &groups {
            for (conflict, total) in conflicts.iter().zip(&mut counts) {
                *total += affected(group, conflict).ok_or_else(no_body)?;
            }
        }
        Ok(())
    })?;
    Ok(counts)
}

fn affected(group: &group::Group, conflict: &Conflict) -> Option<u64> {
    let shape = &group.shape;
    let (owner, slot, kind) = match conflict.subject {
        Subject::Relation { slot, end } => {
            let sort = match end {
                RelationEnd::Customer => Sort::Edge,
                RelationEnd::Text => Sort::TextEdge,
            };
            let same = shape.sort == sort && shape.slot == slot;
            return Some(if same { group.count as u64 } else { 0 });
        }
        Subject::Field { owner, slot, kind } => (owner, slot, kind),
    };
    let same = match owner {
        Owner::Customer => shape.sort == Sort::Attributes,
        Owner::Event(number) => shape.sort == Sort::Event && shape.slot == number,
        Owner::Holding(number) => shape.sort == Sort::Holding && shape.slot == number,
    };
    if !same {
        return Some(0);
    }
    let codes: BTreeSet<u16> = conflict.values.iter().map(|(code, _)| *code).collect();
    let codes = (!codes.is_empty()).then_some(&codes);
    let columns = group.fields().filter(|(field, _)| *field == slot);
    columns
        .map(|(_, bytes)| column::carriers(bytes, group.count, kind, codes))
        .sum()
}

/// Damage of one block.
pub fn damaged_block(first: u64, fault: &str) -> StoreError {
    StoreError::damaged(format!("block at position {first}: {fault}"))
}
