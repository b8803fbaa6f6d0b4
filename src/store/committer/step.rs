//! What the committer does to the tail of the log: begins, takes up, ends and drops it. Each step is a commit of
//! its own, behind all that was sent before it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use super::{Answer, Committer, Step};
use crate::store::error::StoreError;
use crate::store::join::Run;
use crate::store::record::{self, Record};
use crate::store::tail::{self, State, Tail};
use crate::store::writer::{Part, is_refusal};

type Records = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

impl Committer {
    /// Takes a step; gives the position up to which is seen then.
    pub(super) fn step(&mut self, step: Step, records: Vec<Record>) -> Answer {
        self.flush()?;
        let records = records.into_iter().map(|record| {
            let key = record::full_key(record.shelf, &record.key);
            (key, record.value)
        });
        let records = records.collect();
        match step {
            Step::Begin(note) => self.begin(note, records)?,
            Step::TakeUp => self.take_up()?,
            Step::End => self.end(records)?,
            Step::Drop => self.drop_hidden()?,
        }
        Ok(self.tail.sight(&self.writer.tally).seen.position)
    }

    fn begin(&mut self, note: Vec<u8>, mut records: Records) -> Result<(), StoreError> {
        if self.tail == State::Own {
            return Err(StoreError::bad("another import has not ended"));
        }
        self.drop_hidden()?;
        let tail = Tail {
            floor: self.writer.tally,
            note,
        };
        records.insert(tail::key(), Some(tail.value()));
        self.commit_records(records, State::Own)
    }

    fn take_up(&mut self) -> Result<(), StoreError> {
        match &self.tail {
            State::Hidden(tail) if tail.has_facts(&self.writer.tally) => {}
            _ => return Err(StoreError::bad("no import waits to be gone on with")),
        }
        self.tail = State::Own;
        self.shared.forget_index();
        self.publish();
        Ok(())
    }

    fn end(&mut self, mut records: Records) -> Result<(), StoreError> {
        // What another import left is not made visible by one that wrote nothing.
        let next = match self.tail {
            State::Own => {
                self.check_whole()?;
                records.insert(tail::key(), None);
                State::None
            }
            _ => self.tail.clone(),
        };
        match records.is_empty() {
            true => Ok(()),
            false => self.commit_records(records, next),
        }
    }

    /// Something that was sent was refused. Whoever writes a tail sends on before hearing of it.
    pub(super) fn tear(&mut self, error: &StoreError) {
        if self.tail == State::Own {
            self.torn.get_or_insert_with(|| error.clone());
        }
    }

    /// Refuses what comes behind facts of our tail that are missing.
    pub(super) fn check_whole(&self) -> Result<(), StoreError> {
        self.torn.clone().map_or(Ok(()), Err)
    }

    /// Drops a tail that nobody sees.
    pub(super) fn drop_hidden(&mut self) -> Result<(), StoreError> {
        let State::Hidden(tail) = &self.tail else {
            return Ok(());
        };
        let tail = tail.clone();
        self.flush()?;
        let shared = Arc::clone(&self.shared);
        let gate = shared.gate.lock();
        let _gate = gate.unwrap_or_else(PoisonError::into_inner);
        let dropped = tail::drop(&mut self.writer, &tail);
        if dropped.is_ok() {
            self.tail = State::None;
            self.run = Run::default();
        }
        self.settle(dropped)
    }

    fn commit_records(&mut self, records: Records, next: State) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.shared);
        let gate = shared.gate.lock();
        let _gate = gate.unwrap_or_else(PoisonError::into_inner);
        let part = Part {
            records,
            ..Part::default()
        };
        let tally = self.writer.tally;
        let committed = self.writer.commit(part, tally);
        if committed.is_ok() {
            self.tail = next;
        }
        self.settle(committed)
    }

    /// Shows what was committed. After an error nobody knows what the disk holds, unless it was found before
    /// anything was written.
    fn settle(&mut self, done: Result<(), StoreError>) -> Result<(), StoreError> {
        match &done {
            Err(error) if !is_refusal(error) && !matches!(error, StoreError::Damaged { .. }) => {
                self.stop(error);
            }
            _ => self.publish(),
        }
        self.start_anew();
        done
    }

    /// Commits what is gathered.
    fn flush(&mut self) -> Result<(), StoreError> {
        self.commit().map_or(Ok(()), Err)
    }

    fn publish(&self) {
        let sight = self.tail.sight(&self.writer.tally);
        self.shared.publish(sight, &[]);
    }
}
