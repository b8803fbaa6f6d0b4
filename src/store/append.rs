//! The sender's side of an append: facts are checked and, when there are many, packed in the
//! caller's thread, so that the committer has little to do but write.

use std::borrow::Cow;
use std::sync::mpsc::{self, Receiver, SyncSender};

use super::block::pack;
use super::catalog;
use super::committer::{Answer, Claim, Request, Step, Work};
use super::error::StoreError;
use super::fact::Fact;
use super::log::Shared;
use super::options::Options;
use super::record::{self, Record};
use super::tally::TALLY_BYTES;

/// Raw bytes up to which facts are packed together with those of other requests.
const LOOSE_BYTES_MAX: usize = 4_096;

/// A request that was sent and not answered yet. Whoever drops it does not hear what became of it.
#[derive(Debug)]
#[must_use]
pub struct Sent(Waiting);

#[derive(Debug)]
enum Waiting {
    Answered(u64),
    For(Receiver<Answer>),
}

impl Sent {
    /// Waits for the commit that holds its last fact: the log position after it. Durable then.
    pub fn wait(self) -> Answer {
        match self.0 {
            Waiting::Answered(position) => Ok(position),
            Waiting::For(answer) => answer.recv().map_err(|_| StoreError::Stopped)?,
        }
    }
}

/// Checks and packs facts and sends them as one request.
pub fn send(
    shared: &Shared,
    sender: &SyncSender<Request>,
    options: &Options,
    facts: Cow<'_, [Fact]>,
    records: Vec<Record>,
) -> Result<Sent, StoreError> {
    if facts.is_empty() && records.is_empty() {
        return Ok(Sent(Waiting::Answered(shared.tally().position)));
    }
    let record_bytes = record::check(&records, options.tuning.value_bytes_max)?;
    let mut raw = 0;
    for fact in facts.iter() {
        shared.catalog.check(fact)?;
        pack::check_size(fact)?;
        if raw <= LOOSE_BYTES_MAX {
            raw += pack::raw_bytes(fact);
        }
    }
    let claim = claim(&facts)?;
    let work = if raw <= LOOSE_BYTES_MAX {
        Work::Loose(facts.into_owned(), raw)
    } else {
        Work::Packed(pack::pack(&facts, &shared.catalog)?)
    };
    request(sender, claim, work, (records, record_bytes))
}

/// Sends a step of the tail with its records.
pub fn step(
    sender: &SyncSender<Request>,
    options: &Options,
    step: Step,
    records: Vec<Record>,
) -> Result<Sent, StoreError> {
    let value_bytes_max = options.tuning.value_bytes_max;
    let record_bytes = record::check(&records, value_bytes_max)?;
    if let Step::Begin(note) = &step
        && note.len() + TALLY_BYTES > value_bytes_max
    {
        return Err(StoreError::TooLarge {
            what: "the note of an import".to_owned(),
            bytes: note.len() as u64,
            bytes_max: (value_bytes_max - TALLY_BYTES) as u64,
        });
    }
    let work = Work::Step(step);
    request(sender, Claim::default(), work, (records, record_bytes))
}

fn request(
    sender: &SyncSender<Request>,
    claim: Claim,
    work: Work,
    records: (Vec<Record>, usize),
) -> Result<Sent, StoreError> {
    let (reply, answer) = mpsc::sync_channel(1);
    let request = Request {
        claim,
        work,
        records,
        reply,
    };
    sender.send(request).map_err(|_| StoreError::Stopped)?;
    Ok(Sent(Waiting::For(answer)))
}

/// What the facts say of rows. Whether it is so is known only when their turn comes.
fn claim(facts: &[Fact]) -> Result<Claim, StoreError> {
    let mut claim = Claim::default();
    for fact in facts {
        let next = claim
            .first
            .map(|first| first.saturating_add(claim.customers));
        if let Fact::Customer { row, id } = fact {
            if next.is_some_and(|next| next != row.0) {
                return Err(StoreError::bad(format!(
                    "customer {id} carries number {}, not the one after the customer before it",
                    row.0
                )));
            }
            claim.first.get_or_insert(row.0);
            claim.customers += 1;
        }
        for row in catalog::rows(fact).into_iter().flatten() {
            let brought = claim
                .first
                .zip(next)
                .is_some_and(|(first, next)| first <= row.0 && row.0 < next);
            if !brought {
                claim.rows_before = claim.rows_before.max(row.0.saturating_add(1));
            }
        }
    }
    Ok(claim)
}
