//! The durable store: one ordered log of facts on sled, and what makes it safe
//! (own fsync, one committer, witness, guarded opening). Questions never read it;
//! they read [`crate::columns`]. Only `engine.rs` in this folder knows sled.
//! `docs/STORE.md` draws the bytes and tells the crash story.

mod append;
pub mod backup;
mod block;
mod catalog;
pub mod codes;
mod committer;
pub mod compact;
mod draft;
mod engine;
mod error;
pub mod fact;
mod folder;
mod join;
mod key;
mod kinds;
pub mod lineage;
mod links;
mod log;
mod open;
mod options;
mod pin;
mod rebuild;
mod record;
pub mod salvage;
mod space;
mod swap;
mod tail;
mod tally;
mod verify;
mod witness;
mod writer;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

pub use append::Sent;
pub use block::pack::raw_bytes;
pub use engine::{Tuning, Visit};
pub use error::{EXIT_CODE, StoreError};
pub use folder::{Copied, State};
pub use options::{Fault, FreeBytes, Heed, Options};
pub use record::{ERASURES, ERASURES_KEY, ErasuresKey, NOWHERE, RECORDS_BYTES_MAX, Record, Shelf};
pub use space::Room;
pub use verify::{Damage, Verified};

use crate::base::calendar::Instant;
use crate::base::limit;
use crate::schema::{EventId, Schema};
use committer::{Request, Step};
use fact::{Fact, Row, Told};
use folder::{Folder, WITNESS};
use log::Shared;
use tally::Tally;

/// An open store. One process holds a folder at a time; within it any number of threads may
/// append and read. Dropping it closes it as [`Store::close`] does, without telling errors.
pub struct Store {
    folder: Option<Folder>,
    shared: Option<Arc<Shared>>,
    sender: Option<SyncSender<Request>>,
    thread: Option<JoinHandle<Result<(), StoreError>>>,
    options: Options,
    opened: Opened,
}

/// What was found when the store was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opened {
    /// New, or a store that was closed in order or not.
    pub state: State,
    /// Whether the log was copied first.
    pub copied: Copied,
}

/// How much a store holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StoreSize {
    /// Bytes of the log's files; about twice [`StoreSize::block_bytes`].
    pub disk_bytes: u64,
    /// Bytes of the packed blocks in it.
    pub block_bytes: u64,
    /// Blocks.
    pub blocks: u64,
    /// Facts.
    pub facts: u64,
    /// Events among them.
    pub events: u64,
    /// Customers among them.
    pub customers: u32,
    /// Records and names beside the facts.
    pub records: u64,
    /// Commits since it was made.
    pub commits: u64,
}

impl StoreSize {
    fn of(tally: &Tally, disk_bytes: u64) -> Self {
        Self {
            disk_bytes,
            block_bytes: tally.block_bytes,
            blocks: tally.blocks,
            facts: tally.position,
            events: tally.events,
            customers: tally.customers,
            records: tally.records,
            commits: tally.commits,
        }
    }
}

impl Store {
    /// Opens the store of a folder, or makes one in an empty or new folder. The schema may be
    /// wider than the one before, hide what it no longer names, and order and label as it likes;
    /// a field whose kind changed is refused with the count of facts that carry it.
    ///
    /// # Errors
    /// See [`StoreError`]; another process that holds the folder is named within a second.
    pub fn open(folder: &Path, schema: &Schema) -> Result<Store, StoreError> {
        Self::open_with(folder, schema, Options::default())
    }

    /// As [`Store::open`], with options.
    pub fn open_with(
        folder: &Path,
        schema: &Schema,
        options: Options,
    ) -> Result<Store, StoreError> {
        let held = Folder::lock(folder)?;
        if let Some(told) = folder::open_to_others(folder) {
            (options.heed)(&told);
        }
        open::open(held, schema, options)
    }

    /// Whether the folder holds a store already.
    pub fn exists(folder: &Path) -> bool {
        folder::is_store(folder)
    }

    /// The process that holds the store of a folder, when one does.
    pub fn holder(folder: &Path) -> Option<u32> {
        folder::holder_of(folder)
    }

    /// What of a schema would be refused by [`Store::open`] as contradicting stored facts: each with the count of
    /// facts that carry it; empty when it may be opened with it. The log is read only when there is a contradiction.
    pub fn refusals(&self, schema: &Schema) -> Result<Vec<StoreError>, StoreError> {
        let shared = self.shared()?;
        let _layout = shared.layout.read().unwrap_or_else(PoisonError::into_inner);
        open::refusals(&shared.engine, &shared.tally(), schema)
    }

    /// Appends facts and gives the log position after the last one; durable when it returns and
    /// in every scan that begins then. Callable from many threads.
    ///
    /// Facts of one call follow each other in the log without others between. Up to 128 kB packed
    /// they become true together; a larger call becomes true in parts, and an error leaves the
    /// parts before it in the store ([`Store::position`] and [`Store::customers`] tell).
    /// Customers must carry the next rows in order: whoever appends customers does so from one
    /// place, the single intake; a row that is not the next one is refused.
    ///
    /// Facts of an import that was cut off, which nobody sees, are dropped before.
    pub fn append(&self, facts: Vec<Fact>) -> Result<u64, StoreError> {
        self.append_with(facts, Vec::new())
    }

