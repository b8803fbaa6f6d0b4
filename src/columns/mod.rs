//! Facts laid out for scanning: immutable snapshots of columns and event cells.
//! A snapshot is a function of a prefix of the log. Never asks a question itself.

pub mod bits;
pub mod cell;
pub mod code;
pub mod column;
pub mod dictionary;
pub mod edge;
pub mod holding;
pub mod packed;
pub mod person;
mod raw;
pub mod starts;
