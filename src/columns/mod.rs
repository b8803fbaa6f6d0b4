//! Facts laid out for scanning: immutable snapshots of columns and event cells.
//! A snapshot is a function of a prefix of the log. Never asks a question itself.

mod ahead;
mod attribute;
pub mod bits;
pub mod builder;
pub mod cell;
mod checks;
pub mod code;
pub mod column;
pub mod dictionary;
pub mod edge;
pub mod error;
mod hidden;
pub mod holding;
mod homes;
mod intake;
mod latest;
mod link;
mod load;
pub mod memory;
pub mod order;
pub mod packed;
mod periods;
pub mod person;
mod raw;
mod same;
pub mod saved;
pub mod seconds;
pub mod snapshot;
pub mod starts;
mod tenure;

pub use builder::Builder;
pub use error::ColumnsError;
pub use memory::Memory;
pub use snapshot::Snapshot;

#[cfg(test)]
mod tests;
