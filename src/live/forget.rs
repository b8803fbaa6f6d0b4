//! What the history of matches says of erased customers, taken away: their numbers stay, unused.

use std::collections::BTreeSet;

use super::history;
use crate::store::Shelf;

/// A record of the shelf of memberships without what it says of these rows; `None` when it says
/// nothing of them.
pub fn without(shelf: Shelf, key: &[u8], value: &[u8], rows: &BTreeSet<u32>) -> Option<Vec<u8>> {
    let is_block = shelf == Shelf::Membership && key.first() == Some(&history::BLOCK);
    is_block.then(|| history::without(value, rows)).flatten()
}
