//! A log written anew in a folder of its own, from blocks and records that come from elsewhere.
//! Nothing is a store before all of it is durable and has been read back.

use std::path::Path;
use std::sync::Arc;

use super::block::{self, Body};
use super::engine::Engine;
use super::error::StoreError;
use super::folder::{Folder, LOG, State, WITNESS};
use super::key;
use super::open;
use super::options::Options;
use super::tally::Tally;
use super::verify;
use super::witness::{self, Witness};
use super::writer::{Part, Writer};

/// A log in the making.
pub struct Rebuild {
    folder: Folder,
    writer: Writer,
    part: Part,
    part_bytes: usize,
    /// As `writer.tally`, with what is gathered.
    tally: Tally,
}

impl Rebuild {
    /// Begins in a folder that is empty, or holds a making that was cut off. Commits are counted
    /// on from `commits`.
    pub fn begin(path: &Path, options: &Options, commits: u64) -> Result<Rebuild, StoreError> {
        let folder = Folder::lock(path)?;
        if folder.inspect()? != State::New {
            return Err(StoreError::FolderTaken {
                folder: path.to_owned(),
                found: "a store".to_owned(),
            });
        }
        let writer = open::begin(&folder, options, commits)?;
        let tally = writer.tally;
        Ok(Rebuild {
            folder,
            writer,
            part: Part::default(),
            part_bytes: 0,
            tally,
        })
    }

    /// The log position after the last fact.
    pub fn position(&self) -> u64 {
        self.tally.position
    }

    /// The next row.
    pub fn customers(&self) -> u32 {
        self.tally.customers
    }

    /// The next block; it gets its place and its link to the one before here.
    pub fn block(&mut self, body: &Body) -> Result<(), StoreError> {
        let first = self.tally.position;
        let (bytes, checksum) = block::seal(body, first, self.tally.last_checksum);
        self.make_room(bytes.len())?;
        self.tally.add_block(&body.summary, bytes.len(), checksum);
        self.part_bytes += bytes.len();
        self.part.blocks.push((key::facts(first), bytes));
        Ok(())
    }

    /// A record or catalog entry under its whole key.
    pub fn record(&mut self, key: Vec<u8>, value: Vec<u8>) -> Result<(), StoreError> {
        self.make_room(key.len() + value.len())?;
        self.part_bytes += key.len() + value.len();
        self.part.records.insert(key, Some(value));
        Ok(())
    }

    fn make_room(&mut self, bytes: usize) -> Result<(), StoreError> {
        match self.part_bytes > 0 && self.part_bytes + bytes > self.writer.options.commit_bytes_max
        {
            true => self.commit(),
            false => Ok(()),
        }
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.part_bytes = 0;
        let part = std::mem::take(&mut self.part);
        self.writer.commit(part, self.tally)?;
        self.tally = self.writer.tally;
        Ok(())
    }

    /// Closes the log, opens it again (which writes sled's table of pages, so that later damage is
    /// seen), reads all of it, and makes the folder a store that was closed in order.
    pub fn finish(mut self) -> Result<(Folder, Tally), StoreError> {
        self.commit()?;
        let Writer {
            engine,
            mut witness,
            options,
            tally,
            ..
        } = self.writer;
        witness.sync()?;
        if let Some(engine) = Arc::into_inner(engine) {
            engine.close()?;
        }
        let engine = Engine::open(&self.folder.join(LOG), options.tuning)?;
        let (_, seen) = Witness::open(&self.folder.join(WITNESS))?;
        let read = engine.get(key::TALLY)?;
        let read = read.and_then(|bytes| Tally::decode(&bytes));
        if read != Some(tally) {
            return Err(StoreError::damaged("the log just written is another one"));
        }
        witness::compare(&tally, &seen)?;
        verify::hold(&engine, &tally)?;
        engine.close()?;
        open::finish(&self.folder)?;
        self.folder.mark_clean()?;
        Ok((self.folder, tally))
    }
}