    /// As [`Store::append`], with records that become true together with the last fact.
    pub fn append_with(&self, facts: Vec<Fact>, records: Vec<Record>) -> Result<u64, StoreError> {
        self.sent(Cow::Owned(facts), records)?.wait()
    }

    /// As [`Store::append`], without waiting: while these are written, the next can be made ready. What one
    /// thread sends becomes true in the order in which it was sent; nothing of it is durable before
    /// [`Sent::wait`] has said so. One that is refused stops no other: what was sent behind it may become true
    /// without it, as when the disk had no room for the one and has for the next.
    pub fn send(&self, facts: &[Fact]) -> Result<Sent, StoreError> {
        self.sent(Cow::Borrowed(facts), Vec::new())
    }

    fn sent(&self, facts: Cow<'_, [Fact]>, records: Vec<Record>) -> Result<Sent, StoreError> {
        let sender = self.sender.as_ref().ok_or(StoreError::Stopped)?;
        append::send(self.shared()?, sender, &self.options, facts, records)
    }

    /// Begins a tail: what is appended from now on is seen by this process alone until [`Store::end_tail`], and by
    /// nobody when the store is opened again before. The records become true at once; the note says what the tail is
    /// of. A tail that another process left goes.
    ///
    /// # Errors
    /// See [`StoreError`]; one that was begun here has not ended.
    pub fn begin_tail(&self, note: Vec<u8>, records: Vec<Record>) -> Result<(), StoreError> {
        self.step(Step::Begin(note), records)
    }

