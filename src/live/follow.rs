//! What may look at the changes of memberships within the round that found them, and
//! bring records and facts that become true together with them. Who that is and what
//! it makes of the changes is decided above this folder.

use std::sync::Arc;

use super::members::{Change, Members};
use super::moment::Moment;
use super::present::Live;
use crate::base::calendar::Instant;
use crate::store::Record;
use crate::store::Store;
use crate::store::fact::Fact;

/// Follows the changes of memberships. Everything it does between [`Follower::follow`] or
/// [`Follower::order`] and [`Follower::committed`] is staged: nothing of it is true yet.
pub trait Follower: Send + 'static {
    /// A command to it.
    type Order: Send + 'static;
    /// Its answer.
    type Reply: Send + 'static;

    /// Reads what it kept, before the first round.
    fn open(&mut self, store: &Store, live: &Live) -> Result<(), String>;
    /// Looks at what a round brought: changes, facts, or its own due instant that has come.
    fn follow(&mut self, round: &Round<'_>) -> Result<Brought, String>;
    /// Takes a command.
    fn order(&mut self, order: Self::Order, round: &Round<'_>) -> (Self::Reply, Brought);
    /// When it wants to be called though nothing changed.
    fn due(&self) -> Option<Instant>;
    /// All it brought is on the disk: effects may start.
    fn committed(&mut self, live: &Arc<Live>);
    /// Nothing of what it brought is on the disk: it never happened.
    fn refused(&mut self);
}

/// What a follower sees.
#[derive(Clone, Copy)]
pub struct Round<'a> {
    /// For reading.
    pub store: &'a Store,
    /// Rules, plugins and data with the facts of the round; its instant is [`Round::now`].
    pub moment: &'a Moment,
    /// Members with the changes of the round.
    pub members: &'a Members,
    /// By instant, then by filter in the order of the rules, then by row.
    pub changes: &'a [Change],
    /// New facts, in the order of the log.
    pub facts: &'a [Fact],
    /// The instant of the round.
    pub now: Instant,
}

/// What a follower wants to become true.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Brought {
    /// Each becomes true as a whole.
    pub groups: Vec<Group>,
}

/// Facts and records that become true together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Place among [`Round::changes`]: true together with the record of that change.
    pub change: Option<usize>,
    /// Of known customers; they are looked at in a round of their own right after.
    pub facts: Vec<Fact>,
    /// Beside the facts.
    pub records: Vec<Record>,
}

/// Nobody follows.
impl Follower for () {
    type Order = ();
    type Reply = ();

    fn open(&mut self, _: &Store, _: &Live) -> Result<(), String> {
        Ok(())
    }

    fn follow(&mut self, _: &Round<'_>) -> Result<Brought, String> {
        Ok(Brought::default())
    }

    fn order(&mut self, (): (), _: &Round<'_>) -> ((), Brought) {
        ((), Brought::default())
    }

    fn due(&self) -> Option<Instant> {
        None
    }

    fn committed(&mut self, _: &Arc<Live>) {}

    fn refused(&mut self) {}
}
