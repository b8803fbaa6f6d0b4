//! The committer: one thread that takes requests from a bounded queue, gathers them into
//! commits and answers each after the commit that holds its last fact. While one commit is
//! fsynced the next ones gather, so that many senders share one fsync.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::block::{self, Body, pack};
use super::error::StoreError;
use super::fact::Fact;
use super::join::{self, Run};
use super::key;
use super::log::{Indexed, Shared};
use super::record::{self, Record};
use super::tail;
use super::tally::Tally;
use super::writer::{Part, Writer, is_refusal};
use crate::base::limit;

mod step;

/// Position after the last fact of a request.
pub type Answer = Result<u64, StoreError>;

/// What a request says of rows, held against the store when its turn comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Claim {
    /// Row of its first customer.
    pub first: Option<u32>,
    /// Its customers; their rows rise by one.
    pub customers: u32,
    /// Rows named that it does not bring itself are below this.
    pub rows_before: u32,
}

/// What is done to the tail of the log.
pub enum Step {
    /// What comes is seen by this process alone until [`Step::End`]; with the importer's note.
    Begin(Vec<u8>),
    /// The tail that lies there is gone on with.
    TakeUp,
    /// All of it is seen, and the records of the request with it.
    End,
    /// The tail that lies there goes.
    Drop,
}

/// Facts of a request.
pub enum Work {
    /// A few: packed together with those of other requests. With their raw bytes.
    Loose(Vec<Fact>, usize),
    /// Many: packed by the sender.
    Packed(Vec<Body>),
    /// None, but where they begin or end to be seen.
    Step(Step),
}

impl Work {
    fn has_facts(&self) -> bool {
        match self {
            Work::Loose(facts, _) => !facts.is_empty(),
            Work::Packed(bodies) => !bodies.is_empty(),
            Work::Step(_) => false,
        }
    }
}

/// One call of `append`.
pub struct Request {
    /// Rows.
    pub claim: Claim,
    /// Facts.
    pub work: Work,
    /// Records that become true with the last fact, and their bytes.
    pub records: (Vec<Record>, usize),
    /// Where the answer goes.
    pub reply: SyncSender<Answer>,
}

/// The thread's state.
pub struct Committer {
    writer: Writer,
    shared: Arc<Shared>,
    receiver: Receiver<Request>,
    gathered: Gathered,
    /// Small blocks at the end of the log, as far as this process wrote them.
    run: Run,
    /// Who sees the end of the log.
    tail: tail::State,
    /// Why facts of our tail were not written: none may follow them, so that it has no gap.
    torn: Option<StoreError>,
    stopped: bool,
}

/// What the next commit will hold.
struct Gathered {
    loose: Vec<Fact>,
    loose_bytes: usize,
    part: Part,
    part_bytes: usize,
    tally: Tally,
    /// As `tally.customers`, the loose ones counted too.
    customers: u32,
    requests: usize,
    indexed: Vec<Indexed>,
    replies: Vec<(SyncSender<Answer>, u64)>,
}

impl Gathered {
    fn after(tally: Tally) -> Self {
        Self {
            loose: Vec::new(),
            loose_bytes: 0,
            part: Part::default(),
            part_bytes: 0,
            tally,
            customers: tally.customers,
            requests: 0,
            indexed: Vec::new(),
            replies: Vec::new(),
        }
    }

    fn bytes(&self) -> usize {
        self.part_bytes + self.loose_bytes
    }

    fn push(&mut self, body: &Body) {
        let first = self.tally.position;
        let (bytes, checksum) = block::seal(body, first, self.tally.last_checksum);
        self.tally.add_block(&body.summary, bytes.len(), checksum);
        self.part_bytes += bytes.len();
        self.indexed.push(Indexed {
            first,
            summary: body.summary,
        });
        self.part.blocks.push((key::facts(first), bytes));
    }
}

