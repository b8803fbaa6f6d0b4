//! Every diagnostic code of the language with its page, in one place: a file for each
//! hundred. Not the messages themselves: those are written where the fault is found.

mod kinds;
mod limits;
mod names;
mod reading;
mod sources;
mod warnings;

pub use kinds::*;
pub use limits::*;
pub use names::*;
pub use reading::*;
pub use sources::*;
pub use warnings::*;

use crate::base::code::Page;

/// Every code of the language with its page, in the order of the codes.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    [READING, NAMES, KINDS, SOURCES, LIMITS, WARNINGS]
        .into_iter()
        .flatten()
}
