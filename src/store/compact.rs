//! Writing a closed store anew: small blocks joined, space given back, and what is stored of
//! erased customers taken out for good. Rows and positions stay what they are, so that nothing
//! that names them has to change: in the place of a fact that goes lies one that says nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::block::{Body, body, pack};
use super::catalog::Catalog;
use super::engine::{Engine, Order};
use super::error::StoreError;
use super::fact::{Fact, Row, Target};
use super::key;
use super::log::{self, Shared};
use super::open;
use super::options::Options;
use super::rebuild::Rebuild;
use super::record::Shelf;
use super::swap::{self, COMPACT};
use super::tail;
use super::tally::Tally;
use super::{Store, StoreSize};
use crate::base::limit;
use crate::schema::HoldingId;

/// What becomes of a record; `None`: it goes.
pub type Fate<'a> = &'a mut dyn FnMut(Shelf, &[u8], Vec<u8>) -> Option<Vec<u8>>;

/// Texts by which erased customers are known in files beside the store.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Gone {
    /// Their ids.
    pub ids: BTreeSet<Arc<str>>,
    /// Keys of holdings that nobody else ever had.
    pub keys: BTreeSet<Arc<str>>,
}

/// What compacting did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compacted {
    /// Before.
    pub before: StoreSize,
    /// After.
    pub after: StoreSize,
    /// Facts of erased customers that were rewritten.
    pub facts_forgotten: u64,
    /// Records about them that were rewritten or taken away.
    pub records_forgotten: u64,
}

/// What is to be done.
pub struct Work<'a> {
    /// Rows of erased customers.
    pub erased: &'a BTreeSet<u32>,
    /// What becomes of each record.
    pub fate: Fate<'a>,
    /// Called before the new log takes the place of the old one: cleans files beside the store.
    pub beside: &'a mut dyn FnMut(&Gone) -> Result<(), StoreError>,
}

/// Writes a store anew and puts it in the place of the old one. A crash leaves one of the two.
pub fn compact(mut store: Store, work: Work<'_>) -> Result<Compacted, StoreError> {
    let before = store.size()?;
    let data = store.data_folder()?.to_owned();
    let options = store.options.clone();
    let shared = store.shared()?;
    let catalog = open::read_tables(&shared.engine)?.whole();
    let tally = shared.tally();
    check_room(shared, &options, &data)?;
    let mut erasing = Erasing::find(work.erased, &shared.engine, &tally, &catalog)?;
    let place = data.join(COMPACT);
    let mut joining = Joining {
        rebuild: Rebuild::begin(&place, &options, tally.commits)?,
        loose: Vec::new(),
        loose_bytes: 0,
        catalog: &catalog,
    };
    log::walk(&shared.engine, &tally, 0, &mut |head, bytes| {
        let is_small = bytes.len() < limit::STORE_SMALL_BLOCK_BYTES;
        if !is_small && erasing.rows.is_empty() {
            return joining.whole(&Body {
                bytes: bytes.to_vec(),
                summary: head.summary,
            });
        }
        let facts = body::decode(bytes, head.summary.count as usize, &catalog)
            .map_err(|fault| log::damaged_block(head.first, fault))?;
        match erasing.take_out(facts) {
            (facts, 0) if !is_small => {
                drop(facts);
                joining.whole(&Body {
                    bytes: bytes.to_vec(),
                    summary: head.summary,
                })
            }
            (facts, _) => joining.loose(facts),
        }
    })?;
    let records_forgotten = records(&shared.engine, &mut joining.rebuild, work.fate)?;
    joining.join()?;
    let (made, new) = joining.rebuild.finish()?;
    if (new.position, new.customers) != (tally.position, tally.customers) {
        return Err(StoreError::damaged("what was written anew is another log"));
    }
    drop(made);
    (work.beside)(&erasing.gone)?;
    let folder = store.finish()?.ok_or(StoreError::Stopped)?;
    swap::swap(folder.path())?;
    let log = folder.join(super::folder::LOG);
    let after = StoreSize::of(&new, super::engine::folder_bytes(&log)?);
    Ok(Compacted {
        before,
        after,
        facts_forgotten: erasing.count,
        records_forgotten,
    })
}

/// The new log takes less than the old one, but both are there for a while.
fn check_room(
    shared: &Shared,
    options: &Options,
    data: &std::path::Path,
) -> Result<(), StoreError> {
    let free = (options.free_bytes)(data)
        .map_err(|error| StoreError::io("ask for free space of", data, &error))?;
    let needed = shared.engine.size()? + limit::STORE_FREE_BYTES_MIN;
    match free < needed {
        true => Err(StoreError::NoSpace { free, needed }),
        false => Ok(()),
    }
}

/// Copies what lies beside the facts; counts what was changed.
fn records(engine: &Engine, rebuild: &mut Rebuild, fate: Fate) -> Result<u64, StoreError> {
    let mut changed = 0;
    for (from, until) in key::beside_facts() {
        engine.scan(&from, &until, Order::Rising, &mut |key, value| {
            // The tail is not copied.
            if key == key::TALLY || key == tail::key() {
                return Ok(true);
            }
            let split = key.split_first();
            let shelf = split.and_then(|(first, rest)| Some((Shelf::of_byte(*first)?, rest)));
            let Some((shelf, rest)) = shelf else {
                rebuild.record(key.to_vec(), value.to_vec())?;
                return Ok(true);
            };
            match fate(shelf, rest, value.to_vec()) {
                Some(kept) => {
                    changed += u64::from(kept != value);
                    rebuild.record(key.to_vec(), kept)?;
                }
                None => changed += 1,
            }
            Ok(true)
        })?;
    }
    Ok(changed)
}

