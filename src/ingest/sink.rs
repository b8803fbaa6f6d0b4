//! Where the facts of an import go: straight into a store that is held alone, or to whoever
//! writes to one that others use.

use std::sync::Arc;

use super::account::Account;
use super::error::ImportError;
use super::fault::Fault;
use super::route::Mapped;
use super::source::Source;
use super::state::Ticket;
use crate::store::fact::Fact;

/// Why a fact is not taken: the record's fault, or the import's end.
pub enum Refused {
    /// The record is refused.
    Record(Box<Fault>),
    /// The import stops.
    Import(ImportError),
}

/// The record that a fact was made of.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    /// Which.
    pub ticket: Ticket,
    /// Line on which it begins, from 1.
    pub line: u64,
    /// Name of its source.
    pub source: &'a str,
    /// Column from which the customer comes, where one does.
    pub column: Option<&'a Arc<str>>,
}

/// Takes facts in rounds of bounded size.
pub trait Sink {
    /// Takes one fact.
    fn take(&mut self, mapped: Mapped<'_>, origin: Origin<'_>) -> Result<(), Refused>;

    /// Whether it is time to write.
    fn is_full(&self) -> bool;

    /// Writes what is new, and enters what became of each record. `last`: nothing more comes in this stage.
    fn flush(
        &mut self,
        sources: &[Option<Source<'_>>],
        accounts: &mut [Option<Account>],
        last: bool,
    ) -> Result<(), ImportError>;

    /// Facts that were taken and are no longer needed, so that their memory is used again.
    fn spent(&mut self) -> Vec<Fact> {
        Vec::new()
    }

    /// Facts written so far; waits for those that are just being written, and says whether they could be.
    fn stored(&mut self) -> (u64, Result<(), ImportError>);
}
