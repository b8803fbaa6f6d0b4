//! One commit: changes and tally in one batch, fsync, witness. The only place that writes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::engine::{Change, Engine};
use super::error::StoreError;
use super::key;
use super::options::Options;
use super::pin::Pins;
use super::space;
use super::tally::{Tally, pair_hash};
use super::witness::Witness;

/// Writes commits of one store. There is one of it.
pub struct Writer {
    /// Where to.
    pub engine: Arc<Engine>,
    /// What it saw last.
    pub witness: Witness,
    /// The data folder.
    pub folder: PathBuf,
    /// Free space and faults.
    pub options: Options,
    /// As committed.
    pub tally: Tally,
    /// What a reader of an earlier commit has yet to see.
    pub pins: Arc<Pins>,
}

/// What is to become true at once.
#[derive(Default)]
pub struct Part {
    /// Sealed blocks with their keys.
    pub blocks: Vec<(Vec<u8>, Vec<u8>)>,
    /// Keys of blocks that go.
    pub gone: Vec<Vec<u8>>,
    /// Records and catalog entries by whole key.
    pub records: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl Part {
    /// Bytes of its values.
    pub fn bytes(&self) -> usize {
        let blocks = self.blocks.iter().map(|(_, value)| value.len());
        let records = self.records.values().flatten().map(Vec::len);
        blocks.sum::<usize>() + records.sum::<usize>()
    }
}

impl Writer {
    /// Commits; durable when it returns. `tally` counts the blocks of the part already; commits,
    /// records and digest are brought up here. [`is_refusal`] errors leave the store as it was,
    /// after any other nobody knows what the disk holds.
    pub fn commit(&mut self, part: Part, mut tally: Tally) -> Result<(), StoreError> {
        self.check_space(part.bytes())?;
        tally.commits = self.tally.commits + 1;
        tally.records = self.tally.records;
        tally.digest = self.tally.digest;
        let mut changes: Vec<Change> = Vec::with_capacity(part.blocks.len() + 1);
        for (key, value) in part.records {
            let old = self.engine.get(&key)?;
            if let Some(old) = &old {
                tally.digest ^= pair_hash(&key, old);
                tally.records -= 1;
            }
            self.pins.keep(&key, old.as_deref());
            if let Some(new) = &value {
                tally.digest ^= pair_hash(&key, new);
                tally.records += 1;
            }
            changes.push((key, value));
        }
        changes.extend(part.gone.into_iter().map(|key| (key, None)));
        let blocks = part.blocks.into_iter();
        changes.extend(blocks.map(|(key, value)| (key, Some(value))));
        changes.push((key::TALLY.to_vec(), Some(tally.encode())));
        self.engine.put(changes)?;
        self.engine.sync()?;
        self.witness.write(&tally)?;
        self.witness.sync_when_due()?;
        self.tally = tally;
        Ok(())
    }

    fn check_space(&self, payload: usize) -> Result<(), StoreError> {
        let free = (self.options.free_bytes)(&self.folder)
            .map_err(|error| StoreError::io("ask for free space of", &self.folder, &error))?;
        let needed = space::needed_bytes(payload);
        if free < needed {
            return Err(StoreError::NoSpace { free, needed });
        }
        Ok(())
    }

    /// Says that writing failed; the usual hook does not return.
    pub fn fail(&self, error: &StoreError) {
        let free = (self.options.free_bytes)(&self.folder);
        if free.is_ok_and(|free| free < space::needed_bytes(0)) {
            // The next opening needs room to recover.
            space::drop_ballast(&self.folder);
        }
        (self.options.fault)(error);
    }
}

/// Whether the error was found before anything was written.
pub fn is_refusal(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::NoSpace { .. } | StoreError::TooLarge { .. } | StoreError::BadFact { .. }
    )
}
