//! What holds blocks together: each begins where the one before ends and names its checksum, and
//! the tally names the last one. Held block by block by whoever reads a run that reaches the end.

use super::block::Head;
use super::error::StoreError;
use super::log::damaged_block;
use super::tally::Tally;

/// Where a run of blocks stands.
pub struct Links {
    next: u64,
    before: Option<u64>,
}

impl Links {
    /// Of a run that begins there; `before`: the checksum that its first block must name, where known.
    pub fn from(position: u64, before: Option<u64>) -> Self {
        Self {
            next: position,
            before,
        }
    }

    /// Holds the next block, which lies under that position.
    pub fn hold(&mut self, position: u64, head: &Head, checksum: u64) -> Result<(), StoreError> {
        if head.first != position {
            return Err(damaged_block(position, "it belongs to another position"));
        }
        if self.before.is_some_and(|before| before != head.before) {
            let fault = "the block before it is another one";
            return Err(damaged_block(position, fault));
        }
        self.before = Some(checksum);
        self.next = position + u64::from(head.summary.count);
        Ok(())
    }

    /// Holds the place of the next block, before it is opened.
    pub fn place(&self, position: u64) -> Result<(), StoreError> {
        match position == self.next {
            true => Ok(()),
            false => Err(missing(self.next, position)),
        }
    }

    /// There is no other one.
    pub fn end(&self, tally: &Tally) -> Result<(), StoreError> {
        self.place(tally.position)?;
        match self.before == Some(tally.last_checksum) {
            true => Ok(()),
            false => Err(StoreError::damaged("the last block is another one")),
        }
    }
}

fn missing(from: u64, until: u64) -> StoreError {
    StoreError::damaged(format!("facts from position {from} to {until} are missing"))
}
