//! Joining small blocks: single events leave one each, which takes ten times the space of a
//! full one. Those at the end of the log are rewritten under their first positions, all in one
//! commit, so that the chain of checksums is never broken.

use super::block::{self, Body, body, pack};
use super::catalog::Catalog;
use super::engine::Order;
use super::error::StoreError;
use super::fact::Fact;
use super::key;
use super::links::Links;
use super::log::{self, Shared};
use super::open;
use super::tally::Tally;
use super::writer::Part;
use crate::base::limit;

/// How many small blocks were written one after the other, and their bytes.
#[derive(Clone, Copy, Default, Debug)]
pub struct Run {
    blocks: usize,
    bytes: usize,
}

impl Run {
    /// One more block at the end of the log.
    pub fn add(&mut self, bytes: usize) {
        if bytes >= limit::STORE_SMALL_BLOCK_BYTES {
            *self = Run::default();
            return;
        }
        self.blocks += 1;
        self.bytes += bytes;
    }

    /// Whether it is time to join them.
    pub fn is_due(&self) -> bool {
        self.blocks >= limit::STORE_SMALL_BLOCKS_MAX || self.bytes >= limit::STORE_JOINED_BYTES_MAX
    }
}

/// What joins the small blocks at the end of a log, and the tally with it, commits, records and digest
/// aside. `None` when there are none to join.
///
/// # Errors
/// A block is missing, damaged or another one: joined, the facts behind it would lie at other positions.
pub fn join(shared: &Shared, tally: &Tally) -> Result<Option<(Part, Tally)>, StoreError> {
    let small = small_blocks(shared, tally)?;
    let Some(first) = small.first().filter(|_| small.len() > 1) else {
        return Ok(None);
    };
    let catalog = open::read_tables(&shared.engine)?.whole();
    let mut joining = Joining {
        tally: *tally,
        part: Part::default(),
        facts: Vec::new(),
        raw_bytes: 0,
        catalog: &catalog,
    };
    joining.tally.position = first.position;
    let mut links = Links::from(first.position, None);
    for block in &small {
        links.place(block.position)?;
        let (head, bytes, checksum) =
            block::open(&block.value).map_err(|fault| log::damaged_block(block.position, fault))?;
        if block.position == first.position {
            joining.tally.last_checksum = head.before;
        }
        links.hold(block.position, &head, checksum)?;
        joining.tally.blocks -= 1;
        joining.tally.block_bytes -= block.value.len() as u64;
        // Put back as joined ones are added.
        joining.tally.customers -= head.summary.customers;
        joining.tally.events -= u64::from(head.summary.events);
        let facts = body::decode(bytes, head.summary.count as usize, &catalog)
            .map_err(|fault| log::damaged_block(block.position, fault))?;
        joining.take(facts)?;
    }
    links.end(tally)?;
    joining.flush()?;
    let Joining {
        mut part,
        tally: joined,
        ..
    } = joining;
    let counts = |tally: &Tally| (tally.position, tally.customers, tally.events, tally.records);
    if counts(&joined) != counts(tally) {
        return Err(StoreError::damaged(
            "the small blocks at its end, joined, would be others",
        ));
    }
    // Their keys are written over or go.
    let kept: Vec<&[u8]> = part.blocks.iter().map(|(key, _)| &**key).collect();
    part.gone = small
        .iter()
        .map(|block| key::facts(block.position))
        .filter(|key| !kept.contains(&&**key))
        .collect();
    Ok(Some((part, joined)))
}

struct Small {
    position: u64,
    value: Vec<u8>,
}

/// The small blocks at the end of the log, as many as one commit takes.
fn small_blocks(shared: &Shared, tally: &Tally) -> Result<Vec<Small>, StoreError> {
    let mut small = Vec::new();
    let mut bytes = 0;
    let (from, until) = (key::facts(0), key::facts(tally.position));
    let engine = &shared.engine;
    engine.scan(&from, &until, Order::Falling, &mut |key, value| {
        bytes += value.len();
        let position = key::facts_position(key).filter(|_| {
            value.len() < limit::STORE_SMALL_BLOCK_BYTES && bytes <= limit::STORE_JOINED_BYTES_MAX
        });
        let Some(position) = position else {
            return Ok(false);
        };
        small.push(Small {
            position,
            value: value.to_vec(),
        });
        Ok(small.len() < limit::STORE_SMALL_BLOCKS_MAX * 2)
    })?;
    small.reverse();
    Ok(small)
}

struct Joining<'a> {
    tally: Tally,
    part: Part,
    /// Of whole blocks: they are never cut, so that a position at which one begins here is one at which
    /// one began in every earlier backup.
    facts: Vec<Fact>,
    raw_bytes: usize,
    catalog: &'a Catalog,
}