/// Blocks on their way to the new log; facts of small and rewritten ones are packed together.
struct Joining<'a> {
    rebuild: Rebuild,
    loose: Vec<Fact>,
    loose_bytes: usize,
    catalog: &'a Catalog,
}

impl Joining<'_> {
    fn whole(&mut self, body: &Body) -> Result<(), StoreError> {
        self.join()?;
        self.rebuild.block(body)
    }

    fn loose(&mut self, facts: Vec<Fact>) -> Result<(), StoreError> {
        self.loose_bytes += facts.iter().map(pack::raw_bytes).sum::<usize>();
        self.loose.extend(facts);
        // Cut now and then, so that few stay in memory; the last block of a cut may be small.
        match self.loose_bytes > limit::COMPACT_GATHERED_BYTES {
            true => self.join(),
            false => Ok(()),
        }
    }

    fn join(&mut self) -> Result<(), StoreError> {
        self.loose_bytes = 0;
        let loose = std::mem::take(&mut self.loose);
        for body in pack::pack(&loose, self.catalog)? {
            self.rebuild.block(&body)?;
        }
        Ok(())
    }
}

/// Takes facts of erased customers out.
struct Erasing<'a> {
    rows: &'a BTreeSet<u32>,
    gone: Gone,
    /// Keys that others had as well: by kind of holding.
    shared: BTreeSet<(HoldingId, Arc<str>)>,
    count: u64,
}

impl<'a> Erasing<'a> {
    /// Finds what they are known by.
    fn find(
        rows: &'a BTreeSet<u32>,
        engine: &Engine,
        tally: &Tally,
        catalog: &Catalog,
    ) -> Result<Self, StoreError> {
        let mut erasing = Self {
            rows,
            gone: Gone::default(),
            shared: BTreeSet::new(),
            count: 0,
        };
        if rows.is_empty() {
            return Ok(erasing);
        }
        let mut own = BTreeSet::new();
        let mut visit = |others: bool, erasing: &mut Self| {
            log::walk(engine, tally, 0, &mut |head, bytes| {
                let facts = body::decode(bytes, head.summary.count as usize, catalog)
                    .map_err(|fault| log::damaged_block(head.first, fault))?;
                for fact in facts {
                    match fact {
                        Fact::Customer { row, id }
                            if rows.contains(&row.0) && id != nobody(row) =>
                        {
                            erasing.gone.ids.insert(id);
                        }
                        Fact::Holding {
                            holding, row, key, ..
                        } => match rows.contains(&row.0) {
                            true => {
                                own.insert((holding, key));
                            }
                            false if others && own.contains(&(holding, Arc::clone(&key))) => {
                                erasing.shared.insert((holding, key));
                            }
                            false => {}
                        },
                        _ => {}
                    }
                }
                Ok(())
            })
        };
        // Once for the keys they had, once for who else had them.
        visit(false, &mut erasing)?;
        visit(true, &mut erasing)?;
        let alone = own.into_iter().filter(|key| !erasing.shared.contains(key));
        erasing.gone.keys = alone.map(|(_, key)| key).collect();
        Ok(erasing)
    }

    /// The facts as they may stay, and how many were others before.
    fn take_out(&mut self, facts: Vec<Fact>) -> (Vec<Fact>, u64) {
        let mut changed = 0;
        let facts = facts
            .into_iter()
            .map(|fact| match self.replaced(&fact) {
                Some(other) if other != fact => {
                    changed += 1;
                    other
                }
                _ => fact,
            })
            .collect();
        self.count += changed;
        (facts, changed)
    }

    /// What lies in the place of a fact of, or about, an erased customer; `None`: it stays.
    fn replaced(&self, fact: &Fact) -> Option<Fact> {
        let is_gone = |row: &Row| self.rows.contains(&row.0);
        match fact {
            Fact::Customer { row, .. } => is_gone(row).then(|| Fact::Customer {
                row: *row,
                id: nobody(*row),
            }),
            Fact::Attributes { row, .. } | Fact::Event { row, .. } => {
                is_gone(row).then(|| Fact::nothing(*row))
            }
            Fact::Holding {
                holding,
                row,
                key,
                since,
                fields,
            } => is_gone(row).then(|| {
                // It ends what another owner had before.
                match self.shared.contains(&(*holding, Arc::clone(key))) {
                    true => Fact::Holding {
                        holding: *holding,
                        row: *row,
                        key: Arc::clone(key),
                        since: *since,
                        fields: vec![None; fields.len()],
                    },
                    false => Fact::nothing(*row),
                }
            }),
            Fact::Relation { from, to, .. } => {
                let far = matches!(to, Target::Customer(to) if is_gone(to));
                (is_gone(from) || far).then(|| Fact::nothing(*from))
            }
        }
    }
}

/// The id of a row that is nobody's any more. No id that comes from outside holds a zero byte.
fn nobody(row: Row) -> Arc<str> {
    format!("\0{}", row.0).into()
}

#[cfg(test)]
mod tests;
