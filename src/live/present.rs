//! What stands now: the moment with the members of the saved filters, published whole
//! after each round. Making it is the business of the heart.

use std::sync::Arc;

use super::members::Members;
use super::moment::Moment;
use super::rule_set::RuleSetState;

/// One published state. Everything in it comes from the same facts and the same rules.
#[derive(Clone)]
pub struct Live {
    /// Rules and data; its instant is that of the members.
    pub moment: Moment,
    /// Members of the saved filters.
    pub members: Members,
    /// Which rules serve, since when, by whom, and what became of the last attempt.
    pub rule_set: Arc<RuleSetState>,
    /// The last match record written; 0 = none yet.
    pub sequence: u64,
    /// The oldest match record that is kept.
    pub sequence_oldest: u64,
    /// Why the writing side has stopped; reading goes on.
    pub halted: Option<Arc<str>>,
}
