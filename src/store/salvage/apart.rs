//! What of a backup is used: what is of the line that the logs went. It may be of another store, or of
//! one that was restored once and went another way since.

use super::kin::{self, Kin};
use super::names;
use super::sources::{Block, Sources};
use crate::store::backup::Chain;
use crate::store::error::StoreError;
use crate::store::fact::Fact;
use crate::store::tally::Tally;

impl Sources {
    /// Leaves out what nothing shows to be of this store.
    ///
    /// # Errors
    /// The backup is shown to be of another one.
    pub fn hold_backup(&mut self, chain: &Chain, seen: &[Tally]) -> Result<(), StoreError> {
        let Some((last, at)) = chain.last().zip(self.found.len().checked_sub(1)) else {
            return Ok(());
        };
        let (own, logs): (Vec<Block>, Vec<Block>) =
            self.blocks().iter().partition(|block| block.source == at);
        let refused = |what: String| Err(StoreError::bad_backup(&last.path, what));
        let until = match kin::compare(self, &logs, &own, &self.catalog.whole())? {
            Kin::Until(until) => until,
            Kin::Other(position) => {
                return refused(format!(
                    "at position {position} it holds other facts than the log; it is of another store, or of one that went another way since"
                ));
            }
        };
        let told = last.manifest.tally();
        let tallies = self.found.iter().take(at).filter_map(|log| log.tally);
        let mut epochs = tallies.chain(seen.iter().copied()).map(|tally| tally.epoch);
        let is_of_epoch = epochs.any(|epoch| epoch == told.epoch);
        let has_same_names = names::agree(&self.found);
        if is_of_epoch && has_same_names {
            return Ok(());
        }
        let is_alone = logs.is_empty() || own.is_empty();
        if is_alone && has_same_names {
            self.tried.push(
                "the backup: nothing shows that it is of this store; one from before the store was compacted looks the same"
                    .to_owned(),
            );
            return Ok(());
        }
        if is_alone || until == 0 {
            return refused(
                "nothing in it agrees with what can be read of the log, and nothing else shows that it is of this store".to_owned(),
            );
        }
        self.leave_out(at, until, told.commits)
    }

    /// Uses the backup up to a position only, when it goes further: its facts, and of what lies beside them only whom
    /// it erased.
    fn leave_out(&mut self, at: usize, until: u64, commits: u64) -> Result<(), StoreError> {
        let goes_on = |block: &Block| block.source == at && block.end() > until;
        if !self.blocks().iter().any(goes_on) {
            return Ok(());
        }
        if let Some(names) = names::of_logs(&self.found).filter(|_| self.names == at) {
            self.name(names);
            self.find_blocks();
        }
        let mut blocks = self.blocks().to_vec();
        blocks.retain(|block| block.source != at || block.first < until);
        for block in blocks.iter_mut().filter(|block| goes_on(block)) {
            *block = self.cut(block, until)?;
        }
        let own = blocks.iter().filter(|block| block.source == at);
        let rows_shared = own.map(|block| block.customers).sum();
        self.set_blocks(blocks);
        self.tried.push(format!(
            "the backup: facts from position {until} on are left out, as nothing in the log shows that they are its own; so are its records and names, but whom it erased is taken over"
        ));
        if let Some(log) = self.found.get_mut(at) {
            log.rows_shared = Some(rows_shared);
            log.tally = Some(Tally {
                commits,
                ..Tally::default()
            });
        }
        Ok(())
    }

    /// A block that ends earlier.
    fn cut(&self, block: &Block, until: u64) -> Result<Block, StoreError> {
        let count = u32::try_from(until - block.first).unwrap_or(u32::MAX);
        let mut cut = Block {
            count,
            customers: 0,
            rows_end: 0,
            ..*block
        };
        for fact in self.facts(&cut, &self.catalog.whole())? {
            match fact {
                Fact::Customer { .. } => cut.customers += 1,
                Fact::Event { row, .. } => {
                    cut.rows_end = cut.rows_end.max(row.0.saturating_add(1));
                }
                _ => {}
            }
        }
        Ok(cut)
    }
}