impl Joining<'_> {
    fn take(&mut self, facts: Vec<Fact>) -> Result<(), StoreError> {
        let raw_bytes: usize = facts.iter().map(pack::raw_bytes).sum();
        let many = self.facts.len() + facts.len() > limit::BLOCK_FACTS_MAX;
        if many || self.raw_bytes + raw_bytes > limit::STORE_JOINED_RAW_BYTES {
            self.flush()?;
        }
        self.raw_bytes += raw_bytes;
        self.facts.extend(facts);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.raw_bytes = 0;
        let facts = std::mem::take(&mut self.facts);
        if facts.is_empty() {
            return Ok(());
        }
        let body = body::encode(&facts, self.catalog).map_err(StoreError::bad)?;
        self.add(&body);
        Ok(())
    }

    fn add(&mut self, body: &Body) {
        let first = self.tally.position;
        let (bytes, checksum) = block::seal(body, first, self.tally.last_checksum);
        self.tally.add_block(&body.summary, bytes.len(), checksum);
        self.part.blocks.push((key::facts(first), bytes));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex};

    use super::join;
    use crate::base::limit;
    use crate::store::Store;
    use crate::store::backup::{Chain, Job, restore};
    use crate::store::key;
    use crate::store::tests::{facts_of, open, options, read_all, schema};

    #[test]
    fn facts_never_move_into_the_place_of_a_lost_block() {
        for lost in [0, 1, 10, 19] {
            let place = tempfile::tempdir().unwrap();
            let store = open(place.path(), &schema()).unwrap();
            for row in 0..20 {
                store.append(facts_of(row)).unwrap();
            }
            let (shared, tally) = (store.shared().unwrap(), store.tally());
            let (_, joined) = join(shared, &tally).unwrap().unwrap();
            assert_eq!(joined.position, tally.position);
            let gone = vec![(key::facts(lost * 7), None)];
            shared.engine.put(gone).unwrap();
            let refused = join(shared, &tally).err();
            // Without the first one the others lie where they lay.
            match lost {
                0 => assert_eq!(refused, None),
                _ => assert_eq!(refused.map(|error| error.code()), Some("S012"), "{lost}"),
            }
        }
    }

    #[test]
    fn a_lost_small_block_is_told_of_and_nothing_else_moves() {
        let place = tempfile::tempdir().unwrap();
        let told: Arc<Mutex<Vec<&str>>> = Arc::default();
        let heard = Arc::clone(&told);
        let (mut options, faults) = options();
        options.heed = Arc::new(move |error| heard.lock().unwrap().push(error.code()));
        let store = Store::open_with(&place.path().join("data"), &schema(), options).unwrap();
        store.append(facts_of(0)).unwrap();
        let login = facts_of(0).remove(3);
        for turn in 0..limit::STORE_SMALL_BLOCKS_MAX as u64 + 10 {
            store.append(vec![login.clone()]).unwrap();
            if turn == 500 {
                let engine = &store.shared().unwrap().engine;
                engine.put(vec![(key::facts(100), None)]).unwrap();
            }
        }
        assert_eq!(*told.lock().unwrap(), ["S012"]);
        assert_eq!(faults.load(Ordering::SeqCst), 0);
        assert_eq!(
            store.position(),
            7 + limit::STORE_SMALL_BLOCKS_MAX as u64 + 10
        );
        let found = store.verify().unwrap().damage;
        let lost: Vec<_> = found.iter().map(|damage| damage.positions).collect();
        assert_eq!(lost, [Some((100, 101)), Some((101, 102))], "{found:?}");
    }

    #[test]
    fn a_trickle_of_events_is_joined_and_backups_go_on() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        let store = open(&data, &schema()).unwrap();
        let kept = place.path().join("kept");
        let backup = |store: &Store, incremental| {
            let job = Job {
                folder: &kept,
                incremental,
                stop: &|| false,
            };
            store.backup(&job).unwrap().path
        };
        let mut written = Vec::new();
        let mut last = None;
        for row in 0..420 {
            for facts in facts_of(row).chunks(2) {
                store.append(facts.to_vec()).unwrap();
                written.extend(facts.to_vec());
            }
            if row % 100 == 50 {
                last = Some(backup(&store, last.is_some()));
            }
        }
        let size = store.size().unwrap();
        assert!(size.blocks < 900, "{size:?}");
        assert!(read_all(&store, 0) == written);
        assert!(store.verify().unwrap().is_sound());
        let last = last.map(|_| backup(&store, true)).unwrap();
        let to = place.path().join("new");
        restore(&Chain::of(&last).unwrap(), &to, &options().0, &mut |_| {
            Ok(())
        })
        .unwrap();
        let store = store.reopen(&schema()).unwrap();
        assert!(read_all(&store, 0) == written);
        for from in [0, 1, 700, 2_500] {
            assert!(read_all(&store, from) == written[from as usize..]);
        }
        let restored = open(&to, &schema()).unwrap();
        assert!(read_all(&restored, 0) == written);
        assert!(restored.verify().unwrap().is_sound());
    }
}