impl Committer {
    /// Takes over the writer.
    pub fn new(
        writer: Writer,
        shared: Arc<Shared>,
        receiver: Receiver<Request>,
        tail: tail::State,
    ) -> Self {
        let gathered = Gathered::after(writer.tally);
        Self {
            writer,
            shared,
            receiver,
            gathered,
            run: Run::default(),
            tail,
            torn: None,
            stopped: false,
        }
    }

    /// Works until every sender is gone; then the witness is fsynced. An error: writing failed.
    pub fn run(mut self) -> Result<(), StoreError> {
        while let Some(request) = self.wait() {
            self.take(request);
            while self.has_room() {
                match self.receiver.try_recv() {
                    Ok(request) => self.take(request),
                    Err(_) => break,
                }
            }
            self.commit();
            self.join();
        }
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        self.writer.witness.sync()
    }

    /// The next request. While an fsync of the witness is owed, waits no longer than it may be late.
    fn wait(&mut self) -> Option<Request> {
        if !self.stopped && self.writer.witness.is_dirty() {
            let pause = Duration::from_millis(limit::STORE_WITNESS_MS_MAX);
            match self.receiver.recv_timeout(pause) {
                Ok(request) => return Some(request),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(error) = self.writer.witness.sync() {
                        self.stop(&error);
                    }
                }
            }
        }
        self.receiver.recv().ok()
    }

    fn has_room(&self) -> bool {
        self.gathered.bytes() < self.writer.options.commit_bytes_max
            && self.gathered.requests < limit::STORE_COMMIT_REQUESTS_MAX
    }

    fn take(&mut self, request: Request) {
        let reply = request.reply.clone();
        if let Err(error) = self.gather(request) {
            self.tear(&error);
            answer(&reply, Err(error));
        }
    }

    /// Takes a request in, committing parts of a large one on the way.
    fn gather(&mut self, request: Request) -> Result<(), StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        let Request {
            claim,
            work,
            records: (records, record_bytes),
            reply,
        } = request;
        if work.has_facts() {
            self.check_whole()?;
            // Behind a tail nobody sees they would not be seen either.
            self.drop_hidden()?;
        }
        check_claim(claim, self.gathered.customers)?;
        match work {
            Work::Step(step) => {
                let done = self.step(step, records);
                answer(&reply, done);
                return Ok(());
            }
            Work::Loose(facts, bytes) => {
                self.make_room(bytes + record_bytes)?;
                self.gathered.loose_bytes += bytes;
                self.gathered.loose.extend(facts);
            }
            Work::Packed(bodies) => {
                if let Err(error) = self.pack_loose() {
                    self.abandon(&error);
                    return Err(error);
                }
                let last = bodies.len().saturating_sub(1);
                for (at, body) in bodies.iter().enumerate() {
                    let beside = if at == last { record_bytes } else { 0 };
                    self.make_room(body.bytes.len() + beside)?;
                    self.gathered.push(body);
                }
            }
        }
        self.gathered.customers = self.gathered.customers.max(claim.end());
        self.gathered.part_bytes += record_bytes;
        for record in records {
            let key = record::full_key(record.shelf, &record.key);
            self.gathered.part.records.insert(key, record.value);
        }
        self.gathered.requests += 1;
        let seen = self.tail.sight(&self.gathered.tally).seen;
        let position = seen.position + self.gathered.loose.len() as u64;
        self.gathered.replies.push((reply, position));
        Ok(())
    }

    /// Commits what is there when that many bytes more would be too much.
    fn make_room(&mut self, bytes: usize) -> Result<(), StoreError> {
        let held = self.gathered.bytes();
        if held > 0 && held + bytes > self.writer.options.commit_bytes_max {
            return self.commit().map_or(Ok(()), Err);
        }
        Ok(())
    }

    fn pack_loose(&mut self) -> Result<(), StoreError> {
        let loose = std::mem::take(&mut self.gathered.loose);
        self.gathered.loose_bytes = 0;
        for body in pack::pack(&loose, &self.shared.catalog)? {
            self.gathered.push(&body);
        }
        Ok(())
    }

    /// Commits and answers; gives the error if there was one.
    fn commit(&mut self) -> Option<StoreError> {
        if self.gathered.replies.is_empty() && self.gathered.bytes() == 0 {
            return None;
        }
        let done = self.pack_loose().and_then(|()| {
            let part = std::mem::take(&mut self.gathered.part);
            let gate = self.shared.gate.lock();
            let _gate = gate.unwrap_or_else(PoisonError::into_inner);
            let written: Vec<usize> = part.blocks.iter().map(|(_, value)| value.len()).collect();
            self.writer.commit(part, self.gathered.tally)?;
            written.into_iter().for_each(|bytes| self.run.add(bytes));
            let sight = self.tail.sight(&self.writer.tally);
            self.shared.publish(sight, &self.gathered.indexed);
            Ok(())
        });
        if let Err(error) = done {
            if !is_refusal(&error) {
                self.stop(&error);
            }
            self.abandon(&error);
            return Some(error);
        }
        for (reply, position) in self.start_anew() {
            answer(&reply, Ok(position));
        }
        None
    }

    /// Joins the small blocks at the end of the log when there are many and nobody reads blocks.
    fn join(&mut self) {
        // A tail may still be cut off where it begins: no block reaches over that place.
        if self.stopped || !self.run.is_due() || self.tail != tail::State::None {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let Ok(_layout) = shared.layout.try_write() else {
            return;
        };
        self.run = Run::default();
        match join::join(&shared, &self.writer.tally) {
            Ok(Some((part, tally))) => self.commit_joined(&shared, part, tally),
            Ok(None) => {}
            // They stay as they are: whoever reads them is told the same.
            Err(error) => (self.writer.options.heed)(&error),
        }
        self.start_anew();
    }

    /// As any commit: unless it was refused, nobody knows after an error what the disk holds.
    fn commit_joined(&mut self, shared: &Shared, part: Part, tally: Tally) {
        let gate = shared.gate.lock();
        let _gate = gate.unwrap_or_else(PoisonError::into_inner);
        match self.writer.commit(part, tally) {
            Ok(()) => {
                shared.forget_index();
                shared.publish(self.tail.sight(&self.writer.tally), &[]);
            }
            Err(error) if is_refusal(&error) => {}
            Err(error) => self.stop(&error),
        }
    }

    /// Gathers from what is committed; gives the replies that were owed.
    fn start_anew(&mut self) -> Vec<(SyncSender<Answer>, u64)> {
        let next = Gathered::after(self.writer.tally);
        std::mem::replace(&mut self.gathered, next).replies
    }

    fn abandon(&mut self, error: &StoreError) {
        self.tear(error);
        for (reply, _) in self.start_anew() {
            answer(&reply, Err(error.clone()));
        }
    }

    fn stop(&mut self, error: &StoreError) {
        self.stopped = true;
        self.writer.fail(error);
    }
}

impl Claim {
    fn end(&self) -> u32 {
        self.first.map_or(0, |first| first + self.customers)
    }
}

fn check_claim(claim: Claim, customers: u32) -> Result<(), StoreError> {
    if let Some(first) = claim.first
        && first != customers
    {
        return Err(StoreError::bad(format!(
            "a new customer carries number {first}, the next one is {customers}"
        )));
    }
    if claim.rows_before > customers {
        return Err(StoreError::bad(format!(
            "it names customer number {}, there are {customers} customers",
            claim.rows_before - 1
        )));
    }
    if limit::CUSTOMERS_MAX - customers < claim.customers {
        return Err(StoreError::bad(format!(
            "a store holds at most {} customers",
            limit::CUSTOMERS_MAX
        )));
    }
    Ok(())
}

/// The sender may be gone: then nobody wants the answer.
fn answer(reply: &SyncSender<Answer>, answer: Answer) {
    let _ = reply.send(answer);
}
