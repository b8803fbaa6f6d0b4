//! The tail of the log: what an import has written that has not ended. A record says where it begins, and
//! while the record is there whoever opens the store sees the log up to that place only. Either the
//! importer ends the tail and all of it is seen at once, or it is dropped. No fact is read here.

use super::engine::{Engine, Order};
use super::error::StoreError;
use super::key;
use super::log::{self, Shared};
use super::record::{self, Shelf};
use super::tally::{TALLY_BYTES, Tally};
use super::writer::{Part, Writer};
use crate::base::limit;

/// Key of the record on the shelf of sources: the tally before the first fact, then the importer's note.
const KEY: &[u8] = b"tail";

/// The tail of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tail {
    /// As committed before its first fact.
    pub floor: Tally,
    /// By what the importer knows it again.
    pub note: Vec<u8>,
}

/// Who sees the tail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// There is none.
    None,
    /// Nobody: who began it is gone.
    Hidden(Tail),
    /// This process, which writes it.
    Own,
}

/// How far a log is written, and how far it is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sight {
    /// As every reader is to see it.
    pub seen: Tally,
    /// As committed.
    pub whole: Tally,
    /// Whether facts are seen that the next opening may not see.
    pub is_open: bool,
}

/// Whole key of the record.
pub fn key() -> Vec<u8> {
    record::full_key(Shelf::Source, KEY)
}

impl Tail {
    /// Of a log as it is committed. A record of another log is none: it was copied with all others, and
    /// facts behind that place were not.
    pub fn of(engine: &Engine, whole: &Tally) -> Result<Option<Self>, StoreError> {
        let tail = Self::read(engine)?;
        Ok(tail.filter(|tail| tail.floor.epoch == whole.epoch))
    }

    /// As [`Tail::of`], of whichever log.
    pub fn read(engine: &Engine) -> Result<Option<Self>, StoreError> {
        let Some(value) = engine.get(&key())? else {
            return Ok(None);
        };
        let tail = value
            .split_at_checked(TALLY_BYTES)
            .and_then(|(floor, note)| {
                Some(Self {
                    floor: Tally::decode(floor)?,
                    note: note.to_vec(),
                })
            });
        tail.map(Some).ok_or_else(|| {
            StoreError::damaged("the record of an import that has not ended is unreadable")
        })
    }

    /// The record's value.
    pub fn value(&self) -> Vec<u8> {
        [self.floor.encode(), self.note.clone()].concat()
    }

    /// Whether facts lie in it that are not on their way out.
    pub fn has_facts(&self, whole: &Tally) -> bool {
        whole.position > self.floor.position
    }
}

impl State {
    /// What is seen of a log as it is committed.
    pub fn sight(&self, whole: &Tally) -> Sight {
        Sight {
            seen: match self {
                State::Hidden(tail) => tail.floor.over(whole),
                State::None | State::Own => *whole,
            },
            whole: *whole,
            is_open: *self == State::Own,
        }
    }
}

/// Whether a tail lies there whose facts are all as they were written.
pub fn is_sound(shared: &Shared) -> Result<bool, StoreError> {
    let whole = shared.sight().whole;
    let tail = Tail::of(&shared.engine, &whole)?;
    let Some(tail) = tail.filter(|tail| tail.has_facts(&whole)) else {
        return Ok(false);
    };
    let from = tail.floor.position;
    match log::walk(&shared.engine, &whole, from, &mut |_, _| Ok(())) {
        Ok(()) => Ok(true),
        Err(StoreError::Damaged { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes a tail out of the log: first all of it ends to be counted, so that nothing names it any more, then
/// its blocks go, and with the last ones the record. Cut off anywhere it can be done again. No block is
/// opened, so that damaged ones go as well.
pub fn drop(writer: &mut Writer, tail: &Tail) -> Result<(), StoreError> {
    if tail.has_facts(&writer.tally) {
        let tally = tail.floor.over(&writer.tally);
        writer.commit(Part::default(), tally)?;
    }
    let mut from = key::facts(tail.floor.position);
    loop {
        let mut part = Part {
            gone: blocks(&writer.engine, &from)?,
            ..Part::default()
        };
        let is_last = part.gone.len() < limit::STORE_DROPPED_BLOCKS_MAX;
        if is_last {
            part.records.insert(key(), None);
        }
        if let Some(last) = part.gone.last() {
            from.clone_from(last);
        }
        let tally = writer.tally;
        writer.commit(part, tally)?;
        if is_last {
            return Ok(());
        }
    }
}

/// Keys of the next blocks, as many as go at once.
fn blocks(engine: &Engine, from: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut keys = Vec::new();
    let until = [key::FACTS + 1];
    engine.scan(from, &until, Order::Rising, &mut |key, _| {
        keys.push(key.to_vec());
        Ok(keys.len() < limit::STORE_DROPPED_BLOCKS_MAX)
    })?;
    Ok(keys)
}

#[cfg(test)]
mod tests;
