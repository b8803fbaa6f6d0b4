//! What one round brings, cut into batches that the store takes whole. Each batch
//! leaves a state that a restart completes: facts first, then changes with what was
//! made of them, the numbers always going on.

use super::follow::Group;
use super::history::{self, Entry};
use super::kept::{self, Head};
use crate::base::limit::{BATCH_GROUP_FACTS_MAX, MATCHES_BLOCK_MAX, STORE_COMMIT_BYTES_MAX};
use crate::store::fact::Fact;
use crate::store::{RECORDS_BYTES_MAX, Record, raw_bytes};

/// What becomes true together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub facts: Vec<Fact>,
    pub records: Vec<Record>,
}

/// Bytes of records beside those of one unit: the block of matches and the head.
const ROOM_BYTES: usize = 32 << 10;
/// Bytes that an entry takes in its block at most, names included.
const ENTRY_BYTES: usize = 32;

/// Bytes of facts that share a batch with groups; so that one commit takes it whole.
const BEGINNING_BYTES_MAX: usize = (STORE_COMMIT_BYTES_MAX - RECORDS_BYTES_MAX) / 2;

const _: () = assert!(MATCHES_BLOCK_MAX * ENTRY_BYTES <= ROOM_BYTES);

/// The batches of a round. `first` becomes true with the first changes; `head` is brought up to the last number.
/// Facts of groups lie in the log in the order of the groups given back beside the batches.
pub(super) fn pack(
    first: Batch,
    entries: &[Entry],
    mut groups: Vec<Group>,
    head: &mut Head,
) -> (Vec<Batch>, Vec<Fact>) {
    // Those of no change come last; the sort keeps the order of the others.
    groups.sort_by_key(|group| group.change.unwrap_or(usize::MAX));
    let mut groups = groups.into_iter().peekable();
    let mut brought = Vec::new();
    let mut batches = Vec::new();
    let mut batch = first;
    let mut block = Vec::new();
    let mut bytes = weight(&batch.records);
    head.position += batch.facts.len() as u64;
    let mut facts = 0;
    let beginning: usize = batch.facts.iter().map(raw_bytes).sum();
    if beginning > BEGINNING_BYTES_MAX && groups.peek().is_some() {
        // The store would commit the facts of groups with it, and their records only later.
        close(&mut batches, &mut batch, &mut block, head);
        bytes = 0;
    }
    for (at, entry) in entries.iter().enumerate() {
        let mut mine = Vec::new();
        while let Some(group) = groups.next_if(|group| group.change == Some(at)) {
            mine.push(group);
        }
        let more: usize = mine.iter().map(|group| weight(&group.records)).sum();
        let more_facts: usize = mine.iter().map(|group| group.facts.len()).sum();
        if block.len() >= MATCHES_BLOCK_MAX || is_full(bytes + more, facts + more_facts) {
            close(&mut batches, &mut batch, &mut block, head);
            (bytes, facts) = (0, 0);
        }
        block.push(entry.clone());
        (bytes, facts) = (bytes + more, facts + more_facts);
        mine.into_iter()
            .for_each(|group| add(&mut batch, group, &mut brought, head));
    }
    for group in groups {
        let more = weight(&group.records);
        if is_full(bytes + more, facts + group.facts.len()) {
            close(&mut batches, &mut batch, &mut block, head);
            (bytes, facts) = (0, 0);
        }
        (bytes, facts) = (bytes + more, facts + group.facts.len());
        add(&mut batch, group, &mut brought, head);
    }
    if !(batch.facts.is_empty() && batch.records.is_empty() && block.is_empty()) {
        close(&mut batches, &mut batch, &mut block, head);
    }
    (batches, brought)
}

fn is_full(bytes: usize, facts: usize) -> bool {
    bytes > RECORDS_BYTES_MAX - ROOM_BYTES || facts > BATCH_GROUP_FACTS_MAX
}

fn add(batch: &mut Batch, group: Group, brought: &mut Vec<Fact>, head: &mut Head) {
    head.position += group.facts.len() as u64;
    brought.extend(group.facts.iter().cloned());
    batch.facts.extend(group.facts);
    batch.records.extend(group.records);
}

fn close(batches: &mut Vec<Batch>, batch: &mut Batch, block: &mut Vec<Entry>, head: &mut Head) {
    if !block.is_empty() {
        batch
            .records
            .push(history::record(head.sequence + 1, block));
        head.sequence += block.len() as u64;
        block.clear();
    }
    batch.records.push(kept::head(*head));
    batches.push(std::mem::take(batch));
}

/// Bytes of records.
pub(super) fn weight(records: &[Record]) -> usize {
    let value = |record: &Record| record.value.as_ref().map_or(0, Vec::len);
    records
        .iter()
        .map(|record| record.key.len() + 1 + value(record))
        .sum()
}

/// Records that need not be true together, in batches.
pub(super) fn loose(records: Vec<Record>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut bytes = 0;
    for record in records {
        let more = weight(std::slice::from_ref(&record));
        if batches.is_empty() || bytes + more > RECORDS_BYTES_MAX {
            batches.push(Batch::default());
            bytes = 0;
        }
        bytes += more;
        if let Some(batch) = batches.last_mut() {
            batch.records.push(record);
        }
    }
    batches
}
