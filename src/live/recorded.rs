//! The last instant that a store has recorded. Time never runs backwards over it, whatever
//! the clock says after a restart.

use super::accepted;
use super::kept;
use crate::base::calendar::Instant;
use crate::store::{Store, StoreError};

/// The last instant at which anything happened to the members, the care plans or the rules; `None` in a store that
/// nothing has served from yet. Dates of facts have no part in it: they may lie ahead.
pub fn last_instant(store: &Store) -> Result<Option<Instant>, StoreError> {
    let round = kept::read_head(store)?.map(|head| Instant(head.at));
    let rules = accepted::history(store)?.into_iter().map(|set| set.at);
    Ok(rules.chain(round).max().filter(|at| at.0 > i64::MIN))
}