    /// Goes on with the tail that lies there: its facts are seen by this process again. `false`: there is none,
    /// none that has facts, or some of them are not as they were written.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn take_up_tail(&self) -> Result<bool, StoreError> {
        match tail::is_sound(self.shared()?)? {
            true => self.step(Step::TakeUp, Vec::new()).map(|()| true),
            false => Ok(false),
        }
    }

    /// Ends the tail of this process: all of it is seen from now on, and the records become true with it. One that
    /// is not of this process stays as it is.
    ///
    /// # Errors
    /// See [`StoreError`]. Once something appended to it was refused, it takes no more facts and does not end, so that
    /// what is stored of it has no gap: it can be taken up when the store is opened again. Unless it was [`StoreError::Write`], the tail is as it was.
    pub fn end_tail(&self, records: Vec<Record>) -> Result<(), StoreError> {
        self.step(Step::End, records)
    }

    /// Takes a tail that nobody sees out of the log; so does whoever appends facts.
    ///
    /// # Errors
    /// See [`StoreError`]; it can be asked for again.
    pub fn drop_tail(&self) -> Result<(), StoreError> {
        self.step(Step::Drop, Vec::new())
    }

    fn step(&self, step: Step, records: Vec<Record>) -> Result<(), StoreError> {
        let sender = self.sender.as_ref().ok_or(StoreError::Stopped)?;
        let sent = append::step(sender, &self.options, step, records)?;
        sent.wait().map(|_| ())
    }

    /// What the tail of the log is of, when there is one.
    pub fn tail_note(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let shared = self.shared()?;
        let tail = tail::Tail::of(&shared.engine, &shared.sight().whole)?;
        Ok(tail.map(|tail| tail.note))
    }

    /// Whether facts are seen here that the next opening may not see.
    pub fn is_tail_open(&self) -> bool {
        let shared = self.shared.as_ref();
        shared.is_some_and(|shared| shared.sight().is_open)
    }

    /// The log position after the last fact = how many there are.
    pub fn position(&self) -> u64 {
        self.tally().position
    }

    /// How many customers there are = the next row.
    pub fn customers(&self) -> u32 {
        self.tally().customers
    }

    /// Visits the facts from a position on, in order, a block at a time, up to those that were in
    /// the store when the scan began. The visitor gets the position of the first fact; positions
    /// have no gaps. What the schema no longer names reads as an [`Fact::Attributes`] without
    /// fields in its place. Every checksum is held on the way.
    pub fn scan(
        &self,
        from: u64,
        visit: &mut dyn FnMut(u64, Vec<Fact>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.shared()?.scan(from, visit)
    }

    /// Identities of stored events of that kind at the wanted places, sorted. `wanted` is sorted.
    /// Reads the blocks whose customers and instants come near; ask for many places at once.
    pub fn identities(
        &self,
        event: EventId,
        wanted: &[(Row, Instant)],
    ) -> Result<Vec<(Row, Instant, u64)>, StoreError> {
        self.shared()?.identities(event, wanted)
    }

    /// What stored events of a kind say at these customers and instants, with their identities. `wanted` is
    /// sorted. Reads the blocks around them; ask for many places at once.
    pub fn told(
        &self,
        event: EventId,
        wanted: &[(Row, Instant)],
    ) -> Result<Vec<(Row, Instant, Told)>, StoreError> {
        self.shared()?.told(event, wanted)
    }

    /// The record under a key.
    pub fn record(&self, shelf: Shelf, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.shared()?.engine.get(&record::full_key(shelf, key))
    }

    /// Visits the records of a shelf by rising key; the visitor gets the key without the shelf
    /// and says whether to go on.
    pub fn records(&self, shelf: Shelf, visit: Visit) -> Result<(), StoreError> {
        let (from, until) = ([shelf.byte()], [shelf.byte() + 1]);
        self.visit_records(&from, &until, visit)
    }

    /// As [`Store::records`], of the keys from `from` on and below `until`.
    pub fn records_between(
        &self,
        shelf: Shelf,
        from: &[u8],
        until: &[u8],
        visit: Visit,
    ) -> Result<(), StoreError> {
        let full = |key| record::full_key(shelf, key);
        self.visit_records(&full(from), &full(until), visit)
    }

    fn visit_records(&self, from: &[u8], until: &[u8], visit: Visit) -> Result<(), StoreError> {
        let engine = &self.shared()?.engine;
        engine.scan(from, until, engine::Order::Rising, &mut |key, value| {
            visit(key.get(1..).unwrap_or_default(), value)
        })
    }

    /// Reads everything and names what is not as it was written.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let folder = self.folder.as_ref().ok_or(StoreError::Stopped)?;
        verify::verify(self.shared()?, &folder.join(WITNESS))
    }

    /// Writes what the store holds at this moment to a file of its own; others go on writing.
    pub fn backup(&self, job: &backup::Job<'_>) -> Result<backup::BackedUp, StoreError> {
        backup::write(self.shared()?, job)
    }

    /// What the store holds and takes.
    pub fn size(&self) -> Result<StoreSize, StoreError> {
        let shared = self.shared()?;
        Ok(StoreSize::of(&shared.tally(), shared.engine.size()?))
    }

    /// Where columns made of this log are saved; its name is the epoch. Another log has another one.
    pub fn columns_folder(&self) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        let epoch = format!("{:016x}", self.epoch());
        Some(folder.join(swap::COLUMNS).join(epoch))
    }

    /// Refuses when the disk has no room for so many bytes beside what the log needs.
    pub fn check_room(&self, bytes: u64) -> Result<(), StoreError> {
        let folder = self.data_folder()?;
        let free = (self.options.free_bytes)(folder)
            .map_err(|error| StoreError::io("ask for free space of", folder, &error))?;
        let needed = bytes.saturating_add(2 * limit::STORE_FREE_BYTES_MIN);
        match free < needed {
            true => Err(StoreError::NoSpace { free, needed }),
            false => Ok(()),
        }
    }

    /// For asking whether facts would be taken, without the store.
    pub fn room(&self) -> Result<Room, StoreError> {
        Ok(Room::of(self.data_folder()?, &self.options))
    }

    /// What is done with trouble that stops nothing, as the store was opened.
    pub fn heed(&self) -> Heed {
        Arc::clone(&self.options.heed)
    }

    /// The folder it lies in.
    fn data_folder(&self) -> Result<&Path, StoreError> {
        let folder = self.folder.as_ref().ok_or(StoreError::Stopped)?;
        Ok(folder.path())
    }

    /// What was found when it was opened.
    pub fn opened(&self) -> Opened {
        self.opened
    }

    /// Names the log: another one in a folder made anew.
    pub fn epoch(&self) -> u64 {
        self.tally().epoch
    }

    /// Closes in order: what was acknowledged is on the disk anyway, but the next opening is quick.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.finish().map(|_| ())
    }

    /// Closes and opens again without letting go of the folder. Once after each import: sled
    /// writes its table of pages only while opening, which makes later openings five times as
    /// fast and damage to what is behind it visible.
    pub fn reopen(mut self, schema: &Schema) -> Result<Store, StoreError> {
        let folder = self.finish()?.ok_or(StoreError::Stopped)?;
        open::open(folder, schema, self.options.clone())
    }

    fn shared(&self) -> Result<&Shared, StoreError> {
        self.shared.as_deref().ok_or(StoreError::Stopped)
    }

    fn tally(&self) -> Tally {
        let shared = self.shared.as_ref();
        shared.map_or_else(Tally::default, |shared| shared.tally())
    }

    fn finish(&mut self) -> Result<Option<Folder>, StoreError> {
        drop(self.sender.take());
        let ended = match self.thread.take() {
            Some(thread) => thread.join().unwrap_or(Err(StoreError::Stopped)),
            None => Ok(()),
        };
        let shared = self.shared.take().and_then(Arc::into_inner);
        let engine = shared.and_then(|shared| Arc::into_inner(shared.engine));
        let Some(engine) = engine else {
            return ended.map(|()| self.folder.take());
        };
        let closed = engine.close();
        ended.and(closed)?;
        if let Some(folder) = &self.folder {
            folder.mark_clean()?;
        }
        Ok(self.folder.take())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Nothing acknowledged hangs on this; whoever wants to know calls `close`.
        let _ = self.finish();
    }
}

#[cfg(test)]
mod tests;
