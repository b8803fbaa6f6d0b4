//! The sender's side of an append: facts are checked and, when there are many, packed in the
//! caller's thread, so that the committer has little to do but write.

use std::sync::mpsc::{self, SyncSender};

use super::block::pack;
use super::catalog;
use super::committer::{Claim, Request, Work};
use super::error::StoreError;
use super::fact::Fact;
use super::log::Shared;
use super::options::Options;
use super::record::{self, Record};

/// Raw bytes up to which facts are packed together with those of other requests.
const LOOSE_BYTES_MAX: usize = 4_096;

/// Sends one request and waits for its answer.
pub fn append(
    shared: &Shared,
    sender: &SyncSender<Request>,
    options: &Options,
    facts: Vec<Fact>,
    records: Vec<Record>,
) -> Result<u64, StoreError> {
    if facts.is_empty() && records.is_empty() {
        return Ok(shared.tally().position);
    }
    let record_bytes = record::check(&records, options.tuning.value_bytes_max)?;
    let mut raw = 0;
    for fact in &facts {
        shared.catalog.check(fact)?;
        pack::check_size(fact)?;
        raw += pack::raw_bytes(fact);
    }
    let claim = claim(&facts)?;
    let work = if raw <= LOOSE_BYTES_MAX {
        Work::Loose(facts, raw)
    } else {
        Work::Packed(pack::pack(&facts, &shared.catalog)?)
    };
    let (reply, answer) = mpsc::sync_channel(1);
    let request = Request {
        claim,
        work,
        records: (records, record_bytes),
        reply,
    };
    sender.send(request).map_err(|_| StoreError::Stopped)?;
    answer.recv().map_err(|_| StoreError::Stopped)?
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
